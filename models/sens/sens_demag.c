/* sens_demag.c - life cycle, Newton's method for the temperature of an event's limit, and the derivatives of the root. */
#include "models/sens/sens_demag_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define NEWTON_MAX 25
#define NEWTON_TOL_K 1e-7
#define GAP_TOL_PU 1e-9
#define REFRESH_K 0.1       /* after a shorter step the old matrices serve: each further one is a hundredth of the last */

static int allocate(struct sens_demag_ws *d)
{
    const size_t n = (size_t)d->n, P = DEMAG_MAX_POSITION;
    double *block = d->a[0] = mem_new((SD_ARRAY_COUNT + 2 * P) * n + P * (n + 1) * n + n * n + 2 * (size_t)d->n_tri, sizeof *block);
    d->pivot = mem_new(3 * n, sizeof *d->pivot);
    d->kept = mem_new(n, sizeof *d->kept);
    d->side = mem_new(n, sizeof *d->side);
    if (!block || !d->pivot || !d->kept || !d->side)
        return 0;
    for (int k = 0; k < SD_ARRAY_COUNT; k++, block += n)
        d->a[k] = block;
    d->H_A_per_m = block;
    d->by_H = d->H_A_per_m + P * n;
    d->B_by_Br = d->by_H + P * n;
    d->matrix = d->B_by_Br + P * (n + 1) * n;
    d->weight = d->matrix + n * n;
    d->touched = d->pivot + n;
    d->is_touched = d->pivot + 2 * n;
    return 1;
}

enum status sens_demag_new(const struct field_ws *fw, const struct sens_ws *ws, struct sens_demag_ws **out, struct err *e)
{
    *out = NULL;
    if (ws->n_magnet == 0)
        return err_set(e, ST_INFEASIBLE, "sens_demag", "the rotor has no magnets");
    struct sens_demag_ws *d = mem_new(1, sizeof *d);
    if (!d)
        return err_set(e, ST_NO_MEMORY, "sens_demag", "no memory");
    d->n = ws->n_magnet;
    d->n_tri = field_get_mesh(fw)->n_tri;
    if (!allocate(d)) {
        sens_demag_free(d);
        return err_set(e, ST_NO_MEMORY, "sens_demag", "no memory for %d magnet elements", ws->n_magnet);
    }
    *out = d;
    return ST_OK;
}

void sens_demag_free(struct sens_demag_ws *d)
{
    if (!d)
        return;
    mem_free(d->a[0]); /* head of the one block of doubles */
    mem_free(d->pivot);
    mem_free(d->kept);
    mem_free(d->side);
    mem_free(d);
}

/* ---- the root ---- */

/* Shares from an event at the guess. */
static enum status shares_set(struct sens_demag_task *s, const struct demag_opts *opts, double T_K, struct err *e)
{
    struct demag_event ev = *s->ev;
    struct demag_result r;
    ev.T_K = T_K;
    const enum status st = demag_solve_event(s->demag, s->fw, &ev, opts, &r, e);
    if (st != ST_OK && !(st == ST_NO_CONVERGE && isfinite(r.flux_lost_pu))) /* an unsettled one is a start as well */
        return st;
    s->n_solve += r.n_solve;
    if (!(r.flux_lost_pu > 0.0))
        return err_set(e, ST_RANGE, "sens_demag", "nothing is lost at %.1f K that could be followed to the limit", T_K);
    memcpy(s->d->a[SD_KEPT], demag_get_kept_pu(s->demag), (size_t)s->d->n * sizeof(double));
    return ST_OK;
}

static enum status root_solve(struct sens_demag_task *s, struct sens_demag_trial *t, int *n_step, struct err *e)
{
    const struct material *data = &s->ws->machine.magnet->base;
    double change_K = HUGE_VAL;
    for (*n_step = 1; *n_step <= NEWTON_MAX; ++*n_step) {
        TRY(sens_demag_set_trial(s, fabs(change_K) > REFRESH_K, t, e));
        if (!(t->lost_pu > 0.0))
            return err_set(e, ST_RANGE, "sens_demag", "nothing is lost at %.1f K that could be followed to the limit", t->T_K);
        change_K = sens_demag_step(s, t);
        if (!(t->T_K >= data->T_min_K && t->T_K <= data->T_max_K))
            return err_set(e, ST_RANGE, "sens_demag", "the limit lies at %.1f K, outside the data of %s", t->T_K, data->name);
        if (fabs(change_K) <= NEWTON_TOL_K && t->gap_pu <= GAP_TOL_PU)
            return ST_OK;
    }
    return err_set(e, ST_NO_CONVERGE, "sens_demag", "still %.3g of a remanence away from its curve at %.3f K after %d steps", t->gap_pu,
                   t->T_K, NEWTON_MAX);
}

/* ---- its derivatives ---- */

/* Weights of H in sum mu left_H H, by position. */
static void by_H_set(struct sens_demag_ws *d, int n_position, int n_touched)
{
    memset(d->by_H, 0, (size_t)n_position * (size_t)d->n * sizeof *d->by_H);
    for (int r = 0; r < n_touched; r++) {
        const struct demag_kept *k = &d->kept[d->touched[r]];
        d->by_H[k->position * d->n + k->element] += d->a[SD_MU][r] * k->by_H_m_per_A;
    }
}

/* H = (B . axis - Br)/mu of the position that fw stands at: the field by its adjoint, and the turning of the easy axes. */
static enum status position_add(struct sens_demag_task *s, int position, double by_x[SENS_MAX_VAR], double by_current[FIELD_CURRENT_COUNT],
                                struct err *e)
{
    struct sens_demag_ws *d = s->d;
    const struct sens_ws *ws = s->ws;
    const double mu = MU0_H_PER_M * ws->machine.magnet->mu_rec.value, *B_T = field_eval_B_T(s->fw), *by_H = d->by_H + position * d->n;
    memset(d->weight, 0, 2 * (size_t)d->n_tri * sizeof *d->weight);
    for (int i = 0; i < d->n; i++) {
        const struct field_magnet_elem *g = &ws->magnet[i];
        d->weight[2 * g->tri] = by_H[i] * g->axis_x / mu;
        d->weight[2 * g->tri + 1] = by_H[i] * g->axis_y / mu;
    }
    field_sens_set_functional(ws->field, d->weight);
    const enum status st = field_sens_solve(ws->field, s->fw, 0, &d->event, e);
    field_sens_set_functional(ws->field, NULL);
    for (int j = 0; j < FIELD_CURRENT_COUNT && st == ST_OK; j++)
        by_current[j] += d->event.functional_by_source[j];
    for (int k = 0; k < ws->space->n && st == ST_OK; k++) {
        by_x[k] += d->event.functional[k];
        for (int i = 0; i < d->n; i++) {
            const struct field_magnet_elem *g = &ws->magnet[i];
            const double across_T = B_T[2 * g->tri + 1] * g->axis_x - B_T[2 * g->tri] * g->axis_y;
            if (by_H[i] != 0.0)
                by_x[k] += by_H[i] * across_T / mu * sens_get_change(ws->mesh, &ws->motion[k], g).axis_rad;
        }
    }
    return st;
}

/* Local coercivity on a side of the design. */
static void coercivity_set(struct sens_demag_task *s, int k, int side, double *HcJ20_A_per_m)
{
    struct sens_demag_ws *d = s->d;
    const struct mesh *ms = sens_get_side(s->ws, k, side);
    for (int i = 0; i < d->n; i++) {
        const int *v = ms->tri + 3 * s->ws->magnet[i].tri;
        d->side[i] = s->ws->magnet[i];
        d->side[i].x_m = (ms->x_m[v[0]] + ms->x_m[v[1]] + ms->x_m[v[2]]) / 3.0;
        d->side[i].y_m = (ms->y_m[v[0]] + ms->y_m[v[1]] + ms->y_m[v[2]]) / 3.0;
    }
    demag_eval_HcJ20(&s->ws->side[k][side].machine, d->n, d->side, HcJ20_A_per_m);
}

static void coercivity_add(struct sens_demag_task *s, const struct sens_demag_trial *t, double by_x[SENS_MAX_VAR])
{
    struct sens_demag_ws *d = s->d;
    for (int k = 0; k < s->ws->space->n && s->ws->machine.magnet->is_diffused; k++) {
        const double width = s->ws->side[k][1].step - s->ws->side[k][0].step;
        coercivity_set(s, k, 0, d->a[SD_HCJ_BELOW]);
        coercivity_set(s, k, 1, d->a[SD_HCJ_ABOVE]);
        for (int r = 0; r < t->n_touched; r++) {
            const int i = d->touched[r];
            by_x[k] += d->a[SD_MU][r] * d->kept[i].by_HcJ20_m_per_A * (d->a[SD_HCJ_ABOVE][i] - d->a[SD_HCJ_BELOW][i]) / width;
        }
    }
}

/* lost = 1 - lambda(k)/lambda(1) with the shares held. */
static void flux_add(const struct sens_demag_task *s, const struct sens_demag_trial *t, double by_x[SENS_MAX_VAR])
{
    const struct sens_demag_ws *d = s->d;
    const double left = t->lambda_damaged_Wb / t->lambda_whole_Wb;
    for (int k = 0; k < s->ws->space->n; k++)
        by_x[k] -= (d->damaged.lambda_Wb[FIELD_I_D][k] - left * d->whole.lambda_Wb[FIELD_I_D][k]) / t->lambda_whole_Wb;
}

static double kept_get_pu(const struct sens_demag_ws *d, const struct sens_ws *ws)
{
    double kept_m2 = 0.0, area_m2 = 0.0;
    for (int i = 0; i < d->n; i++) {
        kept_m2 += ws->magnet[i].area_m2 * d->a[SD_KEPT][i];
        area_m2 += ws->magnet[i].area_m2;
    }
    return kept_m2 / area_m2;
}

enum status sens_demag_eval(struct sens_demag_ws *d, struct sens_ws *ws, struct field_ws *fw, struct demag_ws *demag,
                            const struct demag_event *ev, const struct demag_opts *opts, double T_guess_K, int derivatives,
                            struct sens_demag *out, struct err *e)
{
    struct sens_demag_task s = {d, ws, fw, demag, ev, opts->loss_limit_pu, 0};
    struct sens_demag_trial t = {.T_K = T_guess_K};
    double by_x[SENS_MAX_VAR] = {0.0}, by_current[FIELD_CURRENT_COUNT] = {0.0};
    TRY(shares_set(&s, opts, T_guess_K, e));
    TRY(root_solve(&s, &t, &out->n_step, e));
    out->T_K = t.T_K;
    out->kept_pu = kept_get_pu(d, ws);
    out->n_touched = t.n_touched;
    out->n_solve = s.n_solve;
    if (!derivatives) {
        field_set_magnet_T(fw, t.T_K);
        return ST_OK;
    }
    TRY(sens_demag_set_trial(&s, 1, &t, e));
    by_H_set(d, ev->n_position, t.n_touched);
    for (int k = 0; k < ev->n_position; k++) {
        TRY(sens_demag_solve_position(&s, &t, k, e));
        TRY(position_add(&s, k, by_x, by_current, e));
    }
    coercivity_add(&s, &t, by_x);
    flux_add(&s, &t, by_x);
    out->n_solve = s.n_solve;
    for (int k = 0; k < ws->space->n; k++)
        out->by_x_K[k] = -by_x[k] / t.total_by_T_per_K;
    for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
        out->by_current_K_per_A[j] = -by_current[j] / t.total_by_T_per_K;
    field_set_magnet_T(fw, t.T_K);
    return ST_OK;
}
