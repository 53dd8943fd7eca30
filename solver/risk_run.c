/* risk_run.c - the table of scenarios, strategies and motors, its best, and what the charts show. Contract: risk_run.h. */
#include "solver/risk_run_impl.h"
#include "materials/base/mem.h"
#include "models/risk/fan.h"
#include "models/risk/influence.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define SAME 1e-9 /* of a cost: what differs by less is the same */

const double risk_run_level_pu[RISK_RUN_LEVELS] = {0.05, 0.25, 0.5, 0.75, 0.95};

void risk_run_note(struct risk_run *r, const char *fmt, ...)
{
    char text[sizeof r->note[0]];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (int k = 0; k < r->n_note; k++)
        if (strcmp(r->note[k], text) == 0)
            return;
    if (r->n_note < RISK_RUN_MAX_NOTE)
        snprintf(r->note[r->n_note++], sizeof r->note[0], "%s", text);
}

/* ---- one simulation ---- */

struct risk_opts risk_run_get_opts(const struct risk_study *s, const struct risk_run_opts *o, int n_scenario)
{
    struct risk_opts opts = s->economics.opts;
    opts.n_scenario = n_scenario;
    opts.n_thread = o->jobs;
    opts.seed = o->seed;
    return opts;
}

static void get_masses(const struct risk_study *s, int n_element, double *q_kg)
{
    for (int b = 0; b < s->n_bill; b++)
        memcpy(q_kg + b * n_element, s->bill[b].q_kg, (size_t)n_element * sizeof *q_kg);
}

static enum status eval_bills(const struct risk_study *s, const struct market *m, const struct risk *r, struct risk_result *out,
                              struct err *e)
{
    double q_kg[RISK_STUDY_MAX_BILL * MARKET_MAX_ELEMENT];
    struct risk_ws *ws = NULL;
    get_masses(s, m->n_element, q_kg);
    TRY(risk_ws_new(r, s->n_bill, &ws, e));
    const enum status st = risk_eval(r, ws, NULL, s->n_bill, q_kg, out, e);
    risk_ws_free(ws);
    return st;
}

enum status risk_run_eval(const struct risk_study *s, const struct market *m, const struct scenario *sc, const struct sourcing *so,
                          const struct risk_opts *opts, struct risk_result *out, struct err *e)
{
    struct risk *r = NULL;
    TRY(risk_new(m, sc, so, opts, &r, e));
    const enum status st = eval_bills(s, m, r, out, e);
    risk_free(r);
    return st;
}

/* ---- the table ---- */

const struct risk_result *risk_run_get_cell(const struct risk_run *r, int scenario, int sourcing, int bill)
{
    return &r->cell[(scenario * r->study->n_sourcing + sourcing) * r->study->n_bill + bill];
}

double risk_run_eval_cost_USD(const struct risk_run *r, int scenario, int sourcing, int bill)
{
    const struct risk_result *c = risk_run_get_cell(r, scenario, sourcing, bill);
    return r->study->bill[bill].processing_USD + c->today_USD + c->risk_cost.value_USD;
}

int risk_run_is_bought(const struct risk_study *s, int element)
{
    for (int b = 0; b < s->n_bill; b++)
        if (s->bill[b].q_kg[element] > 0.0)
            return 1;
    return 0;
}

/* A strategy that cannot begin on the study's date is left out when the file did not ask for it by name. */
static enum status solve_cell(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, int i, int k, struct err *e)
{
    const struct risk_opts opts = risk_run_get_opts(s, o, s->economics.opts.n_scenario);
    struct risk_result *cell = &r->cell[(i * s->n_sourcing + k) * s->n_bill];
    struct risk *risk = NULL;
    enum status st = risk_new(o->market, s->scenario[i], s->sourcing[k], &opts, &risk, e);
    if (st == ST_CONFIG && !s->strategies_given && strcmp(e->where, "sourcing") == 0 && k != s->base_sourcing) {
        snprintf(r->left_out[k], sizeof r->left_out[k], "%s: %.280s", s->sourcing[k]->name, e->message);
        memset(e, 0, sizeof *e);
        return ST_OK;
    }
    if (st == ST_OK)
        st = eval_bills(s, o->market, risk, cell, e);
    for (int n = 0; st == ST_OK && n < risk_get_info(risk)->n_note; n++)
        risk_run_note(r, "%s", risk_get_info(risk)->note[n]);
    risk_free(risk);
    return st;
}

static enum status solve_table(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e)
{
    for (int i = 0; i < s->n_scenario; i++)
        for (int k = 0; k < s->n_sourcing; k++) {
            log_send(&o->log, LOG_PROGRESS, "%s, %s", s->scenario[i]->name, s->sourcing[k]->name);
            if (!r->left_out[k][0])
                TRY(solve_cell(s, o, r, i, k, e));
        }
    return ST_OK;
}

const struct risk_mix *risk_run_get_mix(const struct risk_run *r, int scenario, int bill)
{
    const struct risk_mix *x = &r->mix[scenario * r->study->n_bill + bill];
    const struct risk_result *named = risk_run_get_cell(r, scenario, r->best[scenario][bill], bill);
    return x->is_solved && x->r.risk_cost.value_USD < named->risk_cost.value_USD - SAME * fabs(named->risk_cost.value_USD) ? x : NULL;
}

const struct risk_result *risk_run_get_least(const struct risk_run *r, int scenario, int bill)
{
    const struct risk_mix *x = risk_run_get_mix(r, scenario, bill);
    return x ? &x->r : risk_run_get_cell(r, scenario, r->best[scenario][bill], bill);
}

int risk_run_is_indifferent(const struct risk_run *r, int scenario, int bill)
{
    const double least_USD = risk_run_eval_cost_USD(r, scenario, r->best[scenario][bill], bill);
    int n = 0;
    for (int k = 0; k < r->study->n_sourcing; k++) {
        if (r->left_out[k][0])
            continue;
        n++;
        if (fabs(risk_run_eval_cost_USD(r, scenario, k, bill) - least_USD) > SAME * fabs(least_USD))
            return 0;
    }
    return n > 1 && !risk_run_get_mix(r, scenario, bill);
}

int risk_run_is_cheapest(const struct risk_run *r, int scenario, int sourcing, int bill)
{
    return r->best[scenario][bill] == sourcing && !risk_run_get_mix(r, scenario, bill) && !risk_run_is_indifferent(r, scenario, bill);
}

double risk_run_eval_least_USD(const struct risk_run *r, int scenario, int bill)
{
    const struct risk_result *x = risk_run_get_least(r, scenario, bill);
    return r->study->bill[bill].processing_USD + x->today_USD + x->risk_cost.value_USD;
}

const struct sourcing *risk_run_get_sourcing(const struct risk_run *r, int scenario, int bill)
{
    const struct risk_mix *x = risk_run_get_mix(r, scenario, bill);
    return x ? &x->sourcing : r->study->sourcing[r->best[scenario][bill]];
}

static void set_best(const struct risk_study *s, struct risk_run *r)
{
    for (int i = 0; i < s->n_scenario; i++)
        for (int b = 0; b < s->n_bill; b++) {
            int *best = &r->best[i][b];
            *best = s->base_sourcing;
            for (int k = 0; k < s->n_sourcing; k++)
                if (!r->left_out[k][0] && risk_run_eval_cost_USD(r, i, k, b) < (1.0 - SAME) * risk_run_eval_cost_USD(r, i, *best, b))
                    *best = k;
        }
    const int i = s->base_scenario;
    r->winner_named = 0;
    for (int b = 1; b < s->n_bill; b++)
        if (risk_run_eval_cost_USD(r, i, r->best[i][b], b) < risk_run_eval_cost_USD(r, i, r->best[i][r->winner_named], r->winner_named))
            r->winner_named = b;
}

static void set_winners(const struct risk_study *s, struct risk_run *r)
{
    for (int i = 0; i < s->n_scenario; i++) {
        r->winner[i] = r->runner_up[i] = -1;
        for (int b = 0; b < s->n_bill; b++) {
            const double cost = risk_run_eval_least_USD(r, i, b);
            if (r->winner[i] < 0 || cost < risk_run_eval_least_USD(r, i, r->winner[i])) {
                r->runner_up[i] = r->winner[i];
                r->winner[i] = b;
            } else if (r->runner_up[i] < 0 || cost < risk_run_eval_least_USD(r, i, r->runner_up[i])) {
                r->runner_up[i] = b;
            }
        }
    }
}

/* ---- difference of two, with its error ---- */

enum status risk_run_new_influence(const struct risk_study *s, const struct market *m, const struct scenario *sc, const struct sourcing *so,
                                   const struct risk_opts *opts, struct risk_influence *out, struct err *e)
{
    const size_t S = (size_t)opts->n_scenario, n = (size_t)s->n_bill;
    double q_kg[RISK_STUDY_MAX_BILL * MARKET_MAX_ELEMENT];
    struct risk *r = NULL;
    get_masses(s, m->n_element, q_kg);
    out->h_USD = mem_new(S * n, sizeof *out->h_USD);
    double *scratch = mem_new(2 * S, sizeof *scratch);
    enum status st =
        out->h_USD && scratch ? ST_OK : err_set(e, ST_NO_MEMORY, "risk", "%d samples of %d motors", opts->n_scenario, s->n_bill);
    if (st == ST_OK)
        st = risk_new(m, sc, so, opts, &r, e);
    if (st == ST_OK)
        st = risk_eval_cost_samples(r, NULL, s->n_bill, q_kg, opts->n_scenario, out->h_USD, e);
    for (size_t b = 0; b < n && st == ST_OK; b++)
        out->total_USD[b] = s->bill[b].processing_USD + risk_set_influence(r, opts->terms.loading_pu, out->h_USD + b * S, scratch);
    out->group = r ? risk_get_group(r) : 1;
    risk_free(r);
    mem_free(scratch);
    return st;
}

void risk_run_free_influence(struct risk_influence *x)
{
    mem_free(x->h_USD);
    x->h_USD = NULL;
}

struct risk_figure risk_run_eval_gap(const struct risk_opts *opts, const struct risk_influence *a, int bill_a,
                                     const struct risk_influence *b, int bill_b)
{
    const int S = opts->n_scenario;
    const double *f = a->h_USD + (size_t)bill_a * (size_t)S, *g = b->h_USD + (size_t)bill_b * (size_t)S;
    struct risk_figure gap = {b->total_USD[bill_b] - a->total_USD[bill_a], (double)NAN};
    double *d = mem_new((size_t)S, sizeof *d);
    for (int k = 0; d && k < S; k++)
        d[k] = g[k] - f[k];
    if (d)
        gap.standard_error_USD = risk_eval_group_error(S, a->group, d);
    mem_free(d);
    return gap;
}

static enum status solve_gap(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e)
{
    const int i = s->base_scenario, w = r->winner[i], u = r->runner_up[i];
    struct risk_influence a = {.h_USD = NULL}, b = {.h_USD = NULL};
    struct risk_figure gap = {(double)NAN, (double)NAN};
    const struct risk_opts opts = risk_run_get_opts(s, o, s->economics.opts.n_scenario);
    enum status st = ST_OK;
    if (u >= 0)
        st = risk_run_new_influence(s, o->market, s->scenario[i], risk_run_get_sourcing(r, i, w), &opts, &a, e);
    if (u >= 0 && st == ST_OK)
        st = risk_run_new_influence(s, o->market, s->scenario[i], risk_run_get_sourcing(r, i, u), &opts, &b, e);
    if (u >= 0 && st == ST_OK)
        gap = risk_run_eval_gap(&opts, &a, w, &b, u);
    risk_run_free_influence(&a);
    risk_run_free_influence(&b);
    r->gap_USD = gap.value_USD;
    r->gap_standard_error_USD = gap.standard_error_USD;
    return st;
}

/* ---- what the charts show, under the base scenario ---- */

/* Equal bins from the least cost to beyond the tail's mean; what lies still farther is counted in the last. */
static void set_histogram(int n, const double *cost, const double *weight, struct risk_outlook *o)
{
    o->low_USD = HUGE_VAL;
    for (int k = 0; k < n; k++)
        o->low_USD = fmin(o->low_USD, cost[k]);
    o->high_USD = o->cvar_USD + 0.5 * (o->cvar_USD - o->low_USD);
    if (!(o->high_USD > o->low_USD))
        o->high_USD = o->low_USD + 1.0;
    for (int k = 0; k < n; k++) {
        const int bin = (int)((cost[k] - o->low_USD) / (o->high_USD - o->low_USD) * RISK_RUN_BINS);
        o->share_pu[bin < 0 ? 0 : (bin < RISK_RUN_BINS ? bin : RISK_RUN_BINS - 1)] += (weight ? weight[k] : 1.0) / n;
    }
}

static enum status set_outlook(const struct risk_study *s, const struct risk_run *r, const struct risk *risk, int b, struct err *e)
{
    const int n = risk_get_n_scenario(risk);
    const struct risk_result *c = risk_run_get_least(r, s->base_scenario, b);
    struct risk_outlook *o = &r->outlook[b];
    struct risk_ws *ws = NULL;
    double *cost = mem_new((size_t)n, sizeof *cost);
    if (!cost)
        return err_set(e, ST_NO_MEMORY, "risk", "%d costs", n);
    enum status st = risk_ws_new(risk, 1, &ws, e);
    if (st == ST_OK)
        st = risk_eval_elements(risk, ws, NULL, s->bill[b].q_kg, &o->elements, e);
    if (st == ST_OK)
        st = risk_eval_stages(risk, ws, NULL, s->bill[b].q_kg, &o->stages, e);
    if (st == ST_OK)
        st = risk_eval_cost_samples(risk, NULL, 1, s->bill[b].q_kg, n, cost, e);
    const double more = s->bill[b].processing_USD;
    for (int k = 0; k < n && st == ST_OK; k++)
        cost[k] += more;
    o->cost_today_USD = more + c->today_USD;
    o->mean_USD = more + c->mean.value_USD;
    o->var_USD = more + c->var_USD;
    o->cvar_USD = more + c->cvar.value_USD;
    if (st == ST_OK)
        set_histogram(n, cost, risk_get_weights(risk), o);
    risk_ws_free(ws);
    mem_free(cost);
    return st;
}

static enum status set_fans(const struct risk_study *s, const struct market *m, const struct risk *risk, struct risk_run *r, struct err *e)
{
    r->n_month = fan_get_n_month(risk);
    const size_t T = (size_t)r->n_month;
    r->down_pu = mem_new((size_t)m->nodes.n * T, sizeof *r->down_pu);
    r->price_USD_per_kg = mem_new((size_t)m->n_element * 2 * RISK_RUN_LEVELS * T, sizeof *r->price_USD_per_kg);
    if (!r->down_pu || !r->price_USD_per_kg)
        return err_set(e, ST_NO_MEMORY, "risk", "fans of %d months", r->n_month);
    for (int g = 0; g < m->nodes.n; g++)
        fan_eval_down(risk, 1u << g, r->down_pu + (size_t)g * T);
    if (s->economics.opts.has_spikes) /* no such quantiles then */
        for (size_t k = 0; k < (size_t)m->n_element * 2 * RISK_RUN_LEVELS * T; k++)
            r->price_USD_per_kg[k] = (double)NAN;
    for (int i = 0; i < m->n_element; i++)
        for (int side = 0; side < 2 && risk_run_is_bought(s, i) && !s->economics.opts.has_spikes; side++)
            TRY(fan_eval_price(risk, i, side ? FAN_OUTSIDE : FAN_INSIDE, RISK_RUN_LEVELS, risk_run_level_pu,
                               r->price_USD_per_kg + (size_t)(i * 2 + side) * RISK_RUN_LEVELS * T, e));
    return ST_OK;
}

/* Each motor at its own cheapest sourcing. */
static enum status solve_outlooks(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e)
{
    const struct risk_opts opts = risk_run_get_opts(s, o, s->economics.opts.n_scenario);
    for (int b = 0; b < s->n_bill; b++) {
        struct risk *risk = NULL;
        log_send(&o->log, LOG_PROGRESS, "outlook: %s", s->bill[b].name);
        TRY(risk_new(o->market, s->scenario[s->base_scenario], risk_run_get_sourcing(r, s->base_scenario, b), &opts, &risk, e));
        enum status st = r->down_pu ? ST_OK : set_fans(s, o->market, risk, r, e);
        if (st == ST_OK)
            st = set_outlook(s, r, risk, b, e);
        risk_free(risk);
        if (st == ST_OK)
            st = risk_mix_set_outlook(s, o, r, b, e);
        TRY(st);
    }
    return ST_OK;
}

/* ---- all of it ---- */

static enum status new_arrays(const struct risk_study *s, struct risk_run *r, struct err *e)
{
    const size_t n_bill = (size_t)s->n_bill, n_map = (size_t)(s->n_probability * s->n_duration);
    r->cell = mem_new((size_t)(s->n_scenario * s->n_sourcing) * n_bill, sizeof *r->cell);
    r->mix = mem_new((size_t)s->n_scenario * n_bill, sizeof *r->mix);
    r->outlook = mem_new(n_bill, sizeof *r->outlook);
    r->map_sourcing = mem_new(n_map * n_bill, sizeof *r->map_sourcing);
    r->map_cost_USD = mem_new(n_map * n_bill, sizeof *r->map_cost_USD);
    r->map_winner = mem_new(n_map, sizeof *r->map_winner);
    return r->cell && r->mix && r->outlook && r->map_sourcing && r->map_cost_USD && r->map_winner
               ? ST_OK
               : err_set(e, ST_NO_MEMORY, "risk", "table of %d scenarios and %d strategies", s->n_scenario, s->n_sourcing);
}

static void note_margin(const struct risk_study *s, struct risk_run *r)
{
    const struct risk_margin *x = &s->margin;
    if (x->at)
        risk_run_note(
            r, "lost margin by rule: %g times the %.4g USD that the materials of %s cost more by %s than by %s = %.4g USD per motor",
            x->ratio_pu, x->margin_USD / x->ratio_pu, s->bill[x->bill].name, x->safe->name, s->economics.sourcing->name, x->margin_USD);
}

enum status risk_run_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    out->study = s;
    TRY(new_arrays(s, out, e));
    note_margin(s, out);
    TRY(solve_table(s, o, out, e));
    set_best(s, out);
    TRY(risk_mix_solve(s, o, out, e));
    set_winners(s, out);
    TRY(solve_gap(s, o, out, e));
    TRY(solve_outlooks(s, o, out, e));
    TRY(risk_map_solve(s, o, out, e));
    return risk_turn_solve(s, o, out, e);
}

void risk_run_done(struct risk_run *r)
{
    mem_free(r->cell);
    mem_free(r->mix);
    mem_free(r->outlook);
    mem_free(r->map_sourcing);
    mem_free(r->map_cost_USD);
    mem_free(r->map_winner);
    mem_free(r->down_pu);
    mem_free(r->price_USD_per_kg);
    memset(r, 0, sizeof *r);
}
