/* evaluate_limits.c - envelope against the requirement, strength at overspeed. */
#include "models/evaluate_impl.h"
#include "materials/base/units.h"
#include <assert.h>
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
    if (sleeve_is_used(&ev->machine))
        r->sleeve_reaction_pu = flux_map_get_sleeve_reaction_pu(ev->map, ev->machine.p * q->speed_max_rad_per_s / (2.0 * PI));
    if (!d)
        return ST_OK;
    d->n_speed = EVAL_MAX_SPEED;
    for (int k = 0; k < d->n_speed; k++) {
        struct operate_point c;
        d->speed_rad_per_s[k] = q->speed_max_rad_per_s * k / (d->n_speed - 1);
        int ok = operate_solve_max_torque(ev->operate, d->speed_rad_per_s[k], 1, &c, NULL) == ST_OK && c.is_feasible;
        d->continuous[k] = d->timed[k] = (struct eval_rating){(double)NAN, (double)NAN, (double)NAN, EVAL_LIMIT_NONE};
        d->torque_max_Nm[k] = ok ? c.torque_Nm : (double)NAN;
        d->current_A[k] = ok ? c.i_A : (double)NAN;
        d->i_d_A[k] = ok ? c.i_d_A : (double)NAN;
        d->i_q_A[k] = ok ? c.i_q_A : (double)NAN;
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

/* ---- strength ---- */

#define STRENGTH_MAX_SOLVE 2 /* linear solutions that the strength of one design may cost */

/* A sleeve must stand the overspeed, and still press the magnets on the core there. */
static enum status judge_sleeve(struct evaluator *ev, struct result *r, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    struct sleeve_result s;
    if (!sleeve_is_used(&ev->machine))
        return ST_OK;
    TRY(sleeve_eval(&ev->machine, q->speed_max_rad_per_s * q->overspeed_factor, &s, e));
    r->sleeve_safety = s.safety;
    r->sleeve_retention_pu = s.retention_pu;
    r->g[CON_STRENGTH] = fmax(r->g[CON_STRENGTH], fmax(1.0 - s.safety / q->yield_safety_min, 1.0 - s.retention_pu));
    return ST_OK;
}

enum status evaluate_strength_solve(struct evaluator *ev, struct result *r, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    struct stress_opts o = stress_opts_default();
    if (ev->machine.rotor_type == ROTOR_SPOKE)
        o.bore = STRESS_BORE_HELD; /* the hub holds the feet of the poles; their joint is not judged */
    struct stress_result s;
    TRY(stress_eval(ev->stress, field_get_mesh(ev->field), &ev->machine, q->speed_max_rad_per_s * q->overspeed_factor, &o, &s, e));
    assert(s.n_solve <= STRENGTH_MAX_SOLVE);
    r->stress_max_Pa = s.governing_Pa;
    r->yield_safety = s.safety;
    r->fatigue_safety = fatigue_eval_safety(ev->machine.rotor_steel, s.governing_Pa);
    r->g[CON_STRENGTH] = 1.0 - s.safety / q->yield_safety_min;
    TRY(judge_sleeve(ev, r, e));
    if (!(q->fatigue_safety_min > 0.0))
        return ST_OK;
    if (isnan(r->fatigue_safety))
        return err_set(e, ST_CONFIG, "fatigue_safety_min", "a fatigue safety is asked for, but %s has no tensile_Pa and fatigue_Pa",
                       ev->machine.rotor_steel->base.name);
    r->g[CON_STRENGTH] = fmax(r->g[CON_STRENGTH], 1.0 - r->fatigue_safety / q->fatigue_safety_min);
    return ST_OK;
}
