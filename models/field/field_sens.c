/* field_sens.c - life cycle, and the derivatives from explicit and implicit parts. Contract and formulae: field_sens.h. */
#include "models/field/field_sens_impl.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define N_STATE_ARRAY 7

static void shape_new(struct sens_shape *s, int n, int *ok)
{
    size_t k = (size_t)n;
    s->n = n;
    s->idx = mem_take(3 * k, sizeof *s->idx, ok);
    s->gx = mem_take(3 * k, sizeof *s->gx, ok);
    s->gy = mem_take(3 * k, sizeof *s->gy, ok);
    s->sign = mem_take(3 * k, sizeof *s->sign, ok);
    s->area_m2 = mem_take(k, sizeof *s->area_m2, ok);
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
    m->tri = mem_take(n_tri, sizeof *m->tri, ok);
    m->xx = mem_take(4 * n_tri, sizeof *m->xx, ok);
    m->magnet = mem_take(n_magnet, sizeof *m->magnet, ok);
    m->magnet_rad = mem_take(n_magnet, sizeof *m->magnet_rad, ok);
    if (!*ok)
        return;
    m->xy = m->xx + n_tri;
    m->yx = m->xy + n_tri;
    m->yy = m->yx + n_tri;
}

static void state_new(struct sens_state *s, size_t n, int *ok)
{
    double *all = mem_take(N_STATE_ARRAY * n, sizeof *all, ok);
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
    fs->velocity_m = mem_take(2 * v * node, sizeof *fs->velocity_m, &ok);
    fs->probe = mem_take(t, sizeof *fs->probe, &ok);
    fs->A_mean = mem_take(t, sizeof *fs->A_mean, &ok);
    fs->rhs = mem_take(rhs * n + t, sizeof *fs->rhs, &ok);
    fs->dA = direct ? mem_take((v + 1) * (n + 1), sizeof *fs->dA, &ok) : NULL;
    fs->gap_L[0] = mem_take(4 * g, sizeof(double), &ok);
    fs->moved = mem_take(v, sizeof *fs->moved, &ok);
    for (int o = 0; o < SENS_OUT_COUNT; o++) {
        fs->load[o] = mem_take(n + 1, sizeof(double), &ok);
        fs->psi[o] = mem_take(n + 1, sizeof(double), &ok);
        fs->px[o] = mem_take(3 * (t + g), sizeof(double), &ok);
        if (!ok)
            return 0;
        fs->py[o] = fs->px[o] + t + g;
        fs->pm[o] = fs->py[o] + t + g;
    }
    for (int a = 1; a < 4; a++)
        fs->gap_L[a] = fs->gap_L[0] + (size_t)a * g;
    fs->to_node = mem_take(2 * SENS_LANE * node, sizeof *fs->to_node, &ok);
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
    void *const owned[] = {fs->s.hx, fs->velocity_m, fs->probe,    fs->A_mean, fs->rhs,
                           fs->dA,   fs->gap_L[0],   fs->moved, fs->to_node};
    for (int k = 0; k < ARRAY_LEN(owned); k++)
        mem_free(owned[k]);
    mem_free(fs);
}

double field_sens_eval_dot(const double *a, const double *b, int n)
{
    double s[4] = {0.0}; /* apart, so that one sum need not wait for the last */
    int i = 0;
    for (; i + 3 < n; i += 4)
        for (int k = 0; k < 4; k++)
            s[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        s[0] += a[i] * b[i];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

static void variable_eval(const struct field_sens *fs, const struct field_ws *fw, int k, struct field_gradient *out)
{
    const struct sens_moved *m = &fs->moved[k];
    const double stretch = m->stack_m / fs->stack_m, height = (m->r_band_out_m - m->r_band_in_m) / fs->band_height_m;
    double sum[SENS_LANE];
    field_sens_eval_product(fs, m, sum);
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        out->lambda_Wb[o][k] = field_get_linkage_factor(o) * fs->whole_m * sum[o] + stretch * fs->lambda_Wb[o];
    out->functional[k] = sum[SENS_OUT_B];
    out->torque_Nm[k] = fs->whole_m * sum[SENS_OUT_TORQUE] + (stretch - height) * fs->torque_Nm;
    out->coenergy_J[k] = stretch * fs->coenergy_J + fs->whole_m * sum[SENS_LANE_ENERGY];
    out->torque_dq_Nm[k] =
        1.5 * fw->machine.p * (out->lambda_Wb[FIELD_I_D][k] * fw->i_dqf_A[1] - out->lambda_Wb[FIELD_I_Q][k] * fw->i_dqf_A[0]);
}

/* psi = K_T^-1 load: the products of loads and adjoints are the derivatives to the currents and to the remanence. */
static void current_eval(const struct field_sens *fs, const struct field_ws *fw, struct field_gradient *out)
{
    const int n = fs->n_dof;
    for (int i = 0; i < FIELD_CURRENT_COUNT; i++) {
        const double f = field_get_linkage_factor(i) * fs->whole_m;
        for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
            out->L_H[i][j] = f * field_sens_eval_dot(fs->psi[i], fs->load[j], n);
        out->torque_Nm_per_A[i] = fs->whole_m * field_sens_eval_dot(fs->psi[SENS_OUT_TORQUE], fs->load[i], n);
        out->lambda_Br_Wb[i] = f * field_sens_eval_dot(fs->psi[i], fw->load_magnet, n);
        out->functional_by_source[i] = field_sens_eval_dot(fs->psi[SENS_OUT_B], fs->load[i], n);
    }
    out->functional_by_source[FIELD_BR] = field_sens_eval_dot(fs->psi[SENS_OUT_B], fw->load_magnet, n);
    out->torque_Br_Nm = fs->whole_m * field_sens_eval_dot(fs->psi[SENS_OUT_TORQUE], fw->load_magnet, n);
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
    return direct ? field_sens_set_direct(fs, fw, e) : ST_OK;
}
