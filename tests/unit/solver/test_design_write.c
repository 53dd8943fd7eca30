/* test_design_write.c - the motor that a study chooses, written for `motrade evaluate`: it reads back with the study's own requirement,
 * duty, cooling and prices, and geometry to the digits written. */
#include "solver/design.h"
#include "solver/design_write.h"
#include "tests/support/close.h"
#include "tests/support/library.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define STUDY "examples/01-traction-80kw/study.yaml"
#define PATH "build/test_design_write.yaml"

static const char *const SETTING[] = {"economics.scenarios=1000", "economics.scenarios_search=200", "machine.skew_slices=2",
                                      "machine.skew_total_deg=3", "name='80 kW: \"five\" technologies'"};

static void check_setup(const struct eval_setup *a, const struct eval_setup *b)
{
    assert_memory_equal(&a->requirement, &b->requirement, sizeof a->requirement);
    assert_memory_equal(&a->demag, &b->demag, sizeof a->demag);
    assert_memory_equal(&a->cooling, &b->cooling, sizeof a->cooling);
    assert_int_equal(a->duty.n_cycle, b->duty.n_cycle);
    assert_memory_equal(a->duty.cycle, b->duty.cycle, sizeof a->duty.cycle[0] * (size_t)a->duty.n_cycle);
    assert_close(a->map_magnet_T_K, b->map_magnet_T_K, 1e-12, 0.0);
    assert_close(a->shaft_kg, b->shaft_kg, 0.0, 0.0);
    assert_close(a->housing_kg, b->housing_kg, 0.0, 0.0);
}

static void check_technology(const struct library *l, const struct study *s, int k)
{
    static struct design d;
    struct machine m;
    struct err e = {0};
    double x[64];
    int grade;
    memset(&d, 0, sizeof d);
    for (int v = 0; v < study_get_space(s, k); v++)
        x[v] = 0.3 + 0.01 * v;
    study_set_machine(s, k, x, &m, &grade);
    assert_ok(design_write_file(s, k, &m, PATH, &e), &e);
    assert_ok(design_read(PATH, 0, NULL, l->lib, l->market, &d, &e), &e);
    check_setup(&s->setup, &d.setup);
    assert_true(d.machine.magnet == m.magnet && d.machine.rotor_type == m.rotor_type && d.level.mesh == MESH_MEDIUM);
    assert_close(d.machine.stack_m, m.stack_m, 1e-11, 0.0);
    assert_close(d.machine.v.w_m_m, m.v.w_m_m, 1e-11, 0.0);
    assert_close(d.machine.gbd_left_out_pu, m.gbd_left_out_pu, 1e-11, 1e-12);
    assert_memory_equal(d.machine.gbd_face, m.gbd_face, sizeof m.gbd_face);
    assert_close(d.machine.skew_rad, m.skew_rad, 1e-11, 0.0);
    assert_non_null(strstr(d.machine.name, technology_get_label(s->technology[k].technology)));
    assert_string_equal(d.economics.scenario->name, s->economics.scenario->name);
    design_done(&d);
    unlink(PATH);
}

static void test_every_technology(void **state)
{
    const struct library *l = *state;
    static struct study s;
    struct err e = {0};
    assert_ok(study_read(STUDY, ARRAY_LEN(SETTING), SETTING, l->lib, l->market, &s, &e), &e);
    for (int k = 0; k < s.n_technology; k++)
        check_technology(l, &s, k);
    study_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_technology)};
    return cmocka_run_group_tests(tests, library_set_up, library_tear_down);
}
