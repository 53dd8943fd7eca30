/* plateau.h - step study of central differences: with falling steps the error of truncation falls (step^2) and that of rounding rises
 * (1/step); where two neighbouring steps agree best, there the difference counts. */
#ifndef TESTS_SUPPORT_PLATEAU_H
#define TESTS_SUPPORT_PLATEAU_H

#define PLATEAU_MAX_STEP 6

struct plateau { double value, gap; }; /* by the smaller step of the best pair; what separates the two */
/* plateau_get - figure i of n_step differences d[step * n_figure + i], falling steps; n_step >= 2. */
struct plateau plateau_get(int n_step, int n_figure, const double *d, int i);
/* plateau_is_flat - whether the last two differences of every figure agree to rtol of max(|difference|, scale[i]). NAN figures count as
 * flat. */
int plateau_is_flat(int n_step, int n_figure, const double *d, const double *scale, double rtol);

#endif
