/* margin_curve.h - kelvin left in the rotor against grams of dysprosium and terbium, every point a redesigned motor.
 * For each technology with magnets: the designs that meet every requirement and that no other of their technology beats in both, grams
 * (less is better) and rotor_margin_K (more is better). What the search of the study's objectives has evaluated is taken up whole;
 * search.margin_curve.generations more generations are bred for these two figures alone, in the same space, from the same seed. At most
 * search.margin_curve.points of them are evaluated again at report level, where those that miss a requirement, or are beaten there, are
 * left out. The designs do not enter the fronts: what is chosen by the study's objectives does not depend on the curve.
 * Read as a staircase: between two points the fewer grams buy the lower margin that is drawn, not a mean of both. */
#ifndef SOLVER_MARGIN_CURVE_H
#define SOLVER_MARGIN_CURVE_H
#include "solver/compare.h"
#include <jansson.h>

#define MARGIN_CURVE_MAX_BUDGET 12

/* margin_curve_eval_best - index of the design of technology k with the largest margin among those with at most hre_kg; -1: none. */
int margin_curve_eval_best(const struct compare_curve *c, double hre_kg);
/* margin_curve_get_budgets - round masses from 0 to beyond the heaviest point, for tables; returns how many, 0 without any point. */
int margin_curve_get_budgets(const struct comparison *c, double hre_kg[MARGIN_CURVE_MAX_BUDGET]);

/* margin_curve_get_goal_K - the most that any design reaches without a gram; NAN when none does without. */
double margin_curve_get_goal_K(const struct comparison *c);
/* margin_curve_eval_need_kg - least mass with which a technology reaches a margin; NAN: not at all. */
double margin_curve_eval_need_kg(const struct compare_curve *c, double margin_K);

json_t *margin_curve_get_json(const struct comparison *c); /* key margin_against_grams of result.json; NULL: not asked for */
/* margin_curve_write_csv - one row a point, every figure. Status: ST_IO, ST_NO_MEMORY. */
enum status margin_curve_write_csv(const struct comparison *c, const char *path, struct err *e) MUST_CHECK;

#endif
