/* geometry.c - copper of a winding: mean turn, resistance, end leakage, field coils.
 * End leakage: the two end arcs of a coil group are put together to one circular ring of the coil span's diameter, whose bundle has the
 * cross-section of the group's coil sides and a uniform current: L = mu0 N^2 R (ln(8 R / a) - 7/4) (Maxwell; Grover, Inductance
 * Calculations, ch. 13, for a << R). Iron and the coupling of neighbouring groups are left out: an estimate, good to about a third. */
#include "models/winding/winding.h"

#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define T20_K 293.15

/* End leakage of a phase: rings of the coil groups; groups of one path in series, paths side by side. */
static double end_inductance_eval(const struct machine *m, const struct winding_layout *l, double chord_m, double slot_area_m2)
{
    const struct winding *w = &m->winding;
    double R_m = 0.5 * chord_m, L_H = 0.0;
    for (int n = 1; n < WINDING_MAX_GROUP; n++) {
        if (l->n_group[n] == 0)
            continue;
        double turns = (double)n * w->n_conductor_per_slot / w->n_layer, a_m = sqrt(n * slot_area_m2 / w->n_layer / PI);
        double factor = log(8.0 * R_m / a_m) - 1.75; /* of a thin ring; a bundle as thick as its ring has next to no window left */
        L_H += l->n_group[n] * (MU0_H_PER_M * turns * turns * R_m * fmax(factor, 0.0));
    }
    return L_H / ((double)w->n_path * w->n_path);
}

/* Field coils: turns lie at the coil's middle, so that one turn is the body's rectangle offset by that distance. */
static enum status field_coil_eval(const struct machine *m, struct winding_geometry *out, struct err *e)
{
    const struct machine_field *f = &m->field;
    struct machine_field_coil s;
    if (!machine_get_field_coil(m, &s))
        return ST_OK;
    if (!(s.area_m2 > 0.0) || !(f->fill_pu > 0.0) || f->n_turns < 1)
        return err_set(e, ST_RANGE, "field_winding", "coil %.3f x %.3f mm, fill %.3f, %d turns: all must be positive", 1e3 * s.width_m,
                       1e3 * s.height_m, f->fill_pu, f->n_turns);
    double copper_m2 = s.area_m2 * f->fill_pu;
    out->field_mean_turn_m = 2.0 * (m->stack_m + s.body_w_m) + 2.0 * PI * s.offset_m;
    out->field_volume_m3 = 2.0 * m->p * copper_m2 * out->field_mean_turn_m;
    double turns = 2.0 * m->p * f->n_turns, wire_m2 = copper_m2 / f->n_turns;
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
    return field_coil_eval(m, out, e);
}
