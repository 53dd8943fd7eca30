/* Torque, flux linkages and torque ripple over whole current grids against an independent finite-element code (tests/data/truth_*.csv): V
 * (C1), flat bar (C2), surface magnets (C3; C3_lin with straight iron), wound rotor (C4; C4_CONTOUR with the rotor as contours), spoke
 * (C5). Grid figures are means over six rotor positions. Flux linkage errors are relative to the largest linkage of the grid. Torque
 * errors are relative to the reference where that exceeds 30 % of the grid's largest torque, and to 30 % of the largest elsewhere: near
 * zero the mean torque is a small difference of large stresses. The six positions carry the slot ripple, on which the coarse mesh differs
 * from the reference by a few per cent of the mean. Ripple: peak to peak over 24 positions. Whole grids and every ripple point, but for the
 * sanitizers' build, which runs every seventh to eleventh point (`test_truth part` too). */
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
#define N_RIPPLE 24
#define NO_LOAD_MIN_WB 0.01 /* below: an excitation of zero */
#define TORQUE_FLOOR_PU 0.3

struct point { double i_f_A, i_d_A, i_q_A, lambda_d_Wb, lambda_q_Wb, torque_Nm, lambda_f_Wb; };
struct figure { double error; int at; }; /* worst relative error, and the point of the grid that has it */
/* no_load: open circuit at the case's nominal field current, the largest of the grid; no_load_part: at smaller ones */
struct worst { struct figure torque, torque_flux, lambda_d, lambda_q, lambda_f, no_load, no_load_part; };

static int is_whole_grid;

static int is_wound_case(const char *name) { return strncmp(name, "C4", 2) == 0; }
/* C4_CONTOUR is C4 with its rotor as contours. */
static const char *reference_get(const char *name) { return is_wound_case(name) ? "C4" : name; }

static int read_points(const char *name, struct point *p)
{
    static double row[N_ROW_MAX][MACHINES_MAX_COLUMN];
    char path[64];
    int is_wound = is_wound_case(name);
    snprintf(path, sizeof path, "tests/data/truth_%s.csv", reference_get(name));
    int n = machines_read_table(path, is_wound ? 7 : 5, N_ROW_MAX, row);
    for (int k = 0; k < n; k++) {
        const double *r = row[k] + is_wound;
        p[k] = (struct point){is_wound ? row[k][0] : 0.0, r[0], r[1], r[2], r[3], r[4], is_wound ? row[k][6] : 0.0};
    }
    return n;
}

/* Every stride-th point, open circuit among them. */
static int is_used(const struct point *p, int n, int stride, int k)
{
    int open = 0;
    while (open < n - 1 && (p[open].i_d_A != 0.0 || p[open].i_q_A != 0.0 || fabs(p[open].lambda_d_Wb) <= NO_LOAD_MIN_WB))
        open++;
    return (k - open) % stride == 0;
}

static void mean_eval(struct field_ws *ws, const struct point *p, int n, int stride, struct point *mean)
{
    struct err e;
    memset(mean, 0, (size_t)n * sizeof *mean);
    for (int a = 0; a < N_POSITION; a++) {
        field_set_angle(ws, a * PI / 18.0);
        for (int k = 0; k < n; k++) {
            if (!is_used(p, n, stride, k))
                continue;
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

static void raise(struct figure *worst, double error, int at)
{
    if (!(fabs(error) <= worst->error)) /* also when it is NaN */
        *worst = (struct figure){fabs(error), at};
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
    for (int k = 0; k < n; k++) {
        if (!is_used(ref, n, stride, k))
            continue;
        double scale = fmax(fabs(ref[k].torque_Nm), TORQUE_FLOOR_PU * T_max);
        double by_flux = 1.5 * m->p * (mean[k].lambda_d_Wb * ref[k].i_q_A - mean[k].lambda_q_Wb * ref[k].i_d_A);
        raise(&w.torque, (mean[k].torque_Nm - ref[k].torque_Nm) / scale, k);
        raise(&w.torque_flux, (by_flux - ref[k].torque_Nm) / scale, k);
        raise(&w.lambda_d, (mean[k].lambda_d_Wb - ref[k].lambda_d_Wb) / lambda_max, k);
        raise(&w.lambda_q, (mean[k].lambda_q_Wb - ref[k].lambda_q_Wb) / lambda_max, k);
        if (lambda_f_max > 0.0)
            raise(&w.lambda_f, (mean[k].lambda_f_Wb - ref[k].lambda_f_Wb) / lambda_f_max, k);
        if (ref[k].i_d_A == 0.0 && ref[k].i_q_A == 0.0 && fabs(ref[k].lambda_d_Wb) > NO_LOAD_MIN_WB)
            raise(ref[k].i_f_A < i_f_max ? &w.no_load_part : &w.no_load, mean[k].lambda_d_Wb / ref[k].lambda_d_Wb - 1.0, k);
    }
    return w;
}

static const char *const LEVEL[MESH_LEVEL_COUNT] = {"coarse", "medium", "fine"};

/* The figure that is worst of `n`, with its point in words. */
static const struct figure *worst_of(const struct figure *const list[], int n, const struct point *ref, char *text, size_t size)
{
    const struct figure *f = list[0];
    for (int k = 1; k < n; k++)
        f = list[k]->error > f->error ? list[k] : f;
    snprintf(text, size, " at %g, %g A", ref[f->at].i_d_A, ref[f->at].i_q_A);
    return f;
}

/* Rows of the table of proof: what is wanted at report level. */
static void prove(const char *name, int stride, int n, const struct point *ref, const struct worst *w)
{
    const struct {
        const char *quantity;
        double wanted;
        int n;
        const struct figure *list[3];
    } row[] = {{"flux linkages, worst point", 1.0, 3, {&w->lambda_d, &w->lambda_q, &w->lambda_f}},
               {"mean torque by linkages, worst point", 1.5, 1, {&w->torque_flux}},
               {"mean torque by stress, worst point", 1.5, 1, {&w->torque}}};
    char subject[128], source[64], at[48];
    snprintf(source, sizeof source, "tests/data/truth_%s.csv", reference_get(name));
    struct proof p = {.group = PROOF_FE, .subject = subject, .unit = "%", .source = source};
    int n_used = 0;
    for (int k = 0; k < n; k++)
        n_used += is_used(ref, n, stride, k);
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        p.quantity = row[k].quantity;
        p.wanted = row[k].wanted;
        p.measured = 100 * worst_of(row[k].list, row[k].n, ref, at, sizeof at)->error;
        snprintf(subject, sizeof subject, "%s medium, %d of %d points%s", name, n_used, n, at);
        proof_check(&p);
    }
    snprintf(subject, sizeof subject, "%s medium", name);
    p.quantity = "no-load flux", p.measured = 100 * w->no_load.error, p.wanted = 0.5;
    proof_check(&p);
}

static struct field_ws *open_case(const char *name, enum mesh_level level, struct matlib **lib, struct machine *m)
{
    struct err e;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    assert_ok(matlib_new("materials/data", lib, &e), &e);
    assert_ok(machines_read_case(name, *lib, NULL, m, &e), &e);
    assert_ok(machine_check(m, &e), &e);
    assert_ok(field_new(m, level, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 293.15);
    return ws;
}

/* `limit` for torque and linkages, `limit_no_load` for the open-circuit linkage against its own reference, `limit_part` for that with a
 * part of the field current. */
static void run(const char *name, enum mesh_level level, int stride, double limit, double limit_no_load, double limit_part)
{
    static struct point ref[N_ROW_MAX], mean[N_ROW_MAX];
    struct matlib *lib;
    struct machine m;
    int n = read_points(name, ref);
    assert_true(n > 40);
    struct field_ws *ws = open_case(name, level, &lib, &m);
    mean_eval(ws, ref, n, stride, mean);
    struct worst w = compare(&m, ref, mean, n, stride);
    printf("%s %s, every %d. of %d points, worst: torque %.2f %% (by flux linkages %.2f %%), lambda_d %.2f %%, lambda_q %.2f %%, "
           "lambda_f %.2f %%, no load %.2f %%, with part of the field current %.2f %%\n",
           name, LEVEL[level], stride, n, 100 * w.torque.error, 100 * w.torque_flux.error, 100 * w.lambda_d.error, 100 * w.lambda_q.error,
           100 * w.lambda_f.error, 100 * w.no_load.error, 100 * w.no_load_part.error);
    field_free(ws);
    machine_yaml_done(&m);
    matlib_free(lib);
    if (level == MESH_MEDIUM)
        prove(name, stride, n, ref, &w);
    assert_true(w.torque.error < limit && w.torque_flux.error < limit && w.no_load.error < limit_no_load);
    assert_true(w.no_load_part.error < limit_part);
    assert_true(w.lambda_d.error < limit && w.lambda_q.error < limit && w.lambda_f.error < limit);
}

static void test_c1_coarse(void **state) { (void)state; run("C1", MESH_COARSE, 1, 0.03, 0.01, 0.01); }
static void test_c4_coarse(void **state) { (void)state; run("C4", MESH_COARSE, 1, 0.03, 0.01, 0.02); }
static void test_c1_medium(void **state) { (void)state; run("C1", MESH_MEDIUM, is_whole_grid ? 1 : 7, 0.015, 0.005, 0.005); }
static void test_c2_medium(void **state) { (void)state; run("C2", MESH_MEDIUM, is_whole_grid ? 1 : 8, 0.015, 0.005, 0.005); }
static void test_c3_medium(void **state) { (void)state; run("C3", MESH_MEDIUM, is_whole_grid ? 1 : 8, 0.015, 0.005, 0.005); }
static void test_c3_lin_medium(void **state) { (void)state; run("C3_lin", MESH_MEDIUM, is_whole_grid ? 1 : 8, 0.015, 0.005, 0.005); }
static void test_c4_medium(void **state) { (void)state; run("C4", MESH_MEDIUM, is_whole_grid ? 1 : 11, 0.015, 0.005, 0.01); }
static void test_c4_contour_medium(void **state)
{
    (void)state;
    run("C4_CONTOUR", MESH_MEDIUM, is_whole_grid ? 1 : 11, 0.015, 0.005, 0.01);
}
static void test_c5_medium(void **state) { (void)state; run("C5", MESH_MEDIUM, is_whole_grid ? 1 : 8, 0.015, 0.005, 0.005); }

/* Peak to peak of one ripple point. */
static double ripple_eval(struct field_ws *ws, double i_d_A, double i_q_A, double i_f_A)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int k = 0; k < N_RIPPLE; k++) {
        struct field_result r;
        struct field_info info;
        struct err e;
        field_set_angle(ws, k * PI / 72.0);
        assert_ok(field_solve(ws, i_d_A, i_q_A, i_f_A, 0, &r, &info, &e), &e);
        low = fmin(low, r.torque_Nm);
        high = fmax(high, r.torque_Nm);
    }
    return high - low;
}

static void run_ripple(const char *name, int n_used)
{
    static double row[N_ROW_MAX][MACHINES_MAX_COLUMN];
    char source[64], subject[64];
    int is_wound = is_wound_case(name), at = 0;
    double worst = 0.0;
    struct matlib *lib;
    struct machine m;
    snprintf(source, sizeof source, "tests/data/truth_ripple_%s.csv", name);
    assert_int_equal(machines_read_table(source, is_wound ? 5 : 4, N_ROW_MAX, row), 5);
    struct field_ws *ws = open_case(name, MESH_MEDIUM, &lib, &m);
    for (int k = 0; k < (is_whole_grid ? 5 : n_used); k++) {
        const double *r = row[k] + is_wound;
        double error = fabs(ripple_eval(ws, r[0], r[1], is_wound ? row[k][0] : 0.0) / r[3] - 1.0);
        at = error > worst ? k : at;
        worst = fmax(worst, error);
    }
    field_free(ws);
    machine_yaml_done(&m);
    matlib_free(lib);
    snprintf(subject, sizeof subject, "%s medium, %d of 5 points at %g, %g A", name, is_whole_grid ? 5 : n_used, row[at][is_wound],
             row[at][is_wound + 1]);
    proof_check(&(struct proof){PROOF_FE, "torque ripple peak to peak, worst point", subject, .measured = 100 * worst, .wanted = 15.0,
                                .unit = "%", .source = source});
}

static void test_ripple(void **state)
{
    static const char *const NAME[] = {"C1", "C2", "C3", "C4", "C5"};
    (void)state;
    for (int k = 0; k < ARRAY_LEN(NAME); k++)
        run_ripple(NAME[k], 1);
}

int main(int argc, char **argv)
{
    is_whole_grid = extent_is_whole(argc, argv);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_c1_coarse), cmocka_unit_test(test_c4_coarse), cmocka_unit_test(test_c1_medium),
                                       cmocka_unit_test(test_c2_medium), cmocka_unit_test(test_c3_medium),
                                       cmocka_unit_test(test_c3_lin_medium),
                                       cmocka_unit_test(test_c4_medium), cmocka_unit_test(test_c4_contour_medium),
                                       cmocka_unit_test(test_c5_medium), cmocka_unit_test(test_ripple)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
