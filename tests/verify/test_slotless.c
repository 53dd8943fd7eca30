/* Surface magnets under a smooth bore against the closed form of the gap field, at three mesh levels.
 * Closed form: A = sum A_n(r) sin(n angle), n = p, 3p, 5p ..; A'' + A'/r - n^2 A/r^2 = -n Br_n/r in the magnet annulus (radial remanence
 * Br_n cos(n angle)), so A = a r^n + b r^-n + n Br_n r/(n^2 - 1); A = f (r^n + Rs^2n r^-n) in the gap; dA/dr = 0 on iron; A and (dA/dr)/mu
 * continuous at the magnet. It asks for one permeability in the whole annulus; the mesh has air between the magnets, so the comparison is
 * made with mu_rec = 1. The same formula at 1.05 must give the table of the independent reference (tests/data). */
#include <math.h>
#include <stdio.h>
#include "materials/base/units.h"
#include "models/field/field.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

/* Amplitude of harmonic `order` of the radial field at mid gap. */
static double closed_form_eval(const struct machine *m, double Br_T, double mu_rec, int order)
{
    double Rm = m->surface.R_mi_m, Rr = m->R_ro_m, Rs = m->stator.R_bore_m, r = 0.5 * (Rr + Rs), n = (double)order * m->p;
    double Br_n = 4.0 * Br_T / (PI * order) * sin(0.5 * order * m->p * m->surface.arc_rad), c = n * Br_n / (n * n - 1.0);
    /* radii over Rr; unknowns a and f after b = a m^2n + c Rr m^(n+1)/n from dA/dr = 0 at m = Rm/Rr */
    double q = Rm / Rr, s = Rs / Rr, b0 = c * Rr * pow(q, n + 1.0) / n;
    double a11 = 1.0 + pow(q, 2.0 * n), a12 = -(1.0 + pow(s, 2.0 * n)), r1 = -(c * Rr + b0);
    double a21 = (1.0 - pow(q, 2.0 * n)) / mu_rec, a22 = -(1.0 - pow(s, 2.0 * n)), r2 = -(c * Rr / n - b0) / mu_rec;
    double f = (a11 * r2 - a21 * r1) / (a11 * a22 - a21 * a12), t = r / Rr;
    return n / r * f * (pow(t, n) + pow(s, 2.0 * n) * pow(t, -n));
}

struct fixture { struct matlib *lib; struct steel iron; struct machine m; };

static void fixture_set(struct fixture *x)
{
    struct err e;
    assert_ok(matlib_new("materials/data", &x->lib, &e), &e);
    assert_ok(machines_new_linear_steel(1e5, &x->iron, &e), &e);
    assert_ok(machines_read_case("C3_slotless_lin", x->lib, &x->iron, &x->m, &e), &e);
}

static void fixture_free(struct fixture *x)
{
    machines_free_linear_steel(&x->iron);
    matlib_free(x->lib);
}

static void test_closed_form(void **state)
{
    (void)state;
    static double row[16][MACHINES_MAX_COLUMN];
    struct fixture x;
    fixture_set(&x);
    int n = machines_read_table("tests/data/closed_form_C3_slotless.csv", 2, 16, row);
    assert_int_equal(n, 8);
    for (int k = 0; k < n; k++)
        assert_close(closed_form_eval(&x.m, 1.2, 1.05, (int)row[k][0]), row[k][1], 1e-5, 0.0);
    fixture_free(&x);
}

static void prove(int level, int order, double error_pct, double limit_pct)
{
    static const char *const LEVEL[MESH_LEVEL_COUNT] = {"coarse", "medium", "fine"};
    char quantity[64], subject[64];
    snprintf(quantity, sizeof quantity, "gap field, harmonic %d", order);
    snprintf(subject, sizeof subject, "C3_slotless_lin %s", LEVEL[level]);
    proof_check(&(struct proof){PROOF_CLOSED_FORM, quantity, subject, .measured = error_pct, .wanted = limit_pct, .unit = "%",
                                .source = "tests/verify/test_slotless.c"});
}

static void test_harmonics(void **state)
{
    (void)state;
    static const double LIMIT[MESH_LEVEL_COUNT] = {0.01, 0.005, 0.002}; /* of harmonics 1, 3, 5 */
    struct fixture x;
    struct err e;
    fixture_set(&x);
    struct magnet magnet = *x.m.magnet;
    magnet.mu_rec.value = 1.0;
    x.m.magnet = &magnet;
    double error[MESH_LEVEL_COUNT];
    for (int level = 0; level < MESH_LEVEL_COUNT; level++) {
        struct field_opts o = field_opts_default();
        struct field_ws *ws;
        struct field_result r;
        struct field_info info;
        o.tol_rel = 1e-9;
        assert_ok(field_new(&x.m, (enum mesh_level)level, &o, &ws, &e), &e);
        field_set_magnet_T(ws, 293.15);
        field_set_angle(ws, 0.0);
        assert_ok(field_solve(ws, 0.0, 0.0, 0.0, 1, &r, &info, &e), &e);
        printf("level %d, %ld unknowns:", level, info.n_unknown);
        error[level] = 0.0;
        for (int order = 1; order < 16; order += 2) {
            double d, q, exact = closed_form_eval(&x.m, 1.2, 1.0, order);
            field_eval_gap_harmonic(ws, order, &d, &q);
            printf(" %d: %+.3f %%", order, 100.0 * (d / exact - 1.0));
            if (order <= 5)
                prove(level, order, 100.0 * fabs(d / exact - 1.0), 100.0 * LIMIT[level]);
            error[level] += fabs(d - exact);
            assert_close(q, 0.0, 0.0, 1e-6);
        }
        printf("; sum of errors %.2e T\n", error[level]);
        assert_close(r.torque_Nm, 0.0, 0.0, 1e-3);
        field_free(ws);
    }
    assert_true(error[1] < 0.4 * error[0] && error[2] < 0.4 * error[1]);
    fixture_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_closed_form), cmocka_unit_test(test_harmonics)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
