/* report_html.c - text and numbers for people: escaping, thousands, labels, colours. */
#include "solver/report_impl.h"
#include "materials/base/units.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

void report_add_escaped(struct text *t, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '&':
            text_add(t, "&amp;");
            break;
        case '<':
            text_add(t, "&lt;");
            break;
        case '>':
            text_add(t, "&gt;");
            break;
        case '"':
            text_add(t, "&quot;");
            break;
        case '\'':
            text_add(t, "&#39;");
            break;
        default:
            text_add_raw(t, s, 1);
        }
}

void report_add_sentence(struct text *t, const char *s)
{
    char part[2] = {0};
    for (int k = 0; s[k]; k++) {
        part[0] = s[k] == '_' ? ' ' : (k == 0 ? (char)toupper((unsigned char)s[k]) : s[k]);
        report_add_escaped(t, part);
    }
}

void report_add_number(struct text *t, double v, int decimals)
{
    char s[400];
    if (!isfinite(v)) {
        text_add(t, "–");
        return;
    }
    snprintf(s, sizeof s, "%.*f", decimals, fabs(v));
    if (v < 0.0 && strspn(s, "0.") != strlen(s))
        text_add(t, "−");
    size_t whole = strcspn(s, ".");
    for (size_t k = 0; k < whole; k++)
        text_add(t, k > 0 && (whole - k) % 3 == 0 ? ",%c" : "%c", s[k]);
    text_add(t, "%s", s + whole);
}

void report_add_short(struct text *t, double v)
{
    if (isfinite(v) && fabs(v) < 999.5)
        text_add(t, "%s%.3g", v < 0.0 ? "−" : "", fabs(v));
    else
        report_add_number(t, v, 0);
}

static const struct { const char *key, *label; int decimals; } FIGURE_LABEL[] = {
    {"stack_mm", "stack length", 1},
    {"bore_diameter_mm", "stator bore", 1},
    {"mass_active_kg", "active mass", 1},
    {"base_torque_Nm", "torque at base speed", 0},
    {"power_max_speed_kW", "power at the highest speed", 0},
    {"torque_per_litre_Nm", "peak torque per litre", 1},
    {"torque_per_kg_Nm", "peak torque per kilogram", 1},
    {"torque_ripple_pu", "torque ripple at the peak, of the mean", 2},
    {"max_torque_Nm", "torque at the current limit, standstill", 0},
    {"cogging_Nm", "cogging torque, peak to peak", 2},
    {"gamma_peak_point_deg", "current advance at the peak point, electrical", 1},
    {"current_continuous_A", "phase current at the continuous point", 0},
    {"loss_continuous_W", "losses at the continuous point", 0},
    {"noload_flux_Wb", "no-load flux linkage, peak", 4},
    {"backemf_line_peak_V", "line back-EMF at the highest speed, peak", 0},
    {"backemf_thd_pct", "harmonics of the line back-EMF", 1},
    {"uncontrolled_dc_V", "dc-link voltage without control", 0},
    {"uncontrolled_current_A", "phase current into the link without control", 0},
    {"flux_loss_noload20_pct", "flux lost at no load, 20 °C", 2},
    {"demag_area_pct", "magnet area beyond its knee in the event", 2},
    {"demag_event_id_A", "demagnetising current of the worst event", 0},
    {"stress_max_MPa", "largest stress of the rotor iron at overspeed", 0},
    {"current_peak_point_A", "phase current at the peak point", 0},
    {"current_density_continuous_rms_A_per_mm2", "current density, continuous, rms", 1},
    {"field_current_peak_A", "field current at the peak point", 1},
    {"efficiency_continuous_pct", "efficiency at the continuous point", 1},
    {"efficiency_cycle_pct", "efficiency over the drive cycle", 1},
    {"winding_continuous_degC", "winding hot spot, continuous", 0},
    {"winding_peak_degC", "winding hot spot, end of the peak", 0},
    {"winding_cycle_degC", "winding hot spot, drive cycle", 0},
    {"continuous_torque_base_Nm", "torque held for ever at base speed", 0},
    {"continuous_power_max_speed_kW", "power held for ever at the highest speed", 0},
    {"timed_torque_Nm", "torque held for the peak time", 0},
    {"peak_hold_s", "peak point held until a limit, s", 0},
    {"winding_margin_K", "winding below its thermal class", 0},
    {"rotor_hot_degC", "hottest magnet or field coil", 0},
    {"rotor_margin_K", "kelvin left in the rotor", 0},
    {"demag_margin_K", "kelvin left to demagnetisation", 0},
    {"demag_current_factor", "current left, times the worst event", 2},
    {"flux_loss_event_pct", "flux lost in the worst event", 2},
    {"bridge_mm", "bridge thickness", 2},
    {"yield_safety", "yield safety at overspeed", 2},
    {"fatigue_safety", "fatigue safety, 0 to overspeed", 2},
    {"stress_max_MPa", "largest stress at overspeed", 0},
    {"noload_flux_Wb", "no-load flux linkage", 4},
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
};

const char *report_get_unit(const char *key)
{
    const struct unit *u = units_get(key);
    return !u || strcmp(u->suffix, "pu") == 0 ? "" : u->label;
}

void report_get_label(const char *figure_key, char *out, size_t n)
{
    for (int k = 0; k < ARRAY_LEN(FIGURE_LABEL); k++)
        if (strcmp(FIGURE_LABEL[k].key, figure_key) == 0) {
            snprintf(out, n, "%s", FIGURE_LABEL[k].label);
            return;
        }
    const struct unit *u = units_get(figure_key);
    size_t length = strlen(figure_key) - (u ? strlen(u->suffix) + 1 : 0);
    snprintf(out, n, "%.*s", (int)length, figure_key);
    for (char *p = out; *p; p++)
        if (*p == '_')
            *p = ' ';
}

int report_get_decimals(const char *figure_key)
{
    for (int k = 0; k < ARRAY_LEN(FIGURE_LABEL); k++)
        if (strcmp(FIGURE_LABEL[k].key, figure_key) == 0)
            return FIGURE_LABEL[k].decimals;
    return 2;
}

/* Okabe and Ito's palette: told apart by colour-blind readers too. */
const char *report_get_color(enum technology t)
{
    static const char *const COLOR[TECH_COUNT] = {
        [TECH_NDFEB_DY] = "#d55e00", [TECH_NDFEB_HRE_FREE] = "#0072b2", [TECH_NDFEB_GBD] = "#009e73", [TECH_FE16N2] = "#cc79a7",
        [TECH_WOUND_FIELD] = "#e69f00", [TECH_FERRITE] = "#444444", [TECH_SM2CO17] = "#56b4e9"};
    return COLOR[t];
}

void report_get_technology(enum technology t, char *out, size_t n)
{
    snprintf(out, n, "%s", technology_get_label(t));
    out[0] = (char)toupper((unsigned char)out[0]);
}

const char *report_get_input(const struct study *s, const char *path)
{
    const struct yaml_node *root = s->doc ? yaml_get_root(s->doc) : NULL;
    const struct yaml_node *n = root ? yaml_get_key(root, path) : NULL;
    return n && n->kind == YAML_SCALAR ? n->text : NULL;
}
