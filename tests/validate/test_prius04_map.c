/* The 2004 Prius motor under load against the dynamometer map of ORNL (ORNL_TM2006_423 table B-1; the transcription holds every second
 * row): shaft torque at the measured speed and current, motor efficiency at the measured torque and speed; its torque over the current
 * angle against a published simulation; its loss when spun. Given by the source: dc link 496 to 505 V (500 here), hottest winding
 * thermocouple of every row, coolant about 55 degC. Not given, and set before looking: the current angle - the best one that keeps the
 * linear range of space-vector modulation, dc/sqrt 3; where none does, the one with the least voltage (the figure for sine-triangle
 * modulation, dc/2, stands beside it); the magnet's temperature - half way between coolant and winding; no build factor of the iron loss
 * (1: no source). Friction and windage of the stand: 160 W at 900 rpm, the estimate of the same laboratory for the same motor under load
 * (ORNL_TM2005_33 table 10), as a constant torque; it agrees with what the spun transaxle lost in gears and rotor at that speed. Fitted:
 * nothing. The material's Br comes from the back-EMF (test_prius04.c).
 * Torque from 300 N m on and efficiency there are left out of the wanted figures: the source calls its electric power unreliable there, and
 * the goal says up to 300 N m; the rows above are printed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/operate/operate.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define SOURCE "ORNL_TM2006_423"
#define N_ROW_MAX 256
#define N_POSITION 6
#define MAP_K 348.15           /* temperature of the map; others by the shift of i_d */
#define SHIFT_K 50.0
#define COOLANT_K 328.15
#define DC_V 500.0
#define LINEAR_V (DC_V / sqrt(3.0)) /* peak phase voltage, space-vector modulation */
#define SINE_V (DC_V / 2.0)         /* sine-triangle modulation */
#define STAND_NM (160.0 / (900.0 * 2.0 * PI / 60.0))
#define I_MAX_A 300.0
#define RELIABLE_NM 300.0
#define LOW_SPEED_RPM 1110.0   /* below the voltage limit */
#define N_ANGLE 361

struct fixture {
    struct matlib *lib;
    struct machine m;
    struct winding_layout layout;
    struct winding_geometry geometry;
    struct field_ws *ws;
    struct flux_map *map;
    struct operate_ws *operate;
    double shift_A_per_K;
};

static double no_load_eval(struct fixture *x, double T_K)
{
    double sum = 0.0;
    field_set_magnet_T(x->ws, T_K);
    for (int k = 0; k < N_POSITION; k++) {
        struct field_result r;
        struct field_info info;
        struct err e;
        field_set_angle(x->ws, iron_get_position_el_rad(&x->m, k, N_POSITION));
        assert_ok(field_solve(x->ws, 0.0, 0.0, 0.0, k == 0, &r, &info, &e), &e);
        sum += r.lambda_d_Wb / N_POSITION;
    }
    return sum;
}

/* A colder magnet is a shift of i_d (flux_map.h): find the i_d of the map that gives the colder magnet's linkage. */
static void set_shift(struct fixture *x)
{
    double wanted_Wb = no_load_eval(x, MAP_K - SHIFT_K), low = 0.0, high = 100.0;
    for (int k = 0; k < 60; k++) {
        double mid = 0.5 * (low + high);
        struct flux_point p;
        flux_map_eval(x->map, mid, 0.0, 0.0, &p);
        if (p.lambda_d_Wb < wanted_Wb)
            low = mid;
        else
            high = mid;
    }
    x->shift_A_per_K = -low / SHIFT_K;
}

static void set_map(struct fixture *x)
{
    struct err e;
    struct flux_map_opts o = {.n_d = 8, .n_q = 7, .n_f = 1, .n_position = N_POSITION, .magnet_T_K = MAP_K, .corner_A = 1.2 * I_MAX_A};
    for (int k = 0; k < o.n_d; k++)
        o.i_d_A[k] = I_MAX_A * (-1.1 + 1.25 * k / (o.n_d - 1));
    for (int k = 0; k < o.n_q; k++)
        o.i_q_A[k] = I_MAX_A * k / (o.n_q - 1);
    assert_ok(flux_map_new(o.n_d * o.n_q, &x->map, &e), &e);
    field_set_magnet_T(x->ws, MAP_K);
    assert_ok(flux_map_solve(x->map, x->ws, &x->m, &o, &e), &e);
}

static int set_up(void **state)
{
    struct fixture *x = calloc(1, sizeof *x);
    struct field_opts o = field_opts_default();
    struct err e;
    assert_non_null(x);
    assert_ok(matlib_new("materials/data", &x->lib, &e), &e);
    assert_ok(machines_read_case("PRIUS04", x->lib, NULL, &x->m, &e), &e);
    assert_ok(winding_set_layout(&x->m, &x->layout, &e), &e);
    assert_ok(winding_eval_geometry(&x->m, &x->layout, &x->geometry, &e), &e);
    assert_ok(field_new(&x->m, MESH_MEDIUM, &o, &x->ws, &e), &e);
    assert_ok(operate_new(&x->operate, &e), &e);
    set_map(x);
    set_shift(x);
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    operate_free(x->operate);
    flux_map_free(x->map);
    field_free(x->ws);
    matlib_free(x->lib);
    free(x);
    return 0;
}

static void set_state(struct fixture *x, double T_winding_K, double T_magnet_K, double friction_Nm, double V_max_V)
{
    struct err e;
    const struct coolant *air;
    struct operate_limits lim = {.V_max_V = V_max_V, .I_max_A = I_MAX_A, .speed_max_rad_per_s = 700.0,
                                 .L_end_H = x->geometry.L_end_H, .build_factor_pu = 1.0};
    struct copper_exciter none = {1.0, 0.0};
    assert_ok(matlib_get_coolant(x->lib, "air", NULL, &air, &e), &e);
    assert_ok(mech_loss_init(&lim.mech, &x->m, air, COOLANT_K, friction_Nm, 1.0, &e), &e);
    assert_ok(copper_init(&lim.copper, &x->m, &x->geometry, T_winding_K, T_winding_K, &none, &e), &e);
    flux_map_set_shift(x->map, x->shift_A_per_K * (T_magnet_K - MAP_K));
    assert_ok(operate_set(x->operate, x->map, &lim, &e), &e);
}

/* Largest shaft torque of a current over its angle; among angles beyond the voltage the one with the least. */
static struct operate_point best_angle_eval(const struct fixture *x, double i_A, double speed_rad_per_s, double V_max_V, int *is_beyond)
{
    struct operate_point best = {0};
    double best_excess_V = HUGE_VAL;
    for (int k = 0; k < N_ANGLE; k++) {
        double a = 0.5 * PI * k / (N_ANGLE - 1);
        struct operate_point p;
        operate_eval_point(x->operate, -i_A * sin(a), i_A * cos(a), 0.0, speed_rad_per_s, &p);
        double excess_V = fmax(0.0, p.v_V - V_max_V);
        if (excess_V < best_excess_V || (excess_V == best_excess_V && p.torque_Nm > best.torque_Nm))
            best = p, best_excess_V = excess_V;
    }
    *is_beyond = best_excess_V > 0.0;
    return best;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Value below which the share `q` of n values lies (nearest rank). Sorts them. */
static double quantile_eval(double *v, int n, double q)
{
    assert_true(n > 0);
    qsort(v, (size_t)n, sizeof *v, compare_double);
    int k = (int)ceil(q * n) - 1;
    return v[k < 0 ? 0 : k];
}

static void prove(const char *quantity, const char *subject, double measured, double wanted, const char *unit, double bound,
                  const char *cause)
{
    proof_check(&(struct proof){PROOF_MEASUREMENT, quantity, subject, .measured = measured, .wanted = wanted, .unit = unit,
                                .source = SOURCE, .bound = bound, .cause = cause});
}

struct dyno {
    int n, n_low, n_beyond, n_eta;
    double bias[N_ROW_MAX], error[N_ROW_MAX], low[N_ROW_MAX], eta_bias[N_ROW_MAX], eta[N_ROW_MAX];
};

static void dyno_eval(struct fixture *x, double V_max_V, int n, double row[][MACHINES_MAX_COLUMN], struct dyno *d)
{
    memset(d, 0, sizeof *d);
    for (int k = 0; k < n; k++) {
        double speed = row[k][0] * 2.0 * PI / 60.0, T_Nm = row[k][1], T_winding_K = row[k][7] + 273.15;
        struct operate_point p, q;
        struct err e;
        int is_beyond;
        set_state(x, T_winding_K, 0.5 * (T_winding_K + COOLANT_K), STAND_NM, V_max_V);
        p = best_angle_eval(x, sqrt(2.0) * row[k][6], speed, V_max_V, &is_beyond);
        enum status st = operate_solve_torque(x->operate, T_Nm, speed, OPERATE_MIN_CURRENT, &q, &e);
        double error_pct = 100.0 * (p.torque_Nm / T_Nm - 1.0), eta_pt = st == ST_OK ? 100.0 * (q.efficiency_pu - row[k][4]) : (double)NAN;
        printf("%5.0f rpm %6.1f Nm %6.1f A rms %5.1f degC: %6.1f Nm %+6.2f %%%s, efficiency %.3f %+5.2f pt\n", row[k][0], T_Nm, row[k][6],
               row[k][7], p.torque_Nm, error_pct, is_beyond ? " (beyond voltage)" : "", row[k][4], eta_pt);
        if (T_Nm >= RELIABLE_NM)
            continue;
        d->n_beyond += is_beyond;
        d->bias[d->n] = error_pct, d->error[d->n++] = fabs(error_pct);
        if (row[k][0] < LOW_SPEED_RPM)
            d->low[d->n_low++] = fabs(error_pct);
        if (st == ST_OK)
            d->eta_bias[d->n_eta] = eta_pt, d->eta[d->n_eta++] = fabs(eta_pt);
    }
    printf("%.0f V: %d rows below 300 Nm, %d below 1110 rpm, %d beyond the voltage, %d with an efficiency; median of torque %+.2f %%, of "
           "efficiency %+.2f pt\n", V_max_V, d->n, d->n_low, d->n_beyond, d->n_eta, quantile_eval(d->bias, d->n, 0.5),
           quantile_eval(d->eta_bias, d->n_eta, 0.5));
}

static void test_dyno(void **state)
{
    struct fixture *x = *state;
    static double row[N_ROW_MAX][MACHINES_MAX_COLUMN];
    static struct dyno d;
    int n = machines_read_table("tests/data/prius2004_dyno_map.csv", 8, N_ROW_MAX, row);
    assert_true(n > 200);
    dyno_eval(x, LINEAR_V, n, row, &d);
    assert_int_equal(d.n_eta, d.n);
    prove("torque at measured current, median error", "2004 Prius, 199 rows to 300 Nm", quantile_eval(d.error, d.n, 0.5), 4.0, "%", 0,
          NULL);
    prove(
        "torque at measured current, 90th percentile", "2004 Prius, 199 rows to 300 Nm", quantile_eval(d.error, d.n, 0.9), 8.0, "%", 14.5,
        "field weakening above 2500 rpm: with 289 V (linear space vector) the model needs less current; how the stand modulated is "
        "unknown: from 2,200 rpm on its phase voltage reads 230 to 242 V rms whatever the torque");
    prove("torque at measured current, median error", "2004 Prius, rows below 1110 rpm", quantile_eval(d.low, d.n_low, 0.5), 4.0, "%", 0,
          NULL);
    prove("torque at measured current, 90th percentile", "2004 Prius, rows below 1110 rpm", quantile_eval(d.low, d.n_low, 0.9), 8.0, "%", 0,
          NULL);
    prove("motor efficiency, median difference", "2004 Prius, 199 rows to 300 Nm", quantile_eval(d.eta, d.n_eta, 0.5), 1.5, "pt", 0, NULL);
    dyno_eval(x, SINE_V, n, row, &d);
    proof_note(PROOF_MEASUREMENT, "the same with 250 V (sine-triangle), 90th percentile", "2004 Prius, 199 rows to 300 Nm",
               quantile_eval(d.error, d.n, 0.9), "%", SOURCE);
}

static void test_torque_angle(void **state)
{
    struct fixture *x = *state;
    static double row[16][MACHINES_MAX_COLUMN];
    int n = machines_read_table("tests/data/prius2004_torque_angle.csv", 2, 16, row);
    double worst = 0.0, T_max = 0.0, own_max = 0.0;
    assert_int_equal(n, 13);
    set_state(x, 333.15, 333.15, 0.0, LINEAR_V);
    for (int k = 0; k < n; k++)
        T_max = fmax(T_max, row[k][1]);
    for (int k = 0; k < n; k++) {
        struct flux_point p;
        double a = row[k][0] * PI / 180.0;
        flux_map_eval(x->map, 250.0 * cos(a), 250.0 * sin(a), 0.0, &p);
        printf("%3.0f deg: %6.1f (%6.1f) Nm\n", row[k][0], p.torque_Nm, row[k][1]);
        if (250.0 * cos(a) <= 0.15 * I_MAX_A) /* inside the map */
            worst = fmax(worst, fabs(p.torque_Nm - row[k][1]) / T_max);
        own_max = fmax(own_max, p.torque_Nm);
    }
    proof_check(&(struct proof){PROOF_PUBLISHED_FE, "torque over current angle at 250 A, worst, of the largest", "2004 Prius",
                                .measured = 100.0 * worst, .wanted = 10.0, .unit = "%", .source = "YANG2013"});
    const double LOCKED_NM = 340.0; /* "about 340 Nm", read in words */
    proof_check(&(struct proof){PROOF_MEASUREMENT, "locked-rotor torque at 250 A", "2004 Prius",
                                .measured = 100.0 * fabs(own_max / LOCKED_NM - 1.0), .wanted = 8.0, .unit = "%",
                                .source = "ORNL_TM2004_247"});
}

/* What the model loses when spun may not exceed what was measured of the rotor with its bearings. */
static void test_spin(void **state)
{
    struct fixture *x = *state;
    static double row[16][MACHINES_MAX_COLUMN];
    int n = machines_read_table("tests/data/prius2004_spin_loss.csv", 5, 16, row);
    double worst = 0.0;
    assert_int_equal(n, 12);
    set_state(x, 298.15, 298.15, 0.0, LINEAR_V);
    for (int k = 0; k < n; k++) {
        struct operate_point p;
        operate_eval_point(x->operate, 0.0, 0.0, 0.0, row[k][0] * 2.0 * PI / 60.0, &p);
        printf("%5.0f rpm: core %.1f, windage %.1f W; measured with bearings %.1f W\n", row[k][0],
               p.loss.total_W - p.loss.windage_W, p.loss.windage_W, row[k][2]);
        worst = fmax(worst, p.loss.total_W / row[k][2]);
    }
    proof_check(&(struct proof){PROOF_MEASUREMENT, "loss when spun over the measured bound, worst of 12 speeds", "2004 Prius",
                                .measured = worst, .wanted = 1.0, .unit = "", .source = "ORNL_TM2004_247", .bound = 1.1,
                                .cause =
                                    "1000 rpm only, where the measured loss, bearings included, lies a fifth below the line through its "
                                    "neighbours"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dyno), cmocka_unit_test(test_torque_angle), cmocka_unit_test(test_spin)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
