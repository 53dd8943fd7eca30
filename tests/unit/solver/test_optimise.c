/* Search and Pareto tools against problems with known fronts. */
#include "solver/optimise/explore.h"
#include "solver/optimise/pareto.h"
#include "solver/optimise/cover.h"
#include "solver/optimise/surrogate.h"
#include "tests/support/close.h"
#include <math.h>
#include <string.h>

static void test_rank_of_known_points(void **state)
{
    (void)state;
    double obj[] = {1, 4, 2, 2, 4, 1, 3, 3, 5, 5};
    double violation[] = {0, 0, 0, 0, 0};
    int rank[5], work[10];
    pareto_set_rank(5, 2, obj, violation, rank, work);
    int expected[] = {0, 0, 0, 1, 2};
    for (int k = 0; k < 5; k++)
        assert_int_equal(rank[k], expected[k]);
    violation[1] = 0.5; /* an infeasible point falls behind every feasible one */
    pareto_set_rank(5, 2, obj, violation, rank, work);
    assert_int_equal(rank[3], 0);
    for (int k = 0; k < 5; k++)
        assert_true(k == 1 || rank[1] > rank[k]);
}

static void test_nan_is_infeasible(void **state)
{
    (void)state;
    double g[] = {-1.0, (double)NAN};
    assert_true(pareto_eval_violation(2, g) >= 1e9);
    double ok[] = {-1.0, 0.0};
    assert_close(pareto_eval_violation(2, ok), 0.0, 0.0, 0.0);
}

static void test_hypervolume_by_hand(void **state)
{
    (void)state;
    double two[] = {1, 3, 2, 2, 3, 1}, ref2[] = {4, 4}, work[16];
    assert_close(pareto_eval_hypervolume(3, 2, two, ref2, work), 6.0, 1e-14, 0.0);
    double three[] = {0, 0, 1, 1, 1, 0}, ref3[] = {2, 2, 2};
    /* union of boxes 2x2x1 (from z=1) and 1x1x2 (from z=0): 4 + 1 (slab z in 0..1) */
    assert_close(pareto_eval_hypervolume(2, 3, three, ref3, work), 5.0, 1e-14, 0.0);
}

static void test_sobol_is_stratified(void **state)
{
    (void)state;
    double x[COVER_MAX_DIM];
    int count[COVER_MAX_DIM][64] = {{0}};
    for (unsigned k = 0; k < 64; k++) {
        cover_eval(7, COVER_MAX_DIM, k, x);
        for (int d = 0; d < COVER_MAX_DIM; d++)
            count[d][(int)(x[d] * 64.0)]++;
    }
    /* 2^m points of a (0,1)-sequence under a digital shift fill each of 2^m intervals exactly once */
    for (int d = 0; d < COVER_MAX_DIM; d++)
        for (int b = 0; b < 64; b++)
            assert_int_equal(count[d][b], 1);
}

static void test_surrogate_interpolates_and_is_exact_for_lines(void **state)
{
    (void)state;
    struct surrogate *s = NULL;
    struct err e = {0};
    assert_ok(surrogate_new(40, 3, 2, &s, &e), &e);
    double x[120], y[80];
    for (unsigned k = 0; k < 40; k++) {
        cover_eval(3, 3, k, x + 3 * k);
        y[2 * k] = 2.0 + 3.0 * x[3 * k] - x[3 * k + 2];
        y[2 * k + 1] = sin(3.0 * x[3 * k]) * x[3 * k + 1];
    }
    assert_ok(surrogate_set_points(s, 40, x, y, &e), &e);
    double got[2], at[3] = {0.3, 0.6, 0.9};
    surrogate_eval(s, x + 12, got);
    assert_close(got[1], y[9], 0.0, 1e-6);
    surrogate_eval(s, at, got);
    assert_close(got[0], 2.0 + 0.9 - 0.9, 0.0, 1e-6);
    assert_close(got[1], sin(0.9) * 0.6, 0.0, 0.03);
    assert_int_equal(surrogate_set_points(s, 3, x, y, &e), ST_SINGULAR);
    surrogate_free(s);
}

/* What is not known at a point is learnt from the others: the second response as in a fit without those points, the first as before. */
static void test_surrogate_leaves_out_what_is_not_known(void **state)
{
    (void)state;
    enum { N = 40, LEFT = 30 };
    struct surrogate *some = NULL, *without = NULL;
    struct err e = {0};
    double x[3 * N], y[2 * N], second[LEFT], x_left[3 * LEFT], at[3] = {0.3, 0.6, 0.9}, got[2], expected;
    int n = 0;
    assert_ok(surrogate_new(N, 3, 2, &some, &e), &e);
    assert_ok(surrogate_new(N, 3, 1, &without, &e), &e);
    for (unsigned k = 0; k < N; k++) {
        cover_eval(3, 3, k, x + 3 * k);
        y[2 * k] = 2.0 + 3.0 * x[3 * k] - x[3 * k + 2];
        y[2 * k + 1] = sin(3.0 * x[3 * k]) * x[3 * k + 1];
        if (k % 4 == 3) {
            y[2 * k + 1] = (double)NAN;
            continue;
        }
        memcpy(x_left + 3 * n, x + 3 * k, 3 * sizeof *x);
        second[n++] = y[2 * k + 1];
    }
    assert_int_equal(n, LEFT);
    assert_ok(surrogate_set_points(some, N, x, y, &e), &e);
    assert_ok(surrogate_set_points(without, LEFT, x_left, second, &e), &e);
    surrogate_eval(some, at, got);
    surrogate_eval(without, at, &expected);
    assert_close(got[0], 2.0 + 0.9 - 0.9, 0.0, 1e-6);
    assert_close(got[1], expected, 1e-9, 0.0);
    for (int k = 4; k < N; k++) /* four points: too few for a slope in three variables */
        y[2 * k + 1] = (double)NAN;
    assert_ok(surrogate_set_points(some, N, x, y, &e), &e);
    surrogate_eval(some, at, got);
    assert_close(got[1], fmax(fmax(y[1], y[3]), y[5]), 1e-12, 0.0); /* the fourth is not known either */
    surrogate_free(some);
    surrogate_free(without);
}

/* Constrained two-objective problem with a known front [DEB2002, "CONSTR"]: f1 = x1 in [0.1,1], f2 = (1+x2)/x1, x2 in [0,5],
 * x2 + 9 x1 >= 6, -x2 + 9 x1 >= 1. Front: f2 = (7 - 9 f1)/f1 on 7/18..2/3 (x2 = 6 - 9 x1), then 1/f1 on 2/3..1. */
static enum status eval_constr(void *ctx, int n, const double *x, double *obj, double *con, struct err *e)
{
    (void)e;
    *(int *)ctx += n;
    for (int k = 0; k < n; k++) {
        double x1 = 0.1 + 0.9 * x[2 * k], x2 = 5.0 * x[2 * k + 1];
        obj[2 * k] = x1;
        obj[2 * k + 1] = (1.0 + x2) / x1;
        con[2 * k] = 6.0 - x2 - 9.0 * x1;
        con[2 * k + 1] = 1.0 + x2 - 9.0 * x1;
    }
    return ST_OK;
}

/* Hypervolume of the evaluated front over that of the true front (2,000 points of it), reference point (1.1, 10). */
static double get_hypervolume_share(const struct explore_result *r)
{
    enum { N = 2000 };
    static double truth[2 * N], front[2 * N], work[2 * N];
    double ref[2] = {1.1, 10.0};
    int n = 0;
    for (int k = 0; k < N; k++) {
        double f1 = 7.0 / 18.0 + (1.0 - 7.0 / 18.0) * k / (N - 1);
        truth[2 * k] = f1;
        truth[2 * k + 1] = f1 < 2.0 / 3.0 ? (7.0 - 9.0 * f1) / f1 : 1.0 / f1;
    }
    for (int k = 0; k < r->n; k++)
        if (r->rank[k] == 0) {
            front[2 * n] = r->obj[2 * k];
            front[2 * n++ + 1] = r->obj[2 * k + 1];
        }
    return pareto_eval_hypervolume(n, 2, front, ref, work) / pareto_eval_hypervolume(N, 2, truth, ref, work);
}

static void solve_constr(int factor, uint64_t seed, struct explore_result *r, int *count)
{
    struct err e = {0};
    struct explore_problem p = {.n_x = 2, .n_obj = 2, .n_con = 2, .eval = eval_constr, .ctx = count};
    struct explore_opts o = {.seed = seed, .n_start = 32, .n_population = 16, .n_generation = 12, .n_candidate_factor = factor};
    assert_ok(explore_solve(&p, &o, r, &e), &e);
}

static void test_search_finds_known_front(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct explore_result r;
        int count = 0, n_front = 0;
        solve_constr(8, seed, &r, &count);
        assert_int_equal(count, r.n);
        assert_true(r.n <= 32 + 16 * 12);
        double low = 2.0, high = 0.0;
        for (int k = 0; k < r.n; k++)
            if (r.rank[k] == 0) {
                assert_true(r.violation[k] == 0.0);
                low = fmin(low, r.obj[2 * k]);
                high = fmax(high, r.obj[2 * k]);
                n_front++;
            }
        assert_true(n_front >= 24);
        assert_true(get_hypervolume_share(&r) > 0.97 && get_hypervolume_share(&r) < 1.0);
        assert_true(low < 0.41 && high > 0.95);   /* both ends (0.389, 1) are reached */
        explore_done(&r);
    }
}

static void test_surrogate_saves_evaluations(void **state)
{
    (void)state;
    struct explore_result with, without;
    int count = 0;
    solve_constr(8, 5, &with, &count);
    solve_constr(1, 5, &without, &count);
    assert_true(get_hypervolume_share(&with) > get_hypervolume_share(&without));
    explore_done(&with);
    explore_done(&without);
}

static void test_same_seed_same_result(void **state)
{
    (void)state;
    struct explore_result a, b;
    int count = 0;
    solve_constr(8, 11, &a, &count);
    solve_constr(8, 11, &b, &count);
    assert_int_equal(a.n, b.n);
    for (int k = 0; k < 2 * a.n; k++)
        assert_true(a.x[k] == b.x[k]);
    explore_done(&a);
    explore_done(&b);
}

static enum status eval_never(void *ctx, int n, const double *x, double *obj, double *con, struct err *e)
{
    TRY(eval_constr(ctx, n, x, obj, con, e));
    for (int k = 0; k < n; k++)
        con[2 * k] = 1.0 + x[2 * k]; /* at best 1, at x1 = 0 */
    return ST_OK;
}

/* The front lies where all coordinates but the first are 0; the second constraint is judged only where the first holds. f1 = x1,
 * f2 = (1 - x1)^2 + sum of the others; x1 <= 0.7, sum of the others <= 0.5. */
static enum status eval_faces(void *ctx, int n, const double *x, double *obj, double *con, struct err *e)
{
    enum { N_X = 8 };
    (void)ctx;
    (void)e;
    for (int k = 0; k < n; k++) {
        double rest = 0.0;
        for (int j = 1; j < N_X; j++)
            rest += x[N_X * k + j];
        con[2 * k] = x[N_X * k] - 0.7;
        con[2 * k + 1] = con[2 * k] > 0.0 ? 3.0 : rest - 0.5;
        obj[2 * k] = con[2 * k] > 0.0 ? (double)NAN : x[N_X * k];
        obj[2 * k + 1] = con[2 * k] > 0.0 ? (double)NAN : (1.0 - x[N_X * k]) * (1.0 - x[N_X * k]) + rest;
    }
    return ST_OK;
}

static void test_search_reaches_faces_behind_a_step(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct err e = {0};
        struct explore_result r;
        struct explore_problem p = {.n_x = 8, .n_obj = 2, .n_con = 2, .eval = eval_faces, .not_judged = 3.0};
        struct explore_opts o = {.seed = seed, .n_start = 24, .n_population = 12, .n_generation = 5, .n_candidate_factor = 8};
        double least = HUGE_VAL;
        assert_ok(explore_solve(&p, &o, &r, &e), &e);
        for (int k = 0; k < r.n; k++) {
            double rest = 0.0;
            for (int j = 1; j < 8; j++)
                rest += r.x[8 * k + j];
            assert_true(r.violation[k] < 10.0); /* a point that was not judged whole still ranks by what it misses */
            least = r.violation[k] <= 0.0 ? fmin(least, rest) : least;
        }
        assert_true(least < 0.01); /* seven coordinates on their faces */
        explore_done(&r);
    }
}

/* Beyond n_generation: on while the front is small, to the limit at most, and no further where nothing is gained. */
static void test_search_goes_on_while_it_should(void **state)
{
    (void)state;
    struct err e = {0};
    struct explore_result r;
    int count = 0;
    struct explore_problem p = {.n_x = 2, .n_obj = 2, .n_con = 2, .eval = eval_constr, .ctx = &count};
    struct explore_opts o = {.seed = 2, .n_start = 16, .n_population = 8, .n_generation = 2, .n_candidate_factor = 1,
                             .n_generation_max = 40, .n_wanted = 1, .n_stall = 4};
    assert_ok(explore_solve(&p, &o, &r, &e), &e);
    assert_int_equal(r.n, 16 + 2 * 8);
    explore_done(&r);
    o.n_wanted = 1000;
    assert_ok(explore_solve(&p, &o, &r, &e), &e);
    assert_int_equal(r.n, 16 + 40 * 8);
    explore_done(&r);
    o.n_wanted = 20;
    assert_ok(explore_solve(&p, &o, &r, &e), &e);
    int n_front = 0;
    for (int k = 0; k < r.n; k++)
        n_front += r.violation[k] <= 0.0 && r.rank[k] == 0;
    assert_true(n_front >= 20 && r.n > 16 + 2 * 8 && r.n < 16 + 40 * 8);
    explore_done(&r);
    p.eval = eval_never;
    assert_ok(explore_solve(&p, &o, &r, &e), &e);
    assert_true(r.n >= 16 + 4 * 8 && r.n < 16 + 20 * 8);
    explore_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank_of_known_points),
        cmocka_unit_test(test_nan_is_infeasible),
        cmocka_unit_test(test_hypervolume_by_hand),
        cmocka_unit_test(test_sobol_is_stratified),
        cmocka_unit_test(test_surrogate_interpolates_and_is_exact_for_lines),
        cmocka_unit_test(test_surrogate_leaves_out_what_is_not_known),
        cmocka_unit_test(test_search_finds_known_front),
        cmocka_unit_test(test_search_reaches_faces_behind_a_step),
        cmocka_unit_test(test_search_goes_on_while_it_should),
        cmocka_unit_test(test_surrogate_saves_evaluations),
        cmocka_unit_test(test_same_seed_same_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
