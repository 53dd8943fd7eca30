#include "solver/optimise/explore_impl.h"
#include "materials/base/mem.h"
#include "solver/optimise/pareto.h"
#include "solver/optimise/cover.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define BATCHES     3    /* of a generation: the surrogates learn from one before the next is bred */
#define STALL_SHARE 0.05 /* fall of the least violation that counts as a gain */

/* Of n points behind the others, which they join. */
static void set_violations(struct explore_result *r, int n)
{
    for (int k = r->n; k < r->n + n; k++) {
        r->violation[k] = pareto_eval_violation(r->n_con, r->con + k * r->n_con);
        for (int j = 0; j < r->n_obj; j++)
            if (isnan(r->obj[k * r->n_obj + j]) && !(r->violation[k] > 0.0))
                r->violation[k] = 1e9; /* feasible, but cannot be compared */
    }
    r->n += n;
}

static enum status evaluate(struct search *s, int n, struct err *e)
{
    struct explore_result *r = s->r;
    double *x = r->x + r->n * r->n_x;
    memcpy(x, s->child, sizeof(double) * (size_t)(n * r->n_x));
    TRY(s->p->eval(s->p->ctx, n, x, r->obj + r->n * r->n_obj, r->con + r->n * r->n_con, e));
    set_violations(r, n);
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
                cover_eval(s->o->seed, s->p->n_x, (uint32_t)(done + k), x);
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
    int mark_generation = 0, batch = (o->n_population + BATCHES - 1) / BATCHES;
    for (int g = 0; !s->r->stopped; g++) {
        double least = get_least_violation(s->r);
        if (least < (1.0 - STALL_SHARE) * mark) {
            mark = least;
            mark_generation = g;
        }
        int is_stalled = least > 0.0 && g - mark_generation >= o->n_stall;
        if (g >= o->n_generation && (g >= o->n_generation_max || is_stalled || count_front(s) >= o->n_wanted))
            return ST_OK;
        for (int done = 0; done < o->n_population && !s->r->stopped; done += batch)
            TRY(evaluate(s, explore_breed(s, batch < o->n_population - done ? batch : o->n_population - done), e));
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
    s->parent = mem_new((size_t)o->n_population, sizeof(int));
    s->list = mem_new(n_c > max ? n_c : max, sizeof(int));
    s->crowding = mem_new(max, sizeof(double));
    s->child = mem_new(2 * n_c * (size_t)p->n_x, sizeof(double));
    s->guess = mem_new(n_c * (size_t)(p->n_obj + 1), sizeof(double));
    s->child_violation = mem_new(n_c, sizeof(double));
    s->response = mem_new(max * (size_t)n_y, sizeof(double));
    s->middle_x = mem_new(max * (size_t)p->n_x, sizeof(double));
    s->rank = mem_new(max, sizeof(int));
    s->work = mem_new(n_work, sizeof(int));
    if (!r->x || !r->obj || !r->con || !r->violation || !r->rank || !s->pool_x || !s->pool_crowding || !s->pool_rank || !s->parent ||
        !s->list || !s->crowding || !s->child || !s->guess || !s->child_violation || !s->response || !s->middle_x || !s->rank || !s->work)
        return err_set(e, ST_NO_MEMORY, "search", "%zu points", max);
    return surrogate_new((int)max, p->n_x, n_y, &s->model, e);
}

static void search_done(struct search *s)
{
    surrogate_free(s->model);
    mem_free(s->pool_x);
    mem_free(s->pool_crowding);
    mem_free(s->pool_rank);
    mem_free(s->parent);
    mem_free(s->list);
    mem_free(s->crowding);
    mem_free(s->child);
    mem_free(s->guess);
    mem_free(s->child_violation);
    mem_free(s->response);
    mem_free(s->middle_x);
    mem_free(s->rank);
    mem_free(s->work);
}

enum status explore_solve(const struct explore_problem *p, const struct explore_opts *o, struct explore_result *out, struct err *e)
{
    struct search s = {.p = p, .o = o, .r = out, .state = o->seed};
    if (p->n_obj + p->n_con > EXPLORE_MAX_RESPONSE || p->n_x > COVER_MAX_DIM)
        return err_set(e, ST_USAGE, "search", "%d variables and %d responses; at most %d and %d", p->n_x, p->n_obj + p->n_con,
                       COVER_MAX_DIM, EXPLORE_MAX_RESPONSE);
    struct explore_problem problem = *p;
    if (!(p->not_judged > 0.0))
        problem.not_judged = HUGE_VAL;
    s.p = &problem;
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

enum status explore_set_rank(struct explore_result *r, struct err *e)
{
    int *work = mem_new(2 * (size_t)r->n + 1, sizeof *work);
    if (!work)
        return err_set(e, ST_NO_MEMORY, "search", "%d points", r->n);
    pareto_set_rank(r->n, r->n_obj, r->obj, r->violation, r->rank, work);
    mem_free(work);
    return ST_OK;
}

static int grow(double **p, int n_old, int n_new, int width)
{
    double *grown = mem_grow(*p, (size_t)(n_old * width), (size_t)(n_new * width) + 1, sizeof **p);
    *p = grown ? grown : *p;
    return grown != NULL;
}

enum status explore_add(struct explore_result *r, int n, const double *x, const double *obj, const double *con, struct err *e)
{
    int n_new = r->n + n;
    int *rank = mem_new((size_t)n_new + 1, sizeof *rank);
    if (!rank || !grow(&r->x, r->n, n_new, r->n_x) || !grow(&r->obj, r->n, n_new, r->n_obj) || !grow(&r->con, r->n, n_new, r->n_con) ||
        !grow(&r->violation, r->n, n_new, 1)) {
        mem_free(rank);
        return err_set(e, ST_NO_MEMORY, "search", "%d points", n_new);
    }
    mem_free(r->rank);
    r->rank = rank;
    memcpy(r->x + r->n * r->n_x, x, sizeof *x * (size_t)(n * r->n_x));
    memcpy(r->obj + r->n * r->n_obj, obj, sizeof *obj * (size_t)(n * r->n_obj));
    memcpy(r->con + r->n * r->n_con, con, sizeof *con * (size_t)(n * r->n_con));
    set_violations(r, n);
    return ST_OK;
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
