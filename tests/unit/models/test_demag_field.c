/* test_demag_field.c - demagnetisation with the field model: the Prius-2004-like V rotor of the independent finite-element reference (case
 * C1, rotor position 0), diffused faces, and the estimated margins against self-consistent events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/demag/demag.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

#define DEG_C(t) ((t) + KELVIN_OFFSET_K)

struct rig {
    struct matlib *lib;
    struct magnet magnet;
    struct machine m;
    struct field_ws *fw;
    struct demag_ws *ws;
};

/* Case C1 of the reference: dimensions as its parameter file gives them. Br 1.2 T at 20 degC stands for its state "op"; alpha is set so
 * that its state "hot" (1.08 T) is at 120 degC. */
static void set_up(struct rig *r, enum mesh_level level, double HcJ20_A_per_m, int diffused)
{
    struct err e;
    const struct steel *steel;
    memset(r, 0, sizeof *r);
    assert_int_equal(matlib_new("materials/data", &r->lib, &e), ST_OK);
    assert_int_equal(matlib_get_steel(r->lib, "M19_REF", NULL, &steel, &e), ST_OK);
    r->magnet = (struct magnet){.base = {.T_min_K = DEG_C(-40.0), .T_max_K = DEG_C(220.0), .density_kg_per_m3 = {.value = 7500.0}},
                                .Br20_T = {.value = 1.2}, .alpha_Br_per_K = {.value = -1e-3}, .HcJ20_A_per_m = {.value = HcJ20_A_per_m},
                                .beta_HcJ_per_K = {.value = -0.0055}, .mu_rec = {.value = 1.05}, .squareness_pu = {.value = 0.95},
                                .T_limit_K = {.value = DEG_C(200.0)}, .is_diffused = diffused, .gbd_gain20_A_per_m = {.value = 5e5},
                                .gbd_depth_m = {.value = 1e-3}};
    r->m = (struct machine){.p = 4,
                            .stack_m = 83.82e-3,
                            .stacking_factor_pu = 1.0,
                            .R_ro_m = 80.235e-3,
                            .R_ri_m = 55.32e-3,
                            .stator = {.n_slot = 48,
                                       .R_out_m = 134.62e-3,
                                       .R_bore_m = 80.965e-3,
                                       .b0_m = 1.93e-3,
                                       .h0_m = 1.02e-3,
                                       .h1_m = 0.5e-3,
                                       .b1_m = 3.15e-3,
                                       .h2_m = 29.16e-3,
                                       .b2_m = 5.64e-3,
                                       .bottom = SLOT_ROUND},
                            .winding = {.n_conductor_per_slot = 9,
                                        .n_path = 1,
                                        .n_layer = 1,
                                        .coil_span_slots = 6,
                                        .copper_fill_pu = 0.4,
                                        .strand_diameter_m = 1e-3,
                                        .end_turn_factor = 1.0},
                            .rotor_type = ROTOR_V,
                            .v = {.r_apex_m = 69.4e-3,
                                  .beta_rad = 17.5 * PI / 180.0,
                                  .s0_m = 0.0,
                                  .w_m_m = 18.9e-3,
                                  .t_m_m = 6.5e-3,
                                  .centre = CENTRE_TRIANGLE,
                                  .pocket_top_m = {{1.87e-3, 0.0}, {4.0e-3, -0.55e-3}},
                                  .pocket_bottom_m = {{0.0, -4.4e-3}, {2.1e-3, -4.4e-3}, {4.0e-3, -2.05e-3}}},
                            .n_magnet_segment_axial = 1,
                            .stator_steel = steel,
                            .rotor_steel = steel,
                            .magnet = &r->magnet,
                            .bridge_min_m = 0.5e-3};
    if (diffused)
        r->m.gbd_face[0] = 1;
    const struct field_opts opts = field_opts_default();
    assert_int_equal(field_new(&r->m, level, &opts, &r->fw, &e), ST_OK);
    assert_int_equal(demag_new(r->fw, &r->m, &r->ws, &e), ST_OK);
}

static void tear_down(struct rig *r)
{
    demag_free(r->ws);
    field_free(r->fw);
    matlib_free(r->lib);
}

static void test_working_points_of_reference(void **state)
{
    (void)state;
    static const struct { double T_K, i_d_A, B_p5_T, B_p50_T, B_mean_T; } reference[] = {
        {DEG_C(20.0), 0.0, 1.072543, 1.094573, 1.094739},       {DEG_C(20.0), -250.0, 0.3593266, 0.4863598, 0.4926608},
        {DEG_C(20.0), -400.0, 0.004855924, 0.1596416, 0.1737755}, {DEG_C(120.0), 0.0, 0.9691969, 0.9883396, 0.9884701},
        {DEG_C(120.0), -250.0, 0.2603106, 0.3834931, 0.3897923}, {DEG_C(120.0), -400.0, -0.08585174, 0.06579042, 0.08001405},
    };
    struct rig r;
    struct err e;
    struct demag_result out;
    const struct demag_opts opts = demag_opts_default();
    set_up(&r, MESH_MEDIUM, 5e6, 0); /* so coercive that nothing is lost: the reference's magnets are straight lines */
    for (int k = 0; k < ARRAY_LEN(reference); k++) {
        const struct demag_event ev = {.T_K = reference[k].T_K, .i_d_A = reference[k].i_d_A, .n_position = 1};
        assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &out, &e), ST_OK);
        assert_close(out.stats.B_p5_T, reference[k].B_p5_T, 0.0, 0.02);
        assert_close(out.stats.B_p50_T, reference[k].B_p50_T, 0.0, 0.02);
        assert_close(out.stats.B_mean_T, reference[k].B_mean_T, 0.0, 0.02);
        assert_close(out.flux_lost_pu, 0.0, 0.0, 1e-6);
    }
    tear_down(&r);
}

static void test_diffused_face_in_the_leg(void **state)
{
    (void)state;
    struct rig r;
    const struct field_magnet_elem *elem;
    set_up(&r, MESH_MEDIUM, 1.2e6, 1);
    const int n = field_get_magnets(r.fw, &elem);
    const double *HcJ = demag_get_HcJ20_A_per_m(r.ws);
    double sum = 0.0, area = 0.0;
    for (int i = 0; i < n; i++) {
        assert_true(HcJ[i] > 1.2e6 && HcJ[i] < 1.7e6);
        sum += elem[i].area_m2 * (HcJ[i] - 1.2e6);
        area += elem[i].area_m2;
    }
    /* mean of exp(-x/depth) over the thickness; centroids see a convex function low */
    const double ratio = 6.5;
    assert_close(area, 2.0 * 18.9e-3 * 6.5e-3, 1e-6, 0.0);
    assert_close(sum / area, 5e5 * (1.0 - exp(-ratio)) / ratio, 0.05, 0.0);
    tear_down(&r);
}

static void test_event_on_the_machine(void **state)
{
    (void)state;
    struct rig r;
    struct err e;
    struct demag_result mild, hot, hotter, many;
    const struct demag_opts opts = demag_opts_default();
    set_up(&r, MESH_COARSE, 1.4e6, 0);
    struct demag_event ev = {.T_K = DEG_C(60.0), .i_d_A = -100.0, .n_position = 1};
    const long count = mem_get_count();
    assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &mild, &e), ST_OK);
    assert_close(mild.flux_lost_pu, 0.0, 0.0, 1e-5);
    ev.i_d_A = -300.0;
    ev.T_K = DEG_C(120.0);
    assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &hot, &e), ST_OK);
    ev.T_K = DEG_C(130.0);
    assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &hotter, &e), ST_OK);
    assert_true(hotter.flux_lost_pu > hot.flux_lost_pu && hot.flux_lost_pu > 0.0 && hotter.flux_lost_pu < 1.0);
    assert_true(hotter.n_iter < 20);
    /* consistency: every remanence is what its own field leaves, to the tolerance of the iteration, seen through a full repeat */
    assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &many, &e), ST_OK);
    assert_close(many.flux_lost_pu, hotter.flux_lost_pu, 0.0, 0.0); /* does not depend on what was solved before */
    double torque_lost;
    const struct demag_event load = {.T_K = DEG_C(130.0), .i_d_A = -80.0, .i_q_A = 120.0, .n_position = 1};
    assert_int_equal(demag_eval_torque_lost(r.ws, r.fw, &load, &torque_lost, &e), ST_OK);
    assert_true(torque_lost > 0.0 && torque_lost < 1.5 * hotter.flux_lost_pu);
    ev.n_position = 3;
    ev.theta_el_rad[1] = 10.0 * PI / 180.0;
    ev.theta_el_rad[2] = 20.0 * PI / 180.0;
    assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &many, &e), ST_OK);
    assert_true(many.flux_lost_pu > hotter.flux_lost_pu); /* the worst of several positions */
    assert_int_equal(mem_get_count(), count);             /* nothing allocated */
    tear_down(&r);
}

/* Angles mirrored about the d axis come for nothing: 0, 10, 20, 30 deg el with their mirror images are all of 60 deg. */
static void test_mirrored_angles(void **state)
{
    (void)state;
    struct rig r;
    struct err e;
    struct demag_result half, whole;
    const struct demag_opts opts = demag_opts_default();
    set_up(&r, MESH_COARSE, 1.4e6, 0);
    struct demag_event ev = {.T_K = DEG_C(120.0), .i_d_A = -300.0, .n_position = 6};
    for (int k = 0; k < 6; k++)
        ev.theta_el_rad[k] = 10.0 * k * PI / 180.0;
    assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &whole, &e), ST_OK);
    ev.n_position = 4;
    ev.with_mirror = 1;
    assert_int_equal(demag_solve_event(r.ws, r.fw, &ev, &opts, &half, &e), ST_OK);
    assert_true(whole.flux_lost_pu > 0.01 && half.n_solve < whole.n_solve);
    assert_close(half.flux_lost_pu, whole.flux_lost_pu, 1e-3, 0.0);
    assert_close(half.stats.B_min_T, whole.stats.B_min_T, 0.0, 1e-5);
    tear_down(&r);
}

static void test_estimate_against_confirmed(void **state)
{
    (void)state;
    struct rig r;
    struct err e;
    struct demag_margin g;
    struct demag_opts opts = demag_opts_default();
    opts.confirm = 1;
    for (int k = 0; k < 2; k++) {
        set_up(&r, MESH_COARSE, 1.4e6, k);
        const struct demag_event ev = {.T_K = DEG_C(100.0), .i_d_A = -200.0, .n_position = 1};
        assert_int_equal(demag_eval_margin(r.ws, r.fw, &ev, &opts, &g, &e), ST_OK);
        assert_int_equal(g.T_limit_by_confirmed, DEMAG_LIMIT_KNEE);
        assert_close(g.T_margin_estimated_K, g.T_margin_confirmed_K, 0.0, 3.0);
        assert_close(g.current_factor_estimated, g.current_factor_confirmed, 0.05, 0.0);
        assert_true(g.n_solve_estimate <= 6);
        assert_false(g.is_lost_at_rest);
        tear_down(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_working_points_of_reference), cmocka_unit_test(test_diffused_face_in_the_leg),
        cmocka_unit_test(test_event_on_the_machine),        cmocka_unit_test(test_estimate_against_confirmed),
        cmocka_unit_test(test_mirrored_angles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
