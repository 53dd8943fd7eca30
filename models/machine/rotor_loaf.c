/* rotor_loaf.c - bread-loaf surface magnets: rules, magnets. Shape: machine.h. */
#include "models/machine/rotor.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define SIDE_LOW_M 0.5e-3 /* a magnet edge thinner than this breaks when it is handled */

double rotor_loaf_get_side_m(const struct machine *m)
{
    const struct rotor_loaf *l = &m->loaf;
    const double half_m = 0.5 * l->width_m;
    return m->R_ro_m - l->R_top_m + sqrt(fmax(l->R_top_m * l->R_top_m - half_m * half_m, 0.0)) - l->seat_m;
}

static enum status check(const struct machine *m, struct err *e)
{
    const struct rotor_loaf *l = &m->loaf;
    const double q = 0.5 * PI / m->p, half_m = 0.5 * l->width_m;
    TRY(machine_check_positive("magnet_fit", "the magnet width", l->width_m, e));
    TRY(machine_check_positive("magnet_fit", "the magnet thickness on the d axis", m->R_ro_m - l->seat_m, e));
    TRY(machine_check_least("magnet_fit", "the radius of the magnet's top", l->R_top_m, 0.5 * l->width_m, e));
    TRY(machine_check_least("magnet_fit", "the rotor radius less the radius of the magnet's top", m->R_ro_m - l->R_top_m, 0.0, e));
    TRY(machine_check_least("magnet_fit", "the magnet thickness at its sides", rotor_loaf_get_side_m(m), SIDE_LOW_M, e));
    TRY(machine_check_positive("magnet_fit", "half the distance between neighbouring magnets", l->seat_m * sin(q) - half_m * cos(q), e));
    return machine_check_least("magnet_fit", "the rotor iron under the magnet", l->seat_m - m->R_ri_m, m->bridge_min_m, e);
}

/* The halves of one magnet on both sides of the d axis. Area under the arc: circle segment of half the width. */
static int get_blocks(const struct machine *m, struct machine_magnet_block *out)
{
    const struct rotor_loaf *l = &m->loaf;
    const double half_m = 0.5 * l->width_m, R_m = l->R_top_m, a = asin(fmin(half_m / R_m, 1.0));
    const double area_m2 = half_m * (m->R_ro_m - R_m - l->seat_m) + 0.5 * R_m * R_m * (a + sin(a) * cos(a));
    for (int k = 0; k < 2; k++)
        out[k] = (struct machine_magnet_block){.shape = MAGNET_LOAF,
                                               .width_m = half_m,
                                               .thickness_m = m->R_ro_m - l->seat_m,
                                               .area_m2 = area_m2,
                                               .face_m = {R_m * a, half_m, (double)NAN, rotor_loaf_get_side_m(m)},
                                               .v_m = m->R_ro_m - R_m,
                                               .R_gap_m = R_m,
                                               .R_back_m = l->seat_m};
    return 2;
}

static int get_dimensions(const struct machine *m, struct machine_dimension *out)
{
    const struct rotor_loaf *l = &m->loaf;
    const struct machine_dimension list[] = {{"seat_mm", "magnet seat, distance from the axis", l->seat_m, 0},
                                             {"magnet_width_mm", "magnet, width", l->width_m, 0},
                                             {"magnet_thickness_mm", "magnet, thickness on the d axis", m->R_ro_m - l->seat_m, 0},
                                             {"magnet_side_mm", "magnet, thickness at the sides", rotor_loaf_get_side_m(m), 0},
                                             {"magnet_top_radius_mm", "magnet, radius of the top", l->R_top_m, 0}};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        out[k] = list[k];
    return ARRAY_LEN(list);
}

const struct rotor_template ROTOR_BREAD_LOAF_TEMPLATE = {
    .key = "bread_loaf", .check = check, .get_blocks = get_blocks, .get_dimensions = get_dimensions};
