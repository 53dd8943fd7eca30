/* demag_crossing.c - root of log(loss/limit) by the Illinois rule. Contract: demag_impl.h. */
#include "models/demag/demag_impl.h"
#include <math.h>
#include "materials/base/banned.h"

#define DEMAG_LOSS_FLOOR 1e-9 /* of the limit: keeps the logarithm finite where nothing is lost */

static double misfit(double loss_pu, double limit_pu)
{
    return log(fmax(loss_pu / limit_pu, DEMAG_LOSS_FLOOR));
}

enum status demag_solve_crossing(demag_loss_fn *fn, void *ctx, struct demag_bracket b, double limit_pu, double tol_x, int max_iter,
                                 double *x, struct err *e)
{
    double f_a = misfit(b.loss_a_pu, limit_pu), f_b = misfit(b.loss_b_pu, limit_pu);
    int side = 0;
    for (int k = 0; k < max_iter && fabs(b.x_b - b.x_a) > tol_x; k++) {
        double loss_pu;
        *x = (b.x_a * f_b - b.x_b * f_a) / (f_b - f_a);
        /* not nearer to an end than half the tolerance, so that the bracket can close from both sides */
        const double low = fmin(b.x_a, b.x_b) + 0.5 * tol_x, high = fmax(b.x_a, b.x_b) - 0.5 * tol_x;
        *x = low < high ? fmin(fmax(*x, low), high) : 0.5 * (b.x_a + b.x_b);
        TRY(fn(ctx, *x, &loss_pu, e));
        const double f = misfit(loss_pu, limit_pu);
        if ((f > 0.0) == (f_b > 0.0)) {
            b.x_b = *x;
            f_b = f;
            f_a *= side > 0 ? 0.5 : 1.0;
            side = 1;
        } else {
            b.x_a = *x;
            f_a = f;
            f_b *= side < 0 ? 0.5 : 1.0;
            side = -1;
        }
    }
    *x = f_b == f_a ? 0.5 * (b.x_a + b.x_b) : (b.x_a * f_b - b.x_b * f_a) / (f_b - f_a);
    if (fabs(b.x_b - b.x_a) > tol_x)
        return err_set(e, ST_NO_CONVERGE, "demag_eval_margin", "crossing still between %g and %g after %d trials", b.x_a, b.x_b, max_iter);
    return ST_OK;
}
