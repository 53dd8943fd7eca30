/* bench_strategy.c - the best sourcing strategy of 200 designs under four scenario sets: processor and clock seconds, what the proof says
 * and how far the search went. Bills are those of four technologies, each scaled through the range that a front shows. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include "models/num/dense.h"
#include "models/risk/strategy.h"
#include "materials/base/banned.h"

enum { N_DESIGN = 200, N_BILL = 4, N_PART = 9 };

static const char *const symbol[N_PART] = {"Nd", "Pr", "Dy", "Tb", "Co", "Ga", "Fe", "Cu", "electrical_steel"};
static const double bill_kg[N_BILL][N_PART] = {
    {0.3237, 0.1079, 0.1631, 0.0000, 0.0192, 0.0038, 4.768, 5.457, 41.73}, /* Dy-alloyed */
    {0.5616, 0.0190, 0.0000, 0.0000, 0.0761, 0.0095, 4.719, 5.410, 42.62}, /* free of heavy rare earth */
    {0.4703, 0.1568, 0.0554, 0.0090, 0.0222, 0.0044, 4.969, 5.399, 39.62}, /* diffused */
    {0.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000, 3.500, 6.500, 51.80}, /* wound field */
};
static const char *const scenario[] = {"calm", "truce_open", "truce_lapses", "ban"};

static double get_seconds(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Magnet and the rest of a motor vary by their own steps, golden sections: no two bills are in proportion. */
static void set_designs(const struct market *m, double *q_kg)
{
    for (int d = 0; d < N_DESIGN; d++) {
        const double magnet = 0.7 + 0.6 * fmod(0.6180339887 * d, 1.0), heavy = 0.3 + 1.4 * fmod(0.7548776662 * d, 1.0),
                     rest = 0.85 + 0.3 * fmod(0.5698402910 * d, 1.0);
        for (int k = 0; k < N_PART; k++) {
            const int i = market_get_element(m, symbol[k]);
            if (i >= 0)
                q_kg[d * m->n_element + i] = bill_kg[d % N_BILL][k] * (k < 6 ? magnet : rest) * (k == 2 || k == 3 ? heavy : 1.0);
        }
    }
}

static enum status set_opts(struct risk_opts *o)
{
    *o = risk_opts_default();
    o->destination = "JP";
    o->horizon_months = 48;
    o->discount_rate_per_year = 0.08;
    o->n_thread = 2;
    o->terms = (struct risk_terms){1000.0, 100000.0, 0.3};
    return date_read("2026-10-01", &o->study_days);
}

static enum status solve_set(const struct market *m, const char *name, const double *q_kg, struct strategy_result *out, struct err *e)
{
    const struct scenario *sc;
    const struct sourcing *so;
    const struct strategy_opts opts = strategy_opts_default();
    struct strategy *s = NULL;
    struct risk_opts o;
    double worst_gap = 0.0, worst_kkt = 0.0, sum = 0.0;
    int n_plane = 0, n_node = 0;
    TRY(market_get_scenario(m, name, NULL, &sc, e));
    TRY(market_get_sourcing(m, "china_jit", NULL, &so, e));
    TRY(set_opts(&o));
    const double clock_s = get_seconds(CLOCK_MONOTONIC), cpu_s = get_seconds(CLOCK_PROCESS_CPUTIME_ID);
    TRY(strategy_new(m, sc, so, &o, &opts, &s, e));
    const double new_s = get_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s;
    enum status st = strategy_solve(s, NULL, N_DESIGN, q_kg, out, e);
    strategy_free(s);
    if (st != ST_OK && st != ST_NO_CONVERGE)
        return st;
    for (int d = 0; d < N_DESIGN; d++) {
        worst_gap = fmax(worst_gap, out[d].gap_USD);
        worst_kkt = fmax(worst_kkt, out[d].kkt_rel);
        sum += out[d].objective_USD;
        n_plane += out[d].n_plane;
        n_node += out[d].n_node;
    }
    printf(
        "strategy, %s: %d designs in %d scenarios, %.2f s (processor %.2f s, of which sample %.2f s), %.1f planes and %.1f nodes a design, "
        "worst gap %.4f USD of %g wanted, KKT %.1e, mean objective %.6f USD\n",
        name, N_DESIGN, opts.n_scenario, get_seconds(CLOCK_MONOTONIC) - clock_s, get_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s, new_s,
        (double)n_plane / N_DESIGN, (double)n_node / N_DESIGN, worst_gap, opts.gap_USD, worst_kkt, sum / N_DESIGN);
    return ST_OK;
}

static enum status run(const struct market *m, struct err *e)
{
    double *q_kg = mem_new((size_t)N_DESIGN * (size_t)m->n_element, sizeof *q_kg);
    struct strategy_result *out = mem_new(N_DESIGN, sizeof *out);
    const double clock_s = get_seconds(CLOCK_MONOTONIC), cpu_s = get_seconds(CLOCK_PROCESS_CPUTIME_ID);
    enum status st = q_kg && out ? ST_OK : err_set(e, ST_NO_MEMORY, "bench_strategy", "%d designs", N_DESIGN);
    if (st == ST_OK)
        set_designs(m, q_kg);
    for (int k = 0; k < ARRAY_LEN(scenario) && st == ST_OK; k++)
        st = solve_set(m, scenario[k], q_kg, out, e);
    if (st == ST_OK)
        printf("strategy: %d designs under %d scenario sets in %.2f s, processor %.2f s\n", N_DESIGN, ARRAY_LEN(scenario),
               get_seconds(CLOCK_MONOTONIC) - clock_s, get_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s);
    mem_free(out);
    mem_free(q_kg);
    return st;
}

int main(void)
{
    struct market *m = NULL;
    struct err e = {0};
    dense_set_one_thread();
    enum status s = market_new("materials/data", &m, &e);
    if (s == ST_OK)
        s = run(m, &e);
    if (s != ST_OK)
        fprintf(stderr, "bench_strategy: %s: %s\n", e.where, e.message);
    market_free(m);
    return status_get_exit_code(s);
}
