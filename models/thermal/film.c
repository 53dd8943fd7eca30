#include "models/thermal/film.h"

#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define STEFAN_BOLTZMANN_W_PER_M2_K4 5.670374419e-8 /* CODATA 2022 */
#define GRAVITY_M_PER_S2 9.80665                    /* standard */
#define AIR_R_J_PER_KG_K 287.05                     /* dry air */
#define AIR_CP_J_PER_KG_K 1006.0                    /* 300 K; +2 % at 450 K (key INCROPERA2007 table A.4) */
#define AIR_PRESSURE_PA 101325.0
#define RE_LAMINAR_END 2300.0
#define RE_TURBULENT_START 1.0e4
#define RE_DISC_TRANSITION 2.4e5

static const char *const film_name[FILM_COUNT] = {"cooling duct", "air gap", "end space", "rotor end face", "shaft",
                                                  "housing free convection", "air properties"};

const char *film_get_name(enum film_kind k)
{
    return film_name[k];
}

static double film_eval_Pr(const struct film_fluid *f)
{
    return f->viscosity_Pa_s * f->heat_capacity_J_per_kg_K / f->conductivity_W_per_m_K;
}

struct film_fluid film_eval_air(double T_K, int *is_outside)
{
    struct film_fluid a;
    double t = T_K / 273.0, t32 = t * sqrt(t);
    a.viscosity_Pa_s = 1.716e-5 * t32 * (273.0 + 111.0) / (T_K + 111.0);
    a.conductivity_W_per_m_K = 0.0241 * t32 * (273.0 + 194.0) / (T_K + 194.0);
    a.density_kg_per_m3 = AIR_PRESSURE_PA / (AIR_R_J_PER_KG_K * T_K);
    a.heat_capacity_J_per_kg_K = AIR_CP_J_PER_KG_K;
    *is_outside = !(T_K >= 170.0 && T_K <= 1900.0);
    return a;
}

enum status film_eval_coolant(const struct coolant *c, double T_K, struct film_fluid *out, struct err *e)
{
    out->density_kg_per_m3 = curve_eval(&c->density_kg_per_m3, T_K);
    out->viscosity_Pa_s = curve_eval(&c->viscosity_Pa_s, T_K);
    out->conductivity_W_per_m_K = curve_eval(&c->conductivity_W_per_m_K, T_K);
    out->heat_capacity_J_per_kg_K = curve_eval(&c->heat_capacity_J_per_kg_K, T_K);
    if (isfinite(out->density_kg_per_m3) && isfinite(out->viscosity_Pa_s) && isfinite(out->conductivity_W_per_m_K) &&
        isfinite(out->heat_capacity_J_per_kg_K))
        return ST_OK;
    const struct curve *v = &c->viscosity_Pa_s;
    return err_set(e, ST_RANGE, "coolant temperature", "%s at %.1f K is outside its tables (viscosity: %.1f to %.1f K)",
                   c->base.name, T_K, v->x[0], v->x[v->n - 1]);
}

static double duct_eval_laminar(double Re, double Pr, double aspect, double Dh_per_length)
{
    double developed = 7.49 + aspect * (-17.02 + aspect * (22.43 - 9.94 * aspect));
    double graetz = Dh_per_length * Re * Pr;
    return developed + 0.065 * graetz / (1.0 + 0.04 * pow(graetz, 2.0 / 3.0));
}

static double duct_eval_turbulent(double Re, double Pr, double Dh_per_length)
{
    double root = 1.8 * log10(Re) - 1.5;
    double friction8 = 1.0 / (8.0 * root * root);
    return friction8 * Re * Pr / (1.0 + 12.7 * sqrt(friction8) * (pow(Pr, 2.0 / 3.0) - 1.0)) *
           (1.0 + pow(Dh_per_length, 2.0 / 3.0));
}

struct film film_eval_duct(const struct film_fluid *f, double speed_m_per_s, double width_m, double height_m, double length_m)
{
    double Dh_m = 2.0 * width_m * height_m / (width_m + height_m);
    double aspect = width_m < height_m ? width_m / height_m : height_m / width_m;
    double Re = f->density_kg_per_m3 * speed_m_per_s * Dh_m / f->viscosity_Pa_s;
    double Pr = film_eval_Pr(f), slender = Dh_m / length_m, Nu;
    if (Re <= RE_LAMINAR_END) {
        Nu = duct_eval_laminar(Re, Pr, aspect, slender);
    } else if (Re >= RE_TURBULENT_START) {
        Nu = duct_eval_turbulent(Re, Pr, slender);
    } else {
        double share = (Re - RE_LAMINAR_END) / (RE_TURBULENT_START - RE_LAMINAR_END);
        Nu = (1.0 - share) * duct_eval_laminar(RE_LAMINAR_END, Pr, aspect, slender) +
             share * duct_eval_turbulent(RE_TURBULENT_START, Pr, slender);
    }
    struct film out = {Nu * f->conductivity_W_per_m_K / Dh_m, !(Re <= 1.0e6 && Pr >= 0.6 && Pr <= 1000.0 && slender <= 1.0)};
    return out;
}

struct film film_eval_gap(const struct film_fluid *f, double speed_rad_per_s, double R_rotor_m, double R_stator_m)
{
    double gap_m = R_stator_m - R_rotor_m, r_m = 0.5 * (R_stator_m + R_rotor_m);
    double nu = f->viscosity_Pa_s / f->density_kg_per_m3;
    double Ta2 = speed_rad_per_s * speed_rad_per_s * r_m * gap_m * gap_m * gap_m / (nu * nu);
    double Nu = fmax(2.0, fmin(0.128 * pow(Ta2, 0.367), 0.409 * pow(Ta2, 0.241)));
    struct film out = {Nu * f->conductivity_W_per_m_K / (2.0 * gap_m), !(Ta2 <= 1.0e7 && gap_m <= 0.05 * r_m)};
    return out;
}

struct film film_eval_end(double a_W_per_m2_K, double b, double c, double speed_m_per_s)
{
    struct film out = {a_W_per_m2_K * (1.0 + b * pow(speed_m_per_s, c)), !(speed_m_per_s >= 0.0 && speed_m_per_s <= 100.0)};
    return out;
}

struct film film_eval_disc(const struct film_fluid *f, double speed_rad_per_s, double R_m)
{
    double nu = f->viscosity_Pa_s / f->density_kg_per_m3;
    double Re = fabs(speed_rad_per_s) * R_m * R_m / nu, Pr = film_eval_Pr(f), Nu = 0.36 * sqrt(Re);
    if (Re > RE_DISC_TRANSITION) { /* laminar h is uniform; turbulent local h ~ r^0.6, so its share of the mean is 1 - x^2.6 */
        double x2 = RE_DISC_TRANSITION / Re;
        Nu = 0.36 * sqrt(Re) * x2 + 0.015 * pow(Re, 0.8) * (1.0 - pow(x2, 1.3));
    }
    struct film out = {Nu * f->conductivity_W_per_m_K / R_m, !(Re <= 1.0e7 && Pr >= 0.6 && Pr <= 0.8)};
    return out;
}

struct film film_eval_shaft(const struct film_fluid *f, double speed_rad_per_s, double R_m)
{
    double nu = f->viscosity_Pa_s / f->density_kg_per_m3, Pr = film_eval_Pr(f);
    double Re = 2.0 * fabs(speed_rad_per_s) * R_m * R_m / nu;
    double Nu = 0.133 * pow(Re, 2.0 / 3.0) * cbrt(Pr);
    struct film out = {Nu * f->conductivity_W_per_m_K / (2.0 * R_m), !(Re <= 4.3e5 && Pr >= 0.68 && Pr <= 670.0)};
    return out;
}

struct film film_eval_free(const struct film_fluid *f, double wall_K, double ambient_K, double diameter_m)
{
    double nu = f->viscosity_Pa_s / f->density_kg_per_m3, Pr = film_eval_Pr(f);
    double beta_per_K = 2.0 / (wall_K + ambient_K); /* ideal gas at the film temperature */
    double Ra = GRAVITY_M_PER_S2 * beta_per_K * fabs(wall_K - ambient_K) * diameter_m * diameter_m * diameter_m / (nu * nu) * Pr;
    double root = 0.60 + 0.387 * pow(Ra, 1.0 / 6.0) / pow(1.0 + pow(0.559 / Pr, 9.0 / 16.0), 8.0 / 27.0);
    struct film out = {root * root * f->conductivity_W_per_m_K / diameter_m, !(Ra <= 1.0e12)};
    return out;
}

double film_eval_radiation_W_per_m2_K(double emissivity_pu, double wall_K, double ambient_K)
{
    return emissivity_pu * STEFAN_BOLTZMANN_W_PER_M2_K4 * (wall_K + ambient_K) * (wall_K * wall_K + ambient_K * ambient_K);
}

double film_eval_composite_W_per_m_K(double matrix_W_per_m_K, double inclusion_W_per_m_K, double inclusion_pu)
{
    double km = matrix_W_per_m_K, ki = inclusion_W_per_m_K, v = inclusion_pu;
    return km * ((1.0 + v) * ki + (1.0 - v) * km) / ((1.0 - v) * ki + (1.0 + v) * km);
}
