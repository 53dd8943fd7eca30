/* yaml.c - text to tree by libyaml's events. */
#include "materials/base/yaml.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "materials/base/yaml_impl.h"
#include <stdio.h>
#include <string.h>
#include <yaml.h>
#include "materials/base/banned.h"

#define YAML_MAX_DEPTH 64

struct builder {
    struct yaml_doc *doc;
    yaml_parser_t *parser;
    struct yaml_node *stack[YAML_MAX_DEPTH];
    int depth;
    char *key;            /* pending key of the innermost map */
    int key_line, key_column;
    int n_document;
};

struct yaml_node *yaml_impl_add(struct yaml_doc *doc, struct yaml_node *parent, enum yaml_kind kind, const char *key, const char *text)
{
    struct yaml_node *n = mem_new(1, sizeof *n);
    if (!n)
        return NULL;
    n->kind = kind;
    n->file = doc->name;
    n->parent = parent;
    n->key = key ? mem_copy_text(key) : NULL;
    n->text = text ? mem_copy_text(text) : NULL;
    int ok = (!key || n->key) && (!text || n->text);
    if (ok && parent) {
        struct yaml_node **item = mem_grow(parent->item, (size_t)parent->n_item, (size_t)parent->n_item + 1, sizeof *item);
        ok = item != NULL;
        if (ok) {
            parent->item = item;
            item[parent->n_item++] = n;
        }
    } else if (ok) {
        doc->root = n;
    }
    if (!ok) {
        yaml_impl_free_node(n);
        return NULL;
    }
    return n;
}

void yaml_impl_free_node(struct yaml_node *n)
{
    if (!n)
        return;
    for (int k = 0; k < n->n_item; k++)
        yaml_impl_free_node(n->item[k]);
    mem_free(n->item);
    mem_free(n->key);
    mem_free(n->text);
    mem_free(n);
}

static enum status fail_at(const struct builder *b, const yaml_mark_t *m, struct err *e, enum status s, const char *message)
{
    return err_set_at(e, s, b->doc->name, (int)m->line + 1, (int)m->column + 1, b->key ? b->key : "", "%s", message);
}

/* A scalar in key position of a map: remember it; duplicates are refused here, where both places are known. */
static enum status take_key(struct builder *b, const yaml_event_t *ev, struct err *e)
{
    struct yaml_node *map = b->stack[b->depth - 1];
    const char *s = (const char *)ev->data.scalar.value;
    for (int k = 0; k < map->n_item; k++)
        if (strcmp(map->item[k]->key, s) == 0)
            return err_set_at(e, ST_CONFIG, b->doc->name, (int)ev->start_mark.line + 1, (int)ev->start_mark.column + 1, s,
                              "key '%s' stands twice in this map; first at line %d", s, map->item[k]->line);
    b->key = mem_copy_text(s);
    b->key_line = (int)ev->start_mark.line + 1;
    b->key_column = (int)ev->start_mark.column + 1;
    return b->key ? ST_OK : err_set(e, ST_NO_MEMORY, s, "key");
}

static enum status add_node(struct builder *b, enum yaml_kind kind, const yaml_event_t *ev, struct err *e)
{
    struct yaml_node *parent = b->depth ? b->stack[b->depth - 1] : NULL;
    const char *text = kind == YAML_SCALAR ? (const char *)ev->data.scalar.value : NULL;
    struct yaml_node *n = yaml_impl_add(b->doc, parent, kind, b->key, text);
    if (!n)
        return err_set(e, ST_NO_MEMORY, b->doc->name, "YAML tree");
    n->line = b->key ? b->key_line : (int)ev->start_mark.line + 1;
    n->column = b->key ? b->key_column : (int)ev->start_mark.column + 1;
    n->quoted = kind == YAML_SCALAR && ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    mem_free(b->key);
    b->key = NULL;
    if (kind != YAML_SCALAR) {
        if (b->depth == YAML_MAX_DEPTH)
            return fail_at(b, &ev->start_mark, e, ST_CONFIG, "nested too deeply (more than 64 levels)");
        b->stack[b->depth++] = n;
    }
    return ST_OK;
}

static enum status take_event(struct builder *b, const yaml_event_t *ev, struct err *e)
{
    int in_map = b->depth && b->stack[b->depth - 1]->kind == YAML_MAP;
    switch (ev->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->n_document++)
            return fail_at(b, &ev->start_mark, e, ST_CONFIG, "a second document starts here; one file holds one document");
        return ST_OK;
    case YAML_ALIAS_EVENT:
        return fail_at(b, &ev->start_mark, e, ST_CONFIG, "aliases (*name) are not supported; repeat the value");
    case YAML_SCALAR_EVENT:
        if (ev->data.scalar.anchor)
            return fail_at(b, &ev->start_mark, e, ST_CONFIG, "anchors (&name) are not supported; repeat the value");
        if (strlen((const char *)ev->data.scalar.value) != ev->data.scalar.length)
            return fail_at(b, &ev->start_mark, e, ST_CONFIG, "text holds a NUL character");
        if (in_map && !b->key)
            return take_key(b, ev, e);
        return add_node(b, YAML_SCALAR, ev, e);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        if (in_map && !b->key)
            return fail_at(b, &ev->start_mark, e, ST_CONFIG, "a key must be plain text");
        return add_node(b, ev->type == YAML_MAPPING_START_EVENT ? YAML_MAP : YAML_LIST, ev, e);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return ST_OK;
    default:
        return ST_OK;
    }
}

static enum status parse(struct builder *b, struct err *e)
{
    for (;;) {
        yaml_event_t ev;
        if (!yaml_parser_parse(b->parser, &ev)) {
            const yaml_parser_t *p = b->parser;
            if (p->error == YAML_MEMORY_ERROR)
                return err_set(e, ST_NO_MEMORY, b->doc->name, "YAML parser");
            const yaml_mark_t *m = &p->problem_mark;
            return err_set_at(e, ST_CONFIG, b->doc->name, (int)m->line + 1, (int)m->column + 1, "", "not YAML: %s%s%s",
                              p->problem ? p->problem : "unreadable", p->context ? ", " : "", p->context ? p->context : "");
        }
        int end = ev.type == YAML_STREAM_END_EVENT;
        enum status st = take_event(b, &ev, e);
        yaml_event_delete(&ev);
        if (st != ST_OK || end)
            return st;
    }
}

enum status yaml_read_text(const char *name, const char *text, struct yaml_doc **out, struct err *e)
{
    *out = NULL;
    struct yaml_doc *doc = mem_new(1, sizeof *doc);
    if (!doc || !(doc->name = mem_copy_text(name))) {
        yaml_free(doc);
        return err_set(e, ST_NO_MEMORY, name, "YAML tree");
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        yaml_free(doc);
        return err_set(e, ST_NO_MEMORY, name, "YAML parser");
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    struct builder b = {.doc = doc, .parser = &parser};
    enum status st = parse(&b, e);
    mem_free(b.key);
    yaml_parser_delete(&parser);
    if (st == ST_OK && !doc->root)
        st = err_set_at(e, ST_CONFIG, name, 1, 1, "", "the file is empty");
    if (st != ST_OK) {
        yaml_free(doc);
        return st;
    }
    *out = doc;
    return ST_OK;
}

enum status yaml_read_file(const char *path, struct yaml_doc **out, struct err *e)
{
    *out = NULL;
    struct text t;
    TRY(text_read_file(path, &t, e));
    enum status st = strlen(t.s) != t.n ? err_set_at(e, ST_CONFIG, path, 1, 1, "", "the file holds NUL characters; expected YAML text")
                                        : yaml_read_text(path, t.s, out, e);
    text_done(&t);
    return st;
}

void yaml_free(struct yaml_doc *doc)
{
    if (!doc)
        return;
    yaml_impl_free_node(doc->root);
    mem_free(doc->name);
    mem_free(doc);
}

const struct yaml_node *yaml_get_root(const struct yaml_doc *doc)
{
    return doc->root;
}
