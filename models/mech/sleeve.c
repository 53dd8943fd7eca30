/* sleeve.c - sleeve, magnets and core as rings. Contract: sleeve.h. */
#include "models/mech/sleeve.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

struct ring { double R_in_m, R_out_m, young_Pa, poisson, density_kg_per_m3; };

static double sum2_over_difference2(const struct ring *r)
{
    const double in2 = r->R_in_m * r->R_in_m, out2 = r->R_out_m * r->R_out_m;
    return (out2 + in2) / (out2 - in2);
}

/* Outward displacement of the inner surface per pressure there, and of the outer surface inward per pressure there. */
static double get_inner_m_per_Pa(const struct ring *r) { return r->R_in_m / r->young_Pa * (sum2_over_difference2(r) + r->poisson); }
static double get_outer_m_per_Pa(const struct ring *r) { return r->R_out_m / r->young_Pa * (sum2_over_difference2(r) - r->poisson); }

/* Growth of a free surface of radius `at` of a spinning ring; `other` is the ring's other radius. */
static double get_spin_growth_m(const struct ring *r, double at_m, double other_m, double omega_rad_per_s)
{
    return r->density_kg_per_m3 * omega_rad_per_s * omega_rad_per_s * at_m / (4.0 * r->young_Pa)
         * ((3.0 + r->poisson) * other_m * other_m + (1.0 - r->poisson) * at_m * at_m);
}

static enum status check_known(const char *what, double v, struct err *e)
{
    return isfinite(v) && v > 0.0 ? ST_OK : err_set(e, ST_CONFIG, what, "the sleeve needs %s of sleeve and rotor core, got %g", what, v);
}

static enum status check(const struct machine *m, const struct ring *sleeve, const struct ring *core, struct err *e)
{
    const struct ring *ring[2] = {sleeve, core};
    for (int k = 0; k < 2; k++) {
        TRY(check_known("young_Pa", ring[k]->young_Pa, e));
        TRY(check_known("poisson", ring[k]->poisson, e));
        TRY(check_known("density_kg_per_m3", ring[k]->density_kg_per_m3, e));
    }
    TRY(check_known("yield_Pa", m->surface.sleeve->yield_Pa.value, e));
    return check_known("magnet density", m->magnet->base.density_kg_per_m3.value, e);
}

int sleeve_is_used(const struct machine *m) { return m->rotor_type == ROTOR_SURFACE && m->surface.sleeve_m > 0.0; }

enum status sleeve_eval(const struct machine *m, double omega_rad_per_s, struct sleeve_result *out, struct err *e)
{
    const struct rotor_surface *s = &m->surface;
    const struct structural *metal = s->sleeve;
    const struct steel *steel = m->rotor_steel;
    const double a = m->R_ro_m, b = a + s->sleeve_m, c = s->R_mi_m, omega2 = omega_rad_per_s * omega_rad_per_s, nan = (double)NAN;
    const struct ring sleeve = {a, b, metal->young_Pa.value, metal->poisson.value, metal->base.density_kg_per_m3.value},
                      core = {m->R_ri_m, c, steel->young_Pa.value, steel->poisson.value, steel->base.density_kg_per_m3.value};
    *out = (struct sleeve_result){nan, nan, nan, nan, nan, nan};
    TRY(check(m, &sleeve, &core, e));
    /* per radian and metre of stack */
    const double share = s->arc_rad * m->p / PI;
    const double pull_N_per_m = share * m->magnet->base.density_kg_per_m3.value * omega2 * (a * a * a - c * c * c) / 3.0;
    const double inner = get_inner_m_per_Pa(&sleeve), outer = get_outer_m_per_Pa(&core);
    const double growth_m = get_spin_growth_m(&core, c, m->R_ri_m, omega_rad_per_s) - get_spin_growth_m(&sleeve, a, b, omega_rad_per_s);
    /* p inner + q outer = interference + growth of the core beyond the sleeve's; q = (p a - pull)/c */
    const double p = (s->sleeve_interference_m + growth_m + outer * pull_N_per_m / c) / (inner + outer * a / c);
    out->contact_Pa = (p * a - pull_N_per_m) / c;
    if (out->contact_Pa >= 0.0) {
        out->pressure_Pa = p;
    } else { /* lifted off: the sleeve alone holds the magnets; what glue would have to take stays as computed */
        out->pressure_Pa = fmax(pull_N_per_m / a, 0.0);
    }
    out->retention_pu = pull_N_per_m > 0.0 ? p * a / pull_N_per_m : HUGE_VAL;
    out->hoop_Pa = out->pressure_Pa * sum2_over_difference2(&sleeve)
                 + sleeve.density_kg_per_m3 * omega2 / 4.0 * ((3.0 + sleeve.poisson) * b * b + (1.0 - sleeve.poisson) * a * a);
    const double radial_Pa = -out->pressure_Pa;
    out->von_mises_Pa = sqrt(out->hoop_Pa * out->hoop_Pa - out->hoop_Pa * radial_Pa + radial_Pa * radial_Pa);
    out->safety = out->von_mises_Pa > 0.0 ? metal->yield_Pa.value / out->von_mises_Pa : HUGE_VAL;
    return ST_OK;
}
