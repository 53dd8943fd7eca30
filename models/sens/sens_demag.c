/* sens_demag.c - Newton's method for the temperature of an event's limit, and the derivatives of the root. */
#include "models/sens/sens_demag.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/sens/sens_impl.h"
#include "materials/base/banned.h"

#define NEWTON_MAX 20
#define NEWTON_TOL_K 1e-7
#define STEP_MAX_K 25.0     /* the loss grows about e-fold in 10 K */
#define T_STEP_K 1e-3

struct sens_demag_ws {
    int n, n_tri;
    double *H_A_per_m;               /* [DEMAG_MAX_POSITION][n] */
    double *B_axis_T, *weight;       /* [n], [2 n_tri] of the functional */
    double *HcJ20_A_per_m[2];        /* [n] of both sides */
    struct field_magnet_elem *side;  /* [n] */
    struct field_gradient gradient;
};

/* One temperature: the share lost, and its derivatives with everything that follows the field. */
struct trial { double lost_pu, by_T_per_K, by_x[SENS_MAX_VAR], by_current_per_A[FIELD_CURRENT_COUNT]; };

enum status sens_demag_new(const struct field_ws *fw, const struct sens_ws *ws, struct sens_demag_ws **out, struct err *e)
{
    *out = NULL;
    if (ws->n_magnet == 0)
        return err_set(e, ST_INFEASIBLE, "sens_demag", "the rotor has no magnets");
    const size_t n = (size_t)ws->n_magnet, n_tri = (size_t)field_get_mesh(fw)->n_tri;
    struct sens_demag_ws *d = mem_new(1, sizeof *d);
    if (!d)
        return err_set(e, ST_NO_MEMORY, "sens_demag", "no memory");
    d->n = ws->n_magnet;
    d->n_tri = field_get_mesh(fw)->n_tri;
    d->H_A_per_m = mem_new((DEMAG_MAX_POSITION + 3) * n + 2 * n_tri, sizeof *d->H_A_per_m);
    d->side = mem_new(n, sizeof *d->side);
    if (!d->H_A_per_m || !d->side) {
        sens_demag_free(d);
        return err_set(e, ST_NO_MEMORY, "sens_demag", "no memory for %d magnet elements", ws->n_magnet);
    }
    d->B_axis_T = d->H_A_per_m + DEMAG_MAX_POSITION * n;
    d->HcJ20_A_per_m[0] = d->B_axis_T + n;
    d->HcJ20_A_per_m[1] = d->B_axis_T + 2 * n;
    d->weight = d->B_axis_T + 3 * n;
    *out = d;
    return ST_OK;
}

void sens_demag_free(struct sens_demag_ws *d)
{
    if (!d)
        return;
    mem_free(d->H_A_per_m); /* head of the one block of doubles */
    mem_free(d->side);
    mem_free(d);
}

static enum status position_solve(struct field_ws *fw, const struct demag_event *ev, int k, int cold, struct err *e)
{
    struct field_result r;
    struct field_info info;
    field_set_angle(fw, ev->theta_el_rad[k]);
    return field_solve(fw, ev->i_d_A, ev->i_q_A, ev->i_f_A, cold, &r, &info, e);
}

/* Weights of B in sum dL/dH H, H = (B . axis - Br)/mu, at the position that fw stands at. */
static void weight_set(struct sens_demag_ws *d, const struct sens_ws *ws, const double *by_H, double mu)
{
    memset(d->weight, 0, 2 * (size_t)d->n_tri * sizeof *d->weight);
    for (int i = 0; i < d->n; i++) {
        const struct field_magnet_elem *g = &ws->magnet[i];
        d->weight[2 * g->tri] = by_H[i] * g->axis_x / mu;
        d->weight[2 * g->tri + 1] = by_H[i] * g->axis_y / mu;
    }
}

/* What one position gives: the field's part by the adjoint, and the turning of the easy axes. */
static enum status position_add(struct sens_demag_ws *d, struct sens_ws *ws, struct field_ws *fw, const double *by_H, double dlnBr_per_K,
                                double Br_T, struct trial *t, struct err *e)
{
    const double mu = MU0_H_PER_M * ws->machine.magnet->mu_rec.value, *B_T = field_eval_B_T(fw);
    weight_set(d, ws, by_H, mu);
    field_sens_set_functional(ws->field, d->weight);
    const enum status st = field_sens_solve(ws->field, fw, 0, &d->gradient, e);
    field_sens_set_functional(ws->field, NULL);
    TRY(st);
    for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
        t->by_current_per_A[j] += d->gradient.functional_by_source[j];
    t->by_T_per_K += d->gradient.functional_by_source[FIELD_BR] * dlnBr_per_K;
    for (int i = 0; i < d->n; i++)
        t->by_T_per_K -= by_H[i] * dlnBr_per_K * Br_T / mu;
    for (int k = 0; k < ws->space->n; k++) {
        t->by_x[k] += d->gradient.functional[k];
        for (int i = 0; i < d->n; i++) {
            const struct field_magnet_elem *g = &ws->magnet[i];
            const double across_T = B_T[2 * g->tri + 1] * g->axis_x - B_T[2 * g->tri] * g->axis_y;
            t->by_x[k] += by_H[i] * across_T / mu * sens_get_change(ws->mesh, &ws->motion[k], g).axis_rad;
        }
    }
    return ST_OK;
}

static enum status trial_eval(struct sens_demag_ws *d, struct sens_ws *ws, struct field_ws *fw, struct demag_ws *demag,
                              struct demag_slope *held, const struct demag_event *ev, double T_K, int cold, struct trial *t, struct err *e)
{
    const struct magnet *m = ws->machine.magnet;
    const double Br_T = magnet_eval_Br_T(m, T_K);
    const double dlnBr_per_K = (magnet_eval_Br_T(m, T_K + T_STEP_K) - magnet_eval_Br_T(m, T_K - T_STEP_K)) / (2.0 * T_STEP_K * Br_T);
    memset(t, 0, sizeof *t);
    field_set_magnet_T(fw, T_K);
    for (int k = 0; k < ev->n_position; k++) {
        TRY(position_solve(fw, ev, k, cold && k == 0, e));
        field_eval_magnet_H(fw, d->H_A_per_m + k * d->n, d->B_axis_T);
    }
    demag_slope_eval(held, demag, T_K, ev->n_position, d->H_A_per_m, ev->with_mirror && ev->i_q_A == 0.0);
    t->lost_pu = demag_slope_get_lost_pu(held);
    t->by_T_per_K = demag_slope_get_by_T_per_K(held);
    for (int k = 0; k < ev->n_position; k++) {
        if (ev->n_position > 1) /* back to it: nearly for nothing, its solution is kept */
            TRY(position_solve(fw, ev, k, 0, e));
        TRY(position_add(d, ws, fw, demag_slope_get_by_H(held, k), dlnBr_per_K, Br_T, t, e));
    }
    return ST_OK;
}

/* Local coercivity beside the design. */
static void coercivity_set(struct sens_demag_ws *d, struct sens_ws *ws, int k, int side)
{
    const struct mesh *ms = sens_get_side(ws, k, side);
    for (int i = 0; i < d->n; i++) {
        const int *v = ms->tri + 3 * ws->magnet[i].tri;
        d->side[i] = ws->magnet[i];
        d->side[i].x_m = (ms->x_m[v[0]] + ms->x_m[v[1]] + ms->x_m[v[2]]) / 3.0;
        d->side[i].y_m = (ms->y_m[v[0]] + ms->y_m[v[1]] + ms->y_m[v[2]]) / 3.0;
    }
    demag_eval_HcJ20(&ws->side[k][side].machine, d->n, d->side, d->HcJ20_A_per_m[side]);
}

/* Areas and local coercivity. */
static void explicit_add(struct sens_demag_ws *d, struct sens_ws *ws, const struct demag_slope *held, struct trial *t)
{
    const double *by_area = demag_slope_get_by_area(held), *by_HcJ20 = demag_slope_get_by_HcJ20(held);
    const int is_local = ws->machine.magnet->is_diffused;
    for (int k = 0; k < ws->space->n; k++) {
        const double width = ws->side[k][1].step - ws->side[k][0].step;
        for (int side = 0; side < 2 && is_local; side++)
            coercivity_set(d, ws, k, side);
        for (int i = 0; i < d->n; i++) {
            t->by_x[k] += by_area[i] * sens_get_change(ws->mesh, &ws->motion[k], &ws->magnet[i]).area_m2;
            if (is_local)
                t->by_x[k] += by_HcJ20[i] * (d->HcJ20_A_per_m[1][i] - d->HcJ20_A_per_m[0][i]) / width;
        }
    }
}

enum status sens_demag_eval(struct sens_demag_ws *d, struct sens_ws *ws, struct field_ws *fw, struct demag_ws *demag,
                            struct demag_slope *held, const struct demag_event *ev, double T_guess_K, struct sens_demag *out, struct err *e)
{
    const struct material *data = &ws->machine.magnet->base;
    const double limit_pu = demag_slope_get_limit_pu(held);
    double T_K = T_guess_K, change_K = HUGE_VAL;
    struct trial t;
    out->n_solve = 0;
    for (int k = 0; k < NEWTON_MAX && fabs(change_K) > NEWTON_TOL_K; k++) {
        TRY(trial_eval(d, ws, fw, demag, held, ev, T_K, k == 0, &t, e));
        out->n_solve += ev->n_position > 1 ? 2 * ev->n_position : 1;
        if (!(t.lost_pu > 0.0) || t.by_T_per_K == 0.0)
            return err_set(e, ST_RANGE, "sens_demag", "nothing is lost at %.1f K that could be followed to the limit", T_K);
        change_K = -log(t.lost_pu / limit_pu) * t.lost_pu / t.by_T_per_K; /* the logarithm is nearly straight in T */
        change_K = fmin(fmax(change_K, -STEP_MAX_K), STEP_MAX_K);
        T_K += fabs(change_K) > NEWTON_TOL_K ? change_K : 0.0;
        if (!(T_K >= data->T_min_K && T_K <= data->T_max_K))
            return err_set(e, ST_RANGE, "sens_demag", "the limit lies at %.1f K, outside the data of %s", T_K, data->name);
    }
    if (!(fabs(change_K) <= NEWTON_TOL_K))
        return err_set(e, ST_NO_CONVERGE, "sens_demag", "the temperature still changes by %.3g K after %d steps", change_K, NEWTON_MAX);
    explicit_add(d, ws, held, &t);
    out->T_K = T_K;
    for (int k = 0; k < ws->space->n; k++)
        out->by_x_K[k] = -t.by_x[k] / t.by_T_per_K;
    for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
        out->by_current_K_per_A[j] = -t.by_current_per_A[j] / t.by_T_per_K;
    return ST_OK;
}
