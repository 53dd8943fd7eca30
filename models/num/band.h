/* band.h - symmetric positive definite banded systems over LAPACK (dpbtrf, dpbtrs), in storage sized once.
 * Lower triangle, column-major: entry (i, j), j <= i <= j + n_half, stands at a[j * n_line + i - j], n_line = n_half + 1. */
#ifndef MODELS_NUM_BAND_H
#define MODELS_NUM_BAND_H
#include "materials/base/status.h"

struct band {
    int n, n_half, n_line; /* order, half-bandwidth in use, leading dimension */
    double *a;             /* capacity entries and one more, which takes what has no place (fixed nodes) */
    long capacity;
};

enum status band_init(struct band *b, int n, int n_half_max, struct err *e) MUST_CHECK;
void band_done(struct band *b);
/* band_set_half - choose the half-bandwidth; 0 when the storage is too small for it (nothing is changed). */
int band_set_half(struct band *b, int n_half);
/* band_get_place - index into a of entry (i, j) in any order. */
static inline long band_get_place(const struct band *b, int i, int j)
{
    return i >= j ? (long)j * b->n_line + (i - j) : (long)i * b->n_line + (j - i);
}
void band_set_zero(struct band *b);
/* band_set_factor - Cholesky factor in place. Status: ST_SINGULAR when not positive definite or not finite (the pivot is named). */
enum status band_set_factor(struct band *b, struct err *e) MUST_CHECK;
/* band_solve - x[n * n_rhs] <- A^-1 x with the factor. */
void band_solve(const struct band *b, int n_rhs, double *x);

#endif
