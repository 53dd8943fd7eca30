/* influence.h - standard errors of differences between motors, strategies or bills that were reckoned with the same draws.
 *
 * f = mean + loading (CVaR - mean) of a cost C is a weighted mean over scenarios of f_s = (1 - loading) C_s + loading (v + (C_s - v)+ / (1
 * - a)), v the quantile at level a, whose own error is of second order (key ROCKAFELLAR_URYASEV). h_s = w_s (f_s - f) is what scenario s
 * moves it by; two f of the same draws differ with the error of the difference of their h. */
#ifndef MODELS_RISK_INFLUENCE_H
#define MODELS_RISK_INFLUENCE_H
#include "models/risk/risk.h"

/* risk_set_influence - C_s of every scenario (n_scenario) to h_s, in place; returns f in USD. scratch: 2 n_scenario. */
double risk_set_influence(const struct risk *r, double loading_pu, double *value_USD, double *scratch_USD);
/* risk_get_group - scenarios of one independent group: they stand together (a pair, a replicate). */
int risk_get_group(const struct risk *r);
/* risk_eval_group_error - standard error of the mean of n_scenario values h (mean 0) in groups; NAN for one group. */
double risk_eval_group_error(int n_scenario, int group, const double *value_USD);

#endif
