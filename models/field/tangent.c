/* tangent.c - Newton's matrix: the linear elements' values, summed once per machine, and what the iron adds. The iron's entries are worked
 * out for all elements side by side; then every value of the matrix gathers its own through lists made once per mesh, in rows of one
 * width, so that nothing is added twice to the same memory in a row and the loops have no jumps. Rows are filled up with an entry that is
 * always 0. */
#include "models/field/iron_impl.h"

#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/banned.h"

#define EDGE_WIDTH 2 /* elements at an edge */
#define NODE_WIDTH 8 /* elements at a node: mostly six; a node of more has a second row */

/* Entry j of iron element k. */
static size_t entry_get(const struct field_ws *ws, int k, int j)
{
    return (size_t)j * (size_t)ws->iron.n + (size_t)k;
}

/* Rows of values first .. end - 1; n_entry[s] elements add to value s. */
static int gather_new(struct field_gather *g, const struct field_ws *ws, int first, int end, int width, const int *n_entry, int *row)
{
    const int zero = 6 * ws->iron.n;
    g->n = 0;
    for (int s = first; s < end; s++) {
        row[s] = g->n;
        g->n += (n_entry[s] + width - 1) / width;
    }
    g->value = mem_new((size_t)g->n + 1, sizeof *g->value);
    g->entry = mem_new((size_t)(g->n * width) + 1, sizeof *g->entry);
    if (!g->value || !g->entry)
        return 0;
    for (int s = first; s < end; s++)
        for (int r = row[s]; r < (s + 1 < end ? row[s + 1] : g->n); r++)
            g->value[r] = s;
    for (int k = 0; k < g->n * width; k++)
        g->entry[k] = zero;
    return 1;
}

/* row and n_entry, [n_val + 1], are scratch. */
static int gathers_new(struct field_ws *ws, int *n_entry, int *row)
{
    const int n = ws->iron.n;
    for (int k = 0; k < 6 * n; k++)
        n_entry[ws->slot[6 * ws->iron.tri[k / 6] + k % 6]]++;
    if (!gather_new(&ws->node_gather, ws, 0, ws->n_dof, NODE_WIDTH, n_entry, row) ||
        !gather_new(&ws->edge_gather, ws, ws->n_dof, ws->n_val, EDGE_WIDTH, n_entry, row))
        return 0;
    memset(n_entry, 0, ((size_t)ws->n_val + 1) * sizeof *n_entry);
    for (int k = 0; k < 6 * n; k++) {
        const int s = ws->slot[6 * ws->iron.tri[k / 6] + k % 6], at = (int)entry_get(ws, k / 6, k % 6);
        if (s < ws->n_dof)
            ws->node_gather.entry[row[s] * NODE_WIDTH + n_entry[s]++] = at;
        else if (s < ws->n_val)
            ws->edge_gather.entry[row[s] * EDGE_WIDTH + n_entry[s]++] = at;
    }
    return 1;
}

int field_new_gathers(struct field_ws *ws)
{
    int *n_entry = mem_new((size_t)ws->n_val + 1, sizeof *n_entry), *row = mem_new((size_t)ws->n_val + 1, sizeof *row);
    ws->iron_entry = mem_new(6 * (size_t)ws->iron.n + 1, sizeof *ws->iron_entry);
    int ok = n_entry && row && ws->iron_entry && gathers_new(ws, n_entry, row);
    mem_free(n_entry);
    mem_free(row);
    return ok;
}

void field_drop_gathers(struct field_ws *ws)
{
    void *const list[] = {ws->iron_entry, ws->node_gather.value, ws->node_gather.entry, ws->edge_gather.value, ws->edge_gather.entry};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        mem_free(list[k]);
}

/* Entries 00 11 22 01 12 20 of n elements from k on: area (nu g_a . g_b + 2 dnu (g_a . h)(g_b . h)). */
VECTOR_VERSIONS static void chunk_assemble(const struct field_ws *ws, int k, int n)
{
    static const int SECOND[6] = {0, 1, 2, 1, 2, 0};
    const struct field_iron_shape *s = &ws->iron_shape;
    const struct field_iron *fe = &ws->iron;
    const double *restrict area = s->area_m2 + k, *restrict nu = fe->nu + k, *restrict dnu = fe->dnu + k;
    const double *restrict hx = fe->hx + k, *restrict hy = fe->hy + k;
    double p[3][FIELD_CHUNK];
    for (int a = 0; a < 3; a++) {
        const double *restrict gx = s->gx[a] + k, *restrict gy = s->gy[a] + k;
        for (int i = 0; i < n; i++)
            p[a][i] = gx[i] * hx[i] + gy[i] * hy[i];
    }
    for (int j = 0; j < 6; j++) {
        const double *restrict ax = s->gx[j % 3] + k, *restrict ay = s->gy[j % 3] + k, *restrict bx = s->gx[SECOND[j]] + k;
        const double *restrict by = s->gy[SECOND[j]] + k, *restrict pa = p[j % 3], *restrict pb = p[SECOND[j]];
        double *restrict out = ws->iron_entry + entry_get(ws, k, j);
        for (int i = 0; i < n; i++)
            out[i] = area[i] * (nu[i] * (ax[i] * bx[i] + ay[i] * by[i]) + 2.0 * dnu[i] * (pa[i] * pb[i]));
    }
}

VECTOR_INLINE void gather_add(const struct field_gather *g, int width, const double *restrict from, double *restrict value)
{
    for (int r = 0; r < g->n; r++) {
        const int *entry = g->entry + width * r;
        double sum[2] = {0.0, 0.0};
        for (int c = 0; c < width; c += 2) {
            sum[0] += from[entry[c]];
            sum[1] += from[entry[c + 1]];
        }
        value[g->value[r]] += sum[0] + sum[1];
    }
}

/* Front by front, each while it is in the cache. */
static void fronts_fill(struct field_ws *ws)
{
    struct frontal *f = &ws->factor;
    int n = 0;
    for (int k = 0; k < f->plan->need.n_front; k++) {
        const struct frontal_front *t = &f->plan->front[k];
        const long size = (long)t->n_line * t->n_pivot, end = t->at + size;
        memset(f->a + t->at, 0, (size_t)size * sizeof *f->a);
        for (; n < ws->n_val && ws->place[n] < end; n++)
            f->a[ws->place[n]] = ws->k_val[ws->placed[n]];
    }
    f->a[f->capacity.n_entry] = 0.0;
}

void field_assemble_tangent(struct field_ws *ws)
{
    for (int k = 0; k < ws->iron.n; k += FIELD_CHUNK)
        chunk_assemble(ws, k, ws->iron.n - k < FIELD_CHUNK ? ws->iron.n - k : FIELD_CHUNK);
    memcpy(ws->k_val, ws->k_lin, (size_t)(ws->n_val + 1) * sizeof *ws->k_val);
    gather_add(&ws->node_gather, NODE_WIDTH, ws->iron_entry, ws->k_val);
    gather_add(&ws->edge_gather, EDGE_WIDTH, ws->iron_entry, ws->k_val);
    fronts_fill(ws);
    for (int k = 0; k < 6 * ws->gap.n; k++)
        ws->factor.a[ws->gap_place[k]] += ws->gap_val[k];
}
