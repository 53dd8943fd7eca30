/* space_salient.c - wound salient poles of the design space. */
#include "models/machine/space_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define COIL_CLEARANCE_M 0.5e-3     /* insulation beside the field coil */
#define COIL_TOP_CLEARANCE_M 1.0e-3 /* and above and below it, and half of that between neighbours */

enum { S_SHOE_ARC = SPACE_N_COMMON, S_SHOE_DEPTH, S_SHOE_TIP, S_POLE_HEIGHT, S_COIL_HEIGHT, S_BODY, S_COIL_WIDTH, S_N };

static const struct space_var SALIENT_VARS[S_N] = {
    SPACE_COMMON_VARS,
    [S_SHOE_ARC] = {"shoe_arc_ratio", "pole shoe arc / pole pitch", 0.62, 0.84, 0},
    [S_SHOE_DEPTH] = {"shoe_depth_ratio", "shoe depth below the chord of its arc / rotor radius", 0.04, 0.10, 0},
    [S_SHOE_TIP] = {"shoe_tip_ratio", "height of the shoe tip / shoe depth below the chord", 0.50, 0.95, 0},
    [S_POLE_HEIGHT] = {"pole_height_ratio", "pole body height / radial depth between shaft and shoe", 0.35, 0.65, 0},
    [S_COIL_HEIGHT] = {"coil_height_ratio", "coil height / height between shoe and yoke", 0.60, 1.0, 0},
    [S_BODY] = {"body_ratio", "pole body half width / half width up to the q axis at the coil's bottom, or to the shoe's tip", 0.35, 0.65,
                0},
    [S_COIL_WIDTH] = {"coil_width_ratio", "coil width / width left beside the body, under the shoe", 0.60, 1.0, 0},
};

static void set_salient(const struct space_envelope *env, const double *x, struct machine *m)
{
    struct rotor_salient *s = &m->salient;
    memset(s, 0, sizeof *s);
    double q = PI / (2 * m->p), R = m->R_ro_m;
    s->shoe_half_rad = space_get_ratio(SALIENT_VARS, x, S_SHOE_ARC) * q;
    double depth = fmax(space_get_ratio(SALIENT_VARS, x, S_SHOE_DEPTH) * R, 2.2 * env->bridge_min_m);
    s->shoe_root_m = R * (1 - cos(s->shoe_half_rad)) + depth;
    s->shoe_tip_m = space_get_ratio(SALIENT_VARS, x, S_SHOE_TIP) * depth;
    s->coil_gap_m = COIL_CLEARANCE_M;
    s->coil_top_gap_m = COIL_TOP_CLEARANCE_M;
    double x_top = R - s->shoe_root_m - s->coil_top_gap_m;
    s->R_yoke_m = x_top - space_get_ratio(SALIENT_VARS, x, S_POLE_HEIGHT) * (x_top - m->R_ri_m);
    s->coil_h_m = space_get_ratio(SALIENT_VARS, x, S_COIL_HEIGHT) * (x_top - s->R_yoke_m - COIL_TOP_CLEARANCE_M);
    double y_q = (x_top - s->coil_h_m) * tan(q) - COIL_TOP_CLEARANCE_M / cos(q), y_tip = R * sin(s->shoe_half_rad);
    double y_free = space_get_smooth_min(y_q, y_tip), y_body = space_get_ratio(SALIENT_VARS, x, S_BODY) * y_free;
    s->body_w_m = 2 * y_body;
    s->coil_w_m = space_get_ratio(SALIENT_VARS, x, S_COIL_WIDTH) * (y_free - y_body - s->coil_gap_m);
    m->field.n_turns = env->n_field_turns;
    m->field.fill_pu = env->field_fill_pu;
}

const struct space_map SPACE_SALIENT = {SALIENT_VARS, S_N, set_salient, NULL};
