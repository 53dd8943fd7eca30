/* margin_curve_report.c - the curve's designs at report level, which of them stay, and what is read off. Contract: margin_curve.h,
 * compare_impl.h. */
#include "solver/margin_curve.h"
#include "materials/base/mem.h"
#include "solver/compare_impl.h"
#include "solver/optimise/pareto.h"
#include <math.h>
#include "materials/base/banned.h"

#define BUDGET_ROWS 7

/* ---- report level ---- */

struct curve_ctx { const struct study *study; struct comparison *c; };

/* Job k: point k of all curves in a row. */
static struct compare_design *get_point(struct comparison *c, int k)
{
    for (int t = 0; t < c->study->n_technology; t++) {
        if (k < c->tech[t].curve.n)
            return &c->tech[t].curve.point[k];
        k -= c->tech[t].curve.n;
    }
    return NULL;
}

static enum status report_point(void *ctx, int worker, int job, struct err *e)
{
    struct curve_ctx *cc = ctx;
    struct compare_design *d = get_point(cc->c, job);
    struct eval_level level = eval_level_report();
    struct evaluator *ev = NULL;
    struct machine m;
    int grade;
    (void)worker;
    study_set_machine(cc->study, d->technology, d->x, &m, &grade);
    TRY(evaluator_new(&cc->study->setup, &level, &m, &ev, e));
    enum status st = evaluate_machine(ev, &m, &d->r, NULL, e);
    evaluator_free(ev);
    d->r.magnet_grade = grade;
    if (!compare_is_failed(st))
        return st;
    d->r.violation = (double)NAN; /* left out */
    return ST_OK;
}

/* Requirements and the study's own limits, without what the search keeps in hand. */
static int is_kept(const struct study *s, const struct result *r)
{
    double con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    compare_eval_constraints(s, r, con);
    int ok = r->violation <= 0.0 && isfinite(r->rotor_margin_K) && isfinite(r->hre_kg);
    for (int k = CON_COUNT; k < compare_get_constraint_count(s); k++)
        ok &= con[k] <= 0.0;
    return ok;
}

static int is_beaten(const struct result *a, const struct result *b)
{
    double x[2] = {a->hre_kg, -a->rotor_margin_K}, y[2] = {b->hre_kg, -b->rotor_margin_K};
    return pareto_is_dominated(2, x, 0.0, y, 0.0);
}

/* Leaves the points that keep every requirement and are not beaten, with ascending grams. */
static void clean(const struct study *s, struct compare_curve *c)
{
    int n = 0;
    c->n_report = c->n;
    for (int k = 0; k < c->n; k++) {
        if (!is_kept(s, &c->point[k].r))
            continue;
        c->search_margin_K[n] = c->search_margin_K[k];
        c->point[n++] = c->point[k];
    }
    int m = 0, *beaten = mem_new((size_t)n + 1, sizeof *beaten);
    for (int k = 0; k < n && beaten; k++)
        for (int q = 0; q < n; q++)
            beaten[k] |= is_beaten(&c->point[k].r, &c->point[q].r);
    for (int k = 0; k < n && beaten; k++) {
        if (beaten[k])
            continue;
        c->search_margin_K[m] = c->search_margin_K[k];
        c->point[m++] = c->point[k];
    }
    c->n = beaten ? m : 0;
    mem_free(beaten);
    for (int k = 0; k < c->n; k++) /* few points: by exchange */
        for (int q = k + 1; q < c->n; q++)
            if (c->point[q].r.hre_kg < c->point[k].r.hre_kg) {
                struct compare_design d = c->point[k];
                double margin = c->search_margin_K[k];
                c->point[k] = c->point[q];
                c->search_margin_K[k] = c->search_margin_K[q];
                c->point[q] = d;
                c->search_margin_K[q] = margin;
            }
}

enum status margin_curve_report(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    struct curve_ctx cc = {s, c};
    int n = 0;
    for (int t = 0; t < s->n_technology; t++)
        n += c->tech[t].curve.n;
    if (n == 0)
        return ST_OK;
    log_send(&o->log, LOG_PROGRESS, "kelvin against grams: %d designs on the medium mesh", n);
    TRY(pool_solve(o->jobs, n, report_point, &cc, e));
    for (int k = 0; k < n; k++)
        c->n_field_solve += (long)get_point(c, k)->r.n_field_solve;
    for (int t = 0; t < s->n_technology; t++) {
        struct compare_curve *curve = &c->tech[t].curve;
        if (curve->n == 0)
            continue;
        clean(s, curve);
        if (curve->n == 0)
            compare_warn(c, "%s: none of the %d designs for kelvin against grams keeps every requirement on the finer mesh",
                         technology_get_label(s->technology[t].technology), curve->n_report);
    }
    return ST_OK;
}

void margin_curve_done(struct compare_curve *c)
{
    mem_free(c->point);
    mem_free(c->search_margin_K);
    *c = (struct compare_curve){0};
}

/* ---- read off ---- */

int margin_curve_eval_best(const struct compare_curve *c, double hre_kg)
{
    int best = -1;
    for (int k = 0; k < c->n; k++)
        if (c->point[k].r.hre_kg <= hre_kg && (best < 0 || c->point[k].r.rotor_margin_K > c->point[best].r.rotor_margin_K))
            best = k;
    return best;
}

double margin_curve_eval_need_kg(const struct compare_curve *c, double margin_K)
{
    double least = (double)NAN;
    for (int k = 0; k < c->n; k++)
        if (c->point[k].r.rotor_margin_K >= margin_K)
            least = fmin(least, c->point[k].r.hre_kg); /* fmin passes over NAN */
    return least;
}

double margin_curve_get_goal_K(const struct comparison *c)
{
    double goal = (double)NAN;
    for (int t = 0; t < c->study->n_technology; t++) {
        int k = margin_curve_eval_best(&c->tech[t].curve, 0.0);
        if (k >= 0)
            goal = fmax(goal, c->tech[t].curve.point[k].r.rotor_margin_K);
    }
    return goal;
}

int margin_curve_get_budgets(const struct comparison *c, double hre_kg[MARGIN_CURVE_MAX_BUDGET])
{
    static const double NICE[] = {1.0, 2.0, 2.5, 5.0, 10.0};
    double high = 0.0;
    int n_point = 0, k = 0;
    for (int t = 0; t < c->study->n_technology; t++) {
        n_point += c->tech[t].curve.n;
        for (int q = 0; q < c->tech[t].curve.n; q++)
            high = fmax(high, c->tech[t].curve.point[q].r.hre_kg);
    }
    if (n_point == 0)
        return 0;
    if (!(high > 0.0)) {
        hre_kg[0] = 0.0;
        return 1;
    }
    double ten = pow(10.0, floor(log10(high / BUDGET_ROWS)));
    while (NICE[k] * ten * BUDGET_ROWS < high * (1.0 - 1e-12) && k + 1 < ARRAY_LEN(NICE))
        k++;
    int n = 1 + (int)ceil(high / (NICE[k] * ten) - 1e-9);
    for (int q = 0; q < n && q < MARGIN_CURVE_MAX_BUDGET; q++)
        hre_kg[q] = q * NICE[k] * ten;
    return n < MARGIN_CURVE_MAX_BUDGET ? n : MARGIN_CURVE_MAX_BUDGET;
}
