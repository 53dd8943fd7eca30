/* ordering.c - the narrowest of a few orderings, tried anew at every angle since the moving band joins other nodes.
 * The sector's graph is a cylinder (its two edges are one line of unknowns): the candidates are levels that run along it, starting at the
 * stator's outer ring ("ring"), levels that run around it both ways from a radial line ("cut"), and plain reverse Cuthill-McKee. */
#include "models/field/field_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define N_CUT 4

static int is_stator(const struct field_ws *ws, int node) { return node < ws->mesh->n_node_stator; }

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

/* Unknowns beside the fixed outer circle of the stator. */
static int ring_root_get(const struct field_ws *ws, int *root)
{
    int n = 0;
    for (int t = 0; t < ws->mesh->n_tri_stator; t++) {
        const int *d = ws->tri.idx + 3 * t;
        if (d[0] != ws->n_dof && d[1] != ws->n_dof && d[2] != ws->n_dof)
            continue;
        for (int i = 0; i < 3; i++)
            if (d[i] != ws->n_dof)
                root[n++] = d[i];
    }
    return n;
}

/* Unknowns of elements that the ray from the axis at angle a0 (stator frame) crosses, on their anticlockwise side. */
static int cut_root_add(const struct field_ws *ws, int t, const double angle[3], double a0, int *root, int n)
{
    int ahead = 0;
    if (fabs(angle[0] - angle[1]) > PI || fabs(angle[1] - angle[2]) > PI) /* across the edge of a whole turn */
        return n;
    for (int i = 0; i < 3; i++)
        ahead += angle[i] > a0;
    if (ahead > 0 && ahead < 3)
        for (int i = 0; i < 3; i++)
            if (angle[i] > a0 && ws->tri.idx[3 * t + i] != ws->n_dof)
                root[n++] = ws->tri.idx[3 * t + i];
    return n;
}

static int cut_root_get(const struct field_ws *ws, double a0, int *root)
{
    const struct mesh *ms = ws->mesh;
    double tau = ms->sector_rad, turn = (ws->theta_el_rad + ws->layout.axis_el_rad) / ws->machine.p;
    double a_rotor = fmod(a0 - turn, tau);
    if (a_rotor < 0.0)
        a_rotor += tau;
    int n = 0;
    for (int t = 0; t < ms->n_tri; t++) {
        double angle[3];
        for (int i = 0; i < 3; i++)
            angle[i] = ws->node_angle_rad[ms->tri[3 * t + i]];
        n = cut_root_add(ws, t, angle, t < ms->n_tri_stator ? a0 : a_rotor, root, n);
    }
    return n;
}

static void candidate_try(struct field_ws *ws, int n_root, int *best)
{
    order_set_rcm(&ws->graph, n_root, ws->root, ws->rank_try, ws->order_work);
    int half = order_eval_half_band(&ws->graph, ws->rank_try);
    if (half < *best) {
        int *swap = ws->rank;
        ws->rank = ws->rank_try;
        ws->rank_try = swap;
        *best = half;
    }
}

static void place_set(struct field_ws *ws)
{
    const int *rank = ws->rank;
    for (int s = 0; s < ws->n_val; s++)
        ws->place[s] = band_get_place(&ws->band, rank[ws->slot_row[s]], rank[ws->slot_col[s]]);
    ws->place[ws->n_val] = ws->band.capacity;
    for (int t = 0; t < ws->gap.n; t++) {
        const int *d = ws->gap.idx + 3 * t;
        for (int k = 0; k < 6; k++) {
            int i = d[k % 3], j = k < 3 ? i : d[(k + 1) % 3];
            ws->gap_place[6 * t + k] = i == ws->n_dof || j == ws->n_dof ? ws->band.capacity : band_get_place(&ws->band, rank[i], rank[j]);
        }
    }
}

void field_set_order(struct field_ws *ws)
{
    int best = ws->n_dof;
    graph_set(ws);
    candidate_try(ws, ring_root_get(ws, ws->root), &best);
    candidate_try(ws, 0, &best);
    for (int c = 0; c < N_CUT; c++)
        candidate_try(ws, cut_root_get(ws, (c + 0.5) / N_CUT * ws->mesh->sector_rad, ws->root), &best);
    ws->half_band_needed = best;
    if (band_set_half(&ws->band, best))
        place_set(ws);
}
