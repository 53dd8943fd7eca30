/* space_v.c - single-layer V of the design space, and what maps of more layers need of it. */
#include "models/machine/space_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define BETA_MAX_RAD (35.0 * PI / 180.0)
#define ROTOR_YOKE_LOW_PU 0.12      /* least iron under the V, of R_ro - R_ri */
#define POCKET_HEIGHT_PU 0.65       /* of the magnet's end face that is open to the pocket */

enum { V_ARC = SPACE_N_COMMON, V_ANGLE, V_THICKNESS, V_POCKET, V_BRIDGE, V_POST, V_N };

static const struct space_var V_VARS[V_N] = {
    SPACE_COMMON_VARS,
    [V_ARC] = {"pole_arc_ratio", "angle of the pockets' ends / largest that leaves the web at the q axis", 0.75, 1.0, 0},
    [V_ANGLE] = {"v_angle_ratio", "rise of the legs / steepest (35 degrees, or what the shaft leaves)", 0.0, 1.0, 0},
    [V_THICKNESS] = {"magnet_thickness_ratio", "magnet thickness between the least and 0.11 of the rotor radius", 0.0, 1.0, 0},
    [V_POCKET] = {"pocket_ratio", "length of the outer pocket / magnet thickness", 0.4, 0.9, 0},
    [V_BRIDGE] = {"bridge_ratio", "surface bridge / least bridge", 1.0, 2.0, 0},
    [V_POST] = {"post_ratio", "centre post / least post", 1.0, 3.0, 0},
};

double space_set_pocket(struct rotor_v *v, double depth_m, double slope_rad)
{
    double height = POCKET_HEIGHT_PU * v->t_m_m, fall = 0.5 * depth_m * tan(slope_rad), top = fall / (1 + fall / (0.35 * height));
    v->pocket_top_m[0][0] = v->pocket_bottom_m[1][0] = 0.5 * depth_m;
    v->pocket_top_m[1][0] = v->pocket_bottom_m[2][0] = depth_m;
    v->pocket_top_m[0][1] = -0.25 * top;
    v->pocket_top_m[1][1] = -top;
    v->pocket_bottom_m[0][0] = 0;
    v->pocket_bottom_m[0][1] = v->pocket_bottom_m[1][1] = -height;
    v->pocket_bottom_m[2][1] = -top - 0.5 * (height - top);
    return top;
}

/* T2 = apex + s_end e_s - top e_n */
void space_set_layer(struct rotor_v *v, double depth_m, double r_end_m, double a_end_rad)
{
    const double c = cos(v->beta_rad), s = sin(v->beta_rad), top_m = space_set_pocket(v, depth_m, v->beta_rad + a_end_rad);
    const double s_end_m = (r_end_m * sin(a_end_rad) - top_m * s) / c;
    v->r_apex_m = r_end_m * cos(a_end_rad) - s_end_m * s + top_m * c;
    v->w_m_m = s_end_m - depth_m - v->s0_m;
}

double space_get_overhang_m(double thickness_m, double depth_m, double slope_rad)
{
    double corner = thickness_m * sin(slope_rad) - 0.5 * depth_m * cos(slope_rad), end = 0.8 * thickness_m * sin(slope_rad);
    return 0.5 * (corner + hypot(corner, end));
}

static void set_v(const struct space_envelope *env, const double *x, struct machine *m)
{
    struct rotor_v *v = &m->v;
    memset(v, 0, sizeof *v);
    v->centre = CENTRE_POST;
    v->post_m = space_get_ratio(V_VARS, x, V_POST) * env->post_min_m;
    double q = PI / (2 * m->p), t_low = env->magnet_min_thickness_m;
    v->t_m_m = space_get_between(t_low, fmax(SPACE_MAGNET_THICK_HIGH_PU * m->R_ro_m, 1.3 * t_low), space_get_ratio(V_VARS, x, V_THICKNESS));
    double r_end = m->R_ro_m - space_get_ratio(V_VARS, x, V_BRIDGE) * env->bridge_min_m;
    double depth = space_get_ratio(V_VARS, x, V_POCKET) * v->t_m_m;
    double drop = r_end * cos(q) - m->R_ri_m - ROTOR_YOKE_LOW_PU * (m->R_ro_m - m->R_ri_m) - 1.3 * v->t_m_m;
    double beta_high = space_get_smooth_min(BETA_MAX_RAD, atan2(drop, r_end * sin(q)));
    v->beta_rad = space_get_ratio(V_VARS, x, V_ANGLE) * beta_high;
    double web = env->bridge_min_m, a_high = q - (web + space_get_overhang_m(v->t_m_m, depth, v->beta_rad + q)) / r_end;
    double a_end = space_get_ratio(V_VARS, x, V_ARC) * a_high;
    v->s0_m = 0.5 * v->post_m / cos(v->beta_rad) + env->bridge_min_m;
    space_set_layer(v, depth, r_end, a_end);
}

const struct space_map SPACE_V = {V_VARS, V_N, set_v, NULL};
