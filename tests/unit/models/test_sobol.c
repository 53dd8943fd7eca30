/* test_sobol.c - Sobol's sequence: known points, the stratification that defines it, its randomisation. */
#include <string.h>
#include "models/num/sobol.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

static struct sobol_axis axis[SOBOL_MAX_DIMENSION];

/* The first eight points in three dimensions, as every published table has them (here in the order of the index, not of Gray's code). */
static void known_points(void **state)
{
    static const double expected[8][3] = {{0, 0, 0},          {0.5, 0.5, 0.5},       {0.25, 0.75, 0.75},    {0.75, 0.25, 0.25},
                                          {0.125, 0.625, 0.375}, {0.625, 0.125, 0.875}, {0.375, 0.375, 0.625}, {0.875, 0.875, 0.125}};
    double u[8];
    (void)state;
    sobol_set_axes(3, axis);
    for (int d = 0; d < 3; d++) {
        sobol_fill_uniform(&axis[d], 0, 8, u);
        for (int i = 0; i < 8; i++)
            assert_close(u[i], expected[i][d], 0.0, 0x1p-32);
    }
}

/* Each of 2^k equal cells holds one of 2^k consecutive points from a multiple of 2^k, in every dimension, shifted or not: this holds if and
 * only if the direction numbers are odd where they must be. */
static void every_axis_is_stratified(void **state)
{
    enum { N = 256 };
    const struct rng r = rng_init(3);
    (void)state;
    sobol_set_axes(SOBOL_MAX_DIMENSION, axis);
    for (int is_scrambled = 0; is_scrambled < 2; is_scrambled++)
        for (int d = 0; d < SOBOL_MAX_DIMENSION; d++) {
            double u[N];
            char seen[N] = {0};
            if (is_scrambled)
                sobol_scramble_axis(&r, 1, 2, (uint32_t)d, &axis[d]);
            sobol_fill_uniform(&axis[d], 3 * N, N, u);
            for (int i = 0; i < N; i++) {
                assert_true(u[i] > 0.0 && u[i] < 1.0);
                seen[(int)(u[i] * N)]++;
            }
            for (int i = 0; i < N; i++)
                assert_int_equal(seen[i], 1);
        }
}

/* The first two dimensions are a net of quality 0: every elementary box of area 2^-k holds one of 2^k points, also when scrambled. */
static void plane_is_a_net(void **state)
{
    enum { K = 8, N = 1 << K };
    const struct rng r = rng_init(4);
    double u[2][N];
    (void)state;
    for (int is_scrambled = 0; is_scrambled < 2; is_scrambled++) {
        sobol_set_axes(2, axis);
        for (int d = 0; d < 2; d++) {
            if (is_scrambled)
                sobol_scramble_axis(&r, 1, 0, (uint32_t)d, &axis[d]);
            sobol_fill_uniform(&axis[d], 0, N, u[d]);
        }
        for (int k = 0; k <= K; k++) {
            char seen[N] = {0};
            const int columns = 1 << k, rows = N >> k;
            for (int i = 0; i < N; i++)
                seen[(int)(u[0][i] * columns) * rows + (int)(u[1][i] * rows)]++;
            for (int i = 0; i < N; i++)
                assert_int_equal(seen[i], 1);
        }
    }
}

/* Any start and count gives the same points. */
static void pieces_agree(void **state)
{
    double all[1000], part[300];
    (void)state;
    sobol_set_axes(50, axis);
    sobol_fill_uniform(&axis[49], 0, 1000, all);
    sobol_fill_uniform(&axis[49], 333, 300, part);
    assert_memory_equal(part, all + 333, sizeof part);
}

/* The product of (1 + c_d (u_d - 1/2)) integrates to 1. Errors of 16 randomisations: mean within its own error, and that error far below
 * the one of as many pseudo-random points, which is known: sqrt(prod (1 + c^2/12) - 1) / sqrt(n). */
static void integrates_better(void **state)
{
    enum { D = 20, N = 4096, R = 16 };
    static double u[N], f[N];
    const struct rng r = rng_init(5);
    double sum = 0, sum2 = 0, variance = 1;
    (void)state;
    for (int rep = 0; rep < R; rep++) {
        double mean = 0;
        sobol_set_axes(D, axis);
        for (int i = 0; i < N; i++)
            f[i] = 1;
        for (int d = 0; d < D; d++) {
            sobol_scramble_axis(&r, 9, (uint32_t)rep, (uint32_t)d, &axis[d]);
            sobol_fill_uniform(&axis[d], 0, N, u);
            for (int i = 0; i < N; i++)
                f[i] *= 1 + 0.5 * (u[i] - 0.5);
        }
        for (int i = 0; i < N; i++)
            mean += f[i] / N;
        sum += mean;
        sum2 += (mean - 1) * (mean - 1);
    }
    for (int d = 0; d < D; d++)
        variance *= 1 + 0.25 / 12;
    const double error = sqrt(sum2 / R), random = sqrt((variance - 1) / N);
    assert_close(sum / R, 1.0, 0.0, 4 * error / sqrt(R));
    assert_true(error < 0.25 * random); /* as good as 16 times the points */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_points), cmocka_unit_test(every_axis_is_stratified), cmocka_unit_test(plane_is_a_net),
        cmocka_unit_test(pieces_agree), cmocka_unit_test(integrates_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
