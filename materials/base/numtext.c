#include "materials/base/numtext.h"
#include <errno.h>
#include <limits.h>
#include <locale.h>
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

/* strtod follows the locale of the thread; a host program with a decimal comma must not change what a file means. */
static double read_in_c_locale(const char *s, char **end)
{
    locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (c == (locale_t)0)
        return (double)NAN;
    locale_t old = uselocale(c);
    errno = 0;
    double v = strtod(s, end);
    uselocale(old);
    freelocale(c);
    return v;
}

enum status numtext_read_real(const char *s, double *out)
{
    *out = (double)NAN;
    if (!is_decimal(s))
        return ST_CONFIG;
    char *end = NULL;
    errno = 0;
    double v = strtod(s, &end);
    if (*end == '.')
        v = read_in_c_locale(s, &end);
    if (end == s || *end != '\0' || errno == ERANGE || !isfinite(v))
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
