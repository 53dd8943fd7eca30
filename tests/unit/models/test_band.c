/* Banded Cholesky against the dense one, and what it refuses. */
#include <math.h>
#include "models/num/band.h"
#include "models/num/dense.h"
#include "tests/support/close.h"

#define N 30
#define HALF 4

/* Diagonally dominant symmetric matrix with entries that follow no pattern. */
static double entry_get(int i, int j)
{
    int low = i < j ? i : j, d = i < j ? j - i : i - j;
    if (d > HALF)
        return 0.0;
    return d == 0 ? 10.0 + sin(low) : cos(3.0 * low + 7.0 * d);
}

static void fill(struct band *b)
{
    band_set_zero(b);
    for (int j = 0; j < N; j++)
        for (int i = j; i < N && i <= j + HALF; i++)
            b->a[band_get_place(b, j, i)] = entry_get(i, j);
}

static void test_solves(void **state)
{
    (void)state;
    struct err e;
    struct band b;
    double dense[N * N], x[2 * N], y[2 * N];
    assert_ok(band_init(&b, N, HALF + 3, &e), &e);
    assert_true(band_set_half(&b, HALF));
    fill(&b);
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++)
            dense[j * N + i] = entry_get(i, j);
    for (int k = 0; k < 2 * N; k++)
        x[k] = y[k] = 1.0 + k * k % 7;
    assert_ok(band_set_factor(&b, &e), &e);
    band_solve(&b, 2, x);
    assert_ok(dense_set_cholesky(N, dense, &e), &e);
    dense_solve_cholesky(N, dense, 2, y);
    assert_close_array(x, y, 2 * N, 1e-12, 1e-14);
    band_done(&b);
}

static void test_refuses(void **state)
{
    (void)state;
    struct err e;
    struct band b;
    assert_ok(band_init(&b, N, HALF, &e), &e);
    assert_false(band_set_half(&b, HALF + 1));
    assert_int_equal(b.n_half, HALF);
    fill(&b);
    b.a[band_get_place(&b, 7, 7)] = -1.0;
    assert_int_equal(band_set_factor(&b, &e), ST_SINGULAR);
    fill(&b);
    b.a[band_get_place(&b, 12, 11)] = (double)NAN;
    assert_int_equal(band_set_factor(&b, &e), ST_SINGULAR);
    band_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_solves), cmocka_unit_test(test_refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
