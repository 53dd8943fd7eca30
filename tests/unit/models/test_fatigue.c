/* test_fatigue.c - Goodman's line for a cycle from standstill to overspeed. */
#include "models/mech/fatigue.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

static struct steel make_steel(double fatigue_Pa, double tensile_Pa)
{
    return (struct steel){.fatigue_Pa = {.value = fatigue_Pa}, .tensile_Pa = {.value = tensile_Pa}};
}

static void test_on_the_line(void **state)
{
    (void)state;
    const struct steel s = make_steel(200e6, 500e6);
    /* 200 MPa: amplitude and mean 100 MPa, 100/200 + 100/500 = 0.7 */
    assert_close(fatigue_eval_safety(&s, 200e6), 1.0 / 0.7, 1e-14, 0);
    /* where the line and 0..max meet: 2/(1/200 + 1/500) = 285.7 MPa */
    assert_close(fatigue_eval_safety(&s, 2e9 / 7.0), 1.0, 1e-14, 0);
    /* with the square of the speed */
    assert_close(fatigue_eval_safety(&s, 1.44 * 200e6), fatigue_eval_safety(&s, 200e6) / 1.44, 1e-14, 0);
}

static void test_limits(void **state)
{
    (void)state;
    /* no mean-stress effect: safety = strength over amplitude; no fatigue: tensile strength over mean */
    const struct steel stiff = make_steel(200e6, 1e20), tough = make_steel(1e20, 500e6), unknown = make_steel(200e6, (double)NAN);
    assert_close(fatigue_eval_safety(&stiff, 200e6), 2.0, 1e-9, 0);
    assert_close(fatigue_eval_safety(&tough, 200e6), 5.0, 1e-9, 0);
    assert_true(isnan(fatigue_eval_safety(&unknown, 200e6)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_on_the_line), cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
