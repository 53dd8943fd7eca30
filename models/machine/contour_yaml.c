/* contour_yaml.c - the file of a rotor given as contours: format by its ending, layers of a drawing, path beside the YAML that names it. */
#include "models/machine/machine_yaml_impl.h"
#include "models/machine/contour.h"
#include "materials/base/units.h"
#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include "materials/base/banned.h"

#define PATH_SIZE 256

struct layer_row { char layer[SCHEMA_TEXT_SIZE], kind[SCHEMA_TEXT_SIZE]; double axis_rad; };
static const struct schema_row LAYER_KEYS[] = {
    {"layer", SCHEMA_TEXT, offsetof(struct layer_row, layer), SCHEMA_REQUIRED, 0, 0, 0, NULL, "layer of the drawing"},
    {"kind", SCHEMA_TEXT, offsetof(struct layer_row, kind), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "iron, magnet, air, field_coil, shaft or ignore"},
    {"magnetisation_deg", SCHEMA_REAL, offsetof(struct layer_row, axis_rad), SCHEMA_OPTIONAL, -360, 360, 0, NULL,
     "direction of the layer's magnets in the drawing's frame; for kind magnet"},
};

const struct schema_row *contour_yaml_get_layer_schema(int *n)
{
    *n = ARRAY_LEN(LAYER_KEYS);
    return LAYER_KEYS;
}

static enum status read_layer(const struct yaml_node *map, struct contour_layer *out, struct err *e)
{
    struct layer_row r = {0};
    TRY(yaml_read_table(map, LAYER_KEYS, ARRAY_LEN(LAYER_KEYS), &r, e));
    const int has_axis = yaml_get_key(map, "magnetisation_deg") != NULL;
    *out = (struct contour_layer){.kind = contour_get_kind(r.kind), .axis_rad = r.axis_rad, .is_magnetised = has_axis};
    if (strlen(r.layer) >= sizeof out->name)
        return yaml_fail(map, e, "layer '%s' has a name of more than %d characters", r.layer, (int)sizeof out->name - 1);
    snprintf(out->name, sizeof out->name, "%s", r.layer);
    if (out->kind == CONTOUR_KIND_COUNT)
        return yaml_fail(map, e, "'%s' is no kind of contour: iron, magnet, air, field_coil, shaft or ignore", r.kind);
    if (has_axis != (out->kind == CONTOUR_MAGNET))
        return yaml_fail(map, e, "magnetisation_deg is for layers of kind magnet, which need it");
    return ST_OK;
}

static enum status read_layers(const struct yaml_node *list, struct contour_layer *layer, int *n, struct err *e)
{
    *n = 0;
    if (list->kind != YAML_LIST || list->n_item < 1 || list->n_item > CONTOUR_MAX_LAYER)
        return yaml_fail(list, e, "expected a list of 1 to %d layers: {layer, kind, magnetisation_deg}", CONTOUR_MAX_LAYER);
    for (int k = 0; k < list->n_item; k++) {
        TRY(read_layer(list->item[k], &layer[k], e));
        for (int i = 0; i < k; i++)
            if (strcmp(layer[i].name, layer[k].name) == 0)
                return yaml_fail(list->item[k], e, "layer '%s' is given twice", layer[k].name);
        *n = k + 1;
    }
    return ST_OK;
}

/* Beside the design file, unless absolute. */
static enum status set_path(const struct machine_doc *d, char out[PATH_SIZE], struct err *e)
{
    const char *slash = strrchr(d->rotor->file, '/');
    int n_dir = slash && d->contour_file[0] != '/' ? (int)(slash - d->rotor->file) + 1 : 0;
    if (snprintf(out, PATH_SIZE, "%.*s%s", n_dir, d->rotor->file, d->contour_file) >= PATH_SIZE)
        return yaml_fail(d->rotor, e, "the path of the contour's file is longer than %d characters", PATH_SIZE - 1);
    return ST_OK;
}

enum status contour_yaml_read(struct machine_doc *d, struct contour **out, struct err *e)
{
    struct contour_layer layer[CONTOUR_MAX_LAYER];
    struct contour_opts o = {.d_axis_rad = d->contour_d_axis_rad, .join_m = d->contour_join_m, .layer = layer,
                             .background = d->contour_background == 0 ? CONTOUR_IRON : CONTOUR_AIR};
    const char *end = strrchr(d->contour_file, '.');
    const int is_csv = end && strcmp(end, ".csv") == 0, is_dxf = end && strcmp(end, ".dxf") == 0;
    char path[PATH_SIZE];
    if (!is_csv && !is_dxf)
        return yaml_fail(d->rotor, e, "'%s' is neither a .csv nor a .dxf file", d->contour_file);
    if (is_csv && d->contour_layers)
        return yaml_fail(d->contour_layers, e, "layers are those of a DXF; a CSV says the kind of each region itself");
    if (is_dxf && !d->contour_layers)
        return yaml_fail(d->rotor, e, "missing key 'layers': what each layer of the drawing is");
    if (is_dxf)
        TRY(read_layers(d->contour_layers, layer, &o.n_layer, e));
    TRY(set_path(d, path, e));
    return is_csv ? contour_new_csv(path, &o, out, e) : contour_new_dxf(path, &o, out, e);
}
