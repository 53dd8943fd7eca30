/* space.c - unit box to dimensions. Every quantity is a share of what the ones before it leave free; where two limits compete, their smooth
 * minimum (below both) is the limit, so that the map has no kink. */
#include "models/machine/space.h"
#include "models/machine/bars.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* shape constants that are not searched */
#define BORE_LOW_PU 0.56            /* of the stator's outer radius */
#define ROTOR_DEPTH_LOW_PU 0.24     /* least R_bore - shaft radius, of the outer radius */
#define TOOTH_LOW_PU 0.42           /* of the slot pitch behind the tooth tip */
#define TOOTH_HIGH_PU 0.66
#define SLOT_WIDTH_MARGIN 1.15      /* b1 at least this times b0 */
#define WIDE_SLOTS 24               /* fewer slots get a flat bottom */
#define BETA_MAX_RAD (35.0 * PI / 180.0)
#define MAGNET_THICK_HIGH_PU 0.11   /* of the rotor radius */
#define ROTOR_YOKE_LOW_PU 0.12      /* least iron under the V, of R_ro - R_ri */
#define POCKET_HEIGHT_PU 0.65       /* of the magnet's end face that is open to the pocket */
#define COIL_CLEARANCE_M 0.5e-3     /* insulation beside the field coil */
#define COIL_TOP_CLEARANCE_M 1.0e-3 /* and above and below it, and half of that between neighbours */

enum { STACK, BORE, TOOTH, SLOT_DEPTH, CONDUCTORS, N_COMMON };
enum { V_ARC = N_COMMON, V_ANGLE, V_THICKNESS, V_POCKET, V_BRIDGE, V_POST, V_N };
enum { S_SHOE_ARC = N_COMMON, S_SHOE_DEPTH, S_SHOE_TIP, S_POLE_HEIGHT, S_COIL_HEIGHT, S_BODY, S_COIL_WIDTH, S_N };

#define COMMON_VARS                                                                                                                        \
    [STACK] = {"stack_ratio", "stack length / longest stack", 0.35, 1.0, 0},                                                               \
    [BORE] = {"bore_ratio", "bore radius between its limits: 0.56 (or what the shaft needs) and 0.74 of the outer radius", 0.0, 1.0, 0},   \
    [TOOTH] = {"tooth_ratio", "tooth width between its limits: 0.42 of the slot pitch and what the slot opening leaves", 0.0, 1.0, 0},     \
    [SLOT_DEPTH] = {"slot_depth_ratio", "slot depth behind the tooth tip / radial depth there", 0.45, 0.76, 0},                            \
    [CONDUCTORS] = {"conductor_ratio", "conductors in series per slot between their limits", 0.0, 1.0, 1}

static const struct space_var V_VARS[V_N] = {
    COMMON_VARS,
    [V_ARC] = {"pole_arc_ratio", "angle of the pockets' ends / largest that leaves the web at the q axis", 0.75, 1.0, 0},
    [V_ANGLE] = {"v_angle_ratio", "rise of the legs / steepest (35 degrees, or what the shaft leaves)", 0.0, 1.0, 0},
    [V_THICKNESS] = {"magnet_thickness_ratio", "magnet thickness between the least and 0.11 of the rotor radius", 0.0, 1.0, 0},
    [V_POCKET] = {"pocket_ratio", "length of the outer pocket / magnet thickness", 0.4, 0.9, 0},
    [V_BRIDGE] = {"bridge_ratio", "surface bridge / least bridge", 1.0, 2.0, 0},
    [V_POST] = {"post_ratio", "centre post / least post", 1.0, 3.0, 0},
};
static const struct space_var SALIENT_VARS[S_N] = {
    COMMON_VARS,
    [S_SHOE_ARC] = {"shoe_arc_ratio", "pole shoe arc / pole pitch", 0.62, 0.84, 0},
    [S_SHOE_DEPTH] = {"shoe_depth_ratio", "shoe depth below the chord of its arc / rotor radius", 0.04, 0.10, 0},
    [S_SHOE_TIP] = {"shoe_tip_ratio", "height of the shoe tip / shoe depth below the chord", 0.50, 0.95, 0},
    [S_POLE_HEIGHT] = {"pole_height_ratio", "pole body height / radial depth between shaft and shoe", 0.35, 0.65, 0},
    [S_COIL_HEIGHT] = {"coil_height_ratio", "coil height / height between shoe and yoke", 0.60, 1.0, 0},
    [S_BODY] = {"body_ratio", "pole body half width / half width up to the q axis at the coil's bottom, or to the shoe's tip", 0.35, 0.65,
                0},
    [S_COIL_WIDTH] = {"coil_width_ratio", "coil width / width left beside the body, under the shoe", 0.60, 1.0, 0},
};

const struct space_var *space_get_vars(enum rotor_type t, int *n)
{
    *n = t == ROTOR_V ? V_N : t == ROTOR_SALIENT ? S_N : 0;
    return t == ROTOR_V ? V_VARS : t == ROTOR_SALIENT ? SALIENT_VARS : NULL;
}

static double ratio_get(const struct space_var *vars, const double *x, int k) { return vars[k].low + x[k] * (vars[k].high - vars[k].low); }
static double between(double low, double high, double share) { return low + share * (high - low); }

/* Smooth minimum of two positive numbers, never above either. */
static double smooth_min(double a, double b)
{
    double ratio = a < b ? a / b : b / a;
    return fmin(a, b) * pow(1.0 + pow(ratio, 8.0), -1.0 / 8.0);
}

/* Two layers share the slot: an even number. */
static int conductors_get(const struct space_envelope *env, double x)
{
    int step = env->winding.n_layer == 2 ? 2 : 1, low = (env->n_conductor_min + step - 1) / step, high = env->n_conductor_max / step;
    int n = high - low + 1, k = (int)floor(x * n);
    return step * (low + (k < 0 ? 0 : k >= n ? n - 1 : k));
}

static void set_stator(const struct space_envelope *env, const struct space_var *vars, const double *x, struct machine *m)
{
    struct stator *s = &m->stator;
    double bore_low = fmax(BORE_LOW_PU * env->R_out_m, env->shaft_R_m + ROTOR_DEPTH_LOW_PU * env->R_out_m);
    memset(s, 0, sizeof *s);
    s->n_slot = env->n_slot;
    s->R_out_m = env->R_out_m;
    s->R_bore_m = between(bore_low, fmax(0.74 * env->R_out_m, bore_low), ratio_get(vars, x, BORE));
    s->b0_m = env->slot_opening_m;
    s->h0_m = env->tooth_tip_m;
    s->h1_m = env->taper_m;
    /* few, wide slots: a semicircle as wide as the slot would be deeper than it */
    s->bottom = env->winding.is_hairpin || env->n_slot < WIDE_SLOTS ? SLOT_FLAT : SLOT_ROUND;
    double a = PI / s->n_slot, tip = s->h0_m + s->h1_m, pitch = 2 * (s->R_bore_m + tip) * sin(a);
    double tooth_high = smooth_min(TOOTH_HIGH_PU * pitch, pitch - SLOT_WIDTH_MARGIN * s->b0_m);
    double tooth = between(TOOTH_LOW_PU * pitch, tooth_high, ratio_get(vars, x, TOOTH));
    double depth = ratio_get(vars, x, SLOT_DEPTH) * (env->R_out_m - s->R_bore_m - tip);
    if (env->winding.liner_m > 0.0) { /* bars as drawn: parallel slot sides, the tooth is narrowest behind its tip */
        s->b1_m = s->b2_m = 2 * (s->R_bore_m + tip) * tan(a) - tooth / cos(a);
        s->h2_m = depth;
        return;
    }
    machine_set_parallel_teeth(s, tooth, tip + depth);
}

static void set_common(const struct space_envelope *env, const struct space_var *vars, const double *x, struct machine *m)
{
    set_stator(env, vars, x, m);
    m->p = env->p;
    m->stack_m = ratio_get(vars, x, STACK) * env->stack_max_m;
    m->R_ro_m = m->stator.R_bore_m - env->airgap_m;
    m->R_ri_m = env->shaft_R_m;
    m->bridge_min_m = env->bridge_min_m;
    m->n_skew_slice = env->n_skew_slice;
    m->skew_rad = env->skew_rad;
    m->winding = env->winding;
    m->winding.n_conductor_per_slot = conductors_get(env, x[CONDUCTORS]);
    if (m->winding.liner_m > 0.0)
        machine_set_bar_size(m);
}

/* Pocket in the leg frame. depth along the leg; the top falls with the rotor surface, which a line along the leg meets under the angle
 * `slope`, but never by more than a third of the pocket's height. */
static double set_pocket(struct rotor_v *v, double depth_m, double slope_rad)
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

/* How far the lower corners of magnet and pocket reach beyond the pocket's upper end, tangentially: a bound from the steepest slope. */
static double overhang_get(double thickness_m, double depth_m, double slope_rad)
{
    double corner = thickness_m * sin(slope_rad) - 0.5 * depth_m * cos(slope_rad), end = 0.8 * thickness_m * sin(slope_rad);
    return 0.5 * (corner + hypot(corner, end));
}

static void set_v(const struct space_envelope *env, const double *x, struct machine *m)
{
    struct rotor_v *v = &m->v;
    memset(v, 0, sizeof *v);
    v->centre = CENTRE_POST;
    v->post_m = ratio_get(V_VARS, x, V_POST) * env->post_min_m;
    double q = PI / (2 * m->p), t_low = env->magnet_min_thickness_m;
    v->t_m_m = between(t_low, fmax(MAGNET_THICK_HIGH_PU * m->R_ro_m, 1.3 * t_low), ratio_get(V_VARS, x, V_THICKNESS));
    double r_end = m->R_ro_m - ratio_get(V_VARS, x, V_BRIDGE) * env->bridge_min_m, depth = ratio_get(V_VARS, x, V_POCKET) * v->t_m_m;
    double drop = r_end * cos(q) - m->R_ri_m - ROTOR_YOKE_LOW_PU * (m->R_ro_m - m->R_ri_m) - 1.3 * v->t_m_m;
    double beta_high = smooth_min(BETA_MAX_RAD, atan2(drop, r_end * sin(q)));
    v->beta_rad = ratio_get(V_VARS, x, V_ANGLE) * beta_high;
    double web = env->bridge_min_m, a_high = q - (web + overhang_get(v->t_m_m, depth, v->beta_rad + q)) / r_end;
    double a_end = ratio_get(V_VARS, x, V_ARC) * a_high, c = cos(v->beta_rad), s = sin(v->beta_rad);
    double top = set_pocket(v, depth, v->beta_rad + a_end);
    /* the pocket's upper end T2 = apex + s_end e_s - top e_n lies at (r_end, a_end) */
    double s_end = (r_end * sin(a_end) - top * s) / c;
    v->r_apex_m = r_end * cos(a_end) - s_end * s + top * c;
    v->s0_m = 0.5 * v->post_m / c + env->bridge_min_m;
    v->w_m_m = s_end - depth - v->s0_m;
}

static void set_salient(const struct space_envelope *env, const double *x, struct machine *m)
{
    struct rotor_salient *s = &m->salient;
    memset(s, 0, sizeof *s);
    double q = PI / (2 * m->p), R = m->R_ro_m;
    s->shoe_half_rad = ratio_get(SALIENT_VARS, x, S_SHOE_ARC) * q;
    double depth = fmax(ratio_get(SALIENT_VARS, x, S_SHOE_DEPTH) * R, 2.2 * env->bridge_min_m);
    s->shoe_root_m = R * (1 - cos(s->shoe_half_rad)) + depth;
    s->shoe_tip_m = ratio_get(SALIENT_VARS, x, S_SHOE_TIP) * depth;
    s->coil_gap_m = COIL_CLEARANCE_M;
    s->coil_top_gap_m = COIL_TOP_CLEARANCE_M;
    double x_top = R - s->shoe_root_m - s->coil_top_gap_m;
    s->R_yoke_m = x_top - ratio_get(SALIENT_VARS, x, S_POLE_HEIGHT) * (x_top - m->R_ri_m);
    s->coil_h_m = ratio_get(SALIENT_VARS, x, S_COIL_HEIGHT) * (x_top - s->R_yoke_m - COIL_TOP_CLEARANCE_M);
    double y_q = (x_top - s->coil_h_m) * tan(q) - COIL_TOP_CLEARANCE_M / cos(q), y_tip = R * sin(s->shoe_half_rad);
    double y_free = smooth_min(y_q, y_tip), y_body = ratio_get(SALIENT_VARS, x, S_BODY) * y_free;
    s->body_w_m = 2 * y_body;
    s->coil_w_m = ratio_get(SALIENT_VARS, x, S_COIL_WIDTH) * (y_free - y_body - s->coil_gap_m);
    s->n_field_turns = env->n_field_turns;
    s->field_fill_pu = env->field_fill_pu;
}

void space_set_machine(enum rotor_type t, const struct space_envelope *env, const double *x, struct machine *m)
{
    int n;
    const struct space_var *vars = space_get_vars(t, &n);
    if (!vars)
        return;
    m->rotor_type = t;
    set_common(env, vars, x, m);
    if (t == ROTOR_V)
        set_v(env, x, m);
    else
        set_salient(env, x, m);
}
