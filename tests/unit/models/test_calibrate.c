/* test_calibrate.c - parameters are recovered from simulated prices within their sampling error, and that error is what it says; the
 * stationary variance is sigma^2 / (2 kappa); bad tables are refused at their place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "models/num/rng.h"
#include "models/risk/analytic.h"
#include "models/risk/calibrate.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

/* n prices of an exact log-OU process, `step` years apart, or irregular steps of 0.2 to 3 times that. */
static void set_series(struct calibrate_series *s, int n, uint64_t seed, double kappa, double theta, double sigma, double step,
                       int irregular, int burn_in)
{
    const struct rng r = rng_init(seed);
    memset(s, 0, sizeof *s);
    s->n = n;
    s->date_years = mem_new((size_t)n, sizeof(double));
    s->price_USD_per_kg = mem_new((size_t)n, sizeof(double));
    double x = log(theta), year = 2000;
    if (burn_in) {
        double u[2];
        rng_eval_uniform(&r, 3, 0, 0, 0, u);
        x += rng_eval_quantile(u[0]) * sqrt(analytic_eval_ou_variance(sigma, kappa, 1e9));
    }
    for (int i = 0; i < n; i++) {
        double u[2];
        rng_eval_uniform(&r, 1, (uint32_t)i, 0, 0, u);
        const double D = i == 0 ? 0.0 : step * (irregular ? 0.2 + 2.8 * u[1] : 1.0);
        year += D;
        x = log(theta) + exp(-kappa * D) * (x - log(theta)) + rng_eval_quantile(u[0]) * sqrt(analytic_eval_ou_variance(sigma, kappa, D));
        s->date_years[i] = year;
        s->price_USD_per_kg[i] = exp(x);
    }
}

static void series_done(struct calibrate_series *s)
{
    mem_free(s->date_years);
    mem_free(s->price_USD_per_kg);
}

static void recovers_parameters(void **state)
{
    static const double case_of[][4] = {{0.57, 62, 0.43, 1 / 12.0}, {2, 9, 0.17, 1 / 12.0}, {0.3, 240, 0.3, 0.25}, {8, 1, 0.5, 1 / 52.0}};
    (void)state;
    for (int k = 0; k < ARRAY_LEN(case_of); k++)
        for (int irregular = 0; irregular < 2; irregular++) {
            const double *p = case_of[k];
            struct calibrate_series s;
            struct err e = {0};
            set_series(&s, 3000, (uint64_t)(10 + k), p[0], p[1], p[2], p[3], irregular, 0);
            assert_ok(calibrate_solve_series(&s, &e), &e);
            assert_close(s.kappa_per_year, p[0], 0.0, 3.5 * s.kappa_error_per_year);
            assert_close(log(s.theta_USD_per_kg), log(p[1]), 0.0, 3.5 * s.theta_log_error_pu);
            assert_close(s.sigma_pu, p[2], 0.0, 3.5 * s.sigma_error_pu);
            assert_true(s.kappa_error_per_year < 0.35 * p[0] && s.sigma_error_pu < 0.04 * p[2]);
            series_done(&s);
        }
}

/* 200 records: the estimates stray by their standard errors, and the bias of kappa is the one reported. */
static void errors_are_honest(void **state)
{
    enum { N = 200 };
    const double kappa = 1.5, theta = 50, sigma = 0.35;
    double z2[3] = {0}, bias = 0, said = 0;
    (void)state;
    for (int k = 0; k < N; k++) {
        struct calibrate_series s;
        struct err e = {0};
        set_series(&s, 600, (uint64_t)(1000 + k), kappa, theta, sigma, 1 / 12.0, k % 2, 1);
        assert_ok(calibrate_solve_series(&s, &e), &e);
        const double z[3] = {(s.kappa_per_year - kappa) / s.kappa_error_per_year, log(s.theta_USD_per_kg / theta) / s.theta_log_error_pu,
                             (s.sigma_pu - sigma) / s.sigma_error_pu};
        for (int i = 0; i < 3; i++)
            z2[i] += z[i] * z[i] / N;
        bias += k % 2 ? 0.0 : (s.kappa_per_year - kappa) / (N / 2);
        said += k % 2 ? 0.0 : s.kappa_bias_per_year / (N / 2);
        series_done(&s);
    }
    for (int i = 0; i < 3; i++)
        assert_close(z2[i], 1.0, 0.0, 0.35); /* 200 squares of a normal: 1 +- 0.1 */
    assert_close(bias, said, 0.0, 4 * sqrt(2 * kappa / 50) / sqrt(N / 2));
}

/* Var log P over a long record = sigma^2 / (2 kappa), both of the estimates and of the data. */
static void stationary_variance(void **state)
{
    struct calibrate_series s;
    struct err e = {0};
    double mean = 0, square = 0;
    (void)state;
    set_series(&s, 19000, 4, 2, 62, 0.43, 1 / 12.0, 0, 1);
    assert_ok(calibrate_solve_series(&s, &e), &e);
    for (int i = 0; i < s.n; i++) {
        mean += log(s.price_USD_per_kg[i]) / s.n;
        square += log(s.price_USD_per_kg[i]) * log(s.price_USD_per_kg[i]) / s.n;
    }
    const double theory = 0.43 * 0.43 / (2 * 2.0);
    assert_close(square - mean * mean, theory, 0.1, 0.0);
    assert_close(s.sigma_pu * s.sigma_pu / (2 * s.kappa_per_year), theory, 0.1, 0.0);
    series_done(&s);
}

/* The regression of x' on x that textbooks give for equal steps is the same maximum: slope e^(-kappa D), exact to the search. */
static void equals_the_regression(void **state)
{
    struct calibrate_series s;
    struct err e = {0};
    double x = 0, y = 0, xx = 0, xy = 0, rr = 0;
    (void)state;
    set_series(&s, 400, 77, 1.0, 62, 0.43, 1 / 12.0, 0, 0);
    assert_ok(calibrate_solve_series(&s, &e), &e);
    const int n = s.n - 1;
    for (int i = 0; i < n; i++) {
        const double a = log(s.price_USD_per_kg[i]), b = log(s.price_USD_per_kg[i + 1]);
        x += a / n;
        y += b / n;
        xx += a * a / n;
        xy += a * b / n;
    }
    const double slope = (xy - x * y) / (xx - x * x), kappa = -12 * log(slope), theta = (y - slope * x) / (1 - slope);
    for (int i = 0; i < n; i++) {
        const double r = log(s.price_USD_per_kg[i + 1]) - theta - slope * (log(s.price_USD_per_kg[i]) - theta);
        rr += r * r / n;
    }
    assert_close(s.kappa_per_year, kappa, 1e-6, 0.0);
    assert_close(log(s.theta_USD_per_kg), theta, 1e-7, 0.0);
    assert_close(s.sigma_pu, sqrt(rr * 2 * kappa / (1 - slope * slope)), 1e-7, 0.0);
    series_done(&s);
}

/* ---- tables ---- */

static void add_line(struct text *t, int month, const char *name, double price)
{
    text_add(t, "%d-%02d,%s,%.17g,a remark\n", 2000 + month / 12, 1 + month % 12, name, price);
}

/* Two series with shocks of correlation 0.6, and one on its own; the third misses every seventh month. */
static void correlation_is_recovered(void **state)
{
    enum { N = 1200 };
    struct text t = {0};
    struct calibrate *c = NULL;
    struct err e = {0};
    const struct rng r = rng_init(5);
    double x[3] = {0};
    (void)state;
    text_add(&t, "date,material,price_USD_per_t,note\r\n");
    for (int i = 0; i < N; i++) {
        double u[4], z[3];
        rng_eval_uniform(&r, 1, (uint32_t)i, 0, 0, u);
        rng_eval_uniform(&r, 1, (uint32_t)i, 1, 0, u + 2);
        for (int k = 0; k < 3; k++)
            z[k] = rng_eval_quantile(u[k]);
        z[1] = 0.6 * z[0] + 0.8 * z[1];
        for (int k = 0; k < 3; k++) {
            x[k] = 0.9 * x[k] + 0.1 * z[k];
            if (k < 2 || i % 7)
                add_line(&t, i, k == 0 ? "Nd" : (k == 1 ? "\"Dy, oxide\"" : "Cu"), 1000 * exp(x[k]));
        }
    }
    assert_ok(calibrate_new("p.csv", t.s, &c, &e), &e);
    assert_int_equal(c->n_series, 3);
    assert_string_equal(c->series[1].name, "Dy, oxide");
    assert_close(c->series[0].theta_USD_per_kg, 1.0, 0.0, 4 * c->series[0].theta_log_error_pu);
    assert_int_equal(c->n_shared[1], N - 1);
    assert_int_equal(c->n_shared[2], N - 1 - 2 * ((N + 6) / 7) + 1 + (N % 7 == 1));
    assert_close(c->rho[1], 0.6, 0.0, 4 * (1 - 0.36) / sqrt(N));
    assert_close(c->rho[2], 0.0, 0.0, 4 / sqrt(N * 5 / 7));
    assert_true(c->shrink_pu > 0.0 && c->shrink_pu < 0.05); /* long record: little to shrink */
    assert_true(!c->mending.is_mended);
    calibrate_free(c);
    text_done(&t);
}

/* Errors stand at their line and column. The good table has 8 lines after its head. */
static void bad_tables(void **state)
{
    static const struct { const char *head; int line; const char *text; int at_line, at_column; const char *says;
    } bad[] = {
        {"date,material,price_USD_per_kg", 4, "2003-01,Nd,abc", 4, 12, "not a number"},
        {"date,material,price_USD_per_kg", 4, "2003-01,Nd,-3", 4, 12, "above 0"},
        {"date,material,price_USD_per_kg", 4, "2003-01,Nd,0", 4, 12, "above 0"},
        {"date,material,price_USD_per_kg", 4, "2003-13,Nd,5", 4, 1, "not a date"},
        {"date,material,price_USD_per_kg", 4, "2003-02-30,Nd,5", 4, 1, "not a date"},
        {"date,material,price_USD_per_kg", 4, "2001-01,Nd,5", 4, 1, "not after"},
        {"date,material,price_USD_per_kg", 4, "2003-01,Nd", 4, 1, "fewer fields"},
        {"date,material,price_USD_per_kg", 4, "2003-01,Nd,5,6", 4, 1, "more fields"},
        {"date,material,price_USD_per_kg", 4, "2003-01,,5", 4, 9, "1 to 63"},
        {"date,material,price_USD_per_kg", 4, "2003-01,\"Nd,5", 4, 9, "not closed"},
        {"date,material,price_USD_per_kg", 4, "2003-01,\"Nd\"x,5", 4, 13, "comma"},
        {"date,material,price_USD_per_kg", 4, "2003-01,Cu,5", 9, 1, "fewer than 8"},
        {"date,material,price", 0, NULL, 1, 1, "unit"},
        {"date,metal,price_USD_per_kg", 0, NULL, 1, 1, "material"},
        {"day,material,price_USD_per_kg", 0, NULL, 1, 1, "date"},
    };
    struct calibrate *c = NULL;
    (void)state;
    for (int k = 0; k < ARRAY_LEN(bad); k++) {
        struct text t = {0};
        struct err e = {0};
        text_add(&t, "%s\n", bad[k].head);
        for (int line = 2; line <= 9; line++)
            if (line == bad[k].line)
                text_add(&t, "%s\n", bad[k].text);
            else
                text_add(&t, "%d-01,Nd,%d\n", 1999 + line, 5 + line % 3);
        assert_status(calibrate_new("p.csv", t.s, &c, &e), ST_CONFIG, NULL);
        assert_null(c);
        if (e.line != bad[k].at_line || e.column != bad[k].at_column || !strstr(e.message, bad[k].says))
            fail_msg("case %d: %s:%d:%d: %s", k, e.file, e.line, e.column, e.message);
        text_done(&t);
    }
    struct err e = {0};
    assert_status(calibrate_new("p.csv", "", &c, &e), ST_CONFIG, NULL);
    assert_status(
        calibrate_new("p.csv",
                      "date,material,price_USD_per_kg\n2001,a,5\n2002,a,5\n2003,a,5\n2004,a,5\n2005,a,5\n2006,a,5\n2007,a,5\n2008,a,5\n",
                      &c, &e),
        ST_CONFIG, NULL);
    assert_non_null(strstr(e.message, "never moves"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recovers_parameters),   cmocka_unit_test(errors_are_honest),        cmocka_unit_test(stationary_variance),
        cmocka_unit_test(equals_the_regression), cmocka_unit_test(correlation_is_recovered), cmocka_unit_test(bad_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
