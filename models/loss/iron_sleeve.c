/* iron_sleeve.c - waves of the vector potential at the sleeve over a rotation, and the loss that they make in it.
 * Complex amplitude Z = c + j s of a wave: A = Re Z exp(-j nu a), a in the rotor's frame from the d axis of the first pole. The shift of
 * iron.h carries the rotor over by r poles, A(a + r pi/p, theta + 60 deg) = (-1)^r A(a, theta), so that 60 deg el later
 *     Z(theta + 60 deg) = Z(theta) exp(j pi r (nu/p + 1)),
 * and the samples of one window are those of all windows of the rotor's period. */
#include "models/loss/iron_impl.h"
#include <assert.h>
#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

/* Waves that the sector allows, up to the fourth slot harmonic: half of them leave 4 % of the loss out. */
void iron_set_sleeve(struct iron_ws *ws, const struct mesh *ms, const struct machine *m)
{
    struct iron_sleeve *s = &ws->sleeve;
    struct machine_sector sector;
    machine_get_sector(m, &sector);
    s->is_used = sleeve_eddy_get(m, &s->eddy);
    s->shift_pole = sector.shift_pole;
    s->step = 2 * m->p / ms->n_pole;
    s->first = ms->periodic_sign < 0.0 ? s->step / 2 : s->step;
    s->n_wave = (4 * m->stator.n_slot + 2 * m->p - s->first) / s->step + 1;
    if (s->n_wave > IRON_MAX_WAVE)
        s->n_wave = IRON_MAX_WAVE;
}

int iron_get_sleeve_size(const struct iron_ws *ws) { return ws->sleeve.is_used ? 2 * ws->sleeve.n_wave : 0; }

void iron_eval_sleeve_field(const struct iron_ws *ws, const struct field_ws *field, double *A_Wb_per_m)
{
    const struct iron_sleeve *s = &ws->sleeve;
    if (s->is_used)
        field_eval_gap_A(field, s->eddy.radius_m, s->n_wave, s->first, s->step, A_Wb_per_m, A_Wb_per_m + s->n_wave);
}

static double *row_get(const struct iron_ws *ws, int row_at)
{
    return ws->sleeve.A_Wb_per_m + (size_t)row_at * 2 * IRON_MAX_WAVE;
}

void iron_forget_sleeve_sample(struct iron_ws *ws, int k, int n_position)
{
    for (int i = 0; ws->sleeve.is_used && i < ws->n_window; i++)
        row_get(ws, i * n_position + k)[0] = (double)NAN;
}

void iron_set_sleeve_sample(struct iron_ws *ws, int k, int n_position, const double *A_Wb_per_m)
{
    const struct iron_sleeve *s = &ws->sleeve;
    assert(k >= 0 && k < n_position && n_position <= ws->max_position);
    for (int i = 0; s->is_used && i < ws->n_window; i++)
        for (int j = 0; j < s->n_wave; j++) {
            const double turn_rad = PI * i * s->shift_pole * ((double)(s->first + j * s->step) / ws->p + 1.0);
            const double re = A_Wb_per_m[j], im = A_Wb_per_m[s->n_wave + j];
            row_get(ws, i * n_position + k)[j] = re * cos(turn_rad) - im * sin(turn_rad);
            row_get(ws, i * n_position + k)[s->n_wave + j] = re * sin(turn_rad) + im * cos(turn_rad);
        }
}

static double dot_column(const struct iron_ws *ws, int column, const double *weight, int n_sample)
{
    double sum = 0.0;
    for (int m = 0; m < n_sample; m++)
        sum += weight[m] * row_get(ws, m)[column];
    return sum;
}

/* Re Z and Im Z each pulsate with a cosine and a sine; a single travelling wave has two of these four, so half the sum of their squares is
 * the square of its amplitude, and waves that run either way add up. */
static void add_sleeve(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    struct iron_coef *out = ctx;
    const struct iron_sleeve *s = &ws->sleeve;
    for (int j = 0; j < s->n_wave; j++) {
        const int wave = s->first + j * s->step;
        const double omega_rad_per_s = 2.0 * PI * h->order; /* at 1 Hz */
        double sum2 = 0.0;
        for (int part = 0; part < 2; part++) {
            const double a = dot_column(ws, j + part * s->n_wave, h->weight_cos, h->n_sample);
            const double b = dot_column(ws, j + part * s->n_wave, h->weight_sin, h->n_sample);
            sum2 += a * a + b * b;
        }
        const double W = sleeve_eddy_eval_W(&s->eddy, wave, omega_rad_per_s, sqrt(0.5 * sum2));
        out->sleeve_W_per_Hz2 += W;
        out->sleeve_reaction2_W_per_Hz4 += W * pow(sleeve_eddy_eval_reaction_pu(&s->eddy, wave, omega_rad_per_s), 2.0);
    }
}

void iron_eval_sleeve(struct iron_ws *ws, int n_position, struct iron_coef *out)
{
    out->sleeve_W_per_Hz2 = out->sleeve_reaction2_W_per_Hz4 = 0.0;
    if (ws->sleeve.is_used && !iron_visit_rotor(ws, n_position, add_sleeve, out))
        out->sleeve_W_per_Hz2 = out->sleeve_reaction2_W_per_Hz4 = (double)NAN;
}
