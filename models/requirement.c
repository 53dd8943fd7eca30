#include "models/requirement.h"
#include "materials/base/units.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
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
    {"exciter_USD", SCHEMA_REAL, offsetof(struct requirement, exciter_USD), SCHEMA_OPTIONAL, 0.0, 1e5, (double)NAN, NULL,
     "Wound field: price of slip rings or rotary transformer and of the field supply, per motor; absent: not in the cost, and said so"},
    {"field_loss_extra_weight_pu", SCHEMA_REAL, offsetof(struct requirement, field_loss_extra_pu), SCHEMA_OPTIONAL, 0.0, 100.0, (double)NAN,
     NULL, "Wound field: how much more a watt in the rotor counts than one in the stator when currents are chosen (0 = alike); absent: for "
     "each design the one that leaves the hotter of stator and field winding the most kelvin below its class"},
    REAL(requirement, "stator_outer_diameter_mm", stator_outer_diameter_m, 10.0, 5e3, "Outer diameter of the stator lamination"),
    REAL(requirement, "stack_max_mm", stack_max_m, 1.0, 5e3, "Longest active stack that fits"),
    REAL(requirement, "airgap_mm", airgap_m, 0.1, 10.0, "Mechanical air gap"),
    REAL(requirement, "overspeed_factor", overspeed_factor, 1.0, 2.0, "Overspeed of the strength check over the highest speed"),
    REAL(requirement, "yield_safety_min", yield_safety_min, 1.0, 10.0, "Smallest yield stress / peak stress at overspeed"),
    {"fatigue_safety_min", SCHEMA_REAL, offsetof(struct requirement, fatigue_safety_min), SCHEMA_OPTIONAL, 0.0, 10.0, 0.0, NULL,
     "Smallest safety against fatigue of the rotor core in the cycle from standstill to overspeed (default 0: reported, not asked for)"},
    REAL(requirement, "iron_build_factor", iron_build_factor, 1.0, 4.0,
         "Iron loss of the built core over the strip data (punching, pressing)"),
    REAL(requirement, "bearing_friction_Nm", bearing_friction_Nm, 0.0, 100.0, "Speed-independent bearing and seal friction"),
};

static const struct schema_row POINT_ROWS[] = {
    REAL(duty_point, "torque_Nm", torque_Nm, -1e5, 1e5, "Shaft torque, motoring positive"),
    REAL(duty_point, "speed_rpm", speed_rad_per_s, 0.0, 2e5, "Shaft speed"),
    {"weight_pu", SCHEMA_REAL, offsetof(struct duty_point, weight_pu), SCHEMA_OPTIONAL, 0.0, 1.0, (double)NAN, NULL,
     "Share of driving time at this point (cycle only; instead of duration_s)"},
    {"duration_s", SCHEMA_REAL, offsetof(struct duty_point, duration_s), SCHEMA_OPTIONAL, 1e-3, 1e6, (double)NAN, NULL,
     "How long this point is held before the next one follows (cycle only; instead of weight_pu): temperatures then follow the cycle"},
};

struct duty_nodes { const struct yaml_node *continuous, *peak, *cycle; double peak_duration_s; char cycle_file[SCHEMA_TEXT_SIZE]; };
static const struct schema_row DUTY_ROWS[] = {
    {"continuous", SCHEMA_NODE, offsetof(struct duty_nodes, continuous), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Point held for ever: {torque_Nm, speed_rpm}"},
    {"peak", SCHEMA_NODE, offsetof(struct duty_nodes, peak), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Peak point: {torque_Nm, speed_rpm}, started from the continuous state"},
    REAL(duty_nodes, "peak_duration_s", peak_duration_s, 0.1, 36000.0, "How long the peak point must be held"),
    {"cycle", SCHEMA_NODE, offsetof(struct duty_nodes, cycle), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "Drive cycle: list of {torque_Nm, speed_rpm, weight_pu}, weights sum to 1; or of {torque_Nm, speed_rpm, duration_s}, in their order "
     "and "
     "repeated. Required without cycle_file"},
    {"cycle_file", SCHEMA_TEXT, offsetof(struct duty_nodes, cycle_file), SCHEMA_OPTIONAL, 0, 0, (double)NAN, NULL,
     "Drive cycle over time: a CSV file time_s,torque_Nm,speed_rpm beside this one, instead of cycle"},
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

/* Weights from durations, or the check of the weights. */
static enum status set_weights(const struct yaml_node *list, struct duty *out, struct err *e)
{
    double weight = 0.0, duration_s = 0.0;
    int n_timed = 0;
    for (int k = 0; k < out->n_cycle; k++) {
        const struct duty_point *p = &out->cycle[k];
        if (isfinite(p->weight_pu) == isfinite(p->duration_s))
            return yaml_fail(list->item[k], e, "expected either weight_pu or duration_s");
        n_timed += isfinite(p->duration_s);
        weight += isfinite(p->weight_pu) ? p->weight_pu : 0.0;
        duration_s += isfinite(p->duration_s) ? p->duration_s : 0.0;
        if (n_timed != 0 && n_timed != k + 1)
            return yaml_fail(list->item[k], e, "points with weight_pu and points with duration_s cannot be mixed");
    }
    out->is_timed = n_timed > 0;
    out->cycle_s = out->is_timed ? duration_s : (double)NAN;
    if (!out->is_timed && fabs(weight - 1.0) > 1e-3)
        return yaml_fail(list, e, "weights sum to %.4f, expected 1", weight);
    for (int k = 0; out->is_timed && k < out->n_cycle; k++)
        out->cycle[k].weight_pu = out->cycle[k].duration_s / duration_s;
    return ST_OK;
}

static enum status read_cycle_list(const struct yaml_node *list, struct duty *out, struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item < 1 || list->n_item > DUTY_MAX_POINT)
        return yaml_fail(list, e, "expected a list of 1 to %d points {torque_Nm, speed_rpm, weight_pu or duration_s}", DUTY_MAX_POINT);
    out->n_cycle = list->n_item;
    for (int k = 0; k < out->n_cycle; k++)
        TRY(read_point(list->item[k], &out->cycle[k], e));
    return set_weights(list, out, e);
}

/* Beside the file that names it, unless absolute or given on the command line. */
static enum status read_cycle_file(const struct yaml_node *map, const char *name, struct duty *out, struct err *e)
{
    char path[512];
    const struct yaml_node *node = yaml_get_key(map, "cycle_file");
    const char *slash = strrchr(node->file, '/');
    int n_dir = slash && name[0] != '/' ? (int)(slash - node->file) + 1 : 0;
    if (snprintf(path, sizeof path, "%.*s%s", n_dir, node->file, name) >= (int)sizeof path)
        return yaml_fail(node, e, "the path is longer than %d characters", (int)sizeof path - 1);
    struct err why = {0};
    enum status st = duty_read_cycle(path, out, &why);
    if (st == ST_IO)
        return yaml_fail(node, e, "%s", why.message);
    if (st != ST_OK && e)
        *e = why;
    return st;
}

/* The points held for ever have neither a weight nor a duration. */
static enum status read_single(const struct yaml_node *map, struct duty_point *out, struct err *e)
{
    TRY(read_point(map, out, e));
    if (isfinite(out->weight_pu) || isfinite(out->duration_s))
        return yaml_fail(map, e, "weight_pu and duration_s belong to points of the cycle");
    out->weight_pu = 1.0;
    return ST_OK;
}

enum status duty_read(const struct yaml_node *map, struct duty *out, struct err *e)
{
    struct duty_nodes n = {0};
    TRY(yaml_read_table(map, DUTY_ROWS, ARRAY_LEN(DUTY_ROWS), &n, e));
    TRY(read_single(n.continuous, &out->continuous, e));
    TRY(read_single(n.peak, &out->peak, e));
    out->peak_duration_s = n.peak_duration_s;
    if (n.cycle && n.cycle_file[0])
        return yaml_fail(yaml_get_key(map, "cycle_file"), e, "the cycle is given twice; expected either cycle or cycle_file");
    if (n.cycle_file[0])
        return read_cycle_file(map, n.cycle_file, out, e);
    return n.cycle ? read_cycle_list(n.cycle, out, e) : yaml_fail(map, e, "missing key 'cycle' (or 'cycle_file')");
}

enum status demag_rule_read(const struct yaml_node *map, struct demag_rule *out, struct err *e)
{
    TRY(yaml_read_table(map, DEMAG_ROWS, ARRAY_LEN(DEMAG_ROWS), out, e));
    if (!out->event_short_circuit && !out->event_peak_current)
        return yaml_fail(map, e, "no event is chosen: set event_short_circuit or event_peak_current to true");
    return ST_OK;
}

enum status demag_rule_check_magnet(const struct demag_rule *rule, const struct magnet *m, const struct yaml_node *node, struct err *e)
{
    if (m->beta_HcJ_per_K.value > 0.0 && !isfinite(rule->cold_start_K))
        return yaml_fail(node, e, "cold weakens '%s' (beta_HcJ %+.3g %%/K): demagnetisation.cold_start_degC is needed to judge it",
                         m->base.name, 100.0 * m->beta_HcJ_per_K.value);
    return material_check_temperature(&m->base, rule->cold_start_K, "demagnetisation.cold_start_degC: ", node, e);
}
