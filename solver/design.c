/* design.c - a given motor from YAML, and the files of `motrade evaluate`. */
#include "solver/design.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/machine/machine_yaml.h"
#include "models/mesh/mesh.h"
#include "solver/cli.h"
#include "solver/file_kind.h"
#include "solver/flux_export.h"
#include "solver/out_json.h"
#include "solver/study_sections.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define NODE(key, need, doc) {#key, SCHEMA_NODE, offsetof(struct design_nodes, key), need, 0, 0, 0, NULL, doc}

struct design_nodes { const struct yaml_node *machine, *requirement, *duty, *demagnetisation, *cooling, *economics, *level, *field; };
static const struct schema_row DESIGN_ROWS[] = {
    NODE(machine, SCHEMA_REQUIRED, "The motor, in millimetres, materials by name"),
    NODE(requirement, SCHEMA_REQUIRED, "Ratings and limits, as in a study"),
    NODE(duty, SCHEMA_REQUIRED, "Continuous point, timed peak, cycle, as in a study"),
    NODE(demagnetisation, SCHEMA_REQUIRED, "Events and the loss that counts, as in a study"),
    NODE(cooling, SCHEMA_REQUIRED, "Cooling, as in a study"),
    NODE(economics, SCHEMA_OPTIONAL, "Volume, margin, scenario, sourcing, as in a study; without it no risk cost"),
    NODE(level, SCHEMA_REQUIRED, "Fidelity of the evaluation"),
    NODE(field, SCHEMA_OPTIONAL, "A field case: what to solve; in place of everything but machine"),
};

struct level_row {
    int mesh, n_d, n_q, n_f, n_position;
    double map_over_pu, map_magnet_T_K, shaft_kg, housing_kg;
};
static const char *const MESH_CHOICES[] = {"coarse", "medium", "fine", NULL};
static const struct schema_row LEVEL_ROWS[] = {
    {"mesh", SCHEMA_CHOICE, offsetof(struct level_row, mesh), SCHEMA_REQUIRED, 0, 0, 0, MESH_CHOICES,
     "Mesh level: coarse (search), medium (report), fine (verify)"},
    {"map_magnet_degC", SCHEMA_REAL, offsetof(struct level_row, map_magnet_T_K), SCHEMA_REQUIRED, -60, 300, 0, NULL,
     "Magnet temperature at which the flux maps are solved"},
    {"map_points_d", SCHEMA_INT, offsetof(struct level_row, n_d), SCHEMA_OPTIONAL, 4, FLUX_MAP_MAX_AXIS, 0, NULL,
     "Values of i_d solved for the flux maps; otherwise as the mesh level has it"},
    {"map_points_q", SCHEMA_INT, offsetof(struct level_row, n_q), SCHEMA_OPTIONAL, 4, FLUX_MAP_MAX_AXIS, 0, NULL,
     "Values of i_q from 0 to the current limit; otherwise as the mesh level has it"},
    {"map_points_f", SCHEMA_INT, offsetof(struct level_row, n_f), SCHEMA_OPTIONAL, 3, FLUX_MAP_MAX_FIELD, 0, NULL,
     "Values of the field current of wound rotors; otherwise as the mesh level has it"},
    {"map_positions", SCHEMA_INT, offsetof(struct level_row, n_position), SCHEMA_OPTIONAL, 2, FLUX_MAP_MAX_POSITION, 0, NULL,
     "Rotor positions behind each value; otherwise as the mesh level has it"},
    {"map_positive_id_pu", SCHEMA_REAL, offsetof(struct level_row, map_over_pu), SCHEMA_OPTIONAL, 0.01, 1.0, EVAL_MAP_OVER_PU, NULL,
     "The maps reach to this share of the current limit in positive i_d; 1: symmetric, as some drive simulators want it"},
    {"shaft_mass_kg", SCHEMA_REAL, offsetof(struct level_row, shaft_kg), SCHEMA_REQUIRED, 0, 1000, 0, NULL, "Finished mass of the shaft"},
    {"housing_mass_kg", SCHEMA_REAL, offsetof(struct level_row, housing_kg), SCHEMA_REQUIRED, 0, 1000, 0, NULL,
     "Finished mass of the housing"},
};

const struct schema_row *design_get_schema(int *n)
{
    *n = ARRAY_LEN(DESIGN_ROWS);
    return DESIGN_ROWS;
}

const struct schema_row *design_get_level_schema(int *n)
{
    *n = ARRAY_LEN(LEVEL_ROWS);
    return LEVEL_ROWS;
}

static enum status read_level(const struct yaml_node *map, struct design *d, struct err *e)
{
    struct level_row l = {0};
    TRY(yaml_read_table(map, LEVEL_ROWS, ARRAY_LEN(LEVEL_ROWS), &l, e));
    d->level = l.mesh == MESH_COARSE ? eval_level_search() : eval_level_report();
    d->level.is_search = 0; /* a given motor is judged by the whole simulation, hopeless or not */
    d->level.wound_low_pu = -1.0; /* its map is written out for the whole circle of current */
    d->level.mesh = (enum mesh_level)l.mesh;
    if (l.n_d > 0)
        d->level.n_d = d->level.n_d_wound = l.n_d;
    if (l.n_q > 0)
        d->level.n_q = d->level.n_q_wound = l.n_q;
    d->level.n_f = l.n_f > 0 ? l.n_f : d->level.n_f;
    if (l.n_position > 0)
        d->level.n_position = d->level.n_position_wound = l.n_position;
    d->level.map_over_pu = l.map_over_pu;
    d->setup.map_magnet_T_K = l.map_magnet_T_K;
    d->setup.shaft_kg = l.shaft_kg;
    d->setup.housing_kg = l.housing_kg;
    return ST_OK;
}

/* Of a field case only `machine` and `field` may stand in the file: a requirement that nothing is judged by would be a fiction. */
static enum status read_field_case(const struct design_nodes *n, const struct matlib *lib, struct design *out, struct err *e)
{
    const struct yaml_node *other[] = {n->requirement, n->duty, n->demagnetisation, n->cooling, n->economics, n->level};
    for (int k = 0; k < ARRAY_LEN(other); k++)
        if (other[k])
            return yaml_fail(other[k], e, "has no place beside `field`: a field case solves currents, a judged design has no `field`");
    out->is_field_case = 1;
    TRY(machine_yaml_read(n->machine, lib, &out->machine, e));
    return field_case_read(n->field, &out->machine, &out->field, e);
}

static enum status read_nodes(const struct yaml_node *root, struct design_nodes *n, struct err *e)
{
    struct schema_row rows[ARRAY_LEN(DESIGN_ROWS)];
    int is_field_case = root->kind == YAML_MAP && yaml_get_key(root, "field") != NULL;
    for (int k = 0; k < ARRAY_LEN(rows); k++) {
        rows[k] = DESIGN_ROWS[k];
        if (is_field_case && rows[k].offset != offsetof(struct design_nodes, machine))
            rows[k].need = SCHEMA_OPTIONAL;
    }
    return yaml_read_table(root, rows, ARRAY_LEN(rows), n, e);
}

enum status design_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                        struct design *out, struct err *e)
{
    struct design_nodes n = {0};
    TRY(yaml_read_file(path, &out->doc, e));
    for (int k = 0; k < n_set; k++)
        TRY(yaml_set_path(out->doc, set[k], e));
    TRY(file_kind_check(yaml_get_root(out->doc), FILE_DESIGN, e));
    TRY(read_nodes(yaml_get_root(out->doc), &n, e));
    if (n.field)
        return read_field_case(&n, lib, out, e);
    TRY(machine_yaml_read(n.machine, lib, &out->machine, e));
    TRY(requirement_read(n.requirement, &out->setup.requirement, e));
    TRY(duty_read(n.duty, &out->setup.duty, e));
    TRY(demag_rule_read(n.demagnetisation, &out->setup.demag, e));
    TRY(read_level(n.level, out, e));
    if (out->machine.magnet)
        TRY(demag_rule_check_magnet(&out->setup.demag, out->machine.magnet, n.machine, e));
    TRY(study_sections_read_cooling(n.cooling, lib, &out->setup, e));
    TRY(study_sections_check_temperatures(n.cooling, yaml_get_key(n.level, "map_magnet_degC"), &out->setup, &out->machine,
                                          out->machine.magnet, e));
    return study_sections_read_economics(n.economics, market, &out->setup, &out->economics, e);
}

void design_done(struct design *d)
{
    machine_yaml_done(&d->machine);
    economics_done(&d->economics);
    yaml_free(d->doc);
    d->doc = NULL;
}

json_t *design_get_map(const struct flux_map *fm)
{
    static const char *const KEYS[] = {"i_d_A", "i_q_A", "i_f_A"};
    const double *axis[] = {fm->opts.i_d_A, fm->opts.i_q_A, fm->opts.i_f_A};
    int length[] = {fm->opts.n_d, fm->opts.n_q, fm->opts.n_f};
    json_t *o = json_object();
    for (int a = 0; a < 3; a++) {
        json_t *list = json_array();
        for (int k = 0; k < length[a]; k++)
            json_array_append_new(list, out_json_get_real(axis[a][k]));
        json_object_set_new(o, KEYS[a], list);
    }
    const struct { const char *key; const double *v; } TABLES[] = {
        {"lambda_d_Wb", fm->lambda_d_Wb}, {"lambda_q_Wb", fm->lambda_q_Wb}, {"lambda_f_Wb", fm->lambda_f_Wb},
        {"torque_Nm", fm->torque_Nm}, {"ripple_Nm", fm->ripple_Nm}};
    for (int q = 0; q < ARRAY_LEN(TABLES); q++) {
        json_t *list = json_array();
        for (int k = 0; k < fm->n; k++)
            json_array_append_new(list, out_json_get_real(TABLES[q].v[k]));
        json_object_set_new(o, TABLES[q].key, list);
    }
    json_object_set_new(o, "shear_pu", out_json_get_real(fm->opts.shear_pu));
    json_object_set_new(o, "index", json_string("k = (f*n_q + q)*n_d + d, there i_d = i_d_A[d] - shear_pu i_f_A[f]; means over rotor "
                                                "positions"));
    return o;
}

enum status design_write_json(const struct design *d, const struct result *r, const struct eval_detail *detail, const struct flux_map *map,
                              const char *path, struct err *e)
{
    json_t *root = json_pack("{s:s, s:s, s:s}", "schema", "motrade/evaluation", "schema_version", RESULT_SCHEMA_VERSION, "program_version",
                             MOTRADE_VERSION);
    json_object_set_new(root, "conventions", out_json_get_conventions());
    json_object_set_new(root, "inputs", out_json_get_yaml(yaml_get_root(d->doc)));
    json_object_set_new(root, "machine", out_json_get_machine(&d->machine));
    json_object_set_new(root, "figures", out_json_get_figures(r));
    json_object_set_new(root, "requirements", out_json_get_constraints(r));
    json_object_set_new(root, "detail", out_json_get_detail(detail, r, &d->setup));
    json_object_set_new(root, "flux_map", design_get_map(map));
    return out_json_write(root, path, e);
}

static double get_current_max_A(const struct design *d, const struct flux_map_opts *o)
{
    return d->is_field_case ? fmin(-o->i_d_A[0], o->i_q_A[o->n_q - 1]) : d->setup.requirement.current_max_A;
}

enum status design_write_map(const struct design *d, const struct flux_map *map, const char *dir, struct err *e)
{
    struct winding_layout layout;
    struct winding_geometry g;
    struct flux_export *x = NULL;
    char path[1200];
    TRY(winding_set_layout(&d->machine, &layout, e));
    TRY(winding_eval_geometry(&d->machine, &layout, &g, e));
    struct flux_export_meta meta = {d->machine.name, d->machine.magnet ? map->opts.magnet_T_K : (double)NAN, g.R20_ohm, g.L_end_H,
                                    get_current_max_A(d, &map->opts)};
    TRY(flux_export_new(map, &meta, &x, e));
    snprintf(path, sizeof path, "%s/flux_map.csv", dir);
    enum status st = flux_export_write_csv(x, path, e);
    snprintf(path, sizeof path, "%s/flux_map.mat", dir);
    if (st == ST_OK)
        st = flux_export_write_mat(x, path, e);
    flux_export_free(x);
    return st;
}

enum status design_write_vtk(struct field_ws *ws, const struct field_case_point *at, const char *path, struct err *e)
{
    struct field_result r;
    struct field_info info;
    field_set_angle(ws, 0.0);
    TRY(field_solve(ws, at->i_d_A, at->i_q_A, at->i_f_A, 1, &r, &info, e));
    return mesh_write_vtk(field_get_mesh(ws), 0.0, field_get_Az_Wb_per_m(ws), field_eval_B_T(ws), path, e);
}
