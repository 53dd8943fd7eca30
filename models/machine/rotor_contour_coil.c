/* rotor_contour_coil.c - the field winding of a rotor given as contours: what machine_get_field_coil says, rules, the pole body.
 * A coil side may be several regions at u > 0, the other side mirrors them. Its turns are wound around the body, the iron that is met from
 * the middle of the coil's inner edge towards the d axis, past a clearance; the middle of the coil side is the centroid of its area. The
 * yoke is the iron met from the foot of that edge towards the shaft, the shoe what iron lies above the coil's top (largest v); its half
 * angle is that of its outermost point. Areas and mean turn hold for any pole; the thermal network sees it as this body, foot and shoe. */
#include "models/machine/rotor.h"
#include "models/machine/contour.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define N_OUTLINE 32 /* points of an edge */
#define N_MARCH 400  /* steps of the search for iron, over the rotor radius */
#define N_HALVE 40

int rotor_contour_has_coil(const struct machine *m)
{
    for (int k = 0; k < m->contour->n_region; k++)
        if (m->contour->region[k].kind == CONTOUR_FIELD_COIL)
            return 1;
    return 0;
}

/* Outline of the coil side at u > 0 (x = v, y = u). */
struct side { double u_low_m, v_low_m, v_high_m, area_m2, u_mean_m; };

/* First moment of a region about the d axis, int y dS, by Green's theorem along its edges (trapezoids of the outline's points). */
static double moment_eval(const struct contour *c, const struct contour_region *g)
{
    double sum = 0.0;
    for (int k = 0; k < g->n; k++) {
        const struct contour_edge edge = contour_get_edge(c, g, k);
        const int n = edge.is_arc ? N_OUTLINE : 1;
        for (int i = 0; i < n; i++) {
            double x0, y0, x1, y1;
            contour_eval_point(&edge, (double)i / n, &x0, &y0);
            contour_eval_point(&edge, (double)(i + 1) / n, &x1, &y1);
            sum += (x0 * y1 - x1 * y0) * (y0 + y1) / 6.0;
        }
    }
    return sum;
}

static struct side get_side(const struct contour *c)
{
    struct side s = {.u_low_m = HUGE_VAL, .v_low_m = HUGE_VAL, .v_high_m = -HUGE_VAL};
    for (int k = 0; k < c->n_region; k++) {
        const struct contour_region *g = &c->region[k];
        double low_m, high_m;
        if (g->kind != CONTOUR_FIELD_COIL || contour_get_side(c, g) < 0)
            continue;
        contour_eval_extent_m(c, g, 0.0, 1.0, -HUGE_VAL, &low_m, &high_m);
        s.u_low_m = fmin(s.u_low_m, low_m);
        contour_eval_extent_m(c, g, 1.0, 0.0, -HUGE_VAL, &low_m, &high_m);
        s.v_low_m = fmin(s.v_low_m, low_m);
        s.v_high_m = fmax(s.v_high_m, high_m);
        s.area_m2 += g->area_m2;
        s.u_mean_m += moment_eval(c, g);
    }
    s.u_mean_m /= s.area_m2;
    return s;
}

static int is_iron(const struct contour *c, double v_m, double u_m)
{
    const int k = contour_get_region_at(c, v_m, u_m);
    return (k >= 0 ? c->region[k].kind : c->background) == CONTOUR_IRON;
}

/* Distance from (v, u) along (dv, du) to iron, up to the length; NAN: none. */
static double find_iron_m(const struct contour *c, double v_m, double u_m, double dv_pu, double du_pu, double length_m, double step_m)
{
    double out_m = 0.0, in_m = 0.0;
    while (in_m < length_m && !is_iron(c, v_m + in_m * dv_pu, u_m + in_m * du_pu)) {
        out_m = in_m;
        in_m += step_m;
    }
    if (in_m >= length_m)
        return (double)NAN;
    for (int k = 0; k < N_HALVE; k++) {
        const double mid_m = 0.5 * (out_m + in_m);
        if (is_iron(c, v_m + mid_m * dv_pu, u_m + mid_m * du_pu))
            in_m = mid_m;
        else
            out_m = mid_m;
    }
    return in_m;
}

static double get_body_half_m(const struct machine *m, const struct side *s)
{
    const double v_m = 0.5 * (s->v_low_m + s->v_high_m);
    return s->u_low_m - find_iron_m(m->contour, v_m, s->u_low_m, 0.0, -1.0, s->u_low_m, m->R_ro_m / N_MARCH);
}

static double get_foot_m(const struct machine *m, const struct side *s)
{
    const double in_m = s->u_low_m + 4.0 * m->contour->join_m; /* clear of the body's side */
    return hypot(s->v_low_m - find_iron_m(m->contour, s->v_low_m, in_m, -1.0, 0.0, s->v_low_m, m->R_ro_m / N_MARCH), in_m);
}

static double get_shoe_half_rad(const struct contour *c, double v_top_m)
{
    double half_rad = 0.0;
    for (int k = 0; k < c->n_region; k++) {
        const struct contour_region *g = &c->region[k];
        for (int i = 0; g->kind == CONTOUR_IRON && i < g->n; i++) {
            const struct contour_edge edge = contour_get_edge(c, g, i);
            for (int j = 0; j < N_OUTLINE; j++) {
                double x_m, y_m;
                contour_eval_point(&edge, (double)j / N_OUTLINE, &x_m, &y_m);
                if (x_m >= v_top_m - c->join_m)
                    half_rad = fmax(half_rad, atan2(y_m, x_m));
            }
        }
    }
    return half_rad;
}

void rotor_contour_get_coil(const struct machine *m, struct machine_field_coil *out)
{
    const struct contour *c = m->contour;
    const struct side s = get_side(c);
    const double height_m = s.v_high_m - s.v_low_m, tau_rad = PI / m->p, body_half_m = get_body_half_m(m, &s);
    *out = (struct machine_field_coil){
        .body_w_m = 2.0 * body_half_m, .offset_m = s.u_mean_m - body_half_m, .width_m = s.area_m2 / height_m, .height_m = height_m,
        .area_m2 = s.area_m2, .R_yoke_m = get_foot_m(m, &s), .shoe_half_rad = 0.5 * tau_rad,
        .iron_m2 = 2.0 * m->p * contour_eval_iron_m2(c, tau_rad, m->R_ri_m, m->R_ro_m)};
    if (c->background == CONTOUR_AIR) /* else the iron has no gap between the shoes */
        out->shoe_half_rad = get_shoe_half_rad(c, s.v_high_m);
}

enum status rotor_contour_check_coil(const struct machine *m, struct err *e)
{
    struct machine_field_coil coil;
    if (!machine_get_field_coil(m, &coil))
        return ST_OK;
    if (m->field.n_turns < 1 || !(m->field.fill_pu > 0.0 && m->field.fill_pu < 1.0))
        return err_set(e, ST_INFEASIBLE, "contour_coil",
                       "field coils of %d turns with fill %.3f; at least 1 turn and a fill between 0 and 1", m->field.n_turns,
                       m->field.fill_pu);
    if (isnan(coil.body_w_m) || isnan(coil.R_yoke_m))
        return err_set(e, ST_INFEASIBLE, "contour_coil", "no iron between the sides of the field coil, or none between it and the shaft");
    TRY(machine_check_least("contour_coil", "the pole body between the coil sides", coil.body_w_m, m->bridge_min_m, e));
    return machine_check_positive("contour_coil", "the rotor yoke below the coil", coil.R_yoke_m - m->R_ri_m, e);
}

int rotor_contour_is_in_body(const struct machine *m, double u_m, double v_m)
{
    if (!rotor_contour_has_coil(m))
        return 0;
    const struct side s = get_side(m->contour);
    return u_m <= get_body_half_m(m, &s) && v_m >= s.v_low_m && v_m <= s.v_high_m;
}

int rotor_contour_set_coil_dimensions(const struct machine *m, struct machine_dimension *out)
{
    struct machine_field_coil c;
    if (!machine_get_field_coil(m, &c))
        return 0;
    out[0] = (struct machine_dimension){"body_width_mm", "pole body, width", c.body_w_m, 0};
    out[1] = (struct machine_dimension){"coil_width_mm", "field coil, mean width", c.width_m, 0};
    out[2] = (struct machine_dimension){"coil_height_mm", "field coil, height", c.height_m, 0};
    return 3;
}
