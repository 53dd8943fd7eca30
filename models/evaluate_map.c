/* evaluate_map.c - flux maps of a design, and how they follow temperature.
 * A magnet's Br acts on the d axis as a magnetomotive force, so a change of Br is a shift of i_d: lambda(i_d, i_q; Br + dBr) = lambda(i_d +
 * s dBr, i_q; Br). s is measured on the design itself by a no-load solution at a second temperature, saturation included; no field solution
 * is needed afterwards. */
#include "models/evaluate_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define MAP_REACH 1.15        /* i_d axis beyond the current limit: room for the temperature shift */
#define MAGNET_Q_EXPONENT 1.4 /* of the i_q axis of a magnet rotor */
#define PROBE_SHARE 0.8       /* of the required torque */
#define SHIFT_STEP_K 50.0     /* second temperature of the no-load solution */

/* Axes: i_d over the current limit, from -reach to +map_over_pu with magnets and from wound_low_pu to wound_high_pu with a field winding,
 * even; i_q from 0 to the limit. Corner points outside the current circle are continued, not solved. How far the map is from field
 * solutions between its points: tests/verify/test_map_linkages.c.
 * A wound rotor has L_d > L_q: its largest torque lies at positive i_d. Its deep field weakening is done by the field current. */
static void set_i_d(const struct eval_level *l, int is_wound, double I_max_A, struct flux_map_opts *o)
{
    const double low = is_wound ? l->wound_low_pu : -MAP_REACH;
    const double high = is_wound ? fmax(l->wound_high_pu, l->map_over_pu) : l->map_over_pu;
    o->n_d = is_wound ? l->n_d_wound : l->n_d;
    for (int k = 0; k < o->n_d; k++)
        o->i_d_A[k] = I_max_A * (low + (high - low) * k / (o->n_d - 1));
}

/* i_q over the current limit. The bridges of a magnet rotor saturate within the first few amperes: its points lie closer there. */
static double get_i_q_pu(int is_wound, double share) { return is_wound ? share : pow(share, MAGNET_Q_EXPONENT); }

static void set_grid(const struct evaluator *ev, struct flux_map_opts *o)
{
    double I = ev->setup->requirement.current_max_A;
    const int is_wound = machine_has_field_winding(&ev->machine);
    *o = (struct flux_map_opts){.n_q = is_wound ? ev->level.n_q_wound : ev->level.n_q, .n_f = 1, .n_position = ev->level.n_position,
                                .magnet_T_K = ev->setup->map_magnet_T_K, .corner_A = 1.25 * I};
    set_i_d(&ev->level, is_wound, I, o);
    for (int k = 0; k < o->n_q; k++)
        o->i_q_A[k] = I * get_i_q_pu(is_wound, (double)k / (o->n_q - 1));
    if (!is_wound)
        return;
    o->n_position = ev->level.n_position_wound;
    o->n_f = ev->level.n_f;
    for (int k = 0; k < o->n_f; k++)
        o->i_f_A[k] = ev->setup->requirement.field_current_max_A * k / (o->n_f - 1);
}

/* Torque of the probe from flux linkages averaged over the positions. The vector lies near the best one of its rotor type (40 degrees of
 * advance for interior magnets, 15 for the wound pole); what it misses is far less than PROBE_SHARE leaves. */
enum status evaluate_map_probe(struct evaluator *ev, struct result *r, int *hopeless, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    int wound = machine_has_field_winding(&ev->machine), n = wound ? ev->level.n_position_wound : ev->level.n_position;
    double gamma = (wound ? 15.0 : 40.0) * PI / 180.0, i_d_A = -q->current_max_A * sin(gamma), i_q_A = q->current_max_A * cos(gamma),
           T_Nm = 0.0;
    field_set_magnet_T(ev->field, ev->setup->map_magnet_T_K);
    for (int k = 0; k < n; k++) {
        struct field_result f;
        struct field_info info;
        TRY(field_solve_skewed(ev->field, &ev->machine, iron_get_position_el_rad(&ev->machine, k, n), i_d_A, i_q_A,
                               wound ? q->field_current_max_A : 0.0, k == 0, &f, &info, e));
        T_Nm += 1.5 * ev->machine.p * (f.lambda_d_Wb * i_q_A - f.lambda_q_Wb * i_d_A) / n;
        r->n_field_solve += 1.0;
    }
    *hopeless = T_Nm < PROBE_SHARE * q->peak_torque_Nm;
    if (*hopeless) {
        r->base_torque_Nm = r->max_torque_Nm = T_Nm;
        r->g[CON_PEAK_TORQUE] = 1.0 - T_Nm / q->peak_torque_Nm;
    }
    return ST_OK;
}

/* i_d at which the map at i_q = 0 has the flux linkage wanted; the map is monotone there. */
static double find_i_d_A(const struct flux_map *fm, double lambda_Wb)
{
    double low = fm->opts.i_d_A[0], high = fm->opts.i_d_A[fm->opts.n_d - 1];
    for (int k = 0; k < 60; k++) {
        double mid = 0.5 * (low + high);
        struct flux_point f;
        flux_map_eval(fm, mid, 0.0, 0.0, &f);
        if (f.lambda_d_Wb < lambda_Wb)
            low = mid;
        else
            high = mid;
    }
    return 0.5 * (low + high);
}

static enum status set_shift(struct evaluator *ev, struct result *r, struct err *e)
{
    const struct flux_map_opts *o = &ev->map->opts;
    double T2_K = o->magnet_T_K - SHIFT_STEP_K, sum = 0.0;
    field_set_magnet_T(ev->field, T2_K);
    for (int k = 0; k < o->n_position; k++) {
        struct field_result f;
        struct field_info info;
        double theta_el_rad = iron_get_position_el_rad(&ev->machine, k, o->n_position); /* those of the map */
        TRY(field_solve_skewed(ev->field, &ev->machine, theta_el_rad, 0.0, 0.0, 0.0, k == 0, &f, &info, e));
        sum += f.lambda_d_Wb / o->n_position;
        r->n_field_solve += 1.0;
        r->n_newton += info.n_iter;
    }
    field_set_magnet_T(ev->field, o->magnet_T_K);
    const struct magnet *m = ev->machine.magnet;
    double dBr_T = magnet_eval_Br_T(m, T2_K) - magnet_eval_Br_T(m, o->magnet_T_K);
    ev->shift_A_per_T = fabs(dBr_T) > 1e-9 ? find_i_d_A(ev->map, sum) / dBr_T : 0.0;
    r->map_noload_shift_A = ev->shift_A_per_T * dBr_T;
    return ST_OK;
}

enum status evaluate_map_solve(struct evaluator *ev, struct result *r, struct err *e)
{
    struct flux_map_opts o;
    set_grid(ev, &o);
    field_set_magnet_T(ev->field, o.magnet_T_K);
    TRY(flux_map_solve(ev->map, ev->field, &ev->machine, &o, e));
    r->n_field_solve += (double)ev->map->n_solve;
    ev->shift_A = ev->shift_A_per_T = 0.0;
    if (ev->machine.magnet)
        TRY(set_shift(ev, r, e));
    return ST_OK;
}

enum status evaluate_map_set_temperature(struct evaluator *ev, double T_winding_K, double T_field_K, double T_magnet_K, struct err *e)
{
    const struct eval_setup *s = ev->setup;
    if (ev->machine.magnet) {
        double dBr_T = magnet_eval_Br_T(ev->machine.magnet, T_magnet_K) - magnet_eval_Br_T(ev->machine.magnet, ev->map->opts.magnet_T_K);
        ev->shift_A = ev->shift_A_per_T * dBr_T;
    }
    flux_map_set_shift(ev->map, ev->shift_A);
    struct copper_exciter exciter = {s->requirement.exciter_efficiency_pu, s->requirement.field_slip_ring_drop_V};
    struct operate_limits lim = {.V_max_V = requirement_get_voltage_V(&s->requirement),
                                 .I_max_A = s->requirement.current_max_A,
                                 .I_f_max_A = s->requirement.field_current_max_A,
                                 .speed_max_rad_per_s = s->requirement.speed_max_rad_per_s * 1.0001,
                                 .L_end_H = ev->geometry.L_end_H,
                                 .field_loss_extra_pu = ev->field_loss_extra_pu,
                                 .build_factor_pu = s->requirement.iron_build_factor,
                                 .mech = ev->mech};
    TRY(copper_init(&lim.copper, &ev->machine, &ev->geometry, T_winding_K, T_field_K, &exciter, e));
    return operate_set(ev->operate, ev->map, &lim, e);
}
