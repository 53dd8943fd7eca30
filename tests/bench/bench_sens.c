/* Cost of a gradient in cold field solutions, by processor time of the thread: medians of the ratio over repeats, each solved cold and
 * differentiated one after the other. A batch of N_STATE rotor positions, as losses need it: per position the field figures by adjoint, and
 * with them dB/dx of all elements the direct way; losses from all, demagnetising field from one; motion of the nodes, strength, windings
 * and masses once per design. */
#include <stdio.h>
#include <stdlib.h>
#include "models/sens/sens.h"
#include "tests/support/clock.h"
#include "tests/support/design.h"

#define N_REPEAT 25
#define N_STATE 3

enum {
    T_SOLVE /* of the batch, like the next three; the others once */,
    T_ADJOINT,
    T_DIRECT,
    T_DESIGN,
    T_MAGNET,
    T_IRON,
    T_STRESS,
    T_STRESS_BOTH,
    T_MASS,
    T_COUNT
};

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

/* One position: a cold solution, its derivatives by adjoint; the same solution once more, since the factor is then at hand, and the direct
 * way, which includes the adjoints. */
static enum status state_time(struct bench *b, int k, double i_f_A, double t[T_COUNT], struct err *e)
{
    struct field_result r;
    struct field_info info;
    double at[5];
    field_set_angle(b->fw, 0.137 + iron_get_position_el_rad(&b->sp.machine, k, N_STATE));
    at[0] = clock_get_thread_s();
    TRY(field_solve(b->fw, -120.0, 190.0, i_f_A, 1, &r, &info, e));
    at[1] = clock_get_thread_s();
    TRY(sens_solve(b->ws, b->fw, k, 0, &b->g, e));
    at[2] = clock_get_thread_s();
    TRY(field_solve(b->fw, -120.0, 190.0, i_f_A, 1, &r, &info, e));
    at[3] = clock_get_thread_s();
    TRY(sens_solve(b->ws, b->fw, k, 1, &b->g, e));
    at[4] = clock_get_thread_s();
    t[T_SOLVE] += at[1] - at[0];
    t[T_ADJOINT] += at[2] - at[1];
    t[T_DIRECT] += at[4] - at[3];
    return ST_OK;
}

/* Seconds of each part. */
static enum status repeat(struct bench *b, double i_f_A, double t[T_COUNT], struct err *e)
{
    struct stress_smooth strength;
    struct sens_magnet magnet;
    struct winding_geometry winding;
    struct sens_bom mass;
    struct stress_result sr;
    struct stress_opts so = stress_opts_default();
    double at[T_COUNT + 2];
    at[0] = clock_get_thread_s();
    TRY(sens_set_design(b->ws, &b->sp, b->fw, e));
    at[1] = clock_get_thread_s();
    t[T_DESIGN] = at[1] - at[0];
    t[T_SOLVE] = t[T_ADJOINT] = t[T_DIRECT] = 0.0;
    for (int k = 0; k < N_STATE; k++)
        TRY(state_time(b, k, i_f_A, t, e));
    at[2] = clock_get_thread_s();
    if (b->sp.machine.magnet && b->sp.type != ROTOR_SALIENT)
        TRY(sens_eval_magnet(b->ws, 0, &magnet, b->magnet, e));
    at[3] = clock_get_thread_s();
    sens_eval_iron(b->ws, N_STATE, NULL, b->iron, NULL);
    at[4] = clock_get_thread_s();
    TRY(stress_eval(b->stress, field_get_mesh(b->fw), &b->sp.machine, 1200.0, &so, &sr, e));
    at[5] = clock_get_thread_s();
    TRY(sens_eval_stress(b->ws, 1200.0, &so, &strength, b->strength, e));
    at[6] = clock_get_thread_s();
    TRY(sens_eval_winding(b->ws, &winding, b->winding, e));
    TRY(sens_eval_bom(b->ws, &b->in, &b->el, &mass, b->mass, e));
    at[7] = clock_get_thread_s();
    for (int k = T_MAGNET; k < T_COUNT; k++)
        t[k] = at[3 + k - T_MAGNET] - at[2 + k - T_MAGNET];
    return ST_OK;
}

static double ratio(double t[T_COUNT][N_REPEAT], int a, int b)
{
    double q[N_REPEAT];
    for (int i = 0; i < N_REPEAT; i++)
        q[i] = t[a][i] / t[b][i];
    return clock_eval_median(q, N_REPEAT);
}

static double time_ms(double t[T_COUNT][N_REPEAT], int k)
{
    double q[N_REPEAT];
    for (int i = 0; i < N_REPEAT; i++)
        q[i] = 1e3 * t[k][i];
    return clock_eval_median(q, N_REPEAT);
}

static void print(const char *name, int n_var, double t[T_COUNT][N_REPEAT])
{
    double all[N_REPEAT], adjoint[N_REPEAT], one[T_COUNT], ms[T_COUNT];
    for (int k = 0; k < T_COUNT; k++) { /* in cold solutions, of which a batch has N_STATE; ms of one position */
        const int of_batch = k <= T_DIRECT || k == T_IRON;
        one[k] = ratio(t, k, T_SOLVE) * (of_batch ? 1.0 : N_STATE);
        ms[k] = time_ms(t, k) / (of_batch ? N_STATE : 1.0);
    }
    for (int i = 0; i < N_REPEAT; i++) {
        const double once = t[T_DESIGN][i] + t[T_STRESS_BOTH][i] - t[T_STRESS][i] + t[T_MASS][i];
        adjoint[i] = (N_STATE * once + t[T_ADJOINT][i]) / t[T_SOLVE][i];
        all[i] = (once + t[T_DIRECT][i] + t[T_MAGNET][i] + t[T_IRON][i]) / t[T_SOLVE][i];
    }
    printf("%s: gradient to %d variables, in cold solutions (%.2f ms of processor time, medians of %d)\n", name, n_var, ms[T_SOLVE],
           N_REPEAT);
    printf("  once per design: motion of the nodes %.2f (%.2f ms), windings and masses %.2f (%.2f ms)\n", one[T_DESIGN], ms[T_DESIGN],
           one[T_MASS], ms[T_MASS]);
    printf("  strength, with its own solution: %.2f stress solutions (%.2f of %.2f ms)\n", ratio(t, T_STRESS_BOTH, T_STRESS),
           ms[T_STRESS_BOTH], ms[T_STRESS]);
    printf("  per position: field figures by adjoint %.2f (%.2f ms); with dB/dx of all elements %.2f (%.2f ms)\n", one[T_ADJOINT],
           ms[T_ADJOINT], one[T_DIRECT], ms[T_DIRECT]);
    printf("  from dB/dx: field in the magnets %.2f (%.2f ms), losses %.2f (%.2f ms) per position\n", one[T_MAGNET], ms[T_MAGNET],
           one[T_IRON], ms[T_IRON]);
    printf(
        "  all: linkages, torque, strength, masses of one position %.2f cold solutions more; with losses and field in the magnets, of %d\n"
        "  positions, %.2f more per solution (wanted: at most 1.5)\n",
        clock_eval_median(adjoint, N_REPEAT), N_STATE, clock_eval_median(all, N_REPEAT));
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
    struct sens_opts so = {.n_var_max = b->sp.n, .n_state_max = N_STATE, .direct = 1, .stress = 1};
    TRY(field_new(&m, level, &o, &b->fw, e));
    field_set_magnet_T(b->fw, 373.15);
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
