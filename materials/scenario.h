/* scenario.h - what may happen to the supply: nodes that can stop, and named sets of hazards, dated events and rationing.
 *
 * Node: one stage of one chain in one country (`cn_heavy`: separation and magnets of Dy and Tb in China). It is up or down; month by month
 * it goes down with 1 - exp(-hazard/12) and comes back with 1 - exp(-recovery/12); a dated event takes it down with a probability on a day.
 * Availability is the share of the normal quantity that a destination gets, in either state: rationing without an outage is availability_up
 * < 1. Pure data of materials/data/scenarios.yaml; the simulation is models/risk. */
#ifndef MATERIALS_SCENARIO_H
#define MATERIALS_SCENARIO_H
#include "materials/base/datum.h"
#include "materials/base/yaml.h"

#define SCENARIO_MAX_NODE 16
#define SCENARIO_MAX_EVENT 16
#define SCENARIO_MAX_DESTINATION 8
#define MARKET_NAME_SIZE 32
#define MARKET_DOC_SIZE 400

struct supply_node {
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

struct scenario_node {
    struct datum hazard_per_year, recovery_per_year; /* 0 = never */
    struct datum availability_up_pu[SCENARIO_MAX_DESTINATION], availability_down_pu[SCENARIO_MAX_DESTINATION];
};
struct scenario_event {
    char doc[MARKET_DOC_SIZE];
    long days;                                   /* date, days since 1970-01-01 */
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

#endif
