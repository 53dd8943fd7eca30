/* stress_topology.c - from a field mesh to the numbered half pole of rotor iron: corner and midside nodes, outline, supports, masses that
 * hang on it. */
#include "models/mech/stress_impl.h"
#include "models/num/dissect.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define N_LEAF        12   /* nodes of a piece of the order of elimination that is not cut further */
#define ANGLE_TOL_RAD 1e-7 /* the template mirrors coordinates: nodes on an axis are there to rounding */

struct side {
    int low, high;
    int elem; /* iron element, or -1 */
    int corner;
    int block;
};

static int is_mass(unsigned char region) { return region == REGION_MAGNET || region == REGION_FIELD_COIL; }

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
    if (!ws->elem || !ws->mesh_node || !ws->support || !ws->mid_end || !ws->edge || !ws->load_tri || !ws->load_block || !ws->gauss_Pa ||
        !ws->gauss_m2 || !ws->in_zone || !ws->von_mises_Pa)
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

/* Order of elimination by nested dissection, across angle and radius; the two unknowns of a node stay together. The coordinates are the
 * places in the Cuthill-McKee orders from the d axis and from the bore: of the connectivity alone, so that the figures of a machine do not
 * depend on which one the workspace was made for. */
struct ordering {
    struct order_graph graph, unknowns; /* of nodes; of their unknowns */
    int *graph_arrays, *unknown_arrays, *by_angle, *by_radius, *work, *order, *rank;
    struct dissect_tree tree;
};

static void sort_nodes(struct ordering *o, const struct stress_ws *ws, enum stress_support from, int *list)
{
    int *root = o->order, n_root = 0; /* scratch here, like rank and work */
    for (int i = 0; i < ws->n_node; i++)
        if (ws->support[i] & from)
            root[n_root++] = i;
    order_set_rcm(&o->graph, n_root, root, o->rank, o->work);
    for (int i = 0; i < ws->n_node; i++)
        list[o->rank[i]] = i;
}

static int new_ordering(struct ordering *o, const struct stress_ws *ws)
{
    const size_t n = (size_t)ws->n_node;
    o->graph_arrays = new_graph(ws, &o->graph);
    o->unknown_arrays = mem_new(2 * n + 2 + 4 * 30 * (size_t)ws->n_elem + 2 * n, sizeof(int));
    o->by_angle = mem_new(n, sizeof(int));
    o->by_radius = mem_new(n, sizeof(int));
    o->work = mem_new((n + 1) * DISSECT_WORK, sizeof(int));
    o->order = mem_new(2 * n, sizeof(int));
    o->rank = mem_new(2 * n, sizeof(int));
    o->tree = (struct dissect_tree){0, mem_new(n + 1, sizeof(int)), ws->n_node};
    return o->graph_arrays && o->unknown_arrays && o->by_angle && o->by_radius && o->work && o->order && o->rank && o->tree.first;
}

static void drop_ordering(struct ordering *o)
{
    void *const list[] = {o->graph_arrays, o->unknown_arrays, o->by_angle, o->by_radius,
                          o->work,         o->order,          o->rank,     o->tree.first};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        mem_free(list[k]);
}

/* Each unknown of a node neighbours the other, and both of every neighbour. */
static void set_unknown_graph(struct ordering *o)
{
    const struct order_graph *g = &o->graph;
    int *start = o->unknown_arrays, *next = start + 2 * g->n + 1, n = 0;
    for (int i = 0; i < 2 * g->n; i++) {
        start[i] = n;
        next[n++] = i ^ 1;
        for (int k = g->start[i / 2]; k < g->start[i / 2 + 1]; k++) {
            next[n++] = 2 * g->next[k];
            next[n++] = 2 * g->next[k] + 1;
        }
    }
    start[2 * g->n] = n;
    o->unknowns = (struct order_graph){2 * g->n, start, next};
}

static void set_order(struct ordering *o, struct stress_ws *ws)
{
    sort_nodes(o, ws, STRESS_ON_D_AXIS, o->by_angle);
    sort_nodes(o, ws, STRESS_ON_BORE, o->by_radius);
    dissect_set(&o->graph, N_LEAF, o->by_angle, o->by_radius, o->work, &o->tree);
    for (int k = 0; k <= o->tree.n; k++)
        o->tree.first[k] *= 2;
    for (int k = 0; k < ws->n_node; k++) {
        ws->place[o->by_angle[k]] = k;
        for (int part = 0; part < 2; part++) {
            o->order[2 * k + part] = 2 * o->by_angle[k] + part;
            o->rank[2 * o->by_angle[k] + part] = 2 * k + part;
        }
    }
    set_unknown_graph(o);
    frontal_set_plan(&ws->factor, &ws->plan, &o->unknowns, o->order, o->rank, &o->tree);
}

/* Places of an element's 78 entries on and below the diagonal, columns of nodes and parts in the order of the element. */
static void set_entry_places(struct stress_ws *ws)
{
    long *place = ws->entry_place;
    for (int k = 0; k < ws->n_elem; k++)
        for (int j = 0; j < 12; j++)
            for (int i = j; i < 12; i++)
                *place++ = frontal_get_place(&ws->factor, 2 * ws->place[ws->elem[6 * k + i / 2]] + i % 2,
                                             2 * ws->place[ws->elem[6 * k + j / 2]] + j % 2);
}

static enum status new_system(struct stress_ws *ws, struct err *e)
{
    const size_t n = (size_t)ws->n_node;
    struct ordering o = {0};
    ws->place = mem_new(n, sizeof *ws->place);
    ws->x_m = mem_new(n, sizeof *ws->x_m);
    ws->y_m = mem_new(n, sizeof *ws->y_m);
    ws->frame = mem_new(2 * n, sizeof *ws->frame);
    ws->u = mem_new(2 * n, sizeof *ws->u);
    ws->f = mem_new(2 * n, sizeof *ws->f);
    ws->nodal = mem_new(4 * (size_t)ws->n_corner, sizeof *ws->nodal);
    ws->entry_place = mem_new(78 * (size_t)ws->n_elem, sizeof *ws->entry_place);
    if (!ws->place || !ws->x_m || !ws->y_m || !ws->frame || !ws->u || !ws->f || !ws->nodal || !ws->entry_place)
        return err_set(e, ST_NO_MEMORY, "stress_new", "no memory for %d nodes", ws->n_node);
    TRY(frontal_init(&ws->factor, 2 * ws->n_node, e));
    TRY(frontal_plan_init(&ws->plan, 2 * ws->n_node, e));
    const int is_room = new_ordering(&o, ws);
    if (is_room)
        set_order(&o, ws);
    drop_ordering(&o);
    if (!is_room)
        return err_set(e, ST_NO_MEMORY, "stress_new", "no memory to order %d nodes", ws->n_node);
    TRY(frontal_reserve(&ws->factor, &ws->plan.need, e));
    if (!frontal_is_enough(&ws->factor))
        return err_set(e, ST_NO_MEMORY, "stress_new", "the order of elimination of %d nodes has too many borders", ws->n_node);
    set_entry_places(ws);
    return ST_OK;
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
    void *const block[] = {ws->elem,       ws->mesh_node, ws->mid_end,      ws->support,     ws->place, ws->edge,  ws->load_tri,
                           ws->load_block, ws->x_m,       ws->y_m,          ws->u,           ws->f,     ws->nodal, ws->gauss_Pa,
                           ws->gauss_m2,   ws->in_zone,   ws->von_mises_Pa, ws->entry_place, ws->frame};
    for (int k = 0; k < ARRAY_LEN(block); k++)
        mem_free(block[k]);
    frontal_done(&ws->factor);
    frontal_plan_done(&ws->plan);
    mem_free(ws);
}
