/* evaluate.c - the order of the stages, and the workspaces. */
#include "models/evaluate_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define ROOM_ROUNDING 1e-9 /* of a dimension that was written and read */

#define SEARCH_TOL 1e-4 /* relative residual: linkages within 1e-4 of those at 1e-6, a quarter fewer factorisations */

struct eval_level eval_level_search(void)
{
    return (struct eval_level){.mesh = MESH_COARSE, .n_d = 4, .n_d_wound = 7, .n_q = 4, .n_q_wound = 4, .n_f = 2, .n_position = 3,
                               .n_position_wound = 3, .confirm_demag = 0, .is_search = 1,
                               .map_over_pu = EVAL_MAP_OVER_PU, .wound_low_pu = -0.75, .wound_high_pu = 0.5};
}

/* Torque within 1.5 % of the largest between the points [test_map_linkages.c]. Five positions of a wound rotor: four would see one phase of
 * the second slot harmonic of two slots a pole and phase, which is 1 % of the torque there. */
struct eval_level eval_level_report(void)
{
    return (struct eval_level){.mesh = MESH_MEDIUM, .n_d = 6, .n_d_wound = 10, .n_q = 6, .n_q_wound = 5, .n_f = 3, .n_position = 3,
                               .n_position_wound = 5, .confirm_demag = 1, .map_over_pu = EVAL_MAP_OVER_PU, .wound_low_pu = -1.0,
                               .wound_high_pu = 0.6};
}

static int get_map_points(const struct eval_level *l, const struct machine *m)
{
    return machine_has_field_winding(m) ? l->n_d_wound * l->n_q_wound * l->n_f : l->n_d * l->n_q;
}

enum status evaluator_new(const struct eval_setup *setup, const struct eval_level *level, const struct machine *m, struct evaluator **out,
                          struct err *e)
{
    *out = NULL;
    struct evaluator *ev = mem_new(1, sizeof *ev);
    if (!ev)
        return err_set(e, ST_NO_MEMORY, "evaluator", "workspace");
    ev->setup = setup;
    ev->level = *level;
    ev->machine = *m;
    struct field_opts fo = field_opts_default();
    if (level->is_search)
        fo.tol_rel = SEARCH_TOL;
    enum status st = field_new(m, level->mesh, &fo, &ev->field, e);
    if (st == ST_OK)
        st = flux_map_new(get_map_points(level, m), &ev->map, e);
    if (st == ST_OK)
        st = operate_new(&ev->operate, e);
    if (st == ST_OK)
        st = thermal_new(&setup->cooling, &ev->thermal, e);
    if (st == ST_OK)
        st = stress_new(field_get_mesh(ev->field), &ev->stress, e);
    const struct risk *risk = level->is_search ? setup->risk_search : setup->risk;
    if (st == ST_OK && risk)
        st = risk_ws_new(risk, 1, &ev->risk_ws, e);
    if (st == ST_OK && m->magnet)
        st = demag_new(ev->field, m, &ev->demag, e);
    if (st != ST_OK) {
        evaluator_free(ev);
        return st;
    }
    *out = ev;
    return ST_OK;
}

void evaluator_free(struct evaluator *ev)
{
    if (!ev)
        return;
    risk_ws_free(ev->risk_ws);
    demag_free(ev->demag);
    stress_free(ev->stress);
    thermal_free(ev->thermal);
    operate_free(ev->operate);
    flux_map_free(ev->map);
    field_free(ev->field);
    mem_free(ev);
}

struct field_ws *evaluator_get_field(struct evaluator *ev) { return ev->field; }
const struct flux_map *evaluator_get_map(const struct evaluator *ev) { return ev->map; }

static void set_shape(const struct evaluator *ev, struct result *r)
{
    const struct machine *m = &ev->machine;
    r->stack_m = m->stack_m;
    r->bore_diameter_m = 2.0 * m->stator.R_bore_m;
    r->active_volume_m3 = PI * m->stator.R_out_m * m->stator.R_out_m * m->stack_m;
    r->conductors_per_slot = m->winding.n_conductor_per_slot;
    r->bridge_m = machine_get_bridge_m(m);
    r->tooth_width_m = machine_get_tooth_width_m(m);
    r->electric_loading_rms_A_per_m = 6.0 * ev->layout.n_series_turns_per_phase * ev->setup->requirement.current_max_A / sqrt(2.0) /
                                      (PI * r->bore_diameter_m);
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    if (machine_get_magnet_blocks(m, block) > 0) {
        r->magnet_thickness_m = (isnan(block[0].face_m[FACE_BACK]) ? 2.0 : 1.0) * block[0].thickness_m; /* spoke: two halves */
        r->magnet_width_m = block[0].width_m;
    }
}

/* Requirements not judged yet count as missed, so that a design cannot pass by stopping early. */
static void init_constraints(struct result *r)
{
    for (int c = 0; c < CON_COUNT; c++)
        r->g[c] = EVAL_NOT_REACHED;
}

static void set_violation(struct result *r)
{
    r->violation = 0.0;
    for (int c = 0; c < CON_COUNT; c++)
        r->violation += r->g[c] > 0.0 ? r->g[c] : 0.0;
}

double eval_get_clearance_m(const struct machine *m)
{
    return m->stator.R_bore_m - m->R_ro_m - (m->rotor_type == ROTOR_SURFACE ? m->surface.sleeve_m : 0.0);
}

/* What is over by no more than the rounding is not over. */
static struct eval_room get_room(double reached_m, double wanted_m, int is_least)
{
    const double over_pu = is_least ? 1.0 - reached_m / wanted_m : reached_m / wanted_m - 1.0;
    return (struct eval_room){reached_m, wanted_m, over_pu > ROOM_ROUNDING ? over_pu : 0.0};
}

void eval_get_room(const struct requirement *q, const struct machine *m, struct eval_room out[EVAL_ROOM_COUNT])
{
    out[EVAL_ROOM_DIAMETER] = get_room(2.0 * m->stator.R_out_m, q->stator_outer_diameter_m, 0);
    out[EVAL_ROOM_STACK] = get_room(m->stack_m, q->stack_max_m, 0);
    out[EVAL_ROOM_GAP] = get_room(eval_get_clearance_m(m), q->airgap_m, 1);
}

/* A motor that is given may be drawn larger, or with less clearance, than what it is to be built into. */
static void set_room(const struct evaluator *ev, struct result *r)
{
    struct eval_room room[EVAL_ROOM_COUNT];
    double over_pu = 0.0;
    eval_get_room(&ev->setup->requirement, &ev->machine, room);
    for (int k = 0; k < EVAL_ROOM_COUNT; k++)
        over_pu = fmax(over_pu, room[k].over_pu);
    r->g[CON_ROOM] = over_pu > 0.0 ? fmin(over_pu, EVAL_JUDGED_MOST) : -1.0;
}

/* A refused shape is a figure of the design. */
static enum status set_geometry(struct evaluator *ev, struct result *r, struct err *e)
{
    set_room(ev, r);
    struct err why = {0};
    enum status st = machine_check(&ev->machine, &why);
    if (st == ST_OK)
        st = field_set_machine(ev->field, &ev->machine, &why);
    if (st == ST_OK)
        st = winding_set_layout(&ev->machine, &ev->layout, &why);
    if (st == ST_OK)
        st = winding_eval_geometry(&ev->machine, &ev->layout, &ev->geometry, &why);
    if (st == ST_OK) {
        r->g[CON_GEOMETRY] = -1.0;
        return ST_OK;
    }
    ev->stage_err = why;
    if (e)
        *e = why;
    return st;
}

static enum status set_mech(struct evaluator *ev, struct err *e)
{
    const struct eval_setup *s = ev->setup;
    /* a salient pole stirs the gap; the factor 1 states the smooth-rotor value, a lower bound for it */
    return mech_loss_init(&ev->mech, &ev->machine, s->gas, s->map_magnet_T_K, s->requirement.bearing_friction_Nm, 1.0, e);
}

static enum status run_stages(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    TRY(set_mech(ev, e));
    TRY(evaluate_cost_solve(ev, r, d, e));
    TRY(evaluate_strength_solve(ev, r, e));
    if (ev->level.is_search) {
        int hopeless = 0;
        TRY(evaluate_map_probe(ev, r, &hopeless, e));
        if (hopeless)
            return ST_OK;
    }
    TRY(evaluate_map_solve(ev, r, e));
    double T_K = ev->setup->map_magnet_T_K;
    TRY(evaluate_map_set_temperature(ev, T_K, T_K, T_K, e));
    enum status st = evaluate_balance_solve(ev, r, d, e);
    if (st != ST_OK && st != ST_INFEASIBLE)
        return st;
    int heat_ok = st == ST_OK;
    if (heat_ok) {
        const struct thermal_state *s = &ev->state_continuous;
        TRY(evaluate_map_set_temperature(ev, s->copper_mean_K, ev->machine.magnet ? s->copper_mean_K : s->field_mean_K,
                                         ev->machine.magnet ? s->magnet_mean_K : T_K, e));
    }
    TRY(evaluate_envelope_solve(ev, r, d, e));
    struct flux_point noload;
    flux_map_eval(ev->map, 0.0, 0.0, ev->setup->requirement.field_current_max_A, &noload);
    r->noload_flux_Wb = noload.lambda_d_Wb;
    if (heat_ok)
        TRY(evaluate_demag_solve(ev, r, d, e));
    if (heat_ok && d) {
        TRY(evaluate_rating_solve(ev, r, d, e));
        if (!ev->ran_away)
            TRY(evaluate_spread_solve(ev, d, e));
    }
    return evaluate_wave_solve(ev, r, d, e);
}

/* The bill outlives the evaluator, whose dosed magnet it was made of: it names the grade itself. */
static void set_lasting_magnet(const struct evaluator *ev, const struct machine *m, struct eval_detail *detail)
{
    for (int k = 0; k < BOM_PART_COUNT; k++)
        if (detail->bom.material[k] == &ev->dosed.base)
            detail->bom.material[k] = &m->magnet->base;
}

enum status evaluate_machine(struct evaluator *ev, const struct machine *m, struct result *out, struct eval_detail *detail, struct err *e)
{
    result_init(out);
    init_constraints(out);
    if (detail)
        *detail = (struct eval_detail){0};
    ev->machine = *m;
    ev->machine.magnet = machine_get_dosed_magnet(m, &ev->dosed);
    ev->stage_err = (struct err){0};
    ev->field_loss_extra_pu = ev->setup->requirement.field_loss_extra_pu;
    enum status st = set_geometry(ev, out, e);
    if (st == ST_INFEASIBLE) {
        set_violation(out);
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    set_shape(ev, out);
    if (!m->magnet)
        out->g[CON_DEMAG] = -1.0; /* nothing to demagnetise */
    st = run_stages(ev, out, detail, e);
    if (detail)
        set_lasting_magnet(ev, m, detail);
    set_violation(out);
    return st;
}
