/* report_charts.c - data of the charts, built generically from the study's objectives; the page's script only lays them out. */
#include "solver/report_impl.h"
#include "materials/base/units.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define MAX_BACKGROUND 1500 /* evaluated designs drawn per technology; evenly thinned beyond */

/* ---- headings and canvases ---- */

void report_add_chart(struct text *t, const char *id, const char *title, const char *note, enum report_shape shape)
{
    static const char *const BOX[] = {[REPORT_HALF] = "", [REPORT_WIDE] = "", [REPORT_WIDE_LOW] = " low", [REPORT_WIDE_TALL] = " tall"};
    text_add(t,
             "<figure%s><h3>%s</h3><div class=\"box%s\"><canvas id=\"%s\" role=\"img\" "
             "aria-label=\"%s\"></canvas></div><figcaption>%s</figcaption></figure>\n",
             shape == REPORT_HALF ? "" : " class=\"wide\"", title, BOX[shape], id, title, note);
}

static void add_scatter(struct text *t, const struct report_ctx *r, int k)
{
    const struct study_search *s = &r->s->search;
    char x[96], y[96], title[256], id[32];
    figure_label_get(s->objective[k]->key, x, sizeof x);
    figure_label_get(s->objective[s->n_objective - 1]->key, y, sizeof y);
    snprintf(title, sizeof title, "%s against %s", y, x);
    struct text heading = {0};
    report_add_sentence(&heading, title);
    snprintf(id, sizeof id, "scatter%d", k);
    if (heading.s)
        report_add_chart(t, id, heading.s,
                  "Grey: every evaluated design. Colour: designs that no other of their technology beats in all objectives. "
                  "Ringed: the chosen one. Figures on the mesh of the search.",
                         REPORT_HALF);
    text_done(&heading);
}

static void add_map(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<figure class=\"wide\"><h3>Efficiency map <select id=\"map-choice\" aria-label=\"Technology of the efficiency map\">");
    for (int k = 0, n = 0; k < r->s->n_technology; k++) {
        char label[64];
        if (r->c->tech[k].best < 0)
            continue;
        report_get_technology(r->s->technology[k].technology, label, sizeof label);
        text_add(t, "<option value=\"%d\">", n++);
        report_add_escaped(t, label);
        text_add(t, "</option>");
    }
    text_add(t, "</select></h3><div class=\"box map\"><canvas id=\"map\"></canvas></div><div class=\"scale\" id=\"map-scale\"></div>"
                "<figcaption>Motor efficiency without inverter, at the temperatures of the continuous point. Line: torque "
                "limit.</figcaption></figure>\n");
}

void report_add_charts(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<section class=\"charts\"><h2>What is traded against what</h2>\n<p class=\"note\">How much cost with risk each technology "
                "asks for "
                "torque, efficiency and kelvin; then the chosen designs beside each other.</p>\n<div class=\"grid\">\n");
    for (int k = 0; k < r->s->search.n_objective - 1; k++)
        add_scatter(t, r, k);
    if (r->s->search.curve.n_point == 0) /* otherwise a section of its own */
        report_add_chart(t, "hre", "Heavy rare earth against kelvin left in the rotor",
                  "Dysprosium and terbium in the motor, over the designs of each front: what a gram buys in kelvin.", REPORT_HALF);
    report_add_chart(t, "cost", "Cost of a motor and what supply risk adds",
              "Purchased elements, processing (scrap credit deducted) and the four parts of the risk cost, chosen designs.", REPORT_HALF);
    report_add_chart(
        t, "envelope", "Torque over speed",
        "Full: largest torque at the voltage and current limits. Dashed: held for ever by winding and rotor; a point says what binds. "
        "Thin: held for the peak time from the continuous point. Dotted black: required.",
        REPORT_HALF);
    report_add_chart(t, "demag", "Flux lost in the worst event over magnet temperature",
              REPORT_DEMAG_NOTE, REPORT_HALF);
    if (r->c->n_scenario > 0)
        report_add_chart(t, "scenario", "Supply-risk cost under other scenarios",
                  "Same designs, same sourcing; standard errors in the table below.", REPORT_WIDE);
    add_map(t, r);
    text_add(t, "</div></section>\n");
}

/* ---- data ---- */

json_t *report_get_reals(int n, const double *v, double factor, double offset)
{
    json_t *a = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(a, out_json_get_real(v[k] * factor + offset));
    return a;
}

static json_t *get_objectives(const struct report_ctx *r)
{
    const struct study_search *s = &r->s->search;
    json_t *list = json_array();
    for (int k = 0; k < s->n_objective; k++) {
        char label[96];
        figure_label_get(s->objective[k]->key, label, sizeof label);
        json_array_append_new(list, json_pack("{s:s, s:s, s:i}", "label", label, "unit", figure_label_get_unit(s->objective[k]->key),
                                              "better", (int)s->objective[k]->better));
    }
    return list;
}

/* Objectives are stored to be minimised: sign back. Designs that failed numerically have no values and are left out. */
static json_t *get_background(const struct report_ctx *r, const struct compare_technology *x)
{
    int n = r->s->search.n_objective, step = 1 + (x->n_all - 1) / MAX_BACKGROUND;
    json_t *list = json_array();
    for (int k = 0; k < x->n_all; k += step) {
        json_t *point = json_array();
        int is_known = 1;
        for (int q = 0; q < n; q++) {
            double v = x->all_obj[k * n + q] * (r->s->search.objective[q]->better == FIGURE_HIGHER ? -1.0 : 1.0);
            is_known &= isfinite(v) && fabs(v) < 1e9;
            json_array_append_new(point, out_json_get_real(v));
        }
        if (is_known)
            json_array_append_new(list, point);
        else
            json_decref(point);
    }
    return list;
}

static json_t *get_front(const struct report_ctx *r, const struct compare_technology *x, int tech)
{
    json_t *list = json_array();
    const struct figure *margin = result_get_figure("rotor_margin_K"), *hre = result_get_figure("hre_g");
    for (int q = 0; q < x->n_front; q++) {
        const struct compare_design *d = &x->front[q];
        const struct magnet *grade = r->s->technology[tech].grade[d->grade];
        json_t *o = json_array();
        for (int k = 0; k < r->s->search.n_objective; k++)
            json_array_append_new(o, out_json_get_real(figure_eval(r->s->search.objective[k], &d->r)));
        json_array_append_new(list,
                              json_pack("{s:i, s:s, s:o, s:o, s:o, s:o}", "id", d->id, "grade", grade ? grade->base.name : "no magnet", "o",
                                        o, "margin", out_json_get_real(figure_eval(margin, &d->r)), "hre",
                                        out_json_get_real(figure_eval(hre, &d->r)), "score", out_json_get_real(d->score)));
    }
    return list;
}

/* Speeds are in ascending order; the requirement is constant torque to base speed, then constant power. */
json_t *report_get_requirement(const struct requirement *q)
{
    json_t *list = json_array();
    double base = requirement_get_base_speed_rad_per_s(q);
    json_array_append_new(list, json_pack("{s:f, s:f}", "x", 0.0, "y", q->peak_torque_Nm));
    for (int k = 0; k <= 40; k++) {
        double speed = base + (q->speed_max_rad_per_s - base) * k / 40.0;
        json_array_append_new(
            list, json_pack("{s:o, s:o}", "x", out_json_get_real(speed * 30.0 / PI), "y", out_json_get_real(q->peak_power_W / speed)));
    }
    return list;
}

static json_t *get_ratings(int n, const struct eval_rating *r)
{
    json_t *list = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(list, out_json_get_real(r[k].torque_Nm));
    return list;
}

static json_t *get_binds(int n, const struct eval_rating *r)
{
    json_t *list = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(list, json_string(eval_get_limit_key(r[k].bind)));
    return list;
}

json_t *report_get_envelope(const struct eval_detail *d)
{
    json_t *map = json_object();
    json_object_set_new(map, "speed", report_get_reals(d->n_speed, d->speed_rad_per_s, 30.0 / PI, 0.0));
    json_object_set_new(map, "peak", report_get_reals(d->n_speed, d->torque_max_Nm, 1.0, 0.0));
    json_object_set_new(map, "continuous", get_ratings(d->n_speed, d->continuous));
    json_object_set_new(map, "binds", get_binds(d->n_speed, d->continuous));
    json_object_set_new(map, "timed", get_ratings(d->n_speed, d->timed));
    json_object_set_new(map, "timed_binds", get_binds(d->n_speed, d->timed));
    json_object_set_new(map, "torque", report_get_reals(d->n_map_torque, d->map_torque_Nm, 1.0, 0.0));
    json_object_set_new(map, "efficiency", report_get_reals(d->n_map_torque * d->n_speed, d->efficiency_pu, 100.0, 0.0));
    return map;
}

/* The curve's end at the event itself: its own temperature, and its loss by self-consistent fields. */
json_t *report_get_demag(const struct eval_detail *d)
{
    const struct eval_event *w = d->worst_event >= 0 ? &d->event[d->worst_event] : NULL;
    return json_pack("{s:o, s:o, s:o, s:o}", "T", report_get_reals(d->n_demag, d->demag_T_K, 1.0, -KELVIN_OFFSET_K), "lost",
                     report_get_reals(d->n_demag, d->demag_flux_lost_pu, 100.0, 0.0), "at",
                     out_json_get_real(w ? w->T_K - KELVIN_OFFSET_K : (double)NAN), "at_lost",
                     out_json_get_real(w ? 100.0 * w->flux_lost_pu : (double)NAN));
}

static json_t *get_costs(const struct report_ctx *r)
{
    const struct bom_cost *cost[TECH_COUNT];
    const struct result *result[TECH_COUNT];
    int n = 0;
    for (int k = 0; k < r->s->n_technology; k++)
        if (r->c->tech[k].best >= 0) {
            cost[n] = &r->c->tech[k].detail.cost;
            result[n++] = &r->c->tech[k].report.r;
        }
    return report_get_costs(&r->s->setup.elements, n, cost, result);
}

static json_t *get_scenarios(const struct report_ctx *r)
{
    json_t *list = json_array();
    for (int q = 0; q < r->c->n_scenario; q++) {
        const struct scenario_cost *s = &r->c->scenario[q];
        json_t *v = json_array();
        for (int k = 0; k < r->s->n_technology; k++)
            if (r->c->tech[k].best >= 0)
                json_array_append_new(v, out_json_get_real(s->risk_cost_USD[k]));
        char name[64];
        snprintf(name, sizeof name, "%s", s->scenario);
        for (char *p = name; *p; p++)
            if (*p == '_')
                *p = ' ';
        json_array_append_new(list, json_pack("{s:s, s:o}", "label", name, "value", v));
    }
    return list;
}

static json_t *get_technology(const struct report_ctx *r, int k)
{
    const struct compare_technology *x = &r->c->tech[k];
    char label[64];
    report_get_technology(r->s->technology[k].technology, label, sizeof label);
    json_t *o = json_pack("{s:s, s:s, s:b, s:b, s:i, s:o, s:o}", "label", label, "color", report_get_color(r->s->technology[k].technology),
                          "winner", k == r->c->winner, "feasible", x->best >= 0, "best", x->best, "all", get_background(r, x), "front",
                          get_front(r, x, k));
    if (x->best >= 0) {
        json_object_set_new(o, "map", report_get_envelope(&x->detail));
        json_object_set_new(o, "demag", report_get_demag(&x->detail));
    }
    return o;
}

json_t *report_get_charts(const struct report_ctx *r)
{
    json_t *root = json_object(), *tech = json_array();
    for (int k = 0; k < r->s->n_technology; k++)
        json_array_append_new(tech, get_technology(r, k));
    json_object_set_new(root, "objective", get_objectives(r));
    json_object_set_new(root, "tech", tech);
    json_object_set_new(root, "requirement", report_get_requirement(&r->s->setup.requirement));
    json_object_set_new(root, "limit_pct", out_json_get_real(100.0 * r->s->setup.demag.flux_loss_limit_pu));
    json_object_set_new(root, "margin", report_get_margin(r));
    json_object_set_new(root, "bridge", report_get_bridge(r));
    json_object_set_new(root, "cost", get_costs(r));
    json_object_set_new(root, "scenario", get_scenarios(r));
    json_object_set_new(root, "shift", report_get_shift(r));
    return root;
}
