/* harmonic_fit.h - least-squares amplitudes of chosen harmonics from samples of a period at any phases.
 * Model: y(phi) = c + sum_k a_k cos(n_k phi) + b_k sin(n_k phi), c only where asked for. The pseudo-inverse is formed once per set of
 * phases;
 * an amplitude is then one dot product. With as many unknowns as samples the fit interpolates.
 * Rows: [c], a_0, b_0, a_1, b_1, ...; row-major, n_sample columns. */
#ifndef MODELS_LOSS_HARMONIC_FIT_H
#define MODELS_LOSS_HARMONIC_FIT_H
#include "materials/base/status.h"

#define HARMONIC_FIT_MAX_ORDER 24

struct harmonic_fit {
    int max_sample;
    int n_sample, n_order, has_constant, n_row;
    int order[HARMONIC_FIT_MAX_ORDER];
    double *row;                  /* [n_row][n_sample] */
    double *basis, *normal;       /* work */
};

/* harmonic_fit_init - room for max_sample samples. Status: ST_NO_MEMORY. */
enum status harmonic_fit_init(struct harmonic_fit *hf, int max_sample, struct err *e) MUST_CHECK;
void harmonic_fit_done(struct harmonic_fit *hf);
/* harmonic_fit_set - pseudo-inverse for these phases and orders. Status: ST_RANGE with more unknowns than samples or than there is room
 * for;
 * ST_SINGULAR when the phases do not separate the harmonics (coinciding or aliased samples). Allocates nothing. */
enum status harmonic_fit_set(struct harmonic_fit *hf, int n_sample, const double *phase_rad, int has_constant, int n_order,
                             const int *order, struct err *e) MUST_CHECK;
/* harmonic_fit_get_row - weights of the samples that give a (is_sine = 0) or b (1) of harmonic k. */
const double *harmonic_fit_get_row(const struct harmonic_fit *hf, int k, int is_sine);

#endif
