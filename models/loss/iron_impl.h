/* iron_impl.h - workspace of the core-loss model. Column: one unique stator element, or one element of the first pole; samples are stored
 * by row (position) and column with x and y apart, so that a harmonic of all elements is a few long vector sums. */
#ifndef MODELS_LOSS_IRON_IMPL_H
#define MODELS_LOSS_IRON_IMPL_H
#include "models/loss/harmonic_fit.h"
#include "models/loss/iron.h"
#include "models/loss/magnet_eddy.h"
#include "models/loss/sleeve_eddy.h"

#define IRON_N_BELT 3 /* windows of 60 deg el in half a period */

/* where a slot pitch of the sector stands: the waveform of an own pitch at a later window, turned and with a sign */
struct iron_place { int own, window, sign; double turn_rad; };

struct iron_magnet {                /* one piece of magnet of a pole */
    double area_m2, w_m, l_m, volume_m3, rho_ohm_m;
    int n_width, layer;             /* pieces across the width */
    double *moment_T;               /* [n_window max_position][MAGNET_EDDY_N_MOMENT]: Legendre coefficients of the easy-axis flux density */
};

#define IRON_MAX_WAVE FIELD_MAX_GAP_WAVE
struct iron_sleeve {
    int is_used, n_wave, first, step; /* waves per turn first, first + step, .. */
    int shift_pole;                   /* of the sector */
    struct sleeve_eddy eddy;
    double *A_Wb_per_m;               /* [n_window max_position][2 IRON_MAX_WAVE] cosines, then sines; NULL but for surface magnets */
};

struct iron_ws {
    int max_position, p, n_tri, n_tri_per_pitch;
    int q;                          /* own slot pitches: a third of the sector's; whole q: slots per pole and phase */
    int is_whole_q;
    int n_window;                   /* of the rotor: poles of the sector */
    int first_rotor, n_tri_per_pole;
    struct iron_place *place;       /* [3 q] slot pitches of the sector */
    int *window_pole;               /* [n_window] pole that stands for window i of the first */
    int n_local[3];                 /* yoke, tooth, slot elements of one slot pitch */
    int *local_tri;                 /* [sum n_local] triangle of pitch 0, sorted yoke, tooth, slot */
    int n_stator;                   /* columns: q * sum n_local, sorted yoke, tooth, slot */
    int n_rotor;
    int *rotor_tri;
    int n_magnet, n_block;
    int *magnet_tri;
    double *magnet_axis;            /* [2*n_magnet] unit easy axis */
    double *magnet_middle_m;        /* [n_magnet] of the element, across the block */
    double *magnet_weight;          /* [n_magnet][MAGNET_EDDY_N_MOMENT] */
    unsigned char *magnet_block;
    struct iron_magnet magnet[MACHINE_MAX_BLOCK];
    struct iron_sleeve sleeve;
    double *stator_kg;              /* [n_stator] steel mass by column; slots: area share */
    double *rotor_kg;
    double k_stator[3], k_rotor[3]; /* k_h, k_c, k_e with 1/stacking factor folded in: act on B of the element */
    double *stator_T;               /* [3*max_position][2*n_stator] */
    double *rotor_T;                /* [n_window*max_position][2*n_rotor] */
    double *theta_el_rad;           /* [max_position] */
    double *fit_theta_el_rad;       /* positions for which the fits below hold */
    int fit_n, fit_stator_ok, fit_rotor_ok;
    struct harmonic_fit stator_fit, rotor_fit;
    double *amplitude;              /* [4*max(n_stator, n_rotor)] work */
    double *phase_rad;              /* [max(3, n_window)*max_position] work */
};

double iron_get_area_m2(const struct mesh *ms, int t);
/* First column of a class (yoke, tooth, slot; 3: n_stator). */
int iron_get_first_column(const struct iron_ws *ws, int class);

/* iron_sleeve.c */
void iron_set_sleeve(struct iron_ws *ws, const struct mesh *ms, const struct machine *m);
void iron_forget_sleeve_sample(struct iron_ws *ws, int k, int n_position); /* until it is set, the loss is NAN */
void iron_eval_sleeve(struct iron_ws *ws, int n_position, struct iron_coef *out);

/* iron_eval.c - every harmonic that the positions resolve, of the stator or the rotor, one after the other; 0 (and none): they resolve
 * nothing. */
struct iron_harmonic {
    double order;
    int n_sample;
    const double *weight_cos, *weight_sin; /* [n_sample] of the rows of stator_T or rotor_T */
};
typedef void iron_harmonic_fn(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx);
int iron_visit_stator(struct iron_ws *ws, int n_position, iron_harmonic_fn *fn, void *ctx);
int iron_visit_rotor(struct iron_ws *ws, int n_position, iron_harmonic_fn *fn, void *ctx);
/* Its amplitudes in all n columns of `sample` into ws->amplitude: cosine parts x, y then sine parts x, y, n each. */
void iron_set_amplitude(struct iron_ws *ws, const double *sample, int n, const struct iron_harmonic *h);

#endif
