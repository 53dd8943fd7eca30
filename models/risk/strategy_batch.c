/* strategy_batch.c - the best strategy of many designs: those that need the same chains stand in an order in which neighbours are alike,
 * are cut into parts of a fixed size, and every part is a programme of its own, for whichever thread is free. Contract: strategy.h. */
#include "models/risk/strategy_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include "materials/base/banned.h"

enum { PART = 64, MAX_THREAD = 64 };

struct part { struct programme *p; int first, n; enum status status; struct err err; };
struct batch {
    struct strategy *s;
    const struct risk_terms *terms;
    const double *q_kg;
    struct strategy_result *out;
    int *order, n_part;                 /* designs, part by part */
    struct part *part;
    atomic_int next;
};

/* ---- order ---- */

/* How far two bills are apart: what they pay in each chain at today's prices. */
static double eval_distance(const struct batch *b, int x, int y)
{
    const struct market *m = b->s->r->market;
    double value[MARKET_MAX_CHAIN] = {0}, sum = 0.0;
    for (int i = 0; i < m->n_element; i++)
        value[m->element[i].chain] += m->price_USD_per_kg[i] * (b->q_kg[x * m->n_element + i] - b->q_kg[y * m->n_element + i]);
    for (int c = 0; c < m->n_chain; c++)
        sum += fabs(value[c]);
    return sum;
}

/* From each design to the nearest of those left. */
static void set_order(const struct batch *b, int *order, int n)
{
    for (int k = 1; k < n; k++) {
        int nearest = k;
        double least = HUGE_VAL;
        for (int j = k; j < n; j++) {
            const double far = eval_distance(b, order[k - 1], order[j]);
            if (far < least) {
                least = far;
                nearest = j;
            }
        }
        const int moved = order[nearest];
        memmove(order + k + 1, order + k, (size_t)(nearest - k) * sizeof *order);
        order[k] = moved;
    }
}

/* ---- parts ---- */

static unsigned get_need(const struct batch *b, int design)
{
    return programme_get_need(b->s, b->q_kg + (size_t)design * (size_t)b->s->r->plan.n_element);
}

/* As many parts as PART asks for, of nearly the same size. */
static enum status add_parts(struct batch *b, unsigned need, int first, int n, struct err *e)
{
    const int n_part = (n + PART - 1) / PART;
    set_order(b, b->order + first, n);
    for (int k = 0; k < n_part; k++) {
        struct part *part = &b->part[b->n_part++];
        part->first = first + (int)((long)n * k / n_part);
        part->n = first + (int)((long)n * (k + 1) / n_part) - part->first;
        TRY(programme_get(b->s, need, k, &part->p, e));
    }
    return ST_OK;
}

static enum status set_parts(struct batch *b, int n_design, struct err *e)
{
    int n = 0;
    for (int d = 0; d < n_design; d++) {
        const unsigned need = get_need(b, d);
        const int first = n;
        int is_known = 0;
        for (int k = 0; k < b->n_part && !is_known; k++)
            is_known = b->part[k].p->need == need;
        for (int j = d; j < n_design && !is_known; j++)
            if (get_need(b, j) == need)
                b->order[n++] = j;
        if (!is_known)
            TRY(add_parts(b, need, first, n - first, e));
    }
    return ST_OK;
}

/* ---- work ---- */

static enum status solve_one(const struct batch *b, struct programme *p, int design, struct err *e)
{
    struct strategy_result *out = &b->out[design];
    struct design d;
    double x[STRATEGY_MAX_VAR];
    TRY(design_set(p, b->terms, b->q_kg + (size_t)design * (size_t)b->s->r->plan.n_element, &d, e));
    const enum status st = tree_solve(p, &d, x, out, e);
    if (st == ST_OK || st == ST_NO_CONVERGE)
        result_set(p, &d, x, out);
    return st;
}

static void *work(void *arg)
{
    struct batch *b = arg;
    for (int k = atomic_fetch_add(&b->next, 1); k < b->n_part; k = atomic_fetch_add(&b->next, 1)) {
        struct part *part = &b->part[k];
        for (int j = 0; j < part->n && (part->status == ST_OK || part->status == ST_NO_CONVERGE); j++) {
            struct err e = {0};
            const enum status st = solve_one(b, part->p, b->order[part->first + j], &e);
            if (st != ST_OK) {
                part->status = st;
                part->err = e;
            }
        }
    }
    return NULL;
}

static void run(struct batch *b)
{
    pthread_t thread[MAX_THREAD];
    const int wanted = b->s->r->opts.n_thread < b->n_part ? b->s->r->opts.n_thread : b->n_part;
    int started = 1;
    for (; started < wanted && started < MAX_THREAD; started++)
        if (pthread_create(&thread[started], NULL, work, b) != 0)
            break; /* fewer threads give the same result, later */
    work(b);
    for (int k = 1; k < started; k++)
        pthread_join(thread[k], NULL);
}

/* A failure counts for more than a gap that is left; of equals the first part's. */
static enum status get_status(const struct batch *b, struct err *e)
{
    const struct part *worst = NULL;
    for (int k = 0; k < b->n_part; k++) {
        const struct part *part = &b->part[k];
        if (part->status != ST_OK && (!worst || (worst->status == ST_NO_CONVERGE && part->status != ST_NO_CONVERGE)))
            worst = part;
    }
    if (worst)
        *e = worst->err;
    return worst ? worst->status : ST_OK;
}

enum status strategy_solve(struct strategy *s, const struct risk_terms *terms, int n_design, const double *q_kg,
                           struct strategy_result *out, struct err *e)
{
    struct batch b = {.s = s, .terms = terms ? terms : &s->r->opts.terms, .q_kg = q_kg, .out = out};
    TRY(risk_check_design(s->r, b.terms, n_design, q_kg, e));
    b.order = mem_new((size_t)n_design + 1, sizeof *b.order);
    b.part = mem_new((size_t)n_design + 1, sizeof *b.part);
    enum status st = b.order && b.part ? set_parts(&b, n_design, e) : err_set(e, ST_NO_MEMORY, "strategy", "%d designs", n_design);
    if (st == ST_OK) {
        run(&b);
        st = get_status(&b, e);
    }
    mem_free(b.order);
    mem_free(b.part);
    return st;
}
