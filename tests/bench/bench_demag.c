/* Demagnetisation of all events of one design at search level: field solutions and time, against one field solution of the same mesh; and
 * the confirmed margin of one event. Medians. */
#include <stdio.h>
#include "materials/base/units.h"
#include "models/demag/demag.h"
#include "tests/support/clock.h"
#include "tests/support/machines.h"

#define N_REPEAT 15
#define N_EVENT 5

static enum status run(const struct matlib *lib, struct err *e)
{
    static const double I_D_A[N_EVENT] = {-250.0, -360.0, -355.0, -100.0, -390.0};
    struct demag_event ev[N_EVENT];
    struct demag_margin m[N_EVENT];
    struct machine machine;
    struct field_ws *fw = NULL;
    struct demag_ws *ws = NULL;
    struct field_result r;
    struct field_info info;
    double solve_s[N_REPEAT], all_s[N_REPEAT];
    const struct field_opts fo = field_opts_default();
    const struct demag_opts o = demag_opts_default();
    TRY(machines_read_case("C1", lib, NULL, &machine, e));
    TRY(matlib_get_magnet(lib, "N42SH", NULL, &machine.magnet, e));
    enum status st = field_new(&machine, MESH_COARSE, &fo, &fw, e);
    if (st == ST_OK)
        st = demag_new(fw, &machine, &ws, e);
    for (int k = 0; k < N_EVENT; k++) /* as a study asks for them: the last one a cold start */
        ev[k] = (struct demag_event){.T_K = KELVIN_OFFSET_K + (k == N_EVENT - 1 ? -30.0 : 82.0), .toward_cold = k == N_EVENT - 1,
                                     .i_d_A = I_D_A[k], .n_position = 1, .theta_el_rad = {PI / 9.0}, .with_mirror = 1};
    for (int k = 0; k < N_REPEAT && st == ST_OK; k++) {
        double at[3] = {clock_get_wall_s()};
        field_set_magnet_T(fw, ev[0].T_K);
        field_set_angle(fw, PI / 9.0);
        st = field_solve(fw, -360.0, 0.0, 0.0, 1, &r, &info, e);
        at[1] = clock_get_wall_s();
        if (st == ST_OK)
            st = demag_eval_margins(ws, fw, N_EVENT, ev, &o, m, e);
        at[2] = clock_get_wall_s();
        solve_s[k] = at[1] - at[0];
        all_s[k] = at[2] - at[1];
    }
    if (st == ST_OK) {
        const double all_ms = 1e3 * clock_eval_median(all_s, N_REPEAT), solve_ms = 1e3 * clock_eval_median(solve_s, N_REPEAT);
        printf("demagnetisation, C1 coarse, %ld unknowns: %d events in %ld field solutions, %.1f ms = %.1f cold solutions of %.1f ms\n",
               info.n_unknown, N_EVENT, m[0].n_solve, all_ms, all_ms / solve_ms, solve_ms);
    }
    const double start_s = clock_get_wall_s();
    if (st == ST_OK)
        st = demag_confirm_margin(ws, fw, &ev[1], &o, &m[1], e);
    if (st == ST_OK)
        printf("  one margin confirmed: %.1f K (estimated %.1f K) and %.3f times the current (%.3f), %ld field solutions, %.0f ms\n",
               m[1].T_margin_confirmed_K, m[1].T_margin_estimated_K, m[1].current_factor_confirmed, m[1].current_factor_estimated,
               m[1].n_solve - m[1].n_solve_estimate, 1e3 * (clock_get_wall_s() - start_s));
    demag_free(ws);
    field_free(fw);
    return st;
}

int main(void)
{
    struct err e = {0};
    struct matlib *lib = NULL;
    enum status st = matlib_new("materials/data", &lib, &e);
    if (st == ST_OK)
        st = run(lib, &e);
    if (st != ST_OK)
        fprintf(stderr, "bench_demag: %s: %s\n", e.where, e.message);
    matlib_free(lib);
    return st == ST_OK ? 0 : 1;
}
