/* vexp.h - exponential of an array in a plain loop that the compiler turns into vector code. */
#ifndef MODELS_RISK_VEXP_H
#define MODELS_RISK_VEXP_H

/* vexp_eval - y[k] = exp(x[k]); x and y may be the same. |x| <= 700; beyond it x is held at the limit.
 * Accuracy: relative error below 1e-14 (asserted in tests/unit/models/test_risk.c). */
void vexp_eval(int n, const double *x, double *y);

#endif
