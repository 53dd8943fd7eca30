/* archive.h - SQLite file of every evaluated design, so that a killed run resumes and nothing is computed twice.
 * Key: 64-bit hash of everything the value depends on (design point, study, material data, program version); value: doubles, kept bit for
 * bit. Several workers may get and set at the same time. Writes are grouped in transactions; a torn write loses the last group, never the
 * file. */
#ifndef SOLVER_ARCHIVE_H
#define SOLVER_ARCHIVE_H
#include "materials/base/status.h"
#include <stdint.h>

struct archive;
/* archive_new - opens or creates path. keep = 0 starts an empty file (what an older one holds is dropped). The file is the run's own until
 * archive_free, or its end: ST_IO when another run has it, else with the path and SQLite's reason. */
enum status archive_new(const char *path, int keep, struct archive **out, struct err *e) MUST_CHECK;
void archive_free(struct archive *a);
/* archive_get - 1 and value[n] if the key is stored with exactly n doubles, else 0. */
int archive_get(struct archive *a, uint64_t key, int n, double *value);
/* archive_set - store one; archive_set_commit ends the group. label: technology, for people who open the file. */
enum status archive_set(struct archive *a, uint64_t key, const char *label, int n, const double *value, struct err *e) MUST_CHECK;
enum status archive_set_commit(struct archive *a, struct err *e) MUST_CHECK;
int archive_get_count(struct archive *a);

#endif
