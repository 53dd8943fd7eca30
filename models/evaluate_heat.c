/* evaluate_heat.c - temperatures of the duty: continuous point, timed peak from it, drive cycle; each a fixed point with its losses. */
#include "models/evaluate_impl.h"
#include <string.h>
#include "materials/base/banned.h"

#define RUNAWAY_K 900.0   /* far above every class: the iteration diverges there */
#define PEAK_SEGMENTS 4   /* parts of the peak over which losses are renewed */
#define PEAK_STEPS 8      /* time steps of each */

struct couple_ctx { struct evaluator *ev; int n_point; const struct duty_point *point; struct operate_point *out; };

static double get_field_K(const struct evaluator *ev, const struct thermal_state *s)
{
    return machine_has_field_winding(&ev->machine) ? s->field_mean_K : s->copper_mean_K;
}

static double get_magnet_K(const struct evaluator *ev, const struct thermal_state *s)
{
    return ev->machine.magnet ? s->magnet_mean_K : ev->map->opts.magnet_T_K;
}

void evaluate_heat_set_losses(const struct evaluator *ev, const struct operate_point *p, struct thermal_losses *out)
{
    const struct operate_loss *l = &p->loss;
    double slot_share = 1.0 - ev->geometry.end_volume_m3 / ev->geometry.copper_volume_m3;
    *out = (struct thermal_losses){
        .copper_slot_W = l->copper_dc_W * slot_share, .copper_end_W = l->copper_dc_W * (1.0 - slot_share),
        .yoke_W = l->iron_W[LOSS_STATOR_YOKE], .tooth_W = l->iron_W[LOSS_STATOR_TOOTH], .rotor_iron_W = l->iron_W[LOSS_ROTOR_IRON],
        .magnet_W = l->iron_W[LOSS_MAGNET], .field_W = l->field_W, .windage_gap_W = l->windage_W, .bearing_W = l->bearing_W};
    /* ac loss falls with the square of the leakage field, which grows linearly from slot bottom to opening: thirds carry 19/27, 7/27, 1/27
     */
    static const double AC_SHARE[THERMAL_N_LAYER] = {19.0 / 27.0, 7.0 / 27.0, 1.0 / 27.0};
    for (int k = 0; k < THERMAL_N_LAYER; k++)
        out->copper_slot_extra_W[k] = l->copper_ac_W * AC_SHARE[k];
}

static void add_losses(struct thermal_losses *sum, const struct thermal_losses *l, double weight)
{
    double *a = (double *)sum;
    const double *b = (const double *)l;
    for (size_t k = 0; k < sizeof *sum / sizeof *a; k++)
        a[k] += weight * b[k];
}

/* Losses of the duty points at the temperatures of state s, weighted by time. */
static enum status eval_losses(void *ctx, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    struct couple_ctx *c = ctx;
    TRY(evaluate_map_set_temperature(c->ev, s->copper_mean_K, get_field_K(c->ev, s), get_magnet_K(c->ev, s), e));
    memset(out, 0, sizeof *out);
    for (int k = 0; k < c->n_point; k++) {
        struct thermal_losses l;
        TRY(operate_solve_torque(c->ev->operate, c->point[k].torque_Nm, c->point[k].speed_rad_per_s, OPERATE_MIN_CURRENT, &c->out[k], e));
        evaluate_heat_set_losses(c->ev, &c->out[k], &l);
        add_losses(out, &l, c->point[k].weight_pu);
    }
    return ST_OK;
}

static void note_hottest(struct evaluator *ev, const struct thermal_state *s)
{
    ev->winding_hot_K = fmax(ev->winding_hot_K, s->copper_hot_K);
    ev->magnet_hot_K = fmax(ev->magnet_hot_K, s->magnet_hot_K);
    ev->field_hot_K = fmax(ev->field_hot_K, s->field_hot_K);
}

static double get_mean_speed(int n, const struct duty_point *p)
{
    double sum = 0.0;
    for (int k = 0; k < n; k++)
        sum += p[k].weight_pu * p[k].speed_rad_per_s;
    return sum;
}

/* No steady state exists (copper loss outruns cooling): temperatures under the losses at the class limit are kept instead, so that the
 * search sees how far away the design is; the requirement counts as missed whatever they are. */
static enum status solve_run_away(struct evaluator *ev, struct couple_ctx *ctx, struct err *e)
{
    struct thermal_losses l;
    double T_K = ev->machine.insulation->T_class_K.value;
    ev->ran_away = 1;
    thermal_init_state(ev->thermal, T_K, &ev->state);
    TRY(eval_losses(ctx, &ev->state, &l, e));
    return thermal_solve_steady(ev->thermal, get_mean_speed(ctx->n_point, ctx->point), &l, &ev->state, e);
}

/* Steady state of weighted duty points. ST_INFEASIBLE: a point is out of reach; said in e. */
static enum status solve_steady(struct evaluator *ev, int n, const struct duty_point *point, struct operate_point *out, struct err *e)
{
    struct couple_ctx ctx = {ev, n, point, out};
    struct thermal_couple o = {.tol_K = 0.05, .damping = 1.0, .n_max = 60, .T_runaway_K = RUNAWAY_K};
    struct thermal_couple_info info;
    enum status st = thermal_solve_coupled(ev->thermal, get_mean_speed(n, point), eval_losses, &ctx, &o, &ev->state, &info, e);
    if ((st == ST_INFEASIBLE && strcmp(e->where, "torque") != 0) || st == ST_NO_CONVERGE || st == ST_RANGE)
        st = solve_run_away(ev, &ctx, e);
    if (st != ST_OK)
        return st;
    note_hottest(ev, &ev->state);
    return ST_OK;
}

static enum status solve_continuous(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    struct duty_point p = ev->setup->duty.continuous;
    p.weight_pu = 1.0;
    TRY(solve_steady(ev, 1, &p, &ev->continuous, e));
    const struct operate_point *c = &ev->continuous;
    ev->state_continuous = ev->state;
    r->winding_continuous_K = ev->state.copper_hot_K;
    r->coolant_out_K = ev->state.coolant_out_K;
    r->efficiency_continuous_pu = c->efficiency_pu;
    r->loss_continuous_W = c->loss.total_W;
    r->current_continuous_A = c->i_A;
    r->excitation_W = machine_has_field_winding(&ev->machine) ? c->loss.field_W + c->loss.exciter_W : (double)NAN;
    r->current_density_continuous_rms_A_per_m2 = c->i_A / sqrt(2.0) / ev->machine.winding.n_path / ev->geometry.conductor_area_m2;
    if (d) {
        d->point_continuous = *c;
        d->heat_continuous = ev->state;
    }
    return ST_OK;
}

/* The timed peak starts from the continuous state; losses follow the temperatures from part to part. */
static enum status solve_peak(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    struct duty_point p = ev->setup->duty.peak;
    p.weight_pu = 1.0;
    struct couple_ctx ctx = {ev, 1, &p, &ev->peak};
    struct thermal_state s = ev->state_continuous;
    for (int k = 0; k < PEAK_SEGMENTS; k++) {
        struct thermal_losses l;
        TRY(eval_losses(&ctx, &s, &l, e));
        TRY(thermal_solve_transient(ev->thermal, p.speed_rad_per_s, &l, ev->setup->duty.peak_duration_s / PEAK_SEGMENTS, 1, PEAK_STEPS, &s,
                                    e));
    }
    note_hottest(ev, &s);
    r->winding_peak_K = s.copper_hot_K;
    r->current_peak_point_A = ev->peak.i_A;
    r->gamma_peak_point_rad = atan2(-ev->peak.i_d_A, ev->peak.i_q_A);
    r->field_current_peak_A = machine_has_field_winding(&ev->machine) ? ev->peak.i_f_A : (double)NAN;
    r->torque_ripple_pu = flux_map_eval_ripple_Nm(ev->map, ev->peak.i_d_A, ev->peak.i_q_A, ev->peak.i_f_A) / p.torque_Nm;
    if (d) {
        d->point_peak = ev->peak;
        d->heat_peak = s;
    }
    return ST_OK;
}

static enum status solve_cycle(struct evaluator *ev, struct result *r, struct err *e)
{
    const struct duty *duty = &ev->setup->duty;
    ev->state = ev->state_continuous;
    TRY(solve_steady(ev, duty->n_cycle, duty->cycle, ev->cycle, e));
    double out_W = 0.0, in_W = 0.0, loss_W = 0.0;
    for (int k = 0; k < duty->n_cycle; k++) {
        double w = duty->cycle[k].weight_pu, mech = ev->cycle[k].P_mech_W, electric = ev->cycle[k].P_electric_W;
        out_W += w * (mech > 0.0 ? mech : fmax(-electric, 0.0));
        in_W += w * (mech > 0.0 ? electric : -mech);
        loss_W += w * ev->cycle[k].loss.total_W;
    }
    r->efficiency_cycle_pu = out_W / in_W;
    r->loss_cycle_W = loss_W;
    return ST_OK;
}

/* How far the design is from reaching its duty points, for g: 1 - reachable / wanted torque of the worst point. */
static double eval_duty_gap(struct evaluator *ev)
{
    const struct duty *duty = &ev->setup->duty;
    double gap = 0.0;
    for (int k = -2; k < duty->n_cycle; k++) {
        const struct duty_point *p = k == -2 ? &duty->continuous : (k == -1 ? &duty->peak : &duty->cycle[k]);
        struct operate_point best;
        if (operate_solve_max_torque(ev->operate, p->speed_rad_per_s, p->torque_Nm < 0.0 ? -1 : 1, &best, NULL) != ST_OK)
            gap = fmax(gap, 1.0);
        else if (fabs(p->torque_Nm) > 0.0)
            gap = fmax(gap, 1.0 - best.torque_Nm / p->torque_Nm);
    }
    return gap;
}

static void set_temperature_rules(const struct evaluator *ev, struct result *r)
{
    double limit_K = ev->machine.insulation->T_class_K.value;
    int wound = machine_has_field_winding(&ev->machine);
    r->winding_margin_K = limit_K - ev->winding_hot_K;
    r->g[CON_WINDING_TEMP] = ev->ran_away ? fmax(0.2, -r->winding_margin_K / 100.0) : -r->winding_margin_K / 100.0;
    r->rotor_hot_K = wound ? ev->field_hot_K : ev->magnet_hot_K;
    double rotor_limit_K = wound ? limit_K : ev->machine.magnet->T_limit_K.value;
    r->g[CON_ROTOR_TEMP] = (r->rotor_hot_K - rotor_limit_K) / 100.0;
    if (wound)
        r->rotor_margin_K = rotor_limit_K - r->rotor_hot_K;
}

/* An infeasible duty is a figure of the design; numerical trouble is an error. */
static enum status judge(struct evaluator *ev, struct result *r, enum status st, const struct err *why, struct err *e)
{
    if (st == ST_OK)
        return ST_OK;
    if (st != ST_INFEASIBLE && st != ST_RANGE && st != ST_NO_CONVERGE) {
        if (e)
            *e = *why;
        return st;
    }
    ev->stage_err = *why;
    double gap = eval_duty_gap(ev);
    r->g[CON_DUTY_POINTS] = gap;
    /* temperatures stay unjudged: those of a part of the duty would make missing a point look better than reaching it hot */
    return ST_INFEASIBLE;
}

enum status evaluate_heat_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    struct thermal_winding w = {ev->geometry.slot_area_m2, ev->geometry.copper_area_per_slot_m2, ev->geometry.end_turn_m,
                                ev->geometry.field_mean_turn_m};
    struct err why = {0};
    ev->winding_hot_K = 0.0;
    ev->ran_away = 0;
    ev->magnet_hot_K = ev->field_hot_K = 0.0;
    enum status st = thermal_set_machine(ev->thermal, &ev->machine, &w, &why);
    if (st == ST_OK) {
        thermal_init_state(ev->thermal, ev->setup->map_magnet_T_K, &ev->state);
        st = solve_continuous(ev, r, d, &why);
    }
    if (st == ST_OK)
        st = solve_cycle(ev, r, &why);
    if (st == ST_OK)
        st = solve_peak(ev, r, d, &why);
    st = judge(ev, r, st, &why, e);
    if (st != ST_OK)
        return st;
    r->g[CON_DUTY_POINTS] = -1.0;
    set_temperature_rules(ev, r);
    return ST_OK;
}
