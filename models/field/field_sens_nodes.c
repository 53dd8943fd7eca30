/* field_sens_nodes.c - derivative of every figure to the places of all nodes at once, at one solution. With the terms of field_sens.h,
 *     psi . dR = area [tr L k . p + nu dh . p + 2 dnu (h . dh)(h . p) - (L k) . p],   dh = -L^T h
 * (p = grad psi, h = grad A, k = H turned likewise) is M : L with
 *     M_ab = area [delta_ab k . p - h_a (nu p_b + 2 dnu (h . p) h_b) - p_a k_b],
 * and the energy's M_ab = area [delta_ab w - h_a k_b]; M : L = sum over the corners of v . (M g). The figures stand side by side in lanes.
 * Signs: out lambda, torque, W' = explicit - psi . R_x. */
#include "models/field/field_sens_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/num/vector.h"
#include "materials/base/banned.h"

struct lanes {
    double v[SENS_LANE];
};
struct lane_matrix {
    struct lanes xx, xy, yx, yy;
};

/* -M of element e, lanes of the adjoints and of the energy; the other lanes are 0. */
VECTOR_INLINE void matrix_set(const struct field_sens *fs, int e, double area_m2, struct lane_matrix *m)
{
    const struct sens_state *s = &fs->s;
    const double hx = s->hx[e], hy = s->hy[e], kx = s->kx[e], ky = s->ky[e];
    struct lanes px = {{0.0}}, py = {{0.0}}, ax = {{0.0}}, ay = {{0.0}}, kp = {{0.0}};
    for (int o = 0; o < SENS_OUT_COUNT; o++) {
        px.v[o] = fs->px[o][e];
        py.v[o] = fs->py[o][e];
    }
    for (int o = 0; o < SENS_LANE; o++) {
        const double hp = s->dnu2[e] * (hx * px.v[o] + hy * py.v[o]);
        kp.v[o] = kx * px.v[o] + ky * py.v[o];
        ax.v[o] = s->nu[e] * px.v[o] + hp * hx;
        ay.v[o] = s->nu[e] * py.v[o] + hp * hy;
    }
    kp.v[SENS_LANE_ENERGY] = s->w_J_per_m3[e];
    ax.v[SENS_LANE_ENERGY] = kx;
    ay.v[SENS_LANE_ENERGY] = ky;
    for (int o = 0; o < SENS_LANE; o++) {
        m->xx.v[o] = -area_m2 * (kp.v[o] - hx * ax.v[o] - px.v[o] * kx);
        m->xy.v[o] = area_m2 * (hx * ay.v[o] + px.v[o] * ky);
        m->yx.v[o] = area_m2 * (hy * ax.v[o] + py.v[o] * kx);
        m->yy.v[o] = -area_m2 * (kp.v[o] - hy * ay.v[o] - py.v[o] * ky);
    }
}

/* to += M g, turned by (c, s) from the node's frame to that of the element. */
VECTOR_INLINE void corner_add(double *to, const struct lane_matrix *m, double gx, double gy, double c, double s)
{
    for (int o = 0; o < SENS_LANE; o++) {
        const double x = m->xx.v[o] * gx + m->xy.v[o] * gy, y = m->yx.v[o] * gx + m->yy.v[o] * gy;
        to[o] += c * x + s * y;
        to[SENS_LANE + o] += c * y - s * x;
    }
}

static double *node_get(const struct field_sens *fs, int node) { return fs->to_node + 2 * SENS_LANE * (size_t)node; }

/* Means over every probe of A and of the adjoints: by lane. */
static void set_probe_means(const struct field_sens *fs, struct lanes *mean)
{
    memset(mean, 0, (size_t)fs->n_probe * sizeof *mean);
    for (int t = 0; t < fs->n_tri; t++) {
        const int p = fs->probe[t];
        if (p < 0)
            continue;
        const double share = fs->tri.area_m2[t] / fs->probe_m2[p];
        for (int o = 0; o < SENS_OUT_COUNT; o++)
            mean[p].v[o] += share * fs->pm[o][t];
        mean[p].v[SENS_LANE_ENERGY] += share * fs->A_mean[t];
    }
}

/* The load of the currents that flow, and the linkages' explicit part, through the weight area / probe area of an element: tr L times this.
 */
static struct lanes probe_get(const struct field_sens *fs, int t, const struct lanes *mean)
{
    const int p = fs->probe[t];
    const double f = fs->tri.area_m2[t] / fs->probe_m2[p], now = fs->ampere_turns_now[p], A = fs->A_mean[t] - mean->v[SENS_LANE_ENERGY];
    struct lanes out = {{0.0}};
    for (int o = 0; o < SENS_OUT_COUNT; o++)
        out.v[o] = f * now * (fs->pm[o][t] - mean->v[o]);
    for (int o = 0; o < SENS_OUT_TORQUE; o++)
        out.v[o] += f * fs->ampere_turns[o][p] * A;
    out.v[SENS_LANE_ENERGY] = f * now * A;
    return out;
}

/* w . dB of the caller's functional, B = (h_y, -h_x). */
VECTOR_INLINE void add_functional(const struct field_sens *fs, int t, struct lane_matrix *m)
{
    const double wx = fs->weight[2 * t], wy = fs->weight[2 * t + 1], hx = fs->s.hx[t], hy = fs->s.hy[t];
    m->xx.v[SENS_OUT_B] += wy * hx;
    m->xy.v[SENS_OUT_B] -= wx * hx;
    m->yx.v[SENS_OUT_B] += wy * hy;
    m->yy.v[SENS_OUT_B] -= wx * hy;
}

VECTOR_VERSIONS static void add_elements(const struct field_sens *fs, const struct mesh *ms, const struct lanes *mean)
{
    struct lane_matrix m;
    for (int t = 0; t < fs->n_tri; t++) {
        matrix_set(fs, t, fs->tri.area_m2[t], &m);
        if (fs->probe[t] >= 0) {
            const struct lanes f = probe_get(fs, t, &mean[fs->probe[t]]);
            for (int o = 0; o < SENS_LANE; o++) {
                m.xx.v[o] += f.v[o];
                m.yy.v[o] += f.v[o];
            }
        }
        if (fs->weight)
            add_functional(fs, t, &m);
        for (int c = 3 * t; c < 3 * t + 3; c++)
            corner_add(node_get(fs, ms->tri[c]), &m, fs->tri.sign[c] * fs->tri.gx[c], fs->tri.sign[c] * fs->tri.gy[c], 1.0, 0.0);
    }
}

/* Torque by Arkkio, explicitly: the band's B and the places of the edges' middles. Adds to M, and returns the forces on the middles. */
static void add_torque(const struct field_sens *fs, int g, struct lane_matrix *m, double fx[3], double fy[3])
{
    const double hx = fs->s.hx[fs->n_tri + g], hy = fs->s.hy[fs->n_tri + g];
    const double w = fs->gap.area_m2[g] / (3.0 * MU0_H_PER_M * fs->band_height_m);
    double f = 0.0, fBx = 0.0, fBy = 0.0;
    for (int i = 0; i < 3; i++) {
        const struct sens_torque_point p = field_sens_eval_torque_edge(fs, g, i);
        f += w * p.f;
        fBx += w * p.fBx;
        fBy += w * p.fBy;
        fx[i] = w * p.fx;
        fy[i] = w * p.fy;
    }
    m->xx.v[SENS_OUT_TORQUE] += f + fBy * hx;
    m->xy.v[SENS_OUT_TORQUE] -= fBx * hx;
    m->yx.v[SENS_OUT_TORQUE] += fBy * hy;
    m->yy.v[SENS_OUT_TORQUE] += f - fBx * hy;
}

/* Corners of the band stand in the stator frame, turned copies of their nodes. */
static void add_gap(const struct field_sens *fs, const struct field_ws *fw)
{
    struct lane_matrix m;
    for (int g = 0; g < fs->n_gap; g++) {
        double fx[3], fy[3];
        matrix_set(fs, fs->n_tri + g, fs->gap.area_m2[g], &m);
        add_torque(fs, g, &m, fx, fy);
        for (int i = 0; i < 3; i++) {
            const int at = 3 * g + i, v = fw->gap_node[at], before = (i + 2) % 3;
            const double x = fw->mesh->x_m[v], y = fw->mesh->y_m[v], X = fw->gap_x_m[at], Y = fw->gap_y_m[at], r2 = x * x + y * y;
            const double c = (X * x + Y * y) / r2, s = (Y * x - X * y) / r2;
            const double Fx = 0.5 * (fx[i] + fx[before]), Fy = 0.5 * (fy[i] + fy[before]); /* of the two edges that end here */
            double *to = node_get(fs, v);
            corner_add(to, &m, fs->gap.sign[at] * fs->gap.gx[at], fs->gap.sign[at] * fs->gap.gy[at], c, s);
            to[SENS_OUT_TORQUE] += c * Fx + s * Fy;
            to[SENS_LANE + SENS_OUT_TORQUE] += c * Fy - s * Fx;
        }
    }
}

/* Easy axis turning: r = Br (-a_y, a_x), dr = -Br a, q = area nu Br a. A radial magnet's axis follows the centre of its element. */
static void add_axes(struct field_sens *fs, const struct field_ws *fw)
{
    const struct mesh *ms = fw->mesh;
    memset(fs->to_axis, 0, sizeof fs->to_axis);
    for (int j = 0; j < fw->n_magnet; j++) {
        const struct field_magnet_elem *g = &fw->magnet[j];
        const int t = g->tri, is_radial = isnan(ms->magnet_axis_rad[g->pole * ms->n_part_per_pole + g->block]);
        const double f = -fs->tri.area_m2[t] * fs->s.nu[t] * fw->Br_T[j], r2 = g->x_m * g->x_m + g->y_m * g->y_m;
        struct lanes turn = {{0.0}};
        for (int o = 0; o < SENS_OUT_COUNT; o++)
            turn.v[o] = f * (g->axis_x * fs->px[o][t] + g->axis_y * fs->py[o][t]);
        turn.v[SENS_LANE_ENERGY] = f * (g->axis_x * fs->s.hx[t] + g->axis_y * fs->s.hy[t]);
        for (int o = 0; o < SENS_LANE; o++) {
            fs->to_axis[g->block][o] += is_radial ? 0.0 : turn.v[o];
            for (int c = 3 * t; is_radial && c < 3 * t + 3; c++) {
                double *to = node_get(fs, ms->tri[c]);
                to[o] -= turn.v[o] * g->y_m / (3.0 * r2);
                to[SENS_LANE + o] += turn.v[o] * g->x_m / (3.0 * r2);
            }
        }
    }
}

void field_sens_set_nodes(struct field_sens *fs, const struct field_ws *fw)
{
    struct lanes mean[FIELD_MAX_PROBE];
    memset(fs->to_node, 0, 2 * SENS_LANE * (size_t)fs->n_node * sizeof *fs->to_node);
    set_probe_means(fs, mean);
    add_elements(fs, fw->mesh, mean);
    add_gap(fs, fw);
    add_axes(fs, fw);
}

VECTOR_VERSIONS void field_sens_eval_product(const struct field_sens *fs, const struct sens_moved *m, double out[SENS_LANE])
{
    struct lanes sum = {{0.0}};
    for (int i = 0; i < fs->n_node; i++) {
        const double vx = m->vx_m[i], vy = m->vy_m[i], *to = node_get(fs, i);
        if (vx == 0.0 && vy == 0.0)
            continue;
        for (int o = 0; o < SENS_LANE; o++)
            sum.v[o] += to[o] * vx + to[SENS_LANE + o] * vy;
    }
    for (int b = 0; b < MACHINE_MAX_BLOCK; b++)
        for (int o = 0; o < SENS_LANE; o++)
            sum.v[o] += fs->to_axis[b][o] * m->axis_rad[b];
    memcpy(out, sum.v, sizeof sum.v);
}
