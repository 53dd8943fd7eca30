/* out_json_detail.c - the machine in millimetres, and curves, losses, temperatures and bill of one evaluated design. */
#include "materials/base/units.h"
#include "models/loss/layers.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include "materials/base/banned.h"

#define BAR_T_K 373.15 /* temperature of the bars for the factors in the result */

static void set_real(json_t *o, const char *key, double v) { json_object_set_new(o, key, out_json_get_real(v)); }

static json_t *get_array(int n, const double *v, double factor, double offset)
{
    json_t *a = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(a, out_json_get_real((v[k] - offset) / factor));
    return a;
}

static json_t *get_rotor(const struct machine *m)
{
    json_t *o = json_object();
    if (m->rotor_type == ROTOR_V) {
        const struct rotor_v *v = &m->v;
        set_real(o, "apex_radius_mm", v->r_apex_m / 1e-3);
        set_real(o, "leg_rise_deg", v->beta_rad * 180.0 / PI);
        set_real(o, "magnet_offset_mm", v->s0_m / 1e-3);
        set_real(o, "magnet_width_mm", v->w_m_m / 1e-3);
        set_real(o, "magnet_thickness_mm", v->t_m_m / 1e-3);
        set_real(o, "post_mm", v->centre == CENTRE_POST ? v->post_m / 1e-3 : (double)NAN);
        set_real(o, "bridge_mm", machine_get_bridge_m(m) / 1e-3);
    } else if (m->rotor_type == ROTOR_SALIENT) {
        const struct rotor_salient *s = &m->salient;
        set_real(o, "shoe_half_deg", s->shoe_half_rad * 180.0 / PI);
        set_real(o, "shoe_tip_mm", s->shoe_tip_m / 1e-3);
        set_real(o, "shoe_root_mm", s->shoe_root_m / 1e-3);
        set_real(o, "body_width_mm", s->body_w_m / 1e-3);
        set_real(o, "yoke_radius_mm", s->R_yoke_m / 1e-3);
        set_real(o, "coil_width_mm", s->coil_w_m / 1e-3);
        set_real(o, "coil_height_mm", s->coil_h_m / 1e-3);
    } else if (m->rotor_type == ROTOR_SURFACE) {
        set_real(o, "magnet_inner_radius_mm", m->surface.R_mi_m / 1e-3);
        set_real(o, "magnet_arc_deg", m->surface.arc_rad * 180.0 / PI);
        if (m->surface.sleeve) {
            json_object_set_new(o, "sleeve", json_string(m->surface.sleeve->base.name));
            set_real(o, "sleeve_mm", m->surface.sleeve_m / 1e-3);
            set_real(o, "sleeve_interference_mm", m->surface.sleeve_interference_m / 1e-3);
        }
    }
    struct machine_dimension dim[MACHINE_MAX_DIMENSION];
    int n = machine_get_dimensions(m, dim);
    for (int k = 0; k < n; k++)
        set_real(o, dim[k].key, dim[k].is_angle ? dim[k].value * 180.0 / PI : dim[k].value / 1e-3);
    if (machine_has_field_winding(m))
        json_object_set_new(o, "field_turns_per_pole", json_integer(m->field.n_turns));
    return o;
}

/* What is diffused into the magnets, and where; null for grades that are not. */
static json_t *get_diffusion(const struct machine *m)
{
    static const char *const FACE[MACHINE_FACE_COUNT] = {"gap", "back", "inner", "outer"};
    struct magnet store;
    const struct magnet *dosed = machine_get_dosed_magnet(m, &store);
    if (!dosed || !dosed->is_diffused)
        return json_null();
    json_t *faces = json_array(), *o = json_object();
    for (int f = 0; f < MACHINE_FACE_COUNT; f++)
        if (m->gbd_face[f])
            json_array_append_new(faces, json_string(FACE[f]));
    double face_m2 = bom_eval_gbd_face_m2(m);
    json_object_set_new(o, "faces", faces);
    json_object_set_new(o, "element", json_string(dosed->gbd_element));
    set_real(o, "dose_pu", 1.0 - m->gbd_left_out_pu);
    set_real(o, "face_area_cm2", face_m2 / 1e-4);
    set_real(o, "diffused_g", 1e3 * face_m2 * dosed->gbd_hre_kg_per_m2.value);
    set_real(o, "gain_at_face_kA_per_m", dosed->gbd_gain20_A_per_m.value / 1e3);
    return o;
}

/* Hairpin bars of one slot from its bottom, and what alternating current does to each; null without them. */
static json_t *get_bars(const struct machine *m)
{
    struct machine_bar bar[MACHINE_MAX_BAR];
    struct layers l;
    int n = machine_get_bars(m, bar);
    if (n == 0 || layers_init(&l, m, NULL) != ST_OK)
        return json_null();
    json_t *list = json_array();
    double rho_ohm_m = conductor_eval_resistivity_ohm_m(m->stator_conductor, BAR_T_K);
    for (int k = 0; k < n; k++) {
        json_t *o = json_object();
        set_real(o, "middle_radius_mm", bar[k].x_m / 1e-3);
        set_real(o, "height_mm", bar[k].h_m / 1e-3);
        set_real(o, "width_mm", bar[k].w_m / 1e-3);
        set_real(o, "slot_width_mm", bar[k].slot_w_m / 1e-3);
        set_real(o, "ac_over_dc_1000Hz_100degC_pu", layers_eval_factor(&l, k, 2.0 * PI * 1000.0, rho_ohm_m));
        json_array_append_new(list, o);
    }
    return list;
}

json_t *out_json_get_machine(const struct machine *m)
{
    const struct stator *s = &m->stator;
    json_t *o = json_pack("{s:i, s:i, s:s}", "poles", 2 * m->p, "slots", s->n_slot, "rotor_type", machine_get_rotor_key(m->rotor_type));
    set_real(o, "stack_mm", m->stack_m / 1e-3);
    set_real(o, "stacking_factor_pu", m->stacking_factor_pu);
    set_real(o, "stator_outer_diameter_mm", 2e3 * s->R_out_m);
    set_real(o, "stator_bore_diameter_mm", 2e3 * s->R_bore_m);
    set_real(o, "airgap_mm", (s->R_bore_m - m->R_ro_m) / 1e-3);
    set_real(o, "shaft_diameter_mm", 2e3 * m->R_ri_m);
    set_real(o, "slot_opening_mm", s->b0_m / 1e-3);
    set_real(o, "slot_top_width_mm", s->b1_m / 1e-3);
    set_real(o, "slot_bottom_width_mm", s->b2_m / 1e-3);
    set_real(o, "slot_depth_mm", (s->h0_m + s->h1_m + s->h2_m + (s->bottom == SLOT_ROUND ? 0.5 * s->b2_m : 0.0)) / 1e-3);
    set_real(o, "tooth_width_mm", machine_get_tooth_width_m(m) / 1e-3);
    set_real(o, "yoke_mm", machine_get_yoke_m(m) / 1e-3);
    json_object_set_new(o, "conductors_per_slot", json_integer(m->winding.n_conductor_per_slot));
    json_object_set_new(o, "parallel_paths", json_integer(m->winding.n_path));
    json_object_set_new(o, "hairpin_bars", get_bars(m));
    json_object_set_new(o, "rotor", get_rotor(m));
    json_object_set_new(o, "magnet", m->magnet ? json_string(m->magnet->base.name) : json_null());
    json_object_set_new(o, "diffusion", get_diffusion(m));
    json_object_set_new(o, "stator_steel", json_string(m->stator_steel->base.name));
    json_object_set_new(o, "rotor_steel", json_string(m->rotor_steel->base.name));
    return o;
}

static json_t *get_point(const struct operate_point *p)
{
    json_t *o = json_object(), *l = json_object();
    set_real(o, "torque_Nm", p->torque_Nm);
    set_real(o, "speed_rpm", p->speed_rad_per_s * 30.0 / PI);
    set_real(o, "i_d_A", p->i_d_A);
    set_real(o, "i_q_A", p->i_q_A);
    set_real(o, "i_f_A", p->i_f_A);
    set_real(o, "current_A", p->i_A);
    set_real(o, "current_rms_A", p->i_A / sqrt(2.0));
    set_real(o, "gamma_el_deg", atan2(-p->i_d_A, p->i_q_A) * 180.0 / PI);
    set_real(o, "voltage_V", p->v_V);
    set_real(o, "power_factor_pu", p->power_factor_pu);
    set_real(o, "efficiency_pct", 100.0 * p->efficiency_pu);
    set_real(l, "copper_dc_W", p->loss.copper_dc_W);
    set_real(l, "copper_ac_W", p->loss.copper_ac_W);
    set_real(l, "field_W", p->loss.field_W);
    set_real(l, "exciter_W", p->loss.exciter_W);
    set_real(l, "stator_yoke_W", p->loss.iron_W[LOSS_STATOR_YOKE]);
    set_real(l, "stator_tooth_W", p->loss.iron_W[LOSS_STATOR_TOOTH]);
    set_real(l, "rotor_iron_W", p->loss.iron_W[LOSS_ROTOR_IRON]);
    set_real(l, "magnet_W", p->loss.iron_W[LOSS_MAGNET]);
    set_real(l, "sleeve_W", p->loss.sleeve_W);
    set_real(l, "windage_W", p->loss.windage_W);
    set_real(l, "bearing_W", p->loss.bearing_W);
    set_real(l, "total_W", p->loss.total_W);
    json_object_set_new(o, "losses", l);
    return o;
}

static json_t *get_heat(const struct thermal_state *s)
{
    json_t *o = json_object();
    for (int k = 0; k < (isnan(s->magnet_layer_mean_K[1]) ? (int)THERMAL_LAYER2 : (int)THERMAL_NODE_COUNT); k++) {
        char key[64];
        const char *name = thermal_get_node_name((enum thermal_node)k);
        size_t n = 0;
        for (; name[n] && n < sizeof key - 6; n++)
            key[n] = name[n] == ' ' || name[n] == '-' || name[n] == ',' ? '_' : name[n];
        snprintf(key + n, sizeof key - n, "_degC");
        set_real(o, key, s->T_K[k] - KELVIN_OFFSET_K);
    }
    set_real(o, "winding_hot_spot_degC", s->copper_hot_K - KELVIN_OFFSET_K);
    set_real(o, "magnet_hot_spot_degC", s->magnet_hot_K - KELVIN_OFFSET_K);
    if (!isnan(s->magnet_layer_mean_K[1])) {
        set_real(o, "magnet_shaft_layer_hot_spot_degC", s->magnet_layer_hot_K[0] - KELVIN_OFFSET_K);
        set_real(o, "magnet_gap_layer_hot_spot_degC", s->magnet_layer_hot_K[1] - KELVIN_OFFSET_K);
    }
    set_real(o, "field_hot_spot_degC", s->field_hot_K - KELVIN_OFFSET_K);
    return o;
}

static json_t *get_ratings(int n, const double *speed_rad_per_s, const struct eval_rating *r, int is_wound)
{
    json_t *o = json_object(), *speed = json_array(), *torque = json_array(), *bind = json_array(), *winding = json_array(),
           *rotor = json_array();
    for (int k = 0; k < n; k++) {
        json_array_append_new(speed, out_json_get_real(speed_rad_per_s[k] * 30.0 / PI));
        json_array_append_new(torque, out_json_get_real(r[k].torque_Nm));
        json_array_append_new(bind, json_string(eval_get_limit_key(r[k].bind)));
        json_array_append_new(winding, out_json_get_real(r[k].winding_K - KELVIN_OFFSET_K));
        json_array_append_new(rotor, out_json_get_real(r[k].rotor_K - KELVIN_OFFSET_K));
    }
    json_object_set_new(o, "speed_rpm", speed);
    json_object_set_new(o, "torque_Nm", torque);
    json_object_set_new(o, "limited_by", bind);
    json_object_set_new(o, "winding_hot_spot_degC", winding);
    json_object_set_new(o, is_wound ? "field_hot_spot_degC" : "magnet_hot_spot_degC", rotor);
    return o;
}

/* Torque that the heat allows over speed, and what binds it. */
static json_t *get_rating(const struct eval_detail *d, double peak_s)
{
    int is_wound = isnan(d->heat_continuous.magnet_hot_K);
    json_t *o = json_object();
    set_real(o, "winding_limit_degC", d->winding_limit_K - KELVIN_OFFSET_K);
    set_real(o, is_wound ? "field_limit_degC" : "magnet_limit_degC", d->rotor_limit_K - KELVIN_OFFSET_K);
    set_real(o, "timed_duration_s", peak_s);
    json_object_set_new(o, "continuous", get_ratings(d->n_speed, d->speed_rad_per_s, d->continuous, is_wound));
    json_object_set_new(o, "timed_from_continuous_point", get_ratings(d->n_speed, d->speed_rad_per_s, d->timed, is_wound));
    return o;
}

static json_t *get_spread(const struct eval_detail *d)
{
    int is_wound = isnan(d->heat_continuous.magnet_hot_K);
    json_t *list = json_array();
    for (int k = 0; k < d->n_spread; k++) {
        const struct eval_spread *x = &d->spread[k];
        const struct unit *u = units_get(x->key);
        double factor = u ? u->factor : 1.0;
        json_t *o = json_object();
        json_object_set_new(o, "coefficient", json_string(x->key));
        set_real(o, "value", x->value / factor);
        set_real(o, "low", x->low / factor);
        set_real(o, "high", x->high / factor);
        set_real(o, "winding_at_low_K", x->winding_K[0]);
        set_real(o, "winding_at_high_K", x->winding_K[1]);
        set_real(o, is_wound ? "field_at_low_K" : "magnet_at_low_K", x->rotor_K[0]);
        set_real(o, is_wound ? "field_at_high_K" : "magnet_at_high_K", x->rotor_K[1]);
        json_array_append_new(list, o);
    }
    return list;
}

/* Film correlations that the continuous or the peak state used outside their range. */
static json_t *get_films_outside(const struct eval_detail *d)
{
    json_t *list = json_array();
    for (int k = 0; k < FILM_COUNT; k++)
        if (d->heat_continuous.film_outside[k] || d->heat_peak.film_outside[k])
            json_array_append_new(list, json_string(film_get_name((enum film_kind)k)));
    return list;
}

static json_t *get_bill(const struct eval_detail *d, const struct bom_elements *el)
{
    const struct bom *b = &d->bom;
    const struct bom_cost *c = &d->cost;
    json_t *parts = json_object(), *elements = json_object();
    for (int k = 0; k < BOM_PART_COUNT; k++)
        if (b->net_kg[k] > 0.0)
            json_object_set_new(
                parts, bom_get_part_key((enum bom_part)k),
                json_pack("{s:s, s:o, s:o, s:o, s:o}", "material", b->material[k] ? b->material[k]->name : "diffused heavy rare earth",
                          "net_kg", out_json_get_real(b->net_kg[k]), "purchased_kg", out_json_get_real(b->purchased_kg[k]), "purchase_USD",
                          out_json_get_real(c->purchase_USD[k]), "processing_USD", out_json_get_real(c->processing_USD[k])));
    for (int k = 0; k < el->n; k++)
        if (b->q_kg[k] > 0.0)
            json_object_set_new(elements, el->symbol[k],
                                json_pack("{s:o, s:o, s:o}", "net_kg", out_json_get_real(b->m_kg[k]), "purchased_kg",
                                          out_json_get_real(b->q_kg[k]), "purchase_USD", out_json_get_real(c->element_USD[k])));
    return json_pack("{s:o, s:o, s:o}", "parts", parts, "exciter_USD", out_json_get_real(d->exciter_USD), "elements", elements);
}

json_t *out_json_get_detail(const struct eval_detail *d, const struct result *r, const struct eval_setup *s)
{
    json_t *envelope = json_object(), *map = json_object(), *demag = json_object();
    json_object_set_new(envelope, "speed_rpm", get_array(d->n_speed, d->speed_rad_per_s, PI / 30.0, 0.0));
    json_object_set_new(envelope, "torque_max_Nm", get_array(d->n_speed, d->torque_max_Nm, 1.0, 0.0));
    json_object_set_new(envelope, "current_A", get_array(d->n_speed, d->current_A, 1.0, 0.0));
    json_object_set_new(envelope, "i_d_A", get_array(d->n_speed, d->i_d_A, 1.0, 0.0));
    json_object_set_new(envelope, "i_q_A", get_array(d->n_speed, d->i_q_A, 1.0, 0.0));
    json_object_set_new(envelope, "voltage_V", get_array(d->n_speed, d->voltage_V, 1.0, 0.0));
    json_object_set_new(map, "torque_Nm", get_array(d->n_map_torque, d->map_torque_Nm, 1.0, 0.0));
    json_object_set_new(map, "efficiency_pct", get_array(d->n_map_torque * d->n_speed, d->efficiency_pu, 0.01, 0.0));
    json_object_set_new(map, "index", json_string("torque_index * number of envelope speeds + speed_index; null outside the envelope"));
    json_object_set_new(demag, "magnet_degC", get_array(d->n_demag, d->demag_T_K, 1.0, KELVIN_OFFSET_K));
    json_object_set_new(demag, "flux_lost_pct", get_array(d->n_demag, d->demag_flux_lost_pu, 0.01, 0.0));
    json_t *o = json_pack("{s:o, s:o, s:o}", "envelope", envelope, "efficiency_map", map, "flux_lost_over_temperature", demag);
    json_object_set_new(o, "demagnetisation", out_json_get_demag(d, r, s));
    json_object_set_new(o, "continuous_point", get_point(&d->point_continuous));
    json_object_set_new(o, "peak_point", get_point(&d->point_peak));
    json_object_set_new(o, "continuous_temperatures", get_heat(&d->heat_continuous));
    json_object_set_new(o, "peak_temperatures", get_heat(&d->heat_peak));
    json_object_set_new(o, "thermal_coefficient_range", get_spread(d));
    json_object_set_new(o, "films_outside_their_range", get_films_outside(d));
    if (d->winding_limit_K > 0.0)
        json_object_set_new(o, "thermal_rating", get_rating(d, s->duty.peak_duration_s));
    if (d->cycle_passes > 0)
        json_object_set_new(o, "cycle_start_temperatures", get_heat(&d->heat_cycle_start));
    if (d->heat_failure[0])
        json_object_set_new(o, "thermal_runaway", json_string(d->heat_failure));
    json_object_set_new(o, "bill", get_bill(d, &s->elements));
    return o;
}
