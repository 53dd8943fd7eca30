/* decide_shift.c - how the best design moves from one supply scenario to another: every feasible design that was evaluated is priced again,
 * and scored on the scales of the study's own scenario with its cost exchanged. Contract: decide_impl.h. */
#include "solver/compare_impl.h"
#include "solver/decide_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define PER_PASS 32

static int get_cost_objective(const struct study *s)
{
    for (int k = 0; k < s->search.n_objective; k++)
        if (strcmp(s->search.objective[k]->key, "cost_with_risk_USD") == 0)
            return k;
    return -1;
}

static enum status solve_technology(const struct study *s, struct comparison *c, const struct scenario *sc, const struct risk *risk,
                                    struct risk_ws *ws, int t, struct scenario_design *best, struct err *e)
{
    const struct compare_technology *x = &c->tech[t];
    const int n_el = s->setup.elements.n, cost_objective = get_cost_objective(s);
    double *q_kg = mem_new((size_t)(x->n_feasible * n_el) + 1, sizeof *q_kg);
    struct risk_result *r = mem_new((size_t)x->n_feasible + 1, sizeof *r);
    enum status st = q_kg && r ? ST_OK : err_set(e, ST_NO_MEMORY, "decision", "%d designs", x->n_feasible);
    for (int k = 0; k < x->n_feasible && st == ST_OK; k++)
        memcpy(q_kg + k * n_el, x->feasible[k].q_kg, (size_t)n_el * sizeof *q_kg);
    if (st == ST_OK)
        st = compare_price(s, c, sc, risk, ws, x->n_feasible, q_kg, r, e);
    for (int k = 0; k < x->n_feasible && st == ST_OK; k++) {
        double y[STUDY_MAX_OBJECTIVE];
        const double cost = x->feasible[k].cost_today_USD + r[k].risk_cost.value_USD;
        memcpy(y, x->feasible[k].y, sizeof y);
        if (cost_objective >= 0)
            y[cost_objective] = cost;
        const double score = compare_eval_score(s, c, y);
        if (best->feasible < 0 || score > best->score)
            *best = (struct scenario_design){k, score, r[k].risk_cost.value_USD, r[k].risk_cost.standard_error_USD, cost};
    }
    mem_free(r);
    mem_free(q_kg);
    return st;
}

enum status decide_shift(const struct study *s, struct comparison *c, const struct scenario *sc, const struct risk *risk,
                         struct scenario_cost *row, struct err *e)
{
    struct risk_ws *ws = NULL;
    row->winner = -1;
    TRY(risk_ws_new(risk, PER_PASS, &ws, e));
    enum status st = ST_OK;
    for (int t = 0; t < s->n_technology && st == ST_OK; t++) {
        row->best[t] = (struct scenario_design){.feasible = -1};
        if (c->tech[t].n_feasible == 0)
            continue;
        st = solve_technology(s, c, sc, risk, ws, t, &row->best[t], e);
        if (st == ST_OK && (row->winner < 0 || row->best[t].score > row->best[row->winner].score))
            row->winner = t;
    }
    risk_ws_free(ws);
    return st;
}
