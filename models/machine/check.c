/* check.c - geometric rules, in the order in which an engineer would look: gap, slots, winding, rotor. Each names the figure that breaks it
 * and the nearest feasible value. The narrowest iron that can be punched, bridge_min_m, bounds bridges, posts, teeth, yokes and webs. */
#include "models/machine/bars.h"
#include "models/machine/rotor.h"
#include "models/machine/sector.h"
#include "models/machine/skew.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define MM 1e3
#define ROUNDING_M 1e-9   /* a dimension at its limit passes */

enum status machine_check_positive(const char *rule, const char *what, double value_m, struct err *e)
{
    if (value_m > 0)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, rule, "%s is %.3f mm; it must be larger than 0", what, value_m * MM);
}

enum status machine_check_least(const char *rule, const char *what, double value_m, double least_m, struct err *e)
{
    if (value_m >= least_m - ROUNDING_M)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, rule, "%s is %.3f mm; at least %.3f mm are needed", what, value_m * MM, least_m * MM);
}

static enum status check_radii(const struct machine *m, struct err *e)
{
    TRY(machine_check_positive("airgap", "the air gap (bore radius less rotor radius)", m->stator.R_bore_m - m->R_ro_m, e));
    TRY(machine_check_positive("stack", "the stack length", m->stack_m, e));
    TRY(machine_check_positive("shaft", "the rotor's inner radius", m->R_ri_m, e));
    TRY(machine_check_least("shaft", "the rotor's outer radius", m->R_ro_m, m->R_ri_m + m->bridge_min_m, e));
    return machine_check_least("yoke", "the stator yoke behind the slots", machine_get_yoke_m(m), m->bridge_min_m, e);
}

static enum status check_slots(const struct machine *m, struct err *e)
{
    const struct stator *s = &m->stator;
    double a = PI / s->n_slot, x1 = s->R_bore_m + s->h0_m + s->h1_m, x2 = x1 + s->h2_m;
    TRY(machine_check_positive("slot", "the slot opening b0", s->b0_m, e));
    TRY(machine_check_positive("slot", "the opening height h0", s->h0_m, e));
    TRY(machine_check_positive("slot", "the taper height h1", s->h1_m, e));
    TRY(machine_check_positive("slot", "the slot height h2", s->h2_m, e));
    TRY(machine_check_least("slot", "the slot width b1 below the taper", s->b1_m, s->b0_m, e));
    TRY(machine_check_positive("slot", "the slot width b2 at the bottom", s->b2_m, e));
    TRY(machine_check_positive("slot_overlap", "the tooth at the bore", 2 * (s->R_bore_m * sin(a) - 0.5 * s->b0_m * cos(a)), e));
    TRY(machine_check_least("tooth_width", "the tooth behind its tip", 2 * (x1 * sin(a) - 0.5 * s->b1_m * cos(a)), m->bridge_min_m, e));
    /* a round bottom is tangent-free: its widest point seen from the tooth axis is one radius from the arc's centre */
    double bottom = s->bottom == SLOT_ROUND ? 2 * (x2 * sin(a) - 0.5 * s->b2_m) : 2 * (x2 * sin(a) - 0.5 * s->b2_m * cos(a));
    return machine_check_least("tooth_width", "the tooth at the slot bottom", bottom, m->bridge_min_m, e);
}

/* A conductor is one round strand or several side by side; a thicker one has no room, and its eddy loss would be a fiction. */
static enum status check_strand(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    const double most_m = 2.0 * sqrt(w->copper_fill_pu * machine_get_slot_area_m2(m) / w->n_conductor_per_slot / PI);
    if (w->is_hairpin || !(w->strand_diameter_m > most_m + ROUNDING_M))
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, "winding_strand",
                   "a strand of %.3f mm holds more copper than a conductor (fill times slot area / conductors); nearest: %.3f mm",
                   w->strand_diameter_m * MM, most_m * MM);
}

/* Pole shaping is for iron poles, over buried magnets or of a wound rotor; at the sector edge it may lower the surface by a tenth of the
 * radius at most. */
static enum status check_pole_shape(const struct machine *m, struct err *e)
{
    const int is_iron = m->rotor_type != ROTOR_SURFACE && m->rotor_type != ROTOR_BREAD_LOAF;
    const double most_m = is_iron ? machine_get_pole_offset_m(m->p, m->R_ro_m, 0.1 * m->R_ro_m) : 0.0;
    if (m->pole_offset_m >= 0.0 && m->pole_offset_m <= most_m + ROUNDING_M)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, "pole_shape", "the pole arc's centre is %.3f mm off the axis; it must lie between 0 and %.3f mm",
                   m->pole_offset_m * MM, most_m * MM);
}

enum status machine_check(const struct machine *m, struct err *e)
{
    if (m->p < 1 || m->stator.n_slot < 1)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "%d pole pairs and %d slots: both must be at least 1", m->p, m->stator.n_slot);
    TRY(check_radii(m, e));
    TRY(machine_check_skew(m, e));
    if (!m->stator.is_slotless) {
        TRY(check_slots(m, e));
        if (machine_has_bars(m))
            TRY(machine_check_bars(m, e));
        TRY(machine_check_winding(m, e));
        TRY(check_strand(m, e));
    }
    TRY(check_pole_shape(m, e));
    return rotor_get(m->rotor_type)->check(m, e);
}
