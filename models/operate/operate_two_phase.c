/* operate_two_phase.c - asymmetric short circuit of two terminals on the flux maps. Contract and equations: operate.h.
 * One state, the loop's linkage, by RK4: d lambda_beta/dt = -R i_beta, with the current that links it at the rotor's angle. Nothing is
 * divided by the inductance
 *     L_bb = s^2 L_dd + s c (L_dq + L_qd) + c^2 L_qq + L_end,   c = cos theta, s = sin theta,
 * so a map whose linkage falls over a stretch of current is passed through: where several currents link the same, one near the
 * last is taken, by Newton from there or else the first that an outward scan meets. */
#include "models/operate/operate_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define LINK_MAX_ITER 60
#define NEWTON_TOL 1e-7   /* last step, of the current limit: the error left is its square */
#define LINK_TOL 1e-12    /* of the current limit */
#define LINK_SCAN 32      /* steps of the outward scan in a current limit, */
#define LINK_REACH 4      /* current limits scanned on each side */

struct loop { double lambda_Wb, L_H; };

static void eval_loop(const struct operate_ws *ws, double i_A, double theta_rad, double i_f_A, struct loop *out)
{
    struct flux_point fp;
    const double s = sin(theta_rad), c = cos(theta_rad), L = ws->lim.L_end_H;
    flux_map_eval(ws->fm, i_A * s, i_A * c, i_f_A, &fp);
    out->lambda_Wb = fp.lambda_d_Wb * s + fp.lambda_q_Wb * c + L * i_A;
    out->L_H = s * s * fp.dld_did + s * c * (fp.dld_diq + fp.dlq_did) + c * c * fp.dlq_diq + L;
}

static double eval_excess_Wb(const struct operate_ws *ws, double i_A, double theta_rad, double i_f_A, double lambda_Wb)
{
    struct loop l;
    eval_loop(ws, i_A, theta_rad, i_f_A, &l);
    return l.lambda_Wb - lambda_Wb;
}

/* Newton from the current given. 0: the linkage falls there, or no convergence. */
static int find_near(const struct operate_ws *ws, double lambda_Wb, double theta_rad, double i_f_A, double *i_A)
{
    for (int k = 0; k < LINK_MAX_ITER; k++) {
        struct loop l;
        eval_loop(ws, *i_A, theta_rad, i_f_A, &l);
        if (!(l.L_H > 0.0))
            return 0;
        const double step = (lambda_Wb - l.lambda_Wb) / l.L_H, limit = ws->lim.I_max_A;
        *i_A += fmin(fmax(step, -limit), limit);
        if (fabs(step) <= NEWTON_TOL * limit)
            return 1;
    }
    return 0;
}

/* The nearest change of sign on either side of the current given, halved down. 0: none within reach. */
static int find_bracketed(const struct operate_ws *ws, double lambda_Wb, double theta_rad, double i_f_A, double *i_A)
{
    const double h_A = ws->lim.I_max_A / LINK_SCAN, from_A = *i_A, here_Wb = eval_excess_Wb(ws, from_A, theta_rad, i_f_A, lambda_Wb);
    double end_Wb[2] = {here_Wb, here_Wb};
    for (int k = 1; k <= LINK_REACH * LINK_SCAN; k++)
        for (int side = 0; side < 2; side++) {
            const double sign = side ? 1.0 : -1.0;
            const double before_Wb = end_Wb[side];
            double in_A = from_A + sign * h_A * (k - 1), out_A = from_A + sign * h_A * k;
            end_Wb[side] = eval_excess_Wb(ws, out_A, theta_rad, i_f_A, lambda_Wb);
            if ((before_Wb > 0.0) == (end_Wb[side] > 0.0))
                continue;
            while (fabs(out_A - in_A) > LINK_TOL * ws->lim.I_max_A) {
                const double middle_A = 0.5 * (in_A + out_A);
                if (!(middle_A > fmin(in_A, out_A) && middle_A < fmax(in_A, out_A)))
                    break; /* neighbours in floating point */
                const int is_in = (eval_excess_Wb(ws, middle_A, theta_rad, i_f_A, lambda_Wb) > 0.0) == (before_Wb > 0.0);
                *(is_in ? &in_A : &out_A) = middle_A;
            }
            *i_A = 0.5 * (in_A + out_A);
            return 1;
        }
    return 0;
}

/* Loop current that links lambda at an angle, from a guess. 0: not found. */
static int find_link(const struct operate_ws *ws, double lambda_Wb, double theta_rad, double i_f_A, double *i_A)
{
    const double guess_A = *i_A;
    if (find_near(ws, lambda_Wb, theta_rad, i_f_A, i_A))
        return 1;
    *i_A = guess_A;
    return find_bracketed(ws, lambda_Wb, theta_rad, i_f_A, i_A);
}

/* One step of the linkage; i_A: current at its start, then at its end. */
static int step_rk4(const struct operate_ws *ws, double w, double theta_rad, double dt_s, double i_f_A, double *lambda_Wb, double *i_A)
{
    const double r_Wb_per_A = -ws->lim.copper.R_ohm * dt_s, half = theta_rad + 0.5 * w * dt_s, i1_A = *i_A, from_Wb = *lambda_Wb;
    double i2_A = i1_A, i3_A, i4_A;
    if (!find_link(ws, from_Wb + 0.5 * r_Wb_per_A * i1_A, half, i_f_A, &i2_A))
        return 0;
    i3_A = i2_A;
    if (!find_link(ws, from_Wb + 0.5 * r_Wb_per_A * i2_A, half, i_f_A, &i3_A))
        return 0;
    i4_A = i3_A;
    if (!find_link(ws, from_Wb + r_Wb_per_A * i3_A, theta_rad + w * dt_s, i_f_A, &i4_A))
        return 0;
    *lambda_Wb += r_Wb_per_A / 6.0 * (i1_A + 2.0 * i2_A + 2.0 * i3_A + i4_A);
    *i_A = i4_A;
    return find_link(ws, *lambda_Wb, theta_rad + w * dt_s, i_f_A, i_A);
}

struct start { double lambda_d_Wb, lambda_q_Wb, i_f_A, speed_rad_per_s; };

/* The fault at one angle. */
static enum status integrate(const struct operate_ws *ws, const struct start *x, double theta_rad, const struct operate_fault_opts *opts,
                             struct operate_fault *out, struct err *e)
{
    const double w = ws->fm->p * x->speed_rad_per_s, dt_s = 2.0 * PI / w / opts->n_step_per_period;
    const int n = (int)ceil(opts->n_period * opts->n_step_per_period);
    double i_A = 0.0, lambda_Wb = x->lambda_d_Wb * sin(theta_rad) + x->lambda_q_Wb * cos(theta_rad);
    operate_init_fault(out);
    int ok = find_link(ws, lambda_Wb, theta_rad, x->i_f_A, &i_A);
    for (int k = 0; ok; k++) {
        const double theta_k_rad = theta_rad + w * k * dt_s, before_A = out->i_d_min_A;
        operate_note_fault(ws, i_A * sin(theta_k_rad), i_A * cos(theta_k_rad), x->i_f_A, k * dt_s, out);
        if (out->i_d_min_A < before_A)
            out->theta_at_min_el_rad = remainder(theta_k_rad, 2.0 * PI);
        if (k == n)
            break;
        ok = step_rk4(ws, w, theta_k_rad, dt_s, x->i_f_A, &lambda_Wb, &i_A);
    }
    out->theta_fault_el_rad = remainder(theta_rad, 2.0 * PI);
    out->i_d_end_A = i_A * sin(theta_rad + w * n * dt_s);
    out->i_q_end_A = i_A * cos(theta_rad + w * n * dt_s);
    return ok ? ST_OK
              : err_set(e, ST_RANGE, "two_phase", "no current within %d limits links what the loop holds near i_beta = %g A", LINK_REACH,
                        i_A);
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
