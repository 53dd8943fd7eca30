/* sens_demag_state.c - the self-consistent event linearised: fields of all positions with the remanences as they are, the load lines of the
 * touched elements to each other, the flux at no load. Formulae: sens_demag.h. */
#include "models/sens/sens_demag_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/num/dense.h"
#include "materials/base/banned.h"

#define TOUCHED_PU 1e-8     /* of an element's remanence: what is less moves the loss by less than that of its limit */
#define STEP_MAX_K 20.0     /* the loss grows about e-fold in 10 K */
#define T_STEP_K 1e-3

static double mu_get(const struct sens_demag_task *s) { return MU0_H_PER_M * s->ws->machine.magnet->mu_rec.value; }

static void remanence_set(const struct sens_demag_task *s, const struct sens_demag_trial *t, int is_damaged)
{
    double *Br_T = s->d->a[SD_BR];
    field_set_magnet_T(s->fw, t->T_K);
    for (int i = 0; i < s->d->n && is_damaged; i++)
        Br_T[i] = t->Br_T * s->d->a[SD_KEPT][i];
    if (is_damaged)
        field_set_remanence(s->fw, Br_T);
}

/* ---- the event ---- */

enum status sens_demag_solve_position(struct sens_demag_task *s, const struct sens_demag_trial *t, int k, struct err *e)
{
    struct field_result r;
    struct field_info info;
    remanence_set(s, t, 1);
    field_set_angle(s->fw, s->ev->theta_el_rad[k]);
    s->n_solve++;
    return field_solve(s->fw, s->ev->i_d_A, s->ev->i_q_A, s->ev->i_f_A, 0, &r, &info, e);
}

static void touched_set(struct sens_demag_ws *d, struct sens_demag_trial *t)
{
    t->n_touched = 0;
    for (int i = 0; i < d->n; i++) {
        d->is_touched[i] = d->kept[i].left_pu < 1.0 - TOUCHED_PU || d->a[SD_KEPT][i] < 1.0 - TOUCHED_PU;
        if (d->is_touched[i])
            d->touched[t->n_touched++] = i;
    }
}

/* How far every element answers the touched remanences, and all of them, at the position that fw stands at. */
static enum status response_set(struct sens_demag_task *s, int k, int n_touched, struct err *e)
{
    struct sens_demag_ws *d = s->d;
    double *B = d->B_by_Br + (size_t)k * (size_t)(d->n + 1) * (size_t)d->n;
    const int all = FIELD_ALL_MAGNETS;
    TRY(field_sens_solve(s->ws->field, s->fw, 0, &d->event, e));
    TRY(field_sens_solve_remanence(s->ws->field, s->fw, n_touched, d->touched, B, e));
    return field_sens_solve_remanence(s->ws->field, s->fw, 1, &all, B + (size_t)d->n * (size_t)d->n, e);
}

static enum status event_set(struct sens_demag_task *s, int is_fresh, struct sens_demag_trial *t, struct err *e)
{
    struct sens_demag_ws *d = s->d;
    const struct demag_event *ev = s->ev;
    for (int k = 0; k < ev->n_position; k++) {
        TRY(sens_demag_solve_position(s, t, k, e));
        field_eval_magnet_H(s->fw, d->H_A_per_m + k * d->n, d->a[SD_B_AXIS]);
    }
    demag_eval_kept(s->demag, t->T_K, ev->n_position, d->H_A_per_m, ev->with_mirror && ev->i_q_A == 0.0, d->kept);
    if (is_fresh)
        touched_set(d, t);
    for (int i = 0; i < d->n; i++)
        if (!d->is_touched[i])
            d->a[SD_KEPT][i] = d->kept[i].left_pu;
    for (int k = 0; k < ev->n_position && is_fresh; k++) {
        if (ev->n_position > 1) /* back to it: nearly for nothing, its solution is kept */
            TRY(sens_demag_solve_position(s, t, k, e));
        TRY(response_set(s, k, t->n_touched, e));
    }
    return ST_OK;
}

/* ---- no load ---- */

static enum status rest_solve(struct sens_demag_task *s, const struct sens_demag_trial *t, int is_damaged, struct field_gradient *g,
                              double *lambda_Wb, struct err *e)
{
    struct field_result r;
    struct field_info info;
    remanence_set(s, t, is_damaged);
    field_set_angle(s->fw, s->ev->theta_el_rad[0]);
    s->n_solve++;
    TRY(field_solve(s->fw, 0.0, 0.0, 0.0, 0, &r, &info, e));
    *lambda_Wb = r.lambda_d_Wb;
    return field_sens_solve(s->ws->field, s->fw, 0, g, e);
}

static enum status flux_set(struct sens_demag_task *s, struct sens_demag_trial *t, struct err *e)
{
    struct sens_demag_ws *d = s->d;
    TRY(rest_solve(s, t, 0, &d->whole, &t->lambda_whole_Wb, e));
    TRY(rest_solve(s, t, 1, &d->damaged, &t->lambda_damaged_Wb, e));
    field_sens_eval_lambda_by_remanence(s->ws->field, s->fw, FIELD_I_D, d->a[SD_TO_KEPT]);
    for (int i = 0; i < d->n; i++)
        d->a[SD_TO_KEPT][i] *= -t->Br_T / t->lambda_whole_Wb;
    const double left = t->lambda_damaged_Wb / t->lambda_whole_Wb;
    t->lost_pu = 1.0 - left;
    t->lost_by_T_per_K =
        -(d->damaged.lambda_Br_Wb[FIELD_I_D] - left * d->whole.lambda_Br_Wb[FIELD_I_D]) * t->dlnBr_per_K / t->lambda_whole_Wb;
    return ST_OK;
}

/* ---- both together ---- */

/* J, and what temperature does to the shares with the other shares held. */
static enum status system_set(struct sens_demag_task *s, int is_fresh, struct sens_demag_trial *t, struct err *e)
{
    struct sens_demag_ws *d = s->d;
    const size_t n = (size_t)d->n;
    const int m = t->n_touched;
    const double mu = mu_get(s);
    t->gap_pu = 0.0;
    for (int r = 0; r < m; r++) {
        const int i = d->touched[r];
        const struct demag_kept *k = &d->kept[i];
        const double *B = d->B_by_Br + (size_t)k->position * (n + 1) * n + k->element; /* of the element whose field counts */
        const double H_by_T = (B[n * n] * t->dlnBr_per_K - d->a[SD_KEPT][k->element] * t->Br_T * t->dlnBr_per_K) / mu;
        d->a[SD_GAP][r] = d->a[SD_KEPT][i] - k->left_pu;
        d->a[SD_BY_T][r] = k->by_H_m_per_A * H_by_T + k->by_T_per_K;
        t->gap_pu = fmax(t->gap_pu, fabs(d->a[SD_GAP][r]));
        for (int c = 0; c < m && is_fresh; c++) {
            const double D = ((d->touched[c] == k->element) - B[(size_t)c * n]) / mu;
            d->matrix[c * m + r] = (r == c) + k->by_H_m_per_A * t->Br_T * D;
        }
        d->a[SD_MU][r] = d->a[SD_TO_KEPT][i];
    }
    t->total_by_T_per_K = t->lost_by_T_per_K;
    if (m == 0)
        return ST_OK;
    if (is_fresh)
        TRY(dense_set_lu(m, d->matrix, d->pivot, e));
    dense_solve_lu_transposed(m, d->matrix, d->pivot, 1, d->a[SD_MU]);
    for (int r = 0; r < m; r++)
        t->total_by_T_per_K += d->a[SD_MU][r] * d->a[SD_BY_T][r];
    return ST_OK;
}

enum status sens_demag_set_trial(struct sens_demag_task *s, int is_fresh, struct sens_demag_trial *t, struct err *e)
{
    const struct magnet *m = s->ws->machine.magnet;
    t->Br_T = magnet_eval_Br_T(m, t->T_K);
    t->dlnBr_per_K = (magnet_eval_Br_T(m, t->T_K + T_STEP_K) - magnet_eval_Br_T(m, t->T_K - T_STEP_K)) / (2.0 * T_STEP_K * t->Br_T);
    TRY(event_set(s, is_fresh, t, e));
    TRY(flux_set(s, t, e));
    return system_set(s, is_fresh, t, e);
}

/* lost log(lost/limit) + mu . (by_T dT - gap) + lost_T dT = 0: the logarithm of the loss is nearly straight in T. */
double sens_demag_step(struct sens_demag_task *s, struct sens_demag_trial *t)
{
    struct sens_demag_ws *d = s->d;
    const int m = t->n_touched;
    double wanted = -t->lost_pu * log(t->lost_pu / s->limit_pu);
    for (int r = 0; r < m; r++)
        wanted += d->a[SD_MU][r] * d->a[SD_GAP][r];
    const double dT_K = fmin(fmax(wanted / t->total_by_T_per_K, -STEP_MAX_K), STEP_MAX_K);
    double *dk = d->a[SD_BY_T];
    for (int r = 0; r < m; r++)
        dk[r] = dk[r] * dT_K - d->a[SD_GAP][r];
    if (m > 0)
        dense_solve_lu(m, d->matrix, d->pivot, 1, dk);
    for (int r = 0; r < m; r++) {
        double *k = &d->a[SD_KEPT][d->touched[r]];
        *k = fmin(fmax(*k + dk[r], 0.0), 1.0);
    }
    t->T_K += dT_K;
    return dT_K;
}
