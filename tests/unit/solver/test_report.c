/* The page from a made-up comparison: five technologies, one infeasible, values missing, a hostile name. Real materials and real shapes, so
 * that the cross-sections are solved. */
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "solver/picture.h"
#include "solver/report.h"
#include "tests/support/close.h"
#include "tests/support/page.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define N_FRONT 24
#define N_ALL 400

static const char *const SYMBOL[] = {"Fe", "Nd", "Pr", "Dy", "Tb", "B", "Cu", "electrical_steel", "Al"};
static const double PRICE[] = {0.6, 85.0, 88.0, 310.0, 1100.0, 5.0, 9.8, 1.9, 2.6};
static const char *const PAGE = "build/report-test.html";

struct fixture {
    struct matlib *lib;
    struct study study;
    struct comparison c;
    struct compare_opts opts;
};

static double wave(int k) { return 0.5 + 0.5 * sin(12.9898 * k); } /* any spread of 0..1 */

static void set_requirement(struct eval_setup *u)
{
    u->requirement = (struct requirement){.peak_torque_Nm = 280,
                                          .peak_power_W = 80e3,
                                          .speed_max_rad_per_s = 10390 * PI / 30,
                                          .dc_voltage_V = 375,
                                          .modulation_reserve_pu = 0.05,
                                          .current_max_A = 480,
                                          .field_current_max_A = 16,
                                          .exciter_efficiency_pu = 0.9,
                                          .stator_outer_diameter_m = 0.2,
                                          .stack_max_m = 0.17,
                                          .airgap_m = 0.7e-3,
                                          .overspeed_factor = 1.2,
                                          .yield_safety_min = 1.1,
                                          .iron_build_factor = 1.5,
                                          .bearing_friction_Nm = 0.25};
    u->duty.continuous = (struct duty_point){90, 5000 * PI / 30, 1, (double)NAN};
    u->duty.peak = (struct duty_point){280, 2728 * PI / 30, 1, (double)NAN};
    u->duty.peak_duration_s = 30;
    u->demag = (struct demag_rule){.flux_loss_limit_pu = 0.01, .event_short_circuit = 1, .event_peak_current = 1, .cold_start_K = 243.15};
    u->cooling.inlet_K = 338.15;
    u->cooling.housing_contact = (struct datum){3e-5, 1e-5, 1e-4, QUALITY_ASSUMED, "ASSUMED"};
    u->elements = (struct bom_elements){ARRAY_LEN(SYMBOL), SYMBOL};
    u->price_USD_per_kg = PRICE;
}

static void set_materials(struct fixture *f)
{
    struct machine *m = &f->study.frame;
    assert_ok(matlib_get_steel(f->lib, "NO20-1200H", NULL, &m->stator_steel, NULL), NULL);
    assert_ok(matlib_get_conductor(f->lib, "copper", NULL, &m->stator_conductor, NULL), NULL);
    assert_ok(matlib_get_insulation(f->lib, "class_H", NULL, &m->insulation, NULL), NULL);
    m->rotor_steel = m->stator_steel;
    m->field_conductor = m->stator_conductor;
    static const char *const GRADE[] = {"N42UH", "HD_1600", "G48UH", "FE16N2_DEMONSTRATED", NULL};
    static const enum technology TECH[] = {TECH_NDFEB_DY, TECH_NDFEB_HRE_FREE, TECH_NDFEB_GBD, TECH_FE16N2, TECH_WOUND_FIELD};
    f->study.n_technology = ARRAY_LEN(TECH);
    for (int k = 0; k < ARRAY_LEN(TECH); k++) {
        struct study_technology *t = &f->study.technology[k];
        t->technology = TECH[k];
        t->rotor_type = TECH[k] == TECH_WOUND_FIELD ? ROTOR_SALIENT : ROTOR_V;
        t->n_grade = 1;
        if (GRADE[k])
            assert_ok(matlib_get_magnet(f->lib, GRADE[k], NULL, &t->grade[0], NULL), NULL);
    }
}

static void set_study(struct fixture *f, const char *name)
{
    struct study *s = &f->study;
    snprintf(s->name, sizeof s->name, "%s", name);
    set_requirement(&s->setup);
    set_materials(f);
    struct winding w = {.n_conductor_per_slot = 8,
                        .n_path = 2,
                        .n_layer = 1,
                        .coil_span_slots = 6,
                        .copper_fill_pu = 0.42,
                        .strand_diameter_m = 0.8e-3,
                        .end_turn_factor = 1.2};
    s->frame.p = 4;
    s->frame.winding = w;
    s->frame.stacking_factor_pu = 0.96;
    s->frame.n_magnet_segment_axial = 6;
    s->frame.bridge_min_m = 1.2e-3;
    s->envelope = (struct space_envelope){.R_out_m = 0.1,
                                          .stack_max_m = 0.17,
                                          .airgap_m = 0.7e-3,
                                          .bridge_min_m = 1.2e-3,
                                          .post_min_m = 1.5e-3,
                                          .shaft_R_m = 0.023,
                                          .n_slot = 48,
                                          .p = 4,
                                          .slot_opening_m = 2e-3,
                                          .tooth_tip_m = 0.9e-3,
                                          .taper_m = 0.6e-3,
                                          .speed_max_rad_per_s = 1088,
                                          .magnet_min_thickness_m = 3e-3,
                                          .winding = w,
                                          .n_conductor_min = 6,
                                          .n_conductor_max = 18,
                                          .field_fill_pu = 0.55,
                                          .n_field_turns = 120};
    static const char *const OBJECTIVE[] = {"torque_per_litre_Nm", "rotor_margin_K", "cost_with_risk_USD"};
    static const double WEIGHT[] = {0.4, 0.2, 0.4};
    s->search.n_objective = 3;
    for (int k = 0; k < 3; k++) {
        s->search.objective[k] = result_get_figure(OBJECTIVE[k]);
        s->search.weight_pu[k] = WEIGHT[k];
    }
}

static void set_result(struct result *r, int tech, int q)
{
    static const double COST[] = {215, 190, 225, 170, 150}, RISK[] = {92, 41, 70, 2, 8}, HRE[] = {0.105, 0, 0.021, 0, 0},
                        MARGIN[] = {35, 22, 30, 5, 28};
    double u = q / (N_FRONT - 1.0);
    result_init(r);
    r->stack_m = 0.13 + 0.03 * u;
    r->base_torque_Nm = 290 + 15 * u;
    r->power_max_speed_W = 84e3 + 9e3 * wave(q);
    r->torque_per_litre_Nm = 70 - 16 * u - 4 * (tech == 4);
    r->mass_active_kg = 24 + 5 * u;
    r->efficiency_cycle_pu = 0.945 + 0.004 * u - 0.012 * (tech == 4);
    r->efficiency_continuous_pu = 0.958;
    r->winding_peak_K = 430 - 8 * u;
    r->winding_margin_K = 22 + 8 * u;
    r->rotor_hot_K = 415;
    r->rotor_margin_K = MARGIN[tech] * (0.3 + u);
    r->yield_safety = 1.3;
    r->copper_kg = 5.1 + (tech == 4) * 4.2;
    r->hre_kg = HRE[tech] * (0.4 + u);
    r->rare_earth_kg = tech < 3 ? 0.5 : 0;
    r->cost_today_USD = COST[tech] * (1 + 0.15 * u);
    r->risk_cost_USD = RISK[tech] * (1 + 0.3 * u);
    r->risk_drift_USD = 0.2 * r->risk_cost_USD;
    r->risk_holding_USD = 0.1 * r->risk_cost_USD;
    r->risk_shortage_USD = 0.4 * r->risk_cost_USD;
    r->risk_tail_USD = 0.3 * r->risk_cost_USD;
    r->cost_with_risk_USD = r->cost_today_USD + r->risk_cost_USD;
    for (int k = 0; k < CON_COUNT; k++)
        r->g[k] = -0.05;
    if (tech == 4)
        return; /* no magnet: NAN stays */
    r->magnet_kg = 1.6;
    r->demag_margin_K = r->rotor_margin_K;
    r->demag_current_factor = 1.2;
    r->demag_event = EVAL_EVENT_SHORT_CIRCUIT;
    r->demag_event_id_A = -620.0;
    r->demag_margin_low_K = r->demag_margin_K - 20.0;
    r->demag_margin_high_K = r->demag_margin_K + 15.0;
    r->flux_loss_event_pu = 0.004;
}

static void set_heat(struct thermal_state *h, double rise_K, int is_wound)
{
    for (int k = 0; k < THERMAL_NODE_COUNT; k++)
        h->T_K[k] = 345 + 2.5 * k + rise_K;
    h->copper_mean_K = 400 + rise_K;
    h->copper_hot_K = 418 + rise_K;
    h->magnet_mean_K = is_wound ? (double)NAN : 405 + rise_K;
    h->magnet_hot_K = is_wound ? (double)NAN : 412 + rise_K;
    for (int k = 0; k < MACHINE_MAX_MAGNET_LAYER; k++)
        h->magnet_layer_mean_K[k] = h->magnet_layer_hot_K[k] = (double)NAN;
    h->field_mean_K = is_wound ? 420 + rise_K : (double)NAN;
    h->field_hot_K = is_wound ? 431 + rise_K : (double)NAN;
    h->coolant_out_K = 341;
}

static void set_point(struct operate_point *p, const struct duty_point *d, int is_wound)
{
    *p = (struct operate_point){.is_feasible = 1,
                                .speed_rad_per_s = d->speed_rad_per_s,
                                .torque_Nm = d->torque_Nm,
                                .i_d_A = -0.9 * d->torque_Nm,
                                .i_q_A = 1.2 * d->torque_Nm,
                                .i_f_A = is_wound ? 9.5 : 0,
                                .i_A = 1.5 * d->torque_Nm,
                                .v_V = 190,
                                .efficiency_pu = 0.93,
                                .loss = {.copper_dc_W = 5 * d->torque_Nm,
                                         .copper_ac_W = 40,
                                         .field_W = is_wound ? 410 : 0,
                                         .exciter_W = is_wound ? 60 : 0,
                                         .iron_W = {180, 220, 45, is_wound ? (double)NAN : 12},
                                         .windage_W = 25,
                                         .bearing_W = 70,
                                         .total_W = 5 * d->torque_Nm + 592}};
}

static void set_bill(struct eval_detail *d, int tech)
{
    static const double KG[BOM_PART_COUNT] = {14.2, 7.1, 3.2, 1.9, 0, 1.6, 0, 0.4, 1.4, 5.2};
    for (int k = 0; k < BOM_PART_COUNT; k++) {
        d->bom.net_kg[k] = k == BOM_MAGNET && tech == 4 ? 0 : k == BOM_COPPER_FIELD && tech == 4 ? 4.2 : KG[k];
        d->bom.purchased_kg[k] = 1.4 * d->bom.net_kg[k];
        d->cost.purchase_USD[k] = 6.5 * d->bom.net_kg[k];
        d->cost.processing_USD[k] = 2.1 * d->bom.net_kg[k];
        d->bom.purchased_total_kg += d->bom.purchased_kg[k];
        d->cost.purchase_total_USD += d->cost.purchase_USD[k];
        d->cost.processing_total_USD += d->cost.processing_USD[k];
    }
    static const double Q[] = {1.5, 0.40, 0.12, 0.09, 0, 0.02, 5.4, 30, 6};
    for (int k = 0; k < ARRAY_LEN(SYMBOL); k++) {
        d->bom.q_kg[k] = tech == 4 && k > 0 && k < 6 ? 0 : Q[k];
        d->bom.m_kg[k] = 0.7 * d->bom.q_kg[k];
        d->cost.element_USD[k] = PRICE[k] * d->bom.q_kg[k];
    }
    d->cost.total_USD = d->cost.purchase_total_USD + d->cost.processing_total_USD;
}

static void set_detail(struct eval_detail *d, const struct eval_setup *u, int tech)
{
    int is_wound = tech == 4;
    d->n_speed = EVAL_MAX_SPEED;
    d->n_map_torque = EVAL_MAP_TORQUE;
    for (int k = 0; k < d->n_speed; k++) {
        double w = u->requirement.speed_max_rad_per_s * k / (d->n_speed - 1);
        d->speed_rad_per_s[k] = w;
        d->torque_max_Nm[k] = fmin(300 + 6 * tech, (88e3 - 2e3 * tech) / fmax(w, 1));
        d->continuous[k] = (struct eval_rating){k % 4 == 0 ? fmin(140, 55e3 / fmax(w, 1)) : (double)NAN, 453.0, 400.0,
                                                k % 4 == 0 ? EVAL_LIMIT_WINDING : EVAL_LIMIT_NONE};
        d->timed[k] = (struct eval_rating){fmin(250, 80e3 / fmax(w, 1)), 453.0, 400.0, EVAL_LIMIT_WINDING};
        for (int t = 0; t < d->n_map_torque; t++) {
            double T = u->requirement.peak_torque_Nm * (t + 1) / d->n_map_torque, out = T * w;
            d->map_torque_Nm[t] = T;
            d->efficiency_pu[t * d->n_speed + k] =
                k > 0 && T <= d->torque_max_Nm[k] ? out / (out + 100 + 0.03 * T * T + 0.9e-3 * w * w) : (double)NAN;
        }
    }
    set_point(&d->point_continuous, &u->duty.continuous, is_wound);
    set_point(&d->point_peak, &u->duty.peak, is_wound);
    set_heat(&d->heat_continuous, 0, is_wound);
    set_heat(&d->heat_peak, 11, is_wound);
    set_bill(d, tech);
    d->n_event = is_wound ? 0 : 2;
    for (int k = 0; k < d->n_event; k++)
        d->event[k] = (struct eval_event){.kind = k ? EVAL_EVENT_COLD_START : EVAL_EVENT_SHORT_CIRCUIT,
                                          .cold_kind = EVAL_EVENT_SHORT_CIRCUIT,
                                          .T_K = k ? 243.15 : 415.0,
                                          .i_d_A = -620.0,
                                          .theta_el_rad = (double)NAN,
                                          .has_prefault = 1,
                                          .prefault = {OPERATE_PREFAULT_BRAKING, 300.0, -260.0, -300.0, -200.0, 0.0},
                                          .flux_lost_pu = 0.004,
                                          .T_margin_K = k ? (double)NAN : 22.0,
                                          .current_factor = 1.2,
                                          .T_margin_low_K = k ? (double)NAN : 2.0,
                                          .T_margin_high_K = k ? (double)NAN : 37.0,
                                          .flux_lost_at_margin_pu = 0.0123,
                                          .torque_lost_pu = 0.003,
                                          .backemf_left_V = 207.0};
    d->flux_lost_sequence_pu = 0.0045;
    d->n_sequence_round = 2;
    d->n_demag = is_wound ? 0 : EVAL_MAX_DEMAG_CURVE;
    for (int k = 0; k < d->n_demag; k++) {
        d->demag_T_K[k] = 380 + 10 * k;
        d->demag_flux_lost_pu[k] = 0.15 / (1 + exp(-(d->demag_T_K[k] - 445 - 8 * tech) / 7));
    }
}

static void set_technology(struct fixture *f, int k)
{
    struct compare_technology *x = &f->c.tech[k];
    x->n_evaluated = x->n_all = N_ALL;
    x->all_obj = mem_new(3 * N_ALL, sizeof(double));
    x->all_violation = mem_new(N_ALL, sizeof(double));
    x->front = mem_new(N_FRONT, sizeof *x->front);
    x->best = -1;
    for (int q = 0; q < N_ALL; q++) {
        x->all_obj[3 * q] = q % 17 == 0 ? (double)NAN : -(45 + 26 * wave(q));
        x->all_obj[3 * q + 1] = -(60 * wave(3 * q + k) - 20);
        x->all_obj[3 * q + 2] = 150 + 260 * wave(7 * q + k);
    }
    if (k == 3) {
        snprintf(x->reason, sizeof x->reason, "demagnetisation margin is missed by 31 K in the least violating design <a&b>");
        return;
    }
    x->n_feasible = 120;
    x->feasible = mem_new(120, sizeof *x->feasible);
    for (int q = 0; q < 120; q++)
        x->feasible[q] = (struct compare_feasible){.id = 3 * q, .m_kg = {[1] = 0.4, [3] = 1e-3 * q, [6] = 5.0}};
    x->n_front = N_FRONT;
    for (int q = 0; q < N_FRONT; q++) {
        x->front[q] = (struct compare_design){.technology = k, .id = 10 * q + 3, .score = 0.5 + 0.02 * k + 0.01 * (q % 9)};
        set_result(&x->front[q].r, k, q);
    }
    x->best = 17;
    x->report = x->front[17];
    x->mesh_error_pu = 0.0042;
    x->p_best = k == 4 ? 0.61 : 0.13;
    x->p_best_standard_error = 0.024;
    x->regret_USD = 12.0 * k;
    double unit_box[SPACE_MAX_VAR];
    int grade;
    for (int q = 0; q < SPACE_MAX_VAR; q++)
        unit_box[q] = 0.5;
    study_set_machine(&f->study, k, unit_box, &x->machine, &grade);
    set_detail(&x->detail, &f->study.setup, k);
    x->report.r.processing_USD = x->detail.cost.processing_total_USD;
}

static void set_decision(struct comparison *c)
{
    c->winner = 4;
    c->n_joint = 31;
    c->n_sample = 400;
    c->n_field_solve = 412345;
    c->n_evaluation = 5 * N_ALL;
    c->n_break_even = 3;
    c->break_even[0] = (struct break_even){
        "Dy", 4, 0, 310, 95, 0.306, "Dy below 95 USD/kg (0.31 times today's 310): Dy-alloyed NdFeB instead of wound field", 0};
    c->break_even[1] =
        (struct break_even){"electrical_steel", 4, -1, 1.9, (double)NAN, (double)NAN, "no price of steel turns the decision", 1};
    c->break_even[2] = (struct break_even){"Cu", 4, 1, 9.8, 10.0, 1.02, "Cu above 10 USD/kg turns cost alone", 1};
    static const char *const NAME[] = {"truce_holds", "truce_lapses", "long_ban"};
    c->n_scenario = 3;
    for (int q = 0; q < 3; q++) {
        snprintf(c->scenario[q].scenario, sizeof c->scenario[q].scenario, "%s", NAME[q]);
        c->scenario[q].winner = q == 2 ? 4 : 1;
        for (int k = 0; k < 5; k++) {
            c->scenario[q].risk_cost_USD[k] = k == 3 ? (double)NAN : (q + 1) * (90.0 - 20 * k);
            c->scenario[q].standard_error_USD[k] = 1.3;
            c->scenario[q].cost_with_risk_USD[k] = 190 + c->scenario[q].risk_cost_USD[k];
            c->scenario[q].best[k] = (struct scenario_design){k == 3 ? -1 : 100 - 20 * q, 0.6, c->scenario[q].risk_cost_USD[k], 1.3, 333};
        }
    }
    c->n_warning = 1;
    snprintf(c->warning[0], sizeof c->warning[0], "wound field: only 7 designs on the front, 12 were wanted; raise search.generations_max");
}

/* Technology 0's rotor with its own magnet, with one that fits and with one that does not. */
static void set_substitution(struct fixture *f)
{
    f->c.substitution = mem_new(3, sizeof *f->c.substitution);
    f->c.n_substitution = 3;
    for (int k = 0; k < 3; k++) {
        struct substitution *x = &f->c.substitution[k];
        *x = (struct substitution){.magnet = f->study.technology[k].grade[0], .is_own = k == 0, .is_feasible = k < 2, .has_option = k == 1};
        set_result(&x->r, 0, k);
        if (k == 2)
            snprintf(x->reason, sizeof x->reason, "demagnetisation margin");
        x->option.value_USD = (struct risk_figure){43.21, 0.34};
    }
}

static struct fixture *fixture_new(const char *name)
{
    struct err e;
    struct fixture *f = mem_new(1, sizeof *f);
    assert_non_null(f);
    assert_ok(matlib_new("materials/data", &f->lib, &e), &e);
    set_study(f, name);
    f->c.study = &f->study;
    f->opts = (struct compare_opts){.jobs = 1, .seed = 1, .lib = f->lib};
    set_decision(&f->c);
    for (int k = 0; k < 5; k++)
        set_technology(f, k);
    set_substitution(f);
    return f;
}

static void fixture_free(struct fixture *f)
{
    for (int k = 0; k < TECH_COUNT; k++) {
        mem_free(f->c.tech[k].all_obj);
        mem_free(f->c.tech[k].all_violation);
        mem_free(f->c.tech[k].front);
        mem_free(f->c.tech[k].feasible);
    }
    mem_free(f->c.substitution);
    matlib_free(f->lib);
    mem_free(f);
}

static void write_page(struct fixture *f, struct text *page)
{
    struct err e = {0};
    assert_ok(report_write(&f->c, &f->opts, PAGE, &e), &e);
    assert_ok(text_read_file(PAGE, page, &e), &e);
}

static void test_page(void **state)
{
    (void)state;
    struct fixture *f = fixture_new("80 kW traction motor");
    struct text page = {0};
    write_page(f, &page);
    page_check_well_formed(page.s);
    static const char *const SEEN[] = {"Wound field",
                                       "Dy-alloyed NdFeB",
                                       "Grain-boundary-diffused NdFeB",
                                       "Iron nitride",
                                       "cannot meet the requirement",
                                       "&lt;a&amp;b&gt;",
                                       "10,390",
                                       "412,345",
                                       "Truce lapses",
                                       "Dysprosium",
                                       "<th>Dy price</th><td>310</td><td>95</td>",
                                       "<th>Electrical steel price</th>",
                                       "What would turn it: Dy below 95 USD/kg",
                                       "Wound field: only 7 designs on the front, 12 were wanted; raise search.generations_max",
                                       "Cross-section of one pole at the peak point",
                                       "cost with risk alone",
                                       "kelvin left",
                                       "N·m",
                                       "Conventions",
                                       "no magnet",
                                       "libjs-chart.js",
                                       "Demagnetising events",
                                       "Cold start: three-phase short circuit",
                                       "from braking, 2,865 rpm",
                                       "Remanence lost per magnet element",
                                       "HD_1600",
                                       "option worth 43.2&nbsp;±&nbsp;0.3 USD",
                                       "misses: demagnetisation margin",
                                       "How the best design moves"};
    for (int k = 0; k < ARRAY_LEN(SEEN); k++)
        if (!strstr(page.s, SEEN[k]))
            fail_msg("the page lacks '%s'", SEEN[k]);
    static const char *const RAW[] = {"torque_per_litre_Nm", "rotor_margin_K", "electrical_steel", "wound_field"};
    for (int k = 0; k < ARRAY_LEN(RAW); k++)
        if (strstr(page.s, RAW[k]))
            fail_msg("the page shows the key '%s'", RAW[k]);
    text_done(&page);
    fixture_free(f);
}

static void test_data(void **state)
{
    (void)state;
    struct fixture *f = fixture_new("data");
    struct text page = {0};
    write_page(f, &page);
    json_t *root = page_get_data(page.s), *tech;
    assert_non_null(root); /* strict JSON: no NaN, no Infinity */
    tech = json_object_get(root, "tech");
    assert_int_equal(json_array_size(tech), 5);
    assert_int_equal(json_array_size(json_object_get(json_array_get(tech, 0), "front")), N_FRONT);
    assert_int_equal(json_array_size(json_object_get(json_array_get(tech, 3), "front")), 0);
    /* 24 of the 400 evaluated designs have no value; the sign of a figure to be raised is turned back */
    json_t *all = json_object_get(json_array_get(tech, 0), "all"), *first = json_array_get(json_array_get(all, 0), 0);
    assert_int_equal(json_array_size(all), N_ALL - 24);
    assert_close(json_number_value(first), 45 + 26 * wave(1), 1e-5, 0);
    json_t *lost = json_object_get(json_array_get(json_object_get(root, "picture"), 0), "lost"); /* the damage map of the first */
    assert_int_equal(json_array_size(lost),
                     json_array_size(json_object_get(json_array_get(json_object_get(root, "picture"), 0), "region")));
    json_t *point = json_array_get(json_object_get(json_array_get(tech, 1), "front"), 5);
    assert_close(json_number_value(json_array_get(json_object_get(point, "o"), 1)), f->c.tech[1].front[5].r.rotor_margin_K, 1e-5, 0);
    /* the best design of the first scenario holds 100 g of Dy, that of the third 60 g; the infeasible technology has none */
    json_t *shift = json_object_get(json_object_get(root, "shift"), "tech"), *path = json_object_get(json_array_get(shift, 0), "point");
    assert_int_equal(json_array_size(shift), 4);
    assert_int_equal(json_array_size(path), 3);
    assert_close(json_number_value(json_array_get(json_object_get(json_array_get(path, 0), "mass"), 0)), 100.0, 1e-5, 0);
    assert_close(json_number_value(json_array_get(json_object_get(json_array_get(path, 2), "mass"), 0)), 60.0, 1e-5, 0);
    /* cost stacks to the sum of its parts: feasible technologies only */
    json_t *cost = json_object_get(root, "cost");
    double sum = 0.0, expected = f->c.tech[0].detail.cost.processing_total_USD + f->c.tech[0].report.r.risk_cost_USD;
    for (size_t k = 0; k < json_array_size(cost); k++) {
        json_t *value = json_object_get(json_array_get(cost, k), "value");
        assert_int_equal(json_array_size(value), 4);
        sum += json_number_value(json_array_get(value, 0));
    }
    for (int k = 0; k < ARRAY_LEN(SYMBOL); k++)
        expected += f->c.tech[0].detail.cost.element_USD[k];
    assert_close(sum, expected, 1e-5, 0);
    json_decref(root);
    text_done(&page);
    fixture_free(f);
}

static void test_hostile_name(void **state)
{
    (void)state;
    struct fixture *f = fixture_new("</script><b>\"O'Brien\" & co");
    struct text page = {0};
    snprintf(f->c.scenario[0].scenario, sizeof f->c.scenario[0].scenario, "</script><img>");
    write_page(f, &page);
    page_check_well_formed(page.s);
    assert_null(strstr(page.s, "</script><"));
    assert_null(strstr(page.s, "<img"));
    assert_non_null(strstr(page.s, "<title>&lt;/script&gt;&lt;b&gt;&quot;O&#39;Brien&quot; &amp; co</title>"));
    assert_non_null(strstr(page.s, "\\u003c/script>\\u003cimg>"));
    json_t *root = page_get_data(page.s);
    assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(root, "scenario"), 0), "label")),
                        "</script><img>");
    json_decref(root);
    text_done(&page);
    fixture_free(f);
}

static void test_missing_library(void **state)
{
    (void)state;
    struct fixture *f = fixture_new("no library");
    struct err e = {0};
    setenv("MOTRADE_CHARTJS", "build/there-is-no-such-file.js", 1);
    assert_status(report_write(&f->c, &f->opts, PAGE, &e), ST_IO, &e);
    assert_non_null(strstr(e.message, "there-is-no-such-file.js"));
    /* a library that holds the end of a script inside a string */
    struct text page = {0};
    static const char LIBRARY[] = "var a = '</script>';";
    assert_ok(text_write_file("build/chart-test.js", LIBRARY, sizeof LIBRARY - 1, &e), &e);
    setenv("MOTRADE_CHARTJS", "build/chart-test.js", 1);
    write_page(f, &page);
    page_check_well_formed(page.s);
    assert_non_null(strstr(page.s, "var a = '<\\/script>';"));
    unsetenv("MOTRADE_CHARTJS");
    remove("build/chart-test.js");
    text_done(&page);
    fixture_free(f);
}

/* No current and no magnet remanence gives no field; a magnet gives flux lines that close: every picture node is used, B is bounded. */
static void test_picture(void **state)
{
    (void)state;
    struct fixture *f = fixture_new("picture");
    struct err e = {0};
    struct picture *p = NULL, *twice = NULL;
    struct picture_load load = {0.0, 0.0, 0.0, 373.15, NULL};
    assert_ok(picture_new(&f->c.tech[0].machine, &load, &p, &e), &e);
    assert_true(p->B_max_T > 1.0 && p->B_max_T < 4.0);
    assert_true(p->n_line > 500 && p->n_edge > 100);
    double area_m2 = 0.0, sector_m2, R_m = 0.0;
    for (int k = 0; k < p->n_tri; k++) {
        const int *n = p->tri + 3 * k;
        area_m2 += 0.5e-10 * ((double)(p->x[n[1]] - p->x[n[0]]) * (p->y[n[2]] - p->y[n[0]]) -
                              (double)(p->x[n[2]] - p->x[n[0]]) * (p->y[n[1]] - p->y[n[0]]));
    }
    for (int k = 0; k < p->n_node; k++)
        R_m = fmax(R_m, 1e-5 * hypot(p->x[k], p->y[k]));
    assert_close(R_m, 0.1, 1e-3, 0); /* d axis up, stator outside at the outer radius */
    sector_m2 = 0.5 * PI / 4 * (0.1 * 0.1 - f->c.tech[0].machine.R_ri_m * f->c.tech[0].machine.R_ri_m);
    assert_close(area_m2, sector_m2, 5e-3, 0);
    /* flux lines at no load are symmetric about the d axis: as many to the left as to the right */
    int left = 0, right = 0;
    for (int k = 0; k < p->n_line; k++) {
        left += p->line[4 * k] + p->line[4 * k + 2] < 0;
        right += p->line[4 * k] + p->line[4 * k + 2] > 0;
    }
    assert_true(abs(left - right) < p->n_line / 50);
    assert_null(p->lost);
    /* damage: none without an event's current, spread over part of the magnets with a strong one */
    struct demag_event ev = {.T_K = 423.15, .n_position = 1, .with_mirror = 1};
    load.damage = &ev;
    for (int q = 0; q < 2; q++) {
        int n_magnet = 0, n_lost = 0, most = 0;
        ev.i_d_A = -700.0 * q;
        assert_ok(picture_new(&f->c.tech[0].machine, &load, &twice, &e), &e);
        for (int k = 0; k < twice->n_tri; k++) {
            assert_int_equal(twice->lost[k] >= 0, twice->region[k] == REGION_MAGNET);
            n_magnet += twice->lost[k] >= 0;
            n_lost += twice->lost[k] > 0;
            most = twice->lost[k] > most ? twice->lost[k] : most;
        }
        assert_true(q ? n_lost > 0 && most > 10 && most <= 1000 : n_lost == 0);
        assert_true(n_magnet > 100);
        picture_free(twice);
    }
    load.damage = NULL;
    /* wound rotor: no field current, no field */
    load.magnet_T_K = (double)NAN;
    assert_ok(picture_new(&f->c.tech[4].machine, &load, &twice, &e), &e);
    assert_true(twice->B_max_T < 1e-9);
    picture_free(twice);
    load.i_f_A = 8.0;
    assert_ok(picture_new(&f->c.tech[4].machine, &load, &twice, &e), &e);
    assert_true(twice->B_max_T > 0.5);
    picture_free(twice);
    picture_free(p);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_data), cmocka_unit_test(test_hostile_name),
                                       cmocka_unit_test(test_missing_library), cmocka_unit_test(test_picture),
                                       cmocka_unit_test(test_page)}; /* the last page stays, to be looked at */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
