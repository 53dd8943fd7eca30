/* report_risk.c - the page: answer first, then tables, charts, inputs. Contract: report_risk.h. */
#include "solver/report_risk.h"
#include "solver/cli.h"
#include "solver/out_risk.h"
#include "solver/report_risk_impl.h"
#include "solver/supply_words.h"
#include <ctype.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- answer ---- */

/* Text of the study or of the market data, names in words. */
static void add_words(struct text *t, const char *s)
{
    char words[512];
    report_add_escaped(t, supply_words_get(s, words, sizeof words));
}

void report_risk_add_sentence(struct text *t, const char *s)
{
    char words[512];
    report_add_sentence(t, supply_words_get(s, words, sizeof words));
}

static void add_change(struct text *t, const struct risk_run *r, const struct risk_change *x)
{
    const struct risk_study *s = r->study;
    text_add(t, "%s", x->motor < 0 ? "<b>cheapest motor: " : "");
    report_add_escaped(t, s->bill[x->bill].name);
    text_add(t, "%s by ", x->motor < 0 ? "</b>" : "");
    add_words(t, s->sourcing[x->sourcing]->name);
    text_add(t, ", better by ");
    report_add_number(t, x->gain.value_USD, 1);
    text_add(t, " ± ");
    report_add_number(t, x->gain.standard_error_USD, 1);
    text_add(t, " USD<br>");
}

static void add_turn(struct text *t, const struct risk_run *r, const struct risk_turn *x)
{
    text_add(t, "<tr><th>");
    report_risk_add_sentence(t, x->what);
    text_add(t, "</th><td>");
    report_add_short(t, x->value);
    text_add(t, "</td><td>");
    report_add_short(t, x->low);
    text_add(t, " to ");
    report_add_short(t, x->high);
    text_add(t, "</td><td><b>");
    report_add_short(t, x->is_high ? x->high : x->low);
    text_add(t, "</b></td><td class=\"word\">");
    for (int k = 0; k < x->n_change; k++)
        add_change(t, r, &x->change[k]);
    text_add(t, "</td></tr>\n");
}

static void add_turns(struct text *t, const struct risk_run *r)
{
    text_add(t, "<section><h2>Assumed inputs that would turn the decision</h2>\n");
    if (r->n_turn == 0) {
        text_add(t, "<p class=\"note\">None of the %d assumed inputs turns the motor or a strategy within its range, taken one by "
                    "one.</p></section>\n",
                 r->n_assumed);
        return;
    }
    text_add(t, "<p class=\"note\">Nobody sourced these. Each of %d assumed inputs was set to both ends of its range, one by one, with the "
                "same draws. First those that change which motor is cheapest, then those that change how a motor is bought cheapest.</p>\n"
                "<table class=\"list\"><thead><tr><th>Assumed input</th><td>assumed</td><td>range</td><td>turns at</td><td "
                "class=\"word\">then best</td></tr></thead>\n",
             r->n_assumed);
    for (int k = 0; k < r->n_turn; k++)
        add_turn(t, r, &r->turn[k]);
    text_add(t, "</table></section>\n");
}

static void add_answer(struct text *t, const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    char text[1024];
    text_add(t, "<h1>");
    report_add_escaped(t, s->name);
    text_add(t, "</h1>\n<p class=\"question\">What does the material risk of these motors cost, and how should their materials be "
                "bought?</p>\n<p class=\"decision\">");
    out_risk_get_decision(r, 1, text, sizeof text);
    text[0] = (char)toupper((unsigned char)text[0]);
    for (const char *p = text, *at; *p; p = at) {
        at = strstr(p, "+-");
        at = at ? at : p + strlen(p);
        char part[1024];
        memcpy(part, p, (size_t)(at - p));
        part[at - p] = '\0';
        report_add_escaped(t, part);
        if (*at) {
            text_add(t, "±");
            at += 2;
        }
    }
    text_add(t, "</p>\n");
    add_turns(t, r);
}

/* ---- charts ---- */

static void add_choice(struct text *t, const char *id, const char *label)
{
    text_add(t, "<select id=\"%s-choice\" aria-label=\"%s\"></select>", id, label);
}

static void add_chosen(struct text *t, const char *id, const char *title, const char *label, const char *note, int is_wide)
{
    text_add(t, "<figure%s><h3>%s ", is_wide ? " class=\"wide\"" : "", title);
    add_choice(t, id, label);
    text_add(
        t, "</h3><div class=\"box\"><canvas id=\"%s\" role=\"img\" aria-label=\"%s\"></canvas></div><figcaption>%s</figcaption></figure>\n",
        id, title, note);
}

static void add_charts(struct text *t, const struct risk_run *r)
{
    const char *base = r->study->scenario[r->study->base_scenario]->name;
    text_add(t, "<section class=\"charts\"><h2>Prices, outages and costs under ");
    add_words(t, base);
    text_add(
        t,
        "</h2>\n<p class=\"note\">What stands behind the figures of the scenario decided under: the courses of price and supply that were "
        "drawn, what they make of the cost, and who causes it.</p>\n<div class=\"grid\">\n");
    add_chosen(
        t, "fan", "Price of", "Element of the price fan",
        "Median, middle half and middle nine tenths of the price at each month's end: inside the country that controls exports (free on "
        "board, FOB) and outside it. Dashed: today. The gap between the two is what those pay who buy outside.",
        1);
    report_add_chart(t, "outage", "Probability that a supply node is down",
                     "Month by month, of the supply nodes that these motors depend on; a point at a month's beginning stands for the "
                     "month. Dashed: dated "
                     "events. Stock must last through the months in which a node is likely down.",
                     1);
    report_add_chart(
        t, "distribution", "Distribution of the cost of a motor",
        "Each motor at its cheapest strategy. Dot: expected cost. Dashed: mean of the worst twentieth (conditional value at risk, CVaR); "
        "the further it lies from the dot, the more a bad course of supply costs.",
        1);
    add_chosen(t, "attribution", "Who causes the risk cost:", "Attribution of the risk cost",
               "The parts sum to the risk cost of the motor at its cheapest strategy (Euler attribution).", 1);
    add_chosen(t, "strategy", "Who wins against probability and duration of an outage:", "Motor of the strategy map",
               "The controlled market stops with this probability within a year, for this long on average; dated events are left out, all "
               "else as in the scenario.",
               1);
    text_add(t, "</div></section>\n");
}

/* ---- the rest ---- */

static void add_notes(struct text *t, const struct risk_run *r)
{
    if (r->n_note == 0)
        return;
    text_add(t, "<h3>Notes of this run</h3>\n<ul class=\"warn\">\n");
    for (int k = 0; k < r->n_note; k++) {
        text_add(t, "<li>");
        report_add_sentence(t, r->note[k]);
        text_add(t, "</li>\n");
    }
    text_add(t, "</ul>\n");
}

static void add_method(struct text *t, const struct risk_run *r, const struct risk_run_opts *o)
{
    const struct risk_opts *x = &r->study->economics.opts;
    text_add(t,
             "<section><h2>How it was computed</h2>\n<p class=\"note\">Prices revert to a level with correlated shocks and jump while a "
             "control regime is on; supply nodes go down and come back month by month; stock is drawn and rebuilt; a motor whose scarcest "
             "material falls short is not built and loses its margin. Risk cost = (E[C] − C<sub>0</sub>) + loading (CVaR − E[C]). "
             "The same draws serve all motors and strategies.</p>\n<table class=\"facts\">\n");
    text_add(t, "<tr><th>Monte-Carlo scenarios, table</th><td>%d</td></tr>\n", x->n_scenario);
    text_add(t, "<tr><th>Monte-Carlo scenarios, map and first pass of the assumed inputs</th><td>%d</td></tr>\n",
             r->study->economics.n_scenario_search);
    text_add(t, "<tr><th>Horizon, months</th><td>%d</td></tr>\n<tr><th>Lost margin, USD per motor not built</th><td>", x->horizon_months);
    report_add_number(t, x->terms.lost_margin_USD_per_motor, 0);
    text_add(t, "</td></tr>\n<tr><th>Motors per year</th><td>");
    report_add_number(t, x->terms.volume_motors_per_year, 0);
    text_add(t, "</td></tr>\n<tr><th>Loading of the tail</th><td>");
    report_add_number(t, x->terms.loading_pu, 2);
    text_add(t,
             "</td></tr>\n<tr><th>Destination</th><td>%s</td></tr>\n<tr><th>Seed</th><td>%llu</td></tr>\n<tr><th>Program</th><td>motrade "
             "%s</td></tr>\n<tr><th>Fingerprint of the market data</th><td><code>%016llx</code></td></tr>\n</table>\n",
             x->destination, (unsigned long long)o->seed, MOTRADE_VERSION, (unsigned long long)o->market->hash);
    add_notes(t, r);
    text_add(t, "</section>\n");
}

enum status report_risk_write(const struct risk_run *r, const struct risk_run_opts *o, const char *path, struct err *e)
{
    struct text library = {0}, t = {0};
    enum status st = report_read_library(&library, e);
    if (st == ST_OK) {
        report_add_head(&t, r->study->name);
        add_answer(&t, r);
        report_risk_add_table(&t, r);
        add_charts(&t, r);
        report_risk_add_mixes(&t, r);
        report_risk_add_years(&t, r);
        report_risk_add_break_evens(&t, r);
        report_risk_add_inputs(&t, r, o->market);
        add_method(&t, r, o);
        st = report_write_page(&t, report_risk_get_charts(r, o->market), &library, report_risk_script, path, e);
    }
    text_done(&library);
    text_done(&t);
    return st;
}
