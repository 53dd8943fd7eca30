#include "solver/matview.h"
#include "materials/base/units.h"
#include <stddef.h>
#include <string.h>
#include "materials/base/banned.h"

#define DATUM(s, member, key, label) {key, label, offsetof(struct s, member)}

static const struct matview_datum COMMON[] = {
    DATUM(material, density_kg_per_m3, "density_kg_per_m3", "density"),
    DATUM(material, buy_to_fly, "buy_to_fly", "purchased mass over mass in the motor"),
    DATUM(material, processing_USD_per_kg, "processing_USD_per_kg", "processing of the finished part"),
};
static const struct matview_datum MAGNET[] = {
    DATUM(magnet, Br20_T, "Br20_T", "remanence at 20 °C"),
    DATUM(magnet, alpha_Br_per_K, "alpha_Br_pct_per_K", "remanence, temperature coefficient"),
    DATUM(magnet, HcJ20_A_per_m, "HcJ20_kA_per_m", "coercivity HcJ at 20 °C"),
    DATUM(magnet, beta_HcJ_per_K, "beta_HcJ_pct_per_K", "coercivity, temperature coefficient"),
    DATUM(magnet, mu_rec, "mu_rec", "recoil permeability"),
    DATUM(magnet, squareness_pu, "squareness", "squareness Hk/HcJ"),
    DATUM(magnet, T_limit_K, "T_limit_degC", "highest temperature allowed"),
    DATUM(magnet, max_thickness_m, "max_thickness_mm", "largest thickness that can be made"),
    DATUM(magnet, gbd_gain20_A_per_m, "gbd_gain20_kA_per_m", "coercivity gained at a diffused face"),
    DATUM(magnet, gbd_depth_m, "gbd_depth_mm", "diffusion depth"),
    DATUM(magnet, gbd_hre_kg_per_m2, "gbd_hre_g_per_m2", "heavy rare earth brought in"),
    DATUM(magnet, gbd_saturation_kg_per_m2, "gbd_saturation_g_per_m2", "amount over which the gain levels off"),
    DATUM(magnet, gbd_process_USD_per_m2, "gbd_process_USD_per_m2", "diffusion process"),
    DATUM(magnet, resistivity_ohm_m, "resistivity_uohm_m", "resistivity"),
    DATUM(magnet, conductivity_W_per_m_K, "conductivity_W_per_m_K", "thermal conductivity"),
    DATUM(magnet, heat_capacity_J_per_kg_K, "heat_capacity_J_per_kg_K", "heat capacity"),
};
static const struct matview_datum STEEL[] = {
    DATUM(steel, stacking_factor_pu, "stacking_factor", "stacking factor"),
    DATUM(steel, resistivity_ohm_m, "resistivity_uohm_cm", "resistivity"),
    DATUM(steel, yield_Pa, "yield_MPa", "yield stress"),
    DATUM(steel, tensile_Pa, "tensile_MPa", "tensile strength"),
    DATUM(steel, fatigue_Pa, "fatigue_MPa", "alternating strength, punched edge"),
    DATUM(steel, young_Pa, "young_GPa", "Young's modulus"),
    DATUM(steel, poisson, "poisson", "Poisson's ratio"),
    DATUM(steel, conductivity_W_per_m_K, "conductivity_W_per_m_K", "thermal conductivity"),
    DATUM(steel, heat_capacity_J_per_kg_K, "heat_capacity_J_per_kg_K", "heat capacity"),
};
static const struct matview_datum CONDUCTOR[] = {
    DATUM(conductor, resistivity20_ohm_m, "resistivity20_uohm_cm", "resistivity at 20 °C"),
    DATUM(conductor, alpha_per_K, "alpha_pct_per_K", "resistivity, temperature coefficient"),
    DATUM(conductor, conductivity_W_per_m_K, "conductivity_W_per_m_K", "thermal conductivity"),
    DATUM(conductor, heat_capacity_J_per_kg_K, "heat_capacity_J_per_kg_K", "heat capacity"),
};
static const struct matview_datum INSULATION[] = {
    DATUM(insulation, T_class_K, "T_class_degC", "thermal class"),
    DATUM(insulation, liner_thickness_m, "liner_thickness_mm", "slot liner, thickness"),
    DATUM(insulation, liner_conductivity_W_per_m_K, "liner_conductivity_W_per_m_K", "slot liner, thermal conductivity"),
    DATUM(insulation, impregnation_conductivity_W_per_m_K, "impregnation_conductivity_W_per_m_K", "impregnation, thermal conductivity"),
    DATUM(insulation, enamel_conductivity_W_per_m_K, "enamel_conductivity_W_per_m_K", "enamel, thermal conductivity"),
};
static const struct matview_datum STRUCTURAL[] = {
    DATUM(structural, conductivity_W_per_m_K, "conductivity_W_per_m_K", "thermal conductivity"),
    DATUM(structural, heat_capacity_J_per_kg_K, "heat_capacity_J_per_kg_K", "heat capacity"),
    DATUM(structural, young_Pa, "young_GPa", "Young's modulus"),
    DATUM(structural, yield_Pa, "yield_MPa", "yield stress"),
};

static const struct { const char *label; const struct matview_datum *data; int n; } CLASS[MATVIEW_CLASS_COUNT] = {
    [MATVIEW_MAGNET] = {"permanent magnets", MAGNET, ARRAY_LEN(MAGNET)},
    [MATVIEW_STEEL] = {"electrical steels", STEEL, ARRAY_LEN(STEEL)},
    [MATVIEW_CONDUCTOR] = {"winding metals", CONDUCTOR, ARRAY_LEN(CONDUCTOR)},
    [MATVIEW_INSULATION] = {"insulation systems", INSULATION, ARRAY_LEN(INSULATION)},
    [MATVIEW_COOLANT] = {"coolants", NULL, 0},
    [MATVIEW_STRUCTURAL] = {"shaft and housing metals", STRUCTURAL, ARRAY_LEN(STRUCTURAL)},
};

const char *matview_get_class_label(enum matview_class c) { return CLASS[c].label; }

int matview_get_count(const struct matlib *l, enum matview_class c)
{
    const int n[MATVIEW_CLASS_COUNT] = {l->n_magnet, l->n_steel, l->n_conductor, l->n_insulation, l->n_coolant, l->n_structural};
    return n[c];
}

const struct material *matview_get_material(const struct matlib *l, enum matview_class c, int i)
{
    switch (c) {
    case MATVIEW_MAGNET:
        return &l->magnet[i].base;
    case MATVIEW_STEEL:
        return &l->steel[i].base;
    case MATVIEW_CONDUCTOR:
        return &l->conductor[i].base;
    case MATVIEW_INSULATION:
        return &l->insulation[i].base;
    case MATVIEW_COOLANT:
        return &l->coolant[i].base;
    default:
        return &l->structural[i].base;
    }
}

const struct matview_datum *matview_get_data(enum matview_class c, int *n)
{
    *n = CLASS[c].n;
    return CLASS[c].data;
}

const struct matview_datum *matview_get_common_data(int *n)
{
    *n = ARRAY_LEN(COMMON);
    return COMMON;
}

const struct datum *matview_get_datum(const struct material *m, const struct matview_datum *d)
{
    return (const struct datum *)(const void *)((const char *)m + d->offset);
}

double matview_eval(const char *key, double si)
{
    const struct unit *u = units_get(key);
    return u ? (si - u->offset) / u->factor : si;
}

const char *matview_get_unit(const char *key)
{
    const struct unit *u = units_get(key);
    return u ? u->label : "";
}

const struct ref *matview_get_ref(const struct matlib *l, const char *source)
{
    for (int k = 0; k < l->n_ref; k++)
        if (strcmp(l->ref[k].key, source) == 0)
            return &l->ref[k];
    return NULL;
}
