/* demag_slope.h - the remanence that magnet elements keep in the worst field of an event, and its derivatives: the local half of the
 * self-consistent event (demag.h), the other half being the field with these remanences.
 *     left_i = left(T, HcJ_i(T), H_i),   H_i = min over positions and mirror images of the event
 * Smooth but where two positions are equally bad for an element (then it is one's), and at the joints of measured curves, which are
 * straight pieces. Slopes by central differences of the law, which is explicit. */
#ifndef MODELS_DEMAG_DEMAG_SLOPE_H
#define MODELS_DEMAG_DEMAG_SLOPE_H
#include "models/demag/demag.h"

struct demag_kept {
    double left_pu;               /* of Br(T) */
    double by_H_m_per_A, by_HcJ20_m_per_A, by_T_per_K; /* of left_pu; to T with field and HcJ20 held */
    int position, element;        /* whose field the worst is */
};

/* demag_eval_kept - at magnet temperature T_K, H_A_per_m[n_position][n] the fields of the positions, for the machine of ws
 * (demag_set_machine); out[n]. with_mirror as in struct demag_event, i_q = 0 being the caller's business. */
void demag_eval_kept(const struct demag_ws *ws, double T_K, int n_position, const double *H_A_per_m, int with_mirror,
                     struct demag_kept *out);

#endif
