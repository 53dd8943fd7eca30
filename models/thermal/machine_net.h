/* machine_net.h - machine dimensions and materials -> solid conduction, capacities, areas of the thermal network.
 * Axial extent: stack length, stacking factor on iron conductivity and volume. Keys: MELLOR1991 (elements), SIMPSON2013 (slot composite).
 */
#ifndef MODELS_THERMAL_MACHINE_NET_H
#define MODELS_THERMAL_MACHINE_NET_H
#include "models/thermal/thermal_impl.h"

/* machine_net_slot - the conductor region of one slot in cells of equal depth, cell 0 at the opening. */
struct machine_net_slot {
    double depth_m, bottom_R_m;                 /* of the conductors (round bottom as an equal-area rectangle); radius of the slot bottom */
    double width_m[SLOT_N_CELL], tooth_m[SLOT_N_CELL]; /* inside the liner */
    double liner_m, k_matrix_W_per_m_K;         /* k: the impregnation with its voids */
    double k_across_W_per_m_K, k_radial_W_per_m_K; /* to the flanks; along the slot */
    double bar_height_pu, bar_width_m, bar_m2_K_per_W; /* bars: bare height over pitch, width and film of the insulation; else 1, 0, 0 */
};
enum status machine_net_eval_slot(const struct machine *m, const struct thermal_opts *o, double copper_area_m2,
                                  struct machine_net_slot *out, struct err *e) MUST_CHECK;
/* Parts of thermal_set_machine; t->conduction has been initialised. overhang: axial length of one end winding. */
enum status machine_net_set_stator(struct thermal *t, const struct machine *m, const struct machine_net_slot *s,
                                   const struct thermal_winding *w, struct err *e) MUST_CHECK;
void machine_net_set_end_winding(struct thermal *t, const struct machine *m, const struct machine_net_slot *s,
                                 const struct thermal_winding *w, double *overhang_m);
void machine_net_set_housing(struct thermal *t, const struct machine *m, double end_space_m);
void machine_net_set_shaft(struct thermal *t, const struct machine *m, double end_space_m);
void machine_net_set_rotor(struct thermal *t, const struct machine *m, const struct thermal_winding *w); /* machine_net_rotor.c */

#endif
