/* out_table_motor.c - one judged design on a terminal: what was asked for first, then the figures, then what stands behind them. */
#include "materials/base/units.h"
#include "solver/figure_label.h"
#include "solver/out_table.h"
#include "solver/out_text.h"
#include "solver/requirement_row.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define LABEL_WIDTH 52

static void add_heading(struct text *t, const char *s)
{
    for (; *s; s++)
        text_add(t, "%c", toupper((unsigned char)*s));
    text_add(t, "\n");
}

/* "words, unit" behind an indent, as wide as the column of labels. */
static void add_label(struct text *t, int indent, const char *words, const char *unit)
{
    char s[128];
    snprintf(s, sizeof s, "%*s%s%s%s", indent, "", words, unit[0] ? ", " : "", unit);
    out_text_add_label(t, LABEL_WIDTH, s);
}

/* ---- what was asked for ---- */

static void add_requirements(struct text *t, const struct machine *m, const struct eval_setup *u, const struct result *r)
{
    struct requirement_row row[REQUIREMENT_MAX_ROW];
    const int n = requirement_row_get(u, m, r, row);
    out_text_add_label(t, LABEL_WIDTH, "REQUIREMENTS");
    text_add(t, "%10s%10s\n", "reached", "wanted");
    for (int k = 0; k < n; k++) {
        add_label(t, 2, row[k].label, row[k].unit);
        if (isfinite(row[k].wanted)) {
            out_text_add_cell(t, 10, figure_label_fit_decimals("", row[k].reached, row[k].decimals), row[k].reached);
            out_text_add_cell(t, 10, figure_label_fit_decimals("", row[k].wanted, row[k].decimals), row[k].wanted);
        } else {
            text_add(t, "%20s", "");
        }
        text_add(t, "   %s\n", requirement_row_get_state(row[k].state));
    }
}

static void add_warnings(struct text *t, const struct machine *m, const struct eval_setup *u, const struct result *r,
                         const struct eval_detail *d)
{
    char s[160];
    if (evaluate_is_map_wide(r)) {
        char words[256];
        evaluate_get_map_words(&u->requirement, r, words, sizeof words);
        out_text_add_wrapped(t, "note: ", words);
    }
    if (d->heat_failure[0])
        out_text_add_wrapped(t, "no thermal state: ", d->heat_failure);
    for (int k = 0; k < FILM_COUNT; k++)
        if (d->heat_continuous.film_outside[k] || d->heat_peak.film_outside[k]) {
            snprintf(s, sizeof s, "the film of '%s' is used outside the range of its correlation", film_get_name((enum film_kind)k));
            out_text_add_wrapped(t, "note: ", s);
        }
    if (machine_has_field_winding(m) && isnan(d->exciter_USD))
        out_text_add_wrapped(t, "note: ", EVAL_NO_EXCITER);
}

/* ---- figures ---- */

static void add_group(struct text *t, enum figure_group g, const struct result *r)
{
    add_heading(t, figure_label_get_group(g));
    for (const char *const *key = figure_label_get_keys(g); *key; key++) {
        const double v = figure_eval(result_get_figure(*key), r);
        char label[96], cell[48];
        if (!isfinite(v))
            continue;
        figure_label_get(*key, label, sizeof label);
        add_label(t, figure_label_is_part(*key) ? 4 : 2, label, figure_label_get_unit(*key));
        snprintf(cell, sizeof cell, "%s%.*f", figure_label_is_least(*key, v) ? ">= " : "",
                 figure_label_fit_decimals(*key, v, figure_label_get_decimals(*key)), v);
        text_add(t, "%10s\n", cell);
    }
}

/* ---- demagnetising events ---- */

static void add_event(struct text *t, const struct eval_event *x, int is_worst)
{
    char cell[48];
    text_add(t, "  %-26s%6.0f%8.0f%8.0f", eval_get_event_text(x->kind), x->T_K - KELVIN_OFFSET_K, x->i_d_A, x->i_q_A);
    out_text_add_cell(t, 8, 0, x->T_margin_K);
    snprintf(cell, sizeof cell, "%.0f..%.0f", x->T_margin_low_K, x->T_margin_high_K);
    text_add(t, "%11s", isfinite(x->T_margin_low_K) ? cell : "-");
    snprintf(cell, sizeof cell, "%s%.2f", figure_label_is_least("demag_current_factor", x->current_factor) ? ">=" : "", x->current_factor);
    text_add(t, "%9s", cell);
    out_text_add_cell(t, 8, 2, 100.0 * x->flux_lost_pu);
    out_text_add_cell(t, 8, 2, 100.0 * x->torque_lost_pu);
    text_add(t, "%s\n", is_worst ? " worst" : "");
}

static void add_events(struct text *t, const struct machine *m, const struct eval_detail *d)
{
    char note[200];
    if (d->n_event == 0)
        return;
    out_text_add_rule(t);
    text_add(t, "%-28s%6s%8s%8s%8s%11s%9s%8s%8s\n", "DEMAGNETISING EVENTS", "magnet", "i_d", "i_q", "kelvin", "with the", "current", "flux",
             "torque");
    text_add(t, "%-28s%6s%8s%8s%8s%11s%9s%8s%8s\n", "", "degC", "A", "A", "left", "data", "times", "lost, %", "lost, %");
    for (int k = 0; k < d->n_event; k++)
        add_event(t, &d->event[k], k == d->worst_event);
    snprintf(note, sizeof note,
             "kelvin and current left until the flux loss that counts, or the magnet's own limit of %.0f degC; those of a cold start count "
             "downwards",
             m->magnet->T_limit_K.value - KELVIN_OFFSET_K);
    out_text_add_wrapped(t, "  ", note);
}

/* ---- held for ever and for the peak time ---- */

#define RATING_STEP 8 /* of the speeds of the envelope */

static void add_rating(struct text *t, const struct eval_rating *x, int width)
{
    char limit[32];
    snprintf(limit, sizeof limit, "%s", eval_get_limit_key(x->bind));
    for (char *p = limit; *p; p++)
        if (*p == '_')
            *p = ' ';
    out_text_add_cell(t, 13, 1, x->torque_Nm);
    text_add(t, "  by %-*s", width, limit);
}

static void add_ratings(struct text *t, const struct eval_detail *d)
{
    if (!(d->winding_limit_K > 0.0))
        return;
    out_text_add_rule(t);
    text_add(t, "%-14s%13s%20s%13s\n", "TORQUE HELD", "for ever, N m", "", "peak time, N m");
    for (int k = 0; k < d->n_speed; k += k + RATING_STEP < d->n_speed || k == d->n_speed - 1 ? RATING_STEP : d->n_speed - 1 - k) {
        text_add(t, "%10.0f rpm", d->speed_rad_per_s[k] * 30.0 / PI);
        add_rating(t, &d->continuous[k], 15);
        add_rating(t, &d->timed[k], 0);
        text_add(t, "\n");
    }
}

/* ---- temperatures ---- */

static void add_spread(struct text *t, const struct eval_detail *d)
{
    if (d->n_spread == 0)
        return;
    out_text_add_rule(t);
    text_add(t, "%-*s%22s%22s\n", LABEL_WIDTH, "KELVIN AT THE ENDS OF A THERMAL COEFFICIENT'S RANGE", "winding low   high",
             "rotor low   high");
    for (int k = 0; k < d->n_spread; k++) {
        const struct eval_spread *x = &d->spread[k];
        char label[96];
        if (!(fmax(fabs(x->winding_K[1] - x->winding_K[0]), fabs(x->rotor_K[1] - x->rotor_K[0])) >= 0.05))
            continue;
        figure_label_get(x->key, label, sizeof label);
        add_label(t, 2, label, "");
        out_text_add_cell(t, 15, 1, x->winding_K[0]);
        out_text_add_cell(t, 7, 1, x->winding_K[1]);
        out_text_add_cell(t, 15, 1, x->rotor_K[0]);
        out_text_add_cell(t, 7, 1, x->rotor_K[1]);
        text_add(t, "\n");
    }
}

static void add_temperatures(struct text *t, const struct eval_detail *d)
{
    const struct thermal_state *a = &d->heat_continuous, *b = &d->heat_peak;
    if (!(a->T_K[THERMAL_YOKE] > 0.0))
        return;
    out_text_add_rule(t);
    text_add(t, "%-*s%12s%18s\n", LABEL_WIDTH, "TEMPERATURES, degC", "continuous", "end of the peak");
    const int n_node = isnan(a->magnet_layer_mean_K[1]) ? (int)THERMAL_LAYER2 : (int)THERMAL_NODE_COUNT;
    for (int k = 0; k < n_node; k++) {
        if (k == THERMAL_SPRAY && isnan(a->spray_out_K))
            continue;
        add_label(t, 2, figure_label_get_node((enum thermal_node)k, a), "");
        out_text_add_cell(t, 12, 0, a->T_K[k] - KELVIN_OFFSET_K);
        out_text_add_cell(t, 18, 0, b->T_K[k] > 0.0 ? b->T_K[k] - KELVIN_OFFSET_K : (double)NAN);
        text_add(t, "\n");
    }
}

void out_table_add_motor(struct text *t, const struct machine *m, const struct eval_setup *u, const struct result *r,
                         const struct eval_detail *d)
{
    out_text_add_title(t, m->name);
    add_requirements(t, m, u, r);
    add_warnings(t, m, u, r, d);
    out_text_add_rule(t);
    for (int g = 0; g < FIGURE_GROUP_COUNT; g++)
        add_group(t, (enum figure_group)g, r);
    add_events(t, m, d);
    add_ratings(t, d);
    add_spread(t, d);
    add_temperatures(t, d);
    out_text_add_rule(t);
}
