/* field.c - life cycle of a workspace, and the inputs of a solve. */
#include "models/field/field_impl.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/banned.h"

struct field_opts field_opts_default(void)
{
    struct field_opts o = {1e-6, 40};
    return o;
}

static void nu_drop(struct field_nu *f)
{
    steel_nu_done(&f->table);
    mem_free(f->w_J_per_m3);
    mem_free(f->cubic);
    mem_free(f->knot_A_per_m);
    memset(f, 0, sizeof *f);
}

/* Integral of the table: each cell is a Hermite cubic, int = dB [(H0 + H1)/2 + dB (H0' - H1')/12]; the first is a B + c B^3 (see
 * steel_nu_eval). */
static void energy_set(struct field_nu *f)
{
    const struct steel_nu *nu = &f->table;
    double dB_T = 1.0 / nu->inv_dB_per_T, a = nu->dHdB_A_per_m_T[0];
    f->w_J_per_m3[0] = 0.0;
    f->w_J_per_m3[1] = 0.25 * dB_T * (a * dB_T + nu->H_A_per_m[1]);
    for (int i = 1; i < nu->n - 1; i++) {
        double mean = 0.5 * (nu->H_A_per_m[i] + nu->H_A_per_m[i + 1]);
        f->w_J_per_m3[i + 1] = f->w_J_per_m3[i] + dB_T * (mean + dB_T * (nu->dHdB_A_per_m_T[i] - nu->dHdB_A_per_m_T[i + 1]) / 12.0);
    }
}

/* B-H of one part; made anew only when the steel or its fill changes. */
static enum status nu_set(struct field_nu *f, const struct steel *steel, double fill_pu, struct err *e)
{
    if (f->steel == steel && f->fill_pu == fill_pu)
        return ST_OK;
    nu_drop(f);
    TRY(steel_nu_init(&f->table, steel, fill_pu, e));
    f->w_J_per_m3 = mem_new((size_t)f->table.n, sizeof *f->w_J_per_m3);
    f->cubic = mem_new(4 * (size_t)f->table.n, sizeof *f->cubic);
    f->knot_A_per_m = mem_new((size_t)f->table.n, sizeof *f->knot_A_per_m);
    if (!f->w_J_per_m3 || !f->cubic || !f->knot_A_per_m)
        return err_set(e, ST_NO_MEMORY, "field", "no memory for a B-H table");
    f->steel = steel;
    f->fill_pu = fill_pu;
    energy_set(f);
    field_set_cubics(f);
    return ST_OK;
}

static void set_uniform_remanence(struct field_ws *ws)
{
    for (int k = 0; k < ws->n_magnet; k++)
        ws->Br_T[k] = magnet_eval_Br_T(ws->machine.magnet, ws->magnet_T_K);
    ws->is_remanence_set = 1;
    field_set_magnet_load(ws);
}

/* Everything of a machine but its connectivity, which must be that of ws->mesh already. */
static enum status set_dimensions(struct field_ws *ws, const struct machine *m, struct err *e)
{
    if (ws->n_magnet > 0 && !m->magnet)
        return err_set(e, ST_CONFIG, "magnet", "the rotor has magnets, but no magnet grade is given");
    ws->machine = *m;
    ws->is_angle_set = ws->is_solved = ws->is_at_solution = ws->has_factor = ws->is_remanence_set = 0;
    for (int k = 0; k < ws->n_turned; k++)
        ws->turned[k].is_set = ws->turned[k].is_kept = 0;
    TRY(winding_set_layout(m, &ws->layout, e));
    TRY(nu_set(&ws->nu[FIELD_STATOR], m->stator_steel, m->stacking_factor_pu, e));
    TRY(nu_set(&ws->nu[FIELD_ROTOR], m->rotor_steel, m->stacking_factor_pu, e));
    field_set_node_angles(ws);
    field_set_sorted(ws);
    field_set_elements(ws);
    memset(ws->A, 0, (size_t)(ws->n_dof + 1) * sizeof *ws->A);
    if (ws->n_magnet == 0 || !isnan(ws->magnet_T_K))
        set_uniform_remanence(ws);
    return ST_OK;
}

enum status field_new_on_mesh(const struct machine *m, struct mesh *mesh, const struct field_opts *opts, struct field_ws **out,
                              struct err *e)
{
    *out = NULL;
    struct field_ws *ws = mem_new(1, sizeof *ws);
    if (!ws) {
        mesh_free(mesh);
        return err_set(e, ST_NO_MEMORY, "field", "no memory");
    }
    ws->opts = *opts;
    ws->magnet_T_K = (double)NAN;
    ws->machine = *m;
    ws->mesh = mesh;
    enum status st = winding_set_layout(m, &ws->layout, e);
    if (st == ST_OK)
        st = field_build(ws, e);
    if (st == ST_OK)
        st = set_dimensions(ws, m, e);
    if (st != ST_OK) {
        field_free(ws);
        return st;
    }
    *out = ws;
    return ST_OK;
}

enum status field_new(const struct machine *m, enum mesh_level level, const struct field_opts *opts, struct field_ws **out, struct err *e)
{
    struct mesh *mesh;
    *out = NULL;
    TRY(mesh_new(m, level, &mesh, e));
    return field_new_on_mesh(m, mesh, opts, out, e);
}

void field_free(struct field_ws *ws)
{
    if (!ws)
        return;
    for (int k = 0; k < FIELD_PART_COUNT; k++)
        nu_drop(&ws->nu[k]);
    field_drop(ws);
    mem_free(ws);
}

enum status field_set_machine(struct field_ws *ws, const struct machine *m, struct err *e)
{
    enum mesh_level level = ws->mesh->level;
    if (mesh_is_same_topology(ws->mesh, m, level)) {
        TRY(mesh_set_machine(ws->mesh, m, e));
        return set_dimensions(ws, m, e);
    }
    struct field_ws *fresh;
    TRY(field_new(m, level, &ws->opts, &fresh, e));
    struct field_ws old = *ws;
    *ws = *fresh;
    *fresh = old;
    ws->magnet_T_K = old.magnet_T_K;
    ws->n_solve = old.n_solve;
    field_free(fresh);
    if (ws->n_magnet > 0 && !isnan(ws->magnet_T_K))
        set_uniform_remanence(ws);
    return ST_OK;
}

void field_set_magnet_T(struct field_ws *ws, double T_K)
{
    ws->magnet_T_K = T_K;
    if (ws->n_magnet > 0)
        set_uniform_remanence(ws);
}

void field_set_remanence(struct field_ws *ws, const double *Br_T)
{
    memcpy(ws->Br_T, Br_T, (size_t)ws->n_magnet * sizeof *ws->Br_T);
    ws->is_remanence_set = 1;
    field_set_magnet_load(ws);
}

void field_use_turned(struct field_ws *ws, struct field_turned *t)
{
    ws->now = t;
    ws->gap = t->gap;
    ws->gap_node = t->gap_node;
    ws->gap_sign = t->gap_sign;
    ws->gap_x_m = t->gap_x_m;
    ws->gap_y_m = t->gap_y_m;
    ws->gap_val = t->gap_val;
    ws->gap_place = t->gap_place;
    ws->place = t->place;
    ws->placed = t->placed;
    ws->rank = t->rank;
    ws->by_rank = t->by_rank;
    frontal_use_plan(&ws->factor, &t->plan);
    t->last_use = ++ws->n_turn;
}

/* The kept angle, or the one longest unused. */
static struct field_turned *turned_get(const struct field_ws *ws, double theta_el_rad)
{
    struct field_turned *oldest = ws->turned;
    for (int k = 0; k < ws->n_turned; k++) {
        struct field_turned *t = &ws->turned[k];
        if (t->is_set && t->theta_el_rad == theta_el_rad)
            return t;
        if (t->last_use < oldest->last_use)
            oldest = t;
    }
    oldest->is_set = oldest->is_kept = 0;
    return oldest;
}

void field_set_angle(struct field_ws *ws, double theta_el_rad)
{
    if (ws->is_angle_set && theta_el_rad == ws->theta_el_rad)
        return;
    ws->theta_el_rad = theta_el_rad;
    ws->is_angle_set = 1;
    ws->is_at_solution = 0;
    ws->has_factor = ws->is_factor_final = 0;
    field_use_turned(ws, turned_get(ws, theta_el_rad));
    if (ws->now->is_set)
        return;
    field_set_gap_elements(ws);
    field_set_order(ws);
    ws->now->is_set = 1;
    ws->now->theta_el_rad = theta_el_rad;
}

static enum status check_inputs(const struct field_ws *ws, double i_d_A, double i_q_A, double i_f_A, struct err *e)
{
    if (!isfinite(i_d_A) || !isfinite(i_q_A) || !isfinite(i_f_A))
        return err_set(e, ST_RANGE, "current", "i_d %g A, i_q %g A, i_f %g A: must be finite", i_d_A, i_q_A, i_f_A);
    if (!ws->is_remanence_set)
        return err_set(e, ST_RANGE, "magnet_temperature", "neither the magnets' temperature nor their remanence was set");
    if (!frontal_is_enough(&ws->factor))
        return err_set(e, ST_RANGE, "factor", "the order of elimination needs %ld entries, the workspace holds %ld",
                       ws->factor.plan->need.n_entry, ws->factor.capacity.n_entry);
    return ST_OK;
}

/* A start for later solutions at this angle; a cold start forgets all, so that what follows it does not depend on what was before. */
static void solution_keep(struct field_ws *ws)
{
    memcpy(ws->now->kept, ws->A, ((size_t)ws->n_dof + 1) * sizeof *ws->A);
    ws->now->is_kept = 1;
}

static void solutions_forget(struct field_ws *ws)
{
    for (int k = 0; k < ws->n_turned; k++)
        ws->turned[k].is_kept = 0;
}

enum status field_solve(struct field_ws *ws, double i_d_A, double i_q_A, double i_f_A, int cold, struct field_result *out,
                        struct field_info *info, struct err *e)
{
    assert(ws->is_angle_set);
    memset(info, 0, sizeof *info);
    TRY(check_inputs(ws, i_d_A, i_q_A, i_f_A, e));
    double i_abc_A[3], i_dqf_A[3] = {i_d_A, i_q_A, i_f_A};
    memcpy(ws->i_dqf_A, i_dqf_A, sizeof i_dqf_A);
    winding_eval_abc(i_d_A, i_q_A, ws->theta_el_rad, i_abc_A);
    field_set_load(ws, i_abc_A, i_f_A);
    info->n_unknown = ws->n_dof;
    info->n_factor = ws->factor.plan->need.n_entry;
    if (cold || !ws->is_solved)
        solutions_forget(ws);
    enum status st = field_newton(ws, cold || !ws->is_solved, info, e);
    ws->n_solve++;
    ws->is_solved = ws->is_at_solution = st == ST_OK;
    if (st == ST_OK)
        solution_keep(ws);
    if (st == ST_OK || st == ST_NO_CONVERGE)
        field_eval_result(ws, info->energy_J_per_m, out);
    return st;
}

const struct mesh *field_get_mesh(const struct field_ws *ws) { return ws->mesh; }
double field_get_theta_el_rad(const struct field_ws *ws) { return ws->theta_el_rad; }
long field_get_solve_count(const struct field_ws *ws) { return ws->n_solve; }

int field_get_magnets(const struct field_ws *ws, const struct field_magnet_elem **out)
{
    *out = ws->magnet;
    return ws->n_magnet;
}
