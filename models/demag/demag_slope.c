/* demag_slope.c - see the header for the formulae. */
#include "models/demag/demag_slope.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/demag/demag_impl.h"
#include "materials/base/banned.h"

#define T20_K (KELVIN_OFFSET_K + 20.0)
#define STEP_PU 1e-6 /* of H, HcJ; of the differences of one curve */
#define STEP_K 1e-3

struct demag_slope {
    int n, n_position, with_mirror;
    double lost_pu, limit_pu, by_T_per_K;
    double *line_A_per_m_T, *weight;             /* held, [n] */
    double *H_A_per_m;                           /* [n] worst */
    int *from_position, *from_element;           /* [n] whose field that is */
    double *by_H, *by_area, *by_HcJ20;           /* [DEMAG_MAX_POSITION][n], [n], [n] */
};

enum status demag_slope_new(const struct demag_ws *ws, struct demag_slope **out, struct err *e)
{
    const size_t n = ws->n > 0 ? (size_t)ws->n : 1;
    *out = NULL;
    struct demag_slope *s = mem_new(1, sizeof *s);
    if (!s)
        return err_set(e, ST_NO_MEMORY, "demag_slope", "no memory");
    s->n = ws->n;
    double *block = s->line_A_per_m_T = mem_new((5 + DEMAG_MAX_POSITION) * n, sizeof *block);
    s->from_position = mem_new(2 * n, sizeof *s->from_position);
    if (!block || !s->from_position) {
        demag_slope_free(s);
        return err_set(e, ST_NO_MEMORY, "demag_slope", "no memory for %d magnet elements", ws->n);
    }
    s->weight = block + n;
    s->H_A_per_m = block + 2 * n;
    s->by_area = block + 3 * n;
    s->by_HcJ20 = block + 4 * n;
    s->by_H = block + 5 * n;
    s->from_element = s->from_position + n;
    *out = s;
    return ST_OK;
}

void demag_slope_free(struct demag_slope *s)
{
    if (!s)
        return;
    mem_free(s->line_A_per_m_T); /* head of the one block of doubles */
    mem_free(s->from_position);
    mem_free(s);
}

enum status demag_slope_hold(struct demag_slope *s, const struct demag_ws *ws, int event, const struct demag_opts *opts, struct err *e)
{
    assert(s->n == ws->n);
    if (event < 0 || event >= ws->estimate.n_event)
        return err_set(e, ST_RANGE, "demag_slope", "event %d of the %d of the last demag_eval_margins", event, ws->estimate.n_event);
    for (int i = 0; i < s->n; i++) {
        s->line_A_per_m_T[i] = ws->a[DEMAG_RELIEF][i];
        s->weight[i] = ws->a[DEMAG_WEIGHT][i] / ws->area_m2[i];
    }
    s->limit_pu = opts->loss_limit_pu / ws->estimate.calibration;
    return ST_OK;
}

/* The worst field of every element, and where it comes from. */
static void worst_set(struct demag_slope *s, const struct demag_ws *ws, const double *H_A_per_m)
{
    for (int i = 0; i < s->n; i++) {
        s->H_A_per_m[i] = HUGE_VAL;
        for (int k = 0; k < s->n_position; k++)
            for (int side = 0; side <= s->with_mirror; side++) {
                const int j = side ? ws->mirror[i] : i;
                const double H = H_A_per_m[k * s->n + j];
                if (H < s->H_A_per_m[i]) {
                    s->H_A_per_m[i] = H;
                    s->from_position[i] = k;
                    s->from_element[i] = j;
                }
            }
    }
}

/* Remanence that one element keeps, and its derivatives: to its field, its HcJ at 20 degC, and to T with the field held. */
struct kept { double left_T, by_H, by_HcJ20, by_T; };

static double left_get_T(const struct demag_ws *ws, double T_K, double HcJ20_A_per_m, double H_A_per_m)
{
    const double HcJ_pu = magnet_eval_HcJ_A_per_m(ws->magnet, T_K, 0, NULL) / magnet_eval_HcJ_A_per_m(ws->magnet, T20_K, 0, NULL);
    return magnet_eval_remaining_Br_T(ws->magnet, T_K, HcJ20_A_per_m * HcJ_pu, H_A_per_m);
}

static struct kept kept_eval(const struct demag_slope *s, const struct demag_ws *ws, int i, double T_K)
{
    const struct magnet *m = ws->magnet;
    const double Br_T = magnet_eval_Br_T(m, T_K), dBr = (magnet_eval_Br_T(m, T_K + STEP_K) - magnet_eval_Br_T(m, T_K - STEP_K)) / (2 * STEP_K);
    struct kept k = {Br_T, 0.0, 0.0, dBr};
    const double HcJ20 = ws->HcJ20_A_per_m[i], r = s->line_A_per_m_T[i];
    double left = demag_eval_closure_T(ws, i, T_K, s->H_A_per_m[i], Br_T, r), H = s->H_A_per_m[i] - r * (left - Br_T);
    if (!(H < 0.0) || !(HcJ20 > 0.0))
        return k;
    const double d = STEP_PU * HcJ20;
    const double l_H = (left_get_T(ws, T_K, HcJ20, H + d) - left_get_T(ws, T_K, HcJ20, H - d)) / (2.0 * d);
    left -= (left - left_get_T(ws, T_K, HcJ20, H)) / (1.0 + r * l_H); /* from the closure's tolerance to rounding */
    H = s->H_A_per_m[i] - r * (left - Br_T);
    const double l_HcJ = (left_get_T(ws, T_K, HcJ20 + d, H) - left_get_T(ws, T_K, HcJ20 - d, H)) / (2.0 * d);
    const double l_T = (left_get_T(ws, T_K + STEP_K, HcJ20, H) - left_get_T(ws, T_K - STEP_K, HcJ20, H)) / (2.0 * STEP_K);
    k.left_T = left;
    k.by_H = l_H / (1.0 + r * l_H);
    k.by_HcJ20 = l_HcJ / (1.0 + r * l_H);
    k.by_T = (l_T + l_H * r * dBr) / (1.0 + r * l_H);
    return k;
}

void demag_slope_eval(struct demag_slope *s, struct demag_ws *ws, double T_K, int n_position, const double *H_A_per_m, int with_mirror)
{
    const struct magnet *m = ws->magnet;
    const double Br_T = magnet_eval_Br_T(m, T_K), dBr = (magnet_eval_Br_T(m, T_K + STEP_K) - magnet_eval_Br_T(m, T_K - STEP_K)) / (2 * STEP_K);
    double whole = 0.0;
    assert(s->n == ws->n && n_position >= 1 && n_position <= DEMAG_MAX_POSITION);
    s->n_position = n_position;
    s->with_mirror = with_mirror && ws->has_mirror;
    demag_forget_damage(ws);
    demag_set_temperature(ws, T_K);
    worst_set(s, ws, H_A_per_m);
    s->lost_pu = s->by_T_per_K = 0.0;
    memset(s->by_H, 0, (size_t)n_position * (size_t)s->n * sizeof *s->by_H);
    for (int i = 0; i < s->n; i++)
        whole += s->weight[i] * ws->area_m2[i];
    for (int i = 0; i < s->n; i++) {
        const struct kept k = kept_eval(s, ws, i, T_K);
        const double lost = 1.0 - k.left_T / Br_T, share = s->weight[i] * ws->area_m2[i] / whole;
        s->lost_pu += share * lost;
        s->by_T_per_K -= share * (k.by_T - k.left_T / Br_T * dBr) / Br_T;
        s->by_H[s->from_position[i] * s->n + s->from_element[i]] -= share * k.by_H / Br_T;
        s->by_HcJ20[i] = -share * k.by_HcJ20 / Br_T;
        s->by_area[i] = s->weight[i] * lost / whole;
    }
    for (int i = 0; i < s->n; i++)
        s->by_area[i] -= s->weight[i] * s->lost_pu / whole;
}

double demag_slope_get_lost_pu(const struct demag_slope *s) { return s->lost_pu; }
double demag_slope_get_limit_pu(const struct demag_slope *s) { return s->limit_pu; }
double demag_slope_get_by_T_per_K(const struct demag_slope *s) { return s->by_T_per_K; }
const double *demag_slope_get_by_H(const struct demag_slope *s, int position) { return s->by_H + position * s->n; }
const double *demag_slope_get_by_area(const struct demag_slope *s) { return s->by_area; }
const double *demag_slope_get_by_HcJ20(const struct demag_slope *s) { return s->by_HcJ20; }
