/* The part of the network that depends on temperature and speed: films, fluid streams, housing to ambient. */
#include "models/thermal/thermal_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

/* conductance of a film behind a solid resistance; a film of 0 (disc at rest) gives 0 */
static double series_W_per_K(double film_W_per_K, double solid_K_per_W)
{
    return film_W_per_K / (1.0 + solid_K_per_W * film_W_per_K);
}

static double take_film(struct thermal *t, enum film_kind kind, struct film f)
{
    t->film_outside[kind] |= f.is_outside;
    return f.h_W_per_m2_K;
}

static struct film_fluid take_air(struct thermal *t, double T_K)
{
    int is_outside;
    struct film_fluid air = film_eval_air(T_K, &is_outside);
    t->film_outside[FILM_AIR] |= is_outside;
    return air;
}

static double fin_efficiency(double h_W_per_m2_K, double k_W_per_m_K, double thickness_m, double height_m)
{
    double mh = height_m * sqrt(2.0 * h_W_per_m2_K / (k_W_per_m_K * thickness_m)); /* tip insulated, straight fin (key INCROPERA2007) */
    return mh < 1.0e-4 ? 1.0 : tanh(mh) / mh;
}

/* The inlet was checked: a stream outside its tables has been heated there, which is the design's fault. */
static enum status take_stream(const struct coolant *c, double T_K, double inlet_K, struct film_fluid *mean, struct film_fluid *inlet,
                               struct err *e)
{
    TRY(film_eval_coolant(c, inlet_K, inlet, e));
    if (film_eval_coolant(c, T_K, mean, NULL) == ST_OK)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, "coolant temperature", "the losses heat %s to a mean of %.1f degC, outside its tables",
                   c->base.name, T_K - KELVIN_OFFSET_K);
}

/* A stream of capacity flow w = rho cp Q that takes up heat evenly: mean = inlet + heat/(2 w), outlet = inlet + heat/w. */
static enum status set_coolant(struct thermal *t, const double *T_K, struct err *e)
{
    const struct thermal_opts *o = &t->o;
    struct film_fluid fluid, inlet;
    if (o->cooling == THERMAL_NATURAL) { /* the node stands for itself */
        t->coolant_G_W_per_K = 0.0;
        net_add_boundary(&t->net, THERMAL_COOLANT, 1.0, o->ambient_K);
        return ST_OK;
    }
    if (o->cooling == THERMAL_FORCED_AIR) {
        fluid = take_air(t, T_K[THERMAL_COOLANT]);
        inlet = take_air(t, o->inlet_K);
    } else {
        TRY(take_stream(o->coolant, T_K[THERMAL_COOLANT], o->inlet_K, &fluid, &inlet, e));
    }
    double mass_kg_per_s = inlet.density_kg_per_m3 * o->flow_m3_per_s;
    double speed_m_per_s = mass_kg_per_s / (fluid.density_kg_per_m3 * o->n_duct_parallel * o->duct_width_m * o->duct_height_m);
    double h = take_film(t, FILM_DUCT, film_eval_duct(&fluid, speed_m_per_s, o->duct_width_m, o->duct_height_m, t->film.duct_length_m));
    double eta = fin_efficiency(h, t->film.rib_k_W_per_m_K, o->duct_rib_m, o->duct_height_m);
    double G = series_W_per_K(h * (t->film.duct_plain_m2 + eta * t->film.duct_rib_side_m2), t->film.duct_wall_K_per_W);
    net_add_link(&t->net, THERMAL_HOUSING, THERMAL_COOLANT, G);
    t->coolant_G_W_per_K = 2.0 * mass_kg_per_s * fluid.heat_capacity_J_per_kg_K;
    net_add_boundary(&t->net, THERMAL_COOLANT, t->coolant_G_W_per_K, o->inlet_K);
    return ST_OK;
}

static enum status set_spray(struct thermal *t, const double *T_K, struct err *e)
{
    const struct thermal_opts *o = &t->o;
    if (o->cooling != THERMAL_OIL_SPRAY) {
        t->spray_G_W_per_K = 0.0;
        net_add_boundary(&t->net, THERMAL_SPRAY, 1.0, o->ambient_K);
        return ST_OK;
    }
    struct film_fluid fluid, inlet;
    TRY(take_stream(o->spray, T_K[THERMAL_SPRAY], o->spray_inlet_K, &fluid, &inlet, e));
    net_add_link(&t->net, THERMAL_END_FACE, THERMAL_SPRAY, o->spray_film.value * o->spray_wetted.value * t->film.end_winding_m2);
    t->spray_G_W_per_K = 2.0 * inlet.density_kg_per_m3 * o->spray_flow_m3_per_s * fluid.heat_capacity_J_per_kg_K;
    net_add_boundary(&t->net, THERMAL_SPRAY, t->spray_G_W_per_K, o->spray_inlet_K);
    return ST_OK;
}

/* the gap's surface-to-surface film split at the gap node, so that its windage has a place */
static void set_gap(struct thermal *t, double speed_rad_per_s, const double *T_K)
{
    const struct thermal_film_geometry *g = &t->film;
    struct film_fluid air = take_air(t, T_K[THERMAL_GAP]);
    double half = 2.0 * take_film(t, FILM_GAP, film_eval_gap(&air, speed_rad_per_s, g->R_ro_m, g->R_bore_m));
    net_add_link(&t->net, THERMAL_GAP, THERMAL_TOOTH_TIP, series_W_per_K(half * g->gap_stator_m2, g->tip_K_per_W));
    net_add_link(&t->net, THERMAL_GAP, THERMAL_ROTOR_FACE, series_W_per_K(half * g->gap_rotor_m2, g->sleeve_rotor_K_per_W));
    net_add_link(&t->net, THERMAL_GAP, THERMAL_ACTIVE_OUT, series_W_per_K(half * g->gap_active_m2, g->sleeve_active_K_per_W));
}

static void set_end_space(struct thermal *t, double speed_rad_per_s, const double *T_K)
{
    const struct thermal_film_geometry *g = &t->film;
    const struct thermal_opts *o = &t->o;
    struct film_fluid air = take_air(t, T_K[THERMAL_END_AIR]);
    double dry = o->cooling == THERMAL_OIL_SPRAY ? 1.0 - o->spray_wetted.value : 1.0;
    double h_end = take_film(t, FILM_END, film_eval_end(o->end_film_a.value, o->end_film_b.value, o->end_film_c.value,
                                                        fabs(speed_rad_per_s) * g->R_ro_m));
    double h_disc = take_film(t, FILM_DISC, film_eval_disc(&air, speed_rad_per_s, g->R_ro_m));
    double h_shaft = take_film(t, FILM_SHAFT, film_eval_shaft(&air, speed_rad_per_s, g->R_shaft_m));
    struct net *n = &t->net;
    net_add_link(n, THERMAL_END_AIR, THERMAL_END_FACE, h_end * dry * g->end_winding_m2);
    net_add_link(n, THERMAL_END_AIR, THERMAL_HOUSING, h_end * g->end_shield_m2);
    net_add_link(n, THERMAL_END_AIR, THERMAL_YOKE, series_W_per_K(h_end * g->yoke_end_m2, g->yoke_end_K_per_W));
    net_add_link(n, THERMAL_END_AIR, THERMAL_ROTOR, series_W_per_K(h_disc * g->rotor_end_m2, g->rotor_end_K_per_W));
    net_add_link(n, THERMAL_END_AIR, THERMAL_ACTIVE_OUT, h_disc * g->active_end_m2);
    net_add_link(n, THERMAL_END_AIR, THERMAL_SHAFT, h_shaft * g->shaft_end_m2);
}

static void set_ambient(struct thermal *t, const double *T_K)
{
    const struct thermal_opts *o = &t->o;
    double wall_K = T_K[THERMAL_HOUSING];
    struct film_fluid air = take_air(t, 0.5 * (wall_K + o->ambient_K));
    double h = take_film(t, FILM_FREE, film_eval_free(&air, wall_K, o->ambient_K, 2.0 * t->film.housing_R_m));
    h += film_eval_radiation_W_per_m2_K(o->emissivity.value, wall_K, o->ambient_K);
    t->ambient_G_W_per_K = h * t->film.housing_out_m2 + o->flange_conductance.value;
    net_add_boundary(&t->net, THERMAL_HOUSING, t->ambient_G_W_per_K, o->ambient_K);
}

enum status thermal_set_films(struct thermal *t, double speed_rad_per_s, const double *T_K, struct err *e)
{
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        if (!(isfinite(T_K[i]) && T_K[i] > 0.0))
            return err_set(e, ST_RANGE, thermal_get_node_name((enum thermal_node)i), "temperature %g K", T_K[i]);
    memset(t->film_outside, 0, sizeof t->film_outside);
    t->net = t->conduction;
    TRY(set_coolant(t, T_K, e));
    TRY(set_spray(t, T_K, e));
    set_gap(t, speed_rad_per_s, T_K);
    set_end_space(t, speed_rad_per_s, T_K);
    set_ambient(t, T_K);
    return ST_OK;
}
