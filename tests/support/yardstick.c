/* yardstick.c - the sector's graph is a cylinder: the candidate orders are levels along it from the stator's outer ring, levels around it
 * both ways from a radial line at four places, and plain reverse Cuthill-McKee. */
#include "tests/support/yardstick.h"
#include "tests/support/clock.h"

#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "models/field/field_impl.h"
#include "models/num/band.h"

#define N_CUT 4

struct yardstick {
    struct field_ws *ws;
    struct band band;
    int *rank, *rank_try, *work, *root;
    double *matrix; /* [band.capacity] */
};

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
    double tau = ms->tau_rad, turn = (ws->theta_el_rad + ws->layout.axis_el_rad) / ws->machine.p;
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

static void candidate_try(struct yardstick *y, int n_root, int *best)
{
    order_set_rcm(&y->ws->graph, n_root, y->root, y->rank_try, y->work);
    int half = order_eval_half_band(&y->ws->graph, y->rank_try);
    if (half < *best) {
        int *swap = y->rank;
        y->rank = y->rank_try;
        y->rank_try = swap;
        *best = half;
    }
}

/* The workspace's factor is overwritten by its matrix here, and put back. */
static enum status matrix_set(struct yardstick *y, struct err *e)
{
    struct field_ws *ws = y->ws;
    const int *rank = y->rank;
    size_t n_byte = ((size_t)ws->factor.capacity.n_entry + 1) * sizeof *ws->factor.a;
    double *kept = mem_new(n_byte, 1);
    y->matrix = mem_new((size_t)y->band.capacity + 1, sizeof *y->matrix);
    if (!kept || !y->matrix) {
        mem_free(kept);
        return err_set(e, ST_NO_MEMORY, "yardstick", "no memory");
    }
    memcpy(kept, ws->factor.a, n_byte);
    field_assemble_tangent(ws);
    memcpy(ws->factor.a, kept, n_byte);
    mem_free(kept);
    band_set_zero(&y->band);
    for (int s = 0; s < ws->n_val; s++)
        y->band.a[band_get_place(&y->band, rank[ws->slot_row[s]], rank[ws->slot_col[s]])] = ws->k_val[s];
    for (int t = 0; t < ws->gap.n; t++) {
        const int *d = ws->gap.idx + 3 * t;
        for (int k = 0; k < 6; k++) {
            int i = d[k % 3], j = k < 3 ? i : d[(k + 1) % 3];
            if (i != ws->n_dof && j != ws->n_dof)
                y->band.a[band_get_place(&y->band, rank[i], rank[j])] += ws->gap_val[6 * t + k];
        }
    }
    memcpy(y->matrix, y->band.a, ((size_t)y->band.capacity + 1) * sizeof *y->matrix);
    return ST_OK;
}

enum status yardstick_new(struct field_ws *ws, struct yardstick **out, struct err *e)
{
    size_t n = (size_t)ws->n_dof;
    int best = ws->n_dof;
    struct yardstick *y = mem_new(1, sizeof *y);
    *out = NULL;
    if (!y)
        return err_set(e, ST_NO_MEMORY, "yardstick", "no memory");
    y->ws = ws;
    y->rank = mem_new(n, sizeof *y->rank);
    y->rank_try = mem_new(n, sizeof *y->rank_try);
    y->work = mem_new(3 * n, sizeof *y->work);
    y->root = mem_new(3 * (size_t)ws->tri.n, sizeof *y->root);
    if (!y->rank || !y->rank_try || !y->work || !y->root) {
        yardstick_free(y);
        return err_set(e, ST_NO_MEMORY, "yardstick", "no memory");
    }
    candidate_try(y, ring_root_get(ws, y->root), &best);
    candidate_try(y, 0, &best);
    for (int c = 0; c < N_CUT; c++)
        candidate_try(y, cut_root_get(ws, (c + 0.5) / N_CUT * ws->mesh->tau_rad, y->root), &best);
    enum status st = band_init(&y->band, ws->n_dof, best, e);
    if (st == ST_OK)
        st = matrix_set(y, e);
    if (st != ST_OK)
        yardstick_free(y);
    else
        *out = y;
    return st;
}

void yardstick_free(struct yardstick *y)
{
    if (!y)
        return;
    band_done(&y->band);
    mem_free(y->rank);
    mem_free(y->rank_try);
    mem_free(y->work);
    mem_free(y->root);
    mem_free(y->matrix);
    mem_free(y);
}

double yardstick_eval_s(struct yardstick *y)
{
    struct err e;
    memcpy(y->band.a, y->matrix, ((size_t)y->band.capacity + 1) * sizeof *y->matrix);
    const double start_s = clock_get_thread_s();
    enum status st = band_set_factor(&y->band, &e);
    const double end_s = clock_get_thread_s();
    return st == ST_OK ? end_s - start_s : (double)NAN;
}

int yardstick_get_half_band(const struct yardstick *y) { return y->band.n_half; }
