/* conductor.c - resistivity law and reader of winding metals. Contract: conductor.h. [IEC60028] */
#include "materials/matlib_impl.h"
#include <string.h>
#include "materials/base/banned.h"

#define T_REF_K 293.15 /* 20 degC */

double conductor_eval_resistivity_ohm_m(const struct conductor *c, double T_K)
{
    return c->resistivity20_ohm_m.value * (1.0 + c->alpha_per_K.value * (T_K - T_REF_K));
}

struct conductor_reading {
    struct material_head head;
    struct conductor c;
};

static const struct schema_row conductor_row[] = {
    {"resistivity20_ohm_m", SCHEMA_DATUM, offsetof(struct conductor_reading, c.resistivity20_ohm_m), SCHEMA_REQUIRED, 1e-9, 1e-5, 0, NULL,
     "resistivity at 20 degC"},
    {"alpha_per_K", SCHEMA_DATUM, offsetof(struct conductor_reading, c.alpha_per_K), SCHEMA_REQUIRED, 0, 0.02, 0, NULL,
     "temperature coefficient, of 20 degC"},
    {"conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct conductor_reading, c.conductivity_W_per_m_K), SCHEMA_REQUIRED, 1, 1000, 0,
     NULL, "thermal conductivity"},
    {"heat_capacity_J_per_kg_K", SCHEMA_DATUM, offsetof(struct conductor_reading, c.heat_capacity_J_per_kg_K), SCHEMA_REQUIRED, 50, 5000, 0,
     NULL, "specific heat"},
};

enum status conductor_read(const struct yaml_node *entry, void *out, struct err *e)
{
    struct conductor_reading r;
    struct conductor *c = out;
    memset(&r, 0, sizeof r);
    TRY(material_read_head(entry, conductor_row, ARRAY_LEN(conductor_row), &r, e));
    TRY(material_read_need_composition(entry, &r.head, e));
    *c = r.c;
    c->base = r.head.m;
    return ST_OK;
}
