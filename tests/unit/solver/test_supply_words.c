/* test_supply_words.c - names of the market data in words, text around them untouched, no room no overrun. */
#include "solver/supply_words.h"
#include "tests/support/close.h"
#include <string.h>
#include "materials/base/banned.h"

static void test_words(void **state)
{
    static const struct { const char *from, *to; } CASES[] = {
        {"cn_heavy", "CN heavy"},
        {"china_jit", "China just in time"},
        {"china_3m_stock", "China 3 months stock"},
        {"ex_china", "outside China"},
        {"share that cn_heavy lets through to JP while up", "share that CN heavy lets through to JP while up"},
        {"hazard of cd_cobalt, per year", "hazard of CD cobalt, per year"},
        {"price of Cu (cn_light; us_light): ex works", "price of Cu (CN light; US light): ex works"},
        {"", ""},
        {"no names", "no names"},
    };
    char out[128];
    (void)state;
    for (int k = 0; k < (int)(sizeof CASES / sizeof CASES[0]); k++)
        assert_string_equal(supply_words_get(CASES[k].from, out, sizeof out), CASES[k].to);
}

static void test_short_room(void **state)
{
    char out[12];
    (void)state;
    memset(out, '#', sizeof out);
    assert_string_equal(supply_words_get("china_3m_stock and more", out, 9), "China 3 ");
    assert_int_equal(out[9], '#');
    assert_string_equal(supply_words_get("cn_heavy", out, 1), "");
}

static void test_country(void **state)
{
    (void)state;
    assert_string_equal(supply_words_get_country("JP"), "Japan");
    assert_string_equal(supply_words_get_country("any"), "any");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_short_room), cmocka_unit_test(test_country)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
