/* strategy_sample.c - the sample of a scenario set: what every route would have cost and delivered. Contract: strategy.h. */
#include "models/risk/strategy_impl.h"
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include <limits.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

struct strategy_opts strategy_opts_default(void)
{
    return (struct strategy_opts){
        .n_scenario = 4000, .stock_max_months = STRATEGY_STOCK_MAX_MONTHS, .gap_USD = 0.01, .n_step_max = 400, .route_off = {0}};
}

static enum status check_opts(const struct strategy_opts *o, struct err *e)
{
    if (o->n_scenario < 2 || o->n_scenario > 1000000)
        return err_set(e, ST_CONFIG, "strategy.n_scenario", "%d; expected 2 to 1000000", o->n_scenario);
    if (!(o->stock_max_months > 0.0 && o->stock_max_months <= 120.0))
        return err_set(e, ST_CONFIG, "strategy.stock_max_months", "%g is not above 0 and at most 120", o->stock_max_months);
    if (!(o->gap_USD > 0.0))
        return err_set(e, ST_CONFIG, "strategy.gap_USD", "%g is not above 0", o->gap_USD);
    if (o->n_step_max < 1 || o->n_step_max > 100000)
        return err_set(e, ST_CONFIG, "strategy.n_step_max", "%d; expected 1 to 100000", o->n_step_max);
    return ST_OK;
}

/* ---- which routes ---- */

static int get_bridge(const struct sourcing_chain *c) { return c->bridge >= 0 ? c->bridge : c->leg[0].route; }

/* Routes that deliver before the horizon ends and may be used; the bridge first, since what nobody else delivers comes from there. */
static enum status set_routes(struct strategy *s, const struct market *m, const struct risk_opts *o, int chain, struct err *e)
{
    struct risk_record *rec = s->record;
    struct strategy_chain *c = &s->chain[chain];
    c->bridge = get_bridge(&s->base.chain[chain]);
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < m->routes.n; k++) {
            const struct route *r = &m->routes.route[k];
            const int is_off = s->opts.route_off[k / 32] >> k % 32 & 1u;
            if (r->chain != chain || !isnan(r->reserve_months.value) || (pass == 0) != (k == c->bridge) || is_off ||
                !(plan_eval_ramp(r, o, o->horizon_months - 1) > 0.0))
                continue;
            if (c->n_route == STRATEGY_MAX_ROUTE)
                return err_set(e, ST_CONFIG, "sourcing", "more than %d routes of chain '%s'", STRATEGY_MAX_ROUTE, m->chain[chain]);
            c->record[c->n_route++] = rec->n_route;
            rec->route[rec->n_route] = k;
            rec->bridge[rec->n_route] = c->bridge;
            for (int t = 0; t < o->horizon_months; t++)
                rec->ramp_pu[rec->n_route][t] = plan_eval_ramp(r, o, t);
            rec->n_route++;
        }
    return c->n_route ? ST_OK : err_set(e, ST_CONFIG, "sourcing", "chain '%s' has no route that may be used", m->chain[chain]);
}

/* The base strategy of the sample: all over the bridge, no stock. */
static void set_base(struct strategy *s, const struct market *m, const struct sourcing *base)
{
    s->base = *base;
    for (int c = 0; c < m->n_chain; c++) {
        s->base.chain[c].stock_months = 0.0;
        s->base.chain[c].leg[0] = (struct sourcing_leg){get_bridge(&base->chain[c]), 1.0, LONG_MIN};
        s->base.chain[c].n_leg = 1;
    }
}

static enum status set_record(struct strategy *s, const struct market *m, const struct risk_opts *o, struct err *e)
{
    struct risk_record *rec = s->record;
    for (int c = 0; c < m->n_chain; c++)
        TRY(set_routes(s, m, o, c, e));
    for (int i = 0; i < m->n_element; i++)
        for (int k = 0; k < rec->n_route; k++)
            rec->slot[i][k] = m->routes.route[rec->route[k]].chain == m->element[i].chain ? rec->n_slot++ : -1;
    rec->paid = mem_new((size_t)rec->n_slot * (size_t)s->n_sample, sizeof *rec->paid);
    rec->spot = mem_new((size_t)m->n_element * (size_t)s->n_sample, sizeof *rec->spot);
    return rec->paid && rec->spot ? ST_OK : err_set(e, ST_NO_MEMORY, "strategy", "%d prices of %d scenarios", rec->n_slot, s->n_sample);
}

/* ---- how they deliver ---- */

static enum status set_chain(struct strategy *s, const struct market *m, const struct scenario *sc, const struct risk_opts *o, int chain,
                             struct err *e)
{
    struct strategy_chain *c = &s->chain[chain];
    const struct plan *p = &s->r->plan;
    const int destination = market_get_destination(m, o->destination), n = c->n_route + 1;
    struct plan_route route[STRATEGY_MAX_ROUTE + 1];
    unsigned mask = 0, fallible = 0;
    memset(route, 0, sizeof route);
    for (int k = 0; k < n; k++) {
        plan_set_route(&route[k], k < c->n_route ? s->record->route[c->record[k]] : c->bridge, m, sc, destination);
        mask |= route[k].node_mask;
    }
    for (int g = 0; g < p->n_node; g++) {
        if (p->down_threshold[g] > -HUGE_VAL)
            fallible |= 1u << g;
        for (int v = 0; v < p->n_event; v++)
            fallible |= p->event[v].node_mask & 1u << g;
        if (!(mask >> g & 1u))
            continue;
        if (c->n_node == STRATEGY_MAX_NODE)
            return err_set(e, ST_CONFIG, "sourcing", "the routes of chain '%s' pass more than %d nodes", m->chain[chain],
                           STRATEGY_MAX_NODE);
        c->node[c->n_node++] = g;
    }
    c->available_pu = mem_new((size_t)n << c->n_node, sizeof *c->available_pu);
    c->whole_pu = mem_new((size_t)n << c->n_node, sizeof *c->whole_pu);
    if (!c->available_pu || !c->whole_pu)
        return err_set(e, ST_NO_MEMORY, "strategy", "%d routes past %d nodes", n, c->n_node);
    for (int set = 0; set < 1 << c->n_node; set++) {
        unsigned down = 0;
        for (int k = 0; k < c->n_node; k++)
            down |= ((unsigned)set >> k & 1u) << c->node[k];
        for (int k = 0; k < n; k++) {
            int is_whole;
            const double a = plan_eval_route(p, &route[k], down, &is_whole);
            c->available_pu[(k << c->n_node) + set] = a;
            c->whole_pu[(k << c->n_node) + set] = is_whole;
            c->can_short |= a < 1.0 && (down & ~fallible) == 0u;
        }
    }
    const int reserve = s->base.chain[chain].reserve;
    c->reserve_month = p->n_month;
    if (reserve >= 0) {
        const double month = ceil(date_get_months(o->study_days, m->routes.route[reserve].from_days) - 1e-9);
        c->reserve_months = m->routes.route[reserve].reserve_months.value;
        c->reserve_month = month < p->first_month ? p->first_month : (month < p->n_month ? (int)month : p->n_month);
    }
    return ST_OK;
}

static enum status build(struct strategy *s, const struct market *m, const struct scenario *sc, const struct risk_opts *o, struct err *e)
{
    struct risk_opts few = *o;
    few.n_scenario = s->n_sample;
    few.window_month = few.window_n_month = 0; /* chosen for the whole production */
    s->record = mem_new(1, sizeof *s->record);
    if (!s->record)
        return err_set(e, ST_NO_MEMORY, "strategy", "record");
    TRY(set_record(s, m, &few, e));
    TRY(risk_new_recorded(m, sc, &s->base, &few, s->record, &s->r, e));
    for (int c = 0; c < m->n_chain; c++)
        TRY(set_chain(s, m, sc, o, c, e));
    return ST_OK;
}

enum status strategy_new(const struct market *m, const struct scenario *sc, const struct sourcing *base, const struct risk_opts *o,
                         const struct strategy_opts *so, struct strategy **out, struct err *e)
{
    *out = NULL;
    TRY(check_opts(so, e));
    if (o->horizon_months < 1 || o->horizon_months > RISK_MAX_MONTH || o->study_days == LONG_MIN)
        return err_set(e, ST_CONFIG, "horizon_months", "%d, or the date of the study, is not given or out of range", o->horizon_months);
    struct strategy *s = mem_new(1, sizeof *s);
    if (!s)
        return err_set(e, ST_NO_MEMORY, "strategy", "sample");
    s->opts = *so;
    const int step = risk_get_scenario_step(o);
    s->n_sample = (so->n_scenario + step - 1) / step * step;
    set_base(s, m, base);
    const enum status st = build(s, m, sc, o, e);
    if (st != ST_OK)
        strategy_free(s);
    else
        *out = s;
    return st;
}

void strategy_free(struct strategy *s)
{
    if (!s)
        return;
    for (struct programme *p = s->programme, *next; p; p = next) {
        next = p->next;
        programme_free(p);
    }
    for (int c = 0; c < MARKET_MAX_CHAIN; c++) {
        mem_free(s->chain[c].available_pu);
        mem_free(s->chain[c].whole_pu);
    }
    if (s->record) {
        mem_free(s->record->paid);
        mem_free(s->record->spot);
    }
    mem_free(s->record);
    risk_free(s->r);
    mem_free(s);
}
