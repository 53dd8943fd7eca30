/* space_surface.c - surface magnets of the design space: arcs and bread loaves. */
#include "models/machine/space_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define SIDE_LOW_PU 0.35   /* thinnest sides of a bread loaf: this share of those of a round one, */
#define SIDE_LOW_M 0.5e-3  /* and the rest of this, below which machine_check refuses them */
#define WIDE_HIGH_PU 0.80  /* widest half magnet, of that whose top would have no sides */

enum { M_THICKNESS = SPACE_N_COMMON, M_ARC, M_N };
enum { L_THICKNESS = SPACE_N_COMMON, L_WIDTH, L_SHAPE, L_N };

#define THICKNESS {"magnet_thickness_ratio", "magnet thickness between the least and 0.11 of the rotor radius", 0.0, 1.0, 0}

static const struct space_var SURFACE_VARS[M_N] = {
    SPACE_COMMON_VARS,
    [M_THICKNESS] = THICKNESS,
    [M_ARC] = {"magnet_arc_ratio", "magnet arc / pole pitch", 0.60, 0.95, 0},
};
static const struct space_var LOAF_VARS[L_N] = {
    SPACE_COMMON_VARS,
    [L_THICKNESS] = THICKNESS,
    [L_WIDTH] = {"magnet_width_ratio", "magnet width / width of the flat seat between the sector edges", 0.60, 0.95, 0},
    [L_SHAPE] = {"magnet_shape_ratio", "rounding of the magnet's top: 0 as the rotor, 1 down to the thinnest sides", 0.0, 1.0, 0},
};

static double get_thickness_m(const struct space_envelope *env, const struct machine *m, double ratio)
{
    const double low_m = env->magnet_min_thickness_m;
    return space_get_between(low_m, fmax(SPACE_MAGNET_THICK_HIGH_PU * m->R_ro_m, 1.3 * low_m), ratio);
}

static void set_surface(const struct space_envelope *env, const double *x, struct machine *m)
{
    m->surface.R_mi_m = m->R_ro_m - get_thickness_m(env, m, space_get_ratio(SURFACE_VARS, x, M_THICKNESS));
    m->surface.arc_rad = space_get_ratio(SURFACE_VARS, x, M_ARC) * PI / m->p;
}

/* The arc of radius R falls by d over the half width h: R = (h^2 + d^2)/(2 d). The round rotor falls by d0; the thinnest sides by d1. */
static void set_loaf(const struct space_envelope *env, const double *x, struct machine *m)
{
    struct rotor_loaf *l = &m->loaf;
    const double q = 0.5 * PI / m->p, t_m = get_thickness_m(env, m, space_get_ratio(LOAF_VARS, x, L_THICKNESS));
    l->seat_m = m->R_ro_m - t_m;
    const double half_high_m = space_get_smooth_min(l->seat_m * tan(q), WIDE_HIGH_PU * sqrt(m->R_ro_m * m->R_ro_m - l->seat_m * l->seat_m));
    const double half_m = space_get_ratio(LOAF_VARS, x, L_WIDTH) * half_high_m;
    const double d0_m = m->R_ro_m - sqrt(m->R_ro_m * m->R_ro_m - half_m * half_m);
    const double d1_m = d0_m + (1.0 - SIDE_LOW_PU) * (t_m - d0_m - SIDE_LOW_M);
    const double d_m = space_get_between(d0_m, space_get_smooth_min(d1_m, half_m), space_get_ratio(LOAF_VARS, x, L_SHAPE));
    l->width_m = 2.0 * half_m;
    l->R_top_m = 0.5 * (half_m * half_m + d_m * d_m) / d_m;
}

const struct space_map SPACE_SURFACE = {SURFACE_VARS, M_N, set_surface, NULL};
const struct space_map SPACE_LOAF = {LOAF_VARS, L_N, set_loaf, NULL};
