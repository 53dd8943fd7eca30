/* report_margin.c - kelvin against grams of Dy and Tb: sentence, chart data, table of the motors behind the points. */
#include "solver/report_impl.h"
#include "solver/margin_curve.h"
#include "solver/out_json.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* Markers of the chart by place of the grade in the study, in Chart.js' names and in words. */
static const struct { const char *style, *word; } MARKER[STUDY_MAX_GRADE] = {
    {"circle", "circle"},      {"triangle", "triangle"}, {"rectRot", "diamond"}, {"rect", "square"},
    {"rectRounded", "square"}, {"cross", "cross"},       {"crossRot", "x"},      {"star", "star"},
};

static const char *const COLUMN[] = {"hre_g",     "rotor_margin_K",      "rotor_hot_degC",       "magnet_thickness_mm", "magnet_kg",
                                     "stack_mm", "torque_per_litre_Nm", "efficiency_cycle_pct", "cost_with_risk_USD"};

static int count_points(const struct report_ctx *r)
{
    int n = 0;
    for (int k = 0; k < r->s->n_technology; k++)
        n += r->c->tech[k].curve.n;
    return n;
}

/* ---- sentence ---- */

static void add_sentence(struct text *t, const struct report_ctx *r)
{
    double goal_K = margin_curve_get_goal_K(r->c);
    if (!isfinite(goal_K))
        return;
    text_add(t, "<p>Without a gram of dysprosium or terbium a redesigned motor keeps ");
    report_add_number(t, goal_K, 0);
    text_add(t, "&nbsp;K.");
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_curve *c = &r->c->tech[k].curve;
        double need_kg = margin_curve_eval_need_kg(c, goal_K);
        char label[64];
        if (c->n == 0 || need_kg <= 0.0)
            continue;
        report_get_technology(r->s->technology[k].technology, label, sizeof label);
        text_add(t, " ");
        report_add_escaped(t, label);
        if (isfinite(need_kg)) {
            text_add(t, " needs ");
            report_add_number(t, 1e3 * need_kg, 0);
            text_add(t, "&nbsp;g for as much.");
        } else {
            text_add(t, " does not reach as much.");
        }
    }
    text_add(t, "</p>\n");
}

/* ---- figure ---- */

static int uses_grade(const struct compare_curve *c, int grade)
{
    for (int k = 0; k < c->n; k++)
        if (c->point[k].grade == grade)
            return 1;
    return 0;
}

static void add_markers(struct text *t, const struct report_ctx *r)
{
    for (int g = 0; g < STUDY_MAX_GRADE; g++) {
        int n = 0;
        for (int k = 0; k < r->s->n_technology; k++) {
            if (!uses_grade(&r->c->tech[k].curve, g))
                continue;
            if (n++ == 0) {
                text_add(t, " ");
                report_add_sentence(t, MARKER[g].word);
                text_add(t, ":");
            }
            text_add(t, n > 1 ? ", " : " ");
            report_add_escaped(t, r->s->technology[k].grade[g]->base.name);
        }
        if (n > 0)
            text_add(t, ".");
    }
}

/* ---- table ---- */

static void add_row(struct text *t, const struct report_ctx *r, const struct compare_design *d, int is_first)
{
    const struct study_technology *st = &r->s->technology[d->technology];
    char label[64], faces[64];
    struct machine m;
    int grade;
    study_set_machine(r->s, d->technology, d->x, &m, &grade);
    report_get_technology(st->technology, label, sizeof label);
    text_add(t, "<tr><th>");
    report_add_escaped(t, is_first ? label : "");
    text_add(t, "</th><td class=\"word\">");
    report_add_escaped(t, st->grade[d->grade]->base.name);
    machine_write_diffusion(&m, faces, sizeof faces);
    if (faces[0]) {
        text_add(t, " <small>");
        report_add_escaped(t, faces);
        text_add(t, "</small>");
    }
    text_add(t, "</td>");
    for (int q = 0; q < ARRAY_LEN(COLUMN); q++) {
        text_add(t, "<td>");
        report_add_number(t, figure_eval(result_get_figure(COLUMN[q]), &d->r),
                          strcmp(COLUMN[q], "magnet_thickness_mm") == 0 ? 1 : figure_label_get_decimals(COLUMN[q]));
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_table(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<table class=\"list\"><thead><tr><th>Technology</th><td class=\"word\">Grade</td>");
    for (int q = 0; q < ARRAY_LEN(COLUMN); q++) {
        char label[96];
        figure_label_get(COLUMN[q], label, sizeof label);
        text_add(t, "<td>");
        report_add_sentence(t, label);
        text_add(t, " <span class=\"unit\">%s</span></td>", figure_label_get_unit(COLUMN[q]));
    }
    text_add(t, "</tr></thead>\n");
    for (int k = 0; k < r->s->n_technology; k++)
        for (int q = 0; q < r->c->tech[k].curve.n; q++)
            add_row(t, r, &r->c->tech[k].curve.point[q], q == 0);
    text_add(t, "</table>\n");
}

void report_add_margin(struct text *t, const struct report_ctx *r)
{
    if (count_points(r) == 0)
        return;
    text_add(t, "<section><h2>Kelvin against grams of heavy rare earth</h2>\n");
    add_sentence(t, r);
    text_add(t, "<figure><div class=\"box map\"><canvas id=\"margin\" role=\"img\" aria-label=\"Kelvin left in the rotor against grams of "
                "dysprosium and terbium\"></canvas></div><figcaption>Each point is another motor, designed anew for the requirement and "
                "evaluated on the finer mesh: the largest margin that was found for at most so many grams.");
    add_markers(t, r);
    text_add(t, "</figcaption></figure>\n");
    add_table(t, r);
    text_add(t, "</section>\n");
}

json_t *report_get_margin(const struct report_ctx *r)
{
    json_t *list = json_array();
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_curve *c = &r->c->tech[k].curve;
        json_t *points = json_array();
        char label[64];
        for (int q = 0; q < c->n; q++) {
            const struct compare_design *d = &c->point[q];
            json_array_append_new(points, json_pack("{s:o, s:o, s:s, s:s, s:i}", "x", out_json_get_real(1e3 * d->r.hre_kg), "y",
                                                    out_json_get_real(d->r.rotor_margin_K), "grade",
                                                    r->s->technology[k].grade[d->grade]->base.name, "marker", MARKER[d->grade].style, "id",
                                                    d->id));
        }
        report_get_technology(r->s->technology[k].technology, label, sizeof label);
        if (c->n > 0)
            json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "label", label, "color",
                                                  report_get_color(r->s->technology[k].technology), "point", points));
        else
            json_decref(points);
    }
    return list;
}
