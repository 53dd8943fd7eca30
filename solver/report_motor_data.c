/* report_motor_data.c - waveforms, flux maps, losses and temperatures of one motor, as data of charts. */
#include "solver/report_motor_impl.h"
#include "materials/base/units.h"
#include "solver/out_json.h"
#include <math.h>
#include "materials/base/banned.h"

#define STEP_DEG 2
#define LOAD_STEPS 60       /* of 60 degrees electrical */
#define MAX_ORDER 37        /* of the harmonics drawn */
#define GRID_D 41           /* cells of the flux maps */
#define GRID_Q 33

static void add_real(json_t *list, double v) { json_array_append_new(list, out_json_get_real(v)); }

/* ---- waveforms ---- */

static json_t *get_emf(const struct waveform_noload *w, double w_el)
{
    static const char *const KEY[] = {"a", "b", "c"};
    json_t *o = json_object(), *order = json_array(), *phase = json_array(), *line = json_array(), *ab = json_array();
    for (int k = 0; k < 3; k++) {
        json_t *list = json_array();
        for (int deg = 0; deg <= 360; deg += STEP_DEG)
            add_real(list, waveform_eval_emf_V(w, k, deg * PI / 180.0, w_el));
        json_object_set_new(o, KEY[k], list);
    }
    for (int deg = 0; deg <= 360; deg += STEP_DEG)
        add_real(ab, waveform_eval_emf_V(w, 0, deg * PI / 180.0, w_el) - waveform_eval_emf_V(w, 1, deg * PI / 180.0, w_el));
    double first_V = waveform_get_emf_harmonic_V(w, 1, 0, w_el), first_line_V = waveform_get_emf_harmonic_V(w, 1, 1, w_el);
    for (int k = 3; k <= MAX_ORDER && k < w->n_order; k += 2) {
        json_array_append_new(order, json_integer(k));
        add_real(phase, 100.0 * waveform_get_emf_harmonic_V(w, k, 0, w_el) / first_V);
        add_real(line, 100.0 * waveform_get_emf_harmonic_V(w, k, 1, w_el) / first_line_V);
    }
    json_object_set_new(o, "ab", ab);
    json_object_set_new(o, "order", order);
    json_object_set_new(o, "phase_pct", phase);
    json_object_set_new(o, "line_pct", line);
    return o;
}

json_t *report_get_noload(const struct machine *m, const struct waveform_noload *w, double speed_rad_per_s)
{
    if (w->n_position == 0)
        return json_null();
    json_t *o = json_object(), *angle = json_array(), *cogging = json_array(), *energy = json_array();
    for (int k = 0; k <= LOAD_STEPS; k++) {
        double deg = 60.0 * k / LOAD_STEPS;
        add_real(angle, deg);
        add_real(cogging, waveform_eval_cogging_Nm(w, deg * PI / 180.0));
        add_real(energy, waveform_eval_series(&w->torque_energy, w->n_window * deg * PI / 180.0));
    }
    json_object_set_new(o, "step", json_integer(STEP_DEG));
    json_object_set_new(o, "angle", angle);
    json_object_set_new(o, "cogging", cogging);
    json_object_set_new(o, "cogging_energy", energy);
    json_object_set_new(o, "emf", isfinite(speed_rad_per_s) ? get_emf(w, m->p * speed_rad_per_s) : json_null());
    return o;
}

json_t *report_get_load(const struct waveform_load *w, const char *label)
{
    json_t *angle = json_array(), *torque = json_array(), *energy = json_array();
    for (int k = 0; k <= LOAD_STEPS; k++) {
        double deg = 60.0 * k / LOAD_STEPS, x = 6.0 * deg * PI / 180.0;
        add_real(angle, deg);
        add_real(torque, waveform_eval_series(&w->torque, x));
        add_real(energy, waveform_eval_series(&w->torque_energy, x));
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "label", label, "mean", out_json_get_real(w->torque_mean_Nm), "angle", angle, "torque",
                     torque, "energy", energy);
}

/* ---- flux maps ---- */

/* Points beyond the solved circle are continued, not solved: not drawn. */
static int is_solved(const struct flux_map_opts *o, double i_d_A, double i_q_A)
{
    return hypot(i_d_A, i_q_A) <= o->corner_A;
}

json_t *report_get_flux(const struct flux_map *map, double limit_A, int n_mark, const struct report_mark *mark)
{
    if (!map)
        return json_null();
    const struct flux_map_opts *o = &map->opts;
    struct flux_map at_rest = *map; /* at the temperature it was solved at, whatever the last evaluation shifted it to */
    at_rest.i_d_shift_A = 0.0;
    double low, high, top = o->i_q_A[o->n_q - 1], i_f_A = o->i_f_A[o->n_f - 1];
    flux_map_get_i_d_range(o, &low, &high);
    json_t *d = json_array(), *q = json_array(), *ld = json_array(), *lq = json_array(), *torque = json_array(), *marks = json_array();
    for (int k = 0; k < GRID_D; k++)
        add_real(d, low + (high - low) * k / (GRID_D - 1));
    for (int i = 0; i < GRID_Q; i++) {
        double i_q_A = top * i / (GRID_Q - 1);
        add_real(q, i_q_A);
        for (int k = 0; k < GRID_D; k++) {
            double i_d_A = low + (high - low) * k / (GRID_D - 1);
            struct flux_point f;
            flux_map_eval(&at_rest, i_d_A, i_q_A, i_f_A, &f);
            int ok = is_solved(o, i_d_A, i_q_A);
            add_real(ld, ok ? 1e3 * f.lambda_d_Wb : (double)NAN);
            add_real(lq, ok ? 1e3 * f.lambda_q_Wb : (double)NAN);
            add_real(torque, ok ? f.torque_Nm : (double)NAN);
        }
    }
    for (int k = 0; k < n_mark; k++)
        json_array_append_new(marks, json_pack("{s:s, s:f, s:f}", "label", mark[k].label, "x", mark[k].i_d_A, "y", mark[k].i_q_A));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "d", d, "q", q, "ld", ld, "lq", lq, "torque", torque, "limit",
                     out_json_get_real(limit_A), "mark", marks);
}

/* ---- losses ---- */

static const struct { const char *label, *color; } LOSS[EVAL_LOSS_COUNT] = {
    [EVAL_LOSS_COPPER_DC] = {"winding, direct-current part", "#b87333"}, [EVAL_LOSS_COPPER_AC] = {"winding, ac part", "#e3b505"},
    [EVAL_LOSS_FIELD] = {"field winding", "#8c510a"},                    [EVAL_LOSS_EXCITER] = {"exciter and slip rings", "#dfc27d"},
    [EVAL_LOSS_STATOR_YOKE] = {"stator yoke", "#0072b2"},                [EVAL_LOSS_STATOR_TOOTH] = {"stator teeth", "#56b4e9"},
    [EVAL_LOSS_ROTOR_IRON] = {"rotor iron", "#009e73"},                  [EVAL_LOSS_MAGNET] = {"magnets", "#cc79a7"},
    [EVAL_LOSS_SLEEVE] = {"sleeve", "#882255"},                          [EVAL_LOSS_WINDAGE] = {"windage", "#b8c0cc"},
    [EVAL_LOSS_BEARING] = {"bearings", "#6b7a8f"},
};

static void set_parts(const struct operate_loss *l, double out_W[EVAL_LOSS_COUNT])
{
    out_W[EVAL_LOSS_COPPER_DC] = l->copper_dc_W;
    out_W[EVAL_LOSS_COPPER_AC] = l->copper_ac_W;
    out_W[EVAL_LOSS_FIELD] = l->field_W;
    out_W[EVAL_LOSS_EXCITER] = l->exciter_W;
    out_W[EVAL_LOSS_STATOR_YOKE] = l->iron_W[LOSS_STATOR_YOKE];
    out_W[EVAL_LOSS_STATOR_TOOTH] = l->iron_W[LOSS_STATOR_TOOTH];
    out_W[EVAL_LOSS_ROTOR_IRON] = l->iron_W[LOSS_ROTOR_IRON];
    out_W[EVAL_LOSS_MAGNET] = l->iron_W[LOSS_MAGNET];
    out_W[EVAL_LOSS_SLEEVE] = l->sleeve_W;
    out_W[EVAL_LOSS_WINDAGE] = l->windage_W;
    out_W[EVAL_LOSS_BEARING] = l->bearing_W;
}

json_t *report_get_losses(int n, const struct operate_point *const *p, const char *const *label)
{
    json_t *labels = json_array(), *parts = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(labels, json_string(label[k]));
    for (int l = 0; l < EVAL_LOSS_COUNT; l++) {
        json_t *v = json_array();
        double most_W = 0.0;
        for (int k = 0; k < n; k++) {
            double part_W[EVAL_LOSS_COUNT];
            set_parts(&p[k]->loss, part_W);
            add_real(v, part_W[l]);
            most_W = fmax(most_W, part_W[l]);
        }
        if (most_W > 0.0)
            json_array_append_new(parts, json_pack("{s:s, s:s, s:o}", "label", LOSS[l].label, "color", LOSS[l].color, "value", v));
        else
            json_decref(v);
    }
    return json_pack("{s:o, s:o}", "label", labels, "part", parts);
}

/* Every part over the cells of the efficiency map, and their sum. */
json_t *report_get_loss_maps(const struct eval_detail *d)
{
    json_t *list = json_array(), *sum = json_array();
    int n = d->n_map_torque * d->n_speed;
    for (int k = 0; k < n; k++) {
        double total_W = 0.0;
        for (int l = 0; l < EVAL_LOSS_COUNT; l++)
            total_W += d->cell[k].loss_W[l];
        add_real(sum, total_W);
    }
    json_array_append_new(list, json_pack("{s:s, s:o}", "label", "All losses", "value", sum));
    for (int l = 0; l < EVAL_LOSS_COUNT; l++) {
        json_t *v = json_array();
        double most_W = 0.0;
        for (int k = 0; k < n; k++) {
            add_real(v, d->cell[k].loss_W[l]);
            most_W = fmax(most_W, d->cell[k].loss_W[l]);
        }
        if (most_W > 0.0)
            json_array_append_new(list, json_pack("{s:s, s:o}", "label", LOSS[l].label, "value", v));
        else
            json_decref(v);
    }
    return list;
}

/* ---- temperatures ---- */

json_t *report_get_heat(const struct eval_detail *d)
{
    json_t *label = json_array(), *continuous = json_array(), *peak = json_array();
    const struct thermal_state *a = &d->heat_continuous, *b = &d->heat_peak;
    for (int k = 0; k < THERMAL_NODE_COUNT; k++) {
        if ((k == THERMAL_SPRAY && !isfinite(a->spray_out_K)) || (k == THERMAL_COOLANT && !isfinite(a->coolant_out_K)) ||
            (k >= THERMAL_LAYER2 && !isfinite(a->magnet_layer_mean_K[1])))
            continue; /* a fluid or a layer that this motor does not have */
        json_array_append_new(label, json_string(figure_label_get_node((enum thermal_node)k, a)));
        add_real(continuous, a->T_K[k] - KELVIN_OFFSET_K);
        add_real(peak, b->T_K[k] > 0.0 ? b->T_K[k] - KELVIN_OFFSET_K : (double)NAN);
    }
    return json_pack("{s:o, s:o, s:o}", "label", label, "continuous", continuous, "peak", peak);
}
