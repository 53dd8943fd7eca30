/* study_impl.h - the readers of a study's sections (study.c, study_technology.c, study_search.c), and how their tables are written. */
#ifndef SOLVER_STUDY_IMPL_H
#define SOLVER_STUDY_IMPL_H
#include "solver/study.h"

#define ROW(s, key, type, member, need, low, high, fall, doc) {key, type, offsetof(struct s, member), need, low, high, fall, NULL, doc}
#define NODE(s, key, need, doc) {#key, SCHEMA_NODE, offsetof(struct s, key), need, 0, 0, 0, NULL, doc}

/* study_read_technologies - every entry, in the order of the file. Status: ST_CONFIG. */
enum status study_read_technologies(const struct yaml_node *map, const struct matlib *lib, struct study *s, struct err *e) MUST_CHECK;
/* study_read_search - objectives with their weights, limits, effort. Status: ST_CONFIG. */
enum status study_read_search(const struct yaml_node *map, const struct matlib *lib, struct study_search *s, struct err *e) MUST_CHECK;

/* For study_get_sections: rows of a technology; sections of the search, how many. */
const struct schema_row *study_get_technology_schema(int *n);
int study_get_search_sections(struct study_section *out);

#endif
