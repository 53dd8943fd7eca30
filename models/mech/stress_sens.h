/* stress_sens.h - derivatives of the rotor's stress with respect to variables that move the nodes or change the machine.
 *
 * K u = f with K, f and the supports' polar frames functions of the nodes' places X. For a figure J(X, u), with K psi = J_u,
 *     dJ/dX = J_X + d/dX [psi . (f - K u)]   at constant polar components of u and psi
 * (adjoint; R. Haftka, Z. Gurdal, Elements of Structural Optimization, 3rd ed. 1992, ch. 7): three more back-substitutions with the factor
 * of stress_eval and one pass over the elements, whatever the number of variables; each variable is then the product of dJ/dX with the
 * velocity of its nodes. Exact for the discrete equations; where the load's share of an edge has a kink (an edge that just begins to be
 * pushed, a corner at the rim of a coil's shadow), the derivative is that of one side.
 *
 * Percentiles by area are step functions of finitely many integration points and zones have sharp edges; here both are smeared: the level s
 *     sum a w f((s - sigma)/(STRESS_SMOOTH_WIDTH s)) = (1 - share) sum a w,   f(z) = 1/(1 + exp(z))
 * with w the membership of a point in its zone: a bridge's edges are logistic over STRESS_SMOOTH_EDGE of its height; the points of the post
 * (or pole body) are chosen once, by stress_sens_set_zones, and move with the mesh from then on. The figures stay near those of stress.h
 * (within the smearing) and have the same meaning: p99.5 of all rotor iron, p95 of the bridges and of the post. */
#ifndef MODELS_MECH_STRESS_SENS_H
#define MODELS_MECH_STRESS_SENS_H
#include "models/mech/stress.h"

#define STRESS_SMOOTH_WIDTH 0.03
#define STRESS_SMOOTH_EDGE 0.05
#define STRESS_SMOOTH_SPREAD 0.05 /* of the smooth largest of the three */

struct stress_smooth {
    double all_p995_Pa, bridge_p95_Pa, post_p95_Pa; /* NAN without bridge or post */
    double governing_Pa; /* smooth largest of them: (sum p^(1/SPREAD))^SPREAD, above the largest by at most 6 % */
};

/* One machine and its mesh. */
struct stress_side { const struct mesh *mesh; const struct machine *machine; };
/* One variable: velocity of the nodes of the mesh per unit of it, and the machine on both sides of the design, `step` units apart: the
 * bridges' zones move with it. The figures depend on nothing else that varies. */
struct stress_variable {
    const double *x_m, *y_m;
    const struct machine *side[2];
    double step;
};

struct stress_sens;
enum status stress_sens_new(const struct stress_ws *ws, struct stress_sens **out, struct err *e) MUST_CHECK;
void stress_sens_free(struct stress_sens *ss);
/* stress_sens_set_zones - which points are post: at this design, kept for all that follow (once per topology and search, say). */
void stress_sens_set_zones(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at);
/* stress_sens_eval - solves at the design (as stress_eval, same status), then value and its derivatives to n variables, out[n]. Allocates
 * nothing. */
enum status stress_sens_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                             const struct stress_opts *opts, int n, const struct stress_variable *var, struct stress_smooth *value,
                             struct stress_smooth *out, struct err *e) MUST_CHECK;
/* stress_smooth_eval - value only: one full solve. */
enum status stress_smooth_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                               const struct stress_opts *opts, struct stress_smooth *out, struct err *e) MUST_CHECK;

#endif
