/* relax.c - relaxation of single unknowns, between two linear solutions. After a step of Newton's method the residual stands out at a few
 * nodes, where elements in the bend of B-H have missed; left alone, such elements come down by a constant factor a step. Here the
 * unknowns with the largest residuals are set one after another to where theirs vanishes (one step of Newton's method in one unknown),
 * a few times over: non-linear Gauss-Seidel on those alone, as in non-linear elimination (P. Lanzkron, D. Rose, D. Wilkes, SIAM J. Sci.
 * Comput. 17 (1996) 538-559). Residual and iron state follow each change. Nodes of the moving band are left out: no iron touches them. */
#include "models/field/field_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define STANDS_OUT 0.2   /* |residual| of an unknown, of the largest, from which it is relaxed */

/* dR_i/dA_i */
static double slope_eval(const struct field_ws *ws, int i)
{
    const struct field_iron_shape *s = &ws->iron_shape;
    const struct field_iron *fe = &ws->iron;
    double slope = ws->k_lin[i];
    for (int n = ws->relax_start[i]; n < ws->relax_start[i + 1]; n++) {
        int k = ws->relax_corner[n] / 3, c = ws->relax_corner[n] % 3;
        double gx = s->gx[c][k], gy = s->gy[c][k], p = gx * fe->hx[k] + gy * fe->hy[k];
        slope += s->area_m2[k] * (fe->nu[k] * (gx * gx + gy * gy) + 2.0 * fe->dnu[k] * p * p);
    }
    return slope;
}

/* A_i += change, with everything that follows from it. */
static void unknown_move(struct field_ws *ws, int i, double change, double *A, double *R)
{
    const struct field_iron_shape *s = &ws->iron_shape;
    struct field_iron *fe = &ws->iron;
    A[i] += change;
    R[i] += ws->k_lin[i] * change;
    for (int n = ws->graph_fixed_start[i]; n < ws->graph_fixed_start[i + 1]; n++)
        R[ws->graph_fixed_next[n]] += ws->k_lin[ws->graph_fixed_slot[n]] * change;
    for (int n = ws->relax_start[i]; n < ws->relax_start[i + 1]; n++) {
        int k = ws->relax_corner[n] / 3, c = ws->relax_corner[n] % 3;
        double fx = fe->nu[k] * fe->hx[k], fy = fe->nu[k] * fe->hy[k];
        fe->hx[k] += s->gx[c][k] * change;
        fe->hy[k] += s->gy[c][k] * change;
        steel_nu_eval(&ws->nu[k < fe->n_stator ? FIELD_STATOR : FIELD_ROTOR].table, fe->hx[k] * fe->hx[k] + fe->hy[k] * fe->hy[k],
                      &fe->nu[k], &fe->dnu[k]);
        fx = s->area_m2[k] * (fe->nu[k] * fe->hx[k] - fx);
        fy = s->area_m2[k] * (fe->nu[k] * fe->hy[k] - fy);
        for (int a = 0; a < 3; a++)
            R[s->dof[a][k]] += s->gx[a][k] * fx + s->gy[a][k] * fy;
    }
    R[ws->n_dof] = 0.0;
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
                unknown_move(ws, i, -R[i] / slope_eval(ws, i), A, R);
        }
    }
}
