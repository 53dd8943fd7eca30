/* strategy_node.c - one node of the tree: least of a convex function by cutting planes, whose own least is sought near its middle.
 * Contract: strategy_tree_impl.h. */
#include "models/risk/strategy_tree_impl.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { AGE_MAX = 2, MAX_KNOWN = 6, MAX_NEAR = 3, MAX_ROUND = 20 };
#define SHARE_USED 1e-7
#define LACK_SHARE 0.6       /* of the charges that the node does not count yet */
#define KNOWN_SHARE 0.01      /* of the gap at x that a known plane must close */
#define NEAR 0.03             /* of a share, or of the largest stock */
#define CENTRE_SHARE 0.03     /* of the node's gap: how far the planes' own least is sought */
#define FIRST_SHARE 0.01     /* of the objective: the gap of a node of which nothing is known */
#define WEIGHT_MIN 1e-2      /* a plane with less holds no bound */

/* ---- planes in use ---- */

static double *get_slope(const struct search *s, int j) { return s->p->lp.g + (size_t)j * (size_t)s->p->n_var; }

static double eval_charge(const struct search *s, const double *x)
{
    return cblas_ddot(s->p->n_var, s->charge_USD, 1, x, 1); /* nothing for routes that are on */
}

static void move_plane(struct search *s, int from, int to)
{
    struct programme *p = s->p;
    memcpy(get_slope(s, to), get_slope(s, from), (size_t)p->n_var * sizeof(double));
    p->lp.b[to] = p->lp.b[from];
    p->lp.weight[to] = p->lp.weight[from];
    p->lp.part[to] = p->lp.part[from];
    p->plane[to] = p->plane[from];
    p->plane_age[to] = p->plane_age[from];
}

void search_drop(struct search *s, int age)
{
    struct programme *p = s->p;
    int n = 0;
    for (int j = 0; j < p->lp.n_plane; j++) {
        if (p->plane_age[j] > age) {
            p->planes.family[p->lp.part[j]].is_in[p->plane[j]] = 0;
            continue;
        }
        if (n < j)
            move_plane(s, j, n);
        n++;
    }
    p->lp.n_plane = n;
}

static void add_ages(struct search *s)
{
    for (int j = 0; j < s->p->lp.n_plane; j++)
        s->p->plane_age[j] = s->p->lp.weight[j] > WEIGHT_MIN ? 0 : s->p->plane_age[j] + 1;
}

static void make_room(struct search *s)
{
    for (int age = AGE_MAX / 2; s->p->lp.n_plane == STRATEGY_MAX_WORKING; age = age > 0 ? age / 2 : -1)
        search_drop(s, age);
}

void search_use(struct search *s, enum plane_part part, int plane)
{
    struct programme *p = s->p;
    struct cut_lp *lp = &p->lp;
    struct plane_family *f = &p->planes.family[part];
    make_room(s);
    memcpy(get_slope(s, lp->n_plane), f->g + (size_t)plane * (size_t)p->n_var, (size_t)p->n_var * sizeof(double));
    lp->b[lp->n_plane] = f->b[plane];
    lp->part[lp->n_plane] = (int)part;
    lp->weight[lp->n_plane] = 0.0;
    p->plane_age[lp->n_plane] = 0;
    p->plane[lp->n_plane++] = plane;
    f->is_in[plane] = 1;
    f->used[plane] = p->planes.clock;
}

/* ---- points ---- */

static int is_in_node(const struct search *s, const double *x)
{
    for (int v = 0; v < s->p->n_var; v++)
        if (x[v] > s->p->lp.max[v] + 1e-12)
            return 0;
    return 1;
}

static void offer_relaxed(struct search *s, const double *x, double f)
{
    const double relaxed = f + eval_charge(s, x);
    if (relaxed < s->relaxed_USD && is_in_node(s, x)) {
        s->relaxed_USD = relaxed;
        memcpy(s->relaxed, x, (size_t)s->p->n_var * sizeof *x);
    }
}

/* The planes of the mean know the point whoever made it; the tail's is the design's own. */
void search_try_point(struct search *s, int point)
{
    struct programme *p = s->p;
    struct planes *pl = &p->planes;
    const double *x = pl->x + (size_t)point * (size_t)p->n_var;
    const double f = design_eval(p, s->d, x, pl->point_unbuilt + (size_t)point * (size_t)p->s->n_sample);
    pl->is_tried[point] = 1;
    if (!pl->family[PLANE_MEAN].is_in[point])
        search_use(s, PLANE_MEAN, point);
    search_use(s, PLANE_TAIL, planes_add_tail(p, s->d, point));
    for (int v = 0; v < p->n_var; v++)
        if (x[v] > s->d->upper[v] + 1e-12)
            return; /* beyond this design's capacities: its planes hold all the same */
    s->last_USD = f + design_eval_once(p, s->d, x);
    if (p->n_tried < p->n_tried_max) {
        memcpy(p->tried_x + (size_t)p->n_tried * (size_t)p->n_var, x, (size_t)p->n_var * sizeof *x);
        p->tried_USD[p->n_tried++] = f;
    }
    if (s->last_USD < s->best_USD) {
        s->best_USD = s->last_USD;
        s->best_point = point;
        memcpy(s->best, x, (size_t)p->n_var * sizeof *x);
    }
    offer_relaxed(s, x, f);
}

void search_try(struct search *s, const double *x)
{
    unbuilt_eval(s->p, x, UNBUILT_TOGETHER, s->p->unbuilt);
    search_try_point(s, planes_add_point(s->p, s->d, x));
    s->n_evaluated++;
}

int search_set_without(const struct search *s, const double *from, double least, double *x)
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
        x[v] = x[v] * p->s->opts.stock_max_months < least ? 0.0 : x[v];
    return 1;
}

/* Planes not in use that exceed the model of their part at x by `more`. */
static int use_known(struct search *s, enum plane_part part, double model, double more)
{
    int n = 0;
    for (int j; n < MAX_KNOWN && (j = planes_find(&s->p->planes.family[part], model + more)) >= 0; n++)
        search_use(s, part, j);
    return n;
}

static double eval_part(const struct search *s, enum plane_part part, const double *x)
{
    double most = -HUGE_VAL;
    for (int j = 0; j < s->p->lp.n_plane; j++)
        if (s->p->lp.part[j] == (int)part)
            most = fmax(most, s->p->lp.b[j] + cblas_ddot(s->p->n_var, get_slope(s, j), 1, x, 1));
    return most;
}

/* Known planes where they cut x off by `more`, else those of a known point near x where they do, else a new point. Not by known planes for
 * ever: what is dropped could come back again and again. */
static void cut_off(struct search *s, const double *x, double more)
{
    const double mean = eval_part(s, PLANE_MEAN, x), tail = eval_part(s, PLANE_TAIL, x);
    planes_eval(s->p, x);
    if (s->n_known < MAX_ROUND && use_known(s, PLANE_MEAN, mean, more) + use_known(s, PLANE_TAIL, tail, more) > 0) {
        s->n_known++;
        return;
    }
    s->n_known = 0;
    for (int k = 0; k < MAX_NEAR; k++) {
        const int point = planes_find_point(s->p, x, NEAR);
        if (point < 0)
            break;
        search_try_point(s, point);
        if (eval_part(s, PLANE_MEAN, x) + eval_part(s, PLANE_TAIL, x) > mean + tail + more)
            return;
    }
    search_try(s, x);
}

/* ---- the node ---- */

static double get_greatest_charge(const struct search *s, int group)
{
    double most = 0.0;
    for (int v = 0; v < s->p->n_share; v++)
        most = s->p->group[v] == group ? fmax(most, s->d->once_USD[v]) : most;
    return most;
}

int node_is_dear(const struct search *s, int v)
{
    return v < s->p->n_share && s->d->upper[v] > 0.0 && s->d->once_USD[v] > 0.5 * get_greatest_charge(s, s->p->group[v]);
}

int node_count_dear(const struct search *s, const struct tree_node *node, int group, int state)
{
    int n = 0;
    for (int v = 0; v < s->p->n_share; v++)
        n += s->p->group[v] == group && node->state[v] == state && node_is_dear(s, v);
    return n;
}

/* Charges of the dear routes that are still lacking to two: the least of those that are open. HUGE_VAL: too few are left. */
static double get_floor(const struct search *s, const struct tree_node *node, int group)
{
    double least[2] = {HUGE_VAL, HUGE_VAL};
    for (int v = 0; v < s->p->n_share; v++)
        if (s->p->group[v] == group && node->state[v] == ROUTE_OPEN && node_is_dear(s, v)) {
            const double c = s->d->once_USD[v];
            least[1] = fmin(least[1], fmax(c, least[0]));
            least[0] = fmin(least[0], c);
        }
    return node_count_dear(s, node, group, ROUTE_ON) ? least[0] : least[0] + least[1];
}

/* Of a group of which two dear routes must be used and are not yet named. */
static int is_unnamed(const struct search *s, const struct tree_node *node, int group)
{
    return group >= 0 && node->several >> group & 1u && node_count_dear(s, node, group, ROUTE_ON) < 2;
}

/* Open, its charge counted by the floor of its group and not in proportion. */
static int is_in_floor(const struct search *s, const struct tree_node *node, int v)
{
    return node->state[v] == ROUTE_OPEN && is_unnamed(s, node, s->p->group[v]) && node_is_dear(s, v);
}

void node_set_limits(struct search *s, const struct tree_node *node, double *on_USD)
{
    struct programme *p = s->p;
    struct cut_lp *lp = &p->lp;
    *on_USD = s->d->fixed_once_USD;
    for (int v = 0; v < p->n_var; v++) {
        const int is_open = node->state[v] == ROUTE_OPEN && s->d->upper[v] > 0.0 && !is_in_floor(s, node, v);
        lp->max[v] = node->state[v] == ROUTE_OFF ? 0.0 : s->d->upper[v];
        s->charge_USD[v] = is_open ? s->d->once_USD[v] / s->d->upper[v] : 0.0;
        lp->c[v] = s->d->linear_USD[v] + s->charge_USD[v];
        *on_USD += node->state[v] == ROUTE_ON ? s->d->once_USD[v] : 0.0;
    }
    for (int g = 0; g < p->n_choice; g++)
        *on_USD += is_unnamed(s, node, g) ? get_floor(s, node, g) : 0.0;
}

void node_set_bounds(struct search *s, const struct tree_node *node, double *on_USD)
{
    struct programme *p = s->p;
    node_set_limits(s, node, on_USD);
    s->relaxed_USD = HUGE_VAL;
    for (int k = 0; k < p->n_tried; k++) /* what is known of this node already */
        offer_relaxed(s, p->tried_x + (size_t)k * (size_t)p->n_var, p->tried_USD[k]);
}

int node_get_branch(const struct search *s, const struct tree_node *node, double *lack_USD)
{
    int best = -1;
    double most = 0.0;
    *lack_USD = 0.0;
    for (int v = 0; v < s->p->n_share; v++) {
        const double lack = s->d->once_USD[v] - s->charge_USD[v] * s->relaxed[v];
        if (node->state[v] != ROUTE_OPEN || !(s->relaxed[v] > 0.0 && lack > 0.0))
            continue;
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
        const int in_floor = is_in_floor(s, node, v); /* its own charge is not told apart from the floor */
        const double upper = lp->max[v], c = lp->c[v];
        lp->max[v] = 0.0;
        const double off = cut_lp_eval_bound(lp, NULL) + on_USD;
        lp->max[v] = upper;
        lp->c[v] = s->d->linear_USD[v];
        const double on = in_floor ? -HUGE_VAL : cut_lp_eval_bound(lp, NULL) + on_USD + s->d->once_USD[v];
        lp->c[v] = c;
        if (on >= closed || off >= closed) {
            node->fixed[v] = 1;
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
    double error = value_USD - cblas_ddot(s->p->n_var, lp->c, 1, s->relaxed, 1);
    for (int j = 0; j < lp->n_plane; j++)
        error -= lp->weight[j] * (lp->b[j] + cblas_ddot(s->p->n_var, get_slope(s, j), 1, s->relaxed, 1));
    return fmax(fabs(error), fabs(value_USD - bound_USD - error));
}

enum status node_solve(struct search *s, struct tree_node *node, double *bound_USD, struct err *e)
{
    struct programme *p = s->p;
    const double gap = p->s->opts.gap_USD;
    double on_USD, x[STRATEGY_MAX_VAR], bound;
    node_set_bounds(s, node, &on_USD);
    if (!(on_USD < HUGE_VAL)) {
        *bound_USD = HUGE_VAL;
        return ST_OK;
    }
    bound = node->bound_USD - on_USD; /* that of the parent */
    for (;;) {
        double value, found, lack;
        const double reach = fmin(s->relaxed_USD, s->best_USD - on_USD); /* where the node is solved or closed */
        const double left = fmin(reach - bound, FIRST_SHARE * fabs(reach));
        const enum status st = cut_lp_solve(&p->lp, fmax(0.05 * gap, CENTRE_SHARE * left), &value, &found, e);
        if (st == ST_INFEASIBLE) {
            *bound_USD = HUGE_VAL;
            return ST_OK;
        }
        if (st != ST_OK && st != ST_NO_CONVERGE)
            return st;
        bound = fmax(bound, found);
        *bound_USD = bound + on_USD;
        (void)node_get_branch(s, node, &lack);
        s->node_gap_USD = s->relaxed_USD - bound;
        if (*bound_USD >= s->best_USD - gap || s->node_gap_USD <= fmax(NODE_SHARE * gap, LACK_SHARE * lack)) {
            s->kkt_USD = get_kkt(s, s->relaxed_USD, bound);
            leaves_set_proof(s, node);
            if (*bound_USD < s->best_USD - gap)
                fix_routes(s, node, on_USD);
            return ST_OK;
        }
        if (s->n_evaluated >= p->s->opts.n_step_max) {
            s->is_short = 1;
            return ST_OK;
        }
        if (!search_set_without(s, p->lp.x, SHARE_USED, x))
            memcpy(x, p->lp.x, (size_t)p->n_var * sizeof *x);
        add_ages(s);
        search_drop(s, AGE_MAX);
        cut_off(s, x, KNOWN_SHARE * fmax(gap, reach - value));
    }
}
