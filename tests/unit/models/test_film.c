/* Film correlations against hand-worked and published example values, their joints, limits and flags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include "models/thermal/film.h"
#include "tests/support/close.h"

static struct film_fluid fluid_of_Pr(double Pr) /* nu = 1e-6 m2/s, k = 0.5 W/(m K) */
{
    struct film_fluid f = {1000.0, 1.0e-3, 0.5, Pr * 0.5 / 1.0e-3};
    return f;
}

/* duct 10 mm x 10 mm (D_h 10 mm): speed giving Re */
static double duct_Nu(double Re, double Pr, double length_m, int *is_outside)
{
    struct film_fluid f = fluid_of_Pr(Pr);
    struct film h = film_eval_duct(&f, Re * 1.0e-6 / 0.01, 0.01, 0.01, length_m);
    if (is_outside)
        *is_outside = h.is_outside;
    return h.h_W_per_m2_K * 0.01 / 0.5;
}

static void test_air_properties(void **state)
{
    (void)state;
    int out;
    struct film_fluid a = film_eval_air(300.0, &out); /* Incropera table A.4, 300 K */
    assert_int_equal(out, 0);
    assert_close(a.density_kg_per_m3, 1.1614, 0.02, 0.0);
    assert_close(a.viscosity_Pa_s, 184.6e-7, 0.01, 0.0);
    assert_close(a.conductivity_W_per_m_K, 26.3e-3, 0.01, 0.0);
    a = film_eval_air(450.0, &out);
    assert_close(a.viscosity_Pa_s, 250.7e-7, 0.01, 0.0);
    assert_close(a.conductivity_W_per_m_K, 37.3e-3, 0.015, 0.0);
    (void)film_eval_air(150.0, &out);
    assert_int_equal(out, 1);
}

static void test_duct_laminar_limits(void **state)
{
    (void)state;
    int out;
    assert_close(duct_Nu(100.0, 5.0, 1.0e6, &out), 2.976, 0.01, 0.0); /* square duct, wall temperature uniform: 2.976 */
    assert_int_equal(out, 0);
    struct film_fluid f = fluid_of_Pr(5.0);
    double wide_m = 10.0, thin_m = 0.005, Dh_m = 2.0 * wide_m * thin_m / (wide_m + thin_m);
    struct film h = film_eval_duct(&f, 0.01, wide_m, thin_m, 1.0e6);
    assert_close(h.h_W_per_m2_K * Dh_m / 0.5, 7.541, 0.01, 0.0); /* parallel plates */
    h = film_eval_duct(&f, 0.01, thin_m, wide_m, 1.0e6);          /* lying or standing is the same duct */
    assert_close(h.h_W_per_m2_K * Dh_m / 0.5, 7.541, 0.01, 0.0);
    /* entrance: Gz = 0.1 * 1000 * 5 = 500: 2.96 + 0.065*500/(1 + 0.04*62.996) = 2.96 + 9.2330 */
    assert_close(duct_Nu(1000.0, 5.0, 0.1, NULL), 12.193, 1e-4, 0.0);
}

static void test_duct_turbulent_values(void **state)
{
    (void)state;
    /* Re 1e4, Pr 0.7: xi/8 = 0.0038473, sqrt 0.062027, Pr^(2/3) 0.788374; Nu = 26.931/0.833294 */
    assert_close(duct_Nu(1.0e4, 0.7, 1.0e9, NULL), 32.319, 2e-4, 0.0);
    /* Re 5e4, Pr 5: root 1.8*4.698970-1.5 = 6.958146; xi/8 = 0.00258181, sqrt 0.0508115; Pr^(2/3) 2.924018; Nu = 645.453/2.241565 */
    assert_close(duct_Nu(5.0e4, 5.0, 1.0e9, NULL), 287.95, 2e-4, 0.0);
    /* short duct D_h/L = 1/8: factor 1.25 */
    assert_close(duct_Nu(5.0e4, 5.0, 0.08, NULL), 1.25 * 287.95, 2e-4, 0.0);
}

static void test_duct_blend_and_flags(void **state)
{
    (void)state;
    int out;
    double lam = duct_Nu(2300.0, 8.0, 2.0, NULL), tur = duct_Nu(1.0e4, 8.0, 2.0, NULL);
    assert_close(duct_Nu(2300.0 * (1.0 + 1e-9), 8.0, 2.0, NULL), lam, 1e-6, 0.0);
    assert_close(duct_Nu(1.0e4 * (1.0 - 1e-9), 8.0, 2.0, NULL), tur, 1e-6, 0.0);
    assert_close(duct_Nu(6150.0, 8.0, 2.0, &out), 0.5 * (lam + tur), 1e-12, 0.0);
    assert_int_equal(out, 0);
    (void)duct_Nu(2.0e6, 8.0, 2.0, &out);
    assert_int_equal(out, 1);
    (void)duct_Nu(1.0e3, 2000.0, 2.0, &out);
    assert_int_equal(out, 1);
    (void)duct_Nu(1.0e3, 8.0, 0.005, &out);
    assert_int_equal(out, 1);
}

static void test_gap_regimes(void **state)
{
    (void)state;
    struct film_fluid air = {1.0, 2.0e-5, 0.03, 1006.0}; /* nu = 2e-5 */
    double g = 1.0e-3, Ri = 0.0795, Ro = 0.0805, r = 0.08;
    struct film h = film_eval_gap(&air, 0.0, Ri, Ro);
    assert_close(h.h_W_per_m2_K, 0.03 / g, 1e-12, 0.0); /* rest: conduction through the gap */
    double w = sqrt(1.0e5 * 4.0e-10 / (r * g * g * g)); /* Ta2 = 1e5: 0.409 * 1e5^0.241 = 6.5564 */
    h = film_eval_gap(&air, w, Ri, Ro);
    assert_close(h.h_W_per_m2_K, 6.5564 * 0.03 / (2.0 * g), 2e-4, 0.0);
    assert_int_equal(h.is_outside, 0);
    w = sqrt(5.0e3 * 4.0e-10 / (r * g * g * g)); /* 0.128 * 5000^0.367 = 2.9152 */
    assert_close(film_eval_gap(&air, w, Ri, Ro).h_W_per_m2_K, 2.9152 * 0.03 / (2.0 * g), 2e-4, 0.0);
    assert_close(film_eval_gap(&air, -w, Ri, Ro).h_W_per_m2_K, 2.9152 * 0.03 / (2.0 * g), 2e-4, 0.0);
    w = sqrt(2.0e7 * 4.0e-10 / (r * g * g * g));
    assert_int_equal(film_eval_gap(&air, w, Ri, Ro).is_outside, 1);
    assert_int_equal(film_eval_gap(&air, 10.0, 0.07, 0.08).is_outside, 1); /* wide gap */
}

static void test_end_space(void **state)
{
    (void)state;
    assert_close(film_eval_end(15.0, 0.4, 0.9, 10.0).h_W_per_m2_K, 62.660, 1e-4, 0.0); /* 15 (1 + 0.4 * 7.94328) */
    assert_close(film_eval_end(15.0, 0.4, 0.9, 0.0).h_W_per_m2_K, 15.0, 1e-15, 0.0);
    assert_int_equal(film_eval_end(15.0, 0.4, 0.9, 120.0).is_outside, 1);
}

static void test_disc(void **state)
{
    (void)state;
    struct film_fluid air = {1.0, 2.0e-5, 0.03, 467.0}; /* nu = 2e-5, Pr = 0.3113: flagged; then Pr 0.7 */
    assert_int_equal(film_eval_disc(&air, 100.0, 0.1).is_outside, 1);
    air.heat_capacity_J_per_kg_K = 0.7 * 0.03 / 2.0e-5;
    /* Re = 100 * 0.01 / 2e-5 = 5e4: Nu = 0.36 * 223.607 */
    struct film h = film_eval_disc(&air, 100.0, 0.1);
    assert_close(h.h_W_per_m2_K, 80.4984 * 0.03 / 0.1, 1e-5, 0.0);
    assert_int_equal(h.is_outside, 0);
    assert_close(film_eval_disc(&air, 0.0, 0.1).h_W_per_m2_K, 0.0, 0.0, 0.0);
    /* joined at Re_c = 2.4e5 (w = 480) without a jump; far above, the turbulent disc */
    double below = film_eval_disc(&air, 480.0 * (1.0 - 1e-9), 0.1).h_W_per_m2_K;
    assert_close(film_eval_disc(&air, 480.0 * (1.0 + 1e-9), 0.1).h_W_per_m2_K, below, 1e-6, 0.0);
    double Re = 9.0e6, Nu = film_eval_disc(&air, Re * 2.0e-3, 0.1).h_W_per_m2_K * 0.1 / 0.03;
    assert_close(Nu, 0.015 * pow(Re, 0.8), 0.02, 0.0);
}

static void test_shaft_value(void **state)
{
    (void)state;
    struct film_fluid air = {1.0, 2.0e-5, 0.03, 0.7 * 0.03 / 2.0e-5};
    /* D = 0.05, w = 320: Re = 320 * 0.0025 / 4e-5 = 2e4; Nu = 0.133 * 736.806 * 0.887904 = 87.01 */
    struct film h = film_eval_shaft(&air, 320.0, 0.025);
    assert_close(h.h_W_per_m2_K, 87.010 * 0.03 / 0.05, 2e-4, 0.0);
    assert_int_equal(h.is_outside, 0);
    assert_int_equal(film_eval_shaft(&air, 1.0e4, 0.025).is_outside, 1);
}

static void test_free_convection_textbook(void **state)
{
    (void)state;
    /* Incropera and DeWitt, example 9.4: D = 0.1 m, wall 165 degC, air 23 degC; Ra = 5.073e6. By hand: Pr 0.6951,
     * (1 + 0.8042^(9/16))^(8/27) = 1.2065, root 0.6 + 0.387 * 13.107/1.2065 = 4.8043, Nu = 23.08 (the book prints 23.3) */
    double nu = 22.8e-6, alpha = 32.8e-6, k = 0.0313, rho = 0.9486;
    struct film_fluid air = {rho, nu * rho, k, k / (rho * alpha)};
    struct film h = film_eval_free(&air, 438.15, 296.15, 0.1);
    assert_close(h.h_W_per_m2_K * 0.1 / k, 23.08, 0.001, 0.0);
    assert_int_equal(h.is_outside, 0);
    assert_close(film_eval_free(&air, 296.15, 438.15, 0.1).h_W_per_m2_K, h.h_W_per_m2_K, 1e-14, 0.0);
    assert_close(film_eval_free(&air, 300.0, 300.0, 0.1).h_W_per_m2_K, 0.36 * k / 0.1, 1e-14, 0.0);
}

static void test_radiation(void **state)
{
    (void)state;
    double e = 0.9, a = 400.0, b = 300.0;
    double exact = e * 5.670374419e-8 * (pow(a, 4.0) - pow(b, 4.0)) / (a - b);
    assert_close(film_eval_radiation_W_per_m2_K(e, a, b), exact, 1e-13, 0.0);
}

static void test_composite(void **state)
{
    (void)state;
    assert_close(film_eval_composite_W_per_m_K(0.2, 400.0, 0.0), 0.2, 1e-15, 0.0);
    assert_close(film_eval_composite_W_per_m_K(0.2, 400.0, 1.0), 400.0, 1e-12, 0.0);
    /* copper share 0.45 in resin 0.2: 0.2 (1.45*400 + 0.55*0.2)/(0.55*400 + 1.45*0.2) = 0.2 * 580.11/220.29 */
    assert_close(film_eval_composite_W_per_m_K(0.2, 400.0, 0.45), 0.526679, 1e-5, 0.0);
    /* Keller's reciprocity of two-dimensional composites: swapping the phases inverts the product */
    for (double v = 0.1; v < 1.0; v += 0.2)
        assert_close(film_eval_composite_W_per_m_K(0.2, 400.0, v) * film_eval_composite_W_per_m_K(400.0, 0.2, v), 80.0, 1e-12, 0.0);
}

static void test_coolant_range(void **state)
{
    (void)state;
    double T[2] = {280.0, 370.0}, y[2] = {2.0, 1.0};
    struct err e;
    struct coolant c = {.base = {.name = "brine"}};
    struct curve *curve[4] = {&c.density_kg_per_m3, &c.viscosity_Pa_s, &c.conductivity_W_per_m_K, &c.heat_capacity_J_per_kg_K};
    for (int k = 0; k < 4; k++)
        assert_int_equal(curve_init(curve[k], 2, T, y, CURVE_REFUSE, &e), ST_OK);
    struct film_fluid f;
    assert_int_equal(film_eval_coolant(&c, 325.0, &f, &e), ST_OK);
    assert_close(f.viscosity_Pa_s, 1.5, 1e-12, 0.0);
    assert_int_equal(film_eval_coolant(&c, 371.0, &f, &e), ST_RANGE);
    assert_non_null(e.message[0] ? e.message : NULL);
    for (int k = 0; k < 4; k++)
        curve_done(curve[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_air_properties), cmocka_unit_test(test_duct_laminar_limits), cmocka_unit_test(test_duct_turbulent_values),
        cmocka_unit_test(test_duct_blend_and_flags), cmocka_unit_test(test_gap_regimes), cmocka_unit_test(test_end_space),
        cmocka_unit_test(test_disc), cmocka_unit_test(test_shaft_value), cmocka_unit_test(test_free_convection_textbook),
        cmocka_unit_test(test_radiation), cmocka_unit_test(test_composite), cmocka_unit_test(test_coolant_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
