/* demag_margin.c - how many kelvin and how much current are left. Contract: demag.h.
 * Estimate: H per element of undamaged magnets is nearly straight in Br(T) and in the current; samples of it are interpolated, the load
 * line of an element (how far its own collapse relieves it) comes from one field solution with the remanences lost at the estimated limit,
 * and the flux lost there calibrates the weighted mean of the lost remanence. */
#include "models/demag/demag_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define DEMAG_REST_T_K (KELVIN_OFFSET_K + 20.0)
#define DEMAG_LOAD_LINE_GUESS 0.5      /* of the bound, before the sampled one */
#define DEMAG_LOAD_LINE_FLOOR 0.02
#define DEMAG_SAMPLE_APART_K 20.0      /* nearer samples would extrapolate noise */
#define DEMAG_CALIBRATE_MIN_PU 1e-4    /* of Br lost: below it there is nothing to calibrate on */
#define DEMAG_ESTIMATE_MAX_ITER 60
#define DEMAG_CONFIRM_MAX_ITER 12
#define DEMAG_ESTIMATE_TOL 1e-3        /* K, and 1e-5 of the current factor */

struct estimate {
    struct demag_ws *ws;
    struct demag_source *src;
    const struct demag_event *ev;
    const struct demag_opts *opts;
    struct demag_estimate *d;          /* of ws */
};

enum field_kind { FIELD_AT_T, FIELD_AT_FACTOR, FIELD_AT_REST };

static double line(double x, double xa, double a, double xb, double b)
{
    return xa == xb ? a : a + (b - a) * (x - xa) / (xb - xa);
}

static double parabola(double x, const double x3[3], double a, double b, double c)
{
    return a * (x - x3[1]) * (x - x3[2]) / ((x3[0] - x3[1]) * (x3[0] - x3[2]))
         + b * (x - x3[0]) * (x - x3[2]) / ((x3[1] - x3[0]) * (x3[1] - x3[2]))
         + c * (x - x3[0]) * (x - x3[1]) / ((x3[2] - x3[0]) * (x3[2] - x3[1]));
}

/* Field of element i with undamaged magnets. x: kelvin or the current factor. */
static double field_at(const struct estimate *s, enum field_kind kind, double x, int i)
{
    double *const *a = s->ws->a;
    const double *H0 = a[DEMAG_H_SAMPLE], *H1 = a[DEMAG_H_SAMPLE + 1], *H2 = a[DEMAG_H_SAMPLE + 2];
    if (kind == FIELD_AT_REST)
        return line(x, s->d->rest_T_K[0], a[DEMAG_H_REST_A][i], s->d->rest_T_K[1], a[DEMAG_H_REST_B][i]);
    if (kind == FIELD_AT_FACTOR) {
        const double x3[3] = {0.0, 1.0, s->d->factor};
        return parabola(x, x3, a[DEMAG_H_REST_A][i], H0[i], a[DEMAG_H_SAMPLE + 3][i]);
    }
    if (s->d->n_T == 3)
        return parabola(x, s->d->T_K, H0[i], H1[i], H2[i]);
    return s->d->n_T == 2 ? line(x, s->d->T_K[0], H0[i], s->d->T_K[1], H1[i]) : H0[i];
}

/* Remanences into DEMAG_BR_EQ, loss as returned; T_K is the magnets' temperature. */
static double estimate_loss_pu(const struct estimate *s, enum field_kind kind, double x, double T_K)
{
    struct demag_ws *ws = s->ws;
    double lost = 0.0, whole = 0.0;
    demag_set_temperature(ws, T_K);
    for (int i = 0; i < ws->n; i++) {
        const double Br_T = ws->a[DEMAG_BR][i];
        const double left_T = demag_eval_closure_T(ws, i, T_K, field_at(s, kind, x, i), Br_T, ws->a[DEMAG_RELIEF][i]);
        ws->a[DEMAG_BR_EQ][i] = left_T;
        lost += ws->a[DEMAG_WEIGHT][i] * (Br_T - left_T);
        whole += ws->a[DEMAG_WEIGHT][i] * Br_T;
    }
    return s->d->calibration * lost / whole;
}

static enum status estimate_at_T(void *ctx, double T_K, double *loss_pu, struct err *e)
{
    (void)e;
    *loss_pu = estimate_loss_pu(ctx, FIELD_AT_T, T_K, T_K);
    return ST_OK;
}

static enum status estimate_at_factor(void *ctx, double factor, double *loss_pu, struct err *e)
{
    struct estimate *s = ctx;
    (void)e;
    *loss_pu = estimate_loss_pu(s, FIELD_AT_FACTOR, factor, s->ev->T_K);
    return ST_OK;
}

/* Weight of an element's remanence in the d-axis flux linkage, by reciprocity: the axis field that d-axis current makes there. Without
 * a d-axis current in the event the area alone. */
static void set_weights(struct estimate *s)
{
    struct demag_ws *ws = s->ws;
    const int by_field = s->ev->i_d_A < 0.0 && fabs(s->ev->i_d_A) >= fabs(s->ev->i_q_A);
    for (int i = 0; i < ws->n; i++) {
        const double dH = ws->a[DEMAG_H_REST_A][i] - ws->a[DEMAG_H_SAMPLE][i];
        ws->a[DEMAG_WEIGHT][i] = ws->area_m2[i] * (by_field ? fmax(dH, 0.0) : 1.0);
    }
}

static void set_range(struct estimate *s)
{
    const struct magnet *mag = s->ws->magnet;
    const int has_limit = isfinite(mag->T_limit_K.value);
    s->d->T_floor_K = fmin(mag->base.T_min_K, s->ev->T_K);
    s->d->T_cap_K = has_limit ? mag->T_limit_K.value : mag->base.T_max_K;
    s->d->cap_by = has_limit ? DEMAG_LIMIT_MATERIAL : DEMAG_LIMIT_RANGE;
}

static enum status sample_at_T(struct estimate *s, double T_K, struct err *e)
{
    struct demag_event ev = *s->ev;
    double lambda_Wb;
    ev.T_K = T_K;
    demag_set_temperature(s->ws, T_K);
    TRY(demag_solve_worst(s->ws, s->src, &ev, s->ws->a[DEMAG_BR], s->ws->a[DEMAG_H_SAMPLE + s->d->n_T], &lambda_Wb, e));
    s->d->T_K[s->d->n_T++] = T_K;
    return ST_OK;
}

static enum status sample_rest(struct estimate *s, int k, double T_K, struct err *e)
{
    struct demag_event ev = *s->ev;
    ev.T_K = T_K;
    demag_set_temperature(s->ws, T_K);
    s->d->rest_T_K[k] = T_K;
    return demag_solve_rest(s->src, &ev, s->ws->a[DEMAG_BR], s->ws->a[DEMAG_H_REST_A + k], &s->d->rest_lambda_Wb[k], e);
}

/* First samples: no load at the event's temperature and at 20 degC, the event, and the event at the far end of the search. */
static enum status sample_fields(struct estimate *s, struct err *e)
{
    const double T_K = s->ev->T_K, limit_pu = s->opts->loss_limit_pu;
    const double far_K =
        fabs(T_K - DEMAG_REST_T_K) > DEMAG_SAMPLE_APART_K ? DEMAG_REST_T_K : fmax(s->d->T_cap_K, T_K + DEMAG_SAMPLE_APART_K);
    for (int i = 0; i < s->ws->n; i++)
        s->ws->a[DEMAG_RELIEF][i] = DEMAG_LOAD_LINE_GUESS * demag_eval_load_line_max(s->ws);
    TRY(sample_rest(s, 0, T_K, e));
    TRY(sample_rest(s, 1, far_K, e));
    TRY(sample_at_T(s, T_K, e));
    set_weights(s);
    const int is_lost = estimate_loss_pu(s, FIELD_AT_T, T_K, T_K) > limit_pu;
    double end_K = is_lost ? s->d->T_floor_K : s->d->T_cap_K;
    if (fabs(end_K - T_K) < DEMAG_SAMPLE_APART_K)
        end_K = is_lost ? T_K + DEMAG_SAMPLE_APART_K : T_K - DEMAG_SAMPLE_APART_K;
    TRY(sample_at_T(s, end_K, e));
    struct demag_event ev = *s->ev;
    double lambda_Wb;
    s->d->factor = is_lost ? 0.5 : s->opts->current_factor_max;
    ev.i_d_A *= s->d->factor;
    ev.i_q_A *= s->d->factor;
    demag_set_temperature(s->ws, T_K);
    return demag_solve_worst(s->ws, s->src, &ev, s->ws->a[DEMAG_BR], s->ws->a[DEMAG_H_SAMPLE + 3], &lambda_Wb, e);
}

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

/* Nearest temperature at which the loss passes the limit: upwards when the event is survived, else downwards, else upwards (coercivity that
 * grows with temperature: ferrite, iron nitride). */
static enum status estimate_T(struct estimate *s, double *T_K, enum demag_limit *limit, int *is_lost, struct err *e)
{
    const double here_K = s->ev->T_K;
    *is_lost = estimate_loss_pu(s, FIELD_AT_T, here_K, here_K) > s->opts->loss_limit_pu;
    *T_K = here_K;
    *limit = DEMAG_LIMIT_RANGE;
    if (*is_lost && s->d->T_floor_K < here_K)
        TRY(estimate_crossing(s, estimate_at_T, here_K, s->d->T_floor_K, DEMAG_ESTIMATE_TOL, T_K, limit, e));
    if ((!*is_lost || *limit == DEMAG_LIMIT_RANGE) && s->d->T_cap_K > here_K) {
        double up_K;
        enum demag_limit up;
        TRY(estimate_crossing(s, estimate_at_T, here_K, s->d->T_cap_K, DEMAG_ESTIMATE_TOL, &up_K, &up, e));
        if (!*is_lost || up == DEMAG_LIMIT_KNEE) {
            *T_K = up_K;
            *limit = up;
        }
    }
    return ST_OK;
}

/* One field solution with the remanences lost at T: how far a collapse relieves the elements, and what it costs in flux. */
static enum status calibrate(struct estimate *s, double T_K, struct err *e)
{
    struct demag_ws *ws = s->ws;
    const double Br_loss_pu = estimate_loss_pu(s, FIELD_AT_T, T_K, T_K), most = demag_eval_load_line_max(ws);
    struct demag_event ev = *s->ev;
    double lambda_Wb, mean = 0.0, sum = 0.0;
    if (Br_loss_pu < DEMAG_CALIBRATE_MIN_PU)
        return ST_OK;
    ev.T_K = T_K;
    TRY(demag_solve_worst(ws, s->src, &ev, ws->a[DEMAG_BR_EQ], ws->a[DEMAG_H], &lambda_Wb, e));
    for (int i = 0; i < ws->n; i++) {
        const double lost_T = ws->a[DEMAG_BR][i] - ws->a[DEMAG_BR_EQ][i], relief = ws->a[DEMAG_H][i] - field_at(s, FIELD_AT_T, T_K, i);
        ws->a[DEMAG_RELIEF][i] =
            lost_T > 1e-2 * ws->a[DEMAG_BR][i] ? fmin(fmax(relief / lost_T, DEMAG_LOAD_LINE_FLOOR * most), most) : (double)NAN;
        if (isfinite(ws->a[DEMAG_RELIEF][i])) {
            mean += ws->area_m2[i] * lost_T * ws->a[DEMAG_RELIEF][i];
            sum += ws->area_m2[i] * lost_T;
        }
    }
    for (int i = 0; i < ws->n; i++)
        if (!isfinite(ws->a[DEMAG_RELIEF][i])) /* hardly touched so far: as those that are */
            ws->a[DEMAG_RELIEF][i] = sum > 0.0 ? mean / sum : DEMAG_LOAD_LINE_GUESS * most;
    TRY(demag_solve_rest(s->src, &ev, ws->a[DEMAG_BR_EQ], ws->a[DEMAG_H], &lambda_Wb, e));
    const double undamaged_Wb = line(T_K, s->d->rest_T_K[0], s->d->rest_lambda_Wb[0], s->d->rest_T_K[1], s->d->rest_lambda_Wb[1]);
    s->d->calibration = fmax(1.0 - lambda_Wb / undamaged_Wb, 0.0) / Br_loss_pu;
    return ST_OK;
}

static enum status eval_estimate(struct estimate *s, struct demag_margin *out, struct err *e)
{
    const double here_K = s->ev->T_K, limit_pu = s->opts->loss_limit_pu;
    double T_K, x_end;
    int is_lost;
    TRY(sample_fields(s, e));
    TRY(estimate_T(s, &T_K, &out->T_limit_by, &is_lost, e));
    if (s->opts->n_temperature == 3 && fabs(T_K - s->d->T_K[0]) > 1.0 && fabs(T_K - s->d->T_K[1]) > 1.0) {
        TRY(sample_at_T(s, T_K, e));
        TRY(estimate_T(s, &T_K, &out->T_limit_by, &is_lost, e));
    }
    TRY(calibrate(s, T_K, e));
    TRY(estimate_T(s, &T_K, &out->T_limit_by, &is_lost, e));
    if (!is_lost && out->T_limit_by == DEMAG_LIMIT_RANGE) {
        T_K = s->d->T_cap_K;
        out->T_limit_by = s->d->cap_by;
    }
    out->T_margin_estimated_K = is_lost ? -fabs(T_K - here_K) : T_K - here_K;
    out->flux_lost_estimated_pu = estimate_loss_pu(s, FIELD_AT_T, here_K, here_K);
    demag_eval_stats(s->ws, here_K, s->ws->a[DEMAG_H_SAMPLE], &out->stats);
    x_end = is_lost ? 0.0 : s->opts->current_factor_max;
    TRY(estimate_crossing(s, estimate_at_factor, 1.0, x_end, 1e-2 * DEMAG_ESTIMATE_TOL, &out->current_factor_estimated,
                          &out->current_limit_by, e));
    out->flux_lost_at_rest_estimated_pu = estimate_loss_pu(s, FIELD_AT_REST, DEMAG_REST_T_K, DEMAG_REST_T_K);
    out->is_lost_at_rest = out->flux_lost_at_rest_estimated_pu > limit_pu;
    return ST_OK;
}

static enum status confirm_at_T(void *ctx, double T_K, double *loss_pu, struct err *e)
{
    struct estimate *s = ctx;
    struct demag_event ev = *s->ev;
    struct demag_result r;
    ev.T_K = T_K;
    TRY(demag_core_event(s->ws, s->src, &ev, s->opts, &r, e));
    *loss_pu = r.flux_lost_pu;
    return ST_OK;
}

static enum status confirm_at_factor(void *ctx, double factor, double *loss_pu, struct err *e)
{
    struct estimate *s = ctx;
    struct demag_event ev = *s->ev;
    struct demag_result r;
    ev.i_d_A *= factor;
    ev.i_q_A *= factor;
    TRY(demag_core_event(s->ws, s->src, &ev, s->opts, &r, e));
    *loss_pu = r.flux_lost_pu;
    return ST_OK;
}

/* From x_here (loss known) first to the guess, then on towards x_end in growing steps until the limit is crossed. */
static enum status confirm_crossing(struct estimate *s, demag_loss_fn *fn, double x_here, double loss_here_pu, double x_guess, double x_end,
                                    double tol, double *x, enum demag_limit *limit, struct err *e)
{
    const double limit_pu = s->opts->loss_limit_pu, sign = x_end > x_here ? 1.0 : -1.0;
    struct demag_bracket b = {.x_a = x_here, .loss_a_pu = loss_here_pu};
    double step = fmax(4.0 * tol, 0.1 * fabs(x_guess - x_here));
    *limit = DEMAG_LIMIT_RANGE;
    *x = x_end;
    if (x_here == x_end)
        return ST_OK;
    for (b.x_b = sign * (x_guess - x_here) > tol ? x_guess : x_here + sign * step;; b.x_b += sign * step, step *= 2.0) {
        if (sign * (b.x_b - x_end) > -tol)
            b.x_b = x_end;
        TRY(fn(s, b.x_b, &b.loss_b_pu, e));
        if ((b.loss_b_pu > limit_pu) != (b.loss_a_pu > limit_pu)) {
            *limit = DEMAG_LIMIT_KNEE;
            return demag_solve_crossing(fn, s, b, limit_pu, tol, DEMAG_CONFIRM_MAX_ITER, x, e);
        }
        if (b.x_b == x_end)
            return ST_OK;
        b.x_a = b.x_b;
        b.loss_a_pu = b.loss_b_pu;
    }
}

static enum status eval_confirm(struct estimate *s, struct demag_margin *out, struct err *e)
{
    const double here_K = s->ev->T_K;
    double T_K, loss_pu;
    TRY(confirm_at_T(s, here_K, &loss_pu, e));
    out->flux_lost_confirmed_pu = loss_pu;
    const int is_lost = loss_pu > s->opts->loss_limit_pu;
    const int is_colder_better = s->ws->magnet->beta_HcJ_per_K.value < 0.0;
    const double T_end_K = is_lost && is_colder_better ? s->d->T_floor_K : fmax(s->d->T_cap_K, here_K);
    const double sign = T_end_K > here_K ? 1.0 : -1.0;
    TRY(confirm_crossing(s, confirm_at_T, here_K, loss_pu, here_K + sign * fabs(out->T_margin_estimated_K), T_end_K, s->opts->tol_T_K, &T_K,
                         &out->T_limit_by_confirmed, e));
    if (!is_lost && out->T_limit_by_confirmed == DEMAG_LIMIT_RANGE) {
        T_K = s->d->T_cap_K;
        out->T_limit_by_confirmed = s->d->cap_by;
    }
    out->T_margin_confirmed_K = is_lost ? -fabs(T_K - here_K) : T_K - here_K;
    return confirm_crossing(s, confirm_at_factor, 1.0, loss_pu, out->current_factor_estimated, is_lost ? 0.0 : s->opts->current_factor_max,
                            s->opts->tol_factor, &out->current_factor_confirmed, &out->current_limit_by_confirmed, e);
}

enum status demag_core_margin(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_margin *out, struct err *e)
{
    struct estimate s = {.ws = ws, .src = src, .ev = ev, .opts = opts, .d = &ws->estimate};
    const long n_before = src->n_solve;
    *out = (struct demag_margin){.flux_lost_estimated_pu = (double)NAN,
                                 .T_margin_estimated_K = (double)NAN,
                                 .current_factor_estimated = (double)NAN,
                                 .flux_lost_confirmed_pu = (double)NAN,
                                 .T_margin_confirmed_K = (double)NAN,
                                 .current_factor_confirmed = (double)NAN,
                                 .flux_lost_at_rest_estimated_pu = (double)NAN,
                                 .T_limit_by = DEMAG_LIMIT_RANGE,
                                 .current_limit_by = DEMAG_LIMIT_RANGE,
                                 .T_limit_by_confirmed = DEMAG_LIMIT_RANGE,
                                 .current_limit_by_confirmed = DEMAG_LIMIT_RANGE};
    if (ws->n == 0)
        return err_set(e, ST_INFEASIBLE, "demag", "the machine has no magnets to demagnetise");
    if (ev->n_position < 1 || ev->n_position > DEMAG_MAX_POSITION)
        return err_set(e, ST_RANGE, "demag_event.n_position", "1 to %d rotor positions, got %d", DEMAG_MAX_POSITION, ev->n_position);
    ws->estimate = (struct demag_estimate){.calibration = 1.0};
    set_range(&s);
    TRY(eval_estimate(&s, out, e));
    ws->estimate.is_set = 1;
    out->n_solve_estimate = src->n_solve - n_before;
    if (opts->confirm)
        TRY(eval_confirm(&s, out, e));
    out->n_solve = src->n_solve - n_before;
    return ST_OK;
}

enum status demag_eval_loss_curve(struct demag_ws *ws, int n, const double *T_K, double *flux_lost_estimated_pu, struct err *e)
{
    const struct estimate s = {.ws = ws, .d = &ws->estimate};
    if (!ws->estimate.is_set)
        return err_set(e, ST_RANGE, "demag_eval_loss_curve", "needs a demag_eval_margin before it");
    for (int k = 0; k < n; k++)
        flux_lost_estimated_pu[k] = estimate_loss_pu(&s, FIELD_AT_T, T_K[k], T_K[k]);
    return ST_OK;
}
