/* cover.c - see cover.h. */
#include "solver/optimise/cover.h"
#include "models/num/sobol.h"
#include "materials/base/banned.h"

/* A shift of its own for each dimension: the bits of the seed spread over the word. */
static uint32_t get_shift(uint64_t seed, int dim)
{
    uint64_t h = (seed + 1u) * 0x9e3779b97f4a7c15u + (uint64_t)dim * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 31)) * 0x94d049bb133111ebu;
    return (uint32_t)(h >> 32);
}

void cover_eval(uint64_t seed, int n_dim, uint32_t k, double *x)
{
    struct sobol_axis axis[COVER_MAX_DIM];
    sobol_set_axes(n_dim, axis);
    for (int dim = 0; dim < n_dim; dim++) {
        axis[dim].shift = get_shift(seed, dim);
        sobol_fill_uniform(&axis[dim], k ^ (k >> 1), 1, &x[dim]);
    }
}
