/* operate_impl.h - workspace and the search on one cut of the map. */
#ifndef MODELS_OPERATE_OPERATE_IMPL_H
#define MODELS_OPERATE_OPERATE_IMPL_H
#include "models/operate/operate.h"

struct operate_ws {
    const struct flux_map *fm;
    struct operate_limits lim;
    double i_d_low_A, i_d_high_A, i_q_high_A;  /* searched range: inside the map and the current limit */
    struct flux_slice slice;
};

struct operate_speed {              /* constants of one speed */
    double w_rad_per_s;             /* electrical */
    double speed_rad_per_s;         /* mechanical */
    double mech_Nm;                 /* windage and bearing */
    double ac_dc_pu;                /* ac over dc copper loss, bars */
    struct flux_weights weights;
};
void operate_set_speed(const struct operate_ws *ws, double speed_rad_per_s, struct operate_speed *out);

/* A candidate: infeasible while violation > OPERATE_TOL; among infeasible ones the smaller violation is better, among feasible ones the
 * smaller cost. */
#define OPERATE_TOL 1e-9
struct operate_trial { double violation_pu, cost, i_d_A, i_q_A, i_f_A; };
int operate_is_better(const struct operate_trial *a, const struct operate_trial *b);

struct operate_task {               /* what is searched */
    int is_max_torque, direction;   /* largest direction * T_em */
    double torque_Nm;               /* else: this shaft torque at least cost */
    enum operate_goal goal;
};
void operate_search(struct operate_ws *ws, const struct operate_speed *sp, const struct operate_task *task, struct operate_trial *best);

/* operate_find_loaded - steady currents into resistors of R_ohm in total (windings included): 0 = R i + w J lambda; starts from the
 * currents given. 0: not found. */
int operate_find_loaded(const struct operate_ws *ws, double speed_rad_per_s, double R_ohm, double i_f_A, double *i_d_A, double *i_q_A);

/* operate_is_beyond - whether currents lie outside what the map knows, its tail included. */
int operate_is_beyond(const struct operate_ws *ws, double i_d_A, double i_q_A);

/* Shared by the faults: figures of a path, point by point; and the check of what every fault asks for. */
void operate_init_fault(struct operate_fault *out);
void operate_note_fault(const struct operate_ws *ws, double i_d_A, double i_q_A, double i_f_A, double t_s, struct operate_fault *out);
enum status operate_check_fault(double speed_rad_per_s, const struct operate_fault_opts *opts, struct err *e) MUST_CHECK;

#endif
