/* yaml.c - text to tree by libyaml's events. */
#include "materials/base/yaml.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "materials/base/yaml_impl.h"
#include <stdio.h>
#include <string.h>
#include <yaml.h>
#include "materials/base/banned.h"

/* Limits far above any study, so that no input can exhaust the stack or turn the search for duplicate keys quadratic for long. */
#define YAML_MAX_DEPTH 64
#define YAML_MAX_KEYS  10000
#define YAML_MAX_BYTES (16u << 20)

struct builder {
    struct yaml_doc *doc;
    yaml_parser_t *parser;
    struct yaml_node *stack[YAML_MAX_DEPTH];
    int depth;
    char *key;            /* pending key of the innermost map */
    int key_line, key_column;
    int n_document;
};

/* Room for one more child: capacity doubles whenever the count is a power of two, so no capacity needs storing. */
static int append_child(struct yaml_node *parent, struct yaml_node *n)
{
    size_t count = (size_t)parent->n_item;
    if ((count & (count - 1)) == 0) {
        struct yaml_node **item = mem_grow(parent->item, count, count ? 2 * count : 1, sizeof *item);
        if (!item)
            return 0;
        parent->item = item;
    }
    parent->item[parent->n_item++] = n;
    return 1;
}

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
    if (ok && parent)
        ok = append_child(parent, n);
    else if (ok)
        doc->root = n;
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
    if (map->n_item >= YAML_MAX_KEYS)
        return fail_at(b, &ev->start_mark, e, ST_CONFIG, "more than 10000 keys in one map");
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

/* What YAML allows and a design file must not hold: it would read as something other than what stands there. */
static const char *get_refusal(const yaml_event_t *ev)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (ev->type == YAML_ALIAS_EVENT)
        return "aliases (*name) are not supported; repeat the value";
    if (ev->type == YAML_SCALAR_EVENT) {
        anchor = ev->data.scalar.anchor;
        tag = ev->data.scalar.tag;
        if (strlen((const char *)ev->data.scalar.value) != ev->data.scalar.length)
            return "text holds a NUL character";
    } else if (ev->type == YAML_SEQUENCE_START_EVENT) {
        anchor = ev->data.sequence_start.anchor;
        tag = ev->data.sequence_start.tag;
    } else if (ev->type == YAML_MAPPING_START_EVENT) {
        anchor = ev->data.mapping_start.anchor;
        tag = ev->data.mapping_start.tag;
    }
    if (anchor)
        return "anchors (&name) are not supported; repeat the value";
    return tag ? "tags (!name) are not supported; write the value alone" : NULL;
}

static enum status take_event(struct builder *b, const yaml_event_t *ev, struct err *e)
{
    int in_map = b->depth && b->stack[b->depth - 1]->kind == YAML_MAP;
    const char *refusal = get_refusal(ev);
    if (refusal)
        return fail_at(b, &ev->start_mark, e, ST_CONFIG, refusal);
    switch (ev->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->n_document++)
            return fail_at(b, &ev->start_mark, e, ST_CONFIG, "a second document starts here; one file holds one document");
        return ST_OK;
    case YAML_SCALAR_EVENT:
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
    size_t n = strlen(text);
    if (n > YAML_MAX_BYTES)
        return err_set_at(e, ST_CONFIG, name, 0, 0, "", "%zu bytes of YAML; expected at most %u", n, YAML_MAX_BYTES);
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
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
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

const struct yaml_node *yaml_get_root(const struct yaml_doc *doc) { return doc->root; }
