#include "materials/base/text.h"
#include "materials/base/mem.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define MAX_FILE_BYTES (64u << 20) /* a device that never ends is refused, not read for ever */

static int reserve(struct text *t, size_t extra)
{
    size_t need = t->n + extra + 1;
    if (t->failed || need <= t->capacity)
        return !t->failed;
    size_t capacity = need * 2 < 256 ? 256 : need * 2;
    char *s = mem_grow(t->s, t->n + (t->s != NULL), capacity, 1);
    if (!s) {
        t->failed = 1;
        return 0;
    }
    t->s = s;
    t->capacity = capacity;
    return 1;
}

void text_add_raw(struct text *t, const char *s, size_t n)
{
    if (!reserve(t, n))
        return;
    memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = '\0';
}

void text_add(struct text *t, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        t->failed = 1;
    else if (reserve(t, (size_t)n)) {
        vsnprintf(t->s + t->n, (size_t)n + 1, fmt, again);
        t->n += (size_t)n;
    }
    va_end(again);
}

void text_done(struct text *t)
{
    mem_free(t->s);
    *t = (struct text){0};
}

/* A device or a pipe is written to as it is; a file is replaced as a whole by a finished copy beside it. */
static int is_replaced(const char *path)
{
    struct stat s;
    return stat(path, &s) != 0 || S_ISREG(s.st_mode);
}

enum status text_write_file(const char *path, const char *s, size_t n, struct err *e)
{
    char copy[1024];
    const int is_copy = is_replaced(path);
    if (snprintf(copy, sizeof copy, "%s%s", path, is_copy ? ".tmp" : "") >= (int)sizeof copy)
        return err_set(e, ST_IO, path, "path is too long");
    FILE *f = fopen(copy, "wb");
    if (!f)
        return err_set(e, ST_IO, path, "cannot write '%s': %s", copy, strerror(errno));
    int why = fwrite(s, 1, n, f) != n || fflush(f) != 0 ? errno : 0;
    if (!why && fsync(fileno(f)) != 0 && errno != EINVAL) /* EINVAL: nothing that could be synchronised */
        why = errno;
    if (fclose(f) != 0 && !why)
        why = errno;
    if (!why && is_copy && rename(copy, path) != 0)
        why = errno;
    if (why && is_copy)
        remove(copy);
    return why ? err_set(e, ST_IO, path, "cannot write '%s': %s", path, strerror(why)) : ST_OK;
}

/* Spreadsheets put the byte order mark before "CSV UTF-8"; it is no part of the first field. */
static void drop_byte_order_mark(struct text *t)
{
    static const char MARK[] = "\xEF\xBB\xBF";
    const size_t n = sizeof MARK - 1;
    if (t->n < n || memcmp(t->s, MARK, n) != 0)
        return;
    memmove(t->s, t->s + n, t->n - n + 1);
    t->n -= n;
}

enum status text_read_file(const char *path, struct text *out, struct err *e)
{
    *out = (struct text){0};
    FILE *f = fopen(path, "rb");
    if (!f)
        return err_set(e, ST_IO, path, "cannot open '%s': %s", path, strerror(errno));
    char block[65536];
    errno = 0;
    for (size_t n; out->n <= MAX_FILE_BYTES && !out->failed && (n = fread(block, 1, sizeof block, f)) > 0;)
        text_add_raw(out, block, n);
    text_add_raw(out, "", 0);
    enum status st = ST_OK;
    if (ferror(f))
        st = err_set(e, ST_IO, path, "cannot read '%s': %s", path, strerror(errno));
    else if (out->n > MAX_FILE_BYTES)
        st = err_set(e, ST_IO, path, "'%s' holds more than %u bytes", path, MAX_FILE_BYTES);
    else if (out->failed)
        st = err_set(e, ST_NO_MEMORY, path, "no memory to read '%s'", path);
    fclose(f);
    if (st == ST_OK)
        drop_byte_order_mark(out);
    else
        text_done(out);
    return st;
}
