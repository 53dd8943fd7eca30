/* stress_topology.c - from a field mesh to the numbered half pole of rotor iron: corner and midside nodes, outline, supports, masses that
 * hang on it. */
#include "models/mech/stress_impl.h"
#include "models/num/order.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define ANGLE_TOL_RAD 1e-7  /* the template mirrors coordinates: nodes on an axis are there to rounding */

struct side { int low, high; int elem; /* iron element, or -1 */ int corner; int block; };

static int is_mass(unsigned char region)
{
    return region == REGION_MAGNET || region == REGION_FIELD_COIL;
}

/* Rotor element in the half u >= 0 of the first pole: all its nodes at or beyond the d axis. */
static int is_in_half(const struct mesh *ms, int t)
{
    double x = 0.0, y = 0.0;
    for (int c = 0; c < 3; c++) {
        const int node = ms->tri[3 * t + c];
        if (node < ms->n_node_stator)
            return 0;
        x += ms->x_m[node];
        y += ms->y_m[node];
    }
    const double angle = atan2(y, x);
    return angle > 0.5 * ms->tau_rad && angle < ms->tau_rad;
}

static int get_support(const struct mesh *ms, int node, double R_bore_m)
{
    const double angle = atan2(ms->y_m[node], ms->x_m[node]), r = hypot(ms->x_m[node], ms->y_m[node]);
    int bits = STRESS_FREE;
    if (fabs(angle - 0.5 * ms->tau_rad) < ANGLE_TOL_RAD)
        bits |= STRESS_ON_D_AXIS;
    if (fabs(angle - ms->tau_rad) < ANGLE_TOL_RAD)
        bits |= STRESS_ON_Q_AXIS;
    if (r < R_bore_m * (1.0 + 1e-9))
        bits |= STRESS_ON_BORE;
    return bits;
}

static void count(const struct mesh *ms, struct stress_ws *ws, double *R_bore_m)
{
    *R_bore_m = (double)INFINITY;
    for (int t = 0; t < ms->n_tri; t++) {
        if (!is_in_half(ms, t))
            continue;
        if (is_mass(ms->region[t]))
            ws->n_load++;
        if (ms->region[t] != REGION_ROTOR_IRON)
            continue;
        ws->n_elem++;
        for (int c = 0; c < 3; c++) {
            const int node = ms->tri[3 * t + c];
            *R_bore_m = fmin(*R_bore_m, hypot(ms->x_m[node], ms->y_m[node]));
        }
    }
}

static int get_block(struct stress_ws *ws, enum region region, int part)
{
    for (int b = 0; b < ws->n_block; b++)
        if (ws->block[b].region == region && ws->block[b].part == part)
            return b;
    if (ws->n_block == STRESS_MAX_BLOCK)
        return -1;
    ws->block[ws->n_block] = (struct stress_block){region, part};
    return ws->n_block++;
}

static void add_sides(struct side *side, int *n_side, const struct mesh *ms, int t, int elem, int block)
{
    for (int c = 0; c < 3; c++) {
        const int a = ms->tri[3 * t + c], b = ms->tri[3 * t + (c + 1) % 3];
        side[(*n_side)++] = (struct side){.low = a < b ? a : b, .high = a < b ? b : a, .elem = elem, .corner = c, .block = block};
    }
}

static int compare_side(const void *a, const void *b)
{
    const struct side *p = a, *q = b;
    if (p->low != q->low)
        return p->low < q->low ? -1 : 1;
    if (p->high != q->high)
        return p->high < q->high ? -1 : 1;
    return (p->elem < q->elem) - (p->elem > q->elem); /* iron (elem >= 0) first */
}

/* Elements and masses; corners of the mesh numbered as they come. side: every edge of both. */
static enum status collect(const struct mesh *ms, struct stress_ws *ws, double R_bore_m, int *corner_of, struct side *side, int *n_side,
                           struct err *e)
{
    int elem = 0, load = 0;
    for (int t = 0; t < ms->n_tri; t++) {
        if (!is_in_half(ms, t))
            continue;
        if (is_mass(ms->region[t])) {
            const int block = get_block(ws, (enum region)ms->region[t], ms->part[t]);
            if (block < 0)
                return err_set(e, ST_INFEASIBLE, "stress", "more than %d magnet or coil blocks in half a pole", STRESS_MAX_BLOCK);
            ws->load_tri[load] = t;
            ws->load_block[load++] = block;
            add_sides(side, n_side, ms, t, -1, block);
        }
        if (ms->region[t] != REGION_ROTOR_IRON)
            continue;
        for (int c = 0; c < 3; c++) {
            const int node = ms->tri[3 * t + c];
            if (atan2(ms->y_m[node], ms->x_m[node]) < 0.5 * ms->tau_rad - ANGLE_TOL_RAD)
                return err_set(e, ST_INFEASIBLE, "stress", "rotor element %d lies across the d axis: not a mirrored pole", t);
            if (corner_of[node] < 0) {
                corner_of[node] = ws->n_corner;
                ws->mesh_node[ws->n_corner] = node;
                ws->support[ws->n_corner++] = (unsigned char)get_support(ms, node, R_bore_m);
            }
            ws->elem[6 * elem + c] = corner_of[node];
        }
        add_sides(side, n_side, ms, t, elem++, -1);
    }
    return ST_OK;
}

/* One midside node per edge of the iron; edges of one iron element only are outline. */
static void set_midsides(struct stress_ws *ws, struct side *side, int n_side)
{
    ws->n_node = ws->n_corner;
    for (int k = 0, next; k < n_side; k = next) {
        int n_iron = 0, block = -1;
        for (next = k; next < n_side && side[next].low == side[k].low && side[next].high == side[k].high; next++) {
            n_iron += side[next].elem >= 0;
            block = side[next].elem < 0 ? side[next].block : block;
        }
        if (n_iron == 0)
            continue;
        const int mid = ws->n_node++;
        for (int j = k; j < k + n_iron; j++)
            ws->elem[6 * side[j].elem + 3 + side[j].corner] = mid;
        const int *elem = ws->elem + 6 * side[k].elem;
        const int a = elem[side[k].corner], b = elem[(side[k].corner + 1) % 3];
        ws->mid_end[2 * (mid - ws->n_corner)] = a;
        ws->mid_end[2 * (mid - ws->n_corner) + 1] = b;
        ws->support[mid] = n_iron == 1 ? ws->support[a] & ws->support[b] : STRESS_FREE;
        if (n_iron == 1)
            ws->edge[ws->n_edge++] = (struct stress_edge){a, b, mid, block};
    }
}

static int get_root(int *parent, int i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* Pieces of iron that nothing holds. A piece with an outline edge on both mirror planes is held; with one plane only it can slide along
 * that plane unless the bore holds it; with none it is free. */
static enum status count_loose(struct stress_ws *ws, struct err *e)
{
    const size_t n = (size_t)ws->n_node;
    int *parent = mem_new(n, sizeof *parent);
    unsigned char *held = mem_new(n, sizeof *held);
    if (parent && held) {
        for (int i = 0; i < ws->n_node; i++)
            parent[i] = i;
        for (int k = 0; k < 6 * ws->n_elem; k++)
            parent[get_root(parent, ws->elem[k])] = get_root(parent, ws->elem[6 * (k / 6)]);
        for (int i = ws->n_corner; i < ws->n_node; i++)
            held[get_root(parent, i)] |= ws->support[i];
        for (int i = 0; i < ws->n_node; i++) {
            const int both = STRESS_ON_D_AXIS | STRESS_ON_Q_AXIS;
            if (parent[i] != i || (held[i] & both) == both)
                continue;
            ws->n_loose_free++;
            ws->n_loose_held += !((held[i] & both) && (held[i] & STRESS_ON_BORE));
        }
    }
    const int is_out = !parent || !held;
    mem_free(parent);
    mem_free(held);
    return is_out ? err_set(e, ST_NO_MEMORY, "stress_new", "no memory for %d nodes", ws->n_node) : ST_OK;
}

static enum status new_arrays(struct stress_ws *ws, struct err *e)
{
    const size_t n = (size_t)ws->n_elem;
    ws->elem = mem_new(6 * n, sizeof *ws->elem);
    ws->mesh_node = mem_new(3 * n, sizeof *ws->mesh_node);
    ws->support = mem_new(6 * n, sizeof *ws->support);
    ws->mid_end = mem_new(6 * n, sizeof *ws->mid_end);
    ws->edge = mem_new(3 * n, sizeof *ws->edge);
    ws->load_tri = mem_new((size_t)ws->n_load + 1, sizeof *ws->load_tri);
    ws->load_block = mem_new((size_t)ws->n_load + 1, sizeof *ws->load_block);
    ws->gauss_Pa = mem_new(3 * n, sizeof *ws->gauss_Pa);
    ws->gauss_m2 = mem_new(3 * n, sizeof *ws->gauss_m2);
    ws->in_zone = mem_new(3 * n, sizeof *ws->in_zone);
    ws->von_mises_Pa = mem_new((size_t)ws->n_mesh_node, sizeof *ws->von_mises_Pa);
    if (!ws->elem || !ws->mesh_node || !ws->support || !ws->mid_end || !ws->edge || !ws->load_tri || !ws->load_block || !ws->gauss_Pa
        || !ws->gauss_m2 || !ws->in_zone || !ws->von_mises_Pa)
        return err_set(e, ST_NO_MEMORY, "stress_new", "no memory for %d rotor elements", ws->n_elem);
    return ST_OK;
}

/* Every node of an element neighbours the other five. Returns the arrays of a graph, NULL when out of memory. */
static int *new_graph(const struct stress_ws *ws, struct order_graph *g)
{
    int *start = mem_new((size_t)ws->n_node + 2 + 30 * (size_t)ws->n_elem, sizeof *start);
    if (!start)
        return NULL;
    int *next = start + ws->n_node + 2;
    for (int k = 0; k < 6 * ws->n_elem; k++)
        start[ws->elem[k] + 2] += 5;
    for (int i = 0; i < ws->n_node; i++)
        start[i + 2] += start[i + 1];
    for (int k = 0; k < 6 * ws->n_elem; k++)
        for (int c = 1; c < 6; c++)
            next[start[ws->elem[k] + 1]++] = ws->elem[6 * (k / 6) + (k % 6 + c) % 6];
    *g = (struct order_graph){ws->n_node, start, next};
    return start;
}

/* The narrowest of three orderings: from a far node, from the d axis, from the sector edge. Returns the half band in nodes, -1: out of
 * memory. */
static int set_places(struct stress_ws *ws)
{
    static const int axis[3] = {STRESS_FREE, STRESS_ON_D_AXIS, STRESS_ON_Q_AXIS};
    const size_t n = (size_t)ws->n_node;
    struct order_graph g;
    int best = -1;
    int *arrays = new_graph(ws, &g), *scratch = mem_new(5 * n, sizeof *scratch);
    for (int k = 0; k < 3 && arrays && scratch; k++) {
        int *rank = scratch, *root = scratch + n, n_root = 0;
        for (int i = 0; i < ws->n_node; i++)
            if (ws->support[i] & axis[k])
                root[n_root++] = i;
        order_set_rcm(&g, n_root, root, rank, scratch + 2 * n);
        const int half_band = order_eval_half_band(&g, rank);
        if (best >= 0 && half_band >= best)
            continue;
        best = half_band;
        memcpy(ws->place, rank, n * sizeof *rank);
    }
    mem_free(arrays);
    mem_free(scratch);
    return best;
}

static enum status new_system(struct stress_ws *ws, struct err *e)
{
    const size_t n = (size_t)ws->n_node;
    ws->place = mem_new(n, sizeof *ws->place);
    const int half_band_nodes = ws->place ? set_places(ws) : -1;
    ws->x_m = mem_new(n, sizeof *ws->x_m);
    ws->y_m = mem_new(n, sizeof *ws->y_m);
    ws->u = mem_new(2 * n, sizeof *ws->u);
    ws->f = mem_new(2 * n, sizeof *ws->f);
    ws->nodal = mem_new(4 * (size_t)ws->n_corner, sizeof *ws->nodal);
    if (half_band_nodes < 0 || !ws->x_m || !ws->y_m || !ws->u || !ws->f || !ws->nodal)
        return err_set(e, ST_NO_MEMORY, "stress_new", "no memory for %d nodes", ws->n_node);
    return band_init(&ws->band, 2 * ws->n_node, 2 * half_band_nodes + 1, e);
}

static enum status build(struct stress_ws *ws, const struct mesh *ms, struct err *e)
{
    double R_bore_m;
    int n_side = 0;
    enum status s = ST_NO_MEMORY;
    count(ms, ws, &R_bore_m);
    ws->n_mesh_node = ms->n_node;
    if (ws->n_elem == 0)
        return err_set(e, ST_INFEASIBLE, "stress", "the mesh has no rotor iron");
    TRY(new_arrays(ws, e));
    int *corner_of = mem_new((size_t)ms->n_node, sizeof *corner_of);
    struct side *side = mem_new(3 * (size_t)(ws->n_elem + ws->n_load), sizeof *side);
    if (corner_of && side) {
        for (int i = 0; i < ms->n_node; i++)
            corner_of[i] = -1;
        s = collect(ms, ws, R_bore_m, corner_of, side, &n_side, e);
        if (s == ST_OK) {
            qsort(side, (size_t)n_side, sizeof *side, compare_side);
            set_midsides(ws, side, n_side);
        }
    } else {
        s = err_set(e, ST_NO_MEMORY, "stress_new", "no memory for %d edges", 3 * (ws->n_elem + ws->n_load));
    }
    mem_free(corner_of);
    mem_free(side);
    TRY(s);
    TRY(count_loose(ws, e));
    return new_system(ws, e);
}

enum status stress_new(const struct mesh *ms, struct stress_ws **out, struct err *e)
{
    *out = NULL;
    struct stress_ws *ws = mem_new(1, sizeof *ws);
    if (!ws)
        return err_set(e, ST_NO_MEMORY, "stress_new", "no memory for the stress workspace");
    const enum status s = build(ws, ms, e);
    if (s != ST_OK)
        stress_free(ws);
    else
        *out = ws;
    return s;
}

void stress_free(struct stress_ws *ws)
{
    if (!ws)
        return;
    void *const block[] = {ws->elem, ws->mesh_node, ws->mid_end, ws->support, ws->place, ws->edge, ws->load_tri, ws->load_block,
                           ws->x_m, ws->y_m, ws->u, ws->f, ws->nodal, ws->gauss_Pa, ws->gauss_m2, ws->in_zone,
                           ws->von_mises_Pa};
    for (int k = 0; k < ARRAY_LEN(block); k++)
        mem_free(block[k]);
    band_done(&ws->band);
    mem_free(ws);
}
