/* magnet_eddy.c - see the header for the formulae and their source. */
#include "models/loss/magnet_eddy.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

#define ZETA5 1.0369277551433699 /* Riemann zeta(5) */

double magnet_eddy_eval_width2_m2(double w_m, double l_m)
{
    assert(w_m > 0.0 && l_m > 0.0);
    /* sum of 1/n^5 over odd n, less the part that tanh falls short of 1 */
    double a = fmin(w_m, l_m), b = fmax(w_m, l_m), sum = 31.0 / 32.0 * ZETA5;
    for (int n = 1; n <= 13; n += 2)
        sum -= 2.0 / (exp(n * PI * b / a) + 1.0) / pow(n, 5.0);
    return a * a * (1.0 - 192.0 * a / (pow(PI, 5.0) * b) * sum);
}

void magnet_eddy_eval_basis(double x, double out[MAGNET_EDDY_N_MOMENT])
{
    out[0] = 1.0;
    out[1] = x;
    for (int k = 1; k + 1 < MAGNET_EDDY_N_MOMENT; k++)
        out[k + 1] = ((2 * k + 1) * x * out[k] - k * out[k - 1]) / (k + 1);
}

/* int P_k dx = (P_{k+1} - P_{k-1})/(2k+1), so that A has the Legendre coefficients a_j = w/2 [b_{j-1}/(2j-1) - b_{j+1}/(2j+3)]; j = 0 is
 * the mean. */
double magnet_eddy_eval_A2_T2m2(const double b_T[MAGNET_EDDY_N_MOMENT], double w_m)
{
    double sum = 0.0;
    for (int j = 1; j <= MAGNET_EDDY_N_MOMENT; j++) {
        double upper = j + 1 < MAGNET_EDDY_N_MOMENT ? b_T[j + 1] / (2 * j + 3) : 0.0;
        double a = 0.5 * w_m * (b_T[j - 1] / (2 * j - 1) - upper);
        sum += a * a / (2 * j + 1);
    }
    return sum;
}

double magnet_eddy_eval_W_per_m3(const double b_cos_T[MAGNET_EDDY_N_MOMENT], const double b_sin_T[MAGNET_EDDY_N_MOMENT], double w_m,
                                 double l_m, double omega_rad_per_s, double rho_ohm_m)
{
    double A2 = magnet_eddy_eval_A2_T2m2(b_cos_T, w_m) + magnet_eddy_eval_A2_T2m2(b_sin_T, w_m);
    double end_pu = magnet_eddy_eval_width2_m2(w_m, l_m) / (w_m * w_m);
    return omega_rad_per_s * omega_rad_per_s * A2 / (2.0 * rho_ohm_m) * end_pu;
}

/* Gauss-Legendre, exact to degree 11: the product of two polynomials of degree 5 has 10. */
static const double GAUSS_X[6] = {-0.93246951420315203, -0.66120938646626451, -0.23861918608319691,
                                  0.23861918608319691,  0.66120938646626451,  0.93246951420315203};
static const double GAUSS_W[6] = {0.17132449237917035, 0.36076157304813861, 0.46791393457269104, 0.46791393457269104, 0.36076157304813861,
                                  0.17132449237917035};

/* Legendre coefficients over piece k of n of an expansion over the whole. */
static void cut_expansion(const double whole_T[MAGNET_EDDY_N_MOMENT], int k, int n, double out_T[MAGNET_EDDY_N_MOMENT])
{
    for (int j = 0; j < MAGNET_EDDY_N_MOMENT; j++)
        out_T[j] = 0.0;
    for (int g = 0; g < 6; g++) {
        double P[MAGNET_EDDY_N_MOMENT], B_T = 0.0;
        magnet_eddy_eval_basis((2.0 * k + 1.0 + GAUSS_X[g]) / n - 1.0, P);
        for (int j = 0; j < MAGNET_EDDY_N_MOMENT; j++)
            B_T += whole_T[j] * P[j];
        magnet_eddy_eval_basis(GAUSS_X[g], P);
        for (int j = 0; j < MAGNET_EDDY_N_MOMENT; j++)
            out_T[j] += 0.5 * (2 * j + 1) * GAUSS_W[g] * B_T * P[j];
    }
}

double magnet_eddy_eval_cut_W_per_m3(const double b_cos_T[MAGNET_EDDY_N_MOMENT], const double b_sin_T[MAGNET_EDDY_N_MOMENT], int n_width,
                                     double w_m, double l_m, double omega_rad_per_s, double rho_ohm_m)
{
    double sum = 0.0;
    assert(n_width >= 1);
    if (n_width == 1)
        return magnet_eddy_eval_W_per_m3(b_cos_T, b_sin_T, w_m, l_m, omega_rad_per_s, rho_ohm_m);
    for (int k = 0; k < n_width; k++) {
        double c[MAGNET_EDDY_N_MOMENT], s[MAGNET_EDDY_N_MOMENT];
        cut_expansion(b_cos_T, k, n_width, c);
        cut_expansion(b_sin_T, k, n_width, s);
        sum += magnet_eddy_eval_W_per_m3(c, s, w_m / n_width, l_m, omega_rad_per_s, rho_ohm_m) / n_width;
    }
    return sum;
}
