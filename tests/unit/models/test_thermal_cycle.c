/* The periodic steady state of a drive cycle: one RC node in closed form, with and without losses that grow with temperature; a whole
 * machine against thousands of plain repetitions. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/machine/machine_yaml.h"
#include "models/thermal/machine_net.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define C_J_PER_K 800.0
#define G_W_PER_K 2.5
#define AMBIENT_K 300.0

static struct datum exact(double v)
{
    struct datum d = {v, v, v, QUALITY_ASSUMED, "TEST"};
    return d;
}

/* every node tied to the housing, the housing to ambient by its flange alone: one RC element */
static void set_single(struct thermal *t)
{
    memset(t, 0, sizeof *t);
    t->o = (struct thermal_opts){.cooling = THERMAL_NATURAL, .ambient_K = AMBIENT_K, .flange_conductance = exact(G_W_PER_K),
                                 .end_film_a = exact(15.0), .end_film_b = exact(0.0), .end_film_c = exact(1.0), .emissivity = exact(0.0),
                                 .spray_wetted = exact(0.0)};
    t->is_set = t->has_magnet = 1;
    t->spot.magnet_share_pu[0] = 1.0;
    t->film.R_ro_m = 0.08;
    t->film.R_bore_m = 0.081;
    t->film.R_shaft_m = 0.05;
    t->film.housing_R_m = 0.15;
    for (int k = 0; k < THERMAL_N_LAYER; k++) {
        t->spot.slot.share_pu[k] = t->spot.tooth_share[k] = 1.0 / THERMAL_N_LAYER;
    }
    t->spot.end_across_K_per_W = t->spot.end_along_K_per_W = t->spot.slot_volume_m3 = t->spot.end_volume_m3 = 1.0;
    net_init(&t->conduction, THERMAL_NODE_COUNT);
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        if (i >= THERMAL_LAYER2 && i <= THERMAL_LAYER2_OUT)
            net_add_boundary(&t->conduction, i, 1.0, AMBIENT_K);
        else if (i != THERMAL_HOUSING && i != THERMAL_COOLANT && i != THERMAL_SPRAY)
            net_add_link(&t->conduction, i, THERMAL_HOUSING, 1.0e6);
    net_add_capacity(&t->conduction, THERMAL_HOUSING, C_J_PER_K);
}

struct powers { double P_W[2], alpha_per_K; };

static enum status get_power(void *ctx, int k, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    const struct powers *p = ctx;
    (void)e;
    *out = (struct thermal_losses){.yoke_W = p->P_W[k % 2] * (1.0 + p->alpha_per_K * (s->T_K[THERMAL_HOUSING] - AMBIENT_K))};
    return ST_OK;
}

/* Two powers in turn: T at the end = Ta + (R1 (1 - e1) e2 + R2 (1 - e2))/(1 - e1 e2), R = P/G, e = exp(-t G/C). */
static void test_single_node(void **state)
{
    (void)state;
    static const double RATE[] = {0.002, 0.02, 0.2, 1.0, 1.8, 4.0, 40.0}; /* of the cycle in time constants */
    double worst_K = 0.0, worst_gain = 0.0;
    for (int k = 0; k < ARRAY_LEN(RATE); k++) {
        static struct thermal t;
        struct powers p = {{400.0, 50.0}, 0.0};
        double tau_s = C_J_PER_K / G_W_PER_K, t1 = 0.3 * RATE[k] * tau_s, t2 = 0.7 * RATE[k] * tau_s;
        struct thermal_interval part[2] = {{t1, 0.0, 400}, {t2, 0.0, 400}};
        struct thermal_cycle o = {.tol_K = 1e-6, .n_max = 30, .T_runaway_K = 2000.0};
        struct thermal_cycle_info info;
        struct thermal_state s;
        struct err e;
        set_single(&t);
        thermal_init_state(&t, 350.0, &s);
        long before = mem_get_count();
        assert_ok(thermal_solve_cycle(&t, 2, part, get_power, &p, &o, &s, &info, &e), &e);
        assert_int_equal(mem_get_count(), before);
        double e1 = exp(-t1 / tau_s), e2 = exp(-t2 / tau_s);
        double rise_K = (160.0 * (1.0 - e1) * e2 + 20.0 * (1.0 - e2)) / (1.0 - e1 * e2);
        worst_K = fmax(worst_K, fabs(s.T_K[THERMAL_HOUSING] - AMBIENT_K - rise_K));
        if (info.n_pass > 2) /* the last contraction of two passes may be that of rounding */
            worst_gain = fmax(worst_gain, info.contraction);
        assert_close(info.mean_losses.yoke_W, 0.3 * 400.0 + 0.7 * 50.0, 1e-9, 0.0);
        assert_true(info.n_pass <= 20);
    }
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "periodic steady state of one RC node, cycle of 0.002 to 40 time constants",
                                "two powers", .measured = worst_K, .wanted = 0.01, .unit = "K", .source = "INCROPERA2007"});
    assert_true(worst_gain < 0.31); /* the bound of the header */
}

/* P grows with T: the end state of equal intervals is the fixed point of T -> T e + (P(T)/G)(1 - e), Ta + R/(1 - R alpha). */
static void test_growing_loss(void **state)
{
    (void)state;
    static struct thermal t;
    struct powers p = {{250.0, 250.0}, 0.005}; /* R = 100 K, gain of the loop 0.5 */
    struct thermal_interval part[2] = {{60.0, 0.0, 20}, {60.0, 0.0, 20}};
    struct thermal_cycle o = {.tol_K = 1e-6, .n_max = 60, .T_runaway_K = 2000.0};
    struct thermal_cycle_info info;
    struct thermal_state s;
    struct err e;
    set_single(&t);
    thermal_init_state(&t, 300.0, &s);
    assert_ok(thermal_solve_cycle(&t, 2, part, get_power, &p, &o, &s, &info, &e), &e);
    assert_close(s.T_K[THERMAL_HOUSING], AMBIENT_K + 200.0, 0.0, 1e-4);
    p.alpha_per_K = 0.012; /* gain 1.2: no periodic state */
    thermal_init_state(&t, 300.0, &s);
    assert_status(thermal_solve_cycle(&t, 2, part, get_power, &p, &o, &s, &info, &e), ST_INFEASIBLE, &e);
    assert_string_equal(e.where, "thermal runaway");
    assert_non_null(strstr(e.message, "yoke loss rose"));
    p.alpha_per_K = 0.005;
    o.n_max = 2;
    thermal_init_state(&t, 300.0, &s);
    assert_status(thermal_solve_cycle(&t, 2, part, get_power, &p, &o, &s, &info, &e), ST_NO_CONVERGE, &e);
    assert_string_equal(e.where, "drive cycle");
}

static enum status get_machine_loss(void *ctx, int k, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    (void)ctx;
    (void)e;
    double copper = (k % 3 == 0 ? 900.0 : 150.0) * (1.0 + 0.0039 * (s->copper_mean_K - 350.0));
    *out = (struct thermal_losses){.copper_slot_W = 0.5 * copper, .copper_end_W = 0.5 * copper, .yoke_W = 30.0 * (k % 4), .tooth_W = 60.0,
                                   .rotor_iron_W = 20.0, .magnet_W = 5.0 * (k % 2)};
    return ST_OK;
}

/* C1 in a jacket: the state after as many repetitions as it takes is the same, at the same point of the cycle. */
static void test_against_repetition(void **state)
{
    (void)state;
    enum { N_PART = 12 };
    struct matlib *lib;
    struct machine m;
    struct winding_layout layout;
    struct winding_geometry g;
    struct thermal *t;
    struct err e;
    struct thermal_interval part[N_PART];
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case("C1", lib, NULL, &m, &e), &e);
    assert_ok(winding_set_layout(&m, &layout, &e), &e);
    assert_ok(winding_eval_geometry(&m, &layout, &g, &e), &e);
    struct thermal_opts o = {.cooling = THERMAL_JACKET, .ambient_K = 313.15, .inlet_K = 338.15, .flow_m3_per_s = 1.5e-4,
        .duct_width_m = 15.0e-3, .duct_height_m = 6.0e-3, .duct_rib_m = 4.0e-3, .duct_wall_m = 4.0e-3, .jacket_overhang_m = 5.0e-3,
        .n_duct_parallel = 1, .housing_thickness_m = 14.0e-3, .end_clearance_m = 8.0e-3, .housing_contact = exact(4.0e-4),
        .shaft_contact = exact(2.0e-4), .magnet_contact = exact(3.0e-4), .liner_gap = exact(0.1e-3), .impregnation_fill = exact(0.7),
        .stack_axial_conductivity = exact(1.5), .end_film_a = exact(15.0), .end_film_b = exact(0.4), .end_film_c = exact(0.9),
        .bearing_conductance = exact(2.0), .flange_conductance = exact(3.0), .emissivity = exact(0.8)};
    assert_ok(matlib_get_coolant(lib, "water_glycol_50", NULL, &o.coolant, &e), &e);
    assert_ok(thermal_new(&o, &t, &e), &e);
    const struct thermal_winding w = {g.slot_area_m2, g.copper_area_per_slot_m2, g.end_turn_m, g.field_mean_turn_m};
    assert_ok(thermal_set_machine(t, &m, &w, &e), &e);
    for (int k = 0; k < N_PART; k++)
        part[k] = (struct thermal_interval){20.0 + 5.0 * (k % 3), 120.0 * (k % 5), 10};
    struct thermal_cycle c = {.tol_K = 1e-3, .n_max = 40, .T_runaway_K = 900.0};
    struct thermal_cycle_info info;
    struct thermal_state s, slow;
    thermal_init_state(t, 350.0, &s);
    slow = s;
    assert_ok(thermal_solve_cycle(t, N_PART, part, get_machine_loss, NULL, &c, &s, &info, &e), &e);
    assert_true(info.n_pass <= 12);
    int n_repeat = 0;
    for (double change_K = 1.0; change_K > 1e-7 && n_repeat < 20000; n_repeat++) {
        struct thermal_state before = slow;
        change_K = 0.0;
        for (int k = 0; k < N_PART; k++) {
            struct thermal_losses l;
            assert_ok(get_machine_loss(NULL, k, &slow, &l, &e), &e);
            assert_ok(thermal_solve_transient(t, part[k].speed_rad_per_s, &l, part[k].duration_s, 1, part[k].n_step, &slow, &e), &e);
        }
        for (int i = 0; i < THERMAL_NODE_COUNT; i++)
            change_K = fmax(change_K, fabs(slow.T_K[i] - before.T_K[i]));
    }
    printf("%d passes instead of %d repetitions\n", info.n_pass, n_repeat);
    assert_true(n_repeat > 5 * info.n_pass);
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        assert_close(s.T_K[i], slow.T_K[i], 0.0, 3e-3);
    assert_true(info.copper_hot_K > s.copper_hot_K - 1e-9 && isnan(info.field_hot_K));
    thermal_free(t);
    machine_yaml_done(&m);
    matlib_free(lib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_single_node), cmocka_unit_test(test_growing_loss),
                                       cmocka_unit_test(test_against_repetition)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
