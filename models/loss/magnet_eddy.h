/* magnet_eddy.h - resistance-limited eddy loss of a magnet block (skin depth much larger than the block).
 * The block has the width w across its easy axis in the cross-section, the axial length l of one segment, and is pulsated along its easy
 * axis.
 * Uniform pulsation, exact for the rectangle w x l: the stream function of the current obeys Poisson's equation with zero on the edge,
 * which is
 * Saint-Venant's torsion of a bar [TIMOSHENKO_GOODIER1970 art. 109]:
 *   P/V = (omega B)^2 w_eff^2 / (24 rho),   w_eff^2 = w^2 [1 - 192 w/(pi^5 l) sum_{n odd} tanh(n pi l/(2w)) / n^5]      (w <= l, else
 *   swapped)
 * Thin slab, l >> w: (omega B w)^2/(24 rho).
 * Pulsation that varies over the width (slot harmonics shorter than the magnet): the pulsation, averaged over the thickness, is expanded
 * in Legendre
 * polynomials; the current density follows from its integral with zero net current, J = -(1/rho) d/dt (A - mean A). End effect as for the
 * uniform part. */
#ifndef MODELS_LOSS_MAGNET_EDDY_H
#define MODELS_LOSS_MAGNET_EDDY_H

#define MAGNET_EDDY_N_MOMENT 6

/* magnet_eddy_eval_width2_m2 - w_eff^2 of a w x l rectangle. */
double magnet_eddy_eval_width2_m2(double w_m, double l_m);
/* magnet_eddy_eval_basis - Legendre P_0 .. P_{N-1} at x in [-1, 1]. */
void magnet_eddy_eval_basis(double x, double out[MAGNET_EDDY_N_MOMENT]);
/* magnet_eddy_eval_A2_T2m2 - mean over the width of (A - mean A)^2 for B(x) = sum b_k P_k(x), x = 2 s/w; uniform b_0: b_0^2 w^2/12. */
double magnet_eddy_eval_A2_T2m2(const double b_T[MAGNET_EDDY_N_MOMENT], double w_m);
/* magnet_eddy_eval_W_per_m3 - mean loss density at angular frequency omega of a pulsation with amplitudes b_cos, b_sin (Legendre
 * coefficients). */
double magnet_eddy_eval_W_per_m3(const double b_cos_T[MAGNET_EDDY_N_MOMENT], const double b_sin_T[MAGNET_EDDY_N_MOMENT], double w_m,
                                 double l_m, double omega_rad_per_s, double rho_ohm_m);
/* magnet_eddy_eval_cut_W_per_m3 - the same for a block cut into n_width insulated pieces side by side, each with the pulsation that falls
 * on it: the expansion over the block, expanded again over every piece (exact). n_width = 1: the block. */
double magnet_eddy_eval_cut_W_per_m3(const double b_cos_T[MAGNET_EDDY_N_MOMENT], const double b_sin_T[MAGNET_EDDY_N_MOMENT], int n_width,
                                     double w_m, double l_m, double omega_rad_per_s, double rho_ohm_m);

#endif
