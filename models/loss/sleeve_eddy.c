/* sleeve_eddy.c - see the header for the formulae and their source. */
#include "models/loss/sleeve_eddy.h"
#include <assert.h>
#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

int sleeve_eddy_get(const struct machine *m, struct sleeve_eddy *out)
{
    const struct rotor_surface *s = &m->surface;
    if (m->rotor_type != ROTOR_SURFACE || !(s->sleeve_m > 0.0))
        return 0;
    *out = (struct sleeve_eddy){.radius_m = m->R_ro_m + 0.5 * s->sleeve_m,
                                .thickness_m = s->sleeve_m,
                                .length_m = m->stack_m,
                                .conductivity_S_per_m = s->sleeve->electric_conductivity_S_per_m.value,
                                .R_core_m = s->R_mi_m,
                                .R_bore_m = m->stator.R_bore_m};
    return !(out->conductivity_S_per_m <= 0.0); /* unknown: NAN, and so is the loss */
}

double sleeve_eddy_eval_end_pu(const struct sleeve_eddy *s, int wave)
{
    assert(wave >= 1);
    const double x = 0.5 * wave * s->length_m / s->radius_m;
    return 1.0 - tanh(x) / x;
}

double sleeve_eddy_eval_W(const struct sleeve_eddy *s, int wave, double omega_rad_per_s, double A_Wb_per_m)
{
    const double E_V_per_m = omega_rad_per_s * A_Wb_per_m, volume_m3 = 2.0 * PI * s->radius_m * s->thickness_m * s->length_m;
    return 0.5 * volume_m3 * s->conductivity_S_per_m * E_V_per_m * E_V_per_m * sleeve_eddy_eval_end_pu(s, wave);
}

double sleeve_eddy_eval_reaction_pu(const struct sleeve_eddy *s, int wave, double omega_rad_per_s)
{
    const double sides = tanh(wave * log(s->radius_m / s->R_core_m)) + tanh(wave * log(s->R_bore_m / s->radius_m));
    return MU0_H_PER_M * s->conductivity_S_per_m * s->thickness_m * omega_rad_per_s * s->radius_m / (wave * sides);
}
