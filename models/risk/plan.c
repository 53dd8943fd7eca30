/* plan.c - a strategy under a scenario, put on the calendar of a study: shares by month, thresholds, who can run short; and the
 * availability that follows from the nodes that are down. */
#include "models/risk/risk_impl.h"
#include "materials/base/date.h"
#include "materials/base/text.h"
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define MONTHS_PER_YEAR 12.0
#define OLD_PRICE_MONTHS 6.0

void risk_add_note(struct risk_info *info, const char *fmt, ...)
{
    if (info->n_note == RISK_MAX_NOTE)
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(info->note[info->n_note++], sizeof info->note[0], fmt, args);
    va_end(args);
}

static double get_hazard(const struct datum *d, enum risk_band band)
{
    return band == RISK_BAND_LOW ? d->low : (band == RISK_BAND_HIGH ? d->high : d->value);
}

/* Equal weights, or the present value of each month's end, over the window; sum 1. The production must begin before the horizon ends, and
 * the window must hold a month. */
static enum status set_weights(struct plan *p, const struct risk_opts *o, struct err *e)
{
    const double start = o->production_days == LONG_MIN ? 0.0 : date_get_months(o->study_days, o->production_days);
    if (!(start >= 0.0 && ceil(start - 1e-9) < p->n_month))
        return err_set(e, ST_CONFIG, "production_start",
                       "production begins %.3g months after the study; expected 0 to below the horizon of %d", start, p->n_month);
    p->first_month = (int)ceil(start - 1e-9);
    const int first = p->first_month + o->window_month, n = o->window_n_month ? o->window_n_month : p->n_month - first;
    double sum = 0.0;
    if (o->window_month < 0 || n < 1 || first + n > p->n_month)
        return err_set(e, ST_CONFIG, "window", "%d months from month %d of the production; the production lasts %d months", n,
                       o->window_month, p->n_month - p->first_month);
    for (int t = first; t < first + n; t++)
        sum += p->weight_pu[t] = pow(1.0 + o->discount_rate_per_year, -(t + 1) / MONTHS_PER_YEAR);
    for (int t = first; t < first + n; t++)
        p->weight_pu[t] /= sum;
    return ST_OK;
}

static void set_nodes(struct plan *p, const struct market *m, const struct scenario *sc, enum risk_band band)
{
    const double rho = sc->common_factor_pu.value;
    p->n_node = m->nodes.n;
    for (int g = 0; g < p->n_node; g++) {
        const double alpha = -expm1(-get_hazard(&sc->node[g].hazard_per_year, band) / MONTHS_PER_YEAR);
        const double beta = -expm1(-sc->node[g].recovery_per_year.value / MONTHS_PER_YEAR);
        const int shares = m->nodes.node[g].shares_factor;
        p->down_threshold[g] = rng_eval_quantile(alpha);
        p->up_threshold[g] = rng_eval_quantile(beta);
        p->factor_a[g] = shares ? sqrt(rho) : 0.0;
        p->factor_b[g] = shares ? sqrt(1.0 - rho) : 1.0;
        if (m->nodes.node[g].controls_price)
            p->chain[m->nodes.node[g].chain].price_mask |= 1u << g;
    }
}

static void set_events(struct plan *p, const struct scenario *sc, const struct risk_opts *o, int destination, struct risk_info *info)
{
    for (int k = 0; k < sc->n_event; k++) {
        const struct scenario_event *ev = &sc->event[k];
        const double month = floor(date_get_months(o->study_days, ev->days));
        char day[DATE_TEXT_SIZE];
        date_write(ev->days, day);
        if (!(ev->destination_mask >> destination & 1u) || !(ev->probability_pu.value > 0.0))
            continue;
        if (month < 0.0 || month >= p->n_month) {
            risk_add_note(info, "event of %s lies %s and is left out: %.150s", day, month < 0.0 ? "before the study" : "beyond the horizon",
                          ev->doc);
            continue;
        }
        p->event[p->n_event++] = (struct plan_event){(int)month, ev->node_mask, rng_eval_quantile(ev->probability_pu.value), k};
    }
}

/* ---- routes ---- */

double plan_eval_ramp(const struct route *r, const struct risk_opts *o, int month)
{
    return route_eval_ramp(r, month - date_get_months(o->study_days, r->from_days));
}

double plan_eval_once_USD(const struct route *r, const struct risk_opts *o)
{
    return (r->qualification_USD.value + r->plant_USD.value) * (1.0 - r->subsidy_pu.value) * (1.0 - o->support_pu);
}

void plan_set_route(struct plan_route *out, int route, const struct market *m, const struct scenario *sc, int destination)
{
    const struct route *in = &m->routes.route[route];
    out->route = route;
    out->node_mask = in->node_mask;
    out->relief_pu = in->licence_relief_pu.value;
    for (int g = 0; g < m->nodes.n; g++) {
        out->availability_up_pu[g] = sc->node[g].availability_up_pu[destination].value;
        out->availability_down_pu[g] = sc->node[g].availability_down_pu[destination].value;
    }
}

double plan_eval_route(const struct plan *p, const struct plan_route *r, unsigned down, int *is_whole)
{
    double least = 1.0; /* a route delivers what its worst node lets through */
    for (int g = 0; g < p->n_node; g++)
        if (r->node_mask >> g & 1u)
            least = fmin(least, down >> g & 1u ? r->availability_down_pu[g] : r->availability_up_pu[g]);
    *is_whole = least >= 1.0;
    return least + r->relief_pu * (1.0 - least);
}

/* Of a route that is used from the first month on; `whole`: its ramp is done too. */
static enum status check_start(const struct plan *p, const struct route *r, const struct risk_opts *o, int whole, struct err *e)
{
    const double ramp = plan_eval_ramp(r, o, p->first_month);
    if (ramp >= 1.0 || (!whole && date_get_months(o->study_days, r->from_days) <= p->first_month + 1e-9))
        return ST_OK;
    char start[DATE_TEXT_SIZE], day[DATE_TEXT_SIZE];
    date_write(o->production_days == LONG_MIN ? o->study_days : o->production_days, start);
    date_write(r->from_days, day);
    return err_set(e, ST_CONFIG, "sourcing",
                   "route '%s' exists only from %s%s, the study's production begins on %s: give its leg a `from` and the chain a `bridge`",
                   r->name, day, r->ramp_months.value > 0.0 ? " and ramps up from there" : "", start);
}

static struct plan_route *add_route(struct plan_chain *c, int route)
{
    for (int k = 0; k < c->n_route; k++)
        if (c->route[k].route == route)
            return &c->route[k];
    c->route[c->n_route].route = route;
    return &c->route[c->n_route++];
}

/* What a leg does not deliver yet the bridge delivers. */
static enum status set_leg(struct plan *p, struct plan_chain *c, const struct sourcing_chain *in, const struct sourcing_leg *leg,
                           const struct route *all, const struct risk_opts *o, struct err *e)
{
    const double start = leg->from_days == LONG_MIN ? 0.0 : date_get_months(o->study_days, leg->from_days);
    if (leg->from_days == LONG_MIN)
        TRY(check_start(p, &all[leg->route], o, in->bridge < 0, e));
    for (int t = p->first_month; t < p->n_month && leg->share_pu > 0.0; t++) {
        const double ramp = t + 1e-9 >= start ? plan_eval_ramp(&all[leg->route], o, t) : 0.0;
        if (ramp < 1.0 && in->bridge < 0)
            return err_set(e, ST_CONFIG, "sourcing", "route '%s' does not deliver all from the first month on, and no bridge is named",
                           all[leg->route].name);
        if (ramp < 1.0)
            TRY(check_start(p, &all[in->bridge], o, 1, e));
        if (ramp > 0.0)
            add_route(c, leg->route)->share_pu[t] += leg->share_pu * ramp;
        if (ramp < 1.0)
            add_route(c, in->bridge)->share_pu[t] += leg->share_pu * (1.0 - ramp);
    }
    return ST_OK;
}

/* Routes elsewhere that run damp the jump of the chain's price, whoever buys from them. */
static void set_jump_scale(struct plan *p, int chain, const struct market *m, const struct risk_opts *o)
{
    for (int t = 0; t < p->n_month; t++) {
        p->chain[chain].jump_scale[t] = 1.0;
        for (int k = 0; k < m->routes.n; k++)
            if (m->routes.route[k].chain == chain && m->routes.route[k].jump_damping_pu.value > 0.0)
                p->chain[chain].jump_scale[t] *=
                    1.0 - m->routes.route[k].jump_damping_pu.value * plan_eval_ramp(&m->routes.route[k], o, t);
    }
}

static enum status set_chain(struct plan *p, int chain, const struct market *m, const struct scenario *sc, const struct sourcing *so,
                             const struct risk_opts *o, int destination, struct err *e)
{
    const struct sourcing_chain *in = &so->chain[chain];
    struct plan_chain *c = &p->chain[chain];
    c->stock_months = in->stock_months;
    c->short_index = -1;
    for (int k = 0; k < in->n_leg; k++)
        TRY(set_leg(p, c, in, &in->leg[k], m->routes.route, o, e));
    for (int k = 0; k < c->n_route; k++) {
        plan_set_route(&c->route[k], c->route[k].route, m, sc, destination);
        c->qualification_USD += plan_eval_once_USD(&m->routes.route[c->route[k].route], o);
    }
    set_jump_scale(p, chain, m, o);
    return ST_OK;
}

/* A chain can run short when a node of a route it uses is rationed, or can go down and then delivers less. */
static int can_run_short(const struct plan_chain *c, const struct plan *p)
{
    int is_short = 0;
    for (int k = 0; k < c->n_route; k++)
        for (int g = 0; g < p->n_node; g++) {
            int can_fall = p->down_threshold[g] > -HUGE_VAL;
            for (int v = 0; v < p->n_event; v++)
                can_fall |= (p->event[v].node_mask >> g & 1u) != 0u;
            if (c->route[k].node_mask >> g & 1u)
                is_short |= c->route[k].availability_up_pu[g] < 1.0 || (can_fall && c->route[k].availability_down_pu[g] < 1.0);
        }
    return is_short;
}

/* ---- availability ---- */

static double get_delivered(const struct plan *p, const struct plan_chain *c, int month, unsigned down, double *whole)
{
    double sum = 0.0;
    *whole = 0.0;
    for (int k = 0; k < c->n_route; k++) {
        int is_whole;
        const double a = plan_eval_route(p, &c->route[k], down, &is_whole);
        sum += c->route[k].share_pu[month] * a;
        *whole += is_whole ? c->route[k].share_pu[month] : 0.0;
    }
    return fmin(sum, 1.0);
}

/* A reserve that is older than the production stands ready in its first month. */
static void set_reserve(struct plan *p, struct plan_short *s, const struct market *m, const struct sourcing_chain *in,
                        const struct risk_opts *o)
{
    if (in->reserve < 0)
        return;
    const struct route *r = &m->routes.route[in->reserve];
    const double month = ceil(date_get_months(o->study_days, r->from_days) - 1e-9);
    s->reserve_months = r->reserve_months.value;
    s->reserve_month = month < p->first_month ? p->first_month : (month < p->n_month ? (int)month : p->n_month);
}

static enum status set_scarce(struct plan *p, int chain, const char *name, struct err *e)
{
    if (p->n_short == RISK_MAX_SHORT)
        return err_set(e, ST_CONFIG, "sourcing", "more than %d chains can run short ('%s' is the next)", RISK_MAX_SHORT, name);
    struct plan_short *s = &p->scarce[p->n_short];
    struct plan_chain *c = &p->chain[chain];
    unsigned mask = 0;
    s->chain = chain;
    c->short_index = p->n_short++;
    for (int k = 0; k < c->n_route; k++)
        mask |= c->route[k].node_mask;
    for (int g = 0; g < p->n_node; g++) {
        if (!(mask >> g & 1u))
            continue;
        if (s->n_node == RISK_MAX_CHAIN_NODE)
            return err_set(e, ST_CONFIG, "sourcing", "the routes of chain '%s' pass more than %d nodes", name, RISK_MAX_CHAIN_NODE);
        s->node[s->n_node++] = g;
    }
    for (int t = 0; t < p->n_month; t++)
        for (unsigned set = 0; set < 1u << s->n_node; set++) {
            unsigned down = 0;
            for (int k = 0; k < s->n_node; k++)
                down |= (set >> k & 1u) << s->node[k];
            const double d = get_delivered(p, c, t, down, &s->whole_pu[t][set]);
            s->delivered_pu[t][set] = d > 1.0 - 1e-12 ? 1.0 : d; /* shares that sum to 1 but for rounding are whole */
        }
    return ST_OK;
}

void plan_step_available(const struct plan *p, int scarce, int month, int n, const uint16_t *state, double *stock_months,
                         double *available_pu)
{
    const struct plan_short *s = &p->scarce[scarce];
    const double full = p->chain[s->chain].stock_months + (month >= s->reserve_month ? s->reserve_months : 0.0);
    const double released = month == s->reserve_month ? s->reserve_months : 0.0;
    for (int k = 0; k < n; k++) {
        unsigned set = 0;
        for (int g = 0; g < s->n_node; g++)
            set |= ((unsigned)state[k] >> s->node[g] & 1u) << g;
        const double delivered = s->delivered_pu[month][set], refill = p->stock_restock * s->whole_pu[month][set];
        const double missing = 1.0 - delivered, stock = stock_months[k] + released, drawn = missing < stock ? missing : stock;
        const double refilled = stock - drawn + refill;
        available_pu[k] = drawn < missing ? delivered + drawn : 1.0;
        stock_months[k] = refilled < full ? refilled : full;
    }
}

/* ---- the plan ---- */

static void note_prices(const struct market *m, const struct risk_opts *o, struct risk_info *info)
{
    double oldest = 0.0;
    int who = 0;
    for (int i = 0; i < m->n_element; i++) {
        const double age = date_get_months(m->element[i].price_days, o->study_days);
        if (age > oldest) {
            oldest = age;
            who = i;
        }
    }
    if (oldest > OLD_PRICE_MONTHS)
        risk_add_note(info, "prices of today are up to %.0f months older than the study (%s)", oldest, m->symbol[who]);
}

static void note_destination(const struct supply_nodes *nodes, int destination, const char *code, struct risk_info *info)
{
    struct text own = {0};
    if (destination < nodes->n_destination - 1)
        return;
    for (int k = 0; k < nodes->n_destination - 1; k++)
        text_add(&own, "%s%s", k ? ", " : "", nodes->destination[k]);
    risk_add_note(info, "destination %s has no figures of its own (%s have): those of any other country hold", code, own.s ? own.s : "");
    text_done(&own);
}

enum status plan_init(struct plan *p, const struct market *m, const struct scenario *sc, const struct sourcing *so,
                      const struct risk_opts *o, struct risk_info *info, struct err *e)
{
    const int destination = market_get_destination(m, o->destination);
    memset(p, 0, sizeof *p);
    p->n_element = m->n_element;
    p->n_chain = m->n_chain;
    p->n_month = o->horizon_months;
    p->holding_per_year = so->holding_rate_per_year.value;
    p->stock_restock = so->restock_per_month.value;
    TRY(set_weights(p, o, e));
    set_nodes(p, m, sc, o->hazard_band);
    set_events(p, sc, o, destination, info);
    for (int c = 0; c < p->n_chain; c++) {
        TRY(set_chain(p, c, m, sc, so, o, destination, e));
        if (can_run_short(&p->chain[c], p)) {
            TRY(set_scarce(p, c, m->chain[c], e));
            set_reserve(p, &p->scarce[p->chain[c].short_index], m, &so->chain[c], o);
        }
    }
    note_prices(m, o, info);
    note_destination(&m->nodes, destination, o->destination, info);
    return ST_OK;
}
