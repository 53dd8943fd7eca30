/* strategy_programme.c - the programme of all designs that need the same chains: its variables, the runs of months of its scenarios, and
 * what the search works in. */
#include "models/risk/strategy_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

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
    const size_t S = (size_t)p->s->n_sample, n_month = (size_t)r->plan.n_month;
    for (int c = 0; c < p->n_short; c++) {
        p->set[c] = mem_new(S * n_month, sizeof *p->set[c]);
        if (!p->set[c])
            return err_set(e, ST_NO_MEMORY, "strategy", "months of %d scenarios", p->s->n_sample);
        for (size_t t = 0; t < n_month; t++)
            for (size_t k = 0; k < S; k++)
                p->set[c][k * n_month + t] = get_set(&p->s->chain[p->short_chain[c]], r->state[t * S + k]);
    }
    return ST_OK;
}

static int is_listed(const unsigned char *set, int t, int is_change)
{
    return is_change ? t > 0 && set[t] != set[t - 1] : set[t] != 0;
}

static enum status set_lanes(struct programme *p, int c, int is_change, struct lanes *out, struct err *e)
{
    const int S = p->s->n_sample, T = p->s->r->plan.n_month, n_block = (S + STRATEGY_BLOCK - 1) / STRATEGY_BLOCK;
    int n = 0;
    for (int k = 0; k < S; k++)
        for (int t = 0; t < T; t++)
            n += is_listed(p->set[c] + k * T, t, is_change);
    out->first = mem_new((size_t)(T * n_block) + 1, sizeof *out->first);
    out->lane = mem_new((size_t)n + 1, sizeof *out->lane);
    if (!out->first || !out->lane)
        return err_set(e, ST_NO_MEMORY, "strategy", "months of %d scenarios", S);
    n = 0;
    for (int b = 0; b < n_block; b++)
        for (int t = 0; t < T; t++) {
            out->first[b * T + t] = n;
            for (int k = b * STRATEGY_BLOCK; k < S && k < (b + 1) * STRATEGY_BLOCK; k++)
                if (is_listed(p->set[c] + k * T, t, is_change))
                    out->lane[n++] = (struct lane){(unsigned char)(k % STRATEGY_BLOCK), p->set[c][k * T + t]};
        }
    out->first[n_block * T] = n;
    return ST_OK;
}

static enum status set_all_lanes(struct programme *p, struct err *e)
{
    for (int c = 0; c < p->n_short; c++) {
        TRY(set_lanes(p, c, 0, &p->down[c], e));
        TRY(set_lanes(p, c, 1, &p->change[c], e));
    }
    return ST_OK;
}

static enum status set_block(struct programme *p, struct err *e)
{
    struct programme_block *b = &p->block;
    const size_t rows = (size_t)p->n_short + 1, n_month = (size_t)p->s->r->plan.n_month;
    b->stock = mem_new((3 * rows + 1) * STRATEGY_BLOCK, sizeof *b->stock);
    b->path_bound = mem_new(((2 * n_month + 3) * rows + 3) * STRATEGY_PATH, sizeof *b->path_bound);
    if (!b->stock || !b->path_bound)
        return err_set(e, ST_NO_MEMORY, "strategy", "block of scenarios");
    b->path_keeps = b->path_bound + n_month * rows * STRATEGY_PATH;
    b->xi = b->path_keeps + n_month * rows * STRATEGY_PATH;
    b->own = b->xi + (rows - 1) * STRATEGY_PATH;
    b->kept = b->own + (rows - 1) * STRATEGY_PATH;
    b->by_u = b->kept + (rows - 1) * STRATEGY_PATH;
    b->binding = b->by_u + STRATEGY_PATH;
    b->is_free = b->binding + STRATEGY_PATH;
    b->missing = b->stock + rows * STRATEGY_BLOCK;
    b->refill = b->missing + rows * STRATEGY_BLOCK;
    b->u = b->refill + rows * STRATEGY_BLOCK;
    return ST_OK;
}

/* ---- life ---- */

static enum status set_tables(struct programme *p, struct err *e)
{
    const int n_month = p->s->r->plan.n_month;
    int ok = 1;
    for (int c = 0; c < p->n_short; c++) {
        const size_t cells = (size_t)n_month << p->s->chain[p->short_chain[c]].n_node;
        p->missing[c] = mem_new(4 * cells, sizeof *p->missing[c]);
        p->row[c] = mem_new((size_t)n_month, sizeof *p->row[c]);
        ok &= p->missing[c] && p->row[c];
        if (!ok)
            break;
        p->refill[c] = p->missing[c] + cells;
        p->by_missing[c] = p->refill[c] + cells;
        p->by_refill[c] = p->by_missing[c] + cells;
    }
    return ok ? ST_OK : err_set(e, ST_NO_MEMORY, "strategy", "tables of %d chains", p->n_short);
}

static enum status set_arrays(struct programme *p, struct err *e)
{
    const size_t S = (size_t)p->s->n_sample, n_try = 4 * (size_t)p->s->opts.n_step_max + STRATEGY_MORE_POINTS;
    p->n_tried_max = (int)n_try;
    p->cost = mem_new(7 * S, sizeof *p->cost);
    p->active = mem_new(S, sizeof *p->active);
    p->route_cost = mem_new(S * (size_t)(p->n_share + 1), sizeof *p->route_cost);
    p->plane = mem_new(2 * STRATEGY_MAX_WORKING, sizeof *p->plane);
    p->tried_x = mem_new(n_try * (size_t)(p->n_var + 1), sizeof *p->tried_x);
    if (!p->cost || !p->route_cost || !p->plane || !p->active || !p->tried_x)
        return err_set(e, ST_NO_MEMORY, "strategy", "programme of %d variables", p->n_var);
    p->tried_USD = p->tried_x + n_try * (size_t)p->n_var;
    p->plane_age = p->plane + STRATEGY_MAX_WORKING;
    p->scratch = p->cost + S;
    p->mean_weight = p->scratch + 2 * S; /* the quantile of weighted scenarios sorts their weights too */
    p->tail_weight = p->mean_weight + S;
    p->fixed_cost = p->tail_weight + S;
    p->unbuilt = p->fixed_cost + S;
    for (size_t k = 0; k < S; k++)
        p->mean_weight[k] = risk_get_weight(p->s->r, (int)k) / (double)S;
    TRY(cut_lp_new(p->n_var, p->n_choice, PLANE_PARTS, STRATEGY_MAX_WORKING, &p->lp, e));
    memcpy(p->lp.group, p->group, (size_t)p->n_var * sizeof *p->group);
    return ST_OK;
}

static enum status build(struct programme *p, struct err *e)
{
    TRY(set_variables(p, e));
    TRY(set_sets(p, e));
    TRY(set_all_lanes(p, e));
    TRY(set_block(p, e));
    TRY(set_tables(p, e));
    TRY(set_arrays(p, e));
    TRY(tree_init(p, e));
    return planes_init(p, e);
}

unsigned programme_get_need(const struct strategy *s, const double *q_kg)
{
    unsigned need = 0;
    for (int i = 0; i < s->r->plan.n_element; i++)
        need |= q_kg[i] > 0.0 ? 1u << s->r->market->element[i].chain : 0u;
    return need;
}

enum status programme_get(struct strategy *s, unsigned need, int part, struct programme **out, struct err *e)
{
    for (struct programme *p = s->programme; p; p = p->next)
        if (p->need == need && p->part == part) {
            *out = p;
            return ST_OK;
        }
    struct programme *p = mem_new(1, sizeof *p);
    if (!p)
        return err_set(e, ST_NO_MEMORY, "strategy", "programme");
    p->s = s;
    p->need = need;
    p->part = part;
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
    for (int c = 0; c < p->n_short; c++) {
        mem_free(p->missing[c]);
        mem_free(p->row[c]);
        mem_free(p->set[c]);
        mem_free(p->down[c].first);
        mem_free(p->down[c].lane);
        mem_free(p->change[c].first);
        mem_free(p->change[c].lane);
    }
    mem_free(p->block.stock);
    mem_free(p->block.path_bound);
    mem_free(p->cost);
    mem_free(p->route_cost);
    mem_free(p->plane);
    mem_free(p->active);
    mem_free(p->tried_x);
    planes_done(&p->planes);
    tree_done(p);
    cut_lp_done(&p->lp);
    mem_free(p);
}
