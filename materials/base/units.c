#include "materials/base/units.h"
#include "materials/base/status.h"
#include <string.h>
#include "materials/base/banned.h"

/* SI = value * factor + offset. Months and years stay what they are: the economics counts in them, a rate per year likewise.
 * Minutes and hours are spelt out, because `_min` ends the names of lower limits. */
static const struct unit UNIT_TABLE[] = {
    {"mm", "length", 1e-3, 0, "mm"},
    {"um", "length", 1e-6, 0, "µm"},
    {"m", "length", 1, 0, "m"},
    {"per_m", "inverse length", 1, 0, "1/m"},
    {"m2", "area", 1, 0, "m²"},
    {"mm2", "area", 1e-6, 0, "mm²"},
    {"m3", "volume", 1, 0, "m³"},
    {"mm3", "volume", 1e-9, 0, "mm³"},
    {"m4", "second moment of area", 1, 0, "m⁴"},
    {"L", "volume", 1e-3, 0, "L"},
    {"kg", "mass", 1, 0, "kg"},
    {"g", "mass", 1e-3, 0, "g"},
    {"t", "mass", 1e3, 0, "t"},
    {"s", "time", 1, 0, "s"},
    {"ms", "time", 1e-3, 0, "ms"},
    {"us", "time", 1e-6, 0, "µs"},
    {"minutes", "time", 60, 0, "min"},
    {"hours", "time", 3600, 0, "h"},
    {"days", "time in days", 1, 0, "d"},
    {"months", "time in months", 1, 0, "months"},
    {"years", "time in years", 1, 0, "years"},
    {"yr", "time in years", 1, 0, "years"},
    {"per_year", "rate per year", 1, 0, "1/yr"},
    {"per_month", "rate per month", 1, 0, "1/month"},
    {"motors_per_year", "motors per year", 1, 0, "motors/yr"},
    {"K", "temperature difference", 1, 0, "K"},
    {"degC", "temperature", 1, KELVIN_OFFSET_K, "°C"},
    {"per_K", "per temperature", 1, 0, "1/K"},
    {"pct_per_K", "per temperature", 1e-2, 0, "%/K"},
    {"pct", "fraction", 1e-2, 0, "%"},
    {"pu", "fraction", 1, 0, "p.u."},
    {"ppm", "fraction", 1e-6, 0, "ppm"},
    {"A", "current", 1, 0, "A"},
    {"kA", "current", 1e3, 0, "kA"},
    {"V", "voltage", 1, 0, "V"},
    {"kV", "voltage", 1e3, 0, "kV"},
    {"ohm", "resistance", 1, 0, "Ω"},
    {"mohm", "resistance", 1e-3, 0, "mΩ"},
    {"ohm_m", "resistivity", 1, 0, "Ω·m"},
    {"uohm_cm", "resistivity", 1e-8, 0, "µΩ·cm"},
    {"uohm_m", "resistivity", 1e-6, 0, "µΩ·m"},
    {"S_per_m", "electrical conductivity", 1, 0, "S/m"},
    {"H", "inductance", 1, 0, "H"},
    {"mH", "inductance", 1e-3, 0, "mH"},
    {"uH", "inductance", 1e-6, 0, "µH"},
    {"H_per_m", "permeability", 1, 0, "H/m"},
    {"m_per_H", "reluctivity", 1, 0, "m/H"},
    {"Wb", "flux linkage", 1, 0, "Wb"},
    {"mWb", "flux linkage", 1e-3, 0, "mWb"},
    {"Wb_per_m", "vector potential", 1, 0, "Wb/m"},
    {"T", "flux density", 1, 0, "T"},
    {"mT", "flux density", 1e-3, 0, "mT"},
    {"T2", "flux density squared", 1, 0, "T²"},
    {"A_per_m", "field strength", 1, 0, "A/m"},
    {"kA_per_m", "field strength", 1e3, 0, "kA/m"},
    {"A_per_m2", "current density", 1, 0, "A/m²"},
    {"A_per_mm2", "current density", 1e6, 0, "A/mm²"},
    {"Nm", "torque", 1, 0, "N·m"},
    {"mNm", "torque", 1e-3, 0, "mN·m"},
    {"kNm", "torque", 1e3, 0, "kN·m"},
    {"N", "force", 1, 0, "N"},
    {"kN", "force", 1e3, 0, "kN"},
    {"N_per_m", "force per length", 1, 0, "N/m"},
    {"kg_m2", "inertia", 1, 0, "kg·m²"},
    {"J", "energy", 1, 0, "J"},
    {"kJ", "energy", 1e3, 0, "kJ"},
    {"kWh", "energy", 3.6e6, 0, "kWh"},
    {"J_per_m", "energy per length", 1, 0, "J/m"},
    {"J_per_m3", "energy density", 1, 0, "J/m³"},
    {"kJ_per_m3", "energy density", 1e3, 0, "kJ/m³"},
    {"W", "power", 1, 0, "W"},
    {"kW", "power", 1e3, 0, "kW"},
    {"W_per_kg", "specific loss", 1, 0, "W/kg"},
    {"W_per_m", "power per length", 1, 0, "W/m"},
    {"W_per_m2", "heat flux", 1, 0, "W/m²"},
    {"W_per_m3", "loss density", 1, 0, "W/m³"},
    {"W_per_m_K", "thermal conductivity", 1, 0, "W/(m·K)"},
    {"W_per_m2_K", "heat transfer coefficient", 1, 0, "W/(m²·K)"},
    {"m2_K_per_W", "thermal contact resistance", 1, 0, "m²·K/W"},
    {"W_per_K", "thermal conductance", 1, 0, "W/K"},
    {"K_per_W", "thermal resistance", 1, 0, "K/W"},
    {"J_per_K", "heat capacity", 1, 0, "J/K"},
    {"J_per_kg_K", "specific heat capacity", 1, 0, "J/(kg·K)"},
    {"kJ_per_kg_K", "specific heat capacity", 1e3, 0, "kJ/(kg·K)"},
    {"W_per_Hz", "loss per frequency", 1, 0, "W/Hz"},
    {"kg_per_m3", "density", 1, 0, "kg/m³"},
    {"kg_per_m2", "mass per area", 1, 0, "kg/m²"},
    {"g_per_m2", "mass per area", 1e-3, 0, "g/m²"},
    {"kg_per_kg", "mass per mass", 1, 0, "kg/kg"},
    {"kg_per_motor", "mass per motor", 1, 0, "kg/motor"},
    {"rad", "angle", 1, 0, "rad"},
    {"deg", "angle", PI / 180, 0, "°"},
    {"rad_per_s", "angular speed", 1, 0, "rad/s"},
    {"rpm", "angular speed", PI / 30, 0, "rpm"},
    {"krpm", "angular speed", PI / 30 * 1e3, 0, "krpm"},
    {"m_per_s", "speed", 1, 0, "m/s"},
    {"Hz", "frequency", 1, 0, "Hz"},
    {"kHz", "frequency", 1e3, 0, "kHz"},
    {"Pa", "pressure", 1, 0, "Pa"},
    {"kPa", "pressure", 1e3, 0, "kPa"},
    {"MPa", "pressure", 1e6, 0, "MPa"},
    {"GPa", "pressure", 1e9, 0, "GPa"},
    {"bar", "pressure", 1e5, 0, "bar"},
    {"m3_per_s", "volume flow", 1, 0, "m³/s"},
    {"l_per_min", "volume flow", 1e-3 / 60, 0, "L/min"},
    {"L_per_min", "volume flow", 1e-3 / 60, 0, "L/min"},
    {"kg_per_s", "mass flow", 1, 0, "kg/s"},
    {"m2_per_s", "diffusivity", 1, 0, "m²/s"},
    {"Pa_s", "viscosity", 1, 0, "Pa·s"},
    {"mPa_s", "viscosity", 1e-3, 0, "mPa·s"},
    {"USD", "money", 1, 0, "USD"},
    {"USD_per_kg", "price", 1, 0, "USD/kg"},
    {"USD_per_t", "price", 1e-3, 0, "USD/t"},
    {"USD_per_m2", "price per area", 1, 0, "USD/m²"},
    {"USD_per_motor", "cost per motor", 1, 0, "USD/motor"},
    {"USD_per_year", "cost per year", 1, 0, "USD/yr"},
};

const struct unit *units_get(const char *key)
{
    const struct unit *best = NULL;
    size_t n_key = strlen(key), n_best = 0;
    for (int k = 0; k < ARRAY_LEN(UNIT_TABLE); k++) {
        size_t n = strlen(UNIT_TABLE[k].suffix);
        if (n <= n_best || n > n_key || strcmp(key + n_key - n, UNIT_TABLE[k].suffix) != 0)
            continue;
        if (n < n_key && key[n_key - n - 1] != '_')
            continue;
        best = &UNIT_TABLE[k];
        n_best = n;
    }
    /* "..._EUR_per_kg" is not a mass: what stands under a fraction line is no unit of its own. */
    if (best && n_key >= n_best + 5 && strncmp(key + n_key - n_best - 5, "_per_", 5) == 0)
        return NULL;
    return best;
}

const struct unit *units_get_all(int *n)
{
    *n = ARRAY_LEN(UNIT_TABLE);
    return UNIT_TABLE;
}
