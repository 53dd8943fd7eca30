/* field_sens_motion.c - which elements a variable moves, and their velocity gradients. */
#include "models/field/field_sens_impl.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* Signed gradients and area of triangle e with corners (x, y). */
static void shape_set(struct sens_shape *s, int e, const double x[3], const double y[3])
{
    const double twice = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
    for (int i = 0; i < 3; i++) {
        const int j = (i + 1) % 3, k = (i + 2) % 3;
        s->gx[3 * e + i] = s->sign[3 * e + i] * (y[j] - y[k]) / twice;
        s->gy[3 * e + i] = s->sign[3 * e + i] * (x[k] - x[j]) / twice;
    }
    s->area_m2[e] = 0.5 * twice;
}

/* L_ab = sum over corners of v_a g_b; the sign of a copy is undone. */
static void gradient_eval(const struct sens_shape *s, int e, const double vx[3], const double vy[3], double L[4])
{
    L[0] = L[1] = L[2] = L[3] = 0.0;
    for (int i = 0; i < 3; i++) {
        const double gx = s->sign[3 * e + i] * s->gx[3 * e + i], gy = s->sign[3 * e + i] * s->gy[3 * e + i];
        L[0] += vx[i] * gx;
        L[1] += vx[i] * gy;
        L[2] += vy[i] * gx;
        L[3] += vy[i] * gy;
    }
}

static void set_shapes(struct field_sens *fs, const struct field_ws *fw)
{
    const struct mesh *ms = fw->mesh;
    for (int t = 0; t < fs->n_tri; t++) {
        double x[3], y[3];
        for (int i = 0; i < 3; i++) {
            const int v = ms->tri[3 * t + i];
            x[i] = ms->x_m[v];
            y[i] = ms->y_m[v];
            fs->tri.sign[3 * t + i] = ms->sign[v];
            fs->tri.idx[3 * t + i] = ms->dof[v] < 0 ? fs->n_dof : ms->dof[v];
        }
        shape_set(&fs->tri, t, x, y);
        fs->probe[t] = -1;
    }
    for (int p = 0; p < fs->n_probe; p++) {
        fs->probe_m2[p] = fw->probe.area_m2[p];
        for (int i = fw->probe.start[p]; i < fw->probe.start[p + 1]; i++)
            fs->probe[fw->probe.tri[i]] = (short)p;
    }
}

static int is_still(const double *vx, const double *vy, const int v[3])
{
    return vx[v[0]] == 0.0 && vx[v[1]] == 0.0 && vx[v[2]] == 0.0 && vy[v[0]] == 0.0 && vy[v[1]] == 0.0 && vy[v[2]] == 0.0;
}

static int any_moves(const double *vx, const double *vy, int first, int last)
{
    for (int i = first; i < last; i++)
        if (vx[i] != 0.0 || vy[i] != 0.0)
            return 1;
    return 0;
}

static void add_moved(const struct field_sens *fs, const struct mesh *ms, struct sens_moved *m, int first, int last)
{
    for (int t = first; t < last; t++) {
        const int *v = ms->tri + 3 * t;
        if (is_still(m->vx_m, m->vy_m, v))
            continue;
        const double vx[3] = {m->vx_m[v[0]], m->vx_m[v[1]], m->vx_m[v[2]]}, vy[3] = {m->vy_m[v[0]], m->vy_m[v[1]], m->vy_m[v[2]]};
        double L[4];
        gradient_eval(&fs->tri, t, vx, vy, L);
        m->tri[m->n] = t;
        m->xx[m->n] = L[0];
        m->xy[m->n] = L[1];
        m->yx[m->n] = L[2];
        m->yy[m->n] = L[3];
        m->n++;
        if (fs->probe[t] >= 0) {
            m->probe_m2[fs->probe[t]] += (L[0] + L[3]) * fs->tri.area_m2[t];
            m->has_probe = 1;
        }
    }
}

/* A radial magnet's axis is the direction of the element's centre. */
static double radial_turn_rad(const struct field_magnet_elem *g, const struct mesh *ms, const struct sens_moved *m)
{
    const int *v = ms->tri + 3 * g->tri;
    const double vx = (m->vx_m[v[0]] + m->vx_m[v[1]] + m->vx_m[v[2]]) / 3.0, vy = (m->vy_m[v[0]] + m->vy_m[v[1]] + m->vy_m[v[2]]) / 3.0;
    return (g->x_m * vy - g->y_m * vx) / (g->x_m * g->x_m + g->y_m * g->y_m);
}

static void set_axes(const struct field_ws *fw, struct sens_moved *m)
{
    const struct mesh *ms = fw->mesh;
    m->n_magnet = 0;
    for (int j = 0; j < fw->n_magnet; j++) {
        const struct field_magnet_elem *g = &fw->magnet[j];
        const int is_radial = isnan(ms->magnet_axis_rad[g->pole * ms->n_part_per_pole + g->block]);
        const double turn_rad = is_radial ? radial_turn_rad(g, ms, m) : m->axis_rad[g->block];
        if (turn_rad != 0.0) {
            m->magnet[m->n_magnet] = j;
            m->magnet_rad[m->n_magnet++] = turn_rad;
        }
    }
}

void field_sens_set_motion(struct field_sens *fs, const struct field_ws *fw, int n_var, const struct field_motion *motion)
{
    const size_t n = (size_t)fs->n_node;
    assert(n_var <= fs->n_var_max && fw->mesh->n_node == fs->n_node && fw->mesh->n_tri == fs->n_tri);
    fs->n_var = n_var;
    fs->is_moved_set = 0;
    set_shapes(fs, fw);
    for (int k = 0; k < n_var; k++) {
        struct sens_moved *m = &fs->moved[k];
        double *vx = fs->velocity_m + 2 * (size_t)k * n, *vy = vx + n;
        memcpy(vx, motion[k].x_m, n * sizeof *vx);
        memcpy(vy, motion[k].y_m, n * sizeof *vy);
        m->vx_m = vx;
        m->vy_m = vy;
        m->stack_m = motion[k].stack_m;
        m->r_band_in_m = motion[k].r_band_in_m;
        m->r_band_out_m = motion[k].r_band_out_m;
        memcpy(m->axis_rad, motion[k].magnet_axis_rad, sizeof m->axis_rad);
    }
}

void field_sens_set_moved(struct field_sens *fs, const struct field_ws *fw)
{
    const struct mesh *ms = fw->mesh;
    for (int k = 0; k < fs->n_var && !fs->is_moved_set; k++) {
        struct sens_moved *m = &fs->moved[k];
        m->n = m->has_probe = 0;
        memset(m->probe_m2, 0, sizeof m->probe_m2);
        if (any_moves(m->vx_m, m->vy_m, 0, ms->n_node_stator))
            add_moved(fs, ms, m, 0, ms->n_tri_stator);
        if (any_moves(m->vx_m, m->vy_m, ms->n_node_stator, ms->n_node))
            add_moved(fs, ms, m, ms->n_tri_stator, ms->n_tri);
        set_axes(fw, m);
    }
    fs->is_moved_set = 1;
}

/* Corners of the band stand in the stator frame: the turn of a corner's copy is the angle between the two places of its node. */
int field_sens_set_gap_motion(struct field_sens *fs, const struct field_ws *fw, int k)
{
    const struct mesh *ms = fw->mesh;
    const struct sens_moved *m = &fs->moved[k];
    int any = 0;
    for (int g = 0; g < fs->n_gap; g++) {
        double vx[3], vy[3], L[4];
        for (int i = 0; i < 3; i++) {
            const int v = fw->gap_node[3 * g + i];
            const double x = ms->x_m[v], y = ms->y_m[v], X = fw->gap_x_m[3 * g + i], Y = fw->gap_y_m[3 * g + i], r2 = x * x + y * y;
            const double c = (X * x + Y * y) / r2, s = (Y * x - X * y) / r2;
            vx[i] = c * m->vx_m[v] - s * m->vy_m[v];
            vy[i] = s * m->vx_m[v] + c * m->vy_m[v];
            any |= vx[i] != 0.0 || vy[i] != 0.0;
        }
        gradient_eval(&fs->gap, g, vx, vy, L);
        for (int a = 0; a < 4; a++)
            fs->gap_L[a][g] = L[a];
    }
    return any;
}
