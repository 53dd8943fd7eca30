/* test_study_space.c - what a study adds to the design space of a rotor: grade, diffused faces, diffused amount. Every point of the unit
 * box is a valid machine; every set of faces is reached; fewer grams never buy more kelvin. */
#include "solver/study.h"
#include "solver/optimise/cover.h"
#include "tests/support/close.h"
#include <string.h>
#include "materials/base/banned.h"

#define STUDY "examples/01-traction-80kw/study.yaml"
#define N_ROTOR 11 /* variables of the V */

static const char *const SETTING[] = {
    "economics.scenarios=1000", "economics.scenarios_search=200", "requirement.peak_torque_Nm=60", "requirement.peak_power_kW=12",
    "requirement.speed_max_rpm=6000", "duty.peak.torque_Nm=60", "duty.peak.speed_rpm=1500", "duty.continuous.torque_Nm=15",
    "duty.continuous.speed_rpm=2000", "duty.cycle=[{torque_Nm: 15, speed_rpm: 2000, weight_pu: 1}]",
    ("technologies={ndfeb_gbd: {magnets: [G52SH, G48UH, G45EH], gbd_faces: [outer, gap, back], gbd_dose_min_pu: 0.2}, "
     "ndfeb_dy: {magnets: [N42SH, N38EH]}, ndfeb_hre_free: {magnets: [HD_1600]}}"),
};
enum { GBD, DY, FREE };

struct world { struct matlib *lib; struct market *market; struct study s; };

static int set_up(void **state)
{
    static struct world w;
    struct err e = {0};
    assert_ok(matlib_new("materials/data", &w.lib, &e), &e);
    assert_ok(market_new("materials/data", &w.market, &e), &e);
    assert_ok(study_read(STUDY, ARRAY_LEN(SETTING), SETTING, w.lib, w.market, &w.s, &e), &e);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    study_done(&w->s);
    market_free(w->market);
    matlib_free(w->lib);
    return 0;
}

static int get_mask(const struct machine *m)
{
    int mask = 0;
    for (int f = 0; f < MACHINE_FACE_COUNT; f++)
        mask |= (m->gbd_face[f] != 0) << f;
    return mask;
}

static void test_variables(void **state)
{
    const struct study *s = &((struct world *)*state)->s;
    assert_int_equal(study_get_space(s, GBD), N_ROTOR + 3);
    assert_int_equal(study_get_space(s, DY), N_ROTOR + 1);
    assert_int_equal(study_get_space(s, FREE), N_ROTOR);
    for (int k = 0; k < N_ROTOR; k++)
        assert_int_equal(study_get_choices(s, GBD, k), 1);
    assert_int_equal(study_get_choices(s, GBD, N_ROTOR), 3);
    assert_int_equal(study_get_choices(s, GBD, N_ROTOR + 1), 7);
    assert_int_equal(study_get_choices(s, GBD, N_ROTOR + 2), 1);
    assert_int_equal(study_get_choices(s, DY, N_ROTOR), 2);
}

static void test_box(void **state)
{
    const struct study *s = &((struct world *)*state)->s;
    double x[SPACE_MAX_VAR];
    int seen = 0, seen_grade = 0;
    for (unsigned k = 0; k < 400; k++) {
        struct machine m;
        struct err e = {0};
        int grade;
        cover_eval(3, N_ROTOR + 3, k, x);
        if (k % 7 == 0)
            x[N_ROTOR + k % 3] = k % 2; /* corners of the added variables */
        study_set_machine(s, GBD, x, &m, &grade);
        assert_ok(machine_check(&m, &e), &e);
        assert_int_equal(m.gbd_face[FACE_INNER], 0); /* not allowed */
        assert_true(m.gbd_left_out_pu >= 0.0 && m.gbd_left_out_pu <= 0.8);
        seen |= 1 << get_mask(&m);
        seen_grade |= 1 << grade;
    }
    assert_int_equal(seen_grade, 7);
    for (int mask = 0; mask < 16; mask++) /* each non-empty set of gap, back, outer, and no other */
        assert_int_equal(seen >> mask & 1, mask != 0 && (mask & 1 << FACE_INNER) == 0);
}

static void test_ends(void **state)
{
    const struct study *s = &((struct world *)*state)->s;
    double x[SPACE_MAX_VAR] = {0}, from[SPACE_MAX_VAR];
    struct machine m;
    int grade;
    char text[64];
    study_set_machine(s, GBD, x, &m, &grade);
    assert_int_equal(get_mask(&m), 1 << FACE_GAP); /* one face first */
    assert_close(m.gbd_left_out_pu, 0.8, 1e-12, 0);
    machine_write_diffusion(&m, text, sizeof text);
    assert_string_equal(text, "gap 20 %");
    for (int k = 0; k < N_ROTOR; k++)
        from[k] = 0.3 + 0.05 * k;
    study_set_start(s, FREE, from, GBD, x);
    study_set_machine(s, GBD, x, &m, &grade);
    assert_int_equal(grade, 2);
    assert_int_equal(get_mask(&m), 1 << FACE_GAP | 1 << FACE_BACK | 1 << FACE_OUTER); /* all of them last */
    assert_close(m.gbd_left_out_pu, 0.0, 0, 0);
    assert_memory_equal(x, from, sizeof(double) * N_ROTOR);
    from[N_ROTOR] = 0.2;
    study_set_start(s, DY, from, GBD, x);
    assert_close(x[N_ROTOR], 0.2, 0, 0);
    study_set_machine(s, DY, from, &m, &grade);
    machine_write_diffusion(&m, text, sizeof text);
    assert_string_equal(text, "");
}

/* The same motor with more diffused: grams in proportion on the same faces, kelvin never fewer. */
static void test_dose(void **state)
{
    struct study *s = &((struct world *)*state)->s;
    struct eval_level level = eval_level_search();
    level.is_search = 0; /* all stages, whatever the motor misses */
    s->setup.demag.event_two_phase = 0; /* this motor makes five times the torque: its two-phase fault leaves the range of a coarse map */
    struct evaluator *ev = NULL;
    struct result r[4];
    struct machine m;
    struct err e = {0};
    double x[SPACE_MAX_VAR];
    int grade;
    for (int k = 0; k < N_ROTOR + 3; k++)
        x[k] = 0.5;
    x[0] = 1.0; /* long stack */
    x[N_ROTOR] = 0.9;
    x[N_ROTOR + 1] = 0.99;
    for (int k = 0; k < 4; k++) {
        x[N_ROTOR + 2] = k / 3.0;
        study_set_machine(s, GBD, x, &m, &grade);
        if (!ev)
            assert_ok(evaluator_new(&s->setup, &level, &m, &ev, &e), &e);
        assert_ok(evaluate_machine(ev, &m, &r[k], NULL, &e), &e);
        assert_true(isfinite(r[k].demag_margin_K));
        assert_true(k == 0 || (r[k].hre_kg > r[k - 1].hre_kg && r[k].demag_margin_K >= r[k - 1].demag_margin_K));
    }
    assert_true(r[3].demag_margin_K > r[0].demag_margin_K + 1.0);
    /* what the alloy holds does not depend on the dose, which is 0.2 and 1 at the ends */
    double per_dose = (r[3].hre_kg - r[0].hre_kg) / 0.8;
    assert_close(r[1].hre_kg - r[0].hre_kg, per_dose * 0.8 / 3.0, 1e-9, 0);
    assert_close(per_dose, bom_eval_gbd_face_m2(&m) * m.magnet->gbd_hre_kg_per_m2.value, 1e-9, 0);
    evaluator_free(ev);
}

static void test_refused(void **state)
{
    struct world *w = *state;
    static struct study s;
    struct err e = {0};
    static const char *const TWICE[] = {"technologies={ndfeb_gbd: {magnets: [G52SH], gbd_faces: [gap, gap]}}"};
    static const char *const RANGE[] = {"technologies={ndfeb_gbd: {magnets: [G52SH], gbd_faces: [gap], gbd_dose_min_pu: 0}}"};
    assert_int_equal(study_read(STUDY, 1, TWICE, w->lib, w->market, &s, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "named twice"));
    study_done(&s);
    assert_int_equal(study_read(STUDY, 1, RANGE, w->lib, w->market, &s, &e), ST_CONFIG);
    study_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variables), cmocka_unit_test(test_box), cmocka_unit_test(test_ends),
                                       cmocka_unit_test(test_dose), cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
