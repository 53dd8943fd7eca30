/* outage.c - which nodes are down in which month, and what a scenario of importance sampling weighs. Contract: block_impl.h. */
#include "models/risk/block_impl.h"
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include <limits.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define MONTHS_PER_YEAR 12.0
#define SQRT_HALF 0.70710678118654752440

double outage_eval_phi(double z) { return 0.5 * erfc(-z * SQRT_HALF); }

/* ---- length of an outage ---- */

/* P(T > age) of a lognormal with mean 1/recovery: log-mean = log(mean) - sigma^2/2. */
static double get_survival(const struct scenario_node *n, double age_years)
{
    const double sigma = n->duration_sigma_pu.value, m = -log(n->recovery_per_year.value) - 0.5 * sigma * sigma;
    return age_years > 0.0 ? outage_eval_phi((m - log(age_years)) / sigma) : 1.0;
}

/* An outage of T months is felt in ceil(T) of them, as the exponential one is: it ends in the month of age a with 1 - S(a)/S(a - 1). */
void outage_set_rise(const struct scenario_node *n, double stretch, int n_month, double *threshold)
{
    for (int age = 0; age <= n_month; age++) {
        const double before = get_survival(n, (age - 1) / MONTHS_PER_YEAR / stretch);
        const double after = get_survival(n, age / MONTHS_PER_YEAR / stretch);
        const double p = age == 0 ? 0.0 : (before > 0.0 ? 1.0 - after / before : 1.0);
        threshold[age] = rng_eval_quantile(p);
    }
}

static void set_lifts(struct outage *o, const struct risk *r, const struct scenario *sc)
{
    const struct plan *p = &r->plan;
    for (int k = 0; k < p->n_event; k++) {
        const struct scenario_event *ev = &sc->event[p->event[k].number];
        const double month = ev->lifted_days == LONG_MAX ? p->n_month : ceil(date_get_months(r->opts.study_days, ev->lifted_days));
        o->lift_month[k] = month < p->n_month ? (int)month : p->n_month;
    }
}

enum status outage_init(struct outage *o, const struct risk *r, const struct scenario *sc, struct err *e)
{
    const struct plan *p = &r->plan;
    const size_t n = (size_t)(p->n_month + 1);
    memset(o, 0, sizeof *o);
    o->rise_threshold = mem_new((size_t)p->n_node * n, sizeof *o->rise_threshold);
    if (!o->rise_threshold)
        return err_set(e, ST_NO_MEMORY, "risk", "lengths of outages");
    for (int g = 0; g < p->n_node; g++)
        if (sc->node[g].duration == DURATION_LOGNORMAL) {
            o->own_mask |= 1u << g;
            outage_set_rise(&sc->node[g], 1.0, p->n_month, o->rise_threshold + (size_t)g * n);
        }
    set_lifts(o, r, sc);
    return r->opts.sampling == RISK_SAMPLING_IMPORTANCE ? outage_set_tilts(o, r, sc, e) : ST_OK;
}

void outage_done(struct outage *o)
{
    mem_free(o->rise_threshold);
    for (int c = 0; c < o->n_tilt; c++) {
        mem_free(o->tilt[c].rise);
        mem_free(o->tilt[c].log_rise);
        mem_free(o->tilt[c].log_shared);
    }
}

/* ---- states of a block ---- */

/* Which component of the mixture a pair belongs to, and the thresholds that follow. */
static void set_components(const struct sim *sim, struct block *b)
{
    const struct plan *p = &sim->r->plan;
    const struct outage *o = &sim->outage;
    for (int j = 0; j < BLOCK; j++) {
        double u[2] = {1.0, 1.0};
        if (o->n_tilt)
            rng_eval_uniform(&sim->r->rng, STREAM_COMPONENT, (uint32_t)(b->first + j), 0, 0, u);
        b->component[j] = u[0] < OUTAGE_TILTED_PU ? 1 + (int)(u[0] / OUTAGE_TILTED_PU * o->n_tilt) : 0;
        const struct tilt *t = b->component[j] ? &o->tilt[b->component[j] - 1] : NULL;
        for (int g = 0; g < p->n_node; g++) {
            b->down[g * BLOCK + j] = t ? t->down[g] : p->down_threshold[g];
            b->up[g * BLOCK + j] = t ? t->up[g] : p->up_threshold[g];
        }
    }
}

/* z < threshold takes an up node down, z > -up threshold brings a down node back. Antithetic: z and -z. */
static void step_node(const struct sim *sim, const struct block *b, const uint16_t *now, uint16_t *next, int g, const double *z)
{
    const double *down = b->down + g * BLOCK, *up = b->up + g * BLOCK;
    const unsigned bit = 1u << g;
    for (int sign = 0; sign < sim->width; sign++)
        for (int j = 0; j < b->n_pair; j++) {
            const double v = sign ? -z[j] : z[j];
            const int is_down = (now[sign * b->n_pair + j] & bit) != 0;
            const int will = is_down ? !(v > -up[j]) : v < down[j];
            next[sign * b->n_pair + j] |= (uint16_t)(will ? bit : 0u);
        }
}

/* The same for a node whose outages age: they end on its own shock. */
static void step_aging(const struct sim *sim, struct block *b, const uint16_t *now, uint16_t *next, int g, const double *z,
                       const double *own)
{
    const struct outage *o = &sim->outage;
    const size_t at = (size_t)g * (size_t)(sim->r->plan.n_month + 1);
    const double *down = b->down + g * BLOCK;
    uint8_t *age = b->age + g * WIDE;
    for (int sign = 0; sign < sim->width; sign++)
        for (int j = 0; j < b->n_pair; j++) {
            const int k = sign * b->n_pair + j, is_down = (now[k] >> g & 1u) != 0;
            const double *rise = (b->component[j] ? o->tilt[b->component[j] - 1].rise : o->rise_threshold) + at;
            age[k] = (uint8_t)(is_down ? age[k] + 1 : 0);
            const int will = is_down ? !((sign ? -own[j] : own[j]) > -rise[age[k]]) : (sign ? -z[j] : z[j]) < down[j];
            for (int c = 0; is_down && c < o->n_tilt; c++)
                b->log_ratio[c * WIDE + k] += o->tilt[c].log_rise[2 * (at + age[k]) + (size_t)will];
            next[k] |= (uint16_t)(will ? 1u << g : 0u);
            age[k] = (uint8_t)(will ? age[k] : 0);
        }
}

static void set_transitions(const struct sim *sim, struct block *b, int month)
{
    const struct plan *p = &sim->r->plan;
    uint16_t *now = b->bits + month * WIDE, *next = now + WIDE;
    memset(next, 0, WIDE * sizeof *next);
    draws_fill_node(sim, b, month, 0, b->common, NULL);
    for (int g = 0; g < p->n_node; g += 2) {
        draws_fill_node(sim, b, month, 1 + g / 2, b->own, b->own + BLOCK);
        for (int h = g; h < p->n_node && h < g + 2; h++) {
            const double *own = b->own + (h - g) * BLOCK, a_M = p->factor_a[h], b_e = p->factor_b[h];
            for (int j = 0; j < b->n_pair; j++)
                b->mixed[j] = a_M * b->common[j] + b_e * own[j];
            if (sim->outage.own_mask >> h & 1u)
                step_aging(sim, b, now, next, h, b->mixed, own);
            else
                step_node(sim, b, now, next, h, b->mixed);
        }
    }
}

static void set_events(const struct sim *sim, struct block *b, int month)
{
    const struct plan *p = &sim->r->plan;
    const struct outage *o = &sim->outage;
    uint16_t *now = b->bits + month * WIDE;
    for (int k = 0; k < p->n_event; k++) {
        const unsigned mask = p->event[k].node_mask;
        for (int i = 0; o->lift_month[k] == month && i < sim->width * b->n_pair; i++)
            now[i] = (uint16_t)((unsigned)b->happened[i] >> k & 1u ? now[i] & ~mask : now[i]);
        if (p->event[k].month != month)
            continue;
        draws_fill_event(sim, b, k, b->own);
        for (int sign = 0; sign < sim->width; sign++)
            for (int j = 0; j < b->n_pair; j++) {
                const int i = sign * b->n_pair + j, at = b->component[j];
                const int happens = (sign ? -b->own[j] : b->own[j]) < (at ? o->tilt[at - 1].event[k] : p->event[k].threshold);
                now[i] = (uint16_t)(now[i] | (happens ? mask : 0u));
                b->happened[i] = (uint16_t)(b->happened[i] | (unsigned)happens << k);
                for (int c = 0; c < o->n_tilt; c++)
                    b->log_ratio[c * WIDE + i] += o->tilt[c].log_event[k][happens];
            }
    }
}

static unsigned get_shared_set(const struct outage *o, unsigned bits)
{
    unsigned set = 0;
    for (int k = 0; k < o->n_shared; k++)
        set |= (bits >> o->shared[k] & 1u) << k;
    return set;
}

/* Of the steps of one month: `now` after its events, `next` before those of the next. Outages that age were reckoned as they stepped. */
static void add_log_ratio(const struct sim *sim, struct block *b, int month)
{
    const struct outage *o = &sim->outage;
    const uint16_t *now = b->bits + month * WIDE, *next = now + WIDE;
    for (int i = 0; i < sim->width * b->n_pair; i++) {
        const unsigned from = get_shared_set(o, now[i]), to = get_shared_set(o, next[i]);
        for (int c = 0; c < o->n_tilt; c++) {
            const struct tilt *t = &o->tilt[c];
            double sum = t->log_shared[(from << o->n_shared) + to];
            for (int g = 0; g < sim->r->plan.n_node; g++)
                sum += t->log_node[g][now[i] >> g & 1u][next[i] >> g & 1u];
            b->log_ratio[c * WIDE + i] += sum;
        }
    }
}

static void set_weights(const struct sim *sim, struct block *b)
{
    const int n = sim->outage.n_tilt;
    for (int i = 0; i < WIDE; i++) {
        double mixture = n ? 1.0 - OUTAGE_TILTED_PU : 1.0;
        for (int c = 0; c < n; c++)
            mixture += OUTAGE_TILTED_PU / n * exp(b->log_ratio[c * WIDE + i]);
        b->weight[i] = 1.0 / mixture;
    }
}

void outage_set_states(const struct sim *sim, struct block *b)
{
    const int n_month = sim->r->plan.n_month;
    memset(b->bits, 0, WIDE * sizeof *b->bits);
    memset(b->happened, 0, WIDE * sizeof *b->happened);
    memset(b->age, 0, (size_t)sim->r->plan.n_node * WIDE * sizeof *b->age);
    memset(b->log_ratio, 0, (size_t)(sim->outage.n_tilt + 1) * WIDE * sizeof *b->log_ratio);
    set_components(sim, b);
    for (int t = 0; t < n_month; t++) {
        set_events(sim, b, t);
        if (t == n_month - 1)
            break; /* states beyond the horizon cost nothing */
        set_transitions(sim, b, t);
        if (sim->outage.n_tilt)
            add_log_ratio(sim, b, t);
    }
    set_weights(sim, b);
}
