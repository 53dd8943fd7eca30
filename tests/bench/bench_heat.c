/* Cost of heat, on the maps of a given motor: medians of a steady state, of the fixed point of losses and temperatures of one point (from a
 * cold guess, no field solution in it), of the timed peak, of a drive cycle of 600 s by seconds to its periodic state, and of the two rated
 * curves over 48 speeds. Processor time. */
#include <math.h>
#include <stdio.h>
#include "materials/base/units.h"
#include "models/evaluate_impl.h"
#include "solver/design.h"
#include "tests/support/clock.h"

#define N_REPEAT 15
#define N_INNER 20

enum { T_STEADY, T_OPERATE, T_FIXED, T_PULSE, T_CYCLE, T_RATING, T_COUNT };

/* An invented cycle with stops: 600 s of sines. */
static void set_cycle(struct duty *d)
{
    double torque_Nm = d->continuous.torque_Nm, speed = d->continuous.speed_rad_per_s;
    d->is_timed = 1;
    d->n_cycle = 600;
    d->cycle_s = 600.0;
    for (int k = 0; k < d->n_cycle; k++)
        d->cycle[k] = (struct duty_point){torque_Nm * (0.4 + 1.2 * sin(0.21 * k)), speed * fmax(0.0, sin(0.015 * k)), 1.0 / 600.0, 1.0};
}

static enum status repeat(struct evaluator *ev, struct eval_detail *d, double t[T_COUNT], struct err *e)
{
    struct duty_point p = ev->setup->duty.continuous;
    struct thermal_losses loss;
    struct operate_point o;
    struct thermal_state s;
    static struct result r;
    double at[T_COUNT + 1];
    p.weight_pu = 1.0;
    at[0] = clock_get_process_s();
    evaluate_heat_set_losses(ev, &ev->continuous, &loss);
    for (int k = 0; k < N_INNER; k++) {
        thermal_init_state(ev->thermal, 350.0, &s);
        TRY(thermal_solve_steady(ev->thermal, p.speed_rad_per_s, &loss, &s, e));
    }
    at[1] = clock_get_process_s();
    for (int k = 0; k < N_INNER; k++)
        TRY(operate_solve_torque(ev->operate, p.torque_Nm, p.speed_rad_per_s, OPERATE_MIN_CURRENT, &o, e));
    at[2] = clock_get_process_s();
    for (int k = 0; k < N_INNER; k++) {
        thermal_init_state(ev->thermal, 350.0, &s);
        TRY(evaluate_heat_solve_point(ev, &p, &o, &s, e));
    }
    at[3] = clock_get_process_s();
    s = ev->state_continuous;
    TRY(evaluate_heat_solve_pulse(ev, &ev->setup->duty.peak, ev->setup->duty.peak_duration_s, EVAL_PULSE_PARTS, &o, &s, e));
    at[4] = clock_get_process_s();
    TRY(evaluate_cycle_solve(ev, &r, d, e));
    at[5] = clock_get_process_s();
    TRY(evaluate_rating_solve(ev, &r, d, e));
    at[6] = clock_get_process_s();
    for (int k = 0; k < T_COUNT; k++)
        t[k] = (at[k + 1] - at[k]) / (k < T_PULSE ? N_INNER : 1);
    return ST_OK;
}

static enum status run(const char *path, const struct matlib *lib, struct err *e)
{
    static struct design d;
    static struct eval_detail detail;
    static struct result r;
    static double t[T_COUNT][N_REPEAT];
    struct market *market;
    struct evaluator *ev;
    TRY(market_new("materials/data", &market, e));
    TRY(design_read(path, 0, NULL, lib, market, &d, e));
    d.level.mesh = MESH_COARSE;
    d.level.confirm_demag = 0;
    TRY(evaluator_new(&d.setup, &d.level, &d.machine, &ev, e));
    TRY(evaluate_machine(ev, &d.machine, &r, &detail, e));
    set_cycle(&d.setup.duty);
    for (int k = 0; k < N_REPEAT; k++) {
        double one[T_COUNT];
        TRY(repeat(ev, &detail, one, e));
        for (int q = 0; q < T_COUNT; q++)
            t[q][k] = one[q];
    }
    double ms[T_COUNT];
    for (int q = 0; q < T_COUNT; q++)
        ms[q] = 1e3 * clock_eval_median(t[q], N_REPEAT);
    printf("%s\n  steady state at given losses: %.3f ms; currents of one point: %.3f ms\n", path, ms[T_STEADY],
           ms[T_OPERATE]);
    printf("  fixed point of losses, temperatures and magnet: %.3f ms (wanted: under 5)\n", ms[T_FIXED]);
    printf("  timed peak: %.2f ms; cycle of 600 s to its periodic state, %d passes: %.1f ms; rated torque, two curves over %d speeds: %.0f "
           "ms\n",
           ms[T_PULSE], detail.cycle_passes, ms[T_CYCLE], detail.n_speed, ms[T_RATING]);
    evaluator_free(ev);
    design_done(&d);
    market_free(market);
    return ST_OK;
}

int main(void)
{
    struct err e = {0};
    struct matlib *lib;
    enum status st = matlib_new("materials/data", &lib, &e);
    if (st == ST_OK)
        st = run("examples/02-prius-like/design.yaml", lib, &e);
    if (st == ST_OK)
        st = run("examples/03-wound-field/design.yaml", lib, &e);
    if (st != ST_OK)
        fprintf(stderr, "%s: %s\n", e.where, e.message);
    matlib_free(lib);
    return st == ST_OK ? 0 : 1;
}
