/* sens_heat.h - gradient of the steady temperatures of a motor at one operating point.
 *
 * The temperatures T of the network's nodes (models/thermal/thermal.h) are the root of a balance
 *     R(T, c, i, x) = P(T, c, i, x) + fixed(T) - K(T, x) T = 0,
 * K from dimensions and from films that follow T; P the losses: copper with R(T), core and magnets from the coefficients c of iron.h at the
 * point's frequency, field winding, windage, bearings. c comes from the field, and the field from the magnets' remanence Br(T): it is
 * carried on the straight line c + dc/dBr (Br(T)/Br - 1) from the magnet temperature that the field was solved at. Implicitly
 *     dT/dx = -R_T^-1 (R_x + R_c dc/dx),      dh/dx = h_x + h_T dT/dx  for every figure h(T, x)
 * (R. Haftka, Z. Gurdal, Elements of Structural Optimization, 3rd ed. 1992, ch. 7): dc/dx, dc/di, dc/dBr from sens_eval_iron, all else
 * central differences of the balance, which costs no field solution. The loop through the magnets' temperature is part of R_T.
 * Exact where the field was solved at the magnet temperature that comes out. So: solve the field at a guess, call, solve at
 * value->magnet_mean_K, call again (tests/unit/models/test_sens_heat.c: against central differences of the whole chain solved anew, every
 * template, 1e-4).
 *
 * For an optimiser. Currents are held; by_current says what a change of them does. A motor that must give a torque changes its currents
 * with the design: with the torque T_q of field_sens.h and currents that keep their angle, i -> (1 + s) i,
 *     ds/dx = -(dT_q/dx + dT_q/dBr b dT_m/dx) / sum_j i_j (dT_q/di_j + dT_q/dBr b dT_m/di_j),   b = dlnBr/dT_m,  T_m the mean magnet
 *     dT/dx at torque = dT/dx + sum_j i_j dT/di_j ds/dx                                            (sens_heat_eval_at_torque)
 * At the angle of least current the temperatures hardly depend on the angle, so that this is the gradient of the re-searched point too.
 *
 * Not smooth: the winding's hot spot where slot and end winding are equally hot, joints of film correlations: there it is one side's. */
#ifndef MODELS_SENS_SENS_HEAT_H
#define MODELS_SENS_SENS_HEAT_H
#include "models/loss/copper.h"
#include "models/loss/mech_loss.h"
#include "models/sens/sens.h"
#include "models/thermal/thermal.h"

struct sens_heat_opts {              /* what is not the design's; no field has a default */
    struct thermal_opts cooling;
    struct copper_exciter exciter;   /* read for wound rotors only */
    double build_factor_pu;          /* core loss of the built machine over that of the material, >= 1; not applied to magnets */
    const struct coolant *gas;       /* in the air gap, at gas_T_K */
    double gas_T_K, bearing_Nm, windage_factor_pu;
};

struct sens_heat_point { double i_d_A, i_q_A, i_f_A, speed_rad_per_s; }; /* terminal, peak */

struct sens_heat {                   /* NAN: the rotor has no such part */
    double winding_hot_K, winding_mean_K, magnet_hot_K, magnet_mean_K, field_hot_K, field_mean_K, coolant_out_K;
    double loss_W;                   /* everything, the exciter included */
};

/* What sens_eval_iron gave for the point's currents, with by_source, and the magnet temperature of its solutions (without magnets: any). */
struct sens_heat_iron { const struct iron_coef *value, *gradient, *by_source; double magnet_T_K; };

struct sens_heat_ws;
/* sens_heat_new - Status: of thermal_new; ST_NO_MEMORY. */
enum status sens_heat_new(const struct sens_heat_opts *opts, struct sens_heat_ws **out, struct err *e) MUST_CHECK;
void sens_heat_free(struct sens_heat_ws *ws);

/* sens_heat_eval - steady state of the design of ws, and its derivatives: out[n_var] per unit of each variable, by_current[3]
 * (i_d, i_q, i_f) per ampere.
 * Status: ST_INFEASIBLE: no steady state ("thermal runaway"), or a winding or cooling that cannot be; ST_RANGE; ST_NO_CONVERGE;
 *         ST_SINGULAR. Allocates nothing. */
enum status sens_heat_eval(struct sens_heat_ws *h, struct sens_ws *ws, const struct sens_heat_point *point,
                           const struct sens_heat_iron *iron, struct sens_heat *value, struct sens_heat *out,
                           struct sens_heat by_current[FIELD_CURRENT_COUNT], struct err *e) MUST_CHECK;

/* The air-gap torque of the point: mean over the positions of the batch of what field_gradient gives for each. */
struct sens_heat_torque { const double *by_x_Nm /* [n_var] */, *by_current_Nm_per_A /* [3] */; double by_Br_Nm; };
/* sens_heat_eval_at_torque - out[n_var] of the last sens_heat_eval, currents held -> torque held, by the formula above. The same point.
 * Status: ST_SINGULAR: no torque comes of a larger current. */
enum status sens_heat_eval_at_torque(const struct sens_heat_ws *h, const struct sens_heat_torque *torque,
                                     const struct sens_heat by_current[FIELD_CURRENT_COUNT], int n_var, struct sens_heat *out,
                                     struct err *e) MUST_CHECK;

#endif
