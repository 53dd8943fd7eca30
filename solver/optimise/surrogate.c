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
    double *matrix; /* [(n + n_x + 1)^2] column-major, of the group at hand */
    double *right;  /* [(n + n_x + 1) * n_y] column-major, of the group at hand */
    double *coef;   /* [(n + n_x + 1) * n_y] row-major: points, then slopes, then the constant */
    double *scale;  /* [n_y] range of each response */
    int *pivot, *known, *member; /* points and responses of the group at hand */
    int *is_fitted; /* [n_y] */
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
    s->right = mem_new(order * (size_t)n_y, sizeof(double));
    s->coef = mem_new(order * (size_t)n_y, sizeof(double));
    s->scale = mem_new((size_t)n_y, sizeof(double));
    s->pivot = mem_new(order, sizeof(int));
    s->known = mem_new(order, sizeof(int));
    s->member = mem_new((size_t)n_y, sizeof(int));
    s->is_fitted = mem_new((size_t)n_y, sizeof(int));
    if (!s->x || !s->matrix || !s->right || !s->coef || !s->scale || !s->pivot || !s->known || !s->member || !s->is_fitted) {
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
    mem_free(s->right);
    mem_free(s->coef);
    mem_free(s->scale);
    mem_free(s->pivot);
    mem_free(s->known);
    mem_free(s->member);
    mem_free(s->is_fitted);
    mem_free(s);
}

static double kernel(int n_x, const double *a, const double *b)
{
    double r2 = 0.0;
    for (int j = 0; j < n_x; j++)
        r2 += (a[j] - b[j]) * (a[j] - b[j]);
    return r2 * sqrt(r2);
}

/* Of the n points in known. */
static void set_matrix(struct surrogate *s, int n)
{
    int m = n + s->n_x + 1;
    memset(s->matrix, 0, sizeof(double) * (size_t)m * (size_t)m);
    for (int a = 0; a < n; a++) {
        const double *x_a = s->x + s->known[a] * s->n_x;
        for (int b = 0; b < n; b++)
            s->matrix[(size_t)b * (size_t)m + (size_t)a] = kernel(s->n_x, x_a, s->x + s->known[b] * s->n_x);
        s->matrix[(size_t)a * (size_t)m + (size_t)a] += RIDGE;
        for (int j = 0; j <= s->n_x; j++) {
            double tail = j < s->n_x ? x_a[j] : 1.0;
            s->matrix[(size_t)(n + j) * (size_t)m + (size_t)a] = tail;
            s->matrix[(size_t)a * (size_t)m + (size_t)(n + j)] = tail;
        }
    }
}

static int list_known(struct surrogate *s, const double *y, int j)
{
    int n = 0;
    for (int k = 0; k < s->n; k++)
        if (!isnan(y[k * s->n_y + j]))
            s->known[n++] = k;
    return n;
}

/* Responses from j on that are known at the same points as j, and not fitted yet. */
static int list_members(struct surrogate *s, const double *y, int j)
{
    int n = 0;
    for (int l = j; l < s->n_y; l++) {
        int same = !s->is_fitted[l];
        for (int k = 0; k < s->n && same; k++)
            same = isnan(y[k * s->n_y + j]) == isnan(y[k * s->n_y + l]);
        if (same)
            s->member[n++] = l;
    }
    return n;
}

static void set_scale(struct surrogate *s, const double *y, int n, int j)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int q = 0; q < n; q++) {
        low = fmin(low, y[s->known[q] * s->n_y + j]);
        high = fmax(high, y[s->known[q] * s->n_y + j]);
    }
    s->scale[j] = high > low ? high - low : 1.0;
    if (n < s->n_x + 2) /* too few for a slope */
        s->coef[(s->n + s->n_x) * s->n_y + j] = n > 0 ? high / s->scale[j] : 0.0;
}

static enum status fit_group(struct surrogate *s, const double *y, int n, int n_member, struct err *e)
{
    int m = n + s->n_x + 1;
    memset(s->right, 0, sizeof *s->right * (size_t)(m * n_member));
    for (int g = 0; g < n_member; g++)
        for (int q = 0; q < n; q++)
            s->right[g * m + q] = y[s->known[q] * s->n_y + s->member[g]] / s->scale[s->member[g]];
    set_matrix(s, n);
    if (LAPACKE_dgesv_work(LAPACK_COL_MAJOR, m, n_member, s->matrix, m, s->pivot, s->right, m) != 0)
        return err_set(e, ST_SINGULAR, "surrogate", "interpolation matrix of order %d is singular", m);
    for (int g = 0; g < n_member; g++)
        for (int q = 0; q < m; q++)
            s->coef[(q < n ? s->known[q] : s->n + q - n) * s->n_y + s->member[g]] = s->right[g * m + q];
    return ST_OK;
}

enum status surrogate_set_points(struct surrogate *s, int n, const double *x, const double *y, struct err *e)
{
    if (n > s->max_points)
        n = s->max_points;
    if (n < s->n_x + 1)
        return err_set(e, ST_SINGULAR, "surrogate", "%d points for %d variables; at least %d are needed", n, s->n_x, s->n_x + 1);
    s->n = n;
    memcpy(s->x, x, sizeof(double) * (size_t)(n * s->n_x));
    memset(s->coef, 0, sizeof(double) * (size_t)((n + s->n_x + 1) * s->n_y));
    memset(s->is_fitted, 0, sizeof *s->is_fitted * (size_t)s->n_y);
    for (int j = 0; j < s->n_y; j++) {
        if (s->is_fitted[j])
            continue;
        int n_known = list_known(s, y, j), n_member = list_members(s, y, j);
        for (int g = 0; g < n_member; g++) {
            set_scale(s, y, n_known, s->member[g]);
            s->is_fitted[s->member[g]] = 1;
        }
        if (n_known >= s->n_x + 2)
            TRY(fit_group(s, y, n_known, n_member, e));
    }
    return ST_OK;
}

void surrogate_eval(const struct surrogate *s, const double *x, double *y)
{
    const double *tail = s->coef + s->n * s->n_y;
    for (int j = 0; j < s->n_y; j++)
        y[j] = tail[s->n_x * s->n_y + j];
    for (int i = 0; i < s->n_x; i++)
        for (int j = 0; j < s->n_y; j++)
            y[j] += tail[i * s->n_y + j] * x[i];
    for (int k = 0; k < s->n; k++) {
        double phi = kernel(s->n_x, x, s->x + k * s->n_x);
        const double *coef = s->coef + k * s->n_y;
        for (int j = 0; j < s->n_y; j++)
            y[j] += coef[j] * phi;
    }
    for (int j = 0; j < s->n_y; j++)
        y[j] *= s->scale[j];
}
