/* field_sens_direct.c - the direct way: dR/dx of every variable, dA/dx, and from it dB/dx of every element and, for tests, the figures.
 * Formulae: field_sens.h. */
#include "models/field/field_sens_impl.h"

#include <string.h>
#include "materials/base/banned.h"

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

/* d area of the elements of the probes, into scratch; 0 elsewhere. */
static const double *probe_areas_set(struct field_sens *fs, const struct sens_moved *m)
{
    double *d_area = fs->rhs;
    memset(d_area, 0, (size_t)fs->n_tri * sizeof *d_area);
    for (int i = 0; i < m->n; i++)
        d_area[m->tri[i]] = (m->xx[i] + m->yy[i]) * fs->tri.area_m2[m->tri[i]];
    return d_area;
}

/* dR/dx of variable k into R[n_dof + 1]. */
static void residual_motion_eval(struct field_sens *fs, const struct field_ws *fw, int k, double *R)
{
    const struct sens_moved *m = &fs->moved[k];
    memset(R, 0, (size_t)(fs->n_dof + 1) * sizeof *R);
    for (int i = 0; i < m->n; i++) {
        const int t = m->tri[i], *d = fs->tri.idx + 3 * t;
        const struct flux q = flux_eval(&fs->s, t, fs->tri.area_m2[t], m->xx[i], m->xy[i], m->yx[i], m->yy[i]);
        for (int c = 0; c < 3; c++)
            R[d[c]] += q.x * fs->tri.gx[3 * t + c] + q.y * fs->tri.gy[3 * t + c];
    }
    const int any = field_sens_set_gap_motion(fs, fw, k);
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
    const double *d_area = m->has_probe ? probe_areas_set(fs, m) : NULL;
    for (int t = 0; m->has_probe && t < fs->n_tri; t++)
        for (int c = 3 * t; fs->probe[t] >= 0 && c < 3 * t + 3; c++)
            R[fs->tri.idx[c]] -= fs->ampere_turns_now[fs->probe[t]] * weight_eval(fs, m, t, d_area[t]) / 3.0 * fs->tri.sign[c];
    R[fs->n_dof] = 0.0;
}

enum status field_sens_set_direct(struct field_sens *fs, struct field_ws *fw, struct err *e)
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

/* What moves the figures at resting A: of the linkages, sum turns mean A, the weights of the probes' elements; the band's place of the
 * torque. */
static void explicit_eval(struct field_sens *fs, const struct field_ws *fw, int k, double out[SENS_OUT_COUNT])
{
    const struct sens_moved *m = &fs->moved[k];
    const double stretch = m->stack_m / fs->stack_m, *d_area = probe_areas_set(fs, m);
    double sum[SENS_OUT_TORQUE] = {0.0};
    for (int t = 0; m->has_probe && t < fs->n_tri; t++)
        for (int o = 0; fs->probe[t] >= 0 && o < SENS_OUT_TORQUE; o++)
            sum[o] += fs->ampere_turns[o][fs->probe[t]] * weight_eval(fs, m, t, d_area[t]) * fs->A_mean[t];
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        out[o] = field_get_linkage_factor(o) * fs->whole_m * sum[o] + stretch * fs->lambda_Wb[o];
    out[SENS_OUT_TORQUE] = stretch * fs->torque_Nm;
    if (field_sens_set_gap_motion(fs, fw, k))
        out[SENS_OUT_TORQUE] += fs->whole_m * field_sens_eval_torque_motion(fs, fw, m);
}

void field_sens_eval_direct(struct field_sens *fs, const struct field_ws *fw, int k, double lambda_Wb[FIELD_CURRENT_COUNT],
                            double *torque_Nm)
{
    const double *dA = fs->dA + (size_t)k * ((size_t)fs->n_dof + 1);
    double out[SENS_OUT_COUNT];
    explicit_eval(fs, fw, k, out);
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        lambda_Wb[o] = out[o] + field_get_linkage_factor(o) * fs->whole_m * field_sens_eval_dot(fs->load[o], dA, fs->n_dof);
    *torque_Nm = out[SENS_OUT_TORQUE] + fs->whole_m * field_sens_eval_dot(fs->load[SENS_OUT_TORQUE], dA, fs->n_dof);
}
