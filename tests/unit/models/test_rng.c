/* test_rng.c - Philox against the published known answers, the quantile against the distribution function, streams against their moments.
 */
#include <stdio.h>
#include <string.h>
#include "models/num/rng.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

/* kat_vectors of the Random123 distribution, philox4x32 10. */
static void known_answers(void **state)
{
    static const struct { uint32_t counter[4], key[2], expected[4]; } row[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    (void)state;
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        uint32_t out[4];
        rng_eval_block(row[k].counter, row[k].key, out);
        for (int w = 0; w < 4; w++)
            assert_int_equal(out[w], row[k].expected[w]);
    }
}

/* The other way round: Phi(quantile(p)) = p with erfc of the C library, over 15 decades; a relative error r of z is one of r z^2 in a tail.
 * Values of tables. */
static void quantile(void **state)
{
    (void)state;
    for (double p = 1e-15; p < 0.5; p *= 1.37) {
        const double z = rng_eval_quantile(p);
        assert_close(0.5 * erfc(-z / sqrt(2.0)), p, 2e-15 * (1.0 + z * z), 0.0);
        assert_close(rng_eval_quantile(1.0 - p), -rng_eval_quantile(1.0 - (1.0 - p)), 1e-14, 0.0); /* symmetric, in what 1 - p can hold */
    }
    assert_close(rng_eval_quantile(0.95), 1.6448536269514722, 1e-15, 0.0);
    assert_close(rng_eval_quantile(0.975), 1.9599639845400545, 1e-15, 0.0);
    assert_close(rng_eval_quantile(1e-10), -6.3613409024040557, 1e-14, 0.0);
    assert_close(rng_eval_quantile(0.5), 0.0, 0.0, 0.0);
    assert_true(rng_eval_quantile(0.0) < -1e300 && rng_eval_quantile(1.0) > 1e300);
}

/* A draw depends on its counter only: filled in one go, in pieces or one by one, it is the same number. */
static void no_state(void **state)
{
    enum { N = 1000 };
    const struct rng r = rng_init(20261001u);
    double all0[N], all1[N], part0[N], part1[N];
    (void)state;
    rng_fill_normal(&r, 3, 17, 5, 2, N, all0, all1);
    for (int done = 0; done < N; done += 77) {
        const int m = N - done < 77 ? N - done : 77;
        rng_fill_normal(&r, 3, 17 + (uint32_t)done, 5, 2, m, part0 + done, part1 + done);
    }
    assert_memory_equal(all0, part0, sizeof all0);
    assert_memory_equal(all1, part1, sizeof all1);
    for (int k = 0; k < N; k += 13) {
        double u[2];
        rng_eval_uniform(&r, 3, 17 + (uint32_t)k, 5, 2, u);
        assert_close(all0[k], rng_eval_quantile(u[0]), 0.0, 0.0);
        assert_close(all1[k], rng_eval_quantile(u[1]), 0.0, 0.0);
    }
}

/* Each of the five parts of a counter changes the number. */
static void counters_differ(void **state)
{
    const struct rng a = rng_init(1), b = rng_init((uint64_t)1 << 32 | 1u);
    double base[2], other[2];
    (void)state;
    rng_eval_uniform(&a, 0, 0, 0, 0, base);
    for (int k = 0; k < 5; k++) {
        rng_eval_uniform(k == 4 ? &b : &a, k == 0, k == 1, k == 2, k == 3, other);
        assert_true(fabs(other[0] - base[0]) > 1e-9 && fabs(other[1] - base[1]) > 1e-9);
    }
    assert_true(fabs(base[0] - base[1]) > 1e-9);
}

/* 400,000 draws: mean, variance, skewness, kurtosis, correlation of the two of a counter and of neighbours, within 4.5 standard errors. */
static void moments(void **state)
{
    enum { N = 200000 };
    static double z0[N], z1[N];
    const struct rng r = rng_init(7);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0, cross = 0, next = 0;
    (void)state;
    rng_fill_normal(&r, 0, 0, 0, 0, N, z0, z1);
    for (int k = 0; k < N; k++) {
        m1 += z0[k] + z1[k];
        m2 += z0[k] * z0[k] + z1[k] * z1[k];
        m3 += pow(z0[k], 3) + pow(z1[k], 3);
        m4 += pow(z0[k], 4) + pow(z1[k], 4);
        cross += z0[k] * z1[k];
        next += z0[k] * z0[(k + 1) % N];
    }
    assert_close(m1 / (2 * N), 0.0, 0.0, 4.5 / sqrt(2.0 * N));
    assert_close(m2 / (2 * N), 1.0, 0.0, 4.5 * sqrt(2.0) / sqrt(2.0 * N));
    assert_close(m3 / (2 * N), 0.0, 0.0, 4.5 * sqrt(15.0) / sqrt(2.0 * N));
    assert_close(m4 / (2 * N), 3.0, 0.0, 4.5 * sqrt(96.0) / sqrt(2.0 * N));
    assert_close(cross / N, 0.0, 0.0, 4.5 / sqrt(N));
    assert_close(next / N, 0.0, 0.0, 4.5 / sqrt(N));
}

/* Ends of the unit interval are never reached: the quantile of every draw is finite. Words of all zeros and all ones are tried through the
 * extremes. */
static void uniform_open(void **state)
{
    const struct rng r = rng_init(99);
    double least = 1.0, most = 0.0;
    (void)state;
    for (uint32_t k = 0; k < 200000; k++) {
        double u[2];
        rng_eval_uniform(&r, 0, k, 0, 0, u);
        least = fmin(least, fmin(u[0], u[1]));
        most = fmax(most, fmax(u[0], u[1]));
    }
    assert_true(least > 0.0 && least < 2e-5 && most < 1.0 && most > 1.0 - 2e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(quantile), cmocka_unit_test(no_state),
        cmocka_unit_test(counters_differ), cmocka_unit_test(moments), cmocka_unit_test(uniform_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
