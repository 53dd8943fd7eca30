/* Gradient of the steady temperatures against central differences of the whole chain solved anew - fields at the magnet temperature that
 * comes out, losses from their waveforms, network - for every variable of every template: to 1e-4 of the derivative, or of FLOOR times the
 * rise above the coolant (loss: times itself) per relative change of the variable where the derivative is smaller. The chain of this file
 * shares nothing with the gradient but the models: its steady state comes from the guarded fixed point, its loop through the magnets from
 * field solutions. */
#include "models/sens/sens_heat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "tests/support/close.h"
#include "tests/support/design.h"
#include "tests/support/fault.h"
#include "tests/support/gradient.h"
#include "tests/support/library.h"
#include "tests/support/machines.h"

#define RTOL 1e-4
#define FLOOR 1e-2
#define PLATEAU 1e-5
#define N_POSITION 2
#define N_FIGURE ((int)(sizeof(struct sens_heat) / sizeof(double)))
#define START_EL_RAD 0.083
#define ROUND_MAX 12
#define MAGNET_TOL_K 1e-9
#define TORQUE_MAX 8
#define TORQUE_RTOL 1e-11

static struct datum exact(double value) { return (struct datum){value, value, value, QUALITY_ASSUMED, "ASSUMED"}; }

struct plant {
    struct field_ws *fw;
    struct sens_ws *ws;
    struct sens_heat_ws *heat;
    struct sens_heat_opts opts;
    struct thermal *thermal;     /* of the chain solved anew, like the next */
    struct iron_ws *iron;
    struct mesh *base;
    struct sens_heat_point point;
    const struct machine *machine;
    double theta_rad[N_POSITION], magnet_T_K, torque_Nm /* of the last chain */, wanted_Nm;
    const double *magnet_slope_K; /* of every variable: a first guess for the chain */
};

static void set_opts(struct plant *pl, const struct matlib *lib)
{
    struct err e = {0};
    pl->opts = (struct sens_heat_opts){.exciter = {.efficiency_pu = 0.92, .drop_V = 2.0},
                                       .build_factor_pu = 1.6,
                                       .gas_T_K = 373.15,
                                       .bearing_Nm = 0.3,
                                       .windage_factor_pu = 1.0};
    pl->opts.cooling = (struct thermal_opts){.cooling = THERMAL_JACKET, .ambient_K = 313.15, .inlet_K = 338.15, .flow_m3_per_s = 1.5e-4,
        .duct_width_m = 20e-3, .duct_height_m = 5e-3, .duct_rib_m = 4e-3, .duct_wall_m = 5e-3, .jacket_overhang_m = 10e-3,
        .n_duct_parallel = 1, .housing_thickness_m = 15e-3, .end_clearance_m = 12e-3, .housing_contact = exact(2e-4),
        .shaft_contact = exact(2e-4), .magnet_contact = exact(3e-4), .liner_gap = exact(0.05e-3), .impregnation_fill = exact(0.7),
        .stack_axial_conductivity = exact(2.5), .end_film_a = exact(15.5), .end_film_b = exact(0.29), .end_film_c = exact(1.0),
        .bearing_conductance = exact(1.0), .flange_conductance = exact(2.0), .emissivity = exact(0.6)};
    assert_ok(matlib_get_coolant(lib, "water_glycol_50", NULL, &pl->opts.cooling.coolant, &e), &e);
    assert_ok(matlib_get_coolant(lib, "air", NULL, &pl->opts.gas, &e), &e);
}

/* ---- the chain solved anew ---- */

struct losses { const struct plant *pl; const struct machine *m; struct winding_geometry g; struct iron_coef c; };

static double core_W(const struct iron_coef *c, int r, double f)
{
    return c->hyst_W_per_Hz[r] * f + c->eddy_W_per_Hz2[r] * f * f + c->excess_W_per_Hz15[r] * pow(f, 1.5);
}

static double totals(const struct losses *x, const struct thermal_state *s, struct thermal_kinds *k)
{
    const struct sens_heat_point *p = &x->pl->point;
    const struct sens_heat_opts *o = &x->pl->opts;
    const int wound = machine_has_field_winding(x->m);
    const double f = x->m->p * p->speed_rad_per_s / (2.0 * PI);
    struct copper cu;
    struct copper_loss loss;
    struct mech_loss_spec mech;
    struct err e = {0};
    assert_ok(copper_init(&cu, x->m, &x->g, s->copper_mean_K, wound ? s->field_mean_K : s->copper_mean_K, &o->exciter, &e), &e);
    copper_eval(&cu, p->i_d_A, p->i_q_A, p->i_f_A, f, x->c.slot_Bt2_T2, &loss);
    assert_ok(mech_loss_init(&mech, x->m, o->gas, o->gas_T_K, o->bearing_Nm, o->windage_factor_pu, &e), &e);
    *k = (struct thermal_kinds){loss.dc_W,
                                loss.ac_W,
                                x->g.end_volume_m3 / x->g.copper_volume_m3,
                                o->build_factor_pu * core_W(&x->c, LOSS_STATOR_YOKE, f),
                                o->build_factor_pu * core_W(&x->c, LOSS_STATOR_TOOTH, f),
                                o->build_factor_pu * core_W(&x->c, LOSS_ROTOR_IRON, f),
                                core_W(&x->c, LOSS_MAGNET, f),
                                x->c.magnet_gap_W_per_Hz2 * f * f,
                                loss.field_W,
                                x->c.sleeve_W_per_Hz2 * f * f,
                                mech_loss_eval_windage_W(&mech, p->speed_rad_per_s),
                                mech_loss_eval_bearing_W(&mech, p->speed_rad_per_s)};
    return k->copper_dc_W + k->copper_ac_W + k->yoke_W + k->tooth_W + k->rotor_iron_W + k->magnet_W + k->field_W + k->windage_W +
           k->bearing_W + loss.exciter_W;
}

static enum status give_losses(void *ctx, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    struct thermal_kinds k;
    (void)e;
    totals(ctx, s, &k);
    thermal_set_losses(&k, out);
    return ST_OK;
}

static double solve_fields(struct plant *pl, const struct machine *m, struct iron_coef *c)
{
    struct field_result r;
    struct field_info info;
    struct err e = {0};
    double torque_Nm = 0.0;
    for (int k = 0; k < N_POSITION; k++) {
        const double theta = START_EL_RAD + iron_get_position_el_rad(m, k, N_POSITION);
        field_set_angle(pl->fw, theta);
        assert_ok(field_solve(pl->fw, pl->point.i_d_A, pl->point.i_q_A, pl->point.i_f_A, k == 0, &r, &info, &e), &e);
        iron_set_sample(pl->iron, k, N_POSITION, theta, field_eval_B_T(pl->fw));
        torque_Nm += r.torque_Nm / N_POSITION;
    }
    iron_eval(pl->iron, N_POSITION, c);
    return torque_Nm;
}

/* Temperatures of a machine from magnets at first_K on; the mean torque. */
static double solve_chain(struct plant *pl, const struct machine *m, double first_K, struct sens_heat *out)
{
    const struct thermal_couple o = {.tol_K = 1e-11, .damping = 1.0, .n_max = 400, .T_runaway_K = 900.0};
    struct losses x = {.pl = pl, .m = m};
    struct thermal_couple_info info;
    struct thermal_state s;
    struct winding_layout layout;
    struct err e = {0};
    double magnet_K = first_K, change_K = HUGE_VAL, torque_Nm = 0.0;
    assert_ok(winding_set_layout(m, &layout, &e), &e);
    assert_ok(winding_eval_geometry(m, &layout, &x.g, &e), &e);
    const struct thermal_winding w = {x.g.slot_area_m2, x.g.copper_area_per_slot_m2, x.g.end_turn_m, x.g.field_mean_turn_m};
    assert_ok(field_set_machine(pl->fw, m, &e), &e);
    iron_set_machine(pl->iron, field_get_mesh(pl->fw), m);
    assert_ok(thermal_set_machine(pl->thermal, m, &w, &e), &e);
    thermal_init_state(pl->thermal, first_K, &s);
    for (int k = 0; k < ROUND_MAX && change_K > MAGNET_TOL_K; k++) {
        field_set_magnet_T(pl->fw, magnet_K);
        torque_Nm = solve_fields(pl, m, &x.c);
        assert_ok(thermal_solve_coupled(pl->thermal, pl->point.speed_rad_per_s, give_losses, &x, &o, &s, &info, &e), &e);
        change_K = machine_has_field_winding(m) ? 0.0 : fabs(s.magnet_mean_K - magnet_K);
        magnet_K = machine_has_field_winding(m) ? magnet_K : s.magnet_mean_K;
    }
    assert_true(change_K <= MAGNET_TOL_K);
    struct thermal_kinds kinds;
    *out = (struct sens_heat){s.copper_hot_K, s.copper_mean_K, s.magnet_hot_K,  s.magnet_mean_K,
                              s.field_hot_K,  s.field_mean_K,  s.coolant_out_K, totals(&x, &s, &kinds)};
    return torque_Nm;
}

static int chain_eval(void *ctx, const struct machine *m, int k, double dx, double *figure)
{
    struct plant *pl = ctx;
    struct sens_heat f;
    struct err e = {0};
    if (!mesh_is_same_topology(pl->base, m, pl->base->level))
        return 0;
    assert_ok(field_set_machine(pl->fw, m, &e), &e);
    if (!gradient_is_same_band(pl->base, field_get_mesh(pl->fw), N_POSITION, pl->theta_rad))
        return 0;
    const double slope_K = pl->magnet_slope_K[k * N_FIGURE];
    pl->torque_Nm = solve_chain(pl, m, pl->magnet_T_K + (isnan(slope_K) ? 0.0 : slope_K * dx), &f);
    memcpy(figure, &f, sizeof f);
    return 1;
}

/* The same with all currents scaled so that the torque is wanted_Nm: secant on the scale. */
static int chain_eval_at_torque(void *ctx, const struct machine *m, int k, double dx, double *figure)
{
    struct plant *pl = ctx;
    const struct sens_heat_point held = pl->point;
    double scale[2] = {1.0, 1.0 + 1e-4}, torque_Nm[2];
    int ok = 1;
    for (int i = 0; i < TORQUE_MAX && ok; i++) {
        const double s = scale[i % 2];
        pl->point = (struct sens_heat_point){s * held.i_d_A, s * held.i_q_A, s * held.i_f_A, held.speed_rad_per_s};
        ok = chain_eval(ctx, m, k, dx, figure);
        torque_Nm[i % 2] = pl->torque_Nm;
        if (fabs(pl->torque_Nm - pl->wanted_Nm) <= TORQUE_RTOL * fabs(pl->wanted_Nm))
            break;
        if (i > 0)
            scale[(i + 1) % 2] = s + (pl->wanted_Nm - torque_Nm[i % 2]) * (scale[1] - scale[0]) / (torque_Nm[1] - torque_Nm[0]);
        assert_true(i + 1 < TORQUE_MAX);
    }
    pl->point = held;
    return ok;
}

/* ---- the gradient ---- */

struct gradient { struct sens_heat value, by_x[SENS_MAX_VAR], by_current[FIELD_CURRENT_COUNT]; struct field_gradient field[N_POSITION]; };

/* Fields at the magnets' temperature, in two or three rounds; the last one's derivatives. */
static void solve_gradient(struct plant *pl, const struct sens_space *sp, struct gradient *g)
{
    static struct iron_coef iron[SENS_MAX_VAR], by_source[FIELD_SOURCE_COUNT];
    struct iron_coef value;
    struct field_result r;
    struct field_info info;
    struct err e = {0};
    double change_K = HUGE_VAL;
    assert_ok(field_set_machine(pl->fw, &sp->machine, &e), &e);
    assert_ok(sens_set_design(pl->ws, sp, pl->fw, &e), &e);
    for (int round = 0; round < ROUND_MAX && change_K > MAGNET_TOL_K; round++) {
        field_set_magnet_T(pl->fw, pl->magnet_T_K);
        for (int k = 0; k < N_POSITION; k++) {
            field_set_angle(pl->fw, START_EL_RAD + iron_get_position_el_rad(&sp->machine, k, N_POSITION));
            assert_ok(field_solve(pl->fw, pl->point.i_d_A, pl->point.i_q_A, pl->point.i_f_A, k == 0, &r, &info, &e), &e);
            assert_ok(sens_solve(pl->ws, pl->fw, k, 1, &g->field[k], &e), &e);
        }
        sens_eval_iron(pl->ws, N_POSITION, &value, iron, by_source);
        const struct sens_heat_iron in = {&value, iron, by_source, pl->magnet_T_K};
        const long count = mem_get_count();
        assert_ok(sens_heat_eval(pl->heat, pl->ws, &pl->point, &in, &g->value, g->by_x, g->by_current, &e), &e);
        assert_int_equal(mem_get_count(), count); /* nothing allocated */
        const int wound = machine_has_field_winding(&sp->machine);
        change_K = wound ? 0.0 : fabs(g->value.magnet_mean_K - pl->magnet_T_K);
        pl->magnet_T_K = wound ? pl->magnet_T_K : g->value.magnet_mean_K;
    }
    assert_true(change_K <= MAGNET_TOL_K);
}

static void plant_new(struct plant *pl, const struct sens_space *sp, const struct matlib *lib)
{
    const struct field_opts o = {2e-12, 80};
    const struct sens_opts so = {.n_var_max = sp->n, .n_state_max = N_POSITION, .direct = 1};
    struct winding_layout layout;
    struct err e = {0};
    set_opts(pl, lib);
    pl->magnet_T_K = 373.15;
    assert_ok(mesh_new(&sp->machine, MESH_COARSE, &pl->base, &e), &e);
    assert_ok(winding_set_layout(&sp->machine, &layout, &e), &e);
    for (int k = 0; k < N_POSITION; k++)
        pl->theta_rad[k] = (START_EL_RAD + iron_get_position_el_rad(&sp->machine, k, N_POSITION) + layout.axis_el_rad) / sp->machine.p;
    assert_ok(field_new(&sp->machine, MESH_COARSE, &o, &pl->fw, &e), &e);
    assert_ok(sens_new(pl->fw, &sp->machine, &so, &pl->ws, &e), &e);
    assert_ok(sens_heat_new(&pl->opts, &pl->heat, &e), &e);
    assert_ok(thermal_new(&pl->opts.cooling, &pl->thermal, &e), &e);
    assert_ok(iron_new(pl->base, &sp->machine, N_POSITION, &pl->iron, &e), &e);
}

static void plant_free(struct plant *pl)
{
    sens_free(pl->ws);
    sens_heat_free(pl->heat);
    field_free(pl->fw);
    mesh_free(pl->base);
    thermal_free(pl->thermal);
    iron_free(pl->iron);
}

static void set_floor(const struct plant *pl, const struct sens_heat *value, double floor[N_FIGURE])
{
    for (int i = 0; i < N_FIGURE; i++) {
        const double v = ((const double *)value)[i];
        floor[i] = FLOOR * (i == N_FIGURE - 1 ? v : fmax(v - pl->opts.cooling.inlet_K, 0.0));
    }
}

static void check_value(struct plant *pl, const struct sens_space *sp, const struct sens_heat *value)
{
    struct sens_heat anew;
    pl->wanted_Nm = solve_chain(pl, &sp->machine, pl->magnet_T_K, &anew);
    for (int i = 0; i < N_FIGURE; i++)
        if (isnan(((double *)&anew)[i]))
            assert_true(isnan(((const double *)value)[i]));
        else
            assert_close(((const double *)value)[i], ((double *)&anew)[i], 1e-9, 0.0);
}

static void check_design(const struct sens_space *sp, const struct matlib *lib, const struct sens_heat_point *point, int at_torque)
{
    struct plant pl = {.point = *point};
    struct gradient *g = calloc(1, sizeof *g);
    struct err e = {0};
    double floor[N_FIGURE];
    assert_non_null(g);
    plant_new(&pl, sp, lib);
    solve_gradient(&pl, sp, g);
    check_value(&pl, sp, &g->value);
    set_floor(&pl, &g->value, floor);
    const struct gradient_rule rule = {RTOL, PLATEAU, floor};
    if (at_torque) {
        double by_x_Nm[SENS_MAX_VAR] = {0.0}, by_current[FIELD_CURRENT_COUNT] = {0.0}, by_Br_Nm = 0.0;
        for (int p = 0; p < N_POSITION; p++) {
            for (int k = 0; k < sp->n; k++)
                by_x_Nm[k] += g->field[p].torque_Nm[k] / N_POSITION;
            for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
                by_current[j] += g->field[p].torque_Nm_per_A[j] / N_POSITION;
            by_Br_Nm += g->field[p].torque_Br_Nm / N_POSITION;
        }
        const struct sens_heat_torque torque = {by_x_Nm, by_current, by_Br_Nm};
        assert_ok(sens_heat_eval_at_torque(pl.heat, &torque, g->by_current, sp->n, g->by_x, &e), &e);
    }
    pl.magnet_slope_K = &g->by_x[0].magnet_mean_K;
    const double worst =
        gradient_check(sp, N_FIGURE, (const double *)g->by_x, at_torque ? chain_eval_at_torque : chain_eval, &pl, &rule);
    print_message("  %d variables, winding %.1f K, rotor %.1f K, worst difference %.1e\n", sp->n, g->value.winding_hot_K,
                  isnan(g->value.magnet_hot_K) ? g->value.field_hot_K : g->value.magnet_hot_K, worst);
    plant_free(&pl);
    free(g);
}

static struct matlib *library(void **state) { return *state; }

/* The reference cases have magnets that no temperature changes; here they weaken, and the loop through them is closed. */
static void set_magnet(void **state, struct machine *m)
{
    struct err e = {0};
    if (!machine_has_field_winding(m))
        assert_ok(matlib_get_magnet(library(state), "N42UH", NULL, &m->magnet, &e), &e);
}

static void set_box(void **state, enum rotor_type t, struct sens_space *sp)
{
    struct space_envelope env = design_get_envelope(4, 48);
    struct machine m;
    struct err e = {0};
    double x[SPACE_MAX_VAR];
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.35 + 0.3 * fmod(0.618 * (k + 1), 1.0);
    assert_ok(design_set_materials(t, library(state), &m, &e), &e);
    m.rotor_type = t;
    set_magnet(state, &m);
    assert_ok(sens_space_init_box(sp, t, &env, x, &m, &e), &e);
}

static struct sens_heat_point get_point(enum rotor_type t)
{
    return (struct sens_heat_point){-30.0, 55.0, t == ROTOR_SALIENT ? 3.0 : 0.0, 600.0};
}

static void check_box(void **state, enum rotor_type t, int at_torque)
{
    static struct sens_space sp;
    const struct sens_heat_point point = get_point(t);
    set_box(state, t, &sp);
    check_design(&sp, library(state), &point, at_torque);
}

static void test_box_v(void **state) { check_box(state, ROTOR_V, 0); }
static void test_box_surface(void **state) { check_box(state, ROTOR_SURFACE, 0); }
static void test_box_spoke(void **state) { check_box(state, ROTOR_SPOKE, 0); }
static void test_box_bread_loaf(void **state) { check_box(state, ROTOR_BREAD_LOAF, 0); }
static void test_box_double_v(void **state) { check_box(state, ROTOR_DOUBLE_V, 0); }
static void test_box_delta(void **state) { check_box(state, ROTOR_DELTA, 0); }
static void test_box_salient(void **state) { check_box(state, ROTOR_SALIENT, 0); }
static void test_torque_v(void **state) { check_box(state, ROTOR_V, 1); }
static void test_torque_salient(void **state) { check_box(state, ROTOR_SALIENT, 1); }

static void check_case(void **state, const char *name)
{
    static struct sens_space sp;
    struct machine m;
    struct err e = {0};
    assert_ok(machines_read_case(name, library(state), NULL, &m, &e), &e);
    set_magnet(state, &m);
    sens_space_init_dimensions(&sp, &m);
    const struct sens_heat_point point = get_point(sp.type);
    check_design(&sp, library(state), &point, 0);
}

static void test_dimensions_v(void **state) { check_case(state, "C1"); }
static void test_dimensions_triangle_v(void **state) { check_case(state, "C2"); }
static void test_dimensions_surface(void **state) { check_case(state, "C3"); }
static void test_dimensions_salient(void **state) { check_case(state, "C4"); }
static void test_dimensions_spoke(void **state) { check_case(state, "C5"); }
static void test_dimensions_double_v(void **state) { check_case(state, "D1"); }
static void test_dimensions_delta(void **state) { check_case(state, "D2"); }
static void test_dimensions_bread_loaf(void **state) { check_case(state, "D3"); }

/* What a current does: the chain at currents on both sides. */
static void test_currents(void **state)
{
    static const enum rotor_type TYPE[2] = {ROTOR_V, ROTOR_SALIENT};
    static struct sens_space sp;
    for (int t = 0; t < 2; t++) {
        const struct sens_heat_point point = get_point(TYPE[t]);
        struct plant pl = {.point = point};
        struct gradient *g = calloc(1, sizeof *g);
        assert_non_null(g);
        set_box(state, TYPE[t], &sp);
        plant_new(&pl, &sp, library(state));
        solve_gradient(&pl, &sp, g);
        for (int j = 0; j < (TYPE[t] == ROTOR_SALIENT ? 3 : 2); j++) {
            const double step_A = 1e-3;
            struct sens_heat f[2];
            for (int side = 0; side < 2; side++) {
                const double d_A = side ? step_A : -step_A;
                pl.point = point;
                *(j == 0 ? &pl.point.i_d_A : j == 1 ? &pl.point.i_q_A : &pl.point.i_f_A) += d_A;
                solve_chain(&pl, &sp.machine, pl.magnet_T_K, &f[side]);
            }
            for (int i = 0; i < N_FIGURE; i++)
                if (!isnan(((double *)&f[0])[i]))
                    assert_close(((double *)&g->by_current[j])[i], (((double *)&f[1])[i] - ((double *)&f[0])[i]) / (2.0 * step_A), RTOL,
                                 1e-6);
        }
        plant_free(&pl);
        free(g);
    }
}

static enum status new_and_free(void *ctx, struct err *e)
{
    const struct plant *pl = ctx;
    const struct sens_opts so = {.n_var_max = 4, .n_state_max = N_POSITION, .direct = 1};
    struct sens_ws *ws = NULL;
    struct sens_heat_ws *heat = NULL;
    enum status st = sens_new(pl->fw, pl->machine, &so, &ws, e);
    if (st == ST_OK)
        st = sens_heat_new(&pl->opts, &heat, e);
    sens_free(ws);
    sens_heat_free(heat);
    return st;
}

/* No room; no steady state; a torque that no current makes. */
static void test_refused(void **state)
{
    static struct sens_space sp;
    static struct iron_coef none[SENS_MAX_VAR], by_source[FIELD_SOURCE_COUNT];
    static struct sens_heat out[SENS_MAX_VAR], by_current[FIELD_CURRENT_COUNT];
    const struct iron_coef value = {.slot_Bt2_T2 = 0.0};
    const struct sens_heat_iron in = {&value, none, by_source, 373.15};
    const double nothing[SENS_MAX_VAR] = {0.0};
    const struct sens_heat_torque torque = {nothing, nothing, 0.0};
    struct plant pl = {.point = {-110.0, 170.0, 0.0, 600.0}};
    struct sens_heat hot;
    struct err e = {0};
    set_box(state, ROTOR_V, &sp);
    plant_new(&pl, &sp, library(state));
    pl.machine = &sp.machine;
    assert_in_range(fault_check(new_and_free, &pl), 40, 400);
    assert_ok(field_set_machine(pl.fw, &sp.machine, &e), &e);
    assert_ok(sens_set_design(pl.ws, &sp, pl.fw, &e), &e);
    assert_int_equal(sens_heat_eval(pl.heat, pl.ws, &pl.point, &in, &hot, out, by_current, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, "thermal runaway");
    memset(by_current, 0, sizeof by_current);
    assert_int_equal(sens_heat_eval_at_torque(pl.heat, &torque, by_current, sp.n, out, &e), ST_SINGULAR);
    plant_free(&pl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_box_v),
        cmocka_unit_test(test_box_surface),
        cmocka_unit_test(test_box_spoke),
        cmocka_unit_test(test_box_bread_loaf),
        cmocka_unit_test(test_box_double_v),
        cmocka_unit_test(test_box_delta),
        cmocka_unit_test(test_box_salient),
        cmocka_unit_test(test_dimensions_v),
        cmocka_unit_test(test_dimensions_triangle_v),
        cmocka_unit_test(test_dimensions_surface),
        cmocka_unit_test(test_dimensions_salient),
        cmocka_unit_test(test_dimensions_spoke),
        cmocka_unit_test(test_dimensions_double_v),
        cmocka_unit_test(test_dimensions_delta),
        cmocka_unit_test(test_dimensions_bread_loaf),
        cmocka_unit_test(test_torque_v),
        cmocka_unit_test(test_torque_salient),
        cmocka_unit_test(test_currents),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, library_set_up_materials, library_tear_down_materials);
}
