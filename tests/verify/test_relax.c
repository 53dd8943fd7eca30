/* test_relax.c - what change of the requirement would let a technology in: a small study that asks for more than any of its designs gives.
 * Each amount is checked by a study of its own, written with the number named: which the design named must pass. */
#include "materials/base/mem.h"
#include "solver/relax.h"
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define N_DESIGN 16
#define N_SET    20

static const char *const SMALL[] = {"search.start_designs=16",
                                    "search.population=4",
                                    "search.generations=0",
                                    "search.generations_max=0",
                                    "search.limits=[]",
                                    "requirement.fatigue_safety_min=0.5",
                                    "economics.scenarios=2000",
                                    "economics.scenarios_search=1000",
                                    "machine.slots=24",
                                    "machine.coil_span_slots=3",
                                    "requirement.peak_torque_Nm=56",
                                    "requirement.peak_power_kW=12",
                                    "requirement.current_max_A=200",
                                    "requirement.speed_max_rpm=6000",
                                    "duty.peak.torque_Nm=40",
                                    "duty.peak.speed_rpm=1000",
                                    "duty.continuous.torque_Nm=15",
                                    "duty.continuous.speed_rpm=2000",
                                    "duty.cycle=[{torque_Nm: 15, speed_rpm: 2000, weight_pu: 1}]",
                                    "technologies={ndfeb_dy: {magnets: [N42SH]}}"};

struct bench {
    struct matlib *lib;
    struct market *market;
    struct archive *archive;
    struct study study;
    struct comparison c;
    struct compare_opts opts;
    struct job_set set;
    struct explore_result x;
};

/* The study, with `change` on top. */
static void begin(struct bench *b, const char *folder, const char *change, int jobs)
{
    const char *set[N_SET + 1];
    char path[160];
    struct err e = {0};
    memcpy(set, SMALL, sizeof SMALL);
    set[N_SET] = change;
    memset(b, 0, sizeof *b);
    assert_ok(matlib_new("materials/data", &b->lib, &e), &e);
    assert_ok(market_new("materials/data", &b->market, &e), &e);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", N_SET + (change != NULL), set, b->lib, b->market, &b->study, &e), &e);
    snprintf(path, sizeof path, "%s/relax.db", folder);
    assert_ok(archive_new(path, 0, &b->archive, &e), &e);
    b->opts = (struct compare_opts){.jobs = jobs, .seed = 1, .out_dir = folder, .lib = b->lib, .market = b->market};
    b->c.study = &b->study;
    b->set = (struct job_set){.study = &b->study,
                              .opts = &b->opts,
                              .out = &b->c,
                              .archive = b->archive,
                              .level = eval_level_search(),
                              .n_worker = jobs,
                              .n_x = study_get_space(&b->study, 0),
                              .n_objective = b->study.search.n_objective,
                              .objective = b->study.search.objective,
                              .result = mem_new(2 * N_DESIGN, sizeof(struct result))};
    assert_non_null(b->set.result);
}

/* Largest constraint of one design. */
static double eval_worst(struct bench *b, const double *x)
{
    struct machine m;
    struct evaluator *ev = NULL;
    struct result r;
    struct err e = {0};
    double con[CON_COUNT + 2 * STUDY_MAX_LIMIT], worst = -HUGE_VAL;
    int grade;
    study_set_machine(&b->study, 0, x, &m, &grade);
    assert_ok(compare_evaluator_get(&b->set, 0, &m, &ev, &e), &e);
    result_init(&r);
    assert_ok(evaluate_machine(ev, &m, &r, NULL, &e), &e);
    compare_eval_constraints(&b->study, &r, con);
    for (int c = 0; c < compare_get_constraint_count(&b->study); c++)
        worst = fmax(worst, con[c]);
    return worst;
}

static void done(struct bench *b)
{
    explore_done(&b->x);
    mem_free(b->set.result);
    compare_evaluator_free(&b->set);
    archive_free(b->archive);
    study_done(&b->study);
    market_free(b->market);
    matlib_free(b->lib);
}

static void test_amounts_are_enough(void **state)
{
    (void)state;
    static struct bench strict, eased;
    static struct compare_technology t, other;
    struct err e = {0};
    struct text words = {0};
    char folder[64], change[160];
    int n_enough = 0;
    program_set_folder(folder, sizeof folder);
    begin(&strict, folder, NULL, 1);
    struct explore_opts o = {
        .seed = 1, .n_start = N_DESIGN, .n_population = 4, .n_candidate_factor = strict.study.search.n_candidate_factor};
    assert_ok(compare_search(&strict.set, &o, &strict.x, &e), &e);
    for (int k = 0; k < strict.x.n; k++)
        assert_true(strict.x.violation[k] > 0.0);
    assert_ok(relax_solve(&strict.set, &strict.x, &t, &e), &e);
    strict.set.n_worker = 2;
    assert_ok(relax_solve(&strict.set, &strict.x, &other, &e), &e);
    assert_memory_equal(t.relax, other.relax, sizeof t.relax);
    relax_add_words(&t, &words);
    json_t *list = relax_get_json(&t), *one;
    size_t k;
    json_array_foreach(list, k, one)
    {
        const char *key = json_string_value(json_object_get(one, "key"));
        const double enough = json_real_value(json_object_get(one, "enough"));
        const int id = (int)json_integer_value(json_object_get(one, "design"));
        assert_true(fabs(enough - json_real_value(json_object_get(one, "required"))) > 0.0);
        if (strcmp(key, "requirement.peak_torque_Nm") == 0) { /* no more than needed: a step of 1/32 of half, and 1 % of reserve */
            const struct result *r = &strict.set.result[id];
            assert_close(enough, fmin(r->max_torque_Nm, r->base_torque_Nm) / 1.01, 0, 1.3);
        }
        if (strcmp(key, "requirement.stack_max_mm") == 0)
            continue; /* moves the box, and all designs with it */
        snprintf(change, sizeof change, "%s=%.17g", key, enough);
        begin(&eased, folder, change, 1);
        assert_true(eval_worst(&strict, strict.x.x + id * strict.x.n_x) > 0.0);
        assert_true(eval_worst(&eased, strict.x.x + id * strict.x.n_x) <= 0.0);
        done(&eased);
        n_enough++;
    }
    print_message("%s\n", words.s);
    assert_true(n_enough >= 1);
    assert_non_null(strstr(words.s, "it would be feasible with peak torque"));
    json_decref(list);
    text_done(&words);
    done(&strict);
    program_remove_folder(folder);
}

static void test_none_is_enough(void **state)
{
    (void)state;
    static struct compare_technology t;
    struct text words = {0};
    relax_add_words(&t, &words);
    assert_non_null(strstr(words.s, "no single number"));
    text_done(&words);
    t.n_front = 1; /* meets the requirement: nothing to say */
    relax_add_words(&t, &words);
    assert_null(words.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_amounts_are_enough), cmocka_unit_test(test_none_is_enough)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
