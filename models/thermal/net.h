/* net.h - a lumped thermal network: nodes, conductances, boundary temperatures, capacities; steady and transient solves.
 *     C dT/dt = P + fixed - K T,   K symmetric positive definite when every node reaches a boundary.
 * Distributed elements are exact in the mean: a slab or shell with uniform generation is a star of three resistances whose third
 * arm, negative, leads to the mean temperature (key MELLOR1991). Eliminating the star's centre keeps K positive definite.
 * Plain values, no pointers: a network may be copied by assignment. Nothing is allocated. */
#ifndef MODELS_THERMAL_NET_H
#define MODELS_THERMAL_NET_H
#include "materials/base/status.h"

#define NET_MAX_NODE 28

struct net {
    int n;
    double K_W_per_K[NET_MAX_NODE * NET_MAX_NODE]; /* n x n, column-major, lower triangle */
    double fixed_W[NET_MAX_NODE];                  /* sum of conductance * temperature over the links to boundaries */
    double C_J_per_K[NET_MAX_NODE];                /* 0 = massless (algebraic) node */
};
/* factored matrix of a time step, or of the steady state */
struct net_factor {
    int n;
    double dt_s; /* 0 for the steady factor */
    double L[NET_MAX_NODE * NET_MAX_NODE];
};
/* star of resistances from a common centre: face a, face b, mean node (K/W) */
struct net_star { double a_K_per_W, b_K_per_W, mean_K_per_W; };

void net_init(struct net *net, int n);
void net_add_link(struct net *net, int i, int j, double G_W_per_K);
void net_add_boundary(struct net *net, int i, double G_W_per_K, double T_K);
void net_add_capacity(struct net *net, int i, double C_J_per_K);
/* net_add_star - star between faces i_a, i_b and mean node i_mean, its centre eliminated. Series resistances may have been added to an arm.
 */
void net_add_star(struct net *net, int i_a, int i_b, int i_mean, const struct net_star *s);

/* Elements with uniform generation (key MELLOR1991): plane slab of end-to-end resistance R = length/(k A), and cylindrical shell; a = outer
 * face. */
struct net_star net_eval_slab_star(double R_K_per_W);
struct net_star net_eval_shell_star(double R_outer_m, double R_inner_m, double k_W_per_m_K, double length_m);
/* net_eval_slab_max_K - hottest point of the parabola with given face and mean temperatures (closed form). */
double net_eval_slab_max_K(double T_a_K, double T_b_K, double T_mean_K);

/* net_solve_steady - T from P. Status: ST_SINGULAR when a node reaches no boundary. */
enum status net_solve_steady(const struct net *net, const double *P_W, double *T_K, struct err *e) MUST_CHECK;
/* net_set_step - factor C + g dt K for steps of dt_s > 0: two-stage, second-order, L-stable, stiffly accurate SDIRK
 * (g = 1 - 1/sqrt 2; key ALEXANDER1977), one matrix for both stages, unconditionally stable, right for massless nodes too. */
enum status net_set_step(const struct net *net, double dt_s, struct net_factor *f, struct err *e) MUST_CHECK;
/* net_solve_step - T_K in and out over one step with constant P. */
void net_solve_step(const struct net *net, const struct net_factor *f, const double *P_W, double *T_K);
/* net_eval_balance_W - P + fixed - K T of every node: zero at the steady state, else the heat being stored. */
void net_eval_balance_W(const struct net *net, const double *P_W, const double *T_K, double *balance_W);

#endif
