/* report_economics.c - break-even prices, scenarios with standard errors, warnings. */
#include "solver/report_impl.h"
#include "solver/out_risk.h"
#include "solver/supply_words.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static void add_cell(struct text *t, double v)
{
    text_add(t, "<td>");
    report_add_short(t, v);
    text_add(t, "</td>");
}

static void add_technology(struct text *t, const struct report_ctx *r, int k)
{
    char label[64] = "–";
    if (k >= 0)
        report_get_technology(r->s->technology[k].technology, label, sizeof label);
    text_add(t, "<td class=\"word\">");
    report_add_escaped(t, label);
    text_add(t, "</td>");
}

static void add_break_even(struct text *t, const struct report_ctx *r)
{
    const struct comparison *c = r->c;
    if (c->n_break_even == 0)
        return;
    text_add(
        t, "<h3>Break-even prices</h3>\n<p class=\"note\">One price changes, all else stays; between a twentieth and twenty times its "
           "value of today.</p>\n<table class=\"list\"><thead><tr><th>What changes</th><td>today, USD/kg</td>"
           "<td>break-even, USD/kg</td><td>times today</td><td class=\"word\">best today</td><td class=\"word\">best beyond</td><td "
           "class=\"word\">judged by</td></tr></thead>\n");
    for (int k = 0; k < c->n_break_even; k++) {
        const struct break_even *b = &c->break_even[k];
        text_add(t, "<tr><th>");
        if (b->element[0]) {
            report_add_sentence(t, b->element);
            text_add(t, " price");
        } else {
            text_add(t, "Lost margin, USD per motor");
        }
        text_add(t, "</th>");
        add_cell(t, b->today_USD_per_kg);
        add_cell(t, b->break_even_USD_per_kg);
        add_cell(t, b->factor);
        add_technology(t, r, b->from);
        add_technology(t, r, isfinite(b->factor) ? b->to : -1);
        text_add(t, "<td class=\"word\">%s</td></tr>\n", b->is_cost_alone ? "cost with risk alone" : "score");
    }
    text_add(t, "</table>\n");
}

static const char *get_doc(const struct market *m, const char *scenario)
{
    for (int k = 0; m && k < m->n_scenario; k++)
        if (strcmp(m->scenario[k].name, scenario) == 0)
            return m->scenario[k].doc;
    return "";
}

static void add_scenario_row(struct text *t, const struct report_ctx *r, const struct scenario_cost *s)
{
    const struct comparison *c = r->c;
    int best = -1;
    for (int k = 0; k < r->s->n_technology; k++)
        if (c->tech[k].best >= 0 && isfinite(s->cost_with_risk_USD[k]) &&
            (best < 0 || s->cost_with_risk_USD[k] < s->cost_with_risk_USD[best]))
            best = k;
    text_add(t, "<tr><th>");
    report_add_sentence(t, s->scenario);
    text_add(t, "<br><small>");
    report_add_escaped(t, get_doc(r->s->economics.market, s->scenario));
    text_add(t, "</small></th>");
    for (int k = 0; k < r->s->n_technology; k++) {
        if (c->tech[k].best < 0)
            continue;
        text_add(t, "<td%s><b>", k == best ? " class=\"best\"" : "");
        report_add_number(t, s->cost_with_risk_USD[k], 0);
        text_add(t, "</b><br><small>risk ");
        report_add_number(t, s->risk_cost_USD[k], 1);
        text_add(t, "&nbsp;±&nbsp;");
        report_add_number(t, s->standard_error_USD[k], 1);
        text_add(t, "</small></td>");
    }
    text_add(t, "</tr>\n");
}

static void add_scenarios(struct text *t, const struct report_ctx *r)
{
    if (r->c->n_scenario == 0)
        return;
    text_add(t, "<h3>Scenarios: cost with risk, USD per motor</h3>\n<p class=\"note\">Second line: supply-risk cost and its Monte-Carlo "
                "standard error. "
                "The cheapest of a row is marked.</p>\n<table class=\"list\"><thead><tr><th>Scenario</th>");
    for (int k = 0; k < r->s->n_technology; k++)
        if (r->c->tech[k].best >= 0) {
            text_add(t, "<td>");
            report_add_sentence(t, technology_get_label(r->s->technology[k].technology));
            text_add(t, "</td>");
        }
    text_add(t, "</tr></thead>\n");
    for (int q = 0; q < r->c->n_scenario; q++)
        add_scenario_row(t, r, &r->c->scenario[q]);
    text_add(t, "</table>\n");
}

static void add_warnings(struct text *t, const struct report_ctx *r)
{
    if (r->c->n_warning == 0)
        return;
    text_add(t, "<h3>Warnings of this run</h3>\n<ul class=\"warn\">\n");
    for (int k = 0; k < r->c->n_warning; k++) {
        char words[sizeof r->c->warning[0]];
        text_add(t, "<li>");
        report_add_prose(t, supply_words_get(r->c->warning[k], words, sizeof words), 1);
        text_add(t, "</li>\n");
    }
    text_add(t, "</ul>\n");
}

static void add_mixes(struct text *t, const struct report_ctx *r)
{
    int n = 0;
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        char text[1200];
        if (x->best < 0 || !x->has_mix)
            continue;
        if (n++ == 0)
            text_add(t,
                     "<h3>Best mix of routes and stock</h3>\n<table class=\"list\"><thead><tr><th>Technology</th><td class=\"word\">bought "
                     "by</td><td>risk cost, USD</td></tr></thead>\n");
        out_risk_get_sourcing(r->s->economics.market, x->report.r.q_kg, &x->mix, 1, text, sizeof text);
        text_add(t, "<tr><th>");
        report_add_sentence(t, technology_get_label(r->s->technology[k].technology));
        text_add(t, "</th><td class=\"word\">");
        report_add_escaped(t, text);
        text_add(t, "</td><td>");
        report_add_number(t, x->report.r.risk_cost_USD, 1);
        text_add(t, "&nbsp;<small>±&nbsp;");
        report_add_number(t, x->report.r.risk_cost_standard_error_USD, 1);
        text_add(t, "</small></td></tr>\n");
    }
    text_add(t, "%s", n ? "</table>\n" : "");
}

void report_add_economics(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<section><h2>What would turn the decision</h2>\n<p class=\"note\">Above which price of a single element, and under which "
                "course of supply, another technology should be built.</p>\n");
    add_break_even(t, r);
    add_mixes(t, r);
    add_scenarios(t, r);
    add_warnings(t, r);
    text_add(t, "</section>\n");
}
