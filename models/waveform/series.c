/* series.c - trigonometric polynomials through equally spaced samples: direct sums, the numbers are small. */
#include "models/waveform/waveform.h"

#include <assert.h>
#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define FINE_PER_ORDER 16 /* points per period of the highest order, to find extremes: within 1 - cos(pi/16) = 2 % of that order alone */

void waveform_set_series(int n, const double *y, struct waveform_series *out)
{
    assert(n >= 1 && n <= WAVEFORM_MAX_POSITION);
    out->n = n / 2 + 1;
    for (int k = 0; k < out->n; k++) {
        double a = 0.0, b = 0.0;
        for (int j = 0; j < n; j++) {
            double x = 2.0 * PI * (double)(k * j % n) / n;
            a += y[j] * cos(x);
            b += y[j] * sin(x);
        }
        int is_single = k == 0 || 2 * k == n; /* the mean, and the order of which the samples see one phase */
        out->a[k] = (is_single ? 1.0 : 2.0) * a / n;
        out->b[k] = is_single ? 0.0 : 2.0 * b / n;
    }
}

double waveform_eval_series(const struct waveform_series *s, double x_rad)
{
    double y = s->a[0];
    for (int k = 1; k < s->n; k++)
        y += s->a[k] * cos(k * x_rad) + s->b[k] * sin(k * x_rad);
    return y;
}

struct waveform_series waveform_get_slope(const struct waveform_series *s, double factor)
{
    struct waveform_series out = {.n = s->n};
    for (int k = 1; k < s->n; k++) {
        out.a[k] = factor * k * s->b[k];
        out.b[k] = -factor * k * s->a[k];
    }
    return out;
}

double waveform_eval_peak_to_peak(const struct waveform_series *s)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    int n = FINE_PER_ORDER * s->n;
    for (int j = 0; j < n; j++) {
        double y = waveform_eval_series(s, 2.0 * PI * j / n);
        low = fmin(low, y);
        high = fmax(high, y);
    }
    return high - low;
}
