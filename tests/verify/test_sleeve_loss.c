/* test_sleeve_loss.c - eddy loss of a sleeve from the waves of the field, against what A itself does at the nodes of a ring in the gap: the
 * rotor is turned through its whole period, and sigma (dA/dt)2 is summed over ring and time, with neither symmetry nor waves in space. The
 * sleeve is put where the nodes are; it is long, so that no current closes round its ends. Whole and fractional slots. */
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/yaml.h"
#include "models/loss/iron.h"
#include "models/machine/machine_yaml.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"
#include <string.h>
#include "materials/base/banned.h"

#define N_POSITION 11 /* odd: no harmonic is seen at one phase only */
#define LONG_M 1e3
#define I_D_A (-20.0)
#define I_Q_A 40.0

struct bench { struct matlib *lib; struct machine m; struct structural metal; struct field_ws *ws; };

static void begin(struct bench *b, const char *path)
{
    struct err e = {0};
    struct field_opts o = field_opts_default();
    struct yaml_doc *doc;
    memset(b, 0, sizeof *b);
    o.tol_rel = 1e-8;
    assert_ok(matlib_new("materials/data", &b->lib, &e), &e);
    assert_ok(yaml_read_file(path, &doc, &e), &e);
    assert_ok(machine_yaml_read(yaml_get_key(yaml_get_root(doc), "machine"), b->lib, &b->m, &e), &e);
    yaml_free(doc);
    b->metal.electric_conductivity_S_per_m.value = 1.25e6;
    b->m.surface.sleeve = &b->metal;
    b->m.surface.sleeve_m = 2.0 / 3.0 * (b->m.stator.R_bore_m - b->m.R_ro_m); /* its middle on the inner ring of the band */
    b->m.stack_m = LONG_M;
    assert_ok(field_new(&b->m, MESH_MEDIUM, &o, &b->ws, &e), &e);
    field_set_magnet_T(b->ws, 373.15);
}

static void end(struct bench *b)
{
    field_free(b->ws);
    matlib_free(b->lib);
}

static void solve(struct bench *b, double theta_el_rad, int is_cold)
{
    struct field_result r;
    struct field_info info;
    struct err e;
    field_set_angle(b->ws, theta_el_rad);
    assert_ok(field_solve(b->ws, I_D_A, I_Q_A, 0.0, is_cold, &r, &info, &e), &e);
}

static double waves_eval_W_per_Hz2(struct bench *b, int n)
{
    const struct mesh *ms = field_get_mesh(b->ws);
    struct iron_ws *iron;
    struct iron_coef c;
    struct err e;
    assert_ok(iron_new(ms, &b->m, n, &iron, &e), &e);
    assert_true(iron_get_sleeve_size(iron) > 10);
    double *A = mem_new((size_t)iron_get_sleeve_size(iron), sizeof *A);
    for (int k = 0; k < n; k++) {
        const double theta_el_rad = k * PI / (3.0 * n);
        solve(b, theta_el_rad, k == 0);
        iron_eval_sleeve_field(iron, b->ws, A);
        iron_set_sample(iron, k, n, theta_el_rad, field_eval_B_T(b->ws));
        if (k == 0) {
            iron_eval(iron, n, &c);
            assert_true(isnan(c.sleeve_W_per_Hz2)); /* no sample of the sleeve yet */
        }
        iron_set_sleeve_sample(iron, k, n, A);
    }
    iron_eval(iron, n, &c);
    mem_free(A);
    iron_free(iron);
    return c.sleeve_W_per_Hz2;
}

/* At 1 Hz: mean over the ring of (dA/dt)2 by trigonometric interpolation of every node over n positions, which are one period. */
static double nodes_eval_W_per_Hz2(struct bench *b, int n_window, int n)
{
    const struct mesh *ms = field_get_mesh(b->ws);
    const int n_node = ms->n_ring_rotor, n_time = n * n_window;
    double *A = mem_new((size_t)(n_node * n_time), sizeof *A), mean = 0.0;
    for (int k = 0; k < n_time; k++) {
        solve(b, k * PI / (3.0 * n), k == 0);
        for (int j = 0; j < n_node; j++)
            A[j * n_time + k] = field_get_Az_Wb_per_m(b->ws)[ms->ring_rotor[j]];
    }
    for (int j = 0; j + 1 < n_node; j++) { /* even spacing is not asked for: trapezoids */
        double square[2] = {0.0, 0.0};
        for (int side = 0; side < 2; side++)
            for (int order = 1; 2 * order < n_time; order++) {
                double c = 0.0, s = 0.0;
                for (int k = 0; k < n_time; k++) {
                    c += 2.0 / n_time * A[(j + side) * n_time + k] * cos(2.0 * PI * order * k / n_time);
                    s += 2.0 / n_time * A[(j + side) * n_time + k] * sin(2.0 * PI * order * k / n_time);
                }
                const double omega = 2.0 * PI * 6.0 * order / n_window;
                square[side] += 0.5 * omega * omega * (c * c + s * s);
            }
        const int *node = ms->ring_rotor + j;
        const double wide_rad = atan2(ms->y_m[node[1]], ms->x_m[node[1]]) - atan2(ms->y_m[node[0]], ms->x_m[node[0]]);
        mean += 0.5 * (square[0] + square[1]) * remainder(wide_rad, 2.0 * PI) / ms->sector_rad;
    }
    mem_free(A);
    const double r_m = b->m.R_ro_m + 0.5 * b->m.surface.sleeve_m;
    return b->metal.electric_conductivity_S_per_m.value * 2.0 * PI * r_m * b->m.surface.sleeve_m * LONG_M * mean;
}

static void compare(const char *path, int n_window)
{
    struct bench b;
    begin(&b, path);
    const double waves = waves_eval_W_per_Hz2(&b, N_POSITION), nodes = nodes_eval_W_per_Hz2(&b, n_window, N_POSITION);
    print_message("%s: %.6g W/Hz2 and m by waves, %.6g by nodes; 6 positions %.6g, 3 positions %.6g\n", path, waves / LONG_M,
                  nodes / LONG_M, waves_eval_W_per_Hz2(&b, 6) / LONG_M, waves_eval_W_per_Hz2(&b, 3) / LONG_M);
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "eddy loss of a sleeve: waves against A at the nodes", path,
                                .measured = 100.0 * fabs(waves / nodes - 1.0), .wanted = 1.0, .unit = "%",
                                .source = "tests/verify/test_sleeve_loss.c"});
    end(&b);
}

static void test_whole_slots(void **state)
{
    (void)state;
    compare("examples/validation/C3.yaml", 1);
}

static void test_fractional_slots(void **state)
{
    (void)state;
    compare("examples/04-tooth-coil/design.yaml", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole_slots), cmocka_unit_test(test_fractional_slots)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
