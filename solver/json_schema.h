/* json_schema.h - JSON Schema (draft 2020-12) of the files, made from the same rows that read them, so that the two cannot disagree.
 * The caller owns the returned reference; NULL when memory is short. */
#ifndef SOLVER_JSON_SCHEMA_H
#define SOLVER_JSON_SCHEMA_H
#include "materials/base/schema.h"
#include <jansson.h>

json_t *json_schema_get_rows(const struct schema_row *rows, int n_row, const char *doc); /* an object with these keys and no others */
json_t *json_schema_get_study(void);
json_t *json_schema_get_design(void);
json_t *json_schema_get_risk(void);

#endif
