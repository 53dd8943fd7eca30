/* Winding temperatures of the 2004 Prius motor at its four continuous ratings, 900 rpm, fed by the mains (ORNL_TM2005_33): the hottest
 * thermocouple of each, and the three thermocouples of the end winding.
 * Given by sources: heat (electric less shaft power), friction, current, coolant inlet; coolant flow 2.4 gal/min; phase resistance 0.069
 * ohm at 21 degC (ORNL_TM2010_253, teardown), from which the copper loss follows at the model's own winding temperature; the core gets what
 * is left of the measured heat. (The source's own split has half of the heat in the core, at 60 Hz. It takes 0.051 ohm, less than the motor
 * has at room temperature; with 0.069 the whole heat is copper loss at 144 to 150 degC.) Fitted: nothing. Materials are those of the
 * library; the coefficients that no source gives for this motor are the middle values of the shipped examples, set before this comparison
 * was made; each is listed with its range and what it does to the hot spot. The conductivities that the source put into its own model
 * (iron 51.9 W/(m K), twice that of silicon steel) are a case of their own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/machine/machine_yaml.h"
#include "models/thermal/machine_net.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define SOURCE "ORNL_TM2005_33"
#define N_POINT 4
#define N_TC 12
#define R21_OHM 0.069
#define ALPHA_PER_K 0.00393
#define T21_K 294.15
#define SPEED_RAD_PER_S (900.0 * PI / 30.0)
#define FLOW_M3_PER_S (2.4 * 3.785411784e-3 / 60.0)
#define TOOTH_SHARE 0.67   /* of core loss: 110.4 W of 165.2 W at no load, FEMAG's loss of the same motor */

struct point { double inlet_K, i_A_rms, T_winding_K, T_oil_K, heat_W, friction_W; };

struct fixture {
    struct matlib *lib;
    struct machine m;
    struct steel steel;            /* copies that a test may change */
    struct insulation insulation;
    struct conductor copper;
    struct winding_geometry g;
    struct thermal_opts opts;
    struct point point[N_POINT];
    double tc[N_TC][MACHINES_MAX_COLUMN];
};

static struct datum assumed(double value, double low, double high)
{
    struct datum d = {value, low, high, QUALITY_ASSUMED, "ASSUMED"};
    return d;
}

static void set_opts(struct fixture *x)
{
    struct err e;
    x->opts = (struct thermal_opts){.cooling = THERMAL_JACKET, .ambient_K = 298.15, .flow_m3_per_s = FLOW_M3_PER_S, .duct_width_m = 20e-3,
        .duct_height_m = 5e-3, .duct_rib_m = 4e-3, .duct_wall_m = 5e-3, .jacket_overhang_m = 10e-3, .n_duct_parallel = 1,
        .housing_thickness_m = 15e-3, .end_clearance_m = 12e-3, .housing_contact = assumed(4e-4, 1e-4, 1.4e-3),
        .shaft_contact = assumed(2e-4, 1e-4, 1e-3), .magnet_contact = assumed(3e-4, 1e-4, 1e-3),
        .liner_gap = assumed(0.05e-3, 0.02e-3, 0.15e-3), .impregnation_fill = assumed(0.7, 0.4, 0.9),
        .stack_axial_conductivity = assumed(2.5, 1.0, 4.0), .end_film_a = assumed(15.5, 10.0, 25.0), .end_film_b = assumed(0.29, 0.2, 0.5),
        .end_film_c = assumed(1.0, 0.7, 1.0), .bearing_conductance = assumed(1.0, 0.3, 3.0), .flange_conductance = assumed(0.0, 0.0, 5.0),
        .emissivity = assumed(0.6, 0.1, 0.9)};
    assert_ok(matlib_get_coolant(x->lib, "water_glycol_50", NULL, &x->opts.coolant, &e), &e);
}

static int set_up(void **state)
{
    struct fixture *x = calloc(1, sizeof *x);
    struct winding_layout layout;
    double row[N_POINT][MACHINES_MAX_COLUMN];
    struct err e;
    assert_non_null(x);
    assert_ok(matlib_new("materials/data", &x->lib, &e), &e);
    assert_ok(machines_read_case("PRIUS04", x->lib, NULL, &x->m, &e), &e);
    x->steel = *x->m.stator_steel;
    x->insulation = *x->m.insulation;
    x->copper = *x->m.stator_conductor;
    x->m.stator_steel = x->m.rotor_steel = &x->steel;
    x->m.insulation = &x->insulation;
    x->m.stator_conductor = &x->copper;
    assert_ok(winding_set_layout(&x->m, &layout, &e), &e);
    assert_ok(winding_eval_geometry(&x->m, &layout, &x->g, &e), &e);
    assert_int_equal(machines_read_table("tests/data/prius2004_continuous_rating.csv", 8, N_POINT, row), N_POINT);
    for (int k = 0; k < N_POINT; k++)
        x->point[k] = (struct point){row[k][0] + 273.15, row[k][2], row[k][3] + 273.15, row[k][4] + 273.15, row[k][6], row[k][7]};
    assert_int_equal(machines_read_table("tests/data/prius2004_winding_tc.csv", 5, N_TC, x->tc), N_TC);
    set_opts(x);
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

struct loss_ctx { const struct fixture *x; const struct point *p; };

/* Friction is heat of bearings and oil. More copper loss than heat was measured cannot be: the winding is then colder than the model's. */
static enum status eval_loss(void *ctx, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    const struct loss_ctx *c = ctx;
    const struct winding_geometry *g = &c->x->g;
    double rest_W = c->p->heat_W - c->p->friction_W, slot = 1.0 - g->end_volume_m3 / g->copper_volume_m3;
    double copper_W = fmin(3.0 * c->p->i_A_rms * c->p->i_A_rms * R21_OHM * (1.0 + ALPHA_PER_K * (s->copper_mean_K - T21_K)), rest_W);
    (void)e;
    *out = (struct thermal_losses){.copper_slot_W = copper_W * slot, .copper_end_W = copper_W * (1.0 - slot),
                                   .tooth_W = TOOTH_SHARE * (rest_W - copper_W), .yoke_W = (1.0 - TOOTH_SHARE) * (rest_W - copper_W),
                                   .bearing_W = c->p->friction_W};
    return ST_OK;
}

static struct thermal_state solve(const struct fixture *x, int k)
{
    struct thermal *t;
    struct thermal_opts o = x->opts;
    struct thermal_state s;
    struct thermal_couple c = {.tol_K = 1e-3, .damping = 1.0, .n_max = 60, .T_runaway_K = 900.0};
    struct thermal_couple_info info;
    struct loss_ctx ctx = {x, &x->point[k]};
    struct err e;
    const struct thermal_winding w = {x->g.slot_area_m2, x->g.copper_area_per_slot_m2, x->g.end_turn_m, x->g.field_mean_turn_m};
    o.inlet_K = x->point[k].inlet_K;
    assert_ok(thermal_new(&o, &t, &e), &e);
    assert_ok(thermal_set_machine(t, &x->m, &w, &e), &e);
    thermal_init_state(t, 400.0, &s);
    assert_ok(thermal_solve_coupled(t, SPEED_RAD_PER_S, eval_loss, &ctx, &c, &s, &info, &e), &e);
    thermal_free(t);
    return s;
}

static double rise_error_pct(double T_K, double measured_K, double inlet_K)
{
    return 100.0 * ((T_K - inlet_K) / (measured_K - inlet_K) - 1.0);
}

static void test_rating(void **state)
{
    struct fixture *x = *state;
    char subject[64];
    double mean_worst_K = 0.0;
    for (int k = 0; k < N_POINT; k++) {
        const struct point *p = &x->point[k];
        struct thermal_state s = solve(x, k);
        double error_pct = rise_error_pct(s.copper_hot_K, p->T_winding_K, p->inlet_K);
        double R_ohm = (p->heat_W - p->friction_W) / (3.0 * p->i_A_rms * p->i_A_rms); /* all heat in the copper: an upper bound */
        double mean_K = T21_K + (R_ohm / R21_OHM - 1.0) / ALPHA_PER_K;
        if (fabs(s.copper_mean_K - mean_K) > fabs(mean_worst_K))
            mean_worst_K = s.copper_mean_K - mean_K;
        printf("coolant %5.1f degC: winding hot %.1f, mean %.1f, end winding %.1f, surface %.1f; teeth %.1f, yoke %.1f, housing %.1f, end "
               "space %.1f degC; measured %.1f, oil %.1f, mean by resistance below %.1f degC\n",
               p->inlet_K - 273.15, s.copper_hot_K - 273.15, s.copper_mean_K - 273.15, s.T_K[THERMAL_END] - 273.15,
               s.T_K[THERMAL_END_FACE] - 273.15, s.T_K[THERMAL_TOOTH + 1] - 273.15, s.T_K[THERMAL_YOKE] - 273.15,
               s.T_K[THERMAL_HOUSING] - 273.15, s.T_K[THERMAL_END_AIR] - 273.15, p->T_winding_K - 273.15, p->T_oil_K - 273.15,
               mean_K - 273.15);
        snprintf(subject, sizeof subject, "2004 Prius, %.0f degC coolant, %.1f K rise", p->inlet_K - 273.15, p->T_winding_K - p->inlet_K);
        proof_check(&(struct proof){PROOF_MEASUREMENT, "rise of the hottest winding temperature, error", subject,
                                    .measured = fabs(error_pct), .wanted = 15.0, .unit = "%", .source = SOURCE});
    }
    proof_note(PROOF_MEASUREMENT, "mean winding temperature less that of the measured resistance (all heat in the copper), worst of 4",
               "2004 Prius", mean_worst_K, "K", SOURCE);
}

/* The model knows one end winding; the motor's three thermocouples differ by up to 9 K, by 16 % of the rise with hot coolant. */
static void test_thermocouples(void **state)
{
    struct fixture *x = *state;
    double worst_pct = 0.0, sum_pct = 0.0;
    for (int j = 0; j < N_TC; j++) {
        const int k = j / 3;
        struct thermal_state s = solve(x, k);
        double error_pct = rise_error_pct(s.end_hot_K, x->tc[j][2] + 273.15, x->point[k].inlet_K);
        printf("coolant %3.0f degC, thermocouple %.0f: %.1f measured, %.1f hottest of the end winding, %+.1f %% of the rise\n", x->tc[j][0],
               x->tc[j][1], x->tc[j][2], s.end_hot_K - 273.15, error_pct);
        worst_pct = fmax(worst_pct, fabs(error_pct));
        sum_pct += error_pct / N_TC;
    }
    proof_check(&(struct proof){
        PROOF_MEASUREMENT, "rise at the thermocouples of the end winding, worst of 12", "2004 Prius", .measured = worst_pct, .wanted = 15.0,
        .unit = "%", .source = SOURCE, .bound = 17.0,
        .cause = "hot spot against each thermocouple; with 105 degC coolant they differ by 9 K (oil reaches them unevenly)"});
    proof_note(PROOF_MEASUREMENT, "rise at the thermocouples of the end winding, mean error of 12", "2004 Prius", sum_pct, "%", SOURCE);
}

/* What the source put into its own finite-difference model. */
static void test_source_inputs(void **state)
{
    struct fixture *x = *state;
    struct fixture *y = malloc(sizeof *y);
    double worst_pct = 0.0;
    assert_non_null(y);
    *y = *x;
    y->m.stator_steel = y->m.rotor_steel = &y->steel;
    y->m.insulation = &y->insulation;
    y->m.stator_conductor = &y->copper;
    y->steel.conductivity_W_per_m_K.value = 51.9;
    y->opts.stack_axial_conductivity.value = 5.21;
    y->insulation.liner_conductivity_W_per_m_K.value = 0.125;
    y->copper.conductivity_W_per_m_K.value = 400.0;
    for (int k = 0; k < N_POINT; k++)
        worst_pct = fmax(worst_pct, fabs(rise_error_pct(solve(y, k).copper_hot_K, x->point[k].T_winding_K, x->point[k].inlet_K)));
    proof_note(PROOF_MEASUREMENT, "the same with the source's own conductivities (iron 51.9 W/(m K)), worst of 4", "2004 Prius", worst_pct,
               "%", SOURCE);
    free(y);
}

struct coefficient { const char *name; double *value, low, high; const char *unit; double scale; };

/* What each coefficient that is not this motor's own does to the hot spot over its range, coolant at 50 degC. */
static void test_sensitivity(void **state)
{
    struct fixture *x = *state;
    struct thermal_opts *o = &x->opts;
    struct insulation *i = &x->insulation;
#define DATUM(name, d, unit, scale) {name, &(d).value, (d).low, (d).high, unit, scale}
    const struct coefficient row[] = {
        DATUM("contact of core and housing", o->housing_contact, "m2 K/W", 1.0),
        DATUM("voids filled by resin", o->impregnation_fill, "", 1.0),
        DATUM("gap at the liner", o->liner_gap, "mm", 1e3),
        DATUM("resin", i->impregnation_conductivity_W_per_m_K, "W/(m K)", 1.0),
        DATUM("liner", i->liner_conductivity_W_per_m_K, "W/(m K)", 1.0),
        DATUM("liner thickness", i->liner_thickness_m, "mm", 1e3),
        DATUM("silicon steel", x->steel.conductivity_W_per_m_K, "W/(m K)", 1.0),
        {"end-space film: air to oil mist", &o->end_film_a.value, 10.0, 70.0, "W/(m2 K)", 1.0},
        DATUM("end-space film, factor", o->end_film_b, "", 1.0),
        DATUM("end-space film, exponent", o->end_film_c, "", 1.0),
        DATUM("one bearing", o->bearing_conductance, "W/K", 1.0),
        DATUM("flange", o->flange_conductance, "W/K", 1.0),
        DATUM("contact of core and shaft", o->shaft_contact, "m2 K/W", 1.0),
        DATUM("contact of magnets", o->magnet_contact, "m2 K/W", 1.0),
        DATUM("stack, axial", o->stack_axial_conductivity, "W/(m K)", 1.0),
        DATUM("emissivity", o->emissivity, "", 1.0),
        {"duct width", &o->duct_width_m, 10e-3, 40e-3, "mm", 1e3},
        {"duct height", &o->duct_height_m, 3e-3, 8e-3, "mm", 1e3},
        {"jacket beyond the stack", &o->jacket_overhang_m, 0.0, 25e-3, "mm", 1e3},
        {"end turn over its straight model", &x->g.end_turn_m, 0.8 * x->g.end_turn_m, 1.2 * x->g.end_turn_m, "mm", 1e3}};
#undef DATUM
    double base_K = solve(x, 1).copper_hot_K, square = 0.0;
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        double value = *row[k].value, low_K, high_K;
        char quantity[96];
        *row[k].value = row[k].low;
        low_K = solve(x, 1).copper_hot_K - base_K;
        *row[k].value = row[k].high;
        high_K = solve(x, 1).copper_hot_K - base_K;
        *row[k].value = value;
        printf("%-34s %8.4g (%.4g .. %.4g) %-9s %+6.1f %+6.1f K\n", row[k].name, value * row[k].scale, row[k].low * row[k].scale,
               row[k].high * row[k].scale, row[k].unit, low_K, high_K);
        double span_K = fabs(high_K - low_K);
        square += 0.25 * span_K * span_K;
        assert_true(isfinite(span_K));
        snprintf(quantity, sizeof quantity, "hot spot over the range of: %s, %.4g to %.4g %s", row[k].name, row[k].low * row[k].scale,
                 row[k].high * row[k].scale, row[k].unit);
        if (span_K >= 2.0) /* the others are printed above */
            proof_note(PROOF_MEASUREMENT, quantity, "2004 Prius, 50 degC coolant", span_K, "K", "ASSUMED");
    }
    proof_note(PROOF_MEASUREMENT, "hot spot, root of the squares of all half ranges", "2004 Prius, 50 degC coolant", sqrt(square), "K",
               "ASSUMED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rating), cmocka_unit_test(test_thermocouples),
                                       cmocka_unit_test(test_source_inputs), cmocka_unit_test(test_sensitivity)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
