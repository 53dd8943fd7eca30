/* Medians of the field solver, one thread: the yardstick (one dpbtrf of the same matrix, tests/support/yardstick.h), the parts of a
 * solution, cold and warm solutions and what share of them goes into assembly (residual, points of linearisation, tangent), into factors
 * and their substitutions, and into the rest (relaxation, vectors, results), turning the rotor, a flux map. Ratios within the run are
 * what to compare between machines and versions; each is the median of ratios to a yardstick timed right after, so that a busy machine
 * disturbs both alike. Run with OPENBLAS_NUM_THREADS=1. */
#include <stdio.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/field/field_impl.h"
#include "models/operate/flux_map.h"
#include "tests/support/clock.h"
#include "tests/support/machines.h"
#include "tests/support/yardstick.h"

#define N_REPEAT 25
#define N_MAP_REPEAT 21     /* of 600 solutions each */
#define MAP_SIDE 10
#define MAP_POSITION 6
#define MAP_CURRENT_A 250.0
#define STEP_EL_RAD (10.0 * PI / 180.0)

struct load { const char *name; double i_d_A, i_q_A, i_f_A; };

enum part {
    PART_YARDSTICK,
    PART_POINTS,
    PART_RESIDUAL,
    PART_TANGENT,
    PART_FACTOR,
    PART_SUBSTITUTION,
    PART_TURN,
    PART_TURN_KEPT,
    PART_COUNT
};

/* Each part once; the solution in ws stays: at a solution the points of linearisation stay where they are. */
static enum status parts_time(struct field_ws *ws, int k, double t[PART_COUNT][N_REPEAT], struct err *e)
{
    double mark[PART_TURN - PART_POINTS + 1];
    memset(ws->rhs, 0, ((size_t)ws->n_dof + 1) * sizeof *ws->rhs);
    mark[0] = clock_get_thread_s();
    field_set_points(ws, ws->A);
    field_add_point_load(ws, ws->rhs);
    mark[1] = clock_get_thread_s();
    field_eval_residual(ws, ws->A, ws->R);
    mark[2] = clock_get_thread_s();
    field_assemble_tangent(ws);
    mark[3] = clock_get_thread_s();
    TRY(frontal_set_factor(&ws->factor, e));
    mark[4] = clock_get_thread_s();
    frontal_solve(&ws->factor, ws->rhs);
    mark[5] = clock_get_thread_s();
    for (int part = PART_POINTS; part < PART_TURN; part++)
        t[part][k] = mark[part - PART_POINTS + 1] - mark[part - PART_POINTS];
    return ST_OK;
}

static void turns_time(struct field_ws *ws, int k, double t[PART_COUNT][N_REPEAT])
{
    double there = ws->theta_el_rad, mark[3];
    mark[0] = clock_get_thread_s();
    field_set_angle(ws, 1.0 + 0.013 * k);
    mark[1] = clock_get_thread_s();
    field_set_angle(ws, there);
    mark[2] = clock_get_thread_s();
    t[PART_TURN][k] = mark[1] - mark[0];
    t[PART_TURN_KEPT][k] = mark[2] - mark[1];
}

/* A cold solution; warm ones after a step of 5 % in current, after a step of the rotor through 10 degrees, always to new angles, and as in
 * a map: to one of six kept angles and after each round of them 5 % on in current. */
enum kind { COLD, WARM_CURRENT, WARM_TURNED, WARM_MAP, KIND_COUNT };
static const char *const KIND_NAME[KIND_COUNT] = {"cold", "warm, current 5 % on", "warm, rotor 10 deg el on, new angle",
                                                  "warm, as along a map"};

struct timing {
    double ms, ratio;
    struct field_info info;
};

static enum status kind_time(struct field_ws *ws, struct yardstick *y, const struct load *l, enum kind kind, struct timing *out,
                             struct err *e)
{
    double t[N_REPEAT], ratio[N_REPEAT], base = ws->theta_el_rad;
    struct field_result r;
    for (int k = 0; k < N_REPEAT; k++) {
        double scale = kind == WARM_CURRENT ? 1.0 + 0.05 * (k % 2) : kind == WARM_MAP ? 1.0 + 0.05 * (k / 6) : 1.0, theta = base;
        if (kind == WARM_TURNED)
            theta += STEP_EL_RAD * (k + 1);
        else if (kind == WARM_MAP)
            theta += STEP_EL_RAD * (k / 6 % 2 == 0 ? k % 6 : 5 - k % 6);
        double t0 = clock_get_thread_s();
        field_set_angle(ws, theta);
        TRY(field_solve(ws, scale * l->i_d_A, scale * l->i_q_A, l->i_f_A, kind == COLD, &r, &out->info, e));
        t[k] = clock_get_thread_s() - t0;
        ratio[k] = t[k] / yardstick_eval_s(y);
    }
    out->ms = 1e3 * clock_eval_median(t, N_REPEAT);
    out->ratio = clock_eval_median(ratio, N_REPEAT);
    field_set_angle(ws, base);
    return field_solve(ws, l->i_d_A, l->i_q_A, l->i_f_A, 0, &r, &(struct field_info){0}, e);
}

static void print_timing(const char *name, const struct timing *t, const double part_ms[PART_COUNT])
{
    const double n = t->info.n_iter, n_factor = t->info.n_assembly;
    const double algebra = n_factor * part_ms[PART_FACTOR] + n * part_ms[PART_SUBSTITUTION];
    const double assembly = n * part_ms[PART_RESIDUAL] + n_factor * (part_ms[PART_POINTS] + part_ms[PART_TANGENT]);
    printf("  %-36s %6.2f ms = %.1f dpbtrf; %2d steps, %d factorised; assembly %.0f %%, factors %.0f %%, all else %.0f %%\n", name, t->ms,
           t->ratio, t->info.n_iter, t->info.n_assembly, 100.0 * assembly / t->ms, 100.0 * algebra / t->ms,
           100.0 * (1.0 - (assembly + algebra) / t->ms));
}

static void print_parts(const double ms[PART_COUNT])
{
    printf("  dpbtrf %.3f ms; factor %.3f, substitution %.3f, residual %.3f, points %.3f, tangent %.3f ms; rotor turned %.3f ms, to a kept "
           "angle %.4f\n",
           ms[PART_YARDSTICK], ms[PART_FACTOR], ms[PART_SUBSTITUTION], ms[PART_RESIDUAL], ms[PART_POINTS], ms[PART_TANGENT],
           ms[PART_TURN], ms[PART_TURN_KEPT]);
}

static enum status bench_solutions(struct field_ws *ws, struct yardstick *y, const struct load *l, enum mesh_level level, struct err *e)
{
    static double t[PART_COUNT][N_REPEAT];
    double ms[PART_COUNT];
    struct timing timing[KIND_COUNT];
    for (int k = 0; k < N_REPEAT; k++)
        TRY(parts_time(ws, k, t, e));
    for (int k = 0; k < N_REPEAT; k++)
        t[PART_YARDSTICK][k] = yardstick_eval_s(y);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        TRY(kind_time(ws, y, l, (enum kind)kind, &timing[kind], e));
    for (int k = 0; k < N_REPEAT; k++)
        turns_time(ws, k, t);
    for (int part = 0; part < PART_COUNT; part++)
        ms[part] = 1e3 * clock_eval_median(t[part], N_REPEAT);
    printf("%s level %d: %ld unknowns, half-band of the yardstick %d, %ld entries in the factor\n", l->name, (int)level,
           timing[COLD].info.n_unknown, yardstick_get_half_band(y), timing[COLD].info.n_factor);
    print_parts(ms);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        print_timing(KIND_NAME[kind], &timing[kind], ms);
    return ST_OK;
}

static enum status bench_case(const struct matlib *lib, const struct load *l, enum mesh_level level, struct err *e)
{
    struct machine m;
    struct field_ws *ws;
    struct yardstick *y = NULL;
    struct field_opts o = field_opts_default();
    struct field_result r;
    struct field_info info;
    TRY(machines_read_case(l->name, lib, NULL, &m, e));
    TRY(field_new(&m, level, &o, &ws, e));
    field_set_magnet_T(ws, 293.15);
    field_set_angle(ws, STEP_EL_RAD);
    enum status st = field_solve(ws, l->i_d_A, l->i_q_A, l->i_f_A, 1, &r, &info, e);
    if (st == ST_OK)
        st = yardstick_new(ws, &y, e);
    if (st == ST_OK)
        st = bench_solutions(ws, y, l, level, e);
    yardstick_free(y);
    field_free(ws);
    return st;
}

/* 10 x 10 currents at six positions, losses included. */
static enum status map_time(struct field_ws *ws, const struct machine *m, struct flux_map *fm, struct err *e)
{
    double t[N_MAP_REPEAT];
    struct flux_map_opts o = {.n_d = MAP_SIDE, .n_q = MAP_SIDE, .n_f = 1, .n_position = MAP_POSITION, .magnet_T_K = 293.15,
                              .corner_A = (double)INFINITY};
    for (int k = 0; k < MAP_SIDE; k++) {
        o.i_d_A[k] = MAP_CURRENT_A * ((double)k / (MAP_SIDE - 1) - 1.0);
        o.i_q_A[k] = MAP_CURRENT_A * k / (MAP_SIDE - 1);
    }
    for (int k = 0; k < N_MAP_REPEAT; k++) {
        double t0 = clock_get_thread_s();
        TRY(flux_map_solve(fm, ws, m, &o, e));
        t[k] = clock_get_thread_s() - t0;
    }
    double s = clock_eval_median(t, N_MAP_REPEAT);
    printf("C1 coarse, flux map %d x %d at %d positions: %ld solutions and the core loss of each point in %.3f s (%.2f ms each)\n",
           MAP_SIDE, MAP_SIDE, MAP_POSITION, fm->n_solve, s, 1e3 * s / (double)fm->n_solve);
    return ST_OK;
}

static enum status bench_map(const struct matlib *lib, struct err *e)
{
    struct machine m;
    struct field_ws *ws = NULL;
    struct flux_map *fm = NULL;
    struct field_opts o = field_opts_default();
    TRY(machines_read_case("C1", lib, NULL, &m, e));
    enum status st = field_new(&m, MESH_COARSE, &o, &ws, e);
    if (st == ST_OK)
        st = flux_map_new(MAP_SIDE * MAP_SIDE, &fm, e);
    if (st == ST_OK)
        st = map_time(ws, &m, fm, e);
    flux_map_free(fm);
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
            st = bench_case(lib, &LOAD[k], (enum mesh_level)level, &e);
    if (st == ST_OK)
        st = bench_map(lib, &e);
    printf("For scale, not timed here: one cold solution by xfemm b4ab66a (FEMM's kernel, release build, precision 1e-8, one thread of\n"
           "a 2-vCPU EPYC) of SyR-e's example motors at af19f1a, 4,747 to 6,639 nodes, 13 to 24 Newton steps: 770 to 1,400 ms, mesh\n"
           "excluded.\n");
    if (st != ST_OK)
        fprintf(stderr, "%s: %s\n", e.where, e.message);
    else
        matlib_free(lib);
    return st == ST_OK ? 0 : 1;
}
