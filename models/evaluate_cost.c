/* evaluate_cost.c - masses, bill of materials, cost today, and what supply risk adds to it. */
#include "models/evaluate_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* Sum of the mass of elements named in a list. */
static double get_mass_kg(const struct bom_elements *el, const double *m_kg, const char *const *symbol, int n)
{
    double sum = 0.0;
    for (int k = 0; k < el->n; k++)
        for (int q = 0; q < n; q++)
            if (strcmp(el->symbol[k], symbol[q]) == 0)
                sum += m_kg[k];
    return sum;
}

static void set_masses(const struct evaluator *ev, const struct bom *b, struct result *r)
{
    static const char *const HEAVY[] = {"Dy", "Tb"};
    static const char *const RARE_EARTH[] = {"La", "Ce", "Nd", "Pr", "Sm", "Dy", "Tb"};
    const struct bom_elements *el = &ev->setup->elements;
    r->mass_active_kg = b->active_kg;
    r->magnet_kg = b->net_kg[BOM_MAGNET] + b->net_kg[BOM_MAGNET_DIFFUSED];
    r->copper_kg = b->net_kg[BOM_COPPER_SLOT] + b->net_kg[BOM_COPPER_END] + b->net_kg[BOM_COPPER_FIELD];
    r->steel_kg = b->net_kg[BOM_STATOR_CORE] + b->net_kg[BOM_ROTOR_CORE];
    r->hre_kg = get_mass_kg(el, b->m_kg, HEAVY, ARRAY_LEN(HEAVY));
    r->rare_earth_kg = get_mass_kg(el, b->m_kg, RARE_EARTH, ARRAY_LEN(RARE_EARTH));
    r->torque_per_kg_Nm = ev->setup->requirement.peak_torque_Nm / b->active_kg;
    for (int k = 0; k < el->n && k < RESULT_MAX_ELEMENT; k++) {
        r->q_kg[k] = b->q_kg[k];
        r->m_kg[k] = b->m_kg[k];
    }
}

void evaluate_set_risk(const struct risk_result *x, struct result *r)
{
    r->risk_cost_USD = x->risk_cost.value_USD;
    r->risk_drift_USD = x->drift.value_USD;
    r->risk_holding_USD = x->holding.value_USD;
    r->risk_shortage_USD = x->shortage.value_USD;
    r->risk_tail_USD = x->tail.value_USD;
    r->risk_cost_standard_error_USD = x->risk_cost.standard_error_USD;
    r->cost_with_risk_USD = r->cost_today_USD + r->risk_cost_USD;
}

static enum status set_risk(const struct evaluator *ev, struct result *r, struct err *e)
{
    struct risk_result x;
    const struct risk *risk = ev->level.is_search ? ev->setup->risk_search : ev->setup->risk;
    TRY(risk_eval(risk, ev->risk_ws, NULL, 1, r->q_kg, &x, e));
    for (int k = 0; ev->level.is_search && k < ev->setup->n_risk_other; k++) {
        struct risk_result other;
        TRY(risk_eval(ev->setup->risk_other[k], ev->risk_ws, NULL, 1, r->q_kg, &other, e));
        if (other.risk_cost.value_USD < x.risk_cost.value_USD)
            x = other;
    }
    evaluate_set_risk(&x, r);
    return ST_OK;
}

enum status evaluate_cost_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    const struct eval_setup *s = ev->setup;
    struct mesh_quality q;
    mesh_eval_quality(field_get_mesh(ev->field), &q);
    double pole_pu = 1.0 / field_get_mesh(ev->field)->n_pole;
    r->mesh_min_angle_rad = q.min_angle_rad;
    int wound = machine_has_field_winding(&ev->machine);
    const struct machine *m = &ev->machine; /* a spoke rotor's hub is of the shaft's material */
    double hub_m2 = pole_pu * q.area_by_region_m2[REGION_SHAFT];
    double hub_kg = hub_m2 > 0.0 ? hub_m2 * 2.0 * m->p * m->stack_m * m->shaft->base.density_kg_per_m3.value : 0.0;
    struct bom_input in = {.stator_iron_pole_m2 =
                               pole_pu * (q.area_by_region_m2[REGION_STATOR_YOKE] + q.area_by_region_m2[REGION_STATOR_TOOTH]),
                           .rotor_iron_pole_m2 = pole_pu * q.area_by_region_m2[REGION_ROTOR_IRON],
                           .magnet_pole_m2 = pole_pu * q.area_by_region_m2[REGION_MAGNET],
                           .copper_slot_m3 = ev->geometry.copper_volume_m3 - ev->geometry.end_volume_m3,
                           .copper_end_m3 = ev->geometry.end_volume_m3,
                           .copper_field_m3 = wound ? ev->geometry.field_volume_m3 : 0.0,
                           .shaft_kg = s->shaft_kg + hub_kg,
                           .housing_kg = s->housing_kg,
                           .gbd_buy_to_fly = s->gbd_buy_to_fly,
                           .steel_purchase = BOM_STEEL_BY_BLANK,
                           .blank_web_m = s->blank_web_m};
    struct bom b;
    TRY(bom_eval(&ev->machine, &in, &s->elements, &b, e));
    set_masses(ev, &b, r);
    if (d) {
        d->bom = b;
        d->exciter_USD = wound ? s->requirement.exciter_USD : (double)NAN;
    }
    if (!s->price_USD_per_kg)
        return ST_OK;
    static const double NO_CREDIT[BOM_PART_COUNT] = {0}; /* scrap is not sold back: the dear side */
    struct bom_cost c;
    TRY(bom_eval_cost(&b, &ev->machine, &s->elements, s->price_USD_per_kg, NO_CREDIT, &c, e));
    if (d)
        d->cost = c;
    r->material_USD = c.purchase_total_USD;
    const double exciter_USD = wound && isfinite(s->requirement.exciter_USD) ? s->requirement.exciter_USD : 0.0;
    r->processing_USD = c.processing_total_USD + exciter_USD;
    r->cost_today_USD = c.total_USD + exciter_USD;
    r->cost_with_risk_USD = r->cost_today_USD;
    if (s->risk)
        TRY(set_risk(ev, r, e));
    r->torque_per_USD_Nm = s->requirement.peak_torque_Nm / r->cost_with_risk_USD;
    return ST_OK;
}
