/* frontal.c - the plan: borders of the fronts, their parents, places of everything. Numbers are in frontal_factor.c. */
#include "models/num/frontal.h"

#include <assert.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/banned.h"

#define ROW_PAD 3   /* the kernels work in steps of four rows and may run over the end of a column */

enum status frontal_plan_init(struct frontal_plan *p, int n, struct err *e)
{
    assert(n > 0);
    *p = (struct frontal_plan){.n = n, .n_front_max = n / 2 + FRONTAL_SPARE / 64, .n_index_max = 5L * n + FRONTAL_SPARE};
    p->front = mem_new((size_t)p->n_front_max, sizeof *p->front);
    p->border = mem_new((size_t)p->n_index_max, sizeof *p->border);
    p->map = mem_new((size_t)p->n_index_max, sizeof *p->map);
    p->owner = mem_new((size_t)n, sizeof *p->owner);
    if (!p->front || !p->border || !p->map || !p->owner)
        return err_set(e, ST_NO_MEMORY, "sparse Cholesky", "no memory for a plan of %d unknowns", n);
    return ST_OK;
}

void frontal_plan_done(struct frontal_plan *p)
{
    mem_free(p->front);
    mem_free(p->border);
    mem_free(p->map);
    mem_free(p->owner);
    memset(p, 0, sizeof *p);
}

enum status frontal_init(struct frontal *f, int n, struct err *e)
{
    assert(n > 0);
    memset(f, 0, sizeof *f);
    f->n = n;
    f->local = mem_new((size_t)n, sizeof *f->local);
    f->mark = mem_new((size_t)n, sizeof *f->mark);
    if (!f->local || !f->mark)
        return err_set(e, ST_NO_MEMORY, "sparse Cholesky", "no memory for %d unknowns", n);
    return ST_OK;
}

enum status frontal_reserve(struct frontal *f, const struct frontal_size *size, struct err *e)
{
    assert(!f->a);
    f->capacity = *size;
    f->a = mem_new((size_t)size->n_entry + 1, sizeof *f->a);
    f->x = mem_new(FRONTAL_WIDE * ((size_t)size->n_front_row + ROW_PAD), sizeof *f->x);
    f->wide = mem_new(FRONTAL_WIDE * (size_t)f->n, sizeof *f->wide);
    for (int k = 0; k < 2; k++)
        f->schur[k] = mem_new((size_t)size->n_schur[k] + 1, sizeof *f->schur[k]);
    if (!f->a || !f->x || !f->wide || !f->schur[0] || !f->schur[1])
        return err_set(e, ST_NO_MEMORY, "sparse Cholesky", "no memory for a factor of %ld entries", size->n_entry);
    return ST_OK;
}

void frontal_done(struct frontal *f)
{
    void *const list[] = {f->local, f->mark, f->a, f->x, f->wide, f->schur[0], f->schur[1]};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        mem_free(list[k]);
    memset(f, 0, sizeof *f);
}

int frontal_is_enough(const struct frontal *f)
{
    const struct frontal_size *c = &f->capacity, *need = &f->plan->need;
    return need->n_index <= f->plan->n_index_max && need->n_front <= f->plan->n_front_max && need->n_entry <= c->n_entry &&
           need->n_schur[0] <= c->n_schur[0] && need->n_schur[1] <= c->n_schur[1] && need->n_front_row <= c->n_front_row;
}

static void sort(int *list, int n)
{
    for (int gap = n > 40 ? 13 : n > 12 ? 4 : 1; gap > 0; gap /= 3) /* Shell's steps 13, 4, 1 */
        for (int i = gap; i < n; i++) {
            int value = list[i], k = i;
            for (; k >= gap && list[k - gap] > value; k -= gap)
                list[k] = list[k - gap];
            list[k] = value;
        }
}

/* Later ranks that the pivots of front k or its children touch; 0 when the list is full. */
static int border_set(struct frontal *f, struct frontal_plan *p, int k, const struct order_graph *g, const int *order, const int *rank)
{
    struct frontal_front *t = &p->front[k];
    int end = t->first + t->n_pivot, n = 0, *border = p->border + p->need.n_index;
    long room = p->n_index_max - p->need.n_index;
    for (int i = t->first; i < end; i++) {
        for (int s = g->start[order[i]]; s < g->start[order[i] + 1]; s++) {
            int r = rank[g->next[s]];
            if (r >= end && f->mark[r] != k) {
                if (n == room)
                    return 0;
                f->mark[r] = k;
                border[n++] = r;
            }
        }
    }
    for (int c = t->child; c >= 0; c = p->front[c].sibling) {
        const int *from = p->border + p->front[c].index_at;
        for (int i = 0; i < p->front[c].n_border; i++) {
            if (from[i] >= end && f->mark[from[i]] != k) {
                if (n == room)
                    return 0;
                f->mark[from[i]] = k;
                border[n++] = from[i];
            }
        }
    }
    sort(border, n);
    t->n_border = n;
    t->index_at = p->need.n_index;
    p->need.n_index += n;
    return 1;
}

void frontal_set_local(struct frontal *f, int k)
{
    const struct frontal_front *t = &f->plan->front[k];
    const int *border = f->plan->border + t->index_at;
    for (int i = 0; i < t->n_pivot; i++)
        f->local[t->first + i] = i;
    for (int i = 0; i < t->n_border; i++)
        f->local[border[i]] = t->n_pivot + i;
}

static void child_map_set(struct frontal *f, struct frontal_plan *p, int k)
{
    frontal_set_local(f, k);
    for (int c = p->front[k].child; c >= 0; c = p->front[c].sibling)
        for (int i = 0; i < p->front[c].n_border; i++)
            p->map[p->front[c].index_at + i] = f->local[p->border[p->front[c].index_at + i]];
}

/* Fronts alternate between two stacks from generation to generation, so that a front and its children never share one. A child waits in
 * its stack until its parent takes it; the top falls past those taken. */
static void stack_set(struct frontal *f, struct frontal_plan *p)
{
    struct frontal_size *need = &p->need;
    long top[2] = {0, 0};
    int last[2] = {-1, -1}; /* the front at the top; `local` links those below it, `mark` says which are taken */
    for (int k = need->n_front - 1; k >= 0; k--)
        p->front[k].stack = p->front[k].parent < 0 ? 0 : 1 - p->front[p->front[k].parent].stack;
    for (int k = 0; k < need->n_front; k++) {
        struct frontal_front *t = &p->front[k];
        int s = t->stack, below = 1 - s;
        t->schur_at = top[s];
        top[s] += (long)t->n_schur_line * t->n_border;
        f->local[k] = last[s];
        f->mark[k] = t->n_border == 0;
        last[s] = k;
        if (top[s] > need->n_schur[s])
            need->n_schur[s] = top[s];
        for (int c = t->child; c >= 0; c = p->front[c].sibling)
            f->mark[c] = 1;
        for (int side = 0; side < 2; side++)
            for (int *l = &last[side == 0 ? s : below]; *l >= 0 && f->mark[*l]; *l = f->local[*l])
                top[side == 0 ? s : below] = p->front[*l].schur_at;
    }
}

static void front_add(struct frontal_plan *p, int first, int end)
{
    int k = p->need.n_front++;
    p->front[k] = (struct frontal_front){.first = first, .n_pivot = end - first, .parent = -1, .child = -1, .sibling = -1};
    for (int i = first; i < end; i++)
        p->owner[i] = k;
}

void frontal_set_plan(struct frontal *f, struct frontal_plan *p, const struct order_graph *g, const int *order, const int *rank,
                      const struct dissect_tree *tree)
{
    f->plan = p;
    struct frontal_size *need = &p->need;
    memset(need, 0, sizeof *need);
    if (tree->n > p->n_front_max) {
        need->n_front = tree->n;
        return;
    }
    for (int k = 0; k < tree->n; k++)
        front_add(p, tree->first[k], tree->first[k + 1]);
    for (int i = 0; i < f->n; i++)
        f->mark[i] = -1;
    for (int k = 0; k < need->n_front; k++) {
        struct frontal_front *t = &p->front[k];
        if (!border_set(f, p, k, g, order, rank)) {
            need->n_index = p->n_index_max + 1;
            return;
        }
        if (t->n_border > 0) {
            t->parent = p->owner[p->border[t->index_at]];
            t->sibling = p->front[t->parent].child;
            p->front[t->parent].child = k;
        }
        child_map_set(f, p, k);
        t->n_line = t->n_pivot + t->n_border + ROW_PAD;
        t->n_schur_line = t->n_border + ROW_PAD;
        t->at = need->n_entry;
        need->n_entry += (long)t->n_line * t->n_pivot;
        if (t->n_line > need->n_front_row)
            need->n_front_row = t->n_line;
    }
    stack_set(f, p);
}

void frontal_use_plan(struct frontal *f, const struct frontal_plan *p) { f->plan = p; }

long frontal_get_place(const struct frontal *f, int i, int j)
{
    int row = i > j ? i : j, column = i > j ? j : i;
    const struct frontal_front *t = &f->plan->front[f->plan->owner[column]];
    long place = t->at + (long)(column - t->first) * t->n_line;
    if (row < t->first + t->n_pivot)
        return place + row - t->first;
    const int *border = f->plan->border + t->index_at;
    int low = 0, high = t->n_border - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (border[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    assert(t->n_border > 0 && border[low] == row);
    return place + t->n_pivot + low;
}

void frontal_set_zero(struct frontal *f)
{
    memset(f->a, 0, (size_t)f->plan->need.n_entry * sizeof *f->a);
    f->a[f->capacity.n_entry] = 0.0;
}
