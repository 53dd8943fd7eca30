/* waveform.h - what changes with the rotor position: torque, flux linkages, back-EMF, cogging, demagnetising field; over the whole period
 * from the positions of one symmetry window.
 *
 * Load (dq currents held): turning stator pattern and rotor together by 60 deg el carries the machine into itself
 * (models/machine/sector.h), so torque, dq linkages and coenergy repeat every 60 deg el and n equally spaced positions of that window are
 * the whole period; harmonics 6, 12, .. below 3 n (3 n with its cosine only).
 * No load: stator slots and rotor poles are alike, so turning the rotor by the slot-ripple period d = 2 pi/lcm(Q, 2p) (s slot pitches less
 * r poles) gives the same field s slots further,
 *     A_(k+s)(theta + d) = (-1)^r A_k(theta),        A_k: mean of A over slot k,
 * and n positions of one ripple period give the linkage of a phase at n lcm(Q, 2p)/p positions of the electrical period, triplen harmonics
 * included. A skewed rotor at no load is the straight one with every harmonic times its skew factor (currents are zero in every slice).
 *
 * Between positions a quantity is the trigonometric polynomial through them. Ripple and cogging: peak to peak of that polynomial.
 * Back-EMF: e = d lambda/dt = w sum_k k (-a_k sin k theta + b_k cos k theta); line to line e_a - e_b; THD = sqrt(sum_(k > 1) E_k^2)/E_1.
 * Torque three ways, i_abc held, W' coenergy, theta_m mechanical:
 *     by stress (field.h), by linkages 3/2 p (lambda_d i_q - lambda_q i_d) of the means over positions, and position by position by energy:
 *     T = dW'/dtheta_m = 3/2 p (lambda_d i_q - lambda_q i_d) + dW'/dtheta_m at constant dq currents [KRAUSE2013 ch. 1].
 * Whole machine; peak amperes; d axis and theta as in winding.h. Positions needed, as tested in tests/verify/test_waveform.c (whole q = 2):
 * means 6 of 60 deg el, ripple 12, back-EMF 6 of a ripple period, cogging 12. */
#ifndef MODELS_WAVEFORM_WAVEFORM_H
#define MODELS_WAVEFORM_WAVEFORM_H
#include "models/field/slices.h"

#define WAVEFORM_MAX_POSITION 48
#define WAVEFORM_MAX_ORDER 120     /* of the electrical period, no load */

struct waveform_series {           /* y(x) = a[0] + sum_k a[k] cos(k x) + b[k] sin(k x), k < n */
    int n;
    double a[WAVEFORM_MAX_POSITION / 2 + 1], b[WAVEFORM_MAX_POSITION / 2 + 1];
};
/* waveform_set_series - trigonometric polynomial through n equally spaced samples of a period (first at x = 0), n <= WAVEFORM_MAX_POSITION.
 */
void waveform_set_series(int n, const double *y, struct waveform_series *out);
double waveform_eval_series(const struct waveform_series *s, double x_rad);
struct waveform_series waveform_get_slope(const struct waveform_series *s, double factor); /* factor dy/dx */
double waveform_eval_peak_to_peak(const struct waveform_series *s);

/* ---- under load ---- */
struct waveform_load {
    int n, p;
    double i_d_A, i_q_A, i_f_A;
    double theta_el_rad[WAVEFORM_MAX_POSITION];      /* k 60/n deg el */
    double torque_Nm[WAVEFORM_MAX_POSITION], torque_energy_Nm[WAVEFORM_MAX_POSITION];
    double lambda_d_Wb[WAVEFORM_MAX_POSITION], lambda_q_Wb[WAVEFORM_MAX_POSITION], lambda_f_Wb[WAVEFORM_MAX_POSITION];
    double coenergy_J[WAVEFORM_MAX_POSITION];
    double torque_mean_Nm, torque_linkage_Nm, ripple_Nm, ripple_energy_Nm; /* ripple: peak to peak, by stress and by energy */
    double lambda_d_mean_Wb, lambda_q_mean_Wb, lambda_f_mean_Wb;
    struct waveform_series torque, torque_energy;    /* x = 6 theta: order k is harmonic 6 k */
    long n_solve;
};
/* waveform_solve_load - n_position positions from a cold start (the result does not depend on what was solved before). H_A_per_m (may be
 * NULL): room for three values per element of field_get_magnets; the first third returns the lowest easy-axis field (most demagnetising)
 * of each element over positions and slices. The magnet temperature of ws must be set.
 * Status: ST_RANGE for positions outside 1 .. WAVEFORM_MAX_POSITION; those of field_solve. Allocates nothing. */
enum status waveform_solve_load(struct field_ws *ws, const struct machine *m, double i_d_A, double i_q_A, double i_f_A, int n_position,
                                double *H_A_per_m, struct waveform_load *out, struct err *e) MUST_CHECK;

/* ---- at no load ---- */
struct waveform_noload {
    int n_position, n_window, n_order;               /* windows in the electrical period; orders 1 .. n_order - 1 are known */
    double i_f_A;
    double a_Wb[WAVEFORM_MAX_ORDER], b_Wb[WAVEFORM_MAX_ORDER]; /* phase A linkage: cosine and sine of order k; [0]: mean */
    double cogging_Nm, cogging_energy_Nm;            /* peak to peak, by stress and by energy */
    struct waveform_series torque, torque_energy;    /* x = n_window theta: order k is harmonic k n_window */
    long n_solve;
};
/* waveform_solve_noload - as above; phases B and C follow A by 120 and 240 deg el. */
enum status waveform_solve_noload(struct field_ws *ws, const struct machine *m, double i_f_A, int n_position, struct waveform_noload *out,
                                  struct err *e) MUST_CHECK;
/* waveform_get_windows - slot-ripple periods of the electrical period, lcm(Q, 2p)/p. */
int waveform_get_windows(const struct machine *m);
double waveform_eval_linkage_Wb(const struct waveform_noload *w, int phase, double theta_el_rad);
double waveform_eval_cogging_Nm(const struct waveform_noload *w, double theta_el_rad);
double waveform_eval_emf_V(const struct waveform_noload *w, int phase, double theta_el_rad, double w_el_rad_per_s);

struct waveform_emf {              /* at one speed; peak unless _rms */
    double phase_fundamental_V, phase_rms_V, phase_thd_pu;
    double line_fundamental_V, line_rms_V, line_peak_V, line_thd_pu; /* line to line; line_peak: of the whole waveform */
};
void waveform_eval_emf(const struct waveform_noload *w, double w_el_rad_per_s, struct waveform_emf *out);
/* waveform_get_emf_harmonic_V - amplitude of order k, phase (is_line = 0) or line to line. */
double waveform_get_emf_harmonic_V(const struct waveform_noload *w, int order, int is_line, double w_el_rad_per_s);

#endif
