/* bench_risk.c - how fast supply risk is reckoned: scenarios per second, the memory they take, and the price of many designs against the
 * machine's own dgemm rate, measured in the same run. Figures in processor seconds stand beside those of the clock: another job on the
 * machine lengthens the latter only. */
#define _DEFAULT_SOURCE /* getrusage's ru_maxrss */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include "models/num/dense.h"
#include "models/risk/risk.h"
#include "tests/support/clock.h"
#include "materials/base/banned.h"

enum { N_DESIGN = 1000, SQUARE = 768 };

struct watch { double clock_s, cpu_s; };

static struct watch watch_start(void)
{
    return (struct watch){clock_get_wall_s(), clock_get_process_s()};
}

static struct watch watch_read(struct watch from)
{
    const struct watch now = watch_start();
    return (struct watch){now.clock_s - from.clock_s, now.cpu_s - from.cpu_s};
}

/* Best of several products of square matrices, flop per processor second. */
static double get_dgemm_rate(void)
{
    const size_t n = (size_t)SQUARE * SQUARE;
    double *A = mem_new(3 * n, sizeof *A), best = 0.0;
    for (size_t k = 0; A && k < 2 * n; k++)
        A[k] = (double)(k % 17) - 8.0;
    for (int k = 0; A && k < 9; k++) {
        const struct watch w = watch_start();
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, SQUARE, SQUARE, SQUARE, 1.0, A, SQUARE, A + n, SQUARE, 0.0, A + 2 * n,
                    SQUARE);
        const double rate = 2.0 * (double)n * SQUARE / watch_read(w).cpu_s;
        best = rate > best ? rate : best;
    }
    mem_free(A);
    return best;
}

/* Every design a little different; every third without Dy, every fifth without magnets. */
static void set_designs(const struct market *m, double *q_kg)
{
    static const struct { const char *symbol; double kg;
    } bill[] = {
        {"Nd", 0.45},  {"Pr", 0.14}, {"Dy", 0.05},
        {"Tb", 0.005}, {"Co", 0.02}, {"Ga", 0.004},
        {"Fe", 1.4},   {"Cu", 8},    {"electrical_steel", 40},
    };
    for (int d = 0; d < N_DESIGN; d++)
        for (int k = 0; k < ARRAY_LEN(bill); k++) {
            const int i = market_get_element(m, bill[k].symbol), absent = (d % 3 == 0 && (k == 2 || k == 3)) || (d % 5 == 0 && k < 6);
            if (i >= 0)
                q_kg[d * m->n_element + i] = absent ? 0.0 : bill[k].kg * (1.0 + 0.0004 * d);
        }
}

static enum status set_opts(struct risk_opts *o, int n_scenario, int n_thread)
{
    *o = risk_opts_default();
    o->destination = "JP";
    o->horizon_months = 48;
    o->discount_rate_per_year = 0.08;
    o->terms = (struct risk_terms){1000.0, 100000.0, 0.3};
    o->n_thread = n_thread;
    o->n_scenario = n_scenario;
    return date_read("2026-10-01", &o->study_days);
}

static enum status simulate(const struct market *m, int n_scenario, int n_thread, struct risk **r, struct err *e)
{
    const struct scenario *sc;
    const struct sourcing *so;
    struct risk_opts o;
    struct rusage use;
    TRY(market_get_scenario(m, "truce_lapses", NULL, &sc, e));
    TRY(market_get_sourcing(m, "dual_50_50_3m_stock", NULL, &so, e));
    TRY(set_opts(&o, n_scenario, n_thread));
    const struct watch w = watch_start();
    TRY(risk_new(m, sc, so, &o, r, e));
    const struct watch t = watch_read(w);
    getrusage(RUSAGE_SELF, &use);
    printf("risk, %d thread%s: %d scenarios x %d months x %d elements with outages in %.2f s (processor %.2f s: %.2f s on %d quiet cores), "
           "memory at most %.2f GiB\n",
           n_thread, n_thread > 1 ? "s" : "", n_scenario, o.horizon_months, m->n_element, t.clock_s, t.cpu_s, t.cpu_s / n_thread, n_thread,
           (double)use.ru_maxrss / 1024.0 / 1024.0);
    return ST_OK;
}

typedef enum status eval_fn(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, int n_design, const double *q_kg,
                            struct risk_result *out, struct err *e);

static enum status price(const struct market *m, const struct risk *r, const char *name, eval_fn *eval, int n_design, struct err *e)
{
    static double q_kg[N_DESIGN * MARKET_MAX_ELEMENT];
    static struct risk_result out[N_DESIGN];
    struct risk_ws *ws = NULL;
    struct watch best = {HUGE_VAL, HUGE_VAL};
    double dgemm = get_dgemm_rate();
    set_designs(m, q_kg);
    TRY(risk_ws_new(r, 32, &ws, e));
    enum status s = ST_OK;
    for (int k = 0; k < 5 && s == ST_OK; k++) {
        const struct watch w = watch_start();
        s = eval(r, ws, NULL, n_design, q_kg, out, e);
        const struct watch t = watch_read(w);
        best = t.cpu_s < best.cpu_s ? t : best;
    }
    const double again = get_dgemm_rate(), flop = 2.0 * m->n_element * (double)n_design * risk_get_n_scenario(r);
    dgemm = again > dgemm ? again : dgemm;
    if (s == ST_OK)
        printf("%s: %d designs in %d scenarios, mean, CVaR, parts and errors, in %.2f s (processor %.2f s): %.1f Gflop/s of the products "
               "alone, "
               "%.0f %% of the dgemm rate of %.1f Gflop/s\n",
               name, n_design, risk_get_n_scenario(r), best.clock_s, best.cpu_s, 1e-9 * flop / best.cpu_s,
               100.0 * flop / best.cpu_s / dgemm, 1e-9 * dgemm);
    risk_ws_free(ws);
    return s;
}

static enum status run(const struct market *m, struct err *e)
{
    struct risk *r = NULL;
    enum status s = simulate(m, 100000, 1, &r, e);
    if (s == ST_OK)
        s = price(m, r, "risk_eval_many", risk_eval_many, N_DESIGN, e);
    if (s == ST_OK)
        s = price(m, r, "risk_eval, exact order statistics", risk_eval, 100, e);
    risk_free(r);
    TRY(s);
    TRY(simulate(m, 1000000, 2, &r, e));
    risk_free(r);
    return ST_OK;
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
        fprintf(stderr, "bench_risk: %s: %s\n", e.where, e.message);
    market_free(m);
    return status_get_exit_code(s);
}
