/* operate.c - one operating point in full, and the tables made of points: envelope, efficiency map, duty. */
#include "models/operate/operate_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define BIND_RTOL 1e-6 /* how near a limit counts as on it */

enum status operate_new(struct operate_ws **out, struct err *e)
{
    *out = mem_new(1, sizeof **out);
    return *out ? ST_OK : err_set(e, ST_NO_MEMORY, "operate_new", "no memory for the workspace");
}

void operate_free(struct operate_ws *ws)
{
    mem_free(ws);
}

static enum status check_limits(const struct flux_map *fm, const struct operate_limits *lim, struct err *e)
{
    const struct { const char *name; double value; int zero_ok; } positive[] = {
        {"V_max_V", lim->V_max_V, 0},           {"I_max_A", lim->I_max_A, 0}, {"speed_max_rad_per_s", lim->speed_max_rad_per_s, 0},
        {"L_end_H", lim->L_end_H, 1},           {"R_ohm", lim->copper.R_ohm, 1}, {"R_f_ohm", lim->copper.R_f_ohm, 1},
        {"bearing_Nm", lim->mech.bearing_Nm, 1}};
    for (int i = 0; i < ARRAY_LEN(positive); i++)
        if (!isfinite(positive[i].value) || positive[i].value < 0.0 || (positive[i].value == 0.0 && !positive[i].zero_ok))
            return err_set(e, ST_RANGE, positive[i].name, "%g: must be finite and %s 0", positive[i].value,
                           positive[i].zero_ok ? "not below" : "above");
    if (!(lim->build_factor_pu >= 1.0) || !isfinite(lim->build_factor_pu))
        return err_set(e, ST_RANGE, "build_factor_pu", "%g: a built machine loses at least what its material loses (1 or more)",
                       lim->build_factor_pu);
    const struct flux_map_opts *o = &fm->opts;
    double low_A, high_A, reach = lim->I_max_A * (1.0 - 1e-12); /* with a field winding i_d need not: the field current weakens the field */
    flux_map_get_i_d_range(o, &low_A, &high_A);
    if ((o->n_f == 1 && -low_A < reach) || o->i_q_A[o->n_q - 1] < reach)
        return err_set(e, ST_RANGE, "I_max_A", "%g A is beyond the map, which ends at i_d = %g A and i_q = %g A", lim->I_max_A, low_A,
                       o->i_q_A[o->n_q - 1]);
    if (o->n_f > 1 && !(lim->I_f_max_A > o->i_f_A[0] && lim->I_f_max_A <= o->i_f_A[o->n_f - 1] * (1.0 + 1e-12)))
        return err_set(e, ST_RANGE, "I_f_max_A", "%g A: must lie in the map's %g .. %g A", lim->I_f_max_A, o->i_f_A[0],
                       o->i_f_A[o->n_f - 1]);
    if (o->n_f > 1 &&
        !(lim->copper.exciter.efficiency_pu > 0.0 && lim->copper.exciter.efficiency_pu <= 1.0 && lim->copper.exciter.drop_V >= 0.0))
        return err_set(e, ST_RANGE, "exciter", "efficiency %g, drop %g V: efficiency in (0, 1] and drop of 0 or more",
                       lim->copper.exciter.efficiency_pu, lim->copper.exciter.drop_V);
    for (int k = 0; k < fm->n; k++)
        for (int r = 0; r < LOSS_REGION_COUNT; r++)
            if (!isfinite(fm->hyst_W_per_Hz[r][k] + fm->eddy_W_per_Hz2[r][k] + fm->excess_W_per_Hz15[r][k] + fm->slot_Bt2_T2[k] +
                          fm->sleeve_W_per_Hz2[k]))
                return err_set(e, ST_RANGE, "flux_map", "no loss of region %d at point %d: the map needs two or more rotor positions", r,
                               k);
    return ST_OK;
}

enum status operate_set(struct operate_ws *ws, const struct flux_map *fm, const struct operate_limits *lim, struct err *e)
{
    TRY(check_limits(fm, lim, e));
    const struct flux_map_opts *o = &fm->opts;
    ws->fm = fm;
    ws->lim = *lim;
    if (o->n_f == 1)
        ws->lim.copper.exciter = (struct copper_exciter){1.0, 0.0}; /* no excitation, whatever the caller left there */
    flux_map_get_i_d_range(o, &ws->i_d_low_A, &ws->i_d_high_A);
    ws->i_d_low_A = fmax(ws->i_d_low_A, -lim->I_max_A);
    ws->i_d_high_A = fmin(ws->i_d_high_A, lim->I_max_A);
    ws->i_q_high_A = o->i_q_A[o->n_q - 1];
    return ST_OK;
}

int operate_is_beyond(const struct operate_ws *ws, double i_d_A, double i_q_A)
{
    const struct flux_map_opts *o = &ws->fm->opts;
    double low_A, high_A;
    flux_map_get_i_d_range(o, &low_A, &high_A);
    return i_d_A < flux_map_get_i_d_low_A(o) || i_d_A > high_A || fabs(i_q_A) > o->i_q_A[o->n_q - 1];
}

void operate_set_speed(const struct operate_ws *ws, double speed_rad_per_s, struct operate_speed *out)
{
    double p = ws->fm->p, f = p * speed_rad_per_s / (2.0 * PI);
    out->w_rad_per_s = p * speed_rad_per_s;
    out->speed_rad_per_s = speed_rad_per_s;
    out->weights.hyst_Nm = p / (2.0 * PI);
    out->weights.eddy_Nm = p / (2.0 * PI) * f;
    out->weights.excess_Nm = p / (2.0 * PI) * sqrt(f);
    out->weights.build_factor_pu = ws->lim.build_factor_pu;
    double windage_Nm = speed_rad_per_s > 0.0 ? mech_loss_eval_windage_W(&ws->lim.mech, speed_rad_per_s) / speed_rad_per_s : 0.0;
    out->mech_Nm = windage_Nm + ws->lim.mech.bearing_Nm;
    copper_eval_ac_factors(&ws->lim.copper, f, &out->ac_dc_pu, &out->weights.Bt2_W);
}

static void eval_losses(const struct operate_ws *ws, struct operate_point *pt)
{
    struct operate_loss *l = &pt->loss;
    struct copper_loss cu;
    double Bt2 = flux_map_eval_slot_Bt2_T2(ws->fm, pt->i_d_A, pt->i_q_A, pt->i_f_A);
    copper_eval(&ws->lim.copper, pt->i_d_A, pt->i_q_A, pt->i_f_A, pt->f_el_Hz, Bt2, &cu);
    l->copper_dc_W = cu.dc_W;
    l->copper_ac_W = cu.ac_W;
    l->field_W = cu.field_W;
    l->exciter_W = cu.exciter_W;
    l->strand_to_skin_pu = cu.strand_to_skin_pu;
    flux_map_eval_iron_W(ws->fm, pt->i_d_A, pt->i_q_A, pt->i_f_A, pt->f_el_Hz, l->iron_W);
    l->magnet_gap_W = flux_map_eval_magnet_gap_W(ws->fm, pt->i_d_A, pt->i_q_A, pt->i_f_A, pt->f_el_Hz);
    l->sleeve_W = flux_map_eval_sleeve_W(ws->fm, pt->i_d_A, pt->i_q_A, pt->i_f_A, pt->f_el_Hz);
    l->windage_W = mech_loss_eval_windage_W(&ws->lim.mech, pt->speed_rad_per_s);
    l->bearing_W = mech_loss_eval_bearing_W(&ws->lim.mech, pt->speed_rad_per_s);
    l->total_W = l->copper_dc_W + l->copper_ac_W + l->field_W + l->exciter_W + l->sleeve_W + l->windage_W + l->bearing_W;
    for (int r = 0; r < LOSS_REGION_COUNT; r++) {
        l->iron_W[r] *= r == LOSS_MAGNET ? 1.0 : ws->lim.build_factor_pu;
        l->total_W += l->iron_W[r];
    }
}

/* Drag at standstill is its limit for vanishing speed: hysteresis and bearings. */
static double drag_Nm(const struct operate_ws *ws, const struct operate_point *pt)
{
    double W = pt->loss.sleeve_W + pt->loss.windage_W + pt->loss.bearing_W, speed = pt->speed_rad_per_s, hyst_W[LOSS_REGION_COUNT],
           sum = 0.0;
    for (int r = 0; r < LOSS_REGION_COUNT; r++)
        W += pt->loss.iron_W[r];
    if (speed > 0.0)
        return W / speed;
    double tiny_Hz = 1e-12; /* eddy and excess vanish against hysteresis at this frequency */
    flux_map_eval_iron_W(ws->fm, pt->i_d_A, pt->i_q_A, pt->i_f_A, tiny_Hz, hyst_W);
    for (int r = 0; r < LOSS_REGION_COUNT; r++)
        sum += hyst_W[r] * (r == LOSS_MAGNET ? 1.0 : ws->lim.build_factor_pu);
    return sum / tiny_Hz * ws->fm->p / (2.0 * PI) + ws->lim.mech.bearing_Nm;
}

static int eval_bind(const struct operate_ws *ws, const struct operate_point *pt)
{
    const struct flux_map_opts *o = &ws->fm->opts;
    double low_A, high_A, tiny_A = BIND_RTOL * ws->lim.I_max_A;
    flux_map_get_i_d_range(o, &low_A, &high_A);
    int bind = 0;
    if (pt->i_A >= ws->lim.I_max_A * (1.0 - BIND_RTOL))
        bind |= OPERATE_BIND_CURRENT;
    if (pt->v_V >= ws->lim.V_max_V * (1.0 - BIND_RTOL))
        bind |= OPERATE_BIND_VOLTAGE;
    if (o->n_f > 1 && pt->i_f_A >= ws->lim.I_f_max_A * (1.0 - BIND_RTOL))
        bind |= OPERATE_BIND_FIELD;
    if (pt->i_d_A <= low_A + tiny_A || pt->i_d_A >= high_A - tiny_A)
        bind |= OPERATE_BIND_MAP;
    return bind;
}

static double efficiency_pu(double electric_W, double mech_W)
{
    if (electric_W > 0.0 && mech_W >= 0.0)
        return mech_W / electric_W;
    if (electric_W <= 0.0 && mech_W < 0.0)
        return electric_W / mech_W;
    return (double)NAN;
}

void operate_eval_point(const struct operate_ws *ws, double i_d_A, double i_q_A, double i_f_A, double speed_rad_per_s,
                        struct operate_point *out)
{
    memset(out, 0, sizeof *out);
    struct flux_point fp;
    flux_map_eval(ws->fm, i_d_A, i_q_A, i_f_A, &fp);
    double w = ws->fm->p * speed_rad_per_s, R = ws->lim.copper.R_ohm, L = ws->lim.L_end_H;
    out->speed_rad_per_s = speed_rad_per_s;
    out->f_el_Hz = w / (2.0 * PI);
    out->i_d_A = i_d_A;
    out->i_q_A = i_q_A;
    out->i_f_A = i_f_A;
    out->i_A = hypot(i_d_A, i_q_A);
    out->v_d_V = R * i_d_A - w * (fp.lambda_q_Wb + L * i_q_A);
    out->v_q_V = R * i_q_A + w * (fp.lambda_d_Wb + L * i_d_A);
    out->v_V = hypot(out->v_d_V, out->v_q_V);
    eval_losses(ws, out);
    double stator_W = 1.5 * (out->v_d_V * i_d_A + out->v_q_V * i_q_A);
    out->torque_em_Nm = fp.torque_Nm;
    out->torque_Nm = fp.torque_Nm - drag_Nm(ws, out);
    out->P_mech_W = out->torque_Nm * speed_rad_per_s;
    out->P_electric_W = stator_W + out->loss.copper_ac_W + out->loss.field_W + out->loss.exciter_W;
    out->efficiency_pu = efficiency_pu(out->P_electric_W, out->P_mech_W);
    out->power_factor_pu = out->v_V * out->i_A > 0.0 ? stator_W / (1.5 * out->v_V * out->i_A) : (double)NAN;
    out->bind = eval_bind(ws, out);
    out->is_feasible = out->i_A <= ws->lim.I_max_A * (1.0 + OPERATE_TOL) && out->v_V <= ws->lim.V_max_V * (1.0 + OPERATE_TOL) &&
                       (ws->fm->opts.n_f == 1 || i_f_A <= ws->lim.I_f_max_A * (1.0 + OPERATE_TOL));
}

static void set_infeasible(struct operate_point *pt, double torque_Nm, double speed_rad_per_s, int bind)
{
    struct operate_point none = {.speed_rad_per_s = speed_rad_per_s, .torque_Nm = torque_Nm, .bind = bind};
    none.torque_em_Nm = none.f_el_Hz = none.i_d_A = none.i_q_A = none.i_f_A = none.i_A = none.v_d_V = none.v_q_V = none.v_V = (double)NAN;
    none.P_mech_W = none.P_electric_W = none.efficiency_pu = none.power_factor_pu = (double)NAN;
    struct operate_loss *l = &none.loss;
    l->copper_dc_W = l->copper_ac_W = l->field_W = l->exciter_W = l->sleeve_W = l->windage_W = l->bearing_W = l->total_W =
        l->strand_to_skin_pu = (double)NAN;
    for (int r = 0; r < LOSS_REGION_COUNT; r++)
        l->iron_W[r] = (double)NAN;
    *pt = none;
}

static enum status check_speed(const struct operate_ws *ws, double speed_rad_per_s, struct err *e)
{
    assert(ws->fm);
    if (!(speed_rad_per_s >= 0.0 && speed_rad_per_s <= ws->lim.speed_max_rad_per_s * (1.0 + OPERATE_TOL)))
        return err_set(e, ST_RANGE, "speed_rad_per_s", "%g: between 0 and %g", speed_rad_per_s, ws->lim.speed_max_rad_per_s);
    return ST_OK;
}

/* Limits in the way at the least violating candidate. */
static int blocking(const struct operate_ws *ws, const struct operate_point *near)
{
    int bind = 0;
    if (near->i_A >= ws->lim.I_max_A * (1.0 - BIND_RTOL))
        bind |= OPERATE_BIND_CURRENT;
    if (near->v_V >= ws->lim.V_max_V * (1.0 - BIND_RTOL))
        bind |= OPERATE_BIND_VOLTAGE;
    if (ws->fm->opts.n_f > 1 && near->i_f_A >= ws->lim.I_f_max_A * (1.0 - BIND_RTOL))
        bind |= OPERATE_BIND_FIELD;
    return bind;
}

static enum status run_search(struct operate_ws *ws, const struct operate_task *task, double speed_rad_per_s, struct operate_point *out,
                              struct err *e)
{
    struct operate_speed sp;
    struct operate_trial best;
    operate_set_speed(ws, speed_rad_per_s, &sp);
    operate_search(ws, &sp, task, &best);
    operate_eval_point(ws, best.i_d_A, best.i_q_A, best.i_f_A, speed_rad_per_s, out);
    if (best.violation_pu <= OPERATE_TOL)
        return ST_OK;
    int bind = blocking(ws, out);
    const char *what =
        bind & OPERATE_BIND_VOLTAGE ? (bind & OPERATE_BIND_CURRENT ? "voltage and current limits" : "voltage limit") : "current limit";
    enum status s = err_set(
        e, ST_INFEASIBLE, "torque", "%g Nm at %g rad/s is stopped by the %s: nearest point needs %g A (limit %g) and %g V (limit %g)",
        task->is_max_torque ? 0.0 : task->torque_Nm, speed_rad_per_s, what, out->i_A, ws->lim.I_max_A, out->v_V, ws->lim.V_max_V);
    set_infeasible(out, task->is_max_torque ? (double)NAN : task->torque_Nm, speed_rad_per_s, bind);
    return s;
}

enum status operate_solve_torque(struct operate_ws *ws, double torque_Nm, double speed_rad_per_s, enum operate_goal goal,
                                 struct operate_point *out, struct err *e)
{
    set_infeasible(out, torque_Nm, speed_rad_per_s, 0);
    TRY(check_speed(ws, speed_rad_per_s, e));
    if (!isfinite(torque_Nm))
        return err_set(e, ST_RANGE, "torque_Nm", "%g is not a torque", torque_Nm);
    struct operate_task task = {.torque_Nm = torque_Nm, .goal = goal};
    return run_search(ws, &task, speed_rad_per_s, out, e);
}

enum status operate_solve_max_torque(struct operate_ws *ws, double speed_rad_per_s, int direction, struct operate_point *out, struct err *e)
{
    set_infeasible(out, (double)NAN, speed_rad_per_s, 0);
    TRY(check_speed(ws, speed_rad_per_s, e));
    if (direction != 1 && direction != -1)
        return err_set(e, ST_RANGE, "direction", "%d: +1 motoring or -1 braking", direction);
    struct operate_task task = {.is_max_torque = 1, .direction = direction};
    return run_search(ws, &task, speed_rad_per_s, out, e);
}

enum status operate_eval_envelope(struct operate_ws *ws, int n, const double *speed_rad_per_s, struct operate_point *out, struct err *e)
{
    for (int k = 0; k < n; k++) {
        enum status s = operate_solve_max_torque(ws, speed_rad_per_s[k], 1, &out[k], e);
        if (s != ST_OK && s != ST_INFEASIBLE)
            return s;
    }
    return ST_OK;
}

enum status operate_eval_map(struct operate_ws *ws, int n_speed, const double *speed_rad_per_s, int n_torque, const double *torque_Nm,
                             enum operate_goal goal, struct operate_point *out, struct err *e)
{
    for (int k = 0; k < n_speed; k++)
        for (int t = 0; t < n_torque; t++) {
            enum status s = operate_solve_torque(ws, torque_Nm[t], speed_rad_per_s[k], goal, &out[k * n_torque + t], e);
            if (s != ST_OK && s != ST_INFEASIBLE)
                return s;
        }
    return ST_OK;
}

enum status operate_eval_duty(struct operate_ws *ws, int n, const struct operate_duty_point *duty, enum operate_goal goal,
                              struct operate_point *point, struct operate_duty *out, struct err *e)
{
    struct operate_duty d = {0};
    memset(out, 0, sizeof *out);
    for (int k = 0; k < n; k++) {
        struct operate_point pt;
        double t = duty[k].time_s;
        if (!(t >= 0.0) || !isfinite(t))
            return err_set(e, ST_RANGE, "time_s", "duty point %d lasts %g s", k, t);
        enum status s = operate_solve_torque(ws, duty[k].torque_Nm, duty[k].speed_rad_per_s, goal, &pt, e);
        if (point)
            point[k] = pt;
        if (s == ST_INFEASIBLE)
            return err_set(e, s, "duty", "duty point %d: %g Nm at %g rad/s is beyond the limits (binding: %s%s)", k, duty[k].torque_Nm,
                           duty[k].speed_rad_per_s, pt.bind & OPERATE_BIND_CURRENT ? "current " : "",
                           pt.bind & OPERATE_BIND_VOLTAGE ? "voltage" : "");
        TRY(s);
        d.time_s += t;
        d.loss_J += pt.loss.total_W * t;
        d.mech_out_J += fmax(pt.P_mech_W, 0.0) * t;
        d.mech_in_J += fmax(-pt.P_mech_W, 0.0) * t;
        d.electric_drawn_J += fmax(pt.P_electric_W, 0.0) * t;
        d.electric_returned_J += fmax(-pt.P_electric_W, 0.0) * t;
    }
    if (!(d.time_s > 0.0))
        return err_set(e, ST_RANGE, "duty", "a duty of %d points lasts %g s", n, d.time_s);
    d.mean_loss_W = d.loss_J / d.time_s;
    double taken_J = d.electric_drawn_J + d.mech_in_J;
    d.efficiency_pu = taken_J > 0.0 ? (d.mech_out_J + d.electric_returned_J) / taken_J : (double)NAN;
    *out = d;
    return ST_OK;
}
