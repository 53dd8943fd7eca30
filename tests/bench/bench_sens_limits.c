/* Cost of the gradients of temperatures and of an event's limit, in cold field solutions of the same design, by processor time of the
 * thread: medians over repeats. Both are for one design and one point or event; the losses that the temperatures need come out of the batch
 * of bench_sens.c. Beside them the value alone: what the event's limit costs without derivatives. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "materials/base/units.h"
#include "models/sens/sens_demag.h"
#include "models/sens/sens_heat.h"
#include "tests/support/design.h"

#define N_REPEAT 9
#define N_STATE 2

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

static struct datum exact(double value) { return (struct datum){value, value, value, QUALITY_ASSUMED, "ASSUMED"}; }

static enum status opts_set(const struct matlib *lib, struct sens_heat_opts *o, struct err *e)
{
    *o = (struct sens_heat_opts){
        .exciter = {1.0, 0.0}, .build_factor_pu = 1.6, .gas_T_K = 373.15, .bearing_Nm = 0.3, .windage_factor_pu = 1.0};
    o->cooling = (struct thermal_opts){.cooling = THERMAL_JACKET, .ambient_K = 313.15, .inlet_K = 338.15, .flow_m3_per_s = 1.5e-4,
        .duct_width_m = 20e-3, .duct_height_m = 5e-3, .duct_rib_m = 4e-3, .duct_wall_m = 5e-3, .jacket_overhang_m = 10e-3,
        .n_duct_parallel = 1, .housing_thickness_m = 15e-3, .end_clearance_m = 12e-3, .housing_contact = exact(2e-4),
        .shaft_contact = exact(2e-4), .magnet_contact = exact(3e-4), .liner_gap = exact(0.05e-3), .impregnation_fill = exact(0.7),
        .stack_axial_conductivity = exact(2.5), .end_film_a = exact(15.5), .end_film_b = exact(0.29), .end_film_c = exact(1.0),
        .bearing_conductance = exact(1.0), .flange_conductance = exact(2.0), .emissivity = exact(0.6)};
    TRY(matlib_get_coolant(lib, "water_glycol_50", NULL, &o->cooling.coolant, e));
    return matlib_get_coolant(lib, "air", NULL, &o->gas, e);
}

struct bench {
    struct sens_space sp;
    struct field_ws *fw;
    struct sens_ws *ws;
    struct sens_heat_ws *heat;
    struct sens_demag_ws *limit;
    struct demag_ws *demag;
    struct iron_coef value, iron[SENS_MAX_VAR], by_source[FIELD_SOURCE_COUNT];
    struct sens_heat by_x[SENS_MAX_VAR], by_current[FIELD_CURRENT_COUNT];
    struct field_gradient g;
};

static enum status bench_new(struct bench *b, const struct matlib *lib, enum rotor_type t, struct err *e)
{
    const struct space_envelope env = design_get_envelope(4, 48);
    const struct field_opts o = field_opts_default();
    struct sens_heat_opts ho;
    struct machine m;
    double x[SPACE_MAX_VAR];
    for (int k = 0; k < SPACE_MAX_VAR; k++)
        x[k] = 0.5;
    TRY(design_set_materials(t, lib, &m, e));
    TRY(matlib_get_magnet(lib, "N42SH", NULL, &m.magnet, e));
    TRY(sens_space_init_box(&b->sp, t, &env, x, &m, e));
    const struct sens_opts so = {.n_var_max = b->sp.n, .n_state_max = N_STATE, .direct = 1};
    TRY(opts_set(lib, &ho, e));
    TRY(field_new(&m, MESH_COARSE, &o, &b->fw, e));
    TRY(sens_new(b->fw, &m, &so, &b->ws, e));
    TRY(sens_set_design(b->ws, &b->sp, b->fw, e));
    TRY(sens_heat_new(&ho, &b->heat, e));
    TRY(demag_new(b->fw, &m, &b->demag, e));
    return sens_demag_new(b->fw, b->ws, &b->limit, e);
}

static void bench_free(struct bench *b)
{
    sens_free(b->ws);
    sens_heat_free(b->heat);
    sens_demag_free(b->limit);
    demag_free(b->demag);
    field_free(b->fw);
    free(b);
}

enum { SOLVE, HEAT, LIMIT, LIMIT_ALONE, ESTIMATE, COUNT };

static enum status repeat(struct bench *b, double t[COUNT], struct sens_demag *limit, struct err *e)
{
    const struct sens_heat_point point = {-30.0, 55.0, 0.0, 600.0};
    const struct demag_event ev = {.T_K = 393.15, .i_d_A = -350.0, .n_position = 1, .theta_el_rad = {PI / 9.0}, .with_mirror = 1};
    const struct demag_opts o = demag_opts_default();
    struct demag_margin margin;
    struct sens_heat value;
    struct field_result r;
    struct field_info info;
    double at[COUNT + 1];
    field_set_magnet_T(b->fw, 373.15);
    t[SOLVE] = 0.0;
    for (int k = 0; k < N_STATE; k++) {
        field_set_angle(b->fw, 0.137 + iron_get_position_el_rad(&b->sp.machine, k, N_STATE));
        const double before = now_s();
        TRY(field_solve(b->fw, point.i_d_A, point.i_q_A, 0.0, 1, &r, &info, e));
        t[SOLVE] += (now_s() - before) / N_STATE;
        TRY(sens_solve(b->ws, b->fw, k, 1, &b->g, e));
    }
    sens_eval_iron(b->ws, N_STATE, &b->value, b->iron, b->by_source);
    const struct sens_heat_iron in = {&b->value, b->iron, b->by_source, 373.15};
    at[HEAT] = now_s();
    TRY(sens_heat_eval(b->heat, b->ws, &point, &in, &value, b->by_x, b->by_current, e));
    at[ESTIMATE] = now_s();
    TRY(demag_eval_margins(b->demag, b->fw, 1, &ev, &o, &margin, e));
    at[LIMIT] = now_s();
    TRY(sens_demag_eval(b->limit, b->ws, b->fw, b->demag, &ev, &o, ev.T_K + margin.T_margin_estimated_K, 1, limit, e));
    at[LIMIT_ALONE] = now_s();
    TRY(sens_demag_eval(b->limit, b->ws, b->fw, b->demag, &ev, &o, ev.T_K + margin.T_margin_estimated_K, 0, limit, e));
    at[COUNT] = now_s();
    t[HEAT] = at[ESTIMATE] - at[HEAT];
    t[ESTIMATE] = at[LIMIT] - at[ESTIMATE];
    t[LIMIT] = at[LIMIT_ALONE] - at[LIMIT];
    t[LIMIT_ALONE] = at[COUNT] - at[LIMIT_ALONE];
    return ST_OK;
}

static enum status run(const struct matlib *lib, enum rotor_type t, struct err *e)
{
    static double ratio[COUNT][N_REPEAT];
    struct sens_demag limit;
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return err_set(e, ST_NO_MEMORY, "bench", "no memory");
    enum status st = bench_new(b, lib, t, e);
    for (int i = 0; i < N_REPEAT && st == ST_OK; i++) {
        double one[COUNT] = {0.0};
        st = repeat(b, one, &limit, e);
        for (int k = 0; k < COUNT; k++)
            ratio[k][i] = one[k] / one[SOLVE];
    }
    if (st == ST_OK)
        printf("%s: gradients to %d variables, in cold solutions (medians of %d)\n"
               "  temperatures of a point %.2f\n"
               "  temperature of an event's limit %.1f, value alone %.1f (%ld solutions, %d elements touched); its estimate %.1f\n",
               machine_get_rotor_key(t), b->sp.n, N_REPEAT, median(ratio[HEAT]), median(ratio[LIMIT]), median(ratio[LIMIT_ALONE]),
               limit.n_solve, limit.n_touched, median(ratio[ESTIMATE]));
    bench_free(b);
    return st;
}

int main(void)
{
    struct err e = {0};
    struct matlib *lib;
    enum status st = matlib_new("materials/data", &lib, &e);
    static const enum rotor_type TYPE[] = {ROTOR_V, ROTOR_DOUBLE_V};
    for (int k = 0; k < ARRAY_LEN(TYPE) && st == ST_OK; k++)
        st = run(lib, TYPE[k], &e);
    if (st != ST_OK)
        fprintf(stderr, "%s: %s\n", e.where, e.message);
    return st == ST_OK ? 0 : 1;
}
