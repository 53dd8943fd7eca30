/* analytic.c - closed forms. Contract: analytic.h. */
#include "models/risk/analytic.h"
#include "models/num/rng.h"
#include <math.h>
#include "materials/base/banned.h"

#define SQRT_2PI 2.50662827463100050242

void analytic_eval_hhi(int n, const double *share_pu, double rest_pu, double *low, double *high)
{
    double sum = 0.0;
    for (int k = 0; k < n; k++)
        sum += share_pu[k] * share_pu[k];
    *low = sum;
    *high = sum + rest_pu * rest_pu;
}

double analytic_eval_geopolrisk(double hhi, int n, const double *instability_pu, const double *import_kg, double domestic_kg)
{
    double weighted = 0.0, total_kg = domestic_kg;
    for (int k = 0; k < n; k++) {
        weighted += instability_pu[k] * import_kg[k];
        total_kg += import_kg[k];
    }
    return total_kg > 0.0 ? hhi * weighted / total_kg : (double)NAN;
}

double analytic_eval_eoqd_cost(const struct analytic_eoqd *in, double Q)
{
    const double rate = in->lambda_per_year + in->mu_per_year;
    const double psi = in->lambda_per_year / rate * (1.0 - exp(-rate * Q / in->d_per_year));
    const double cost =
        in->K_USD + in->h_USD_per_year * Q * Q / (2.0 * in->d_per_year) + in->p_USD * in->d_per_year * psi / in->mu_per_year;
    return cost / (Q / in->d_per_year + psi / in->mu_per_year);
}

/* Numerator of dg/dQ: N' D - N D', below 0 for small Q and above for large. */
static double eval_eoqd_slope(const struct analytic_eoqd *in, double Q)
{
    const double rate = in->lambda_per_year + in->mu_per_year, d = in->d_per_year, mu = in->mu_per_year;
    const double decay = exp(-rate * Q / d), psi = in->lambda_per_year / rate * (1.0 - decay), psi_slope = in->lambda_per_year / d * decay;
    const double N = in->K_USD + in->h_USD_per_year * Q * Q / (2.0 * d) + in->p_USD * d * psi / mu, D = Q / d + psi / mu;
    return (in->h_USD_per_year * Q / d + in->p_USD * d * psi_slope / mu) * D - N * (1.0 / d + psi_slope / mu);
}

void analytic_solve_eoqd(const struct analytic_eoqd *in, double *Q, double *g)
{
    double low = 0.0, high;
    analytic_solve_eoqd_limit(in, &high, g);
    while (eval_eoqd_slope(in, high) < 0.0)
        high *= 2.0;
    for (int k = 0; k < 100; k++) {
        const double middle = 0.5 * (low + high);
        *(eval_eoqd_slope(in, middle) < 0.0 ? &low : &high) = middle;
    }
    *Q = 0.5 * (low + high);
    *g = analytic_eval_eoqd_cost(in, *Q);
}

void analytic_solve_eoqd_limit(const struct analytic_eoqd *in, double *Q, double *g)
{
    const double psi = in->lambda_per_year / (in->lambda_per_year + in->mu_per_year), d = in->d_per_year, h = in->h_USD_per_year,
                 mu = in->mu_per_year;
    const double root = sqrt(psi * d * h * psi * d * h + 2.0 * h * mu * (in->K_USD * d * mu + d * d * in->p_USD * psi));
    *Q = (root - psi * d * h) / (h * mu);
    *g = h * *Q;
}

/* pi_n: n periods of disruption so far. The sum is cut where the geometric tail is below double precision of its weight. */
double analytic_eval_newsvendor_cost(const struct analytic_newsvendor *in, double S)
{
    double pi = in->beta / (in->alpha + in->beta), sum = 0.0;
    for (int n = 0; n < 100000; n++) {
        const double need = (n + 1) * in->d;
        sum += pi * (in->h_USD * fmax(S - need, 0.0) + in->p_USD * fmax(need - S, 0.0));
        pi = n == 0 ? in->alpha * in->beta / (in->alpha + in->beta) : pi * (1.0 - in->beta);
        if (pi * need < 1e-18 * in->d)
            break;
    }
    return sum;
}

void analytic_solve_newsvendor(const struct analytic_newsvendor *in, double *S, double *g, int *n_cover)
{
    const double critical = in->p_USD / (in->p_USD + in->h_USD), down = in->alpha / (in->alpha + in->beta);
    double F = 1.0 - down;
    int n = 0;
    for (double tail = down; F < critical; F = 1.0 - tail, n++)
        tail *= 1.0 - in->beta;
    *n_cover = n;
    *S = in->d * (1 + n);
    *g = analytic_eval_newsvendor_cost(in, *S);
}

double analytic_eval_gauss_cvar(double mean, double sd, double a)
{
    const double z = rng_eval_quantile(a);
    return mean + sd * exp(-0.5 * z * z) / SQRT_2PI / (1.0 - a);
}

double analytic_eval_ou_variance(double sigma_pu, double kappa_per_year, double T_years)
{
    const double x = 2.0 * kappa_per_year * T_years;
    return x > 0.0 ? sigma_pu * sigma_pu * T_years * -expm1(-x) / x : sigma_pu * sigma_pu * T_years;
}

static double eval_normal(double x) { return 0.5 * erfc(-x / sqrt(2.0)); }

double analytic_eval_floor(double F_USD_per_kg, double K_USD_per_kg, double v, double r_per_year, double T_years)
{
    const double discount = exp(-r_per_year * T_years);
    if (!(v > 0.0))
        return discount * fmax(K_USD_per_kg - F_USD_per_kg, 0.0);
    const double d1 = (log(F_USD_per_kg / K_USD_per_kg) + 0.5 * v) / sqrt(v), d2 = d1 - sqrt(v);
    return discount * (K_USD_per_kg * eval_normal(-d2) - F_USD_per_kg * eval_normal(-d1));
}

double analytic_eval_down(double alpha, double beta, int n)
{
    return alpha / (alpha + beta) * (1.0 - pow(1.0 - alpha - beta, n));
}
