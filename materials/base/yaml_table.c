/* yaml_table.c - maps to structs by schema rows; strict scalars. */
#include "materials/base/date.h"
#include "materials/base/datum.h"
#include "materials/base/numtext.h"
#include "materials/base/units.h"
#include "materials/base/yaml.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

enum { MAX_ROW = 128 };

static const char *get_kind_text(const struct yaml_node *n)
{
    if (n->kind != YAML_SCALAR)
        return n->kind == YAML_LIST ? "a list" : "a map";
    return n->text[0] ? n->text : "nothing";
}

enum status yaml_read_real(const struct yaml_node *n, double *out, struct err *e)
{
    *out = (double)NAN;
    if (n->kind != YAML_SCALAR || n->quoted || numtext_read_real(n->text, out) != ST_OK)
        return yaml_fail(n, e, "expected a number, got '%s'%s", get_kind_text(n), n->quoted ? " in quotes" : "");
    return ST_OK;
}

enum status yaml_read_int(const struct yaml_node *n, int *out, struct err *e)
{
    *out = 0;
    if (n->kind != YAML_SCALAR || n->quoted || numtext_read_int(n->text, out) != ST_OK)
        return yaml_fail(n, e, "expected a whole number, got '%s'%s", get_kind_text(n), n->quoted ? " in quotes" : "");
    return ST_OK;
}

enum status yaml_read_text_scalar(const struct yaml_node *n, const char **out, struct err *e)
{
    *out = NULL;
    if (n->kind != YAML_SCALAR)
        return yaml_fail(n, e, "expected text, got %s", get_kind_text(n));
    *out = n->text;
    return ST_OK;
}

enum status yaml_read_real_list(const struct yaml_node *list, double factor, double *out, int max, int *n_out, struct err *e)
{
    *n_out = 0;
    if (list->kind != YAML_LIST)
        return yaml_fail(list, e, "expected a list of numbers, got '%s'", get_kind_text(list));
    if (list->n_item > max)
        return yaml_fail(list, e, "%d numbers; expected at most %d", list->n_item, max);
    for (int k = 0; k < list->n_item; k++) {
        double v;
        TRY(yaml_read_real(list->item[k], &v, e));
        out[k] = v * factor;
    }
    *n_out = list->n_item;
    return ST_OK;
}

static enum status check_range(const struct yaml_node *n, const struct schema_row *r, double v, struct err *e)
{
    if (v >= r->min && v <= r->max)
        return ST_OK;
    const struct unit *u = units_get(r->key);
    char limits[80];
    if (isinf(r->max))
        snprintf(limits, sizeof limits, "at least %g", r->min);
    else if (isinf(r->min))
        snprintf(limits, sizeof limits, "at most %g", r->max);
    else
        snprintf(limits, sizeof limits, "%g to %g", r->min, r->max);
    return yaml_fail(n, e, "%s = %g is out of range; expected %s%s%s (%s)", r->key, v, limits, u ? " " : "", u ? u->label : "", r->doc);
}

static double to_si(const struct schema_row *r, double v)
{
    const struct unit *u = units_get(r->key);
    return u ? v * u->factor + u->offset : v;
}

static enum status read_choice(const struct yaml_node *n, const struct schema_row *r, int *out, struct err *e)
{
    const char *s = NULL;
    TRY(yaml_read_text_scalar(n, &s, e));
    char all[256] = "";
    int count = 0;
    for (; r->choices[count]; count++) {
        if (strcmp(s, r->choices[count]) == 0) {
            *out = count;
            return ST_OK;
        }
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", count ? ", " : "", r->choices[count]);
    }
    const char *nearest = yaml_get_nearest(s, r->choices, count);
    return yaml_fail(n, e, "'%s' is not a choice for %s; expected one of: %s%s%s", s, r->key, all, nearest ? "; nearest: " : "",
                     nearest ? nearest : "");
}

static enum status read_date(const struct yaml_node *n, char *out, struct err *e)
{
    const char *s = NULL;
    long days;
    TRY(yaml_read_text_scalar(n, &s, e));
    if (date_read(s, &days) != ST_OK)
        return yaml_fail(n, e, "expected an existing day YYYY-MM-DD, got '%s'", s);
    snprintf(out, SCHEMA_TEXT_SIZE, "%s", s);
    return ST_OK;
}

static const char *const QUALITY_CHOICES[] = {"datasheet", "paper", "derived", "assumed", NULL};
struct datum_nodes {
    const struct yaml_node *value, *low, *high;
    int quality;
    char source[SCHEMA_TEXT_SIZE];
};
static const struct schema_row DATUM_ROWS[] = {
    {"value", SCHEMA_NODE, offsetof(struct datum_nodes, value), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Best value"},
    {"low", SCHEMA_NODE, offsetof(struct datum_nodes, low), SCHEMA_OPTIONAL, 0, 0, 0, NULL, "Low end of the range"},
    {"high", SCHEMA_NODE, offsetof(struct datum_nodes, high), SCHEMA_OPTIONAL, 0, 0, 0, NULL, "High end of the range"},
    {"quality", SCHEMA_CHOICE, offsetof(struct datum_nodes, quality), SCHEMA_REQUIRED, 0, 0, 0, QUALITY_CHOICES,
     "How well the value is known"},
    {"source", SCHEMA_TEXT, offsetof(struct datum_nodes, source), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Key of the reference list"},
};

static enum status read_datum(const struct yaml_node *n, const struct schema_row *r, struct datum *out, struct err *e)
{
    if (n->kind != YAML_MAP)
        return yaml_fail(n, e, "expected {value, low, high, quality, source}, got '%s'", get_kind_text(n));
    struct datum_nodes d = {0};
    TRY(yaml_read_table(n, DATUM_ROWS, ARRAY_LEN(DATUM_ROWS), &d, e));
    double v, low, high;
    TRY(yaml_read_real(d.value, &v, e));
    TRY(check_range(d.value, r, v, e));
    low = high = v;
    if (d.low)
        TRY(yaml_read_real(d.low, &low, e));
    if (d.high)
        TRY(yaml_read_real(d.high, &high, e));
    if (!(low <= v && v <= high))
        return yaml_fail(n, e, "low %g, value %g, high %g are not in order", low, v, high);
    if (strlen(d.source) >= sizeof out->source)
        return yaml_fail(n, e, "source key '%s' is longer than %zu characters", d.source, sizeof out->source - 1);
    *out = (struct datum){to_si(r, v), to_si(r, low), to_si(r, high), (enum quality)d.quality, ""};
    snprintf(out->source, sizeof out->source, "%.47s", d.source);
    return ST_OK;
}

static enum status read_number(const struct yaml_node *n, const struct schema_row *r, char *base, struct err *e)
{
    if (r->type == SCHEMA_INT) {
        int v;
        TRY(yaml_read_int(n, &v, e));
        TRY(check_range(n, r, v, e));
        *(int *)(void *)base = v;
        return ST_OK;
    }
    double v;
    TRY(yaml_read_real(n, &v, e));
    TRY(check_range(n, r, v, e));
    *(double *)(void *)base = to_si(r, v);
    return ST_OK;
}

static enum status read_row(const struct yaml_node *n, const struct schema_row *r, char *base, struct err *e)
{
    const char *s = NULL;
    switch (r->type) {
    case SCHEMA_REAL:
    case SCHEMA_INT:
        return read_number(n, r, base, e);
    case SCHEMA_BOOL:
        TRY(yaml_read_text_scalar(n, &s, e));
        if (n->quoted || (strcmp(s, "true") != 0 && strcmp(s, "false") != 0))
            return yaml_fail(n, e, "expected true or false, got '%s'", s);
        *(int *)(void *)base = s[0] == 't';
        return ST_OK;
    case SCHEMA_TEXT:
        TRY(yaml_read_text_scalar(n, &s, e));
        if (strlen(s) >= SCHEMA_TEXT_SIZE || s[0] == '\0')
            return yaml_fail(n, e, "expected 1 to %d characters of text", SCHEMA_TEXT_SIZE - 1);
        snprintf(base, SCHEMA_TEXT_SIZE, "%s", s);
        return ST_OK;
    case SCHEMA_CHOICE:
        return read_choice(n, r, (int *)(void *)base, e);
    case SCHEMA_DATE:
        return read_date(n, base, e);
    case SCHEMA_DATUM:
        return read_datum(n, r, (struct datum *)(void *)base, e);
    case SCHEMA_NODE:
        *(const struct yaml_node **)(void *)base = n;
        return ST_OK;
    }
    return yaml_fail(n, e, "%s: unknown schema type", r->key);
}

static void set_fallback(const struct schema_row *r, char *base)
{
    double si = isfinite(r->fallback) ? to_si(r, r->fallback) : r->fallback;
    if (r->type == SCHEMA_REAL)
        *(double *)(void *)base = si;
    else if (r->type == SCHEMA_INT || r->type == SCHEMA_BOOL || r->type == SCHEMA_CHOICE) {
        assert(isfinite(r->fallback)); /* an int cannot say "not given" */
        *(int *)(void *)base = (int)r->fallback;
    } else if (r->type == SCHEMA_DATUM)
        *(struct datum *)(void *)base = (struct datum){si, si, si, QUALITY_ASSUMED, ""};
    else if (r->type == SCHEMA_NODE)
        *(const struct yaml_node **)(void *)base = NULL;
    else
        *base = '\0';
}

/* Units people write that no key here takes; only to tell a wrong unit from a wrong name. */
static const char *const FOREIGN_UNIT[] = {
    "cm", "cm2", "cm3", "dm", "km", "in", "inch", "inches", "ft", "lb", "lbs", "oz", "psi", "hp", "PS", "degF", "F", "C", "celsius",
    "kelvin", "G", "kG", "gauss", "Oe", "kOe", "MGOe", "min", "h", "sec", "EUR", "CNY", "RMB", "JPY", "dollar", "percent", "MW", "mA",
    "mV", "rps", "radps", "cP", "lpm", "ml",
};

static int is_unit(const char *s)
{
    const struct unit *u = units_get(s);
    if ((u && strcmp(u->suffix, s) == 0) || strstr(s, "_per_"))
        return 1;
    for (int k = 0; k < ARRAY_LEN(FOREIGN_UNIT); k++)
        if (strcmp(s, FOREIGN_UNIT[k]) == 0)
            return 1;
    return 0;
}

/* The key is the row's but for its unit: "stack_cm" or "stack" where the row says "stack_mm". */
static int differs_in_unit(const char *key, const char *row_key)
{
    const struct unit *u = units_get(row_key);
    size_t n = strlen(row_key);
    if (!u || n <= strlen(u->suffix) + 1)
        return 0;
    size_t stem = n - strlen(u->suffix) - 1;
    if (strncmp(key, row_key, stem) != 0)
        return 0;
    return key[stem] == '\0' || (key[stem] == '_' && is_unit(key + stem + 1));
}

static enum status fail_unknown(const struct yaml_node *n, const struct schema_row *rows, int n_row, struct err *e)
{
    const char *keys[MAX_ROW];
    assert(n_row <= MAX_ROW);
    for (int k = 0; k < n_row; k++) {
        keys[k] = rows[k].key;
        if (differs_in_unit(n->key, keys[k]))
            return yaml_fail(n, e, "unit of '%s' should be %s: %s", n->key, units_get(keys[k])->label, keys[k]);
    }
    const char *nearest = yaml_get_nearest(n->key, keys, n_row);
    return yaml_fail(n, e, "unknown key '%s'%s%s", n->key, nearest ? "; nearest: " : "", nearest ? nearest : "");
}

enum status yaml_read_table(const struct yaml_node *map, const struct schema_row *rows, int n_row, void *out, struct err *e)
{
    if (map->kind != YAML_MAP)
        return yaml_fail(map, e, "expected a map of keys, got '%s'", get_kind_text(map));
    for (int k = 0; k < map->n_item; k++) {
        int r = 0;
        while (r < n_row && strcmp(rows[r].key, map->item[k]->key) != 0)
            r++;
        if (r == n_row)
            return fail_unknown(map->item[k], rows, n_row, e);
    }
    for (int r = 0; r < n_row; r++) {
        char *base = (char *)out + rows[r].offset;
        const struct yaml_node *n = NULL;
        for (int k = 0; k < map->n_item; k++)
            if (strcmp(rows[r].key, map->item[k]->key) == 0)
                n = map->item[k];
        if (n)
            TRY(read_row(n, &rows[r], base, e));
        else if (rows[r].need == SCHEMA_REQUIRED)
            return yaml_fail(map, e, "missing key '%s' (%s)", rows[r].key, rows[r].doc);
        else
            set_fallback(&rows[r], base);
    }
    return ST_OK;
}
