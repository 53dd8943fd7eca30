/* design.h - a point of the design space with materials, for tests that need a whole machine from the unit box. */
#ifndef TESTS_SUPPORT_DESIGN_H
#define TESTS_SUPPORT_DESIGN_H
#include "models/machine/space.h"

/* design_get_envelope - a traction motor of 200 mm stator diameter. */
struct space_envelope design_get_envelope(int p, int n_slot);
/* design_set_materials - of C1 (magnet rotors) or C4. */
enum status design_set_materials(enum rotor_type t, const struct matlib *lib, struct machine *m, struct err *e) MUST_CHECK;

#endif
