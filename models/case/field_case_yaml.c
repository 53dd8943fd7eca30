/* field_case_yaml.c - the `field` section: three parts, each of them optional, at least one of them there. */
#include "models/case/field_case.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include "materials/base/banned.h"

static const char *const MESH_CHOICES[] = {"coarse", "medium", "fine", NULL};

struct field_row {
    int mesh;
    double magnet_K, speed_rad_per_s;
    const struct yaml_node *no_load, *map, *load;
};
#define FIELD(key, type, member, need, low, high, fallback, choices, doc) \
    {key, type, offsetof(struct field_row, member), need, low, high, fallback, choices, doc}
static const struct schema_row FIELD_ROWS[] = {
    FIELD("mesh", SCHEMA_CHOICE, mesh, SCHEMA_REQUIRED, 0, 0, 0, MESH_CHOICES,
          "Mesh level: coarse (about 2,000 unknowns), medium (8,000), fine (32,000)"),
    FIELD("magnet_degC", SCHEMA_REAL, magnet_K, SCHEMA_OPTIONAL, -60, 300, (double)NAN, NULL,
          "Magnet temperature; must be given for a rotor with magnets"),
    FIELD("speed_rpm", SCHEMA_REAL, speed_rad_per_s, SCHEMA_OPTIONAL, 1, 1e6, (double)NAN, NULL,
          "Speed of back-EMF and iron loss; without it neither is given"),
    FIELD("no_load", SCHEMA_NODE, no_load, SCHEMA_OPTIONAL, 0, 0, 0, NULL, "Open circuit: linkage, back-EMF, cogging, gap flux density"),
    FIELD("map", SCHEMA_NODE, map, SCHEMA_OPTIONAL, 0, 0, 0, NULL, "Flux maps on a grid of currents"),
    FIELD("load", SCHEMA_NODE, load, SCHEMA_OPTIONAL, 0, 0, 0, NULL, "Torque and linkages over rotor positions at given currents"),
};

struct no_load_row { int n_position; double i_f_A; };
static const struct schema_row NO_LOAD_ROWS[] = {
    {"positions", SCHEMA_INT, offsetof(struct no_load_row, n_position), SCHEMA_REQUIRED, 2, WAVEFORM_MAX_POSITION, 0, NULL,
     "Rotor positions of one slot-ripple period; 12: cogging within 8 % of 24"},
    {"i_f_A", SCHEMA_REAL, offsetof(struct no_load_row, i_f_A), SCHEMA_OPTIONAL, 0, 1e5, (double)NAN, NULL,
     "Field current; must be given for a wound rotor"},
};

struct map_row { const struct yaml_node *i_d_A, *i_q_A, *i_f_A; int n_position; };
static const struct schema_row MAP_ROWS[] = {
    {"i_d_A", SCHEMA_NODE, offsetof(struct map_row, i_d_A), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Values of i_d, ascending, the first below 0; peak amperes at the terminals"},
    {"i_q_A", SCHEMA_NODE, offsetof(struct map_row, i_q_A), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Values of i_q, ascending from 0"},
    {"i_f_A", SCHEMA_NODE, offsetof(struct map_row, i_f_A), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "Values of the field current, ascending; must be given for a wound rotor"},
    {"positions", SCHEMA_INT, offsetof(struct map_row, n_position), SCHEMA_REQUIRED, 2, FLUX_MAP_MAX_POSITION, 0, NULL,
     "Rotor positions behind each mean: 2 (search), 6, 12"},
};

struct load_row { const struct yaml_node *points; int n_position; };
static const struct schema_row LOAD_ROWS[] = {
    {"positions", SCHEMA_INT, offsetof(struct load_row, n_position), SCHEMA_REQUIRED, 2, WAVEFORM_MAX_POSITION, 0, NULL,
     "Rotor positions of 60 degrees electrical; 12: ripple within 3 % of 48"},
    {"points", SCHEMA_NODE, offsetof(struct load_row, points), SCHEMA_REQUIRED, 0, 0, 0, NULL, "Points, each {i_d_A, i_q_A, i_f_A}"},
};
static const struct schema_row POINT_ROWS[] = {
    {"i_d_A", SCHEMA_REAL, offsetof(struct field_case_point, i_d_A), SCHEMA_REQUIRED, -1e5, 1e5, 0, NULL, "d current, peak amperes"},
    {"i_q_A", SCHEMA_REAL, offsetof(struct field_case_point, i_q_A), SCHEMA_REQUIRED, -1e5, 1e5, 0, NULL, "q current, peak amperes"},
    {"i_f_A", SCHEMA_REAL, offsetof(struct field_case_point, i_f_A), SCHEMA_OPTIONAL, 0, 1e5, (double)NAN, NULL,
     "Field current; must be given for a wound rotor"},
};

static const struct field_case_section SECTIONS[] = {
    {"", "A field case: what to solve of a motor of which no duty, cooling or price is known", FIELD_ROWS, ARRAY_LEN(FIELD_ROWS)},
    {"no_load", "Open circuit", NO_LOAD_ROWS, ARRAY_LEN(NO_LOAD_ROWS)},
    {"map", "Flux maps: means over rotor positions on a grid of currents", MAP_ROWS, ARRAY_LEN(MAP_ROWS)},
    {"load", "Waveforms at given currents", LOAD_ROWS, ARRAY_LEN(LOAD_ROWS)},
    {"load.points", "One point", POINT_ROWS, ARRAY_LEN(POINT_ROWS)},
};

const struct field_case_section *field_case_get_sections(int *n)
{
    *n = ARRAY_LEN(SECTIONS);
    return SECTIONS;
}

/* A key that a wound rotor must have and no other may. */
static enum status check_field_current(const struct machine *m, const struct yaml_node *map, int is_given, struct err *e)
{
    int is_wound = machine_has_field_winding(m);
    if (is_wound && !is_given)
        return yaml_fail(map, e, "missing key 'i_f_A': a wound rotor needs its field current");
    if (!is_wound && is_given)
        return yaml_fail(yaml_get_key(map, "i_f_A"), e, "this rotor has no field winding: remove the key");
    return ST_OK;
}

static enum status read_no_load(const struct yaml_node *map, const struct machine *m, struct field_case *out, struct err *e)
{
    struct no_load_row r = {0};
    if (!map)
        return ST_OK;
    TRY(yaml_read_table(map, NO_LOAD_ROWS, ARRAY_LEN(NO_LOAD_ROWS), &r, e));
    TRY(check_field_current(m, map, isfinite(r.i_f_A), e));
    out->n_noload = r.n_position;
    out->noload_i_f_A = isfinite(r.i_f_A) ? r.i_f_A : 0.0;
    return ST_OK;
}

static enum status read_axis(const struct yaml_node *list, int min, int max, double *x_A, int *n, struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item < min || list->n_item > max)
        return yaml_fail(list, e, "expected a list of %d to %d currents in amperes, ascending", min, max);
    TRY(yaml_read_real_list(list, 1.0, x_A, max, n, e));
    for (int k = 1; k < *n; k++)
        if (!(x_A[k] > x_A[k - 1]))
            return yaml_fail(list->item[k], e, "%g A does not lie above %g A before it; expected ascending currents", x_A[k], x_A[k - 1]);
    return ST_OK;
}

static enum status read_map(const struct yaml_node *map, const struct machine *m, struct field_case *out, struct err *e)
{
    struct map_row r = {0};
    struct flux_map_opts *o = &out->map;
    if (!map)
        return ST_OK;
    TRY(yaml_read_table(map, MAP_ROWS, ARRAY_LEN(MAP_ROWS), &r, e));
    TRY(check_field_current(m, map, r.i_f_A != NULL, e));
    TRY(read_axis(r.i_d_A, FIELD_CASE_AXIS_MIN, FLUX_MAP_MAX_AXIS, o->i_d_A, &o->n_d, e));
    TRY(read_axis(r.i_q_A, FIELD_CASE_AXIS_MIN, FLUX_MAP_MAX_AXIS, o->i_q_A, &o->n_q, e));
    o->n_f = 1;
    if (r.i_f_A)
        TRY(read_axis(r.i_f_A, FIELD_CASE_FIELD_AXIS_MIN, FLUX_MAP_MAX_FIELD, o->i_f_A, &o->n_f, e));
    if (!(o->i_d_A[0] < 0.0))
        return yaml_fail(r.i_d_A->item[0], e, "the first i_d is %g A; expected a value below 0 (field weakening)", o->i_d_A[0]);
    if (o->i_q_A[0] != 0.0)
        return yaml_fail(r.i_q_A->item[0], e, "the first i_q is %g A; expected 0, the rest follows by symmetry", o->i_q_A[0]);
    if (o->i_f_A[0] < 0.0)
        return yaml_fail(r.i_f_A->item[0], e, "the first i_f is %g A; expected 0 or more", o->i_f_A[0]);
    o->n_position = r.n_position;
    o->magnet_T_K = out->magnet_K;
    o->corner_A = HUGE_VAL;
    return ST_OK;
}

/* Points are solved on their own, but their losses are read from the map, which must not be continued for them. */
static enum status check_inside(const struct yaml_node *point, const struct flux_map_opts *o, const struct field_case_point *p,
                                struct err *e)
{
    const struct { const char *key; double value_A, low_A, high_A;
    } AXIS[] = {{"i_d_A", p->i_d_A, o->i_d_A[0], o->i_d_A[o->n_d - 1]},
                {"i_q_A", p->i_q_A, -o->i_q_A[o->n_q - 1], o->i_q_A[o->n_q - 1]},
                {"i_f_A", p->i_f_A, o->i_f_A[0], o->i_f_A[o->n_f - 1]}};
    for (int k = 0; k < ARRAY_LEN(AXIS); k++)
        if (AXIS[k].value_A < AXIS[k].low_A || AXIS[k].value_A > AXIS[k].high_A)
            return yaml_fail(yaml_get_key(point, AXIS[k].key), e,
                             "%g A lies beyond the map, %g to %g A; nearest: %g A, or extend field.map.%s", AXIS[k].value_A, AXIS[k].low_A,
                             AXIS[k].high_A, AXIS[k].value_A < AXIS[k].low_A ? AXIS[k].low_A : AXIS[k].high_A, AXIS[k].key);
    return ST_OK;
}

static enum status read_load(const struct yaml_node *map, const struct machine *m, struct field_case *out, struct err *e)
{
    struct load_row r = {0};
    if (!map)
        return ST_OK;
    TRY(yaml_read_table(map, LOAD_ROWS, ARRAY_LEN(LOAD_ROWS), &r, e));
    if (r.points->kind != YAML_LIST || r.points->n_item < 1 || r.points->n_item > FIELD_CASE_MAX_POINT)
        return yaml_fail(r.points, e, "expected a list of 1 to %d points {i_d_A, i_q_A}", FIELD_CASE_MAX_POINT);
    out->n_load = r.n_position;
    out->n_point = r.points->n_item;
    for (int k = 0; k < out->n_point; k++) {
        struct field_case_point *p = &out->point[k];
        TRY(yaml_read_table(r.points->item[k], POINT_ROWS, ARRAY_LEN(POINT_ROWS), p, e));
        TRY(check_field_current(m, r.points->item[k], isfinite(p->i_f_A), e));
        p->i_f_A = isfinite(p->i_f_A) ? p->i_f_A : 0.0;
        if (out->map.n_d > 0)
            TRY(check_inside(r.points->item[k], &out->map, p, e));
    }
    return ST_OK;
}

enum status field_case_read(const struct yaml_node *map, const struct machine *m, struct field_case *out, struct err *e)
{
    struct field_row r = {0};
    *out = (struct field_case){0};
    TRY(yaml_read_table(map, FIELD_ROWS, ARRAY_LEN(FIELD_ROWS), &r, e));
    out->mesh = (enum mesh_level)r.mesh;
    out->magnet_K = r.magnet_K;
    out->speed_rad_per_s = r.speed_rad_per_s;
    if (m->magnet && !isfinite(r.magnet_K))
        return yaml_fail(map, e, "missing key 'magnet_degC': the flux of a magnet depends on its temperature");
    if (!m->magnet && isfinite(r.magnet_K))
        return yaml_fail(yaml_get_key(map, "magnet_degC"), e, "this rotor has no magnets: remove the key");
    if (!r.no_load && !r.map && !r.load)
        return yaml_fail(map, e, "nothing to solve; expected at least one of: no_load, map, load");
    if (m->stator.is_slotless && (r.map || r.load))
        return yaml_fail(r.map ? r.map : r.load, e, "a slotless stator carries no currents; expected no_load alone");
    TRY(read_no_load(r.no_load, m, out, e));
    TRY(read_map(r.map, m, out, e));
    return read_load(r.load, m, out, e);
}
