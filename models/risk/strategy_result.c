/* strategy_result.c - what a strategy comes to: as data, by risk_eval's reckoning, and f of one that is given. Contract: strategy.h. */
#include "models/risk/strategy_impl.h"
#include <cblas.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- strategy as data ---- */

_Static_assert(STRATEGY_MAX_ROUTE <= SOURCING_MAX_LEG, "every route of a chain has its leg");
static void add_leg(const struct strategy *s, struct sourcing_chain *c, int route, double share)
{
    const struct route *r = &s->r->market->routes.route[route];
    const double start = plan_eval_ramp(r, &s->r->opts, s->r->plan.first_month);
    c->leg[c->n_leg++] = (struct sourcing_leg){route, share, start > 0.0 ? LONG_MIN : r->from_days};
}

static void set_sourcing(const struct programme *p, const double *x, struct sourcing *out)
{
    const struct strategy *s = p->s;
    *out = s->base;
    snprintf(out->name, sizeof out->name, "optimum");
    snprintf(out->doc, sizeof out->doc, "least mean and tail of cost over route shares and stock");
    for (int g = 0; g < p->n_choice; g++) {
        struct sourcing_chain *c = &out->chain[p->choice_chain[g]];
        c->n_leg = 0;
        c->bridge = s->chain[p->choice_chain[g]].bridge;
        for (int v = 0; v < p->n_share; v++)
            if (p->group[v] == g && x[v] > 0.0)
                add_leg(s, c, s->record->route[p->var_record[v]], x[v]);
    }
    for (int c = 0; c < p->n_short; c++)
        out->chain[p->short_chain[c]].stock_months = programme_stock_months(p, x[p->n_share + c]);
}

/* ---- figures ---- */

static void set_capacity(const struct programme *p, const struct design *d, const double *x, struct strategy_result *out)
{
    const struct market *m = p->s->r->market;
    out->risk.capacity_use_pu = (double)NAN;
    out->risk.capacity_route = out->capacity_bound_route = -1;
    for (int v = 0; v < p->n_share; v++) {
        const int k = p->s->record->route[p->var_record[v]];
        double need_t_per_year = 0.0;
        for (int i = 0; i < m->n_element; i++)
            need_t_per_year += m->element[i].chain == p->var_chain[v] ? d->q_kg[i] * d->terms->volume_motors_per_year / 1000.0 : 0.0;
        const double use = x[v] * need_t_per_year / m->routes.route[k].capacity_t_per_year.value;
        if (x[v] > 0.0 && (use > out->risk.capacity_use_pu || (isnan(out->risk.capacity_use_pu) && !isnan(use)))) {
            out->risk.capacity_use_pu = use;
            out->risk.capacity_route = k;
        }
        if (x[v] > 0.0 && d->upper[v] < 1.0 && x[v] >= d->upper[v] - 1e-6)
            out->capacity_bound_route = k;
    }
}

/* FOB bill of every scenario into p->scratch. */
static void set_spot_bill(struct programme *p, const double *q_kg)
{
    const size_t S = (size_t)p->s->n_sample;
    memset(p->scratch, 0, S * sizeof *p->scratch);
    for (int i = 0; i < p->s->r->plan.n_element; i++)
        if (q_kg[i] > 0.0)
            cblas_daxpy((int)S, q_kg[i], p->s->record->spot + (size_t)i * S, 1, p->scratch, 1);
}

static double get_mean(const struct risk *r, const double *x)
{
    double sum = 0.0;
    for (int s = 0; s < r->opts.n_scenario; s++)
        sum += risk_get_weight(r, s) * x[s];
    return sum / r->opts.n_scenario;
}

static struct risk_figure get_figure(const struct risk *r, const double *x)
{
    return (struct risk_figure){get_mean(r, x), risk_eval_error(r, x, 1.0, 0.0, 0.0)};
}

static void set_figures(struct programme *p, const struct design *d, const double *x, struct risk_result *out)
{
    const struct risk *r = p->s->r;
    const int S = p->s->n_sample;
    const double L = d->terms->lost_margin_USD_per_motor;
    double fixed = design_eval_once(p, d, x);
    for (int v = p->n_share; v < p->n_var; v++)
        fixed += d->hold_USD[v] * x[v];
    out->today_USD = 0.0;
    for (int i = 0; i < r->plan.n_element; i++)
        out->today_USD += d->q_kg[i] * r->market->price_USD_per_kg[i];
    unbuilt_eval(p, x, UNBUILT_APART, p->unbuilt);
    cblas_dscal(S, L, p->unbuilt, 1);
    out->shortage = get_figure(r, p->unbuilt);
    out->unbuilt_mean_pu = L > 0.0 ? out->shortage.value_USD / L : (double)NAN;
    memcpy(p->cost, p->fixed_cost, (size_t)S * sizeof *p->cost);
    if (p->n_share)
        cblas_dgemv(CblasColMajor, CblasNoTrans, S, p->n_share, 1.0, p->route_cost, S, x, 1, 1.0, p->cost, 1);
    set_spot_bill(p, d->q_kg);
    out->drift = get_figure(r, p->scratch);
    out->drift.value_USD -= out->today_USD;
    for (int s = 0; s < S; s++)
        p->scratch[s] = p->cost[s] - p->scratch[s];
    out->holding = get_figure(r, p->scratch);
    out->holding.value_USD += fixed;
    for (int s = 0; s < S; s++)
        p->cost[s] += fixed + p->unbuilt[s];
    risk_eval_tail(r, p->cost, p->scratch, d->terms->loading_pu, out);
    out->risk_cost.value_USD = out->drift.value_USD + out->holding.value_USD + out->shortage.value_USD + out->tail.value_USD;
}

void result_set(struct programme *p, const struct design *d, const double *x, struct strategy_result *out)
{
    set_sourcing(p, x, &out->sourcing);
    set_figures(p, d, x, &out->risk);
    set_capacity(p, d, x, out);
    out->standard_error_USD = out->risk.risk_cost.standard_error_USD;
}

/* ---- a strategy that is given ---- */

/* Shares and stocks of the market's routes and chains as variables of the programme. */
static enum status set_given(const struct programme *p, const struct design *d, const double *share_pu, const double *stock_months,
                             double *x, struct err *e)
{
    const struct strategy *s = p->s;
    const struct market *m = s->r->market;
    double sum[MARKET_MAX_CHAIN] = {0};
    for (int v = 0; v < p->n_share; v++) {
        const int k = s->record->route[p->var_record[v]];
        x[v] = share_pu[k];
        sum[p->group[v]] += x[v];
        if (!(x[v] >= 0.0))
            return err_set(e, ST_CONFIG, "share_pu", "route '%s' has a share of %g", m->routes.route[k].name, x[v]);
        if (x[v] > d->upper[v] + 1e-9)
            return err_set(e, ST_CONFIG, "share_pu",
                           "route '%s' can carry %.4g of the need at %g motors per year, not %.4g: capacity exceeded",
                           m->routes.route[k].name, d->upper[v], d->terms->volume_motors_per_year, x[v]);
    }
    for (int g = 0; g < p->n_choice; g++)
        if (fabs(sum[g] - 1.0) > 1e-9)
            return err_set(e, ST_CONFIG, "share_pu", "the shares of chain '%s' sum to %.12g; expected 1", m->chain[p->choice_chain[g]],
                           sum[g]);
    for (int c = 0; c < p->n_short; c++) {
        const double stock = stock_months[p->short_chain[c]];
        if (!(stock >= 0.0))
            return err_set(e, ST_CONFIG, "stock_months", "chain '%s' holds %g months; expected 0 or more", m->chain[p->short_chain[c]],
                           stock);
        x[p->n_share + c] = stock / s->opts.stock_max_months;
    }
    return ST_OK;
}

enum status strategy_eval(struct strategy *s, const struct risk_terms *terms, const double *q_kg, const double *share_pu,
                          const double *stock_months, double *objective_USD, struct err *e)
{
    const struct risk_terms *t = terms ? terms : &s->r->opts.terms;
    struct programme *p;
    struct design d;
    double x[STRATEGY_MAX_VAR];
    TRY(risk_check_design(s->r, t, 1, q_kg, e));
    TRY(programme_get(s, programme_get_need(s, q_kg), 0, &p, e));
    TRY(design_set(p, t, q_kg, &d, e));
    TRY(set_given(p, &d, share_pu, stock_months, x, e));
    unbuilt_eval(p, x, UNBUILT_TOGETHER, p->unbuilt);
    *objective_USD = design_eval(p, &d, x, p->unbuilt) + design_eval_once(p, &d, x);
    return ST_OK;
}
