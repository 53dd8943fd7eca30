/* qp.h - small dense convex quadratic programme in a box, whose constraints give at a price, by a primal-dual interior point method with
 * predictor and corrector [MEHROTRA1992]:
 *
 *   min over d, s   g'd + d'Bd/2 + price sum(s)   with   A d + c <= s,  s >= 0,  low <= d <= high
 *
 * It always has a solution. s = 0 wherever that can be had, once the price exceeds the multipliers (exact penalty). No motor words. */
#ifndef SOLVER_OPTIMISE_QP_H
#define SOLVER_OPTIMISE_QP_H
#include "materials/base/status.h"

struct qp {
    int n, m;                /* variables, constraints */
    const double *g;         /* [n] */
    const double *B;         /* [n*n] symmetric, positive semidefinite */
    const double *A, *c;     /* [m*n] row by row, [m] */
    const double *low, *high; /* [n] low < high */
    double price;            /* > 0 */
};

struct qp_ws;
enum status qp_new(int n_max, int m_max, struct qp_ws **out, struct err *e) MUST_CHECK;
void qp_free(struct qp_ws *ws);
/* qp_solve - Returned: d[n], strictly inside the box by a share of the tolerance; multiplier[m] of the constraints, 0 .. price.
 * Complementarity and the residuals are below 1e-9 of the largest entry of g and of the price.
 * Status: ST_NO_CONVERGE after 100 steps; ST_SINGULAR when B is far from semidefinite. Allocates nothing. */
enum status qp_solve(struct qp_ws *ws, const struct qp *q, double *d, double *multiplier, struct err *e) MUST_CHECK;

#endif
