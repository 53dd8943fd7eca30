/* test_field_case.c - a field case against the independent references of the case itself, and its parts against each other: C1 coarse, gap
 * harmonics of C3_slotless_lin against the closed form. What is not asked for is not there. */
#include "models/case/field_case.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static int set_up(void **state)
{
    struct matlib *lib = NULL;
    struct err e = {0};
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    *state = lib;
    return 0;
}

static int tear_down(void **state)
{
    matlib_free(*state);
    return 0;
}

static enum status read_field(const char *text, const struct machine *m, struct field_case *out, struct err *e)
{
    struct yaml_doc *doc = NULL;
    TRY(yaml_read_text("field.yaml", text, &doc, e));
    enum status st = field_case_read(yaml_get_root(doc), m, out, e);
    yaml_free(doc);
    return st;
}

static void solve_text(const struct machine *m, const char *text, struct field_case *c, struct field_case_result *r)
{
    struct field_case_ws *ws = NULL;
    struct err e = {0};
    assert_ok(read_field(text, m, c, &e), &e);
    assert_ok(field_case_new(m, c, &ws, &e), &e);
    assert_ok(field_case_solve(ws, r, &e), &e);
    assert_true(field_case_get_map(ws) != NULL || c->map.n_d == 0);
    field_case_free(ws);
}

#define C1_WHOLE                                                                                                                       \
    "mesh: coarse\nmagnet_degC: 20\nspeed_rpm: 1000\nno_load: {positions: 12}\n"                                                          \
    "map: {i_d_A: [-250, -150, -50, 50], i_q_A: [0, 80, 160, 250], positions: 6}\n"                                                       \
    "load: {positions: 12, points: [{i_d_A: -125, i_q_A: 175}, {i_d_A: -125, i_q_A: -175}]}\n"

/* tests/data/truth_C1.csv and truth_ripple_C1.csv: no-load flux 0.2066942 Wb; at -125, 175 A 337.74 N m with 57.24 N m of ripple */
static void test_reference(void **state)
{
    struct machine m;
    struct err e = {0};
    static struct field_case c;
    static struct field_case_result r;
    assert_ok(machines_read_case("C1", *state, NULL, &m, &e), &e);
    solve_text(&m, C1_WHOLE, &c, &r);
    assert_close(r.noload_flux_Wb, 0.2066942, 0.01, 0);
    assert_close(hypot(r.gap_d_T[1], r.gap_q_T[1]), 0.8820191, 0.01, 0);
    const struct waveform_load *w = &r.load[0].wave;
    assert_close(w->torque_linkage_Nm, 337.7372, 0.015, 0);
    assert_close(w->ripple_Nm, 57.23674, 0.15, 0);
    /* the map is cubic on four points: near the point solved */
    assert_close(r.load[0].map_torque_Nm, w->torque_linkage_Nm, 0.02, 0);
    /* i_q < 0: the mirror image */
    assert_close(r.load[1].wave.torque_linkage_Nm, -w->torque_linkage_Nm, 1e-4, 0);
    assert_close(r.load[1].map_torque_Nm, -r.load[0].map_torque_Nm, 1e-9, 0);
    /* back-EMF: electrical speed times linkage */
    assert_close(r.emf.phase_fundamental_V, 4 * 1000 * PI / 30 * r.noload_flux_Wb, 1e-3, 0);
}

/* Against the closed form, order by order; poles alike: no even orders. */
static void test_gap(void **state)
{
    struct machine m;
    struct err e = {0};
    static struct field_case c;
    static struct field_case_result r;
    double row[16][MACHINES_MAX_COLUMN];
    assert_ok(machines_read_case("C3_slotless_lin", *state, NULL, &m, &e), &e);
    solve_text(&m, "mesh: medium\nmagnet_degC: 20\nno_load: {positions: 12}\n", &c, &r);
    int n = machines_read_table("tests/data/closed_form_C3_slotless.csv", 2, 16, row);
    assert_true(n >= 8);
    for (int k = 0; k < n && row[k][0] <= 15; k++)
        assert_close(r.gap_d_T[(int)row[k][0]], row[k][1], 0, 0.003 * row[0][1]);
    for (int k = 2; k <= FIELD_CASE_GAP_ORDERS; k += 2)
        assert_close(hypot(r.gap_d_T[k], r.gap_q_T[k]), 0.0, 0, 1e-12);
    assert_int_equal(r.noload.n_position, 0); /* no slots, no winding */
    assert_true(isnan(r.noload_flux_Wb) && isnan(r.emf.phase_fundamental_V));
}

/* Iron loss: between f and f^2. Without a speed no loss and no voltage; without a map no loss. */
static void test_speed(void **state)
{
    struct machine m;
    struct err e = {0};
    static struct field_case c;
    static struct field_case_result slow, fast, none;
    static const char WITH[] =
        "mesh: coarse\nmagnet_degC: 20\nspeed_rpm: %s\nmap: {i_d_A: [-250, -150, -50, 50], i_q_A: [0, 80, 160, 250], "
        "positions: 2}\nload: {positions: 4, points: [{i_d_A: -100, i_q_A: 100}]}\n";
    char text[512];
    assert_ok(machines_read_case("C1", *state, NULL, &m, &e), &e);
    snprintf(text, sizeof text, WITH, "1000");
    solve_text(&m, text, &c, &slow);
    snprintf(text, sizeof text, WITH, "2000");
    solve_text(&m, text, &c, &fast);
    for (int k = 0; k < 3; k++) {
        double ratio = fast.load[0].iron_W[k] / slow.load[0].iron_W[k];
        assert_true(ratio > 2.0 && ratio < 4.0);
    }
    assert_close(fast.load[0].wave.torque_mean_Nm, slow.load[0].wave.torque_mean_Nm, 0, 0); /* the same bits */
    solve_text(&m, "mesh: coarse\nmagnet_degC: 20\nno_load: {positions: 4}\nload: {positions: 4, points: [{i_d_A: -100, i_q_A: 100}]}\n",
               &c, &none);
    assert_true(isnan(none.emf.line_peak_V) && isnan(none.load[0].iron_W[0]) && isnan(none.load[0].map_torque_Nm));
    assert_true(none.noload.cogging_Nm > 0.0);
}

/* A wound rotor: its field current in every part; half the field current gives about half the flux where iron is not saturated. */
static void test_wound(void **state)
{
    struct machine m;
    struct err e = {0};
    static struct field_case c;
    static struct field_case_result whole, half;
    assert_ok(machines_read_case("C4", *state, NULL, &m, &e), &e);
    solve_text(&m, "mesh: coarse\nno_load: {positions: 6, i_f_A: 4}\nload: {positions: 6, points: [{i_d_A: 0, i_q_A: 300, i_f_A: 14}]}\n",
               &c, &whole);
    solve_text(&m, "mesh: coarse\nno_load: {positions: 6, i_f_A: 2}\n", &c, &half);
    assert_close(half.noload_flux_Wb, 0.5 * whole.noload_flux_Wb, 0.03, 0);
    assert_close(whole.load[0].wave.torque_linkage_Nm, 408.4037, 0.03, 0); /* tests/data/truth_ripple_C4.csv */
    assert_true(isnan(c.magnet_K));
}

static void test_refused(void **state)
{
    struct machine m;
    struct err e = {0};
    struct field_case c;
    static const struct { const char *text, *says; int line; } CASES[] = {
        {"mesh: coarse\nmagnet_degC: 20\n", "nothing to solve", 1},
        {"mesh: coarse\nno_load: {positions: 4}\n", "missing key 'magnet_degC'", 1},
        {"mesh: coarse\nmagnet_degC: 20\nload: {positions: 4, points: [{i_d_A: 0, i_q_A: .nan}]}\n", "expected a number", 3},
        {"mesh: coarse\nmagnet_degC: 20\nload:\n  positions: 4\n  points:\n    - {i_d_A: 0, i_q_A: 1, i_f_A: 2}\n", "no field winding", 6},
        {"mesh: coarse\nmagnet_degC: 20\nmap: {i_d_A: [-3, -2, -1, x], i_q_A: [0, 1, 2, 3], positions: 4}\n", "expected a number", 3},
        {"mesh: coarse\nmagnet_degC: 20\nmap: {i_d_A: 3, i_q_A: [0, 1, 2, 3], positions: 4}\n", "expected a list of 4 to 16", 3},
        {"mesh: coarse\nmagnet_degC: 20\nmap: {i_d_A: [-3, -2, -1, 0], i_q_A: [0, 1, 2, 3], positions: 40}\n", "out of range", 3},
        {"[1, 2]\n", "", 1},
    };
    assert_ok(machines_read_case("C1", *state, NULL, &m, &e), &e);
    for (int k = 0; k < ARRAY_LEN(CASES); k++) {
        memset(&e, 0, sizeof e);
        assert_status(read_field(CASES[k].text, &m, &c, &e), ST_CONFIG, &e);
        if (!strstr(e.message, CASES[k].says) || e.line != CASES[k].line)
            fail_msg("case %d: line %d: %s", k, e.line, e.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference), cmocka_unit_test(test_gap), cmocka_unit_test(test_speed),
                                       cmocka_unit_test(test_wound), cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
