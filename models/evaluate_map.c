/* evaluate_map.c - flux maps of a design, and how they follow temperature.
 * A magnet's Br acts on the d axis as a magnetomotive force, so a change of Br is a shift of i_d: lambda(i_d, i_q; Br + dBr) = lambda(i_d +
 * s dBr, i_q; Br). s is measured on the design itself by a no-load solution at a second temperature, saturation included; no field solution
 * is needed afterwards. */
#include "models/evaluate_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define MAP_REACH 1.15        /* i_d axis beyond the current limit: room for the temperature shift */
#define FAULT_REACH 2.25      /* short circuits drive i_d to about twice the current limit */
#define CORNER_REACH 1.25
#define MAGNET_Q_EXPONENT 1.4 /* of the i_q axis of a magnet rotor */
#define PROBE_SHARE 0.8       /* of the required torque */
#define SHIFT_STEP_K 50.0     /* second temperature of the no-load solution */

/* Rotor positions of a level; one more where so many would all see one phase of the slot ripple (three slots a pole and phase, three
 * positions: 2 % of the torque by stress, 0.5 % by linkages). With fractional slots the positions are moved instead. */
static int get_positions(const struct machine *m, int n)
{
    struct machine_sector s;
    machine_get_sector(m, &s);
    return n > 2 && n < FLUX_MAP_MAX_POSITION && machine_is_whole_q(m) && s.n_ripple % n == 0 ? n + 1 : n;
}

/* Axes: i_d over the current limit, from -reach to +map_over_pu with magnets and from wound_low_pu to wound_high_pu with a field winding;
 * i_q from 0 to the limit. Corner points outside the current circle are continued, not solved. How far the map is from field solutions
 * between its points: tests/verify/test_map_linkages.c. */
static void set_magnet_grid(const struct evaluator *ev, struct flux_map_opts *o)
{
    const struct eval_level *l = &ev->level;
    const double I = ev->setup->requirement.current_max_A;
    *o = (struct flux_map_opts){.n_d = l->n_d, .n_q = l->n_q, .n_f = 1, .n_position = get_positions(&ev->machine, l->n_position),
                                .magnet_T_K = ev->setup->map_magnet_T_K, .tail_A = -FAULT_REACH * I, .corner_A = CORNER_REACH * I};
    for (int k = 0; k < o->n_d; k++)
        o->i_d_A[k] = I * (-MAP_REACH + (l->map_over_pu + MAP_REACH) * k / (o->n_d - 1));
    for (int k = 0; k < o->n_q; k++) /* the bridges saturate within the first few amperes: points lie closer there */
        o->i_q_A[k] = I * pow((double)k / (o->n_q - 1), MAGNET_Q_EXPONENT);
}

/* The field current in terms of i_d: its equal by linkage of an unsaturated machine, and the i_d with which that machine would reach the
 * linkage of the full field current. */
struct field_axis { double shear_pu, knee_A; };

static enum status find_field_axis(struct evaluator *ev, struct result *r, struct field_axis *out, struct err *e)
{
    struct field_inductance L;
    struct field_result f;
    struct field_info info;
    field_set_angle(ev->field, 0.0);
    TRY(field_solve(ev->field, 0.0, 0.0, 0.0, 1, &f, &info, e));
    TRY(field_eval_inductance(ev->field, FIELD_FACTOR_FINAL, &L, e));
    TRY(field_solve(ev->field, 0.0, 0.0, ev->setup->requirement.field_current_max_A, 1, &f, &info, e));
    r->n_field_solve += 2.0;
    r->n_newton += info.n_iter;
    out->shear_pu = L.H[FIELD_I_D][FIELD_I_F] / L.H[FIELD_I_D][FIELD_I_D];
    out->knee_A = f.lambda_d_Wb / L.H[FIELD_I_D][FIELD_I_D];
    return ST_OK;
}

/* A wound rotor has L_d > L_q: its largest torque lies at positive i_d. Its deep field weakening is done by the field current. The iron
 * saturates with the sum of both, along which the points of the map lie closest about zero, as far as the knee. */
static enum status set_wound_grid(struct evaluator *ev, struct result *r, struct flux_map_opts *o, struct err *e)
{
    const struct eval_level *l = &ev->level;
    const double I = ev->setup->requirement.current_max_A, I_f = ev->setup->requirement.field_current_max_A;
    struct field_axis a;
    TRY(find_field_axis(ev, r, &a, e));
    *o = (struct flux_map_opts){.n_d = l->n_d_wound,
                                .n_q = l->n_q_wound,
                                .n_f = l->n_f,
                                .n_position = get_positions(&ev->machine, l->n_position_wound),
                                .shear_pu = a.shear_pu,
                                .magnet_T_K = ev->setup->map_magnet_T_K,
                                .corner_A = CORNER_REACH * I};
    const double low = asinh(I * l->wound_low_pu / a.knee_A);
    const double high = asinh((I * fmax(l->wound_high_pu, l->map_over_pu) + a.shear_pu * I_f) / a.knee_A);
    for (int k = 0; k < o->n_d; k++)
        o->i_d_A[k] = a.knee_A * sinh(low + (high - low) * k / (o->n_d - 1));
    o->i_d_A[0] = I * l->wound_low_pu; /* without rounding */
    for (int k = 0; k < o->n_q; k++)
        o->i_q_A[k] = I * k / (o->n_q - 1);
    for (int k = 0; k < o->n_f; k++)
        o->i_f_A[k] = I_f * k / (o->n_f - 1);
    return ST_OK;
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
    if (machine_has_field_winding(&ev->machine))
        TRY(set_wound_grid(ev, r, &o, e));
    else
        set_magnet_grid(ev, &o);
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
