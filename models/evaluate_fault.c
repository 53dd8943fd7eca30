/* evaluate_fault.c - currents of the demagnetising events: inverter limit, short circuits from the whole envelope, loss of control; hot,
 * and at the coldest start. */
#include "models/evaluate_impl.h"
#include "materials/base/banned.h"

#define FAULT_SPEED_SEARCH 3  /* base, middle, highest */
#define FAULT_SPEED_REPORT 12 /* from an eighth of the highest on; slower faults die away before they are worst */
#define FAULT_SPEED_LOWEST_PU 0.125

static int set_speeds(const struct evaluator *ev, double speed_rad_per_s[OPERATE_MAX_PREFAULT])
{
    const struct requirement *q = &ev->setup->requirement;
    const int n = ev->level.is_search ? FAULT_SPEED_SEARCH : FAULT_SPEED_REPORT;
    const double base = requirement_get_base_speed_rad_per_s(q),
                 low = ev->level.is_search ? base : fmin(base, FAULT_SPEED_LOWEST_PU * q->speed_max_rad_per_s);
    for (int k = 0; k < n; k++)
        speed_rad_per_s[k] = low + (q->speed_max_rad_per_s - low) * k / (n - 1);
    return n;
}

static struct eval_event make_event(enum eval_event_kind kind, double T_K)
{
    const double none = (double)NAN;
    return (struct eval_event){.kind = kind, .cold_kind = kind, .T_K = T_K, .theta_el_rad = none, .flux_lost_pu = none, .T_margin_K = none,
                               .current_factor = none, .T_margin_low_K = none, .T_margin_high_K = none, .flux_lost_at_margin_pu = none,
                               .area_beyond_knee_pu = none, .B_p1_T = none, .torque_lost_pu = none, .backemf_left_V = none};
}

static enum status find_short_circuit(const struct evaluator *ev, const struct operate_prefault_set *set, int n_phase, struct eval_event *x,
                                      struct err *e)
{
    const struct operate_fault_opts o = ev->level.is_search ? operate_fault_opts_search() : operate_fault_opts_default();
    struct operate_worst_fault w;
    TRY(operate_eval_worst_fault(ev->operate, n_phase, set, &o, &w, e));
    x->i_d_A = w.fault.i_d_min_A;
    x->i_q_A = n_phase == 2 ? w.fault.i_q_at_min_A : 0.0; /* three phases pass the d axis wherever the rotor stands */
    x->theta_el_rad = w.fault.theta_at_min_el_rad;
    x->is_extrapolated = w.fault.is_extrapolated;
    x->has_prefault = 1;
    x->prefault = w.from;
    return ST_OK;
}

static enum status find_generation(const struct evaluator *ev, struct eval_event *x, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    struct operate_generation g;
    TRY(operate_eval_generation(ev->operate, q->speed_max_rad_per_s, 0.0, q->dc_voltage_V, &g, e));
    x->i_d_A = g.i_d_A;
    x->i_q_A = g.i_q_A;
    x->is_extrapolated = g.is_extrapolated;
    x->has_prefault = 1;
    x->prefault = (struct operate_prefault_point){.kind = OPERATE_PREFAULT_NO_LOAD, .speed_rad_per_s = q->speed_max_rad_per_s};
    return ST_OK;
}

/* The events at one temperature of everything. */
static enum status find_at(struct evaluator *ev, double T_copper_K, double T_magnet_K, struct eval_event *x, int *n, struct err *e)
{
    const struct demag_rule *rule = &ev->setup->demag;
    double speed[OPERATE_MAX_PREFAULT];
    struct operate_prefault_set set = {0};
    *n = 0;
    TRY(evaluate_map_set_temperature(ev, T_copper_K, T_copper_K, T_magnet_K, e));
    if (rule->event_short_circuit || rule->event_two_phase)
        TRY(operate_find_prefault(ev->operate, set_speeds(ev, speed), speed, 0.0, &set, e));
    if (rule->event_peak_current) {
        x[*n] = make_event(EVAL_EVENT_PEAK_CURRENT, T_magnet_K);
        x[(*n)++].i_d_A = -ev->setup->requirement.current_max_A;
    }
    if (rule->event_short_circuit) {
        x[*n] = make_event(EVAL_EVENT_SHORT_CIRCUIT, T_magnet_K);
        TRY(find_short_circuit(ev, &set, 3, &x[(*n)++], e));
    }
    if (rule->event_two_phase) {
        x[*n] = make_event(EVAL_EVENT_TWO_PHASE, T_magnet_K);
        TRY(find_short_circuit(ev, &set, 2, &x[(*n)++], e));
    }
    if (rule->event_loss_of_control) {
        x[*n] = make_event(EVAL_EVENT_LOSS_OF_CONTROL, T_magnet_K);
        TRY(find_generation(ev, &x[(*n)++], e));
    }
    return ST_OK;
}

enum status evaluate_fault_find(struct evaluator *ev, const struct result *r, struct eval_event *event, int *n_event, struct err *e)
{
    const double cold_K = ev->setup->demag.cold_start_K;
    struct eval_event cold[EVAL_EVENT_COUNT];
    int n_cold = 0, worst = 0;
    if (isfinite(cold_K)) {
        TRY(find_at(ev, cold_K, cold_K, cold, &n_cold, e));
        for (int k = 1; k < n_cold; k++)
            if (cold[k].i_d_A < cold[worst].i_d_A)
                worst = k;
    }
    TRY(find_at(ev, ev->state_continuous.copper_mean_K, r->rotor_hot_K, event, n_event, e));
    if (n_cold > 0) {
        event[*n_event] = cold[worst];
        event[(*n_event)++].kind = EVAL_EVENT_COLD_START;
    }
    return ST_OK;
}
