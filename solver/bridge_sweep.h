/* bridge_sweep.h - what the thickness of the iron bridge trades: the chosen design of each technology with nothing changed but its bridge
 * (variable bridge_ratio of its design space), from the thinnest that may be punched to the thickest of the space. A thicker bridge is
 * safer and short-circuits more of the magnets' flux. Search level; rotors without such a variable are left out.
 * The figures of every point are in struct result: safety against yield and fatigue, no-load flux, torque, power at the highest speed. */
#ifndef SOLVER_BRIDGE_SWEEP_H
#define SOLVER_BRIDGE_SWEEP_H
#include "solver/compare.h"
#include <jansson.h>

/* bridge_sweep_solve - fills tech[].sweep with search.bridge_points designs each; nothing when that is 0. */
enum status bridge_sweep_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e) MUST_CHECK;
json_t *bridge_sweep_get_json(const struct comparison *c); /* key bridge_sweep of result.json; NULL: not asked for */

#endif
