/* sourcing.h - where a maker buys: routes (price formula, nodes, first day, ramp, limits, support) and named strategies (shares, stock).
 *
 * Price of a route: base = spot FOB China, spot outside China, or a fixed price; then max(base, floor) - share (base - cap)+ + premium.
 * Fixed price, floor and cap are quoted in the traded form (oxide) of the chain's elements; the premium per kg of element bought. A share
 * of 1 above the cap is a plain price cap. Ramp: from its first day a route delivers ramp_start_pu of what it is asked for, rising evenly
 * to all of it after ramp_months. What it does not deliver yet the `bridge` of the chain delivers. That is also how a recycling quota
 * grows: share_cap_pu at the end of the ramp. A reserve is no route to buy from but months of use that a government releases when supply
 * fails: stock without holding cost. Pure data of materials/data/sourcing.yaml; the cost is models/risk. */
#ifndef MATERIALS_SOURCING_H
#define MATERIALS_SOURCING_H
#include "materials/scenario.h"

#define SOURCING_MAX_ROUTE 32
#define SOURCING_MAX_LEG 12      /* routes of one chain in a strategy */
#define MARKET_MAX_CHAIN 12

enum route_basis { ROUTE_FOB, ROUTE_OUTSIDE };

struct route {
    char name[MARKET_NAME_SIZE], doc[MARKET_DOC_SIZE];
    int chain;
    unsigned node_mask;                       /* all must be up; 0: never stops */
    long from_days;                           /* first day it can deliver */
    int basis;                                /* enum route_basis */
    struct datum floor_USD_per_kg, cap_USD_per_kg, upside_share_pu; /* traded form; floor 0 = none; cap HUGE_VAL = none */
    struct datum fixed_USD_per_kg;            /* traded form; NAN: follows the basis */
    struct datum premium_USD_per_kg;          /* of element */
    struct datum qualification_USD;           /* once: audits, samples, tooling, second source */
    struct datum plant_USD;                   /* once: the buyer's part of building the plant (equity, prepayment) */
    struct datum subsidy_pu;                  /* share of both that a government pays */
    struct datum capacity_t_per_year;         /* of all buyers together, after the ramp; NAN when not known */
    struct datum share_cap_pu;                /* most of one buyer's need that it can carry, after the ramp */
    struct datum ramp_months, ramp_start_pu;
    struct datum licence_relief_pu;           /* share of a rationed quantity that its licence restores */
    struct datum jump_damping_pu;             /* by how much its running, at full ramp, damps the regime jump of the chain's price */
    struct datum reserve_months;              /* NAN: no reserve but a route */
    char block[MARKET_NAME_SIZE];             /* group of countries behind it; "" when none is named */
};
struct routes { int n; struct route route[SOURCING_MAX_ROUTE]; };

struct sourcing_leg { int route; double share_pu; long from_days; /* LONG_MIN: from the first day of the study */ };
struct sourcing_chain {
    double stock_months;
    int n_leg;
    struct sourcing_leg leg[SOURCING_MAX_LEG];
    int bridge; /* route that carries what a leg does not deliver before its first day and in its ramp; -1 none */
    int reserve;                              /* route that is a reserve; -1 none */
};
struct sourcing {
    char name[MARKET_NAME_SIZE], doc[MARKET_DOC_SIZE];
    struct datum holding_rate_per_year;       /* cost of a stock per year and value */
    struct datum restock_per_month;           /* months of use that can be bought per month above need while supply is whole; 0 = never */
    struct sourcing_chain chain[MARKET_MAX_CHAIN];
};

/* route_eval_ramp - share of what it is asked for that a route delivers in a month that begins t_months after its first day. */
double route_eval_ramp(const struct route *r, double t_months);

/* Status: ST_CONFIG with file:line:column: shares that do not sum to 1 (1e-9), a negative stock, a leg that starts before its route exists,
 * a leg with a later start or a ramp and no bridge, a route of another chain, a share above the route's cap, a reserve as leg or a route as
 * reserve, a chain that is missing. */
enum status sourcing_read_routes(const struct yaml_node *map, const struct supply_nodes *nodes, const char *const *chain, int n_chain,
                                 struct routes *out, struct err *e) MUST_CHECK;
enum status sourcing_read(const struct yaml_node *entry, const struct routes *routes, const char *const *chain, int n_chain,
                          struct sourcing *out, struct err *e) MUST_CHECK;

#endif
