/* flux_map_impl.h - interpolation data of a flux map: at every grid point the value and the mixed first derivatives of every channel, so
 * that
 * a cell is a tensor Hermite patch and evaluation is a few contractions. */
#ifndef MODELS_OPERATE_FLUX_MAP_IMPL_H
#define MODELS_OPERATE_FLUX_MAP_IMPL_H
#include "models/operate/flux_map.h"

/* In groups of four, which is what the evaluation works on. */
enum flux_channel {
    CH_LD,
    CH_LQ,
    CH_LF,
    CH_TORQUE,
    CH_RIPPLE,
    CH_BT2,
    CH_MAGNET_GAP,
    CH_TABLE_SINGLE,
    CH_HYST = 8,
    CH_EDDY = CH_HYST + LOSS_REGION_COUNT,
    CH_EXCESS = CH_EDDY + LOSS_REGION_COUNT,
    CH_COUNT = CH_EXCESS + LOSS_REGION_COUNT
};
#define CH_GROUP 4
_Static_assert(LOSS_REGION_COUNT == CH_GROUP, "loss regions fill one group of channels");
enum { DER_NONE, DER_D = 1, DER_Q = 2, DER_F = 4, DER_COUNT = 8 }; /* bits of the mixed derivative */

struct flux_nodes {
    double *data;                       /* [n][DER_COUNT][CH_COUNT]; channels CH_TABLE_SINGLE .. CH_HYST - 1 are spare and 0 */
    struct iron_ws *iron;               /* of the topology below */
    int iron_key[6];                    /* n_tri, n_tri_per_pitch, p, n_slot, rotor type, centre */
    double column[FLUX_MAP_MAX_AXIS];   /* work */
};

/* flux_spline_set_slopes - slope operator of an axis: slope_i = sum_j out[i*n + j] y_j. parity +1 / -1: the axis starts at 0 and
 * continues as an even / odd function;
 * 0: plain. Not-a-knot spline, one polynomial for up to 4 points (mirrored points counted). */
void flux_spline_set_slopes(int n, const double *x, int parity, double *out);

/* Weights of the two nodes of a cell: value and slope at its low end, value and slope at its high end; w for the value at x, dw for the
 * slope. */
struct flux_basis { int low, high; double w[4], dw[4]; };
void flux_spline_set_basis(int n, const double *x, double at, struct flux_basis *out);

#endif
