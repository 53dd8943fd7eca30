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

/* One node of a ring, endlessly continued: place k of n - 1 per sector, k up to 2 n - 3. */
static void ring_get(const struct field_ws *ws, const int *ring, int n, int k, double *angle_rad, double *A)
{
    int turns = k < 0 ? -1 : k / (n - 1), node = ring[k - turns * (n - 1)], dof = ws->mesh->dof[node];
    double sign = turns % 2 == 0 ? 1.0 : ws->mesh->periodic_sign;
    *angle_rad = ws->node_angle_rad[node] + turns * ws->mesh->sector_rad;
    *A = dof < 0 ? 0.0 : sign * ws->mesh->sign[node] * ws->A[dof];
}

/* Harmonic `wave` (waves per turn) of A on a ring: (2/sector) int A (cos, sin)(wave (angle - angle0)). Between nodes A is the cubic through
 * four neighbours, whose nodes are far more exact than the linear trace is between them; Gauss with four points per interval. */
static void ring_eval_harmonic(const struct field_ws *ws, const int *ring, int n, double wave, double angle0_rad, double *a_cos,
                               double *a_sin)
{
    static const double POINT[4] = {-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526};
    static const double WEIGHT[4] = {0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538};
    *a_cos = *a_sin = 0.0;
    for (int k = 0; k < n - 1; k++) {
        double t[4], A[4];
        for (int i = 0; i < 4; i++)
            ring_get(ws, ring, n, k - 1 + i, &t[i], &A[i]);
        double half = 0.5 * (t[2] - t[1]), middle = 0.5 * (t[2] + t[1]);
        for (int g = 0; g < 4; g++) {
            double s = middle + half * POINT[g], value = 0.0;
            for (int i = 0; i < 4; i++) {
                double w = A[i];
                for (int j = 0; j < 4; j++)
                    if (j != i)
                        w *= (s - t[j]) / (t[i] - t[j]);
                value += w;
            }
            value *= WEIGHT[g] * half * 2.0 / ws->mesh->sector_rad;
            *a_cos += value * cos(wave * (s - angle0_rad));
            *a_sin += value * sin(wave * (s - angle0_rad));
        }
    }
}

/* Harmonic at mid gap from those of the two rings of the band: in current-free air A_n = c r^n + d r^-n. */
static double across_eval(double n, double r1, double A1, double r2, double A2, double r)
{
    return (A1 * sinh(n * log(r2 / r)) + A2 * sinh(n * log(r / r1))) / sinh(n * log(r2 / r1));
}

void field_eval_gap_harmonic(struct field_ws *ws, int order, double *Br_d_T, double *Br_q_T)
{
    const struct mesh *ms = ws->mesh;
    double n = (double)order * ws->machine.p, r1 = ms->r_band_in_m, r2 = ms->r_band_out_m;
    double r = 0.5 * (ws->machine.R_ro_m + ws->machine.stator.R_bore_m), d_axis = 0.5 * ms->tau_rad, c1, s1, c2, s2;
    double turn = (ws->theta_el_rad + ws->layout.axis_el_rad) / ws->machine.p;
    ring_eval_harmonic(ws, ms->ring_rotor, ms->n_ring_rotor, n, d_axis, &c1, &s1);
    ring_eval_harmonic(ws, ms->ring_stator, ms->n_ring_stator, n, d_axis + turn, &c2, &s2);
    /* B_r = (1/r) dA/d(angle) */
    *Br_d_T = n / r * across_eval(n, r1, s1, r2, s2, r);
    *Br_q_T = -n / r * across_eval(n, r1, c1, r2, c2, r);
}
