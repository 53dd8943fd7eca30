/* decide.c - what else the decision rests on: other scenarios, and the probability of being best under uncertain prices, outages and
 * material data. */
#include "materials/base/mem.h"
#include "models/num/rng.h"
#include "solver/compare_impl.h"
#include "solver/decide_impl.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define OTHER_SCENARIOS 20000 /* Monte-Carlo scenarios for the comparison of scenarios; the standard error is shown */
#define N_SAMPLE 4000
#define SAMPLE_STREAM 77u   /* of the generator: apart from those of the risk simulation */

/* ---- the chosen designs under every scenario ---- */

static enum status solve_scenario(const struct study *s, struct comparison *c, int k, struct err *e)
{
    struct scenario_cost *row = &c->scenario[c->n_scenario++];
    struct economics eco = s->economics;
    struct risk *risk = NULL;
    struct risk_ws *ws = NULL;
    const struct scenario *scenario = &eco.market->scenario[k];
    if (eco.opts.n_scenario > OTHER_SCENARIOS)
        eco.opts.n_scenario = OTHER_SCENARIOS - OTHER_SCENARIOS % risk_get_scenario_step(&eco.opts);
    snprintf(row->scenario, sizeof row->scenario, "%s", scenario->name);
    enum status st = economics_new_risk(&eco, scenario, &risk, e);
    if (st == ST_OK)
        st = risk_ws_new(risk, 1, &ws, e);
    for (int t = 0; t < s->n_technology && st == ST_OK; t++) {
        struct risk_result x;
        if (c->tech[t].best < 0)
            continue;
        st = compare_price(s, c, scenario, risk, ws, 1, c->tech[t].report.r.q_kg, &x, e);
        row->risk_cost_USD[t] = x.risk_cost.value_USD;
        row->standard_error_USD[t] = x.risk_cost.standard_error_USD;
        row->cost_with_risk_USD[t] = c->tech[t].report.r.cost_today_USD + x.risk_cost.value_USD;
    }
    if (st == ST_OK)
        st = decide_shift(s, c, scenario, risk, row, e);
    risk_ws_free(ws);
    risk_free(risk);
    return st;
}

/* ---- sensitivity of the chosen designs to uncertain material data ---- */

#define MAX_PARAM 10
static const size_t PARAM_OFFSET[] = {
    offsetof(struct magnet, Br20_T), offsetof(struct magnet, HcJ20_A_per_m), offsetof(struct magnet, beta_HcJ_per_K),
    offsetof(struct magnet, squareness_pu), offsetof(struct magnet, gbd_gain20_A_per_m), offsetof(struct magnet, gbd_depth_m),
    offsetof(struct magnet, gbd_hre_kg_per_m2), offsetof(struct magnet, gbd_saturation_kg_per_m2),
    offsetof(struct magnet, base.processing_USD_per_kg),
};

static struct datum *get_param(struct magnet *m, int k)
{
    return (struct datum *)(void *)((char *)m + PARAM_OFFSET[k]);
}

struct deviation { /* of one technology: change of objectives and of the demagnetisation requirement at each end of a range */
    int n;
    int param[MAX_PARAM];
    double low[MAX_PARAM][STUDY_MAX_OBJECTIVE + 1], high[MAX_PARAM][STUDY_MAX_OBJECTIVE + 1];
};
struct deviation_ctx { const struct study *study; struct comparison *c; struct deviation *dev; int order[TECH_COUNT]; };

static void get_response(const struct study *s, const struct result *r, double *y)
{
    for (int k = 0; k < s->search.n_objective; k++)
        y[k] = figure_eval(s->search.objective[k], r);
    y[s->search.n_objective] = r->g[CON_DEMAG];
}

/* Re-evaluate with one datum at an end of its range. */
static enum status eval_end(struct evaluator *ev, const struct machine *m, int param, int high, struct result *r, struct err *e)
{
    struct magnet changed = *m->magnet;
    struct machine moved = *m;
    struct datum *d = get_param(&changed, param);
    d->value = high ? d->high : d->low;
    moved.magnet = &changed;
    return evaluate_machine(ev, &moved, r, NULL, e);
}

static enum status deviate_one(void *ctx, int worker, int job, struct err *e)
{
    struct deviation_ctx *dc = ctx;
    (void)worker;
    int t = dc->order[job], n_y = dc->study->search.n_objective + 1;
    struct deviation *dev = &dc->dev[t];
    const struct machine *m = &dc->c->tech[t].machine;
    if (!m->magnet)
        return ST_OK;
    struct eval_level level = eval_level_search();
    struct evaluator *ev = NULL;
    struct result base, r;
    double y0[STUDY_MAX_OBJECTIVE + 1], y[STUDY_MAX_OBJECTIVE + 1];
    TRY(evaluator_new(&dc->study->setup, &level, m, &ev, e));
    enum status st = evaluate_machine(ev, m, &base, NULL, e);
    get_response(dc->study, &base, y0);
    for (int k = 0; k < ARRAY_LEN(PARAM_OFFSET) && st == ST_OK; k++) {
        struct magnet copy = *m->magnet;
        const struct datum *d = get_param(&copy, k);
        if (!(d->high > d->low) || (!m->magnet->is_diffused && k >= 4 && k <= 7))
            continue;
        int n = dev->n++;
        dev->param[n] = k;
        for (int high = 0; high < 2 && st == ST_OK; high++) {
            st = eval_end(ev, m, k, high, &r, e);
            get_response(dc->study, &r, y);
            for (int j = 0; j < n_y; j++)
                (high ? dev->high : dev->low)[n][j] = isfinite(y[j] - y0[j]) ? y[j] - y0[j] : 0.0;
        }
    }
    evaluator_free(ev);
    return st;
}

/* ---- sampling ---- */

/* Triangular over [-1, 1] with its mode at 0: the low end is -1, the datum's value 0, the high end +1. */
static double draw_triangular(double u)
{
    return u < 0.5 ? sqrt(2.0 * u) - 1.0 : 1.0 - sqrt(2.0 * (1.0 - u));
}

struct sample { double y[STUDY_MAX_OBJECTIVE + 1]; };

/* Responses of one technology in sample k: base, plus the deviation of each uncertain datum, cost by the simulated year. */
static void set_sample(const struct study *s, const struct comparison *c, int t, const struct deviation *dev, uint64_t seed, int k,
                       double cost_USD, struct sample *out)
{
    const struct result *r = &c->tech[t].report.r;
    get_response(s, r, out->y);
    double cost_change = 0.0;
    for (int p = 0; p < dev->n; p++) {
        /* the same magnet datum of two technologies is a different material: a stream each */
        double u[2];
        struct rng rng = rng_init(seed);
        rng_eval_uniform(&rng, SAMPLE_STREAM, (uint32_t)k, (uint32_t)(t * MAX_PARAM + dev->param[p]), 0, u);
        double z = draw_triangular(u[0]);
        for (int j = 0; j <= s->search.n_objective; j++)
            out->y[j] += z < 0.0 ? -z * dev->low[p][j] : z * dev->high[p][j];
    }
    for (int j = 0; j < s->search.n_objective; j++)
        if (strcmp(s->search.objective[j]->key, "cost_with_risk_USD") == 0) {
            cost_change = out->y[j] - r->cost_with_risk_USD;
            out->y[j] = r->processing_USD + cost_USD + cost_change;
        }
}

static void count_best(const struct study *s, struct comparison *c, const struct deviation *dev, uint64_t seed, int n,
                       const double *cost_USD, const int *order, int n_tech)
{
    double regret[TECH_COUNT] = {0}, wins[TECH_COUNT] = {0}, total = 0.0, square = 0.0;
    const double *weight = risk_get_weights(compare_get_risk(s, c));
    int n_margin = s->search.n_objective;
    for (int k = 0; k < n; k++) {
        int best = -1;
        double w = weight ? weight[k] : 1.0, best_score = -HUGE_VAL, cheapest = HUGE_VAL;
        for (int q = 0; q < n_tech; q++)
            cheapest = fmin(cheapest, c->tech[order[q]].report.r.processing_USD + cost_USD[(size_t)q * (size_t)n + (size_t)k]);
        for (int q = 0; q < n_tech; q++) {
            struct sample x;
            double cost = cost_USD[(size_t)q * (size_t)n + (size_t)k];
            set_sample(s, c, order[q], &dev[order[q]], seed, k, cost, &x);
            regret[q] += w * (c->tech[order[q]].report.r.processing_USD + cost - cheapest);
            double score = compare_eval_score(s, c, x.y);
            if (x.y[n_margin] <= 0.0 && score > best_score) { /* a magnet that demagnetises in this sample is no choice */
                best = q;
                best_score = score;
            }
        }
        if (best >= 0)
            wins[best] += w;
        total += w;
        square += w * w;
    }
    for (int q = 0; q < n_tech; q++) {
        struct compare_technology *t = &c->tech[order[q]];
        t->p_best = wins[q] / total;
        t->p_best_standard_error = sqrt(t->p_best * (1.0 - t->p_best) * square) / total;
        t->regret_USD = regret[q] / total;
    }
    c->n_sample = n;
}

static enum status solve_probability(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    static const struct deviation NO_DEVIATION;
    struct deviation dev[TECH_COUNT];
    struct deviation_ctx ctx = {.study = s, .c = c, .dev = dev};
    double q_kg[TECH_COUNT * MARKET_MAX_ELEMENT];
    int n_tech = 0, n_el = o->market->n_element, n = N_SAMPLE;
    for (int t = 0; t < TECH_COUNT; t++)
        dev[t] = NO_DEVIATION;
    for (int t = 0; t < s->n_technology; t++)
        if (c->tech[t].best >= 0) {
            memcpy(q_kg + n_tech * n_el, c->tech[t].report.r.q_kg, sizeof(double) * (size_t)n_el);
            ctx.order[n_tech++] = t;
        }
    TRY(pool_solve(o->jobs, n_tech, deviate_one, &ctx, e));
    if (n > risk_get_n_scenario(compare_get_risk(s, c)))
        n = risk_get_n_scenario(compare_get_risk(s, c));
    double *cost = mem_new((size_t)(n * n_tech), sizeof *cost);
    if (!cost)
        return err_set(e, ST_NO_MEMORY, "decision", "%d samples", n);
    enum status st = risk_eval_cost_samples(compare_get_risk(s, c), NULL, n_tech, q_kg, n, cost, e);
    if (st == ST_OK)
        count_best(s, c, dev, o->seed, n, cost, ctx.order, n_tech);
    mem_free(cost);
    return st;
}

enum status decide_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    if (!s->setup.risk)
        return ST_OK;
    log_send(&o->log, LOG_PROGRESS, "decision: scenarios, probability of being best, break-even prices");
    for (int k = 0; k < o->market->n_scenario && c->n_scenario < ARRAY_LEN(c->scenario); k++)
        TRY(solve_scenario(s, c, k, e));
    TRY(solve_probability(s, o, c, e));
    return decide_break_even(s, o, c, e);
}
