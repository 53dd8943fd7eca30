/* contour.c - edges, areas, insides of contours; life cycle. */
#include "models/machine/contour_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define N_EXTENT 64 /* points of an arc looked at for its extent */

static const char *const KINDS[CONTOUR_KIND_COUNT] = {"iron", "magnet", "air", "field_coil", "shaft", "ignore"};

enum contour_kind contour_get_kind(const char *name)
{
    for (int k = 0; k < CONTOUR_KIND_COUNT; k++)
        if (strcmp(name, KINDS[k]) == 0)
            return (enum contour_kind)k;
    return CONTOUR_KIND_COUNT;
}

const char *contour_get_kind_name(enum contour_kind k) { return KINDS[k]; }

/* bulge = tan(sweep/4); sagitta = bulge * chord/2 to the right of the chord for a positive bulge. */
struct contour_edge contour_get_chord(double x0_m, double y0_m, double x1_m, double y1_m, double bulge_pu)
{
    struct contour_edge g = {x0_m, y0_m, x1_m, y1_m, bulge_pu != 0.0, 0, 0, 0, 0, 0};
    if (!g.is_arc)
        return g;
    double dx = x1_m - x0_m, dy = y1_m - y0_m, h = (1.0 - bulge_pu * bulge_pu) / (4.0 * bulge_pu); /* centre left of the chord, in chords */
    g.cx_m = 0.5 * (x0_m + x1_m) - h * dy;
    g.cy_m = 0.5 * (y0_m + y1_m) + h * dx;
    g.r_m = hypot(x0_m - g.cx_m, y0_m - g.cy_m);
    g.a0_rad = atan2(y0_m - g.cy_m, x0_m - g.cx_m);
    g.sweep_rad = 4.0 * atan(bulge_pu);
    return g;
}

struct contour_edge contour_get_edge(const struct contour *c, const struct contour_region *g, int k)
{
    const struct contour_vertex *a = c->vertex + g->first + k, *b = c->vertex + g->first + (k + 1) % g->n;
    return contour_get_chord(a->x_m, a->y_m, b->x_m, b->y_m, a->bulge_pu);
}

void contour_eval_point(const struct contour_edge *g, double t, double *x_m, double *y_m)
{
    *x_m = t < 1.0 ? g->x0_m + t * (g->x1_m - g->x0_m) : g->x1_m;
    *y_m = t < 1.0 ? g->y0_m + t * (g->y1_m - g->y0_m) : g->y1_m;
    if (g->is_arc && t > 0.0 && t < 1.0) {
        *x_m = g->cx_m + g->r_m * cos(g->a0_rad + t * g->sweep_rad);
        *y_m = g->cy_m + g->r_m * sin(g->a0_rad + t * g->sweep_rad);
    }
}

double contour_eval_length_m(const struct contour_edge *g)
{
    return g->is_arc ? g->r_m * fabs(g->sweep_rad) : hypot(g->x1_m - g->x0_m, g->y1_m - g->y0_m);
}

double contour_eval_distance_m(const struct contour_edge *g, double x_m, double y_m, double *t_pu)
{
    double dx = g->x1_m - g->x0_m, dy = g->y1_m - g->y0_m, t, x, y;
    if (g->is_arc) {
        double turn = atan2(y_m - g->cy_m, x_m - g->cx_m) - g->a0_rad, sense = g->sweep_rad < 0.0 ? -1.0 : 1.0;
        turn = fmod(sense * turn, 2.0 * PI);
        turn += turn < 0.0 ? 2.0 * PI : 0.0;
        t = turn / fabs(g->sweep_rad);
        if (t > 1.0)
            t = hypot(x_m - g->x0_m, y_m - g->y0_m) < hypot(x_m - g->x1_m, y_m - g->y1_m) ? 0.0 : 1.0;
    } else {
        t = ((x_m - g->x0_m) * dx + (y_m - g->y0_m) * dy) / (dx * dx + dy * dy);
        t = fmin(fmax(t, 0.0), 1.0);
    }
    contour_eval_point(g, t, &x, &y);
    *t_pu = t;
    return hypot(x_m - x, y_m - y);
}

double contour_eval_outline_m(const struct contour *c, const struct contour_region *g, double x_m, double y_m)
{
    double best = HUGE_VAL, t;
    for (int k = 0; k < g->n; k++) {
        struct contour_edge edge = contour_get_edge(c, g, k);
        best = fmin(best, contour_eval_distance_m(&edge, x_m, y_m, &t));
    }
    return best;
}

/* Within the circle, and on the arc's side of its chord. */
static int is_in_segment(const struct contour_edge *g, double x_m, double y_m)
{
    double cross = (g->x1_m - g->x0_m) * (y_m - g->y0_m) - (g->y1_m - g->y0_m) * (x_m - g->x0_m);
    return hypot(x_m - g->cx_m, y_m - g->cy_m) < g->r_m && (g->sweep_rad > 0.0 ? cross < 0.0 : cross > 0.0);
}

/* The area is that of the chords' polygon, with the segment between every arc and its chord added or taken away. */
int contour_is_inside(const struct contour *c, const struct contour_region *g, double x_m, double y_m)
{
    int inside = 0;
    for (int k = 0; k < g->n; k++) {
        struct contour_edge edge = contour_get_edge(c, g, k);
        if ((edge.y0_m > y_m) != (edge.y1_m > y_m) &&
            x_m < edge.x0_m + (y_m - edge.y0_m) / (edge.y1_m - edge.y0_m) * (edge.x1_m - edge.x0_m))
            inside = !inside;
        if (edge.is_arc && is_in_segment(&edge, x_m, y_m))
            inside = !inside;
    }
    return inside;
}

int contour_get_region_at(const struct contour *c, double x_m, double y_m)
{
    int best = -1;
    for (int k = 0; k < c->n_region; k++)
        if (contour_is_inside(c, &c->region[k], x_m, y_m) && (best < 0 || c->region[k].area_m2 < c->region[best].area_m2))
            best = k;
    return best;
}

void contour_eval_extent_m(const struct contour *c, const struct contour_region *g, double cx_pu, double cy_pu, double y_least_m,
                           double *low_m, double *high_m)
{
    *low_m = HUGE_VAL;
    *high_m = -HUGE_VAL;
    for (int k = 0; k < g->n; k++) {
        struct contour_edge edge = contour_get_edge(c, g, k);
        double x_last = edge.x0_m, y_last = edge.y0_m;
        for (int i = 0, n = edge.is_arc ? N_EXTENT : 1; i <= n; i++) {
            double x, y;
            contour_eval_point(&edge, (double)i / n, &x, &y);
            if ((y < y_least_m) != (y_last < y_least_m)) { /* where the outline passes the limit */
                double s = x_last + (y_least_m - y_last) / (y - y_last) * (x - x_last);
                *low_m = fmin(*low_m, cx_pu * s + cy_pu * y_least_m);
                *high_m = fmax(*high_m, cx_pu * s + cy_pu * y_least_m);
            }
            if (y >= y_least_m) {
                *low_m = fmin(*low_m, cx_pu * x + cy_pu * y);
                *high_m = fmax(*high_m, cx_pu * x + cy_pu * y);
            }
            x_last = x;
            y_last = y;
        }
    }
}

/* Vertex k of a, mirrored, is a vertex of b, and so is the middle of its edge a point of b's outline. */
static int is_image(const struct contour *c, const struct contour_region *a, const struct contour_region *b)
{
    double turn = isnan(a->axis_rad) || isnan(b->axis_rad) ? 0.0 : remainder(a->axis_rad + b->axis_rad, 2.0 * PI);
    if (a->kind != b->kind || a->n != b->n || isnan(a->axis_rad) != isnan(b->axis_rad) || fabs(turn) > 1e-3)
        return 0;
    for (int k = 0; k < a->n; k++) {
        struct contour_edge edge = contour_get_edge(c, a, k);
        double x, y, nearest = HUGE_VAL;
        contour_eval_point(&edge, 0.5, &x, &y);
        for (int i = b->first; i < b->first + b->n; i++)
            nearest = fmin(nearest, hypot(c->vertex[i].x_m - edge.x0_m, c->vertex[i].y_m + edge.y0_m));
        if (nearest > c->join_m || contour_eval_outline_m(c, b, x, -y) > c->join_m)
            return 0;
    }
    return 1;
}

int contour_get_mirror(const struct contour *c, int k)
{
    for (int i = 0; i < c->n_region; i++)
        if (is_image(c, &c->region[k], &c->region[i]))
            return i;
    return -1;
}

int contour_get_side(const struct contour *c, const struct contour_region *g)
{
    double low_m, high_m;
    contour_eval_extent_m(c, g, 0.0, 1.0, -HUGE_VAL, &low_m, &high_m);
    return low_m >= -c->join_m ? 1 : high_m <= c->join_m ? -1 : 0;
}

/* The innermost region around region k, -1: none. By a point just inside of k, beside the middle of its longest edge. */
static int parent_get(const struct contour *c, int k)
{
    const struct contour_region *g = &c->region[k];
    struct contour_edge edge = contour_get_edge(c, g, 0);
    double x, y, x_next, y_next, off = 4.0 * c->join_m;
    int best = -1;
    for (int i = 1; i < g->n; i++) {
        const struct contour_edge other = contour_get_edge(c, g, i);
        if (contour_eval_length_m(&other) > contour_eval_length_m(&edge))
            edge = other;
    }
    contour_eval_point(&edge, 0.5, &x, &y);
    contour_eval_point(&edge, 0.5625, &x_next, &y_next);
    const double dx = x_next - x, dy = y_next - y, len = hypot(dx, dy);
    x -= off * dy / len;
    y += off * dx / len;
    for (int i = 0; i < c->n_region; i++)
        if (c->region[i].area_m2 > g->area_m2 && contour_is_inside(c, &c->region[i], x, y) &&
            (best < 0 || c->region[i].area_m2 < c->region[best].area_m2))
            best = i;
    return best;
}

double contour_eval_iron_m2(const struct contour *c, double tau_rad, double R_ri_m, double R_ro_m)
{
    double area_m2 = c->background == CONTOUR_IRON ? 0.5 * tau_rad * (R_ro_m * R_ro_m - R_ri_m * R_ri_m) : 0.0;
    for (int k = 0; k < c->n_region; k++) {
        const int parent = parent_get(c, k);
        const enum contour_kind around = parent >= 0 ? c->region[parent].kind : c->background;
        area_m2 += c->region[k].area_m2 * ((c->region[k].kind == CONTOUR_IRON) - (around == CONTOUR_IRON));
    }
    return area_m2;
}

int contour_get_block(const struct contour *c, int k, int is_behind)
{
    int n = 0, side = contour_get_side(c, &c->region[k]), ahead = side < 0 ? contour_get_mirror(c, k) : k;
    for (int i = 0; i < ahead; i++)
        n += c->region[i].kind == CONTOUR_MAGNET && contour_get_side(c, &c->region[i]) >= 0;
    return 2 * n + (side < 0 || (side == 0 && is_behind));
}

/* ---- building ---- */

enum status contour_new(const char *path, const struct contour_opts *o, struct contour **out, struct err *e)
{
    *out = mem_new(1, sizeof **out);
    if (!*out)
        return err_set(e, ST_NO_MEMORY, path, "no memory for a contour");
    snprintf((*out)->file, sizeof (*out)->file, "%s", path);
    (*out)->join_m = o->join_m;
    (*out)->background = o->background;
    return ST_OK;
}

void contour_free(struct contour *c)
{
    if (!c)
        return;
    mem_free(c->region);
    mem_free(c->vertex);
    mem_free(c);
}

static enum status fail_memory(const struct contour *c, struct err *e)
{
    return err_set(e, ST_NO_MEMORY, c->file, "no memory for %d vertices", c->n_vertex);
}

enum status contour_add_region(struct contour *c, const char *name, enum contour_kind kind, double axis_rad, int line, struct err *e)
{
    struct contour_region *grown = mem_grow(c->region, (size_t)c->n_region, (size_t)c->n_region + 1, sizeof *grown);
    if (!grown)
        return fail_memory(c, e);
    c->region = grown;
    struct contour_region *g = &grown[c->n_region++];
    *g = (struct contour_region){
        .kind = kind, .first = c->n_vertex, .axis_rad = kind == CONTOUR_MAGNET ? axis_rad : (double)NAN, .line = line};
    snprintf(g->name, sizeof g->name, "%s", name);
    return ST_OK;
}

enum status contour_add_vertex(struct contour *c, double x_m, double y_m, double bulge_pu, struct err *e)
{
    struct contour_vertex *grown = mem_grow(c->vertex, (size_t)c->n_vertex, (size_t)c->n_vertex + 1, sizeof *grown);
    if (!grown)
        return fail_memory(c, e);
    c->vertex = grown;
    grown[c->n_vertex++] = (struct contour_vertex){x_m, y_m, bulge_pu};
    c->region[c->n_region - 1].n++;
    return ST_OK;
}

static double area_eval(const struct contour *c, const struct contour_region *g)
{
    double area = 0.0;
    for (int k = 0; k < g->n; k++) {
        struct contour_edge edge = contour_get_edge(c, g, k);
        area += 0.5 * (edge.x0_m * edge.y1_m - edge.x1_m * edge.y0_m);
        area += 0.5 * edge.r_m * edge.r_m * (edge.sweep_rad - sin(edge.sweep_rad));
    }
    return area;
}

static void reverse(struct contour *c, const struct contour_region *g)
{
    struct contour_vertex *v = c->vertex + g->first;
    for (int i = 0, j = g->n - 1; i < j; i++, j--) {
        struct contour_vertex spare = v[i];
        v[i] = v[j];
        v[j] = spare;
    }
    double first = v[0].bulge_pu; /* the edge behind a vertex is now the one before it */
    for (int i = 0; i < g->n; i++)
        v[i].bulge_pu = -(i + 1 < g->n ? v[i + 1].bulge_pu : first);
}

/* Vertices that repeat the one before are left out. */
static void drop_repeats(struct contour *c, struct contour_region *g)
{
    int n = 0;
    struct contour_vertex *v = c->vertex + g->first;
    for (int i = 0; i < g->n; i++) {
        const struct contour_vertex *next = &v[(i + 1) % g->n];
        if (hypot(v[i].x_m - next->x_m, v[i].y_m - next->y_m) > c->join_m || (g->n == 2 && v[i].bulge_pu != 0.0))
            v[n++] = v[i];
    }
    g->n = n;
}

void contour_finish(struct contour *c, double d_axis_rad)
{
    double co = cos(d_axis_rad), si = sin(d_axis_rad);
    for (int k = 0; k < c->n_vertex; k++) {
        struct contour_vertex *v = &c->vertex[k], old = *v;
        v->x_m = co * old.x_m + si * old.y_m;
        v->y_m = co * old.y_m - si * old.x_m;
    }
    for (int k = 0; k < c->n_region; k++) {
        struct contour_region *g = &c->region[k];
        drop_repeats(c, g);
        g->axis_rad -= d_axis_rad;
        g->area_m2 = area_eval(c, g);
        if (g->area_m2 < 0.0) {
            reverse(c, g);
            g->area_m2 = -g->area_m2;
        }
    }
}
