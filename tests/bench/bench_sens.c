/* Cost of a gradient in cold field solutions, by processor time of the thread: medians of the ratio over repeats, each solved cold and
 * differentiated one after the other. Motion of the nodes and strength once per design; field figures by adjoint, dB/dx of all elements and
 * demagnetising field per state; masses. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "models/sens/sens.h"
#include "tests/support/design.h"

#define N_REPEAT 25

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
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

enum { T_SOLVE, T_DESIGN, T_ADJOINT, T_DIRECT, T_MAGNET, T_IRON, T_STRESS, T_STRESS_BOTH, T_MASS, T_COUNT };

struct bench {
    struct sens_space sp;
    struct field_ws *fw;
    struct sens_ws *ws;
    struct stress_ws *stress;
    struct bom_elements el;
    struct bom_input in;
    struct field_gradient g;
    struct iron_coef iron[SENS_MAX_VAR];
    struct sens_magnet magnet[SENS_MAX_VAR];
    struct stress_smooth strength[SENS_MAX_VAR];
    struct winding_geometry winding[SENS_MAX_VAR];
    struct sens_bom mass[SENS_MAX_VAR];
};

static const char *const SYMBOL[] = {"Fe", "Nd", "Pr", "Dy", "Tb", "B",       "Co", "Cu",    "Al",    "electrical_steel", "Ga",  "Zr",
                                     "Nb", "C",  "N",  "Si", "Mn", "polymer", "Sm", "resin", "steel", "aluminium",        "iron"};

/* Seconds of each part. */
static enum status repeat(struct bench *b, double i_f_A, double t[T_COUNT], struct err *e)
{
    struct stress_smooth strength;
    struct sens_magnet magnet;
    struct winding_geometry winding;
    struct sens_bom mass;
    struct stress_result sr;
    struct stress_opts so = stress_opts_default();
    struct field_result r;
    struct field_info info;
    double at[T_COUNT + 2];
    at[0] = now_s();
    TRY(field_solve(b->fw, -120.0, 190.0, i_f_A, 1, &r, &info, e));
    at[1] = now_s();
    TRY(sens_set_design(b->ws, &b->sp, b->fw, e));
    at[2] = now_s();
    TRY(sens_solve(b->ws, b->fw, 0, 0, &b->g, e));
    at[3] = now_s();
    TRY(field_solve(b->fw, -120.0, 190.0, i_f_A, 1, &r, &info, e)); /* a factor that is not at hand */
    at[4] = now_s();
    TRY(sens_solve(b->ws, b->fw, 0, 1, &b->g, e));
    at[5] = now_s();
    if (b->sp.machine.magnet && b->sp.type != ROTOR_SALIENT)
        TRY(sens_eval_magnet(b->ws, 0, &magnet, b->magnet, e));
    at[6] = now_s();
    sens_eval_iron(b->ws, 1, NULL, b->iron);
    at[7] = now_s();
    TRY(stress_eval(b->stress, field_get_mesh(b->fw), &b->sp.machine, 1200.0, &so, &sr, e));
    at[8] = now_s();
    TRY(sens_eval_stress(b->ws, 1200.0, &so, &strength, b->strength, e));
    at[9] = now_s();
    TRY(sens_eval_winding(b->ws, &winding, b->winding, e));
    TRY(sens_eval_bom(b->ws, &b->in, &b->el, &mass, b->mass, e));
    at[10] = now_s();
    static const int FROM[T_COUNT] = {0, 1, 2, 4, 5, 6, 7, 8, 9};
    for (int k = 0; k < T_COUNT; k++)
        t[k] = at[FROM[k] + 1] - at[FROM[k]];
    return ST_OK;
}

static double ratio(double t[T_COUNT][N_REPEAT], int a, int b)
{
    double q[N_REPEAT];
    for (int i = 0; i < N_REPEAT; i++)
        q[i] = t[a][i] / t[b][i];
    return median(q);
}

static double time_ms(double t[T_COUNT][N_REPEAT], int k)
{
    double q[N_REPEAT];
    for (int i = 0; i < N_REPEAT; i++)
        q[i] = 1e3 * t[k][i];
    return median(q);
}

static void print(const char *name, int n_var, double t[T_COUNT][N_REPEAT])
{
    double all[N_REPEAT], adjoint[N_REPEAT];
    for (int i = 0; i < N_REPEAT; i++) {
        const double once = t[T_DESIGN][i] + t[T_STRESS_BOTH][i] - t[T_STRESS][i] + t[T_MASS][i];
        adjoint[i] = (once + t[T_ADJOINT][i]) / t[T_SOLVE][i];
        all[i] = (once + t[T_DIRECT][i] + t[T_MAGNET][i] + t[T_IRON][i]) / t[T_SOLVE][i];
    }
    printf("%s: gradient to %d variables, in cold solutions (%.2f ms of processor time, medians of %d)\n", name, n_var,
           time_ms(t, T_SOLVE), N_REPEAT);
    printf("  motion of the nodes, once per design: %.2f (%.2f ms)\n", ratio(t, T_DESIGN, T_SOLVE), time_ms(t, T_DESIGN));
    printf("  field figures by adjoint: %.2f (%.2f ms); with dB/dx of all elements: %.2f (%.2f ms)\n", ratio(t, T_ADJOINT, T_SOLVE),
           time_ms(t, T_ADJOINT), ratio(t, T_DIRECT, T_SOLVE), time_ms(t, T_DIRECT));
    printf("  from dB/dx: field in the magnets %.2f (%.2f ms), iron loss and slot field %.2f (%.2f ms) per position\n",
           ratio(t, T_MAGNET, T_SOLVE), time_ms(t, T_MAGNET), ratio(t, T_IRON, T_SOLVE), time_ms(t, T_IRON));
    printf("  strength, with its own solution: %.2f stress solutions (%.2f of %.2f ms)\n", ratio(t, T_STRESS_BOTH, T_STRESS),
           time_ms(t, T_STRESS_BOTH), time_ms(t, T_STRESS));
    printf("  windings and masses: %.2f (%.2f ms)\n", ratio(t, T_MASS, T_SOLVE), time_ms(t, T_MASS));
    printf("  all: %.2f cold solutions more, with dB/dx and what follows from it %.2f (wanted: at most 1.5)\n", median(adjoint),
           median(all));
}

static enum status run(const struct matlib *lib, enum rotor_type t, enum mesh_level level, struct err *e)
{
    static double time_s[T_COUNT][N_REPEAT];
    struct space_envelope env = design_get_envelope(4, 48);
    struct field_opts o = field_opts_default();
    struct bench *b = calloc(1, sizeof *b);
    struct machine m;
    double x[SPACE_MAX_VAR];
    if (!b)
        return err_set(e, ST_NO_MEMORY, "bench", "no memory");
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.5;
    b->el = (struct bom_elements){ARRAY_LEN(SYMBOL), SYMBOL};
    b->in = (struct bom_input){
        .shaft_kg = 1.0, .housing_kg = 5.0, .gbd_buy_to_fly = 2.0, .steel_purchase = BOM_STEEL_BY_BLANK, .blank_web_m = 2e-3};
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
        TRY(repeat(b, t == ROTOR_SALIENT ? 12.0 : 0.0, one, e));
        for (int k = 0; k < T_COUNT; k++)
            time_s[k][i] = one[k];
    }
    print(machine_get_rotor_key(t), b->sp.n, time_s);
    sens_free(b->ws);
    stress_free(b->stress);
    field_free(b->fw);
    free(b);
    return ST_OK;
}

int main(void)
{
    struct err e = {0};
    struct matlib *lib;
    enum status st = matlib_new("materials/data", &lib, &e);
    static const enum rotor_type TYPE[] = {ROTOR_V, ROTOR_SALIENT, ROTOR_DOUBLE_V};
    for (int k = 0; k < ARRAY_LEN(TYPE) && st == ST_OK; k++)
        st = run(lib, TYPE[k], MESH_COARSE, &e);
    if (st != ST_OK)
        fprintf(stderr, "%s: %s\n", e.where, e.message);
    return st == ST_OK ? 0 : 1;
}
