/* price.c - prices of a block, month by month: log-OU shocks, spikes, control regime, the two price systems, price formulas of the routes.
 * Contract: block_impl.h. Loops over scenarios are plain, so that they run in vectors; no sum runs across scenarios. */
#include "models/num/vector.h"
#include "models/risk/block_impl.h"
#include "models/risk/vexp.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static void set_shocks(const struct sim *sim, struct block *b, int month)
{
    const struct risk *r = sim->r;
    const int n = r->plan.n_element;
    draws_fill_price(sim, b, month);
    cblas_dtrmm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, b->n_pair, n, 1.0, r->L, n, b->z, BLOCK);
}

static void set_regimes(const struct sim *sim, struct block *b, int month)
{
    const uint16_t *bits = b->bits + month * WIDE;
    for (int c = 0; c < sim->r->plan.n_chain; c++) {
        const unsigned mask = sim->r->plan.chain[c].price_mask;
        double *on = b->regime + c * WIDE;
        for (int k = 0; k < sim->width * b->n_pair; k++)
            on[k] = bits[k] & mask ? 1.0 : 0.0;
    }
}

/* Steps of the log price, common to the elements of a chain: at most one a month, on the draw whose normal lies below the threshold. */
static void set_spikes(const struct sim *sim, struct block *b, int month)
{
    const struct risk *r = sim->r;
    double arrival[BLOCK], size[BLOCK];
    for (int c = 0; c < r->plan.n_chain; c++) {
        const struct market_spikes *in = &r->market->spikes[c];
        if (!(in->rate_per_year.value > 0.0))
            continue;
        const double threshold = rng_eval_quantile(-expm1(-in->rate_per_year.value / 12.0));
        rng_fill_normal(&r->rng, STREAM_SPIKE, (uint32_t)b->first, (uint32_t)month, (uint32_t)c, b->n_pair, arrival, size);
        for (int sign = 0; sign < sim->width; sign++)
            for (int j = 0; j < b->n_pair; j++) {
                const double a = sign ? -arrival[j] : arrival[j], z = sign ? -size[j] : size[j];
                b->spike[c * WIDE + sign * b->n_pair + j] = a < threshold ? in->size_log.value + in->size_sd_pu.value * z : 0.0;
            }
    }
}

/* y' = decay y + pull + sign z (+ spike). */
VECTOR_VERSIONS static void step_log_price(int n, double decay, double pull, double sign, const double *restrict z, double *restrict y)
{
    for (int j = 0; j < n; j++)
        y[j] = decay * y[j] + pull + sign * z[j];
}

/* P / P_0 without regime -> price inside the controlled market and outside it, USD/kg, added to the month's weighted sums. */
VECTOR_VERSIONS static void add_spot(int n, double weight, double today, double inside, double calm, double regime,
                                     const double *restrict on, const double *restrict price, double *restrict spot,
                                     double *restrict outside)
{
    for (int k = 0; k < n; k++) {
        const double base = weight * today * price[k];
        spot[k] += base * (1.0 + (inside - 1.0) * on[k]);
        outside[k] += base * (on[k] > 0.0 ? regime : calm);
    }
}

/* Multiples of the price in a control regime, damped by routes that run elsewhere. */
static double get_jump(const struct risk *r, int i, int month, double jump)
{
    const double scale = r->plan.chain[r->market->element[i].chain].jump_scale[month];
    return scale < 1.0 ? pow(jump, scale) : jump;
}

struct formula { double today, calm, regime, floor, cap, back, premium; }; /* calm, regime: factor of the price without and with regime */

VECTOR_VERSIONS static void add_paid(int n, double weight, const struct formula *f, const double *restrict on, const double *restrict price,
                                     double *restrict paid)
{
    const double today = f->today, calm = f->calm, regime = f->regime, floor = f->floor, cap = f->cap, back = f->back;
    const double premium = f->premium;
    for (int k = 0; k < n; k++) {
        const double base = today * price[k] * (on[k] > 0.0 ? regime : calm), above = base - cap;
        const double least = base > floor ? base : floor, over = above > 0.0 ? above : 0.0;
        paid[k] += weight * (least - back * over + premium);
    }
}

/* A route without floor and cap, the rest as above. */
VECTOR_VERSIONS static void add_paid_plain(int n, double weight, const struct formula *f, const double *restrict on,
                                           const double *restrict price, double *restrict paid)
{
    const double today = f->today, calm = f->calm, regime = f->regime, premium = f->premium;
    for (int k = 0; k < n; k++)
        paid[k] += weight * (today * price[k] * (on[k] > 0.0 ? regime : calm) + premium);
}

static void add_route(const struct sim *sim, struct block *b, int i, int route, int month, double weight, double *paid)
{
    const struct risk *r = sim->r;
    const struct market_element *el = &r->market->element[i];
    const struct route *in = &r->market->routes.route[route];
    const int n = sim->width * b->n_pair, is_outside = in->basis == ROUTE_OUTSIDE, is_fixed = !isnan(in->fixed_USD_per_kg.value);
    const double *on = b->regime + el->chain * WIDE, ratio = el->outside_ratio.value;
    struct formula f = {.today = r->market->price_USD_per_kg[i],
                        .calm = is_outside ? ratio : 1.0,
                        .regime = is_outside ? fmax(get_jump(r, i, month, r->jump[i]), ratio) : get_jump(r, i, month, r->jump_inside[i]),
                        .floor = in->floor_USD_per_kg.value * el->to_element,
                        .cap = in->cap_USD_per_kg.value * el->to_element,
                        .back = in->upside_share_pu.value,
                        .premium = in->premium_USD_per_kg.value};
    if (is_fixed) { /* the same in all scenarios: floor and cap act on it now */
        const double fixed = in->fixed_USD_per_kg.value * el->to_element;
        f.premium += fmax(fixed, f.floor) - f.back * (fixed > f.cap ? fixed - f.cap : 0.0);
        f.today = 0.0;
    }
    if (!is_fixed && (f.floor > 0.0 || (f.back > 0.0 && f.cap < HUGE_VAL)))
        add_paid(n, weight, &f, on, b->price, paid);
    else
        add_paid_plain(n, weight, &f, on, b->price, paid);
}

/* For the choice of strategies: by every route, the bridge standing in for what it does not deliver yet. */
static void add_record(const struct sim *sim, struct block *b, int i, int month)
{
    const struct risk_record *rec = sim->r->record;
    const double w = sim->r->plan.weight_pu[month];
    for (int k = 0; k < rec->n_route; k++) {
        const double ramp = rec->ramp_pu[k][month];
        if (rec->slot[i][k] < 0)
            continue;
        double *paid = b->recorded + rec->slot[i][k] * WIDE;
        if (ramp > 0.0)
            add_route(sim, b, i, rec->route[k], month, w * ramp, paid);
        if (ramp < 1.0)
            add_route(sim, b, i, rec->bridge[k], month, w * (1.0 - ramp), paid);
    }
}

static void add_element(const struct sim *sim, struct block *b, int i, int month)
{
    const struct risk *r = sim->r;
    const struct plan *p = &r->plan;
    const int chain = r->market->element[i].chain, n_pair = b->n_pair, n = sim->width * n_pair;
    const double w = p->weight_pu[month], decay = r->decay[i], pull = (1.0 - decay) * r->theta_log[i];
    const double ratio = r->market->element[i].outside_ratio.value;
    double *y = b->y + i * WIDE;
    step_log_price(n_pair, decay, pull, 1.0, b->z + i * BLOCK, y);
    if (sim->width == 2)
        step_log_price(n_pair, decay, pull, -1.0, b->z + i * BLOCK, y + n_pair);
    for (int k = 0; r->opts.has_spikes && k < n; k++)
        y[k] += b->spike[chain * WIDE + k];
    if (!(w > 0.0))
        return; /* outside the window */
    vexp_eval(n, y, b->price);
    add_spot(n, w, r->market->price_USD_per_kg[i], get_jump(r, i, month, r->jump_inside[i]), ratio,
             fmax(get_jump(r, i, month, r->jump[i]), ratio), b->regime + chain * WIDE, b->price, b->spot + i * WIDE, b->outside + i * WIDE);
    for (int k = 0; k < p->chain[chain].n_route; k++) {
        const struct plan_route *route = &p->chain[chain].route[k];
        if (route->share_pu[month] > 0.0)
            add_route(sim, b, i, route->route, month, w * route->share_pu[month], b->paid + i * WIDE);
    }
    if (r->record)
        add_record(sim, b, i, month);
}

void price_set_block(const struct sim *sim, struct block *b)
{
    const struct plan *p = &sim->r->plan;
    const size_t bytes = (size_t)p->n_element * WIDE * sizeof(double);
    memset(b->y, 0, bytes);
    memset(b->spot, 0, bytes);
    memset(b->paid, 0, bytes);
    memset(b->outside, 0, bytes);
    if (sim->r->record)
        memset(b->recorded, 0, (size_t)sim->r->record->n_slot * WIDE * sizeof(double));
    if (sim->draws.n_axis)
        draws_fill_price_all(sim, b);
    for (int t = 0; t < p->n_month; t++) {
        set_shocks(sim, b, t);
        set_regimes(sim, b, t);
        if (sim->r->opts.has_spikes)
            set_spikes(sim, b, t);
        for (int i = 0; i < p->n_element; i++)
            add_element(sim, b, i, t);
    }
}
