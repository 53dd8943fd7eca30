/* flux_map.h - flux linkages, torque and loss coefficients over (i_d, i_q[, i_f]) from the field model, averaged over rotor positions.
 * Grid: i_d[n_d] ascending (negative values first, may include > 0), i_q[n_q] ascending from 0; i_f[n_f] ascending (n_f = 1 without field
 * winding).
 * Index k = (f*n_q + q)*n_d + d. i_q < 0 by symmetry: lambda_d, lambda_f, losses even, lambda_q and torque odd; the mean over positions
 * and mirrored
 * positions is zero at i_q = 0 and is entered so.
 * Interpolation: tensor cubic Hermite patches. flux_map_solve takes the slopes of the linkages from the field model (incremental
 * inductances, by the last factor of Newton's method), which is worth about twice the points on every axis; all other slopes, mixed ones
 * included, are those of not-a-knot splines (one polynomial when an axis has 4 points or fewer), the i_q axis mirrored at 0; beyond the
 * ends linear extrapolation with the end slope (with a tail: struct flux_tail). A linkage that rises with its own current from point to
 * point does so on the whole grid line: where the cubic would fall, its slopes are reduced there [FRITSCH1980]. What cannot be negative
 * (losses, squared fields, ripple) is not between the points either: where the spline would be, its slopes are reduced (flux_bound.c);
 * beyond the ends it keeps the value there. The magnets' eddy loss, a quadratic form of the field in them, takes its slopes from splines
 * through that field (flux_moment.c).
 * Skewed rotor: every grid point is solved for every slice at its own angle and currents (models/field/slices.h); linkages, torque and loss
 * coefficients are means over the slices, ripple is that of the mean torque.
 * Iron loss: waveform harmonics per element summed over the region's volume so that at electrical frequency f
 *     P = hyst_W_per_Hz f + eddy_W_per_Hz2 f^2 + excess_W_per_Hz15 f^1.5     (whole machine)
 * and sleeve_W_per_Hz2 f^2 in a conducting sleeve.
 * Positions: 3 or 4 for the mean within 2 or 0.5 %, FLUX_POSITIONS_REPORT = 6 (0,10..50 deg el) or 12 for ripple and rotor loss; two (0 and
 * half a slot-harmonic period) miss the sixth harmonic; 1 leaves the losses of the rotor NAN. */
#ifndef MODELS_OPERATE_FLUX_MAP_H
#define MODELS_OPERATE_FLUX_MAP_H
#include "models/field/slices.h"
#include "models/loss/iron.h"

#define FLUX_MAP_MAX_AXIS 16
#define FLUX_MAP_MAX_FIELD 8
#define FLUX_MAP_MAX_POSITION 12
#define FLUX_POSITIONS_REPORT 6

struct flux_map_opts {
    int n_d, n_q, n_f, n_position;
    /* i_d_A: where i_f = 0. At another field current the points stand at i_d - shear i_f (flux_map_get_i_d_A): with the field current's
     * equal in i_d as shear the iron is saturated alike along i_f, and interpolation over i_f is between like things. 0: none. */
    double shear_pu;
    double i_d_A[FLUX_MAP_MAX_AXIS], i_q_A[FLUX_MAP_MAX_AXIS], i_f_A[FLUX_MAP_MAX_FIELD];
    double magnet_T_K;
    /* i_d of a column more, far below the axis, solved at the least and the largest i_q and the first i_f: below the axis the linkages lead
     * to it (flux_tail.c). 0: none. */
    double tail_A;
    /* Points off the axes with hypot(i_d,i_q) > corner_A are not solved but continued from their inner neighbours with zero mixed second
     * difference, linkages before a tail by the cubic to it: they only support the interpolation inside the circle, and faults.
     * INFINITY = solve all. */
    double corner_A;
};

struct flux_nodes;        /* interpolation data, flux_map_impl.h */
/* A map with a tail is one for faults: above the largest i_d and i_q the linkage of that current rises by the least inductance of the
 * points there, others stay. */
struct flux_tail { double beyond_d_H, beyond_q_H; };
struct flux_map {
    struct flux_map_opts opts;
    int n;                               /* n_d*n_q*n_f */
    int p;
    struct flux_tail tail;
    double i_d_shift_A;                  /* see flux_map_set_shift; 0 after flux_map_set_grid and flux_map_solve */
    /* torque by Arkkio; ripple = peak to peak over the positions */
    double *lambda_d_Wb, *lambda_q_Wb, *lambda_f_Wb, *torque_Nm, *ripple_Nm;
    double *hyst_W_per_Hz[LOSS_REGION_COUNT], *eddy_W_per_Hz2[LOSS_REGION_COUNT], *excess_W_per_Hz15[LOSS_REGION_COUNT];
    /* mean square of the cross-slot leakage field over the slot area (peak, fundamental): ac copper loss */
    double *slot_Bt2_T2;
    double *magnet_gap_W_per_Hz2;        /* of the magnets' eddy coefficient: the layer at the gap of two; 0 with one */
    double *sleeve_W_per_Hz2;            /* eddy loss of a conducting sleeve of surface magnets; 0 without */
    double sleeve_all_W_per_Hz2, sleeve_reaction2_W_per_Hz4; /* sums over the points solved: see flux_map_get_sleeve_reaction_pu */
    long n_solve;                        /* field solves of the last flux_map_solve */
    int max_points;
    struct flux_nodes *nodes;
};

/* flux_map_get_i_d_A - of a point. flux_map_get_i_d_range - currents that lie between points at every field current of the map. */
static inline double flux_map_get_i_d_A(const struct flux_map_opts *o, int d, int f)
{
    return o->i_d_A[d] - o->shear_pu * o->i_f_A[f];
}
static inline void flux_map_get_i_d_range(const struct flux_map_opts *o, double *low_A, double *high_A)
{
    *low_A = flux_map_get_i_d_A(o, 0, 0);
    *high_A = flux_map_get_i_d_A(o, o->n_d - 1, o->n_f - 1);
}

/* flux_map_get_i_d_low_A - how far below i_d is known at all, on the d axis. */
static inline double flux_map_get_i_d_low_A(const struct flux_map_opts *o)
{
    return o->tail_A < 0.0 ? o->tail_A : flux_map_get_i_d_A(o, 0, 0);
}

enum status flux_map_new(int max_points, struct flux_map **out, struct err *e) MUST_CHECK;
void flux_map_free(struct flux_map *fm);
/* flux_map_set_grid - take a grid and p; tables are zeroed. For tables that do not come from flux_map_solve (closed forms, measured
 * maps): set the grid, fill
 * the arrays, then flux_map_set_nodes. Status: ST_RANGE with the axis at fault; nothing is changed then. */
enum status flux_map_set_grid(struct flux_map *fm, int p, const struct flux_map_opts *opts, struct err *e) MUST_CHECK;
/* flux_map_set_nodes - interpolation data from the tables. Needed after every change of a table; flux_map_solve does it. */
void flux_map_set_nodes(struct flux_map *fm);
/* flux_map_solve - fills the map with the given workspace (machine set). The workspaces of the iron loss, of the fields of a few points
 * (5 n_position n_tri pairs of doubles) and of the moments of the field in the magnets are allocated at the first use with a topology,
 * positions and slices that need more, nothing else is. Warm start along the grid in a
 * fixed serpentine order from a cold first point, so the result does not depend on what was solved before.
 * Status: ST_RANGE (grid, positions); those of field_solve with the currents in the message; ST_INFEASIBLE of iron_new; ST_NO_MEMORY. */
enum status flux_map_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, const struct flux_map_opts *opts,
                           struct err *e) MUST_CHECK;

/* flux_map_set_shift - every evaluation reads the map at i_d + shift: the effect of another magnet temperature on a map solved at
 * magnet_T_K, exact where
 * the d axis is linear: shift = (psi(T) - psi(map))/L_d, negative when hotter. */
void flux_map_set_shift(struct flux_map *fm, double shift_A);

struct flux_point {
    double lambda_d_Wb, lambda_q_Wb, lambda_f_Wb, torque_Nm;
    double dld_did, dld_diq, dlq_did, dlq_diq;            /* incremental inductances, H */
    double dld_dif, dlq_dif, dlf_did, dlf_diq, dlf_dif;   /* 0 with one value of i_f */
};
/* flux_map_eval - interpolate; i_q of either sign. torque_Nm here = 3/2 p (ld iq - lq id) (consistent with the linkages); Arkkio's by
 * flux_map_eval_torque.
 * Allocates nothing; the map may be read by several threads. */
void flux_map_eval(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct flux_point *out);
double flux_map_eval_torque_Nm(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A);
double flux_map_eval_ripple_Nm(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A);
/* flux_map_eval_iron_W - at electrical frequency; out[LOSS_REGION_COUNT]; build factor is the caller's. */
void flux_map_eval_iron_W(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz,
                          double out[LOSS_REGION_COUNT]);
/* flux_map_eval_coef - the loss coefficients themselves. */
void flux_map_eval_coef(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct iron_coef *out);
/* flux_map_eval_magnet_gap_W - of the magnets' loss at an electrical frequency: the layer at the gap of two. */
double flux_map_eval_magnet_gap_W(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz);
/* flux_map_eval_sleeve_W - eddy loss of a conducting sleeve at an electrical frequency. */
double flux_map_eval_sleeve_W(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz);
/* flux_map_get_sleeve_reaction_pu - X of sleeve_eddy.h, root of its mean square over losses and points of the map: the sleeve's loss is too
 * large by about its square. 0 without a conducting sleeve. */
double flux_map_get_sleeve_reaction_pu(const struct flux_map *fm, double f_el_Hz);
double flux_map_eval_slot_Bt2_T2(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A);

/* The map at one speed and one field current, with the losses summed: what the searches of operate.h walk on. First the layers of a
 * speed, then as many
 * slices as wanted. Fixed size (0.6 MB), no pointer but the map's. */
enum { FLUX_SLICE_LD, FLUX_SLICE_LQ, FLUX_SLICE_DRAG, FLUX_SLICE_EXTRA, FLUX_SLICE_CHANNELS };
struct flux_weights {
    double hyst_Nm, eddy_Nm, excess_Nm;     /* drag torque per unit of the loss coefficient at this speed */
    double build_factor_pu;                 /* on core regions, not on magnets */
    double Bt2_W;                           /* ac copper loss per T^2 */
};
struct flux_slice {
    const struct flux_map *map;
    double i_f_A;
    double layer[FLUX_MAP_MAX_AXIS * FLUX_MAP_MAX_AXIS * FLUX_MAP_MAX_FIELD][8][FLUX_SLICE_CHANNELS];
    double node[FLUX_MAP_MAX_AXIS * FLUX_MAP_MAX_AXIS][4][FLUX_SLICE_CHANNELS];
};
struct flux_slice_point { double lambda_d_Wb, lambda_q_Wb, dld_diq, dlq_diq, drag_Nm, ddrag_diq, extra_W; };
void flux_map_set_layers(const struct flux_map *fm, const struct flux_weights *w, struct flux_slice *out);
void flux_map_set_slice(struct flux_slice *s, double i_f_A);
void flux_map_eval_slice(const struct flux_slice *s, double i_d_A, double i_q_A, struct flux_slice_point *out);

#endif
