/* field_sens_impl.h - workspace of the derivatives. It keeps its own gradients of the shape functions, so that it depends on the solver
 * only by the mesh, the solution, the B-H tables, the loads and the tangent. */
#ifndef MODELS_FIELD_FIELD_SENS_IMPL_H
#define MODELS_FIELD_FIELD_SENS_IMPL_H
#include "models/field/field_impl.h"
#include "models/field/field_sens.h"

enum { SENS_OUT_D, SENS_OUT_Q, SENS_OUT_F, SENS_OUT_TORQUE, SENS_OUT_B /* the caller's functional */, SENS_OUT_COUNT };

#define SENS_RHS_MIN 16        /* right-hand sides that there is room for at least */

struct sens_shape {            /* elements: signed gradients as in struct field_tri */
    int n;
    int *idx;                  /* [3n] */
    double *gx, *gy, *sign;    /* [3n] */
    double *area_m2;           /* [n] */
};

#define SENS_LANE        8              /* figures side by side in field_sens_nodes.c: those above, */
#define SENS_LANE_ENERGY SENS_OUT_COUNT /* less the functional W, and nothing */

struct sens_moved { /* motion of one variable */
    double stack_m, r_band_in_m, r_band_out_m, axis_rad[MACHINE_MAX_BLOCK];
    const double *vx_m, *vy_m; /* [n_node] copy of the motion */
    /* the elements that it moves: for the direct way only */
    int n;
    int *tri;                  /* [n] */
    double *xx, *xy, *yx, *yy; /* [n] velocity gradient L_ab = dv_a/dx_b */
    double probe_m2[FIELD_MAX_PROBE]; /* d area of a probe */
    int has_probe;
    int n_magnet;              /* entries of the list below */
    int *magnet;               /* [n_magnet] magnet elements whose axis turns */
    double *magnet_rad;        /* and how fast */
};

struct sens_state {            /* of every element of mesh and band, at the solution */
    double *hx, *hy;           /* grad A (T) */
    double *kx, *ky;           /* H turned likewise (A/m) */
    double *nu, *dnu2;         /* nu and 2 dnu/dB^2 */
    double *w_J_per_m3;        /* energy density */
};

struct field_sens {
    int n_var_max, n_var, n_dof, n_tri, n_gap, n_node, n_probe, has_direct, had_weight;
    struct sens_shape tri, gap;
    struct sens_moved *moved;  /* [n_var_max] */
    int is_moved_set;         /* their elements are those of the present design */
    double *velocity_m;        /* [2 n_var_max n_node] */
    short *probe;              /* [n_tri] probe of an element, -1 */
    double probe_m2[FIELD_MAX_PROBE];
    struct sens_state s;       /* [n_tri + n_gap] */
    double *rhs;               /* [n_dof * max(n_var_max + 1, SENS_RHS_MIN) + n_tri] scratch */
    const double *weight;           /* [2 n_tri] of the caller's functional; NULL: its adjoint is zero */
    double *load[SENS_OUT_COUNT];   /* [n_dof + 1] dF/d(figure): loads of one ampere, d torque/dA, functional */
    double *psi[SENS_OUT_COUNT];    /* [n_dof + 1] adjoints */
    double *px[SENS_OUT_COUNT], *py[SENS_OUT_COUNT], *pm[SENS_OUT_COUNT]; /* gradient of psi per element, and mean of psi over it */
    double *A_mean;            /* [n_tri] mean of A over the element (probe elements) */
    double *dA;                /* [n_var_max + 1][n_dof + 1]; the line after n_var: to the remanences */
    double *gap_L[4];          /* [n_gap] velocity gradient of the band for the variable at hand */
    double ampere_turns[SENS_OUT_TORQUE][FIELD_MAX_PROBE], ampere_turns_now[FIELD_MAX_PROBE];
    double whole_m, torque_J_per_m, torque_Nm, coenergy_J, lambda_Wb[SENS_OUT_TORQUE];
    double *to_node;                              /* [n_node][2][SENS_LANE] of every figure to the places of the nodes, sector, per metre */
    double to_axis[MACHINE_MAX_BLOCK][SENS_LANE]; /* and to the easy axes */
    double stack_m, band_height_m;
    const double *gap_x_m, *gap_y_m; /* of the solver: valid until it turns the rotor */
};

/* field_sens_state.c - element state, loads, adjoints of the last solution. */
enum status field_sens_set_state(struct field_sens *fs, struct field_ws *fw, struct err *e) MUST_CHECK;
/* Torque per metre of the sector by Arkkio; dT[n_dof + 1] += d/dA. */
double field_sens_eval_torque(const struct field_sens *fs, double *dT);
/* Explicit derivative of that: the band moves with velocity gradient gap_L. */
double field_sens_eval_torque_motion(const struct field_sens *fs, const struct field_ws *fw, const struct sens_moved *m);
/* K_T^-1 applied to n vectors in order of the unknowns, x[n][n_dof + 1], in place. */
enum status field_sens_solve_tangent(struct field_sens *fs, struct field_ws *fw, int n, double *const *x, struct err *e) MUST_CHECK;

/* r B_r B_t at the middle of edge i of a triangle of the band, with its derivatives to place and field. */
struct sens_torque_point {
    double f, fx, fy, fBx, fBy;
};
struct sens_torque_point field_sens_eval_torque_edge(const struct field_sens *fs, int g, int i);

/* field_sens.c - lambda_d and lambda_q are 2/3 of d W'/d i, by reciprocity; lambda_f is all of it. */
double field_sens_eval_dot(const double *a, const double *b, int n);

/* field_sens_direct.c - dA/dx of all variables and dA/dBr, at the state that is set. */
enum status field_sens_set_direct(struct field_sens *fs, struct field_ws *fw, struct err *e) MUST_CHECK;

/* field_sens_nodes.c - to_node and to_axis at the state and adjoints that are set; their product with the motion of a variable. */
void field_sens_set_nodes(struct field_sens *fs, const struct field_ws *fw);
void field_sens_eval_product(const struct field_sens *fs, const struct sens_moved *m, double out[SENS_LANE]);

/* field_sens_motion.c - elements that the variables move, and their velocity gradients; once per design, for the direct way. */
void field_sens_set_moved(struct field_sens *fs, const struct field_ws *fw);
/* field_sens_motion.c - velocity gradient of the band for variable k; 0 when it does not move. */
int field_sens_set_gap_motion(struct field_sens *fs, const struct field_ws *fw, int k);

#endif
