/* optimum_row.c - see optimum_row.h. */
#include "solver/optimum_row.h"
#include "solver/compare_impl.h"
#include "solver/figure_label.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define STEP_G     0.01 /* of a constraint: 1 %, or 1 K of those in kelvin / 100 (result.h) */
#define LEAST_SCORE 1e-5 /* of a step: less does not bind */

static int is_in_USD(const struct study *s, int objective)
{
    return strcmp(figure_label_get_unit(s->search.objective[objective]->key), "USD") == 0 && s->search.weight_pu[objective] > 0.0;
}

int optimum_row_has_USD(const struct study *s)
{
    int has = 0;
    for (int k = 0; k < s->search.n_objective; k++)
        has |= is_in_USD(s, k);
    return has;
}

double optimum_row_get_worth(const struct study *s, const struct optimum_row *row, int technology)
{
    return optimum_row_has_USD(s) ? row->worth_USD[technology] : 1e3 * row->score_pu[technology];
}

static void set_worth(const struct compare_optimum *o, int technology, struct optimum_row *row)
{
    const double score_pu = o->n_start > 0 ? STEP_G * o->multiplier_pu[row->constraint] : (double)NAN;
    row->score_pu[technology] = score_pu;
    row->worth_USD[technology] = score_pu * o->score_worth_USD;
}

static const char *get_step(int constraint)
{
    return constraint == CON_WINDING_TEMP || constraint == CON_ROTOR_TEMP || constraint == CON_DEMAG ? "1 K" : "1 %";
}

static const char *const LABEL[CON_COUNT] = {
    [CON_GEOMETRY] = "shape that can be built",   [CON_PEAK_TORQUE] = "peak torque",
    [CON_POWER_MAX_SPEED] = "power, highest speed", [CON_DUTY_POINTS] = "continuous and cycle points",
    [CON_WINDING_TEMP] = "winding temperature",   [CON_ROTOR_TEMP] = "rotor temperature",
    [CON_DEMAG] = "demagnetisation margin",       [CON_STRENGTH] = "strength at overspeed",
    [CON_ROOM] = "outer diameter, stack, air gap"};

/* The study's limits follow the requirements, least value before largest (compare_batch.c). */
static void set_label(const struct study *s, int constraint, char *out, size_t n)
{
    if (constraint < CON_COUNT) {
        snprintf(out, n, "%s", LABEL[constraint]);
        return;
    }
    for (int k = 0, at = CON_COUNT; k < s->search.n_limit; k++) {
        const struct study_limit *l = &s->search.limit[k];
        for (int is_max = 0; is_max < 2; is_max++)
            if ((is_max ? l->max < HUGE_VAL : l->min > -HUGE_VAL) && at++ == constraint) {
                char label[64];
                figure_label_get(l->figure->key, label, sizeof label);
                snprintf(out, n, "%s, at %s", label, is_max ? "most" : "least");
            }
    }
}

int optimum_row_count_refined(const struct comparison *c)
{
    int n = 0;
    for (int k = 0; k < c->study->n_technology; k++)
        n += c->tech[k].optimum.n_start > 0;
    return n;
}

int optimum_row_get(const struct comparison *c, struct optimum_row out[OPTIMUM_MAX_ROW])
{
    int n = 0;
    for (int k = 0; k < compare_get_constraint_count(c->study); k++) {
        struct optimum_row *row = &out[n];
        int binds = 0;
        *row = (struct optimum_row){.constraint = k, .step = get_step(k)};
        set_label(c->study, k, row->label, sizeof row->label);
        for (int t = 0; t < c->study->n_technology; t++) {
            const struct compare_optimum *o = &c->tech[t].optimum;
            set_worth(o, t, row);
            binds |= row->score_pu[t] > LEAST_SCORE;
        }
        n += binds;
    }
    return n;
}

json_t *optimum_row_get_json(const struct comparison *c, int technology)
{
    const struct compare_optimum *o = &c->tech[technology].optimum;
    struct optimum_row row[OPTIMUM_MAX_ROW];
    if (o->n_start == 0)
        return json_null();
    json_t *list = json_array();
    const int n = optimum_row_get(c, row);
    for (int k = 0; k < n; k++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}", "requirement", row[k].label, "step", row[k].step, "score_pu",
                                              out_json_get_real(row[k].score_pu[technology]), "worth_USD",
                                              out_json_get_real(row[k].worth_USD[technology])));
    return json_pack("{s:o, s:i, s:i, s:i, s:o, s:o, s:o}", "design_id", o->id >= 0 ? json_integer(o->id) : json_null(), "starts",
                     o->n_start, "steps", o->n_step, "designs_evaluated", o->n_evaluated, "score_gained_pu",
                     out_json_get_real(o->score_gained_pu), "score_left_pu", out_json_get_real(o->score_left_pu), "binding", list);
}
