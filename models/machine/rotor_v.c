/* rotor_v.c - single-layer V: rules, magnets, bridge, post. Shape: machine.h. */
#include "models/machine/rotor.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define MM 1e3
#define DEG (180.0 / PI)
#define ROUNDING_M 1e-9   /* a dimension at its limit passes */
#define N_CORNER 5        /* of the outer pocket: T1, T2, B0, B1, B2 */

struct rotor_corner rotor_v_get_corner(const struct rotor_v *v, double s_m, double n_m)
{
    double c = cos(v->beta_rad), s = sin(v->beta_rad);
    struct rotor_corner p = {s_m * c - n_m * s, v->r_apex_m + s_m * s + n_m * c};
    return p;
}

/* Distance of a corner from the q axis, positive on the pole's side. */
static double get_q_distance(const struct machine *m, struct rotor_corner p)
{
    double q = PI / (2 * m->p);
    return p.v_m * sin(q) - p.u_m * cos(q);
}

static enum status check_centre(const struct machine *m, const struct rotor_v *v, struct err *e)
{
    double y_inner = rotor_v_get_corner(v, v->s0_m, 0).u_m;
    if (v->centre == CENTRE_POST) {
        TRY(machine_check_least("post", "the centre post", v->post_m, m->bridge_min_m, e));
        return machine_check_positive("post", "the air between centre post and magnet", y_inner - 0.5 * v->post_m, e);
    }
    if (fabs(v->s0_m) > ROUNDING_M)
        return err_set(e, ST_INFEASIBLE, "centre", "the magnets meet on the d axis, but s0 is %.3f mm; it must be 0", v->s0_m * MM);
    if (v->centre == CENTRE_TRIANGLE && !(v->beta_rad > 0))
        return err_set(e, ST_INFEASIBLE, "centre", "an air triangle between the magnets needs a V; beta is %.2f degrees",
                       v->beta_rad * DEG);
    if (v->centre == CENTRE_NONE && fabs(v->beta_rad) > 1e-9)
        return err_set(e, ST_INFEASIBLE, "centre",
                       "magnets that meet without an air triangle must be flat; beta is %.2f degrees, nearest 0", v->beta_rad * DEG);
    return ST_OK;
}

static enum status check_pocket(const struct machine *m, const struct rotor_v *v, struct err *e)
{
    const double(*top)[2] = v->pocket_top_m, (*low)[2] = v->pocket_bottom_m;
    TRY(machine_check_positive("pocket", "the distance of T1 from the magnet", top[0][0], e));
    TRY(machine_check_positive("pocket", "the distance from T1 to T2 along the leg", top[1][0] - top[0][0], e));
    TRY(machine_check_positive("pocket", "the distance of B1 from the magnet", low[1][0], e));
    TRY(machine_check_positive("pocket", "the distance from B1 to B2 along the leg", low[2][0] - low[1][0], e));
    TRY(machine_check_positive("pocket", "the pocket's height on the magnet", -low[0][1], e));
    TRY(machine_check_positive("pocket", "the pocket's height at T1-B1", top[0][1] - low[1][1], e));
    TRY(machine_check_least("pocket", "the magnet thickness", v->t_m_m, -low[0][1], e));
    for (int k = 0; k < 3; k++) {
        double s = v->s0_m + v->w_m_m;
        struct rotor_corner p = k == 0 ? rotor_v_get_corner(v, s, -v->t_m_m) : rotor_v_get_corner(v, s + low[k][0], low[k][1]);
        TRY(machine_check_least("pocket", "half the iron web at the q axis", get_q_distance(m, p), 0.5 * m->bridge_min_m, e));
    }
    return machine_check_least("pocket", "half the iron web at the q axis",
                       get_q_distance(m, rotor_v_get_corner(v, v->s0_m + v->w_m_m + top[1][0], top[1][1])), 0.5 * m->bridge_min_m, e);
}

enum status rotor_v_check_layer(const struct machine *m, const struct rotor_v *v, double lowest_m, struct err *e)
{
    TRY(machine_check_positive("magnet_fit", "the magnet width", v->w_m_m, e));
    TRY(machine_check_positive("magnet_fit", "the magnet thickness", v->t_m_m, e));
    if (v->beta_rad < 0 || v->beta_rad > 0.25 * PI)
        return err_set(e, ST_INFEASIBLE, "magnet_fit", "beta is %.2f degrees; it must lie between 0 and 45", v->beta_rad * DEG);
    TRY(check_centre(m, v, e));
    /* lowest point of the slab: where its lower face meets the post (or the axis) */
    double y = v->centre == CENTRE_POST ? 0.5 * v->post_m : rotor_v_get_corner(v, v->s0_m, -v->t_m_m).u_m, t = v->t_m_m;
    double v_low = v->r_apex_m + (y * sin(v->beta_rad) - t) / cos(v->beta_rad);
    TRY(machine_check_least("magnet_fit", "the iron under the magnet", v_low - lowest_m, m->bridge_min_m, e));
    TRY(machine_check_least("bridge", "the iron bridge between pocket and rotor surface", rotor_v_get_layer_bridge_m(m, v), m->bridge_min_m,
                            e));
    return check_pocket(m, v, e);
}

static struct rotor_corner pocket_get(const struct rotor_v *v, int k)
{
    const double *p = k < 2 ? v->pocket_top_m[k] : v->pocket_bottom_m[k - 2];
    return rotor_v_get_corner(v, v->s0_m + v->w_m_m + p[0], p[1]);
}

/* Depth of a point under the surface of the pole. */
static double get_depth_m(const struct machine *m, struct rotor_corner p)
{
    return m->R_ro_m - m->pole_offset_m - hypot(p.u_m, p.v_m - m->pole_offset_m);
}

/* The point of a polygon nearest to the surface is a corner. */
double rotor_v_get_layer_bridge_m(const struct machine *m, const struct rotor_v *v)
{
    double least_m = get_depth_m(m, rotor_v_get_corner(v, v->s0_m + v->w_m_m, 0.0));
    for (int k = 0; k < N_CORNER; k++)
        least_m = fmin(least_m, get_depth_m(m, pocket_get(v, k)));
    return least_m;
}

/* Over the angles of the pocket's outer corners and half a bridge more on both sides. */
struct machine_bridge rotor_v_get_layer_bridge(const struct machine *m, const struct rotor_v *v)
{
    double depth_m[N_CORNER], angle[N_CORNER], height_m = (double)INFINITY;
    struct machine_bridge b = {.angle_low_rad = (double)INFINITY, .angle_high_rad = -(double)INFINITY};
    for (int k = 0; k < N_CORNER; k++) {
        struct rotor_corner p = pocket_get(v, k);
        depth_m[k] = get_depth_m(m, p);
        angle[k] = atan2(p.u_m, p.v_m);
        b.r_in_m = depth_m[k] < height_m ? hypot(p.u_m, p.v_m) : b.r_in_m;
        height_m = fmin(height_m, depth_m[k]);
    }
    for (int k = 0; k < N_CORNER; k++) {
        if (depth_m[k] > 2.0 * height_m)
            continue;
        b.angle_low_rad = fmin(b.angle_low_rad, angle[k] - 0.5 * height_m / m->R_ro_m);
        b.angle_high_rad = fmax(b.angle_high_rad, angle[k] + 0.5 * height_m / m->R_ro_m);
    }
    return b;
}

int rotor_v_is_in_layer_post(const struct rotor_v *v, double u_m, double v_m)
{
    const double v_top_m = v->r_apex_m + v->s0_m * sin(v->beta_rad);
    return v->centre == CENTRE_POST && u_m <= 0.5 * v->post_m && v_m <= v_top_m && v_m >= v_top_m - v->t_m_m * cos(v->beta_rad);
}

/* Two legs; magnets that meet flat are one piece across the d axis. */
int rotor_v_set_layer_blocks(const struct rotor_v *v, int first_body, struct machine_magnet_block *out)
{
    int is_bar = v->centre == CENTRE_NONE && v->beta_rad == 0.0;
    for (int k = 0; k < 2; k++) {
        double side = k == 0 ? 1.0 : -1.0;
        struct rotor_corner inner = rotor_v_get_corner(v, v->s0_m, 0.0);
        out[k] = (struct machine_magnet_block){.shape = MAGNET_BAR,
                                               .width_m = v->w_m_m,
                                               .thickness_m = v->t_m_m,
                                               .axis_rad = -side * v->beta_rad,
                                               .area_m2 = v->w_m_m * v->t_m_m,
                                               .body = first_body + (is_bar ? 0 : k),
                                               .face_m = {v->w_m_m, v->w_m_m, v->centre == CENTRE_NONE ? (double)NAN : v->t_m_m, v->t_m_m},
                                               .u_m = side * inner.u_m,
                                               .v_m = inner.v_m,
                                               .s_u_pu = side * cos(v->beta_rad),
                                               .s_v_pu = sin(v->beta_rad)};
    }
    return is_bar ? 1 : 2;
}

static enum status check(const struct machine *m, struct err *e) { return rotor_v_check_layer(m, &m->v, m->R_ri_m, e); }
static double get_bridge_m(const struct machine *m) { return rotor_v_get_layer_bridge_m(m, &m->v); }
static int is_in_post(const struct machine *m, double u_m, double v_m) { return rotor_v_is_in_layer_post(&m->v, u_m, v_m); }

static int get_bridges(const struct machine *m, struct machine_bridge *out)
{
    out[0] = rotor_v_get_layer_bridge(m, &m->v);
    return 1;
}

static int get_blocks(const struct machine *m, struct machine_magnet_block *out)
{
    rotor_v_set_layer_blocks(&m->v, 0, out);
    return 2;
}

const struct rotor_template ROTOR_V_TEMPLATE = {.key = "v", .check = check, .get_blocks = get_blocks, .get_bridge_m = get_bridge_m,
                                                .get_bridges = get_bridges, .is_in_post = is_in_post};
