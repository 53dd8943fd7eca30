/* cover.h - even cover of the unit box: Sobol points (models/num/sobol.h) in Gray-code order, with a digital shift from a seed. */
#ifndef SOLVER_OPTIMISE_COVER_H
#define SOLVER_OPTIMISE_COVER_H
#include <stdint.h>

#define COVER_MAX_DIM 21
/* cover_eval - point k of the shifted sequence, x[n_dim] in (0,1), n_dim <= COVER_MAX_DIM. */
void cover_eval(uint64_t seed, int n_dim, uint32_t k, double *x);

#endif
