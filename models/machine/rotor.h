/* rotor.h - what a rotor type is to the rest of the program: a row of functions. Internal to models/machine; other modules ask by the
 * machine_* functions of machine.h. A new rotor: an enumerator and a struct in machine.h, a file rotor_<name>.c that defines its row, its
 * place in rotor.c, keys in machine_yaml.c, a grid in models/mesh, and, to be searched, a map in space_<name>.c. */
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
};
extern const struct rotor_template ROTOR_V_TEMPLATE, ROTOR_SALIENT_TEMPLATE, ROTOR_SURFACE_TEMPLATE;
const struct rotor_template *rotor_get(enum rotor_type t);

/* A figure in metres against its limit; the message says both in millimetres. A dimension at its limit passes (1 nm of rounding). */
enum status machine_check_positive(const char *rule, const char *what, double value_m, struct err *e) MUST_CHECK;
enum status machine_check_least(const char *rule, const char *what, double value_m, double least_m, struct err *e) MUST_CHECK;

#endif
