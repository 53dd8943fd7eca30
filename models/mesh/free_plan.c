/* free_plan.c - from contours to nodes and edges: edges are cut where others end on them, those that coincide are taken once, and nodes are
 * placed along them by a size that follows the distance to the nearest other edge. */
#include "models/mesh/free_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define GROWTH_PU 0.35       /* change of size over the distance */
#define ACROSS 1.6           /* elements across the narrowest place, coarse */
#define ACROSS_MAGNET 3.0    /* across a magnet: its field is judged place by place */
#define MAX_SIZE_PU 0.055    /* of the rotor radius, coarse */
#define MIN_SIZE_PU 0.005
#define ARC_STEP_RAD (PI / 6.0) /* most that one element spans of an arc, coarse */
#define SAMPLE_STEP_PU 0.006 /* of the rotor radius */
#define MIN_SAMPLE 4

/* Part of an edge between two points where others end. */
struct piece { struct contour_edge edge; double t0, t1; int a, b; int n_sample, first, is_magnet; };
struct sample { double x_m, y_m, h_m, at_m; int piece; };

struct work {
    struct free_plan *p;
    int n_point, n_piece, n_sample, n_ray;
    double *px_m, *py_m;          /* ends of pieces */
    struct piece *piece;
    struct sample *sample;
    double *ray_m;                /* radii on the rays where something ends */
    int failed;
};

/* Room for one more than n objects; doubles. */
static void *grow(struct work *w, void *p, int n, size_t size)
{
    if (n & (n - 1))
        return p;
    void *grown = mem_grow(p, (size_t)n, n > 0 ? 2 * (size_t)n : 1, size);
    w->failed |= !grown;
    return grown ? grown : p;
}

static double get_ray_distance_m(double angle_rad, double x_m, double y_m) { return y_m * cos(angle_rad) - x_m * sin(angle_rad); }

/* Onto the rays, the bore and the rotor circle when it is that near. */
static void snap(const struct free_plan *p, double *x_m, double *y_m)
{
    double tol = p->c->join_m, r = hypot(*x_m, *y_m), circle[2] = {p->R_ri_m, p->R_ro_m}, ray[2] = {p->low_rad, p->high_rad};
    for (int k = 0; k < 2; k++) {
        if (fabs(r - circle[k]) <= tol) {
            *x_m *= circle[k] / r;
            *y_m *= circle[k] / r;
            r = circle[k];
        }
    }
    for (int k = 0; k < 2; k++) {
        if (fabs(get_ray_distance_m(ray[k], *x_m, *y_m)) <= tol) {
            *x_m = r * cos(ray[k]);
            *y_m = r * sin(ray[k]);
        }
    }
}

static int point_get(struct work *w, double x_m, double y_m)
{
    snap(w->p, &x_m, &y_m);
    for (int k = 0; k < w->n_point; k++)
        if (hypot(w->px_m[k] - x_m, w->py_m[k] - y_m) <= w->p->c->join_m)
            return k;
    w->px_m = grow(w, w->px_m, w->n_point, sizeof *w->px_m);
    w->py_m = grow(w, w->py_m, w->n_point, sizeof *w->py_m);
    if (w->failed)
        return 0;
    w->px_m[w->n_point] = x_m;
    w->py_m[w->n_point] = y_m;
    return w->n_point++;
}

/* Inside of the rays, and not along a ray or the bore, which are the outline. */
static int is_kept(const struct free_plan *p, double x_m, double y_m)
{
    double tol = 2.0 * p->c->join_m, r = hypot(x_m, y_m);
    return get_ray_distance_m(p->low_rad, x_m, y_m) > tol && get_ray_distance_m(p->high_rad, x_m, y_m) < -tol && r > p->R_ri_m + tol;
}

static void add_piece(struct work *w, const struct contour_edge *edge, double t0, double t1, int is_magnet)
{
    double x0, y0, x1, y1, x, y;
    contour_eval_point(edge, t0, &x0, &y0);
    contour_eval_point(edge, t1, &x1, &y1);
    contour_eval_point(edge, 0.5 * (t0 + t1), &x, &y);
    if (!is_kept(w->p, x, y))
        return;
    struct piece q = {.edge = *edge, .t0 = t0, .t1 = t1, .a = point_get(w, x0, y0), .b = point_get(w, x1, y1),
                      .is_magnet = is_magnet};
    if (q.a == q.b && (t1 - t0) * contour_eval_length_m(edge) <= 3.0 * w->p->c->join_m)
        return;
    for (int k = 0; k < w->n_piece; k++) {
        struct piece *o = &w->piece[k];
        double xo, yo;
        contour_eval_point(&o->edge, 0.5 * (o->t0 + o->t1), &xo, &yo);
        if (((o->a == q.a && o->b == q.b) || (o->a == q.b && o->b == q.a)) && hypot(x - xo, y - yo) <= 3.0 * w->p->c->join_m) {
            o->is_magnet |= is_magnet;
            return;
        }
    }
    w->piece = grow(w, w->piece, w->n_piece, sizeof *w->piece);
    if (!w->failed)
        w->piece[w->n_piece++] = q;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define MAX_CUT 256

/* Where the edge passes a ray. */
static int add_ray_cuts(const struct contour_edge *g, double ray_rad, double *cut, int n)
{
    double d0 = get_ray_distance_m(ray_rad, g->x0_m, g->y0_m), d1 = get_ray_distance_m(ray_rad, g->x1_m, g->y1_m);
    if (!g->is_arc) {
        if ((d0 < 0.0) != (d1 < 0.0) && n < MAX_CUT)
            cut[n++] = d0 / (d0 - d1);
        return n;
    }
    double dc = get_ray_distance_m(ray_rad, g->cx_m, g->cy_m); /* distance = dc + r sin(angle - ray) */
    if (fabs(dc) >= g->r_m)
        return n;
    double s = asin(-dc / g->r_m), at[2] = {ray_rad + s, ray_rad + PI - s}, sense = g->sweep_rad < 0.0 ? -1.0 : 1.0;
    for (int k = 0; k < 2; k++) {
        double turn = fmod(sense * (at[k] - g->a0_rad), 2.0 * PI), t = (turn + (turn < 0.0 ? 2.0 * PI : 0.0)) / fabs(g->sweep_rad);
        if (t < 1.0 && n < MAX_CUT)
            cut[n++] = t;
    }
    return n;
}

static void add_edge(struct work *w, const struct contour_edge *g, int is_magnet)
{
    const struct contour *c = w->p->c;
    double cut[MAX_CUT + 2], t, len = contour_eval_length_m(g);
    int n = 0;
    cut[n++] = 0.0;
    cut[n++] = 1.0;
    for (int k = 0; k < c->n_vertex && n < MAX_CUT; k++)
        if (contour_eval_distance_m(g, c->vertex[k].x_m, c->vertex[k].y_m, &t) <= c->join_m)
            cut[n++] = t;
    n = add_ray_cuts(g, w->p->low_rad, cut, n);
    n = add_ray_cuts(g, w->p->high_rad, cut, n);
    qsort(cut, (size_t)n, sizeof *cut, compare_double);
    double from = 0.0;
    for (int k = 1; k < n; k++) {
        if ((cut[k] - from) * len <= c->join_m && cut[k] < 1.0)
            continue;
        add_piece(w, g, from, cut[k], is_magnet);
        from = cut[k];
    }
}

/* Contours, and the circle R_ro when iron fills what no region covers. */
static void add_contours(struct work *w)
{
    const struct free_plan *p = w->p;
    const struct contour *c = p->c;
    for (int k = 0; k < c->n_region; k++)
        for (int i = 0; i < c->region[k].n; i++) {
            struct contour_edge g = contour_get_edge(c, &c->region[k], i);
            add_edge(w, &g, c->region[k].kind == CONTOUR_MAGNET);
        }
    if (c->background == CONTOUR_IRON) {
        double a = p->low_rad, b = p->high_rad, R = p->R_ro_m;
        struct contour_edge g = {R * cos(a), R * sin(a), R * cos(b), R * sin(b), 1, 0.0, 0.0, R, a, b - a};
        add_edge(w, &g, 0);
    }
}

/* Radii at which something ends on a ray, of both rays: their nodes must match. */
static void set_rays(struct work *w)
{
    const struct free_plan *p = w->p;
    double *r = mem_new((size_t)w->n_point + 2, sizeof *r);
    int n = 0;
    w->failed |= !r;
    if (!r)
        return;
    r[n++] = p->R_ri_m;
    r[n++] = p->r_band_m;
    for (int k = 0; k < w->n_point; k++)
        if (fabs(get_ray_distance_m(p->low_rad, w->px_m[k], w->py_m[k])) <= p->c->join_m ||
            fabs(get_ray_distance_m(p->high_rad, w->px_m[k], w->py_m[k])) <= p->c->join_m)
            r[n++] = hypot(w->px_m[k], w->py_m[k]);
    qsort(r, (size_t)n, sizeof *r, compare_double);
    int kept = 1;
    for (int k = 1; k < n; k++)
        if (r[k] - r[kept - 1] > p->c->join_m)
            r[kept++] = r[k];
    w->ray_m = r;
    w->n_ray = kept;
}

/* ---- size ---- */

static void add_samples(struct work *w, int k)
{
    struct piece *q = &w->piece[k];
    double len = (q->t1 - q->t0) * contour_eval_length_m(&q->edge), step = SAMPLE_STEP_PU * w->p->R_ro_m;
    int n = (int)ceil(len / step);
    q->n_sample = n > MIN_SAMPLE ? n : MIN_SAMPLE;
    q->first = w->n_sample;
    double h = fmin(len, MAX_SIZE_PU * w->p->R_ro_m);
    for (int i = 0; i <= q->n_sample && !w->failed; i++) {
        w->sample = grow(w, w->sample, w->n_sample, sizeof *w->sample);
        if (w->failed)
            return;
        struct sample *s = &w->sample[w->n_sample++];
        double share = (double)i / q->n_sample;
        contour_eval_point(&q->edge, q->t0 + share * (q->t1 - q->t0), &s->x_m, &s->y_m);
        s->h_m = h;
        s->at_m = share * len;
        s->piece = k;
    }
}

static int shares_end(const struct piece *a, const struct piece *b)
{
    return a->a == b->a || a->a == b->b || a->b == b->a || a->b == b->b;
}

/* Size by the nearest edge that does not meet the sample's own, then by growth from smaller ones. Ring: size of its steps. */
static void set_sizes(struct work *w)
{
    const struct free_plan *p = w->p;
    double least = MIN_SIZE_PU * p->R_ro_m, ring = (p->high_rad - p->low_rad) * p->r_band_m / p->n_ring_step;
    for (int i = 0; i < w->n_sample; i++) {
        struct sample *s = &w->sample[i];
        double d = p->r_band_m - hypot(s->x_m, s->y_m);
        s->h_m = fmin(s->h_m, ring + GROWTH_PU * d);
        for (int j = 0; j < w->n_sample; j++) {
            const struct sample *o = &w->sample[j];
            const struct piece *a = &w->piece[s->piece], *b = &w->piece[o->piece];
            double across = a->is_magnet && b->is_magnet ? ACROSS_MAGNET : ACROSS;
            if (!shares_end(a, b))
                s->h_m = fmin(s->h_m, fmax(hypot(s->x_m - o->x_m, s->y_m - o->y_m) / across, least));
        }
    }
    for (int i = 0; i < w->n_sample; i++) { /* growth is a distance: one pass over original values is exact */
        struct sample *s = &w->sample[i];
        double h = s->h_m;
        for (int j = 0; j < w->n_sample; j++)
            h = fmin(h, w->sample[j].h_m + GROWTH_PU * hypot(s->x_m - w->sample[j].x_m, s->y_m - w->sample[j].y_m));
        s->h_m = h;
    }
}

/* Size anywhere. */
static double size_get(const struct work *w, double x_m, double y_m)
{
    const struct free_plan *p = w->p;
    double h = MAX_SIZE_PU * p->R_ro_m, ring = (p->high_rad - p->low_rad) * p->r_band_m / p->n_ring_step;
    h = fmin(h, ring + GROWTH_PU * (p->r_band_m - hypot(x_m, y_m)));
    for (int j = 0; j < w->n_sample; j++)
        h = fmin(h, w->sample[j].h_m + GROWTH_PU * hypot(x_m - w->sample[j].x_m, y_m - w->sample[j].y_m));
    return h;
}

/* ---- nodes ---- */

static int add_node(struct work *w, double x_m, double y_m)
{
    struct free_plan *p = w->p;
    p->x_m = grow(w, p->x_m, p->n_node, sizeof *p->x_m);
    p->y_m = grow(w, p->y_m, p->n_node, sizeof *p->y_m);
    if (w->failed)
        return 0;
    p->x_m[p->n_node] = x_m;
    p->y_m[p->n_node] = y_m;
    return p->n_node++;
}

#define MAX_STEP 400 /* intervals over which the size along an edge is summed */

/* Shares of the length at which nodes stand: equal parts of the sum of ds/h; h_m[n + 1] at equal steps. Returns how many parts. */
static int divide(const double *h_m, int n, double len_m, int least, int factor, double *share)
{
    double sum[MAX_STEP + 1] = {0.0};
    for (int i = 0; i < n; i++)
        sum[i + 1] = sum[i] + 0.5 * len_m / n * (1.0 / h_m[i] + 1.0 / h_m[i + 1]);
    int parts = (int)ceil(sum[n] - 0.25);
    parts = parts > least ? parts : least;
    parts = parts < MAX_STEP / factor ? parts : MAX_STEP / factor;
    parts *= factor;
    share[0] = 0.0;
    for (int k = 1, i = 0; k < parts; k++) {
        double want = sum[n] * k / parts;
        while (i < n - 1 && sum[i + 1] < want)
            i++;
        share[k] = (i + (want - sum[i]) / (sum[i + 1] - sum[i])) / n;
    }
    share[parts] = 1.0;
    return parts;
}

static int get_steps(int n_sample) { return n_sample < MAX_STEP ? n_sample : MAX_STEP; }

static void add_segment(struct work *w, int a, int b)
{
    struct free_plan *p = w->p;
    p->segment = grow(w, p->segment, p->n_segment, 2 * sizeof *p->segment);
    if (w->failed)
        return;
    p->segment[2 * p->n_segment] = a;
    p->segment[2 * p->n_segment++ + 1] = b;
}

static void add_loop(struct work *w, int node)
{
    struct free_plan *p = w->p;
    p->loop = grow(w, p->loop, p->n_loop, sizeof *p->loop);
    if (!w->failed)
        p->loop[p->n_loop++] = node;
}

static void place_piece(struct work *w, const struct piece *q, const int *node_of)
{
    double h[MAX_STEP + 1], share[MAX_STEP + 1], len = (q->t1 - q->t0) * contour_eval_length_m(&q->edge);
    int n = get_steps(q->n_sample), least = 1;
    for (int i = 0; i <= n; i++)
        h[i] = w->sample[q->first + (int)lround((double)i * q->n_sample / n)].h_m;
    if (q->edge.is_arc)
        least = (int)ceil(fabs((q->t1 - q->t0) * q->edge.sweep_rad) / ARC_STEP_RAD - 1e-6);
    if (q->a == q->b && least < 3)
        least = 3;
    int parts = divide(h, n, len, least > 1 ? least : 1, w->p->level_factor, share), last = node_of[q->a];
    for (int k = 1; k <= parts && !w->failed; k++) {
        double x, y;
        contour_eval_point(&q->edge, q->t0 + share[k] * (q->t1 - q->t0), &x, &y);
        int node = k < parts ? add_node(w, x, y) : node_of[q->b];
        add_segment(w, last, node);
        last = node;
    }
}

/* Place on a ray (radius) or on the bore (angle). is_stop: something ends there, on this ray or on its twin. */
struct place { double at; int is_stop; };

/* The node at a place of the outline: that of the nearest contour's end when one is there. Between stops nodes may stand nearer to an end
 * than join_m (a narrow gap, a coarse drawing) and are still nodes of their own. */
static int outline_node(struct work *w, int is_stop, double x_m, double y_m, const int *node_of)
{
    double least_m = w->p->c->join_m;
    int nearest = -1;
    for (int k = 0; k < w->n_point && is_stop; k++) {
        double d_m = hypot(w->px_m[k] - x_m, w->py_m[k] - y_m);
        if (d_m <= least_m)
            least_m = d_m, nearest = k;
    }
    return nearest >= 0 ? node_of[nearest] : add_node(w, x_m, y_m);
}

/* Radii of the nodes of a ray: between the places where something ends, by the smaller size of both rays. */
static int set_ray_radii(struct work *w, struct place *place, int max)
{
    const struct free_plan *p = w->p;
    int n = 0;
    for (int k = 0; k + 1 < w->n_ray; k++) {
        double from = w->ray_m[k], len = w->ray_m[k + 1] - from, h[MAX_STEP + 1], share[MAX_STEP + 1];
        int steps = get_steps((int)ceil(len / (SAMPLE_STEP_PU * p->R_ro_m)) + MIN_SAMPLE);
        for (int i = 0; i <= steps; i++) {
            double r = from + len * i / steps;
            h[i] = fmin(size_get(w, r * cos(p->low_rad), r * sin(p->low_rad)), size_get(w, r * cos(p->high_rad), r * sin(p->high_rad)));
        }
        int parts = divide(h, steps, len, 1, p->level_factor, share);
        for (int i = 0; i < parts && n < max; i++)
            place[n++] = (struct place){from + share[i] * len, i == 0};
    }
    if (n < max)
        place[n++] = (struct place){p->r_band_m, 1};
    return n;
}

/* Angles of the nodes of the bore. */
static int set_bore_angles(struct work *w, struct place *place, int max)
{
    const struct free_plan *p = w->p;
    double stop[MAX_CUT];
    int n_stop = 0, n = 0;
    stop[n_stop++] = p->low_rad;
    stop[n_stop++] = p->high_rad;
    for (int k = 0; k < w->n_point && n_stop < MAX_CUT; k++) {
        double a = atan2(w->py_m[k], w->px_m[k]), near = 2.0 * p->c->join_m / p->R_ri_m;
        if (hypot(w->px_m[k], w->py_m[k]) < p->R_ri_m + p->c->join_m && a > p->low_rad + near && a < p->high_rad - near)
            stop[n_stop++] = a;
    }
    qsort(stop, (size_t)n_stop, sizeof *stop, compare_double);
    for (int k = 0; k + 1 < n_stop; k++) {
        double from = stop[k], span = stop[k + 1] - from, len = span * p->R_ri_m, h[MAX_STEP + 1], share[MAX_STEP + 1];
        int steps = get_steps((int)ceil(len / (SAMPLE_STEP_PU * p->R_ro_m)) + MIN_SAMPLE);
        for (int i = 0; i <= steps; i++) {
            double a = from + span * i / steps;
            h[i] = size_get(w, p->R_ri_m * cos(a), p->R_ri_m * sin(a));
        }
        int parts = divide(h, steps, len, 1, p->level_factor, share);
        for (int i = 0; i < parts && n < max; i++)
            place[n++] = (struct place){from + share[i] * span, i == 0};
    }
    if (n < max)
        place[n++] = (struct place){p->high_rad, 1};
    return n;
}

#define MAX_OUTLINE 2048

/* Low ray outwards, ring, high ray inwards, bore back; corners once. */
static void set_outline(struct work *w, const int *node_of)
{
    struct free_plan *p = w->p;
    struct place r[MAX_OUTLINE], a[MAX_OUTLINE];
    double step = (p->high_rad - p->low_rad) / (p->n_ring_step * p->level_factor);
    p->n_ray = set_ray_radii(w, r, MAX_OUTLINE);
    p->n_bore = set_bore_angles(w, a, MAX_OUTLINE);
    p->n_arc = p->n_ring_step * p->level_factor + 1;
    for (int k = 0; k < p->n_ray; k++)
        add_loop(w, outline_node(w, r[k].is_stop, r[k].at * cos(p->low_rad), r[k].at * sin(p->low_rad), node_of));
    for (int k = 1; k < p->n_arc - 1; k++)
        add_loop(w, add_node(w, p->r_band_m * cos(p->low_rad + k * step), p->r_band_m * sin(p->low_rad + k * step)));
    for (int k = p->n_ray - 1; k >= 0; k--)
        add_loop(w, outline_node(w, r[k].is_stop, r[k].at * cos(p->high_rad), r[k].at * sin(p->high_rad), node_of));
    for (int k = p->n_bore - 2; k > 0; k--)
        add_loop(w, outline_node(w, a[k].is_stop, p->R_ri_m * cos(a[k].at), p->R_ri_m * sin(a[k].at), node_of));
}

static void build(struct work *w)
{
    add_contours(w);
    for (int k = 0; k < w->n_piece && !w->failed; k++)
        add_samples(w, k);
    set_rays(w);
    int *node_of = mem_new((size_t)w->n_point + 1, sizeof *node_of);
    w->failed |= !node_of;
    if (!w->failed) {
        set_sizes(w);
        for (int k = 0; k < w->n_point; k++)
            node_of[k] = add_node(w, w->px_m[k], w->py_m[k]);
        for (int k = 0; k < w->n_piece && !w->failed; k++)
            place_piece(w, &w->piece[k], node_of);
        if (!w->failed)
            set_outline(w, node_of);
    }
    mem_free(node_of);
}

enum status free_plan_init(struct free_plan *p, struct err *e)
{
    struct work w = {.p = p};
    build(&w);
    mem_free(w.px_m);
    mem_free(w.py_m);
    mem_free(w.piece);
    mem_free(w.sample);
    mem_free(w.ray_m);
    return w.failed ? err_set(e, ST_NO_MEMORY, "mesh", "no memory for the nodes of the contours") : ST_OK;
}

void free_plan_done(struct free_plan *p)
{
    mem_free(p->x_m);
    mem_free(p->y_m);
    mem_free(p->segment);
    mem_free(p->loop);
}
