/* yaml_path.c - dotted paths, overrides, nearest names, errors at a node. */
#include "materials/base/mem.h"
#include "materials/base/numtext.h"
#include "materials/base/yaml_impl.h"
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

static void set_path_text(const struct yaml_node *n, char *out, size_t size)
{
    char rest[256] = "", part[400];
    for (; n && n->parent; n = n->parent) {
        char index[16] = "";
        if (!n->key)
            for (int k = 0; k < n->parent->n_item; k++)
                if (n->parent->item[k] == n)
                    snprintf(index, sizeof index, "%d", k);
        snprintf(part, sizeof part, "%s%s%s", n->key ? n->key : index, rest[0] ? "." : "", rest);
        snprintf(rest, sizeof rest, "%.255s", part);
    }
    snprintf(out, size, "%s", rest);
}

enum status yaml_fail(const struct yaml_node *n, struct err *e, const char *fmt, ...)
{
    char message[600], where[160];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    set_path_text(n, where, sizeof where);
    return err_set_at(e, ST_CONFIG, n->file, n->line, n->column, where, "%s", message);
}

/* Optimal string alignment distance: a swap of neighbours counts as one edit. */
static int get_distance(const char *a, const char *b)
{
    enum { MAX = 96 };
    int row[3][MAX + 1];
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > MAX || m > MAX)
        return MAX;
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

/* Replace what stands at n by the root of a parsed value; file names stay those of the override. */
static void replace(struct yaml_node *n, struct yaml_doc *value)
{
    struct yaml_node *v = value->root;
    for (int k = 0; k < n->n_item; k++)
        yaml_impl_free_node(n->item[k]);
    mem_free(n->item);
    mem_free(n->text);
    n->kind = v->kind;
    n->text = v->text;
    n->quoted = v->quoted;
    n->item = v->item;
    n->n_item = v->n_item;
    n->file = "--set";
    n->line = n->column = 1;
    for (int k = 0; k < n->n_item; k++)
        n->item[k]->parent = n;
    v->text = NULL;
    v->item = NULL;
    v->n_item = 0;
}

static void set_file(struct yaml_node *n)
{
    n->file = "--set";
    for (int k = 0; k < n->n_item; k++)
        set_file(n->item[k]);
}

enum status yaml_set_path(struct yaml_doc *doc, const char *assignment, struct err *e)
{
    const char *equal = strchr(assignment, '=');
    if (!equal || equal == assignment)
        return err_set_at(e, ST_CONFIG, "--set", 1, 1, assignment, "'%s': expected path=value", assignment);
    char path[512], part[PATH_PART];
    snprintf(path, sizeof path, "%.*s", (int)(equal - assignment), assignment);
    struct yaml_node *n = doc->root;
    for (const char *rest = path; rest;) {
        const char *next = split(rest, part);
        struct yaml_node *child = get_child(n, part);
        if (!child && n->kind != YAML_MAP)
            return err_set_at(e, ST_CONFIG, "--set", 1, 1, path, "there is no '%s' to set: '%s' is %s", path, part,
                              n->kind == YAML_LIST ? "not an index of that list" : "below a single value");
        if (!child && !(child = yaml_impl_add(doc, n, next ? YAML_MAP : YAML_SCALAR, part, next ? NULL : "")))
            return err_set(e, ST_NO_MEMORY, path, "override");
        n = child;
        rest = next;
    }
    struct yaml_doc *value = NULL;
    TRY(yaml_read_text("--set", equal[1] ? equal + 1 : "''", &value, e));
    replace(n, value);
    set_file(n);
    yaml_free(value);
    return ST_OK;
}
