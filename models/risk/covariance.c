/* covariance.c - shrinking, mending, factoring. Contract: covariance.h. */
#include "models/risk/covariance.h"
#include "materials/base/mem.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define PROJECTION_TOLERANCE 1e-10 /* far below COVARIANCE_EIGEN_MIN, so that the last unit diagonal leaves the matrix definite */
enum { MAX_PROJECTION = 20000 };

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

struct mend_ws { double *V, *w, *correction, *shrunk; }; /* n x n, n, n x n, n x n */

/* X = the nearest matrix to R with eigenvalues of at least COVARIANCE_EIGEN_MIN; *least = the least eigenvalue of R. X may be R. */
static lapack_int project_cone(int n, const double *R, const struct mend_ws *ws, double *X, double *least)
{
    double *V = ws->V, *w = ws->w;
    memmove(V, R, (size_t)n * (size_t)n * sizeof *V);
    const lapack_int failed = LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', n, V, n, w);
    if (failed)
        return failed;
    *least = w[0];
    for (int k = 0; k < n; k++)
        cblas_dscal(n, sqrt(fmax(w[k], COVARIANCE_EIGEN_MIN)), V + k * n, 1);
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, n, n, 1.0, V, n, 0.0, X, n);
    for (int j = 0; j < n; j++)
        for (int i = j + 1; i < n; i++)
            X[i * n + j] = X[j * n + i];
    return 0;
}

/* Alternating projections onto the cone and onto unit diagonal, which is affine and needs no correction. out: the shrunk matrix. */
static enum status mend(int n, const struct mend_ws *ws, double *out, struct covariance_info *info, struct err *e)
{
    const size_t nn = (size_t)n * (size_t)n;
    double *S = ws->correction, *X = ws->shrunk + nn, *R = X + nn;
    memset(S, 0, nn * sizeof *S);
    for (info->n_projection = 1; info->n_projection <= MAX_PROJECTION; info->n_projection++) {
        double least, gap = 0.0;
        for (size_t k = 0; k < nn; k++)
            R[k] = out[k] - S[k];
        const lapack_int failed = project_cone(n, R, ws, X, &least);
        if (failed)
            return err_set(e, ST_NO_CONVERGE, "correlation", "eigenvalues of the correlation matrix: LAPACK dsyev returned %d",
                           (int)failed);
        for (size_t k = 0; k < nn; k++) {
            S[k] = X[k] - R[k];
            gap = fmax(gap, fabs(out[k] - X[k]));
            out[k] = X[k];
        }
        for (int i = 0; i < n; i++)
            out[i * n + i] = 1.0;
        if (gap < PROJECTION_TOLERANCE)
            return ST_OK;
    }
    return err_set(e, ST_NO_CONVERGE, "correlation", "%d projections do not reach a correlation matrix", MAX_PROJECTION);
}

static void set_distance(int n, const double *shrunk, const double *out, struct covariance_info *info)
{
    double sum = 0.0;
    for (int k = 0; k < n * n; k++) {
        const double gap = fabs(out[k] - shrunk[k]);
        info->moved_max = fmax(info->moved_max, gap);
        sum += gap * gap;
    }
    info->moved_frobenius = sqrt(sum);
    info->moved_rms = n > 1 ? sqrt(sum / (n * (n - 1.0))) : 0.0;
}

enum status covariance_solve_correlation(int n, const double *rho, const double *target, double shrink_pu, double *out,
                                         struct covariance_info *info, struct err *e)
{
    const size_t nn = (size_t)n * (size_t)n;
    *info = (struct covariance_info){0};
    TRY(check_correlation(n, rho, e));
    TRY(check_correlation(n, target, e));
    double *V = mem_new(5 * nn + (size_t)n, sizeof *V);
    if (!V)
        return err_set(e, ST_NO_MEMORY, "correlation", "matrix of %d", n);
    const struct mend_ws ws = {V, V + 5 * nn, V + nn, V + 2 * nn};
    for (size_t k = 0; k < nn; k++)
        out[k] = ws.shrunk[k] = (1.0 - shrink_pu) * rho[k] + shrink_pu * target[k];
    const lapack_int failed = project_cone(n, out, &ws, ws.shrunk + nn, &info->eigen_min);
    enum status s = failed ? err_set(e, ST_NO_CONVERGE, "correlation", "eigenvalues of the correlation matrix: LAPACK dsyev returned %d",
                                     (int)failed)
                           : ST_OK;
    info->is_mended = s == ST_OK && info->eigen_min < COVARIANCE_EIGEN_MIN;
    if (info->is_mended) {
        s = mend(n, &ws, out, info, e);
        set_distance(n, ws.shrunk, out, info);
    }
    mem_free(V);
    return s;
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
