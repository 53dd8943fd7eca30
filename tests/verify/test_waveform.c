/* Waveforms over the rotor position under load: torque ripple against an independent finite-element code (tests/data/truth_ripple_*.csv);
 * torque by stress, by linkages and by energy; the same from fewer positions. Open circuit: test_noload.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/waveform/waveform.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define N_REF 24 /* positions of 60 deg el */

static struct matlib *lib;

struct fixture { const char *name; double i_f_A; struct machine m; struct field_ws *ws; };

static struct fixture begin(const char *name)
{
    struct fixture fx = {.name = name, .i_f_A = strcmp(name, "C4") == 0 ? 14.0 : 0.0};
    struct field_opts o = field_opts_default();
    struct err e;
    assert_ok(machines_read_case(name, lib, NULL, &fx.m, &e), &e);
    assert_ok(field_new(&fx.m, MESH_MEDIUM, &o, &fx.ws, &e), &e);
    field_set_magnet_T(fx.ws, 293.15);
    return fx;
}

static void check(enum proof_group group, const struct fixture *fx, const char *quantity, double measured, double wanted, const char *unit,
                  const char *source)
{
    char subject[64];
    snprintf(subject, sizeof subject, "%s medium", fx->name);
    proof_check(&(struct proof){group, quantity, subject, .measured = measured, .wanted = wanted, .unit = unit, .source = source});
}

static double largest(int n, const double *y)
{
    double most = 0.0;
    for (int k = 0; k < n; k++)
        most = fabs(y[k]) <= most ? most : fabs(y[k]); /* NaN passes through */
    return most;
}

static double spread(int n, const double *y)
{
    double low = y[0], high = y[0];
    for (int k = 1; k < n; k++) {
        low = fmin(low, y[k]);
        high = fmax(high, y[k]);
    }
    return high - low;
}

/* ---- load ---- */

/* Largest torque of the reference's whole current grid. */
static double peak_torque_Nm(const char *name)
{
    static double row[96][MACHINES_MAX_COLUMN];
    char path[64];
    int is_wound = strcmp(name, "C4") == 0;
    double most = 0.0;
    snprintf(path, sizeof path, "tests/data/truth_%s.csv", name);
    int n = machines_read_table(path, is_wound ? 7 : 5, 96, row);
    assert_true(n > 40);
    for (int k = 0; k < n; k++)
        most = fmax(most, row[k][is_wound ? 5 : 4]);
    return most;
}

static void run_load(const char *name)
{
    int is_wound = strcmp(name, "C4") == 0;
    struct fixture fx = begin(name);
    double row[8][MACHINES_MAX_COLUMN], T_max_Nm = peak_torque_Nm(name), ripple = 0.0, mean = 0.0, flux_pu = 0.0, energy_pu = 0.0;
    char path[64];
    snprintf(path, sizeof path, "tests/data/truth_ripple_%s.csv", name);
    int n = machines_read_table(path, 4 + is_wound, 8, row);
    assert_int_equal(n, 5);
    for (int k = 0; k < n; k++) {
        struct waveform_load w;
        struct err e;
        double gap_Nm[N_REF];
        const double *ref = row[k] + is_wound; /* i_d, i_q, mean, peak to peak; the field current, all of one value, before them */
        assert_ok(waveform_solve_load(fx.ws, &fx.m, ref[0], ref[1], fx.i_f_A, N_REF, NULL, &w, &e), &e);
        for (int j = 0; j < N_REF; j++)
            gap_Nm[j] = w.torque_energy_Nm[j] - w.torque_Nm[j];
        double pp = spread(N_REF, w.torque_Nm);
        printf("%s i_d %g A, i_q %g A: mean %.3f Nm (reference %.3f), peak to peak %.3f Nm (reference %.3f), by linkages %+.3f Nm, by "
               "energy, worst position %.3f Nm, ripple by energy %.3f Nm\n",
               name, ref[0], ref[1], w.torque_mean_Nm, ref[2], pp, ref[3], w.torque_linkage_Nm - w.torque_mean_Nm,
               largest(N_REF, gap_Nm), w.ripple_energy_Nm);
        ripple = fmax(ripple, fabs(pp / ref[3] - 1.0));
        mean = fmax(mean, fabs(w.torque_mean_Nm / ref[2] - 1.0));
        flux_pu = fmax(flux_pu, fabs(w.torque_linkage_Nm - w.torque_mean_Nm) / T_max_Nm);
        energy_pu = fmax(energy_pu, largest(N_REF, gap_Nm) / T_max_Nm);
    }
    check(PROOF_FE, &fx, "torque ripple, peak to peak, worst load point", 100 * ripple, 15.0, "%", path);
    check(PROOF_FE, &fx, "mean torque of 24 positions, worst load point", 100 * mean, 1.5, "%", path);
    check(PROOF_ENERGY, &fx, "torque by stress and by linkages, of peak torque", 100 * flux_pu, 0.5, "%", "KRAUSE2013");
    char subject[64];
    snprintf(subject, sizeof subject, "%s medium", name);
    proof_check(&(struct proof){PROOF_ENERGY, "torque by stress and by coenergy, worst position, of peak torque", subject,
                                .measured = 100 * energy_pu, .wanted = 0.5, .unit = "%", .source = "KRAUSE2013",
                                .bound = is_wound ? 0.55 : 0.65,
                                .cause = is_wound                  ? "the medium mesh: 0.23 % on the fine one"
                                         : strcmp(name, "C5") == 0 ? "the medium mesh: 0.11 % on the fine one"
                                                                   : NULL});
    field_free(fx.ws);
}

static void test_load_c1(void **state) { (void)state; run_load("C1"); }
static void test_load_c2(void **state) { (void)state; run_load("C2"); }
static void test_load_c3(void **state) { (void)state; run_load("C3"); }
static void test_load_c5(void **state) { (void)state; run_load("C5"); }
static void test_load_c4(void **state) { (void)state; run_load("C4"); }

/* ---- fewer positions ---- */

static void run_positions(const char *name, double i_d_A, double i_q_A)
{
    static const int N[] = {6, 12, 48};
    struct fixture fx = begin(name);
    struct waveform_load w[ARRAY_LEN(N)];
    struct err e;
    for (int k = 0; k < ARRAY_LEN(N); k++) {
        assert_ok(waveform_solve_load(fx.ws, &fx.m, i_d_A, i_q_A, fx.i_f_A, N[k], NULL, &w[k], &e), &e);
        printf("%s %d positions: torque %.3f Nm, ripple %.3f Nm, lambda_d %.6f Wb, lambda_q %.6f Wb\n", name, N[k], w[k].torque_mean_Nm,
               w[k].ripple_Nm, w[k].lambda_d_mean_Wb, w[k].lambda_q_mean_Wb);
    }
    struct waveform_noload few, many, most;
    struct waveform_emf emf_few, emf_many, emf_most;
    assert_ok(waveform_solve_noload(fx.ws, &fx.m, fx.i_f_A, 6, &few, &e), &e);
    assert_ok(waveform_solve_noload(fx.ws, &fx.m, fx.i_f_A, 12, &many, &e), &e);
    assert_ok(waveform_solve_noload(fx.ws, &fx.m, fx.i_f_A, 24, &most, &e), &e);
    waveform_eval_emf(&few, 1.0, &emf_few);
    waveform_eval_emf(&many, 1.0, &emf_many);
    waveform_eval_emf(&most, 1.0, &emf_most);
    printf("%s open circuit, 6, 12 and 24 positions: line peak %.5f %.5f %.5f V s, cogging %.3f %.3f %.3f Nm\n", name, emf_few.line_peak_V,
           emf_many.line_peak_V, emf_most.line_peak_V, few.cogging_Nm, many.cogging_Nm, most.cogging_Nm);
    assert_close(w[0].torque_mean_Nm, w[1].torque_mean_Nm, 0.005, 0.0);
    assert_close(w[1].torque_mean_Nm, w[2].torque_mean_Nm, 0.001, 0.0);
    assert_close(w[0].lambda_d_mean_Wb, w[1].lambda_d_mean_Wb, 0.0, 0.002 * fabs(w[1].lambda_q_mean_Wb));
    assert_close(w[0].lambda_q_mean_Wb, w[1].lambda_q_mean_Wb, 0.002, 0.0);
    assert_close(w[1].ripple_Nm, w[2].ripple_Nm, 0.03, 0.0);
    assert_close(emf_few.line_peak_V, emf_most.line_peak_V, 0.015, 0.0);
    assert_close(emf_many.line_peak_V, emf_most.line_peak_V, 0.01, 0.0);
    assert_close(emf_few.line_thd_pu, emf_most.line_thd_pu, 0.015, 0.0);
    assert_close(many.cogging_Nm, most.cogging_Nm, 0.08, 0.0);
    assert_close(emf_few.line_fundamental_V, emf_most.line_fundamental_V, 1e-3, 0.0);
    field_free(fx.ws);
}

static void test_positions_c1(void **state) { (void)state; run_positions("C1", -150.0, 150.0); }
static void test_positions_c4(void **state) { (void)state; run_positions("C4", -48.0, 180.0); }

/* ---- the polynomial itself ---- */

static void test_series(void **state)
{
    (void)state;
    for (int n = 1; n <= 9; n++) {
        double y[9];
        struct waveform_series s, slope;
        for (int j = 0; j < n; j++)
            y[j] = cos(7.0 * j * j) + j;
        waveform_set_series(n, y, &s);
        slope = waveform_get_slope(&s, 2.0);
        for (int j = 0; j < n; j++)
            assert_close(waveform_eval_series(&s, 2.0 * PI * j / n), y[j], 0.0, 1e-12);
        for (int j = 0; j < n; j++) {
            double x = 0.3 + j, h = 1e-5;
            assert_close(waveform_eval_series(&slope, x),
                         (waveform_eval_series(&s, x + h) - waveform_eval_series(&s, x - h)) / h, 0.0, 1e-7);
        }
    }
    struct waveform_series one = {.n = 3, .a = {5.0, 0.0, 0.6}, .b = {0.0, 0.0, 0.8}};
    assert_close(waveform_eval_peak_to_peak(&one), 2.0, 0.02, 0.0);
}

static void test_refused(void **state)
{
    (void)state;
    struct fixture fx = begin("C1");
    struct waveform_load w;
    struct waveform_noload v;
    struct err e;
    assert_status(waveform_solve_load(fx.ws, &fx.m, 0.0, 1.0, 0.0, 0, NULL, &w, &e), ST_RANGE, NULL);
    assert_status(waveform_solve_load(fx.ws, &fx.m, 0.0, 1.0, 0.0, WAVEFORM_MAX_POSITION + 1, NULL, &w, &e), ST_RANGE, NULL);
    assert_status(waveform_solve_noload(fx.ws, &fx.m, 0.0, 0, &v, &e), ST_RANGE, NULL);
    assert_non_null(strstr(e.message, "48"));
    field_free(fx.ws);
}

static int set_up(void **state)
{
    struct err e;
    (void)state;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    return 0;
}

static int tear_down(void **state) { (void)state; matlib_free(lib); return 0; }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series),  cmocka_unit_test(test_refused), cmocka_unit_test(test_load_c1),
        cmocka_unit_test(test_load_c2), cmocka_unit_test(test_load_c3), cmocka_unit_test(test_load_c4),
        cmocka_unit_test(test_load_c5), cmocka_unit_test(test_positions_c1), cmocka_unit_test(test_positions_c4),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
