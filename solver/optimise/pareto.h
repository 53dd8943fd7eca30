/* pareto.h - dominance, ranking and hypervolume of minimised objectives under constraints. No motor words.
 * A point is feasible when its total violation is 0. Constrained dominance [DEB2002]: feasible beats infeasible; of two infeasible
 * points the smaller violation wins; of two feasible ones Pareto dominance decides. Arrays are row-major: point k at obj[k*n_obj]. */
#ifndef SOLVER_OPTIMISE_PARETO_H
#define SOLVER_OPTIMISE_PARETO_H

/* pareto_eval_violation - sum of max(0, g_j) over n_con constraint values (g <= 0 feasible); NaN counts as 1e9. */
double pareto_eval_violation(int n_con, const double *g);
/* pareto_is_dominated - 1 if a is dominated by b (b at least as good everywhere and better somewhere; constrained). */
int pareto_is_dominated(int n_obj, const double *obj_a, double violation_a, const double *obj_b, double violation_b);
/* pareto_set_rank - rank[k] = 0 for the non-dominated front, 1 for the next ... Allocates nothing; O(n^2 n_obj).
 * work: int[2*n]. */
void pareto_set_rank(int n, int n_obj, const double *obj, const double *violation, int *rank, int *work);
/* pareto_set_crowding - crowding distance [DEB2002] within each rank; ends of each objective get HUGE_VAL. work: int[n]. */
void pareto_set_crowding(int n, int n_obj, const double *obj, const int *rank, double *distance, int *work);
/* pareto_eval_hypervolume - volume dominated by n points and bounded by ref[n_obj], 2 or 3 objectives, exact. Points beyond ref count
 * nothing. work: double[n * n_obj]. */
double pareto_eval_hypervolume(int n, int n_obj, const double *obj, const double *ref, double *work);

#endif
