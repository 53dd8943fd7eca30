/* log.h - messages leave library code through one callback; nothing else prints. Default: silent. */
#ifndef MATERIALS_BASE_LOG_H
#define MATERIALS_BASE_LOG_H
#include "materials/base/status.h"

enum log_level { LOG_WARN, LOG_INFO, LOG_PROGRESS };
typedef void log_fn(void *ctx, enum log_level level, const char *text);
struct log_sink { log_fn *fn; void *ctx; };
void log_send(const struct log_sink *sink, enum log_level level, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
