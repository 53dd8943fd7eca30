/* Bars in a slot: layer factors against a numerical solution of the 1-D diffusion equation and the closed forms of Dowell; fit of the bars,
 * and what is refused. */
#include <complex.h>
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/loss/copper.h"
#include "tests/support/close.h"

#define N_CELL 4000

static const struct conductor COPPER = {.resistivity20_ohm_m = {.value = 1.7241e-8}, .alpha_per_K = {.value = 0.00393}};

/* 48 slots, 8 poles, six bars of 3 x 4 mm in a rectangular slot. */
static struct machine machine_make(int n_layer, int span)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = 4;
    m.stack_m = 0.1;
    m.stator = (struct stator){.n_slot = 48,
                               .R_out_m = 0.11,
                               .R_bore_m = 0.07,
                               .b0_m = 0.001,
                               .h0_m = 0.001,
                               .h1_m = 0.0005,
                               .b1_m = 0.0047,
                               .h2_m = 0.02,
                               .b2_m = 0.0047,
                               .bottom = SLOT_FLAT};
    m.winding = (struct winding){.n_conductor_per_slot = 6, .n_path = 1, .n_layer = n_layer, .coil_span_slots = span, .is_hairpin = 1,
                                 .strand_diameter_m = 3e-3, .end_turn_factor = 1.2, .bar_height_m = 3e-3, .bar_width_m = 4e-3,
                                 .bar_insulation_m = 0.1e-3, .liner_m = 0.25e-3};
    m.rotor_type = ROTOR_V;
    m.stator_conductor = m.field_conductor = &COPPER;
    machine_set_bar_fill(&m);
    return m;
}

/* Second method: H'' = i omega mu0 s/rho H over one bar from H = below to below + own (in units of own current over slot width), second
 * order differences, tridiagonal elimination; loss = sum rho |J|^2, J = dH/dy / s; over that of J = const. */
static double numerical_factor(double complex below, double complex own, double h_m, double share, double omega, double rho)
{
    static double complex H[N_CELL + 1], c[N_CELL + 1];
    double d = h_m / N_CELL;
    double complex diagonal = -2.0 - d * d * omega * MU0_H_PER_M * share / rho * (double complex)I;
    H[0] = below;
    c[0] = 0.0;
    for (int k = 1; k < N_CELL; k++) {
        double complex f = 1.0 / (diagonal - c[k - 1]);
        double complex rhs = k == N_CELL - 1 ? -(below + own) : 0.0;
        c[k] = f;
        H[k] = (rhs - H[k - 1]) * f;
    }
    H[N_CELL] = below + own;
    for (int k = N_CELL - 1; k >= 1; k--)
        H[k] -= k == N_CELL - 1 ? 0.0 : c[k] * H[k + 1];
    H[0] = below;
    double sum = 0.0;
    for (int k = 0; k < N_CELL; k++)
        sum += pow(cabs(H[k + 1] - H[k]), 2.0) / d;
    return sum * h_m / pow(cabs(own), 2.0);
}

static void test_layers_against_numerical(void **state)
{
    (void)state;
    struct err e;
    struct layers l;
    struct machine m = machine_make(1, 6);
    double rho = 2.3e-8, share = 4.0 / 4.7;
    assert_ok(layers_init(&l, &m, &e), &e);
    assert_int_equal(l.n, 6);
    for (int k = 0; k < 6; k++)
        for (int f = 50; f <= 3200; f *= 8) {
            double omega = 2.0 * PI * f;
            assert_close(layers_eval_factor(&l, k, omega, rho), numerical_factor(k, 1.0, 3e-3, share, omega, rho), 1e-5, 0.0);
        }
    /* mean: Dowell */
    double omega = 2.0 * PI * 800.0;
    assert_close(layers_eval_mean(&l, omega, rho), copper_eval_dowell_pu(omega, 3e-3, share, 6, rho), 1e-12, 0.0);
    /* the bar at the opening suffers most: critical height, Field 1905, Emde */
    assert_true(layers_eval_factor(&l, 5, omega, rho) > 5.0 * layers_eval_factor(&l, 0, omega, rho));
}

/* Short pitch: in part of the slots the two coil sides belong to different phases; each such slot by the numerical solution. */
static void test_short_pitch(void **state)
{
    (void)state;
    struct err e;
    struct layers l;
    struct winding_layout layout;
    struct machine m = machine_make(2, 5);
    double rho = 2.3e-8, omega = 2.0 * PI * 1000.0, share = 4.0 / 4.7;
    assert_ok(layers_init(&l, &m, &e), &e);
    assert_ok(winding_set_layout(&m, &layout, &e), &e);
    for (int k = 0; k < 6; k++) {
        double sum = 0.0;
        for (int slot = 0; slot < 48; slot++) {
            double complex side[2], below = 0.0;
            for (int layer = 0; layer < 2; layer++) {
                int phase, sign = winding_get_side(&m, slot, layer, &phase);
                side[layer] = sign * (cos(2.0 * PI * phase / 3.0) + sin(2.0 * PI * phase / 3.0) * (double complex)I);
            }
            for (int j = 0; j < k; j++)
                below += side[j < 3 ? 1 : 0];
            sum += numerical_factor(below, side[k < 3 ? 1 : 0], 3e-3, share, omega, rho) / 48.0;
        }
        assert_close(layers_eval_factor(&l, k, omega, rho), sum, 1e-5, 0.0);
    }
    /* sides add up to the table of the field model */
    for (int slot = 0; slot < 48; slot++) {
        double turns[3] = {0.0, 0.0, 0.0};
        for (int layer = 0; layer < 2; layer++) {
            int phase, sign = winding_get_side(&m, slot, layer, &phase);
            turns[phase] += 3.0 * sign;
        }
        for (int phase = 0; phase < 3; phase++)
            assert_close(turns[phase], winding_get_turns(&layout, phase, slot), 0.0, 1e-12);
    }
    struct layers full;
    m.winding.coil_span_slots = 6;
    assert_ok(layers_init(&full, &m, &e), &e);
    assert_true(layers_eval_mean(&l, omega, rho) < layers_eval_mean(&full, omega, rho)); /* mixed slots carry less */
}

static void test_sides_of_fractional_windings(void **state)
{
    (void)state;
    static const int CASE[][4] = {{12, 5, 2, 1}, {12, 5, 1, 1}, {27, 3, 2, 4}, {30, 4, 1, 3}, {9, 4, 2, 1}};
    for (int c = 0; c < ARRAY_LEN(CASE); c++) {
        struct machine m = machine_make(CASE[c][2], CASE[c][3]);
        struct winding_layout l;
        struct err e;
        m.p = CASE[c][1];
        m.stator.n_slot = CASE[c][0];
        assert_ok(winding_set_layout(&m, &l, &e), &e);
        for (int slot = 0; slot < m.stator.n_slot; slot++) {
            double turns[3] = {0.0, 0.0, 0.0};
            for (int layer = 0; layer < m.winding.n_layer; layer++) {
                int phase, sign = winding_get_side(&m, slot, layer, &phase);
                turns[phase] += 6.0 / m.winding.n_layer * sign;
            }
            for (int phase = 0; phase < 3; phase++)
                assert_close(turns[phase], winding_get_turns(&l, phase, slot), 0.0, 1e-12);
        }
    }
}

static void test_copper_loss(void **state)
{
    (void)state;
    struct err e;
    struct machine m = machine_make(1, 6);
    struct winding_layout l;
    struct winding_geometry g;
    struct copper c;
    struct copper_loss loss;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_ok(winding_eval_geometry(&m, &l, &g, &e), &e);
    assert_close(g.conductor_area_m2, 12e-6, 1e-12, 0.0);
    assert_ok(copper_init(&c, &m, &g, 393.15, 393.15, NULL, &e), &e);
    copper_eval(&c, -30.0, 40.0, 0.0, 800.0, 0.0, &loss);
    double k = copper_eval_dowell_pu(2.0 * PI * 800.0, 3e-3, 4.0 / 4.7, 6, c.rho_ohm_m);
    assert_close(loss.ac_W, 0.2 / g.mean_turn_m * (k - 1.0) * loss.dc_W, 1e-10, 0.0);
    copper_eval(&c, -30.0, 40.0, 0.0, 0.0, 0.0, &loss);
    assert_close(loss.ac_W, 0.0, 0.0, 1e-12);
}

/* Bars lie inside the slot, do not touch, and what does not fit is refused with a value that passes. */
static void test_fit(void **state)
{
    (void)state;
    struct err e;
    struct machine m = machine_make(2, 6);
    struct machine_bar bar[MACHINE_MAX_BAR];
    double bottom = 0.07 + 0.0015 + 0.02;
    assert_ok(machine_check_bars(&m, &e), &e);
    assert_int_equal(machine_get_bars(&m, bar), 6);
    assert_close(bar[0].x_m + 0.5 * bar[0].h_m + 0.1e-3 + 0.25e-3, bottom, 1e-12, 0.0);
    for (int k = 1; k < 6; k++)
        assert_close(bar[k - 1].x_m - bar[k].x_m, 3.2e-3, 1e-9, 0.0);
    assert_true(bar[5].x_m - 1.5e-3 - 0.1e-3 > 0.07 + 0.0015);
    assert_close(m.winding.copper_fill_pu, 6 * 12e-6 / (0.0047 * 0.02), 1e-12, 0.0);
    m.winding.n_conductor_per_slot = 8;
    assert_status(machine_check_bars(&m, &e), ST_INFEASIBLE, NULL);
    assert_string_equal(e.where, "hairpin_fit");
    assert_non_null(strstr(e.message, "nearest: 6 conductors per slot"));
    assert_non_null(strstr(e.message, "height of 2.237 mm")); /* (20 - 0.5)/8 - 0.2 = 2.2375 */
    m.winding.bar_height_m = 2.237e-3;
    assert_ok(machine_check_bars(&m, &e), &e);
    m.winding.bar_width_m = 4.2e-3;
    assert_status(machine_check_bars(&m, &e), ST_INFEASIBLE, NULL);
    assert_non_null(strstr(e.message, "nearest: a bar width of 4.000 mm"));
    m.stator.bottom = SLOT_ROUND;
    assert_status(machine_check_bars(&m, &e), ST_INFEASIBLE, NULL);
    assert_non_null(strstr(e.message, "flat"));
    m = machine_make(1, 6);
    machine_set_bar_size(&m);
    assert_ok(machine_check_bars(&m, &e), &e);
    assert_close(m.winding.bar_height_m, 19.5e-3 / 6 - 0.2e-3, 1e-12, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_layers_against_numerical), cmocka_unit_test(test_short_pitch),
                                       cmocka_unit_test(test_sides_of_fractional_windings), cmocka_unit_test(test_copper_loss),
                                       cmocka_unit_test(test_fit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
