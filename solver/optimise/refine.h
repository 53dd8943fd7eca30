/* refine.h - from good feasible points to the optima near them: sequential quadratic programming of a weighted sum of the objectives in a
 * box that grows and shrinks (trust region), gradients by differences of evaluations, curvature of the Lagrangian by damped BFGS
 * [NOCEDAL2006 ch. 18]. Several starts race: each step is taken by the path that promises the least value, so that a basin whose start is
 * poor but whose slope is long is not missed. Half-way the best point is tried with every other part of each coordinate that is cut into
 * parts (explore.h: n_level); the most promising become paths too, feasible or to be made so by their first steps. Every point is evaluated
 * by the caller, in batches, so that batches can run in parallel; the same starts give the same points. No motor words. */
#ifndef SOLVER_OPTIMISE_REFINE_H
#define SOLVER_OPTIMISE_REFINE_H
#include "solver/optimise/explore.h"

#define REFINE_MAX_START 14
#define REFINE_N_OTHER 2     /* paths at most that begin in another part */
#define REFINE_MAX_OTHER 32  /* points tried for them */
#define REFINE_MAX_PATH (REFINE_MAX_START + REFINE_N_OTHER)
#define REFINE_N_TRIAL 2     /* step lengths tried at once, each twice */
#define REFINE_LEFT_BOX 0.05 /* of f_left, in the unit interval */

struct refine_opts {
    const double *weight; /* [n_obj] f = sum of weight * objective is minimised */
    int n_step;           /* of all paths together, at most; each costs about n_x + 2 REFINE_N_TRIAL evaluations, each start n_x */
    double radius;        /* of the first box, in the unit interval */
    int n_sure;           /* starts that get a path each; of the others the best feasible one gets one */
};

struct refine_path {
    int start, best;       /* point where it began, and where it ended */
    int n_step;            /* taken */
    double f_start, f_best;
    /* At the end (one of the differences of the last gradient may be better still): */
    double f_left;         /* by how much f would fall, to first order, anywhere within REFINE_LEFT_BOX of it: 0 at an optimum */
    double *gradient;      /* [n_x] df/dx; NAN: a coordinate that was kept, or that could not be judged */
    double *multiplier;    /* [n_con] -df per unit of constraint given up */
};

struct refine_result {
    int n, n_x, n_obj, n_con; /* every point evaluated, in order; the starts come first */
    double *x, *obj, *con;
    int n_start, stopped;     /* stopped: p->step asked to */
    int n_path;
    struct refine_path path[REFINE_MAX_PATH];
    int best_path;
};

/* refine_solve - from n_start (1 .. REFINE_MAX_START) points x_start[n_start*n_x]; those that are not feasible are left out.
 * Status: ST_USAGE when none is, else those of eval. */
enum status refine_solve(const struct explore_problem *p, const struct refine_opts *o, int n_start, const double *x_start,
                         struct refine_result *out, struct err *e) MUST_CHECK;
/* refine_get_max - evaluations that a refinement may take at most. */
int refine_get_max(int n_x, int n_start, int n_step);
void refine_done(struct refine_result *r);

#endif
