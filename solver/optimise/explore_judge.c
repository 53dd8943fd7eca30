/* explore_judge.c - candidates by surrogates of the evaluated points. Contract: explore_impl.h. */
#include "solver/optimise/explore_impl.h"
#include "solver/optimise/pareto.h"
#include "solver/optimise/cover.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* Responses for the surrogate: log-compressed, because infeasible corners are orders of magnitude away. */
static double compress(double v)
{
    return v > 1.0 ? 1.0 + log(v) : (v < -1.0 ? -1.0 - log(-v) : v);
}

static void set_responses(struct search *s)
{
    const struct explore_result *r = s->r;
    int n_y = r->n_obj + r->n_con;
    for (int k = 0; k < r->n; k++) {
        double *y = s->response + k * n_y;
        memcpy(y, r->obj + k * r->n_obj, sizeof *y * (size_t)r->n_obj);
        for (int j = 0; j < r->n_con; j++) {
            double g = r->con[k * r->n_con + j];
            y[r->n_obj + j] = g >= s->p->not_judged ? (double)NAN : compress(g);
        }
    }
}

/* All of a part of a cut interval are the same point: its middle. */
static void set_middle(const struct explore_problem *p, const double *x, double *out)
{
    for (int j = 0; j < p->n_x; j++) {
        int n = p->n_level ? p->n_level[j] : 1;
        out[j] = n > 1 ? (explore_get_part(x[j], n) + 0.5) / n : x[j];
    }
}

static double distance2(int n, const double *a, const double *b)
{
    double d = 0.0;
    for (int j = 0; j < n; j++)
        d += (a[j] - b[j]) * (a[j] - b[j]);
    return d;
}

int explore_judge_set(struct search *s)
{
    set_responses(s);
    for (int k = 0; k < s->r->n; k++)
        set_middle(s->p, s->r->x + k * s->p->n_x, s->middle_x + k * s->p->n_x);
    return surrogate_set_points(s->model, s->r->n, s->middle_x, s->response, NULL) == ST_OK;
}

int explore_judge_is_known(const struct search *s, const double *x)
{
    double middle[COVER_MAX_DIM];
    set_middle(s->p, x, middle);
    for (int k = 0; k < s->r->n; k++)
        if (distance2(s->p->n_x, middle, s->middle_x + k * s->p->n_x) < 1e-8 * s->p->n_x)
            return 1;
    return 0;
}

double explore_judge_eval(const struct search *s, const double *x, double *y)
{
    double middle[COVER_MAX_DIM];
    set_middle(s->p, x, middle);
    surrogate_eval(s->model, middle, y);
    return pareto_eval_violation(s->r->n_con, y + s->r->n_obj);
}
