/* explore_polish.c - the best point of the surrogates within a box about a point evaluated, by random steps that shrink. Points that are
 * clamped reach the faces of the unit box, where many optima lie and where offspring, whose coordinates are reflected, do not arrive.
 * Contract: explore_impl.h. */
#include "solver/optimise/explore_impl.h"
#include <math.h>
#include <string.h>
#include "solver/optimise/cover.h"
#include "materials/base/banned.h"

#define STEPS  300
#define MOVED  3.0  /* coordinates moved in a step, in the mean */
#define SHRUNK 0.05 /* last steps over the first */

/* Half widths of the boxes, and what predicted constraints keep in hand: the surrogate errs, and at the edge half of its points miss. */
static const double RADIUS[] = {0.3, 0.1, 0.03}, RESERVE[] = {0.0, 0.01};

struct goal {
    const struct search *s;
    double weight[EXPLORE_MAX_RESPONSE], reserve;
};

/* What no feasible point comes near: constraints first. */
#define INFEASIBLE 1e3

static double eval_goal(const struct goal *g, const double *x)
{
    double y[EXPLORE_MAX_RESPONSE], sum = 0.0, missed = 0.0;
    int n_obj = g->s->r->n_obj, n_con = g->s->r->n_con;
    explore_judge_eval(g->s, x, y);
    for (int j = 0; j < n_con; j++)
        missed += fmax(0.0, y[n_obj + j] + g->reserve);
    for (int j = 0; j < n_obj; j++)
        sum += g->weight[j] * y[j];
    return missed > 0.0 ? INFEASIBLE * (1.0 + missed) : sum;
}

/* Random weights of the objectives over their spread among the parents: another direction of the front each time. */
static void set_weights(struct search *s, struct goal *g)
{
    const struct explore_result *r = s->r;
    for (int j = 0; j < r->n_obj; j++) {
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (int q = 0; q < s->n_parent; q++) {
            low = fmin(low, r->obj[s->parent[q] * r->n_obj + j]);
            high = fmax(high, r->obj[s->parent[q] * r->n_obj + j]);
        }
        double share = -log(1.0 - explore_draw(&s->state)); /* even over the simplex, once divided by the sum */
        g->weight[j] = high > low ? share / (high - low) : 0.0;
    }
}

static void step(struct search *s, const double *centre, double radius, double shrink, const double *x, double *out)
{
    int n_x = s->p->n_x, always = explore_draw_int(&s->state, n_x);
    for (int j = 0; j < n_x; j++) {
        out[j] = x[j];
        if (j != always && explore_draw(&s->state) * n_x > MOVED)
            continue;
        double low = fmax(0.0, centre[j] - radius), high = fmin(1.0, centre[j] + radius);
        out[j] = fmin(high, fmax(low, x[j] + shrink * radius * (2.0 * explore_draw(&s->state) - 1.0)));
    }
}

static void solve_box(struct search *s, const struct goal *g, const double *centre, double radius, double *x)
{
    double trial[COVER_MAX_DIM], best = eval_goal(g, centre);
    size_t size = sizeof *x * (size_t)s->p->n_x;
    memcpy(x, centre, size);
    for (int k = 0; k < STEPS; k++) {
        step(s, centre, radius, pow(SHRUNK, (double)k / STEPS), x, trial);
        double value = eval_goal(g, trial);
        if (value < best) {
            best = value;
            memcpy(x, trial, size);
        }
    }
}

int explore_polish(struct search *s, int n, double *x)
{
    int n_x = s->p->n_x, n_found = 0;
    for (int k = 0; k < n; k++) {
        int q = s->n_polished++;
        struct goal g = {.s = s, .reserve = RESERVE[q % ARRAY_LEN(RESERVE)]};
        set_weights(s, &g);
        const double *centre = s->r->x + s->parent[q % s->n_parent] * n_x;
        solve_box(s, &g, centre, RADIUS[q % ARRAY_LEN(RADIUS)], x + n_found * n_x);
        n_found += !explore_judge_is_known(s, x + n_found * n_x);
    }
    return n_found;
}
