/* dissect.c - recursive bisection of two lists that hold the same nodes, each in the order of one coordinate. */
#include "models/num/dissect.h"

#include <assert.h>
#include <string.h>
#include "materials/base/banned.h"

#define CUT_MIN_PU 0.3      /* of a piece that the smaller part has at least, about */
#define BALANCE_WEIGHT 0.6  /* cost of a cut = separator * (1 + weight * larger part / half the piece) */

struct spot { int place[2], piece; };   /* of a node: in the lists; present piece, -1 in a separator */
struct span { int low[2], high[2]; };   /* of a node: farthest neighbours in its piece along each coordinate, itself included */

struct cutter {
    const struct order_graph *g;
    int n_leaf;
    int *list[2];           /* nodes by x, by y */
    struct spot *spot;
    struct span *span;
    int *count[2];          /* changes of the separator's size from cut to cut: taken from the lower, from the upper side */
    int n_piece;
    struct dissect_tree *tree;
};

struct cut { double cost; int coordinate, at, side; };

static int lower_get(int a, int b) { return a < b ? a : b; }
static int higher_get(int a, int b) { return a > b ? a : b; }

static void span_set(struct cutter *c, int lo, int hi)
{
    const int *start = c->g->start, *next = c->g->next;
    for (int k = lo; k < hi; k++) {
        int node = c->list[0][k];
        const struct spot *at = &c->spot[node];
        int piece = at->piece, x0 = at->place[0], x1 = x0, y0 = at->place[1], y1 = y0;
        for (int s = start[node]; s < start[node + 1]; s++) {
            const struct spot *other = &c->spot[next[s]];
            int is_in = other->piece == piece, x = is_in ? other->place[0] : x0, y = is_in ? other->place[1] : y0; /* no jump */
            x0 = lower_get(x0, x);
            x1 = higher_get(x1, x);
            y0 = lower_get(y0, y);
            y1 = higher_get(y1, y);
        }
        c->span[node] = (struct span){{x0, y0}, {x1, y1}};
    }
}

/* The cheapest cut of lo .. hi-1 across one coordinate: nodes before cut->at on the lower side. */
static void cut_try(struct cutter *c, int coordinate, int lo, int hi, struct cut *best)
{
    int n = hi - lo, *d0 = c->count[0], *d1 = c->count[1];
    memset(d0 + lo, 0, (size_t)(n + 2) * sizeof *d0);
    memset(d1 + lo, 0, (size_t)(n + 2) * sizeof *d1);
    for (int k = lo; k < hi; k++) {
        const struct span *span = &c->span[c->list[coordinate][k]];
        int low = span->low[coordinate], high = span->high[coordinate];
        d0[k + 1]++; /* in the lower separator for the cuts k+1 .. high */
        d0[high + 1]--;
        d1[low + 1]++; /* in the upper one for low+1 .. k */
        d1[k + 1]--;
    }
    int size[2] = {0, 0}, margin = (int)(CUT_MIN_PU * n);
    for (int at = lo + 1; at <= hi - margin && at < hi; at++) {
        size[0] += d0[at];
        size[1] += d1[at];
        for (int side = 0; at - lo >= margin && side < 2; side++) {
            if (size[side] >= best->cost)
                continue;
            int a = at - lo - (side == 0 ? size[0] : 0), b = hi - at - (side == 1 ? size[1] : 0);
            double cost = size[side] * (1.0 + BALANCE_WEIGHT * 2.0 * higher_get(a, b) / n);
            if (a > 0 && b > 0 && cost < best->cost)
                *best = (struct cut){cost, coordinate, at, side};
        }
    }
}

/* Both lists become lower part, upper part, separator, each in its old order. */
static void part_split(struct cutter *c, int lo, int hi, const struct cut *cut, int n_part[2])
{
    const int *line = c->list[cut->coordinate], id[3] = {c->n_piece, c->n_piece + 1, -1};
    n_part[0] = n_part[1] = 0;
    for (int k = lo; k < hi; k++) {
        const struct span *span = &c->span[line[k]];
        int part = k >= cut->at;
        if (part == cut->side && (part == 0 ? span->high[cut->coordinate] >= cut->at : span->low[cut->coordinate] < cut->at))
            part = 2;
        else
            n_part[part]++;
        c->spot[line[k]].piece = part;
    }
    for (int l = 0; l < 2; l++) {
        int *list = c->list[l] + lo, *spare = c->count[0] + lo, to[3] = {0, n_part[0], n_part[0] + n_part[1]};
        for (int k = 0; k < hi - lo; k++)
            spare[to[c->spot[list[k]].piece]++] = list[k];
        memcpy(list, spare, (size_t)(hi - lo) * sizeof *list);
        for (int k = 0; k < hi - lo; k++)
            c->spot[list[k]].place[l] = lo + k;
    }
    for (int k = lo; k < hi; k++)
        c->spot[line[k]].piece = id[c->spot[line[k]].piece];
    c->n_piece += 2;
}

static void block_add(struct dissect_tree *t, int end)
{
    assert(t->n < t->n_max);
    t->first[++t->n] = end;
}

static void piece_dissect(struct cutter *c, int lo, int hi)
{
    struct cut best = {1e300, 0, 0, 0};
    if (hi - lo > c->n_leaf) {
        span_set(c, lo, hi);
        for (int coordinate = 0; coordinate < 2; coordinate++)
            cut_try(c, coordinate, lo, hi, &best);
    }
    if (best.cost >= 1e300) {
        block_add(c->tree, hi);
        return;
    }
    int n_part[2];
    part_split(c, lo, hi, &best, n_part);
    int middle = lo + n_part[0], end = middle + n_part[1];
    piece_dissect(c, lo, middle);
    piece_dissect(c, middle, end);
    if (end < hi)
        block_add(c->tree, hi);
}

void dissect_set(const struct order_graph *g, int n_leaf, int *by_x, int *by_y, int *work, struct dissect_tree *tree)
{
    size_t n = (size_t)g->n, line = n + 2;
    struct spot *spot = (struct spot *)(void *)work; /* of ints only */
    struct span *span = (struct span *)(void *)(work + 3 * n);
    struct cutter c = {g, n_leaf, {by_x, by_y}, spot, span, {work + 7 * n, work + 7 * n + line}, 1, tree};
    for (int k = 0; k < g->n; k++) {
        spot[by_x[k]].place[0] = spot[by_y[k]].place[1] = k;
        spot[k].piece = 0;
    }
    tree->n = 0;
    tree->first[0] = 0;
    piece_dissect(&c, 0, g->n);
}
