/* risk_run_impl.h - what risk_run.c (the table), risk_turn.c (assumed data) and risk_map.c (strategy map) share. */
#ifndef SOLVER_RISK_RUN_IMPL_H
#define SOLVER_RISK_RUN_IMPL_H
#include "solver/risk_run.h"

/* risk_run_get_opts - of a simulation of n scenarios. */
struct risk_opts risk_run_get_opts(const struct risk_study *s, const struct risk_run_opts *o, int n_scenario);
/* risk_run_eval - all bills under one scenario and strategy; out[n_bill]. */
enum status risk_run_eval(const struct risk_study *s, const struct market *m, const struct scenario *sc, const struct sourcing *so,
                          const struct risk_opts *opts, struct risk_result *out, struct err *e) MUST_CHECK;
void risk_run_note(struct risk_run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Cost with risk of every bill, and what each scenario moves it by (models/risk/influence.h) [bill * n_scenario + s]. */
struct risk_influence { int group; double total_USD[RISK_STUDY_MAX_BILL]; double *h_USD; };
enum status risk_run_new_influence(const struct risk_study *s, const struct market *m, const struct scenario *sc, const struct sourcing *so,
                                   const struct risk_opts *opts, struct risk_influence *out, struct err *e) MUST_CHECK;
void risk_run_free_influence(struct risk_influence *x); /* legal for one that is all 0 */
/* b less a; ST_NO_MEMORY gives an error of NAN. */
struct risk_figure risk_run_eval_gap(const struct risk_opts *opts, const struct risk_influence *a, int bill_a,
                                     const struct risk_influence *b, int bill_b);

/* risk_mix.c: best mixes of all scenarios; years and break-evens of the base scenario, for outlooks. */
enum status risk_mix_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e) MUST_CHECK;
enum status risk_mix_set_outlook(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, int bill,
                                 struct err *e) MUST_CHECK;
/* risk_turn.c, risk_map.c */
enum status risk_turn_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e) MUST_CHECK;
enum status risk_map_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *r, struct err *e) MUST_CHECK;

#endif
