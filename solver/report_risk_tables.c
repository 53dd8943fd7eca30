/* report_risk_tables.c - the tables of the page: risk cost by scenario and strategy, mixes, years of production, break-evens of the dearer
 * routes. Contract: report_risk_impl.h. */
#include "solver/out_risk.h"
#include "solver/report_risk_impl.h"
#include <math.h>
#include "materials/base/banned.h"

static void add_figure(struct text *t, const struct risk_figure *f, int is_best)
{
    text_add(t, "<td%s>", is_best ? " class=\"best\"" : "");
    report_add_number(t, f->value_USD, 1);
    text_add(t, "&nbsp;<small>±&nbsp;");
    report_add_number(t, f->standard_error_USD, 1);
    text_add(t, "</small></td>");
}

static void add_parts(struct text *t, const struct risk_run *r, int i)
{
    static const struct { const char *label; size_t offset; } PART[] = {
        {"price drift", offsetof(struct risk_result, drift)},
        {"holding, premium, qualification", offsetof(struct risk_result, holding)},
        {"expected shortage", offsetof(struct risk_result, shortage)},
        {"tail loading", offsetof(struct risk_result, tail)}};
    const struct risk_study *s = r->study;
    for (int p = 0; p < ARRAY_LEN(PART); p++) {
        text_add(t, "<tr><th class=\"part\">%s</th>", PART[p].label);
        for (int b = 0; b < s->n_bill; b++) {
            const char *cell = (const char *)risk_run_get_least(r, i, b);
            add_figure(t, (const struct risk_figure *)(const void *)(cell + PART[p].offset), 0);
        }
        text_add(t, "</tr>\n");
    }
    text_add(t, "<tr><th class=\"part\">motors not built, %%</th>");
    for (int b = 0; b < s->n_bill; b++) {
        text_add(t, "<td>");
        report_add_number(t, 100.0 * risk_run_get_least(r, i, b)->unbuilt_mean_pu, 2);
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n<tr class=\"sum\"><th>Cost with risk</th>");
    for (int b = 0; b < s->n_bill; b++) {
        text_add(t, "<td%s>", r->winner[i] == b ? " class=\"best\"" : "");
        report_add_number(t, risk_run_eval_least_USD(r, i, b), 0);
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_scenario(struct text *t, const struct risk_run *r, int i)
{
    const struct risk_study *s = r->study;
    text_add(t, "<tr class=\"group\"><th colspan=\"%d\">", s->n_bill + 1);
    report_risk_add_sentence(t, s->scenario[i]->name);
    text_add(t, "%s <small>", i == s->base_scenario ? ", decided under" : "");
    report_add_escaped(t, s->scenario[i]->doc);
    text_add(t, "</small></th></tr>\n");
    for (int k = 0; k < s->n_sourcing; k++) {
        if (r->left_out[k][0])
            continue;
        text_add(t, "<tr><th>");
        report_risk_add_sentence(t, s->sourcing[k]->name);
        text_add(t, "</th>");
        for (int b = 0; b < s->n_bill; b++)
            add_figure(t, &risk_run_get_cell(r, i, k, b)->risk_cost, risk_run_is_cheapest(r, i, k, b));
        text_add(t, "</tr>\n");
    }
    text_add(t, "<tr><th>Best mix of routes and stock</th>");
    for (int b = 0; b < s->n_bill; b++) {
        const struct risk_mix *x = &r->mix[i * s->n_bill + b];
        if (x->is_solved)
            add_figure(t, &x->r.risk_cost, risk_run_get_mix(r, i, b) != NULL);
        else
            text_add(t, "<td>–</td>");
    }
    text_add(t, "</tr>\n");
    add_parts(t, r, i);
}

/* ---- best mixes, years, routes ---- */

void report_risk_add_mixes(struct text *t, const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    char text[1200];
    text_add(t,
             "<section><h2>How to buy</h2>\n<h3>Best mix of routes and stock</h3>\n<p class=\"note\">Shares and months of stock that make "
             "the cost with its tail least, motor by motor; what routes cannot carry yet their bridge carries.</p>\n<table "
             "class=\"list\"><thead><tr><th>Scenario</th><td class=\"word\">motor</td><td class=\"word\">best mix</td><td>risk cost, "
             "USD</td></tr></thead>\n");
    for (int i = 0; i < s->n_scenario; i++)
        for (int b = 0; b < s->n_bill; b++) {
            out_risk_get_mix(r, i, b, 1, text, sizeof text);
            if (!text[0])
                continue;
            text_add(t, "<tr><th>");
            report_risk_add_sentence(t, s->scenario[i]->name);
            text_add(t, "</th><td class=\"word\">");
            report_add_escaped(t, s->bill[b].name);
            text_add(t, "</td><td class=\"word\">");
            report_add_escaped(t, text);
            text_add(t, "</td>");
            add_figure(t, &r->mix[i * s->n_bill + b].r.risk_cost, 0);
            text_add(t, "</tr>\n");
        }
    text_add(t, "</table>\n");
}

void report_risk_add_years(struct text *t, const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    text_add(t,
             "<h3>Risk cost by year of production, USD per motor</h3>\n<p class=\"note\">Twelve months from the start of production and so "
             "on, each motor at its cheapest sourcing, stock carried on.</p>\n<table class=\"list\"><thead><tr><th>Built from</th>");
    for (int b = 0; b < s->n_bill; b++) {
        text_add(t, "<td>");
        report_add_escaped(t, s->bill[b].name);
        text_add(t, "</td>");
    }
    text_add(t, "</tr></thead>\n");
    for (int y = 0; y < r->outlook[0].n_year; y++) {
        text_add(t, "<tr><th>%d</th>", r->outlook[0].year[y].year);
        for (int b = 0; b < s->n_bill; b++)
            add_figure(t, &r->outlook[b].year[y].risk.risk_cost, 0);
        text_add(t, "</tr>\n");
    }
    text_add(t, "</table>\n");
}

static void add_break_even(struct text *t, const struct strategy_break_even *x, const struct market *m)
{
    text_add(t, "<tr><th>");
    report_risk_add_sentence(t, m->routes.route[x->route].name);
    text_add(t, "</th><td>");
    report_add_number(t, x->difference_USD, 1);
    text_add(t, "</td><td>");
    report_add_number(t, 100.0 * x->closed_form_pu, 1);
    text_add(t, "</td><td><b>");
    report_add_number(t, x->is_found ? 100.0 * x->probability_pu : (double)NAN, 1);
    text_add(t, "</b>");
    if (x->is_found) {
        text_add(t, "&nbsp;<small>±&nbsp;");
        report_add_number(t, 100.0 * x->standard_error_pu, 1);
        text_add(t, "</small>");
    }
    text_add(t, "</td><td>");
    report_add_number(t, 100.0 * x->today_probability_pu, 1);
    text_add(t, "</td>");
    add_figure(t, &x->saves_USD, x->saves_USD.value_USD > 0.0);
    text_add(t, "</tr>\n");
}

void report_risk_add_break_evens(struct text *t, const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    text_add(
        t, "<h3>Break-even outage probability of every dearer route</h3>\n<p class=\"note\">The whole chain moved to the route, against ");
    report_add_escaped(t, s->sourcing[s->base_sourcing]->doc);
    text_add(
        t,
        ". Worth it when the probability of an outage within a year is above the break-even. The rule of thumb says 10 to 20&nbsp;%%; "
        "closed form: without stock and tail. Dash: at no probability.</p>\n<table class=\"list\"><thead><tr><th>Route</th><td>dearer by, "
        "USD per motor</td><td>closed form, %%</td><td>break-even, %% a year</td><td>scenario, %% a year</td><td>saves under the "
        "scenario, USD</td></tr></thead>\n");
    for (int b = 0; b < s->n_bill; b++) {
        if (r->outlook[b].n_break_even == 0)
            continue;
        text_add(t, "<tr class=\"group\"><th colspan=\"6\">");
        report_add_escaped(t, s->bill[b].name);
        text_add(t, "</th></tr>\n");
        for (int k = 0; k < r->outlook[b].n_break_even; k++)
            add_break_even(t, &r->outlook[b].break_even[k], s->economics.market);
    }
    text_add(t, "</table></section>\n");
}

static void add_strategies(struct text *t, const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    text_add(t, "<h3>The strategies</h3>\n<dl class=\"refs\">\n");
    for (int k = 0; k < s->n_sourcing; k++) {
        text_add(t, "<dt>");
        report_risk_add_sentence(t, s->sourcing[k]->name);
        text_add(t, "</dt><dd>");
        report_add_escaped(t, r->left_out[k][0] ? r->left_out[k] : s->sourcing[k]->doc);
        text_add(t, "</dd>\n");
    }
    text_add(t, "</dl>\n");
}

void report_risk_add_table(struct text *t, const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    text_add(t, "<section><h2>Risk cost by scenario and strategy, USD per motor</h2>\n<p class=\"note\">With Monte-Carlo standard errors. "
                "Marked: the cheapest sourcing of each motor (none where all cost the same); its four parts and the share of motors that "
                "cannot be built stand below it. Cost with risk: processing, elements at today's prices, and risk; the cheapest motor is "
                "marked.</p>\n");
    add_strategies(t, r);
    text_add(t, "<table class=\"list\"><thead><tr><th></th>");
    for (int b = 0; b < s->n_bill; b++) {
        text_add(t, "<td>");
        report_add_escaped(t, s->bill[b].name);
        text_add(t, "</td>");
    }
    text_add(t, "</tr></thead>\n<tr><th>Cost today</th>");
    for (int b = 0; b < s->n_bill; b++) {
        text_add(t, "<td>");
        report_add_number(t, r->outlook[b].cost_today_USD, 0);
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
    for (int i = 0; i < s->n_scenario; i++)
        add_scenario(t, r, i);
    text_add(t, "</table></section>\n");
}
