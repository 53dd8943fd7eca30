/* field_sens.c - life cycle, and the derivatives from explicit and implicit parts. Contract and formulae: field_sens.h. */
#include "models/field/field_sens_impl.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define N_STATE_ARRAY 7

static void *take(size_t n, size_t size, int *ok)
{
    void *p = mem_new(n > 0 ? n : 1, size);
    if (!p)
        *ok = 0;
    return p;
}

static void shape_new(struct sens_shape *s, int n, int *ok)
{
    size_t k = (size_t)n;
    s->n = n;
    s->idx = take(3 * k, sizeof *s->idx, ok);
    s->gx = take(3 * k, sizeof *s->gx, ok);
    s->gy = take(3 * k, sizeof *s->gy, ok);
    s->sign = take(3 * k, sizeof *s->sign, ok);
    s->area_m2 = take(k, sizeof *s->area_m2, ok);
}

static void shape_drop(struct sens_shape *s)
{
    mem_free(s->idx);
    mem_free(s->gx);
    mem_free(s->gy);
    mem_free(s->sign);
    mem_free(s->area_m2);
}

static void moved_new(struct sens_moved *m, size_t n_tri, size_t n_magnet, int *ok)
{
    m->tri = take(n_tri, sizeof *m->tri, ok);
    m->xx = take(4 * n_tri, sizeof *m->xx, ok);
    m->magnet = take(n_magnet, sizeof *m->magnet, ok);
    m->magnet_rad = take(n_magnet, sizeof *m->magnet_rad, ok);
    if (!*ok)
        return;
    m->xy = m->xx + n_tri;
    m->yx = m->xy + n_tri;
    m->yy = m->yx + n_tri;
}

static void state_new(struct sens_state *s, size_t n, int *ok)
{
    double *all = take(N_STATE_ARRAY * n, sizeof *all, ok);
    if (!all)
        return;
    s->hx = all;
    s->hy = all + n;
    s->kx = all + 2 * n;
    s->ky = all + 3 * n;
    s->nu = all + 4 * n;
    s->dnu2 = all + 5 * n;
    s->w_J_per_m3 = all + 6 * n;
}

static int allocate(struct field_sens *fs, int n_magnet, int direct)
{
    size_t n = (size_t)fs->n_dof, v = (size_t)fs->n_var_max, t = (size_t)fs->n_tri, g = (size_t)fs->n_gap, node = (size_t)fs->n_node;
    size_t rhs = direct && v + 1 > SENS_RHS_MIN ? v + 1 : SENS_RHS_MIN;
    int ok = 1;
    shape_new(&fs->tri, fs->n_tri, &ok);
    shape_new(&fs->gap, fs->n_gap, &ok);
    state_new(&fs->s, t + g, &ok);
    fs->velocity_m = take(2 * v * node, sizeof *fs->velocity_m, &ok);
    fs->probe = take(t, sizeof *fs->probe, &ok);
    fs->A_mean = take(t, sizeof *fs->A_mean, &ok);
    fs->rhs = take(rhs * n + t, sizeof *fs->rhs, &ok);
    fs->dA = direct ? take((v + 1) * (n + 1), sizeof *fs->dA, &ok) : NULL;
    fs->explicit_out = take(v * SENS_OUT_COUNT, sizeof *fs->explicit_out, &ok);
    fs->gap_L[0] = take(4 * g, sizeof(double), &ok);
    fs->moved = take(v, sizeof *fs->moved, &ok);
    for (int o = 0; o < SENS_OUT_COUNT; o++) {
        fs->load[o] = take(n + 1, sizeof(double), &ok);
        fs->psi[o] = take(n + 1, sizeof(double), &ok);
        fs->px[o] = take(3 * (t + g), sizeof(double), &ok);
        if (!ok)
            return 0;
        fs->py[o] = fs->px[o] + t + g;
        fs->pm[o] = fs->py[o] + t + g;
    }
    for (int a = 1; a < 4; a++)
        fs->gap_L[a] = fs->gap_L[0] + (size_t)a * g;
    fs->to_node = take(2 * SENS_LANE * node, sizeof *fs->to_node, &ok);
    for (int k = 0; ok && direct && k < fs->n_var_max; k++)
        moved_new(&fs->moved[k], t, (size_t)n_magnet, &ok);
    return ok;
}

enum status field_sens_new(const struct field_ws *fw, int n_var_max, int direct, struct field_sens **out, struct err *e)
{
    assert(n_var_max >= 1 && n_var_max <= FIELD_SENS_MAX_VAR);
    *out = NULL;
    struct field_sens *fs = mem_new(1, sizeof *fs);
    if (!fs)
        return err_set(e, ST_NO_MEMORY, "field_sens", "no memory");
    fs->n_var_max = n_var_max;
    fs->n_dof = fw->n_dof;
    fs->n_tri = fw->mesh->n_tri;
    fs->n_gap = fw->gap.n;
    fs->n_node = fw->mesh->n_node;
    fs->n_probe = fw->probe.n;
    fs->has_direct = direct;
    if (!allocate(fs, fw->n_magnet, direct)) {
        field_sens_free(fs);
        return err_set(e, ST_NO_MEMORY, "field_sens", "no memory for %d variables and %d elements", n_var_max, fw->mesh->n_tri);
    }
    *out = fs;
    return ST_OK;
}

void field_sens_free(struct field_sens *fs)
{
    if (!fs)
        return;
    shape_drop(&fs->tri);
    shape_drop(&fs->gap);
    for (int k = 0; fs->moved && k < fs->n_var_max; k++) {
        mem_free(fs->moved[k].tri);
        mem_free(fs->moved[k].xx);
        mem_free(fs->moved[k].magnet);
        mem_free(fs->moved[k].magnet_rad);
    }
    for (int o = 0; o < SENS_OUT_COUNT; o++) {
        mem_free(fs->load[o]);
        mem_free(fs->psi[o]);
        mem_free(fs->px[o]);
    }
    void *const owned[] = {fs->s.hx, fs->velocity_m,   fs->probe,    fs->A_mean, fs->rhs,
                           fs->dA,   fs->explicit_out, fs->gap_L[0], fs->moved,  fs->to_node};
    for (int k = 0; k < ARRAY_LEN(owned); k++)
        mem_free(owned[k]);
    mem_free(fs);
}

/* What one element gives to dR/dx: q . g_i. */
struct flux { double x, y; };

static struct flux flux_eval(const struct sens_state *s, int e, double area_m2, double xx, double xy, double yx, double yy)
{
    const double hx = s->hx[e], hy = s->hy[e], kx = s->kx[e], ky = s->ky[e], tr = xx + yy;
    const double dhx = -(xx * hx + yx * hy), dhy = -(xy * hx + yy * hy), along = s->dnu2[e] * (hx * dhx + hy * dhy);
    struct flux q;
    q.x = area_m2 * (tr * kx + s->nu[e] * dhx + along * hx - xx * kx - xy * ky);
    q.y = area_m2 * (tr * ky + s->nu[e] * dhy + along * hy - yx * kx - yy * ky);
    return q;
}

/* Easy axis turning by magnet_rad: r = Br (-a_y, a_x), dr = -Br a. */
static struct flux axis_flux(const struct field_sens *fs, const struct field_ws *fw, int j, double turn_rad)
{
    const struct field_magnet_elem *g = &fw->magnet[j];
    const double f = fs->tri.area_m2[g->tri] * fs->s.nu[g->tri] * fw->Br_T[j] * turn_rad;
    return (struct flux){f * g->axis_x, f * g->axis_y};
}

/* d/dx of (element area / probe area): weight of the element's mean of A in the mean over its probe. */
static double weight_eval(const struct field_sens *fs, const struct sens_moved *m, int t, double d_area_m2)
{
    const double all = fs->probe_m2[fs->probe[t]];
    return (d_area_m2 - fs->tri.area_m2[t] * m->probe_m2[fs->probe[t]] / all) / all;
}

/* lambda_d and lambda_q: 2/3 of d W'/d i, by reciprocity. */
static double linkage_factor(int o) { return o == SENS_OUT_F ? 1.0 : 2.0 / 3.0; }

static void variable_eval(const struct field_sens *fs, const struct field_ws *fw, int k, struct field_gradient *out)
{
    const struct sens_moved *m = &fs->moved[k];
    const double stretch = m->stack_m / fs->stack_m, height = (m->r_band_out_m - m->r_band_in_m) / fs->band_height_m;
    double sum[SENS_LANE];
    field_sens_eval_product(fs, m, sum);
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        out->lambda_Wb[o][k] = linkage_factor(o) * fs->whole_m * sum[o] + stretch * fs->lambda_Wb[o];
    out->functional[k] = sum[SENS_OUT_B];
    out->torque_Nm[k] = fs->whole_m * sum[SENS_OUT_TORQUE] + (stretch - height) * fs->torque_Nm;
    out->coenergy_J[k] = stretch * fs->coenergy_J + fs->whole_m * sum[SENS_LANE_ENERGY];
    out->torque_dq_Nm[k] =
        1.5 * fw->machine.p * (out->lambda_Wb[FIELD_I_D][k] * fw->i_dqf_A[1] - out->lambda_Wb[FIELD_I_Q][k] * fw->i_dqf_A[0]);
}

static double dot(const double *a, const double *b, int n)
{
    double s = 0.0;
    for (int i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

/* psi = K_T^-1 load: the products of loads and adjoints are the derivatives to the currents and to the remanence. */
static void current_eval(const struct field_sens *fs, const struct field_ws *fw, struct field_gradient *out)
{
    const int n = fs->n_dof;
    for (int i = 0; i < FIELD_CURRENT_COUNT; i++) {
        const double f = linkage_factor(i) * fs->whole_m;
        for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
            out->L_H[i][j] = f * dot(fs->psi[i], fs->load[j], n);
        out->torque_Nm_per_A[i] = fs->whole_m * dot(fs->psi[SENS_OUT_TORQUE], fs->load[i], n);
        out->lambda_Br_Wb[i] = f * dot(fs->psi[i], fw->load_magnet, n);
        out->functional_by_source[i] = dot(fs->psi[SENS_OUT_B], fs->load[i], n);
    }
    out->functional_by_source[FIELD_BR] = dot(fs->psi[SENS_OUT_B], fw->load_magnet, n);
    out->torque_Br_Nm = fs->whole_m * dot(fs->psi[SENS_OUT_TORQUE], fw->load_magnet, n);
}

/* Explicit part of the linkages: sum turns mean A through the weights of the probes' elements. */
static void linkage_motion_eval(const struct field_sens *fs, const struct sens_moved *m, const double *tri_dA_m2,
                                double lambda[SENS_OUT_TORQUE])
{
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        lambda[o] = 0.0;
    for (int t = 0; m->has_probe && t < fs->n_tri; t++)
        for (int o = 0; fs->probe[t] >= 0 && o < SENS_OUT_TORQUE; o++)
            lambda[o] += fs->ampere_turns[o][fs->probe[t]] * weight_eval(fs, m, t, tri_dA_m2[t]) * fs->A_mean[t];
}

/* dR/dx of variable k into R[n_dof + 1], and the explicit parts of the figures. */
static void residual_motion_eval(struct field_sens *fs, const struct field_ws *fw, int k, double *R)
{
    const struct sens_moved *m = &fs->moved[k];
    const double stretch = m->stack_m / fs->stack_m;
    double *explicit_out = fs->explicit_out + k * SENS_OUT_COUNT, lambda[SENS_OUT_TORQUE];
    explicit_out[SENS_OUT_TORQUE] = stretch * fs->torque_Nm;
    memset(R, 0, (size_t)(fs->n_dof + 1) * sizeof *R);
    for (int i = 0; i < m->n; i++) {
        const int t = m->tri[i], *d = fs->tri.idx + 3 * t;
        const struct flux q = flux_eval(&fs->s, t, fs->tri.area_m2[t], m->xx[i], m->xy[i], m->yx[i], m->yy[i]);
        for (int c = 0; c < 3; c++)
            R[d[c]] += q.x * fs->tri.gx[3 * t + c] + q.y * fs->tri.gy[3 * t + c];
    }
    const int any = field_sens_set_gap_motion(fs, fw, k);
    if (any)
        explicit_out[SENS_OUT_TORQUE] += fs->whole_m * field_sens_eval_torque_motion(fs, fw, m);
    for (int g = 0; any && g < fs->n_gap; g++) {
        const int *d = fs->gap.idx + 3 * g;
        const struct flux q =
            flux_eval(&fs->s, fs->n_tri + g, fs->gap.area_m2[g], fs->gap_L[0][g], fs->gap_L[1][g], fs->gap_L[2][g], fs->gap_L[3][g]);
        for (int c = 0; c < 3; c++)
            R[d[c]] += q.x * fs->gap.gx[3 * g + c] + q.y * fs->gap.gy[3 * g + c];
    }
    for (int i = 0; i < m->n_magnet; i++) {
        const int t = fw->magnet[m->magnet[i]].tri;
        const struct flux q = axis_flux(fs, fw, m->magnet[i], m->magnet_rad[i]);
        for (int c = 3 * t; c < 3 * t + 3; c++)
            R[fs->tri.idx[c]] += q.x * fs->tri.gx[c] + q.y * fs->tri.gy[c];
    }
    double *d_area = fs->rhs; /* scratch until the solve */
    memset(d_area, 0, (size_t)fs->n_tri * sizeof *d_area);
    for (int i = 0; m->has_probe && i < m->n; i++)
        d_area[m->tri[i]] = (m->xx[i] + m->yy[i]) * fs->tri.area_m2[m->tri[i]];
    for (int t = 0; m->has_probe && t < fs->n_tri; t++)
        for (int c = 3 * t; fs->probe[t] >= 0 && c < 3 * t + 3; c++)
            R[fs->tri.idx[c]] -= fs->ampere_turns_now[fs->probe[t]] * weight_eval(fs, m, t, d_area[t]) / 3.0 * fs->tri.sign[c];
    R[fs->n_dof] = 0.0;
    linkage_motion_eval(fs, m, d_area, lambda);
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        explicit_out[o] = linkage_factor(o) * fs->whole_m * lambda[o] + stretch * fs->lambda_Wb[o];
}

static enum status direct_eval(struct field_sens *fs, struct field_ws *fw, struct err *e)
{
    const size_t line = (size_t)fs->n_dof + 1;
    double *x[FIELD_SENS_MAX_VAR + 1];
    const int n = fs->n_var + (fw->n_magnet > 0);
    field_sens_set_moved(fs, fw);
    for (int k = 0; k < fs->n_var; k++) {
        x[k] = fs->dA + (size_t)k * line;
        residual_motion_eval(fs, fw, k, x[k]);
    }
    x[fs->n_var] = fs->dA + (size_t)fs->n_var * line;
    for (size_t i = 0; i < line; i++) /* R = K A - F */
        x[fs->n_var][i] = -fw->load_magnet[i];
    TRY(field_sens_solve_tangent(fs, fw, n, x, e));
    for (size_t i = 0; i < (size_t)n * line; i++)
        fs->dA[i] = -fs->dA[i];
    return ST_OK;
}

void field_sens_set_functional(struct field_sens *fs, const double *weight) { fs->weight = weight; }

enum status field_sens_solve(struct field_sens *fs, struct field_ws *fw, int direct, struct field_gradient *out, struct err *e)
{
    assert(!direct || fs->has_direct);
    TRY(field_sens_set_state(fs, fw, e));
    memset(out, 0, sizeof *out);
    out->n_var = fs->n_var;
    field_sens_set_nodes(fs, fw);
    for (int k = 0; k < fs->n_var; k++)
        variable_eval(fs, fw, k, out);
    current_eval(fs, fw, out);
    return direct ? direct_eval(fs, fw, e) : ST_OK;
}

static void curl_eval(const struct field_sens *fs, const double *dA, double *B_T)
{
    const double *gx = fs->tri.gx, *gy = fs->tri.gy;
    for (int t = 0; t < fs->n_tri; t++) {
        const int *d = fs->tri.idx + 3 * t;
        B_T[2 * t] = gy[3 * t] * dA[d[0]] + gy[3 * t + 1] * dA[d[1]] + gy[3 * t + 2] * dA[d[2]];
        B_T[2 * t + 1] = -(gx[3 * t] * dA[d[0]] + gx[3 * t + 1] * dA[d[1]] + gx[3 * t + 2] * dA[d[2]]);
    }
}

void field_sens_eval_source_B_T(const struct field_sens *fs, int source, double *B_T)
{
    curl_eval(fs, source == FIELD_BR ? fs->dA + (size_t)fs->n_var * ((size_t)fs->n_dof + 1) : fs->psi[source], B_T);
}

void field_sens_eval_B_T(const struct field_sens *fs, int k, double *B_T)
{
    const struct sens_moved *m = &fs->moved[k];
    curl_eval(fs, fs->dA + (size_t)k * ((size_t)fs->n_dof + 1), B_T);
    for (int i = 0; i < m->n; i++) {
        const int t = m->tri[i];
        B_T[2 * t] -= m->xy[i] * fs->s.hx[t] + m->yy[i] * fs->s.hy[t];
        B_T[2 * t + 1] += m->xx[i] * fs->s.hx[t] + m->yx[i] * fs->s.hy[t];
    }
}

void field_sens_eval_direct(const struct field_sens *fs, int k, double lambda_Wb[FIELD_CURRENT_COUNT], double *torque_Nm)
{
    const double *dA = fs->dA + (size_t)k * ((size_t)fs->n_dof + 1), *explicit_out = fs->explicit_out + k * SENS_OUT_COUNT;
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        lambda_Wb[o] = explicit_out[o] + linkage_factor(o) * fs->whole_m * dot(fs->load[o], dA, fs->n_dof);
    *torque_Nm = explicit_out[SENS_OUT_TORQUE] + fs->whole_m * dot(fs->load[SENS_OUT_TORQUE], dA, fs->n_dof);
}
