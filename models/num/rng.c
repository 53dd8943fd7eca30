/* rng.c - Philox 4x32-10 and the normal quantile. Contract: rng.h. */
#include "models/num/rng.h"
#include "models/num/vector.h"
#include <math.h>
#include <stddef.h>
#include "materials/base/banned.h"

/* Multipliers and Weyl increments of Philox 4x32, SALMON2011 table 2 and section 3.3. */
#define PHILOX_M0 0xD2511F53u
#define PHILOX_M1 0xCD9E8D57u
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u
#define LN_2 0.69314718055994530942
enum { PHILOX_ROUNDS = 10, CHUNK = 128 };

struct rng rng_init(uint64_t seed)
{
    return (struct rng){{(uint32_t)seed, (uint32_t)(seed >> 32)}};
}

void rng_eval_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3], k0 = key[0], k1 = key[1];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        const uint64_t p0 = (uint64_t)PHILOX_M0 * x0, p1 = (uint64_t)PHILOX_M1 * x2;
        const uint32_t y0 = (uint32_t)(p1 >> 32) ^ x1 ^ k0, y2 = (uint32_t)(p0 >> 32) ^ x3 ^ k1;
        x1 = (uint32_t)p1;
        x3 = (uint32_t)p0;
        x0 = y0;
        x2 = y2;
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    out[0] = x0;
    out[1] = x1;
    out[2] = x2;
    out[3] = x3;
}

/* Middle of one of 2^52 equal cells of (0,1): symmetric about 1/2, never an end; every step is exact. Two 32-bit halves, because vector
 * units convert those. */
VECTOR_INLINE double get_uniform(uint32_t high, uint32_t low)
{
    const double upper = (double)((int32_t)(high ^ 0x80000000u)) + 0x1p31, lower = (double)(int32_t)(low >> 12);
    return upper * 0x1p-32 + (lower + 0.5) * 0x1p-52;
}

void rng_eval_uniform(const struct rng *r, uint32_t stream, uint32_t index, uint32_t step, uint32_t lane, double u[2])
{
    const uint32_t counter[4] = {index, step, lane, stream};
    uint32_t w[4];
    rng_eval_block(counter, r->key, w);
    u[0] = get_uniform(w[0], w[1]);
    u[1] = get_uniform(w[2], w[3]);
}

/* Rational forms of AS 241 (WICHURA1988, PPND16): a/b for |p - 1/2| <= 0.425, c/d for sqrt(-ln p) <= 5, e/f beyond. */
VECTOR_INLINE double get_centre(double q)
{
    const double r = 0.180625 - q * q;
    const double num = (((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r + 6.7265770927008700853e+4) * r +
                            4.5921953931549871457e+4) * r + 1.3731693765509461125e+4) * r + 1.9715909503065514427e+3) * r +
                         1.3314166789178437745e+2) * r + 3.3871328727963666080e+0);
    const double den = (((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r + 3.9307895800092710610e+4) * r +
                            2.1213794301586595867e+4) * r + 5.3941960214247511077e+3) * r + 6.8718700749205790830e+2) * r +
                         4.2313330701600911252e+1) * r + 1.0);
    return q * num / den;
}

/* The tail form between |p - 1/2| = 0.425 and sqrt(-ln p) = 5. */
VECTOR_INLINE double get_near_tail(double root)
{
    const double r = root - 1.6;
    const double num = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r +
                            1.27045825245236838258e+0) * r + 3.64784832476320460504e+0) * r + 5.76949722146069140550e+0) * r +
                         4.63033784615654529590e+0) * r + 1.42343711074968357734e+0);
    const double den = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r +
                            1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e+0) * r +
                         2.05319162663775882187e+0) * r + 1.0);
    return num / den;
}

static double get_tail(double p_tail)
{
    double r = sqrt(-log(p_tail));
    if (r <= 5.0)
        return get_near_tail(r);
    r -= 5.0;
    const double num = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r +
                            2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e+0) * r +
                         5.46378491116411436990e+0) * r + 6.65790464350110377720e+0);
    const double den = (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r +
                            7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r +
                         5.99832206555887937690e-1) * r + 1.0);
    return num / den;
}

double rng_eval_quantile(double p)
{
    const double q = p - 0.5;
    if (!(p > 0.0))
        return p <= 0.0 ? -HUGE_VAL : p;
    if (!(p < 1.0))
        return HUGE_VAL;
    if (fabs(q) <= 0.425)
        return get_centre(q);
    const double tail = get_tail(q < 0.0 ? p : 1.0 - p);
    return q < 0.0 ? -tail : tail;
}

/* log p for 0 < p < 1, normal numbers: exponent and mantissa f in sqrt(1/2)..sqrt(2) by bits, log f = 2 artanh((f - 1)/(f + 1)), its series
 * to the 21st power: |(f - 1)/(f + 1)| < 0.172, remainder below 1e-17. */
VECTOR_INLINE double get_log(double p)
{
    union { double value; uint64_t bits; } f = {p}, e;
    const uint64_t shift = 0x3fe6a09e667f3bcdu; /* sqrt(1/2): mantissas are taken from there on */
    const uint64_t whole = (f.bits - shift + 0x4000000000000000u) >> 52; /* exponent + 1024, always positive */
    e.bits = whole | 0x4330000000000000u;                                   /* 2^52 + whole as a double */
    f.bits -= (whole - 1024u) << 52;
    const double s = (f.value - 1.0) / (f.value + 1.0), q = s * s, q2 = q * q, q4 = q2 * q2;
    const double a = (1.0 + q * (1.0 / 3.0)) + q2 * (1.0 / 5.0 + q * (1.0 / 7.0));
    const double b = (1.0 / 9.0 + q * (1.0 / 11.0)) + q2 * (1.0 / 13.0 + q * (1.0 / 15.0));
    const double c = (1.0 / 17.0 + q * (1.0 / 19.0)) + q2 * (1.0 / 21.0);
    return (e.value - (0x1p52 + 1024.0)) * LN_2 + 2.0 * s * (a + q4 * (b + q4 * c));
}

/* The central form for all, then the 15 % beyond it, gathered, by the tail form; in vectors and without branches that depend on the draw.
 * n <= CHUNK. */
VECTOR_VERSIONS static void set_normal(int n, const double *restrict u, double *restrict z)
{
    double side[CHUNK], root[CHUNK], tail[CHUNK], farthest = 0.0;
    int at[CHUNK], m = 0;
    for (int k = 0; k < n; k++)
        z[k] = get_centre(u[k] - 0.5);
    for (int k = 0; k < n; k++) {
        at[m] = k;
        m += fabs(u[k] - 0.5) > 0.425;
    }
    for (int k = 0; k < m; k++)
        side[k] = u[at[k]];
    for (int k = 0; k < m; k++) {
        const double upper = 1.0 - side[k];
        root[k] = sqrt(-get_log(side[k] < upper ? side[k] : upper));
    }
    for (int k = 0; k < m; k++)
        tail[k] = copysign(get_near_tail(root[k]), side[k] - 0.5);
    for (int k = 0; k < m; k++) {
        z[at[k]] = tail[k];
        farthest = root[k] > farthest ? root[k] : farthest;
    }
    for (int k = 0; farthest > 5.0 && k < m; k++)
        if (root[k] > 5.0)
            z[at[k]] = rng_eval_quantile(side[k]);
}

/* The rounds of rng_eval_block over a chunk of counters, so that the inner loop runs over lanes of vectors. */
VECTOR_VERSIONS static void fill_uniform(const struct rng *r, uint32_t stream, uint32_t first, uint32_t step, uint32_t lane, int n,
                                         double *u0, double *u1)
{
    uint32_t x0[CHUNK], x1[CHUNK], x2[CHUNK], x3[CHUNK], k0 = r->key[0], k1 = r->key[1];
    for (int k = 0; k < n; k++) {
        x0[k] = first + (uint32_t)k;
        x1[k] = step;
        x2[k] = lane;
        x3[k] = stream;
    }
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        for (int k = 0; k < n; k++) {
            const uint64_t p0 = (uint64_t)PHILOX_M0 * x0[k], p1 = (uint64_t)PHILOX_M1 * x2[k];
            x0[k] = (uint32_t)(p1 >> 32) ^ x1[k] ^ k0;
            x2[k] = (uint32_t)(p0 >> 32) ^ x3[k] ^ k1;
            x1[k] = (uint32_t)p1;
            x3[k] = (uint32_t)p0;
        }
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    for (int k = 0; k < n; k++)
        u0[k] = get_uniform(x0[k], x1[k]);
    for (int k = 0; k < n; k++)
        u1[k] = get_uniform(x2[k], x3[k]);
}

void rng_fill_quantile(int n, const double *u, double *z)
{
    for (int done = 0; done < n; done += CHUNK)
        set_normal(n - done < CHUNK ? n - done : CHUNK, u + done, z + done);
}

void rng_fill_normal(const struct rng *r, uint32_t stream, uint32_t first, uint32_t step, uint32_t lane, int n, double *z0, double *z1)
{
    double u0[CHUNK], u1[CHUNK];
    for (int done = 0; done < n; done += CHUNK) {
        const int m = n - done < CHUNK ? n - done : CHUNK;
        fill_uniform(r, stream, first + (uint32_t)done, step, lane, m, u0, u1);
        set_normal(m, u0, z0 + done);
        if (z1)
            set_normal(m, u1, z1 + done);
    }
}
