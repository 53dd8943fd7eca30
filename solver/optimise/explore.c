#include "solver/optimise/explore.h"
#include "materials/base/mem.h"
#include "solver/optimise/pareto.h"
#include "solver/optimise/sobol.h"
#include "solver/optimise/surrogate.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define STALL_SHARE 0.05 /* fall of the least violation that counts as a gain */
#define SBX_ETA 12.0      /* spread of crossover [DEB1996] */
#define MUTATION_ETA 15.0 /* spread of mutation */
#define DE_WEIGHT 0.6     /* [STORN1997] */

#define INNER_ROUNDS 6    /* generations bred on the surrogate between two batches of evaluations */
#define RAW_SHARE 8       /* one in so many evaluated offspring is taken unscreened, so that a wrong surrogate cannot hide a basin */

struct search {
    const struct explore_problem *p;
    const struct explore_opts *o;
    struct explore_result *r;
    struct surrogate *model;
    uint64_t state;                /* of the generator below */
    int n_candidate;
    /* breeding pool: x[n_pool * n_x] with rank and crowding; the best of the archive, or of the candidates */
    int n_pool, *pool_rank;
    double *pool_x, *pool_crowding;
    double *crowding, *child, *guess, *child_violation;
    double *response;              /* [max * (n_obj + n_con)] of the archive, finite */
    int *rank, *work, *list;
};

/* splitmix64 [STEELE2014]: state passed in, one stream per search */
static double draw(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static int draw_int(uint64_t *state, int n)
{
    int k = (int)(draw(state) * n);
    return k < n ? k : n - 1;
}

/* Reflect into [0,1]: keeps the density near the faces, unlike clamping. */
static double reflect(double x)
{
    if (x < 0.0)
        x = -x;
    if (x > 1.0)
        x = 2.0 - x;
    return x < 0.0 ? 0.0 : (x > 1.0 ? 1.0 : x);
}

static void cross_sbx(uint64_t *state, int n, const double *a, const double *b, double *child)
{
    for (int j = 0; j < n; j++) {
        double u = draw(state);
        double spread = u < 0.5 ? pow(2.0 * u, 1.0 / (SBX_ETA + 1.0)) : pow(1.0 / (2.0 * (1.0 - u)), 1.0 / (SBX_ETA + 1.0));
        double side = draw(state) < 0.5 ? 1.0 : -1.0;
        child[j] = reflect(0.5 * (a[j] + b[j]) + 0.5 * side * spread * (a[j] - b[j]));
    }
}

static void cross_difference(uint64_t *state, int n, const double *base, const double *a, const double *b, const double *c, double *child)
{
    int always = draw_int(state, n);
    for (int j = 0; j < n; j++)
        child[j] = (draw(state) < 0.7 || j == always) ? reflect(a[j] + DE_WEIGHT * (b[j] - c[j])) : base[j];
}

static void mutate(uint64_t *state, int n, double *x)
{
    for (int j = 0; j < n; j++) {
        if (draw(state) * n > 1.0)
            continue;
        double u = draw(state);
        double d = u < 0.5 ? pow(2.0 * u, 1.0 / (MUTATION_ETA + 1.0)) - 1.0 : 1.0 - pow(2.0 * (1.0 - u), 1.0 / (MUTATION_ETA + 1.0));
        x[j] = reflect(x[j] + d);
    }
}

/* Parent by binary tournament: lower rank, then wider crowding. */
static const double *select_parent(struct search *s)
{
    int a = draw_int(&s->state, s->n_pool), b = draw_int(&s->state, s->n_pool);
    int first = s->pool_rank[a] < s->pool_rank[b] || (s->pool_rank[a] == s->pool_rank[b] && s->pool_crowding[a] >= s->pool_crowding[b]);
    return s->pool_x + (first ? a : b) * s->p->n_x;
}

/* The m best of n points by rank, then crowding, ties by index: their indices in list. */
static int select_best(int n, int m, const int *rank, const double *crowding, int *list)
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
    int m = select_best(r->n, s->o->n_population, s->rank, s->crowding, s->list);
    set_pool(s, m, r->x, s->rank, s->crowding);
}

/* Candidates first..n_candidate-1 from the pool. */
static void propose(struct search *s, int first)
{
    int n_x = s->p->n_x;
    for (int k = first; k < s->n_candidate; k++) {
        double *child = s->child + k * n_x;
        const double *a = select_parent(s), *b = select_parent(s);
        if (draw(&s->state) < 0.5)
            cross_sbx(&s->state, n_x, a, b, child);
        else
            cross_difference(&s->state, n_x, a, select_parent(s), b, select_parent(s), child);
        mutate(&s->state, n_x, child);
    }
}

/* Responses for the surrogate: log-compressed, because infeasible corners are orders of magnitude away; NaN takes the worst value seen. */
static double compress(double v)
{
    return v > 1.0 ? 1.0 + log(v) : (v < -1.0 ? -1.0 - log(-v) : v);
}

static void set_responses(struct search *s)
{
    const struct explore_result *r = s->r;
    int n_y = r->n_obj + r->n_con;
    for (int j = 0; j < n_y; j++) {
        double worst = -HUGE_VAL;
        for (int k = 0; k < r->n; k++) {
            double v = j < r->n_obj ? r->obj[k * r->n_obj + j] : compress(r->con[k * r->n_con + j - r->n_obj]);
            s->response[k * n_y + j] = v;
            if (isfinite(v) && v > worst)
                worst = v;
        }
        for (int k = 0; k < r->n; k++)
            if (!isfinite(s->response[k * n_y + j]))
                s->response[k * n_y + j] = isfinite(worst) ? worst : 0.0;
    }
}

static double distance2(int n, const double *a, const double *b)
{
    double d = 0.0;
    for (int j = 0; j < n; j++)
        d += (a[j] - b[j]) * (a[j] - b[j]);
    return d;
}

/* Candidates too close to an evaluated point teach nothing. */
static int is_known(const struct search *s, const double *x)
{
    for (int k = 0; k < s->r->n; k++)
        if (distance2(s->p->n_x, x, s->r->x + k * s->p->n_x) < 1e-8 * s->p->n_x)
            return 1;
    return 0;
}

/* Judge all candidates by the surrogate; the best n_keep become the pool. Returns how many. */
static int screen(struct search *s, int n_keep)
{
    int n_x = s->p->n_x, n_obj = s->r->n_obj, n_con = s->r->n_con, n_c = 0;
    double y[64];
    for (int k = 0; k < s->n_candidate; k++) {
        if (is_known(s, s->child + k * n_x))
            continue;
        memmove(s->child + n_c * n_x, s->child + k * n_x, sizeof(double) * (size_t)n_x);
        surrogate_eval(s->model, s->child + n_c * n_x, y);
        memcpy(s->guess + n_c * n_obj, y, sizeof(double) * (size_t)n_obj);
        s->child_violation[n_c++] = pareto_eval_violation(n_con, y + n_obj);
    }
    int *rank = s->work + 2 * s->n_candidate;
    double *crowding = s->guess + s->n_candidate * n_obj;
    pareto_set_rank(n_c, n_obj, s->guess, s->child_violation, rank, s->work);
    pareto_set_crowding(n_c, n_obj, s->guess, rank, crowding, s->work);
    int m = select_best(n_c, n_keep, rank, crowding, s->list);
    set_pool(s, m, s->child, rank, crowding);
    return m;
}

/* Offspring for one batch in child: the first ones as bred, the others after generations on the surrogate. */
static int breed(struct search *s)
{
    int n = s->o->n_population, n_x = s->p->n_x, n_raw = n / RAW_SHARE;
    set_pool_from_archive(s);
    propose(s, 0);
    if (s->o->n_candidate_factor <= 1)
        return n;
    set_responses(s);
    if (surrogate_set_points(s->model, s->r->n, s->r->x, s->response, NULL) != ST_OK)
        return n;
    double *raw = s->child + s->n_candidate * n_x; /* second half of the buffer */
    memcpy(raw, s->child, sizeof(double) * (size_t)(n_raw * n_x));
    int m = 0;
    for (int round = 0; round < INNER_ROUNDS; round++) {
        m = screen(s, n);
        if (m < 2 || round == INNER_ROUNDS - 1)
            break;
        memcpy(s->child, s->pool_x, sizeof(double) * (size_t)(m * n_x)); /* the best stay candidates */
        propose(s, m);
    }
    if (m > n - n_raw)
        m = n - n_raw;
    memcpy(s->child, raw, sizeof(double) * (size_t)(n_raw * n_x));
    memcpy(s->child + n_raw * n_x, s->pool_x, sizeof(double) * (size_t)(m * n_x));
    return n_raw + m;
}

static enum status evaluate(struct search *s, int n, struct err *e)
{
    struct explore_result *r = s->r;
    double *x = r->x + r->n * r->n_x;
    memcpy(x, s->child, sizeof(double) * (size_t)(n * r->n_x));
    TRY(s->p->eval(s->p->ctx, n, x, r->obj + r->n * r->n_obj, r->con + r->n * r->n_con, e));
    for (int k = r->n; k < r->n + n; k++) {
        r->violation[k] = pareto_eval_violation(r->n_con, r->con + k * r->n_con);
        for (int j = 0; j < r->n_obj; j++)
            if (isnan(r->obj[k * r->n_obj + j]) && r->violation[k] < 1e9)
                r->violation[k] = 1e9;
    }
    r->n += n;
    int n_total = s->o->n_start + s->o->n_generation * s->o->n_population;
    n_total = n_total < r->n ? r->n : n_total;
    if (s->p->step)
        r->stopped = s->p->step(s->p->ctx, r->n, n_total);
    return ST_OK;
}

static enum status set_start(struct search *s, struct err *e)
{
    int batch = s->o->n_population;
    for (int done = 0; done < s->o->n_start && !s->r->stopped; done += batch) {
        int n = s->o->n_start - done < batch ? s->o->n_start - done : batch;
        for (int k = 0; k < n; k++) {
            double *x = s->child + k * s->p->n_x;
            if (done + k < s->o->n_seed)
                memcpy(x, s->o->seed_x + (done + k) * s->p->n_x, sizeof(double) * (size_t)s->p->n_x);
            else
                sobol_eval(s->o->seed, s->p->n_x, (uint32_t)(done + k), x);
        }
        TRY(evaluate(s, n, e));
    }
    return ST_OK;
}

static double get_least_violation(const struct explore_result *r)
{
    double least = HUGE_VAL;
    for (int k = 0; k < r->n; k++)
        least = fmin(least, r->violation[k]);
    return least;
}

static int count_front(struct search *s)
{
    struct explore_result *r = s->r;
    int n = 0;
    pareto_set_rank(r->n, r->n_obj, r->obj, r->violation, r->rank, s->work);
    for (int k = 0; k < r->n; k++)
        n += r->violation[k] <= 0.0 && r->rank[k] == 0;
    return n;
}

static enum status set_generations(struct search *s, struct err *e)
{
    const struct explore_opts *o = s->o;
    double mark = HUGE_VAL; /* least violation when it last fell by a share worth going on for */
    int mark_generation = 0;
    for (int g = 0; !s->r->stopped; g++) {
        double least = get_least_violation(s->r);
        if (least < (1.0 - STALL_SHARE) * mark) {
            mark = least;
            mark_generation = g;
        }
        int is_stalled = least > 0.0 && g - mark_generation >= o->n_stall;
        if (g >= o->n_generation && (g >= o->n_generation_max || is_stalled || count_front(s) >= o->n_wanted))
            return ST_OK;
        TRY(evaluate(s, breed(s), e));
    }
    return ST_OK;
}

static enum status search_init(struct search *s, struct err *e)
{
    const struct explore_problem *p = s->p;
    const struct explore_opts *o = s->o;
    struct explore_result *r = s->r;
    int n_generation = o->n_generation_max > o->n_generation ? o->n_generation_max : o->n_generation;
    size_t max = (size_t)(o->n_start + n_generation * o->n_population);
    int n_y = p->n_obj + p->n_con;
    s->n_candidate = o->n_population * (o->n_candidate_factor > 1 ? o->n_candidate_factor : 1);
    size_t n_c = (size_t)s->n_candidate, n_work = 4 * n_c > 2 * max ? 4 * n_c : 2 * max;
    *r = (struct explore_result){.n_x = p->n_x, .n_obj = p->n_obj, .n_con = p->n_con};
    r->x = mem_new(max * (size_t)p->n_x, sizeof(double));
    r->obj = mem_new(max * (size_t)p->n_obj, sizeof(double));
    r->con = mem_new(max * (size_t)(p->n_con + 1), sizeof(double));
    r->violation = mem_new(max, sizeof(double));
    r->rank = mem_new(max, sizeof(int));
    s->pool_x = mem_new((size_t)(o->n_population * p->n_x), sizeof(double));
    s->pool_crowding = mem_new((size_t)o->n_population, sizeof(double));
    s->pool_rank = mem_new((size_t)o->n_population, sizeof(int));
    s->list = mem_new(n_c > max ? n_c : max, sizeof(int));
    s->crowding = mem_new(max, sizeof(double));
    s->child = mem_new(2 * n_c * (size_t)p->n_x, sizeof(double));
    s->guess = mem_new(n_c * (size_t)(p->n_obj + 1), sizeof(double));
    s->child_violation = mem_new(n_c, sizeof(double));
    s->response = mem_new(max * (size_t)n_y, sizeof(double));
    s->rank = mem_new(max, sizeof(int));
    s->work = mem_new(n_work, sizeof(int));
    if (!r->x || !r->obj || !r->con || !r->violation || !r->rank || !s->pool_x || !s->pool_crowding || !s->pool_rank || !s->list ||
        !s->crowding || !s->child || !s->guess || !s->child_violation || !s->response || !s->rank || !s->work)
        return err_set(e, ST_NO_MEMORY, "search", "%zu points", max);
    return surrogate_new((int)max, p->n_x, n_y, &s->model, e);
}

static void search_done(struct search *s)
{
    surrogate_free(s->model);
    mem_free(s->pool_x);
    mem_free(s->pool_crowding);
    mem_free(s->pool_rank);
    mem_free(s->list);
    mem_free(s->crowding);
    mem_free(s->child);
    mem_free(s->guess);
    mem_free(s->child_violation);
    mem_free(s->response);
    mem_free(s->rank);
    mem_free(s->work);
}

enum status explore_solve(const struct explore_problem *p, const struct explore_opts *o, struct explore_result *out, struct err *e)
{
    struct search s = {.p = p, .o = o, .r = out, .state = o->seed};
    if (p->n_obj + p->n_con > 64 || p->n_x > SOBOL_MAX_DIM)
        return err_set(e, ST_USAGE, "search", "%d variables and %d responses; at most %d and 64", p->n_x, p->n_obj + p->n_con,
                       SOBOL_MAX_DIM);
    enum status st = search_init(&s, e);
    if (st == ST_OK)
        st = set_start(&s, e);
    if (st == ST_OK)
        st = set_generations(&s, e);
    if (st == ST_OK && out->n > 0)
        pareto_set_rank(out->n, out->n_obj, out->obj, out->violation, out->rank, s.work);
    search_done(&s);
    if (st != ST_OK)
        explore_done(out);
    return st;
}

void explore_done(struct explore_result *r)
{
    mem_free(r->x);
    mem_free(r->obj);
    mem_free(r->con);
    mem_free(r->violation);
    mem_free(r->rank);
    *r = (struct explore_result){0};
}
