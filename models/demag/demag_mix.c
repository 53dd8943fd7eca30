/* demag_mix.c - Anderson mixing (D. G. Anderson, J. ACM 12 (1965) 547-560) of a fixed-point iteration y <- y + f(y): the next y minimises
 * the weighted residual over the span of the last few steps. Contract: demag_impl.h. */
#include "models/demag/demag_impl.h"
#include "models/num/dense.h"
#include <math.h>
#include "materials/base/banned.h"

#define MIX_RIDGE 1e-10 /* of the diagonal: steps may be parallel */

static double dot(int n, const double *w, const double *a, const double *b)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        sum += w[i] * a[i] * b[i];
    return sum;
}

/* Coefficients of the best combination of past residual steps; 0 when they cannot be told apart. */
static int get_mix(const struct demag_ws *ws, int n_past, const double *weight, const double *f, double *gamma)
{
    double gram[DEMAG_MIX_DEPTH * DEMAG_MIX_DEPTH];
    double *const *dF = ws->a + DEMAG_MIX_DF;
    struct err e;
    for (int a = 0; a < n_past; a++) {
        gamma[a] = dot(ws->n, weight, dF[a], f);
        for (int b = 0; b < n_past; b++)
            gram[a + n_past * b] = dot(ws->n, weight, dF[a], dF[b]);
        gram[a + n_past * a] *= 1.0 + MIX_RIDGE;
    }
    if (dense_set_cholesky(n_past, gram, &e) != ST_OK)
        return 0;
    dense_solve_cholesky(n_past, gram, 1, gamma);
    return 1;
}

void demag_mix_step(struct demag_ws *ws, int k, const double *weight, double *y, const double *f)
{
    double *y_old = ws->a[DEMAG_MIX_Y], *f_old = ws->a[DEMAG_MIX_F], gamma[DEMAG_MIX_DEPTH];
    double *const *dY = ws->a + DEMAG_MIX_DY, *const *dF = ws->a + DEMAG_MIX_DF;
    const int slot = (k - 1) % DEMAG_MIX_DEPTH, n_past = k < DEMAG_MIX_DEPTH ? k : DEMAG_MIX_DEPTH;
    for (int i = 0; i < ws->n; i++) {
        if (k > 0) {
            dY[slot][i] = y[i] - y_old[i];
            dF[slot][i] = f[i] - f_old[i];
        }
        y_old[i] = y[i];
        f_old[i] = f[i];
    }
    const int mixed = n_past > 0 && get_mix(ws, n_past, weight, f, gamma);
    for (int i = 0; i < ws->n; i++) {
        y[i] += f[i];
        for (int a = 0; mixed && a < n_past; a++)
            y[i] -= gamma[a] * (dY[a][i] + dF[a][i]);
    }
}
