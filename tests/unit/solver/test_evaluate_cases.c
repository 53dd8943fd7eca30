/* test_evaluate_cases.c - `motrade evaluate` runs every file of examples/validation as a user starts it: exit status 0, at most 100
 * columns, result.json with its conventions, the report, the tables; what a field case cannot know is absent with a reason. Coarse and
 * with few positions, so that the whole takes seconds; the tests of tests/verify and tests/validate look at the figures. */
#include "tests/support/close.h"
#include "tests/support/page.h"
#include "tests/support/program.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/banned.h"

static const char *const COARSE[] = {"level.mesh=coarse", "economics.scenarios=1000", "economics.scenarios_search=200"};

/* What makes a file cheap: --set only of parts that it has, for a key set in a part that is not there would be a part of its own. */
static int get_args(const char *path, const char *out, const char **args)
{
    static const struct { const char *holds, *set; } FIELD[] = {{"\n  map:", "field.map.positions=2"},
                                                                {"\n  load:", "field.load.positions=4"},
                                                                {"\n  no_load:", "field.no_load.positions=4"},
                                                                {"i_f_A: [0, 5, 10, 14]", "field.map.i_f_A=[0, 7, 14]"},
                                                                {"i_d_A: [-120, -90,", "field.map.i_d_A=[-120, -60, 0, 60]"},
                                                                {"i_q_A: [0, 60, 120, 180,", "field.map.i_q_A=[0, 100, 200, 300]"}};
    char *text = program_read_file(path, NULL);
    int n = 0, is_field = text && strstr(text, "\nfield:");
    assert_non_null(text);
    const char *const head[] = {"evaluate", path, "-o", out};
    for (; n < 4; n++)
        args[n] = head[n];
    if (is_field) {
        args[n++] = "--set", args[n++] = "field.mesh=coarse";
        for (int k = 0; k < ARRAY_LEN(FIELD); k++)
            if (strstr(text, FIELD[k].holds))
                args[n++] = "--set", args[n++] = FIELD[k].set;
    }
    for (int k = 0; k < ARRAY_LEN(COARSE) && !is_field; k++)
        args[n++] = "--set", args[n++] = COARSE[k];
    args[n] = NULL;
    free(text);
    return is_field;
}

static void check_width(const char *path, const char *s)
{
    for (; *s; s += strcspn(s, "\n"), s += *s == '\n')
        if (strcspn(s, "\n") > 100)
            fail_msg("%s: a line of %d columns: %.*s", path, (int)strcspn(s, "\n"), (int)strcspn(s, "\n"), s);
}

static void check_has(const char *path, json_t *root, const char *key, int wanted)
{
    if ((json_is_object(json_object_get(root, key)) || json_is_array(json_object_get(root, key))) != wanted)
        fail_msg("%s: result.json %s '%s'", path, wanted ? "lacks" : "holds", key);
}

/* A part that is asked for is there; one that is not stands among the absent, with a reason. Returns what is violated, 0 for nothing. */
static double check_result(const char *path, const char *out, int is_field)
{
    char file[160];
    snprintf(file, sizeof file, "%s/result.json", out);
    json_t *root = json_load_file(file, 0, NULL), *absent = json_object_get(root, "absent");
    if (!root)
        fail_msg("%s: %s is no JSON", path, file);
    check_has(path, root, "conventions", 1);
    check_has(path, root, "machine", 1);
    assert_string_equal(json_string_value(json_object_get(root, "schema")), is_field ? "motrade/field_case" : "motrade/evaluation");
    static const char *const KEY[] = {"figures", "detail", "requirements"}, *const REASON[] = {"envelope", "temperatures", "bill", "risk"};
    for (int k = 0; k < ARRAY_LEN(KEY); k++)
        check_has(path, root, KEY[k], !is_field);
    for (int k = 0; k < ARRAY_LEN(REASON) && is_field; k++)
        if (!json_string_length(json_object_get(absent, REASON[k])))
            fail_msg("%s: no reason why '%s' is absent", path, REASON[k]);
    if (is_field)
        check_has(path, root, "flux_map", json_object_get(absent, "flux_map") == NULL);
    check_has(path, root, "no_load", is_field); /* every field case of ours has one */
    snprintf(file, sizeof file, "%s/flux_map.mat", out);
    if ((access(file, R_OK) == 0) != json_is_object(json_object_get(root, "flux_map")))
        fail_msg("%s: flux_map.mat and flux_map of result.json: one without the other", path);
    const double violation = json_number_value(json_object_get(json_object_get(root, "figures"), "violation"));
    json_decref(root);
    return violation;
}

static void check_page(const char *out)
{
    char file[160];
    snprintf(file, sizeof file, "%s/report.html", out);
    char *page = program_read_file(file, NULL);
    assert_non_null(page);
    page_check_well_formed(page);
    json_t *data = page_get_data(page), *p;
    size_t k;
    assert_non_null(data);
    json_array_foreach(json_object_get(data, "picture"), k, p)
        if (json_object_get(p, "error"))
            fail_msg("%s: %s", file, json_string_value(json_object_get(p, "error")));
    assert_true(k >= 1);
    json_decref(data);
    free(page);
}

static void test_every_file(void **state)
{
    (void)state;
    static struct program_run run;
    glob_t g;
    assert_int_equal(glob("examples/validation/*.yaml", 0, NULL, &g), 0);
    assert_true(g.gl_pathc >= 16);
    for (size_t k = 0; k < g.gl_pathc; k++) {
        const char *path = g.gl_pathv[k], *args[PROGRAM_MAX_ARG];
        char folder[64], out[96];
        program_set_folder(folder, sizeof folder);
        snprintf(out, sizeof out, "%s/out", folder);
        int is_field = get_args(path, out, args);
        program_run(folder, args, &run);
        const int wanted = check_result(path, out, is_field) > 0.0 ? 3 : 0;
        if (run.exit_code != wanted || (run.err[0] == '\0') != (wanted == 0))
            fail_msg("%s: exit status %d, expected %d: %s", path, run.exit_code, wanted, run.err);
        check_width(path, run.out);
        check_page(out);
        program_remove_folder(folder);
    }
    globfree(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
