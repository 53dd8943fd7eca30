/* design_write.h - the motor that a study has chosen, as a file for `motrade evaluate`. */
#ifndef SOLVER_DESIGN_WRITE_H
#define SOLVER_DESIGN_WRITE_H
#include "solver/study.h"

/* design_write_file - machine m of a technology of the study in millimetres, called after both, the study's own sections behind it, the
 * report's mesh; a drive cycle in a file is named by where it lies. Evaluated, it gives the figures of the report level of the study again,
 * to the tolerance of the field solutions (dimensions have twelve digits). Not for contours. Status: ST_IO; ST_NO_MEMORY. */
enum status design_write_file(const struct study *s, int technology, const struct machine *m, const char *path, struct err *e) MUST_CHECK;

#endif
