/* winding.h - distributed three-phase windings: phase belts, winding factors, turns, mean turn, resistance, dq transforms.
 * Phase belts of one pole, full pitch, slots 0.. in anticlockwise order: q times -A, q times +C, q times -B pattern so that for q = 2: -A
 * +C +C -B -B +A; the phase-A axis is the sector centre. "+" = current out of the plane for positive i. Amplitude-invariant Park: x_d = 2/3
 * sum x_n cos(th - 2 pi n/3), x_q = -2/3 sum x_n sin(th - 2 pi n/3); i_n = i_d cos(..) - i_q sin(..), th = electrical rotor angle. The
 * phase-A axis is off the sector centre by half a slot when q is odd, and by half the shortening of a short-pitched second layer;
 * axis_el_rad says by how much, and th is always measured from the phase-A axis. */
#ifndef MODELS_WINDING_WINDING_H
#define MODELS_WINDING_WINDING_H
#include "models/machine/machine.h"

#define WINDING_MAX_SLOT_PER_POLE 24
struct winding_layout {
    int n_slot_per_pole;
    /* series conductors of phase ph in slot k of the first pole, signed, summed over layers: flux linkage and ampere-turns weight */
    double turns[3][WINDING_MAX_SLOT_PER_POLE];
    double axis_el_rad;         /* phase-A axis ahead of the sector centre; 0 for q even and full pitch */
    double kw1;                 /* fundamental winding factor */
    int n_series_turns_per_phase;
};
/* winding_set_layout - Status: ST_INFEASIBLE ("winding_slots") when slots/pole/phase is not an integer, the span does not fit (2q..3q
 * slots; one layer is full pitch), two layers have an odd number of conductors, or the parallel paths cannot be alike. */
enum status winding_set_layout(const struct machine *m, struct winding_layout *out, struct err *e) MUST_CHECK;
/* winding_eval_factor - signed winding factor of harmonic 1, 3, 5.. of the pole pitch; a full-pitch coil alone has 1 at every odd harmonic.
 */
double winding_eval_factor(const struct winding_layout *l, int harmonic);

void winding_eval_abc(double i_d_A, double i_q_A, double theta_el_rad, double i_A[3]);
void winding_eval_dq(const double x_abc[3], double theta_el_rad, double *x_d, double *x_q);

struct winding_geometry {
    double slot_area_m2, copper_area_per_slot_m2, conductor_area_m2; /* of one series conductor (all strands) */
    double mean_turn_m, end_turn_m;      /* one full turn; end part of one turn (both ends) */
    double copper_volume_m3, end_volume_m3;
    double R20_ohm;                      /* phase resistance at 20 degC, dc */
    double L_end_H;                      /* end-winding leakage inductance per phase; ring estimate, see winding.c */
    double field_R20_ohm, field_volume_m3, field_mean_turn_m; /* whole field circuit; NAN without one */
};
/* winding_eval_geometry - Status: ST_RANGE when a fill or an area that is divided by is not positive. */
enum status winding_eval_geometry(const struct machine *m, const struct winding_layout *l, struct winding_geometry *out,
                                  struct err *e) MUST_CHECK;

#endif
