/* json_schema.c - the schemas of study, design and risk files: every table at its place. Contract: json_schema.h. */
#include "solver/json_schema.h"
#include "models/machine/contour.h"
#include "models/machine/machine_yaml.h"
#include "solver/design.h"
#include "solver/risk_study.h"
#include "solver/study.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define ROTOR_PATH "machine.rotor"
#define LAYER_PATH "machine.rotor.shaft_layer"
#define TYPE_MARK "(type: " /* how a section of one rotor type is marked in its path */

/* ---- sections at their places ---- */

/* The place of a dotted path: keys descend into properties, "*" into the values of a map or the items of a list. Borrowed; NULL when
 * absent. */
static json_t *get_place(json_t *root, const char *path)
{
    char part[64];
    json_t *at = root;
    while (at && *path) {
        size_t n = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)n, path);
        json_t *item = json_object_get(at, "items"), *any = json_object_get(at, "additionalProperties");
        at = strcmp(part, "*") == 0 ? (item ? item : any) : json_object_get(json_object_get(at, "properties"), part);
        path += n + (path[n] == '.');
    }
    return at;
}

/* Fill a node with what its owner says of it; the description that stands there is kept. Takes the reference. */
static void set_place(json_t *root, const char *path, json_t *what)
{
    json_t *place = get_place(root, path), *doc = place ? json_object_get(place, "description") : NULL;
    json_incref(doc);
    if (place)
        json_object_update(place, what);
    if (doc)
        json_object_set(place, "description", doc);
    json_decref(doc);
    json_decref(what);
}

static json_t *get_faces(void)
{
    return json_pack("{s:s, s:{s:[s, s, s, s]}, s:b}", "type", "array", "items", "enum", "gap", "back", "inner", "outer", "uniqueItems", 1);
}

static json_t *get_list(json_t *items, int min, int max)
{
    return json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items", items, "minItems", min, "maxItems", max);
}

static json_t *get_text(void) { return json_pack("{s:s}", "type", "string"); }
static json_t *get_fraction(void) { return json_pack("{s:s, s:i, s:i}", "type", "number", "minimum", 0, "maximum", 1); }

static json_t *get_figure_keys(int is_objective)
{
    int n;
    const struct figure *f = result_get_figures(&n);
    json_t *list = json_array();
    for (int k = 0; k < n; k++)
        if (!is_objective || f[k].better != FIGURE_NEUTRAL)
            json_array_append_new(list, json_string(f[k].key));
    return json_pack("{s:o}", "enum", list);
}

static void set_duty(json_t *root)
{
    int n;
    const struct schema_row *point = duty_point_get_schema(&n);
    set_place(root, "duty.continuous", json_schema_get_rows(point, n, ""));
    set_place(root, "duty.peak", json_schema_get_rows(point, n, ""));
    set_place(root, "duty.cycle", get_list(json_schema_get_rows(point, n, "One point of the cycle"), 1, DUTY_MAX_POINT));
}

static json_t *get_own(enum scenario_own_part part, const char *doc)
{
    int n;
    const struct schema_row *rows = scenario_get_own_schema(part, &n);
    return json_schema_get_rows(rows, n, doc);
}

/* Names of nodes and destinations are the market data's: texts here. */
static void set_supply(json_t *root)
{
    static const char *const LIST[] = {"hazards.*.nodes", "events.*.nodes", "events.*.destinations"};
    static const char *const MAP[] = {"hazards.*.availability_up_pu", "hazards.*.availability_down_pu"};
    char path[96];
    set_place(root, "economics.supply", get_own(SCENARIO_OWN_SECTION, ""));
    set_place(root, "economics.supply.hazards", get_list(get_own(SCENARIO_OWN_HAZARD, "Own figures of some nodes"), 0, SCENARIO_MAX_NODE));
    set_place(root, "economics.supply.events", get_list(get_own(SCENARIO_OWN_EVENT, "One own dated event"), 0, SCENARIO_MAX_EVENT));
    for (int k = 0; k < ARRAY_LEN(LIST); k++) {
        snprintf(path, sizeof path, "economics.supply.%s", LIST[k]);
        set_place(root, path, get_list(get_text(), 1, SCENARIO_MAX_NODE));
    }
    for (int k = 0; k < ARRAY_LEN(MAP); k++) {
        snprintf(path, sizeof path, "economics.supply.%s", MAP[k]);
        set_place(root, path, json_pack("{s:s, s:o}", "type", "object", "additionalProperties", get_fraction()));
    }
    snprintf(path, sizeof path, "economics.supply.events.*.doc");
    set_place(root, path, get_text());
}

static json_t *get_root(json_t *root, const char *title)
{
    json_object_set_new(root, "$schema", json_string(DIALECT));
    json_object_set_new(root, "title", json_string(title));
    return root;
}

static json_t *get_section_rows(const char *path)
{
    struct study_section s[STUDY_MAX_SECTION];
    int n = study_get_sections(s);
    for (int k = 0; k < n; k++)
        if (strcmp(s[k].path, path) == 0)
            return json_schema_get_rows(s[k].rows, s[k].n_row, s[k].doc);
    return json_object();
}

/* Keys are the technologies; each holds the same section. */
static json_t *get_technologies(void)
{
    json_t *properties = json_object();
    for (int t = 0; t < TECH_COUNT; t++) {
        json_t *one = get_section_rows("technologies.*");
        json_object_set_new(one, "description", json_string(technology_get_label((enum technology)t)));
        set_place(one, "magnets", get_list(get_text(), 1, STUDY_MAX_GRADE));
        set_place(one, "gbd_faces", get_faces());
        json_object_set_new(properties, technology_get_key((enum technology)t), one);
    }
    return json_pack("{s:s, s:o, s:b, s:i}", "type", "object", "properties", properties, "additionalProperties", 0, "minProperties", 1);
}

json_t *json_schema_get_study(void)
{
    struct study_section s[STUDY_MAX_SECTION];
    int n = study_get_sections(s);
    json_t *root = get_root(get_section_rows(""), "motrade study");
    for (int k = 0; k < n; k++) /* parents stand before their children */
        if (s[k].path[0] && !strchr(s[k].path, '*') && strcmp(s[k].path, "duty.continuous") != 0)
            set_place(root, s[k].path, json_schema_get_rows(s[k].rows, s[k].n_row, s[k].doc));
    set_duty(root);
    set_supply(root);
    set_place(root, "technologies", get_technologies());
    set_place(root, "search.objectives", get_list(get_figure_keys(1), 2, STUDY_MAX_OBJECTIVE));
    set_place(root, "search.weights_pu", get_list(get_fraction(), 2, STUDY_MAX_OBJECTIVE));
    set_place(root, "search.substitutes", get_list(get_text(), 0, STUDY_MAX_SUBSTITUTE));
    set_place(root, "search.limits", get_list(get_section_rows("search.limits.*"), 0, STUDY_MAX_LIMIT));
    set_place(root, "search.limits.*.figure", get_figure_keys(0));
    return root;
}

static json_t *get_points(int n)
{
    json_t *number = json_pack("{s:s}", "type", "number");
    return get_list(get_list(number, 2, 2), n, n);
}

/* One layer of a double V or delta, with its pockets. */
static json_t *get_layer(void)
{
    int n;
    const struct machine_section *s = machine_yaml_get_sections(&n);
    for (int k = 0; k < n; k++)
        if (strncmp(s[k].path, LAYER_PATH, strlen(LAYER_PATH)) == 0) {
            json_t *one = json_schema_get_rows(s[k].rows, s[k].n_row, s[k].doc);
            set_place(one, "pocket_top_mm", get_points(2));
            set_place(one, "pocket_bottom_mm", get_points(3));
            return one;
        }
    return NULL;
}

static json_t *get_drawing_layers(void)
{
    int n;
    const struct schema_row *rows = contour_yaml_get_layer_schema(&n);
    return get_list(json_schema_get_rows(rows, n, "One layer of the drawing"), 1, CONTOUR_MAX_LAYER);
}

/* `type` decides the keys: one of several objects. */
static json_t *get_rotors(void)
{
    int n;
    const struct machine_section *s = machine_yaml_get_sections(&n);
    json_t *kinds = json_array();
    for (int k = 0; k < n; k++) {
        char type[32];
        const char *from = strstr(s[k].path, TYPE_MARK);
        if (!from)
            continue;
        from += strlen(TYPE_MARK);
        snprintf(type, sizeof type, "%.*s", (int)strcspn(from, ")"), from);
        json_t *one = json_schema_get_rows(s[k].rows, s[k].n_row, s[k].doc), *place = get_place(one, "type");
        if (place)
            json_object_set_new(place, "enum", json_pack("[s]", type));
        set_place(one, "gbd_faces", get_faces());
        set_place(one, "pocket_top_mm", get_points(2));
        set_place(one, "pocket_bottom_mm", get_points(3));
        set_place(one, "shaft_layer", get_layer());
        set_place(one, "gap_layer", get_layer());
        set_place(one, "layers", get_drawing_layers());
        json_array_append_new(kinds, one);
    }
    return json_pack("{s:o}", "oneOf", kinds);
}

static json_t *get_numbers(int min, int max)
{
    return get_list(json_pack("{s:s}", "type", "number"), min, max);
}

static void set_field(json_t *root)
{
    int n;
    const struct field_case_section *s = field_case_get_sections(&n);
    char path[64];
    for (int k = 0; k < n; k++) { /* parents stand before their children */
        snprintf(path, sizeof path, "field%s%s", s[k].path[0] ? "." : "", s[k].path);
        json_t *rows = json_schema_get_rows(s[k].rows, s[k].n_row, s[k].doc);
        set_place(root, path, strcmp(s[k].path, "load.points") == 0 ? get_list(rows, 1, FIELD_CASE_MAX_POINT) : rows);
    }
    set_place(root, "field.map.i_d_A", get_numbers(FIELD_CASE_AXIS_MIN, FLUX_MAP_MAX_AXIS));
    set_place(root, "field.map.i_q_A", get_numbers(FIELD_CASE_AXIS_MIN, FLUX_MAP_MAX_AXIS));
    set_place(root, "field.map.i_f_A", get_numbers(FIELD_CASE_FIELD_AXIS_MIN, FLUX_MAP_MAX_FIELD));
    json_object_set_new(get_place(root, "field"), "anyOf",
                        json_pack("[{s:[s]}, {s:[s]}, {s:[s]}]", "required", "no_load", "required", "map", "required", "load"));
}

/* A file is a judged design or a field case: what the rows require of the first stands in the way of the second. */
static void set_kinds(json_t *root)
{
    json_t *judged = json_incref(json_object_get(root, "required")), *others = json_array(), *key;
    size_t k;
    json_array_foreach(judged, k, key) {
        if (strcmp(json_string_value(key), "machine") != 0)
            json_array_append_new(others, json_pack("{s:[O]}", "required", key));
    }
    json_array_append_new(others, json_pack("{s:[s]}", "required", "economics"));
    json_object_set_new(root, "required", json_pack("[s]", "machine"));
    json_object_set_new(root, "oneOf", json_pack("[{s:O, s:{s:[s]}}, {s:[s], s:{s:o}}]", "required", judged, "not", "required", "field",
                                                 "required", "field", "not", "anyOf", others));
    json_decref(judged);
}

json_t *json_schema_get_design(void)
{
    int n, n_level, n_section;
    const struct schema_row *rows = design_get_schema(&n), *level = design_get_level_schema(&n_level);
    const struct machine_section *m = machine_yaml_get_sections(&n_section);
    static const char *const SHARED[] = {"requirement", "duty", "demagnetisation", "cooling", "economics"};
    json_t *root = get_root(json_schema_get_rows(rows, n, "One given motor, judged by `motrade evaluate`"), "motrade design");
    for (int k = 0; k < n_section; k++)
        if (!strchr(m[k].path, ' '))
            set_place(root, m[k].path, json_schema_get_rows(m[k].rows, m[k].n_row, m[k].doc));
    set_place(root, ROTOR_PATH, get_rotors());
    for (int k = 0; k < ARRAY_LEN(SHARED); k++)
        set_place(root, SHARED[k], get_section_rows(SHARED[k]));
    set_duty(root);
    set_supply(root);
    set_place(root, "level", json_schema_get_rows(level, n_level, ""));
    set_field(root);
    set_kinds(root);
    return root;
}

json_t *json_schema_get_risk(void)
{
    struct risk_study_section s[RISK_STUDY_MAX_SECTION];
    struct schema_row economics[STUDY_MAX_ECONOMICS_ROW];
    const int n = risk_study_get_sections(s);
    int n_row;
    study_sections_get_bill_economics_schema(economics, &n_row);
    json_t *root = get_root(json_schema_get_rows(s[0].rows, s[0].n_row, s[0].doc), "motrade risk study");
    set_place(root, "economics", json_schema_get_rows(economics, n_row, ""));
    set_supply(root);
    set_place(root, "scenarios", get_list(get_text(), 1, MARKET_MAX_SCENARIO));
    set_place(root, "strategies", get_list(get_text(), 1, MARKET_MAX_SOURCING));
    for (int k = 1; k < n; k++) {
        json_t *rows = json_schema_get_rows(s[k].rows, s[k].n_row, s[k].doc);
        set_place(root, s[k].path,
                  strcmp(s[k].path, "map") == 0 || strcmp(s[k].path, "margin_rule") == 0 ? rows : get_list(rows, 1, RISK_STUDY_MAX_BILL));
    }
    set_place(root, "bills.*.purchased_kg", json_pack("{s:s, s:{s:s, s:i}}", "type", "object", "additionalProperties", "type", "number",
                                                      "minimum", 0));
    set_place(root, "map.probability_pct", get_list(json_pack("{s:s}", "type", "number"), 1, RISK_STUDY_MAX_AXIS));
    set_place(root, "map.duration_months", get_list(json_pack("{s:s}", "type", "number"), 1, RISK_STUDY_MAX_AXIS));
    return root;
}
