/* space.h - the design space: a unit box mapped on valid machines. Every point of the box is a valid shape (closed map): each ratio
 * spans what the ratios before it leave free, so that no combination can overlap. Envelope and materials come from the study. */
#ifndef MODELS_MACHINE_SPACE_H
#define MODELS_MACHINE_SPACE_H
#include "models/machine/machine.h"

#define SPACE_MAX_VAR 24

struct space_envelope {          /* what the requirement fixes */
    double R_out_m, stack_max_m, airgap_m, bridge_min_m, post_min_m, shaft_R_m;
    int n_slot, p;
    double slot_opening_m, tooth_tip_m;      /* b0, h0 */
    double taper_m;                          /* h1 */
    double speed_max_rad_per_s;
    double magnet_min_thickness_m;
    struct winding winding;                  /* template: fill, strand, layers, paths; turns are a design variable */
    int n_conductor_min, n_conductor_max;
    int n_skew_slice;                        /* see skew.h */
    double skew_rad;
    double field_fill_pu;
    int n_field_turns;
};

struct space_var {               /* one design variable as the study and the outputs name it */
    const char *key;             /* "stack_ratio", "bore_ratio", "tooth_ratio", ... */
    const char *doc;
    double low, high;            /* range of the ratio that the unit interval spans */
    int is_integer;              /* e.g. conductors per slot */
};

/* space_get_vars - variables of a rotor type, n of them (ROTOR_V: stack, bore, tooth width, slot depth (yoke), turns, magnet width,
 * thickness, V angle, apex depth, pocket/bridge, post...; ROTOR_SALIENT: stack, bore, tooth, yoke, turns, body width, shoe, coil height,
 * ...); NULL and 0 for ROTOR_CONTOUR, which is drawn. */
const struct space_var *space_get_vars(enum rotor_type t, int *n);
/* space_get_levels - into how many equal parts the unit interval of a variable is cut, one an integer; 1: it is continuous. */
int space_get_levels(const struct space_envelope *env, int variable);
/* space_set_machine - unit-box point x[n] in [0,1] -> dimensions of m (materials of m are left as they are). Always yields a machine that
 * passes machine_check, when the envelope holds the rotor at all: two layers of magnets (ROTOR_DOUBLE_V, ROTOR_DELTA) at many poles need
 * a rotor so large that machine_check then misses the stator's yoke. Smooth in every continuous x; integers are rounded. */
void space_set_machine(enum rotor_type t, const struct space_envelope *env, const double *x, struct machine *m);

#endif
