/* strategy_tree.c - least of a convex objective with a charge for every route used: branch and bound over "used or not", cutting planes
 * within. Planes hold for the whole tree, and the points that they were taken at serve the next design. Contract: strategy.h. */
#include "models/risk/strategy_impl.h"
#include "materials/base/mem.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { MAX_NODE = 4096, AGE_MAX = 30, MAX_NEIGHBOUR = 3, ROUTE_OPEN = 0, ROUTE_OFF, ROUTE_ON };
#define SHARE_MIN 1e-3      /* a lesser share is tried without */
#define SHARE_USED 1e-7
#define NODE_SHARE 0.25     /* of the gap: how far a node is solved before it is branched */
#define LACK_SHARE 0.3      /* of the charges that the node does not count yet */
#define NEAR 0.03            /* of a share, or of the largest stock */
#define NEAR_SHARE 0.3      /* of the gap at x that a neighbour's plane must close */
#define CENTRE_SHARE 0.1    /* of the node's gap: how far the planes' own least is sought */

struct tree_node { signed char state[STRATEGY_MAX_VAR]; double bound_USD; };

struct tree_node *tree_new(int n_var)
{
    (void)n_var;
    return mem_new(MAX_NODE, sizeof(struct tree_node));
}
void tree_free(struct tree_node *t) { mem_free(t); }

struct search {
    struct programme *p;
    const struct design *d;
    int n_evaluated, n_node;
    double best_USD, best[STRATEGY_MAX_VAR]; /* least found, charges included */
    double bound_USD;                        /* least bound of the nodes that were closed */
    double relaxed_USD, relaxed[STRATEGY_MAX_VAR]; /* least of the node at hand, charges in proportion */
    double kkt_USD, node_gap_USD;            /* of the node solved last */
    double last_USD;                         /* objective at the point evaluated last, charges included */
    int is_short;                            /* planes ran out */
};

/* ---- planes ---- */

static void set_hot(struct search *s)
{
    struct programme *p = s->p;
    p->n_hot = p->lp.n_plane < STRATEGY_MAX_HOT ? p->lp.n_plane : STRATEGY_MAX_HOT; /* the youngest */
    memcpy(p->hot, p->plane_point + p->lp.n_plane - p->n_hot, (size_t)p->n_hot * sizeof *p->hot);
}

static void offer(struct search *s, const double *x, double f)
{
    const double whole = s->last_USD = f + design_eval_once(s->p, s->d, x);
    if (whole < s->best_USD) {
        s->best_USD = whole;
        memcpy(s->best, x, (size_t)s->p->n_var * sizeof *x);
    }
}

static double eval_charge(const struct search *s, const double *x)
{
    return cblas_ddot(s->p->n_var, s->p->lp.c, 1, x, 1); /* in proportion to the share, plus nothing for routes that are on */
}

static int is_in_node(const struct search *s, const double *x)
{
    for (int v = 0; v < s->p->n_var; v++)
        if (x[v] > s->p->lp.max[v] + 1e-12)
            return 0;
    return 1;
}

static void add_plane(struct search *s, int point)
{
    struct programme *p = s->p;
    const struct programme_point *pt = &p->point[point];
    struct cut_lp *lp = &p->lp;
    double *g = lp->g + (size_t)lp->n_plane * (size_t)p->n_var;
    const double f = design_eval(p, s->d, pt->x, pt->unbuilt, pt, g);
    lp->b[lp->n_plane] = f - cblas_ddot(p->n_var, g, 1, pt->x, 1);
    p->plane_age[lp->n_plane] = 0;
    p->is_plane[point] = 1;
    p->plane_point[lp->n_plane++] = point;
    int is_allowed = 1;
    for (int v = 0; v < p->n_var; v++)
        is_allowed &= pt->x[v] <= s->d->upper[v] + 1e-12;
    if (!is_allowed)
        return; /* a neighbour's point beyond this design's capacities: its plane holds all the same */
    offer(s, pt->x, f);
    const double relaxed = f + eval_charge(s, pt->x);
    if (is_in_node(s, pt->x) && relaxed < s->relaxed_USD) {
        s->relaxed_USD = relaxed;
        memcpy(s->relaxed, pt->x, (size_t)p->n_var * sizeof *pt->x);
    }
}

static enum status try_point(struct search *s, const double *x, struct err *e)
{
    int point;
    TRY(programme_add_point(s->p, x, &point, e));
    add_plane(s, point);
    s->n_evaluated++;
    return ST_OK;
}

/* A point that was tried near x by another design or node costs no new run through the scenarios. -1: none that is not in use already. */
static int get_neighbour(const struct search *s, const double *x)
{
    const struct programme *p = s->p;
    double nearest = NEAR;
    int best = -1;
    for (int k = 0; k < p->n_point; k++) {
        double far = 0.0;
        for (int v = 0; v < p->n_var && far < nearest; v++)
            far = fmax(far, fabs(p->point[k].x[v] - x[v]));
        if (far >= nearest || p->is_plane[k])
            continue;
        nearest = far;
        best = k;
    }
    return best;
}

/* The plane of a neighbour where that cuts x off, else a new one. `model` is what the planes say at x. */
static enum status cut_off(struct search *s, const double *x, double model, struct err *e)
{
    struct cut_lp *lp = &s->p->lp;
    for (int k = 0; k < MAX_NEIGHBOUR; k++) {
        const int near = get_neighbour(s, x);
        if (near < 0)
            break;
        add_plane(s, near);
        const double *g = lp->g + (size_t)(lp->n_plane - 1) * (size_t)s->p->n_var;
        if (lp->b[lp->n_plane - 1] + cblas_ddot(s->p->n_var, g, 1, x, 1) + eval_charge(s, x) >
            model + NEAR_SHARE * (s->relaxed_USD - model))
            return ST_OK;
    }
    return try_point(s, x, e);
}

/* Shares below `least` go to the others of the group in proportion, within bounds; 0 when they find no room. */
static int set_without_small(const struct search *s, const double *from, double least, double *x)
{
    const struct programme *p = s->p;
    memcpy(x, from, (size_t)p->n_var * sizeof *x);
    for (int g = 0; g < p->n_choice; g++) {
        double kept = 0.0;
        for (int v = 0; v < p->n_share; v++)
            if (p->group[v] == g) {
                x[v] = x[v] < least ? 0.0 : x[v];
                kept += x[v];
            }
        for (int v = 0; v < p->n_share; v++)
            if (p->group[v] == g) {
                x[v] /= kept;
                if (!(kept > 0.0) || x[v] > s->d->upper[v] + 1e-9)
                    return 0;
                x[v] = fmin(x[v], s->d->upper[v]);
            }
    }
    for (int v = p->n_share; v < p->n_var; v++)
        x[v] = x[v] * s->p->s->opts.stock_max_months < least ? 0.0 : x[v];
    return 1;
}

/* Planes that have not held a bound for long go; their points stay known. */
static void drop_planes(struct search *s)
{
    struct programme *p = s->p;
    struct cut_lp *lp = &p->lp;
    int n = 0;
    for (int j = 0; j < lp->n_plane; j++) {
        p->plane_age[j] = lp->weight[j] > 1e-6 ? 0 : p->plane_age[j] + 1;
        if (p->plane_age[j] > AGE_MAX) {
            p->is_plane[p->plane_point[j]] = 0;
            continue;
        }
        if (n < j) {
            memcpy(lp->g + (size_t)n * (size_t)p->n_var, lp->g + (size_t)j * (size_t)p->n_var, (size_t)p->n_var * sizeof *lp->g);
            lp->b[n] = lp->b[j];
            lp->weight[n] = lp->weight[j];
            p->plane_point[n] = p->plane_point[j];
            p->plane_age[n] = p->plane_age[j];
        }
        n++;
    }
    lp->n_plane = n;
}

/* ---- starting points ---- */

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

static enum status set_first_planes(struct search *s, struct err *e)
{
    struct programme *p = s->p;
    double x[STRATEGY_MAX_VAR];
    p->lp.n_plane = 0;
    if (p->n_point_max > 0)
        memset(p->is_plane, 0, (size_t)p->n_point_max);
    if (p->n_hot) {
        const int n = p->n_hot;
        for (int k = 0; k < n; k++)
            add_plane(s, p->hot[k]);
    } else {
        for (int k = 0; k < 3; k++) {
            set_greedy(s, k, k == 1 ? 0.0 : 1.0 / 3.0, x);
            TRY(try_point(s, x, e));
        }
    }
    if (s->best_USD < HUGE_VAL)
        return ST_OK;
    set_greedy(s, 0, 0.0, x); /* no point of the neighbours is allowed here */
    return try_point(s, x, e);
}

/* ---- one node ---- */

static void set_node_bounds(struct search *s, const struct tree_node *node, double *on_USD)
{
    struct cut_lp *lp = &s->p->lp;
    *on_USD = s->d->fixed_once_USD;
    for (int v = 0; v < s->p->n_var; v++) {
        lp->max[v] = node->state[v] == ROUTE_OFF ? 0.0 : s->d->upper[v];
        lp->c[v] = node->state[v] == ROUTE_OPEN && s->d->upper[v] > 0.0 ? s->d->once_USD[v] / s->d->upper[v] : 0.0;
        *on_USD += node->state[v] == ROUTE_ON ? s->d->once_USD[v] : 0.0;
    }
    s->relaxed_USD = HUGE_VAL;
    for (int j = 0; j < lp->n_plane; j++) { /* what is known of this node already */
        const struct programme_point *pt = &s->p->point[s->p->plane_point[j]];
        if (!is_in_node(s, pt->x))
            continue;
        const double f = lp->b[j] + cblas_ddot(s->p->n_var, lp->g + (size_t)j * (size_t)s->p->n_var, 1, pt->x, 1) + eval_charge(s, pt->x);
        if (f < s->relaxed_USD) {
            s->relaxed_USD = f;
            memcpy(s->relaxed, pt->x, (size_t)s->p->n_var * sizeof *pt->x);
        }
    }
}

static double get_lack(const struct search *s, const struct tree_node *node, int v)
{
    const double lack = s->d->once_USD[v] - s->p->lp.c[v] * s->relaxed[v];
    return node->state[v] == ROUTE_OPEN && s->relaxed[v] > 0.0 && lack > 0.0 ? lack : 0.0;
}

/* The open route whose charge in proportion is furthest from the whole; -1: none matters. *lack_USD: all together. */
static int get_branch(const struct search *s, const struct tree_node *node, double *lack_USD)
{
    int best = -1;
    double most = 0.0;
    *lack_USD = 0.0;
    for (int v = 0; v < s->p->n_share; v++) {
        const double lack = get_lack(s, node, v);
        *lack_USD += lack;
        if (lack > most) {
            most = lack;
            best = v;
        }
    }
    return best;
}

/* What the weights of the planes at hand already prove: a route that must not, or must, be used under this node. */
static void fix_routes(struct search *s, struct tree_node *node, double on_USD)
{
    struct cut_lp *lp = &s->p->lp;
    const double closed = s->best_USD - s->p->s->opts.gap_USD;
    for (int v = 0; v < s->p->n_share; v++) {
        if (node->state[v] != ROUTE_OPEN)
            continue;
        const double upper = lp->max[v], c = lp->c[v];
        lp->max[v] = 0.0;
        const double off = cut_lp_eval_bound(lp, NULL) + on_USD;
        lp->max[v] = upper;
        lp->c[v] = 0.0;
        const double on = cut_lp_eval_bound(lp, NULL) + on_USD + s->d->once_USD[v];
        lp->c[v] = c;
        if (on >= closed || off >= closed) {
            node->state[v] = on >= closed ? ROUTE_OFF : ROUTE_ON;
            s->bound_USD = fmin(s->bound_USD, fmin(on >= closed ? on : HUGE_VAL, off >= closed ? off : HUGE_VAL));
        }
    }
}

/* Distance from optimality of what the planes prove: linearisation errors of the planes that hold the bound, and the rest of the gap, which
 * is stationarity with complementarity over the bounds. */
static double get_kkt(const struct search *s, double value_USD, double bound_USD)
{
    const struct cut_lp *lp = &s->p->lp;
    double error = 0.0;
    for (int j = 0; j < lp->n_plane; j++)
        error += lp->weight[j] * (value_USD - eval_charge(s, s->relaxed) - lp->b[j] -
                                 cblas_ddot(s->p->n_var, lp->g + (size_t)j * (size_t)s->p->n_var, 1, s->relaxed, 1));
    return fmax(fabs(error), fabs(value_USD - bound_USD - error));
}

/* Planes until the node is closed by its bound, or solved as far as its open charges leave it worth. *bound_USD with all charges. */
static enum status solve_node(struct search *s, struct tree_node *node, double *bound_USD, struct err *e)
{
    struct programme *p = s->p;
    const double gap = p->s->opts.gap_USD;
    double on_USD, x[STRATEGY_MAX_VAR], bound = -HUGE_VAL;
    set_node_bounds(s, node, &on_USD);
    for (;;) {
        double value, found;
        const double left = s->relaxed_USD - bound;
        const enum status st =
            cut_lp_solve(&p->lp, fmax(0.05 * gap, fmin(CENTRE_SHARE * left, 1e30)), &value, &found, e);
        if (st == ST_INFEASIBLE) {
            *bound_USD = HUGE_VAL;
            return ST_OK;
        }
        if (st != ST_OK && st != ST_NO_CONVERGE)
            return st;
        bound = fmax(bound, found);
        *bound_USD = bound + on_USD;
        double lack;
        (void)get_branch(s, node, &lack);
        s->node_gap_USD = s->relaxed_USD - bound;
        if (*bound_USD >= s->best_USD - gap || s->relaxed_USD - bound <= fmax(NODE_SHARE * gap, LACK_SHARE * lack)) {
            s->kkt_USD = get_kkt(s, s->relaxed_USD, bound);
            if (*bound_USD < s->best_USD - gap)
                fix_routes(s, node, on_USD);
            return ST_OK;
        }
        if (s->n_evaluated >= p->s->opts.n_step_max) {
            s->is_short = 1;
            return ST_OK;
        }
        if (!set_without_small(s, p->lp.x, SHARE_USED, x))
            memcpy(x, p->lp.x, (size_t)p->n_var * sizeof *x);
        value = cut_lp_eval(&p->lp, x);
        drop_planes(s);
        TRY(cut_off(s, x, value, e));
    }
}

/* Solve the node; routes that its planes settle may leave something to solve. *v: route to branch at, -1: none. */
static enum status close_node(struct search *s, struct tree_node *node, int *v, double *bound_USD, struct err *e)
{
    const double gap = s->p->s->opts.gap_USD;
    double lack, x[STRATEGY_MAX_VAR];
    for (;;) {
        TRY(solve_node(s, node, bound_USD, e));
        *v = -1;
        if (*bound_USD >= s->best_USD - gap || s->is_short || !(*bound_USD < HUGE_VAL))
            return ST_OK;
        if (s->n_evaluated < s->p->s->opts.n_step_max && set_without_small(s, s->relaxed, SHARE_MIN, x) &&
            memcmp(x, s->relaxed, (size_t)s->p->n_var * sizeof *x) != 0)
            TRY(try_point(s, x, e));
        *v = get_branch(s, node, &lack);
        if (*v >= 0 && lack > NODE_SHARE * gap)
            return ST_OK;
        *v = -1;
        if (s->node_gap_USD <= NODE_SHARE * gap)
            return ST_OK;
    }
}

static enum status branch(struct search *s, struct tree_node *node, int *n_open, struct err *e)
{
    struct programme *p = s->p;
    double bound;
    int v;
    TRY(close_node(s, node, &v, &bound, e));
    s->n_node++;
    if (v < 0 || *n_open + 2 > MAX_NODE) {
        s->is_short |= v >= 0;
        s->bound_USD = fmin(s->bound_USD, bound);
        return ST_OK;
    }
    struct tree_node *child = &p->tree[*n_open];
    child[0] = child[1] = *node;
    child[0].bound_USD = child[1].bound_USD = bound;
    const int on_first = s->relaxed[v] > 0.5; /* the last pushed is taken first */
    child[on_first].state[v] = ROUTE_ON;
    child[!on_first].state[v] = ROUTE_OFF;
    *n_open += 2;
    return ST_OK;
}

/* The convex programme of the routes found: its residual, its planes for the next design, and its least, which may lie a little lower. */
static enum status finish(struct search *s, struct err *e)
{
    struct tree_node node;
    double bound;
    memset(&node, 0, sizeof node);
    for (int v = 0; v < s->p->n_share; v++)
        node.state[v] = s->best[v] > 0.0 ? ROUTE_ON : ROUTE_OFF;
    const int was_short = s->is_short;
    TRY(solve_node(s, &node, &bound, e));
    s->is_short = was_short;
    set_hot(s);
    return ST_OK;
}

/* Crumbs that the proof does not ask for: a strategy without them that is still within the gap is the better answer. */
static enum status clear_crumbs(struct search *s, struct err *e)
{
    static const double least[] = {0.02, 0.005, 0.001};
    const double bound = fmin(s->bound_USD, s->best_USD);
    double x[STRATEGY_MAX_VAR];
    for (int k = 0; k < ARRAY_LEN(least); k++) {
        if (!set_without_small(s, s->best, least[k], x) || memcmp(x, s->best, (size_t)s->p->n_var * sizeof *x) == 0)
            continue;
        TRY(try_point(s, x, e));
        if (s->last_USD <= bound + s->p->s->opts.gap_USD) {
            memcpy(s->best, x, (size_t)s->p->n_var * sizeof *x);
            s->best_USD = s->last_USD;
            return ST_OK;
        }
    }
    return ST_OK;
}

enum status tree_solve(struct programme *p, const struct design *d, double *best, struct strategy_result *out, struct err *e)
{
    struct search s = {.p = p, .d = d, .best_USD = HUGE_VAL, .bound_USD = HUGE_VAL, .relaxed_USD = HUGE_VAL};
    int n_open = 1;
    memset(&p->tree[0], 0, sizeof p->tree[0]);
    p->tree[0].bound_USD = -HUGE_VAL;
    for (int v = 0; v < p->n_share; v++)
        if (!(d->once_USD[v] > 0.0))
            p->tree[0].state[v] = ROUTE_ON; /* nothing to decide */
    double on_USD;
    p->lp.n_plane = 0;
    set_node_bounds(&s, &p->tree[0], &on_USD);
    TRY(set_first_planes(&s, e));
    while (n_open > 0) {
        struct tree_node node = p->tree[--n_open];
        if (node.bound_USD >= s.best_USD - p->s->opts.gap_USD || s.is_short) {
            s.bound_USD = fmin(s.bound_USD, node.bound_USD);
            continue;
        }
        TRY(branch(&s, &node, &n_open, e));
    }
    TRY(finish(&s, e));
    TRY(clear_crumbs(&s, e));
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
