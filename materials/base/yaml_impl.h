/* yaml_impl.h - what yaml.c, yaml_path.c and yaml_table.c share. */
#ifndef MATERIALS_BASE_YAML_IMPL_H
#define MATERIALS_BASE_YAML_IMPL_H
#include "materials/base/yaml.h"

#define YAML_IMPL_MAX_SET_DEPTH 16 /* parts of a --set path */

struct yaml_doc { char *name; struct yaml_node *root; };

/* New node under parent (NULL: the root); copies key and text. NULL when memory is short. */
struct yaml_node *yaml_impl_add(struct yaml_doc *doc, struct yaml_node *parent, enum yaml_kind kind, const char *key, const char *text);
void yaml_impl_free_node(struct yaml_node *n);

#endif
