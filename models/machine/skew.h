/* skew.h - stepped skew of the rotor: n_skew_slice slices of equal length, slice k turned by (k - (n - 1)/2) skew_rad/n against the mean
 * rotor angle, so that skew_rad is the angle of the continuous skew that the steps stand for, and neighbours differ by skew_rad/n.
 * Skew factor of wave nu of the pole pair: sin(n nu d/2)/(n sin(nu d/2)), d = p skew_rad/n [PYRHONEN2014 ch. 2.13]. */
#ifndef MODELS_MACHINE_SKEW_H
#define MODELS_MACHINE_SKEW_H
#include "models/machine/machine.h"

#define MACHINE_MAX_SLICE 16

/* machine_check_skew - ST_INFEASIBLE ("skew"): 1 to MACHINE_MAX_SLICE slices, an angle from 0 to a pole pitch. */
enum status machine_check_skew(const struct machine *m, struct err *e) MUST_CHECK;
/* machine_get_slices - electrical angle of each slice ahead of the mean rotor angle; returns how many (1 without skew, at 0). */
int machine_get_slices(const struct machine *m, double ahead_el_rad[MACHINE_MAX_SLICE]);
double machine_eval_skew_factor(const struct machine *m, int harmonic);

#endif
