/* cut_lp.h - least of greatest planes over shares and boxes, by a primal-dual interior point method (key MEHROTRA1992), dense:
 *
 *   min over x of  c'x + sum_k max_(j of part k) (b_j + g_j'x)   with  sum of x over each group = 1,  0 <= x_i <= max_i  (group -1: box
 *   only). Every part needs a plane.
 *
 * Stopped early it returns a point near the middle of the best region, which is where a cutting-plane method wants its next plane. */
#ifndef MODELS_RISK_CUT_LP_H
#define MODELS_RISK_CUT_LP_H
#include "materials/base/status.h"

struct cut_lp {             /* set by the caller after cut_lp_new */
    int n, n_group, n_part, n_plane, n_plane_max;
    int *group;             /* n; -1: none */
    double *max, *c;        /* n; max 0: held at 0; HUGE_VAL: no bound but the group's */
    double *g, *b;          /* n x n_plane_max column by column, n_plane_max */
    int *part;              /* n_plane_max: 0..n_part-1 */
    double *x, *weight;     /* result: n; n_plane weights of the planes, >= 0, sum 1 over each part */
    struct cut_lp_ws *ws;
};
#define CUT_LP_MAX_PART 4
enum status cut_lp_new(int n, int n_group, int n_part, int n_plane_max, struct cut_lp *out, struct err *e) MUST_CHECK;
void cut_lp_done(struct cut_lp *lp);

/* cut_lp_solve - until value at x - bound <= tol_value, in the unit of b. x meets the constraints to rounding.
 * Returned: *value = objective at x; *objective_low: the objective is nowhere less, by the dual x's weights, exact whatever the state of
 * the iteration. Status: ST_OK; ST_INFEASIBLE when the bounds of a group sum to less than 1 (its index in e->line); ST_NO_CONVERGE after
 * 100 steps (value and bound filled). Allocates nothing. */
enum status cut_lp_solve(struct cut_lp *lp, double tol_value, double *value, double *objective_low, struct err *e) MUST_CHECK;
double cut_lp_eval(const struct cut_lp *lp, const double *x);
/* cut_lp_eval_bound - the bound that weights (>= 0, any positive sum over each part) of the planes prove; NULL: lp->weight. */
double cut_lp_eval_bound(const struct cut_lp *lp, const double *weight);
/* cut_lp_eval_least - the least of c'x over the groups and boxes. */
double cut_lp_eval_least(const struct cut_lp *lp, const double *c);

#endif
