/* Medians of the field solver: factorisation, its share of a solve, cold and warm solves, turning the rotor. Ratios are what to compare
 * between machines and versions; run with OPENBLAS_NUM_THREADS=1. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "materials/base/units.h"
#include "models/field/field_impl.h"
#include "tests/support/machines.h"

#define N_REPEAT 25

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_ms(double *t)
{
    qsort(t, N_REPEAT, sizeof *t, compare);
    return 1e3 * t[N_REPEAT / 2];
}

struct load { const char *name; double i_d_A, i_q_A, i_f_A; };

static double factor_ms(struct field_ws *ws)
{
    double t[N_REPEAT];
    for (int k = 0; k < N_REPEAT; k++)
        t[k] = field_eval_factor_time_s(ws);
    return median_ms(t);
}

static double assembly_ms(struct field_ws *ws)
{
    double t[N_REPEAT];
    for (int k = 0; k < N_REPEAT; k++) {
        double t0 = now_s();
        field_eval_residual(ws, ws->A, ws->R);
        field_assemble_tangent(ws);
        t[k] = now_s() - t0;
    }
    ws->has_factor = 0;
    return median_ms(t);
}

static double turn_ms(struct field_ws *ws)
{
    double t[N_REPEAT];
    for (int k = 0; k < N_REPEAT; k++) {
        double t0 = now_s();
        field_set_angle(ws, 0.05 * (k + 1));
        t[k] = now_s() - t0;
    }
    return median_ms(t);
}

/* Warm: the currents move by a step of a flux map (5 % of the load) from the last solution. */
static enum status solve_ms(struct field_ws *ws, const struct load *l, int cold, double *ms, struct field_info *info, struct err *e)
{
    double t[N_REPEAT];
    struct field_result r;
    for (int k = 0; k < N_REPEAT; k++) {
        double scale = cold ? 1.0 : 1.0 + 0.05 * (k % 2), t0 = now_s();
        TRY(field_solve(ws, scale * l->i_d_A, scale * l->i_q_A, l->i_f_A, cold, &r, info, e));
        t[k] = now_s() - t0;
    }
    *ms = median_ms(t);
    return ST_OK;
}

static enum status run(const struct matlib *lib, const struct load *l, enum mesh_level level, struct err *e)
{
    struct machine m;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    struct field_info cold, warm;
    double cold_ms, warm_ms;
    TRY(machines_read_case(l->name, lib, NULL, &m, e));
    TRY(field_new(&m, level, &o, &ws, e));
    field_set_magnet_T(ws, 293.15);
    field_set_angle(ws, 10.0 * PI / 180.0);
    enum status st = solve_ms(ws, l, 1, &cold_ms, &cold, e);
    if (st == ST_OK)
        st = solve_ms(ws, l, 0, &warm_ms, &warm, e);
    if (st == ST_OK) {
        double factor = factor_ms(ws), assembly = assembly_ms(ws), turn = turn_ms(ws);
        printf("%s level %d: %ld unknowns, half-band %ld\n", l->name, (int)level, cold.n_unknown, cold.half_band);
        printf("  factorisation %.3f ms; residual and assembly %.3f ms; rotor turned %.3f ms\n", factor, assembly, turn);
        printf("  cold solve %.2f ms = %.1f factorisations: %d steps, %d factorised\n", cold_ms, cold_ms / factor, cold.n_iter,
               cold.n_assembly);
        printf("  warm solve %.2f ms = %.1f factorisations: %d steps, %d factorised\n", warm_ms, warm_ms / factor, warm.n_iter,
               warm.n_assembly);
    }
    field_free(ws);
    return st;
}

int main(void)
{
    static const struct load LOAD[2] = {{"C1", -125.0, 175.0, 0.0}, {"C4", -60.0, 210.0, 14.0}};
    struct err e = {0};
    struct matlib *lib;
    enum status st = matlib_new("materials/data", &lib, &e);
    for (int k = 0; st == ST_OK && k < 2; k++)
        for (int level = MESH_COARSE; st == ST_OK && level <= MESH_MEDIUM; level++)
            st = run(lib, &LOAD[k], (enum mesh_level)level, &e);
    if (st != ST_OK)
        fprintf(stderr, "%s: %s\n", e.where, e.message);
    else
        matlib_free(lib);
    return st == ST_OK ? 0 : 1;
}
