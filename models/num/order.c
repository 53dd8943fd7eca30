/* order.c - reverse Cuthill-McKee with a root set. */
#include "models/num/order.h"

#include "materials/base/banned.h"

/* Sort the `n` entries of list by rising degree: insertion, since a node brings in few neighbours at once. */
static void sort_by_degree(const struct order_graph *g, int *list, int n)
{
    for (int i = 1; i < n; i++) {
        int node = list[i], degree = g->start[node + 1] - g->start[node], k = i;
        for (; k > 0 && g->start[list[k - 1] + 1] - g->start[list[k - 1]] > degree; k--)
            list[k] = list[k - 1];
        list[k] = node;
    }
}

/* Breadth-first levels from queue[0 .. n_queue-1] (already marked); level[i] < 0 marks a node not yet reached. Returns the queue's length.
 */
static int fill_levels(const struct order_graph *g, int n_queue, int *queue, int *level)
{
    for (int head = 0; head < n_queue; head++) {
        int node = queue[head], first = n_queue;
        for (int k = g->start[node]; k < g->start[node + 1]; k++) {
            int other = g->next[k];
            if (level[other] < 0) {
                level[other] = level[node] + 1;
                queue[n_queue++] = other;
            }
        }
        sort_by_degree(g, queue + first, n_queue - first);
    }
    return n_queue;
}

/* A node of the last level with the smallest degree, repeated while the number of levels grows. */
static int peripheral_get(const struct order_graph *g, int seed, int *queue, int *level, const int *done)
{
    int best = seed, depth = -1;
    for (;;) {
        for (int i = 0; i < g->n; i++)
            level[i] = done[i] ? 0 : -1;
        queue[0] = best;
        level[best] = 0;
        int n = fill_levels(g, 1, queue, level), last = queue[n - 1], depth_new = level[last];
        if (depth_new <= depth)
            return best;
        depth = depth_new;
        for (int k = n - 1; k >= 0 && level[queue[k]] == depth; k--)
            if (g->start[queue[k] + 1] - g->start[queue[k]] < g->start[last + 1] - g->start[last])
                last = queue[k];
        best = last;
    }
}

void order_set_rcm(const struct order_graph *g, int n_root, const int *root, int *rank, int *work)
{
    int *queue = work, *level = work + g->n, *done = work + 2 * g->n, placed = 0;
    for (int i = 0; i < g->n; i++)
        done[i] = 0;
    for (int seed = 0; placed < g->n; seed++) {
        int n = 0, is_first = placed == 0 && n_root > 0;
        if (!is_first && done[seed])
            continue;
        int start = is_first ? 0 : peripheral_get(g, seed, queue, level, done);
        for (int i = 0; i < g->n; i++)
            level[i] = done[i] ? 0 : -1;
        for (int k = 0; k < (is_first ? n_root : 1); k++) {
            int node = is_first ? root[k] : start;
            if (level[node] < 0) {
                level[node] = 0;
                queue[n++] = node;
            }
        }
        n = fill_levels(g, n, queue, level);
        for (int k = 0; k < n; k++) {
            done[queue[k]] = 1;
            rank[queue[k]] = g->n - 1 - (placed + k);
        }
        placed += n;
        if (is_first)
            seed = -1;
    }
}

int order_eval_half_band(const struct order_graph *g, const int *rank)
{
    int widest = 0;
    for (int i = 0; i < g->n; i++) {
        for (int k = g->start[i]; k < g->start[i + 1]; k++) {
            int d = rank[i] - rank[g->next[k]];
            if (d > widest)
                widest = d;
        }
    }
    return widest;
}
