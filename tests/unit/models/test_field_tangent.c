/* field_solve_tangent against central differences of the residual: K' v by differences, solved, must give v back. Incremental inductances
 * against central differences of the linkages, alone and as the mean of a skewed rotor's slices. */
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "models/field/field_impl.h"
#include "models/field/slices.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"

static void check(const char *name, double i_f_A)
{
    struct err e;
    struct matlib *lib;
    struct machine m;
    struct field_ws *ws;
    struct field_result r;
    struct field_info info;
    struct field_opts o = field_opts_default();
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case(name, lib, NULL, &m, &e), &e);
    assert_ok(field_new(&m, MESH_COARSE, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    field_set_angle(ws, 0.3);
    double none = 0.0;
    assert_int_equal(field_solve_tangent(ws, FIELD_FACTOR_FINAL, 1, &none, &e), ST_RANGE);
    assert_ok(field_solve(ws, -80.0, 150.0, i_f_A, 1, &r, &info, &e), &e);
    int n = ws->n_dof;
    double *v = mem_new(5 * (size_t)(n + 1), sizeof *v), *x = v + n + 1, *A = x + 2 * n;
    assert_non_null(v);
    double scale = 0.0;
    for (int i = 0; i < n; i++)
        scale = fmax(scale, fabs(ws->A[i]));
    for (int side = 0; side < 2; side++) { /* two right-hand sides: v and -2 v */
        for (int i = 0; i < n; i++)
            v[i] = 1e-6 * scale * (sin(0.01 * i) + 0.3 * sin(1.7 * i));
        for (int i = 0; i < n; i++)
            A[i] = ws->A[i] + (side ? -v[i] : v[i]);
        field_eval_residual(ws, A, side ? ws->R_try : ws->R);
    }
    for (int i = 0; i < n; i++) {
        x[i] = 0.5 * (ws->R[i] - ws->R_try[i]);
        x[n + i] = -2.0 * x[i];
    }
    field_eval_residual(ws, ws->A, ws->R);
    long count = mem_get_count();
    assert_ok(field_solve_tangent(ws, FIELD_FACTOR_FINAL, 2, x, &e), &e);
    assert_int_equal(mem_get_count(), count);
    double error = 0.0, norm = 0.0;
    for (int i = 0; i < n; i++) {
        error += pow(x[i] - v[i], 2.0);
        norm += v[i] * v[i];
        assert_close(x[n + i], -2.0 * x[i], 1e-12, 1e-16);
    }
    assert_true(sqrt(error / norm) < 1e-5); /* what the kinks of dnu/dB^2 at the knots of the table leave */
    field_set_angle(ws, 0.4);
    assert_int_equal(field_solve_tangent(ws, FIELD_FACTOR_FINAL, 1, x, &e), ST_RANGE);
    mem_free(v);
    field_free(ws);
    matlib_free(lib);
}

static void solve_slices(struct field_ws *ws, const struct machine *m, const double i_A[3], struct field_result *r,
                         struct field_inductance *L)
{
    double ahead[MACHINE_MAX_SLICE];
    const int n = machine_get_slices(m, ahead);
    struct field_info info;
    struct err e;
    memset(r, 0, sizeof *r);
    for (int k = 0; k < n; k++) {
        struct field_slice s = field_get_slice(0.3, i_A[0], i_A[1], ahead[k]);
        struct field_result of_slice;
        struct field_inductance H;
        field_set_angle(ws, s.theta_el_rad);
        assert_ok(field_solve(ws, s.i_d_A, s.i_q_A, i_A[2], 1, &of_slice, &info, &e), &e);
        field_add_slice(r, &of_slice, ahead[k], n);
        if (L == NULL)
            continue;
        struct field_inductance last;
        long count = mem_get_count();
        assert_ok(field_eval_inductance(ws, FIELD_FACTOR_LAST, &last, &e), &e);
        assert_ok(field_eval_inductance(ws, FIELD_FACTOR_FINAL, &H, &e), &e);
        assert_int_equal(mem_get_count(), count);
        for (int i = 0; i < 9; i++) /* the last step was small */
            assert_close(last.H[i / 3][i % 3], H.H[i / 3][i % 3], 0.0, 1e-4 * sqrt(H.H[i / 3][i / 3] * H.H[i % 3][i % 3]));
        field_add_slice_inductance(L, &H, ahead[k], n);
    }
}

static void check_inductance(const char *name, double i_f_A, double skew_el_rad)
{
    struct err e;
    struct matlib *lib;
    struct machine m;
    struct field_ws *ws;
    struct field_result side[2];
    struct field_inductance L = {0};
    struct field_opts o = field_opts_default();
    const double i_A[3] = {-80.0, 150.0, i_f_A}, step_A[3] = {0.05, 0.05, 0.005};
    o.tol_rel = 1e-9;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case(name, lib, NULL, &m, &e), &e);
    if (skew_el_rad > 0.0) {
        m.n_skew_slice = 3;
        m.skew_rad = skew_el_rad / m.p;
    }
    assert_ok(field_new(&m, MESH_COARSE, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    solve_slices(ws, &m, i_A, &side[0], &L);
    const int n = machine_has_field_winding(&m) ? 3 : 2;
    for (int k = 0; k < n; k++) {
        double at[2][3];
        for (int s = 0; s < 2; s++) {
            double i[3] = {i_A[0], i_A[1], i_A[2]};
            i[k] += s ? step_A[k] : -step_A[k];
            solve_slices(ws, &m, i, &side[s], NULL);
            at[s][0] = side[s].lambda_d_Wb;
            at[s][1] = side[s].lambda_q_Wb;
            at[s][2] = side[s].lambda_f_Wb;
        }
        for (int j = 0; j < n; j++) /* of the axes' own: cross terms are small */
            assert_close(L.H[j][k], 0.5 * (at[1][j] - at[0][j]) / step_A[k], 1e-4, 1e-4 * sqrt(L.H[j][j] * L.H[k][k]));
    }
    for (int j = 0; n == 2 && j < 3; j++)
        assert_true(L.H[2][j] <= 0.0 && L.H[2][j] >= 0.0 && L.H[j][2] <= 0.0 && L.H[j][2] >= 0.0);
    assert_close(L.H[0][1], L.H[1][0], 1e-9, 1e-12); /* energy: d lambda_d/d i_q = d lambda_q/d i_d, */
    assert_close(1.5 * L.H[0][2], L.H[2][0], 1e-9, 1e-12); /* and 3/2 of d lambda_d/d i_f = d lambda_f/d i_d */
    field_free(ws);
    matlib_free(lib);
}

static void test_magnets(void **state)
{
    (void)state;
    check("C1", 0.0);
    check_inductance("C1", 0.0, 0.0);
}

static void test_wound(void **state)
{
    (void)state;
    check("C4", 9.0);
    check_inductance("C4", 9.0, 0.0);
}

static void test_skewed(void **state)
{
    (void)state;
    check_inductance("C1", 0.0, 0.15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_magnets), cmocka_unit_test(test_wound), cmocka_unit_test(test_skewed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
