#include "materials/base/numtext.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

/* Only what YAML 1.2 calls a decimal number: sign, digits, point, exponent. Keeps hex, inf, nan and blanks out of strtod. */
static int is_decimal(const char *s)
{
    const char *p = s + (*s == '+' || *s == '-');
    int digits = 0;
    for (; *p >= '0' && *p <= '9'; p++)
        digits++;
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++)
            digits++;
    if (digits == 0)
        return 0;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '+' || *p == '-';
        if (*p < '0' || *p > '9')
            return 0;
        while (*p >= '0' && *p <= '9')
            p++;
    }
    return *p == '\0';
}

enum status numtext_read_real(const char *s, double *out)
{
    *out = (double)NAN;
    if (!is_decimal(s))
        return ST_CONFIG;
    char *end = NULL;
    errno = 0;
    double v = strtod(s, &end);
    if (end == s || *end != '\0' || !isfinite(v))
        return ST_CONFIG;
    *out = v;
    return ST_OK;
}

enum status numtext_read_int(const char *s, int *out)
{
    *out = 0;
    if (!is_decimal(s) || strpbrk(s, ".eE"))
        return ST_CONFIG;
    char *end = NULL;
    errno = 0;
    long v = strtol(s, &end, 10);
    if (end == s || *end != '\0' || errno == ERANGE || v < INT_MIN || v > INT_MAX)
        return ST_CONFIG;
    *out = (int)v;
    return ST_OK;
}
