/* field_sens.h - derivatives of one converged solution with respect to design variables that move the nodes, and to the currents.
 *
 * The residual R(A, x) of the nonlinear system is zero at the solution, hence dA/dx = -K_T^-1 dR/dx with the tangent K_T of Newton's method
 * at the solution, and for a figure F(A, x)
 *     direct   dF/dx = F_x + F_A dA/dx            one back-substitution per variable; gives dA/dx and with it dB/dx of every element
 *     adjoint  dF/dx = F_x - psi . R_x,  K_T psi = F_A     one back-substitution per figure
 * (R. Haftka, Z. Gurdal, Elements of Structural Optimization, 3rd ed. 1992, ch. 7). Here there are four field figures (lambda_d, lambda_q,
 * lambda_f, torque) and a dozen or more variables: those go by adjoint, always; dB/dx has thousands of entries: it goes the direct way and
 * is made only when asked for. The coenergy needs neither, as W is stationary in A.
 *
 * Element terms. With the velocity v of the nodes per unit of the variable, velocity gradient L = sum v_i (x) g_i, H = nu (grad A - r)
 * (r: remanence turned like grad A), D = nu + 2 dnu/dB^2 grad A (x) grad A:
 *     d area = area tr L,   d g_i = -L^T g_i,   d grad A = -L^T grad A,
 *     dR_i = q . g_i,   q = area [tr L H - D L^T grad A - nu dr - L H]
 * exact for the discrete equations. The moving band keeps the connectivity of the undisturbed band; its stiffness is continuous where a
 * diagonal flips, its derivative is then that of one side, and so is that of the torque by Arkkio (which itself can jump there a little).
 *
 * The adjoint way gathers dF/d(place) of all nodes once per state; a variable is then its product with the velocities.
 * Cost: one factorisation, 4 back-substitutions and one pass over the elements; direct: n_var more back-substitutions (with magnets one
 * more), and a pass over the moved elements per variable. */
#ifndef MODELS_FIELD_FIELD_SENS_H
#define MODELS_FIELD_FIELD_SENS_H
#include "models/field/field.h"

#define FIELD_SENS_MAX_VAR 48

/* Motion per unit of one design variable. */
struct field_motion {
    const double *x_m, *y_m;                       /* [n_node], frames of the nodes */
    double magnet_axis_rad[MACHINE_MAX_BLOCK];     /* of the blocks of a pole; 0 for radial magnets: they follow the element */
    double stack_m, r_band_in_m, r_band_out_m;
};

/* What drives the field: the currents (per ampere), and the remanence (per relative change of all). */
enum { FIELD_BR = FIELD_CURRENT_COUNT, FIELD_SOURCE_COUNT };

/* Derivatives of struct field_result per unit of each variable; lambda_f: 0 without field winding. */
struct field_gradient {
    int n_var;
    double lambda_Wb[FIELD_CURRENT_COUNT][FIELD_SENS_MAX_VAR]; /* of lambda_d, lambda_q, lambda_f */
    double torque_Nm[FIELD_SENS_MAX_VAR];                      /* by Arkkio */
    double torque_dq_Nm[FIELD_SENS_MAX_VAR];                   /* 3/2 p (lambda_d i_q - lambda_q i_d) */
    double coenergy_J[FIELD_SENS_MAX_VAR];
    /* and per ampere: incremental inductances d lambda_j/d i_k, d torque/d i_k */
    double L_H[FIELD_CURRENT_COUNT][FIELD_CURRENT_COUNT], torque_Nm_per_A[FIELD_CURRENT_COUNT];
    /* per relative change of all remanences: the magnets' temperature acts through Br(T) alone */
    double lambda_Br_Wb[FIELD_CURRENT_COUNT], torque_Br_Nm;
    /* of the functional of field_sens_set_functional, weights held: to the variables and to the sources at resting nodes; 0 without one */
    double functional[FIELD_SENS_MAX_VAR], functional_by_source[FIELD_SOURCE_COUNT];
};

struct field_sens;
/* field_sens_new - for the topology of fw and up to n_var variables; direct: with room for dA/dx. Status: ST_NO_MEMORY. */
enum status field_sens_new(const struct field_ws *fw, int n_var_max, int direct, struct field_sens **out, struct err *e) MUST_CHECK;
void field_sens_free(struct field_sens *fs);
/* field_sens_set_motion - the variables of a design whose nodes fw holds; all states of that design share it. */
void field_sens_set_motion(struct field_sens *fs, const struct field_ws *fw, int n_var, const struct field_motion *motion);
/* field_sens_set_functional - a figure of the caller's for the next field_sens_solve, by its derivatives to B of every element, each in its
 * own frame: weight[2 n_tri], taken where the solution stands; NULL: none. B moves with the element. One back-substitution more. */
void field_sens_set_functional(struct field_sens *fs, const double *weight);
/* field_sens_solve - derivatives at the last solution of fw. direct: also dA/dx, for field_sens_eval_B_T until the next call.
 * Status: ST_OK; ST_RANGE: fw holds no converged solution; ST_SINGULAR. Allocates nothing. */
enum status field_sens_solve(struct field_sens *fs, struct field_ws *fw, int direct, struct field_gradient *out, struct err *e) MUST_CHECK;
/* field_sens_eval_B_T - d B/dx of variable k, every element in its own frame, order of field_eval_B_T; B moves with the element. */
void field_sens_eval_B_T(const struct field_sens *fs, int k, double *B_T);
/* field_sens_eval_source_B_T - the same to a source, FIELD_I_D .. FIELD_BR, at resting nodes; after a direct solve. */
void field_sens_eval_source_B_T(const struct field_sens *fs, int source, double *B_T);
/* After field_sens_solve, at the same solution:
 * field_sens_solve_remanence - B along the axis of every magnet element (order of field_get_magnets) per tesla of the remanence of each of
 * n elements, B_axis_T[n][n_magnet]; elem[j] = FIELD_ALL_MAGNETS: per relative change of all. n back-substitutions. Status: ST_SINGULAR.
 * field_sens_eval_lambda_by_remanence - lambda of FIELD_I_D, _Q or _F per tesla of each element: by the adjoint at hand. */
#define FIELD_ALL_MAGNETS (-1)
enum status field_sens_solve_remanence(struct field_sens *fs, struct field_ws *fw, int n, const int *elem, double *B_axis_T,
                                       struct err *e) MUST_CHECK;
void field_sens_eval_lambda_by_remanence(const struct field_sens *fs, const struct field_ws *fw, int current, double *lambda_Wb_per_T);
/* field_sens_eval_direct - lambda_d, lambda_q, lambda_f and torque of variable k the direct way, from dA/dx: a second route for tests. */
void field_sens_eval_direct(struct field_sens *fs, const struct field_ws *fw, int k, double lambda_Wb[FIELD_CURRENT_COUNT],
                            double *torque_Nm);

#endif
