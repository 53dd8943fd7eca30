/* refine_model.c - slopes, multipliers and curvature at a point, and the quadratic programme made of them. Contract: refine_impl.h. */
#include "solver/optimise/refine_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define DIFFERENCE 0.01 /* of a coordinate, for its derivative: far above the rounding of evaluations, far below a trait of their shape */
#define HAIR       3e-4 /* of constraints kept in hand by programmes: what a step misses by less than its model's error is no gain */
#define PRICE_OVER 4.0  /* least price of a constraint over its multiplier: far enough above it to be kept */
#define STRAIGHT   1.0  /* first guess of the curvature: the slope is gone after one interval */
#define DAMPED     0.2  /* Powell's: least share of the curvature so far that an update leaves along its step */

/* ---- slopes ---- */

/* Differences to one side; `side[v]` 0: coordinate v is not asked for; *n of them. */
static enum status add_differences(struct refine *r, const struct walk *w, const double *side, int *n, struct err *e)
{
    struct refine_result *out = r->out;
    *n = 0;
    for (int v = 0; v < out->n_x; v++)
        if (side[v] != 0.0) {
            double *x = out->x + (out->n + (*n)++) * out->n_x;
            memcpy(x, w->x, sizeof *x * (size_t)out->n_x);
            x[v] += side[v] * DIFFERENCE;
        }
    return *n > 0 ? refine_evaluate(r, *n, e) : ST_OK;
}

static void add_slope(const struct refine *r, struct walk *w, int v, int point, double h)
{
    const struct refine_result *out = r->out;
    w->out->gradient[v] = w->slope[w->n_free] = (refine_eval_f(r, point) - w->f) / h;
    for (int i = 0; i < out->n_con; i++)
        w->A[i * out->n_x + w->n_free] = (out->con[point * out->n_con + i] - w->con[i]) / h;
    w->free[w->n_free++] = v;
}

/* Slopes from the last n points; what was not judged is asked for on its other side, where that lies inside the box. */
static void take_differences(struct refine *r, struct walk *w, int n, double *side)
{
    for (int v = 0, point = r->out->n - n; v < r->out->n_x; v++) {
        if (side[v] == 0.0)
            continue;
        const double h = side[v] * DIFFERENCE, other = w->x[v] - h;
        const int is_judged = refine_is_judged(r, point);
        if (is_judged)
            add_slope(r, w, v, point, h);
        side[v] = is_judged || other < 0.0 || other > 1.0 ? 0.0 : -side[v];
        point++;
    }
}

static enum status set_slopes(struct refine *r, struct walk *w, struct err *e)
{
    double side[COVER_MAX_DIM];
    int n = 0;
    w->n_free = 0;
    for (int v = 0; v < r->out->n_x; v++) {
        const int is_cut = r->p->n_level && r->p->n_level[v] > 1;
        side[v] = is_cut ? 0.0 : w->x[v] < 0.5 ? 1.0 : -1.0;
        w->out->gradient[v] = (double)NAN;
    }
    for (int round = 0; round < 2 && !r->out->stopped; round++) {
        TRY(add_differences(r, w, side, &n, e));
        take_differences(r, w, n, side);
    }
    return ST_OK;
}

/* ---- programme ---- */

enum status refine_solve_programme(struct refine *r, const struct walk *w, const double *con, double radius, int is_curved, struct err *e)
{
    const int n = w->n_free, n_x = r->out->n_x, n_con = r->out->n_con;
    for (int j = 0; j < n; j++) {
        const double x = w->x[w->free[j]];
        r->low[j] = fmax(-radius, -x);
        r->high[j] = fmin(radius, 1.0 - x);
        for (int l = 0; l < n; l++)
            r->part_B[j * n + l] = is_curved ? w->B[w->free[j] * n_x + w->free[l]] : 0.0;
    }
    for (int i = 0; i < n_con; i++) {
        memcpy(r->part_A + i * n, w->A + i * n_x, sizeof *w->A * (size_t)n);
        r->reserved[i] = con[i] + HAIR;
    }
    struct qp q = {n, n_con, w->slope, r->part_B, r->part_A, r->reserved, r->low, r->high, w->price};
    return qp_solve(r->qp, &q, r->step, r->multiplier, e);
}

enum status refine_set_model(struct refine *r, struct walk *w, struct err *e)
{
    struct refine_path *out = w->out;
    const int n_con = r->out->n_con;
    out->f_left = 0.0;
    memset(out->multiplier, 0, sizeof *out->multiplier * (size_t)n_con);
    TRY(set_slopes(r, w, e));
    if (w->n_free == 0 || r->out->stopped)
        return ST_OK;
    TRY(refine_solve_programme(r, w, w->con, REFINE_LEFT_BOX, 0, e));
    memcpy(out->multiplier, r->multiplier, sizeof *out->multiplier * (size_t)n_con);
    for (int j = 0; j < w->n_free; j++)
        out->f_left -= w->slope[j] * r->step[j];
    out->f_left = fmax(0.0, out->f_left);
    for (int i = 0; i < n_con; i++)
        w->price = fmax(w->price, PRICE_OVER * out->multiplier[i]);
    return ST_OK;
}

/* ---- curvature ---- */

void refine_note_slope(const struct refine *r, const struct walk *w, double *out)
{
    memset(out, 0, sizeof *out * (size_t)r->out->n_x);
    for (int j = 0; j < w->n_free; j++) {
        double *sum = &out[w->free[j]];
        *sum = w->slope[j];
        for (int i = 0; i < r->out->n_con; i++)
            *sum += w->out->multiplier[i] * w->A[i * r->out->n_x + j];
    }
}

void refine_init_curvature(const struct refine *r, struct walk *w)
{
    const int n_x = r->out->n_x;
    double largest = 0.0;
    for (int j = 0; j < w->n_free; j++)
        largest = fmax(largest, fabs(w->slope[j]));
    memset(w->B, 0, sizeof *w->B * (size_t)(n_x * n_x));
    for (int v = 0; v < n_x; v++)
        w->B[v * n_x + v] = STRAIGHT * largest;
}

/* BFGS with Powell's damping: B stays positive definite. */
void refine_update_curvature(const struct refine *r, struct walk *w)
{
    const int n = r->out->n_x;
    double s[COVER_MAX_DIM], y[COVER_MAX_DIM], Bs[COVER_MAX_DIM], sBs = 0.0, sy = 0.0;
    refine_note_slope(r, w, y);
    for (int v = 0; v < n; v++) {
        s[v] = w->x[v] - w->old_x[v];
        y[v] -= w->old_slope[v];
    }
    for (int v = 0; v < n; v++) {
        Bs[v] = 0.0;
        for (int l = 0; l < n; l++)
            Bs[v] += w->B[v * n + l] * s[l];
        sBs += s[v] * Bs[v];
        sy += s[v] * y[v];
    }
    if (!(sBs > 0.0))
        return;
    const double keep = sy < DAMPED * sBs ? (1.0 - DAMPED) * sBs / (sBs - sy) : 1.0;
    sy = keep * sy + (1.0 - keep) * sBs;
    for (int v = 0; v < n; v++)
        y[v] = keep * y[v] + (1.0 - keep) * Bs[v];
    for (int v = 0; v < n; v++)
        for (int l = 0; l < n; l++)
            w->B[v * n + l] += y[v] * y[l] / sy - Bs[v] * Bs[l] / sBs;
}
