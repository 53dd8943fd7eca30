#include "models/num/soft_level.h"

#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

#define MAX_ITER 200

#define FAR 40.0 /* widths from which on a step is complete to rounding */

/* 1/(1 + exp(z)) */
static double get_share_below(double z)
{
    if (fabs(z) >= FAR)
        return z > 0.0 ? 0.0 : 1.0;
    return 1.0 / (1.0 + exp(z));
}

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

#define N_BIN 64

/* The level of the staircase itself, to a bin of the range: where Newton's method starts. */
static double start_get(int n, const double *value, const double *weight, double wanted, double low, double high)
{
    double bin[N_BIN] = {0.0}, sum = 0.0;
    const double per = N_BIN / (high - low);
    for (int i = 0; i < n; i++)
        if (weight[i] > 0.0) {
            const int k = (int)((value[i] - low) * per);
            bin[k < N_BIN ? k : N_BIN - 1] += weight[i];
        }
    int k = 0;
    while (k < N_BIN - 1 && sum + bin[k] < wanted)
        sum += bin[k++];
    return low + (k + (bin[k] > 0.0 ? (wanted - sum) / bin[k] : 0.5)) / per;
}

double soft_level_eval(int n, const double *value, const double *weight, double share, double width)
{
    assert(width > 0.0 && share > 0.0 && share < 1.0);
    double low = HUGE_VAL, high = -HUGE_VAL, total = 0.0;
    for (int i = 0; i < n; i++) {
        total += weight[i];
        if (weight[i] > 0.0) {
            low = value[i] < low ? value[i] : low;
            high = value[i] > high ? value[i] : high;
        }
    }
    if (!(total > 0.0))
        return (double)NAN;
    const double reach = width * (log(1.0 / share) + log(1.0 / (1.0 - share)) + 1.0), wanted = share * total;
    double s = high > low ? start_get(n, value, weight, wanted, low, high) : low;
    low -= reach;
    high += reach;
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
