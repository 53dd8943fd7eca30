/* report_working.c - the magnet's curve at the temperatures of the events, and where the most loaded per cent of the magnets works in each.
 * Data here, the chart in report_motor_script.c. */
#include "solver/report_motor_impl.h"
#include "materials/base/units.h"
#include "solver/out_json.h"
#include <math.h>
#include "materials/base/banned.h"

#define N_POINT 61
#define BELOW_T 0.4 /* the curves end so far below the lowest point that matters */

/* B over H while the field falls for the first time, down to B_end: recoil line of what is left there. kA/m, T. */
static json_t *get_curve(const struct magnet *mag, double T_K, double B_end_T)
{
    const double HcJ = magnet_eval_HcJ_A_per_m(mag, T_K, 0, NULL), mu = MU0_H_PER_M * mag->mu_rec.value;
    json_t *list = json_array();
    for (int k = 0; k < N_POINT; k++) {
        const double H = -HcJ * k / (N_POINT - 1), B_T = magnet_eval_remaining_Br_T(mag, T_K, HcJ, H) + mu * H;
        if (B_T < B_end_T)
            break;
        json_array_append_new(list, json_pack("{s:f, s:f}", "x", 1e-3 * H, "y", B_T));
    }
    return list;
}

static double eval_knee_A_per_m(const struct magnet *mag, double T_K)
{
    return -magnet_eval_knee_A_per_m(mag, T_K, magnet_eval_HcJ_A_per_m(mag, T_K, 0, NULL));
}

static double eval_knee_T(const struct magnet *mag, double T_K)
{
    return magnet_eval_Br_T(mag, T_K) + MU0_H_PER_M * mag->mu_rec.value * eval_knee_A_per_m(mag, T_K);
}

/* B of an event is that of the whole magnet, so that its point lies on the recoil line, beyond the knee below the curve. */
static json_t *get_event(const struct magnet *mag, const struct eval_event *x)
{
    const double H = (x->B_p1_T - magnet_eval_Br_T(mag, x->T_K)) / (MU0_H_PER_M * mag->mu_rec.value);
    return json_pack("{s:s, s:o, s:f, s:f}", "label", eval_get_event_text(x->kind), "T", out_json_get_real(x->T_K - KELVIN_OFFSET_K), "x",
                     1e-3 * H, "y", x->B_p1_T);
}

json_t *report_get_working(const struct machine *m, const struct eval_detail *d)
{
    json_t *events = json_array(), *curves = json_array();
    double seen_K[EVAL_EVENT_COUNT], low_T = 0.0;
    int n_seen = 0;
    for (int k = 0; k < d->n_event && m->magnet; k++)
        low_T = fmin(low_T, fmin(d->event[k].B_p1_T, eval_knee_T(m->magnet, d->event[k].T_K)));
    for (int k = 0; k < d->n_event && m->magnet; k++) {
        const struct eval_event *x = &d->event[k];
        int is_new = isfinite(x->B_p1_T);
        if (is_new)
            json_array_append_new(events, get_event(m->magnet, x));
        for (int q = 0; q < n_seen; q++)
            is_new &= fabs(seen_K[q] - x->T_K) > 0.5;
        if (!is_new)
            continue;
        seen_K[n_seen++] = x->T_K;
        json_array_append_new(
            curves,
            json_pack("{s:f, s:o, s:o}", "T", x->T_K - KELVIN_OFFSET_K, "point", get_curve(m->magnet, x->T_K, low_T - BELOW_T), "knee",
                      json_pack("{s:f, s:f}", "x", 1e-3 * eval_knee_A_per_m(m->magnet, x->T_K), "y", eval_knee_T(m->magnet, x->T_K))));
    }
    return json_pack("{s:o, s:o}", "event", events, "curve", curves);
}
