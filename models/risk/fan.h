/* fan.h - what a simulation says month by month: probability that nodes are down, and quantiles of prices inside and outside the controlled
 * market.
 *
 * Outages are counted over the scenarios. Given the regime, log P(t) is normal with the mean and variance of the OU process at the month's
 * end (key SCHWARTZ1997), and the price shocks do not depend on the nodes: the price is a mixture of two log-normals, whose quantiles are
 * solved for, not sampled. Their only Monte-Carlo error is that of the regime's probability. */
#ifndef MODELS_RISK_FAN_H
#define MODELS_RISK_FAN_H
#include "models/risk/risk.h"

enum fan_side { FAN_INSIDE, FAN_OUTSIDE }; /* the price of routes of basis fob, and of basis outside */

int fan_get_n_month(const struct risk *r);
/* fan_eval_down - down_pu[n_month]: share of scenarios in which a node of the set is down at the month's beginning. */
void fan_eval_down(const struct risk *r, unsigned node_mask, double *down_pu);
/* fan_eval_regime - the same for the control regime of an element's chain. */
void fan_eval_regime(const struct risk *r, int element, double *on_pu);
/* fan_eval_price - quantiles of one element's price at each month's end, price_USD_per_kg[level * n_month + month].
 * Given: level_pu n_level levels inside 0..1. Status: ST_CONFIG: a level outside 0..1; spikes, with which the price is no such
 * mixture. Allocates nothing. */
enum status fan_eval_price(const struct risk *r, int element, enum fan_side side, int n_level, const double *level_pu,
                           double *price_USD_per_kg, struct err *e) MUST_CHECK;

#endif
