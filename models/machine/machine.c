/* machine.c - derived dimensions. */
#include "models/machine/machine.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include "materials/base/banned.h"

/* A tooth flank at distance w/2 from the tooth axis (which lies at the angle a = pi/n_slot from the slot axis) is the line
 * y = x tan a - w / (2 cos a) in the slot frame. */
void machine_set_parallel_teeth(struct stator *s, double tooth_width_m, double slot_depth_m)
{
    double a = PI / s->n_slot, offset = 0.5 * tooth_width_m / cos(a), x1 = s->R_bore_m + s->h0_m + s->h1_m;
    double rest = slot_depth_m - s->h0_m - s->h1_m;
    s->b1_m = 2 * (x1 * tan(a) - offset);
    /* round bottom: h2 + b2/2 = rest, with b2/2 = (x1 + h2) tan a - offset */
    s->h2_m = s->bottom == SLOT_ROUND ? (rest - 0.5 * s->b1_m) / (1 + tan(a)) : rest;
    s->b2_m = 2 * ((x1 + s->h2_m) * tan(a) - offset);
}

double machine_get_slot_area_m2(const struct machine *m)
{
    const struct stator *s = &m->stator;
    double area = 0.5 * s->h2_m * (s->b1_m + s->b2_m);
    return s->bottom == SLOT_ROUND ? area + PI * s->b2_m * s->b2_m / 8 : area;
}

double machine_get_tooth_width_m(const struct machine *m)
{
    const struct stator *s = &m->stator;
    double a = PI / s->n_slot, x = s->R_bore_m + s->h0_m + s->h1_m + 0.5 * s->h2_m, y = 0.25 * (s->b1_m + s->b2_m);
    return 2 * (x * sin(a) - y * cos(a));
}

double machine_get_yoke_m(const struct machine *m)
{
    const struct stator *s = &m->stator;
    if (s->is_slotless)
        return s->R_out_m - s->R_bore_m;
    double x3 = s->R_bore_m + s->h0_m + s->h1_m + s->h2_m, radius = 0.5 * s->b2_m;
    return s->R_out_m - (s->bottom == SLOT_ROUND ? x3 + radius : hypot(x3, radius));
}

double machine_get_clearance_m(const struct machine *m)
{
    return m->stator.R_bore_m - m->R_ro_m - (m->rotor_type == ROTOR_SURFACE ? m->surface.sleeve_m : 0.0);
}

const struct magnet *machine_get_dosed_magnet(const struct machine *m, struct magnet *store)
{
    if (!m->magnet || !m->magnet->is_diffused || !(m->gbd_left_out_pu > 0.0))
        return m->magnet;
    magnet_set_dose(m->magnet, 1.0 - m->gbd_left_out_pu, store);
    return store;
}

void machine_write_diffusion(const struct machine *m, char *out, size_t n)
{
    static const char *const FACE[MACHINE_FACE_COUNT] = {"gap", "back", "inner", "outer"};
    size_t used = 0;
    out[0] = '\0';
    for (int f = 0; m->magnet && m->magnet->is_diffused && f < MACHINE_FACE_COUNT && used < n; f++)
        if (m->gbd_face[f])
            used += (size_t)snprintf(out + used, n - used, "%s%s", used ? ", " : "", FACE[f]);
    if (used > 0 && used < n)
        snprintf(out + used, n - used, " %.0f %%", 100.0 * (1.0 - m->gbd_left_out_pu));
}
