/* sens_impl.h - workspace of the gradients. */
#ifndef MODELS_SENS_SENS_IMPL_H
#define MODELS_SENS_SENS_IMPL_H
#include "models/loss/iron_slope.h"
#include "models/sens/sens.h"

struct sens_side {
    struct machine machine; /* its magnet with the amount that is diffused */
    struct magnet dosed;
    double step; /* signed change of the variable; 0: the design itself */
};

struct sens_ws {
    struct sens_opts opts;
    const struct sens_space *space;
    struct machine machine;          /* the design; its magnet with the amount that is diffused */
    struct magnet dosed;
    int n_node, n_tri, n_state_set;
    struct mesh *mesh;               /* at the design, its own copy */
    struct mesh *scratch;            /* at a side of the design */
    struct mesh view;                /* `mesh` with moved nodes: shares everything else with it */
    double *view_x_m, *view_y_m, *view_axis_rad;
    int n_block, n_block_all;        /* of a pole, of the sector */
    double *velocity_m;              /* [n_var][2][n_node] */
    struct field_motion *motion;     /* [n_var] */
    struct sens_side (*side)[2];     /* [n_var] below, above */
    struct field_sens *field;
    struct iron_ws *iron;            /* with opts.direct */
    struct iron_slope *slope;
    double *B_T, *B_side_T;          /* [n_state][2 n_tri], [2 n_tri] */
    double *dB_T;                    /* [n_state][n_var_max + FIELD_SOURCE_COUNT][2 n_tri], the sources after n_var_max variables */
    double *theta_el_rad;            /* [n_state] */
    int n_magnet;
    const struct field_magnet_elem *magnet;
    double *magnet_B_T, *magnet_m2, *magnet_Br_T;             /* [n_magnet] along the easy axis; area; remanence */
    double *magnet_x, *magnet_y, *magnet_by_B, *magnet_by_m2; /* [n_magnet] easy axis; derivatives of the level of B */
    double *area_to_node_m;          /* [n_node][2][3] derivatives of the areas that have a mass */
    struct stress_ws *stress;
    struct stress_sens *stress_sens;
};

double sens_get_area_m2(const struct mesh *ms, int t);
/* dB/dx of variable k (sources: n_var_max + source) at a state. */
size_t sens_get_state_size(const struct sens_ws *ws); /* from one state to the next */
double *sens_get_dB_T(const struct sens_ws *ws, int state, int k);
/* sens_magnet.c - how fast the area and the easy axis of a magnet element change with a variable. */
struct sens_change { double area_m2, axis_rad; };
struct sens_change sens_get_change(const struct mesh *ms, const struct field_motion *o, const struct field_magnet_elem *g);
/* The mesh of variable k on a side (0 below, 1 above). Valid until the next call. */
const struct mesh *sens_get_side(struct sens_ws *ws, int k, int side);
/* out = (above - below)/step of n doubles. */
void sens_set_difference(const struct sens_ws *ws, int k, int n, const double *below, const double *above, double *out);

#endif
