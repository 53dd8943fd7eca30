/* operate_fault.c - open circuit, steady and sudden three-phase short circuit on the flux maps, worst fault of the envelope. */
#include "models/operate/operate_impl.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

double operate_eval_characteristic_A(const struct operate_ws *ws, double i_f_A)
{
    struct flux_point fp;
    double low = flux_map_get_i_d_low_A(&ws->fm->opts), high = 0.0, L = ws->lim.L_end_H;
    flux_map_eval(ws->fm, high, 0.0, i_f_A, &fp);
    if (!(fp.lambda_d_Wb > 0.0))
        return (double)NAN;
    flux_map_eval(ws->fm, low, 0.0, i_f_A, &fp);
    if (!(fp.lambda_d_Wb + L * low <= 0.0))
        return (double)NAN;
    for (int k = 0; k < 60; k++) { /* bisection to the last bit: called once a design */
        double mid = 0.5 * (low + high);
        flux_map_eval(ws->fm, mid, 0.0, i_f_A, &fp);
        if (fp.lambda_d_Wb + L * mid <= 0.0)
            low = mid;
        else
            high = mid;
    }
    return -0.5 * (low + high);
}

double operate_eval_back_emf_V(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A)
{
    struct flux_point fp;
    flux_map_eval(ws->fm, 0.0, 0.0, i_f_A, &fp);
    return ws->fm->p * fabs(speed_rad_per_s) * hypot(fp.lambda_d_Wb, fp.lambda_q_Wb);
}

int operate_find_loaded(const struct operate_ws *ws, double speed_rad_per_s, double R_ohm, double i_f_A, double *i_d_A, double *i_q_A)
{
    double w = ws->fm->p * speed_rad_per_s, R = R_ohm, L = ws->lim.L_end_H;
    for (int it = 0; it < 60; it++) { /* Newton on 0 = R i_d - w lq, 0 = R i_q + w ld */
        struct flux_point fp;
        double d = *i_d_A, q = *i_q_A;
        flux_map_eval(ws->fm, d, q, i_f_A, &fp);
        double r0 = R * d - w * (fp.lambda_q_Wb + L * q), r1 = R * q + w * (fp.lambda_d_Wb + L * d);
        double a = R - w * fp.dlq_did, b = -w * (fp.dlq_diq + L), c = w * (fp.dld_did + L), g = R + w * fp.dld_diq;
        double det = a * g - b * c, step_d = (r0 * g - b * r1) / det, step_q = (a * r1 - c * r0) / det;
        if (!isfinite(step_d) || !isfinite(step_q))
            return 0;
        double size = hypot(step_d, step_q), limit = 0.5 * ws->lim.I_max_A, shrink = size > limit ? limit / size : 1.0;
        *i_d_A -= shrink * step_d;
        *i_q_A -= shrink * step_q;
        if (size < 1e-11 * ws->lim.I_max_A)
            return 1;
    }
    return 0;
}

enum status operate_solve_short_circuit(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A, double *i_d_A, double *i_q_A,
                                        struct err *e)
{
    double d = 0.0, q = 0.0;
    *i_d_A = *i_q_A = (double)NAN;
    if (!(speed_rad_per_s >= 0.0) || !isfinite(speed_rad_per_s))
        return err_set(e, ST_RANGE, "speed_rad_per_s", "%g: 0 or more", speed_rad_per_s);
    if (speed_rad_per_s > 0.0 && !operate_find_loaded(ws, speed_rad_per_s, ws->lim.copper.R_ohm, i_f_A, &d, &q))
        return err_set(e, ST_NO_CONVERGE, "short_circuit", "no steady short circuit found at %g rad/s; last i_d = %g A, i_q = %g A",
                       speed_rad_per_s, d, q);
    *i_d_A = d;
    *i_q_A = q;
    return ST_OK;
}

struct operate_fault_opts operate_fault_opts_default(void)
{
    return (struct operate_fault_opts){400, 3.0, 12};
}

struct operate_fault_opts operate_fault_opts_search(void)
{
    return (struct operate_fault_opts){120, 1.25, 3};
}

struct fault_state { double d, q, f; };

/* di/dt = Linc^-1 (v - R i - w J lambda); without a field winding the third current rests. 0 when Linc is not positive definite. */
static int eval_rate(const struct operate_ws *ws, double w, double v_f_V, const struct fault_state *i, struct fault_state *rate)
{
    struct flux_point fp;
    double R = ws->lim.copper.R_ohm, L = ws->lim.L_end_H;
    flux_map_eval(ws->fm, i->d, i->q, i->f, &fp);
    double r[3] = {-R * i->d + w * (fp.lambda_q_Wb + L * i->q), -R * i->q - w * (fp.lambda_d_Wb + L * i->d), 0.0};
    double a = fp.dld_did + L, b = fp.dld_diq, c = fp.dlq_did, g = fp.dlq_diq + L, det = a * g - b * c;
    if (!(a > 0.0) || !(det > 0.0))
        return 0;
    if (ws->fm->opts.n_f > 1) { /* eliminate the dq block: Schur complement of the field circuit */
        r[2] = v_f_V - ws->lim.copper.R_f_ohm * i->f;
        double sd = (fp.dld_dif * g - b * fp.dlq_dif) / det, sq = (a * fp.dlq_dif - c * fp.dld_dif) / det;
        double schur = fp.dlf_dif - fp.dlf_did * sd - fp.dlf_diq * sq;
        double xd = (r[0] * g - b * r[1]) / det, xq = (a * r[1] - c * r[0]) / det;
        if (!(schur > 0.0))
            return 0;
        rate->f = (r[2] - fp.dlf_did * xd - fp.dlf_diq * xq) / schur;
        rate->d = xd - sd * rate->f;
        rate->q = xq - sq * rate->f;
        return 1;
    }
    rate->d = (r[0] * g - b * r[1]) / det;
    rate->q = (a * r[1] - c * r[0]) / det;
    rate->f = 0.0;
    return 1;
}

static struct fault_state moved(const struct fault_state *i, const struct fault_state *rate, double dt_s)
{
    return (struct fault_state){i->d + dt_s * rate->d, i->q + dt_s * rate->q, i->f + dt_s * rate->f};
}

static int step_rk4(const struct operate_ws *ws, double w, double v_f_V, double dt_s, struct fault_state *i)
{
    struct fault_state k1, k2, k3, k4, x;
    if (!eval_rate(ws, w, v_f_V, i, &k1))
        return 0;
    x = moved(i, &k1, 0.5 * dt_s);
    if (!eval_rate(ws, w, v_f_V, &x, &k2))
        return 0;
    x = moved(i, &k2, 0.5 * dt_s);
    if (!eval_rate(ws, w, v_f_V, &x, &k3))
        return 0;
    x = moved(i, &k3, dt_s);
    if (!eval_rate(ws, w, v_f_V, &x, &k4))
        return 0;
    i->d += dt_s / 6.0 * (k1.d + 2.0 * k2.d + 2.0 * k3.d + k4.d);
    i->q += dt_s / 6.0 * (k1.q + 2.0 * k2.q + 2.0 * k3.q + k4.q);
    i->f += dt_s / 6.0 * (k1.f + 2.0 * k2.f + 2.0 * k3.f + k4.f);
    return 1;
}

void operate_init_fault(struct operate_fault *out)
{
    memset(out, 0, sizeof *out);
    out->i_d_min_A = out->torque_min_Nm = (double)INFINITY;
    out->theta_at_min_el_rad = out->theta_fault_el_rad = (double)NAN;
}

void operate_note_fault(const struct operate_ws *ws, double i_d_A, double i_q_A, double i_f_A, double t_s, struct operate_fault *out)
{
    const struct flux_map_opts *o = &ws->fm->opts;
    struct flux_point fp;
    flux_map_eval(ws->fm, i_d_A, i_q_A, i_f_A, &fp);
    if (i_d_A < out->i_d_min_A) {
        out->i_d_min_A = i_d_A;
        out->i_q_at_min_A = i_q_A;
        out->i_f_at_min_A = i_f_A;
        out->time_at_min_s = t_s;
    }
    out->i_peak_A = fmax(out->i_peak_A, hypot(i_d_A, i_q_A));
    out->i_f_peak_A = fmax(out->i_f_peak_A, i_f_A);
    out->torque_min_Nm = fmin(out->torque_min_Nm, fp.torque_Nm);
    if (operate_is_beyond(ws, i_d_A, i_q_A) ||
        (o->n_f > 1 && (i_f_A < o->i_f_A[0] || i_f_A > o->i_f_A[o->n_f - 1])))
        out->is_extrapolated = 1;
}

enum status operate_check_fault(double speed_rad_per_s, const struct operate_fault_opts *opts, struct err *e)
{
    if (!(speed_rad_per_s > 0.0) || !isfinite(speed_rad_per_s))
        return err_set(e, ST_RANGE, "speed_rad_per_s", "%g: above 0", speed_rad_per_s);
    if (opts->n_step_per_period < 20 || !(opts->n_period > 0.0 && opts->n_period <= 1000.0))
        return err_set(e, ST_RANGE, "fault_opts", "%d steps a period (20 or more) over %g periods (above 0, up to 1000)",
                       opts->n_step_per_period, opts->n_period);
    return ST_OK;
}

enum status operate_eval_short_circuit(const struct operate_ws *ws, double i_d_A, double i_q_A, double i_f_A, double speed_rad_per_s,
                                       const struct operate_fault_opts *opts, struct operate_fault *out, struct err *e)
{
    operate_init_fault(out);
    TRY(operate_check_fault(speed_rad_per_s, opts, e));
    double w = ws->fm->p * speed_rad_per_s, dt = 2.0 * PI / w / opts->n_step_per_period, v_f_V = ws->lim.copper.R_f_ohm * i_f_A;
    int n = (int)ceil(opts->n_period * opts->n_step_per_period);
    struct fault_state i = {i_d_A, i_q_A, i_f_A};
    operate_note_fault(ws, i.d, i.q, i.f, 0.0, out);
    for (int k = 1; k <= n; k++) {
        if (!step_rk4(ws, w, v_f_V, dt, &i))
            return err_set(e, ST_RANGE, "short_circuit", "the map's inductance is not positive near i_d = %g A, i_q = %g A, i_f = %g A",
                           i.d, i.q, i.f);
        operate_note_fault(ws, i.d, i.q, i.f, k * dt, out);
    }
    out->i_d_end_A = i.d;
    out->i_q_end_A = i.q;
    return ST_OK;
}

const char *operate_get_prefault_text(enum operate_prefault p)
{
    static const char *const TEXT[OPERATE_PREFAULT_COUNT] = {"motoring", "braking", "no load"};
    return TEXT[p];
}

enum status operate_find_prefault(struct operate_ws *ws, int n_speed, const double *speed_rad_per_s, double i_f_A,
                                  struct operate_prefault_set *out, struct err *e)
{
    out->n = 0;
    if (n_speed < 1 || n_speed > OPERATE_MAX_PREFAULT)
        return err_set(e, ST_RANGE, "prefault", "%d speeds: 1 to %d", n_speed, OPERATE_MAX_PREFAULT);
    for (int k = 0; k < n_speed; k++) {
        if (!(speed_rad_per_s[k] > 0.0))
            return err_set(e, ST_RANGE, "speed_rad_per_s", "%g: above 0", speed_rad_per_s[k]);
        for (int kind = 0; kind < OPERATE_PREFAULT_COUNT; kind++) {
            struct operate_point p = {.i_f_A = i_f_A};
            if (kind != OPERATE_PREFAULT_NO_LOAD &&
                operate_solve_max_torque(ws, speed_rad_per_s[k], kind == OPERATE_PREFAULT_MOTORING ? 1 : -1, &p, NULL) != ST_OK)
                continue; /* no such point at that speed */
            out->point[out->n++] = (struct operate_prefault_point){(enum operate_prefault)kind, speed_rad_per_s[k], p.torque_Nm, p.i_d_A,
                                                                   p.i_q_A, p.i_f_A};
        }
    }
    return ST_OK;
}

enum status operate_eval_worst_fault(const struct operate_ws *ws, int n_phase, const struct operate_prefault_set *set,
                                     const struct operate_fault_opts *opts, struct operate_worst_fault *out, struct err *e)
{
    *out = (struct operate_worst_fault){.fault.i_d_min_A = (double)INFINITY};
    for (int k = 0; k < set->n; k++) {
        const struct operate_prefault_point *p = &set->point[k];
        struct operate_fault f;
        if (n_phase == 2)
            TRY(operate_eval_two_phase(ws, p->i_d_A, p->i_q_A, p->speed_rad_per_s, opts, &f, e));
        else
            TRY(operate_eval_short_circuit(ws, p->i_d_A, p->i_q_A, p->i_f_A, p->speed_rad_per_s, opts, &f, e));
        if (f.i_d_min_A < out->fault.i_d_min_A)
            *out = (struct operate_worst_fault){f, *p};
    }
    return ST_OK;
}
