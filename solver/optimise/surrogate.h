/* surrogate.h - cubic radial-basis interpolation with a linear tail of several responses over the unit box. It never judges a design: it
 * only orders candidates, so that fewer of them are sent to the field model. A response need not be known at every point (a stage that was
 * not reached): it is interpolated over those where it is, one dense LU of order n + n_x + 1 for all responses known at the same points.
 * [GUTMANN2001] */
#ifndef SOLVER_OPTIMISE_SURROGATE_H
#define SOLVER_OPTIMISE_SURROGATE_H
#include "materials/base/status.h"

struct surrogate;
enum status surrogate_new(int max_points, int n_x, int n_y, struct surrogate **out, struct err *e) MUST_CHECK;
void surrogate_free(struct surrogate *s);
/* surrogate_set_points - fit n points x[n*n_x], y[n*n_y] (row-major; NAN: not known there). A ridge of 1e-8 keeps repeated points harmless.
 * A response known at fewer than n_x + 2 points is taken as constant, at the largest value known (0 when there is none).
 * Status: ST_SINGULAR when fewer than n_x + 1 independent points. Allocates nothing. */
enum status surrogate_set_points(struct surrogate *s, int n, const double *x, const double *y, struct err *e) MUST_CHECK;
void surrogate_eval(const struct surrogate *s, const double *x, double *y);

#endif
