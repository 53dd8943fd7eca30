/* harmonic_fit.c - normal equations by Cholesky: with a handful of well-spread samples their condition is of order one, and a poor one is
 * refused. */
#include "models/loss/harmonic_fit.h"
#include "materials/base/mem.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* A pivot below this share of its diagonal means that two columns are parallel to about six digits. */
#define HARMONIC_FIT_MIN_PIVOT 1e-12

static int max_row(int max_sample)
{
    int by_order = 2 * HARMONIC_FIT_MAX_ORDER + 1;
    return max_sample < by_order ? max_sample : by_order;
}

enum status harmonic_fit_init(struct harmonic_fit *hf, int max_sample, struct err *e)
{
    assert(max_sample >= 1);
    memset(hf, 0, sizeof *hf);
    size_t n = (size_t)max_sample, r = (size_t)max_row(max_sample);
    hf->max_sample = max_sample;
    hf->row = mem_new(n * r, sizeof(double));
    hf->basis = mem_new(n * r, sizeof(double));
    hf->normal = mem_new(r * r, sizeof(double));
    if (!hf->row || !hf->basis || !hf->normal) {
        harmonic_fit_done(hf);
        return err_set(e, ST_NO_MEMORY, "harmonic_fit", "no memory for %d samples", max_sample);
    }
    return ST_OK;
}

void harmonic_fit_done(struct harmonic_fit *hf)
{
    mem_free(hf->row);
    mem_free(hf->basis);
    mem_free(hf->normal);
    memset(hf, 0, sizeof *hf);
}

/* basis[r][m]: value of basis function r at sample m. */
static void fill_basis(struct harmonic_fit *hf, const double *phase_rad)
{
    for (int m = 0; m < hf->n_sample; m++) {
        int r = 0;
        if (hf->has_constant)
            hf->basis[r++ * hf->n_sample + m] = 1.0;
        for (int k = 0; k < hf->n_order; k++) {
            hf->basis[r++ * hf->n_sample + m] = cos(hf->order[k] * phase_rad[m]);
            hf->basis[r++ * hf->n_sample + m] = sin(hf->order[k] * phase_rad[m]);
        }
    }
}

/* Lower Cholesky factor of basis basis^T in place; 0 when a pivot vanishes. */
static int factor_normal(struct harmonic_fit *hf)
{
    int n = hf->n_row, ns = hf->n_sample;
    double *a = hf->normal;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double s = 0.0;
            for (int m = 0; m < ns; m++)
                s += hf->basis[i * ns + m] * hf->basis[j * ns + m];
            a[i * n + j] = s;
        }
    for (int j = 0; j < n; j++) {
        double diagonal = a[j * n + j], d = diagonal;
        for (int k = 0; k < j; k++)
            d -= a[j * n + k] * a[j * n + k];
        if (!(d > HARMONIC_FIT_MIN_PIVOT * ns) || !(diagonal > 0.0))
            return 0;
        a[j * n + j] = sqrt(d);
        for (int i = j + 1; i < n; i++) {
            double s = a[i * n + j];
            for (int k = 0; k < j; k++)
                s -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = s / a[j * n + j];
        }
    }
    return 1;
}

/* row = (basis basis^T)^-1 basis, column by column. */
static void solve_rows(struct harmonic_fit *hf)
{
    int n = hf->n_row, ns = hf->n_sample;
    const double *a = hf->normal;
    memcpy(hf->row, hf->basis, (size_t)(n * ns) * sizeof(double));
    for (int m = 0; m < ns; m++) {
        for (int i = 0; i < n; i++) {
            double s = hf->row[i * ns + m];
            for (int k = 0; k < i; k++)
                s -= a[i * n + k] * hf->row[k * ns + m];
            hf->row[i * ns + m] = s / a[i * n + i];
        }
        for (int i = n - 1; i >= 0; i--) {
            double s = hf->row[i * ns + m];
            for (int k = i + 1; k < n; k++)
                s -= a[k * n + i] * hf->row[k * ns + m];
            hf->row[i * ns + m] = s / a[i * n + i];
        }
    }
}

enum status harmonic_fit_set(struct harmonic_fit *hf, int n_sample, const double *phase_rad, int has_constant, int n_order,
                             const int *order, struct err *e)
{
    int n_row = 2 * n_order + (has_constant ? 1 : 0);
    if (n_sample < 1 || n_sample > hf->max_sample || n_order < 0 || n_order > HARMONIC_FIT_MAX_ORDER || n_row > n_sample)
        return err_set(e, ST_RANGE, "harmonic_fit", "%d unknowns from %d samples; room for %d samples and %d harmonics", n_row, n_sample,
                       hf->max_sample, HARMONIC_FIT_MAX_ORDER);
    hf->n_sample = n_sample;
    hf->n_order = n_order;
    hf->has_constant = has_constant ? 1 : 0;
    hf->n_row = n_row;
    for (int k = 0; k < n_order; k++)
        hf->order[k] = order[k];
    fill_basis(hf, phase_rad);
    if (!factor_normal(hf))
        return err_set(e, ST_SINGULAR, "harmonic_fit", "the %d sample phases do not separate %d harmonics", n_sample, n_order);
    solve_rows(hf);
    return ST_OK;
}

const double *harmonic_fit_get_row(const struct harmonic_fit *hf, int k, int is_sine)
{
    assert(k >= 0 && k < hf->n_order);
    return hf->row + (hf->has_constant + 2 * k + (is_sine ? 1 : 0)) * hf->n_sample;
}
