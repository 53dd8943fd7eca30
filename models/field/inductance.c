/* inductance.c - incremental inductances at a solution: the linkages are linear in A with the load F_j of one ampere as weights
 * (reciprocity), and dA/di_k = K'^-1 F_k, so d lambda_j/d i_k = s_j L F_j . K'^-1 F_k; s = 2/3, 2/3, 1 (amplitude-invariant dq frame). */
#include "models/field/field_impl.h"
#include <string.h>
#include "materials/base/banned.h"

enum status field_eval_inductance(struct field_ws *ws, enum field_factor which, struct field_inductance *out, struct err *e)
{
    const int n = ws->n_dof, n_current = machine_has_field_winding(&ws->machine) ? FIELD_CURRENT_COUNT : FIELD_I_F;
    const double whole_m = field_get_whole_m(ws);
    for (int k = 0; k < n_current; k++) {
        double i_abc_A[3], *load = ws->ampere_load + (size_t)k * (size_t)(n + 1);
        winding_eval_abc(k == FIELD_I_D, k == FIELD_I_Q, ws->theta_el_rad, i_abc_A);
        memset(load, 0, (size_t)(n + 1) * sizeof *load);
        field_add_current_load(ws, i_abc_A, k == FIELD_I_F, load);
        memcpy(ws->ampere_A + (size_t)k * (size_t)n, load, (size_t)n * sizeof *load);
    }
    TRY(field_solve_tangent(ws, which, n_current, ws->ampere_A, e));
    *out = (struct field_inductance){0};
    for (int j = 0; j < n_current; j++)
        for (int k = 0; k < n_current; k++)
            out->H[j][k] = field_get_linkage_factor(j) * whole_m *
                        field_eval_dot(ws->ampere_load + (size_t)j * (size_t)(n + 1), ws->ampere_A + (size_t)k * (size_t)n, n);
    return ST_OK;
}
