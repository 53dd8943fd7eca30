/* flux_export.h - flux maps for control engineers: values, inductances and loss coefficients on an even grid of currents, and the inverse
 * map, as CSV and as MATLAB v5 file.
 *
 * Grid: i_d from -I to the map's positive end, i_q from -I to I, both in steps of I/FLUX_EXPORT_STEPS so that 0 is a grid value, I the
 * current limit; i_f over the solved range. Values come from the interpolated map at the temperature it was solved at (flux_map.h);
 * is_inside = 0 marks points beyond the solved currents, which are continued.
 * Order in memory and in the CSV: i_d fastest, then i_q, then i_f; in the .mat this is an array of size n_d x n_q [x n_f], as ndgrid makes
 * it (first index i_d). Beside these the .mat carries what drive simulators read under their own names: Id, Iq, Fd, Fq, T, dTpp in the
 * orientation of meshgrid (rows i_q, columns i_d), at the highest field current.
 *   L_d = (lambda_d(i_d, i_q) - lambda_d(0, i_q))/i_d, L_q = lambda_q/i_q (limits at 0);  L_xy = d lambda_x/d i_y
 * Inverse map: currents that give (lambda_d, lambda_q) at each i_f, on an even grid of linkages around all points inside; Newton on the
 * map; is_inside as above; NaN where no currents were found. Whole machine, terminal quantities; 2-D: end-winding leakage apart in the
 * metadata. Conventions as in operate.h. */
#ifndef SOLVER_FLUX_EXPORT_H
#define SOLVER_FLUX_EXPORT_H
#include "models/operate/flux_map.h"

#define FLUX_EXPORT_STEPS 15   /* of the current limit */
#define FLUX_EXPORT_LINKAGES 31 /* values of each linkage of the inverse map, odd: lambda_q = 0 is one */

struct flux_row {
    double i_d_A, i_q_A, i_f_A, lambda_d_Wb, lambda_q_Wb, lambda_f_Wb, torque_Nm, torque_stress_Nm, ripple_Nm;
    double L_d_H, L_q_H, L_dd_H, L_dq_H, L_qd_H, L_qq_H, L_df_H, L_qf_H, L_fd_H, L_fq_H, L_ff_H;
    struct iron_coef iron;
    double is_inside;
};
struct flux_inverse_row { double lambda_d_Wb, lambda_q_Wb, i_f_A, i_d_A, i_q_A, torque_Nm, is_inside; };

struct flux_column { const char *key, *unit, *doc; size_t offset; int is_wound; /* only with a field winding */ };

struct flux_export_meta {      /* what a reader needs beside the numbers */
    const char *machine;
    double magnet_K;           /* NAN without magnets */
    double R20_ohm, L_end_H;   /* phase; not contained in the linkages */
    double current_max_A;
};
struct flux_export {
    struct flux_export_meta meta;
    int p, n_position;         /* rotor positions behind each value */
    int n_d, n_q, n_f, n, n_inverse;
    struct flux_row *row;      /* [n] */
    struct flux_inverse_row *inverse; /* [FLUX_EXPORT_LINKAGES^2 n_f], lambda_d fastest, then lambda_q, then i_f */
};

/* flux_export_new - Status: ST_RANGE when the map does not contain the current limit; ST_NO_MEMORY. */
enum status flux_export_new(const struct flux_map *map, const struct flux_export_meta *meta, struct flux_export **out,
                            struct err *e) MUST_CHECK;
void flux_export_free(struct flux_export *x);
/* flux_export_get_columns - of struct flux_row, in the order of the CSV. */
const struct flux_column *flux_export_get_columns(int *n);
const struct flux_column *flux_export_get_inverse_columns(int *n);
double flux_export_get_value(const struct flux_column *c, const void *row);
/* Conventions in words: pairs of key and text, NULL-terminated. */
extern const char *const flux_export_conventions[][2];

/* CSV: lines of metadata that start with #, one heading, the rows. */
enum status flux_export_write_csv(const struct flux_export *x, const char *path, struct err *e) MUST_CHECK;
/* MATLAB v5, not compressed, through a temporary file. Without time or machine in it: same map, same bytes. */
enum status flux_export_write_mat(const struct flux_export *x, const char *path, struct err *e) MUST_CHECK;

#endif
