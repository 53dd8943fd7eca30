/* layers.h - ac resistance of bars stacked in a slot, layer by layer, by the closed solution of the 1-D field.
 * A bar of height h and width b_c in a slot of width b carries I above the current I_b that flows nearer the slot bottom (both phasors).
 * The slot field runs across the slot and rises from I_b/b to (I_b + I)/b over the bar; iron is ideal, bars are solid and the current in
 * each is the same whatever the field does. Loss over that of direct current [DOWELL1966; PYRHONEN2014 ch. 5.2; Emde 1908]:
 *     k = phi(xi) + psi(xi) (|I_b|^2 + Re(I_b I*))/|I|^2,     xi = h sqrt(omega mu0 b_c/(2 rho b))
 *     phi = xi (sinh 2xi + sin 2xi)/(cosh 2xi - cos 2xi),  psi = 2 xi (sinh xi - sin xi)/(cosh xi + cos xi)
 * Layer m of equal currents from the bottom (m = 0, 1, ..): k = phi + m (m + 1) psi, in the mean over n layers phi + (n^2 - 1)/3 psi.
 * In a slot with sides of two phases the phasors differ; k is then averaged over the slots of a sector. Layer 0 lies at the bottom. Of two
 * winding layers the returning coil sides lie at the bottom (which of the two does makes no difference to the mean).
 * Not modelled: field of the magnets and of the opposite bars through the slot opening, saturation, harmonics of the current. */
#ifndef MODELS_LOSS_LAYERS_H
#define MODELS_LOSS_LAYERS_H
#include "models/machine/bars.h"
#include "models/winding/winding.h"

struct layers {
    int n;
    double h_m[MACHINE_MAX_BAR], share_pu[MACHINE_MAX_BAR]; /* bar width / slot width at the bar */
    double below_pu[MACHINE_MAX_BAR];   /* mean of (|I_b|^2 + Re(I_b I*))/|I|^2 */
};
/* layers_init - from bars and winding of m. Status: ST_RANGE when the machine has no bars, and of winding_set_layout. */
enum status layers_init(struct layers *out, const struct machine *m, struct err *e) MUST_CHECK;
/* layers_eval_factor - k of layer m; layers_eval_mean - resistance in the slots over its dc value, bars in series. */
double layers_eval_factor(const struct layers *l, int layer, double omega_rad_per_s, double rho_ohm_m);
double layers_eval_mean(const struct layers *l, double omega_rad_per_s, double rho_ohm_m);

/* layers_eval_phi_psi - the two functions, by series for xi < 0.05 where the differences cancel. */
void layers_eval_phi_psi(double xi_pu, double *phi_pu, double *psi_pu);

#endif
