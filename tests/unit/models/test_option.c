/* test_option.c - value of a second bill, against what it must be: nothing when both need the same, the whole shortage when the other is
 * never short and costs the same, never below nothing. */
#include "models/risk/option.h"
#include "tests/unit/models/risk_world.h"
#include <math.h>
#include "materials/base/banned.h"

#define N_SCENARIO 20000

static void eval(struct rig *g, const double *q_kg, const double *other_q_kg, double processing_USD, struct risk_option *out)
{
    assert_ok(risk_eval_option(g->r, NULL, q_kg, other_q_kg, processing_USD, out, &g->e), &g->e);
}

static void check_without(struct rig *g, const double *q_kg, const struct risk_option *o)
{
    const struct risk_result x = eval_one(g, q_kg);
    assert_close(o->without_USD.value_USD, x.risk_cost.value_USD, 1e-9, 1e-9);
    assert_close(o->without_USD.standard_error_USD, x.risk_cost.standard_error_USD, 1e-6, 0.0);
    assert_close(o->unbuilt_without_pu, x.unbuilt_mean_pu, 1e-12, 0.0);
    assert_close(o->value_USD.value_USD, o->without_USD.value_USD - o->with_USD.value_USD, 1e-9, 1e-9);
}

/* The other bill needs the same chains: its month of trouble is the same, and nothing is gained. */
static void test_same_chains(void **state)
{
    (void)state;
    const struct world w = world_default();
    struct rig g;
    const struct risk_opts o = opts_year(N_SCENARIO);
    rig_new(&g, &w, &o);
    const double q[N_ELEMENT] = {0.5, 0.05, 4.0}, other[N_ELEMENT] = {0.4, 0.01, 4.0};
    struct risk_option x;
    eval(&g, q, other, 0.0, &x);
    check_without(&g, q, &x);
    assert_close(x.value_USD.value_USD, 0.0, 0.0, 1e-12);
    assert_close(x.used_pu, 0.0, 0.0, 0.0);
    assert_close(x.unbuilt_with_pu, x.unbuilt_without_pu, 1e-12, 0.0);
    rig_done(&g);
}

/* The other bill is never short and costs the same (a speck of Dy left out): with the option the motor is as one whose margin is not at
 * stake. */
static void test_whole_shortage(void **state)
{
    (void)state;
    const struct world w = world_default();
    struct rig g;
    const struct risk_opts o = opts_year(N_SCENARIO);
    rig_new(&g, &w, &o);
    const double q[N_ELEMENT] = {0.0, 1e-12, 4.0}, other[N_ELEMENT] = {0.0, 0.0, 4.0};
    const struct risk_terms free_terms = {0.0, o.terms.volume_motors_per_year, o.terms.loading_pu};
    struct risk_option x;
    struct risk_result safe;
    eval(&g, q, other, 0.0, &x);
    check_without(&g, q, &x);
    assert_ok(risk_eval(g.r, g.ws, &free_terms, 1, q, &safe, &g.e), &g.e);
    assert_close(x.with_USD.value_USD, safe.risk_cost.value_USD, 1e-9, 1e-7);
    assert_close(x.used_pu, x.unbuilt_without_pu, 1e-9, 0.0);
    assert_close(x.unbuilt_with_pu, 0.0, 0.0, 1e-15);
    assert_true(x.value_USD.value_USD > 5.0 * x.value_USD.standard_error_USD);
    rig_done(&g);
}

/* Chains apart: used exactly in months in which the one is short and the other is not; the dearer the other, the less it is worth, and
 * nothing once it costs more than the margin. */
static void test_dearer(void **state)
{
    (void)state;
    struct world w = world_default();
    w.factor = 0.0;
    struct rig g;
    const struct risk_opts o = opts_year(N_SCENARIO);
    rig_new(&g, &w, &o);
    const double q[N_ELEMENT] = {0.0, 0.05, 4.0}, other[N_ELEMENT] = {0.3, 0.0, 4.0};
    double last = HUGE_VAL;
    for (int k = 0; k < 4; k++) {
        struct risk_option x;
        eval(&g, q, other, 300.0 * k, &x);
        assert_true(x.value_USD.value_USD >= 0.0 && x.value_USD.value_USD < last);
        last = x.value_USD.value_USD;
        /* x + y >= 1 unless both are down: 0.46 + 0.46 of the motors are built then */
        assert_true(x.unbuilt_with_pu < 0.25 * x.unbuilt_without_pu || k == 3);
    }
    struct risk_option x;
    eval(&g, q, other, 1e6, &x);
    assert_close(x.value_USD.value_USD, 0.0, 0.0, 0.0);
    assert_close(x.used_pu, 0.0, 0.0, 0.0);
    assert_int_equal(risk_eval_option(g.r, NULL, q, other, (double)NAN, &x, &g.e), ST_CONFIG);
    rig_done(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_chains),
        cmocka_unit_test(test_whole_shortage),
        cmocka_unit_test(test_dearer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
