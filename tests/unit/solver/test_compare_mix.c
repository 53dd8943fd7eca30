/* test_compare_mix.c - `sourcing: best`: what a design costs at its own best mix of routes and stock is no more than under any named
 * strategy, by the same draws; designs of one batch are priced as each alone. */
#include "solver/compare_impl.h"
#include "tests/support/close.h"
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

static const char *const SET[] = {"economics.sourcing=best", "economics.scenarios=4000", "economics.scenarios_search=1000",
                                  "search.substitutes=[]"};
enum { N_DESIGN = 2 };

struct fixture { struct matlib *lib; struct market *market; struct study study; struct comparison c; struct err e; double *q_kg; };

static int set_up(void **state)
{
    static const struct { const char *symbol; double kg[N_DESIGN]; } BILL[] = {
        {"Nd", {0.3237, 0.5616}}, {"Pr", {0.1079, 0.019}}, {"Dy", {0.1631, 0}}, {"Co", {0.0192, 0.0761}}, {"Cu", {5.457, 5.41}}};
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_ok(matlib_new("materials/data", &f->lib, &f->e), &f->e);
    assert_ok(market_new("materials/data", &f->market, &f->e), &f->e);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", ARRAY_LEN(SET), SET, f->lib, f->market, &f->study, &f->e), &f->e);
    f->q_kg = calloc((size_t)(N_DESIGN * f->market->n_element), sizeof *f->q_kg);
    assert_non_null(f->q_kg);
    for (int d = 0; d < N_DESIGN; d++)
        for (int k = 0; k < ARRAY_LEN(BILL); k++)
            f->q_kg[d * f->market->n_element + market_get_element(f->market, BILL[k].symbol)] = BILL[k].kg[d];
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    study_done(&f->study);
    market_free(f->market);
    matlib_free(f->lib);
    free(f->q_kg);
    free(f);
    return 0;
}

static void test_no_dearer(void **state)
{
    struct fixture *f = *state;
    const struct economics *eco = &f->study.economics;
    struct risk_result mix[N_DESIGN], named[N_DESIGN];
    assert_true(eco->is_best);
    assert_true(eco->n_other >= 4); /* for the search */
    assert_int_equal(f->study.setup.n_risk_other, eco->n_other);
    assert_ok(compare_price(&f->study, &f->c, eco->scenario, NULL, NULL, N_DESIGN, f->q_kg, mix, &f->e), &f->e);
    for (int k = 0; k < f->market->n_sourcing; k++) {
        struct risk *r = NULL;
        struct risk_ws *ws = NULL;
        assert_ok(risk_new(f->market, eco->scenario, &f->market->sourcing[k], &eco->opts, &r, &f->e), &f->e);
        assert_ok(risk_ws_new(r, N_DESIGN, &ws, &f->e), &f->e);
        assert_ok(risk_eval(r, ws, NULL, N_DESIGN, f->q_kg, named, &f->e), &f->e);
        for (int d = 0; d < N_DESIGN; d++)
            if (mix[d].risk_cost.value_USD > named[d].risk_cost.value_USD + 1.0) /* what the programme may leave, in USD */
                fail_msg("design %d: %.2f USD by its best mix, %.2f by %s", d, mix[d].risk_cost.value_USD, named[d].risk_cost.value_USD,
                         f->market->sourcing[k].name);
        risk_ws_free(ws);
        risk_free(r);
    }
}

static void test_batch(void **state)
{
    struct fixture *f = *state;
    const struct economics *eco = &f->study.economics;
    struct risk_result all[N_DESIGN], one;
    assert_ok(compare_price(&f->study, &f->c, eco->scenario, NULL, NULL, N_DESIGN, f->q_kg, all, &f->e), &f->e);
    for (int d = 0; d < N_DESIGN; d++) {
        assert_ok(compare_price(&f->study, &f->c, eco->scenario, NULL, NULL, 1, f->q_kg + d * f->market->n_element, &one, &f->e), &f->e);
        assert_close(one.risk_cost.value_USD, all[d].risk_cost.value_USD, 0.0, 1.0);
    }
}

/* Without `best` the simulation given prices, and nothing else. */
static void test_named(void **state)
{
    struct fixture *f = *state;
    struct risk_result a, b;
    struct risk_ws *ws = NULL;
    assert_ok(risk_ws_new(f->study.setup.risk, 1, &ws, &f->e), &f->e);
    f->study.economics.is_best = 0;
    assert_ok(compare_price(&f->study, &f->c, f->study.economics.scenario, f->study.setup.risk, ws, 1, f->q_kg, &a, &f->e), &f->e);
    f->study.economics.is_best = 1;
    assert_ok(risk_eval(f->study.setup.risk, ws, NULL, 1, f->q_kg, &b, &f->e), &f->e);
    assert_close(a.risk_cost.value_USD, b.risk_cost.value_USD, 0.0, 0.0);
    risk_ws_free(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_dearer),
        cmocka_unit_test(test_batch),
        cmocka_unit_test(test_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
