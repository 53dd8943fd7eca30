/* calibrate_impl.h - internals of the calibration. */
#ifndef MODELS_RISK_CALIBRATE_IMPL_H
#define MODELS_RISK_CALIBRATE_IMPL_H
#include "models/risk/calibrate.h"

#define DAYS_PER_YEAR 365.2425 /* Gregorian mean */

/* calibrate_read - fills names, dates and prices of the series. */
enum status calibrate_read(const char *name, const char *text, struct calibrate *c, struct err *e) MUST_CHECK;

#endif
