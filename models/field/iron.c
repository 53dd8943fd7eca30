/* iron.c - the non-linear elements, kept by quantity (all x, all y, ..) and worked on in chunks, so that the loops vectorise: gradients of
 * A, H(B) by table, energy, residual, points of linearisation. What is added to unknowns goes one element at a time. */
#include "models/field/iron_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define CHUNK FIELD_CHUNK

void field_set_cubics(struct field_nu *f)
{
    const struct steel_nu *nu = &f->table;
    const double dB_T = 1.0 / nu->inv_dB_per_T, *H = nu->H_A_per_m, *slope = nu->dHdB_A_per_m_T;
    const int last = nu->n - 1;
    for (int i = 0; i <= last; i++) {
        double *c = f->cubic + 4 * i, dH = i < last ? H[i + 1] - H[i] : 0.0, m = i < last ? dB_T * slope[i + 1] : 0.0;
        c[0] = H[i];
        c[1] = dB_T * slope[i];
        c[2] = i < last ? 3.0 * dH - 2.0 * c[1] - m : 0.0;
        c[3] = i < last ? c[1] + m - 2.0 * dH : 0.0;
    }
    for (int i = 0; i <= last; i++)
        f->knot_A_per_m[i] = (float)H[i];
    f->cubic[0] = f->cubic[2] = 0.0; /* H is odd in B */
    f->cubic[3] = H[1] - f->cubic[1];
}

void field_set_iron_shape(struct field_ws *ws)
{
    struct field_iron_shape *s = &ws->iron_shape;
    for (int k = 0; k < ws->iron.n; k++) {
        int t = ws->iron.tri[k];
        s->area_m2[k] = ws->tri.area_m2[t];
        for (int i = 0; i < 3; i++) {
            s->dof[i][k] = ws->tri.idx[3 * t + i];
            s->gx[i][k] = ws->tri.gx[3 * t + i];
            s->gy[i][k] = ws->tri.gy[3 * t + i];
        }
    }
}

/* grad A of elements k .. k + n - 1. */
VECTOR_INLINE void gradient_eval(const struct field_iron_shape *s, int k, int n, const double *restrict A, double *restrict x,
                                 double *restrict y)
{
    const int *restrict d0 = s->dof[0] + k, *restrict d1 = s->dof[1] + k, *restrict d2 = s->dof[2] + k;
    const double *restrict gx0 = s->gx[0] + k, *restrict gx1 = s->gx[1] + k, *restrict gx2 = s->gx[2] + k;
    const double *restrict gy0 = s->gy[0] + k, *restrict gy1 = s->gy[1] + k, *restrict gy2 = s->gy[2] + k;
    for (int i = 0; i < n; i++) {
        double a0 = A[d0[i]], a1 = A[d1[i]], a2 = A[d2[i]];
        x[i] = gx0[i] * a0 + gx1[i] * a1 + gx2[i] * a2;
        y[i] = gy0[i] * a0 + gy1[i] * a1 + gy2[i] * a2;
    }
}

/* Elements of a part from k on: as many as a chunk takes. */
static int chunk_get(const struct field_iron *fe, int k)
{
    int end = k < fe->n_stator ? fe->n_stator : fe->n;
    return end - k < CHUNK ? end - k : CHUNK;
}

static const struct field_nu *table_get(const struct field_ws *ws, int k)
{
    return &ws->nu[k < ws->iron.n_stator ? FIELD_STATOR : FIELD_ROTOR];
}

/* State of n elements from k on, and area nu grad A into fx, fy; returns their energy in J/m. */
VECTOR_VERSIONS static double chunk_eval(const struct field_ws *ws, const struct field_nu *f, int k, int n, const double *A,
                                         double *restrict fx, double *restrict fy)
{
    const struct field_iron *fe = &ws->iron;
    const double *area = ws->iron_shape.area_m2 + k;
    double *hx = fe->hx + k, *hy = fe->hy + k, *nu = fe->nu + k, w[CHUNK], W = 0.0;
    gradient_eval(&ws->iron_shape, k, n, A, hx, hy);
    iron_eval_state(f, n, hx, hy, nu, fe->dnu + k, w);
    for (int i = 0; i < n; i++) {
        fx[i] = area[i] * nu[i] * hx[i];
        fy[i] = area[i] * nu[i] * hy[i];
    }
    for (int i = 0; i < n; i++)
        W += area[i] * w[i];
    return W;
}

/* r[corner] += g . f for n elements from k on. */
static void corner_add(const struct field_iron_shape *s, int k, int n, const double *fx, const double *fy, double *r)
{
    const int *d0 = s->dof[0] + k, *d1 = s->dof[1] + k, *d2 = s->dof[2] + k;
    for (int i = 0; i < n; i++) {
        r[d0[i]] += s->gx[0][k + i] * fx[i] + s->gy[0][k + i] * fy[i];
        r[d1[i]] += s->gx[1][k + i] * fx[i] + s->gy[1][k + i] * fy[i];
        r[d2[i]] += s->gx[2][k + i] * fx[i] + s->gy[2][k + i] * fy[i];
    }
}

double field_add_iron_residual(struct field_ws *ws, const double *A, double *R)
{
    double W = 0.0, fx[CHUNK], fy[CHUNK];
    for (int k = 0, n; k < ws->iron.n; k += n) {
        n = chunk_get(&ws->iron, k);
        W += chunk_eval(ws, table_get(ws, k), k, n, A, fx, fy);
        corner_add(&ws->iron_shape, k, n, fx, fy, R);
    }
    return W;
}

VECTOR_VERSIONS static void chunk_eval_energy(const struct field_ws *ws, const struct field_nu *f, int k, int n, double *restrict W)
{
    const struct field_iron *fe = &ws->iron;
    const double *area = ws->iron_shape.area_m2 + k, *hx = fe->hx + k, *hy = fe->hy + k;
    double nu[CHUNK], dnu[CHUNK], w[CHUNK];
    iron_eval_state(f, n, hx, hy, nu, dnu, w);
    for (int i = 0; i < n; i++)
        W[i] = area[i] * (w[i] - 0.5 * nu[i] * (hx[i] * hx[i] + hy[i] * hy[i]));
}

/* R = K_lin A + sum area nu g (g . A) - F, hence A . K_lin A = A . (R + F) - sum area nu B^2. */
double field_eval_energy_J_per_m(const struct field_ws *ws, const double *A, const double *R)
{
    double sum = 0.0, W[CHUNK];
    for (int i = 0; i < ws->n_dof; i++)
        sum += 0.5 * A[i] * (R[i] - ws->load[i]);
    for (int k = 0, n; k < ws->iron.n; k += n) {
        n = chunk_get(&ws->iron, k);
        chunk_eval_energy(ws, table_get(ws, k), k, n, W);
        for (int i = 0; i < n; i++)
            sum += W[i];
    }
    return sum;
}

/* B with H(B) + r B = s on the table, for n pairs; linear within a cell, since a point of linearisation need not be exact. The cell is
 * found by bisection in a fixed number of steps, in single precision: next to a knot it may be the one on the other side. */
VECTOR_INLINE void resolvent_eval(const struct field_nu *f, int n, const double *restrict r, const double *restrict s,
                                  double *restrict B_T)
{
    const double dB_T = 1.0 / f->table.inv_dB_per_T, *restrict H = f->table.H_A_per_m, *restrict c = f->cubic;
    const float *restrict knot = f->knot_A_per_m;
    const int last = f->table.n - 1;
    float rise[CHUNK], wanted[CHUNK];
    int low[CHUNK], step = 1;
    for (int i = 0; i < n; i++) {
        low[i] = 0;
        rise[i] = (float)(r[i] * dB_T);
        wanted[i] = (float)s[i];
    }
    while (2 * step <= last)
        step *= 2;
    for (; step > 0; step /= 2)
        for (int i = 0; i < n; i++) {
            const int next = low[i] + step, middle = next < last ? next : last;
            low[i] = knot[middle] + rise[i] * (float)middle <= wanted[i] ? middle : low[i];
        }
    for (int i = 0; i < n; i++) {
        const double *cell = c + 4 * low[i], dH = cell[1] + cell[2] + cell[3];
        B_T[i] = dB_T * (low[i] + (s[i] - (H[low[i]] + r[i] * low[i] * dB_T)) / (dH + r[i] * dB_T));
    }
}

VECTOR_VERSIONS static void chunk_set_point(struct field_ws *ws, const struct field_nu *f, int k, int n, const double *A)
{
    double *restrict hx = ws->iron.hx + k, *restrict hy = ws->iron.hy + k, *restrict nu = ws->iron.nu + k, *restrict dnu = ws->iron.dnu + k;
    double x[CHUNK], y[CHUNK], r[CHUNK], s[CHUNK], B_T[CHUNK];
    gradient_eval(&ws->iron_shape, k, n, A, x, y);
    for (int i = 0; i < n; i++) {
        const double B2_T2 = hx[i] * hx[i] + hy[i] * hy[i], along = 2.0 * dnu[i] * (hx[i] * x[i] + hy[i] * y[i] - B2_T2);
        r[i] = nu[i] + 2.0 * dnu[i] * B2_T2;
        x[i] = (nu[i] + r[i]) * x[i] + along * hx[i];
        y[i] = (nu[i] + r[i]) * y[i] + along * hy[i];
        s[i] = sqrt(x[i] * x[i] + y[i] * y[i]);
    }
    resolvent_eval(f, n, r, s, B_T);
    for (int i = 0; i < n; i++) {
        const double scale = B_T[i] / (s[i] > 0.0 ? s[i] : 1.0);
        hx[i] = scale * x[i];
        hy[i] = scale * y[i];
    }
    iron_eval_state(f, n, hx, hy, nu, dnu, B_T);
}

void field_set_points(struct field_ws *ws, const double *A)
{
    for (int k = 0, n; k < ws->iron.n; k += n) {
        n = chunk_get(&ws->iron, k);
        chunk_set_point(ws, table_get(ws, k), k, n, A);
    }
}

void field_set_moved_points(struct field_ws *ws, const double *A, const double *B)
{
    const struct field_iron_shape *s = &ws->iron_shape;
    for (int k = 0; k < ws->iron.n; k++) {
        int i = s->dof[0][k], j = s->dof[1][k], l = s->dof[2][k];
        if (A[i] == B[i] && A[j] == B[j] && A[l] == B[l])
            continue;
        ws->iron.nu[k] = ws->iron_point.nu[k];
        ws->iron.dnu[k] = ws->iron_point.dnu[k];
        ws->iron.hx[k] = ws->iron_point.hx[k];
        ws->iron.hy[k] = ws->iron_point.hy[k];
    }
}

void field_add_point_load(const struct field_ws *ws, double *rhs)
{
    const struct field_iron *fe = &ws->iron;
    double fx[CHUNK], fy[CHUNK];
    for (int k = 0, n; k < fe->n; k += n) {
        n = chunk_get(fe, k);
        for (int i = 0; i < n; i++) {
            const double hx = fe->hx[k + i], hy = fe->hy[k + i], f = 2.0 * fe->dnu[k + i] * (hx * hx + hy * hy);
            fx[i] = ws->iron_shape.area_m2[k + i] * f * hx;
            fy[i] = ws->iron_shape.area_m2[k + i] * f * hy;
        }
        corner_add(&ws->iron_shape, k, n, fx, fy, rhs);
    }
}
