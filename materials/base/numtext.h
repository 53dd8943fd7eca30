/* numtext.h - strict numbers: the whole token, finite, in range; "0.7mm", "1,5", "nan", "1e400", "" and "0x10" are refused.
 * The only caller of strtod and strtol. Independent of locale ("C" decimal point). */
#ifndef MATERIALS_BASE_NUMTEXT_H
#define MATERIALS_BASE_NUMTEXT_H
#include "materials/base/status.h"

/* Return ST_OK or ST_CONFIG; no message: the caller knows the place. */
enum status numtext_read_real(const char *s, double *out) MUST_CHECK;
enum status numtext_read_int(const char *s, int *out) MUST_CHECK;

#endif
