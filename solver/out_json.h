/* out_json.h - result.json: schema version, conventions, inputs, every front with its figures, the decision, data quality, warnings.
 * Key names carry their units; numbers with 17 digits; NaN and infinity become null. Nothing that depends on time or jobs is written, so
 * the same inputs, seed and version give the same file. */
#ifndef SOLVER_OUT_JSON_H
#define SOLVER_OUT_JSON_H
#include "solver/compare.h"
#include <jansson.h>

#define RESULT_SCHEMA_VERSION "1.0.0"

/* out_json_write_comparison - to path, by temporary name and rename. */
enum status out_json_write_comparison(const struct comparison *c, const struct compare_opts *o, const char *path, struct err *e) MUST_CHECK;

/* Pieces, for report.c and `evaluate`. The caller owns the returned reference; NULL when memory is short. */
json_t *out_json_get_real(double v);                              /* null for NaN and infinity; -0 is 0 */
json_t *out_json_get_figures(const struct result *r);             /* {figure key: value} */
json_t *out_json_get_constraints(const struct result *r);         /* {constraint key: {g, ok}} */
json_t *out_json_get_yaml(const struct yaml_node *n);             /* echo of an input tree */
json_t *out_json_get_conventions(void);
/* out_json_get_detail - envelope, map, losses, temperatures, demagnetising events, bill. */
json_t *out_json_get_detail(const struct eval_detail *d, const struct result *r, const struct eval_setup *s);
json_t *out_json_get_demag(const struct eval_detail *d, const struct result *r, const struct eval_setup *s); /* the events alone */
json_t *out_json_get_machine(const struct machine *m);            /* dimensions in millimetres and materials by name */
json_t *out_json_get_data_quality(const struct study *s);         /* data of the materials used and prices: value, range, quality, source */
/* out_json_write - any tree to a file (2-space indent, keys in insertion order). Takes the reference. */
enum status out_json_write(json_t *root, const char *path, struct err *e) MUST_CHECK;

#endif
