/* vexp.c - exp(x) = 2^k exp(r), |r| <= ln 2 / 2: Cody-Waite reduction, Taylor to degree 13 (remainder 4e-18), exponent set by bits. */
#include "models/risk/vexp.h"
#include "models/num/vector.h"
#include <stdint.h>
#include <string.h>
#include "materials/base/banned.h"

#define LOG2_E 1.44269504088896340736
#define LN2_HIGH 6.93147180369123816490e-01 /* 32 bits, so that k LN2_HIGH is exact */
#define LN2_LOW 1.90821492927058770002e-10
#define ROUNDER 6755399441055744.0 /* 1.5 2^52: adding it leaves the nearest integer in the low bits */
#define LIMIT 700.0
enum { CHUNK = 128 };

VECTOR_VERSIONS void vexp_eval(int n, const double *x, double *y)
{
    double r[CHUNK], shifted[CHUNK];
    uint64_t bits[CHUNK];
    for (int done = 0; done < n; done += CHUNK) {
        const int m = n - done < CHUNK ? n - done : CHUNK;
        for (int k = 0; k < m; k++) {
            double v = x[done + k];
            v = v > LIMIT ? LIMIT : v;
            v = v < -LIMIT ? -LIMIT : v;
            shifted[k] = v * LOG2_E + ROUNDER;
            const double whole = shifted[k] - ROUNDER;
            r[k] = (v - whole * LN2_HIGH) - whole * LN2_LOW;
        }
        memcpy(bits, shifted, (size_t)m * sizeof bits[0]);
        for (int k = 0; k < m; k++)
            bits[k] = (bits[k] + 1023u) << 52; /* low bits of the shifted number hold k in two's complement */
        memcpy(shifted, bits, (size_t)m * sizeof bits[0]);
        for (int k = 0; k < m; k++) {
            const double q = r[k], q2 = q * q, q4 = q2 * q2;
            const double a = (1.0 + q) + q2 * (1.0 / 2.0 + q * (1.0 / 6.0));
            const double b = (1.0 / 24.0 + q * (1.0 / 120.0)) + q2 * (1.0 / 720.0 + q * (1.0 / 5040.0));
            const double c = (1.0 / 40320.0 + q * (1.0 / 362880.0)) + q2 * (1.0 / 3628800.0 + q * (1.0 / 39916800.0));
            const double d = 1.0 / 479001600.0 + q * (1.0 / 6227020800.0);
            y[done + k] = (a + q4 * (b + q4 * (c + q4 * d))) * shifted[k];
        }
    }
}
