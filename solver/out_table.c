#include "solver/out_table.h"
#include "solver/figure_label.h"
#include "solver/margin_curve.h"
#include "solver/optimum_row.h"
#include "solver/out_risk.h"
#include "solver/out_text.h"
#include "solver/relax.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define LABEL_WIDTH 34
#define COLUMN_WIDTH 13

struct line { const char *figure, *label; int decimals; };

#define EVENT_LINE "demag_event" /* a word, not a figure */
#define TURNS_SHOWN 4 /* prices of either kind that turn the decision */

/* What a decision needs, in the order in which it is read. */
static const struct line LINES[] = {
    {NULL, "TORQUE", 0},
    {"base_torque_Nm", "torque at base speed, N m", 0},
    {"power_max_speed_kW", "power at highest speed, kW", 0},
    {"torque_per_litre_Nm", "peak torque per litre, N m", 0},
    {"efficiency_cycle_pct", "efficiency over the cycle, %", 1},
    {"mass_active_kg", "active mass, kg", 1},
    {NULL, "HEAT AND DEMAGNETISATION", 0},
    {"winding_margin_K", "winding below its class, K", 0},
    {"rotor_hot_degC", "hottest magnet / field coil, degC", 0},
    {"rotor_margin_K", "kelvin left in the rotor, K", 0},
    {"demag_margin_low_K", "  at the weak end of the data, K", 0},
    {EVENT_LINE, "worst event", 0},
    {"flux_loss_event_pct", "flux lost in the worst event, %", 1},
    {"demag_current_factor", "current left, times the event", 2},
    {"yield_safety", "yield safety at overspeed", 2},
    {"fatigue_safety", "fatigue safety, 0 to overspeed", 2},
    {NULL, "MATERIAL AND RISK", 0},
    {"hre_g", "Dy + Tb, g", 0},
    {"rare_earth_g", "all rare earths, g", 0},
    {"copper_kg", "copper, kg", 1},
    {"cost_today_USD", "cost today, USD", 0},
    {"risk_cost_USD", "risk cost, USD", 0},
    {"risk_drift_USD", "  price drift", 0},
    {"risk_holding_USD", "  holding and premium", 0},
    {"risk_shortage_USD", "  expected shortage", 0},
    {"risk_tail_USD", "  tail loading", 0},
    {"cost_with_risk_USD", "cost with risk, USD", 0},
};

/* Column heads of the technologies, as narrow as the column. */
static const char *const SHORT_NAMES[TECH_COUNT] = {"Dy NdFeB", "HRE-free", "GBD", "iron nitride", "wound field", "ferrite", "Sm2Co17"};

static const char *const SHORT_EVENTS[EVAL_EVENT_COUNT] = {"peak -d", "3-ph. short", "2-ph. short", "no control", "cold start"};

static void add_value(struct text *t, double v, int decimals) { out_text_add_cell(t, COLUMN_WIDTH, decimals, v); }

/* r NULL: no design. */
static void add_figure(struct text *t, const struct figure *f, const struct result *r, int decimals)
{
    const double v = r ? figure_eval(f, r) : (double)NAN;
    char cell[48];
    if (!figure_label_is_least(f->key, v)) {
        add_value(t, v, decimals);
        return;
    }
    snprintf(cell, sizeof cell, ">= %.*f", decimals, v);
    text_add(t, "%*s", COLUMN_WIDTH, cell);
}

/* Diffused faces by their initials, and the share of the grade's amount: "g b 60 %". */
static void add_diffusion(struct text *t, const struct comparison *c)
{
    static const char INITIAL[MACHINE_FACE_COUNT + 1] = "gbio";
    int n_diffused = 0;
    for (int k = 0; k < c->study->n_technology; k++)
        n_diffused += c->tech[k].best >= 0 && c->tech[k].machine.magnet && c->tech[k].machine.magnet->is_diffused;
    if (n_diffused == 0)
        return;
    text_add(t, "%-*s", LABEL_WIDTH, "diffused: gap back inner outer, %");
    for (int k = 0; k < c->study->n_technology; k++) {
        const struct machine *m = &c->tech[k].machine;
        char cell[32] = "-";
        int used = 0;
        for (int f = 0; c->tech[k].best >= 0 && m->magnet && m->magnet->is_diffused && f < MACHINE_FACE_COUNT; f++)
            if (m->gbd_face[f])
                used += snprintf(cell + used, sizeof cell - (size_t)used, "%c ", INITIAL[f]);
        if (used > 0)
            snprintf(cell + used, sizeof cell - (size_t)used, "%.0f", 100.0 * (1.0 - m->gbd_left_out_pu));
        text_add(t, "%*s", COLUMN_WIDTH, cell);
    }
    text_add(t, "\n");
}

static void add_header(struct text *t, const struct comparison *c)
{
    text_add(t, "%-*s", LABEL_WIDTH, "");
    for (int k = 0; k < c->study->n_technology; k++)
        text_add(t, "%*.*s", COLUMN_WIDTH, COLUMN_WIDTH - 1, SHORT_NAMES[c->study->technology[k].technology]);
    text_add(t, "\n%-*s", LABEL_WIDTH, "magnet grade");
    for (int k = 0; k < c->study->n_technology; k++) {
        const struct compare_technology *x = &c->tech[k];
        const struct magnet *m = x->best >= 0 ? c->study->technology[k].grade[x->report.grade] : NULL;
        const char *name = m ? m->base.name : (x->best >= 0 ? "none" : "-");
        text_add(t, "%*.*s", COLUMN_WIDTH, COLUMN_WIDTH - 1, name);
    }
    text_add(t, "\n");
    add_diffusion(t, c);
}

static void add_event(struct text *t, const struct compare_technology *x)
{
    const int is_known = x->best >= 0 && isfinite(x->report.r.demag_event);
    text_add(t, "%*s", COLUMN_WIDTH, is_known ? SHORT_EVENTS[(int)x->report.r.demag_event] : "-");
}

/* How near to the optimum the refined designs are, and what a requirement costs that keeps them from a better one. */
static void add_optimum(struct text *t, const struct comparison *c)
{
    struct optimum_row row[OPTIMUM_MAX_ROW];
    const int n = optimum_row_get(c, row), n_technology = c->study->n_technology;
    if (optimum_row_count_refined(c) == 0)
        return;
    text_add(t, "%-*s", LABEL_WIDTH, "score gained by gradients");
    for (int k = 0; k < n_technology; k++)
        add_value(t, c->tech[k].optimum.n_start > 0 ? c->tech[k].optimum.score_gained_pu : (double)NAN, 3);
    text_add(t, "\n%-*s", LABEL_WIDTH, "score left nearby, first order");
    for (int k = 0; k < n_technology; k++)
        add_value(t, c->tech[k].optimum.n_start > 0 ? c->tech[k].optimum.score_left_pu : (double)NAN, 3);
    text_add(t, "\n");
    if (n > 0)
        text_add(t, "WHAT BINDS, and what a requirement 1 %% or 1 K easier would be worth, %s\n",
                 optimum_row_has_USD(c->study) ? "USD a motor" : "thousandths of the score");
    for (int q = 0; q < n; q++) {
        text_add(t, "%s, %-*.*s", row[q].step, LABEL_WIDTH - 5, LABEL_WIDTH - 6, row[q].label);
        for (int k = 0; k < n_technology; k++)
            add_value(t, optimum_row_get_worth(c->study, &row[q], k), 1);
        text_add(t, "\n");
    }
}

static void add_lines(struct text *t, const struct comparison *c)
{
    for (int q = 0; q < ARRAY_LEN(LINES); q++) {
        if (!LINES[q].figure) {
            text_add(t, "%s\n", LINES[q].label);
            continue;
        }
        if (strcmp(LINES[q].figure, EVENT_LINE) == 0) {
            text_add(t, "%-*s", LABEL_WIDTH, LINES[q].label);
            for (int k = 0; k < c->study->n_technology; k++)
                add_event(t, &c->tech[k]);
            text_add(t, "\n");
            continue;
        }
        const struct figure *f = result_get_figure(LINES[q].figure);
        text_add(t, "%-*s", LABEL_WIDTH, LINES[q].label);
        for (int k = 0; k < c->study->n_technology; k++)
            add_figure(t, f, c->tech[k].best >= 0 ? &c->tech[k].report.r : NULL, LINES[q].decimals);
        text_add(t, "\n");
    }
    text_add(t, "%s\n%-*s", "CHOICE", LABEL_WIDTH, "score under the stated weights");
    for (int k = 0; k < c->study->n_technology; k++)
        add_value(t, c->tech[k].best >= 0 ? c->tech[k].front[c->tech[k].best].score : (double)NAN, 3);
    text_add(t, "\n%-*s", LABEL_WIDTH, "probability of being best");
    for (int k = 0; k < c->study->n_technology; k++)
        add_value(t, c->tech[k].best >= 0 ? c->tech[k].p_best : (double)NAN, 2);
    text_add(t, "\n%-*s", LABEL_WIDTH, "designs on the front");
    for (int k = 0; k < c->study->n_technology; k++)
        text_add(t, "%*d", COLUMN_WIDTH, c->tech[k].n_front);
    text_add(t, "\n");
    add_optimum(t, c);
}

/* Redesigned motors: what a gram of Dy and Tb buys. */
static void add_curve(struct text *t, const struct comparison *c)
{
    double budget_kg[MARGIN_CURVE_MAX_BUDGET], goal_K = margin_curve_get_goal_K(c);
    int n = margin_curve_get_budgets(c, budget_kg);
    if (n == 0)
        return;
    text_add(t, "KELVIN LEFT IN THE ROTOR WITH AT MOST SO MUCH Dy + Tb, each figure another feasible motor\n");
    for (int q = 0; q < n; q++) {
        char label[64];
        snprintf(label, sizeof label, "%.4g g", 1e3 * budget_kg[q]);
        text_add(t, "%-*s", LABEL_WIDTH, label);
        for (int k = 0; k < c->study->n_technology; k++) {
            int best = margin_curve_eval_best(&c->tech[k].curve, budget_kg[q]);
            add_value(t, best >= 0 ? c->tech[k].curve.point[best].r.rotor_margin_K : (double)NAN, 0);
        }
        text_add(t, "\n");
    }
    if (!isfinite(goal_K))
        return;
    char label[64];
    snprintf(label, sizeof label, "grams for the %.0f K of 0 g", goal_K);
    text_add(t, "%-*s", LABEL_WIDTH, label);
    for (int k = 0; k < c->study->n_technology; k++)
        add_value(t, 1e3 * margin_curve_eval_need_kg(&c->tech[k].curve, goal_K), 0);
    text_add(t, "\n");
}

/* The nearest prices of either kind; all of them are in result.json. */
static void add_turns(const struct comparison *c, struct text *t)
{
    char rest[96];
    for (int is_cost = 0; is_cost < 2; is_cost++) {
        int n = 0;
        for (int k = 0; k < c->n_break_even; k++)
            if (c->break_even[k].is_cost_alone == is_cost && n++ < TURNS_SHOWN)
                out_text_add_wrapped(t, "  turns if: ", c->break_even[k].text);
        snprintf(rest, sizeof rest, "%d further price%s%s, farther from today's: in result.json", n - TURNS_SHOWN,
                 n - TURNS_SHOWN == 1 ? "" : "s", is_cost ? " on cost with risk alone" : "");
        if (n > TURNS_SHOWN)
            out_text_add_wrapped(t, "  turns if: ", rest);
    }
}

static void add_decision(struct text *t, const struct comparison *c)
{
    if (c->winner < 0)
        return;
    const struct compare_technology *w = &c->tech[c->winner];
    char text[512];
    text_add(t, "DECISION\n");
    snprintf(text, sizeof text, "%s scores best (%.3f); it is best in %.0f %% of %d samples of prices, outages and material data.",
             technology_get_label(c->study->technology[c->winner].technology), w->front[w->best].score, 100.0 * w->p_best, c->n_sample);
    out_text_add_wrapped(t, "  ", text);
    add_turns(c, t);
    for (int k = 0; k < c->study->n_technology; k++)
        if (c->tech[k].best < 0) {
            struct text words = {0};
            text_add(&words, "%s: %s", technology_get_label(c->study->technology[k].technology), c->tech[k].reason);
            relax_add_words(&c->tech[k], &words);
            out_text_add_wrapped(t, "  left out: ", words.s ? words.s : "");
            text_done(&words);
        }
    for (int k = 0; k < c->study->n_technology; k++) {
        const struct compare_technology *x = &c->tech[k];
        char words[400] = "";
        if (x->best >= 0)
            evaluate_get_demag_words(&c->study->setup.demag, &x->report.r, &x->detail, words, sizeof words);
        if (words[0]) {
            snprintf(text, sizeof text, "%s: %s", technology_get_label(c->study->technology[k].technology), words);
            out_text_add_wrapped(t, "  magnet: ", text);
        }
    }
    for (int k = 0; k < c->n_warning; k++)
        out_text_add_wrapped(t, "  note: ", c->warning[k]);
}

/* With sourcing: best. */
static void add_mixes(struct text *t, const struct comparison *c)
{
    char text[1200], lead[40];
    int n = 0;
    for (int k = 0; k < c->study->n_technology; k++) {
        if (c->tech[k].best < 0 || !c->tech[k].has_mix)
            continue;
        out_risk_get_sourcing(c->study->economics.market, c->tech[k].report.r.q_kg, &c->tech[k].mix, 0, text, sizeof text);
        if (!text[0])
            continue;
        if (n++ == 0)
            text_add(t, "BEST MIX OF ROUTES AND STOCK\n");
        snprintf(lead, sizeof lead, "  %-14.14s", SHORT_NAMES[c->study->technology[k].technology]);
        out_text_add_wrapped(t, lead, text);
    }
    if (n > 0)
        out_text_add_rule(t);
}

/* The best design of all under each scenario. */
static void add_shift(struct text *t, const struct comparison *c)
{
    static const char *const SYMBOL[] = {"Dy", "Tb", "Nd", "Cu"};
    const struct bom_elements *el = &c->study->setup.elements;
    int n = 0;
    for (int q = 0; q < c->n_scenario; q++)
        n += c->scenario[q].winner >= 0;
    if (n == 0)
        return;
    text_add(t, "%-15s%-14s%-18s%8s%8s%8s%8s%14s%7s\n", "BEST DESIGN", "technology", "magnet", "Dy, g", "Tb, g", "Nd, g", "Cu, kg",
             "risk, USD", "cost");
    for (int q = 0; q < c->n_scenario; q++) {
        const struct scenario_cost *row = &c->scenario[q];
        if (row->winner < 0)
            continue;
        const struct scenario_design *b = &row->best[row->winner];
        const struct compare_feasible *d = &c->tech[row->winner].feasible[b->feasible];
        const struct magnet *grade = c->study->technology[row->winner].grade[d->grade];
        char risk[48];
        text_add(t, "%-15.14s%-14.13s%-18.17s", row->scenario, SHORT_NAMES[c->study->technology[row->winner].technology],
                 grade ? grade->base.name : "none");
        for (int m = 0; m < ARRAY_LEN(SYMBOL); m++) {
            double kg = (double)NAN;
            for (int i = 0; i < el->n; i++)
                if (strcmp(el->symbol[i], SYMBOL[m]) == 0)
                    kg = d->m_kg[i];
            text_add(t, m < 3 ? "%8.0f" : "%8.2f", m < 3 ? 1e3 * kg : kg);
        }
        snprintf(risk, sizeof risk, "%.0f +- %.1f", b->risk_cost_USD, b->standard_error_USD);
        text_add(t, "%14s%7.0f\n", risk, b->cost_with_risk_USD);
    }
    out_text_add_rule(t);
}

/* One line a magnet that the chosen rotor can take, and how many it cannot. */
static void add_substitutions(struct text *t, const struct comparison *c)
{
    if (c->n_substitution == 0)
        return;
    text_add(t, "%-38s%-22s%8s%8s%8s%16s\n", "THE SAME ROTOR WITH ANOTHER MAGNET", "magnet", "N m", "K left", "USD", "worth, USD");
    for (int k = 0; k < c->study->n_technology; k++) {
        const char *name = SHORT_NAMES[c->study->technology[k].technology];
        int n_tried = 0, n_fit = 0;
        for (int q = 0; q < c->n_substitution; q++) {
            const struct substitution *x = &c->substitution[q];
            char worth[48] = "";
            if (x->technology != k || x->is_own)
                continue;
            n_tried++;
            if (!x->is_feasible)
                continue;
            if (x->has_option && x->option.value_USD.value_USD < 0.05)
                snprintf(worth, sizeof worth, "none");
            else if (x->has_option)
                snprintf(worth, sizeof worth, "%.1f +- %.1f", x->option.value_USD.value_USD, x->option.value_USD.standard_error_USD);
            text_add(t, "  %-36s%-22s%8.0f%8.0f%8.0f%16s\n", n_fit++ == 0 ? name : "", x->magnet->base.name, x->r.base_torque_Nm,
                     x->r.rotor_margin_K, x->r.cost_with_risk_USD, worth);
        }
        if (n_tried > 0 && n_fit < n_tried)
            text_add(t, "  %-36s%d other%s do%s not fit\n", n_fit == 0 ? name : "", n_tried - n_fit, n_tried - n_fit == 1 ? "" : "s",
                     n_tried - n_fit == 1 ? "es" : "");
    }
    out_text_add_wrapped(t, "  ",
                         "coarse mesh; torque at base speed, kelvin left in the rotor, cost with risk; worth of building with it while "
                         "its own is short");
}

void out_table_add_comparison(struct text *t, const struct comparison *c)
{
    out_text_add_title(t, c->study->name);
    add_header(t, c);
    add_lines(t, c);
    add_curve(t, c);
    out_text_add_rule(t);
    add_mixes(t, c);
    add_shift(t, c);
    add_substitutions(t, c);
    add_decision(t, c);
    out_text_add_rule(t);
}
