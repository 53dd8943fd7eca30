/* out_table.h - the decision on a terminal: at most 100 columns, technologies side by side, the answer first. */
#ifndef SOLVER_OUT_TABLE_H
#define SOLVER_OUT_TABLE_H
#include "materials/base/text.h"
#include "solver/compare.h"

void out_table_add_comparison(struct text *t, const struct comparison *c);
/* out_table_motor.c - one design, `motrade evaluate`: requirements, figures, events, what is held for ever, temperatures. */
void out_table_add_motor(struct text *t, const struct machine *m, const struct eval_setup *u, const struct result *r,
                         const struct eval_detail *d);

#endif
