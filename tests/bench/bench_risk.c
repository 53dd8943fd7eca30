/* bench_risk.c - scenarios per second: simulating 100,000 scenarios x 48 months x all elements, then pricing 150 designs in all of them. */
#include <stdio.h>
#include <time.h>
#include "materials/base/date.h"
#include "models/risk/risk.h"
#include "materials/base/banned.h"

enum { N_DESIGN = 150 };

static double get_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
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
                q_kg[d * m->n_element + i] = absent ? 0.0 : bill[k].kg * (1.0 + 0.002 * d);
        }
}

static enum status run(const struct market *m, int n_thread, struct err *e)
{
    static double q_kg[N_DESIGN * MARKET_MAX_ELEMENT];
    static struct risk_result out[N_DESIGN];
    const struct scenario *sc;
    const struct sourcing *so;
    struct risk_opts o = risk_opts_default();
    struct risk *r = NULL;
    struct risk_ws *ws = NULL;
    TRY(market_get_scenario(m, "truce_lapses", NULL, &sc, e));
    TRY(market_get_sourcing(m, "dual_50_50_3m_stock", NULL, &so, e));
    o.destination = "JP";
    TRY(date_read("2026-10-01", &o.study_days));
    o.horizon_months = 48;
    o.discount_rate_per_year = 0.08;
    o.terms = (struct risk_terms){1000.0, 100000.0, 0.3};
    o.n_thread = n_thread;
    set_designs(m, q_kg);
    const double t0 = get_seconds();
    TRY(risk_new(m, sc, so, &o, &r, e));
    const double t1 = get_seconds();
    enum status s = risk_ws_new(r, 32, &ws, e);
    const double t2 = get_seconds();
    if (s == ST_OK)
        s = risk_eval(r, ws, NULL, N_DESIGN, q_kg, out, e);
    const double t3 = get_seconds();
    struct risk_elements el;
    if (s == ST_OK)
        s = risk_eval_elements(r, ws, NULL, q_kg + m->n_element, &el, e);
    const double t4 = get_seconds();
    if (s == ST_OK)
        printf("risk, %d thread%s: %d scenarios x %d months x %d elements %.2f s (%.0f scenarios/s); %d designs %.2f s; elements of one "
               "design %.3f s; in all %.2f s\n",
               n_thread, n_thread > 1 ? "s" : "", o.n_scenario, o.horizon_months, m->n_element, t1 - t0, o.n_scenario / (t1 - t0), N_DESIGN,
               t3 - t2, t4 - t3, t3 - t2 + t1 - t0);
    risk_ws_free(ws);
    risk_free(r);
    return s;
}

int main(void)
{
    struct market *m = NULL;
    struct err e = {0};
    enum status s = market_new("materials/data", &m, &e);
    for (int n_thread = 1; s == ST_OK && n_thread <= 2; n_thread++)
        s = run(m, n_thread, &e);
    if (s != ST_OK)
        fprintf(stderr, "bench_risk: %s: %s\n", e.where, e.message);
    market_free(m);
    return status_get_exit_code(s);
}
