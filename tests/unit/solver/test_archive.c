/* test_archive.c - what was stored comes back bit for bit, also after the process is gone; nothing else is taken for it. */
#include "solver/archive.h"
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define N 9

struct fixture { char folder[64], path[96]; };

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    program_set_folder(f->folder, sizeof f->folder);
    assert_true(f->folder[0]);
    snprintf(f->path, sizeof f->path, "%s/study.db", f->folder);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    program_remove_folder(f->folder);
    free(f);
    return 0;
}

/* values that a text would change: both zeros, a NaN with a payload, infinities, subnormal, the last bit */
static void set_values(double v[N])
{
    uint64_t payload = 0x7ff8000000abcdefu;
    double set[N] = {0.0, -0.0, 0.1, 1.0 / 3.0, HUGE_VAL, -HUGE_VAL, 4.9406564584124654e-324, 1.7976931348623157e308, 0.0};
    memcpy(&set[8], &payload, sizeof payload);
    memcpy(v, set, sizeof set);
}

static void test_bit_for_bit(void **state)
{
    struct fixture *f = *state;
    struct archive *a = NULL;
    struct err e = {0};
    double v[N], got[N];
    const uint64_t keys[] = {0, 1, 0x7fffffffffffffffu, 0x8000000000000000u, 0xffffffffffffffffu};
    assert_ok(archive_new(f->path, 0, &a, &e), &e);
    assert_int_equal(archive_get_count(a), 0);
    for (int k = 0; k < ARRAY_LEN(keys); k++) {
        set_values(v);
        v[2] = k;
        assert_ok(archive_set(a, keys[k], "ndfeb_dy", N, v, &e), &e);
    }
    assert_ok(archive_set_commit(a, &e), &e);
    archive_free(a);
    assert_ok(archive_new(f->path, 1, &a, &e), &e); /* what --resume does */
    assert_int_equal(archive_get_count(a), ARRAY_LEN(keys));
    for (int k = 0; k < ARRAY_LEN(keys); k++) {
        set_values(v);
        v[2] = k;
        memset(got, 0x55, sizeof got);
        assert_int_equal(archive_get(a, keys[k], N, got), 1);
        assert_memory_equal(got, v, sizeof v);
    }
    archive_free(a);
}

static void test_only_what_was_stored(void **state)
{
    struct fixture *f = *state;
    struct archive *a = NULL;
    struct err e = {0};
    double v[N], got[N + 1];
    set_values(v);
    assert_ok(archive_new(f->path, 0, &a, &e), &e);
    assert_ok(archive_set(a, 7, "x", N, v, &e), &e);
    assert_ok(archive_set(a, 7, "x", N, v, &e), &e); /* stored again: one */
    assert_ok(archive_set_commit(a, &e), &e);
    assert_int_equal(archive_get_count(a), 1);
    memset(got, 0x55, sizeof got);
    assert_int_equal(archive_get(a, 8, N, got), 0);     /* another key */
    assert_int_equal(archive_get(a, 7, N - 1, got), 0); /* another length: a result of another version */
    assert_int_equal(archive_get(a, 7, N + 1, got), 0);
    for (size_t k = 0; k < sizeof got; k++)
        assert_int_equal(((unsigned char *)got)[k], 0x55);
    archive_free(a);
    assert_ok(archive_new(f->path, 0, &a, &e), &e); /* a run without --resume starts empty */
    assert_int_equal(archive_get_count(a), 0);
    assert_int_equal(archive_get(a, 7, N, got), 0);
    archive_free(a);
    archive_free(NULL);
}

/* A second run in the folder is refused, with or without --resume, and takes nothing away. */
static void test_one_run_at_a_time(void **state)
{
    struct fixture *f = *state;
    struct archive *a = NULL, *other = NULL;
    struct err e = {0};
    double v[N], got[N];
    set_values(v);
    assert_ok(archive_new(f->path, 0, &a, &e), &e);
    assert_ok(archive_set(a, 7, "x", N, v, &e), &e);
    assert_ok(archive_set_commit(a, &e), &e);
    for (int keep = 0; keep < 2; keep++) {
        assert_int_equal(archive_new(f->path, keep, &other, &e), ST_IO);
        assert_non_null(strstr(e.message, "in use by another run"));
        assert_null(other);
    }
    assert_ok(archive_set(a, 8, "x", N, v, &e), &e);
    assert_ok(archive_set_commit(a, &e), &e);
    archive_free(a);
    assert_ok(archive_new(f->path, 1, &other, &e), &e);
    assert_int_equal(archive_get_count(other), 2);
    assert_int_equal(archive_get(other, 7, N, got), 1);
    archive_free(other);
}

/* The process dies between two groups: the first is there, the second is not, and the file opens. */
static void test_killed_writer(void **state)
{
    struct fixture *f = *state;
    double v[N], got[N];
    set_values(v);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct archive *a = NULL;
        if (archive_new(f->path, 0, &a, NULL) != ST_OK || archive_set(a, 1, "x", N, v, NULL) != ST_OK ||
            archive_set_commit(a, NULL) != ST_OK || archive_set(a, 2, "x", N, v, NULL) != ST_OK)
            _exit(1);
        _exit(0); /* neither commit nor close */
    }
    int how = 0;
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    struct archive *a = NULL;
    struct err e = {0};
    assert_ok(archive_new(f->path, 1, &a, &e), &e);
    assert_int_equal(archive_get_count(a), 1);
    assert_int_equal(archive_get(a, 1, N, got), 1);
    assert_memory_equal(got, v, sizeof v);
    assert_int_equal(archive_get(a, 2, N, got), 0);
    archive_free(a);
}

static void write_text(const char *path, const char *line, int n)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    for (int k = 0; k < n; k++)
        fputs(line, out);
    fclose(out);
}

static void check_refused(const char *path, const char *what)
{
    struct archive *a = NULL;
    struct err e = {0};
    enum status st = archive_new(path, 1, &a, &e);
    if (st != ST_IO || a || !strstr(e.message, path))
        fail_msg("%s: %s, %s; expected ST_IO with the path, got '%s'", what, status_get_name(st), a ? "opened" : "not opened", e.message);
    archive_free(a);
}

static void test_foreign_files(void **state)
{
    struct fixture *f = *state;
    struct archive *a = NULL;
    struct err e = {0};
    char other[128];
    write_text(f->path, "A text that somebody called study.db by mistake.\n", 100);
    check_refused(f->path, "a text");
    char *kept = program_read_file(f->path, NULL);
    assert_non_null(kept);
    assert_int_equal(strncmp(kept, "A text", 6), 0); /* refused, not overwritten */
    free(kept);
    assert_ok(archive_new(f->path, 0, &a, &e), &e);
    double v[N];
    set_values(v);
    for (uint64_t k = 0; k < 200; k++)
        assert_ok(archive_set(a, k, "x", N, v, &e), &e);
    assert_ok(archive_set_commit(a, &e), &e);
    archive_free(a);
    assert_int_equal(truncate(f->path, 50), 0); /* torn within its head */
    check_refused(f->path, "a torn head");
    snprintf(other, sizeof other, "%s/no/such/folder/study.db", f->folder);
    check_refused(other, "a missing folder");
    check_refused(f->folder, "a folder");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bit_for_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_what_was_stored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_run_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_killed_writer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_foreign_files, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
