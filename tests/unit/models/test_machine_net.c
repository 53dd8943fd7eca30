/* The machine's thermal network: conservation, limits, monotony, transients, hot spots, refused inputs, the guarded coupling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/machine/contour.h"
#include "models/machine/machine_yaml.h"
#include "models/thermal/machine_net.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"

static struct steel steel;
static struct magnet magnet;
static struct conductor copper;
static struct insulation insulation;
static struct structural metal;
static struct coolant water, oil;

static struct datum exact(double v)
{
    struct datum d = {v, v, v, QUALITY_ASSUMED, "TEST"};
    return d;
}

static void set_fluid(struct coolant *c, const char *name, double rho, double mu_cold, double mu_hot, double k, double cp)
{
    double T[2] = {260.0, 450.0}, y[4][2] = {{rho, 0.95 * rho}, {mu_cold, mu_hot}, {k, k}, {cp, 1.05 * cp}};
    struct err e;
    snprintf(c->base.name, sizeof c->base.name, "%s", name);
    assert_ok(curve_init(&c->density_kg_per_m3, 2, T, y[0], CURVE_REFUSE, &e), &e);
    assert_ok(curve_init(&c->viscosity_Pa_s, 2, T, y[1], CURVE_REFUSE, &e), &e);
    assert_ok(curve_init(&c->conductivity_W_per_m_K, 2, T, y[2], CURVE_REFUSE, &e), &e);
    assert_ok(curve_init(&c->heat_capacity_J_per_kg_K, 2, T, y[3], CURVE_REFUSE, &e), &e);
}

static int group_setup(void **state)
{
    (void)state;
    steel.base.density_kg_per_m3 = exact(7650.0);
    steel.conductivity_W_per_m_K = exact(25.0);
    steel.heat_capacity_J_per_kg_K = exact(460.0);
    magnet.base.density_kg_per_m3 = exact(7550.0);
    magnet.conductivity_W_per_m_K = exact(8.0);
    magnet.heat_capacity_J_per_kg_K = exact(450.0);
    copper.base.density_kg_per_m3 = exact(8900.0);
    copper.conductivity_W_per_m_K = exact(390.0);
    copper.heat_capacity_J_per_kg_K = exact(385.0);
    insulation.liner_conductivity_W_per_m_K = exact(0.14);
    insulation.liner_thickness_m = exact(0.25e-3);
    insulation.impregnation_conductivity_W_per_m_K = exact(0.25);
    metal.base.density_kg_per_m3 = exact(2700.0);
    metal.conductivity_W_per_m_K = exact(160.0);
    metal.heat_capacity_J_per_kg_K = exact(900.0);
    set_fluid(&water, "water_glycol", 1060.0, 4.0e-3, 0.6e-3, 0.4, 3400.0);
    set_fluid(&oil, "atf", 850.0, 60.0e-3, 5.0e-3, 0.14, 2100.0);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    struct coolant *c[2] = {&water, &oil};
    for (int k = 0; k < 2; k++) {
        curve_done(&c[k]->density_kg_per_m3);
        curve_done(&c[k]->viscosity_Pa_s);
        curve_done(&c[k]->conductivity_W_per_m_K);
        curve_done(&c[k]->heat_capacity_J_per_kg_K);
    }
    return 0;
}

/* a pair of bars as contours, as thick and wide as the magnets of the V */
static struct contour_vertex corner[8] = {{0.064, 0.001, 0}, {0.0705, 0.001, 0}, {0.0705, 0.0199, 0}, {0.064, 0.0199, 0},
                                          {0.064, -0.0199, 0}, {0.0705, -0.0199, 0}, {0.0705, -0.001, 0}, {0.064, -0.001, 0}};
static struct contour_region bar[2] = {{.kind = CONTOUR_MAGNET, .first = 0, .n = 4, .area_m2 = 18.9e-3 * 6.5e-3},
                                       {.kind = CONTOUR_MAGNET, .first = 4, .n = 4, .area_m2 = 18.9e-3 * 6.5e-3}};
static const struct contour bars = {.n_region = 2, .n_vertex = 8, .region = bar, .vertex = corner, .join_m = 1e-6};

static struct machine machine_of(enum rotor_type type)
{
    struct machine m = {.p = 4, .stack_m = 0.084, .stacking_factor_pu = 0.96, .R_ro_m = 0.08025, .R_ri_m = 0.055, .rotor_type = type,
        .stator = {.n_slot = 48, .R_out_m = 0.1345, .R_bore_m = 0.081, .b0_m = 1.93e-3, .h0_m = 1.0e-3, .h1_m = 0.6e-3,
                   .b1_m = 3.5e-3, .h2_m = 27.5e-3, .b2_m = 7.0e-3, .bottom = SLOT_ROUND},
        .contour = &bars, .v = {.w_m_m = 18.9e-3, .t_m_m = 6.5e-3}, .surface = {.R_mi_m = 0.0755, .arc_rad = 0.65},
        .v_gap = {.w_m_m = 9.0e-3, .t_m_m = 4.0e-3},
        .spoke = {.R_hub_m = 0.058, .t_m_m = 8.0e-3, .rm_in_m = 0.06, .rm_out_m = 0.0775, .lip_half_m = 3.0e-3},
        .loaf = {.seat_m = 0.0745, .width_m = 38.0e-3, .R_top_m = 0.06},
        .salient = {.shoe_half_rad = 0.25, .shoe_tip_m = 2.0e-3, .shoe_root_m = 5.0e-3, .body_w_m = 22.0e-3, .R_yoke_m = 0.06,
                    .coil_w_m = 5.0e-3, .coil_h_m = 12.0e-3},
        .field = {.n_turns = 80, .fill_pu = 0.55},
        .stator_steel = &steel, .rotor_steel = &steel, .magnet = type == ROTOR_SALIENT ? NULL : &magnet, .stator_conductor = &copper,
        .field_conductor = type == ROTOR_SALIENT ? &copper : NULL, .insulation = &insulation, .shaft = &metal, .housing = &metal};
    return m;
}

static const struct thermal_winding winding = {.slot_area_m2 = 163.0e-6, .copper_area_per_slot_m2 = 65.0e-6, .end_turn_m = 0.32,
                                               .field_mean_turn_m = 0.25};

static struct thermal_opts opts_of(enum thermal_cooling cooling)
{
    struct thermal_opts o = {.cooling = (int)cooling, .ambient_K = 313.15, .inlet_K = 338.15, .flow_m3_per_s = 1.5e-4,
        .duct_width_m = 15.0e-3, .duct_height_m = 6.0e-3, .duct_rib_m = 4.0e-3, .duct_wall_m = 4.0e-3, .jacket_overhang_m = 5.0e-3,
        .n_duct_parallel = 1, .housing_thickness_m = 14.0e-3, .end_clearance_m = 8.0e-3, .spray_inlet_K = 353.15,
        .spray_flow_m3_per_s = 5.0e-5};
    if (cooling == THERMAL_FORCED_AIR) {
        o.flow_m3_per_s = 0.05;
        o.n_duct_parallel = 40;
        o.inlet_K = o.ambient_K;
    }
    o.coolant = cooling == THERMAL_JACKET || cooling == THERMAL_OIL_SPRAY ? &water : NULL;
    o.spray = cooling == THERMAL_OIL_SPRAY ? &oil : NULL;
    o.spray_film = exact(1500.0);
    o.spray_wetted = exact(0.5);
    o.housing_contact = exact(4.0e-4);
    o.shaft_contact = exact(2.0e-4);
    o.magnet_contact = exact(3.0e-4);
    o.liner_gap = exact(0.1e-3);
    o.impregnation_fill = exact(0.7);
    o.stack_axial_conductivity = exact(1.5);
    o.end_film_a = exact(15.0);
    o.end_film_b = exact(0.4);
    o.end_film_c = exact(0.9);
    o.bearing_conductance = exact(2.0);
    o.flange_conductance = exact(3.0);
    o.emissivity = exact(0.8);
    return o;
}

static struct thermal_losses losses_of(enum rotor_type type)
{
    struct thermal_losses l = {.copper_slot_W = 500.0, .copper_slot_extra_W = {40.0, 10.0, 2.0}, .copper_end_W = 420.0, .yoke_W = 120.0,
        .tooth_W = 150.0, .rotor_iron_W = 40.0, .windage_gap_W = 15.0, .windage_end_W = 10.0, .bearing_W = 20.0};
    if (type == ROTOR_SALIENT)
        l.field_W = 300.0;
    else
        l.magnet_W = 35.0;
    if (type == ROTOR_DOUBLE_V || type == ROTOR_DELTA)
        l.magnet_gap_W = 55.0;
    return l;
}

static double sum_of(const struct thermal_losses *l)
{
    return l->copper_slot_W + l->copper_slot_extra_W[0] + l->copper_slot_extra_W[1] + l->copper_slot_extra_W[2] + l->copper_end_W +
           l->yoke_W + l->tooth_W + l->rotor_iron_W + l->magnet_W + l->magnet_gap_W + l->field_W + l->windage_gap_W + l->windage_end_W +
           l->bearing_W;
}

static struct thermal *build(const struct thermal_opts *o, enum rotor_type type)
{
    struct thermal *t;
    struct err e;
    struct machine m = machine_of(type);
    assert_ok(thermal_new(o, &t, &e), &e);
    assert_ok(thermal_set_machine(t, &m, &winding, &e), &e);
    return t;
}

static struct thermal_state steady(struct thermal *t, double speed, const struct thermal_losses *l)
{
    struct thermal_state s;
    struct err e;
    thermal_init_state(t, 350.0, &s);
    assert_ok(thermal_solve_steady(t, speed, l, &s, &e), &e);
    return s;
}

static void test_energy_is_conserved(void **state)
{
    (void)state;
    for (int c = 0; c < THERMAL_COOLING_COUNT; c++)
        for (int r = 0; r < ROTOR_TYPE_COUNT; r++) {
            struct thermal_opts o = opts_of((enum thermal_cooling)c);
            struct thermal *t = build(&o, (enum rotor_type)r);
            struct thermal_losses l = losses_of((enum rotor_type)r);
            struct thermal_state s = steady(t, 400.0, &l);
            assert_close(s.coolant_W + s.spray_W + s.ambient_W, sum_of(&l), 1e-9, 0.0);
            assert_close(s.stored_W, 0.0, 0.0, 1e-9 * sum_of(&l));
            assert_true(s.slot_hot_K > s.T_K[THERMAL_SLOT] && s.end_hot_K > s.T_K[THERMAL_END]);
            assert_true(s.copper_hot_K >= s.slot_hot_K && s.copper_hot_K >= s.end_hot_K);
            assert_int_equal(isnan(s.magnet_hot_K), r == ROTOR_SALIENT);
            assert_int_equal(isnan(s.field_hot_K), r != ROTOR_SALIENT);
            assert_int_equal(isnan(s.coolant_out_K), c == THERMAL_NATURAL);
            assert_int_equal(isnan(s.spray_out_K), c != THERMAL_OIL_SPRAY);
            thermal_free(t);
        }
}

static void test_no_loss_is_isothermal(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_OIL_SPRAY);
    o.ambient_K = o.inlet_K = o.spray_inlet_K = 330.0;
    struct thermal *t = build(&o, ROTOR_V);
    struct thermal_losses none = {0};
    struct thermal_state s = steady(t, 300.0, &none);
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        assert_close(s.T_K[i], 330.0, 0.0, 1e-7);
    thermal_free(t);
}

/* yoke loss alone with the side paths shut: housing to yoke mean is the contact and the shell's mean resistance */
static void test_yoke_against_series_conduction(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    o.end_film_a = exact(1.0e-9);
    o.end_film_b = exact(0.0);
    struct thermal *t;
    struct err e;
    assert_int_equal(thermal_new(&o, &t, &e), ST_CONFIG); /* the film is below its row's range... */
    assert_string_equal(e.where, "end_film_a_W_per_m2_K");
    o.end_film_a = exact(0.1);
    o.bearing_conductance = exact(1.0e-3);
    t = build(&o, ROTOR_V);
    struct thermal_losses l = {.yoke_W = 2000.0};
    struct thermal_state s = steady(t, 0.0, &l);
    double ro = 0.1345, ri = 0.081 + 1.6e-3 + 27.5e-3 + 3.5e-3, k = 25.0 * 0.96, L = 0.084, q = 2000.0 / (PI * (ro * ro - ri * ri) * L);
    /* bore side insulated: mean over outer face by integration of q/(4k)(ro^2 - r^2) + q ri^2/(2k) ln(r/ro) */
    double d = ro * ro - ri * ri;
    double rise = q / (8.0 * k) * d + q * ri * ri / (2.0 * k) * (-0.5 - ri * ri / d * log(ri / ro));
    rise += 2000.0 * 4.0e-4 / (2.0 * PI * ro * L);
    assert_close(s.T_K[THERMAL_YOKE] - s.T_K[THERMAL_HOUSING], rise, 0.01, 0.0); /* 1 %: what still leaks through the shut paths */
    thermal_free(t);
}

/* the housing's film and coolant rise recomputed from the outside */
static void test_coolant_path(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct thermal *t = build(&o, ROTOR_V);
    struct thermal_losses l = losses_of(ROTOR_V);
    struct thermal_state s = steady(t, 300.0, &l);
    struct film_fluid in, f;
    struct err e;
    assert_ok(film_eval_coolant(&water, o.inlet_K, &in, &e), &e);
    assert_ok(film_eval_coolant(&water, s.T_K[THERMAL_COOLANT], &f, &e), &e);
    double w = in.density_kg_per_m3 * o.flow_m3_per_s * f.heat_capacity_J_per_kg_K;
    assert_close(s.coolant_out_K - o.inlet_K, s.coolant_W / w, 1e-9, 0.0);
    double path = 2.0 * PI * (0.1345 + 4.0e-3 + 3.0e-3) * 0.094 / 19.0e-3;
    double speed = in.density_kg_per_m3 / f.density_kg_per_m3 * o.flow_m3_per_s / 90.0e-6;
    double h = film_eval_duct(&f, speed, 15.0e-3, 6.0e-3, path).h_W_per_m2_K, mh = 6.0e-3 * sqrt(2.0 * h / (160.0 * 4.0e-3));
    double G = h * path * (15.0e-3 + tanh(mh) / mh * 12.0e-3);
    double R = 1.0 / G + log(138.5 / 134.5) / (2.0 * PI * 160.0 * 0.094);
    assert_close(s.T_K[THERMAL_HOUSING] - s.T_K[THERMAL_COOLANT], s.coolant_W * R, 1e-6, 0.0);
    thermal_free(t);
}

static double hot_with(const struct thermal_opts *o)
{
    struct thermal *t = build(o, ROTOR_V);
    struct thermal_losses l = losses_of(ROTOR_V);
    struct thermal_state s = steady(t, 400.0, &l);
    thermal_free(t);
    return s.copper_hot_K;
}

static void test_monotone(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET), b;
    double base = hot_with(&o), last = base;
    for (double flow = 2.0e-4; flow < 8.0e-4; flow *= 1.3) {
        b = o;
        b.flow_m3_per_s = flow;
        double hot = hot_with(&b);
        assert_true(hot < last);
        last = hot;
    }
    b = o;
    b.impregnation_fill = exact(0.9);
    assert_true(hot_with(&b) < base);
    b = o;
    b.housing_contact = exact(8.0e-4);
    assert_true(hot_with(&b) > base);
    b = o;
    b.inlet_K += 10.0;
    assert_close(hot_with(&b) - base, 10.0, 0.0, 2.0); /* some heat goes to the fixed ambient, and warm coolant is thinner */
    struct thermal_opts spray = opts_of(THERMAL_OIL_SPRAY), natural = opts_of(THERMAL_NATURAL);
    assert_true(hot_with(&spray) < base);
    assert_true(hot_with(&natural) > base);
}

static void test_hot_spots(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct thermal *t = build(&o, ROTOR_V);
    struct thermal_losses l = {.copper_slot_W = 800.0};
    struct thermal_state s = steady(t, 0.0, &l);
    /* across alone: bounds by the widest and the narrowest place; against finite elements: tests/verify/test_slot_heat.c */
    struct machine m = machine_of(ROTOR_V);
    struct machine_net_slot slot;
    struct err e;
    double low_K = HUGE_VAL, high_K = 0.0, area_m2 = 0.0;
    assert_ok(machine_net_eval_slot(&m, &o, winding.copper_area_per_slot_m2, &slot, &e), &e);
    for (int c = 0; c < SLOT_N_CELL; c++)
        area_m2 += slot.width_m[c] * slot.depth_m / SLOT_N_CELL;
    for (int c = 0; c < SLOT_N_CELL; c++) {
        double a = 0.5 * slot.width_m[c], q = 800.0 / (48.0 * 0.084 * area_m2);
        double wall = slot.liner_m / 0.14 + o.liner_gap.value / slot.k_matrix_W_per_m_K + 0.5 * slot.tooth_m[c] / (3.0 * 25.0 * 0.96);
        double rise = q * a * (wall + 0.5 * a / slot.k_across_W_per_m_K);
        low_K = fmin(low_K, s.T_K[THERMAL_TOOTH_END] + rise);
        high_K = fmax(high_K, s.T_K[THERMAL_TOOTH] + rise);
    }
    assert_true(s.slot_hot_K > low_K && s.slot_hot_K < high_K);
    assert_close(area_m2 + 2.0 * slot.liner_m * slot.depth_m, 163.0e-6, 0.02, 0.0);
    thermal_free(t);
    t = build(&o, ROTOR_SALIENT);
    l = losses_of(ROTOR_SALIENT);
    s = steady(t, 500.0, &l);
    assert_true(s.field_hot_K > s.field_mean_K && s.field_mean_K > s.T_K[THERMAL_ROTOR]);
    thermal_free(t);
}

/* Two layers: each over the iron by its own loss through both contacts in parallel, slab in the mean; one layer: the second is not there.
 */
static void test_magnet_layers(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct machine m = machine_of(ROTOR_DOUBLE_V);
    struct thermal *t = build(&o, ROTOR_DOUBLE_V);
    struct thermal_losses l = {.magnet_W = 60.0};
    struct thermal_state s = steady(t, 300.0, &l);
    double face[2] = {16.0 * m.v.w_m_m * m.stack_m, 16.0 * m.v_gap.w_m_m * m.stack_m}, thick[2] = {m.v.t_m_m, m.v_gap.t_m_m};
    assert_close(s.magnet_layer_mean_K[0] - s.T_K[THERMAL_ROTOR], 60.0 / (2.0 * face[0]) * (3.0e-4 + thick[0] / (6.0 * 8.0)), 1e-9, 0.0);
    assert_close(s.magnet_hot_K, s.magnet_layer_hot_K[0], 1e-15, 0.0);
    l = (struct thermal_losses){.magnet_gap_W = 60.0};
    s = steady(t, 300.0, &l);
    assert_true(s.magnet_layer_mean_K[1] > s.magnet_layer_mean_K[0] + 1.0 && s.magnet_hot_K > s.magnet_layer_hot_K[0]);
    assert_close(s.magnet_hot_K, s.magnet_layer_hot_K[1], 1e-15, 0.0);
    double iron_K = 0.5 * (s.T_K[THERMAL_ROTOR] + s.T_K[THERMAL_ROTOR_FACE]); /* faces on two nodes: the mean is that of their mean */
    assert_close(s.magnet_layer_mean_K[1] - iron_K, 60.0 / (2.0 * face[1]) * (3.0e-4 + thick[1] / (6.0 * 8.0)), 1e-9, 0.0);
    double volume[2] = {face[0] * thick[0], face[1] * thick[1]};
    assert_close(s.magnet_mean_K, (volume[0] * s.magnet_layer_mean_K[0] + volume[1] * s.magnet_layer_mean_K[1]) / (volume[0] + volume[1]),
                 1e-12, 0.0);
    thermal_free(t);
    t = build(&o, ROTOR_V);
    l = losses_of(ROTOR_V);
    s = steady(t, 300.0, &l);
    assert_true(isnan(s.magnet_layer_mean_K[1]) && isnan(s.magnet_layer_hot_K[1]));
    assert_close(s.magnet_layer_mean_K[0], s.magnet_mean_K, 1e-15, 0.0);
    thermal_free(t);
}

static void test_transient_ends_on_steady(void **state)
{
    (void)state;
    for (int r = 0; r < ROTOR_TYPE_COUNT; r++) {
        struct thermal_opts o = opts_of(THERMAL_OIL_SPRAY);
        struct thermal *t = build(&o, (enum rotor_type)r);
        struct thermal_losses l = losses_of((enum rotor_type)r);
        struct thermal_state s, end = steady(t, 300.0, &l);
        struct err e;
        thermal_init_state(t, 313.15, &s);
        assert_ok(thermal_solve_transient(t, 300.0, &l, 60.0, 1, 30, &s, &e), &e);
        assert_true(s.stored_W > 100.0 && s.copper_hot_K < end.copper_hot_K);
        assert_ok(thermal_solve_transient(t, 300.0, &l, 2.0e5, 40, 50, &s, &e), &e);
        for (int i = 0; i < THERMAL_NODE_COUNT; i++)
            assert_close(s.T_K[i], end.T_K[i], 0.0, 1e-5);
        thermal_free(t);
    }
}

/* stored heat over a step series = change of the capacities' heat content; early rise = loss / capacity of the copper */
static void test_transient_heats_right(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    o.ambient_K = o.inlet_K = 320.0;
    struct thermal *t = build(&o, ROTOR_V);
    struct thermal_losses l = {.copper_slot_W = 5000.0};
    struct thermal_state s;
    struct err e;
    thermal_init_state(t, 320.0, &s);
    assert_ok(thermal_solve_transient(t, 0.0, &l, 0.02, 1, 4, &s, &e), &e);
    double copper_J_per_K = 48.0 * 65.0e-6 * 0.084 * 8900.0 * 385.0, mean = 0.0;
    for (int j = 0; j < THERMAL_N_LAYER; j++)
        mean += t->spot.slot.share_pu[j] * s.T_K[THERMAL_SLOT + j];
    assert_close(mean - 320.0, 5000.0 * 0.02 / copper_J_per_K, 0.02, 0.0);
    double stored_J = 0.0, heat_J = 0.0, dt = 0.05;
    thermal_init_state(t, 320.0, &s);
    assert_ok(thermal_set_step(t, 0.0, dt, &s, &e), &e);
    for (int k = 0; k < 2000; k++) {
        double before_W = k == 0 ? 5000.0 : s.stored_W;
        thermal_solve_step(t, &l, &s);
        stored_J += 0.5 * dt * (before_W + s.stored_W);
    }
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        heat_J += t->net.C_J_per_K[i] * (s.T_K[i] - 320.0);
    assert_close(stored_J, heat_J, 1e-5, 0.0);
    thermal_free(t);
}

static double transient_hot(struct thermal *t, int n)
{
    struct thermal_losses l = losses_of(ROTOR_V);
    struct thermal_state s;
    struct err e;
    thermal_init_state(t, 330.0, &s);
    assert_ok(thermal_solve_transient(t, 300.0, &l, 120.0, 1, n, &s, &e), &e);
    return s.T_K[THERMAL_END];
}

static void test_transient_order(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct thermal *t = build(&o, ROTOR_V);
    double a = transient_hot(t, 32), b = transient_hot(t, 64), c = transient_hot(t, 128);
    assert_close(log2((a - b) / (b - c)), 2.0, 0.0, 0.1);
    struct thermal_state s;
    struct err e;
    thermal_init_state(t, 330.0, &s);
    assert_int_equal(thermal_set_step(t, 300.0, 0.0, &s, &e), ST_RANGE);
    thermal_free(t);
}

static void test_flags_and_ranges(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct thermal *t = build(&o, ROTOR_V);
    struct thermal_losses l = losses_of(ROTOR_V);
    struct thermal_state s = steady(t, 300.0, &l);
    assert_int_equal(s.n_film_outside, 0);
    s = steady(t, 3000.0, &l); /* 240 m/s at the rotor surface */
    assert_int_equal(s.film_outside[FILM_END], 1);
    assert_true(s.n_film_outside >= 1);
    l.copper_slot_W = 1.0e6; /* boils the coolant out of its tables */
    struct err e;
    assert_int_equal(thermal_solve_steady(t, 300.0, &l, &s, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, "coolant temperature");
    s = steady(t, 300.0, &(struct thermal_losses){.yoke_W = 100.0});
    l.copper_slot_W = (double)NAN;
    assert_int_equal(thermal_solve_steady(t, 300.0, &l, &s, &e), ST_RANGE);
    assert_int_equal(thermal_solve_transient(t, 300.0, &l, 1.0, 1, 1, &s, &e), ST_RANGE);
    l.copper_slot_W = 100.0;
    s.T_K[THERMAL_END] = (double)NAN;
    assert_int_equal(thermal_solve_steady(t, 300.0, &l, &s, &e), ST_RANGE);
    thermal_free(t);
}

static void test_refused(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET), b = o;
    struct thermal *t;
    struct err e;
    b.flow_m3_per_s = (double)NAN;
    assert_int_equal(thermal_new(&b, &t, &e), ST_CONFIG);
    assert_string_equal(e.where, "flow_L_per_min");
    assert_null(t);
    b = o;
    b.coolant = NULL;
    assert_int_equal(thermal_new(&b, &t, &e), ST_CONFIG);
    assert_string_equal(e.where, "coolant");
    b = o;
    b.inlet_K = 455.0;
    assert_int_equal(thermal_new(&b, &t, &e), ST_CONFIG);
    assert_string_equal(e.where, "inlet_degC");
    b = o;
    b.housing_thickness_m = 5.0e-3;
    assert_int_equal(thermal_new(&b, &t, &e), ST_CONFIG);
    assert_string_equal(e.where, "housing_thickness_mm");
    b = opts_of(THERMAL_OIL_SPRAY);
    b.spray_film.value = (double)NAN;
    assert_int_equal(thermal_new(&b, &t, &e), ST_CONFIG);
    assert_string_equal(e.where, "spray_film_W_per_m2_K");
    b = opts_of(THERMAL_NATURAL);
    b.coolant = &water;
    assert_int_equal(thermal_new(&b, &t, &e), ST_CONFIG);
    mem_set_fail_at(1);
    assert_int_equal(thermal_new(&o, &t, &e), ST_NO_MEMORY);
    mem_set_fail_at(0);

    assert_ok(thermal_new(&o, &t, &e), &e);
    struct machine m = machine_of(ROTOR_V);
    struct thermal_winding w = winding;
    w.copper_area_per_slot_m2 = 150.0e-6;
    assert_int_equal(thermal_set_machine(t, &m, &w, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, "slot_fill");
    m.stator.is_slotless = 1;
    assert_int_equal(thermal_set_machine(t, &m, &winding, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, "slotless");
    m = machine_of(ROTOR_V);
    m.R_ro_m = 0.0815;
    assert_int_equal(thermal_set_machine(t, &m, &winding, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, "geometry");
    thermal_free(t);
}

struct copper_loop { double P_W, T0_K, alpha_per_K; int n_call; };

static enum status copper_loss(void *ctx, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    struct copper_loop *c = ctx;
    c->n_call++;
    *out = losses_of(ROTOR_V);
    out->copper_slot_extra_W[0] = out->copper_slot_extra_W[1] = out->copper_slot_extra_W[2] = 0.0;
    out->copper_end_W = c->P_W * (1.0 + c->alpha_per_K * (s->T_K[THERMAL_END] - c->T0_K));
    if (s->T_K[THERMAL_END] < 0.0)
        return err_set(e, ST_RANGE, "test", "cold");
    return ST_OK;
}

/* with films frozen the network is linear: the fixed point follows from two solves; with real films, from bisection on the loss */
static void test_coupled_finds_fixed_point(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct thermal *t = build(&o, ROTOR_V);
    struct copper_loop loop = {400.0, 293.15, 0.00393, 0};
    struct thermal_couple c = {1.0e-6, 1.0, 60, 900.0};
    struct thermal_couple_info info;
    struct thermal_state s, check;
    struct err e;
    thermal_init_state(t, 350.0, &s);
    assert_ok(thermal_solve_coupled(t, 300.0, copper_loss, &loop, &c, &s, &info, &e), &e);
    assert_int_equal(loop.n_call, info.n_iteration);
    assert_true(info.contraction > 0.0 && info.contraction < 0.6);
    double lo = 300.0, hi = 2000.0; /* P - P(T(P)) rises through 0 */
    for (int k = 0; k < 60; k++) {
        struct thermal_losses l = losses_of(ROTOR_V);
        memset(l.copper_slot_extra_W, 0, sizeof l.copper_slot_extra_W);
        l.copper_end_W = 0.5 * (lo + hi);
        check = steady(t, 300.0, &l);
        double P = 400.0 * (1.0 + 0.00393 * (check.T_K[THERMAL_END] - 293.15));
        if (P > l.copper_end_W)
            lo = l.copper_end_W;
        else
            hi = l.copper_end_W;
    }
    assert_close(s.T_K[THERMAL_END], check.T_K[THERMAL_END], 0.0, 1e-5);
    c.damping = 0.6;
    thermal_init_state(t, 320.0, &s);
    assert_ok(thermal_solve_coupled(t, 300.0, copper_loss, &loop, &c, &s, &info, &e), &e);
    assert_close(s.T_K[THERMAL_END], check.T_K[THERMAL_END], 0.0, 1e-5);
    c.n_max = 2;
    thermal_init_state(t, 320.0, &s);
    assert_int_equal(thermal_solve_coupled(t, 300.0, copper_loss, &loop, &c, &s, &info, &e), ST_NO_CONVERGE);
    thermal_free(t);
}

static void test_coupled_runaway_and_swing(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct thermal *t = build(&o, ROTOR_V);
    struct thermal_couple c = {1.0e-6, 1.0, 200, 5000.0};
    struct thermal_couple_info info;
    struct thermal_state s;
    struct err e;
    struct copper_loop loop = {300.0, 293.15, 0.1, 0}; /* loop gain above 1 */
    thermal_init_state(t, 350.0, &s);
    assert_int_equal(thermal_solve_coupled(t, 300.0, copper_loss, &loop, &c, &s, &info, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, "thermal runaway");
    assert_non_null(strstr(e.message, "end-winding copper loss"));
    assert_true(info.contraction > 1.0);
    loop = (struct copper_loop){400.0, 293.15, 0.00393, 0};
    c.T_runaway_K = 360.0; /* a limit below the working point is reported too */
    thermal_init_state(t, 350.0, &s);
    assert_int_equal(thermal_solve_coupled(t, 300.0, copper_loss, &loop, &c, &s, &info, &e), ST_INFEASIBLE);
    c.T_runaway_K = 5000.0;
    loop = (struct copper_loop){900.0, 420.0, -0.03, 0}; /* falls so fast with T that the plain iteration swings apart */
    thermal_init_state(t, 380.0, &s);
    assert_ok(thermal_solve_coupled(t, 300.0, copper_loss, &loop, &c, &s, &info, &e), &e);
    assert_true(info.damping < 1.0);
    struct thermal_losses l;
    assert_ok(copper_loss(&loop, &s, &l, &e), &e);
    struct thermal_state again = steady(t, 300.0, &l);
    assert_close(again.T_K[THERMAL_END], s.T_K[THERMAL_END], 0.0, 1e-4);
    thermal_free(t);
}

static void test_no_allocation_in_solves(void **state)
{
    (void)state;
    struct thermal_opts o = opts_of(THERMAL_OIL_SPRAY);
    struct thermal *t = build(&o, ROTOR_SALIENT);
    struct machine m = machine_of(ROTOR_SALIENT);
    struct thermal_losses l = losses_of(ROTOR_SALIENT);
    struct err e;
    long before = mem_get_count();
    assert_ok(thermal_set_machine(t, &m, &winding, &e), &e);
    struct thermal_state s = steady(t, 300.0, &l);
    assert_ok(thermal_solve_transient(t, 300.0, &l, 10.0, 2, 5, &s, &e), &e);
    assert_int_equal(mem_get_count(), before);
    thermal_free(t);
}

static void test_schema_rows(void **state)
{
    (void)state;
    int n;
    const struct schema_row *row = thermal_get_schema(&n);
    assert_true(n > 20);
    for (int k = 0; k < n; k++) {
        int is_number = row[k].type == SCHEMA_REAL || row[k].type == SCHEMA_DATUM;
        const struct unit *unit = units_get(row[k].key);
        if (strstr(row[k].key, "_L_per_min")) /* not taken for minutes */
            assert_close(unit->factor, 1.0e-3 / 60.0, 1e-12, 0.0);
        if (is_number && !unit && strcmp(row[k].key, "end_film_b") != 0 && strcmp(row[k].key, "end_film_c") != 0)
            fail_msg("the unit of '%s' is unknown", row[k].key);
        if (is_number) {
            assert_true(row[k].min < row[k].max);
            assert_true(row[k].need == SCHEMA_REQUIRED || isnan(row[k].fallback)); /* no silent physical default */
        }
        assert_non_null(row[k].doc);
        for (int j = 0; j < k; j++)
            assert_true(strcmp(row[j].key, row[k].key) != 0 && row[j].offset != row[k].offset);
    }
}

/* Reference case C4 by its template and as contours: the same network but for the shoe, whose lower corners reach further over the coil
 * (16.3 for 15.5 deg), and the iron's capacity, which steady states do not see. */
static void test_wound_contour(void **state)
{
    (void)state;
    static const char *const NAME[2] = {"C4", "C4_CONTOUR"};
    struct thermal_opts o = opts_of(THERMAL_JACKET);
    struct thermal_losses l = losses_of(ROTOR_SALIENT);
    struct thermal_state s[2];
    struct matlib *lib;
    struct err e;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    for (int k = 0; k < 2; k++) {
        struct machine m;
        struct thermal *t;
        struct winding_layout layout;
        struct winding_geometry g;
        assert_ok(machines_read_case(NAME[k], lib, NULL, &m, &e), &e);
        assert_ok(winding_set_layout(&m, &layout, &e), &e);
        assert_ok(winding_eval_geometry(&m, &layout, &g, &e), &e);
        assert_ok(thermal_new(&o, &t, &e), &e);
        const struct thermal_winding w = {g.slot_area_m2, g.copper_area_per_slot_m2, g.end_turn_m, g.field_mean_turn_m};
        assert_ok(thermal_set_machine(t, &m, &w, &e), &e);
        s[k] = steady(t, 400.0, &l);
        thermal_free(t);
        machine_yaml_done(&m);
    }
    matlib_free(lib);
    assert_true(isnan(s[1].magnet_hot_K));
    for (int n = 0; n < THERMAL_NODE_COUNT; n++)
        assert_close(s[1].T_K[n], s[0].T_K[n], 0.0, 2.0);
    assert_close(s[1].field_hot_K, s[0].field_hot_K, 0.0, 2.0);
    assert_true(s[0].field_mean_K > s[0].T_K[THERMAL_SHAFT] + 10.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_wound_contour),
                                       cmocka_unit_test(test_energy_is_conserved),
                                       cmocka_unit_test(test_no_loss_is_isothermal),
                                       cmocka_unit_test(test_yoke_against_series_conduction),
                                       cmocka_unit_test(test_coolant_path),
                                       cmocka_unit_test(test_monotone),
                                       cmocka_unit_test(test_hot_spots),
                                       cmocka_unit_test(test_magnet_layers),
                                       cmocka_unit_test(test_transient_ends_on_steady),
                                       cmocka_unit_test(test_transient_heats_right),
                                       cmocka_unit_test(test_transient_order),
                                       cmocka_unit_test(test_flags_and_ranges),
                                       cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_coupled_finds_fixed_point),
                                       cmocka_unit_test(test_coupled_runaway_and_swing),
                                       cmocka_unit_test(test_no_allocation_in_solves),
                                       cmocka_unit_test(test_schema_rows)};
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
