/* post.c - what is read from a solution: flux linkages, torque, field, harmonics. */
#include "models/field/field_impl.h"

#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

/* Mean of A over a slot or coil side (Wb/m). */
static double probe_eval(const struct field_ws *ws, int p)
{
    const struct field_probe *b = &ws->probe;
    double sum = 0.0;
    for (int k = b->start[p]; k < b->start[p + 1]; k++) {
        int t = b->tri[k];
        double mean = 0.0;
        for (int i = 3 * t; i < 3 * t + 3; i++)
            mean += ws->A[ws->tri.idx[i]] * ws->mesh->sign[ws->mesh->tri[i]];
        sum += mean / 3.0 * ws->tri.area_m2[t];
    }
    return b->area_m2[p] > 0.0 ? sum / b->area_m2[p] : 0.0;
}

/* Arkkio: T = L / (mu0 (r_o - r_i)) int r B_r B_t dS over the band (A. Arkkio, Acta Polytechnica Scandinavica El 59 (1987), eq. 71).
 * B is constant in an element; r B_r B_t is integrated by the three mid-edge points. Torque on the rotor of one sector and 1 m. */
static double torque_eval(const struct field_ws *ws)
{
    double sum = 0.0;
    for (int t = 0; t < ws->gap.n; t++) {
        const int *d = ws->gap.idx + 3 * t;
        const double *gx = ws->gap.gx + 3 * t, *gy = ws->gap.gy + 3 * t, *x = ws->gap_x_m + 3 * t, *y = ws->gap_y_m + 3 * t;
        double Bx = 0.0, By = 0.0, mean = 0.0;
        for (int i = 0; i < 3; i++) {
            Bx += gy[i] * ws->A[d[i]];
            By -= gx[i] * ws->A[d[i]];
        }
        for (int i = 0; i < 3; i++) {
            int j = (i + 1) % 3;
            double xm = 0.5 * (x[i] + x[j]), ym = 0.5 * (y[i] + y[j]);
            mean += (xm * Bx + ym * By) * (xm * By - ym * Bx) / sqrt(xm * xm + ym * ym) / 3.0;
        }
        sum += ws->gap.area_m2[t] * mean;
    }
    return sum / (MU0_H_PER_M * (ws->mesh->r_band_out_m - ws->mesh->r_band_in_m));
}

void field_eval_slot_Az(const struct field_ws *ws, double *Az_Wb_per_m)
{
    for (int k = 0; k < ws->mesh->n_slot; k++)
        Az_Wb_per_m[k] = probe_eval(ws, k);
}

double field_get_whole_m(const struct field_ws *ws)
{
    return 2.0 * ws->machine.p / ws->mesh->n_pole * ws->machine.stack_m; /* every sector adds the same */
}

void field_eval_result(struct field_ws *ws, double W_J_per_m, struct field_result *out)
{
    const struct machine *m = &ws->machine;
    const struct winding_layout *l = &ws->layout;
    double sector_m = field_get_whole_m(ws);
    for (int phase = 0; phase < 3; phase++)
        out->lambda_abc_Wb[phase] = 0.0;
    for (int k = 0; k < ws->mesh->n_slot; k++) {
        double A = probe_eval(ws, k);
        for (int phase = 0; phase < 3; phase++)
            out->lambda_abc_Wb[phase] += sector_m * winding_get_turns(l, phase, k) * A / m->winding.n_path;
    }
    winding_eval_dq(out->lambda_abc_Wb, ws->theta_el_rad, &out->lambda_d_Wb, &out->lambda_q_Wb);
    out->lambda_f_Wb = (double)NAN;
    if (machine_has_field_winding(m)) {
        double sum = 0.0;
        for (int j = 0; j < ws->mesh->n_pole; j++) {
            int side = ws->mesh->n_slot + 2 * j;
            sum += (j % 2 == 0 ? 1.0 : -1.0) * (probe_eval(ws, side) - probe_eval(ws, side + 1));
        }
        out->lambda_f_Wb = sector_m * m->field.n_turns * sum;
    }
    out->torque_Nm = sector_m * torque_eval(ws);
    out->coenergy_J = -sector_m * W_J_per_m;
}

const double *field_get_Az_Wb_per_m(const struct field_ws *ws)
{
    for (int k = 0; k < ws->mesh->n_node; k++) {
        int dof = ws->mesh->dof[k];
        ws->Az[k] = dof < 0 ? 0.0 : ws->mesh->sign[k] * ws->A[dof];
    }
    return ws->Az;
}

const double *field_eval_B_T(struct field_ws *ws)
{
    for (int t = 0; t < ws->tri.n; t++) {
        const int *d = ws->tri.idx + 3 * t;
        const double *gx = ws->tri.gx + 3 * t, *gy = ws->tri.gy + 3 * t;
        ws->B[2 * t] = gy[0] * ws->A[d[0]] + gy[1] * ws->A[d[1]] + gy[2] * ws->A[d[2]];
        ws->B[2 * t + 1] = -(gx[0] * ws->A[d[0]] + gx[1] * ws->A[d[1]] + gx[2] * ws->A[d[2]]);
    }
    return ws->B;
}

void field_eval_magnet_H(struct field_ws *ws, double *H_A_per_m, double *B_axis_T)
{
    if (ws->n_magnet == 0)
        return;
    double mu = MU0_H_PER_M * ws->machine.magnet->mu_rec.value;
    const double *B = field_eval_B_T(ws);
    for (int k = 0; k < ws->n_magnet; k++) {
        const struct field_magnet_elem *g = &ws->magnet[k];
        B_axis_T[k] = B[2 * g->tri] * g->axis_x + B[2 * g->tri + 1] * g->axis_y;
        H_A_per_m[k] = (B_axis_T[k] - ws->Br_T[k]) / mu;
    }
}
