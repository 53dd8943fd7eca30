/* film.h - heat-transfer coefficients of moving and resting fluids, each with its range of validity and its source.
 * A correlation outside its range is evaluated as it stands and flagged (is_outside); nothing is clamped.
 * Fluid properties are those at the film's temperature, chosen by the caller. Wall-to-bulk viscosity ratios are not applied.
 * Symbols: Re, Pr, Nu, Ra, Ta as usual; D_h hydraulic diameter = 4 area / wetted perimeter. Keys resolve in materials/data/refs.yaml. */
#ifndef MODELS_THERMAL_FILM_H
#define MODELS_THERMAL_FILM_H
#include "materials/thermal_mat.h"

struct film_fluid { double density_kg_per_m3, viscosity_Pa_s, conductivity_W_per_m_K, heat_capacity_J_per_kg_K; };
struct film { double h_W_per_m2_K; int is_outside; };

enum film_kind { FILM_DUCT, FILM_GAP, FILM_END, FILM_DISC, FILM_SHAFT, FILM_FREE, FILM_AIR, FILM_COUNT };
const char *film_get_name(enum film_kind k);

/* film_eval_air - dry air at 101325 Pa (standard sea level): Sutherland laws for viscosity and conductivity, ideal gas.
 * Key WHITE2006 (Viscous Fluid Flow, tables 1-2, 1-3): 2 % from 170 K to 1900 K. *is_outside set beyond. */
struct film_fluid film_eval_air(double T_K, int *is_outside);
/* film_eval_coolant - tabulated properties. Status: ST_RANGE with the table's limits when T_K is outside any table. */
enum status film_eval_coolant(const struct coolant *c, double T_K, struct film_fluid *out, struct err *e) MUST_CHECK;

/* film_eval_duct - forced flow in a rectangular duct at mean speed, all walls heated.
 * Re < 2300: fully developed rectangular duct + Hausen entrance term (key STATON2008);
 * Re > 10^4: Petukhov-Gnielinski with entrance factor 1 + (D_h/L)^(2/3) (key GNIELINSKI2010);
 * between: linear blend of Nu_laminar(2300) and Nu_turbulent(10^4) in Re (key GNIELINSKI2010).
 * Valid: Re <= 1e6, 0.6 <= Pr <= 1000, D_h <= L. */
struct film film_eval_duct(const struct film_fluid *f, double speed_m_per_s, double width_m, double height_m, double length_m);

/* film_eval_gap - rotor surface to stator surface through the smooth annulus, inner cylinder turning, no axial flow (Taylor-Couette).
 * Ta^2 = w^2 r_mean g^3 / nu^2; Nu = h 2g / k = 2 (conduction) | 0.128 Ta2^0.367 | 0.409 Ta2^0.241 (key BECKER_KAYE1962);
 * taken as max(2, min(second, third)), which switches where the branches meet (Ta2 = 1.79e3, 1.01e4; published 1.7e3, 1e4).
 * Narrow-gap form (geometric factor 1). Valid: Ta2 <= 1e7, g <= r_mean/20. */
struct film film_eval_gap(const struct film_fluid *f, double speed_rad_per_s, double R_rotor_m, double R_stator_m);

/* film_eval_end - h = a (1 + b v^c): end windings, end shields and laminations in the stirred air of the end spaces; v = rotor
 * peripheral speed. The coefficients are data of the machine's construction (survey: key BOGLIETTI2007). Valid: v <= 100 m/s. */
struct film film_eval_end(double a_W_per_m2_K, double b, double c, double speed_m_per_s);

/* film_eval_disc - mean over a rotating disc (rotor end face): laminar core Nu = 0.36 Re^0.5, turbulent rim whose disc mean
 * is 0.015 Re^0.8, joined at the local Re_c = 2.4e5 by integration over the areas (key COBB_SAUNDERS1956). Re = w R^2/nu.
 * Air (0.6 <= Pr <= 0.8), Re <= 1e7. At rest 0: free convection is neglected, so a standing rotor comes out hotter. */
struct film film_eval_disc(const struct film_fluid *f, double speed_rad_per_s, double R_m);

/* film_eval_shaft - free rotating cylinder: Nu_D = 0.133 Re_D^(2/3) Pr^(1/3), Re_D = w D^2/(2 nu) (key INCROPERA2007,
 * after Kays and Bjorklund). Valid: Re_D <= 4.3e5, 0.7 <= Pr <= 670 (hot air, 0.68, is counted in). At rest 0, as for the disc. */
struct film film_eval_shaft(const struct film_fluid *f, double speed_rad_per_s, double R_m);

/* film_eval_free - free convection of a long horizontal cylinder (key CHURCHILL_CHU1975), f at the mean of wall and ambient.
 * Valid: Ra <= 1e12. */
struct film film_eval_free(const struct film_fluid *f, double wall_K, double ambient_K, double diameter_m);
/* film_eval_radiation_W_per_m2_K - eps sigma (Tw + Ta)(Tw^2 + Ta^2): grey body in large surroundings. */
double film_eval_radiation_W_per_m2_K(double emissivity_pu, double wall_K, double ambient_K);

/* film_eval_composite_W_per_m_K - conductivity across unidirectional cylinders (volume share v) in a matrix: lower Hashin-Shtrikman
 * bound in the plane, the assemblage formula of keys HASHIN_SHTRIKMAN1962, SIMPSON2013:
 * k = k_m ((1+v) k_i + (1-v) k_m) / ((1-v) k_i + (1+v) k_m). Used for strands in resin and for voids in resin. */
double film_eval_composite_W_per_m_K(double matrix_W_per_m_K, double inclusion_W_per_m_K, double inclusion_pu);

#endif
