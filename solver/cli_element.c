/* cli_element.c - `motrade materials Nd`: what the market data hold of an element, and how concentrated its supply is, stage by stage. */
#include "materials/base/date.h"
#include "materials/base/text.h"
#include "models/risk/indices.h"
#include "solver/cli_impl.h"
#include "solver/out_text.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static void add_datum(struct text *t, const char *label, const struct datum *d, const char *unit)
{
    char range[48] = "";
    if (d->low < d->high)
        snprintf(range, sizeof range, "%.4g .. %.4g", d->low, d->high);
    text_add(t, "  %-37s%8.4g %-11s%-13s%-10s%s\n", label, d->value, unit, range, datum_get_quality_text(d->quality), d->source);
}

static void add_price(struct text *t, const struct market *m, int i)
{
    const struct market_element *el = &m->element[i];
    char day[DATE_TEXT_SIZE];
    date_write(el->price_days, day);
    text_add(t, "%s (element or product of the market, chain %s)\n", el->symbol, m->chain[el->chain]);
    out_text_add_wrapped(t, "  ", el->doc);
    text_add(t, "\n");
    text_add(t, "  %-37s%8s %-11s%-13s%-10s%s\n", "", "value", "unit", "low .. high", "quality", "source");
    text_add(t, "  traded as %s; price of %s; 1 kg of element costs %.4g USD\n", el->form, day, m->price_USD_per_kg[i]);
    add_datum(t, "price of the traded form", &el->form_price_USD_per_kg, "USD/kg");
    add_datum(t, "traded form per kg of element", &el->form_kg_per_kg, "kg/kg");
    add_datum(t, "cost of making the element, of price", &el->conversion_pu, "");
    add_datum(t, "price outside over FOB, no regime", &el->outside_ratio, "");
    add_datum(t, "volatility", &el->sigma_pu, "1/sqrt(yr)");
    add_datum(t, "mean reversion", &el->kappa_per_year, "1/yr");
    add_datum(t, "level of reversion, traded form", &el->theta_USD_per_kg, "USD/kg");
    add_datum(t, "log jump in a regime, outside", &el->jump_log, "");
    add_datum(t, "share of it in the controlled market", &el->jump_inside_pu, "");
    if (m->article_jump.element_mask >> i & 1u)
        text_add(t, "  the article's %.0f %%: price times %.3g (to) or %.3g (by)\n", 100.0 * m->article_jump.change_pct.value,
                 m->article_jump.change_pct.value, 1.0 + m->article_jump.change_pct.value);
}

/* "0.58" or "0.58-0.61". */
static void set_range(char *out, size_t n, double low, double high, const char *format)
{
    char a[16], b[16];
    snprintf(a, sizeof a, format, low);
    snprintf(b, sizeof b, format, high);
    snprintf(out, n, strcmp(a, b) == 0 ? "%s" : "%s-%s", a, b);
}

static void add_concentration(struct text *t, int n, const struct indices_stage *s)
{
    text_add(t, "\nWHO MAKES IT\n"
                "  HHI 0..10000; instability: mean of g = (2.5 - WGI)/5; HHI g: sum of share^2 g. Range: countries\n"
                "  that are not named, as many and stable or as one and unstable.\n"
                "  %-18s%5s  %-12s%-14s%-14s%-14s%s\n",
             "stage", "year", "first", "HHI", "instability", "HHI g", "source");
    for (int k = 0; k < n; k++) {
        char hhi[40], g[40], weighted[40];
        set_range(hhi, sizeof hhi, 1e4 * s[k].hhi_low_pu, 1e4 * s[k].hhi_high_pu, "%.0f");
        set_range(g, sizeof g, s[k].instability_low_pu, s[k].instability_high_pu, "%.2f");
        set_range(weighted, sizeof weighted, 1e4 * s[k].governance_hhi_low_pu, 1e4 * s[k].governance_hhi_high_pu, "%.0f");
        text_add(t, "  %-18s%5d  %s %5.1f %%  %-14s%-14s%-14s%s\n", s[k].share->stage, s[k].share->year, s[k].share->country[s[k].top],
                 100.0 * s[k].share->share_pu[s[k].top], hhi, g, weighted, s[k].share->source);
    }
}

static void add_geopolitics(struct text *t, const struct market *m, int n, const struct indices_stage *s)
{
    const int n_buyer = m->nodes.n_destination - 1; /* without "any" */
    text_add(t, "\nGeoPolRisk, 0..1, by the country of the buyer, trade in proportion to shares\n  %-18s%5s  ", "stage", "year");
    for (int d = 0; d < n_buyer; d++)
        text_add(t, d + 1 < n_buyer ? "%-14s" : "%s\n", m->nodes.destination[d]);
    for (int k = 0; k < n; k++) {
        text_add(t, "  %-18s%5d  ", s[k].share->stage, s[k].share->year);
        for (int d = 0; d < n_buyer; d++) {
            const struct indices_stage x = indices_eval_stage(m, s[k].share, m->nodes.destination[d]);
            char score[40];
            set_range(score, sizeof score, x.geopolrisk_low_pu, x.geopolrisk_high_pu, "%.2f");
            text_add(t, d + 1 < n_buyer ? "%-14s" : "%s\n", score);
        }
    }
}

static void add_stages(struct text *t, const struct market *m, int i)
{
    struct indices_stage s[MARKET_MAX_SHARE];
    const int n = indices_eval_element(m, i, m->nodes.destination[0], s, MARKET_MAX_SHARE);
    if (!n) {
        text_add(t, "\nNo shares by country are known.\n");
        return;
    }
    add_concentration(t, n, s);
    add_geopolitics(t, m, n, s);
}

void cli_add_element(struct text *t, const struct market *m, int element)
{
    add_price(t, m, element);
    add_stages(t, m, element);
}
