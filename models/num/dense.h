/* dense.h - small dense systems over LAPACK: LU with partial pivoting and Cholesky, in the caller's storage.
 * Matrices are column-major n x n with leading dimension n; Cholesky reads and writes the lower triangle only.
 * Nothing is allocated here: the LAPACK routines used need no work space. */
#ifndef MODELS_NUM_DENSE_H
#define MODELS_NUM_DENSE_H
#include "materials/base/status.h"

/* dense_set_lu - factor A = P L U in place.
 * Given:    a[n*n] the matrix; Returned: a the factors, pivot[n] the row exchanges (LAPACK convention).
 * Status:   ST_SINGULAR (exact zero pivot, named); ST_RANGE when an entry is not finite. */
enum status dense_set_lu(int n, double *a, int *pivot, struct err *e) MUST_CHECK;
/* dense_solve_lu - b[n*n_rhs] <- A^-1 b with the factors of dense_set_lu. */
void dense_solve_lu(int n, const double *a, const int *pivot, int n_rhs, double *b);
/* dense_solve_lu_transposed - b <- A^-T b. */
void dense_solve_lu_transposed(int n, const double *a, const int *pivot, int n_rhs, double *b);

/* dense_set_cholesky - factor A = L L^T in place (lower triangle).
 * Status:   ST_SINGULAR when A is not positive definite or an entry of the triangle is not finite (a NaN pivot fails the test). */
enum status dense_set_cholesky(int n, double *a, struct err *e) MUST_CHECK;
/* dense_solve_cholesky - b[n*n_rhs] <- A^-1 b with the factor of dense_set_cholesky. */
void dense_solve_cholesky(int n, const double *a, int n_rhs, double *b);

/* dense_set_one_thread - this process runs every BLAS and LAPACK call in the thread that makes it, so that sums do not depend on the number
 * of processors. Setting OPENBLAS_NUM_THREADS inside the program would be too late: the library reads it before main. */
void dense_set_one_thread(void);

#endif
