/* sobol.h - Sobol points in up to 21 dimensions (direction numbers of [JOEKUO2008]) with a digital shift from a seed: even cover of the
 * unit box. */
#ifndef SOLVER_OPTIMISE_SOBOL_H
#define SOLVER_OPTIMISE_SOBOL_H
#include <stdint.h>

#define SOBOL_MAX_DIM 21
/* sobol_eval - point k (k >= 0) of the shifted sequence, x[n_dim] in [0,1). */
void sobol_eval(uint64_t seed, int n_dim, uint32_t k, double *x);

#endif
