/* test_routes.c - routes and the calendar of a strategy by hand: ramp and bridge, price formulas, licence, reserve, damping, public
 * support, start of production and window; and what is refused. */
#include "tests/unit/models/risk_world.h"
#include "materials/base/banned.h"

#define ND_TODAY (69 * 1.1765)

/* Nothing moves: prices stay, nothing fails. */
static struct world world_calm(void)
{
    struct world w = world_default();
    memset(w.sigma, 0, sizeof w.sigma);
    memset(w.jump, 0, sizeof w.jump);
    w.hazard = 0;
    return w;
}

static struct risk_result eval_world(const struct world *w, const struct risk_opts *o, const double *q)
{
    struct rig g;
    rig_new(&g, w, o);
    const struct risk_result z = eval_one(&g, q);
    rig_done(&g);
    return z;
}

static const double ONE_ND[3] = {1, 0, 0};

/* ---- ramp: what the route does not deliver yet comes over the bridge ---- */

static void ramp_by_hand(void **state)
{
    struct world w = world_calm();
    struct risk_opts o = opts_year(64);
    double premium = 0.0;
    (void)state;
    w.safe_share = 0.5;
    w.premium = 40;
    w.safe_exists = "2027-01-01"; /* month 3 of the study */
    w.safe_from = "2027-01-01";
    w.safe_extra = ", ramp_months: {value: 6" Q ", ramp_start_pu: {value: 0.2" Q;
    for (int t = 3; t < 12; t++)
        premium += 0.5 * 40 / 12 * (t < 9 ? 0.2 + 0.8 * (t - 3) / 6 : 1.0);
    assert_close(eval_world(&w, &o, ONE_ND).holding.value_USD, premium, 1e-12, 0.0);
    w.safe_exists = "2026-07-01"; /* its ramp is under way when the study begins */
    w.safe_from = "";
    premium = 0.0;
    for (int t = 0; t < 12; t++)
        premium += 0.5 * 40 / 12 * (t + 3 < 6 ? 0.2 + 0.8 * (t + 3) / 6 : 1.0);
    assert_close(eval_world(&w, &o, ONE_ND).holding.value_USD, premium, 1e-12, 0.0);
}

/* ---- price formulas ---- */

static void price_formulas(void **state)
{
    static const struct { const char *extra; double floor_USD, cap_USD, back, expected; } row[] = {
        {"", 0, 1e5, 0, 69},                                         /* spot */
        {", fixed_USD_per_kg: {value: 100" Q, 0, 1e5, 0, 100},       /* fixed */
        {"", 110, 1e5, 0, 110},                                      /* floor */
        {"", 0, 60, 1, 60},                                          /* plain cap: all of the price above it comes back */
        {"", 0, 60, 0.3, 69 - 0.3 * 9},                              /* the upside is shared */
        {", fixed_USD_per_kg: {value: 100" Q, 110, 1e5, 0, 110},     /* a floor holds for a fixed price too */
    };
    const struct risk_opts o = opts_year(64);
    (void)state;
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        struct world w = world_calm();
        w.safe_share = 1;
        w.safe_extra = row[k].extra;
        w.floor_USD = row[k].floor_USD;
        w.cap_USD = row[k].cap_USD;
        w.back = row[k].back;
        assert_close(eval_world(&w, &o, ONE_ND).mean.value_USD, 1.1765 * row[k].expected, 1e-12, 0.0);
    }
}

/* A fixed price does not swing: no tail. */
static void fixed_price_has_no_tail(void **state)
{
    struct world w = world_calm();
    const struct risk_opts o = opts_year(2000);
    (void)state;
    w.sigma[ND] = 0.43;
    w.safe_share = 1;
    assert_true(eval_world(&w, &o, ONE_ND).tail.value_USD > 1.0);
    w.safe_extra = ", fixed_USD_per_kg: {value: 100" Q;
    assert_close(eval_world(&w, &o, ONE_ND).tail.value_USD, 0.0, 0.0, 1e-10);
}

/* ---- a licence restores part of what is rationed; a reserve covers the first months ---- */

static void licence_and_reserve(void **state)
{
    struct world w = world_calm();
    const struct risk_opts o = opts_year(64);
    (void)state;
    w.recovery = 0;
    w.event_pu = 1; /* down in months 1..11, 0.54 missing in each */
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, 0.54 * 11 / 12, 1e-12, 0.0);
    w.more_routes = "  licensed: {doc: d, chain: light, nodes: [cn_light], from: 2000-01-01, basis: fob, premium_USD_per_kg: {value: 0" Q
                    ", qualification_USD: {value: 0" Q ", licence_relief_pu: {value: 0.3" Q "}\n"
                    "  reserve: {doc: d, chain: light, nodes: [], from: 2000-01-01, basis: fob, premium_USD_per_kg: {value: 0" Q
                    ", qualification_USD: {value: 0" Q ", reserve_months: {value: 2" Q "}\n"
                    "  late: {doc: d, chain: light, nodes: [], from: 2027-03-01, basis: fob, premium_USD_per_kg: {value: 0" Q
                    ", qualification_USD: {value: 0" Q ", reserve_months: {value: 2" Q "}\n";
    w.chain_extra = ", reserve: reserve";
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, (0.54 * 11 - 2) / 12, 1e-12, 0.0);
    assert_close(eval_world(&w, &o, ONE_ND).holding.value_USD, 0.0, 0.0, 1e-10); /* it costs the buyer nothing */
    w.chain_extra = ", reserve: late"; /* released from month 5 on: the same sum */
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, (0.54 * 11 - 2) / 12, 1e-12, 0.0);
    w.stock[0] = 1;
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, (0.54 * 11 - 3) / 12, 1e-12, 0.0);
}

static void licensed_share(void **state)
{
    struct world w = world_calm();
    const struct risk_opts o = opts_year(64);
    (void)state;
    w.recovery = 0;
    w.event_pu = 1;
    w.safe_share = 1; /* the safe route becomes the same supplier under licence */
    w.safe_extra = ", licence_relief_pu: {value: 0.3" Q;
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, 0.0, 0.0, 1e-15); /* it has no node: never rationed */
    w.safe_share = 0;
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, 0.54 * 11 / 12, 1e-12, 0.0);
}

/* ---- a running alternative damps the jump, whoever buys from it ---- */

static void damping(void **state)
{
    struct world w = world_calm();
    const struct risk_opts o = opts_year(64);
    const double q[3] = {1, 0, 0};
    (void)state;
    w.recovery = 0;
    w.event_pu = 1;
    w.jump[ND] = 0.67;
    assert_close(eval_world(&w, &o, q).drift.value_USD, ND_TODAY * expm1(0.67) * 11 / 12, 1e-12, 0.0);
    w.safe_extra = ", jump_damping_pu: {value: 0.3" Q;
    assert_close(eval_world(&w, &o, q).drift.value_USD, ND_TODAY * expm1(0.67 * 0.7) * 11 / 12, 1e-12, 0.0);
    w.safe_exists = w.safe_from = "2027-04-01"; /* month 6 */
    assert_close(eval_world(&w, &o, q).drift.value_USD, ND_TODAY * (expm1(0.67) * 5 + expm1(0.67 * 0.7) * 6) / 12, 1e-12, 0.0);
}

/* ---- qualification and plant, less public support, over the motors of the production ---- */

static void support(void **state)
{
    struct world w = world_calm();
    struct risk_opts o = opts_year(64);
    (void)state;
    w.safe_share = 0.5;
    w.qualification_USD = 2e6;
    w.safe_extra = ", plant_USD: {value: 6e6" Q ", subsidy_pu: {value: 0.25" Q;
    assert_close(eval_world(&w, &o, ONE_ND).holding.value_USD, 8e6 * 0.75 / 1e5, 1e-12, 0.0);
    o.support_pu = 0.5;
    assert_close(eval_world(&w, &o, ONE_ND).holding.value_USD, 8e6 * 0.75 * 0.5 / 1e5, 1e-12, 0.0);
    assert_int_equal(date_read("2027-04-01", &o.production_days), ST_OK); /* half a year of motors carries it */
    assert_close(eval_world(&w, &o, ONE_ND).holding.value_USD, 8e6 * 0.75 * 0.5 / 0.5e5, 1e-12, 0.0);
}

/* ---- start of production: stock is full then; what failed before and came back costs nothing; windows add up to the whole ---- */

static void production_start(void **state)
{
    struct world w = world_calm();
    struct risk_opts o = opts_year(64);
    (void)state;
    w.recovery = 0;
    w.event_pu = 1;
    w.stock[0] = 2;
    o.horizon_months = 36;
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, (0.54 * 35 - 2) / 36, 1e-12, 0.0);
    assert_int_equal(date_read("2027-10-01", &o.production_days), ST_OK);
    assert_close(eval_world(&w, &o, ONE_ND).unbuilt_mean_pu, (0.54 * 24 - 2) / 24, 1e-12, 0.0);
    double sum = 0.0;
    for (int year = 0; year < 2; year++) {
        o.window_month = 12 * year;
        o.window_n_month = 12;
        const double u = eval_world(&w, &o, ONE_ND).unbuilt_mean_pu;
        assert_close(u, (0.54 * 12 - (year ? 0 : 2)) / 12, 1e-12, 0.0); /* the stock is gone in the second year */
        sum += u / 2;
    }
    assert_close(sum, (0.54 * 24 - 2) / 24, 1e-12, 0.0);
}

/* A route that starts between study and production is an ordinary route for that production. */
static void route_before_production(void **state)
{
    struct world w = world_calm();
    struct risk_opts o = opts_year(64);
    struct rig g;
    (void)state;
    w.safe_share = 1;
    w.safe_exists = "2028-01-01";
    o.horizon_months = 36;
    rig_market(&g, &w);
    assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), ST_CONFIG, NULL);
    assert_non_null(strstr(g.e.message, "exists only from 2028-01-01"));
    assert_int_equal(date_read("2028-01-01", &o.production_days), ST_OK);
    assert_ok(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), &g.e);
    risk_free(g.r);
    assert_int_equal(date_read("2030-01-01", &o.production_days), ST_OK); /* beyond the horizon */
    assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), ST_CONFIG, NULL);
    assert_string_equal(g.e.where, "production_start");
    o.production_days = LONG_MIN;
    o.window_month = 30;
    o.window_n_month = 12;
    assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), ST_CONFIG, NULL);
    assert_string_equal(g.e.where, "window");
    o.window_n_month = 0;
    o.support_pu = 1.5;
    assert_status(risk_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &g.r, &g.e), ST_CONFIG, NULL);
    assert_string_equal(g.e.where, "support_pu");
    market_free(g.m);
}

/* ---- refused, with place and what was expected ---- */

static void check_refused(const struct world *w, const char *line)
{
    struct text t[3] = {{0}};
    struct market *m = NULL;
    struct err e = {0};
    set_market(&t[0], w);
    set_scenarios(&t[1], w);
    set_sourcing(&t[2], w);
    assert_status(market_new_text(t[0].s, t[1].s, t[2].s, &m, &e), ST_CONFIG, NULL);
    if (!strstr(e.message, line) || e.line < 1 || e.column < 1 || !strstr(e.file, "sourcing"))
        fail_msg("expected '%s', got %s:%d:%d: %s: %s", line, e.file, e.line, e.column, e.where, e.message);
    for (int k = 0; k < 3; k++)
        text_done(&t[k]);
}

static void refusals(void **state)
{
    static const char *const reserve =
        "  reserve: {doc: d, chain: light, nodes: [], from: 2000-01-01, basis: fob, premium_USD_per_kg: {value: 0" Q
        ", qualification_USD: {value: 0" Q ", reserve_months: {value: 2" Q "}\n";
    struct world w = world_calm();
    (void)state;
    w.safe_share = 0.5;
    w.safe_extra = ", share_cap_pu: {value: 0.1" Q;
    check_refused(&w, "at most 0.1 of a buyer's need");
    w.safe_extra = ", reserve_months: {value: 2" Q;
    check_refused(&w, "is a reserve, not a route");
    w = world_calm();
    w.chain_extra = ", reserve: safe";
    check_refused(&w, "is a route to buy from, not a reserve");
    w.chain_extra = ", reserve: reserv";
    w.more_routes = reserve;
    check_refused(&w, "reserve"); /* the nearest name */
    w = world_calm();
    w.stock[0] = -1;
    check_refused(&w, "-1");
    w = world_calm();
    w.safe_extra = ", subsidy_pu: {value: 1.2" Q;
    check_refused(&w, "1.2");
    w = world_calm();
    w.safe_from = "2027-01-01";
    w.safe_exists = "2028-01-01";
    w.safe_share = 0.5;
    check_refused(&w, "2028-01-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp_by_hand),   cmocka_unit_test(price_formulas), cmocka_unit_test(fixed_price_has_no_tail),
        cmocka_unit_test(licence_and_reserve), cmocka_unit_test(licensed_share), cmocka_unit_test(damping),
        cmocka_unit_test(support),        cmocka_unit_test(production_start), cmocka_unit_test(route_before_production),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
