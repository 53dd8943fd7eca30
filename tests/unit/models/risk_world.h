/* risk_world.h - a small market written as text, for the tests of the risk model: three elements, three chains, one node per scarce chain,
 * a safe route with floor and cap. Change a figure of struct world, then rig_new. */
#ifndef TESTS_UNIT_MODELS_RISK_WORLD_H
#define TESTS_UNIT_MODELS_RISK_WORLD_H
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "models/risk/analytic.h"
#include "models/risk/risk.h"
#include "tests/support/close.h"

enum { ND, DY, CU, N_ELEMENT };

struct world { /* figures of the texts; see world_default */
    double sigma[3], kappa[3], theta[3], jump[3], outside[3], rho, target, shrink;
    double hazard, recovery, up, down, factor, event_pu;
    const char *event_date;
    double floor_USD, cap_USD, back, premium, qualification_USD, capacity, holding, restock;
    double stock[2], safe_share;
    const char *safe_from;      /* "" = from the first day */
    const char *safe_exists;
    const char *safe_extra;     /* further keys of the safe route, each with ", " before it */
    const char *chain_extra;    /* further keys of the chain `light` of the strategy */
    const char *more_routes;    /* further routes, whole lines */
    int same_node;              /* Dy comes through the node of Nd too */
};

static inline struct world world_default(void)
{
    return (struct world){.sigma = {0.43, 0.30, 0.2},
                          .kappa = {0.57, 0.54, 0.2},
                          .theta = {69, 239, 9},
                          .jump = {0, 1.27, 0},
                          .outside = {1, 1, 1},
                          .rho = 0.65,
                          .target = 0.65,
                          .shrink = 0,
                          .hazard = 0.21,
                          .recovery = 4,
                          .up = 1,
                          .down = 0.46,
                          .factor = 0.3,
                          .event_pu = 0,
                          .event_date = "2026-11-10",
                          .cap_USD = 1e5,
                          .capacity = 100,
                          .holding = 0.2,
                          .safe_from = "",
                          .safe_exists = "2000-01-01",
                          .safe_extra = "",
                          .chain_extra = "",
                          .more_routes = ""};
}

#define Q ", quality: assumed, source: ASSUMED}"

static inline void add_element(struct text *t, const struct world *w, int i, const char *symbol, const char *chain, double price,
                               double factor)
{
    text_add(t,
             "  %s: {doc: d, chain: %s, form: f, price_date: 2026-09-01, form_price_USD_per_kg: {value: %.17g" Q
             ", form_kg_per_kg: {value: %.17g" Q ", conversion_pu: {value: 0" Q ", outside_ratio: {value: %.17g" Q
             ", sigma_pu: {value: %.17g" Q ", kappa_per_year: {value: %.17g" Q ", theta_USD_per_kg: {value: %.17g" Q
             ", jump_log: {value: %.17g" Q "}\n",
             symbol, chain, price, factor, w->outside[i], w->sigma[i], w->kappa[i], w->theta[i], w->jump[i]);
}

static inline void set_market(struct text *t, const struct world *w)
{
    text_add(t, "chains: {light: d, heavy: d, common: d}\nelements:\n");
    add_element(t, w, ND, "Nd", "light", 69, 1.1765);
    add_element(t, w, DY, "Dy", w->same_node ? "light" : "heavy", 239, 1.148);
    add_element(t, w, CU, "Cu", "common", 9, 1);
    text_add(t,
             "correlation: {shrink_pu: {value: %.17g" Q ", default_pu: {value: 0.1" Q
             ", like: {}, pairs: [{pair: [Nd, Dy], rho_pu: {value: %.17g" Q ", target_pu: {value: %.17g" Q
             "}]}\nshares: []\ncountries: {CN: {instability_pu: {value: 0.588" Q "}}\n",
             w->shrink, w->rho, w->target);
}

static inline void set_scenarios(struct text *t, const struct world *w)
{
    text_add(t,
             "destinations: [JP, any]\nnodes:\n"
             "  cn_light: {doc: d, chain: light, country: CN, controls_price: true, shares_factor: true}\n"
             "  cn_heavy: {doc: d, chain: heavy, country: CN, controls_price: true, shares_factor: true}\n"
             "scenarios:\n  s:\n    doc: d\n    common_factor_pu: {value: %.17g" Q "\n    hazards:\n"
             "      - {nodes: [cn_light, cn_heavy], hazard_per_year: {value: %.17g, low: 0, high: 20" Q
             ", recovery_per_year: {value: %.17g" Q ", availability_up_pu: {any: {value: %.17g" Q
             "}, availability_down_pu: {any: {value: %.17g" Q "}}\n"
             "    events: [{date: %s, doc: d, nodes: [cn_light], destinations: [JP], probability_pu: {value: %.17g" Q "}]\n",
             w->factor, w->hazard, w->recovery, w->up, w->down, w->event_date, w->event_pu);
}

static inline void add_route(struct text *t, const char *name, const char *chain, const char *nodes)
{
    text_add(t,
             "  %s: {doc: d, chain: %s, nodes: [%s], from: 2000-01-01, basis: fob, premium_USD_per_kg: {value: 0" Q
             ", qualification_USD: {value: 0" Q "}\n",
             name, chain, nodes);
}

static inline void set_sourcing(struct text *t, const struct world *w)
{
    text_add(t, "routes:\n");
    add_route(t, "spot_light", "light", "cn_light");
    add_route(t, "spot_heavy", "heavy", "cn_heavy");
    add_route(t, "spot_common", "common", "");
    text_add(t,
             "  safe: {doc: d, chain: light, nodes: [], from: %s, basis: outside, premium_USD_per_kg: {value: %.17g" Q
             ", qualification_USD: {value: %.17g" Q ", floor_USD_per_kg: {value: %.17g" Q ", cap_USD_per_kg: {value: %.17g" Q
             ", upside_share_pu: {value: %.17g" Q ", capacity_t_per_year: {value: %.17g" Q "%s}\n%s",
             w->safe_exists, w->premium, w->qualification_USD, w->floor_USD, w->cap_USD, w->back, w->capacity, w->safe_extra,
             w->more_routes);
    text_add(t,
             "strategies:\n  x:\n    doc: d\n    holding_rate_per_year: {value: %.17g" Q "\n    restock_per_month: {value: %.17g" Q
             "\n    chains:\n"
             "      light: {stock_months: %.17g, legs: [{route: spot_light, share_pu: %.17g}, {route: safe, share_pu: %.17g%s%s}], bridge: "
             "spot_light%s}\n"
             "      heavy: {stock_months: %.17g, legs: [{route: spot_heavy, share_pu: 1}]}\n"
             "      common: {stock_months: 0, legs: [{route: spot_common, share_pu: 1}]}\n",
             w->holding, w->restock, w->stock[0], 1.0 - w->safe_share, w->safe_share, w->safe_from[0] ? ", from: " : "", w->safe_from,
             w->chain_extra, w->stock[1]);
}

struct rig { struct market *m; struct risk *r; struct risk_ws *ws; struct risk_opts o; struct err e; };

static inline struct risk_opts opts_year(int n_scenario)
{
    struct risk_opts o = risk_opts_default();
    o.destination = "JP";
    assert_int_equal(date_read("2026-10-01", &o.study_days), ST_OK);
    o.horizon_months = 12;
    o.discount_rate_per_year = 0.0;
    o.terms = (struct risk_terms){1000.0, 100000.0, 0.3};
    o.n_scenario = n_scenario;
    return o;
}

static inline void rig_market(struct rig *g, const struct world *w)
{
    struct text t[3] = {{0}};
    set_market(&t[0], w);
    set_scenarios(&t[1], w);
    set_sourcing(&t[2], w);
    *g = (struct rig){0};
    assert_ok(market_new_text(t[0].s, t[1].s, t[2].s, &g->m, &g->e), &g->e);
    for (int k = 0; k < 3; k++)
        text_done(&t[k]);
}

static inline void rig_new(struct rig *g, const struct world *w, const struct risk_opts *o)
{
    rig_market(g, w);
    g->o = *o;
    assert_ok(risk_new(g->m, &g->m->scenario[0], &g->m->sourcing[0], o, &g->r, &g->e), &g->e);
    assert_ok(risk_ws_new(g->r, 8, &g->ws, &g->e), &g->e);
}

static inline void rig_done(struct rig *g)
{
    risk_ws_free(g->ws);
    risk_free(g->r);
    market_free(g->m);
}

static inline struct risk_result eval_one(struct rig *g, const double *q_kg)
{
    struct risk_result out;
    assert_ok(risk_eval(g->r, g->ws, NULL, 1, q_kg, &out, &g->e), &g->e);
    return out;
}

#endif
