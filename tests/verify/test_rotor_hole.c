/* test_rotor_hole.c - rotating ring with one small round hole a pole, off the axis: stress at the hole's edge against Kirsch's hole in the
 * two-axial field of the rotating ring (S. Timoshenko, J. N. Goodier, Theory of Elasticity, 3rd ed. (1970), art. 32 and 35):
 * 3 sigma_t - sigma_r of the ring at the hole's centre, at the two points of the edge that lie on the radius. The hole is 1/75 of the
 * ring's height, so that neighbours and rims are far away. */
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/mech/stress.h"
#include "tests/support/close.h"
#include "tests/support/proof.h"
#include <string.h>
#include "materials/base/banned.h"

#define R_IN_M 0.05
#define R_OUT_M 0.08
#define R_HOLE_M 0.065
#define RHO_M 0.4e-3
#define TAU_RAD (PI / 4.0)
#define OMEGA 1500.0
#define NU 0.3
#define DENSITY 7650.0
#define HALF 48                 /* cells around half the hole at the finest level: outer arc, sector edge, inner arc */
#define N_OUT 20
#define N_EDGE 16
#define N_RING 36
#define MAX_NODE (2 * HALF * (N_RING + 1))

static struct grid {
    struct mesh ms;
    struct machine m;
    struct steel steel;
    double x[MAX_NODE], y[MAX_NODE];
    int tri[6 * 2 * HALF * N_RING];
    unsigned char region[2 * 2 * HALF * N_RING];
    short part[2 * 2 * HALF * N_RING];
} grid;

/* Point k of the sector's outline, 0 .. n: from the outer arc on the d axis round the half u > 0 to the inner arc; polar. */
static void get_outline(int k, int cut, double *r_m, double *angle_rad)
{
    const int n_out = N_OUT / cut, n_edge = N_EDGE / cut, n_in = (HALF - N_OUT - N_EDGE) / cut;
    if (k <= n_out) {
        *r_m = R_OUT_M;
        *angle_rad = 0.5 * TAU_RAD * k / n_out;
    } else if (k <= n_out + n_edge) {
        *r_m = R_OUT_M + (R_IN_M - R_OUT_M) * (k - n_out) / n_edge;
        *angle_rad = 0.5 * TAU_RAD;
    } else {
        *r_m = R_IN_M;
        *angle_rad = 0.5 * TAU_RAD * (n_out + n_edge + n_in - k) / n_in;
    }
}

/* Rings of cells from the hole to the outline; every cell four times as large in area at cut 2. */
static void set_grid(int cut)
{
    struct grid *g = &grid;
    const int half = HALF / cut, n_t = 2 * half, n_r = N_RING / cut;
    const double growth = pow(1.13, cut), d = 0.5 * TAU_RAD;
    memset(g, 0, sizeof *g);
    for (int k = 0; k < n_t; k++) {
        double r, angle;
        get_outline(k <= half ? k : n_t - k, cut, &r, &angle);
        const double side = k <= half ? 1.0 : -1.0, theta = PI * (k <= half ? k : n_t - k) / half;
        const double hole_v = R_HOLE_M + RHO_M * cos(theta), hole_u = RHO_M * sin(theta);
        for (int j = 0; j <= n_r; j++) {
            const double s = (pow(growth, j) - 1) / (pow(growth, n_r) - 1);
            const double v = hole_v + s * (r * cos(angle) - hole_v), u = side * (hole_u + s * (r * sin(angle) - hole_u));
            g->x[k * (n_r + 1) + j] = v * cos(d) - u * sin(d);
            g->y[k * (n_r + 1) + j] = v * sin(d) + u * cos(d);
        }
    }
    for (int k = 0, t = 0; k < n_t; k++)
        for (int j = 0; j < n_r; j++, t += 2) {
            const int a = k * (n_r + 1) + j, c = (k + 1) % n_t * (n_r + 1) + j;
            const int corner[6] = {a, a + 1, c + 1, a, c + 1, c};
            memcpy(g->tri + 3 * t, corner, sizeof corner);
            g->region[t] = g->region[t + 1] = REGION_ROTOR_IRON;
            g->part[t] = g->part[t + 1] = -1;
        }
    g->ms = (struct mesh){.tau_rad = TAU_RAD, .n_node = n_t * (n_r + 1), .n_tri = 2 * n_t * n_r, .x_m = g->x, .y_m = g->y, .tri = g->tri,
                          .region = g->region, .part = g->part};
    g->steel.base.density_kg_per_m3.value = DENSITY;
    g->steel.young_Pa.value = 2.0e11;
    g->steel.poisson.value = NU;
    g->steel.yield_Pa.value = 4.0e8;
    g->m = (struct machine){.p = 4, .stacking_factor_pu = 0.95, .R_ro_m = R_OUT_M, .R_ri_m = R_IN_M, .rotor_type = ROTOR_SURFACE,
                            .rotor_steel = &g->steel};
}

static double solve_Pa(int cut, double *at_m)
{
    struct stress_ws *ws;
    struct stress_result r;
    struct err e = {0};
    const struct stress_opts opts = stress_opts_default();
    set_grid(cut);
    assert_ok(stress_new(&grid.ms, &ws, &e), &e);
    assert_ok(stress_eval(ws, &grid.ms, &grid.m, OMEGA, &opts, &r, &e), &e);
    assert_true(r.residual_rel < 1e-8);
    assert_int_equal(r.n_solve, 1);
    *at_m = hypot(r.max_x_m, r.max_y_m);
    stress_free(ws);
    return r.von_mises_max_Pa;
}

static double get_kirsch_Pa(void)
{
    const double w2 = DENSITY * OMEGA * OMEGA, r2 = R_HOLE_M * R_HOLE_M, a2 = R_IN_M * R_IN_M, b2 = R_OUT_M * R_OUT_M;
    const double radial = (3 + NU) / 8 * w2 * (a2 + b2 - a2 * b2 / r2 - r2);
    const double hoop = (3 + NU) / 8 * w2 * (a2 + b2 + a2 * b2 / r2 - (1 + 3 * NU) / (3 + NU) * r2);
    return 3 * hoop - radial;
}

static void test_hole(void **state)
{
    (void)state;
    const double wanted = get_kirsch_Pa();
    double at_m, error[3];
    static const int CUT[3] = {4, 2, 1};
    for (int k = 0; k < 3; k++)
        error[k] = fabs(solve_Pa(CUT[k], &at_m) / wanted - 1.0);
    assert_close(fabs(at_m - R_HOLE_M), RHO_M, 1e-6, 0); /* on the radius through the hole */
    assert_true(error[1] < error[0] && error[2] < error[0]);
    /* what is left is mostly the change of the ring's stress across the hole, which Kirsch's plate has not */
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "stress at the edge of a hole", "rotating ring with small holes, 96 cells around",
                                .measured = 100 * error[2], .wanted = 2.0, .unit = "%", .source = "TIMOSHENKO_GOODIER1970"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
