/* slices.c - see the header. */
#include "models/field/slices.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

struct field_slice field_get_slice(double theta_el_rad, double i_d_A, double i_q_A, double ahead_el_rad)
{
    double c = cos(ahead_el_rad), s = sin(ahead_el_rad);
    return (struct field_slice){theta_el_rad + ahead_el_rad, c * i_d_A + s * i_q_A, c * i_q_A - s * i_d_A};
}

void field_add_slice(struct field_result *sum, const struct field_result *slice, double ahead_el_rad, int n)
{
    double c = cos(ahead_el_rad), s = sin(ahead_el_rad);
    for (int phase = 0; phase < 3; phase++)
        sum->lambda_abc_Wb[phase] += slice->lambda_abc_Wb[phase] / n;
    sum->lambda_d_Wb += (c * slice->lambda_d_Wb - s * slice->lambda_q_Wb) / n;
    sum->lambda_q_Wb += (s * slice->lambda_d_Wb + c * slice->lambda_q_Wb) / n;
    sum->lambda_f_Wb += slice->lambda_f_Wb / n;
    sum->torque_Nm += slice->torque_Nm / n;
    sum->coenergy_J += slice->coenergy_J / n;
}

/* lambda = turn lambda_k and i_k = turn^T i, hence L = turn L_k turn^T. */
void field_add_slice_inductance(struct field_inductance *sum, const struct field_inductance *slice, double ahead_el_rad, int n)
{
    const double c = cos(ahead_el_rad), s = sin(ahead_el_rad), turn[FIELD_CURRENT_COUNT][FIELD_CURRENT_COUNT] = {
        {c, -s, 0.0}, {s, c, 0.0}, {0.0, 0.0, 1.0}};
    for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
        for (int k = 0; k < FIELD_CURRENT_COUNT; k++)
            for (int x = 0; x < FIELD_CURRENT_COUNT; x++)
                for (int y = 0; y < FIELD_CURRENT_COUNT; y++)
                    sum->H[j][k] += turn[j][x] * slice->H[x][y] * turn[k][y] / n;
}

enum status field_solve_skewed(struct field_ws *ws, const struct machine *m, double theta_el_rad, double i_d_A, double i_q_A, double i_f_A,
                               int cold, struct field_result *out, struct field_info *info, struct err *e)
{
    double ahead[MACHINE_MAX_SLICE];
    int n = machine_get_slices(m, ahead);
    if (n == 1) {
        field_set_angle(ws, theta_el_rad);
        return field_solve(ws, i_d_A, i_q_A, i_f_A, cold, out, info, e);
    }
    memset(out, 0, sizeof *out);
    struct field_info sum = {0};
    for (int k = 0; k < n; k++) {
        struct field_slice s = field_get_slice(theta_el_rad, i_d_A, i_q_A, ahead[k]);
        struct field_result r;
        field_set_angle(ws, s.theta_el_rad);
        TRY(field_solve(ws, s.i_d_A, s.i_q_A, i_f_A, cold && k == 0, &r, info, e));
        field_add_slice(out, &r, ahead[k], n);
        sum.n_iter += info->n_iter;
        sum.n_assembly += info->n_assembly;
        sum.residual_rel = fmax(sum.residual_rel, info->residual_rel);
        sum.energy_J_per_m += info->energy_J_per_m / n;
    }
    info->n_iter = sum.n_iter;
    info->n_assembly = sum.n_assembly;
    info->residual_rel = sum.residual_rel;
    info->energy_J_per_m = sum.energy_J_per_m;
    return ST_OK;
}
