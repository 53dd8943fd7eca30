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

/* In words, for people; all return out. */
const char *out_risk_get_decision(const struct risk_run *r, int as_words, char *out,
                                  size_t n);                                         /* as_words: underscores of names as spaces */
const char *out_risk_get_turn(const struct risk_turn *turn, char *out, size_t n);    /* the input, its range and the end */
const char *out_risk_get_change(const struct risk_run *r, const struct risk_change *x, char *out, size_t n);

#endif
