/* The wound-field motor of ETH dissertation 22393 (examples/validation/ETH_22393.yaml: rotor as contours with field coils) at its six
 * published operating points, source key ETH_22393. The source does not say whether they are measured or computed, nor whether torque is
 * that of the gap or the shaft, nor whether voltage is peak or rms.
 * Torque within 8 %: what drawing, steel grade and an unknown stack fill leave. At the points B and F the published mechanical power is
 * more than 1.5 V I, all that the published voltage (read as peak) and current can carry; read as rms, F still is, and the voltages of
 * the others would be 30 % off. These two are printed, not compared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "materials/base/units.h"
#include "models/field/field.h"
#include "models/loss/iron.h"
#include "models/machine/machine_yaml.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define SOURCE "ETH_22393"
#define N_ROW 6
#define N_POSITION 6
#define FILL_USUAL_PU 0.96     /* of stacks of 0.35 mm sheet: M250-35A in materials/data/steels.yaml */

enum { POINT_A, POINT_B, POINT_C, POINT_D, POINT_E, POINT_F };
struct fixture { struct matlib *lib; struct machine m; struct winding_geometry g; };
struct point { double i_q_A, i_d_A, i_f_A, speed_rad_per_s, torque_Nm, voltage_V; };

static struct point ref[N_ROW];

static int set_up(void **state)
{
    static double row[N_ROW][MACHINES_MAX_COLUMN];
    struct fixture *x = calloc(1, sizeof *x);
    struct winding_layout l;
    struct err e;
    assert_non_null(x);
    assert_ok(matlib_new("materials/data", &x->lib, &e), &e);
    assert_ok(machines_read_case("ETH_22393", x->lib, NULL, &x->m, &e), &e);
    assert_ok(machine_check(&x->m, &e), &e);
    assert_ok(winding_set_layout(&x->m, &l, &e), &e);
    assert_ok(winding_eval_geometry(&x->m, &l, &x->g, &e), &e);
    assert_int_equal(machines_read_table("tests/data/eth_22393_points.csv", 6, N_ROW, row), N_ROW);
    for (int k = 0; k < N_ROW; k++)
        ref[k] = (struct point){row[k][0], row[k][1], row[k][2], row[k][3] * PI / 30.0, row[k][4], row[k][5]};
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    machine_yaml_done(&x->m);
    matlib_free(x->lib);
    free(x);
    return 0;
}

/* Torque by the linkages, peak phase voltage with the resistance at 20 degC; means over the positions. */
static struct point solve(const struct fixture *x, struct field_ws *ws, const struct point *at)
{
    struct point p = *at;
    double d_Wb = 0.0, q_Wb = 0.0, band_Nm = 0.0, w = at->speed_rad_per_s * x->m.p, R = x->g.R20_ohm, L = x->g.L_end_H;
    for (int k = 0; k < N_POSITION; k++) {
        struct field_result r;
        struct field_info info;
        struct err e;
        field_set_angle(ws, iron_get_position_el_rad(&x->m, k, N_POSITION));
        assert_ok(field_solve(ws, at->i_d_A, at->i_q_A, at->i_f_A, k == 0, &r, &info, &e), &e);
        d_Wb += r.lambda_d_Wb / N_POSITION;
        q_Wb += r.lambda_q_Wb / N_POSITION;
        band_Nm += r.torque_Nm / N_POSITION;
    }
    p.torque_Nm = 1.5 * x->m.p * (d_Wb * at->i_q_A - q_Wb * at->i_d_A);
    p.voltage_V = hypot(R * at->i_d_A - w * (q_Wb + L * at->i_q_A), R * at->i_q_A + w * (d_Wb + L * at->i_d_A));
    assert_close(band_Nm, p.torque_Nm, 0.02, 0.0); /* the second way to the torque */
    return p;
}

static double get_torque_error_pct(int k, const struct point *own) { return 100.0 * fabs(own->torque_Nm / ref[k].torque_Nm - 1.0); }

/* Published mechanical power over 1.5 V I. */
static double get_power_pu(const struct point *p)
{
    return p->torque_Nm * p->speed_rad_per_s / (1.5 * p->voltage_V * hypot(p->i_d_A, p->i_q_A));
}

static void prove(const char *quantity, double measured_pct, double bound_pct, const char *cause)
{
    proof_check(&(struct proof){PROOF_PUBLISHED_FE, quantity, "ETH 22393 wound field, medium", .measured = measured_pct, .wanted = 8.0,
                                .unit = "%", .source = SOURCE, .bound = bound_pct, .cause = cause});
}

static void test_points(void **state)
{
    static const char CAUSE[] = "too high; no source gives the stack fill, taken as 1 from its demonstration steel (0.96: 5 %)";
    const struct fixture *x = *state;
    struct point own[N_ROW];
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    struct err e;
    double voltage = 0.0;
    assert_ok(field_new(&x->m, MESH_MEDIUM, &o, &ws, &e), &e);
    for (int k = 0; k < N_ROW; k++) {
        own[k] = solve(x, ws, &ref[k]);
        printf("%c: %.1f (%.0f) N m, peak %.1f (%.1f) V; published power %.2f of 1.5 V I\n", 'A' + k, own[k].torque_Nm, ref[k].torque_Nm,
               own[k].voltage_V, ref[k].voltage_V, get_power_pu(&ref[k]));
        assert_int_equal(get_power_pu(&ref[k]) > 1.0, k == POINT_B || k == POINT_F);
        if (k != POINT_B && k != POINT_F)
            voltage = fmax(voltage, 100.0 * fabs(own[k].voltage_V / ref[k].voltage_V - 1.0));
    }
    field_free(ws);
    prove("torque at points A and C", fmax(get_torque_error_pct(POINT_A, &own[POINT_A]), get_torque_error_pct(POINT_C, &own[POINT_C])), 9.0,
          CAUSE);
    prove("torque at points D and E, worst",
          fmax(get_torque_error_pct(POINT_D, &own[POINT_D]), get_torque_error_pct(POINT_E, &own[POINT_E])), 9.0, CAUSE);
    proof_note(PROOF_PUBLISHED_FE, "voltage read as peak, A, C, D, E, worst", "ETH 22393 wound field, medium", voltage, "%", SOURCE);
}

static void test_usual_fill(void **state)
{
    const struct fixture *x = *state;
    struct fixture y = *x;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    struct err e;
    y.m.stacking_factor_pu = FILL_USUAL_PU;
    assert_ok(field_new(&y.m, MESH_MEDIUM, &o, &ws, &e), &e);
    const struct point own = solve(&y, ws, &ref[POINT_A]);
    field_free(ws);
    proof_note(PROOF_PUBLISHED_FE, "torque at points A and C, stack fill 0.96", "ETH 22393 wound field, medium",
               get_torque_error_pct(POINT_A, &own), "%", SOURCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_points), cmocka_unit_test(test_usual_fill)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
