/* test_margin_curve.c - kelvin against grams: what is read off a curve whose points are made up, and the curve of a small study against the
 * designs that its search has evaluated. */
#include "materials/base/text.h"
#include "models/mech/fatigue.h"
#include "solver/bridge_sweep.h"
#include "solver/margin_curve.h"
#include "solver/out_table.h"
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- made-up points ---- */

static struct compare_design point[2][3] = {{{.r = {.hre_kg = 0.050, .rotor_margin_K = 20}}, {.r = {.hre_kg = 0.100, .rotor_margin_K = 60}},
                                             {.r = {.hre_kg = 0.160, .rotor_margin_K = 90}}},
                                            {{.r = {.hre_kg = 0.0, .rotor_margin_K = 55}}}};

static void set_made_up(struct study *s, struct comparison *c)
{
    memset(c, 0, sizeof *c);
    s->n_technology = 2;
    s->technology[0].technology = TECH_NDFEB_DY;
    s->technology[1].technology = TECH_NDFEB_HRE_FREE;
    c->study = s;
    c->winner = -1;
    c->tech[0].best = c->tech[1].best = -1;
    c->tech[0].curve = (struct compare_curve){.is_wanted = 1, .n = 3, .point = point[0]};
    c->tech[1].curve = (struct compare_curve){.is_wanted = 1, .n = 1, .point = point[1]};
}

static void test_read_off(void **state)
{
    (void)state;
    static struct study s;
    static struct comparison c;
    set_made_up(&s, &c);
    const struct compare_curve *dy = &c.tech[0].curve, *free_of = &c.tech[1].curve;
    assert_int_equal(margin_curve_eval_best(dy, 0.049), -1);
    assert_int_equal(margin_curve_eval_best(dy, 0.050), 0);
    assert_int_equal(margin_curve_eval_best(dy, 0.159), 1); /* a staircase, no mean of the neighbours */
    assert_int_equal(margin_curve_eval_best(dy, 1.0), 2);
    assert_int_equal(margin_curve_eval_best(free_of, 0.0), 0);
    assert_close(margin_curve_get_goal_K(&c), 55.0, 0, 0);
    assert_close(margin_curve_eval_need_kg(dy, 55.0), 0.100, 0, 0);
    assert_close(margin_curve_eval_need_kg(free_of, 55.0), 0.0, 0, 0);
    assert_true(isnan(margin_curve_eval_need_kg(dy, 90.5)));
    c.tech[1].curve.n = 0;
    assert_true(isnan(margin_curve_get_goal_K(&c)));
}

static void test_budgets(void **state)
{
    (void)state;
    static struct study s;
    static struct comparison c;
    double kg[MARGIN_CURVE_MAX_BUDGET];
    set_made_up(&s, &c);
    int n = margin_curve_get_budgets(&c, kg); /* 160 g: 0, 25, 50, .. 175 */
    assert_int_equal(n, 8);
    assert_close(kg[0], 0.0, 0, 0);
    assert_close(kg[1], 0.025, 1e-12, 0);
    assert_close(kg[n - 1], 0.175, 1e-12, 0);
    for (double high_kg = 1e-4; high_kg < 10.0; high_kg *= 1.07) {
        point[0][2].r.hre_kg = high_kg;
        c.tech[0].curve.point = point[0] + 2;
        c.tech[0].curve.n = 1;
        n = margin_curve_get_budgets(&c, kg);
        assert_in_range(n, 4, MARGIN_CURVE_MAX_BUDGET);
        assert_true(kg[n - 1] >= high_kg * (1 - 1e-9) && kg[n - 2] < high_kg);
    }
    point[0][2].r.hre_kg = 0.160;
    c.tech[0].curve.n = 0;
    assert_int_equal(margin_curve_get_budgets(&c, kg), 1); /* nobody needs a gram */
    c.tech[1].curve.n = 0;
    assert_int_equal(margin_curve_get_budgets(&c, kg), 0);
}

static void test_table(void **state)
{
    (void)state;
    static struct study s;
    static struct comparison c;
    struct text t = {0};
    set_made_up(&s, &c);
    out_table_add_comparison(&t, &c);
    assert_false(t.failed);
    const char *row = strstr(t.s, "\n100 g"), *need = strstr(t.s, "grams for the 55 K of 0 g");
    double dy, none;
    assert_true(row && need);
    assert_int_equal(sscanf(row, " 100 g %lf %lf", &dy, &none), 2);
    assert_close(dy, 60, 0, 0);
    assert_close(none, 55, 0, 0);
    assert_int_equal(sscanf(need, "grams for the 55 K of 0 g %lf %lf", &dy, &none), 2);
    assert_close(dy, 100, 0, 0);
    assert_close(none, 0, 0, 0);
    text_done(&t);
}

/* ---- a small study ---- */

static const char *const SMALL[] = {
    "search.start_designs=16", "search.population=4", "search.generations=0", "search.generations_max=0", "search.limits=[]",
    "search.refine_starts=1", "search.refine_steps=1",
    "search.margin_curve={points: 3, generations: 1}", "search.bridge_points=4", "requirement.fatigue_safety_min=0.5",
    "economics.scenarios=2000", "economics.scenarios_search=1000", "machine.slots=24", "machine.coil_span_slots=3",
    "requirement.peak_torque_Nm=60", "requirement.peak_power_kW=12", "requirement.current_max_A=200", "requirement.speed_max_rpm=6000",
    "duty.peak.torque_Nm=60", "duty.peak.speed_rpm=1500", "duty.continuous.torque_Nm=15", "duty.continuous.speed_rpm=2000",
    "duty.cycle=[{torque_Nm: 15, speed_rpm: 2000, weight_pu: 1}]",
    "technologies={ndfeb_dy: {magnets: [N42SH, N38EH]}, ndfeb_hre_free: {magnets: [HD_1600]}}",
};

static void check_curve(const struct study *s, const struct comparison *c, int k)
{
    const struct compare_technology *t = &c->tech[k];
    double most_K = -HUGE_VAL;
    assert_true(t->curve.is_wanted && t->curve.n >= 1 && t->curve.n <= t->curve.n_report);
    assert_in_range(t->curve.n_report, 1, s->search.curve.n_point);
    for (int q = 0; q < t->curve.n; q++) {
        const struct compare_design *d = &t->curve.point[q];
        struct machine m;
        int grade;
        for (int g = 0; g < CON_COUNT; g++)
            assert_true(d->r.g[g] <= 0.0);
        study_set_machine(s, k, d->x, &m, &grade);
        assert_int_equal(grade, d->grade);
        assert_close(d->r.stack_m, m.stack_m, 1e-15, 0);
        const struct result *before = q > 0 ? &t->curve.point[q - 1].r : NULL;
        assert_true(!before || (d->r.hre_kg > before->hre_kg && d->r.rotor_margin_K > before->rotor_margin_K));
        assert_close(d->r.rotor_margin_K, t->curve.search_margin_K[q], 0, 5.0); /* coarse mesh and estimated margin against the finer one */
        most_K = fmax(most_K, t->curve.search_margin_K[q]);
    }
    for (int q = 0; q < t->n_front; q++)
        assert_true(t->front[q].r.rotor_margin_K <= most_K); /* the curve has seen all that the search has */
}

/* A thicker bridge is safer and leaves less flux. */
static void check_sweep(const struct study *s, const struct comparison *c, int k)
{
    const struct compare_sweep *w = &c->tech[k].sweep;
    assert_int_equal(w->n, 4);
    assert_close(w->r[0].bridge_m, s->envelope.bridge_min_m, 0.02, 0);
    for (int q = 0; q < w->n; q++) {
        const struct result *r = &w->r[q];
        assert_close(r->fatigue_safety, fatigue_eval_safety(s->frame.rotor_steel, r->stress_max_Pa), 1e-12, 0);
        assert_true(q == 0 || (r->bridge_m > r[-1].bridge_m && r->noload_flux_Wb < r[-1].noload_flux_Wb));
    }
    assert_true(w->r[3].yield_safety > w->r[0].yield_safety);
    json_t *root = bridge_sweep_get_json(c), *list = json_object_get(root, "technologies");
    assert_int_equal(json_array_size(list), 2);
    json_decref(root);
}

/* Rows of the CSV and points in JSON: all of them. */
static void check_outputs(const struct comparison *c, const char *folder)
{
    char path[160];
    long n = 0;
    int n_point = 0, n_json = 0, n_line = 0;
    snprintf(path, sizeof path, "%s/m.csv", folder);
    assert_ok(margin_curve_write_csv(c, path, NULL), NULL);
    char *text = program_read_file(path, &n);
    assert_non_null(text);
    for (char *p = text; *p; p++)
        n_line += *p == '\n';
    free(text);
    json_t *root = margin_curve_get_json(c), *list = json_object_get(root, "technologies"), *one;
    size_t k;
    json_array_foreach(list, k, one)
        n_json += (int)json_array_size(json_object_get(one, "points"));
    for (int t = 0; t < c->study->n_technology; t++)
        n_point += c->tech[t].curve.n;
    assert_int_equal(json_array_size(list), 2);
    assert_int_equal(n_json, n_point);
    assert_int_equal(n_line, 1 + n_point);
    json_decref(root);
}

static void test_small_study(void **state)
{
    (void)state;
    static struct study s;
    static struct comparison c;
    struct matlib *lib = NULL;
    struct market *market = NULL;
    struct err e = {0};
    char folder[64];
    program_set_folder(folder, sizeof folder);
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(market_new("materials/data", &market, &e), &e);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", ARRAY_LEN(SMALL), SMALL, lib, market, &s, &e), &e);
    struct compare_opts o = {.jobs = 2, .seed = 1, .out_dir = folder, .lib = lib, .market = market};
    assert_ok(compare_solve(&s, &o, &c, &e), &e);
    check_curve(&s, &c, 0);
    check_curve(&s, &c, 1);
    assert_int_equal(c.tech[1].curve.n, 1); /* without a gram there is one best design */
    assert_close(c.tech[1].curve.point[0].r.hre_kg, 0.0, 0, 0);
    check_sweep(&s, &c, 0);
    check_sweep(&s, &c, 1);
    check_outputs(&c, folder);
    compare_done(&c);
    study_done(&s);
    market_free(market);
    matlib_free(lib);
    program_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read_off), cmocka_unit_test(test_budgets), cmocka_unit_test(test_table),
                                       cmocka_unit_test(test_small_study)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
