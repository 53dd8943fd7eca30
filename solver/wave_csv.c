#include "solver/wave_csv.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "solver/cli.h"
#include <math.h>
#include <stdio.h>
#include "materials/base/banned.h"

static void add_value(struct text *t, double v)
{
    if (isfinite(v)) /* an empty cell: not reached, or not applicable */
        text_add(t, ",%.9g", v);
    else
        text_add(t, ",");
}

static enum status write_text(struct text *t, const char *dir, const char *name, struct err *e)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    enum status st = t->failed ? err_set(e, ST_NO_MEMORY, path, "CSV text") : text_write_file(path, t->s, t->n, e);
    text_done(t);
    return st;
}

static double max_speed_el_rad_per_s(const struct machine *m, const struct eval_detail *d)
{
    return d->n_speed > 0 ? m->p * d->speed_rad_per_s[d->n_speed - 1] : 0.0;
}

static void add_head(struct text *t, const struct machine *m, const struct eval_detail *d, const char *what)
{
    const struct waveform_load *w = &d->peak_wave;
    text_add(t, "# motrade %s %s of: %s\n", MOTRADE_VERSION, what, m->name);
    text_add(t, "# no load: field current %.6g A, %.6g rpm", d->noload.i_f_A, max_speed_el_rad_per_s(m, d) / m->p * 30.0 / PI);
    if (isfinite(d->noload_magnet_K))
        text_add(t, ", magnets at %.6g degC", d->noload_magnet_K - KELVIN_OFFSET_K);
    text_add(t, "; voltage = d lambda/dt, motor convention, peak; angle: d axis ahead of the phase-A axis, electrical\n");
    if (w->n == 0)
        return;
    text_add(t, "# peak point: i_d %.6g A, i_q %.6g A, i_f %.6g A", w->i_d_A, w->i_q_A, w->i_f_A);
    if (isfinite(d->peak_wave_magnet_K))
        text_add(t, ", magnets at %.6g degC", d->peak_wave_magnet_K - KELVIN_OFFSET_K);
    text_add(t, "; air-gap torque by stress, mean %.6g N m (by linkages %.6g N m)\n", w->torque_mean_Nm, w->torque_linkage_Nm);
}

static enum status write_waves(const struct machine *m, const struct eval_detail *d, const char *dir, struct err *e)
{
    struct text t = {0};
    double w_el = max_speed_el_rad_per_s(m, d);
    const struct waveform_load *w = &d->peak_wave;
    struct waveform_series ld = {0}, lq = {0};
    if (w->n > 0) {
        waveform_set_series(w->n, w->lambda_d_Wb, &ld);
        waveform_set_series(w->n, w->lambda_q_Wb, &lq);
    }
    add_head(&t, m, d, "waveforms");
    text_add(&t, "angle_el_deg,noload_lambda_a_Wb,noload_lambda_b_Wb,noload_lambda_c_Wb,emf_a_V,emf_b_V,emf_c_V,emf_ab_V,cogging_Nm,"
                 "torque_Nm,torque_energy_Nm,lambda_d_Wb,lambda_q_Wb\n");
    for (int deg = 0; d->noload.n_position > 0 && deg < 360; deg += WAVE_CSV_STEP_DEG) {
        double x = deg * PI / 180.0, emf[3];
        text_add(&t, "%d", deg);
        for (int phase = 0; phase < 3; phase++)
            add_value(&t, waveform_eval_linkage_Wb(&d->noload, phase, x));
        for (int phase = 0; phase < 3; phase++)
            add_value(&t, emf[phase] = waveform_eval_emf_V(&d->noload, phase, x, w_el));
        add_value(&t, emf[0] - emf[1]);
        add_value(&t, waveform_eval_cogging_Nm(&d->noload, x));
        const struct waveform_series *s[] = {&w->torque, &w->torque_energy, &ld, &lq};
        for (int k = 0; k < ARRAY_LEN(s); k++)
            add_value(&t, w->n > 0 ? waveform_eval_series(s[k], 6.0 * x) : (double)NAN);
        text_add(&t, "\n");
    }
    return write_text(&t, dir, "waveforms.csv", e);
}

static enum status write_harmonics(const struct machine *m, const struct eval_detail *d, const char *dir, struct err *e)
{
    struct text t = {0};
    double w_el = max_speed_el_rad_per_s(m, d);
    const struct waveform_load *w = &d->peak_wave;
    add_head(&t, m, d, "harmonics (order of the electrical period; amplitudes)");
    text_add(&t, "order,emf_phase_V,emf_line_V,cogging_Nm,torque_Nm\n");
    for (int k = 1; d->noload.n_position > 0 && k <= WAVE_CSV_MAX_HARMONIC; k++) {
        const struct waveform_series *c = &d->noload.torque;
        int n_window = d->noload.n_window, is_cogging = k % n_window == 0 && k / n_window < c->n;
        int is_torque = k % 6 == 0 && k / 6 < w->torque.n;
        text_add(&t, "%d", k);
        add_value(&t, waveform_get_emf_harmonic_V(&d->noload, k, 0, w_el));
        add_value(&t, waveform_get_emf_harmonic_V(&d->noload, k, 1, w_el));
        add_value(&t, is_cogging ? hypot(c->a[k / n_window], c->b[k / n_window]) : 0.0);
        add_value(&t, w->n == 0 ? (double)NAN : is_torque ? hypot(w->torque.a[k / 6], w->torque.b[k / 6]) : 0.0);
        text_add(&t, "\n");
    }
    return write_text(&t, dir, "harmonics.csv", e);
}

static enum status write_map(const struct machine *m, const struct eval_detail *d, const char *dir, struct err *e)
{
    struct text t = {0};
    text_add(&t, "# motrade %s efficiency map of: %s\n", MOTRADE_VERSION, m->name);
    text_add(&t, "# motor without inverter; losses in W; P_electric = P_mech + all losses; P_mech: of the torque that the currents give\n");
    text_add(&t, "speed_rpm,torque_Nm,efficiency_pct,i_d_A,i_q_A,i_f_A,voltage_V,P_electric_W,P_mech_W");
    for (int l = 0; l < EVAL_LOSS_COUNT; l++)
        text_add(&t, ",%s", eval_get_loss_key((enum eval_loss)l));
    text_add(&t, "\n");
    for (int q = 0; q < d->n_map_torque; q++)
        for (int k = 0; k < d->n_speed; k++) {
            const struct eval_cell *c = &d->cell[q * d->n_speed + k];
            if (!isfinite(d->efficiency_pu[q * d->n_speed + k]))
                continue;
            text_add(&t, "%.9g", d->speed_rad_per_s[k] * 30.0 / PI);
            const double v[] = {d->map_torque_Nm[q], 100.0 * d->efficiency_pu[q * d->n_speed + k], c->i_d_A, c->i_q_A, c->i_f_A, c->v_V,
                                c->P_electric_W, c->P_mech_W};
            for (int i = 0; i < ARRAY_LEN(v); i++)
                add_value(&t, v[i]);
            for (int l = 0; l < EVAL_LOSS_COUNT; l++)
                add_value(&t, c->loss_W[l]);
            text_add(&t, "\n");
        }
    return write_text(&t, dir, "efficiency_map.csv", e);
}

enum status wave_csv_write(const struct machine *m, const struct eval_detail *d, const char *dir, struct err *e)
{
    TRY(write_waves(m, d, dir, e));
    TRY(write_harmonics(m, d, dir, e));
    return write_map(m, d, dir, e);
}
