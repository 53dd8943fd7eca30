/* test_evaluate_map.c - energy in every cell of the efficiency maps of shipped motors, magnets and wound rotor: what goes in is shaft power
 * and losses, and each loss is zero or more. */
#include <math.h>
#include <string.h>
#include "materials/market.h"
#include "materials/base/units.h"
#include "solver/design.h"
#include "tests/support/close.h"
#include "tests/support/proof.h"

static const char *const QUICK[] = {"economics.scenarios=1000", "economics.scenarios_search=200"};

/* A map that is too wide for its points is told; one that is not, is not. */
static void check_words(const struct requirement *q, const struct result *r)
{
    char words[200];
    struct result wide = *r;
    assert_false(evaluate_is_map_wide(r));
    wide.electric_loading_rms_A_per_m *= 20.0;
    assert_true(evaluate_is_map_wide(&wide));
    wide = *r;
    wide.map_error_pu = 0.031;
    assert_true(evaluate_is_map_wide(&wide));
    evaluate_get_map_words(q, &wide, words, sizeof words);
    assert_non_null(strstr(words, "misses the torque of the peak point by 3.1 %"));
}

static void check_map(const char *path, const char *subject)
{
    static struct design d;
    static struct eval_detail detail;
    struct matlib *lib;
    struct market *market;
    struct evaluator *ev;
    struct result r;
    struct err e = {0};
    double worst_pu = 0.0, torque_pu = 0.0, least_W = HUGE_VAL;
    int n = 0;
    memset(&d, 0, sizeof d);
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(market_new("materials/data", &market, &e), &e);
    assert_ok(design_read(path, ARRAY_LEN(QUICK), QUICK, lib, market, &d, &e), &e);
    assert_ok(evaluator_new(&d.setup, &d.level, &d.machine, &ev, &e), &e);
    assert_ok(evaluate_machine(ev, &d.machine, &r, &detail, &e), &e);
    for (int t = 0; t < detail.n_map_torque; t++)
        for (int s = 0; s < detail.n_speed; s++) {
            const struct eval_cell *c = &detail.cell[t * detail.n_speed + s];
            double eta = detail.efficiency_pu[t * detail.n_speed + s], shaft_W = detail.map_torque_Nm[t] * detail.speed_rad_per_s[s];
            assert_int_equal(isnan(eta) != 0, isnan(c->P_electric_W) != 0);
            if (isnan(eta))
                continue;
            n++;
            torque_pu = fmax(torque_pu, fabs(c->P_mech_W / shaft_W - 1.0));
            assert_close(eta, c->P_mech_W / c->P_electric_W, 1e-12, 0.0);
            worst_pu = fmax(worst_pu, eval_get_balance_pu(c));
            for (int l = 0; l < EVAL_LOSS_COUNT; l++)
                least_W = c->loss_W[l] >= least_W ? least_W : c->loss_W[l]; /* NaN passes through */
        }
    assert_true(n > 500);
    proof_check(&(struct proof){PROOF_ENERGY, "electric power less shaft power and losses, worst cell of the efficiency map", subject,
                                .measured = worst_pu, .wanted = 1e-9, .unit = "", .source = "KRAUSE2013"});
    proof_check(&(struct proof){PROOF_ENERGY, "smallest loss of any kind in any cell", subject, .measured = least_W, .wanted = 0.0,
                                .is_at_least = 1, .unit = "W", .source = "KRAUSE2013"});
    proof_check(&(struct proof){PROOF_ENERGY, "shaft torque of a cell against the torque asked for, worst cell", subject,
                                .measured = torque_pu, .wanted = 1e-6, .unit = "", .source = "KRAUSE2013"});
    proof_check(&(struct proof){PROOF_FE, "torque of the map at the peak point against twelve positions solved there", subject,
                                .measured = 100.0 * r.map_error_pu, .wanted = 1.5, .unit = "%", .source = "map_error_pct"});
    check_words(&d.setup.requirement, &r);
    evaluator_free(ev);
    design_done(&d);
    market_free(market);
    matlib_free(lib);
}

static void test_magnets(void **state) { (void)state; check_map("examples/02-prius-like/design.yaml", "examples/02-prius-like"); }
static void test_wound(void **state) { (void)state; check_map("examples/03-wound-field/design.yaml", "examples/03-wound-field"); }

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_magnets), cmocka_unit_test(test_wound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
