/* field_sens_state.c - what all variables share at one solution: fields, loads and adjoints by element. */
#include "models/field/field_sens_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define NU0_M_PER_H (1.0 / MU0_H_PER_M)

static int is_iron(int region) { return region == REGION_STATOR_YOKE || region == REGION_STATOR_TOOTH || region == REGION_ROTOR_IRON; }

static void gradient_of(const struct sens_shape *s, const double *A, double *hx, double *hy)
{
    for (int t = 0; t < s->n; t++) {
        const int *d = s->idx + 3 * t;
        const double *gx = s->gx + 3 * t, *gy = s->gy + 3 * t;
        hx[t] = gx[0] * A[d[0]] + gx[1] * A[d[1]] + gx[2] * A[d[2]];
        hy[t] = gy[0] * A[d[0]] + gy[1] * A[d[1]] + gy[2] * A[d[2]];
    }
}

static void mean_of(const struct field_sens *fs, const double *A, double *mean)
{
    for (int t = 0; t < fs->n_tri; t++) {
        const int *d = fs->tri.idx + 3 * t;
        const double *s = fs->tri.sign + 3 * t;
        mean[t] = fs->probe[t] < 0 ? 0.0 : (s[0] * A[d[0]] + s[1] * A[d[1]] + s[2] * A[d[2]]) / 3.0;
    }
}

static void set_gap_shapes(struct field_sens *fs, const struct field_ws *fw)
{
    for (int g = 0; g < fs->n_gap; g++) {
        const double *x = fw->gap_x_m + 3 * g, *y = fw->gap_y_m + 3 * g;
        const double twice = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
        for (int i = 0; i < 3; i++) {
            const int c = 3 * g + i, j = (i + 1) % 3, k = (i + 2) % 3, dof = fw->mesh->dof[fw->gap_node[c]];
            fs->gap.idx[c] = dof < 0 ? fs->n_dof : dof;
            fs->gap.sign[c] = fw->gap_sign[c];
            fs->gap.gx[c] = fs->gap.sign[c] * (y[j] - y[k]) / twice;
            fs->gap.gy[c] = fs->gap.sign[c] * (x[k] - x[j]) / twice;
        }
        fs->gap.area_m2[g] = 0.5 * twice;
    }
}

/* Energy density of a magnet as the solver counts it: nu (h^2/2 - r . h). */
static void set_magnets(struct field_sens *fs, const struct field_ws *fw)
{
    struct sens_state *s = &fs->s;
    for (int j = 0; j < fw->n_magnet; j++) {
        const struct field_magnet_elem *g = &fw->magnet[j];
        const int t = g->tri;
        const double nu = NU0_M_PER_H / fw->machine.magnet->mu_rec.value, rx = -fw->Br_T[j] * g->axis_y, ry = fw->Br_T[j] * g->axis_x;
        s->nu[t] = nu;
        s->kx[t] = nu * (s->hx[t] - rx);
        s->ky[t] = nu * (s->hy[t] - ry);
        s->w_J_per_m3[t] = nu * (0.5 * (s->hx[t] * s->hx[t] + s->hy[t] * s->hy[t]) - rx * s->hx[t] - ry * s->hy[t]);
    }
}

static void set_fields(struct field_sens *fs, const struct field_ws *fw)
{
    struct sens_state *s = &fs->s;
    const struct mesh *ms = fw->mesh;
    gradient_of(&fs->tri, fw->A, s->hx, s->hy);
    gradient_of(&fs->gap, fw->A, s->hx + fs->n_tri, s->hy + fs->n_tri);
    for (int t = 0; t < fs->n_tri + fs->n_gap; t++) {
        const double B2_T2 = s->hx[t] * s->hx[t] + s->hy[t] * s->hy[t];
        s->nu[t] = NU0_M_PER_H;
        s->dnu2[t] = 0.0;
        s->w_J_per_m3[t] = 0.5 * NU0_M_PER_H * B2_T2;
        if (t < fs->n_tri && is_iron(ms->region[t])) {
            const struct field_nu *f = &fw->nu[t < ms->n_tri_stator ? FIELD_STATOR : FIELD_ROTOR];
            steel_nu_eval(&f->table, B2_T2, &s->nu[t], &s->dnu2[t]);
            s->dnu2[t] *= 2.0;
            s->w_J_per_m3[t] = field_eval_energy_J_per_m3(f, B2_T2);
        }
        s->kx[t] = s->nu[t] * s->hx[t];
        s->ky[t] = s->nu[t] * s->hy[t];
    }
    set_magnets(fs, fw);
    mean_of(fs, fw->A, fs->A_mean);
}

/* Loads of one ampere of i_d, i_q, i_f, without magnets: their products with A are the linkages (reciprocity), hence also d lambda/dA. */
static void set_current_loads(struct field_sens *fs, const struct field_ws *fw)
{
    double i_abc_A[3];
    for (int o = 0; o < SENS_OUT_TORQUE; o++) {
        double *F = fs->load[o], *at = fs->ampere_turns[o];
        winding_eval_abc(o == SENS_OUT_D, o == SENS_OUT_Q, fw->theta_el_rad, i_abc_A);
        field_eval_ampere_turns(fw, i_abc_A, o == SENS_OUT_F, at);
        memset(F, 0, (size_t)(fs->n_dof + 1) * sizeof *F);
        field_add_current_load(fw, i_abc_A, o == SENS_OUT_F, F);
        double sum = 0.0;
        for (int i = 0; i < fs->n_dof; i++)
            sum += F[i] * fw->A[i];
        fs->lambda_Wb[o] = field_get_linkage_factor(o) * fs->whole_m * sum;
    }
    winding_eval_abc(fw->i_dqf_A[0], fw->i_dqf_A[1], fw->theta_el_rad, i_abc_A);
    field_eval_ampere_turns(fw, i_abc_A, fw->i_dqf_A[2], fs->ampere_turns_now);
}

/* r B_r B_t at (x, y) with its derivatives. */
static struct sens_torque_point torque_point_eval(double x, double y, double Bx, double By)
{
    const double r = sqrt(x * x + y * y), P = x * Bx + y * By, Q = x * By - y * Bx, f = P * Q / r;
    return (struct sens_torque_point){f, (Bx * Q + P * By) / r - f * x / (r * r), (By * Q - P * Bx) / r - f * y / (r * r),
                                      (x * Q - y * P) / r, (y * Q + x * P) / r};
}

struct sens_torque_point field_sens_eval_torque_edge(const struct field_sens *fs, int g, int i)
{
    const int a = 3 * g + i, b = 3 * g + (i + 1) % 3, e = fs->n_tri + g;
    return torque_point_eval(0.5 * (fs->gap_x_m[a] + fs->gap_x_m[b]), 0.5 * (fs->gap_y_m[a] + fs->gap_y_m[b]), fs->s.hy[e], -fs->s.hx[e]);
}

double field_sens_eval_torque(const struct field_sens *fs, double *dT)
{
    const double factor = 1.0 / (MU0_H_PER_M * fs->band_height_m);
    double sum = 0.0;
    for (int g = 0; g < fs->n_gap; g++) {
        const double w = factor * fs->gap.area_m2[g] / 3.0;
        double dBx = 0.0, dBy = 0.0;
        for (int i = 0; i < 3; i++) {
            const struct sens_torque_point p = field_sens_eval_torque_edge(fs, g, i);
            sum += w * p.f;
            dBx += w * p.fBx;
            dBy += w * p.fBy;
        }
        for (int c = 3 * g; c < 3 * g + 3; c++)
            dT[fs->gap.idx[c]] += dBx * fs->gap.gy[c] - dBy * fs->gap.gx[c];
    }
    dT[fs->n_dof] = 0.0;
    return sum;
}

/* The band's velocity is linear in an element: v at a mid-edge point by L from the mean of the corners. */
double field_sens_eval_torque_motion(const struct field_sens *fs, const struct field_ws *fw, const struct sens_moved *m)
{
    const double factor = 1.0 / (MU0_H_PER_M * fs->band_height_m);
    double sum = 0.0;
    for (int g = 0; g < fs->n_gap; g++) {
        const double xx = fs->gap_L[0][g], xy = fs->gap_L[1][g], yx = fs->gap_L[2][g], yy = fs->gap_L[3][g];
        const double hx = fs->s.hx[fs->n_tri + g], hy = fs->s.hy[fs->n_tri + g], dBx = -(xy * hx + yy * hy), dBy = xx * hx + yx * hy;
        const int a = 3 * g, v = fw->gap_node[a];
        const double x0 = fw->mesh->x_m[v], y0 = fw->mesh->y_m[v], X0 = fs->gap_x_m[a], Y0 = fs->gap_y_m[a], r2 = x0 * x0 + y0 * y0;
        const double c = (X0 * x0 + Y0 * y0) / r2, s = (Y0 * x0 - X0 * y0) / r2;
        const double v0x = c * m->vx_m[v] - s * m->vy_m[v], v0y = s * m->vx_m[v] + c * m->vy_m[v];
        for (int i = 0; i < 3; i++) {
            const int b = a + i, d = a + (i + 1) % 3;
            const double x = 0.5 * (fs->gap_x_m[b] + fs->gap_x_m[d]) - X0, y = 0.5 * (fs->gap_y_m[b] + fs->gap_y_m[d]) - Y0;
            const double vx = v0x + xx * x + xy * y, vy = v0y + yx * x + yy * y;
            const struct sens_torque_point p = field_sens_eval_torque_edge(fs, g, i);
            sum += factor * fs->gap.area_m2[g] / 3.0 * ((xx + yy) * p.f + p.fx * vx + p.fy * vy + p.fBx * dBx + p.fBy * dBy);
        }
    }
    return sum - fs->torque_J_per_m * (m->r_band_out_m - m->r_band_in_m) / fs->band_height_m;
}

enum status field_sens_solve_tangent(struct field_sens *fs, struct field_ws *fw, int n, double *const *x, struct err *e)
{
    const size_t line = (size_t)fs->n_dof;
    for (int k = 0; k < n; k++)
        memcpy(fs->rhs + (size_t)k * line, x[k], line * sizeof *fs->rhs);
    TRY(field_solve_tangent(fw, FIELD_FACTOR_FINAL, n, fs->rhs, e));
    for (int k = 0; k < n; k++) {
        memcpy(x[k], fs->rhs + (size_t)k * line, line * sizeof *fs->rhs);
        x[k][fs->n_dof] = 0.0;
    }
    return ST_OK;
}

/* B = (h_y, -h_x). */
static void set_functional_load(struct field_sens *fs)
{
    double *F = fs->load[SENS_OUT_B];
    memset(F, 0, (size_t)(fs->n_dof + 1) * sizeof *F);
    for (int t = 0; fs->weight && t < fs->n_tri; t++) {
        const double wx = fs->weight[2 * t], wy = fs->weight[2 * t + 1];
        for (int c = 3 * t; (wx != 0.0 || wy != 0.0) && c < 3 * t + 3; c++)
            F[fs->tri.idx[c]] += wx * fs->tri.gy[c] - wy * fs->tri.gx[c];
    }
    F[fs->n_dof] = 0.0;
}

static enum status set_adjoints(struct field_sens *fs, struct field_ws *fw, struct err *e)
{
    const int n = fs->weight ? SENS_OUT_COUNT : SENS_OUT_B;
    for (int o = 0; o < SENS_OUT_COUNT; o++)
        memcpy(fs->psi[o], fs->load[o], (size_t)(fs->n_dof + 1) * sizeof(double));
    TRY(field_sens_solve_tangent(fs, fw, n, fs->psi, e));
    for (int o = 0; o < n; o++) {
        gradient_of(&fs->tri, fs->psi[o], fs->px[o], fs->py[o]);
        gradient_of(&fs->gap, fs->psi[o], fs->px[o] + fs->n_tri, fs->py[o] + fs->n_tri);
        mean_of(fs, fs->psi[o], fs->pm[o]);
    }
    if (!fs->weight && fs->had_weight)
        memset(fs->px[SENS_OUT_B], 0, 3 * (size_t)(fs->n_tri + fs->n_gap) * sizeof(double));
    fs->had_weight = fs->weight != NULL;
    return ST_OK;
}

enum status field_sens_set_state(struct field_sens *fs, struct field_ws *fw, struct err *e)
{
    if (!fw->is_at_solution)
        return err_set(e, ST_RANGE, "field_sens", "there is no converged solution to differentiate");
    fs->whole_m = field_get_whole_m(fw);
    fs->stack_m = fw->machine.stack_m;
    fs->band_height_m = fw->mesh->r_band_out_m - fw->mesh->r_band_in_m;
    fs->gap_x_m = fw->gap_x_m;
    fs->gap_y_m = fw->gap_y_m;
    set_gap_shapes(fs, fw);
    set_fields(fs, fw);
    set_current_loads(fs, fw);
    memset(fs->load[SENS_OUT_TORQUE], 0, (size_t)(fs->n_dof + 1) * sizeof(double));
    set_functional_load(fs);
    fs->torque_J_per_m = field_sens_eval_torque(fs, fs->load[SENS_OUT_TORQUE]);
    fs->torque_Nm = fs->whole_m * fs->torque_J_per_m;
    double W = 0.0;
    for (int e2 = 0; e2 < fs->n_tri + fs->n_gap; e2++)
        W += fs->s.w_J_per_m3[e2] * (e2 < fs->n_tri ? fs->tri.area_m2[e2] : fs->gap.area_m2[e2 - fs->n_tri]);
    for (int t = 0; t < fs->n_tri; t++)
        if (fs->probe[t] >= 0)
            W -= fs->ampere_turns_now[fs->probe[t]] * fs->tri.area_m2[t] / fs->probe_m2[fs->probe[t]] * fs->A_mean[t];
    fs->coenergy_J = -fs->whole_m * W;
    return set_adjoints(fs, fw, e);
}
