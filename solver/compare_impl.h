/* compare_impl.h - what compare.c (search), compare_batch.c (evaluation of designs), compare_report.c (report level) and decide.c
 * (decision) share. */
#ifndef SOLVER_COMPARE_IMPL_H
#define SOLVER_COMPARE_IMPL_H
#include "models/risk/strategy.h"
#include "solver/archive.h"
#include "solver/compare.h"
#include "solver/pool.h"

struct job_set {                 /* evaluation of many points of one technology */
    const struct study *study;
    const struct compare_opts *opts;
    struct comparison *out;
    struct archive *archive;
    int technology;
    struct eval_level level;
    int n_worker;
    struct evaluator *evaluator[256]; /* one a worker, made at first use */
    int n_x;                     /* variables of the technology */
    int n_objective;             /* of the study, or of the margin curve */
    const struct figure *const *objective;
    struct result *result;       /* [max] in order of evaluation */
    int n_result;
    struct explore_result found; /* the same designs as points */
    int n_priced;                /* the first of them: by the whole simulation, where they are feasible */
};

/* compare_search - one search with the objectives of s; results in the order of evaluation from s->result[0]. */
enum status compare_search(struct job_set *s, const struct explore_opts *o, struct explore_result *out, struct err *e) MUST_CHECK;
/* compare_set_problem - the problem that explore.h and refine.h solve; n_level[SPACE_MAX_VAR] is kept by the caller. */
void compare_set_problem(struct job_set *s, int *n_level, struct explore_problem *out);
/* compare_refine.c: the best designs of a technology by score are led to the optimum near them; every design evaluated on the way joins
 * s->found and s->result. compare_set_scores came before. */
enum status compare_refine(struct job_set *s, struct err *e) MUST_CHECK;
int compare_refine_get_max(const struct study *s, int technology); /* designs that it evaluates at most */
/* compare_batch.c: designs x[n][n_x] to objectives and constraints for explore_solve, ctx a job_set; progress, and whether to stop. */
enum status compare_evaluate_batch(void *ctx, int n, const double *x, double *obj, double *con, struct err *e) MUST_CHECK;
/* compare_get_key - of a design of the technology of s in the archive; its value is a struct result. */
uint64_t compare_get_key(const struct job_set *s, const double *x);
#define COMPARE_RESULT_DOUBLES ((int)(sizeof(struct result) / sizeof(double)))
int compare_report_step(void *ctx, int n_done, int n_total);
enum status compare_evaluator_get(struct job_set *s, int worker, const struct machine *m, struct evaluator **out, struct err *e) MUST_CHECK;
void compare_evaluator_free(struct job_set *s);
/* Objectives of the study (minimised) and constraints (<= 0) of a result; con holds CON_COUNT + n_limit values. */
void compare_eval_responses(const struct study *s, const struct result *r, double *obj, double *con);
void compare_eval_constraints(const struct study *s, const struct result *r, double *con);
int compare_get_constraint_count(const struct study *s);
void compare_warn(struct comparison *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* compare_eval_score - weighted sum of objectives y[n_objective] in figure units, scaled over the fronts: 0 worst, 1 best. */
double compare_eval_score(const struct study *s, const struct comparison *c, const double *y);

/* compare_report.c: score the fronts, evaluate the chosen designs again at report level. */
enum status compare_report_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e) MUST_CHECK;
int compare_is_failed(enum status st); /* numerically: this design is left out, others may do */
void compare_set_scores(const struct study *s, struct comparison *c);
/* margin_curve.c: designs of one technology for the curve, after its search (s->found); margin_curve_report.c: all of them
 * at report level. */
enum status margin_curve_search(struct job_set *s, struct err *e) MUST_CHECK;
int margin_curve_get_start_max(const struct study *s, int technology); /* designs evaluated before its first generation, at most */
enum status margin_curve_report(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e) MUST_CHECK;
void margin_curve_done(struct compare_curve *c);
/* decide.c: other scenarios, probability of being best, break-even prices. */
enum status decide_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e) MUST_CHECK;

/* compare_mix.c: with `sourcing: best`, n designs each at its own best mix under a scenario; a gap that stays open is told as a warning. */
enum status compare_mix_solve(const struct study *s, const struct scenario *sc, int n, const double *q_kg, struct comparison *c,
                              struct strategy_result *out, struct err *e) MUST_CHECK;
/* compare_price - risk figures of n designs under a scenario: by the simulation given, or with `sourcing: best` each at its best mix. */
enum status compare_price(const struct study *s, struct comparison *c, const struct scenario *sc, const struct risk *risk,
                          struct risk_ws *ws, int n, const double *q_kg, struct risk_result *out, struct err *e) MUST_CHECK;
/* The chosen designs at their best mixes, and the simulation under that of the winner. Nothing unless `sourcing: best`. */
enum status compare_mix_report(const struct study *s, struct comparison *c, struct err *e) MUST_CHECK;
/* The simulation behind decision samples, break-even prices and options. */
const struct risk *compare_get_risk(const struct study *s, const struct comparison *c);

/* compare_get_binding - the largest miss among the requirements that were judged. */
enum constraint compare_get_binding(const struct result *r);

#endif
