#include "materials/base/status.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static void fill(struct err *e, enum status s, const char *file, int line, int column, const char *where, const char *fmt, va_list args)
{
    if (!e)
        return;
    memset(e, 0, sizeof *e);
    e->status = s;
    e->line = line;
    e->column = column;
    snprintf(e->file, sizeof e->file, "%s", file ? file : "");
    snprintf(e->where, sizeof e->where, "%s", where ? where : "");
    vsnprintf(e->message, sizeof e->message, fmt, args);
}

enum status err_set(struct err *e, enum status s, const char *where, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fill(e, s, NULL, 0, 0, where, fmt, args);
    va_end(args);
    return s;
}

enum status err_set_at(struct err *e, enum status s, const char *file, int line, int column, const char *where, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fill(e, s, file, line, column, where, fmt, args);
    va_end(args);
    return s;
}

static const struct { const char *name, *text; int exit_code; } STATUS_TABLE[] = {
#define STATUS_ROW(name, text, code) {#name, text, code},
    STATUS_LIST(STATUS_ROW)
#undef STATUS_ROW
};

const char *status_get_text(enum status s) { return STATUS_TABLE[s].text; }
const char *status_get_name(enum status s) { return STATUS_TABLE[s].name; }
int status_get_exit_code(enum status s) { return STATUS_TABLE[s].exit_code; }
