/* margin_curve_out.c - the curve in result.json and as CSV. */
#include "solver/margin_curve.h"
#include "materials/base/text.h"
#include "solver/out_json.h"
#include <math.h>
#include "materials/base/banned.h"

static json_t *get_point(const struct study *s, const struct compare_curve *c, int k)
{
    const struct compare_design *d = &c->point[k];
    const struct magnet *grade = s->technology[d->technology].grade[d->grade];
    struct machine m;
    int index;
    study_set_machine(s, d->technology, d->x, &m, &index);
    return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id", d->id, "magnet", grade->base.name, "hre_g",
                     out_json_get_real(1e3 * d->r.hre_kg), "rotor_margin_K", out_json_get_real(d->r.rotor_margin_K),
                     "search_rotor_margin_K", out_json_get_real(c->search_margin_K[k]), "figures", out_json_get_figures(&d->r),
                     "requirements", out_json_get_constraints(&d->r), "machine", out_json_get_machine(&m));
}

static json_t *get_technology(const struct comparison *c, int t)
{
    const struct compare_curve *curve = &c->tech[t].curve;
    json_t *points = json_array();
    for (int k = 0; k < curve->n; k++)
        json_array_append_new(points, get_point(c->study, curve, k));
    double need_kg = margin_curve_eval_need_kg(curve, margin_curve_get_goal_K(c));
    return json_pack("{s:s, s:i, s:i, s:o, s:o}", "key", technology_get_key(c->study->technology[t].technology), "designs_bred",
                     curve->n_evaluated, "designs_at_report_level", curve->n_report, "hre_for_equal_margin_g",
                     out_json_get_real(1e3 * need_kg), "points", points);
}

json_t *margin_curve_get_json(const struct comparison *c)
{
    if (c->study->search.curve.n_point == 0)
        return NULL;
    json_t *list = json_array();
    for (int t = 0; t < c->study->n_technology; t++)
        if (c->tech[t].curve.is_wanted)
            json_array_append_new(list, get_technology(c, t));
    return json_pack("{s:s, s:o, s:o}", "reading",
                     "each point is a redesigned motor that meets every requirement at report level, with the largest rotor_margin_K found "
                     "for at most so many grams of Dy and Tb; a staircase between points",
                     "equal_margin_K", out_json_get_real(margin_curve_get_goal_K(c)), "technologies", list);
}

static void add_row(struct text *t, const struct study *s, const struct compare_curve *c, int k)
{
    const struct compare_design *d = &c->point[k];
    const struct study_technology *st = &s->technology[d->technology];
    int n;
    const struct figure *f = result_get_figures(&n);
    text_add(t, "%s,%d,%s,%.17g", technology_get_key(st->technology), d->id, st->grade[d->grade]->base.name, c->search_margin_K[k]);
    for (int q = 0; q < n; q++) {
        double v = figure_eval(&f[q], &d->r);
        if (isfinite(v))
            text_add(t, ",%.17g", v);
        else
            text_add(t, ","); /* not applicable */
    }
    text_add(t, "\n");
}

enum status margin_curve_write_csv(const struct comparison *c, const char *path, struct err *e)
{
    struct text t = {0};
    int n;
    const struct figure *f = result_get_figures(&n);
    text_add(&t, "technology,id,magnet,search_rotor_margin_K");
    for (int k = 0; k < n; k++)
        text_add(&t, ",%s", f[k].key);
    text_add(&t, "\n");
    for (int k = 0; k < c->study->n_technology; k++)
        for (int q = 0; q < c->tech[k].curve.n; q++)
            add_row(&t, c->study, &c->tech[k].curve, q);
    enum status st = t.failed ? err_set(e, ST_NO_MEMORY, path, "CSV text") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}
