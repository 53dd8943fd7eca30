/* The monotone cubic: exact cases, shape, order, inverse and integral against independent routes, refused tables. */
#include "tests/support/close.h"
#include "materials/base/curve.h"
#include "materials/base/mem.h"

static struct curve make(int n, const double *x, const double *y, enum curve_beyond beyond)
{
    struct curve c;
    struct err e;
    assert_ok(curve_init(&c, n, x, y, beyond, &e), &e);
    return c;
}

static void is_exact_on_a_line(void **state)
{
    (void)state;
    const double x[] = {-1, 0.5, 2, 7}, y[] = {-5, -0.5, 4, 19}; /* 3 x - 2 */
    struct curve c = make(4, x, y, CURVE_LINE);
    for (double at = -3; at < 9; at += 0.37) {
        assert_close(curve_eval(&c, at), 3 * at - 2, 1e-14, 1e-14);
        assert_close(curve_eval_slope(&c, at), 3, 1e-13, 0);
        assert_close(curve_eval_integral(&c, 0, at), 1.5 * at * at - 2 * at, 1e-13, 1e-13);
    }
    curve_done(&c);
    struct curve two = make(2, x, y, CURVE_HOLD);
    assert_close(curve_eval(&two, 0), -2, 1e-14, 0);
    curve_done(&two);
}

/* STEFFEN1990: with equal steps and data 0, 1, 4, 9 of x^2 the inner slopes are those of the parabola. */
static void slopes_are_those_of_the_parabola(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2, 3, 4}, y[] = {0, 1, 4, 9, 16};
    struct curve c = make(5, x, y, CURVE_REFUSE);
    const double slope[] = {0, 2, 4, 6, 8};
    assert_close_array(c.slope, slope, 5, 1e-15, 0);
    for (double at = 0; at <= 4; at += 0.125)
        assert_close(curve_eval(&c, at), at * at, 1e-14, 1e-14);
    curve_done(&c);
}

/* A step in the data: a natural spline overshoots by some 10 %, this curve must not at all. */
static void never_overshoots(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2, 2.1, 3, 4, 6}, y[] = {0, 0.01, 0.02, 1, 1.01, 1.01, 1.2};
    struct curve c = make(7, x, y, CURVE_HOLD);
    double before = curve_eval(&c, 0);
    for (int k = 1; k <= 6000; k++) {
        double at = k * 1e-3, now = curve_eval(&c, at);
        assert_true(now >= before - 1e-15);
        assert_true(curve_eval_slope(&c, at) >= -1e-12);
        before = now;
    }
    for (int k = 0; k < 7; k++)
        assert_close(curve_eval(&c, x[k]), y[k], 1e-15, 0);
    curve_done(&c);
}

static void slope_is_continuous_and_the_derivative(void **state)
{
    (void)state;
    const double x[] = {0, 0.3, 1, 1.7, 3}, y[] = {1, 2, 2.2, 5, 4};
    struct curve c = make(5, x, y, CURVE_LINE);
    for (int k = 1; k < 4; k++)
        assert_close(curve_eval_slope(&c, x[k] - 1e-9), curve_eval_slope(&c, x[k] + 1e-9), 1e-6, 1e-6);
    const double h = 1e-6;
    for (double at = -0.5; at < 3.5; at += 0.0931)
        assert_close(curve_eval_slope(&c, at), (curve_eval(&c, at + h) - curve_eval(&c, at - h)) / (2 * h), 1e-6, 1e-7);
    curve_done(&c);
}

/* Halving the step of a smooth monotone table divides the error by 8 or more (third order away from extrema). */
static void converges_on_a_smooth_table(void **state)
{
    (void)state;
    double error[3];
    for (int level = 0; level < 3; level++) {
        int n = (8 << level) + 1;
        double x[33], y[33];
        for (int k = 0; k < n; k++) {
            x[k] = 2.0 * k / (n - 1);
            y[k] = exp(x[k]);
        }
        struct curve c = make(n, x, y, CURVE_REFUSE);
        error[level] = 0;
        for (int k = 0; k < 1000; k++)
            error[level] = fmax(error[level], fabs(curve_eval(&c, 2 * k / 1000.0) - exp(2 * k / 1000.0)));
        curve_done(&c);
    }
    for (int level = 0; level < 2; level++)
        assert_true(log2(error[level] / error[level + 1]) > 2.8);
}

/* Composite Gauss (2 points, exact for cubics) on the same curve, interval by interval. */
static void integral_agrees_with_quadrature(void **state)
{
    (void)state;
    const double x[] = {0, 0.3, 1, 1.7, 3}, y[] = {1, 2, 2.2, 5, 4};
    struct curve c = make(5, x, y, CURVE_HOLD);
    double sum = 0;
    for (int k = 0; k < 4; k++) {
        double mid = (x[k] + x[k + 1]) / 2, half = (x[k + 1] - x[k]) / 2;
        sum += half * (curve_eval(&c, mid - half / sqrt(3)) + curve_eval(&c, mid + half / sqrt(3)));
    }
    assert_close(curve_eval_integral(&c, 0, 3), sum, 1e-14, 0);
    assert_close(curve_eval_integral(&c, 3, 0), -sum, 1e-14, 0);
    assert_close(curve_eval_integral(&c, 0.2, 1.1) + curve_eval_integral(&c, 1.1, 2.9), curve_eval_integral(&c, 0.2, 2.9), 1e-14, 0);
    assert_close(curve_eval_integral(&c, -2, 5), 2 * 1 + sum + 2 * 4, 1e-14, 0);
    curve_done(&c);
}

static void inverse_undoes_the_curve(void **state)
{
    (void)state;
    const double x[] = {0, 200, 500, 2000, 20000}, up[] = {0, 0.8, 1.3, 1.6, 2.0}, down[] = {2, 1.5, 0.5, 0.1, -3};
    struct curve c = make(5, x, up, CURVE_REFUSE), d = make(5, x, down, CURVE_REFUSE);
    for (int k = 0; k <= 1000; k++) {
        double at = 20.0 * k;
        assert_close(curve_eval_inverse(&c, curve_eval(&c, at)), at, 1e-9, 1e-9);
        assert_close(curve_eval_inverse(&d, curve_eval(&d, at)), at, 1e-9, 1e-9);
    }
    assert_true(isnan(curve_eval_inverse(&c, 2.0001)));
    assert_true(isnan(curve_eval_inverse(&c, -0.0001)));
    assert_true(isnan(curve_eval_inverse(&d, 2.0001)));
    assert_true(isnan(curve_eval_inverse(&c, (double)NAN)));
    curve_done(&c);
    curve_done(&d);
}

static void keeps_the_rule_beyond_the_table(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2}, y[] = {0, 1, 4};
    struct curve refuse = make(3, x, y, CURVE_REFUSE), hold = make(3, x, y, CURVE_HOLD), line = make(3, x, y, CURVE_LINE);
    assert_true(isnan(curve_eval(&refuse, 2.001)) && isnan(curve_eval(&refuse, -0.001)));
    assert_true(isnan(curve_eval_slope(&refuse, 3)) && isnan(curve_eval_integral(&refuse, 0, 3)));
    assert_close(curve_eval(&refuse, 2), 4, 0, 0);
    assert_close(curve_eval(&hold, 9), 4, 0, 0);
    assert_close(curve_eval(&hold, -9), 0, 0, 0);
    assert_close(curve_eval_slope(&hold, 9), 0, 0, 0);
    assert_close(curve_eval(&line, 5), 4 + 3 * 4, 1e-15, 0); /* end slope of the parabola */
    assert_true(isnan(curve_eval(&hold, (double)NAN)) && isnan(curve_eval(&line, (double)NAN)));
    curve_done(&refuse);
    curve_done(&hold);
    curve_done(&line);
}

static void refuses_bad_tables(void **state)
{
    (void)state;
    const double x[] = {0, 1, 1}, y[] = {0, 1, 2}, back[] = {0, 2, 1}, nan_y[] = {0, (double)NAN, 1}, inf_x[] = {0, 1, HUGE_VAL};
    struct curve c;
    struct err e;
    long live = mem_get_live();
    assert_status(curve_init(&c, 3, x, y, CURVE_HOLD, &e), ST_CONFIG, &e);
    assert_int_equal(e.status, ST_CONFIG);
    assert_true(e.message[0] != '\0');
    assert_status(curve_init(&c, 3, back, y, CURVE_HOLD, &e), ST_CONFIG, &e);
    assert_status(curve_init(&c, 3, y, nan_y, CURVE_HOLD, &e), ST_CONFIG, &e);
    assert_status(curve_init(&c, 3, inf_x, y, CURVE_HOLD, &e), ST_CONFIG, &e);
    assert_status(curve_init(&c, 1, y, y, CURVE_HOLD, &e), ST_CONFIG, &e);
    assert_status(curve_init(&c, 0, y, y, CURVE_HOLD, NULL), ST_CONFIG, NULL);
    mem_set_fail_at(1);
    assert_status(curve_init(&c, 2, y, y, CURVE_HOLD, &e), ST_NO_MEMORY, &e);
    curve_done(&c); /* legal after a failed init */
    assert_int_equal(mem_get_live(), live);
}

static void evaluation_allocates_nothing(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2}, y[] = {0, 1, 4};
    struct curve c = make(3, x, y, CURVE_HOLD);
    long count = mem_get_count();
    double sum = curve_eval(&c, 0.5) + curve_eval_slope(&c, 0.5) + curve_eval_integral(&c, 0, 1) + curve_eval_inverse(&c, 1);
    assert_true(isfinite(sum));
    assert_int_equal(mem_get_count(), count);
    curve_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_exact_on_a_line),
        cmocka_unit_test(slopes_are_those_of_the_parabola),
        cmocka_unit_test(never_overshoots),
        cmocka_unit_test(slope_is_continuous_and_the_derivative),
        cmocka_unit_test(converges_on_a_smooth_table),
        cmocka_unit_test(integral_agrees_with_quadrature),
        cmocka_unit_test(inverse_undoes_the_curve),
        cmocka_unit_test(keeps_the_rule_beyond_the_table),
        cmocka_unit_test(refuses_bad_tables),
        cmocka_unit_test(evaluation_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
