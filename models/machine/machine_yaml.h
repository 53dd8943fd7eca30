/* machine_yaml.h - one given machine from a YAML map, in millimetres and degrees: for `motrade evaluate` and the validation cases.
 * Sub-maps stator, winding, rotor (its `type` decides its keys) and materials. Keys and docs are the schema rows below. */
#ifndef MODELS_MACHINE_MACHINE_YAML_H
#define MODELS_MACHINE_MACHINE_YAML_H
#include "models/machine/machine.h"
#include "materials/base/yaml.h"

/* machine_yaml_read - fill out from the map; materials are looked up in lib. Geometry is not checked here (machine_check).
 * Status: ST_CONFIG with file, line, column: unknown, missing or out-of-range key, unknown material (names the nearest), a rotor that needs
 * a magnet or a field conductor without one, a diffused magnet without gbd_faces. */
enum status machine_yaml_read(const struct yaml_node *map, const struct matlib *lib, struct machine *out, struct err *e) MUST_CHECK;

/* machine_yaml_write - the map `machine:` that machine_yaml_read takes back, twelve digits; not for a rotor given as contours. */
struct text;
void machine_yaml_write(const struct machine *m, struct text *t);

/* machine_yaml_done - ends what a rotor given as contours holds; for any machine of machine_yaml_read, and again. Copies share it. */
void machine_yaml_done(struct machine *m);

/* machine_yaml_get_sections - the tables, for the schema command: dotted path, what it is, rows. */
struct machine_section { const char *path, *doc; const struct schema_row *rows; int n_row; };
const struct machine_section *machine_yaml_get_sections(int *n);
/* contour_yaml_get_layer_schema - of one entry of machine.rotor.layers, for rotors given as a drawing. */
const struct schema_row *contour_yaml_get_layer_schema(int *n);

#endif
