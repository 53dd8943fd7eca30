/* risk.c - making and freeing a simulation. Contract: risk.h. */
#include "models/risk/risk.h"
#include "models/risk/risk_impl.h"
#include "materials/base/hash.h"
#include "materials/base/mem.h"
#include <limits.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define MONTH_YEARS (1.0 / 12.0)

struct risk_opts risk_opts_default(void)
{
    const double none = (double)NAN;
    return (struct risk_opts){.destination = NULL,
                              .study_days = LONG_MIN,
                              .horizon_months = 0,
                              .production_days = LONG_MIN,
                              .discount_rate_per_year = none,
                              .terms = {none, none, none},
                              .tail_pu = 0.95,
                              .hazard_band = RISK_BAND_VALUE,
                              .n_scenario = 100000,
                              .antithetic = 1,
                              .n_thread = 1,
                              .seed = 1,
                              .sampling = RISK_SAMPLING_RANDOM,
                              .tilt_pu = 2.0,
                              .n_replicate = 16,
                              .jump = RISK_JUMP_OBSERVED};
}

int risk_get_scenario_step(const struct risk_opts *o)
{
    const int pair = o->antithetic ? 2 : 1;
    return o->sampling == RISK_SAMPLING_SOBOL ? o->n_replicate * pair : pair;
}

static enum status check_terms(const struct risk_terms *t, struct err *e)
{
    if (!(t->lost_margin_USD_per_motor >= 0.0 && t->lost_margin_USD_per_motor < HUGE_VAL))
        return err_set(e, ST_CONFIG, "lost_margin_USD_per_motor",
                       "%g is not given or negative; it decides what a shortage costs and has no default", t->lost_margin_USD_per_motor);
    if (!(t->volume_motors_per_year > 0.0 && t->volume_motors_per_year < HUGE_VAL))
        return err_set(e, ST_CONFIG, "volume_motors_per_year", "%g is not given or not above 0; it has no default",
                       t->volume_motors_per_year);
    if (!(t->loading_pu >= 0.0 && t->loading_pu <= 1.0))
        return err_set(e, ST_CONFIG, "loading_pu", "%g is not given or outside 0..1", t->loading_pu);
    return ST_OK;
}

static enum status check_sampling(const struct risk_opts *o, struct err *e)
{
    if ((int)o->sampling < 0 || o->sampling >= RISK_SAMPLING_COUNT || (int)o->jump < 0 || o->jump >= RISK_JUMP_COUNT)
        return err_set(e, ST_CONFIG, "sampling", "sampling %d or jump %d does not exist", (int)o->sampling, (int)o->jump);
    if (o->sampling == RISK_SAMPLING_IMPORTANCE && !(o->tilt_pu >= 1.0 && o->tilt_pu <= 100.0))
        return err_set(e, ST_CONFIG, "tilt_pu", "%g is outside 1..100", o->tilt_pu);
    if (o->sampling == RISK_SAMPLING_SOBOL && (o->n_replicate < 8 || o->n_replicate > RISK_MAX_REPLICATE))
        return err_set(e, ST_CONFIG, "n_replicate", "%d is outside 8..%d", o->n_replicate, RISK_MAX_REPLICATE);
    if (o->n_scenario < 2 || o->n_scenario > 10000000 || o->n_scenario % risk_get_scenario_step(o))
        return err_set(e, ST_CONFIG, "n_scenario", "%d; expected 2 to 10000000, a multiple of %d (antithetic pairs, replicates)",
                       o->n_scenario, risk_get_scenario_step(o));
    return ST_OK;
}

static enum status check_opts(const struct market *m, const struct risk_opts *o, struct err *e)
{
    if (!o->destination || market_get_destination(m, o->destination) < 0)
        return err_set(e, ST_CONFIG, "destination", "'%s' is not a country; expected two capital letters, e.g. JP",
                       o->destination ? o->destination : "");
    if (o->study_days == LONG_MIN)
        return err_set(e, ST_CONFIG, "study_date", "the date of the study is not given");
    if (o->horizon_months < 1 || o->horizon_months > RISK_MAX_MONTH)
        return err_set(e, ST_CONFIG, "horizon_months", "%d is out of range; expected 1 to %d", o->horizon_months, RISK_MAX_MONTH);
    if (!(o->discount_rate_per_year >= 0.0 && o->discount_rate_per_year < 10.0))
        return err_set(e, ST_CONFIG, "discount_rate_per_year", "%g is not given or outside 0..10", o->discount_rate_per_year);
    if (!(o->tail_pu > 0.0 && o->tail_pu < 1.0))
        return err_set(e, ST_CONFIG, "tail_pu", "%g is outside 0..1", o->tail_pu);
    TRY(check_sampling(o, e));
    if (!(o->support_pu >= 0.0 && o->support_pu <= 1.0))
        return err_set(e, ST_CONFIG, "support_pu", "%g is outside 0..1", o->support_pu);
    if (o->n_thread < 1)
        return err_set(e, ST_CONFIG, "n_thread", "%d; expected at least 1", o->n_thread);
    return check_terms(&o->terms, e);
}

/* "To 400 %" is 4 times the price, "by 400 %" 5 times. */
static double get_jump_log(const struct market *m, int i, enum risk_jump jump)
{
    const double change_pu = m->article_jump.change_pct.value;
    if (jump == RISK_JUMP_OBSERVED || !(m->article_jump.element_mask >> i & 1u))
        return m->element[i].jump_log.value;
    return log(jump == RISK_JUMP_ARTICLE_TO ? change_pu : 1.0 + change_pu);
}

static enum status set_dynamics(struct risk *r, struct err *e)
{
    const struct market *m = r->market;
    const int n = m->n_element;
    double sigma[MARKET_MAX_ELEMENT], kappa[MARKET_MAX_ELEMENT];
    for (int i = 0; i < n; i++) {
        const struct market_element *el = &m->element[i];
        sigma[i] = el->sigma_pu.value;
        kappa[i] = el->kappa_per_year.value;
        r->decay[i] = exp(-kappa[i] * MONTH_YEARS);
        r->theta_log[i] = el->theta_USD_per_kg.value > 0.0 ? log(el->theta_USD_per_kg.value / el->form_price_USD_per_kg.value) : 0.0;
        r->jump[i] = exp(get_jump_log(m, i, r->opts.jump));
        r->jump_inside[i] = exp(el->jump_inside_pu.value * get_jump_log(m, i, r->opts.jump));
    }
    if (r->opts.jump != RISK_JUMP_OBSERVED && !m->article_jump.element_mask)
        return err_set(e, ST_CONFIG, "price_jump", "the market data hold no article_jump");
    double *R = mem_new((size_t)(n * n), sizeof *R);
    if (!R)
        return err_set(e, ST_NO_MEMORY, "risk", "correlation of %d elements", n);
    enum status s = covariance_solve_correlation(n, m->rho, m->rho_target, m->shrink_pu.value, R, &r->info.correlation, e);
    if (s == ST_OK)
        s = covariance_solve_step(n, R, sigma, kappa, MONTH_YEARS, r->L, e);
    mem_free(R);
    if (r->info.correlation.is_mended)
        risk_add_note(
            &r->info,
            "correlation was not positive definite (least eigenvalue %.3g); the nearest one that is lies at a Frobenius distance of %.3g: "
            "entries mended by at most %.3g, rms %.3g",
            r->info.correlation.eigen_min, r->info.correlation.moved_frobenius, r->info.correlation.moved_max,
            r->info.correlation.moved_rms);
    return s;
}

/* The figures of the scenario: a study may have laid its own over those of the file. */
static uint64_t hash_scenario(uint64_t h, const struct market *m, const struct scenario *sc)
{
    for (int g = 0; g < m->nodes.n; g++) {
        const struct scenario_node *n = &sc->node[g];
        const double rate[] = {n->hazard_per_year.low,  n->hazard_per_year.value,
                               n->hazard_per_year.high, n->recovery_per_year.value,
                               (double)n->duration,     n->duration == DURATION_LOGNORMAL ? n->duration_sigma_pu.value : 0.0};
        h = hash_add(h, rate, sizeof rate);
        for (int d = 0; d < m->nodes.n_destination; d++) {
            const double available[] = {n->availability_up_pu[d].value, n->availability_down_pu[d].value};
            h = hash_add(h, available, sizeof available);
        }
    }
    for (int k = 0; k < sc->n_event; k++) {
        const struct scenario_event *v = &sc->event[k];
        const double event[] = {(double)v->days, (double)v->lifted_days, v->node_mask, v->destination_mask, v->probability_pu.value};
        h = hash_add(h, event, sizeof event);
    }
    return hash_add(h, &sc->common_factor_pu.value, sizeof sc->common_factor_pu.value);
}

static uint64_t get_hash(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o)
{
    const double number[] = {o->discount_rate_per_year,
                             o->tail_pu,
                             o->terms.lost_margin_USD_per_motor,
                             o->terms.volume_motors_per_year,
                             o->terms.loading_pu,
                             o->horizon_months,
                             o->n_scenario,
                             o->antithetic,
                             (double)o->hazard_band,
                             (double)o->study_days,
                             (double)o->sampling,
                             o->tilt_pu,
                             o->n_replicate,
                             (double)o->jump,
                             o->has_spikes,
                             (double)o->production_days,
                             o->window_month,
                             o->window_n_month,
                             o->support_pu};
    uint64_t h = hash_add(m->hash, number, sizeof number);
    h = hash_scenario(h, m, sc);
    h = hash_add(h, &o->seed, sizeof o->seed);
    h = hash_add_text(hash_add_text(h, sc->name), so->name);
    return hash_add_text(h, o->destination);
}

static enum status set_arrays(struct risk *r, struct err *e)
{
    const size_t S = (size_t)r->opts.n_scenario, n = (size_t)r->plan.n_element;
    r->L = mem_new(n * n, sizeof *r->L);
    r->spot_cov = mem_new(n * n, sizeof *r->spot_cov);
    r->extra_cov = mem_new(n * n, sizeof *r->extra_cov);
    r->paid = mem_new(n * S, sizeof *r->paid);
    r->unbuilt = mem_new(S << r->plan.n_short, sizeof *r->unbuilt);
    r->state = mem_new(S * (size_t)r->plan.n_month, sizeof *r->state);
    if (r->opts.sampling == RISK_SAMPLING_IMPORTANCE)
        r->weight = mem_new(S, sizeof *r->weight);
    r->group = r->opts.sampling == RISK_SAMPLING_SOBOL ? r->opts.n_scenario / r->opts.n_replicate : risk_get_scenario_step(&r->opts);
    if ((r->opts.sampling == RISK_SAMPLING_IMPORTANCE && !r->weight) || !r->L || !r->spot_cov || !r->extra_cov || !r->paid || !r->unbuilt ||
        !r->state)
        return err_set(e, ST_NO_MEMORY, "risk", "%d scenarios of %d elements", r->opts.n_scenario, r->plan.n_element);
    return ST_OK;
}

static void set_info(struct risk *r)
{
    struct risk_info *f = &r->info;
    f->horizon_months = r->plan.n_month;
    f->availability_worst_mean_pu = 1.0;
    for (int i = 0; i < r->plan.n_element; i++) {
        f->price_today_USD_per_kg[i] = r->market->price_USD_per_kg[i];
        f->spot_mean_USD_per_kg[i] = r->spot_mean[i];
        f->paid_mean_USD_per_kg[i] = r->paid_mean[i];
        f->outside_mean_USD_per_kg[i] = r->outside_mean[i];
    }
    f->n_short = r->plan.n_short;
    for (int s = 0; s < f->n_short; s++) {
        f->short_chain[s] = r->plan.scarce[s].chain;
        f->unavailable_mean_pu[s] = r->unbuilt_mean[1 << s];
        f->availability_worst_mean_pu = fmin(f->availability_worst_mean_pu, 1.0 - f->unavailable_mean_pu[s]);
    }
}

static enum status build(struct risk *r, const struct scenario *sc, const struct sourcing *so, struct err *e)
{
    TRY(plan_init(&r->plan, r->market, sc, so, &r->opts, &r->info, e));
    TRY(set_arrays(r, e));
    TRY(set_dynamics(r, e));
    TRY(simulate_solve(r, sc, e));
    set_info(r);
    return ST_OK;
}

enum status risk_new(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o,
                     struct risk **out, struct err *e)
{
    return risk_new_recorded(m, sc, so, o, NULL, out, e);
}

enum status risk_new_recorded(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o,
                              struct risk_record *record, struct risk **out, struct err *e)
{
    *out = NULL;
    TRY(check_opts(m, o, e));
    struct risk *r = mem_new(1, sizeof *r);
    if (!r)
        return err_set(e, ST_NO_MEMORY, "risk", "simulation");
    r->record = record;
    r->market = m;
    r->opts = *o;
    r->rng = rng_init(o->seed);
    r->info.hash = get_hash(m, sc, so, o);
    const enum status s = build(r, sc, so, e);
    if (s != ST_OK)
        risk_free(r);
    else
        *out = r;
    return s;
}

void risk_free(struct risk *r)
{
    if (!r)
        return;
    mem_free(r->L);
    mem_free(r->spot_cov);
    mem_free(r->extra_cov);
    mem_free(r->paid);
    mem_free(r->unbuilt);
    mem_free(r->state);
    mem_free(r->weight);
    mem_free(r);
}

const struct risk_info *risk_get_info(const struct risk *r) { return &r->info; }
int risk_get_n_scenario(const struct risk *r) { return r->opts.n_scenario; }
const double *risk_get_weights(const struct risk *r) { return r->weight; }

enum status risk_ws_new(const struct risk *r, int n_design, struct risk_ws **out, struct err *e)
{
    const size_t S = (size_t)r->opts.n_scenario;
    *out = NULL;
    struct risk_ws *ws = mem_new(1, sizeof *ws);
    if (!ws)
        return err_set(e, ST_NO_MEMORY, "risk", "workspace");
    ws->n_design = n_design < 1 ? 1 : (n_design < RISK_GROUP ? n_design : RISK_GROUP);
    ws->cost = mem_new(S * (size_t)ws->n_design, sizeof *ws->cost);
    ws->scratch = mem_new(r->weight ? 2 * S : S, sizeof *ws->scratch);
    ws->tile = mem_new((size_t)RISK_MANY_GROUP * RISK_MANY_SAMPLE, sizeof *ws->tile);
    if (!ws->cost || !ws->scratch || !ws->tile) {
        risk_ws_free(ws);
        return err_set(e, ST_NO_MEMORY, "risk", "workspace of %d designs", n_design);
    }
    *out = ws;
    return ST_OK;
}

void risk_ws_free(struct risk_ws *ws)
{
    if (!ws)
        return;
    mem_free(ws->cost);
    mem_free(ws->scratch);
    mem_free(ws->tile);
    mem_free(ws);
}

enum status risk_check_design(const struct risk *r, const struct risk_terms *t, int n_design, const double *q_kg, struct err *e)
{
    const int n = r->plan.n_element;
    TRY(check_terms(t, e));
    for (int d = 0; d < n_design; d++)
        for (int i = 0; i < n; i++)
            if (!(q_kg[d * n + i] >= 0.0 && q_kg[d * n + i] < HUGE_VAL))
                return err_set(e, ST_CONFIG, "q_kg", "design %d buys %g kg of %s", d, q_kg[d * n + i], r->market->symbol[i]);
    return ST_OK;
}

unsigned risk_get_need(const struct risk *r, const double *q_kg)
{
    unsigned need = 0;
    for (int i = 0; i < r->plan.n_element; i++) {
        const int s = r->plan.chain[r->market->element[i].chain].short_index;
        if (q_kg[i] > 0.0 && s >= 0)
            need |= 1u << s;
    }
    return need;
}

double risk_get_fixed_USD(const struct risk *r, const struct risk_terms *t, const double *q_kg)
{
    const struct plan *p = &r->plan;
    const double n_motor = risk_get_n_motor(r, t);
    double fixed = 0.0;
    unsigned used = 0;
    for (int i = 0; i < p->n_element; i++) {
        const int c = r->market->element[i].chain;
        if (!(q_kg[i] > 0.0))
            continue;
        fixed += p->holding_per_year * q_kg[i] * r->market->price_USD_per_kg[i] * p->chain[c].stock_months / 12.0;
        used |= 1u << c;
    }
    for (int c = 0; c < p->n_chain; c++)
        if (used >> c & 1u)
            fixed += p->chain[c].qualification_USD / n_motor;
    return fixed;
}
