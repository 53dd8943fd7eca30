/* iron_slope.h - derivatives of the coefficients of iron.h to any change of the design, from dB/dx of every element and the motion of the
 * nodes. Core loss and the squared slot field are sums over elements of mass times a function of harmonic amplitudes, and those are linear
 * in the samples of B. With a = (cosine, sine) amplitudes of an element, b2 = |a|^2, mass m, weights w of the samples:
 *     d(m k n b2)/dB       = 2 m k n a . w                        hysteresis, eddy with n^2
 *     d(m k n^1.5 b2^0.75)/dB = 1.5 m k n^1.5 b2^-0.25 a . w      excess
 * so that all elements' derivatives are gathered once, and a variable is a sum of products. Masses follow the areas of the elements and the
 * stack. Magnets are few and their weights move with them: they are differenced (iron_eval_magnet), not here. */
#ifndef MODELS_LOSS_IRON_SLOPE_H
#define MODELS_LOSS_IRON_SLOPE_H
#include "models/loss/iron.h"

struct iron_slope;
/* iron_slope_new - for the topology and the largest number of positions of ws. Status: ST_NO_MEMORY. */
enum status iron_slope_new(const struct iron_ws *ws, const struct mesh *ms, struct iron_slope **out, struct err *e) MUST_CHECK;
void iron_slope_free(struct iron_slope *s);
/* iron_slope_set - at the n_position samples that ws holds, on the mesh ms and the machine m that it was set to. Allocates nothing. */
void iron_slope_set(struct iron_slope *s, struct iron_ws *ws, const struct mesh *ms, const struct machine *m, int n_position);
/* One change of the design. */
struct iron_motion {
    const double *x_m, *y_m;  /* [n_node] velocities of the nodes; NULL: at rest */
    double stack_m;
    const double *dB_T;       /* [2 n_tri] at position 0, each element in its own frame and moving with it; position k: + k stride */
    size_t stride;
};
/* iron_slope_eval - derivatives of iron and slot coefficients; those of magnets 0, those that the positions cannot give NAN. */
void iron_slope_eval(const struct iron_slope *s, const struct iron_motion *o, struct iron_coef *out);

#endif
