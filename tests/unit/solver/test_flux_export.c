/* test_flux_export.c - flux maps as files, read back: the .mat by matio, the CSV by the strict number reader; against the map they were
 * made from, and against the closed form of a linear machine. */
#include "tests/support/close.h"
#include "tests/support/program.h"
#include "tests/support/fault.h"
#include "materials/base/numtext.h"
#include "materials/base/units.h"
#include "solver/flux_export.h"
#include <matio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define P 4
#define IMAX 300.0
#define PSI 0.1
#define LD 0.4e-3
#define LQ 0.9e-3
#define M 0.02
#define LF 0.5

struct fixture { struct flux_map *fm; struct flux_export *x; char folder[64], path[96]; };

/* Linear, or with saturation and cross coupling when `bend` > 0. */
static struct flux_map *make_map(int is_wound, double bend)
{
    struct flux_map_opts o = {.n_d = 9, .n_q = 7, .n_f = is_wound ? 4 : 1, .n_position = 3, .corner_A = 1.25 * IMAX};
    struct flux_map *fm;
    struct err e;
    for (int k = 0; k < o.n_d; k++)
        o.i_d_A[k] = IMAX * (-1.15 + 1.35 * k / (o.n_d - 1));
    for (int k = 0; k < o.n_q; k++)
        o.i_q_A[k] = k * IMAX / (o.n_q - 1);
    for (int k = 0; k < o.n_f; k++)
        o.i_f_A[k] = 5.0 * k;
    assert_ok(flux_map_new(o.n_d * o.n_q * o.n_f, &fm, &e), &e);
    assert_ok(flux_map_set_grid(fm, P, &o, &e), &e);
    for (int k = 0; k < fm->n; k++) {
        double d = o.i_d_A[k % o.n_d], q = o.i_q_A[k / o.n_d % o.n_q], f = o.i_f_A[k / (o.n_d * o.n_q)];
        double soft = 1.0 / (1.0 + bend * (d * d + q * q) / (IMAX * IMAX));
        fm->lambda_d_Wb[k] = (is_wound ? M * f : PSI) + LD * d * soft;
        fm->lambda_q_Wb[k] = LQ * q * soft;
        fm->lambda_f_Wb[k] = LF * f + 1.5 * M * d;
        fm->torque_Nm[k] = 1.5 * P * (fm->lambda_d_Wb[k] * q - fm->lambda_q_Wb[k] * d);
        fm->ripple_Nm[k] = 0.01 * q;
        for (int r = 0; r < LOSS_REGION_COUNT; r++) {
            fm->hyst_W_per_Hz[r][k] = 0.1 * (r + 1) + 1e-6 * q * q;
            fm->eddy_W_per_Hz2[r][k] = 1e-4 * (r + 1);
            fm->excess_W_per_Hz15[r][k] = 1e-3 * (r + 1);
        }
        fm->slot_Bt2_T2[k] = 1e-7 * (d * d + q * q);
    }
    flux_map_set_nodes(fm);
    return fm;
}

static struct fixture begin(int is_wound, double bend)
{
    struct fixture f = {.fm = make_map(is_wound, bend)};
    struct flux_export_meta meta = {"a machine", is_wound ? (double)NAN : 373.15, 0.02, 2e-5, IMAX};
    struct err e;
    assert_ok(flux_export_new(f.fm, &meta, &f.x, &e), &e);
    program_set_folder(f.folder, sizeof f.folder);
    assert_true(f.folder[0]);
    return f;
}

static void end(struct fixture *f)
{
    flux_export_free(f->x);
    flux_map_free(f->fm);
    program_remove_folder(f->folder);
}

/* ---- values ---- */

static void test_linear(void **state)
{
    (void)state;
    struct fixture f = begin(0, 0.0);
    assert_int_equal(f.x->n_q, 2 * FLUX_EXPORT_STEPS + 1);
    for (int k = 0; k < f.x->n; k++) {
        const struct flux_row *r = &f.x->row[k];
        assert_close(r->i_d_A, IMAX * (k % f.x->n_d - FLUX_EXPORT_STEPS) / FLUX_EXPORT_STEPS, 0.0, 1e-9);
        assert_close(r->i_q_A, IMAX * (k / f.x->n_d - FLUX_EXPORT_STEPS) / FLUX_EXPORT_STEPS, 0.0, 1e-9);
        if (r->is_inside < 1.0)
            continue; /* corners of the map are continued */
        assert_close(r->lambda_d_Wb, PSI + LD * r->i_d_A, 0.0, 1e-10);
        assert_close(r->lambda_q_Wb, LQ * r->i_q_A, 0.0, 1e-10);
        assert_close(r->torque_Nm, 1.5 * P * (PSI + (LD - LQ) * r->i_d_A) * r->i_q_A, 0.0, 1e-6);
        const double got[] = {r->L_d_H, r->L_dd_H, r->L_q_H, r->L_qq_H}, want[] = {LD, LD, LQ, LQ};
        assert_close_array(got, want, 4, 1e-8, 0.0);
        assert_close(r->L_dq_H, 0.0, 0.0, 1e-9);
        assert_close(r->L_qd_H, 0.0, 0.0, 1e-9);
    }
    int n_found = 0;
    for (int k = 0; k < f.x->n_inverse; k++) {
        const struct flux_inverse_row *r = &f.x->inverse[k];
        if (!isfinite(r->i_d_A) || r->is_inside < 1.0)
            continue;
        n_found++;
        assert_close(r->i_d_A, (r->lambda_d_Wb - PSI) / LD, 0.0, 1e-5);
        assert_close(r->i_q_A, r->lambda_q_Wb / LQ, 0.0, 1e-5);
    }
    assert_true(n_found > f.x->n_inverse / 2);
    end(&f);
}

/* Every point of the inverse map, put back into the map, gives its linkages; the temperature shift of the last use does not matter. */
static void test_inverse(void **state)
{
    (void)state;
    for (int is_wound = 0; is_wound < 2; is_wound++) {
        struct fixture f = begin(is_wound, 0.3);
        for (int k = 0; k < f.x->n_inverse; k++) {
            const struct flux_inverse_row *r = &f.x->inverse[k];
            struct flux_point p;
            if (!isfinite(r->i_d_A))
                continue;
            flux_map_eval(f.fm, r->i_d_A, r->i_q_A, r->i_f_A, &p);
            assert_close(p.lambda_d_Wb, r->lambda_d_Wb, 0.0, 1e-9);
            assert_close(p.lambda_q_Wb, r->lambda_q_Wb, 0.0, 1e-9);
            assert_close(p.torque_Nm, r->torque_Nm, 1e-9, 1e-9);
        }
        struct flux_export *again;
        struct err e;
        flux_map_set_shift(f.fm, -20.0);
        assert_ok(flux_export_new(f.fm, &f.x->meta, &again, &e), &e);
        assert_memory_equal(again->row, f.x->row, (size_t)f.x->n * sizeof *f.x->row);
        flux_export_free(again);
        end(&f);
    }
}

/* ---- MATLAB ---- */

static matvar_t *read_array(mat_t *mat, const char *name, int n0, int n1, int n2)
{
    matvar_t *v = Mat_VarRead(mat, name);
    if (!v)
        fail_msg("the file lacks %s", name);
    assert_int_equal(v->class_type, MAT_C_DOUBLE);
    assert_int_equal(v->rank, n2 > 1 ? 3 : 2);
    assert_int_equal(v->dims[0], n0);
    assert_int_equal(v->dims[1], n1);
    assert_true(n2 == 1 || (int)v->dims[2] == n2);
    return v;
}

static void check_real(mat_t *mat, const char *name, double want)
{
    matvar_t *v = read_array(mat, name, 1, 1, 1);
    assert_close(*(const double *)v->data, want, 1e-15, 0.0);
    Mat_VarFree(v);
}

static void check_meta(mat_t *mat, const struct flux_export *x)
{
    matvar_t *meta = Mat_VarRead(mat, "meta");
    int n;
    const struct flux_column *c = flux_export_get_columns(&n);
    assert_non_null(meta);
    matvar_t *machine = Mat_VarGetStructFieldByName(meta, "machine", 0), *units = Mat_VarGetStructFieldByName(meta, "units", 0);
    assert_non_null(machine);
    assert_non_null(units);
    assert_int_equal(machine->nbytes, strlen(x->meta.machine));
    assert_memory_equal(machine->data, x->meta.machine, strlen(x->meta.machine));
    for (int k = 0; k < n; k++) {
        const matvar_t *unit = Mat_VarGetStructFieldByName(units, c[k].key, 0);
        assert_non_null(unit);
        assert_memory_equal(unit->data, c[k].unit, strlen(c[k].unit));
    }
    for (int k = 0; flux_export_conventions[k][0]; k++)
        assert_non_null(Mat_VarGetStructFieldByName(meta, flux_export_conventions[k][0], 0));
    Mat_VarFree(meta);
}

static void check_mat(struct fixture *f, int is_wound)
{
    const struct flux_export *x = f->x;
    struct err e;
    int n;
    const struct flux_column *c = flux_export_get_columns(&n);
    snprintf(f->path, sizeof f->path, "%s/map.mat", f->folder);
    assert_ok(flux_export_write_mat(x, f->path, &e), &e);
    mat_t *mat = Mat_Open(f->path, MAT_ACC_RDONLY);
    assert_non_null(mat);
    assert_int_equal(Mat_GetVersion(mat), MAT_FT_MAT5);
    check_meta(mat, x);
    check_real(mat, "pole_pairs", P);
    check_real(mat, "R20_ohm", 0.02);
    check_real(mat, "L_end_H", 2e-5);
    for (int k = 0; k < n; k++) {
        if (strncmp(c[k].key, "i_", 2) == 0 || (c[k].is_wound && !is_wound))
            continue;
        matvar_t *v = read_array(mat, c[k].key, x->n_d, x->n_q, x->n_f);
        for (int i = 0; i < x->n; i++)
            assert_close(((const double *)v->data)[i], flux_export_get_value(&c[k], &x->row[i]), 0.0, 0.0);
        Mat_VarFree(v);
    }
    /* axes and the arrays of drive simulators against the map itself */
    matvar_t *d = read_array(mat, "i_d_A", x->n_d, 1, 1), *q = read_array(mat, "i_q_A", x->n_q, 1, 1);
    matvar_t *Fd = read_array(mat, "Fd", x->n_q, x->n_d, 1), *Fq = read_array(mat, "Fq", x->n_q, x->n_d, 1);
    matvar_t *Id = read_array(mat, "Id", x->n_q, x->n_d, 1), *T = read_array(mat, "T", x->n_q, x->n_d, 1);
    double i_f_A = is_wound ? f->fm->opts.i_f_A[f->fm->opts.n_f - 1] : 0.0;
    for (int j = 0; j < x->n_d; j++)
        for (int i = 0; i < x->n_q; i++) {
            struct flux_point p;
            int at = j * x->n_q + i; /* column-major */
            double i_d = ((const double *)d->data)[j], i_q = ((const double *)q->data)[i];
            flux_map_eval(f->fm, i_d, i_q, i_f_A, &p);
            assert_close(((const double *)Id->data)[at], i_d, 0.0, 0.0);
            assert_close(((const double *)Fd->data)[at], p.lambda_d_Wb, 1e-14, 1e-15);
            assert_close(((const double *)Fq->data)[at], p.lambda_q_Wb, 1e-14, 1e-15);
            assert_close(((const double *)T->data)[at], p.torque_Nm, 1e-14, 1e-12);
        }
    matvar_t *all[] = {d, q, Fd, Fq, Id, T};
    for (int k = 0; k < ARRAY_LEN(all); k++)
        Mat_VarFree(all[k]);
    Mat_VarFree(read_array(mat, "inverse_i_d_A", FLUX_EXPORT_LINKAGES, FLUX_EXPORT_LINKAGES, x->n_f));
    Mat_Close(mat);
}

static void test_mat(void **state)
{
    (void)state;
    for (int is_wound = 0; is_wound < 2; is_wound++) {
        struct fixture f = begin(is_wound, 0.3);
        check_mat(&f, is_wound);
        end(&f);
    }
}

/* Same map, same bytes: neither time nor path is in the file. */
static void test_mat_repeats(void **state)
{
    (void)state;
    struct fixture f = begin(0, 0.3);
    char other[96];
    long n, m;
    struct err e;
    snprintf(f.path, sizeof f.path, "%s/a.mat", f.folder);
    snprintf(other, sizeof other, "%s/b.mat", f.folder);
    assert_ok(flux_export_write_mat(f.x, f.path, &e), &e);
    assert_ok(flux_export_write_mat(f.x, other, &e), &e);
    char *a = program_read_file(f.path, &n), *b = program_read_file(other, &m);
    assert_true(a && b);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, (size_t)n);
    assert_null(strstr(a, f.folder));
    free(a);
    free(b);
    end(&f);
}

/* ---- CSV ---- */

static void check_csv(struct fixture *f, int is_wound)
{
    struct err e;
    int n, row = 0, is_heading_past = 0;
    const struct flux_column *c = flux_export_get_columns(&n);
    snprintf(f->path, sizeof f->path, "%s/map.csv", f->folder);
    assert_ok(flux_export_write_csv(f->x, f->path, &e), &e);
    char *text = program_read_file(f->path, NULL);
    assert_non_null(text);
    for (char *line = text, *next; *line; line = next) {
        next = strchr(line, '\n');
        assert_non_null(next);
        *next++ = '\0';
        if (line[0] == '#')
            continue;
        for (int k = 0; k < n; k++) {
            if (c[k].is_wound && !is_wound)
                continue;
            char *comma = strchr(line, ',');
            if (comma)
                *comma = '\0';
            if (!is_heading_past)
                assert_string_equal(line, c[k].key);
            else {
                assert_true(row < f->x->n);
                assert_close(strtod(line, NULL), flux_export_get_value(&c[k], &f->x->row[row]), 1e-9, 0.0);
            }
            line = comma ? comma + 1 : next - 1;
        }
        row += is_heading_past;
        is_heading_past = 1;
    }
    assert_int_equal(row, f->x->n);
    free(text);
}

static void test_csv(void **state)
{
    (void)state;
    for (int is_wound = 0; is_wound < 2; is_wound++) {
        struct fixture f = begin(is_wound, 0.3);
        check_csv(&f, is_wound);
        end(&f);
    }
}

/* ---- what fails ---- */

static void test_refused(void **state)
{
    (void)state;
    struct fixture f = begin(0, 0.0);
    struct flux_export_meta meta = f.x->meta;
    struct flux_export *x;
    struct err e;
    static const double BAD[] = {0.0, -1.0, 1.01 * IMAX, (double)NAN};
    for (int k = 0; k < ARRAY_LEN(BAD); k++) {
        meta.current_max_A = BAD[k];
        assert_status(flux_export_new(f.fm, &meta, &x, &e), ST_RANGE, NULL);
        assert_null(x);
    }
    assert_status(flux_export_write_mat(f.x, "/proc/nothing/map.mat", &e), ST_IO, NULL);
    assert_status(flux_export_write_csv(f.x, "/proc/nothing/map.csv", &e), ST_IO, NULL);
    end(&f);
}

static enum status make(void *ctx, struct err *e)
{
    const struct fixture *f = ctx;
    struct flux_export *x;
    TRY(flux_export_new(f->fm, &f->x->meta, &x, e));
    enum status st = flux_export_write_mat(x, f->path, e);
    flux_export_free(x);
    return st;
}

static void test_no_memory(void **state)
{
    (void)state;
    struct fixture f = begin(0, 0.0);
    snprintf(f.path, sizeof f.path, "%s/map.mat", f.folder);
    assert_true(fault_check(make, &f) >= 4);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear), cmocka_unit_test(test_inverse), cmocka_unit_test(test_mat),       cmocka_unit_test(test_mat_repeats),
        cmocka_unit_test(test_csv),    cmocka_unit_test(test_refused), cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
