/* strategy_worth.c - what one dearer route is worth: the outage probability at which it pays, by closed form and by simulation; and the
 * lost margin of the article's rule. Contract: strategy.h. */
#include "models/risk/strategy_impl.h"
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include <limits.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { N_HAZARD = 13 };
#define HAZARD_LEAST_PER_YEAR 0.01
#define HAZARD_STEP 1.65     /* up to about 4 per year */

enum status strategy_eval_rule_margin(const struct risk *cheap, const struct risk *safe, const double *q_kg, double ratio_pu,
                                      double *margin_USD, struct err *e)
{
    double difference = 0.0;
    *margin_USD = (double)NAN;
    if (!(ratio_pu >= 1.0 && ratio_pu <= 100.0))
        return err_set(e, ST_CONFIG, "margin_rule",
                       "a lost margin of %g times the procurement difference; expected 1 to 100, the article says 5 to 10", ratio_pu);
    for (int i = 0; i < cheap->plan.n_element; i++)
        difference += q_kg[i] > 0.0 ? q_kg[i] * (safe->paid_mean[i] - cheap->paid_mean[i]) : 0.0;
    if (!(difference > 0.0))
        return err_set(e, ST_CONFIG, "margin_rule",
                       "the safe strategy is not dearer (by %.3g USD per motor): the rule says nothing, give lost_margin_USD_per_motor",
                       difference + 0.0);
    *margin_USD = ratio_pu * difference;
    return ST_OK;
}

/* ---- one hazard: base and all routes of a chain in one sample ---- */

struct look {                       /* set for one chain */
    const struct market *m;
    const struct sourcing *base;
    const struct risk_opts *o;
    const double *q_kg;
    int chain, n_route, route[STRATEGY_MAX_ROUTE];
    unsigned node_mask;             /* of the base's routes in the chain */
    struct scenario sc;
};
struct value {
    double gain_USD, error_USD, difference_USD;
}; /* of a route: f of the base less its own, and its procurement over the base's */

static double get_base_share(const struct sourcing_chain *c, int route)
{
    double sum = 0.0;
    for (int k = 0; k < c->n_leg; k++)
        sum += c->leg[k].route == route ? c->leg[k].share_pu : 0.0;
    return sum;
}

static void set_base(const struct programme *p, const struct sourcing *base, double *x)
{
    for (int v = 0; v < p->n_share; v++)
        x[v] = get_base_share(&base->chain[p->var_chain[v]], p->s->record->route[p->var_record[v]]);
    for (int v = p->n_share; v < p->n_var; v++)
        x[v] = base->chain[p->var_chain[v]].stock_months / p->s->opts.stock_max_months;
}

static void set_route(const struct programme *p, const struct look *l, int route, double *x)
{
    set_base(p, l->base, x);
    for (int v = 0; v < p->n_share; v++)
        if (p->var_chain[v] == l->chain)
            x[v] = p->s->record->route[p->var_record[v]] == route ? 1.0 : 0.0;
}

static double get_bill(const struct programme *p, const struct design *d, const double *x)
{
    const int S = p->s->n_sample;
    double sum = 0.0;
    for (int s = 0; s < S; s++) {
        const double w = risk_get_weight(p->s->r, s) / S;
        for (int v = 0; v < p->n_share; v++)
            sum += w * x[v] * p->route_cost[(size_t)v * (size_t)S + (size_t)s];
    }
    return sum + design_eval_once(p, d, x);
}

/* y: what every scenario contributes to f: (1 - loading) C + loading (v + (C - v)+ / (1 - a)), whose mean is f and whose error is that of
 * f. */
static double eval_contribution(struct programme *p, const struct design *d, const double *x, double *y)
{
    const struct risk *r = p->s->r;
    const int S = p->s->n_sample;
    const double once = design_eval_once(p, d, x), a = r->opts.tail_pu, loading = d->terms->loading_pu;
    unbuilt_eval(p, x, UNBUILT_TOGETHER, p->unbuilt);
    const double f = design_eval(p, d, x, p->unbuilt), v = risk_eval_var(r, p->cost, p->scratch);
    for (int s = 0; s < S; s++)
        y[s] = once + (1.0 - loading) * p->cost[s] + loading * (v + fmax(0.0, p->cost[s] - v) / (1.0 - a));
    return f + once;
}

static enum status set_values(const struct look *l, struct programme *p, struct value *out, struct err *e)
{
    const int S = p->s->n_sample;
    struct design d;
    double x[STRATEGY_MAX_VAR], *y = mem_new(2 * (size_t)S, sizeof *y);
    if (!y)
        return err_set(e, ST_NO_MEMORY, "strategy", "%d scenarios", S);
    enum status st = design_set(p, &l->o->terms, l->q_kg, &d, e);
    st = st == ST_INFEASIBLE ? ST_OK : st; /* what a route is worth is asked whatever it can carry */
    set_base(p, l->base, x);
    const double f_base = eval_contribution(p, &d, x, y), bill_base = get_bill(p, &d, x);
    for (int k = 0; st == ST_OK && k < l->n_route; k++) {
        set_route(p, l, l->route[k], x);
        out[k].gain_USD = f_base - eval_contribution(p, &d, x, y + S);
        out[k].difference_USD = get_bill(p, &d, x) - bill_base;
        for (int s = 0; s < S; s++)
            y[S + s] = y[s] - y[S + s];
        out[k].error_USD = risk_eval_error(p->s->r, y + S, 1.0, 0.0, 0.0);
    }
    mem_free(y);
    return st;
}

/* hazard NAN: that of the scenario. */
static enum status look_at(struct look *l, double hazard_per_year, struct value *out, struct err *e)
{
    struct scenario sc = l->sc;
    struct strategy_opts so = strategy_opts_default();
    struct strategy *s;
    struct programme *p;
    for (int g = 0; !isnan(hazard_per_year) && g < l->m->nodes.n; g++)
        if (l->node_mask >> g & 1u)
            sc.node[g].hazard_per_year.value = sc.node[g].hazard_per_year.low = sc.node[g].hazard_per_year.high = hazard_per_year;
    so.n_scenario = l->o->n_scenario;
    so.stock_max_months = 120.0;
    TRY(strategy_new(l->m, &sc, l->base, l->o, &so, &s, e));
    enum status st = programme_get(s, programme_get_need(s, l->q_kg), 0, &p, e);
    if (st == ST_OK)
        st = set_values(l, p, out, e);
    strategy_free(s);
    return st;
}

/* ---- break-even ---- */

/* Loss that the route spares in an outage of mean length, one a year: margin x what no longer is missing x share of the year. */
static double get_loss(const struct look *l, int route)
{
    const struct scenario *sc = &l->sc;
    const int destination = market_get_destination(l->m, l->o->destination);
    double missing = 0.0, length_years = 0.0;
    static const struct plan none; /* only its count of nodes is read */
    struct plan plan = none;
    plan.n_node = l->m->nodes.n;
    for (int k = -1; k < l->base->chain[l->chain].n_leg; k++) {
        struct plan_route pr = {0};
        int is_whole;
        const int of = k < 0 ? route : l->base->chain[l->chain].leg[k].route;
        plan_set_route(&pr, of, l->m, sc, destination);
        missing +=
            (k < 0 ? -1.0 : l->base->chain[l->chain].leg[k].share_pu) *
            (1.0 - plan_eval_route(&plan, &pr, k < 0 ? l->node_mask & l->m->routes.route[route].node_mask : l->node_mask, &is_whole));
    }
    for (int g = 0; g < l->m->nodes.n; g++)
        if (l->node_mask >> g & 1u)
            length_years = fmax(length_years, sc->node[g].recovery_per_year.value > 0.0 ? 1.0 / sc->node[g].recovery_per_year.value : 1.0);
    return l->o->terms.lost_margin_USD_per_motor * missing * fmin(1.0, length_years);
}

/* Where the gain turns from below 0 to above, by straight lines in the log of the hazard. */
static void set_crossing(const struct value *of, int stride, struct strategy_break_even *out)
{
    for (int k = 1; k < N_HAZARD && !out->is_found; k++) {
        const struct value *low = &of[(k - 1) * stride], *high = &of[k * stride];
        if (low->gain_USD > 0.0 || !(high->gain_USD > 0.0))
            continue;
        const double at = -low->gain_USD / (high->gain_USD - low->gain_USD), h0 = HAZARD_LEAST_PER_YEAR * pow(HAZARD_STEP, k - 1);
        const double slope = (high->gain_USD - low->gain_USD) / (h0 * (HAZARD_STEP - 1.0));
        out->is_found = 1;
        out->hazard_per_year = h0 * pow(HAZARD_STEP, at);
        out->probability_pu = -expm1(-out->hazard_per_year);
        out->standard_error_pu = ((1.0 - at) * low->error_USD + at * high->error_USD) / slope * exp(-out->hazard_per_year);
    }
}

static void set_break_even(const struct look *l, int k, const struct value *own, const struct value *grid, struct strategy_break_even *out)
{
    const double none = (double)NAN, loss = get_loss(l, l->route[k]);
    double hazard = 0.0;
    for (int g = 0; g < l->m->nodes.n; g++)
        if (l->node_mask >> g & 1u)
            hazard = fmax(hazard, l->o->hazard_band == RISK_BAND_LOW    ? l->sc.node[g].hazard_per_year.low
                                  : l->o->hazard_band == RISK_BAND_HIGH ? l->sc.node[g].hazard_per_year.high
                                                                        : l->sc.node[g].hazard_per_year.value);
    *out = (struct strategy_break_even){.chain = l->chain, .route = l->route[k], .hazard_per_year = none, .probability_pu = none,
                                        .standard_error_pu = none};
    out->difference_USD = own->difference_USD;
    out->rule_low_pu = 1.0 / STRATEGY_RULE_HIGH;
    out->rule_high_pu = 1.0 / STRATEGY_RULE_LOW;
    out->closed_form_pu = loss > 0.0 ? own->difference_USD / loss : none;
    out->today_probability_pu = -expm1(-hazard);
    out->saves_USD = (struct risk_figure){own->gain_USD, own->error_USD};
    set_crossing(grid + k, l->n_route, out);
}

/* Alone, from the first month of production on: no share cap, no ramp, capacity for all motors where one is known. */
static int can_carry(const struct look *l, const struct route *r)
{
    const double first = l->o->production_days == LONG_MIN ? 0.0 : date_get_months(l->o->study_days, l->o->production_days);
    const double need_t_per_year = design_eval_need_t_per_year(l->m, &l->o->terms, l->q_kg, l->chain);
    return isnan(r->reserve_months.value) && !(r->share_cap_pu.value < 1.0) && !(r->capacity_t_per_year.value < need_t_per_year) &&
           plan_eval_ramp(r, l->o, (int)ceil(first - 1e-9)) >= 1.0;
}

/* Routes that can carry the whole chain. */
static enum status set_routes(struct look *l, struct err *e)
{
    const struct sourcing_chain *c = &l->base->chain[l->chain];
    l->n_route = 0;
    l->node_mask = 0;
    for (int k = 0; k < c->n_leg; k++)
        l->node_mask |= l->m->routes.route[c->leg[k].route].node_mask;
    for (int k = 0; k < l->m->routes.n; k++) {
        if (l->m->routes.route[k].chain != l->chain || get_base_share(c, k) > 0.0 || !can_carry(l, &l->m->routes.route[k]))
            continue;
        if (l->n_route == STRATEGY_MAX_ROUTE)
            return err_set(e, ST_CONFIG, "sourcing", "more than %d routes of chain '%s'", STRATEGY_MAX_ROUTE, l->m->chain[l->chain]);
        l->route[l->n_route++] = k;
    }
    return ST_OK;
}

static enum status solve_chain(struct look *l, struct strategy_break_even *out, struct err *e)
{
    struct value own[STRATEGY_MAX_ROUTE], grid[N_HAZARD * STRATEGY_MAX_ROUTE];
    TRY(look_at(l, (double)NAN, own, e));
    for (int k = 0; k < N_HAZARD; k++)
        TRY(look_at(l, HAZARD_LEAST_PER_YEAR * pow(HAZARD_STEP, k), grid + k * l->n_route, e));
    for (int k = 0; k < l->n_route; k++)
        set_break_even(l, k, &own[k], grid, &out[k]);
    return ST_OK;
}

enum status strategy_solve_break_even(const struct market *m, const struct scenario *sc, const struct sourcing *base,
                                      const struct risk_opts *o, const double *q_kg, int n_max, struct strategy_break_even *out, int *n,
                                      struct err *e)
{
    struct look l = {.m = m, .base = base, .o = o, .q_kg = q_kg, .sc = *sc};
    *n = 0;
    if (o->study_days == LONG_MIN)
        return err_set(e, ST_CONFIG, "study_date", "the date of the study is not given");
    for (l.chain = 0; l.chain < m->n_chain; l.chain++) {
        int is_needed = 0;
        for (int i = 0; i < m->n_element; i++)
            is_needed |= m->element[i].chain == l.chain && q_kg[i] > 0.0;
        TRY(set_routes(&l, e));
        if (!is_needed || !l.n_route || !l.node_mask)
            continue;
        if (*n + l.n_route > n_max)
            return err_set(e, ST_CONFIG, "break_even", "more than %d routes", n_max);
        TRY(solve_chain(&l, out + *n, e));
        *n += l.n_route;
    }
    return ST_OK;
}
