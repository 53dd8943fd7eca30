/* explore_breed.c - offspring of the best points evaluated, screened by the surrogates. Contract: explore_impl.h. */
#include "solver/optimise/explore_impl.h"
#include "solver/optimise/pareto.h"
#include <string.h>
#include "materials/base/banned.h"

#define INNER_ROUNDS 6    /* generations bred on the surrogate between two batches of evaluations */
#define RAW_SHARE 8       /* one in so many evaluated offspring is taken unscreened, so that a wrong surrogate cannot hide a basin */
#define POLISH_SHARE 4    /* one in so many is the surrogate's own best near a point evaluated */

/* Parent by binary tournament: lower rank, then wider crowding. */
static const double *select_parent(struct search *s)
{
    int a = explore_draw_int(&s->state, s->n_pool), b = explore_draw_int(&s->state, s->n_pool);
    int first = s->pool_rank[a] < s->pool_rank[b] || (s->pool_rank[a] == s->pool_rank[b] && s->pool_crowding[a] >= s->pool_crowding[b]);
    return s->pool_x + (first ? a : b) * s->p->n_x;
}

int explore_select_best(int n, int m, const int *rank, const double *crowding, int *list)
{
    if (m > n)
        m = n;
    for (int q = 0; q < n; q++)
        list[q] = q;
    for (int q = 0; q < m; q++)
        for (int l = q + 1; l < n; l++) {
            int a = list[q], b = list[l];
            int better =
                rank[b] < rank[a] || (rank[b] == rank[a] && (crowding[b] > crowding[a] || (!(crowding[b] < crowding[a]) && b < a)));
            if (better) {
                list[q] = b;
                list[l] = a;
            }
        }
    return m;
}

static void set_pool(struct search *s, int m, const double *x, const int *rank, const double *crowding)
{
    s->n_pool = m;
    for (int q = 0; q < m; q++) {
        memcpy(s->pool_x + q * s->p->n_x, x + s->list[q] * s->p->n_x, sizeof(double) * (size_t)s->p->n_x);
        s->pool_rank[q] = rank[s->list[q]];
        s->pool_crowding[q] = crowding[s->list[q]];
    }
}

/* The best of the whole archive breed. */
static void set_pool_from_archive(struct search *s)
{
    struct explore_result *r = s->r;
    pareto_set_rank(r->n, r->n_obj, r->obj, r->violation, s->rank, s->work);
    pareto_set_crowding(r->n, r->n_obj, r->obj, s->rank, s->crowding, s->work);
    int m = explore_select_best(r->n, s->o->n_population, s->rank, s->crowding, s->list);
    memcpy(s->parent, s->list, sizeof *s->parent * (size_t)m);
    s->n_parent = m;
    set_pool(s, m, r->x, s->rank, s->crowding);
}

/* Candidates first..n_candidate-1 from the pool. */
static void propose(struct search *s, int first)
{
    int n_x = s->p->n_x;
    for (int k = first; k < s->n_candidate; k++) {
        double *child = s->child + k * n_x;
        const double *a = select_parent(s), *b = select_parent(s);
        if (explore_draw(&s->state) < 0.5)
            explore_cross_sbx(&s->state, n_x, a, b, child);
        else
            explore_cross_difference(&s->state, n_x, a, select_parent(s), b, select_parent(s), child);
        explore_mutate(&s->state, n_x, child);
    }
}

/* Judge all candidates by the surrogate; the best n_keep become the pool. Returns how many. */
static int screen(struct search *s, int n_keep)
{
    int n_x = s->p->n_x, n_obj = s->r->n_obj, n_c = 0;
    double y[EXPLORE_MAX_RESPONSE];
    for (int k = 0; k < s->n_candidate; k++) {
        if (explore_judge_is_known(s, s->child + k * n_x))
            continue;
        memmove(s->child + n_c * n_x, s->child + k * n_x, sizeof(double) * (size_t)n_x);
        s->child_violation[n_c] = explore_judge_eval(s, s->child + n_c * n_x, y);
        memcpy(s->guess + n_c++ * n_obj, y, sizeof(double) * (size_t)n_obj);
    }
    int *rank = s->work + 2 * s->n_candidate;
    double *crowding = s->guess + s->n_candidate * n_obj;
    pareto_set_rank(n_c, n_obj, s->guess, s->child_violation, rank, s->work);
    pareto_set_crowding(n_c, n_obj, s->guess, rank, crowding, s->work);
    int m = explore_select_best(n_c, n_keep, rank, crowding, s->list);
    set_pool(s, m, s->child, rank, crowding);
    return m;
}

/* As bred, then polished ones, then those left of generations on the surrogate. */
int explore_breed(struct search *s, int n)
{
    int n_x = s->p->n_x, n_kept = n / RAW_SHARE;
    set_pool_from_archive(s);
    propose(s, 0);
    if (s->o->n_candidate_factor <= 1 || !explore_judge_set(s))
        return n;
    double *kept = s->child + s->n_candidate * n_x; /* second half of the buffer */
    memcpy(kept, s->child, sizeof(double) * (size_t)(n_kept * n_x));
    n_kept += explore_polish(s, n / POLISH_SHARE, kept + n_kept * n_x);
    int m = 0;
    for (int round = 0; round < INNER_ROUNDS; round++) {
        m = screen(s, s->o->n_population);
        if (m < 2 || round == INNER_ROUNDS - 1)
            break;
        memcpy(s->child, s->pool_x, sizeof(double) * (size_t)(m * n_x)); /* the best stay candidates */
        propose(s, m);
    }
    if (m > n - n_kept)
        m = n - n_kept;
    memcpy(s->child, kept, sizeof(double) * (size_t)(n_kept * n_x));
    memcpy(s->child + n_kept * n_x, s->pool_x, sizeof(double) * (size_t)(m * n_x));
    return n_kept + m;
}
