/* calibrate.h - log-OU parameters of price series, by exact maximum likelihood; correlations of their shocks.
 *
 * Data: CSV with a head line of at least date, material, price_<unit>; unit per kg is USD_per_kg, USD_per_t or USD_per_lb. Dates
 * YYYY-MM-DD, YYYY-MM (middle of the month) or YYYY (middle of the year), strictly rising per material; lines of materials may be mixed.
 * Other columns are ignored.
 *
 * Model: x = ln P, dx = kappa (theta - x) dt + sigma dW. Over a step of D years x' given x is normal with mean theta + e^(-kappa D)(x -
 * theta) and variance sigma^2 (1 - e^(-2 kappa D)) / (2 kappa): steps may differ. theta and sigma follow from kappa in closed form
 * (weighted least squares), kappa maximises what is left, 0 <= kappa <= CALIBRATE_KAPPA_MAX; kappa 0 is Brownian motion, theta then is no
 * number. Standard errors from the inverse of the observed information. A short record overstates kappa: the expected bias (key
 * TANG_CHEN2009) is reported, nothing is corrected silently. Correlations: of the standardised residuals of steps that two series share;
 * shrunk to the mean of all pairs by the weight of Schafer and Strimmer (key SCHAFER2005), then mended by covariance.h. */
#ifndef MODELS_RISK_CALIBRATE_H
#define MODELS_RISK_CALIBRATE_H
#include "materials/base/status.h"
#include "models/risk/covariance.h"

#define CALIBRATE_MAX_SERIES 32
#define CALIBRATE_MAX_POINT 20000
#define CALIBRATE_KAPPA_MAX 50.0
#define CALIBRATE_MIN_POINT 8

struct calibrate_series {
    char name[64];
    int n;                              /* prices */
    double *date_years, *price_USD_per_kg; /* n; owned */
    double kappa_per_year, kappa_error_per_year, theta_USD_per_kg, theta_log_error_pu, sigma_pu, sigma_error_pu;
    double log_likelihood_pu, kappa_bias_per_year;
    double *residual_pu;                /* n - 1 standardised residuals of the steps, owned */
};

struct calibrate {
    int n_series;
    struct calibrate_series series[CALIBRATE_MAX_SERIES];
    double rho[CALIBRATE_MAX_SERIES * CALIBRATE_MAX_SERIES]; /* n x n as found; 0 where no step is shared */
    int n_shared[CALIBRATE_MAX_SERIES * CALIBRATE_MAX_SERIES];
    double target_pu, shrink_pu;        /* mean correlation, and its weight */
    double mended_pu[CALIBRATE_MAX_SERIES * CALIBRATE_MAX_SERIES];
    struct covariance_info mending;
};

/* calibrate_new - read a CSV text and estimate. name: for messages. Status: ST_CONFIG with file:line:column; ST_NO_CONVERGE; ST_NO_MEMORY.
 */
enum status calibrate_new(const char *name, const char *text, struct calibrate **out, struct err *e) MUST_CHECK;
void calibrate_free(struct calibrate *c);

/* calibrate_solve_series - estimates of one series from its dates and prices (n >= CALIBRATE_MIN_POINT). Allocates nothing. */
enum status calibrate_solve_series(struct calibrate_series *s, struct err *e) MUST_CHECK;

#endif
