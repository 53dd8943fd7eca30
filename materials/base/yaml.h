/* yaml.h - YAML with places: a tree whose every node knows its file, line and column, read strictly.
 * Built on libyaml. Duplicate keys, tabs in indentation, anchors, aliases, tags, more than
 * one document, 64 levels, 10000 keys in a map or 16 MiB are refused.
 * Numbers are read by numtext.h (whole token, finite), never by locale or leniently. */
#ifndef MATERIALS_BASE_YAML_H
#define MATERIALS_BASE_YAML_H
#include "materials/base/schema.h"
#include "materials/base/status.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    int line, column;         /* 1-based */
    const char *file;         /* name given at reading, or "--set" for an override */
    char *key;                /* own key inside a map, NULL otherwise */
    char *text;               /* scalar text, NULL otherwise */
    int quoted;               /* scalar was quoted: text even if it looks like a number */
    struct yaml_node *parent; /* NULL for the root */
    struct yaml_node **item;  /* children of a list or map, in file order */
    int n_item;
};
struct yaml_doc;

enum status yaml_read_file(const char *path, struct yaml_doc **out, struct err *e) MUST_CHECK;
enum status yaml_read_text(const char *name, const char *text, struct yaml_doc **out, struct err *e) MUST_CHECK;
/* NULL is legal. Hidden: libyaml exports a yaml_free of its own, and would call this one instead. */
__attribute__((visibility("hidden"))) void yaml_free(struct yaml_doc *doc);

const struct yaml_node *yaml_get_root(const struct yaml_doc *doc);
/* yaml_get_key - child of a map by key; NULL when absent. path may be dotted ("a.b.0.c", list items by index). */
const struct yaml_node *yaml_get_key(const struct yaml_node *map, const char *path);
/* yaml_set_path - `--set path=value`: replaces or adds a scalar (or a flow list/map "[1,2]") at a dotted path.
 * Status: ST_CONFIG when a parent on the path is a scalar or the text is not "path=value". */
enum status yaml_set_path(struct yaml_doc *doc, const char *assignment, struct err *e) MUST_CHECK;

/* yaml_read_table - fill the struct at `out` from a map by rows.
 * Status: ST_CONFIG with file:line:column for: unknown key (message names the nearest valid key, and says so when only the
 *         unit suffix differs, e.g. "unit of 'stack_cm' should be mm: stack_mm"), missing required key, duplicate,
 *         text for a number, NaN/inf, out of range (value, limits, unit). Optional absent rows get their fallback. */
enum status yaml_read_table(const struct yaml_node *map, const struct schema_row *rows, int n_row, void *out,
                            struct err *e) MUST_CHECK;
/* One scalar; where it stands is in the message. */
enum status yaml_read_real(const struct yaml_node *n, double *out, struct err *e) MUST_CHECK;
enum status yaml_read_int(const struct yaml_node *n, int *out, struct err *e) MUST_CHECK;
enum status yaml_read_text_scalar(const struct yaml_node *n, const char **out, struct err *e) MUST_CHECK;
/* yaml_read_real_list - a list of numbers into out[0..max-1]; *n_out = how many. factor converts to SI. */
enum status yaml_read_real_list(const struct yaml_node *list, double factor, double *out, int max, int *n_out,
                                struct err *e) MUST_CHECK;
/* yaml_fail - an error at a node: fills file, line, column and the dotted path of the node. */
enum status yaml_fail(const struct yaml_node *n, struct err *e, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* yaml_get_nearest - nearest of n candidates by edit distance, NULL if nothing is near (distance > 1/2 of length). */
const char *yaml_get_nearest(const char *text, const char *const *candidate, int n);

#endif
