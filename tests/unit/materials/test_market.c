/* test_market.c - the supply data of the repository, and what its readers refuse and where they say it stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/market.h"
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

#define DATA "materials/data"

static struct market *load(void)
{
    struct market *m = NULL;
    struct err e = {0};
    assert_ok(market_new(DATA, &m, &e), &e);
    return m;
}

/* Every element that a material of the library is made of has a price. */
static void all_elements_have_a_price(void **state)
{
    static const char *const needed[] = {
        "Nd", "Pr", "Dy", "Tb", "Fe", "B", "Co", "Ga", "Al", "Cu", "Nb", "Sm", "Zr", "N", "Sr", "O", "La", "Ce", "electrical_steel"};
    struct market *m = load();
    (void)state;
    for (int k = 0; k < ARRAY_LEN(needed); k++) {
        const int i = market_get_element(m, needed[k]);
        if (i < 0)
            fail_msg("no market data of %s", needed[k]);
        assert_string_equal(m->symbol[i], needed[k]);
        assert_true(m->price_USD_per_kg[i] > 0.0 || strcmp(needed[k], "O") == 0);
    }
    assert_int_equal(market_get_element(m, "Xx"), -1);
    market_free(m);
}

/* Oxide to element by hand: Dy 291 x 1.148 x 1.10; O is free. */
static void price_of_an_element(void **state)
{
    struct market *m = load();
    (void)state;
    assert_close(m->price_USD_per_kg[market_get_element(m, "Dy")], 291.0 * 1.148 * 1.10, 1e-12, 0.0);
    assert_close(m->price_USD_per_kg[market_get_element(m, "Nd")], 123.0 * 1.166 * 1.065, 1e-12, 0.0);
    assert_close(m->price_USD_per_kg[market_get_element(m, "O")], 0.0, 0.0, 0.0);
    long day;
    assert_int_equal(date_read("2026-02-18", &day), ST_OK);
    assert_int_equal(m->element[market_get_element(m, "Nd")].price_days, day);
    market_free(m);
}

static void correlation_is_symmetric(void **state)
{
    struct market *m = load();
    const int n = m->n_element, nd = market_get_element(m, "Nd"), pr = market_get_element(m, "Pr"), cu = market_get_element(m, "Cu");
    (void)state;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            assert_close(m->rho[i * n + j], m->rho[j * n + i], 0.0, 0.0);
            assert_true(fabs(m->rho[i * n + j]) <= 1.0 && fabs(m->rho_target[i * n + j]) <= 1.0);
            assert_true(i != j || (m->rho[i * n + j] >= 1.0 && m->rho_target[i * n + j] >= 1.0));
        }
    assert_close(m->rho[nd * n + cu], 0.69, 1e-15, 0.0);
    assert_close(m->rho[pr * n + cu], 0.69, 1e-15, 0.0); /* like: {Pr: Nd} */
    assert_close(m->rho[pr * n + nd], 0.97, 1e-15, 0.0); /* and not 1 */
    market_free(m);
}

static void look_ups(void **state)
{
    static const char *const scenarios[] = {"calm", "truce_holds", "truce_lapses", "ban"};
    static const char *const strategies[] = {"china_jit", "china_3m_stock", "china_6m_stock", "dual_50_50", "ex_china"};
    struct market *m = load();
    const struct scenario *sc;
    const struct sourcing *so;
    struct err e = {0};
    (void)state;
    for (int k = 0; k < ARRAY_LEN(scenarios); k++)
        assert_ok(market_get_scenario(m, scenarios[k], NULL, &sc, &e), &e);
    for (int k = 0; k < ARRAY_LEN(strategies); k++)
        assert_ok(market_get_sourcing(m, strategies[k], NULL, &so, &e), &e);
    assert_status(market_get_scenario(m, "truce_lapse", NULL, &sc, &e), ST_CONFIG, NULL);
    assert_non_null(strstr(e.message, "truce_lapses"));
    assert_null(sc);
    assert_status(market_get_sourcing(m, "china_jti", NULL, &so, &e), ST_CONFIG, NULL);
    assert_non_null(strstr(e.message, "china_jit"));
    assert_int_equal(market_get_destination(m, "JP"), 0);
    assert_int_equal(market_get_destination(m, "BR"), m->nodes.n_destination - 1);
    assert_int_equal(market_get_destination(m, "Japan"), -1);
    market_free(m);
}

/* The dates that matter: rare earths 2026-11-10 for all buyers, gallium 2026-11-27 for the US only; the hazard band of the record. */
static void dates_and_band(void **state)
{
    struct market *m = load();
    const struct scenario *sc;
    struct err e = {0};
    char day[DATE_TEXT_SIZE];
    (void)state;
    assert_ok(market_get_scenario(m, "truce_lapses", NULL, &sc, &e), &e);
    assert_int_equal(sc->n_event, 2);
    date_write(sc->event[0].days, day);
    assert_string_equal(day, "2026-11-10");
    date_write(sc->event[1].days, day);
    assert_string_equal(day, "2026-11-27");
    assert_int_equal(sc->event[1].destination_mask, 1u << market_get_destination(m, "US"));
    assert_close(sc->node[0].hazard_per_year.low, 0.07, 1e-15, 0.0);
    assert_close(sc->node[0].hazard_per_year.value, 0.21, 1e-15, 0.0);
    assert_close(sc->node[0].hazard_per_year.high, 0.43, 1e-15, 0.0);
    market_free(m);
}

/* ---- refusals: a small market, one text replaced at a time ---- */

#define D(v) "{value: " v ", quality: assumed, source: ASSUMED}"
static const char MARKET[] =
    "chains: {light: \"Nd\", rest: \"all else\"}\n"
    "elements:\n"
    "  Nd: {doc: d, chain: light, form: oxide, price_date: 2026-01-01, form_price_USD_per_kg: " D("100") ", form_kg_per_kg: " D("1.2") ",\n"
    "    conversion_pu: " D("0.1") ", outside_ratio: " D("1.5") ", sigma_pu: " D("0.4") ", kappa_per_year: " D("0.5") ",\n"
    "    theta_USD_per_kg: " D("80") ", jump_log: " D("0.3") "}\n"
    "correlation: {shrink_pu: " D("0.5") ", default_pu: " D("0.1") ", pairs: [], like: {}}\n"
    "shares: []\n"
    "countries: {CN: {instability_pu: " D("0.588") "}}\n";
static const char SCENARIOS[] =
    "destinations: [JP, any]\n"
    "nodes: {cn: {doc: d, chain: light, country: CN, controls_price: true, shares_factor: true}}\n"
    "scenarios:\n"
    "  calm:\n"
    "    doc: d\n"
    "    common_factor_pu: " D("0.5") "\n"
    "    hazards: [{nodes: [cn], hazard_per_year: " D("0.2") ", recovery_per_year: " D("4") ", availability_up_pu: {any: " D("1") "},\n"
    "      availability_down_pu: {JP: " D("0.3") ", any: " D("0.5") "}}]\n"
    "    events: [{date: 2026-11-10, doc: d, nodes: [cn], destinations: [JP], probability_pu: " D("0.5") "}]\n";
static const char SOURCING[] =
    "routes:\n"
    "  spot: {doc: d, chain: light, nodes: [cn], from: 2000-01-01, basis: fob, premium_USD_per_kg: " D("0") ", qualification_USD: " D(
        "0") "}\n"
             "  mine: {doc: d, chain: light, nodes: [], from: 2027-01-01, basis: outside, "
             "premium_USD_per_kg: " D("5") ", qualification_USD: " D(
                 "1") ",\n"
                      "    floor_USD_per_kg: " D("110") ", cap_USD_per_kg: " D("150") ", upside_share_pu: " D(
                          "0.3") "}\n"
                                 "  other: {doc: d, chain: rest, "
                                 "nodes: [], from: 2000-01-01, "
                                 "basis: fob, premium_USD_per_kg: " D("0") ", qualification_USD: " D(
                                     "0") "}\n"
                                          "strategies:\n"
                                          "  mixed:\n"
                                          "    doc: d\n"
                                          "    "
                                          "holding_rate_per_year: " D("0.2") "\n"
                                                                             "    "
                                                                             "restock_per_"
                                                                             "month: " D("0.2") "\n"
                                                                                                "    "
                                                                                                "chai"
                                                                                                "ns:"
                                                                                                "\n"
                                                                                                "    "
                                                                                                "  "
                                                                                                "ligh"
                                                                                                "t: "
                                                                                                "{sto"
                                                                                                "ck_"
                                                                                                "mont"
                                                                                                "hs: "
                                                                                                "3, "
                                                                                                "legs"
                                                                                                ": "
                                                                                                "[{"
                                                                                                "rout"
                                                                                                "e: "
                                                                                                "spot"
                                                                                                ", "
                                                                                                "shar"
                                                                                                "e_"
                                                                                                "pu: "
                                                                                                "0.6}"
                                                                                                ", "
                                                                                                "{rou"
                                                                                                "te: "
                                                                                                "mine"
                                                                                                ", "
                                                                                                "shar"
                                                                                                "e_"
                                                                                                "pu: "
                                                                                                "0.4,"
                                                                                                " fro"
                                                                                                "m: "
                                                                                                "2027"
                                                                                                "-06-"
                                                                                                "01}]"
                                                                                                ", "
                                                                                                "brid"
                                                                                                "ge: "
                                                                                                "spot"
                                                                                                "}\n"
                                                                                                "    "
                                                                                                "  "
                                                                                                "rest"
                                                                                                ": "
                                                                                                "{sto"
                                                                                                "ck_"
                                                                                                "mont"
                                                                                                "hs: "
                                                                                                "0, "
                                                                                                "legs"
                                                                                                ": "
                                                                                                "[{"
                                                                                                "rout"
                                                                                                "e: "
                                                                                                "othe"
                                                                                                "r, "
                                                                                                "shar"
                                                                                                "e_"
                                                                                                "pu: "
                                                                                                "1}]}"
                                                                                                "\n";

/* text with the first `from` replaced by `to`. */
static void replace(const char *text, const char *from, const char *to, struct text *out)
{
    const char *at = strstr(text, from);
    if (!at)
        fail_msg("the test's own text does not hold '%s'", from);
    text_add_raw(out, text, (size_t)(at - text));
    text_add(out, "%s%s", to, at + strlen(from));
}

static void small_market_is_read(void **state)
{
    struct market *m = NULL;
    struct err e = {0};
    (void)state;
    assert_ok(market_new_text(MARKET, SCENARIOS, SOURCING, &m, &e), &e);
    assert_close(m->price_USD_per_kg[0], 100 * 1.2 * 1.1, 1e-14, 0.0);
    assert_close(m->scenario[0].node[0].availability_down_pu[0].value, 0.3, 0.0, 0.0);
    assert_close(m->scenario[0].node[0].availability_up_pu[0].value, 1.0, 0.0, 0.0); /* from any */
    assert_close(m->routes.route[1].cap_USD_per_kg.value, 150.0, 0.0, 0.0);
    assert_true(m->routes.route[0].cap_USD_per_kg.value > 1e300);
    assert_int_equal(m->sourcing[0].chain[0].bridge, 0);
    market_free(m);
}

static void refusals(void **state)
{
    static const struct { int file; const char *from, *to, *name; int line; const char *says; } row[] = {
        {2, "share_pu: 0.6", "share_pu: 0.5", "sourcing.yaml", 12, "sum to 0.9"},
        {2, "stock_months: 3", "stock_months: -1", "sourcing.yaml", 12, "out of range"},
        {2, "from: 2027-06-01", "from: 2026-06-01", "sourcing.yaml", 12, "exists only from 2027-01-01"},
        {2, ", bridge: spot", "", "sourcing.yaml", 12, "bridge"},
        {2, "{route: spot, share_pu: 0.6}", "{route: other, share_pu: 0.6}", "sourcing.yaml", 12, "another chain"},
        {2, "{route: spot, share_pu: 0.6}", "{route: spt, share_pu: 0.6}", "sourcing.yaml", 12, "nearest: spot"},
        {2, "      rest: {stock_months: 0, legs: [{route: other, share_pu: 1}]}\n", "", "sourcing.yaml", 11, "missing key 'rest'"},
        {2, "cap_USD_per_kg: {value: 150", "cap_USD_per_kg: {value: 50", "sourcing.yaml", 3, "below floor"},
        {1, "hazard_per_year: {value: 0.2", "hazard_per_year: {value: -0.2", "scenarios.yaml", 7, "out of range"},
        {1, "probability_pu: {value: 0.5", "probability_pu: {value: 1.5", "scenarios.yaml", 9, "out of range"},
        {1, "date: 2026-11-10", "date: 2026-02-30", "scenarios.yaml", 9, "existing day"},
        {1, "destinations: [JP, any]", "destinations: [JP]", "scenarios.yaml", 1, "any"},
        {1, "{JP: {value: 0.3", "{JP: {value: 1.3", "scenarios.yaml", 8, "out of range"},
        {1, "availability_up_pu: {any: {value: 1,", "availability_up_pu: {any: {value: 0.4,", "scenarios.yaml", 8, "exceeds"},
        {1, "nodes: [cn], hazard", "nodes: [], hazard", "scenarios.yaml", 7, "node 'cn' is missing"},
        {0, "chain: light", "chain: ligt", "market.yaml", 3, "nearest: light"},
        {0, "theta_USD_per_kg: {value: 80", "theta_USD_per_kg: {value: 0", "market.yaml", 3, "reversion level"},
        {0, "sigma_pu: {value: 0.4", "sigma: {value: 0.4", "market.yaml", 4, "sigma_pu"},
        {0, "default_pu: {value: 0.1", "default_pu: {value: 2", "market.yaml", 6, "out of range"},
    };
    (void)state;
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        const char *text[3] = {MARKET, SCENARIOS, SOURCING};
        struct text changed = {0};
        struct market *m = NULL;
        struct err e = {0};
        const long live = mem_get_live();
        replace(text[row[k].file], row[k].from, row[k].to, &changed);
        text[row[k].file] = changed.s;
        assert_status(market_new_text(text[0], text[1], text[2], &m, &e), ST_CONFIG, NULL);
        if (!strstr(e.message, row[k].says) || strcmp(e.file, row[k].name) != 0 || e.line != row[k].line || e.column < 1)
            fail_msg("row %d: %s:%d:%d: %s: %s; expected line %d and '%s'", k, e.file, e.line, e.column, e.where, e.message, row[k].line,
                     row[k].says);
        assert_null(m);
        text_done(&changed);
        assert_int_equal(mem_get_live(), live);
    }
}

/* A source key that nobody explains is refused, in a copy of the folder's files. */
static void unknown_source(void **state)
{
    static const char *const file[] = {"refs.yaml", "refs_supply.yaml", "market.yaml", "scenarios.yaml", "sourcing.yaml"};
    char dir[] = "/tmp/motrade_marketXXXXXX", path[200];
    struct market *m = NULL;
    struct err e = {0};
    (void)state;
    assert_non_null(mkdtemp(dir));
    for (int k = 0; k < ARRAY_LEN(file); k++) {
        struct text t = {0}, changed = {0};
        snprintf(path, sizeof path, DATA "/%s", file[k]);
        assert_ok(text_read_file(path, &t, &e), &e);
        if (k == 3)
            replace(t.s, "source: OUTAGE_RECORD", "source: OUTAGE_RECORDS", &changed);
        snprintf(path, sizeof path, "%s/%s", dir, file[k]);
        assert_ok(text_write_file(path, k == 3 ? changed.s : t.s, k == 3 ? changed.n : t.n, &e), &e);
        text_done(&t);
        text_done(&changed);
    }
    assert_status(market_new(dir, &m, &e), ST_CONFIG, NULL);
    assert_non_null(strstr(e.message, "nearest: OUTAGE_RECORD"));
    assert_true(strstr(e.file, "scenarios.yaml") && e.line > 1);
    for (int k = 0; k < ARRAY_LEN(file); k++) {
        snprintf(path, sizeof path, "%s/%s", dir, file[k]);
        remove(path);
    }
    remove(dir);
}

/* Every allocation failing in turn: a status, no leak. */
static void out_of_memory(void **state)
{
    const long live = mem_get_live();
    (void)state;
    for (long n = 1;; n++) {
        struct market *m = NULL;
        struct err e = {0};
        mem_set_fail_at(n);
        const enum status s = market_new_text(MARKET, SCENARIOS, SOURCING, &m, &e);
        mem_set_fail_at(0);
        market_free(m);
        assert_int_equal(mem_get_live(), live);
        if (s == ST_OK)
            break;
        assert_status(s, ST_NO_MEMORY, &e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_elements_have_a_price), cmocka_unit_test(price_of_an_element), cmocka_unit_test(correlation_is_symmetric),
        cmocka_unit_test(look_ups), cmocka_unit_test(dates_and_band), cmocka_unit_test(small_market_is_read), cmocka_unit_test(refusals),
        cmocka_unit_test(unknown_source), cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
