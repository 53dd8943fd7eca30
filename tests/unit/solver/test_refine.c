/* Quadratic programmes against their optimality conditions, and refinement against optima known in closed form. */
#include "solver/optimise/qp.h"
#include "solver/optimise/refine.h"
#include "tests/support/close.h"
#include "models/num/rng.h"
#include <math.h>
#include <string.h>

#define N 6
#define M 8

/* Optimality of a convex programme is decided by its conditions alone: sign, complementarity, slope of the Lagrangian. */
static void check_conditions(const struct qp *q, const double *d, const double *multiplier)
{
    for (int i = 0; i < q->m; i++) {
        double over = q->c[i];
        for (int j = 0; j < q->n; j++)
            over += q->A[i * q->n + j] * d[j];
        assert_true(multiplier[i] >= -1e-9 && multiplier[i] <= q->price + 1e-9);
        if (over < -1e-5)
            assert_true(multiplier[i] < 1e-3);
        if (over > 1e-5)
            assert_true(multiplier[i] > q->price - 1e-3);
    }
    for (int j = 0; j < q->n; j++) {
        double slope = q->g[j];
        for (int l = 0; l < q->n; l++)
            slope += q->B[j * q->n + l] * d[l];
        for (int i = 0; i < q->m; i++)
            slope += q->A[i * q->n + j] * multiplier[i];
        assert_true(d[j] >= q->low[j] && d[j] <= q->high[j]);
        if (d[j] > q->low[j] + 1e-5)
            assert_true(slope < 1e-3);
        if (d[j] < q->high[j] - 1e-5)
            assert_true(slope > -1e-3);
    }
}

static double draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)*state / 4294967296.0 * 2.0 - 1.0;
}

static void test_random_programmes(void **state)
{
    (void)state;
    struct qp_ws *ws = NULL;
    assert_int_equal(qp_new(N, M, &ws, NULL), ST_OK);
    unsigned seed = 7;
    for (int k = 0; k < 300; k++) {
        double g[N], B[N * N] = {0}, A[M * N], c[M], low[N], high[N], d[N], multiplier[M], root[N * N];
        for (int j = 0; j < N * N; j++)
            root[j] = draw(&seed);
        for (int j = 0; j < N && k % 3; j++) /* each third one is linear */
            for (int l = 0; l < N; l++)
                for (int q = 0; q < N - 2; q++) /* not of full rank */
                    B[j * N + l] += root[j * N + q] * root[l * N + q];
        for (int j = 0; j < N; j++) {
            g[j] = draw(&seed);
            low[j] = -0.5 + 0.4 * draw(&seed);
            high[j] = low[j] + 0.6 + 0.5 * draw(&seed);
        }
        for (int i = 0; i < M; i++) {
            c[i] = draw(&seed);
            for (int j = 0; j < N; j++)
                A[i * N + j] = draw(&seed);
        }
        struct qp q = {N, M, g, B, A, c, low, high, 5.0};
        struct err e = {0};
        assert_ok(qp_solve(ws, &q, d, multiplier, &e), &e);
        check_conditions(&q, d, multiplier);
    }
    qp_free(ws);
}

/* min over (x - 0.9)^2 + (y - 0.8)^2 + z/10 with x^2 + y^2 <= r^2, whole numbers of z kept: x, y at r times the unit vector. */
#define RADIUS2 0.6
struct disc { int n_eval, n_refused; };
static enum status eval_disc(void *ctx, int n, const double *x, double *obj, double *con, struct err *e)
{
    (void)e;
    struct disc *c = ctx;
    for (int k = 0; k < n; k++) {
        const double *p = x + 4 * k;
        obj[2 * k] = pow(p[0] - 0.9, 2.0) + pow(p[1] - 0.8, 2.0);
        obj[2 * k + 1] = p[2] + pow(p[3], 2.0);
        con[2 * k] = p[0] * p[0] + p[1] * p[1] - RADIUS2;
        con[2 * k + 1] = -1.0;
        if (con[2 * k] > 0.3) { /* too far out: the second is not judged */
            con[2 * k + 1] = 3.0;
            c->n_refused++;
        }
        c->n_eval++;
    }
    return ST_OK;
}

static void test_optimum_on_a_curved_edge(void **state)
{
    (void)state;
    struct disc c = {0};
    int level[4] = {1, 1, 5, 1};
    struct explore_problem p = {4, 2, 2, eval_disc, NULL, &c, level, 3.0};
    double weight[2] = {1.0, 0.1};
    struct refine_opts o = {weight, 12, 0.1, 1};
    double x[4] = {0.2, 0.1, 0.5, 0.3};
    struct refine_result r;
    struct err e = {0};
    assert_ok(refine_solve(&p, &o, 1, x, &r, &e), &e);
    double length = hypot(0.9, 0.8), f = pow(length - sqrt(RADIUS2), 2.0) + 0.1 * 0.1; /* middle of the first part of z */
    const struct refine_path *path = &r.path[r.best_path];
    const double *best = r.x + 4 * path->best;
    assert_close(path->f_best, f, 0.0, 5e-4); /* within what is kept in hand of the edge, and f_left of 1e-3 */
    assert_close(best[0], 0.9 / length * sqrt(RADIUS2), 0.0, 0.02);
    assert_close(best[1], 0.8 / length * sqrt(RADIUS2), 0.0, 0.02);
    assert_close(best[2], 0.1, 1e-12, 0.0);
    /* df/d(r^2) = -(length - r) / r, r = sqrt(RADIUS2) */
    assert_close(path->multiplier[0], (length - sqrt(RADIUS2)) / sqrt(RADIUS2), 0.05, 0.0);
    assert_close(path->multiplier[1], 0.0, 0.0, 1e-6);
    assert_true(isnan(path->gradient[2]));
    assert_true(path->f_left < 2e-3);
    assert_true(r.n <= refine_get_max(4, 1, 12));
    refine_done(&r);
}

/* At the optimum nothing is left; away from it what is left is the slope times the box. */
static void test_what_is_left(void **state)
{
    (void)state;
    struct disc c = {0};
    struct explore_problem p = {4, 2, 2, eval_disc, NULL, &c, NULL, 3.0};
    double weight[2] = {0.0, 1.0};
    struct refine_opts o = {weight, 0, 0.1, 1};
    double x[4] = {0.2, 0.1, 0.5, 0.0};
    struct refine_result r;
    struct err e = {0};
    assert_ok(refine_solve(&p, &o, 1, x, &r, &e), &e);
    assert_close(r.path[0].f_left, REFINE_LEFT_BOX, 1e-3, 0.0);
    refine_done(&r);
    x[0] = 0.9; /* beyond the disc */
    x[1] = 0.9;
    assert_int_equal(refine_solve(&p, &o, 1, x, &r, &e), ST_USAGE);
}

/* In x1 < 1/2 f = -x0 and x0 <= 0.5; beyond it f = -2 x0 and x0 <= 0.4: where the first path ends the other part is not feasible, and has
 * to be made so before it can win. */
static enum status eval_step_back(void *ctx, int n, const double *x, double *obj, double *con, struct err *e)
{
    (void)ctx;
    (void)e;
    for (int k = 0; k < n; k++) {
        const int is_second = x[2 * k + 1] >= 0.5;
        obj[k] = (is_second ? -2.0 : -1.0) * x[2 * k];
        con[k] = x[2 * k] - (is_second ? 0.4 : 0.5);
    }
    return ST_OK;
}

static void test_a_part_is_made_feasible(void **state)
{
    (void)state;
    int level[2] = {1, 2};
    struct explore_problem p = {2, 1, 1, eval_step_back, NULL, NULL, level, 0.0};
    double weight[1] = {1.0}, x[2] = {0.3, 0.25};
    struct refine_opts o = {weight, 8, 0.15, 1};
    struct refine_result r;
    struct err e = {0};
    assert_ok(refine_solve(&p, &o, 1, x, &r, &e), &e);
    assert_int_equal(r.n_path, 2);
    assert_true(r.con[r.path[1].start] > 0.0);
    assert_int_equal(r.best_path, 1);
    assert_close(r.path[1].f_best, -0.8, 0.0, 2e-3);
    assert_true(r.con[r.path[1].best] <= 0.0);
    refine_done(&r);
}

/* f = -x0 in x1 < 1/2, where x0 must stay below 0.5; beyond it f = 0.1 - 2 x0: the worse start has the better end. Part of x1 kept. */
static enum status eval_basins(void *ctx, int n, const double *x, double *obj, double *con, struct err *e)
{
    (void)ctx;
    (void)e;
    for (int k = 0; k < n; k++) {
        const int is_second = x[2 * k + 1] >= 0.5;
        obj[k] = is_second ? 0.1 - 2.0 * x[2 * k] : -x[2 * k];
        con[k] = x[2 * k] - 0.5;
    }
    return ST_OK;
}

static void test_the_longer_slope_wins(void **state)
{
    (void)state;
    int level[2] = {1, 2};
    struct explore_problem p = {2, 1, 1, eval_basins, NULL, NULL, level, 0.0};
    double weight[1] = {1.0}, x[4] = {0.3, 0.25, 0.15, 0.75};
    struct refine_opts o = {weight, 8, 0.1, 2};
    struct refine_result r;
    struct err e = {0};
    assert_ok(refine_solve(&p, &o, 2, x, &r, &e), &e);
    assert_true(r.path[0].f_start < r.path[1].f_start);
    assert_int_equal(r.best_path, 1);
    assert_close(r.path[1].f_best, 0.1 - 2.0 * 0.5, 0.0, 2e-3);
    assert_close(r.path[1].multiplier[0], 2.0, 1e-6, 0.0);
    assert_true(r.path[0].n_step + r.path[1].n_step <= 8 && r.path[1].n_step >= 2);
    refine_done(&r);
    assert_ok(refine_solve(&p, &o, 1, x, &r, &e), &e); /* from the first alone: the other part is tried half-way */
    assert_int_equal(r.n_path, 2);
    assert_int_equal(r.best_path, 1);
    assert_close(r.path[1].f_best, 0.1 - 2.0 * 0.5, 0.0, 2e-3);
    refine_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_programmes),
        cmocka_unit_test(test_optimum_on_a_curved_edge),
        cmocka_unit_test(test_what_is_left),
        cmocka_unit_test(test_the_longer_slope_wins),
        cmocka_unit_test(test_a_part_is_made_feasible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
