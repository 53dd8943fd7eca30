/* field.h - nonlinear 2-D magnetostatics in A_z on one sector, first-order triangles, damped Newton, sparse Cholesky.
 * Weak form: int nu(B^2) grad A . grad w - (magnet) int nu_m (M x grad w) = int J w; energy functional W(A) convex for a monotone B-H, so
 * that Newton's matrix is SPD and a line search on W always descends. Magnets: nu_m = 1/(mu0 mu_rec), remanence Br(T) along the easy axis
 * per element. Linear elements (air, copper, magnet) are assembled once per machine, the moving band per angle; Newton adds the iron.
 * Torque: Arkkio, T = L/(mu0 (r_o - r_i)) int r B_r B_t dS over the band, whole machine. Flux linkages of terminals, whole machine.
 * SI; z out of the page; angles anticlockwise. One ws per thread.
 * Accuracy: O(h^2) in A, O(h) in B (tests/verify/test_field_order.c); gap field against a closed form (test_slotless.c); maps against an
 * independent code (test_truth.c). On a coarse mesh the mean torque by dq flux linkages is nearer than Arkkio's. */
#ifndef MODELS_FIELD_FIELD_H
#define MODELS_FIELD_FIELD_H
#include "models/mesh/mesh.h"
#include "models/winding/winding.h"

struct field_opts {
    double tol_rel;        /* relative residual (2-norm) at which Newton stops, 1e-6 */
    int max_iter;          /* 40 */
};
struct field_opts field_opts_default(void);

struct field_info {
    int n_iter /* linear solutions */, n_assembly /* factorisations among them */, converged;
    double residual_rel, energy_J_per_m;
    long n_unknown, n_factor; /* entries of the factor */
};

struct field_result {      /* of the last solve, whole machine, terminal quantities (n_path and series connection included) */
    double lambda_abc_Wb[3], lambda_d_Wb, lambda_q_Wb, lambda_f_Wb;
    double torque_Nm;
    /* whole machine, -W(A): dW'/di_d = 3/2 lambda_d, dW'/di_q = 3/2 lambda_q, dW'/di_f = lambda_f, dW'/d(rotor angle) at constant phase
     * currents = torque; with magnets it is not zero at no current */
    double coenergy_J;
};

enum field_current { FIELD_I_D, FIELD_I_Q, FIELD_I_F, FIELD_CURRENT_COUNT };

struct field_inductance { double H[FIELD_CURRENT_COUNT][FIELD_CURRENT_COUNT]; }; /* incremental: d lambda_j/d i_k; 0 where there is no f */

struct field_ws;
/* field_new - workspace for the topology of m at a mesh level. All memory is allocated here.
 * Status: ST_INFEASIBLE (mesh or winding), ST_CONFIG (a rotor with magnets and no grade), ST_NO_MEMORY. */
enum status field_new(const struct machine *m, enum mesh_level level, const struct field_opts *opts, struct field_ws **out,
                      struct err *e) MUST_CHECK;
void field_free(struct field_ws *ws);
/* field_set_machine - new dimensions and materials; a change of topology reallocates all, a change of steel or fill its B-H table,
 * otherwise nothing is allocated. Forgets the last solution, the angle, and remanences set by element; the magnet temperature stays. */
enum status field_set_machine(struct field_ws *ws, const struct machine *m, struct err *e) MUST_CHECK;
/* field_set_magnet_T - magnet temperature for Br(T) (uniform); must be set, or remanences, before a machine with magnets is solved.
 * field_set_remanence: per magnet element, order of field_get_magnets, Br_T[n]. */
void field_set_magnet_T(struct field_ws *ws, double T_K);
void field_set_remanence(struct field_ws *ws, const double *Br_T);
/* field_set_angle - electrical angle of the d axis ahead of the phase-A axis; the rotor's angle is (theta_el + axis_el_rad of the
 * winding)/p. Allocates nothing; costs about three factorisations (new moving band, new order of elimination),
 * nothing for one of the dozen angles last met with this machine (four on meshes of more than 10,000 unknowns). */
void field_set_angle(struct field_ws *ws, double theta_el_rad);
/* field_solve - terminal dq currents (peak) and field current; keeps the last solution as the start unless `cold`.
 * Status: ST_OK; ST_NO_CONVERGE (best iterate kept, info and out filled); ST_SINGULAR; ST_RANGE (a current that is not finite, magnets
 * without a temperature). Allocates nothing. */
enum status field_solve(struct field_ws *ws, double i_d_A, double i_q_A, double i_f_A, int cold, struct field_result *out,
                        struct field_info *info, struct err *e) MUST_CHECK;
/* Which factor stands for the Newton matrix at a solution: one made there, or the last of its iterations, which saves making it: that of a
 * point as far away as the last steps went. */
enum field_factor { FIELD_FACTOR_FINAL, FIELD_FACTOR_LAST };
/* field_solve_tangent - x with K' x = rhs, in place, K' = dR/dA the symmetric Newton matrix at the last solution, R = K(A) A - F of one
 * sector per metre of length (A in Wb/m, rhs in A). For sensitivities. x[n_unknown * n_rhs], column after column; an unknown's number
 * is mesh->dof[node], its A that of the node times mesh->sign[node].
 * A final factor is made at the first call after a solve. Status: ST_OK; ST_RANGE (no solution); ST_SINGULAR.
 * Allocates nothing. */
enum status field_solve_tangent(struct field_ws *ws, enum field_factor which, int n_rhs, double *x, struct err *e) MUST_CHECK;

/* field_eval_inductance - at the last solution, by two or three solutions with the factor. Status as field_solve_tangent. Allocates
 * nothing. */
enum status field_eval_inductance(struct field_ws *ws, enum field_factor which, struct field_inductance *out, struct err *e) MUST_CHECK;

/* Queries on the last solution. Arrays belong to ws. */
const struct mesh *field_get_mesh(const struct field_ws *ws);
const double *field_get_Az_Wb_per_m(const struct field_ws *ws);   /* [n_node] node values, sign of the sector copy included */
const double *field_eval_B_T(struct field_ws *ws);                /* [2*n_tri] Bx, By in each element's own frame (stator/rotor) */
double field_get_theta_el_rad(const struct field_ws *ws);
/* field_eval_slot_Az - mean of A over the conductor area of each slot of the sector, Az_Wb_per_m[mesh->n_slot]. */
void field_eval_slot_Az(const struct field_ws *ws, double *Az_Wb_per_m);

struct field_magnet_elem {
    int tri;
    short block, pole /* in the sector */;
    double area_m2, x_m, y_m;
    double axis_x, axis_y;
}; /* unit easy axis, rotor frame */
int field_get_magnets(const struct field_ws *ws, const struct field_magnet_elem **out);
/* field_eval_magnet_H - easy-axis field H (A/m, negative = demagnetising) and B along the axis per magnet element. */
void field_eval_magnet_H(struct field_ws *ws, double *H_A_per_m, double *B_axis_T);
/* field_eval_gap_harmonic - harmonic `order` (of the pole pair) of radial B at mid gap, B_r = sum d cos(order p a) + q sin(order p a), a
 * from the d axis. From A on the two rings of the band, carried to mid gap by the solution in current-free air. */
void field_eval_gap_harmonic(const struct field_ws *ws, int order, double *Br_d_T, double *Br_q_T);
#define FIELD_MAX_GAP_WAVE 96
/* field_eval_gap_A - the same for A at radius r in the gap: A = sum_j c_j cos(nu_j a) + s_j sin(nu_j a), nu_j = first + j step waves per
 * turn that the sector allows, j < n. */
void field_eval_gap_A(const struct field_ws *ws, double r_m, int n, int first, int step, double *c_Wb_per_m, double *s_Wb_per_m);
long field_get_solve_count(const struct field_ws *ws);            /* solves since field_new */

#endif
