/* Maps to structs by schema rows: conversion, fallbacks, and a message that mends each mistake. */
#include "tests/support/close.h"
#include "materials/base/datum.h"
#include "materials/base/mem.h"
#include "materials/base/yaml.h"
#include <string.h>

struct sample {
    double airgap_m, speed_rad_per_s, inlet_K, margin_K;
    int slots, on, cooling;
    char name[SCHEMA_TEXT_SIZE], day[SCHEMA_TEXT_SIZE];
    struct datum coercivity, extra;
    const struct yaml_node *list;
};
static const char *const COOLING[] = {"water_jacket", "oil_spray", "air", NULL};
#define ROW(key, type, member, need, min, max, fallback, choices) \
    {key, type, offsetof(struct sample, member), need, min, max, fallback, choices, "doc"}
static const struct schema_row ROWS[] = {
    ROW("airgap_mm", SCHEMA_REAL, airgap_m, SCHEMA_REQUIRED, 0.2, 3, 0, NULL),
    ROW("speed_rpm", SCHEMA_REAL, speed_rad_per_s, SCHEMA_REQUIRED, 0, HUGE_VAL, 0, NULL),
    ROW("inlet_degC", SCHEMA_REAL, inlet_K, SCHEMA_OPTIONAL, -40, 150, 65, NULL),
    ROW("margin_min_K", SCHEMA_REAL, margin_K, SCHEMA_OPTIONAL, -HUGE_VAL, HUGE_VAL, (double)NAN, NULL),
    ROW("slots", SCHEMA_INT, slots, SCHEMA_OPTIONAL, 3, 600, 48, NULL),
    ROW("on", SCHEMA_BOOL, on, SCHEMA_OPTIONAL, 0, 1, 1, NULL),
    ROW("cooling", SCHEMA_CHOICE, cooling, SCHEMA_OPTIONAL, 0, 0, 0, COOLING),
    ROW("name", SCHEMA_TEXT, name, SCHEMA_OPTIONAL, 0, 0, 0, NULL),
    ROW("day", SCHEMA_DATE, day, SCHEMA_OPTIONAL, 0, 0, 0, NULL),
    ROW("coercivity_kA_per_m", SCHEMA_DATUM, coercivity, SCHEMA_OPTIONAL, 0, 5000, 900, NULL),
    ROW("extra_degC", SCHEMA_DATUM, extra, SCHEMA_OPTIONAL, -300, 5000, 20, NULL),
    ROW("list", SCHEMA_NODE, list, SCHEMA_OPTIONAL, 0, 0, 0, NULL),
};

static enum status read_sample(const char *text, struct sample *s, struct err *e)
{
    struct yaml_doc *doc = NULL;
    memset(s, 0x55, sizeof *s); /* whatever is not written shows */
    TRY(yaml_read_text("t.yaml", text, &doc, e));
    enum status st = yaml_read_table(yaml_get_root(doc), ROWS, ARRAY_LEN(ROWS), s, e);
    yaml_free(doc);
    return st;
}

static void converts_every_type(void **state)
{
    (void)state;
    struct sample s;
    struct err e;
    assert_ok(read_sample("airgap_mm: 0.7\nspeed_rpm: 3000\ninlet_degC: 20\nmargin_min_K: 15\nslots: 36\non: false\ncooling: oil_spray\n"
                          "name: A motor\nday: 2028-02-29\nlist: [1]\n"
                          "coercivity_kA_per_m: {value: 1592, low: 1500, high: 1600, quality: paper, source: KEY}\n"
                          "extra_degC: {value: 20, quality: assumed, source: OTHER}\n", &s, &e), &e);
    assert_close(s.airgap_m, 7e-4, 1e-15, 0);
    assert_close(s.speed_rad_per_s, 314.15926535897933, 1e-15, 0);
    assert_close(s.inlet_K, 293.15, 1e-15, 0);
    assert_close(s.margin_K, 15, 0, 0);
    assert_true(s.slots == 36 && s.on == 0 && s.cooling == 1 && s.list != NULL);
    assert_string_equal(s.name, "A motor");
    assert_string_equal(s.day, "2028-02-29");
    assert_close(s.coercivity.value, 1.592e6, 1e-15, 0);
    assert_close(s.coercivity.low, 1.5e6, 1e-15, 0);
    assert_close(s.coercivity.high, 1.6e6, 1e-15, 0);
    assert_int_equal(s.coercivity.quality, QUALITY_PAPER);
    assert_string_equal(s.coercivity.source, "KEY");
    assert_close(s.extra.low, 293.15, 1e-15, 0);
    assert_close(s.extra.high, 293.15, 1e-15, 0);
    assert_int_equal(s.extra.quality, QUALITY_ASSUMED);
}

static void fills_fallbacks_in_si(void **state)
{
    (void)state;
    struct sample s;
    struct err e;
    assert_ok(read_sample("{airgap_mm: 0.7, speed_rpm: 0}", &s, &e), &e);
    assert_close(s.inlet_K, 338.15, 1e-15, 0);
    assert_true(isnan(s.margin_K));
    assert_true(s.slots == 48 && s.on == 1 && s.cooling == 0 && s.list == NULL);
    assert_string_equal(s.name, "");
    assert_string_equal(s.day, "");
    assert_close(s.coercivity.value, 9e5, 1e-15, 0);
    assert_close(s.coercivity.low, 9e5, 1e-15, 0);
    assert_close(s.coercivity.high, 9e5, 1e-15, 0);
    assert_string_equal(s.coercivity.source, "");
}

#define BASE "airgap_mm: 0.7\nspeed_rpm: 3000\n"
#define DATUM BASE "coercivity_kA_per_m: "

static void says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct { const char *text, *says, *where; int line; } BAD[] = {
        {"[1, 2]", "expected a map", "", 1},
        {"speed_rpm: 1\n", "missing key 'airgap_mm'", "", 1},
        {BASE "slotz: 3\n", "unknown key 'slotz'; nearest: slots", "slotz", 3},
        {BASE "entirely_other: 3\n", "unknown key 'entirely_other'", "entirely_other", 3},
        {"airgap_cm: 0.07\nspeed_rpm: 1\n", "unit of 'airgap_cm' should be mm: airgap_mm", "airgap_cm", 1},
        {"airgap: 0.7\nspeed_rpm: 1\n", "unit of 'airgap' should be mm: airgap_mm", "airgap", 1},
        {"airgap_m: 7e-4\nspeed_rpm: 1\n", "unit of 'airgap_m' should be mm: airgap_mm", "airgap_m", 1},
        {BASE "speed_rad_per_s: 1\n", "unit of 'speed_rad_per_s' should be rpm: speed_rpm", "speed_rad_per_s", 3},
        {BASE "speed_max_rpm: 1\n", "unknown key 'speed_max_rpm'", "speed_max_rpm", 3},
        {"airgap_mm: 5\nspeed_rpm: 1\n", "airgap_mm = 5 is out of range; expected 0.2 to 3 mm", "airgap_mm", 1},
        {"airgap_mm: 0.7\nspeed_rpm: -1\n", "expected at least 0 rpm", "speed_rpm", 2},
        {"airgap_mm: nan\nspeed_rpm: 1\n", "expected a number, got 'nan'", "airgap_mm", 1},
        {"airgap_mm: .inf\nspeed_rpm: 1\n", "expected a number, got '.inf'", "airgap_mm", 1},
        {"airgap_mm: 0.7mm\nspeed_rpm: 1\n", "expected a number, got '0.7mm'", "airgap_mm", 1},
        {"airgap_mm: 0,7\nspeed_rpm: 1\n", "got '0,7'", "airgap_mm", 1},
        {"airgap_mm: \"0.7\"\nspeed_rpm: 1\n", "expected a number", "airgap_mm", 1},
        {"airgap_mm:\nspeed_rpm: 1\n", "expected a number, got 'nothing'", "airgap_mm", 1},
        {BASE "slots: 47.5\n", "expected a whole number", "slots", 3},
        {BASE "slots: 601\n", "out of range; expected 3 to 600", "slots", 3},
        {BASE "on: yes\n", "expected true or false, got 'yes'", "on", 3},
        {BASE "on: \"true\"\n", "expected true or false", "on", 3},
        {BASE "cooling: water_jaket\n", "nearest: water_jacket", "cooling", 3},
        {BASE "cooling: none\n", "expected one of: water_jacket, oil_spray, air", "cooling", 3},
        {BASE "name: ''\n", "characters of text", "name", 3},
        {BASE "name: [a]\n", "expected text, got a list", "name", 3},
        {BASE "day: 2026-02-29\n", "existing day YYYY-MM-DD", "day", 3},
        {DATUM "1592\n", "expected {value, low, high, quality, source}", "coercivity_kA_per_m", 3},
        {DATUM "{value: 1, quality: paper}\n", "missing key 'source'", "coercivity_kA_per_m", 3},
        {DATUM "{value: 1, source: K}\n", "missing key 'quality'", "coercivity_kA_per_m", 3},
        {DATUM "{value: 1, quality: good, source: K}\n", "expected one of: datasheet, paper, derived, assumed",
         "coercivity_kA_per_m.quality", 3},
        {DATUM "{value: 1, lo: 1, quality: paper, source: K}\n", "unknown key 'lo'", "coercivity_kA_per_m.lo", 3},
        {DATUM "{value: 1, low: 2, quality: paper, source: K}\n", "not in order", "coercivity_kA_per_m", 3},
        {DATUM "{value: 6000, quality: paper, source: K}\n", "expected 0 to 5000 kA/m", "coercivity_kA_per_m.value", 3},
        {DATUM "{value: 1, quality: paper, source: K123456789012345678901234567890123456789012345678}\n", "longer than 47",
         "coercivity_kA_per_m", 3},
    };
    long live = mem_get_live();
    for (int k = 0; k < ARRAY_LEN(BAD); k++) {
        struct sample s;
        struct err e;
        if (read_sample(BAD[k].text, &s, &e) != ST_CONFIG)
            fail_msg("case %d was not refused:\n%s", k, BAD[k].text);
        if (!strstr(e.message, BAD[k].says))
            fail_msg("case %d: '%s' does not say '%s'", k, e.message, BAD[k].says);
        if (strcmp(e.where, BAD[k].where) != 0 || e.line != BAD[k].line || e.column < 1 || strcmp(e.file, "t.yaml") != 0)
            fail_msg("case %d: place %s:%d:%d '%s', expected line %d '%s'", k, e.file, e.line, e.column, e.where, BAD[k].line,
                     BAD[k].where);
    }
    assert_int_equal(mem_get_live(), live);
}

static void names_the_place_below_lists(void **state)
{
    (void)state;
    struct yaml_doc *doc = NULL;
    struct err e;
    struct sample s;
    const char *text = "duty:\n  cycle:\n    - {airgap_mm: 1, speed_rpm: 1}\n    - {airgap_mm: 1, speed_rpm: x}\n";
    assert_ok(yaml_read_text("t.yaml", text, &doc, &e), &e);
    const struct yaml_node *cycle = yaml_get_key(yaml_get_root(doc), "duty.cycle");
    assert_ok(yaml_read_table(cycle->item[0], ROWS, ARRAY_LEN(ROWS), &s, &e), &e);
    assert_status(yaml_read_table(cycle->item[1], ROWS, ARRAY_LEN(ROWS), &s, &e), ST_CONFIG, &e);
    assert_string_equal(e.where, "duty.cycle.1.speed_rpm");
    assert_int_equal(e.line, 4);
    yaml_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_every_type),
        cmocka_unit_test(fills_fallbacks_in_si),
        cmocka_unit_test(says_what_is_wrong_and_where),
        cmocka_unit_test(names_the_place_below_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
