/* figure_label.c - see figure_label.h. */
#include "solver/figure_label.h"
#include "materials/base/status.h"
#include "materials/base/units.h"
#include "models/demag/demag.h"
#include "models/evaluate.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static const struct { const char *key, *label; int decimals; } LABEL[] = {
    {"stack_mm", "stack length", 1},
    {"bore_diameter_mm", "stator bore", 1},
    {"active_volume_L", "active volume", 2},
    {"mass_active_kg", "active mass", 1},
    {"conductors_per_slot", "conductors per slot", 0},
    {"tooth_width_mm", "tooth width", 2},
    {"magnet_thickness_mm", "magnet thickness", 2},
    {"magnet_width_mm", "magnet width, one leg", 1},
    {"base_torque_Nm", "torque at base speed", 0},
    {"power_max_speed_kW", "power at the highest speed", 0},
    {"torque_per_litre_Nm", "peak torque per litre", 1},
    {"torque_per_kg_Nm", "peak torque per kilogram", 1},
    {"electric_loading_rms_kA_per_m", "electric loading at the current limit, rms", 0},
    {"map_error_pct", "torque of the map at the peak point, error", 1},
    {"torque_ripple_pu", "torque ripple at the peak, of the mean", 2},
    {"max_torque_Nm", "torque at the current limit, standstill", 0},
    {"cogging_Nm", "cogging torque, peak to peak", 2},
    {"gamma_peak_point_deg", "current advance at the peak point, electrical", 1},
    {"current_continuous_A", "phase current, continuous, amplitude", 0},
    {"loss_continuous_W", "losses at the continuous point", 0},
    {"loss_cycle_W", "losses over the drive cycle, mean", 0},
    {"excitation_W", "supply of the field, continuous", 0},
    {"backemf_max_speed_V", "phase back-EMF at the highest speed, peak", 0},
    {"short_circuit_peak_id_A", "lowest d current after a three-phase short circuit", 0},
    {"noload_flux_Wb", "no-load flux linkage, peak", 4},
    {"backemf_line_peak_V", "line back-EMF at the highest speed, peak", 0},
    {"backemf_thd_pct", "harmonics of the line back-EMF", 1},
    {"uncontrolled_dc_V", "dc-link voltage without control", 0},
    {"uncontrolled_current_A", "phase current into the link without control", 0},
    {"flux_loss_margin_pct", "flux lost at the margin asked for", 2},
    {"torque_loss_event_pct", "torque lost after the worst event", 2},
    {"demag_margin_low_K", "at the weak end of the data", 0},
    {"demag_margin_high_K", "at the strong end of the data", 0},
    {"flux_loss_noload20_pct", "flux lost at no load, 20 °C", 2},
    {"demag_area_pct", "magnet area beyond its knee in the event", 2},
    {"demag_event_id_A", "demagnetising current of the worst event", 0},
    {"stress_max_MPa", "largest stress of the rotor iron at overspeed", 0},
    {"current_peak_point_A", "phase current at the peak point, amplitude", 0},
    {"current_density_continuous_rms_A_per_mm2", "current density, continuous, rms", 1},
    {"field_current_peak_A", "field current at the peak point", 1},
    {"efficiency_continuous_pct", "efficiency at the continuous point", 1},
    {"efficiency_cycle_pct", "efficiency over the drive cycle", 1},
    {"winding_continuous_degC", "winding hot spot, continuous", 0},
    {"winding_peak_degC", "winding hot spot, end of the peak", 0},
    {"winding_cycle_degC", "winding hot spot, drive cycle", 0},
    {"rotor_cycle_degC", "hottest magnet or field coil, drive cycle", 0},
    {"coolant_out_degC", "coolant at the outlet", 0},
    {"continuous_torque_base_Nm", "torque held for ever at base speed", 0},
    {"continuous_power_max_speed_kW", "power held for ever at the highest speed", 0},
    {"timed_torque_Nm", "torque held for the peak time", 0},
    {"peak_hold_s", "peak point held until a limit", 0},
    {"winding_margin_K", "winding below its thermal class", 0},
    {"rotor_hot_degC", "hottest magnet or field coil", 0},
    {"rotor_margin_K", "kelvin left in the rotor", 0},
    {"demag_margin_K", "kelvin left to demagnetisation", 0},
    {"demag_current_factor", "current left, times the worst event", 2},
    {"flux_loss_event_pct", "flux lost in the worst event", 2},
    {"bridge_mm", "bridge thickness", 2},
    {"yield_safety", "yield safety at overspeed", 2},
    {"fatigue_safety", "fatigue safety, 0 to overspeed", 2},
    {"sleeve_safety", "yield safety of the sleeve at overspeed", 2},
    {"sleeve_retention_pu", "pull of the sleeve over centrifugal force", 2},
    {"sleeve_reaction_pu", "reaction of the sleeve's eddy currents at highest speed", 2},
    {"magnet_kg", "magnet mass", 2},
    {"copper_kg", "copper mass", 1},
    {"steel_kg", "electrical steel mass", 1},
    {"hre_g", "dysprosium and terbium", 0},
    {"rare_earth_g", "all rare earths", 0},
    {"cost_today_USD", "cost at today's prices", 0},
    {"material_USD", "purchased elements", 0},
    {"processing_USD", "processing", 0},
    {"risk_cost_USD", "supply-risk cost", 0},
    {"risk_drift_USD", "price drift", 0},
    {"risk_holding_USD", "holding, premium, qualification", 0},
    {"risk_shortage_USD", "expected shortage", 0},
    {"risk_tail_USD", "tail loading", 0},
    {"cost_with_risk_USD", "cost with risk", 0},
    {"torque_per_USD_Nm", "peak torque per USD with risk", 2},
    /* thermal coefficients, decimals of kelvin */
    {"spray_film_W_per_m2_K", "oil spray, film coefficient", 1},
    {"spray_wetted_pu", "oil spray, wetted share", 1},
    {"housing_contact_m2_K_per_W", "contact of stator core and housing", 1},
    {"shaft_contact_m2_K_per_W", "contact of rotor core and shaft", 1},
    {"magnet_contact_m2_K_per_W", "contact of magnet and rotor core", 1},
    {"liner_gap_mm", "gap at the slot liner", 1},
    {"impregnation_fill_pu", "voids between strands filled by resin", 1},
    {"stack_axial_conductivity_W_per_m_K", "conductivity across the sheets", 1},
    {"end_film_a_W_per_m2_K", "end-space film at rest", 1},
    {"end_film_b", "end-space film, growth with speed", 1},
    {"end_film_c", "end-space film, exponent of speed", 1},
    {"bearing_conductance_W_per_K", "conductance of one bearing", 1},
    {"flange_conductance_W_per_K", "conductance of the flange", 1},
    {"emissivity_pu", "emissivity of the housing", 1},
    {"liner_conductivity_W_per_m_K", "conductivity of the slot liner", 1},
    {"liner_thickness_m", "thickness of the slot liner", 1},
    {"impregnation_conductivity_W_per_m_K", "conductivity of the resin", 1},
    {"stator_steel_conductivity_W_per_m_K", "conductivity of the stator steel", 1},
};

const char *figure_label_get_unit(const char *key)
{
    const struct unit *u = units_get(key);
    return !u || strcmp(u->suffix, "pu") == 0 ? "" : u->label;
}

void figure_label_get(const char *key, char *out, size_t n)
{
    for (int k = 0; k < ARRAY_LEN(LABEL); k++)
        if (strcmp(LABEL[k].key, key) == 0) {
            snprintf(out, n, "%s", LABEL[k].label);
            return;
        }
    const struct unit *u = units_get(key);
    size_t length = strlen(key) - (u ? strlen(u->suffix) + 1 : 0);
    snprintf(out, n, "%.*s", (int)length, key);
    for (char *p = out; *p; p++)
        if (*p == '_')
            *p = ' ';
}

int figure_label_get_decimals(const char *key)
{
    for (int k = 0; k < ARRAY_LEN(LABEL); k++)
        if (strcmp(LABEL[k].key, key) == 0)
            return LABEL[k].decimals;
    return 2;
}

static int ends_with(const char *s, const char *end)
{
    const size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

int figure_label_fit_decimals(const char *key, double v, int decimals)
{
    const int is_sized = ends_with(key, "_Nm") || ends_with(key, "_kW") || ends_with(key, "_A");
    while (decimals > 0 && fabs(v) * pow(10.0, decimals) >= 999.5)
        decimals--;
    while (is_sized && decimals < 2 && fabs(v) * pow(10.0, decimals) < 100.0 && fabs(v) >= 0.5)
        decimals++;
    return decimals;
}

int figure_label_is_least(const char *key, double v)
{
    if (strcmp(key, "demag_current_factor") == 0)
        return v >= demag_opts_default().current_factor_max;
    return strcmp(key, "peak_hold_s") == 0 && v >= EVAL_HOLD_MAX_S;
}

int figure_label_is_part(const char *key)
{
    static const char *const PART[] = {"demag_margin_low_K", "demag_margin_high_K", "risk_drift_USD", "risk_holding_USD",
                                       "risk_shortage_USD", "risk_tail_USD"};
    for (int k = 0; k < ARRAY_LEN(PART); k++)
        if (strcmp(PART[k], key) == 0)
            return 1;
    return 0;
}

static const struct { const char *title, *key[28]; } GROUP[FIGURE_GROUP_COUNT] = {
    [FIGURE_GROUP_TORQUE] = {"torque, efficiency, voltage",
                             {"max_torque_Nm", "base_torque_Nm", "power_max_speed_kW", "timed_torque_Nm", "peak_hold_s",
                              "continuous_torque_base_Nm", "continuous_power_max_speed_kW", "torque_per_litre_Nm", "torque_ripple_pu",
                              "cogging_Nm", "current_peak_point_A", "gamma_peak_point_deg", "field_current_peak_A", "current_continuous_A",
                              "current_density_continuous_rms_A_per_mm2", "efficiency_continuous_pct", "efficiency_cycle_pct",
                              "loss_continuous_W", "noload_flux_Wb", "backemf_line_peak_V", "backemf_thd_pct", "uncontrolled_dc_V",
                              "uncontrolled_current_A"}},
    [FIGURE_GROUP_HEAT] = {"heat, demagnetisation, strength",
                           {"winding_continuous_degC", "winding_cycle_degC", "winding_peak_degC", "winding_margin_K", "rotor_hot_degC",
                            "rotor_margin_K", "demag_margin_K", "demag_margin_low_K", "demag_margin_high_K", "demag_current_factor",
                            "flux_loss_event_pct", "flux_loss_noload20_pct", "demag_area_pct", "demag_event_id_A", "stress_max_MPa",
                            "yield_safety", "fatigue_safety", "sleeve_safety", "sleeve_retention_pu", "sleeve_reaction_pu"}},
    [FIGURE_GROUP_MATERIAL] = {"material and risk",
                               {"mass_active_kg", "steel_kg", "copper_kg", "magnet_kg", "rare_earth_g", "hre_g", "cost_today_USD",
                                "risk_cost_USD", "risk_drift_USD", "risk_holding_USD", "risk_shortage_USD", "risk_tail_USD",
                                "cost_with_risk_USD"}},
};

const char *figure_label_get_group(enum figure_group g) { return GROUP[g].title; }
const char *const *figure_label_get_keys(enum figure_group g) { return GROUP[g].key; }

const char *figure_label_get_node(enum thermal_node node, const struct thermal_state *s)
{
    static const char *const ACTIVE[][2] = {{"magnets", "field winding"},
                                            {"inner face of the magnets", "inner face of the field winding"},
                                            {"outer face of the magnets", "outer face of the field winding"}};
    int is_wound = isfinite(s->field_mean_K);
    return node < THERMAL_ACTIVE || node > THERMAL_ACTIVE_OUT ? thermal_get_node_name(node) : ACTIVE[node - THERMAL_ACTIVE][is_wound];
}
