/* Hot spot and mean of the slot against an independent solution of the heat equation in its cross-section: linear finite elements over half
 * the slot (composite of strands in resin, uniform generation), liner and its gap as a film to iron of one temperature on the flank and at
 * the bottom, nothing through the opening. The network has three layers, one-dimensional across, and closed-form hot spots. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/machine/machine_yaml.h"
#include "models/thermal/machine_net.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define NX 40
#define NY 160
#define N_NODE ((NX + 1) * (NY + 1))
#define IRON_K 380.0

static struct datum exact(double v)
{
    struct datum d = {v, v, v, QUALITY_ASSUMED, "TEST"};
    return d;
}

/* half slot inside the liner: half width at a depth */
struct section {
    double depth_m, half_top_m, half_bottom_m, taper_m; /* depth at which it reaches half_bottom */
    double k, wall_m2_K_per_W, q_W_per_m3;
};

static double half_width(const struct section *s, double y_m)
{
    return s->half_top_m + (s->half_bottom_m - s->half_top_m) * fmin(y_m / s->taper_m, 1.0);
}

static int node(int i, int j) { return j * (NX + 1) + i; }

/* y = A x without a matrix: triangles of the structured grid, and the film on the flank (i = NX) and at the bottom (j = NY) */
struct fe { double x[N_NODE], y[N_NODE], source[N_NODE]; const struct section *s; };

static void apply_triangle(const struct fe *f, const int n[3], const double *u, double *out)
{
    double b[3], c[3], area2 = 0.0;
    for (int a = 0; a < 3; a++) {
        int p = n[(a + 1) % 3], q = n[(a + 2) % 3];
        b[a] = f->y[p] - f->y[q];
        c[a] = f->x[q] - f->x[p];
        area2 += f->x[n[a]] * b[a];
    }
    for (int a = 0; a < 3; a++)
        for (int d = 0; d < 3; d++)
            out[n[a]] += f->s->k * (b[a] * b[d] + c[a] * c[d]) / (2.0 * area2) * u[n[d]];
}

static void get_triangles(int i, int j, int n[2][3])
{
    const int t[2][3] = {{node(i, j), node(i + 1, j), node(i + 1, j + 1)}, {node(i, j), node(i + 1, j + 1), node(i, j + 1)}};
    memcpy(n, t, sizeof t);
}

static void apply_edge(const struct fe *f, int a, int b, const double *u, double *out)
{
    double g = hypot(f->x[a] - f->x[b], f->y[a] - f->y[b]) / f->s->wall_m2_K_per_W / 6.0;
    out[a] += g * (2.0 * u[a] + u[b]);
    out[b] += g * (2.0 * u[b] + u[a]);
}

static void apply(const struct fe *f, const double *u, double *out)
{
    int n[2][3];
    memset(out, 0, sizeof *out * N_NODE);
    for (int j = 0; j < NY; j++)
        for (int i = 0; i < NX; i++) {
            get_triangles(i, j, n);
            apply_triangle(f, n[0], u, out);
            apply_triangle(f, n[1], u, out);
        }
    for (int j = 0; j < NY; j++)
        apply_edge(f, node(NX, j), node(NX, j + 1), u, out);
    for (int i = 0; i < NX; i++)
        apply_edge(f, node(i, NY), node(i + 1, NY), u, out);
}

static double dot(const double *a, const double *b)
{
    double sum = 0.0;
    for (int k = 0; k < N_NODE; k++)
        sum += a[k] * b[k];
    return sum;
}

static double set_grid(struct fe *f)
{
    double area_m2 = 0.0;
    int n[2][3];
    for (int j = 0; j <= NY; j++)
        for (int i = 0; i <= NX; i++) {
            f->y[node(i, j)] = f->s->depth_m * j / NY;
            f->x[node(i, j)] = half_width(f->s, f->y[node(i, j)]) * i / NX;
        }
    memset(f->source, 0, sizeof f->source);
    for (int j = 0; j < NY; j++)
        for (int i = 0; i < NX; i++) {
            get_triangles(i, j, n);
            for (int t = 0; t < 2; t++) {
                const int *v = n[t];
                double a =
                    0.5 * ((f->x[v[1]] - f->x[v[0]]) * (f->y[v[2]] - f->y[v[0]]) - (f->x[v[2]] - f->x[v[0]]) * (f->y[v[1]] - f->y[v[0]]));
                area_m2 += a;
                for (int k = 0; k < 3; k++)
                    f->source[v[k]] += a / 3.0 * f->s->q_W_per_m3;
            }
        }
    return area_m2;
}

/* Conjugate gradients. Returned: hottest and mean over the iron. */
static void fe_solve(const struct section *s, double *hot_K, double *mean_K)
{
    static struct fe f;
    static double u[N_NODE], r[N_NODE], p[N_NODE], Ap[N_NODE];
    f.s = s;
    double area_m2 = set_grid(&f);
    memset(u, 0, sizeof u);
    memcpy(r, f.source, sizeof r);
    memcpy(p, r, sizeof p);
    double rr = dot(r, r), first = rr;
    for (int it = 0; it < 20000 && rr > 1e-24 * first; it++) {
        apply(&f, p, Ap);
        double alpha = rr / dot(p, Ap), next;
        for (int k = 0; k < N_NODE; k++) {
            u[k] += alpha * p[k];
            r[k] -= alpha * Ap[k];
        }
        next = dot(r, r);
        for (int k = 0; k < N_NODE; k++)
            p[k] = r[k] + next / rr * p[k];
        rr = next;
    }
    *hot_K = 0.0;
    for (int k = 0; k < N_NODE; k++)
        *hot_K = fmax(*hot_K, u[k]);
    *mean_K = dot(u, f.source) / (area_m2 * s->q_W_per_m3);
}

/* A slab: half width a over its whole depth, bottom film shut by depth: q a^2/2k + q a R; the solver's own check. */
static void test_finite_elements(void **state)
{
    (void)state;
    double hot_K, mean_K;
    struct section s = {
        .depth_m = 0.1, .half_top_m = 2e-3, .half_bottom_m = 2e-3, .taper_m = 1.0, .k = 0.7, .wall_m2_K_per_W = 1e-3, .q_W_per_m3 = 1e6};
    fe_solve(&s, &hot_K, &mean_K);
    assert_close(hot_K, 1e6 * 4e-6 / 1.4 + 1e6 * 2e-3 * 1e-3, 2e-3, 0.0);
}

static struct steel steel;
static struct conductor copper;

/* Network with iron that conducts perfectly, and a stack so long that nothing leaves through the ends. */
static void check_slot(const char *name, const char *path_case, double wanted_hot_pct, double wanted_mean_pct)
{
    struct matlib *lib;
    struct machine m;
    struct winding_layout layout;
    struct winding_geometry g;
    struct thermal *t;
    struct machine_net_slot slot;
    struct thermal_state s;
    struct err e;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case(path_case, lib, NULL, &m, &e), &e);
    steel = *m.stator_steel;
    steel.conductivity_W_per_m_K = exact(1e7);
    copper = *m.stator_conductor;
    m.stator_steel = &steel;
    m.stack_m = 200.0;
    assert_ok(winding_set_layout(&m, &layout, &e), &e);
    assert_ok(winding_eval_geometry(&m, &layout, &g, &e), &e);
    struct thermal_opts o = {.cooling = THERMAL_NATURAL, .ambient_K = 300.0, .housing_thickness_m = 14.0e-3, .end_clearance_m = 8.0e-3,
        .housing_contact = exact(0.0), .shaft_contact = exact(2.0e-4), .magnet_contact = exact(3.0e-4), .liner_gap = exact(0.05e-3),
        .impregnation_fill = exact(0.7), .stack_axial_conductivity = exact(1.5), .end_film_a = exact(15.0), .end_film_b = exact(0.4),
        .end_film_c = exact(0.9), .bearing_conductance = exact(2.0), .flange_conductance = exact(1e6), .emissivity = exact(0.8)};
    assert_ok(thermal_new(&o, &t, &e), &e);
    const struct thermal_winding w = {g.slot_area_m2, g.copper_area_per_slot_m2, g.end_turn_m, g.field_mean_turn_m};
    assert_ok(thermal_set_machine(t, &m, &w, &e), &e);
    assert_ok(machine_net_eval_slot(&m, &o, g.copper_area_per_slot_m2, &slot, &e), &e);
    struct thermal_losses l = {.copper_slot_W = 1e4 * m.stack_m};
    thermal_init_state(t, 320.0, &s);
    assert_ok(thermal_solve_steady(t, 0.0, &l, &s, &e), &e);
    double iron_K = s.T_K[THERMAL_TOOTH + 1], mean_K = 0.0, hot_K, fe_mean_K, area_m2 = 0.0;
    for (int j = 0; j < THERMAL_N_LAYER; j++)
        mean_K += t->spot.slot.share_pu[j] * (s.T_K[THERMAL_SLOT + j] - iron_K);
    for (int c = 0; c < SLOT_N_CELL; c++)
        area_m2 += slot.depth_m / SLOT_N_CELL * slot.width_m[c];
    struct section x = {.depth_m = slot.depth_m,
                        .half_top_m = 0.5 * m.stator.b1_m - slot.liner_m,
                        .half_bottom_m = 0.5 * m.stator.b2_m - slot.liner_m,
                        .taper_m = m.stator.h2_m,
                        .k = slot.k_across_W_per_m_K,
                        .wall_m2_K_per_W =
                            slot.liner_m / m.insulation->liner_conductivity_W_per_m_K.value + 0.05e-3 / slot.k_matrix_W_per_m_K,
                        .q_W_per_m3 = 1e4 / (m.stator.n_slot * area_m2)};
    fe_solve(&x, &hot_K, &fe_mean_K);
    printf("%s: slot %.1f x %.1f..%.1f mm, k %.2f: hot %.2f K (finite elements %.2f), mean %.2f K (%.2f)\n", name, 1e3 * slot.depth_m,
           2e3 * x.half_top_m, 2e3 * x.half_bottom_m, x.k, s.slot_hot_K - iron_K, hot_K, mean_K, fe_mean_K);
    proof_check(&(struct proof){PROOF_FE, "hot spot of the slot over the iron", name,
                                .measured = 100.0 * fabs((s.slot_hot_K - iron_K) / hot_K - 1.0), .wanted = wanted_hot_pct, .unit = "%",
                                .source = "MELLOR1991"});
    proof_check(&(struct proof){PROOF_FE, "mean of the slot copper over the iron", name, .measured = 100.0 * fabs(mean_K / fe_mean_K - 1.0),
                                .wanted = wanted_mean_pct, .unit = "%", .source = "MELLOR1991"});
    thermal_free(t);
    machine_yaml_done(&m);
    matlib_free(lib);
}

static void test_narrow(void **state) { (void)state; check_slot("C1, 48 narrow slots", "C1", 5.0, 5.0); }
static void test_wide(void **state)
{
    (void)state;
    check_slot("C2, 36 slots", "C2", 5.0, 5.0);
    check_slot("example 04, tooth coils", "../04-tooth-coil/design", 5.0, 5.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_finite_elements), cmocka_unit_test(test_narrow), cmocka_unit_test(test_wide)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
