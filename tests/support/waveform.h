/* waveform.h - harmonics of a balanced three-phase quantity sampled over 60 electrical degrees. */
#ifndef TESTS_SUPPORT_WAVEFORM_H
#define TESTS_SUPPORT_WAVEFORM_H

/* waveform_eval_harmonic - amplitude of odd harmonic `order` of phase 0 from samples x[k][3] at the angles k/n 60 degrees. Phase m lags by
 * 120 m degrees and half a period changes the sign, so that the three phases over 60 degrees hold the whole period: 6 n samples. */
double waveform_eval_harmonic(int n, double x[][3], int order);

#endif
