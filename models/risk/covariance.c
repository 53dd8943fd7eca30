/* covariance.c - shrinking, mending, factoring. Contract: covariance.h. */
#include "models/risk/covariance.h"
#include "materials/base/mem.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static enum status check_correlation(int n, const double *R, struct err *e)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            const double v = R[i * n + j];
            const int is_bad = i == j ? fabs(v - 1.0) > 1e-12 : !(fabs(v) <= 1.0) || fabs(v - R[j * n + i]) > 1e-12;
            if (is_bad)
                return err_set(e, ST_CONFIG, "correlation",
                               "entry (%d, %d) is %g, (%d, %d) is %g; expected a symmetric matrix of -1..1 with unit diagonal", i, j, v, j,
                               i, R[j * n + i]);
        }
    return ST_OK;
}

/* V diag(w) V' with the diagonal scaled to 1. V: eigenvectors in columns, overwritten. */
static void rebuild(int n, double *V, const double *w, double *out)
{
    for (int k = 0; k < n; k++)
        cblas_dscal(n, sqrt(fmax(w[k], COVARIANCE_EIGEN_MIN)), V + k * n, 1);
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, n, n, n, 1.0, V, n, V, n, 0.0, out, n);
    for (int i = 0; i < n; i++)
        V[i] = 1.0 / sqrt(out[i * n + i]);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            out[i * n + j] = i == j ? 1.0 : out[i * n + j] * V[i] * V[j];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            out[i * n + j] = out[j * n + i];
}

enum status covariance_solve_correlation(int n, const double *rho, const double *target, double shrink_pu, double *out,
                                         struct covariance_info *info, struct err *e)
{
    const size_t nn = (size_t)n * (size_t)n;
    *info = (struct covariance_info){0};
    TRY(check_correlation(n, rho, e));
    TRY(check_correlation(n, target, e));
    double *V = mem_new(3 * nn + (size_t)n, sizeof *V);
    if (!V)
        return err_set(e, ST_NO_MEMORY, "correlation", "matrix of %d", n);
    double *shrunk = V + nn, *w = V + 2 * nn;
    for (size_t k = 0; k < nn; k++)
        out[k] = V[k] = shrunk[k] = (1.0 - shrink_pu) * rho[k] + shrink_pu * target[k];
    const lapack_int failed = LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', n, V, n, w);
    if (failed == 0) {
        info->eigen_min = w[0];
        info->is_mended = w[0] < COVARIANCE_EIGEN_MIN;
    }
    if (info->is_mended) {
        rebuild(n, V, w, out);
        for (size_t k = 0; k < nn; k++) {
            const double gap = fabs(out[k] - shrunk[k]);
            info->moved_max = fmax(info->moved_max, gap);
            info->moved_rms += gap * gap;
        }
        info->moved_rms = n > 1 ? sqrt(info->moved_rms / (n * (n - 1.0))) : 0.0;
    }
    mem_free(V);
    return failed
               ? err_set(e, ST_NO_CONVERGE, "correlation", "eigenvalues of the correlation matrix: LAPACK dsyev returned %d", (int)failed)
               : ST_OK;
}

enum status covariance_solve_step(int n, const double *R, const double *sigma_pu, const double *kappa_per_year, double D_years, double *L,
                                  struct err *e)
{
    memset(L, 0, (size_t)n * (size_t)n * sizeof *L);
    for (int j = 0; j < n; j++)
        for (int i = j; i < n; i++) {
            const double k = kappa_per_year[i] + kappa_per_year[j];
            const double span = k * D_years > 0.0 ? -expm1(-k * D_years) / k : D_years;
            L[j * n + i] = R[j * n + i] * sigma_pu[i] * sigma_pu[j] * span;
        }
    for (int i = 0; i < n; i++)
        if (!(sigma_pu[i] > 0.0))
            L[i * n + i] = 1.0; /* its row is zero; any pivot will do */
    const lapack_int failed = LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', n, L, n);
    if (failed != 0)
        return err_set(e, ST_SINGULAR, "covariance", "the covariance of one month is not positive definite at row %d of %d", (int)failed,
                       n);
    for (int i = 0; i < n; i++)
        if (!(sigma_pu[i] > 0.0))
            L[i * n + i] = 0.0;
    return ST_OK;
}
