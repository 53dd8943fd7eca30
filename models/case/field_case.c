/* field_case.c - open circuit, maps and points of a field case, one after the other, each from a cold start. */
#include "models/case/field_case.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

struct field_case_ws {
    struct field_case c;
    struct machine machine;
    struct field_ws *field;
    struct flux_map *map;             /* NULL: not wanted */
};

enum status field_case_new(const struct machine *m, const struct field_case *c, struct field_case_ws **out, struct err *e)
{
    *out = NULL;
    struct field_case_ws *ws = mem_new(1, sizeof *ws);
    if (!ws)
        return err_set(e, ST_NO_MEMORY, "field_case", "workspace");
    ws->c = *c;
    ws->machine = *m;
    const struct field_opts opts = field_opts_default();
    enum status st = field_new(m, c->mesh, &opts, &ws->field, e);
    if (st == ST_OK && c->map.n_d > 0)
        st = flux_map_new(c->map.n_d * c->map.n_q * c->map.n_f, &ws->map, e);
    if (st != ST_OK) {
        field_case_free(ws);
        return st;
    }
    *out = ws;
    return ST_OK;
}

void field_case_free(struct field_case_ws *ws)
{
    if (!ws)
        return;
    flux_map_free(ws->map);
    field_free(ws->field);
    mem_free(ws);
}

struct field_ws *field_case_get_field(struct field_case_ws *ws) { return ws->field; }
const struct flux_map *field_case_get_map(const struct field_case_ws *ws) { return ws->map; }

static void init_result(struct field_case_result *r)
{
    *r = (struct field_case_result){.noload_flux_Wb = (double)NAN};
    r->emf = (struct waveform_emf){(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    for (int k = 0; k <= FIELD_CASE_GAP_ORDERS; k++)
        r->gap_d_T[k] = r->gap_q_T[k] = (double)NAN;
}

static enum status solve_gap(struct field_case_ws *ws, struct field_case_result *r, struct err *e)
{
    struct field_result f;
    struct field_info info;
    field_set_angle(ws->field, 0.0);
    TRY(field_solve(ws->field, 0.0, 0.0, ws->c.noload_i_f_A, 1, &f, &info, e));
    int is_anti = field_get_mesh(ws->field)->periodic_sign < 0.0; /* poles alike: no even orders */
    for (int k = 1; k <= FIELD_CASE_GAP_ORDERS; k++) {
        r->gap_d_T[k] = r->gap_q_T[k] = 0.0;
        if (!is_anti || k % 2 == 1)
            field_eval_gap_harmonic(ws->field, k, &r->gap_d_T[k], &r->gap_q_T[k]);
    }
    return ST_OK;
}

/* The mean of lambda_d over the positions is the cosine part of the phase's fundamental: the other orders turn against the rotor. */
static enum status solve_noload(struct field_case_ws *ws, struct field_case_result *r, struct err *e)
{
    TRY(solve_gap(ws, r, e));
    if (ws->machine.stator.is_slotless)
        return ST_OK;
    TRY(waveform_solve_noload(ws->field, &ws->machine, ws->c.noload_i_f_A, ws->c.n_noload, &r->noload, e));
    r->noload_flux_Wb = r->noload.a_Wb[1];
    if (isfinite(ws->c.speed_rad_per_s))
        waveform_eval_emf(&r->noload, ws->machine.p * ws->c.speed_rad_per_s, &r->emf);
    return ST_OK;
}

static void set_from_map(const struct field_case_ws *ws, const struct field_case_point *p, struct field_case_load *out)
{
    struct flux_point f;
    out->map_torque_Nm = (double)NAN;
    for (int k = 0; k < LOSS_REGION_COUNT; k++)
        out->iron_W[k] = (double)NAN;
    if (!ws->map)
        return;
    flux_map_eval(ws->map, p->i_d_A, p->i_q_A, p->i_f_A, &f);
    out->map_torque_Nm = f.torque_Nm;
    if (isfinite(ws->c.speed_rad_per_s))
        flux_map_eval_iron_W(ws->map, p->i_d_A, p->i_q_A, p->i_f_A, ws->machine.p * ws->c.speed_rad_per_s / (2.0 * PI), out->iron_W);
}

enum status field_case_solve(struct field_case_ws *ws, struct field_case_result *out, struct err *e)
{
    const struct field_case *c = &ws->c;
    struct winding_layout layout;
    init_result(out);
    TRY(winding_set_layout(&ws->machine, &layout, e));
    TRY(winding_eval_geometry(&ws->machine, &layout, &out->winding, e));
    if (ws->machine.magnet)
        field_set_magnet_T(ws->field, c->magnet_K);
    if (c->n_noload > 0)
        TRY(solve_noload(ws, out, e));
    if (ws->map)
        TRY(flux_map_solve(ws->map, ws->field, &ws->machine, &c->map, e));
    for (int k = 0; k < c->n_point; k++) {
        const struct field_case_point *p = &c->point[k];
        TRY(waveform_solve_load(ws->field, &ws->machine, p->i_d_A, p->i_q_A, p->i_f_A, c->n_load, NULL, &out->load[k].wave, e));
        set_from_map(ws, p, &out->load[k]);
    }
    out->n_unknown = field_get_mesh(ws->field)->n_dof;
    out->n_solve = field_get_solve_count(ws->field);
    mesh_eval_quality(field_get_mesh(ws->field), &out->quality);
    return ST_OK;
}
