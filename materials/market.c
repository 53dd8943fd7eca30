/* market.c - loading of the supply data, look-ups, and what its readers share. Contract: market.h. */
#include "materials/market.h"
#include "materials/market_impl.h"
#include "materials/market_read.h"
#include "materials/matlib_impl.h"
#include "materials/base/hash.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define PATH_SIZE 1024
#define MAX_REF 512

/* ---- shared by the readers ---- */

enum status market_read_name(const struct yaml_node *at, const char *text, char *out, int size, struct err *e)
{
    if (!text || !text[0] || strlen(text) >= (size_t)size)
        return yaml_fail(at, e, "'%s': expected 1 to %d characters", text ? text : "", size - 1);
    memcpy(out, text, strlen(text) + 1);
    return ST_OK;
}

enum status market_read_index(const struct yaml_node *at, const char *what, const char *const *name, int n, int *out, struct err *e)
{
    const char *s = NULL;
    TRY(yaml_read_text_scalar(at, &s, e));
    for (int k = 0; k < n; k++)
        if (strcmp(s, name[k]) == 0) {
            *out = k;
            return ST_OK;
        }
    const char *nearest = yaml_get_nearest(s, name, n);
    return yaml_fail(at, e, "%s '%s' is not known%s%s", what, s, nearest ? "; nearest: " : "", nearest ? nearest : "");
}

enum status market_read_mask(const struct yaml_node *list, const char *what, const char *const *name, int n, unsigned *out, struct err *e)
{
    *out = 0;
    if (list->kind != YAML_LIST)
        return yaml_fail(list, e, "expected a list of %s names", what);
    for (int k = 0; k < list->n_item; k++) {
        int index = 0;
        TRY(market_read_index(list->item[k], what, name, n, &index, e));
        if (*out >> index & 1u)
            return yaml_fail(list->item[k], e, "%s '%s' stands twice in this list", what, name[index]);
        *out |= 1u << index;
    }
    return ST_OK;
}

enum status market_read_entries(const struct yaml_node *map, int max, struct err *e)
{
    if (map->kind != YAML_MAP || map->n_item < 1 || map->n_item > max)
        return yaml_fail(map, e, "expected a map of 1 to %d entries", max);
    return ST_OK;
}

/* ---- references ---- */

static enum status read_refs(const struct yaml_node *root, struct market *m, struct err *e)
{
    TRY(market_read_entries(root, MAX_REF, e));
    struct ref *grown = mem_grow(m->ref, (size_t)m->n_ref, (size_t)(m->n_ref + root->n_item), sizeof *grown);
    if (!grown)
        return err_set(e, ST_NO_MEMORY, "refs", "no memory for %d references", root->n_item);
    m->ref = grown;
    for (int k = 0; k < root->n_item; k++) {
        const struct yaml_node *entry = root->item[k], *text = yaml_get_key(entry, "text"), *link = yaml_get_key(entry, "link");
        struct ref *r = &m->ref[m->n_ref];
        if (!text || !link || entry->n_item != 2)
            return yaml_fail(entry, e, "expected {text, link}");
        TRY(market_read_name(entry, entry->key, r->key, (int)sizeof r->key, e));
        TRY(material_read_doc(text, r->text, (int)sizeof r->text, e));
        TRY(material_read_doc(link, r->link, (int)sizeof r->link, e));
        m->n_ref++;
    }
    return ST_OK;
}

static enum status check_sources(const struct yaml_node *node, const struct market *m, struct err *e)
{
    if (node->kind == YAML_SCALAR && node->key && strcmp(node->key, "source") == 0) {
        const char *key[2 * MAX_REF];
        for (int k = 0; k < m->n_ref; k++) {
            key[k] = m->ref[k].key;
            if (strcmp(node->text, key[k]) == 0)
                return ST_OK;
        }
        const char *nearest = yaml_get_nearest(node->text, key, m->n_ref);
        return yaml_fail(node, e, "source '%s' is in neither refs.yaml nor refs_supply.yaml%s%s", node->text, nearest ? "; nearest: " : "",
                         nearest ? nearest : "");
    }
    for (int k = 0; k < node->n_item; k++)
        TRY(check_sources(node->item[k], m, e));
    return ST_OK;
}

/* ---- loading ---- */

static enum status read_scenarios(const struct yaml_node *root, struct market *m, struct err *e)
{
    TRY(scenario_read_nodes(root, m->chain, m->n_chain, &m->nodes, e));
    const struct yaml_node *map = yaml_get_key(root, "scenarios");
    TRY(market_read_entries(map, MARKET_MAX_SCENARIO, e));
    m->n_scenario = map->n_item;
    for (int k = 0; k < m->n_scenario; k++)
        TRY(scenario_read(map->item[k], &m->nodes, &m->scenario[k], e));
    return ST_OK;
}

struct sourcing_root { const struct yaml_node *routes, *strategies; };
static const struct schema_row SOURCING_ROOT_ROW[] = {
    {"routes", SCHEMA_NODE, offsetof(struct sourcing_root, routes), SCHEMA_REQUIRED, 0, 0, 0, NULL, "where one can buy"},
    {"strategies", SCHEMA_NODE, offsetof(struct sourcing_root, strategies), SCHEMA_REQUIRED, 0, 0, 0, NULL, "named ways of buying"},
};

static enum status read_sourcing(const struct yaml_node *root, struct market *m, struct err *e)
{
    struct sourcing_root r = {0};
    TRY(yaml_read_table(root, SOURCING_ROOT_ROW, ARRAY_LEN(SOURCING_ROOT_ROW), &r, e));
    TRY(sourcing_read_routes(r.routes, &m->nodes, m->chain, m->n_chain, &m->routes, e));
    TRY(market_read_entries(r.strategies, MARKET_MAX_SOURCING, e));
    m->n_sourcing = r.strategies->n_item;
    for (int k = 0; k < m->n_sourcing; k++)
        TRY(sourcing_read(r.strategies->item[k], &m->routes, m->chain, m->n_chain, &m->sourcing[k], e));
    return ST_OK;
}

typedef enum status reader_fn(const struct yaml_node *root, struct market *m, struct err *e);
static const struct { const char *file; reader_fn *read; int has_sources; } SHELF[] = {
    {"refs.yaml", read_refs, 0},           {"refs_supply.yaml", read_refs, 0},     {"market.yaml", market_read_root, 1},
    {"scenarios.yaml", read_scenarios, 1}, {"sourcing.yaml", read_sourcing, 1},
};
enum { SHELF_REFS = 2, SHELF_COUNT = 5 };

static enum status read_document(struct market *m, int shelf, const char *name, const char *text, struct err *e)
{
    struct yaml_doc *doc = NULL;
    m->hash = hash_add_text(hash_add_text(m->hash, SHELF[shelf].file), text);
    TRY(yaml_read_text(name, text, &doc, e));
    const struct yaml_node *root = yaml_get_root(doc);
    enum status s = root->kind == YAML_MAP ? ST_OK : yaml_fail(root, e, "expected a map");
    if (s == ST_OK && SHELF[shelf].has_sources && m->n_ref)
        s = check_sources(root, m, e);
    if (s == ST_OK)
        s = SHELF[shelf].read(root, m, e);
    yaml_free(doc);
    return s;
}

static enum status read_file(struct market *m, int shelf, const char *dir, struct err *e)
{
    char path[PATH_SIZE];
    struct text text = {0};
    const int n = snprintf(path, sizeof path, "%s/%s", dir, SHELF[shelf].file);
    if (n < 0 || n >= (int)sizeof path)
        return err_set(e, ST_IO, SHELF[shelf].file, "the folder's name is too long: %.200s", dir);
    enum status s = text_read_file(path, &text, e);
    if (s == ST_OK)
        s = read_document(m, shelf, path, text.s ? text.s : "", e);
    text_done(&text);
    return s;
}

/* dir, or texts for the shelves after the references. */
static enum status load(const char *dir, const char *const *text, struct market **out, struct err *e)
{
    *out = NULL;
    struct market *m = mem_new(1, sizeof *m);
    if (!m)
        return err_set(e, ST_NO_MEMORY, "market", "no memory for the market data");
    m->hash = HASH_START;
    enum status s = ST_OK;
    for (int k = dir ? 0 : SHELF_REFS; s == ST_OK && k < SHELF_COUNT; k++)
        s = dir ? read_file(m, k, dir, e) : read_document(m, k, SHELF[k].file, text[k - SHELF_REFS], e);
    if (s != ST_OK)
        market_free(m);
    else
        *out = m;
    return s;
}

enum status market_new(const char *data_dir, struct market **out, struct err *e)
{
    return load(data_dir, NULL, out, e);
}

enum status market_new_text(const char *market, const char *scenarios, const char *sourcing, struct market **out, struct err *e)
{
    const char *const text[] = {market, scenarios, sourcing};
    return load(NULL, text, out, e);
}

void market_free(struct market *m)
{
    if (!m)
        return;
    mem_free(m->ref);
    mem_free(m);
}

/* ---- look-ups ---- */

int market_get_element(const struct market *m, const char *symbol)
{
    for (int k = 0; k < m->n_element; k++)
        if (strcmp(m->symbol[k], symbol) == 0)
            return k;
    return -1;
}

static enum status find(const char *what, const char *name, const char *const *known, int n, const struct yaml_node *at, int *out,
                        struct err *e)
{
    for (*out = 0; *out < n; (*out)++)
        if (strcmp(known[*out], name) == 0)
            return ST_OK;
    const char *nearest = yaml_get_nearest(name, known, n);
    struct text all = {0};
    for (int k = 0; k < n && !nearest; k++)
        text_add(&all, "%s%s", k ? ", " : "", known[k]);
    const char *pointer = nearest ? "nearest: " : "expected one of ", *names = nearest ? nearest : (all.s ? all.s : "none");
    const enum status s = at ? yaml_fail(at, e, "%s '%s' is not known; %s%s", what, name, pointer, names)
                             : err_set(e, ST_CONFIG, what, "%s '%s' is not known; %s%s", what, name, pointer, names);
    text_done(&all);
    return s;
}

enum status market_get_scenario(const struct market *m, const char *name, const struct yaml_node *at, const struct scenario **out,
                                struct err *e)
{
    const char *known[MARKET_MAX_SCENARIO];
    int k;
    *out = NULL;
    for (int i = 0; i < m->n_scenario; i++)
        known[i] = m->scenario[i].name;
    TRY(find("scenario", name, known, m->n_scenario, at, &k, e));
    *out = &m->scenario[k];
    return ST_OK;
}

enum status market_get_sourcing(const struct market *m, const char *name, const struct yaml_node *at, const struct sourcing **out,
                                struct err *e)
{
    const char *known[MARKET_MAX_SOURCING];
    int k;
    *out = NULL;
    for (int i = 0; i < m->n_sourcing; i++)
        known[i] = m->sourcing[i].name;
    TRY(find("sourcing strategy", name, known, m->n_sourcing, at, &k, e));
    *out = &m->sourcing[k];
    return ST_OK;
}

int market_get_destination(const struct market *m, const char *code)
{
    if (strlen(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
        return -1;
    for (int k = 0; k < m->nodes.n_destination - 1; k++)
        if (strcmp(m->nodes.destination[k], code) == 0)
            return k;
    return m->nodes.n_destination - 1;
}
