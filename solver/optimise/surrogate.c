#include "solver/optimise/surrogate.h"
#include "materials/base/mem.h"
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define RIDGE 1e-8 /* in units of the kernel at distance 1; the responses are scaled to unit range below */

struct surrogate {
    int max_points, n_x, n_y, n;
    double *x;      /* [n * n_x] */
    double *matrix; /* [(n + n_x + 1)^2] column-major */
    double *coef;   /* [(n + n_x + 1) * n_y] column-major */
    double *scale;  /* [n_y] range of each response */
    int *pivot;
};

enum status surrogate_new(int max_points, int n_x, int n_y, struct surrogate **out, struct err *e)
{
    *out = NULL;
    size_t order = (size_t)(max_points + n_x + 1);
    struct surrogate *s = mem_new(1, sizeof *s);
    if (!s)
        return err_set(e, ST_NO_MEMORY, "surrogate", "%d points", max_points);
    s->max_points = max_points;
    s->n_x = n_x;
    s->n_y = n_y;
    s->x = mem_new((size_t)(max_points * n_x), sizeof(double));
    s->matrix = mem_new(order * order, sizeof(double));
    s->coef = mem_new(order * (size_t)n_y, sizeof(double));
    s->scale = mem_new((size_t)n_y, sizeof(double));
    s->pivot = mem_new(order, sizeof(int));
    if (!s->x || !s->matrix || !s->coef || !s->scale || !s->pivot) {
        surrogate_free(s);
        return err_set(e, ST_NO_MEMORY, "surrogate", "%d points", max_points);
    }
    *out = s;
    return ST_OK;
}

void surrogate_free(struct surrogate *s)
{
    if (!s)
        return;
    mem_free(s->x);
    mem_free(s->matrix);
    mem_free(s->coef);
    mem_free(s->scale);
    mem_free(s->pivot);
    mem_free(s);
}

static double kernel(int n_x, const double *a, const double *b)
{
    double r2 = 0.0;
    for (int j = 0; j < n_x; j++)
        r2 += (a[j] - b[j]) * (a[j] - b[j]);
    return r2 * sqrt(r2);
}

static void set_matrix(struct surrogate *s)
{
    int n = s->n, m = n + s->n_x + 1;
    memset(s->matrix, 0, sizeof(double) * (size_t)m * (size_t)m);
    for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++)
            s->matrix[(size_t)b * (size_t)m + (size_t)a] = kernel(s->n_x, s->x + a * s->n_x, s->x + b * s->n_x);
        s->matrix[(size_t)a * (size_t)m + (size_t)a] += RIDGE;
        for (int j = 0; j <= s->n_x; j++) {
            double tail = j < s->n_x ? s->x[a * s->n_x + j] : 1.0;
            s->matrix[(size_t)(n + j) * (size_t)m + (size_t)a] = tail;
            s->matrix[(size_t)a * (size_t)m + (size_t)(n + j)] = tail;
        }
    }
}

enum status surrogate_set_points(struct surrogate *s, int n, const double *x, const double *y, struct err *e)
{
    if (n > s->max_points)
        n = s->max_points;
    if (n < s->n_x + 1)
        return err_set(e, ST_SINGULAR, "surrogate", "%d points for %d variables; at least %d are needed", n, s->n_x, s->n_x + 1);
    s->n = n;
    int m = n + s->n_x + 1;
    memcpy(s->x, x, sizeof(double) * (size_t)(n * s->n_x));
    memset(s->coef, 0, sizeof(double) * (size_t)m * (size_t)s->n_y);
    for (int j = 0; j < s->n_y; j++) {
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (int k = 0; k < n; k++) {
            low = fmin(low, y[k * s->n_y + j]);
            high = fmax(high, y[k * s->n_y + j]);
        }
        s->scale[j] = high > low ? high - low : 1.0;
        for (int k = 0; k < n; k++)
            s->coef[(size_t)j * (size_t)m + (size_t)k] = y[k * s->n_y + j] / s->scale[j];
    }
    set_matrix(s);
    int info = LAPACKE_dgesv_work(LAPACK_COL_MAJOR, m, s->n_y, s->matrix, m, s->pivot, s->coef, m);
    if (info != 0) {
        s->n = 0;
        return err_set(e, ST_SINGULAR, "surrogate", "interpolation matrix of order %d is singular", m);
    }
    return ST_OK;
}

void surrogate_eval(const struct surrogate *s, const double *x, double *y)
{
    int m = s->n + s->n_x + 1;
    for (int j = 0; j < s->n_y; j++)
        y[j] = s->coef[(size_t)j * (size_t)m + (size_t)(m - 1)];
    for (int j = 0; j < s->n_y; j++)
        for (int i = 0; i < s->n_x; i++)
            y[j] += s->coef[(size_t)j * (size_t)m + (size_t)(s->n + i)] * x[i];
    for (int k = 0; k < s->n; k++) {
        double phi = kernel(s->n_x, x, s->x + k * s->n_x);
        for (int j = 0; j < s->n_y; j++)
            y[j] += s->coef[(size_t)j * (size_t)m + (size_t)k] * phi;
    }
    for (int j = 0; j < s->n_y; j++)
        y[j] *= s->scale[j];
}
