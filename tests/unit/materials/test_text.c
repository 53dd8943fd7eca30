/* Growable text, whole-file reading and writing, error records, messages. */
#include "tests/support/close.h"
#include "materials/base/datum.h"
#include "materials/base/log.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void appends_and_grows(void **state)
{
    (void)state;
    long live = mem_get_live();
    struct text t = {0};
    for (int k = 0; k < 5000; k++)
        text_add(&t, "%d,", k % 10);
    text_add_raw(&t, "a\0b", 3);
    assert_false(t.failed);
    assert_int_equal(t.n, 10003);
    assert_memory_equal(t.s, "0,1,2,", 6);
    assert_memory_equal(t.s + 10000, "a\0b", 4);
    text_done(&t);
    assert_int_equal(mem_get_live(), live);
}

static void remembers_a_failed_allocation(void **state)
{
    (void)state;
    struct text t = {0};
    text_add(&t, "kept");
    mem_set_fail_at(1);
    text_add(&t, "%500d", 1);
    assert_true(t.failed);
    assert_string_equal(t.s, "kept");
    text_add(&t, "x"); /* nothing is appended after a hole */
    assert_string_equal(t.s, "kept");
    text_done(&t);
    assert_false(t.failed);
}

static void writes_and_reads_back(void **state)
{
    (void)state;
    char folder[] = "/tmp/motrade_text_XXXXXX", path[64], tmp[80];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.txt", folder);
    snprintf(tmp, sizeof tmp, "%s.tmp", path);
    struct err e;
    struct text t;
    assert_ok(text_write_file(path, "first", 5, &e), &e);
    assert_ok(text_write_file(path, "sec\0nd", 6, &e), &e);
    assert_ok(text_read_file(path, &t, &e), &e);
    assert_int_equal(t.n, 6);
    assert_memory_equal(t.s, "sec\0nd", 7);
    text_done(&t);
    struct stat st;
    assert_int_not_equal(stat(tmp, &st), 0); /* no half file is left */
    assert_ok(text_write_file(path, "", 0, &e), &e);
    assert_ok(text_read_file(path, &t, &e), &e);
    assert_string_equal(t.s, "");
    text_done(&t);
    remove(path);
    rmdir(folder);
}

static void reports_files_it_cannot_use(void **state)
{
    (void)state;
    struct err e;
    struct text t;
    long live = mem_get_live();
    assert_status(text_read_file("/nonexistent/x", &t, &e), ST_IO, &e);
    assert_non_null(strstr(e.message, "/nonexistent/x"));
    assert_status(text_read_file("/tmp", &t, &e), ST_IO, &e);
    assert_status(text_read_file("/dev/zero", &t, &e), ST_IO, &e);
    assert_status(text_write_file("/nonexistent/x", "a", 1, &e), ST_IO, &e);
    char longer[2000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_status(text_write_file(longer, "a", 1, &e), ST_IO, &e);
    mem_set_fail_at(1);
    assert_status(text_read_file("Makefile", &t, &e), ST_NO_MEMORY, &e);
    assert_int_equal(mem_get_live(), live);
}

/* As root too: a rename would put a file in the place of the device. */
static void leaves_devices_alone(void **state)
{
    (void)state;
    struct err e;
    struct stat st;
    assert_ok(text_write_file("/dev/null", "a", 1, &e), &e);
    assert_status(text_write_file("/dev/full", "a", 1, &e), ST_IO, &e);
    assert_non_null(strstr(e.message, "No space left on device"));
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    assert_int_equal(stat("/dev/full", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
}

static void error_records_are_filled_and_cut(void **state)
{
    (void)state;
    struct err e;
    char longer[2000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(err_set_at(&e, ST_CONFIG, "f.yaml", 3, 7, "a.b", "got %d, expected %s", 5, "six"), ST_CONFIG);
    assert_string_equal(e.message, "got 5, expected six");
    assert_string_equal(e.file, "f.yaml");
    assert_string_equal(e.where, "a.b");
    assert_true(e.line == 3 && e.column == 7);
    assert_int_equal(err_set(&e, ST_RANGE, longer, "%s", longer), ST_RANGE);
    assert_int_equal(strlen(e.message), sizeof e.message - 1);
    assert_true(e.line == 0 && e.file[0] == '\0');
    assert_int_equal(err_set(NULL, ST_IO, "x", "y"), ST_IO);
    for (int s = 0; s < ST_COUNT; s++)
        assert_true(status_get_text((enum status)s)[0] && strncmp(status_get_name((enum status)s), "ST_", 3) == 0);
    assert_int_equal(status_get_exit_code(ST_OK), 0);
    assert_int_equal(status_get_exit_code(ST_CONFIG), 2);
    assert_int_equal(status_get_exit_code(ST_INFEASIBLE), 3);
    assert_int_equal(status_get_exit_code(ST_SINGULAR), 4);
    assert_int_equal(status_get_exit_code(ST_IO), 5);
    assert_string_equal(datum_get_quality_text(QUALITY_ASSUMED), "assumed");
}

struct heard { int n; enum log_level level; char text[64]; };

static void hear(void *ctx, enum log_level level, const char *text)
{
    struct heard *h = ctx;
    h->n++;
    h->level = level;
    snprintf(h->text, sizeof h->text, "%s", text);
}

static void messages_reach_the_callback(void **state)
{
    (void)state;
    struct heard h = {0};
    struct log_sink sink = {hear, &h}, silent = {0};
    log_send(&sink, LOG_INFO, "%d of %d", 3, 4);
    log_send(&silent, LOG_WARN, "nobody");
    log_send(NULL, LOG_WARN, "nobody");
    assert_int_equal(h.n, 1);
    assert_int_equal(h.level, LOG_INFO);
    assert_string_equal(h.text, "3 of 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_and_grows),           cmocka_unit_test(remembers_a_failed_allocation),
        cmocka_unit_test(writes_and_reads_back),       cmocka_unit_test(reports_files_it_cannot_use),
        cmocka_unit_test(leaves_devices_alone),
        cmocka_unit_test(error_records_are_filled_and_cut), cmocka_unit_test(messages_reach_the_callback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
