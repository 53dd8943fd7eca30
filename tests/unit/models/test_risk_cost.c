/* test_risk_cost.c - the cost: sums of parts and elements, order statistics, Monte-Carlo errors, threads, refusals, the published
 * illustrative run. */
#include "tests/unit/models/risk_world.h"
#include "materials/base/banned.h"

/* ---- sums ---- */

static void check_sums(const struct rig *g, const double *q)
{
    struct risk_result z;
    struct risk_elements el;
    struct err e = {0};
    double drift = 0, holding = 0, shortage = 0, tail = 0, total = 0;
    assert_ok(risk_eval(g->r, g->ws, NULL, 1, q, &z, &e), &e);
    assert_ok(risk_eval_elements(g->r, g->ws, NULL, q, &el, &e), &e);
    for (int i = 0; i < g->m->n_element; i++) {
        drift += el.drift_USD[i];
        holding += el.holding_USD[i];
        shortage += el.shortage_USD[i];
        tail += el.tail_USD[i];
        total += el.risk_cost[i].value_USD;
        assert_true(q[i] > 0.0 || fabs(el.risk_cost[i].value_USD) <= 0.0);
    }
    const double scale = z.cvar.value_USD;
    assert_close(drift, z.drift.value_USD, 0.0, 1e-10 * scale);
    assert_close(holding, z.holding.value_USD, 0.0, 1e-10 * scale);
    assert_close(shortage, z.shortage.value_USD, 0.0, 1e-10 * scale);
    assert_close(tail, z.tail.value_USD, 0.0, 1e-10 * scale);
    assert_close(total, z.risk_cost.value_USD, 0.0, 1e-10 * scale);
    /* the definition, from the mean and the CVaR of the samples themselves */
    const double loading = g->o.terms.loading_pu;
    assert_close(z.risk_cost.value_USD, z.mean.value_USD - z.today_USD + loading * (z.cvar.value_USD - z.mean.value_USD), 0.0,
                 1e-10 * scale);
}

static void parts_and_elements_sum(void **state)
{
    struct world w = world_default();
    const struct risk_opts o = opts_year(20000);
    const double q[3][3] = {{0.45, 0.015, 8}, {0.45, 0, 8}, {0, 0, 12}};
    struct rig g;
    (void)state;
    w.safe_share = 0.3;
    w.floor_USD = 80;
    w.qualification_USD = 1e6;
    w.stock[0] = 1;
    w.premium = 3;
    rig_new(&g, &w, &o);
    for (int d = 0; d < 3; d++)
        check_sums(&g, q[d]);
    rig_done(&g);
    memset(w.sigma, 0, sizeof w.sigma); /* many scenarios cost the same: ties at the quantile */
    rig_new(&g, &w, &o);
    for (int d = 0; d < 3; d++)
        check_sums(&g, q[d]);
    rig_done(&g);
}

/* Euler: without shortage cost RC is homogeneous of degree 1 in q, so an element's part is q_i dRC/dq_i; by central differences over the
 * same shocks. */
static void elements_are_derivatives(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(20000);
    const double q[3] = {0.45, 0.05, 8}, step = 1e-3;
    struct rig g;
    struct risk_elements el;
    (void)state;
    o.terms.lost_margin_USD_per_motor = 0.0;
    w.stock[0] = 2;
    w.safe_share = 0.5;
    w.floor_USD = 72;
    rig_new(&g, &w, &o);
    assert_ok(risk_eval_elements(g.r, g.ws, NULL, q, &el, &g.e), &g.e);
    for (int i = 0; i < N_ELEMENT; i++) {
        double more[3], less[3];
        memcpy(more, q, sizeof q);
        memcpy(less, q, sizeof q);
        more[i] *= 1 + step;
        less[i] *= 1 - step;
        const double slope = (eval_one(&g, more).risk_cost.value_USD - eval_one(&g, less).risk_cost.value_USD) / (2 * step);
        assert_true(el.risk_cost[i].value_USD > 0.01);
        assert_close(el.risk_cost[i].value_USD, slope, 1e-3, 0.0);
    }
    rig_done(&g);
}

/* The shortage goes to the chain that binds: when only one node ever stops, its elements carry all of it, by value bought. */
static void shortage_goes_to_the_binding_chain(void **state)
{
    struct world w = world_default();
    const struct risk_opts o = opts_year(2000);
    const double q[3] = {0.45, 0.05, 8}, P_nd = 0.45 * 69 * 1.1765, P_dy = 0.05 * 239 * 1.148;
    struct rig g;
    struct risk_elements el;
    (void)state;
    w.hazard = 0;
    w.event_pu = 0.5; /* of cn_light only */
    rig_new(&g, &w, &o);
    struct risk_result z = eval_one(&g, q);
    assert_ok(risk_eval_elements(g.r, g.ws, NULL, q, &el, &g.e), &g.e);
    assert_true(z.shortage.value_USD > 1.0);
    assert_close(el.shortage_USD[ND], z.shortage.value_USD, 1e-12, 0.0);
    assert_true(el.shortage_USD[DY] <= 0.0 && el.shortage_USD[CU] <= 0.0);
    rig_done(&g);
    w.same_node = 1;
    rig_new(&g, &w, &o);
    z = eval_one(&g, q);
    assert_ok(risk_eval_elements(g.r, g.ws, NULL, q, &el, &g.e), &g.e);
    assert_close(el.shortage_USD[ND], z.shortage.value_USD * P_nd / (P_nd + P_dy), 1e-12, 0.0);
    assert_close(el.shortage_USD[DY], z.shortage.value_USD * P_dy / (P_nd + P_dy), 1e-12, 0.0);
    rig_done(&g);
}

/* Second method: mean and CVaR of the samples, sorted by the C library. */
static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void cvar_by_sorting(void **state)
{
    enum { N = 3002 }; /* 0.05 N is no whole number: the last scenario of the tail counts in part */
    static double c[N];
    struct world w = world_default();
    const struct risk_opts o = opts_year(N);
    const double q[3] = {0.45, 0.015, 8};
    struct rig g;
    double sum = 0.0, tail = 0.0;
    (void)state;
    rig_new(&g, &w, &o);
    const struct risk_result z = eval_one(&g, q);
    assert_ok(risk_eval_cost_samples(g.r, NULL, 1, q, N, c, &g.e), &g.e);
    qsort(c, N, sizeof c[0], compare);
    for (int s = 0; s < N; s++)
        sum += c[s];
    const double mass = 0.05 * N;
    for (int k = 0; k < 150; k++)
        tail += c[N - 1 - k];
    tail += (mass - 150) * c[N - 1 - 150];
    assert_close(z.mean.value_USD, sum / N, 1e-12, 0.0);
    assert_close(z.var_USD, c[N - 1 - 150], 0.0, 0.0);
    assert_close(z.cvar.value_USD, tail / mass, 1e-12, 0.0);
    rig_done(&g);
}

/* Many designs at once, in groups, are the same as one by one; the workspace's size does not matter; terms can be changed without a new
 * simulation. */
static void designs_together(void **state)
{
    enum { N = 70 };
    static double q[N][3];
    static struct risk_result together[N];
    struct world w = world_default();
    struct risk_opts o = opts_year(2000);
    struct rig g, h;
    (void)state;
    for (int d = 0; d < N; d++) {
        q[d][ND] = d % 3 ? 0.01 * d : 0.0;
        q[d][DY] = d % 4 ? 0.001 * d : 0.0;
        q[d][CU] = 5 + d;
    }
    rig_new(&g, &w, &o);
    const long count = mem_get_count();
    assert_ok(risk_eval(g.r, g.ws, NULL, N, &q[0][0], together, &g.e), &g.e);
    assert_int_equal(mem_get_count(), count); /* allocates nothing */
    for (int d = 0; d < N; d++) {
        const struct risk_result z = eval_one(&g, q[d]);
        assert_close(z.risk_cost.value_USD, together[d].risk_cost.value_USD, 1e-12, 1e-12);
        assert_close(z.cvar.standard_error_USD, together[d].cvar.standard_error_USD, 1e-9, 1e-12);
    }
    const struct risk_terms other = {250.0, 5000.0, 0.8};
    struct risk_result z;
    o.terms = other;
    rig_new(&h, &w, &o);
    assert_ok(risk_eval(g.r, g.ws, &other, 1, q[7], &z, &g.e), &g.e);
    assert_close(z.risk_cost.value_USD, eval_one(&h, q[7]).risk_cost.value_USD, 0.0, 0.0);
    rig_done(&g);
    rig_done(&h);
}

/* ---- Monte Carlo ---- */

/* The error stated is the error made: over 60 seeds the figures scatter by what each run says of itself (chi-square, 60 runs: 0.75..1.25 at
 * 99 %), with and without antithetic pairs; and four times the scenarios halve it. */
static void errors_are_true(void **state)
{
    enum { RUNS = 60 };
    struct world w = world_default();
    const double q[3] = {0.45, 0.015, 8};
    (void)state;
    w.stock[0] = 0.5;
    for (int antithetic = 0; antithetic < 2; antithetic++) {
        double sum[5] = {0}, sum2[5] = {0}, said[5] = {0};
        for (int run = 0; run < RUNS; run++) {
            struct risk_opts o = opts_year(4000);
            struct rig g;
            o.seed = 1000u + (unsigned)run;
            o.antithetic = antithetic;
            o.terms.loading_pu = 0.9; /* the tail counts most, and is the hard part of the error */
            rig_new(&g, &w, &o);
            const struct risk_result z = eval_one(&g, q);
            struct risk_elements el, price_only;
            const struct risk_terms no_margin = {0.0, 1e5, 0.9};
            assert_ok(risk_eval_elements(g.r, g.ws, NULL, q, &el, &g.e), &g.e);
            assert_ok(risk_eval_elements(g.r, g.ws, &no_margin, q, &price_only, &g.e), &g.e);
            const struct risk_figure f[5] = {z.risk_cost, z.drift, z.shortage, el.risk_cost[ND], price_only.risk_cost[ND]};
            for (int k = 0; k < 5; k++) {
                sum[k] += f[k].value_USD / RUNS;
                sum2[k] += f[k].value_USD * f[k].value_USD / RUNS;
                said[k] += f[k].standard_error_USD * f[k].standard_error_USD / RUNS;
            }
            rig_done(&g);
        }
        for (int k = 0; k < 5; k++)
            assert_close(sqrt((sum2[k] - sum[k] * sum[k]) * RUNS / (RUNS - 1) / said[k]), 1.0, 0.0, 0.27);
    }
}

static void error_falls_with_root(void **state)
{
    struct world w = world_default();
    const double q[3] = {0.45, 0.015, 8};
    double error[3];
    (void)state;
    for (int k = 0; k < 3; k++) {
        const struct risk_opts o = opts_year(4000 << 2 * k);
        struct rig g;
        rig_new(&g, &w, &o);
        error[k] = eval_one(&g, q).risk_cost.standard_error_USD;
        rig_done(&g);
    }
    assert_close(error[0] / error[1], 2.0, 0.15, 0.0);
    assert_close(error[1] / error[2], 2.0, 0.10, 0.0);
}

/* Same numbers whatever the number of threads, to the last bit. */
static void threads_do_not_matter(void **state)
{
    enum { N = 5000 };
    static double c[3][N];
    struct world w = world_default();
    struct risk_opts o = opts_year(N);
    const double q[3] = {0.45, 0.015, 8};
    struct risk_result z[3];
    static const int threads[] = {1, 2, 5};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct rig g;
        o.n_thread = threads[k];
        rig_new(&g, &w, &o);
        memset(&z[k], 0, sizeof z[k]);
        assert_ok(risk_eval(g.r, g.ws, NULL, 1, q, &z[k], &g.e), &g.e);
        assert_ok(risk_eval_cost_samples(g.r, NULL, 1, q, N, c[k], &g.e), &g.e);
        rig_done(&g);
    }
    for (int k = 1; k < 3; k++) {
        assert_memory_equal(c[0], c[k], sizeof c[0]);
        assert_memory_equal(&z[0].risk_cost, &z[k].risk_cost, sizeof z[0].risk_cost);
        assert_memory_equal(&z[0].drift, &z[k].drift, sizeof z[0].drift);
        assert_memory_equal(&z[0].shortage, &z[k].shortage, sizeof z[0].shortage);
    }
}

/* ---- refusals ---- */

static void refusals(void **state)
{
    struct world w = world_default();
    struct rig g;
    struct risk_result z;
    const double nan = (double)NAN;
    const double q[3] = {0.45, 0.015, 8}, bad[3] = {0.45, -1, 8}, not_given[3] = {nan, 0, 8};
    (void)state;
    w.safe_share = 0.5;
    w.safe_exists = "2027-01-01"; /* used from the first day, before it exists */
    rig_market(&g, &w);
    const struct risk_opts good = opts_year(64);
    struct risk_opts o[9];
    static const char *const where[9] = {"lost_margin", "volume",   "loading",    "destination", "study_date",
                                         "horizon",     "discount", "n_scenario", "sourcing"};
    for (int k = 0; k < 9; k++)
        o[k] = good;
    o[0].terms.lost_margin_USD_per_motor = nan;
    o[1].terms.volume_motors_per_year = 0;
    o[2].terms.loading_pu = 1.5;
    o[3].destination = "Japan";
    o[4].study_days = LONG_MIN;
    o[5].horizon_months = 0;
    o[6].discount_rate_per_year = nan;
    o[7].n_scenario = 63;
    for (int k = 0; k < 9; k++) {
        const long live = mem_get_live();
        assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o[k], &g.r, &g.e), ST_CONFIG, NULL);
        if (!strstr(g.e.where, where[k]))
            fail_msg("row %d: %s: %s", k, g.e.where, g.e.message);
        assert_null(g.r);
        assert_int_equal(mem_get_live(), live);
    }
    assert_non_null(strstr(g.e.message, "exists only from 2027-01-01"));
    struct risk_opts none = risk_opts_default();
    assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &none, &g.r, &g.e), ST_CONFIG, NULL);
    rig_done(&g);
    w = world_default();
    rig_new(&g, &w, &good);
    assert_status(risk_eval(g.r, g.ws, NULL, 1, bad, &z, &g.e), ST_CONFIG, NULL);
    assert_non_null(strstr(g.e.message, "Dy"));
    assert_status(risk_eval(g.r, g.ws, NULL, 1, not_given, &z, &g.e), ST_CONFIG, NULL);
    const struct risk_terms missing = {nan, 1, 0.3};
    assert_status(risk_eval(g.r, g.ws, &missing, 1, q, &z, &g.e), ST_CONFIG, NULL);
    double c[1];
    assert_status(risk_eval_cost_samples(g.r, NULL, 1, q, 65, c, &g.e), ST_CONFIG, NULL);
    rig_done(&g);
}

static void out_of_memory(void **state)
{
    struct world w = world_default();
    const struct risk_opts o = opts_year(64);
    struct rig g;
    (void)state;
    rig_market(&g, &w);
    const long live = mem_get_live();
    for (long n = 1;; n++) {
        mem_set_fail_at(n);
        enum status s = risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e);
        if (s == ST_OK)
            s = risk_ws_new(g.r, 2, &g.ws, &g.e);
        mem_set_fail_at(0);
        risk_ws_free(g.ws);
        risk_free(g.r);
        g.ws = NULL;
        g.r = NULL;
        assert_int_equal(mem_get_live(), live);
        if (s == ST_OK)
            break;
        assert_status(s, ST_NO_MEMORY, &g.e);
    }
    rig_done(&g);
}

/* ---- the illustrative run ----
 * 1.5 kg NdFeB, 30 % NdPr, 1 % Dy, prices of 2025, one year, availability 0.46 in an outage, Dy x3.56: E and CVaR95 over today's bill in
 * USD per motor, as published with the method from 40,000 paths of its own. Its text leaves open, and here is taken: theta = today's price,
 * kappa 0.57 and 0.54 (element table of the same data); both elements stop together; monthly chances lambda/12 and 1/3, the first already
 * in month 0 (said here by a dated event, since this module has every node up in month 0 and 1 - exp(-rate/12)); Dy bought wholly outside
 * China free of the jump. Allowed: half the last printed digit and four standard errors of the difference of two such runs, without
 * antithetic pairs. */
struct illustrative { double stock, safe, lost_margin, mean, cvar, digit; };

static void set_illustrative(struct world *w, const struct illustrative *row)
{
    *w = world_default();
    w->same_node = 1;
    w->hazard = -12 * log(1 - 0.21 / 12);
    w->recovery = -12 * log(1 - 1 / 3.0);
    w->event_pu = 0.21 / 12;
    w->event_date = "2026-10-02";
    w->stock[0] = row->stock;
    w->safe_share = row->safe;
    w->floor_USD = 110;
    w->premium = 1.5 * 20 / (0.45 + 0.015); /* 20 USD per kg of magnet, on the rare earths in it */
    if (row->safe >= 1.0)
        w->jump[DY] = 0.0;
}

static void illustrative_run(void **state)
{
    static const struct illustrative table[] = {
        {0, 0, 0, 1.8, 24, 0.1},    {0, 0, 300, 8.7, 80, 0.1},  {0, 0, 1000, 24.5, 244, 0.1}, {3, 0, 0, 3.9, 26, 0.1},
        {3, 0, 300, 4.3, 31, 0.1},  {3, 0, 1000, 5.2, 46, 0.1}, {6, 0, 0, 5.9, 28, 0.1},      {6, 0, 300, 6.0, 28, 0.1},
        {6, 0, 1000, 6.0, 28, 0.1}, {0, 0.5, 0, 27, 42, 1},     {0, 0.5, 300, 31, 66, 1},     {0, 0.5, 1000, 38, 148, 1},
        {0, 1, 0, 52, 59, 1},       {0, 1, 300, 52, 59, 1},     {0, 1, 1000, 52, 59, 1},
    };
    const double q[3] = {0.45, 0.015, 0}, wide = 4.0 * sqrt(2.0);
    (void)state;
    for (int k = 0; k < ARRAY_LEN(table); k++) {
        struct world w;
        struct risk_opts o = opts_year(40000);
        struct rig g;
        set_illustrative(&w, &table[k]);
        o.antithetic = 0;
        o.terms.lost_margin_USD_per_motor = table[k].lost_margin;
        rig_new(&g, &w, &o);
        const struct risk_result z = eval_one(&g, q);
        assert_close(z.today_USD, 40.6, 0.0, 0.05);
        assert_close(z.mean.value_USD - z.today_USD, table[k].mean, 0.0, 0.5 * table[k].digit + wide * z.mean.standard_error_USD);
        assert_close(z.cvar.value_USD - z.today_USD, table[k].cvar, 0.0, 0.5 + wide * z.cvar.standard_error_USD);
        rig_done(&g);
    }
}

/* Many designs at once: mean and parts to rounding, the CVaR within a tenth of its standard error, the errors within their own accuracy;
 * with and without pairs, and a number of scenarios that fills no tile. */
static void many_designs(void **state)
{
    enum { N = 300 };
    static double q[N][3];
    static struct risk_result exact[N], many[N];
    struct world w = world_default();
    (void)state;
    w.stock[0] = 1;
    w.safe_share = 0.3;
    w.qualification_USD = 1e6;
    for (int d = 0; d < N; d++) {
        q[d][ND] = d % 5 ? 0.3 + 0.001 * d : 0.0;
        q[d][DY] = d % 3 ? 0.02 : 0.0;
        q[d][CU] = 8 + 0.01 * d;
    }
    for (int antithetic = 0; antithetic < 2; antithetic++) {
        struct risk_opts o = opts_year(30030);
        struct rig g;
        o.antithetic = antithetic;
        rig_new(&g, &w, &o);
        assert_ok(risk_eval(g.r, g.ws, NULL, N, &q[0][0], exact, &g.e), &g.e);
        assert_ok(risk_eval_many(g.r, g.ws, NULL, N, &q[0][0], many, &g.e), &g.e);
        for (int d = 0; d < N; d++) {
            const struct risk_result *a = &exact[d], *b = &many[d];
            assert_close(b->mean.value_USD, a->mean.value_USD, 1e-11, 0.0);
            assert_close(b->drift.value_USD, a->drift.value_USD, 1e-12, 1e-12);
            assert_close(b->holding.value_USD, a->holding.value_USD, 1e-12, 1e-12);
            assert_close(b->shortage.value_USD, a->shortage.value_USD, 1e-12, 1e-12);
            assert_close(b->cvar.value_USD, a->cvar.value_USD, 0.0, 0.1 * a->cvar.standard_error_USD);
            assert_close(b->risk_cost.value_USD, a->risk_cost.value_USD, 0.0, 0.1 * a->risk_cost.standard_error_USD);
            assert_close(b->mean.standard_error_USD, a->mean.standard_error_USD, 0.3, 0.0);
            assert_close(b->cvar.standard_error_USD, a->cvar.standard_error_USD, 0.4, 0.0);
            assert_close(b->risk_cost.value_USD,
                         b->drift.value_USD + b->holding.value_USD + b->shortage.value_USD + b->tail.value_USD, 1e-12, 0.0);
        }
        rig_done(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_and_elements_sum), cmocka_unit_test(elements_are_derivatives),
        cmocka_unit_test(shortage_goes_to_the_binding_chain), cmocka_unit_test(cvar_by_sorting), cmocka_unit_test(designs_together),
        cmocka_unit_test(errors_are_true), cmocka_unit_test(error_falls_with_root), cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(refusals), cmocka_unit_test(out_of_memory), cmocka_unit_test(illustrative_run),
        cmocka_unit_test(many_designs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
