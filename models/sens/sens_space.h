/* sens_space.h - which figures of a design are varied: a list of continuous design variables, and the machine for any small change of one.
 *
 * Two lists can be made:
 * - box: the continuous variables of models/machine/space.h (unit box, keys as there), and then the envelope's lengths that shape the
 *   cross-section. Integers (conductors per slot, poles, slots, turns) are not varied: with the slots and copper unchanged, turns scale
 *   exactly: linkage ~ N, resistance ~ N^2, current ~ 1/N for the same field.
 * - dimensions: the lengths and angles of struct machine themselves, for machines that come from a file: stator, radii, stack, and those
 *   of the rotor's template (all seven; the layers of double V and delta each with their own). Derivatives per metre: 1e-3 of that per mm.
 * Both lists end with the share of diffused Dy or Tb that is left out, where magnets are diffused: it moves no node, but coercivity and
 * masses.
 * A new rotor type: its space is taken from space_get_vars by itself; its own dimensions are rows of one table in sens_space.c.
 *
 * Unit of a derivative: unit of the figure per unit of x (box), per metre or radian (the others), per unit share (amount left out). */
#ifndef MODELS_SENS_SENS_SPACE_H
#define MODELS_SENS_SENS_SPACE_H
#include "models/machine/space.h"

#define SENS_MAX_VAR 48

enum sens_kind { SENS_BOX, SENS_ENVELOPE, SENS_DIMENSION };

struct sens_var {
    const char *key, *doc;
    enum sens_kind kind;
    size_t place;          /* index in the box, or offset in the envelope or machine */
    double x;              /* value at the design */
    double step;           /* that the map to the mesh is differenced with: SENS_STEP_PU of the box or of the value */
};

#define SENS_STEP_PU 1e-5  /* central differences of a smooth explicit map: error of the order of step^2 and of 1e-16/step */

struct sens_space {
    int n;
    struct sens_var var[SENS_MAX_VAR];
    struct machine machine;               /* at the design: materials (of magnets the grade, not yet dosed) and integers of every varied
                                             machine are taken from here */
    enum rotor_type type;
    struct space_envelope envelope;
    double box[SPACE_MAX_VAR];
};

/* sens_space_init_box - variables of a point x of the unit box (all variables of space_get_vars, integers included, which stay). m:
 * materials; its dimensions become those of the point. Status: ST_CONFIG when the rotor type has no space. */
enum status sens_space_init_box(struct sens_space *sp, enum rotor_type t, const struct space_envelope *env, const double *x,
                                struct machine *m, struct err *e) MUST_CHECK;
/* sens_space_init_dimensions - the dimensions of m, those that are 0 left out (a feature that the machine does not have). */
void sens_space_init_dimensions(struct sens_space *sp, const struct machine *m);
/* sens_space_set_machine - the machine with variable k changed by dx. */
void sens_space_set_machine(const struct sens_space *sp, int k, double dx, struct machine *m);
/* sens_space_find - index of a key, -1 if there is none. */
int sens_space_find(const struct sens_space *sp, const char *key);

#endif
