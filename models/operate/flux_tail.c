/* flux_tail.c - the d axis far beyond the map, where short circuits drive i_d: one point solved there at i_q = 0, with its inductance, and
 * a cubic from the end of the map to it. Off the axis lambda_d runs parallel to that (zero mixed difference, as in the map's corners); the
 * other channels keep their continuation. Iron that saturates the other way round halves the inductance there: by the end slope alone the
 * current of a short circuit would come out a tenth too small. Contract: flux_map.h, flux_map_impl.h. */
#include "models/operate/flux_map_impl.h"
#include "materials/base/banned.h"

enum status flux_tail_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, struct err *e)
{
    double ahead[MACHINE_MAX_SLICE];
    const int n_slice = machine_get_slices(m, ahead), n = fm->opts.n_position;
    const struct flux_current at = {fm->opts.tail_A, 0.0, fm->opts.i_f_A[0]};
    struct field_result sum = {0}, r;
    struct field_inductance L = {0};
    for (int k = 0; k < n_slice; k++)
        for (int pos = 0; pos < n; pos++) {
            TRY(flux_slice_solve(fm, ws, m, &at, pos, ahead[k], n_slice, &r, &L, e));
            field_add_slice(&sum, &r, ahead[k], n_slice * n);
        }
    fm->tail = (struct flux_tail){sum.lambda_d_Wb, L.H[FIELD_I_D][FIELD_I_D]};
    return ST_OK;
}

void flux_tail_add(const struct flux_map *fm, double along_d_A, struct flux_point *out)
{
    const double x_A[2] = {fm->opts.tail_A, fm->opts.i_d_A[0]}, *end = fm->nodes->data;
    const double end_Wb = end[CH_LD], end_H = end[DER_D * CH_COUNT + CH_LD], tail_Wb = fm->tail.lambda_d_Wb, tail_H = fm->tail.L_H;
    struct flux_basis b;
    flux_spline_set_basis(2, x_A, along_d_A, &b);
    out->lambda_d_Wb += b.w[0] * tail_Wb + b.w[1] * tail_H + b.w[2] * end_Wb + b.w[3] * end_H - (end_Wb + end_H * (along_d_A - x_A[1]));
    out->dld_did += b.dw[0] * tail_Wb + b.dw[1] * tail_H + b.dw[2] * end_Wb + b.dw[3] * end_H - end_H;
}
