/* close.h - comparison of numbers for cmocka programs. NaN and infinity never pass, whatever the tolerance. */
#ifndef TESTS_SUPPORT_CLOSE_H
#define TESTS_SUPPORT_CLOSE_H
#include "materials/base/status.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static inline void close_check(double actual, double expected, double rtol, double atol, const char *what, int index,
                               const char *file, int line)
{
    double gap = fabs(actual - expected), allowed = atol + rtol * fabs(expected);
    if (isfinite(actual) && isfinite(expected) && isfinite(allowed) && gap <= allowed)
        return;
    print_error("%s", what);
    if (index >= 0)
        print_error("[%d]", index);
    print_error(" = %.17g, expected %.17g; off by %.3g, allowed %.3g\n", actual, expected, gap, allowed);
    _fail(file, line);
}

static inline void close_check_array(const double *actual, const double *expected, int n, double rtol, double atol, const char *what,
                                     const char *file, int line)
{
    for (int k = 0; k < n; k++)
        close_check(actual[k], expected[k], rtol, atol, what, k, file, line);
}

static inline void close_check_status(enum status actual, enum status expected, const struct err *e, const char *what, const char *file,
                                      int line)
{
    if (actual == expected)
        return;
    print_error("%s: %s, expected %s", what, status_get_name(actual), status_get_name(expected));
    if (e && actual != ST_OK)
        print_error("\n%s:%d:%d: %s: %s", e->file, e->line, e->column, e->where, e->message);
    print_error("\n");
    _fail(file, line);
}

/* |actual - expected| <= atol + rtol |expected| */
#define assert_close(actual, expected, rtol, atol) close_check((actual), (expected), (rtol), (atol), #actual, -1, __FILE__, __LINE__)
#define assert_close_array(actual, expected, n, rtol, atol) \
    close_check_array((actual), (expected), (n), (rtol), (atol), #actual, __FILE__, __LINE__)
/* e may be NULL */
#define assert_status(call, expected, e) close_check_status((call), (expected), (e), #call, __FILE__, __LINE__)
#define assert_ok(call, e) assert_status(call, ST_OK, e)

#endif
