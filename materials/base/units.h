/* units.h - the one unit table and the physical constants.
 * A key ends in its unit: "airgap_mm" -> 1e-3 m. SI = value * factor + offset. Longest suffix wins.
 * Minutes and hours are spelt out (`_minutes`): `_min` ends the names of lower limits. What stands under a fraction line that
 * the table does not know ("_EUR_per_kg") is no unit. Months and years keep their own scale (factor 1), rates per year too. */
#ifndef MATERIALS_BASE_UNITS_H
#define MATERIALS_BASE_UNITS_H

#define PI 3.14159265358979323846
#define MU0_H_PER_M 1.25663706127e-6 /* CODATA 2022 */
#define KELVIN_OFFSET_K 273.15

struct unit {
    const char *suffix;   /* without the leading underscore: "mm", "degC", "USD_per_kg" */
    const char *quantity; /* "length", "temperature", ... */
    double factor, offset;
    const char *label;    /* for people: "mm", "°C", "USD/kg" */
};
/* units_get - the unit of a key by its longest known suffix; NULL when the key has none (a pure name or count). */
const struct unit *units_get(const char *key);
/* units_get_all - the whole table, n entries. */
const struct unit *units_get_all(int *n);

#endif
