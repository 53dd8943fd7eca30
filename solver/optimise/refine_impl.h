/* refine_impl.h - what the race (refine.c), the model at a point (refine_model.c) and a step from it (refine_step.c) share. */
#ifndef SOLVER_OPTIMISE_REFINE_IMPL_H
#define SOLVER_OPTIMISE_REFINE_IMPL_H
#include "solver/optimise/cover.h"
#include "solver/optimise/qp.h"
#include "solver/optimise/refine.h"

#define REFINE_MAX_CON 64

struct walk {                      /* one start, and where it has come to */
    struct refine_path *out;
    double *x, *con, f, violation; /* the best so far */
    int n_free, *free;             /* coordinates with a derivative */
    double *slope, *A;             /* there: [n_free], [n_con rows of n_x, n_free used] */
    double *B;                     /* [n_x*n_x] curvature of the Lagrangian, all coordinates */
    double *old_x, *old_slope;     /* [n_x] before the step at hand; of the Lagrangian */
    double price, radius;
};

struct refine {
    const struct explore_problem *p;
    const struct refine_opts *o;
    struct refine_result *out;
    struct walk walk[REFINE_MAX_PATH];
    int n_step_left;
    struct qp_ws *qp;              /* and one programme: */
    double *low, *high, *step, *multiplier, *part_B, *part_A, *reserved;
    double *trial;                 /* steps of a batch, n_x a trial */
};

double refine_eval_f(const struct refine *r, int point); /* of the evaluated ones; so below */
int refine_is_judged(const struct refine *r, int point);
/* refine_evaluate - the n points at out->x + out->n n_x, which join the others. */
enum status refine_evaluate(struct refine *r, int n, struct err *e) MUST_CHECK;
/* refine_take_best - w moves to the best of points first .. out->n - 1: feasible before infeasible, less violation, less f. Returns whether
 * that is better than where it was. */
int refine_take_best(struct refine *r, struct walk *w, int first);

/* refine_model.c. refine_set_model - slopes by differences, multipliers and f_left at w. refine_solve_programme - least model within
 * `radius` into r->step [n_free] and r->multiplier; con: constraints at the middle; is_curved 0: slopes alone. */
enum status refine_set_model(struct refine *r, struct walk *w, struct err *e) MUST_CHECK;
enum status refine_solve_programme(struct refine *r, const struct walk *w, const double *con, double radius, int is_curved,
                                   struct err *e) MUST_CHECK;
void refine_init_curvature(const struct refine *r, struct walk *w);
void refine_note_slope(const struct refine *r, const struct walk *w, double *out); /* of the Lagrangian, [n_x] */
void refine_update_curvature(const struct refine *r, struct walk *w);              /* from old_x, old_slope to here */

/* refine_step.c: trials; if one is better, w goes there and gets its model, else its box shrinks. */
enum status refine_take_step(struct refine *r, struct walk *w, struct err *e) MUST_CHECK;

#endif
