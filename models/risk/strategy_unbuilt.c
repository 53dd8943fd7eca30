/* strategy_unbuilt.c - motors that cannot be built under shares and stocks X, and the subgradient by the adjoint of the month's recursion
 * (strategy.h): u = max_c (m_c - S_c)+,  Y_c = S_c - m_c + u,  S_c' = min(full_c, Y_c + restock g_c). Forward for a block of scenarios at
 * once in plain loops; backward only for those that lose motors, over the months that matter. */
#include "models/risk/strategy_impl.h"
#include "models/num/vector.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define ROUNDING 1e-12 /* shares that sum to 1 but for rounding are whole */
enum { BLOCK = STRATEGY_BLOCK };

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

void unbuilt_set_tables(struct programme *p, const double *x)
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

static void look_up(int n, const unsigned char *set, const double *row_missing, const double *row_refill, double *missing, double *refill)
{
    for (int k = 0; k < n; k++) {
        missing[k] = row_missing[set[k]];
        refill[k] = row_refill[set[k]];
    }
}

VECTOR_VERSIONS static void set_binding(int n, int chain, const double *restrict missing, const double *restrict stock, double *restrict u,
                                        int *restrict binding)
{
    for (int k = 0; k < n; k++) {
        const double lack = missing[k] - stock[k];
        binding[k] = lack > u[k] ? chain : binding[k];
        u[k] = lack > u[k] ? lack : u[k];
    }
}

/* Equal to full without being cut: the slope goes to the stock before, the tighter of two that hold. */
VECTOR_VERSIONS static void step_stock(int n, int chain, double full, const double *restrict missing, const double *restrict refill,
                                       const double *restrict u, const int *restrict binding, double *restrict stock, int *restrict capped)
{
    for (int k = 0; k < n; k++) {
        const double left = binding[k] == chain ? 0.0 : stock[k] - missing[k] + u[k], after = left + refill[k];
        capped[k] |= after > full ? 1 << chain : 0;
        stock[k] = after < full ? after : full;
    }
}

VECTOR_VERSIONS static void keep_flags(int n, const int *restrict binding, const int *restrict capped, signed char *restrict was_binding,
                                       unsigned short *restrict was_capped)
{
    for (int k = 0; k < n; k++) {
        was_binding[k] = (signed char)binding[k];
        was_capped[k] = (unsigned short)capped[k];
    }
}

VECTOR_VERSIONS static void add_unbuilt(int n, double weight, const double *restrict u, double *restrict sum)
{
    for (int k = 0; k < n; k++)
        sum[k] += weight * u[k];
}

static void step_block(struct programme *p, const double *x, int t, int first, int n)
{
    struct programme_block *b = &p->block;
    const size_t at = (size_t)t * (size_t)p->s->n_sample + (size_t)first;
    for (int k = 0; k < n; k++) {
        b->u[k] = 0.0;
        b->capped[k] = 0;
        b->binding[k] = -1;
    }
    for (int c = 0; c < p->n_short; c++) {
        const struct strategy_chain *ch = &p->s->chain[p->short_chain[c]];
        double *stock = b->stock + c * BLOCK;
        look_up(n, p->set[c] + at, get_row(p, p->missing, c, t), get_row(p, p->refill, c, t), b->missing + c * BLOCK,
                b->refill + c * BLOCK);
        for (int k = 0; t == ch->reserve_month && k < n; k++)
            stock[k] += ch->reserve_months;
        set_binding(n, c, b->missing + c * BLOCK, stock, b->u, b->binding);
    }
    for (int c = 0; c < p->n_short; c++) {
        const struct strategy_chain *ch = &p->s->chain[p->short_chain[c]];
        const double full = programme_stock_months(p, x[p->n_share + c]) + (t >= ch->reserve_month ? ch->reserve_months : 0.0);
        step_stock(n, c, full, b->missing + c * BLOCK, b->refill + c * BLOCK, b->u, b->binding, b->stock + c * BLOCK, b->capped);
    }
    keep_flags(n, b->binding, b->capped, b->was_binding + t * BLOCK, b->was_capped + t * BLOCK);
}

void unbuilt_eval_block(struct programme *p, const double *x, int first, int n, double *unbuilt)
{
    const struct plan *plan = &p->s->r->plan;
    memset(unbuilt, 0, (size_t)n * sizeof *unbuilt);
    for (int c = 0; c < p->n_short; c++)
        for (int k = 0; k < n; k++)
            p->block.stock[c * BLOCK + k] = programme_stock_months(p, x[p->n_share + c]);
    for (int t = plan->first_month; t < plan->n_month; t++) {
        step_block(p, x, t, first, n);
        add_unbuilt(n, plan->weight_pu[t], p->block.u, unbuilt);
    }
}

/* ---- backward ---- */

static void add_slope(const struct programme *p, int c, int t, int set, double by_missing, double by_refill, double *slope)
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

/* xi: slope of what is still to come by the stock. */
void unbuilt_set_slope(const struct programme *p, int first, int lane, double *slope)
{
    const struct plan *plan = &p->s->r->plan;
    double xi[STRATEGY_MAX_SHORT] = {0}, *own = slope + p->n_share;
    int n_alive = 0; /* chains with xi that is not 0 */
    memset(slope, 0, (size_t)p->n_var * sizeof *slope);
    for (int t = plan->n_month - 1; t >= plan->first_month; t--) {
        const int binding = p->block.was_binding[t * BLOCK + lane];
        const unsigned capped = p->block.was_capped[t * BLOCK + lane];
        double by_u = plan->weight_pu[t], kept[STRATEGY_MAX_SHORT];
        if (binding < 0 && !n_alive)
            continue;
        n_alive = 0;
        for (int c = 0; c < p->n_short; c++) {
            own[c] += capped >> c & 1u ? xi[c] : 0.0;
            kept[c] = capped >> c & 1u ? 0.0 : xi[c];
            by_u += kept[c];
        }
        for (int c = 0; c < p->n_short; c++) {
            const double by_missing = (c == binding ? by_u : 0.0) - kept[c];
            xi[c] = c == binding ? kept[c] - by_u : kept[c];
            n_alive += xi[c] < 0.0 || xi[c] > 0.0;
            if (p->short_share[c] >= 0 && (fabs(by_missing) > 0.0 || fabs(kept[c]) > 0.0))
                add_slope(p, c, t, p->set[c][(size_t)t * (size_t)p->s->n_sample + (size_t)(first + lane)], by_missing, kept[c], slope);
        }
    }
    for (int c = 0; c < p->n_short; c++)
        own[c] = (own[c] + xi[c]) * p->s->opts.stock_max_months;
}

/* ---- every chain for itself ---- */

double unbuilt_eval_apart(const struct programme *p, const double *x, int s)
{
    const struct plan *plan = &p->s->r->plan;
    double stock[STRATEGY_MAX_SHORT], own[STRATEGY_MAX_SHORT], sum = 0.0;
    for (int c = 0; c < p->n_short; c++)
        stock[c] = own[c] = programme_stock_months(p, x[p->n_share + c]);
    for (int t = plan->first_month; t < plan->n_month; t++) {
        double u = 0.0;
        for (int c = 0; c < p->n_short; c++) {
            const struct strategy_chain *ch = &p->s->chain[p->short_chain[c]];
            const int set = p->set[c][(size_t)t * (size_t)p->s->n_sample + (size_t)s];
            const double missing = get_row(p, p->missing, c, t)[set], refill = get_row(p, p->refill, c, t)[set];
            const double full = own[c] + (t >= ch->reserve_month ? ch->reserve_months : 0.0);
            const double have = stock[c] + (t == ch->reserve_month ? ch->reserve_months : 0.0);
            const double left = have > missing ? have - missing : 0.0;
            u = missing - have > u ? missing - have : u;
            stock[c] = left + refill < full ? left + refill : full;
        }
        sum += plan->weight_pu[t] * u;
    }
    return sum;
}
