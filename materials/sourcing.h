/* sourcing.h - where a maker buys: routes (price formula, nodes, first day) and named strategies (shares, stock).
 *
 * Price of a route: base = spot FOB China, or spot outside China; then max(base, floor) - share (base - cap)+ + premium.
 * Floor and cap are quoted in the traded form (oxide) of the chain's elements; the premium per kg of element bought.
 * Pure data of materials/data/sourcing.yaml; the cost is models/risk. */
#ifndef MATERIALS_SOURCING_H
#define MATERIALS_SOURCING_H
#include "materials/scenario.h"

#define SOURCING_MAX_ROUTE 32
#define SOURCING_MAX_LEG 4       /* routes of one chain in a strategy */
#define MARKET_MAX_CHAIN 12

enum route_basis { ROUTE_FOB, ROUTE_OUTSIDE };

struct route {
    char name[MARKET_NAME_SIZE], doc[MARKET_DOC_SIZE];
    int chain;
    unsigned node_mask;                       /* all must be up; 0: never stops */
    long from_days;                           /* first day it can deliver */
    int basis;                                /* enum route_basis */
    struct datum floor_USD_per_kg, cap_USD_per_kg, upside_share_pu; /* traded form; floor 0 = none; cap HUGE_VAL = none */
    struct datum premium_USD_per_kg;          /* of element */
    struct datum qualification_USD;           /* once: audits, samples, tooling, second source */
    struct datum capacity_t_per_year;         /* NAN when not known */
};
struct routes { int n; struct route route[SOURCING_MAX_ROUTE]; };

struct sourcing_leg { int route; double share_pu; long from_days; /* LONG_MIN: from the first day of the study */ };
struct sourcing_chain {
    double stock_months;
    int n_leg;
    struct sourcing_leg leg[SOURCING_MAX_LEG];
    int bridge;                               /* route that carries the share of a leg before its first day; -1 none */
};
struct sourcing {
    char name[MARKET_NAME_SIZE], doc[MARKET_DOC_SIZE];
    struct datum holding_rate_per_year;       /* cost of a stock per year and value */
    struct datum restock_per_month;           /* months of use that can be bought per month above need while supply is whole; 0 = never */
    struct sourcing_chain chain[MARKET_MAX_CHAIN];
};

/* Status: ST_CONFIG with file:line:column: shares that do not sum to 1 (1e-9), a negative stock, a leg that starts before its route exists,
 * a leg with a later start and no bridge, a route of another chain, a chain that is missing. */
enum status sourcing_read_routes(const struct yaml_node *map, const struct supply_nodes *nodes, const char *const *chain, int n_chain,
                                 struct routes *out, struct err *e) MUST_CHECK;
enum status sourcing_read(const struct yaml_node *entry, const struct routes *routes, const char *const *chain, int n_chain,
                          struct sourcing *out, struct err *e) MUST_CHECK;

#endif
