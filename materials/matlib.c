/* matlib.c - the library of materials: loading, checking of sources, look-up by name. Contract: matlib.h. */
#include "materials/matlib.h"
#include "materials/matlib_impl.h"
#include "materials/base/hash.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define MAX_PER_FILE 256
#define PATH_SIZE 1024
#define DATA_DIR_TEXT "materials/data" /* as people know the folder, in messages */

/* One data file: where its materials go and who reads one of them. Every material begins with struct material. */
struct shelf {
    const char *what, *file;
    size_t size, list_offset, count_offset;
    enum status (*read)(const struct yaml_node *entry, void *out, struct err *e);
    void (*done)(void *material); /* NULL: nothing to give back */
};
enum { SHELF_MAGNET, SHELF_STEEL, SHELF_CONDUCTOR, SHELF_INSULATION, SHELF_COOLANT, SHELF_STRUCTURAL, SHELF_COUNT };

static const struct shelf shelf[SHELF_COUNT] = {
    {"magnet", "magnets.yaml", sizeof(struct magnet), offsetof(struct matlib, magnet), offsetof(struct matlib, n_magnet), magnet_read,
     NULL},
    {"steel", "steels.yaml", sizeof(struct steel), offsetof(struct matlib, steel), offsetof(struct matlib, n_steel), steel_read,
     steel_done},
    {"conductor", "conductors.yaml", sizeof(struct conductor), offsetof(struct matlib, conductor), offsetof(struct matlib, n_conductor),
     conductor_read, NULL},
    {"insulation", "insulation.yaml", sizeof(struct insulation), offsetof(struct matlib, insulation), offsetof(struct matlib, n_insulation),
     insulation_read, NULL},
    {"coolant", "coolants.yaml", sizeof(struct coolant), offsetof(struct matlib, coolant), offsetof(struct matlib, n_coolant), coolant_read,
     coolant_done},
    {"structural material", "structural.yaml", sizeof(struct structural), offsetof(struct matlib, structural),
     offsetof(struct matlib, n_structural), structural_read, NULL},
};

/* The lists are pointers to different structs: read and written by their bytes. */
static char *shelf_get_list(const struct matlib *l, const struct shelf *s)
{
    char *list = NULL;
    memcpy(&list, (const char *)l + s->list_offset, sizeof list);
    return list;
}

static void shelf_set_list(struct matlib *l, const struct shelf *s, char *list)
{
    memcpy((char *)l + s->list_offset, &list, sizeof list);
}

static int *shelf_get_count(struct matlib *l, const struct shelf *s)
{
    return (int *)(void *)((char *)l + s->count_offset);
}

/* ---- files ---- */

static enum status load_file(const char *dir, const char *name, struct matlib *l, struct yaml_doc **doc, struct err *e)
{
    char path[PATH_SIZE];
    struct text text = {0};
    *doc = NULL;
    const int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || n >= (int)sizeof path)
        return err_set(e, ST_IO, name, "the folder's name is too long: %.200s", dir);
    enum status s = text_read_file(path, &text, e);
    if (s == ST_OK) {
        l->hash = hash_add(hash_add_text(l->hash, name), text.s, text.n);
        s = yaml_read_text(path, text.s ? text.s : "", doc, e);
    }
    if (s == ST_OK && (!yaml_get_root(*doc) || yaml_get_root(*doc)->kind != YAML_MAP || yaml_get_root(*doc)->n_item < 1 ||
                       yaml_get_root(*doc)->n_item > MAX_PER_FILE))
        s = err_set_at(e, ST_CONFIG, path, 1, 1, "", "expected a map of 1 to %d named entries", MAX_PER_FILE);
    text_done(&text);
    if (s != ST_OK) {
        yaml_free(*doc);
        *doc = NULL;
    }
    return s;
}

struct ref_reading { const struct yaml_node *text, *link; };
static const struct schema_row ref_row[] = {
    {"text", SCHEMA_NODE, offsetof(struct ref_reading, text), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what the source is"},
    {"link", SCHEMA_NODE, offsetof(struct ref_reading, link), SCHEMA_REQUIRED, 0, 0, 0, NULL, "where it can be read; empty when nowhere"},
};

static enum status read_refs(const struct yaml_node *root, struct matlib *l, struct err *e)
{
    l->ref = mem_new((size_t)root->n_item, sizeof *l->ref);
    if (!l->ref)
        return err_set(e, ST_NO_MEMORY, "refs.yaml", "no memory for %d references", root->n_item);
    for (int i = 0; i < root->n_item; i++) {
        const struct yaml_node *entry = root->item[i];
        struct ref *r = &l->ref[i];
        struct ref_reading nodes = {NULL, NULL};
        if (strlen(entry->key) >= sizeof r->key)
            return yaml_fail(entry, e, "a source key has at most %d characters", (int)sizeof r->key - 1);
        memcpy(r->key, entry->key, strlen(entry->key) + 1);
        TRY(yaml_read_table(entry, ref_row, ARRAY_LEN(ref_row), &nodes, e));
        TRY(material_read_doc(nodes.text, r->text, (int)sizeof r->text, e));
        TRY(material_read_doc(nodes.link, r->link, (int)sizeof r->link, e));
        l->n_ref = i + 1;
    }
    return ST_OK;
}

/* Every scalar called "source", wherever it stands, must be a key of refs.yaml. */
static enum status check_sources(const struct yaml_node *node, const struct matlib *l, struct err *e)
{
    if (node->kind == YAML_SCALAR && node->key && strcmp(node->key, "source") == 0) {
        const char *key[MAX_PER_FILE];
        for (int i = 0; i < l->n_ref; i++) {
            key[i] = l->ref[i].key;
            if (strcmp(node->text, key[i]) == 0)
                return ST_OK;
        }
        const char *nearest = yaml_get_nearest(node->text, key, l->n_ref);
        return yaml_fail(node, e, "source '%s' is not in " DATA_DIR_TEXT "/refs.yaml%s%s", node->text, nearest ? "; nearest: " : "",
                         nearest ? nearest : "");
    }
    for (int i = 0; i < node->n_item; i++)
        TRY(check_sources(node->item[i], l, e));
    return ST_OK;
}

static enum status read_shelf(const struct yaml_node *root, const struct shelf *s, struct matlib *l, struct err *e)
{
    char *list = mem_new((size_t)root->n_item, s->size);
    if (!list)
        return err_set(e, ST_NO_MEMORY, s->file, "no memory for %d entries", root->n_item);
    shelf_set_list(l, s, list);
    TRY(check_sources(root, l, e));
    for (int i = 0; i < root->n_item; i++) {
        *shelf_get_count(l, s) = i + 1; /* counted first, so that a half-read entry is given back too */
        TRY(s->read(root->item[i], list + (size_t)i * s->size, e));
    }
    return ST_OK;
}

static enum status load_all(const char *dir, struct matlib *l, struct err *e)
{
    struct yaml_doc *doc = NULL;
    l->hash = HASH_START;
    TRY(load_file(dir, "refs.yaml", l, &doc, e));
    enum status status = read_refs(yaml_get_root(doc), l, e);
    yaml_free(doc);
    for (int i = 0; status == ST_OK && i < SHELF_COUNT; i++) {
        TRY(load_file(dir, shelf[i].file, l, &doc, e));
        status = read_shelf(yaml_get_root(doc), &shelf[i], l, e);
        yaml_free(doc);
    }
    return status;
}

enum status matlib_new(const char *data_dir, struct matlib **out, struct err *e)
{
    *out = NULL;
    struct matlib *l = mem_new(1, sizeof *l);
    if (!l)
        return err_set(e, ST_NO_MEMORY, "matlib", "no memory for the material library");
    const enum status s = load_all(data_dir, l, e);
    if (s == ST_OK)
        *out = l;
    else
        matlib_free(l);
    return s;
}

void matlib_free(struct matlib *lib)
{
    if (!lib)
        return;
    for (int i = 0; i < SHELF_COUNT; i++) {
        char *list = shelf_get_list(lib, &shelf[i]);
        for (int k = 0; shelf[i].done && k < *shelf_get_count(lib, &shelf[i]); k++)
            shelf[i].done(list + (size_t)k * shelf[i].size);
        mem_free(list);
    }
    mem_free(lib->ref);
    mem_free(lib);
}

/* ---- look-up ---- */

static enum status find(const struct matlib *l, int id, const char *name, const struct yaml_node *at, const void **out, struct err *e)
{
    const struct shelf *s = &shelf[id];
    const char *list = shelf_get_list(l, s), *known[MAX_PER_FILE];
    int n = 0;
    memcpy(&n, (const char *)l + s->count_offset, sizeof n);
    *out = NULL;
    for (int i = 0; i < n; i++) {
        const char *entry = list + (size_t)i * s->size;
        known[i] = ((const struct material *)(const void *)entry)->name;
        if (strcmp(known[i], name) == 0) {
            *out = entry;
            return ST_OK;
        }
    }
    const char *nearest = yaml_get_nearest(name, known, n), *pointer = nearest ? "; nearest: " : "";
    if (at)
        return yaml_fail(at, e, "%s '%s' is not in " DATA_DIR_TEXT "/%s%s%s", s->what, name, s->file, pointer, nearest ? nearest : "");
    return err_set(e, ST_CONFIG, s->what, "%s '%s' is not in " DATA_DIR_TEXT "/%s%s%s", s->what, name, s->file, pointer,
                   nearest ? nearest : "");
}

enum status matlib_get_magnet(const struct matlib *l, const char *name, const struct yaml_node *at, const struct magnet **out,
                              struct err *e)
{
    const void *found = NULL;
    const enum status s = find(l, SHELF_MAGNET, name, at, &found, e);
    *out = found;
    return s;
}

enum status matlib_get_steel(const struct matlib *l, const char *name, const struct yaml_node *at, const struct steel **out, struct err *e)
{
    const void *found = NULL;
    const enum status s = find(l, SHELF_STEEL, name, at, &found, e);
    *out = found;
    return s;
}

enum status matlib_get_conductor(const struct matlib *l, const char *name, const struct yaml_node *at, const struct conductor **out,
                                 struct err *e)
{
    const void *found = NULL;
    const enum status s = find(l, SHELF_CONDUCTOR, name, at, &found, e);
    *out = found;
    return s;
}

enum status matlib_get_insulation(const struct matlib *l, const char *name, const struct yaml_node *at, const struct insulation **out,
                                  struct err *e)
{
    const void *found = NULL;
    const enum status s = find(l, SHELF_INSULATION, name, at, &found, e);
    *out = found;
    return s;
}

enum status matlib_get_coolant(const struct matlib *l, const char *name, const struct yaml_node *at, const struct coolant **out,
                               struct err *e)
{
    const void *found = NULL;
    const enum status s = find(l, SHELF_COOLANT, name, at, &found, e);
    *out = found;
    return s;
}

enum status matlib_get_structural(const struct matlib *l, const char *name, const struct yaml_node *at, const struct structural **out,
                                  struct err *e)
{
    const void *found = NULL;
    const enum status s = find(l, SHELF_STRUCTURAL, name, at, &found, e);
    *out = found;
    return s;
}
