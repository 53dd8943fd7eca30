/* steel.h - electrical steel: monotone B-H as nu(B^2), core-loss fit, mechanical data.
 * B-H: the table through a monotone cubic H(B), resampled on a uniform grid of B (dB = STEEL_DB_T) up to STEEL_B_END_T;
 * beyond the last table point H grows with slope 1/mu0. The table is extended to saturation only so.
 * Lamination fill (stacking factor k): in-plane parallel mixing with air at equal H: B(H) = k B_steel(H) + (1-k) mu0 H.
 * Loss per kg, sinusoidal B (peak): p = k_h f B^2 + k_c f^2 B^2 + k_e f^1.5 B^1.5 (key BERTOTTI1988), fitted here
 * to the table in the data file by relative least squares with k >= 0; mean and worst fit error are kept. */
#ifndef MATERIALS_STEEL_H
#define MATERIALS_STEEL_H
#include "materials/material.h"
#include "materials/base/status.h"
#include "materials/base/curve.h"
#include <math.h>

#define STEEL_DB_T 0.01
#define STEEL_B_END_T 4.0

struct steel_nu {              /* H(B) on a uniform grid: cubic Hermite between knots; for the field solver's inner loop */
    int n;
    double inv_dB_per_T;
    double *H_A_per_m;         /* n knots */
    double *dHdB_A_per_m_T;    /* n slopes, > 0 */
};

struct steel {
    struct material base;
    struct curve H_of_B;                 /* as tabulated */
    double lamination_m;
    struct datum stacking_factor_pu;     /* default fill of the grade; the machine file may override */
    double k_h, k_c, k_e;                /* W/kg with f in Hz, B in T */
    double fit_error_mean_pu, fit_error_max_pu;
    int n_loss;                          /* rows of the loss table: f_Hz, B_T, p_W_per_kg each */
    double *loss_table;
    struct datum resistivity_ohm_m, conductivity_W_per_m_K, heat_capacity_J_per_kg_K, yield_Pa, young_Pa, poisson;
    struct datum tensile_Pa;          /* NAN value: not known */
    struct datum fatigue_Pa;          /* alternating strength, fully reversed, 1e7 cycles, punched edge; NAN value: not known */
};

/* steel_nu_init - table for the solver at lamination fill k in (0,1]. The caller owns it.
 * Status: ST_RANGE for a fill outside (0,1]; ST_CONFIG when the resampled H(B) would not rise; ST_NO_MEMORY. */
enum status steel_nu_init(struct steel_nu *nu, const struct steel *s, double fill_pu, struct err *e) MUST_CHECK;
void steel_nu_done(struct steel_nu *nu);
/* steel_nu_eval - nu (m/H) and d nu/d(B^2) at B^2 >= 0; B beyond the grid continues with slope 1/mu0; NAN in, NAN out.
 * In the first cell H = a B + c B^3 (H is odd in B), so that nu and its derivative are finite and exact at B = 0.
 * In the header because the field solver calls it once per iron element and iteration. */
static inline void steel_nu_eval(const struct steel_nu *nu, double B2_T2, double *nu_m_per_H, double *dnu_dB2)
{
    const double B_T = sqrt(B2_T2), x = B_T * nu->inv_dB_per_T, dB_T = 1.0 / nu->inv_dB_per_T;
    const int last = nu->n - 1;
    if (x < 1.0) {
        const double a = nu->dHdB_A_per_m_T[0], c = (nu->H_A_per_m[1] / dB_T - a) / (dB_T * dB_T);
        *nu_m_per_H = a + c * B2_T2;
        *dnu_dB2 = c;
        return;
    }
    double H, dHdB;
    if (x < (double)last) {
        const int i = (int)x;
        const double t = x - (double)i, H0 = nu->H_A_per_m[i], dH = nu->H_A_per_m[i + 1] - H0;
        const double c1 = dB_T * nu->dHdB_A_per_m_T[i], m1 = dB_T * nu->dHdB_A_per_m_T[i + 1];
        const double c2 = 3.0 * dH - 2.0 * c1 - m1, c3 = c1 + m1 - 2.0 * dH;
        H = H0 + t * (c1 + t * (c2 + t * c3));
        dHdB = (c1 + t * (2.0 * c2 + 3.0 * t * c3)) * nu->inv_dB_per_T;
    } else {
        dHdB = nu->dHdB_A_per_m_T[last];
        H = nu->H_A_per_m[last] + (x - (double)last) * dB_T * dHdB;
    }
    *nu_m_per_H = H / B_T;
    *dnu_dB2 = (dHdB - *nu_m_per_H) / (2.0 * B2_T2);
}
double steel_eval_loss_W_per_kg(const struct steel *s, double f_Hz, double B_peak_T);

#endif
