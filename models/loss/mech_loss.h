/* mech_loss.h - mechanical loss: air friction of a smooth rotor in the gap and bearing friction.
 * Windage [VRANCIK1968]: W = pi C_d rho R^4 omega^3 l on the cylinder, gap Reynolds number Re = rho R omega t/mu, Taylor number Ta = Re
 * sqrt(t/R):
 *   laminar (Ta <= 41.2):  C_d = 2/Re            turbulent or with vortices:  1/sqrt(C_d) = 2.04 + 1.768 ln(Re sqrt(C_d))
 * The change at Ta = 41.2 is a step, as in nature. End faces and the pumping of salient poles are not in it; rotor_factor_pu multiplies it
 * (1 for a smooth rotor, an input for a salient one).
 * Bearings and seals: a constant friction torque, an input: P = T omega. */
#ifndef MODELS_LOSS_MECH_LOSS_H
#define MODELS_LOSS_MECH_LOSS_H
#include "materials/thermal_mat.h"
#include "models/machine/machine.h"

struct mech_loss_spec {
    double bearing_Nm;                       /* friction torque of all bearings and seals, >= 0 */
    double rotor_factor_pu;                  /* >= 1 */
    double gas_density_kg_per_m3, gas_viscosity_Pa_s;
    double R_m, gap_m, l_m;
};
/* mech_loss_init - dimensions from the machine, gas properties from a coolant record at T. Status: ST_RANGE for a negative or missing
 * (NAN) input, or a gas
 * temperature outside its table. */
enum status mech_loss_init(struct mech_loss_spec *s, const struct machine *m, const struct coolant *gas, double T_K, double bearing_Nm,
                           double rotor_factor_pu, struct err *e) MUST_CHECK;
double mech_loss_eval_windage_W(const struct mech_loss_spec *s, double speed_rad_per_s);
double mech_loss_eval_bearing_W(const struct mech_loss_spec *s, double speed_rad_per_s);
double mech_loss_eval_friction_pu(double Re, double gap_to_radius_pu); /* C_d */

#endif
