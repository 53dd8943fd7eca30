#include "materials/base/date.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static int get_month_length(int year, int month)
{
    static const int LENGTH[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return LENGTH[month - 1] + (month == 2 && leap);
}

/* Days of a civil date since 1970-01-01; years begin in March, so that the leap day is the last of its year. */
static long get_days(int year, int month, int day)
{
    long y = month > 2 ? year : year - 1;
    long era = y / 400, of_era = y % 400;
    long of_year = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void get_civil(long days, int *year, int *month, int *day)
{
    long z = days + 719468, era = z / 146097, of_era = z % 146097;
    long y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * y + y / 4 - y / 100), shifted = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static int read_digits(const char *s, int n)
{
    int v = 0;
    for (int k = 0; k < n; k++)
        v = 10 * v + (s[k] - '0');
    return v;
}

enum status date_read(const char *text, long *days)
{
    static const char SHAPE[] = "dddd-dd-dd";
    *days = 0;
    if (strlen(text) != sizeof SHAPE - 1)
        return ST_CONFIG;
    for (int k = 0; SHAPE[k]; k++)
        if (SHAPE[k] == '-' ? text[k] != '-' : text[k] < '0' || text[k] > '9')
            return ST_CONFIG;
    int year = read_digits(text, 4), month = read_digits(text + 5, 2), day = read_digits(text + 8, 2);
    if (year < 1600 || month < 1 || month > 12 || day < 1 || day > get_month_length(year, month))
        return ST_CONFIG;
    *days = get_days(year, month, day);
    return ST_OK;
}

void date_write(long days, char text[DATE_TEXT_SIZE])
{
    int year, month, day;
    char line[40];
    get_civil(days, &year, &month, &day);
    snprintf(line, sizeof line, "%04d-%02d-%02d", year, month, day);
    memcpy(text, line, DATE_TEXT_SIZE - 1);
    text[DATE_TEXT_SIZE - 1] = '\0';
}

static double get_position_months(long days)
{
    int year, month, day;
    get_civil(days, &year, &month, &day);
    return 12.0 * year + month + (day - 1.0) / get_month_length(year, month);
}

double date_get_months(long from_days, long to_days)
{
    return get_position_months(to_days) - get_position_months(from_days);
}
