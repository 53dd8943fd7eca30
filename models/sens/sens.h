/* sens.h - gradient of the figures of one design: fields at a batch of rotor positions and currents, losses, demagnetising field, strength,
 * windings and masses, with respect to the variables of sens_space.h. Temperatures: sens_heat.h; the margin to demagnetisation:
 * sens_demag.h; both stand on what is here.
 *
 * Contract. For every rotor template, and every variable of its box or of its dimensions, each derivative below agrees with central
 * differences of whole new solutions to 1e-4 of the derivative, or of a hundredth of the figure per relative change of the variable where
 * the derivative is smaller than that (tests/unit/models/test_sens_*.c: a study of the step, every template). All of this header at the
 * cost of at most 1.5 more solutions of the field (make bench). Not for contours: their mesh does not move.
 *
 * Every figure depends on the nodes, on a few dimensions, and on a solution (A, or the displacement of the rotor iron). What depends on a
 * solution goes by adjoint or direct differentiation with the tangent at the solution (models/field/field_sens.h,
 * models/mech/stress_sens.h); what comes after B is explicit and cheap and is differenced centrally along (x, B) at a step of SENS_STEP_PU,
 * so that a figure can be added by evaluating it twice. Nodes move as the templates say, with fixed topology.
 *
 *   figure                                   function            way                      in struct result (models/result.h) it drives
 *   lambda_d, lambda_q, lambda_f, torque     sens_solve          adjoint, 4 right-hand    noload_flux, torque, power, currents,
 *     (Arkkio, dq), coenergy, incremental                          sides                    voltage
 *     inductances, dependence on Br
 *   B of every element and position          sens_solve, direct  n_var right-hand sides   -
 *   iron, magnet eddy loss, slot field       sens_eval_iron      from B, all positions    losses, efficiency
 *   field in the magnets, smooth             sens_eval_magnet    from B                   magnet_B_worst_T
 *   stress, smooth                           sens_eval_stress    adjoint, 3 right-hand    stress_max_Pa, yield_safety
 *                                                                  sides
 *   resistances, copper, end leakage         sens_eval_winding   differences              copper losses
 *   masses by part and element               sens_eval_bom       differences              *_kg, cost (linear in q_kg)
 *   temperatures at an operating point       sens_heat_eval      implicit, 27 nodes       winding_margin_K, rotor_hot_K
 *   temperature of an event's flux limit     sens_demag_eval     implicit and adjoint     demag_margin_K, rotor_margin_K
 * Not here: figures of the operating search; they follow from these by their own equations.
 *
 * For an optimiser: sens_new and the like once per topology; then per design
 *   1. field_set_machine, sens_set_design;
 *   2. for every position of an operating point: field_solve, sens_solve(direct); then sens_eval_iron and sens_heat_eval at the magnet
 *      temperature that comes out, its torque mean of the positions (sens_heat_eval_at_torque holds it);
 *   3. demag_set_machine, demag_eval_margins for all events, sens_demag_eval for the worst;
 *   4. sens_eval_stress, sens_eval_winding, sens_eval_bom.
 * Each gives values and rows of the Jacobian of objectives and constraints in the same variables.
 *
 * Smooth measures. A percentile by area is a step function of finitely many elements; here it is the level s at which
 *     sum_e a_e f((b_e - s)/width) = share sum_e a_e,   f(z) = 1/(1 + exp(z))
 * i.e. the percentile smeared over `width`: SENS_MAGNET_WIDTH_T for the easy-axis B of magnets (lower tail, share SENS_MAGNET_SHARE).
 *
 * Where a figure has a kink (a node of the moving band changes its neighbours, two limits of a shape change over), the derivative is that
 * of one side. */
#ifndef MODELS_SENS_SENS_H
#define MODELS_SENS_SENS_H
#include "models/bom/bom.h"
#include "models/field/field_sens.h"
#include "models/loss/iron.h"
#include "models/mech/stress_sens.h"
#include "models/sens/sens_space.h"

#define SENS_MAGNET_SHARE 0.01
#define SENS_MAGNET_WIDTH_T 0.01

struct sens_opts {
    int n_var_max;
    int n_state_max;     /* positions and currents of a batch that are kept for losses */
    int direct;          /* 1: room for dB/dx of all states (8 bytes x 2 n_tri x n_var x n_state): losses and magnets need it */
    int stress;          /* 1: room for the derivatives of the rotor's strength */
};

struct sens_magnet {     /* easy-axis flux density and field of the magnet elements at one state */
    double B_low_T, B_mean_T;              /* smooth lower percentile by area, mean by area */
    double H_low_A_per_m;                  /* (B_low - Br)/mu with the area mean of Br: negative demagnetises */
};

struct sens_ws;
/* sens_new - for the topology of fw and m; the zones of stress are chosen at m. Status: ST_NO_MEMORY; ST_INFEASIBLE: the losses do not
 * cover the winding. */
enum status sens_new(const struct field_ws *fw, const struct machine *m, const struct sens_opts *opts, struct sens_ws **out,
                     struct err *e) MUST_CHECK;
void sens_free(struct sens_ws *ws);

/* sens_set_design - motion of the nodes for all variables of sp, at the machine sp->machine, which fw holds already (field_set_machine).
 * Where the topology changes within a step, the difference is one-sided. Costs two mesh maps per variable (of the part that moves); once
 * for all states.
 * Status: ST_INFEASIBLE: no mesh on either side of the design (variable named). Allocates nothing. sp must outlive the calls below. */
enum status sens_set_design(struct sens_ws *ws, const struct sens_space *sp, const struct field_ws *fw, struct err *e) MUST_CHECK;

/* sens_solve - derivatives at the last solution of fw, kept as state `state` of the batch. direct = 0: adjoint figures only.
 * Status as field_sens_solve. Allocates nothing. */
enum status sens_solve(struct sens_ws *ws, struct field_ws *fw, int state, int direct, struct field_gradient *out,
                       struct err *e) MUST_CHECK;

/* The loss of a conducting sleeve has no gradient: with one, values that hold it are NAN.
 * sens_eval_iron - coefficients of iron loss, magnet eddy loss and slot field from states 0 .. n_state-1 (the positions of iron.h at one
 * current vector, solved with direct = 1), and their derivatives out[n_var], by_source[FIELD_SOURCE_COUNT]; value, by_source may be NULL.
 * Coefficients that the positions cannot give are NAN. The loss at a frequency is linear in them. */
void sens_eval_iron(struct sens_ws *ws, int n_state, struct iron_coef *value, struct iron_coef *out, struct iron_coef *by_source);
/* sens_eval_magnet - demagnetising field of one state solved with direct = 1; out[n_var]. ST_INFEASIBLE: no magnets. */
enum status sens_eval_magnet(struct sens_ws *ws, int state, struct sens_magnet *value, struct sens_magnet *out, struct err *e) MUST_CHECK;
/* sens_eval_stress - smooth figures of stress_sens.h at a mechanical speed; out[n_var]. Status as stress_eval. */
enum status sens_eval_stress(struct sens_ws *ws, double omega_rad_per_s, const struct stress_opts *opts, struct stress_smooth *value,
                             struct stress_smooth *out, struct err *e) MUST_CHECK;
/* sens_eval_winding - every figure of struct winding_geometry; out[n_var]. R at temperature is proportional to R20. */
enum status sens_eval_winding(struct sens_ws *ws, struct winding_geometry *value, struct winding_geometry *out, struct err *e) MUST_CHECK;

struct sens_bom { double net_kg[BOM_PART_COUNT], purchased_kg[BOM_PART_COUNT], q_kg[BOM_MAX_ELEMENT], active_kg; };
/* sens_eval_bom - masses; `in` gives what the cross-section does not (shaft and housing, purchase), its areas and copper are overwritten.
 */
enum status sens_eval_bom(struct sens_ws *ws, const struct bom_input *in, const struct bom_elements *el, struct sens_bom *value,
                          struct sens_bom *out, struct err *e) MUST_CHECK;

#endif
