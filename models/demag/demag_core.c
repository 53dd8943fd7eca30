/* demag_core.c - the self-consistent event on any source of fields. Contract: demag.h, demag_impl.h. */
#include "models/demag/demag_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define DEMAG_LOAD_LINE 0.5          /* of the bound */
#define DEMAG_TOUCHED_PU 1e-4        /* of Br lost */
#define DEMAG_UNTOUCHED_WEIGHT 1e-3
#define DEMAG_MIX_GROWTH 1.5       /* over the best change so far */
#define DEMAG_CLOSURE_MAX_ITER 60
#define DEMAG_PERCENTILE_MAX_ITER 50
#define DEMAG_CLOSURE_TOL_PU 1e-10

struct demag_opts demag_opts_default(void)
{
    return (struct demag_opts){.max_iter = 40, .tol_pu = 1e-4, .loss_limit_pu = 0.01, .current_factor_max = 2.0,
                               .confirm = 0, .tol_T_K = 1.0, .tol_factor = 0.01};
}

const char *demag_get_limit_text(enum demag_limit l)
{
    switch (l) {
    case DEMAG_LIMIT_KNEE: return "flux loss";
    case DEMAG_LIMIT_MATERIAL: return "temperature limit of the magnet";
    case DEMAG_LIMIT_RANGE: return "end of the search";
    }
    return "unknown";
}

void demag_free(struct demag_ws *ws)
{
    if (!ws)
        return;
    mem_free(ws->area_m2); /* head of the one block of doubles */
    mem_free(ws->mirror);
    mem_free(ws);
}

enum status demag_ws_new(int n, struct demag_ws **out, struct err *e)
{
    *out = NULL;
    struct demag_ws *ws = mem_new(1, sizeof *ws);
    if (!ws)
        return err_set(e, ST_NO_MEMORY, "demag_new", "no memory for the demagnetisation workspace");
    const size_t rows = 3 + 4 + 1 + DEMAG_ARRAY_COUNT;
    const size_t count = n > 0 ? (size_t)n : 1;
    ws->n = n;
    double *block = mem_new(rows * count, sizeof *block);
    ws->area_m2 = block;
    ws->mirror = mem_new(count, sizeof *ws->mirror);
    if (!block || !ws->mirror) {
        demag_free(ws);
        return err_set(e, ST_NO_MEMORY, "demag_new", "no memory for %d magnet elements", n);
    }
    ws->x_m = block + count;
    ws->y_m = block + 2 * count;
    ws->depth_m = block + 3 * count;
    ws->HcJ20_A_per_m = block + 7 * count;
    for (size_t k = 0; k < DEMAG_ARRAY_COUNT; k++)
        ws->a[k] = block + (8 + k) * count;
    demag_forget_damage(ws);
    *out = ws;
    return ST_OK;
}

void demag_ws_set_coercivity(struct demag_ws *ws)
{
    ws->area_total_m2 = 0.0;
    for (int i = 0; i < ws->n; i++) {
        ws->area_total_m2 += ws->area_m2[i];
        ws->HcJ20_A_per_m[i] = magnet_eval_HcJ_A_per_m(ws->magnet, KELVIN_OFFSET_K + 20.0, ws->n_face, ws->depth_m + 4 * i);
    }
}

void demag_forget_damage(struct demag_ws *ws)
{
    for (int i = 0; i < ws->n; i++)
        ws->a[DEMAG_KEPT][i] = 1.0;
}

void demag_set_temperature(struct demag_ws *ws, double T_K)
{
    const double Br_T = magnet_eval_Br_T(ws->magnet, T_K);
    for (int i = 0; i < ws->n; i++) {
        ws->a[DEMAG_BR][i] = Br_T;
        ws->a[DEMAG_HCJ][i] = magnet_eval_HcJ_A_per_m(ws->magnet, T_K, ws->n_face, ws->depth_m + 4 * i);
    }
}

double demag_eval_load_line_max(const struct demag_ws *ws)
{
    return 1.0 / (MU0_H_PER_M * ws->magnet->mu_rec.value);
}

double demag_eval_closure_T(const struct demag_ws *ws, int i, double T_K, double H_ref_A_per_m, double Br_ref_T, double load_line_A_per_m_T)
{
    const double Br_T = ws->a[DEMAG_BR][i], HcJ_A_per_m = ws->a[DEMAG_HCJ][i], most_T = ws->a[DEMAG_KEPT][i] * Br_T;
    double low = 0.0, high = most_T, f_low = 0.0, f_high = 0.0;
    int side = 0;
    for (int k = 0; k < DEMAG_CLOSURE_MAX_ITER; k++) { /* k = 0: upper end, 1: lower end, then Illinois */
        double Br = k == 0 ? high : k == 1 ? low : (low * f_high - high * f_low) / (f_high - f_low);
        const double H = H_ref_A_per_m - load_line_A_per_m_T * (Br - Br_ref_T);
        const double left = H < 0.0 ? magnet_eval_remaining_Br_T(ws->magnet, T_K, HcJ_A_per_m, H) : Br_T;
        const double f = Br - fmin(left, most_T); /* grows with Br: f(0) <= 0 <= f(most_T) */
        if (fabs(f) <= DEMAG_CLOSURE_TOL_PU * Br_T)
            return Br;
        if (k == 0) {
            f_high = f;
        } else if (k == 1) {
            f_low = f;
        } else if (f > 0.0) {
            high = Br;
            f_high = f;
            f_low *= side > 0 ? 0.5 : 1.0;
            side = 1;
        } else {
            low = Br;
            f_low = f;
            f_high *= side < 0 ? 0.5 : 1.0;
            side = -1;
        }
        if (high - low <= DEMAG_CLOSURE_TOL_PU * Br_T)
            break;
    }
    return 0.5 * (low + high);
}

static enum status solve_one(struct demag_source *src, const struct demag_event *ev, int position, int rest, const double *Br_T,
                             double *H_A_per_m, double *lambda_d_Wb, struct err *e)
{
    const struct demag_state s = {.T_K = ev->T_K, .i_d_A = rest ? 0.0 : ev->i_d_A, .i_q_A = rest ? 0.0 : ev->i_q_A,
                                  .i_f_A = rest ? 0.0 : ev->i_f_A, .theta_el_rad = ev->theta_el_rad[position]};
    double lambda_q_Wb;
    src->n_solve++;
    return src->solve(src->ctx, &s, Br_T, H_A_per_m, lambda_d_Wb, &lambda_q_Wb, e);
}

enum status demag_solve_rest(struct demag_source *src, const struct demag_event *ev, const double *Br_T, double *H_A_per_m,
                             double *lambda_d_Wb, struct err *e)
{
    return solve_one(src, ev, 0, 1, Br_T, H_A_per_m, lambda_d_Wb, e);
}

enum status demag_solve_worst(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const double *Br_T,
                              double *H_A_per_m, double *lambda_d_Wb, struct err *e)
{
    double *one = ws->a[DEMAG_H_ONE];
    TRY(solve_one(src, ev, 0, 0, Br_T, H_A_per_m, lambda_d_Wb, e));
    for (int k = 1; k < ev->n_position; k++) {
        double lambda_Wb;
        TRY(solve_one(src, ev, k, 0, Br_T, one, &lambda_Wb, e));
        for (int i = 0; i < ws->n; i++)
            H_A_per_m[i] = fmin(H_A_per_m[i], one[i]);
    }
    for (int i = 0; i < ws->n && ev->with_mirror && ws->has_mirror && ev->i_q_A == 0.0; i++)
        H_A_per_m[i] = H_A_per_m[ws->mirror[i]] = fmin(H_A_per_m[i], H_A_per_m[ws->mirror[i]]);
    return ST_OK;
}

/* Value below which a share of the magnet area lies, by bisection between the extremes. */
static double percentile(const struct demag_ws *ws, const double *v, double low, double high, double share)
{
    for (int k = 0; k < DEMAG_PERCENTILE_MAX_ITER; k++) {
        const double middle = 0.5 * (low + high);
        double below_m2 = 0.0;
        for (int i = 0; i < ws->n; i++)
            below_m2 += v[i] <= middle ? ws->area_m2[i] : 0.0;
        if (below_m2 >= share * ws->area_total_m2)
            high = middle;
        else
            low = middle;
    }
    return high;
}

void demag_eval_stats(struct demag_ws *ws, double T_K, const double *H_A_per_m, struct demag_stats *out)
{
    const double mu_H_per_m = MU0_H_PER_M * ws->magnet->mu_rec.value, Br_T = ws->a[DEMAG_BR][0];
    double worst_A_per_m = -(double)INFINITY, low = (double)INFINITY, high = -(double)INFINITY, sum_m2 = 0.0, beyond_m2 = 0.0, H_area = 0.0;
    *out = (struct demag_stats){.worst = -1};
    for (int i = 0; i < ws->n; i++) {
        const double knee = magnet_eval_knee_A_per_m(ws->magnet, T_K, ws->a[DEMAG_HCJ][i]);
        const double excess = -H_A_per_m[i] - knee;
        beyond_m2 += excess > 0.0 ? ws->area_m2[i] : 0.0;
        sum_m2 += ws->area_m2[i];
        H_area += ws->area_m2[i] * H_A_per_m[i];
        low = fmin(low, H_A_per_m[i]);
        high = fmax(high, H_A_per_m[i]);
        if (excess > worst_A_per_m) {
            worst_A_per_m = excess;
            out->worst = i;
            out->worst_H_A_per_m = H_A_per_m[i];
            out->worst_knee_A_per_m = knee;
            out->worst_x_m = ws->x_m[i];
            out->worst_y_m = ws->y_m[i];
        }
    }
    out->area_beyond_knee_pu = beyond_m2 / sum_m2;
    out->H_p1_A_per_m = percentile(ws, H_A_per_m, low, high, 0.01);
    out->H_p5_A_per_m = percentile(ws, H_A_per_m, low, high, 0.05);
    out->B_mean_T = Br_T + mu_H_per_m * H_area / sum_m2;
    out->B_min_T = Br_T + mu_H_per_m * low;
    out->B_p1_T = Br_T + mu_H_per_m * out->H_p1_A_per_m;
    out->B_p5_T = Br_T + mu_H_per_m * out->H_p5_A_per_m;
    out->B_p50_T = Br_T + mu_H_per_m * percentile(ws, H_A_per_m, low, high, 0.50);
}

/* Remanences of a state y = H + line Br into Br_T; area mean of their distance to `from`, relative to undamaged. */
static double resolve(struct demag_ws *ws, double T_K, double line_A_per_m_T, const double *y, const double *from_T, double *Br_T)
{
    double change = 0.0, whole = 0.0;
    for (int i = 0; i < ws->n; i++) {
        const double next_T = demag_eval_closure_T(ws, i, T_K, y[i], 0.0, line_A_per_m_T);
        change += ws->area_m2[i] * fabs(next_T - from_T[i]);
        whole += ws->area_m2[i] * ws->a[DEMAG_BR][i];
        Br_T[i] = next_T;
    }
    return change / whole;
}

/* Residual of y: what the field of its remanences makes of it. Elements that keep their remanence hardly count in the mixing. */
static void set_residual(struct demag_ws *ws, double line_A_per_m_T, const double *H_A_per_m)
{
    for (int i = 0; i < ws->n; i++) {
        const double Br_T = ws->a[DEMAG_BR_EQ][i];
        ws->a[DEMAG_RESIDUAL][i] = H_A_per_m[i] + line_A_per_m_T * Br_T - ws->a[DEMAG_Y][i];
        ws->a[DEMAG_MIX_WEIGHT][i] =
            ws->area_m2[i] * (Br_T < (1.0 - DEMAG_TOUCHED_PU) * ws->a[DEMAG_BR][i] ? 1.0 : DEMAG_UNTOUCHED_WEIGHT);
    }
}

/* Douglas-Rachford-like splitting in y = H + line Br: the curve answers each element by itself (resolve), the field answers all together.
 * -dH/dBr of the field is symmetric with spectrum between 0 and the bound, so that a line of half the bound does not diverge; mixing makes
 * it quick. */
static enum status iterate(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                           struct demag_result *out, struct err *e)
{
    double *Br_T = ws->a[DEMAG_BR_EQ], *next_T = ws->a[DEMAG_BR_NEXT], *y = ws->a[DEMAG_Y], *H_A_per_m = ws->a[DEMAG_H], lambda_Wb;
    const double line = DEMAG_LOAD_LINE * demag_eval_load_line_max(ws);
    double best_pu = (double)INFINITY;
    for (int i = 0; i < ws->n; i++)
        Br_T[i] = ws->a[DEMAG_KEPT][i] * ws->a[DEMAG_BR][i];
    TRY(demag_solve_worst(ws, src, ev, Br_T, H_A_per_m, &lambda_Wb, e));
    demag_eval_stats(ws, ev->T_K, H_A_per_m, &out->stats);
    for (int i = 0; i < ws->n; i++)
        y[i] = H_A_per_m[i] + line * Br_T[i];
    out->change_pu = resolve(ws, ev->T_K, line, y, Br_T, Br_T);
    out->converged = out->change_pu <= opts->tol_pu;
    for (int k = 0, past = 0; k < opts->max_iter && !out->converged; k++, past++) {
        TRY(demag_solve_worst(ws, src, ev, Br_T, H_A_per_m, &lambda_Wb, e));
        set_residual(ws, line, H_A_per_m);
        for (int i = 0; i < ws->n; i++)
            next_T[i] = H_A_per_m[i] + line * Br_T[i];
        out->change_pu = resolve(ws, ev->T_K, line, next_T, Br_T, next_T);
        out->converged = out->change_pu <= opts->tol_pu;
        out->n_iter = k + 1;
        if (out->change_pu > DEMAG_MIX_GROWTH * best_pu)
            past = 0; /* the past misleads across a knee: start mixing anew */
        best_pu = fmin(best_pu, out->change_pu);
        demag_mix_step(ws, past, ws->a[DEMAG_MIX_WEIGHT], y, ws->a[DEMAG_RESIDUAL]);
        if (out->converged)
            memcpy(Br_T, next_T, (size_t)ws->n * sizeof *Br_T);
        else
            resolve(ws, ev->T_K, line, y, Br_T, Br_T);
    }
    return ST_OK;
}

enum status demag_core_event(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                             struct demag_result *out, struct err *e)
{
    const long n_before = src->n_solve;
    *out = (struct demag_result){.lambda_d_undamaged_Wb = (double)NAN, .lambda_d_damaged_Wb = (double)NAN, .flux_lost_pu = (double)NAN,
                                 .Br_lost_pu = (double)NAN, .change_pu = (double)NAN, .stats = {.worst = -1}};
    if (ws->n == 0)
        return err_set(e, ST_INFEASIBLE, "demag", "the machine has no magnets to demagnetise");
    if (ev->n_position < 1 || ev->n_position > DEMAG_MAX_POSITION)
        return err_set(e, ST_RANGE, "demag_event.n_position", "1 to %d rotor positions, got %d", DEMAG_MAX_POSITION, ev->n_position);
    demag_set_temperature(ws, ev->T_K);
    ws->last_T_K = ev->T_K;
    TRY(demag_solve_rest(src, ev, ws->a[DEMAG_BR], ws->a[DEMAG_H_ONE], &out->lambda_d_undamaged_Wb, e));
    TRY(iterate(ws, src, ev, opts, out, e));
    double lost = 0.0, whole = 0.0;
    for (int i = 0; i < ws->n; i++) {
        lost += ws->area_m2[i] * (ws->a[DEMAG_BR][i] - ws->a[DEMAG_BR_EQ][i]);
        whole += ws->area_m2[i] * ws->a[DEMAG_BR][i];
        ws->a[DEMAG_KEPT][i] = fmin(ws->a[DEMAG_KEPT][i], ws->a[DEMAG_BR_EQ][i] / ws->a[DEMAG_BR][i]);
    }
    out->lambda_d_damaged_Wb = out->lambda_d_undamaged_Wb;
    if (lost > 0.0) /* else every remanence is what it was, to the last bit, and so is the flux */
        TRY(demag_solve_rest(src, ev, ws->a[DEMAG_BR_EQ], ws->a[DEMAG_H_ONE], &out->lambda_d_damaged_Wb, e));
    out->Br_lost_pu = lost / whole;
    out->flux_lost_pu = 1.0 - out->lambda_d_damaged_Wb / out->lambda_d_undamaged_Wb;
    out->n_solve = src->n_solve - n_before;
    if (!out->converged)
        return err_set(e, ST_NO_CONVERGE, "demag_solve_event", "remanence still changes by %.3g (limit %.3g) after %d iterations at %.1f K",
                       out->change_pu, opts->tol_pu, opts->max_iter, ev->T_K);
    return ST_OK;
}

int demag_get_Br_T(const struct demag_ws *ws, const double **Br_eq_T, const double **Br_T)
{
    *Br_eq_T = ws->a[DEMAG_BR_EQ];
    *Br_T = ws->a[DEMAG_BR];
    return ws->n;
}

const double *demag_get_kept_pu(const struct demag_ws *ws)
{
    return ws->a[DEMAG_KEPT];
}

const double *demag_get_HcJ20_A_per_m(const struct demag_ws *ws)
{
    return ws->HcJ20_A_per_m;
}
