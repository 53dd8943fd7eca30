/* winding.c - layout, dq transforms and copper of a distributed three-phase winding.
 * Winding factors: projection of the slot phasors on the phase axis (any text on a.c. windings, e.g. Pyrhonen, Jokinen, Hrabovcova, Design
 * of Rotating Electrical Machines, 2nd ed., ch. 2). End leakage: the two end arcs of a coil group are put together to one circular ring of
 * the coil span's diameter, whose bundle has the cross-section of the group's slots and a uniform current: L = mu0 N^2 R (ln(8 R / a) -
 * 7/4) (Maxwell; Grover, Inductance Calculations, ch. 13, for a << R). Iron and the coupling of neighbouring groups are left out: an
 * estimate, good to about a third. */
#include "models/winding/winding.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define T20_K 293.15

static enum status layout_check(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    int per_pole = m->p > 0 ? m->stator.n_slot / (2 * m->p) : 0, q = per_pole / 3;
    if (m->p < 1 || q < 1 || m->stator.n_slot != 6 * m->p * q || per_pole > WINDING_MAX_SLOT_PER_POLE)
        return err_set(e, ST_INFEASIBLE, "winding_slots",
                       "%d slots for %d poles: slots per pole and phase must be a whole number from 1 to %d", m->stator.n_slot, 2 * m->p,
                       WINDING_MAX_SLOT_PER_POLE / 3);
    if (w->n_layer < 1 || w->n_layer > 2 || w->n_conductor_per_slot < 1 || w->n_path < 1)
        return err_set(e, ST_INFEASIBLE, "winding_slots",
                       "%d layers, %d conductors per slot, %d paths: 1 or 2 layers, at least one conductor and one path", w->n_layer,
                       w->n_conductor_per_slot, w->n_path);
    int span_min = w->n_layer == 1 ? per_pole : 2 * q;
    if (w->coil_span_slots < span_min || w->coil_span_slots > per_pole)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "coil span of %d slots: %d to %d slots fit %d slots per pole in %d layer(s)",
                       w->coil_span_slots, span_min, per_pole, per_pole, w->n_layer);
    if (w->n_layer == 2 && w->n_conductor_per_slot % 2 != 0)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "%d conductors per slot do not divide into two layers; nearest %d",
                       w->n_conductor_per_slot, w->n_conductor_per_slot + 1);
    /* a path is a whole number of coil groups: one per pole, but one per pole pair when a single layer's q coils cannot be halved */
    int n_group = w->n_layer == 2 || q % 2 == 0 ? 2 * m->p : m->p;
    if (n_group % w->n_path != 0)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "%d parallel paths from %d coil groups are not alike", w->n_path, n_group);
    return ST_OK;
}

/* Phase and sign of slot k of the endless belt -A +C -B +A -C +B, q slots each; the sector begins in the middle of -A (q even). */
static int belt_get(int k, int q, int *phase)
{
    static const int PHASE[3] = {0, 2, 1}, SIGN[3] = {-1, 1, -1};
    int belt = k / q;
    *phase = PHASE[belt % 3];
    return belt / 3 % 2 == 0 ? SIGN[belt % 3] : -SIGN[belt % 3];
}

enum status winding_set_layout(const struct machine *m, struct winding_layout *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    TRY(layout_check(m, e));
    const struct winding *w = &m->winding;
    int per_pole = m->stator.n_slot / (2 * m->p), q = per_pole / 3, shortening = per_pole - w->coil_span_slots;
    double n_layer_turns = (double)w->n_conductor_per_slot / w->n_layer;
    out->n_slot_per_pole = per_pole;
    for (int k = 0; k < per_pole; k++) {
        for (int layer = 0; layer < w->n_layer; layer++) {
            int phase, sign = belt_get(k + q / 2 + (layer == 1 ? shortening : 0), q, &phase);
            out->turns[phase][k] += sign * n_layer_turns;
        }
    }
    out->axis_el_rad = 0.5 * (q % 2 - shortening) * PI / per_pole;
    out->n_series_turns_per_phase = m->p * q * w->n_conductor_per_slot / w->n_path;
    out->kw1 = winding_eval_factor(out, 1);
    return ST_OK;
}

double winding_eval_factor(const struct winding_layout *l, int harmonic)
{
    double sum = 0.0, total = 0.0;
    for (int k = 0; k < l->n_slot_per_pole; k++) {
        double angle = (k + 0.5) * PI / l->n_slot_per_pole - 0.5 * PI - l->axis_el_rad;
        sum += l->turns[0][k] * sin(harmonic * angle);
        for (int phase = 0; phase < 3; phase++)
            total += fabs(l->turns[phase][k]);
    }
    return sum * sin(0.5 * harmonic * PI) / (total / 3.0);
}

void winding_eval_abc(double i_d_A, double i_q_A, double theta_el_rad, double i_A[3])
{
    for (int n = 0; n < 3; n++) {
        double a = theta_el_rad - 2.0 * PI * n / 3.0;
        i_A[n] = i_d_A * cos(a) - i_q_A * sin(a);
    }
}

void winding_eval_dq(const double x_abc[3], double theta_el_rad, double *x_d, double *x_q)
{
    double d = 0.0, q = 0.0;
    for (int n = 0; n < 3; n++) {
        double a = theta_el_rad - 2.0 * PI * n / 3.0;
        d += x_abc[n] * cos(a);
        q -= x_abc[n] * sin(a);
    }
    *x_d = 2.0 / 3.0 * d;
    *x_q = 2.0 / 3.0 * q;
}

/* End leakage of a phase: rings of the coil groups; groups of one path in series, paths side by side. */
static double end_inductance_eval(const struct machine *m, const struct winding_layout *l, double chord_m, double slot_area_m2)
{
    const struct winding *w = &m->winding;
    int q = l->n_slot_per_pole / 3, n_group = w->n_layer * m->p;
    double turns = (double)q * w->n_conductor_per_slot / w->n_layer, R_m = 0.5 * chord_m;
    double a_m = sqrt(q * slot_area_m2 / w->n_layer / PI);
    double L_group_H = MU0_H_PER_M * turns * turns * R_m * (log(8.0 * R_m / a_m) - 1.75);
    return n_group * L_group_H / ((double)w->n_path * w->n_path);
}

/* Field coils: turns lie at the coil's middle, so that one turn is the body's rectangle offset by that distance. */
static enum status field_coil_eval(const struct machine *m, struct winding_geometry *out, struct err *e)
{
    const struct rotor_salient *s = &m->salient;
    double area_m2 = s->coil_w_m * s->coil_h_m;
    if (!(area_m2 > 0.0) || !(s->field_fill_pu > 0.0) || s->n_field_turns < 1)
        return err_set(e, ST_RANGE, "field_winding", "coil %.3f x %.3f mm, fill %.3f, %d turns: all must be positive", 1e3 * s->coil_w_m,
                       1e3 * s->coil_h_m, s->field_fill_pu, s->n_field_turns);
    double offset_m = s->coil_gap_m + 0.5 * s->coil_w_m, copper_m2 = area_m2 * s->field_fill_pu;
    out->field_mean_turn_m = 2.0 * (m->stack_m + s->body_w_m) + 2.0 * PI * offset_m;
    out->field_volume_m3 = 2.0 * m->p * copper_m2 * out->field_mean_turn_m;
    double turns = 2.0 * m->p * s->n_field_turns, wire_m2 = copper_m2 / s->n_field_turns;
    out->field_R20_ohm = conductor_eval_resistivity_ohm_m(m->field_conductor, T20_K) * turns * out->field_mean_turn_m / wire_m2;
    return ST_OK;
}

enum status winding_eval_geometry(const struct machine *m, const struct winding_layout *l, struct winding_geometry *out, struct err *e)
{
    const struct winding *w = &m->winding;
    const struct stator *s = &m->stator;
    out->slot_area_m2 = machine_get_slot_area_m2(m);
    out->field_R20_ohm = out->field_volume_m3 = out->field_mean_turn_m = (double)NAN;
    if (!(out->slot_area_m2 > 0.0) || !(w->copper_fill_pu > 0.0) || !(w->end_turn_factor > 0.0))
        return err_set(e, ST_RANGE, "winding", "slot area %.3f mm2, copper fill %.3f, end-turn factor %.3f: all must be positive",
                       1e6 * out->slot_area_m2, w->copper_fill_pu, w->end_turn_factor);
    double depth_m = s->h0_m + s->h1_m + s->h2_m + (s->bottom == SLOT_ROUND ? 0.5 * s->b2_m : 0.0), r_m = s->R_bore_m + 0.5 * depth_m;
    double chord_m = 2.0 * r_m * sin(w->coil_span_slots * PI / s->n_slot);
    out->copper_area_per_slot_m2 = out->slot_area_m2 * w->copper_fill_pu;
    out->conductor_area_m2 = out->copper_area_per_slot_m2 / w->n_conductor_per_slot;
    out->end_turn_m = 2.0 * w->end_turn_factor * 0.5 * PI * chord_m;
    out->mean_turn_m = 2.0 * m->stack_m + out->end_turn_m;
    out->copper_volume_m3 = 0.5 * s->n_slot * out->copper_area_per_slot_m2 * out->mean_turn_m;
    out->end_volume_m3 = 0.5 * s->n_slot * out->copper_area_per_slot_m2 * out->end_turn_m;
    double rho_ohm_m = conductor_eval_resistivity_ohm_m(m->stator_conductor, T20_K);
    out->R20_ohm = rho_ohm_m * l->n_series_turns_per_phase * out->mean_turn_m / out->conductor_area_m2 / w->n_path;
    out->L_end_H = end_inductance_eval(m, l, chord_m, out->slot_area_m2);
    return m->rotor_type == ROTOR_SALIENT ? field_coil_eval(m, out, e) : ST_OK;
}
