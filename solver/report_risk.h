/* report_risk.h - the page of `motrade risk`: decision and what would turn it, the table by scenario and strategy, price fans, outages,
 * cost distributions, who causes the risk, strategy map, assumed inputs and sources. Self-contained; no network is needed to read it. */
#ifndef SOLVER_REPORT_RISK_H
#define SOLVER_REPORT_RISK_H
#include "solver/risk_run.h"

/* report_risk_write - Status: ST_IO (also when the packaged chart library is not installed), ST_NO_MEMORY. */
enum status report_risk_write(const struct risk_run *r, const struct risk_run_opts *o, const char *path, struct err *e) MUST_CHECK;

#endif
