/* test_stress.c - rotor strength against closed forms, on a mesh made here: the rotating ring (S. Timoshenko, J. N. Goodier,
 * Theory of Elasticity, 3rd ed. (1970), art. 32) and Lame's thick ring under inner pressure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/mech/stress_impl.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

#define R_IN_M 0.05
#define R_OUT_M 0.08
#define TAU_RAD (PI / 4.0)
#define OMEGA 1500.0
#define MAX_NODE 8000
#define MAX_TRI 16000

struct bench {
    struct mesh ms;
    struct machine m;
    struct steel steel;
    struct magnet magnet;
    double x[MAX_NODE], y[MAX_NODE];
    int tri[3 * MAX_TRI];
    unsigned char region[MAX_TRI];
    short part[MAX_TRI];
};

static struct bench bench; /* large: not on the stack */

/* One pole of a ring, n_r x n_t cells of two triangles; the d axis is a grid line when n_t is even. */
static struct bench *set_ring(int n_r, int n_t)
{
    struct bench *b = &bench;
    memset(b, 0, sizeof *b);
    b->ms = (struct mesh){.tau_rad = TAU_RAD,
                          .n_node = (n_r + 1) * (n_t + 1),
                          .n_tri = 2 * n_r * n_t,
                          .x_m = b->x,
                          .y_m = b->y,
                          .tri = b->tri,
                          .region = b->region,
                          .part = b->part};
    for (int i = 0; i <= n_t; i++) {
        for (int j = 0; j <= n_r; j++) {
            const double r = R_IN_M + (R_OUT_M - R_IN_M) * j / n_r, angle = TAU_RAD * i / n_t;
            b->x[i * (n_r + 1) + j] = r * cos(angle);
            b->y[i * (n_r + 1) + j] = r * sin(angle);
        }
    }
    for (int i = 0, t = 0; i < n_t; i++) {
        for (int j = 0; j < n_r; j++, t += 2) {
            const int a = i * (n_r + 1) + j, c = a + n_r + 1;
            const int corner[6] = {a, a + 1, c + 1, a, c + 1, c};
            memcpy(b->tri + 3 * t, corner, sizeof corner);
            b->region[t] = b->region[t + 1] = REGION_ROTOR_IRON;
            b->part[t] = b->part[t + 1] = -1;
        }
    }
    b->steel.base.density_kg_per_m3.value = 7650.0;
    b->steel.young_Pa.value = 2.0e11;
    b->steel.poisson.value = 0.3;
    b->steel.yield_Pa.value = 4.0e8;
    b->magnet.base.density_kg_per_m3.value = 7500.0;
    b->m = (struct machine){.p = 4, .stacking_factor_pu = 0.95, .R_ro_m = R_OUT_M, .R_ri_m = R_IN_M, .rotor_type = ROTOR_SURFACE,
                            .rotor_steel = &b->steel, .magnet = &b->magnet};
    return b;
}

static void set_cells(struct bench *b, int n_r, int i0, int i1, int j0, int j1, enum region region, int part)
{
    for (int i = i0; i < i1; i++) {
        for (int j = j0; j < j1; j++) {
            const int t = 2 * (i * n_r + j);
            b->region[t] = b->region[t + 1] = (unsigned char)region;
            b->part[t] = b->part[t + 1] = (short)part;
        }
    }
}

static void solve(struct bench *b, double omega, enum stress_bore bore, struct stress_result *r)
{
    struct stress_ws *ws;
    struct err e;
    const struct stress_opts opts = {.bore = bore};
    assert_int_equal(stress_new(&b->ms, &ws, &e), ST_OK);
    const long count = mem_get_count();
    assert_int_equal(stress_eval(ws, &b->ms, &b->m, omega, &opts, r, &e), ST_OK);
    assert_int_equal(mem_get_count(), count); /* nothing allocated in an evaluation */
    assert_true(r->residual_rel < 1e-9);
    stress_free(ws);
}

static double get_bore_hoop_Pa(void)
{
    const double nu = 0.3;
    return (3.0 + nu) / 4.0 * 7650.0 * OMEGA * OMEGA * (R_OUT_M * R_OUT_M + (1.0 - nu) / (3.0 + nu) * R_IN_M * R_IN_M);
}

static void test_rotating_ring(void **state)
{
    (void)state;
    struct stress_result r;
    struct bench *b = set_ring(12, 24);
    solve(b, OMEGA, STRESS_BORE_FREE, &r);
    const double growth = 7650.0 * OMEGA * OMEGA * R_OUT_M / (4.0 * 2.0e11) * (0.7 * R_OUT_M * R_OUT_M + 3.3 * R_IN_M * R_IN_M);
    assert_close(r.von_mises_max_Pa, get_bore_hoop_Pa(), 5e-3, 0.0);
    assert_close(hypot(r.max_x_m, r.max_y_m), R_IN_M, 1e-9, 0.0);
    assert_close(r.radial_growth_m, growth, 1e-3, 0.0);
    assert_close(r.safety, 4.0e8 / r.von_mises_p995_Pa, 1e-12, 0.0);
    /* centrifugal force of a pole: rho omega^2 tau (b^3 - a^3)/3 of steel, chords instead of arcs cost 1 - cos */
    const double force = 0.95 * 7650.0 * OMEGA * OMEGA * TAU_RAD * (pow(R_OUT_M, 3.0) - pow(R_IN_M, 3.0)) / 3.0;
    assert_close(r.force_iron_N_per_m, force, 1e-3, 0.0);
    assert_close(r.force_payload_N_per_m, 0.0, 0.0, 0.0);
}

static void test_stress_converges(void **state)
{
    (void)state;
    double error[3];
    for (int k = 0; k < 3; k++) {
        struct stress_result r;
        solve(set_ring(3 << k, 6 << k), OMEGA, STRESS_BORE_FREE, &r);
        error[k] = fabs(r.von_mises_max_Pa / get_bore_hoop_Pa() - 1.0);
    }
    assert_true(error[0] < 0.02);
    assert_true(log2(error[0] / error[1]) > 1.7 && log2(error[1] / error[2]) > 1.7);
}

static void test_held_bore(void **state)
{
    (void)state;
    /* sigma_r = A - B/r^2 - (3+nu)/8 rho w^2 r^2, u = ((1-nu) A r + (1+nu) B/r - (1-nu^2)/8 rho w^2 r^3)/E; sigma_r(b) = 0, u(a) = 0 */
    const double nu = 0.3, E = 2.0e11, load = 7650.0 * OMEGA * OMEGA, a = R_IN_M, c = R_OUT_M;
    const double right1 = (3.0 + nu) / 8.0 * load * c * c, right2 = (1.0 - nu * nu) / 8.0 * load * a * a * a;
    const double B = (right2 - (1.0 - nu) * a * right1) / ((1.0 + nu) / a + (1.0 - nu) * a / (c * c)), A = right1 + B / (c * c);
    const double growth = ((1.0 - nu) * A * c + (1.0 + nu) * B / c - (1.0 - nu * nu) / 8.0 * load * c * c * c) / E;
    struct stress_result r;
    solve(set_ring(12, 24), OMEGA, STRESS_BORE_HELD, &r);
    assert_close(r.radial_growth_m, growth, 2e-3, 0.0);
}

static void test_square_of_speed(void **state)
{
    (void)state;
    struct stress_result slow, fast;
    struct bench *b = set_ring(4, 8);
    solve(b, OMEGA, STRESS_BORE_FREE, &slow);
    solve(b, 1.2 * OMEGA, STRESS_BORE_FREE, &fast);
    assert_close(fast.von_mises_max_Pa, 1.44 * slow.von_mises_max_Pa, 1e-10, 0.0);
    assert_close(fast.safety, slow.safety / 1.44, 1e-8, 0.0);
}

static void test_element_patch(void **state)
{
    (void)state;
    const double xy[6] = {0.1, 0.2, 1.3, 0.4, 0.5, 1.1}, L[3] = {0.2, 0.3, 0.5};
    const struct stress_material mat = {2.0e11, 0.3, 7650.0};
    double u[12], K[144], s[3];
    for (int c = 0; c < 6; c++) { /* u = 1e-4 (x + 2 y), v = 1e-4 (3 x - y) + a rigid turn */
        const int p = c % 3, q = c < 3 ? p : (p + 1) % 3;
        const double x = 0.5 * (xy[2 * p] + xy[2 * q]), y = 0.5 * (xy[2 * p + 1] + xy[2 * q + 1]);
        u[2 * c] = 1e-4 * (x + 2.0 * y) - 0.1 * y;
        u[2 * c + 1] = 1e-4 * (3.0 * x - y) + 0.1 * x;
    }
    stress_eval_stress(xy, &mat, u, L, s);
    const double d = 2.0e11 / (1.0 - 0.09);
    assert_close(s[0], d * 1e-4 * (1.0 - 0.3), 1e-9, 0.0);
    assert_close(s[1], d * 1e-4 * (0.3 - 1.0), 1e-9, 0.0);
    assert_close(s[2], 0.5 * 0.7 * d * 5e-4, 1e-9, 0.0);
    assert_close(stress_eval_von_mises_Pa(s), sqrt(s[0] * s[0] - s[0] * s[1] + s[1] * s[1] + 3.0 * s[2] * s[2]), 1e-14, 0.0);
    const double area = stress_eval_stiffness(xy, &mat, K);
    assert_close(area, 0.5 * ((1.2) * (0.9) - (0.4) * (0.2)), 1e-12, 0.0);
    double energy = 0.0;
    for (int i = 0; i < 12; i++)
        for (int j = 0; j < 12; j++)
            energy += 0.5 * u[i] * K[i + 12 * j] * u[j];
    const double density = 0.5 * (s[0] * 1e-4 - s[1] * 1e-4 + s[2] * 5e-4);
    assert_close(energy, density * area, 1e-6, 0.0);
}

/* Inner third of the ring is magnet in eight blocks: mass without stiffness that presses on the iron around it. */
static void test_magnets_press_on_the_ring(void **state)
{
    (void)state;
    const int n_r = 15, n_t = 64;
    const double c = R_IN_M + (R_OUT_M - R_IN_M) * 5.0 / 15.0, w2 = OMEGA * OMEGA, nu = 0.3;
    struct bench *b = set_ring(n_r, n_t);
    struct stress_result r;
    for (int k = 0; k < 16; k++)
        set_cells(b, n_r, 4 * k, 4 * k + 4, 0, 5, REGION_MAGNET, k);
    b->m.R_ri_m = c;
    solve(b, OMEGA, STRESS_BORE_FREE, &r);
    const double force = 7500.0 * w2 * TAU_RAD * (pow(c, 3.0) - pow(R_IN_M, 3.0)) / 3.0;
    assert_close(r.force_payload_N_per_m, force, 2e-3, 0.0);
    const double p = force / (TAU_RAD * c) / 0.95; /* in the plane of the steel */
    const double hoop = p * (R_OUT_M * R_OUT_M + c * c) / (R_OUT_M * R_OUT_M - c * c)
                      + (3.0 + nu) / 4.0 * 7650.0 * w2 * (R_OUT_M * R_OUT_M + (1.0 - nu) / (3.0 + nu) * c * c);
    assert_close(r.von_mises_max_Pa, sqrt(hoop * hoop + hoop * p + p * p), 1e-2, 0.0);
    const double growth = p / 2.0e11 * 2.0 * c * c * R_OUT_M / (R_OUT_M * R_OUT_M - c * c)
                        + 7650.0 * w2 * R_OUT_M / (4.0 * 2.0e11) * (0.7 * R_OUT_M * R_OUT_M + 3.3 * c * c);
    assert_close(r.radial_growth_m, growth, 3e-3, 0.0);
}

/* A V rotor between templates of two levels: the governing stress settles, more bridge means less stress, a centre post relieves the
 * bridge. */
static void set_v_rotor(struct bench *b)
{
    set_ring(2, 2); /* materials only */
    b->m.p = 4;
    b->m.stack_m = 0.08;
    b->m.R_ro_m = 0.0802;
    b->m.R_ri_m = 0.0553;
    b->m.stator = (struct stator){.n_slot = 48, .R_out_m = 0.1346, .R_bore_m = 0.0809, .b0_m = 1.9e-3, .h0_m = 1.0e-3, .h1_m = 0.5e-3,
                                  .b1_m = 3.1e-3, .h2_m = 29e-3, .b2_m = 5.6e-3, .bottom = SLOT_ROUND};
    b->m.winding = (struct winding){.n_conductor_per_slot = 9, .n_path = 1, .n_layer = 1, .coil_span_slots = 6, .copper_fill_pu = 0.4,
                                    .strand_diameter_m = 1e-3, .end_turn_factor = 1.0};
    b->m.rotor_type = ROTOR_V;
    b->m.v = (struct rotor_v){.r_apex_m = 0.0694, .beta_rad = 0.3, .s0_m = 2e-3, .w_m_m = 0.0169, .t_m_m = 6.5e-3, .centre = CENTRE_POST,
                              .post_m = 1.5e-3, .pocket_top_m = {{1.9e-3, 0.0}, {3.5e-3, -0.6e-3}},
                              .pocket_bottom_m = {{0.0, -4.4e-3}, {2.1e-3, -4.4e-3}, {3.5e-3, -2.1e-3}}};
}

static void solve_v_rotor(struct bench *b, enum mesh_level level, struct stress_result *r)
{
    struct mesh *ms;
    struct stress_ws *ws;
    struct err e;
    const struct stress_opts opts = stress_opts_default();
    assert_int_equal(mesh_new(&b->m, level, &ms, &e), ST_OK);
    assert_int_equal(stress_new(ms, &ws, &e), ST_OK);
    assert_int_equal(stress_eval(ws, ms, &b->m, OMEGA, &opts, r, &e), ST_OK);
    assert_true(r->residual_rel < 1e-9);
    stress_free(ws);
    mesh_free(ms);
}

static void test_v_rotor(void **state)
{
    (void)state;
    struct bench *b = &bench;
    struct stress_result coarse, medium, thick, wide;
    set_v_rotor(b);
    solve_v_rotor(b, MESH_COARSE, &coarse);
    solve_v_rotor(b, MESH_MEDIUM, &medium);
    /* the accuracy that stress.h states */
    assert_close(coarse.governing_Pa, medium.governing_Pa, 0.10, 0.0);
    assert_close(coarse.von_mises_p995_Pa, medium.von_mises_p995_Pa, 0.03, 0.0);
    assert_close(coarse.post_mean_Pa, medium.post_mean_Pa, 0.03, 0.0);
    assert_close(coarse.radial_growth_m, medium.radial_growth_m, 0.01, 0.0);
    assert_true(coarse.bridge_p95_Pa > coarse.bridge_mean_Pa && coarse.post_p95_Pa > coarse.post_mean_Pa);
    /* one pole, both legs: area x rho omega^2 x radius of the leg's centre of mass, exact for a rectangle's resultant */
    const double s = 2e-3 + 0.5 * 0.0169, n = -0.5 * 6.5e-3, u = s * cos(0.3) - n * sin(0.3), v = 0.0694 + s * sin(0.3) + n * cos(0.3);
    assert_close(coarse.force_payload_N_per_m, 2.0 * 0.0169 * 6.5e-3 * 7500.0 * OMEGA * OMEGA * hypot(u, v), 3e-3, 0.0);
    b->m.v.pocket_top_m[0][0] = 1.4e-3; /* the bridge grows from 1.7 to 2.0 mm */
    b->m.v.pocket_top_m[1][0] = b->m.v.pocket_bottom_m[2][0] = 3.0e-3;
    solve_v_rotor(b, MESH_COARSE, &thick);
    assert_true(thick.bridge_mean_Pa < 0.95 * coarse.bridge_mean_Pa);
    b->m.v.post_m = 3e-3;
    solve_v_rotor(b, MESH_COARSE, &wide);
    assert_true(wide.post_mean_Pa < 0.75 * thick.post_mean_Pa && wide.bridge_mean_Pa < thick.bridge_mean_Pa);
}

static void test_refused(void **state)
{
    (void)state;
    struct stress_ws *ws;
    struct stress_result r;
    struct err e;
    const struct stress_opts opts = stress_opts_default();
    struct bench *b = set_ring(6, 8);
    set_cells(b, 6, 5, 8, 2, 3, REGION_POCKET, -1); /* an island at 3 < r cells < 5, cut free on all sides */
    set_cells(b, 6, 5, 6, 2, 6, REGION_POCKET, -1);
    set_cells(b, 6, 7, 8, 2, 6, REGION_POCKET, -1);
    assert_int_equal(stress_new(&b->ms, &ws, &e), ST_OK);
    assert_int_equal(stress_eval(ws, &b->ms, &b->m, OMEGA, &opts, &r, &e), ST_SINGULAR);
    assert_true(isnan(r.safety));
    stress_free(ws);

    b = set_ring(4, 8);
    assert_int_equal(stress_new(&b->ms, &ws, &e), ST_OK);
    b->steel.yield_Pa.value = (double)NAN;
    assert_int_equal(stress_eval(ws, &b->ms, &b->m, OMEGA, &opts, &r, &e), ST_CONFIG);
    stress_free(ws);

    set_cells(b, 4, 0, 8, 0, 4, REGION_POCKET, -1);
    assert_int_equal(stress_new(&b->ms, &ws, &e), ST_INFEASIBLE);
    assert_null(ws);
    b = set_ring(4, 7); /* no grid line on the d axis */
    assert_int_equal(stress_new(&b->ms, &ws, &e), ST_INFEASIBLE);
    stress_free(NULL);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct stress_ws *ws;
    struct err e;
    struct bench *b = set_ring(3, 6);
    const long live = mem_get_live(), before = mem_get_count();
    assert_int_equal(stress_new(&b->ms, &ws, &e), ST_OK);
    const long n = mem_get_count() - before;
    stress_free(ws);
    assert_true(n > 10);
    for (long k = 1; k <= n; k++) {
        mem_set_fail_at(k);
        assert_int_equal(stress_new(&b->ms, &ws, &e), ST_NO_MEMORY);
        assert_null(ws);
        assert_int_equal(mem_get_live(), live);
    }
    mem_set_fail_at(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotating_ring),   cmocka_unit_test(test_stress_converges), cmocka_unit_test(test_held_bore),
        cmocka_unit_test(test_square_of_speed), cmocka_unit_test(test_element_patch),    cmocka_unit_test(test_magnets_press_on_the_ring),
        cmocka_unit_test(test_v_rotor),         cmocka_unit_test(test_refused),          cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
