/* sens_figures.c - figures that follow from B, from the displacement, or from the dimensions alone: evaluated on both sides of the design.
 */
#include "models/sens/sens_impl.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

double sens_get_area_m2(const struct mesh *ms, int t)
{
    const int *v = ms->tri + 3 * t;
    return 0.5 * ((ms->x_m[v[1]] - ms->x_m[v[0]]) * (ms->y_m[v[2]] - ms->y_m[v[0]]) -
                  (ms->x_m[v[2]] - ms->x_m[v[0]]) * (ms->y_m[v[1]] - ms->y_m[v[0]]));
}

enum status sens_eval_winding(struct sens_ws *ws, struct winding_geometry *value, struct winding_geometry *out, struct err *e)
{
    struct winding_geometry side[2];
    struct winding_layout layout; /* of integers only */
    TRY(winding_set_layout(&ws->machine, &layout, e));
    TRY(winding_eval_geometry(&ws->machine, &layout, value, e));
    for (int k = 0; k < ws->space->n; k++) {
        for (int s = 0; s < 2; s++)
            TRY(winding_eval_geometry(&ws->side[k][s].machine, &layout, &side[s], e));
        sens_set_difference(ws, k, sizeof *out / sizeof(double), (const double *)&side[0], (const double *)&side[1], (double *)&out[k]);
    }
    return ST_OK;
}

/* Areas of one pole that have a mass of their own. */
enum { AREA_STATOR_IRON, AREA_ROTOR_IRON, AREA_MAGNET, N_AREA };

static int area_get_kind(int region)
{
    return region == REGION_STATOR_YOKE || region == REGION_STATOR_TOOTH ? AREA_STATOR_IRON
           : region == REGION_ROTOR_IRON                                 ? AREA_ROTOR_IRON
           : region == REGION_MAGNET                                     ? AREA_MAGNET
                                                                         : -1;
}

/* The areas, and their derivatives to the places of the nodes: area_to_node[n_node][2][N_AREA]. Inner nodes of a region have none. */
static void areas_set(struct sens_ws *ws, double area_m2[N_AREA])
{
    const struct mesh *ms = ws->mesh;
    memset(ws->area_to_node_m, 0, 2 * N_AREA * (size_t)ws->n_node * sizeof *ws->area_to_node_m);
    memset(area_m2, 0, N_AREA * sizeof *area_m2);
    for (int t = 0; t < ms->n_tri; t++) {
        const int kind = area_get_kind(ms->region[t]), *v = ms->tri + 3 * t;
        if (kind < 0)
            continue;
        area_m2[kind] += sens_get_area_m2(ms, t) / ms->n_pole;
        for (int c = 0; c < 3; c++) {
            const int next = v[(c + 1) % 3], last = v[(c + 2) % 3];
            double *to = ws->area_to_node_m + 2 * N_AREA * (size_t)v[c] + kind;
            to[0] += 0.5 * (ms->y_m[next] - ms->y_m[last]) / ms->n_pole;
            to[N_AREA] += 0.5 * (ms->x_m[last] - ms->x_m[next]) / ms->n_pole;
        }
    }
}

static void areas_eval_slope(const struct sens_ws *ws, const struct field_motion *o, double slope[N_AREA])
{
    memset(slope, 0, N_AREA * sizeof *slope);
    for (int i = 0; i < ws->n_node; i++) {
        const double vx = o->x_m[i], vy = o->y_m[i], *to = ws->area_to_node_m + 2 * N_AREA * (size_t)i;
        if (vx == 0.0 && vy == 0.0)
            continue;
        for (int a = 0; a < N_AREA; a++)
            slope[a] += to[a] * vx + to[N_AREA + a] * vy;
    }
}

static enum status mass_eval(const struct machine *m, const struct winding_layout *layout, const double area_m2[N_AREA],
                             const struct bom_input *in, const struct bom_elements *el, struct sens_bom *out, struct err *e)
{
    struct winding_geometry g;
    TRY(winding_eval_geometry(m, layout, &g, e));
    struct bom_input full = *in;
    full.stator_iron_pole_m2 = area_m2[AREA_STATOR_IRON];
    full.rotor_iron_pole_m2 = area_m2[AREA_ROTOR_IRON];
    full.magnet_pole_m2 = area_m2[AREA_MAGNET];
    full.copper_slot_m3 = g.copper_volume_m3 - g.end_volume_m3;
    full.copper_end_m3 = g.end_volume_m3;
    full.copper_field_m3 = isnan(g.field_volume_m3) ? 0.0 : g.field_volume_m3;
    struct bom b;
    TRY(bom_eval(m, &full, el, &b, e));
    memcpy(out->net_kg, b.net_kg, sizeof out->net_kg);
    memcpy(out->purchased_kg, b.purchased_kg, sizeof out->purchased_kg);
    memset(out->q_kg, 0, sizeof out->q_kg);
    memcpy(out->q_kg, b.q_kg, (size_t)el->n * sizeof *out->q_kg);
    out->active_kg = b.active_kg;
    return ST_OK;
}

enum status sens_eval_bom(struct sens_ws *ws, const struct bom_input *in, const struct bom_elements *el, struct sens_bom *value,
                          struct sens_bom *out, struct err *e)
{
    struct sens_bom side[2];
    struct winding_layout layout;
    double area_m2[N_AREA], slope[N_AREA], there_m2[N_AREA];
    TRY(winding_set_layout(&ws->machine, &layout, e));
    areas_set(ws, area_m2);
    TRY(mass_eval(&ws->machine, &layout, area_m2, in, el, value, e));
    for (int k = 0; k < ws->space->n; k++) {
        areas_eval_slope(ws, &ws->motion[k], slope);
        for (int s = 0; s < 2; s++) {
            for (int a = 0; a < N_AREA; a++)
                there_m2[a] = area_m2[a] + ws->side[k][s].step * slope[a];
            TRY(mass_eval(&ws->side[k][s].machine, &layout, there_m2, in, el, &side[s], e));
        }
        sens_set_difference(ws, k, sizeof *out / sizeof(double), (const double *)&side[0], (const double *)&side[1], (double *)&out[k]);
    }
    return ST_OK;
}

enum status sens_eval_stress(struct sens_ws *ws, double omega_rad_per_s, const struct stress_opts *opts, struct stress_smooth *value,
                             struct stress_smooth *out, struct err *e)
{
    assert(ws->stress);
    const struct stress_side at = {ws->mesh, &ws->machine};
    struct stress_variable var[SENS_MAX_VAR];
    for (int k = 0; k < ws->space->n; k++)
        var[k] = (struct stress_variable){ws->motion[k].x_m,
                                          ws->motion[k].y_m,
                                          {&ws->side[k][0].machine, &ws->side[k][1].machine},
                                          ws->side[k][1].step - ws->side[k][0].step};
    return stress_sens_eval(ws->stress_sens, ws->stress, &at, omega_rad_per_s, opts, ws->space->n, var, value, out, e);
}
