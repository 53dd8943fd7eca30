/* demag_confirm.c - kelvin and current left, by the self-consistent event at every trial. Contract: demag.h. */
#include "models/demag/demag_impl.h"
#include <math.h>
#include "materials/base/banned.h"

#define DEMAG_CONFIRM_MAX_ITER 12

struct confirm { struct demag_ws *ws; struct demag_source *src; const struct demag_event *ev; const struct demag_opts *opts; };

static enum status confirm_at_T(void *ctx, double T_K, double *loss_pu, struct err *e)
{
    const struct confirm *s = ctx;
    struct demag_event ev = *s->ev;
    struct demag_result r;
    ev.T_K = T_K;
    demag_forget_damage(s->ws);
    TRY(demag_core_event(s->ws, s->src, &ev, s->opts, &r, e));
    *loss_pu = r.flux_lost_pu;
    return ST_OK;
}

static enum status confirm_at_factor(void *ctx, double factor, double *loss_pu, struct err *e)
{
    const struct confirm *s = ctx;
    struct demag_event ev = *s->ev;
    struct demag_result r;
    ev.i_d_A *= factor;
    ev.i_q_A *= factor;
    demag_forget_damage(s->ws);
    TRY(demag_core_event(s->ws, s->src, &ev, s->opts, &r, e));
    *loss_pu = r.flux_lost_pu;
    return ST_OK;
}

/* From x_here (loss known) first to the guess, then on towards x_end in growing steps until the limit is crossed. */
static enum status confirm_crossing(struct confirm *s, demag_loss_fn *fn, double x_here, double loss_here_pu, double x_guess, double x_end,
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

static enum status confirm_T(struct confirm *s, double loss_pu, struct demag_margin *m, struct err *e)
{
    const struct magnet *mag = s->ws->magnet;
    const double here_K = s->ev->T_K, floor_K = fmin(mag->base.T_min_K, here_K);
    const int has_limit = mag->T_limit_K.value <= mag->base.T_max_K, is_lost = loss_pu > s->opts->loss_limit_pu;
    const double cap_K = has_limit ? mag->T_limit_K.value : mag->base.T_max_K;
    const int is_colder_better = mag->beta_HcJ_per_K.value < 0.0, down = is_lost ? is_colder_better : s->ev->toward_cold;
    const double end_K = down ? floor_K : fmax(cap_K, here_K), sign = down ? -1.0 : 1.0;
    double T_K;
    TRY(confirm_crossing(s, confirm_at_T, here_K, loss_pu, here_K + sign * fabs(m->T_margin_estimated_K), end_K, s->opts->tol_T_K, &T_K,
                         &m->T_limit_by_confirmed, e));
    if (!is_lost && !down && m->T_limit_by_confirmed == DEMAG_LIMIT_RANGE) {
        T_K = cap_K;
        m->T_limit_by_confirmed = has_limit ? DEMAG_LIMIT_MATERIAL : DEMAG_LIMIT_RANGE;
    }
    m->T_margin_confirmed_K = is_lost ? -fabs(T_K - here_K) : down ? here_K - T_K : T_K - here_K;
    return ST_OK;
}

enum status demag_core_confirm(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                               struct demag_margin *m, struct err *e)
{
    struct confirm s = {.ws = ws, .src = src, .ev = ev, .opts = opts};
    const long n_before = src->n_solve;
    double loss_pu;
    TRY(confirm_at_T(&s, ev->T_K, &loss_pu, e));
    m->flux_lost_confirmed_pu = loss_pu;
    TRY(confirm_T(&s, loss_pu, m, e));
    TRY(confirm_crossing(&s, confirm_at_factor, 1.0, loss_pu, m->current_factor_estimated,
                         loss_pu > opts->loss_limit_pu ? 0.0 : opts->current_factor_max, opts->tol_factor, &m->current_factor_confirmed,
                         &m->current_limit_by_confirmed, e));
    m->n_solve += src->n_solve - n_before;
    return ST_OK;
}
