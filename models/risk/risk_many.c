/* risk_many.c - many designs priced at once, in tiles of scenarios and designs that stay in the cache: one small GEMM a tile, and one pass
 * over it while it is there. Contract: risk.h. Vectors of four by the compilers' extension; no sum depends on how wide the machine's are.
 */
#include "models/num/vector.h"
#include "models/risk/risk_impl.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { LANES = 4, ERROR_EVERY = 16 };
#define DENSITY_SPAN_PU 0.02 /* half width in probability over which the density at the quantile is taken */

typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double))));
typedef long long mask __attribute__((vector_size(LANES * sizeof(double))));

/* Of one design, x = C - v: sums over all scenarios, and over pairs of some tiles for the errors. */
struct tally {
    double v, density;          /* quantile and density at it, of the sample */
    double x, over, n_over;     /* sum x, sum x+, count of x > 0 */
    double n_pair, X, P, XX, XP, PP; /* of pair sums X of x and P of x+ */
};

/* What the products are added to: x without its material part. */
VECTOR_VERSIONS static void set_base(int n, const double *restrict unbuilt, double L, double shift, double *restrict x)
{
    for (int k = 0; k < n; k++)
        x[k] = L * unbuilt[k] + shift;
}

VECTOR_VERSIONS static void add_tile(int n, const double *restrict x, struct tally *t)
{
    lanes x_sum[2] = {{0}}, over_sum[2] = {{0}};
    mask count[2] = {{0}};
    int k = 0;
    for (; k + 2 * LANES <= n; k += 2 * LANES)
        for (int half = 0; half < 2; half++) {
            const lanes v = *(const lanes *)(const void *)(x + k + half * LANES);
            const mask above = v > 0.0;
            x_sum[half] += v;
            over_sum[half] += (lanes)((mask)v & above);
            count[half] += above;
        }
    for (int lane = 0; lane < LANES; lane++) {
        t->x += x_sum[0][lane] + x_sum[1][lane];
        t->over += over_sum[0][lane] + over_sum[1][lane];
        t->n_over -= (double)(count[0][lane] + count[1][lane]);
    }
    for (; k < n; k++) {
        t->x += x[k];
        t->over += x[k] > 0.0 ? x[k] : 0.0;
        t->n_over += x[k] > 0.0;
    }
}

static void add_errors(int n, int width, const double *x, struct tally *t)
{
    for (int j = 0; j + width <= n; j += width) {
        double X = 0.0, P = 0.0;
        for (int k = j; k < j + width; k++) {
            X += x[k];
            P += x[k] > 0.0 ? x[k] : 0.0;
        }
        t->n_pair += 1.0;
        t->X += X;
        t->P += P;
        t->XX += X * X;
        t->XP += X * P;
        t->PP += P * P;
    }
}

/* Quantile and density from the first scenarios. */
static void set_sample(const struct risk *r, double *cost, const double *unbuilt, double L, double fixed, struct tally *t)
{
    const int n = RISK_MANY_SAMPLE < r->opts.n_scenario ? RISK_MANY_SAMPLE : r->opts.n_scenario;
    const double a = r->opts.tail_pu, span = fmin(DENSITY_SPAN_PU, 0.5 * fmin(a, 1.0 - a));
    const int k = (int)(a * n), low = (int)((a - span) * n), high = (int)((a + span) * n);
    for (int s = 0; s < n; s++)
        cost[s] += L * unbuilt[s] + fixed;
    memset(t, 0, sizeof *t);
    t->v = select_eval_kth(cost, n, k);
    const double above = select_eval_kth(cost + k, n - k, high - k), below = select_eval_kth(cost, k + 1, low);
    t->density = above > below ? (high - low) / (double)n / (above - below) : HUGE_VAL;
}

static double get_error(const struct risk *r, const struct tally *t, double a, double b)
{
    const double N = t->n_pair, n_pair_all = r->opts.n_scenario / r->group, mean = (a * t->X + b * t->P) / N;
    const double square = (a * a * t->XX + 2.0 * a * b * t->XP + b * b * t->PP) / N;
    return N > 1.0 ? sqrt(fmax(0.0, square - mean * mean) * N / (N - 1.0) / n_pair_all) / r->group : (double)NAN;
}

/* v + E[(C - v)+] / (1 - a) is least at the true quantile and quadratic about it: F(v) - a is known, so the excess is taken off. */
static void set_result(const struct risk *r, const struct tally *t, double loading, struct risk_result *out)
{
    const double S = r->opts.n_scenario, a = r->opts.tail_pu, scale = 1.0 / (1.0 - a);
    const double off = 1.0 - t->n_over / S - a, excess = 0.5 * off * off / t->density * scale;
    const double mean = t->v + t->x / S, cvar = fmax(mean, t->v + scale * t->over / S - excess);
    out->var_USD = t->v - off / t->density;
    out->mean = (struct risk_figure){mean, get_error(r, t, 1.0, 0.0)};
    out->cvar = (struct risk_figure){cvar, get_error(r, t, 0.0, scale)};
    out->tail = (struct risk_figure){loading * (cvar - mean), get_error(r, t, -loading, loading * scale)};
    out->risk_cost.standard_error_USD = get_error(r, t, 1.0 - loading, loading * scale);
}

static void price_group(const struct risk *r, struct risk_ws *ws, const struct risk_terms *t, int m, const double *q_kg,
                        struct risk_result *out)
{
    const int n = r->plan.n_element, S = r->opts.n_scenario, sample = RISK_MANY_SAMPLE < S ? RISK_MANY_SAMPLE : S;
    const double L = t->lost_margin_USD_per_motor;
    struct tally tally[RISK_MANY_GROUP];
    double fixed[RISK_MANY_GROUP];
    const double *unbuilt[RISK_MANY_GROUP];
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, sample, m, n, 1.0, r->paid, S, q_kg, n, 0.0, ws->tile, sample);
    for (int d = 0; d < m; d++) {
        fixed[d] = risk_get_fixed_USD(r, t, q_kg + d * n);
        unbuilt[d] = r->unbuilt + (size_t)risk_get_need(r, q_kg + d * n) * (size_t)S;
        set_sample(r, ws->tile + (size_t)d * (size_t)sample, unbuilt[d], L, fixed[d], &tally[d]);
    }
    for (int first = 0, number = 0; first < S; first += RISK_MANY_TILE, number++) {
        const int rows = S - first < RISK_MANY_TILE ? S - first : RISK_MANY_TILE;
        for (int d = 0; d < m; d++)
            set_base(rows, unbuilt[d] + first, L, fixed[d] - tally[d].v, ws->tile + d * rows);
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, rows, m, n, 1.0, r->paid + first, S, q_kg, n, 1.0, ws->tile, rows);
        for (int d = 0; d < m; d++) {
            add_tile(rows, ws->tile + d * rows, &tally[d]);
            if (number % ERROR_EVERY == 0)
                add_errors(rows, r->group, ws->tile + d * rows, &tally[d]);
        }
    }
    for (int d = 0; d < m; d++)
        set_result(r, &tally[d], t->loading_pu, &out[d]);
}

enum status risk_eval_many(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, int n_design, const double *q_kg,
                           struct risk_result *out, struct err *e)
{
    const struct risk_terms *t = terms ? terms : &r->opts.terms;
    const int n = r->plan.n_element;
    if (r->opts.sampling != RISK_SAMPLING_RANDOM || r->opts.n_scenario < RISK_MANY_SAMPLE)
        return risk_eval(r, ws, terms, n_design, q_kg, out, e);
    TRY(risk_check_design(r, t, n_design, q_kg, e));
    for (int first = 0; first < n_design; first += RISK_MANY_GROUP) {
        const int m = n_design - first < RISK_MANY_GROUP ? n_design - first : RISK_MANY_GROUP;
        price_group(r, ws, t, m, q_kg + first * n, out + first);
        for (int d = first; d < first + m; d++)
            risk_set_parts(r, t, q_kg + d * n, &out[d]);
    }
    return ST_OK;
}
