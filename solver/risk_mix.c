/* risk_mix.c - the best sourcing that the routes allow, motor by motor and scenario by scenario (models/risk/strategy.h); what each year of
 * production and each dearer route is worth. Contract: risk_run.h. */
#include "solver/risk_run_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

/* A scenario that no routes can serve, or a programme that did not close its gap, is told and not hidden. */
static enum status solve_programme(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, int i,
                                   struct strategy_result *out, int *is_solved, struct err *e)
{
    const struct risk_opts opts = risk_run_get_opts(s, o, s->economics.opts.n_scenario);
    struct strategy_opts so = strategy_opts_default();
    double q_kg[RISK_STUDY_MAX_BILL * MARKET_MAX_ELEMENT];
    struct strategy *p = NULL;
    if (so.n_scenario > opts.n_scenario)
        so.n_scenario = opts.n_scenario;
    for (int b = 0; b < s->n_bill; b++)
        memcpy(q_kg + b * o->market->n_element, s->bill[b].q_kg, (size_t)o->market->n_element * sizeof *q_kg);
    TRY(strategy_new(o->market, s->scenario[i], s->economics.sourcing, &opts, &so, &p, e));
    enum status st = strategy_solve(p, NULL, s->n_bill, q_kg, out, e);
    strategy_free(p);
    *is_solved = st == ST_OK || st == ST_NO_CONVERGE;
    if (st == ST_NO_CONVERGE || st == ST_INFEASIBLE) {
        risk_run_note(r, "best mix under %s: %.220s", s->scenario[i]->name, e->message);
        memset(e, 0, sizeof *e);
        return ST_OK;
    }
    return st;
}

/* By the scenarios of the table, so that it can be set beside the named strategies. */
static enum status set_mix(const struct risk_study *s, const struct risk_run_opts *o, int i, int bill, const struct strategy_result *x,
                           struct risk_mix *out, struct err *e)
{
    const struct risk_opts opts = risk_run_get_opts(s, o, s->economics.opts.n_scenario);
    struct risk_result all[RISK_STUDY_MAX_BILL];
    out->sourcing = x->sourcing;
    out->gap_USD = x->gap_USD;
    out->kkt_rel = x->kkt_rel;
    TRY(risk_run_eval(s, o->market, s->scenario[i], &out->sourcing, &opts, all, e));
    out->r = all[bill];
    out->is_solved = 1;
    return ST_OK;
}

enum status risk_mix_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e)
{
    struct strategy_result *x = mem_new((size_t)s->n_bill, sizeof *x);
    enum status st = x ? ST_OK : err_set(e, ST_NO_MEMORY, "risk", "best mixes of %d motors", s->n_bill);
    for (int i = 0; i < s->n_scenario && st == ST_OK; i++) {
        int is_solved = 0;
        log_send(&o->log, LOG_PROGRESS, "best mix of routes and stock: %s", s->scenario[i]->name);
        st = solve_programme(s, o, r, i, x, &is_solved, e);
        for (int b = 0; b < s->n_bill && st == ST_OK && is_solved; b++)
            st = set_mix(s, o, i, b, &x[b], &r->mix[i * s->n_bill + b], e);
    }
    mem_free(x);
    return st;
}

enum status risk_mix_set_outlook(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, int bill, struct err *e)
{
    const struct risk_opts all = risk_run_get_opts(s, o, s->economics.opts.n_scenario);
    const struct risk_opts few = risk_run_get_opts(s, o, s->economics.n_scenario_search);
    const struct scenario *sc = s->scenario[s->base_scenario];
    struct risk_outlook *x = &r->outlook[bill];
    TRY(strategy_eval_years(o->market, sc, risk_run_get_sourcing(r, s->base_scenario, bill), &all, s->bill[bill].q_kg, RISK_RUN_MAX_YEAR,
                            x->year, &x->n_year, e));
    return strategy_solve_break_even(o->market, sc, s->economics.sourcing, &few, s->bill[bill].q_kg, RISK_RUN_MAX_ROUTE, x->break_even,
                                     &x->n_break_even, e);
}
