/* date.h - calendar dates YYYY-MM-DD (proleptic Gregorian, years 1600 to 9999), counted in days since 1970-01-01. */
#ifndef MATERIALS_BASE_DATE_H
#define MATERIALS_BASE_DATE_H
#include "materials/base/status.h"

#define DATE_TEXT_SIZE 11 /* with the closing NUL */

/* date_read - Status: ST_CONFIG for anything but an existing day as YYYY-MM-DD; no message: the caller knows the place. */
enum status date_read(const char *text, long *days) MUST_CHECK;
void date_write(long days, char text[DATE_TEXT_SIZE]);
/* date_get_months - months from one day to another: a day stands at 12 year + month + (day - 1) / length of its month, and
 * the difference is returned, so that spans add up and the reverse span is the negative. */
double date_get_months(long from_days, long to_days);

#endif
