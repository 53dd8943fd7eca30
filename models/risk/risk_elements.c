/* risk_elements.c - who among the elements causes the risk cost: Euler attribution (key TASCHE1999). Contract: risk.h.
 * Errors by batches of consecutive scenarios, which keep price and shortage of one scenario together; the estimate is that of a conditional
 * mean whose quantile is itself estimated, so a tail scenario counts by its distance from the mean at the quantile (the "edge"), not from
 * the tail's own. */
#include "models/risk/risk_impl.h"
#include "models/risk/stages.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

enum { N_BATCH = 40, EDGE_PER_MILLE = 5, EDGE_MIN = 20 };

/* Of one quantity x_s: mean, tail mean, mean at the edge, and by batch the sums of x and of w S x. */
struct moments { double mean, tail, edge, sum[N_BATCH], tail_sum[N_BATCH]; };

struct attribution {
    const struct risk *r;
    const struct risk_terms *t;
    const double *q_kg, *cost;
    unsigned need;
    double v, v_low, v_high;         /* value at risk; the edge around it */
    double tail_weight, tie_weight;  /* of scenarios above v, and equal to it */
    double edge_weight;              /* of the scenarios of the edge */
    int n_batch;
    double batch_weight[N_BATCH], batch_tail[N_BATCH]; /* sum over the batch of 1 and of w S */
    double value_share[MARKET_MAX_ELEMENT];            /* of an element within its chain, by value bought today */
    struct moments unbuilt[RISK_MAX_SHORT];            /* by the chain that binds */
    struct moments by_stage[RISK_MAX_SHORT][RISK_STAGE_COUNT]; /* the same, by the stage that fails there */
};

/* Sums to 1 over the scenarios. */
static double get_tail_weight(const struct attribution *a, int s)
{
    const double cost = a->cost[s];
    return (cost > a->v ? a->tail_weight : (cost < a->v ? 0.0 : a->tie_weight)) * risk_get_weight(a->r, s);
}

static int get_batch(const struct attribution *a, int s)
{
    const long n_group = a->r->opts.n_scenario / a->r->group;
    return (int)((long)s / a->r->group * a->n_batch / n_group); /* groups stay together */
}

static void add_moment(const struct attribution *a, struct moments *m, int s, double x)
{
    const int S = a->r->opts.n_scenario, b = get_batch(a, s);
    const double c = a->cost[s], w = get_tail_weight(a, s), one = risk_get_weight(a->r, s);
    m->mean += one * x / S;
    m->tail += w * x;
    m->sum[b] += one * x;
    m->tail_sum[b] += w * S * x;
    if (c >= a->v_low && c <= a->v_high)
        m->edge += one * x / a->edge_weight;
}

/* The quantiles of 2.5 per mille either side of v, by weight; at least EDGE_MIN scenarios. */
static void set_edge(struct attribution *a, struct risk_ws *ws)
{
    const int S = a->r->opts.n_scenario;
    double *w = a->r->weight ? ws->scratch + S : NULL;
    const double half = fmax(EDGE_MIN / 2, S * EDGE_PER_MILLE / 2000), mass = a->r->opts.tail_pu * S;
    for (int side = -1; side <= 1; side += 2) {
        memcpy(ws->scratch, a->cost, (size_t)S * sizeof *a->cost);
        if (w)
            memcpy(w, a->r->weight, (size_t)S * sizeof *w);
        *(side < 0 ? &a->v_low : &a->v_high) = select_eval_quantile(ws->scratch, w, S, fmin(fmax(mass + side * half, 1.0), S));
    }
}

/* Weights of the tail sum to 1: 1/((1-a) S) above the quantile, the rest in equal parts on scenarios that equal it; times those of
 * importance sampling. */
static void set_weights(struct attribution *a, struct risk_ws *ws)
{
    const int S = a->r->opts.n_scenario, n_group = S / a->r->group;
    double above = 0.0, tie = 0.0;
    a->n_batch = n_group < N_BATCH ? n_group : N_BATCH;
    set_edge(a, ws);
    for (int s = 0; s < S; s++) {
        const double c = a->cost[s], w = risk_get_weight(a->r, s);
        above += c > a->v ? w : 0.0;
        tie += c > a->v || c < a->v ? 0.0 : w;
        a->edge_weight += c >= a->v_low && c <= a->v_high ? w : 0.0;
    }
    a->tail_weight = 1.0 / ((1.0 - a->r->opts.tail_pu) * S);
    a->tie_weight = tie > 0.0 ? fmax(0.0, 1.0 - above * a->tail_weight) / tie : 0.0;
    for (int s = 0; s < S; s++) {
        a->batch_weight[get_batch(a, s)] += risk_get_weight(a->r, s);
        a->batch_tail[get_batch(a, s)] += get_tail_weight(a, s) * S;
    }
}

static void set_value_shares(struct attribution *a)
{
    const struct risk *r = a->r;
    double total[MARKET_MAX_CHAIN] = {0};
    int n_used[MARKET_MAX_CHAIN] = {0};
    for (int i = 0; i < r->plan.n_element; i++) {
        total[r->market->element[i].chain] += a->q_kg[i] * r->market->price_USD_per_kg[i];
        n_used[r->market->element[i].chain] += a->q_kg[i] > 0.0;
    }
    for (int i = 0; i < r->plan.n_element; i++) {
        const int c = r->market->element[i].chain;
        a->value_share[i] =
            total[c] > 0.0 ? a->q_kg[i] * r->market->price_USD_per_kg[i] / total[c] : (a->q_kg[i] > 0.0 ? 1.0 / n_used[c] : 0.0);
    }
}

/* Stage of the worst node of the route that misses most. */
static int get_stage(const struct risk *r, int scarce, int month, unsigned down)
{
    const struct plan_chain *c = &r->plan.chain[r->plan.scarce[scarce].chain];
    int stage = RISK_STAGE_NOT_STATED;
    double most = 0.0;
    for (int k = 0; k < c->n_route; k++) {
        const struct plan_route *route = &c->route[k];
        int is_whole;
        const double missing = route->share_pu[month] * (1.0 - plan_eval_route(&r->plan, route, down, &is_whole));
        double least = 1.0;
        if (!(missing > most))
            continue;
        most = missing;
        for (int g = 0; g < r->plan.n_node; g++) {
            const double a = down >> g & 1u ? route->availability_down_pu[g] : route->availability_up_pu[g];
            if (route->node_mask >> g & 1u && a < least) {
                least = a;
                stage = (int)r->market->nodes.node[g].stage;
            }
        }
    }
    return stage;
}

struct binding { double by_chain[RISK_MAX_SHORT], by_stage[RISK_MAX_SHORT][RISK_STAGE_COUNT]; };

/* The month's shortage to the chain that binds; several: equal parts. */
static void add_binding(const struct attribution *a, const double *available, int month, unsigned down, struct binding *b)
{
    const int n = a->r->plan.n_short;
    double least = 1.0;
    int n_binding = 0;
    for (int s = 0; s < n; s++)
        if (a->need >> s & 1u && available[s] < 1.0) {
            n_binding = available[s] < least ? 1 : n_binding + (available[s] <= least);
            least = available[s] < least ? available[s] : least;
        }
    for (int s = 0; n_binding && s < n; s++)
        if (a->need >> s & 1u && available[s] <= least) {
            const double part = a->r->plan.weight_pu[month] * (1.0 - least) / n_binding;
            b->by_chain[s] += part;
            b->by_stage[s][get_stage(a->r, s, month, down)] += part;
        }
}

/* Scenarios that lost motors are replayed month by month. */
static void set_shortage(struct attribution *a)
{
    const struct risk *r = a->r;
    const struct plan *p = &r->plan;
    const size_t S = (size_t)r->opts.n_scenario;
    const double *unbuilt = r->unbuilt + (size_t)a->need * S;
    for (size_t s = 0; s < S; s++) {
        double stock[RISK_MAX_SHORT], available[RISK_MAX_SHORT] = {0};
        struct binding b;
        memset(&b, 0, sizeof b);
        if (!(unbuilt[s] > 0.0))
            continue;
        for (int k = 0; k < p->n_short; k++)
            stock[k] = plan_get_stock(p, k);
        for (int t = p->first_month; t < p->n_month; t++) {
            for (int k = 0; k < p->n_short; k++)
                plan_step_available(p, k, t, 1, r->state + (size_t)t * S + s, &stock[k], &available[k]);
            add_binding(a, available, t, r->state[(size_t)t * S + s], &b);
        }
        for (int k = 0; k < p->n_short; k++) {
            if (b.by_chain[k] > 0.0)
                add_moment(a, &a->unbuilt[k], (int)s, b.by_chain[k]);
            for (int g = 0; g < RISK_STAGE_COUNT; g++)
                if (b.by_stage[k][g] > 0.0)
                    add_moment(a, &a->by_stage[k][g], (int)s, b.by_stage[k][g]);
        }
    }
}

/* Influence of a batch on (1 - loading) E[x] + loading E[x | tail], x = q paid + share L unbuilt. */
static double get_error(const struct attribution *a, double q, const struct moments *price, double LU, const struct moments *unbuilt)
{
    const double loading = a->t->loading_pu;
    double sum = 0.0, sum2 = 0.0;
    for (int b = 0; b < a->n_batch; b++) {
        double x = q * price->sum[b], tail = q * (price->tail_sum[b] - price->edge * a->batch_tail[b]);
        if (unbuilt) {
            x += LU * unbuilt->sum[b];
            tail += LU * (unbuilt->tail_sum[b] - unbuilt->edge * a->batch_tail[b]);
        }
        const double f = ((1.0 - loading) * x + loading * tail) / a->batch_weight[b];
        sum += f;
        sum2 += f * f;
    }
    const double mean = sum / a->n_batch;
    return sqrt(fmax(0.0, sum2 / a->n_batch - mean * mean) / (a->n_batch - 1));
}

static void set_element(const struct attribution *a, int i, struct risk_elements *out)
{
    const struct risk *r = a->r;
    const struct risk_terms *t = a->t;
    const struct plan_chain *c = &r->plan.chain[r->market->element[i].chain];
    const double q = a->q_kg[i], LU = a->value_share[i] * t->lost_margin_USD_per_motor;
    const double n_motor = risk_get_n_motor(r, t), *paid = r->paid + (size_t)i * (size_t)r->opts.n_scenario;
    const struct moments *u = c->short_index >= 0 ? &a->unbuilt[c->short_index] : NULL;
    struct moments price;
    memset(&price, 0, sizeof price);
    for (int s = 0; s < r->opts.n_scenario; s++)
        add_moment(a, &price, s, paid[s] - r->paid_mean[i]);
    out->drift_USD[i] = q * (r->spot_mean[i] - r->market->price_USD_per_kg[i]);
    out->holding_USD[i] = q * (r->paid_mean[i] - r->spot_mean[i]) +
                          r->plan.holding_per_year * q * r->market->price_USD_per_kg[i] * c->stock_months / 12.0 +
                          a->value_share[i] * c->qualification_USD / n_motor;
    out->shortage_USD[i] = u ? LU * u->mean : 0.0;
    out->tail_USD[i] = t->loading_pu * (q * (price.tail - price.mean) + (u ? LU * (u->tail - u->mean) : 0.0));
    out->risk_cost[i].value_USD = out->drift_USD[i] + out->holding_USD[i] + out->shortage_USD[i] + out->tail_USD[i];
    out->risk_cost[i].standard_error_USD =
        r->opts.n_scenario >= 4 * N_BATCH && a->n_batch > 1 ? get_error(a, q, &price, LU, u) : (double)NAN;
}

static enum status set_attribution(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, const double *q_kg,
                                   struct attribution *a, struct err *e)
{
    struct risk_result total;
    memset(a, 0, sizeof *a);
    TRY(risk_eval(r, ws, terms, 1, q_kg, &total, e)); /* leaves the cost of every scenario in the workspace */
    a->r = r;
    a->t = terms ? terms : &r->opts.terms;
    a->q_kg = q_kg;
    a->cost = ws->cost;
    a->need = risk_get_need(r, q_kg);
    a->v = total.var_USD;
    set_weights(a, ws);
    set_value_shares(a);
    set_shortage(a);
    return ST_OK;
}

enum status risk_eval_elements(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, const double *q_kg,
                               struct risk_elements *out, struct err *e)
{
    struct attribution a;
    memset(out, 0, sizeof *out);
    TRY(set_attribution(r, ws, terms, q_kg, &a, e));
    for (int i = 0; i < r->plan.n_element; i++)
        if (q_kg[i] > 0.0)
            set_element(&a, i, out);
    return ST_OK;
}

/* ---- stages ---- */

const char *risk_stage_get_text(enum risk_stage stage)
{
    static const char *const text[RISK_STAGE_COUNT] = {"mining", "separation and refining", "metal and alloy", "magnet making",
                                                       "not stated"};
    return text[stage];
}

/* Premium of the routes of an element, mean over the window, USD per motor. */
static double get_premium(const struct attribution *a, int i)
{
    const struct plan *p = &a->r->plan;
    const struct plan_chain *c = &p->chain[a->r->market->element[i].chain];
    double sum = 0.0;
    for (int k = 0; k < c->n_route; k++)
        for (int t = p->first_month; t < p->n_month; t++)
            sum += p->weight_pu[t] * c->route[k].share_pu[t] * a->r->market->routes.route[c->route[k].route].premium_USD_per_kg.value;
    return a->q_kg[i] * sum;
}

static void add_part(struct risk_stages *out, int i, int stage, double *part, double value_USD)
{
    part[stage] += value_USD;
    out->risk_cost_USD[i][stage] += value_USD;
}

static void add_price(struct risk_stages *out, int i, double conversion_pu, double *part, double value_USD)
{
    const double metal = conversion_pu / (1.0 + conversion_pu);
    add_part(out, i, RISK_STAGE_METAL, part, metal * value_USD);
    add_part(out, i, RISK_STAGE_SEPARATION, part, (1.0 - metal) * value_USD);
}

static void set_stages(const struct attribution *a, int i, const struct risk_elements *el, struct risk_stages *out)
{
    const struct risk *r = a->r;
    const struct plan_chain *c = &r->plan.chain[r->market->element[i].chain];
    const double conversion = r->market->element[i].conversion_pu.value, LU = a->value_share[i] * a->t->lost_margin_USD_per_motor;
    const double magnet = get_premium(a, i) + a->value_share[i] * c->qualification_USD / risk_get_n_motor(r, a->t);
    double tail = el->tail_USD[i];
    add_price(out, i, conversion, out->drift_USD, el->drift_USD[i]);
    add_part(out, i, RISK_STAGE_MAGNET, out->holding_USD, magnet);
    add_price(out, i, conversion, out->holding_USD, el->holding_USD[i] - magnet);
    for (int g = 0; c->short_index >= 0 && g < RISK_STAGE_COUNT; g++) {
        const struct moments *u = &a->by_stage[c->short_index][g];
        const double of_tail = a->t->loading_pu * LU * (u->tail - u->mean);
        add_part(out, i, g, out->shortage_USD, LU * u->mean);
        add_part(out, i, g, out->tail_USD, of_tail);
        tail -= of_tail;
    }
    add_price(out, i, conversion, out->tail_USD, tail);
}

enum status risk_eval_stages(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, const double *q_kg,
                             struct risk_stages *out, struct err *e)
{
    struct attribution a;
    struct risk_elements el;
    memset(out, 0, sizeof *out);
    memset(&el, 0, sizeof el);
    TRY(set_attribution(r, ws, terms, q_kg, &a, e));
    for (int i = 0; i < r->plan.n_element; i++)
        if (q_kg[i] > 0.0) {
            set_element(&a, i, &el);
            set_stages(&a, i, &el, out);
        }
    return ST_OK;
}
