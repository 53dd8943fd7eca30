/* test_fan.c - quantiles by month against the simulation itself: their integral is the mean price that risk.c averaged; outages against the
 * closed form of the two-state chain. */
#include "models/risk/fan.h"
#include "tests/unit/models/risk_world.h"
#include <math.h>
#include "materials/base/banned.h"

#define N_SCENARIO 40000
#define N_LEVEL 400

/* Calm: a plain log-normal; the median at the end of month t is today's price drawn to its level. */
static void test_calm_quantiles(void **state)
{
    (void)state;
    struct world w = world_default();
    w.hazard = 0.0;
    struct rig g;
    const struct risk_opts o = opts_year(2000);
    rig_new(&g, &w, &o);
    const double level[] = {0.05, 0.5, 0.95}, z95 = 1.6448536269514722;
    double price[3 * 12], down[12];
    assert_ok(fan_eval_price(g.r, DY, FAN_INSIDE, 3, level, price, &g.e), &g.e);
    for (int t = 0; t < 12; t++) {
        const double T = (t + 1) / 12.0, today = g.m->price_USD_per_kg[DY], sd = sqrt(analytic_eval_ou_variance(0.30, 0.54, T));
        const double median = today * exp(log(239.0 / 239.0) * (1.0 - exp(-0.54 * T)));
        assert_close(price[12 + t], median, 1e-9, 0.0);
        assert_close(price[t], median * exp(-z95 * sd), 1e-9, 0.0);
        assert_close(price[24 + t], median * exp(z95 * sd), 1e-9, 0.0);
    }
    fan_eval_down(g.r, 3u, down);
    for (int t = 0; t < 12; t++)
        assert_close(down[t], 0.0, 0.0, 0.0);
    const double wrong = 1.0;
    assert_int_equal(fan_eval_price(g.r, DY, FAN_INSIDE, 1, &wrong, price, &g.e), ST_CONFIG);
    rig_done(&g);
}

/* Up in month 0, down in month n with the probability of the chain; the shares of 40,000 scenarios are within 5 standard errors. */
static void test_down(void **state)
{
    (void)state;
    struct world w = world_default();
    w.hazard = 0.6;
    struct rig g;
    const struct risk_opts o = opts_year(N_SCENARIO);
    rig_new(&g, &w, &o);
    double down[12], on[12];
    fan_eval_down(g.r, 1u << 1, down);
    fan_eval_regime(g.r, DY, on);
    for (int t = 0; t < 12; t++) {
        const double p = analytic_eval_down(1.0 - exp(-0.6 / 12.0), 1.0 - exp(-4.0 / 12.0), t);
        assert_close(down[t], p, 0.0, 5.0 * sqrt(p * (1.0 - p) / N_SCENARIO) + 1e-15);
        assert_close(on[t], down[t], 0.0, 0.0);
    }
    rig_done(&g);
}

/* The mean over months and levels is the mean spot price of the simulation (midpoint rule over 400 levels cuts the tails: 0.4 %). */
static void check_mean(struct rig *g, enum fan_side side, double expected)
{
    double level[N_LEVEL], sum = 0.0;
    double *price = mem_new((size_t)N_LEVEL * 12, sizeof *price);
    for (int k = 0; k < N_LEVEL; k++)
        level[k] = (k + 0.5) / N_LEVEL;
    assert_ok(fan_eval_price(g->r, DY, side, N_LEVEL, level, price, &g->e), &g->e);
    for (int k = 0; k < N_LEVEL * 12; k++) {
        sum += price[k] / (N_LEVEL * 12.0);
        if (k >= 12)
            assert_true(price[k] >= price[k - 12]);
    }
    mem_free(price);
    assert_close(sum, expected, 6e-3, 0.0);
}

static void test_mean(void **state)
{
    (void)state;
    struct world w = world_default();
    w.hazard = 0.6;
    w.theta[DY] = 300;
    w.outside[DY] = 2.0; /* below the jump of exp(1.27) */
    struct rig g;
    const struct risk_opts o = opts_year(N_SCENARIO);
    rig_new(&g, &w, &o);
    check_mean(&g, FAN_INSIDE, risk_get_info(g.r)->spot_mean_USD_per_kg[DY]);
    /* outside: today's drift times 2 off and exp(1.27) on */
    double on[12], mean = 0.0;
    fan_eval_regime(g.r, DY, on);
    for (int t = 0; t < 12; t++) {
        const double T = (t + 1) / 12.0, v = analytic_eval_ou_variance(0.30, 0.54, T);
        const double m = log(300.0 / 239.0) * (1.0 - exp(-0.54 * T));
        mean += g.m->price_USD_per_kg[DY] * exp(m + 0.5 * v) * ((1.0 - on[t]) * 2.0 + on[t] * exp(1.27)) / 12.0;
    }
    check_mean(&g, FAN_OUTSIDE, mean);
    rig_done(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calm_quantiles),
        cmocka_unit_test(test_down),
        cmocka_unit_test(test_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
