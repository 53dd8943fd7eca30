/* test_evaluate_demag.c - demagnetisation of whole designs: the effort of the search, worst event, magnets that cold weakens, magnets that
 * cannot hold themselves, and what is refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/market.h"
#include "solver/design.h"
#include "tests/support/close.h"

#define N_SET 12
#define MAX_SOLVE 6

struct rig {
    struct matlib *lib;
    struct market *market;
    struct design d;
    struct evaluator *ev;
    struct result r;
    struct eval_detail detail;
};
static struct rig rig;

/* magnet: grade; edits end with NULL. */
static const struct eval_event *run(const char *path, const char *magnet, const char *const *edit, int is_search, int with_detail)
{
    const char *set[N_SET] = {"economics.scenarios=1000", "economics.scenarios_search=200",
                              "demagnetisation.event_two_phase_short_circuit=true", "demagnetisation.event_loss_of_control=true",
                              "demagnetisation.cold_start_degC=-40"};
    static char grade[96];
    int n = 5;
    struct err e = {0};
    snprintf(grade, sizeof grade, "machine.materials.magnet=%s", magnet);
    set[n++] = grade;
    for (; edit && *edit; edit++)
        set[n++] = *edit;
    assert_ok(design_read(path, n, set, rig.lib, rig.market, &rig.d, &e), &e);
    if (is_search) {
        const struct eval_level l = eval_level_search();
        rig.d.level = l;
    }
    assert_ok(evaluator_new(&rig.d.setup, &rig.d.level, &rig.d.machine, &rig.ev, &e), &e);
    assert_ok(evaluate_machine(rig.ev, &rig.d.machine, &rig.r, with_detail ? &rig.detail : NULL, &e), &e);
    const long live = mem_get_count();
    const double margin_K = rig.r.demag_margin_K;
    if (is_search) { /* a design again: nothing allocated, the same to the last bit */
        assert_ok(evaluate_machine(rig.ev, &rig.d.machine, &rig.r, with_detail ? &rig.detail : NULL, &e), &e);
        assert_int_equal(mem_get_count(), live);
        assert_true(rig.r.demag_margin_K == margin_K);
    }
    return with_detail ? rig.detail.event : NULL;
}

static void end(void)
{
    evaluator_free(rig.ev);
    design_done(&rig.d);
    memset(&rig.d, 0, sizeof rig.d);
}

static const struct eval_event *find(enum eval_event_kind kind)
{
    for (int k = 0; k < rig.detail.n_event; k++)
        if (rig.detail.event[k].kind == kind)
            return &rig.detail.event[k];
    fail_msg("no event %s", eval_get_event_key(kind));
    return NULL;
}

#define PRIUS "examples/02-prius-like/design.yaml"

static void test_effort_of_the_search(void **state)
{
    (void)state;
    run(PRIUS, "N42SH", NULL, 1, 0);
    assert_true(rig.r.n_demag_solve <= MAX_SOLVE); /* five events */
    assert_true(rig.r.demag_margin_low_K < rig.r.demag_margin_K && rig.r.demag_margin_K < rig.r.demag_margin_high_K);
    const double searched_K = rig.r.demag_margin_K;
    end();
    static const char *const REPORT[] = {"level.mesh=medium", NULL};
    run(PRIUS, "N42SH", REPORT, 0, 1);
    assert_int_equal(rig.detail.n_event, EVAL_EVENT_COUNT);
    /* the worst event: a short circuit, named with where it starts; the search saw the same within the rotor angles and the mesh */
    const struct eval_event *w = &rig.detail.event[rig.detail.worst_event];
    assert_true(w->kind == EVAL_EVENT_SHORT_CIRCUIT && w->is_confirmed && w->has_prefault);
    assert_close(rig.r.demag_margin_K, w->T_margin_K, 0.0, 0.0);
    assert_close(searched_K, rig.r.demag_margin_K, 0.0, 10.0);
    for (int k = 0; k < rig.detail.n_event; k++) {
        const struct eval_event *x = &rig.detail.event[k];
        assert_true(x->flux_lost_pu <= w->flux_lost_pu + 1e-4);
        assert_true(isfinite(x->flux_lost_pu) && isfinite(x->torque_lost_pu) && x->backemf_left_V > 0.0);
    }
    assert_true(find(EVAL_EVENT_PEAK_CURRENT)->i_d_A == -250.0 && w->i_d_A < -250.0);
    assert_true(isnan(find(EVAL_EVENT_COLD_START)->T_margin_K)); /* cold only helps NdFeB */
    assert_true(find(EVAL_EVENT_COLD_START)->i_d_A < w->i_d_A);  /* though its currents are the strongest */
    /* all events in turn: at least what the worst one takes, and settled */
    assert_true(rig.detail.flux_lost_sequence_pu >= w->flux_lost_pu - 2e-4 && rig.detail.flux_lost_sequence_pu < 0.05);
    assert_true(rig.detail.n_sequence_round >= 2 && rig.detail.n_sequence_round < 6);
    end();
}

/* Ferrite in the spoke rotor of case C5: the cold start decides, not the hot one. */
static void test_ferrite_is_judged_cold(void **state)
{
    (void)state;
    static const char *const EDIT[] = {"level.mesh=coarse", NULL};
    run("examples/07-ferrite-spoke/design.yaml", "BMHF32", EDIT, 0, 1);
    const struct eval_event *cold = find(EVAL_EVENT_COLD_START), *hot = find(EVAL_EVENT_SHORT_CIRCUIT);
    assert_int_equal(rig.detail.event[rig.detail.worst_event].kind, EVAL_EVENT_COLD_START);
    assert_close(rig.r.demag_margin_K, cold->T_margin_K, 0.0, 0.0);
    assert_true(cold->T_K < hot->T_K && hot->T_margin_K > 0.0 && cold->T_margin_K < hot->T_margin_K);
    assert_true(cold->flux_lost_pu > hot->flux_lost_pu);
    char words[400];
    evaluate_get_demag_words(&rig.d.setup.demag, &rig.r, &rig.detail, words, sizeof words);
    assert_non_null(strstr(words, "worst event: cold start"));
    end();
}

static void test_samarium_cobalt(void **state)
{
    (void)state;
    run(PRIUS, "RECOMA_30HE", NULL, 1, 1);
    assert_true(rig.r.demag_margin_K > 50.0 && rig.r.n_demag_solve > 0.0);
    assert_true(isnan(find(EVAL_EVENT_COLD_START)->T_margin_K));
    end();
}

/* Iron nitride as demonstrated in a spoke rotor: its knee lies above the load line at rest, and the result says so. */
static void test_lost_at_no_load(void **state)
{
    (void)state;
    static const char *const EDIT[] = {"level.mesh=coarse", "machine.rotor.magnet_thickness_mm=8", NULL};
    char words[400];
    run("examples/07-ferrite-spoke/design.yaml", "FE16N2_DEMONSTRATED", EDIT, 0, 1);
    assert_true(rig.r.flux_loss_noload20_pu > 0.05 && rig.r.demag_margin_K < 0.0 && rig.r.g[CON_DEMAG] > 0.0);
    evaluate_get_demag_words(&rig.d.setup.demag, &rig.r, &rig.detail, words, sizeof words);
    assert_non_null(strstr(words, "demagnetises at no load"));
    end();
}

static void refuse(const char *path, const char *magnet, const char *edit, const char *where, const char *what)
{
    struct err e = {0};
    char grade[96];
    const char *set[] = {grade, edit};
    snprintf(grade, sizeof grade, "machine.materials.magnet=%s", magnet);
    assert_int_equal(design_read(path, edit ? 2 : 1, set, rig.lib, rig.market, &rig.d, &e), ST_CONFIG);
    if (!strstr(e.message, what) || !strstr(e.where, where))
        fail_msg("'%s' at '%s' lacks '%s' at '%s'", e.message, e.where, what, where);
    design_done(&rig.d);
    memset(&rig.d, 0, sizeof rig.d);
}

static void test_refused(void **state)
{
    (void)state;
    refuse("examples/04-tooth-coil/design.yaml", "BMHF32", NULL, "", "cold weakens 'BMHF32'");
    refuse(PRIUS, "N42SH", "demagnetisation.cold_start_degC=-60", "",
           "demagnetisation.cold_start_degC: -60.0 degC is outside the data of N42SH (-40 to");
    refuse(PRIUS, "N42SH", "demagnetisation.cold_start_degC=-100", "", "cold_start_degC");
    refuse(PRIUS, "N42SH", "level.map_magnet_degC=210", "level.map_magnet_degC", "210.0 degC is outside the data of N42SH");
}

static int set_up(void **state)
{
    struct err e = {0};
    (void)state;
    assert_ok(matlib_new("materials/data", &rig.lib, &e), &e);
    assert_ok(market_new("materials/data", &rig.market, &e), &e);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    market_free(rig.market);
    matlib_free(rig.lib);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_effort_of_the_search), cmocka_unit_test(test_ferrite_is_judged_cold),
                                       cmocka_unit_test(test_samarium_cobalt), cmocka_unit_test(test_lost_at_no_load),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
