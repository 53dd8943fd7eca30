/* relax.c - relaxation of single unknowns, between two linear solutions. After a step of Newton's method the residual stands out at a few
 * nodes, where elements in the bend of B-H have missed; left alone, such elements come down by a constant factor a step. Here the
 * unknowns with the largest residuals are set one after another to where theirs vanishes (one step of Newton's method in one unknown),
 * a few times over: non-linear Gauss-Seidel on those alone, as in non-linear elimination (P. Lanzkron, D. Rose, D. Wilkes, SIAM J. Sci.
 * Comput. 17 (1996) 538-559). Residual and iron state follow each change. Nodes of the moving band are left out: no iron touches them. */
#include "models/field/iron_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define STANDS_OUT 0.2   /* |residual| of an unknown, of the largest, from which it is relaxed */

/* State of the n iron elements about one unknown side by side, worked on for n_wide >= n, a constant to the compiler's vectors: what stands
 * beyond n belongs to other unknowns and goes nowhere. */
struct patch {
    int n;
    const int *element;
    double hx[FIELD_MAX_PATCH], hy[FIELD_MAX_PATCH], nu[FIELD_MAX_PATCH], dnu[FIELD_MAX_PATCH];
};

VECTOR_INLINE void patch_get(const struct field_ws *ws, int i, int n_wide, struct patch *p)
{
    const struct field_iron *fe = &ws->iron;
    p->n = ws->relax_start[i + 1] - ws->relax_start[i];
    p->element = ws->corner.element + ws->relax_start[i];
    for (int n = 0; n < n_wide; n++) {
        const int k = p->element[n];
        p->hx[n] = fe->hx[k];
        p->hy[n] = fe->hy[k];
        p->nu[n] = fe->nu[k];
        p->dnu[n] = fe->dnu[k];
    }
}

/* dR_i/dA_i of the iron; c: first corner of the unknown. */
VECTOR_INLINE double patch_eval_slope(const struct field_corner *s, int c, const struct patch *p, int n_wide)
{
    const double *gx = s->gx[0] + c, *gy = s->gy[0] + c, *area_m2 = s->area_m2 + c;
    double term[FIELD_MAX_PATCH], slope = 0.0;
    for (int n = 0; n < n_wide; n++) {
        const double along = gx[n] * p->hx[n] + gy[n] * p->hy[n];
        term[n] = area_m2[n] * (p->nu[n] * (gx[n] * gx[n] + gy[n] * gy[n]) + 2.0 * p->dnu[n] * along * along);
    }
    for (int n = 0; n < p->n; n++)
        slope += term[n];
    return slope;
}

/* The state of the patch after a change of its unknown, and fx, fy: what area nu grad A changes by. */
VECTOR_INLINE void patch_move(const struct field_ws *ws, int c, struct patch *p, int n_wide, double change, double *fx, double *fy)
{
    const double *gx = ws->corner.gx[0] + c, *gy = ws->corner.gy[0] + c, *area_m2 = ws->corner.area_m2 + c;
    double w[FIELD_MAX_PATCH];
    for (int n = 0; n < n_wide; n++) {
        fx[n] = p->nu[n] * p->hx[n];
        fy[n] = p->nu[n] * p->hy[n];
        p->hx[n] += gx[n] * change;
        p->hy[n] += gy[n] * change;
    }
    iron_eval_state(&ws->nu[p->element[0] < ws->iron.n_stator ? FIELD_STATOR : FIELD_ROTOR], n_wide, p->hx, p->hy, p->nu, p->dnu, w);
    for (int n = 0; n < n_wide; n++) {
        fx[n] = area_m2[n] * (p->nu[n] * p->hx[n] - fx[n]);
        fy[n] = area_m2[n] * (p->nu[n] * p->hy[n] - fy[n]);
    }
}

/* The patch's state and the residuals of its corners back to where they belong. */
VECTOR_INLINE void patch_put(struct field_ws *ws, int i, const struct patch *p, int n_wide, const double *fx, const double *fy, double *R)
{
    struct field_iron *fe = &ws->iron;
    const struct field_corner *s = &ws->corner;
    const int c = ws->relax_start[i];
    double r[3][FIELD_MAX_PATCH], own = 0.0;
    for (int a = 0; a < 3; a++)
        for (int n = 0; n < n_wide; n++)
            r[a][n] = s->gx[a][c + n] * fx[n] + s->gy[a][c + n] * fy[n];
    for (int n = 0; n < p->n; n++) {
        const int k = p->element[n];
        fe->hx[k] = p->hx[n];
        fe->hy[k] = p->hy[n];
        fe->nu[k] = p->nu[n];
        fe->dnu[k] = p->dnu[n];
        own += r[0][n];
        R[s->other[0][c + n]] += r[1][n];
        R[s->other[1][c + n]] += r[2][n];
    }
    R[i] += own;
    R[ws->n_dof] = 0.0;
}

/* Sets unknown i to where its residual vanishes, to first order, with everything that follows from it. */
VECTOR_INLINE void patch_relax(struct field_ws *ws, int i, int n_wide, double *A, double *R)
{
    struct patch p;
    double fx[FIELD_MAX_PATCH], fy[FIELD_MAX_PATCH];
    const int c = ws->relax_start[i];
    patch_get(ws, i, n_wide, &p);
    const double change = -R[i] / (ws->k_lin[i] + patch_eval_slope(&ws->corner, c, &p, n_wide));
    A[i] += change;
    R[i] += ws->k_lin[i] * change;
    for (int n = ws->graph_fixed_start[i]; n < ws->graph_fixed_start[i + 1] && ws->k_lin[i] != 0.0; n++) /* a linear element */
        R[ws->graph_fixed_next[n]] += ws->k_lin[ws->graph_fixed_slot[n]] * change;
    patch_move(ws, c, &p, n_wide, change, fx, fy);
    patch_put(ws, i, &p, n_wide, fx, fy, R);
}

VECTOR_VERSIONS static void unknown_relax(struct field_ws *ws, int i, double *A, double *R)
{
    if (ws->relax_start[i + 1] - ws->relax_start[i] <= FIELD_MAX_PATCH / 2)
        patch_relax(ws, i, FIELD_MAX_PATCH / 2, A, R);
    else
        patch_relax(ws, i, FIELD_MAX_PATCH, A, R);
}

void field_set_corner_shape(struct field_ws *ws)
{
    const struct field_iron_shape *s = &ws->iron_shape;
    struct field_corner *to = &ws->corner;
    for (int n = 0; n < 3 * ws->iron.n; n++) {
        const int k = ws->relax_corner[n] / 3, c = ws->relax_corner[n] % 3;
        to->element[n] = k;
        to->area_m2[n] = s->area_m2[k];
        for (int a = 0; a < 3; a++) {
            to->gx[a][n] = s->gx[(c + a) % 3][k];
            to->gy[a][n] = s->gy[(c + a) % 3][k];
            if (a > 0)
                to->other[a - 1][n] = s->dof[(c + a) % 3][k];
        }
    }
}

void field_relax(struct field_ws *ws, int n_sweep, double *A, double *R)
{
    for (int sweep = 0; sweep < n_sweep; sweep++) {
        double largest = 0.0;
        for (int i = 0; i < ws->n_relax; i++) {
            const double here = fabs(R[ws->relax[i]]);
            largest = here > largest ? here : largest;
        }
        if (largest == 0.0)
            return;
        for (int m = 0; m < ws->n_relax; m++) {
            int i = ws->relax[sweep % 2 == 0 ? m : ws->n_relax - 1 - m];
            if (fabs(R[i]) >= STANDS_OUT * largest)
                unknown_relax(ws, i, A, R);
        }
    }
}
