/* option.c - value of a second bill. Contract: option.h. */
#include "models/risk/option.h"
#include "models/risk/influence.h"
#include "models/risk/risk_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

struct option_ctx {
    const struct risk *r;
    const struct risk_terms *t;
    unsigned own, other;        /* short chains that each bill needs */
    double *cost, *change;      /* per scenario: C without, C with less C without */
    double built_other, unbuilt_with;
};

/* Least of the chains in a set; 1 when it is empty. */
static double get_least(const struct plan *p, unsigned set, const double *available)
{
    double least = 1.0;
    for (int k = 0; k < p->n_short; k++)
        if (set >> k & 1u && available[k] < least)
            least = available[k];
    return least;
}

/* What the routes of a short chain let through; no stock. */
static double get_delivered(const struct plan *p, int scarce, int month, unsigned down)
{
    const struct plan_short *x = &p->scarce[scarce];
    unsigned set = 0;
    for (int g = 0; g < x->n_node; g++)
        set |= (down >> x->node[g] & 1u) << g;
    return x->delivered_pu[month][set];
}

/* One scenario month by month: share built with the other bill, in the weights of the months. */
static double get_rescued(const struct option_ctx *c, int s)
{
    const struct plan *p = &c->r->plan;
    const size_t S = (size_t)c->r->opts.n_scenario;
    double stock[RISK_MAX_SHORT], stocked[RISK_MAX_SHORT], delivered[RISK_MAX_SHORT], rescued = 0.0;
    for (int k = 0; k < p->n_short; k++)
        stock[k] = plan_get_stock(p, k);
    for (int t = p->first_month; t < p->n_month; t++) {
        const uint16_t *state = c->r->state + (size_t)t * S + s;
        for (int k = 0; k < p->n_short; k++) {
            plan_step_available(p, k, t, 1, state, &stock[k], &stocked[k]);
            delivered[k] = get_delivered(p, k, t, *state);
        }
        const double x = get_least(p, c->own & ~c->other, stocked), y = get_least(p, c->other & ~c->own, delivered);
        const double z = get_least(p, c->own & c->other, stocked);
        rescued += p->weight_pu[t] * (fmin(fmin(x + y, 1.0), z) - fmin(x, z));
    }
    return rescued;
}

static void set_changes(struct option_ctx *c, const double *q_kg, const double *other_q_kg, double processing_USD)
{
    const int n = c->r->plan.n_element, S = c->r->opts.n_scenario;
    const double L = c->t->lost_margin_USD_per_motor, *unbuilt = c->r->unbuilt + (size_t)c->own * (size_t)S;
    for (int s = 0; s < S; s++) {
        double dearer = processing_USD, rescued = 0.0;
        for (int i = 0; i < n; i++)
            dearer += (other_q_kg[i] - q_kg[i]) * c->r->paid[(size_t)i * (size_t)S + (size_t)s];
        if (unbuilt[s] > 0.0 && dearer < L)
            rescued = get_rescued(c, s);
        c->change[s] = rescued * (dearer - L);
        c->built_other += risk_get_weight(c->r, s) * rescued / S;
        c->unbuilt_with += risk_get_weight(c->r, s) * (unbuilt[s] - rescued) / S;
    }
}

/* Both risk costs and their difference, errors of the same draws. */
static void set_figures(const struct option_ctx *c, double today_USD, double *scratch, struct risk_option *out)
{
    const int S = c->r->opts.n_scenario, group = risk_get_group(c->r);
    const double loading = c->t->loading_pu;
    for (int s = 0; s < S; s++)
        c->change[s] += c->cost[s]; /* C with */
    const double without = risk_set_influence(c->r, loading, c->cost, scratch),
                 with = risk_set_influence(c->r, loading, c->change, scratch);
    out->without_USD = (struct risk_figure){without - today_USD, risk_eval_group_error(S, group, c->cost)};
    out->with_USD = (struct risk_figure){with - today_USD, risk_eval_group_error(S, group, c->change)};
    for (int s = 0; s < S; s++)
        c->change[s] -= c->cost[s];
    out->value_USD = (struct risk_figure){without - with, risk_eval_group_error(S, group, c->change)};
}

enum status risk_eval_option(const struct risk *r, const struct risk_terms *terms, const double *q_kg, const double *other_q_kg,
                             double processing_USD, struct risk_option *out, struct err *e)
{
    const size_t S = (size_t)r->opts.n_scenario;
    struct option_ctx c = {
        .r = r, .t = terms ? terms : &r->opts.terms, .own = risk_get_need(r, q_kg), .other = risk_get_need(r, other_q_kg)};
    memset(out, 0, sizeof *out);
    if (!isfinite(processing_USD))
        return err_set(e, ST_CONFIG, "processing_USD", "the difference in processing is not given");
    TRY(risk_check_design(r, c.t, 1, other_q_kg, e));
    double *work = mem_new(4 * S, sizeof *work);
    if (!work)
        return err_set(e, ST_NO_MEMORY, "risk", "option in %zu scenarios", S);
    c.cost = work;
    c.change = work + S;
    const enum status st = risk_eval_cost_samples(r, c.t, 1, q_kg, (int)S, c.cost, e);
    if (st == ST_OK) {
        double today_USD = 0.0;
        for (int i = 0; i < r->plan.n_element; i++)
            today_USD += q_kg[i] * r->market->price_USD_per_kg[i];
        set_changes(&c, q_kg, other_q_kg, processing_USD);
        set_figures(&c, today_USD, work + 2 * S, out);
        out->unbuilt_without_pu = r->unbuilt_mean[c.own];
        out->unbuilt_with_pu = c.unbuilt_with;
        out->used_pu = c.built_other;
    }
    mem_free(work);
    return st;
}
