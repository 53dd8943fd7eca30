/* json_schema_row.c - one table of rows as a JSON Schema: types, ranges, units, meaning. Contract: json_schema.h. */
#include "solver/json_schema.h"
#include "materials/base/datum.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include "materials/base/banned.h"

static json_t *get_choices(const char *const *choice)
{
    json_t *list = json_array();
    for (int k = 0; choice[k]; k++)
        json_array_append_new(list, json_string(choice[k]));
    return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

/* A number with its provenance; range of the value only, low and high lie about it. */
static json_t *get_datum(const struct schema_row *row)
{
    json_t *quality = json_array(), *value = json_pack("{s:s}", "type", "number");
    for (int q = 0; q < QUALITY_COUNT; q++)
        json_array_append_new(quality, json_string(datum_get_quality_text((enum quality)q)));
    if (isfinite(row->min))
        json_object_set_new(value, "minimum", json_real(row->min));
    if (isfinite(row->max))
        json_object_set_new(value, "maximum", json_real(row->max));
    return json_pack("{s:s, s:{s:o, s:{s:s}, s:{s:s}, s:{s:s, s:o}, s:{s:s}}, s:[s, s, s], s:b}", "type", "object", "properties", "value",
                     value, "low", "type", "number", "high", "type", "number", "quality", "type", "string", "enum", quality, "source",
                     "type", "string", "required", "value", "quality", "source", "additionalProperties", 0);
}

static json_t *get_number(const struct schema_row *row)
{
    json_t *o = json_pack("{s:s}", "type", row->type == SCHEMA_INT ? "integer" : "number");
    if (isfinite(row->min))
        json_object_set_new(o, "minimum", json_real(row->min));
    if (isfinite(row->max))
        json_object_set_new(o, "maximum", json_real(row->max));
    if (row->need == SCHEMA_OPTIONAL && isfinite(row->fallback))
        json_object_set_new(o, "default", json_real(row->fallback));
    return o;
}

static json_t *get_value(const struct schema_row *row)
{
    switch (row->type) {
    case SCHEMA_REAL:
    case SCHEMA_INT:
        return get_number(row);
    case SCHEMA_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case SCHEMA_TEXT:
        return json_pack("{s:s, s:i}", "type", "string", "maxLength", SCHEMA_TEXT_SIZE - 1);
    case SCHEMA_CHOICE:
        return get_choices(row->choices);
    case SCHEMA_DATE:
        return json_pack("{s:s, s:s, s:s}", "type", "string", "format", "date", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    case SCHEMA_DATUM:
        return get_datum(row);
    default:
        return json_object(); /* a list or map: its owner's section fills it */
    }
}

static json_t *get_row(const struct schema_row *row)
{
    char doc[512];
    const struct unit *u = row->type == SCHEMA_REAL || row->type == SCHEMA_INT || row->type == SCHEMA_DATUM ? units_get(row->key) : NULL;
    snprintf(doc, sizeof doc, "%s%s%s%s", row->doc, u ? " [" : "", u ? u->label : "", u ? "]" : "");
    json_t *o = get_value(row);
    json_object_set_new(o, "description", json_string(doc));
    return o;
}

json_t *json_schema_get_rows(const struct schema_row *rows, int n_row, const char *doc)
{
    json_t *properties = json_object(), *required = json_array();
    for (int k = 0; k < n_row; k++) {
        json_object_set_new(properties, rows[k].key, get_row(&rows[k]));
        if (rows[k].need == SCHEMA_REQUIRED)
            json_array_append_new(required, json_string(rows[k].key));
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:b}", "type", "object", "description", doc, "properties", properties, "required", required,
                     "additionalProperties", 0);
}
