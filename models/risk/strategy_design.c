/* strategy_design.c - one design in a programme: what its routes cost in every scenario, what it pays once, and the objective
 * f = (1 - loading) E[C] + loading CVaR[C] (key ROCKAFELLAR_URYASEV). */
#include "models/risk/strategy_impl.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- costs ---- */

static void add_route_cost(const struct programme *p, const double *q_kg, int record, double *cost)
{
    const struct strategy *s = p->s;
    for (int i = 0; i < s->r->plan.n_element; i++)
        if (q_kg[i] > 0.0 && s->record->slot[i][record] >= 0)
            cblas_daxpy(s->n_sample, q_kg[i], s->record->paid + (size_t)s->record->slot[i][record] * (size_t)s->n_sample, 1, cost, 1);
}

double design_eval_bill(const struct programme *p, const double *q_kg, const double *price, int record)
{
    const struct strategy *s = p->s;
    double sum = 0.0;
    for (int i = 0; i < s->r->plan.n_element; i++)
        if (q_kg[i] > 0.0 && s->record->slot[i][record] >= 0)
            sum += q_kg[i] * price[s->record->slot[i][record]];
    return sum;
}

static double get_chain_value(const struct programme *p, const double *q_kg, int chain)
{
    const struct market *m = p->s->r->market;
    double value = 0.0;
    for (int i = 0; i < m->n_element; i++)
        value += m->element[i].chain == chain ? q_kg[i] * m->price_USD_per_kg[i] : 0.0;
    return value;
}

double design_eval_need_t_per_year(const struct market *m, const struct risk_terms *t, const double *q_kg, int chain)
{
    double need_t_per_year = 0.0;
    for (int i = 0; i < m->n_element; i++)
        if (m->element[i].chain == chain)
            need_t_per_year += q_kg[i] * t->volume_motors_per_year / 1000.0;
    return need_t_per_year;
}

/* What is left of a route for this design: its share cap, and its capacity over the design's need. */
static double get_upper(const struct programme *p, const struct risk_terms *t, const double *q_kg, int route)
{
    const struct market *m = p->s->r->market;
    const struct route *r = &m->routes.route[route];
    const double need_t_per_year = design_eval_need_t_per_year(m, t, q_kg, r->chain);
    const double of_capacity = need_t_per_year > 0.0 ? r->capacity_t_per_year.value / need_t_per_year : (double)NAN;
    return fmin(1.0, isnan(of_capacity) ? r->share_cap_pu.value : fmin(r->share_cap_pu.value, of_capacity));
}

/* What of f is linear. */
static void set_linear(const struct programme *p, struct design *d)
{
    const double *price = p->planes.mean_price, share = 1.0 - d->terms->loading_pu;
    for (int v = 0; v < p->n_var; v++)
        d->linear_USD[v] = v < p->n_share ? share * design_eval_bill(p, d->q_kg, price, p->var_record[v]) : d->hold_USD[v];
    for (int k = 0; k < p->n_chain; k++)
        if (p->s->chain[p->chain[k]].n_route == 1)
            d->fixed_USD += share * design_eval_bill(p, d->q_kg, price, p->s->chain[p->chain[k]].record[0]);
}

static enum status set_bounds(const struct programme *p, struct design *d, struct err *e)
{
    double sum[MARKET_MAX_CHAIN] = {0};
    for (int v = 0; v < p->n_var; v++)
        d->upper[v] = v < p->n_share ? get_upper(p, d->terms, d->q_kg, p->s->record->route[p->var_record[v]]) : 1.0;
    for (int v = 0; v < p->n_share; v++)
        sum[p->group[v]] += d->upper[v];
    for (int g = 0; g < p->n_choice; g++)
        if (sum[g] < 1.0 - 1e-9)
            return err_set(e, ST_INFEASIBLE, "strategy",
                           "the routes of chain '%s' can carry %.3g of the need: capacities are exceeded at %g motors per year",
                           p->s->r->market->chain[p->choice_chain[g]], sum[g], d->terms->volume_motors_per_year);
    return ST_OK;
}

enum status design_set(struct programme *p, const struct risk_terms *t, const double *q_kg, struct design *d, struct err *e)
{
    const struct strategy *s = p->s;
    const struct plan *plan = &s->r->plan;
    const double n_motor = risk_get_n_motor(s->r, t);
    const size_t S = (size_t)s->n_sample;
    memset(d, 0, sizeof *d);
    d->terms = t;
    d->q_kg = q_kg;
    memset(p->fixed_cost, 0, S * sizeof *p->fixed_cost);
    memset(p->route_cost, 0, S * (size_t)p->n_share * sizeof *p->route_cost);
    for (int v = 0; v < p->n_share; v++) {
        add_route_cost(p, q_kg, p->var_record[v], p->route_cost + (size_t)v * S);
        d->once_USD[v] = plan_eval_once_USD(&s->r->market->routes.route[s->record->route[p->var_record[v]]], &s->r->opts) / n_motor;
    }
    for (int k = 0; k < p->n_chain; k++) {
        const struct strategy_chain *c = &s->chain[p->chain[k]];
        if (c->n_route > 1)
            continue;
        add_route_cost(p, q_kg, c->record[0], p->fixed_cost);
        d->fixed_once_USD += plan_eval_once_USD(&s->r->market->routes.route[s->record->route[c->record[0]]], &s->r->opts) / n_motor;
    }
    for (int v = p->n_share; v < p->n_var; v++)
        d->hold_USD[v] = plan->holding_per_year * get_chain_value(p, q_kg, p->var_chain[v]) * s->opts.stock_max_months / 12.0;
    set_linear(p, d);
    return set_bounds(p, d, e);
}

/* The bridge is paid for once too while a route that has not ramped up leans on it: shares are of the route asked, so only its own. */
double design_eval_once(const struct programme *p, const struct design *d, const double *x)
{
    double sum = d->fixed_once_USD;
    for (int v = 0; v < p->n_share; v++)
        sum += x[v] > 0.0 ? d->once_USD[v] : 0.0;
    return sum;
}

/* ---- objective ---- */

static void set_cost(struct programme *p, const struct design *d, const double *x, const double *unbuilt)
{
    const int S = p->s->n_sample;
    const double L = d->terms->lost_margin_USD_per_motor;
    double hold = 0.0;
    for (int v = p->n_share; v < p->n_var; v++)
        hold += d->hold_USD[v] * x[v];
    for (int s = 0; s < S; s++)
        p->cost[s] = p->fixed_cost[s] + hold + L * unbuilt[s];
    for (int v = 0; v < p->n_share; v++)
        if (x[v] > 0.0)
            cblas_daxpy(S, x[v], p->route_cost + (size_t)v * (size_t)S, 1, p->cost, 1);
}

/* Weights of the scenarios in the tail, sum 1: 1/((1-a) S) above the quantile, the rest in equal parts on what equals it; times those of
 * importance sampling. */
static void set_tail(struct programme *p)
{
    const struct risk *r = p->s->r;
    const int S = p->s->n_sample;
    const double v = risk_eval_var(r, p->cost, p->scratch), above = 1.0 / ((1.0 - r->opts.tail_pu) * S);
    double mass_above = 0.0, mass_tie = 0.0;
    for (int s = 0; s < S; s++) {
        mass_above += p->cost[s] > v ? risk_get_weight(r, s) : 0.0;
        mass_tie += p->cost[s] > v || p->cost[s] < v ? 0.0 : risk_get_weight(r, s);
    }
    const double tie = fmax(0.0, 1.0 - mass_above * above) / mass_tie;
    for (int s = 0; s < S; s++)
        p->tail_weight[s] = risk_get_weight(r, s) * (p->cost[s] > v ? above : (p->cost[s] < v ? 0.0 : tie));
}

double design_eval(struct programme *p, const struct design *d, const double *x, const double *unbuilt)
{
    const int S = p->s->n_sample;
    const double loading = d->terms->loading_pu;
    set_cost(p, d, x, unbuilt);
    set_tail(p);
    return (1.0 - loading) * cblas_ddot(S, p->mean_weight, 1, p->cost, 1) + loading * cblas_ddot(S, p->tail_weight, 1, p->cost, 1);
}
