/* flux_export_mat.c - the map as MATLAB v5 file, by matio. */
#include "solver/flux_export.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "solver/cli.h"
#include <math.h>
#include <matio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/banned.h"

struct writer { mat_t *mat; double *work; int failed; };

static void write_var(struct writer *w, matvar_t *v)
{
    w->failed |= !v || Mat_VarWrite(w->mat, v, MAT_COMPRESSION_NONE) != 0;
    Mat_VarFree(v);
}

/* Array of w->work; n[2] = 1 is left out, so that a machine without field winding has plain matrices. */
static void write_array(struct writer *w, const char *name, const int n[3])
{
    size_t dims[3] = {(size_t)n[0], (size_t)n[1], (size_t)n[2]};
    write_var(w, Mat_VarCreate(name, MAT_C_DOUBLE, MAT_T_DOUBLE, n[2] > 1 ? 3 : 2, dims, w->work, 0));
}

static void write_real(struct writer *w, const char *name, double v)
{
    static const int ONE[3] = {1, 1, 1};
    w->work[0] = v;
    write_array(w, name, ONE);
}

static matvar_t *get_text(const char *name, const char *s)
{
    char copy[512]; /* matio wants it writable, and copies it */
    snprintf(copy, sizeof copy, "%s", s);
    size_t dims[2] = {1, strlen(copy)};
    return Mat_VarCreate(name, MAT_C_CHAR, MAT_T_UTF8, 2, dims, copy, 0);
}

/* Axis k (0: i_d, 1: i_q, 2: i_f) as a column. */
static void write_axis(struct writer *w, const struct flux_export *x, const char *name, int axis)
{
    int n[3] = {axis == 0 ? x->n_d : axis == 1 ? x->n_q : x->n_f, 1, 1}, step = axis == 0 ? 1 : axis == 1 ? x->n_d : x->n_d * x->n_q;
    for (int k = 0; k < n[0]; k++) {
        const struct flux_row *r = &x->row[k * step];
        w->work[k] = axis == 0 ? r->i_d_A : axis == 1 ? r->i_q_A : r->i_f_A;
    }
    write_array(w, name, n);
}

/* Every column but the axes, as ndgrid arrays. */
static void write_columns(struct writer *w, const struct flux_export *x)
{
    int n, size[3] = {x->n_d, x->n_q, x->n_f};
    const struct flux_column *c = flux_export_get_columns(&n);
    write_axis(w, x, "i_d_A", 0);
    write_axis(w, x, "i_q_A", 1);
    if (x->n_f > 1)
        write_axis(w, x, "i_f_A", 2);
    for (int k = 0; k < n; k++) {
        if (strncmp(c[k].key, "i_", 2) == 0 || (c[k].is_wound && x->n_f == 1))
            continue;
        for (int i = 0; i < x->n; i++)
            w->work[i] = flux_export_get_value(&c[k], &x->row[i]);
        write_array(w, c[k].key, size);
    }
}

/* The same under the names that drive simulators read, rows i_q, columns i_d, last field current. */
static void write_meshgrid(struct writer *w, const struct flux_export *x)
{
    static const struct { const char *name; size_t offset; } NAMES[] = {
        {"Id", offsetof(struct flux_row, i_d_A)},       {"Iq", offsetof(struct flux_row, i_q_A)},
        {"Fd", offsetof(struct flux_row, lambda_d_Wb)}, {"Fq", offsetof(struct flux_row, lambda_q_Wb)},
        {"T", offsetof(struct flux_row, torque_Nm)},    {"dTpp", offsetof(struct flux_row, ripple_Nm)}};
    int size[3] = {x->n_q, x->n_d, 1};
    const struct flux_row *layer = x->row + (x->n_f - 1) * x->n_d * x->n_q;
    for (int k = 0; k < ARRAY_LEN(NAMES); k++) {
        for (int d = 0; d < x->n_d; d++)
            for (int q = 0; q < x->n_q; q++)
                w->work[d * x->n_q + q] = *(const double *)((const char *)&layer[q * x->n_d + d] + NAMES[k].offset);
        write_array(w, NAMES[k].name, size);
    }
    if (x->n_f > 1)
        write_real(w, "If", layer->i_f_A);
}

static void write_inverse(struct writer *w, const struct flux_export *x)
{
    int n = FLUX_EXPORT_LINKAGES, axis[3] = {n, 1, 1}, size[3] = {n, n, x->n_f}, n_column;
    const struct flux_column *c = flux_export_get_inverse_columns(&n_column);
    for (int k = 0; k < n; k++)
        w->work[k] = x->inverse[k].lambda_d_Wb;
    write_array(w, "inverse_lambda_d_Wb", axis);
    for (int k = 0; k < n; k++)
        w->work[k] = x->inverse[k * n].lambda_q_Wb;
    write_array(w, "inverse_lambda_q_Wb", axis);
    for (int k = 3; k < n_column; k++) {
        char name[64];
        snprintf(name, sizeof name, "inverse_%s", c[k].key);
        for (int i = 0; i < x->n_inverse; i++)
            w->work[i] = flux_export_get_value(&c[k], &x->inverse[i]);
        write_array(w, name, size);
    }
}

/* meta.<key> = text; meta.units.<variable> = unit. */
static void write_meta(struct writer *w, const struct flux_export *x)
{
    static const char *const EXTRA[] = {"program", "machine", "units"};
    enum { MAX_FIELD = 64 };
    const char *key[MAX_FIELD], *unit_key[MAX_FIELD];
    size_t one[2] = {1, 1};
    int n = 0, n_column;
    const struct flux_column *c = flux_export_get_columns(&n_column);
    for (; flux_export_conventions[n][0]; n++)
        key[n] = flux_export_conventions[n][0];
    for (int k = 0; k < ARRAY_LEN(EXTRA); k++)
        key[n + k] = EXTRA[k];
    for (int k = 0; k < n_column; k++)
        unit_key[k] = c[k].key;
    matvar_t *meta = Mat_VarCreateStruct("meta", 2, one, key, (unsigned)(n + ARRAY_LEN(EXTRA)));
    matvar_t *units = Mat_VarCreateStruct("units", 2, one, unit_key, (unsigned)n_column);
    if (!meta || !units) {
        Mat_VarFree(meta);
        Mat_VarFree(units);
        w->failed = 1;
        return;
    }
    for (int k = 0; k < n; k++)
        Mat_VarSetStructFieldByName(meta, key[k], 0, get_text(key[k], flux_export_conventions[k][1]));
    for (int k = 0; k < n_column; k++)
        Mat_VarSetStructFieldByName(units, c[k].key, 0, get_text(c[k].key, c[k].unit));
    Mat_VarSetStructFieldByName(meta, "program", 0, get_text("program", "motrade " MOTRADE_VERSION));
    Mat_VarSetStructFieldByName(meta, "machine", 0, get_text("machine", x->meta.machine));
    Mat_VarSetStructFieldByName(meta, "units", 0, units);
    write_var(w, meta);
}

static void write_all(struct writer *w, const struct flux_export *x)
{
    write_meta(w, x);
    write_real(w, "pole_pairs", x->p);
    write_real(w, "R20_ohm", x->meta.R20_ohm);
    write_real(w, "L_end_H", x->meta.L_end_H);
    write_real(w, "magnet_degC", x->meta.magnet_K - KELVIN_OFFSET_K);
    write_real(w, "rotor_positions", x->n_position);
    write_columns(w, x);
    write_meshgrid(w, x);
    write_inverse(w, x);
}

enum status flux_export_write_mat(const struct flux_export *x, const char *path, struct err *e)
{
    char part[1024];
    if (snprintf(part, sizeof part, "%s.tmp", path) >= (int)sizeof part)
        return err_set(e, ST_IO, path, "path is too long");
    struct writer w = {.work = mem_new((size_t)(x->n > x->n_inverse ? x->n : x->n_inverse), sizeof(double))};
    if (!w.work)
        return err_set(e, ST_NO_MEMORY, path, "no memory for %d values", x->n);
    w.mat = Mat_CreateVer(part, "MATLAB 5.0 MAT-file, motrade " MOTRADE_VERSION " flux map", MAT_FT_MAT5);
    if (w.mat)
        write_all(&w, x);
    int ok = w.mat && Mat_Close(w.mat) == 0 && !w.failed && rename(part, path) == 0;
    if (!ok)
        unlink(part);
    mem_free(w.work);
    return ok ? ST_OK : err_set(e, ST_IO, path, "cannot write the MATLAB file");
}
