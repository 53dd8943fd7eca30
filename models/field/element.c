/* element.c - first-order triangles: gradients, stiffness, magnet and current loads, residual.
 *   stiffness   K_ij = nu area g_i . g_j
 *   magnet      F_i  = nu_m area (Br_x g_iy - Br_y g_ix),  nu_m = 1/(mu0 mu_rec)        (from H = nu_m (B - Br))
 *   current     F_i  = J area / 3, with J = ampere-turns of the slot / its meshed area
 *   tangent     K_ij + 2 dnu/dB^2 area (g_i . h)(g_j . h),  h = grad A, B^2 = h . h
 * (N. Bianchi, Electrical Machine Analysis Using Finite Elements, CRC 2005, ch. 2; P. Silvester, M. Chari, IEEE Trans. PAS 89 (1970)
 * 1642-1651.) */
#include "models/field/field_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define EDGE_ANGLE_RAD 1e-9 /* rounding of a node on the sector edge */
#define NU0_M_PER_H (1.0 / MU0_H_PER_M)

static const int PAIR_A[6] = {0, 1, 2, 0, 1, 2}, PAIR_B[6] = {0, 1, 2, 1, 2, 0};

/* Gradients of one triangle with corners (x, y) and signs s. */
static void gradient_set(const double x[3], const double y[3], const signed char s[3], double *gx, double *gy, double *area_m2)
{
    double twice = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        gx[i] = s[i] * (y[j] - y[k]) / twice;
        gy[i] = s[i] * (x[k] - x[j]) / twice;
    }
    *area_m2 = 0.5 * twice;
}

static void matrix_add(const struct field_tri *t, int e, double nu, double *entry)
{
    const double *gx = t->gx + 3 * e, *gy = t->gy + 3 * e, f = nu * t->area_m2[e];
    for (int k = 0; k < 6; k++)
        entry[k] = f * (gx[PAIR_A[k]] * gx[PAIR_B[k]] + gy[PAIR_A[k]] * gy[PAIR_B[k]]);
}

static int is_iron(int region)
{
    return region == REGION_STATOR_YOKE || region == REGION_STATOR_TOOTH || region == REGION_ROTOR_IRON;
}

static void magnet_place(struct field_ws *ws)
{
    const struct mesh *ms = ws->mesh;
    for (int k = 0; k < ws->n_magnet; k++) {
        struct field_magnet_elem *g = &ws->magnet[k];
        const int *v = ms->tri + 3 * g->tri;
        g->x_m = (ms->x_m[v[0]] + ms->x_m[v[1]] + ms->x_m[v[2]]) / 3.0;
        g->y_m = (ms->y_m[v[0]] + ms->y_m[v[1]] + ms->y_m[v[2]]) / 3.0;
        g->area_m2 = ws->tri.area_m2[g->tri];
        double axis = ms->magnet_axis_rad[g->pole * ms->n_part_per_pole + g->block];
        int is_inwards = isnan(axis) && g->pole % 2 != 0;
        if (isnan(axis)) /* radial magnetisation */
            axis = atan2(g->y_m, g->x_m);
        g->axis_x = is_inwards ? -cos(axis) : cos(axis);
        g->axis_y = is_inwards ? -sin(axis) : sin(axis);
    }
}

/* Angles from the sector edge, 0 .. sector angle; nodes of the last edge of a whole turn have 0. */
void field_set_node_angles(struct field_ws *ws)
{
    for (int k = 0; k < ws->mesh->n_node; k++) {
        double a = atan2(ws->mesh->y_m[k], ws->mesh->x_m[k]);
        ws->node_angle_rad[k] = a < -EDGE_ANGLE_RAD ? a + 2.0 * PI : a;
    }
}

void field_set_elements(struct field_ws *ws)
{
    const struct mesh *ms = ws->mesh;
    double nu_magnet = ws->n_magnet > 0 ? NU0_M_PER_H / ws->machine.magnet->mu_rec.value : NU0_M_PER_H;
    memset(ws->k_lin, 0, (size_t)(ws->n_val + 1) * sizeof *ws->k_lin);
    for (int t = 0; t < ms->n_tri; t++) {
        double x[3], y[3], entry[6];
        signed char s[3];
        for (int i = 0; i < 3; i++) {
            int v = ms->tri[3 * t + i];
            x[i] = ms->x_m[v];
            y[i] = ms->y_m[v];
            s[i] = ms->sign[v];
        }
        gradient_set(x, y, s, ws->tri.gx + 3 * t, ws->tri.gy + 3 * t, &ws->tri.area_m2[t]);
        if (is_iron(ms->region[t]))
            continue;
        matrix_add(&ws->tri, t, ms->region[t] == REGION_MAGNET ? nu_magnet : NU0_M_PER_H, entry);
        for (int k = 0; k < 6; k++)
            ws->k_lin[ws->slot[6 * t + k]] += entry[k];
    }
    for (int p = 0; p < ws->probe.n; p++) {
        ws->probe.area_m2[p] = 0.0;
        for (int k = ws->probe.start[p]; k < ws->probe.start[p + 1]; k++)
            ws->probe.area_m2[p] += ws->tri.area_m2[ws->probe.tri[k]];
    }
    field_set_iron_shape(ws);
    field_set_corner_shape(ws);
    magnet_place(ws);
}

void field_set_gap_elements(struct field_ws *ws)
{
    const struct mesh *ms = ws->mesh;
    if (ws->gap.n == 0) /* a body without a gap */
        return;
    mesh_set_band(ms, (ws->theta_el_rad + ws->layout.axis_el_rad) / ws->machine.p, ws->gap_node, ws->gap_sign, ws->gap_x_m, ws->gap_y_m);
    for (int t = 0; t < ws->gap.n; t++) {
        for (int i = 0; i < 3; i++) {
            int dof = ms->dof[ws->gap_node[3 * t + i]];
            ws->gap.idx[3 * t + i] = dof < 0 ? ws->n_dof : dof;
        }
        gradient_set(ws->gap_x_m + 3 * t, ws->gap_y_m + 3 * t, ws->gap_sign + 3 * t, ws->gap.gx + 3 * t, ws->gap.gy + 3 * t,
                     &ws->gap.area_m2[t]);
        matrix_add(&ws->gap, t, NU0_M_PER_H, ws->gap_val + 6 * t);
    }
}

void field_set_magnet_load(struct field_ws *ws)
{
    memset(ws->load_magnet, 0, (size_t)(ws->n_dof + 1) * sizeof *ws->load_magnet);
    for (int k = 0; k < ws->n_magnet; k++) {
        const struct field_magnet_elem *g = &ws->magnet[k];
        double f = ws->Br_T[k] * g->area_m2 * NU0_M_PER_H / ws->machine.magnet->mu_rec.value;
        for (int i = 3 * g->tri; i < 3 * g->tri + 3; i++)
            ws->load_magnet[ws->tri.idx[i]] += f * (g->axis_x * ws->tri.gy[i] - g->axis_y * ws->tri.gx[i]);
    }
}

/* The mean of A over probe p as a load: F += ampere_turns * d(mean A)/dA. The sign of a copy is that of its gradient, taken from the mesh.
 */
static void probe_add_load(const struct field_ws *ws, int p, double ampere_turns, double *load)
{
    const struct field_probe *b = &ws->probe;
    for (int k = b->start[p]; k < b->start[p + 1]; k++) {
        int t = b->tri[k];
        double f = ampere_turns * ws->tri.area_m2[t] / (3.0 * b->area_m2[p]);
        for (int i = 3 * t; i < 3 * t + 3; i++)
            load[ws->tri.idx[i]] += f * ws->mesh->sign[ws->mesh->tri[i]];
    }
}

void field_eval_ampere_turns(const struct field_ws *ws, const double i_abc_A[3], double i_f_A, double *ampere_turns)
{
    const struct winding_layout *l = &ws->layout;
    const int is_wound = machine_has_field_winding(&ws->machine);
    for (int p = 0; p < ws->probe.n; p++)
        ampere_turns[p] = 0.0;
    for (int k = 0; k < ws->mesh->n_slot; k++)
        for (int phase = 0; phase < 3; phase++)
            ampere_turns[k] += winding_get_turns(l, phase, k) * i_abc_A[phase] / ws->machine.winding.n_path;
    for (int j = 0; is_wound && j < ws->mesh->n_pole; j++) {
        double *side = ampere_turns + ws->mesh->n_slot + 2 * j;
        side[0] = (j % 2 == 0 ? 1.0 : -1.0) * ws->machine.field.n_turns * i_f_A;
        side[1] = -side[0];
    }
}

void field_add_current_load(const struct field_ws *ws, const double i_abc_A[3], double i_f_A, double *load)
{
    double ampere_turns[FIELD_MAX_PROBE];
    field_eval_ampere_turns(ws, i_abc_A, i_f_A, ampere_turns);
    for (int p = 0; p < ws->probe.n; p++)
        if (ampere_turns[p] != 0.0)
            probe_add_load(ws, p, ampere_turns[p], load);
    load[ws->n_dof] = 0.0;
}

void field_set_load(struct field_ws *ws, const double i_abc_A[3], double i_f_A)
{
    memcpy(ws->load, ws->load_magnet, (size_t)(ws->n_dof + 1) * sizeof *ws->load);
    field_add_current_load(ws, i_abc_A, i_f_A, ws->load);
}

/* y = K_lin A with the moving band. */
static void linear_eval(const struct field_ws *ws, const double *A, double *y)
{
    int n = ws->n_dof;
    for (int i = 0; i < n; i++)
        y[i] = ws->k_lin[i] * A[i];
    y[n] = 0.0;
    for (int k = 0; k < ws->n_linear; k++) {
        int s = ws->linear[k], i = ws->slot_row[s], j = ws->slot_col[s];
        y[i] += ws->k_lin[s] * A[j];
        y[j] += ws->k_lin[s] * A[i];
    }
    for (int t = 0; t < ws->gap.n; t++) {
        const int *d = ws->gap.idx + 3 * t;
        const double *v = ws->gap_val + 6 * t;
        y[d[0]] += v[0] * A[d[0]] + v[3] * A[d[1]] + v[5] * A[d[2]];
        y[d[1]] += v[3] * A[d[0]] + v[1] * A[d[1]] + v[4] * A[d[2]];
        y[d[2]] += v[5] * A[d[0]] + v[4] * A[d[1]] + v[2] * A[d[2]];
    }
}

/* Energy density int_0^B H dB of iron (J/m3): integral of the table's cubics. */
double field_eval_energy_J_per_m3(const struct field_nu *f, double B2_T2)
{
    const struct steel_nu *nu = &f->table;
    const double B_T = sqrt(B2_T2), x = B_T * nu->inv_dB_per_T, dB_T = 1.0 / nu->inv_dB_per_T;
    const int last = nu->n - 1;
    if (x < 1.0) {
        const double a = nu->dHdB_A_per_m_T[0], c = (nu->H_A_per_m[1] / dB_T - a) / (dB_T * dB_T);
        return B2_T2 * (0.5 * a + 0.25 * c * B2_T2);
    }
    if (x >= (double)last) {
        const double over_T = B_T - last * dB_T;
        return f->w_J_per_m3[last] + over_T * (nu->H_A_per_m[last] + 0.5 * over_T * nu->dHdB_A_per_m_T[last]);
    }
    const int i = (int)x;
    const double t = x - (double)i, H0 = nu->H_A_per_m[i], dH = nu->H_A_per_m[i + 1] - H0;
    const double c1 = dB_T * nu->dHdB_A_per_m_T[i], m1 = dB_T * nu->dHdB_A_per_m_T[i + 1];
    const double c2 = 3.0 * dH - 2.0 * c1 - m1, c3 = c1 + m1 - 2.0 * dH;
    return f->w_J_per_m3[i] + dB_T * t * (H0 + t * (c1 / 2.0 + t * (c2 / 3.0 + t * c3 / 4.0)));
}

double field_eval_residual(struct field_ws *ws, const double *A, double *R)
{
    double W = 0.0;
    linear_eval(ws, A, R);
    for (int i = 0; i < ws->n_dof; i++) {
        W += A[i] * (0.5 * R[i] - ws->load[i]);
        R[i] -= ws->load[i];
    }
    W += field_add_iron_residual(ws, A, R);
    R[ws->n_dof] = 0.0;
    return W;
}
