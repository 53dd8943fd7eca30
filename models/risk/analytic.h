/* analytic.h - closed forms of supply risk: what is known exactly, to check the simulation by and to show beside it. No state, no
 * allocation. */
#ifndef MODELS_RISK_ANALYTIC_H
#define MODELS_RISK_ANALYTIC_H
#include "materials/base/status.h"

/* analytic_eval_hhi - Herfindahl-Hirschman index 0..1 of n shares; `rest` is held by countries that the source does not name: counted as
 * very many (low end) or as one (high end). */
void analytic_eval_hhi(int n, const double *share_pu, double rest_pu, double *low, double *high);

/* analytic_eval_geopolrisk - GPRS = HHI sum_i g_i f_i / (p + F), GeoPolRisk equations 1-3 (key GEOPOLRISK).
 * hhi of production 0..1; n suppliers with instability g 0..1 and imports f, total F = sum f; domestic production p. NAN when p + F = 0. */
double analytic_eval_geopolrisk(double hhi, int n, const double *instability_pu, const double *import_kg, double domestic_kg);

/* EOQ with disruptions (Parlar-Berkin 1991, Berk-Arreola-Risa 1994; key SNYDER_SHEN): up times Exp(lambda), down times Exp(mu). */
struct analytic_eoqd { double K_USD, h_USD_per_year, p_USD, d_per_year, lambda_per_year, mu_per_year; };
double analytic_eval_eoqd_cost(const struct analytic_eoqd *in, double Q);           /* exact g(Q), USD per year */
void analytic_solve_eoqd(const struct analytic_eoqd *in, double *Q, double *g);     /* least exact cost: dg/dQ = 0 by bisection */
void analytic_solve_eoqd_limit(const struct analytic_eoqd *in, double *Q,
                               double *g); /* closed form with psi at its limit: Q* and g* = h Q* */

/* Newsvendor with disruptions, deterministic demand d per period (key SNYDER_SHEN): alpha = Pr down next | up, beta = Pr up next | down.
 * S* = d (1 + n*), n* the cover in periods. Needs 0 < alpha, beta <= 1, beta > 0. */
struct analytic_newsvendor { double h_USD, p_USD, d, alpha, beta; };
double analytic_eval_newsvendor_cost(const struct analytic_newsvendor *in, double S);
void analytic_solve_newsvendor(const struct analytic_newsvendor *in, double *S, double *g, int *n_cover);

/* analytic_eval_gauss_cvar - CVaR of N(mean, sd^2) at level a in (0,1). */
double analytic_eval_gauss_cvar(double mean, double sd, double a);

/* Ornstein-Uhlenbeck: variance after T years; kappa = 0 is Brownian motion. Stationary: sigma^2 / (2 kappa). */
double analytic_eval_ou_variance(double sigma_pu, double kappa_per_year, double T_years);

/* analytic_eval_floor - value of a price floor K on a price with forward F and log variance v (Black-76 put; v of a mean-reverting price by
 * analytic_eval_ou_variance), discounted at r for T years. */
double analytic_eval_floor(double F_USD_per_kg, double K_USD_per_kg, double v, double r_per_year, double T_years);

/* Two-state Markov chain: probability of being down in period n >= 0 when up in period 0. */
double analytic_eval_down(double alpha, double beta, int n);

#endif
