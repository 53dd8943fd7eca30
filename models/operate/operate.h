/* operate.h - what a machine does at a speed: current vector, torque, voltage, loss, limits, faults; by constrained search on its flux
 * maps.
 *
 * Conventions: motor convention, amplitude-invariant dq, peak amperes and volts, speed >= 0; torque and i_q positive when motoring,
 * negative when braking.
 *   v_d = R i_d - w (lambda_q + L_end i_q),   v_q = R i_q + w (lambda_d + L_end i_d),   w = p speed
 *   T_em = 3/2 p (lambda_d i_q - lambda_q i_d)        air-gap torque, consistent with the voltages, so that energy balances exactly
 *   T    = T_em - T_drag,  T_drag = p/(2 pi) (hyst + (eddy + sleeve) f + excess sqrt f) + (windage + bearing)/speed        shaft torque:
 *   what is asked for and reported
 *   P_electric = 3/2 (v_d i_d + v_q i_q) + ac copper + excitation = T speed + all losses
 * Core loss is taken from the shaft; it and the ac copper loss do not enter the voltage. Fundamental quantities; inverter loss and ripple
 * are not modelled.
 *
 * Search. At one field current and one i_d, i_q follows from the torque (or from the tighter of voltage and current limit); i_d is
 * scanned over the map and
 * refined by golden section, infeasible points ranked by how far they violate. MTPA, field weakening and MTPV are outcomes, not modes.
 * With a field winding the same is done over i_f, on a cut of the map. Deterministic; nothing is allocated. */
#ifndef MODELS_OPERATE_OPERATE_H
#define MODELS_OPERATE_OPERATE_H
#include "models/loss/copper.h"
#include "models/loss/mech_loss.h"
#include "models/operate/flux_map.h"

struct operate_limits {
    double V_max_V;               /* peak phase voltage: linear range of space-vector modulation V_dc/sqrt(3), times (1 - reserve) */
    double I_max_A;               /* peak phase terminal current */
    double I_f_max_A;             /* ignored with one value of i_f in the map */
    double speed_max_rad_per_s;
    double L_end_H;               /* end-winding leakage per phase */
    double field_loss_extra_pu; /* OPERATE_MIN_CURRENT: a watt in the field winding counts 1 + this against one in the stator; 0 = alike */
    double build_factor_pu;       /* core loss of the built machine over that of the material, >= 1; not applied to magnets */
    struct copper copper;         /* at temperature */
    struct mech_loss_spec mech;
};

enum { OPERATE_BIND_CURRENT = 1, OPERATE_BIND_VOLTAGE = 2, OPERATE_BIND_FIELD = 4, OPERATE_BIND_MAP = 8 /* i_d at an end of the map */ };
enum operate_goal {
    OPERATE_MIN_CURRENT, /* wound field: least dc copper loss of both windings */
    OPERATE_MIN_LOSS     /* of all loss that depends on the currents */
};

struct operate_loss {
    double copper_dc_W, copper_ac_W, field_W, exciter_W, iron_W[LOSS_REGION_COUNT] /* magnets last */,
        magnet_gap_W /* of the magnets': the layer at the gap of two */, sleeve_W, windage_W, bearing_W, total_W;
    double strand_to_skin_pu;     /* above about 2 the ac formula for round strands overestimates */
};
struct operate_point {
    int is_feasible;              /* 0: everything but speed and wanted torque is NAN */
    double speed_rad_per_s, torque_Nm, torque_em_Nm, f_el_Hz;
    double i_d_A, i_q_A, i_f_A, i_A, v_d_V, v_q_V, v_V;
    double P_mech_W, P_electric_W, efficiency_pu /* of the direction of power; NAN when both sides feed the losses */, power_factor_pu;
    int bind;                     /* OPERATE_BIND_ bits that hold with equality */
    struct operate_loss loss;
};

struct operate_ws;
enum status operate_new(struct operate_ws **out, struct err *e) MUST_CHECK;
void operate_free(struct operate_ws *ws);
/* operate_set - take a map and limits (both kept by pointer and copy respectively; the map must outlive the use).
 * Status: ST_RANGE for a limit that is not positive (or NAN), build factor below 1, currents beyond the map, or a map without losses
 * (NAN). */
enum status operate_set(struct operate_ws *ws, const struct flux_map *fm, const struct operate_limits *lim, struct err *e) MUST_CHECK;

/* operate_eval_point - everything at given currents; limits are reported in bind, not enforced (is_feasible tells whether they hold). */
void operate_eval_point(const struct operate_ws *ws, double i_d_A, double i_q_A, double i_f_A, double speed_rad_per_s,
                        struct operate_point *out);
/* operate_solve_torque - best currents for a shaft torque. Status: ST_INFEASIBLE with e->where = "torque" and the binding limits in the
 * message (out->bind
 * too); ST_RANGE for speed outside 0..speed_max or torque not finite. */
enum status operate_solve_torque(struct operate_ws *ws, double torque_Nm, double speed_rad_per_s, enum operate_goal goal,
                                 struct operate_point *out, struct err *e) MUST_CHECK;
/* operate_solve_max_torque - point of largest air-gap torque, motoring (direction +1) or braking (-1).
 * Status: ST_INFEASIBLE when no current keeps the voltage; ST_RANGE. */
enum status operate_solve_max_torque(struct operate_ws *ws, double speed_rad_per_s, int direction, struct operate_point *out,
                                     struct err *e) MUST_CHECK;

/* operate_eval_envelope - motoring envelope at n speeds; a speed out of reach gives is_feasible = 0. Status: ST_RANGE. */
enum status operate_eval_envelope(struct operate_ws *ws, int n, const double *speed_rad_per_s, struct operate_point *out,
                                  struct err *e) MUST_CHECK;
/* operate_eval_map - out[s*n_torque + t]; points outside the envelope have is_feasible = 0. */
enum status operate_eval_map(struct operate_ws *ws, int n_speed, const double *speed_rad_per_s, int n_torque, const double *torque_Nm,
                             enum operate_goal goal, struct operate_point *out, struct err *e) MUST_CHECK;

struct operate_duty_point { double torque_Nm, speed_rad_per_s, time_s; };
struct operate_duty {
    double mech_out_J, mech_in_J, electric_drawn_J, electric_returned_J, loss_J, time_s, mean_loss_W;
    double efficiency_pu;
};
/* operate_eval_duty - energies over duty points; efficiency = (all energy delivered, either way)/(all energy taken). point (n, may be
 * NULL) keeps each.
 * Status: ST_INFEASIBLE at the first point out of reach (its number in the message). */
enum status operate_eval_duty(struct operate_ws *ws, int n, const struct operate_duty_point *duty, enum operate_goal goal,
                              struct operate_point *point, struct operate_duty *out, struct err *e) MUST_CHECK;

/* operate_eval_characteristic_A - current of the steady short circuit at infinite speed: lambda_d + L_end i_d = 0 on the negative d axis;
 * positive; NAN when the map
 * (its linear continuation excluded) does not reach it. */
double operate_eval_characteristic_A(const struct operate_ws *ws, double i_f_A);
/* operate_eval_back_emf_V - open-circuit peak phase voltage at a speed, no control: sqrt(3) times it is the peak line voltage
 * that a rectifier of idle switches sees. */
double operate_eval_back_emf_V(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A);

/* operate_solve_short_circuit - steady symmetric three-phase short circuit. Status: ST_NO_CONVERGE. */
enum status operate_solve_short_circuit(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A, double *i_d_A, double *i_q_A,
                                        struct err *e) MUST_CHECK;

/* Uncontrolled generation: the inverter's switches are idle, its diodes rectify onto a dc link [JAHNS1999; HAN2006]. While phase currents
 * flow without gaps, the bridge puts six-step voltages in phase with the currents: fundamental terminal voltage 2/pi V_dc, opposed to the
 * current. On the maps that is a machine with a resistor k on each phase,
 *     0 = (R + k) i + w J (lambda + L_end i),   V_dc = pi/2 k |i|,
 * from k = infinity (open circuit) to 0 (short circuit). A salient machine reaches more than its back-EMF on the way: with constant
 * inductances and no resistance xi/(2 sqrt(xi - 1)) times, xi = L_q/L_d > 2. Fundamental quantities; iron loss and diode drops, which both
 * lower the voltage, are left out. The open-circuit peak of the line voltage (sqrt(3) E and its harmonics) is a bound of its own: models/
 * waveform. */
struct operate_generation {
    double V_dc_max_V, i_d_at_max_A, i_q_at_max_A;      /* highest link voltage held by current */
    int is_sustained;                                   /* current flows steadily into a link of the voltage given; else the rest is 0 */
    double i_d_A, i_q_A, i_A, torque_Nm, P_dc_W;        /* the stable one of its points: the larger current; air-gap torque < 0 */
    int is_extrapolated;                                /* a point lies beyond the map's axes */
};
/* operate_eval_generation - at a speed > 0 and a field current into a link of V_dc > 0. Status: ST_RANGE; ST_NO_CONVERGE. */
enum status operate_eval_generation(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A, double V_dc_V,
                                    struct operate_generation *out, struct err *e) MUST_CHECK;

struct operate_fault_opts {
    int n_step_per_period;
    double n_period;      /* electrical periods to integrate */
    int n_angle;          /* two phases: fault angles tried, 1 or more */
};
struct operate_fault_opts operate_fault_opts_default(void);            /* 400, 3, 12 */
struct operate_fault_opts operate_fault_opts_search(void);             /* 120, 1.25, 3: i_d_min within 0.1 % of the default's */
struct operate_fault {
    double i_d_min_A, i_q_at_min_A, i_f_at_min_A, time_at_min_s;      /* worst demagnetising current */
    double theta_at_min_el_rad;                                       /* two phases: rotor angle then; NAN for three, where any may be */
    double theta_fault_el_rad;                                        /* and that of the fault */
    double i_peak_A, i_f_peak_A, torque_min_Nm;
    double i_d_end_A, i_q_end_A;
    int is_extrapolated;                                              /* the path left the grid of the map */
};
/* operate_eval_short_circuit - sudden three-phase short circuit from a pre-fault current at constant speed: d lambda/dt = -R i - w J
 * lambda, integrated in the currents
 * with the incremental inductances of the map (RK4); a field winding stays on its source, v_f = R_f i_f0.
 * Status: ST_RANGE (speed, steps, or the inductance matrix not positive definite on the path). */
enum status operate_eval_short_circuit(const struct operate_ws *ws, double i_d_A, double i_q_A, double i_f_A, double speed_rad_per_s,
                                       const struct operate_fault_opts *opts, struct operate_fault *out, struct err *e) MUST_CHECK;
/* operate_eval_two_phase - terminals b and c shorted, phase a open, at constant speed (models/operate/operate_two_phase.c). The constraint
 * i_a = 0 leaves one current: i_alpha = 0, i_beta = 2 i_b/sqrt(3), i_d = i_beta sin theta, i_q = i_beta cos theta, and one equation,
 *     d lambda_beta/dt = -R i_beta,   lambda_beta = (lambda_d + L_end i_d) sin theta + (lambda_q + L_end i_q) cos theta.
 * The loop's linkage is continuous at the fault while the current of phase a is cut off. Worst of n_angle fault angles, within 90 deg el of
 * the one at which the loop links most: others link less and decay longer. Field current constant (no field transient): for magnets.
 * Status: ST_RANGE (speed, steps, more than one field current in the map; no current within four limits links what the loop holds). */
enum status operate_eval_two_phase(const struct operate_ws *ws, double i_d_A, double i_q_A, double speed_rad_per_s,
                                   const struct operate_fault_opts *opts, struct operate_fault *out, struct err *e) MUST_CHECK;

enum operate_prefault { OPERATE_PREFAULT_MOTORING, OPERATE_PREFAULT_BRAKING, OPERATE_PREFAULT_NO_LOAD, OPERATE_PREFAULT_COUNT };
const char *operate_get_prefault_text(enum operate_prefault p);        /* "motoring", .. */
/* Where faults may start: the envelope, both directions of torque, and no current. Room for OPERATE_MAX_PREFAULT speeds. */
#define OPERATE_MAX_PREFAULT 16
struct operate_prefault_point { enum operate_prefault kind; double speed_rad_per_s, torque_Nm, i_d_A, i_q_A, i_f_A; };
struct operate_prefault_set { int n; struct operate_prefault_point point[OPERATE_MAX_PREFAULT * OPERATE_PREFAULT_COUNT]; };
/* operate_find_prefault - n_speed speeds > 0; a direction out of reach at a speed is left out. Status: ST_RANGE (n_speed, a speed). */
enum status operate_find_prefault(struct operate_ws *ws, int n_speed, const double *speed_rad_per_s, double i_f_A,
                                  struct operate_prefault_set *out, struct err *e) MUST_CHECK;
struct operate_worst_fault { struct operate_fault fault; struct operate_prefault_point from; };
/* operate_eval_worst_fault - the most negative i_d of all points of the set; n_phase 3 or 2. Status: of the two functions above. */
enum status operate_eval_worst_fault(const struct operate_ws *ws, int n_phase, const struct operate_prefault_set *set,
                                     const struct operate_fault_opts *opts, struct operate_worst_fault *out, struct err *e) MUST_CHECK;

#endif
