/* sleeve_eddy.h - eddy loss of a thin conducting sleeve around the rotor, by the travelling waves of the field in its own frame.
 * Wave nu per turn (a whole number) of the vector potential at the sleeve's mean radius r, A cos(nu a - omega t):
 *     J = sigma omega A along the axis,     P = 2 pi r t l sigma (omega A)^2/2 K_nu,      A = r B_r/nu
 *     K_nu = 1 - tanh(x)/x,  x = nu l/(2 r):  the currents close round the ends of the sleeve, which is as long as the field
 *     [RUSSELL_NORSWORTHY1958]; 1 for a long sleeve.
 * Resistance-limited: A is that without the sleeve, and even over its thickness. The sheet's own field divides the loss by 1 + X^2,
 *     X = mu0 sigma t omega r / (nu [tanh(nu ln(r/R_core)) + tanh(nu ln(R_bore/r))])
 * for a sheet between permeable cylinders R_core and R_bore whose source is a current at the bore or in the core. So valid for X < 0.3
 * (10 % too much) and t below half of r/nu and of the skin depth; beyond X = 1 the loss is inductance-limited, and P is far too much.
 * Both formulae against the diffusion equation of the thick cylinder: tests/unit/models/test_sleeve_eddy.c. */
#ifndef MODELS_LOSS_SLEEVE_EDDY_H
#define MODELS_LOSS_SLEEVE_EDDY_H
#include "models/machine/machine.h"

struct sleeve_eddy { double radius_m /* mean */, thickness_m, length_m, conductivity_S_per_m, R_core_m, R_bore_m; };

/* sleeve_eddy_get - that of a machine. Returns 0 without a sleeve of surface magnets that conducts (carbon fibre: 0 S/m). */
int sleeve_eddy_get(const struct machine *m, struct sleeve_eddy *out);
/* sleeve_eddy_eval_end_pu - K_nu. */
double sleeve_eddy_eval_end_pu(const struct sleeve_eddy *s, int wave);
/* sleeve_eddy_eval_W - P of one travelling wave of amplitude A. */
double sleeve_eddy_eval_W(const struct sleeve_eddy *s, int wave, double omega_rad_per_s, double A_Wb_per_m);
/* sleeve_eddy_eval_reaction_pu - X. */
double sleeve_eddy_eval_reaction_pu(const struct sleeve_eddy *s, int wave, double omega_rad_per_s);

#endif
