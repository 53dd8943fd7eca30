/* operate_two_phase.c - asymmetric short circuit of two terminals on the flux maps. Contract and equations: operate.h.
 * One state, i_beta, by RK4: with c = cos theta, s = sin theta, i_d = i_beta s, i_q = i_beta c,
 *     L_bb d i_beta/dt = -R i_beta - w d lambda_beta/d theta,   L_bb = s^2 L_dd + s c (L_dq + L_qd) + c^2 L_qq + L_end,
 *     d lambda_beta/d theta = lambda_d c - lambda_q s + s (L_dd i_q - L_dq i_d) + c (L_qd i_q - L_qq i_d)      (the map's; d i_d/d theta =
 * i_q, d i_q/d theta = -i_d; the end winding's part is the same in every direction and drops out). */
#include "models/operate/operate_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define LINK_MAX_ITER 60
#define LINK_TOL 1e-12 /* of the current limit */

struct loop { double lambda_Wb, L_H, dlambda_dtheta_Wb; };

static void eval_loop(const struct operate_ws *ws, double i_A, double theta_rad, double i_f_A, struct loop *out)
{
    struct flux_point fp;
    const double s = sin(theta_rad), c = cos(theta_rad), d = i_A * s, q = i_A * c, L = ws->lim.L_end_H;
    flux_map_eval(ws->fm, d, q, i_f_A, &fp);
    out->lambda_Wb = fp.lambda_d_Wb * s + fp.lambda_q_Wb * c + L * i_A;
    out->L_H = s * s * fp.dld_did + s * c * (fp.dld_diq + fp.dlq_did) + c * c * fp.dlq_diq + L;
    out->dlambda_dtheta_Wb =
        fp.lambda_d_Wb * c - fp.lambda_q_Wb * s + s * (fp.dld_did * q - fp.dld_diq * d) + c * (fp.dlq_did * q - fp.dlq_diq * d);
}

/* Loop current that links lambda at an angle: Newton, steps held to the current limit. 0: not found. */
static int find_link(const struct operate_ws *ws, double lambda_Wb, double theta_rad, double i_f_A, double *i_A)
{
    *i_A = 0.0;
    for (int k = 0; k < LINK_MAX_ITER; k++) {
        struct loop l;
        eval_loop(ws, *i_A, theta_rad, i_f_A, &l);
        if (!(l.L_H > 0.0))
            return 0;
        const double step = (lambda_Wb - l.lambda_Wb) / l.L_H, limit = ws->lim.I_max_A;
        *i_A += fmin(fmax(step, -limit), limit);
        if (fabs(step) <= LINK_TOL * limit)
            return 1;
    }
    return 0;
}

static int eval_rate(const struct operate_ws *ws, double w, double i_A, double theta_rad, double i_f_A, double *rate)
{
    struct loop l;
    eval_loop(ws, i_A, theta_rad, i_f_A, &l);
    *rate = (-ws->lim.copper.R_ohm * i_A - w * l.dlambda_dtheta_Wb) / l.L_H;
    return l.L_H > 0.0;
}

static int step_rk4(const struct operate_ws *ws, double w, double theta_rad, double dt_s, double i_f_A, double *i_A)
{
    double k1, k2, k3, k4;
    const double half = theta_rad + 0.5 * w * dt_s;
    if (!eval_rate(ws, w, *i_A, theta_rad, i_f_A, &k1) || !eval_rate(ws, w, *i_A + 0.5 * dt_s * k1, half, i_f_A, &k2) ||
        !eval_rate(ws, w, *i_A + 0.5 * dt_s * k2, half, i_f_A, &k3) ||
        !eval_rate(ws, w, *i_A + dt_s * k3, theta_rad + w * dt_s, i_f_A, &k4))
        return 0;
    *i_A += dt_s / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
    return 1;
}

struct start { double lambda_d_Wb, lambda_q_Wb, i_f_A, speed_rad_per_s; };

/* The fault at one angle. */
static enum status integrate(const struct operate_ws *ws, const struct start *x, double theta_rad, const struct operate_fault_opts *opts,
                             struct operate_fault *out, struct err *e)
{
    const double w = ws->fm->p * x->speed_rad_per_s, dt_s = 2.0 * PI / w / opts->n_step_per_period;
    const int n = (int)ceil(opts->n_period * opts->n_step_per_period);
    double i_A;
    operate_init_fault(out);
    int ok = find_link(ws, x->lambda_d_Wb * sin(theta_rad) + x->lambda_q_Wb * cos(theta_rad), theta_rad, x->i_f_A, &i_A);
    for (int k = 0; ok; k++) {
        const double theta_k_rad = theta_rad + w * k * dt_s, before_A = out->i_d_min_A;
        operate_note_fault(ws, i_A * sin(theta_k_rad), i_A * cos(theta_k_rad), x->i_f_A, k * dt_s, out);
        if (out->i_d_min_A < before_A)
            out->theta_at_min_el_rad = remainder(theta_k_rad, 2.0 * PI);
        if (k == n)
            break;
        ok = step_rk4(ws, w, theta_k_rad, dt_s, x->i_f_A, &i_A);
    }
    out->theta_fault_el_rad = remainder(theta_rad, 2.0 * PI);
    out->i_d_end_A = i_A * sin(theta_rad + w * n * dt_s);
    out->i_q_end_A = i_A * cos(theta_rad + w * n * dt_s);
    return ok ? ST_OK : err_set(e, ST_RANGE, "two_phase", "the map's inductance is not positive near i_beta = %g A", i_A);
}

enum status operate_eval_two_phase(const struct operate_ws *ws, double i_d_A, double i_q_A, double speed_rad_per_s,
                                   const struct operate_fault_opts *opts, struct operate_fault *out, struct err *e)
{
    operate_init_fault(out);
    TRY(operate_check_fault(speed_rad_per_s, opts, e));
    if (ws->fm->opts.n_f > 1 || opts->n_angle < 1)
        return err_set(e, ST_RANGE, "two_phase", "%d field currents in the map (1: no field transient), %d fault angles (1 or more)",
                       ws->fm->opts.n_f, opts->n_angle);
    struct flux_point fp;
    flux_map_eval(ws->fm, i_d_A, i_q_A, 0.0, &fp);
    const struct start x = {fp.lambda_d_Wb + ws->lim.L_end_H * i_d_A, fp.lambda_q_Wb + ws->lim.L_end_H * i_q_A, 0.0, speed_rad_per_s};
    const double most_rad = -0.5 * PI - atan2(x.lambda_q_Wb, x.lambda_d_Wb); /* lambda_beta = -|lambda| there */
    for (int k = 0; k < opts->n_angle; k++) {
        struct operate_fault f;
        TRY(integrate(ws, &x, most_rad + 0.5 * PI * k / opts->n_angle, opts, &f, e));
        if (k == 0 || f.i_d_min_A < out->i_d_min_A)
            *out = f;
    }
    return ST_OK;
}
