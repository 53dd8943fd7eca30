/* Cost of a gradient against the solution that it belongs to: medians of the ratio, each pair timed one after the other. Motion of the
 * nodes once per design, then per state the field figures by adjoint, and dB/dx of all elements the direct way; at last strength. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "models/sens/sens.h"
#include "tests/support/design.h"

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

static double median(double *t)
{
    qsort(t, N_REPEAT, sizeof *t, compare);
    return t[N_REPEAT / 2];
}

enum { T_SOLVE, T_DESIGN, T_ADJOINT, T_DIRECT, T_STRESS, T_STRESS_GRADIENT, T_ALL, T_COUNT };

struct bench { struct sens_space sp; struct field_ws *fw; struct sens_ws *ws; struct stress_ws *stress; };

/* One repeat: seconds of each part. */
static enum status repeat(struct bench *b, double i_f_A, struct field_gradient *g, double t[T_COUNT], struct err *e)
{
    struct stress_smooth value, out[SENS_MAX_VAR];
    struct stress_result sr;
    struct stress_opts so = stress_opts_default();
    struct field_result r;
    struct field_info info;
    double at[T_COUNT + 1];
    at[0] = now_s();
    TRY(field_solve(b->fw, -120.0, 190.0, i_f_A, 1, &r, &info, e));
    at[1] = now_s();
    TRY(sens_set_design(b->ws, &b->sp, b->fw, e));
    at[2] = now_s();
    TRY(sens_solve(b->ws, b->fw, 0, 0, g, e));
    at[3] = now_s();
    TRY(field_solve(b->fw, -120.0, 190.0, i_f_A, 1, &r, &info, e)); /* a factor that is not at hand */
    at[4] = now_s();
    TRY(sens_solve(b->ws, b->fw, 0, 1, g, e));
    at[5] = now_s();
    TRY(stress_eval(b->stress, field_get_mesh(b->fw), &b->sp.machine, 1200.0, &so, &sr, e));
    at[6] = now_s();
    TRY(sens_eval_stress(b->ws, 1200.0, &so, &value, out, e));
    at[7] = now_s();
    t[T_SOLVE] = at[1] - at[0];
    t[T_DESIGN] = at[2] - at[1];
    t[T_ADJOINT] = at[3] - at[2];
    t[T_DIRECT] = at[5] - at[4];
    t[T_STRESS] = at[6] - at[5];
    t[T_STRESS_GRADIENT] = at[7] - at[6];
    t[T_ALL] = t[T_DESIGN] + t[T_ADJOINT];
    return ST_OK;
}

static void print(const char *name, int n_var, double t[T_COUNT][N_REPEAT])
{
    double ratio[T_COUNT];
    for (int k = 0; k < T_COUNT; k++) {
        double q[N_REPEAT];
        for (int i = 0; i < N_REPEAT; i++)
            q[i] = t[k][i] / t[k == T_STRESS_GRADIENT ? T_STRESS : T_SOLVE][i];
        ratio[k] = median(q);
    }
    printf("%s: gradient to %d variables, in cold solutions (%.2f ms)\n", name, n_var, 1e3 * median(t[T_SOLVE]));
    printf("  motion of the nodes, once per design: %.2f (%.2f ms)\n", ratio[T_DESIGN], 1e3 * median(t[T_DESIGN]));
    printf("  field figures, adjoint: %.2f (%.2f ms); with the motion %.2f\n", ratio[T_ADJOINT], 1e3 * median(t[T_ADJOINT]), ratio[T_ALL]);
    printf("  and dB/dx, direct: %.2f (%.2f ms)\n", ratio[T_DIRECT], 1e3 * median(t[T_DIRECT]));
    printf("  strength: %.2f of a stress solution (%.2f ms)\n", ratio[T_STRESS_GRADIENT], 1e3 * median(t[T_STRESS_GRADIENT]));
}

static enum status run(const struct matlib *lib, enum rotor_type t, enum mesh_level level, struct err *e)
{
    static double time_s[T_COUNT][N_REPEAT];
    struct space_envelope env = design_get_envelope(4, 48);
    struct field_opts o = field_opts_default();
    struct field_gradient *g = malloc(sizeof *g);
    struct bench *b = calloc(1, sizeof *b);
    struct machine m;
    double x[SPACE_MAX_VAR];
    if (!g || !b)
        return err_set(e, ST_NO_MEMORY, "bench", "no memory");
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.5;
    TRY(design_set_materials(t, lib, &m, e));
    TRY(sens_space_init_box(&b->sp, t, &env, x, &m, e));
    struct sens_opts so = {.n_var_max = b->sp.n, .n_state_max = 1, .direct = 1, .stress = 1};
    TRY(field_new(&m, level, &o, &b->fw, e));
    field_set_magnet_T(b->fw, 373.15);
    field_set_angle(b->fw, 0.137);
    TRY(stress_new(field_get_mesh(b->fw), &b->stress, e));
    TRY(sens_new(b->fw, &m, &so, &b->ws, e));
    for (int i = 0; i < N_REPEAT; i++) {
        double one[T_COUNT];
        TRY(repeat(b, t == ROTOR_SALIENT ? 12.0 : 0.0, g, one, e));
        for (int k = 0; k < T_COUNT; k++)
            time_s[k][i] = one[k];
    }
    print(machine_get_rotor_key(t), b->sp.n, time_s);
    sens_free(b->ws);
    stress_free(b->stress);
    field_free(b->fw);
    free(b);
    free(g);
    return ST_OK;
}

int main(void)
{
    struct err e = {0};
    struct matlib *lib;
    enum status st = matlib_new("materials/data", &lib, &e);
    if (st == ST_OK)
        st = run(lib, ROTOR_V, MESH_COARSE, &e);
    if (st == ST_OK)
        st = run(lib, ROTOR_SALIENT, MESH_COARSE, &e);
    if (st != ST_OK)
        fprintf(stderr, "%s: %s\n", e.where, e.message);
    return st == ST_OK ? 0 : 1;
}
