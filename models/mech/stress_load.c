/* stress_load.c - magnets and coils as load: their centrifugal force on the iron edges that carry them. */
#include "models/mech/stress_impl.h"
#include <math.h>
#include "materials/base/banned.h"

struct pull {
    double x_N_per_m, y_N_per_m, radial_N_per_m;
    double cg_x_m, cg_y_m, area_m2;
    double side_low_m, side_high_m; /* across the pull, */
    int node_low, node_high;        /* and the mesh nodes that lie there */
};

/* Mass per volume of a block, in the plane of the steel: what fills the whole stack is carried by the steel in it. */
static double get_density_kg_per_m3(const struct machine *m, enum region region)
{
    if (region == REGION_MAGNET)
        return m->magnet->base.density_kg_per_m3.value / m->stacking_factor_pu;
    const double fill_pu = m->field.fill_pu;
    return (fill_pu * m->field_conductor->base.density_kg_per_m3.value + (1.0 - fill_pu) * m->insulation->base.density_kg_per_m3.value)
         / m->stacking_factor_pu;
}

static struct pull get_pull(const struct stress_ws *ws, const struct mesh *ms, int block, double rho_omega2)
{
    struct pull p = {.side_low_m = (double)INFINITY, .side_high_m = -(double)INFINITY, .node_low = -1, .node_high = -1};
    for (int k = 0; k < ws->n_load; k++) {
        if (ws->load_block[k] != block)
            continue;
        const int *t = ms->tri + 3 * ws->load_tri[k];
        const double x = (ms->x_m[t[0]] + ms->x_m[t[1]] + ms->x_m[t[2]]) / 3.0, y = (ms->y_m[t[0]] + ms->y_m[t[1]] + ms->y_m[t[2]]) / 3.0;
        const double area = 0.5 * ((ms->x_m[t[1]] - ms->x_m[t[0]]) * (ms->y_m[t[2]] - ms->y_m[t[0]])
                                   - (ms->x_m[t[2]] - ms->x_m[t[0]]) * (ms->y_m[t[1]] - ms->y_m[t[0]]));
        p.area_m2 += area;
        p.cg_x_m += area * x;
        p.cg_y_m += area * y;
        p.radial_N_per_m += rho_omega2 * area * hypot(x, y);
    }
    p.x_N_per_m = rho_omega2 * p.cg_x_m; /* exact: the force density is linear in x, y */
    p.y_N_per_m = rho_omega2 * p.cg_y_m;
    p.cg_x_m /= p.area_m2;
    p.cg_y_m /= p.area_m2;
    const double force = hypot(p.x_N_per_m, p.y_N_per_m), dx = p.x_N_per_m / force, dy = p.y_N_per_m / force;
    for (int k = 0; k < ws->n_load; k++) {
        for (int c = 0; ws->load_block[k] == block && c < 3; c++) {
            const int node = ms->tri[3 * ws->load_tri[k] + c];
            const double side = dx * ms->y_m[node] - dy * ms->x_m[node]; /* across the pull */
            if (side < p.side_low_m) {
                p.side_low_m = side;
                p.node_low = node;
            }
            if (side > p.side_high_m) {
                p.side_high_m = side;
                p.node_high = node;
            }
        }
    }
    return p;
}

enum carrier {
    CARRIER_TOUCH, /* edges in touch that are pushed */
    CARRIER_AHEAD, /* edges ahead of the block, within its width */
    CARRIER_GLUE   /* all in touch */
};

static double get_edge_weight_m(const struct stress_ws *ws, int block, const struct stress_edge *edge, const struct pull *p,
                                enum carrier how)
{
    const double force = hypot(p->x_N_per_m, p->y_N_per_m), dx = p->x_N_per_m / force, dy = p->y_N_per_m / force;
    const double ex = ws->x_m[edge->b] - ws->x_m[edge->a], ey = ws->y_m[edge->b] - ws->y_m[edge->a];
    const double push_m = ex * dy - ey * dx; /* length x cosine between the pull and the normal into the iron, which is on the left */
    if (how == CARRIER_GLUE)
        return edge->block == block ? hypot(ex, ey) : 0.0;
    if (push_m <= 0.0)
        return 0.0;
    if (how == CARRIER_TOUCH)
        return edge->block == block ? push_m : 0.0;
    const double xm = 0.5 * (ws->x_m[edge->a] + ws->x_m[edge->b]), ym = 0.5 * (ws->y_m[edge->a] + ws->y_m[edge->b]);
    if ((xm - p->cg_x_m) * dx + (ym - p->cg_y_m) * dy <= 0.0)
        return 0.0;
    const double sa = dx * ws->y_m[edge->a] - dy * ws->x_m[edge->a], sb = dx * ws->y_m[edge->b] - dy * ws->x_m[edge->b];
    const double overlap = fmin(fmax(sa, sb), p->side_high_m) - fmax(fmin(sa, sb), p->side_low_m);
    return fmax(overlap, 0.0); /* = the part of push_m in the block's shadow */
}

static const double EDGE_SHARE[3] = {1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0}; /* uniform traction on a quadratic edge: end, middle, end */

static double spread(const struct stress_ws *ws, int block, const struct pull *p, enum carrier how, double scale, double *f)
{
    double sum = 0.0;
    for (int k = 0; k < ws->n_edge; k++) {
        const struct stress_edge *edge = &ws->edge[k];
        const double w = get_edge_weight_m(ws, block, edge, p, how);
        sum += w;
        if (!f || w <= 0.0)
            continue;
        const int node[3] = {edge->a, edge->mid, edge->b};
        for (int c = 0; c < 3; c++) {
            f[2 * node[c]] += w * scale * EDGE_SHARE[c] * p->x_N_per_m;
            f[2 * node[c] + 1] += w * scale * EDGE_SHARE[c] * p->y_N_per_m;
        }
    }
    return sum;
}

double stress_add_payload(const struct stress_ws *ws, const struct mesh *ms, const struct machine *m, double omega_rad_per_s, double *f)
{
    double radial_N_per_m = 0.0;
    for (int b = 0; b < ws->n_block; b++) {
        const double rho_omega2 = get_density_kg_per_m3(m, ws->block[b].region) * omega_rad_per_s * omega_rad_per_s;
        const struct pull p = get_pull(ws, ms, b, rho_omega2);
        if (!(rho_omega2 > 0.0))
            continue;
        for (int how = CARRIER_TOUCH; how <= CARRIER_GLUE; how++) { /* the first that finds iron */
            const double sum = spread(ws, b, &p, (enum carrier)how, 0.0, NULL);
            if (sum > 0.0) {
                spread(ws, b, &p, (enum carrier)how, 1.0 / sum, f);
                radial_N_per_m += p.radial_N_per_m;
                break;
            }
        }
    }
    return radial_N_per_m;
}

/* ---- derivative of psi . f to the places of the nodes; force F = pull, direction d = F/|F|, weights w of the edges:
 *     psi . f = F . P,   P = sum w p / sum w,   p the mean of psi over an edge ---- */

struct vector { double x, y; };

static struct vector get_edge_mean(const struct stress_edge *edge, const double *psi)
{
    const int node[3] = {edge->a, edge->mid, edge->b};
    struct vector p = {0.0, 0.0};
    for (int c = 0; c < 3; c++) {
        p.x += EDGE_SHARE[c] * psi[2 * node[c]];
        p.y += EDGE_SHARE[c] * psi[2 * node[c] + 1];
    }
    return p;
}

static void add_to(double *to_node, int node, double x, double y)
{
    to_node[2 * node] += x;
    to_node[2 * node + 1] += y;
}

/* The overlap of the block's shadow is the distance across the pull of two nodes. */
static void add_overlap_slope(const struct stress_ws *ws, const struct mesh *ms, const struct stress_edge *edge, const struct pull *p,
                              struct vector d, double by_weight, double *to_node, struct vector *by_d)
{
    const double sa = d.x * ws->y_m[edge->a] - d.y * ws->x_m[edge->a], sb = d.x * ws->y_m[edge->b] - d.y * ws->x_m[edge->b];
    const int above = ws->mesh_node[sa > sb ? edge->a : edge->b], below = ws->mesh_node[sa > sb ? edge->b : edge->a];
    const int node[2] = {fmax(sa, sb) < p->side_high_m ? above : p->node_high, fmin(sa, sb) > p->side_low_m ? below : p->node_low};
    for (int i = 0; i < 2; i++) {
        const double f = i == 0 ? by_weight : -by_weight;
        add_to(to_node, node[i], -f * d.y, f * d.x);
        by_d->x += f * ms->y_m[node[i]];
        by_d->y -= f * ms->x_m[node[i]];
    }
}

/* w of one edge times by_weight: to the nodes, and to the direction of the pull. */
static void add_weight_slope(const struct stress_ws *ws, const struct mesh *ms, const struct stress_edge *edge, const struct pull *p,
                             enum carrier how, struct vector d, double by_weight, double *to_node, struct vector *by_d)
{
    const double ex = ws->x_m[edge->b] - ws->x_m[edge->a], ey = ws->y_m[edge->b] - ws->y_m[edge->a], length_m = hypot(ex, ey);
    struct vector by_e = {by_weight * d.y, -by_weight * d.x};
    if (how == CARRIER_AHEAD) {
        add_overlap_slope(ws, ms, edge, p, d, by_weight, to_node, by_d);
        return;
    }
    if (how == CARRIER_GLUE) {
        by_e = (struct vector){by_weight * ex / length_m, by_weight * ey / length_m};
    } else {
        by_d->x -= by_weight * ey;
        by_d->y += by_weight * ex;
    }
    add_to(to_node, ws->mesh_node[edge->b], by_e.x, by_e.y);
    add_to(to_node, ws->mesh_node[edge->a], -by_e.x, -by_e.y);
}

/* F = rho omega^2 times area and centre of the block's triangles. */
static void add_force_slope(const struct stress_ws *ws, const struct mesh *ms, int block, double rho_omega2, struct vector by_force,
                            double *to_node)
{
    for (int k = 0; k < ws->n_load; k++) {
        if (ws->load_block[k] != block)
            continue;
        const int *t = ms->tri + 3 * ws->load_tri[k];
        const double x = (ms->x_m[t[0]] + ms->x_m[t[1]] + ms->x_m[t[2]]) / 3.0, y = (ms->y_m[t[0]] + ms->y_m[t[1]] + ms->y_m[t[2]]) / 3.0;
        const double twice = (ms->x_m[t[1]] - ms->x_m[t[0]]) * (ms->y_m[t[2]] - ms->y_m[t[0]])
                           - (ms->x_m[t[2]] - ms->x_m[t[0]]) * (ms->y_m[t[1]] - ms->y_m[t[0]]);
        const double by_area = rho_omega2 * (by_force.x * x + by_force.y * y), by_place = rho_omega2 * twice / 6.0;
        for (int c = 0; c < 3; c++) {
            const int next = t[(c + 1) % 3], last = t[(c + 2) % 3];
            add_to(to_node, t[c], by_place * by_force.x + 0.5 * by_area * (ms->y_m[next] - ms->y_m[last]),
                   by_place * by_force.y + 0.5 * by_area * (ms->x_m[last] - ms->x_m[next]));
        }
    }
}

static void add_block_slope(const struct stress_ws *ws, const struct mesh *ms, int block, double rho_omega2, enum carrier how,
                            double sum_m, const struct pull *p, const double *psi, double *to_node)
{
    const double force = hypot(p->x_N_per_m, p->y_N_per_m);
    const struct vector d = {p->x_N_per_m / force, p->y_N_per_m / force};
    struct vector mean = {0.0, 0.0}, by_d = {0.0, 0.0};
    for (int k = 0; k < ws->n_edge; k++) {
        const double w = get_edge_weight_m(ws, block, &ws->edge[k], p, how);
        const struct vector q = get_edge_mean(&ws->edge[k], psi);
        mean.x += w * q.x / sum_m;
        mean.y += w * q.y / sum_m;
    }
    for (int k = 0; k < ws->n_edge; k++) {
        if (get_edge_weight_m(ws, block, &ws->edge[k], p, how) <= 0.0)
            continue;
        const struct vector q = get_edge_mean(&ws->edge[k], psi);
        const double by_weight = (p->x_N_per_m * (q.x - mean.x) + p->y_N_per_m * (q.y - mean.y)) / sum_m;
        add_weight_slope(ws, ms, &ws->edge[k], p, how, d, by_weight, to_node, &by_d);
    }
    const double along = d.x * by_d.x + d.y * by_d.y; /* d has length 1 */
    const struct vector by_force = {mean.x + (by_d.x - along * d.x) / force, mean.y + (by_d.y - along * d.y) / force};
    add_force_slope(ws, ms, block, rho_omega2, by_force, to_node);
}

void stress_add_payload_slope(const struct stress_ws *ws, const struct mesh *ms, const struct machine *m, double omega_rad_per_s,
                              const double *psi, double *to_node)
{
    for (int b = 0; b < ws->n_block; b++) {
        const double rho_omega2 = get_density_kg_per_m3(m, ws->block[b].region) * omega_rad_per_s * omega_rad_per_s;
        if (!(rho_omega2 > 0.0))
            continue;
        const struct pull p = get_pull(ws, ms, b, rho_omega2);
        for (int how = CARRIER_TOUCH; how <= CARRIER_GLUE; how++) {
            const double sum_m = spread(ws, b, &p, (enum carrier)how, 0.0, NULL);
            if (sum_m > 0.0) {
                add_block_slope(ws, ms, b, rho_omega2, (enum carrier)how, sum_m, &p, psi, to_node);
                break;
            }
        }
    }
}
