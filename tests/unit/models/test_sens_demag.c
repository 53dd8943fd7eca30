/* Gradient of the temperature at which an event costs the flux allowed, against central differences in which everything is solved anew: the
 * field at every temperature that a secant method tries, for every variable of every template with magnets; to 1e-4 of the derivative, or
 * of FLOOR_K per relative change of the variable where the derivative is smaller. Then against the margin that the search reports, whose
 * load lines and calibration are found anew in every design. */
#include "models/sens/sens_demag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "tests/support/close.h"
#include "tests/support/design.h"
#include "tests/support/gradient.h"
#include "tests/support/machines.h"

#define RTOL 1e-4
#define FLOOR_K 1.0
#define PLATEAU 1e-5
#define EVENT_K 393.15
#define TRIAL_MAX 30
#define TRIAL_TOL_K 1e-8

struct plant {
    struct field_ws *fw;
    struct sens_ws *ws;
    struct sens_demag_ws *gradient;
    struct demag_ws *demag;
    struct demag_slope *held;
    struct mesh *base;
    struct demag_event event;
    struct demag_opts opts;
    struct demag_margin margin;
    double theta_rad[DEMAG_MAX_POSITION], T_guess_K;
    double *H_A_per_m, *B_axis_T;
    int n;
};

/* ---- solved anew ---- */

static double solve_lost(struct plant *pl, double T_K)
{
    struct field_result r;
    struct field_info info;
    struct err e = {0};
    const struct demag_event *ev = &pl->event;
    field_set_magnet_T(pl->fw, T_K);
    for (int k = 0; k < ev->n_position; k++) {
        field_set_angle(pl->fw, ev->theta_el_rad[k]);
        assert_ok(field_solve(pl->fw, ev->i_d_A, ev->i_q_A, ev->i_f_A, k == 0, &r, &info, &e), &e);
        field_eval_magnet_H(pl->fw, pl->H_A_per_m + k * pl->n, pl->B_axis_T);
    }
    demag_slope_eval(pl->held, pl->demag, T_K, ev->n_position, pl->H_A_per_m, ev->with_mirror && ev->i_q_A == 0.0);
    return demag_slope_get_lost_pu(pl->held);
}

static double solve_limit_K(struct plant *pl, double T_first_K)
{
    double T_K[2] = {T_first_K, T_first_K + 0.1}, f[2];
    for (int i = 0; i < TRIAL_MAX; i++) {
        const int now = i % 2, last = !now;
        f[now] = log(solve_lost(pl, T_K[now]) / demag_slope_get_limit_pu(pl->held));
        if (i > 0 && fabs(T_K[now] - T_K[last]) <= TRIAL_TOL_K)
            return T_K[now];
        if (i > 0)
            T_K[last] = T_K[now] - f[now] * (T_K[now] - T_K[last]) / (f[now] - f[last]);
    }
    fail_msg("no limit found from %g K on", T_first_K);
    return (double)NAN;
}

static int set_machine(struct plant *pl, const struct machine *grade, struct machine *m, struct magnet *dosed)
{
    struct err e = {0};
    *m = *grade;
    m->magnet = machine_get_dosed_magnet(grade, dosed);
    if (!mesh_is_same_topology(pl->base, m, pl->base->level))
        return 0;
    assert_ok(field_set_machine(pl->fw, m, &e), &e);
    if (!gradient_is_same_band(pl->base, field_get_mesh(pl->fw), pl->event.n_position, pl->theta_rad))
        return 0;
    assert_ok(demag_set_machine(pl->demag, pl->fw, m, &e), &e);
    return 1;
}

static int limit_eval(void *ctx, const struct machine *grade, int k, double dx, double *figure)
{
    struct plant *pl = ctx;
    struct machine m;
    struct magnet dosed;
    (void)k;
    (void)dx;
    if (grade->gbd_left_out_pu < 0.0 || !set_machine(pl, grade, &m, &dosed))
        return 0;
    *figure = solve_limit_K(pl, pl->T_guess_K);
    return 1;
}

/* ---- the gradient ---- */

static void plant_new(struct plant *pl, const struct sens_space *sp)
{
    const struct field_opts o = {1e-11, 80};
    const struct sens_opts so = {.n_var_max = sp->n, .n_state_max = 1};
    const struct field_magnet_elem *elem;
    struct winding_layout layout;
    struct machine m;
    struct magnet dosed;
    struct err e = {0};
    pl->opts = demag_opts_default();
    assert_ok(mesh_new(&sp->machine, MESH_COARSE, &pl->base, &e), &e);
    assert_ok(winding_set_layout(&sp->machine, &layout, &e), &e);
    for (int k = 0; k < pl->event.n_position; k++)
        pl->theta_rad[k] = (pl->event.theta_el_rad[k] + layout.axis_el_rad) / sp->machine.p;
    assert_ok(field_new(&sp->machine, MESH_COARSE, &o, &pl->fw, &e), &e);
    assert_ok(demag_new(pl->fw, &sp->machine, &pl->demag, &e), &e);
    pl->n = field_get_magnets(pl->fw, &elem);
    pl->H_A_per_m = calloc((DEMAG_MAX_POSITION + 1) * (size_t)pl->n, sizeof(double));
    assert_non_null(pl->H_A_per_m);
    pl->B_axis_T = pl->H_A_per_m + DEMAG_MAX_POSITION * pl->n;
    assert_int_equal(set_machine(pl, &sp->machine, &m, &dosed), 1);
    assert_ok(sens_new(pl->fw, &sp->machine, &so, &pl->ws, &e), &e);
    assert_ok(sens_set_design(pl->ws, sp, pl->fw, &e), &e);
    assert_ok(demag_slope_new(pl->demag, &pl->held, &e), &e);
    assert_ok(sens_demag_new(pl->fw, pl->ws, &pl->gradient, &e), &e);
    assert_ok(demag_eval_margins(pl->demag, pl->fw, 1, &pl->event, &pl->opts, &pl->margin, &e), &e);
    assert_ok(demag_slope_hold(pl->held, pl->demag, 0, &pl->opts, &e), &e);
    pl->T_guess_K = pl->event.T_K + pl->margin.T_margin_estimated_K;
}

static void plant_free(struct plant *pl)
{
    sens_free(pl->ws);
    sens_demag_free(pl->gradient);
    demag_slope_free(pl->held);
    demag_free(pl->demag);
    field_free(pl->fw);
    mesh_free(pl->base);
    free(pl->H_A_per_m);
}

static void check_design(const struct sens_space *sp, const struct demag_event *event)
{
    const double floor[1] = {FLOOR_K};
    const struct gradient_rule rule = {RTOL, PLATEAU, floor};
    struct plant pl = {.event = *event};
    struct sens_demag g;
    struct err e = {0};
    plant_new(&pl, sp);
    assert_int_equal(pl.margin.T_limit_by, DEMAG_LIMIT_KNEE);
    /* the same loss as the estimate's where both know the field, and the same margin within its interpolation in T */
    double curve_pu, lost_pu = solve_lost(&pl, event->T_K);
    assert_ok(demag_eval_loss_curve(pl.demag, 0, 1, &event->T_K, &curve_pu, &e), &e);
    assert_close(lost_pu / demag_slope_get_limit_pu(pl.held) * pl.opts.loss_limit_pu, curve_pu, 1e-5, 0.0);
    assert_ok(sens_demag_eval(pl.gradient, pl.ws, pl.fw, pl.demag, pl.held, event, pl.T_guess_K, &g, &e), &e);
    assert_close(g.T_K, pl.T_guess_K, 0.0, 1.0);
    pl.T_guess_K = g.T_K;
    const double worst = gradient_check(sp, 1, g.by_x_K, limit_eval, &pl, &rule);
    print_message("  %d variables, limit at %.1f K (estimate %.2f K beside it) by %d solutions, worst difference %.1e\n", sp->n, g.T_K,
                  event->T_K + pl.margin.T_margin_estimated_K - g.T_K, g.n_solve, worst);
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

/* Several positions, each the worst for some elements, and a current along both axes. */
static void test_positions_v(void **state) { check_box(state, ROTOR_V, "N42SH", -320.0, 60.0, 3); }
static void test_positions_double_v(void **state) { check_box(state, ROTOR_DOUBLE_V, "N42SH", -350.0, 0.0, 2); }
/* Measured curves in straight pieces; a diffused grade with 60 % of its Dy, local coercivity by depth. */
static void test_diffused_v(void **state) { check_box(state, ROTOR_V, "G48UH", -450.0, 0.0, 1); }
static void test_diffused_delta(void **state) { check_box(state, ROTOR_DELTA, "G48UH", -450.0, 0.0, 1); }
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

static void test_dimensions_v(void **state) { check_case(state, "C1", -350.0); }
static void test_dimensions_triangle_v(void **state) { check_case(state, "C2", -350.0); }
static void test_dimensions_surface(void **state) { check_case(state, "C3", -350.0); }
static void test_dimensions_spoke(void **state) { check_case(state, "C5", -350.0); }
static void test_dimensions_double_v(void **state) { check_case(state, "D1", -350.0); }
static void test_dimensions_delta(void **state) { check_case(state, "D2", -350.0); }
static void test_dimensions_bread_loaf(void **state) { check_case(state, "D3", -350.0); }

/* What a current of the event does. */
static void test_currents(void **state)
{
    static struct sens_space sp;
    const struct demag_event event = get_event(-320.0, 60.0, 1);
    struct plant pl = {.event = event};
    struct sens_demag g;
    struct err e = {0};
    set_box(state, ROTOR_V, "N42SH", &sp);
    plant_new(&pl, &sp);
    assert_ok(sens_demag_eval(pl.gradient, pl.ws, pl.fw, pl.demag, pl.held, &event, pl.T_guess_K, &g, &e), &e);
    for (int j = 0; j < 2; j++) {
        const double step_A = 1e-2;
        double T_K[2];
        for (int side = 0; side < 2; side++) {
            pl.event = event;
            *(j == 0 ? &pl.event.i_d_A : &pl.event.i_q_A) += side ? step_A : -step_A;
            T_K[side] = solve_limit_K(&pl, g.T_K);
        }
        assert_close(g.by_current_K_per_A[j], (T_K[1] - T_K[0]) / (2.0 * step_A), RTOL, 1e-6);
    }
    plant_free(&pl);
}

/* The margin of the search, all of its estimate found anew beside the design, against the gradient with load lines, weights and calibration
 * held. */
static void test_search_margin(void **state)
{
    static const struct { enum rotor_type type; const char *grade; double i_d_A; } design[] = {
        {ROTOR_V, "N42SH", -350.0}, {ROTOR_DOUBLE_V, "N42SH", -350.0}, {ROTOR_SURFACE, "N42SH", -350.0}, {ROTOR_V, "G48UH", -450.0}};
    static struct sens_space sp;
    for (int i = 0; i < ARRAY_LEN(design); i++) {
        struct plant pl = {.event = get_event(design[i].i_d_A, 0.0, 1)};
        struct sens_demag g;
        struct err e = {0};
        double square = 0.0, wrong = 0.0;
        set_box(state, design[i].type, design[i].grade, &sp);
        plant_new(&pl, &sp);
        assert_ok(sens_demag_eval(pl.gradient, pl.ws, pl.fw, pl.demag, pl.held, &pl.event, pl.T_guess_K, &g, &e), &e);
        for (int k = 0; k < sp.n; k++) {
            const double step = (sp.var[k].kind == SENS_ENVELOPE ? fabs(sp.var[k].x) : 1.0) * 1e-2;
            double T_K[2];
            for (int side = 0; side < 2; side++) {
                struct machine grade, m;
                struct magnet dosed;
                struct demag_margin margin;
                sens_space_set_machine(&sp, k, side ? step : -step, &grade);
                m = grade;
                m.magnet = machine_get_dosed_magnet(&grade, &dosed);
                assert_ok(field_set_machine(pl.fw, &m, &e), &e);
                assert_ok(demag_set_machine(pl.demag, pl.fw, &m, &e), &e);
                assert_ok(demag_eval_margins(pl.demag, pl.fw, 1, &pl.event, &pl.opts, &margin, &e), &e);
                T_K[side] = margin.T_margin_estimated_K;
            }
            const double anew = 0.5 * (T_K[1] - T_K[0]), held = g.by_x_K[k] * step; /* K per step: variables weigh alike */
            print_message("%s %g %g\n", sp.var[k].key, anew, held);
            square += anew * anew;
            wrong += (anew - held) * (anew - held);
        }
        print_message("  %s, %s: held against anew %.3f of the gradient's length\n", machine_get_rotor_key(sp.type), design[i].grade,
                      sqrt(wrong / square));
        assert_true(wrong <= 0.1 * 0.1 * square);
        plant_free(&pl);
    }
}

static int set_up(void **state)
{
    struct err e = {0};
    struct matlib *lib;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    *state = lib;
    return 0;
}

static int tear_down(void **state)
{
    matlib_free(*state);
    return 0;
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
        cmocka_unit_test(test_positions_double_v),
        cmocka_unit_test(test_diffused_v),
        cmocka_unit_test(test_diffused_delta),
        cmocka_unit_test(test_diffused_surface),
        cmocka_unit_test(test_dimensions_v),
        cmocka_unit_test(test_dimensions_triangle_v),
        cmocka_unit_test(test_dimensions_surface),
        cmocka_unit_test(test_dimensions_spoke),
        cmocka_unit_test(test_dimensions_double_v),
        cmocka_unit_test(test_dimensions_delta),
        cmocka_unit_test(test_dimensions_bread_loaf),
        cmocka_unit_test(test_currents),
        cmocka_unit_test(test_search_margin),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
