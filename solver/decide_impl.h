/* decide_impl.h - break-even values of the decision. */
#ifndef SOLVER_DECIDE_IMPL_H
#define SOLVER_DECIDE_IMPL_H
#include "solver/compare.h"

/* decide_break_even - for every element that a design buys: the price at which another technology wins, each at its best design of its
 * front, objective scales held. Cost is linear in an element's price level (all price paths scale): d cost = q P + its drift, holding and
 * tail parts. */
enum status decide_break_even(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e) MUST_CHECK;

/* decide_shift.c: the best of all feasible designs under another scenario, all priced in one pass. */
enum status decide_shift(const struct study *s, struct comparison *c, const struct scenario *sc, const struct risk *risk,
                         struct scenario_cost *row, struct err *e) MUST_CHECK;

#endif
