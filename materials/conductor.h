/* conductor.h - winding metals. rho(T) = rho20 (1 + alpha (T - 20 degC)). */
#ifndef MATERIALS_CONDUCTOR_H
#define MATERIALS_CONDUCTOR_H
#include "materials/material.h"

struct conductor {
    struct material base;
    struct datum resistivity20_ohm_m, alpha_per_K, conductivity_W_per_m_K, heat_capacity_J_per_kg_K;
};
double conductor_eval_resistivity_ohm_m(const struct conductor *c, double T_K);

#endif
