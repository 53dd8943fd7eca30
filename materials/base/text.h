/* text.h - a growable string with printf-append. A failed allocation is remembered in `failed`; check it once at the end. */
#ifndef MATERIALS_BASE_TEXT_H
#define MATERIALS_BASE_TEXT_H
#include "materials/base/status.h"
#include <stddef.h>

struct text {
    char *s; /* never NULL after the first append that succeeded; NUL-terminated */
    size_t n, capacity;
    int failed;
};
void text_add(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_add_raw(struct text *t, const char *s, size_t n);
void text_done(struct text *t);
/* text_write_file - write to path + ".tmp", fsync, rename: a reader sees the old file or the new one, never half. What is there and is no
 * file (a device, a pipe) is written to directly, never replaced. */
enum status text_write_file(const char *path, const char *s, size_t n, struct err *e) MUST_CHECK;
/* text_read_file - the whole file, at most 64 MiB, without a UTF-8 byte order mark. */
enum status text_read_file(const char *path, struct text *out, struct err *e) MUST_CHECK;

#endif
