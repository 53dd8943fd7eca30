/* thermal_mat.h - insulation systems, coolants, and structural metals (shaft, housing, sleeve). */
#ifndef MATERIALS_THERMAL_MAT_H
#define MATERIALS_THERMAL_MAT_H
#include "materials/material.h"
#include "materials/base/curve.h"

struct insulation {       /* class of a winding: liner, impregnation, enamel */
    struct material base;
    struct datum T_class_K;                       /* thermal class, e.g. 180 degC for H */
    struct datum liner_conductivity_W_per_m_K, liner_thickness_m;
    struct datum impregnation_conductivity_W_per_m_K, enamel_conductivity_W_per_m_K;
};

struct coolant {          /* properties over temperature, tabulated in the data file */
    struct material base;
    struct curve density_kg_per_m3, viscosity_Pa_s, conductivity_W_per_m_K, heat_capacity_J_per_kg_K; /* x = T_K, CURVE_REFUSE */
};

struct structural {       /* shaft, housing, sleeve */
    struct material base;
    struct datum conductivity_W_per_m_K, heat_capacity_J_per_kg_K, young_Pa, yield_Pa;
    struct datum poisson;                         /* NAN value: not known; so the next */
    struct datum electric_conductivity_S_per_m;   /* 0: does not conduct */
};

#endif
