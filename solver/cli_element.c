/* cli_element.c - `motrade materials Nd`: what the market data hold of an element, and how concentrated its supply is, stage by stage. */
#include "materials/base/date.h"
#include "materials/base/text.h"
#include "models/risk/indices.h"
#include "solver/cli_impl.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static void add_datum(struct text *t, const char *label, const struct datum *d, const char *unit)
{
    char range[48] = "";
    if (d->low < d->high)
        snprintf(range, sizeof range, "%.4g .. %.4g", d->low, d->high);
    text_add(t, "  %-40s%9.4g %-10s%-19s%-10s%s\n", label, d->value, unit, range, datum_get_quality_text(d->quality), d->source);
}

static void add_price(struct text *t, const struct market *m, int i)
{
    const struct market_element *el = &m->element[i];
    char day[DATE_TEXT_SIZE];
    date_write(el->price_days, day);
    text_add(t, "%s (element or product of the market, chain %s)\n  %s\n\n", el->symbol, m->chain[el->chain], el->doc);
    text_add(t, "  %-40s%9s %-10s%-19s%-10s%s\n", "", "value", "unit", "low .. high", "quality", "source");
    text_add(t, "  traded as %s; price of %s; 1 kg of element costs %.4g USD\n", el->form, day, m->price_USD_per_kg[i]);
    add_datum(t, "price of the traded form", &el->form_price_USD_per_kg, "USD/kg");
    add_datum(t, "traded form per kg of element", &el->form_kg_per_kg, "kg/kg");
    add_datum(t, "cost of making the element, over its price", &el->conversion_pu, "");
    add_datum(t, "price outside China over FOB, no regime", &el->outside_ratio, "");
    add_datum(t, "volatility", &el->sigma_pu, "1/sqrt(a)");
    add_datum(t, "mean reversion", &el->kappa_per_year, "1/a");
    add_datum(t, "level of reversion, traded form", &el->theta_USD_per_kg, "USD/kg");
    add_datum(t, "log jump in a control regime, outside", &el->jump_log, "");
    add_datum(t, "share of it inside the controlled market", &el->jump_inside_pu, "");
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

static void add_stages(struct text *t, const struct market *m, int i)
{
    struct indices_stage s[MARKET_MAX_SHARE];
    const int n = indices_eval_element(m, i, m->nodes.destination[0], s, MARKET_MAX_SHARE);
    if (!n) {
        text_add(t, "\nNo shares by country are known.\n");
        return;
    }
    text_add(t,
             "\nWHO MAKES IT\n  HHI 0..10000; instability: mean of g = (2.5 - WGI)/5; HHI g: sum of share^2 g; GeoPolRisk 0..1 by country "
             "of the\n"
             "  buyer, trade in proportion to shares. Range: countries that are not named, as many and stable or as one and unstable.\n"
             "  %-14s%5s %-12s%-13s%-13s%-13s",
             "stage", "year", "first", "HHI", "instability", "HHI g");
    for (int d = 0; d < m->nodes.n_destination - 1; d++)
        text_add(t, "%-11s", m->nodes.destination[d]);
    text_add(t, "source\n");
    for (int k = 0; k < n; k++) {
        char hhi[40], g[40], weighted[40];
        set_range(hhi, sizeof hhi, 1e4 * s[k].hhi_low_pu, 1e4 * s[k].hhi_high_pu, "%.0f");
        set_range(g, sizeof g, s[k].instability_low_pu, s[k].instability_high_pu, "%.2f");
        set_range(weighted, sizeof weighted, 1e4 * s[k].governance_hhi_low_pu, 1e4 * s[k].governance_hhi_high_pu, "%.0f");
        text_add(t, "  %-14s%5d %s %5.1f %%  %-13s%-13s%-13s", s[k].share->stage, s[k].share->year, s[k].share->country[s[k].top],
                 100.0 * s[k].share->share_pu[s[k].top], hhi, g, weighted);
        for (int d = 0; d < m->nodes.n_destination - 1; d++) {
            const struct indices_stage x = indices_eval_stage(m, s[k].share, m->nodes.destination[d]);
            char score[40];
            set_range(score, sizeof score, x.geopolrisk_low_pu, x.geopolrisk_high_pu, "%.2f");
            text_add(t, "%-11s", score);
        }
        text_add(t, "%s\n", s[k].share->source);
    }
}

void cli_add_element(struct text *t, const struct market *m, int element)
{
    add_price(t, m, element);
    add_stages(t, m, element);
}
