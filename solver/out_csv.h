/* out_csv.h - designs.csv: one row per non-dominated design of every technology; first row names each column with its unit. */
#ifndef SOLVER_OUT_CSV_H
#define SOLVER_OUT_CSV_H
#include "solver/compare.h"

enum status out_csv_write_designs(const struct comparison *c, const char *path, struct err *e) MUST_CHECK;

#endif
