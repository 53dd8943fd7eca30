/* leg.c - see leg.h. */
#include "models/mesh/leg.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

struct leg_point leg_get(const struct rotor_v *v, double s_m, double n_m)
{
    double c = cos(v->beta_rad), s = sin(v->beta_rad);
    struct leg_point p = {v->r_apex_m + s_m * s + n_m * c, s_m * c - n_m * s};
    return p;
}

struct leg_point leg_get_at_y(const struct rotor_v *v, double n_m, double y_m)
{
    return leg_get(v, (y_m + n_m * sin(v->beta_rad)) / cos(v->beta_rad), n_m);
}

struct leg_point leg_get_polar(double r_m, double angle_rad)
{
    struct leg_point p = {r_m * cos(angle_rad), r_m * sin(angle_rad)};
    return p;
}

struct leg_point leg_get_between(struct leg_point a, struct leg_point b, double share_pu)
{
    struct leg_point p = {a.x_m + share_pu * (b.x_m - a.x_m), a.y_m + share_pu * (b.y_m - a.y_m)};
    return p;
}

double leg_get_radius(struct leg_point p) { return hypot(p.x_m, p.y_m); }
double leg_get_angle(struct leg_point p) { return atan2(p.y_m, p.x_m); }

double leg_get_smooth_min(double x, double max)
{
    double ratio = x < max ? x / max : max / x;
    return fmin(x, max) * pow(1.0 + pow(ratio, 8.0), -1.0 / 8.0);
}

/* What is left of the distance d to the q axis after a step towards it: a share of d, but no more than `most`. */
static double approach_get(double d, double share, double most) { return d - share * d / (1.0 + share * d / most); }

/* Points in iron under the pocket, C1 below B1 and C2 below B2: each beyond what the wall C0 B1 B2 reaches towards the q axis, at heights
 * between those of its neighbours, so that the row line from the magnet's lower corner C0 climbs along the wall however steep the leg is.
 */
static void set_under_pocket(const struct machine *m, const struct rotor_v *v, struct leg_point c0, struct leg_spine *mid,
                             struct leg_spine *end)
{
    double q = PI / (2 * m->p);
    double scale = v->t_m_m / leg_get_radius(c0), room = leg_get_smooth_min(q - leg_get_angle(c0), q - leg_get_angle(mid->ledge));
    double d_mid = approach_get(room, 0.2, 0.6 * scale);
    double d_end = approach_get(leg_get_smooth_min(d_mid, q - leg_get_angle(end->ledge)), 0.3, 0.9 * scale);
    mid->low = leg_get_polar(0.5 * (leg_get_radius(c0) + leg_get_radius(mid->ledge)), q - d_mid);
    end->low = leg_get_polar(0.5 * (leg_get_radius(mid->low) + leg_get_radius(end->ledge)), q - d_end);
}

void leg_set_pocket_spines(const struct machine *m, const struct rotor_v *v, struct leg_spine *mid, struct leg_spine *end)
{
    double s1 = v->s0_m + v->w_m_m;
    mid->high = leg_get(v, s1 + v->pocket_top_m[0][0], v->pocket_top_m[0][1]);
    end->high = leg_get(v, s1 + v->pocket_top_m[1][0], v->pocket_top_m[1][1]);
    mid->ledge = leg_get(v, s1 + v->pocket_bottom_m[1][0], v->pocket_bottom_m[1][1]);
    end->ledge = leg_get(v, s1 + v->pocket_bottom_m[2][0], v->pocket_bottom_m[2][1]);
    set_under_pocket(m, v, leg_get(v, s1, -v->t_m_m), mid, end);
}

struct leg_spine leg_get_spine(const struct rotor_v *v, double s_m)
{
    struct leg_spine k = {leg_get(v, s_m, -v->t_m_m), leg_get(v, s_m, v->pocket_bottom_m[0][1]), leg_get(v, s_m, 0.0)};
    return k;
}

struct leg_spine leg_get_spine_at_y(const struct rotor_v *v, double y_m)
{
    struct leg_spine k = {leg_get_at_y(v, -v->t_m_m, y_m), leg_get_at_y(v, v->pocket_bottom_m[0][1], y_m), leg_get_at_y(v, 0.0, y_m)};
    return k;
}

struct leg_spine leg_set_y(struct leg_spine k, double y_m)
{
    k.low.y_m = k.ledge.y_m = k.high.y_m = y_m;
    return k;
}

struct leg_spine leg_get_spine_at_q(const struct machine *m, const struct leg_spine *end)
{
    double q = PI / (2 * m->p), low = leg_get_radius(end->low), ledge = leg_get_radius(end->ledge), high = leg_get_radius(end->high);
    struct leg_spine k = {leg_get_polar(low, q), leg_get_polar(ledge - 0.25 * (ledge - low), q),
                          leg_get_polar(high - 0.25 * (high - ledge), q)};
    return k;
}
