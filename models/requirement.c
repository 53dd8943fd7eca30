#include "models/requirement.h"
#include "materials/base/units.h"
#include <math.h>
#include <stddef.h>
#include "materials/base/banned.h"

#define REAL(s, key, member, low, high, doc) {key, SCHEMA_REAL, offsetof(struct s, member), SCHEMA_REQUIRED, low, high, 0.0, NULL, doc}

static const struct schema_row REQUIREMENT_ROWS[] = {
    REAL(requirement, "peak_torque_Nm", peak_torque_Nm, 0.1, 1e5, "Torque wanted from standstill to base speed"),
    REAL(requirement, "peak_power_kW", peak_power_W, 0.01, 1e5, "Shaft power wanted from base speed to the highest speed"),
    REAL(requirement, "speed_max_rpm", speed_max_rad_per_s, 10.0, 2e5, "Highest operating speed"),
    REAL(requirement, "dc_voltage_V", dc_voltage_V, 1.0, 5e3, "DC-link voltage at which the ratings must be met"),
    REAL(requirement, "modulation_reserve_pu", modulation_reserve_pu, 0.0, 0.5, "Share of the linear modulation range kept for control"),
    REAL(requirement, "current_max_A", current_max_A, 0.1, 1e5, "Inverter current limit, peak phase amperes"),
    REAL(requirement, "field_current_max_A", field_current_max_A, 0.1, 1e3, "Field current limit of wound-field rotors, dc"),
    REAL(requirement, "field_slip_ring_drop_V", field_slip_ring_drop_V, 0.0, 20.0, "Voltage drop of both brushes of wound-field rotors"),
    REAL(requirement, "exciter_efficiency_pu", exciter_efficiency_pu, 0.1, 1.0, "Efficiency of the field supply of wound-field rotors"),
    REAL(requirement, "field_loss_extra_weight_pu", field_loss_extra_pu, 0.0, 100.0,
         "Wound field: how much more a watt in the rotor counts than one in the stator when currents are chosen (0 = alike); the rotor is "
         "harder to cool"),
    REAL(requirement, "stator_outer_diameter_mm", stator_outer_diameter_m, 10.0, 5e3, "Outer diameter of the stator lamination"),
    REAL(requirement, "stack_max_mm", stack_max_m, 1.0, 5e3, "Longest active stack that fits"),
    REAL(requirement, "airgap_mm", airgap_m, 0.1, 10.0, "Mechanical air gap"),
    REAL(requirement, "overspeed_factor", overspeed_factor, 1.0, 2.0, "Overspeed of the strength check over the highest speed"),
    REAL(requirement, "yield_safety_min", yield_safety_min, 1.0, 10.0, "Smallest yield stress / peak stress at overspeed"),
    REAL(requirement, "iron_build_factor", iron_build_factor, 1.0, 4.0,
         "Iron loss of the built core over the strip data (punching, pressing)"),
    REAL(requirement, "bearing_friction_Nm", bearing_friction_Nm, 0.0, 100.0, "Speed-independent bearing and seal friction"),
};

static const struct schema_row POINT_ROWS[] = {
    REAL(duty_point, "torque_Nm", torque_Nm, -1e5, 1e5, "Shaft torque, motoring positive"),
    REAL(duty_point, "speed_rpm", speed_rad_per_s, 0.0, 2e5, "Shaft speed"),
    {"weight_pu", SCHEMA_REAL, offsetof(struct duty_point, weight_pu), SCHEMA_OPTIONAL, 0.0, 1.0, 1.0, NULL,
     "Share of driving time at this point (cycle only)"},
};

struct duty_nodes { const struct yaml_node *continuous, *peak, *cycle; double peak_duration_s; };
static const struct schema_row DUTY_ROWS[] = {
    {"continuous", SCHEMA_NODE, offsetof(struct duty_nodes, continuous), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Point held for ever: {torque_Nm, speed_rpm}"},
    {"peak", SCHEMA_NODE, offsetof(struct duty_nodes, peak), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Peak point: {torque_Nm, speed_rpm}, started from the continuous state"},
    REAL(duty_nodes, "peak_duration_s", peak_duration_s, 0.1, 36000.0, "How long the peak point must be held"),
    {"cycle", SCHEMA_NODE, offsetof(struct duty_nodes, cycle), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Drive cycle: list of {torque_Nm, speed_rpm, weight_pu}; weights sum to 1"},
};

static const struct schema_row DEMAG_ROWS[] = {
    REAL(demag_rule, "flux_loss_limit_pct", flux_loss_limit_pu, 0.01, 50.0, "Loss of no-load flux that counts as demagnetised"),
    REAL(demag_rule, "margin_min_K", margin_min_K, -200.0, 500.0, "Kelvin that must be left at the hottest magnet"),
    {"event_short_circuit", SCHEMA_BOOL, offsetof(struct demag_rule, event_short_circuit), SCHEMA_REQUIRED, 0, 1, 0, NULL,
     "Three-phase short circuit from the worst pre-fault point"},
    {"event_peak_current", SCHEMA_BOOL, offsetof(struct demag_rule, event_peak_current), SCHEMA_REQUIRED, 0, 1, 0, NULL,
     "Inverter current limit along the negative d axis"},
    {"event_two_phase_short_circuit", SCHEMA_BOOL, offsetof(struct demag_rule, event_two_phase), SCHEMA_OPTIONAL, 0, 1, 0, NULL,
     "Two terminals shorted, the third open, from the worst pre-fault point"},
    {"event_loss_of_control", SCHEMA_BOOL, offsetof(struct demag_rule, event_loss_of_control), SCHEMA_OPTIONAL, 0, 1, 0, NULL,
     "Switches idle at the highest speed: currents that the diodes feed into the dc link"},
    {"cold_start_degC", SCHEMA_REAL, offsetof(struct demag_rule, cold_start_K), SCHEMA_OPTIONAL, -80.0, 20.0, (double)NAN, NULL,
     "Coldest temperature at which the motor is started: every event is judged there too; needed for magnets that cold weakens (ferrite)"},
};

const struct schema_row *requirement_get_schema(int *n) { *n = ARRAY_LEN(REQUIREMENT_ROWS); return REQUIREMENT_ROWS; }
const struct schema_row *duty_get_schema(int *n) { *n = ARRAY_LEN(DUTY_ROWS); return DUTY_ROWS; }
const struct schema_row *duty_point_get_schema(int *n) { *n = ARRAY_LEN(POINT_ROWS); return POINT_ROWS; }
const struct schema_row *demag_rule_get_schema(int *n) { *n = ARRAY_LEN(DEMAG_ROWS); return DEMAG_ROWS; }

double requirement_get_base_speed_rad_per_s(const struct requirement *r)
{
    return r->peak_power_W / r->peak_torque_Nm;
}

double requirement_get_voltage_V(const struct requirement *r)
{
    return r->dc_voltage_V / sqrt(3.0) * (1.0 - r->modulation_reserve_pu);
}

enum status requirement_read(const struct yaml_node *map, struct requirement *out, struct err *e)
{
    TRY(yaml_read_table(map, REQUIREMENT_ROWS, ARRAY_LEN(REQUIREMENT_ROWS), out, e));
    if (requirement_get_base_speed_rad_per_s(out) > out->speed_max_rad_per_s)
        return yaml_fail(map, e, "base speed %.0f rpm (peak_power_kW / peak_torque_Nm) is above speed_max_rpm %.0f",
                         requirement_get_base_speed_rad_per_s(out) * 30.0 / PI, out->speed_max_rad_per_s * 30.0 / PI);
    return ST_OK;
}

static enum status read_point(const struct yaml_node *map, struct duty_point *out, struct err *e)
{
    return yaml_read_table(map, POINT_ROWS, ARRAY_LEN(POINT_ROWS), out, e);
}

enum status duty_read(const struct yaml_node *map, struct duty *out, struct err *e)
{
    struct duty_nodes n = {0};
    TRY(yaml_read_table(map, DUTY_ROWS, ARRAY_LEN(DUTY_ROWS), &n, e));
    TRY(read_point(n.continuous, &out->continuous, e));
    TRY(read_point(n.peak, &out->peak, e));
    out->peak_duration_s = n.peak_duration_s;
    if (n.cycle->kind != YAML_LIST || n.cycle->n_item < 1 || n.cycle->n_item > DUTY_MAX_POINT)
        return yaml_fail(n.cycle, e, "expected a list of 1 to %d points {torque_Nm, speed_rpm, weight_pu}", DUTY_MAX_POINT);
    double sum = 0.0;
    out->n_cycle = n.cycle->n_item;
    for (int k = 0; k < out->n_cycle; k++) {
        TRY(read_point(n.cycle->item[k], &out->cycle[k], e));
        sum += out->cycle[k].weight_pu;
    }
    if (fabs(sum - 1.0) > 1e-3)
        return yaml_fail(n.cycle, e, "weights sum to %.4f, expected 1", sum);
    return ST_OK;
}

enum status demag_rule_read(const struct yaml_node *map, struct demag_rule *out, struct err *e)
{
    TRY(yaml_read_table(map, DEMAG_ROWS, ARRAY_LEN(DEMAG_ROWS), out, e));
    if (!out->event_short_circuit && !out->event_peak_current)
        return yaml_fail(map, e, "no event is chosen: set event_short_circuit or event_peak_current to true");
    return ST_OK;
}

enum status demag_rule_check_magnet(const struct demag_rule *rule, double map_magnet_T_K, const struct magnet *m,
                                    const struct yaml_node *node, struct err *e)
{
    const struct { const char *key; double T_K; } asked[] = {{"demagnetisation.cold_start_degC", rule->cold_start_K},
                                                             {"map_magnet_degC", map_magnet_T_K}};
    if (m->beta_HcJ_per_K.value > 0.0 && !isfinite(rule->cold_start_K))
        return yaml_fail(node, e, "cold weakens '%s' (beta_HcJ %+.3g %%/K): demagnetisation.cold_start_degC is needed to judge it",
                         m->base.name, 100.0 * m->beta_HcJ_per_K.value);
    for (int k = 0; k < ARRAY_LEN(asked); k++)
        if (asked[k].T_K < m->base.T_min_K || asked[k].T_K > m->base.T_max_K)
            return yaml_fail(node, e, "the data of '%s' hold from %.0f to %.0f degC; %s is %.0f", m->base.name,
                             m->base.T_min_K - KELVIN_OFFSET_K, m->base.T_max_K - KELVIN_OFFSET_K, asked[k].key,
                             asked[k].T_K - KELVIN_OFFSET_K);
    return ST_OK;
}
