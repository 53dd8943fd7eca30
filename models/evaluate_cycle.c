/* evaluate_cycle.c - the drive cycle: the steady state of its mean losses, and for a cycle in time the swing of the temperatures about it.
 */
#include "models/evaluate_impl.h"
#include <string.h>
#include "materials/base/banned.h"

#define STEP_S 2.0        /* time step: a fraction of the shortest time constant that counts, copper to tooth, some 10 s */
#define PART_S 20.0       /* losses and films are renewed at least this often */
#define CYCLE_TOL_K 0.1
#define CYCLE_PASS_MAX 40
#define CYCLE_GRID 8

/* Parts of the cycle's intervals. */
struct cycle_ctx {
    struct evaluator *ev;
    int n_part;
    double copper_K, field_K; /* temperatures that the points of ev->cycle were solved at */
};

static double get_resistance_pu(const struct conductor *c, double T_K, double T_ref_K)
{
    return conductor_eval_resistivity_ohm_m(c, T_K) / conductor_eval_resistivity_ohm_m(c, T_ref_K);
}

/* Losses of a part: currents as solved at the mean temperatures of the cycle, resistances at those of the moment. */
static enum status eval_part(void *ctx, int k, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    struct cycle_ctx *c = ctx;
    const struct evaluator *ev = c->ev;
    (void)e;
    evaluate_heat_set_losses(ev, &ev->cycle[ev->cycle_part_of[k]], out);
    double copper = get_resistance_pu(ev->machine.stator_conductor, s->copper_mean_K, c->copper_K);
    out->copper_slot_W *= copper;
    out->copper_end_W *= copper;
    if (machine_has_field_winding(&ev->machine))
        out->field_W *= get_resistance_pu(ev->machine.field_conductor, s->field_mean_K, c->field_K);
    return ST_OK;
}

/* Cut long intervals; every part knows its point. */
static int set_parts(struct evaluator *ev)
{
    const struct duty *duty = &ev->setup->duty;
    int n = 0;
    for (int k = 0; k < duty->n_cycle; k++) {
        double left = EVAL_MAX_PART - n - (duty->n_cycle - k); /* keep one part for every interval to come */
        int m = (int)fmin(ceil(duty->cycle[k].duration_s / PART_S), fmax(left, 1.0));
        double part_s = duty->cycle[k].duration_s / m;
        for (int q = 0; q < m; q++, n++) {
            ev->cycle_part[n] = (struct thermal_interval){part_s, duty->cycle[k].speed_rad_per_s, (int)ceil(part_s / STEP_S)};
            ev->cycle_part_of[n] = k;
        }
    }
    return n;
}

/* Starts from the steady state of the mean losses in ev->state. A cycle that finds no periodic state counts like a point that ran away. */
static enum status solve_swing(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    struct cycle_ctx ctx = {ev, set_parts(ev), ev->state.copper_mean_K, evaluate_heat_get_field_K(ev, &ev->state)};
    struct thermal_cycle o = {.tol_K = CYCLE_TOL_K, .n_max = CYCLE_PASS_MAX, .T_runaway_K = EVAL_RUNAWAY_K};
    struct thermal_cycle_info info;
    struct thermal_state s = ev->state;
    enum status st = thermal_solve_cycle(ev->thermal, ctx.n_part, ev->cycle_part, eval_part, &ctx, &o, &s, &info, e);
    if (st == ST_INFEASIBLE || st == ST_NO_CONVERGE || st == ST_RANGE) {
        evaluate_heat_note_failure(ev, e);
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    evaluate_heat_note_hottest(ev, info.copper_hot_K, info.magnet_hot_K, info.field_hot_K);
    r->winding_cycle_K = info.copper_hot_K;
    r->rotor_cycle_K = ev->machine.magnet ? info.magnet_hot_K : info.field_hot_K;
    if (d) {
        d->heat_cycle_start = s;
        d->cycle_passes = info.n_pass;
    }
    return ST_OK;
}

/* For the search: a long cycle as the means of at most CYCLE_GRID^2 bins of speed and torque. Losses are curved over a bin, so a search
 * sees a little less of them than the report, and no swing of the temperatures. */
static int condense(const struct duty *duty, struct duty_point out[CYCLE_GRID * CYCLE_GRID])
{
    double speed_max = 0.0, low_Nm = duty->cycle[0].torque_Nm, high_Nm = low_Nm;
    int n = 0;
    for (int k = 0; k < duty->n_cycle; k++) {
        speed_max = fmax(speed_max, duty->cycle[k].speed_rad_per_s);
        low_Nm = fmin(low_Nm, duty->cycle[k].torque_Nm);
        high_Nm = fmax(high_Nm, duty->cycle[k].torque_Nm);
    }
    memset(out, 0, sizeof *out * CYCLE_GRID * CYCLE_GRID);
    for (int k = 0; k < duty->n_cycle; k++) {
        const struct duty_point *p = &duty->cycle[k];
        int i = speed_max > 0.0 ? (int)fmin(CYCLE_GRID * p->speed_rad_per_s / speed_max, CYCLE_GRID - 1) : 0;
        int j = high_Nm > low_Nm ? (int)fmin(CYCLE_GRID * (p->torque_Nm - low_Nm) / (high_Nm - low_Nm), CYCLE_GRID - 1) : 0;
        struct duty_point *bin = &out[i * CYCLE_GRID + j];
        bin->weight_pu += p->weight_pu;
        bin->torque_Nm += p->weight_pu * p->torque_Nm;
        bin->speed_rad_per_s += p->weight_pu * p->speed_rad_per_s;
    }
    for (int k = 0; k < CYCLE_GRID * CYCLE_GRID; k++)
        if (out[k].weight_pu > 0.0)
            out[n++] = (struct duty_point){out[k].torque_Nm / out[k].weight_pu, out[k].speed_rad_per_s / out[k].weight_pu,
                                           out[k].weight_pu, (double)NAN};
    return n;
}

enum status evaluate_cycle_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    const struct duty *duty = &ev->setup->duty;
    struct duty_point bin[CYCLE_GRID * CYCLE_GRID];
    int is_condensed = ev->level.is_search && duty->n_cycle > CYCLE_GRID * CYCLE_GRID;
    int n = is_condensed ? condense(duty, bin) : duty->n_cycle;
    const struct duty_point *point = is_condensed ? bin : duty->cycle;
    ev->state = ev->state_continuous;
    TRY(evaluate_heat_solve_steady(ev, n, point, ev->cycle, e));
    double out_W = 0.0, in_W = 0.0, loss_W = 0.0;
    for (int k = 0; k < n; k++) {
        double w = point[k].weight_pu, mech = ev->cycle[k].P_mech_W, electric = ev->cycle[k].P_electric_W;
        out_W += w * (mech > 0.0 ? mech : fmax(-electric, 0.0));
        in_W += w * (mech > 0.0 ? electric : -mech);
        loss_W += w * ev->cycle[k].loss.total_W;
    }
    r->efficiency_cycle_pu = out_W / in_W;
    r->loss_cycle_W = loss_W;
    r->winding_cycle_K = ev->state.copper_hot_K;
    r->rotor_cycle_K = ev->machine.magnet ? ev->state.magnet_hot_K : ev->state.field_hot_K;
    return duty->is_timed && !is_condensed && !ev->ran_away ? solve_swing(ev, r, d, e) : ST_OK;
}
