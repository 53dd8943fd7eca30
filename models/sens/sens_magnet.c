/* sens_magnet.c - demagnetising field of one state: levels of the easy-axis B of the magnet elements, and their derivatives from dB/dx and
 * the motion of the elements. */
#include "models/sens/sens_impl.h"

#include <math.h>
#include "materials/base/units.h"
#include "models/num/soft_level.h"
#include "materials/base/banned.h"

/* Radial magnets: the axis is the direction of the element's centre, inwards on south poles. */
static double axis_get_rad(const struct mesh *ms, const struct field_magnet_elem *g)
{
    const int *v = ms->tri + 3 * g->tri;
    const double axis_rad = ms->magnet_axis_rad[g->pole * ms->n_part_per_pole + g->block], inwards_rad = g->pole % 2 ? PI : 0.0;
    if (!isnan(axis_rad))
        return axis_rad;
    return inwards_rad + atan2(ms->y_m[v[0]] + ms->y_m[v[1]] + ms->y_m[v[2]], ms->x_m[v[0]] + ms->x_m[v[1]] + ms->x_m[v[2]]);
}

struct sens_change sens_get_change(const struct mesh *ms, const struct field_motion *o, const struct field_magnet_elem *g)
{
    const int *v = ms->tri + 3 * g->tri;
    const double *x = ms->x_m, *y = ms->y_m, *vx = o->x_m, *vy = o->y_m;
    struct sens_change c = {0.5 * ((vx[v[1]] - vx[v[0]]) * (y[v[2]] - y[v[0]]) + (x[v[1]] - x[v[0]]) * (vy[v[2]] - vy[v[0]]) -
                              (vx[v[2]] - vx[v[0]]) * (y[v[1]] - y[v[0]]) - (x[v[2]] - x[v[0]]) * (vy[v[1]] - vy[v[0]])),
                       o->magnet_axis_rad[g->block]};
    if (isnan(ms->magnet_axis_rad[g->pole * ms->n_part_per_pole + g->block])) {
        const double cx = x[v[0]] + x[v[1]] + x[v[2]], cy = y[v[0]] + y[v[1]] + y[v[2]];
        c.axis_rad = (cx * (vy[v[0]] + vy[v[1]] + vy[v[2]]) - cy * (vx[v[0]] + vx[v[1]] + vx[v[2]])) / (cx * cx + cy * cy);
    }
    return c;
}

/* Sums over the magnets at the design. */
struct sums {
    double area_m2, B_T_m2, Br_T_m2;
};

static struct sums magnets_set(struct sens_ws *ws, const double *B_T)
{
    struct sums s = {0.0, 0.0, 0.0};
    for (int j = 0; j < ws->n_magnet; j++) {
        const struct field_magnet_elem *g = &ws->magnet[j];
        const double axis = axis_get_rad(ws->mesh, g);
        ws->magnet_m2[j] = sens_get_area_m2(ws->mesh, g->tri);
        ws->magnet_x[j] = cos(axis);
        ws->magnet_y[j] = sin(axis);
        ws->magnet_B_T[j] = B_T[2 * g->tri] * ws->magnet_x[j] + B_T[2 * g->tri + 1] * ws->magnet_y[j];
        s.area_m2 += ws->magnet_m2[j];
        s.B_T_m2 += ws->magnet_m2[j] * ws->magnet_B_T[j];
        s.Br_T_m2 += ws->magnet_m2[j] * ws->magnet_Br_T[j];
    }
    return s;
}

static struct sens_magnet gradient_get(const struct sens_ws *ws, const struct sums *s, double mu, const double *B_T, const double *dB_T,
                                       const struct field_motion *o)
{
    double area = 0.0, mean = 0.0, Br = 0.0, low = 0.0;
    for (int j = 0; j < ws->n_magnet; j++) {
        const struct field_magnet_elem *g = &ws->magnet[j];
        const struct sens_change c = sens_get_change(ws->mesh, o, g);
        const int t = 2 * g->tri;
        const double x = ws->magnet_x[j], y = ws->magnet_y[j];
        const double dB = dB_T[t] * x + dB_T[t + 1] * y + (B_T[t + 1] * x - B_T[t] * y) * c.axis_rad;
        area += c.area_m2;
        mean += ws->magnet_m2[j] * dB + c.area_m2 * ws->magnet_B_T[j];
        Br += c.area_m2 * ws->magnet_Br_T[j];
        low += ws->magnet_by_B[j] * dB + ws->magnet_by_m2[j] * c.area_m2;
    }
    const double dBr = (Br - area * s->Br_T_m2 / s->area_m2) / s->area_m2;
    return (struct sens_magnet){
        .B_low_T = low, .B_mean_T = (mean - area * s->B_T_m2 / s->area_m2) / s->area_m2, .H_low_A_per_m = (low - dBr) / mu};
}

enum status sens_eval_magnet(struct sens_ws *ws, int state, struct sens_magnet *value, struct sens_magnet *out, struct err *e)
{
    if (ws->n_magnet == 0)
        return err_set(e, ST_INFEASIBLE, "sens", "the rotor has no magnets");
    const size_t line = 2 * (size_t)ws->n_tri;
    const double *B_T = ws->B_T + (size_t)state * line, mu = MU0_H_PER_M * ws->machine.magnet->mu_rec.value;
    const struct sums s = magnets_set(ws, B_T);
    value->B_mean_T = s.B_T_m2 / s.area_m2;
    value->B_low_T = soft_level_eval(ws->n_magnet, ws->magnet_B_T, ws->magnet_m2, SENS_MAGNET_SHARE, SENS_MAGNET_WIDTH_T, ws->magnet_by_B);
    value->H_low_A_per_m = (value->B_low_T - s.Br_T_m2 / s.area_m2) / mu;
    soft_level_eval_slopes(ws->n_magnet, ws->magnet_B_T, ws->magnet_m2, SENS_MAGNET_SHARE, SENS_MAGNET_WIDTH_T, value->B_low_T,
                           ws->magnet_by_B, ws->magnet_by_m2);
    for (int k = 0; k < ws->space->n; k++)
        out[k] = gradient_get(ws, &s, mu, B_T, sens_get_dB_T(ws, state, k), &ws->motion[k]);
    return ST_OK;
}
