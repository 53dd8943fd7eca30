/* covariance.h - from correlations as found to the Cholesky factor of one month's price shocks. */
#ifndef MODELS_RISK_COVARIANCE_H
#define MODELS_RISK_COVARIANCE_H
#include "materials/base/status.h"

#define COVARIANCE_EIGEN_MIN 1e-6 /* least eigenvalue after mending: keeps the factor well defined */

struct covariance_info {
    double eigen_min;       /* of the shrunk matrix, before mending */
    double moved_max;       /* largest change of an entry by mending */
    double moved_rms;       /* root mean square over the entries off the diagonal */
    double moved_frobenius; /* Frobenius distance from the shrunk matrix to the mended one: the least there is */
    int is_mended, n_projection;
};

/* covariance_solve_correlation - R = (1 - shrink) rho + shrink target, then, when an eigenvalue lies below COVARIANCE_EIGEN_MIN, the
 * nearest matrix in the Frobenius norm that has unit diagonal and no eigenvalue below it: alternating projections with Dykstra's correction
 * (key HIGHAM2002, algorithm 3.3). n x n, symmetric; out may be neither input. Status: ST_CONFIG for a matrix that is no correlation
 * (diagonal not 1, entry beyond 1, not symmetric); ST_NO_CONVERGE; ST_NO_MEMORY. */
enum status covariance_solve_correlation(int n, const double *rho, const double *target, double shrink_pu, double *out,
                                         struct covariance_info *info, struct err *e) MUST_CHECK;

/* covariance_solve_step - lower Cholesky factor L (n x n, column-major, upper triangle 0) of
 *   Q_ij = R_ij s_i s_j (1 - exp(-(k_i + k_j) D)) / (k_i + k_j), the covariance of the exact log-OU step of D years (key SCHWARTZ1997).
 * A zero volatility gives a zero row. Status: ST_SINGULAR when Q is not positive definite. */
enum status covariance_solve_step(int n, const double *R, const double *sigma_pu, const double *kappa_per_year, double D_years, double *L,
                                  struct err *e) MUST_CHECK;

#endif
