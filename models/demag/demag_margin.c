/* demag_margin.c - how many kelvin and how much current are left: estimates of all events from one set of samples. Contract: demag.h.
 * H per element of undamaged magnets is nearly straight in Br(T) and slightly bent in the current; samples of it are interpolated, and what
 * temperature changes is taken from the strongest event also at rest. The load line of an element (how far its own collapse relieves it)
 * comes from one field solution with the remanences lost at the estimated limit of the event nearest to its limit, and the flux lost there
 * calibrates the weighted mean of the lost remanence. */
#include "models/demag/demag_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define DEMAG_REST_T_K (KELVIN_OFFSET_K + 20.0)
#define DEMAG_LOAD_LINE_GUESS 0.5      /* of the bound, before the sampled one */
#define DEMAG_LOAD_LINE_FLOOR 0.02
#define DEMAG_SAMPLE_APART_K 20.0      /* nearer samples would extrapolate noise */
#define DEMAG_CALIBRATE_MIN_PU 1e-4    /* of Br lost: below it there is nothing to calibrate on */
#define DEMAG_ESTIMATE_MAX_ITER 60
#define DEMAG_ESTIMATE_TOL 1e-3        /* K, and 1e-5 of the current factor */

struct estimate {
    struct demag_ws *ws;
    struct demag_source *src;
    const struct demag_event *ev;
    const struct demag_opts *opts;
    struct demag_estimate *d;          /* of ws */
    int k;                             /* event looked at */
};

/* ---- the undamaged field between its samples ---- */

/* H = rest REST + event EVENT + current CURRENT + T (TEMPERATURE - EVENT). */
struct mix { double rest, event, current, T; };

/* x: current in units of the strongest event's. A parabola through 0, 1 and the sampled one, and a straight line in temperature. */
static struct mix get_mix(const struct demag_estimate *d, double x, double T_K)
{
    const double c = d->current;
    return (struct mix){(x - 1.0) * (x - c) / c, x * (x - c) / (1.0 - c), x * (x - 1.0) / (c * (c - 1.0)),
                        (T_K - d->T_K) / (d->T_other_K - d->T_K)};
}

static double field_at(const struct demag_ws *ws, const struct mix *m, int i)
{
    double *const *a = ws->a;
    return m->rest * a[DEMAG_H_REST][i] + m->event * a[DEMAG_H_EVENT][i] + m->current * a[DEMAG_H_CURRENT][i] +
           m->T * (a[DEMAG_H_TEMPERATURE][i] - a[DEMAG_H_EVENT][i]);
}

/* Remanences left into DEMAG_BR_EQ, loss of flux as returned. */
static double estimate_loss_pu(const struct estimate *s, double x, double T_K)
{
    struct demag_ws *ws = s->ws;
    const struct mix m = get_mix(s->d, x, T_K);
    double lost = 0.0, whole = 0.0;
    demag_set_temperature(ws, T_K);
    for (int i = 0; i < ws->n; i++) {
        const double Br_T = ws->a[DEMAG_BR][i];
        const double left_T = demag_eval_closure_T(ws, i, T_K, field_at(ws, &m, i), Br_T, ws->a[DEMAG_RELIEF][i]);
        ws->a[DEMAG_BR_EQ][i] = left_T;
        lost += ws->a[DEMAG_WEIGHT][i] * (Br_T - left_T);
        whole += ws->a[DEMAG_WEIGHT][i] * Br_T;
    }
    return fmin(s->d->calibration * lost / whole, 1.0); /* calibrated where little is lost */
}

static enum status estimate_at_T(void *ctx, double T_K, double *loss_pu, struct err *e)
{
    const struct estimate *s = ctx;
    (void)e;
    *loss_pu = estimate_loss_pu(s, s->d->event_current[s->k], T_K);
    return ST_OK;
}

static enum status estimate_at_factor(void *ctx, double factor, double *loss_pu, struct err *e)
{
    const struct estimate *s = ctx;
    (void)e;
    *loss_pu = estimate_loss_pu(s, factor * s->d->event_current[s->k], s->ev[s->k].T_K);
    return ST_OK;
}

/* ---- samples ---- */

/* Weight of an element's remanence in the d-axis flux linkage, by reciprocity: the axis field that d-axis current makes there. Without
 * a d-axis current in the event the area alone. */
static void set_weights(const struct estimate *s, const struct demag_event *strongest)
{
    struct demag_ws *ws = s->ws;
    const int by_field = strongest->i_d_A < 0.0 && fabs(strongest->i_d_A) >= fabs(strongest->i_q_A);
    for (int i = 0; i < ws->n; i++) {
        const double dH = ws->a[DEMAG_H_REST][i] - ws->a[DEMAG_H_EVENT][i];
        ws->a[DEMAG_WEIGHT][i] = ws->area_m2[i] * (by_field ? fmax(dH, 0.0) : 1.0);
    }
}

static int find_strongest(int n, const struct demag_event *ev)
{
    int best = 0;
    for (int k = 1; k < n; k++) {
        const double here = hypot(ev[k].i_d_A, ev[k].i_q_A), there = hypot(ev[best].i_d_A, ev[best].i_q_A);
        if (ev[k].toward_cold != ev[best].toward_cold ? ev[best].toward_cold : here > there)
            best = k;
    }
    return best;
}

static void set_range(const struct estimate *s, int n_event, int strongest)
{
    const struct magnet *mag = s->ws->magnet;
    const int has_limit = mag->T_limit_K.value <= mag->base.T_max_K; /* no data beyond T_max_K: NAN and more end the search there */
    const double unit_A = hypot(s->ev[strongest].i_d_A, s->ev[strongest].i_q_A);
    *s->d = (struct demag_estimate){.calibration = 1.0, .T_K = s->ev[strongest].T_K, .T_floor_K = mag->base.T_min_K};
    for (int k = 0; k < n_event; k++) {
        s->d->T_floor_K = fmin(s->d->T_floor_K, s->ev[k].T_K);
        s->d->event_current[k] = unit_A > 0.0 ? hypot(s->ev[k].i_d_A, s->ev[k].i_q_A) / unit_A : 0.0;
    }
    s->d->T_cap_K = has_limit ? mag->T_limit_K.value : mag->base.T_max_K;
    s->d->cap_by = has_limit ? DEMAG_LIMIT_MATERIAL : DEMAG_LIMIT_RANGE;
    for (int i = 0; i < s->ws->n; i++)
        s->ws->a[DEMAG_RELIEF][i] = DEMAG_LOAD_LINE_GUESS * demag_eval_load_line_max(s->ws);
}

static enum status sample(const struct estimate *s, const struct demag_event *at, double T_K, double factor, double *H_A_per_m,
                          struct err *e)
{
    struct demag_event ev = *at;
    double lambda_Wb;
    ev.T_K = T_K;
    ev.i_d_A *= factor;
    ev.i_q_A *= factor;
    demag_set_temperature(s->ws, T_K);
    return demag_solve_worst(s->ws, s->src, &ev, s->ws->a[DEMAG_BR], H_A_per_m, &lambda_Wb, e);
}

/* The other temperature: where a cold start is judged when cold weakens the magnet; else the far end of the search, which is cold when the
 * event is not survived. */
static double get_other_T_K(const struct estimate *s, int n_event, int is_lost)
{
    const double T_K = s->d->T_K;
    double other_K = is_lost ? s->d->T_floor_K : s->d->T_cap_K;
    for (int k = 0; k < n_event; k++)
        if (s->ev[k].toward_cold && s->ws->magnet->beta_HcJ_per_K.value > 0.0)
            other_K = s->ev[k].T_K;
    if (fabs(other_K - T_K) < DEMAG_SAMPLE_APART_K)
        other_K = is_lost ? T_K + DEMAG_SAMPLE_APART_K : T_K - DEMAG_SAMPLE_APART_K;
    return other_K;
}

static enum status sample_fields(struct estimate *s, int n_event, const struct demag_event *strongest, struct err *e)
{
    double *const *a = s->ws->a;
    demag_set_temperature(s->ws, s->d->T_K);
    TRY(demag_solve_rest(s->src, strongest, a[DEMAG_BR], a[DEMAG_H_REST], &s->d->lambda_rest_Wb, e));
    TRY(sample(s, strongest, s->d->T_K, 1.0, a[DEMAG_H_EVENT], e));
    set_weights(s, strongest);
    memcpy(a[DEMAG_H_TEMPERATURE], a[DEMAG_H_EVENT], (size_t)s->ws->n * sizeof(double)); /* nothing else is known yet */
    memcpy(a[DEMAG_H_CURRENT], a[DEMAG_H_EVENT], (size_t)s->ws->n * sizeof(double));
    s->d->current = s->opts->current_factor_max;
    s->d->T_other_K = s->d->T_K + 1.0;
    const int is_lost = estimate_loss_pu(s, 1.0, s->d->T_K) > s->opts->loss_limit_pu;
    s->d->current = is_lost ? 0.5 : s->opts->current_factor_max;
    s->d->T_other_K = get_other_T_K(s, n_event, is_lost);
    TRY(sample(s, strongest, s->d->T_other_K, 1.0, a[DEMAG_H_TEMPERATURE], e));
    return sample(s, strongest, s->d->T_K, s->d->current, a[DEMAG_H_CURRENT], e);
}

/* ---- searches ---- */

/* Search along x from x_here for the crossing towards x_end. limit: KNEE when there is one, else RANGE and *x = x_end. */
static enum status estimate_crossing(struct estimate *s, demag_loss_fn *fn, double x_here, double x_end, double tol, double *x,
                                     enum demag_limit *limit, struct err *e)
{
    const double limit_pu = s->opts->loss_limit_pu;
    struct demag_bracket b = {.x_a = x_here, .x_b = x_end};
    TRY(fn(s, x_here, &b.loss_a_pu, e));
    TRY(fn(s, x_end, &b.loss_b_pu, e));
    *limit = (b.loss_a_pu > limit_pu) != (b.loss_b_pu > limit_pu) ? DEMAG_LIMIT_KNEE : DEMAG_LIMIT_RANGE;
    if (*limit == DEMAG_LIMIT_KNEE)
        return demag_solve_crossing(fn, s, b, limit_pu, tol, DEMAG_ESTIMATE_MAX_ITER, x, e);
    *x = x_end;
    return ST_OK;
}

struct crossing { double T_K; enum demag_limit limit; int is_lost; };

/* Nearest temperature at which the loss passes the limit. Survived: upwards, of a cold start downwards. Lost: the other way, and where that
 * helps nothing, the one way (coercivity that grows with temperature). */
static enum status estimate_T(struct estimate *s, struct crossing *c, struct err *e)
{
    const struct demag_event *ev = &s->ev[s->k];
    *c = (struct crossing){.T_K = ev->T_K, .limit = DEMAG_LIMIT_RANGE};
    c->is_lost = estimate_loss_pu(s, s->d->event_current[s->k], ev->T_K) > s->opts->loss_limit_pu;
    const int first_down = c->is_lost != ev->toward_cold;
    for (int pass = 0; pass < (c->is_lost ? 2 : 1) && c->limit == DEMAG_LIMIT_RANGE; pass++) {
        const int down = pass ? !first_down : first_down;
        const double end_K = down ? s->d->T_floor_K : s->d->T_cap_K;
        struct crossing found = {.T_K = ev->T_K, .limit = DEMAG_LIMIT_RANGE, .is_lost = c->is_lost};
        if (down ? end_K < ev->T_K : end_K > ev->T_K)
            TRY(estimate_crossing(s, estimate_at_T, ev->T_K, end_K, DEMAG_ESTIMATE_TOL, &found.T_K, &found.limit, e));
        if (pass == 0 || found.limit == DEMAG_LIMIT_KNEE)
            *c = found;
    }
    if (!c->is_lost && !ev->toward_cold && c->limit == DEMAG_LIMIT_RANGE) {
        c->T_K = s->d->T_cap_K;
        c->limit = s->d->cap_by;
    }
    return ST_OK;
}

static double get_margin_K(const struct estimate *s, const struct crossing *c)
{
    const struct demag_event *ev = &s->ev[s->k];
    if (c->is_lost)
        return -fabs(c->T_K - ev->T_K);
    return ev->toward_cold ? ev->T_K - c->T_K : c->T_K - ev->T_K;
}

/* Kelvin with the coercivity at an end of its data. */
static enum status estimate_band(struct estimate *s, int end, double *T_margin_K, struct err *e)
{
    const struct magnet *whole = s->ws->magnet;
    struct crossing c;
    magnet_set_band(whole, end, s->ev[s->k].T_K, &s->ws->band);
    s->ws->magnet = &s->ws->band;
    const enum status st = estimate_T(s, &c, e);
    s->ws->magnet = whole;
    *T_margin_K = get_margin_K(s, &c);
    return st;
}

/* Two field solutions with the remanences lost at the limit of event k: how far a collapse relieves the elements, and what it costs in flux
 * (at the temperature at which the whole flux is known: the lost fraction hardly depends on it). */
static enum status calibrate(struct estimate *s, const struct crossing *c, struct err *e)
{
    struct demag_ws *ws = s->ws;
    const double x = s->d->event_current[s->k], most = demag_eval_load_line_max(ws);
    const double Br_loss_pu = estimate_loss_pu(s, x, c->T_K);
    const struct mix m = get_mix(s->d, x, c->T_K);
    struct demag_event ev = s->ev[s->k];
    double lambda_Wb, mean = 0.0, sum = 0.0;
    if (Br_loss_pu < DEMAG_CALIBRATE_MIN_PU)
        return ST_OK;
    ev.T_K = c->T_K;
    TRY(demag_solve_worst(ws, s->src, &ev, ws->a[DEMAG_BR_EQ], ws->a[DEMAG_H], &lambda_Wb, e));
    for (int i = 0; i < ws->n; i++) {
        const double lost_T = ws->a[DEMAG_BR][i] - ws->a[DEMAG_BR_EQ][i], relief = ws->a[DEMAG_H][i] - field_at(ws, &m, i);
        ws->a[DEMAG_RELIEF][i] =
            lost_T > 1e-2 * ws->a[DEMAG_BR][i] ? fmin(fmax(relief / lost_T, DEMAG_LOAD_LINE_FLOOR * most), most) : (double)NAN;
        if (isfinite(ws->a[DEMAG_RELIEF][i])) {
            mean += ws->area_m2[i] * lost_T * ws->a[DEMAG_RELIEF][i];
            sum += ws->area_m2[i] * lost_T;
        }
    }
    const double ratio = magnet_eval_Br_T(ws->magnet, s->d->T_K) / magnet_eval_Br_T(ws->magnet, c->T_K);
    for (int i = 0; i < ws->n; i++) {
        if (!isfinite(ws->a[DEMAG_RELIEF][i])) /* hardly touched so far: as those that are */
            ws->a[DEMAG_RELIEF][i] = sum > 0.0 ? mean / sum : DEMAG_LOAD_LINE_GUESS * most;
        ws->a[DEMAG_BR_NEXT][i] = ratio * ws->a[DEMAG_BR_EQ][i];
    }
    ev.T_K = s->d->T_K;
    TRY(demag_solve_rest(s->src, &ev, ws->a[DEMAG_BR_NEXT], ws->a[DEMAG_H], &lambda_Wb, e));
    s->d->calibration = fmax(1.0 - lambda_Wb / s->d->lambda_rest_Wb, 0.0) / Br_loss_pu;
    return ST_OK;
}

/* ---- all events ---- */

static void init_margin(struct demag_margin *out)
{
    const double none = (double)NAN;
    *out = (struct demag_margin){.flux_lost_estimated_pu = none,
                                 .T_margin_estimated_K = none,
                                 .T_margin_low_estimated_K = none,
                                 .T_margin_high_estimated_K = none,
                                 .current_factor_estimated = none,
                                 .flux_lost_confirmed_pu = none,
                                 .T_margin_confirmed_K = none,
                                 .current_factor_confirmed = none,
                                 .flux_lost_at_rest_estimated_pu = none,
                                 .T_limit_by = DEMAG_LIMIT_RANGE,
                                 .current_limit_by = DEMAG_LIMIT_RANGE,
                                 .T_limit_by_confirmed = DEMAG_LIMIT_RANGE,
                                 .current_limit_by_confirmed = DEMAG_LIMIT_RANGE};
}

/* The event nearest to its limit: the one to calibrate on. A cold start that no cold within the data harms is none. */
static enum status find_nearest(struct estimate *s, int n_event, int *nearest, struct crossing *at, struct err *e)
{
    double least_K = (double)INFINITY;
    *nearest = 0;
    for (s->k = 0; s->k < n_event; s->k++) {
        struct crossing c;
        TRY(estimate_T(s, &c, e));
        const double K = get_margin_K(s, &c) + (c.limit == DEMAG_LIMIT_KNEE ? 0.0 : 1e4);
        if (s->k == 0 || K < least_K) {
            least_K = K;
            *nearest = s->k;
            *at = c;
        }
    }
    return ST_OK;
}

static void set_stats(const struct estimate *s, struct demag_stats *out)
{
    struct demag_ws *ws = s->ws;
    const double T_K = s->ev[s->k].T_K;
    const struct mix m = get_mix(s->d, s->d->event_current[s->k], T_K);
    demag_set_temperature(ws, T_K);
    for (int i = 0; i < ws->n; i++)
        ws->a[DEMAG_H][i] = field_at(ws, &m, i);
    demag_eval_stats(ws, T_K, ws->a[DEMAG_H], out);
}

static enum status eval_event(struct estimate *s, struct demag_margin *out, struct err *e)
{
    const double T_K = s->ev[s->k].T_K, limit_pu = s->opts->loss_limit_pu, x = s->d->event_current[s->k];
    struct crossing c;
    TRY(estimate_T(s, &c, e));
    out->T_limit_by = c.limit;
    out->T_margin_estimated_K = get_margin_K(s, &c);
    out->flux_lost_estimated_pu = estimate_loss_pu(s, x, T_K);
    set_stats(s, &out->stats);
    TRY(estimate_crossing(s, estimate_at_factor, 1.0, c.is_lost ? 0.0 : s->opts->current_factor_max, 1e-2 * DEMAG_ESTIMATE_TOL,
                          &out->current_factor_estimated, &out->current_limit_by, e));
    out->flux_lost_at_rest_estimated_pu = estimate_loss_pu(s, 0.0, DEMAG_REST_T_K);
    out->is_lost_at_rest = out->flux_lost_at_rest_estimated_pu > limit_pu;
    TRY(estimate_band(s, -1, &out->T_margin_low_estimated_K, e));
    return estimate_band(s, 1, &out->T_margin_high_estimated_K, e);
}

enum status demag_core_margins(struct demag_ws *ws, struct demag_source *src, int n_event, const struct demag_event *ev,
                               const struct demag_opts *opts, struct demag_margin *out, struct err *e)
{
    struct estimate s = {.ws = ws, .src = src, .ev = ev, .opts = opts, .d = &ws->estimate};
    const long n_before = src->n_solve;
    struct crossing at;
    int nearest;
    ws->estimate.n_event = 0;
    if (n_event < 1 || n_event > DEMAG_MAX_EVENT)
        return err_set(e, ST_RANGE, "demag_eval_margins", "1 to %d events, got %d", DEMAG_MAX_EVENT, n_event);
    for (int k = 0; k < n_event; k++) {
        init_margin(&out[k]);
        if (ev[k].n_position < 1 || ev[k].n_position > DEMAG_MAX_POSITION)
            return err_set(e, ST_RANGE, "demag_event.n_position", "1 to %d rotor positions, got %d", DEMAG_MAX_POSITION, ev[k].n_position);
    }
    if (ws->n == 0)
        return err_set(e, ST_INFEASIBLE, "demag", "the machine has no magnets to demagnetise");
    demag_forget_damage(ws);
    const int strongest = find_strongest(n_event, ev);
    set_range(&s, n_event, strongest);
    TRY(sample_fields(&s, n_event, &ev[strongest], e));
    TRY(find_nearest(&s, n_event, &nearest, &at, e));
    s.k = nearest;
    TRY(calibrate(&s, &at, e));
    for (s.k = 0; s.k < n_event; s.k++)
        TRY(eval_event(&s, &out[s.k], e));
    ws->estimate.n_event = n_event;
    for (int k = 0; k < n_event; k++)
        out[k].n_solve = out[k].n_solve_estimate = src->n_solve - n_before;
    return ST_OK;
}

enum status demag_core_margin(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_margin *out, struct err *e)
{
    TRY(demag_core_margins(ws, src, 1, ev, opts, out, e));
    return opts->confirm ? demag_core_confirm(ws, src, ev, opts, out, e) : ST_OK;
}

enum status demag_eval_loss_curve(struct demag_ws *ws, int event, int n, const double *T_K, double *flux_lost_estimated_pu, struct err *e)
{
    const struct estimate s = {.ws = ws, .d = &ws->estimate};
    if (event < 0 || event >= ws->estimate.n_event)
        return err_set(e, ST_RANGE, "demag_eval_loss_curve", "event %d of the %d of the last demag_eval_margins", event,
                       ws->estimate.n_event);
    demag_forget_damage(ws);
    for (int k = 0; k < n; k++)
        flux_lost_estimated_pu[k] = estimate_loss_pu(&s, ws->estimate.event_current[event], T_K[k]);
    return ST_OK;
}
