#include "models/num/band.h"

#include <assert.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/banned.h"

enum status band_init(struct band *b, int n, int n_half_max, struct err *e)
{
    assert(n > 0 && n_half_max >= 0);
    memset(b, 0, sizeof *b);
    b->n = n;
    b->capacity = (long)n * (n_half_max + 1);
    b->a = mem_new((size_t)b->capacity + 1, sizeof *b->a);
    if (!b->a)
        return err_set(e, ST_NO_MEMORY, "band", "no memory for %d rows of half-bandwidth %d", n, n_half_max);
    (void)band_set_half(b, n_half_max);
    return ST_OK;
}

void band_done(struct band *b)
{
    mem_free(b->a);
    memset(b, 0, sizeof *b);
}

int band_set_half(struct band *b, int n_half)
{
    if ((long)b->n * (n_half + 1) > b->capacity)
        return 0;
    b->n_half = n_half;
    b->n_line = n_half + 1;
    return 1;
}

void band_set_zero(struct band *b)
{
    memset(b->a, 0, (size_t)b->n * (size_t)b->n_line * sizeof *b->a);
    b->a[b->capacity] = 0.0;
}

enum status band_set_factor(struct band *b, struct err *e)
{
    lapack_int info = LAPACKE_dpbtrf_work(LAPACK_COL_MAJOR, 'L', b->n, b->n_half, b->a, b->n_line);
    assert(info >= 0);
    if (info > 0)
        return err_set(e, ST_SINGULAR, "banded Cholesky", "not positive definite at row %d of %d", (int)info, b->n);
    for (int j = 0; j < b->n; j++) {
        double d = b->a[(long)j * b->n_line];
        if (!isfinite(d) || d <= 0.0) /* a NaN can pass LAPACK's own test */
            return err_set(e, ST_SINGULAR, "banded Cholesky", "pivot %d of %d is %g", j, b->n, d);
    }
    return ST_OK;
}

void band_solve(const struct band *b, int n_rhs, double *x)
{
    lapack_int info = LAPACKE_dpbtrs_work(LAPACK_COL_MAJOR, 'L', b->n, b->n_half, n_rhs, b->a, b->n_line, x, b->n);
    assert(info == 0);
    (void)info;
}
