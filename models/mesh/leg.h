/* leg.h - points of buried magnets for the mesh templates: frame of half a pole, x along the d axis, y tangential (the u of machine.h). */
#ifndef MODELS_MESH_LEG_H
#define MODELS_MESH_LEG_H
#include "models/machine/machine.h"

struct leg_point { double x_m, y_m; };
/* A column line between the shaft and the iron above a layer: points on the magnet's lower face, the pocket's lower level, the upper
 * face. */
struct leg_spine { struct leg_point low, ledge, high; };

struct leg_point leg_get(const struct rotor_v *v, double s_m, double n_m);
struct leg_point leg_get_at_y(const struct rotor_v *v, double n_m, double y_m); /* on the line n = n_m at the tangential coordinate y_m */
struct leg_point leg_get_polar(double r_m, double angle_rad);
struct leg_point leg_get_between(struct leg_point a, struct leg_point b, double share_pu);
double leg_get_radius(struct leg_point p);
double leg_get_angle(struct leg_point p);
/* Smooth minimum of two positive numbers, never above either. */
double leg_get_smooth_min(double x, double max);

/* The layer's three levels at s along the leg, or at a given y (axis, post). */
struct leg_spine leg_get_spine(const struct rotor_v *v, double s_m);
struct leg_spine leg_get_spine_at_y(const struct rotor_v *v, double y_m);
struct leg_spine leg_set_y(struct leg_spine k, double y_m); /* straight across at the same heights */
/* Lines through T1-B1 and T2-B2 of the pocket; `low` is set for the layer at the shaft: in the iron under the pocket's wall. */
void leg_set_pocket_spines(const struct machine *m, const struct rotor_v *v, struct leg_spine *mid, struct leg_spine *end);
/* The sector edge: the row lines arrive a little below the heights of the pocket's end. */
struct leg_spine leg_get_spine_at_q(const struct machine *m, const struct leg_spine *end);

#endif
