/* Stepped skew on a linear machine against the closed form of the skew factor: no-load linkage, back-EMF harmonics, torque, cogging; on a
 * saturated one against the derivatives of its coenergy; a map of slices against single solutions. */
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/field/slices.h"
#include "models/operate/flux_map.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"

#define N_SAMPLE 144 /* of an electrical period */

static struct matlib *lib;
static struct steel linear;

static struct field_ws *field_make(const struct machine *m, enum mesh_level level, double tol)
{
    struct field_opts o = field_opts_default();
    struct field_ws *ws;
    struct err e;
    o.tol_rel = tol;
    assert_ok(field_new(m, level, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    return ws;
}

static struct field_result solve(struct field_ws *ws, const struct machine *m, double theta, double i_d_A, double i_q_A)
{
    struct field_result r;
    struct field_info info;
    struct err e;
    assert_ok(field_solve_skewed(ws, m, theta, i_d_A, i_q_A, 0.0, 1, &r, &info, &e), &e);
    return r;
}

/* sin(n x)/(n sin x), x = nu p (angle/n)/2. */
static double closed_form(const struct machine *m, int harmonic)
{
    int n = m->n_skew_slice;
    double x = 0.5 * harmonic * m->p * m->skew_rad / n;
    return sin(n * x) / (n * sin(x));
}

struct wave { double lambda_d, T, phase_A[20], cogging_6q, cogging_pp; };

/* One period: mean d linkage, harmonics of phase A's linkage, first cogging order, its peak to peak. */
static struct wave period(struct field_ws *ws, const struct machine *m, double i_q_A)
{
    struct wave w = {0};
    double a[20] = {0}, b[20] = {0}, c = 0.0, s = 0.0, low = 1e9, high = -1e9;
    int order = m->stator.n_slot / m->p;
    for (int k = 0; k < N_SAMPLE; k++) {
        double theta = 2.0 * PI * k / N_SAMPLE;
        struct field_result r = solve(ws, m, theta, 0.0, i_q_A);
        w.lambda_d += r.lambda_d_Wb / N_SAMPLE;
        w.T += r.torque_Nm / N_SAMPLE;
        low = fmin(low, r.torque_Nm);
        high = fmax(high, r.torque_Nm);
        c += 2.0 / N_SAMPLE * r.torque_Nm * cos(order * theta);
        s += 2.0 / N_SAMPLE * r.torque_Nm * sin(order * theta);
        for (int h = 1; h < 20; h++) {
            a[h] += 2.0 / N_SAMPLE * r.lambda_abc_Wb[0] * cos(h * theta);
            b[h] += 2.0 / N_SAMPLE * r.lambda_abc_Wb[0] * sin(h * theta);
        }
    }
    for (int h = 1; h < 20; h++)
        w.phase_A[h] = a[h]; /* phase A is even in theta at no load */
    w.cogging_6q = hypot(c, s);
    w.cogging_pp = high - low;
    return w;
}

/* C3_lin: 36 slots, 6 poles; a skew of one slot pitch in three and in five steps. */
static void test_linear(void **state)
{
    (void)state;
    struct machine straight, m;
    struct err e;
    assert_ok(machines_read_case("C3_lin", lib, &linear, &straight, &e), &e);
    struct field_ws *ws = field_make(&straight, MESH_COARSE, 1e-10);
    struct wave a = period(ws, &straight, 0.0), load = period(ws, &straight, 50.0);
    for (int n = 3; n <= 5; n += 2) {
        m = straight;
        m.n_skew_slice = n;
        m.skew_rad = 2.0 * PI / m.stator.n_slot;
        assert_ok(machine_check(&m, &e), &e);
        assert_close(machine_eval_skew_factor(&m, 1), closed_form(&m, 1), 1e-12, 0.0);
        struct wave s = period(ws, &m, 0.0);
        assert_close(s.lambda_d / a.lambda_d, closed_form(&m, 1), 1e-5, 0.0);
        for (int h = 1; h <= 7; h += 2)
            assert_close(s.phase_A[h], closed_form(&m, h) * a.phase_A[h], 0.0, 2e-5 * a.phase_A[1]);
        /* sin(pi) = 0. With five steps the 25th cogging harmonic, a ripple of the coarse mesh, passes the steps and aliases onto the first
         */
        print_message("%d steps: first cogging harmonic %.3g of the straight machine's\n", n, s.cogging_6q / a.cogging_6q);
        assert_true(s.cogging_6q < (n == 3 ? 1e-9 : 0.02) * a.cogging_6q);
        assert_true(s.cogging_pp < 0.25 * a.cogging_pp);
        print_message("%d steps of one slot pitch: cogging %.4f N m, straight %.4f N m\n", n, s.cogging_pp, a.cogging_pp);
        assert_close(period(ws, &m, 50.0).lambda_d / load.lambda_d, closed_form(&m, 1), 1e-5, 0.0);
    }
    field_free(ws);
}

/* Torque of slices by stress: against 3/2 p lambda_d i_q (i_d = 0), which the test above ties to the closed form. The gap is the error of
 * stress on the mesh and must go with it. */
static void test_torque(void **state)
{
    (void)state;
    struct machine m;
    struct err e;
    double gap[2];
    assert_ok(machines_read_case("C3_lin", lib, &linear, &m, &e), &e);
    m.n_skew_slice = 3;
    m.skew_rad = 2.0 * PI / m.stator.n_slot;
    for (int level = MESH_COARSE; level <= MESH_MEDIUM; level++) {
        struct field_ws *ws = field_make(&m, (enum mesh_level)level, 1e-9);
        double T = 0.0, T_dq = 0.0;
        for (int k = 0; k < 12; k++) {
            struct field_result r = solve(ws, &m, k * PI / 36.0, 0.0, 50.0);
            T += r.torque_Nm / 12.0;
            T_dq += 1.5 * m.p * r.lambda_d_Wb * 50.0 / 12.0;
        }
        gap[level] = fabs(T / T_dq - 1.0);
        field_free(ws);
    }
    print_message("skewed torque by stress against linkages: %.2e coarse, %.2e medium\n", gap[0], gap[1]);
    assert_true(gap[MESH_COARSE] < 0.01);
    assert_true(gap[MESH_MEDIUM] < 0.5 * gap[MESH_COARSE]);
}

/* C1 saturated: the machine of slices is a machine, with its own coenergy. */
static void test_energy(void **state)
{
    (void)state;
    struct machine m;
    struct err e;
    assert_ok(machines_read_case("C1", lib, NULL, &m, &e), &e);
    m.n_skew_slice = 4;
    m.skew_rad = 2.0 * PI / m.stator.n_slot;
    struct field_ws *ws = field_make(&m, MESH_COARSE, 1e-10);
    double i_d = -120.0, i_q = 180.0, di = 0.5, th = 0.2;
    struct field_result r = solve(ws, &m, th, i_d, i_q);
    double Wd = solve(ws, &m, th, i_d + di, i_q).coenergy_J - solve(ws, &m, th, i_d - di, i_q).coenergy_J;
    double Wq = solve(ws, &m, th, i_d, i_q + di).coenergy_J - solve(ws, &m, th, i_d, i_q - di).coenergy_J;
    assert_close(Wd / (2.0 * di), 1.5 * r.lambda_d_Wb, 1e-4, 1e-5);
    assert_close(Wq / (2.0 * di), 1.5 * r.lambda_q_Wb, 1e-4, 1e-5);
    /* phase linkages are those of the frame */
    double d, q;
    winding_eval_dq(r.lambda_abc_Wb, th, &d, &q);
    assert_close(d, r.lambda_d_Wb, 1e-9, 1e-12);
    assert_close(q, r.lambda_q_Wb, 1e-9, 1e-12);
    field_free(ws);
}

/* The map's point is the mean of single solutions; its ripple is that of the mean torque and smaller than the straight machine's. */
static void test_map(void **state)
{
    (void)state;
    struct machine m;
    struct err e;
    struct flux_map *fm;
    assert_ok(machines_read_case("C1", lib, NULL, &m, &e), &e);
    struct field_ws *ws = field_make(&m, MESH_COARSE, 1e-8);
    struct flux_map_opts o = {.n_d = 2, .n_q = 2, .n_f = 1, .n_position = 6, .i_d_A = {-100.0, 0.0}, .i_q_A = {0.0, 150.0},
                              .magnet_T_K = 293.15, .corner_A = (double)INFINITY};
    assert_ok(flux_map_new(4, &fm, &e), &e);
    assert_ok(flux_map_solve(fm, ws, &m, &o, &e), &e);
    double ripple = fm->ripple_Nm[2], eddy = fm->eddy_W_per_Hz2[LOSS_STATOR_TOOTH][2];
    m.n_skew_slice = 3;
    m.skew_rad = 2.0 * PI / m.stator.n_slot;
    assert_ok(flux_map_solve(fm, ws, &m, &o, &e), &e);
    double T = 0.0, low = 1e9, high = -1e9, ld = 0.0;
    for (int k = 0; k < 6; k++) {
        struct field_result r = solve(ws, &m, k * PI / 18.0, -100.0, 150.0);
        T += r.torque_Nm / 6.0;
        ld += r.lambda_d_Wb / 6.0;
        low = fmin(low, r.torque_Nm);
        high = fmax(high, r.torque_Nm);
    }
    assert_close(fm->torque_Nm[2], T, 1e-5, 0.0);
    assert_close(fm->lambda_d_Wb[2], ld, 1e-5, 0.0);
    assert_close(fm->ripple_Nm[2], high - low, 1e-3, 1e-3);
    print_message("ripple %.2f N m straight, %.2f N m skewed by a slot pitch in three\n", ripple, fm->ripple_Nm[2]);
    assert_true(fm->ripple_Nm[2] < 0.5 * ripple);
    assert_close(fm->eddy_W_per_Hz2[LOSS_STATOR_TOOTH][2], eddy, 0.1, 0.0); /* slices lose what neighbouring load points lose */
    flux_map_free(fm);
    field_free(ws);
}

static void test_refused(void **state)
{
    (void)state;
    struct machine m;
    struct err e;
    assert_ok(machines_read_case("C1", lib, NULL, &m, &e), &e);
    m.n_skew_slice = 20;
    m.skew_rad = 0.1;
    assert_status(machine_check(&m, &e), ST_INFEASIBLE, NULL);
    assert_string_equal(e.where, "skew");
    assert_non_null(strstr(e.message, "nearest: 16"));
    m.n_skew_slice = 3;
    m.skew_rad = 1.0;
    assert_status(machine_check(&m, &e), ST_INFEASIBLE, NULL);
    assert_non_null(strstr(e.message, "nearest: 45.000"));
}

int main(void)
{
    struct err e;
    if (matlib_new("materials/data", &lib, &e) != ST_OK || machines_new_linear_steel(1e5, &linear, &e) != ST_OK)
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_linear), cmocka_unit_test(test_torque), cmocka_unit_test(test_energy),
                                       cmocka_unit_test(test_map), cmocka_unit_test(test_refused)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    machines_free_linear_steel(&linear);
    matlib_free(lib);
    return failed;
}
