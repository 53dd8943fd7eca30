/* test_result_diff.c - what `motrade diff` says of two results, made up so that the answer is known. */
#include "solver/result_diff.h"
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define MOTOR(inputs, figures) "{\"schema\": \"motrade/evaluation\", \"inputs\": {" inputs "}, \"figures\": {" figures "}}"
#define STUDY(winner, torque)                                                                                                              \
    "{\"schema\": \"motrade/result\", \"inputs\": {}, \"decision\": {\"winner\": \"" winner "\"}, \"technologies\": ["                     \
    "{\"key\": \"a\", \"label\": \"Rotor A\", \"report_level\": {\"figures\": {\"base_torque_Nm\": " torque "}}},"                         \
    "{\"key\": \"b\", \"label\": \"Rotor B\"}]}"

/* Texts into two files, the difference or the complaint into *out. */
static enum status get_diff(struct program_fixture *f, const char *before, const char *after, struct text *out, struct err *e)
{
    char second[128];
    snprintf(second, sizeof second, "%s-2", f->file);
    *out = (struct text){0};
    assert_ok(text_write_file(f->file, before, strlen(before), e), e);
    assert_ok(text_write_file(second, after, strlen(after), e), e);
    return result_diff_add(out, f->file, second, e);
}

static int has_line(const char *text, const char *begin, const char *end)
{
    for (const char *p = text; (p = strstr(p, begin)); p++) {
        const size_t n = strcspn(p, "\n");
        if (n >= strlen(end) && strncmp(p + n - strlen(end), end, strlen(end)) == 0)
            return 1;
    }
    return 0;
}

static void test_motor(void **state)
{
    struct text t;
    struct err e = {0};
    assert_ok(get_diff(*state,
                       MOTOR("\"machine\": {\"stack_mm\": 80, \"name\": \"x\", \"old\": 1}",
                             "\"base_torque_Nm\": 400, \"rotor_margin_K\": 5, \"copper_kg\": 6.02, \"winding_margin_K\": 3"),
                       MOTOR("\"machine\": {\"stack_mm\": 90, \"name\": \"x\", \"new\": [1, 2]}",
                             "\"base_torque_Nm\": 450, \"rotor_margin_K\": 7, \"copper_kg\": 6.03, \"winding_margin_K\": null"),
                       &t, &e),
              &e);
    assert_true(has_line(t.s, "machine.stack_mm", "80 -> 90"));
    assert_true(has_line(t.s, "machine.old", "1 -> absent") && has_line(t.s, "machine.new", "absent -> [1,2]"));
    assert_null(strstr(t.s, "machine.name"));
    assert_true(has_line(t.s, "torque at base speed, N·m", "400        450       50.0    +12.5%"));
    assert_true(has_line(t.s, "kelvin left in the rotor, K", "5          7          2")); /* no share of a margin */
    assert_true(has_line(t.s, "winding below its thermal class, K", "3          -          -"));
    assert_null(strstr(t.s, "copper")); /* 6.0 and 6.0 */
    text_done(&t);
}

static void test_noise(void **state)
{
    struct text t;
    struct err e = {0};
    assert_ok(get_diff(*state, MOTOR("", "\"risk_cost_USD\": 100, \"risk_tail_USD\": 50, \"risk_cost_standard_error_USD\": 3"),
                       MOTOR("", "\"risk_cost_USD\": 108, \"risk_tail_USD\": 60, \"risk_cost_standard_error_USD\": 4"), &t, &e),
              &e);
    assert_true(has_line(t.s, "supply-risk cost, USD", "~")); /* 8 < 2 hypot(3, 4) = 10 */
    assert_false(has_line(t.s, "tail loading, USD", "~"));
    assert_non_null(strstr(t.s, "  the same\n"));
    text_done(&t);
}

static void test_study(void **state)
{
    struct text t;
    struct err e = {0};
    assert_ok(get_diff(*state, STUDY("a", "300"), STUDY("b", "300.2"), &t, &e), &e);
    assert_non_null(strstr(t.s, "best technology: Rotor A -> Rotor B"));
    assert_non_null(strstr(t.s, "no figure differs in the digits shown"));
    assert_non_null(strstr(t.s, "no design that meets the requirement"));
    text_done(&t);
}

static void test_refused(void **state)
{
    struct text t;
    struct err e = {0};
    const char *motor = MOTOR("", "\"base_torque_Nm\": 1");
    assert_int_equal(get_diff(*state, motor, STUDY("a", "1"), &t, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "the other of `compare`"));
    text_done(&t);
    assert_int_equal(get_diff(*state, motor, "{\"schema\": \"motrade/risk\"}", &t, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "expected the result.json"));
    text_done(&t);
    assert_int_equal(get_diff(*state, "{\n,", motor, &t, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "no JSON: line 2"));
    text_done(&t);
    assert_int_equal(result_diff_add(&t, "no-such-file.json", "no-such-file.json", &e), ST_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_motor), cmocka_unit_test(test_noise), cmocka_unit_test(test_study),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, program_set_up, program_tear_down);
}
