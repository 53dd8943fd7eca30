/* The 2004 Prius motor at rest and unloaded, against measurement: back-EMF at 12 speeds (ORNL_TM2004_247), winding resistance and masses
 * (ORNL_TM2010_253).
 * Back-EMF. The magnet grade was never published, so one number, Br at 25 degC, is set: least squares of V = k n over all 12 speeds, and Br
 * such that the model's k is that. What is left to check at 12 speeds is the linearity (3 % asked for; the report prints the peaks in steps
 * of 25 V) and that the Br that results exists as a grade. The same Br is needed by drawing A and by the FEMAG drawing: the spread between
 * drawings, printed without target. The material PRIUS04_NDFEB of the library must hold the Br found here.
 * The voltages are line to line (not said by the report; half as much would need Br 0.7 T) and rms of the whole waveform. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/field/field.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"
#include "tests/support/waveform.h"

#define N_SPEED 12
#define N_POSITION 24      /* over 60 degrees el */
#define T25_K 298.15
#define FAST_RAD_PER_S 150.0 /* between 1000 and 1500 rpm */
#define EMF_SOURCE "ORNL_TM2004_247"
#define TEARDOWN_SOURCE "ORNL_TM2010_253"

struct fixture { struct matlib *lib; };

static int set_up(void **state)
{
    struct fixture *x = calloc(1, sizeof *x);
    struct err e;
    assert_non_null(x);
    assert_ok(matlib_new("materials/data", &x->lib, &e), &e);
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    matlib_free(x->lib);
    free(x);
    return 0;
}

/* Line-to-line EMF of one rad/s (rms of the whole waveform; harmonics of order 3 cancel) and the amplitude of the phase's fundamental
 * linkage. */
static double emf_eval(struct field_ws *ws, int p, double *lambda1_Wb)
{
    static double lambda[N_POSITION][3];
    double sum = 0.0;
    for (int k = 0; k < N_POSITION; k++) {
        struct field_result r;
        struct field_info info;
        struct err e;
        field_set_angle(ws, k * PI / 3.0 / N_POSITION);
        assert_ok(field_solve(ws, 0.0, 0.0, 0.0, 0, &r, &info, &e), &e);
        memcpy(lambda[k], r.lambda_abc_Wb, sizeof lambda[k]);
    }
    for (int h = 1; h < N_POSITION; h += 2) {
        double line_V = h % 3 == 0 ? 0.0 : sqrt(3.0) * h * p * waveform_eval_harmonic(N_POSITION, lambda, h);
        sum += 0.5 * line_V * line_V;
    }
    *lambda1_Wb = waveform_eval_harmonic(N_POSITION, lambda, 1);
    return sqrt(sum);
}

struct emf { int n; double speed_rad_per_s[N_SPEED], V[N_SPEED], k_Vs; };

static void emf_read(struct emf *m)
{
    static double row[N_SPEED][MACHINES_MAX_COLUMN];
    double vn = 0.0, nn = 0.0;
    m->n = machines_read_table("tests/data/prius2004_backemf.csv", 4, N_SPEED, row);
    assert_int_equal(m->n, N_SPEED);
    for (int k = 0; k < m->n; k++) {
        m->speed_rad_per_s[k] = row[k][0] * 2.0 * PI / 60.0, m->V[k] = row[k][2];
        vn += m->V[k] * m->speed_rad_per_s[k], nn += m->speed_rad_per_s[k] * m->speed_rad_per_s[k];
    }
    m->k_Vs = vn / nn;
}

/* Br at 20 degC of the machine's magnet for which the EMF at 25 degC is k_Vs a rad/s: secants from the library's value. */
static double Br_find(const char *name, const struct matlib *lib, double k_Vs, double *lambda1_Wb)
{
    struct err e;
    struct machine m;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    assert_ok(machines_read_case(name, lib, NULL, &m, &e), &e);
    struct magnet magnet = *m.magnet;
    m.magnet = &magnet;
    assert_ok(field_new(&m, MESH_MEDIUM, &o, &ws, &e), &e);
    double Br_T = magnet.Br20_T.value, last_T = 0.0, last_Vs = 0.0;
    for (int i = 0; i < 5; i++) {
        magnet.Br20_T.value = Br_T;
        assert_ok(field_set_machine(ws, &m, &e), &e);
        field_set_magnet_T(ws, T25_K);
        double k = emf_eval(ws, m.p, lambda1_Wb), step_T = i == 0 ? -0.02 : (k_Vs - k) * (Br_T - last_T) / (k - last_Vs);
        last_T = Br_T, last_Vs = k, Br_T += step_T;
        if (fabs(step_T) < 1e-6)
            break;
    }
    field_free(ws);
    return Br_T;
}

static void test_back_emf(void **state)
{
    struct fixture *x = *state;
    struct emf m;
    double lambda1_Wb, worst = 0.0, worst_fast = 0.0;
    emf_read(&m);
    double Br20_T = Br_find("PRIUS04", x->lib, m.k_Vs, &lambda1_Wb);
    const struct magnet *g;
    struct err e;
    assert_ok(matlib_get_magnet(x->lib, "PRIUS04_NDFEB", NULL, &g, &e), &e);
    assert_close(g->Br20_T.value, Br20_T, 0.002, 0.0);
    for (int k = 0; k < m.n; k++) {
        double error_pct = 100.0 * fabs(m.k_Vs * m.speed_rad_per_s[k] / m.V[k] - 1.0);
        worst = fmax(worst, error_pct);
        if (m.speed_rad_per_s[k] > FAST_RAD_PER_S)
            worst_fast = fmax(worst_fast, error_pct);
    }
    struct proof row = {PROOF_MEASUREMENT,
                        "back-EMF at 12 speeds, worst (Br by least squares)",
                        "2004 Prius",
                        .measured = worst,
                        .wanted = 3.0,
                        .unit = "%",
                        .source = EMF_SOURCE,
                        .bound = 7.5,
                        .cause = "the readings are not proportional to speed: 83.7 V/krpm at 502 rpm, 85.7 at 1000, 88 to 91.5 above"};
    proof_check(&row);
    row.quantity = "back-EMF at the ten speeds from 1500 rpm, worst", row.measured = worst_fast, row.cause = NULL;
    proof_check(&row);
    double Br25_T = Br20_T * (1.0 + 5.0 * g->alpha_Br_per_K.value);
    proof_note(PROOF_MEASUREMENT, "Br at 25 degC that the back-EMF sets", "2004 Prius", Br25_T, "T", EMF_SOURCE);
    proof_note(PROOF_MEASUREMENT, "flux linkage at 25 degC, fundamental", "2004 Prius", lambda1_Wb, "Wb", EMF_SOURCE);
    assert_true(Br25_T > 1.05 && Br25_T < 1.35); /* what sintered NdFeB of the SH to EH classes has */
    static const struct {
        const char *name, *subject;
    } OTHER[2] = {{"PRIUS04_A", "2004 Prius, drawing A"}, {"FEMAG_TWIN", "2004 Prius, FEMAG's drawing"}};
    for (int k = 0; k < 2; k++) {
        double Br = Br_find(OTHER[k].name, x->lib, m.k_Vs, &lambda1_Wb);
        if (k == 1)
            Br *= 6.3714 / 6.1714; /* of the magnet alone, without the clearance that is part of the twin's block */
        proof_note(PROOF_MEASUREMENT, "Br at 25 degC that the back-EMF sets", OTHER[k].subject, Br * (1.0 + 5.0 * g->alpha_Br_per_K.value),
                   "T", EMF_SOURCE);
    }
}

/* Signed difference in per cent as a row: wanted is a bound on its size. */
static void compare(const char *quantity, double model, double measured, double wanted_pct, double bound_pct, const char *cause)
{
    printf("%s: %.4g, measured %.4g\n", quantity, model, measured);
    proof_check(&(struct proof){PROOF_MEASUREMENT, quantity, "2004 Prius", .measured = 100.0 * fabs(model / measured - 1.0),
                                .wanted = wanted_pct, .unit = "%", .source = TEARDOWN_SOURCE, .bound = bound_pct, .cause = cause});
}

static void test_teardown(void **state)
{
    struct fixture *x = *state;
    struct err e;
    struct machine m;
    struct mesh *ms;
    struct mesh_quality q;
    struct winding_layout l;
    struct winding_geometry g;
    assert_ok(machines_read_case("PRIUS04", x->lib, NULL, &m, &e), &e);
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_ok(winding_eval_geometry(&m, &l, &g, &e), &e);
    assert_ok(mesh_new(&m, MESH_MEDIUM, &ms, &e), &e);
    mesh_eval_quality(ms, &q);
    double sheet_kg_per_m2 = 2.0 * m.p * m.stack_m * m.stacking_factor_pu * m.stator_steel->base.density_kg_per_m3.value;
    double core_kg = sheet_kg_per_m2 * (q.area_by_region_m2[REGION_STATOR_YOKE] + q.area_by_region_m2[REGION_STATOR_TOOTH]);
    double magnet_kg = 2.0 * m.p * m.stack_m * machine_get_magnet_area_m2(&m) * m.magnet->base.density_kg_per_m3.value;
    double T_ratio =
        conductor_eval_resistivity_ohm_m(m.stator_conductor, 294.15) / conductor_eval_resistivity_ohm_m(m.stator_conductor, 293.15);
    compare("phase resistance at 21 degC", g.R20_ohm * T_ratio, 0.069, 10.0, 0, NULL);
    compare("copper mass", g.copper_volume_m3 * m.stator_conductor->base.density_kg_per_m3.value, 6.8, 10.0, 0, NULL);
    compare("stator core mass", core_kg, 19.05, 10.0, 0, NULL);
    compare("magnet mass", magnet_kg, 1.232, 5.0, 6.0, "the drawing's magnet is 18.0 mm wide, the teardown's 18.9 mm");
    mesh_free(ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_back_emf), cmocka_unit_test(test_teardown)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
