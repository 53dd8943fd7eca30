/* explore.h - constrained multi-objective search of the unit box: even start points, then generations of offspring by simulated binary
 * crossover, steps of differential evolution and polynomial mutation, ranked as in NSGA-II [DEB2002, DEB1996, STORN1997], pre-screened by
 * radial-basis surrogates of the objectives and constraints. Every point that counts is evaluated by the caller, in batches, so that
 * batches can run in parallel; the result depends on the seed only. No motor words. */
#ifndef SOLVER_OPTIMISE_EXPLORE_H
#define SOLVER_OPTIMISE_EXPLORE_H
#include "materials/base/status.h"
#include <stdint.h>

/* Evaluate n points x[n*n_x] -> obj[n*n_obj] (minimised) and con[n*n_con] (<= 0 feasible), row-major. NaN = the point could not be
 * evaluated. */
typedef enum status explore_eval_fn(void *ctx, int n, const double *x, double *obj, double *con, struct err *e);
/* Called after each batch; return non-zero to stop early (interrupt). */
typedef int explore_step_fn(void *ctx, int n_done, int n_total);

struct explore_problem {
    int n_x, n_obj, n_con;
    explore_eval_fn *eval;
    explore_step_fn *step; /* may be NULL */
    void *ctx;
    const int *n_level; /* [n_x] equal parts that a variable's interval is cut into, all of a part alike; 1, or NULL for all: continuous */
    double not_judged; /* a constraint of this value or more was not judged, because an earlier one failed: it counts, but nothing is learnt
                          from its value; 0: all are judged */
};

struct explore_opts {
    uint64_t seed;
    int n_start, n_population, n_generation;
    /* Beyond n_generation the search goes on, to n_generation_max at most, while fewer than n_wanted feasible points are non-dominated; it
     * ends when no point is feasible and the least violation has not fallen by a twentieth in n_stall generations.
     * n_generation_max = n_generation: a fixed length. */
    int n_generation_max, n_wanted, n_stall;
    int n_seed;             /* first start points given by the caller, at most n_start; the others are an even cover */
    const double *seed_x;   /* [n_seed * n_x], NULL when there are none */
    int n_candidate_factor; /* offspring proposed per evaluated one, >= 1; 1 = no surrogate */
};

struct explore_result { /* every evaluated point, in order of evaluation */
    int n, n_x, n_obj, n_con;
    double *x, *obj, *con, *violation;
    int *rank;   /* over all evaluated points: 0 = non-dominated */
    int stopped; /* step asked to stop */
};

enum status explore_solve(const struct explore_problem *p, const struct explore_opts *o, struct explore_result *out,
                          struct err *e) MUST_CHECK;
/* explore_add - n points evaluated elsewhere; ranks are those of before until explore_set_rank. */
enum status explore_add(struct explore_result *r, int n, const double *x, const double *obj, const double *con, struct err *e) MUST_CHECK;
/* explore_set_rank - after points were added or objectives changed. */
enum status explore_set_rank(struct explore_result *r, struct err *e) MUST_CHECK;
/* explore_get_part - of a coordinate whose interval is cut into n equal parts, 0 .. n - 1.
 * explore_set_other_parts - copies of x[n_x] with one part exchanged for another in each, at its middle, coordinate by coordinate: at most
 * max of them to out[max*n_x]; returns how many. n_level as above. */
int explore_get_part(double x, int n);
int explore_set_other_parts(int n_x, const int *n_level, const double *x, int max, double *out);
void explore_done(struct explore_result *r);

#endif
