/* rotor_surface.c - surface-magnet arc: rules, magnets. Shape: machine.h. */
#include "models/machine/rotor.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define DEG (180.0 / PI)

static enum status check_surface(const struct machine *m, struct err *e)
{
    TRY(machine_check_positive("magnet_fit", "the magnet thickness", m->R_ro_m - m->surface.R_mi_m, e));
    TRY(machine_check_least("magnet_fit", "the rotor iron under the magnet", m->surface.R_mi_m - m->R_ri_m, m->bridge_min_m, e));
    TRY(machine_check_positive("sleeve", "the clearance between sleeve and stator (air gap less sleeve)", machine_get_clearance_m(m), e));
    if (m->surface.arc_rad > 0 && m->surface.arc_rad < PI / m->p)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, "magnet_fit", "the magnet arc is %.2f degrees; it must lie between 0 and the pole pitch of %.2f",
                   m->surface.arc_rad * DEG, 180.0 / m->p);
}

/* The halves of one arc on both sides of the d axis. */
static int get_blocks(const struct machine *m, struct machine_magnet_block *out)
{
    const double R_mi_m = m->surface.R_mi_m, half_rad = 0.5 * m->surface.arc_rad;
    for (int k = 0; k < 2; k++)
        out[k] = (struct machine_magnet_block){.shape = MAGNET_ARC,
                                               .width_m = 0.5 * half_rad * (m->R_ro_m + R_mi_m),
                                               .thickness_m = m->R_ro_m - R_mi_m,
                                               .axis_rad = (double)NAN,
                                               .area_m2 = 0.5 * half_rad * (m->R_ro_m * m->R_ro_m - R_mi_m * R_mi_m),
                                               .face_m = {half_rad * m->R_ro_m, half_rad * R_mi_m, (double)NAN, m->R_ro_m - R_mi_m},
                                               .R_gap_m = m->R_ro_m,
                                               .R_back_m = R_mi_m,
                                               .half_rad = half_rad};
    return 2;
}

const struct rotor_template ROTOR_SURFACE_TEMPLATE = {.key = "surface", .check = check_surface, .get_blocks = get_blocks};
