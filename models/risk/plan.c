/* plan.c - a strategy under a scenario, put on the calendar of a study: shares by month, thresholds, who can run short; and the
 * availability that follows from the nodes that are down. */
#include "models/risk/risk_impl.h"
#include "materials/base/date.h"
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

/* Equal weights, or the present value of each month's end; sum 1. */
static void set_weights(struct plan *p, double discount_rate_per_year)
{
    double sum = 0.0;
    for (int t = 0; t < p->n_month; t++)
        sum += p->weight_pu[t] = pow(1.0 + discount_rate_per_year, -(t + 1) / MONTHS_PER_YEAR);
    for (int t = 0; t < p->n_month; t++)
        p->weight_pu[t] /= sum;
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

static enum status check_start(const struct route *r, const struct risk_opts *o, struct err *e)
{
    if (r->from_days <= o->study_days)
        return ST_OK;
    char study[DATE_TEXT_SIZE], day[DATE_TEXT_SIZE];
    date_write(o->study_days, study);
    date_write(r->from_days, day);
    return err_set(e, ST_CONFIG, "sourcing",
                   "route '%s' exists only from %s, the study begins on %s: give its leg a `from` and the chain a `bridge`", r->name, day,
                   study);
}

static struct plan_route *add_route(struct plan_chain *c, int route)
{
    for (int k = 0; k < c->n_route; k++)
        if (c->route[k].route == route)
            return &c->route[k];
    c->route[c->n_route].route = route;
    return &c->route[c->n_route++];
}

static enum status set_chain(struct plan *p, int chain, const struct market *m, const struct sourcing *so, const struct risk_opts *o,
                             struct err *e)
{
    const struct sourcing_chain *in = &so->chain[chain];
    struct plan_chain *c = &p->chain[chain];
    const struct route *all = m->routes.route;
    c->stock_months = in->stock_months;
    c->short_index = -1;
    for (int k = 0; k < in->n_leg; k++) {
        const struct sourcing_leg *leg = &in->leg[k];
        const int is_early = leg->from_days == LONG_MIN;
        const double start_month = is_early ? 0.0 : date_get_months(o->study_days, leg->from_days);
        TRY(is_early ? check_start(&all[leg->route], o, e) : ST_OK);
        if (start_month > 0.0)
            TRY(check_start(&all[in->bridge], o, e));
        for (int t = 0; t < p->n_month && leg->share_pu > 0.0; t++)
            add_route(c, t + 1e-9 >= start_month ? leg->route : in->bridge)->share_pu[t] += leg->share_pu;
    }
    for (int k = 0; k < c->n_route; k++) {
        c->route[k].node_mask = all[c->route[k].route].node_mask;
        c->qualification_USD += all[c->route[k].route].qualification_USD.value;
    }
    return ST_OK;
}

/* A chain can run short when a node of a route it uses is rationed, or can go down and then delivers less. */
static int set_availability(struct plan_chain *c, const struct plan *p, const struct scenario *sc, int destination)
{
    int is_short = 0;
    for (int k = 0; k < c->n_route; k++)
        for (int g = 0; g < p->n_node; g++) {
            int can_fall = p->down_threshold[g] > -HUGE_VAL;
            for (int v = 0; v < p->n_event; v++)
                can_fall |= (p->event[v].node_mask >> g & 1u) != 0u;
            c->route[k].availability_up_pu[g] = sc->node[g].availability_up_pu[destination].value;
            c->route[k].availability_down_pu[g] = sc->node[g].availability_down_pu[destination].value;
            if (c->route[k].node_mask >> g & 1u)
                is_short |= c->route[k].availability_up_pu[g] < 1.0 || (can_fall && c->route[k].availability_down_pu[g] < 1.0);
        }
    return is_short;
}

/* ---- availability ---- */

/* A route delivers what its worst node lets through. */
static double get_delivered(const struct plan *p, const struct plan_chain *c, int month, unsigned down)
{
    double sum = 0.0;
    for (int k = 0; k < c->n_route; k++) {
        const struct plan_route *r = &c->route[k];
        double least = 1.0;
        for (int g = 0; g < p->n_node; g++)
            if (r->node_mask >> g & 1u)
                least = fmin(least, down >> g & 1u ? r->availability_down_pu[g] : r->availability_up_pu[g]);
        sum += r->share_pu[month] * least;
    }
    return fmin(sum, 1.0);
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
            const double d = get_delivered(p, c, t, down);
            s->delivered_pu[t][set] = d > 1.0 - 1e-12 ? 1.0 : d; /* shares that sum to 1 but for rounding are whole */
        }
    return ST_OK;
}

void plan_step_available(const struct plan *p, int scarce, int month, int n, const uint16_t *state, double *stock_months,
                         double *available_pu)
{
    const struct plan_short *s = &p->scarce[scarce];
    const double full = p->chain[s->chain].stock_months, restock = p->stock_restock;
    for (int k = 0; k < n; k++) {
        unsigned set = 0;
        for (int g = 0; g < s->n_node; g++)
            set |= ((unsigned)state[k] >> s->node[g] & 1u) << g;
        available_pu[k] = s->delivered_pu[month][set];
    }
    for (int k = 0; k < n; k++) {
        const double missing = 1.0 - available_pu[k], stock = stock_months[k], drawn = missing < stock ? missing : stock;
        const double refilled = stock + restock < full ? stock + restock : full;
        available_pu[k] = drawn < missing ? available_pu[k] + drawn : 1.0;
        stock_months[k] = missing > 0.0 ? stock - drawn : refilled;
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
    set_weights(p, o->discount_rate_per_year);
    set_nodes(p, m, sc, o->hazard_band);
    set_events(p, sc, o, destination, info);
    for (int c = 0; c < p->n_chain; c++) {
        TRY(set_chain(p, c, m, so, o, e));
        if (set_availability(&p->chain[c], p, sc, destination))
            TRY(set_scarce(p, c, m->chain[c], e));
    }
    note_prices(m, o, info);
    return ST_OK;
}
