/* sobol.c - Contract: sobol.h. */
#include "models/num/sobol.h"
#include "models/num/sobol_impl.h"
#include <assert.h>
#include "materials/base/banned.h"

enum { LOW_BITS = 7, CHUNK = 1 << LOW_BITS };

/* v_k = m_k / 2^k for k <= s; beyond, v_k = a_1 v_(k-1) ^ .. ^ a_(s-1) v_(k-s+1) ^ v_(k-s) ^ (v_(k-s) >> s). Here v of bit b is k = b + 1.
 */
static const uint16_t *set_axis(const uint16_t *row, struct sobol_axis *out)
{
    const int s = row[0];
    const unsigned a = row[1];
    uint32_t *v = out->direction;
    out->shift = 0;
    for (int b = 0; b < s && b < SOBOL_BITS; b++)
        v[b] = (uint32_t)row[2 + b] << (SOBOL_BITS - 1 - b);
    for (int b = s; b < SOBOL_BITS; b++) {
        v[b] = v[b - s] ^ (v[b - s] >> s);
        for (int k = 1; k < s; k++)
            v[b] ^= (a >> (s - 1 - k) & 1u) ? v[b - k] : 0u;
    }
    return row + 2 + s;
}

void sobol_set_axes(int n, struct sobol_axis *axis)
{
    const uint16_t *row = sobol_table;
    assert(n <= SOBOL_MAX_DIMENSION);
    for (int d = 0; d < n; d++)
        if (d == 0) { /* van der Corput */
            axis[0].shift = 0;
            for (int b = 0; b < SOBOL_BITS; b++)
                axis[0].direction[b] = 1u << (SOBOL_BITS - 1 - b);
        } else
            row = set_axis(row, &axis[d]);
    assert(row <= sobol_table + sobol_table_size);
}

static unsigned get_parity(uint32_t x)
{
    x ^= x >> 16;
    x ^= x >> 8;
    x ^= x >> 4;
    return 0x6996u >> (x & 15u) & 1u;
}

/* Bit k of the result (from the top) is a random sum of bits 0..k of the number, bit k itself always in it. */
void sobol_scramble_axis(const struct rng *r, uint32_t stream, uint32_t replicate, uint32_t dimension, struct sobol_axis *axis)
{
    uint32_t row[SOBOL_BITS + 4], w[4];
    for (uint32_t k = 0; k <= SOBOL_BITS; k += 4) {
        const uint32_t counter[4] = {replicate, dimension, k, stream};
        rng_eval_block(counter, r->key, w);
        for (int j = 0; j < 4; j++)
            row[k + (uint32_t)j] = w[j];
    }
    for (int b = 0; b < SOBOL_BITS; b++) {
        const uint32_t v = axis->direction[b];
        uint32_t mixed = 0;
        for (int k = 0; k < SOBOL_BITS; k++) {
            const uint32_t top = 1u << (SOBOL_BITS - 1 - k), above = ~(top | (top - 1u));
            mixed |= get_parity(((row[k] & above) | top) & v) ? top : 0u;
        }
        axis->direction[b] = mixed;
    }
    axis->shift = row[SOBOL_BITS];
}

static uint32_t get_point(const struct sobol_axis *axis, uint32_t i)
{
    uint32_t x = axis->shift;
    for (int b = 0; i; b++, i >>= 1)
        x ^= (i & 1u) ? axis->direction[b] : 0u;
    return x;
}

void sobol_fill_uniform(const struct sobol_axis *axis, uint32_t first, int n, double *u)
{
    uint32_t low[CHUNK];
    low[0] = 0;
    for (int b = 0; b < LOW_BITS; b++)
        for (int k = 0; k < 1 << b; k++)
            low[(1 << b) + k] = low[k] ^ axis->direction[b];
    for (int done = 0; done < n;) {
        const uint32_t at = first + (uint32_t)done, offset = at & (CHUNK - 1u), base = get_point(axis, at - offset);
        const int room = CHUNK - (int)offset, m = n - done < room ? n - done : room;
        for (int k = 0; k < m; k++)
            u[done + k] = ((double)(low[offset + (uint32_t)k] ^ base) + 0.5) * 0x1p-32;
        done += m;
    }
}
