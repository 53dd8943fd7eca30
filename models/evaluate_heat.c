/* evaluate_heat.c - temperatures of the continuous point and of the timed peak from it; each a fixed point with its losses. The drive
 * cycle: evaluate_cycle.c, the rating over speed: evaluate_rating.c. */
#include "models/evaluate_impl.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define LEAST_SHORT_PU 1e-6 /* missed is missed, if only by rounding */

struct couple_ctx {
    struct evaluator *ev;
    int n_point;
    const struct duty_point *point;
    struct operate_point *out;
    double short_pu; /* torque missed at the worst point as last solved; 0: all are reached */
};

double evaluate_heat_get_field_K(const struct evaluator *ev, const struct thermal_state *s)
{
    return machine_has_field_winding(&ev->machine) ? s->field_mean_K : s->copper_mean_K;
}

double evaluate_heat_get_magnet_K(const struct evaluator *ev, const struct thermal_state *s)
{
    return ev->machine.magnet ? s->magnet_mean_K : ev->map->opts.magnet_T_K;
}

void evaluate_heat_set_losses(const struct evaluator *ev, const struct operate_point *p, struct thermal_losses *out)
{
    const struct operate_loss *l = &p->loss;
    double gap_W = fmin(l->magnet_gap_W, l->iron_W[LOSS_MAGNET]); /* both interpolated */
    const struct thermal_kinds k = {.copper_dc_W = l->copper_dc_W,
                                    .copper_ac_W = l->copper_ac_W,
                                    .end_share_pu = ev->geometry.end_volume_m3 / ev->geometry.copper_volume_m3,
                                    .yoke_W = l->iron_W[LOSS_STATOR_YOKE],
                                    .tooth_W = l->iron_W[LOSS_STATOR_TOOTH],
                                    .rotor_iron_W = l->iron_W[LOSS_ROTOR_IRON],
                                    .magnet_W = l->iron_W[LOSS_MAGNET],
                                    .magnet_gap_W = gap_W,
                                    .field_W = l->field_W,
                                    .sleeve_W = l->sleeve_W,
                                    .windage_W = l->windage_W,
                                    .bearing_W = l->bearing_W};
    thermal_set_losses(&k, out);
}

static void add_losses(struct thermal_losses *sum, const struct thermal_losses *l, double weight)
{
    double *a = (double *)sum;
    const double *b = (const double *)l;
    for (size_t k = 0; k < sizeof *sum / sizeof *a; k++)
        a[k] += weight * b[k];
}

static enum status set_temperature(struct evaluator *ev, const struct thermal_state *s, struct err *e)
{
    return evaluate_map_set_temperature(ev, s->copper_mean_K, evaluate_heat_get_field_K(ev, s), evaluate_heat_get_magnet_K(ev, s), e);
}

/* A search meets many designs that are just short of a point. At the largest torque instead, their heat goes over without a step into that
 * of the designs that reach it, so that it can be learnt from them; the point counts as missed. */
static enum status solve_short(struct couple_ctx *c, int k, struct err *e)
{
    const struct duty_point *p = &c->point[k];
    TRY(operate_solve_max_torque(c->ev->operate, p->speed_rad_per_s, p->torque_Nm < 0.0 ? -1 : 1, &c->out[k], e));
    c->short_pu = fmax(c->short_pu, fmax(1.0 - c->out[k].torque_Nm / p->torque_Nm, LEAST_SHORT_PU));
    return ST_OK;
}

/* Currents of the duty points at the temperatures of state s. */
static enum status solve_points(struct couple_ctx *c, const struct thermal_state *s, struct err *e)
{
    TRY(set_temperature(c->ev, s, e));
    c->short_pu = 0.0;
    for (int k = 0; k < c->n_point; k++) {
        const struct duty_point *p = &c->point[k];
        enum status st = operate_solve_torque(c->ev->operate, p->torque_Nm, p->speed_rad_per_s, OPERATE_MIN_CURRENT, &c->out[k], e);
        if (st == ST_INFEASIBLE && c->ev->level.is_search)
            st = solve_short(c, k, e);
        TRY(st);
    }
    return ST_OK;
}

/* Losses of the points as solved, weighted by time. */
static void sum_losses(const struct couple_ctx *c, struct thermal_losses *out)
{
    memset(out, 0, sizeof *out);
    for (int k = 0; k < c->n_point; k++) {
        struct thermal_losses l;
        evaluate_heat_set_losses(c->ev, &c->out[k], &l);
        add_losses(out, &l, c->point[k].weight_pu);
    }
}

/* The same with the currents held and everything else at the temperatures of state s: no search. */
static enum status eval_held(void *ctx, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    struct couple_ctx *c = ctx;
    TRY(set_temperature(c->ev, s, e));
    memset(out, 0, sizeof *out);
    for (int k = 0; k < c->n_point; k++) {
        const struct operate_point *p = &c->out[k];
        struct operate_point now;
        struct thermal_losses l;
        operate_eval_point(c->ev->operate, p->i_d_A, p->i_q_A, p->i_f_A, p->speed_rad_per_s, &now);
        evaluate_heat_set_losses(c->ev, &now, &l);
        add_losses(out, &l, c->point[k].weight_pu);
    }
    return ST_OK;
}

void evaluate_heat_note_hottest(struct evaluator *ev, double copper_K, double magnet_K, double field_K)
{
    ev->winding_hot_K = fmax(ev->winding_hot_K, copper_K);
    ev->magnet_hot_K = fmax(ev->magnet_hot_K, magnet_K); /* fmax passes over NAN */
    ev->field_hot_K = fmax(ev->field_hot_K, field_K);
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
    thermal_init_state(ev->thermal, T_K, &ev->state);
    TRY(solve_points(ctx, &ev->state, e));
    sum_losses(ctx, &l);
    return thermal_solve_steady(ev->thermal, get_mean_speed(ctx->n_point, ctx->point), &l, &ev->state, e);
}

void evaluate_heat_note_failure(struct evaluator *ev, const struct err *why)
{
    if (!ev->ran_away)
        ev->heat_err = *why; /* the first is the cause of all others */
    ev->ran_away = 1;
}

#define COUPLE_TOL_K 0.05
#define CURRENT_ROUND_MAX 20

/* What the losses know of a state. */
static double eval_moved_K(const struct evaluator *ev, const struct thermal_state *a, const struct thermal_state *b)
{
    double copper = a->copper_mean_K - b->copper_mean_K, field = evaluate_heat_get_field_K(ev, a) - evaluate_heat_get_field_K(ev, b);
    double magnet = evaluate_heat_get_magnet_K(ev, a) - evaluate_heat_get_magnet_K(ev, b);
    return fmax(fmax(fabs(copper), fabs(field)), fabs(magnet));
}

/* Two loops: inside, resistances, magnets and films at held currents (fast gain, cheap rounds); outside, the currents that the torque takes
 * at these temperatures (a hotter magnet takes more: small gain, dear rounds). A round moves the temperatures by c; with the gain c /
 * c_last the next ones would add c gain / (1 - gain). The points are those of the last search, solved within that of the returned state. */
static enum status solve_coupled(struct couple_ctx *ctx, struct thermal_state *s, struct err *e)
{
    struct thermal_couple o = {.tol_K = 0.5 * COUPLE_TOL_K, .damping = 1.0, .n_max = 60, .T_runaway_K = EVAL_RUNAWAY_K};
    struct thermal_couple_info info;
    double speed = get_mean_speed(ctx->n_point, ctx->point), moved_K = (double)NAN, gain = (double)NAN;
    for (int k = 0; k < CURRENT_ROUND_MAX; k++) {
        struct thermal_state from = *s;
        double last_K = moved_K;
        TRY(solve_points(ctx, s, e));
        TRY(thermal_solve_coupled(ctx->ev->thermal, speed, eval_held, ctx, &o, s, &info, e));
        moved_K = eval_moved_K(ctx->ev, s, &from);
        gain = moved_K / last_K;
        if (moved_K <= COUPLE_TOL_K || (gain < 1.0 && moved_K * gain / (1.0 - gain) <= COUPLE_TOL_K))
            return ST_OK;
    }
    if (gain >= 1.0)
        return err_set(e, ST_INFEASIBLE, "thermal runaway", "the currents for the torque and the magnet's temperature drive each other up: "
                       "%.3g K in the last of %d rounds, gain of the loop %.3f", moved_K, CURRENT_ROUND_MAX, gain);
    return err_set(e, ST_NO_CONVERGE, "thermal coupling", "%.3g K in the last of %d rounds of currents", moved_K, CURRENT_ROUND_MAX);
}

enum status evaluate_heat_solve_point(struct evaluator *ev, const struct duty_point *p, struct operate_point *out, struct thermal_state *s,
                                      struct err *e)
{
    struct couple_ctx ctx = {ev, 1, p, out, 0.0};
    return solve_coupled(&ctx, s, e);
}

/* Steady state of weighted duty points. ST_INFEASIBLE: a point is out of reach; said in e. */
enum status evaluate_heat_solve_steady(struct evaluator *ev, int n, const struct duty_point *point, struct operate_point *out,
                                       struct err *e)
{
    struct couple_ctx ctx = {ev, n, point, out, 0.0};
    enum status st = solve_coupled(&ctx, &ev->state, e);
    if ((st == ST_INFEASIBLE && strcmp(e->where, "torque") != 0) || st == ST_NO_CONVERGE || st == ST_RANGE) {
        evaluate_heat_note_failure(ev, e);
        st = solve_run_away(ev, &ctx, e);
    }
    if (st != ST_OK)
        return st;
    ev->short_pu = fmax(ev->short_pu, ctx.short_pu);
    evaluate_heat_note_hottest(ev, ev->state.copper_hot_K, ev->state.magnet_hot_K, ev->state.field_hot_K);
    return ST_OK;
}

#define PULSE_STEPS 8      /* time steps of a part */

#define RENEW_K 1.0        /* the magnet moves the currents by 0.1 % a kelvin */

/* Whether the currents found earlier still are those of the torque: they do not know of the winding's temperature, but for the voltage
 * that its resistance takes. */
static int are_currents_valid(const struct evaluator *ev, const struct operate_point *p, double solved_at_K, const struct thermal_state *s)
{
    return !(p->bind & OPERATE_BIND_VOLTAGE) && fabs(evaluate_heat_get_magnet_K(ev, s) - solved_at_K) < RENEW_K;
}

enum status evaluate_heat_solve_pulse(struct evaluator *ev, const struct duty_point *p, double duration_s, int n_part,
                                      struct operate_point *out, struct thermal_state *s, struct err *e)
{
    struct duty_point held = *p;
    held.weight_pu = 1.0;
    struct couple_ctx ctx = {ev, 1, &held, out, 0.0};
    double solved_at_K = (double)NAN;
    for (int k = 0; k < n_part; k++) {
        struct thermal_losses l;
        if (k == 0 || !are_currents_valid(ev, out, solved_at_K, s)) {
            TRY(solve_points(&ctx, s, e));
            ev->short_pu = fmax(ev->short_pu, ctx.short_pu);
            solved_at_K = evaluate_heat_get_magnet_K(ev, s);
        }
        TRY(eval_held(&ctx, s, &l, e));
        TRY(thermal_solve_transient(ev->thermal, p->speed_rad_per_s, &l, duration_s / n_part, 1, PULSE_STEPS, s, e));
    }
    return ST_OK;
}

static enum status solve_continuous(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    struct duty_point p = ev->setup->duty.continuous;
    p.weight_pu = 1.0;
    TRY(evaluate_heat_solve_steady(ev, 1, &p, &ev->continuous, e));
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

/* The timed peak starts from the continuous state. */
static enum status solve_peak(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    const struct duty_point *p = &ev->setup->duty.peak;
    struct thermal_state s = ev->state_continuous;
    TRY(evaluate_heat_solve_pulse(ev, p, ev->setup->duty.peak_duration_s, EVAL_PULSE_PARTS, &ev->peak, &s, e));
    evaluate_heat_note_hottest(ev, s.copper_hot_K, s.magnet_hot_K, s.field_hot_K);
    r->winding_peak_K = s.copper_hot_K;
    r->current_peak_point_A = ev->peak.i_A;
    r->gamma_peak_point_rad = atan2(-ev->peak.i_d_A, ev->peak.i_q_A);
    r->field_current_peak_A = machine_has_field_winding(&ev->machine) ? ev->peak.i_f_A : (double)NAN;
    r->torque_ripple_pu = flux_map_eval_ripple_Nm(ev->map, ev->peak.i_d_A, ev->peak.i_q_A, ev->peak.i_f_A) / p->torque_Nm;
    if (d) {
        d->point_peak = ev->peak;
        d->heat_peak = s;
    }
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
    double winding = -r->winding_margin_K / 100.0;
    r->g[CON_WINDING_TEMP] = fmin(ev->ran_away ? fmax(0.2, winding) : winding, EVAL_JUDGED_MOST);
    r->rotor_hot_K = wound ? ev->field_hot_K : ev->magnet_hot_K;
    double rotor_limit_K = wound ? limit_K : ev->machine.magnet->T_limit_K.value;
    r->g[CON_ROTOR_TEMP] = fmin((r->rotor_hot_K - rotor_limit_K) / 100.0, EVAL_JUDGED_MOST);
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
    ev->short_pu = 0.0;
    ev->heat_err = (struct err){0};
    ev->magnet_hot_K = ev->field_hot_K = 0.0;
    enum status st = thermal_set_machine(ev->thermal, &ev->machine, &w, &why);
    if (st == ST_OK) {
        thermal_init_state(ev->thermal, ev->setup->map_magnet_T_K, &ev->state);
        st = solve_continuous(ev, r, d, &why);
    }
    if (st == ST_OK)
        st = evaluate_cycle_solve(ev, r, d, &why);
    if (st == ST_OK)
        st = solve_peak(ev, r, d, &why);
    st = judge(ev, r, st, &why, e);
    if (st != ST_OK)
        return st;
    r->g[CON_DUTY_POINTS] = ev->short_pu > 0.0 ? ev->short_pu : -1.0;
    set_temperature_rules(ev, r);
    if (d && ev->ran_away)
        snprintf(d->heat_failure, sizeof d->heat_failure, "%s: %.400s", ev->heat_err.where, ev->heat_err.message);
    return ST_OK;
}
