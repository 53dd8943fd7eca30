/* sens_demag.h - gradient of the magnet temperature at which a demagnetising event costs the flux that the study allows: of the confirmed
 * margin of models/demag/demag.h. The estimated margin of a search has no derivative of its own: the load lines and the calibration that it
 * measures on the design jump where elements are first touched, and with both held 44 % of the gradient's length were missing (V rotor).
 * But its differences over 1 to 5 % of the box lie within 3 to 7 % of this gradient's length (V, double V and surface magnets), so that the
 * estimate may stand beside it.
 *
 * Unknown are T* and the share k_i of its remanence that each magnet element keeps:
 *     k_i = left_i(T, H_i(k, T, i, x), HcJ_i(x))         the self-consistent event, H the worst of its positions (demag_slope.h)
 *     lost(k, T, x) = 1 - lambda_d(k)/lambda_d(1) = limit   no load, rotor at the event's first position
 * With D = -dH/dBr, the load lines of all elements to each other (one back-substitution per element that has lost anything), and J = 1 +
 * Br diag(left_H) D,
 *     J dk = left_H (H_x dx + H_T dT) + left_T dT + left_HcJ dHcJ,      mu = J^-T dlost/dk,
 *     dT* /dx = -(lost_x + mu . [left_H H_x + left_HcJ HcJ_x]) / (lost_T + mu . [left_H H_T + left_T]),
 * sum_i mu_i left_H,i H_x by the adjoint: one back-substitution per rotor position, not one per variable (field_sens_set_functional);
 * lost_x from the linkages at no load. The root itself by Newton's method with the same matrices.
 * Cost: about six steps of Newton's method, each two field solutions and one or two more per position, and the back-substitutions for D
 * once or twice, and once more for the derivatives.
 *
 * For an optimiser. margin = T* - T_rotor (a cold start: the other way round), so
 *     d margin/dx = by_x + sum_j by_current_j di_j/dx - d magnet_hot_K/dx    (sens_heat.h)
 * with i the event's currents: those of the inverter's limit are given; those of a short circuit follow the design, in the steady limit
 * i_d = -lambda_d/L_d, whose derivative the figures of field_sens.h give. Of several events, and of the slices of a skewed rotor, take the
 * worst.
 *
 * Not smooth: where two positions are equally bad for an element, and at the joints of measured demagnetisation curves, the derivative is
 * that of one side. */
#ifndef MODELS_SENS_SENS_DEMAG_H
#define MODELS_SENS_SENS_DEMAG_H
#include "models/demag/demag.h"
#include "models/sens/sens.h"

struct sens_demag {
    double T_K;                                        /* T* */
    double by_x_K[SENS_MAX_VAR];                       /* per unit of each variable */
    double by_current_K_per_A[FIELD_CURRENT_COUNT];    /* of the event's terminal currents */
    double kept_pu;                                    /* area mean of what the remanences keep */
    int n_step, n_touched;                             /* of Newton's method; elements that have lost anything */
    long n_solve;                                      /* field solutions spent */
};

struct sens_demag_ws;
/* sens_demag_new - for the magnets of fw. Status: ST_INFEASIBLE: there are none; ST_NO_MEMORY. */
enum status sens_demag_new(const struct field_ws *fw, const struct sens_ws *ws, struct sens_demag_ws **out, struct err *e) MUST_CHECK;
void sens_demag_free(struct sens_demag_ws *d);

/* sens_demag_eval - at the design of ws, which fw and demag hold (sens_set_design, demag_set_machine; of
 * diffused magnets with machine_get_dosed_magnet). ev: currents, positions and mirror
 * of the event (its temperature is not looked at); T_guess_K: where to begin, best the event's temperature plus the estimated margin; of
 * opts the loss limit and the limits of the iteration; derivatives: 0 leaves by_x_K and by_current_K_per_A alone. fw is left at T* with
 * undamaged remanence. Status: ST_RANGE: T* leaves the data of the grade, or nothing is lost at the guess; ST_NO_CONVERGE; of the field.
 * Allocates nothing. */
enum status sens_demag_eval(struct sens_demag_ws *d, struct sens_ws *ws, struct field_ws *fw, struct demag_ws *demag,
                            const struct demag_event *ev, const struct demag_opts *opts, double T_guess_K, int derivatives,
                            struct sens_demag *out, struct err *e) MUST_CHECK;

#endif
