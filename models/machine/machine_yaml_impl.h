/* machine_yaml_impl.h - what the tables (machine_rows.c) and the readers (machine_yaml.c, rotor_yaml.c) of a machine share. */
#ifndef MODELS_MACHINE_MACHINE_YAML_IMPL_H
#define MODELS_MACHINE_MACHINE_YAML_IMPL_H
#include "models/machine/machine_yaml.h"

struct machine_names {
    char stator_steel[SCHEMA_TEXT_SIZE], rotor_steel[SCHEMA_TEXT_SIZE], magnet[SCHEMA_TEXT_SIZE], conductor[SCHEMA_TEXT_SIZE],
        sleeve[SCHEMA_TEXT_SIZE],
        field_conductor[SCHEMA_TEXT_SIZE], insulation[SCHEMA_TEXT_SIZE], shaft[SCHEMA_TEXT_SIZE], housing[SCHEMA_TEXT_SIZE];
};

/* What the tables fill: the machine, and what needs more than a table. SCHEMA_CHOICE writes int, hence the copies of the enums. */
struct machine_doc {
    struct machine m;
    struct machine_names name;
    const struct yaml_node *bars, *stator, *winding, *rotor, *materials, *pocket_top, *pocket_bottom, *gbd_faces,
        *shaft_layer, *gap_layer, *contour_layers;
    int rotor_type, bottom, centre;
    char contour_file[SCHEMA_TEXT_SIZE];
    double contour_d_axis_rad, contour_join_m, gbd_dose_pu;
    int contour_background;     /* of BACKGROUNDS */
};

/* Places of the tables in machine_yaml_get_sections; rotors in the order of enum rotor_type from SECTION_ROTOR on. */
enum { SECTION_MACHINE, SECTION_STATOR, SECTION_WINDING, SECTION_ROTOR, SECTION_LAYER = SECTION_ROTOR + ROTOR_TYPE_COUNT,
       SECTION_MATERIALS, SECTION_BARS, SECTION_COUNT };
enum status machine_yaml_read_section(const struct yaml_node *map, int section, struct machine_doc *d, struct err *e) MUST_CHECK;
/* rotor_yaml_read - the rotor map: type, dimensions, diffused faces. */
enum status rotor_yaml_read(struct machine_doc *d, struct err *e) MUST_CHECK;

/* contour_yaml_read - the contour that the rotor's keys name. */
enum status contour_yaml_read(struct machine_doc *d, struct contour **out, struct err *e) MUST_CHECK;

#endif
