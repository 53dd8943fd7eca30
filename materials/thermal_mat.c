/* thermal_mat.c - readers of insulation systems, coolants and structural metals. Contract: thermal_mat.h. */
#include "materials/matlib_impl.h"
#include "materials/base/units.h"
#include <string.h>
#include "materials/base/banned.h"

/* ---- insulation ---- */

struct insulation_reading {
    struct material_head head;
    struct insulation i;
};

static const struct schema_row insulation_row[] = {
    {"T_class_degC", SCHEMA_DATUM, offsetof(struct insulation_reading, i.T_class_K), SCHEMA_REQUIRED, 80, 400, 0, NULL, "thermal class"},
    {"liner_conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct insulation_reading, i.liner_conductivity_W_per_m_K), SCHEMA_REQUIRED,
     0.01, 10, 0, NULL, "slot liner, through the thickness"},
    {"liner_thickness_m", SCHEMA_DATUM, offsetof(struct insulation_reading, i.liner_thickness_m), SCHEMA_REQUIRED, 1e-5, 5e-3, 0, NULL,
     "slot liner"},
    {"impregnation_conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct insulation_reading, i.impregnation_conductivity_W_per_m_K),
     SCHEMA_REQUIRED, 0.01, 10, 0, NULL, "varnish, resin or potting between the wires"},
    {"enamel_conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct insulation_reading, i.enamel_conductivity_W_per_m_K), SCHEMA_REQUIRED,
     0.01, 10, 0, NULL, "wire enamel"},
};

enum status insulation_read(const struct yaml_node *entry, void *out, struct err *e)
{
    struct insulation_reading r;
    struct insulation *i = out;
    memset(&r, 0, sizeof r);
    TRY(material_read_head(entry, insulation_row, ARRAY_LEN(insulation_row), &r, e));
    *i = r.i;
    i->base = r.head.m;
    return ST_OK;
}

/* ---- structural metals ---- */

struct structural_reading {
    struct material_head head;
    struct structural s;
};

static const struct schema_row structural_row[] = {
    {"conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct structural_reading, s.conductivity_W_per_m_K), SCHEMA_REQUIRED, 0.1, 500, 0,
     NULL, "thermal conductivity"},
    {"heat_capacity_J_per_kg_K", SCHEMA_DATUM, offsetof(struct structural_reading, s.heat_capacity_J_per_kg_K), SCHEMA_REQUIRED, 50, 5000,
     0, NULL, "specific heat"},
    {"young_Pa", SCHEMA_DATUM, offsetof(struct structural_reading, s.young_Pa), SCHEMA_REQUIRED, 1e9, 1e12, 0, NULL,
     "modulus of elasticity"},
    {"yield_Pa", SCHEMA_DATUM, offsetof(struct structural_reading, s.yield_Pa), SCHEMA_REQUIRED, 1e6, 1e10, 0, NULL, "yield strength"},
    {"poisson", SCHEMA_DATUM, offsetof(struct structural_reading, s.poisson), SCHEMA_OPTIONAL, 0.0, 0.49, (double)NAN, NULL,
     "Poisson's ratio; needed of a sleeve"},
    {"electric_conductivity_S_per_m", SCHEMA_DATUM, offsetof(struct structural_reading, s.electric_conductivity_S_per_m), SCHEMA_OPTIONAL,
     0.0, 1e8, (double)NAN, NULL, "0 where it does not conduct; needed of a sleeve"},
};

enum status structural_read(const struct yaml_node *entry, void *out, struct err *e)
{
    struct structural_reading r;
    struct structural *s = out;
    memset(&r, 0, sizeof r);
    TRY(material_read_head(entry, structural_row, ARRAY_LEN(structural_row), &r, e));
    TRY(material_read_need_composition(entry, &r.head, e));
    *s = r.s;
    s->base = r.head.m;
    return ST_OK;
}

/* ---- coolants: a table over temperature, no cost data ---- */

struct coolant_reading {
    const struct yaml_node *doc, *table;
    int quality;
    char source[SCHEMA_TEXT_SIZE];
    double T_min_K, T_max_K;
};

static const struct schema_row coolant_row[] = {
    {"doc", SCHEMA_NODE, offsetof(struct coolant_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "one line for people"},
    {"quality", SCHEMA_CHOICE, offsetof(struct coolant_reading, quality), SCHEMA_REQUIRED, 0, 0, 0, material_quality_word, "of the table"},
    {"source", SCHEMA_TEXT, offsetof(struct coolant_reading, source), SCHEMA_REQUIRED, 0, 0, 0, NULL, "of the table"},
    {"T_min_degC", SCHEMA_REAL, offsetof(struct coolant_reading, T_min_K), SCHEMA_REQUIRED, -100, 1000, 0, NULL, "first temperature"},
    {"T_max_degC", SCHEMA_REAL, offsetof(struct coolant_reading, T_max_K), SCHEMA_REQUIRED, -100, 1000, 0, NULL, "last temperature"},
    {"table", SCHEMA_NODE, offsetof(struct coolant_reading, table), SCHEMA_REQUIRED, 0, 0, 0, NULL, "lists over T_degC"},
};

static const char *const coolant_table_key[] = {"T_degC", "density_kg_per_m3", "viscosity_Pa_s", "conductivity_W_per_m_K",
                                                "heat_capacity_J_per_kg_K"};

/* Density and viscosity go one way over temperature, in liquids as in gases; a table that turns has a slip in it. */
static enum status check_monotone(const struct yaml_node *list, int n, const double *y, struct err *e)
{
    for (int i = 2; i < n; i++)
        if ((y[i] - y[i - 1]) * (y[1] - y[0]) <= 0.0)
            return yaml_fail(list, e, "value %d (%g) after %g turns the curve; expected it to go on %s", i + 1, y[i], y[i - 1],
                             y[1] > y[0] ? "rising" : "falling");
    return ST_OK;
}

static enum status read_property(const struct yaml_node *table, const char *key, int is_monotone, struct curve *c, struct err *e)
{
    double T_K[MATERIAL_MAX_POINT], y[MATERIAL_MAX_POINT];
    struct err inner = {0};
    int n = 0;
    TRY(material_read_lists(table, "T_degC", key, KELVIN_OFFSET_K, T_K, y, &n, e));
    for (int i = 0; i < n; i++)
        if (!(y[i] > 0.0))
            return yaml_fail(yaml_get_key(table, key), e, "value %d is %g, expected above 0", i + 1, y[i]);
    if (is_monotone)
        TRY(check_monotone(yaml_get_key(table, key), n, y, e));
    const enum status s = curve_init(c, n, T_K, y, CURVE_REFUSE, &inner);
    return s == ST_OK          ? ST_OK
           : s == ST_NO_MEMORY ? err_set(e, s, key, "%s", inner.message)
                               : yaml_fail(table, e, "%s: %s", key, inner.message);
}

static enum status check_coolant_keys(const struct yaml_node *table, struct err *e)
{
    for (int i = 0; i < table->n_item; i++) {
        int known = 0;
        for (int k = 0; k < ARRAY_LEN(coolant_table_key); k++)
            known |= table->kind == YAML_MAP && strcmp(table->item[i]->key, coolant_table_key[k]) == 0;
        if (!known)
            return yaml_fail(
                table->item[i], e, "unknown property; nearest: %s",
                table->kind == YAML_MAP ? yaml_get_nearest(table->item[i]->key, coolant_table_key, ARRAY_LEN(coolant_table_key)) : "");
    }
    return ST_OK;
}

enum status coolant_read(const struct yaml_node *entry, void *out, struct err *e)
{
    struct coolant_reading r;
    struct coolant *c = out;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(entry, coolant_row, ARRAY_LEN(coolant_row), &r, e));
    TRY(material_read_name(entry, c->base.name, e));
    TRY(material_read_doc(r.doc, c->base.doc, (int)sizeof c->base.doc, e));
    TRY(check_coolant_keys(r.table, e));
    TRY(read_property(r.table, "density_kg_per_m3", 1, &c->density_kg_per_m3, e));
    TRY(read_property(r.table, "viscosity_Pa_s", 1, &c->viscosity_Pa_s, e));
    TRY(read_property(r.table, "conductivity_W_per_m_K", 0, &c->conductivity_W_per_m_K, e));
    TRY(read_property(r.table, "heat_capacity_J_per_kg_K", 0, &c->heat_capacity_J_per_kg_K, e));
    c->base.T_min_K = r.T_min_K;
    c->base.T_max_K = r.T_max_K;
    const struct curve *rho = &c->density_kg_per_m3;
    if (r.T_min_K < rho->x[0] - 1e-9 || r.T_max_K > rho->x[rho->n - 1] + 1e-9 || r.T_min_K >= r.T_max_K)
        return yaml_fail(entry, e, "T_min_degC and T_max_degC must lie in the table, in that order");
    const double mid_K = 0.5 * (r.T_min_K + r.T_max_K), mid = curve_eval(rho, mid_K);
    c->base.density_kg_per_m3 = (struct datum){.value = mid, .low = mid, .high = mid, .quality = (enum quality)r.quality};
    memcpy(c->base.density_kg_per_m3.source, r.source, sizeof c->base.density_kg_per_m3.source - 1);
    c->base.buy_to_fly = c->base.processing_USD_per_kg = material_no_datum();
    return ST_OK;
}

void coolant_done(void *coolant)
{
    struct coolant *c = coolant;
    curve_done(&c->density_kg_per_m3);
    curve_done(&c->viscosity_Pa_s);
    curve_done(&c->conductivity_W_per_m_K);
    curve_done(&c->heat_capacity_J_per_kg_K);
}
