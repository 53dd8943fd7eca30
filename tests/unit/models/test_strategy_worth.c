/* test_strategy_worth.c - break-even of a dearer route against closed form and simulation by hand, the article's rule, years that add up,
 * stages that sum to the whole. */
#include "models/risk/stages.h"
#include "models/risk/strategy.h"
#include "tests/unit/models/risk_world.h"
#include "materials/base/banned.h"

enum { SAFE = 3 };

/* Only outages matter: no price moves. */
static struct world world_outages(void)
{
    struct world w = world_default();
    memset(w.sigma, 0, sizeof w.sigma);
    memset(w.jump, 0, sizeof w.jump);
    w.down = 0;
    w.premium = 40;
    return w;
}

static const double Q_ND[3] = {0.5, 0, 0};

/* ---- break-even: without tail and stock, and outages of one month at most (recovery at once), the loss of a year is L times the share of
 * months down, h/12 of them for small hazards: closed form premium / (L length). With the chain's own algebra the exact hazard is known.
 * ---- */

static void break_even_by_hand(void **state)
{
    struct world w = world_outages();
    struct risk_opts o = opts_year(40000);
    struct strategy_break_even z[8];
    struct rig g;
    int n;
    (void)state;
    o.terms = (struct risk_terms){300, 1e5, 0.0};
    rig_market(&g, &w);
    assert_ok(strategy_solve_break_even(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, Q_ND, 8, z, &n, &g.e), &g.e);
    assert_int_equal(n, 1);
    assert_int_equal(z[0].route, SAFE);
    assert_close(z[0].difference_USD, 20, 1e-11, 0.0); /* a mean of 40,000 sums */
    assert_close(z[0].rule_low_pu, 0.1, 1e-15, 0.0);
    assert_close(z[0].rule_high_pu, 0.2, 1e-15, 0.0);
    assert_close(z[0].closed_form_pu, 20 / (300 * 0.25), 1e-11, 0.0); /* outages of three months */
    assert_close(z[0].today_probability_pu, -expm1(-0.21), 1e-12, 0.0);
    assert_true(z[0].is_found);
    double low = 0.0, high = 5.0; /* 300 x mean share of months down = 20, from the two-state chain that starts up */
    for (int k = 0; k < 60; k++) {
        const double h = 0.5 * (low + high);
        double down = 0.0;
        for (int t = 0; t < 12; t++)
            down += analytic_eval_down(-expm1(-h / 12), -expm1(-4.0 / 12), t) / 12;
        *(300 * down < 20 ? &low : &high) = h;
    }
    assert_true(z[0].standard_error_pu > 0.0 && z[0].standard_error_pu < 0.02);
    assert_close(z[0].probability_pu, -expm1(-low), 0.0, 4 * z[0].standard_error_pu + 0.01); /* and the straight lines between hazards */
    market_free(g.m);
}

/* A route that cannot carry all motors is no replacement: 1e5 motors a year of Q_ND's kilograms of Nd, in t. */
static void break_even_within_capacity(void **state)
{
    const double need_t_per_year = Q_ND[ND] * 1e5 / 1000.0;
    (void)state;
    for (int fits = 0; fits < 2; fits++) {
        struct world w = world_outages();
        struct risk_opts o = opts_year(2000);
        struct strategy_break_even z[8];
        struct rig g;
        int n;
        o.terms = (struct risk_terms){300, 1e5, 0.0};
        w.capacity = need_t_per_year * (fits ? 1.001 : 0.999);
        rig_market(&g, &w);
        assert_ok(strategy_solve_break_even(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, Q_ND, 8, z, &n, &g.e), &g.e);
        assert_int_equal(n, fits);
        market_free(g.m);
    }
}

/* A stock of the base makes the safe route pay later; a route that is cheaper than the base pays at any hazard: not found, gain above 0. */
static void break_even_moves(void **state)
{
    struct world w = world_outages();
    struct risk_opts o = opts_year(8000);
    struct strategy_break_even bare[8], stocked[8], cheap[8];
    struct rig g;
    int n;
    (void)state;
    o.terms = (struct risk_terms){300, 1e5, 0.3};
    rig_market(&g, &w);
    assert_ok(strategy_solve_break_even(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, Q_ND, 8, bare, &n, &g.e), &g.e);
    market_free(g.m);
    w.stock[0] = 2;
    rig_market(&g, &w);
    assert_ok(strategy_solve_break_even(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, Q_ND, 8, stocked, &n, &g.e), &g.e);
    market_free(g.m);
    assert_true(stocked[0].hazard_per_year > bare[0].hazard_per_year);
    w.stock[0] = 0;
    w.premium = 0;
    rig_market(&g, &w);
    assert_ok(strategy_solve_break_even(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, Q_ND, 8, cheap, &n, &g.e), &g.e);
    assert_false(cheap[0].is_found);
    assert_true(cheap[0].saves_USD.value_USD > 0.0 && cheap[0].closed_form_pu < 1e-9);
    assert_status(strategy_solve_break_even(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, Q_ND, 0, cheap, &n, &g.e), ST_CONFIG, NULL);
    market_free(g.m);
}

/* ---- the article's rule: R times the procurement difference makes 1/R the break-even of a year without any supply ---- */

static void rule(void **state)
{
    struct world w = world_outages();
    struct risk_opts o = opts_year(64);
    struct rig cheap, safe;
    double margin;
    (void)state;
    rig_new(&cheap, &w, &o);
    w.safe_share = 1;
    rig_new(&safe, &w, &o);
    assert_ok(strategy_eval_rule_margin(cheap.r, safe.r, Q_ND, 7, &margin, &cheap.e), &cheap.e);
    assert_close(margin, 7 * 20, 1e-12, 0.0);
    assert_close(20 / margin, 1 / 7.0, 1e-12, 0.0);
    assert_status(strategy_eval_rule_margin(safe.r, cheap.r, Q_ND, 7, &margin, &cheap.e), ST_CONFIG, NULL);
    assert_non_null(strstr(cheap.e.message, "the rule says nothing"));
    assert_status(strategy_eval_rule_margin(cheap.r, safe.r, Q_ND, (double)NAN, &margin, &cheap.e), ST_CONFIG, NULL);
    rig_done(&cheap);
    rig_done(&safe);
}

/* ---- years ---- */

static void years_add_up(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(2000);
    struct strategy_year y[8];
    struct rig g;
    int n;
    const double q[3] = {0.45, 0.015, 8};
    (void)state;
    o.horizon_months = 51;
    w.hazard = 1.0;
    w.stock[0] = 2;
    assert_int_equal(date_read("2028-01-01", &o.production_days), ST_OK); /* month 15: 36 months of production */
    rig_new(&g, &w, &o);
    const struct risk_result whole = eval_one(&g, q);
    assert_ok(strategy_eval_years(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, q, 8, y, &n, &g.e), &g.e);
    assert_int_equal(n, 3);
    double drift = 0.0, shortage = 0.0;
    for (int k = 0; k < n; k++) {
        assert_int_equal(y[k].year, 2028 + k);
        drift += y[k].risk.drift.value_USD / 3;
        shortage += y[k].risk.shortage.value_USD / 3;
        assert_true(y[k].risk.risk_cost.standard_error_USD > 0.0);
    }
    assert_close(drift, whole.drift.value_USD, 1e-11, 0.0); /* means add up; tails do not */
    assert_close(shortage, whole.shortage.value_USD, 1e-11, 0.0);
    assert_true(y[0].risk.shortage.value_USD < y[1].risk.shortage.value_USD); /* the stock stands in the first year */
    assert_status(strategy_eval_years(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, q, 2, y, &n, &g.e), ST_CONFIG, NULL);
    rig_done(&g);
    o.horizon_months = 45; /* the last year has six months */
    rig_new(&g, &w, &o);
    assert_ok(strategy_eval_years(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, q, 8, y, &n, &g.e), &g.e);
    assert_int_equal(n, 3);
    rig_done(&g);
}

/* A choice of 2026 judged from 2030: the route that is being built carries the later production, not the earlier. */
static void later_production_finds_more_routes(void **state)
{
    static const char *const start[] = {"2027-01-01", "2028-01-01", "2030-01-01"};
    struct world w = world_outages();
    struct risk_opts o = opts_year(64);
    struct strategy_opts so = strategy_opts_default();
    double before = -1.0;
    (void)state;
    w.hazard = 0.5;
    w.premium = 5;
    w.safe_exists = "2027-07-01";
    w.safe_from = "2027-07-01";
    w.safe_extra = ", ramp_months: {value: 24" Q;
    so.n_scenario = 1000;
    o.horizon_months = 63;
    for (int k = 0; k < 3; k++) {
        struct rig g;
        struct strategy *s;
        struct strategy_result z;
        assert_int_equal(date_read(start[k], &o.production_days), ST_OK);
        rig_market(&g, &w);
        assert_ok(strategy_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &so, &s, &g.e), &g.e);
        assert_ok(strategy_solve(s, NULL, 1, Q_ND, &z, &g.e), &g.e);
        double stock = z.sourcing.chain[0].stock_months;
        if (k == 2)
            assert_close(stock, 0.0, 0.0, 0.02); /* by 2030 the safe route carries all: no stock is needed */
        else
            assert_true(stock > 0.1);
        assert_true(k == 0 || z.risk.risk_cost.value_USD < before);
        before = z.risk.risk_cost.value_USD;
        strategy_free(s);
        market_free(g.m);
    }
}

/* ---- stages ---- */

static void stages_sum(void **state)
{
    struct world w = world_default();
    struct risk_opts o = opts_year(4000);
    struct risk_elements el;
    struct risk_stages st;
    struct rig g;
    const double q[3] = {0.45, 0.015, 8};
    (void)state;
    w.hazard = 0.8;
    w.safe_share = 0.4;
    w.premium = 30;
    w.qualification_USD = 1e6;
    w.stock[0] = 1;
    rig_new(&g, &w, &o);
    assert_ok(risk_eval_elements(g.r, g.ws, NULL, q, &el, &g.e), &g.e);
    assert_ok(risk_eval_stages(g.r, g.ws, NULL, q, &st, &g.e), &g.e);
    const struct risk_result z = eval_one(&g, q);
    double all = 0.0, part[4] = {0};
    for (int i = 0; i < N_ELEMENT; i++) {
        double sum = 0.0;
        for (int k = 0; k < RISK_STAGE_COUNT; k++)
            sum += st.risk_cost_USD[i][k];
        assert_close(sum, el.risk_cost[i].value_USD, 1e-10, 1e-12);
        all += sum;
    }
    assert_close(all, z.risk_cost.value_USD, 1e-10, 0.0);
    for (int k = 0; k < RISK_STAGE_COUNT; k++) {
        part[0] += st.drift_USD[k];
        part[1] += st.holding_USD[k];
        part[2] += st.shortage_USD[k];
        part[3] += st.tail_USD[k];
        assert_non_null(risk_stage_get_text((enum risk_stage)k));
    }
    assert_close(part[0], z.drift.value_USD, 1e-10, 1e-10);
    assert_close(part[1], z.holding.value_USD, 1e-10, 0.0);
    assert_close(part[2], z.shortage.value_USD, 1e-10, 0.0);
    assert_close(part[3], z.tail.value_USD, 1e-10, 0.0);
    assert_close(st.shortage_USD[RISK_STAGE_NOT_STATED], z.shortage.value_USD, 1e-10, 0.0); /* this world's nodes state no stage */
    assert_close(st.holding_USD[RISK_STAGE_MAGNET], 0.45 * 0.4 * 30 + 1e6 / 1e5, 1e-10, 0.0);
    rig_done(&g);
}

/* With the real data: every node states its stage, and the attribution of a real bill sums to the whole. */
static void stages_of_the_data(void **state)
{
    static const struct { const char *symbol; double kg; } bill[] = {{"Nd", 0.45}, {"Pr", 0.14}, {"Dy", 0.05}, {"Tb", 0.005}, {"Co", 0.02},
                                                                     {"Ga", 0.004}, {"Fe", 1.4}, {"Cu", 8}};
    struct risk_opts o = opts_year(2000);
    struct rig g = {0};
    struct risk_stages st;
    const struct scenario *sc;
    const struct sourcing *so;
    double q[MARKET_MAX_ELEMENT] = {0}, all = 0.0;
    (void)state;
    assert_ok(market_new("materials/data", &g.m, &g.e), &g.e);
    for (int k = 0; k < ARRAY_LEN(bill); k++)
        q[market_get_element(g.m, bill[k].symbol)] = bill[k].kg;
    for (int k = 0; k < g.m->nodes.n; k++)
        assert_true(g.m->nodes.node[k].stage != SUPPLY_NOT_STATED);
    assert_ok(market_get_scenario(g.m, "truce_lapses", NULL, &sc, &g.e), &g.e);
    assert_ok(market_get_sourcing(g.m, "allied_blocks", NULL, &so, &g.e), &g.e);
    o.horizon_months = 36;
    assert_ok(risk_new(g.m, sc, so, &o, &g.r, &g.e), &g.e);
    assert_ok(risk_ws_new(g.r, 1, &g.ws, &g.e), &g.e);
    assert_ok(risk_eval_stages(g.r, g.ws, NULL, q, &st, &g.e), &g.e);
    const struct risk_result z = eval_one(&g, q);
    for (int i = 0; i < g.m->n_element; i++)
        for (int k = 0; k < RISK_STAGE_COUNT; k++)
            all += st.risk_cost_USD[i][k];
    assert_close(all, z.risk_cost.value_USD, 1e-10, 0.0);
    assert_close(st.shortage_USD[RISK_STAGE_NOT_STATED], 0.0, 0.0, 1e-12);
    rig_done(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(break_even_by_hand), cmocka_unit_test(break_even_within_capacity),
        cmocka_unit_test(break_even_moves),   cmocka_unit_test(rule),
        cmocka_unit_test(years_add_up),       cmocka_unit_test(later_production_finds_more_routes),
        cmocka_unit_test(stages_sum),         cmocka_unit_test(stages_of_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
