/* test_relax.c - what change of the requirement would let a technology in: a small study that asks for more than any of its designs gives.
 * Each amount is checked by a study of its own, written with the number named: which the design named must pass. Torque, power at the
 * highest speed and heat in turn; what was tried is not computed again. */
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
                                    "requirement.peak_torque_Nm=92",
                                    "requirement.peak_power_kW=12",
                                    "requirement.current_max_A=200",
                                    "requirement.speed_max_rpm=6000",
                                    "duty.peak.torque_Nm=40",
                                    "duty.peak.speed_rpm=1000",
                                    "duty.continuous.torque_Nm=15",
                                    "duty.continuous.speed_rpm=2000",
                                    "duty.cycle=[{torque_Nm: 15, speed_rpm: 2000, weight_pu: 1}]",
                                    "technologies={ndfeb_dy: {magnets: [N42SH]}}"};

#define N_WISH 4
struct wish { const char *set[N_WISH], *says; };

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

/* The study, with `wish` and `change` (or NULL) on top; an archive of its own. */
static void begin(struct bench *b, const char *folder, const struct wish *wish, const char *change, int jobs)
{
    const char *set[N_SET + N_WISH + 1];
    int n_set = N_SET;
    char path[160];
    struct err e = {0};
    memcpy(set, SMALL, sizeof SMALL);
    for (int k = 0; k < N_WISH && wish->set[k]; k++)
        set[n_set++] = wish->set[k];
    if (change)
        set[n_set++] = change;
    memset(b, 0, sizeof *b);
    assert_ok(matlib_new("materials/data", &b->lib, &e), &e);
    assert_ok(market_new("materials/data", &b->market, &e), &e);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", n_set, set, b->lib, b->market, &b->study, &e), &e);
    snprintf(path, sizeof path, "%s/%s%d.db", folder, change ? "eased" : "relax", jobs);
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

static void search(struct bench *b)
{
    struct err e = {0};
    const struct explore_opts o = {
        .seed = 1, .n_start = N_DESIGN, .n_population = 4, .n_candidate_factor = b->study.search.n_candidate_factor};
    assert_ok(compare_search(&b->set, &o, &b->x, &e), &e);
    for (int k = 0; k < b->x.n; k++)
        assert_true(b->x.violation[k] > 0.0);
}

/* Nothing is computed twice, and two workers say the same as one. */
static void check_kept(struct bench *b, const char *folder, const struct wish *wish, const struct compare_technology *t)
{
    static struct bench twin;
    static struct compare_technology again, other;
    struct err e = {0};
    const int n_kept = archive_get_count(b->archive);
    assert_true(n_kept > N_DESIGN);
    const volatile int stop = 1;
    b->opts.stop = &stop; /* a trial that is not there would end it */
    assert_ok(relax_solve(&b->set, &b->x, &again, &e), &e);
    b->opts.stop = NULL;
    assert_int_equal(archive_get_count(b->archive), n_kept);
    assert_memory_equal(t->relax, again.relax, sizeof t->relax);
    begin(&twin, folder, wish, NULL, 2);
    search(&twin);
    assert_ok(relax_solve(&twin.set, &twin.x, &other, &e), &e);
    assert_memory_equal(t->relax, other.relax, sizeof t->relax);
    done(&twin);
}

/* The number that is enough, written into a study: the design that missed passes. */
static void check_enough(struct bench *strict, const char *folder, const struct wish *wish, const json_t *one)
{
    static struct bench eased;
    char change[160];
    const char *key = json_string_value(json_object_get(one, "key"));
    const double enough = json_real_value(json_object_get(one, "enough"));
    const int id = (int)json_integer_value(json_object_get(one, "design"));
    assert_true(fabs(enough - json_real_value(json_object_get(one, "required"))) > 0.0);
    if (strcmp(key, "requirement.peak_torque_Nm") == 0) { /* no more than needed: a step of 1/32 of half, and 1 % of reserve */
        const struct result *r = &strict->set.result[id];
        assert_close(enough, fmin(r->max_torque_Nm, r->base_torque_Nm) / 1.01, 0, 1.3);
    }
    if (strcmp(key, "requirement.stack_max_mm") == 0)
        return; /* moves the box, and all designs with it */
    snprintf(change, sizeof change, "%s=%.17g", key, enough);
    begin(&eased, folder, wish, change, 1);
    assert_true(eval_worst(strict, strict->x.x + id * strict->x.n_x) > 0.0);
    assert_true(eval_worst(&eased, strict->x.x + id * strict->x.n_x) <= 0.0);
    done(&eased);
}

static void check_wish(const struct wish *wish)
{
    static struct bench strict;
    static struct compare_technology t;
    struct err e = {0};
    struct text words = {0};
    char folder[64];
    size_t k;
    json_t *one;
    program_set_folder(folder, sizeof folder);
    begin(&strict, folder, wish, NULL, 1);
    search(&strict);
    assert_ok(relax_solve(&strict.set, &strict.x, &t, &e), &e);
    relax_add_words(&t, &words);
    print_message("%s\n", words.s);
    assert_non_null(strstr(words.s, wish->says));
    check_kept(&strict, folder, wish, &t);
    json_t *list = relax_get_json(&t);
    json_array_foreach(list, k, one) check_enough(&strict, folder, wish, one);
    json_decref(list);
    text_done(&words);
    done(&strict);
    program_remove_folder(folder);
}

static void test_torque(void **state)
{
    (void)state;
    check_wish(&(struct wish){{NULL}, "outer diameter"});
}

static void test_power(void **state)
{
    (void)state;
    check_wish(&(struct wish){{"requirement.peak_torque_Nm=40", "requirement.peak_power_kW=20", "requirement.speed_max_rpm=20000",
                               "requirement.yield_safety_min=2.6"},
                              "highest speed"});
}

static void test_heat(void **state)
{
    (void)state;
    check_wish(&(struct wish){
        {"requirement.peak_torque_Nm=40", "duty.continuous.torque_Nm=39", "machine.copper_fill_pu=0.09", "materials.insulation=class_F"},
        "copper fill"});
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_torque), cmocka_unit_test(test_power), cmocka_unit_test(test_heat),
                                       cmocka_unit_test(test_none_is_enough)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
