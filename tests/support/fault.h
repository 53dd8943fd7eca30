/* fault.h - fail every allocation of a piece of work in turn. The work must release all it took, whatever its status. */
#ifndef TESTS_SUPPORT_FAULT_H
#define TESTS_SUPPORT_FAULT_H
#include "materials/base/mem.h"
#include "tests/support/close.h"

typedef enum status fault_work(void *ctx, struct err *e);

/* fault_check - run once whole, counting allocations; then once for each of them with that one failing: ST_NO_MEMORY with a
 * message, and as many live blocks as before. Returns how many allocations there were. */
static inline long fault_check(fault_work *work, void *ctx)
{
    struct err e = {0};
    long live = mem_get_live(), before = mem_get_count();
    assert_ok(work(ctx, &e), &e);
    long n = mem_get_count() - before;
    assert_int_equal(mem_get_live(), live);
    for (long k = 1; k <= n; k++) {
        e = (struct err){0};
        mem_set_fail_at(k);
        enum status st = work(ctx, &e);
        mem_set_fail_at(0);
        if (st != ST_NO_MEMORY || e.status != ST_NO_MEMORY || mem_get_live() != live)
            fail_msg("allocation %ld of %ld failing: %s, %ld blocks lost, message '%s'", k, n, status_get_name(st), mem_get_live() - live,
                     e.message);
    }
    return n;
}

#endif
