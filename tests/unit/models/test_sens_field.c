/* Gradients of the field figures against central differences of whole new solutions, for every variable of every template: to 1e-4 of the
 * derivative, or of FLOOR times the figure per relative change of the variable where the derivative is smaller than that. Adjoint against
 * direct way. Derivatives to currents against differences of solutions. Steps of the differences: tests/support/gradient.h; across a change
 * of the moving band the derivative is that of one side. */
#include "models/sens/sens_impl.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include "tests/support/design.h"
#include "tests/support/gradient.h"
#include "tests/support/library.h"
#include "tests/support/machines.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RTOL 1e-4
#define FLOOR 1e-2
#define PLATEAU 1e-5

enum { LAMBDA_D, LAMBDA_Q, LAMBDA_F, TORQUE, TORQUE_DQ, COENERGY, N_FIGURE };

struct load { double theta_el_rad, i_d_A, i_q_A, i_f_A; };

static struct field_opts tight(void)
{
    struct field_opts o = field_opts_default();
    o.tol_rel = 1e-12;
    o.max_iter = 80;
    return o;
}

static void solve(struct field_ws *fw, const struct load *l, double figure[N_FIGURE])
{
    struct field_result r;
    struct field_info info;
    struct err e = {0};
    field_set_angle(fw, l->theta_el_rad);
    assert_ok(field_solve(fw, l->i_d_A, l->i_q_A, l->i_f_A, 1, &r, &info, &e), &e);
    figure[LAMBDA_D] = r.lambda_d_Wb;
    figure[LAMBDA_Q] = r.lambda_q_Wb;
    figure[LAMBDA_F] = isnan(r.lambda_f_Wb) ? 0.0 : r.lambda_f_Wb;
    figure[TORQUE] = r.torque_Nm;
    figure[COENERGY] = r.coenergy_J;
}

struct bench_case { const struct mesh *base; struct field_ws *fw; const struct load *load; double turn_rad; };

static int other_eval(void *ctx, const struct machine *m, int k, double dx, double *figure)
{
    const struct bench_case *c = ctx;
    struct err e = {0};
    (void)k;
    (void)dx;
    if (!mesh_is_same_topology(c->base, m, c->base->level))
        return 0;
    assert_ok(field_set_machine(c->fw, m, &e), &e);
    if (!gradient_is_same_band(c->base, field_get_mesh(c->fw), 1, &c->turn_rad))
        return 0;
    solve(c->fw, c->load, figure);
    figure[TORQUE_DQ] = 1.5 * m->p * (figure[LAMBDA_D] * c->load->i_q_A - figure[LAMBDA_Q] * c->load->i_d_A);
    return 1;
}

static void check_direct(struct field_sens *fs, const struct field_ws *fw, const struct field_gradient *g, const double figure[N_FIGURE])
{
    for (int k = 0; k < g->n_var; k++) {
        double lambda_Wb[3], torque_Nm;
        field_sens_eval_direct(fs, fw, k, lambda_Wb, &torque_Nm);
        for (int o = 0; o < 3; o++)
            assert_close(lambda_Wb[o], g->lambda_Wb[o][k], 1e-9, 1e-9 * fabs(figure[LAMBDA_D + o]) + 1e-12 * fabs(g->lambda_Wb[0][k]));
        assert_close(torque_Nm, g->torque_Nm[k], 1e-9, 1e-8 * fabs(figure[TORQUE]));
    }
}

/* A figure of the caller's: weights by a rule of no meaning on B of all elements, by its adjoint and from dB/dx. */
static void check_functional(struct sens_ws *ws, struct field_ws *fw, int n_var)
{
    const int n = 2 * field_get_mesh(fw)->n_tri;
    double *weight = malloc(2 * (size_t)n * sizeof *weight), *dB = weight + n;
    struct field_gradient *g = malloc(sizeof *g);
    struct err e = {0};
    assert_true(weight && g);
    for (int i = 0; i < n; i++)
        weight[i] = sin(1.7 * i) + 0.3;
    field_sens_set_functional(ws->field, weight);
    assert_ok(field_sens_solve(ws->field, fw, 1, g, &e), &e);
    field_sens_set_functional(ws->field, NULL);
    for (int k = 0; k < n_var + FIELD_SOURCE_COUNT; k++) {
        double sum = 0.0, size = 0.0;
        if (k < n_var)
            field_sens_eval_B_T(ws->field, k, dB);
        else
            field_sens_eval_source_B_T(ws->field, k - n_var, dB);
        for (int i = 0; i < n; i++) {
            sum += weight[i] * dB[i];
            size += fabs(weight[i] * dB[i]);
        }
        assert_close(k < n_var ? g->functional[k] : g->functional_by_source[k - n_var], sum, 1e-9, 1e-9 * size);
    }
    assert_ok(field_sens_solve(ws->field, fw, 0, g, &e), &e);
    for (int k = 0; k < n_var; k++)
        assert_close(g->functional[k], 0.0, 0.0, 0.0);
    free(weight);
    free(g);
}

static void check_design(const struct sens_space *sp, const struct load *l, int n_least)
{
    struct field_opts o = tight();
    struct sens_opts so = {.n_var_max = sp->n, .n_state_max = 1, .direct = 1};
    struct field_gradient *g = malloc(sizeof *g);
    struct field_ws *fw, *other;
    struct sens_ws *ws;
    struct winding_layout layout;
    struct err e = {0};
    double figure[N_FIGURE], floor[N_FIGURE], gradient[SENS_MAX_VAR][N_FIGURE];
    assert_true(g && sp->n >= n_least);
    assert_ok(field_new(&sp->machine, MESH_COARSE, &o, &fw, &e), &e);
    assert_ok(field_new(&sp->machine, MESH_COARSE, &o, &other, &e), &e);
    field_set_magnet_T(fw, 373.15);
    field_set_magnet_T(other, 373.15);
    solve(fw, l, figure);
    figure[TORQUE_DQ] = 1.5 * sp->machine.p * (figure[LAMBDA_D] * l->i_q_A - figure[LAMBDA_Q] * l->i_d_A);
    assert_ok(sens_new(fw, &sp->machine, &so, &ws, &e), &e);
    assert_ok(sens_set_design(ws, sp, fw, &e), &e);
    assert_ok(sens_solve(ws, fw, 0, 1, g, &e), &e);
    check_direct(ws->field, fw, g, figure);
    check_functional(ws, fw, sp->n);
    assert_ok(winding_set_layout(&sp->machine, &layout, &e), &e);
    struct bench_case c = {field_get_mesh(fw), other, l, (l->theta_el_rad + layout.axis_el_rad) / sp->machine.p};
    for (int i = 0; i < N_FIGURE; i++)
        floor[i] = FLOOR * fabs(figure[i]);
    for (int k = 0; k < sp->n; k++) {
        const double row[N_FIGURE] = {g->lambda_Wb[0][k], g->lambda_Wb[1][k], g->lambda_Wb[2][k], g->torque_Nm[k], g->torque_dq_Nm[k],
                                      g->coenergy_J[k]};
        memcpy(gradient[k], row, sizeof row);
    }
    const struct gradient_rule rule = {RTOL, PLATEAU, floor};
    const double worst = gradient_check(sp, N_FIGURE, &gradient[0][0], other_eval, &c, &rule);
    print_message("  %d variables, worst difference %.1e\n", sp->n, worst);
    sens_free(ws);
    field_free(fw);
    field_free(other);
    free(g);
}

static struct matlib *library(void **state) { return *state; }

static void check_box(void **state, enum rotor_type t, int p, int n_slot, const struct load *l, int n_least)
{
    struct space_envelope env = design_get_envelope(p, n_slot);
    struct machine m;
    struct sens_space sp;
    struct err e = {0};
    double x[SPACE_MAX_VAR];
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.35 + 0.3 * fmod(0.618 * (k + 1), 1.0);
    assert_ok(design_set_materials(t, library(state), &m, &e), &e);
    assert_ok(sens_space_init_box(&sp, t, &env, x, &m, &e), &e);
    check_design(&sp, l, n_least);
}

static void check_case(void **state, const char *name, const struct load *l)
{
    struct machine m;
    struct sens_space sp;
    struct err e = {0};
    assert_ok(machines_read_case(name, library(state), NULL, &m, &e), &e);
    sens_space_init_dimensions(&sp, &m);
    check_design(&sp, l, 12);
}

static const struct load LOADED = {0.137, -120.0, 190.0, 0.0}, WOUND = {0.137, -60.0, 210.0, 12.0};

static void test_box_v_8_poles(void **state) { check_box(state, ROTOR_V, 4, 48, &LOADED, 18); }
static void test_box_v_6_poles(void **state) { check_box(state, ROTOR_V, 3, 54, &LOADED, 18); }
static void test_box_v_12_slots_10_poles(void **state) { check_box(state, ROTOR_V, 5, 12, &LOADED, 18); }
static void test_box_salient(void **state) { check_box(state, ROTOR_SALIENT, 4, 48, &WOUND, 16); }
static void test_box_surface(void **state) { check_box(state, ROTOR_SURFACE, 4, 48, &LOADED, 13); }
static void test_box_spoke(void **state) { check_box(state, ROTOR_SPOKE, 4, 48, &LOADED, 16); }
static void test_box_bread_loaf(void **state) { check_box(state, ROTOR_BREAD_LOAF, 4, 48, &LOADED, 14); }
static void test_box_double_v(void **state) { check_box(state, ROTOR_DOUBLE_V, 4, 48, &LOADED, 18); }
static void test_box_delta(void **state) { check_box(state, ROTOR_DELTA, 4, 48, &LOADED, 18); }
static void test_dimensions_v(void **state) { check_case(state, "C1", &LOADED); }
static void test_dimensions_salient(void **state) { check_case(state, "C4", &WOUND); }
static void test_dimensions_surface(void **state) { check_case(state, "C3_lin", &LOADED); }
static void test_dimensions_triangle_v(void **state) { check_case(state, "C2", &LOADED); }
static void test_dimensions_spoke(void **state) { check_case(state, "C5", &LOADED); }
static void test_dimensions_double_v(void **state) { check_case(state, "D1", &LOADED); }
static void test_dimensions_delta(void **state) { check_case(state, "D2", &LOADED); }
static void test_dimensions_bread_loaf(void **state) { check_case(state, "D3", &LOADED); }

/* Incremental inductances, torque per ampere, and the effect of Br, against differences of solutions; L is symmetric (2/3 for the wound
 * rotor's field current, whose co-ordinate is not scaled). */
static void check_currents(void **state, const char *name, const struct load *l, int n_current)
{
    struct field_opts o = tight();
    struct sens_opts so = {.n_var_max = SENS_MAX_VAR, .n_state_max = 1};
    struct field_gradient *g = malloc(sizeof *g);
    struct sens_space sp;
    struct machine m;
    struct field_ws *fw;
    struct sens_ws *ws;
    struct err e = {0};
    double figure[2][N_FIGURE];
    assert_non_null(g);
    assert_ok(machines_read_case(name, library(state), NULL, &m, &e), &e);
    sens_space_init_dimensions(&sp, &m);
    assert_ok(field_new(&m, MESH_COARSE, &o, &fw, &e), &e);
    field_set_magnet_T(fw, 373.15);
    solve(fw, l, figure[0]);
    assert_ok(sens_new(fw, &m, &so, &ws, &e), &e);
    assert_ok(sens_set_design(ws, &sp, fw, &e), &e);
    assert_ok(sens_solve(ws, fw, 0, 0, g, &e), &e);
    for (int i = 0; i < n_current; i++) {
        const double step_A = i == FIELD_I_F ? 1e-3 : 1e-2;
        for (int side = 0; side < 2; side++) {
            struct load a = *l;
            double *i_A[3] = {&a.i_d_A, &a.i_q_A, &a.i_f_A};
            *i_A[i] += side ? step_A : -step_A;
            solve(fw, &a, figure[side]);
        }
        for (int k = 0; k < n_current; k++)
            assert_close(g->L_H[k][i], (figure[1][k] - figure[0][k]) / (2.0 * step_A), RTOL, 1e-6 * g->L_H[0][0]);
        assert_close(g->torque_Nm_per_A[i], (figure[1][TORQUE] - figure[0][TORQUE]) / (2.0 * step_A), RTOL, 1e-6);
    }
    assert_close(g->L_H[0][1], g->L_H[1][0], 1e-9, 0.0);
    if (n_current == 3)
        assert_close(1.5 * g->L_H[0][2], g->L_H[2][0], 1e-9, 0.0);
    sens_free(ws);
    field_free(fw);
    free(g);
}

static void test_currents_magnets(void **state) { check_currents(state, "C1", &LOADED, 2); }
static void test_currents_wound(void **state) { check_currents(state, "C4", &WOUND, 3); }

/* Remanence by element at hand: every Br times 1 +- step. */
static void test_remanence(void **state)
{
    struct field_opts o = tight();
    struct sens_opts so = {.n_var_max = SENS_MAX_VAR, .n_state_max = 1};
    struct field_gradient *g = malloc(sizeof *g);
    struct sens_space sp;
    struct machine m;
    struct field_ws *fw;
    struct sens_ws *ws;
    struct err e = {0};
    double figure[2][N_FIGURE], Br_T[2000];
    const double step = 1e-4;
    assert_non_null(g);
    assert_ok(machines_read_case("C1", library(state), NULL, &m, &e), &e);
    sens_space_init_dimensions(&sp, &m);
    assert_ok(field_new(&m, MESH_COARSE, &o, &fw, &e), &e);
    const struct field_magnet_elem *magnet;
    const int n = field_get_magnets(fw, &magnet);
    assert_true(n < ARRAY_LEN(Br_T));
    for (int side = 1; side >= -1; side--) { /* the design last but one: above, design, below */
        for (int j = 0; j < n; j++)
            Br_T[j] = 1.2 * (1.0 + side * step);
        field_set_remanence(fw, Br_T);
        solve(fw, &LOADED, figure[side > 0]);
        if (side != 0)
            continue;
        assert_ok(sens_new(fw, &m, &so, &ws, &e), &e);
        assert_ok(sens_set_design(ws, &sp, fw, &e), &e);
        assert_ok(sens_solve(ws, fw, 0, 0, g, &e), &e);
        sens_free(ws);
    }
    for (int k = 0; k < 2; k++)
        assert_close(g->lambda_Br_Wb[k], (figure[1][k] - figure[0][k]) / (2.0 * step), RTOL, 1e-9);
    assert_close(g->torque_Br_Nm, (figure[1][TORQUE] - figure[0][TORQUE]) / (2.0 * step), RTOL, 0.0);
    field_free(fw);
    free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_box_v_8_poles),
        cmocka_unit_test(test_box_v_6_poles),
        cmocka_unit_test(test_box_v_12_slots_10_poles),
        cmocka_unit_test(test_box_salient),
        cmocka_unit_test(test_box_surface),
        cmocka_unit_test(test_box_spoke),
        cmocka_unit_test(test_box_bread_loaf),
        cmocka_unit_test(test_box_double_v),
        cmocka_unit_test(test_box_delta),
        cmocka_unit_test(test_dimensions_v),
        cmocka_unit_test(test_dimensions_salient),
        cmocka_unit_test(test_dimensions_surface),
        cmocka_unit_test(test_dimensions_triangle_v),
        cmocka_unit_test(test_dimensions_spoke),
        cmocka_unit_test(test_dimensions_double_v),
        cmocka_unit_test(test_dimensions_delta),
        cmocka_unit_test(test_dimensions_bread_loaf),
        cmocka_unit_test(test_currents_magnets),
        cmocka_unit_test(test_currents_wound),
        cmocka_unit_test(test_remanence),
    };
    return cmocka_run_group_tests(tests, library_set_up_materials, library_tear_down_materials);
}
