/* test_risk_cli.c - `motrade risk` as a user runs it: the example, its files, what ill input meets. */
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "materials/base/banned.h"

#define RISK "examples/09-risk/risk.yaml"
#define QUICK "--set", "economics.scenarios=1000", "--set", "economics.scenarios_search=200"
#define SMALL_MAP "--set", "map.probability_pct=[10, 40]", "--set", "map.duration_months=[3, 12]"
#define TWO_WAYS "--set", "scenarios=[truce_lapses]", "--set", "strategies=[china_jit, dual_50_50_3m_stock]"

static json_t *read_json(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (!root)
        fail_msg("%s is no JSON", path);
    return root;
}

static double get(json_t *o, const char *key)
{
    json_t *v = json_object_get(o, key);
    if (!json_is_number(v))
        fail_msg("%s is no number", key);
    return json_number_value(v);
}

/* ---- the example ---- */

static void check_width(const char *text)
{
    for (const char *p = text; *p; p = strchr(p, '\n') + 1) {
        const size_t n = strcspn(p, "\n");
        if (n > 100)
            fail_msg("%zu columns: %.*s", n, (int)n, p);
        if (!strchr(p, '\n'))
            break;
    }
}

/* Parts sum to the whole, the cheapest is marked, the attribution sums to the whole. */
static void check_cell(json_t *cell)
{
    const double sum = get(cell, "drift_USD") + get(cell, "holding_USD") + get(cell, "shortage_USD") + get(cell, "tail_USD");
    assert_close(sum, get(cell, "risk_cost_USD"), 1e-9, 1e-9);
    assert_true(get(cell, "cvar_USD") >= get(cell, "mean_USD") - 1e-9);
    assert_true(get(cell, "unbuilt_mean_pu") >= 0.0 && get(cell, "unbuilt_mean_pu") <= 1.0);
    assert_true(get(cell, "risk_cost_standard_error_USD") >= 0.0);
}

static void check_best(json_t *table, const char *scenario, const char *motor)
{
    double least = HUGE_VAL, marked = HUGE_VAL;
    size_t k;
    json_t *row;
    int n = 0;
    json_array_foreach (table, k, row) {
        json_t *cell = json_object_get(json_object_get(row, "motors"), motor);
        if (strcmp(json_string_value(json_object_get(row, "scenario")), scenario) != 0)
            continue;
        check_cell(cell);
        least = fmin(least, get(cell, "cost_with_risk_USD"));
        if (json_is_true(json_object_get(cell, "is_cheapest_strategy"))) {
            marked = get(cell, "cost_with_risk_USD");
            n++;
        }
    }
    assert_int_equal(n, 1);
    assert_close(marked, least, 1e-8, 0.0);
}

static void check_outlook(json_t *root)
{
    size_t k;
    json_t *one, *element;
    const char *symbol;
    json_array_foreach (json_object_get(root, "outlook"), k, one) {
        const char *motor = json_string_value(json_object_get(one, "motor"));
        double sum = 0.0, share = 0.0;
        json_object_foreach (json_object_get(one, "attribution"), symbol, element)
            sum += get(element, "risk_cost_USD");
        for (size_t q = 0; q < json_array_size(json_object_get(one, "histogram_share_pu")); q++)
            share += json_number_value(json_array_get(json_object_get(one, "histogram_share_pu"), q));
        assert_close(share, 1.0, 1e-9, 0.0);
        json_t *mix = json_object_get(json_object_get(json_object_get(root, "best_mixes"), "truce_lapses"), motor);
        double whole = json_is_true(json_object_get(mix, "is_cheapest")) ? get(mix, "risk_cost_USD") : (double)NAN, staged = 0.0;
        size_t r;
        json_t *row, *value;
        const char *stage;
        json_array_foreach (json_object_get(root, "table"), r, row) {
            json_t *cell = json_object_get(json_object_get(row, "motors"), motor);
            if (isnan(whole) && strcmp(json_string_value(json_object_get(row, "scenario")), "truce_lapses") == 0 &&
                json_is_true(json_object_get(cell, "is_cheapest_strategy")))
                whole = get(cell, "risk_cost_USD");
        }
        json_object_foreach (json_object_get(one, "attribution_by_stage_USD"), symbol, element)
            json_object_foreach (element, stage, value)
                staged += json_number_value(value);
        assert_close(sum, whole, 1e-9, 1e-9);
        assert_close(staged, whole, 1e-9, 1e-9);
        assert_int_equal(json_array_size(json_object_get(one, "years")), 4);
    }
}

/* Every listed end lies in the range, says who gains, and gains. */
static void check_turns(json_t *root)
{
    size_t k, q;
    json_t *turn, *change;
    json_array_foreach (json_object_get(root, "assumed_inputs_that_turn_it"), k, turn) {
        assert_true(get(turn, "low") <= get(turn, "value") && get(turn, "value") <= get(turn, "high"));
        assert_true(json_array_size(json_object_get(turn, "changes")) > 0);
        json_array_foreach (json_object_get(turn, "changes"), q, change)
            assert_true(get(change, "gain_USD") > 2.0 * get(change, "gain_standard_error_USD")); /* not by chance */
    }
    assert_true(get(root, "assumed_inputs_tried") > 30);
}

static void test_example(void **state)
{
    struct program_fixture *f = *state;
    const char *const args[] = {"risk", RISK, "-o", f->out, QUICK, SMALL_MAP, "--set", "scenarios=[calm, truce_lapses, ban]", "--set",
                                "strategies=[china_jit, china_6m_stock, dual_50_50_3m_stock, ex_china]", NULL};
    program_run(f->folder, args, &f->run);
    if (f->run.exit_code != 0)
        fail_msg("exit status %d: %s", f->run.exit_code, f->run.err);
    check_width(f->run.out);
    assert_non_null(strstr(f->run.out, "DECISION"));
    assert_non_null(strstr(f->run.out, "truce_lapses: RISK COST, USD per motor (decided under)"));
    json_t *root = read_json(f->out, "result.json"), *table = json_object_get(root, "table");
    check_best(table, "calm", "V rotor, N42UH");
    check_best(table, "ban", "V rotor, N42UH");
    check_best(table, "truce_lapses", "V rotor, HD_1600");
    check_best(table, "truce_lapses", "wound rotor");
    check_outlook(root);
    check_turns(root);
    assert_int_equal(json_array_size(json_object_get(root, "strategy_map")), 4);
    json_decref(root);
    char path[160];
    long n = 0;
    snprintf(path, sizeof path, "%s/report.html", f->out);
    char *page = program_read_file(path, &n);
    assert_non_null(page);
    static const char *const IDS[] = {"id=\"fan\"", "id=\"outage\"", "id=\"distribution\"", "id=\"attribution\"", "id=\"strategy\""};
    for (int k = 0; k < (int)(sizeof IDS / sizeof IDS[0]); k++)
        assert_non_null(strstr(page, IDS[k]));
    assert_null(strstr(page, ">nan<"));
    free(page);
}

/* The result does not depend on the number of workers, and a second run gives the same file. */
static void test_same(void **state)
{
    struct program_fixture *f = *state;
    char second[128], path[160];
    snprintf(second, sizeof second, "%s/second", f->folder);
    const char *const few[] = {"risk", RISK, "-o", f->out, QUICK, SMALL_MAP, TWO_WAYS, "--jobs", "1", NULL};
    const char *const many[] = {"risk", RISK, "-o", second, QUICK, SMALL_MAP, TWO_WAYS, "--jobs", "3", NULL};
    program_run(f->folder, few, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    program_run(f->folder, many, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    snprintf(path, sizeof path, "%s/result.json", f->out);
    char *a = program_read_file(path, NULL);
    snprintf(path, sizeof path, "%s/result.json", second);
    char *b = program_read_file(path, NULL);
    assert_non_null(a);
    assert_non_null(b);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

/* ---- designs from files ---- */

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_design_files(void **state)
{
    struct program_fixture *f = *state;
    char path[128], bad[128];
    snprintf(path, sizeof path, "%s/result.json", f->folder);
    snprintf(bad, sizeof bad, "%s/other.json", f->folder);
    write_text(path,
               "{\"schema\": \"motrade/result\", \"technologies\": [{\"key\": \"fe16n2\"}, {\"key\": \"ndfeb_gbd\", \"report_level\": "
               "{\"figures\": {\"processing_USD\": 100}, \"machine\": {\"magnet\": \"G45EH\"}, \"detail\": {\"bill\": {\"elements\": "
               "{\"Nd\": {\"purchased_kg\": 0.5}, \"Dy\": {\"purchased_kg\": 0.05}}}}}}]}");
    write_text(bad, "{\"schema\": \"something\"}");
    assert_int_equal(program_edit_file(RISK, "bills:", "designs: [{file: result.json}]\nbills:", f->file, NULL, NULL), 1);
    const char *const args[] = {"risk", f->file, "-o", f->out, QUICK, SMALL_MAP, TWO_WAYS, NULL};
    program_run(f->folder, args, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    json_t *root = read_json(f->out, "result.json"), *motors = json_object_get(root, "motors"), *last = json_array_get(motors, 5);
    assert_int_equal(json_array_size(motors), 6);
    assert_string_equal(json_string_value(json_object_get(last, "technology")), "ndfeb_gbd");
    assert_close(get(json_object_get(last, "purchased_kg"), "Dy"), 0.05, 1e-12, 0.0);
    assert_close(get(last, "processing_USD"), 100.0, 1e-12, 0.0);
    json_decref(root);
    static const char *const FILES[][2] = {{"other.json", "expected motrade/result or motrade/evaluation"},
                                           {"absent.json", "cannot read"},
                                           {"notes.txt", "ends neither in .json nor in .yaml"}};
    for (int k = 0; k < 3; k++) {
        char text[96];
        int line, column;
        snprintf(text, sizeof text, "designs: [{file: %s}]\nbills:", FILES[k][0]);
        assert_int_equal(program_edit_file(RISK, "bills:", text, f->file, &line, &column), 1);
        program_run(f->folder, args, &f->run);
        char place[160];
        snprintf(place, sizeof place, "%s:%d:", f->file, line);
        if (f->run.exit_code != 2 || !strstr(f->run.err, FILES[k][1]) || !strstr(f->run.err, place))
            fail_msg("%s: %d: %s", FILES[k][0], f->run.exit_code, f->run.err);
    }
}

/* ---- lost margin by rule: the ratio times what the named motor's materials cost more, and a run with that figure written out is the same
 * ---- */

static void test_margin_rule(void **state)
{
    struct program_fixture *f = *state;
    const char *const by_rule[] = {"risk", f->file, "-o", f->out, QUICK, SMALL_MAP, "--set", "scenarios=[truce_lapses]", "--set",
                                   "strategies=[china_jit, ex_china]", NULL};
    assert_true(program_edit_file(RISK, "  lost_margin_USD_per_motor: 1000\n", "", f->file, NULL, NULL));
    assert_true(program_edit_file(f->file, "seed: 1", "seed: 1\nmargin_rule: {ratio_pu: 7, motor: \"V rotor, N42UH\", safe: ex_china}",
                                  f->file, NULL, NULL));
    program_run(f->folder, by_rule, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    assert_non_null(strstr(f->run.out, "note: lost margin by rule: 7 times the "));
    json_t *root = read_json(f->out, "result.json"), *margin = json_object_get(root, "margin_rule");
    const double L = get(margin, "lost_margin_USD_per_motor");
    assert_close(L, 7.0 * get(margin, "difference_USD"), 1e-12, 0.0);
    assert_true(get(margin, "difference_USD") > 10.0 && get(margin, "difference_USD") < 1000.0);
    char set[80];
    snprintf(set, sizeof set, "economics.lost_margin_USD_per_motor=%.17g", L);
    const char *const by_figure[] = {"risk", RISK, "-o", f->out, QUICK, SMALL_MAP, "--set", "scenarios=[truce_lapses]", "--set",
                                     "strategies=[china_jit, ex_china]", "--set", set, NULL};
    program_run(f->folder, by_figure, &f->run);
    json_t *same = read_json(f->out, "result.json");
    assert_true(json_equal(json_object_get(root, "table"), json_object_get(same, "table")));
    json_decref(same);
    json_decref(root);
}

/* ---- faults ---- */

static void test_faults(void **state)
{
    static const struct { const char *old, *new_text, *says[2]; } EDIT[] = {
        {"seed: 1", "sed: 1", {"unknown key 'sed'", "nearest: seed"}},
        {"  volume_motors_per_year: 100000\n", "", {"missing key 'volume_motors_per_year'", ""}},
        {"  lost_margin_USD_per_motor: 1000\n", "", {"missing key 'lost_margin_USD_per_motor'", "or give margin_rule"}},
        {"seed: 1", "seed: 1\nmargin_rule: {ratio_pu: 7, motor: \"V rotor, N42UH\", safe: ex_china}", {"one of the two", ""}},
        {"scenario: truce_lapses", "scenario: truce_laps", {"truce_laps", "nearest: truce_lapses"}},
        {"sourcing: china_jit", "sourcing: china_jitt", {"china_jitt", "nearest: china_jit"}},
        {"technology: ndfeb_dy", "technology: ndfeb_di", {"'ndfeb_di' is no rotor technology", "nearest: ndfeb_dy"}},
        {"{Nd: 0.", "{Nq: 0.", {"'Nq' is no element of market.yaml", "nearest: N"}},
        {"{Nd: 0.", "{Nd: -0.", {" kg is out of range", ""}},
        {"processing_USD: 1", "processing_EUR: 1", {"unit of 'processing_EUR' should be USD: processing_USD", ""}},
        {"    processing_USD: 1", "    # 1", {"missing key 'processing_USD'", ""}},
        {"name: V rotor, HD_1600", "name: V rotor, N42UH", {"two motors are called 'V rotor, N42UH'", ""}},
        {"seed: 1", "seed: 1\nscenarios: [calm, ban]", {"economics.scenario 'truce_lapses' is not in this list", ""}},
        {"seed: 1", "seed: 1\nscenarios: [truce_lapses, calm, calm]", {"'calm' stands twice in this list", ""}},
        {"seed: 1", "seed: 1\nstrategies: [dual_50_50]", {"economics.sourcing 'china_jit' is not in this list", ""}},
        {"seed: 1", "seed: 1\nmap: {probability_pct: [10, 5], duration_months: [3]}", {"expected rising numbers", ""}},
        {"seed: 1", "seed: 1\nmap: {probability_pct: [100], duration_months: [3]}", {"expected rising numbers", ""}},
    };
    struct program_fixture *f = *state;
    const char *const args[] = {"risk", f->file, "-o", f->out, QUICK, NULL};
    for (int k = 0; k < (int)(sizeof EDIT / sizeof EDIT[0]); k++) {
        if (!program_edit_file(RISK, EDIT[k].old, EDIT[k].new_text, f->file, NULL, NULL))
            fail_msg("'%s' is not in the example", EDIT[k].old);
        program_run(f->folder, args, &f->run);
        struct stat s;
        char place[128];
        snprintf(place, sizeof place, "%s:", f->file);
        if (f->run.exit_code != 2 || !strstr(f->run.err, EDIT[k].says[0]) || !strstr(f->run.err, EDIT[k].says[1]) ||
            strncmp(f->run.err, place, strlen(place)) != 0)
            fail_msg("%s: exit status %d: %s", EDIT[k].new_text, f->run.exit_code, f->run.err);
        assert_int_not_equal(stat(f->out, &s), 0); /* nothing was begun */
    }
}

/* A strategy named in the file that cannot be followed from the study's date is refused; one that the file does not name is left out,
 * aloud. */
static void test_early_route(void **state)
{
    struct program_fixture *f = *state;
    const char *const date = "economics.study_date=2026-01-15";
    const char *const named[] = {"risk", RISK, "-o", f->out, QUICK, SMALL_MAP, "--set", date, "--set", "strategies=[china_jit, dual_50_50]",
                                 NULL};
    const char *const all[] = {"risk", RISK, "-o", f->out, QUICK, "--set", "map.probability_pct=[10]", "--set", "map.duration_months=[3]",
                               "--set", date, "--set", "scenarios=[truce_lapses]", NULL};
    program_run(f->folder, named, &f->run);
    if (f->run.exit_code != 2 || !strstr(f->run.err, "route 'lynas_light' exists only from 2026-03-10"))
        fail_msg("%d: %s", f->run.exit_code, f->run.err);
    program_run(f->folder, all, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    assert_non_null(strstr(f->run.out, "left out: dual_50_50: route 'lynas_light' exists only from"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_example, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_same, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_design_files, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_margin_rule, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_faults, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_early_route, program_set_up, program_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
