/* flux_tail.c - linkages far beyond the map, where short circuits drive i_d: a column solved at the least and the largest i_q, with its
 * inductances, and bicubic patches from the end of the map to it. Iron that saturates the other way round halves the inductance there: by
 * the end slope alone the current of a short circuit would come out a tenth too small, and off the axis linkages would fall over their own
 * current. Contract: flux_map.h, flux_map_impl.h. */
#include "models/operate/flux_map_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static enum status solve_point(struct flux_map *fm, struct field_ws *ws, const struct machine *m, double i_q_A, struct field_result *sum,
                               struct field_inductance *L, struct err *e)
{
    double ahead[MACHINE_MAX_SLICE];
    const int n_slice = machine_get_slices(m, ahead), n = fm->opts.n_position;
    const struct flux_current at = {fm->opts.tail_A, i_q_A, fm->opts.i_f_A[0]};
    struct field_result r;
    for (int k = 0; k < n_slice; k++)
        for (int pos = 0; pos < n; pos++) {
            TRY(flux_slice_solve(fm, ws, m, &at, pos, ahead[k], n_slice, &r, L, e));
            field_add_slice(sum, &r, ahead[k], n_slice * n);
        }
    return ST_OK;
}

/* Between both points over t = i_q / its largest: linkages by cubics of their values and slopes; inductances to i_d as they must begin on
 * the axis (even, odd), and level at the end, so that they stay what they are beyond it. */
static void set_row(struct flux_map *fm, int q, const struct field_result end[2], const struct field_inductance L[2])
{
    const double Q_A = fm->opts.i_q_A[fm->opts.n_q - 1], x_A[2] = {0.0, Q_A}, t = fm->opts.i_q_A[q] / Q_A;
    const double value_Wb[2][2] = {{end[0].lambda_d_Wb, end[1].lambda_d_Wb}, {0.0, end[1].lambda_q_Wb}};
    struct flux_basis b;
    flux_spline_set_basis(2, x_A, fm->opts.i_q_A[q], &b);
    for (int ch = 0; ch < 2; ch++) {
        double (*node)[CH_COUNT] = fm->nodes->tail[q], to_q_H[2] = {ch == CH_LD ? 0.0 : L[0].H[ch][FIELD_I_Q], L[1].H[ch][FIELD_I_Q]};
        node[DER_NONE][ch] = b.w[0] * value_Wb[ch][0] + b.w[1] * to_q_H[0] + b.w[2] * value_Wb[ch][1] + b.w[3] * to_q_H[1];
        node[DER_Q][ch] = b.dw[0] * value_Wb[ch][0] + b.dw[1] * to_q_H[0] + b.dw[2] * value_Wb[ch][1] + b.dw[3] * to_q_H[1];
    }
    const double Ldd_H = L[0].H[FIELD_I_D][FIELD_I_D], more_H = L[1].H[FIELD_I_D][FIELD_I_D] - Ldd_H, Lqd_H = L[1].H[FIELD_I_Q][FIELD_I_D];
    fm->nodes->tail[q][DER_D][CH_LD] = Ldd_H + more_H * t * t * (3.0 - 2.0 * t);
    fm->nodes->tail[q][DER_D | DER_Q][CH_LD] = more_H * 6.0 * t * (1.0 - t) / Q_A;
    fm->nodes->tail[q][DER_D][CH_LQ] = Lqd_H * t * (1.5 - 0.5 * t * t);
    fm->nodes->tail[q][DER_D | DER_Q][CH_LQ] = Lqd_H * 1.5 * (1.0 - t * t) / Q_A;
}

enum status flux_tail_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, struct err *e)
{
    struct field_result end[2];
    struct field_inductance L[2];
    memset(end, 0, sizeof end);
    memset(L, 0, sizeof L);
    for (int k = 0; k < 2; k++)
        TRY(solve_point(fm, ws, m, k == 0 ? 0.0 : fm->opts.i_q_A[fm->opts.n_q - 1], &end[k], &L[k], e));
    for (int q = 0; q < fm->opts.n_q; q++)
        set_row(fm, q, end, L);
    return ST_OK;
}

void flux_tail_set_corner(struct flux_map *fm, int d, int d_n, int q)
{
    const int k = q * fm->opts.n_d + d, n = q * fm->opts.n_d + d_n;
    const double x_A[2] = {fm->opts.tail_A, fm->opts.i_d_A[d_n]}, near = (fm->opts.i_d_A[d] - x_A[0]) / (x_A[1] - x_A[0]);
    double *value_Wb[2] = {fm->lambda_d_Wb, fm->lambda_q_Wb};
    struct field_inductance *L = fm->nodes->inductance;
    struct flux_basis b;
    flux_spline_set_basis(2, x_A, fm->opts.i_d_A[d], &b);
    for (int ch = 0; ch < 2; ch++) {
        const double tail_Wb = fm->nodes->tail[q][DER_NONE][ch], tail_H = fm->nodes->tail[q][DER_D][ch], n_Wb = value_Wb[ch][n],
                     n_H = L[n].H[ch][FIELD_I_D];
        value_Wb[ch][k] = b.w[0] * tail_Wb + b.w[1] * tail_H + b.w[2] * n_Wb + b.w[3] * n_H;
        L[k].H[ch][FIELD_I_D] = b.dw[0] * tail_Wb + b.dw[1] * tail_H + b.dw[2] * n_Wb + b.dw[3] * n_H;
        L[k].H[ch][FIELD_I_Q] = (1.0 - near) * fm->nodes->tail[q][DER_Q][ch] + near * L[n].H[ch][FIELD_I_Q];
    }
}

void flux_tail_set_beyond(struct flux_map *fm)
{
    const int n_d = fm->opts.n_d, n_q = fm->opts.n_q;
    double least_d_H = HUGE_VAL, least_q_H = HUGE_VAL;
    for (int q = 0; q < n_q; q++)
        least_d_H = fmin(least_d_H, fm->nodes->data[((q * n_d + n_d - 1) * DER_COUNT + DER_D) * CH_COUNT + CH_LD]);
    for (int d = 0; d < n_d; d++)
        least_q_H = fmin(least_q_H, fm->nodes->data[(((n_q - 1) * n_d + d) * DER_COUNT + DER_Q) * CH_COUNT + CH_LQ]);
    fm->tail.beyond_d_H = least_d_H;
    fm->tail.beyond_q_H = least_q_H;
}
