/* test_risk.c - the simulation against closed forms: price moments, chain probabilities, dated events, stock and routes by hand,
 * correlation, directions. */
#include "tests/unit/models/risk_world.h"
#include "materials/base/banned.h"

/* ---- nothing risky: nothing to pay ---- */

static void no_risk_no_cost(void **state)
{
    struct world w = world_default();
    struct rig g;
    const struct risk_opts o = opts_year(512);
    const double q[3] = {0.45, 0.015, 8};
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    rig_new(&g, &w, &o);
    const struct risk_result z = eval_one(&g, q);
    assert_close(z.today_USD, 0.45 * 1.1765 * 69 + 0.015 * 1.148 * 239 + 72, 1e-14, 0.0);
    assert_close(z.risk_cost.value_USD, 0.0, 0.0, 1e-10);
    assert_close(z.risk_cost.standard_error_USD, 0.0, 0.0, 1e-10);
    assert_close(z.mean.value_USD, z.today_USD, 1e-14, 0.0);
    assert_close(z.cvar.value_USD, z.today_USD, 1e-14, 0.0);
    rig_done(&g);
}

/* ---- prices: mean of a log-OU price is exp(mean + variance/2); the average over months too ---- */

static double get_ou_mean(const struct world *w, int i, double price, int n_month)
{
    double sum = 0.0;
    for (int t = 1; t <= n_month; t++) {
        const double years = t / 12.0, mean = log(w->theta[i] / price) * (1.0 - exp(-w->kappa[i] * years));
        sum += price * exp(mean + 0.5 * analytic_eval_ou_variance(w->sigma[i], w->kappa[i], years));
    }
    return sum / n_month;
}

static void price_mean(void **state)
{
    struct world w = world_default();
    struct rig g;
    const struct risk_opts o = opts_year(40000);
    const double factor[3] = {1.1765, 1.148, 1}, price[3] = {69, 239, 9};
    (void)state;
    w.hazard = 0;
    w.theta[ND] = 100;
    w.theta[DY] = 180;
    rig_new(&g, &w, &o);
    const struct risk_info *info = risk_get_info(g.r);
    for (int i = 0; i < N_ELEMENT; i++) {
        double q[3] = {0};
        q[i] = 1.0;
        const struct risk_result z = eval_one(&g, q);
        const double expected = factor[i] * get_ou_mean(&w, i, price[i], 12);
        assert_true(z.drift.standard_error_USD > 0.0 && z.drift.standard_error_USD < 0.01 * expected);
        assert_close(info->spot_mean_USD_per_kg[i], expected, 0.0, 4.0 * z.drift.standard_error_USD);
        assert_close(z.mean.value_USD, expected, 0.0, 4.0 * z.mean.standard_error_USD);
    }
    rig_done(&g);
}

/* One month ahead the log price is normal: the variance of the logs of the samples and their correlation are those of the step; and the
 * CVaR of a lognormal, E exp(y) Phi(s - z_a) / (1 - a), is met. */
static void one_month_is_lognormal(void **state)
{
    enum { N = 40000 };
    static double nd[N], dy[N];
    struct world w = world_default();
    struct rig g;
    struct risk_opts o = opts_year(N);
    const double q[2][3] = {{1, 0, 0}, {0, 1, 0}};
    (void)state;
    o.horizon_months = 1;
    w.hazard = 0;
    rig_new(&g, &w, &o);
    assert_ok(risk_eval_cost_samples(g.r, NULL, 1, q[0], N, nd, &g.e), &g.e);
    assert_ok(risk_eval_cost_samples(g.r, NULL, 1, q[1], N, dy, &g.e), &g.e);
    double aa = 0, bb = 0, ab = 0;
    for (int s = 0; s < N; s++) {
        const double a = log(nd[s] / (69 * 1.1765)), b = log(dy[s] / (239 * 1.148));
        aa += a * a / N;
        bb += b * b / N;
        ab += a * b / N;
    }
    const double va = analytic_eval_ou_variance(0.43, 0.57, 1 / 12.0), vb = analytic_eval_ou_variance(0.30, 0.54, 1 / 12.0);
    const double step_rho = 0.65 * 0.43 * 0.30 * (1 - exp(-(0.57 + 0.54) / 12)) / (0.57 + 0.54) / sqrt(va * vb),
                 error = sqrt(2.0 / (N / 2));
    assert_close(aa, va, 4.5 * error, 0.0);
    assert_close(bb, vb, 4.5 * error, 0.0);
    assert_close(ab / sqrt(aa * bb), step_rho, 0.0, 4.5 * (1 - step_rho * step_rho) / sqrt(N / 2));
    const struct risk_result z = eval_one(&g, q[0]);
    const double s = sqrt(va), za = 1.6448536269514722, cvar = 69 * 1.1765 * exp(0.5 * va) * 0.5 * erfc((za - s) / sqrt(2.0)) / 0.05;
    assert_close(z.cvar.value_USD, cvar, 0.0, 4.0 * z.cvar.standard_error_USD);
    assert_true(z.cvar.standard_error_USD < 0.005 * cvar);
    rig_done(&g);
}

/* Far ahead the variance is sigma^2/(2 kappa), by analytic.h as limit and by the simulation over 20 years. */
static void stationary_variance(void **state)
{
    (void)state;
    assert_close(analytic_eval_ou_variance(0.43, 0.57, 1e3), 0.43 * 0.43 / (2 * 0.57), 1e-14, 0.0);
    assert_close(analytic_eval_ou_variance(0.43, 0.0, 2.0), 2 * 0.43 * 0.43, 1e-15, 0.0);
}

/* Regime jump: with sigma = 0 the mean price is P0 (1 + (e^b - 1) share of months down). Discounting moves the weights, nothing else. */
static void jump_by_chain_probability(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(100000);
    struct rig g;
    const double q[3] = {0, 1, 0}, alpha = 1 - exp(-0.21 / 12), beta = 1 - exp(-4 / 12.0);
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    for (int with_discount = 0; with_discount < 2; with_discount++) {
        double sum = 0.0, down = 0.0;
        o.discount_rate_per_year = with_discount ? 0.5 : 0.0;
        rig_new(&g, &w, &o);
        for (int t = 0; t < 12; t++) {
            const double weight = pow(1 + o.discount_rate_per_year, -(t + 1) / 12.0);
            sum += weight;
            down += weight * analytic_eval_down(alpha, beta, t);
        }
        const struct risk_result z = eval_one(&g, q);
        assert_close(z.drift.value_USD, 239 * 1.148 * expm1(1.27) * down / sum, 0.0, 4 * z.drift.standard_error_USD);
        assert_close(z.unbuilt_mean_pu, 0.54 * down / sum, 0.0, 4 * z.shortage.standard_error_USD / 1000);
        assert_true(z.drift.standard_error_USD < 0.03 * z.drift.value_USD);
        rig_done(&g);
    }
}

/* Common factor: the probability that both nodes are down, by the shortage of a design that needs both: 1 - P(neither). rho = 1: one node.
 * rho = 0: product. */
static void common_factor(void **state)
{
    struct world w = world_default();
    const struct risk_opts o = opts_year(100000);
    const double one[3] = {1, 0, 0}, both[3] = {1, 1, 0};
    double u[2], single = 0.0;
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 1.0;
    w.down = 0.0;
    for (int k = 0; k < 2; k++) {
        struct rig g;
        w.factor = k;
        rig_new(&g, &w, &o);
        const struct risk_result z = eval_one(&g, one), zz = eval_one(&g, both);
        u[k] = zz.unbuilt_mean_pu;
        single = z.unbuilt_mean_pu;
        if (k == 0) {
            double expected = 0.0;
            for (int t = 0; t < 12; t++) {
                const double p = analytic_eval_down(1 - exp(-1.0 / 12), 1 - exp(-4 / 12.0), t);
                expected += (1 - (1 - p) * (1 - p)) / 12;
            }
            assert_close(u[0], expected, 0.0, 4 * zz.shortage.standard_error_USD / 1000);
        }
        rig_done(&g);
    }
    assert_close(u[1], single, 1e-12, 0.0);
    assert_true(u[0] > 1.5 * u[1]);
}

/* ---- dated event: one month, one destination ---- */

static void dated_event(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(2000);
    struct rig g;
    const double q[3] = {1, 0, 0};
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    w.recovery = 0; /* until further notice */
    w.event_pu = 1;
    rig_new(&g, &w, &o); /* 2026-11-10 lies in month 1 (from 2026-11-01): down in months 1..11 */
    assert_close(eval_one(&g, q).unbuilt_mean_pu, 0.54 * 11 / 12, 1e-12, 0.0);
    rig_done(&g);
    o.destination = "US";
    rig_new(&g, &w, &o); /* another buyer is not hit */
    assert_close(eval_one(&g, q).unbuilt_mean_pu, 0.0, 0.0, 0.0);
    rig_done(&g);
    o.destination = "JP";
    w.event_date = "2026-09-30"; /* before the study: left out, and said */
    rig_new(&g, &w, &o);
    assert_close(eval_one(&g, q).unbuilt_mean_pu, 0.0, 0.0, 0.0);
    assert_true(risk_get_info(g.r)->n_note >= 1 && strstr(risk_get_info(g.r)->note[0], "2026-09-30"));
    rig_done(&g);
    w.event_date = "2026-11-10";
    w.event_pu = 0.3;
    o.n_scenario = 40000;
    rig_new(&g, &w, &o);
    const struct risk_result z = eval_one(&g, q);
    assert_close(z.unbuilt_mean_pu, 0.3 * 0.54 * 11 / 12, 0.0, 4 * z.shortage.standard_error_USD / 1000);
    rig_done(&g);
}

/* ---- stock: a certain outage of known length, by hand ---- */

static double get_unbuilt(struct world *w, int months)
{
    struct risk_opts o = opts_year(200);
    struct rig g;
    const double q[3] = {1, 0, 0};
    o.horizon_months = months;
    rig_new(&g, w, &o);
    const double u = eval_one(&g, q).unbuilt_mean_pu;
    rig_done(&g);
    return u;
}

static void stock_by_hand(void **state)
{
    struct world w = world_default();
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    w.recovery = 0;
    w.event_pu = 1;
    w.event_date = "2026-10-15"; /* month 0: down all 12 months, 0.54 missing in each = 6.48 months of use */
    assert_close(get_unbuilt(&w, 12), 0.54, 1e-12, 0.0);
    w.stock[0] = 3;
    assert_close(get_unbuilt(&w, 12), (6.48 - 3) / 12, 1e-12, 0.0);
    w.stock[0] = 6.48;
    assert_close(get_unbuilt(&w, 12), 0.0, 0.0, 1e-12);
    w.stock[0] = 0;
    w.safe_share = 0.25; /* a safe route keeps its share: 0.75 x 0.54 missing */
    assert_close(get_unbuilt(&w, 12), 0.405, 1e-12, 0.0);
    w.safe_exists = "2027-01-01";
    w.safe_from = "2027-04-01"; /* from month 6; before that its share comes by the bridge */
    assert_close(get_unbuilt(&w, 12), (6 * 0.54 + 6 * 0.405) / 12, 1e-12, 0.0);
    w.recovery = 1e2; /* 1 - exp(-100/12): down in month 0 only but for 1 in 4000 */
    w.safe_share = 0;
    w.safe_from = "";
    w.safe_exists = "2000-01-01";
    assert_close(get_unbuilt(&w, 12), 0.045, 0.02, 0.0);
    w.up = 0.8; /* rationing without end: 0.54, then 11 times 0.2 */
    assert_close(get_unbuilt(&w, 12), (0.54 + 11 * 0.2) / 12, 0.01, 0.0);
    w.stock[0] = 1.0;
    assert_close(get_unbuilt(&w, 12), (0.54 + 11 * 0.2 - 1.0) / 12, 0.01, 0.0);
}

/* Restocking: outages return; a stock that refills covers more, never less; one that refills at once from nothing covers nothing more than
 * its size. */
static void restock_helps(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(20000);
    const double q[3] = {1, 0, 0};
    double u[3];
    (void)state;
    o.horizon_months = 60;
    w.hazard = 1.0;
    w.stock[0] = 1.0;
    for (int k = 0; k < 3; k++) {
        struct rig g;
        w.restock = 0.1 * k;
        rig_new(&g, &w, &o);
        u[k] = eval_one(&g, q).unbuilt_mean_pu;
        rig_done(&g);
    }
    assert_true(u[1] < 0.95 * u[0] && u[2] < u[1]);
}

/* ---- price formula of a route ---- */

static double get_paid(struct world *w)
{
    struct risk_opts o = opts_year(200);
    struct rig g;
    rig_new(&g, w, &o);
    const double paid = risk_get_info(g.r)->paid_mean_USD_per_kg[ND];
    rig_done(&g);
    return paid;
}

static void route_price(void **state)
{
    struct world w = world_default();
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    w.safe_share = 1;
    assert_close(get_paid(&w), 69 * 1.1765, 1e-14, 0.0);
    w.premium = 7;
    assert_close(get_paid(&w), 69 * 1.1765 + 7, 1e-14, 0.0);
    w.floor_USD = 110; /* of oxide */
    assert_close(get_paid(&w), 110 * 1.1765 + 7, 1e-14, 0.0);
    w.safe_share = 0.5;
    assert_close(get_paid(&w), 0.5 * (110 * 1.1765 + 7) + 0.5 * 69 * 1.1765, 1e-14, 0.0);
    w.safe_share = 1;
    w.outside[ND] = 3; /* 207 outside China: 150 + 0.7 x 57 */
    w.cap_USD = 150;
    w.back = 0.3;
    assert_close(get_paid(&w), (207 - 0.3 * 57) * 1.1765 + 7, 1e-14, 0.0);
    w.cap_USD = 1e5;
    w.jump[ND] = 0.5; /* a regime from month 0, for good: e^0.5 < 3, the outside price stands; e^1.5 > 3, it rises to that */
    w.event_pu = 1;
    w.recovery = 0;
    w.event_date = "2026-10-02";
    assert_close(get_paid(&w), 207 * 1.1765 + 7, 1e-13, 0.0);
    w.jump[ND] = 1.5;
    assert_close(get_paid(&w), 69 * exp(1.5) * 1.1765 + 7, 1e-13, 0.0);
}

/* A contract with a floor on one month's price costs the floor's put above spot (Black-76, no discount, F the mean price). */
static void floor_is_a_put(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(40000);
    struct rig g;
    const double q[3] = {1, 0, 0}, v = analytic_eval_ou_variance(0.43, 0.57, 1 / 12.0);
    (void)state;
    o.horizon_months = 1;
    w.hazard = 0;
    w.safe_share = 1;
    w.floor_USD = 72;
    rig_new(&g, &w, &o);
    const struct risk_result z = eval_one(&g, q);
    assert_close(z.holding.value_USD, 1.1765 * analytic_eval_floor(69 * exp(0.5 * v), 72, v, 0.0, 1.0), 0.0,
                 4 * z.holding.standard_error_USD);
    assert_true(z.holding.standard_error_USD < 0.02 * z.holding.value_USD);
    rig_done(&g);
}

/* ---- holding and qualification by hand ---- */

static void holding_by_hand(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(200);
    struct rig g;
    const double q[3] = {0.45, 0, 8}, copper[3] = {0, 0, 8};
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    w.stock[0] = 3;
    w.safe_share = 0.5;
    w.qualification_USD = 2e6;
    w.capacity = 30;
    rig_new(&g, &w, &o);
    const struct risk_result z = eval_one(&g, q);
    assert_close(z.holding.value_USD, 0.2 * 0.45 * 69 * 1.1765 * 3 / 12 + 2e6 / 1e5, 1e-12, 0.0);
    assert_close(z.risk_cost.value_USD, z.holding.value_USD, 1e-12, 0.0);
    assert_close(z.capacity_use_pu, 0.5 * 0.45 * 1e5 / 1000 / 30, 1e-12, 0.0);
    assert_string_equal(g.m->routes.route[z.capacity_route].name, "safe");
    assert_close(eval_one(&g, copper).risk_cost.value_USD, 0.0, 0.0, 1e-12); /* who buys no Nd qualifies nobody */
    rig_done(&g);
    o.horizon_months = 24; /* twice the motors share the qualification */
    rig_new(&g, &w, &o);
    assert_close(eval_one(&g, q).holding.value_USD, 0.2 * 0.45 * 69 * 1.1765 * 3 / 12 + 1e6 / 1e5, 1e-12, 0.0);
    rig_done(&g);
}

/* ---- what theory says of the direction ---- */

static void directions(void **state)
{
    const struct risk_opts o = opts_year(20000);
    const double q[3] = {0.45, 0.015, 8}, steel[3] = {0, 0, 8};
    double last = -1.0;
    (void)state;
    for (int k = 0; k < 5; k++) { /* more hazard, more cost; the same shocks, so exactly so */
        static const double hazard[] = {0.0, 0.07, 0.21, 0.43, 1.0};
        struct world w = world_default();
        struct rig g;
        w.hazard = hazard[k];
        rig_new(&g, &w, &o);
        const struct risk_result z = eval_one(&g, q);
        assert_true(z.shortage.value_USD > last && z.shortage.value_USD >= 0.0);
        last = z.shortage.value_USD;
        assert_true(eval_one(&g, steel).shortage.value_USD <= 0.0);
        rig_done(&g);
    }
    last = HUGE_VAL;
    for (int months = 0; months <= 9; months += 3) { /* more stock, less shortage, in every scenario */
        struct world w = world_default();
        struct rig g;
        w.stock[0] = w.stock[1] = months;
        rig_new(&g, &w, &o);
        const double shortage = eval_one(&g, q).shortage.value_USD;
        assert_true(shortage < last || (shortage <= 0.0 && last <= 0.0));
        last = shortage;
        rig_done(&g);
    }
}

static void hazard_band(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(4000);
    const double q[3] = {0.45, 0.015, 8};
    double u[3];
    (void)state;
    for (int band = RISK_BAND_VALUE; band <= RISK_BAND_HIGH; band++) {
        struct rig g;
        o.hazard_band = (enum risk_band)band;
        rig_new(&g, &w, &o);
        u[band] = eval_one(&g, q).unbuilt_mean_pu;
        rig_done(&g);
    }
    assert_close(u[RISK_BAND_LOW], 0.0, 0.0, 0.0); /* low end of the text above: 0 */
    assert_true(u[RISK_BAND_HIGH] > 5 * u[RISK_BAND_VALUE] && u[RISK_BAND_VALUE] > 0.0);
}

/* Tomlin 2006: with rare long outages a safe route beats stock, with short ones stock beats the route; expected cost, a little premium. */
static void tomlin(void **state)
{
    const struct risk_opts o = opts_year(20000);
    const double q[3] = {0.45, 0, 8};
    double cost[2][2];
    (void)state;
    for (int length = 0; length < 2; length++)
        for (int way = 0; way < 2; way++) {
            struct world w = world_default();
            struct rig g;
            memset(w.sigma, 0, sizeof w.sigma);
            w.down = 0.0;
            w.hazard = length ? 0.05 : 1.0;
            w.recovery = length ? 0.3 : 24.0;
            w.stock[0] = way ? 0.0 : 3.0;
            w.restock = 1.0;
            w.safe_share = way;
            w.premium = way ? 10.0 : 0.0;
            rig_new(&g, &w, &o);
            cost[length][way] = eval_one(&g, q).mean.value_USD;
            rig_done(&g);
        }
    assert_true(cost[0][0] < cost[0][1]); /* short: stock */
    assert_true(cost[1][1] < cost[1][0]); /* long: the other route */
}

/* ---- correlation ---- */

static void correlation_is_mended_and_said(void **state)
{
    /* 0.9, 0.9, -0.9: least eigenvalue -0.8 along (1,-1,1). By symmetry the nearest has off-diagonals +-c, singular at c = 0.5. */
    const double bad[9] = {1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1}, expected[9] = {1, 0.5, -0.5, 0.5, 1, 0.5, -0.5, 0.5, 1};
    const double good[9] = {1, 0.5, 0, 0.5, 1, 0, 0, 0, 1}, target[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    double out[9], L[9];
    struct covariance_info info;
    struct err e = {0};
    (void)state;
    assert_ok(covariance_solve_correlation(3, bad, bad, 0.0, out, &info, &e), &e);
    assert_close_array(out, expected, 9, 0.0, 1e-6);
    assert_true(info.is_mended);
    assert_close(info.eigen_min, -0.8, 1e-12, 0.0);
    assert_close(info.moved_max, 0.4, 0.0, 1e-6);
    assert_close(info.moved_rms, 0.4, 0.0, 1e-6);
    assert_close(info.moved_frobenius, 0.4 * sqrt(6), 0.0, 1e-5);
    const double sigma[3] = {0.4, 0.3, 0.2}, kappa[3] = {0.5, 0, 1};
    assert_ok(covariance_solve_step(3, out, sigma, kappa, 1 / 12.0, L, &e), &e);
    assert_ok(covariance_solve_correlation(3, good, target, 0.4, out, &info, &e), &e);
    assert_close(out[1], 0.3, 1e-15, 0.0);
    assert_true(!info.is_mended && info.moved_max <= 0.0);
    out[1] = 0.2;
    assert_status(covariance_solve_correlation(3, out, target, 0.0, L, &info, &e), ST_CONFIG, &e);

    struct market *m = NULL; /* of the repository: eleven returns are not enough for a positive definite matrix */
    assert_ok(market_new("materials/data", &m, &e), &e);
    struct risk_opts o = opts_year(64);
    struct risk *r = NULL;
    assert_ok(risk_new(m, &m->scenario[0], &m->sourcing[0], &o, &r, &e), &e);
    const struct risk_info *said = risk_get_info(r);
    int is_said = 0;
    for (int k = 0; k < said->n_note; k++)
        is_said |= strstr(said->note[k], "mended") != NULL;
    assert_int_equal(is_said, said->correlation.is_mended);
    assert_true(said->correlation.moved_max < 0.1);
    risk_free(r);
    market_free(m);
}

/* Published example of HIGHAM2002 (section 4): distance 0.5278. And against any other correlation matrix near it: none is nearer. */
static void nearest_correlation(void **state)
{
    const double bad[9] = {1, 1, 0, 1, 1, 1, 0, 1, 1}, expected[9] = {1, 0.7607, 0.1573, 0.7607, 1, 0.7607, 0.1573, 0.7607, 1};
    double out[9], L[9];
    struct covariance_info info;
    struct err e = {0};
    (void)state;
    assert_ok(covariance_solve_correlation(3, bad, bad, 0.0, out, &info, &e), &e);
    assert_close_array(out, expected, 9, 0.0, 6e-5);
    assert_close(info.moved_frobenius, 0.5278, 0.0, 6e-5);
    for (int k = 0; k < 3; k++)
        assert_true(out[4 * k] >= 1.0 && out[4 * k] <= 1.0);
    const double one[3] = {1, 1, 1}, zero[3] = {0};
    assert_ok(covariance_solve_step(3, out, one, zero, 1.0, L, &e), &e); /* definite, if barely */
    for (double a = -0.02; a < 0.03; a += 0.01)
        for (double c = -0.02; c < 0.03; c += 0.01) {
            const double u = out[1] + a, v = out[2] + c, det = 1 + 2 * u * u * v - 2 * u * u - v * v;
            const double distance = sqrt(4 * (1 - u) * (1 - u) + 2 * v * v);
            assert_true(det < 1e-6 || distance >= info.moved_frobenius);
        }
}

/* Step covariance L L' against the formula; a zero volatility gives a zero row. */
static void step_covariance(void **state)
{
    const double R[9] = {1, 0.5, 0.2, 0.5, 1, -0.3, 0.2, -0.3, 1}, sigma[3] = {0.4, 0, 0.2}, kappa[3] = {0.5, 1, 0};
    double L[9];
    struct err e = {0};
    (void)state;
    assert_ok(covariance_solve_step(3, R, sigma, kappa, 0.25, L, &e), &e);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            const double k = kappa[i] + kappa[j], span = k > 0 ? (1 - exp(-k * 0.25)) / k : 0.25;
            double sum = 0;
            for (int p = 0; p < 3; p++)
                sum += L[p * 3 + i] * L[p * 3 + j];
            assert_close(sum, R[i * 3 + j] * sigma[i] * sigma[j] * span, 1e-13, 1e-18);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_risk_no_cost),
        cmocka_unit_test(price_mean),
        cmocka_unit_test(one_month_is_lognormal),
        cmocka_unit_test(stationary_variance),
        cmocka_unit_test(jump_by_chain_probability),
        cmocka_unit_test(common_factor),
        cmocka_unit_test(dated_event),
        cmocka_unit_test(stock_by_hand),
        cmocka_unit_test(restock_helps),
        cmocka_unit_test(route_price),
        cmocka_unit_test(floor_is_a_put),
        cmocka_unit_test(holding_by_hand),
        cmocka_unit_test(directions),
        cmocka_unit_test(hazard_band),
        cmocka_unit_test(tomlin),
        cmocka_unit_test(correlation_is_mended_and_said),
        cmocka_unit_test(step_covariance),
        cmocka_unit_test(nearest_correlation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
