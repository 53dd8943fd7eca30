/* strategy_programme.c - the programme of all designs that need the same chains: its variables, the runs of months of its scenarios, and
 * the points X that were tried, with the motors lost at each. */
#include "models/risk/strategy_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { FIRST_POINTS = 64 };

/* ---- variables ---- */

static enum status set_variables(struct programme *p, struct err *e)
{
    const struct strategy *s = p->s;
    for (int c = 0; c < s->r->plan.n_chain; c++)
        if (p->need >> c & 1u)
            p->chain[p->n_chain++] = c;
    for (int k = 0; k < p->n_chain; k++) {
        const struct strategy_chain *c = &s->chain[p->chain[k]];
        const int first = c->n_route > 1 ? p->n_var : -1;
        if (p->n_var + c->n_route + p->n_chain > STRATEGY_MAX_VAR || p->n_short == STRATEGY_MAX_SHORT)
            return err_set(e, ST_CONFIG, "sourcing", "more than %d routes and stocks, or %d chains that can run short, in one choice",
                           STRATEGY_MAX_VAR, STRATEGY_MAX_SHORT);
        for (int r = 0; c->n_route > 1 && r < c->n_route; r++) {
            p->var_chain[p->n_var] = p->chain[k];
            p->var_record[p->n_var] = c->record[r];
            p->group[p->n_var++] = p->n_choice;
        }
        if (c->n_route > 1)
            p->choice_chain[p->n_choice++] = p->chain[k];
        if (c->can_short) {
            p->short_chain[p->n_short] = p->chain[k];
            p->short_share[p->n_short++] = first;
        }
    }
    p->n_share = p->n_var;
    for (int k = 0; k < p->n_short; k++) {
        p->var_chain[p->n_var] = p->short_chain[k];
        p->var_record[p->n_var] = -1;
        p->group[p->n_var++] = -1;
    }
    return ST_OK;
}

/* ---- nodes that are down, chain by chain ---- */

static unsigned char get_set(const struct strategy_chain *c, unsigned down)
{
    unsigned set = 0;
    for (int k = 0; k < c->n_node; k++)
        set |= (down >> c->node[k] & 1u) << k;
    return (unsigned char)set;
}

static enum status set_sets(struct programme *p, struct err *e)
{
    const struct risk *r = p->s->r;
    const size_t n = (size_t)p->s->n_sample * (size_t)r->plan.n_month;
    for (int c = 0; c < p->n_short; c++) {
        p->set[c] = mem_new(n, sizeof *p->set[c]);
        if (!p->set[c])
            return err_set(e, ST_NO_MEMORY, "strategy", "months of %d scenarios", p->s->n_sample);
        for (size_t k = 0; k < n; k++)
            p->set[c][k] = get_set(&p->s->chain[p->short_chain[c]], r->state[k]);
    }
    return ST_OK;
}

static enum status set_block(struct programme *p, struct err *e)
{
    struct programme_block *b = &p->block;
    const size_t rows = (size_t)p->n_short + 1, n_month = (size_t)p->s->r->plan.n_month;
    b->stock = mem_new((3 * rows + 1) * STRATEGY_BLOCK, sizeof *b->stock);
    b->binding = mem_new(2 * STRATEGY_BLOCK, sizeof *b->binding);
    b->was_binding = mem_new(n_month * STRATEGY_BLOCK, sizeof *b->was_binding);
    b->was_capped = mem_new(n_month * STRATEGY_BLOCK, sizeof *b->was_capped);
    if (!b->stock || !b->binding || !b->was_binding || !b->was_capped)
        return err_set(e, ST_NO_MEMORY, "strategy", "block of scenarios");
    b->missing = b->stock + rows * STRATEGY_BLOCK;
    b->refill = b->missing + rows * STRATEGY_BLOCK;
    b->u = b->refill + rows * STRATEGY_BLOCK;
    b->capped = b->binding + STRATEGY_BLOCK;
    return ST_OK;
}

/* ---- life ---- */

static enum status set_arrays(struct programme *p, struct err *e)
{
    const size_t S = (size_t)p->s->n_sample;
    const int n_month = p->s->r->plan.n_month;
    int ok = 1;
    for (int c = 0; c < p->n_short; c++) {
        const size_t cells = (size_t)n_month << p->s->chain[p->short_chain[c]].n_node;
        p->missing[c] = mem_new(cells, sizeof *p->missing[c]);
        p->refill[c] = mem_new(cells, sizeof *p->refill[c]);
        p->row[c] = mem_new((size_t)n_month, sizeof *p->row[c]);
        ok &= p->missing[c] && p->refill[c] && p->row[c];
    }
    p->cost = mem_new(4 * S, sizeof *p->cost);
    p->route_cost = mem_new(S * (size_t)(p->n_share + 1), sizeof *p->route_cost);
    p->plane_point = mem_new(2 * ((size_t)p->s->opts.n_step_max + STRATEGY_MAX_HOT + STRATEGY_MAX_VAR), sizeof *p->plane_point);
    p->slope = mem_new(S * (size_t)p->n_var + 1, sizeof *p->slope);
    p->tree = tree_new(p->n_var);
    if (!p->slope || !ok || !p->cost || !p->route_cost || !p->plane_point || !p->tree)
        return err_set(e, ST_NO_MEMORY, "strategy", "programme of %d variables", p->n_var);
    p->plane_age = p->plane_point + p->s->opts.n_step_max + STRATEGY_MAX_HOT + STRATEGY_MAX_VAR;
    p->scratch = p->cost + S;
    p->weight = p->scratch + S;
    p->fixed_cost = p->weight + S;
    TRY(cut_lp_new(p->n_var, p->n_choice, p->s->opts.n_step_max + STRATEGY_MAX_HOT + STRATEGY_MAX_VAR, &p->lp, e));
    memcpy(p->lp.group, p->group, (size_t)p->n_var * sizeof *p->group);
    return ST_OK;
}

static enum status build(struct programme *p, struct err *e)
{
    TRY(set_variables(p, e));
    TRY(set_sets(p, e));
    TRY(set_block(p, e));
    return set_arrays(p, e);
}

enum status programme_get(struct strategy *s, unsigned need, struct programme **out, struct err *e)
{
    for (struct programme *p = s->programme; p; p = p->next)
        if (p->need == need) {
            *out = p;
            return ST_OK;
        }
    struct programme *p = mem_new(1, sizeof *p);
    if (!p)
        return err_set(e, ST_NO_MEMORY, "strategy", "programme");
    p->s = s;
    p->need = need;
    const enum status st = build(p, e);
    if (st != ST_OK) {
        programme_free(p);
        return st;
    }
    p->next = s->programme;
    *out = s->programme = p;
    return ST_OK;
}

void programme_free(struct programme *p)
{
    for (int k = 0; k < p->n_point; k++) {
        mem_free(p->point[k].x);
        mem_free(p->point[k].active);
        mem_free(p->point[k].slope);
    }
    mem_free(p->point);
    mem_free(p->is_plane);
    for (int c = 0; c < p->n_short; c++) {
        mem_free(p->missing[c]);
        mem_free(p->refill[c]);
        mem_free(p->row[c]);
        mem_free(p->set[c]);
    }
    mem_free(p->block.stock);
    mem_free(p->block.binding);
    mem_free(p->block.was_binding);
    mem_free(p->block.was_capped);
    mem_free(p->slope);
    mem_free(p->cost);
    mem_free(p->route_cost);
    mem_free(p->plane_point);
    tree_free(p->tree);
    cut_lp_done(&p->lp);
    mem_free(p);
}

/* ---- points ---- */

static enum status grow(struct programme *p, struct err *e)
{
    if (p->n_point < p->n_point_max)
        return ST_OK;
    const int n = p->n_point_max ? 2 * p->n_point_max : FIRST_POINTS;
    struct programme_point *more = mem_new((size_t)n, sizeof *more);
    if (!more)
        return err_set(e, ST_NO_MEMORY, "strategy", "%d points", n);
    if (p->n_point)
        memcpy(more, p->point, (size_t)p->n_point * sizeof *more);
    char *in_use = mem_new((size_t)n, 1);
    if (!in_use) {
        mem_free(more);
        return err_set(e, ST_NO_MEMORY, "strategy", "%d points", n);
    }
    if (p->n_point)
        memcpy(in_use, p->is_plane, (size_t)p->n_point);
    mem_free(p->point);
    mem_free(p->is_plane);
    p->is_plane = in_use;
    p->point = more;
    p->n_point_max = n;
    return ST_OK;
}

enum status programme_add_point(struct programme *p, const double *x, int *out, struct err *e)
{
    const size_t S = (size_t)p->s->n_sample, n = (size_t)p->n_var;
    TRY(grow(p, e));
    struct programme_point *pt = &p->point[p->n_point];
    *pt = (struct programme_point){.x = mem_new(n + S, sizeof *pt->x)};
    if (!pt->x)
        return err_set(e, ST_NO_MEMORY, "strategy", "point");
    pt->unbuilt = pt->x + n;
    memcpy(pt->x, x, n * sizeof *x);
    unbuilt_set_tables(p, x);
    for (int first = 0; first < (int)S; first += STRATEGY_BLOCK) {
        const int left = (int)S - first, m = left < STRATEGY_BLOCK ? left : STRATEGY_BLOCK;
        unbuilt_eval_block(p, x, first, m, pt->unbuilt + first);
        for (int k = 0; k < m; k++)
            if (pt->unbuilt[first + k] > 0.0)
                unbuilt_set_slope(p, first, k, p->slope + (size_t)pt->n_active++ * n);
    }
    pt->active = mem_new((size_t)pt->n_active + 1, sizeof *pt->active);
    pt->slope = mem_new((size_t)pt->n_active * n + 1, sizeof *pt->slope);
    if (!pt->active || !pt->slope) {
        mem_free(pt->x);
        mem_free(pt->active);
        mem_free(pt->slope);
        return err_set(e, ST_NO_MEMORY, "strategy", "point");
    }
    memcpy(pt->slope, p->slope, (size_t)pt->n_active * n * sizeof *p->slope);
    for (int s = 0, k = 0; s < (int)S; s++)
        if (pt->unbuilt[s] > 0.0)
            pt->active[k++] = s;
    *out = p->n_point++;
    return ST_OK;
}
