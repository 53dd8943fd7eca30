/* The rotor of reference case C1 given as contours and meshed by gmsh, against the same independent finite-element grid as its template
 * (tests/data/truth_C1.csv; means over six rotor positions). Torque errors are relative to the reference where that exceeds 30 % of the
 * grid's largest torque and to 30 % of the largest elsewhere, as in test_truth. The whole grid, or a
 * part of it (tests/support/extent.h). */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/field/field.h"
#include "models/machine/machine_yaml.h"
#include "tests/support/close.h"
#include "tests/support/extent.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define N_ROW_MAX 96
#define N_POSITION 6
#define STRIDE 7
#define TORQUE_FLOOR_PU 0.3
#define SOURCE "tests/data/truth_C1.csv"

static int is_whole_grid;

static void prove(const char *quantity, double error, double wanted_pct, int n_used, int n)
{
    char subject[64];
    snprintf(subject, sizeof subject, "C1 as contour, medium, %d of %d points", n_used, n);
    proof_check(&(struct proof){PROOF_FE, quantity, subject, .measured = 100 * error, .wanted = wanted_pct, .unit = "%", .source = SOURCE});
}

static void test_c1_as_contour(void **state)
{
    (void)state;
    static double row[N_ROW_MAX][MACHINES_MAX_COLUMN];
    struct matlib *lib;
    struct machine m;
    struct err e;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    int n = machines_read_table(SOURCE, 5, N_ROW_MAX, row), n_used = 0, open = -1, stride = is_whole_grid ? 1 : STRIDE;
    double T_max = 0.0, lambda_max = 0.0, by_stress = 0.0, by_flux = 0.0, linkage = 0.0, no_load = (double)NAN;
    assert_true(n > 40);
    for (int k = 0; k < n; k++) {
        T_max = fmax(T_max, fabs(row[k][4]));
        lambda_max = fmax(lambda_max, fmax(fabs(row[k][2]), fabs(row[k][3])));
        open = row[k][0] == 0.0 && row[k][1] == 0.0 ? k : open;
    }
    assert_true(open >= 0);
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case("C1_CONTOUR", lib, NULL, &m, &e), &e);
    assert_ok(machine_check(&m, &e), &e);
    assert_ok(field_new(&m, MESH_MEDIUM, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    for (int k = open % stride; k < n; k += stride, n_used++) {
        double d = 0.0, q = 0.0, T = 0.0, scale = fmax(fabs(row[k][4]), TORQUE_FLOOR_PU * T_max);
        for (int a = 0; a < N_POSITION; a++) {
            struct field_result r;
            struct field_info info;
            field_set_angle(ws, a * PI / 18.0);
            assert_ok(field_solve(ws, row[k][0], row[k][1], 0.0, 0, &r, &info, &e), &e);
            d += r.lambda_d_Wb / N_POSITION;
            q += r.lambda_q_Wb / N_POSITION;
            T += r.torque_Nm / N_POSITION;
        }
        by_stress = fmax(by_stress, fabs(T - row[k][4]) / scale);
        by_flux = fmax(by_flux, fabs(1.5 * m.p * (d * row[k][1] - q * row[k][0]) - row[k][4]) / scale);
        linkage = fmax(linkage, fmax(fabs(d - row[k][2]), fabs(q - row[k][3])) / lambda_max);
        no_load = k == open ? fabs(d / row[k][2] - 1.0) : no_load;
    }
    field_free(ws);
    machine_yaml_done(&m);
    matlib_free(lib);
    prove("no-load flux", no_load, 0.5, n_used, n);
    prove("flux linkages, worst point", linkage, 1.0, n_used, n);
    prove("mean torque by linkages, worst point", by_flux, 1.5, n_used, n);
    prove("mean torque by stress, worst point", by_stress, 1.5, n_used, n);
    printf("C1 as contour, medium, %d of %d points: no load %.2f %%, linkages %.2f %%, torque by linkages %.2f %%, by stress %.2f %%\n",
           n_used, n, 100 * no_load, 100 * linkage, 100 * by_flux, 100 * by_stress);
}

int main(int argc, char **argv)
{
    is_whole_grid = extent_is_whole(argc, argv);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_c1_as_contour)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
