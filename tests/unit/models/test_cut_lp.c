/* test_cut_lp.c - the least of planes: by hand, by all vertices of small random problems, bounds that bind, bounds that leave no room. */
#include "models/risk/cut_lp.h"
#include "models/num/rng.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

/* max(x0 - x1, x1 - x0) over a simplex of two: 0 in the middle. */
static void middle_of_two(void **state)
{
    struct cut_lp lp;
    struct err e = {0};
    double value, bound;
    (void)state;
    assert_ok(cut_lp_new(2, 1, 1, 4, &lp, &e), &e);
    const double g[4] = {1, -1, -1, 1};
    for (int k = 0; k < 4; k++)
        lp.g[k] = g[k];
    lp.max[0] = lp.max[1] = 1.0;
    lp.n_plane = 2;
    assert_ok(cut_lp_solve(&lp, 1e-10, &value, &bound, &e), &e);
    assert_close(lp.x[0], 0.5, 0.0, 1e-9);
    assert_close(value, 0.0, 0.0, 1e-9);
    assert_close(bound, 0.0, 0.0, 1e-9);
    lp.max[0] = 0.25; /* a bound that binds */
    assert_ok(cut_lp_solve(&lp, 1e-10, &value, &bound, &e), &e);
    assert_close(lp.x[0], 0.25, 0.0, 1e-9);
    assert_close(value, 0.5, 0.0, 1e-9);
    lp.c[1] = 3.0; /* and a price on the other */
    assert_ok(cut_lp_solve(&lp, 1e-10, &value, &bound, &e), &e);
    assert_close(value, 0.5 + 3 * 0.75, 1e-9, 0.0);
    lp.max[1] = 0.0; /* nothing left but a quarter */
    assert_status(cut_lp_solve(&lp, 1e-10, &value, &bound, &e), ST_INFEASIBLE, NULL);
    lp.max[0] = 1.0;
    assert_ok(cut_lp_solve(&lp, 1e-10, &value, &bound, &e), &e);
    assert_close(lp.x[0], 1.0, 0.0, 0.0);
    cut_lp_done(&lp);
}

/* Two simplices and two boxes, random planes in two parts: value and bound meet, no random point of the polytope lies below the bound, and
 * the point is feasible. */
static void random_problems(void **state)
{
    enum { N = 9, J = 30, N_TRIAL = 60 };
    const struct rng rng = rng_init(5);
    const int group[N] = {0, 0, 0, 1, 1, 1, 1, -1, -1};
    struct cut_lp lp;
    struct err e = {0};
    (void)state;
    assert_ok(cut_lp_new(N, 2, 2, J, &lp, &e), &e);
    for (int trial = 0; trial < N_TRIAL; trial++) {
        double value, bound, u[2], x[N];
        for (int k = 0; k < N; k++) {
            rng_eval_uniform(&rng, 1, (uint32_t)trial, (uint32_t)k, 0, u);
            lp.group[k] = group[k];
            lp.max[k] = u[0] < 0.3 && k % 3 ? 0.6 : 1.0;
            lp.c[k] = u[1] - 0.5;
        }
        for (int k = 0; k < N * J; k++) {
            rng_eval_uniform(&rng, 2, (uint32_t)trial, (uint32_t)k, 0, u);
            lp.g[k] = 100 * (u[0] - 0.5);
            lp.b[k % J] = 300 + 50 * u[1];
        }
        lp.n_plane = J;
        for (int k = 0; k < J; k++)
            lp.part[k] = trial % 2 ? k % 3 == 0 : (k > 0); /* two parts; in half of the trials one of them is a single plane */
        assert_ok(cut_lp_solve(&lp, 1e-7, &value, &bound, &e), &e);
        assert_true(bound <= value && value - bound <= 1e-7);
        assert_close(lp.x[0] + lp.x[1] + lp.x[2], 1.0, 1e-12, 0.0);
        assert_close(lp.x[3] + lp.x[4] + lp.x[5] + lp.x[6], 1.0, 1e-12, 0.0);
        for (int k = 0; k < N; k++)
            assert_true(lp.x[k] >= 0.0 && lp.x[k] <= lp.max[k]);
        for (int point = 0; point < 2000; point++) {
            double sum[2] = {0};
            int inside = 1;
            for (int k = 0; k < N; k++) {
                rng_eval_uniform(&rng, 3, (uint32_t)point, (uint32_t)k, (uint32_t)trial, u);
                x[k] = group[k] < 0 ? u[0] * lp.max[k] : -log(u[0]) * (point % 3 ? 1.0 : u[1] < 0.5);
                if (group[k] >= 0)
                    sum[group[k]] += x[k];
            }
            if (!(sum[0] > 0.0 && sum[1] > 0.0))
                continue;
            for (int k = 0; k < N; k++) {
                x[k] /= group[k] >= 0 ? sum[group[k]] : 1.0;
                inside &= x[k] <= lp.max[k];
            }
            if (inside)
                assert_true(cut_lp_eval(&lp, x) >= bound - 1e-9);
        }
    }
    cut_lp_done(&lp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(middle_of_two), cmocka_unit_test(random_problems)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
