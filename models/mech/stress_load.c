/* stress_load.c - magnets and coils as load: their centrifugal force on the iron edges that carry them. */
#include "models/mech/stress_impl.h"
#include <math.h>
#include "materials/base/banned.h"

struct pull { double x_N_per_m, y_N_per_m, radial_N_per_m; double cg_x_m, cg_y_m, area_m2; double side_low_m, side_high_m; };

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
    struct pull p = {.side_low_m = (double)INFINITY, .side_high_m = -(double)INFINITY};
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
            p.side_low_m = fmin(p.side_low_m, side);
            p.side_high_m = fmax(p.side_high_m, side);
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
        const double share[3] = {1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0}; /* uniform traction on a quadratic edge */
        for (int c = 0; c < 3; c++) {
            f[2 * node[c]] += w * scale * share[c] * p->x_N_per_m;
            f[2 * node[c] + 1] += w * scale * share[c] * p->y_N_per_m;
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
