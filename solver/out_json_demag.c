/* out_json_demag.c - demagnetising events of one evaluated design. */
#include "materials/base/units.h"
#include "solver/out_json.h"
#include <math.h>
#include "materials/base/banned.h"

static void set_real(json_t *o, const char *key, double v) { json_object_set_new(o, key, out_json_get_real(v)); }

static json_t *get_prefault(const struct operate_prefault_point *p)
{
    json_t *o = json_pack("{s:s}", "state", operate_get_prefault_text(p->kind));
    set_real(o, "speed_rpm", p->speed_rad_per_s * 30.0 / PI);
    set_real(o, "torque_Nm", p->torque_Nm);
    set_real(o, "i_d_A", p->i_d_A);
    set_real(o, "i_q_A", p->i_q_A);
    return o;
}

static json_t *get_event(const struct eval_event *x)
{
    json_t *o = json_pack("{s:s, s:s}", "event", eval_get_event_key(x->kind), "text", eval_get_event_text(x->kind));
    if (x->cold_kind != x->kind)
        json_object_set_new(o, "worst_when_cold", json_string(eval_get_event_key(x->cold_kind)));
    set_real(o, "magnet_degC", x->T_K - KELVIN_OFFSET_K);
    set_real(o, "i_d_A", x->i_d_A);
    set_real(o, "i_q_A", x->i_q_A);
    set_real(o, "rotor_angle_el_deg", x->theta_el_rad * 180.0 / PI);
    json_object_set_new(o, "prefault", x->has_prefault ? get_prefault(&x->prefault) : json_null());
    json_object_set_new(o, "beyond_flux_map", json_boolean(x->is_extrapolated));
    set_real(o, "flux_lost_pct", 100.0 * x->flux_lost_pu);
    set_real(o, "flux_lost_at_margin_pct", 100.0 * x->flux_lost_at_margin_pu);
    set_real(o, "torque_lost_pct", 100.0 * x->torque_lost_pu);
    set_real(o, "backemf_left_V", x->backemf_left_V);
    set_real(o, "margin_K", x->T_margin_K);
    set_real(o, "margin_low_K", x->T_margin_low_K);
    set_real(o, "margin_high_K", x->T_margin_high_K);
    json_object_set_new(o, "margin_ends_at", json_string(demag_get_limit_text(x->T_limit_by)));
    set_real(o, "current_factor", x->current_factor);
    json_object_set_new(o, "margin_is_confirmed", json_boolean(x->is_confirmed));
    set_real(o, "area_beyond_knee_pct", 100.0 * x->area_beyond_knee_pu);
    set_real(o, "B_lowest_percent_T", x->B_p1_T);
    return o;
}

json_t *out_json_get_demag(const struct eval_detail *d, const struct result *r, const struct eval_setup *s)
{
    if (d->n_event == 0)
        return json_null();
    char words[400];
    json_t *list = json_array();
    evaluate_get_demag_words(&s->demag, r, d, words, sizeof words);
    for (int k = 0; k < d->n_event; k++)
        json_array_append_new(list, get_event(&d->event[k]));
    json_t *o = json_pack("{s:s, s:b, s:s, s:o}", "words", words, "demagnetises_at_no_load",
                          r->flux_loss_noload20_pu > s->demag.flux_loss_limit_pu, "worst_event",
                          eval_get_event_key(d->event[d->worst_event].kind), "events", list);
    set_real(o, "flux_lost_all_events_pct", 100.0 * d->flux_lost_sequence_pu);
    json_object_set_new(o, "rounds_until_nothing_changes", json_integer(d->n_sequence_round));
    return o;
}
