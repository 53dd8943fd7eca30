/* field_solve_tangent against central differences of the residual: K' v by differences, solved, must give v back. */
#include <math.h>
#include "materials/base/mem.h"
#include "models/field/field_impl.h"
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
    assert_int_equal(field_solve_tangent(ws, 1, &none, &e), ST_RANGE);
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
    assert_ok(field_solve_tangent(ws, 2, x, &e), &e);
    assert_int_equal(mem_get_count(), count);
    double error = 0.0, norm = 0.0;
    for (int i = 0; i < n; i++) {
        error += pow(x[i] - v[i], 2.0);
        norm += v[i] * v[i];
        assert_close(x[n + i], -2.0 * x[i], 1e-12, 1e-16);
    }
    assert_true(sqrt(error / norm) < 1e-5); /* what the kinks of dnu/dB^2 at the knots of the table leave */
    field_set_angle(ws, 0.4);
    assert_int_equal(field_solve_tangent(ws, 1, x, &e), ST_RANGE);
    mem_free(v);
    field_free(ws);
    matlib_free(lib);
}

static void test_magnets(void **state)
{
    (void)state;
    check("C1", 0.0);
}

static void test_wound(void **state)
{
    (void)state;
    check("C4", 9.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_magnets), cmocka_unit_test(test_wound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
