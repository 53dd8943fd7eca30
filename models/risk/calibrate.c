/* calibrate.c - maximum likelihood of the log-OU model, correlation of its shocks. Contract: calibrate.h. */
#include "models/risk/calibrate.h"
#include "models/risk/calibrate_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define KAPPA_MIN 1e-3   /* reversion of a thousand years is none */
#define STEP_DAYS_EQUAL 0.01
enum { N_SCAN = 200, N_GOLDEN = 100, N_PARAMETER = 3 };

struct ou { double kappa, theta, sigma; };

/* ---- likelihood ---- */

/* One step: e^(-kappa D), and the variance over sigma^2. */
static void set_step(double kappa, double D, double *decay, double *variance)
{
    *decay = exp(-kappa * D);
    *variance = kappa > 0.0 ? -expm1(-2.0 * kappa * D) / (2.0 * kappa) : D;
}

static double get_log(const struct calibrate_series *s, int i) { return log(s->price_USD_per_kg[i]); }

static double eval_log_likelihood(const struct calibrate_series *s, struct ou p)
{
    double sum = 0.0;
    for (int i = 1; i < s->n; i++) {
        double a, v;
        set_step(p.kappa, s->date_years[i] - s->date_years[i - 1], &a, &v);
        const double r = get_log(s, i) - p.theta - a * (get_log(s, i - 1) - p.theta);
        sum -= 0.5 * (log(2.0 * 3.14159265358979323846 * p.sigma * p.sigma * v) + r * r / (p.sigma * p.sigma * v));
    }
    return sum;
}

/* theta and sigma that are best for a kappa: weighted least squares. kappa 0: no reversion, no drift. */
static struct ou get_best(const struct calibrate_series *s, double kappa)
{
    struct ou p = {kappa, 0.0, 0.0};
    double top = 0.0, bottom = 0.0, sum = 0.0;
    for (int i = 1; i < s->n; i++) {
        double a, v;
        set_step(kappa, s->date_years[i] - s->date_years[i - 1], &a, &v);
        top += (1.0 - a) * (get_log(s, i) - a * get_log(s, i - 1)) / v;
        bottom += (1.0 - a) * (1.0 - a) / v;
    }
    p.theta = bottom > 0.0 ? top / bottom : 0.0;
    for (int i = 1; i < s->n; i++) {
        double a, v;
        set_step(kappa, s->date_years[i] - s->date_years[i - 1], &a, &v);
        const double r = get_log(s, i) - p.theta - a * (get_log(s, i - 1) - p.theta);
        sum += r * r / v;
    }
    p.sigma = sqrt(sum / (s->n - 1));
    return p;
}

static double eval_profile(const struct calibrate_series *s, double log_kappa)
{
    return eval_log_likelihood(s, get_best(s, exp(log_kappa)));
}

/* The profile may have more than one hill: the best of a scan, then golden section between its neighbours. */
static double solve_kappa(const struct calibrate_series *s)
{
    const double first = log(KAPPA_MIN), last = log(CALIBRATE_KAPPA_MAX), step = (last - first) / N_SCAN, golden = 0.61803398874989485;
    double best = -HUGE_VAL;
    int at = 0;
    for (int k = 0; k <= N_SCAN; k++) {
        const double y = eval_profile(s, first + k * step);
        if (y > best) {
            best = y;
            at = k;
        }
    }
    double low = first + (at ? at - 1 : 0) * step, high = first + (at < N_SCAN ? at + 1 : N_SCAN) * step;
    for (int k = 0; k < N_GOLDEN && high - low > 1e-9; k++) {
        const double a = high - golden * (high - low), b = low + golden * (high - low);
        if (eval_profile(s, a) < eval_profile(s, b))
            low = a;
        else
            high = b;
    }
    return exp(0.5 * (low + high));
}

/* ---- standard errors: inverse of the observed information in (kappa, theta, log sigma) ---- */

static double eval_moved(const struct calibrate_series *s, struct ou p, const double move[N_PARAMETER])
{
    return eval_log_likelihood(s, (struct ou){p.kappa + move[0], p.theta + move[1], p.sigma * exp(move[2])});
}

/* Second differences; steps of a tenth of the scale on which each parameter is known, so that rounding does not matter. */
static void set_information(const struct calibrate_series *s, struct ou p, const double step[N_PARAMETER],
                            double I[N_PARAMETER][N_PARAMETER])
{
    for (int i = 0; i < N_PARAMETER; i++)
        for (int j = 0; j <= i; j++) {
            double y = 0.0;
            for (int a = -1; a <= 1; a += 2)
                for (int b = -1; b <= 1; b += 2) {
                    double move[N_PARAMETER] = {0};
                    move[i] += a * step[i];
                    move[j] += b * step[j];
                    y -= a * b * eval_moved(s, p, move);
                }
            I[i][j] = I[j][i] = y / (4.0 * step[i] * step[j]);
        }
}

/* Diagonal of the inverse by cofactors; 0 when the matrix is not definite. */
static int set_variances(double I[N_PARAMETER][N_PARAMETER], double variance[N_PARAMETER])
{
    double det = 0.0;
    for (int i = 0; i < N_PARAMETER; i++) {
        const int j = (i + 1) % N_PARAMETER, k = (i + 2) % N_PARAMETER;
        variance[i] = I[j][j] * I[k][k] - I[j][k] * I[k][j];
        det += I[0][i] * (I[1][j] * I[2][k] - I[1][k] * I[2][j]);
    }
    int ok = det > 0.0;
    for (int i = 0; i < N_PARAMETER; i++) {
        variance[i] /= det;
        ok = ok && variance[i] > 0.0;
    }
    return ok;
}

static void set_errors(struct calibrate_series *s, struct ou p)
{
    const double N = s->n - 1, span = s->date_years[s->n - 1] - s->date_years[0];
    double I[N_PARAMETER][N_PARAMETER], variance[N_PARAMETER];
    s->sigma_error_pu = p.sigma / sqrt(2.0 * N);
    s->kappa_error_per_year = s->theta_log_error_pu = (double)NAN;
    if (!(p.kappa > 0.0))
        return;
    const double spread = sqrt(2.0 * p.kappa / span), step[N_PARAMETER] = {fmin(0.1 * spread, 0.1 * p.kappa),
                                                                           0.1 * p.sigma / p.kappa / sqrt(span), 0.1 / sqrt(2.0 * N)};
    set_information(s, p, step, I);
    if (!set_variances(I, variance))
        return;
    s->kappa_error_per_year = sqrt(variance[0]);
    s->theta_log_error_pu = sqrt(variance[1]);
    s->sigma_error_pu = p.sigma * sqrt(variance[2]);
}

enum status calibrate_solve_series(struct calibrate_series *s, struct err *e)
{
    int moves = 0;
    for (int i = 1; i < s->n; i++)
        moves |= s->price_USD_per_kg[i] < s->price_USD_per_kg[0] || s->price_USD_per_kg[i] > s->price_USD_per_kg[0];
    if (!moves)
        return err_set(e, ST_CONFIG, "prices", "the price of '%s' never moves: no volatility can be told", s->name);
    double kappa = solve_kappa(s);
    if (kappa < 2.0 * KAPPA_MIN)
        kappa = 0.0;
    const struct ou p = get_best(s, kappa);
    const double span = s->date_years[s->n - 1] - s->date_years[0], h = span / (s->n - 1);
    s->kappa_per_year = kappa;
    s->theta_USD_per_kg = kappa > 0.0 ? exp(p.theta) : (double)NAN;
    s->sigma_pu = p.sigma;
    s->log_likelihood_pu = eval_log_likelihood(s, p);
    s->kappa_bias_per_year = (5.0 + 2.0 * exp(kappa * h) + exp(2.0 * kappa * h)) / (2.0 * span);
    set_errors(s, p);
    for (int i = 1; s->residual_pu && i < s->n; i++) {
        double a, v;
        set_step(kappa, s->date_years[i] - s->date_years[i - 1], &a, &v);
        s->residual_pu[i - 1] = (get_log(s, i) - p.theta - a * (get_log(s, i - 1) - p.theta)) / (p.sigma * sqrt(v));
    }
    return ST_OK;
}

/* ---- correlation ---- */

static int is_same_day(double a, double b) { return fabs(a - b) < STEP_DAYS_EQUAL / DAYS_PER_YEAR; }

/* Residuals of the steps that begin and end on the same days, about mean 0 as the model has it. */
static void set_pair(const struct calibrate_series *x, const struct calibrate_series *y, double *rho, int *n_shared)
{
    double xx = 0.0, yy = 0.0, xy = 0.0;
    *n_shared = 0;
    for (int i = 1, j = 1; i < x->n && j < y->n;) {
        if (is_same_day(x->date_years[i], y->date_years[j])) {
            if (is_same_day(x->date_years[i - 1], y->date_years[j - 1])) {
                const double a = x->residual_pu[i - 1], b = y->residual_pu[j - 1];
                xx += a * a;
                yy += b * b;
                xy += a * b;
                (*n_shared)++;
            }
            i++;
            j++;
        } else if (x->date_years[i] < y->date_years[j])
            i++;
        else
            j++;
    }
    *rho = *n_shared >= CALIBRATE_MIN_POINT - 1 && xx > 0.0 && yy > 0.0 ? fmin(fmax(xy / sqrt(xx * yy), -1.0), 1.0) : 0.0;
}

/* Target: the mean of all pairs. Weight: variance of the estimates over their spread about the target, 0..1. */
static void set_shrinkage(struct calibrate *c)
{
    const int n = c->n_series;
    double variance = 0.0, spread = 0.0;
    int n_pair = 0;
    c->target_pu = c->shrink_pu = 0.0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            if (c->n_shared[i * n + j] >= CALIBRATE_MIN_POINT - 1) {
                c->target_pu += c->rho[i * n + j];
                n_pair++;
            }
    c->target_pu = n_pair ? c->target_pu / n_pair : 0.0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            const double r = c->rho[i * n + j];
            if (c->n_shared[i * n + j] < CALIBRATE_MIN_POINT - 1)
                continue;
            variance += (1.0 - r * r) * (1.0 - r * r) / (c->n_shared[i * n + j] - 1);
            spread += (r - c->target_pu) * (r - c->target_pu);
        }
    c->shrink_pu = n_pair ? (spread > variance ? variance / spread : 1.0) : 0.0;
}

static enum status set_correlation(struct calibrate *c, struct err *e)
{
    const int n = c->n_series;
    double target[CALIBRATE_MAX_SERIES * CALIBRATE_MAX_SERIES];
    for (int i = 0; i < n; i++) {
        c->rho[i * n + i] = 1.0;
        c->n_shared[i * n + i] = c->series[i].n - 1;
        for (int j = 0; j < i; j++) {
            set_pair(&c->series[i], &c->series[j], &c->rho[i * n + j], &c->n_shared[i * n + j]);
            c->rho[j * n + i] = c->rho[i * n + j];
            c->n_shared[j * n + i] = c->n_shared[i * n + j];
        }
    }
    set_shrinkage(c);
    for (int k = 0; k < n * n; k++)
        target[k] = k % (n + 1) == 0 ? 1.0 : (c->n_shared[k] >= CALIBRATE_MIN_POINT - 1 ? c->target_pu : 0.0);
    return covariance_solve_correlation(n, c->rho, target, c->shrink_pu, c->mended_pu, &c->mending, e);
}

enum status calibrate_new(const char *name, const char *text, struct calibrate **out, struct err *e)
{
    *out = NULL;
    struct calibrate *c = mem_new(1, sizeof *c);
    enum status s = c ? calibrate_read(name, text, c, e) : err_set(e, ST_NO_MEMORY, "prices", "calibration");
    for (int k = 0; s == ST_OK && k < c->n_series; k++) {
        c->series[k].residual_pu = mem_new((size_t)c->series[k].n, sizeof(double));
        s = c->series[k].residual_pu ? calibrate_solve_series(&c->series[k], e) : err_set(e, ST_NO_MEMORY, "prices", "residuals");
    }
    if (s == ST_OK)
        s = set_correlation(c, e);
    if (s != ST_OK)
        calibrate_free(c);
    else
        *out = c;
    return s;
}

void calibrate_free(struct calibrate *c)
{
    if (!c)
        return;
    for (int k = 0; k < CALIBRATE_MAX_SERIES; k++) {
        mem_free(c->series[k].date_years);
        mem_free(c->series[k].price_USD_per_kg);
        mem_free(c->series[k].residual_pu);
    }
    mem_free(c);
}
