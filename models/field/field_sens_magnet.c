/* field_sens_magnet.c - what the remanence of single magnet elements does to the field. R = K A - F, and the remanence Br of an element
 * adds area nu Br t to F, t = a_x dg/dy - a_y dg/dx of its corners; the same t makes the element's B along its axis out of A. */
#include "models/field/field_sens_impl.h"

#include <string.h>
#include "materials/base/banned.h"

static double axis_eval_T(const struct field_sens *fs, const struct field_magnet_elem *g, const double *A)
{
    double B_T = 0.0;
    for (int c = 3 * g->tri; c < 3 * g->tri + 3; c++)
        if (fs->tri.idx[c] < fs->n_dof) /* others are fixed at 0 */
            B_T += (g->axis_x * fs->tri.gy[c] - g->axis_y * fs->tri.gx[c]) * A[fs->tri.idx[c]];
    return B_T;
}

/* Load of one tesla of element j, or of all remanences as they are. */
static void load_set(const struct field_sens *fs, const struct field_ws *fw, int j, double *F)
{
    if (j == FIELD_ALL_MAGNETS) {
        memcpy(F, fw->load_magnet, (size_t)fs->n_dof * sizeof *F);
        return;
    }
    const struct field_magnet_elem *g = &fw->magnet[j];
    const double f = fs->tri.area_m2[g->tri] * fs->s.nu[g->tri];
    memset(F, 0, (size_t)fs->n_dof * sizeof *F);
    for (int c = 3 * g->tri; c < 3 * g->tri + 3; c++)
        if (fs->tri.idx[c] < fs->n_dof)
            F[fs->tri.idx[c]] += f * (g->axis_x * fs->tri.gy[c] - g->axis_y * fs->tri.gx[c]);
}

enum status field_sens_solve_remanence(struct field_sens *fs, struct field_ws *fw, int n, const int *elem, double *B_axis_T, struct err *e)
{
    const size_t line = (size_t)fs->n_dof;
    for (int first = 0; first < n; first += SENS_RHS_MIN) {
        const int last = first + SENS_RHS_MIN < n ? first + SENS_RHS_MIN : n;
        for (int j = first; j < last; j++)
            load_set(fs, fw, elem[j], fs->rhs + (size_t)(j - first) * line);
        TRY(field_solve_tangent(fw, FIELD_FACTOR_FINAL, last - first, fs->rhs, e));
        for (int j = first; j < last; j++) {
            for (int i = 0; i < fw->n_magnet; i++)
                B_axis_T[(size_t)j * (size_t)fw->n_magnet + (size_t)i] =
                    axis_eval_T(fs, &fw->magnet[i], fs->rhs + (size_t)(j - first) * line);
        }
    }
    return ST_OK;
}

void field_sens_eval_lambda_by_remanence(const struct field_sens *fs, const struct field_ws *fw, int current, double *lambda_Wb_per_T)
{
    const double factor = fs->whole_m * field_get_linkage_factor(current);
    for (int j = 0; j < fw->n_magnet; j++) {
        const struct field_magnet_elem *g = &fw->magnet[j];
        lambda_Wb_per_T[j] = factor * fs->tri.area_m2[g->tri] * fs->s.nu[g->tri] * axis_eval_T(fs, g, fs->psi[current]);
    }
}
