/* Designs solved one after the other begin at the closed nodes of the design before (strategy_leaves.c): with the market's own routes and
 * charges, under a ban, each must have the answer and a bound as good as when it is solved alone from the root. */
#include <math.h>
#include <string.h>
#include "materials/base/date.h"
#include "models/risk/strategy.h"
#include "tests/support/close.h"

enum { N = 24, N_PART = 6 };

static const char *const symbol[N_PART] = {"Nd", "Pr", "Dy", "Tb", "Co", "Ga"};
static const double bill_kg[N_PART] = {0.40, 0.13, 0.11, 0.005, 0.02, 0.004};

static void set_designs(const struct market *m, double *q_kg)
{
    for (int d = 0; d < N; d++)
        for (int k = 0; k < N_PART; k++) {
            const double magnet = 0.02 + 4.0 * fmod(0.6180339887 * d, 1.0), heavy = 0.02 + 5.0 * fmod(0.7548776662 * d, 1.0);
            q_kg[d * m->n_element + market_get_element(m, symbol[k])] = bill_kg[k] * magnet * (k == 2 || k == 3 ? heavy : 1.0);
        }
}

static struct strategy *strategy_of(const struct market *m, const struct strategy_opts *so)
{
    const struct scenario *sc;
    const struct sourcing *base;
    struct strategy *s;
    struct risk_opts o = risk_opts_default();
    struct err e = {0};
    o.destination = "JP";
    o.horizon_months = 48;
    o.discount_rate_per_year = 0.08;
    o.n_thread = 1;
    o.terms = (struct risk_terms){1000.0, 100000.0, 0.3};
    assert_ok(date_read("2026-10-01", &o.study_days), &e);
    assert_ok(market_get_scenario(m, "ban", NULL, &sc, &e), &e);
    assert_ok(market_get_sourcing(m, "china_jit", NULL, &base, &e), &e);
    assert_ok(strategy_new(m, sc, base, &o, so, &s, &e), &e);
    return s;
}

static void together_as_alone(void **state)
{
    (void)state;
    static double q_kg[N * MARKET_MAX_ELEMENT];
    static struct strategy_result together[N], alone;
    struct strategy_opts so = strategy_opts_default();
    struct market *m;
    struct err e = {0};
    int n_alone = 0, n_together = 0;
    so.n_scenario = 600;
    so.gap_USD = 0.02;
    assert_ok(market_new("materials/data", &m, &e), &e);
    set_designs(m, q_kg);
    struct strategy *s = strategy_of(m, &so);
    assert_ok(strategy_solve(s, NULL, N, q_kg, together, &e), &e);
    strategy_free(s);
    for (int d = 0; d < N; d++) {
        s = strategy_of(m, &so);
        assert_ok(strategy_solve(s, NULL, 1, q_kg + d * m->n_element, &alone, &e), &e);
        strategy_free(s);
        assert_close(together[d].objective_USD, alone.objective_USD, 0.0, so.gap_USD);
        assert_true(together[d].gap_USD <= so.gap_USD + 1e-12 && alone.gap_USD <= so.gap_USD + 1e-12);
        assert_true(together[d].bound_USD <= alone.objective_USD + 1e-9 && alone.bound_USD <= together[d].objective_USD + 1e-9);
        n_alone += alone.n_plane;
        n_together += together[d].n_plane;
    }
    print_message("%d designs: %d planes one by one, %d together\n", N, n_alone, n_together);
    assert_true(2 * n_together < n_alone); /* the point of it */
    market_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(together_as_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
