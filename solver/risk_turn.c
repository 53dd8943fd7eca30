/* risk_turn.c - which assumed data would turn the decision inside their range: each is set to its low and its high end, all else and all
 * draws as they are, and motors and strategies are reckoned again. Few scenarios find the candidates; all of them confirm or dismiss.
 * Contract: risk_run.h. */
#include "solver/risk_run_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define ROUNDING 1e-9 /* of a cost: strategies that differ by less are the same */
#define FIRST_ROOM 64
#define SURE_ERRORS 2.0 /* standard errors that a gain must exceed, or it may be chance */

struct assumed {                 /* one assumed input; n data when the same figure stands in several strategies */
    char what[200];
    int n, element;              /* element whose price follows from it, -1 none */
    struct datum *d[MARKET_MAX_SOURCING];
    unsigned node_mask;          /* only strategies that pass or price by one of these nodes feel it; 0: see route */
    int route;                   /* only strategies that use it feel it; -1: all do */
};
struct turn_ctx {
    const struct risk_study *s;
    const struct risk_run_opts *o;
    struct risk_run *r;
    struct market *m;            /* a copy that is changed and set back */
    unsigned chain_mask;         /* chains that some motor buys from */
    struct scenario *scenario;   /* a copy of the base scenario, likewise */
    int n, room, is_short;       /* in the list; is_short: memory did not last for all */
    struct assumed *list;
    struct risk_opts few, all;
    struct risk_influence influence[MARKET_MAX_SOURCING]; /* all scenarios, one end of one datum */
    struct risk_result base[MARKET_MAX_SOURCING][RISK_STUDY_MAX_BILL]; /* few scenarios, nothing changed */
};

/* ---- the list ---- */

static int make_room(struct turn_ctx *c)
{
    if (c->n < c->room)
        return 1;
    const int room = c->room ? 2 * c->room : FIRST_ROOM;
    struct assumed *grown = mem_grow(c->list, (size_t)c->room, (size_t)room, sizeof *grown);
    if (!grown) {
        c->is_short = 1;
        return 0;
    }
    c->list = grown;
    c->room = room;
    return 1;
}

/* The entry is valid until the next; NULL: not assumed, or without a range. */
static struct assumed *add(struct turn_ctx *c, struct datum *d, const char *fmt, ...) PRINTF_LIKE(3, 4);
static struct assumed *add(struct turn_ctx *c, struct datum *d, const char *fmt, ...)
{
    if (d->quality != QUALITY_ASSUMED || !(d->high > d->low) || !make_room(c))
        return NULL;
    struct assumed *a = &c->list[c->n++];
    *a = (struct assumed){.n = 1, .element = -1, .d = {d}, .route = -1};
    va_list args;
    va_start(args, fmt);
    vsnprintf(a->what, sizeof a->what, fmt, args);
    va_end(args);
    return a;
}

static void add_node(struct turn_ctx *c, int g, int destination, const char *place)
{
    struct scenario_node *x = &c->scenario->node[g];
    const char *name = c->m->nodes.node[g].name;
    const int first = c->n;
    add(c, &x->hazard_per_year, "hazard of %s, per year", name);
    add(c, &x->recovery_per_year, "recovery of %s, per year", name);
    if (x->duration == DURATION_LOGNORMAL)
        add(c, &x->duration_sigma_pu, "spread of the length of an outage of %s, log", name);
    add(c, &x->availability_up_pu[destination], "share that %s lets through to %s while up", name, place);
    add(c, &x->availability_down_pu[destination], "share that %s lets through to %s while down", name, place);
    for (int k = first; k < c->n; k++)
        c->list[k].node_mask = 1u << g;
}

static void add_scenario(struct turn_ctx *c)
{
    const char *place = c->s->economics.opts.destination;
    const int destination = market_get_destination(c->m, place);
    add(c, &c->scenario->common_factor_pu, "common factor of the controlled nodes");
    for (int g = 0; g < c->m->nodes.n; g++)
        if (c->chain_mask >> c->m->nodes.node[g].chain & 1u)
            add_node(c, g, destination, place);
    for (int k = 0; k < c->scenario->n_event; k++) {
        struct scenario_event *v = &c->scenario->event[k];
        struct assumed *a = v->destination_mask >> destination & 1u ? add(c, &v->probability_pu, "probability of: %.150s", v->doc) : NULL;
        if (a)
            a->node_mask = v->node_mask;
    }
}

static int uses_route(const struct sourcing *so, int route)
{
    for (int c = 0; c < MARKET_MAX_CHAIN; c++) {
        const struct sourcing_chain *x = &so->chain[c];
        if (x->n_leg > 0 && (x->bridge == route || x->reserve == route))
            return 1;
        for (int k = 0; k < x->n_leg; k++)
            if (x->leg[k].route == route)
                return 1;
    }
    return 0;
}

static void add_route(struct turn_ctx *c, int route)
{
    struct route *x = &c->m->routes.route[route];
    int is_used = 0;
    if (c->chain_mask >> x->chain & 1u) /* whoever buys */
        add(c, &x->jump_damping_pu, "damping of the price jump by route %s", x->name);
    const int first = c->n;
    for (int k = 0; k < c->s->n_sourcing; k++)
        is_used |= !c->r->left_out[k][0] && uses_route(c->s->sourcing[k], route);
    if (!is_used || !(c->chain_mask >> x->chain & 1u))
        return;
    add(c, &x->premium_USD_per_kg, "premium of route %s, USD/kg", x->name);
    add(c, &x->floor_USD_per_kg, "price floor of route %s, USD/kg", x->name);
    add(c, &x->cap_USD_per_kg, "price cap of route %s, USD/kg", x->name);
    add(c, &x->upside_share_pu, "share of the upside given back on route %s", x->name);
    add(c, &x->fixed_USD_per_kg, "fixed price of route %s, USD/kg", x->name);
    add(c, &x->qualification_USD, "qualification of route %s, USD", x->name);
    add(c, &x->plant_USD, "part of the plant behind route %s, USD", x->name);
    add(c, &x->subsidy_pu, "public share of the cost of route %s", x->name);
    add(c, &x->ramp_months, "ramp of route %s, months", x->name);
    add(c, &x->ramp_start_pu, "start of the ramp of route %s", x->name);
    add(c, &x->licence_relief_pu, "rationing that the licence of route %s lifts", x->name);
    add(c, &x->reserve_months, "reserve %s, months of use", x->name);
    for (int k = first; k < c->n; k++)
        c->list[k].route = route;
}

/* The same figure of every strategy moves with that of the others: they are one assumption. */
static void add_strategies(struct turn_ctx *c)
{
    static const struct { size_t offset; const char *what; } FIGURE[] = {
        {offsetof(struct sourcing, holding_rate_per_year), "cost of holding stock, per year and value"},
        {offsetof(struct sourcing, restock_per_month), "stock rebuilt per month of whole supply, months of use"}};
    for (int f = 0; f < ARRAY_LEN(FIGURE); f++) {
        struct assumed *a = NULL;
        for (int k = 0; k < c->s->n_sourcing; k++) {
            struct sourcing *so = &c->m->sourcing[c->s->sourcing[k] - c->o->market->sourcing];
            struct datum *d = (struct datum *)(void *)((char *)so + FIGURE[f].offset);
            if (!a)
                a = add(c, d, "%s", FIGURE[f].what);
            else if (d->quality == QUALITY_ASSUMED && a->n < ARRAY_LEN(a->d))
                a->d[a->n++] = d;
        }
    }
}

static void add_elements(struct turn_ctx *c)
{
    for (int i = 0; i < c->m->n_element; i++) {
        struct market_element *x = &c->m->element[i];
        const int first = c->n;
        if (!risk_run_is_bought(c->s, i))
            continue;
        add(c, &x->form_price_USD_per_kg, "price of %s, USD/kg of %s", x->symbol, x->form);
        add(c, &x->conversion_pu, "conversion of %s from %s, share of its price", x->symbol, x->form);
        for (int k = first; k < c->n; k++)
            c->list[k].element = i;
        add(c, &x->outside_ratio, "price of %s outside China over FOB", x->symbol);
        add(c, &x->sigma_pu, "volatility of %s, per root of a year", x->symbol);
        add(c, &x->kappa_per_year, "reversion of the price of %s, per year", x->symbol);
        add(c, &x->theta_USD_per_kg, "level to which %s reverts, USD/kg of %s", x->symbol, x->form);
        add(c, &x->jump_log, "price jump of %s in a control regime, log", x->symbol);
        add(c, &x->jump_inside_pu, "share of the jump of %s inside the controlled market", x->symbol);
    }
    add(c, &c->m->shrink_pu, "shrinkage of the correlations");
    for (int k = 0; k < c->m->n_chain && c->s->economics.opts.has_spikes; k++) {
        add(c, &c->m->spikes[k].rate_per_year, "spikes of %s, per year", c->m->chain[k]);
        add(c, &c->m->spikes[k].size_log, "size of the spikes of %s, log", c->m->chain[k]);
        add(c, &c->m->spikes[k].size_sd_pu, "spread of the spikes of %s, log", c->m->chain[k]);
    }
}

/* ---- what a change does ---- */

/* As market_read.c has it. */
static void set_price(struct market *m, int element)
{
    struct market_element *x = &m->element[element];
    x->to_element = x->form_kg_per_kg.value * (1.0 + x->conversion_pu.value);
    m->price_USD_per_kg[element] = x->form_price_USD_per_kg.value * x->to_element;
}

static void set_value(struct turn_ctx *c, const struct assumed *a, const double *value)
{
    for (int k = 0; k < a->n; k++)
        a->d[k]->value = value[k];
    if (a->element >= 0)
        set_price(c->m, a->element);
}

static int is_felt(const struct turn_ctx *c, const struct assumed *a, int strategy)
{
    const struct sourcing *so = c->s->sourcing[strategy];
    if (a->route >= 0)
        return uses_route(so, a->route);
    if (!a->node_mask)
        return 1;
    for (int g = 0; g < c->m->nodes.n; g++)
        if (a->node_mask >> g & 1u && c->m->nodes.node[g].controls_price)
            return 1;
    for (int k = 0; k < c->m->routes.n; k++)
        if (c->m->routes.route[k].node_mask & a->node_mask && uses_route(so, k))
            return 1;
    return 0;
}

static double get_cost(const struct risk_study *s, const struct risk_result *x, int bill)
{
    return s->bill[bill].processing_USD + x->today_USD + x->risk_cost.value_USD;
}

static const struct sourcing *get_sourcing(const struct turn_ctx *c, int k)
{
    return &c->m->sourcing[c->s->sourcing[k] - c->o->market->sourcing];
}

/* Cheapest strategy of each motor, and the cheapest motor. */
struct choice { int bill, sourcing[RISK_STUDY_MAX_BILL]; };

/* With the datum where it is now, by few scenarios. */
static enum status find_best(struct turn_ctx *c, const struct assumed *a, struct choice *out, struct err *e)
{
    double least[RISK_STUDY_MAX_BILL];
    for (int b = 0; b < c->s->n_bill; b++)
        least[b] = HUGE_VAL;
    for (int k = 0; k < c->s->n_sourcing; k++) {
        struct risk_result x[RISK_STUDY_MAX_BILL];
        if (c->r->left_out[k][0])
            continue;
        if (a && !is_felt(c, a, k))
            memcpy(x, c->base[k], sizeof x);
        else
            TRY(risk_run_eval(c->s, c->m, c->scenario, get_sourcing(c, k), &c->few, x, e));
        if (!a)
            memcpy(c->base[k], x, sizeof x);
        for (int b = 0; b < c->s->n_bill; b++)
            if (get_cost(c->s, &x[b], b) < least[b] * (1.0 - ROUNDING)) {
                least[b] = get_cost(c->s, &x[b], b);
                out->sourcing[b] = k;
            }
    }
    out->bill = 0;
    for (int b = 1; b < c->s->n_bill; b++)
        if (least[b] < least[out->bill])
            out->bill = b;
    return ST_OK;
}

/* All scenarios, one strategy at its first use. */
static enum status get_all(struct turn_ctx *c, int sourcing, struct risk_influence **out, struct err *e)
{
    *out = &c->influence[sourcing];
    return (*out)->h_USD ? ST_OK : risk_run_new_influence(c->s, c->m, c->scenario, get_sourcing(c, sourcing), &c->all, *out, e);
}

/* Does the candidate beat today's choice, by all scenarios, surely, and with the datum where it is now? */
static enum status confirm(struct turn_ctx *c, struct risk_turn *t, int motor, int bill, int sourcing, int bill_today, int sourcing_today,
                           struct err *e)
{
    struct risk_influence *now, *other;
    TRY(get_all(c, sourcing_today, &now, e));
    TRY(get_all(c, sourcing, &other, e));
    const struct risk_figure gain = risk_run_eval_gap(&c->all, other, bill, now, bill_today);
    if (gain.value_USD > fmax(ROUNDING * other->total_USD[bill], SURE_ERRORS * gain.standard_error_USD))
        t->change[t->n_change++] = (struct risk_change){motor, bill, sourcing, gain};
    return ST_OK;
}

static enum status confirm_all(struct turn_ctx *c, struct risk_turn *t, const struct choice *x, struct err *e)
{
    const int i = c->s->base_scenario, today = c->r->winner_named;
    const int *best = c->r->best[i];
    if (x->bill != today)
        TRY(confirm(c, t, -1, x->bill, x->sourcing[x->bill], today, x->sourcing[today], e));
    for (int b = 0; b < c->s->n_bill; b++)
        if (x->sourcing[b] != best[b])
            TRY(confirm(c, t, b, b, x->sourcing[b], b, best[b], e));
    return ST_OK;
}

static void keep(struct turn_ctx *c, const struct risk_turn *t)
{
    if (t->n_change == 0)
        return;
    if (c->r->n_turn == RISK_RUN_MAX_TURN)
        risk_run_note(c->r, "more than %d ends of assumed inputs turn the decision; the rest is not listed", RISK_RUN_MAX_TURN);
    else
        c->r->turn[c->r->n_turn++] = *t;
}

static enum status try_end(struct turn_ctx *c, const struct assumed *a, int is_high, struct err *e)
{
    double value[MARKET_MAX_SOURCING] = {0}, end[MARKET_MAX_SOURCING] = {0};
    struct choice x;
    struct risk_turn t = {.value = a->d[0]->value, .low = a->d[0]->low, .high = a->d[0]->high, .is_high = is_high};
    snprintf(t.what, sizeof t.what, "%s", a->what);
    snprintf(t.source, sizeof t.source, "%s", a->d[0]->source);
    for (int k = 0; k < a->n; k++) {
        value[k] = a->d[k]->value;
        end[k] = is_high ? a->d[k]->high : a->d[k]->low;
    }
    if (!(fabs(end[0] - value[0]) > 0.0))
        return ST_OK;
    set_value(c, a, end);
    enum status st = find_best(c, a, &x, e);
    if (st == ST_OK)
        st = confirm_all(c, &t, &x, e);
    for (int k = 0; k < MARKET_MAX_SOURCING; k++)
        risk_run_free_influence(&c->influence[k]);
    set_value(c, a, value);
    if (st == ST_OK)
        keep(c, &t);
    return st;
}

static double get_greatest_gain(const struct risk_turn *t)
{
    double gain = 0.0;
    for (int k = 0; k < t->n_change; k++)
        gain = fmax(gain, t->change[k].gain.value_USD);
    return gain;
}

/* A change of the motor weighs more than one of the strategy; then by gain. */
static int compare_turns(const void *a, const void *b)
{
    const struct risk_turn *x = a, *y = b;
    const int x_motor = x->change[0].motor < 0, y_motor = y->change[0].motor < 0;
    const double gx = get_greatest_gain(x), gy = get_greatest_gain(y);
    if (x_motor != y_motor)
        return y_motor - x_motor;
    if (gx > gy || gx < gy)
        return gx > gy ? -1 : 1;
    return strcmp(x->what, y->what);
}

static enum status solve(struct turn_ctx *c, struct err *e)
{
    struct choice x;
    for (int i = 0; i < c->m->n_element; i++)
        if (risk_run_is_bought(c->s, i))
            c->chain_mask |= 1u << c->m->element[i].chain;
    add_scenario(c);
    for (int k = 0; k < c->m->routes.n; k++)
        add_route(c, k);
    add_strategies(c);
    add_elements(c);
    if (c->is_short)
        return err_set(e, ST_NO_MEMORY, "risk", "%d assumed inputs and more", c->n);
    c->r->n_assumed = c->n;
    TRY(find_best(c, NULL, &x, e));
    for (int k = 0; k < c->n; k++) {
        log_send(&c->o->log, LOG_PROGRESS, "assumed inputs: %d of %d, %.60s", k + 1, c->n, c->list[k].what);
        for (int is_high = 0; is_high < 2; is_high++)
            TRY(try_end(c, &c->list[k], is_high, e));
    }
    qsort(c->r->turn, (size_t)c->r->n_turn, sizeof c->r->turn[0], compare_turns);
    return ST_OK;
}

enum status risk_turn_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e)
{
    struct turn_ctx *c = mem_new(1, sizeof *c);
    struct market *m = mem_new(1, sizeof *m);
    struct scenario *sc = mem_new(1, sizeof *sc);
    enum status st = c && m && sc ? ST_OK : err_set(e, ST_NO_MEMORY, "risk", "a copy of the market");
    if (st == ST_OK) {
        *m = *o->market; /* names and references stay the original's */
        *sc = *s->scenario[s->base_scenario];
        *c = (struct turn_ctx){.s = s, .o = o, .r = r, .m = m, .scenario = sc,
                               .few = risk_run_get_opts(s, o, s->economics.n_scenario_search),
                               .all = risk_run_get_opts(s, o, s->economics.opts.n_scenario)};
        st = solve(c, e);
    }
    for (int k = 0; c && k < MARKET_MAX_SOURCING; k++)
        risk_run_free_influence(&c->influence[k]);
    if (c)
        mem_free(c->list);
    mem_free(sc);
    mem_free(m);
    mem_free(c);
    return st;
}
