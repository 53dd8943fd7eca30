/* stress_figures.c - which stress counts: peak, percentiles by area, the outer bridge and the centre post. */
#include "models/mech/stress_impl.h"
#include <math.h>
#include "materials/base/banned.h"

#define PERCENTILE_MAX_ITER 60

enum zone { ZONE_ALL, ZONE_BRIDGE, ZONE_POST };

struct place { double u_m, v_m; };

/* Half plane u >= 0 in the rotor frame of machine.h: the d axis is at half the sector. */
static struct place get_place(const struct mesh *ms, double x_m, double y_m)
{
    const double d_rad = 0.5 * ms->tau_rad;
    return (struct place){fabs(y_m * cos(d_rad) - x_m * sin(d_rad)), x_m * cos(d_rad) + y_m * sin(d_rad)};
}

struct bridge { int exists; double r_in_m, angle_low_rad, angle_high_rad; }; /* angles from the d axis */

/* The iron outside the pocket's outermost points: from their radius to the surface, over their angles and half a bridge more on both sides.
 */
static struct bridge get_bridge(const struct machine *m)
{
    struct bridge b = {.exists = m->rotor_type == ROTOR_V, .angle_low_rad = (double)INFINITY, .angle_high_rad = -(double)INFINITY};
    double r[5], angle[5];
    for (int k = 0; k < 5 && b.exists; k++) {
        const double *corner = k < 2 ? m->v.pocket_top_m[k] : m->v.pocket_bottom_m[k - 2];
        const double s = m->v.s0_m + m->v.w_m_m + corner[0], n = corner[1];
        const double u = s * cos(m->v.beta_rad) - n * sin(m->v.beta_rad),
                     v = m->v.r_apex_m + s * sin(m->v.beta_rad) + n * cos(m->v.beta_rad);
        r[k] = hypot(u, v);
        angle[k] = atan2(u, v);
        b.r_in_m = fmax(b.r_in_m, r[k]);
    }
    const double height_m = m->R_ro_m - b.r_in_m;
    for (int k = 0; k < 5 && b.exists; k++) {
        if (m->R_ro_m - r[k] > 2.0 * height_m)
            continue;
        b.angle_low_rad = fmin(b.angle_low_rad, angle[k] - 0.5 * height_m / m->R_ro_m);
        b.angle_high_rad = fmax(b.angle_high_rad, angle[k] + 0.5 * height_m / m->R_ro_m);
    }
    return b;
}

static int is_in_post(const struct machine *m, struct place at)
{
    if (m->rotor_type == ROTOR_SALIENT) { /* the pole body */
        const double half_m = 0.5 * m->salient.body_w_m;
        const double foot_m = sqrt(fmax(m->salient.R_yoke_m * m->salient.R_yoke_m - half_m * half_m, 0.0));
        return at.u_m <= half_m && at.v_m <= m->R_ro_m - m->salient.shoe_root_m && at.v_m >= foot_m;
    }
    if (m->rotor_type != ROTOR_V || m->v.centre != CENTRE_POST)
        return 0;
    const double v_top_m = m->v.r_apex_m + m->v.s0_m * sin(m->v.beta_rad);
    return at.u_m <= 0.5 * m->v.post_m && at.v_m <= v_top_m && at.v_m >= v_top_m - m->v.t_m_m * cos(m->v.beta_rad);
}

static int is_in_zone(const struct machine *m, const struct bridge *b, struct place at, enum zone zone)
{
    const double angle = atan2(at.u_m, at.v_m);
    if (zone == ZONE_BRIDGE)
        return b->exists && hypot(at.u_m, at.v_m) >= b->r_in_m && angle >= b->angle_low_rad && angle <= b->angle_high_rad;
    return zone == ZONE_ALL || is_in_post(m, at);
}

static struct place get_gauss_place(const struct stress_ws *ws, const struct mesh *ms, int k)
{
    double x = 0.0, y = 0.0;
    for (int c = 0; c < 3; c++) {
        x += stress_gauss_L[k % 3][c] * ws->x_m[ws->elem[6 * (k / 3) + c]];
        y += stress_gauss_L[k % 3][c] * ws->y_m[ws->elem[6 * (k / 3) + c]];
    }
    return get_place(ms, x, y);
}

struct figures { double mean_Pa, percentile_Pa; };

/* Area mean, and the stress that only (1 - share) of the area exceeds; NAN when no integration point lies in the zone. */
static struct figures get_figures(struct stress_ws *ws, const struct mesh *ms, const struct machine *m, const struct bridge *b,
                                  enum zone zone, double share)
{
    double area = 0.0, sum = 0.0, low = 0.0, high = 0.0;
    for (int k = 0; k < 3 * ws->n_elem; k++) {
        ws->in_zone[k] = (unsigned char)is_in_zone(m, b, get_gauss_place(ws, ms, k), zone);
        if (!ws->in_zone[k])
            continue;
        area += ws->gauss_m2[k];
        sum += ws->gauss_m2[k] * ws->gauss_Pa[k];
        high = fmax(high, ws->gauss_Pa[k]);
    }
    if (!(area > 0.0))
        return (struct figures){(double)NAN, (double)NAN};
    for (int i = 0; i < PERCENTILE_MAX_ITER && high - low > 1e-9 * high; i++) {
        const double middle = 0.5 * (low + high);
        double above = 0.0;
        for (int k = 0; k < 3 * ws->n_elem; k++)
            if (ws->in_zone[k] && ws->gauss_Pa[k] > middle)
                above += ws->gauss_m2[k];
        if (above > (1.0 - share) * area)
            low = middle;
        else
            high = middle;
    }
    return (struct figures){sum / area, high};
}

void stress_eval_figures(struct stress_ws *ws, const struct mesh *ms, const struct machine *m, struct stress_result *out)
{
    const struct bridge b = get_bridge(m);
    const struct figures all = get_figures(ws, ms, m, &b, ZONE_ALL, 0.995), bridge = get_figures(ws, ms, m, &b, ZONE_BRIDGE, 0.95),
                         post = get_figures(ws, ms, m, &b, ZONE_POST, 0.95);
    out->von_mises_p995_Pa = all.percentile_Pa;
    out->bridge_mean_Pa = bridge.mean_Pa;
    out->bridge_p95_Pa = bridge.percentile_Pa;
    out->post_mean_Pa = post.mean_Pa;
    out->post_p95_Pa = post.percentile_Pa;
    out->von_mises_max_Pa = 0.0;
    for (int i = 0; i < ws->n_corner; i++) {
        const double here = ws->von_mises_Pa[ws->mesh_node[i]];
        if (here > out->von_mises_max_Pa) {
            out->von_mises_max_Pa = here;
            out->max_x_m = ws->x_m[i];
            out->max_y_m = ws->y_m[i];
        }
    }
}
