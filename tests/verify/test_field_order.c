/* Order of convergence of the non-linear field solver on a manufactured solution in saturated iron:
 * A* = A0 sin(pi x/a) sin(pi y/b), J = -div(nu(B^2) grad A*), on smoothly distorted meshes without symmetry. Wanted for first-order
 * triangles: 2 in A and 1 in B (L2 norms); P. Ciarlet, The Finite Element Method for Elliptic Problems, ch. 3. */
#include <math.h>
#include <stdio.h>
#include "materials/base/units.h"
#include "models/field/field_impl.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/mms.h"
#include "tests/support/proof.h"

#define WIDTH_M 0.06
#define HEIGHT_M 0.04
#define PEAK_B_T 1.9
#define N_LEVEL 4

struct exact { double A, Ax, Ay, J; };

/* A*, its gradient, and the current density that makes it the solution. */
static struct exact exact_eval(const struct steel_nu *nu, double x, double y)
{
    double k = PI / WIDTH_M, l = PI / HEIGHT_M, A0 = PEAK_B_T / l;
    double sx = sin(k * x), cx = cos(k * x), sy = sin(l * y), cy = cos(l * y);
    struct exact v = {A0 * sx * sy, A0 * k * cx * sy, A0 * l * sx * cy, 0.0};
    double Axx = -k * k * v.A, Ayy = -l * l * v.A, Axy = A0 * k * l * cx * cy, value, slope;
    steel_nu_eval(nu, v.Ax * v.Ax + v.Ay * v.Ay, &value, &slope);
    double B2x = 2.0 * (v.Ax * Axx + v.Ay * Axy), B2y = 2.0 * (v.Ax * Axy + v.Ay * Ayy);
    v.J = -(value * (Axx + Ayy) + slope * (B2x * v.Ax + B2y * v.Ay));
    return v;
}

/* Three inner points, exact to degree 2: barycentric 2/3, 1/6, 1/6. */
static double shape_get(int point, int corner) { return point == corner ? 2.0 / 3.0 : 1.0 / 6.0; }

static void place_get(const struct mesh *ms, int t, int point, double *x, double *y)
{
    *x = *y = 0.0;
    for (int i = 0; i < 3; i++) {
        *x += shape_get(point, i) * ms->x_m[ms->tri[3 * t + i]];
        *y += shape_get(point, i) * ms->y_m[ms->tri[3 * t + i]];
    }
}

static void set_load(struct field_ws *ws)
{
    for (int i = 0; i <= ws->n_dof; i++)
        ws->load[i] = 0.0;
    for (int t = 0; t < ws->mesh->n_tri; t++) {
        for (int g = 0; g < 3; g++) {
            double x, y;
            place_get(ws->mesh, t, g, &x, &y);
            double f = exact_eval(&ws->nu[FIELD_STATOR].table, x, y).J * ws->tri.area_m2[t] / 3.0;
            for (int i = 0; i < 3; i++)
                ws->load[ws->tri.idx[3 * t + i]] += f * shape_get(g, i);
        }
    }
    ws->load[ws->n_dof] = 0.0;
}

static void error_eval(struct field_ws *ws, double *error_A, double *error_B)
{
    double sum_A = 0.0, sum_B = 0.0, norm_A = 0.0, norm_B = 0.0;
    const double *Az = field_get_Az_Wb_per_m(ws), *B = field_eval_B_T(ws);
    for (int t = 0; t < ws->mesh->n_tri; t++) {
        for (int g = 0; g < 3; g++) {
            double x, y, A = 0.0, w = ws->tri.area_m2[t] / 3.0;
            place_get(ws->mesh, t, g, &x, &y);
            for (int i = 0; i < 3; i++)
                A += shape_get(g, i) * Az[ws->mesh->tri[3 * t + i]];
            struct exact v = exact_eval(&ws->nu[FIELD_STATOR].table, x, y);
            double dx = B[2 * t] - v.Ay, dy = B[2 * t + 1] + v.Ax;
            sum_A += w * (A - v.A) * (A - v.A);
            sum_B += w * (dx * dx + dy * dy);
            norm_A += w * v.A * v.A;
            norm_B += w * (v.Ax * v.Ax + v.Ay * v.Ay);
        }
    }
    *error_A = sqrt(sum_A / norm_A);
    *error_B = sqrt(sum_B / norm_B);
}

static void test_order(void **state)
{
    (void)state;
    struct err e;
    struct matlib *lib;
    struct machine m;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case("C1", lib, NULL, &m, &e), &e);
    double error_A[N_LEVEL], error_B[N_LEVEL];
    for (int k = 0; k < N_LEVEL; k++) {
        struct field_ws *ws;
        struct field_opts o = field_opts_default();
        struct field_info info = {0};
        o.tol_rel = 1e-10;
        assert_ok(field_new_on_mesh(&m, mms_new_mesh(16 << k, WIDTH_M, HEIGHT_M), &o, &ws, &e), &e);
        field_set_angle(ws, 0.0);
        set_load(ws);
        assert_ok(field_newton(ws, 1, &info, &e), &e);
        error_eval(ws, &error_A[k], &error_B[k]);
        printf("cells %2d: unknowns %5d, %2d iterations, error of A %.3e, of B %.3e", 16 << k, ws->n_dof, info.n_iter, error_A[k],
               error_B[k]);
        if (k > 0)
            printf(", order %.3f and %.3f", mms_eval_order(error_A[k - 1], error_A[k], 2.0),
                   mms_eval_order(error_B[k - 1], error_B[k], 2.0));
        printf("\n");
        field_free(ws);
    }
    for (int k = 2; k < N_LEVEL; k++) {
        char subject[64];
        snprintf(subject, sizeof subject, "saturated iron, %d -> %d cells", 8 << k, 16 << k);
        struct proof row = {PROOF_CLOSED_FORM, "manufactured: order of A", subject, .is_at_least = 1, .unit = "", .source = "CIARLET1978"};
        row.measured = mms_eval_order(error_A[k - 1], error_A[k], 2.0), row.wanted = 1.9;
        proof_check(&row);
        row.quantity = "manufactured: order of B";
        row.measured = mms_eval_order(error_B[k - 1], error_B[k], 2.0), row.wanted = 0.95;
        proof_check(&row);
    }
    assert_true(error_A[N_LEVEL - 1] < 3e-4);
    matlib_free(lib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
