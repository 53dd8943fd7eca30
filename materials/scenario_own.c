/* scenario_own.c - the `supply` section of a study: a company's own hazards, lengths, availabilities, dates and probabilities, laid over a
 * scenario. Bare numbers: their source is the study. Contract: scenario.h. */
#include "materials/scenario.h"
#include "materials/market_impl.h"
#include "materials/matlib_impl.h"
#include "materials/base/date.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define OWN_SOURCE "STUDY_SUPPLY"
#define NOT_GIVEN ((double)NAN)
#define KEEP (-1) /* a choice that is not given */

struct own_section { const struct yaml_node *hazards, *events; double common_factor_pu; int replace_events; };
static const struct schema_row SECTION_ROW[] = {
    {"common_factor_pu", SCHEMA_REAL, offsetof(struct own_section, common_factor_pu), SCHEMA_OPTIONAL, 0, 1, NOT_GIVEN, NULL,
     "Correlation of outages between nodes of one government; absent: the scenario's"},
    {"hazards", SCHEMA_NODE, offsetof(struct own_section, hazards), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "List of own figures by node; what an entry does not give stays as the scenario has it"},
    {"events", SCHEMA_NODE, offsetof(struct own_section, events), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "List of own dated events, added to those of the scenario"},
    {"replace_events", SCHEMA_BOOL, offsetof(struct own_section, replace_events), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "true: the own events replace those of the scenario; default false"},
};

struct own_hazard {
    const struct yaml_node *nodes, *up, *down;
    double hazard, low, high, recovery, sigma_pu;
    int duration;
};
static const struct schema_row HAZARD_ROW[] = {
    {"nodes", SCHEMA_NODE, offsetof(struct own_hazard, nodes), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Nodes that these figures hold for"},
    {"hazard_per_year", SCHEMA_REAL, offsetof(struct own_hazard, hazard), SCHEMA_OPTIONAL, 0, 100, NOT_GIVEN, NULL,
     "Rate of going down"},
    {"hazard_low_per_year", SCHEMA_REAL, offsetof(struct own_hazard, low), SCHEMA_OPTIONAL, 0, 100, NOT_GIVEN, NULL,
     "Low end of its band; absent: the rate itself"},
    {"hazard_high_per_year", SCHEMA_REAL, offsetof(struct own_hazard, high), SCHEMA_OPTIONAL, 0, 100, NOT_GIVEN, NULL,
     "High end of its band; absent: the rate itself"},
    {"recovery_per_year", SCHEMA_REAL, offsetof(struct own_hazard, recovery), SCHEMA_OPTIONAL, 0, 100, NOT_GIVEN, NULL,
     "Rate of coming back, 1 / mean length of an outage; 0 = never"},
    {"duration", SCHEMA_CHOICE, offsetof(struct own_hazard, duration), SCHEMA_OPTIONAL, 0, 0, KEEP, scenario_duration_word,
     "Law of the length of an outage: exponential, lognormal (needs duration_sigma_pu) or until_further_notice"},
    {"duration_sigma_pu", SCHEMA_REAL, offsetof(struct own_hazard, sigma_pu), SCHEMA_OPTIONAL, 0.05, 5, NOT_GIVEN, NULL,
     "Standard deviation of the log of the length, lognormal only"},
    {"availability_up_pu", SCHEMA_NODE, offsetof(struct own_hazard, up), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "Map destination to share of the normal quantity without an outage; any: every destination not named here"},
    {"availability_down_pu", SCHEMA_NODE, offsetof(struct own_hazard, down), SCHEMA_OPTIONAL, 0, 0, 0, NULL, "The same in an outage"},
};

struct own_event {
    struct scenario_event_text text;
    double probability_pu;
};
static const struct schema_row EVENT_ROW[] = {
    {"date", SCHEMA_DATE, offsetof(struct own_event, text.date), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Day on which the nodes may go down"},
    {"lifted", SCHEMA_DATE, offsetof(struct own_event, text.lifted), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "Day on which its nodes come back at the latest; absent: as their recovery has it"},
    {"doc", SCHEMA_NODE, offsetof(struct own_event, text.doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "What happens"},
    {"nodes", SCHEMA_NODE, offsetof(struct own_event, text.nodes), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Nodes that go down together"},
    {"destinations", SCHEMA_NODE, offsetof(struct own_event, text.destinations), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Destinations that it hits"},
    {"probability_pu", SCHEMA_REAL, offsetof(struct own_event, probability_pu), SCHEMA_REQUIRED, 0, 1, 0, NULL, "That it happens"},
};

const struct schema_row *scenario_get_own_schema(enum scenario_own_part part, int *n)
{
    const struct schema_row *const row[] = {SECTION_ROW, HAZARD_ROW, EVENT_ROW};
    static const int n_row[] = {ARRAY_LEN(SECTION_ROW), ARRAY_LEN(HAZARD_ROW), ARRAY_LEN(EVENT_ROW)};
    *n = n_row[part];
    return row[part];
}

static struct datum get_own(double value, double low, double high)
{
    return (struct datum){value, isnan(low) ? value : low, isnan(high) ? value : high, QUALITY_ASSUMED, OWN_SOURCE};
}

static enum status read_availability(const struct yaml_node *map, const struct supply_nodes *nodes, struct datum *out, struct err *e)
{
    double given[SCENARIO_MAX_DESTINATION];
    struct schema_row row[SCENARIO_MAX_DESTINATION] = {{0}};
    const int n = nodes->n_destination;
    for (int k = 0; k < n; k++)
        row[k] = (struct schema_row){nodes->destination[k], SCHEMA_REAL, (size_t)k * sizeof given[0], SCHEMA_OPTIONAL, 0, 1, NOT_GIVEN,
                                     NULL,                  "Share of the normal quantity"};
    TRY(yaml_read_table(map, row, n, given, e));
    for (int k = 0; k < n; k++) {
        const double v = isnan(given[k]) ? given[n - 1] : given[k];
        if (!isnan(v))
            out[k] = get_own(v, v, v);
    }
    return ST_OK;
}

/* `node` as the scenario has it, then as the entry says. */
static enum status set_node(const struct yaml_node *map, const struct own_hazard *r, const struct supply_nodes *nodes,
                            struct scenario_node *node, struct err *e)
{
    if (!isnan(r->hazard))
        node->hazard_per_year = get_own(r->hazard, r->low, r->high);
    if (node->hazard_per_year.low > node->hazard_per_year.value || node->hazard_per_year.high < node->hazard_per_year.value)
        return yaml_fail(map, e, "hazard %g per year lies outside its band %g .. %g", node->hazard_per_year.value,
                         node->hazard_per_year.low, node->hazard_per_year.high);
    if (!isnan(r->recovery))
        node->recovery_per_year = get_own(r->recovery, r->recovery, r->recovery);
    if (r->duration != KEEP) {
        node->duration = (enum duration_law)r->duration;
        node->duration_sigma_pu = get_own(r->sigma_pu, r->sigma_pu, r->sigma_pu);
    } else if (!isnan(r->sigma_pu))
        node->duration_sigma_pu = get_own(r->sigma_pu, r->sigma_pu, r->sigma_pu);
    TRY(scenario_check_duration(map, node, e));
    if (r->up)
        TRY(read_availability(r->up, nodes, node->availability_up_pu, e));
    if (r->down)
        TRY(read_availability(r->down, nodes, node->availability_down_pu, e));
    for (int d = 0; d < nodes->n_destination; d++)
        if (node->availability_down_pu[d].value > node->availability_up_pu[d].value)
            return yaml_fail(map, e, "%s: availability %g in an outage exceeds %g without", nodes->destination[d],
                             node->availability_down_pu[d].value, node->availability_up_pu[d].value);
    return ST_OK;
}

static enum status read_hazard(const struct yaml_node *map, const struct supply_nodes *nodes, struct scenario *sc, struct err *e)
{
    struct own_hazard r;
    const char *name[SCENARIO_MAX_NODE];
    unsigned mask = 0;
    memset(&r, 0, sizeof r);
    for (int k = 0; k < nodes->n; k++)
        name[k] = nodes->node[k].name;
    TRY(yaml_read_table(map, HAZARD_ROW, ARRAY_LEN(HAZARD_ROW), &r, e));
    if (isnan(r.hazard) && !(isnan(r.low) && isnan(r.high)))
        return yaml_fail(map, e, "a band without hazard_per_year");
    TRY(market_read_mask(r.nodes, "node", name, nodes->n, &mask, e));
    for (int k = 0; k < nodes->n; k++)
        if (mask >> k & 1u)
            TRY(set_node(map, &r, nodes, &sc->node[k], e));
    return ST_OK;
}

static enum status read_event(const struct yaml_node *map, const struct supply_nodes *nodes, struct scenario *sc, struct err *e)
{
    struct own_event r;
    struct scenario_event *out = &sc->event[sc->n_event];
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(map, EVENT_ROW, ARRAY_LEN(EVENT_ROW), &r, e));
    if (sc->n_event == SCENARIO_MAX_EVENT)
        return yaml_fail(map, e, "more than %d events with those of scenario '%s'", SCENARIO_MAX_EVENT, sc->name);
    memset(out, 0, sizeof *out);
    TRY(scenario_read_event_text(map, &r.text, nodes, out, e));
    out->probability_pu = get_own(r.probability_pu, r.probability_pu, r.probability_pu);
    sc->n_event++;
    return ST_OK;
}

enum status scenario_read_own(const struct yaml_node *map, const struct supply_nodes *nodes, struct scenario *sc, struct err *e)
{
    struct own_section r;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(map, SECTION_ROW, ARRAY_LEN(SECTION_ROW), &r, e));
    if ((r.hazards && r.hazards->kind != YAML_LIST) || (r.events && r.events->kind != YAML_LIST))
        return yaml_fail(map, e, "expected lists under hazards and events");
    if (!isnan(r.common_factor_pu))
        sc->common_factor_pu = get_own(r.common_factor_pu, r.common_factor_pu, r.common_factor_pu);
    for (int k = 0; r.hazards && k < r.hazards->n_item; k++)
        TRY(read_hazard(r.hazards->item[k], nodes, sc, e));
    if (r.replace_events)
        sc->n_event = 0;
    for (int k = 0; r.events && k < r.events->n_item; k++)
        TRY(read_event(r.events->item[k], nodes, sc, e));
    return ST_OK;
}
