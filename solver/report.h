/* report.h - one self-contained HTML page of a comparison: decision, three answers side by side, interactive charts by a packaged chart
 * library, cross-sections, assumptions and sources. No network is needed to read it. */
#ifndef SOLVER_REPORT_H
#define SOLVER_REPORT_H
#include "solver/compare.h"

/* report_write - to path, by temporary name and rename. Status: ST_IO (also when the packaged chart library is not installed),
 * ST_NO_MEMORY. */
enum status report_write(const struct comparison *c, const struct compare_opts *o, const char *path, struct err *e) MUST_CHECK;

#endif
