/* evaluate_demag.c - demagnetisation of a design: margins of all its events, the worst confirmed at report level; what is left of flux,
 * torque and voltage after each; all of them one after the other. */
#include "models/evaluate_impl.h"
#include "materials/base/units.h"
#include <stdio.h>
#include "materials/base/banned.h"

/* Rotor angles, deg el, mirrored ones added for nothing: the angle is worth 0.03 T in a V rotor (tests/data/truth_demag_C1.csv), 3 to 14 K.
 */
#define REPORT_POSITIONS 4
static const double REPORT_DEG[REPORT_POSITIONS] = {0.0, 10.0, 20.0, 30.0};
#define SEARCH_DEG 20.0       /* the worst single one of interior magnets, within 3 K of all */

#define SEQUENCE_MAX_ROUND 6
#define SEQUENCE_TOL_PU 1e-4  /* of the flux: the tolerance of an event */

static const char *const EVENT_KEY[EVAL_EVENT_COUNT] = {"peak_current", "short_circuit", "two_phase_short_circuit", "loss_of_control",
                                                        "cold_start"};
static const char *const EVENT_TEXT[EVAL_EVENT_COUNT] = {"peak current along -d", "three-phase short circuit", "two-phase short circuit",
                                                         "loss of control", "cold start"};

const char *eval_get_event_key(enum eval_event_kind k) { return EVENT_KEY[k]; }
const char *eval_get_event_text(enum eval_event_kind k) { return EVENT_TEXT[k]; }

/* An event in a slice of a skewed rotor, with the slice's own angle and dq currents; where any rotor angle may be met, the one of the
 * search or those of the report. */
static struct demag_event get_event(const struct eval_event *x, double ahead_el_rad, int n_position)
{
    const int is_fixed = isfinite(x->theta_el_rad);
    struct demag_event out = {.T_K = x->T_K, .toward_cold = x->kind == EVAL_EVENT_COLD_START, .n_position = is_fixed ? 1 : n_position,
                              .with_mirror = !is_fixed};
    for (int k = 0; k < out.n_position; k++) {
        const double theta_el_rad = is_fixed ? x->theta_el_rad : PI / 180.0 * (n_position == 1 ? SEARCH_DEG : REPORT_DEG[k]);
        struct field_slice s = field_get_slice(theta_el_rad, x->i_d_A, x->i_q_A, ahead_el_rad);
        out.theta_el_rad[k] = s.theta_el_rad;
        out.i_d_A = s.i_d_A;
        out.i_q_A = s.i_q_A;
    }
    return out;
}

void eval_get_demag_event(const struct eval_event *x, struct demag_event *out)
{
    *out = get_event(x, 0.0, REPORT_POSITIONS);
}

static struct demag_opts get_opts(const struct evaluator *ev)
{
    struct demag_opts o = demag_opts_default();
    o.loss_limit_pu = ev->setup->demag.flux_loss_limit_pu;
    o.tol_T_K = 2.0;
    o.tol_factor = 0.02;
    return o;
}

struct slices { int n, worst /* with the least margin of all events */; double ahead_el_rad[MACHINE_MAX_SLICE]; };

/* Temperature at which the study's margin must hold. */
static double get_margin_T_K(const struct evaluator *ev, const struct eval_event *x)
{
    return x->T_K + (x->kind == EVAL_EVENT_COLD_START ? -1.0 : 1.0) * fmax(ev->setup->demag.margin_min_K, 0.0);
}

static void take_margin(const struct demag_margin *m, int first, int n_slice, struct eval_event *x)
{
    if (first || m->T_margin_estimated_K < x->T_margin_K) {
        x->T_margin_K = m->T_margin_estimated_K;
        x->T_margin_low_K = m->T_margin_low_estimated_K;
        x->T_margin_high_K = m->T_margin_high_estimated_K;
        x->T_limit_by = m->T_limit_by;
        x->area_beyond_knee_pu = m->stats.area_beyond_knee_pu;
        x->B_p1_T = m->stats.B_p1_T;
    }
    x->current_factor = first ? m->current_factor_estimated : fmin(x->current_factor, m->current_factor_estimated);
    x->flux_lost_pu = (first ? 0.0 : x->flux_lost_pu) + m->flux_lost_estimated_pu / n_slice;
}

/* Estimates of all events. Margins: those of the worst slice. Flux lost: mean over the slices, as they are in series. */
static enum status estimate_all(struct evaluator *ev, struct slices *sl, int n, struct eval_event *x, struct result *r, struct err *e)
{
    const struct demag_opts o = get_opts(ev);
    double at_rest = 0.0, least_K = (double)INFINITY;
    for (int s = 0; s < sl->n; s++) {
        struct demag_event event[EVAL_EVENT_COUNT];
        struct demag_margin m[EVAL_EVENT_COUNT];
        for (int k = 0; k < n; k++)
            event[k] = get_event(&x[k], sl->ahead_el_rad[s], 1);
        TRY(demag_eval_margins(ev->demag, ev->field, n, event, &o, m, e));
        r->n_demag_solve += (double)m[0].n_solve;
        at_rest += m[0].flux_lost_at_rest_estimated_pu / sl->n;
        for (int k = 0; k < n; k++) {
            double T_K = get_margin_T_K(ev, &x[k]), lost_pu;
            TRY(demag_eval_loss_curve(ev->demag, k, 1, &T_K, &lost_pu, e));
            x[k].flux_lost_at_margin_pu = (s == 0 ? 0.0 : x[k].flux_lost_at_margin_pu) + lost_pu / sl->n;
            take_margin(&m[k], s == 0, sl->n, &x[k]);
            if (m[k].T_margin_estimated_K < least_K) {
                least_K = m[k].T_margin_estimated_K;
                sl->worst = s;
            }
        }
    }
    r->flux_loss_noload20_pu = at_rest;
    return ST_OK;
}

/* A cold start that no cold within the data harms is no limit. */
static int is_limit(const struct eval_event *x)
{
    return x->kind != EVAL_EVENT_COLD_START || x->T_limit_by == DEMAG_LIMIT_KNEE || x->T_margin_K < 0.0;
}

static int find_worst(int n, const struct eval_event *x)
{
    int worst = -1;
    for (int k = 0; k < n; k++)
        if (is_limit(&x[k]) &&
            (worst < 0 || x[k].T_margin_K < x[worst].T_margin_K ||
             (x[k].T_margin_K == x[worst].T_margin_K && x[k].current_factor < x[worst].current_factor)))
            worst = k;
    return worst < 0 ? 0 : worst;
}

/* An event whose remanences have not settled still tells how far it came. */
static int is_unfinished(enum status st, const struct demag_result *d)
{
    return st != ST_OK && !(st == ST_NO_CONVERGE && isfinite(d->flux_lost_pu));
}

/* Whether the magnet holds itself: nothing but its own field, at 20 degC. */
static enum status confirm_rest(struct evaluator *ev, const struct slices *sl, struct result *r, struct err *e)
{
    const struct demag_opts o = get_opts(ev);
    double lost = 0.0;
    for (int s = 0; s < sl->n; s++) {
        const struct demag_event rest = {.T_K = KELVIN_OFFSET_K + 20.0, .n_position = 1, .theta_el_rad = {sl->ahead_el_rad[s]}};
        struct demag_result d;
        const enum status st = demag_solve_event(ev->demag, ev->field, &rest, &o, &d, e);
        if (is_unfinished(st, &d))
            return st;
        r->n_demag_solve += (double)d.n_solve;
        lost += d.flux_lost_pu / sl->n;
    }
    r->flux_loss_noload20_pu = lost;
    return ST_OK;
}

/* Self-consistent margin of one event; the band keeps its distances from the margin. */
static enum status confirm(struct evaluator *ev, const struct slices *sl, struct eval_event *x, struct result *r, struct err *e)
{
    const struct demag_opts o = get_opts(ev);
    double least_K = (double)INFINITY, factor = (double)INFINITY, lost = 0.0;
    for (int s = 0; s < sl->n; s++) {
        const struct demag_event event = get_event(x, sl->ahead_el_rad[s], REPORT_POSITIONS);
        struct demag_margin m = {.T_margin_estimated_K = x->T_margin_K, .current_factor_estimated = x->current_factor};
        TRY(demag_confirm_margin(ev->demag, ev->field, &event, &o, &m, e));
        r->n_demag_solve += (double)m.n_solve;
        lost += m.flux_lost_confirmed_pu / sl->n;
        factor = fmin(factor, m.current_factor_confirmed);
        if (m.T_margin_confirmed_K < least_K) {
            least_K = m.T_margin_confirmed_K;
            x->T_limit_by = m.T_limit_by_confirmed;
        }
    }
    x->T_margin_low_K += least_K - x->T_margin_K;
    x->T_margin_high_K += least_K - x->T_margin_K;
    x->T_margin_K = least_K;
    x->current_factor = factor;
    x->flux_lost_pu = lost;
    x->is_confirmed = 1;
    return ST_OK;
}

static enum status confirm_worst(struct evaluator *ev, const struct slices *sl, int n, struct eval_event *x, struct result *r,
                                 struct err *e)
{
    for (int k = 0, worst = find_worst(n, x); k < n && !x[worst].is_confirmed; k++, worst = find_worst(n, x))
        TRY(confirm(ev, sl, &x[worst], r, e));
    return confirm_rest(ev, sl, r, e);
}

/* What the event leaves: flux and back-EMF, torque at the peak point's currents, and the flux at the margin's temperature. */
static enum status solve_remains(struct evaluator *ev, const struct slices *sl, struct eval_event *x, struct result *r, struct err *e)
{
    const struct demag_opts o = get_opts(ev);
    const double T_margin_K = get_margin_T_K(ev, x), wave_V = ev->machine.p * ev->setup->requirement.speed_max_rad_per_s;
    const int has_load = ev->peak.is_feasible;
    double lost = 0.0, torque_lost = 0.0, left_Wb = 0.0, at_margin = 0.0;
    x->area_beyond_knee_pu = 0.0;
    x->B_p1_T = (double)INFINITY;
    for (int s = 0; s < sl->n; s++) {
        struct demag_event event = get_event(x, sl->ahead_el_rad[s], REPORT_POSITIONS);
        struct demag_result d;
        enum status st = demag_solve_event(ev->demag, ev->field, &event, &o, &d, e);
        if (is_unfinished(st, &d))
            return st;
        r->n_demag_solve += (double)d.n_solve + 2.0;
        lost += d.flux_lost_pu / sl->n;
        left_Wb += d.lambda_d_damaged_Wb / sl->n;
        x->area_beyond_knee_pu += d.stats.area_beyond_knee_pu / sl->n;
        x->B_p1_T = fmin(x->B_p1_T, d.stats.B_p1_T);
        if (has_load) {
            const struct field_slice at = field_get_slice(0.0, ev->peak.i_d_A, ev->peak.i_q_A, sl->ahead_el_rad[s]);
            const struct demag_event load = {.T_K = x->T_K, .i_d_A = at.i_d_A, .i_q_A = at.i_q_A, .n_position = 1,
                                             .theta_el_rad = {at.theta_el_rad}};
            double one;
            TRY(demag_eval_torque_lost(ev->demag, ev->field, &load, &one, e));
            torque_lost += one / sl->n;
        }
        if (T_margin_K != event.T_K) {
            event.T_K = T_margin_K;
            st = demag_solve_event(ev->demag, ev->field, &event, &o, &d, e);
            if (is_unfinished(st, &d))
                return st;
            r->n_demag_solve += (double)d.n_solve;
        }
        at_margin += d.flux_lost_pu / sl->n;
    }
    x->flux_lost_pu = lost;
    x->flux_lost_at_margin_pu = at_margin;
    x->torque_lost_pu = has_load ? torque_lost : (double)NAN;
    x->backemf_left_V = wave_V * left_Wb;
    return ST_OK;
}

/* All events one after the other, in rounds until a round costs nothing more: remanences only fall, so that it ends. */
static enum status solve_sequence(struct evaluator *ev, const struct slices *sl, const struct eval_event *x, struct eval_detail *d,
                                  struct result *r, struct err *e)
{
    const struct demag_opts o = get_opts(ev);
    double lost = 0.0;
    for (int s = 0; s < sl->n; s++) {
        double before = -1.0, now = 0.0;
        for (int round = 0; round < SEQUENCE_MAX_ROUND && now - before > SEQUENCE_TOL_PU; round++) {
            before = now;
            for (int k = 0; k < d->n_event; k++) {
                const struct demag_event event = get_event(&x[k], sl->ahead_el_rad[s], REPORT_POSITIONS);
                struct demag_result one;
                const enum status st = round + k ? demag_solve_next_event(ev->demag, ev->field, &event, &o, &one, e)
                                                 : demag_solve_event(ev->demag, ev->field, &event, &o, &one, e);
                if (is_unfinished(st, &one))
                    return st;
                r->n_demag_solve += (double)one.n_solve;
                now = fmax(now, one.flux_lost_pu);
            }
            d->n_sequence_round = round + 1 > d->n_sequence_round ? round + 1 : d->n_sequence_round;
        }
        lost += now / sl->n;
    }
    d->flux_lost_sequence_pu = lost;
    return ST_OK;
}

/* Flux lost over magnet temperature in the worst event: from the field samples of its margin. */
static enum status set_curve(struct evaluator *ev, const struct slices *sl, const struct eval_event *worst, struct eval_detail *d,
                             struct result *r, struct err *e)
{
    const struct demag_opts o = get_opts(ev);
    const struct magnet *mag = ev->machine.magnet;
    const double low_K = worst->kind == EVAL_EVENT_COLD_START ? mag->base.T_min_K : KELVIN_OFFSET_K + 20.0,
                 high_K = fmin(mag->T_limit_K.value, mag->base.T_max_K);
    const struct demag_event event = get_event(worst, sl->ahead_el_rad[sl->worst], 1);
    struct demag_margin m;
    TRY(demag_eval_margins(ev->demag, ev->field, 1, &event, &o, &m, e));
    r->n_demag_solve += (double)m.n_solve;
    d->n_demag = EVAL_MAX_DEMAG_CURVE;
    for (int k = 0; k < d->n_demag; k++)
        d->demag_T_K[k] = low_K + (high_K - low_K) * k / (d->n_demag - 1);
    return demag_eval_loss_curve(ev->demag, 0, d->n_demag, d->demag_T_K, d->demag_flux_lost_pu, e);
}

static void set_result(const struct evaluator *ev, int n, const struct eval_event *x, int worst, struct result *r)
{
    const struct magnet *mag = ev->machine.magnet;
    const struct eval_event *w = &x[worst];
    r->demag_event = w->kind;
    r->demag_event_id_A = w->i_d_A;
    r->demag_margin_K = w->T_margin_K;
    r->demag_margin_low_K = r->demag_margin_high_K = (double)INFINITY;
    r->demag_current_factor = (double)INFINITY;
    r->flux_loss_event_pu = r->flux_loss_margin_pu = 0.0;
    for (int k = 0; k < n; k++) {
        r->demag_current_factor = fmin(r->demag_current_factor, x[k].current_factor);
        r->flux_loss_event_pu = fmax(r->flux_loss_event_pu, x[k].flux_lost_pu);
        r->flux_loss_margin_pu = fmax(r->flux_loss_margin_pu, x[k].flux_lost_at_margin_pu);
        if (x[k].kind == EVAL_EVENT_SHORT_CIRCUIT)
            r->short_circuit_peak_id_A = x[k].i_d_A;
        if (!is_limit(&x[k]))
            continue;
        r->demag_margin_low_K = fmin(r->demag_margin_low_K, x[k].T_margin_low_K);
        r->demag_margin_high_K = fmin(r->demag_margin_high_K, x[k].T_margin_high_K);
    }
    r->demag_area_pu = w->area_beyond_knee_pu;
    r->magnet_B_worst_T = w->B_p1_T;
    r->torque_loss_event_pu = w->torque_lost_pu;
    r->rotor_margin_K = fmin(r->demag_margin_K, mag->T_limit_K.value - r->rotor_hot_K);
    r->g[CON_DEMAG] = (ev->setup->demag.margin_min_K - r->demag_margin_K) / 100.0;
    if (r->rotor_hot_K > mag->base.T_max_K) /* hotter than anything known of the grade: no figure above is worth more than this */
        r->g[CON_DEMAG] = fmax(r->g[CON_DEMAG], (r->rotor_hot_K - mag->base.T_max_K) / 100.0);
}

static enum status solve_detail(struct evaluator *ev, const struct slices *sl, int n, struct eval_event *x, struct eval_detail *d,
                                struct result *r, struct err *e)
{
    for (int k = 0; k < n && ev->level.confirm_demag; k++) {
        const double confirmed_pu = x[k].flux_lost_pu;
        TRY(solve_remains(ev, sl, &x[k], r, e));
        if (x[k].is_confirmed)
            x[k].flux_lost_pu = confirmed_pu;
    }
    d->n_event = n;
    d->flux_lost_sequence_pu = (double)NAN;
    if (ev->level.confirm_demag)
        TRY(solve_sequence(ev, sl, x, d, r, e));
    return set_curve(ev, sl, &x[find_worst(n, x)], d, r, e);
}

enum status evaluate_demag_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    if (!ev->machine.magnet)
        return ST_OK;
    struct eval_event x[EVAL_EVENT_COUNT];
    struct slices sl = {0};
    int n;
    enum status st = evaluate_fault_find(ev, r, x, &n, &ev->stage_err);
    if (st == ST_RANGE || st == ST_NO_CONVERGE) { /* a fault left the range of the maps: judged infeasible rather than guessed */
        r->g[CON_DEMAG] = EVAL_NOT_REACHED;
        return ST_OK;
    }
    if (st != ST_OK) {
        if (e)
            *e = ev->stage_err;
        return st;
    }
    r->n_demag_solve = 0.0;
    sl.n = machine_get_slices(&ev->machine, sl.ahead_el_rad);
    TRY(demag_set_machine(ev->demag, ev->field, &ev->machine, e));
    TRY(estimate_all(ev, &sl, n, x, r, e));
    if (ev->level.confirm_demag)
        TRY(confirm_worst(ev, &sl, n, x, r, e));
    if (d)
        TRY(solve_detail(ev, &sl, n, x, d, r, e));
    const int worst = find_worst(n, x);
    set_result(ev, n, x, worst, r);
    for (int k = 0; k < n; k++)
        if (!is_limit(&x[k]))
            x[k].T_margin_K = x[k].T_margin_low_K = x[k].T_margin_high_K = (double)NAN;
    r->n_field_solve += r->n_demag_solve;
    for (int k = 0; d && k < n; k++)
        d->event[k] = x[k];
    if (d)
        d->worst_event = worst;
    return ST_OK;
}

void evaluate_get_demag_words(const struct demag_rule *rule, const struct result *r, const struct eval_detail *d, char *out, size_t n)
{
    out[0] = '\0';
    if (r->flux_loss_noload20_pu > rule->flux_loss_limit_pu) {
        snprintf(out, n, "demagnetises at no load: the magnet loses %.0f %% of its flux at rest at 20 degC, before any current flows",
                 100.0 * r->flux_loss_noload20_pu);
        return;
    }
    if (!isfinite(r->demag_margin_K) || !isfinite(r->demag_event))
        return;
    const char *text = eval_get_event_text((enum eval_event_kind)(int)r->demag_event);
    const struct eval_event *w = d && d->n_event > 0 && d->worst_event >= 0 ? &d->event[d->worst_event] : NULL;
    int used = snprintf(out, n, "worst event: %s", text);
    if (w && w->cold_kind != w->kind && used > 0 && (size_t)used < n)
        used += snprintf(out + used, n - (size_t)used, " with %s", eval_get_event_text(w->cold_kind));
    if (w && w->has_prefault && used > 0 && (size_t)used < n)
        used += snprintf(out + used, n - (size_t)used, " from %s at %.0f rpm, %.0f N m", operate_get_prefault_text(w->prefault.kind),
                         w->prefault.speed_rad_per_s * 30.0 / PI, w->prefault.torque_Nm);
    if (used > 0 && (size_t)used < n)
        snprintf(out + used, n - (size_t)used, "; i_d %.0f A, %.0f K left (%.0f to %.0f with the data's range), %.1f %% of flux lost",
                 r->demag_event_id_A, r->demag_margin_K, r->demag_margin_low_K, r->demag_margin_high_K, 100.0 * r->flux_loss_event_pu);
}
