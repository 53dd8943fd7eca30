/* explore_impl.h - what the loop of the search, its variation and its breeding share. */
#ifndef SOLVER_OPTIMISE_EXPLORE_IMPL_H
#define SOLVER_OPTIMISE_EXPLORE_IMPL_H
#include "solver/optimise/explore.h"
#include "solver/optimise/surrogate.h"

#define EXPLORE_MAX_RESPONSE 64 /* objectives and constraints */

struct search {
    const struct explore_problem *p;
    const struct explore_opts *o;
    struct explore_result *r;
    struct surrogate *model;
    uint64_t state;                /* of the generator below */
    int n_candidate;
    /* breeding pool: x[n_pool * n_x] with rank and crowding; the best of the archive, or of the candidates */
    int n_pool, *pool_rank;
    double *pool_x, *pool_crowding;
    int n_parent, *parent;         /* the best of the archive, by index in it */
    int n_polished;                /* so far */
    double *crowding, *child, *guess, *child_violation;
    double *response;              /* [max * (n_obj + n_con)] of the archive; NAN: not known */
    double *middle_x;              /* [max * n_x] of the archive, cut intervals at the middles of their parts */
    int *rank, *work, *list;
};

/* explore_vary.c: the generator (state passed in, one stream per search) and the operators; n coordinates in the unit box. */
double explore_draw(uint64_t *state); /* 0 <= u < 1 */
int explore_draw_int(uint64_t *state, int n);
void explore_cross_sbx(uint64_t *state, int n, const double *a, const double *b, double *child);
void explore_cross_difference(uint64_t *state, int n, const double *base, const double *a, const double *b, const double *c, double *child);
void explore_mutate(uint64_t *state, int n, double *x);

/* explore_breed.c: at most n offspring for one batch in s->child; returns how many. */
int explore_breed(struct search *s, int n);
/* The m best of n points by rank, then crowding, ties by index: their indices in list; returns how many. */
int explore_select_best(int n, int m, const int *rank, const double *crowding, int *list);

/* explore_judge.c: the archive as the surrogates see it; 0: they cannot be fitted yet. */
int explore_judge_set(struct search *s);
int explore_judge_is_known(const struct search *s, const double *x); /* too close to an evaluated point to teach anything */
double explore_judge_eval(const struct search *s, const double *x, double *y); /* responses; returns the violation */
/* explore_polish.c: up to n points at x, each the best on the surrogate within a box about one of the best points evaluated. */
int explore_polish(struct search *s, int n, double *x);

#endif
