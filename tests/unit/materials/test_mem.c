/* Allocation: zeroed, aligned, counted, failing on demand; hash and dates beside it, as small as they are. */
#include "tests/support/close.h"
#include "materials/base/date.h"
#include "materials/base/hash.h"
#include "materials/base/mem.h"
#include <pthread.h>
#include <string.h>

static void is_zeroed_and_aligned(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n += 7) {
        unsigned char *p = mem_new(n, 3);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t k = 0; k < 3 * n; k++)
            assert_int_equal(p[k], 0);
        memset(p, 0xff, 3 * n);
        mem_free(p);
    }
}

static void grows_and_keeps(void **state)
{
    (void)state;
    long live = mem_get_live();
    int *p = mem_grow(NULL, 0, 3, sizeof *p);
    for (int k = 0; k < 3; k++)
        p[k] = k + 1;
    p = mem_grow(p, 3, 100, sizeof *p);
    assert_true(p[0] == 1 && p[2] == 3 && p[3] == 0 && p[99] == 0);
    p = mem_grow(p, 100, 2, sizeof *p);
    assert_int_equal(p[1], 2);
    assert_int_equal(mem_get_live(), live + 1);
    mem_set_fail_at(1);
    assert_null(mem_grow(p, 2, 50, sizeof *p));
    assert_int_equal(p[1], 2); /* the old block stays valid */
    mem_free(p);
    assert_int_equal(mem_get_live(), live);
}

static void counts_and_fails_once(void **state)
{
    (void)state;
    long count = mem_get_count(), live = mem_get_live();
    mem_set_fail_at(3);
    void *a = mem_new(1, 1), *b = mem_new(1, 1), *c = mem_new(1, 1), *d = mem_new(1, 1);
    assert_true(a && b && !c && d);
    assert_int_equal(mem_get_count(), count + 3);
    assert_int_equal(mem_get_live(), live + 3);
    mem_free(a);
    mem_free(b);
    mem_free(c);
    mem_free(d);
    assert_int_equal(mem_get_live(), live);
}

static void refuses_sizes_that_overflow(void **state)
{
    (void)state;
    assert_null(mem_new(SIZE_MAX / 2, 4));
    assert_null(mem_new(SIZE_MAX, SIZE_MAX));
    assert_null(mem_new(3, SIZE_MAX / 3));
    assert_null(mem_new((size_t)-1, 8)); /* a negative count by mistake */
}

static void *work(void *ctx)
{
    (void)ctx;
    for (int k = 0; k < 20000; k++)
        mem_free(mem_new(1, 8));
    return NULL;
}

static void counts_right_in_threads(void **state)
{
    (void)state;
    long count = mem_get_count(), live = mem_get_live();
    pthread_t t[4];
    for (int k = 0; k < 4; k++)
        assert_int_equal(pthread_create(&t[k], NULL, work, NULL), 0);
    for (int k = 0; k < 4; k++)
        pthread_join(t[k], NULL);
    assert_int_equal(mem_get_count(), count + 80000);
    assert_int_equal(mem_get_live(), live);
}

/* Published FNV-1a 64 test vectors (Noll's list). */
static void hash_matches_published_vectors(void **state)
{
    (void)state;
    assert_true(hash_add(HASH_START, "", 0) == 0xcbf29ce484222325u);
    assert_true(hash_add(HASH_START, "a", 1) == 0xaf63dc4c8601ec8cu);
    assert_true(hash_add(HASH_START, "foobar", 6) == 0x85944171f73967e8u);
    assert_true(hash_add(hash_add(HASH_START, "foo", 3), "bar", 3) == 0x85944171f73967e8u);
    assert_true(hash_add_text(hash_add_text(HASH_START, "ab"), "c") != hash_add_text(hash_add_text(HASH_START, "a"), "bc"));
}

static long read_day(const char *s)
{
    long d;
    if (date_read(s, &d) != ST_OK)
        fail_msg("%s is a date", s);
    return d;
}

static void dates_match_known_days(void **state)
{
    (void)state;
    assert_int_equal(read_day("1970-01-01"), 0);
    assert_int_equal(read_day("2000-03-01"), 11017);
    assert_int_equal(read_day("2026-10-01") - read_day("2025-10-01"), 365);
    assert_int_equal(read_day("2024-03-01") - read_day("2024-02-28"), 2);
    assert_int_equal(read_day("2100-03-01") - read_day("2100-02-28"), 1);
    assert_int_equal(read_day("1601-01-01"), -134774); /* start of the Windows file-time epoch */
    for (long d = -135140; d < 200000; d += 61) {
        char text[DATE_TEXT_SIZE];
        date_write(d, text);
        assert_int_equal(read_day(text), d);
    }
}

static void refuses_days_that_do_not_exist(void **state)
{
    (void)state;
    static const char *const BAD[] = {"", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-01", "2026-01-00",
                                      "26-01-01", "2026/01/01", "2026-01-01 ", "2026-01-0a", "1599-12-31", "01-01-2026", "+026-01-01"};
    for (int k = 0; k < ARRAY_LEN(BAD); k++) {
        long d;
        if (date_read(BAD[k], &d) == ST_OK)
            fail_msg("'%s' was read as day %ld", BAD[k], d);
    }
}

static void months_add_up(void **state)
{
    (void)state;
    long a = read_day("2026-10-01"), b = read_day("2027-01-16"), c = read_day("2027-11-10");
    assert_close(date_get_months(a, c), 13 + 9.0 / 30, 1e-12, 0);
    assert_close(date_get_months(a, b), 3 + 15.0 / 31, 1e-12, 0);
    assert_close(date_get_months(a, b) + date_get_months(b, c), date_get_months(a, c), 1e-12, 0);
    assert_close(date_get_months(b, a), -date_get_months(a, b), 1e-12, 0);
    assert_close(date_get_months(read_day("2026-01-15"), read_day("2026-03-15")), 2, 0, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_zeroed_and_aligned),       cmocka_unit_test(grows_and_keeps),
        cmocka_unit_test(counts_and_fails_once),       cmocka_unit_test(refuses_sizes_that_overflow),
        cmocka_unit_test(counts_right_in_threads),     cmocka_unit_test(hash_matches_published_vectors),
        cmocka_unit_test(dates_match_known_days),      cmocka_unit_test(refuses_days_that_do_not_exist),
        cmocka_unit_test(months_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
