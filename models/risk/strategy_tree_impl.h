/* strategy_tree_impl.h - the search for one design: what is known of it, and one node of its tree. Internal to strategy_tree.c and
 * strategy_node.c. */
#ifndef MODELS_RISK_STRATEGY_TREE_IMPL_H
#define MODELS_RISK_STRATEGY_TREE_IMPL_H
#include "models/risk/strategy_impl.h"

enum { ROUTE_OPEN = 0, ROUTE_OFF, ROUTE_ON };
#define NODE_SHARE 0.25     /* of the gap: how far a node is solved before it is branched */

/* What proves a node's bound: planes and their weights, of sum 1 over each part. Planes hold for every design, and so do the weights; where
 * a plane's place was given to another one the proof says what that one says. */
enum { TREE_MAX_NODE = 2048, TREE_MAX_LEAF = 512, PROOF_MAX = 48 };
struct proof {
    int n, plane[PROOF_MAX];
    signed char part[PROOF_MAX];
    double weight[PROOF_MAX];
};

/* Dear routes of a group: those whose charge is more than half the greatest of the group. Where several could do the same service, to ask
 * "how many" first is worth more than to ask each: with two or more of them the two least charges are due whatever the shares. */
struct tree_node {
    signed char state[STRATEGY_MAX_VAR];
    signed char fixed[STRATEGY_MAX_VAR]; /* 1: by fix_routes, for the design at hand only */
    unsigned several;       /* groups of which at least two dear routes are used */
    double bound_USD;
    struct proof proof;     /* of bound_USD, or of the parent's */
};

struct search {
    struct programme *p;
    const struct design *d;
    int n_evaluated, n_node;
    double charge_USD[STRATEGY_MAX_VAR];     /* of the node at hand, per unit of x: of open routes, in proportion */
    double best_USD, best[STRATEGY_MAX_VAR]; /* least found, charges included */
    int best_point;
    double bound_USD;                        /* least bound of the nodes that were closed */
    double relaxed_USD, relaxed[STRATEGY_MAX_VAR]; /* least of the node at hand, charges in proportion */
    double kkt_USD, node_gap_USD;            /* of the node solved last */
    double last_USD;                         /* objective at the point evaluated last, charges included */
    int n_leaf, is_cover;                    /* leaves so far; together with the open nodes they are the whole */
    int n_known;                             /* rounds since a point was tried */
    int is_short;                            /* planes ran out */
};

/* search_try - f and its planes at x, a new point; search_try_point - at one that is known. search_use - a plane known already.
 * search_drop - planes that have not held a bound for `age` solutions leave the use; they stay known. */
void search_try(struct search *s, const double *x);
void search_try_point(struct search *s, int point);
void search_use(struct search *s, enum plane_part part, int plane);
void search_drop(struct search *s, int age);
/* search_set_without - shares below `least` (and months of stock) go to the others of the group in proportion, within bounds; 0 when they
 * find no room. */
int search_set_without(const struct search *s, const double *from, double least, double *x);

/* node_is_dear - route v; node_count_dear - routes of v's group that are dear and in a state. */
int node_is_dear(const struct search *s, int v);
int node_count_dear(const struct search *s, const struct tree_node *node, int group, int state);
/* node_set_limits - limits and costs of the node's programme, without what is known of its least. */
void node_set_limits(struct search *s, const struct tree_node *node, double *on_USD);
/* node_set_bounds - the programme of the node: bounds of its routes, charges in proportion to the share of those that are open. *on_USD:
 * charges that are due for certain; HUGE_VAL: nothing is left of the node. */
void node_set_bounds(struct search *s, const struct tree_node *node, double *on_USD);
/* node_get_branch - the open route whose charge in proportion is furthest from the whole; -1: none matters. *lack_USD: all together. */
int node_get_branch(const struct search *s, const struct tree_node *node, double *lack_USD);
/* node_solve - planes until the node is closed by its bound, or solved as far as its open charges leave it worth. *bound_USD with all
 * charges, HUGE_VAL when nothing is allowed. */
enum status node_solve(struct search *s, struct tree_node *node, double *bound_USD, struct err *e) MUST_CHECK;

/* strategy_leaves.c. leaves_set_proof - a node's, from the weights of the programme's last solution; leaves_use_proof - its planes, and no
 * other, into use. */
void leaves_set_proof(const struct search *s, struct tree_node *node);
void leaves_use_proof(struct search *s, const struct tree_node *node);
/* leaves_set_open - the nodes from which the search begins, into the programme's tree: their number. leaves_add - a node that is closed;
 * leaves_keep - all of them, for the next design. */
int leaves_set_open(struct search *s);
void leaves_add(struct search *s, const struct tree_node *leaf);
void leaves_keep(const struct search *s);

#endif
