#include "solver/optimise/sobol.h"
#include <string.h>
#include "materials/base/banned.h"

#define SOBOL_BITS 32

/* Primitive polynomials and initial direction numbers, dimensions 2..21 [JOEKUO2008]: degree, coefficients a, m_1.. */
static const struct { int degree, a, m[7]; } SOBOL_TABLE[SOBOL_MAX_DIM - 1] = {
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
};

static void set_directions(int dim, uint32_t v[SOBOL_BITS])
{
    if (dim == 0) {
        for (int i = 0; i < SOBOL_BITS; i++)
            v[i] = 1u << (31 - i);
        return;
    }
    int s = SOBOL_TABLE[dim - 1].degree, a = SOBOL_TABLE[dim - 1].a;
    for (int i = 0; i < s; i++)
        v[i] = (uint32_t)SOBOL_TABLE[dim - 1].m[i] << (31 - i);
    for (int i = s; i < SOBOL_BITS; i++) {
        v[i] = v[i - s] ^ (v[i - s] >> s);
        for (int k = 1; k < s; k++)
            if ((a >> (s - 1 - k)) & 1)
                v[i] ^= v[i - k];
    }
}

void sobol_eval(uint64_t seed, int n_dim, uint32_t k, double *x)
{
    uint32_t v[SOBOL_BITS], gray = k ^ (k >> 1);
    for (int dim = 0; dim < n_dim; dim++) {
        set_directions(dim, v);
        uint64_t shift = (seed + 1u) * 0x9e3779b97f4a7c15u + (uint64_t)dim * 0xbf58476d1ce4e5b9u;
        shift = (shift ^ (shift >> 31)) * 0x94d049bb133111ebu;
        uint32_t bits = (uint32_t)(shift >> 32);
        for (int i = 0; i < SOBOL_BITS; i++)
            if ((gray >> i) & 1u)
                bits ^= v[i];
        x[dim] = ((double)bits + 0.5) * 0x1p-32;
    }
}
