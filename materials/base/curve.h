/* curve.h - y(x) through a table by a monotone piecewise cubic (Steffen 1990, key STEFFEN1990): never overshoots, C1.
 * Refuses tables that are not strictly increasing in x, shorter than 2 points, or hold NaN/inf. */
#ifndef MATERIALS_BASE_CURVE_H
#define MATERIALS_BASE_CURVE_H
#include "materials/base/status.h"

enum curve_beyond { CURVE_REFUSE /* NAN outside */, CURVE_HOLD /* end value */, CURVE_LINE /* end slope */ };

struct curve {
    int n;
    double *x, *y, *slope;
    enum curve_beyond beyond;
};

enum status curve_init(struct curve *c, int n, const double *x, const double *y, enum curve_beyond beyond,
                       struct err *e) MUST_CHECK;
void curve_done(struct curve *c);
double curve_eval(const struct curve *c, double x);
double curve_eval_slope(const struct curve *c, double x);
double curve_eval_integral(const struct curve *c, double x0, double x1);
/* curve_eval_inverse - x with y(x) = y for a monotone curve; NAN outside the table's y range. */
double curve_eval_inverse(const struct curve *c, double y);

#endif
