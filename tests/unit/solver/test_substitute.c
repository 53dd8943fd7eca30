/* test_substitute.c - the matrix of one design: what it tells of the other magnets is what an evaluation of its own tells, and the option
 * is worth something exactly where the chains differ. The design is one that the search found for the shipped study. */
#include "solver/compare.h"
#include "tests/support/close.h"
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

static const double DESIGN[] = {0.6308074391694265,  0.6473890005066834,  0.6442155687891644,  0.6988881154875912,
                                0.30808357738809466, 0.9897770869825219,  0.23531547480159132, 0.8071316853593575,
                                0.24726371869103253, 0.21614022980623715, 0.009621032850615373};
static const char *const SET[] = {
    "economics.scenarios=4000", "economics.scenarios_search=1000",
    "technologies={ndfeb_dy: {magnets: [N42SH, N38EH]}, ndfeb_hre_free: {magnets: [HD_1600]}, wound_field: {}}",
    "search.substitutes=[RECOMA_35E, BMHF32, N38EH]",
};

struct fixture { struct matlib *lib; struct market *market; struct study study; struct comparison c; struct err e; };

static const struct substitution *find(const struct fixture *f, const char *magnet)
{
    const struct substitution *found = NULL;
    int n = 0;
    for (int k = 0; k < f->c.n_substitution; k++)
        if (strcmp(f->c.substitution[k].magnet->base.name, magnet) == 0) {
            found = &f->c.substitution[k];
            n++;
        }
    assert_int_equal(n, 1);
    return found;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    int grade;
    double x[ARRAY_LEN(DESIGN) + 1];
    assert_non_null(f);
    assert_ok(matlib_new("materials/data", &f->lib, &f->e), &f->e);
    assert_ok(market_new("materials/data", &f->market, &f->e), &f->e);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", ARRAY_LEN(SET), SET, f->lib, f->market, &f->study, &f->e), &f->e);
    f->c.study = &f->study;
    f->c.tech[1].best = f->c.tech[2].best = -1;
    memcpy(x, DESIGN, sizeof DESIGN);
    x[ARRAY_LEN(DESIGN)] = 0.0; /* first grade: N42SH */
    study_set_machine(&f->study, 0, x, &f->c.tech[0].machine, &grade);
    const struct compare_opts o = {.jobs = 2, .lib = f->lib, .market = f->market};
    assert_ok(substitute_solve(&f->study, &o, &f->c, &f->e), &f->e);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    compare_done(&f->c);
    study_done(&f->study);
    market_free(f->market);
    matlib_free(f->lib);
    free(f);
    return 0;
}

/* Each magnet once, though named twice; the own one marked; what a magnet is known for shows. */
static void test_matrix(void **state)
{
    const struct fixture *f = *state;
    assert_int_equal(f->c.n_substitution, 5);
    const struct substitution *own = find(f, "N42SH"), *strong = find(f, "N38EH"), *ferrite = find(f, "BMHF32");
    assert_true(own->is_own && own->is_feasible && !own->has_option);
    assert_true(strong->is_feasible && !strong->is_own);
    assert_true(strong->r.rotor_margin_K > own->r.rotor_margin_K + 20.0); /* more Dy, more kelvin */
    assert_true(strong->r.base_torque_Nm < own->r.base_torque_Nm);         /* and less flux */
    assert_close(strong->r.stack_m, own->r.stack_m, 1e-15, 0.0);
    assert_false(ferrite->is_feasible);
    assert_true(ferrite->reason[0] && !ferrite->has_option);
    const int dy = market_get_element(f->market, "Dy"), sm = market_get_element(f->market, "Sm");
    assert_true(own->r.q_kg[dy] > 0.0);
    assert_close(find(f, "HD_1600")->r.q_kg[dy], 0.0, 0.0, 0.0);
    assert_true(find(f, "RECOMA_35E")->r.q_kg[sm] > 0.0);
}

/* The same evaluator, the same figures. */
static void test_same_figures(void **state)
{
    struct fixture *f = *state;
    const struct substitution *x = find(f, "HD_1600");
    struct machine m = f->c.tech[0].machine;
    const struct eval_level level = eval_level_search();
    struct evaluator *ev = NULL;
    struct result r;
    m.magnet = x->magnet;
    assert_ok(evaluator_new(&f->study.setup, &level, &m, &ev, &f->e), &f->e);
    assert_ok(evaluate_machine(ev, &m, &r, NULL, &f->e), &f->e);
    evaluator_free(ev);
    assert_close(x->r.base_torque_Nm, r.base_torque_Nm, 1e-12, 0.0);
    assert_close(x->r.rotor_margin_K, r.rotor_margin_K, 1e-12, 0.0);
    assert_close(x->r.cost_today_USD, r.cost_today_USD, 1e-12, 0.0);
}

/* Same chains, no worth; a magnet without Dy is worth something; SmCo, which shares no rare-earth chain, more. */
static void test_options(void **state)
{
    const struct fixture *f = *state;
    const struct substitution *own = find(f, "N42SH"), *strong = find(f, "N38EH"), *free_of = find(f, "HD_1600"),
                              *smco = find(f, "RECOMA_35E");
    assert_true(strong->has_option && free_of->has_option && smco->has_option);
    assert_close(strong->option.value_USD.value_USD, 0.0, 0.0, 1e-9);
    assert_true(free_of->option.value_USD.value_USD > 5.0 * free_of->option.value_USD.standard_error_USD);
    assert_true(smco->option.value_USD.value_USD > free_of->option.value_USD.value_USD);
    assert_true(free_of->option.used_pu > 0.0);
    assert_close(free_of->option.unbuilt_with_pu, free_of->option.unbuilt_without_pu - free_of->option.used_pu, 1e-9, 0.0);
    assert_close(free_of->option.without_USD.value_USD, own->r.risk_cost_USD, 1e-9, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_same_figures),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
