/* test_risk_analytic.c - closed forms against worked values, the exponential against the C library, indices against the data of the
 * repository. */
#include <stdio.h>
#include <string.h>
#include "materials/market.h"
#include "models/risk/analytic.h"
#include "models/risk/indices.h"
#include "models/risk/risk_impl.h"
#include "models/risk/vexp.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

/* SNYDER_SHEN example: Q* = 772.81, g* = 173.95 of the exact cost. Both solutions are where their cost is least, by search. */
static double limit_cost(const struct analytic_eoqd *in, double Q)
{
    const double psi = in->lambda_per_year / (in->lambda_per_year + in->mu_per_year), d = in->d_per_year;
    return (in->K_USD + in->h_USD_per_year * Q * Q / (2 * d) + in->p_USD * d * psi / in->mu_per_year) / (Q / d + psi / in->mu_per_year);
}

static void eoq(void **state)
{
    const struct analytic_eoqd in = {8, 0.225, 5, 1300, 1.5, 14};
    double Q, g, best[2] = {HUGE_VAL, HUGE_VAL}, best_Q[2] = {0};
    (void)state;
    for (double q = 700; q < 850; q += 0.01) {
        const double cost[2] = {analytic_eval_eoqd_cost(&in, q), limit_cost(&in, q)};
        for (int k = 0; k < 2; k++)
            if (cost[k] < best[k]) {
                best[k] = cost[k];
                best_Q[k] = q;
            }
    }
    analytic_solve_eoqd(&in, &Q, &g);
    assert_close(Q, 772.81, 0.0, 0.005);
    assert_close(g, 173.95, 0.0, 0.005);
    assert_close(Q, best_Q[0], 0.0, 0.02);
    assert_close(g, best[0], 1e-9, 0.0);
    analytic_solve_eoqd_limit(&in, &Q, &g);
    assert_close(Q, best_Q[1], 0.0, 0.02);
    assert_close(g, best[1], 1e-9, 0.0);
    /* long cycles: exact psi is at its limit; no disruption: the classical square root */
    assert_close(analytic_eval_eoqd_cost(&in, 5000), limit_cost(&in, 5000), 1e-12, 0.0);
    const struct analytic_eoqd calm = {8, 0.225, 5, 1300, 1e-9, 14};
    analytic_solve_eoqd_limit(&calm, &Q, &g);
    assert_close(Q, sqrt(2 * 8 * 1300 / 0.225), 1e-6, 0.0);
    assert_close(analytic_eval_eoqd_cost(&calm, Q), sqrt(2 * 8 * 1300 * 0.225), 1e-6, 0.0);
}

/* SNYDER_SHEN example: S* = 8000, g* = 2737.07; neighbours cost more. */
static void newsvendor(void **state)
{
    const struct analytic_newsvendor in = {0.25, 3, 2000, 0.04, 0.25};
    double S, g;
    int n;
    (void)state;
    analytic_solve_newsvendor(&in, &S, &g, &n);
    assert_close(S, 8000, 0.0, 0.0);
    assert_int_equal(n, 3);
    assert_close(g, 2737.07, 0.0, 0.005);
    assert_true(analytic_eval_newsvendor_cost(&in, 6000) > g && analytic_eval_newsvendor_cost(&in, 10000) > g);
    const double c = 3 / 3.25; /* cover in closed form */
    assert_int_equal(n, (int)ceil(log((1 - c) * (0.04 + 0.25) / 0.04) / log(1 - 0.25)));
}

static void gauss_cvar(void **state)
{
    (void)state;
    assert_close(analytic_eval_gauss_cvar(10, 2, 0.95), 10 + 2.0627 * 2, 1e-5, 0.0);
    assert_close(analytic_eval_gauss_cvar(0, 1, 0.99), 2.6652142203457, 1e-12, 0.0);
    assert_close(analytic_eval_gauss_cvar(0, 1, 0.5), 0.79788456080286536, 1e-14, 0.0); /* mean of the upper half: sqrt(2/pi) */
}

/* HHI of the data files against the table published with them (USGS MCS 2026), to the rounding of percentages. */
static void hhi(void **state)
{
    static const struct { const char *element, *stage; int year; double low, high; } row[] = {
        {"Nd", "mining", 2025, 5072, 5072},   {"Co", "mining", 2025, 5554, 5562},     {"Ga", "refining", 2025, 9804, 9804},
        {"Cu", "mining", 2025, 1036, 1206},   {"Cu", "refining", 2025, 2537, 2589},   {"Al", "smelting", 2025, 3788, 3877},
        {"Fe", "mining", 2025, 1996, 2001},   {"Fe", "steelmaking", 2025, 3047, 3206}, {"Sr", "mining", 2025, 3904, 3904},
        {"electrical_steel", "ferrosilicon", 2025, 5076, 5084}, {"N", "ammonia", 2025, 1322, 1381}, {"B", "mining", 2022, 2985, 2985},
    };
    const double equal[4] = {0.25, 0.25, 0.25, 0.25}, refining[2] = {0.92, 0.05};
    struct market *m = NULL;
    struct err e = {0};
    double low, high;
    (void)state;
    analytic_eval_hhi(4, equal, 0.0, &low, &high);
    assert_close(low, 0.25, 1e-15, 0.0);
    analytic_eval_hhi(2, refining, 0.03, &low, &high);
    assert_close(1e4 * low, 8489, 1e-12, 0.0);
    assert_close(1e4 * high, 8498, 1e-12, 0.0);
    assert_ok(market_new("materials/data", &m, &e), &e);
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        const int i = market_get_element(m, row[k].element);
        int found = 0;
        for (int s = 0; s < m->n_share && !found; s++) {
            const struct market_share *sh = &m->share[s];
            if (!(sh->element_mask >> i & 1u) || strcmp(sh->stage, row[k].stage) != 0 || sh->year != row[k].year)
                continue;
            found = 1;
            analytic_eval_hhi(sh->n, sh->share_pu, sh->rest_pu, &low, &high);
            assert_close(1e4 * low, row[k].low, 0.0, 1.0);
            assert_close(1e4 * high, row[k].high, 0.0, 1.0);
        }
        if (!found)
            fail_msg("no shares of %s, %s, %d", row[k].element, row[k].stage, row[k].year);
    }
    market_free(m);
}

/* Stages of the data by hand: gallium to Japan and to China; an element has its stages in the order of the file. */
static void indices(void **state)
{
    struct market *m = NULL;
    struct err e = {0};
    struct indices_stage s[MARKET_MAX_SHARE];
    (void)state;
    assert_ok(market_new("materials/data", &m, &e), &e);
    const double CN = 0.9901, RU = 0.0066, JP = 0.0033, g_CN = 0.588, g_RU = 0.684, g_JP = 0.285, hhi = CN * CN + RU * RU + JP * JP;
    assert_int_equal(indices_eval_element(m, market_get_element(m, "Ga"), "JP", s, MARKET_MAX_SHARE), 1);
    assert_string_equal(s[0].share->country[s[0].top], "CN");
    assert_int_equal(s[0].n_unknown, 0);
    assert_close(s[0].hhi_low_pu, hhi, 1e-12, 0.0);
    assert_close(s[0].hhi_high_pu, hhi, 1e-9, 0.0);
    assert_close(s[0].instability_low_pu, CN * g_CN + RU * g_RU + JP * g_JP, 1e-12, 0.0);
    assert_close(s[0].governance_hhi_low_pu, CN * CN * g_CN + RU * RU * g_RU + JP * JP * g_JP, 1e-12, 0.0);
    assert_close(s[0].geopolrisk_low_pu, hhi * (CN * g_CN + RU * g_RU), 1e-12, 0.0);
    assert_int_equal(indices_eval_element(m, market_get_element(m, "Ga"), "CN", s, MARKET_MAX_SHARE), 1);
    assert_close(s[0].geopolrisk_low_pu, hhi * (JP * g_JP + RU * g_RU), 1e-12, 0.0); /* hardly any: it makes nearly all itself */
    const int n = indices_eval_element(m, market_get_element(m, "Nd"), "EU", s, MARKET_MAX_SHARE);
    assert_true(n >= 4); /* mining, ore of magnets, refining, metal, magnets */
    for (int k = 0; k < n; k++) {
        assert_true(s[k].hhi_low_pu <= s[k].hhi_high_pu && s[k].geopolrisk_low_pu <= s[k].geopolrisk_high_pu);
        assert_true(s[k].instability_low_pu <= s[k].instability_high_pu && s[k].governance_hhi_low_pu <= s[k].governance_hhi_high_pu);
        assert_true(s[k].geopolrisk_high_pu <= 1.0 && s[k].hhi_high_pu <= 1.0);
    }
    market_free(m);
}

/* One supplier of instability g and no domestic production: HHI g. Half made at home: half of it. */
static void geopolrisk(void **state)
{
    const double g[2] = {0.588, 0.313}, one[2] = {1000, 0}, two[2] = {600, 200};
    (void)state;
    assert_close(analytic_eval_geopolrisk(0.9, 2, g, one, 0), 0.9 * 0.588, 1e-15, 0.0);
    assert_close(analytic_eval_geopolrisk(0.9, 2, g, one, 1000), 0.45 * 0.588, 1e-15, 0.0);
    assert_close(analytic_eval_geopolrisk(0.5, 2, g, two, 200), 0.5 * (0.588 * 600 + 0.313 * 200) / 1000, 1e-15, 0.0);
    const double nothing[2] = {0, 0};
    assert_true(isnan(analytic_eval_geopolrisk(0.5, 2, g, nothing, 0)));
}

/* Put by Black-76: worked value (F = K = 100, v = 0.04: 7.9656), parity with the call by integration, no variance: the intrinsic value. */
static void floor_value(void **state)
{
    const double F = 123, K = 110, v = 0.1, ds = 1e-3;
    double sum = 0.0;
    (void)state;
    assert_close(analytic_eval_floor(100, 100, 0.04, 0.0, 1.0), 7.965567455405798, 1e-12, 0.0);
    for (double z = -8; z < 8; z += ds) /* E (K - F exp(sqrt v z - v/2))+ */
        sum += fmax(K - F * exp(sqrt(v) * (z + 0.5 * ds) - 0.5 * v), 0.0) * exp(-0.5 * (z + 0.5 * ds) * (z + 0.5 * ds)) * ds /
               sqrt(2 * 3.14159265358979323846);
    assert_close(analytic_eval_floor(F, K, v, 0.08, 2.0), sum * exp(-0.16), 1e-6, 0.0);
    assert_close(analytic_eval_floor(69, 110, 0.0, 0.0, 1.0), 41, 1e-15, 0.0);
    assert_close(analytic_eval_floor(123, 110, 0.0, 0.0, 1.0), 0, 0.0, 0.0);
}

/* Two-state chain against stepping it month by month. */
static void chain(void **state)
{
    const double alpha = 0.0173, beta = 0.2835;
    double down = 0.0;
    (void)state;
    for (int n = 0; n < 60; n++) {
        assert_close(analytic_eval_down(alpha, beta, n), down, 1e-12, 1e-16);
        down = down * (1 - beta) + (1 - down) * alpha;
    }
}

static void exponential(void **state)
{
    enum { N = 40001 };
    static double x[N], y[N];
    (void)state;
    for (int k = 0; k < N; k++)
        x[k] = -700 + 1400.0 * k / (N - 1) + 1e-3 * sin(k);
    x[0] = 0.0;
    vexp_eval(N, x, y);
    for (int k = 0; k < N; k++)
        if (fabs(x[k]) <= 700.0)
            assert_close(y[k], exp(x[k]), 1e-14, 0.0);
    const double far[2] = {1e4, -1e4};
    vexp_eval(2, far, y);
    assert_close(y[0], exp(700.0), 1e-13, 0.0);
    assert_true(y[1] > 0.0 && y[1] < 1e-300);
}

/* Quickselect against counting, with many ties. */
static void selection(void **state)
{
    enum { N = 501 };
    double x[N], y[N];
    (void)state;
    for (int k = 0; k < N; k++)
        x[k] = (double)(k * 7919 % 97) - (k % 5 == 0);
    for (int k = 0; k < N; k += 25) {
        int below = 0, equal = 0;
        memcpy(y, x, sizeof x);
        const double v = select_eval_kth(y, N, k);
        for (int i = 0; i < N; i++) {
            below += x[i] < v;
            equal += !(x[i] < v) && !(x[i] > v);
        }
        assert_true(equal > 0 && below <= k && k < below + equal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eoq),   cmocka_unit_test(newsvendor),  cmocka_unit_test(gauss_cvar),
        cmocka_unit_test(hhi),   cmocka_unit_test(geopolrisk), cmocka_unit_test(indices),  cmocka_unit_test(floor_value),
        cmocka_unit_test(chain), cmocka_unit_test(exponential), cmocka_unit_test(selection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
