/* space_impl.h - what the design-space maps of the rotor types share. Each map has a table of variables that begins with the common ones of
 * stack and stator, and a function that sets the rotor when those are set. */
#ifndef MODELS_MACHINE_SPACE_IMPL_H
#define MODELS_MACHINE_SPACE_IMPL_H
#include "models/machine/space.h"

enum { SPACE_STACK, SPACE_BORE, SPACE_TOOTH, SPACE_SLOT_DEPTH, SPACE_CONDUCTORS, SPACE_N_COMMON };

#define SPACE_COMMON_VARS                                                                                                                \
    [SPACE_STACK] = {"stack_ratio", "stack length / longest stack", 0.35, 1.0, 0},                                                       \
    [SPACE_BORE] = {"bore_ratio", "bore radius between its limits: 0.56 (or what the shaft needs) and 0.74 of the outer radius", 0.0,    \
                    1.0, 0},                                                                                                             \
    [SPACE_TOOTH] = {"tooth_ratio", "tooth width between its limits: 0.42 of the slot pitch and what the slot opening leaves", 0.0, 1.0, \
                     0},                                                                                                                 \
    [SPACE_SLOT_DEPTH] = {"slot_depth_ratio", "slot depth behind the tooth tip / radial depth there", 0.45, 0.76, 0},                    \
    [SPACE_CONDUCTORS] = {"conductor_ratio", "conductors in series per slot between their limits", 0.0, 1.0, 1}

struct space_map {
    const struct space_var *vars;
    int n;
    void (*set_rotor)(const struct space_envelope *env, const double *x, struct machine *m);
    double (*get_rotor_low_m)(const struct space_envelope *env); /* smallest rotor radius that the map can fill; NULL: any */
};
extern const struct space_map SPACE_V, SPACE_SALIENT, SPACE_SURFACE, SPACE_LOAF, SPACE_SPOKE, SPACE_DOUBLE_V, SPACE_DELTA;

#define SPACE_MAGNET_THICK_HIGH_PU 0.11 /* of the rotor radius */

/* Value of variable k: its range at the place x[k] of the unit interval. */
double space_get_ratio(const struct space_var *vars, const double *x, int k);
double space_get_between(double low, double high, double share);
/* Smooth minimum of two positive numbers, never above either. */
double space_get_smooth_min(double a, double b);

/* Outer pocket in the leg frame, `depth` along the leg; the top falls with the rotor surface, which a line along the leg meets under the
 * angle `slope`, but never by more than a third of the pocket's height. Returns the fall at its end. */
double space_set_pocket(struct rotor_v *v, double depth_m, double slope_rad);
/* Places a layer whose rise, thickness, post and s0 are set: the pocket's upper end T2 lies at (r_end, a_end). */
void space_set_layer(struct rotor_v *v, double depth_m, double r_end_m, double a_end_rad);
/* How far the lower corners of magnet and pocket reach beyond the pocket's upper end, tangentially: a bound from the steepest slope. */
double space_get_overhang_m(double thickness_m, double depth_m, double slope_rad);

#endif
