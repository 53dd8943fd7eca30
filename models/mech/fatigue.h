/* fatigue.h - safety against fatigue of the rotor core in its start-stop cycle: standstill to overspeed and back.
 * The stress grows with the square of the speed and never turns round, so the cycle is 0 .. sigma_max: amplitude and mean are both half of
 * it. Goodman's line between the alternating strength of the punched sheet and its tensile strength [GOODMAN1899]:
 *     sigma_a / sigma_W + sigma_m / Rm = 1/n,   n = 2 / (sigma_max (1/sigma_W + 1/Rm))
 * sigma_W: fully reversed, 10^7 cycles, punched edge included (steel.h, fatigue_Pa); Rm: tensile_Pa. sigma_max is a stress of the elastic
 * solution, so the notch acts as it does there: sharp corners are judged by the same percentile as for yield (stress.h).
 * Not modelled: number of cycles (a motor that is stopped less often than 10^7 times stands more), residual stress, temperature. */
#ifndef MODELS_MECH_FATIGUE_H
#define MODELS_MECH_FATIGUE_H
#include "materials/steel.h"

/* fatigue_eval_safety - n; NAN when the strengths of the steel are not known. stress_max_Pa > 0. */
double fatigue_eval_safety(const struct steel *s, double stress_max_Pa);

#endif
