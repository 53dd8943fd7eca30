/* evaluate_limits.c - envelope against the requirement, demagnetisation in the worst event, strength at overspeed. */
#include "models/evaluate_impl.h"
#include "materials/base/banned.h"

/* ---- envelope: at the temperatures of the continuous state (or the map's, when that was not reached) ---- */

enum status evaluate_envelope_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    double base = requirement_get_base_speed_rad_per_s(q);
    double speed[3] = {0.0, base, q->speed_max_rad_per_s};
    struct operate_point p[3];
    TRY(operate_eval_envelope(ev->operate, 3, speed, p, e));
    r->max_torque_Nm = p[0].is_feasible ? p[0].torque_Nm : 0.0;
    r->base_torque_Nm = p[1].is_feasible ? p[1].torque_Nm : 0.0;
    r->power_max_speed_W = p[2].is_feasible ? fmax(p[2].torque_Nm, 0.0) * speed[2] : 0.0;
    r->g[CON_PEAK_TORQUE] = 1.0 - fmin(r->max_torque_Nm, r->base_torque_Nm) / q->peak_torque_Nm;
    r->g[CON_POWER_MAX_SPEED] = 1.0 - r->power_max_speed_W / q->peak_power_W;
    r->torque_per_litre_Nm = q->peak_torque_Nm / (1e3 * r->active_volume_m3);
    r->backemf_max_speed_V = operate_eval_back_emf_V(ev->operate, q->speed_max_rad_per_s, q->field_current_max_A);
    if (!d)
        return ST_OK;
    d->n_speed = EVAL_MAX_SPEED;
    for (int k = 0; k < d->n_speed; k++) {
        struct operate_point c;
        d->speed_rad_per_s[k] = q->speed_max_rad_per_s * k / (d->n_speed - 1);
        int ok = operate_solve_max_torque(ev->operate, d->speed_rad_per_s[k], 1, &c, NULL) == ST_OK && c.is_feasible;
        d->torque_continuous_Nm[k] = (double)NAN;
        d->torque_max_Nm[k] = ok ? c.torque_Nm : (double)NAN;
        d->current_A[k] = ok ? c.i_A : (double)NAN;
        d->voltage_V[k] = ok ? c.v_V : (double)NAN;
    }
    d->n_map_torque = EVAL_MAP_TORQUE;
    for (int t = 0; t < d->n_map_torque; t++) {
        d->map_torque_Nm[t] = q->peak_torque_Nm * (t + 1) / d->n_map_torque;
        for (int k = 0; k < d->n_speed; k++) {
            struct operate_point c;
            int ok = k > 0 && d->map_torque_Nm[t] <= d->torque_max_Nm[k] &&
                     operate_solve_torque(ev->operate, d->map_torque_Nm[t], d->speed_rad_per_s[k], OPERATE_MIN_CURRENT, &c, NULL) == ST_OK;
            d->efficiency_pu[t * d->n_speed + k] = ok ? c.efficiency_pu : (double)NAN;
            evaluate_wave_set_cell(ok ? &c : NULL, &d->cell[t * d->n_speed + k]);
            if (ok)
                r->efficiency_max_pu = fmax(r->efficiency_max_pu, c.efficiency_pu);
        }
    }
    return ST_OK;
}

/* ---- demagnetisation ---- */

/* Most negative d current of all faults that the study asks for. */
static enum status find_worst_id(struct evaluator *ev, struct result *r, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    double worst = ev->setup->demag.event_peak_current ? -q->current_max_A : 0.0;
    r->short_circuit_peak_id_A = (double)NAN;
    if (!ev->setup->demag.event_short_circuit) {
        r->demag_event_id_A = worst;
        return ST_OK;
    }
    double speed[2] = {requirement_get_base_speed_rad_per_s(q), q->speed_max_rad_per_s}, worst_fault = 0.0;
    struct operate_fault_opts o = operate_fault_opts_default();
    for (int k = 0; k < 2; k++) {
        struct operate_point p;
        struct operate_fault f;
        if (operate_solve_max_torque(ev->operate, speed[k], 1, &p, NULL) != ST_OK)
            continue; /* no pre-fault point at that speed */
        enum status st = operate_eval_short_circuit(ev->operate, p.i_d_A, p.i_q_A, p.i_f_A, speed[k], &o, &f, e);
        if (st != ST_OK)
            return st;
        worst_fault = fmin(worst_fault, f.i_d_min_A);
    }
    r->short_circuit_peak_id_A = worst_fault;
    r->demag_event_id_A = fmin(worst, worst_fault);
    return ST_OK;
}

/* Flux lost over magnet temperature: from the field samples of the margin, no further solution. */
static enum status set_curve(struct evaluator *ev, struct eval_detail *d, struct err *e)
{
    double low = 273.15 + 20.0, high = ev->machine.magnet->T_limit_K.value;
    d->n_demag = EVAL_MAX_DEMAG_CURVE;
    for (int k = 0; k < d->n_demag; k++)
        d->demag_T_K[k] = low + (high - low) * k / (d->n_demag - 1);
    return demag_eval_loss_curve(ev->demag, d->n_demag, d->demag_T_K, d->demag_flux_lost_pu, e);
}

/* The event in a slice of a skewed rotor: its own angle, its own dq currents. */
static struct demag_event get_event(const struct result *r, double ahead_el_rad)
{
    struct field_slice s = field_get_slice(0.0, r->demag_event_id_A, 0.0, ahead_el_rad);
    return (struct demag_event){.T_K = r->rotor_hot_K, .i_d_A = s.i_d_A, .i_q_A = s.i_q_A, .n_position = 1,
                                .theta_el_rad = {s.theta_el_rad}};
}

/* Margins: those of the worst slice, whose event is returned. Flux lost: mean over the slices, as they are in series. */
static enum status solve_margins(struct evaluator *ev, const struct demag_opts *o, struct result *r, struct demag_event *worst,
                                 struct err *e)
{
    double ahead[MACHINE_MAX_SLICE], lost = 0.0, lost20 = 0.0;
    int n = machine_get_slices(&ev->machine, ahead);
    for (int k = 0; k < n; k++) {
        struct demag_event event = get_event(r, ahead[k]);
        struct demag_margin m;
        TRY(demag_eval_margin(ev->demag, ev->field, &event, o, &m, e));
        r->n_field_solve += (double)m.n_solve;
        double T_K = o->confirm ? m.T_margin_confirmed_K : m.T_margin_estimated_K;
        double factor = o->confirm ? m.current_factor_confirmed : m.current_factor_estimated;
        if (k == 0 || T_K < r->demag_margin_K) {
            r->demag_margin_K = T_K;
            *worst = event;
        }
        r->demag_current_factor = k == 0 ? factor : fmin(r->demag_current_factor, factor);
        lost += (o->confirm ? m.flux_lost_confirmed_pu : m.flux_lost_estimated_pu) / n;
        lost20 += m.flux_lost_at_rest_estimated_pu / n;
    }
    r->flux_loss_event_pu = lost;
    r->flux_loss_noload20_pu = lost20;
    return ST_OK;
}

enum status evaluate_demag_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    const struct demag_rule *rule = &ev->setup->demag;
    if (!ev->machine.magnet)
        return ST_OK;
    enum status st = find_worst_id(ev, r, e);
    if (st == ST_RANGE) { /* the fault left the range of the maps: judged infeasible rather than guessed */
        r->g[CON_DEMAG] = EVAL_NOT_REACHED;
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    TRY(demag_set_machine(ev->demag, ev->field, &ev->machine, e));
    struct demag_opts o = demag_opts_default();
    o.loss_limit_pu = rule->flux_loss_limit_pu;
    o.n_temperature = 2;
    o.tol_T_K = 2.0;
    o.tol_factor = 0.02;
    o.confirm = ev->level.confirm_demag;
    struct demag_event event;
    TRY(solve_margins(ev, &o, r, &event, e));
    r->rotor_margin_K = fmin(r->demag_margin_K, ev->machine.magnet->T_limit_K.value - r->rotor_hot_K);
    r->g[CON_DEMAG] = (rule->margin_min_K - r->demag_margin_K) / 100.0;
    if (!d)
        return ST_OK;
    if (ev->machine.n_skew_slice > 1) { /* the curve reads the samples of the last margin: make it the worst slice's */
        struct demag_margin m;
        struct demag_opts estimate = o;
        estimate.confirm = 0;
        TRY(demag_eval_margin(ev->demag, ev->field, &event, &estimate, &m, e));
        r->n_field_solve += (double)m.n_solve;
    }
    TRY(set_curve(ev, d, e));
    struct demag_result dr;
    st = demag_solve_event(ev->demag, ev->field, &event, &o, &dr, e);
    if (st != ST_OK && st != ST_NO_CONVERGE)
        return st;
    r->n_field_solve += (double)dr.n_solve;
    r->demag_area_pu = dr.stats.area_beyond_knee_pu;
    r->magnet_B_worst_T = dr.stats.B_p1_T;
    return ST_OK;
}

/* ---- strength ---- */

enum status evaluate_strength_solve(struct evaluator *ev, struct result *r, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    struct stress_opts o = stress_opts_default();
    if (ev->machine.rotor_type == ROTOR_SPOKE)
        o.bore = STRESS_BORE_HELD; /* the hub holds the feet of the poles; their joint is not judged */
    struct stress_result s;
    TRY(stress_eval(ev->stress, field_get_mesh(ev->field), &ev->machine, q->speed_max_rad_per_s * q->overspeed_factor, &o, &s, e));
    r->stress_max_Pa = s.governing_Pa;
    r->yield_safety = s.safety;
    r->fatigue_safety = fatigue_eval_safety(ev->machine.rotor_steel, s.governing_Pa);
    r->g[CON_STRENGTH] = 1.0 - s.safety / q->yield_safety_min;
    if (!(q->fatigue_safety_min > 0.0))
        return ST_OK;
    if (isnan(r->fatigue_safety))
        return err_set(e, ST_CONFIG, "fatigue_safety_min", "a fatigue safety is asked for, but %s has no tensile_Pa and fatigue_Pa",
                       ev->machine.rotor_steel->base.name);
    r->g[CON_STRENGTH] = fmax(r->g[CON_STRENGTH], 1.0 - r->fatigue_safety / q->fatigue_safety_min);
    return ST_OK;
}
