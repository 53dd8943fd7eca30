/* test_flux_map.c - interpolation of flux maps against functions it must reproduce, and the order of convergence against one it cannot. */
#include "tests/support/close.h"
#include "materials/base/mem.h"
#include "models/operate/flux_map.h"

#define P 4

static double ld_of(double d, double q, double f)
{
    return 0.2 + 1e-3 * d - 2e-6 * d * d + 3e-9 * d * d * d - 1e-6 * q * q + 2e-9 * d * q * q + 0.01 * f - 1e-4 * f * f +
           1e-5 * f * f * f + 1e-9 * d * q * q * f;
}
static double lq_of(double d, double q, double f)
{
    return q * (2e-3 + 1e-6 * d - 4e-9 * q * q - 1e-5 * f + 1e-9 * d * d);
}

static struct flux_map_opts grid(int nd, int nq, int nf)
{
    struct flux_map_opts o = {.n_d = nd, .n_q = nq, .n_f = nf, .n_position = 2, .corner_A = (double)INFINITY};
    for (int k = 0; k < nd; k++) /* uneven on purpose */
        o.i_d_A[k] = -200.0 + 260.0 * pow((k + 0.0) / (nd - 1), 1.2);
    for (int k = 0; k < nq; k++)
        o.i_q_A[k] = 250.0 * pow((k + 0.0) / (nq - 1), 1.1);
    for (int k = 0; k < nf; k++)
        o.i_f_A[k] = nf == 1 ? 0.0 : 12.0 * k / (nf - 1);
    return o;
}

typedef double shape_fn(double d, double q, double f);

static struct flux_map *make_map(const struct flux_map_opts *o, shape_fn *ld, shape_fn *lq)
{
    struct flux_map *fm;
    struct err e;
    assert_ok(flux_map_new(o->n_d * o->n_q * o->n_f, &fm, &e), &e);
    assert_ok(flux_map_set_grid(fm, P, o, &e), &e);
    for (int f = 0; f < o->n_f; f++)
        for (int q = 0; q < o->n_q; q++)
            for (int d = 0; d < o->n_d; d++) {
                int k = (f * o->n_q + q) * o->n_d + d;
                double id = flux_map_get_i_d_A(o, d, f), iq = o->i_q_A[q], i_f = o->i_f_A[f];
                fm->lambda_d_Wb[k] = ld(id, iq, i_f);
                fm->lambda_q_Wb[k] = lq(id, iq, i_f);
                fm->lambda_f_Wb[k] = 2.0 * ld(id, iq, i_f);
                fm->torque_Nm[k] = 1.5 * P * (fm->lambda_d_Wb[k] * iq - fm->lambda_q_Wb[k] * id) + 1e-3 * iq;
                for (int r = 0; r < LOSS_REGION_COUNT; r++) {
                    fm->hyst_W_per_Hz[r][k] = (r + 1) * (1.0 + 1e-6 * iq * iq);
                    fm->eddy_W_per_Hz2[r][k] = (r + 1) * 1e-3 * (1.0 - 1e-3 * id);
                    fm->excess_W_per_Hz15[r][k] = 1e-4 * (r + 2) * (1.0 + 0.01 * i_f);
                }
                fm->slot_Bt2_T2[k] = 1e-6 * iq * iq;
            }
    flux_map_set_nodes(fm);
    return fm;
}

static const double at[][3] = {{-137.0, 61.0, 3.3}, {-3.0, 2.0, 0.4},    {55.0, 244.0, 11.1},
                               {-199.0, 1.0, 7.0},  {10.0, -130.0, 5.0}, {-80.0, -240.0, 9.9}};

static void check_cubic(const struct flux_map *fm, double use_f)
{
    for (int k = 0; k < ARRAY_LEN(at); k++) {
        struct flux_point p, up, down;
        double d = at[k][0], q = at[k][1], f = use_f * at[k][2], h = 1e-2;
        flux_map_eval(fm, d, q, f, &p);
        assert_close(p.lambda_d_Wb, ld_of(d, q, f), 1e-12, 1e-13);
        assert_close(p.lambda_q_Wb, lq_of(d, q, f), 1e-12, 1e-13);
        assert_close(p.lambda_f_Wb, 2.0 * ld_of(d, q, f), 1e-12, 1e-13);
        assert_close(p.torque_Nm, 1.5 * P * (ld_of(d, q, f) * q - lq_of(d, q, f) * d), 1e-11, 1e-9);
        assert_close(p.dld_did, (ld_of(d + h, q, f) - ld_of(d - h, q, f)) / (2 * h), 1e-8, 1e-11);
        assert_close(p.dld_diq, (ld_of(d, q + h, f) - ld_of(d, q - h, f)) / (2 * h), 1e-8, 1e-11);
        assert_close(p.dlq_did, (lq_of(d + h, q, f) - lq_of(d - h, q, f)) / (2 * h), 1e-8, 1e-11);
        assert_close(p.dlq_diq, (lq_of(d, q + h, f) - lq_of(d, q - h, f)) / (2 * h), 1e-8, 1e-11);
        if (use_f == 0.0) {
            assert_true(p.dld_dif == 0.0 && p.dlf_dif == 0.0);
            continue;
        }
        flux_map_eval(fm, d, q, f + h, &up);
        flux_map_eval(fm, d, q, f - h, &down);
        assert_close(p.dld_dif, (up.lambda_d_Wb - down.lambda_d_Wb) / (2 * h), 1e-6, 1e-10);
        assert_close(p.dlf_did, 2.0 * p.dld_did, 1e-12, 1e-13);
        assert_close(p.dlf_diq, 2.0 * p.dld_diq, 1e-11, 1e-13);
        assert_close(p.dlf_dif, 2.0 * p.dld_dif, 1e-12, 1e-13);
    }
}

static void test_cubics_are_exact(void **state)
{
    (void)state;
    const int n[][3] = {{7, 6, 1}, {4, 3, 1}, {5, 3, 1}, {7, 6, 5}, {4, 3, 4}};
    for (int k = 0; k < ARRAY_LEN(n); k++) {
        struct flux_map_opts o = grid(n[k][0], n[k][1], n[k][2]);
        struct flux_map *fm = make_map(&o, ld_of, lq_of);
        check_cubic(fm, n[k][2] > 1 ? 1.0 : 0.0);
        flux_map_free(fm);
    }
}

static double ld_smooth(double d, double q, double f)
{
    (void)f;
    return 0.1 + 0.15 * tanh((d + 60.0) / 150.0) / (1.0 + q * q / 1e5);
}
static double lq_smooth(double d, double q, double f)
{
    (void)f;
    return 0.4 * atan(q / 120.0) * (1.0 + 1e-4 * d);
}

static double worst_error(int n)
{
    struct flux_map_opts o = grid(n, n, 1);
    struct flux_map *fm = make_map(&o, ld_smooth, lq_smooth);
    double worst = 0.0;
    for (double d = -195.0; d < 58.0; d += 7.1)
        for (double q = -245.0; q < 246.0; q += 9.3) {
            struct flux_point p;
            flux_map_eval(fm, d, q, 0.0, &p);
            worst = fmax(worst, fmax(fabs(p.lambda_d_Wb - ld_smooth(d, q, 0.0)), fabs(p.lambda_q_Wb - lq_smooth(d, q, 0.0))));
        }
    flux_map_free(fm);
    return worst;
}

static void test_fourth_order(void **state)
{
    (void)state;
    double coarse = worst_error(8), fine = worst_error(15); /* half the spacing: 16 times smaller for order 4 */
    assert_true(coarse < 4e-3);
    assert_true(coarse / fine > 9.0);
}

static void test_slopes_join(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(7, 6, 1);
    struct flux_map *fm = make_map(&o, ld_smooth, lq_smooth);
    struct flux_point a, b;
    double d = o.i_d_A[3], q = o.i_q_A[2], h = 1e-7;
    flux_map_eval(fm, d - h, q, 0.0, &a);
    flux_map_eval(fm, d + h, q, 0.0, &b);
    assert_close(a.dld_did, b.dld_did, 1e-6, 0.0);
    flux_map_eval(fm, -50.0, q - h, 0.0, &a);
    flux_map_eval(fm, -50.0, q + h, 0.0, &b);
    assert_close(a.dlq_diq, b.dlq_diq, 1e-6, 0.0);
    flux_map_eval(fm, -50.0, -h, 0.0, &a); /* mirrored: no kink at i_q = 0 */
    flux_map_eval(fm, -50.0, h, 0.0, &b);
    assert_close(a.dld_diq, 0.0, 0.0, 1e-9);
    assert_close(a.dlq_diq, b.dlq_diq, 1e-9, 0.0);
    flux_map_free(fm);
}

static void test_beyond_the_grid_is_linear(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(7, 6, 4);
    struct flux_map *fm = make_map(&o, ld_smooth, lq_smooth);
    struct flux_point edge, far;
    flux_map_eval(fm, o.i_d_A[0], 100.0, 6.0, &edge);
    flux_map_eval(fm, o.i_d_A[0] - 80.0, 100.0, 6.0, &far);
    assert_close(far.lambda_d_Wb, edge.lambda_d_Wb - 80.0 * edge.dld_did, 1e-12, 1e-13);
    assert_close(far.dld_did, edge.dld_did, 1e-12, 0.0);
    flux_map_eval(fm, -40.0, 250.0, 6.0, &edge);
    flux_map_eval(fm, -40.0, 300.0, 6.0, &far);
    assert_close(far.lambda_q_Wb, edge.lambda_q_Wb + 50.0 * edge.dlq_diq, 1e-12, 1e-13);
    flux_map_eval(fm, -40.0, -300.0, 6.0, &far);
    assert_close(far.lambda_q_Wb, -(edge.lambda_q_Wb + 50.0 * edge.dlq_diq), 1e-12, 1e-13);
    flux_map_free(fm);
}

static void test_losses_and_slice(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(7, 6, 5);
    struct flux_map *fm = make_map(&o, ld_of, lq_of);
    struct flux_slice *slice = mem_new(1, sizeof *slice);
    for (int k = 0; k < ARRAY_LEN(at); k++) {
        double d = at[k][0], q = at[k][1], f = at[k][2], W[LOSS_REGION_COUNT], Hz = 400.0, total = 0.0;
        flux_map_eval_iron_W(fm, d, q, f, Hz, W);
        for (int r = 0; r < LOSS_REGION_COUNT; r++) {
            assert_close(W[r], (r + 1) * (1.0 + 1e-6 * q * q) * Hz + (r + 1) * 1e-3 * (1.0 - 1e-3 * d) * Hz * Hz +
                         1e-4 * (r + 2) * (1.0 + 0.01 * f) * pow(Hz, 1.5), 1e-12, 0.0);
            total += (r == LOSS_MAGNET ? 1.0 : 1.5) * W[r];
        }
        struct flux_slice_point sp, up, down;
        struct flux_point p;
        struct flux_weights w = {2.0, 2.0 * Hz, 2.0 * sqrt(Hz), 1.5, 7.0};
        flux_map_set_layers(fm, &w, slice);
        flux_map_set_slice(slice, f);
        flux_map_eval_slice(slice, d, q, &sp);
        flux_map_eval_slice(slice, d, q + 1e-2, &up);
        flux_map_eval_slice(slice, d, q - 1e-2, &down);
        flux_map_eval(fm, d, q, f, &p);
        assert_close(sp.lambda_d_Wb, p.lambda_d_Wb, 1e-12, 0.0);
        assert_close(sp.lambda_q_Wb, p.lambda_q_Wb, 1e-12, 0.0);
        assert_close(sp.dld_diq, p.dld_diq, 1e-10, 1e-15);
        assert_close(sp.dlq_diq, p.dlq_diq, 1e-10, 1e-15);
        assert_close(sp.drag_Nm * Hz / 2.0, total, 1e-12, 0.0);
        assert_close(sp.ddrag_diq, (up.drag_Nm - down.drag_Nm) / 2e-2, 1e-6, 1e-9);
        assert_close(sp.extra_W, 7.0 * flux_map_eval_slot_Bt2_T2(fm, d, q, f), 1e-12, 1e-18);
        assert_close(flux_map_eval_slot_Bt2_T2(fm, d, q, f), 1e-6 * q * q, 1e-11, 1e-15);
        assert_close(flux_map_eval_torque_Nm(fm, d, -q, f), -flux_map_eval_torque_Nm(fm, d, q, f), 1e-13, 0.0);
    }
    mem_free(slice);
    flux_map_free(fm);
}

/* A linear machine with less magnet flux is the same map, shifted. */
static double ld_cold(double d, double q, double f) { (void)q; (void)f; return 0.10 + 5e-4 * d; }
static double ld_hot(double d, double q, double f) { (void)q; (void)f; return 0.08 + 5e-4 * d; }
static double lq_line(double d, double q, double f) { (void)d; (void)f; return 1e-3 * q; }

/* Losses that fall to nothing at single points, where the spline goes below zero: never negative, inside the grid or beyond it, and summed
 * for a search they are what the point has. */
static void test_losses_never_negative(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(6, 5, 4);
    struct flux_map *fm = make_map(&o, ld_of, lq_of);
    struct flux_slice *slice = mem_new(1, sizeof *slice);
    struct flux_weights w = {.hyst_Nm = 0.5, .eddy_Nm = 2.0, .excess_Nm = 3.0, .build_factor_pu = 1.5, .Bt2_W = 1.0};
    double least = HUGE_VAL;
    int n_small = 0;
    for (int k = 0; k < fm->n; k++) {
        fm->slot_Bt2_T2[k] = k % 5 == 0 ? 0.0 : k % 3 == 0 ? 1e-9 : 1.0 + k % 4;
        for (int r = 0; r < LOSS_REGION_COUNT; r++) {
            fm->hyst_W_per_Hz[r][k] = (k + r) % 3 == 0 ? 1e-6 : 1.0 + (k * 7 + r) % 5;
            fm->eddy_W_per_Hz2[r][k] = (k * 3 + r) % 4 == 0 ? 0.0 : 1.0 + (k + r) % 3;
            fm->excess_W_per_Hz15[r][k] = (k / 2 + r) % 3 == 0 ? 1e-3 : 2.0;
        }
    }
    flux_map_set_nodes(fm);
    flux_map_set_shift(fm, 11.0);
    flux_map_set_layers(fm, &w, slice);
    for (double f = 0.0; f <= 12.0; f += 0.75) {
        flux_map_set_slice(slice, f);
        for (double d = -260.0; d < 120.0; d += 6.3)
            for (double q = -290.0; q < 300.0; q += 7.7) {
                struct iron_coef c;
                struct flux_slice_point sp;
                double drag_Nm = 0.0;
                flux_map_eval_coef(fm, d, q, f, &c);
                flux_map_eval_slice(slice, d, q, &sp);
                for (int r = 0; r < LOSS_REGION_COUNT; r++) {
                    double sum = 0.5 * c.hyst_W_per_Hz[r] + 2.0 * c.eddy_W_per_Hz2[r] + 3.0 * c.excess_W_per_Hz15[r];
                    drag_Nm += (r == LOSS_MAGNET ? 1.0 : 1.5) * sum;
                    least = fmin(least, fmin(c.hyst_W_per_Hz[r], fmin(c.eddy_W_per_Hz2[r], c.excess_W_per_Hz15[r])));
                    n_small += c.eddy_W_per_Hz2[r] < 1e-3;
                }
                assert_close(sp.drag_Nm, drag_Nm, 1e-13, 0.0); /* no clamp stands between the two */
                assert_close(sp.extra_W, flux_map_eval_slot_Bt2_T2(fm, d, q, f), 1e-13, 1e-15);
            }
    }
    assert_true(least >= 0.0);
    assert_true(n_small > 100);
    flux_map_free(fm);
    mem_free(slice);
}

/* A sharp knee between far points: the spline through them falls, the map does not. */
static double saturated(double i, double knee) { return 0.5 * i / sqrt(knee * knee + i * i) + 1e-5 * i; }
static double ld_knee(double d, double q, double f) { (void)q; return saturated(d + 5.0 * f, 10.0); }
static double lq_knee(double d, double q, double f) { (void)d; (void)f; return saturated(q, 10.0); }

static void test_rises_with_own_current(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(5, 5, 3);
    struct flux_map *fm = make_map(&o, ld_knee, lq_knee);
    for (int f = 0; f < o.n_f; f++)
        for (int k = 0; k <= 300; k++) {
            struct flux_point p;
            flux_map_eval(fm, o.i_d_A[0] + (o.i_d_A[4] - o.i_d_A[0]) * k / 300.0, o.i_q_A[1], o.i_f_A[f], &p);
            assert_true(p.dld_did >= 0.0);
            flux_map_eval(fm, o.i_d_A[2], o.i_q_A[4] * k / 300.0, o.i_f_A[f], &p);
            assert_true(p.dlq_diq >= 0.0);
        }
    flux_map_free(fm);
}

static void test_shift(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(6, 6, 1);
    struct flux_map *cold = make_map(&o, ld_cold, lq_line), *hot = make_map(&o, ld_hot, lq_line);
    struct flux_point a, b;
    flux_map_set_shift(cold, -0.02 / 5e-4);
    flux_map_eval(cold, -70.0, 120.0, 0.0, &a);
    flux_map_eval(hot, -70.0, 120.0, 0.0, &b);
    assert_close(a.lambda_d_Wb, b.lambda_d_Wb, 1e-12, 0.0);
    assert_close(a.torque_Nm, b.torque_Nm, 1e-12, 0.0);
    assert_close(flux_map_eval_torque_Nm(cold, -70.0, 120.0, 0.0), flux_map_eval_torque_Nm(hot, -70.0, 120.0, 0.0), 1e-11, 0.0);
    flux_map_free(cold);
    flux_map_free(hot);
}

static void test_refused(void **state)
{
    (void)state;
    struct flux_map *fm;
    struct err e;
    assert_ok(flux_map_new(40, &fm, &e), &e);
    struct flux_map_opts good = grid(6, 5, 1), o = good;
    assert_ok(flux_map_set_grid(fm, P, &o, &e), &e);
    o.n_d = 7; /* the 7th value is 0: no longer ascending */
    assert_status(flux_map_set_grid(fm, P, &o, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "i_d_A");
    o = good;
    o.i_q_A[0] = 1.0;
    assert_status(flux_map_set_grid(fm, P, &o, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "i_q_A");
    o = good;
    o.i_f_A[0] = (double)NAN;
    assert_status(flux_map_set_grid(fm, P, &o, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "i_f_A");
    o = grid(7, 6, 1);
    assert_status(flux_map_set_grid(fm, P, &o, &e), ST_RANGE, NULL); /* 42 > 40 points */
    assert_status(flux_map_set_grid(fm, 0, &good, &e), ST_RANGE, NULL);
    o = good;
    o.n_q = 0;
    assert_status(flux_map_set_grid(fm, P, &o, &e), ST_RANGE, NULL);
    flux_map_free(fm);
    flux_map_free(NULL);
    long before = mem_get_live();
    mem_set_fail_at(5);
    assert_status(flux_map_new(40, &fm, &e), ST_NO_MEMORY, NULL);
    mem_set_fail_at(0);
    assert_null(fm);
    assert_int_equal(mem_get_live(), before);
}

/* Points that stand at another i_d for every field current: the same cubics, and their derivatives at i_d held. */
static void test_sheared(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(7, 6, 5);
    double low_A, high_A;
    o.shear_pu = 8.0;
    o.i_d_A[6] = 160.0;
    flux_map_get_i_d_range(&o, &low_A, &high_A);
    assert_close(low_A, -200.0, 0.0, 1e-12);
    assert_close(high_A, 160.0 - 8.0 * 12.0, 0.0, 1e-12);
    struct flux_map *fm = make_map(&o, ld_of, lq_of);
    check_cubic(fm, 1.0);
    flux_map_free(fm);
}

/* A tail that is refused; what the field model gives of one: tests/verify/test_map_linkages.c. */
static void test_tail_refused(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(7, 6, 1);
    struct flux_map *fm;
    struct err e;
    assert_ok(flux_map_new(42, &fm, &e), &e);
    o.tail_A = o.i_d_A[0];
    assert_int_equal(flux_map_set_grid(fm, P, &o, &e), ST_RANGE);
    assert_string_equal(e.where, "tail_A");
    o.tail_A = 10.0;
    assert_int_equal(flux_map_set_grid(fm, P, &o, &e), ST_RANGE);
    o.tail_A = -400.0;
    assert_ok(flux_map_set_grid(fm, P, &o, &e), &e);
    assert_close(flux_map_get_i_d_low_A(&o), -400.0, 0.0, 1e-12);
    flux_map_free(fm);
}

static void test_evaluation_allocates_nothing(void **state)
{
    (void)state;
    struct flux_map_opts o = grid(7, 6, 5);
    struct flux_map *fm = make_map(&o, ld_of, lq_of);
    long before = mem_get_count();
    check_cubic(fm, 1.0);
    flux_map_set_nodes(fm);
    assert_int_equal(mem_get_count(), before);
    flux_map_free(fm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cubics_are_exact),
        cmocka_unit_test(test_fourth_order),
        cmocka_unit_test(test_slopes_join),
        cmocka_unit_test(test_beyond_the_grid_is_linear),
        cmocka_unit_test(test_losses_and_slice),
        cmocka_unit_test(test_rises_with_own_current),
        cmocka_unit_test(test_shift),
        cmocka_unit_test(test_losses_never_negative),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_sheared),
        cmocka_unit_test(test_tail_refused),
        cmocka_unit_test(test_evaluation_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
