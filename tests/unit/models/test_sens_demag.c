/* Gradient of the temperature at which an event costs the flux allowed, against central differences in which that temperature is found anew
 * - fields, remanences, flux left - for every variable of every template with magnets: to 1e-4 of the derivative, or of FLOOR_K per
 * relative change of the variable where the derivative is smaller. That the root is the right one is seen apart from its own solver: the
 * self-consistent event of models/demag at that temperature loses the limit, and its confirmed margin ends there. */
#include "models/sens/sens_demag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "tests/support/close.h"
#include "tests/support/design.h"
#include "tests/support/fault.h"
#include "tests/support/gradient.h"
#include "tests/support/library.h"
#include "tests/support/machines.h"

#define RTOL 1e-4
#define FLOOR_K 1.0
#define PLATEAU 1e-5
#define EVENT_K 393.15

struct plant {
    struct field_ws *fw;
    struct sens_ws *ws;
    struct sens_demag_ws *gradient;
    struct demag_ws *demag;
    struct mesh *base;
    struct machine machine;         /* in the field, with its dosed magnet */
    struct magnet dosed;
    struct demag_event event;
    struct demag_opts opts;
    struct demag_margin margin;
    double theta_rad[DEMAG_MAX_POSITION], T_guess_K;
};

/* The field and the magnets of another machine; 0: not comparable. */
static int set_machine(struct plant *pl, const struct machine *grade)
{
    struct err e = {0};
    if (grade->gbd_left_out_pu < 0.0 || !mesh_is_same_topology(pl->base, grade, pl->base->level))
        return 0;
    pl->machine = *grade;
    pl->machine.magnet = machine_get_dosed_magnet(grade, &pl->dosed);
    assert_ok(field_set_machine(pl->fw, &pl->machine, &e), &e);
    if (!gradient_is_same_band(pl->base, field_get_mesh(pl->fw), pl->event.n_position, pl->theta_rad))
        return 0;
    assert_ok(demag_set_machine(pl->demag, pl->fw, &pl->machine, &e), &e);
    return 1;
}

static void solve_limit(struct plant *pl, const struct sens_space *sp, int derivatives, struct sens_demag *out)
{
    struct err e = {0};
    assert_ok(sens_set_design(pl->ws, sp, pl->fw, &e), &e);
    const long count = mem_get_count();
    assert_ok(sens_demag_eval(pl->gradient, pl->ws, pl->fw, pl->demag, &pl->event, &pl->opts, pl->T_guess_K, derivatives, out, &e),
              &e);
    assert_int_equal(mem_get_count(), count); /* nothing allocated */
}

/* A space of one variable that nothing is asked about stands in for the variables. */
static int limit_eval(void *ctx, const struct machine *grade, int k, double dx, double *figure)
{
    static struct sens_space one;
    struct plant *pl = ctx;
    struct sens_demag g;
    (void)k;
    (void)dx;
    if (!set_machine(pl, grade))
        return 0;
    sens_space_init_dimensions(&one, grade);
    one.n = 1;
    solve_limit(pl, &one, 0, &g);
    *figure = g.T_K;
    return 1;
}

static void plant_new(struct plant *pl, const struct sens_space *sp)
{
    const struct field_opts o = {1e-12, 80};
    const struct sens_opts so = {.n_var_max = sp->n, .n_state_max = 1};
    struct winding_layout layout;
    struct err e = {0};
    pl->opts = demag_opts_default();
    assert_ok(mesh_new(&sp->machine, MESH_COARSE, &pl->base, &e), &e);
    assert_ok(winding_set_layout(&sp->machine, &layout, &e), &e);
    for (int k = 0; k < pl->event.n_position; k++)
        pl->theta_rad[k] = (pl->event.theta_el_rad[k] + layout.axis_el_rad) / sp->machine.p;
    assert_ok(field_new(&sp->machine, MESH_COARSE, &o, &pl->fw, &e), &e);
    assert_ok(demag_new(pl->fw, &sp->machine, &pl->demag, &e), &e);
    assert_int_equal(set_machine(pl, &sp->machine), 1);
    assert_ok(sens_new(pl->fw, &sp->machine, &so, &pl->ws, &e), &e);
    assert_ok(sens_demag_new(pl->fw, pl->ws, &pl->gradient, &e), &e);
    assert_ok(demag_eval_margins(pl->demag, pl->fw, 1, &pl->event, &pl->opts, &pl->margin, &e), &e);
    pl->T_guess_K = pl->event.T_K + pl->margin.T_margin_estimated_K;
}

static void plant_free(struct plant *pl)
{
    sens_free(pl->ws);
    sens_demag_free(pl->gradient);
    demag_free(pl->demag);
    field_free(pl->fw);
    mesh_free(pl->base);
}

/* The event at the root by the iteration of models/demag. */
static void check_root(struct plant *pl, const struct sens_demag *g)
{
    struct demag_opts tight = pl->opts;
    struct demag_event ev = pl->event;
    struct demag_result r;
    struct err e = {0};
    ev.T_K = g->T_K;
    tight.tol_pu = 1e-8;
    tight.max_iter = 200;
    assert_ok(demag_solve_event(pl->demag, pl->fw, &ev, &tight, &r, &e), &e);
    assert_close(r.flux_lost_pu, pl->opts.loss_limit_pu, 1e-5, 0.0);
    assert_close(1.0 - r.Br_lost_pu, g->kept_pu, 1e-7, 0.0);
}

static void check_design(const struct sens_space *sp, const struct demag_event *event)
{
    const double floor[1] = {FLOOR_K};
    const struct gradient_rule rule = {RTOL, PLATEAU, floor};
    struct plant pl = {.event = *event};
    struct sens_demag g;
    plant_new(&pl, sp);
    assert_int_equal(pl.margin.T_limit_by, DEMAG_LIMIT_KNEE);
    solve_limit(&pl, sp, 1, &g);
    check_root(&pl, &g);
    const double estimated_K = pl.T_guess_K;
    pl.T_guess_K = g.T_K;
    const double worst = gradient_check(sp, 1, g.by_x_K, limit_eval, &pl, &rule);
    print_message(
        "  %d variables, limit at %.1f K (estimate %+.2f K), %d elements touched, %ld solutions, %d steps, worst difference %.1e\n", sp->n,
        g.T_K, estimated_K - g.T_K, g.n_touched, g.n_solve, g.n_step, worst);
    plant_free(&pl);
}

static struct matlib *library(void **state) { return *state; }

static struct demag_event get_event(double i_d_A, double i_q_A, int n_position)
{
    struct demag_event ev = {.T_K = EVENT_K, .i_d_A = i_d_A, .i_q_A = i_q_A, .n_position = n_position, .with_mirror = 1};
    for (int k = 0; k < n_position; k++)
        ev.theta_el_rad[k] = PI / 180.0 * (n_position == 1 ? 20.0 : 3.0 + 9.0 * k);
    return ev;
}

static void set_grade(void **state, const char *grade, struct machine *m)
{
    struct err e = {0};
    assert_ok(matlib_get_magnet(library(state), grade, NULL, &m->magnet, &e), &e);
    m->gbd_face[FACE_GAP] = m->gbd_face[FACE_BACK] = m->gbd_face[FACE_OUTER] = m->magnet->is_diffused;
    m->gbd_left_out_pu = m->magnet->is_diffused ? 0.4 : 0.0;
}

static void set_box(void **state, enum rotor_type t, const char *grade, struct sens_space *sp)
{
    struct space_envelope env = design_get_envelope(4, 48);
    struct machine m;
    struct err e = {0};
    double x[SPACE_MAX_VAR];
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.35 + 0.3 * fmod(0.618 * (k + 1), 1.0);
    assert_ok(design_set_materials(t, library(state), &m, &e), &e);
    set_grade(state, grade, &m);
    assert_ok(sens_space_init_box(sp, t, &env, x, &m, &e), &e);
}

static void check_box(void **state, enum rotor_type t, const char *grade, double i_d_A, double i_q_A, int n_position)
{
    static struct sens_space sp;
    const struct demag_event event = get_event(i_d_A, i_q_A, n_position);
    set_box(state, t, grade, &sp);
    check_design(&sp, &event);
}

static void test_box_v(void **state) { check_box(state, ROTOR_V, "N42SH", -350.0, 0.0, 1); }
static void test_box_surface(void **state) { check_box(state, ROTOR_SURFACE, "N42SH", -350.0, 0.0, 1); }
static void test_box_spoke(void **state) { check_box(state, ROTOR_SPOKE, "N42SH", -350.0, 0.0, 1); }
static void test_box_bread_loaf(void **state) { check_box(state, ROTOR_BREAD_LOAF, "N42SH", -350.0, 0.0, 1); }
static void test_box_double_v(void **state) { check_box(state, ROTOR_DOUBLE_V, "N42SH", -350.0, 0.0, 1); }
static void test_box_delta(void **state) { check_box(state, ROTOR_DELTA, "N42SH", -350.0, 0.0, 1); }

/* Several positions, each the worst for some elements, and a current along both axes (the others: one position and its mirror image). */
static void test_positions_v(void **state) { check_box(state, ROTOR_V, "N42SH", -320.0, 60.0, 3); }
/* A diffused grade with 60 % of its Dy: local coercivity by depth, and the amount as a variable. */
static void test_diffused_v(void **state) { check_box(state, ROTOR_V, "G48UH", -450.0, 0.0, 1); }
static void test_diffused_surface(void **state) { check_box(state, ROTOR_SURFACE, "G48UH", -400.0, 0.0, 1); }

static void check_case(void **state, const char *name, double i_d_A)
{
    static struct sens_space sp;
    const struct demag_event event = get_event(i_d_A, 0.0, 1);
    struct machine m;
    struct err e = {0};
    assert_ok(machines_read_case(name, library(state), NULL, &m, &e), &e);
    set_grade(state, "N42SH", &m);
    sens_space_init_dimensions(&sp, &m);
    check_design(&sp, &event);
}

static void test_dimensions_double_v(void **state) { check_case(state, "D1", -350.0); }

/* What a current of the event does. */
static void test_currents(void **state)
{
    static struct sens_space sp;
    const struct demag_event event = get_event(-320.0, 60.0, 1);
    struct plant pl = {.event = event};
    struct sens_demag g, beside[2];
    set_box(state, ROTOR_V, "N42SH", &sp);
    plant_new(&pl, &sp);
    solve_limit(&pl, &sp, 1, &g);
    for (int j = 0; j < 2; j++) {
        const double step_A = 1e-2;
        for (int side = 0; side < 2; side++) {
            pl.event = event;
            *(j == 0 ? &pl.event.i_d_A : &pl.event.i_q_A) += side ? step_A : -step_A;
            solve_limit(&pl, &sp, 0, &beside[side]);
        }
        assert_close(g.by_current_K_per_A[j], (beside[1].T_K - beside[0].T_K) / (2.0 * step_A), RTOL, 1e-6);
    }
    plant_free(&pl);
}

/* Against what a study reports: the confirmed margin, to a millikelvin, of designs half a per cent away on both sides. */
static void test_confirmed_margin(void **state)
{
    static struct sens_space sp;
    const double step = 5e-3;
    struct plant pl = {.event = get_event(-350.0, 0.0, 1)};
    struct sens_demag g;
    struct err e = {0};
    set_box(state, ROTOR_V, "N42SH", &sp);
    plant_new(&pl, &sp);
    solve_limit(&pl, &sp, 1, &g);
    pl.opts.tol_T_K = 1e-3;
    pl.opts.tol_pu = 1e-6;
    for (int k = 0; k < sp.n; k += 3) {
        double T_K[2];
        const double dx = step * (sp.var[k].kind == SENS_BOX ? 1.0 : fabs(sp.var[k].x));
        for (int side = 0; side < 2; side++) {
            struct machine grade;
            struct demag_margin m = pl.margin;
            sens_space_set_machine(&sp, k, side ? dx : -dx, &grade);
            pl.machine = grade;
            assert_ok(field_set_machine(pl.fw, &pl.machine, &e), &e);
            assert_ok(demag_set_machine(pl.demag, pl.fw, &pl.machine, &e), &e);
            assert_ok(demag_confirm_margin(pl.demag, pl.fw, &pl.event, &pl.opts, &m, &e), &e);
            T_K[side] = pl.event.T_K + m.T_margin_confirmed_K;
        }
        assert_close(g.by_x_K[k], 0.5 * (T_K[1] - T_K[0]) / dx, 5e-3, pl.opts.tol_T_K / dx);
    }
    plant_free(&pl);
}

/* Points all over the box, currents from mild to wild: the root is found wherever the estimate sees one, and is that of the event. */
static void test_random_designs(void **state)
{
    static const enum rotor_type TYPE[] = {ROTOR_V, ROTOR_DOUBLE_V, ROTOR_SURFACE, ROTOR_SPOKE, ROTOR_DELTA, ROTOR_BREAD_LOAF};
    static const char *const GRADE[] = {"N42SH", "G48UH", "HD_1600"};
    static struct sens_space sp;
    const struct space_envelope env = design_get_envelope(4, 48);
    int n_limit = 0;
    for (int i = 0; i < 18; i++) {
        struct plant pl = {.event = get_event(-200.0 - 250.0 * fmod(0.414 * (i + 1), 1.0), i % 2 ? 40.0 : 0.0, 1)};
        struct sens_demag g;
        struct machine m;
        struct err e = {0};
        double x[SPACE_MAX_VAR];
        for (int k = 0; k < SPACE_MAX_VAR; k++)
            x[k] = 0.1 + 0.8 * fmod(0.618 * (k + 1) + 0.732 * (i + 1), 1.0);
        assert_ok(design_set_materials(TYPE[i % 6], library(state), &m, &e), &e);
        set_grade(state, GRADE[i / 6], &m);
        assert_ok(sens_space_init_box(&sp, TYPE[i % 6], &env, x, &m, &e), &e);
        plant_new(&pl, &sp);
        if (pl.margin.T_limit_by == DEMAG_LIMIT_KNEE) {
            solve_limit(&pl, &sp, 0, &g);
            check_root(&pl, &g);
            n_limit++;
        }
        plant_free(&pl);
    }
    print_message("  %d of 18 designs have a limit within the data\n", n_limit);
    assert_true(n_limit >= 12);
}

static enum status new_and_free(void *ctx, struct err *e)
{
    const struct plant *pl = ctx;
    struct sens_demag_ws *d = NULL;
    const enum status st = sens_demag_new(pl->fw, pl->ws, &d, e);
    sens_demag_free(d);
    return st;
}

/* No room; an event that harms nothing; a rotor without magnets. */
static void test_refused(void **state)
{
    static struct sens_space sp;
    struct plant pl = {.event = get_event(-350.0, 0.0, 1)};
    const struct sens_opts so = {.n_var_max = 1, .n_state_max = 1};
    const struct field_opts o = field_opts_default();
    struct sens_demag g;
    struct machine m;
    struct err e = {0};
    set_box(state, ROTOR_V, "N42SH", &sp);
    plant_new(&pl, &sp);
    assert_in_range(fault_check(new_and_free, &pl), 4, 10);
    assert_ok(sens_set_design(pl.ws, &sp, pl.fw, &e), &e);
    pl.event.i_d_A = 0.0;
    assert_int_equal(sens_demag_eval(pl.gradient, pl.ws, pl.fw, pl.demag, &pl.event, &pl.opts, 250.0, 0, &g, &e), ST_RANGE);
    plant_free(&pl);
    struct field_ws *fw;
    struct sens_ws *ws;
    struct sens_demag_ws *none;
    assert_ok(machines_read_case("C4", library(state), NULL, &m, &e), &e);
    assert_ok(field_new(&m, MESH_COARSE, &o, &fw, &e), &e);
    assert_ok(sens_new(fw, &m, &so, &ws, &e), &e);
    assert_int_equal(sens_demag_new(fw, ws, &none, &e), ST_INFEASIBLE);
    assert_null(none);
    sens_free(ws);
    field_free(fw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_box_v),
        cmocka_unit_test(test_box_surface),
        cmocka_unit_test(test_box_spoke),
        cmocka_unit_test(test_box_bread_loaf),
        cmocka_unit_test(test_box_double_v),
        cmocka_unit_test(test_box_delta),
        cmocka_unit_test(test_positions_v),
        cmocka_unit_test(test_diffused_v),
        cmocka_unit_test(test_diffused_surface),
        cmocka_unit_test(test_dimensions_double_v),
        cmocka_unit_test(test_currents),
        cmocka_unit_test(test_confirmed_margin),
        cmocka_unit_test(test_random_designs),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, library_set_up_materials, library_tear_down_materials);
}
