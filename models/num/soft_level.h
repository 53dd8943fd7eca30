/* soft_level.h - a percentile that is smooth in its data. The weighted share of data below s is a staircase; each step is smeared to a
 * logistic of a given width, so that the level s(share) has derivatives of every order. width -> 0 is the percentile itself. */
#ifndef MODELS_NUM_SOFT_LEVEL_H
#define MODELS_NUM_SOFT_LEVEL_H

/* soft_level_eval - s with  sum w_i / (1 + exp((v_i - s)/width)) = share sum w_i;  weights >= 0, width > 0, 0 < share < 1. To rounding.
 * NAN when no weight is positive. work[n]: scratch. */
double soft_level_eval(int n, const double *value, const double *weight, double share, double width, double *work);
/* soft_level_eval_slopes - derivatives of the level s that soft_level_eval gave, to every value and every weight. */
void soft_level_eval_slopes(int n, const double *value, const double *weight, double share, double width, double s, double *to_value,
                            double *to_weight);

#endif
