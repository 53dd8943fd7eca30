/* report_decision.c - top of the page: question, decision in a sentence, what was asked, and the technologies side by side. */
#include "solver/report_impl.h"
#include "solver/relax.h"
#include "materials/base/numtext.h"
#include "materials/base/units.h"
#include "solver/supply_words.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- question and decision ---- */

static void add_question(struct text *t, const struct report_ctx *r)
{
    const struct requirement *q = &r->s->setup.requirement;
    const char *volume = report_get_input(r->s, "economics.volume_motors_per_year"),
               *place = report_get_input(r->s, "economics.destination");
    double n_motor;
    text_add(t, "<p class=\"question\">Which rotor technology for ");
    report_add_number(t, q->peak_torque_Nm, 0);
    text_add(t, " N·m and ");
    report_add_number(t, q->peak_power_W / 1e3, 0);
    text_add(t, " kW up to ");
    report_add_number(t, q->speed_max_rad_per_s * 30.0 / PI, 0);
    text_add(t, " rpm, when the supply of materials may stop?");
    if (volume && place && numtext_read_real(volume, &n_motor) == ST_OK) {
        text_add(t, " For ");
        report_add_number(t, n_motor, 0);
        text_add(t, " motors a year, built in ");
        report_add_escaped(t, place);
        text_add(t, ".");
    }
    text_add(t, "</p>\n");
}

/* The price that turns the decision with the smallest change; -1 when none does. */
static int get_nearest_turn(const struct comparison *c)
{
    int nearest = -1;
    for (int k = 0; k < c->n_break_even; k++) {
        const struct break_even *b = &c->break_even[k];
        if (b->from != c->winner || b->to < 0 || !isfinite(b->factor) || b->factor <= 0.0)
            continue;
        if (nearest < 0 || fabs(log(b->factor)) < fabs(log(c->break_even[nearest].factor)))
            nearest = k;
    }
    return nearest;
}

static double get_score(const struct compare_technology *x) { return x->front[x->best].score; }

static int get_second(const struct comparison *c)
{
    int second = -1;
    for (int k = 0; k < c->study->n_technology; k++)
        if (k != c->winner && c->tech[k].best >= 0 && (second < 0 || get_score(&c->tech[k]) > get_score(&c->tech[second])))
            second = k;
    return second;
}

static void add_name(struct text *t, const struct report_ctx *r, int k)
{
    char label[64];
    report_get_technology(r->s->technology[k].technology, label, sizeof label);
    report_add_escaped(t, label);
}

static void add_turn(struct text *t, const struct comparison *c)
{
    int turn = get_nearest_turn(c);
    text_add(t, " ");
    if (turn >= 0) {
        text_add(t, "What would turn it: ");
        report_add_escaped(t, c->break_even[turn].text);
        text_add(t, ".");
    } else if (c->n_sample > 0) {
        text_add(t, "No price of a single element, between a twentieth and a hundred times its value of today, turns this.");
    }
}

/* By how much the winner leads, how often it stays ahead, and what would turn it. */
static void add_lead(struct text *t, const struct report_ctx *r, int second)
{
    const struct comparison *c = r->c;
    const struct compare_technology *w = &c->tech[c->winner];
    text_add(t, " is the best choice: score %.2f of 1, ahead of ", get_score(w));
    report_add_escaped(t, technology_get_label(r->s->technology[second].technology));
    text_add(t, " with %.2f.", get_score(&c->tech[second]));
    if (c->n_sample > 0 && isfinite(w->p_best)) {
        text_add(t, " It stays the best in %.0f&nbsp;%% of ", 100.0 * w->p_best);
        report_add_number(t, c->n_sample, 0);
        text_add(t, " samples of prices, outages and material data.");
    }
    add_turn(t, c);
}

static void add_sentence(struct text *t, const struct report_ctx *r)
{
    const struct comparison *c = r->c;
    if (c->winner < 0) {
        text_add(t, "<p class=\"decision\">No technology meets the requirement.</p>\n");
        return;
    }
    const struct compare_technology *w = &c->tech[c->winner];
    const struct magnet *grade = r->s->technology[c->winner].grade[w->report.grade];
    int second = get_second(c);
    text_add(t, "<p class=\"decision\"><b style=\"border-color:%s\">", report_get_color(r->s->technology[c->winner].technology));
    add_name(t, r, c->winner);
    text_add(t, "</b>");
    if (grade) {
        text_add(t, " with grade ");
        report_add_escaped(t, grade->base.name);
    }
    if (second >= 0)
        add_lead(t, r, second);
    else
        text_add(t, r->s->n_technology > 1 ? " is the only technology that meets the requirement."
                                           : " meets the requirement; no other technology was compared.");
    text_add(t, "</p>\n");
}

static void add_weights(struct text *t, const struct report_ctx *r)
{
    const struct study_search *s = &r->s->search;
    text_add(t, "<p class=\"note\">The score weighs ");
    for (int k = 0; k < s->n_objective; k++) {
        char label[96];
        figure_label_get(s->objective[k]->key, label, sizeof label);
        text_add(t, "%s", k == 0 ? "" : (k == s->n_objective - 1 ? " and " : ", "));
        report_add_escaped(t, label);
        text_add(t, " (%.0f&nbsp;%%, %s is better)", 100.0 * s->weight_pu[k], s->objective[k]->better == FIGURE_LOWER ? "lower" : "higher");
    }
    text_add(t, ", each scaled from the worst (0) to the best (1) value on the fronts of all technologies.</p>\n");
}

/* ---- chips ---- */

static void add_chip(struct text *t, const char *label, double v, int decimals, const char *unit)
{
    text_add(t, "<span class=\"chip\"><i>%s</i> ", label);
    report_add_number(t, v, decimals);
    text_add(t, "&nbsp;%s</span>\n", unit);
}

static void add_text_chip(struct text *t, const struct study *s, const char *label, const char *path)
{
    const char *value = report_get_input(s, path);
    if (!value)
        return;
    char words[128];
    double number;
    text_add(t, "<span class=\"chip\"><i>%s</i> ", label);
    if (numtext_read_real(value, &number) == ST_OK)
        report_add_number(t, number, 0);
    else
        report_add_escaped(t, supply_words_get(value, words, sizeof words));
    text_add(t, "</span>\n");
}

static void add_point_chip(struct text *t, const char *label, const struct duty_point *p, const char *tail)
{
    text_add(t, "<span class=\"chip\"><i>%s</i> ", label);
    report_add_number(t, p->torque_Nm, 0);
    text_add(t, "&nbsp;N·m at ");
    report_add_number(t, p->speed_rad_per_s * 30.0 / PI, 0);
    text_add(t, "&nbsp;rpm%s</span>\n", tail);
}

static void add_chips(struct text *t, const struct report_ctx *r)
{
    const struct eval_setup *u = &r->s->setup;
    const struct requirement *q = &u->requirement;
    char tail[48];
    text_add(t, "<div class=\"chips\">\n");
    add_chip(t, "peak torque", q->peak_torque_Nm, 0, "N·m");
    add_chip(t, "peak power", q->peak_power_W / 1e3, 0, "kW");
    add_chip(t, "highest speed", q->speed_max_rad_per_s * 30.0 / PI, 0, "rpm");
    add_chip(t, "dc link", q->dc_voltage_V, 0, "V");
    add_chip(t, "phase current, peak", q->current_max_A, 0, "A");
    text_add(t, "<span class=\"chip\"><i>envelope</i> Ø&nbsp;");
    report_add_number(t, 1e3 * q->stator_outer_diameter_m, 0);
    text_add(t, "&nbsp;×&nbsp;");
    report_add_number(t, 1e3 * q->stack_max_m, 0);
    text_add(t, "&nbsp;mm</span>\n");
    add_chip(t, "air gap", 1e3 * q->airgap_m, 2, "mm");
    add_point_chip(t, "continuous", &u->duty.continuous, "");
    snprintf(tail, sizeof tail, " for %.0f&nbsp;s", u->duty.peak_duration_s);
    add_point_chip(t, "timed peak", &u->duty.peak, tail);
    add_chip(t, "coolant inlet", u->cooling.inlet_K - KELVIN_OFFSET_K, 0, "°C");
    add_text_chip(t, r->s, "cooling", "cooling.cooling");
    add_chip(t, "flux loss that counts", 100.0 * u->demag.flux_loss_limit_pu, 1, "%");
    add_text_chip(t, r->s, "motors a year", "economics.volume_motors_per_year");
    add_text_chip(t, r->s, "destination", "economics.destination");
    add_text_chip(t, r->s, "supply scenario", "economics.scenario");
    add_text_chip(t, r->s, "sourcing", "economics.sourcing");
    text_add(t, "</div>\n");
}

/* ---- technologies side by side ---- */

static const char *const TABLE[] = {
    /* a leading '*' begins a group; a leading '-' indents */
    "*Torque",
    "base_torque_Nm",
    "power_max_speed_kW",
    "torque_per_litre_Nm",
    "efficiency_cycle_pct",
    "efficiency_continuous_pct",
    "stack_mm",
    "mass_active_kg",
    "*Heat and demagnetisation",
    "winding_peak_degC",
    "winding_margin_K",
    "rotor_hot_degC",
    "rotor_margin_K",
    "demag_current_factor",
    "flux_loss_event_pct",
    "yield_safety",
    "fatigue_safety",
    "*Material and supply risk",
    "magnet_kg",
    "copper_kg",
    "hre_g",
    "rare_earth_g",
    "cost_today_USD",
    "risk_cost_USD",
    "-risk_drift_USD",
    "-risk_holding_USD",
    "-risk_shortage_USD",
    "-risk_tail_USD",
    "cost_with_risk_USD",
};

static double get_value(const struct report_ctx *r, int k, const struct figure *f)
{
    return r->c->tech[k].best >= 0 ? figure_eval(f, &r->c->tech[k].report.r) : (double)NAN;
}

/* Best value of a row, as it is printed; NAN when there is no better side, or nothing to tell apart. */
static double get_best(const struct report_ctx *r, const struct figure *f, int decimals)
{
    double best = (double)NAN, worst = (double)NAN, unit = pow(10.0, decimals);
    for (int k = 0; k < r->s->n_technology && f->better != FIGURE_NEUTRAL; k++) {
        double v = round(get_value(r, k, f) * unit);
        if (!isfinite(v))
            continue;
        if (!isfinite(best) || (f->better == FIGURE_LOWER ? v < best : v > best))
            best = v;
        if (!isfinite(worst) || (f->better == FIGURE_LOWER ? v > worst : v < worst))
            worst = v;
    }
    return fabs(best - worst) > 0.5 ? best : (double)NAN;
}

static void add_row(struct text *t, const struct report_ctx *r, const char *key, int is_part)
{
    const struct figure *f = result_get_figure(key);
    if (!f)
        return;
    int decimals = figure_label_get_decimals(key);
    double best = get_best(r, f, decimals), unit = pow(10.0, decimals);
    char label[96];
    figure_label_get(key, label, sizeof label);
    text_add(t, "<tr><th%s>", is_part ? " class=\"part\"" : "");
    report_add_sentence(t, label);
    text_add(t, "</th><td class=\"unit\">%s</td>", figure_label_get_unit(key));
    for (int k = 0; k < r->s->n_technology; k++) {
        double v = get_value(r, k, f);
        int is_best = isfinite(v) && fabs(round(v * unit) - best) < 0.5;
        text_add(t, "<td%s>", is_best && !is_part ? " class=\"best\"" : "");
        if (figure_label_is_least(key, v))
            text_add(t, "≥ ");
        report_add_number(t, v, decimals);
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_head(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<table class=\"compare\"><thead><tr><th></th><th class=\"unit\">unit</th>");
    for (int k = 0; k < r->s->n_technology; k++) {
        text_add(t, "<th style=\"border-top:4px solid %s\"%s>", report_get_color(r->s->technology[k].technology),
                 k == r->c->winner ? " class=\"winner\"" : "");
        add_name(t, r, k);
        text_add(t, "</th>");
    }
    text_add(t, "</tr></thead>\n<tbody><tr><th>Magnet grade</th><td></td>");
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        const struct magnet *grade = x->best >= 0 ? r->s->technology[k].grade[x->report.grade] : NULL;
        text_add(t, "<td%s>", x->best < 0 ? " class=\"bad\"" : "");
        report_add_escaped(t, grade ? grade->base.name : (x->best >= 0 ? "no magnet" : "not feasible"));
        char faces[64];
        machine_write_diffusion(&x->machine, faces, sizeof faces);
        if (grade && faces[0]) {
            text_add(t, "<br><small>");
            report_add_escaped(t, faces);
            text_add(t, "</small>");
        }
        if (grade && grade->evidence != EVIDENCE_COMMERCIAL) {
            text_add(t, "<br><small>");
            report_add_escaped(t, evidence_get_text(grade->evidence));
            text_add(t, "</small>");
        }
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_choice_row(struct text *t, const struct report_ctx *r, const char *label, int what)
{
    text_add(t, "<tr><th>%s</th><td class=\"unit\">%s</td>", label, what == 1 ? "%" : (what == 2 ? "USD" : ""));
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        double v = (double)NAN;
        if (x->best >= 0)
            v = what == 0 ? get_score(x) : (what == 1 ? 100.0 * x->p_best : (what == 2 ? x->regret_USD : x->n_front));
        text_add(t, "<td%s>", what == 0 && k == r->c->winner ? " class=\"best\"" : "");
        report_add_number(t, v, what == 0 ? 2 : 0);
        if (what == 1 && isfinite(v) && isfinite(x->p_best_standard_error))
            text_add(t, " <small>± %.0f</small>", ceil(100.0 * x->p_best_standard_error));
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_missed(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<tr><th>Requirements at report level</th><td></td>");
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        int n_missed = 0;
        for (int q = 0; q < CON_COUNT && x->best >= 0; q++)
            n_missed += x->report.r.g[q] > 0.0;
        if (x->best < 0)
            text_add(t, "<td class=\"bad\">missed</td>");
        else if (n_missed == 0)
            text_add(t, "<td class=\"good\">all met</td>");
        else
            text_add(t, "<td class=\"bad\">%d missed</td>", n_missed);
    }
    text_add(t, "</tr>\n");
}

static void add_table(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<h2>Technologies side by side</h2>\n<p class=\"note\">Each column is the design with the highest score of its technology, "
                "evaluated "
                "again on the finer mesh of the report. The best value of a row is marked.</p>\n");
    add_head(t, r);
    add_missed(t, r);
    for (int q = 0; q < ARRAY_LEN(TABLE); q++) {
        if (TABLE[q][0] == '*')
            text_add(t, "<tr class=\"group\"><th colspan=\"%d\">%s</th></tr>\n", 2 + r->s->n_technology, TABLE[q] + 1);
        else
            add_row(t, r, TABLE[q] + (TABLE[q][0] == '-'), TABLE[q][0] == '-');
    }
    text_add(t, "<tr class=\"group\"><th colspan=\"%d\">Choice</th></tr>\n", 2 + r->s->n_technology);
    add_choice_row(t, r, "Score under the stated weights", 0);
    add_choice_row(t, r, "Probability of being best", 1);
    add_choice_row(t, r, "Expected regret against the cheapest", 2);
    add_choice_row(t, r, "Designs on the front", 3);
    text_add(t, "</tbody></table>\n");
}

static void add_infeasible(struct text *t, const struct report_ctx *r)
{
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        if (x->best >= 0)
            continue;
        text_add(t, "<p class=\"out\"><b>");
        add_name(t, r, k);
        text_add(t, " cannot meet the requirement.</b> ");
        report_add_sentence(t, x->reason);
        relax_add_words(x, t);
        text_add(t, ".");
        text_add(t, "</p>\n");
    }
}

void report_add_decision(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<header><h1>");
    report_add_escaped(t, r->s->name);
    text_add(t, "</h1>\n");
    add_question(t, r);
    add_sentence(t, r);
    add_weights(t, r);
    add_chips(t, r);
    text_add(t, "</header>\n<section>\n");
    add_table(t, r);
    add_infeasible(t, r);
    text_add(t, "</section>\n");
}
