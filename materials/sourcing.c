/* sourcing.c - reading of sourcing.yaml. Contract: sourcing.h. */
#include "materials/sourcing.h"
#include "materials/market_impl.h"
#include "materials/matlib_impl.h"
#include "materials/base/date.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define SHARE_TOLERANCE 1e-9

/* ---- routes ---- */

struct route_reading {
    const struct yaml_node *doc, *chain, *nodes;
    char from[SCHEMA_TEXT_SIZE];
    int basis;
    struct datum floor_USD_per_kg, cap_USD_per_kg, upside_share_pu, fixed_USD_per_kg, premium_USD_per_kg, qualification_USD, plant_USD,
        subsidy_pu, capacity_t_per_year, share_cap_pu, ramp_months, ramp_start_pu, licence_relief_pu, jump_damping_pu, reserve_months;
    const struct yaml_node *block;
};
static const char *const BASIS_CHOICES[] = {"fob", "outside", NULL};
#define DATUM(key, need, max, fallback, doc) {#key, SCHEMA_DATUM, offsetof(struct route_reading, key), need, 0, max, fallback, NULL, doc}
static const struct schema_row ROUTE_ROW[] = {
    {"doc", SCHEMA_NODE, offsetof(struct route_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what the route is"},
    {"chain", SCHEMA_NODE, offsetof(struct route_reading, chain), SCHEMA_REQUIRED, 0, 0, 0, NULL, "chain of the market data"},
    {"nodes", SCHEMA_NODE, offsetof(struct route_reading, nodes), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "nodes that must be up, [] when it never stops"},
    {"from", SCHEMA_DATE, offsetof(struct route_reading, from), SCHEMA_REQUIRED, 0, 0, 0, NULL, "first day it can deliver"},
    {"basis", SCHEMA_CHOICE, offsetof(struct route_reading, basis), SCHEMA_REQUIRED, 0, 0, 0, BASIS_CHOICES, "spot price it follows"},
    DATUM(floor_USD_per_kg, SCHEMA_OPTIONAL, 1e6, 0, "price floor, traded form; absent = none"),
    DATUM(cap_USD_per_kg, SCHEMA_OPTIONAL, 1e6, HUGE_VAL, "price above which the upside is shared, traded form; absent = none"),
    DATUM(upside_share_pu, SCHEMA_OPTIONAL, 1, 0, "share of the price above the cap that the buyer gets back; absent = none"),
    DATUM(premium_USD_per_kg, SCHEMA_REQUIRED, 1e6, 0, "on top of the formula, per kg of element"),
    DATUM(qualification_USD, SCHEMA_REQUIRED, 1e12, 0, "once, for the whole programme"),
    DATUM(fixed_USD_per_kg, SCHEMA_OPTIONAL, 1e6, (double)NAN, "fixed price, traded form, instead of the basis; absent = none"),
    DATUM(plant_USD, SCHEMA_OPTIONAL, 1e12, 0, "the buyer's part of building the plant, once; absent = none"),
    DATUM(subsidy_pu, SCHEMA_OPTIONAL, 1, 0, "share of qualification and plant that a government pays; absent = none"),
    DATUM(capacity_t_per_year, SCHEMA_OPTIONAL, 1e12, (double)NAN, "of all buyers together, after the ramp; absent = not known"),
    DATUM(share_cap_pu, SCHEMA_OPTIONAL, 1, 1, "most of a buyer's need that it can carry, after the ramp; absent = all"),
    DATUM(ramp_months, SCHEMA_OPTIONAL, 240, 0, "from the first delivery to full capacity; absent = at once"),
    DATUM(ramp_start_pu, SCHEMA_OPTIONAL, 1, 0, "share of the full quantity at the first delivery; absent = 0"),
    DATUM(licence_relief_pu, SCHEMA_OPTIONAL, 1, 0, "share of a rationed quantity that its licence restores; absent = none"),
    DATUM(jump_damping_pu, SCHEMA_OPTIONAL, 1, 0, "by how much its running damps the price jump of its chain; absent = not at all"),
    DATUM(reserve_months, SCHEMA_OPTIONAL, 120, (double)NAN, "months of use that a government releases; absent = a route to buy from"),
    {"block", SCHEMA_NODE, offsetof(struct route_reading, block), SCHEMA_OPTIONAL, 0, 0, 0, NULL, "group of countries behind it"},
};

static enum status read_route(const struct yaml_node *entry, const struct supply_nodes *nodes, const char *const *chain, int n_chain,
                              struct route *out, struct err *e)
{
    struct route_reading r;
    const char *name[SCENARIO_MAX_NODE];
    memset(&r, 0, sizeof r);
    for (int k = 0; k < nodes->n; k++)
        name[k] = nodes->node[k].name;
    TRY(market_read_name(entry, entry->key, out->name, (int)sizeof out->name, e));
    TRY(yaml_read_table(entry, ROUTE_ROW, ARRAY_LEN(ROUTE_ROW), &r, e));
    TRY(material_read_doc(r.doc, out->doc, (int)sizeof out->doc, e));
    TRY(market_read_index(r.chain, "chain", chain, n_chain, &out->chain, e));
    TRY(market_read_mask(r.nodes, "node", name, nodes->n, &out->node_mask, e));
    for (int k = 0; k < nodes->n; k++)
        if (out->node_mask >> k & 1u && nodes->node[k].chain != out->chain)
            return yaml_fail(r.nodes, e, "node '%s' belongs to another chain", name[k]);
    TRY(date_read(r.from, &out->from_days));
    out->basis = r.basis;
    out->floor_USD_per_kg = r.floor_USD_per_kg;
    out->cap_USD_per_kg = r.cap_USD_per_kg;
    out->upside_share_pu = r.upside_share_pu;
    out->premium_USD_per_kg = r.premium_USD_per_kg;
    out->qualification_USD = r.qualification_USD;
    out->fixed_USD_per_kg = r.fixed_USD_per_kg;
    out->plant_USD = r.plant_USD;
    out->subsidy_pu = r.subsidy_pu;
    out->capacity_t_per_year = r.capacity_t_per_year;
    out->share_cap_pu = r.share_cap_pu;
    out->ramp_months = r.ramp_months;
    out->ramp_start_pu = r.ramp_start_pu;
    out->licence_relief_pu = r.licence_relief_pu;
    out->jump_damping_pu = r.jump_damping_pu;
    out->reserve_months = r.reserve_months;
    if (r.block)
        TRY(market_read_name(r.block, r.block->text, out->block, (int)sizeof out->block, e));
    if (out->upside_share_pu.value > 0.0 && !(out->cap_USD_per_kg.value < HUGE_VAL))
        return yaml_fail(entry, e, "upside_share_pu is given without cap_USD_per_kg");
    if (out->cap_USD_per_kg.value < out->floor_USD_per_kg.value)
        return yaml_fail(entry, e, "cap %g is below floor %g USD/kg", out->cap_USD_per_kg.value, out->floor_USD_per_kg.value);
    return ST_OK;
}

enum status sourcing_read_routes(const struct yaml_node *map, const struct supply_nodes *nodes, const char *const *chain, int n_chain,
                                 struct routes *out, struct err *e)
{
    TRY(market_read_entries(map, SOURCING_MAX_ROUTE, e));
    out->n = map->n_item;
    for (int k = 0; k < out->n; k++)
        TRY(read_route(map->item[k], nodes, chain, n_chain, &out->route[k], e));
    return ST_OK;
}

double route_eval_ramp(const struct route *r, double t_months)
{
    const double start = r->ramp_start_pu.value, length = r->ramp_months.value;
    if (t_months < -1e-9)
        return 0.0;
    return t_months < length ? start + (1.0 - start) * fmax(0.0, t_months) / length : 1.0;
}

/* ---- strategies ---- */

struct leg_reading { const struct yaml_node *route, *from; double share_pu; };
static const struct schema_row LEG_ROW[] = {
    {"route", SCHEMA_NODE, offsetof(struct leg_reading, route), SCHEMA_REQUIRED, 0, 0, 0, NULL, "name of a route"},
    {"share_pu", SCHEMA_REAL, offsetof(struct leg_reading, share_pu), SCHEMA_REQUIRED, 0, 1, 0, NULL, "share of the quantity"},
    {"from", SCHEMA_NODE, offsetof(struct leg_reading, from), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "day from which it is used; absent = from the first day"},
};
struct chain_reading { double stock_months; const struct yaml_node *legs, *bridge, *reserve; };
static const struct schema_row CHAIN_ROW[] = {
    {"stock_months", SCHEMA_REAL, offsetof(struct chain_reading, stock_months), SCHEMA_REQUIRED, 0, 120, 0, NULL,
     "stock held, months of use"},
    {"legs", SCHEMA_NODE, offsetof(struct chain_reading, legs), SCHEMA_REQUIRED, 0, 0, 0, NULL, "list of {route, share_pu, from}"},
    {"bridge", SCHEMA_NODE, offsetof(struct chain_reading, bridge), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "route that carries a leg's share before its first day and in its ramp"},
    {"reserve", SCHEMA_NODE, offsetof(struct chain_reading, reserve), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "reserve that a government releases; absent = none"},
};

static enum status read_route_of_chain(const struct yaml_node *at, const struct routes *routes, int chain, int *out, struct err *e)
{
    const char *name[SOURCING_MAX_ROUTE];
    for (int k = 0; k < routes->n; k++)
        name[k] = routes->route[k].name;
    TRY(market_read_index(at, "route", name, routes->n, out, e));
    if (routes->route[*out].chain != chain)
        return yaml_fail(at, e, "route '%s' supplies another chain", name[*out]);
    return ST_OK;
}

static enum status read_leg(const struct yaml_node *map, const struct routes *routes, int chain, struct sourcing_leg *out, struct err *e)
{
    struct leg_reading r = {0};
    TRY(yaml_read_table(map, LEG_ROW, ARRAY_LEN(LEG_ROW), &r, e));
    TRY(read_route_of_chain(r.route, routes, chain, &out->route, e));
    const struct route *route = &routes->route[out->route];
    if (!isnan(route->reserve_months.value))
        return yaml_fail(r.route, e, "'%s' is a reserve, not a route to buy from: name it under `reserve`", route->name);
    if (r.share_pu > route->share_cap_pu.value + SHARE_TOLERANCE)
        return yaml_fail(map, e, "route '%s' can carry at most %g of a buyer's need, not %g", route->name, route->share_cap_pu.value,
                         r.share_pu);
    out->share_pu = r.share_pu;
    out->from_days = LONG_MIN;
    if (!r.from)
        return ST_OK;
    const char *s = NULL;
    TRY(yaml_read_text_scalar(r.from, &s, e));
    if (date_read(s, &out->from_days) != ST_OK)
        return yaml_fail(r.from, e, "expected an existing day YYYY-MM-DD, got '%s'", s);
    if (out->from_days < routes->route[out->route].from_days) {
        char day[DATE_TEXT_SIZE];
        date_write(routes->route[out->route].from_days, day);
        return yaml_fail(r.from, e, "the leg starts on %s, but route '%s' exists only from %s", s, routes->route[out->route].name, day);
    }
    return ST_OK;
}

static enum status read_chain(const struct yaml_node *map, const struct routes *routes, int chain, struct sourcing_chain *out,
                              struct err *e)
{
    struct chain_reading r = {0};
    double sum = 0.0;
    int is_late = 0;
    TRY(yaml_read_table(map, CHAIN_ROW, ARRAY_LEN(CHAIN_ROW), &r, e));
    out->stock_months = r.stock_months;
    if (r.legs->kind != YAML_LIST || r.legs->n_item < 1 || r.legs->n_item > SOURCING_MAX_LEG)
        return yaml_fail(r.legs, e, "expected a list of 1 to %d legs {route, share_pu}", SOURCING_MAX_LEG);
    out->n_leg = r.legs->n_item;
    for (int k = 0; k < out->n_leg; k++) {
        TRY(read_leg(r.legs->item[k], routes, chain, &out->leg[k], e));
        sum += out->leg[k].share_pu;
        is_late |= out->leg[k].from_days != LONG_MIN || routes->route[out->leg[k].route].ramp_months.value > 0.0;
    }
    if (fabs(sum - 1.0) > SHARE_TOLERANCE)
        return yaml_fail(r.legs, e, "the shares sum to %.12g; expected 1", sum);
    out->bridge = out->reserve = -1;
    if (r.bridge)
        TRY(read_route_of_chain(r.bridge, routes, chain, &out->bridge, e));
    else if (is_late)
        return yaml_fail(map, e, "a leg has a first day or a ramp, so `bridge` must name the route that carries its share before");
    if (out->bridge >= 0 && routes->route[out->bridge].ramp_months.value > 0.0)
        return yaml_fail(r.bridge, e, "route '%s' has a ramp of its own and cannot be a bridge", routes->route[out->bridge].name);
    if (r.reserve)
        TRY(read_route_of_chain(r.reserve, routes, chain, &out->reserve, e));
    if (out->reserve >= 0 && isnan(routes->route[out->reserve].reserve_months.value))
        return yaml_fail(r.reserve, e, "'%s' is a route to buy from, not a reserve", routes->route[out->reserve].name);
    return ST_OK;
}

struct sourcing_reading {
    const struct yaml_node *doc, *chains;
    struct datum holding_rate_per_year, restock_per_month;
};
static const struct schema_row SOURCING_ROW[] = {
    {"doc", SCHEMA_NODE, offsetof(struct sourcing_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "the strategy in one line"},
    {"holding_rate_per_year", SCHEMA_DATUM, offsetof(struct sourcing_reading, holding_rate_per_year), SCHEMA_REQUIRED, 0, 5, 0, NULL,
     "of the value in stock"},
    {"restock_per_month", SCHEMA_DATUM, offsetof(struct sourcing_reading, restock_per_month), SCHEMA_REQUIRED, 0, 100, 0, NULL,
     "months of use, to refill"},
    {"chains", SCHEMA_NODE, offsetof(struct sourcing_reading, chains), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "every chain with its legs and stock"},
};

enum status sourcing_read(const struct yaml_node *entry, const struct routes *routes, const char *const *chain, int n_chain,
                          struct sourcing *out, struct err *e)
{
    struct sourcing_reading r;
    const struct yaml_node *node[MARKET_MAX_CHAIN];
    struct schema_row row[MARKET_MAX_CHAIN] = {{0}};
    memset(&r, 0, sizeof r);
    TRY(market_read_name(entry, entry->key, out->name, (int)sizeof out->name, e));
    TRY(yaml_read_table(entry, SOURCING_ROW, ARRAY_LEN(SOURCING_ROW), &r, e));
    TRY(material_read_doc(r.doc, out->doc, (int)sizeof out->doc, e));
    out->holding_rate_per_year = r.holding_rate_per_year;
    out->restock_per_month = r.restock_per_month;
    for (int k = 0; k < n_chain; k++)
        row[k] = (struct schema_row){chain[k], SCHEMA_NODE, (size_t)k * sizeof node[0],   SCHEMA_REQUIRED, 0, 0,
                                     0,        NULL,        "legs and stock of the chain"};
    TRY(yaml_read_table(r.chains, row, n_chain, node, e));
    for (int k = 0; k < n_chain; k++)
        TRY(read_chain(node[k], routes, k, &out->chain[k], e));
    return ST_OK;
}
