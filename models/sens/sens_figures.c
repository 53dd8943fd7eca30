/* sens_figures.c - figures that follow from B, from the displacement, or from the dimensions alone: evaluated on both sides of the design.
 */
#include "models/sens/sens_impl.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* B of a state beside the design. */
static const double *side_B_T(struct sens_ws *ws, int state, int k, double step)
{
    const size_t line = 2 * (size_t)ws->n_tri;
    const double *B = ws->B_T + (size_t)state * line, *dB = ws->dB_T + ((size_t)state * (size_t)ws->opts.n_var_max + (size_t)k) * line;
    for (size_t i = 0; i < line; i++)
        ws->B_side_T[i] = B[i] + step * dB[i];
    return ws->B_side_T;
}

void sens_eval_iron(struct sens_ws *ws, int n_state, struct iron_coef *value, struct iron_coef *out)
{
    struct iron_coef side[2], scratch;
    const int n = sizeof *out / sizeof(double);
    assert(ws->iron && n_state <= ws->opts.n_state_max);
    for (int k = 0; k < ws->space->n; k++) {
        for (int s = 0; s < 2; s++) {
            iron_set_machine(ws->iron, sens_get_side(ws, k, s), &ws->side[k][s].machine);
            for (int state = 0; state < n_state; state++)
                iron_set_sample(ws->iron, state, n_state, ws->theta_el_rad[state], side_B_T(ws, state, k, ws->side[k][s].step));
            iron_eval(ws->iron, n_state, &side[s]);
        }
        sens_set_difference(ws, k, n, (const double *)&side[0], (const double *)&side[1], (double *)&out[k]);
    }
    iron_set_machine(ws->iron, ws->mesh, &ws->space->machine);
    for (int state = 0; state < n_state; state++)
        iron_set_sample(ws->iron, state, n_state, ws->theta_el_rad[state], ws->B_T + (size_t)state * 2 * (size_t)ws->n_tri);
    iron_eval(ws->iron, n_state, value ? value : &scratch);
}

double sens_get_area_m2(const struct mesh *ms, int t)
{
    const int *v = ms->tri + 3 * t;
    return 0.5 * ((ms->x_m[v[1]] - ms->x_m[v[0]]) * (ms->y_m[v[2]] - ms->y_m[v[0]]) -
                  (ms->x_m[v[2]] - ms->x_m[v[0]]) * (ms->y_m[v[1]] - ms->y_m[v[0]]));
}

static enum status winding_eval(const struct machine *m, struct winding_geometry *out, struct err *e)
{
    struct winding_layout layout;
    TRY(winding_set_layout(m, &layout, e));
    return winding_eval_geometry(m, &layout, out, e);
}

enum status sens_eval_winding(struct sens_ws *ws, struct winding_geometry *value, struct winding_geometry *out, struct err *e)
{
    struct winding_geometry side[2];
    TRY(winding_eval(&ws->space->machine, value, e));
    for (int k = 0; k < ws->space->n; k++) {
        for (int s = 0; s < 2; s++)
            TRY(winding_eval(&ws->side[k][s].machine, &side[s], e));
        sens_set_difference(ws, k, sizeof *out / sizeof(double), (const double *)&side[0], (const double *)&side[1], (double *)&out[k]);
    }
    return ST_OK;
}

static enum status bom_side_eval(const struct mesh *ms, const struct machine *m, const struct bom_input *in, const struct bom_elements *el,
                                 struct sens_bom *out, struct err *e)
{
    double area_m2[REGION_COUNT] = {0.0}; /* of one pole */
    for (int t = 0; t < ms->n_tri; t++)
        area_m2[ms->region[t]] += sens_get_area_m2(ms, t) / ms->n_pole;
    struct winding_geometry g;
    TRY(winding_eval(m, &g, e));
    struct bom_input full = *in;
    full.stator_iron_pole_m2 = area_m2[REGION_STATOR_YOKE] + area_m2[REGION_STATOR_TOOTH];
    full.rotor_iron_pole_m2 = area_m2[REGION_ROTOR_IRON];
    full.magnet_pole_m2 = area_m2[REGION_MAGNET];
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
    TRY(bom_side_eval(ws->mesh, &ws->space->machine, in, el, value, e));
    for (int k = 0; k < ws->space->n; k++) {
        for (int s = 0; s < 2; s++)
            TRY(bom_side_eval(sens_get_side(ws, k, s), &ws->side[k][s].machine, in, el, &side[s], e));
        sens_set_difference(ws, k, sizeof *out / sizeof(double), (const double *)&side[0], (const double *)&side[1], (double *)&out[k]);
    }
    return ST_OK;
}

enum status sens_eval_stress(struct sens_ws *ws, double omega_rad_per_s, const struct stress_opts *opts, struct stress_smooth *value,
                             struct stress_smooth *out, struct err *e)
{
    assert(ws->stress);
    const struct stress_side at = {ws->mesh, &ws->space->machine};
    struct stress_variable var[SENS_MAX_VAR];
    for (int k = 0; k < ws->space->n; k++)
        var[k] = (struct stress_variable){ws->motion[k].x_m,
                                          ws->motion[k].y_m,
                                          {&ws->side[k][0].machine, &ws->side[k][1].machine},
                                          ws->side[k][1].step - ws->side[k][0].step};
    return stress_sens_eval(ws->stress_sens, ws->stress, &at, omega_rad_per_s, opts, ws->space->n, var, value, out, e);
}
