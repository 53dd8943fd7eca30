/* magnet.h - permanent-magnet grades: Br(T), HcJ(T, depth), recoil line and knee.
 * Model: straight recoil line B = Br(T) + mu0 mu_rec H, with an exponential knee in the intrinsic curve
 *     J(H) = [Br + mu0 (mu_rec - 1) H] (1 - exp(-(H + HcJ)/H0)),  B = mu0 H + J        (H < 0)
 * H0 follows from the squareness q = Hk/HcJ: at Hk a tenth of the recoil line's J is lost, exp(-(HcJ - Hk)/H0) = 1/10, so
 *     H0 = (1 - q) HcJ / ln 10.
 * (Hk is usually read where J = 0.9 Br. The two agree for mu_rec = 1; but for mu_rec 1.05 and HcJ above about 2 MA/m the recoil slope alone
 * costs 10 % of Br before Hk, and J = 0.9 Br then has no solution. Measured from the recoil line it always has one, and a wider knee.)
 * A grade with measured curves keeps their knee instead: the share of J lost below the curve's own recoil line (the straight line through
 * H = 0 and HcJ/2, which is reversible by definition) against |H|/HcJ, straight between its points and between the temperatures measured,
 * as at the nearest beyond them; so a knee moves with HcJ(T) and, in a diffused magnet, with the local HcJ. Br(T) and HcJ(T) pass through
 * the measured values: the laws below times a correction, straight between the temperatures measured and held beyond.
 * Br(T) = Br20 (1 + alpha (T-20 degC)), HcJ(T) = HcJ20 (1 + beta (T-20 degC)); coefficients refer to 20 degC.
 * Grain-boundary diffusion: HcJ20(x) = HcJ20 + gain20 * sum over diffused faces exp(-x_face/depth), capped at HcJ20 + gain20,
 *     x_face = distance to that face. HcJ20 is then the core (undiffused) value. gain20 belongs to the published amount w0 of Dy or Tb per
 * face area; with another amount w it saturates, and the depth stays:
 *     gain20(w) = gain20(w0) (1 - exp(-w/ws)) / (1 - exp(-w0/ws))
 * (form assumed: what more a face takes up goes into grains instead of along their boundaries [YONSEI_GBD]; ws with its range).
 * Field H is along the easy axis, negative when demagnetising; HcJ, Hk positive. */
#ifndef MATERIALS_MAGNET_H
#define MATERIALS_MAGNET_H
#include "materials/material.h"
#include "materials/base/status.h"

enum technology { TECH_NDFEB_DY, TECH_NDFEB_HRE_FREE, TECH_NDFEB_GBD, TECH_FE16N2, TECH_WOUND_FIELD,
                  TECH_FERRITE, TECH_SM2CO17, TECH_COUNT };
const char *technology_get_key(enum technology t);   /* "ndfeb_dy", ... */
const char *technology_get_label(enum technology t); /* "Dy-alloyed NdFeB", ... */

enum evidence { EVIDENCE_COMMERCIAL, EVIDENCE_DEMONSTRATED, EVIDENCE_TARGET, EVIDENCE_THEORETICAL };
const char *evidence_get_text(enum evidence v);

#define MAGNET_MAX_CURVE 4
#define MAGNET_MAX_CURVE_POINT 36
struct magnet_curve {             /* measured at one temperature */
    double T_K;
    double Br_pu, HcJ_pu;         /* measured over the law at T_K */
    int n;
    double h_pu[MAGNET_MAX_CURVE_POINT], lost_pu[MAGNET_MAX_CURVE_POINT]; /* |H|/HcJ from 1/2 (nothing lost) to 1 (all), both growing */
};

struct magnet {
    struct material base;
    enum technology technology;
    enum evidence evidence;
    struct datum Br20_T, alpha_Br_per_K, HcJ20_A_per_m, beta_HcJ_per_K, mu_rec, squareness_pu;
    struct datum resistivity_ohm_m, conductivity_W_per_m_K, heat_capacity_J_per_kg_K;
    struct datum T_limit_K;           /* decomposition or maker's service limit: hard stop */
    int is_diffused;                  /* grain-boundary diffused */
    struct datum gbd_gain20_A_per_m;  /* HcJ gain at a diffused face */
    struct datum gbd_depth_m;
    struct datum gbd_hre_kg_per_m2;   /* w0: Dy or Tb brought in per diffused face area */
    struct datum gbd_saturation_kg_per_m2; /* ws */
    char gbd_element[12];             /* "Dy" or "Tb" */
    struct datum gbd_process_USD_per_m2; /* per diffused face area */
    struct datum max_thickness_m;     /* along the magnetisation, what the process can make; NAN value = no limit known */
    int n_curve;                      /* 0: the exponential knee */
    struct magnet_curve curve[MAGNET_MAX_CURVE]; /* ascending in T_K */
};

double magnet_eval_Br_T(const struct magnet *m, double T_K);
/* magnet_eval_HcJ_A_per_m - depth_m[n_face]: distances of the point to each diffused face (n_face = 0: core or not diffused). */
double magnet_eval_HcJ_A_per_m(const struct magnet *m, double T_K, int n_face, const double *depth_m);
/* magnet_eval_lost_pu - share of the recoil line's J that is lost at |H| = h_pu HcJ: exponential, or measured. */
double magnet_eval_lost_pu(const struct magnet *m, double T_K, double h_pu);
/* magnet_eval_knee - width H0 of the exponential for a local HcJ at T. */
double magnet_eval_H0_A_per_m(const struct magnet *m, double T_K, double HcJ_A_per_m);
/* magnet_eval_remaining_Br_T - Br of the recoil line after the field once reached H (A/m, negative):
 * Br_eq = Br - [Br - mu0 (mu_rec-1)|H|] exp(-(HcJ-|H|)/H0), measured: lost share for the exponential; 0 when |H| >= HcJ. */
double magnet_eval_remaining_Br_T(const struct magnet *m, double T_K, double HcJ_A_per_m, double H_A_per_m);
/* magnet_eval_knee_A_per_m - |H| at which 1 % of Br is lost. */
double magnet_eval_knee_A_per_m(const struct magnet *m, double T_K, double HcJ_A_per_m);
/* magnet_set_band - the same grade with its coercivity at an end of what the data allow: HcJ20, its temperature coefficient (as it acts at
 * T_K), squareness, and gain and depth of a diffusion all at the side that gives less (end < 0) or more coercivity. Data without a range
 * stay. Every datum at its end at once: a bound, not a standard deviation. */
void magnet_set_band(const struct magnet *m, int end, double T_K, struct magnet *out);

/* magnet_set_dose - a diffused grade with dose_pu times the published amount per face, 0 < dose_pu <= 1: gain and Dy or Tb per area. Other
 * grades as they are. */
void magnet_set_dose(const struct magnet *m, double dose_pu, struct magnet *out);

#endif
