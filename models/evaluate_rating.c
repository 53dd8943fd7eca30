/* evaluate_rating.c - what the heat allows over speed: torque held for ever, torque held for the duty's peak time from its continuous
 * state, and how long the peak point can be held. Limits: the winding at its thermal class, the field winding likewise, the magnet at the
 * lower of its service limit and the temperature at which the worst event starts to demagnetise it (less the study's margin). */
#include "models/evaluate_impl.h"
#include <string.h>
#include "materials/base/banned.h"

#define EXCESS_TOL_K 0.05
#define TORQUE_RTOL 1.0e-4
#define SEARCH_MAX 24
#define FIRST_GUESS_PU 0.3   /* of the largest torque, where no neighbour is known */
#define HOLD_FIRST_S 0.5
#define HOLD_GROWTH 1.15

static const char *const LIMIT_KEY[] = {"none", "winding", "magnet", "field_winding", "current", "voltage", "field_current", "map"};

const char *eval_get_limit_key(enum eval_limit l)
{
    return LIMIT_KEY[l];
}

struct rating {
    struct evaluator *ev;
    double winding_limit_K, rotor_limit_K;
    int is_timed;                /* from the continuous state for the peak time; else for ever */
    double speed_rad_per_s;
    struct thermal_state state;  /* of the last torque tried: start of the next steady state */
    struct operate_point point;
    enum eval_limit bind;        /* the hotter against its limit, or what keeps the torque from being reached */
};

static enum eval_limit get_electric_limit(int bind)
{
    if (bind & OPERATE_BIND_CURRENT)
        return EVAL_LIMIT_CURRENT;
    if (bind & OPERATE_BIND_VOLTAGE)
        return EVAL_LIMIT_VOLTAGE;
    return bind & OPERATE_BIND_FIELD ? EVAL_LIMIT_FIELD_CURRENT : EVAL_LIMIT_MAP;
}

/* kelvin above the nearer limit */
static double get_excess_K(struct rating *q)
{
    int wound = machine_has_field_winding(&q->ev->machine);
    double winding = q->state.copper_hot_K - q->winding_limit_K;
    double rotor = (wound ? q->state.field_hot_K : q->state.magnet_hot_K) - q->rotor_limit_K;
    q->bind = winding >= rotor ? EVAL_LIMIT_WINDING : (wound ? EVAL_LIMIT_FIELD_WINDING : EVAL_LIMIT_MAGNET);
    return fmax(winding, rotor);
}

/* A steady state that does not exist is as far above its limit as the last iterate; one whose torque is out of reach is told by bind. */
static enum status eval_excess(struct rating *q, double torque_Nm, double *excess_K, struct err *e)
{
    struct duty_point p = {.torque_Nm = torque_Nm, .speed_rad_per_s = q->speed_rad_per_s, .weight_pu = 1.0};
    enum status st;
    if (q->is_timed) {
        q->state = q->ev->state_continuous;
        st = evaluate_heat_solve_pulse(q->ev, &p, q->ev->setup->duty.peak_duration_s, EVAL_PULSE_PARTS, &q->point, &q->state, e);
    } else {
        st = evaluate_heat_solve_point(q->ev, &p, &q->point, &q->state, e);
    }
    if (st == ST_INFEASIBLE && strcmp(e->where, "torque") == 0) {
        q->bind = get_electric_limit(q->point.bind);
        *excess_K = (double)INFINITY;
        return ST_OK;
    }
    if (st != ST_OK && st != ST_INFEASIBLE && st != ST_NO_CONVERGE && st != ST_RANGE)
        return st;
    *excess_K = get_excess_K(q);
    if (st != ST_OK) { /* ran away */
        *excess_K = fmax(*excess_K, q->winding_limit_K);
        q->state = q->ev->state_continuous;
    }
    return ST_OK;
}

static enum status eval_torque_max(struct rating *q, double *torque_Nm, enum eval_limit *bind, struct err *e)
{
    struct evaluator *ev = q->ev;
    const struct thermal_state *s = &ev->state_continuous;
    struct operate_point p;
    TRY(evaluate_map_set_temperature(ev, q->is_timed ? s->copper_mean_K : q->winding_limit_K, evaluate_heat_get_field_K(ev, s),
                                     evaluate_heat_get_magnet_K(ev, s), e));
    *torque_Nm = 0.0;
    if (operate_solve_max_torque(ev->operate, q->speed_rad_per_s, 1, &p, NULL) == ST_OK && p.is_feasible)
        *torque_Nm = fmax(p.torque_Nm, 0.0);
    *bind = get_electric_limit(p.bind);
    return ST_OK;
}

/* Largest torque with excess <= 0, by a secant on its square (losses grow about so), kept in a bracket: below it is allowed, above not. */
static enum status solve_torque(struct rating *q, double guess_Nm, double *torque_Nm, enum eval_limit *bind, struct err *e)
{
    double max_Nm, u[2] = {(double)NAN, (double)NAN}, f[2] = {(double)NAN, (double)NAN}, low = 0.0, high, excess_K;
    enum eval_limit electric, thermal = EVAL_LIMIT_NONE;
    TRY(eval_torque_max(q, &max_Nm, &electric, e));
    *torque_Nm = 0.0;
    *bind = electric;
    if (!(max_Nm > 0.0))
        return ST_OK;
    high = max_Nm * max_Nm;
    double next = fmin(guess_Nm > 0.0 ? guess_Nm : FIRST_GUESS_PU * max_Nm, max_Nm);
    next *= next;
    int is_low_known = 0, is_high_known = 0;
    for (int k = 0; k < SEARCH_MAX; k++) {
        TRY(eval_excess(q, sqrt(next), &excess_K, e));
        if (excess_K <= 0.0) {
            low = next;
            is_low_known = 1;
        } else {
            high = next;
            is_high_known = 1;
            thermal = q->bind;
        }
        if (fabs(excess_K) <= EXCESS_TOL_K || high - low <= TORQUE_RTOL * high)
            break;
        u[0] = u[1], f[0] = f[1];
        u[1] = next, f[1] = excess_K;
        next = f[1] == f[0] ? (double)NAN : u[1] - f[1] * (u[1] - u[0]) / (f[1] - f[0]);
        if (!isfinite(next)) /* first step, or no slope: the rise over the coolant grows like the square */
            next = isfinite(f[1]) ? u[1] * (1.0 - f[1] / fmax(q->winding_limit_K + f[1] - q->ev->setup->cooling.ambient_K, 1.0))
                                  : 0.5 * (low + high);
        if (next >= high)
            next = is_high_known ? 0.5 * (low + high) : high;
        if (next <= low)
            next = is_low_known ? 0.5 * (low + high) : (low + 0.1 * (high - low));
    }
    *torque_Nm = sqrt(fabs(excess_K) <= EXCESS_TOL_K ? next : low);
    *bind = is_high_known || fabs(excess_K) <= EXCESS_TOL_K ? (fabs(excess_K) <= EXCESS_TOL_K ? q->bind : thermal) : electric;
    return ST_OK;
}

/* How long the peak point is held from the continuous state until a limit is reached; EVAL_HOLD_MAX_S: that long or longer. */
static enum status solve_hold(struct rating *q, double *hold_s, enum eval_limit *bind, struct err *e)
{
    struct evaluator *ev = q->ev;
    const struct duty_point *p = &ev->setup->duty.peak;
    double t_s = 0.0, dt_s = HOLD_FIRST_S, before_K;
    q->state = ev->state_continuous;
    before_K = get_excess_K(q);
    *hold_s = 0.0;
    *bind = q->bind;
    while (before_K < 0.0 && t_s < EVAL_HOLD_MAX_S) {
        enum status st = evaluate_heat_solve_pulse(ev, p, dt_s, 1, &q->point, &q->state, e);
        if (st == ST_INFEASIBLE && strcmp(e->where, "torque") == 0) {
            *bind = get_electric_limit(q->point.bind);
            break;
        }
        if (st != ST_OK)
            return st;
        double excess_K = get_excess_K(q);
        if (excess_K >= 0.0)
            dt_s *= before_K / (before_K - excess_K);
        t_s += dt_s;
        *bind = q->bind;
        *hold_s = t_s;
        before_K = excess_K;
        dt_s *= HOLD_GROWTH;
    }
    if (*hold_s >= EVAL_HOLD_MAX_S) {
        *hold_s = EVAL_HOLD_MAX_S;
        *bind = EVAL_LIMIT_NONE;
    }
    return ST_OK;
}

/* The hottest magnet that survives every event at working temperature, with the margin asked for; a cold start limits no heat. */
static double get_rotor_limit_K(const struct evaluator *ev, const struct eval_detail *d)
{
    if (machine_has_field_winding(&ev->machine))
        return ev->machine.insulation->T_class_K.value;
    double limit_K = ev->machine.magnet->T_limit_K.value;
    for (int k = 0; k < d->n_event; k++)
        if (d->event[k].kind != EVAL_EVENT_COLD_START)
            limit_K = fmin(limit_K, d->event[k].T_K + d->event[k].T_margin_K - ev->setup->demag.margin_min_K);
    return limit_K;
}

static enum status solve_curves(struct rating *q, struct eval_detail *d, struct err *e)
{
    double guess_Nm[2] = {0.0, 0.0};
    for (int k = 0; k < d->n_speed; k++)
        for (int timed = 0; timed < 2; timed++) {
            struct eval_rating *x = timed ? &d->timed[k] : &d->continuous[k];
            q->is_timed = timed;
            q->speed_rad_per_s = d->speed_rad_per_s[k];
            TRY(solve_torque(q, guess_Nm[timed], &x->torque_Nm, &x->bind, e));
            x->winding_K = q->state.copper_hot_K;
            x->rotor_K = machine_has_field_winding(&q->ev->machine) ? q->state.field_hot_K : q->state.magnet_hot_K;
            guess_Nm[timed] = x->torque_Nm;
        }
    return ST_OK;
}

static enum status solve_figures(struct rating *q, struct result *r, struct err *e)
{
    const struct requirement *req = &q->ev->setup->requirement;
    enum eval_limit bind;
    q->is_timed = 0;
    q->speed_rad_per_s = requirement_get_base_speed_rad_per_s(req);
    TRY(solve_torque(q, 0.0, &r->continuous_torque_base_Nm, &bind, e));
    q->speed_rad_per_s = req->speed_max_rad_per_s;
    TRY(solve_torque(q, 0.0, &r->continuous_power_max_speed_W, &bind, e));
    r->continuous_power_max_speed_W *= req->speed_max_rad_per_s;
    q->is_timed = 1;
    q->speed_rad_per_s = q->ev->setup->duty.peak.speed_rad_per_s;
    TRY(solve_torque(q, 0.0, &r->timed_torque_Nm, &bind, e));
    return solve_hold(q, &r->peak_hold_s, &bind, e);
}

enum status evaluate_rating_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    struct rating q = {.ev = ev, .winding_limit_K = ev->machine.insulation->T_class_K.value, .rotor_limit_K = get_rotor_limit_K(ev, d),
                       .state = ev->state_continuous};
    d->winding_limit_K = q.winding_limit_K;
    d->rotor_limit_K = q.rotor_limit_K;
    TRY(solve_curves(&q, d, e));
    TRY(solve_figures(&q, r, e));
    const struct thermal_state *s = &ev->state_continuous;
    return evaluate_map_set_temperature(ev, s->copper_mean_K, evaluate_heat_get_field_K(ev, s), evaluate_heat_get_magnet_K(ev, s), e);
}
