/* test_copper.c - winding loss against direct integration and the complex-argument forms of Dowell's functions; windage against Couette
 * flow. */
#include <complex.h>
#include "tests/support/close.h"
#include "materials/base/units.h"
#include "models/loss/copper.h"
#include "models/loss/mech_loss.h"
#include <string.h>

static const struct conductor metal = {.resistivity20_ohm_m = {.value = 1.7241e-8}, .alpha_per_K = {.value = 0.00393}};

static struct machine hand_machine(void)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = 4;
    m.stack_m = 0.1;
    m.R_ro_m = 0.08;
    m.stator.R_bore_m = 0.081;
    m.stator.n_slot = 48;
    m.stator.h2_m = 0.03;
    m.stator.bottom = SLOT_FLAT;
    m.winding.n_conductor_per_slot = 6;
    m.winding.copper_fill_pu = 0.64;
    m.winding.strand_diameter_m = 8e-4;
    m.rotor_type = ROTOR_V;
    m.stator_conductor = m.field_conductor = &metal;
    return m;
}

static const struct winding_geometry geometry = {
    .copper_area_per_slot_m2 = 6e-5, .mean_turn_m = 0.5, .R20_ohm = 0.07, .field_R20_ohm = 2.0};

/* Induced field omega B x over the round section, by direct summation. */
static void test_round_wire(void **state)
{
    (void)state;
    double omega = 2.0 * PI * 800.0, B = 0.12, d = 8e-4, rho = 2.4e-8, sum = 0.0, area = 0.0, h = d / 801.0;
    for (int i = 0; i < 801; i++)
        for (int j = 0; j < 801; j++) {
            double x = -0.5 * d + (i + 0.5) * h, y = -0.5 * d + (j + 0.5) * h;
            if (x * x + y * y > 0.25 * d * d)
                continue;
            sum += 0.5 * omega * B * x * omega * B * x / rho * h * h;
            area += h * h;
        }
    assert_close(copper_eval_round_W_per_m3(omega, B, d, rho), sum / area, 2e-4, 0.0);
    assert_close(copper_eval_round_W_per_m3(omega, B, d, rho) * PI * d * d / 4.0,
                 PI * omega * omega * B * B * pow(d, 4.0) / (128.0 * rho), 1e-12, 0.0);
}

static void test_dowell(void **state)
{
    (void)state;
    double rho = 2.4e-8, h = 3e-3, share = 0.8;
    const double f[] = {0.01, 20.0, 400.0, 5000.0};
    for (int k = 0; k < ARRAY_LEN(f); k++)
        for (int n = 1; n <= 8; n += 7) {
            double omega = 2.0 * PI * f[k], xi = h / copper_eval_skin_m(omega, rho) * sqrt(share);
            double complex z = xi * (1.0 + (double complex)I);
            double phi = creal(z / ctanh(z)), psi = creal(2.0 * z * ctanh(z / 2.0));
            assert_close(copper_eval_dowell_pu(omega, h, share, n, rho), phi + (n * n - 1.0) / 3.0 * psi, 1e-9, 0.0);
        }
    /* Low frequency: 1 + (5 n^2 - 1)/45 xi^4; both branches of the code meet. */
    double omega = 2.0 * PI * 1.0, xi4 = pow(h * sqrt(omega * MU0_H_PER_M * share / (2.0 * rho)), 4.0);
    assert_close(copper_eval_dowell_pu(omega, h, share, 8, rho) - 1.0, (5.0 * 64.0 - 1.0) / 45.0 * xi4, 1e-3, 0.0);
    double at = pow(0.05 / h, 2.0) * 2.0 * rho / (MU0_H_PER_M * share);
    assert_close(copper_eval_dowell_pu(at * (1.0 + 1e-9), h, share, 8, rho), copper_eval_dowell_pu(at * (1.0 - 1e-9), h, share, 8, rho),
                 1e-9, 0.0);
}

/* Low-frequency bars in the linear leakage field of a slot: strip loss omega^2 B^2 h^2/(24 rho), with B^2 averaged over the slot as the
 * field model gives it. */
static void test_bars_agree_with_leakage_field(void **state)
{
    (void)state;
    double rho = 2.4e-8, h = 2e-3, omega = 2.0 * PI * 5.0, i = 100.0, width = 5e-3;
    int n = 40;
    double B_top = MU0_H_PER_M * n * i / width, B2_mean = B_top * B_top / 3.0; /* linear from 0 */
    double strip = omega * omega * B2_mean * h * h / (24.0 * rho), J = i / (h * width), dc = 0.5 * rho * J * J;
    assert_close(copper_eval_dowell_pu(omega, h, 1.0, n, rho) - 1.0, strip / dc, 2e-3, 0.0);
}

static void test_machine_losses(void **state)
{
    (void)state;
    struct machine m = hand_machine();
    struct copper c;
    struct copper_loss loss;
    struct err e;
    double T = 393.15, rho = 1.7241e-8 * (1.0 + 0.00393 * 100.0);
    assert_ok(copper_init(&c, &m, &geometry, T, T, NULL, &e), &e);
    assert_close(c.R_ohm, 0.07 * 1.393, 1e-12, 0.0);
    assert_close(c.R_f_ohm, 0.0, 0.0, 0.0);
    copper_eval(&c, -30.0, 40.0, 0.0, 500.0, 2e-3, &loss);
    assert_close(loss.dc_W, 1.5 * 0.07 * 1.393 * 2500.0, 1e-12, 0.0);
    assert_close(loss.ac_W, 48.0 * 6e-5 * 0.1 * pow(2.0 * PI * 500.0 * 8e-4, 2.0) * 2e-3 / (32.0 * rho), 1e-12, 0.0);
    assert_close(loss.strand_to_skin_pu, 8e-4 / sqrt(rho / (PI * 500.0 * MU0_H_PER_M)), 1e-9, 0.0);
    assert_close(loss.field_W + loss.exciter_W, 0.0, 0.0, 0.0);
    m.winding.is_hairpin = 1;
    assert_ok(copper_init(&c, &m, &geometry, T, T, NULL, &e), &e);
    copper_eval(&c, -30.0, 40.0, 0.0, 500.0, 2e-3, &loss);
    assert_close(c.strand_m, 0.8 * 0.03 / 6.0, 1e-12, 0.0);
    assert_close(loss.ac_W, 0.4 * loss.dc_W * (copper_eval_dowell_pu(2.0 * PI * 500.0, 0.8 * 0.03 / 6.0, 0.8, 6, rho) - 1.0), 1e-12, 0.0);
    copper_eval(&c, -30.0, 40.0, 0.0, 0.0, 2e-3, &loss);
    assert_close(loss.ac_W, 0.0, 0.0, 1e-12);
}

static void test_field_winding(void **state)
{
    (void)state;
    struct machine m = hand_machine();
    m.rotor_type = ROTOR_SALIENT;
    struct copper_exciter ex = {0.9, 1.5};
    struct copper c;
    struct copper_loss loss;
    struct err e;
    assert_ok(copper_init(&c, &m, &geometry, 350.0, 393.15, &ex, &e), &e);
    copper_eval(&c, 0.0, 0.0, 10.0, 0.0, 0.0, &loss);
    assert_close(loss.field_W, 2.0 * 1.393 * 100.0, 1e-12, 0.0);
    assert_close(loss.field_W + loss.exciter_W, (278.6 + 15.0) / 0.9, 1e-12, 0.0);
    assert_status(copper_init(&c, &m, &geometry, 350.0, 393.15, NULL, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "exciter");
    ex.efficiency_pu = 1.1;
    assert_status(copper_init(&c, &m, &geometry, 350.0, 393.15, &ex, &e), ST_RANGE, NULL);
    ex = (struct copper_exciter){0.9, (double)NAN};
    assert_status(copper_init(&c, &m, &geometry, 350.0, 393.15, &ex, &e), ST_RANGE, NULL);
    ex = (struct copper_exciter){0.9, 0.0};
    assert_status(copper_init(&c, &m, &geometry, 350.0, (double)NAN, &ex, &e), ST_RANGE, NULL);
    assert_status(copper_init(&c, &m, &geometry, -1.0, 393.15, &ex, &e), ST_RANGE, NULL);
    m.winding.strand_diameter_m = 0.0;
    assert_status(copper_init(&c, &m, &geometry, 350.0, 393.15, &ex, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "strand_diameter_m");
}

static struct coolant air(void)
{
    const double T[] = {273.15, 473.15}, rho[] = {1.0, 1.0}, mu[] = {2e-5, 2e-5};
    struct coolant c;
    struct err e;
    memset(&c, 0, sizeof c);
    assert_ok(curve_init(&c.density_kg_per_m3, 2, T, rho, CURVE_REFUSE, &e), &e);
    assert_ok(curve_init(&c.viscosity_Pa_s, 2, T, mu, CURVE_REFUSE, &e), &e);
    return c;
}

static void test_windage(void **state)
{
    (void)state;
    struct machine m = hand_machine();
    struct coolant gas = air();
    struct mech_loss_spec s;
    struct err e;
    assert_ok(mech_loss_init(&s, &m, &gas, 350.0, 0.25, 1.0, &e), &e);
    double w = 5.0; /* Couette: tau = mu w R/t on 2 pi R l */
    assert_close(mech_loss_eval_windage_W(&s, w), 2e-5 * w * 0.08 / 1e-3 * 2.0 * PI * 0.08 * 0.1 * 0.08 * w, 1e-12, 0.0);
    double Re = 0.08 * 1000.0 * 1e-3 / 2e-5, Cd = mech_loss_eval_friction_pu(Re, 1e-3 / 0.08);
    assert_close(1.0 / sqrt(Cd), 2.04 + 1.768 * log(Re * sqrt(Cd)), 1e-12, 0.0);
    assert_true(Cd > 2.0 / Re);
    assert_close(mech_loss_eval_windage_W(&s, 1000.0), PI * Cd * pow(0.08, 4.0) * 1e9 * 0.1, 1e-12, 0.0);
    assert_close(mech_loss_eval_bearing_W(&s, 1000.0), 250.0, 1e-12, 0.0);
    assert_close(mech_loss_eval_windage_W(&s, 0.0), 0.0, 0.0, 0.0);
    assert_ok(mech_loss_init(&s, &m, &gas, 350.0, 0.25, 2.0, &e), &e);
    assert_close(mech_loss_eval_windage_W(&s, 1000.0), 2.0 * PI * Cd * pow(0.08, 4.0) * 1e9 * 0.1, 1e-12, 0.0);
    assert_status(mech_loss_init(&s, &m, &gas, 350.0, -0.1, 1.0, &e), ST_RANGE, NULL);
    assert_status(mech_loss_init(&s, &m, &gas, 350.0, (double)NAN, 1.0, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "bearing_Nm");
    assert_status(mech_loss_init(&s, &m, &gas, 350.0, 0.1, 0.5, &e), ST_RANGE, NULL);
    assert_status(mech_loss_init(&s, &m, &gas, 600.0, 0.1, 1.0, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "gas_T_K");
    curve_done(&gas.density_kg_per_m3);
    curve_done(&gas.viscosity_Pa_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_wire), cmocka_unit_test(test_dowell), cmocka_unit_test(test_bars_agree_with_leakage_field),
        cmocka_unit_test(test_machine_losses), cmocka_unit_test(test_field_winding), cmocka_unit_test(test_windage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
