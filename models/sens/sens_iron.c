/* sens_iron.c - losses from the batch of solutions: those of iron and slots by the sums of iron_slope.h, those of magnets by differences
 * along (x, B). */
#include "models/sens/sens_impl.h"

#include <assert.h>
#include <string.h>
#include "materials/base/banned.h"

/* Magnet loss with B = B_T + step dB/dx on the mesh and machine that the iron workspace was told of. */
static struct iron_coef magnet_eval(struct sens_ws *ws, int n_state, int k, double step)
{
    struct iron_coef out;
    for (int state = 0; state < n_state; state++) {
        const double *B = ws->B_T + (size_t)state * 2 * (size_t)ws->n_tri, *dB = sens_get_dB_T(ws, state, k);
        for (int j = 0; j < ws->n_magnet; j++)
            for (int i = 2 * ws->magnet[j].tri; i < 2 * ws->magnet[j].tri + 2; i++)
                ws->B_side_T[i] = B[i] + step * dB[i];
        iron_set_magnet_sample(ws->iron, state, n_state, ws->theta_el_rad[state], ws->B_side_T);
    }
    iron_eval_magnet(ws->iron, n_state, &out);
    return out;
}

static void magnet_add_difference(const struct iron_coef *below, const struct iron_coef *above, double width, struct iron_coef *out)
{
    out->hyst_W_per_Hz[LOSS_MAGNET] = (above->hyst_W_per_Hz[LOSS_MAGNET] - below->hyst_W_per_Hz[LOSS_MAGNET]) / width;
    out->eddy_W_per_Hz2[LOSS_MAGNET] = (above->eddy_W_per_Hz2[LOSS_MAGNET] - below->eddy_W_per_Hz2[LOSS_MAGNET]) / width;
    out->excess_W_per_Hz15[LOSS_MAGNET] = (above->excess_W_per_Hz15[LOSS_MAGNET] - below->excess_W_per_Hz15[LOSS_MAGNET]) / width;
    out->magnet_gap_W_per_Hz2 = (above->magnet_gap_W_per_Hz2 - below->magnet_gap_W_per_Hz2) / width;
}

static void variable_eval(struct sens_ws *ws, int n_state, int k, struct iron_coef *out)
{
    struct iron_coef side[2];
    const struct iron_motion o = {ws->motion[k].x_m, ws->motion[k].y_m, ws->motion[k].stack_m, sens_get_dB_T(ws, 0, k),
                                  sens_get_state_size(ws)};
    iron_slope_eval(ws->slope, &o, out);
    for (int s = 0; s < 2; s++) {
        iron_set_magnet_machine(ws->iron, sens_get_side(ws, k, s), &ws->side[k][s].machine);
        side[s] = magnet_eval(ws, n_state, k, ws->side[k][s].step);
    }
    magnet_add_difference(&side[0], &side[1], ws->side[k][1].step - ws->side[k][0].step, out);
}

/* Loss of magnets is a quadratic form in B, whose central difference is exact at any step: that which doubles no field. */
static void source_eval(struct sens_ws *ws, int n_state, int source, double step, struct iron_coef *out)
{
    const int k = ws->opts.n_var_max + source;
    const struct iron_motion o = {.dB_T = sens_get_dB_T(ws, 0, k), .stride = sens_get_state_size(ws)};
    iron_slope_eval(ws->slope, &o, out);
    const struct iron_coef below = magnet_eval(ws, n_state, k, -step), above = magnet_eval(ws, n_state, k, step);
    magnet_add_difference(&below, &above, 2.0 * step, out);
}

void sens_eval_iron(struct sens_ws *ws, int n_state, struct iron_coef *value, struct iron_coef *out, struct iron_coef *by_source)
{
    struct iron_coef scratch;
    assert(ws->iron && n_state <= ws->opts.n_state_max);
    iron_set_machine(ws->iron, ws->mesh, &ws->machine);
    for (int state = 0; state < n_state; state++)
        iron_set_sample(ws->iron, state, n_state, ws->theta_el_rad[state], ws->B_T + (size_t)state * 2 * (size_t)ws->n_tri);
    iron_eval(ws->iron, n_state, value ? value : &scratch);
    iron_slope_set(ws->slope, ws->iron, ws->mesh, &ws->machine, n_state);
    for (int source = 0; by_source && source < FIELD_SOURCE_COUNT; source++)
        source_eval(ws, n_state, source, source == FIELD_BR ? 0.1 : 10.0, &by_source[source]);
    for (int k = 0; k < ws->space->n; k++)
        variable_eval(ws, n_state, k, &out[k]);
}
