/* The duty: a cycle by weights, by durations, from a file; what is refused, with its place. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "models/requirement.h"
#include "tests/support/close.h"
#include "tests/support/program.h"

static const char *const HEAD =
    "continuous: {torque_Nm: 50, speed_rpm: 5000}\npeak: {torque_Nm: 280, speed_rpm: 2728}\npeak_duration_s: 30\n";

static enum status read_duty(const char *cycle, struct duty *out, struct err *e)
{
    char text[1024];
    struct yaml_doc *doc = NULL;
    memset(out, 0, sizeof *out);
    snprintf(text, sizeof text, "%s%s", HEAD, cycle);
    enum status st = yaml_read_text("duty.yaml", text, &doc, e);
    if (st == ST_OK)
        st = duty_read(yaml_get_root(doc), out, e);
    yaml_free(doc);
    return st;
}

static void test_by_weight(void **state)
{
    (void)state;
    static struct duty d;
    struct err e;
    assert_ok(
        read_duty("cycle: [{torque_Nm: 10, speed_rpm: 300, weight_pu: 0.4}, {torque_Nm: -20, speed_rpm: 600, weight_pu: 0.6}]\n", &d, &e),
        &e);
    assert_int_equal(d.n_cycle, 2);
    assert_int_equal(d.is_timed, 0);
    assert_close(d.cycle[1].weight_pu, 0.6, 1e-15, 0.0);
    assert_close(d.cycle[1].speed_rad_per_s, 20.0 * PI, 1e-12, 0.0);
    assert_close(d.continuous.weight_pu, 1.0, 1e-15, 0.0);
    assert_true(isnan(d.cycle_s));
}

static void test_by_duration(void **state)
{
    (void)state;
    static struct duty d;
    struct err e;
    assert_ok(
        read_duty("cycle: [{torque_Nm: 10, speed_rpm: 300, duration_s: 30}, {torque_Nm: -20, speed_rpm: 600, duration_s: 10}]\n", &d, &e),
        &e);
    assert_int_equal(d.is_timed, 1);
    assert_close(d.cycle_s, 40.0, 1e-15, 0.0);
    assert_close(d.cycle[0].weight_pu, 0.75, 1e-15, 0.0);
    assert_close(d.cycle[1].duration_s, 10.0, 1e-15, 0.0);
}

static void test_refused_lists(void **state)
{
    (void)state;
    static struct duty d;
    static const struct { const char *cycle, *says; int line, column;
    } CASE[] = {
        {"", "missing key 'cycle'", 1, 1},
        {"cycle: [{torque_Nm: 1, speed_rpm: 1, weight_pu: 0.5}]\n", "weights sum to 0.5", 4, 1},
        {"cycle: [{torque_Nm: 1, speed_rpm: 1}]\n", "either weight_pu or duration_s", 4, 9},
        {"cycle: [{torque_Nm: 1, speed_rpm: 1, weight_pu: 1, duration_s: 1}]\n", "either weight_pu or duration_s", 4, 9},
        {"cycle:\n  - {torque_Nm: 1, speed_rpm: 1, weight_pu: 1}\n  - {torque_Nm: 1, speed_rpm: 1, duration_s: 1}\n", "cannot be mixed", 6,
         5},
        {"cycle: [{torque_Nm: 1, speed_rpm: 1, duration_s: 0}]\n", "duration_s", 4, 38},
        {"cycle: [{torque_Nm: 1, speed_rpm: 1, weight_pu: 1}]\ncycle_file: a.csv\n", "given twice", 5, 1},
        {"cycle_file: nowhere/a.csv\n", "nowhere/a.csv", 4, 1},
    };
    for (int k = 0; k < ARRAY_LEN(CASE); k++) {
        struct err e = {0};
        assert_status(read_duty(CASE[k].cycle, &d, &e), ST_CONFIG, &e);
        if (!strstr(e.message, CASE[k].says) && !strstr(e.where, CASE[k].says))
            fail_msg("case %d: '%s' is not in: %s", k, CASE[k].says, e.message);
        assert_string_equal(e.file, "duty.yaml");
        if (e.line != CASE[k].line || e.column != CASE[k].column)
            fail_msg("case %d: %d:%d, expected %d:%d: %s", k, e.line, e.column, CASE[k].line, CASE[k].column, e.message);
    }
    struct err e = {0};
    static const char *const WEIGHTED = "continuous: {torque_Nm: 50, speed_rpm: 5000, weight_pu: 1}\npeak: {torque_Nm: 1, speed_rpm: 1}\n"
                                        "peak_duration_s: 1\ncycle: [{torque_Nm: 1, speed_rpm: 1, weight_pu: 1}]\n";
    struct yaml_doc *doc;
    assert_ok(yaml_read_text("duty.yaml", WEIGHTED, &doc, &e), &e);
    assert_status(duty_read(yaml_get_root(doc), &d, &e), ST_CONFIG, &e);
    assert_non_null(strstr(e.message, "belong to points of the cycle"));
    yaml_free(doc);
}

static void write_file(const char *path, const char *text)
{
    struct err e;
    assert_ok(text_write_file(path, text, strlen(text), &e), &e);
}

static void test_file(void **state)
{
    (void)state;
    static struct duty d;
    char folder[64], path[96], cycle[160];
    struct err e = {0};
    program_set_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/cycle.csv", folder);
    snprintf(cycle, sizeof cycle, "cycle_file: %s\n", path);
    write_file(path, "# towns\ntime_s, speed_rpm, torque_Nm\r\n0,0,5\r\n10, 300 ,-7.5\n\n12,600,1\n13,0,5\n");
    assert_ok(read_duty(cycle, &d, &e), &e);
    assert_int_equal(d.n_cycle, 3);
    assert_int_equal(d.is_timed, 1);
    assert_close(d.cycle_s, 13.0, 1e-15, 0.0);
    assert_close(d.cycle[1].torque_Nm, -7.5, 1e-15, 0.0);
    assert_close(d.cycle[1].duration_s, 2.0, 1e-15, 0.0);
    assert_close(d.cycle[1].speed_rad_per_s, 10.0 * PI, 1e-12, 0.0);
    assert_close(d.cycle[0].weight_pu, 10.0 / 13.0, 1e-12, 0.0);
    static const struct { const char *text, *says; int line, column; } CASE[] = {
        {"time_s,torque_Nm\n", "missing column 'speed_rpm'", 1, 1},
        {"time_s,torque_Nm,rpm\n", "'rpm'", 1, 18},
        {"time_s,torque_Nm,torque_Nm,speed_rpm\n", "once", 1, 18},
        {"time_s,torque_Nm,speed_rpm\n0,1,1\n0,1,1\n", "rising times", 3, 1},
        {"time_s,torque_Nm,speed_rpm\n0,1,1\n5,x,1\n", "'x': expected a number", 3, 3},
        {"time_s,torque_Nm,speed_rpm\n0,1,1\n5,1,-3\n", "-3: expected 0 to", 3, 5},
        {"time_s,torque_Nm,speed_rpm\n0,1,1\n5,1\n", "2 fields; expected 3", 3, 1},
        {"time_s,torque_Nm,speed_rpm\n0,1,1\n5,1,nan\n", "'nan'", 3, 5},
        {"time_s,torque_Nm,speed_rpm\n0,1,1\n", "expected two or more", 2, 1},
        {"", "expected two or more", 0, 1},
    };
    for (int k = 0; k < ARRAY_LEN(CASE); k++) {
        write_file(path, CASE[k].text);
        assert_status(read_duty(cycle, &d, &e), ST_CONFIG, &e);
        if (!strstr(e.message, CASE[k].says))
            fail_msg("case %d: '%s' is not in: %s", k, CASE[k].says, e.message);
        assert_string_equal(e.file, path);
        assert_int_equal(e.line, CASE[k].line);
        assert_int_equal(e.column, CASE[k].column);
    }
    program_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_weight), cmocka_unit_test(test_by_duration),
                                       cmocka_unit_test(test_refused_lists), cmocka_unit_test(test_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
