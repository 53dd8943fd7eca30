/* evaluate_spread.c - what the coefficients that no drawing gives are worth: the continuous point with each at the low and at the high end
 * of the range that its source gives, all others as they are. */
#include "models/evaluate_impl.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

struct spread { struct evaluator *ev; struct thermal_winding winding; struct eval_detail *d; };

static double get_rotor_hot_K(const struct evaluator *ev, const struct thermal_state *s)
{
    return ev->machine.magnet ? s->magnet_hot_K : s->field_hot_K;
}

/* Change of both hot spots of the continuous point with these options and the evaluator's machine as it is now; NAN: no steady state. */
static enum status eval_change(struct spread *x, const struct thermal_opts *o, double *winding_K, double *rotor_K, struct err *e)
{
    struct evaluator *ev = x->ev;
    struct thermal_state s = ev->state_continuous;
    struct operate_point point;
    *winding_K = *rotor_K = (double)NAN;
    enum status st = thermal_set_opts(ev->thermal, o, e);
    if (st == ST_OK)
        st = thermal_set_machine(ev->thermal, &ev->machine, &x->winding, e);
    if (st == ST_OK)
        st = evaluate_heat_solve_point(ev, &ev->setup->duty.continuous, &point, &s, e);
    if (st == ST_INFEASIBLE || st == ST_NO_CONVERGE || st == ST_RANGE || st == ST_CONFIG)
        return ST_OK;
    if (st != ST_OK)
        return st;
    *winding_K = s.copper_hot_K - ev->state_continuous.copper_hot_K;
    *rotor_K = get_rotor_hot_K(ev, &s) - get_rotor_hot_K(ev, &ev->state_continuous);
    return ST_OK;
}

/* One datum, which lies in o or in a material that the machine points to. */
static enum status add_row(struct spread *x, const struct thermal_opts *o, const char *key, struct datum *datum, struct err *e)
{
    double value = datum->value, end[2] = {datum->low, datum->high};
    if (!isfinite(value) || !(datum->high > datum->low) || x->d->n_spread == EVAL_MAX_SPREAD)
        return ST_OK;
    struct eval_spread *row = &x->d->spread[x->d->n_spread++];
    *row = (struct eval_spread){.value = value, .low = datum->low, .high = datum->high};
    snprintf(row->key, sizeof row->key, "%s", key);
    enum status st = ST_OK;
    for (int k = 0; k < 2 && st == ST_OK; k++) {
        datum->value = end[k];
        st = eval_change(x, o, &row->winding_K[k], &row->rotor_K[k], e);
    }
    datum->value = value;
    return st;
}

static enum status solve_coefficients(struct spread *x, struct err *e)
{
    struct thermal_opts o = x->ev->setup->cooling;
    int n;
    const struct schema_row *row = thermal_get_schema(&n);
    for (int k = 0; k < n; k++)
        if (row[k].type == SCHEMA_DATUM)
            TRY(add_row(x, &o, row[k].key, (struct datum *)(void *)((char *)&o + row[k].offset), e));
    return ST_OK;
}

/* Insulation and steel of the heat path; the materials are shared, so copies are varied. */
static enum status solve_materials(struct spread *x, struct err *e)
{
    struct machine *m = &x->ev->machine;
    const struct machine kept = *m;
    const struct thermal_opts *o = &x->ev->setup->cooling;
    struct insulation insulation = *m->insulation;
    struct steel steel = *m->stator_steel;
    m->insulation = &insulation;
    m->stator_steel = &steel;
    enum status st = add_row(x, o, "liner_conductivity_W_per_m_K", &insulation.liner_conductivity_W_per_m_K, e);
    if (st == ST_OK)
        st = add_row(x, o, "liner_thickness_m", &insulation.liner_thickness_m, e);
    if (st == ST_OK)
        st = add_row(x, o, "impregnation_conductivity_W_per_m_K", &insulation.impregnation_conductivity_W_per_m_K, e);
    if (st == ST_OK)
        st = add_row(x, o, "stator_steel_conductivity_W_per_m_K", &steel.conductivity_W_per_m_K, e);
    *m = kept;
    return st;
}

enum status evaluate_spread_solve(struct evaluator *ev, struct eval_detail *d, struct err *e)
{
    const struct winding_geometry *g = &ev->geometry;
    struct spread x = {ev, {g->slot_area_m2, g->copper_area_per_slot_m2, g->end_turn_m, g->field_mean_turn_m}, d};
    const struct thermal_state *s = &ev->state_continuous;
    TRY(solve_coefficients(&x, e));
    TRY(solve_materials(&x, e));
    TRY(thermal_set_opts(ev->thermal, &ev->setup->cooling, e));
    TRY(thermal_set_machine(ev->thermal, &ev->machine, &x.winding, e));
    return evaluate_map_set_temperature(ev, s->copper_mean_K, evaluate_heat_get_field_K(ev, s), evaluate_heat_get_magnet_K(ev, s), e);
}
