/* iron_slope_impl.h - workspace of the derivatives of the core-loss coefficients. */
#ifndef MODELS_LOSS_IRON_SLOPE_IMPL_H
#define MODELS_LOSS_IRON_SLOPE_IMPL_H
#include "models/loss/iron_impl.h"
#include "models/loss/iron_slope.h"

enum { SLOPE_HYST, SLOPE_EDDY, SLOPE_EXCESS, SLOPE_N_KIND }; /* of the slots: the squared field alone, in the place of the first */
enum { SLOPE_YOKE, SLOPE_TOOTH, SLOPE_SLOT, SLOPE_ROTOR, SLOPE_N_CLASS };

struct iron_slope_part {                   /* the columns of the stator or the rotor (iron_impl.h) */
    int n_column, n_row;
    double *to_T[SLOPE_N_KIND];       /* [n_row][2 n_column] coefficient to a sample */
    double *per_mass[SLOPE_N_KIND];   /* [n_column] coefficient to the mass, of slots to the area share */
    double *weight[SLOPE_N_KIND];     /* [n_column] work */
};

struct iron_slope_run { int class, first, last; }; /* triangles of one class that follow each other */

struct iron_slope {
    const struct mesh *mesh;
    int n_tri, max_position, n_position, n_run, n_area;
    double stack_m;
    struct iron_slope_part stator, rotor;
    struct iron_slope_run *run;
    int *area_tri, *area_class; /* [n_area] elements of the first pitch and pole, whose areas make the masses */
    double *to_area[SLOPE_N_KIND];    /* [n_area] */
    double *to_B[SLOPE_N_KIND];       /* [max_position][2 n_tri] */
    struct iron_coef value;
};

#endif
