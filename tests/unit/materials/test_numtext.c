/* Numbers as text: what is read, and what is refused. */
#include "tests/support/close.h"
#include "materials/base/numtext.h"
#include <limits.h>
#include <locale.h>
#include <stdio.h>

static void reads_decimal_numbers(void **state)
{
    (void)state;
    static const struct { const char *s; double v; } GOOD[] = {
        {"0.7", 0.7}, {"-12", -12}, {"+3.5e2", 350}, {".5", 0.5}, {"5.", 5}, {"1e-3", 1e-3}, {"1E3", 1000}, {"0", 0}, {"-0.0", 0},
        {"1.7976931348623157e308", 1.7976931348623157e308}, {"0.1", 0.1}, {"1592000", 1592000}, {"007", 7},
    };
    for (int k = 0; k < ARRAY_LEN(GOOD); k++) {
        double v;
        assert_ok(numtext_read_real(GOOD[k].s, &v), NULL);
        assert_close(v, GOOD[k].v, 0, 0);
    }
}

static void refuses_what_is_no_number(void **state)
{
    (void)state;
    static const char *const BAD[] = {"", " ", "0.7mm", "1,5", "nan", "NaN", "inf", "-inf", "infinity", "1e400", "-1e400", "1e-400",
                                      "0x10", "0x1p3", " 1", "1 ", "1e", "1e+", "e5", ".", "-", "+-1", "--1", "1.2.3", "1_000", "1\n", "١"};
    for (int k = 0; k < ARRAY_LEN(BAD); k++) {
        double v = 7;
        if (numtext_read_real(BAD[k], &v) != ST_CONFIG)
            fail_msg("'%s' was read as %g", BAD[k], v);
        assert_true(isnan(v));
    }
}

static void reads_whole_numbers(void **state)
{
    (void)state;
    int v;
    assert_ok(numtext_read_int("48", &v), NULL);
    assert_int_equal(v, 48);
    assert_ok(numtext_read_int("-2147483648", &v), NULL);
    assert_int_equal(v, INT_MIN);
    assert_ok(numtext_read_int("010", &v), NULL); /* decimal, never octal */
    assert_int_equal(v, 10);
    static const char *const BAD[] = {"", "4.0", "4e2", "2147483648", "-2147483649", "99999999999999999999999", "0x1f", "four", "4 "};
    for (int k = 0; k < ARRAY_LEN(BAD); k++)
        if (numtext_read_int(BAD[k], &v) != ST_CONFIG)
            fail_msg("'%s' was read as %d", BAD[k], v);
}

/* What is printed with 17 digits comes back to the bit. */
static void reads_back_every_bit(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252u;
    for (int k = 0; k < 2000; k++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double v = ldexp((double)bits, (int)(bits % 1200) - 600), back;
        char text[40];
        snprintf(text, sizeof text, "%.17g", v);
        assert_ok(numtext_read_real(text, &back), NULL);
        assert_true(v == back);
    }
}

static void does_not_follow_the_locale(void **state)
{
    (void)state;
    static const char *const COMMA[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "de_DE", "fr_FR"};
    int set = 0;
    for (int k = 0; k < ARRAY_LEN(COMMA) && !set; k++)
        set = setlocale(LC_NUMERIC, COMMA[k]) != NULL;
    if (!set)
        skip(); /* no locale with a decimal comma on this machine */
    double v;
    enum status point = numtext_read_real("0.7", &v), comma = numtext_read_real("0,7", &(double){0});
    setlocale(LC_NUMERIC, "C");
    assert_ok(point, NULL);
    assert_close(v, 0.7, 0, 0);
    assert_int_equal(comma, ST_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_decimal_numbers), cmocka_unit_test(refuses_what_is_no_number), cmocka_unit_test(reads_whole_numbers),
        cmocka_unit_test(reads_back_every_bit),  cmocka_unit_test(does_not_follow_the_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
