/* rotor.h - what a rotor type is to the rest of the program: a row of functions. For models/machine and models/mesh; other modules ask by
 * the machine_* functions of machine.h. A new rotor: an enumerator and a struct in machine.h, a file rotor_<name>.c that defines its row,
 * its place in rotor.c, keys in machine_rows.c, a grid in models/mesh, and, to be searched, a map in space_<name>.c. */
#ifndef MODELS_MACHINE_ROTOR_H
#define MODELS_MACHINE_ROTOR_H
#include "models/machine/machine.h"

struct rotor_template {
    const char *key;                                                      /* name in files and outputs */
    enum status (*check)(const struct machine *m, struct err *e);         /* first violated rule of the rotor */
    int (*get_blocks)(const struct machine *m, struct machine_magnet_block *out); /* NULL: no magnets */
    double (*get_bridge_m)(const struct machine *m);                      /* NULL: no bridge */
    int (*get_bridges)(const struct machine *m, struct machine_bridge *out); /* NULL: no bridge */
    int (*is_in_post)(const struct machine *m, double u_m, double v_m);   /* NULL: no post */
    int (*has_coil)(const struct machine *m);                             /* NULL: no field winding */
    void (*get_coil)(const struct machine *m, struct machine_field_coil *out); /* of a rotor that has_coil */
    int (*get_dimensions)(const struct machine *m, struct machine_dimension *out); /* NULL: the writers know this rotor themselves */
};
extern const struct rotor_template ROTOR_V_TEMPLATE, ROTOR_SALIENT_TEMPLATE, ROTOR_SURFACE_TEMPLATE, ROTOR_SPOKE_TEMPLATE,
    ROTOR_BREAD_LOAF_TEMPLATE, ROTOR_DOUBLE_V_TEMPLATE, ROTOR_DELTA_TEMPLATE, ROTOR_CONTOUR_TEMPLATE;
const struct rotor_template *rotor_get(enum rotor_type t);

/* One layer of a V, as single-layer and double-layer rotors use it. */
struct rotor_corner { double u_m, v_m; };
struct rotor_corner rotor_v_get_corner(const struct rotor_v *v, double s_m, double n_m); /* leg frame to (u, v) */
/* lowest_m: least radius of the iron under the layer. */
enum status rotor_v_check_layer(const struct machine *m, const struct rotor_v *v, double lowest_m, struct err *e) MUST_CHECK;
double rotor_v_get_layer_bridge_m(const struct machine *m, const struct rotor_v *v);
struct machine_bridge rotor_v_get_layer_bridge(const struct machine *m, const struct rotor_v *v);
int rotor_v_is_in_layer_post(const struct rotor_v *v, double u_m, double v_m);
/* Blocks 2 k, 2 k + 1 of a layer into out[0], out[1]; bodies from first_body on. Returns the number of bodies. */
int rotor_v_set_layer_blocks(const struct rotor_v *v, int first_body, struct machine_magnet_block *out);

/* Spoke, edge frame: where the flank meets the hub; where a line at distance h from the sector edge meets the surface. */
double rotor_spoke_get_hub_along_m(const struct machine *m);
double rotor_spoke_get_surface_along_m(const struct machine *m, double h_m);
double rotor_loaf_get_side_m(const struct machine *m);          /* height of the magnet's sides */
double rotor_double_v_get_web_m(const struct machine *m);       /* iron between the layers */

/* Contours with a field winding (rotor_contour_coil.c). */
int rotor_contour_has_coil(const struct machine *m);
void rotor_contour_get_coil(const struct machine *m, struct machine_field_coil *out);
enum status rotor_contour_check_coil(const struct machine *m, struct err *e) MUST_CHECK; /* beyond contour_check; mirrored poles */
int rotor_contour_is_in_body(const struct machine *m, double u_m, double v_m);
int rotor_contour_set_coil_dimensions(const struct machine *m, struct machine_dimension *out); /* returns how many */

/* A figure in metres against its limit; the message says both in millimetres. A dimension at its limit passes (1 nm of rounding). */
enum status machine_check_positive(const char *rule, const char *what, double value_m, struct err *e) MUST_CHECK;
enum status machine_check_least(const char *rule, const char *what, double value_m, double least_m, struct err *e) MUST_CHECK;

#endif
