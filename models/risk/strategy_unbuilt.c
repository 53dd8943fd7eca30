/* strategy_unbuilt.c - motors that cannot be built under shares and stocks X, and the subgradient by the adjoint of the month's recursion
 * (strategy.h): u = max_c (m_c - S_c)+,  Y_c = S_c - m_c + u,  S_c' = min(full_c, Y_c + restock g_c). Forward for a block of scenarios at
 * once in plain loops, looking up only what changed since the month before; backward only for scenarios that lose motors, over the months
 * that matter, into tables by month and set of nodes that serve all routes at the end. */
#include "models/risk/strategy_impl.h"
#include "models/num/vector.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define ROUNDING 1e-12 /* shares that sum to 1 but for rounding are whole */
enum { BLOCK = STRATEGY_BLOCK, PATH = STRATEGY_PATH };

static int get_n_set(const struct strategy_chain *c) { return 1 << c->n_node; }

/* ---- tables ---- */

/* A row holds for as long as no ramp of a route in use moves. */
static int is_same_month(const struct programme *p, int c, const double *x, int month)
{
    const struct strategy_chain *ch = &p->s->chain[p->short_chain[c]];
    for (int k = 0; k < ch->n_route; k++) {
        const double *ramp = p->s->record->ramp_pu[ch->record[k]];
        if (programme_share(p, c, k, x) > 0.0 && fabs(ramp[month] - ramp[month - 1]) > 0.0)
            return 0;
    }
    return 1;
}

static void set_row(struct programme *p, int c, const double *x, int month, double *missing, double *refill)
{
    const struct strategy_chain *ch = &p->s->chain[p->short_chain[c]];
    const int n_set = get_n_set(ch);
    for (int set = 0; set < n_set; set++) {
        missing[set] = 1.0;
        refill[set] = 0.0;
    }
    for (int k = 0; k < ch->n_route; k++) {
        const double share = programme_share(p, c, k, x), ramp = p->s->record->ramp_pu[ch->record[k]][month];
        const double *a = ch->available_pu + k * n_set, *w = ch->whole_pu + k * n_set;
        const double *ab = ch->available_pu + ch->n_route * n_set, *wb = ch->whole_pu + ch->n_route * n_set;
        if (share > 0.0)
            for (int set = 0; set < n_set; set++) {
                missing[set] -= share * (ramp * a[set] + (1.0 - ramp) * ab[set]);
                refill[set] += share * (ramp * w[set] + (1.0 - ramp) * wb[set]);
            }
    }
    for (int set = 0; set < n_set; set++) {
        missing[set] = missing[set] > ROUNDING ? missing[set] : 0.0;
        refill[set] *= p->s->r->plan.stock_restock;
    }
}

static void set_tables(struct programme *p, const double *x)
{
    const struct plan *plan = &p->s->r->plan;
    for (int c = 0; c < p->n_short; c++) {
        const int n_set = get_n_set(&p->s->chain[p->short_chain[c]]);
        int n_row = 0;
        for (int t = plan->first_month; t < plan->n_month; t++) {
            if (t == plan->first_month || !is_same_month(p, c, x, t)) {
                set_row(p, c, x, t, p->missing[c] + n_row * n_set, p->refill[c] + n_row * n_set);
                n_row++;
            }
            p->row[c][t] = n_row - 1;
        }
    }
}

static const double *get_row(const struct programme *p, double *const *table, int c, int t)
{
    return table[c] + (p->row[c][t] << p->s->chain[p->short_chain[c]].n_node);
}

/* ---- forward ---- */

/* What is missing and what can be refilled. */
static void look_up_all(int n, const int *restrict at, const unsigned char *restrict set, const double *restrict missing,
                        const double *restrict refill, double *restrict m, double *restrict r)
{
    for (int k = 0; k < n; k++) {
        m[k] = missing[set[at[k]]];
        r[k] = refill[set[at[k]]];
    }
}

static void look_up_some(int n, const struct lane *lane, const double *missing, const double *refill, double *m, double *r)
{
    for (int j = 0; j < n; j++) {
        m[lane[j].at] = missing[lane[j].set];
        r[lane[j].at] = refill[lane[j].set];
    }
}

VECTOR_VERSIONS static void fill(int n, double missing, double refill, double *restrict m, double *restrict r)
{
    for (int k = 0; k < n; k++) {
        m[k] = missing;
        r[k] = refill;
    }
}

/* All lanes are looked up when the table's row is new: as if no node were down, then those with one; else those whose set is new. */
static void look_up(struct programme *p, int c, int t, int first, int n)
{
    struct programme_block *b = &p->block;
    const int at = first / BLOCK * p->s->r->plan.n_month + t, *row = p->row[c];
    const double *missing = get_row(p, p->missing, c, t), *refill = get_row(p, p->refill, c, t);
    double *m = b->missing + c * BLOCK, *r = b->refill + c * BLOCK;
    const int is_new = t == p->s->r->plan.first_month || row[t] != row[t - 1];
    const struct lanes *l = is_new ? &p->down[c] : &p->change[c];
    if (is_new)
        fill(n, missing[0], refill[0], m, r);
    look_up_some(l->first[at + 1] - l->first[at], l->lane + l->first[at], missing, refill, m, r);
}

VECTOR_VERSIONS static void set_first_lack(int n, const double *restrict missing, const double *restrict stock, double *restrict u)
{
    for (int k = 0; k < n; k++) {
        const double lack = missing[k] - stock[k];
        u[k] = lack > 0.0 ? lack : 0.0;
    }
}

VECTOR_VERSIONS static void set_lack(int n, const double *restrict missing, const double *restrict stock, double *restrict u)
{
    for (int k = 0; k < n; k++) {
        const double lack = missing[k] - stock[k];
        u[k] = lack > u[k] ? lack : u[k];
    }
}

/* Of the chain that binds stock - missing + u is 0 to the last bit. */
VECTOR_VERSIONS static void step_together(int n, double full, const double *restrict missing, const double *restrict refill,
                                          const double *restrict u, double *restrict stock)
{
    for (int k = 0; k < n; k++) {
        const double after = stock[k] - missing[k] + u[k] + refill[k];
        stock[k] = after < full ? after : full;
    }
}

VECTOR_VERSIONS static void step_apart(int n, double full, const double *restrict missing, const double *restrict refill,
                                       double *restrict stock)
{
    for (int k = 0; k < n; k++) {
        const double left = stock[k] - missing[k], after = (left > 0.0 ? left : 0.0) + refill[k];
        stock[k] = after < full ? after : full;
    }
}

VECTOR_VERSIONS static void add_unbuilt(int n, double weight, const double *restrict u, double *restrict sum)
{
    for (int k = 0; k < n; k++)
        sum[k] += weight * u[k];
}

static double get_full(const struct programme *p, const double *x, int c, int t)
{
    const struct strategy_chain *ch = &p->s->chain[p->short_chain[c]];
    return programme_stock_months(p, x[p->n_share + c]) + (t >= ch->reserve_month ? ch->reserve_months : 0.0);
}

static void release_reserve(struct programme *p, int t, int n)
{
    for (int c = 0; c < p->n_short; c++)
        for (int k = 0; t == p->s->chain[p->short_chain[c]].reserve_month && k < n; k++)
            p->block.stock[c * BLOCK + k] += p->s->chain[p->short_chain[c]].reserve_months;
}

static void set_unbuilt(struct programme *p, int n)
{
    struct programme_block *b = &p->block;
    set_first_lack(n, b->missing, b->stock, b->u);
    for (int c = 1; c < p->n_short; c++)
        set_lack(n, b->missing + c * BLOCK, b->stock + c * BLOCK, b->u);
}

/* One month of a block whose missing and refill are looked up. */
static void step_block(struct programme *p, const double *x, int t, int n, enum unbuilt_rule rule)
{
    struct programme_block *b = &p->block;
    set_unbuilt(p, n);
    for (int c = 0; c < p->n_short; c++) {
        const double full = get_full(p, x, c, t);
        double *missing = b->missing + c * BLOCK, *refill = b->refill + c * BLOCK, *stock = b->stock + c * BLOCK;
        if (rule == UNBUILT_TOGETHER)
            step_together(n, full, missing, refill, b->u, stock);
        else
            step_apart(n, full, missing, refill, stock);
    }
}

static void set_full(struct programme *p, const double *x, int n)
{
    for (int c = 0; c < p->n_short; c++)
        for (int k = 0; k < n; k++)
            p->block.stock[c * BLOCK + k] = programme_stock_months(p, x[p->n_share + c]);
}

static int get_count(const struct programme *p, int first)
{
    return p->s->n_sample - first < BLOCK ? p->s->n_sample - first : BLOCK;
}

void unbuilt_eval(struct programme *p, const double *x, enum unbuilt_rule rule, double *unbuilt)
{
    const struct plan *plan = &p->s->r->plan;
    set_tables(p, x);
    memset(unbuilt, 0, (size_t)p->s->n_sample * sizeof *unbuilt);
    for (int first = 0; p->n_short && first < p->s->n_sample; first += BLOCK) {
        const int n = get_count(p, first);
        set_full(p, x, n);
        for (int t = plan->first_month; t < plan->n_month; t++) {
            for (int c = 0; c < p->n_short; c++)
                look_up(p, c, t, first, n);
            release_reserve(p, t, n);
            step_block(p, x, t, n, rule);
            add_unbuilt(n, plan->weight_pu[t], p->block.u, unbuilt + first);
        }
    }
}

/* ---- backward ---- */

/* What a chain must lack to bind: the unbuilt share, where there is one. */
VECTOR_VERSIONS static void set_binding(int n, const double *restrict u, double *restrict binding, double *restrict is_free)
{
    for (int k = 0; k < n; k++) {
        binding[k] = u[k] > 0.0 ? u[k] : HUGE_VAL;
        is_free[k] = 1.0;
    }
}

/* bound 1 where this chain binds, the first that does; is_free: no chain before did. */
VECTOR_VERSIONS static void set_bound(int n, const double *restrict missing, const double *restrict stock, const double *restrict binding,
                                      const double *restrict is_free, double *restrict bound)
{
    for (int k = 0; k < n; k++) {
        const double free = is_free[k];
        bound[k] = missing[k] - stock[k] < binding[k] ? 0.0 : free;
    }
}

/* As step_together, and: keeps 0 where the stock is cut at full. */
VECTOR_VERSIONS static void step_path(int n, double full, const double *restrict missing, const double *restrict refill,
                                      const double *restrict u, const double *restrict bound, double *restrict is_free,
                                      double *restrict stock, double *restrict keeps)
{
    for (int k = 0; k < n; k++) {
        const double after = stock[k] - missing[k] + u[k] + refill[k];
        is_free[k] -= bound[k];
        keeps[k] = after > full ? 0.0 : 1.0;
        stock[k] = after < full ? after : full;
    }
}

/* Forward again for n scenarios picked out: what binds and what is cut, month by month. */
static void set_path(struct programme *p, const double *x, int n, const int *scenario)
{
    struct programme_block *b = &p->block;
    const struct plan *plan = &p->s->r->plan;
    for (int k = 0; k < n; k++)
        b->path_at[k] = scenario[k] * plan->n_month;
    set_full(p, x, n);
    for (int t = plan->first_month; t < plan->n_month; t++) {
        for (int c = 0; c < p->n_short; c++)
            look_up_all(n, b->path_at, p->set[c] + t, get_row(p, p->missing, c, t), get_row(p, p->refill, c, t), b->missing + c * BLOCK,
                        b->refill + c * BLOCK);
        release_reserve(p, t, n);
        set_unbuilt(p, n);
        set_binding(n, b->u, b->binding, b->is_free);
        for (int c = 0; c < p->n_short; c++) {
            double *missing = b->missing + c * BLOCK, *stock = b->stock + c * BLOCK;
            double *bound = b->path_bound + (t * p->n_short + c) * PATH, *keeps = b->path_keeps + (t * p->n_short + c) * PATH;
            set_bound(n, missing, stock, b->binding, b->is_free, bound);
            step_path(n, get_full(p, x, c, t), missing, b->refill + c * BLOCK, b->u, bound, b->is_free, stock, keeps);
        }
    }
}

/* xi: slope of what is still to come by the stock. Equal to full without being cut: the slope goes to the stock before, the tighter of two
 * that hold. */
VECTOR_VERSIONS static void keep_slope(int n, const double *restrict keeps, const double *restrict xi, double *restrict kept,
                                       double *restrict own, double *restrict by_u)
{
    for (int k = 0; k < n; k++) {
        kept[k] = keeps[k] * xi[k];
        own[k] += xi[k] - kept[k];
        by_u[k] += kept[k];
    }
}

VECTOR_VERSIONS static void bind_slope(int n, const double *restrict bound, const double *restrict by_u, const double *restrict kept,
                                       double *restrict xi)
{
    for (int k = 0; k < n; k++)
        xi[k] = kept[k] - bound[k] * by_u[k];
}

/* The slope by what is missing is -xi: what is missing and what is in stock differ by their sign only. */
static void scatter(int n, const int *restrict at, const unsigned char *restrict set, const double *restrict xi,
                    const double *restrict kept, double *restrict by_missing, double *restrict by_refill)
{
    for (int k = 0; k < n; k++)
        if (xi[k] < 0.0 || xi[k] > 0.0 || kept[k] < 0.0 || kept[k] > 0.0) {
            by_missing[set[at[k]]] -= xi[k];
            by_refill[set[at[k]]] += kept[k];
        }
}

static void add_block(struct programme *p, const double *x, int n, const int *scenario, const double *weight, double *own)
{
    const struct plan *plan = &p->s->r->plan;
    struct programme_block *b = &p->block;
    set_path(p, x, n, scenario);
    memset(b->xi, 0, (size_t)(2 * p->n_short * PATH) * sizeof *b->xi);
    for (int t = plan->n_month - 1; t >= plan->first_month; t--) {
        for (int k = 0; k < n; k++)
            b->by_u[k] = plan->weight_pu[t] * weight[scenario[k]];
        for (int c = 0; c < p->n_short; c++)
            keep_slope(n, b->path_keeps + (t * p->n_short + c) * PATH, b->xi + c * PATH, b->kept + c * PATH, b->own + c * PATH, b->by_u);
        for (int c = 0; c < p->n_short; c++) {
            const int at = (t * p->n_short + c) * PATH, row = t << p->s->chain[p->short_chain[c]].n_node;
            bind_slope(n, b->path_bound + at, b->by_u, b->kept + c * PATH, b->xi + c * PATH);
            if (p->short_share[c] >= 0)
                scatter(n, b->path_at, p->set[c] + t, b->xi + c * PATH, b->kept + c * PATH, p->by_missing[c] + row, p->by_refill[c] + row);
        }
    }
    for (int c = 0; c < p->n_short; c++)
        for (int k = 0; k < n; k++)
            own[c] += b->own[c * PATH + k] + b->xi[c * PATH + k];
}

/* Slopes by what is missing and what is refilled, put on the shares. */
static void add_shares(const struct programme *p, int c, int t, int set, double by_missing, double by_refill, double *slope)
{
    const struct strategy_chain *ch = &p->s->chain[p->short_chain[c]];
    const int n_set = get_n_set(ch);
    const double *a = ch->available_pu + set, *w = ch->whole_pu + set;
    const double restocked = by_refill * p->s->r->plan.stock_restock;
    const double bridge = restocked * w[ch->n_route * n_set] - by_missing * a[ch->n_route * n_set];
    for (int r = 0; r < ch->n_route; r++) {
        const double ramp = p->s->record->ramp_pu[ch->record[r]][t];
        slope[p->short_share[c] + r] += ramp * (restocked * w[r * n_set] - by_missing * a[r * n_set]) + (1.0 - ramp) * bridge;
    }
}

static void set_slope(const struct programme *p, const double *own, double *slope)
{
    const struct plan *plan = &p->s->r->plan;
    memset(slope, 0, (size_t)p->n_var * sizeof *slope);
    for (int c = 0; c < p->n_short; c++) {
        const int n_set = get_n_set(&p->s->chain[p->short_chain[c]]);
        for (int t = plan->first_month; p->short_share[c] >= 0 && t < plan->n_month; t++)
            for (int set = 0; set < n_set; set++) {
                const double m = p->by_missing[c][t * n_set + set], r = p->by_refill[c][t * n_set + set];
                if (fabs(m) > 0.0 || fabs(r) > 0.0)
                    add_shares(p, c, t, set, m, r, slope);
            }
        slope[p->n_share + c] = own[c] * p->s->opts.stock_max_months;
    }
}

void unbuilt_eval_slope(struct programme *p, const double *x, const double *weight, const double *unbuilt, double *slope)
{
    double own[STRATEGY_MAX_SHORT] = {0};
    int n = 0;
    for (int k = 0; k < p->s->n_sample; k++)
        if (unbuilt[k] > 0.0 && weight[k] > 0.0)
            p->active[n++] = k;
    set_tables(p, x);
    for (int c = 0; c < p->n_short; c++) {
        const size_t cells = (size_t)p->s->r->plan.n_month << p->s->chain[p->short_chain[c]].n_node;
        memset(p->by_missing[c], 0, cells * sizeof *p->by_missing[c]);
        memset(p->by_refill[c], 0, cells * sizeof *p->by_refill[c]);
    }
    for (int first = 0; first < n; first += PATH)
        add_block(p, x, n - first < PATH ? n - first : PATH, p->active + first, weight, own);
    set_slope(p, own, slope);
}
