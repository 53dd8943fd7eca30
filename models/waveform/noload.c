/* noload.c - back-EMF and cogging from one slot-ripple period of rotor positions. */
#include "models/waveform/waveform.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define MIN_POINT 1440 /* of a period, to find the peak of a waveform */

static int gcd(int a, int b) { return b == 0 ? a : gcd(b, a % b); }

/* A step of one ripple period: 2p s - Q r = gcd(Q, 2p). */
struct step { int slot, pole; };
static struct step get_step(const struct machine *m)
{
    int Q = m->stator.n_slot, poles = 2 * m->p, g = gcd(Q, poles), s = 0;
    while ((poles * s - g) % Q != 0)
        s++;
    return (struct step){s, (poles * s - g) / Q};
}

int waveform_get_windows(const struct machine *m)
{
    return 2 * m->stator.n_slot / gcd(m->stator.n_slot, 2 * m->p);
}

/* Linkage of phase A, window j after the one that A was solved in. */
static double linkage_Wb(const struct winding_layout *l, const struct machine *m, struct step step, int j, const double *A_Wb_per_m)
{
    double sum = 0.0;
    for (int k = 0; k < l->n_slot; k++) {
        int from = k - j * step.slot, turns = from >= 0 ? from / l->n_slot : -((l->n_slot - 1 - from) / l->n_slot);
        double sign = turns % 2 == 0 ? 1.0 : l->sign;
        sum += l->turns[0][k] * sign * A_Wb_per_m[from - turns * l->n_slot];
    }
    double whole_m = 2.0 * m->p / l->n_pole * m->stack_m;
    return (j * step.pole % 2 == 0 ? 1.0 : -1.0) * sum * whole_m / m->winding.n_path;
}

/* Adds one sample of the period to all orders. */
static void add_sample(struct waveform_noload *w, double theta_el_rad, double lambda_Wb)
{
    int n = w->n_position * w->n_window;
    w->a_Wb[0] += lambda_Wb / n;
    for (int k = 1; k < w->n_order; k++) {
        w->a_Wb[k] += 2.0 / n * lambda_Wb * cos(k * theta_el_rad);
        w->b_Wb[k] += 2.0 / n * lambda_Wb * sin(k * theta_el_rad);
    }
}

/* Skew factors of the harmonics, at no load exact for slices that do not couple. */
static void set_skew(struct waveform_noload *w, const struct machine *m)
{
    for (int k = 1; k < w->n_order; k++) {
        double f = machine_eval_skew_factor(m, k);
        w->a_Wb[k] *= f;
        w->b_Wb[k] *= f;
    }
    for (int k = 1; k < w->torque.n; k++) {
        double f = machine_eval_skew_factor(m, k * w->n_window);
        w->torque.a[k] *= f;
        w->torque.b[k] *= f;
        w->torque_energy.a[k] *= f;
        w->torque_energy.b[k] *= f;
    }
}

enum status waveform_solve_noload(struct field_ws *ws, const struct machine *m, double i_f_A, int n_position, struct waveform_noload *out,
                                  struct err *e)
{
    if (n_position < 1 || n_position > WAVEFORM_MAX_POSITION)
        return err_set(e, ST_RANGE, "n_position", "%d rotor positions: between 1 and %d", n_position, WAVEFORM_MAX_POSITION);
    struct winding_layout layout;
    double A_Wb_per_m[WINDING_MAX_SLOT], torque_Nm[WAVEFORM_MAX_POSITION], W_J[WAVEFORM_MAX_POSITION];
    TRY(winding_set_layout(m, &layout, e));
    struct step step = get_step(m);
    memset(out, 0, sizeof *out);
    out->n_position = n_position;
    out->n_window = waveform_get_windows(m);
    out->i_f_A = i_f_A;
    int half = (n_position * out->n_window + 1) / 2;
    out->n_order = half < WAVEFORM_MAX_ORDER ? half : WAVEFORM_MAX_ORDER;
    double window_rad = 2.0 * PI / out->n_window;
    for (int i = 0; i < n_position; i++) {
        struct field_result r;
        struct field_info info;
        double theta = i * window_rad / n_position;
        field_set_angle(ws, theta);
        TRY(field_solve(ws, 0.0, 0.0, i_f_A, i == 0, &r, &info, e));
        out->n_solve++;
        torque_Nm[i] = r.torque_Nm;
        W_J[i] = r.coenergy_J;
        field_eval_slot_Az(ws, A_Wb_per_m);
        for (int j = 0; j < out->n_window; j++)
            add_sample(out, theta + j * window_rad, linkage_Wb(&layout, m, step, j, A_Wb_per_m));
    }
    struct waveform_series W;
    waveform_set_series(n_position, torque_Nm, &out->torque);
    waveform_set_series(n_position, W_J, &W);
    out->torque_energy = waveform_get_slope(&W, (double)out->n_window * m->p);
    set_skew(out, m);
    out->cogging_Nm = waveform_eval_peak_to_peak(&out->torque);
    out->cogging_energy_Nm = waveform_eval_peak_to_peak(&out->torque_energy);
    return ST_OK;
}

static double phase_angle(int phase, double theta_el_rad) { return theta_el_rad - phase * 2.0 * PI / 3.0; }

double waveform_eval_linkage_Wb(const struct waveform_noload *w, int phase, double theta_el_rad)
{
    double x = phase_angle(phase, theta_el_rad), y = w->a_Wb[0];
    for (int k = 1; k < w->n_order; k++)
        y += w->a_Wb[k] * cos(k * x) + w->b_Wb[k] * sin(k * x);
    return y;
}

double waveform_eval_emf_V(const struct waveform_noload *w, int phase, double theta_el_rad, double w_el_rad_per_s)
{
    double x = phase_angle(phase, theta_el_rad), y = 0.0;
    for (int k = 1; k < w->n_order; k++)
        y += k * (w->b_Wb[k] * cos(k * x) - w->a_Wb[k] * sin(k * x));
    return y * w_el_rad_per_s;
}

double waveform_eval_cogging_Nm(const struct waveform_noload *w, double theta_el_rad)
{
    return waveform_eval_series(&w->torque, w->n_window * theta_el_rad);
}

double waveform_get_emf_harmonic_V(const struct waveform_noload *w, int order, int is_line, double w_el_rad_per_s)
{
    assert(order >= 1);
    if (order >= w->n_order)
        return (double)NAN;
    double line = is_line ? fabs(2.0 * sin(order * PI / 3.0)) : 1.0; /* |1 - e^(-j 2 pi k/3)| */
    return line * order * fabs(w_el_rad_per_s) * hypot(w->a_Wb[order], w->b_Wb[order]);
}

void waveform_eval_emf(const struct waveform_noload *w, double w_el_rad_per_s, struct waveform_emf *out)
{
    double square[2] = {0.0, 0.0}, first[2];
    for (int is_line = 0; is_line < 2; is_line++) {
        first[is_line] = waveform_get_emf_harmonic_V(w, 1, is_line, w_el_rad_per_s);
        for (int k = 2; k < w->n_order; k++) {
            double v = waveform_get_emf_harmonic_V(w, k, is_line, w_el_rad_per_s);
            square[is_line] += v * v;
        }
    }
    double peak = 0.0;
    for (int j = 0; j < MIN_POINT; j++) {
        double x = 2.0 * PI * j / MIN_POINT;
        peak = fmax(peak, fabs(waveform_eval_emf_V(w, 0, x, w_el_rad_per_s) - waveform_eval_emf_V(w, 1, x, w_el_rad_per_s)));
    }
    *out = (struct waveform_emf){.phase_fundamental_V = first[0],
                                 .phase_rms_V = sqrt(0.5 * (first[0] * first[0] + square[0])),
                                 .phase_thd_pu = sqrt(square[0]) / first[0],
                                 .line_fundamental_V = first[1],
                                 .line_rms_V = sqrt(0.5 * (first[1] * first[1] + square[1])),
                                 .line_peak_V = peak,
                                 .line_thd_pu = sqrt(square[1]) / first[1]};
}
