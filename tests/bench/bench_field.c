/* Medians of the field solver: factorisation, its share of a solve, cold and warm solves, turning the rotor. Ratios are what to compare
 * between machines and versions; run with OPENBLAS_NUM_THREADS=1. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "materials/base/units.h"
#include "models/field/field_impl.h"
#include "tests/support/machines.h"
#include "tests/support/yardstick.h"

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

static double yardstick_ms(struct yardstick *y)
{
    double t[N_REPEAT];
    for (int k = 0; k < N_REPEAT; k++)
        t[k] = yardstick_eval_s(y);
    return median_ms(t);
}

static double factor_ms(struct field_ws *ws)
{
    double t[N_REPEAT];
    struct err e;
    for (int k = 0; k < N_REPEAT; k++) {
        double t0 = now_s();
        if (field_set_factor(ws, &e) != ST_OK)
            return 0.0;
        t[k] = now_s() - t0;
    }
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

static enum status solve_time(struct field_ws *ws, struct yardstick *y, const struct load *l, int cold, struct timing *out,
                              struct err *e)
{
    double t[N_REPEAT], ratio[N_REPEAT];
    struct field_result r;
    for (int k = 0; k < N_REPEAT; k++) {
        double scale = cold ? 1.0 : 1.0 + 0.05 * (k % 2), t0 = now_s();
        TRY(field_solve(ws, scale * l->i_d_A, scale * l->i_q_A, l->i_f_A, cold, &r, &out->info, e));
        t[k] = now_s() - t0;
        ratio[k] = t[k] / yardstick_eval_s(y);
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
    struct yardstick *y = NULL;
    struct field_result r;
    struct field_info info;
    enum status st = field_solve(ws, l->i_d_A, l->i_q_A, l->i_f_A, 1, &r, &info, e);
    if (st == ST_OK)
        st = yardstick_new(ws, &y, e);
    if (st == ST_OK)
        st = solve_time(ws, y, l, 1, &cold, e);
    if (st == ST_OK)
        st = solve_time(ws, y, l, 0, &warm, e);
    if (st == ST_OK) {
        printf("%s level %d: %ld unknowns, half-band %d, %ld in the factor\n", l->name, (int)level, cold.info.n_unknown,
               yardstick_get_half_band(y), info.n_factor);
        printf("  dpbtrf %.3f ms; assembly and factor %.3f ms; residual and assembly %.3f ms", yardstick_ms(y), factor_ms(ws),
               assembly_ms(ws));
        printf("; rotor turned %.3f ms\n", turn_ms(ws));
        print_solve("cold", &cold);
        print_solve("warm", &warm);
    }
    yardstick_free(y);
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
