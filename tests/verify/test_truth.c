/* Torque and flux linkages over whole current grids against an independent finite-element code (tests/data/truth_*.csv): V-shaped interior
 * magnets (C1) and wound rotor (C4), mean over six rotor positions. Flux linkage errors are relative to the largest linkage of the grid.
 * Torque errors are relative to the reference where that exceeds 30 % of the grid's largest torque, and to 30 % of the largest elsewhere:
 * near zero the mean torque is a small difference of large stresses. The six positions carry the slot ripple, on which the coarse mesh
 * differs from the reference by a few per cent of the mean. `test_truth all` also runs the medium level on the whole grids (minutes); the
 * default is every seventh point. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/field/field.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define N_ROW_MAX 96
#define N_POSITION 6
#define TORQUE_FLOOR_PU 0.3

struct point { double i_f_A, i_d_A, i_q_A, lambda_d_Wb, lambda_q_Wb, torque_Nm, lambda_f_Wb; };
/* no_load: open circuit at the case's nominal field current, the largest of the grid; no_load_part: at smaller ones */
struct worst { double torque, torque_flux, lambda_d, lambda_q, lambda_f, no_load, no_load_part; };

static int is_whole_grid;

static int read_points(const char *name, struct point *p)
{
    static double row[N_ROW_MAX][MACHINES_MAX_COLUMN];
    char path[64];
    int is_wound = strcmp(name, "C4") == 0;
    snprintf(path, sizeof path, "tests/data/truth_%s.csv", name);
    int n = machines_read_table(path, is_wound ? 7 : 5, N_ROW_MAX, row);
    for (int k = 0; k < n; k++) {
        const double *r = row[k] + is_wound;
        p[k] = (struct point){is_wound ? row[k][0] : 0.0, r[0], r[1], r[2], r[3], r[4], is_wound ? row[k][6] : 0.0};
    }
    return n;
}

static void mean_eval(struct field_ws *ws, const struct point *p, int n, int stride, struct point *mean)
{
    struct err e;
    memset(mean, 0, (size_t)n * sizeof *mean);
    for (int a = 0; a < N_POSITION; a++) {
        field_set_angle(ws, a * PI / 18.0);
        for (int k = 0; k < n; k += stride) {
            struct field_result r;
            struct field_info info;
            assert_ok(field_solve(ws, p[k].i_d_A, p[k].i_q_A, p[k].i_f_A, 0, &r, &info, &e), &e);
            mean[k].lambda_d_Wb += r.lambda_d_Wb / N_POSITION;
            mean[k].lambda_q_Wb += r.lambda_q_Wb / N_POSITION;
            mean[k].torque_Nm += r.torque_Nm / N_POSITION;
            mean[k].lambda_f_Wb += r.lambda_f_Wb / N_POSITION;
        }
    }
}

static void raise(double *worst, double error)
{
    if (!(fabs(error) <= *worst)) /* also when it is NaN */
        *worst = fabs(error);
}

static struct worst compare(const struct machine *m, const struct point *ref, const struct point *mean, int n, int stride)
{
    struct worst w = {0};
    double T_max = 0.0, lambda_max = 0.0, lambda_f_max = 0.0, i_f_max = 0.0;
    for (int k = 0; k < n; k++) {
        T_max = fmax(T_max, fabs(ref[k].torque_Nm));
        i_f_max = fmax(i_f_max, ref[k].i_f_A);
        lambda_max = fmax(lambda_max, fmax(fabs(ref[k].lambda_d_Wb), fabs(ref[k].lambda_q_Wb)));
        lambda_f_max = fmax(lambda_f_max, fabs(ref[k].lambda_f_Wb));
    }
    for (int k = 0; k < n; k += stride) {
        double scale = fmax(fabs(ref[k].torque_Nm), TORQUE_FLOOR_PU * T_max);
        double by_flux = 1.5 * m->p * (mean[k].lambda_d_Wb * ref[k].i_q_A - mean[k].lambda_q_Wb * ref[k].i_d_A);
        raise(&w.torque, (mean[k].torque_Nm - ref[k].torque_Nm) / scale);
        raise(&w.torque_flux, (by_flux - ref[k].torque_Nm) / scale);
        raise(&w.lambda_d, (mean[k].lambda_d_Wb - ref[k].lambda_d_Wb) / lambda_max);
        raise(&w.lambda_q, (mean[k].lambda_q_Wb - ref[k].lambda_q_Wb) / lambda_max);
        if (lambda_f_max > 0.0)
            raise(&w.lambda_f, (mean[k].lambda_f_Wb - ref[k].lambda_f_Wb) / lambda_f_max);
        if (ref[k].i_d_A == 0.0 && ref[k].i_q_A == 0.0 && fabs(ref[k].lambda_d_Wb) > 0.01)
            raise(ref[k].i_f_A < i_f_max ? &w.no_load_part : &w.no_load, mean[k].lambda_d_Wb / ref[k].lambda_d_Wb - 1.0);
    }
    return w;
}

/* Rows of the table of proof: what is wanted at report level. */
static void prove(const char *name, enum mesh_level level, int stride, int n, const struct worst *w)
{
    static const char *const LEVEL[MESH_LEVEL_COUNT] = {"coarse", "medium", "fine"};
    char subject[64], source[64];
    if (level != MESH_MEDIUM)
        return;
    snprintf(subject, sizeof subject, "%s %s, %d of %d points", name, LEVEL[level], (n + stride - 1) / stride, n);
    snprintf(source, sizeof source, "tests/data/truth_%s.csv", name);
    struct proof p = {.group = PROOF_FE, .subject = subject, .unit = "%", .source = source};
    p.quantity = "no-load flux", p.measured = 100 * w->no_load, p.wanted = 0.5;
    if (w->no_load > 0.0) /* a part of the grid may lack the point */
        proof_check(&p);
    p.cause = NULL, p.wanted = 1.0;
    p.quantity = "flux linkages, worst point", p.measured = 100 * fmax(w->lambda_d, fmax(w->lambda_q, w->lambda_f));
    proof_check(&p);
    p.quantity = "mean torque by linkages, worst point", p.measured = 100 * w->torque_flux, p.wanted = 1.5;
    proof_check(&p);
    p.quantity = "mean torque by stress, worst point", p.measured = 100 * w->torque;
    proof_check(&p);
}

/* `limit` for torque and linkages, `limit_no_load` for the open-circuit linkage against its own reference, `limit_part` for that with a
 * part of the field current. */
static void run(const char *name, enum mesh_level level, int stride, double limit, double limit_no_load, double limit_part)
{
    static struct point ref[N_ROW_MAX], mean[N_ROW_MAX];
    struct err e;
    struct matlib *lib;
    struct machine m;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    int n = read_points(name, ref);
    assert_true(n > 40);
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case(name, lib, NULL, &m, &e), &e);
    assert_ok(field_new(&m, level, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    mean_eval(ws, ref, n, stride, mean);
    struct worst w = compare(&m, ref, mean, n, stride);
    printf("%s level %d, every %d. of %d points, worst: torque %.2f %% (by flux linkages %.2f %%), lambda_d %.2f %%, lambda_q %.2f %%, "
           "lambda_f %.2f %%, no load %.2f %%, with part of the field current %.2f %%\n",
           name, (int)level, stride, n, 100 * w.torque, 100 * w.torque_flux, 100 * w.lambda_d, 100 * w.lambda_q, 100 * w.lambda_f,
           100 * w.no_load, 100 * w.no_load_part);
    prove(name, level, stride, n, &w);
    assert_true(w.torque < limit && w.torque_flux < limit && w.lambda_d < limit && w.lambda_q < limit && w.lambda_f < limit);
    assert_true(w.no_load < limit_no_load && w.no_load_part < limit_part);
    field_free(ws);
    matlib_free(lib);
}

static void test_c1_coarse(void **state) { (void)state; run("C1", MESH_COARSE, 1, 0.03, 0.01, 0.01); }
static void test_c4_coarse(void **state) { (void)state; run("C4", MESH_COARSE, 1, 0.03, 0.01, 0.02); }
static void test_c1_medium(void **state) { (void)state; run("C1", MESH_MEDIUM, is_whole_grid ? 1 : 7, 0.015, 0.005, 0.005); }
static void test_c4_medium(void **state) { (void)state; run("C4", MESH_MEDIUM, is_whole_grid ? 1 : 11, 0.015, 0.005, 0.01); }

int main(int argc, char **argv)
{
    is_whole_grid = argc > 1 && strcmp(argv[1], "all") == 0;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_c1_coarse), cmocka_unit_test(test_c4_coarse), cmocka_unit_test(test_c1_medium),
                                       cmocka_unit_test(test_c4_medium)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
