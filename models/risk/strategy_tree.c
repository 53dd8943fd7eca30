/* strategy_tree.c - least of a convex objective with a charge for every route used: branch and bound over "used or not", cutting planes
 * within. Planes hold for the whole tree and for the designs to come. Contract: strategy.h. */
#include "models/risk/strategy_tree_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { COUNT_FROM = 3 };
#define SHARE_MIN 1e-3 /* a lesser share is tried without */

/* ---- where the search begins ---- */

/* As far as their bounds allow: the routes of each group one after the other, beginning with the k-th. */
static void set_greedy(const struct search *s, int k, double stock, double *x)
{
    const struct programme *p = s->p;
    for (int g = 0; g < p->n_choice; g++) {
        int first = 0, n = 0;
        double left = 1.0;
        for (int v = p->n_share - 1; v >= 0; v--)
            if (p->group[v] == g) {
                first = v;
                n++;
            }
        for (int j = 0; j < n; j++) {
            const int v = first + (k + j) % n;
            x[v] = fmin(left, s->d->upper[v]);
            left -= x[v];
        }
    }
    for (int v = p->n_share; v < p->n_var; v++)
        x[v] = stock;
}

/* The routes of an answer, and no other. */
static void set_support(const struct search *s, const double *x, struct tree_node *node)
{
    memset(node, 0, sizeof *node);
    for (int v = 0; v < s->p->n_share; v++)
        node->state[v] = x[v] > 0.0 ? ROUTE_ON : ROUTE_OFF;
    node->bound_USD = -HUGE_VAL;
}

/* The planes and the routes of the design before; without one, three ways to buy. */
static enum status begin(struct search *s, struct err *e)
{
    struct programme *p = s->p;
    double x[STRATEGY_MAX_VAR];
    p->lp.n_plane = 0;
    planes_set_design(p, s->d);
    for (int k = 0; k < p->n_hot; k++)
        search_use(s, (enum plane_part)p->hot_part[k], p->hot[k]);
    if (p->n_hot)
        search_try_point(s, p->last_point);
    for (int k = 0; k < 3 && !(s->best_USD < HUGE_VAL); k++) {
        set_greedy(s, k, k == 1 ? 0.0 : 1.0 / 3.0, x);
        search_try(s, x);
    }
    if (!p->n_hot)
        return ST_OK;
    struct tree_node node;
    double bound;
    set_support(s, s->best, &node);
    return node_solve(s, &node, &bound, e);
}

/* ---- branches ---- */

/* Solve the node; routes that its planes settle may leave something to solve. *v: route to branch at, -1: none. */
static enum status close_node(struct search *s, struct tree_node *node, int *v, double *bound_USD, struct err *e)
{
    const double gap = s->p->s->opts.gap_USD;
    double lack, x[STRATEGY_MAX_VAR];
    for (;;) {
        TRY(node_solve(s, node, bound_USD, e));
        *v = -1;
        if (*bound_USD >= s->best_USD - gap || s->is_short || !(*bound_USD < HUGE_VAL))
            return ST_OK;
        if (s->n_evaluated < s->p->s->opts.n_step_max && search_set_without(s, s->relaxed, SHARE_MIN, x) &&
            memcmp(x, s->relaxed, (size_t)s->p->n_var * sizeof *x) != 0)
            search_try(s, x);
        *v = node_get_branch(s, node, &lack);
        if (*v >= 0 && lack > NODE_SHARE * gap)
            return ST_OK;
        *v = -1;
        if (s->node_gap_USD <= NODE_SHARE * gap)
            return ST_OK;
    }
}

static struct tree_node *push(struct programme *p, const struct tree_node *node, double bound, int *n_open)
{
    struct tree_node *child = &p->tree[(*n_open)++];
    *child = *node;
    child->bound_USD = bound;
    return child;
}

/* Used or not. The last pushed is taken first. */
static void push_two(struct search *s, const struct tree_node *node, int v, double bound, int *n_open)
{
    const int on_first = s->relaxed[v] > 0.5;
    push(s->p, node, bound, n_open)->state[v] = on_first ? ROUTE_OFF : ROUTE_ON;
    push(s->p, node, bound, n_open)->state[v] = on_first ? ROUTE_ON : ROUTE_OFF;
}

/* How many of the dear routes of a group: two or more, none, or one, and which. */
static void push_count(struct search *s, const struct tree_node *node, int group, double bound, int *n_open)
{
    struct programme *p = s->p;
    struct tree_node none = *node;
    int best = -1;
    for (int v = 0; v < p->n_share; v++)
        if (p->group[v] == group && node->state[v] == ROUTE_OPEN && node_is_dear(s, v)) {
            none.state[v] = ROUTE_OFF;
            best = best < 0 || s->relaxed[v] > s->relaxed[best] ? v : best;
        }
    push(p, node, bound, n_open)->several |= 1u << group;
    push(p, &none, bound, n_open);
    for (int v = 0; v < p->n_share; v++)
        if (v != best && node->state[v] == ROUTE_OPEN && none.state[v] == ROUTE_OFF)
            push(p, &none, bound, n_open)->state[v] = ROUTE_ON;
    push(p, &none, bound, n_open)->state[best] = ROUTE_ON;
}

static enum status branch(struct search *s, struct tree_node *node, int *n_open, struct err *e)
{
    struct programme *p = s->p;
    double bound;
    int v;
    leaves_use_proof(s, node);
    TRY(close_node(s, node, &v, &bound, e));
    s->n_node++;
    if (v < 0 || *n_open + STRATEGY_MAX_ROUTE + 2 > TREE_MAX_NODE) {
        leaves_add(s, node);
        s->is_short |= v >= 0;
        s->bound_USD = fmin(s->bound_USD, bound);
        return ST_OK;
    }
    const int group = p->group[v], is_asked = node->several >> group & 1u;
    if (node_is_dear(s, v) && !is_asked && node_count_dear(s, node, group, ROUTE_ON) == 0 &&
        node_count_dear(s, node, group, ROUTE_OPEN) >= COUNT_FROM)
        push_count(s, node, group, bound, n_open);
    else
        push_two(s, node, v, bound, n_open);
    return ST_OK;
}

/* ---- the answer ---- */

/* The convex programme of the routes found: its residual, its planes for the next design, and its least, which may lie a little lower. */
static enum status finish(struct search *s, struct err *e)
{
    struct programme *p = s->p;
    struct tree_node node;
    double bound;
    set_support(s, s->best, &node);
    const int was_short = s->is_short;
    TRY(node_solve(s, &node, &bound, e));
    s->is_short = was_short;
    p->n_hot = p->lp.n_plane;
    memcpy(p->hot, p->plane, (size_t)p->n_hot * sizeof *p->hot);
    memcpy(p->hot_part, p->lp.part, (size_t)p->n_hot * sizeof *p->hot_part);
    p->last_point = s->best_point;
    return ST_OK;
}

/* Crumbs that the proof does not ask for: a strategy without them that is still within the gap is the better answer. */
static void clear_crumbs(struct search *s)
{
    static const double least[] = {0.02, 0.005, 0.001};
    const double bound = fmin(s->bound_USD, s->best_USD);
    double x[STRATEGY_MAX_VAR];
    for (int k = 0; k < ARRAY_LEN(least); k++) {
        if (!search_set_without(s, s->best, least[k], x) || memcmp(x, s->best, (size_t)s->p->n_var * sizeof *x) == 0)
            continue;
        search_try(s, x);
        if (s->last_USD <= bound + s->p->s->opts.gap_USD) {
            memcpy(s->best, x, (size_t)s->p->n_var * sizeof *x);
            s->best_USD = s->last_USD;
            return;
        }
    }
}

enum status tree_solve(struct programme *p, const struct design *d, double *best, struct strategy_result *out, struct err *e)
{
    struct search s = {.p = p, .is_cover = 1, .d = d, .best_USD = HUGE_VAL, .bound_USD = HUGE_VAL, .relaxed_USD = HUGE_VAL};
    const struct tree_node whole = {0};
    double on_USD;
    p->n_tried = 0;
    node_set_bounds(&s, &whole, &on_USD);
    TRY(begin(&s, e));
    int n_open = leaves_set_open(&s);
    while (n_open > 0) {
        struct tree_node node = p->tree[--n_open];
        if (node.bound_USD >= s.best_USD - p->s->opts.gap_USD || s.is_short) {
            s.bound_USD = fmin(s.bound_USD, node.bound_USD);
            leaves_add(&s, &node);
            continue;
        }
        TRY(branch(&s, &node, &n_open, e));
    }
    leaves_keep(&s);
    TRY(finish(&s, e));
    clear_crumbs(&s);
    memcpy(best, s.best, (size_t)p->n_var * sizeof *best);
    out->objective_USD = s.best_USD;
    out->bound_USD = fmin(s.bound_USD, s.best_USD);
    out->gap_USD = out->objective_USD - out->bound_USD;
    out->kkt_rel = s.kkt_USD / fmax(1e-300, fabs(s.best_USD));
    out->n_plane = s.n_evaluated;
    out->n_node = s.n_node;
    return s.is_short ? err_set(e, ST_NO_CONVERGE, "strategy", "%d planes leave a gap of %.3g USD per motor, wanted %.3g", s.n_evaluated,
                                out->gap_USD, p->s->opts.gap_USD)
                      : ST_OK;
}
