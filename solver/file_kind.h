/* file_kind.h - which command a file was written for. */
#ifndef SOLVER_FILE_KIND_H
#define SOLVER_FILE_KIND_H
#include "materials/base/yaml.h"

enum file_kind { FILE_STUDY, FILE_DESIGN, FILE_RISK };

/* file_kind_check - a file that bears the marks of another kind and none of the wanted one is refused with the command that takes it: its
 * first foreign key would say less. Status: ST_CONFIG. */
enum status file_kind_check(const struct yaml_node *root, enum file_kind wanted, struct err *e) MUST_CHECK;

#endif
