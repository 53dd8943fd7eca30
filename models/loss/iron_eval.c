/* iron_eval.c - harmonic amplitudes of all elements at once, and their sums. Rotor harmonics are counted in the electrical frequency. */
#include "models/loss/iron_impl.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define IRON_MAX_ALTERNATING 96
#define IRON_ROTOR_PERIOD 6 /* n_window periods of the rotor frame's field are six in n_window electrical periods */

/* Fits for the positions at hand; kept until the positions change. */
static void set_fits(struct iron_ws *ws, int n)
{
    if (ws->fit_n == n && memcmp(ws->fit_theta_el_rad, ws->theta_el_rad, (size_t)n * sizeof(double)) == 0)
        return;
    int order[HARMONIC_FIT_MAX_ORDER], n_stator = IRON_N_BELT * n / 2, w = ws->n_window, n_rotor = (w * n - 1) / 2;
    if (n_stator > HARMONIC_FIT_MAX_ORDER)
        n_stator = HARMONIC_FIT_MAX_ORDER;
    if (n_rotor > HARMONIC_FIT_MAX_ORDER)
        n_rotor = HARMONIC_FIT_MAX_ORDER;
    for (int s = 0; s < IRON_N_BELT; s++)
        for (int k = 0; k < n; k++)
            ws->phase_rad[s * n + k] = ws->theta_el_rad[k] + s * PI / 3.0;
    for (int i = 0; i < n_stator; i++)
        order[i] = 2 * i + 1;
    ws->fit_stator_ok = harmonic_fit_set(&ws->stator_fit, IRON_N_BELT * n, ws->phase_rad, 0, n_stator, order, NULL) == ST_OK;
    for (int i = 0; i < n_rotor; i++)
        order[i] = IRON_ROTOR_PERIOD * (i + 1);
    for (int i = 0; i < w; i++)
        for (int k = 0; k < n; k++)
            ws->phase_rad[i * n + k] = (ws->theta_el_rad[k] + i * PI / 3.0) / w;
    ws->fit_rotor_ok = n_rotor > 0 && harmonic_fit_set(&ws->rotor_fit, w * n, ws->phase_rad, 1, n_rotor, order, NULL) == ST_OK;
    memcpy(ws->fit_theta_el_rad, ws->theta_el_rad, (size_t)n * sizeof(double));
    ws->fit_n = n;
}

/* out[c] = sum_m weight[m] sample[m][c] for n_column columns. */
static void combine(double *out, const double *sample, int n_column, const double *weight, int n_sample)
{
    for (int c = 0; c < n_column; c++)
        out[c] = weight[0] * sample[c];
    for (int m = 1; m < n_sample; m++) {
        const double *row = sample + (size_t)m * (size_t)n_column, w = weight[m];
        for (int c = 0; c < n_column; c++)
            out[c] += w * row[c];
    }
}

void iron_set_amplitude(struct iron_ws *ws, const double *sample, int n, const struct iron_harmonic *h)
{
    combine(ws->amplitude, sample, 2 * n, h->weight_cos, h->n_sample);
    combine(ws->amplitude + 2 * n, sample, 2 * n, h->weight_sin, h->n_sample);
}

int iron_visit_stator(struct iron_ws *ws, int n, iron_harmonic_fn *fn, void *ctx)
{
    set_fits(ws, n);
    for (int k = 0; ws->fit_stator_ok && k < ws->stator_fit.n_order; k++) {
        const struct iron_harmonic h = {ws->stator_fit.order[k], IRON_N_BELT * n, harmonic_fit_get_row(&ws->stator_fit, k, 0),
                                        harmonic_fit_get_row(&ws->stator_fit, k, 1)};
        fn(ws, &h, ctx);
    }
    return ws->fit_stator_ok;
}

/* Two positions of a winding with whole q stand half a slot-harmonic period apart. */
static int is_pair(const struct iron_ws *ws, int n) { return n == 2 && ws->is_whole_q; }

/* Even number of uniform samples: the alternating harmonic is seen at one phase only and taken with that amplitude. A pair alternates with
 * the slot harmonic. 0 when the positions are others. */
static int visit_alternating(struct iron_ws *ws, int n, iron_harmonic_fn *fn, void *ctx)
{
    double weight[IRON_MAX_ALTERNATING], nothing[IRON_MAX_ALTERNATING] = {0.0};
    int n_sample = ws->n_window * n, order = is_pair(ws, n) ? IRON_ROTOR_PERIOD * ws->q : IRON_ROTOR_PERIOD * n / 2;
    if (n_sample % 2 != 0 || n_sample > IRON_MAX_ALTERNATING)
        return 0;
    for (int k = 0; k < n_sample; k++) {
        double step_rad = is_pair(ws, n) ? PI / (6.0 * ws->q) : PI / (3.0 * n);
        if (k < n && fabs(ws->theta_el_rad[k] - ws->theta_el_rad[0] - k * step_rad) > 1e-9)
            return 0;
        weight[k] = (k % 2 == 0 ? 1.0 : -1.0) / n_sample;
    }
    fn(ws, &(struct iron_harmonic){order, n_sample, weight, nothing}, ctx);
    return 1;
}

/* Three positions see the sum of the 6th and its alias; where the slot harmonic 6 q is that alias, it is the large one and gives the
 * order. */
static double rotor_order(const struct iron_ws *ws, int n_position, int k)
{
    int is_slot = ws->is_whole_q && n_position == 3 && ws->q % 3 != 0;
    return is_slot ? IRON_ROTOR_PERIOD * ws->q : (double)ws->rotor_fit.order[k] / ws->n_window;
}

int iron_visit_rotor(struct iron_ws *ws, int n, iron_harmonic_fn *fn, void *ctx)
{
    set_fits(ws, n);
    if (n == 1)
        return 0;
    if (is_pair(ws, n))
        return visit_alternating(ws, n, fn, ctx);
    for (int k = 0; ws->fit_rotor_ok && k < ws->rotor_fit.n_order; k++) {
        const struct iron_harmonic h = {rotor_order(ws, n, k), ws->n_window * n, harmonic_fit_get_row(&ws->rotor_fit, k, 0),
                                        harmonic_fit_get_row(&ws->rotor_fit, k, 1)};
        fn(ws, &h, ctx);
    }
    if (ws->fit_rotor_ok)
        visit_alternating(ws, n, fn, ctx);
    return ws->fit_rotor_ok;
}

struct sums { double b2, b15; }; /* sum of mass (Bx^2 + By^2) and of mass (Bx^2 + By^2)^0.75 over a range of columns */

static struct sums sum_columns(const double *amplitude, const double *mass, int n, int first, int last)
{
    struct sums s = {0.0, 0.0};
    const double *ax = amplitude, *ay = ax + n, *bx = ay + n, *by = bx + n;
    for (int c = first; c < last; c++) {
        double b2 = ax[c] * ax[c] + ay[c] * ay[c] + bx[c] * bx[c] + by[c] * by[c];
        s.b2 += mass[c] * b2;
        s.b15 += mass[c] * sqrt(b2 * sqrt(b2));
    }
    return s;
}

static void add_harmonic(struct iron_coef *out, enum loss_region r, struct sums s, double order, const double k[3])
{
    out->hyst_W_per_Hz[r] += k[0] * order * s.b2;
    out->eddy_W_per_Hz2[r] += k[1] * order * order * s.b2;
    out->excess_W_per_Hz15[r] += k[2] * order * sqrt(order) * s.b15;
}

static void set_nan(struct iron_coef *out, enum loss_region r)
{
    out->hyst_W_per_Hz[r] = out->eddy_W_per_Hz2[r] = out->excess_W_per_Hz15[r] = (double)NAN;
}

static void add_stator(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    struct iron_coef *out = ctx;
    int n = ws->n_stator, n_yoke = iron_get_first_column(ws, 1), n_tooth = iron_get_first_column(ws, 2);
    iron_set_amplitude(ws, ws->stator_T, n, h);
    add_harmonic(out, LOSS_STATOR_YOKE, sum_columns(ws->amplitude, ws->stator_kg, n, 0, n_yoke), h->order, ws->k_stator);
    add_harmonic(out, LOSS_STATOR_TOOTH, sum_columns(ws->amplitude, ws->stator_kg, n, n_yoke, n_tooth), h->order, ws->k_stator);
    if (h->order == 1.0)
        out->slot_Bt2_T2 = sum_columns(ws->amplitude, ws->stator_kg, n, n_tooth, n).b2;
}

static void add_rotor(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    iron_set_amplitude(ws, ws->rotor_T, ws->n_rotor, h);
    add_harmonic(ctx, LOSS_ROTOR_IRON, sum_columns(ws->amplitude, ws->rotor_kg, ws->n_rotor, 0, ws->n_rotor), h->order, ws->k_rotor);
}

static void add_magnets(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    struct iron_coef *out = ctx;
    for (int b = 0; ws->n_magnet > 0 && b < ws->n_block; b++) {
        double b_cos[MAGNET_EDDY_N_MOMENT], b_sin[MAGNET_EDDY_N_MOMENT];
        const struct iron_magnet *mg = &ws->magnet[b];
        combine(b_cos, mg->moment_T, MAGNET_EDDY_N_MOMENT, h->weight_cos, h->n_sample);
        combine(b_sin, mg->moment_T, MAGNET_EDDY_N_MOMENT, h->weight_sin, h->n_sample);
        double loss = mg->volume_m3 * magnet_eddy_eval_cut_W_per_m3(b_cos, b_sin, mg->n_width, mg->w_m, mg->l_m, 2.0 * PI * h->order,
                                                                    mg->rho_ohm_m);
        out->eddy_W_per_Hz2[LOSS_MAGNET] += loss;
        out->magnet_gap_W_per_Hz2 += mg->layer == 1 ? loss : 0.0;
    }
}

void iron_eval_magnet(struct iron_ws *ws, int n_position, struct iron_coef *out)
{
    out->hyst_W_per_Hz[LOSS_MAGNET] = out->eddy_W_per_Hz2[LOSS_MAGNET] = out->excess_W_per_Hz15[LOSS_MAGNET] = 0.0;
    out->magnet_gap_W_per_Hz2 = 0.0;
    if (!iron_visit_rotor(ws, n_position, add_magnets, out))
        set_nan(out, LOSS_MAGNET);
}

void iron_eval(struct iron_ws *ws, int n_position, struct iron_coef *out)
{
    assert(n_position >= 1 && n_position <= ws->max_position);
    memset(out, 0, sizeof *out);
    if (!iron_visit_stator(ws, n_position, add_stator, out)) {
        set_nan(out, LOSS_STATOR_YOKE);
        set_nan(out, LOSS_STATOR_TOOTH);
        out->slot_Bt2_T2 = (double)NAN;
    }
    if (!iron_visit_rotor(ws, n_position, add_rotor, out))
        set_nan(out, LOSS_ROTOR_IRON);
    iron_eval_magnet(ws, n_position, out);
    iron_eval_sleeve(ws, n_position, out);
}
