/* design.h - one given motor for `motrade evaluate`: a machine in millimetres and what is asked of it, and the files written of it. */
#ifndef SOLVER_DESIGN_H
#define SOLVER_DESIGN_H
#include "materials/matlib.h"
#include "materials/market.h"
#include "models/evaluate.h"
#include "solver/study_sections.h"

struct design {
    struct yaml_doc *doc;
    struct machine machine;
    struct eval_setup setup;
    struct eval_level level;
    struct economics economics;
};

/* design_read - keys: machine (models/machine/machine_yaml.h), requirement, duty, demagnetisation, cooling, economics (optional), level. */
enum status design_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                        struct design *out, struct err *e) MUST_CHECK;
void design_done(struct design *d);
const struct schema_row *design_get_schema(int *n);       /* sections of a design file */
const struct schema_row *design_get_level_schema(int *n); /* its `level` */
enum status design_write_json(const struct design *d, const struct result *r, const struct eval_detail *detail, const struct flux_map *map,
                              const char *path, struct err *e) MUST_CHECK;
/* Flux maps in `dir`: flux_map.csv and flux_map.mat (solver/flux_export.h). */
enum status design_write_map(const struct design *d, const struct flux_map *map, const char *dir, struct err *e) MUST_CHECK;
/* Mesh and field at the peak point. */
enum status design_write_vtk(struct evaluator *ev, const struct eval_detail *detail, const char *path, struct err *e) MUST_CHECK;

#endif
