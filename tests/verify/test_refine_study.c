/* test_refine_study.c - a small study with and without refinement: the same search, and then a better design by just what is said. */
#include "solver/compare_impl.h"
#include "solver/optimum_row.h"
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <math.h>

/* No objective that is priced by simulation: its two sizes would differ. */
static const char *const SMALL[] = {
    "search.start_designs=16",
    "search.population=4",
    "search.generations=1",
    "search.generations_max=1",
    "search.front_min=1",
    "search.margin_curve={points: 2, generations: 0}",
    "search.objectives=[efficiency_cycle_pct, cost_today_USD]",
    "search.weights_pu=[0.5, 0.5]",
    "search.bridge_points=2",
    "search.substitutes=[]",
    "search.limits=[{figure: yield_safety, min: 1.2}]",
    "economics.scenarios=2000",
    "economics.scenarios_search=1000",
    "machine.slots=24",
    "machine.coil_span_slots=3",
    "requirement.peak_torque_Nm=60",
    "requirement.peak_power_kW=12",
    "requirement.current_max_A=200",
    "requirement.speed_max_rpm=6000",
    "duty.peak.torque_Nm=60",
    "duty.peak.speed_rpm=1500",
    "duty.continuous.torque_Nm=15",
    "duty.continuous.speed_rpm=2000",
    "duty.cycle=[{torque_Nm: 15, speed_rpm: 2000, weight_pu: 1}]",
    "technologies={ndfeb_hre_free: {magnets: [HD_1330, HD_1600]}}",
};
#define N_SMALL ARRAY_LEN(SMALL)
static const char *const REFINE[2][2] = {{"search.refine_starts=0", "search.refine_steps=0"},
                                         {"search.refine_starts=1", "search.refine_steps=2"}};

struct run { struct study s; struct comparison c; char folder[64]; };

static void solve(struct matlib *lib, struct market *market, int is_refined, struct run *r)
{
    const char *set[N_SMALL + 2];
    struct err e = {0};
    for (int k = 0; k < N_SMALL; k++)
        set[k] = SMALL[k];
    set[N_SMALL] = REFINE[is_refined][0];
    set[N_SMALL + 1] = REFINE[is_refined][1];
    program_set_folder(r->folder, sizeof r->folder);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", N_SMALL + 2, set, lib, market, &r->s, &e), &e);
    struct compare_opts o = {.jobs = 2, .seed = 1, .out_dir = r->folder, .lib = lib, .market = market};
    assert_ok(compare_solve(&r->s, &o, &r->c, &e), &e);
}

static void done(struct run *r)
{
    compare_done(&r->c);
    study_done(&r->s);
    program_remove_folder(r->folder);
}

/* Best score of x on the scales of `scales`. */
static double get_best_score(const struct comparison *scales, const struct comparison *x)
{
    double best = -HUGE_VAL, y[STUDY_MAX_OBJECTIVE];
    for (int q = 0; q < x->tech[0].n_front; q++) {
        for (int k = 0; k < x->study->search.n_objective; k++)
            y[k] = figure_eval(x->study->search.objective[k], &x->tech[0].front[q].r);
        best = fmax(best, compare_eval_score(scales->study, scales, y));
    }
    return best;
}

static void check_json(const struct comparison *c)
{
    json_t *o = optimum_row_get_json(c, 0), *binding = json_object_get(o, "binding"), *row;
    size_t k;
    assert_close(json_real_value(json_object_get(o, "score_gained_pu")), c->tech[0].optimum.score_gained_pu, 0, 0);
    assert_true(json_array_size(binding) >= 1);
    json_array_foreach(binding, k, row) {
        const double score_pu = json_real_value(json_object_get(row, "score_pu"));
        assert_true(score_pu > 0.0);
        assert_close(json_real_value(json_object_get(row, "worth_USD")), score_pu * c->tech[0].optimum.score_worth_USD, 1e-12, 0);
    }
    json_decref(o);
}

static void test_gain_is_as_said(void **state)
{
    (void)state;
    static struct run plain, refined;
    struct matlib *lib = NULL;
    struct market *market = NULL;
    struct err e = {0};
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(market_new("materials/data", &market, &e), &e);
    solve(lib, market, 0, &plain);
    solve(lib, market, 1, &refined);
    const struct compare_optimum *o = &refined.c.tech[0].optimum;
    assert_int_equal(plain.c.tech[0].optimum.n_start, 0);
    assert_true(o->n_start >= 1 && o->n_step >= 1 && o->n_step <= 2);
    assert_int_equal(refined.c.tech[0].n_evaluated, plain.c.tech[0].n_evaluated + o->n_evaluated);
    printf("gained %.4f, left %.4f, %d designs\n", o->score_gained_pu, o->score_left_pu, o->n_evaluated);
    assert_true(o->score_gained_pu > 0.01);
    assert_close(get_best_score(&plain.c, &refined.c) - get_best_score(&plain.c, &plain.c), o->score_gained_pu, 1e-9, 1e-9);
    const double per_USD = 0.5 / (plain.c.objective_high[1] - plain.c.objective_low[1]);
    assert_close(o->score_worth_USD, 1.0 / per_USD, 1e-12, 0);
    check_json(&refined.c);
    json_t *none = optimum_row_get_json(&plain.c, 0);
    assert_true(json_is_null(none));
    done(&plain);
    done(&refined);
    market_free(market);
    matlib_free(lib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gain_is_as_said)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
