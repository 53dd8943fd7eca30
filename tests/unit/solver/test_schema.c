/* The schema is what the readers read: same keys, types, ranges and units; the example study fits it. */
#include "models/machine/machine.h"
#include "models/requirement.h"
#include "solver/json_schema.h"
#include "solver/out_json.h"
#include "tests/support/close.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static json_t *get(json_t *root, const char *path)
{
    char part[64];
    while (root && *path) {
        size_t n = strcspn(path, ".");
        memcpy(part, path, n);
        part[n] = '\0';
        root = json_object_get(root, part);
        path += n + (path[n] == '.');
    }
    return root;
}

static int has_text(json_t *list, const char *s)
{
    for (size_t k = 0; k < json_array_size(list); k++)
        if (strcmp(json_string_value(json_array_get(list, k)), s) == 0)
            return 1;
    return 0;
}

/* A sign on nothing is no information, and atan2 gives one to an angle that was not reached. */
static void test_real(void **state)
{
    (void)state;
    json_t *zero = out_json_get_real(-0.0), *none = out_json_get_real((double)NAN), *loss = out_json_get_real(-1.5);
    assert_false(signbit(json_real_value(zero)));
    assert_true(json_is_null(none));
    assert_close(json_real_value(loss), -1.5, 0.0, 0.0);
    json_decref(zero);
    json_decref(none);
    json_decref(loss);
}

static void test_rows(void **state)
{
    (void)state;
    static const char *const CHOICE[] = {"jacket", "natural", NULL};
    static const struct schema_row ROWS[] = {
        {"gap_mm", SCHEMA_REAL, 0, SCHEMA_REQUIRED, 0.1, 10, 0, NULL, "Air gap"},
        {"poles", SCHEMA_INT, 0, SCHEMA_OPTIONAL, 2, 100, 8, NULL, "Poles"},
        {"limit", SCHEMA_REAL, 0, SCHEMA_OPTIONAL, -HUGE_VAL, HUGE_VAL, HUGE_VAL, NULL, "Limit"},
        {"kind", SCHEMA_CHOICE, 0, SCHEMA_REQUIRED, 0, 0, 0, CHOICE, "Kind"},
        {"film_W_per_m2_K", SCHEMA_DATUM, 0, SCHEMA_REQUIRED, 1, 500, 0, NULL, "Film"},
        {"on", SCHEMA_BOOL, 0, SCHEMA_OPTIONAL, 0, 0, 0, NULL, "On"},
        {"day", SCHEMA_DATE, 0, SCHEMA_REQUIRED, 0, 0, 0, NULL, "Day"},
    };
    json_t *o = json_schema_get_rows(ROWS, ARRAY_LEN(ROWS), "Test");
    assert_non_null(o);
    assert_close(json_number_value(get(o, "properties.gap_mm.minimum")), 0.1, 0, 0);
    assert_close(json_number_value(get(o, "properties.gap_mm.maximum")), 10, 0, 0);
    assert_string_equal(json_string_value(get(o, "properties.gap_mm.description")), "Air gap [mm]");
    assert_string_equal(json_string_value(get(o, "properties.poles.type")), "integer");
    assert_close(json_number_value(get(o, "properties.poles.default")), 8, 0, 0);
    assert_null(get(o, "properties.limit.minimum"));
    assert_null(get(o, "properties.limit.default"));
    assert_true(has_text(get(o, "properties.kind.enum"), "natural"));
    assert_close(json_number_value(get(o, "properties.film_W_per_m2_K.properties.value.maximum")), 500, 0, 0);
    assert_true(has_text(get(o, "properties.film_W_per_m2_K.required"), "source"));
    assert_string_equal(json_string_value(get(o, "properties.day.format")), "date");
    assert_int_equal(json_array_size(get(o, "required")), 4);
    assert_true(json_is_false(get(o, "additionalProperties")));
    json_decref(o);
}

/* Enough of a validator for what the schemas use: type, properties, required, additionalProperties, items, enum, minimum, maximum.
 * n_checked NULL: a fault is expected, and not told. */
static int check(json_t *schema, json_t *v, const char *at, int *n_checked)
{
    const char *type = json_string_value(json_object_get(schema, "type"));
    int ok = 1;
    if (n_checked)
        (*n_checked)++;
    if (type)
        ok = (strcmp(type, "object") == 0 && json_is_object(v)) || (strcmp(type, "array") == 0 && json_is_array(v)) ||
             (strcmp(type, "string") == 0 && json_is_string(v)) || (strcmp(type, "boolean") == 0 && json_is_boolean(v)) ||
             (strcmp(type, "number") == 0 && json_is_number(v)) || (strcmp(type, "integer") == 0 && json_is_number(v));
    json_t *low = json_object_get(schema, "minimum"), *high = json_object_get(schema, "maximum"), *list = json_object_get(schema, "enum");
    ok = ok && (!low || json_number_value(v) >= json_number_value(low)) && (!high || json_number_value(v) <= json_number_value(high));
    ok = ok && (!list || has_text(list, json_string_value(v) ? json_string_value(v) : ""));
    if (!ok && n_checked)
        print_error("%s does not fit its schema\n", at);
    json_t *properties = json_object_get(schema, "properties"), *items = json_object_get(schema, "items"), *child,
           *any = json_object_get(schema, "additionalProperties");
    const char *key;
    size_t k;
    json_array_foreach(json_object_get(schema, "required"), k, child) {
        if (json_object_get(v, json_string_value(child)))
            continue;
        if (n_checked)
            print_error("%s lacks %s\n", at, json_string_value(child));
        ok = 0;
    }
    json_object_foreach(json_is_object(v) ? v : NULL, key, child) {
        json_t *own = json_object_get(properties, key);
        own = own || !json_is_object(any) ? own : any;
        if (!own && n_checked)
            print_error("%s has the unknown key %s\n", at, key);
        ok = own && check(own, child, key, n_checked) && ok;
    }
    json_array_foreach(items ? v : NULL, k, child)
        ok = check(items, child, at, n_checked) && ok;
    return ok;
}

static json_t *read_example(const char *path, struct yaml_doc **doc)
{
    struct err e = {0};
    assert_ok(yaml_read_file(path, doc, &e), &e);
    json_t *o = out_json_get_yaml(yaml_get_root(*doc));
    assert_non_null(o);
    return o;
}

static void test_study(void **state)
{
    (void)state;
    struct yaml_doc *doc = NULL;
    json_t *schema = json_schema_get_study(), *example = read_example("examples/01-traction-80kw/study.yaml", &doc);
    int n = 0;
    assert_non_null(schema);
    assert_string_equal(json_string_value(get(schema, "$schema")), "https://json-schema.org/draft/2020-12/schema");
    assert_string_equal(json_string_value(get(schema, "properties.requirement.properties.speed_max_rpm.description")),
                        "Highest operating speed [rpm]");
    assert_true(has_text(get(schema, "properties.search.properties.objectives.items.enum"), "cost_with_risk_USD"));
    assert_false(has_text(get(schema, "properties.search.properties.objectives.items.enum"), "bore_diameter_mm"));
    assert_non_null(get(schema, "properties.duty.properties.cycle.items.properties.weight_pu"));
    assert_true(check(schema, example, "study", &n));
    assert_true(n > 100);
    json_t *rotor = get(schema, "properties.technologies.properties.ndfeb_dy.properties.rotor.enum");
    assert_true(has_text(rotor, "double_v") && has_text(rotor, "spoke") && has_text(rotor, "bread_loaf"));
    /* and it refuses: a misspelt key, a value out of range, a number where a map belongs */
    json_t *requirement = json_object_get(example, "requirement");
    json_object_set_new(requirement, "airgap_cm", json_real(0.07));
    assert_false(check(schema, example, "study", NULL));
    json_object_del(requirement, "airgap_cm");
    json_object_set_new(requirement, "airgap_mm", json_real(-1.0));
    assert_false(check(schema, example, "study", NULL));
    json_object_set_new(requirement, "airgap_mm", json_real(0.7));
    assert_true(check(schema, example, "study", &n));
    json_object_set_new(example, "duty", json_real(1.0));
    assert_false(check(schema, example, "study", NULL));
    json_decref(example);
    json_decref(schema);
    yaml_free(doc);
}

static void check_field_case(json_t *schema, const char *path)
{
    struct yaml_doc *doc = NULL;
    struct err e = {0};
    assert_ok(yaml_read_file(path, &doc, &e), &e);
    json_t *field = out_json_get_yaml(yaml_get_key(yaml_get_root(doc), "field")), *part = get(schema, "properties.field");
    int n = 0;
    assert_true(check(part, field, "field", &n));
    assert_true(n > 20);
    json_object_set_new(field, "mash", json_string("coarse"));
    assert_false(check(part, field, "field", NULL));
    json_decref(field);
    yaml_free(doc);
}

/* A file holds `field`, or what a judged design needs, and never both. */
static void test_field(void **state)
{
    (void)state;
    json_t *schema = json_schema_get_design(), *kind = get(schema, "oneOf");
    check_field_case(schema, "examples/validation/C1.yaml");
    check_field_case(schema, "examples/validation/C4.yaml");
    assert_int_equal(json_array_size(get(schema, "required")), 1);
    assert_int_equal(json_array_size(kind), 2);
    assert_true(has_text(get(json_array_get(kind, 0), "required"), "cooling"));
    assert_true(has_text(get(json_array_get(kind, 1), "required"), "field"));
    json_decref(schema);
}

static void test_design(void **state)
{
    (void)state;
    json_t *schema = json_schema_get_design(), *rotor = get(schema, "properties.machine.properties.rotor.oneOf");
    assert_int_equal(json_array_size(rotor), ROTOR_TYPE_COUNT);
    assert_true(has_text(get(json_array_get(rotor, 0), "properties.type.enum"), "v"));
    assert_int_equal(json_array_size(get(json_array_get(rotor, 0), "properties.type.enum")), 1);
    assert_non_null(get(schema, "properties.machine.properties.stator.properties.slots.minimum"));
    assert_non_null(get(schema, "properties.level.properties.mesh.enum"));
    assert_non_null(get(schema, "properties.requirement.properties.peak_torque_Nm"));
    json_decref(schema);
}

static void test_risk(void **state)
{
    (void)state;
    struct yaml_doc *doc = NULL;
    json_t *schema = json_schema_get_risk(), *example = read_example("examples/09-risk/risk.yaml", &doc);
    int n = 0;
    assert_true(check(schema, example, "risk", &n));
    assert_true(n > 60);
    json_object_set_new(json_object_get(example, "economics"), "sourcing_", json_string("china_jit"));
    assert_false(check(schema, example, "risk", NULL));
    json_decref(example);
    json_decref(schema);
    yaml_free(doc);
}

/* Keys that nothing is said about: neither a type nor a choice of some. */
static int count_blank(json_t *schema, const char *at)
{
    static const char *const SAYS[] = {"type", "enum", "oneOf", "anyOf"};
    const char *key;
    size_t k;
    json_t *child;
    char below[512];
    int n = 0, says = 0;
    for (int q = 0; q < ARRAY_LEN(SAYS); q++)
        says |= json_object_get(schema, SAYS[q]) != NULL;
    if (!says) {
        print_error("%s says nothing\n", at);
        n++;
    }
    json_object_foreach(json_object_get(schema, "properties"), key, child) {
        snprintf(below, sizeof below, "%s.%s", at, key);
        n += count_blank(child, below);
    }
    snprintf(below, sizeof below, "%s.*", at);
    if (json_object_get(schema, "items"))
        n += count_blank(json_object_get(schema, "items"), below);
    if (json_is_object(json_object_get(schema, "additionalProperties")))
        n += count_blank(json_object_get(schema, "additionalProperties"), below);
    json_array_foreach(json_object_get(schema, "oneOf"), k, child)
        if (json_object_get(child, "properties"))
            n += count_blank(child, below);
    return n;
}

static void test_nothing_is_blank(void **state)
{
    (void)state;
    json_t *const schema[] = {json_schema_get_study(), json_schema_get_design(), json_schema_get_risk()};
    static const char *const NAME[] = {"study", "design", "risk"};
    for (int k = 0; k < ARRAY_LEN(schema); k++) {
        assert_int_equal(count_blank(schema[k], NAME[k]), 0);
        json_decref(schema[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_real), cmocka_unit_test(test_rows), cmocka_unit_test(test_study),
                                       cmocka_unit_test(test_design), cmocka_unit_test(test_field),
                                       cmocka_unit_test(test_risk), cmocka_unit_test(test_nothing_is_blank)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
