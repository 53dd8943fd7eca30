/* stress_figures.c - which stress counts: peak, percentiles by area, the outer bridge and the centre post. */
#include "models/mech/stress_impl.h"
#include <math.h>
#include "materials/base/banned.h"

#define PERCENTILE_MAX_ITER 60

enum zone { ZONE_ALL, ZONE_BRIDGE, ZONE_POST };

struct bridges { int n; struct machine_bridge b[MACHINE_MAX_BRIDGE]; };

static int is_in_bridge(const struct bridges *list, struct stress_place at)
{
    const double angle = atan2(at.u_m, at.v_m), r_m = hypot(at.u_m, at.v_m);
    for (int k = 0; k < list->n; k++)
        if (r_m >= list->b[k].r_in_m && angle >= list->b[k].angle_low_rad && angle <= list->b[k].angle_high_rad)
            return 1;
    return 0;
}

static int is_in_zone(const struct machine *m, const struct bridges *b, struct stress_place at, enum zone zone)
{
    if (zone == ZONE_BRIDGE)
        return is_in_bridge(b, at);
    return zone == ZONE_ALL || machine_is_in_post(m, at.u_m, at.v_m);
}

/* Half plane u >= 0 in the rotor frame of machine.h. */
struct stress_place stress_get_gauss_place(const struct stress_ws *ws, int k)
{
    double x = 0.0, y = 0.0;
    for (int c = 0; c < 3; c++) {
        x += stress_gauss_L[k % 3][c] * ws->x_m[ws->elem[6 * (k / 3) + c]];
        y += stress_gauss_L[k % 3][c] * ws->y_m[ws->elem[6 * (k / 3) + c]];
    }
    return (struct stress_place){fabs(y * ws->axis_x - x * ws->axis_y), x * ws->axis_x + y * ws->axis_y};
}

struct figures { double mean_Pa, percentile_Pa; };

/* Area mean, and the stress that only (1 - share) of the area exceeds; NAN when no integration point lies in the zone. */
static struct figures get_figures(struct stress_ws *ws, const struct machine *m, const struct bridges *b, enum zone zone, double share)
{
    double area = 0.0, sum = 0.0, low = 0.0, high = 0.0;
    for (int k = 0; k < 3 * ws->n_elem; k++) {
        ws->in_zone[k] = (unsigned char)is_in_zone(m, b, stress_get_gauss_place(ws, k), zone);
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

void stress_eval_figures(struct stress_ws *ws, const struct machine *m, struct stress_result *out)
{
    struct bridges b;
    b.n = machine_get_bridges(m, b.b);
    const struct figures all = get_figures(ws, m, &b, ZONE_ALL, 0.995), bridge = get_figures(ws, m, &b, ZONE_BRIDGE, 0.95),
                         post = get_figures(ws, m, &b, ZONE_POST, 0.95);
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
