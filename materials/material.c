/* material.c - reading what all materials have in common. Contract: matlib_impl.h. */
#include "materials/matlib_impl.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define COMPOSITION_SUM_TOL 0.02
#define MAX_ROW 40

const char *const material_quality_word[QUALITY_COUNT + 1] = {"datasheet", "paper", "derived", "assumed", NULL};

static const struct schema_row head_row[] = {
    {"doc", SCHEMA_NODE, offsetof(struct material_head, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "one line for people"},
    {"density_kg_per_m3", SCHEMA_DATUM, offsetof(struct material_head, m.density_kg_per_m3), SCHEMA_REQUIRED, 1, 3e4, 0, NULL,
     "mass density"},
    {"composition", SCHEMA_NODE, offsetof(struct material_head, composition), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "mass fraction per element or traded material; absent for what the bill of materials does not split"},
    {"buy_to_fly", SCHEMA_DATUM, offsetof(struct material_head, m.buy_to_fly), SCHEMA_REQUIRED, 1, 10, 0, NULL,
     "purchased mass / mass in the motor"},
    {"processing_USD_per_kg", SCHEMA_DATUM, offsetof(struct material_head, m.processing_USD_per_kg), SCHEMA_REQUIRED, 0, 1e4, 0, NULL,
     "from purchased elements to the finished part, per kg of finished part"},
    {"T_min_degC", SCHEMA_REAL, offsetof(struct material_head, m.T_min_K), SCHEMA_REQUIRED, -273.15, 2000, 0, NULL, "data valid from"},
    {"T_max_degC", SCHEMA_REAL, offsetof(struct material_head, m.T_max_K), SCHEMA_REQUIRED, -273.15, 2000, 0, NULL, "data valid to"},
};

static const struct schema_row fraction_row[] = {
    {"mass_pu", SCHEMA_DATUM, 0, SCHEMA_REQUIRED, 0, 1, 0, NULL, "mass fraction of the finished part"},
};

struct datum material_no_datum(void)
{
    return (struct datum){.value = (double)NAN, .low = (double)NAN, .high = (double)NAN, .quality = QUALITY_ASSUMED};
}

static enum status copy_text(const struct yaml_node *node, const char *text, char *out, size_t size, struct err *e)
{
    if (strlen(text) >= size)
        return yaml_fail(node, e, "'%.40s...' has %d characters, at most %d are allowed", text, (int)strlen(text), (int)size - 1);
    memcpy(out, text, strlen(text) + 1);
    return ST_OK;
}

enum status material_read_doc(const struct yaml_node *node, char *doc, int size, struct err *e)
{
    const char *text = NULL;
    TRY(yaml_read_text_scalar(node, &text, e));
    return copy_text(node, text, doc, (size_t)size, e);
}

enum status material_read_name(const struct yaml_node *entry, char name[MATERIAL_NAME_SIZE], struct err *e)
{
    return copy_text(entry, entry->key, name, MATERIAL_NAME_SIZE, e);
}

enum status material_read_need_composition(const struct yaml_node *entry, const struct material_head *h, struct err *e)
{
    return h->composition ? ST_OK : yaml_fail(entry, e, "composition is missing: the bill of materials needs it");
}

/* A fraction is a datum under a key that is an element's symbol: one row, renamed for every child. */
static enum status read_composition(const struct yaml_node *map, struct composition *c, struct err *e)
{
    double sum = 0.0;
    if (map->kind != YAML_MAP || map->n_item < 1 || map->n_item > MATERIAL_MAX_ELEMENT)
        return yaml_fail(map, e, "a composition is a map of 1 to %d elements", MATERIAL_MAX_ELEMENT);
    for (int i = 0; i < map->n_item; i++) {
        struct yaml_node *child = map->item[i], alone = *map;
        struct schema_row row = fraction_row[0];
        TRY(copy_text(child, child->key, c->element[i], sizeof c->element[i], e));
        row.key = child->key;
        alone.item = &child;
        alone.n_item = 1;
        TRY(yaml_read_table(&alone, &row, 1, &c->mass_pu[i], e));
        sum += c->mass_pu[i].value;
    }
    if (fabs(sum - 1.0) > COMPOSITION_SUM_TOL)
        return yaml_fail(map, e, "mass fractions sum to %.4f, expected 1 within %.2f", sum, COMPOSITION_SUM_TOL);
    c->n = map->n_item;
    return ST_OK;
}

enum status material_read_head(const struct yaml_node *entry, const struct schema_row *own, int n_own, void *out, struct err *e)
{
    struct schema_row row[MAX_ROW];
    struct material_head *h = out;
    const int n_head = ARRAY_LEN(head_row);
    assert(n_head + n_own <= MAX_ROW);
    memcpy(row, head_row, sizeof head_row);
    memcpy(row + n_head, own, (size_t)n_own * sizeof *own);
    TRY(yaml_read_table(entry, row, n_head + n_own, out, e));
    TRY(material_read_name(entry, h->m.name, e));
    TRY(material_read_doc(h->doc, h->m.doc, (int)sizeof h->m.doc, e));
    if (!(h->m.T_min_K < h->m.T_max_K))
        return yaml_fail(entry, e, "T_min_degC must be below T_max_degC");
    return h->composition ? read_composition(h->composition, &h->m.composition, e) : ST_OK;
}

enum status material_read_lists(const struct yaml_node *map, const char *x_key, const char *y_key, double x_offset, double *x, double *y,
                                int *n, struct err *e)
{
    const struct yaml_node *x_list = yaml_get_key(map, x_key), *y_list = yaml_get_key(map, y_key);
    int n_y = 0;
    if (!x_list || !y_list)
        return yaml_fail(map, e, "a table needs the lists %s and %s", x_key, y_key);
    TRY(yaml_read_real_list(x_list, 1.0, x, MATERIAL_MAX_POINT, n, e));
    TRY(yaml_read_real_list(y_list, 1.0, y, MATERIAL_MAX_POINT, &n_y, e));
    if (*n != n_y || *n < 2)
        return yaml_fail(y_list, e, "%s has %d values and %s has %d; expected as many, at least 2", x_key, *n, y_key, n_y);
    for (int i = 0; i < *n; i++)
        x[i] += x_offset;
    return ST_OK;
}

enum status material_check_temperature(const struct material *m, double T_K, const char *key, const struct yaml_node *at, struct err *e)
{
    if (T_K < m->T_min_K || T_K > m->T_max_K)
        return yaml_fail(at, e, "%s%.1f degC is outside the data of %s (%.0f to %.0f degC)", key, T_K - KELVIN_OFFSET_K, m->name,
                         m->T_min_K - KELVIN_OFFSET_K, m->T_max_K - KELVIN_OFFSET_K);
    return ST_OK;
}
