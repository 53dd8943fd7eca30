/* tilt.c - importance sampling of outages: the components of a defensive mixture (keys HESTERBERG1995, OWEN_ZHOU2000) and the likelihood
 * ratios that weigh their scenarios. Contract: block_impl.h.
 *
 * A figure of shortage comes from the few scenarios in which a chain is down for longer than its stock lasts. So each component takes one
 * chain that can run short and makes its outages tilt_pu times as frequent and as long. A scenario weighs p / (sum_c alpha_c p_c), p the
 * probability of its states under the plain law. */
#include "models/risk/block_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define FACTOR_LIMIT 0.99  /* beyond it the integral over the common factor below has steps that its points do not resolve */
#define FACTOR_SPAN 8.5    /* the factor lies beyond with 2e-17 */
enum { FACTOR_POINTS = 2001 };

/* The rate -log(1 - p) times `factor`. */
static double get_tilted(double p, double factor) { return p < 1.0 ? -expm1(factor * log1p(-p)) : 1.0; }

static double get_log_ratio(double tilted, double plain) { return plain > 0.0 && tilted > 0.0 ? log(tilted / plain) : 0.0; }

/* Conditional on the factor M: down with Phi((c - a M) / b), up again with Phi((c_up + a M) / b). FACTOR_POINTS x n_shared. */
static void set_conditional(const struct outage *o, const struct plan *p, const double *down, const double *up, double *fall, double *rise)
{
    for (int q = 0; q < FACTOR_POINTS; q++)
        for (int k = 0; k < o->n_shared; k++) {
            const int g = o->shared[k];
            const double M = FACTOR_SPAN * (2.0 * q / (FACTOR_POINTS - 1) - 1.0), a = p->factor_a[g], b = p->factor_b[g];
            fall[q * o->n_shared + k] = outage_eval_phi((down[g] - a * M) / b);
            rise[q * o->n_shared + k] = outage_eval_phi((up[g] + a * M) / b);
        }
}

/* Nodes that share the factor move together: the likelihood of their step is the integral over the factor of the product. By the trapezium
 * rule, exact to rounding for a smooth integrand that has died out at the ends. */
static double get_step_likelihood(const struct outage *o, unsigned from, unsigned to, const double *fall, const double *rise)
{
    double sum = 0.0;
    for (int q = 0; q < FACTOR_POINTS; q++) {
        const double M = FACTOR_SPAN * (2.0 * q / (FACTOR_POINTS - 1) - 1.0);
        double product = exp(-0.5 * M * M);
        for (int k = 0; k < o->n_shared; k++) {
            const unsigned is_down = from >> k & 1u, will = to >> k & 1u;
            if (is_down && o->own_mask >> o->shared[k] & 1u)
                continue; /* comes back on its own shock */
            const double change = (is_down ? rise : fall)[q * o->n_shared + k];
            product *= is_down != will ? change : 1.0 - change;
        }
        sum += product;
    }
    return sum;
}

static enum status set_shared(const struct outage *o, const struct plan *p, struct tilt *t, struct err *e)
{
    const unsigned n_set = 1u << o->n_shared;
    const size_t n = (size_t)FACTOR_POINTS * (size_t)(o->n_shared + 1);
    double *fall = mem_new(4 * n, sizeof *fall);
    t->log_shared = mem_new((size_t)n_set * n_set, sizeof *t->log_shared);
    if (!fall || !t->log_shared) {
        mem_free(fall);
        return err_set(e, ST_NO_MEMORY, "risk", "likelihood of %d nodes", o->n_shared);
    }
    double *rise = fall + n, *tilted_fall = rise + n, *tilted_rise = tilted_fall + n;
    set_conditional(o, p, p->down_threshold, p->up_threshold, fall, rise);
    set_conditional(o, p, t->down, t->up, tilted_fall, tilted_rise);
    for (unsigned from = 0; from < n_set; from++)
        for (unsigned to = 0; to < n_set; to++)
            t->log_shared[from * n_set + to] =
                get_log_ratio(get_step_likelihood(o, from, to, tilted_fall, tilted_rise), get_step_likelihood(o, from, to, fall, rise));
    mem_free(fall);
    return ST_OK;
}

/* By age: comes back, stays. */
static enum status set_aging(const struct outage *o, const struct risk *r, const struct scenario *sc, unsigned mask, struct tilt *t,
                             struct err *e)
{
    const int n_node = r->plan.n_node, n_age = r->plan.n_month + 1;
    t->rise = mem_new((size_t)(n_node * n_age), sizeof *t->rise);
    t->log_rise = mem_new((size_t)(2 * n_node * n_age), sizeof *t->log_rise);
    if (!t->rise || !t->log_rise)
        return err_set(e, ST_NO_MEMORY, "risk", "lengths of outages");
    for (int g = 0; g < n_node; g++) {
        if (!(o->own_mask >> g & 1u))
            continue;
        outage_set_rise(&sc->node[g], mask >> g & 1u ? r->opts.tilt_pu : 1.0, r->plan.n_month, t->rise + g * n_age);
        for (int k = g * n_age; k < (g + 1) * n_age; k++) {
            const double plain = outage_eval_phi(o->rise_threshold[k]), tilted = outage_eval_phi(t->rise[k]);
            t->log_rise[2 * k] = get_log_ratio(tilted, plain);
            t->log_rise[2 * k + 1] = get_log_ratio(1.0 - tilted, 1.0 - plain);
        }
    }
    return ST_OK;
}

static void set_node(const struct outage *o, const struct plan *p, int g, int is_tilted, double tilt, struct tilt *t)
{
    const double fall = outage_eval_phi(p->down_threshold[g]), rise = outage_eval_phi(p->up_threshold[g]);
    const double fall_tilted = is_tilted ? get_tilted(fall, tilt) : fall, rise_tilted = is_tilted ? get_tilted(rise, 1.0 / tilt) : rise;
    int is_shared = 0;
    for (int k = 0; k < o->n_shared; k++)
        is_shared |= o->shared[k] == g;
    t->down[g] = is_tilted ? rng_eval_quantile(fall_tilted) : p->down_threshold[g];
    t->up[g] = is_tilted ? rng_eval_quantile(rise_tilted) : p->up_threshold[g];
    if (is_shared)
        return;
    t->log_node[g][0][0] = get_log_ratio(1.0 - fall_tilted, 1.0 - fall);
    t->log_node[g][0][1] = get_log_ratio(fall_tilted, fall);
    if (o->own_mask >> g & 1u)
        return;
    t->log_node[g][1][0] = get_log_ratio(rise_tilted, rise);
    t->log_node[g][1][1] = get_log_ratio(1.0 - rise_tilted, 1.0 - rise);
}

static void set_event(const struct plan *p, int k, int is_tilted, double tilt, struct tilt *t)
{
    const double plain = outage_eval_phi(p->event[k].threshold), tilted = is_tilted ? get_tilted(plain, tilt) : plain;
    t->event[k] = is_tilted ? rng_eval_quantile(tilted) : p->event[k].threshold;
    t->log_event[k][0] = get_log_ratio(1.0 - tilted, 1.0 - plain);
    t->log_event[k][1] = get_log_ratio(tilted, plain);
}

static enum status set_who_shares(struct outage *o, const struct plan *p, const struct scenario *sc, struct err *e)
{
    for (int g = 0; g < p->n_node; g++) {
        if (!(p->factor_a[g] > 0.0))
            continue;
        if (o->n_shared == OUTAGE_MAX_SHARED)
            return err_set(e, ST_CONFIG, "sampling", "importance sampling serves %d nodes that share the factor, scenario '%s' has more",
                           OUTAGE_MAX_SHARED, sc->name);
        if (!(sc->common_factor_pu.value <= FACTOR_LIMIT))
            return err_set(e, ST_CONFIG, "sampling", "importance sampling needs a common factor of at most %g, scenario '%s' has %g",
                           FACTOR_LIMIT, sc->name, sc->common_factor_pu.value);
        o->shared[o->n_shared++] = g;
    }
    return ST_OK;
}

enum status outage_set_tilts(struct outage *o, const struct risk *r, const struct scenario *sc, struct err *e)
{
    const struct plan *p = &r->plan;
    TRY(set_who_shares(o, p, sc, e));
    for (int s = 0; s < p->n_short; s++) {
        struct tilt *t = &o->tilt[o->n_tilt++];
        const struct plan_chain *c = &p->chain[p->scarce[s].chain];
        unsigned mask = 0;
        for (int k = 0; k < c->n_route; k++)
            mask |= c->route[k].node_mask;
        for (int g = 0; g < p->n_node; g++)
            set_node(o, p, g, (mask >> g & 1u) != 0u, r->opts.tilt_pu, t);
        for (int k = 0; k < p->n_event; k++)
            set_event(p, k, (mask & p->event[k].node_mask) != 0u, r->opts.tilt_pu, t);
        TRY(set_aging(o, r, sc, mask, t, e));
        TRY(set_shared(o, p, t, e));
    }
    return ST_OK;
}
