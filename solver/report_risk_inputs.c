/* report_risk_inputs.c - what the risk was reckoned with: bills, prices, supply nodes, routes; each datum with range, quality and source.
 */
#include "solver/report_risk_impl.h"
#include "materials/base/date.h"
#include "solver/supply_words.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static void add_datum(struct text *t, struct report_sources *s, const char *label, const struct datum *d)
{
    if (!isfinite(d->value) || !d->source[0])
        return;
    text_add(t, "<tr><th>%c%s</th><td>", toupper((unsigned char)label[0]), label + 1);
    report_add_short(t, d->value);
    text_add(t, "</td><td>");
    if (d->high > d->low) {
        report_add_short(t, d->low);
        text_add(t, " to ");
        report_add_short(t, d->high);
    }
    text_add(t, "</td><td class=\"word\">%s</td><td class=\"word\">", datum_get_quality_text(d->quality));
    report_add_source(t, s, d->source);
    text_add(t, "</td></tr>\n");
}

static void add_group(struct text *t, const char *name, const char *doc)
{
    char words[MARKET_NAME_SIZE + 32];
    text_add(t, "<tr class=\"group\"><th colspan=\"5\">");
    report_add_sentence(t, supply_words_get(name, words, sizeof words));
    text_add(t, " <small>");
    report_add_escaped(t, doc);
    text_add(t, "</small></th></tr>\n");
}

static void add_table_head(struct text *t, const char *title)
{
    text_add(t, "<h3>%s</h3>\n<table class=\"list\"><thead><tr><th>Datum</th><td>value</td><td>range</td><td class=\"word\">quality</td>"
                "<td class=\"word\">source</td></tr></thead>\n",
             title);
}

static void add_bills(struct text *t, const struct risk_study *s, const struct market *m)
{
    text_add(t, "<h3>Bills: kilograms bought per motor</h3>\n<table class=\"list\"><thead><tr><th>Element</th>");
    for (int b = 0; b < s->n_bill; b++) {
        text_add(t, "<td>");
        report_add_escaped(t, s->bill[b].name);
        text_add(t, "</td>");
    }
    text_add(t, "</tr></thead>\n");
    for (int i = 0; i < m->n_element; i++) {
        if (!risk_run_is_bought(s, i))
            continue;
        text_add(t, "<tr><th>");
        report_add_sentence(t, m->symbol[i]);
        text_add(t, "</th>");
        for (int b = 0; b < s->n_bill; b++) {
            text_add(t, "<td>");
            report_add_short(t, s->bill[b].q_kg[i] > 0.0 ? s->bill[b].q_kg[i] : (double)NAN);
            text_add(t, "</td>");
        }
        text_add(t, "</tr>\n");
    }
    text_add(t, "<tr class=\"sum\"><th>Processing, USD</th>");
    for (int b = 0; b < s->n_bill; b++) {
        text_add(t, "<td>");
        report_add_number(t, s->bill[b].processing_USD, 0);
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n</table>\n");
}

static void add_elements(struct text *t, struct report_sources *src, const struct risk_study *s, const struct market *m)
{
    add_table_head(t, "Prices");
    for (int i = 0; i < m->n_element; i++) {
        const struct market_element *x = &m->element[i];
        char doc[MARKET_DOC_SIZE + 96], day[DATE_TEXT_SIZE];
        if (!risk_run_is_bought(s, i))
            continue;
        date_write(x->price_days, day);
        snprintf(doc, sizeof doc, "%s, %s: %s", x->form, day, x->doc);
        add_group(t, x->symbol, doc);
        add_datum(t, src, "price of the traded form, USD/kg", &x->form_price_USD_per_kg);
        add_datum(t, src, "conversion to the element, share of its price", &x->conversion_pu);
        add_datum(t, src, "outside price over FOB", &x->outside_ratio);
        add_datum(t, src, "volatility per √year", &x->sigma_pu);
        add_datum(t, src, "reversion per year", &x->kappa_per_year);
        add_datum(t, src, "level of reversion, USD/kg", &x->theta_USD_per_kg);
        add_datum(t, src, "jump in a control regime, log", &x->jump_log);
    }
    text_add(t, "</table>\n");
}

static int is_chain_bought(const struct risk_study *s, const struct market *m, int chain)
{
    for (int i = 0; i < m->n_element; i++)
        if (m->element[i].chain == chain && risk_run_is_bought(s, i))
            return 1;
    return 0;
}

static void add_nodes(struct text *t, struct report_sources *src, const struct risk_study *s, const struct market *m)
{
    const struct scenario *sc = s->scenario[s->base_scenario];
    const int to = market_get_destination(m, s->economics.opts.destination);
    add_table_head(t, "Supply nodes under the scenario decided under");
    for (int g = 0; g < m->nodes.n; g++) {
        if (!is_chain_bought(s, m, m->nodes.node[g].chain))
            continue;
        add_group(t, m->nodes.node[g].name, m->nodes.node[g].doc);
        add_datum(t, src, "outages per year", &sc->node[g].hazard_per_year);
        add_datum(t, src, "recoveries per year", &sc->node[g].recovery_per_year);
        add_datum(t, src, "let through while up", &sc->node[g].availability_up_pu[to]);
        add_datum(t, src, "let through while down", &sc->node[g].availability_down_pu[to]);
    }
    for (int k = 0; k < sc->n_event; k++) {
        char day[DATE_TEXT_SIZE];
        date_write(sc->event[k].days, day);
        add_group(t, day, sc->event[k].doc);
        add_datum(t, src, "probability", &sc->event[k].probability_pu);
    }
    text_add(t, "</table>\n");
}

static void add_routes(struct text *t, struct report_sources *src, const struct risk_study *s, const struct market *m)
{
    add_table_head(t, "Routes");
    for (int k = 0; k < m->routes.n; k++) {
        const struct route *x = &m->routes.route[k];
        if (!is_chain_bought(s, m, x->chain))
            continue;
        add_group(t, x->name, x->doc);
        add_datum(t, src, "premium, USD/kg of element", &x->premium_USD_per_kg);
        if (x->floor_USD_per_kg.value > 0.0)
            add_datum(t, src, "floor, USD/kg of the traded form", &x->floor_USD_per_kg);
        add_datum(t, src, "cap, USD/kg of the traded form", &x->cap_USD_per_kg);
        add_datum(t, src, "share above the cap given back", &x->upside_share_pu);
        add_datum(t, src, "qualification, USD", &x->qualification_USD);
        add_datum(t, src, "capacity, t per year", &x->capacity_t_per_year);
    }
    text_add(t, "</table>\n");
}

static void add_references(struct text *t, const struct report_sources *s, const struct market *m)
{
    text_add(t, "<h3>Sources</h3>\n<ol class=\"refs\">\n");
    for (int k = 0; k < s->n; k++) {
        const struct ref *ref = NULL;
        for (int q = 0; q < m->n_ref && !ref; q++)
            if (strcmp(m->ref[q].key, s->key[k]) == 0)
                ref = &m->ref[q];
        report_add_reference(t, ref, s->key[k], k + 1);
    }
    text_add(t, "</ol>\n");
}

void report_risk_add_inputs(struct text *t, const struct risk_run *r, const struct market *m)
{
    struct report_sources src = {0};
    text_add(t, "<section><h2>What it was reckoned with</h2>\n");
    add_bills(t, r->study, m);
    add_elements(t, &src, r->study, m);
    add_nodes(t, &src, r->study, m);
    add_routes(t, &src, r->study, m);
    add_references(t, &src, m);
    text_add(t, "</section>\n");
}
