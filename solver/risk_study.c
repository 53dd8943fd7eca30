/* risk_study.c - risk YAML to struct risk_study, by tables. Contract: risk_study.h. */
#include "solver/risk_study.h"
#include "solver/file_kind.h"
#include "materials/base/hash.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define NODE(key, need, doc) {#key, SCHEMA_NODE, offsetof(struct risk_nodes, key), need, 0, 0, 0, NULL, doc}

struct risk_nodes {
    char name[SCHEMA_TEXT_SIZE];
    int seed;
    const struct yaml_node *economics, *scenarios, *strategies, *bills, *designs, *map, *margin_rule;
};
static const struct schema_row RISK_ROWS[] = {
    {"name", SCHEMA_TEXT, offsetof(struct risk_nodes, name), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Name of the study, for titles"},
    {"seed", SCHEMA_INT, offsetof(struct risk_nodes, seed), SCHEMA_REQUIRED, 0, 2147483647, 0, NULL, "Seed of every random stream"},
    NODE(economics, SCHEMA_REQUIRED,
         "Volume, margin, destination, scenario, sourcing, as in a study; scenario and sourcing are the ones drawn "
         "and decided under"),
    NODE(scenarios, SCHEMA_OPTIONAL, "Supply scenarios to compare, by name (default: all known)"),
    NODE(strategies, SCHEMA_OPTIONAL, "Sourcing strategies to compare, by name (default: all known)"),
    NODE(bills, SCHEMA_OPTIONAL, "Bills of motors, written out"),
    NODE(designs, SCHEMA_OPTIONAL, "Bills of motors, taken from files; bills or designs must be given"),
    NODE(map, SCHEMA_OPTIONAL, "Axes of the strategy map (default: 5 to 80 % a year, 1 to 24 months)"),
    NODE(margin_rule, SCHEMA_OPTIONAL,
         "Lost margin by rule, in place of economics.lost_margin_USD_per_motor: ratio x what a motor's materials cost more when bought "
         "safely"),
};

struct bill_row { char name[SCHEMA_TEXT_SIZE], technology[SCHEMA_TEXT_SIZE]; double processing_USD; const struct yaml_node *q_kg; };
static const struct schema_row BILL_ROWS[] = {
    {"name", SCHEMA_TEXT, offsetof(struct bill_row, name), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Name of the motor, for tables"},
    {"technology", SCHEMA_TEXT, offsetof(struct bill_row, technology), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Rotor technology: ndfeb_dy, ndfeb_hre_free, ndfeb_gbd, fe16n2, wound_field, ferrite, sm2co17"},
    {"processing_USD", SCHEMA_REAL, offsetof(struct bill_row, processing_USD), SCHEMA_REQUIRED, 0, 1e6, 0, NULL,
     "Cost of a motor today beside the elements bought: processing less scrap credit"},
    {"purchased_kg", SCHEMA_NODE, offsetof(struct bill_row, q_kg), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Mass bought per motor by element (scrap included), e.g. {Nd: 0.35, Dy: 0.03, Cu: 4.5}"},
};

struct design_row { char file[SCHEMA_TEXT_SIZE], name[SCHEMA_TEXT_SIZE]; };
static const struct schema_row DESIGN_ROWS[] = {
    {"file", SCHEMA_TEXT, offsetof(struct design_row, file), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "result.json of `motrade compare` or `evaluate`, or a design in YAML; from the folder of this file"},
    {"name", SCHEMA_TEXT, offsetof(struct design_row, name), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "Name of the motor, for tables (default: its technology and magnet)"},
};

struct map_row { const struct yaml_node *probability, *duration; };
static const struct schema_row MAP_ROWS[] = {
    {"probability_pct", SCHEMA_NODE, offsetof(struct map_row, probability), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Probability of an outage of the controlled market within a year: list, rising, above 0 and below 100"},
    {"duration_months", SCHEMA_NODE, offsetof(struct map_row, duration), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Mean duration of an outage: list, rising, 0.25 to 240"},
};

int risk_study_get_sections(struct risk_study_section s[RISK_STUDY_MAX_SECTION])
{
    int k = 0;
    s[k++] = (struct risk_study_section){"", "Scenarios and sourcing for given motors: `motrade risk`", RISK_ROWS, ARRAY_LEN(RISK_ROWS)};
    s[k++] = (struct risk_study_section){"bills", "One bill", BILL_ROWS, ARRAY_LEN(BILL_ROWS)};
    s[k++] = (struct risk_study_section){"designs", "One file of designs", DESIGN_ROWS, ARRAY_LEN(DESIGN_ROWS)};
    s[k++] = (struct risk_study_section){"map", "Axes of the strategy map", MAP_ROWS, ARRAY_LEN(MAP_ROWS)};
    int n_margin;
    const struct schema_row *margin = risk_margin_get_schema(&n_margin);
    s[k++] = (struct risk_study_section){"margin_rule", "Lost margin by rule", margin, n_margin};
    return k;
}

/* ---- bills ---- */

static enum status read_technology(const struct yaml_node *at, const char *key, enum technology *out, struct err *e)
{
    const char *keys[TECH_COUNT];
    for (int k = 0; k < TECH_COUNT; k++) {
        keys[k] = technology_get_key((enum technology)k);
        if (strcmp(key, keys[k]) == 0) {
            *out = (enum technology)k;
            return ST_OK;
        }
    }
    const char *nearest = yaml_get_nearest(key, keys, TECH_COUNT);
    return yaml_fail(at, e, "'%s' is no rotor technology%s%s", key, nearest ? "; nearest: " : "", nearest ? nearest : "");
}

static enum status read_masses(const struct yaml_node *map, const struct market *m, double *q_kg, struct err *e)
{
    double total = 0.0;
    if (map->kind != YAML_MAP || map->n_item < 1)
        return yaml_fail(map, e, "expected a map of elements, e.g. {Nd: 0.35, Cu: 4.5}");
    for (int k = 0; k < map->n_item; k++) {
        const struct yaml_node *n = map->item[k];
        const int i = market_get_element(m, n->key);
        if (i < 0) {
            const char *nearest = yaml_get_nearest(n->key, m->symbol, m->n_element);
            return yaml_fail(n, e, "'%s' is no element of market.yaml%s%s", n->key, nearest ? "; nearest: " : "", nearest ? nearest : "");
        }
        TRY(yaml_read_real(n, &q_kg[i], e));
        if (!(q_kg[i] >= 0.0 && q_kg[i] <= 1e5))
            return yaml_fail(n, e, "%g kg is out of range; expected 0 to 100000 kg", q_kg[i]);
        total += q_kg[i];
    }
    return total > 0.0 ? ST_OK : yaml_fail(map, e, "the bill is empty: every mass is 0");
}

static enum status check_room(const struct yaml_node *at, const struct risk_study *s, struct err *e)
{
    return s->n_bill < RISK_STUDY_MAX_BILL ? ST_OK : yaml_fail(at, e, "more than %d motors", RISK_STUDY_MAX_BILL);
}

static enum status read_bills(const struct yaml_node *list, const struct market *m, struct risk_study *s, struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item < 1)
        return yaml_fail(list, e, "expected a list of bills {name, technology, processing_USD, purchased_kg}");
    for (int k = 0; k < list->n_item; k++) {
        struct bill_row row = {.name = ""};
        TRY(check_room(list->item[k], s, e));
        struct risk_bill *b = &s->bill[s->n_bill++];
        TRY(yaml_read_table(list->item[k], BILL_ROWS, ARRAY_LEN(BILL_ROWS), &row, e));
        TRY(read_technology(yaml_get_key(list->item[k], "technology"), row.technology, &b->technology, e));
        snprintf(b->name, sizeof b->name, "%s", row.name);
        b->processing_USD = row.processing_USD;
        TRY(read_masses(row.q_kg, m, b->q_kg, e));
    }
    return ST_OK;
}

static enum status read_designs(const struct yaml_node *list, const struct matlib *lib, const struct market *m, struct risk_study *s,
                                struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item < 1)
        return yaml_fail(list, e, "expected a list of files {file, name}");
    for (int k = 0; k < list->n_item; k++) {
        struct design_row row = {.file = ""};
        char path[1024];
        TRY(check_room(list->item[k], s, e));
        TRY(yaml_read_table(list->item[k], DESIGN_ROWS, ARRAY_LEN(DESIGN_ROWS), &row, e));
        const char *slash = row.file[0] == '/' ? NULL : strrchr(s->path, '/');
        snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash - s->path) + 1 : 0, s->path, row.file);
        TRY(risk_designs_read(yaml_get_key(list->item[k], "file"), path, row.name, lib, m, s, e));
    }
    return ST_OK;
}

/* Names head the columns of every table: two alike cannot be told apart. */
static enum status check_names(const struct yaml_node *root, const struct risk_study *s, struct err *e)
{
    for (int k = 0; k < s->n_bill; k++)
        for (int q = 0; q < k; q++)
            if (strcmp(s->bill[k].name, s->bill[q].name) == 0)
                return yaml_fail(root, e, "two motors are called '%s'; give each its own name", s->bill[k].name);
    return ST_OK;
}

/* ---- scenarios, strategies ---- */

static enum status read_name(const struct yaml_node *list, int k, const char **out, struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item < 1)
        return yaml_fail(list, e, "expected a list of names");
    TRY(yaml_read_text_scalar(list->item[k], out, e));
    for (int q = 0; q < k; q++)
        if (strcmp(list->item[q]->text, *out) == 0)
            return yaml_fail(list->item[k], e, "'%s' stands twice in this list", *out);
    return ST_OK;
}

static enum status read_scenarios(const struct yaml_node *list, const struct market *m, struct risk_study *s, struct err *e)
{
    s->scenarios_given = list != NULL;
    for (int k = 0; !list && k < m->n_scenario; k++)
        s->scenario[s->n_scenario++] = &m->scenario[k];
    for (int k = 0; list && k < (list->n_item < 1 ? 1 : list->n_item); k++) {
        const char *name = NULL;
        TRY(read_name(list, k, &name, e));
        TRY(market_get_scenario(m, name, list->item[k], &s->scenario[s->n_scenario++], e));
    }
    for (s->base_scenario = 0; s->base_scenario < s->n_scenario; s->base_scenario++)
        if (s->scenario[s->base_scenario] == s->economics.scenario)
            return ST_OK;
    return yaml_fail(list, e, "economics.scenario '%s' is not in this list", s->economics.scenario->name);
}

static enum status read_strategies(const struct yaml_node *list, const struct market *m, struct risk_study *s, struct err *e)
{
    s->strategies_given = list != NULL;
    for (int k = 0; !list && k < m->n_sourcing; k++)
        s->sourcing[s->n_sourcing++] = &m->sourcing[k];
    for (int k = 0; list && k < (list->n_item < 1 ? 1 : list->n_item); k++) {
        const char *name = NULL;
        TRY(read_name(list, k, &name, e));
        TRY(market_get_sourcing(m, name, list->item[k], &s->sourcing[s->n_sourcing++], e));
    }
    for (s->base_sourcing = 0; s->base_sourcing < s->n_sourcing; s->base_sourcing++)
        if (s->sourcing[s->base_sourcing] == s->economics.sourcing)
            return ST_OK;
    return yaml_fail(list, e, "economics.sourcing '%s' is not in this list", s->economics.sourcing->name);
}

/* ---- axes of the map ---- */

static enum status read_axis(const struct yaml_node *list, double factor, double low, double high, double *v, int *n, struct err *e)
{
    TRY(yaml_read_real_list(list, factor, v, RISK_STUDY_MAX_AXIS, n, e));
    if (*n < 1)
        return yaml_fail(list, e, "expected 1 to %d numbers", RISK_STUDY_MAX_AXIS);
    for (int k = 0; k < *n; k++)
        if (!(v[k] >= low && v[k] <= high) || (k > 0 && !(v[k] > v[k - 1])))
            return yaml_fail(list->item[k], e, "%s; expected rising numbers from %g to %g", list->item[k]->text, low / factor,
                             high / factor);
    return ST_OK;
}

static enum status read_map(const struct yaml_node *map, struct risk_study *s, struct err *e)
{
    static const double PROBABILITY_PU[] = {0.05, 0.1, 0.2, 0.3, 0.5, 0.8}, DURATION_MONTHS[] = {1, 2, 3, 6, 12, 24};
    if (!map) {
        s->n_probability = ARRAY_LEN(PROBABILITY_PU);
        s->n_duration = ARRAY_LEN(DURATION_MONTHS);
        memcpy(s->probability_pu, PROBABILITY_PU, sizeof PROBABILITY_PU);
        memcpy(s->duration_months, DURATION_MONTHS, sizeof DURATION_MONTHS);
        return ST_OK;
    }
    struct map_row row = {0};
    TRY(yaml_read_table(map, MAP_ROWS, ARRAY_LEN(MAP_ROWS), &row, e));
    TRY(read_axis(row.probability, 0.01, 1e-4, 0.999, s->probability_pu, &s->n_probability, e));
    return read_axis(row.duration, 1.0, 0.25, 240.0, s->duration_months, &s->n_duration, e);
}

/* ---- the file ---- */

static uint64_t hash_bills(uint64_t h, const struct risk_study *s)
{
    for (int k = 0; k < s->n_bill; k++) {
        h = hash_add_text(h, s->bill[k].name);
        h = hash_add(h, s->bill[k].q_kg, sizeof s->bill[k].q_kg);
        h = hash_add(h, &s->bill[k].processing_USD, sizeof s->bill[k].processing_USD);
    }
    return h;
}

enum status risk_study_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                            struct risk_study *out, struct err *e)
{
    struct risk_nodes n = {.name = ""};
    memset(out, 0, sizeof *out);
    TRY(yaml_read_file(path, &out->doc, e));
    for (int k = 0; k < n_set; k++)
        TRY(yaml_set_path(out->doc, set[k], e));
    const struct yaml_node *root = yaml_get_root(out->doc);
    TRY(file_kind_check(root, FILE_RISK, e));
    TRY(yaml_read_table(root, RISK_ROWS, ARRAY_LEN(RISK_ROWS), &n, e));
    snprintf(out->name, sizeof out->name, "%s", n.name);
    snprintf(out->path, sizeof out->path, "%s", path);
    out->seed = n.seed;
    TRY(study_sections_read_bill_economics(n.economics, market, &out->economics, e));
    market = out->economics.market; /* with the study's own supply figures */
    TRY(read_scenarios(n.scenarios, market, out, e));
    TRY(read_strategies(n.strategies, market, out, e));
    TRY(read_map(n.map, out, e));
    if (!n.bills && !n.designs)
        return yaml_fail(root, e, "neither bills nor designs are given: there is no motor to reckon");
    TRY(n.bills ? read_bills(n.bills, market, out, e) : ST_OK);
    TRY(n.designs ? read_designs(n.designs, lib, market, out, e) : ST_OK);
    TRY(check_names(root, out, e));
    TRY(risk_margin_read(n.economics, n.margin_rule, out, e));
    out->hash = hash_bills(hash_add(HASH_START, &market->hash, sizeof market->hash), out);
    out->hash = hash_add(out->hash, &out->economics.opts.terms, sizeof out->economics.opts.terms);
    out->hash = hash_add(out->hash, &out->margin.ratio_pu, sizeof out->margin.ratio_pu);
    out->hash =
        hash_add_text(hash_add(out->hash, &out->margin.bill, sizeof out->margin.bill), out->margin.safe ? out->margin.safe->name : "");
    return ST_OK;
}

void risk_study_done(struct risk_study *s)
{
    economics_done(&s->economics);
    yaml_free(s->doc);
    s->doc = NULL;
}
