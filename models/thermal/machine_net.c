#include "models/thermal/machine_net.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/machine/bars.h"
#include "materials/base/banned.h"

/* thinnest gap between tooth sides, or slot width left inside the liner, that still counts as a part */
#define WIDTH_MIN_M 1.0e-4

/* Slot width and tooth width at a depth below the wedge. */
static void get_widths(const struct stator *s, double y_m, double *slot_m, double *tooth_m)
{
    *slot_m = s->b1_m + (s->b2_m - s->b1_m) * fmin(y_m / s->h2_m, 1.0);
    *tooth_m = 2.0 * (s->R_bore_m + s->h0_m + s->h1_m + y_m) * sin(PI / s->n_slot) - *slot_m;
}

/* Strands in resin: the same composite in all directions of the cross-section. */
static void set_strands(const struct machine *m, double fill, struct machine_net_slot *out)
{
    out->k_across_W_per_m_K =
        film_eval_composite_W_per_m_K(out->k_matrix_W_per_m_K, m->stator_conductor->conductivity_W_per_m_K.value, fill);
    out->k_radial_W_per_m_K = out->k_across_W_per_m_K;
    out->bar_height_pu = 1.0;
}

/* A column of bars: across it copper as high as a bar is of its pitch, behind the bar's insulation; along the slot copper and insulation in
 * series. */
static void set_bars(const struct machine *m, struct machine_net_slot *out)
{
    const struct winding *w = &m->winding;
    double pitch_m = w->bar_height_m + 2.0 * w->bar_insulation_m, k = m->stator_conductor->conductivity_W_per_m_K.value;
    double insulation_m2_K_per_W = w->bar_insulation_m / m->insulation->enamel_conductivity_W_per_m_K.value;
    out->bar_height_pu = w->bar_height_m / pitch_m;
    out->k_across_W_per_m_K = k * out->bar_height_pu;
    out->k_radial_W_per_m_K = pitch_m / (w->bar_height_m / k + 2.0 * insulation_m2_K_per_W);
    out->bar_m2_K_per_W = insulation_m2_K_per_W;
    out->bar_width_m = w->bar_width_m + 2.0 * w->bar_insulation_m;
    out->liner_m = w->liner_m;
}

enum status machine_net_eval_slot(const struct machine *m, const struct thermal_opts *o, double copper_area_m2,
                                  struct machine_net_slot *out, struct err *e)
{
    const struct stator *s = &m->stator;
    double round_m = s->bottom == SLOT_ROUND ? 0.5 * s->b2_m : 0.0, inner_area_m2 = 0.0;
    *out = (struct machine_net_slot){.liner_m = m->insulation->liner_thickness_m.value};
    out->bottom_R_m = s->R_bore_m + s->h0_m + s->h1_m + s->h2_m + round_m;
    out->depth_m = s->h2_m + round_m * PI / 4.0; /* pi b2^2/8 over b2 */
    int is_outside;
    struct film_fluid void_air = film_eval_air(KELVIN_OFFSET_K + 20.0, &is_outside); /* 0.026 against resin 0.2: its T hardly matters */
    out->k_matrix_W_per_m_K = film_eval_composite_W_per_m_K(m->insulation->impregnation_conductivity_W_per_m_K.value,
                                                            void_air.conductivity_W_per_m_K, 1.0 - o->impregnation_fill.value);
    if (machine_has_bars(m))
        set_bars(m, out);
    for (int c = 0; c < SLOT_N_CELL; c++) {
        double slot_m, cell_m = out->depth_m / SLOT_N_CELL;
        get_widths(s, (c + 0.5) * cell_m, &slot_m, &out->tooth_m[c]);
        out->width_m[c] = slot_m - 2.0 * out->liner_m;
        if (out->tooth_m[c] < WIDTH_MIN_M || out->width_m[c] < WIDTH_MIN_M)
            return err_set(e, ST_INFEASIBLE, "geometry", "%.2f of the slot's depth: tooth %.3f mm, slot inside the liner %.3f mm",
                           (c + 0.5) / SLOT_N_CELL, 1e3 * out->tooth_m[c], 1e3 * out->width_m[c]);
        inner_area_m2 += cell_m * out->width_m[c];
    }
    double fill = copper_area_m2 / inner_area_m2;
    if (!(fill > 0.0 && fill < 1.0))
        return err_set(e, ST_INFEASIBLE, "slot_fill", "copper %.2f mm2 does not fit into %.2f mm2 inside the liner",
                       1e6 * copper_area_m2, 1e6 * inner_area_m2);
    if (!machine_has_bars(m))
        set_strands(m, fill, out);
    return ST_OK;
}

static double steel_heat_J_per_m3_K(const struct steel *s, double fill_pu)
{
    return fill_pu * s->base.density_kg_per_m3.value * s->heat_capacity_J_per_kg_K.value;
}

static void set_teeth(struct thermal *t, const struct machine *m, const struct machine_net_slot *s)
{
    static const int bore_face[THERMAL_N_LAYER] = {THERMAL_TOOTH_TIP, THERMAL_TOOTH_01, THERMAL_TOOTH_12};
    static const int yoke_face[THERMAL_N_LAYER] = {THERMAL_TOOTH_01, THERMAL_TOOTH_12, THERMAL_YOKE_FACE};
    const struct stator *st = &m->stator;
    double k = m->stator_steel->conductivity_W_per_m_K.value * m->stacking_factor_pu;
    double layer_m = s->depth_m / THERMAL_N_LAYER, depth_all_m = st->n_slot * m->stack_m, sum_m2 = 0.0, area_m2[THERMAL_N_LAYER];
    double tip_m = 2.0 * PI * st->R_bore_m / st->n_slot - st->b0_m, tip_h_m = st->h0_m + st->h1_m;
    for (int j = 0; j < THERMAL_N_LAYER; j++) {
        double slot_m, tooth_m;
        get_widths(st, (j + 0.5) * layer_m, &slot_m, &tooth_m);
        struct net_star star = net_eval_slab_star(layer_m / (k * tooth_m * depth_all_m));
        net_add_star(&t->conduction, bore_face[j], yoke_face[j], THERMAL_TOOTH + j, &star);
        area_m2[j] = layer_m * tooth_m + (j == 0 ? tip_m * tip_h_m : 0.0);
        sum_m2 += area_m2[j];
    }
    double heat_J_per_m3_K = steel_heat_J_per_m3_K(m->stator_steel, m->stacking_factor_pu);
    for (int j = 0; j < THERMAL_N_LAYER; j++) {
        t->spot.tooth_share[j] = area_m2[j] / sum_m2;
        net_add_capacity(&t->conduction, THERMAL_TOOTH + j, heat_J_per_m3_K * area_m2[j] * depth_all_m);
    }
    t->film.tip_K_per_W = tip_h_m / (k * tip_m * depth_all_m);
}

static void set_yoke(struct thermal *t, const struct machine *m, const struct machine_net_slot *s)
{
    double R_m = m->stator.R_out_m, k = m->stator_steel->conductivity_W_per_m_K.value * m->stacking_factor_pu;
    struct net_star star = net_eval_shell_star(R_m, s->bottom_R_m, k, m->stack_m);
    star.a_K_per_W += t->o.housing_contact.value / (2.0 * PI * R_m * m->stack_m);
    net_add_star(&t->conduction, THERMAL_HOUSING, THERMAL_YOKE_FACE, THERMAL_YOKE, &star);
    double area_m2 = PI * (R_m * R_m - s->bottom_R_m * s->bottom_R_m);
    net_add_capacity(&t->conduction, THERMAL_YOKE,
                     steel_heat_J_per_m3_K(m->stator_steel, m->stacking_factor_pu) * area_m2 * m->stack_m);
    t->film.yoke_end_m2 = 2.0 * area_m2;
    t->film.yoke_end_K_per_W = m->stack_m / 6.0 / (t->o.stack_axial_conductivity.value * 2.0 * area_m2);
}

/* Film of the flank of a cell: bar insulation and play (bars), liner, its gap filled like the slot, half a tooth taking a uniform sink. */
static double flank_m2_K_per_W(const struct machine_net_slot *s, int cell, double wall_m2_K_per_W, double k_iron)
{
    double play_m = s->bar_width_m > 0.0 ? fmax(0.0, 0.5 * (s->width_m[cell] - s->bar_width_m)) : 0.0;
    double bar_m2_K_per_W = (s->bar_m2_K_per_W + play_m / s->k_matrix_W_per_m_K) / s->bar_height_pu;
    return bar_m2_K_per_W + wall_m2_K_per_W + 0.5 * s->tooth_m[cell] / (3.0 * k_iron);
}

static enum status set_slot_layers(struct thermal *t, const struct machine *m, const struct machine_net_slot *s,
                                   const struct thermal_winding *w, struct err *e)
{
    static const int port[SLOT_N_PORT] = {THERMAL_SLOT, THERMAL_SLOT + 1, THERMAL_SLOT + 2, THERMAL_TOOTH, THERMAL_TOOTH + 1,
                                          THERMAL_TOOTH + 2, THERMAL_YOKE_FACE};
    double wall_m2_K_per_W = s->liner_m / m->insulation->liner_conductivity_W_per_m_K.value + t->o.liner_gap.value / s->k_matrix_W_per_m_K;
    double k_iron = m->stator_steel->conductivity_W_per_m_K.value * m->stacking_factor_pu;
    struct slot_section x = {.depth_m = s->depth_m, .length_m = m->stator.n_slot * m->stack_m, .k_across_W_per_m_K = s->k_across_W_per_m_K,
                             .k_radial_W_per_m_K = s->k_radial_W_per_m_K, .bottom_m2_K_per_W = wall_m2_K_per_W + s->bar_m2_K_per_W};
    for (int c = 0; c < SLOT_N_CELL; c++) {
        x.width_m[c] = s->width_m[c];
        x.flank_m2_K_per_W[c] = flank_m2_K_per_W(s, c, wall_m2_K_per_W, k_iron);
    }
    TRY(slot_net_init(&t->spot.slot, &x, e));
    for (int i = 0; i < SLOT_N_PORT; i++)
        for (int j = 0; j < i; j++)
            net_add_link(&t->conduction, port[i], port[j], -t->spot.slot.K_W_per_K[i][j]);
    const struct conductor *c = m->stator_conductor;
    t->spot.slot_volume_m3 = w->copper_area_per_slot_m2 * x.length_m;
    for (int j = 0; j < THERMAL_N_LAYER; j++)
        net_add_capacity(&t->conduction, THERMAL_SLOT + j, t->spot.slot.share_pu[j] * t->spot.slot_volume_m3 *
                         c->base.density_kg_per_m3.value * c->heat_capacity_J_per_kg_K.value);
    return ST_OK;
}

enum status machine_net_set_stator(struct thermal *t, const struct machine *m, const struct machine_net_slot *s,
                                   const struct thermal_winding *w, struct err *e)
{
    set_teeth(t, m, s);
    set_yoke(t, m, s);
    return set_slot_layers(t, m, s, w, e);
}

/* Each end winding as a ring of the slot's depth, of the volume its coil ends take at the fill of the slot; copper joined to the slot
 * along the conductors, both sides with the mean-temperature resistance of a half length (1/3 of half). */
void machine_net_set_end_winding(struct thermal *t, const struct machine *m, const struct machine_net_slot *s,
                                 const struct thermal_winding *w, double *overhang_m)
{
    const struct conductor *c = m->stator_conductor;
    double one_end_m = 0.5 * w->end_turn_m, n_slot = m->stator.n_slot;
    double D_m = 2.0 * (s->bottom_R_m - 0.5 * s->depth_m);
    double ring_m3 = 0.5 * n_slot * w->slot_area_m2 * one_end_m;
    *overhang_m = ring_m3 / (PI * D_m * s->depth_m);
    t->film.end_winding_m2 = 2.0 * (2.0 * PI * D_m * *overhang_m + PI * D_m * s->depth_m);
    t->spot.end_across_K_per_W = 0.5 * s->depth_m / (s->k_radial_W_per_m_K * t->film.end_winding_m2);
    net_add_link(&t->conduction, THERMAL_END, THERMAL_END_FACE, 3.0 / t->spot.end_across_K_per_W);

    double along_W_m_per_K = 2.0 * n_slot * w->copper_area_per_slot_m2 * c->conductivity_W_per_m_K.value; /* both ends */
    t->spot.end_along_K_per_W = 0.5 * one_end_m / along_W_m_per_K;
    double R = (0.5 * m->stack_m / along_W_m_per_K + t->spot.end_along_K_per_W) / 3.0;
    for (int j = 0; j < THERMAL_N_LAYER; j++)
        net_add_link(&t->conduction, THERMAL_SLOT + j, THERMAL_END, t->spot.slot.share_pu[j] / R);
    t->spot.end_volume_m3 = n_slot * w->copper_area_per_slot_m2 * one_end_m;
    net_add_capacity(&t->conduction, THERMAL_END,
                     c->base.density_kg_per_m3.value * c->heat_capacity_J_per_kg_K.value * t->spot.end_volume_m3);
}

/* Ducts side by side at the pitch width + rib; their number is not rounded, so that it stays smooth in the stack length. Ribs are fins
 * of the duct's height wetted on both sides, insulated at the outer wall. End shields: discs of the housing's thickness. */
void machine_net_set_housing(struct thermal *t, const struct machine *m, double end_space_m)
{
    const struct thermal_opts *o = &t->o;
    struct thermal_film_geometry *f = &t->film;
    double R_m = m->stator.R_out_m, k = m->housing->conductivity_W_per_m_K.value;
    double length_m = m->stack_m + 2.0 * end_space_m, duct_m3 = 0.0;
    f->housing_R_m = R_m + o->housing_thickness_m;
    f->housing_out_m2 = 2.0 * PI * f->housing_R_m * (length_m + 2.0 * o->housing_thickness_m) + 2.0 * PI * f->housing_R_m * f->housing_R_m;
    f->end_shield_m2 = 2.0 * (2.0 * PI * R_m * end_space_m + PI * R_m * R_m);
    if (o->cooling != THERMAL_NATURAL) {
        double jacket_m = m->stack_m + 2.0 * o->jacket_overhang_m, pitch_m = o->duct_width_m + o->duct_rib_m;
        double mid_m = 2.0 * PI * (R_m + o->duct_wall_m + 0.5 * o->duct_height_m);
        double path_m = mid_m * jacket_m / pitch_m; /* the same total for turns around and for ducts along */
        f->duct_length_m = path_m / o->n_duct_parallel;
        f->duct_plain_m2 = path_m * o->duct_width_m;
        f->duct_rib_side_m2 = path_m * 2.0 * o->duct_height_m;
        f->duct_wall_K_per_W = log((R_m + o->duct_wall_m) / R_m) / (2.0 * PI * k * jacket_m);
        f->rib_k_W_per_m_K = k;
        duct_m3 = path_m * o->duct_width_m * o->duct_height_m;
    }
    double volume_m3 = PI * (f->housing_R_m * f->housing_R_m - R_m * R_m) * length_m - duct_m3 +
                       2.0 * PI * f->housing_R_m * f->housing_R_m * o->housing_thickness_m;
    net_add_capacity(&t->conduction, THERMAL_HOUSING,
                     volume_m3 * m->housing->base.density_kg_per_m3.value * m->housing->heat_capacity_J_per_kg_K.value);
}

void machine_net_set_shaft(struct thermal *t, const struct machine *m, double end_space_m)
{
    double R_m = m->R_ri_m, area_m2 = PI * R_m * R_m, k = m->shaft->conductivity_W_per_m_K.value;
    double one_end_K_per_W = (m->stack_m / 6.0 + end_space_m) / (k * area_m2) + 1.0 / t->o.bearing_conductance.value;
    net_add_link(&t->conduction, THERMAL_SHAFT, THERMAL_HOUSING, 2.0 / one_end_K_per_W);
    net_add_capacity(&t->conduction, THERMAL_SHAFT, area_m2 * (m->stack_m + 2.0 * end_space_m) *
                     m->shaft->base.density_kg_per_m3.value * m->shaft->heat_capacity_J_per_kg_K.value);
    t->film.R_shaft_m = R_m;
    t->film.shaft_end_m2 = 2.0 * 2.0 * PI * R_m * end_space_m;
}

static enum status check_machine(const struct machine *m, const struct thermal_winding *w, struct err *e)
{
    assert(m->stator_steel && m->rotor_steel && m->stator_conductor && m->insulation && m->shaft && m->housing);
    assert(machine_has_field_winding(m) ? m->field_conductor != NULL : m->magnet != NULL);
    const struct stator *s = &m->stator;
    if (s->is_slotless)
        return err_set(e, ST_INFEASIBLE, "slotless", "the thermal network needs slots and teeth");
    if (!(m->stack_m > 0.0 && s->R_out_m > s->R_bore_m && s->R_bore_m > m->R_ro_m && m->R_ro_m > m->R_ri_m && m->R_ri_m > 0.0))
        return err_set(e, ST_INFEASIBLE, "geometry", "radii must rise: shaft %.3f, rotor %.3f, bore %.3f, stator %.3f mm; stack %.3f mm",
                       1e3 * m->R_ri_m, 1e3 * m->R_ro_m, 1e3 * s->R_bore_m, 1e3 * s->R_out_m, 1e3 * m->stack_m);
    if (!(s->n_slot > 0 && s->h2_m > 0.0 && w->slot_area_m2 > 0.0 && w->end_turn_m > 0.0))
        return err_set(e, ST_INFEASIBLE, "geometry", "slot height %.3f mm, slot area %.3f mm2, end turn %.3f mm must be positive",
                       1e3 * s->h2_m, 1e6 * w->slot_area_m2, 1e3 * w->end_turn_m);
    if (machine_has_field_winding(m) && !(m->field.fill_pu > 0.0 && m->field.fill_pu < 1.0))
        return err_set(e, ST_INFEASIBLE, "geometry", "field winding fill %.3f must lie between 0 and 1", m->field.fill_pu);
    if (machine_has_field_winding(m) && !(w->field_mean_turn_m > 2.0 * m->stack_m))
        return err_set(e, ST_INFEASIBLE, "geometry", "field mean turn %.3f mm must exceed twice the stack %.3f mm",
                       1e3 * w->field_mean_turn_m, 1e3 * m->stack_m);
    return ST_OK;
}

enum status thermal_set_machine(struct thermal *t, const struct machine *m, const struct thermal_winding *w, struct err *e)
{
    struct machine_net_slot slot;
    t->is_set = 0;
    TRY(check_machine(m, w, e));
    TRY(machine_net_eval_slot(m, &t->o, w->copper_area_per_slot_m2, &slot, e));
    if (slot.bottom_R_m >= m->stator.R_out_m)
        return err_set(e, ST_INFEASIBLE, "geometry", "slot bottom at %.3f mm leaves no yoke below %.3f mm", 1e3 * slot.bottom_R_m,
                       1e3 * m->stator.R_out_m);
    memset(&t->film, 0, sizeof t->film);
    memset(&t->spot, 0, sizeof t->spot);
    net_init(&t->conduction, THERMAL_NODE_COUNT);
    t->has_magnet = !machine_has_field_winding(m);
    t->film.R_ro_m = m->R_ro_m;
    t->film.R_bore_m = m->stator.R_bore_m;
    t->film.gap_stator_m2 = 2.0 * PI * m->stator.R_bore_m * m->stack_m;
    double overhang_m;
    TRY(machine_net_set_stator(t, m, &slot, w, e));
    machine_net_set_end_winding(t, m, &slot, w, &overhang_m);
    machine_net_set_housing(t, m, overhang_m + t->o.end_clearance_m);
    machine_net_set_shaft(t, m, overhang_m + t->o.end_clearance_m);
    machine_net_set_rotor(t, m, w);
    t->is_set = 1;
    return ST_OK;
}
