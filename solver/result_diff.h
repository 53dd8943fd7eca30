/* result_diff.h - what changed between two results: inputs, then figures, as text for a terminal. */
#ifndef SOLVER_RESULT_DIFF_H
#define SOLVER_RESULT_DIFF_H
#include "materials/base/status.h"
#include "materials/base/text.h"

/* result_diff_add - two result.json of evaluate, or two of compare (the chosen design of each technology, and the winner). A figure is
 * shown when the two differ in the digits that the tables print. Differences of risk cost below two standard errors of both results
 * together are marked: with the same seed and market the scenarios are the same, and the true error is smaller. Status: ST_IO; ST_CONFIG:
 * no JSON, not such a result, or two of different kinds. */
enum status result_diff_add(struct text *t, const char *before, const char *after, struct err *e) MUST_CHECK;

#endif
