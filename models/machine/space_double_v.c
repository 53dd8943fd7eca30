/* space_double_v.c - two layers of buried magnets of the design space. The layer at the shaft is a V whose rise is at least so steep that
 * the gap layer finds room; everything of it lies below the line n = 0 of its leg frame. The gap layer's pocket ends (T2) at the height D
 * over that line, on the circle of the bridge; its legs rise less, so that its lowest point over the line is at least D less its
 * thickness: D is chosen so that the iron between them is never below 1.5 least bridges. */
#include "models/machine/space_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define BETA_MAX_RAD (35.0 * PI / 180.0)
#define ROTOR_YOKE_LOW_PU 0.12      /* least iron under the V, of R_ro - R_ri */
#define THICK_HIGH_PU 0.075         /* thickest magnet of the shaft layer, of the rotor radius */
#define POCKET_PU 0.60              /* length of the shaft layer's pocket, of its magnet thickness */
#define GAP_POCKET_PU 0.40
#define FALL_HIGH_PU 0.23           /* most that a pocket's top falls (space_set_pocket), of the thickness */
#define WEB_BRIDGES 1.5             /* least iron between the layers, in least bridges */
#define ROOM_PU 1.15                /* room for the gap layer's magnet, of the thinnest: what a smooth minimum takes away, and some */
#define GAP_THICK_HIGH_PU 0.60      /* thickest magnet of the gap layer, of half the distance of its pockets */
#define GAP_LEG_LOW_PU 1.32         /* shortest magnet and pocket of the gap layer, of the least thickness */
#define ARC_LOW_PU 0.90
#define BETA_LOW_SHARE 0.85         /* of BETA_MAX_RAD that the least rise may reach */

enum { D_ARC = SPACE_N_COMMON, D_ANGLE, D_THICKNESS, D_BRIDGE, D_POST, D_GAP_HEIGHT, D_GAP_THICKNESS, D_N_DELTA, D_GAP_ANGLE = D_N_DELTA,
       D_N };

#define LAYER_VARS                                                                                                                        \
    [D_ARC] = {"pole_arc_ratio", "angle of the shaft layer's pocket ends / largest that leaves the web at the q axis", ARC_LOW_PU, 1.0, \
               0}, \
    [D_ANGLE] = {"v_angle_ratio", "rise of the shaft layer between what the gap layer needs and the steepest", 0.0, 1.0, 0},              \
    [D_THICKNESS] = {"magnet_thickness_ratio", "magnet thickness of the shaft layer between the least and 0.075 of the rotor radius", 0.0, \
                     1.0, 0},                                                                                                            \
    [D_BRIDGE] = {"bridge_ratio", "surface bridge / least bridge", 1.0, 2.0, 0},                                                          \
    [D_POST] = {"post_ratio", "centre post of the shaft layer / least post", 1.0, 3.0, 0},                                                \
    [D_GAP_HEIGHT] = {"gap_layer_ratio", "height of the gap layer over the shaft layer: 0 near and wide, 1 far and narrow", 0.0, 1.0, 0}, \
    [D_GAP_THICKNESS] = {"gap_thickness_ratio", "magnet thickness of the gap layer between the least and what the layers leave", 0.0, 1.0, \
                         0}

static const struct space_var DELTA_VARS[D_N_DELTA] = {SPACE_COMMON_VARS, LAYER_VARS};
static const struct space_var DOUBLE_V_VARS[D_N] = {
    SPACE_COMMON_VARS,
    LAYER_VARS,
    [D_GAP_ANGLE] = {"gap_angle_ratio", "rise of the gap layer / rise of the shaft layer", 0.30, 0.90, 0},
};

static double get_web_m(const struct space_envelope *env) { return WEB_BRIDGES * env->bridge_min_m; }
static double get_room_m(const struct space_envelope *env) { return ROOM_PU * env->magnet_min_thickness_m + get_web_m(env); }

static double get_thick_high_m(const struct space_envelope *env, double R_ro_m)
{
    return fmax(THICK_HIGH_PU * R_ro_m, 1.3 * env->magnet_min_thickness_m);
}

/* Angle of the shaft layer's pocket ends, for the steepest rise. */
static double get_end_rad(const struct space_envelope *env, double r_m, double t_m, double ratio)
{
    const double q = 0.5 * PI / env->p, over_m = space_get_overhang_m(t_m, POCKET_PU * t_m, BETA_MAX_RAD + q);
    return ratio * (q - (env->bridge_min_m + over_m) / r_m);
}

/* Least angle of the gap layer's pocket ends: half post, pocket beside it, shortest magnet, pocket. */
static double get_gap_end_low_rad(const struct space_envelope *env, double r_m)
{
    const double y_m = (0.5 * env->post_min_m + env->bridge_min_m) / cos(BETA_MAX_RAD) + GAP_LEG_LOW_PU * env->magnet_min_thickness_m;
    return asin(fmin(y_m / r_m, 0.9));
}

/* Least rise of the shaft layer: the height of (r, a_low) over its upper line n = 0, which is at least
 * r cos(a_low + beta) - r cos(a_end + beta) - fall = 2 r sin(beta + (a_end + a_low)/2) sin((a_end - a_low)/2) - fall,
 * is 1.1 times the room. */
static double get_beta_low_rad(const struct space_envelope *env, double r_m, double t_m, double a_end_rad)
{
    const double a_low_rad = get_gap_end_low_rad(env, r_m), span = 2.0 * r_m * sin(0.5 * (a_end_rad - a_low_rad));
    const double need_m = 1.1 * get_room_m(env) + FALL_HIGH_PU * t_m;
    if (!(need_m < span))
        return 0.5 * PI;
    return asin(need_m / span) - 0.5 * (a_end_rad + a_low_rad);
}

/* By bisection: the radius at which the thickest shaft layer with the widest bridge at its least arc needs 0.85 of the steepest rise. */
static double get_rotor_low_m(const struct space_envelope *env)
{
    double low_m = env->shaft_R_m, high_m = env->R_out_m;
    for (int k = 0; k < 40; k++) {
        const double R_m = 0.5 * (low_m + high_m), r_m = R_m - 2.0 * env->bridge_min_m, t_m = get_thick_high_m(env, R_m);
        if (get_beta_low_rad(env, r_m, t_m, get_end_rad(env, r_m, t_m, ARC_LOW_PU)) > BETA_LOW_SHARE * BETA_MAX_RAD)
            low_m = R_m;
        else
            high_m = R_m;
    }
    return high_m;
}

static double get_positive(double x, double scale) { return 0.5 * (x + hypot(x, scale)); } /* smooth, above x and 0 */

static void set_shaft_layer(const struct space_envelope *env, const double *x, struct machine *m, double r_m, double *a_end_rad)
{
    struct rotor_v *v = &m->v;
    memset(v, 0, sizeof *v);
    v->centre = CENTRE_POST;
    v->post_m = space_get_ratio(DELTA_VARS, x, D_POST) * env->post_min_m;
    v->t_m_m = space_get_between(env->magnet_min_thickness_m, get_thick_high_m(env, m->R_ro_m),
                                 space_get_ratio(DELTA_VARS, x, D_THICKNESS));
    const double q = 0.5 * PI / m->p;
    const double drop_m = r_m * cos(q) - m->R_ri_m - ROTOR_YOKE_LOW_PU * (m->R_ro_m - m->R_ri_m) - 1.3 * v->t_m_m;
    const double high = space_get_smooth_min(BETA_MAX_RAD, atan2(drop_m, r_m * sin(q)));
    *a_end_rad = get_end_rad(env, r_m, v->t_m_m, space_get_ratio(DELTA_VARS, x, D_ARC));
    const double low = get_positive(get_beta_low_rad(env, r_m, v->t_m_m, *a_end_rad), 0.05);
    v->beta_rad = space_get_between(low, fmax(high, low), space_get_ratio(DELTA_VARS, x, D_ANGLE));
    v->s0_m = 0.5 * v->post_m / cos(v->beta_rad) + env->bridge_min_m;
    space_set_layer(v, POCKET_PU * v->t_m_m, r_m, *a_end_rad);
}

static void set_gap_layer(const struct space_envelope *env, const double *x, struct machine *m, double r_m, double beta_ratio)
{
    const struct rotor_v *v = &m->v;
    struct rotor_v *g = &m->v_gap;
    const double line_m = v->r_apex_m * cos(v->beta_rad), a_low_rad = get_gap_end_low_rad(env, r_m);
    const double D_m = space_get_between(get_room_m(env), r_m * cos(a_low_rad + v->beta_rad) - line_m,
                                         space_get_ratio(DELTA_VARS, x, D_GAP_HEIGHT));
    const double a_end_rad = acos(fmin((D_m + line_m) / r_m, 1.0)) - v->beta_rad;
    memset(g, 0, sizeof *g);
    g->centre = m->rotor_type == ROTOR_DELTA ? CENTRE_NONE : CENTRE_POST;
    g->post_m = m->rotor_type == ROTOR_DELTA ? 0.0 : env->post_min_m;
    g->beta_rad = beta_ratio * v->beta_rad;
    g->s0_m = m->rotor_type == ROTOR_DELTA ? 0.0 : 0.5 * g->post_m / cos(g->beta_rad) + env->bridge_min_m;
    const double high_m = space_get_smooth_min(D_m - get_web_m(env), GAP_THICK_HIGH_PU * r_m * sin(a_end_rad));
    g->t_m_m = space_get_between(env->magnet_min_thickness_m, high_m, space_get_ratio(DELTA_VARS, x, D_GAP_THICKNESS));
    space_set_layer(g, GAP_POCKET_PU * g->t_m_m, r_m, a_end_rad);
}

static void set_layers(const struct space_envelope *env, const double *x, struct machine *m, double beta_ratio)
{
    const double r_m = m->R_ro_m - space_get_ratio(DELTA_VARS, x, D_BRIDGE) * env->bridge_min_m;
    double a_end_rad;
    set_shaft_layer(env, x, m, r_m, &a_end_rad);
    set_gap_layer(env, x, m, r_m, beta_ratio);
}

static void set_double_v(const struct space_envelope *env, const double *x, struct machine *m)
{
    set_layers(env, x, m, space_get_ratio(DOUBLE_V_VARS, x, D_GAP_ANGLE));
}

static void set_delta(const struct space_envelope *env, const double *x, struct machine *m) { set_layers(env, x, m, 0.0); }

const struct space_map SPACE_DOUBLE_V = {DOUBLE_V_VARS, D_N, set_double_v, get_rotor_low_m};
const struct space_map SPACE_DELTA = {DELTA_VARS, D_N_DELTA, set_delta, get_rotor_low_m};
