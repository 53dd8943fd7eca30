/* yaml_path.c - dotted paths, overrides, nearest names, errors at a node. */
#include "materials/base/mem.h"
#include "materials/base/numtext.h"
#include "materials/base/yaml_impl.h"
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define PATH_PART 128

/* First part of a dotted path into part[]; returns the rest, or NULL after the last. */
static const char *split(const char *path, char part[PATH_PART])
{
    size_t n = strcspn(path, ".");
    size_t m = n < PATH_PART - 1 ? n : PATH_PART - 1;
    memcpy(part, path, m);
    part[m] = '\0';
    return path[n] ? path + n + 1 : NULL;
}

static struct yaml_node *get_child(const struct yaml_node *n, const char *part)
{
    int index;
    if (n->kind == YAML_LIST)
        return numtext_read_int(part, &index) == ST_OK && index >= 0 && index < n->n_item ? n->item[index] : NULL;
    for (int k = 0; n->kind == YAML_MAP && k < n->n_item; k++)
        if (strcmp(n->item[k]->key, part) == 0)
            return n->item[k];
    return NULL;
}

const struct yaml_node *yaml_get_key(const struct yaml_node *map, const char *path)
{
    char part[PATH_PART];
    while (map && path) {
        path = split(path, part);
        map = get_child(map, part);
    }
    return map;
}

static int get_index(const struct yaml_node *n)
{
    int k = 0;
    while (n->parent->item[k] != n)
        k++;
    return k;
}

/* Append the dotted path of n to text; what does not fit is cut. */
static void add_path(const struct yaml_node *n, char *text, size_t size)
{
    if (!n->parent)
        return;
    add_path(n->parent, text, size);
    size_t used = strlen(text);
    const char *dot = used ? "." : "";
    if (n->key)
        snprintf(text + used, size - used, "%s%s", dot, n->key);
    else
        snprintf(text + used, size - used, "%s%d", dot, get_index(n));
}

enum status yaml_fail(const struct yaml_node *n, struct err *e, const char *fmt, ...)
{
    char message[600], where[160] = "";
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    add_path(n, where, sizeof where);
    return err_set_at(e, ST_CONFIG, n->file, n->line, n->column, where, "%s", message);
}

/* Optimal string alignment distance: a swap of neighbours counts as one edit. */
static int get_distance(const char *a, const char *b)
{
    enum { MAX = 96 };
    int row[3][MAX + 1];
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > MAX || m > MAX)
        return INT_MAX;
    for (int j = 0; j <= m; j++)
        row[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = up[j - 1] + (a[i - 1] != b[j - 1]);
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *yaml_get_nearest(const char *text, const char *const *candidate, int n)
{
    const char *best = NULL;
    int best_distance = ((int)strlen(text) + 1) / 2 + 1;
    for (int k = 0; k < n; k++) {
        int d = get_distance(text, candidate[k]);
        if (d < best_distance) {
            best_distance = d;
            best = candidate[k];
        }
    }
    return best;
}

static void set_place(struct yaml_node *n)
{
    n->file = "--set";
    n->line = n->column = 1;
    for (int k = 0; k < n->n_item; k++)
        set_place(n->item[k]);
}

/* Move the parsed value into the place of n, which keeps its key and its parent. */
static void replace(struct yaml_node *n, struct yaml_node *value)
{
    for (int k = 0; k < n->n_item; k++)
        yaml_impl_free_node(n->item[k]);
    mem_free(n->item);
    mem_free(n->text);
    n->kind = value->kind;
    n->text = value->text;
    n->quoted = value->quoted;
    n->item = value->item;
    n->n_item = value->n_item;
    for (int k = 0; k < n->n_item; k++)
        n->item[k]->parent = n;
    value->text = NULL;
    value->item = NULL;
    value->n_item = 0;
    set_place(n);
}

static enum status fail_set(const char *path, struct err *e, const char *message)
{
    return err_set_at(e, ST_CONFIG, "--set", 1, 1, path, "'%s': %s", path, message);
}

/* The node at a dotted path; parts that do not exist yet are added below a map. */
static enum status find_or_add(struct yaml_doc *doc, const char *path, struct yaml_node **out, struct err *e)
{
    char part[PATH_PART];
    struct yaml_node *n = doc->root;
    int depth = 0;
    for (const char *rest = path; rest; depth++) {
        if (strcspn(rest, ".") >= PATH_PART || depth >= YAML_IMPL_MAX_SET_DEPTH)
            return fail_set(path, e, "the path is too long");
        const char *next = split(rest, part);
        if (!part[0])
            return fail_set(path, e, "a part of the path is empty");
        struct yaml_node *child = get_child(n, part);
        if (!child && n->kind == YAML_LIST)
            return fail_set(path, e, "there is no such index in the list");
        if (!child && n->kind == YAML_SCALAR)
            return fail_set(path, e, "the path goes below a single value");
        if (!child) {
            child = yaml_impl_add(doc, n, next ? YAML_MAP : YAML_SCALAR, part, next ? NULL : "");
            if (!child)
                return err_set(e, ST_NO_MEMORY, path, "override");
            set_place(child);
        }
        n = child;
        rest = next;
    }
    *out = n;
    return ST_OK;
}

enum status yaml_set_path(struct yaml_doc *doc, const char *assignment, struct err *e)
{
    const char *equal = strchr(assignment, '=');
    char path[512];
    if (!equal || equal == assignment)
        return fail_set(assignment, e, "expected path=value");
    size_t n = (size_t)(equal - assignment);
    if (n >= sizeof path)
        return fail_set(assignment, e, "the path is too long");
    memcpy(path, assignment, n);
    path[n] = '\0';
    struct yaml_doc *value = NULL;
    struct yaml_node *place = NULL;
    TRY(yaml_read_text("--set", equal[1] ? equal + 1 : "''", &value, e));
    enum status st = find_or_add(doc, path, &place, e);
    if (st == ST_OK)
        replace(place, value->root);
    yaml_free(value);
    return st;
}
