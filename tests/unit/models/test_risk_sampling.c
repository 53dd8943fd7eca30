/* test_risk_sampling.c - ways of drawing scenarios agree with closed forms and with one another, and their errors are what they say; laws
 * of the length of an outage; lifted events; price jumps and spikes; threads. */
#include "tests/unit/models/risk_world.h"
#include "materials/base/banned.h"

static const double BILL[3] = {0.45, 0.015, 8};

static struct risk_opts opts_with(int n_scenario, enum risk_sampling sampling)
{
    struct risk_opts o = opts_year(n_scenario);
    o.sampling = sampling;
    return o;
}

static struct risk_result solve(const struct world *w, const struct risk_opts *o, struct risk_info *info)
{
    struct rig g;
    rig_new(&g, w, o);
    const struct risk_result z = eval_one(&g, BILL);
    if (info)
        *info = *risk_get_info(g.r);
    rig_done(&g);
    return z;
}

static void assert_same(struct risk_figure a, struct risk_figure b)
{
    assert_true(a.standard_error_USD > 0.0 && b.standard_error_USD > 0.0);
    assert_close(a.value_USD, b.value_USD, 0.0, 4.0 * hypot(a.standard_error_USD, b.standard_error_USD));
}

/* A stock that only long outages empty: the shortage is rare. */
static struct world world_rare(void)
{
    struct world w = world_default();
    w.hazard = 0.07;
    w.stock[0] = w.stock[1] = 2;
    w.event_pu = 0.02;
    return w;
}

/* ---- the three ways give the same figures ---- */

static void schemes_agree(void **state)
{
    const struct world w = world_rare();
    const struct risk_opts plain = opts_with(64000, RISK_SAMPLING_RANDOM);
    const struct risk_result a = solve(&w, &plain, NULL);
    (void)state;
    for (int k = RISK_SAMPLING_IMPORTANCE; k <= RISK_SAMPLING_SOBOL; k++)
        for (int antithetic = 0; antithetic < 2; antithetic++) {
            struct risk_opts o = opts_with(64000, (enum risk_sampling)k);
            struct risk_info info;
            o.antithetic = antithetic;
            o.seed = 7;
            const struct risk_result b = solve(&w, &o, &info);
            assert_same(a.mean, b.mean);
            assert_same(a.drift, b.drift);
            assert_same(a.shortage, b.shortage);
            assert_same(a.cvar, b.cvar);
            assert_same(a.risk_cost, b.risk_cost);
            assert_close(b.risk_cost.value_USD, b.drift.value_USD + b.holding.value_USD + b.shortage.value_USD + b.tail.value_USD, 0.0,
                         1e-10 * b.cvar.value_USD);
            assert_close(b.mean.value_USD - b.today_USD, b.drift.value_USD + b.holding.value_USD + b.shortage.value_USD, 0.0,
                         1e-9 * b.cvar.value_USD);
            assert_true(info.effective_pu > 0.5 && info.effective_pu <= 1.0 + 1e-12);
            assert_true((k == RISK_SAMPLING_IMPORTANCE) == (info.effective_pu < 0.999));
            assert_true((k == RISK_SAMPLING_SOBOL) == (info.n_sobol > 0));
        }
}

/* Rare shortage: the same number of scenarios, a smaller error; the standard error is what many seeds spread by. */
static void importance_pays(void **state)
{
    const struct world w = world_rare();
    enum { SEEDS = 40 };
    double sum[2] = {0}, sum2[2] = {0}, said[2] = {0};
    (void)state;
    for (int k = 0; k < 2; k++)
        for (int seed = 1; seed <= SEEDS; seed++) {
            struct risk_opts o = opts_with(4000, k ? RISK_SAMPLING_IMPORTANCE : RISK_SAMPLING_RANDOM);
            o.seed = (uint64_t)seed;
            const struct risk_result z = solve(&w, &o, NULL);
            sum[k] += z.shortage.value_USD / SEEDS;
            sum2[k] += z.shortage.value_USD * z.shortage.value_USD / SEEDS;
            said[k] += z.shortage.standard_error_USD / SEEDS;
        }
    for (int k = 0; k < 2; k++) /* 40 seeds know a spread to 11 % */
        assert_close(sqrt(sum2[k] - sum[k] * sum[k]), said[k], 0.4, 0.0);
    assert_close(sum[1], sum[0], 0.0, 4 * hypot(said[0], said[1]) / sqrt(SEEDS));
    assert_true(said[1] < 0.75 * said[0]);
}

/* Sobol: the same of prices, where the mean over the horizon is one smooth function of few directions. */
static void sobol_pays(void **state)
{
    struct world w = world_default();
    enum { SEEDS = 30 };
    double sum = 0, sum2 = 0, said[2] = {0};
    (void)state;
    w.hazard = 0;
    for (int k = 0; k < 2; k++)
        for (int seed = 1; seed <= SEEDS; seed++) {
            struct risk_opts o = opts_with(8192, k ? RISK_SAMPLING_SOBOL : RISK_SAMPLING_RANDOM);
            o.seed = (uint64_t)seed;
            o.antithetic = 0;
            const struct risk_result z = solve(&w, &o, NULL);
            said[k] += z.mean.standard_error_USD / SEEDS;
            sum += k ? z.mean.value_USD / SEEDS : 0.0;
            sum2 += k ? z.mean.value_USD * z.mean.value_USD / SEEDS : 0.0;
        }
    assert_close(sqrt(fmax(0.0, sum2 - sum * sum)), said[1], 0.5, 0.0); /* 30 seeds of 16 replicates */
    assert_true(said[1] < 0.25 * said[0]);
}

/* In the repository's calm scenario, with the stock of the article's lower end. */
static void calm_of_the_data(void **state)
{
    struct market *m = NULL;
    struct err e = {0};
    struct risk_figure shortage[2], mean[2];
    const struct scenario *sc;
    const struct sourcing *so;
    (void)state;
    assert_ok(market_new("materials/data", &m, &e), &e);
    assert_ok(market_get_scenario(m, "calm", NULL, &sc, &e), &e);
    assert_ok(market_get_sourcing(m, "dual_50_50_3m_stock", NULL, &so, &e), &e);
    for (int k = 0; k < 2; k++) {
        struct risk_opts o = opts_with(20000, k ? RISK_SAMPLING_IMPORTANCE : RISK_SAMPLING_RANDOM);
        struct risk *r = NULL;
        struct risk_ws *ws = NULL;
        struct risk_result z;
        double q[MARKET_MAX_ELEMENT] = {0};
        o.horizon_months = 48;
        q[market_get_element(m, "Nd")] = 0.45;
        q[market_get_element(m, "Dy")] = 0.05;
        assert_ok(risk_new(m, sc, so, &o, &r, &e), &e);
        assert_ok(risk_ws_new(r, 1, &ws, &e), &e);
        assert_ok(risk_eval(r, ws, NULL, 1, q, &z, &e), &e);
        shortage[k] = z.shortage;
        mean[k] = z.mean;
        risk_ws_free(ws);
        risk_free(r);
    }
    assert_same(shortage[0], shortage[1]);
    assert_same(mean[0], mean[1]);
    assert_true(shortage[1].standard_error_USD < 0.9 * shortage[0].standard_error_USD);
    market_free(m);
}

/* Standard errors fall as 1/sqrt(S), and the figures themselves stray by them: 64 seeds at each of three sizes. */
static void converges_as_root(void **state)
{
    static const int size[] = {500, 2000, 8000};
    const struct world w = world_default();
    enum { SEEDS = 64 };
    double spread[3], said[3];
    (void)state;
    for (int k = 0; k < 3; k++) {
        double sum = 0, sum2 = 0;
        said[k] = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            struct risk_opts o = opts_with(size[k], RISK_SAMPLING_RANDOM);
            o.seed = (uint64_t)(1000 * k + seed);
            const struct risk_result z = solve(&w, &o, NULL);
            sum += z.risk_cost.value_USD / SEEDS;
            sum2 += z.risk_cost.value_USD * z.risk_cost.value_USD / SEEDS;
            said[k] += z.risk_cost.standard_error_USD / SEEDS;
        }
        spread[k] = sqrt(sum2 - sum * sum);
        assert_close(said[k], spread[k], 0.35, 0.0); /* 64 seeds know a spread to 9 % */
    }
    for (int k = 0; k < 2; k++) {
        assert_close(said[k] / said[k + 1], 2.0, 0.1, 0.0);
        assert_close(spread[k] / spread[k + 1], 2.0, 0.35, 0.0);
    }
}

/* ---- threads ---- */

static void threads_do_not_matter(void **state)
{
    const struct world w = world_rare();
    (void)state;
    for (int k = 0; k < RISK_SAMPLING_COUNT; k++) {
        struct risk_opts o = opts_with(16000, (enum risk_sampling)k);
        const struct risk_result one = solve(&w, &o, NULL);
        for (o.n_thread = 2; o.n_thread <= 5; o.n_thread++) {
            const struct risk_result many = solve(&w, &o, NULL);
            assert_memory_equal(&one, &many, offsetof(struct risk_result, capacity_route)); /* padding follows */
        }
    }
}

/* ---- length of outages ---- */

/* `key` of the hazard in the text becomes this. */
static void rig_law(struct rig *g, const struct world *w, const struct risk_opts *o, enum duration_law law, double sigma_pu)
{
    rig_market(g, w);
    g->o = *o;
    for (int k = 0; k < g->m->nodes.n; k++) {
        struct scenario_node *n = &g->m->scenario[0].node[k];
        n->duration = law;
        n->duration_sigma_pu.value = sigma_pu;
    }
    assert_ok(risk_new(g->m, &g->m->scenario[0], &g->m->sourcing[0], o, &g->r, &g->e), &g->e);
    assert_ok(risk_ws_new(g->r, 8, &g->ws, &g->e), &g->e);
}

/* A certain outage in month 0: the share of months down is mean_t P(T > t months), t = 0..11, by the lognormal law; mean 1/recovery. */
static void lognormal_by_hand(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(40000);
    const double q[3] = {1, 0, 0};
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    w.event_pu = 1;
    w.event_date = "2026-10-02";
    for (int k = 0; k < 3; k++) {
        const double s = 0.3 + 0.6 * k, mean_log = log(3.0) - 0.5 * s * s;
        double expected = 0.0;
        struct rig g;
        for (int t = 0; t < 12; t++)
            expected += 0.54 / 12 * (t ? 0.5 * erfc((log(t) - mean_log) / s / sqrt(2.0)) : 1.0);
        for (int tilted = 0; tilted < 2; tilted++) {
            o.sampling = tilted ? RISK_SAMPLING_IMPORTANCE : RISK_SAMPLING_RANDOM;
            rig_law(&g, &w, &o, DURATION_LOGNORMAL, s);
            const struct risk_result z = eval_one(&g, q);
            assert_close(z.unbuilt_mean_pu, expected, 0.0, 4 * z.shortage.standard_error_USD / 1000);
            assert_true(z.shortage.standard_error_USD / 1000 < 0.01 * expected);
            rig_done(&g);
        }
    }
}

/* The tail decides: with the same mean, a stock of three months is short more often under a longer tail; until further notice most of all.
 */
static void tail_of_the_length_matters(void **state)
{
    struct world w = world_default();
    const struct risk_opts o = opts_year(40000);
    double u[3];
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.stock[0] = w.stock[1] = 3;
    for (int k = 0; k < 3; k++) {
        struct rig g;
        w.recovery = k == 2 ? 0.0 : 4.0;
        rig_law(&g, &w, &o, k == 2 ? DURATION_UNTIL_FURTHER_NOTICE : (k ? DURATION_EXPONENTIAL : DURATION_LOGNORMAL),
                k ? (double)NAN : 0.3);
        u[k] = eval_one(&g, BILL).unbuilt_mean_pu;
        rig_done(&g);
    }
    assert_true(u[0] < 0.5 * u[1] && u[1] < 0.5 * u[2]);
}

/* An event until further notice that is lifted after five months: down in months 1 .. 5 of 12 (2026-11-10 to 2027-04-01), exactly. */
static void lifted_event(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(200);
    struct rig g;
    const double q[3] = {1, 0, 0};
    long day;
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = w.recovery = 0;
    w.event_pu = 1;
    rig_market(&g, &w);
    assert_int_equal(date_read("2027-04-01", &day), ST_OK);
    g.m->scenario[0].event[0].lifted_days = day;
    assert_ok(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), &g.e);
    assert_ok(risk_ws_new(g.r, 1, &g.ws, &g.e), &g.e);
    assert_close(eval_one(&g, q).unbuilt_mean_pu, 0.54 * 5 / 12, 1e-12, 0.0);
    rig_done(&g);
}

/* Licences withheld from one destination: rationed there without any outage and without a jump of the price (quantity first, price second);
 * other buyers notice nothing. */
static void selective_licences(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(200);
    const double q[3] = {0, 1, 0};
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    for (int is_jp = 0; is_jp < 2; is_jp++) {
        struct rig g;
        o.destination = is_jp ? "JP" : "US";
        rig_market(&g, &w);
        g.m->scenario[0].node[1].availability_up_pu[0].value = 0.25; /* cn_heavy to JP */
        assert_ok(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), &g.e);
        assert_ok(risk_ws_new(g.r, 1, &g.ws, &g.e), &g.e);
        const struct risk_result z = eval_one(&g, q);
        assert_close(z.unbuilt_mean_pu, is_jp ? 0.75 : 0.0, 1e-12, 0.0);
        assert_close(z.drift.value_USD, 0.0, 0.0, 1e-9);
        rig_done(&g);
    }
}

/* ---- more hazard, more cost: every hazard for itself, the same shocks ---- */

static void monotone_in_every_hazard(void **state)
{
    static const double hazard[] = {0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6};
    (void)state;
    for (int node = 0; node < 2; node++)
        for (int sampling = 0; sampling < RISK_SAMPLING_COUNT; sampling += RISK_SAMPLING_SOBOL) {
            double last = -1.0, last_cost = -1.0;
            for (int k = 0; k < ARRAY_LEN(hazard); k++) {
                const struct world w = world_default();
                struct risk_opts o = opts_with(16000, (enum risk_sampling)sampling);
                struct rig g;
                rig_market(&g, &w);
                g.m->scenario[0].node[node].hazard_per_year.value = hazard[k];
                assert_ok(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), &g.e);
                assert_ok(risk_ws_new(g.r, 1, &g.ws, &g.e), &g.e);
                const struct risk_result z = eval_one(&g, BILL);
                assert_true(z.shortage.value_USD > last && z.mean.value_USD > last_cost);
                last = z.shortage.value_USD;
                last_cost = z.mean.value_USD;
                rig_done(&g);
            }
        }
}

/* ---- two price systems, the article's jump, spikes ---- */

/* A regime from month 0 for good, no volatility: prices by hand. Nd is named by the article, Dy is not. */
static void jumps_by_hand(void **state)
{
    static const double times[RISK_JUMP_COUNT] = {0, 4, 5};
    struct world w = world_default();
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = w.recovery = 0;
    w.event_pu = 1;
    w.event_date = "2026-10-02";
    w.jump[ND] = 0.7;
    w.outside[ND] = 1.4;
    w.safe_share = 0.5;
    for (int jump = 0; jump < RISK_JUMP_COUNT; jump++)
        for (int half = 0; half < 2; half++) {
            struct risk_opts o = opts_year(64);
            struct rig g;
            o.jump = (enum risk_jump)jump;
            rig_market(&g, &w);
            g.m->article_jump.element_mask = 1u << ND;
            g.m->article_jump.change_pct.value = 4.0; /* 400 % */
            g.m->element[ND].jump_inside_pu.value = half ? 0.5 : 1.0;
            assert_ok(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), &g.e);
            assert_ok(risk_ws_new(g.r, 1, &g.ws, &g.e), &g.e);
            const struct risk_info *info = risk_get_info(g.r);
            const double today = 69 * 1.1765, out = jump ? times[jump] : exp(0.7), in = half ? sqrt(out) : out;
            assert_close(info->spot_mean_USD_per_kg[ND], today * in, 1e-12, 0.0);
            assert_close(info->outside_mean_USD_per_kg[ND], today * out, 1e-12, 0.0);
            assert_close(info->paid_mean_USD_per_kg[ND], today * 0.5 * (in + out), 1e-12, 0.0);
            rig_done(&g);
        }
    struct risk_opts o = opts_year(64);
    struct rig g;
    struct risk *r = NULL;
    o.jump = RISK_JUMP_ARTICLE_BY; /* data that hold no such claim */
    rig_market(&g, &w);
    assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &r, &g.e), ST_CONFIG, NULL);
    assert_string_equal(g.e.where, "price_jump");
    rig_done(&g);
}

/* Spikes alone, one month, no reversion: E P = P0 (1 + p (e^(m + s^2/2) - 1)). */
static void spikes_by_hand(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(200000);
    struct rig g;
    const double q[3] = {1, 0, 0}, p = 1 - exp(-2.0 / 12);
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    memset(w.kappa, 0, sizeof w.kappa);
    w.hazard = 0;
    o.horizon_months = 1;
    for (int has = 0; has < 2; has++) {
        o.has_spikes = has;
        rig_market(&g, &w);
        g.m->spikes[0].rate_per_year.value = 2;
        g.m->spikes[0].size_log.value = 0.4;
        g.m->spikes[0].size_sd_pu.value = 0.2;
        assert_ok(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), &g.e);
        assert_ok(risk_ws_new(g.r, 1, &g.ws, &g.e), &g.e);
        const struct risk_result z = eval_one(&g, q);
        assert_close(z.mean.value_USD, 69 * 1.1765 * (1 + has * p * expm1(0.4 + 0.02)), has ? 0.0 : 1e-12, 4 * z.mean.standard_error_USD);
        rig_done(&g);
    }
}

/* ---- refusals ---- */

static void refused(void **state)
{
    static const struct { enum risk_sampling sampling; int n; double tilt; int replicates; const char *where; double rho;
    } bad[] = {
        {RISK_SAMPLING_SOBOL, 1000, 2, 16, "n_scenario", 0.3}, /* not a multiple of 32 */
        {RISK_SAMPLING_SOBOL, 1024, 2, 4, "n_replicate", 0.3},
        {RISK_SAMPLING_IMPORTANCE, 1000, 0.5, 16, "tilt_pu", 0.3},
        {RISK_SAMPLING_IMPORTANCE, 1000, 2, 16, "sampling", 1.0},
        {RISK_SAMPLING_COUNT, 1000, 2, 16, "sampling", 0.3},
    };
    (void)state;
    for (int k = 0; k < ARRAY_LEN(bad); k++) {
        struct world w = world_default();
        struct risk_opts o = opts_with(bad[k].n, bad[k].sampling);
        struct rig g;
        struct risk *r = NULL;
        o.tilt_pu = bad[k].tilt;
        o.n_replicate = bad[k].replicates;
        w.factor = bad[k].rho;
        rig_market(&g, &w);
        assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &r, &g.e), ST_CONFIG, NULL);
        assert_string_equal(g.e.where, bad[k].where);
        rig_done(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemes_agree),     cmocka_unit_test(importance_pays),
        cmocka_unit_test(sobol_pays),        cmocka_unit_test(calm_of_the_data),
        cmocka_unit_test(converges_as_root), cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(lognormal_by_hand), cmocka_unit_test(tail_of_the_length_matters),
        cmocka_unit_test(lifted_event), cmocka_unit_test(selective_licences),      cmocka_unit_test(monotone_in_every_hazard),
        cmocka_unit_test(jumps_by_hand),     cmocka_unit_test(spikes_by_hand),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
