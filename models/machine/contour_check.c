/* contour_check.c - rules of contour_check.h, each with its figures. */
#include "models/machine/contour_check.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define MM 1e3
#define DEG (180.0 / PI)
#define MIN_POINT 8         /* points looked at along an edge, at least */
#define N_EDGE_SAMPLE 400   /* places along the sector edge */
#define AXIS_TOL_RAD 1e-3   /* directions of magnets that continue in the next pole */

struct place { double x_m, y_m; };
static double get_radius_mm(struct place p) { return MM * hypot(p.x_m, p.y_m); }
static double get_angle_deg(struct place p) { return DEG * atan2(p.y_m, p.x_m); }

static int get_n_point(const struct contour_edge *g)
{
    int n = (int)ceil(contour_eval_length_m(g) / CONTOUR_STEP_M);
    return n > MIN_POINT ? n : MIN_POINT;
}

static enum status check_area(const struct contour *c, const struct contour_region *g, struct err *e)
{
    if (g->n >= 2 && g->area_m2 > c->join_m * c->join_m)
        return ST_OK;
    return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, "contour_area",
                      "region '%s' has %d different vertices and an area of %.6f mm2; at least %.6f mm2 are needed", g->name, g->n,
                      MM * MM * g->area_m2, MM * MM * c->join_m * c->join_m);
}

/* ---- itself ---- */

static double cross_get(struct place a, struct place b, struct place p)
{
    return (b.x_m - a.x_m) * (p.y_m - a.y_m) - (b.y_m - a.y_m) * (p.x_m - a.x_m);
}

static int is_cut(struct place a, struct place b, struct place p, struct place q)
{
    return (cross_get(a, b, p) > 0.0) != (cross_get(a, b, q) > 0.0) && (cross_get(p, q, a) > 0.0) != (cross_get(p, q, b) > 0.0);
}

static struct place point_get(const struct contour_edge *g, int i, int n)
{
    struct place p;
    contour_eval_point(g, (double)i / n, &p.x_m, &p.y_m);
    return p;
}

/* Piece i of edge a against all pieces of edge b; pieces that share an end do not cut. */
static int is_edge_cut(const struct contour_edge *a, const struct contour_edge *b, int next_to, double join_m, struct place *at)
{
    int n = a->is_arc ? get_n_point(a) : 1, m = b->is_arc ? get_n_point(b) : 1;
    for (int i = 0; i < n; i++) {
        struct place p = point_get(a, i, n), q = point_get(a, i + 1, n);
        for (int j = 0; j < m; j++) {
            struct place r = point_get(b, j, m), s = point_get(b, j + 1, m);
            double t, x, y;
            if (!is_cut(p, q, r, s))
                continue;
            t = cross_get(p, q, r) / (cross_get(p, q, r) - cross_get(p, q, s));
            x = r.x_m + t * (s.x_m - r.x_m);
            y = r.y_m + t * (s.y_m - r.y_m);
            *at = (struct place){x, y};
            int is_end = hypot(x - b->x0_m, y - b->y0_m) <= join_m || hypot(x - b->x1_m, y - b->y1_m) <= join_m;
            if (!(next_to && is_end))
                return 1;
        }
    }
    return 0;
}

/* The nearest feasible value of a cut is the shift that brings the end that has passed the other edge back to it. */
static double get_passed_m(const struct contour_edge *a, const struct contour_edge *b)
{
    double t, d = contour_eval_distance_m(b, a->x0_m, a->y0_m, &t);
    d = fmin(d, contour_eval_distance_m(b, a->x1_m, a->y1_m, &t));
    d = fmin(d, contour_eval_distance_m(a, b->x0_m, b->y0_m, &t));
    return fmin(d, contour_eval_distance_m(a, b->x1_m, b->y1_m, &t));
}

static enum status check_self(const struct contour *c, const struct contour_region *g, struct err *e)
{
    for (int i = 0; i < g->n; i++) {
        struct contour_edge a = contour_get_edge(c, g, i);
        for (int j = i + 1; j < g->n; j++) {
            struct contour_edge b = contour_get_edge(c, g, j);
            struct place at;
            if (!is_edge_cut(&a, &b, j == i + 1 || (i == 0 && j == g->n - 1), c->join_m, &at))
                continue;
            return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, "contour_crosses",
                              "the contour of '%s' cuts itself: edges %d and %d meet at radius %.3f mm, %.2f degrees from the d axis; "
                              "one of their ends is %.4f mm beyond the other edge and must come back by that",
                              g->name, i, j, get_radius_mm(at), get_angle_deg(at), MM * get_passed_m(&a, &b));
        }
    }
    return ST_OK;
}

/* ---- place ---- */

/* Walks the outline of a region; returns the point where `excess` is largest. */
typedef double excess_get(const struct place *p, const double *limit);
static double find_worst(const struct contour *c, const struct contour_region *g, excess_get *excess, const double *limit,
                         struct place *worst)
{
    double most = -HUGE_VAL;
    for (int k = 0; k < g->n; k++) {
        struct contour_edge edge = contour_get_edge(c, g, k);
        for (int i = 0, n = get_n_point(&edge); i < n; i++) {
            struct place p = point_get(&edge, i, n);
            double here = excess(&p, limit);
            if (here > most) {
                most = here;
                *worst = p;
            }
        }
    }
    return most;
}

static double get_outside_m(const struct place *p, const double *limit) { return hypot(p->x_m, p->y_m) - limit[0]; }
static double get_inside_m(const struct place *p, const double *limit) { return limit[0] - hypot(p->x_m, p->y_m); }
static double get_beyond_m(const struct place *p, const double *limit) { return fabs(p->y_m) * cos(limit[0]) - p->x_m * sin(limit[0]); }

static enum status check_place(const struct contour *c, const struct contour_region *g, double tau_rad, double R_ri_m, double R_ro_m,
                               struct err *e)
{
    struct place at = {0, 0};
    double half_rad = 0.5 * tau_rad, over = find_worst(c, g, get_outside_m, &R_ro_m, &at);
    if (over > c->join_m)
        return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, "contour_radius",
                          "'%s' reaches radius %.4f mm at %.2f degrees from the d axis, %.4f mm beyond the rotor's outer radius of %.4f mm",
                          g->name, get_radius_mm(at), get_angle_deg(at), MM * over, MM * R_ro_m);
    double under = find_worst(c, g, get_inside_m, &R_ri_m, &at);
    if (under > c->join_m)
        return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, "contour_radius",
                          "'%s' reaches down to radius %.4f mm at %.2f degrees from the d axis, %.4f mm below the rotor's inner radius of "
                          "%.4f mm", g->name, get_radius_mm(at), get_angle_deg(at), MM * under, MM * R_ri_m);
    double beyond = find_worst(c, g, get_beyond_m, &half_rad, &at);
    if (beyond <= c->join_m)
        return ST_OK;
    return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, "contour_sector",
                      "'%s' reaches %.4f mm beyond the edge of the pole at radius %.3f mm, %.3f degrees from the d axis; the pole ends at "
                      "%.3f degrees: cut the region there", g->name, MM * beyond, get_radius_mm(at), get_angle_deg(at), half_rad * DEG);
}

/* ---- pairs ---- */

/* Points of a's outline strictly inside and strictly outside of b: how far the deepest is in, and where; how many out. */
static double find_depth(const struct contour *c, const struct contour_region *a, const struct contour_region *b, int *n_out,
                         struct place *deepest)
{
    double most = 0.0;
    *n_out = 0;
    for (int k = 0; k < a->n; k++) {
        struct contour_edge edge = contour_get_edge(c, a, k);
        for (int i = 0, n = get_n_point(&edge); i < n; i++) {
            struct place p = point_get(&edge, i, n);
            double d = contour_eval_outline_m(c, b, p.x_m, p.y_m);
            if (d <= c->join_m)
                continue;
            if (!contour_is_inside(c, b, p.x_m, p.y_m)) {
                (*n_out)++;
            } else if (d > most) {
                most = d;
                *deepest = p;
            }
        }
    }
    return most;
}

/* Whether a point just inside of a, beside one of its edges, is inside of b. */
static int is_same_area(const struct contour *c, const struct contour_region *a, const struct contour_region *b)
{
    for (int k = 0; k < a->n; k++) {
        struct contour_edge edge = contour_get_edge(c, a, k);
        struct place p = point_get(&edge, 1, 2), q = point_get(&edge, 9, 16);
        double dx = q.x_m - p.x_m, dy = q.y_m - p.y_m, len = hypot(dx, dy), off = 4.0 * c->join_m;
        double x = p.x_m - off * dy / len, y = p.y_m + off * dx / len;
        if (contour_is_inside(c, a, x, y) && contour_eval_outline_m(c, a, x, y) > 2.0 * c->join_m)
            return contour_is_inside(c, b, x, y);
    }
    return 0;
}

static enum status check_pair(const struct contour *c, const struct contour_region *a, const struct contour_region *b, struct err *e)
{
    struct place at = {0, 0}, other = {0, 0};
    int a_out, b_out;
    double a_in = find_depth(c, a, b, &a_out, &at), b_in = find_depth(c, b, a, &b_out, &other);
    int is_nested = (a_in > 0.0 && a_out == 0) || (b_in > 0.0 && b_out == 0);
    if (b_in > a_in)
        at = other;
    if (!is_nested && (a_in > 0.0 || b_in > 0.0))
        return err_set_at(e, ST_INFEASIBLE, c->file, a->line, 0, "contour_overlap",
                          "'%s' and '%s' (line %d) overlap by %.4f mm at radius %.3f mm, %.2f degrees from the d axis; they must stand "
                          "apart, share an edge, or one lie inside of the other", a->name, b->name, b->line, MM * fmax(a_in, b_in),
                          get_radius_mm(at), get_angle_deg(at));
    if (!is_nested && a_out == 0 && b_out == 0 && is_same_area(c, a, b))
        return err_set_at(e, ST_INFEASIBLE, c->file, a->line, 0, "contour_overlap", "'%s' and '%s' (line %d) are the same contour", a->name,
                          b->name, b->line);
    if (!is_nested)
        return ST_OK;
    const struct contour_region *outer = a_in > 0.0 && a_out == 0 ? b : a, *inner = outer == b ? a : b;
    if (outer->kind == CONTOUR_IRON || outer->kind == CONTOUR_AIR)
        return ST_OK;
    return err_set_at(e, ST_INFEASIBLE, c->file, inner->line, 0, "contour_overlap",
                      "'%s' lies inside of '%s', a region of kind %s, up to %.4f mm from its outline; only iron and air may hold others",
                      inner->name, outer->name, contour_get_kind_name(outer->kind), MM * fmax(a_in, b_in));
}

/* ---- sector edges ---- */

static int get_kind_at(const struct contour *c, double r_m, double angle_rad, double *axis_rad)
{
    int k = contour_get_region_at(c, r_m * cos(angle_rad), r_m * sin(angle_rad));
    *axis_rad = k >= 0 ? c->region[k].axis_rad : (double)NAN;
    return k >= 0 ? (int)c->region[k].kind : (int)c->background;
}

static int is_near_outline(const struct contour *c, double r_m, double angle_rad, double reach_m)
{
    for (int k = 0; k < c->n_region; k++) {
        const struct contour_region *g = &c->region[k];
        for (int i = 0; i < g->n; i++) {
            struct contour_edge edge = contour_get_edge(c, g, i);
            double t, co = cos(angle_rad), si = sin(angle_rad);
            double from = edge.x0_m * si - edge.y0_m * co, to = edge.x1_m * si - edge.y1_m * co;
            int is_along = !edge.is_arc && fabs(from) <= c->join_m && fabs(to) <= c->join_m;
            if (!is_along && contour_eval_distance_m(&edge, r_m * cos(angle_rad), r_m * sin(angle_rad), &t) < reach_m)
                return 1;
        }
    }
    return 0;
}

/* What stands at one edge of the pole must go on at the other, where the next pole begins; magnets with opposite direction. */
static enum status check_edges(const struct contour *c, double tau_rad, double R_ri_m, double R_ro_m, struct err *e)
{
    double step_m = (R_ro_m - R_ri_m) / N_EDGE_SAMPLE, in_m = 4.0 * c->join_m;
    for (int i = 0; i < N_EDGE_SAMPLE; i++) {
        double r_m = R_ri_m + (i + 0.5) * step_m, a = 0.5 * tau_rad - in_m / r_m, axis_low, axis_high;
        int low = get_kind_at(c, r_m, -a, &axis_low), high = get_kind_at(c, r_m, a, &axis_high);
        if (low != high) {
            if (is_near_outline(c, r_m, 0.5 * tau_rad, 2.0 * in_m) || is_near_outline(c, r_m, -0.5 * tau_rad, 2.0 * in_m))
                continue;
            return err_set_at(e, ST_INFEASIBLE, c->file, 0, 0, "contour_periodic",
                              "at radius %.3f mm the pole begins with %s (%.3f degrees from the d axis) and ends with %s (%.3f degrees); "
                              "repeated poles would not fit: the same kind must stand at both edges", MM * r_m,
                              contour_get_kind_name((enum contour_kind)low), -0.5 * DEG * tau_rad,
                              contour_get_kind_name((enum contour_kind)high), 0.5 * DEG * tau_rad);
        }
        double turn = remainder(axis_low + tau_rad + PI - axis_high, 2.0 * PI); /* NAN: no magnet, or radial */
        if (low == CONTOUR_MAGNET && fabs(turn) > AXIS_TOL_RAD)
            return err_set_at(e, ST_INFEASIBLE, c->file, 0, 0, "contour_periodic",
                              "the magnet cut by the pole's edge at radius %.3f mm points to %.3f degrees from the d axis at the end and "
                              "goes on in the next pole at %.3f degrees; the directions must agree", MM * r_m, DEG * axis_high,
                              DEG * (axis_low + tau_rad + PI));
    }
    return ST_OK;
}

/* ---- what makes it a rotor ---- */

static enum status check_sources(const struct contour *c, struct err *e)
{
    int n_magnet = 0, n_coil[2] = {0, 0};
    for (int k = 0; k < c->n_region; k++) {
        const struct contour_region *g = &c->region[k];
        double low_m, high_m;
        n_magnet += g->kind == CONTOUR_MAGNET;
        if (g->kind != CONTOUR_FIELD_COIL)
            continue;
        contour_eval_extent_m(c, g, 0.0, 1.0, -HUGE_VAL, &low_m, &high_m);
        if (low_m < -c->join_m && high_m > c->join_m)
            return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, "contour_coil",
                              "coil '%s' reaches from %.3f mm to %.3f mm across the d axis; each side of the coil lies on one side of it",
                              g->name, MM * low_m, MM * high_m);
        n_coil[high_m > c->join_m ? 0 : 1]++;
    }
    if (n_magnet > 0 && n_coil[0] + n_coil[1] > 0)
        return err_set_at(e, ST_INFEASIBLE, c->file, 0, 0, "contour_magnet", "%d magnets and %d field coils: one kind of excitation only",
                          n_magnet, n_coil[0] + n_coil[1]);
    if (n_magnet == 0 && (n_coil[0] == 0 || n_coil[1] == 0))
        return err_set_at(e, ST_INFEASIBLE, c->file, 0, 0, "contour_coil",
                          "no magnets, %d field coils ahead of the d axis and %d behind it; at least one on each side is needed", n_coil[0],
                          n_coil[1]);
    return ST_OK;
}

enum status contour_check(const struct contour *c, double tau_rad, double R_ri_m, double R_ro_m, struct err *e)
{
    for (int k = 0; k < c->n_region; k++) {
        TRY(check_area(c, &c->region[k], e));
        TRY(check_self(c, &c->region[k], e));
        TRY(check_place(c, &c->region[k], tau_rad, R_ri_m, R_ro_m, e));
    }
    for (int a = 0; a < c->n_region; a++)
        for (int b = a + 1; b < c->n_region; b++)
            TRY(check_pair(c, &c->region[a], &c->region[b], e));
    TRY(check_edges(c, tau_rad, R_ri_m, R_ro_m, e));
    return check_sources(c, e);
}
