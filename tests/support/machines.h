/* machines.h - the machines of examples/validation for tests, and tables of reference figures from tests/data. */
#ifndef TESTS_SUPPORT_MACHINES_H
#define TESTS_SUPPORT_MACHINES_H
#include "models/machine/machine.h"

/* machines_read_case - machine of examples/validation/<name>.yaml; `steel` (may be NULL) takes the place of both steels it names. */
enum status machines_read_case(const char *name, const struct matlib *lib, const struct steel *steel, struct machine *out,
                               struct err *e) MUST_CHECK;

/* machines_new_linear_steel - iron of constant relative permeability. */
enum status machines_new_linear_steel(double mu_r, struct steel *out, struct err *e) MUST_CHECK;
void machines_free_linear_steel(struct steel *s);

#define MACHINES_MAX_COLUMN 10
/* machines_read_table - rows of a CSV file; lines that start with # and the heading are skipped. Returns the rows, -1 when the file cannot
 * be read. */
int machines_read_table(const char *path, int n_column, int n_row_max, double rows[][MACHINES_MAX_COLUMN]);

#endif
