/* layout.c - what depends on the connectivity only: lists of elements, slots of the matrix, graph; all memory of a workspace but the B-H
 * tables. */
#include "models/field/field_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define SPARE_PU 0.25         /* memory of the factor over the most that is met at the sampled angles */
#define N_SAMPLE_ANGLE 12
#define N_TURNED 12           /* angles kept: those of a flux map */
#define N_TURNED_LARGE 4      /* of a mesh with more than N_LARGE unknowns */
#define N_LARGE 10000

static int tri_new(struct field_tri *t, int n)
{
    int ok = 1;
    size_t k = (size_t)n;
    t->n = n;
    t->idx = mem_take(3 * k, sizeof *t->idx, &ok);
    t->gx = mem_take(3 * k, sizeof *t->gx, &ok);
    t->gy = mem_take(3 * k, sizeof *t->gy, &ok);
    t->area_m2 = mem_take(k, sizeof *t->area_m2, &ok);
    return ok;
}

static void tri_drop(struct field_tri *t)
{
    mem_free(t->idx);
    mem_free(t->gx);
    mem_free(t->gy);
    mem_free(t->area_m2);
}

static int is_iron(int region)
{
    return region == REGION_STATOR_YOKE || region == REGION_STATOR_TOOTH || region == REGION_ROTOR_IRON;
}

/* Probe of an element, -1 if none: slots first, then the two coil sides of each pole. */
static int probe_get(const struct field_ws *ws, int t)
{
    int region = ws->mesh->region[t], part = ws->mesh->part[t];
    if (region == REGION_SLOT)
        return part;
    if (region != REGION_FIELD_COIL)
        return -1;
    return ws->mesh->n_slot + 2 * (part / ws->mesh->n_part_per_pole) + part % ws->mesh->n_part_per_pole;
}

static int set_iron_list(struct field_ws *ws)
{
    const struct mesh *ms = ws->mesh;
    struct field_iron *fe = &ws->iron;
    int ok = 1;
    for (int t = 0; t < ms->n_tri; t++)
        fe->n += is_iron(ms->region[t]);
    size_t n = (size_t)fe->n;
    fe->tri = mem_take(n, sizeof *fe->tri, &ok);
    fe->nu = mem_take(n, sizeof *fe->nu, &ok);
    fe->dnu = mem_take(n, sizeof *fe->dnu, &ok);
    fe->hx = mem_take(n, sizeof *fe->hx, &ok);
    fe->hy = mem_take(n, sizeof *fe->hy, &ok);
    for (int i = 0; i < 3; i++) {
        ws->iron_shape.dof[i] = mem_take(n, sizeof **ws->iron_shape.dof, &ok);
        ws->iron_shape.gx[i] = mem_take(n, sizeof **ws->iron_shape.gx, &ok);
        ws->iron_shape.gy[i] = mem_take(n, sizeof **ws->iron_shape.gy, &ok);
    }
    ws->iron_shape.area_m2 = mem_take(n, sizeof *ws->iron_shape.area_m2, &ok);
    ws->iron_point.nu = mem_take(n, sizeof *fe->nu, &ok);
    ws->iron_point.dnu = mem_take(n, sizeof *fe->dnu, &ok);
    ws->iron_point.hx = mem_take(n, sizeof *fe->hx, &ok);
    ws->iron_point.hy = mem_take(n, sizeof *fe->hy, &ok);
    if (!ok)
        return 0;
    int at = 0;
    for (int t = 0; t < ms->n_tri; t++) {
        if (is_iron(ms->region[t]))
            fe->tri[at++] = t;
        if (t == ms->n_tri_stator - 1)
            fe->n_stator = at;
    }
    return 1;
}

static int set_probe_list(struct field_ws *ws)
{
    struct field_probe *b = &ws->probe;
    int ok = 1, total = 0, n_tri = ws->mesh->n_tri;
    b->n = ws->mesh->n_slot + 2 * ws->mesh->n_pole;
    b->start = mem_take((size_t)b->n + 1, sizeof *b->start, &ok);
    b->area_m2 = mem_take((size_t)b->n, sizeof *b->area_m2, &ok);
    for (int t = 0; t < n_tri; t++)
        total += probe_get(ws, t) >= 0;
    b->tri = mem_take((size_t)total, sizeof *b->tri, &ok);
    if (!ok)
        return 0;
    total = 0;
    for (int p = 0; p < b->n; p++) {
        b->start[p] = total;
        for (int t = 0; t < n_tri; t++)
            if (probe_get(ws, t) == p)
                b->tri[total++] = t;
    }
    b->start[b->n] = total;
    return 1;
}

static int set_magnet_list(struct field_ws *ws)
{
    const struct mesh *ms = ws->mesh;
    int ok = 1, at = 0;
    for (int t = 0; t < ms->n_tri; t++)
        ws->n_magnet += ms->region[t] == REGION_MAGNET;
    ws->magnet = mem_take((size_t)ws->n_magnet, sizeof *ws->magnet, &ok);
    ws->Br_T = mem_take((size_t)ws->n_magnet, sizeof *ws->Br_T, &ok);
    for (int t = 0; ok && t < ms->n_tri; t++) {
        if (ms->region[t] == REGION_MAGNET) {
            ws->magnet[at].tri = t;
            ws->magnet[at].pole = (short)(ms->part[t] / ms->n_part_per_pole);
            ws->magnet[at++].block = (short)(ms->part[t] % ms->n_part_per_pole);
        }
    }
    return ok;
}

/* Slot of the edge (i, j) among those of the smaller unknown, made when it is new. Edges of an unknown form a chain. */
static int edge_get(struct field_ws *ws, int i, int j, int *head, int *chain, int *n)
{
    int low = i < j ? i : j, high = i < j ? j : i;
    for (int s = head[low]; s >= 0; s = chain[s])
        if (ws->slot_row[s] == high)
            return s;
    int s = (*n)++;
    ws->slot_row[s] = high;
    ws->slot_col[s] = low;
    chain[s] = head[low];
    head[low] = s;
    return s;
}

/* Numbers the matrix entries; head[n_dof] and chain[upper bound] are scratch. */
static void set_slots(struct field_ws *ws, int *head, int *chain)
{
    int n = ws->n_dof;
    for (int i = 0; i < n; i++) {
        ws->slot_row[i] = ws->slot_col[i] = i;
        head[i] = -1;
    }
    for (int t = 0; t < ws->tri.n; t++) {
        const int *d = ws->tri.idx + 3 * t;
        for (int k = 0; k < 6; k++) {
            int i = d[k % 3], j = k < 3 ? i : d[(k + 1) % 3];
            int slot = -1; /* fixed */
            if (i < ws->n_dof && j < ws->n_dof)
                slot = k < 3 ? i : edge_get(ws, i, j, head, chain, &n);
            ws->slot[6 * t + k] = slot;
        }
    }
    ws->n_val = n;
    for (int k = 0; k < 6 * ws->tri.n; k++)
        if (ws->slot[k] < 0)
            ws->slot[k] = n;
}

/* Adjacency of the mesh without the moving band. */
static void set_fixed_graph(struct field_ws *ws)
{
    int *start = ws->graph_fixed_start, *next = ws->graph_fixed_next, n = ws->n_dof;
    for (int s = n; s < ws->n_val; s++) {
        start[ws->slot_row[s]]++;
        start[ws->slot_col[s]]++;
    }
    int sum = 0;
    for (int i = 0; i <= n; i++)
        start[i] = sum += start[i];
    for (int s = n; s < ws->n_val; s++) {
        int i = ws->slot_row[s], j = ws->slot_col[s];
        next[--start[i]] = j;
        next[--start[j]] = i;
        ws->graph_fixed_slot[start[i]] = ws->graph_fixed_slot[start[j]] = s;
    }
}

/* Edges of linear elements; is_linear[n_val + 1] is scratch. */
static void set_linear_list(struct field_ws *ws, double *is_linear)
{
    for (int t = 0; t < ws->tri.n; t++)
        for (int k = 3; k < 6 && !is_iron(ws->mesh->region[t]); k++)
            is_linear[ws->slot[6 * t + k]] = 1.0;
    for (int s = ws->n_dof; s < ws->n_val; s++)
        if (is_linear[s] > 0.0)
            ws->linear[ws->n_linear++] = s;
}

static int set_relax_lists(struct field_ws *ws)
{
    const struct mesh *ms = ws->mesh;
    int ok = 1, n = ws->n_dof;
    ws->relax = mem_take((size_t)n, sizeof *ws->relax, &ok);
    ws->relax_start = mem_take((size_t)n + 2, sizeof *ws->relax_start, &ok);
    ws->relax_corner = mem_take(3 * (size_t)ws->iron.n, sizeof *ws->relax_corner, &ok);
    const size_t n_corner = 3 * (size_t)ws->iron.n + FIELD_MAX_PATCH;
    struct field_corner *corner = &ws->corner;
    corner->element = mem_take(n_corner, sizeof *corner->element, &ok);
    corner->area_m2 = mem_take(n_corner, sizeof *corner->area_m2, &ok);
    for (int a = 0; a < 3; a++) {
        corner->gx[a] = mem_take(n_corner, sizeof **corner->gx, &ok);
        corner->gy[a] = mem_take(n_corner, sizeof **corner->gy, &ok);
    }
    for (int a = 0; a < 2; a++)
        corner->other[a] = mem_take(n_corner, sizeof **corner->other, &ok);
    if (!ok)
        return 0;
    int *start = ws->relax_start;
    for (int c = 0; c < 3 * ws->iron.n; c++)
        start[ws->tri.idx[3 * ws->iron.tri[c / 3] + c % 3]]++;
    for (int i = 0, sum = 0; i <= n; i++)
        start[i] = sum += start[i];
    for (int c = 3 * ws->iron.n - 1; c >= 0; c--)
        ws->relax_corner[--start[ws->tri.idx[3 * ws->iron.tri[c / 3] + c % 3]]] = c;
    start[n + 1] = 3 * ws->iron.n;
    int *is_band = ws->relax; /* scratch until filled: place i is read before it can be written */
    for (int side = 0; mesh_get_band_size(ms) > 0 && side < 2; side++) {
        const int *ring = side == 0 ? ms->ring_stator : ms->ring_rotor;
        for (int k = 0; k < (side == 0 ? ms->n_ring_stator : ms->n_ring_rotor); k++)
            if (ms->dof[ring[k]] >= 0)
                is_band[ms->dof[ring[k]]] = 1;
    }
    for (int i = 0; i < n; i++)
        if (!is_band[i] && start[i + 1] > start[i] && start[i + 1] - start[i] <= FIELD_MAX_PATCH)
            ws->relax[ws->n_relax++] = i;
    return 1;
}

static int set_order_lists(struct field_ws *ws)
{
    struct field_order *o = &ws->order;
    size_t n = (size_t)ws->n_dof;
    int ok = 1;
    o->angle_rad = mem_take(n, sizeof *o->angle_rad, &ok);
    o->radius_m = mem_take(n, sizeof *o->radius_m, &ok);
    for (int part = 0; part < FIELD_PART_COUNT; part++)
        o->by_angle[part] = mem_take(n, sizeof **o->by_angle, &ok);
    o->by_radius = mem_take(n, sizeof *o->by_radius, &ok);
    o->by_radius_cut = mem_take(n, sizeof *o->by_radius_cut, &ok);
    o->work = mem_take((n + 1) * DISSECT_WORK, sizeof *o->work, &ok);
    o->tree.first = mem_take(n + 1, sizeof *o->tree.first, &ok);
    o->tree.n_max = ws->n_dof;
    return ok;
}

static int set_matrix(struct field_ws *ws)
{
    size_t n = (size_t)ws->n_dof, n_tri = (size_t)ws->tri.n, n_edge = 3 * n_tri, n_gap = (size_t)mesh_get_band_size(ws->mesh);
    int ok = set_order_lists(ws);
    ws->slot = mem_take(6 * n_tri, sizeof *ws->slot, &ok);
    ws->slot_row = mem_take(n + n_edge, sizeof *ws->slot_row, &ok);
    ws->slot_col = mem_take(n + n_edge, sizeof *ws->slot_col, &ok);
    ws->graph_start = mem_take(n + 1, sizeof *ws->graph_start, &ok);
    ws->graph_next = mem_take(2 * (n_edge + 3 * n_gap), sizeof *ws->graph_next, &ok);
    ws->graph_fixed_start = mem_take(n + 1, sizeof *ws->graph_fixed_start, &ok);
    ws->graph_fixed_next = mem_take(2 * n_edge, sizeof *ws->graph_fixed_next, &ok);
    ws->graph_fixed_slot = mem_take(2 * n_edge, sizeof *ws->graph_fixed_slot, &ok);
    if (!ok)
        return 0;
    set_slots(ws, ws->order.by_radius, ws->graph_next); /* neither is in use yet */
    set_fixed_graph(ws);
    size_t n_val = (size_t)ws->n_val + 1;
    ws->k_lin = mem_take(n_val, sizeof *ws->k_lin, &ok);
    ws->k_val = mem_take(n_val, sizeof *ws->k_val, &ok);
    ws->linear = mem_take(n_val, sizeof *ws->linear, &ok);
    if (ok)
        set_linear_list(ws, ws->k_val);
    return ok;
}

static int set_vectors(struct field_ws *ws)
{
    double **const list[] = {&ws->load_magnet, &ws->load, &ws->load_solved, &ws->A, &ws->A_try, &ws->R, &ws->R_try, &ws->step, &ws->rhs};
    int ok = 1;
    for (int k = 0; k < ARRAY_LEN(list); k++)
        *list[k] = mem_take((size_t)ws->n_dof + 1, sizeof **list[k], &ok);
    ws->ampere_load = mem_take(FIELD_CURRENT_COUNT * ((size_t)ws->n_dof + 1), sizeof *ws->ampere_load, &ok);
    ws->ampere_A = mem_take(FIELD_CURRENT_COUNT * ((size_t)ws->n_dof + 1), sizeof *ws->ampere_A, &ok);
    size_t n_node = (size_t)ws->mesh->n_node;
    ws->Az = mem_take(n_node, sizeof *ws->Az, &ok);
    ws->node_angle_rad = mem_take(n_node, sizeof *ws->node_angle_rad, &ok);
    ws->B = mem_take(2 * (size_t)ws->tri.n, sizeof *ws->B, &ok);
    return ok;
}

/* Memory for n angles: the first owns it, each has its share. */
static int turned_new(struct field_ws *ws, size_t n)
{
    size_t n_dof = (size_t)ws->n_dof, n_val = (size_t)ws->n_val, n_gap = (size_t)mesh_get_band_size(ws->mesh);
    struct field_turned *t = ws->turned;
    int ok = tri_new(&t->gap, (int)(n * n_gap));
    t->gap_node = mem_take(3 * n * n_gap, sizeof *t->gap_node, &ok);
    t->gap_sign = mem_take(3 * n * n_gap, sizeof *t->gap_sign, &ok);
    t->gap_x_m = mem_take(3 * n * n_gap, sizeof *t->gap_x_m, &ok);
    t->gap_y_m = mem_take(3 * n * n_gap, sizeof *t->gap_y_m, &ok);
    t->gap_val = mem_take(6 * n * n_gap, sizeof *t->gap_val, &ok);
    t->gap_place = mem_take(6 * n * n_gap, sizeof *t->gap_place, &ok);
    t->place = mem_take(n * n_val, sizeof *t->place, &ok);
    t->placed = mem_take(n * n_val, sizeof *t->placed, &ok);
    t->rank = mem_take(n * n_dof, sizeof *t->rank, &ok);
    t->by_rank = mem_take(n * n_dof, sizeof *t->by_rank, &ok);
    t->kept = mem_take(n * (n_dof + 1), sizeof *t->kept, &ok);
    t->gap.n = (int)n_gap;
    for (size_t k = 1; ok && k < n; k++) {
        size_t g = k * n_gap;
        t[k].gap = (struct field_tri){t->gap.n, t->gap.idx + 3 * g, t->gap.gx + 3 * g, t->gap.gy + 3 * g, t->gap.area_m2 + g};
        t[k].gap_node = t->gap_node + 3 * g;
        t[k].gap_sign = t->gap_sign + 3 * g;
        t[k].gap_x_m = t->gap_x_m + 3 * g;
        t[k].gap_y_m = t->gap_y_m + 3 * g;
        t[k].gap_val = t->gap_val + 6 * g;
        t[k].gap_place = t->gap_place + 6 * g;
        t[k].place = t->place + k * n_val;
        t[k].placed = t->placed + k * n_val;
        t[k].rank = t->rank + k * n_dof;
        t[k].by_rank = t->by_rank + k * n_dof;
        t[k].kept = t->kept + k * (n_dof + 1);
    }
    return ok;
}

static void turned_drop(struct field_ws *ws)
{
    if (!ws->turned)
        return;
    struct field_turned *t = ws->turned;
    void *const list[] = {t->gap_node,  t->gap_sign, t->gap_x_m, t->gap_y_m, t->gap_val,
                          t->gap_place, t->place,    t->placed,  t->rank,    t->by_rank, t->kept};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        mem_free(list[k]);
    tri_drop(&t->gap);
    for (int k = 0; k < ws->n_turned; k++)
        frontal_plan_done(&t[k].plan);
}

static enum status set_turned(struct field_ws *ws, struct err *e)
{
    int n = ws->n_dof > N_LARGE ? N_TURNED_LARGE : N_TURNED;
    ws->turned = mem_new((size_t)n, sizeof *ws->turned);
    if (!ws->turned || !turned_new(ws, (size_t)n))
        return err_set(e, ST_NO_MEMORY, "field", "no memory for %d rotor angles of %d unknowns", n, ws->n_dof);
    ws->n_turned = n;
    for (int k = 0; k < n; k++)
        TRY(frontal_plan_init(&ws->turned[k].plan, ws->n_dof, e));
    field_use_turned(ws, ws->turned);
    return ST_OK;
}

static long larger_get(long a, long b) { return a > b ? a : b; }

/* The factor is sized for the most that it takes while the rotor turns through one sector. */
static enum status size_factor(struct field_ws *ws, struct err *e)
{
    struct frontal_size most = {0};
    TRY(set_turned(ws, e));
    TRY(frontal_init(&ws->factor, ws->n_dof, e));
    field_set_sorted(ws);
    for (int k = 0; k < N_SAMPLE_ANGLE; k++) {
        ws->theta_el_rad = (k + 0.5) * PI / N_SAMPLE_ANGLE;
        field_set_gap_elements(ws);
        field_set_order(ws);
        const struct frontal_size *need = &ws->now->plan.need;
        most.n_entry = larger_get(most.n_entry, need->n_entry);
        for (int i = 0; i < 2; i++)
            most.n_schur[i] = larger_get(most.n_schur[i], need->n_schur[i]);
        most.n_front_row = (int)larger_get(most.n_front_row, need->n_front_row);
    }
    ws->theta_el_rad = 0.0;
    most.n_entry += (long)(SPARE_PU * (double)most.n_entry);
    for (int i = 0; i < 2; i++)
        most.n_schur[i] += larger_get(most.n_schur[0], most.n_schur[1]);
    most.n_front_row *= 2;
    return frontal_reserve(&ws->factor, &most, e);
}

enum status field_build(struct field_ws *ws, struct err *e)
{
    const struct mesh *ms = ws->mesh;
    ws->n_dof = ms->n_dof;
    if (!tri_new(&ws->tri, ms->n_tri))
        return err_set(e, ST_NO_MEMORY, "field", "no memory for %d elements", ms->n_tri);
    for (int k = 0; k < 3 * ms->n_tri; k++) {
        int dof = ms->dof[ms->tri[k]];
        ws->tri.idx[k] = dof < 0 ? ws->n_dof : dof;
    }
    if (ms->n_slot + 2 * ms->n_pole > FIELD_MAX_PROBE)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "the field repeats after %d slots and %d poles: more than are modelled",
                       ms->n_slot, ms->n_pole);
    if (!set_iron_list(ws) || !set_probe_list(ws) || !set_magnet_list(ws) || !set_vectors(ws) || !set_matrix(ws) ||
        !set_relax_lists(ws) || !field_new_gathers(ws))
        return err_set(e, ST_NO_MEMORY, "field", "no memory for a field of %d unknowns", ws->n_dof);
    field_set_node_angles(ws);
    return size_factor(ws, e);
}

void field_drop(struct field_ws *ws)
{
    mesh_free(ws->mesh);
    tri_drop(&ws->tri);
    field_drop_gathers(ws);
    turned_drop(ws);
    frontal_done(&ws->factor);
    for (int i = 0; i < 3; i++) {
        mem_free(ws->iron_shape.dof[i]);
        mem_free(ws->iron_shape.gx[i]);
        mem_free(ws->iron_shape.gy[i]);
        mem_free(ws->corner.gx[i]);
        mem_free(ws->corner.gy[i]);
    }
    void *const list[] = {ws->iron_shape.area_m2,
                          ws->turned,
                          ws->linear,
                          ws->relax,
                          ws->relax_start,
                          ws->relax_corner,
                          ws->corner.element,
                          ws->corner.other[0],
                          ws->corner.other[1],
                          ws->corner.area_m2,
                          ws->iron.tri,
                          ws->iron.nu,
                          ws->iron.dnu,
                          ws->iron.hx,
                          ws->iron.hy,
                          ws->iron_point.nu,
                          ws->iron_point.dnu,
                          ws->iron_point.hx,
                          ws->iron_point.hy,
                          ws->probe.start,
                          ws->probe.tri,
                          ws->probe.area_m2,
                          ws->magnet,
                          ws->Br_T,
                          ws->slot,
                          ws->slot_row,
                          ws->slot_col,
                          ws->k_lin,
                          ws->k_val,
                          ws->load_magnet,
                          ws->ampere_load,
                          ws->ampere_A,
                          ws->load_solved,
                          ws->load,
                          ws->A,
                          ws->A_try,
                          ws->R,
                          ws->R_try,
                          ws->step,
                          ws->rhs,
                          ws->graph_start,
                          ws->graph_next,
                          ws->graph_fixed_next,
                          ws->graph_fixed_start,
                          ws->graph_fixed_slot,
                          ws->order.angle_rad,
                          ws->order.radius_m,
                          ws->order.by_angle[FIELD_STATOR],
                          ws->order.by_angle[FIELD_ROTOR],
                          ws->order.by_radius,
                          ws->order.by_radius_cut,
                          ws->order.work,
                          ws->order.tree.first,
                          ws->node_angle_rad,
                          ws->Az,
                          ws->B};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        mem_free(list[k]);
}
