/* slices.h - a skewed rotor by slices of the 2-D model: every slice is the same cross-section at its own rotor angle and carries the same
 * phase currents, so that in its own dq frame the current vector is turned back by the slice's angle. Fields of neighbouring slices do not
 * mix (no axial flux): good while a slice is long against gap and slot opening. Linkages, torque and coenergy of the machine are means over
 * the slices (each counts with the whole stack), linkages taken back to the frame of the mean rotor angle:
 *     i_k = i e^(-j d_k),   lambda = mean_k lambda_k(theta + d_k, i_k) e^(j d_k),   T = mean_k T_k(theta + d_k, i_k)        (i = i_d + j
 * i_q) d_k: models/machine/skew.h. */
#ifndef MODELS_FIELD_SLICES_H
#define MODELS_FIELD_SLICES_H
#include "models/field/field.h"
#include "models/machine/skew.h"

struct field_slice { double theta_el_rad, i_d_A, i_q_A; };
/* field_get_slice - angle and currents of a slice that stands `ahead` of the mean rotor angle theta. */
struct field_slice field_get_slice(double theta_el_rad, double i_d_A, double i_q_A, double ahead_el_rad);
/* field_add_slice - adds a slice's result to the sum over n slices: linkages in the mean frame, everything divided by n. */
void field_add_slice(struct field_result *sum, const struct field_result *slice, double ahead_el_rad, int n);
/* field_add_slice_inductance - the same for incremental inductances (field_eval_inductance). */
void field_add_slice_inductance(struct field_inductance *sum, const struct field_inductance *slice, double ahead_el_rad, int n);
/* field_solve_skewed - field_set_angle and field_solve of the machine with its skew; the workspace is left at the last slice. Without skew
 * it is these two calls. info: sums of iterations, the largest residual. Status as field_solve. Allocates nothing. */
enum status field_solve_skewed(struct field_ws *ws, const struct machine *m, double theta_el_rad, double i_d_A, double i_q_A, double i_f_A,
                               int cold, struct field_result *out, struct field_info *info, struct err *e) MUST_CHECK;

#endif
