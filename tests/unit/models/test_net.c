/* Small dense solves; the thermal network against closed forms of conduction with generation, fins and first-order transients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/num/dense.h"
#include "models/thermal/net.h"
#include "tests/support/close.h"

static void test_lu_solves(void **state)
{
    (void)state;
    double a[9] = {0.0, 2.0, 4.0, 1.0, 1.0, -3.0, 3.0, 0.0, 1.0}; /* zero first pivot: needs the exchange */
    double b[6] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0}, x[6] = {1.0, -2.0, 3.0, 0.5, 0.25, -4.0};
    for (int r = 0; r < 2; r++)
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                b[3 * r + i] += a[3 * j + i] * x[3 * r + j];
    int pivot[3];
    struct err e;
    assert_int_equal(dense_set_lu(3, a, pivot, &e), ST_OK);
    dense_solve_lu(3, a, pivot, 2, b);
    for (int i = 0; i < 6; i++)
        assert_close(b[i], x[i], 1e-14, 0.0);
}

static void test_dense_refuses(void **state)
{
    (void)state;
    struct err e;
    int pivot[2];
    double singular[4] = {1.0, 2.0, 2.0, 4.0}, bad[4] = {1.0, (double)NAN, 0.0, 1.0};
    double indefinite[4] = {1.0, 2.0, 2.0, 1.0}, nan_spd[4] = {1.0, 0.0, 0.0, (double)NAN};
    assert_int_equal(dense_set_lu(2, singular, pivot, &e), ST_SINGULAR);
    assert_int_equal(dense_set_lu(2, bad, pivot, &e), ST_RANGE);
    assert_int_equal(dense_set_cholesky(2, indefinite, &e), ST_SINGULAR);
    assert_int_equal(dense_set_cholesky(2, nan_spd, &e), ST_SINGULAR);
}

static void test_cholesky_solves(void **state)
{
    (void)state;
    double a[4] = {4.0, 2.0, 99.0 /* upper: not read */, 3.0}, b[2] = {8.0, 7.0}; /* x = (1.25, 1.5) */
    struct err e;
    assert_int_equal(dense_set_cholesky(2, a, &e), ST_OK);
    dense_solve_cholesky(2, a, 1, b);
    assert_close(b[0], 1.25, 1e-14, 0.0);
    assert_close(b[1], 1.5, 1e-14, 0.0);
}

/* plane wall, generation q, films h to Ta and Tb: T = -q x^2/2k + c1 x + c2, mean and maximum by integration of that */
static void test_slab_mean_and_max(void **state)
{
    (void)state;
    double L = 0.02, k = 0.8, q = 2.0e5, h = 150.0, Ta = 300.0, Tb = 340.0;
    struct net net;
    net_init(&net, 3); /* a, b, mean; area 1 m2 */
    struct net_star s = net_eval_slab_star(L / k);
    net_add_star(&net, 0, 1, 2, &s);
    net_add_boundary(&net, 0, h, Ta);
    net_add_boundary(&net, 1, h, Tb);
    double P[3] = {0.0, 0.0, q * L}, T[3];
    struct err e;
    assert_int_equal(net_solve_steady(&net, P, T, &e), ST_OK);
    /* k c1 = h (c2 - Ta);  -(-q L + k c1) = h (T(L) - Tb) */
    double c1 = (q * L + h * (Tb - Ta) + h * q * L * L / (2.0 * k)) / (2.0 * k + h * L);
    double c2 = Ta + k * c1 / h, x_max = k * c1 / q;
    assert_close(T[0], c2, 1e-12, 0.0);
    assert_close(T[1], -q * L * L / (2.0 * k) + c1 * L + c2, 1e-12, 0.0);
    assert_close(T[2], -q * L * L / (6.0 * k) + 0.5 * c1 * L + c2, 1e-12, 0.0);
    assert_true(x_max > 0.0 && x_max < L);
    assert_close(net_eval_slab_max_K(T[0], T[1], T[2]), c2 + k * c1 * c1 / (2.0 * q), 1e-12, 0.0);
    assert_close(net_eval_slab_max_K(300.0, 350.0, 325.0), 350.0, 1e-15, 0.0); /* no generation: the hot face */
}

/* hollow cylinder, generation, films on both faces */
static void test_shell_against_cylinder(void **state)
{
    (void)state;
    double o = 0.135, i = 0.115, k = 25.0, L = 0.084, q = 3.0e6, Go = 40.0, Gi = 5.0, To = 330.0, Ti = 380.0;
    struct net net;
    net_init(&net, 3);
    struct net_star s = net_eval_shell_star(o, i, k, L);
    net_add_star(&net, 0, 1, 2, &s);
    net_add_boundary(&net, 0, Go, To);
    net_add_boundary(&net, 1, Gi, Ti);
    double V = PI * (o * o - i * i) * L, P[3] = {0.0, 0.0, q * V}, T[3];
    struct err e;
    assert_int_equal(net_solve_steady(&net, P, T, &e), ST_OK);
    /* T = -q r^2/4k + A ln r + B; 2 pi r L k T' = Gi (T - Ti) at i, = -Go (T - To) at o */
    double w = 2.0 * PI * L * k, fi = w * -q * i * i / (2.0 * k), fo = w * -q * o * o / (2.0 * k);
    double a11 = w - Gi * log(i), a12 = -Gi, b1 = -fi + Gi * (-q * i * i / (4.0 * k) - Ti);
    double a21 = w + Go * log(o), a22 = Go, b2 = -fo - Go * (-q * o * o / (4.0 * k) - To);
    double det = a11 * a22 - a12 * a21, A = (b1 * a22 - a12 * b2) / det, B = (a11 * b2 - b1 * a21) / det;
    double o2 = o * o, i2 = i * i;
    double mean = -q * (o2 + i2) / (8.0 * k) + A * ((o2 * log(o) - i2 * log(i)) / (o2 - i2) - 0.5) + B;
    assert_close(T[0], -q * o2 / (4.0 * k) + A * log(o) + B, 1e-10, 0.0);
    assert_close(T[1], -q * i2 / (4.0 * k) + A * log(i) + B, 1e-10, 0.0);
    assert_close(T[2], mean, 1e-10, 0.0);
}

static void test_shell_limits(void **state)
{
    (void)state;
    double k = 30.0, L = 0.1;
    struct net_star solid = net_eval_shell_star(0.05, 1.0e-6, k, L);
    assert_close(solid.a_K_per_W + solid.mean_K_per_W, 1.0 / (8.0 * PI * k * L), 1e-6, 0.0); /* mean of a rod over its surface */
    struct net_star pipe = net_eval_shell_star(0.06, 0.04, k, L);
    assert_close(pipe.a_K_per_W + pipe.b_K_per_W, log(1.5) / (2.0 * PI * k * L), 1e-13, 0.0); /* no generation: series conduction */
}

/* insulated tip, base held at 0, generation p per length, loss g per length: mean = p/g (1 - tanh(mL)/(mL)) */
static double fin_mean_error(int n)
{
    double L = 0.03, kA = 0.02, g = 60.0, p = 900.0, m = sqrt(g / kA), dx = L / n;
    struct net net;
    net_init(&net, 2 * n + 1); /* faces 0..n (0 = base), means n+1.. */
    struct net_star s = net_eval_slab_star(dx / kA);
    double P[NET_MAX_NODE] = {0.0}, T[NET_MAX_NODE], mean = 0.0;
    for (int k = 0; k < n; k++) {
        net_add_star(&net, k, k + 1, n + 1 + k, &s);
        net_add_boundary(&net, n + 1 + k, g * dx, 0.0);
        P[n + 1 + k] = p * dx;
    }
    net_add_boundary(&net, 0, 1.0e9, 0.0);
    struct err e;
    assert_int_equal(net_solve_steady(&net, P, T, &e), ST_OK);
    for (int k = 0; k < n; k++)
        mean += T[n + 1 + k] / n;
    double exact = p / g * (1.0 - tanh(m * L) / (m * L));
    return fabs(mean - exact) / exact;
}

static void test_fin_converges(void **state)
{
    (void)state;
    double e3 = fin_mean_error(3), e6 = fin_mean_error(6), e12 = fin_mean_error(12);
    assert_close(e3, 0.0119, 0.01, 0.0); /* what three layers cost in a fin of mL = 1.64 */
    assert_close(log2(e3 / e6), 2.0, 0.0, 0.05);
    assert_close(log2(e6 / e12), 2.0, 0.0, 0.02);
}

static void test_series_and_balance(void **state)
{
    (void)state;
    struct net net;
    net_init(&net, 4);
    net_add_link(&net, 0, 1, 2.0);
    net_add_link(&net, 1, 2, 5.0);
    net_add_link(&net, 2, 3, 0.5);
    net_add_boundary(&net, 3, 4.0, 290.0);
    double P[4] = {30.0, 0.0, 0.0, 0.0}, T[4], r[4];
    struct err e;
    assert_int_equal(net_solve_steady(&net, P, T, &e), ST_OK);
    assert_close(T[0], 290.0 + 30.0 * (0.5 + 0.2 + 2.0 + 0.25), 1e-13, 0.0);
    net_eval_balance_W(&net, P, T, r);
    for (int i = 0; i < 4; i++)
        assert_close(r[i], 0.0, 0.0, 1e-10);
    T[1] += 1.0; /* must show up as 7 W out of node 1 */
    net_eval_balance_W(&net, P, T, r);
    assert_close(r[1], -7.0, 1e-9, 0.0);
    assert_close(r[0], 2.0, 1e-9, 0.0);
}

static void test_floating_node_refused(void **state)
{
    (void)state;
    struct net net;
    net_init(&net, 2);
    net_add_boundary(&net, 0, 1.0, 300.0);
    double P[2] = {0.0, 1.0}, T[2];
    struct err e;
    assert_int_equal(net_solve_steady(&net, P, T, &e), ST_SINGULAR);
}

/* two capacities joined by a massless node: the exact solution by the eigenvalues of the 2 x 2 system */
static void two_mass_net(struct net *net)
{
    net_init(net, 3);
    net_add_link(net, 0, 2, 4.0);
    net_add_link(net, 1, 2, 4.0); /* 2 W/K between 0 and 1 */
    net_add_boundary(net, 0, 1.0, 300.0);
    net_add_capacity(net, 0, 50.0);
    net_add_capacity(net, 1, 20.0);
}

static void two_mass_exact(double t, double P1, double *T0, double *T1)
{
    double a = -3.0 / 50.0, b = 2.0 / 50.0, c = 2.0 / 20.0, d = -2.0 / 20.0; /* x' = A x about the steady state */
    double s0 = P1, s1 = P1 + 0.5 * P1, mean = 0.5 * (a + d), root = sqrt(mean * mean - (a * d - b * c));
    double l1 = mean + root, l2 = mean - root, x0 = -s0, x1 = -s1; /* start at 300 K everywhere */
    double f = (exp(l1 * t) - exp(l2 * t)) / (l1 - l2), g = (l1 * exp(l2 * t) - l2 * exp(l1 * t)) / (l1 - l2); /* exp(At) = g I + f A */
    *T0 = 300.0 + s0 + g * x0 + f * (a * x0 + b * x1);
    *T1 = 300.0 + s1 + g * x1 + f * (c * x0 + d * x1);
}

static double step_error(int n)
{
    struct net net;
    struct net_factor f;
    struct err e;
    double P[3] = {0.0, 10.0, 0.0}, T[3] = {300.0, 300.0, 300.0}, T0, T1;
    two_mass_net(&net);
    assert_int_equal(net_set_step(&net, 25.0 / n, &f, &e), ST_OK);
    for (int k = 0; k < n; k++)
        net_solve_step(&net, &f, P, T);
    two_mass_exact(25.0, 10.0, &T0, &T1);
    assert_close(T[2], 0.5 * (T[0] + T[1]), 1e-12, 0.0); /* massless node obeys its balance at the step's end */
    return hypot(T[0] - T0, T[1] - T1);
}

static void test_step_is_second_order(void **state)
{
    (void)state;
    double e1 = step_error(16), e2 = step_error(32), e3 = step_error(64);
    assert_close(log2(e1 / e2), 2.0, 0.0, 0.1);
    assert_close(log2(e2 / e3), 2.0, 0.0, 0.05);
}

static void test_huge_step_lands_on_steady(void **state)
{
    (void)state;
    struct net net;
    struct net_factor f;
    struct err e;
    double P[3] = {0.0, 10.0, 0.0}, T[3] = {500.0, 200.0, 0.0}, steady[3];
    two_mass_net(&net);
    assert_int_equal(net_solve_steady(&net, P, steady, &e), ST_OK);
    assert_int_equal(net_set_step(&net, 1.0e9, &f, &e), ST_OK);
    net_solve_step(&net, &f, P, T);
    for (int i = 0; i < 3; i++)
        assert_close(T[i], steady[i], 0.0, 1e-4);
}

static void test_no_allocation(void **state)
{
    (void)state;
    long before = mem_get_count();
    (void)step_error(4);
    assert_int_equal(mem_get_count(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lu_solves),
                                       cmocka_unit_test(test_dense_refuses),
                                       cmocka_unit_test(test_cholesky_solves),
                                       cmocka_unit_test(test_slab_mean_and_max),
                                       cmocka_unit_test(test_shell_against_cylinder),
                                       cmocka_unit_test(test_shell_limits),
                                       cmocka_unit_test(test_fin_converges),
                                       cmocka_unit_test(test_series_and_balance),
                                       cmocka_unit_test(test_floating_node_refused),
                                       cmocka_unit_test(test_step_is_second_order),
                                       cmocka_unit_test(test_huge_step_lands_on_steady),
                                       cmocka_unit_test(test_no_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
