/* scenario.c - reading of scenarios.yaml. Contract: scenario.h. */
#include "materials/scenario.h"
#include "materials/market_impl.h"
#include "materials/matlib_impl.h"
#include "materials/base/date.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- nodes and destinations ---- */

struct node_reading {
    const struct yaml_node *doc, *chain;
    char country[SCHEMA_TEXT_SIZE];
    int controls_price, shares_factor, stage;
};
static const char *const STAGE_CHOICES[] = {"mining", "separation", "metal", "magnet", "not_stated", NULL};
static const struct schema_row NODE_ROW[] = {
    {"doc", SCHEMA_NODE, offsetof(struct node_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what the node is"},
    {"chain", SCHEMA_NODE, offsetof(struct node_reading, chain), SCHEMA_REQUIRED, 0, 0, 0, NULL, "chain of the market data"},
    {"country", SCHEMA_TEXT, offsetof(struct node_reading, country), SCHEMA_REQUIRED, 0, 0, 0, NULL, "two letters"},
    {"controls_price", SCHEMA_BOOL, offsetof(struct node_reading, controls_price), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "its outage lifts the chain's prices"},
    {"shares_factor", SCHEMA_BOOL, offsetof(struct node_reading, shares_factor), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "it loads on the common factor"},
    {"stage", SCHEMA_CHOICE, offsetof(struct node_reading, stage), SCHEMA_OPTIONAL, 0, 0, SUPPLY_NOT_STATED, STAGE_CHOICES,
     "stage of supply that stops; the attribution to stages uses it"},
};

static enum status read_node(const struct yaml_node *entry, const char *const *chain, int n_chain, struct supply_node *out, struct err *e)
{
    struct node_reading r;
    memset(&r, 0, sizeof r);
    TRY(market_read_name(entry, entry->key, out->name, (int)sizeof out->name, e));
    TRY(yaml_read_table(entry, NODE_ROW, ARRAY_LEN(NODE_ROW), &r, e));
    TRY(material_read_doc(r.doc, out->doc, (int)sizeof out->doc, e));
    TRY(market_read_index(r.chain, "chain", chain, n_chain, &out->chain, e));
    TRY(market_read_name(yaml_get_key(entry, "country"), r.country, out->country, (int)sizeof out->country, e));
    out->controls_price = r.controls_price;
    out->shares_factor = r.shares_factor;
    out->stage = (enum supply_stage)r.stage;
    return ST_OK;
}

struct root_reading { const struct yaml_node *destinations, *nodes, *scenarios; };
static const struct schema_row ROOT_ROW[] = {
    {"destinations", SCHEMA_NODE, offsetof(struct root_reading, destinations), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "places that buy; the last is any"},
    {"nodes", SCHEMA_NODE, offsetof(struct root_reading, nodes), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what can stop"},
    {"scenarios", SCHEMA_NODE, offsetof(struct root_reading, scenarios), SCHEMA_REQUIRED, 0, 0, 0, NULL, "named sets"},
};

enum status scenario_read_nodes(const struct yaml_node *root, const char *const *chain, int n_chain, struct supply_nodes *out,
                                struct err *e)
{
    struct root_reading r = {0};
    TRY(yaml_read_table(root, ROOT_ROW, ARRAY_LEN(ROOT_ROW), &r, e));
    if (r.destinations->kind != YAML_LIST || r.destinations->n_item < 1 || r.destinations->n_item > SCENARIO_MAX_DESTINATION)
        return yaml_fail(r.destinations, e, "expected a list of 1 to %d destinations", SCENARIO_MAX_DESTINATION);
    out->n_destination = r.destinations->n_item;
    for (int k = 0; k < out->n_destination; k++) {
        const char *s = NULL;
        TRY(yaml_read_text_scalar(r.destinations->item[k], &s, e));
        TRY(market_read_name(r.destinations->item[k], s, out->destination[k], (int)sizeof out->destination[k], e));
    }
    if (strcmp(out->destination[out->n_destination - 1], "any") != 0)
        return yaml_fail(r.destinations, e, "the last destination must be 'any': places that are not named");
    TRY(market_read_entries(r.nodes, SCENARIO_MAX_NODE, e));
    out->n = r.nodes->n_item;
    for (int k = 0; k < out->n; k++)
        TRY(read_node(r.nodes->item[k], chain, n_chain, &out->node[k], e));
    return ST_OK;
}

/* ---- one scenario ---- */

const char *const scenario_duration_word[] = {"exponential", "lognormal", "until_further_notice", NULL};

struct hazard_reading {
    const struct yaml_node *nodes, *up, *down;
    struct datum hazard_per_year, recovery_per_year, duration_sigma_pu;
    int duration;
};
static const struct schema_row HAZARD_ROW[] = {
    {"nodes", SCHEMA_NODE, offsetof(struct hazard_reading, nodes), SCHEMA_REQUIRED, 0, 0, 0, NULL, "nodes that these figures hold for"},
    {"hazard_per_year", SCHEMA_DATUM, offsetof(struct hazard_reading, hazard_per_year), SCHEMA_REQUIRED, 0, 100, 0, NULL,
     "rate of going down"},
    {"recovery_per_year", SCHEMA_DATUM, offsetof(struct hazard_reading, recovery_per_year), SCHEMA_REQUIRED, 0, 100, 0, NULL,
     "rate of coming back, 1 / mean length of an outage; 0 = never"},
    {"duration", SCHEMA_CHOICE, offsetof(struct hazard_reading, duration), SCHEMA_OPTIONAL, 0, 0, DURATION_EXPONENTIAL,
     scenario_duration_word, "law of the length of an outage; exponential when absent"},
    {"duration_sigma_pu", SCHEMA_DATUM, offsetof(struct hazard_reading, duration_sigma_pu), SCHEMA_OPTIONAL, 0.05, 5, (double)NAN, NULL,
     "standard deviation of the log of the length, lognormal only"},
    {"availability_up_pu", SCHEMA_NODE, offsetof(struct hazard_reading, up), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "share of normal by destination"},
    {"availability_down_pu", SCHEMA_NODE, offsetof(struct hazard_reading, down), SCHEMA_REQUIRED, 0, 0, 0, NULL, "the same in an outage"},
};

/* A map destination -> datum; `any` must be there and fills the places that are not. */
static enum status read_availability(const struct yaml_node *map, const struct supply_nodes *nodes, struct datum *out, struct err *e)
{
    struct datum given[SCENARIO_MAX_DESTINATION];
    struct schema_row row[SCENARIO_MAX_DESTINATION] = {{0}};
    const int n = nodes->n_destination;
    for (int k = 0; k < n; k++)
        row[k] = (struct schema_row){
            nodes->destination[k], SCHEMA_DATUM, (size_t)k * sizeof given[0],   k == n - 1 ? SCHEMA_REQUIRED : SCHEMA_OPTIONAL, 0, 1,
            (double)NAN,           NULL,         "share of the normal quantity"};
    TRY(yaml_read_table(map, row, n, given, e));
    for (int k = 0; k < n; k++) {
        out[k] = isnan(given[k].value) ? given[n - 1] : given[k];
        if (!(out[k].low >= 0.0 && out[k].high <= 1.0))
            return yaml_fail(map, e, "range of %s leaves 0..1", nodes->destination[k]);
    }
    return ST_OK;
}

/* The three laws of the length need what they need, and nothing else. */
enum status scenario_check_duration(const struct yaml_node *map, const struct scenario_node *node, struct err *e)
{
    const int has_sigma = !isnan(node->duration_sigma_pu.value), ends = node->recovery_per_year.value > 0.0;
    if (has_sigma != (node->duration == DURATION_LOGNORMAL))
        return yaml_fail(map, e, "duration_sigma_pu belongs to duration: lognormal, and lognormal needs it");
    if (node->duration == DURATION_LOGNORMAL && !ends)
        return yaml_fail(map, e, "a lognormal outage has a mean length: recovery_per_year above 0");
    if (node->duration == DURATION_UNTIL_FURTHER_NOTICE && ends)
        return yaml_fail(map, e, "until_further_notice: nothing ends it, expected recovery_per_year of 0, got %g",
                         node->recovery_per_year.value);
    return ST_OK;
}

static enum status read_hazard(const struct yaml_node *map, const struct supply_nodes *nodes, unsigned *seen, struct scenario *out,
                               struct err *e)
{
    struct hazard_reading r;
    struct scenario_node common;
    const char *name[SCENARIO_MAX_NODE];
    unsigned mask = 0;
    memset(&r, 0, sizeof r);
    memset(&common, 0, sizeof common);
    for (int k = 0; k < nodes->n; k++)
        name[k] = nodes->node[k].name;
    TRY(yaml_read_table(map, HAZARD_ROW, ARRAY_LEN(HAZARD_ROW), &r, e));
    TRY(market_read_mask(r.nodes, "node", name, nodes->n, &mask, e));
    if (mask & *seen)
        return yaml_fail(r.nodes, e, "a node of this list was given before in this scenario");
    *seen |= mask;
    common.hazard_per_year = r.hazard_per_year;
    common.recovery_per_year = r.recovery_per_year;
    common.duration = (enum duration_law)r.duration;
    common.duration_sigma_pu = r.duration_sigma_pu;
    TRY(scenario_check_duration(map, &common, e));
    TRY(read_availability(r.up, nodes, common.availability_up_pu, e));
    TRY(read_availability(r.down, nodes, common.availability_down_pu, e));
    for (int d = 0; d < nodes->n_destination; d++)
        if (common.availability_down_pu[d].value > common.availability_up_pu[d].value)
            return yaml_fail(r.down, e, "%s: availability %g in an outage exceeds %g without", nodes->destination[d],
                             common.availability_down_pu[d].value, common.availability_up_pu[d].value);
    for (int k = 0; k < nodes->n; k++)
        if (mask >> k & 1u)
            out->node[k] = common;
    return ST_OK;
}

struct event_reading {
    struct scenario_event_text text;
    struct datum probability_pu;
};
static const struct schema_row EVENT_ROW[] = {
    {"date", SCHEMA_DATE, offsetof(struct event_reading, text.date), SCHEMA_REQUIRED, 0, 0, 0, NULL, "day on which the nodes may go down"},
    {"lifted", SCHEMA_DATE, offsetof(struct event_reading, text.lifted), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "day on which its nodes come back at the latest; absent: as their recovery has it"},
    {"doc", SCHEMA_NODE, offsetof(struct event_reading, text.doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what happens"},
    {"nodes", SCHEMA_NODE, offsetof(struct event_reading, text.nodes), SCHEMA_REQUIRED, 0, 0, 0, NULL, "nodes that go down together"},
    {"destinations", SCHEMA_NODE, offsetof(struct event_reading, text.destinations), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "destinations that it hits"},
    {"probability_pu", SCHEMA_DATUM, offsetof(struct event_reading, probability_pu), SCHEMA_REQUIRED, 0, 1, 0, NULL, "that it happens"},
};

enum status scenario_read_event_text(const struct yaml_node *map, const struct scenario_event_text *r, const struct supply_nodes *nodes,
                                     struct scenario_event *out, struct err *e)
{
    const char *name[SCENARIO_MAX_NODE], *place[SCENARIO_MAX_DESTINATION];
    for (int k = 0; k < nodes->n; k++)
        name[k] = nodes->node[k].name;
    for (int k = 0; k < nodes->n_destination; k++)
        place[k] = nodes->destination[k];
    TRY(date_read(r->date, &out->days));
    out->lifted_days = LONG_MAX;
    if (r->lifted[0])
        TRY(date_read(r->lifted, &out->lifted_days));
    if (out->lifted_days <= out->days)
        return yaml_fail(map, e, "lifted on %s, not after its date %s", r->lifted, r->date);
    TRY(material_read_doc(r->doc, out->doc, (int)sizeof out->doc, e));
    TRY(market_read_mask(r->nodes, "node", name, nodes->n, &out->node_mask, e));
    return market_read_mask(r->destinations, "destination", place, nodes->n_destination, &out->destination_mask, e);
}

static enum status read_event(const struct yaml_node *map, const struct supply_nodes *nodes, struct scenario_event *out, struct err *e)
{
    struct event_reading r;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(map, EVENT_ROW, ARRAY_LEN(EVENT_ROW), &r, e));
    TRY(scenario_read_event_text(map, &r.text, nodes, out, e));
    out->probability_pu = r.probability_pu;
    return ST_OK;
}

struct scenario_reading {
    const struct yaml_node *doc, *hazards, *events;
    struct datum common_factor_pu;
};
static const struct schema_row SCENARIO_ROW[] = {
    {"doc", SCHEMA_NODE, offsetof(struct scenario_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "the story in one line"},
    {"common_factor_pu", SCHEMA_DATUM, offsetof(struct scenario_reading, common_factor_pu), SCHEMA_REQUIRED, 0, 1, 0, NULL,
     "rho of the copula between nodes"},
    {"hazards", SCHEMA_NODE, offsetof(struct scenario_reading, hazards), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "list: every node in exactly one entry"},
    {"events", SCHEMA_NODE, offsetof(struct scenario_reading, events), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "list of dated events, [] when none"},
};

enum status scenario_read(const struct yaml_node *entry, const struct supply_nodes *nodes, struct scenario *out, struct err *e)
{
    struct scenario_reading r;
    unsigned seen = 0;
    memset(&r, 0, sizeof r);
    TRY(market_read_name(entry, entry->key, out->name, (int)sizeof out->name, e));
    TRY(yaml_read_table(entry, SCENARIO_ROW, ARRAY_LEN(SCENARIO_ROW), &r, e));
    TRY(material_read_doc(r.doc, out->doc, (int)sizeof out->doc, e));
    out->common_factor_pu = r.common_factor_pu;
    if (r.hazards->kind != YAML_LIST)
        return yaml_fail(r.hazards, e, "expected a list");
    for (int k = 0; k < r.hazards->n_item; k++)
        TRY(read_hazard(r.hazards->item[k], nodes, &seen, out, e));
    for (int k = 0; k < nodes->n; k++)
        if (!(seen >> k & 1u))
            return yaml_fail(r.hazards, e, "node '%s' is missing; every node needs its figures", nodes->node[k].name);
    if (r.events->kind != YAML_LIST || r.events->n_item > SCENARIO_MAX_EVENT)
        return yaml_fail(r.events, e, "expected a list of at most %d events", SCENARIO_MAX_EVENT);
    out->n_event = r.events->n_item;
    for (int k = 0; k < out->n_event; k++)
        TRY(read_event(r.events->item[k], nodes, &out->event[k], e));
    return ST_OK;
}
