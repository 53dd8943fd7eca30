/* flux_map_impl.h - interpolation data of a flux map: at every grid point the value and the mixed first derivatives of every channel, so
 * that
 * a cell is a tensor Hermite patch and evaluation is a few contractions. */
#ifndef MODELS_OPERATE_FLUX_MAP_IMPL_H
#define MODELS_OPERATE_FLUX_MAP_IMPL_H
#include "models/operate/flux_map.h"

#define FLUX_BLOCK_MAX 5 /* points solved together */

/* In groups of four, which is what the evaluation works on. */
enum flux_channel {
    CH_LD,
    CH_LQ,
    CH_LF,
    CH_TORQUE,
    CH_BOUND,                           /* from here on never below zero */
    CH_RIPPLE = CH_BOUND,
    CH_BT2,
    CH_MAGNET_GAP,
    CH_SLEEVE,
    CH_TABLE_SINGLE,
    CH_HYST = CH_TABLE_SINGLE,
    CH_EDDY = CH_HYST + LOSS_REGION_COUNT,
    CH_EXCESS = CH_EDDY + LOSS_REGION_COUNT,
    CH_COUNT = CH_EXCESS + LOSS_REGION_COUNT
};
#define CH_GROUP 4
_Static_assert(LOSS_REGION_COUNT == CH_GROUP, "loss regions fill one group of channels");
enum { DER_NONE, DER_D = 1, DER_Q = 2, DER_F = 4, DER_COUNT = 8 }; /* bits of the mixed derivative */

/* flux_moment.c - moments of the flux density in the magnets (iron.h) at every point of the map, and their derivatives. */
struct flux_moment {
    int is_used, n;                     /* of a point: those of all slices */
    int n_slice, n_position, capacity;
    double *v_T;                        /* [max_points][value, to d, to q, to both][n], and n of work */
};

struct flux_nodes {
    double *data;                       /* [n][DER_COUNT][CH_COUNT] */
    struct iron_ws *iron;               /* of the topology below */
    int iron_key[6];                    /* n_tri, n_tri_per_pitch, p, n_slot, rotor type, centre */
    double *B_T;                        /* [point of the block at hand][n_B_position][2 n_tri] */
    int n_B_position;
    double sleeve_Wb_per_m[FLUX_BLOCK_MAX * FLUX_MAP_MAX_POSITION * 2 * FIELD_MAX_GAP_WAVE]; /* waves at a sleeve, of the block at hand */
    double tail[FLUX_MAP_MAX_AXIS][DER_F][CH_COUNT]; /* the column at tail_A, row by row: linkages alone */
    double column[FLUX_MAP_MAX_AXIS];   /* work */
    int has_inductance;                 /* `inductance` holds what flux_map_solve found */
    struct field_inductance *inductance; /* [max_points] */
    struct flux_moment moment;
};

/* flux_moment_set_machine - whether the map keeps moments, and room for them. Status: ST_NO_MEMORY. */
enum status flux_moment_set_machine(struct flux_map *fm, const struct machine *m, struct err *e) MUST_CHECK;
/* flux_moment_set_point - of the samples set in the iron workspace: one slice of point k. Nothing where no moments are kept; so below. */
void flux_moment_set_point(struct flux_map *fm, int k, int slice);
/* flux_moment_set_corner - point k continued as a + b - c, and the losses that follow. */
void flux_moment_set_corner(struct flux_map *fm, int k, int a, int b, int c);
/* flux_moment_set_slopes - derivatives of the magnets' losses at all points, in place of those of their own splines. */
void flux_moment_set_slopes(struct flux_map *fm);

/* flux_tail.c, only with a tail - flux_tail_solve: its column. flux_tail_set_corner: linkages and inductances of point k = (d, q), which
 * was not solved, between point n = (d_n, q), d < d_n, and the tail. flux_tail_set_beyond: from the nodes. */
enum status flux_tail_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, struct err *e) MUST_CHECK;
void flux_tail_set_corner(struct flux_map *fm, int d, int d_n, int q);
void flux_tail_set_beyond(struct flux_map *fm);

/* flux_block.c - a few neighbouring points of a row of the grid, solved together: at each rotor position one point after the other, so that
 * the factor of one solution starts the next, and elements of the moving band, order of elimination and last solution of an angle are met
 * again at once. */
struct flux_block {
    int n, d[FLUX_BLOCK_MAX], q, f;     /* points in the order in which they are walked through */
    int is_position_back, is_point_back; /* serpentine: the next sweep runs backwards */
};
/* flux_slice_solve - one slice at rotor position pos: its result, and its inductances in the mean over slices and positions. */
struct flux_current { double i_d_A, i_q_A, i_f_A; };
enum status flux_slice_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, const struct flux_current *i, int pos,
                             double ahead_el_rad, int n_slice, struct field_result *out, struct field_inductance *sum,
                             struct err *e) MUST_CHECK;
/* flux_block_set_machine - workspaces of losses and fields; allocated anew for another topology or more positions only. */
enum status flux_block_set_machine(struct flux_map *fm, const struct mesh *ms, const struct machine *m, struct err *e) MUST_CHECK;
/* flux_block_solve - all slices and positions of the block's points into the tables of the map; the block is empty afterwards. */
enum status flux_block_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, struct flux_block *b,
                             struct err *e) MUST_CHECK;

/* flux_spline_set_slopes - slope operator of an axis: slope_i = sum_j out[i*n + j] y_j. parity +1 / -1: the axis starts at 0 and
 * continues as an even / odd function;
 * 0: plain. Not-a-knot spline, one polynomial for up to 4 points (mirrored points counted). */
void flux_spline_set_slopes(int n, const double *x, int parity, double *out);

/* flux_bound.c - flux_bound_point: value and derivatives x of one channel at one point, so changed that the cells about the point stay at
 * zero or more if the values are; third[2 axis + 0, 1], axes d q f: a third of the cell's width below and above, 0 where there is none. A
 * value that is not above zero (or NAN) gets derivatives of zero. */
void flux_bound_point(double x[DER_COUNT], const double third[2 * 3]);

/* Weights of the two nodes of a cell: value and slope at its low end, value and slope at its high end; w for the value at x, dw for the
 * slope. */
struct flux_basis { int low, high, is_beyond; double w[4], dw[4]; };
void flux_spline_set_basis(int n, const double *x, double at, struct flux_basis *out);

#endif
