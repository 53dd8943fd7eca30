/* space_spoke.c - spoke rotors of the design space. */
#include "models/machine/rotor.h"
#include "models/machine/space_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define HUB_LOW_BRIDGES 2.0     /* least hub around the shaft, in least bridges */
#define HUB_SPAN_PU 0.35        /* of the depth between the smallest hub and the rotor radius that the hub may take */
#define FOOT_PU 0.65            /* of the half pole at the hub that half a magnet may take */
#define THICK_HIGH_PU 0.30      /* thickest magnet, of the rotor radius */
#define DROP_HIGH_GAPS 2.0      /* lowest surface at the sector edge, in air gaps */

enum { K_HUB = SPACE_N_COMMON, K_THICKNESS, K_LIP, K_SLOT, K_POLE_SHAPE, K_N };

static const struct space_var SPOKE_VARS[K_N] = {
    SPACE_COMMON_VARS,
    [K_HUB] = {"hub_ratio", "non-magnetic hub between the smallest and 0.35 of the depth from there to the surface", 0.0, 1.0, 0},
    [K_THICKNESS] = {"magnet_thickness_ratio", "magnet thickness between the least and what hub and rotor radius leave", 0.0, 1.0, 0},
    [K_LIP] = {"lip_ratio", "iron lip over the magnet / least bridge", 1.0, 3.0, 0},
    [K_SLOT] = {"lip_slot_ratio", "air slot between the lips / magnet thickness", 0.25, 0.80, 0},
    [K_POLE_SHAPE] = {"pole_shape_ratio", "fall of the rotor surface up to the sector edge / two air gaps", 0.0, 1.0, 0},
};

static void set_spoke(const struct space_envelope *env, const double *x, struct machine *m)
{
    struct rotor_spoke *s = &m->spoke;
    const double q = 0.5 * PI / m->p, t_low_m = env->magnet_min_thickness_m;
    const double hub_low_m = fmax(m->R_ri_m + HUB_LOW_BRIDGES * env->bridge_min_m, 0.75 * t_low_m / sin(FOOT_PU * q));
    s->R_hub_m = hub_low_m + space_get_ratio(SPOKE_VARS, x, K_HUB) * HUB_SPAN_PU * (m->R_ro_m - hub_low_m);
    const double t_high_m = space_get_smooth_min(THICK_HIGH_PU * m->R_ro_m, 2.0 * s->R_hub_m * sin(FOOT_PU * q));
    s->t_m_m = space_get_between(t_low_m, t_high_m, space_get_ratio(SPOKE_VARS, x, K_THICKNESS));
    const double drop_m = space_get_ratio(SPOKE_VARS, x, K_POLE_SHAPE) * DROP_HIGH_GAPS * env->airgap_m;
    m->pole_offset_m = machine_get_pole_offset_m(m->p, m->R_ro_m, drop_m);
    s->lip_half_m = 0.5 * space_get_ratio(SPOKE_VARS, x, K_SLOT) * s->t_m_m;
    s->rm_in_m = rotor_spoke_get_hub_along_m(m) + env->bridge_min_m;
    /* the lip is thinnest at its tip or at the flank; a bound below both that has no kink, by up to a twentieth of the least bridge */
    const double tip_m = rotor_spoke_get_surface_along_m(m, s->lip_half_m), flank_m = rotor_spoke_get_surface_along_m(m, 0.5 * s->t_m_m);
    const double least_m = 0.5 * (tip_m + flank_m - hypot(tip_m - flank_m, 0.1 * env->bridge_min_m));
    s->rm_out_m = least_m - space_get_ratio(SPOKE_VARS, x, K_LIP) * env->bridge_min_m;
}

const struct space_map SPACE_SPOKE = {SPOKE_VARS, K_N, set_spoke, NULL};
