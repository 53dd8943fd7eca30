/* requirement.h - what every design of a study must do, under which limits, duty and rules. Read from YAML by table; SI inside.
 * Currents are peak phase amperes (amplitude-invariant dq); voltages peak phase volts inside, dc link at the door. */
#ifndef MODELS_REQUIREMENT_H
#define MODELS_REQUIREMENT_H
#include "materials/base/yaml.h"
#include "materials/magnet.h"

#define DUTY_MAX_POINT 2048 /* a drive cycle of half an hour by seconds, and some */

struct requirement {
    double peak_torque_Nm, peak_power_W;
    double speed_max_rad_per_s;       /* mechanical */
    double dc_voltage_V, modulation_reserve_pu;
    double current_max_A;             /* peak phase current of the inverter */
    double field_current_max_A, field_slip_ring_drop_V, exciter_efficiency_pu; /* wound field only */
    double exciter_USD;           /* likewise: slip rings or rotary transformer, and field supply; NAN: not given, not in the cost */
    double field_loss_extra_pu;       /* likewise; NAN: found for each design */
    double stator_outer_diameter_m, stack_max_m, airgap_m;
    double overspeed_factor, yield_safety_min;
    double fatigue_safety_min;        /* 0: not asked for */
    double iron_build_factor, bearing_friction_Nm;
};
/* A point of a cycle has a weight (share of time, no order) or a duration (points follow each other and repeat); never both. */
struct duty_point { double torque_Nm, speed_rad_per_s, weight_pu, duration_s; };
struct duty {
    struct duty_point continuous;
    struct duty_point peak;
    double peak_duration_s;
    int is_timed;                     /* the cycle is a sequence in time */
    double cycle_s;                   /* its duration; NAN otherwise */
    int n_cycle;
    struct duty_point cycle[DUTY_MAX_POINT]; /* weights sum to 1 either way; durations NAN without order */
};
struct demag_rule {
    double flux_loss_limit_pu;        /* 0.01 */
    double margin_min_K;              /* required distance of the hottest magnet to the loss limit */
    int event_short_circuit;          /* three-phase short circuit from the worst pre-fault point */
    int event_peak_current;           /* peak current along -d */
    int event_two_phase;              /* two-phase short circuit from the worst pre-fault point */
    int event_loss_of_control;        /* currents of idle diodes at the highest speed */
    double cold_start_K;              /* coldest start: the same events with magnets and windings so cold; NAN: no such event */
};

double requirement_get_base_speed_rad_per_s(const struct requirement *r); /* peak power / peak torque */
double requirement_get_voltage_V(const struct requirement *r);            /* peak phase, linear space-vector range less the reserve */

const struct schema_row *requirement_get_schema(int *n);
const struct schema_row *duty_get_schema(int *n);        /* rows of `duty`: continuous, peak, cycle as nodes */
const struct schema_row *duty_point_get_schema(int *n);
const struct schema_row *demag_rule_get_schema(int *n);
enum status requirement_read(const struct yaml_node *map, struct requirement *out, struct err *e) MUST_CHECK;
enum status duty_read(const struct yaml_node *map, struct duty *out, struct err *e) MUST_CHECK;
/* duty_read_cycle - the cycle from a CSV file with the heading time_s,torque_Nm,speed_rpm (any order, no others): lines of rising time
 * whose torque and speed hold until the next; the last line ends the cycle, its torque and speed are those that it starts again with, and
 * count no time. '#' starts a comment line. Status: ST_IO; ST_CONFIG with file:line:column. */
enum status duty_read_cycle(const char *path, struct duty *out, struct err *e) MUST_CHECK;
enum status demag_rule_read(const struct yaml_node *map, struct demag_rule *out, struct err *e) MUST_CHECK;
/* demag_rule_check_magnet - a grade against the coldest start: needed for a grade that cold weakens, and inside the grade's data.
 * Refused at `node`, the place of the grade's name. */
enum status demag_rule_check_magnet(const struct demag_rule *rule, const struct magnet *m, const struct yaml_node *node,
                                    struct err *e) MUST_CHECK;

#endif
