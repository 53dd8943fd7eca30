/* report_risk_impl.h - what the files of the risk page share. */
#ifndef SOLVER_REPORT_RISK_IMPL_H
#define SOLVER_REPORT_RISK_IMPL_H
#include "solver/report_impl.h"
#include "solver/report_risk.h"

extern const char *const report_risk_script[];                                 /* report_risk_page.c */
json_t *report_risk_get_charts(const struct risk_run *r, const struct market *m); /* report_risk_charts.c */
/* report_risk_inputs.c: prices, supply nodes, routes and strategies as reckoned with, and their sources. */
void report_risk_add_inputs(struct text *t, const struct risk_run *r, const struct market *m);
/* report_risk.c: text of the study or of the market data, names in words. */
void report_risk_add_sentence(struct text *t, const char *s);
/* report_risk_tables.c. */
void report_risk_add_table(struct text *t, const struct risk_run *r);
void report_risk_add_mixes(struct text *t, const struct risk_run *r);
void report_risk_add_years(struct text *t, const struct risk_run *r);
void report_risk_add_break_evens(struct text *t, const struct risk_run *r);

#endif
