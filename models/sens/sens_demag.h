/* sens_demag.h - gradient of the magnet temperature at which a demagnetising event costs the flux that the study allows.
 *
 * That temperature T* is the root of lost(T, H(T, i, x), x) = limit (models/demag/demag_slope.h says which figure that is, and what of the
 * estimate is held: load lines, weights and calibration of the magnet elements). With dL = d lost:
 *     dT* /dx = -(L_x + L_H H_x)/(L_T + L_H H_T),     the same with i in the place of x,
 * L_H H_x by the adjoint of sum_e dL/dH_e H_e (field_sens_set_functional): one back-substitution per rotor position, not one per variable;
 * areas, easy axes and the local coercivity of diffused magnets (depth below the diffused faces, amount diffused) explicitly. H_T is that
 * of Br(T), H being the field of magnets of that temperature.
 * Cost: a field solution with its adjoints per position and step of Newton's method in T, about four from the estimated margin.
 *
 * For an optimiser. margin = T* - T_rotor (a cold start: the other way round), so
 *     d margin/dx = by_x + sum_j by_current_j di_j/dx - d magnet_hot_K/dx    (sens_heat.h)
 * with i the event's currents: for the largest current of the inverter they are given; those of a short circuit follow the design, in the
 * steady limit i_d = -lambda_d/L_d, whose derivative the figures of field_sens.h give. Take the event that is worst of all (its margin is
 * the constraint), hold, differentiate, step, and estimate anew. */
#ifndef MODELS_SENS_SENS_DEMAG_H
#define MODELS_SENS_SENS_DEMAG_H
#include "models/demag/demag_slope.h"
#include "models/sens/sens.h"

struct sens_demag {
    double T_K;                                        /* T* */
    double by_x_K[SENS_MAX_VAR];                       /* per unit of each variable */
    double by_current_K_per_A[FIELD_CURRENT_COUNT];    /* of the event's terminal currents */
    int n_solve;                                       /* field solutions spent */
};

struct sens_demag_ws;
/* sens_demag_new - for the magnets of fw. Status: ST_INFEASIBLE: there are none; ST_NO_MEMORY. */
enum status sens_demag_new(const struct field_ws *fw, const struct sens_ws *ws, struct sens_demag_ws **out, struct err *e) MUST_CHECK;
void sens_demag_free(struct sens_demag_ws *d);

/* sens_demag_eval - at the design of ws, which fw and demag hold (sens_set_design, demag_set_machine), for the event that `held` was told
 * of; ev: its currents, positions and mirror; T_guess_K: where to begin, best the event's temperature plus the estimated margin.
 * fw is left at T*. Status: ST_RANGE: T* leaves the data of the grade; ST_NO_CONVERGE; of the field. Allocates nothing. */
enum status sens_demag_eval(struct sens_demag_ws *d, struct sens_ws *ws, struct field_ws *fw, struct demag_ws *demag,
                            struct demag_slope *held, const struct demag_event *ev, double T_guess_K, struct sens_demag *out,
                            struct err *e) MUST_CHECK;

#endif
