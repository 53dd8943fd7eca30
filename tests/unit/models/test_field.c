/* Field solver on whole machines: identities that hold for any mesh (virtual work, symmetry, scaling), one reference figure, refusals,
 * memory. */
#include <math.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/field/field.h"
#include "tests/support/close.h"
#include "tests/support/fault.h"
#include "tests/support/machines.h"

struct fixture { struct matlib *lib; struct machine pm, wound; struct field_ws *pm_ws, *wound_ws; };

static int setup(void **state)
{
    static struct fixture x;
    struct err e;
    struct field_opts o = field_opts_default();
    o.tol_rel = 1e-9; /* differences of energies are taken */
    assert_ok(matlib_new("materials/data", &x.lib, &e), &e);
    assert_ok(machines_read_case("C1", x.lib, NULL, &x.pm, &e), &e);
    assert_ok(machines_read_case("C4", x.lib, NULL, &x.wound, &e), &e);
    assert_ok(field_new(&x.pm, MESH_COARSE, &o, &x.pm_ws, &e), &e);
    assert_ok(field_new(&x.wound, MESH_COARSE, &o, &x.wound_ws, &e), &e);
    field_set_magnet_T(x.pm_ws, 293.15);
    *state = &x;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *x = *state;
    field_free(x->pm_ws);
    field_free(x->wound_ws);
    field_free(NULL);
    matlib_free(x->lib);
    return 0;
}

static struct field_result solve(struct field_ws *ws, double theta_el_rad, double i_d_A, double i_q_A, double i_f_A)
{
    struct err e;
    struct field_result r;
    struct field_info info;
    field_set_angle(ws, theta_el_rad);
    assert_ok(field_solve(ws, i_d_A, i_q_A, i_f_A, 0, &r, &info, &e), &e);
    assert_true(info.converged && info.residual_rel <= 1e-9);
    return r;
}

static void test_no_load(void **state)
{
    struct fixture *x = *state;
    struct field_result r = solve(x->pm_ws, 0.0, 0.0, 0.0, 0.0);
    assert_close(r.lambda_d_Wb, 0.2042346, 0.005, 0.0); /* independent FE reference, case C1 */
    assert_close(r.lambda_q_Wb, 0.0, 0.0, 1e-6);
    assert_close(r.torque_Nm, 0.0, 0.0, 1e-2);
    assert_true(isnan(r.lambda_f_Wb));
    double d, q;
    field_eval_gap_harmonic(x->pm_ws, 1, &d, &q);
    assert_close(d, 0.8820191, 0.005, 0.0); /* the same */
    assert_close(q, 0.0, 0.0, 1e-4);
}

/* dW'/di = flux linkage, exactly for the discrete field. */
static void test_coenergy_current(void **state)
{
    struct fixture *x = *state;
    const double th = 0.3, h = 0.05;
    double id = -70.0, iq = 150.0, i_f = 9.0;
    struct field_result r = solve(x->wound_ws, th, id, iq, i_f);
    double d = (solve(x->wound_ws, th, id + h, iq, i_f).coenergy_J - solve(x->wound_ws, th, id - h, iq, i_f).coenergy_J) / (2 * h);
    double q = (solve(x->wound_ws, th, id, iq + h, i_f).coenergy_J - solve(x->wound_ws, th, id, iq - h, i_f).coenergy_J) / (2 * h);
    double f = (solve(x->wound_ws, th, id, iq, i_f + h).coenergy_J - solve(x->wound_ws, th, id, iq, i_f - h).coenergy_J) / (2 * h);
    assert_close(d, 1.5 * r.lambda_d_Wb, 1e-5, 1e-5);
    assert_close(q, 1.5 * r.lambda_q_Wb, 1e-5, 1e-5);
    assert_close(f, r.lambda_f_Wb, 1e-5, 1e-4);
    r = solve(x->pm_ws, th, id, iq, 0.0);
    d = (solve(x->pm_ws, th, id + h, iq, 0.0).coenergy_J - solve(x->pm_ws, th, id - h, iq, 0.0).coenergy_J) / (2 * h);
    assert_close(d, 1.5 * r.lambda_d_Wb, 1e-5, 1e-5);
}

/* Coenergy at constant phase currents, rotor turned by `turn` from theta. */
static double coenergy_turned(struct field_ws *ws, double theta, double turn, const double i_abc[3], double i_f_A)
{
    double d, q;
    winding_eval_dq(i_abc, theta + turn, &d, &q);
    return solve(ws, theta + turn, d, q, i_f_A).coenergy_J;
}

/* Torque = dW'/d(rotor angle) at constant currents; Arkkio's integral differs by the discretisation error only. */
static void check_torque(struct field_ws *ws, int p, double theta, double id, double iq, double i_f)
{
    const double h = 1e-3;
    double i_abc[3];
    winding_eval_abc(id, iq, theta, i_abc);
    double T = p * (coenergy_turned(ws, theta, h, i_abc, i_f) - coenergy_turned(ws, theta, -h, i_abc, i_f)) / (2 * h);
    assert_close(solve(ws, theta, id, iq, i_f).torque_Nm, T, 0.015, 0.0);
}

static void test_torque(void **state)
{
    struct fixture *x = *state;
    check_torque(x->pm_ws, 4, 0.2, -125.0, 175.0, 0.0);
    check_torque(x->pm_ws, 4, 0.7, -50.0, 200.0, 0.0);
    check_torque(x->wound_ws, 4, 0.4, -60.0, 210.0, 14.0);
    check_torque(x->wound_ws, 4, 0.1, -60.0, -210.0, 14.0);
}

static void check_same(const struct field_result *a, const struct field_result *b, double rtol)
{
    assert_close(a->lambda_d_Wb, b->lambda_d_Wb, rtol, 1e-7);
    assert_close(a->lambda_q_Wb, b->lambda_q_Wb, rtol, 1e-7);
    assert_close(a->torque_Nm, b->torque_Nm, rtol, 1e-3);
    assert_close(a->coenergy_J, b->coenergy_J, rtol, 1e-6);
}

static void test_symmetry(void **state)
{
    struct fixture *x = *state;
    struct field_result r = solve(x->pm_ws, 0.25, -80.0, 120.0, 0.0);
    static const double turn[3] = {PI / 3.0, PI, -7.0 * PI / 3.0}; /* two slots; a pole; beyond a turn of the sector, backwards */
    for (int k = 0; k < 3; k++) {
        struct field_result s = solve(x->pm_ws, 0.25 + turn[k], -80.0, 120.0, 0.0);
        check_same(&s, &r, 1e-6);
    }
    struct field_result mirror = solve(x->pm_ws, -0.25, -80.0, -120.0, 0.0);
    assert_close(mirror.torque_Nm, -r.torque_Nm, 1e-4, 0.0);
    assert_close(mirror.lambda_d_Wb, r.lambda_d_Wb, 1e-4, 0.0);
    r = solve(x->wound_ws, 0.1, -80.0, 120.0, 8.0);
    struct field_result reversed = solve(x->wound_ws, 0.1, 80.0, -120.0, -8.0);
    assert_close(reversed.torque_Nm, r.torque_Nm, 1e-6, 0.0);
    assert_close(reversed.lambda_f_Wb, -r.lambda_f_Wb, 1e-6, 0.0);
}

static void test_warm_is_cold(void **state)
{
    struct fixture *x = *state;
    struct err e;
    struct field_result warm = solve(x->pm_ws, 0.5, -200.0, 100.0, 0.0), cold;
    struct field_info info;
    assert_ok(field_solve(x->pm_ws, -200.0, 100.0, 0.0, 1, &cold, &info, &e), &e);
    check_same(&warm, &cold, 1e-7);
    assert_true(info.n_iter <= 14);
    solve(x->pm_ws, 0.5, -200.0, 105.0, 0.0);
    assert_ok(field_solve(x->pm_ws, -200.0, 110.0, 0.0, 0, &warm, &info, &e), &e);
    assert_true(info.n_assembly <= 4); /* a near start must pay */
}

/* Cold starts over currents and angles: never more than a dozen steps, and warm starts along a map far fewer factorisations. */
static void test_steps(void **state)
{
    struct fixture *x = *state;
    struct err e;
    struct field_opts o = field_opts_default();
    struct field_ws *ws;
    struct field_result r;
    struct field_info info;
    int n = 0, warm = 0;
    assert_ok(field_new(&x->pm, MESH_COARSE, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    for (int a = 0; a < 3; a++) {
        field_set_angle(ws, a * PI / 9.0);
        for (int k = 0; k < 16; k++) {
            double id = -83.0 * (k / 4), iq = 83.0 * (k % 4);
            assert_ok(field_solve(ws, id, iq, 0.0, 1, &r, &info, &e), &e);
            assert_in_range(info.n_iter, 1, 12);
            for (int j = 1; j <= 3; j++, n++) {
                assert_ok(field_solve(ws, id - 10.0 * j, iq + 20.0 * j, 0.0, 0, &r, &info, &e), &e);
                warm += info.n_assembly;
            }
        }
    }
    assert_true(warm < 3.5 * n);
    field_free(ws);
}

/* Angles met before are kept: the same figures to the last digit as in a workspace that never left the angle, for more angles than are
 * kept and after another machine. */
static void test_kept_angles(void **state)
{
    struct fixture *x = *state;
    struct err e;
    struct field_opts o = field_opts_default();
    struct field_ws *fresh, *ws;
    struct field_result a, b;
    struct field_info info;
    assert_ok(field_new(&x->pm, MESH_COARSE, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    struct machine other = x->pm;
    other.stator.b0_m *= 1.1;
    for (int pass = 0; pass < 3; pass++) {
        assert_ok(field_set_machine(ws, pass == 1 ? &other : &x->pm, &e), &e);
        for (int k = 0; k < 40; k++) {
            field_set_angle(ws, 0.05 * (k % 15));
            assert_ok(field_solve(ws, -80.0, 120.0, 0.0, 1, &a, &info, &e), &e);
            if (k % 9 != 0)
                continue;
            assert_ok(field_new(pass == 1 ? &other : &x->pm, MESH_COARSE, &o, &fresh, &e), &e);
            field_set_magnet_T(fresh, 293.15);
            field_set_angle(fresh, 0.05 * (k % 15));
            assert_ok(field_solve(fresh, -80.0, 120.0, 0.0, 1, &b, &info, &e), &e);
            check_same(&a, &b, 0.0);
            assert_true(a.torque_Nm == b.torque_Nm && a.lambda_d_Wb == b.lambda_d_Wb);
            field_free(fresh);
        }
    }
    field_free(ws);
}

static void test_remanence(void **state)
{
    struct fixture *x = *state;
    static double Br_T[4000], H[4000], B[4000];
    const struct field_magnet_elem *g;
    int n = field_get_magnets(x->pm_ws, &g);
    assert_in_range(n, 10, 4000);
    double area = 0.0;
    for (int k = 0; k < n; k++) {
        area += g[k].area_m2;
        Br_T[k] = 1.2;
        assert_close(g[k].axis_x * g[k].axis_x + g[k].axis_y * g[k].axis_y, 1.0, 1e-12, 0.0);
    }
    assert_close(area, 2.0 * 0.0189 * 0.0065, 1e-9, 0.0);
    struct field_result by_T = solve(x->pm_ws, 0.0, -100.0, 50.0, 0.0);
    field_set_remanence(x->pm_ws, Br_T);
    struct field_result by_array = solve(x->pm_ws, 0.0, -100.0, 50.0, 0.0);
    check_same(&by_T, &by_array, 1e-7);
    field_eval_magnet_H(x->pm_ws, H, B);
    double mean = 0.0;
    for (int k = 0; k < n; k++) {
        assert_close(B[k], 1.2 + MU0_H_PER_M * 1.05 * H[k], 1e-10, 1e-12);
        mean += H[k] * g[k].area_m2 / area;
    }
    assert_true(mean < -1e5 && mean > -1.2e6);
    for (int k = 0; k < n; k++)
        Br_T[k] = 0.0;
    field_set_remanence(x->pm_ws, Br_T);
    struct field_result none = solve(x->pm_ws, 0.0, 0.0, 0.0, 0.0);
    assert_close(none.lambda_d_Wb, 0.0, 0.0, 0.0);
    field_set_magnet_T(x->pm_ws, 293.15);
    struct field_result again = solve(x->pm_ws, 0.0, -100.0, 50.0, 0.0);
    check_same(&again, &by_T, 1e-7);
}

/* Two paths carry half the current each; the same field, half the linkage. */
static void test_paths(void **state)
{
    struct fixture *x = *state;
    struct err e;
    struct machine m = x->pm;
    struct field_result one = solve(x->pm_ws, 0.0, -100.0, 150.0, 0.0);
    m.winding.n_path = 2;
    assert_ok(field_set_machine(x->pm_ws, &m, &e), &e);
    struct field_result two = solve(x->pm_ws, 0.0, -200.0, 300.0, 0.0);
    assert_close(two.torque_Nm, one.torque_Nm, 1e-6, 0.0);
    assert_close(two.lambda_q_Wb, 0.5 * one.lambda_q_Wb, 1e-6, 0.0);
    assert_ok(field_set_machine(x->pm_ws, &x->pm, &e), &e);
    struct field_result back = solve(x->pm_ws, 0.0, -100.0, 150.0, 0.0);
    check_same(&back, &one, 1e-7);
}

static void test_set_machine(void **state)
{
    struct fixture *x = *state;
    struct err e;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    o.tol_rel = 1e-9;
    assert_ok(field_new(&x->pm, MESH_COARSE, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    struct field_result first = solve(ws, 0.1, -50.0, 60.0, 0.0);
    struct machine longer = x->pm;
    longer.stack_m *= 2.0;
    long count = mem_get_count();
    assert_ok(field_set_machine(ws, &longer, &e), &e);
    assert_int_equal(mem_get_count(), count);
    assert_close(solve(ws, 0.1, -50.0, 60.0, 0.0).torque_Nm, 2.0 * first.torque_Nm, 1e-6, 0.0);
    assert_ok(field_set_machine(ws, &x->wound, &e), &e); /* another topology */
    struct field_result r = solve(ws, 0.1, -50.0, 60.0, 7.0), want = solve(x->wound_ws, 0.1, -50.0, 60.0, 7.0);
    check_same(&r, &want, 1e-7);
    assert_ok(field_set_machine(ws, &x->pm, &e), &e); /* the magnet temperature was kept */
    r = solve(ws, 0.1, -50.0, 60.0, 0.0);
    check_same(&r, &first, 1e-7);
    assert_int_equal(field_get_solve_count(ws), 4);
    field_free(ws);
}

static void test_allocates_nothing(void **state)
{
    struct fixture *x = *state;
    solve(x->pm_ws, 0.0, 0.0, 0.0, 0.0);
    long count = mem_get_count();
    for (int k = 0; k < 40; k++) {
        solve(x->pm_ws, 0.173 * k - 2.0, -100.0, 5.0 * k, 0.0);
        field_eval_B_T(x->pm_ws);
        field_get_Az_Wb_per_m(x->pm_ws);
    }
    assert_int_equal(mem_get_count(), count);
}

static void test_refuses(void **state)
{
    struct fixture *x = *state;
    struct err e;
    struct field_result r;
    struct field_info info;
    struct field_opts o = field_opts_default();
    struct field_ws *ws;
    assert_int_equal(field_solve(x->pm_ws, (double)NAN, 0.0, 0.0, 0, &r, &info, &e), ST_RANGE);
    o.max_iter = 2;
    assert_ok(field_new(&x->pm, MESH_COARSE, &o, &ws, &e), &e);
    field_set_angle(ws, 0.0);
    assert_int_equal(field_solve(ws, 0.0, 0.0, 0.0, 0, &r, &info, &e), ST_RANGE); /* no temperature */
    assert_string_equal(e.where, "magnet_temperature");
    field_set_magnet_T(ws, 293.15);
    assert_int_equal(field_solve(ws, 0.0, 100.0, 0.0, 0, &r, &info, &e), ST_NO_CONVERGE);
    assert_true(!info.converged && info.residual_rel > o.tol_rel && isfinite(r.torque_Nm));
    field_free(ws);
    struct machine bare = x->pm;
    bare.magnet = NULL;
    assert_int_equal(field_new(&bare, MESH_COARSE, &o, &ws, &e), ST_CONFIG);
    assert_null(ws);
}

static enum status new_and_free(void *ctx, struct err *e)
{
    struct fixture *x = ctx;
    struct field_opts o = field_opts_default();
    struct field_ws *ws;
    enum status st = field_new(&x->wound, MESH_COARSE, &o, &ws, e);
    assert_true(st == ST_OK || ws == NULL);
    field_free(ws);
    return st;
}

static void test_allocation_failure(void **state) { assert_in_range(fault_check(new_and_free, *state), 40, 200); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_load),       cmocka_unit_test(test_coenergy_current), cmocka_unit_test(test_torque),
        cmocka_unit_test(test_symmetry),      cmocka_unit_test(test_warm_is_cold),     cmocka_unit_test(test_steps),
        cmocka_unit_test(test_kept_angles),
        cmocka_unit_test(test_remanence),
        cmocka_unit_test(test_paths),         cmocka_unit_test(test_set_machine),      cmocka_unit_test(test_allocates_nothing),
        cmocka_unit_test(test_refuses),       cmocka_unit_test(test_allocation_failure),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
