/* refine_step.c - one step from a point whose model is known. Contract: refine_impl.h. */
#include "solver/optimise/refine_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define SHRUNK     0.35 /* a trial's box over the last one's */
#define GROWN      2.0  /* the next box over the step that was taken */
#define RADIUS_MAX 0.3

static double get_trial_radius(const struct walk *w, int t) { return w->radius * pow(SHRUNK, t); }

/* The step of the last programme, as point k of the next batch. */
static void add_step(struct refine *r, const struct walk *w, int k)
{
    double *x = r->out->x + (r->out->n + k) * r->out->n_x;
    memcpy(x, w->x, sizeof *x * (size_t)r->out->n_x);
    for (int j = 0; j < w->n_free; j++)
        x[w->free[j]] = fmin(1.0, fmax(0.0, x[w->free[j]] + r->step[j]));
}

static enum status try_steps(struct refine *r, const struct walk *w, struct err *e)
{
    for (int t = 0; t < REFINE_N_TRIAL; t++) {
        TRY(refine_solve_programme(r, w, w->con, get_trial_radius(w, t), 1, e));
        add_step(r, w, t);
        memcpy(r->trial + t * r->out->n_x, r->step, sizeof *r->step * (size_t)w->n_free);
    }
    return refine_evaluate(r, REFINE_N_TRIAL, e);
}

/* The same steps once more, with the constraints as they were found at their ends (second-order correction). */
static enum status try_corrected(struct refine *r, const struct walk *w, struct err *e)
{
    const struct refine_result *out = r->out;
    const int first = out->n - REFINE_N_TRIAL;
    int n = 0;
    double con[REFINE_MAX_CON];
    for (int t = 0; t < REFINE_N_TRIAL; t++) {
        const double *found = out->con + (first + t) * out->n_con, *step = r->trial + t * out->n_x;
        if (!refine_is_judged(r, first + t))
            continue;
        for (int i = 0; i < out->n_con; i++) {
            con[i] = found[i];
            for (int j = 0; j < w->n_free; j++)
                con[i] -= w->A[i * out->n_x + j] * step[j];
        }
        TRY(refine_solve_programme(r, w, con, get_trial_radius(w, t), 1, e));
        add_step(r, w, n++);
    }
    return n > 0 ? refine_evaluate(r, n, e) : ST_OK;
}

static double eval_distance(const struct refine *r, const struct walk *w)
{
    double most = 0.0;
    for (int v = 0; v < r->out->n_x; v++)
        most = fmax(most, fabs(w->x[v] - w->old_x[v]));
    return most;
}

enum status refine_take_step(struct refine *r, struct walk *w, struct err *e)
{
    const int first = r->out->n;
    memcpy(w->old_x, w->x, sizeof *w->old_x * (size_t)r->out->n_x);
    refine_note_slope(r, w, w->old_slope);
    w->out->n_step++;
    TRY(try_steps(r, w, e));
    if (!r->out->stopped)
        TRY(try_corrected(r, w, e));
    if (r->out->stopped)
        return ST_OK;
    if (!refine_take_best(r, w, first)) {
        w->radius = get_trial_radius(w, REFINE_N_TRIAL);
        return ST_OK;
    }
    w->radius = fmin(RADIUS_MAX, GROWN * eval_distance(r, w));
    TRY(refine_set_model(r, w, e));
    refine_update_curvature(r, w);
    return ST_OK;
}
