/* Four closed forms on meshes made without the machine's templates (mms_new_mesh, its nodes moved and its regions set anew):
 *   coaxial line: current in the tube r0..a, return at b (A = 0). H = I (r^2 - r0^2)/(2 pi r (a^2 - r0^2)) in the tube, I/(2 pi r) outside:
 *     L' = mu0/(2 pi (a^2 - r0^2)^2) [(a^4 - r0^4)/4 - r0^2 (a^2 - r0^2) + r0^4 ln(a/r0)] + mu0/(2 pi) ln(b/a)          (from the energy)
 *   rectangular slot of width b, full of current to the height h, iron ideal, flux lines straight at its mouth: L' = mu0 h/(3 b)
 *     [PYRHONEN2014 ch. 4.3]
 *   slot between radial walls, r1 (mouth) to r2 (bottom), angle phi, full of current: the field is purely tangential,
 *     L' = mu0/phi int ((r2^2 - r^2)/(r2^2 - r1^2))^2 dr/r: the exact case of the trapezoid
 *   cylinder of radius a, magnetised along x with mu_r = 1 inside a boundary A = 0 at R: B_x = Br/2 (1 - a^2/R^2), B_y = 0 in the magnet.
 * Inductances from the energy of the solution, L = int A J / I^2. They converge with the square of the element size: asserted. */
#include <math.h>
#include <stdio.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/field/field_impl.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/mms.h"
#include "tests/support/proof.h"

#define N_LEVEL 3
#define N_CELL 16          /* coarsest; doubled at each level */
#define LIMIT_PCT 0.1      /* at the finest level */

struct fixture { struct matlib *lib; struct machine m; struct magnet magnet; };

static int set_up(void **state)
{
    static struct fixture x;
    struct err e;
    assert_ok(matlib_new("materials/data", &x.lib, &e), &e);
    assert_ok(machines_read_case("C1", x.lib, NULL, &x.m, &e), &e);
    x.magnet = *x.m.magnet;
    x.magnet.mu_rec.value = 1.0;
    x.m.magnet = &x.magnet;
    *state = &x;
    return 0;
}

static int tear_down(void **state)
{
    matlib_free(((struct fixture *)*state)->lib);
    return 0;
}

/* A shape: place of the node (s, t) of the unit square, which side has A = 0, and where the current flows. */
struct shape {
    void (*place)(double s, double t, double *x_m, double *y_m);
    int (*is_fixed)(double s, double t);
    int (*is_current)(double s, double t); /* at the middle of an element; NULL: magnet case */
    double density_A_per_m2;
    double exact;
};

static void set_shape(struct mesh *ms, int n, const struct shape *f)
{
    ms->n_dof = 0;
    for (int k = 0; k < ms->n_node; k++) {
        double s = (double)(k % (n + 1)) / n, t = (double)(k / (n + 1)) / n;
        f->place(s, t, &ms->x_m[k], &ms->y_m[k]);
        ms->dof[k] = f->is_fixed(s, t) ? -1 : ms->n_dof++;
    }
    for (int k = 0; k < ms->n_tri; k++) { /* two elements a cell: the current's limits lie on lines of cells */
        int cell = k / 2;
        double s = (cell % n + 0.5) / n, t = (cell / n + 0.5) / n;
        int is_inside = f->is_current(s, t);
        ms->region[k] = (unsigned char)(f->density_A_per_m2 > 0.0 ? REGION_SLOT : is_inside ? REGION_MAGNET : REGION_AIR);
        ms->part[k] = is_inside ? 0 : -1;
    }
}

static struct field_ws *solve(const struct fixture *x, int n, const struct shape *f)
{
    struct err e;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    struct field_info info = {0};
    struct mesh *ms = mms_new_mesh(n, 1.0, 1.0);
    assert_non_null(ms);
    o.tol_rel = 1e-11;
    if (!ms->magnet_axis_rad)
        ms->magnet_axis_rad = mem_new(1, sizeof *ms->magnet_axis_rad);
    assert_non_null(ms->magnet_axis_rad);
    ms->magnet_axis_rad[0] = 0.0;
    ms->n_part_per_pole = 1;
    set_shape(ms, n, f);
    assert_ok(field_new_on_mesh(&x->m, ms, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    field_set_angle(ws, 0.0);
    for (int i = 0; i < ws->n_dof; i++)
        ws->load[i] = f->density_A_per_m2 > 0.0 ? 0.0 : ws->load_magnet[i];
    for (int t = 0; t < ms->n_tri && f->density_A_per_m2 > 0.0; t++)
        for (int i = 0; i < 3 && ms->part[t] == 0; i++)
            ws->load[ws->tri.idx[3 * t + i]] += f->density_A_per_m2 * ws->tri.area_m2[t] / 3.0;
    ws->load[ws->n_dof] = 0.0;
    assert_ok(field_newton(ws, 1, &info, &e), &e);
    return ws;
}

/* int A J / (int J)^2, H/m. */
static double inductance_eval(struct field_ws *ws, double density_A_per_m2)
{
    const double *A = field_get_Az_Wb_per_m(ws);
    double work = 0.0, i_A = 0.0;
    for (int t = 0; t < ws->mesh->n_tri; t++) {
        if (ws->mesh->part[t] != 0)
            continue;
        i_A += density_A_per_m2 * ws->tri.area_m2[t];
        for (int i = 0; i < 3; i++)
            work += density_A_per_m2 * ws->tri.area_m2[t] / 3.0 * A[ws->mesh->tri[3 * t + i]];
    }
    return work / (i_A * i_A);
}

static void prove(const char *quantity, const char *subject, const double *error_pct, const char *source)
{
    printf("%s: errors %.4f %.4f %.4f %%\n", quantity, error_pct[0], error_pct[1], error_pct[2]);
    proof_check(&(struct proof){PROOF_CLOSED_FORM, quantity, subject, .measured = error_pct[N_LEVEL - 1], .wanted = LIMIT_PCT, .unit = "%",
                                .source = source});
    for (int k = 1; k < N_LEVEL; k++)
        assert_true(error_pct[k] < 0.3 * error_pct[k - 1] || error_pct[k] < 1e-6);
}

static void check_inductance(const struct fixture *x, const struct shape *f, double share, const char *quantity, const char *subject,
                             const char *source)
{
    double error_pct[N_LEVEL];
    for (int k = 0; k < N_LEVEL; k++) {
        struct field_ws *ws = solve(x, N_CELL << k, f);
        error_pct[k] = 100.0 * fabs(share * inductance_eval(ws, f->density_A_per_m2) / f->exact - 1.0);
        field_free(ws);
    }
    prove(quantity, subject, error_pct, source);
}

static int is_everywhere(double s, double t) { (void)s, (void)t; return 1; }

/* ---- coaxial line: a sector of 30 degrees, r0 4, a 8, b 12 mm ---- */
#define COAX_R0_M 4e-3
#define COAX_A_M 8e-3
#define COAX_B_M 12e-3
#define COAX_RAD (PI / 6.0)
static void coax_place(double s, double t, double *x_m, double *y_m)
{
    double r = COAX_R0_M + t * (COAX_B_M - COAX_R0_M), a = (1.0 - s) * COAX_RAD; /* so that elements run anticlockwise */
    *x_m = r * cos(a), *y_m = r * sin(a);
}
static int coax_is_fixed(double s, double t) { (void)s; return t == 1.0; }
static int coax_is_current(double s, double t) { (void)s; return t < 0.5; }

static void test_coaxial(void **state)
{
    double q = COAX_R0_M * COAX_R0_M, a2 = COAX_A_M * COAX_A_M, d = a2 - q;
    double tube = ((a2 * a2 - q * q) / 4.0 - q * d + q * q * log(COAX_A_M / COAX_R0_M)) / (d * d);
    struct shape f = {coax_place, coax_is_fixed, coax_is_current, 1e6, MU0_H_PER_M / (2.0 * PI) * (tube + log(COAX_B_M / COAX_A_M))};
    /* the sector carries its share of the current, all lines close around: L of the whole = share of L of the sector */
    check_inductance(*state, &f, COAX_RAD / (2.0 * PI), "coaxial inductance", "tube 4..8 mm in a shell of 12 mm",
                     "tests/verify/test_closed_forms.c");
}

/* ---- rectangular slot 5 x 20 mm, nodes shifted inside ---- */
#define SLOT_B_M 5e-3
#define SLOT_H_M 20e-3
static void slot_place(double s, double t, double *x_m, double *y_m)
{
    double bump = 0.03 * sin(2.0 * PI * s) * sin(2.0 * PI * t);
    *x_m = SLOT_B_M * (s + bump), *y_m = SLOT_H_M * (t - bump);
}
static void test_rectangular_slot(void **state)
{
    struct shape f = {slot_place, coax_is_fixed, is_everywhere, 1e6, MU0_H_PER_M * SLOT_H_M / (3.0 * SLOT_B_M)};
    check_inductance(*state, &f, 1.0, "slot leakage, rectangular, mu0 h/(3 b)", "5 x 20 mm", "PYRHONEN2014");
}

/* ---- slot between radial walls, 82 to 112 mm, 3.6 degrees ---- */
#define WEDGE_R1_M 82e-3
#define WEDGE_R2_M 112e-3
#define WEDGE_RAD (PI / 50.0)
static void wedge_place(double s, double t, double *x_m, double *y_m)
{
    double r = WEDGE_R1_M + t * (WEDGE_R2_M - WEDGE_R1_M), a = (1.0 - s) * WEDGE_RAD;
    *x_m = r * cos(a), *y_m = r * sin(a);
}
static int wedge_is_fixed(double s, double t) { (void)s; return t == 0.0; }
static void test_wedge_slot(void **state)
{
    double q1 = WEDGE_R1_M * WEDGE_R1_M, q2 = WEDGE_R2_M * WEDGE_R2_M, d = q2 - q1;
    double integral = (q2 * q2 * log(WEDGE_R2_M / WEDGE_R1_M) - q2 * d + 0.25 * (q2 * q2 - q1 * q1)) / (d * d);
    struct shape f = {wedge_place, wedge_is_fixed, is_everywhere, 1e6, MU0_H_PER_M / WEDGE_RAD * integral};
    check_inductance(*state, &f, 1.0, "slot leakage, trapezoid between radial walls", "82 to 112 mm, 3.6 deg",
                     "tests/verify/test_closed_forms.c");
}

/* ---- magnetised cylinder: a quarter of the disc, lines max(s, t) = const become circles; a 10, R 20 mm ---- */
#define DISC_R_M 20e-3
static void disc_place(double s, double t, double *x_m, double *y_m)
{
    double d = fmax(s, t), h = hypot(s, t);
    *x_m = d > 0.0 ? DISC_R_M * s * d / h : 0.0;
    *y_m = d > 0.0 ? DISC_R_M * t * d / h : 0.0;
}
static int disc_is_fixed(double s, double t) { return t == 0.0 || s == 1.0 || t == 1.0; }
static int disc_is_magnet(double s, double t) { return fmax(s, t) < 0.5; }
static void test_cylinder(void **state)
{
    const struct fixture *x = *state;
    double error_pct[N_LEVEL], exact_T = 0.5 * x->magnet.Br20_T.value * (1.0 - 0.25);
    struct shape f = {disc_place, disc_is_fixed, disc_is_magnet, 0.0, exact_T};
    for (int k = 0; k < N_LEVEL; k++) {
        struct field_ws *ws = solve(x, N_CELL << k, &f);
        const double *B = field_eval_B_T(ws);
        double area = 0.0, bx = 0.0, by = 0.0;
        for (int t = 0; t < ws->mesh->n_tri; t++) {
            if (ws->mesh->region[t] != REGION_MAGNET)
                continue;
            area += ws->tri.area_m2[t], bx += ws->tri.area_m2[t] * B[2 * t], by += ws->tri.area_m2[t] * B[2 * t + 1];
        }
        error_pct[k] = 100.0 * hypot(bx / area - exact_T, by / area) / exact_T;
        field_free(ws);
    }
    prove("magnetised cylinder, mean B in the magnet", "a 10 mm in A = 0 at 20 mm", error_pct, "tests/verify/test_closed_forms.c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_coaxial), cmocka_unit_test(test_rectangular_slot),
                                       cmocka_unit_test(test_wedge_slot), cmocka_unit_test(test_cylinder)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
