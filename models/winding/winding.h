/* winding.h - three-phase windings with whole or fractional slots per pole and phase, one or two layers: star of slots, winding factors,
 * turns, mean turn, resistance, dq transforms.
 * Whole q: phase belts of one pole, slots 0.. in anticlockwise order: q times -A, q times +C, q times -B pattern so that for q = 2: -A
 * +C +C -B -B +A; the phase-A axis is the sector centre. Fractional q: coil k runs from slot k (-) to slot k + span (+), its electrical
 * angle counts from coil 0, and the belts of 60 deg el are +A -C +B -A +C -B; one layer takes every second coil [BIANCHI_DAIPRE2006].
 * "+" = current out of the plane for positive i. Amplitude-invariant Park: x_d = 2/3 sum x_n cos(th - 2 pi n/3), x_q = -2/3 sum x_n sin(th
 * - 2 pi n/3); i_n = i_d cos(..) - i_q sin(..), th = electrical rotor angle. The phase-A axis is off the first pole's centre (angle pi/2p)
 * by axis_el_rad: half a slot when q is odd, half the shortening of a short-pitched second layer, any angle when q is fractional; th is
 * always measured from the phase-A axis. */
#ifndef MODELS_WINDING_WINDING_H
#define MODELS_WINDING_WINDING_H
#include "models/machine/sector.h"

#define WINDING_MAX_SLOT 120      /* of a sector */
#define WINDING_MAX_GROUP 40
struct winding_layout {
    int n_slot, n_pole, n_sector, sign; /* smallest sector that repeats, with `sign` (machine_get_sector) */
    /* series conductors of phase ph in slot k of the sector, signed, summed over layers: flux linkage and ampere-turns weight */
    double turns[3][WINDING_MAX_SLOT];
    int n_conductor;            /* of one phase in the sector, both signs and layers, before sides in one slot cancel */
    double axis_el_rad;         /* phase-A axis ahead of the first pole's centre; 0 for q even and full pitch */
    double kw1;                 /* fundamental winding factor, > 0 */
    int n_series_turns_per_phase;
    int n_group[WINDING_MAX_GROUP]; /* whole machine, one phase: coil groups by their number of coils side by side */
};
/* winding_set_layout - Status: ST_INFEASIBLE with the rules of machine_check_winding, and "winding_slots" for more than 40 coils in a
 * group. */
enum status winding_set_layout(const struct machine *m, struct winding_layout *out, struct err *e) MUST_CHECK;
/* winding_get_turns - slot k = 0, 1, .. of the whole machine. */
double winding_get_turns(const struct winding_layout *l, int phase, int k);
/* winding_get_side - phase (0..2) and sign of the coil side of `layer` (0: go sides; 1: return sides; the only layer is 0) in slot k = 0,
 * 1, ... Whole q: layer 1 is the one that is shifted by the shortening. For a winding that machine_check_winding accepts. */
int winding_get_side(const struct machine *m, int k, int layer, int *phase);
/* winding_eval_factor - winding factor of harmonic 1, 2, 3.. of the pole pair, signed against the phase axis; a full-pitch coil alone has 1
 * at every odd harmonic and 0 at every even one. */
double winding_eval_factor(const struct winding_layout *l, int harmonic);
/* winding_eval_wave - magnitude of the winding factor of `wave` waves per turn (1, 2, ..; p is the fundamental, the waves below it are the
 * sub-harmonics of a fractional winding); 0 where the winding has no such wave. */
double winding_eval_wave(const struct winding_layout *l, int wave);

void winding_eval_abc(double i_d_A, double i_q_A, double theta_el_rad, double i_A[3]);
void winding_eval_dq(const double x_abc[3], double theta_el_rad, double *x_d, double *x_q);

struct winding_geometry {
    double slot_area_m2, copper_area_per_slot_m2, conductor_area_m2; /* of one series conductor (all strands) */
    double mean_turn_m, end_turn_m;      /* one full turn; end part of one turn (both ends) */
    double copper_volume_m3, end_volume_m3;
    double R20_ohm;                      /* phase resistance at 20 degC, dc */
    double L_end_H;                      /* end-winding leakage inductance per phase; ring estimate, see geometry.c */
    double field_R20_ohm, field_volume_m3, field_mean_turn_m; /* whole field circuit; NAN without one */
};
/* winding_eval_geometry - Status: ST_RANGE when a fill or an area that is divided by is not positive. */
enum status winding_eval_geometry(const struct machine *m, const struct winding_layout *l, struct winding_geometry *out,
                                  struct err *e) MUST_CHECK;

#endif
