/* strategy_leaves.c - what a search leaves to the next design. The closed nodes of a tree together are the whole, for any design that pays
 * the same charges; each keeps the weights that proved its bound. For the next design, one product of those weights closes some leaves, the
 * planes of the proof close most others in one small linear programme, and few are split further. Contract: strategy_tree_impl.h. */
#include "models/risk/strategy_tree_impl.h"
#include "materials/base/mem.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define WEIGHT_MIN 1e-4 /* a plane with less is left out of a proof */

enum status tree_init(struct programme *p, struct err *e)
{
    p->tree = mem_new(TREE_MAX_NODE, sizeof *p->tree);
    p->leaf = mem_new(TREE_MAX_LEAF, sizeof *p->leaf);
    return p->tree && p->leaf ? ST_OK : err_set(e, ST_NO_MEMORY, "strategy", "tree of %d nodes", TREE_MAX_NODE);
}

void tree_done(struct programme *p)
{
    mem_free(p->tree);
    mem_free(p->leaf);
}

/* ---- proofs ---- */

void leaves_set_proof(const struct search *s, struct tree_node *node)
{
    const struct cut_lp *lp = &s->p->lp;
    struct proof *f = &node->proof;
    double total[PLANE_PARTS] = {0};
    f->n = 0;
    for (int j = 0; j < lp->n_plane && f->n < PROOF_MAX; j++) {
        if (lp->weight[j] < WEIGHT_MIN)
            continue;
        f->plane[f->n] = s->p->plane[j];
        f->part[f->n] = (signed char)lp->part[j];
        f->weight[f->n++] = lp->weight[j];
        total[lp->part[j]] += lp->weight[j];
    }
    for (int k = 0; k < f->n; k++)
        f->weight[k] /= total[f->part[k]];
    for (int k = 0; k < PLANE_PARTS; k++)
        f->n = total[k] > 0.0 ? f->n : 0; /* every part needs a plane */
}

/* The bound for the design at hand, all charges counted. */
static double eval_proof(struct search *s, const struct tree_node *node)
{
    const struct programme *p = s->p;
    const struct proof *f = &node->proof;
    double sum_USD, h[STRATEGY_MAX_VAR];
    if (f->n == 0)
        return -HUGE_VAL;
    node_set_limits(s, node, &sum_USD);
    memcpy(h, p->lp.c, (size_t)p->n_var * sizeof *h);
    for (int k = 0; k < f->n; k++) {
        const struct plane_family *family = &p->planes.family[f->part[k]];
        sum_USD += f->weight[k] * family->b[f->plane[k]];
        cblas_daxpy(p->n_var, f->weight[k], family->g + (size_t)f->plane[k] * (size_t)p->n_var, 1, h, 1);
    }
    return sum_USD + cut_lp_eval_least(&p->lp, h);
}

void leaves_use_proof(struct search *s, const struct tree_node *node)
{
    const struct proof *f = &node->proof;
    if (f->n == 0)
        return;
    search_drop(s, -1);
    for (int k = 0; k < f->n; k++)
        if (!s->p->planes.family[f->part[k]].is_in[f->plane[k]])
            search_use(s, (enum plane_part)f->part[k], f->plane[k]);
}

/* ---- leaves ---- */

/* A tree is as good as the planes that were known when it grew: anew at the first design, the 4th, 16th ... */
static int is_root_due(const struct programme *p)
{
    int n = p->planes.clock;
    while (n % 4 == 0)
        n /= 4;
    return n == 1;
}

static void set_root(const struct search *s, struct tree_node *root)
{
    memset(root, 0, sizeof *root);
    root->bound_USD = -HUGE_VAL;
    for (int v = 0; v < s->p->n_share; v++)
        root->state[v] = s->d->once_USD[v] > 0.0 ? ROUTE_OPEN : ROUTE_ON; /* without a charge nothing to decide */
}

int leaves_set_open(struct search *s)
{
    struct programme *p = s->p;
    int n_open = 0;
    if (p->n_leaf == 0 || is_root_due(p) || memcmp(p->leaf_once_USD, s->d->once_USD, sizeof p->leaf_once_USD) != 0) {
        set_root(s, &p->tree[0]);
        return 1;
    }
    for (int k = 0; k < p->n_leaf; k++) {
        struct tree_node *leaf = &p->leaf[k];
        leaf->bound_USD = eval_proof(s, leaf);
        if (leaf->bound_USD < s->best_USD - p->s->opts.gap_USD) {
            p->tree[n_open++] = *leaf;
            continue;
        }
        s->bound_USD = fmin(s->bound_USD, leaf->bound_USD);
        p->leaf[s->n_leaf++] = *leaf;
    }
    return n_open;
}

/* What was fixed for this design alone is open again: with that the leaves still are the whole, and fewer than with a leaf for each. */
void leaves_add(struct search *s, const struct tree_node *leaf)
{
    if (s->n_leaf == TREE_MAX_LEAF) {
        s->is_cover = 0;
        return;
    }
    struct tree_node *kept = &s->p->leaf[s->n_leaf++];
    *kept = *leaf;
    for (int v = 0; v < s->p->n_share; v++)
        kept->state[v] = kept->fixed[v] ? ROUTE_OPEN : kept->state[v];
    memset(kept->fixed, 0, sizeof kept->fixed);
}

void leaves_keep(const struct search *s)
{
    s->p->n_leaf = s->is_cover && !s->is_short ? s->n_leaf : 0;
    memcpy(s->p->leaf_once_USD, s->d->once_USD, sizeof s->d->once_USD);
}
