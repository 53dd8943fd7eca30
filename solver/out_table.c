#include "solver/out_table.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define LABEL_WIDTH 34
#define COLUMN_WIDTH 13

struct line { const char *figure, *label; int decimals; };

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
    {"flux_loss_event_pct", "flux lost in the worst event, %", 1},
    {"demag_current_factor", "current left, times the event", 2},
    {"yield_safety", "yield safety at overspeed", 2},
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

static void add_rule(struct text *t)
{
    for (int k = 0; k < 100; k++)
        text_add(t, "-");
    text_add(t, "\n");
}

static void add_value(struct text *t, double v, int decimals)
{
    if (fabs(v) < 0.5 * pow(10.0, -decimals))
        v = 0.0; /* no "-0" */
    if (isfinite(v))
        text_add(t, "%*.*f", COLUMN_WIDTH, decimals, v);
    else
        text_add(t, "%*s", COLUMN_WIDTH, "-");
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
}

static void add_lines(struct text *t, const struct comparison *c)
{
    for (int q = 0; q < ARRAY_LEN(LINES); q++) {
        if (!LINES[q].figure) {
            text_add(t, "%s\n", LINES[q].label);
            continue;
        }
        const struct figure *f = result_get_figure(LINES[q].figure);
        text_add(t, "%-*s", LABEL_WIDTH, LINES[q].label);
        for (int k = 0; k < c->study->n_technology; k++)
            if (c->tech[k].best >= 0)
                add_value(t, figure_eval(f, &c->tech[k].report.r), LINES[q].decimals);
            else
                text_add(t, "%*s", COLUMN_WIDTH, "-");
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
}

/* Wrap text at 100 columns behind an indent. */
static void add_wrapped(struct text *t, const char *lead, const char *s)
{
    int column = 0;
    while (*s) {
        size_t n = strcspn(s, " ");
        if (column == 0 || column + 1 + (int)n > 98) {
            text_add(t, column ? "\n  %*s%.*s" : "  %-*s%.*s", (int)strlen(lead), column ? "" : lead, (int)n, s);
            column = 2 + (int)strlen(lead) + (int)n;
        } else {
            text_add(t, " %.*s", (int)n, s);
            column += 1 + (int)n;
        }
        s += n + (s[n] == ' ');
    }
    text_add(t, "\n");
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
    add_wrapped(t, "", text);
    for (int k = 0; k < c->n_break_even; k++)
        if (isfinite(c->break_even[k].factor))
            add_wrapped(t, "turns if: ", c->break_even[k].text);
    for (int k = 0; k < c->study->n_technology; k++)
        if (c->tech[k].best < 0) {
            snprintf(text, sizeof text, "%s: %s", technology_get_label(c->study->technology[k].technology), c->tech[k].reason);
            add_wrapped(t, "left out: ", text);
        }
    for (int k = 0; k < c->n_warning; k++)
        add_wrapped(t, "note: ", c->warning[k]);
}

void out_table_add_comparison(struct text *t, const struct comparison *c)
{
    add_rule(t);
    text_add(t, "%.99s\n", c->study->name);
    add_rule(t);
    add_header(t, c);
    add_lines(t, c);
    add_rule(t);
    add_decision(t, c);
    add_rule(t);
}

#define RATING_STEP 8 /* of the speeds of the envelope */

static void add_ratings(struct text *t, const struct eval_detail *d)
{
    if (!(d->winding_limit_K > 0.0))
        return;
    text_add(t, "held by winding and rotor:  for ever                  for the peak time\n");
    for (int k = 0; k < d->n_speed; k += k + RATING_STEP < d->n_speed || k == d->n_speed - 1 ? RATING_STEP : d->n_speed - 1 - k)
        text_add(t, "%9.0f rpm %13.1f N m (%s)%*s %8.1f N m (%s)\n", d->speed_rad_per_s[k] * 30.0 / PI, d->continuous[k].torque_Nm,
                 eval_get_limit_key(d->continuous[k].bind), 14 - (int)strlen(eval_get_limit_key(d->continuous[k].bind)), "",
                 d->timed[k].torque_Nm, eval_get_limit_key(d->timed[k].bind));
    add_rule(t);
}

static void add_spread(struct text *t, const struct eval_detail *d)
{
    if (d->n_spread == 0)
        return;
    text_add(t, "hot spots over the range of a thermal coefficient, K     winding low    high      rotor low    high\n");
    for (int k = 0; k < d->n_spread; k++) {
        const struct eval_spread *x = &d->spread[k];
        if (fmax(fabs(x->winding_K[1] - x->winding_K[0]), fabs(x->rotor_K[1] - x->rotor_K[0])) >= 0.05)
            text_add(t, "  %-48s %15.1f %7.1f %14.1f %7.1f\n", x->key, x->winding_K[0], x->winding_K[1], x->rotor_K[0], x->rotor_K[1]);
    }
    add_rule(t);
}

void out_table_add_result(struct text *t, const struct machine *m, const struct result *r, const struct eval_detail *d)
{
    int n;
    const struct figure *f = result_get_figures(&n);
    add_rule(t);
    text_add(t, "%.99s\n", m->name);
    add_rule(t);
    for (int k = 0; k < n; k++) {
        double v = figure_eval(&f[k], r);
        if (isfinite(v))
            text_add(t, "%-42s %14.5g   %.40s\n", f[k].key, v, f[k].doc);
    }
    for (int c = 0; c < CON_COUNT; c++)
        if (r->g[c] >= EVAL_NOT_REACHED)
            text_add(t, "requirement not reached: %s (%s), because an earlier one is missed\n", constraint_get_key((enum constraint)c),
                     constraint_get_doc((enum constraint)c));
        else if (!(r->g[c] <= 0.0))
            text_add(t, "requirement missed: %s (%s), g = %.3f\n", constraint_get_key((enum constraint)c),
                     constraint_get_doc((enum constraint)c), r->g[c]);
    if (d->heat_failure[0])
        add_wrapped(t, "no thermal state: ", d->heat_failure);
    for (int k = 0; k < FILM_COUNT; k++)
        if (d->heat_continuous.film_outside[k] || d->heat_peak.film_outside[k])
            text_add(t, "note: the film of '%s' is used outside the range of its correlation\n", film_get_name((enum film_kind)k));
    add_rule(t);
    add_ratings(t, d);
    add_spread(t, d);
    int n_node = isnan(d->heat_continuous.magnet_layer_mean_K[1]) ? (int)THERMAL_LAYER2 : (int)THERMAL_NODE_COUNT;
    for (int k = 0; k < n_node && d->heat_continuous.T_K[THERMAL_YOKE] > 0.0; k++)
        text_add(t, "continuous, %-28s %7.1f degC\n", thermal_get_node_name((enum thermal_node)k),
                 d->heat_continuous.T_K[k] - KELVIN_OFFSET_K);
}
