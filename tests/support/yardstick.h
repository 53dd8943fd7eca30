/* yardstick.h - time of one double-precision banded Cholesky factorisation (LAPACK's dpbtrf) of the present Newton matrix, in the
 * narrowest of six reverse Cuthill-McKee orders: the unit in which tests/bench states the cost of a field solution. */
#ifndef TESTS_SUPPORT_YARDSTICK_H
#define TESTS_SUPPORT_YARDSTICK_H
#include "models/field/field.h"

struct yardstick;
/* yardstick_new - for the workspace's present angle, which must have been solved at. */
enum status yardstick_new(struct field_ws *ws, struct yardstick **out, struct err *e) MUST_CHECK;
void yardstick_free(struct yardstick *y);
double yardstick_eval_s(struct yardstick *y);
int yardstick_get_half_band(const struct yardstick *y);

#endif
