#include "models/num/soft_level.h"
#include "models/num/vector.h"

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

#define LIMIT 300.0 /* widths beyond which a value counts as so far from `from`: a step is complete long before, */
#define MOVED 200.0 /* also for a level that has moved so far from it */
#define LANES 4     /* sums side by side, in a fixed order */

/* Steps about a level `from`: e_i = exp((v_i - from)/width), so that 1/(1 + exp((v_i - s)/width)) = 1/(1 + e_i exp((from - s)/width)) needs
 * no exponential for the levels to come. */
static void steps_set(int n, const double *value, const double *weight, double from, double width, double *e)
{
    for (int i = 0; i < n; i++)
        e[i] = weight[i] > 0.0 ? exp(fmax(-LIMIT, fmin(LIMIT, (value[i] - from) / width))) : 0.0;
}

/* Weighted share below the level with exp((from - s)/width) = t; and its slope, times width. */
VECTOR_VERSIONS static double share_eval(int n, const double *restrict weight, const double *restrict e, double t, double *slope)
{
    double sum[LANES] = {0.0}, sum_slope[LANES] = {0.0};
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++) {
            const double f = 1.0 / (1.0 + e[i + j] * t), wf = weight[i + j] * f;
            sum[j] += wf;
            sum_slope[j] += wf * (1.0 - f);
        }
    for (; i < n; i++) {
        const double f = 1.0 / (1.0 + e[i] * t);
        sum[0] += weight[i] * f;
        sum_slope[0] += weight[i] * f * (1.0 - f);
    }
    *slope = sum_slope[0] + sum_slope[1] + sum_slope[2] + sum_slope[3];
    return sum[0] + sum[1] + sum[2] + sum[3];
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

double soft_level_eval(int n, const double *value, const double *weight, double share, double width, double *work)
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
    double s = high > low ? start_get(n, value, weight, wanted, low, high) : low, from = s;
    steps_set(n, value, weight, from, width, work);
    low -= reach;
    high += reach;
    for (int k = 0; k < MAX_ITER; k++) { /* Newton, kept in the bracket */
        if (fabs(s - from) > MOVED * width)
            steps_set(n, value, weight, from = s, width, work);
        double slope, gap = share_eval(n, weight, work, exp((from - s) / width), &slope) - wanted;
        if (gap > 0.0)
            high = s;
        else
            low = s;
        double next = s - gap * width / slope;
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
    double slope = 0.0;
    for (int i = 0; i < n; i++) {
        to_weight[i] = get_share_below((value[i] - s) / width);
        to_value[i] = weight[i] * to_weight[i] * (1.0 - to_weight[i]) / width;
        slope += to_value[i];
    }
    for (int i = 0; i < n; i++) {
        to_value[i] /= slope;
        to_weight[i] = (share - to_weight[i]) / slope;
    }
}
