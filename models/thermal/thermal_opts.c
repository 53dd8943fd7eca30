#include "models/thermal/thermal.h"

#include <math.h>
#include <stddef.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

static const char *const cooling_choice[] = {"jacket", "oil_spray", "forced_air", "natural", NULL};

/* Optional rows have no physical fallback (NAN = not given): thermal_check_opts demands those that the chosen cooling uses. */
static const struct schema_row schema[] = {
    {"cooling", SCHEMA_CHOICE, offsetof(struct thermal_opts, cooling), SCHEMA_REQUIRED, 0.0, 0.0, 0.0, cooling_choice,
     "jacket: liquid in housing ducts; oil_spray: jacket and oil on the end windings; forced_air: air in the ducts; natural: none"},
    {"coolant", SCHEMA_TEXT, offsetof(struct thermal_opts, coolant_name), SCHEMA_OPTIONAL, 0.0, 0.0, (double)NAN, NULL,
     "coolant of the ducts, by name; required for jacket and oil_spray, refused otherwise"},
    {"spray", SCHEMA_TEXT, offsetof(struct thermal_opts, spray_name), SCHEMA_OPTIONAL, 0.0, 0.0, (double)NAN, NULL,
     "oil sprayed on the end windings, by name; required for oil_spray, refused otherwise"},
    {"ambient_degC", SCHEMA_REAL, offsetof(struct thermal_opts, ambient_K), SCHEMA_REQUIRED, -60.0, 150.0, (double)NAN, NULL,
     "air and surroundings of the housing, and what its flange is bolted to"},
    {"inlet_degC", SCHEMA_REAL, offsetof(struct thermal_opts, inlet_K), SCHEMA_OPTIONAL, -60.0, 150.0, (double)NAN, NULL,
     "coolant at the inlet; required unless cooling is natural"},
    {"flow_L_per_min", SCHEMA_REAL, offsetof(struct thermal_opts, flow_m3_per_s), SCHEMA_OPTIONAL, 0.001, 100000.0, (double)NAN, NULL,
     "coolant flow at inlet temperature; required unless cooling is natural"},
    {"duct_width_mm", SCHEMA_REAL, offsetof(struct thermal_opts, duct_width_m), SCHEMA_OPTIONAL, 0.5, 200.0, (double)NAN, NULL,
     "duct width along the stator surface; required unless cooling is natural"},
    {"duct_height_mm", SCHEMA_REAL, offsetof(struct thermal_opts, duct_height_m), SCHEMA_OPTIONAL, 0.5, 100.0, (double)NAN, NULL,
     "duct height, radial; required unless cooling is natural"},
    {"duct_rib_mm", SCHEMA_REAL, offsetof(struct thermal_opts, duct_rib_m), SCHEMA_OPTIONAL, 0.3, 50.0, (double)NAN, NULL,
     "wall between neighbouring ducts, cools as a fin; required unless cooling is natural"},
    {"duct_wall_mm", SCHEMA_REAL, offsetof(struct thermal_opts, duct_wall_m), SCHEMA_OPTIONAL, 0.5, 50.0, (double)NAN, NULL,
     "metal between stator core and ducts; required unless cooling is natural"},
    {"jacket_overhang_mm", SCHEMA_REAL, offsetof(struct thermal_opts, jacket_overhang_m), SCHEMA_OPTIONAL, 0.0, 200.0, (double)NAN, NULL,
     "ducted length beyond the stack at each end; required unless cooling is natural"},
    {"n_duct_parallel", SCHEMA_INT, offsetof(struct thermal_opts, n_duct_parallel), SCHEMA_OPTIONAL, 1.0, 1000.0, 1.0, NULL,
     "equal parallel streams the flow is split into; 1 = one spiral or one duct after the other; axial ducts side by side: their number"},
    {"housing_thickness_mm", SCHEMA_REAL, offsetof(struct thermal_opts, housing_thickness_m), SCHEMA_REQUIRED, 1.0, 200.0, (double)NAN,
     NULL, "stator outer radius to housing outer radius, ducts included; also of the end shields"},
    {"end_clearance_mm", SCHEMA_REAL, offsetof(struct thermal_opts, end_clearance_m), SCHEMA_REQUIRED, 0.0, 300.0, (double)NAN, NULL,
     "axial clearance of end winding to end shield, each end"},
    {"spray_inlet_degC", SCHEMA_REAL, offsetof(struct thermal_opts, spray_inlet_K), SCHEMA_OPTIONAL, -60.0, 200.0, (double)NAN, NULL,
     "oil before the nozzles; required for oil_spray"},
    {"spray_flow_L_per_min", SCHEMA_REAL, offsetof(struct thermal_opts, spray_flow_m3_per_s), SCHEMA_OPTIONAL, 0.001, 10000.0, (double)NAN,
     NULL, "oil flow to both end windings; required for oil_spray"},
    {"spray_film_W_per_m2_K", SCHEMA_DATUM, offsetof(struct thermal_opts, spray_film), SCHEMA_OPTIONAL, 10.0, 100000.0, (double)NAN, NULL,
     "film coefficient under the oil on the wetted surface; required for oil_spray"},
    {"spray_wetted_pu", SCHEMA_DATUM, offsetof(struct thermal_opts, spray_wetted), SCHEMA_OPTIONAL, 0.0, 1.0, (double)NAN, NULL,
     "share of the end-winding surface that the oil wets; required for oil_spray"},
    {"housing_contact_m2_K_per_W", SCHEMA_DATUM, offsetof(struct thermal_opts, housing_contact), SCHEMA_REQUIRED, 0.0, 0.1, (double)NAN,
     NULL, "contact resistance of stator core to housing"},
    {"shaft_contact_m2_K_per_W", SCHEMA_DATUM, offsetof(struct thermal_opts, shaft_contact), SCHEMA_REQUIRED, 0.0, 0.1, (double)NAN, NULL,
     "contact resistance of rotor core to shaft"},
    {"magnet_contact_m2_K_per_W", SCHEMA_DATUM, offsetof(struct thermal_opts, magnet_contact), SCHEMA_REQUIRED, 1e-07, 0.1, (double)NAN,
     NULL, "contact (glue, clearance) resistance of a magnet face to the rotor core; unused by wound rotors"},
    {"liner_gap_mm", SCHEMA_DATUM, offsetof(struct thermal_opts, liner_gap), SCHEMA_REQUIRED, 0.0, 2.0, (double)NAN, NULL,
     "gap of slot liner to core and of coil liner to pole, filled like the slot (resin with its voids)"},
    {"impregnation_fill_pu", SCHEMA_DATUM, offsetof(struct thermal_opts, impregnation_fill), SCHEMA_REQUIRED, 0.0, 1.0, (double)NAN, NULL,
     "share of the space between strands that resin fills, the rest being air"},
    {"stack_axial_conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct thermal_opts, stack_axial_conductivity), SCHEMA_REQUIRED, 0.05,
     100.0, (double)NAN, NULL, "conductivity of the lamination stacks across the sheets"},
    {"end_film_a_W_per_m2_K", SCHEMA_DATUM, offsetof(struct thermal_opts, end_film_a), SCHEMA_REQUIRED, 0.1, 1000.0, (double)NAN, NULL,
     "end-space film h = a (1 + b v^c), v = rotor surface speed in m/s: value at rest"},
    {"end_film_b", SCHEMA_DATUM, offsetof(struct thermal_opts, end_film_b), SCHEMA_REQUIRED, 0.0, 10.0, (double)NAN, NULL,
     "end-space film: factor b, for v in m/s"},
    {"end_film_c", SCHEMA_DATUM, offsetof(struct thermal_opts, end_film_c), SCHEMA_REQUIRED, 0.0, 3.0, (double)NAN, NULL,
     "end-space film: exponent c"},
    {"bearing_conductance_W_per_K", SCHEMA_DATUM, offsetof(struct thermal_opts, bearing_conductance), SCHEMA_REQUIRED, 0.001, 1000.0,
     (double)NAN, NULL, "thermal conductance of one bearing, shaft to housing"},
    {"flange_conductance_W_per_K", SCHEMA_DATUM, offsetof(struct thermal_opts, flange_conductance), SCHEMA_REQUIRED, 0.0, 1000.0,
     (double)NAN, NULL, "housing to what it is bolted to, held at ambient; 0 = insulated"},
    {"emissivity_pu", SCHEMA_DATUM, offsetof(struct thermal_opts, emissivity), SCHEMA_REQUIRED, 0.0, 1.0, (double)NAN, NULL,
     "emissivity of the housing's outside"},
};

const struct schema_row *thermal_get_schema(int *n)
{
    *n = ARRAY_LEN(schema);
    return schema;
}

static enum status check_given(double value, const char *key, const char *cooling, struct err *e)
{
    if (isfinite(value))
        return ST_OK;
    return err_set(e, ST_CONFIG, key, "%s is required with cooling: %s", key, cooling);
}

static enum status check_duct(const struct thermal_opts *o, const char *cooling, struct err *e)
{
    TRY(check_given(o->inlet_K, "inlet_degC", cooling, e));
    TRY(check_given(o->flow_m3_per_s, "flow_L_per_min", cooling, e));
    TRY(check_given(o->duct_width_m, "duct_width_mm", cooling, e));
    TRY(check_given(o->duct_height_m, "duct_height_mm", cooling, e));
    TRY(check_given(o->duct_rib_m, "duct_rib_mm", cooling, e));
    TRY(check_given(o->duct_wall_m, "duct_wall_mm", cooling, e));
    TRY(check_given(o->jacket_overhang_m, "jacket_overhang_mm", cooling, e));
    if (!(o->flow_m3_per_s > 0.0 && o->duct_width_m > 0.0 && o->duct_height_m > 0.0 && o->duct_rib_m > 0.0 && o->duct_wall_m > 0.0 &&
          o->n_duct_parallel >= 1))
        return err_set(e, ST_CONFIG, "flow_L_per_min", "flow, duct width, height, rib, wall and number of streams must be positive");
    if (o->housing_thickness_m < o->duct_wall_m + o->duct_height_m)
        return err_set(e, ST_CONFIG, "housing_thickness_mm", "%.3f mm is thinner than duct wall %.3f mm + duct height %.3f mm",
                       1e3 * o->housing_thickness_m, 1e3 * o->duct_wall_m, 1e3 * o->duct_height_m);
    return ST_OK;
}

static enum status check_fluid(const struct coolant *c, int is_needed, const char *key, const char *cooling, struct err *e)
{
    if (is_needed && !c)
        return err_set(e, ST_CONFIG, key, "%s is required with cooling: %s", key, cooling);
    if (!is_needed && c)
        return err_set(e, ST_CONFIG, key, "%s '%s' has no use with cooling: %s", key, c->base.name, cooling);
    return ST_OK;
}

/* the inlet must lie in the fluid's tables, so that leaving them later is the doing of the heat */
static enum status check_inlet(const struct coolant *c, double inlet_K, const char *key, struct err *e)
{
    struct film_fluid f;
    if (!c || film_eval_coolant(c, inlet_K, &f, NULL) == ST_OK)
        return ST_OK;
    return err_set(e, ST_CONFIG, key, "%.2f degC is outside the tables of %s (%.2f to %.2f degC)", inlet_K - KELVIN_OFFSET_K, c->base.name,
                   c->viscosity_Pa_s.x[0] - KELVIN_OFFSET_K, c->viscosity_Pa_s.x[c->viscosity_Pa_s.n - 1] - KELVIN_OFFSET_K);
}

static enum status check_always(const struct thermal_opts *o, const char *cooling, struct err *e)
{
    const struct { const char *key; double value, min; } row[] = {
        {"ambient_degC", o->ambient_K, 1.0},
        {"housing_thickness_mm", o->housing_thickness_m, 0.0},
        {"end_clearance_mm", o->end_clearance_m, 0.0},
        {"housing_contact_m2_K_per_W", o->housing_contact.value, 0.0},
        {"shaft_contact_m2_K_per_W", o->shaft_contact.value, 0.0},
        {"magnet_contact_m2_K_per_W", o->magnet_contact.value, 1.0e-7},
        {"liner_gap_mm", o->liner_gap.value, 0.0},
        {"impregnation_fill_pu", o->impregnation_fill.value, 0.0},
        {"stack_axial_conductivity_W_per_m_K", o->stack_axial_conductivity.value, 0.05},
        {"end_film_a_W_per_m2_K", o->end_film_a.value, 0.1},
        {"end_film_b", o->end_film_b.value, 0.0},
        {"end_film_c", o->end_film_c.value, 0.0},
        {"bearing_conductance_W_per_K", o->bearing_conductance.value, 1.0e-3},
        {"flange_conductance_W_per_K", o->flange_conductance.value, 0.0},
        {"emissivity_pu", o->emissivity.value, 0.0},
    };
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        TRY(check_given(row[k].value, row[k].key, cooling, e));
        if (row[k].value < row[k].min)
            return err_set(e, ST_CONFIG, row[k].key, "%g (SI) is below %g", row[k].value, row[k].min);
    }
    return ST_OK;
}

enum status thermal_check_opts(const struct thermal_opts *o, struct err *e)
{
    if (o->cooling < 0 || o->cooling >= THERMAL_COOLING_COUNT)
        return err_set(e, ST_CONFIG, "cooling", "unknown kind %d", o->cooling);
    const char *cooling = cooling_choice[o->cooling];
    int is_spray = o->cooling == THERMAL_OIL_SPRAY;
    TRY(check_always(o, cooling, e));
    TRY(check_fluid(o->coolant, o->cooling == THERMAL_JACKET || is_spray, "coolant", cooling, e));
    TRY(check_fluid(o->spray, is_spray, "spray", cooling, e));
    if (o->cooling != THERMAL_NATURAL)
        TRY(check_duct(o, cooling, e));
    TRY(check_inlet(o->coolant, o->inlet_K, "inlet_degC", e));
    if (is_spray) {
        TRY(check_given(o->spray_inlet_K, "spray_inlet_degC", cooling, e));
        TRY(check_given(o->spray_flow_m3_per_s, "spray_flow_L_per_min", cooling, e));
        TRY(check_given(o->spray_film.value, "spray_film_W_per_m2_K", cooling, e));
        TRY(check_given(o->spray_wetted.value, "spray_wetted_pu", cooling, e));
        TRY(check_inlet(o->spray, o->spray_inlet_K, "spray_inlet_degC", e));
    }
    return ST_OK;
}
