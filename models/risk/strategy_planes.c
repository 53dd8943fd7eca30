/* strategy_planes.c - planes that serve all designs of a programme: kept as sums over the scenarios that know no bill, and put in USD for
 * whichever design is at hand. Contract and why they hold: strategy_impl.h. */
#include "models/risk/strategy_impl.h"
#include "materials/base/mem.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- life ---- */

static int family_init(struct plane_family *f, int max, size_t n, size_t n_slot)
{
    const size_t N = (size_t)max;
    f->max = max;
    f->unbuilt = mem_new(N * (3 + 2 * n + n_slot), sizeof *f->unbuilt);
    f->used = mem_new(N, sizeof *f->used);
    f->is_in = mem_new(N, sizeof *f->is_in);
    if (!f->unbuilt || !f->used || !f->is_in)
        return 0;
    f->b = f->unbuilt + N;
    f->value = f->b + N;
    f->slope = f->value + N;
    f->g = f->slope + N * n;
    f->price = n_slot ? f->g + N * n : NULL;
    return 1;
}

/* Sums over the scenarios by slot, of the chains needed. */
static void set_price(const struct programme *p, const double *weight, double *price)
{
    const struct risk_record *rec = p->s->record;
    const int S = p->s->n_sample;
    memset(price, 0, (size_t)rec->n_slot * sizeof *price);
    for (int i = 0; i < p->s->r->plan.n_element; i++)
        for (int k = 0; k < rec->n_route; k++)
            if (rec->slot[i][k] >= 0 && p->need >> p->s->r->market->element[i].chain & 1u)
                price[rec->slot[i][k]] = cblas_ddot(S, weight, 1, rec->paid + (size_t)rec->slot[i][k] * (size_t)S, 1);
}

enum status planes_init(struct programme *p, struct err *e)
{
    struct planes *pl = &p->planes;
    const size_t n = (size_t)p->n_var, S = (size_t)p->s->n_sample, n_slot = (size_t)p->s->record->n_slot;
    const size_t fit = STRATEGY_MAX_POINT_BYTES / (S * sizeof(double)), least = 2 * STRATEGY_MAX_WORKING;
    const size_t n_point = fit < least ? least : (fit < STRATEGY_MAX_POINT ? fit : STRATEGY_MAX_POINT);
    const int ok =
        family_init(&pl->family[PLANE_MEAN], (int)n_point, n, 0) & family_init(&pl->family[PLANE_TAIL], STRATEGY_MAX_TAIL, n, n_slot);
    pl->x = mem_new(n_point * (n + S), sizeof *pl->x);
    pl->is_tried = mem_new(n_point, sizeof *pl->is_tried);
    pl->mean_price = mem_new(n_slot, sizeof *pl->mean_price);
    if (!ok || !pl->x || !pl->is_tried || !pl->mean_price)
        return err_set(e, ST_NO_MEMORY, "strategy", "%d points of %d scenarios", (int)n_point, p->s->n_sample);
    pl->point_unbuilt = pl->x + n_point * n;
    set_price(p, p->mean_weight, pl->mean_price);
    return ST_OK;
}

void planes_done(struct planes *pl)
{
    for (int k = 0; k < PLANE_PARTS; k++) {
        mem_free(pl->family[k].unbuilt);
        mem_free(pl->family[k].used);
        mem_free(pl->family[k].is_in);
    }
    mem_free(pl->x);
    mem_free(pl->is_tried);
    mem_free(pl->mean_price);
}

/* ---- in USD ---- */

static void set_mean(struct programme *p, const struct design *d, int j)
{
    struct plane_family *f = &p->planes.family[PLANE_MEAN];
    const size_t n = (size_t)p->n_var;
    const double L = (1.0 - d->terms->loading_pu) * d->terms->lost_margin_USD_per_motor;
    for (size_t v = 0; v < n; v++)
        f->g[(size_t)j * n + v] = L * f->slope[(size_t)j * n + v];
    f->b[j] = d->fixed_USD + L * f->unbuilt[j];
}

static void set_tail(struct programme *p, const struct design *d, int j)
{
    struct plane_family *f = &p->planes.family[PLANE_TAIL];
    const size_t n = (size_t)p->n_var;
    const double loading = d->terms->loading_pu, L = loading * d->terms->lost_margin_USD_per_motor;
    const double *price = f->price + (size_t)j * (size_t)p->s->record->n_slot;
    double *g = f->g + (size_t)j * n;
    for (size_t v = 0; v < n; v++)
        g[v] = L * f->slope[(size_t)j * n + v];
    for (int v = 0; v < p->n_share; v++)
        g[v] += loading * design_eval_bill(p, d->q_kg, price, p->var_record[v]);
    f->b[j] = L * f->unbuilt[j];
    for (int k = 0; k < p->n_chain; k++)
        if (p->s->chain[p->chain[k]].n_route == 1)
            f->b[j] += loading * design_eval_bill(p, d->q_kg, price, p->s->chain[p->chain[k]].record[0]);
}

void planes_set_design(struct programme *p, const struct design *d)
{
    struct planes *pl = &p->planes;
    pl->clock++;
    for (int k = 0; k < PLANE_PARTS; k++)
        memset(pl->family[k].is_in, 0, (size_t)pl->family[k].max);
    memset(pl->is_tried, 0, (size_t)pl->family[PLANE_MEAN].max);
    for (int j = 0; j < pl->family[PLANE_MEAN].n; j++)
        set_mean(p, d, j);
    for (int j = 0; j < pl->family[PLANE_TAIL].n; j++)
        set_tail(p, d, j);
}

/* ---- more of them ---- */

static int get_place(struct plane_family *f)
{
    int oldest = -1;
    if (f->n < f->max)
        return f->n++;
    for (int j = 0; j < f->n; j++)
        if (!f->is_in[j] && (oldest < 0 || f->used[j] < f->used[oldest]))
            oldest = j;
    return oldest;
}

static void set_unbuilt(struct programme *p, struct plane_family *f, int j, const double *x, const double *weight, const double *unbuilt)
{
    double *slope = f->slope + (size_t)j * (size_t)p->n_var;
    unbuilt_eval_slope(p, x, weight, unbuilt, slope);
    f->unbuilt[j] = cblas_ddot(p->s->n_sample, weight, 1, unbuilt, 1) - cblas_ddot(p->n_var, slope, 1, x, 1);
    f->used[j] = p->planes.clock;
}

int planes_add_point(struct programme *p, const struct design *d, const double *x)
{
    struct planes *pl = &p->planes;
    const size_t n = (size_t)p->n_var, S = (size_t)p->s->n_sample;
    const int j = get_place(&pl->family[PLANE_MEAN]);
    memcpy(pl->x + (size_t)j * n, x, n * sizeof *x);
    memcpy(pl->point_unbuilt + (size_t)j * S, p->unbuilt, S * sizeof *p->unbuilt);
    pl->is_tried[j] = 0;
    set_unbuilt(p, &pl->family[PLANE_MEAN], j, x, p->mean_weight, p->unbuilt);
    set_mean(p, d, j);
    return j;
}

int planes_add_tail(struct programme *p, const struct design *d, int point)
{
    struct planes *pl = &p->planes;
    struct plane_family *f = &pl->family[PLANE_TAIL];
    const int j = get_place(f);
    set_unbuilt(p, f, j, pl->x + (size_t)point * (size_t)p->n_var, p->tail_weight,
                pl->point_unbuilt + (size_t)point * (size_t)p->s->n_sample);
    set_price(p, p->tail_weight, f->price + (size_t)j * (size_t)p->s->record->n_slot);
    set_tail(p, d, j);
    return j;
}

/* ---- which of them ---- */

void planes_eval(struct programme *p, const double *x)
{
    for (int k = 0; k < PLANE_PARTS; k++) {
        struct plane_family *f = &p->planes.family[k];
        if (f->n == 0)
            continue;
        memcpy(f->value, f->b, (size_t)f->n * sizeof *f->b);
        if (p->n_var)
            cblas_dgemv(CblasColMajor, CblasTrans, p->n_var, f->n, 1.0, f->g, p->n_var, x, 1, 1.0, f->value, 1);
    }
}

int planes_find(const struct plane_family *f, double above)
{
    int best = -1;
    for (int j = 0; j < f->n; j++)
        if (!f->is_in[j] && f->value[j] > above) {
            above = f->value[j];
            best = j;
        }
    return best;
}

int planes_find_point(const struct programme *p, const double *x, double far)
{
    const struct planes *pl = &p->planes;
    int best = -1;
    for (int j = 0; j < pl->family[PLANE_MEAN].n; j++) {
        double most = 0.0;
        for (int v = 0; v < p->n_var && most < far; v++)
            most = fmax(most, fabs(pl->x[j * p->n_var + v] - x[v]));
        if (most < far && !pl->is_tried[j]) {
            far = most;
            best = j;
        }
    }
    return best;
}
