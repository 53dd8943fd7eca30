/* field_sens_impl.h - workspace of the derivatives. It keeps its own gradients of the shape functions, so that it depends on the solver
 * only by the mesh, the solution, the B-H tables, the loads and the tangent. */
#ifndef MODELS_FIELD_FIELD_SENS_IMPL_H
#define MODELS_FIELD_FIELD_SENS_IMPL_H
#include "models/field/field_impl.h"
#include "models/field/field_sens.h"

enum { SENS_OUT_D, SENS_OUT_Q, SENS_OUT_F, SENS_OUT_TORQUE, SENS_OUT_COUNT };

struct sens_shape {            /* elements: signed gradients as in struct field_tri */
    int n;
    int *idx;                  /* [3n] */
    double *gx, *gy, *sign;    /* [3n] */
    double *area_m2;           /* [n] */
};

struct sens_moved {            /* elements that one variable moves */
    int n;
    int *tri;                  /* [n] */
    double *xx, *xy, *yx, *yy; /* [n] velocity gradient L_ab = dv_a/dx_b */
    double probe_m2[FIELD_MAX_PROBE]; /* d area of a probe */
    int has_probe;
    int n_magnet;              /* entries of the list below */
    int *magnet;               /* [n_magnet] magnet elements whose axis turns */
    double *magnet_rad;        /* and how fast */
    double stack_m, r_band_in_m, r_band_out_m;
    const double *vx_m, *vy_m; /* [n_node] copy of the motion at the rings of the band: read per state */
};

struct sens_state {            /* of every element of mesh and band, at the solution */
    double *hx, *hy;           /* grad A (T) */
    double *kx, *ky;           /* H turned likewise (A/m) */
    double *nu, *dnu2;         /* nu and 2 dnu/dB^2 */
    double *w_J_per_m3;        /* energy density */
};

struct field_sens {
    int n_var_max, n_var, n_dof, n_tri, n_gap, n_node, n_probe, has_direct, has_field;
    struct sens_shape tri, gap;
    struct sens_moved *moved;  /* [n_var_max] */
    double *velocity_m;        /* [2 n_var_max n_node] */
    short *probe;              /* [n_tri] probe of an element, -1 */
    double probe_m2[FIELD_MAX_PROBE];
    struct sens_state s;       /* [n_tri + n_gap] */
    double *rhs;               /* [n_dof * max(n_var_max, SENS_OUT_COUNT)], and at least n_tri: scratch */
    double *load[SENS_OUT_COUNT];   /* [n_dof + 1] dF/d(figure): loads of one ampere, d torque/dA */
    double *psi[SENS_OUT_COUNT];    /* [n_dof + 1] adjoints */
    double *px[SENS_OUT_COUNT], *py[SENS_OUT_COUNT], *pm[SENS_OUT_COUNT]; /* gradient of psi per element, and mean of psi over it */
    double *A_mean;            /* [n_tri] mean of A over the element (probe elements) */
    double *dA;                /* [n_var_max][n_dof + 1] */
    double *gap_L[4];          /* [n_gap] velocity gradient of the band for the variable at hand */
    double ampere_turns[SENS_OUT_TORQUE][FIELD_MAX_PROBE], ampere_turns_now[FIELD_MAX_PROBE];
    double whole_m, torque_J_per_m, torque_Nm, coenergy_J, lambda_Wb[SENS_OUT_TORQUE];
    double *explicit_out;      /* [n_var_max][SENS_OUT_COUNT] explicit parts, whole machine */
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

/* field_sens_motion.c - velocity gradient of the band for variable k; 0 when it does not move. */
int field_sens_set_gap_motion(struct field_sens *fs, const struct field_ws *fw, int k);

#endif
