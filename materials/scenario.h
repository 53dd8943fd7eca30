/* scenario.h - what may happen to the supply: nodes that can stop, and named sets of hazards, dated events and rationing.
 *
 * Node: one stage of one chain in one country (`cn_heavy`: separation and magnets of Dy and Tb in China). It is up or down; month by month
 * it goes down with 1 - exp(-hazard/12) and comes back with 1 - exp(-recovery/12); a dated event takes it down with a probability on a day.
 * Availability is the share of the normal quantity that a destination gets, in either state: rationing without an outage is availability_up
 * < 1. Length of an outage: exponential (default), lognormal with the same mean 1/recovery, or until further notice (recovery 0). An event
 * may carry the day on which it is lifted. Pure data of materials/data/scenarios.yaml; the simulation is models/risk. */
#ifndef MATERIALS_SCENARIO_H
#define MATERIALS_SCENARIO_H
#include "materials/base/datum.h"
#include "materials/base/yaml.h"

#define SCENARIO_MAX_NODE 16
#define SCENARIO_MAX_EVENT 16
#define SCENARIO_MAX_DESTINATION 8
#define MARKET_NAME_SIZE 32
#define MARKET_DOC_SIZE 400

enum supply_stage { SUPPLY_MINING, SUPPLY_SEPARATION, SUPPLY_METAL, SUPPLY_MAGNET, SUPPLY_NOT_STATED, SUPPLY_STAGE_COUNT };

struct supply_node {
    enum supply_stage stage; /* the one whose stop was observed, where a node holds several */
    char name[MARKET_NAME_SIZE], country[4], doc[MARKET_DOC_SIZE];
    int chain;              /* index in the market's chains */
    int controls_price;     /* while it is down, the prices of its chain carry their jump */
    int shares_factor;      /* its transitions load on the common factor (policy of one government) */
};
struct supply_nodes { /* of scenarios.yaml: common to all scenarios */
    int n, n_destination;
    struct supply_node node[SCENARIO_MAX_NODE];
    char destination[SCENARIO_MAX_DESTINATION][4]; /* last one: "any", every place that is not named */
};

enum duration_law { DURATION_EXPONENTIAL, DURATION_LOGNORMAL, DURATION_UNTIL_FURTHER_NOTICE, DURATION_COUNT };

struct scenario_node {
    enum duration_law duration;
    struct datum duration_sigma_pu;          /* lognormal: standard deviation of the log of the length; NAN otherwise */
    struct datum hazard_per_year, recovery_per_year; /* 0 = never */
    struct datum availability_up_pu[SCENARIO_MAX_DESTINATION], availability_down_pu[SCENARIO_MAX_DESTINATION];
};
struct scenario_event {
    char doc[MARKET_DOC_SIZE];
    long days;                                   /* date, days since 1970-01-01 */
    long lifted_days;                            /* day on which its nodes come back at the latest; LONG_MAX: as their recovery has it */
    unsigned node_mask, destination_mask;        /* nodes that go down together, one draw for all; destinations that it hits */
    struct datum probability_pu;
};
struct scenario {
    char name[MARKET_NAME_SIZE], doc[MARKET_DOC_SIZE];
    struct datum common_factor_pu;               /* rho of the Gaussian copula between nodes that share the factor */
    struct scenario_node node[SCENARIO_MAX_NODE];
    int n_event;
    struct scenario_event event[SCENARIO_MAX_EVENT];
};

/* scenario_read_nodes - the `destinations` and `nodes` of a scenarios file. chain: names of the market's chains.
 * scenario_read - one entry of its `scenarios`; every node must be given exactly once.
 * Status: ST_CONFIG with file:line:column. */
enum status scenario_read_nodes(const struct yaml_node *root, const char *const *chain, int n_chain, struct supply_nodes *out,
                                struct err *e) MUST_CHECK;
enum status scenario_read(const struct yaml_node *entry, const struct supply_nodes *nodes, struct scenario *out, struct err *e) MUST_CHECK;

/* scenario_read_own - what a company knows better: the `supply` section of a study, applied to a scenario in place. Hazards by node replace
 * those given (bare numbers, quality assumed, source OWN_STUDY), events are added, or replace those of the scenario when `replace_events`
 * is true. Rows for the schema by scenario_get_own_schema and its two lists. Status: ST_CONFIG with file:line:column. */
enum status scenario_read_own(const struct yaml_node *map, const struct supply_nodes *nodes, struct scenario *sc, struct err *e) MUST_CHECK;
enum scenario_own_part { SCENARIO_OWN_SECTION, SCENARIO_OWN_HAZARD, SCENARIO_OWN_EVENT };
const struct schema_row *scenario_get_own_schema(enum scenario_own_part part, int *n);

#endif
