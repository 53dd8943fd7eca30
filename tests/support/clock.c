/* clock.c - see clock.h. */
#include "tests/support/clock.h"
#include <stdlib.h>
#include <time.h>

static double get_s(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double clock_get_wall_s(void) { return get_s(CLOCK_MONOTONIC); }
double clock_get_process_s(void) { return get_s(CLOCK_PROCESS_CPUTIME_ID); }
double clock_get_thread_s(void) { return get_s(CLOCK_THREAD_CPUTIME_ID); }

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double clock_eval_median(double *t, int n)
{
    qsort(t, (size_t)n, sizeof *t, compare);
    return t[n / 2];
}
