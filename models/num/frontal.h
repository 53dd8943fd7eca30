/* frontal.h - Cholesky factors of sparse symmetric positive definite matrices by the multifrontal method: I. Duff, J. Reid, ACM Trans.
 * Math. Softw. 9 (1983) 302-325; J. Liu, SIAM Review 34 (1992) 82-109. The unknowns come in blocks (models/num/dissect.h); a block and the
 * later unknowns that it touches make a dense front, of which the block's columns are kept and the rest is handed to the parent.
 * Two steps: a plan for a pattern and an order; then any number of matrices of that pattern, filled in through places as with band.h.
 * Plain loops in a fixed order of operations: the same figures on every machine with IEEE arithmetic. All memory is sized in _init; nothing
 * is allocated later. */
#ifndef MODELS_NUM_FRONTAL_H
#define MODELS_NUM_FRONTAL_H
#include "materials/base/status.h"
#include "models/num/dissect.h"

#define FRONTAL_SPARE 4096
#define FRONTAL_WIDE  8 /* vectors that frontal_solve_many takes through the factor at a time */

struct frontal_size { /* what a plan needs */
    long n_entry;     /* entries of the blocks' columns, padding included */
    long n_index;     /* border indices of all fronts */
    long n_schur[2];  /* two stacks of matrices on their way to a parent */
    int n_front, n_front_row; /* fronts; rows of the largest */
};

struct frontal_front {
    int first, n_pivot, n_border; /* ranks first .. first + n_pivot - 1 */
    int parent;                   /* -1 at a root */
    int child, sibling;           /* lists of children, -1 at the end */
    int n_line, n_schur_line, stack;
    long at, index_at, schur_at;  /* into a; into border and map; into schur[stack] */
};

struct frontal_plan {             /* of one pattern and order; several may share the memory of a struct frontal, one at a time */
    int n, n_front_max;
    long n_index_max;
    struct frontal_size need;
    struct frontal_front *front;  /* [n_front] */
    int *border, *map;            /* [n_index] ranks, rising; rows of the parent's front */
    int *owner;                   /* [n] front of a rank */
};

struct frontal {
    int n;
    struct frontal_size capacity;
    const struct frontal_plan *plan; /* in use; not owned */
    int *local, *mark;            /* [n] row of a rank in one front; last front that met a rank */
    double *a;                    /* [n_entry + 1] columns of the blocks, matrix or factor; the last entry takes what has no place */
    double *schur[2], *x;            /* stacks; rows of a front, side by side */
    double *wide;                    /* vectors of a group side by side, by rank */
};

/* frontal_plan_init - memory for plans of n unknowns: 5 n + FRONTAL_SPARE indices, n/2 + FRONTAL_SPARE/64 fronts; meshes in the plane take
 * 4 n and, with leaves of a dozen unknowns, n/6. */
enum status frontal_plan_init(struct frontal_plan *p, int n, struct err *e) MUST_CHECK;
void frontal_plan_done(struct frontal_plan *p);
/* frontal_init - frontal_reserve: memory for matrices whose plans need no more than `size`; once. */
enum status frontal_init(struct frontal *f, int n, struct err *e) MUST_CHECK;
enum status frontal_reserve(struct frontal *f, const struct frontal_size *size, struct err *e) MUST_CHECK;
void frontal_done(struct frontal *f);
/* frontal_set_plan - Given: graph, order[n] (the unknown of a rank) and rank[n], its blocks. Returned: the plan p, in use from now on.
 * frontal_use_plan - a plan made before, and still there. frontal_is_enough - whether the plan in use fits into what was reserved. */
void frontal_set_plan(struct frontal *f, struct frontal_plan *p, const struct order_graph *g, const int *order, const int *rank,
                      const struct dissect_tree *tree);
void frontal_use_plan(struct frontal *f, const struct frontal_plan *p);
int frontal_is_enough(const struct frontal *f);
/* frontal_set_local - rows of front k in local[rank], for frontal_get_local_place. */
void frontal_set_local(struct frontal *f, int k);
/* frontal_get_local_place - index into a of entry (row, column), column a pivot of front k, row >= column, after frontal_set_local(f, k).
 */
static inline long frontal_get_local_place(const struct frontal *f, int k, int row, int column)
{
    const struct frontal_front *t = &f->plan->front[k];
    return t->at + (long)(column - t->first) * t->n_line + f->local[row];
}
/* frontal_get_place - index into a of entry (i, j), ranks in any order, which must be in the pattern. */
long frontal_get_place(const struct frontal *f, int i, int j);
void frontal_set_zero(struct frontal *f);
/* frontal_set_factor - factor in place. Status: ST_SINGULAR when not positive definite or not finite. */
enum status frontal_set_factor(struct frontal *f, struct err *e) MUST_CHECK;
/* frontal_solve - x[n] by rank <- A^-1 x with the factor. */
void frontal_solve(struct frontal *f, double *x);
/* frontal_solve_many - the same for n_vector vectors whose entry of rank i stands at x[v][order[i]], order may be NULL: i. The figures may
 * differ from those of frontal_solve by rounding; they do not depend on how many vectors there are, nor on the others. */
void frontal_solve_many(struct frontal *f, int n_vector, double *const *x, const int *order);

#endif
