/* draws.c - the normals behind a block: pseudo-random by counter, or a randomised Sobol sequence on the directions that matter most.
 * Contract: block_impl.h. */
#include "models/risk/block_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* Axes: leading shock of each price factor, events, then month by month the common factor and the nodes. */
static int get_node_axis(const struct plan *p, int month, int k)
{
    return p->n_element + p->n_event + month * (1 + p->n_node) + k;
}

/* The direction in which the average log price of element i grows fastest: a shock of month t lives on in all later months. */
static void set_lead(const struct risk *r, double *lead)
{
    const struct plan *p = &r->plan;
    for (int i = 0; i < p->n_element; i++) {
        double later = 0.0, norm = 0.0;
        for (int t = p->n_month - 1; t >= 0; t--) {
            later = p->weight_pu[t] + r->decay[i] * later;
            lead[t * p->n_element + i] = later;
            norm += later * later;
        }
        for (int t = 0; t < p->n_month; t++)
            lead[t * p->n_element + i] /= sqrt(norm);
    }
}

enum status draws_init(struct draws *d, const struct risk *r, struct err *e)
{
    const struct plan *p = &r->plan;
    memset(d, 0, sizeof *d);
    d->n_replicate = 1;
    d->n_pair_replicate = r->opts.n_scenario / (r->opts.antithetic ? 2 : 1);
    if (r->opts.sampling != RISK_SAMPLING_SOBOL)
        return ST_OK;
    d->n_replicate = r->opts.n_replicate;
    d->n_pair_replicate /= d->n_replicate;
    d->n_axis = get_node_axis(p, p->n_month, 0);
    d->n_axis = d->n_axis < SOBOL_MAX_DIMENSION ? d->n_axis : SOBOL_MAX_DIMENSION;
    d->axis = mem_new((size_t)(d->n_replicate * d->n_axis), sizeof *d->axis);
    d->lead = mem_new((size_t)(p->n_month * p->n_element), sizeof *d->lead);
    if (!d->axis || !d->lead)
        return err_set(e, ST_NO_MEMORY, "risk", "Sobol sequence of %d dimensions", d->n_axis);
    for (int k = 0; k < d->n_replicate; k++) {
        struct sobol_axis *axis = d->axis + k * d->n_axis;
        sobol_set_axes(d->n_axis, axis);
        for (int a = 0; a < d->n_axis; a++)
            sobol_scramble_axis(&r->rng, STREAM_SCRAMBLE, (uint32_t)k, (uint32_t)a, &axis[a]);
    }
    set_lead(r, d->lead);
    return ST_OK;
}

void draws_done(struct draws *d)
{
    mem_free(d->axis);
    mem_free(d->lead);
}

/* Does the Sobol sequence serve this axis? Then its normals. */
static int fill_axis(const struct draws *d, const struct block *b, int axis, double *z)
{
    double u[BLOCK];
    if (axis >= d->n_axis)
        return 0;
    sobol_fill_uniform(&d->axis[b->replicate * d->n_axis + axis], (uint32_t)b->first_in_replicate, b->n_pair, u);
    rng_fill_quantile(b->n_pair, u, z);
    return 1;
}

void draws_fill_node(const struct sim *sim, const struct block *b, int month, int lane, double *z0, double *z1)
{
    const struct draws *d = &sim->draws;
    const struct plan *p = &sim->r->plan;
    const int axis = get_node_axis(p, month, lane == 0 ? 0 : 2 * lane - 1), is_last = lane > 0 && 2 * lane - 1 == p->n_node;
    if (!z1 || is_last ? fill_axis(d, b, axis, z0) : axis + 1 < d->n_axis && fill_axis(d, b, axis, z0) && fill_axis(d, b, axis + 1, z1))
        return;
    rng_fill_normal(&sim->r->rng, STREAM_NODE, (uint32_t)b->first, (uint32_t)month, (uint32_t)lane, b->n_pair, z0, z1);
}

void draws_fill_event(const struct sim *sim, const struct block *b, int event, double *z)
{
    const struct plan *p = &sim->r->plan;
    if (!fill_axis(&sim->draws, b, p->n_element + event, z))
        rng_fill_normal(&sim->r->rng, STREAM_EVENT, (uint32_t)b->first, (uint32_t)p->event[event].number, 0, b->n_pair, z, NULL);
}

static void fill_random(const struct sim *sim, const struct block *b, int month, double *z)
{
    const int n = sim->r->plan.n_element;
    for (int i = 0; i < n; i += 2)
        rng_fill_normal(&sim->r->rng, STREAM_PRICE, (uint32_t)b->first, (uint32_t)month, (uint32_t)i / 2u, b->n_pair, z + i * BLOCK,
                        i + 1 < n ? z + (i + 1) * BLOCK : NULL);
}

void draws_fill_price(const struct sim *sim, struct block *b, int month)
{
    if (sim->draws.n_axis)
        memcpy(b->z, b->z_all + (size_t)month * (size_t)sim->r->plan.n_element * BLOCK,
               (size_t)sim->r->plan.n_element * BLOCK * sizeof *b->z);
    else
        fill_random(sim, b, month, b->z);
}

/* z + lead (eta - lead'z): independent normals again, with the component along the lead exchanged for the Sobol number eta. */
void draws_fill_price_all(const struct sim *sim, struct block *b)
{
    const struct plan *p = &sim->r->plan;
    const double *lead = sim->draws.lead;
    const size_t month = (size_t)p->n_element * BLOCK;
    double eta[BLOCK];
    for (int t = 0; t < p->n_month; t++)
        fill_random(sim, b, t, b->z_all + (size_t)t * month);
    for (int i = 0; i < p->n_element; i++) {
        if (!fill_axis(&sim->draws, b, i, eta))
            continue;
        double *z = b->z_all + i * BLOCK;
        for (int t = 0; t < p->n_month; t++)
            for (int j = 0; j < b->n_pair; j++)
                eta[j] -= lead[t * p->n_element + i] * z[(size_t)t * month + (size_t)j];
        for (int t = 0; t < p->n_month; t++)
            for (int j = 0; j < b->n_pair; j++)
                z[(size_t)t * month + (size_t)j] += lead[t * p->n_element + i] * eta[j];
    }
}
