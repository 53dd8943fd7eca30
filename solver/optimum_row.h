/* optimum_row.h - what keeps the refined designs where they are (compare.h: struct compare_optimum), for tables: each requirement or limit
 * that binds one of them, and what it would be worth to have it 1 % or 1 K easier. */
#ifndef SOLVER_OPTIMUM_ROW_H
#define SOLVER_OPTIMUM_ROW_H
#include "solver/compare.h"
#include <jansson.h>

#define OPTIMUM_MAX_ROW (CON_COUNT + 2 * STUDY_MAX_LIMIT)
struct optimum_row {
    int constraint;              /* index in multiplier_pu */
    char label[96];
    const char *step;            /* "1 %", "1 K" */
    double score_pu[TECH_COUNT], worth_USD[TECH_COUNT]; /* of the step; NAN: no refined design, or no weighted objective in USD */
};
int optimum_row_count_refined(const struct comparison *c); /* technologies that have such a design */
/* optimum_row_has_USD - whether there is one, so that score can be told in its terms. */
int optimum_row_has_USD(const struct study *s);
/* optimum_row_get_worth - for tables: USD where there are any, else thousandths of the score. */
double optimum_row_get_worth(const struct study *s, const struct optimum_row *row, int technology);
/* optimum_row_get - rows in the order of the constraints; a requirement that binds nowhere has none. Returns how many. */
int optimum_row_get(const struct comparison *c, struct optimum_row out[OPTIMUM_MAX_ROW]);
json_t *optimum_row_get_json(const struct comparison *c, int technology); /* null without a refinement */

#endif
