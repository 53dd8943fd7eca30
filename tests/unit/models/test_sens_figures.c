/* Gradients of losses, demagnetising field, stress, windings and masses against central differences in which everything is solved anew
 * (fields at three positions, rotor strength), for every variable of every template, of the box and of the dimensions: to 1e-4 of the
 * derivative, or of FLOOR times the figure per relative change of the variable where the derivative is smaller than that. Steps as in
 * test_sens_field.c: those across which the moving band joins the same nodes at all positions. */
#include "models/sens/sens.h"
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
#define N_POSITION 3
#define OMEGA_RAD_PER_S 1200.0
#define START_EL_RAD 0.083

static const char *const SYMBOL[] = {"Fe", "Nd", "Pr", "Dy", "Tb", "B",       "Co", "Cu",    "Al",    "electrical_steel", "Ga",  "Zr",
                                     "Nb", "C",  "N",  "Si", "Mn", "polymer", "Sm", "resin", "steel", "aluminium",        "iron"};

struct figures {
    struct iron_coef iron;
    struct sens_magnet magnet;
    struct stress_smooth stress;
    struct winding_geometry winding;
    struct sens_bom bom;
};
#define N_FIGURE ((int)(sizeof(struct figures) / sizeof(double)))

struct plant { /* everything that a full evaluation needs */
    struct field_ws *fw;
    struct sens_ws *ws;
    const struct mesh *base;
    double i_d_A, i_q_A, i_f_A, theta_rad[N_POSITION];
    struct bom_elements el;
    struct bom_input in;
};

static void set_bom(struct plant *pl)
{
    pl->el = (struct bom_elements){ARRAY_LEN(SYMBOL), SYMBOL};
    pl->in = (struct bom_input){
        .shaft_kg = 1.0, .housing_kg = 5.0, .gbd_buy_to_fly = 2.0, .steel_purchase = BOM_STEEL_BY_BLANK, .blank_web_m = 2e-3};
}

/* Fields of all positions, with their derivatives. */
static void solve(struct plant *pl, const struct machine *m)
{
    struct field_gradient *g = malloc(sizeof *g);
    struct field_result r;
    struct field_info info;
    struct err e = {0};
    assert_non_null(g);
    assert_ok(field_set_machine(pl->fw, m, &e), &e);
    for (int k = 0; k < N_POSITION; k++) {
        field_set_angle(pl->fw, START_EL_RAD + iron_get_position_el_rad(m, k, N_POSITION));
        assert_ok(field_solve(pl->fw, pl->i_d_A, pl->i_q_A, pl->i_f_A, k == 0, &r, &info, &e), &e);
        assert_ok(sens_solve(pl->ws, pl->fw, k, 1, g, &e), &e);
    }
    free(g);
}

/* Value of every figure at the design of ws, and, on demand, the derivatives. */
static void evaluate(struct plant *pl, const struct sens_space *sp, struct figures *value, struct figures *gradient)
{
    static struct iron_coef iron[SENS_MAX_VAR];
    static struct sens_magnet magnet[SENS_MAX_VAR];
    static struct stress_smooth stress[SENS_MAX_VAR];
    static struct winding_geometry winding[SENS_MAX_VAR];
    static struct sens_bom bom[SENS_MAX_VAR];
    struct stress_opts so = stress_opts_default();
    if (sp->type == ROTOR_SPOKE)
        so.bore = STRESS_BORE_HELD; /* as evaluate does: the hub holds the poles */
    struct err e = {0};
    memset(value, 0, sizeof *value);
    memset(magnet, 0, sizeof magnet);
    sens_eval_iron(pl->ws, N_POSITION, &value->iron, iron, NULL);
    if (sp->machine.magnet && sp->type != ROTOR_SALIENT)
        assert_ok(sens_eval_magnet(pl->ws, 1, &value->magnet, magnet, &e), &e);
    assert_ok(sens_eval_stress(pl->ws, OMEGA_RAD_PER_S, &so, &value->stress, stress, &e), &e);
    assert_ok(sens_eval_winding(pl->ws, &value->winding, winding, &e), &e);
    assert_ok(sens_eval_bom(pl->ws, &pl->in, &pl->el, &value->bom, bom, &e), &e);
    for (int k = 0; k < sp->n && gradient; k++)
        gradient[k] = (struct figures){iron[k], magnet[k], stress[k], winding[k], bom[k]};
}

/* Figures of another design, everything solved anew. A space of one variable that nothing is asked about stands in for the variables. */
static int other_eval(void *ctx, const struct machine *m, int k, double dx, double *figure)
{
    static struct sens_space one;
    struct plant *pl = ctx;
    struct figures value;
    struct err e = {0};
    (void)k;
    (void)dx;
    if (m->gbd_left_out_pu < 0.0 || !mesh_is_same_topology(pl->base, m, pl->base->level))
        return 0;
    sens_space_init_dimensions(&one, m);
    one.n = 1;
    assert_ok(field_set_machine(pl->fw, m, &e), &e);
    if (!gradient_is_same_band(pl->base, field_get_mesh(pl->fw), N_POSITION, pl->theta_rad))
        return 0;
    assert_ok(sens_set_design(pl->ws, &one, pl->fw, &e), &e);
    solve(pl, m);
    evaluate(pl, &one, &value, NULL);
    memcpy(figure, &value, sizeof value);
    return 1;
}

static void check_design(const struct sens_space *sp, double i_d_A, double i_q_A, double i_f_A)
{
    struct plant pl = {.i_d_A = i_d_A, .i_q_A = i_q_A, .i_f_A = i_f_A};
    struct field_opts o = {1e-11, 80};
    struct sens_opts so = {.n_var_max = sp->n, .n_state_max = N_POSITION, .direct = 1, .stress = 1};
    struct figures value, *gradient = malloc(SENS_MAX_VAR * sizeof *gradient);
    struct winding_layout layout;
    struct mesh *base;
    struct err e = {0};
    double floor[N_FIGURE];
    assert_non_null(gradient);
    set_bom(&pl);
    assert_ok(mesh_new(&sp->machine, MESH_COARSE, &base, &e), &e);
    pl.base = base;
    assert_ok(winding_set_layout(&sp->machine, &layout, &e), &e);
    for (int k = 0; k < N_POSITION; k++)
        pl.theta_rad[k] = (START_EL_RAD + iron_get_position_el_rad(&sp->machine, k, N_POSITION) + layout.axis_el_rad) / sp->machine.p;
    assert_ok(field_new(&sp->machine, MESH_COARSE, &o, &pl.fw, &e), &e);
    field_set_magnet_T(pl.fw, 373.15);
    assert_ok(sens_new(pl.fw, &sp->machine, &so, &pl.ws, &e), &e);
    assert_ok(sens_set_design(pl.ws, sp, pl.fw, &e), &e);
    solve(&pl, &sp->machine);
    evaluate(&pl, sp, &value, gradient);
    for (int i = 0; i < N_FIGURE; i++)
        floor[i] = FLOOR * fabs(((double *)&value)[i]);
    const struct gradient_rule rule = {RTOL, PLATEAU, floor};
    const double worst = gradient_check(sp, N_FIGURE, (const double *)gradient, other_eval, &pl, &rule);
    print_message("  %d variables, worst difference %.1e\n", sp->n, worst);
    sens_free(pl.ws);
    field_free(pl.fw);
    mesh_free(base);
    free(gradient);
}

static struct matlib *library(void **state) { return *state; }

static void check_box(void **state, enum rotor_type t, double i_d_A, double i_q_A, double i_f_A)
{
    struct space_envelope env = design_get_envelope(4, 48);
    struct machine m;
    static struct sens_space sp;
    struct err e = {0};
    double x[SPACE_MAX_VAR];
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.35 + 0.3 * fmod(0.618 * (k + 1), 1.0);
    assert_ok(design_set_materials(t, library(state), &m, &e), &e);
    assert_ok(sens_space_init_box(&sp, t, &env, x, &m, &e), &e);
    check_design(&sp, i_d_A, i_q_A, i_f_A);
}

static void test_box_v(void **state) { check_box(state, ROTOR_V, -120.0, 190.0, 0.0); }
static void test_box_surface(void **state) { check_box(state, ROTOR_SURFACE, -120.0, 190.0, 0.0); }
static void test_box_spoke(void **state) { check_box(state, ROTOR_SPOKE, -120.0, 190.0, 0.0); }
static void test_box_bread_loaf(void **state) { check_box(state, ROTOR_BREAD_LOAF, -120.0, 190.0, 0.0); }
static void test_box_double_v(void **state) { check_box(state, ROTOR_DOUBLE_V, -120.0, 190.0, 0.0); }
static void test_box_delta(void **state) { check_box(state, ROTOR_DELTA, -120.0, 190.0, 0.0); }
static void test_box_salient(void **state) { check_box(state, ROTOR_SALIENT, -60.0, 210.0, 12.0); }

static void check_case(void **state, const char *name, double i_d_A, double i_q_A, double i_f_A)
{
    static struct sens_space sp;
    struct machine m;
    struct err e = {0};
    assert_ok(machines_read_case(name, library(state), NULL, &m, &e), &e);
    sens_space_init_dimensions(&sp, &m);
    check_design(&sp, i_d_A, i_q_A, i_f_A);
}

static void test_dimensions_v(void **state) { check_case(state, "C1", -120.0, 190.0, 0.0); }
static void test_dimensions_triangle_v(void **state) { check_case(state, "C2", -120.0, 190.0, 0.0); }
static void test_dimensions_surface(void **state) { check_case(state, "C3_lin", -20.0, 100.0, 0.0); }
static void test_dimensions_salient(void **state) { check_case(state, "C4", -60.0, 210.0, 12.0); }
static void test_dimensions_spoke(void **state) { check_case(state, "C5", -120.0, 190.0, 0.0); }
static void test_dimensions_double_v(void **state) { check_case(state, "D1", -120.0, 190.0, 0.0); }
static void test_dimensions_delta(void **state) { check_case(state, "D2", -120.0, 190.0, 0.0); }
static void test_dimensions_bread_loaf(void **state) { check_case(state, "D3", -120.0, 190.0, 0.0); }

/* A diffused magnet with 60 % of its grade's Dy: gradients are of that magnet. Its Dy is face area x 60 % of the grade's amount, and falls
 * with the share that is left out; its remanence is the grade's. */
static void test_diffused(void **state)
{
    static struct sens_space sp;
    static struct sens_bom by_x[SENS_MAX_VAR];
    const struct space_envelope env = design_get_envelope(4, 48);
    const struct field_opts o = field_opts_default();
    const struct sens_opts so = {.n_var_max = SENS_MAX_VAR, .n_state_max = 1};
    const double left_out_pu[2] = {0.4, 0.0};
    struct plant pl = {0};
    struct sens_bom value;
    struct machine m;
    struct err e = {0};
    double x[SPACE_MAX_VAR];
    set_bom(&pl);
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.5;
    assert_ok(design_set_materials(ROTOR_V, library(state), &m, &e), &e);
    assert_ok(matlib_get_magnet(library(state), "G48UH", NULL, &m.magnet, &e), &e);
    m.gbd_face[FACE_GAP] = m.gbd_face[FACE_BACK] = 1;
    for (int i = 0; i < 2; i++) {
        m.gbd_left_out_pu = left_out_pu[i];
        assert_ok(sens_space_init_box(&sp, ROTOR_V, &env, x, &m, &e), &e);
        const int dose = sens_space_find(&sp, "gbd_left_out_pu"), stack = sens_space_find(&sp, "stack_ratio");
        assert_true(dose >= 0 && stack >= 0);
        assert_ok(field_new(&m, MESH_COARSE, &o, &pl.fw, &e), &e);
        assert_ok(sens_new(pl.fw, &m, &so, &pl.ws, &e), &e);
        assert_ok(sens_set_design(pl.ws, &sp, pl.fw, &e), &e);
        assert_ok(sens_eval_bom(pl.ws, &pl.in, &pl.el, &value, by_x, &e), &e);
        const double whole_kg = bom_eval_gbd_face_m2(&sp.machine) * m.magnet->gbd_hre_kg_per_m2.value;
        assert_close(value.net_kg[BOM_MAGNET_DIFFUSED], (1.0 - left_out_pu[i]) * whole_kg, 1e-12, 0.0);
        assert_close(by_x[dose].net_kg[BOM_MAGNET_DIFFUSED], -whole_kg, 1e-9, 0.0);
        const double stretch = by_x[stack].net_kg[BOM_MAGNET] / value.net_kg[BOM_MAGNET]; /* faces and magnets grow alike with the stack */
        assert_close(by_x[stack].net_kg[BOM_MAGNET_DIFFUSED], stretch * value.net_kg[BOM_MAGNET_DIFFUSED], 1e-8, 0.0);
        sens_free(pl.ws);
        field_free(pl.fw);
    }
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
        cmocka_unit_test(test_box_salient),
        cmocka_unit_test(test_dimensions_v),
        cmocka_unit_test(test_dimensions_triangle_v),
        cmocka_unit_test(test_dimensions_surface),
        cmocka_unit_test(test_dimensions_salient),
        cmocka_unit_test(test_dimensions_spoke),
        cmocka_unit_test(test_dimensions_double_v),
        cmocka_unit_test(test_dimensions_delta),
        cmocka_unit_test(test_dimensions_bread_loaf),
        cmocka_unit_test(test_diffused),
    };
    return cmocka_run_group_tests(tests, library_set_up_materials, library_tear_down_materials);
}
