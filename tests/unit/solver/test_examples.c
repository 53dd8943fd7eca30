/* test_examples.c - every file under examples/ that a user may start from reads without a fault, and its machine passes the geometric
 * rules. */
#include "materials/base/units.h"
#include "solver/design.h"
#include "solver/study.h"
#include "tests/support/close.h"
#include "tests/support/library.h"
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

static const char *const QUICK[] = {"economics.scenarios=1000", "economics.scenarios_search=200"};

typedef void check_file(const struct library *l, const char *path);

static void check_each(const struct library *l, const char *pattern, int least, check_file *check)
{
    glob_t g;
    assert_int_equal(glob(pattern, 0, NULL, &g), 0);
    assert_true((int)g.gl_pathc >= least);
    for (size_t k = 0; k < g.gl_pathc; k++)
        check(l, g.gl_pathv[k]);
    globfree(&g);
}

static void fail_at(const char *path, const struct err *e)
{
    fail_msg("%s: %s:%d:%d: %s: %s", path, e->file, e->line, e->column, e->where, e->message);
}

static void check_study(const struct library *l, const char *path)
{
    static struct study s;
    struct err e = {0};
    memset(&s, 0, sizeof s);
    if (study_read(path, ARRAY_LEN(QUICK), QUICK, l->lib, l->market, &s, &e) != ST_OK)
        fail_at(path, &e);
    assert_true(s.n_technology >= 1);
    study_done(&s);
}

static int has_economics(const char *path)
{
    struct yaml_doc *doc = NULL;
    struct err e = {0};
    assert_ok(yaml_read_file(path, &doc, &e), &e);
    int has = yaml_get_key(yaml_get_root(doc), "economics") != NULL;
    yaml_free(doc);
    return has;
}

static void check_design(const struct library *l, const char *path)
{
    static struct design d;
    struct err e = {0};
    memset(&d, 0, sizeof d);
    if (design_read(path, has_economics(path) ? ARRAY_LEN(QUICK) : 0, QUICK, l->lib, l->market, &d, &e) != ST_OK ||
        machine_check(&d.machine, &e) != ST_OK)
        fail_at(path, &e);
    design_done(&d);
}

static void test_studies(void **state)
{
    check_each(*state, "examples/[0-9]*/study.yaml", 1, check_study);
}

static void test_designs(void **state)
{
    check_each(*state, "examples/[0-9]*/design.yaml", 2, check_design);
}

static void test_validation_cases(void **state)
{
    check_each(*state, "examples/validation/*.yaml", 16, check_design);
}

/* The shortcuts of the search are not for a given motor, on the coarse mesh neither: a hopeless one is shown with all its figures. */
static void test_no_shortcut(void **state)
{
    const struct library *l = *state;
    static struct design d;
    struct err e = {0};
    const char *const set[] = {QUICK[0], QUICK[1], "level.mesh=coarse"};
    memset(&d, 0, sizeof d);
    assert_ok(design_read("examples/02-prius-like/design.yaml", ARRAY_LEN(set), set, l->lib, l->market, &d, &e), &e);
    assert_int_equal(d.level.mesh, MESH_COARSE);
    assert_int_equal(d.level.is_search, 0);
    design_done(&d);
}

/* The straight iron of the reference cases: mu_r 1e5 as the field solver sees it. */
static void test_straight_steel(void **state)
{
    const struct library *l = *state;
    const struct steel *s = NULL;
    struct steel_nu nu;
    struct err e = {0};
    assert_ok(matlib_get_steel(l->lib, "LINEAR_1E5", NULL, &s, &e), &e);
    assert_ok(steel_nu_init(&nu, s, 1.0, &e), &e);
    for (int k = 0; k <= 39; k++) {
        double B_T = 0.1 * k, nu_m_per_H, slope;
        steel_nu_eval(&nu, B_T * B_T, &nu_m_per_H, &slope);
        assert_close(1.0 / (nu_m_per_H * MU0_H_PER_M), 1e5, 1e-7, 0.0);
        assert_close(slope, 0.0, 0.0, 1e-6 * nu_m_per_H);
    }
    steel_nu_done(&nu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_studies),
        cmocka_unit_test(test_designs),
        cmocka_unit_test(test_validation_cases),
        cmocka_unit_test(test_no_shortcut),
        cmocka_unit_test(test_straight_steel),
    };
    return cmocka_run_group_tests(tests, library_set_up, library_tear_down);
}
