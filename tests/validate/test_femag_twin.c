/* The FEMAG twin of the 2004 Prius motor (examples/validation/FEMAG_TWIN.yaml) against what its authors computed with FEMAG 8.3, source key
 * FEMAG_PM270L8: 35 points of flux linkage and torque (28 with current and the one without, which the table repeats), EMF harmonics and gap
 * field without current, cogging, and core loss by region at 3000 rpm.
 * Limits. Torque and linkages 3 %: two independent codes agree to 0.5 % on one drawing (test_truth.c), but here the drawing is translated
 * from a template of which there is a picture only (README of examples/validation). Torque errors are relative to the value or to 30 % of
 * the largest, linkages to the largest. Core loss 15 % of the region's value or of 30 % of its largest. EMF harmonics in per cent of the
 * fundamental. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/loss/iron.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"
#include "tests/support/waveform.h"

#define SOURCE "FEMAG_PM270L8"
#define N_ROW 35
#define N_REPEATED 7       /* rows of the table without current: all alike */
#define N_POSITION 6  /* harmonics of the stator to 17, as FEMAG with 45 positions a period: to 22 */
#define N_NO_LOAD 24       /* positions over 60 degrees el: 144 samples of the phase's period */
#define MAGNET_K 333.15
#define SPEED_RPM 3000.0
#define FLOOR_PU 0.3

struct fixture { struct matlib *lib; struct machine m; struct field_ws *ws; };
struct point { double i_d_A, i_q_A, lambda_d_Wb, lambda_q_Wb, torque_Nm, loss_W[LOSS_REGION_COUNT]; };

static int set_up(void **state)
{
    struct fixture *x = calloc(1, sizeof *x);
    struct field_opts o = field_opts_default();
    struct err e;
    assert_non_null(x);
    assert_ok(matlib_new("materials/data", &x->lib, &e), &e);
    assert_ok(machines_read_case("FEMAG_TWIN", x->lib, NULL, &x->m, &e), &e);
    assert_ok(field_new(&x->m, MESH_MEDIUM, &o, &x->ws, &e), &e);
    field_set_magnet_T(x->ws, MAGNET_K);
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    field_free(x->ws);
    matlib_free(x->lib);
    free(x);
    return 0;
}

/* Rows 6..34 of both tables; peak values. */
static int read_points(struct point *p)
{
    static double map[N_ROW][MACHINES_MAX_COLUMN], loss[N_ROW][MACHINES_MAX_COLUMN];
    assert_int_equal(machines_read_table("tests/data/femag_pm270l8_ldq.csv", 8, N_ROW, map), N_ROW);
    assert_int_equal(machines_read_table("tests/data/femag_pm270l8_loss.csv", 6, N_ROW, loss), N_ROW);
    for (int k = N_REPEATED - 1; k < N_ROW; k++) {
        double beta = map[k][1] * PI / 180.0, i_A = sqrt(2.0) * map[k][0];
        assert_true(map[k][0] == loss[k][0] && map[k][1] == loss[k][1]);
        *p++ = (struct point){i_A * sin(beta), i_A * cos(beta), sqrt(2.0) * map[k][5], sqrt(2.0) * map[k][6], map[k][7],
                              {loss[k][2], loss[k][3], loss[k][4], loss[k][5]}};
    }
    return N_ROW - N_REPEATED + 1;
}

static void point_eval(struct fixture *x, struct iron_ws *iron, struct point *p)
{
    struct err e;
    double f_Hz = SPEED_RPM / 60.0 * x->m.p;
    p->lambda_d_Wb = p->lambda_q_Wb = p->torque_Nm = 0.0;
    for (int a = 0; a < N_POSITION; a++) {
        double theta = iron_get_position_el_rad(&x->m, a, N_POSITION);
        struct field_result r;
        struct field_info info;
        field_set_angle(x->ws, theta);
        assert_ok(field_solve(x->ws, p->i_d_A, p->i_q_A, 0.0, 0, &r, &info, &e), &e);
        iron_set_sample(iron, a, N_POSITION, theta, field_eval_B_T(x->ws));
        p->lambda_d_Wb += r.lambda_d_Wb / N_POSITION;
        p->lambda_q_Wb += r.lambda_q_Wb / N_POSITION;
    }
    p->torque_Nm = 1.5 * x->m.p * (p->lambda_d_Wb * p->i_q_A - p->lambda_q_Wb * p->i_d_A);
    struct iron_coef c;
    iron_eval(iron, N_POSITION, &c);
    for (int r = 0; r < LOSS_REGION_COUNT; r++)
        p->loss_W[r] = c.hyst_W_per_Hz[r] * f_Hz + c.eddy_W_per_Hz2[r] * f_Hz * f_Hz + c.excess_W_per_Hz15[r] * pow(f_Hz, 1.5);
}

static void raise(double *worst, double error_pu)
{
    if (!(100.0 * fabs(error_pu) <= *worst)) /* also when it is NaN */
        *worst = 100.0 * fabs(error_pu);
}

static const char *const LOSS_CAUSE[3] = {
    "whole stator: equal without current, 3 to 14 % low with; the limit between yoke and teeth is not published",
    "whole stator: equal without current, 3 to 14 % low with; how FEMAG sums local waveforms is not published",
    "surface loss by slot harmonics, which mesh and positions decide (12 positions: higher still); 1 to 12 % of all core loss"};

static void print_point(const struct point *own, const struct point *ref)
{
    printf("i_d %7.1f i_q %6.1f A: T %6.1f (%6.1f) Nm, ld %.4f (%.4f) lq %.4f (%.4f) Wb; yoke %.0f (%.0f) tooth %.0f (%.0f) rotor %.1f "
           "(%.1f) W\n", ref->i_d_A, ref->i_q_A, own->torque_Nm, ref->torque_Nm, own->lambda_d_Wb, ref->lambda_d_Wb, own->lambda_q_Wb,
           ref->lambda_q_Wb, own->loss_W[0], ref->loss_W[0], own->loss_W[1], ref->loss_W[1], own->loss_W[2], ref->loss_W[2]);
}

static void prove(const char *quantity, double measured_pct, double wanted_pct, double bound_pct, const char *cause)
{
    proof_check(&(struct proof){PROOF_PUBLISHED_FE, quantity, "FEMAG twin of the 2004 Prius", .measured = measured_pct,
                                .wanted = wanted_pct, .unit = "%", .source = SOURCE, .bound = bound_pct, .cause = cause});
}

static void test_map(void **state)
{
    struct fixture *x = *state;
    static struct point ref[N_ROW], own[N_ROW];
    struct iron_ws *iron;
    struct err e;
    int n = read_points(ref);
    double torque = 0, lambda_d = 0, lambda_q = 0, stator = 0, loss[3] = {0, 0, 0}, T_max = 0, lambda_max = 0, loss_max[3] = {0, 0, 0};
    assert_ok(iron_new(field_get_mesh(x->ws), &x->m, N_POSITION, &iron, &e), &e);
    for (int k = 0; k < n; k++) {
        T_max = fmax(T_max, ref[k].torque_Nm);
        lambda_max = fmax(lambda_max, fmax(fabs(ref[k].lambda_d_Wb), fabs(ref[k].lambda_q_Wb)));
        for (int r = 0; r < 3; r++)
            loss_max[r] = fmax(loss_max[r], ref[k].loss_W[r]);
    }
    for (int k = 0; k < n; k++) {
        own[k] = ref[k];
        point_eval(x, iron, &own[k]);
        print_point(&own[k], &ref[k]);
        raise(&torque, (own[k].torque_Nm - ref[k].torque_Nm) / fmax(ref[k].torque_Nm, FLOOR_PU * T_max));
        raise(&lambda_d, (own[k].lambda_d_Wb - ref[k].lambda_d_Wb) / lambda_max);
        raise(&lambda_q, (own[k].lambda_q_Wb - ref[k].lambda_q_Wb) / lambda_max);
        double ref_W = ref[k].loss_W[LOSS_STATOR_YOKE] + ref[k].loss_W[LOSS_STATOR_TOOTH];
        raise(&stator, (own[k].loss_W[LOSS_STATOR_YOKE] + own[k].loss_W[LOSS_STATOR_TOOTH] - ref_W) / ref_W);
        for (int r = 0; r < 3; r++)
            raise(&loss[r], (own[k].loss_W[r] - ref[k].loss_W[r]) / fmax(ref[k].loss_W[r], FLOOR_PU * loss_max[r]));
    }
    iron_free(iron);
    prove("no-load flux", 100.0 * fabs(own[0].lambda_d_Wb / ref[0].lambda_d_Wb - 1.0), 3.0, 0, NULL);
    prove("torque, worst of 35 points", torque, 3.0, 3.6,
          "worst at 75 deg field weakening, 11 N m of 238; magnet end pocket read from a picture of the template");
    prove("lambda_d, worst of 35 points", lambda_d, 3.0, 0, NULL);
    prove("lambda_q, worst of 35 points", lambda_q, 3.0, 0, NULL);
    prove("core loss, whole stator, worst", stator, 15.0, 0, NULL);
    static const char *const NAME[3] = {"core loss, stator yoke, worst", "core loss, stator teeth, worst", "core loss, rotor, worst"};
    static const double BOUND[3] = {20, 25, 55};
    for (int r = 0; r < 3; r++)
        prove(NAME[r], loss[r], 15.0, BOUND[r], LOSS_CAUSE[r]);
}

static void test_no_load(void **state)
{
    struct fixture *x = *state;
    static double lambda[N_NO_LOAD][3];
    static const struct { int order; double ref; } EMF_V[6] = {{1, 196.16}, {3, 24.02}, {5, 11.63}, {9, 14.71}, {13, 4.24}, {15, 2.30}},
                                                   GAP_T[4] = {{1, 0.6628}, {3, 0.1184}, {5, 0.1510}, {7, 0.0068}};
    const double COGGING_NM = 1.04;
    double c = 0, s = 0, emf = 0, gap[2] = {0, 0};
    for (int k = 0; k < N_NO_LOAD; k++) {
        struct field_result r;
        struct field_info info;
        struct err e;
        double theta = k * PI / 3.0 / N_NO_LOAD;
        field_set_angle(x->ws, theta);
        assert_ok(field_solve(x->ws, 0.0, 0.0, 0.0, 0, &r, &info, &e), &e);
        memcpy(lambda[k], r.lambda_abc_Wb, sizeof lambda[k]);
        c += r.torque_Nm * cos(12.0 * theta) * 2.0 / N_NO_LOAD;
        s += r.torque_Nm * sin(12.0 * theta) * 2.0 / N_NO_LOAD;
        for (int h = 0; h < 4 && k == 0; h++) {
            double d, q;
            field_eval_gap_harmonic(x->ws, GAP_T[h].order, &d, &q);
            printf("gap field, harmonic %d: %.4f (%.4f) T\n", GAP_T[h].order, fabs(d), GAP_T[h].ref);
            raise(&gap[h > 0], (fabs(d) - GAP_T[h].ref) / GAP_T[0].ref);
        }
    }
    for (int h = 0; h < 6; h++) {
        double V = EMF_V[h].order * 2.0 * PI * SPEED_RPM / 60.0 * x->m.p * waveform_eval_harmonic(N_NO_LOAD, lambda, EMF_V[h].order);
        printf("EMF, harmonic %d: %.2f (%.2f) V\n", EMF_V[h].order, V, EMF_V[h].ref);
        raise(&emf, (V - EMF_V[h].ref) / EMF_V[0].ref);
    }
    prove("gap field without current, fundamental", gap[0], 3.0, 0, NULL);
    prove("gap field, harmonics 3 to 7, of the fundamental", gap[1], 3.0, 0, NULL);
    prove("EMF, harmonics 1 to 15, of the fundamental", emf, 3.0, 0, NULL);
    prove("cogging, 48th of a revolution", 100.0 * fabs(hypot(c, s) / COGGING_NM - 1.0), 15.0, 45.0,
          "1.4 for 1.0 N m, 0.3 % of peak torque; FEMAG took 3.75 samples a period of this harmonic, which aliases with higher ones");
}

/* Four points of a second run of its authors on the same drawing, remanence 1.20 T; they give linkages and torque per mm. */
static void test_second_run(void **state)
{
    static const double STACK_MM = 83.56, BR_T = 1.20, FIRST_BR_T = 1.17, ALPHA_PER_K = -0.001, T_REF_K = 293.15;
    static const struct point PER_MM[] = {{-200, 200, -0.8531e-3, 4.984e-3, 4.927, {0}},
                                          {-100, 100, 0.3925e-3, 4.086e-3, 2.665, {0}},
                                          {0, 200, 1.812e-3, 5.068e-3, 2.172, {0}},
                                          {0, 0, 2.057e-3, 0.0, 0.0, {0}}};
    struct fixture *x = *state;
    double lambda = 0, torque = 0, T_max_Nm = STACK_MM * PER_MM[0].torque_Nm, lambda_max_Wb = STACK_MM * PER_MM[2].lambda_q_Wb;
    struct iron_ws *iron;
    struct err e;
    field_set_magnet_T(x->ws, T_REF_K + (BR_T / FIRST_BR_T - 1.0) / ALPHA_PER_K); /* where the first run's magnet has this remanence */
    assert_ok(iron_new(field_get_mesh(x->ws), &x->m, N_POSITION, &iron, &e), &e);
    for (int k = 0; k < ARRAY_LEN(PER_MM); k++) {
        struct point own = PER_MM[k];
        double ref_Nm = STACK_MM * PER_MM[k].torque_Nm, ref_d_Wb = STACK_MM * PER_MM[k].lambda_d_Wb,
               ref_q_Wb = STACK_MM * PER_MM[k].lambda_q_Wb;
        point_eval(x, iron, &own);
        printf("second run: T %.1f (%.1f) Nm, ld %.4f (%.4f), lq %.4f (%.4f) Wb\n", own.torque_Nm, ref_Nm, own.lambda_d_Wb, ref_d_Wb,
               own.lambda_q_Wb, ref_q_Wb);
        raise(&lambda, (own.lambda_d_Wb - ref_d_Wb) / lambda_max_Wb);
        raise(&lambda, (own.lambda_q_Wb - ref_q_Wb) / lambda_max_Wb);
        raise(&torque, (own.torque_Nm - ref_Nm) / fmax(ref_Nm, FLOOR_PU * T_max_Nm));
    }
    iron_free(iron);
    field_set_magnet_T(x->ws, MAGNET_K);
    prove("second run, Br 1.2 T: linkages, worst of 4 points", lambda, 3.0, 0, NULL);
    prove("second run, Br 1.2 T: torque, worst of 4 points", torque, 3.0, 3.3,
          "229 for 223 N m at 141 A, 45 deg; magnet end pocket read from a picture of the template");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_load), cmocka_unit_test(test_map), cmocka_unit_test(test_second_run)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
