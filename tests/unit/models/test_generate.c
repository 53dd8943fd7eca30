/* test_generate.c - uncontrolled generation of linear machines: the path of loads has a closed form without resistance, and energy
 * balances with it. */
#include "tests/support/close.h"
#include "materials/base/units.h"
#include "models/operate/operate.h"
#include <string.h>

#define P 4
#define PSI 0.1
#define IMAX 600.0
#define SPEED 500.0
#define W_EL (P * SPEED)

struct fixture { struct flux_map *fm; struct operate_ws *ws; };

static struct fixture begin(double Ld_H, double Lq_H, double L_end_H, double R_ohm)
{
    struct flux_map_opts o = {.n_d = 7, .n_q = 5, .n_f = 1, .n_position = 2, .corner_A = (double)INFINITY};
    struct operate_limits l = {.V_max_V = 200.0, .I_max_A = IMAX, .I_f_max_A = 20.0, .speed_max_rad_per_s = 1e5, .build_factor_pu = 1.0,
                               .L_end_H = L_end_H};
    struct fixture fx;
    struct err e;
    for (int k = 0; k < o.n_d; k++)
        o.i_d_A[k] = -IMAX + k * IMAX / (o.n_d - 1);
    for (int k = 0; k < o.n_q; k++)
        o.i_q_A[k] = k * IMAX / (o.n_q - 1);
    assert_ok(flux_map_new(7 * 5, &fx.fm, &e), &e);
    assert_ok(flux_map_set_grid(fx.fm, P, &o, &e), &e);
    for (int k = 0; k < fx.fm->n; k++) {
        fx.fm->lambda_d_Wb[k] = PSI + (Ld_H - L_end_H) * o.i_d_A[k % o.n_d];
        fx.fm->lambda_q_Wb[k] = (Lq_H - L_end_H) * o.i_q_A[k / o.n_d];
    }
    flux_map_set_nodes(fx.fm);
    l.copper.exciter.efficiency_pu = 1.0;
    l.copper.R_ohm = R_ohm;
    l.copper.strand_m = 1e-9;
    l.copper.rho_ohm_m = 1.0;
    l.mech = (struct mech_loss_spec){
        .rotor_factor_pu = 1.0, .gas_density_kg_per_m3 = 1e-12, .gas_viscosity_Pa_s = 2e-20, .R_m = 0.08, .gap_m = 1e-3, .l_m = 0.1};
    assert_ok(operate_new(&fx.ws, &e), &e);
    assert_ok(operate_set(fx.ws, fx.fm, &l, &e), &e);
    return fx;
}

static void end(struct fixture *fx)
{
    operate_free(fx->ws);
    flux_map_free(fx->fm);
}

/* Currents into k ohm without resistance: k i_d = w L_q i_q, k i_q = -w (psi + L_d i_d). */
static void load(double Ld_H, double Lq_H, double k_ohm, double *i_d_A, double *i_q_A)
{
    double X_d = W_EL * Ld_H, X_q = W_EL * Lq_H;
    *i_d_A = -W_EL * PSI * X_q / (k_ohm * k_ohm + X_d * X_q);
    *i_q_A = k_ohm * *i_d_A / X_q;
}

static double link_V(double Ld_H, double Lq_H, double k_ohm)
{
    double d, q;
    load(Ld_H, Lq_H, k_ohm, &d, &q);
    return 0.5 * PI * k_ohm * hypot(d, q);
}

/* Saliency xi = L_q/L_d > 2: highest fundamental xi/(2 sqrt(xi - 1)) of the back-EMF, at k^2 = L_d L_q^2/(L_q - 2 L_d) w^2. */
static void test_highest(void **state)
{
    (void)state;
    static const double XI[] = {2.5, 3.0, 5.0, 8.0};
    for (int n = 0; n < ARRAY_LEN(XI); n++) {
        double Ld = 0.3e-3, Lq = XI[n] * Ld, k = W_EL * Lq * sqrt(Ld / (Lq - 2.0 * Ld)), d, q;
        struct fixture fx = begin(Ld, Lq, 5e-5, 0.0);
        struct operate_generation g;
        struct err e;
        assert_ok(operate_eval_generation(fx.ws, SPEED, 0.0, 100.0, &g, &e), &e);
        load(Ld, Lq, k, &d, &q);
        assert_close(g.V_dc_max_V, 0.5 * PI * W_EL * PSI * XI[n] / (2.0 * sqrt(XI[n] - 1.0)), 1e-9, 0.0);
        assert_close(g.i_d_at_max_A, d, 1e-4, 0.0); /* the top is flat */
        assert_close(g.i_q_at_max_A, q, 1e-4, 0.0);
        end(&fx);
    }
}

/* Less salient machines never exceed the back-EMF, which the lightest load falls short of by 1 in 10^6. */
static void test_not_salient(void **state)
{
    (void)state;
    static const double XI[] = {0.7, 1.0, 1.9};
    for (int n = 0; n < ARRAY_LEN(XI); n++) {
        struct fixture fx = begin(0.3e-3, XI[n] * 0.3e-3, 0.0, 0.0);
        struct operate_generation g;
        struct err e;
        assert_ok(operate_eval_generation(fx.ws, SPEED, 0.0, 1000.0, &g, &e), &e);
        assert_close(g.V_dc_max_V, 0.5 * PI * W_EL * PSI, 1e-5, 0.0);
        assert_int_equal(g.is_sustained, 0);
        assert_true(g.i_A == 0.0 && g.P_dc_W == 0.0);
        end(&fx);
    }
}

/* Into a link between back-EMF and maximum two loads hold the voltage: the one of the larger current is found; below the back-EMF one. */
static void test_link(void **state)
{
    (void)state;
    const double Ld = 0.3e-3, Lq = 1.5e-3, k_max = W_EL * Lq * sqrt(Ld / (Lq - 2.0 * Ld));
    static const double SHARE[] = {0.05, 0.3, 0.6, 0.9};
    struct fixture fx = begin(Ld, Lq, 0.0, 0.0);
    for (int n = 0; n < ARRAY_LEN(SHARE); n++) {
        double k = SHARE[n] * k_max, d, q;
        struct operate_generation g;
        struct err e;
        load(Ld, Lq, k, &d, &q);
        assert_ok(operate_eval_generation(fx.ws, SPEED, 0.0, link_V(Ld, Lq, k), &g, &e), &e);
        assert_int_equal(g.is_sustained, 1);
        assert_int_equal(g.is_extrapolated, 0);
        assert_close(g.i_d_A, d, 1e-7, 0.0);
        assert_close(g.i_q_A, q, 1e-7, 0.0);
        assert_close(g.P_dc_W, 1.5 * k * (d * d + q * q), 1e-7, 0.0);
        assert_close(g.torque_Nm * SPEED, -g.P_dc_W, 1e-7, 0.0);
    }
    struct operate_generation g;
    struct err e;
    assert_ok(operate_eval_generation(fx.ws, SPEED, 0.0, 1.001 * link_V(Ld, Lq, k_max), &g, &e), &e);
    assert_int_equal(g.is_sustained, 0);
    end(&fx);
}

/* With resistance: the shaft feeds link and copper; six-step voltage 2/pi V_dc in phase with the current. */
static void test_resistance(void **state)
{
    (void)state;
    struct fixture fx = begin(0.3e-3, 1.5e-3, 5e-5, 0.1);
    struct operate_generation g;
    struct err e;
    assert_ok(operate_eval_generation(fx.ws, SPEED, 0.0, 250.0, &g, &e), &e);
    assert_int_equal(g.is_sustained, 1);
    assert_close(-g.torque_Nm * SPEED, g.P_dc_W + 1.5 * 0.1 * g.i_A * g.i_A, 1e-9, 0.0);
    assert_close(g.P_dc_W, 1.5 * 2.0 / PI * 250.0 * g.i_A, 1e-9, 0.0);
    end(&fx);
}

static void test_refused(void **state)
{
    (void)state;
    struct fixture fx = begin(0.3e-3, 0.9e-3, 0.0, 0.0);
    static const double BAD[][2] = {{0.0, 300.0}, {-1.0, 300.0}, {SPEED, 0.0}, {SPEED, -5.0}};
    struct operate_generation g;
    struct err e;
    for (int k = 0; k < ARRAY_LEN(BAD); k++)
        assert_status(operate_eval_generation(fx.ws, BAD[k][0], 0.0, BAD[k][1], &g, &e), ST_RANGE, NULL);
    assert_status(operate_eval_generation(fx.ws, (double)NAN, 0.0, 300.0, &g, &e), ST_RANGE, NULL);
    assert_status(operate_eval_generation(fx.ws, SPEED, 0.0, (double)NAN, &g, &e), ST_RANGE, NULL);
    end(&fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_highest),    cmocka_unit_test(test_not_salient), cmocka_unit_test(test_link),
        cmocka_unit_test(test_resistance), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
