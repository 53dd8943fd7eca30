/* iron_impl.h - the law of iron for many elements at once, shared by iron.c and relax.c; inline, so that it becomes part of their
 * vectorised loops.
 * The table of one part holds a cubic per cell, H = c0 + t (c1 + t (c2 + t c3)), t = B/dB - cell: that of steel_nu_eval, with one more
 * cell for all B beyond the last knot. */
#ifndef MODELS_FIELD_IRON_IMPL_H
#define MODELS_FIELD_IRON_IMPL_H
#include <math.h>
#include "models/field/field_impl.h"
#include "models/num/vector.h"

/* Reluctivity, its derivative to B^2, energy density, for n values of grad A. In the first cell nu = nu_0 + dnu_0 B^2. Lanes of both
 * branches are worked out, hence the divisor. */
VECTOR_INLINE void iron_eval_state(const struct field_nu *f, int n, const double *restrict hx, const double *restrict hy,
                                   double *restrict nu, double *restrict dnu, double *restrict w_J_per_m3)
{
    const int last = f->table.n - 1;
    const double *restrict c = f->cubic, *restrict w0 = f->w_J_per_m3, inv = f->table.inv_dB_per_T, dB_T = 1.0 / inv;
    const double nu_0 = f->table.dHdB_A_per_m_T[0], dnu_0 = (f->table.H_A_per_m[1] / dB_T - nu_0) / (dB_T * dB_T);
    for (int k = 0; k < n; k++) {
        const double B2_T2 = hx[k] * hx[k] + hy[k] * hy[k], B_T = sqrt(B2_T2), x = B_T * inv;
        const int i = (int)(x < (double)last ? x : (double)last);
        const double t = x - (double)i, h0 = c[4 * i], h1 = c[4 * i + 1], h2 = c[4 * i + 2], h3 = c[4 * i + 3];
        const double H = h0 + t * (h1 + t * (h2 + t * h3)), slope = (h1 + t * (2.0 * h2 + 3.0 * t * h3)) * inv;
        const int is_first = x < 1.0;
        const double per_B = 1.0 / (is_first ? 1.0 : B_T), nu_far = H * per_B, dnu_far = (slope - nu_far) * (0.5 * per_B * per_B);
        nu[k] = is_first ? nu_0 + dnu_0 * B2_T2 : nu_far;
        dnu[k] = is_first ? dnu_0 : dnu_far;
        w_J_per_m3[k] = w0[i] + dB_T * t * (h0 + t * (h1 / 2.0 + t * (h2 / 3.0 + t * h3 / 4.0)));
    }
}

#endif
