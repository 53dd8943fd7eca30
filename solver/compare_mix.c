/* compare_mix.c - `sourcing: best`: every design is priced at its own best mix of routes and stock. Contract: compare_impl.h. */
#include "solver/compare_impl.h"
#include "materials/base/mem.h"
#include <string.h>
#include "materials/base/banned.h"

#define MANY 64 /* designs of a front or of a search, priced in tiles; of fewer each figure is exact on its sample */

const struct risk *compare_get_risk(const struct study *s, const struct comparison *c) { return c->mix_risk ? c->mix_risk : s->setup.risk; }

enum status compare_mix_solve(const struct study *s, const struct scenario *sc, int n, const double *q_kg, struct comparison *c,
                              struct strategy_result *out, struct err *e)
{
    const struct economics *eco = &s->economics;
    struct strategy_opts so = strategy_opts_default();
    struct strategy *p = NULL;
    if (so.n_scenario > eco->opts.n_scenario)
        so.n_scenario = eco->opts.n_scenario;
    TRY(strategy_new(eco->market, sc, eco->sourcing, &eco->opts, &so, &p, e));
    enum status st = strategy_solve(p, NULL, n, q_kg, out, e);
    strategy_free(p);
    if (st == ST_NO_CONVERGE) { /* filled, and no worse than it says */
        compare_warn(c, "best mix under %s: %.180s", sc->name, e->message);
        memset(e, 0, sizeof *e);
        st = ST_OK;
    }
    return st;
}

enum status compare_price(const struct study *s, struct comparison *c, const struct scenario *sc, const struct risk *risk,
                          struct risk_ws *ws, int n, const double *q_kg, struct risk_result *out, struct err *e)
{
    if (!s->economics.is_best)
        return n < MANY ? risk_eval(risk, ws, NULL, n, q_kg, out, e) : risk_eval_many(risk, ws, NULL, n, q_kg, out, e);
    struct strategy_result *x = mem_new((size_t)n + 1, sizeof *x);
    enum status st = x ? ST_OK : err_set(e, ST_NO_MEMORY, "pricing", "%d designs", n);
    if (st == ST_OK)
        st = compare_mix_solve(s, sc, n, q_kg, c, x, e);
    for (int k = 0; k < n && st == ST_OK; k++)
        out[k] = x[k].risk;
    mem_free(x);
    return st;
}

enum status compare_mix_report(const struct study *s, struct comparison *c, struct err *e)
{
    double q_kg[TECH_COUNT * MARKET_MAX_ELEMENT];
    const int n_el = s->setup.elements.n;
    int n = 0, tech[TECH_COUNT];
    if (!s->economics.is_best || !s->setup.risk)
        return ST_OK;
    for (int t = 0; t < s->n_technology; t++)
        if (c->tech[t].best >= 0) {
            memcpy(q_kg + n * n_el, c->tech[t].report.r.q_kg, (size_t)n_el * sizeof *q_kg);
            tech[n++] = t;
        }
    struct strategy_result *x = mem_new((size_t)n + 1, sizeof *x);
    enum status st = x ? ST_OK : err_set(e, ST_NO_MEMORY, "pricing", "%d designs", n);
    if (st == ST_OK)
        st = compare_mix_solve(s, s->economics.scenario, n, q_kg, c, x, e);
    for (int k = 0; k < n && st == ST_OK; k++) {
        struct compare_technology *t = &c->tech[tech[k]];
        evaluate_set_risk(&x[k].risk, &t->report.r);
        t->has_mix = 1;
        t->mix = x[k].sourcing;
        t->mix_gap_USD = x[k].gap_USD;
    }
    if (st == ST_OK && c->winner >= 0)
        st = risk_new(s->economics.market, s->economics.scenario, &c->tech[c->winner].mix, &s->economics.opts, &c->mix_risk, e);
    mem_free(x);
    return st;
}
