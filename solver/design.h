/* design.h - one given motor for `motrade evaluate`: a machine in millimetres and what is asked of it, and the files written of it.
 * A file is one of two kinds. A judged design has requirement, duty, demagnetisation, cooling, level and, optionally, economics. A field
 * case has `field` in their place (models/case/field_case.h): what to solve of a motor of which the rest is not known. */
#ifndef SOLVER_DESIGN_H
#define SOLVER_DESIGN_H
#include "materials/matlib.h"
#include "materials/market.h"
#include "models/case/field_case.h"
#include "models/evaluate.h"
#include "solver/study_sections.h"
#include <jansson.h>

struct design {
    struct yaml_doc *doc;
    struct machine machine;
    int is_field_case;                                    /* then `field` is filled, and nothing below it */
    struct field_case field;
    struct eval_setup setup;
    struct eval_level level;
    struct economics economics;
};

/* design_read - keys: machine (models/machine/machine_yaml.h); requirement, duty, demagnetisation, cooling, economics (optional), level; or
 * field. Status: ST_CONFIG, also for `field` beside one of the others. */
enum status design_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                        struct design *out, struct err *e) MUST_CHECK;
void design_done(struct design *d);
const struct schema_row *design_get_schema(int *n);       /* sections of a design file */
const struct schema_row *design_get_level_schema(int *n); /* its `level` */
enum status design_write_json(const struct design *d, const struct result *r, const struct eval_detail *detail, const struct flux_map *map,
                              const char *path, struct err *e) MUST_CHECK;
json_t *design_get_map(const struct flux_map *map);       /* axes and tables as solved */
/* Flux maps in `dir`: flux_map.csv and flux_map.mat (solver/flux_export.h). A field case has no current limit: the largest current that
 * its map holds in all directions of motoring takes its place. */
enum status design_write_map(const struct design *d, const struct flux_map *map, const char *dir, struct err *e) MUST_CHECK;
/* Mesh and field at given currents, rotor at electrical angle 0, magnets as they are in ws. */
enum status design_write_vtk(struct field_ws *ws, const struct field_case_point *at, const char *path, struct err *e) MUST_CHECK;

#endif
