/* band.c - the moving band: Delaunay strip between the two rings of the gap.
 * The strip is infinite and periodic; one sector of it starts at the first stator node. Its first edge runs to that rotor node which the
 * circle touching the stator ring from inside at the stator node meets first: such a circle is empty, so the edge is Delaunay. From edge to
 * edge the next triangle is the one whose circumcircle is empty; ties are cocircular, where both choices give the same stiffness. */
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

struct band_point { double x_m, y_m; int node; signed char sign; };

struct band_view {
    const struct mesh *ms;
    double cos_t[3], sin_t[3];   /* turn of the rotor copies 0, 1, 2 */
    int sign[3];
};

/* Rotor ring place J = copy * (n - 1) + j. */
static struct band_point rotor_point(const struct band_view *v, int place)
{
    int n = v->ms->n_ring_rotor - 1, copy = place / n, k = v->ms->ring_rotor[place % n];
    double x = v->ms->x_m[k], y = v->ms->y_m[k];
    struct band_point p = {v->cos_t[copy] * x - v->sin_t[copy] * y, v->sin_t[copy] * x + v->cos_t[copy] * y, k,
                           (signed char)(v->sign[copy] * v->ms->sign[k])};
    return p;
}

static struct band_point stator_point(const struct mesh *ms, int i)
{
    int k = ms->ring_stator[i];
    struct band_point p = {ms->x_m[k], ms->y_m[k], k, ms->sign[k]};
    return p;
}

/* First rotor place met by the circle that touches the stator ring from inside at s. */
static int first_place(const struct band_view *v, const struct band_point *s)
{
    int n = v->ms->n_ring_rotor - 1, best = 0;
    double r = hypot(s->x_m, s->y_m), nx = -s->x_m / r, ny = -s->y_m / r, best_radius = HUGE_VAL;
    for (int j = 0; j < 2 * n; j++) {
        struct band_point p = rotor_point(v, j);
        double dx = p.x_m - s->x_m, dy = p.y_m - s->y_m, along = dx * nx + dy * ny;
        double radius = (dx * dx + dy * dy) / (2 * along);
        if (along > 0 && radius < best_radius) {
            best_radius = radius;
            best = j;
        }
    }
    return best;
}

/* > 0 when d lies inside the circle through a, b, c (anticlockwise). */
static double in_circle(const struct band_point *a, const struct band_point *b, const struct band_point *c, const struct band_point *d)
{
    double ax = a->x_m - d->x_m, ay = a->y_m - d->y_m, bx = b->x_m - d->x_m, by = b->y_m - d->y_m, cx = c->x_m - d->x_m,
           cy = c->y_m - d->y_m;
    double a2 = ax * ax + ay * ay, b2 = bx * bx + by * by, c2 = cx * cx + cy * cy;
    return a2 * (bx * cy - cx * by) - b2 * (ax * cy - cx * ay) + c2 * (ax * by - bx * ay);
}

static void view_init(struct band_view *v, const struct mesh *ms, double theta_rad)
{
    double turns = floor(theta_rad / ms->sector_rad), rest = theta_rad - turns * ms->sector_rad;
    int is_odd = fmod(turns, 2.0) != 0.0;
    v->ms = ms;
    for (int c = 0; c < 3; c++) { /* copies whose unturned place starts one sector before the stator's */
        double a = rest + (c - 1) * ms->sector_rad;
        v->cos_t[c] = cos(a);
        v->sin_t[c] = sin(a);
        int is_flipped = is_odd ^ (c != 1);
        v->sign[c] = is_flipped && ms->periodic_sign < 0 ? -1 : 1;
    }
}

int mesh_get_band_size(const struct mesh *ms) { return ms->n_ring_stator + ms->n_ring_rotor - 2; }

void mesh_set_band(const struct mesh *ms, double theta_rad, int *band_tri, signed char *band_sign, double *band_x_m, double *band_y_m)
{
    struct band_view v;
    view_init(&v, ms, theta_rad);
    int i = 0, n_s = ms->n_ring_stator - 1, n_r = ms->n_ring_rotor - 1, n = n_s + n_r;
    struct band_point s = stator_point(ms, 0);
    int j0 = first_place(&v, &s), j = j0;
    struct band_point r = rotor_point(&v, j);
    for (int k = 0; k < n; k++) {
        struct band_point s_next = s, r_next = rotor_point(&v, j + 1);
        int is_stator = i < n_s;
        if (is_stator) {
            s_next = stator_point(ms, i + 1);
            if (j - j0 < n_r)
                is_stator = in_circle(&s, &s_next, &r, &r_next) <= 0;
        }
        struct band_point corner[3] = {s, s_next, r};
        if (!is_stator) {
            corner[0] = r;
            corner[1] = s;
            corner[2] = r_next;
        }
        for (int c = 0; c < 3; c++) {
            band_tri[3 * k + c] = corner[c].node;
            band_sign[3 * k + c] = corner[c].sign;
            band_x_m[3 * k + c] = corner[c].x_m;
            band_y_m[3 * k + c] = corner[c].y_m;
        }
        if (is_stator) {
            s = s_next;
            i++;
        } else {
            r = r_next;
            j++;
        }
    }
}
