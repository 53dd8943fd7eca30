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

/* Medians of the solve and of its ratio to a factorisation timed right after it, so that a busy machine disturbs both alike.
 * Warm: the currents move by a step of a flux map (5 % of the load) from the last solution. */
struct timing {
    double ms, ratio;
    struct field_info info;
};

static enum status solve_time(struct field_ws *ws, const struct load *l, int cold, struct timing *out, struct err *e)
{
    double t[N_REPEAT], ratio[N_REPEAT];
    struct field_result r;
    for (int k = 0; k < N_REPEAT; k++) {
        double scale = cold ? 1.0 : 1.0 + 0.05 * (k % 2), t0 = now_s();
        TRY(field_solve(ws, scale * l->i_d_A, scale * l->i_q_A, l->i_f_A, cold, &r, &out->info, e));
        t[k] = now_s() - t0;
        ratio[k] = t[k] / field_eval_factor_time_s(ws);
    }
    out->ms = median_ms(t);
    out->ratio = 1e-3 * median_ms(ratio);
    return ST_OK;
}

static void print_solve(const char *name, const struct timing *t)
{
    printf("  %s: %.2f ms = %.1f factorisations; %d steps, %d factorised\n", name, t->ms, t->ratio, t->info.n_iter,
           t->info.n_assembly);
}

static enum status run(const struct matlib *lib, const struct load *l, enum mesh_level level, struct err *e)
{
    struct machine m;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    struct timing cold, warm;
    TRY(machines_read_case(l->name, lib, NULL, &m, e));
    TRY(field_new(&m, level, &o, &ws, e));
    field_set_magnet_T(ws, 293.15);
    field_set_angle(ws, 10.0 * PI / 180.0);
    enum status st = solve_time(ws, l, 1, &cold, e);
    if (st == ST_OK)
        st = solve_time(ws, l, 0, &warm, e);
    if (st == ST_OK) {
        printf("%s level %d: %ld unknowns, half-band %ld\n", l->name, (int)level, cold.info.n_unknown, cold.info.half_band);
        printf("  factorisation %.3f ms; residual and assembly %.3f ms", factor_ms(ws), assembly_ms(ws));
        printf("; rotor turned %.3f ms\n", turn_ms(ws));
        print_solve("cold", &cold);
        print_solve("warm", &warm);
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
