/* risk_map.c - who wins against the probability and the duration of an outage: the base scenario without its dated events, its controlled
 * market stopping with the hazard and recovery of each point of a grid. Contract: risk_run.h. */
#include "solver/risk_run_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

/* P(at least one outage within a year) = 1 - exp(-hazard), and mean duration 12 / recovery. Rationing and all else stay. */
static void set_scenario(const struct risk_study *s, const struct market *m, double probability_pu, double duration_months,
                         struct scenario *out)
{
    *out = *s->scenario[s->base_scenario];
    snprintf(out->name, sizeof out->name, "map");
    out->n_event = 0;
    for (int g = 0; g < m->nodes.n; g++) {
        if (!m->nodes.node[g].controls_price)
            continue;
        struct datum *hazard = &out->node[g].hazard_per_year, *recovery = &out->node[g].recovery_per_year;
        out->node[g].duration = DURATION_EXPONENTIAL;
        hazard->value = hazard->low = hazard->high = -log1p(-probability_pu);
        recovery->value = recovery->low = recovery->high = 12.0 / duration_months;
    }
}

static enum status solve_point(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, const struct scenario *sc,
                               int point, struct err *e)
{
    const struct risk_opts opts = risk_run_get_opts(s, o, s->economics.n_scenario_search);
    double least = HUGE_VAL;
    int *best = &r->map_sourcing[point * s->n_bill];
    double *cost = &r->map_cost_USD[point * s->n_bill];
    for (int b = 0; b < s->n_bill; b++) {
        best[b] = -1;
        cost[b] = HUGE_VAL;
    }
    for (int k = 0; k < s->n_sourcing; k++) {
        struct risk_result x[RISK_STUDY_MAX_BILL];
        if (r->left_out[k][0])
            continue;
        TRY(risk_run_eval(s, o->market, sc, s->sourcing[k], &opts, x, e));
        for (int b = 0; b < s->n_bill; b++) {
            const double total = s->bill[b].processing_USD + x[b].today_USD + x[b].risk_cost.value_USD;
            if (x[b].risk_cost.value_USD < cost[b]) {
                cost[b] = x[b].risk_cost.value_USD;
                best[b] = k;
            }
            if (total < least) {
                least = total;
                r->map_winner[point] = b;
            }
        }
    }
    return ST_OK;
}

enum status risk_map_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e)
{
    struct scenario *sc = mem_new(1, sizeof *sc);
    enum status st = sc ? ST_OK : err_set(e, ST_NO_MEMORY, "risk", "scenario");
    for (int d = 0; d < s->n_duration; d++)
        for (int p = 0; p < s->n_probability && st == ST_OK; p++) {
            log_send(&o->log, LOG_PROGRESS, "strategy map: %.0f %% a year, %.1f months", 100.0 * s->probability_pu[p],
                     s->duration_months[d]);
            set_scenario(s, o->market, s->probability_pu[p], s->duration_months[d], sc);
            st = solve_point(s, o, r, sc, d * s->n_probability + p, e);
        }
    mem_free(sc);
    return st;
}
