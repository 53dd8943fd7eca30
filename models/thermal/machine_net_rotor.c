/* The rotor of the network: iron, and magnets or field coils as the active node. */
#include "models/thermal/machine_net.h"

#include <assert.h>
#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

static double rotor_k_W_per_m_K(const struct machine *m)
{
    return m->rotor_steel->conductivity_W_per_m_K.value * m->stacking_factor_pu;
}

/* interference fit and the shaft's own mean-to-surface resistance, 1/(8 pi k L) of a solid cylinder with uniform source or sink */
static double to_shaft_K_per_W(const struct thermal *t, const struct machine *m)
{
    return t->o.shaft_contact.value / (2.0 * PI * m->R_ri_m * m->stack_m) +
           1.0 / (8.0 * PI * m->shaft->conductivity_W_per_m_K.value * m->stack_m);
}

static void set_iron(struct thermal *t, const struct machine *m, struct net_star star, double area_m2)
{
    star.b_K_per_W += to_shaft_K_per_W(t, m);
    net_add_star(&t->conduction, THERMAL_ROTOR_FACE, THERMAL_SHAFT, THERMAL_ROTOR, &star);
    net_add_capacity(&t->conduction, THERMAL_ROTOR, m->stacking_factor_pu * area_m2 * m->stack_m *
                     m->rotor_steel->base.density_kg_per_m3.value * m->rotor_steel->heat_capacity_J_per_kg_K.value);
    t->film.rotor_end_m2 = 2.0 * area_m2;
    t->film.rotor_end_K_per_W = m->stack_m / 6.0 / (t->o.stack_axial_conductivity.value * 2.0 * area_m2);
}

static void set_magnet_capacity(struct thermal *t, const struct machine *m, int node, double volume_m3)
{
    net_add_capacity(&t->conduction, node, volume_m3 * m->magnet->base.density_kg_per_m3.value * m->magnet->heat_capacity_J_per_kg_K.value);
}

/* magnet slabs with both faces through the contact, the inner on the iron's mean, the outer on a node of the iron */
struct slabs { double face_m2, thickness_m; int mean, in, out, outer_iron; };

static void set_slabs(struct thermal *t, const struct machine *m, const struct slabs *s)
{
    struct net_star star = net_eval_slab_star(s->thickness_m / (m->magnet->conductivity_W_per_m_K.value * s->face_m2));
    net_add_star(&t->conduction, s->in, s->out, s->mean, &star);
    net_add_link(&t->conduction, s->in, THERMAL_ROTOR, s->face_m2 / t->o.magnet_contact.value);
    net_add_link(&t->conduction, s->out, s->outer_iron, s->face_m2 / t->o.magnet_contact.value);
    set_magnet_capacity(t, m, s->mean, s->face_m2 * s->thickness_m);
    t->film.gap_rotor_m2 = 2.0 * PI * m->R_ro_m * m->stack_m;
}

/* magnets in the iron; pockets count as iron in the capacity. Blocks of several thicknesses in a layer act as slabs of the mean. The layer
 * at the gap, of two, leans with its outer face on the pole cap, which takes part in the temperature of the rotor surface. */
static void set_rotor_buried(struct thermal *t, const struct machine *m)
{
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    double width_m[MACHINE_MAX_MAGNET_LAYER] = {0.0}, area_pole_m2[MACHINE_MAX_MAGNET_LAYER] = {0.0}, all_m2 = 0.0;
    for (int k = machine_get_magnet_blocks(m, block) - 1; k >= 0; k--) {
        width_m[block[k].layer] += block[k].width_m;
        area_pole_m2[block[k].layer] += block[k].area_m2;
        all_m2 += block[k].area_m2;
    }
    set_iron(t, m, net_eval_shell_star(m->R_ro_m, m->R_ri_m, rotor_k_W_per_m_K(m), m->stack_m),
             PI * (m->R_ro_m * m->R_ro_m - m->R_ri_m * m->R_ri_m) - 2.0 * m->p * all_m2);
    for (int k = 0; k < MACHINE_MAX_MAGNET_LAYER; k++) {
        t->spot.magnet_share_pu[k] = area_pole_m2[k] / all_m2;
        if (!(width_m[k] > 0.0))
            continue;
        struct slabs s = {2.0 * m->p * width_m[k] * m->stack_m, area_pole_m2[k] / width_m[k], THERMAL_ACTIVE, THERMAL_ACTIVE_IN,
                          THERMAL_ACTIVE_OUT, THERMAL_ROTOR};
        if (k == 1)
            s = (struct slabs){s.face_m2, s.thickness_m, THERMAL_LAYER2, THERMAL_LAYER2_IN, THERMAL_LAYER2_OUT, THERMAL_ROTOR_FACE};
        set_slabs(t, m, &s);
    }
}

/* pole iron between the magnets over its share of the mean circumference, on a hub of the shaft's material; one whole magnet a pole between
 * two flanks. What the magnets' outer ends give to the gap through the slots is left out. */
static void set_rotor_spoke(struct thermal *t, const struct machine *m)
{
    const struct rotor_spoke *s = &m->spoke;
    double face_m2 = 2.0 * m->p * (s->rm_out_m - s->rm_in_m) * m->stack_m, magnet_m2 = face_m2 * s->t_m_m / m->stack_m;
    double ring_m2 = PI * (m->R_ro_m * m->R_ro_m - s->R_hub_m * s->R_hub_m), area_m2 = ring_m2 - magnet_m2, share = area_m2 / ring_m2;
    struct net_star iron = net_eval_shell_star(m->R_ro_m, s->R_hub_m, rotor_k_W_per_m_K(m), share * m->stack_m);
    iron.b_K_per_W += log(s->R_hub_m / m->R_ri_m) / (2.0 * PI * m->shaft->conductivity_W_per_m_K.value * m->stack_m);
    set_iron(t, m, iron, area_m2);
    set_slabs(t, m, &(struct slabs){face_m2, s->t_m_m, THERMAL_ACTIVE, THERMAL_ACTIVE_IN, THERMAL_ACTIVE_OUT, THERMAL_ROTOR});
    t->spot.magnet_share_pu[0] = 1.0;
}

/* magnet shells between the iron and the gap over their share of the circumference; the rest of the iron sees the gap itself */
static void set_shells(struct thermal *t, const struct machine *m, double R_mi_m, double share, double magnet_m2)
{
    double iron_m2 = PI * (R_mi_m * R_mi_m - m->R_ri_m * m->R_ri_m);
    set_iron(t, m, net_eval_shell_star(R_mi_m, m->R_ri_m, rotor_k_W_per_m_K(m), m->stack_m), iron_m2);
    struct net_star star = net_eval_shell_star(m->R_ro_m, R_mi_m, m->magnet->conductivity_W_per_m_K.value, share * m->stack_m);
    net_add_star(&t->conduction, THERMAL_ACTIVE_OUT, THERMAL_ACTIVE_IN, THERMAL_ACTIVE, &star);
    net_add_link(&t->conduction, THERMAL_ACTIVE_IN, THERMAL_ROTOR_FACE, share * 2.0 * PI * R_mi_m * m->stack_m / t->o.magnet_contact.value);
    set_magnet_capacity(t, m, THERMAL_ACTIVE, magnet_m2 * m->stack_m);
    t->spot.magnet_share_pu[0] = 1.0;
    t->film.gap_active_m2 = share * 2.0 * PI * m->R_ro_m * m->stack_m;
    t->film.gap_rotor_m2 = (1.0 - share) * 2.0 * PI * m->R_ro_m * m->stack_m;
    t->film.active_end_m2 = 2.0 * magnet_m2;
    t->spot.is_shell = 1;
}

/* A sleeve carries the gap's film outwards, puts its thickness in front of it, and takes up heat where its own loss arises: at the outer
 * face of the magnets. */
static void set_sleeve(struct thermal *t, const struct machine *m, double share)
{
    const struct structural *metal = m->surface.sleeve;
    const double t_m = m->surface.sleeve_m, mean_m2 = 2.0 * PI * (m->R_ro_m + 0.5 * t_m) * m->stack_m;
    const double through_K_per_W = t_m / (metal->conductivity_W_per_m_K.value * mean_m2);
    t->film.R_ro_m = m->R_ro_m + t_m;
    t->film.gap_active_m2 *= t->film.R_ro_m / m->R_ro_m;
    t->film.gap_rotor_m2 *= t->film.R_ro_m / m->R_ro_m;
    t->film.sleeve_active_K_per_W = through_K_per_W / share;
    t->film.sleeve_rotor_K_per_W = share < 1.0 ? through_K_per_W / (1.0 - share) : 0.0;
    net_add_capacity(&t->conduction, THERMAL_ACTIVE_OUT,
                     mean_m2 * t_m * metal->base.density_kg_per_m3.value * metal->heat_capacity_J_per_kg_K.value);
}

static void set_rotor_surface(struct thermal *t, const struct machine *m)
{
    double R_mi_m = m->surface.R_mi_m, share = m->p * m->surface.arc_rad / PI;
    set_shells(t, m, R_mi_m, share, share * PI * (m->R_ro_m * m->R_ro_m - R_mi_m * R_mi_m));
    if (m->surface.sleeve_m > 0.0)
        set_sleeve(t, m, share);
}

/* bread loaves as shells from the seat's inscribed circle, over the angle of their seat */
static void set_rotor_loaf(struct thermal *t, const struct machine *m)
{
    double share = 2.0 * m->p * atan2(0.5 * m->loaf.width_m, m->loaf.seat_m) / PI;
    set_shells(t, m, m->loaf.seat_m, share, 2.0 * m->p * machine_get_magnet_area_m2(m));
}

/* pole bodies as slabs from the shoe to the yoke ring; coils as slabs between body (liner) and the air between the poles, which the gap's
 * film reaches over the openings between the shoes; coil ends in the end-space air */
static void set_rotor_wound(struct thermal *t, const struct machine *m, const struct thermal_winding *w)
{
    struct machine_field_coil s;
    const struct conductor *c = m->field_conductor;
    double k = rotor_k_W_per_m_K(m), n_pole = 2.0 * m->p;
    if (!machine_get_field_coil(m, &s))
        return;
    struct net_star pole = net_eval_slab_star((m->R_ro_m - s.R_yoke_m) / (k * s.body_w_m * m->stack_m * n_pole));
    pole.b_K_per_W += log(s.R_yoke_m / m->R_ri_m) / (2.0 * PI * k * m->stack_m);
    set_iron(t, m, pole, s.iron_m2);

    double matrix = m->insulation->impregnation_conductivity_W_per_m_K.value;
    int is_outside;
    struct film_fluid void_air = film_eval_air(KELVIN_OFFSET_K + 20.0, &is_outside);
    matrix = film_eval_composite_W_per_m_K(matrix, void_air.conductivity_W_per_m_K, 1.0 - t->o.impregnation_fill.value);
    double k_coil = film_eval_composite_W_per_m_K(matrix, c->conductivity_W_per_m_K.value, m->field.fill_pu);
    double face_m2 = n_pole * s.height_m * w->field_mean_turn_m;
    struct net_star coil = net_eval_slab_star(s.width_m / (k_coil * face_m2));
    double liner_m2_K_per_W = m->insulation->liner_thickness_m.value / m->insulation->liner_conductivity_W_per_m_K.value +
                              t->o.liner_gap.value / matrix;
    net_add_star(&t->conduction, THERMAL_ACTIVE_IN, THERMAL_ACTIVE_OUT, THERMAL_ACTIVE, &coil);
    net_add_link(&t->conduction, THERMAL_ACTIVE_IN, THERMAL_ROTOR, face_m2 / liner_m2_K_per_W);
    net_add_capacity(&t->conduction, THERMAL_ACTIVE, face_m2 * s.width_m * m->field.fill_pu *
                     c->base.density_kg_per_m3.value * c->heat_capacity_J_per_kg_K.value);

    double shoe_share = n_pole * s.shoe_half_rad / PI, all_m2 = 2.0 * PI * m->R_ro_m * m->stack_m;
    t->film.gap_rotor_m2 = shoe_share * all_m2;
    t->film.gap_active_m2 = (1.0 - shoe_share) * all_m2;
    t->film.active_end_m2 = n_pole * s.height_m * (w->field_mean_turn_m - 2.0 * m->stack_m);
}

/* nodes that the machine lacks stand at the ambient temperature */
static void tie_missing_layer(struct thermal *t)
{
    static const int node[] = {THERMAL_LAYER2, THERMAL_LAYER2_IN, THERMAL_LAYER2_OUT};
    for (int k = 0; k < 3; k++)
        net_add_boundary(&t->conduction, node[k], 1.0, t->o.ambient_K);
}

void machine_net_set_rotor(struct thermal *t, const struct machine *m, const struct thermal_winding *w)
{
    if (machine_has_field_winding(m)) {
        set_rotor_wound(t, m, w);
        tie_missing_layer(t);
        return;
    }
    switch (m->rotor_type) {
    case ROTOR_V:
    case ROTOR_DOUBLE_V:
    case ROTOR_DELTA:
    case ROTOR_CONTOUR:
        set_rotor_buried(t, m);
        break;
    case ROTOR_SPOKE:
        set_rotor_spoke(t, m);
        break;
    case ROTOR_BREAD_LOAF:
        set_rotor_loaf(t, m);
        break;
    case ROTOR_SURFACE:
        set_rotor_surface(t, m);
        break;
    case ROTOR_SALIENT:
    case ROTOR_TYPE_COUNT:
        assert(0);
        break;
    }
    if (!(t->spot.magnet_share_pu[1] > 0.0))
        tie_missing_layer(t);
}
