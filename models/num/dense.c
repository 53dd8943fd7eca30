#include "models/num/dense.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include "materials/base/banned.h"

enum status dense_set_lu(int n, double *a, int *pivot, struct err *e)
{
    assert(n > 0);
    for (size_t k = 0; k < (size_t)n * (size_t)n; k++)
        if (!isfinite(a[k]))
            return err_set(e, ST_RANGE, "dense LU", "entry (%d, %d) is %g", (int)(k % (size_t)n),
                           (int)(k / (size_t)n), a[k]);
    lapack_int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, n, n, a, n, pivot);
    assert(info >= 0);
    if (info > 0)
        return err_set(e, ST_SINGULAR, "dense LU", "pivot %d of %d is exactly zero", (int)info, n);
    return ST_OK;
}

static void solve_lu(char transposed, int n, const double *a, const int *pivot, int n_rhs, double *b)
{
    lapack_int info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, transposed, n, n_rhs, a, n, pivot, b, n);
    assert(info == 0);
    (void)info;
}

void dense_solve_lu(int n, const double *a, const int *pivot, int n_rhs, double *b) { solve_lu('N', n, a, pivot, n_rhs, b); }

void dense_solve_lu_transposed(int n, const double *a, const int *pivot, int n_rhs, double *b) { solve_lu('T', n, a, pivot, n_rhs, b); }

enum status dense_set_cholesky(int n, double *a, struct err *e)
{
    assert(n > 0);
    lapack_int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, a, n);
    assert(info >= 0);
    if (info > 0)
        return err_set(e, ST_SINGULAR, "dense Cholesky", "not positive definite at row %d of %d", (int)info, n);
    /* LAPACK's test lets a NaN pass where BLAS kernels compare it away: look at the diagonal ourselves */
    for (int i = 0; i < n; i++) {
        double d = a[(size_t)i * (size_t)n + (size_t)i];
        if (!isfinite(d) || d <= 0.0)
            return err_set(e, ST_SINGULAR, "dense Cholesky", "pivot %d of %d is %g", i, n, d);
    }
    return ST_OK;
}

void dense_solve_cholesky(int n, const double *a, int n_rhs, double *b)
{
    lapack_int info = LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'L', n, n_rhs, a, n, b, n);
    assert(info == 0);
    (void)info;
}

void dense_set_one_thread(void)
{
    openblas_set_num_threads(1);
}
