/* design.c - a given motor from YAML, and the files of `motrade evaluate`. */
#include "solver/design.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "models/machine/machine_yaml.h"
#include "models/mesh/mesh.h"
#include "solver/cli.h"
#include "solver/out_json.h"
#include "solver/study_sections.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define NODE(key, need, doc) {#key, SCHEMA_NODE, offsetof(struct design_nodes, key), need, 0, 0, 0, NULL, doc}

struct design_nodes { const struct yaml_node *machine, *requirement, *duty, *demagnetisation, *cooling, *economics, *level; };
static const struct schema_row DESIGN_ROWS[] = {
    NODE(machine, SCHEMA_REQUIRED, "The motor, in millimetres, materials by name"),
    NODE(requirement, SCHEMA_REQUIRED, "Ratings and limits, as in a study"),
    NODE(duty, SCHEMA_REQUIRED, "Continuous point, timed peak, cycle, as in a study"),
    NODE(demagnetisation, SCHEMA_REQUIRED, "Events and the loss that counts, as in a study"),
    NODE(cooling, SCHEMA_REQUIRED, "Cooling, as in a study"),
    NODE(economics, SCHEMA_OPTIONAL, "Volume, margin, scenario, sourcing, as in a study; without it no risk cost"),
    NODE(level, SCHEMA_REQUIRED, "Fidelity of the evaluation"),
};

struct level_row { int mesh; double map_magnet_T_K, shaft_kg, housing_kg; };
static const char *const MESH_CHOICES[] = {"coarse", "medium", "fine", NULL};
static const struct schema_row LEVEL_ROWS[] = {
    {"mesh", SCHEMA_CHOICE, offsetof(struct level_row, mesh), SCHEMA_REQUIRED, 0, 0, 0, MESH_CHOICES,
     "Mesh level: coarse (search), medium (report), fine (verify)"},
    {"map_magnet_degC", SCHEMA_REAL, offsetof(struct level_row, map_magnet_T_K), SCHEMA_REQUIRED, -60, 300, 0, NULL,
     "Magnet temperature at which the flux maps are solved"},
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
    d->level.mesh = (enum mesh_level)l.mesh;
    d->setup.map_magnet_T_K = l.map_magnet_T_K;
    d->setup.shaft_kg = l.shaft_kg;
    d->setup.housing_kg = l.housing_kg;
    return ST_OK;
}

enum status design_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                        struct design *out, struct err *e)
{
    struct design_nodes n = {0};
    TRY(yaml_read_file(path, &out->doc, e));
    for (int k = 0; k < n_set; k++)
        TRY(yaml_set_path(out->doc, set[k], e));
    TRY(yaml_read_table(yaml_get_root(out->doc), DESIGN_ROWS, ARRAY_LEN(DESIGN_ROWS), &n, e));
    TRY(machine_yaml_read(n.machine, lib, &out->machine, e));
    TRY(requirement_read(n.requirement, &out->setup.requirement, e));
    TRY(duty_read(n.duty, &out->setup.duty, e));
    TRY(demag_rule_read(n.demagnetisation, &out->setup.demag, e));
    TRY(read_level(n.level, out, e));
    TRY(study_sections_read_cooling(n.cooling, lib, &out->setup, e));
    return study_sections_read_economics(n.economics, market, &out->setup, &out->economics, e);
}

void design_done(struct design *d)
{
    machine_yaml_done(&d->machine);
    economics_done(&d->economics);
    yaml_free(d->doc);
    d->doc = NULL;
}

/* Axes and tables of the maps as solved. */
static json_t *get_map(const struct flux_map *fm)
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
    json_object_set_new(o, "index", json_string("k = (f*n_q + q)*n_d + d; means over rotor positions"));
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
    json_object_set_new(root, "detail", out_json_get_detail(detail, &d->setup));
    json_object_set_new(root, "flux_map", get_map(map));
    return out_json_write(root, path, e);
}

enum status design_write_map(const struct flux_map *map, const char *path, struct err *e)
{
    struct text t = {0};
    const struct flux_map_opts *o = &map->opts;
    text_add(&t, "i_d_A,i_q_A,i_f_A,lambda_d_Wb,lambda_q_Wb,lambda_f_Wb,torque_Nm,ripple_Nm\n");
    for (int f = 0; f < o->n_f; f++)
        for (int q = 0; q < o->n_q; q++)
            for (int k = 0; k < o->n_d; k++) {
                int at = (f * o->n_q + q) * o->n_d + k;
                text_add(&t, "%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", o->i_d_A[k], o->i_q_A[q], o->i_f_A[f],
                         map->lambda_d_Wb[at], map->lambda_q_Wb[at], map->lambda_f_Wb[at], map->torque_Nm[at], map->ripple_Nm[at]);
            }
    enum status st = t.failed ? err_set(e, ST_NO_MEMORY, path, "CSV text") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}

enum status design_write_vtk(struct evaluator *ev, const struct eval_detail *detail, const char *path, struct err *e)
{
    struct field_ws *f = evaluator_get_field(ev);
    const struct operate_point *p = &detail->point_peak;
    struct field_result r;
    struct field_info info;
    field_set_angle(f, 0.0);
    /* a peak point that was not reached is drawn at no load */
    int ok = p->is_feasible;
    TRY(field_solve(f, ok ? p->i_d_A : 0.0, ok ? p->i_q_A : 0.0, ok ? p->i_f_A : 0.0, 1, &r, &info, e));
    return mesh_write_vtk(field_get_mesh(f), 0.0, field_get_Az_Wb_per_m(f), field_eval_B_T(f), path, e);
}
