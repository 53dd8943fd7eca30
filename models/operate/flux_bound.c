/* flux_bound.c - losses never below zero between the points of a map. Contract: flux_map_impl.h.
 * A tensor Hermite cell is a Bezier patch whose ordinates near one of its corners are, with the steps w_a = +-(width of the cell along
 * axis a)/3 into the cell, the sums for each subset S of the axes {d, q, f}
 *     b_S = sum_{T in S} x_T prod_{a in T} w_a,      x_T the mixed derivative to the axes in T, x_{} the value.
 * The patch is a mean of its ordinates with weights of zero or more (Bernstein polynomials): ordinates of zero or more make a loss of zero
 * or more. Slopes are held so that b_{a} >= 0. Then the products x_{} prod_{a in T} (x_a/x_{}) in place of the mixed derivatives would make
 * every ordinate a product of factors of zero or more, and the mixed derivatives are moved towards them just as far as the ordinates ask
 * for. Where the ordinates are positive nothing changes, so the order of the spline stays; the patches still join, because a point's data
 * are the same for all cells about it. */
#include "models/operate/flux_map_impl.h"
#include <math.h>
#include "materials/base/banned.h"

enum { AXIS_COUNT = 3, CORNER_COUNT = 1 << AXIS_COUNT };

static void hold_slopes(double x[DER_COUNT], const double third[2 * AXIS_COUNT])
{
    for (int a = 0; a < AXIS_COUNT; a++) {
        double *slope = &x[1 << a];
        if (third[2 * a] > 0.0)
            *slope = fmin(*slope, x[DER_NONE] / third[2 * a]);
        if (third[2 * a + 1] > 0.0)
            *slope = fmax(*slope, -x[DER_NONE] / third[2 * a + 1]);
    }
}

/* Ordinate of the subset S at the corner whose axes go up where their bit is set; and what it is when mixed derivatives are products. */
static double ordinate(const double x[DER_COUNT], const double third[2 * AXIS_COUNT], int subset, int corner, double *product)
{
    double w[AXIS_COUNT], sum = x[DER_NONE];
    *product = x[DER_NONE];
    for (int a = 0; a < AXIS_COUNT; a++) {
        w[a] = corner >> a & 1 ? third[2 * a + 1] : -third[2 * a];
        if (subset >> a & 1)
            *product *= fmax(0.0, 1.0 + w[a] * x[1 << a] / x[DER_NONE]);
    }
    for (int der = 1; der < DER_COUNT; der++) {
        double term = (der & ~subset) == 0 ? x[der] : 0.0;
        for (int a = 0; a < AXIS_COUNT; a++)
            term *= der >> a & 1 ? w[a] : 1.0;
        sum += term;
    }
    return sum;
}

/* Share of the mixed derivatives' distance from the products that all ordinates allow. */
static double share(const double x[DER_COUNT], const double third[2 * AXIS_COUNT])
{
    double t = 1.0, product;
    for (int corner = 0; corner < CORNER_COUNT; corner++)
        for (int subset = 1; subset < DER_COUNT; subset++) {
            const double b = ordinate(x, third, subset, corner, &product);
            if (b < 0.0)
                t = fmin(t, product / (product - b));
        }
    return t;
}

void flux_bound_point(double x[DER_COUNT], const double third[2 * 3])
{
    if (!(x[DER_NONE] > 0.0)) {
        for (int der = 1; der < DER_COUNT; der++)
            x[der] = 0.0;
        return;
    }
    hold_slopes(x, third);
    const double t = share(x, third);
    for (int der = 1; der < DER_COUNT && t < 1.0; der++) {
        double product = x[DER_NONE];
        for (int a = 0; a < AXIS_COUNT; a++)
            product *= der >> a & 1 ? x[1 << a] / x[DER_NONE] : 1.0;
        x[der] = (der & (der - 1)) == 0 ? x[der] : product + t * (x[der] - product);
    }
}
