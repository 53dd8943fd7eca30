/* mech_loss.c - windage and bearings; formulae in the header. */
#include "models/loss/mech_loss.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define MECH_TAYLOR_CRITICAL 41.2 /* onset of vortices between cylinders, inner one turning [TAYLOR1923] */

double mech_loss_eval_friction_pu(double Re, double gap_to_radius_pu)
{
    if (Re * sqrt(gap_to_radius_pu) <= MECH_TAYLOR_CRITICAL)
        return 2.0 / Re;
    /* y = 1/sqrt(C_d) solves y + 1.768 ln y = 2.04 + 1.768 ln Re: increasing and concave, so Newton from y = 1 rises to the root without
     * overshoot. */
    double right = 2.04 + 1.768 * log(Re), y = 1.0;
    for (int k = 0; k < 30; k++) {
        double step = (y + 1.768 * log(y) - right) / (1.0 + 1.768 / y);
        y -= step;
        if (fabs(step) < 1e-14 * y)
            break;
    }
    return 1.0 / (y * y);
}

double mech_loss_eval_windage_W(const struct mech_loss_spec *s, double speed_rad_per_s)
{
    double omega = fabs(speed_rad_per_s);
    if (omega == 0.0)
        return 0.0;
    double Re = s->gas_density_kg_per_m3 * s->R_m * omega * s->gap_m / s->gas_viscosity_Pa_s;
    double Cd = mech_loss_eval_friction_pu(Re, s->gap_m / s->R_m);
    return s->rotor_factor_pu * PI * Cd * s->gas_density_kg_per_m3 * pow(s->R_m, 4.0) * omega * omega * omega * s->l_m;
}

double mech_loss_eval_bearing_W(const struct mech_loss_spec *s, double speed_rad_per_s)
{
    return s->bearing_Nm * fabs(speed_rad_per_s);
}

enum status mech_loss_init(struct mech_loss_spec *s, const struct machine *m, const struct coolant *gas, double T_K, double bearing_Nm,
                           double rotor_factor_pu, struct err *e)
{
    memset(s, 0, sizeof *s);
    if (!(bearing_Nm >= 0.0))
        return err_set(e, ST_RANGE, "bearing_Nm", "bearing friction of %g Nm: an input of 0 or more is needed", bearing_Nm);
    if (!(rotor_factor_pu >= 1.0))
        return err_set(e, ST_RANGE, "rotor_factor_pu", "windage factor %g: must be 1 (smooth rotor) or more", rotor_factor_pu);
    s->bearing_Nm = bearing_Nm;
    s->rotor_factor_pu = rotor_factor_pu;
    s->gas_density_kg_per_m3 = curve_eval(&gas->density_kg_per_m3, T_K);
    s->gas_viscosity_Pa_s = curve_eval(&gas->viscosity_Pa_s, T_K);
    s->gap_m = machine_get_clearance_m(m);
    s->R_m = m->stator.R_bore_m - s->gap_m;
    s->l_m = m->stack_m;
    if (!(s->gas_density_kg_per_m3 > 0.0) || !(s->gas_viscosity_Pa_s > 0.0))
        return err_set(e, ST_RANGE, "gas_T_K", "no data of %s at %g K", gas->base.name, T_K);
    return ST_OK;
}
