/* flux_spline.c - slopes of the not-a-knot cubic spline as a matrix, and the cubic Hermite weights of a cell [DEBOOR1978 ch. IV]. */
#include "models/operate/flux_map_impl.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define SPLINE_MAX (2 * FLUX_MAP_MAX_AXIS - 1)

/* Derivative at x[i] of the polynomial through all points: d/dx of the Lagrange basis. */
static void polynomial_slopes(int n, const double *x, double *out)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0.0;
            for (int k = 0; k < n; k++) {
                if (k == j)
                    continue;
                double term = 1.0 / (x[j] - x[k]);
                for (int l = 0; l < n; l++)
                    if (l != j && l != k)
                        term *= (x[i] - x[l]) / (x[j] - x[l]);
                sum += term;
            }
            out[i * n + j] = sum;
        }
}

/* Gauss with row exchange on a (n x n), right sides b (n x n); b holds the solution. The spline matrix is regular for increasing x. */
static void eliminate(int n, double *a, double *b)
{
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[best * n + k]))
                best = i;
        assert(a[best * n + k] != 0.0);
        for (int j = 0; best != k && j < n; j++) {
            double ta = a[k * n + j], tb = b[k * n + j];
            a[k * n + j] = a[best * n + j];
            b[k * n + j] = b[best * n + j];
            a[best * n + j] = ta;
            b[best * n + j] = tb;
        }
        for (int i = 0; i < n; i++) {
            if (i == k || a[i * n + k] == 0.0)
                continue;
            double f = a[i * n + k] / a[k * n + k];
            for (int j = 0; j < n; j++) {
                a[i * n + j] -= f * a[k * n + j];
                b[i * n + j] -= f * b[k * n + j];
            }
        }
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            b[i * n + j] /= a[i * n + i];
}

/* End row r: equal third derivative on the two intervals next to node `mid` (nodes a, mid, c). */
static void end_row(int n, const double *x, int r, int a, int mid, int c, double *A, double *B)
{
    double h0 = x[mid] - x[a], h1 = x[c] - x[mid], s0 = h0 * h0, s1 = h1 * h1;
    A[r * n + a] = s1;
    A[r * n + mid] = s1 - s0;
    A[r * n + c] = -s0;
    B[r * n + a] = -2.0 * s1 / h0;
    B[r * n + mid] = 2.0 * s1 / h0 + 2.0 * s0 / h1;
    B[r * n + c] = -2.0 * s0 / h1;
}

static void spline_slopes(int n, const double *x, double *out)
{
    double A[SPLINE_MAX * SPLINE_MAX];
    memset(A, 0, sizeof A);
    memset(out, 0, (size_t)(n * n) * sizeof *out);
    end_row(n, x, 0, 0, 1, 2, A, out);
    end_row(n, x, n - 1, n - 3, n - 2, n - 1, A, out);
    for (int i = 1; i + 1 < n; i++) { /* continuous second derivative */
        double h0 = x[i] - x[i - 1], h1 = x[i + 1] - x[i];
        A[i * n + i - 1] = h1;
        A[i * n + i] = 2.0 * (h0 + h1);
        A[i * n + i + 1] = h0;
        out[i * n + i - 1] = -3.0 * h1 / h0;
        out[i * n + i] = 3.0 * (h1 / h0 - h0 / h1);
        out[i * n + i + 1] = 3.0 * h0 / h1;
    }
    eliminate(n, A, out);
}

void flux_spline_set_slopes(int n, const double *x, int parity, double *out)
{
    double full_x[SPLINE_MAX], full[SPLINE_MAX * SPLINE_MAX];
    int shift = parity == 0 ? 0 : n - 1, nf = n + shift;
    for (int i = 0; i < shift; i++)
        full_x[i] = -x[n - 1 - i];
    for (int i = 0; i < n; i++)
        full_x[shift + i] = x[i];
    if (nf <= 4)
        polynomial_slopes(nf, full_x, full);
    else
        spline_slopes(nf, full_x, full);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            const double *row = full + (shift + i) * nf + shift;
            out[i * n + j] = row[j];
            if (parity != 0 && j > 0)
                out[i * n + j] += parity * row[-j];
        }
}

void flux_spline_set_basis(int n, const double *x, double at, struct flux_basis *b)
{
    memset(b, 0, sizeof *b);
    if (n == 1) {
        b->w[0] = 1.0;
        return;
    }
    int low = 0, high = n - 1;
    while (high - low > 1) {
        int mid = (low + high) / 2;
        if (at < x[mid])
            high = mid;
        else
            low = mid;
    }
    b->low = low;
    b->high = high;
    if (at < x[low] || at > x[high]) { /* beyond the grid: the end's tangent */
        int k = at < x[low] ? 0 : 2;
        b->is_beyond = 1;
        b->w[k] = 1.0;
        b->w[k + 1] = at - (k == 0 ? x[low] : x[high]);
        b->dw[k + 1] = 1.0;
        return;
    }
    double h = x[high] - x[low], t = (at - x[low]) / h, t1 = 1.0 - t;
    b->w[0] = t1 * t1 * (1.0 + 2.0 * t);
    b->w[1] = h * t * t1 * t1;
    b->w[2] = t * t * (3.0 - 2.0 * t);
    b->w[3] = -h * t * t * t1;
    b->dw[0] = -6.0 * t * t1 / h;
    b->dw[1] = t1 * (1.0 - 3.0 * t);
    b->dw[2] = -b->dw[0];
    b->dw[3] = t * (3.0 * t - 2.0);
}
