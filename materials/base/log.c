#include "materials/base/log.h"
#include <stdarg.h>
#include <stdio.h>
#include "materials/base/banned.h"

void log_send(const struct log_sink *sink, enum log_level level, const char *fmt, ...)
{
    if (!sink || !sink->fn)
        return;
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    sink->fn(sink->ctx, level, text);
}
