/* Digits of a figure: what the motor's size asks for, and no more than the figure carries. */
#include "solver/figure_label.h"
#include "tests/support/close.h"
#include <stdio.h>
#include "materials/base/banned.h"

static void test_digits(void **state)
{
    static const struct { const char *key; double v; const char *shown; } CASES[] = {
        {"base_torque_Nm", 397.2, "397"},    {"base_torque_Nm", 16.54, "16.5"}, {"base_torque_Nm", 1.234, "1.23"},
        {"power_max_speed_kW", 6.9, "6.90"}, {"uncontrolled_current_A", 0, "0"}, {"yield_safety", 190.71, "191"},
        {"yield_safety", 46.48, "46.5"},     {"yield_safety", 1.69, "1.69"},    {"demag_margin_K", 6.2, "6"},
        {"risk_cost_USD", 5.97, "6"},        {"noload_flux_Wb", 0.0374, "0.0374"}, {"demag_event_id_A", -364.0, "-364"}};
    (void)state;
    for (int k = 0; k < ARRAY_LEN(CASES); k++) {
        char s[32];
        snprintf(s, sizeof s, "%.*f", figure_label_fit_decimals(CASES[k].key, CASES[k].v, figure_label_get_decimals(CASES[k].key)),
                 CASES[k].v);
        assert_string_equal(s, CASES[k].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_digits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
