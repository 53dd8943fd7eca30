/* rotor_spoke.c - spoke: rules, magnets, lips. Shape: machine.h. Edge frame: along the sector edge, h from it towards the d axis. */
#include "models/machine/rotor.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

static double get_q_rad(const struct machine *m) { return 0.5 * PI / m->p; }

/* Where the line at distance h from the edge meets the circle of radius r about the point of the d axis at `offset_m`. */
static double get_along_m(const struct machine *m, double h_m, double r_m, double offset_m)
{
    const double q = get_q_rad(m), across_m = h_m - offset_m * sin(q);
    return offset_m * cos(q) + sqrt(fmax(r_m * r_m - across_m * across_m, 0.0));
}

double rotor_spoke_get_hub_along_m(const struct machine *m) { return get_along_m(m, 0.5 * m->spoke.t_m_m, m->spoke.R_hub_m, 0.0); }

double rotor_spoke_get_surface_along_m(const struct machine *m, double h_m)
{
    return get_along_m(m, h_m, m->R_ro_m - m->pole_offset_m, m->pole_offset_m);
}

/* The thinnest place of a lip: at its tip when the pole is shaped, at the flank when the rotor is round. */
static double get_lip_m(const struct machine *m)
{
    const struct rotor_spoke *s = &m->spoke;
    return fmin(rotor_spoke_get_surface_along_m(m, s->lip_half_m), rotor_spoke_get_surface_along_m(m, 0.5 * s->t_m_m)) - s->rm_out_m;
}

static enum status check(const struct machine *m, struct err *e)
{
    const struct rotor_spoke *s = &m->spoke;
    const double q = get_q_rad(m), half_m = 0.5 * s->t_m_m;
    TRY(machine_check_positive("magnet_fit", "the magnet thickness", s->t_m_m, e));
    TRY(machine_check_positive("magnet_fit", "the magnet width (rm_out less rm_in)", s->rm_out_m - s->rm_in_m, e));
    TRY(machine_check_least("hub", "the non-magnetic hub around the shaft", s->R_hub_m - m->R_ri_m, m->bridge_min_m, e));
    TRY(machine_check_least("hub", "the pole iron between the magnets at the hub", 2.0 * (s->R_hub_m * sin(q) - half_m),
                            m->bridge_min_m, e));
    TRY(machine_check_positive("hub", "the clearance between hub and magnet along the flank", s->rm_in_m - rotor_spoke_get_hub_along_m(m),
                               e));
    TRY(machine_check_positive("lip", "the overhang of the lip over the magnet", half_m - s->lip_half_m, e));
    TRY(machine_check_positive("lip", "half the slot between the lips", s->lip_half_m, e));
    TRY(machine_check_positive("lip", "the air above the magnet", rotor_spoke_get_surface_along_m(m, 0.0) - s->rm_out_m, e));
    return machine_check_least("bridge", "the iron lip over the magnet", get_lip_m(m), m->bridge_min_m, e);
}

static int get_bridges(const struct machine *m, struct machine_bridge *out)
{
    const struct rotor_spoke *s = &m->spoke;
    const double q = get_q_rad(m), half_m = 0.5 * s->t_m_m;
    *out = (struct machine_bridge){hypot(s->rm_out_m, s->lip_half_m), q - atan2(half_m, rotor_spoke_get_surface_along_m(m, half_m)), q};
    return 1;
}

/* The half in the next pole goes on behind the back, which is therefore no face. Eddy currents flow in planes across the magnetisation, so
 * that the halves need not be taken together for their loss. */
static int get_blocks(const struct machine *m, struct machine_magnet_block *out)
{
    const struct rotor_spoke *s = &m->spoke;
    const double q = get_q_rad(m), half_m = 0.5 * s->t_m_m, width_m = s->rm_out_m - s->rm_in_m;
    for (int k = 0; k < 2; k++) {
        double side = k == 0 ? 1.0 : -1.0;
        out[k] = (struct machine_magnet_block){.shape = MAGNET_BAR,
                                               .width_m = width_m,
                                               .thickness_m = half_m,
                                               .axis_rad = -side * (0.5 * PI - q),
                                               .area_m2 = width_m * half_m,
                                               .body = k,
                                               .face_m = {width_m, (double)NAN, half_m, half_m},
                                               .u_m = side * (s->rm_in_m * sin(q) - half_m * cos(q)),
                                               .v_m = s->rm_in_m * cos(q) + half_m * sin(q),
                                               .s_u_pu = side * sin(q),
                                               .s_v_pu = cos(q)};
    }
    return 2;
}

static int get_dimensions(const struct machine *m, struct machine_dimension *out)
{
    const struct rotor_spoke *s = &m->spoke;
    const struct machine_dimension list[] = {{"hub_radius_mm", "hub, radius", s->R_hub_m, 0},
                                             {"magnet_width_mm", "magnet, radial width", s->rm_out_m - s->rm_in_m, 0},
                                             {"magnet_thickness_mm", "magnet, thickness", s->t_m_m, 0},
                                             {"magnet_inner_radius_mm", "magnet, inner radius", s->rm_in_m, 0},
                                             {"lip_mm", "iron lip, height", get_lip_m(m), 0},
                                             {"slot_width_mm", "slot between the lips, width", 2.0 * s->lip_half_m, 0},
                                             {"pole_offset_mm", "pole arc, centre off the axis", m->pole_offset_m, 0}};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        out[k] = list[k];
    return ARRAY_LEN(list);
}

const struct rotor_template ROTOR_SPOKE_TEMPLATE = {
    .key = "spoke", .check = check, .get_blocks = get_blocks, .get_bridge_m = get_lip_m, .get_bridges = get_bridges,
    .get_dimensions = get_dimensions};
