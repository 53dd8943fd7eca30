/* load.c - waveforms at held dq currents. */
#include "models/waveform/waveform.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

/* Lowest easy-axis field of every magnet element so far; the second and third part of the array are work. */
static void note_field(struct field_ws *ws, double *H_A_per_m, int is_first)
{
    const struct field_magnet_elem *g;
    int n = field_get_magnets(ws, &g);
    field_eval_magnet_H(ws, H_A_per_m + n, H_A_per_m + 2 * n);
    for (int k = 0; k < n; k++)
        H_A_per_m[k] = is_first ? H_A_per_m[n + k] : fmin(H_A_per_m[k], H_A_per_m[n + k]);
}

/* All positions of one slice, which stands `ahead` of the mean rotor angle. */
static enum status solve_slice(struct field_ws *ws, int slice, int n_slice, double ahead_el_rad, double *H_A_per_m,
                               struct waveform_load *w, struct field_result *sum, struct err *e)
{
    for (int step = 0; step < w->n; step++) {
        int k = slice % 2 == 0 ? step : w->n - 1 - step;
        struct field_slice s = field_get_slice(w->theta_el_rad[k], w->i_d_A, w->i_q_A, ahead_el_rad);
        struct field_result r;
        struct field_info info;
        field_set_angle(ws, s.theta_el_rad);
        TRY(field_solve(ws, s.i_d_A, s.i_q_A, w->i_f_A, w->n_solve == 0, &r, &info, e));
        if (H_A_per_m)
            note_field(ws, H_A_per_m, w->n_solve == 0);
        w->n_solve++;
        field_add_slice(&sum[k], &r, ahead_el_rad, n_slice);
    }
    return ST_OK;
}

static double mean_of(int n, const double *y)
{
    double sum = 0.0;
    for (int k = 0; k < n; k++)
        sum += y[k] / n;
    return sum;
}

static double linkage_torque_Nm(const struct waveform_load *w, double lambda_d_Wb, double lambda_q_Wb)
{
    return 1.5 * w->p * (lambda_d_Wb * w->i_q_A - lambda_q_Wb * w->i_d_A);
}

static void set_figures(struct waveform_load *w)
{
    struct waveform_series W, slope;
    waveform_set_series(w->n, w->torque_Nm, &w->torque);
    waveform_set_series(w->n, w->coenergy_J, &W);
    slope = waveform_get_slope(&W, 6.0 * w->p); /* x = 6 theta_el = 6 p theta_m */
    for (int k = 0; k < w->n; k++)
        w->torque_energy_Nm[k] = linkage_torque_Nm(w, w->lambda_d_Wb[k], w->lambda_q_Wb[k]) +
                                 waveform_eval_series(&slope, 6.0 * w->theta_el_rad[k]);
    waveform_set_series(w->n, w->torque_energy_Nm, &w->torque_energy);
    w->ripple_Nm = waveform_eval_peak_to_peak(&w->torque);
    w->ripple_energy_Nm = waveform_eval_peak_to_peak(&w->torque_energy);
    w->torque_mean_Nm = mean_of(w->n, w->torque_Nm);
    w->lambda_d_mean_Wb = mean_of(w->n, w->lambda_d_Wb);
    w->lambda_q_mean_Wb = mean_of(w->n, w->lambda_q_Wb);
    w->lambda_f_mean_Wb = mean_of(w->n, w->lambda_f_Wb);
    w->torque_linkage_Nm = linkage_torque_Nm(w, w->lambda_d_mean_Wb, w->lambda_q_mean_Wb);
}

enum status waveform_solve_load(struct field_ws *ws, const struct machine *m, double i_d_A, double i_q_A, double i_f_A, int n_position,
                                double *H_A_per_m, struct waveform_load *out, struct err *e)
{
    if (n_position < 1 || n_position > WAVEFORM_MAX_POSITION)
        return err_set(e, ST_RANGE, "n_position", "%d rotor positions: between 1 and %d", n_position, WAVEFORM_MAX_POSITION);
    struct field_result sum[WAVEFORM_MAX_POSITION];
    double ahead[MACHINE_MAX_SLICE];
    int n_slice = machine_get_slices(m, ahead);
    memset(sum, 0, sizeof sum);
    memset(out, 0, sizeof *out);
    out->n = n_position;
    out->p = m->p;
    out->i_d_A = i_d_A;
    out->i_q_A = i_q_A;
    out->i_f_A = i_f_A;
    for (int k = 0; k < n_position; k++)
        out->theta_el_rad[k] = k * PI / (3.0 * n_position);
    for (int j = 0; j < n_slice; j++)
        TRY(solve_slice(ws, j, n_slice, ahead[j], H_A_per_m, out, sum, e));
    for (int k = 0; k < n_position; k++) {
        out->torque_Nm[k] = sum[k].torque_Nm;
        out->lambda_d_Wb[k] = sum[k].lambda_d_Wb;
        out->lambda_q_Wb[k] = sum[k].lambda_q_Wb;
        out->lambda_f_Wb[k] = sum[k].lambda_f_Wb;
        out->coenergy_J[k] = sum[k].coenergy_J;
    }
    set_figures(out);
    return ST_OK;
}
