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

struct wave_set wave_csv_get_set(const struct eval_detail *d)
{
    struct wave_set w = {.noload = &d->noload,
                         .speed_rad_per_s = d->n_speed > 0 ? d->speed_rad_per_s[d->n_speed - 1] : 0.0,
                         .noload_magnet_K = d->noload_magnet_K,
                         .load_magnet_K = d->peak_wave_magnet_K};
    if (d->peak_wave.n > 0)
        w.load[w.n_load++] = &d->peak_wave;
    return w;
}

static void add_magnet(struct text *t, double magnet_K)
{
    if (isfinite(magnet_K))
        text_add(t, ", magnets at %.6g degC", magnet_K - KELVIN_OFFSET_K);
}

static void add_head(struct text *t, const struct machine *m, const struct wave_set *s, const char *what)
{
    text_add(t, "# motrade %s %s of: %s\n", MOTRADE_VERSION, what, m->name);
    if (s->noload->n_position > 0) {
        text_add(t, "# no load: field current %.6g A", s->noload->i_f_A);
        if (isfinite(s->speed_rad_per_s))
            text_add(t, ", %.6g rpm", s->speed_rad_per_s * 30.0 / PI);
        add_magnet(t, s->noload_magnet_K);
        text_add(t, "; voltage = d lambda/dt, motor convention, peak; angle: d axis ahead of the phase-A axis, electrical\n");
    }
    for (int k = 0; k < s->n_load; k++) {
        const struct waveform_load *w = s->load[k];
        if (s->is_numbered)
            text_add(t, "# point %d", k + 1);
        else
            text_add(t, "# peak point");
        text_add(t, ": i_d %.6g A, i_q %.6g A, i_f %.6g A", w->i_d_A, w->i_q_A, w->i_f_A);
        add_magnet(t, s->load_magnet_K);
        text_add(t, "; air-gap torque by stress, mean %.6g N m (by linkages %.6g N m)\n", w->torque_mean_Nm, w->torque_linkage_Nm);
    }
}

/* The columns of each load; without one those of the peak point, which stay empty. */
static void add_load_columns(struct text *t, const struct wave_set *s, const char *const *name, int n)
{
    for (int k = 0; k < (s->n_load > 0 || s->is_numbered ? s->n_load : 1); k++)
        for (int c = 0; c < n; c++)
            if (s->is_numbered)
                text_add(t, ",point%d_%s", k + 1, name[c]);
            else
                text_add(t, ",%s", name[c]);
    text_add(t, "\n");
}

static void add_noload_values(struct text *t, const struct waveform_noload *w, double x, double w_el)
{
    int is_known = w->n_position > 0;
    double emf[3];
    for (int phase = 0; phase < 3; phase++)
        add_value(t, is_known ? waveform_eval_linkage_Wb(w, phase, x) : (double)NAN);
    for (int phase = 0; phase < 3; phase++)
        add_value(t, emf[phase] = is_known ? waveform_eval_emf_V(w, phase, x, w_el) : (double)NAN);
    add_value(t, emf[0] - emf[1]);
    add_value(t, is_known ? waveform_eval_cogging_Nm(w, x) : (double)NAN);
}

static void add_load_values(struct text *t, const struct waveform_load *w, double x)
{
    struct waveform_series ld, lq;
    waveform_set_series(w->n, w->lambda_d_Wb, &ld);
    waveform_set_series(w->n, w->lambda_q_Wb, &lq);
    const struct waveform_series *s[] = {&w->torque, &w->torque_energy, &ld, &lq};
    for (int k = 0; k < ARRAY_LEN(s); k++)
        add_value(t, waveform_eval_series(s[k], 6.0 * x));
}

static enum status write_waves(const struct machine *m, const struct wave_set *s, const char *dir, struct err *e)
{
    static const char *const LOAD[] = {"torque_Nm", "torque_energy_Nm", "lambda_d_Wb", "lambda_q_Wb"};
    struct text t = {0};
    add_head(&t, m, s, "waveforms");
    text_add(&t, "angle_el_deg,noload_lambda_a_Wb,noload_lambda_b_Wb,noload_lambda_c_Wb,emf_a_V,emf_b_V,emf_c_V,emf_ab_V,cogging_Nm");
    add_load_columns(&t, s, LOAD, ARRAY_LEN(LOAD));
    for (int deg = 0; (s->noload->n_position > 0 || s->n_load > 0) && deg < 360; deg += WAVE_CSV_STEP_DEG) {
        text_add(&t, "%d", deg);
        add_noload_values(&t, s->noload, deg * PI / 180.0, m->p * s->speed_rad_per_s);
        for (int k = 0; k < s->n_load; k++)
            add_load_values(&t, s->load[k], deg * PI / 180.0);
        text_add(&t, s->n_load > 0 || s->is_numbered ? "\n" : ",,,,\n");
    }
    return write_text(&t, dir, "waveforms.csv", e);
}

/* Amplitude of order `order` of the electrical period in a series whose own period is 1/n_window of it. */
static double get_amplitude(const struct waveform_series *s, int order, int n_window)
{
    int k = order / n_window;
    return order % n_window == 0 && k < s->n ? hypot(s->a[k], s->b[k]) : 0.0;
}

static enum status write_harmonics(const struct machine *m, const struct wave_set *s, const char *dir, struct err *e)
{
    static const char *const LOAD[] = {"torque_Nm"};
    struct text t = {0};
    int is_known = s->noload->n_position > 0;
    double w_el = m->p * s->speed_rad_per_s;
    add_head(&t, m, s, "harmonics (order of the electrical period; amplitudes)");
    text_add(&t, "order,emf_phase_V,emf_line_V,cogging_Nm");
    add_load_columns(&t, s, LOAD, ARRAY_LEN(LOAD));
    for (int k = 1; (is_known || s->n_load > 0) && k <= WAVE_CSV_MAX_HARMONIC; k++) {
        text_add(&t, "%d", k);
        add_value(&t, is_known ? waveform_get_emf_harmonic_V(s->noload, k, 0, w_el) : (double)NAN);
        add_value(&t, is_known ? waveform_get_emf_harmonic_V(s->noload, k, 1, w_el) : (double)NAN);
        add_value(&t, is_known ? get_amplitude(&s->noload->torque, k, s->noload->n_window) : (double)NAN);
        for (int q = 0; q < s->n_load; q++)
            add_value(&t, get_amplitude(&s->load[q]->torque, k, 6));
        text_add(&t, s->n_load > 0 || s->is_numbered ? "\n" : ",\n");
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

enum status wave_csv_write_set(const struct machine *m, const struct wave_set *w, const char *dir, struct err *e)
{
    TRY(write_waves(m, w, dir, e));
    return write_harmonics(m, w, dir, e);
}

enum status wave_csv_write(const struct machine *m, const struct eval_detail *d, const char *dir, struct err *e)
{
    const struct wave_set w = wave_csv_get_set(d);
    TRY(wave_csv_write_set(m, &w, dir, e));
    return write_map(m, d, dir, e);
}
