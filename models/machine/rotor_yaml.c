/* rotor_yaml.c - the rotor map of a machine: which template, its table, and what tables cannot say: pockets as lists of points, faces. */
#include "models/machine/machine_yaml_impl.h"
#include "models/machine/rotor.h"
#include <string.h>
#include "materials/base/banned.h"

static const char *const FACES[] = {"gap", "back", "inner", "outer"};

static enum status read_points(const struct yaml_node *list, int n_point, double (*out)[2], struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item != n_point)
        return yaml_fail(list, e, "expected a list of %d points [ds, n] in mm", n_point);
    for (int k = 0; k < n_point; k++) {
        int n = 0;
        TRY(yaml_read_real_list(list->item[k], 1e-3, out[k], 2, &n, e));
        if (n != 2)
            return yaml_fail(list->item[k], e, "expected a point [ds, n] in mm, got %d numbers", n);
    }
    return ST_OK;
}

static enum status read_faces(const struct yaml_node *list, int face[4], struct err *e)
{
    if (!list)
        return ST_OK;
    if (list->kind != YAML_LIST)
        return yaml_fail(list, e, "expected a list of faces: gap, back, inner, outer");
    for (int k = 0; k < list->n_item; k++) {
        const char *text = NULL;
        int found = -1;
        TRY(yaml_read_text_scalar(list->item[k], &text, e));
        for (int f = 0; f < ARRAY_LEN(FACES); f++)
            if (strcmp(text, FACES[f]) == 0)
                found = f;
        if (found < 0)
            return yaml_fail(list->item[k], e, "'%s' is no face of a magnet: gap, back, inner or outer", text);
        face[found] = 1;
    }
    return ST_OK;
}

static enum status read_pockets(struct machine_doc *d, struct err *e)
{
    TRY(read_points(d->pocket_top, 2, d->m.v.pocket_top_m, e));
    TRY(read_points(d->pocket_bottom, 3, d->m.v.pocket_bottom_m, e));
    if (d->m.v.pocket_bottom_m[0][0] != 0)
        return yaml_fail(d->pocket_bottom->item[0], e, "B0 lies on the magnet's end face: its ds must be 0");
    return ST_OK;
}

/* The table of a layer writes m.v: the gap layer is read there first and put away. */
static enum status read_layers(struct machine_doc *d, struct err *e)
{
    const struct rotor_v none = {0};
    TRY(machine_yaml_read_section(d->gap_layer, SECTION_LAYER, d, e));
    TRY(read_pockets(d, e));
    d->m.v_gap = d->m.v;
    d->m.v_gap.centre = d->m.rotor_type == ROTOR_DELTA ? CENTRE_NONE : CENTRE_POST;
    d->m.v = none;
    TRY(machine_yaml_read_section(d->shaft_layer, SECTION_LAYER, d, e));
    TRY(read_pockets(d, e));
    d->m.v.centre = CENTRE_POST;
    return ST_OK;
}

static enum status read_type(const struct machine_doc *d, enum rotor_type *out, struct err *e)
{
    const struct yaml_node *type = yaml_get_key(d->rotor, "type");
    const char *text = NULL, *keys[ROTOR_TYPE_COUNT];
    for (int k = 0; k < ROTOR_TYPE_COUNT; k++)
        keys[k] = machine_get_rotor_key((enum rotor_type)k);
    if (!type)
        return yaml_fail(d->rotor, e, "missing key 'type': v, salient, surface, spoke, bread_loaf, double_v, delta or contour");
    TRY(yaml_read_text_scalar(type, &text, e));
    for (int k = 0; k < ROTOR_TYPE_COUNT; k++) {
        if (strcmp(text, keys[k]) == 0) {
            *out = (enum rotor_type)k;
            return ST_OK;
        }
    }
    const char *nearest = yaml_get_nearest(text, keys, ROTOR_TYPE_COUNT);
    return yaml_fail(type, e, "'%s' is no rotor type: v, salient, surface, spoke, bread_loaf, double_v, delta or contour%s%s", text,
                     nearest ? "; nearest: " : "", nearest ? nearest : "");
}

/* Turns and fill of the field coils, when there are any. */
static enum status check_field(const struct machine_doc *d, struct err *e)
{
    static const char *const KEYS[2] = {"field_turns_per_pole", "field_fill_pu"};
    const int is_wound = machine_has_field_winding(&d->m);
    for (int k = 0; k < 2; k++) {
        const struct yaml_node *given = yaml_get_key(d->rotor, KEYS[k]);
        if (is_wound && !given)
            return yaml_fail(d->rotor, e, "missing key '%s': the contours have field coils", KEYS[k]);
        if (!is_wound && given)
            return yaml_fail(given, e, "'%s' without a contour of kind field_coil", KEYS[k]);
    }
    const struct yaml_node *faces = is_wound ? yaml_get_key(d->rotor, "gbd_faces") : NULL;
    return faces ? yaml_fail(faces, e, "a wound rotor has no magnet") : ST_OK;
}

static enum status read_contour(struct machine_doc *d, struct err *e)
{
    struct contour *c = NULL;
    TRY(contour_yaml_read(d, &c, e));
    d->m.contour = c;
    enum status st = check_field(d, e);
    if (st != ST_OK)
        machine_yaml_done(&d->m);
    return st;
}

enum status rotor_yaml_read(struct machine_doc *d, struct err *e)
{
    enum rotor_type type = ROTOR_V;
    TRY(read_type(d, &type, e));
    TRY(machine_yaml_read_section(d->rotor, SECTION_ROTOR + (int)type, d, e));
    d->m.rotor_type = type;
    if (type == ROTOR_SALIENT)
        return ST_OK;
    TRY(read_faces(d->gbd_faces, d->m.gbd_face, e));
    d->m.gbd_left_out_pu = 1.0 - d->gbd_dose_pu;
    if (type == ROTOR_CONTOUR)
        return read_contour(d, e);
    if (type == ROTOR_DOUBLE_V || type == ROTOR_DELTA)
        return read_layers(d, e);
    if (type != ROTOR_V)
        return ST_OK;
    d->m.v.centre = (enum rotor_centre)d->centre;
    return read_pockets(d, e);
}
