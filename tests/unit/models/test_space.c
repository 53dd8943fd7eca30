/* The design space is closed: corners of the unit box and thousands of quasi-random points give machines that pass every rule and meshes
 * without an inverted element, with one topology, and no jump along any variable. */
#include "models/machine/space.h"
#include "models/machine/bars.h"
#include "models/mesh/mesh.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include "tests/support/design.h"
#include <string.h>

#define N_RANDOM 1500
#define N_POINT_LEAST 1000
#define MIN_ANGLE_DEG 0.3   /* long elements along shaft and q axis; what bounds the error of a triangle is its widest angle */
#define MAX_ANGLE_DEG 168.0

static double halton(int i, int base)
{
    double f = 1, r = 0;
    for (; i > 0; i /= base) {
        f /= base;
        r += f * (i % base);
    }
    return r;
}

/* Points 0 .. 2^n - 1 are the corners of the box; the rest Halton points, every third with its coordinates drawn to 0, 1/2 or 1. */
static void point_get(int k, int n, double *x)
{
    static const int prime[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43};
    assert_true(n <= ARRAY_LEN(prime));
    for (int i = 0; i < n; i++) {
        double h = halton(k + 1, prime[i]);
        x[i] = k < 1 << n ? k >> i & 1 : k % 3 == 0 ? floor(2.9999 * h) / 2 : h;
    }
}

static double max_angle(const struct mesh *ms)
{
    double worst = 0;
    for (int t = 0; t < ms->n_tri; t++) {
        if (t >= ms->n_tri_per_pitch && t < ms->n_tri_stator)
            continue; /* copies of the first slot pitch */
        for (int k = 0; k < 3; k++) {
            int a = ms->tri[3 * t + k], b = ms->tri[3 * t + (k + 1) % 3], c = ms->tri[3 * t + (k + 2) % 3];
            double ux = ms->x_m[b] - ms->x_m[a], uy = ms->y_m[b] - ms->y_m[a], vx = ms->x_m[c] - ms->x_m[a], vy = ms->y_m[c] - ms->y_m[a];
            worst = fmin(worst, (ux * vx + uy * vy) / (hypot(ux, uy) * hypot(vx, vy))); /* cosine */
        }
    }
    return acos(worst);
}

static void check_box_by(enum rotor_type type, int p, int n_slot, int n_layer, int span, int stride)
{
    struct space_envelope env = design_get_envelope(p, n_slot);
    struct mesh *ms = NULL;
    struct err e = {0};
    int n;
    env.winding.n_layer = n_layer;
    if (n_slot < 24) { /* wide slots: tooth tips to match */
        env.slot_opening_m = 3e-3;
        env.tooth_tip_m = 1.5e-3;
        env.taper_m = 4e-3;
    }
    env.winding.coil_span_slots = span;
    space_get_vars(type, &n);
    for (int k = 0; k < (1 << n) + N_RANDOM; k += stride) {
        double x[SPACE_MAX_VAR];
        struct machine m;
        struct mesh_quality q;
        memset(&m, 0, sizeof m);
        point_get(k, n, x);
        space_set_machine(type, &env, x, &m);
        assert_ok(machine_check(&m, &e), &e);
        if (!ms)
            assert_ok(mesh_new(&m, MESH_COARSE, &ms, &e), &e);
        assert_true(mesh_is_same_topology(ms, &m, MESH_COARSE));
        assert_ok(mesh_set_machine(ms, &m, &e), &e);
        if (stride == 1 && k % 7 != 0)
            continue;
        mesh_eval_quality(ms, &q);
        assert_true(q.min_angle_rad * 180 / PI > MIN_ANGLE_DEG);
        assert_true(max_angle(ms) * 180 / PI < MAX_ANGLE_DEG);
    }
    mesh_free(ms);
}

static void check_box(enum rotor_type type, int p, int n_slot) { check_box_by(type, p, n_slot, 1, n_slot / (2 * p), 1); }

/* Rotors that share the stator of the boxes above: every stride-th point, at least N_POINT_LEAST with 8 poles, and a third of that with 6.
 * The stride is a prime, so that the corners it picks differ in all variables. */
static void check_box_of_rotor(enum rotor_type type)
{
    static const int stride[] = {1, 2, 3, 5, 7, 11, 13, 17};
    int n, k = 0;
    space_get_vars(type, &n);
    while (k + 1 < ARRAY_LEN(stride) && ((1 << n) + N_RANDOM) / stride[k + 1] >= N_POINT_LEAST)
        k++;
    check_box_by(type, 4, 48, 1, 6, stride[k]);
    check_box_by(type, 3, 54, 1, 9, 3 * stride[k] + 2);
}

static void test_box_spoke(void **state) { (void)state; check_box_of_rotor(ROTOR_SPOKE); }
static void test_box_surface(void **state) { (void)state; check_box_of_rotor(ROTOR_SURFACE); }
static void test_box_bread_loaf(void **state) { (void)state; check_box_of_rotor(ROTOR_BREAD_LOAF); }
static void test_box_double_v(void **state) { (void)state; check_box_of_rotor(ROTOR_DOUBLE_V); }
static void test_box_delta(void **state) { (void)state; check_box_of_rotor(ROTOR_DELTA); }

/* Fractional slots: wide slot pitches, sectors of several poles. */
static void test_box_fractional(void **state)
{
    (void)state;
    static const int CASE[][4] = {{4, 12, 2, 1}, {3, 27, 2, 4}, {5, 12, 2, 1}, {4, 9, 2, 1}, {4, 30, 2, 3}};
    for (int c = 0; c < (int)(sizeof CASE / sizeof *CASE); c++)
        for (int type = 0; type < ROTOR_CONTOUR; type++) /* which has no design space */
            if (CASE[c][0] < 5 || (type != ROTOR_DOUBLE_V && type != ROTOR_DELTA)) /* ten poles of two layers need a larger machine */
                check_box_by((enum rotor_type)type, CASE[c][0], CASE[c][1], CASE[c][2], CASE[c][3], type < ROTOR_DOUBLE_V ? 37 : 307);
}

static void test_box_v_8_poles(void **state) { (void)state; check_box(ROTOR_V, 4, 48); }
static void test_box_v_6_poles(void **state) { (void)state; check_box(ROTOR_V, 3, 54); }
static void test_box_salient_8_poles(void **state) { (void)state; check_box(ROTOR_SALIENT, 4, 48); }
static void test_box_salient_6_poles(void **state) { (void)state; check_box(ROTOR_SALIENT, 3, 54); }

/* Another envelope: smaller machine, larger shaft, hairpin slots. */
static void test_box_of_another_envelope(void **state)
{
    (void)state;
    for (int pass = 0; pass < 4; pass++) {
        int type = pass % 2 == 0 ? ROTOR_V : ROTOR_SALIENT;
        struct space_envelope env = design_get_envelope(4, 48);
        struct err e = {0};
        int n;
        if (pass >= 2) { /* bars as drawn, in parallel-sided slots; two layers: even numbers of them */
            env.winding.liner_m = 0.2e-3;
            env.winding.bar_insulation_m = 0.08e-3;
            env.winding.n_layer = 2;
            env.n_conductor_min = 3;
            env.n_conductor_max = 9;
        }
        env.R_out_m = 0.115;
        env.shaft_R_m = 0.035;
        env.winding.is_hairpin = 1;
        space_get_vars((enum rotor_type)type, &n);
        for (int k = 0; k < 1 << n; k += 5) {
            double x[SPACE_MAX_VAR];
            struct machine m;
            struct mesh *ms = NULL;
            memset(&m, 0, sizeof m);
            point_get(k, n, x);
            space_set_machine((enum rotor_type)type, &env, x, &m);
            assert_int_equal(m.stator.bottom, SLOT_FLAT);
            if (pass >= 2) {
                assert_int_equal(m.winding.n_conductor_per_slot % 2, 0);
                assert_true(machine_has_bars(&m));
                assert_close(m.stator.b1_m, m.stator.b2_m, 1e-14, 0.0);
            }
            assert_ok(machine_check(&m, &e), &e);
            assert_ok(mesh_new(&m, MESH_COARSE, &ms, &e), &e);
            mesh_free(ms);
        }
    }
}

#define N_VALUE 5

static void dimensions_get(const struct machine *m, double *value)
{
    const struct rotor_v *v = &m->v, *g = &m->v_gap;
    const double of_type[ROTOR_TYPE_COUNT][N_VALUE - 1] = {
        [ROTOR_V] = {v->w_m_m, v->r_apex_m, v->beta_rad, v->t_m_m},
        [ROTOR_SALIENT] = {m->salient.coil_w_m, m->salient.body_w_m, m->salient.shoe_tip_m, m->salient.R_yoke_m},
        [ROTOR_SURFACE] = {m->surface.R_mi_m, m->surface.arc_rad, 0.0, 0.0},
        [ROTOR_SPOKE] = {m->spoke.rm_in_m, m->spoke.rm_out_m, m->spoke.lip_half_m, m->spoke.t_m_m},
        [ROTOR_BREAD_LOAF] = {m->loaf.seat_m, m->loaf.width_m, m->loaf.R_top_m, 0.0},
        [ROTOR_DOUBLE_V] = {v->w_m_m, v->beta_rad, g->w_m_m, g->r_apex_m},
        [ROTOR_DELTA] = {v->w_m_m, v->beta_rad, g->w_m_m, g->t_m_m},
    };
    value[0] = m->stator.h2_m;
    memcpy(value + 1, of_type[m->rotor_type], sizeof of_type[0]);
}

/* Along each continuous variable the second difference of every dimension falls with the square of the step: no kink. */
static void test_map_is_smooth(void **state)
{
    (void)state;
    struct space_envelope env = design_get_envelope(4, 48);
    for (int type = 0; type < ROTOR_TYPE_COUNT; type++) {
        int n;
        const struct space_var *vars = space_get_vars((enum rotor_type)type, &n);
        for (int i = 0; i < n; i++) {
            if (vars[i].is_integer)
                continue;
            for (int k = 1; k < 200; k++) {
                double x[SPACE_MAX_VAR], h = 0.005, value[3][N_VALUE];
                for (int side = 0; side < 3; side++) {
                    struct machine m;
                    memset(&m, 0, sizeof m);
                    for (int j = 0; j < n; j++)
                        x[j] = 0.5;
                    x[i] = h * (k + side - 1);
                    space_set_machine((enum rotor_type)type, &env, x, &m);
                    dimensions_get(&m, value[side]);
                }
                for (int d = 0; d < N_VALUE; d++)
                    assert_close(value[0][d] - 2 * value[1][d] + value[2][d], 0, 0, 1.0 * h * h);
            }
        }
    }
}

static void test_limits_and_integers(void **state)
{
    (void)state;
    struct space_envelope env = design_get_envelope(4, 48);
    int n, seen[32] = {0};
    const struct space_var *vars = space_get_vars(ROTOR_V, &n);
    struct machine m;
    double x[SPACE_MAX_VAR] = {0};
    int conductors = -1, bridge = -1;
    for (int i = 0; i < n; i++) {
        assert_true(vars[i].low < vars[i].high && strlen(vars[i].doc) > 8);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(vars[i].key, vars[j].key);
        conductors = vars[i].is_integer ? i : conductors;
        bridge = strcmp(vars[i].key, "bridge_ratio") == 0 ? i : bridge;
    }
    assert_true(conductors >= 0 && bridge >= 0);
    assert_null(space_get_vars(ROTOR_CONTOUR, &n)); /* drawn, not searched */
    assert_int_equal(n, 0);
    space_get_vars(ROTOR_V, &n);
    for (int k = 0; k <= 1000; k++) { /* every number of conductors has its share of the interval */
        x[conductors] = k / 1000.0;
        memset(&m, 0, sizeof m);
        space_set_machine(ROTOR_V, &env, x, &m);
        assert_in_range(m.winding.n_conductor_per_slot, 6, 18);
        seen[m.winding.n_conductor_per_slot]++;
    }
    for (int k = 6; k <= 18; k++)
        assert_in_range(seen[k], 70, 85);
    for (int k = 0; k <= 10; k++) { /* the bridge asked for is the bridge built */
        x[bridge] = k / 10.0;
        space_set_machine(ROTOR_V, &env, x, &m);
        assert_close(machine_get_bridge_m(&m), 1.2e-3 * (1 + k / 10.0), 1e-9, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_box_fractional), cmocka_unit_test(test_box_v_8_poles),           cmocka_unit_test(test_box_v_6_poles),
        cmocka_unit_test(test_box_salient_8_poles),     cmocka_unit_test(test_box_salient_6_poles),
        cmocka_unit_test(test_box_spoke), cmocka_unit_test(test_box_surface), cmocka_unit_test(test_box_bread_loaf),
        cmocka_unit_test(test_box_double_v), cmocka_unit_test(test_box_delta),
        cmocka_unit_test(test_box_of_another_envelope), cmocka_unit_test(test_map_is_smooth),
        cmocka_unit_test(test_limits_and_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
