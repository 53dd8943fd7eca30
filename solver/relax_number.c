/* relax_number.c - the numbers of a study that may be relaxed: share 0 as required, 1 the largest change tried. Contract: relax_impl.h. */
#include "solver/relax_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define MOST_FILL_PU 0.9 /* as in the schema of a study */

static double get_torque_Nm(const struct relax_trial *t) { return t->study.setup.requirement.peak_torque_Nm; }
static double get_power_kW(const struct relax_trial *t) { return t->study.setup.requirement.peak_power_W / 1e3; }
static double get_continuous_Nm(const struct relax_trial *t) { return t->study.setup.duty.continuous.torque_Nm; }
static double get_current_A(const struct relax_trial *t) { return t->study.setup.requirement.current_max_A; }
static double get_voltage_V(const struct relax_trial *t) { return t->study.setup.requirement.dc_voltage_V; }
static double get_inlet_degC(const struct relax_trial *t) { return t->study.setup.cooling.inlet_K - KELVIN_OFFSET_K; }
static double get_margin_K(const struct relax_trial *t) { return t->study.setup.demag.margin_min_K; }
static double get_stack_mm(const struct relax_trial *t) { return 1e3 * t->study.setup.requirement.stack_max_m; }
static double get_diameter_mm(const struct relax_trial *t) { return 1e3 * t->study.setup.requirement.stator_outer_diameter_m; }
static double get_fill_pu(const struct relax_trial *t) { return t->study.envelope.winding.copper_fill_pu; }
static double get_speed_rpm(const struct relax_trial *t) { return t->study.setup.requirement.speed_max_rad_per_s * 30.0 / PI; }

/* The peak point of the duty comes down with the peak torque, not below it. */
static void set_torque(struct relax_trial *t, double share)
{
    struct requirement *q = &t->study.setup.requirement;
    q->peak_torque_Nm *= 1.0 - 0.5 * share;
    t->study.setup.duty.peak.torque_Nm = fmin(t->study.setup.duty.peak.torque_Nm, q->peak_torque_Nm);
}

static void set_power(struct relax_trial *t, double share) { t->study.setup.requirement.peak_power_W *= 1.0 - 0.5 * share; }
static void set_continuous(struct relax_trial *t, double share) { t->study.setup.duty.continuous.torque_Nm *= 1.0 - 0.5 * share; }
static void set_current(struct relax_trial *t, double share) { t->study.setup.requirement.current_max_A *= 1.0 + 0.5 * share; }
static void set_voltage(struct relax_trial *t, double share) { t->study.setup.requirement.dc_voltage_V *= 1.0 + 0.5 * share; }
static void set_margin(struct relax_trial *t, double share)
{
    t->study.setup.demag.margin_min_K -= share * fmax(t->study.setup.demag.margin_min_K, 0.0);
}

static double cool(const struct coolant *c, double inlet_K, double dT_K)
{
    return c ? fmin(inlet_K, fmax(inlet_K - dT_K, c->base.T_min_K)) : inlet_K; /* not colder than the fluid's data */
}

static void set_inlet(struct relax_trial *t, double share)
{
    struct thermal_opts *o = &t->study.setup.cooling;
    o->inlet_K = cool(o->coolant, o->inlet_K, 60.0 * share);
    o->spray_inlet_K = cool(o->spray, o->spray_inlet_K, 60.0 * share);
}

/* The design takes the whole length that is then allowed, its cross-section stays: the envelope is not told. */
static void set_stack(struct relax_trial *t, double share) { t->study.setup.requirement.stack_max_m *= 1.0 + 0.5 * share; }
static void fit_stack(struct relax_trial *t) { t->machine.stack_m = t->study.setup.requirement.stack_max_m; }

/* The design grows with the diameter, in the ratios of its point of the box. */
static void set_diameter(struct relax_trial *t, double share)
{
    t->study.setup.requirement.stator_outer_diameter_m *= 1.0 + 0.5 * share;
    t->study.envelope.R_out_m = 0.5 * t->study.setup.requirement.stator_outer_diameter_m;
}

/* Bars have none: theirs follows from the slot. */
static void set_fill(struct relax_trial *t, double share)
{
    double *fill_pu = &t->study.envelope.winding.copper_fill_pu;
    *fill_pu = fmax(*fill_pu, fmin(*fill_pu * (1.0 + 0.5 * share), MOST_FILL_PU));
    t->study.frame.winding.copper_fill_pu = *fill_pu;
}

/* Not below the base speed or the fastest point of the duty. */
static void set_speed(struct relax_trial *t, double share)
{
    struct requirement *q = &t->study.setup.requirement;
    const struct duty *duty = &t->study.setup.duty;
    double least_rad_per_s =
        fmax(requirement_get_base_speed_rad_per_s(q), fmax(duty->continuous.speed_rad_per_s, duty->peak.speed_rad_per_s));
    for (int k = 0; k < duty->n_cycle; k++)
        least_rad_per_s = fmax(least_rad_per_s, duty->cycle[k].speed_rad_per_s);
    q->speed_max_rad_per_s = fmin(q->speed_max_rad_per_s, fmax(q->speed_max_rad_per_s * (1.0 - 0.5 * share), least_rad_per_s));
    t->study.envelope.speed_max_rad_per_s = q->speed_max_rad_per_s;
}

enum {
    TORQUE = 1 << CON_PEAK_TORQUE,
    POWER = 1 << CON_POWER_MAX_SPEED,
    DUTY = 1 << CON_DUTY_POINTS,
    WINDING = 1 << CON_WINDING_TEMP,
    DEMAG = 1 << CON_DEMAG,
    STRENGTH = 1 << CON_STRENGTH,
    HEAT = WINDING | DEMAG | 1 << CON_ROTOR_TEMP,
    ENVELOPE = TORQUE | POWER | DUTY
};

static const struct relax_row ROWS[] = {
    {"requirement.peak_torque_Nm", "peak torque", "N m", TORQUE | HEAT, get_torque_Nm, set_torque, NULL},
    {"requirement.peak_power_kW", "peak power", "kW", TORQUE | POWER, get_power_kW, set_power, NULL},
    {"duty.continuous.torque_Nm", "continuous torque", "N m", DUTY | HEAT, get_continuous_Nm, set_continuous, NULL},
    {"requirement.current_max_A", "inverter current", "A", ENVELOPE, get_current_A, set_current, NULL},
    {"requirement.dc_voltage_V", "dc voltage", "V", ENVELOPE | WINDING, get_voltage_V, set_voltage, NULL},
    {"cooling.inlet_degC", "coolant", "degC", TORQUE | HEAT, get_inlet_degC, set_inlet, NULL},
    {"demagnetisation.margin_min_K", "demagnetisation margin", "K", DEMAG, get_margin_K, set_margin, NULL},
    {"requirement.stack_max_mm", "stack", "mm", TORQUE | DUTY | HEAT, get_stack_mm, set_stack, fit_stack},
    {"requirement.stator_outer_diameter_mm", "outer diameter", "mm", ENVELOPE | HEAT, get_diameter_mm, set_diameter, NULL},
    {"requirement.speed_max_rpm", "highest speed", "rpm", POWER | STRENGTH | DEMAG, get_speed_rpm, set_speed, NULL},
    {"machine.copper_fill_pu", "copper fill", "of the slot", HEAT, get_fill_pu, set_fill, NULL},
};
_Static_assert(ARRAY_LEN(ROWS) == COMPARE_N_RELAX, "one place in compare_technology for each row");

const struct relax_row *relax_get_row(int k) { return &ROWS[k]; }
