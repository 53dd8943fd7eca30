/* cut_lp.c - interior point method for the least of planes. Contract: cut_lp.h.
 *
 * With slacks s_j = z_k - b_j - g_j'x (k the part of plane j) and multipliers p_j of the planes, l of x >= 0, v of x <= upper, y of the
 * groups, a Newton step is
 *   [ G D G' + l/x + v/(upper - x)   -G D E ] [dx]   A' dy      D = diag(p/s), E_jk = 1 when plane j is of part k
 *   [ -(G D E)'                      E' D E ] [dz] - [ 0 ]  = rhs,   A dx = 1 - A x.
 * dz is taken out by hand: with m_k the mean of the planes' slopes of part k by the weights D, dz_k = m_k'dx + rhs_k/sum of D over k, and
 * what is left for dx is sum_j D_j (g_j - m)(g_j - m)': near the solution, where D grows without bound, the difference of the two large
 * blocks would lose every digit. One Cholesky factor of size n and one of the number of groups. */
#include "models/risk/cut_lp.h"
#include "materials/base/mem.h"
#include "models/num/dense.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { MAX_STEP = 100 };
#define STEP_SHARE 0.99     /* of the way to the nearest bound */

struct cut_lp_ws {
    double *pool;
    int *free, n_free;      /* variables that move, and those with a bound of their own */
    double *G, *scaled;     /* n_free x n_plane */
    double *b, *c, *upper, *x, *l, *v, *s, *p, *y;                  /* of the moving part */
    double *dx, *dl, *dv, *ds, *dp, *dy, *rx, *rhox, *rhov, *rhos, *gx, *value;
    double *M, *AM, *K, *h;  /* n^2, n x (n_group + 1), n_group^2, n */
    double *mean;            /* n x n_part: mean slope of each part */
    double z[CUT_LP_MAX_PART], dz[CUT_LP_MAX_PART], weight[CUT_LP_MAX_PART]; /* weight: sum of D */
};

enum status cut_lp_new(int n, int n_group, int n_part, int n_plane_max, struct cut_lp *out, struct err *e)
{
    const size_t N = (size_t)n + 1, J = (size_t)n_plane_max, m = (size_t)n_group + 1;
    *out = (struct cut_lp){.n = n, .n_group = n_group, .n_part = n_part, .n_plane_max = n_plane_max};
    struct cut_lp_ws *w = out->ws = mem_new(1, sizeof *w);
    out->group = mem_new(N, sizeof *out->group);
    out->part = mem_new(J, sizeof *out->part);
    out->max = mem_new(4 * N + N * J + 2 * J, sizeof *out->max);
    if (w) {
        w->free = mem_new(N, sizeof *w->free);
        w->pool = mem_new(2 * N * J + 8 * J + 16 * N + 2 * m + N * N + N * m + m * m + N * (size_t)n_part, sizeof *w->pool);
    }
    if (!w || !out->group || !out->part || !out->max || !w->free || !w->pool) {
        cut_lp_done(out);
        return err_set(e, ST_NO_MEMORY, "strategy", "%d planes of %d variables", n_plane_max, n);
    }
    double *at = out->max + N;
    double **const mine[] = {&out->c, &out->x, &out->b, &out->weight, &out->g};
    const size_t size[] = {N, 2 * N, J, J, N * J};
    for (int k = 0; k < ARRAY_LEN(size); at += size[k++])
        *mine[k] = at;
    double **const part[] = {&w->G,    &w->scaled, &w->b, &w->s, &w->p,  &w->ds, &w->dp, &w->rhos, &w->gx, &w->value,
                             &w->c,    &w->upper,  &w->x, &w->l, &w->v,  &w->dx, &w->dl, &w->dv,   &w->rx,
                             &w->rhox, &w->rhov,   &w->h, &w->y, &w->dy, &w->M,  &w->AM, &w->K,    &w->mean};
    const size_t length[] = {N * J, N * J, J, J, J, J, J, J, J, J, N, N, N, N, N, N, N, N, N, N, N, N, m, m, N * N, N * m, m * m,
                             N * (size_t)n_part};
    at = w->pool;
    for (int k = 0; k < ARRAY_LEN(length); at += length[k++])
        *part[k] = at;
    return ST_OK;
}

void cut_lp_done(struct cut_lp *lp)
{
    if (lp->ws) {
        mem_free(lp->ws->free);
        mem_free(lp->ws->pool);
    }
    mem_free(lp->ws);
    mem_free(lp->group);
    mem_free(lp->part);
    mem_free(lp->max);
    *lp = (struct cut_lp){0};
}

/* ---- value and bound ---- */

/* All planes at x. */
static void set_values(const struct cut_lp *lp, const double *x, double *value)
{
    memcpy(value, lp->b, (size_t)lp->n_plane * sizeof *value);
    if (lp->n)
        cblas_dgemv(CblasColMajor, CblasTrans, lp->n, lp->n_plane, 1.0, lp->g, lp->n, x, 1, 1.0, value, 1);
}

double cut_lp_eval(const struct cut_lp *lp, const double *x)
{
    double most[CUT_LP_MAX_PART], sum = cblas_ddot(lp->n, lp->c, 1, x, 1);
    for (int k = 0; k < lp->n_part; k++)
        most[k] = -HUGE_VAL;
    set_values(lp, x, lp->ws->value);
    for (int j = 0; j < lp->n_plane; j++)
        most[lp->part[j]] = fmax(most[lp->part[j]], lp->ws->value[j]);
    for (int k = 0; k < lp->n_part; k++)
        sum += most[k];
    return sum;
}

/* min h'x over a group: the cheapest first, each as far as its bound allows. */
static double eval_group(const struct cut_lp *lp, const double *h, int group)
{
    double left = 1.0, sum = 0.0;
    unsigned used[8] = {0};
    while (left > 0.0) {
        int best = -1;
        for (int i = 0; i < lp->n; i++)
            if (lp->group[i] == group && lp->max[i] > 0.0 && !(used[i / 32] >> i % 32 & 1u) && (best < 0 || h[i] < h[best]))
                best = i;
        if (best < 0)
            return left > 1e-9 ? HUGE_VAL : sum; /* no room; or bounds that sum to 1 but for rounding */
        const double x = fmin(left, lp->max[best]);
        used[best / 32] |= 1u << best % 32;
        sum += x * h[best];
        left -= x;
    }
    return sum;
}

double cut_lp_eval_least(const struct cut_lp *lp, const double *h)
{
    double sum = 0.0;
    for (int k = 0; k < lp->n_group; k++)
        sum += eval_group(lp, h, k);
    for (int i = 0; i < lp->n; i++)
        if (lp->group[i] < 0)
            sum += fmin(0.0, h[i] * lp->max[i]);
    return sum;
}

double cut_lp_eval_bound(const struct cut_lp *lp, const double *weight)
{
    const double *p = weight ? weight : lp->weight;
    double *h = lp->ws->h, total[CUT_LP_MAX_PART] = {0}, bound = 0.0;
    for (int j = 0; j < lp->n_plane; j++)
        total[lp->part[j]] += p[j];
    memcpy(h, lp->c, (size_t)lp->n * sizeof *h);
    for (int j = 0; j < lp->n_plane; j++) {
        lp->ws->value[j] = p[j] / total[lp->part[j]];
        bound += lp->ws->value[j] * lp->b[j];
    }
    if (lp->n)
        cblas_dgemv(CblasColMajor, CblasNoTrans, lp->n, lp->n_plane, 1.0, lp->g, lp->n, lp->ws->value, 1, 1.0, h, 1);
    return bound + cut_lp_eval_least(lp, h);
}

/* ---- set-up: variables that cannot move are taken out ---- */

static enum status set_free(struct cut_lp *lp, struct err *e)
{
    struct cut_lp_ws *w = lp->ws;
    w->n_free = 0;
    for (int k = -1; k < lp->n_group; k++) {
        double sum = 0.0;
        int n_open = 0;
        for (int i = 0; i < lp->n; i++)
            if (lp->group[i] == k && lp->max[i] > 0.0) {
                sum += lp->max[i];
                n_open++;
            }
        if (k >= 0 && sum < 1.0 - 1e-9) {
            const enum status s = err_set(e, ST_INFEASIBLE, "strategy", "the bounds of group %d sum to %g", k, sum);
            e->line = k;
            return s;
        }
        const int is_held = k >= 0 && (n_open == 1 || sum <= 1.0 + 1e-9);
        for (int i = 0; i < lp->n; i++) {
            if (lp->group[i] != k)
                continue;
            lp->x[i] = lp->max[i] > 0.0
                           ? (is_held ? (n_open == 1 ? 1.0 : lp->max[i]) : (k >= 0 ? fmin(lp->max[i], 1.0) : 0.5 * lp->max[i]))
                           : 0.0;
            if (lp->max[i] > 0.0 && !is_held)
                w->free[w->n_free++] = i;
        }
    }
    return ST_OK;
}

/* Shares in proportion to their bounds lie inside them, because the bounds sum to more than 1. */
static void set_start(struct cut_lp *lp)
{
    struct cut_lp_ws *w = lp->ws;
    for (int k = 0; k < lp->n_group; k++) {
        double sum = 0.0;
        for (int i = 0; i < lp->n; i++)
            sum += lp->group[i] == k ? lp->x[i] : 0.0;
        for (int i = 0; i < lp->n; i++)
            if (lp->group[i] == k)
                lp->x[i] /= sum;
    }
    const int n = w->n_free, J = lp->n_plane;
    for (int j = 0; j < J; j++) {
        const double *g = lp->g + (size_t)j * (size_t)lp->n;
        double fixed = lp->b[j] + cblas_ddot(lp->n, g, 1, lp->x, 1);
        for (int i = 0; i < n; i++) {
            w->G[(size_t)j * (size_t)n + (size_t)i] = g[w->free[i]];
            fixed -= g[w->free[i]] * lp->x[w->free[i]];
        }
        w->b[j] = fixed;
    }
    for (int i = 0; i < n; i++) {
        w->c[i] = lp->c[w->free[i]];
        w->x[i] = lp->x[w->free[i]];
        w->upper[i] = lp->group[w->free[i]] >= 0 && lp->max[w->free[i]] >= 1.0 ? HUGE_VAL : lp->max[w->free[i]];
    }
}

static void set_planes(const struct cut_lp *lp, double *gx)
{
    struct cut_lp_ws *w = lp->ws;
    memcpy(gx, w->b, (size_t)lp->n_plane * sizeof *gx);
    cblas_dgemv(CblasColMajor, CblasTrans, w->n_free, lp->n_plane, 1.0, w->G, w->n_free, w->x, 1, 1.0, gx, 1);
}

static void set_multipliers(struct cut_lp *lp)
{
    struct cut_lp_ws *w = lp->ws;
    const int J = lp->n_plane;
    double most[CUT_LP_MAX_PART], largest = 0.0, spread = 0.0, least[CUT_LP_MAX_PART];
    int count[CUT_LP_MAX_PART] = {0};
    for (int k = 0; k < lp->n_part; k++) {
        most[k] = -HUGE_VAL;
        least[k] = HUGE_VAL;
    }
    set_planes(lp, w->gx);
    for (int j = 0; j < J; j++) {
        const int k = lp->part[j];
        most[k] = fmax(most[k], w->gx[j]);
        least[k] = fmin(least[k], w->gx[j]);
        count[k]++;
    }
    for (int k = 0; k < lp->n_part; k++) {
        spread = fmax(spread, most[k] - least[k]);
        largest = fmax(largest, fabs(most[k]));
    }
    double slope = 0.0;
    for (int i = 0; i < w->n_free; i++)
        slope = fmax(slope, fabs(w->c[i]));
    for (int k = 0; k < w->n_free * J; k++)
        slope = fmax(slope, fabs(w->G[k]));
    const double scale = 0.1 * spread + 0.02 * slope + 1e-9 * (largest + 1.0), mu = scale / J;
    for (int k = 0; k < lp->n_part; k++)
        w->z[k] = most[k] + scale;
    for (int j = 0; j < J; j++) {
        w->s[j] = w->z[lp->part[j]] - w->gx[j];
        w->p[j] = 1.0 / count[lp->part[j]];
    }
    for (int i = 0; i < w->n_free; i++) {
        w->l[i] = mu / w->x[i];
        w->v[i] = w->upper[i] < HUGE_VAL ? mu / (w->upper[i] - w->x[i]) : 0.0;
    }
    memset(w->y, 0, (size_t)lp->n_group * sizeof *w->y);
}

/* ---- one step ---- */

static int group_of(const struct cut_lp *lp, int i) { return lp->group[lp->ws->free[i]]; }

static double get_gap(const struct cut_lp *lp, double tp, double td, int *n_pair)
{
    const struct cut_lp_ws *w = lp->ws;
    double sum = 0.0;
    *n_pair = lp->n_plane + w->n_free;
    for (int j = 0; j < lp->n_plane; j++)
        sum += (w->s[j] + tp * w->ds[j]) * (w->p[j] + td * w->dp[j]);
    for (int i = 0; i < w->n_free; i++) {
        sum += (w->x[i] + tp * w->dx[i]) * (w->l[i] + td * w->dl[i]);
        if (w->upper[i] < HUGE_VAL) {
            sum += (w->upper[i] - w->x[i] - tp * w->dx[i]) * (w->v[i] + td * w->dv[i]);
            ++*n_pair;
        }
    }
    return sum;
}

/* Weights D and mean slopes of the parts, and the planes' slopes less their part's mean, times sqrt(D). */
static void set_means(const struct cut_lp *lp)
{
    struct cut_lp_ws *w = lp->ws;
    const int n = w->n_free, J = lp->n_plane;
    memset(w->mean, 0, (size_t)(n * lp->n_part) * sizeof *w->mean);
    for (int k = 0; k < lp->n_part; k++)
        w->weight[k] = 0.0;
    for (int j = 0; j < J; j++) {
        const double d = w->p[j] / w->s[j];
        w->weight[lp->part[j]] += d;
        cblas_daxpy(n, d, w->G + (size_t)j * (size_t)n, 1, w->mean + lp->part[j] * n, 1);
    }
    for (int k = 0; k < lp->n_part; k++)
        cblas_dscal(n, 1.0 / w->weight[k], w->mean + k * n, 1);
    for (int j = 0; j < J; j++) {
        const double root = sqrt(w->p[j] / w->s[j]), *g = w->G + (size_t)j * (size_t)n, *mean = w->mean + lp->part[j] * n;
        for (int i = 0; i < n; i++)
            w->scaled[(size_t)j * (size_t)n + (size_t)i] = root * (g[i] - mean[i]);
    }
}

static enum status set_factor(const struct cut_lp *lp, struct err *e)
{
    struct cut_lp_ws *w = lp->ws;
    const int n = w->n_free, m = lp->n_group;
    double trace = 0.0;
    set_means(lp);
    memset(w->M, 0, (size_t)n * (size_t)n * sizeof *w->M);
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, n, lp->n_plane, 1.0, w->scaled, n, 0.0, w->M, n);
    for (int i = 0; i < n; i++) {
        w->M[i * n + i] += w->l[i] / w->x[i] + (w->upper[i] < HUGE_VAL ? w->v[i] / (w->upper[i] - w->x[i]) : 0.0);
        trace = fmax(trace, w->M[i * n + i]);
    }
    for (int i = 0; i < n; i++)
        w->M[i * n + i] += 1e-15 * trace;
    TRY(dense_set_cholesky(n, w->M, e));
    memset(w->AM, 0, (size_t)n * (size_t)(m + 1) * sizeof *w->AM); /* columns of A' through the factor, then A M^-1 A' */
    for (int i = 0; i < n; i++)
        if (group_of(lp, i) >= 0)
            w->AM[group_of(lp, i) * n + i] = 1.0;
    dense_solve_cholesky(n, w->M, m, w->AM);
    memset(w->K, 0, (size_t)(m * m) * sizeof *w->K);
    for (int a = 0; a < m; a++)
        for (int i = 0; i < n; i++)
            if (group_of(lp, i) >= 0)
                w->K[a * m + group_of(lp, i)] += w->AM[a * n + i];
    for (int a = 0; a < m; a++)
        if (!(w->K[a * m + a] > 0.0))
            w->K[a * m + a] = 1.0; /* a group without a variable that moves */
    return m ? dense_set_cholesky(m, w->K, e) : ST_OK;
}

/* Right side for dx alone in r, for dz in w->dz, from the targets rho of the products. */
static void set_right_side(const struct cut_lp *lp, double *r)
{
    struct cut_lp_ws *w = lp->ws;
    const int n = w->n_free, J = lp->n_plane;
    double lack[CUT_LP_MAX_PART]; /* sum of p over the part - 1 */
    for (int k = 0; k < lp->n_part; k++) {
        lack[k] = -1.0;
        w->dz[k] = 0.0;
    }
    for (int i = 0; i < n; i++) {
        r[i] = w->rx[i] + w->rhox[i] / w->x[i];
        if (w->upper[i] < HUGE_VAL)
            r[i] -= w->rhov[i] / (w->upper[i] - w->x[i]);
    }
    for (int j = 0; j < J; j++) {
        const double rp = w->z[lp->part[j]] - w->gx[j] - w->s[j]; /* of the slack's equation: ds = dz - g dx + rp */
        const double d = w->p[j] / w->s[j], f = w->rhos[j] / w->s[j] - d * rp;
        lack[lp->part[j]] += w->p[j];
        w->dz[lp->part[j]] += f;
        w->value[j] = f / sqrt(d);
    }
    cblas_dgemv(CblasColMajor, CblasNoTrans, n, J, -1.0, w->scaled, n, w->value, 1, 1.0, r, 1);
    for (int k = 0; k < lp->n_part; k++) {
        w->dz[k] = (w->dz[k] + lack[k]) / w->weight[k];
        cblas_daxpy(n, lack[k], w->mean + k * n, 1, r, 1);
    }
}

/* dx, dz, dy and the rest. */
static void set_direction(const struct cut_lp *lp)
{
    struct cut_lp_ws *w = lp->ws;
    const int n = w->n_free, J = lp->n_plane, m = lp->n_group;
    double *r = w->AM + m * n, lack[16] = {0}, at[16] = {0};
    set_right_side(lp, r);
    dense_solve_cholesky(n, w->M, 1, r);
    for (int i = 0; i < n; i++)
        if (group_of(lp, i) >= 0) {
            lack[group_of(lp, i)] -= r[i];
            at[group_of(lp, i)] += w->x[i];
        }
    for (int a = 0; a < m; a++)
        w->dy[a] = lack[a] + (at[a] > 0.0 ? 1.0 - at[a] : 0.0);
    if (m)
        dense_solve_cholesky(m, w->K, 1, w->dy);
    for (int i = 0; i < n; i++)
        for (int a = 0; a < m; a++)
            r[i] += w->AM[a * n + i] * w->dy[a];
    memcpy(w->dx, r, (size_t)n * sizeof *r);
    for (int k = 0; k < lp->n_part; k++)
        w->dz[k] += cblas_ddot(n, w->mean + k * n, 1, w->dx, 1);
    cblas_dgemv(CblasColMajor, CblasTrans, n, J, 1.0, w->G, n, w->dx, 1, 0.0, w->value, 1);
    for (int j = 0; j < J; j++) {
        const double rp = w->z[lp->part[j]] - w->gx[j] - w->s[j];
        w->ds[j] = w->dz[lp->part[j]] - w->value[j] + rp;
        w->dp[j] = (w->rhos[j] - w->p[j] * w->ds[j]) / w->s[j];
    }
    for (int i = 0; i < n; i++) {
        w->dl[i] = (w->rhox[i] - w->l[i] * w->dx[i]) / w->x[i];
        w->dv[i] = w->upper[i] < HUGE_VAL ? (w->rhov[i] + w->v[i] * w->dx[i]) / (w->upper[i] - w->x[i]) : 0.0;
    }
}

static double get_limit(double t, double x, double dx) { return dx < 0.0 && -x / dx < t ? -x / dx : t; }

static void set_lengths(const struct cut_lp *lp, double *tp, double *td)
{
    const struct cut_lp_ws *w = lp->ws;
    *tp = *td = 1.0;
    for (int j = 0; j < lp->n_plane; j++) {
        *tp = get_limit(*tp, w->s[j], w->ds[j]);
        *td = get_limit(*td, w->p[j], w->dp[j]);
    }
    for (int i = 0; i < w->n_free; i++) {
        *tp = get_limit(*tp, w->x[i], w->dx[i]);
        *td = get_limit(*td, w->l[i], w->dl[i]);
        if (w->upper[i] < HUGE_VAL) {
            *tp = get_limit(*tp, w->upper[i] - w->x[i], -w->dx[i]);
            *td = get_limit(*td, w->v[i], w->dv[i]);
        }
    }
}

/* Targets of the products: sigma mu - product - second-order term of the predictor. */
static void set_targets(const struct cut_lp *lp, double mu, double second)
{
    struct cut_lp_ws *w = lp->ws;
    for (int j = 0; j < lp->n_plane; j++)
        w->rhos[j] = mu - w->s[j] * w->p[j] - second * w->ds[j] * w->dp[j];
    for (int i = 0; i < w->n_free; i++) {
        w->rhox[i] = mu - w->x[i] * w->l[i] - second * w->dx[i] * w->dl[i];
        w->rhov[i] = w->upper[i] < HUGE_VAL ? mu - (w->upper[i] - w->x[i]) * w->v[i] + second * w->dx[i] * w->dv[i] : 0.0;
    }
}

static void set_stationarity(const struct cut_lp *lp)
{
    struct cut_lp_ws *w = lp->ws;
    for (int i = 0; i < w->n_free; i++)
        w->rx[i] = -(w->c[i] - w->l[i] + w->v[i] - (group_of(lp, i) >= 0 ? w->y[group_of(lp, i)] : 0.0));
    cblas_dgemv(CblasColMajor, CblasNoTrans, w->n_free, lp->n_plane, -1.0, w->G, w->n_free, w->p, 1, 1.0, w->rx, 1);
}

static enum status step(struct cut_lp *lp, struct err *e)
{
    struct cut_lp_ws *w = lp->ws;
    double tp, td;
    int n_pair;
    memset(w->ds, 0, (size_t)lp->n_plane * sizeof *w->ds);
    memset(w->dp, 0, (size_t)lp->n_plane * sizeof *w->dp);
    memset(w->dx, 0, (size_t)w->n_free * sizeof *w->dx);
    memset(w->dl, 0, (size_t)w->n_free * sizeof *w->dl);
    memset(w->dv, 0, (size_t)w->n_free * sizeof *w->dv);
    const double gap = get_gap(lp, 0.0, 0.0, &n_pair);
    set_planes(lp, w->gx);
    set_stationarity(lp);
    TRY(set_factor(lp, e));
    set_targets(lp, 0.0, 0.0);
    set_direction(lp);
    set_lengths(lp, &tp, &td);
    const double ratio = get_gap(lp, tp, td, &n_pair) / gap;
    set_targets(lp, ratio * ratio * ratio * gap / n_pair, 1.0);
    set_direction(lp);
    set_lengths(lp, &tp, &td);
    tp = fmin(1.0, STEP_SHARE * tp);
    td = fmin(1.0, STEP_SHARE * td);
    for (int j = 0; j < lp->n_plane; j++) {
        w->s[j] += tp * w->ds[j];
        w->p[j] += td * w->dp[j];
    }
    for (int i = 0; i < w->n_free; i++) {
        w->x[i] += tp * w->dx[i];
        w->l[i] += td * w->dl[i];
        w->v[i] += td * w->dv[i];
    }
    for (int k = 0; k < lp->n_part; k++)
        w->z[k] += tp * w->dz[k];
    for (int a = 0; a < lp->n_group; a++)
        w->y[a] += td * w->dy[a];
    return ST_OK;
}

/* ---- the whole ---- */

static void set_result(struct cut_lp *lp, double *value, double *objective_low)
{
    struct cut_lp_ws *w = lp->ws;
    double total[CUT_LP_MAX_PART] = {0};
    for (int i = 0; i < w->n_free; i++)
        lp->x[w->free[i]] = w->x[i];
    for (int j = 0; j < lp->n_plane; j++)
        total[lp->part[j]] += w->p[j];
    for (int j = 0; j < lp->n_plane; j++)
        lp->weight[j] = w->p[j] / total[lp->part[j]];
    *value = cut_lp_eval(lp, lp->x);
    *objective_low = fmax(*objective_low, cut_lp_eval_bound(lp, NULL));
}

/* Nothing moves: the planes on top are the answer. */
static void set_held(struct cut_lp *lp, double *value, double *objective_low)
{
    int top[CUT_LP_MAX_PART] = {0};
    double most[CUT_LP_MAX_PART];
    for (int k = 0; k < lp->n_part; k++)
        most[k] = -HUGE_VAL;
    set_values(lp, lp->x, lp->ws->value);
    for (int j = 0; j < lp->n_plane; j++) {
        const double f = lp->ws->value[j];
        const int k = lp->part[j];
        lp->weight[j] = 0.0;
        top[k] = f > most[k] ? j : top[k];
        most[k] = fmax(most[k], f);
    }
    for (int k = 0; k < lp->n_part; k++)
        lp->weight[top[k]] = 1.0;
    *value = cut_lp_eval(lp, lp->x);
    *objective_low = fmin(*value, cut_lp_eval_bound(lp, NULL));
}

enum status cut_lp_solve(struct cut_lp *lp, double tol_value, double *value, double *objective_low, struct err *e)
{
    *objective_low = -HUGE_VAL;
    *value = HUGE_VAL;
    TRY(set_free(lp, e));
    set_start(lp);
    if (!lp->ws->n_free) {
        set_held(lp, value, objective_low);
        return ST_OK;
    }
    set_multipliers(lp);
    for (int k = 0; k < MAX_STEP; k++) {
        set_result(lp, value, objective_low);
        if (*value - *objective_low <= tol_value)
            return ST_OK;
        struct err inner;
        if (step(lp, &inner) != ST_OK)
            break; /* as far as double precision goes */
    }
    return err_set(e, ST_NO_CONVERGE, "strategy", "interior point method stops at a gap of %.3g, wanted %.3g", *value - *objective_low,
                   tol_value);
}
