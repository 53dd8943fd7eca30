/* slot.h - the conductor region of the slots as a body of distributed temperature, condensed to layers.
 * Across the slot: half a slab with uniform generation, its flank behind liner, gap and half a tooth (key MELLOR1991). Along the slot:
 * cells of that slab, joined by radial conduction, the last one to the yoke through liner and gap. With generation even within each layer
 * the cell temperatures are a linear function of the layer means and of the iron temperatures; eliminating the cells leaves conductances
 * between layers, teeth and yoke that reproduce the distributed solution exactly in the means, in the steady state; hot spots come from the
 * cells. In a transient the cells are taken to follow at once (their time constant is that of diffusion over a fraction of a layer). Layer
 * 0 and cell 0 at the opening, through which nothing passes. Allocates nothing. */
#ifndef MODELS_THERMAL_SLOT_H
#define MODELS_THERMAL_SLOT_H
#include "materials/base/status.h"

#define SLOT_N_LAYER 3
#define SLOT_CELLS_PER_LAYER 8
#define SLOT_N_CELL (SLOT_N_LAYER * SLOT_CELLS_PER_LAYER)
#define SLOT_N_IRON (SLOT_N_LAYER + 1) /* a tooth node beside each layer, then the yoke face */
#define SLOT_N_PORT (SLOT_N_LAYER + SLOT_N_IRON)

/* Anisotropic: k across (to the flanks) and radial (along the slot), W/(m K). */
struct slot_section {
    double depth_m, length_m;                     /* length: all slots together, axial */
    double width_m[SLOT_N_CELL];                  /* inside the liner */
    double flank_m2_K_per_W[SLOT_N_CELL];         /* liner, gap, half a tooth */
    double bottom_m2_K_per_W;                     /* liner and gap */
    double k_across_W_per_m_K, k_radial_W_per_m_K;
};

struct slot_net {
    double share_pu[SLOT_N_LAYER];                                   /* of the copper */
    double K_W_per_K[SLOT_N_PORT][SLOT_N_PORT];                   /* heat out of port i = sum_j K_ij T_j; ports: layers, teeth, yoke */
    double cell_of_port_pu[SLOT_N_CELL][SLOT_N_PORT];                /* cell temperature = sum_j T_j */
    double flank_W_per_K[SLOT_N_CELL], half_slab_K_per_W[SLOT_N_CELL];
};

/* slot_net_init - Status: ST_SINGULAR when a width or conductivity is not positive. */
enum status slot_net_init(struct slot_net *n, const struct slot_section *s, struct err *e) MUST_CHECK;
/* slot_net_eval_hot_K - hottest point for given layer means, tooth temperatures and yoke-face temperature. */
double slot_net_eval_hot_K(const struct slot_net *n, const double layer_K[SLOT_N_LAYER], const double iron_K[SLOT_N_IRON]);

/* slot_eval_half_slab_rise_K - hottest point over the mean of half a slab of resistance R through which `flow` leaves at one face: 1/6 flow
 * R; flow inwards instead makes the face the hottest point, 1/3 flow R above. */
double slot_eval_half_slab_rise_K(double flow_W, double R_K_per_W);

#endif
