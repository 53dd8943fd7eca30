#include "materials/base/curve.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* STEFFEN1990 eq. 11 inside, eqs. 23 and 24 at the ends: the slope never leaves what keeps each interval monotone. */
static double limit_inner(double left, double right, double h_left, double h_right)
{
    if (left * right <= 0)
        return 0;
    double p = (left * h_right + right * h_left) / (h_left + h_right);
    double bound = 2 * fmin(fabs(left), fabs(right));
    return copysign(fmin(fabs(p), bound), left);
}

static double limit_end(double near, double far, double h_near, double h_far)
{
    double p = near * (1 + h_near / (h_near + h_far)) - far * h_near / (h_near + h_far);
    if (p * near <= 0)
        return 0;
    return fabs(p) > 2 * fabs(near) ? 2 * near : p;
}

static void set_slopes(struct curve *c)
{
    int n = c->n;
    const double *x = c->x, *y = c->y;
    if (n == 2) {
        c->slope[0] = c->slope[1] = (y[1] - y[0]) / (x[1] - x[0]);
        return;
    }
    for (int k = 1; k < n - 1; k++) {
        double hl = x[k] - x[k - 1], hr = x[k + 1] - x[k];
        c->slope[k] = limit_inner((y[k] - y[k - 1]) / hl, (y[k + 1] - y[k]) / hr, hl, hr);
    }
    double h0 = x[1] - x[0], h1 = x[2] - x[1];
    c->slope[0] = limit_end((y[1] - y[0]) / h0, (y[2] - y[1]) / h1, h0, h1);
    double g0 = x[n - 1] - x[n - 2], g1 = x[n - 2] - x[n - 3];
    c->slope[n - 1] = limit_end((y[n - 1] - y[n - 2]) / g0, (y[n - 2] - y[n - 3]) / g1, g0, g1);
}

static enum status check_table(int n, const double *x, const double *y, struct err *e)
{
    if (n < 2)
        return err_set(e, ST_CONFIG, "curve", "a curve needs at least 2 points, got %d", n);
    for (int k = 0; k < n; k++) {
        if (!isfinite(x[k]) || !isfinite(y[k]))
            return err_set(e, ST_CONFIG, "curve", "point %d (%g, %g) is not finite", k + 1, x[k], y[k]);
        if (k > 0 && x[k] <= x[k - 1])
            return err_set(e, ST_CONFIG, "curve", "x must increase strictly: point %d has %g after %g", k + 1, x[k], x[k - 1]);
    }
    return ST_OK;
}

enum status curve_init(struct curve *c, int n, const double *x, const double *y, enum curve_beyond beyond, struct err *e)
{
    *c = (struct curve){0};
    TRY(check_table(n, x, y, e));
    size_t count = (size_t)n;
    c->x = mem_new(3 * count, sizeof *c->x);
    if (!c->x)
        return err_set(e, ST_NO_MEMORY, "curve", "no memory for %d points", n);
    c->y = c->x + count;
    c->slope = c->y + count;
    c->n = n;
    c->beyond = beyond;
    memcpy(c->x, x, count * sizeof *x);
    memcpy(c->y, y, count * sizeof *y);
    set_slopes(c);
    return ST_OK;
}

void curve_done(struct curve *c)
{
    mem_free(c->x);
    *c = (struct curve){0};
}

/* Interval k with x[k] <= at < x[k + 1], clamped to the table. */
static int find(const struct curve *c, double at)
{
    int low = 0, high = c->n - 1;
    while (high - low > 1) {
        int mid = low + (high - low) / 2;
        if (at < c->x[mid])
            high = mid;
        else
            low = mid;
    }
    return low;
}

struct cubic { double x0, h, y0, b, c, d; }; /* y0 + t (b + t (c + t d)), t = x - x0 */

static struct cubic get_cubic(const struct curve *c, int k)
{
    double h = c->x[k + 1] - c->x[k], s = (c->y[k + 1] - c->y[k]) / h;
    double a0 = c->slope[k], a1 = c->slope[k + 1];
    return (struct cubic){c->x[k], h, c->y[k], a0, (3 * s - 2 * a0 - a1) / h, (a0 + a1 - 2 * s) / (h * h)};
}

static double eval_cubic(const struct cubic *q, double t) { return q->y0 + t * (q->b + t * (q->c + t * q->d)); }

static double integrate_cubic(const struct cubic *q, double t)
{
    return t * (q->y0 + t * (q->b / 2 + t * (q->c / 3 + t * q->d / 4)));
}

/* Distance beyond the table, negative below it, 0 inside; *end = the end point's index. */
static double get_outside(const struct curve *c, double x, int *end)
{
    *end = x < c->x[0] ? 0 : c->n - 1;
    if (x < c->x[0] || x > c->x[c->n - 1])
        return x - c->x[*end];
    return 0;
}

double curve_eval(const struct curve *c, double x)
{
    int end;
    double out = get_outside(c, x, &end);
    if (isnan(x) || (out != 0 && c->beyond == CURVE_REFUSE))
        return (double)NAN;
    if (out != 0)
        return c->beyond == CURVE_HOLD ? c->y[end] : c->y[end] + c->slope[end] * out;
    if (x == c->x[c->n - 1])
        return c->y[c->n - 1];
    struct cubic q = get_cubic(c, find(c, x));
    return eval_cubic(&q, x - q.x0);
}

double curve_eval_slope(const struct curve *c, double x)
{
    int end;
    double out = get_outside(c, x, &end);
    if (isnan(x) || (out != 0 && c->beyond == CURVE_REFUSE))
        return (double)NAN;
    if (out != 0)
        return c->beyond == CURVE_HOLD ? 0 : c->slope[end];
    struct cubic q = get_cubic(c, find(c, x));
    double t = x - q.x0;
    return q.b + t * (2 * q.c + t * 3 * q.d);
}

/* Integral from the first table point to x. */
static double integrate_from_start(const struct curve *c, double x)
{
    int end;
    double out = get_outside(c, x, &end), sum = 0;
    double inside = out != 0 ? c->x[end] : x;
    for (int k = 0; k < c->n - 1 && c->x[k] < inside; k++) {
        struct cubic q = get_cubic(c, k);
        sum += integrate_cubic(&q, fmin(inside - q.x0, q.h));
    }
    double slope = c->beyond == CURVE_LINE ? c->slope[end] : 0;
    return sum + out * (c->y[end] + slope * out / 2);
}

double curve_eval_integral(const struct curve *c, double x0, double x1)
{
    int end;
    if (isnan(x0) || isnan(x1))
        return (double)NAN;
    if (c->beyond == CURVE_REFUSE && (get_outside(c, x0, &end) != 0 || get_outside(c, x1, &end) != 0))
        return (double)NAN;
    return integrate_from_start(c, x1) - integrate_from_start(c, x0);
}

/* Bracketed Newton inside one interval, where the cubic is monotone by construction. */
static double invert_cubic(const struct cubic *q, double y, double sign)
{
    double low = 0, high = q->h, t = q->h / 2;
    for (int k = 0; k < 200; k++) {
        double f = eval_cubic(q, t) - y;
        if (f * sign > 0)
            high = t;
        else
            low = t;
        double slope = q->b + t * (2 * q->c + t * 3 * q->d);
        double next = slope != 0 ? t - f / slope : low;
        if (!(next > low && next < high))
            next = low + (high - low) / 2;
        if (f == 0 || next == t || high - low <= 1e-16 * q->h)
            break;
        t = next;
    }
    return q->x0 + t;
}

double curve_eval_inverse(const struct curve *c, double y)
{
    int last = c->n - 1;
    double sign = c->y[last] > c->y[0] ? 1 : -1;
    if (isnan(y) || sign * y < sign * c->y[0] || sign * y > sign * c->y[last])
        return (double)NAN;
    int low = 0, high = last;
    while (high - low > 1) {
        int mid = low + (high - low) / 2;
        if (sign * y < sign * c->y[mid])
            high = mid;
        else
            low = mid;
    }
    if (y == c->y[low])
        return c->x[low];
    if (y == c->y[high])
        return c->x[high];
    struct cubic q = get_cubic(c, low);
    return invert_cubic(&q, y, sign);
}
