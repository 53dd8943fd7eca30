/* ordering.c - order of elimination, by nested dissection across angle and radius, made anew at every angle since the moving band joins
 * other nodes. The sector is a cylinder (its two edges are one line of unknowns); an unknown's place around it is that of its node in the
 * stator's frame. Sorted lists are kept per part, so that turning the rotor is a rotation of one list and a merge. */
#include "models/field/field_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define N_LEAF 20        /* unknowns of a piece that is not cut further */
#define EDGE_PU 1e-9     /* of the sector: nodes this near its far edge belong to the near one */

static int is_stator(const struct field_ws *ws, int node) { return node < ws->mesh->n_node_stator; }

/* Merge sort of list[n] by key, stable. */
static void sort_by_key(const double *key, int n, int *list, int *spare)
{
    for (int width = 1; width < n; width *= 2) {
        for (int lo = 0; lo < n; lo += 2 * width) {
            int middle = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n;
            for (int k = lo, i = lo, j = middle; k < hi; k++)
                spare[k] = i < middle && (j >= hi || key[list[i]] <= key[list[j]]) ? list[i++] : list[j++];
        }
        memcpy(list, spare, (size_t)n * sizeof *list);
    }
}

void field_set_sorted(struct field_ws *ws)
{
    const struct mesh *ms = ws->mesh;
    struct field_order *o = &ws->order;
    int n[FIELD_PART_COUNT] = {0, 0};
    for (int k = 0; k < ws->n_dof; k++)
        o->angle_rad[k] = -1.0;
    for (int k = 0; k < ms->n_node; k++) {
        int dof = ms->dof[k], part = is_stator(ws, k) ? FIELD_STATOR : FIELD_ROTOR;
        if (dof < 0 || o->angle_rad[dof] >= 0.0)
            continue;
        double turns = ws->node_angle_rad[k] / ms->sector_rad, rest = turns - floor(turns);
        o->angle_rad[dof] = rest < 1.0 - EDGE_PU ? rest * ms->sector_rad : 0.0;
        o->radius_m[dof] = hypot(ms->x_m[k], ms->y_m[k]);
        o->by_angle[part][n[part]++] = dof;
    }
    for (int part = 0; part < FIELD_PART_COUNT; part++) {
        o->n[part] = n[part];
        sort_by_key(o->angle_rad, n[part], o->by_angle[part], o->work);
    }
    for (int k = 0; k < ws->n_dof; k++)
        o->by_radius[k] = k;
    sort_by_key(o->radius_m, ws->n_dof, o->by_radius, o->work);
}

/* All unknowns around the stator's frame: the rotor's list starts where the turned rotor passes the sector's edge. */
static void merge_by_angle(const struct field_ws *ws, int *list)
{
    const struct field_order *o = &ws->order;
    const int *s = o->by_angle[FIELD_STATOR], *r = o->by_angle[FIELD_ROTOR], n_s = o->n[FIELD_STATOR], n_r = o->n[FIELD_ROTOR];
    const double tau = ws->mesh->sector_rad, turns = (ws->theta_el_rad + ws->layout.axis_el_rad) / ws->machine.p / tau;
    double shift = (turns - floor(turns)) * tau;
    int first = 0;
    while (first < n_r && o->angle_rad[r[first]] + shift < tau)
        first++;
    for (int i = 0, j = 0; i + j < n_s + n_r;) {
        int dof = j < n_r ? r[(first + j) % n_r] : -1;
        double angle = dof < 0 ? HUGE_VAL : o->angle_rad[dof] + shift - (first + j < n_r ? tau : 0.0);
        if (i < n_s && o->angle_rad[s[i]] <= angle) {
            list[i + j] = s[i];
            i++;
        } else {
            list[i + j] = dof;
            j++;
        }
    }
}

/* Adjacency of the present angle: the fixed lists, and the edges of the band between the two rings. */
static void graph_set(struct field_ws *ws)
{
    int n = ws->n_dof, *start = ws->graph_start, *next = ws->graph_next;
    for (int i = 0; i <= n; i++)
        start[i] = i < n ? ws->graph_fixed_start[i + 1] - ws->graph_fixed_start[i] : 0;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) { /* counts to ends; filling runs backwards and leaves starts */
            int sum = 0;
            for (int i = 0; i <= n; i++)
                start[i] = sum += start[i];
            for (int i = 0; i < n; i++)
                for (int k = ws->graph_fixed_start[i]; k < ws->graph_fixed_start[i + 1]; k++)
                    next[--start[i]] = ws->graph_fixed_next[k];
        }
        for (int k = 0; k < 3 * ws->gap.n; k++) {
            int a = ws->gap_node[k], b = ws->gap_node[k % 3 == 2 ? k - 2 : k + 1];
            if (!is_stator(ws, a) || is_stator(ws, b)) /* each cross edge stands once in this direction */
                continue;
            int i = ws->mesh->dof[a], j = ws->mesh->dof[b];
            if (pass == 0) {
                start[i]++;
                start[j]++;
            } else {
                next[--start[i]] = j;
                next[--start[j]] = i;
            }
        }
    }
    ws->graph.n = n;
    ws->graph.start = start;
    ws->graph.next = next;
}

/* Places of the matrix entries: front by front for those of the mesh, by search for the few of the band. */
static void place_set(struct field_ws *ws)
{
    struct frontal *f = &ws->factor;
    const struct frontal_front *front = f->plan->front;
    const int *rank = ws->rank;
    int n = 0;
    for (int k = 0; k < f->plan->need.n_front; k++) {
        frontal_set_local(f, k);
        for (int c = front[k].first; c < front[k].first + front[k].n_pivot; c++) {
            int i = ws->by_rank[c];
            ws->placed[n] = i;
            ws->place[n++] = frontal_get_local_place(f, k, c, c);
            for (int s = ws->graph_fixed_start[i]; s < ws->graph_fixed_start[i + 1]; s++)
                if (rank[ws->graph_fixed_next[s]] > c) {
                    ws->placed[n] = ws->graph_fixed_slot[s];
                    ws->place[n++] = frontal_get_local_place(f, k, rank[ws->graph_fixed_next[s]], c);
                }
        }
    }
    for (int t = 0; t < ws->gap.n; t++) {
        const int *d = ws->gap.idx + 3 * t;
        for (int k = 0; k < 6; k++) {
            int i = d[k % 3], j = k < 3 ? i : d[(k + 1) % 3];
            ws->gap_place[6 * t + k] = i == ws->n_dof || j == ws->n_dof ? f->capacity.n_entry : frontal_get_place(f, rank[i], rank[j]);
        }
    }
}

void field_set_order(struct field_ws *ws)
{
    struct field_order *o = &ws->order;
    graph_set(ws);
    merge_by_angle(ws, ws->by_rank);
    memcpy(o->by_radius_cut, o->by_radius, (size_t)ws->n_dof * sizeof *o->by_radius);
    dissect_set(&ws->graph, N_LEAF, ws->by_rank, o->by_radius_cut, o->work, &o->tree);
    for (int k = 0; k < ws->n_dof; k++)
        ws->rank[ws->by_rank[k]] = k;
    frontal_set_plan(&ws->factor, &ws->now->plan, &ws->graph, ws->by_rank, ws->rank, &o->tree);
    if (ws->factor.a && frontal_is_enough(&ws->factor))
        place_set(ws);
}
