/* refine.c - the race of the paths, and their memory. Contract: refine.h. */
#include "solver/optimise/refine_impl.h"
#include "materials/base/mem.h"
#include "solver/optimise/pareto.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define RADIUS_LEAST 0.02 /* below it a path is over: kinks hold it */
#define LEFT_LEAST   1e-3 /* of f_left: near enough */
#define REACH        3.0  /* of a whole path, in falls of f_left: 1.3 to 3.5 were found */
#define RESTORE_STEPS 2   /* that a path may take to become feasible */
#define MISSED       0.5  /* f that a unit of constraint is taken to cost, before its multiplier is known */
#define PRICE        20.0 /* first price of a constraint, in f per unit */

int refine_get_max(int n_x, int n_start, int n_step)
{
    return n_start + REFINE_MAX_OTHER + (n_start + REFINE_N_OTHER + n_step) * 2 * n_x + n_step * 2 * REFINE_N_TRIAL;
}

double refine_eval_f(const struct refine *r, int point)
{
    double f = 0.0;
    for (int j = 0; j < r->p->n_obj; j++)
        f += r->o->weight[j] * r->out->obj[point * r->p->n_obj + j];
    return f;
}

int refine_is_judged(const struct refine *r, int point)
{
    int ok = isfinite(refine_eval_f(r, point));
    for (int i = 0; i < r->p->n_con; i++)
        ok &= r->out->con[point * r->p->n_con + i] < r->p->not_judged; /* nor NAN */
    return ok;
}

enum status refine_evaluate(struct refine *r, int n, struct err *e)
{
    struct refine_result *out = r->out;
    TRY(r->p->eval(r->p->ctx, n, out->x + out->n * out->n_x, out->obj + out->n * out->n_obj, out->con + out->n * out->n_con, e));
    out->n += n;
    if (r->p->step)
        out->stopped = r->p->step(r->p->ctx, out->n, out->n + r->n_step_left * (out->n_x + 2 * REFINE_N_TRIAL));
    return ST_OK;
}

static double eval_violation(const struct refine *r, int point)
{
    return pareto_eval_violation(r->out->n_con, r->out->con + point * r->out->n_con);
}

/* Where w would move to. */
static int is_better(const struct refine *r, const struct walk *w, int point)
{
    const double violation = eval_violation(r, point);
    if (!refine_is_judged(r, point))
        return 0;
    return w->violation > 0.0 ? violation < w->violation : !(violation > 0.0) && refine_eval_f(r, point) < w->f;
}

static void move_to(const struct refine *r, struct walk *w, int point)
{
    const struct refine_result *out = r->out;
    w->violation = eval_violation(r, point);
    w->f = w->out->f_best = refine_eval_f(r, point);
    w->out->best = point;
    memcpy(w->x, out->x + point * out->n_x, sizeof *w->x * (size_t)out->n_x);
    memcpy(w->con, out->con + point * out->n_con, sizeof *w->con * (size_t)out->n_con);
}

int refine_take_best(struct refine *r, struct walk *w, int first)
{
    const int before = w->out->best;
    for (int k = first; k < r->out->n; k++)
        if (is_better(r, w, k))
            move_to(r, w, k);
    return w->out->best != before;
}

/* ---- race ---- */

/* What a path may come to. One that is not feasible yet goes first: its f means nothing. */
static double get_promise(const struct walk *w)
{
    return w->violation > 0.0 ? -HUGE_VAL : w->f - REACH * w->out->f_left;
}

static int is_over(const struct walk *w)
{
    if (w->n_free == 0 || w->radius < RADIUS_LEAST)
        return 1;
    return w->violation > 0.0 ? w->out->n_step >= RESTORE_STEPS : w->out->f_left < LEFT_LEAST;
}

static void set_best(struct refine *r)
{
    struct refine_result *out = r->out;
    for (int k = 0; k < out->n_path; k++) /* the first one is feasible */
        if (!(r->walk[k].violation > 0.0) && r->walk[k].f < r->walk[out->best_path].f)
            out->best_path = k;
}

/* The path that goes on: the one that promises most, if that is more than what has been reached. */
static struct walk *get_next(struct refine *r)
{
    struct walk *next = NULL;
    set_best(r);
    for (int k = 0; k < r->out->n_path; k++) {
        struct walk *w = &r->walk[k];
        if (!is_over(w) && get_promise(w) < r->walk[r->out->best_path].f && (!next || get_promise(w) < get_promise(next)))
            next = w;
    }
    return next;
}

static int is_feasible(const struct refine *r, int point)
{
    return refine_is_judged(r, point) && !(eval_violation(r, point) > 0.0);
}

static enum status add_path(struct refine *r, int point, struct err *e)
{
    struct walk *w = &r->walk[r->out->n_path++];
    move_to(r, w, point);
    w->out->start = point;
    w->out->f_start = w->f;
    TRY(refine_set_model(r, w, e));
    refine_init_curvature(r, w);
    return ST_OK;
}

/* The point of first .. last that promises most and begins no path yet; what it misses is priced. -1: none was judged. */
static int get_best_new(const struct refine *r, int first, int last, int is_strict)
{
    int best = -1;
    double best_f = HUGE_VAL;
    for (int k = first; k <= last; k++) {
        const double f = refine_eval_f(r, k) + MISSED * eval_violation(r, k);
        int is_new = is_strict ? is_feasible(r, k) : refine_is_judged(r, k);
        for (int q = 0; q < r->out->n_path; q++)
            is_new &= r->out->path[q].start != k;
        if (is_new && f < best_f) {
            best = k;
            best_f = f;
        }
    }
    return best;
}

static enum status set_starts(struct refine *r, const double *x, struct err *e)
{
    struct refine_result *out = r->out;
    memcpy(out->x, x, sizeof *x * (size_t)(out->n_start * out->n_x));
    TRY(refine_evaluate(r, out->n_start, e));
    for (int k = 0; k < r->o->n_sure && k < out->n_start && !out->stopped; k++)
        if (is_feasible(r, k))
            TRY(add_path(r, k, e));
    const int extra = get_best_new(r, r->o->n_sure, out->n_start - 1, 1);
    if (extra >= 0 && !out->stopped)
        TRY(add_path(r, extra, e));
    if (out->n_path == 0 && !out->stopped)
        return err_set(e, ST_USAGE, "refine", "none of %d starts is feasible", out->n_start);
    return ST_OK;
}

static enum status race(struct refine *r, int n_step, struct err *e)
{
    struct walk *next;
    for (int n = 0; n < n_step && !r->out->stopped && (next = get_next(r)) != NULL; n++) {
        r->n_step_left--;
        TRY(refine_take_step(r, next, e));
    }
    return ST_OK;
}

/* ---- other parts ---- */

static enum status try_others(struct refine *r, struct err *e)
{
    set_best(r);
    const int first = r->out->n, n = explore_set_other_parts(r->out->n_x, r->p->n_level, r->walk[r->out->best_path].x, REFINE_MAX_OTHER,
                                                             r->out->x + first * r->out->n_x);
    if (n > 0)
        TRY(refine_evaluate(r, n, e));
    for (int k = 0, point; k < REFINE_N_OTHER && !r->out->stopped && (point = get_best_new(r, first, first + n - 1, 0)) >= 0; k++)
        TRY(add_path(r, point, e));
    return ST_OK;
}

static enum status solve(struct refine *r, const double *x_start, struct err *e)
{
    const int half = r->o->n_step / 2;
    TRY(set_starts(r, x_start, e));
    TRY(race(r, half, e));
    if (half > 0 && !r->out->stopped)
        TRY(try_others(r, e));
    TRY(race(r, r->o->n_step - half, e));
    set_best(r);
    if (r->out->n_path > 0)
        refine_take_best(r, &r->walk[r->out->best_path], 0); /* a difference of a gradient may be better */
    return ST_OK;
}

/* ---- memory ---- */

static int init_walk(struct walk *w, struct refine_path *path, const struct explore_problem *p, double radius)
{
    const size_t n_x = (size_t)p->n_x, n_con = (size_t)p->n_con;
    int ok = 1;
    *w = (struct walk){.out = path, .price = PRICE, .radius = radius};
    path->gradient = mem_take(n_x, sizeof(double), &ok);
    path->multiplier = mem_take(n_con, sizeof(double), &ok);
    w->x = mem_take(n_x, sizeof(double), &ok);
    w->con = mem_take(n_con, sizeof(double), &ok);
    w->slope = mem_take(n_x, sizeof(double), &ok);
    w->A = mem_take(n_con * n_x, sizeof(double), &ok);
    w->B = mem_take(n_x * n_x, sizeof(double), &ok);
    w->old_x = mem_take(n_x, sizeof(double), &ok);
    w->old_slope = mem_take(n_x, sizeof(double), &ok);
    w->free = mem_take(n_x, sizeof *w->free, &ok);
    return ok;
}

static void done_walk(struct walk *w)
{
    mem_free(w->x);
    mem_free(w->con);
    mem_free(w->slope);
    mem_free(w->A);
    mem_free(w->B);
    mem_free(w->old_x);
    mem_free(w->old_slope);
    mem_free(w->free);
}

static enum status init(struct refine *r, struct err *e)
{
    struct refine_result *out = r->out;
    const size_t n_x = (size_t)out->n_x, n_con = (size_t)out->n_con,
                 max = (size_t)refine_get_max(out->n_x, out->n_start, r->o->n_step);
    int ok = 1;
    out->x = mem_take(max * n_x, sizeof(double), &ok);
    out->obj = mem_take(max * (size_t)out->n_obj, sizeof(double), &ok);
    out->con = mem_take(max * n_con, sizeof(double), &ok);
    r->low = mem_take(n_x, sizeof(double), &ok);
    r->high = mem_take(n_x, sizeof(double), &ok);
    r->step = mem_take(n_x, sizeof(double), &ok);
    r->multiplier = mem_take(n_con, sizeof(double), &ok);
    r->part_B = mem_take(n_x * n_x, sizeof(double), &ok);
    r->part_A = mem_take(n_con * n_x, sizeof(double), &ok);
    r->reserved = mem_take(n_con, sizeof(double), &ok);
    r->trial = mem_take(REFINE_N_TRIAL * n_x, sizeof(double), &ok);
    for (int k = 0; k < REFINE_MAX_PATH; k++)
        ok &= init_walk(&r->walk[k], &out->path[k], r->p, r->o->radius);
    if (!ok)
        return err_set(e, ST_NO_MEMORY, "refine", "%zu points", max);
    return qp_new(out->n_x, out->n_con, &r->qp, e);
}

static void done(struct refine *r)
{
    double *list[] = {r->low, r->high, r->step, r->multiplier, r->part_B, r->part_A, r->reserved, r->trial};
    for (size_t k = 0; k < ARRAY_LEN(list); k++)
        mem_free(list[k]);
    for (int k = 0; k < REFINE_MAX_PATH; k++)
        done_walk(&r->walk[k]);
    qp_free(r->qp);
}

enum status refine_solve(const struct explore_problem *p, const struct refine_opts *o, int n_start, const double *x_start,
                         struct refine_result *out, struct err *e)
{
    struct explore_problem problem = *p;
    if (!(p->not_judged > 0.0))
        problem.not_judged = HUGE_VAL;
    struct refine r = {.p = &problem, .o = o, .out = out, .n_step_left = o->n_step};
    *out = (struct refine_result){.n_x = p->n_x, .n_obj = p->n_obj, .n_con = p->n_con};
    if (p->n_x > COVER_MAX_DIM || p->n_con > REFINE_MAX_CON || n_start < 1 || n_start > REFINE_MAX_START)
        return err_set(e, ST_USAGE, "refine", "%d variables, %d constraints, %d starts; at most %d, %d and %d", p->n_x, p->n_con, n_start,
                       COVER_MAX_DIM, REFINE_MAX_CON, REFINE_MAX_START);
    out->n_start = n_start;
    enum status st = init(&r, e);
    if (st == ST_OK)
        st = solve(&r, x_start, e);
    done(&r);
    if (st != ST_OK)
        refine_done(out);
    return st;
}

void refine_done(struct refine_result *r)
{
    mem_free(r->x);
    mem_free(r->obj);
    mem_free(r->con);
    for (int k = 0; k < REFINE_MAX_PATH; k++) {
        mem_free(r->path[k].gradient);
        mem_free(r->path[k].multiplier);
    }
    *r = (struct refine_result){0};
}
