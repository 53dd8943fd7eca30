/* test_steel.c - B-H against the table that defines it, its exact derivative, lamination fill, and the loss fit. */
#include "materials/matlib.h"
#include "materials/matlib_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include <string.h>
#include "materials/base/banned.h"

static struct matlib *lib;

static int setup(void **state)
{
    struct err e = {0};
    (void)state;
    return matlib_new("materials/data", &lib, &e) == ST_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    matlib_free(lib);
    return 0;
}

static const struct steel *get(const char *name)
{
    struct err e = {0};
    const struct steel *s = NULL;
    assert_ok(matlib_get_steel(lib, name, NULL, &s, &e), &e);
    return s;
}

static void init(struct steel_nu *nu, const struct steel *s, double fill)
{
    struct err e = {0};
    assert_ok(steel_nu_init(nu, s, fill, &e), &e);
}

static double H_at(const struct steel_nu *nu, double B_T)
{
    double n, d;
    steel_nu_eval(nu, B_T * B_T, &n, &d);
    return n * B_T;
}

/* Rows of the table of the independent finite-element cases. */
static void test_reference_table(void **state)
{
    (void)state;
    static const double row[][2] = {{0.1, 9.673},      {0.5, 57.906},     {1.0, 163.222},   {1.3, 532.248},
                                    {1.5, 2710.548},   {1.66, 7531.404},  {1.8, 15915.0},   {1.94, 52330.767},
                                    {2.1, 179654.722}, {2.6, 577542.079}, {3.0, 895851.966}};
    struct steel_nu nu;
    init(&nu, get("M19_REF"), 1.0);
    for (int i = 0; i < ARRAY_LEN(row); i++)
        assert_close(H_at(&nu, row[i][0]), row[i][1], 1e-9, 0);
    assert_close(H_at(&nu, 3.5), 895851.966 + 0.5 / MU0_H_PER_M, 1e-9, 0); /* air beyond the table, and beyond the grid */
    assert_close(H_at(&nu, 4.7), 895851.966 + 1.7 / MU0_H_PER_M, 1e-9, 0);
    steel_nu_done(&nu);
}

/* Between the points: one cubic a table interval, so the grid must repeat the curve itself wherever no interval is cut by a knot. */
static void test_grid_repeats_the_curve(void **state)
{
    (void)state;
    const struct steel *s = get("M19_REF");
    struct steel_nu nu;
    init(&nu, s, 1.0);
    for (double B_T = 0.013; B_T < 3.0; B_T += 0.0037)
        assert_close(H_at(&nu, B_T), curve_eval(&s->H_of_B, B_T), 1e-9, 0);
    steel_nu_done(&nu);
}

static void check_derivative(const struct steel_nu *nu, const char *name)
{
    for (int i = 0; i < 430; i++) /* 0 to 4.3 T, three points in every cell, none nearer to a knot than the step */
        for (int k = 1; k <= 3; k++) {
            const double B2 = pow(STEEL_DB_T * (i + 0.25 * k), 2), h = 1e-4 * STEEL_DB_T * STEEL_DB_T * (i + 1);
            double n, d, plus, minus, unused;
            steel_nu_eval(nu, B2, &n, &d);
            steel_nu_eval(nu, B2 + h, &plus, &unused);
            steel_nu_eval(nu, B2 - h, &minus, &unused);
            const double difference = (plus - minus) / (2.0 * h), scale = fabs(d) + 1e-4 * n / B2;
            if (!(fabs(difference - d) <= 1e-5 * scale))
                fail_msg("%s, %.4f T: d nu/d B^2 = %.9g, central difference %.9g", name, sqrt(B2), d, difference);
        }
}

static void test_derivative_is_exact(void **state)
{
    (void)state;
    for (int i = 0; i < lib->n_steel; i++)
        for (int f = 0; f < 2; f++) {
            struct steel_nu nu;
            init(&nu, &lib->steel[i], f ? 0.93 : 1.0);
            check_derivative(&nu, lib->steel[i].base.name);
            steel_nu_done(&nu);
        }
}

/* What the Newton method needs: finite at 0, H rising, dH/dB = nu + 2 B^2 dnu > 0, both continuous at knots; and nu never above that of
 * air. (dH/dB itself may pass that of air by some per cent between two far points of a table: a cubic is not convex.) */
static void test_monotone_and_finite(void **state)
{
    (void)state;
    for (int i = 0; i < lib->n_steel; i++) {
        struct steel_nu nu;
        double n, d, at_0, before = 0.0;
        init(&nu, &lib->steel[i], 0.95);
        steel_nu_eval(&nu, 0.0, &at_0, &d);
        assert_true(isfinite(d) && at_0 > 0.0);
        steel_nu_eval(&nu, 1e-18, &n, &d);
        assert_close(n, at_0, 1e-9, 0);
        for (double B_T = 1e-4; B_T < 4.2; B_T += 0.00071) {
            steel_nu_eval(&nu, B_T * B_T, &n, &d);
            assert_true(n * B_T > before && n + 2.0 * B_T * B_T * d > 0.0 && n < 1.0 / MU0_H_PER_M);
            before = n * B_T;
        }
        for (int k = 1; k < nu.n; k++) {
            double left, d_left, right, d_right;
            const double B_T = k * STEEL_DB_T;
            if (B_T > 3.7 && strncmp(lib->steel[i].base.name, "LINEAR_", 7) == 0)
                continue; /* a straight line never saturates: it has a kink where its table ends, by definition */
            steel_nu_eval(&nu, B_T * B_T * (1 - 1e-12), &left, &d_left);
            steel_nu_eval(&nu, B_T * B_T * (1 + 1e-12), &right, &d_right);
            assert_close(left, right, 1e-9, 0);
            assert_close(d_left, d_right, 1e-6, 1e-6 * left / (B_T * B_T));
        }
        steel_nu_done(&nu);
    }
}

/* At equal H: B = k Bs + (1 - k) mu0 H. */
static void test_fill_mixes_in_parallel(void **state)
{
    (void)state;
    const struct steel *s = get("M19_REF");
    const double k = 0.94;
    struct steel_nu nu;
    init(&nu, s, k);
    for (int i = 5; i < s->H_of_B.n; i++) {
        const double H = s->H_of_B.y[i], B_T = k * s->H_of_B.x[i] + (1.0 - k) * MU0_H_PER_M * H;
        assert_close(H_at(&nu, B_T), H, 1e-3, 0); /* 1e-3: resampled, the knots do not fall on the table */
    }
    /* on a knot there is no interpolation: find H by bisection instead of Newton */
    for (double B_T = 0.5; B_T < 2.6; B_T += 0.1) {
        double low = 0.0, high = B_T / k;
        for (int i = 0; i < 100; i++) {
            const double Bs = 0.5 * (low + high);
            if (k * Bs + (1.0 - k) * MU0_H_PER_M * curve_eval(&s->H_of_B, Bs) < B_T)
                low = Bs;
            else
                high = Bs;
        }
        assert_close(H_at(&nu, B_T), curve_eval(&s->H_of_B, low), 1e-9, 0);
    }
    steel_nu_done(&nu);
    struct steel_nu full;
    init(&full, s, 1.0);
    assert_true(H_at(&full, 1.5) < 0.7 * 4000.0);
    steel_nu_done(&full);
}

static void test_refused_fill(void **state)
{
    (void)state;
    const double bad[] = {0.0, -0.1, 1.0001, (double)NAN};
    for (int i = 0; i < ARRAY_LEN(bad); i++) {
        struct steel_nu nu;
        struct err e = {0};
        assert_status(steel_nu_init(&nu, get("M19_REF"), bad[i], &e), ST_RANGE, NULL);
        assert_null(nu.H_A_per_m);
    }
}

/* ---- loss ---- */

static void make_loss(struct steel *s, double table[][3], int n, double k_h, double k_c, double k_e)
{
    memset(s, 0, sizeof *s);
    for (int i = 0; i < n; i++) {
        const double f = 50.0 * (1 + i / 3 * 5), B = 0.5 * (1 + i % 3);
        table[i][0] = f;
        table[i][1] = B;
        table[i][2] = k_h * f * B * B + k_c * f * f * B * B + k_e * pow(f * B, 1.5);
    }
    s->loss_table = &table[0][0];
    s->n_loss = n;
}

static void test_fit_returns_what_made_the_table(void **state)
{
    (void)state;
    double table[18][3];
    struct steel s;
    make_loss(&s, table, 18, 0.018, 4.2e-5, 5.5e-4);
    assert_ok(steel_fit_loss(&s, NULL), NULL);
    assert_close(s.k_h, 0.018, 1e-8, 0);
    assert_close(s.k_c, 4.2e-5, 1e-8, 0);
    assert_close(s.k_e, 5.5e-4, 1e-8, 0);
    assert_close(s.fit_error_max_pu, 0.0, 0, 1e-9);
    assert_close(steel_eval_loss_W_per_kg(&s, 400, 1.2), 0.018 * 400 * 1.44 + 4.2e-5 * 160000 * 1.44 + 5.5e-4 * pow(480, 1.5), 1e-8, 0);
    /* the record of the FEMAG curve has no excess term: 1.07 (f/50) B^2 + 0.367 (f/50)^2 B^2 */
    const struct steel *f = get("M330-50A_FEMAG");
    assert_close(f->k_h, 1.07 / 50, 1e-6, 0);
    assert_close(f->k_c, 0.367 / 2500, 1e-6, 0);
    assert_close(f->k_e, 0.0, 0, 1e-9);
}

static void test_fit_points_out_of_range_do_not_count(void **state)
{
    (void)state;
    double table[18][3];
    struct steel s;
    make_loss(&s, table, 18, 0.018, 4.2e-5, 5.5e-4);
    table[0][0] = 20.0;   /* below 50 Hz */
    table[5][1] = 1.9;    /* above 1.8 T */
    table[17][0] = 5000.0; /* above 2 kHz */
    table[0][2] = table[5][2] = table[17][2] = 1e6;
    assert_ok(steel_fit_loss(&s, NULL), NULL);
    assert_close(s.k_h, 0.018, 1e-8, 0);
    s.n_loss = 2;
    struct err e = {0};
    assert_status(steel_fit_loss(&s, &e), ST_RANGE, NULL);
}

/* Optimality (Karush-Kuhn-Tucker) of the constrained fit: gradient zero where k > 0, not negative where k = 0. */
static void check_optimal(const struct steel *s)
{
    const double k[3] = {s->k_h, s->k_c, s->k_e};
    double gradient[3] = {0}, scale[3] = {0}, sum = 0.0;
    int n = 0;
    for (int i = 0; i < s->n_loss; i++) {
        const double *row = s->loss_table + 3 * i, f = row[0], B = row[1];
        if (f < 50 || f > 2000 || B > 1.8)
            continue;
        const double t[3] = {f * B * B / row[2], f * f * B * B / row[2], pow(f * B, 1.5) / row[2]};
        const double r = k[0] * t[0] + k[1] * t[1] + k[2] * t[2] - 1.0;
        for (int c = 0; c < 3; c++) {
            gradient[c] += r * t[c];
            scale[c] += t[c];
        }
        assert_close(steel_eval_loss_W_per_kg(s, f, B), (1.0 + r) * row[2], 1e-10, 0);
        sum += fabs(r);
        n++;
    }
    for (int c = 0; c < 3; c++) {
        assert_true(k[c] >= 0.0);
        if (k[c] > 0.0)
            assert_close(gradient[c] / scale[c], 0.0, 0, 1e-9);
        else
            assert_true(gradient[c] >= -1e-9 * scale[c]);
    }
    assert_close(s->fit_error_mean_pu, sum / n, 1e-9, 1e-12);
}

static void test_fit_is_optimal(void **state)
{
    (void)state;
    double table[18][3];
    struct steel s;
    for (int i = 0; i < lib->n_steel; i++) {
        check_optimal(&lib->steel[i]);
        assert_true(lib->steel[i].fit_error_mean_pu < 0.10);
    }
    make_loss(&s, table, 18, 0.03, 4.2e-5, -4e-4); /* a table whose plain fit has a negative coefficient */
    assert_ok(steel_fit_loss(&s, NULL), NULL);
    assert_true(s.k_e == 0.0 && s.k_h > 0.0 && s.k_c > 0.0);
    check_optimal(&s);
}

static void test_known_losses(void **state)
{
    (void)state;
    /* table values at 1.0 T, 400 Hz; the three-term fit is good to its mean error */
    assert_close(steel_eval_loss_W_per_kg(get("M19_29GA"), 400, 1.0), 18.9, 0.08, 0);
    assert_close(steel_eval_loss_W_per_kg(get("M250-35A"), 400, 1.0), 17.1, 0.08, 0);
    assert_close(steel_eval_loss_W_per_kg(get("NO20-1200H"), 400, 1.0), 11.2, 0.08, 0);
    assert_close(steel_eval_loss_W_per_kg(get("NO20-1200H"), 0.0, 1.0), 0.0, 0, 0);
}

static void test_eval_allocates_nothing(void **state)
{
    (void)state;
    struct steel_nu nu;
    init(&nu, get("M19_REF"), 0.95);
    const long before = mem_get_count();
    double n, d;
    steel_nu_eval(&nu, 2.25, &n, &d);
    assert_true(steel_eval_loss_W_per_kg(get("M19_REF"), 400, 1.0) > 0.0);
    assert_int_equal(mem_get_count(), before);
    steel_nu_eval(&nu, (double)NAN, &n, &d);
    assert_true(isnan(n) && isnan(d));
    steel_nu_done(&nu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_table),
        cmocka_unit_test(test_grid_repeats_the_curve),
        cmocka_unit_test(test_derivative_is_exact),
        cmocka_unit_test(test_monotone_and_finite),
        cmocka_unit_test(test_fill_mixes_in_parallel),
        cmocka_unit_test(test_refused_fill),
        cmocka_unit_test(test_fit_returns_what_made_the_table),
        cmocka_unit_test(test_fit_points_out_of_range_do_not_count),
        cmocka_unit_test(test_fit_is_optimal),
        cmocka_unit_test(test_known_losses),
        cmocka_unit_test(test_eval_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
