/* newton.c - solution of the non-linear system in two phases, both with the Newton matrix of field_assemble_tangent.
 *
 * Phase 1, far from the solution. Iron's H(B) rises so steeply that Newton in B either overshoots from below the knee or creeps down by a
 * constant factor from above it. Here the point at which an element is linearised is therefore not the B of the last A. The linear
 * solution gives every element a pair (B, H) on its tangent law H = H_e + D_e (B - B_e); the next point of linearisation is where the
 * curve meets the line through that pair with slope -r:
 *     H(B_e) + r B_e = H + r B
 * (the resolvent of the monotone curve; r -> infinity is Newton, r = 0 Newton on B(H)). r stands for what the rest of the circuit opposes
 * to the element; in a uniform body that is about the element's own incremental reluctivity, hence r = dH/dB at the last point (half or
 * twice as much costs half an iteration). Fixed points are solutions, and convergence is quadratic as for Newton.
 *
 * Phase 2, near the solution or when phase 1 fails to lower W: damped Newton on the convex functional W(A), line search on its
 * slope; sure to converge. A factor is used again (chord step) while that shrinks the residual well. */
#include "models/field/field_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define START_NU_M_PER_H 500.0   /* iron at the first step of a cold start: a little above the knee */
#define NEAR_REL 1e-5            /* residual below which phase 2 begins */
#define MOVED_GAIN 0.6           /* residual ratio of a step from which on relaxed elements are linearised where they are */
#define N_SWEEP_COLD 8           /* passes of relaxation: from far away they save linear solutions, */
#define N_SWEEP_WARM 4           /* from nearby they cost more than they save */
#define RELAX_REL 0.1            /* residual below which single unknowns are relaxed between the steps */
#define N_RISE_MAX 3            /* steps of a cold phase 1 that may raise W: it often passes, and the next is better than Newton's */
#define START_GAIN 0.05          /* residual ratio of the last step of a warm phase 1 after which phase 2 begins with a chord step */
#define CHORD_GAIN 0.2           /* residual ratio of a step after which its factor is used once more */
#define CHORD_ACCEPT 0.6         /* residual ratio that a chord step must reach, or it is dropped */
#define SLOPE_LIMIT 0.5          /* |dW/dt| at an accepted step, of that at its start */
#define MAX_HALVING 20
#define W_ROUND_PU 1e-12         /* rounding of W */

static void swap(double **a, double **b)
{
    double *c = *a;
    *a = *b;
    *b = c;
}

/* step = -(factor)^-1 R */
static void direction_eval(struct field_ws *ws, const double *R, double *step)
{
    for (int i = 0; i < ws->n_dof; i++)
        ws->rhs[ws->rank[i]] = -R[i];
    frontal_solve(&ws->factor, ws->rhs);
    for (int i = 0; i < ws->n_dof; i++)
        step[i] = ws->rhs[ws->rank[i]];
    step[ws->n_dof] = 0.0;
}

enum status field_set_factor(struct field_ws *ws, struct err *e)
{
    ws->has_factor = ws->is_factor_final = 0;
    field_assemble_tangent(ws);
    TRY(frontal_set_factor(&ws->factor, e));
    ws->has_factor = 1;
    return ST_OK;
}

static enum status factor_set(struct field_ws *ws, struct field_info *info, struct err *e)
{
    TRY(field_set_factor(ws, e));
    info->n_assembly++;
    return ST_OK;
}

enum status field_solve_tangent(struct field_ws *ws, enum field_factor which, int n_rhs, double *rhs, struct err *e)
{
    if (!ws->is_at_solution)
        return err_set(e, ST_RANGE, "field", "no solution to take the tangent at");
    if (!ws->is_factor_final && (which == FIELD_FACTOR_FINAL || !ws->has_factor)) {
        TRY(field_set_factor(ws, e));
        ws->is_factor_final = 1;
    }
    double *x[FRONTAL_WIDE];
    for (int first = 0; first < n_rhs; first += FRONTAL_WIDE) {
        const int n = n_rhs - first < FRONTAL_WIDE ? n_rhs - first : FRONTAL_WIDE;
        for (int k = 0; k < n; k++)
            x[k] = rhs + (size_t)(first + k) * (size_t)ws->n_dof;
        frontal_solve_many(&ws->factor, n, x, ws->by_rank);
    }
    return ST_OK;
}

/* Right-hand side of the linear problem at the present points. */
static void linear_load_eval(const struct field_ws *ws, double *rhs)
{
    memcpy(rhs, ws->load, (size_t)(ws->n_dof + 1) * sizeof *rhs);
    field_add_point_load(ws, rhs);
    rhs[ws->n_dof] = 0.0;
}

struct iterate { double W_J_per_m, residual_rel, norm_load; };

/* Residual of A_try; the iron state becomes that of A_try. */
static struct iterate trial_eval(struct field_ws *ws, double norm_load)
{
    struct iterate it = {0.0, 0.0, norm_load};
    it.W_J_per_m = field_eval_residual(ws, ws->A_try, ws->R_try);
    it.residual_rel = sqrt(field_eval_dot(ws->R_try, ws->R_try, ws->n_dof)) / norm_load;
    return it;
}

/* Relaxes A_try where its residual stands out, undone if that raises W; `step` keeps the linear solution. */
static struct iterate trial_relax(struct field_ws *ws, int cold, const struct iterate *trial, int *is_relaxed)
{
    *is_relaxed = 0;
    if (trial->residual_rel > RELAX_REL || trial->residual_rel <= ws->opts.tol_rel)
        return *trial;
    size_t n_byte = ((size_t)ws->n_dof + 1) * sizeof *ws->step;
    memcpy(ws->step, ws->A_try, n_byte);
    field_relax(ws, cold ? N_SWEEP_COLD : N_SWEEP_WARM, ws->A_try, ws->R_try);
    struct iterate relaxed = {field_eval_energy_J_per_m(ws, ws->A_try, ws->R_try),
                              sqrt(field_eval_dot(ws->R_try, ws->R_try, ws->n_dof)) / trial->norm_load, trial->norm_load};
    *is_relaxed = relaxed.W_J_per_m <= trial->W_J_per_m;
    if (*is_relaxed)
        return relaxed;
    memcpy(ws->A_try, ws->step, n_byte);
    return trial_eval(ws, trial->norm_load);
}

static void trial_accept(struct field_ws *ws, struct iterate *best, const struct iterate *trial)
{
    swap(&ws->A, &ws->A_try);
    swap(&ws->R, &ws->R_try);
    *best = *trial;
}

/* Exchange the points of linearisation, which the matrix is assembled from, with the state of the last residual. */
static void state_swap(struct field_ws *ws)
{
    swap(&ws->iron.nu, &ws->iron_point.nu);
    swap(&ws->iron.dnu, &ws->iron_point.dnu);
    swap(&ws->iron.hx, &ws->iron_point.hx);
    swap(&ws->iron.hy, &ws->iron_point.hy);
}

static void start_cold(struct field_ws *ws)
{
    struct field_iron *fe = &ws->iron;
    memset(ws->A, 0, (size_t)(ws->n_dof + 1) * sizeof *ws->A);
    for (int k = 0; k < fe->n; k++) {
        fe->nu[k] = START_NU_M_PER_H;
        fe->dnu[k] = fe->hx[k] = fe->hy[k] = 0.0;
    }
}

/* R and W of the last solution under the present load: K(A) A does not change. */
static double reload(struct field_ws *ws)
{
    double W = ws->solved_J_per_m;
    for (int i = 0; i < ws->n_dof; i++) {
        const double change = ws->load_solved[i] - ws->load[i];
        ws->R[i] += change;
        W += ws->A[i] * change;
    }
    return W;
}

/* The start of a warm solution: the present A or, when W is lower there, the last solution at this angle. (Lines through the last two, at
 * this angle or over the last two angles, lower W further, and yet cost a step more: elements are thrown past the bend of B-H.) On return
 * A, R and the iron state belong together. */
static void start_warm(struct field_ws *ws, struct iterate *best)
{
    const struct field_turned *now = ws->now;
    if (ws->is_at_solution) /* with the load of that solution; also the last one at this angle */
        best->W_J_per_m = reload(ws);
    else
        best->W_J_per_m = field_eval_residual(ws, ws->A, ws->R);
    best->residual_rel = sqrt(field_eval_dot(ws->R, ws->R, ws->n_dof)) / best->norm_load;
    if (!now->is_kept || ws->is_at_solution)
        return;
    memcpy(ws->A_try, now->kept, ((size_t)ws->n_dof + 1) * sizeof *ws->A);
    struct iterate trial = trial_eval(ws, best->norm_load);
    if (trial.W_J_per_m < best->W_J_per_m)
        trial_accept(ws, best, &trial);
    else
        field_eval_residual(ws, ws->A, ws->R);
}

/* Phase 1. On return A, R and the iron state belong together; is_chord: the factor at hand is good for one more step. */
static enum status approach(struct field_ws *ws, int cold, struct iterate *best, int *is_chord, struct field_info *info, struct err *e)
{
    int n = ws->n_dof, is_first = 1, n_rise = 0, is_relaxed;
    if (cold)
        start_cold(ws);
    while (info->n_iter < ws->opts.max_iter && (is_first || best->residual_rel > NEAR_REL)) {
        if (is_first && !cold && ws->has_factor) { /* the last factor is that of the present points, nearly */
            direction_eval(ws, ws->R, ws->step);
            for (int i = 0; i <= n; i++)
                ws->A_try[i] = ws->A[i] + ws->step[i];
        } else {
            TRY(factor_set(ws, info, e));
            linear_load_eval(ws, ws->R_try);
            direction_eval(ws, ws->R_try, ws->A_try);
            for (int i = 0; i < n; i++)
                ws->A_try[i] = -ws->A_try[i];
        }
        info->n_iter++;
        state_swap(ws);
        struct iterate trial = trial_eval(ws, best->norm_load);
        double ratio = trial.residual_rel / best->residual_rel;
        trial = trial_relax(ws, cold, &trial, &is_relaxed);
        int is_better = is_first || trial.W_J_per_m < best->W_J_per_m || (cold && n_rise++ < N_RISE_MAX);
        if (!is_better && !cold) { /* the old solution is no help: forget it */
            cold = is_first = 1;
            start_cold(ws);
            continue;
        }
        if (!is_better) { /* leave the points alone: Newton goes on from the best A */
            field_eval_residual(ws, ws->A, ws->R);
            *is_chord = 0;
            return ST_OK;
        }
        *is_chord = !cold && !is_first && trial.residual_rel < START_GAIN * best->residual_rel;
        trial_accept(ws, best, &trial);
        is_first = 0;
        if (best->residual_rel > NEAR_REL) {
            state_swap(ws);
            field_set_points(ws, is_relaxed ? ws->step : ws->A);
            if (is_relaxed && ratio < MOVED_GAIN)
                field_set_moved_points(ws, ws->step, ws->A);
        }
    }
    if (best->residual_rel > NEAR_REL) /* out of iterations: back to the state of A */
        field_eval_residual(ws, ws->A, ws->R);
    return ST_OK;
}

/* Line search from A along step; the trial that it ends with is in A_try. */
static struct iterate search(struct field_ws *ws, const struct iterate *from)
{
    int n = ws->n_dof;
    double slope0 = field_eval_dot(ws->R, ws->step, n), t = 1.0;
    struct iterate trial = *from;
    for (int k = 0; k < MAX_HALVING; k++) {
        for (int i = 0; i <= n; i++)
            ws->A_try[i] = ws->A[i] + t * ws->step[i];
        trial = trial_eval(ws, from->norm_load);
        double slope = field_eval_dot(ws->R_try, ws->step, n);
        if (slope <= SLOPE_LIMIT * fabs(slope0) && trial.W_J_per_m <= from->W_J_per_m + W_ROUND_PU * fabs(from->W_J_per_m))
            break;
        t *= fmax(0.1, fmin(0.7, slope0 / (slope0 - slope))); /* the slope rises with t: secant */
    }
    return trial;
}

/* Phase 2. */
static enum status finish(struct field_ws *ws, int is_chord, struct iterate *best, struct field_info *info, struct err *e)
{
    while (best->residual_rel > ws->opts.tol_rel) {
        if (info->n_iter >= ws->opts.max_iter)
            return err_set(e, ST_NO_CONVERGE, "field", "residual %.3g of the load after %d iterations, wanted %.3g", best->residual_rel,
                           info->n_iter, ws->opts.tol_rel);
        if (!is_chord)
            TRY(factor_set(ws, info, e));
        direction_eval(ws, ws->R, ws->step);
        info->n_iter++;
        struct iterate trial;
        if (is_chord) {
            for (int i = 0; i <= ws->n_dof; i++)
                ws->A_try[i] = ws->A[i] + ws->step[i];
            trial = trial_eval(ws, best->norm_load);
            if (trial.residual_rel > CHORD_ACCEPT * best->residual_rel) {
                field_eval_residual(ws, ws->A, ws->R);
                is_chord = 0;
                continue;
            }
        } else {
            trial = search(ws, best);
        }
        is_chord = trial.residual_rel < CHORD_GAIN * best->residual_rel;
        trial_accept(ws, best, &trial);
    }
    return ST_OK;
}

enum status field_newton(struct field_ws *ws, int cold, struct field_info *info, struct err *e)
{
    int n = ws->n_dof;
    ws->is_factor_final = 0;
    double norm_load = sqrt(field_eval_dot(ws->load, ws->load, n));
    struct iterate best = {0.0, HUGE_VAL, norm_load};
    if (norm_load == 0.0) { /* no magnet and no current: A = 0 */
        memset(ws->A, 0, (size_t)(n + 1) * sizeof *ws->A);
        info->energy_J_per_m = ws->solved_J_per_m = field_eval_residual(ws, ws->A, ws->R);
        memcpy(ws->load_solved, ws->load, (size_t)(n + 1) * sizeof *ws->load);
        info->converged = 1;
        return ST_OK;
    }
    if (!cold)
        start_warm(ws, &best);
    enum status st = ST_OK;
    int is_chord = 0;
    if (best.residual_rel > NEAR_REL)
        st = approach(ws, cold, &best, &is_chord, info, e);
    if (st == ST_OK)
        st = finish(ws, is_chord, &best, info, e);
    info->converged = st == ST_OK;
    info->residual_rel = best.residual_rel;
    info->energy_J_per_m = ws->solved_J_per_m = best.W_J_per_m;
    memcpy(ws->load_solved, ws->load, (size_t)(n + 1) * sizeof *ws->load);
    return st;
}
