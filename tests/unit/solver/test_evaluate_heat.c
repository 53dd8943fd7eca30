/* Heat of a whole evaluation: rated torque over speed on its limits, the timed peak and how long it is held, the cycle in time, a thermal
 * runaway as the user meets it. Coarse mesh: what is wrong does not depend on it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "models/evaluate_impl.h"
#include "solver/design.h"
#include "tests/support/close.h"
#include "tests/support/program.h"
#include "tests/support/proof.h"

#define MAGNETS "examples/02-prius-like/design.yaml"
#define WOUND "examples/03-wound-field/design.yaml"
#define QUICK "economics.scenarios=1000", "economics.scenarios_search=200", "level.mesh=coarse"

struct fixture {
    struct design d;
    struct eval_detail detail;
    struct matlib *lib;
    struct market *market;
    struct evaluator *ev;
    struct result r;
};

static struct fixture *evaluate(const char *path, int n_set, const char *const *set)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err e = {0};
    assert_non_null(f);
    assert_ok(matlib_new("materials/data", &f->lib, &e), &e);
    assert_ok(market_new("materials/data", &f->market, &e), &e);
    assert_ok(design_read(path, n_set, set, f->lib, f->market, &f->d, &e), &e);
    assert_ok(evaluator_new(&f->d.setup, &f->d.level, &f->d.machine, &f->ev, &e), &e);
    assert_ok(evaluate_machine(f->ev, &f->d.machine, &f->r, &f->detail, &e), &e);
    return f;
}

static void finish(struct fixture *f)
{
    evaluator_free(f->ev);
    design_done(&f->d);
    market_free(f->market);
    matlib_free(f->lib);
    free(f);
}

/* hottest spot against its limit at a torque held for ever, K above; INFINITY: out of reach, or no steady state */
static double eval_excess_K(struct fixture *f, double torque_Nm, double speed_rad_per_s)
{
    struct duty_point p = {.torque_Nm = torque_Nm, .speed_rad_per_s = speed_rad_per_s, .weight_pu = 1.0};
    struct thermal_state s;
    struct operate_point o;
    struct err e;
    thermal_init_state(f->ev->thermal, 380.0, &s); /* not where the search was */
    if (evaluate_heat_solve_point(f->ev, &p, &o, &s, &e) != ST_OK)
        return (double)INFINITY;
    double rotor_K = f->d.machine.magnet ? s.magnet_hot_K : s.field_hot_K;
    return fmax(s.copper_hot_K - f->detail.winding_limit_K, rotor_K - f->detail.rotor_limit_K);
}

/* Every speed of the envelope: at the rated torque the hotter part stands on its limit; 1 % more is too much. */
static void check_continuous(struct fixture *f, const char *subject)
{
    int n_bind[EVAL_LIMIT_COUNT] = {0};
    double worst_K = 0.0;
    for (int k = 0; k < f->detail.n_speed; k++) {
        const struct eval_rating *x = &f->detail.continuous[k];
        n_bind[x->bind]++;
        assert_true(x->torque_Nm >= 0.0 && x->torque_Nm <= 1.01 * f->detail.torque_max_Nm[k]);
        assert_true(eval_excess_K(f, 1.01 * x->torque_Nm + 0.2, f->detail.speed_rad_per_s[k]) > 0.0);
        if (x->torque_Nm > 0.0 && x->bind <= EVAL_LIMIT_FIELD_WINDING)
            worst_K = fmax(worst_K, fabs(eval_excess_K(f, x->torque_Nm, f->detail.speed_rad_per_s[k])));
        if (x->bind == EVAL_LIMIT_WINDING)
            assert_true(fabs(x->winding_K - f->detail.winding_limit_K) < 0.2 || x->torque_Nm < 0.01 * f->detail.torque_max_Nm[k]);
    }
    assert_int_equal(n_bind[EVAL_LIMIT_NONE], 0);
    assert_true(n_bind[EVAL_LIMIT_WINDING] + n_bind[EVAL_LIMIT_MAGNET] + n_bind[EVAL_LIMIT_FIELD_WINDING] > 0);
    proof_check(&(struct proof){PROOF_ENERGY, "hot spot at the continuous torque against its limit, worst of 48 speeds", subject,
                                .measured = worst_K, .wanted = 0.3, .unit = "K", .source = "BOGLIETTI2007"});
}

/* The timed torque at the peak's speed is above the peak's torque exactly if the peak is held longer than its time. */
static void check_timed(struct fixture *f)
{
    const struct duty *duty = &f->d.setup.duty;
    struct err e;
    assert_int_equal(f->r.timed_torque_Nm > duty->peak.torque_Nm, f->r.peak_hold_s > duty->peak_duration_s);
    if (f->r.peak_hold_s < EVAL_HOLD_MAX_S && f->r.peak_hold_s > 0.0) {
        struct thermal_state s = f->ev->state_continuous;
        struct operate_point o;
        assert_ok(evaluate_heat_solve_pulse(f->ev, &duty->peak, f->r.peak_hold_s, 16, &o, &s, &e), &e);
        assert_close(s.copper_hot_K, f->detail.winding_limit_K, 0.0, 2.0);
    }
    struct duty_point p = duty->peak;
    struct thermal_state s = f->ev->state_continuous;
    struct operate_point o;
    p.torque_Nm = f->r.timed_torque_Nm;
    assert_ok(evaluate_heat_solve_pulse(f->ev, &p, duty->peak_duration_s, EVAL_PULSE_PARTS, &o, &s, &e), &e);
    assert_close(s.copper_hot_K, f->detail.winding_limit_K, 0.0, 0.3);
}

static void test_magnets(void **state)
{
    (void)state;
    static const char *const SET[] = {QUICK};
    struct fixture *f = evaluate(MAGNETS, ARRAY_LEN(SET), SET);
    check_continuous(f, MAGNETS);
    check_timed(f);
    double base = requirement_get_base_speed_rad_per_s(&f->d.setup.requirement);
    assert_close(eval_excess_K(f, f->r.continuous_torque_base_Nm, base), 0.0, 0.0, 0.3);
    int binds_magnet = 0;
    for (int k = 0; k < f->detail.n_speed; k++)
        binds_magnet += f->detail.continuous[k].bind == EVAL_LIMIT_MAGNET;
    assert_true(binds_magnet > 0); /* field weakening heats the magnets to where the worst event harms them */
    assert_close(f->detail.rotor_limit_K, fmin(f->d.machine.magnet->T_limit_K.value, f->r.rotor_hot_K + f->r.demag_margin_K), 1e-12, 0.0);
    finish(f);
}

/* A ferrite motor that only a cold start harms: its torque is limited by heat and drive, not by the kelvin that the cold start lacks. */
static void test_cold_start(void **state)
{
    (void)state;
    static const char *const SET[] = {QUICK};
    struct fixture *f = evaluate("examples/07-ferrite-spoke/design.yaml", ARRAY_LEN(SET), SET);
    assert_int_equal(f->detail.event[f->detail.worst_event].kind, EVAL_EVENT_COLD_START);
    assert_true(f->r.demag_margin_K < 0.0);
    assert_close(f->detail.rotor_limit_K, f->d.machine.magnet->T_limit_K.value, 1e-12, 0.0); /* hot, every event is survived up to there */
    for (int k = 0; k < f->detail.n_speed; k++) {
        assert_true(f->detail.continuous[k].torque_Nm > 0.0 && f->detail.timed[k].torque_Nm > 0.0);
        assert_int_not_equal(f->detail.continuous[k].bind, EVAL_LIMIT_MAGNET);
    }
    assert_close(f->r.peak_hold_s, EVAL_HOLD_MAX_S, 0.0, 0.0); /* 91 degC after the peak of the duty, of a class of 180 */
    finish(f);
}

static void test_wound(void **state)
{
    (void)state;
    static const char *const SET[] = {QUICK};
    struct fixture *f = evaluate(WOUND, ARRAY_LEN(SET), SET);
    check_continuous(f, WOUND);
    finish(f);
}

/* Cut magnets lose less and run cooler, axial and across, at the point where they are hottest. */
static void test_segments(void **state)
{
    (void)state;
#define HIGH_SPEED                                                                                                                \
    QUICK, "duty.continuous.speed_rpm=5000", "duty.continuous.torque_Nm=50", "level.map_points_d=9", "level.map_points_q=7",         \
        "level.map_positions=6"
    static const char *const WHOLE[] = {HIGH_SPEED}, *const AXIAL[] = {HIGH_SPEED, "machine.rotor.magnet_segments_axial=10"},
                      *const WIDTH[] = {HIGH_SPEED, "machine.rotor.magnet_segments_width=4"};
    struct fixture *f[3] = {evaluate(MAGNETS, ARRAY_LEN(WHOLE), WHOLE), evaluate(MAGNETS, ARRAY_LEN(AXIAL), AXIAL),
                            evaluate(MAGNETS, ARRAY_LEN(WIDTH), WIDTH)};
    double T_K[3], loss_W[3];
    for (int k = 0; k < 3; k++) {
        T_K[k] = f[k]->detail.heat_continuous.magnet_mean_K;
        loss_W[k] = f[k]->detail.point_continuous.loss.iron_W[LOSS_MAGNET];
        printf("magnets lose %.1f W, %.1f degC\n", loss_W[k], T_K[k] - KELVIN_OFFSET_K);
    }
    for (int k = 1; k < 3; k++) {
        assert_true(loss_W[k] < 0.7 * loss_W[0]);
        assert_true(T_K[k] < T_K[0] - 0.1 * (loss_W[0] - loss_W[k])); /* 0.1 K/W at least from the rotor to the rest */
        finish(f[k]);
    }
    finish(f[0]);
}

/* A cycle in time: hotter at its top than the steady state of its mean losses; with intervals much shorter than any time constant, the
 * same. */
static void test_cycle(void **state)
{
    (void)state;
    static const char *const SLOW[] = {
        QUICK, "duty.cycle=[{torque_Nm: 250, speed_rpm: 1000, duration_s: 60}, {torque_Nm: 5, speed_rpm: 1000, duration_s: 540}]"};
    static const char *const FAST[] = {
        QUICK, "duty.cycle=[{torque_Nm: 250, speed_rpm: 1000, duration_s: 0.06}, {torque_Nm: 5, speed_rpm: 1000, duration_s: 0.54}]"};
    static const char *const WEIGHTED[] = {
        QUICK, "duty.cycle=[{torque_Nm: 250, speed_rpm: 1000, weight_pu: 0.1}, {torque_Nm: 5, speed_rpm: 1000, weight_pu: 0.9}]"};
    struct fixture *slow = evaluate(MAGNETS, ARRAY_LEN(SLOW), SLOW), *fast = evaluate(MAGNETS, ARRAY_LEN(FAST), FAST);
    struct fixture *mean = evaluate(MAGNETS, ARRAY_LEN(WEIGHTED), WEIGHTED);
    assert_true(slow->detail.cycle_passes > 1 && mean->detail.cycle_passes == 0);
    assert_true(slow->r.winding_cycle_K > mean->r.winding_cycle_K + 20.0);
    assert_true(slow->r.winding_margin_K <= slow->d.machine.insulation->T_class_K.value - slow->r.winding_cycle_K + 1e-9);
    assert_close(fast->r.winding_cycle_K, mean->r.winding_cycle_K, 0.0, 1.0);
    assert_close(fast->r.rotor_cycle_K, mean->r.rotor_cycle_K, 0.0, 0.3);
    assert_close(slow->r.efficiency_cycle_pu, mean->r.efficiency_cycle_pu, 1e-6, 0.0);
    finish(slow);
    finish(fast);
    finish(mean);
}

/* A cycle by seconds as the search sees it, by bins: efficiency, mean loss and temperatures of the mean losses stay what they are. */
static void test_condensed(void **state)
{
    (void)state;
    static const char *const SET[] = {QUICK};
    struct fixture *f = evaluate("examples/05-hairpin/design.yaml", ARRAY_LEN(SET), SET);
    struct result whole = f->r, binned = f->r;
    struct err e;
    f->ev->level.is_search = 1;
    assert_ok(evaluate_cycle_solve(f->ev, &binned, NULL, &e), &e);
    assert_true(f->d.setup.duty.n_cycle == 300 && f->detail.cycle_passes > 1);
    assert_close(binned.efficiency_cycle_pu, whole.efficiency_cycle_pu, 0.0, 0.003);
    assert_close(binned.loss_cycle_W, whole.loss_cycle_W, 0.05, 0.0);
    assert_true(binned.winding_cycle_K < whole.winding_cycle_K && binned.winding_cycle_K > whole.winding_cycle_K - 15.0); /* no swing */
    finish(f);
}

/* Coefficients at the ends of their ranges: directions that physics gives, and nothing left changed behind them. */
static void test_spread(void **state)
{
    (void)state;
    static const char *const SET[] = {QUICK};
    struct fixture *f = evaluate(MAGNETS, ARRAY_LEN(SET), SET);
    int n_seen = 0;
    assert_true(f->detail.n_spread >= 12);
    for (int k = 0; k < f->detail.n_spread; k++) {
        const struct eval_spread *x = &f->detail.spread[k];
        int is_resistance = strstr(x->key, "_contact_") || strstr(x->key, "liner_gap") || strstr(x->key, "thickness");
        int is_conductance = strstr(x->key, "impregnation") || strstr(x->key, "liner_conductivity") || strstr(x->key, "steel_conductivity");
        assert_true(x->low <= x->value && x->value <= x->high);
        assert_true(isfinite(x->winding_K[0] + x->winding_K[1] + x->rotor_K[0] + x->rotor_K[1]));
        if (strstr(x->key, "housing_contact") || strstr(x->key, "liner") || is_conductance) {
            assert_true(is_resistance ? x->winding_K[0] < 0.0 && x->winding_K[1] > 0.0 : x->winding_K[0] > 0.0 && x->winding_K[1] < 0.0);
            n_seen++;
        }
    }
    assert_true(n_seen >= 6);
    assert_close(eval_excess_K(f, f->r.continuous_torque_base_Nm, requirement_get_base_speed_rad_per_s(&f->d.setup.requirement)), 0.0, 0.0,
                 0.3);
    finish(f);
}

/* Through the program: the verdict, and the loop that ran away with its loss, part and gain, in words and in the file. */
static void test_runaway(void **state)
{
    (void)state;
    static struct program_run run;
    char folder[64], out[96], json[128];
    program_set_folder(folder, sizeof folder);
    snprintf(out, sizeof out, "%s/out", folder);
    const char *const args[] = {"evaluate", MAGNETS, "-o", out, "--set", "level.mesh=coarse", "--set", "economics.scenarios=1000", "--set",
                                "economics.scenarios_search=200", "--set", "duty.continuous.torque_Nm=330", "--set",
                                "duty.continuous.speed_rpm=1100", NULL};
    program_run(folder, args, &run);
    assert_int_equal(run.exit_code, 3);
    assert_non_null(strstr(run.err, "winding below its thermal class"));
    const char *said = strstr(run.out, "no thermal state: thermal runaway: ");
    assert_non_null(said);
    assert_non_null(strstr(said, "copper loss rose from"));
    assert_non_null(strstr(said, "gain of the loop"));
    snprintf(json, sizeof json, "%s/result.json", out);
    char *text = program_read_file(json, NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, "\"thermal_runaway\": \"thermal runaway: "));
    free(text);
    program_remove_folder(folder);
}

/* A cycle file through the program, and a fault in it. */
static void test_cycle_file(void **state)
{
    (void)state;
    static struct program_run run;
    static const char *const GOOD = "time_s,torque_Nm,speed_rpm\n0,60,1000\n100,40,3000\n300,60,1000\n";
    static const char *const BAD = "time_s,torque_Nm,speed_rpm\n0,60,1000\n100,40,3000\n100,60,1000\n";
    char folder[64], out[96], csv[96], set[300], place[240];
    struct err e;
    program_set_folder(folder, sizeof folder);
    snprintf(out, sizeof out, "%s/out", folder);
    snprintf(csv, sizeof csv, "%s/cycle.csv", folder);
    snprintf(set, sizeof set, "duty={continuous: {torque_Nm: 50, speed_rpm: 2500}, peak: {torque_Nm: 330, speed_rpm: 1100}, "
             "peak_duration_s: 30, cycle_file: %s}", csv);
    const char *const args[] = {"evaluate", MAGNETS, "-o", out, "--set", "level.mesh=coarse", "--set", "economics.scenarios=1000", "--set",
                                "economics.scenarios_search=200", "--set", set, NULL};
    assert_ok(text_write_file(csv, GOOD, strlen(GOOD), &e), &e);
    program_run(folder, args, &run);
    assert_int_equal(run.exit_code, 3); /* this motor misses two of its ratings */
    assert_non_null(strstr(run.out, "winding hot spot, drive cycle"));
    assert_ok(text_write_file(csv, BAD, strlen(BAD), &e), &e);
    program_run(folder, args, &run);
    assert_int_equal(run.exit_code, 2);
    snprintf(place, sizeof place, "%s:4:1: wrong configuration: time_s: 100 s does not follow 100 s: expected rising times", csv);
    if (!strstr(run.err, place))
        fail_msg("'%s' is not in: %s", place, run.err);
    program_remove_folder(folder);
}

/* The weight of field loss that is found leaves no less than any that could be given; 0.3 K is what its tolerance is worth. */
static void test_field_weight_is_found(void **state)
{
    (void)state;
    const char *const set[] = {QUICK};
    struct fixture *f = evaluate(WOUND, ARRAY_LEN(set), set);
    struct result given, found;
    assert_close(f->r.field_loss_extra_pu, f->d.setup.requirement.field_loss_extra_pu, 0, 0);
    f->d.setup.requirement.field_loss_extra_pu = (double)NAN;
    assert_ok(evaluate_machine(f->ev, &f->d.machine, &found, NULL, NULL), NULL);
    double least_K = fmin(found.winding_margin_K, found.rotor_margin_K);
    assert_true(found.field_loss_extra_pu > 0.0 && found.field_loss_extra_pu < 100.0);
    static const double WEIGHT[] = {0.0, 1.0, 3.0, 5.0, 10.0, 30.0, 100.0};
    double worst_K = (double)INFINITY;
    for (int k = 0; k < ARRAY_LEN(WEIGHT); k++) {
        f->d.setup.requirement.field_loss_extra_pu = WEIGHT[k];
        assert_ok(evaluate_machine(f->ev, &f->d.machine, &given, NULL, NULL), NULL);
        double margin_K = fmin(given.winding_margin_K, given.rotor_margin_K);
        assert_true(margin_K <= least_K + 0.3);
        worst_K = fmin(worst_K, margin_K);
    }
    assert_true(worst_K < least_K - 5.0); /* and it matters */
    f->d.setup.requirement.field_loss_extra_pu = found.field_loss_extra_pu;
    assert_ok(evaluate_machine(f->ev, &f->d.machine, &given, NULL, NULL), NULL);
    assert_close(given.rotor_hot_K, found.rotor_hot_K, 1e-12, 0);
    finish(f);
}

/* While searching, a peak just out of reach is missed, and as hot as one just within. */
static void test_no_step_in_heat_where_torque_ends(void **state)
{
    (void)state;
    const char *const set[] = {QUICK};
    struct fixture *f = evaluate(MAGNETS, ARRAY_LEN(set), set);
    struct evaluator *search = NULL;
    struct eval_level level = eval_level_search();
    struct result r, within;
    struct duty_point *peak = &f->d.setup.duty.peak;
    double asked_Nm = 2.0 * f->r.max_torque_Nm;
    assert_ok(evaluator_new(&f->d.setup, &level, &f->d.machine, &search, NULL), NULL);
    peak->torque_Nm = asked_Nm;
    assert_ok(evaluate_machine(search, &f->d.machine, &r, NULL, NULL), NULL);
    assert_in_range(1e3 * r.g[CON_DUTY_POINTS], 1, 999);
    double most_Nm = asked_Nm * (1.0 - r.g[CON_DUTY_POINTS]);
    peak->torque_Nm = 1.001 * most_Nm;
    assert_ok(evaluate_machine(search, &f->d.machine, &r, NULL, NULL), NULL);
    assert_close(r.g[CON_DUTY_POINTS], 0.001, 0, 2e-4);
    peak->torque_Nm = 0.999 * most_Nm;
    assert_ok(evaluate_machine(search, &f->d.machine, &within, NULL, NULL), NULL);
    assert_true(within.g[CON_DUTY_POINTS] < 0.0);
    assert_close(r.winding_peak_K, within.winding_peak_K, 0, 5.0); /* the last 0.1 % of torque costs 3 % of current, where it is flat */
    evaluator_free(search);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_magnets), cmocka_unit_test(test_cold_start), cmocka_unit_test(test_wound),
                                       cmocka_unit_test(test_segments), cmocka_unit_test(test_cycle), cmocka_unit_test(test_condensed),
                                       cmocka_unit_test(test_spread), cmocka_unit_test(test_runaway),
                                       cmocka_unit_test(test_field_weight_is_found),
                                       cmocka_unit_test(test_no_step_in_heat_where_torque_ends), cmocka_unit_test(test_cycle_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
