/* machine_net.h - machine dimensions and materials -> solid conduction, capacities, areas of the thermal network.
 * Axial extent: stack length, stacking factor on iron conductivity and volume. Keys: MELLOR1991 (elements), SIMPSON2013 (slot composite).
 */
#ifndef MODELS_THERMAL_MACHINE_NET_H
#define MODELS_THERMAL_MACHINE_NET_H
#include "models/thermal/thermal_impl.h"

/* machine_net_slot - the conductor region of one slot in THERMAL_N_LAYER layers of equal depth, layer 0 at the opening. */
struct machine_net_slot {
    double depth_m, bottom_R_m;                 /* of the conductors (round bottom as an equal-area rectangle); radius of the slot bottom */
    double width_m[THERMAL_N_LAYER], tooth_m[THERMAL_N_LAYER];
    double liner_m, k_across_W_per_m_K, k_matrix_W_per_m_K; /* composite of strands in the impregnation; the impregnation with its voids */
};
enum status machine_net_eval_slot(const struct machine *m, const struct thermal_opts *o, double copper_area_m2,
                                  struct machine_net_slot *out, struct err *e) MUST_CHECK;
/* Parts of thermal_set_machine; t->conduction has been initialised. overhang: axial length of one end winding. */
void machine_net_set_stator(struct thermal *t, const struct machine *m, const struct machine_net_slot *s, const struct thermal_winding *w);
void machine_net_set_end_winding(struct thermal *t, const struct machine *m, const struct machine_net_slot *s,
                                 const struct thermal_winding *w, double *overhang_m);
void machine_net_set_housing(struct thermal *t, const struct machine *m, double end_space_m);
void machine_net_set_shaft(struct thermal *t, const struct machine *m, double end_space_m);
void machine_net_set_rotor(struct thermal *t, const struct machine *m, const struct thermal_winding *w); /* machine_net_rotor.c */

#endif
