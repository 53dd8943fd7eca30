/* out_risk.h - the answer of `motrade risk` on a terminal (at most 100 columns), as CSV and as JSON. Rules of out_json.h hold. */
#ifndef SOLVER_OUT_RISK_H
#define SOLVER_OUT_RISK_H
#include "materials/base/text.h"
#include "solver/risk_run.h"

/* out_risk_add_table - decision, what would turn it, then one block a scenario: risk cost by strategy and motor with standard errors, the
 * four parts and the unbuilt share at each motor's cheapest strategy. */
void out_risk_add_table(struct text *t, const struct risk_run *r);
/* out_risk_write_csv - one row per scenario, strategy and motor. */
enum status out_risk_write_csv(const struct risk_run *r, const char *path, struct err *e) MUST_CHECK;
enum status out_risk_write_json(const struct risk_run *r, const struct risk_run_opts *o, const char *path, struct err *e) MUST_CHECK;

/* In words, for people; all return out. as_words: underscores of names as spaces. */
const char *out_risk_get_decision(const struct risk_run *r, int as_words, char *out,
                                  size_t n);                                         /* as_words: underscores of names as spaces */
const char *out_risk_get_turn(const struct risk_turn *turn, char *out, size_t n);    /* the input, its range and the end */
const char *out_risk_get_change(const struct risk_run *r, const struct risk_change *x, char *out, size_t n);

/* A sourcing for a bill, chain by chain: routes with their shares, months in stock. */
const char *out_risk_get_sourcing(const struct market *m, const double *q_kg, const struct sourcing *so, int as_words, char *out, size_t n);
/* The best mix of a motor, chain by chain: routes with their shares, months in stock. "" when the programme found none. */
const char *out_risk_get_mix(const struct risk_run *r, int scenario, int bill, int as_words, char *out, size_t n);

#endif
