/* sens.c - life cycle, motion of the nodes, and the batch of solutions. */
#include "models/sens/sens_impl.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/banned.h"

static int allocate(struct sens_ws *ws)
{
    const size_t v = (size_t)ws->opts.n_var_max, node = (size_t)ws->n_node, tri = (size_t)ws->n_tri, g = (size_t)ws->n_magnet;
    const size_t state = ws->opts.direct ? (size_t)ws->opts.n_state_max : 0;
    int ok = 1;
    ws->view_x_m = mem_take(node, sizeof(double), &ok);
    ws->view_y_m = mem_take(node, sizeof(double), &ok);
    ws->area_to_node_m = mem_take(6 * node, sizeof(double), &ok);
    ws->view_axis_rad = mem_take((size_t)ws->n_block_all, sizeof(double), &ok);
    ws->velocity_m = mem_take(2 * v * node, sizeof(double), &ok);
    ws->motion = mem_take(v, sizeof *ws->motion, &ok);
    ws->side = mem_take(v, sizeof *ws->side, &ok);
    ws->B_T = mem_take(state * 2 * tri, sizeof(double), &ok);
    ws->dB_T = mem_take(state * (v + FIELD_SOURCE_COUNT) * 2 * tri, sizeof(double), &ok);
    ws->B_side_T = mem_take(2 * tri, sizeof(double), &ok);
    ws->theta_el_rad = mem_take(state, sizeof(double), &ok);
    ws->magnet_B_T = mem_take(g, sizeof(double), &ok);
    ws->magnet_m2 = mem_take(g, sizeof(double), &ok);
    ws->magnet_Br_T = mem_take(g, sizeof(double), &ok);
    ws->magnet_x = mem_take(g, sizeof(double), &ok);
    ws->magnet_y = mem_take(g, sizeof(double), &ok);
    ws->magnet_by_B = mem_take(g, sizeof(double), &ok);
    ws->magnet_by_m2 = mem_take(g, sizeof(double), &ok);
    return ok;
}

static enum status new_parts(struct sens_ws *ws, const struct field_ws *fw, const struct machine *m, struct err *e)
{
    const enum mesh_level level = field_get_mesh(fw)->level;
    TRY(mesh_new(m, level, &ws->mesh, e));
    TRY(mesh_new(m, level, &ws->scratch, e));
    TRY(field_sens_new(fw, ws->opts.n_var_max, ws->opts.direct, &ws->field, e));
    if (ws->opts.direct) {
        TRY(iron_new(ws->mesh, m, ws->opts.n_state_max, &ws->iron, e));
        TRY(iron_slope_new(ws->iron, ws->mesh, &ws->slope, e));
    }
    if (ws->opts.stress) {
        TRY(stress_new(ws->mesh, &ws->stress, e));
        TRY(stress_sens_new(ws->stress, &ws->stress_sens, e));
        const struct stress_side at = {ws->mesh, m};
        stress_sens_set_zones(ws->stress_sens, ws->stress, &at);
    }
    return ST_OK;
}

enum status sens_new(const struct field_ws *fw, const struct machine *m, const struct sens_opts *opts, struct sens_ws **out, struct err *e)
{
    assert(opts->n_var_max >= 1 && opts->n_var_max <= SENS_MAX_VAR && opts->n_state_max >= 1);
    *out = NULL;
    struct sens_ws *ws = mem_new(1, sizeof *ws);
    if (!ws)
        return err_set(e, ST_NO_MEMORY, "sens", "no memory");
    ws->opts = *opts;
    ws->n_node = field_get_mesh(fw)->n_node;
    ws->n_tri = field_get_mesh(fw)->n_tri;
    ws->n_magnet = field_get_magnets(fw, &ws->magnet);
    ws->n_block = ws->n_magnet > 0 ? field_get_mesh(fw)->n_part_per_pole : 0;
    ws->n_block_all = ws->n_block * field_get_mesh(fw)->n_pole;
    enum status st = allocate(ws) ? ST_OK : err_set(e, ST_NO_MEMORY, "sens", "no memory for %d variables", opts->n_var_max);
    if (st == ST_OK)
        st = new_parts(ws, fw, m, e);
    if (st != ST_OK)
        sens_free(ws);
    else
        *out = ws;
    return st;
}

void sens_free(struct sens_ws *ws)
{
    if (!ws)
        return;
    mesh_free(ws->mesh);
    mesh_free(ws->scratch);
    field_sens_free(ws->field);
    iron_free(ws->iron);
    iron_slope_free(ws->slope);
    stress_free(ws->stress);
    stress_sens_free(ws->stress_sens);
    void *const owned[] = {ws->view_x_m,    ws->view_y_m, ws->view_axis_rad, ws->velocity_m,   ws->motion,      ws->side,
                           ws->B_T,         ws->dB_T,     ws->B_side_T,      ws->theta_el_rad, ws->magnet_B_T,  ws->magnet_m2,
                           ws->magnet_Br_T, ws->magnet_x, ws->magnet_y,      ws->magnet_by_B,  ws->magnet_by_m2, ws->area_to_node_m};
    for (int k = 0; k < ARRAY_LEN(owned); k++)
        mem_free(owned[k]);
    mem_free(ws);
}

/* One side of a variable into scratch. 0 when there is no such machine, or the template does not follow. */
static int side_set(struct sens_ws *ws, int k, int side)
{
    const struct sens_var *v = &ws->space->var[k];
    struct sens_side *s = &ws->side[k][side];
    s->step = side ? v->step : -v->step;
    sens_space_set_machine(ws->space, k, s->step, &s->machine);
    if (s->machine.gbd_left_out_pu < 0.0) /* more than the grade's amount: nobody makes it */
        return 0;
    s->machine.magnet = machine_get_dosed_magnet(&s->machine, &s->dosed);
    return mesh_is_same_topology(ws->scratch, &s->machine, ws->scratch->level) && mesh_set_machine(ws->scratch, &s->machine, NULL) == ST_OK;
}

static void side_set_centre(struct sens_ws *ws, int k, int side)
{
    ws->side[k][side].machine = ws->machine;
    ws->side[k][side].step = 0.0;
}

static double turn_get(const struct mesh *ms, int block) { return isnan(ms->magnet_axis_rad[block]) ? 0.0 : ms->magnet_axis_rad[block]; }

/* What moves, of one side of variable k: of a mesh and its machine. */
static void motion_copy(struct sens_ws *ws, int k, const struct mesh *ms, const struct machine *m)
{
    struct field_motion *o = &ws->motion[k];
    double *x = ws->velocity_m + 2 * (size_t)k * (size_t)ws->n_node;
    *o = (struct field_motion){.x_m = x, .y_m = x + ws->n_node, .stack_m = m->stack_m, .r_band_in_m = ms->r_band_in_m,
                               .r_band_out_m = ms->r_band_out_m};
    memcpy(x, ms->x_m, (size_t)ws->n_node * sizeof *x);
    memcpy(x + ws->n_node, ms->y_m, (size_t)ws->n_node * sizeof *x);
    for (int b = 0; b < ws->n_block; b++)
        o->magnet_axis_rad[b] = turn_get(ms, b);
}

/* From the side above, copied, and the one below to the motion per unit. */
static void motion_subtract(struct sens_ws *ws, int k, const struct mesh *ms, const struct machine *m)
{
    const double per_width = 1.0 / (ws->side[k][1].step - ws->side[k][0].step);
    struct field_motion *o = &ws->motion[k];
    double *restrict x = ws->velocity_m + 2 * (size_t)k * (size_t)ws->n_node, *restrict y = x + ws->n_node;
    const double *restrict x_low = ms->x_m, *restrict y_low = ms->y_m;
    for (int i = 0; i < ws->n_node; i++)
        x[i] = (x[i] - x_low[i]) * per_width;
    for (int i = 0; i < ws->n_node; i++)
        y[i] = (y[i] - y_low[i]) * per_width;
    for (int b = 0; b < ws->n_block; b++)
        o->magnet_axis_rad[b] = (o->magnet_axis_rad[b] - turn_get(ms, b)) * per_width;
    o->stack_m = (o->stack_m - m->stack_m) * per_width;
    o->r_band_in_m = (o->r_band_in_m - ms->r_band_in_m) * per_width;
    o->r_band_out_m = (o->r_band_out_m - ms->r_band_out_m) * per_width;
}

/* Mesh of a side: scratch, or the design's own where there is no such machine; counts the former. */
static const struct mesh *side_get(struct sens_ws *ws, int k, int side, int *n_side)
{
    if (side_set(ws, k, side)) {
        ++*n_side;
        return ws->scratch;
    }
    side_set_centre(ws, k, side);
    return ws->mesh;
}

static enum status motion_set(struct sens_ws *ws, int k, struct err *e)
{
    int n_side = 0;
    motion_copy(ws, k, side_get(ws, k, 1, &n_side), &ws->side[k][1].machine);
    motion_subtract(ws, k, side_get(ws, k, 0, &n_side), &ws->side[k][0].machine);
    if (n_side == 0)
        return err_set(e, ST_INFEASIBLE, "sens", "no mesh on either side of %s = %g", ws->space->var[k].key, ws->space->var[k].x);
    return ST_OK;
}

enum status sens_set_design(struct sens_ws *ws, const struct sens_space *sp, const struct field_ws *fw, struct err *e)
{
    assert(sp->n <= ws->opts.n_var_max);
    ws->space = sp;
    ws->machine = sp->machine;
    ws->machine.magnet = machine_get_dosed_magnet(&sp->machine, &ws->dosed);
    ws->n_magnet = field_get_magnets(fw, &ws->magnet);
    TRY(mesh_set_machine(ws->mesh, &ws->machine, e));
    for (int k = 0; k < sp->n; k++)
        TRY(motion_set(ws, k, e));
    field_sens_set_motion(ws->field, fw, sp->n, ws->motion);
    return ST_OK;
}

const struct mesh *sens_get_side(struct sens_ws *ws, int k, int side)
{
    const struct field_motion *o = &ws->motion[k];
    const double step = ws->side[k][side].step;
    ws->view = *ws->mesh;
    ws->view.x_m = ws->view_x_m;
    ws->view.y_m = ws->view_y_m;
    for (int i = 0; i < ws->n_node; i++) {
        ws->view_x_m[i] = ws->mesh->x_m[i] + step * o->x_m[i];
        ws->view_y_m[i] = ws->mesh->y_m[i] + step * o->y_m[i];
    }
    ws->view.magnet_axis_rad = ws->view_axis_rad;
    for (int b = 0; b < ws->n_block_all; b++)
        ws->view_axis_rad[b] = ws->mesh->magnet_axis_rad[b] + step * o->magnet_axis_rad[b % ws->n_block];
    ws->view.r_band_in_m += step * o->r_band_in_m;
    ws->view.r_band_out_m += step * o->r_band_out_m;
    return &ws->view;
}

void sens_set_difference(const struct sens_ws *ws, int k, int n, const double *below, const double *above, double *out)
{
    const double width = ws->side[k][1].step - ws->side[k][0].step;
    for (int i = 0; i < n; i++)
        out[i] = (above[i] - below[i]) / width;
}

size_t sens_get_state_size(const struct sens_ws *ws)
{
    return ((size_t)ws->opts.n_var_max + FIELD_SOURCE_COUNT) * 2 * (size_t)ws->n_tri;
}

double *sens_get_dB_T(const struct sens_ws *ws, int state, int k)
{
    return ws->dB_T + (size_t)state * sens_get_state_size(ws) + (size_t)k * 2 * (size_t)ws->n_tri;
}

enum status sens_solve(struct sens_ws *ws, struct field_ws *fw, int state, int direct, struct field_gradient *out, struct err *e)
{
    const size_t line = 2 * (size_t)ws->n_tri;
    assert(!direct || (ws->opts.direct && state >= 0 && state < ws->opts.n_state_max));
    TRY(field_sens_solve(ws->field, fw, direct, out, e));
    if (!direct)
        return ST_OK;
    memcpy(ws->B_T + (size_t)state * line, field_eval_B_T(fw), line * sizeof(double));
    for (int k = 0; k < ws->space->n; k++)
        field_sens_eval_B_T(ws->field, k, sens_get_dB_T(ws, state, k));
    for (int k = 0; k < FIELD_SOURCE_COUNT; k++)
        field_sens_eval_source_B_T(ws->field, k, sens_get_dB_T(ws, state, ws->opts.n_var_max + k));
    ws->theta_el_rad[state] = field_get_theta_el_rad(fw);
    field_eval_magnet_H(fw, ws->magnet_m2, ws->magnet_B_T); /* H for the remanence below; both are scratch */
    const double mu = ws->machine.magnet ? MU0_H_PER_M * ws->machine.magnet->mu_rec.value : 0.0;
    for (int j = 0; j < ws->n_magnet; j++)
        ws->magnet_Br_T[j] = ws->magnet_B_T[j] - mu * ws->magnet_m2[j];
    return ST_OK;
}
