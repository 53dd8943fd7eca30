/* stress_sens_impl.h - what the files of the strength's derivatives share. */
#ifndef MODELS_MECH_STRESS_SENS_IMPL_H
#define MODELS_MECH_STRESS_SENS_IMPL_H
#include "models/mech/stress_impl.h"
#include "models/mech/stress_sens.h"

enum { LEVEL_ALL, LEVEL_BRIDGE, LEVEL_POST, N_LEVEL };

/* Derivative of the bridges' level to what bounds the zones. */
struct stress_zone_slope { double r_in, angle_low, angle_high; };

struct stress_sens {
    int n_point, n_unknown, n_mesh_node;
    unsigned char *is_post;                        /* [n_point] */
    double *log_Pa, *area_m2;                      /* [n_point] */
    double *weight_m2[N_LEVEL];                    /* [n_point] area times membership */
    double *by_log[N_LEVEL], *by_weight[N_LEVEL];  /* [n_point] of the level (Pa) to log_Pa and to weight_m2 */
    double level_Pa[N_LEVEL];                      /* NAN: no such zone */
    double *u_polar_m, *u_m;                       /* [n_unknown] displacement: polar, place order; Cartesian, node order */
    double *u_left;                                /* [n_unknown] load less inner force: the reactions, Cartesian */
    double *psi[N_LEVEL];                                   /* [n_unknown] adjoints, polar, place order */
    double *psi_xy[N_LEVEL], *psi_left[N_LEVEL];   /* [n_unknown] the same as u_m, u_left */
    double *to_node[N_LEVEL];                      /* [2 n_mesh_node] of the level to the places of the nodes */
    struct stress_zone_slope to_bridge[MACHINE_MAX_BRIDGE]; /* of LEVEL_BRIDGE */
    double to_R_ro;
};

/* stress_adjoint.c - from levels, by_log, by_weight at the solution that ws holds: adjoints, to_node, to_bridge, to_R_ro. */
void stress_adjoint_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                         const struct stress_opts *opts);

/* Membership of a point in a bridge, and its derivatives. */
struct stress_bridge_weight { double w, by_r, by_angle, by_R_ro; struct stress_zone_slope by; };
struct stress_bridge_weight stress_eval_bridge_weight(double R_ro_m, const struct machine_bridge *b, struct stress_place at);

#endif
