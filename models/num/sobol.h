/* sobol.h - Sobol's low-discrepancy sequence in base 2, direction numbers of Joe and Kuo (key JOE_KUO2008), randomised.
 *
 * Point i of a dimension: exclusive or of the direction numbers of the bits set in i, then a digital shift; 32 bits. Randomisation: random
 * lower triangular matrix over the bits and a shift (affine scrambling, keys MATOUSEK1998, OWEN1995): every point is uniform on (0,1), the
 * net keeps its uniformity, and independent randomisations make an error estimate. Points of 2^k numbers from a multiple of 2^k fall one in
 * each of 2^k equal cells. */
#ifndef MODELS_NUM_SOBOL_H
#define MODELS_NUM_SOBOL_H
#include "models/num/rng.h"

#define SOBOL_MAX_DIMENSION 1000
#define SOBOL_BITS 32

struct sobol_axis { uint32_t direction[SOBOL_BITS], shift; }; /* direction[b] belongs to bit b of the index */

/* sobol_set_axes - n <= SOBOL_MAX_DIMENSION dimensions as published, no shift. */
void sobol_set_axes(int n, struct sobol_axis *axis);
/* sobol_scramble_axis - another randomisation for each (stream, replicate, dimension). */
void sobol_scramble_axis(const struct rng *r, uint32_t stream, uint32_t replicate, uint32_t dimension, struct sobol_axis *axis);
/* sobol_fill_uniform - points first .. first+n-1 of one dimension, each the middle of its cell of 2^-32: never 0 or 1. */
void sobol_fill_uniform(const struct sobol_axis *axis, uint32_t first, int n, double *u);

#endif
