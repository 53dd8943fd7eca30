#include "models/result.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define FIGURE(key, member, better, doc) {key, offsetof(struct result, member), better, doc}

static const struct figure FIGURES[] = {
    FIGURE("stack_mm", stack_m, FIGURE_LOWER, "Active stack length"),
    FIGURE("bore_diameter_mm", bore_diameter_m, FIGURE_NEUTRAL, "Stator bore diameter"),
    FIGURE("active_volume_L", active_volume_m3, FIGURE_LOWER, "Stator outer circle times stack"),
    FIGURE("mass_active_kg", mass_active_kg, FIGURE_LOWER, "Steel, copper, magnets"),
    FIGURE("conductors_per_slot", conductors_per_slot, FIGURE_NEUTRAL, "Conductors in series per slot"),
    FIGURE("bridge_mm", bridge_m, FIGURE_NEUTRAL, "Iron bridge between pocket and rotor surface"),
    FIGURE("tooth_width_mm", tooth_width_m, FIGURE_NEUTRAL, "Tooth width at half slot depth"),
    FIGURE("magnet_thickness_mm", magnet_thickness_m, FIGURE_NEUTRAL, "Magnet thickness along the magnetisation"),
    FIGURE("magnet_width_mm", magnet_width_m, FIGURE_NEUTRAL, "Magnet width of one leg"),
    FIGURE("noload_flux_Wb", noload_flux_Wb, FIGURE_NEUTRAL, "No-load flux linkage per phase, peak, at the duty's magnet temperature"),
    FIGURE("max_torque_Nm", max_torque_Nm, FIGURE_HIGHER, "Torque at the current limit, standstill"),
    FIGURE("base_torque_Nm", base_torque_Nm, FIGURE_HIGHER, "Largest torque at base speed under voltage and current limits"),
    FIGURE("power_max_speed_kW", power_max_speed_W, FIGURE_HIGHER, "Largest power at the highest speed"),
    FIGURE("torque_per_litre_Nm", torque_per_litre_Nm, FIGURE_HIGHER, "Required peak torque per litre of active volume"),
    FIGURE("torque_per_kg_Nm", torque_per_kg_Nm, FIGURE_HIGHER, "Required peak torque per kilogram of active mass"),
    FIGURE("map_error_pct", map_error_pu, FIGURE_LOWER,
           "Torque of the peak point by the flux map against field solutions there, relative difference"),
    FIGURE("torque_ripple_pu", torque_ripple_pu, FIGURE_LOWER,
           "Peak-to-peak torque over mean torque at the peak point (search: over the positions of the maps)"),
    FIGURE("current_peak_point_A", current_peak_point_A, FIGURE_LOWER, "Phase current at the peak point, peak amperes"),
    FIGURE("gamma_peak_point_deg", gamma_peak_point_rad, FIGURE_NEUTRAL, "Current advance from the q axis at the peak point, electrical"),
    FIGURE("current_continuous_A", current_continuous_A, FIGURE_LOWER, "Phase current at the continuous point, peak amperes"),
    FIGURE("current_density_continuous_rms_A_per_mm2", current_density_continuous_rms_A_per_m2, FIGURE_LOWER,
           "Copper current density, continuous, rms"),
    FIGURE("electric_loading_rms_kA_per_m", electric_loading_rms_A_per_m, FIGURE_NEUTRAL,
           "Linear current density at the bore, rms, at the inverter's current limit"),
    FIGURE("field_current_peak_A", field_current_peak_A, FIGURE_LOWER, "Field current at the peak point"),
    FIGURE("field_loss_extra_weight_pu", field_loss_extra_pu, FIGURE_NEUTRAL,
           "Wound field: how much more a watt in the rotor counted than one in the stator when the currents were chosen"),
    FIGURE("efficiency_continuous_pct", efficiency_continuous_pu, FIGURE_HIGHER, "Motor efficiency at the continuous point"),
    FIGURE("efficiency_cycle_pct", efficiency_cycle_pu, FIGURE_HIGHER, "Energy efficiency over the drive cycle"),
    FIGURE("loss_continuous_W", loss_continuous_W, FIGURE_LOWER, "All motor losses at the continuous point"),
    FIGURE("loss_cycle_W", loss_cycle_W, FIGURE_LOWER, "Mean motor loss over the drive cycle"),
    FIGURE("excitation_W", excitation_W, FIGURE_LOWER, "Field supply power at the continuous point"),
    FIGURE("backemf_max_speed_V", backemf_max_speed_V, FIGURE_LOWER, "No-load phase voltage at the highest speed, peak"),
    FIGURE("backemf_line_peak_V", backemf_line_peak_V, FIGURE_LOWER,
           "Open circuit at the highest speed, line to line, peak with harmonics; magnets at ambient temperature, full field current"),
    FIGURE("backemf_thd_pct", backemf_thd_pu, FIGURE_LOWER, "Harmonics of the open-circuit line voltage over its fundamental"),
    FIGURE("cogging_Nm", cogging_Nm, FIGURE_LOWER, "Cogging torque, peak to peak, magnets at ambient temperature"),
    FIGURE("uncontrolled_dc_V", uncontrolled_dc_V, FIGURE_LOWER,
           "Highest dc-link voltage that idle diodes see at the highest speed: open-circuit line peak or steady generation, if more"),
    FIGURE("uncontrolled_current_A", uncontrolled_current_A, FIGURE_LOWER,
           "Phase current, peak, fed into the dc link by idle diodes at the highest speed and dc_voltage_V; 0: none flows"),
    FIGURE("short_circuit_peak_id_A", short_circuit_peak_id_A, FIGURE_NEUTRAL, "Most negative d current after a three-phase short circuit"),
    FIGURE("winding_continuous_degC", winding_continuous_K, FIGURE_LOWER, "Winding hot spot, continuous point"),
    FIGURE("winding_peak_degC", winding_peak_K, FIGURE_LOWER, "Winding hot spot at the end of the peak"),
    FIGURE("winding_cycle_degC", winding_cycle_K, FIGURE_LOWER, "Winding hot spot over the drive cycle, once it repeats itself"),
    FIGURE("rotor_cycle_degC", rotor_cycle_K, FIGURE_LOWER,
           "Hottest magnet (or field winding) over the drive cycle, once it repeats itself"),
    FIGURE("continuous_torque_base_Nm", continuous_torque_base_Nm, FIGURE_HIGHER,
           "Torque at base speed that winding and rotor stand for ever (report level)"),
    FIGURE("continuous_power_max_speed_kW", continuous_power_max_speed_W, FIGURE_HIGHER,
           "Power at the highest speed that winding and rotor stand for ever (report level)"),
    FIGURE("timed_torque_Nm", timed_torque_Nm, FIGURE_HIGHER,
           "Torque at the peak point's speed that is held for the peak time from the continuous state (report level)"),
    FIGURE("peak_hold_s", peak_hold_s, FIGURE_HIGHER,
           "How long the peak point is held from the continuous state until a limit is reached; 3600: an hour or more (report level)"),
    FIGURE("winding_margin_K", winding_margin_K, FIGURE_HIGHER, "Kelvin between the hottest winding and its thermal class"),
    FIGURE("rotor_hot_degC", rotor_hot_K, FIGURE_LOWER, "Hottest magnet (or field winding) temperature of the duty"),
    FIGURE("coolant_out_degC", coolant_out_K, FIGURE_NEUTRAL, "Coolant at the outlet, continuous point"),
    FIGURE("rotor_margin_K", rotor_margin_K, FIGURE_HIGHER,
           "Kelvin left: magnets to demagnetisation or material limit, field winding to its class"),
    FIGURE("demag_margin_K", demag_margin_K, FIGURE_HIGHER, "Kelvin between hottest magnet and the flux-loss limit in the worst event"),
    FIGURE("demag_margin_low_K", demag_margin_low_K, FIGURE_HIGHER,
           "The same with HcJ, its temperature coefficient, squareness and diffusion at the weak ends of their data"),
    FIGURE("demag_margin_high_K", demag_margin_high_K, FIGURE_HIGHER, "The same at the strong ends"),
    FIGURE("demag_current_factor", demag_current_factor, FIGURE_HIGHER,
           "Current of the worst event may grow by this factor before the limit"),
    FIGURE("flux_loss_event_pct", flux_loss_event_pu, FIGURE_LOWER, "No-load flux lost when the worst event happens, hot"),
    FIGURE("flux_loss_margin_pct", flux_loss_margin_pu, FIGURE_LOWER,
           "No-load flux lost in the worst event at the hottest magnet plus the margin that the study asks for"),
    FIGURE("torque_loss_event_pct", torque_loss_event_pu, FIGURE_LOWER,
           "Torque lost at the peak point's currents after the worst event (report level)"),
    FIGURE("flux_loss_noload20_pct", flux_loss_noload20_pu, FIGURE_LOWER,
           "Flux lost at no load at 20 degC: above the limit the magnet cannot hold itself"),
    FIGURE("demag_area_pct", demag_area_pu, FIGURE_LOWER, "Magnet area beyond its knee in the worst event"),
    FIGURE("demag_event_id_A", demag_event_id_A, FIGURE_NEUTRAL, "d current of the worst event"),
    FIGURE("stress_max_MPa", stress_max_Pa, FIGURE_LOWER, "Largest von Mises stress of the rotor iron at overspeed"),
    FIGURE("yield_safety", yield_safety, FIGURE_HIGHER, "Yield stress over largest stress at overspeed"),
    FIGURE("fatigue_safety", fatigue_safety, FIGURE_HIGHER, "Safety against fatigue, cycle from standstill to overspeed (Goodman)"),
    FIGURE("sleeve_safety", sleeve_safety, FIGURE_HIGHER, "Yield stress over largest stress of the sleeve at overspeed"),
    FIGURE("sleeve_retention_pu", sleeve_retention_pu, FIGURE_HIGHER,
           "Inward pull of the sleeve on the magnets over their centrifugal force at overspeed; below 1 they lift off"),
    FIGURE("sleeve_reaction_pu", sleeve_reaction_pu, FIGURE_NEUTRAL,
           "Field of the sleeve's eddy currents over the field that drives them, at highest speed: their loss is too large by about its "
           "square"),
    FIGURE("magnet_kg", magnet_kg, FIGURE_LOWER, "Magnet mass in the motor"),
    FIGURE("copper_kg", copper_kg, FIGURE_LOWER, "Copper mass, stator and field winding"),
    FIGURE("steel_kg", steel_kg, FIGURE_LOWER, "Electrical steel in the motor"),
    FIGURE("hre_g", hre_kg, FIGURE_LOWER, "Dysprosium and terbium in the motor"),
    FIGURE("rare_earth_g", rare_earth_kg, FIGURE_LOWER, "All rare earths in the motor"),
    FIGURE("cost_today_USD", cost_today_USD, FIGURE_LOWER, "Materials and their processing at today's prices"),
    FIGURE("material_USD", material_USD, FIGURE_LOWER, "Purchased elements at today's prices"),
    FIGURE("processing_USD", processing_USD, FIGURE_LOWER, "Processing into finished parts"),
    FIGURE("risk_cost_USD", risk_cost_USD, FIGURE_LOWER, "What supply risk adds, under the study's scenario and sourcing"),
    FIGURE("risk_drift_USD", risk_drift_USD, FIGURE_LOWER, "Risk part: price drift"),
    FIGURE("risk_holding_USD", risk_holding_USD, FIGURE_LOWER, "Risk part: holding, premium, qualification"),
    FIGURE("risk_shortage_USD", risk_shortage_USD, FIGURE_LOWER, "Risk part: expected shortage"),
    FIGURE("risk_tail_USD", risk_tail_USD, FIGURE_LOWER, "Risk part: tail loading"),
    FIGURE("risk_cost_standard_error_USD", risk_cost_standard_error_USD, FIGURE_NEUTRAL, "Monte-Carlo standard error of the risk cost"),
    FIGURE("cost_with_risk_USD", cost_with_risk_USD, FIGURE_LOWER, "Cost today plus risk cost"),
    FIGURE("torque_per_USD_Nm", torque_per_USD_Nm, FIGURE_HIGHER, "Required peak torque per USD of cost with risk"),
    FIGURE("n_field_solve", n_field_solve, FIGURE_NEUTRAL, "Field solutions used"),
    FIGURE("n_demag_solve", n_demag_solve, FIGURE_NEUTRAL, "Field solutions used for all demagnetising events"),
    FIGURE("violation", violation, FIGURE_LOWER, "Sum of violated requirements, 0 = feasible"),
};

static const char *const CONSTRAINT_KEYS[] = {
#define CONSTRAINT_KEY(id, key, doc) key,
    CONSTRAINT_LIST(CONSTRAINT_KEY)
#undef CONSTRAINT_KEY
};
static const char *const CONSTRAINT_DOCS[] = {
#define CONSTRAINT_DOC(id, key, doc) doc,
    CONSTRAINT_LIST(CONSTRAINT_DOC)
#undef CONSTRAINT_DOC
};

const char *constraint_get_key(enum constraint c) { return CONSTRAINT_KEYS[c]; }
const char *constraint_get_doc(enum constraint c) { return CONSTRAINT_DOCS[c]; }

const struct figure *result_get_figures(int *n)
{
    *n = (int)(sizeof FIGURES / sizeof FIGURES[0]);
    return FIGURES;
}

const struct figure *result_get_figure(const char *key)
{
    for (size_t k = 0; k < sizeof FIGURES / sizeof FIGURES[0]; k++)
        if (strcmp(FIGURES[k].key, key) == 0)
            return &FIGURES[k];
    return NULL;
}

double figure_eval(const struct figure *f, const struct result *r)
{
    double si = *(const double *)((const char *)r + f->offset);
    const struct unit *u = units_get(f->key);
    return u ? (si - u->offset) / u->factor : si;
}

void result_init(struct result *r)
{
    double *v = (double *)r;
    for (size_t k = 0; k < sizeof *r / sizeof *v; k++)
        v[k] = (double)NAN;
    r->n_field_solve = r->n_newton = 0.0;
    for (int k = 0; k < RESULT_MAX_ELEMENT; k++)
        r->q_kg[k] = r->m_kg[k] = 0.0;
}
