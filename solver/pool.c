#define _GNU_SOURCE
#include "solver/pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>
#include "materials/base/banned.h"

struct pool {
    pool_fn *fn;
    void *ctx;
    int n_job;
    atomic_int next, failed;
    pthread_mutex_t lock;
    int first_failed;
    enum status status;
    struct err err;
};

struct worker { struct pool *pool; int number; };

static void *work(void *arg)
{
    struct worker *w = arg;
    struct pool *p = w->pool;
    while (!atomic_load(&p->failed)) {
        int job = atomic_fetch_add(&p->next, 1);
        if (job >= p->n_job)
            break;
        struct err e = {0};
        enum status st = p->fn(p->ctx, w->number, job, &e);
        if (st == ST_OK)
            continue;
        atomic_store(&p->failed, 1);
        pthread_mutex_lock(&p->lock);
        if (p->first_failed < 0 || job < p->first_failed) {
            p->first_failed = job;
            p->status = st;
            p->err = e;
        }
        pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

enum status pool_solve(int n_worker, int n_job, pool_fn *fn, void *ctx, struct err *e)
{
    struct pool p = {.fn = fn, .ctx = ctx, .n_job = n_job, .first_failed = -1, .status = ST_OK};
    struct worker w[POOL_MAX_WORKER];
    pthread_t thread[POOL_MAX_WORKER];
    if (n_worker < 1 || n_worker > POOL_MAX_WORKER)
        return err_set(e, ST_USAGE, "jobs", "%d workers; expected 1 to %d", n_worker, POOL_MAX_WORKER);
    pthread_mutex_init(&p.lock, NULL);
    int started = 1;
    for (int k = 0; k < n_worker; k++)
        w[k] = (struct worker){&p, k};
    for (; started < n_worker; started++)
        if (pthread_create(&thread[started], NULL, work, &w[started]) != 0)
            break; /* fewer workers give the same result, later */
    work(&w[0]);
    for (int k = 1; k < started; k++)
        pthread_join(thread[k], NULL);
    pthread_mutex_destroy(&p.lock);
    if (p.status != ST_OK && e)
        *e = p.err;
    return p.status;
}

int pool_get_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    return 1;
}
