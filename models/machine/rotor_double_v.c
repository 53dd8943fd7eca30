/* rotor_double_v.c - two layers of buried magnets: double V, and delta (V plus bar). Layers as in machine.h, each with the rules of a V. */
#include "models/machine/rotor.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define N_OUTLINE 9       /* upper side from the axis outwards, end of the pocket, lower side back */

/* Outline of magnet and pockets of one layer in the half pole; the centre counts as part of it up to the d axis. */
static void set_outline(const struct rotor_v *v, struct rotor_corner *p)
{
    const double s1 = v->s0_m + v->w_m_m, tan_b = tan(v->beta_rad);
    p[0] = rotor_v_get_corner(v, 0.0, 0.0);
    p[1] = rotor_v_get_corner(v, s1, 0.0);
    for (int k = 0; k < 2; k++) {
        p[2 + k] = rotor_v_get_corner(v, s1 + v->pocket_top_m[k][0], v->pocket_top_m[k][1]);
        p[5 - k] = rotor_v_get_corner(v, s1 + v->pocket_bottom_m[k + 1][0], v->pocket_bottom_m[k + 1][1]);
    }
    p[6] = rotor_v_get_corner(v, s1, v->pocket_bottom_m[0][1]);
    p[7] = rotor_v_get_corner(v, s1, -v->t_m_m);
    p[8] = rotor_v_get_corner(v, -v->t_m_m * tan_b, -v->t_m_m);
}

static double get_distance_m(struct rotor_corner p, struct rotor_corner a, struct rotor_corner b)
{
    const double du = b.u_m - a.u_m, dv = b.v_m - a.v_m;
    const double t = ((p.u_m - a.u_m) * du + (p.v_m - a.v_m) * dv) / (du * du + dv * dv), on = fmin(fmax(t, 0.0), 1.0);
    return hypot(p.u_m - a.u_m - on * du, p.v_m - a.v_m - on * dv);
}

static int is_inside(struct rotor_corner p, const struct rotor_corner *outline)
{
    int inside = 0;
    for (int k = 0; k + 1 <= N_OUTLINE; k++) {
        struct rotor_corner a = outline[k], b = outline[(k + 1) % N_OUTLINE];
        if ((a.v_m > p.v_m) != (b.v_m > p.v_m) && p.u_m < a.u_m + (b.u_m - a.u_m) * (p.v_m - a.v_m) / (b.v_m - a.v_m))
            inside = !inside;
    }
    return inside;
}

/* Least distance of the two layers: from the corners of each to the sides of the other; negative when a corner lies inside. */
double rotor_double_v_get_web_m(const struct machine *m)
{
    struct rotor_corner outline[2][N_OUTLINE];
    double least_m = (double)INFINITY;
    int crosses = 0;
    set_outline(&m->v, outline[0]);
    set_outline(&m->v_gap, outline[1]);
    for (int layer = 0; layer < 2; layer++) {
        for (int i = 0; i < N_OUTLINE; i++) {
            crosses |= is_inside(outline[layer][i], outline[1 - layer]);
            for (int k = 0; k + 1 < N_OUTLINE; k++)
                least_m = fmin(least_m, get_distance_m(outline[layer][i], outline[1 - layer][k], outline[1 - layer][k + 1]));
        }
    }
    return crosses ? -least_m : least_m;
}

static enum status check_layers(const struct machine *m, struct err *e)
{
    TRY(rotor_v_check_layer(m, &m->v, m->R_ri_m, e));
    TRY(rotor_v_check_layer(m, &m->v_gap, m->R_ri_m, e));
    TRY(machine_check_positive("layers", "the height of the gap layer's apex over that of the shaft layer",
                               m->v_gap.r_apex_m - m->v.r_apex_m, e));
    TRY(machine_check_positive("layers", "the reach of the shaft layer's magnets beyond those of the gap layer, across the d axis",
                               rotor_v_get_corner(&m->v, m->v.s0_m + m->v.w_m_m, 0.0).u_m -
                                   rotor_v_get_corner(&m->v_gap, m->v_gap.s0_m + m->v_gap.w_m_m, 0.0).u_m, e));
    return machine_check_least("layers", "the iron between the two layers", rotor_double_v_get_web_m(m), m->bridge_min_m, e);
}

static enum status check_centre(const struct rotor_v *v, enum rotor_centre wanted, const char *text, struct err *e)
{
    return v->centre == wanted ? ST_OK : err_set(e, ST_INFEASIBLE, "centre", "%s", text);
}

static enum status check_double_v(const struct machine *m, struct err *e)
{
    TRY(check_centre(&m->v, CENTRE_POST, "the shaft layer of a double V needs a centre post", e));
    TRY(check_centre(&m->v_gap, CENTRE_POST, "the gap layer of a double V needs a centre post; without one it is a delta", e));
    return check_layers(m, e);
}

static enum status check_delta(const struct machine *m, struct err *e)
{
    TRY(check_centre(&m->v, CENTRE_POST, "the V of a delta needs a centre post", e));
    TRY(check_centre(&m->v_gap, CENTRE_NONE, "the bar of a delta reaches across the d axis: centre none", e));
    return check_layers(m, e);
}

static int get_blocks(const struct machine *m, struct machine_magnet_block *out)
{
    int n_body = rotor_v_set_layer_blocks(&m->v, 0, out);
    rotor_v_set_layer_blocks(&m->v_gap, n_body, out + 2);
    out[2].layer = out[3].layer = 1;
    return 4;
}

static double get_bridge_m(const struct machine *m)
{
    return fmin(rotor_v_get_layer_bridge_m(m, &m->v), rotor_v_get_layer_bridge_m(m, &m->v_gap));
}

static int get_bridges(const struct machine *m, struct machine_bridge *out)
{
    out[0] = rotor_v_get_layer_bridge(m, &m->v);
    out[1] = rotor_v_get_layer_bridge(m, &m->v_gap);
    return 2;
}

static int is_in_post(const struct machine *m, double u_m, double v_m)
{
    return rotor_v_is_in_layer_post(&m->v, u_m, v_m) || rotor_v_is_in_layer_post(&m->v_gap, u_m, v_m);
}

static int get_dimensions(const struct machine *m, struct machine_dimension *out)
{
    const struct rotor_v *v = &m->v, *g = &m->v_gap;
    const int is_bar = g->centre == CENTRE_NONE;
    const struct machine_dimension list[] = {{"apex_radius_mm", "shaft layer, apex radius", v->r_apex_m, 0},
                                             {"leg_rise_deg", "shaft layer, rise of the legs", v->beta_rad, 1},
                                             {"magnet_width_mm", "shaft layer, magnet width", v->w_m_m, 0},
                                             {"magnet_thickness_mm", "shaft layer, magnet thickness", v->t_m_m, 0},
                                             {"post_mm", "shaft layer, iron centre post", v->post_m, 0},
                                             {"gap_apex_radius_mm", "gap layer, apex radius", g->r_apex_m, 0},
                                             {"gap_leg_rise_deg", "gap layer, rise of the legs", g->beta_rad, 1},
                                             {"gap_magnet_width_mm", "gap layer, magnet width", (is_bar ? 2.0 : 1.0) * g->w_m_m, 0},
                                             {"gap_magnet_thickness_mm", "gap layer, magnet thickness", g->t_m_m, 0},
                                             {"web_mm", "iron between the layers", rotor_double_v_get_web_m(m), 0},
                                             {"bridge_mm", "iron bridge", get_bridge_m(m), 0},
                                             {"pole_offset_mm", "pole arc, centre off the axis", m->pole_offset_m, 0}};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        out[k] = list[k];
    return ARRAY_LEN(list);
}

const struct rotor_template ROTOR_DOUBLE_V_TEMPLATE = {.key = "double_v", .check = check_double_v, .get_blocks = get_blocks,
                                                       .get_bridge_m = get_bridge_m, .get_bridges = get_bridges,
                                                       .is_in_post = is_in_post, .get_dimensions = get_dimensions};
const struct rotor_template ROTOR_DELTA_TEMPLATE = {.key = "delta", .check = check_delta, .get_blocks = get_blocks,
                                                    .get_bridge_m = get_bridge_m, .get_bridges = get_bridges,
                                                    .is_in_post = is_in_post, .get_dimensions = get_dimensions};
