/* design_field.h - the files and the terminal table of a field case (design.h).
 * result.json: conventions, inputs, machine, mesh, no_load, load, flux_map, and `absent`: every figure that `motrade evaluate` gives of a
 * judged design and cannot give here, with the reason. waveforms.csv, harmonics.csv (wave_csv.h); gap_harmonics.csv with open circuit;
 * flux_map.csv and flux_map.mat with a map; field.vtk at the first point, else open circuit. Files of parts that were not asked for are not
 * written. */
#ifndef SOLVER_DESIGN_FIELD_H
#define SOLVER_DESIGN_FIELD_H
#include "materials/base/text.h"
#include "solver/design.h"
#include "solver/wave_csv.h"

/* What is not computed, and why: one line each. */
#define DESIGN_FIELD_MAX_ABSENT 16
struct field_absent { const char *key, *label, *reason; };
int design_field_get_absent(const struct design *d, struct field_absent out[DESIGN_FIELD_MAX_ABSENT]);

struct wave_set design_field_get_set(const struct design *d, const struct field_case_result *r); /* points into r */
enum status design_field_write(const struct design *d, struct field_case_ws *ws, const struct field_case_result *r, const char *dir,
                               struct err *e) MUST_CHECK;
/* design_field_add_table - at most 100 columns. */
void design_field_add_table(struct text *t, const struct design *d, const struct field_case_result *r, const char *dir);

#endif
