/* test_pool.c - every job once, results in their places whatever the workers, the error of the lowest failed job, no worker twice at a
 * time. */
#include "solver/pool.h"
#include "tests/support/close.h"
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "materials/base/banned.h"

#define N_JOB 203
#define MAX_WORKER 8

struct work {
    int n_worker;
    int first_fault, fault_step;           /* jobs that fail: first, first + step, ..; first < 0: none */
    double result[N_JOB];
    atomic_int count[N_JOB], busy[MAX_WORKER], wrong;
};

/* A little work whose length differs from job to job, so that the order of completion does too. */
static enum status do_job(void *ctx, int worker, int job, struct err *e)
{
    struct work *w = ctx;
    if (worker < 0 || worker >= w->n_worker || atomic_fetch_add(&w->busy[worker], 1) != 0)
        atomic_fetch_add(&w->wrong, 1);
    if (job % 7 == 0)
        nanosleep(&(struct timespec){0, 300000}, NULL);
    double x = 0.5;
    for (int k = 0; k < 100 * (job % 11); k++)
        x = 3.7 * x * (1.0 - x);
    w->result[job] = x + job;
    atomic_fetch_add(&w->count[job], 1);
    atomic_fetch_sub(&w->busy[worker], 1);
    if (w->first_fault >= 0 && job >= w->first_fault && (job - w->first_fault) % w->fault_step == 0) {
        if (job == w->first_fault) /* the lowest one reports last */
            nanosleep(&(struct timespec){0, 3000000}, NULL);
        return err_set(e, job % 2 ? ST_SINGULAR : ST_NO_CONVERGE, "job", "number %d", job);
    }
    return ST_OK;
}

static void run(struct work *w, int n_worker, int first_fault, int fault_step, enum status *st, struct err *e)
{
    memset(w, 0, sizeof *w);
    w->n_worker = n_worker;
    w->first_fault = first_fault;
    w->fault_step = fault_step;
    *st = pool_solve(n_worker, N_JOB, do_job, w, e);
    assert_int_equal(atomic_load(&w->wrong), 0);
}

static void test_every_job_once(void **state)
{
    (void)state;
    static struct work one, many;
    struct err e = {0};
    enum status st;
    run(&one, 1, -1, 1, &st, &e);
    assert_ok(st, &e);
    for (int n = 2; n <= MAX_WORKER; n++) {
        run(&many, n, -1, 1, &st, &e);
        assert_ok(st, &e);
        assert_memory_equal(many.result, one.result, sizeof one.result);
        for (int k = 0; k < N_JOB; k++)
            assert_int_equal(atomic_load(&many.count[k]), 1);
    }
}

static void test_lowest_error(void **state)
{
    (void)state;
    static struct work w;
    static const int FIRST[] = {0, 1, 50, 51, N_JOB - 1};
    for (int q = 0; q < ARRAY_LEN(FIRST); q++)
        for (int n = 1; n <= MAX_WORKER; n++) {
            struct err e = {0};
            enum status st;
            char expected[32];
            run(&w, n, FIRST[q], 1, &st, &e);
            snprintf(expected, sizeof expected, "number %d", FIRST[q]);
            assert_status(st, FIRST[q] % 2 ? ST_SINGULAR : ST_NO_CONVERGE, &e);
            assert_string_equal(e.message, expected);
            for (int k = 0; k <= FIRST[q]; k++) /* all before the failed one were done, none twice */
                assert_int_equal(atomic_load(&w.count[k]), 1);
        }
}

/* A failure stops the rest: a worker alone does nothing after it. */
static void test_stops(void **state)
{
    (void)state;
    static struct work w;
    struct err e = {0};
    enum status st;
    run(&w, 1, 20, 1000, &st, &e);
    assert_status(st, ST_NO_CONVERGE, &e);
    for (int k = 21; k < N_JOB; k++)
        assert_int_equal(atomic_load(&w.count[k]), 0);
}

static void test_limits(void **state)
{
    (void)state;
    static struct work w = {.n_worker = 1, .first_fault = -1};
    struct err e = {0};
    assert_ok(pool_solve(4, 0, do_job, &w, &e), &e);
    assert_ok(pool_solve(1, 0, do_job, &w, NULL), NULL);
    assert_status(pool_solve(0, 3, do_job, &w, &e), ST_USAGE, &e);
    assert_status(pool_solve(POOL_MAX_WORKER + 1, 3, do_job, &w, &e), ST_USAGE, &e);
    assert_non_null(strstr(e.message, "257"));
    assert_int_equal(atomic_load(&w.count[0]), 0);
    assert_true(pool_get_cores() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_job_once),
        cmocka_unit_test(test_lowest_error),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
