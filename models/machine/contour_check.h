/* contour_check.h - rules that a contour must keep to be a rotor: closed areas that do not cut themselves or each other, inside the sector
 * and between R_ri and R_ro, edges of the sector that fit when the pole is repeated, magnets or a field winding. Lines and arcs are
 * compared by points along them (vertices and at most CONTOUR_STEP_M apart), so that a thinner cut may be missed. */
#ifndef MODELS_MACHINE_CONTOUR_CHECK_H
#define MODELS_MACHINE_CONTOUR_CHECK_H
#include "models/machine/contour.h"

#define CONTOUR_STEP_M 0.25e-3

/* contour_check - Status: ST_INFEASIBLE with the rule ("contour_area", "contour_crosses", "contour_overlap", "contour_radius",
 * "contour_sector", "contour_periodic", "contour_magnet", "contour_coil"), the figures and the nearest feasible value. tau: pole pitch. */
enum status contour_check(const struct contour *c, double tau_rad, double R_ri_m, double R_ro_m, struct err *e) MUST_CHECK;

#endif
