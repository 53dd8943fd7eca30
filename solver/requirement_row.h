/* requirement_row.h - what a motor was asked for and what it reaches, row by row, for the tables that people read. */
#ifndef SOLVER_REQUIREMENT_ROW_H
#define SOLVER_REQUIREMENT_ROW_H
#include "models/evaluate.h"

enum requirement_state { REQUIREMENT_MET, REQUIREMENT_MISSED, REQUIREMENT_NOT_REACHED /* an earlier one is missed */ };
struct requirement_row {
    const char *label, *unit;
    int decimals;                 /* at most: figure_label_fit_decimals */
    double reached, wanted;       /* in the unit; NAN: the constraint has no single figure */
    enum requirement_state state;
};
#define REQUIREMENT_MAX_ROW (CON_COUNT + 5)

/* requirement_row_get - rows in the order in which they are judged; returns how many. */
int requirement_row_get(const struct eval_setup *u, const struct machine *m, const struct result *r,
                        struct requirement_row out[REQUIREMENT_MAX_ROW]);
const char *requirement_row_get_state(enum requirement_state s); /* "met", "missed", "not reached" */
int requirement_row_count_missed(const struct result *r);        /* constraints missed or not reached */

#endif
