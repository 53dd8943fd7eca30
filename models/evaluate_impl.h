/* evaluate_impl.h - stages of evaluate_machine, in the order of their call. Each fills its part of struct result and sets its g. */
#ifndef MODELS_EVALUATE_IMPL_H
#define MODELS_EVALUATE_IMPL_H
#include "models/evaluate.h"
#include "models/mech/fatigue.h"
#include "models/mech/sleeve.h"
#include "models/mech/stress.h"
#include <math.h>

#define EVAL_MAX_PART (2 * DUTY_MAX_POINT)

struct evaluator {
    const struct eval_setup *setup;
    struct eval_level level;
    struct machine machine;              /* under evaluation; its magnet with the amount that is diffused */
    struct magnet dosed;
    struct field_ws *field;
    struct flux_map *map;
    struct operate_ws *operate;
    struct thermal *thermal;
    struct demag_ws *demag;              /* NULL for the wound field */
    struct stress_ws *stress;
    struct risk_ws *risk_ws;             /* NULL without economics */
    struct winding_layout layout;
    struct winding_geometry geometry;
    struct mech_loss_spec mech;
    double field_loss_extra_pu;          /* wound field: of the requirement, or found for the design; NAN until then */
    double shift_A_per_T;                /* equivalent i_d shift of the map per tesla of Br change */
    double shift_A;                      /* applied now */
    struct thermal_state state;          /* running temperatures */
    struct thermal_state state_continuous;
    double short_pu; /* torque missed at a point of the duty, search only: largest torque in its place; 0: all are reached */
    int ran_away; /* a steady state of the duty does not exist: temperatures are those of losses at the class limit */
    struct err heat_err; /* why, of the first point that ran away */
    double magnet_hot_K, field_hot_K, winding_hot_K; /* hottest of the duty so far */
    struct operate_point continuous, peak;
    struct operate_point cycle[DUTY_MAX_POINT];
    struct thermal_interval cycle_part[EVAL_MAX_PART]; /* of a cycle in time: long intervals cut */
    int cycle_part_of[EVAL_MAX_PART];    /* point of each */
    struct err stage_err;
};

/* evaluate_map.c */
/* evaluate_map_probe - one current vector at the limit; hopeless: so far below the required torque that the maps are not worth solving (g
 * of the torque is set from the probe). */
enum status evaluate_map_probe(struct evaluator *ev, struct result *r, int *hopeless, struct err *e) MUST_CHECK;
enum status evaluate_map_solve(struct evaluator *ev, struct result *r, struct err *e) MUST_CHECK;
/* evaluate_map_set_temperature - copper resistance, magnet Br (as a shift of the map) and limits of the operating search at temperatures.
 */
enum status evaluate_map_set_temperature(struct evaluator *ev, double T_winding_K, double T_field_K, double T_magnet_K,
                                         struct err *e) MUST_CHECK;

/* evaluate_heat.c */
enum status evaluate_heat_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;
void evaluate_heat_set_losses(const struct evaluator *ev, const struct operate_point *p, struct thermal_losses *out);
#define EVAL_RUNAWAY_K 900.0 /* far above every class: the iteration diverges there */
/* evaluate_heat_solve_steady - steady state of n weighted points as fixed point of losses and temperatures, from ev->state to it; out (n):
 * the points. Notes the hottest. A state that does not exist is noted in ev->heat_err and replaced by that of the losses at the class
 * limit. Status: ST_INFEASIBLE: a point is out of reach, where = "torque". */
enum status evaluate_heat_solve_steady(struct evaluator *ev, int n, const struct duty_point *point, struct operate_point *out,
                                       struct err *e) MUST_CHECK;
/* evaluate_heat_solve_point - the same for one point (weight 1) from s on, with the status of thermal_solve_coupled and nothing noted. */
enum status evaluate_heat_solve_point(struct evaluator *ev, const struct duty_point *p, struct operate_point *out, struct thermal_state *s,
                                      struct err *e) MUST_CHECK;
#define EVAL_PULSE_PARTS 4
/* evaluate_heat_solve_pulse - a point held for duration_s from state s on, in n_part parts whose losses are those of the state they start
 * from. out: currents as last searched (again when the magnet's temperature or the voltage ask for it). */
enum status evaluate_heat_solve_pulse(struct evaluator *ev, const struct duty_point *p, double duration_s, int n_part,
                                      struct operate_point *out, struct thermal_state *s, struct err *e) MUST_CHECK;
void evaluate_heat_note_hottest(struct evaluator *ev, double copper_K, double magnet_K, double field_K);
void evaluate_heat_note_failure(struct evaluator *ev, const struct err *why);
/* temperatures that the losses of a state are evaluated at */
double evaluate_heat_get_field_K(const struct evaluator *ev, const struct thermal_state *s);
double evaluate_heat_get_magnet_K(const struct evaluator *ev, const struct thermal_state *s);

/* evaluate_balance.c */
/* evaluate_balance_solve - evaluate_heat_solve at the requirement's weight of field loss; for a wound rotor whose requirement gives none,
 * at the one that leaves the hotter of winding and field coils the most kelvin (kept in ev->field_loss_extra_pu, and told in r). */
enum status evaluate_balance_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;

/* evaluate_cycle.c */
enum status evaluate_cycle_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;

/* evaluate_rating.c */
/* evaluate_rating_solve - continuous and timed torque over speed, time to the limit at the peak point; for the report (d). After the
 * margins of demagnetisation; leaves operation at the temperatures of the continuous state. */
enum status evaluate_rating_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;

/* evaluate_spread.c */
/* evaluate_spread_solve - hot spots of the continuous point over the range of every coefficient; after evaluate_heat_solve, for the report.
 * Leaves heat and operation as they were. */
enum status evaluate_spread_solve(struct evaluator *ev, struct eval_detail *d, struct err *e) MUST_CHECK;

/* evaluate_limits.c */
enum status evaluate_envelope_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;
enum status evaluate_strength_solve(struct evaluator *ev, struct result *r, struct err *e) MUST_CHECK;

/* evaluate_fault.c */
/* evaluate_fault_find - currents of the events that the study asks for, on the maps at the temperatures of the event: hot magnets of the
 * duty, or a cold start with the worst of them. Leaves the maps there. Status: ST_RANGE, ST_NO_CONVERGE: an event left what the maps can
 * continue. */
enum status evaluate_fault_find(struct evaluator *ev, const struct result *r, struct eval_event *event, int *n_event,
                                struct err *e) MUST_CHECK;

/* evaluate_demag.c */
enum status evaluate_demag_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;

/* evaluate_wave.c */
/* evaluate_wave_solve - back-EMF with harmonics, cogging, uncontrolled generation; with d the ripple of the peak point. Last of the stages:
 * leaves the maps at ambient temperature. */
enum status evaluate_wave_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;
void evaluate_wave_set_cell(const struct operate_point *p, struct eval_cell *out);

/* evaluate_cost.c */
enum status evaluate_cost_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e) MUST_CHECK;

#endif
