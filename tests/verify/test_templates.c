/* Rotor templates without a reference solution (examples/validation D1 double V with shaped poles, D2 delta, D3 bread loaf) and the spoke
 * (C5): magnet areas of the mesh against closed forms, linkages and mean torque of the medium against the fine mesh, and on one mesh the
 * mean torque by stress against that by flux linkages, which share no surface. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/field/field.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"

#define N_POSITION 6
#define LEVEL_LIMIT 0.01   /* medium against fine, of the larger linkage and of the torque */
#define STRESS_LIMIT 0.015 /* torque by stress against linkages */

/* Bars: width times thickness. Spoke: one whole magnet a pole. Loaf: int (R_ro - R_top + sqrt(R_top^2 - u^2) - seat) du. */
static double magnet_area_m2(const struct machine *m)
{
    const struct rotor_spoke *s = &m->spoke;
    const struct rotor_loaf *l = &m->loaf;
    const double h = 0.5 * l->width_m, R = l->R_top_m;
    if (m->rotor_type == ROTOR_SPOKE)
        return (s->rm_out_m - s->rm_in_m) * s->t_m_m;
    if (m->rotor_type == ROTOR_BREAD_LOAF)
        return 2.0 * h * (m->R_ro_m - R - l->seat_m) + h * sqrt(R * R - h * h) + R * R * asin(h / R);
    return 2.0 * (m->v.w_m_m * m->v.t_m_m + m->v_gap.w_m_m * m->v_gap.t_m_m);
}

/* out: lambda_d, lambda_q, torque by stress, torque by linkages; means over a sixth of the electrical period. */
static void mean_eval(const struct machine *m, enum mesh_level level, const double i_A[2], double out[4])
{
    struct field_opts o = field_opts_default();
    struct field_ws *ws;
    struct err e;
    struct mesh_quality q;
    assert_ok(field_new(m, level, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    mesh_eval_quality(field_get_mesh(ws), &q);
    assert_close(q.area_by_region_m2[REGION_MAGNET] / field_get_mesh(ws)->n_pole, magnet_area_m2(m), 1e-3, 0.0);
    memset(out, 0, 4 * sizeof *out);
    for (int k = 0; k < N_POSITION; k++) {
        struct field_result r;
        struct field_info info;
        field_set_angle(ws, k * PI / (3 * N_POSITION));
        assert_ok(field_solve(ws, i_A[0], i_A[1], 0.0, 0, &r, &info, &e), &e);
        out[0] += r.lambda_d_Wb / N_POSITION;
        out[1] += r.lambda_q_Wb / N_POSITION;
        out[2] += r.torque_Nm / N_POSITION;
    }
    out[3] = 1.5 * m->p * (out[0] * i_A[1] - out[1] * i_A[0]);
    field_free(ws);
}

static void run(const char *name)
{
    static const double CURRENT_A[2] = {-100.0, 150.0};
    struct matlib *lib;
    struct machine m;
    struct err e;
    double medium[4], fine[4];
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case(name, lib, NULL, &m, &e), &e);
    assert_ok(machine_check(&m, &e), &e);
    mean_eval(&m, MESH_MEDIUM, CURRENT_A, medium);
    mean_eval(&m, MESH_FINE, CURRENT_A, fine);
    const double lambda_Wb = hypot(fine[0], fine[1]);
    printf("%s: torque %.3f Nm by stress, %.3f by linkages; medium against fine: lambda_d %.2f %%, lambda_q %.2f %%, torque %.2f %%\n",
           name, fine[2], fine[3], 100 * (medium[0] - fine[0]) / lambda_Wb, 100 * (medium[1] - fine[1]) / lambda_Wb,
           100 * (medium[2] / fine[2] - 1));
    assert_true(fine[2] > 1.0);
    assert_close(medium[0], fine[0], 0.0, LEVEL_LIMIT * lambda_Wb);
    assert_close(medium[1], fine[1], 0.0, LEVEL_LIMIT * lambda_Wb);
    assert_close(medium[2], fine[2], LEVEL_LIMIT, 0.0);
    assert_close(medium[2], medium[3], STRESS_LIMIT, 0.0);
    assert_close(fine[2], fine[3], STRESS_LIMIT, 0.0);
    matlib_free(lib);
}

static void test_c5_spoke(void **state) { (void)state; run("C5"); }
static void test_d1_double_v(void **state) { (void)state; run("D1"); }
static void test_d2_delta(void **state) { (void)state; run("D2"); }
static void test_d3_bread_loaf(void **state) { (void)state; run("D3"); }

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_c5_spoke), cmocka_unit_test(test_d1_double_v), cmocka_unit_test(test_d2_delta),
                                       cmocka_unit_test(test_d3_bread_loaf)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
