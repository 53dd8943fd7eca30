#include "models/num/soft_level.h"

#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

#define MAX_ITER 200

/* 1/(1 + exp(z)) without overflow. */
static double get_share_below(double z) { return z > 0.0 ? exp(-z) / (1.0 + exp(-z)) : 1.0 / (1.0 + exp(z)); }

/* Weighted share below s, and its slope. */
static double share_eval(int n, const double *value, const double *weight, double s, double width, double *slope)
{
    double sum = 0.0, sum_slope = 0.0;
    for (int i = 0; i < n; i++) {
        const double f = get_share_below((value[i] - s) / width);
        sum += weight[i] * f;
        sum_slope += weight[i] * f * (1.0 - f) / width;
    }
    *slope = sum_slope;
    return sum;
}

double soft_level_eval(int n, const double *value, const double *weight, double share, double width)
{
    assert(width > 0.0 && share > 0.0 && share < 1.0);
    double low = HUGE_VAL, high = -HUGE_VAL, total = 0.0;
    for (int i = 0; i < n; i++) {
        total += weight[i];
        if (weight[i] > 0.0) {
            low = fmin(low, value[i]);
            high = fmax(high, value[i]);
        }
    }
    if (!(total > 0.0))
        return (double)NAN;
    const double reach = width * (log(1.0 / share) + log(1.0 / (1.0 - share)) + 1.0), wanted = share * total;
    low -= reach;
    high += reach;
    double s = low + share * (high - low);
    for (int k = 0; k < MAX_ITER; k++) { /* Newton, kept in the bracket */
        double slope, gap = share_eval(n, value, weight, s, width, &slope) - wanted;
        if (gap > 0.0)
            high = s;
        else
            low = s;
        double next = s - gap / slope;
        if (!(next > low && next < high))
            next = 0.5 * (low + high);
        if (fabs(next - s) <= 1e-15 * (fabs(next) + width))
            return next;
        s = next;
    }
    return s;
}

/* 0 = sum dw (f - share) - sum w f (1 - f)/width (dv - ds) */
void soft_level_eval_slopes(int n, const double *value, const double *weight, double share, double width, double s, double *to_value,
                            double *to_weight)
{
    double slope;
    share_eval(n, value, weight, s, width, &slope);
    for (int i = 0; i < n; i++) {
        const double f = get_share_below((value[i] - s) / width);
        to_value[i] = weight[i] * f * (1.0 - f) / width / slope;
        to_weight[i] = (share - f) / slope;
    }
}
