/* Layout, winding factors, dq transforms and copper of a winding against textbook values and hand calculation. */
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"

static const struct conductor COPPER = {.resistivity20_ohm_m = {.value = 1.7241e-8}, .alpha_per_K = {.value = 0.00393}};

/* 48 slots, 8 poles, single layer, nine conductors per slot. */
static struct machine machine_make(void)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = 4;
    m.stack_m = 0.1;
    m.R_ro_m = 0.0802;
    m.stator = (struct stator){.n_slot = 48,
                               .R_out_m = 0.13462,
                               .R_bore_m = 0.080965,
                               .b0_m = 0.002,
                               .h0_m = 0.001,
                               .h1_m = 0.001,
                               .b1_m = 0.004,
                               .h2_m = 0.02,
                               .b2_m = 0.006,
                               .bottom = SLOT_FLAT};
    m.winding = (struct winding){
        .n_conductor_per_slot = 9, .n_path = 1, .n_layer = 1, .coil_span_slots = 6, .copper_fill_pu = 0.45, .end_turn_factor = 1.2};
    m.rotor_type = ROTOR_V;
    m.stator_conductor = m.field_conductor = &COPPER;
    return m;
}

static void test_belts(void **state)
{
    (void)state;
    struct err e;
    struct winding_layout l;
    struct machine m = machine_make();
    static const double want[3][6] = {{-9, 0, 0, 0, 0, 9}, {0, 0, 0, -9, -9, 0}, {0, 9, 9, 0, 0, 0}}; /* -A +C +C -B -B +A */
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_int_equal(l.n_slot, 6);
    assert_int_equal(l.n_series_turns_per_phase, 72);
    for (int phase = 0; phase < 3; phase++)
        assert_close_array(l.turns[phase], want[phase], 6, 0.0, 1e-14);
    assert_close(l.axis_el_rad, 0.0, 0.0, 1e-15);
    /* q = 2 full pitch: sin(30 n)/(2 sin(15 n)) degrees */
    assert_close(l.kw1, 0.9659258262890683, 1e-12, 0.0);
    assert_close(winding_eval_factor(&l, 5), 0.25881904510252, 1e-12, 0.0);
    assert_close(winding_eval_factor(&l, 7), -0.25881904510252, 1e-12, 0.0);
    m.winding.n_path = 4;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_int_equal(l.n_series_turns_per_phase, 18);
}

static void test_short_pitch(void **state)
{
    (void)state;
    struct err e;
    struct winding_layout l;
    struct machine m = machine_make();
    m.winding.n_layer = 2;
    m.winding.n_conductor_per_slot = 10;
    m.winding.coil_span_slots = 5;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    /* distribution times pitch factor sin(n 75 degrees) */
    assert_close(l.kw1, 0.9659258262890683 * 0.9659258262890683, 1e-12, 0.0);
    assert_close(winding_eval_factor(&l, 5), 0.25881904510252 * 0.25881904510252, 1e-12, 0.0);
    assert_close(l.axis_el_rad, -PI / 12.0, 1e-12, 0.0);
    double sum = 0.0;
    for (int k = 0; k < 6; k++)
        sum += fabs(l.turns[0][k]) + fabs(l.turns[1][k]) + fabs(l.turns[2][k]);
    assert_close(sum, 60.0, 1e-14, 0.0);
    m.winding.coil_span_slots = 6; /* two layers at full pitch: the same as one */
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_close(l.turns[0][5], 10.0, 1e-14, 0.0);
}

/* q = 1 and 3: the belt cannot be centred on the sector's edge, so the axis moves by half a slot. */
static void test_odd_q(void **state)
{
    (void)state;
    struct err e;
    struct winding_layout l;
    struct machine m = machine_make();
    m.stator.n_slot = 72;
    m.winding.coil_span_slots = 9;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_close(l.kw1, 0.9597950805239389, 1e-12, 0.0); /* sin(30)/(3 sin(10)) */
    assert_close(fabs(l.axis_el_rad), PI / 18.0, 1e-12, 0.0);
    m.stator.n_slot = 24;
    m.winding.coil_span_slots = 3;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_close(l.kw1, 1.0, 1e-12, 0.0);
    assert_close(winding_eval_factor(&l, 3), 1.0, 1e-12, 0.0);
}

static void check_refused(const struct machine *m, const char *rule)
{
    struct err e;
    struct winding_layout l;
    assert_int_equal(winding_set_layout(m, &l, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, rule);
    assert_non_null(strstr(e.message, "nearest"));
}

static void test_refuses(void **state)
{
    (void)state;
    struct machine m = machine_make();
    m.stator.n_slot = 50;
    check_refused(&m, "winding_slots");
    m = machine_make();
    m.winding.coil_span_slots = 7;
    check_refused(&m, "winding_span");
    m.winding.coil_span_slots = 5; /* one layer cannot be short-pitched */
    check_refused(&m, "winding_span");
    m = machine_make();
    m.winding.n_layer = 2; /* nine conductors */
    check_refused(&m, "winding_turns");
    m = machine_make();
    m.winding.n_path = 3;
    check_refused(&m, "winding_paths");
}

static void test_dq(void **state)
{
    (void)state;
    double i[3], d, q;
    winding_eval_abc(3.0, 0.0, 0.0, i); /* d axis on phase A: amplitude-invariant */
    assert_close(i[0], 3.0, 1e-14, 0.0);
    assert_close(i[1], -1.5, 1e-14, 0.0);
    winding_eval_abc(0.0, 2.0, PI / 6.0, i); /* i_A = -i_q sin(th) */
    assert_close(i[0], -1.0, 1e-14, 0.0);
    winding_eval_abc(-1.7, 4.2, 2.345, i);
    winding_eval_dq(i, 2.345, &d, &q);
    assert_close(d, -1.7, 1e-13, 0.0);
    assert_close(q, 4.2, 1e-13, 0.0);
    assert_close(i[0] + i[1] + i[2], 0.0, 0.0, 1e-14);
}

static void test_copper(void **state)
{
    (void)state;
    struct err e;
    struct winding_layout l;
    struct winding_geometry g;
    struct machine m = machine_make();
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_ok(winding_eval_geometry(&m, &l, &g, &e), &e);
    assert_close(g.slot_area_m2, 0.5 * (0.004 + 0.006) * 0.02, 1e-12, 0.0);
    double chord = 2.0 * (0.080965 + 0.011) * sin(PI / 8.0), end = PI * 1.2 * chord, A_c = 1e-4 * 0.45 / 9.0;
    assert_close(g.end_turn_m, end, 1e-12, 0.0);
    assert_close(g.mean_turn_m, 0.2 + end, 1e-12, 0.0);
    assert_close(g.R20_ohm, 1.7241e-8 * 72.0 * (0.2 + end) / A_c, 1e-6, 0.0);
    assert_close(g.copper_volume_m3, 3.0 * 72.0 * (0.2 + end) * A_c, 1e-12, 0.0);
    assert_close(g.end_volume_m3 / g.copper_volume_m3, end / (0.2 + end), 1e-12, 0.0);
    /* four groups of 18 turns: rings of the chord's diameter, bundle of two slots */
    double R = 0.5 * chord, a = sqrt(2e-4 / PI);
    assert_close(g.L_end_H, 4.0 * MU0_H_PER_M * 18.0 * 18.0 * R * (log(8.0 * R / a) - 1.75), 1e-9, 0.0);
    assert_true(isnan(g.field_R20_ohm));
    double R_one = g.R20_ohm, L_one = g.L_end_H;
    m.winding.n_path = 2;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_ok(winding_eval_geometry(&m, &l, &g, &e), &e);
    assert_close(g.R20_ohm, R_one / 4.0, 1e-12, 0.0);
    assert_close(g.L_end_H, L_one / 4.0, 1e-12, 0.0);
    m.winding.copper_fill_pu = 0.0;
    assert_int_equal(winding_eval_geometry(&m, &l, &g, &e), ST_RANGE);
}

static void test_field_coil(void **state)
{
    (void)state;
    struct err e;
    struct winding_layout l;
    struct winding_geometry g;
    struct machine m = machine_make();
    m.rotor_type = ROTOR_SALIENT;
    m.salient = (struct rotor_salient){.body_w_m = 0.027, .coil_w_m = 0.0085, .coil_gap_m = 0.0005, .coil_h_m = 0.016,
                                       .R_yoke_m = 0.057, .shoe_half_rad = 0.27, .shoe_root_m = 0.008, .shoe_tip_m = 0.004};
    m.field = (struct machine_field){.n_turns = 100, .fill_pu = 0.5};
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_ok(winding_eval_geometry(&m, &l, &g, &e), &e);
    double turn = 2.0 * (0.1 + 0.027) + 2.0 * PI * 0.00475, wire = 0.0085 * 0.016 * 0.5 / 100.0;
    assert_close(g.field_mean_turn_m, turn, 1e-12, 0.0);
    assert_close(g.field_R20_ohm, 1.7241e-8 * 800.0 * turn / wire, 1e-6, 0.0);
    assert_close(g.field_volume_m3, 800.0 * turn * wire, 1e-12, 0.0);
    m.field.fill_pu = 0.0;
    assert_int_equal(winding_eval_geometry(&m, &l, &g, &e), ST_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_belts),     cmocka_unit_test(test_short_pitch), cmocka_unit_test(test_odd_q),
                                       cmocka_unit_test(test_refuses),   cmocka_unit_test(test_dq),          cmocka_unit_test(test_copper),
                                       cmocka_unit_test(test_field_coil)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
