/* demag_slope.c - see the header. */
#include "models/demag/demag_slope.h"

#include <math.h>
#include "materials/base/units.h"
#include "models/demag/demag_impl.h"
#include "materials/base/banned.h"

#define T20_K (KELVIN_OFFSET_K + 20.0)
#define STEP_PU 1e-6 /* of H and HcJ, in units of HcJ */
#define STEP_K 1e-3

/* The worst field of element i, and where it comes from. */
static double worst_get(const struct demag_ws *ws, int i, int n_position, const double *H_A_per_m, int with_mirror, struct demag_kept *out)
{
    double worst = HUGE_VAL;
    for (int k = 0; k < n_position; k++)
        for (int side = 0; side <= (with_mirror && ws->has_mirror); side++) {
            const int j = side ? ws->mirror[i] : i;
            if (H_A_per_m[k * ws->n + j] < worst) {
                worst = H_A_per_m[k * ws->n + j];
                out->position = k;
                out->element = j;
            }
        }
    return worst;
}

static double left_get_pu(const struct magnet *m, double T_K, double HcJ20_A_per_m, double H_A_per_m)
{
    const double HcJ_pu = magnet_eval_HcJ_A_per_m(m, T_K, 0, NULL) / magnet_eval_HcJ_A_per_m(m, T20_K, 0, NULL);
    return magnet_eval_remaining_Br_T(m, T_K, HcJ20_A_per_m * HcJ_pu, H_A_per_m) / magnet_eval_Br_T(m, T_K);
}

void demag_eval_kept(const struct demag_ws *ws, double T_K, int n_position, const double *H_A_per_m, int with_mirror,
                     struct demag_kept *out)
{
    const struct magnet *m = ws->magnet;
    for (int i = 0; i < ws->n; i++) {
        struct demag_kept *k = &out[i];
        const double H = worst_get(ws, i, n_position, H_A_per_m, with_mirror, k), HcJ20 = ws->HcJ20_A_per_m[i], d = STEP_PU * HcJ20;
        k->left_pu = 1.0;
        k->by_H_m_per_A = k->by_HcJ20_m_per_A = k->by_T_per_K = 0.0;
        if (!(H < 0.0))
            continue;
        k->left_pu = left_get_pu(m, T_K, HcJ20, H);
        k->by_H_m_per_A = (left_get_pu(m, T_K, HcJ20, H + d) - left_get_pu(m, T_K, HcJ20, H - d)) / (2.0 * d);
        k->by_HcJ20_m_per_A = (left_get_pu(m, T_K, HcJ20 + d, H) - left_get_pu(m, T_K, HcJ20 - d, H)) / (2.0 * d);
        k->by_T_per_K = (left_get_pu(m, T_K + STEP_K, HcJ20, H) - left_get_pu(m, T_K - STEP_K, HcJ20, H)) / (2.0 * STEP_K);
    }
}
