/* result.h - every figure of one evaluated design. Doubles only, so that the archive can keep them bit for bit; NAN = not applicable (a
 * wound rotor has no magnet) or not reached (evaluation stopped at an earlier stage). One table names each figure for JSON, CSV,
 * objectives, limits and rules. */
#ifndef MODELS_RESULT_H
#define MODELS_RESULT_H
#include <stddef.h>

#define RESULT_MAX_ELEMENT 32

/* Requirements as constraints g <= 0 (relative or in kelvin / 100 K): the order of result.g. */
#define CONSTRAINT_LIST(X)                                                                   \
    X(CON_GEOMETRY,        "geometry",         "the shape can be built")                     \
    X(CON_PEAK_TORQUE,     "peak_torque",      "peak torque up to base speed")               \
    X(CON_POWER_MAX_SPEED, "power_max_speed",  "peak power at the highest speed")            \
    X(CON_DUTY_POINTS,     "duty_points",      "continuous and cycle points are reached")    \
    X(CON_WINDING_TEMP,    "winding_temp",     "winding below its thermal class")            \
    X(CON_ROTOR_TEMP,      "rotor_temp",       "magnet or field winding below its limit")    \
    X(CON_DEMAG,           "demagnetisation",  "demagnetisation margin")                     \
    X(CON_STRENGTH,        "strength",         "yield and fatigue safety at overspeed")       \
    X(CON_ROOM,            "room",             "outer diameter, stack and air gap as given")

enum constraint {
#define CONSTRAINT_ENUM(id, key, doc) id,
    CONSTRAINT_LIST(CONSTRAINT_ENUM)
#undef CONSTRAINT_ENUM
    CON_COUNT
};
const char *constraint_get_key(enum constraint c);
const char *constraint_get_doc(enum constraint c);

struct result {
    /* shape */
    double stack_m, bore_diameter_m, active_volume_m3, mass_active_kg, conductors_per_slot, magnet_grade;
    double bridge_m, tooth_width_m, magnet_thickness_m, magnet_width_m;
    /* torque */
    double noload_flux_Wb, max_torque_Nm, base_torque_Nm, power_max_speed_W, torque_per_litre_Nm, torque_per_kg_Nm, torque_ripple_pu;
    double current_peak_point_A, gamma_peak_point_rad, current_density_continuous_rms_A_per_m2;
    double electric_loading_rms_A_per_m; /* at the inverter's current limit: 6 N I / (pi D) [PYRHONEN2014] */
    double current_continuous_A, field_current_peak_A, field_loss_extra_pu;
    double efficiency_continuous_pu, efficiency_cycle_pu, loss_continuous_W, loss_cycle_W, efficiency_max_pu;
    double backemf_line_peak_V, backemf_thd_pu, cogging_Nm, uncontrolled_dc_V, uncontrolled_current_A;
    double backemf_max_speed_V, short_circuit_peak_id_A;
    /* heat */
    double winding_continuous_K, winding_peak_K, winding_margin_K, rotor_hot_K, coolant_out_K, excitation_W;
    double winding_cycle_K, rotor_cycle_K;
    double continuous_torque_base_Nm, continuous_power_max_speed_W, timed_torque_Nm, peak_hold_s; /* with detail only */
    /* demagnetisation (field winding: kelvin to its class) */
    double rotor_margin_K, demag_margin_K, demag_current_factor, flux_loss_event_pu, flux_loss_noload20_pu, demag_area_pu, demag_event_id_A;
    double magnet_B_worst_T, demag_margin_low_K, demag_margin_high_K, flux_loss_margin_pu, torque_loss_event_pu;
    double demag_event, n_demag_solve; /* enum eval_event_kind of the event with the least margin; field solutions spent on all events */
    /* strength */
    double stress_max_Pa, yield_safety, fatigue_safety, sleeve_safety, sleeve_retention_pu, sleeve_reaction_pu;
    /* masses */
    double magnet_kg, copper_kg, steel_kg, hre_kg, rare_earth_kg;
    /* cost and risk, USD per motor */
    double cost_today_USD, material_USD, processing_USD, risk_cost_USD, risk_drift_USD, risk_holding_USD, risk_shortage_USD, risk_tail_USD;
    double cost_with_risk_USD, risk_cost_standard_error_USD, torque_per_USD_Nm;
    /* bookkeeping */
    double n_field_solve, n_newton, mesh_min_angle_rad, map_noload_shift_A;
    double map_error_pu;                   /* torque of the peak point, map against solutions there, by linkages; with detail only */
    double violation;                      /* sum of positive g */
    double g[CON_COUNT];
    double q_kg[RESULT_MAX_ELEMENT];       /* purchased mass by market element */
    double m_kg[RESULT_MAX_ELEMENT];       /* mass in the motor by market element */
};

enum figure_better { FIGURE_LOWER = -1, FIGURE_NEUTRAL = 0, FIGURE_HIGHER = 1 };
struct figure {
    const char *key;        /* with unit suffix as it is written in JSON and CSV: the door's unit */
    size_t offset;
    enum figure_better better;
    const char *doc;
};
/* result_get_figures - the table; result_get_figure - by key, NULL if unknown. Value in the key's unit by figure_eval. */
const struct figure *result_get_figures(int *n);
const struct figure *result_get_figure(const char *key);
double figure_eval(const struct figure *f, const struct result *r);
void result_init(struct result *r); /* all NAN, counters 0 */

#endif
