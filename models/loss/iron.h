/* iron.h - core loss from the local flux-density waveforms of a rotation, and the eddy loss of magnets, as coefficients that do not
 * depend on speed.
 *
 * Stator. B of every element is sampled at rotor positions theta in [0, 60) deg el, dq currents held. Turning rotor and current pattern
 * together by the s slots and r + 1/3 poles of machine_get_sector moves the whole field along,
 *     B(slot k + s, theta + 60) = (-1)^r R(2 pi s/Q) B(slot k, theta),      whole q: s = q, r = 0,
 * and by 180 deg el changes its sign. A third of the slot pitches of a sector therefore owns the full period: 3 n samples of the half
 * period from n positions, and only odd harmonics. As many of them (1, 3, 5, ..) are fitted as 3 n samples resolve: n = 2 -> 1..5, n = 6 ->
 * 1..17. Slot pitches must be exact copies of each other in the mesh.
 * Rotor. The same shift carries pole j to pole j + r:  B(pole j + r, theta + 60) = (-1)^r B(pole j, theta) in the frame of the pole, so
 * that the poles of the sector (w of them, r and w have no common divisor) are one pole at w successive windows of 60 deg el: w n samples
 * of a period of w 60 deg el. With whole q, w = 1: harmonics 6, 12, .. below 3 n are fitted; an even number of uniform positions adds the
 * harmonic 3 n with the one phase that it sees. Fractional q: multiples of 6/w, sub-harmonics included, below 3 n. Whole q, n = 2 (half a
 * slot-harmonic period apart) sees one phase of the slot harmonic 6 q only and n = 3 counts all pulsation as slot harmonic: estimates for a
 * search, not for a report (a reference motor under load, coarse mesh: magnet loss 0.1 times that of 12 positions with n = 2). n = 1, or
 * two positions placed otherwise: NAN.
 *
 *   hyst   = sum_el m_el k_h sum_n n     (Bxn^2 + Byn^2)          W per Hz of electrical frequency
 *   eddy   = sum_el m_el k_c sum_n n^2   (Bxn^2 + Byn^2)          W per Hz^2
 *   excess = sum_el m_el k_e sum_n n^1.5 (Bxn^2 + Byn^2)^0.75     W per Hz^1.5         [BERTOTTI1988], both axes: loss of a rotating field
 *   sleeve = loss of the waves of A at a conducting sleeve of surface magnets [sleeve_eddy.h]                     W per Hz^2
 * B is that of the steel, B_element / stacking factor; m_el the mass of steel. Magnets: magnet_eddy.h; skin effect in laminations and
 * magnets neglected.
 * Whole machine (all poles, full stack). */
#ifndef MODELS_LOSS_IRON_H
#define MODELS_LOSS_IRON_H
#include "models/field/field.h"

enum loss_region { LOSS_STATOR_YOKE, LOSS_STATOR_TOOTH, LOSS_ROTOR_IRON, LOSS_MAGNET, LOSS_REGION_COUNT };

struct iron_coef {
    double hyst_W_per_Hz[LOSS_REGION_COUNT], eddy_W_per_Hz2[LOSS_REGION_COUNT], excess_W_per_Hz15[LOSS_REGION_COUNT];
    /* mean over the slot conductor area of the squared peak fundamental of the leakage field: drives ac copper loss */
    double slot_Bt2_T2;
    double magnet_gap_W_per_Hz2;  /* of the magnets' eddy coefficient: the layer at the gap of two; 0 with one */
    double sleeve_W_per_Hz2;      /* eddy loss of a conducting sleeve; 0 without; NAN where its samples were not set */
    double sleeve_reaction2_W_per_Hz4; /* the same with every wave times its X^2 at 1 Hz [sleeve_eddy.h] */
};

struct iron_ws;
/* iron_new - workspace for the topology of ms and up to max_position samples. Status: ST_INFEASIBLE ("iron_symmetry") when the winding
 * cannot be balanced, or slot pitches or poles of the mesh are no copies of each other; ST_NO_MEMORY. */
enum status iron_new(const struct mesh *ms, const struct machine *m, int max_position, struct iron_ws **out, struct err *e) MUST_CHECK;
void iron_free(struct iron_ws *ws);
/* iron_set_machine - new dimensions on the same topology (areas, masses, materials). Allocates nothing. */
void iron_set_machine(struct iron_ws *ws, const struct mesh *ms, const struct machine *m);
/* iron_set_sample - B of every element (2*n_tri, own frames) at position k of n; theta_el in [0, 60 deg el), all different. */
void iron_set_sample(struct iron_ws *ws, int k, int n_position, double theta_el_rad, const double *B_T);
/* iron_eval - coefficients from the n_position samples set. Magnet conductivity as tabulated. Coefficients that the positions cannot give
 * are NAN. */
void iron_eval(struct iron_ws *ws, int n_position, struct iron_coef *out);
/* A conducting sleeve: iron_get_sleeve_size doubles a sample (0: there is none), read from a solution and set with its position, after
 * iron_set_sample. They are the waves of A at the sleeve's mean radius. */
int iron_get_sleeve_size(const struct iron_ws *ws);
void iron_eval_sleeve_field(const struct iron_ws *ws, const struct field_ws *field, double *A_Wb_per_m);
void iron_set_sleeve_sample(struct iron_ws *ws, int k, int n_position, const double *A_Wb_per_m);
/* The same for the magnets alone: frames and sizes, samples, and the coefficients of LOSS_MAGNET and magnet_gap; others are not touched. */
void iron_set_magnet_machine(struct iron_ws *ws, const struct mesh *ms, const struct machine *m);
void iron_set_magnet_sample(struct iron_ws *ws, int k, int n_position, double theta_el_rad, const double *B_T);
void iron_eval_magnet(struct iron_ws *ws, int n_position, struct iron_coef *out);
/* What the magnets' loss is made of: moments of the flux density over every magnet at every sample, iron_get_moment_count of them, in which
 * the loss is a quadratic form. get: of the samples set; set: in their place, at the same positions (a common shift of all does not
 * matter), for iron_eval_magnet. */
int iron_get_moment_count(const struct iron_ws *ws, int n_position);
void iron_get_moments_T(const struct iron_ws *ws, int n_position, double *out_T);
void iron_set_moments_T(struct iron_ws *ws, int n_position, const double *moment_T);
/* iron_get_position_el_rad - the usual position k of n: 60 deg el / n apart. Whole q, n = 2: half a slot-ripple period (30 deg el / q)
 * apart. Fractional q: where n divides the ripple periods in 60 deg el (machine_sector.n_ripple = c), n such positions would all see one
 * phase of the ripple, whose period is 360 p/lcm(Q, 2p); they are then 60/n + 60/(c n) apart. */
double iron_get_position_el_rad(const struct machine *m, int k, int n_position);

#endif
