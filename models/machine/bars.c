/* bars.c - stacking of hairpin bars from the slot bottom. */
#include "models/machine/bars.h"
#include <math.h>
#include "materials/base/banned.h"

#define MM 1e3
#define ROUNDING_M 1e-9

/* To whole micrometres below, in mm: what is named as feasible is. */
static double below_mm(double value_m) { return floor((value_m + ROUNDING_M) * 1e6) * 1e-3; }

int machine_has_bars(const struct machine *m) { return m->winding.bar_height_m > 0.0; }

static double slot_width_m(const struct stator *s, double x_m)
{
    double x1 = s->R_bore_m + s->h0_m + s->h1_m;
    return s->b1_m + (s->b2_m - s->b1_m) * (x_m - x1) / s->h2_m;
}

int machine_get_bars(const struct machine *m, struct machine_bar out[MACHINE_MAX_BAR])
{
    const struct winding *w = &m->winding;
    const struct stator *s = &m->stator;
    int n = w->n_conductor_per_slot;
    if (!machine_has_bars(m) || n > MACHINE_MAX_BAR)
        return 0;
    double x = s->R_bore_m + s->h0_m + s->h1_m + s->h2_m - w->liner_m, pitch = w->bar_height_m + 2.0 * w->bar_insulation_m;
    for (int k = 0; k < n; k++) {
        double middle = x - (k + 0.5) * pitch;
        out[k] = (struct machine_bar){middle, w->bar_height_m, w->bar_width_m, slot_width_m(s, middle)};
    }
    return n;
}

static enum status check_height(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    double pitch = w->bar_height_m + 2.0 * w->bar_insulation_m, room = m->stator.h2_m - 2.0 * w->liner_m;
    int n = w->n_conductor_per_slot, fit = (int)floor((room + ROUNDING_M) / pitch);
    if (n <= fit)
        return ST_OK;
    fit -= w->n_layer == 2 ? fit % 2 : 0;
    if (fit < 1)
        return err_set(e, ST_INFEASIBLE, "hairpin_fit",
                       "%d bars need %.3f mm of height, the slot leaves %.3f mm inside its liner; nearest: a bar height of %.3f mm", n,
                       n * pitch * MM, room * MM, below_mm(room / n - 2.0 * w->bar_insulation_m));
    return err_set(e, ST_INFEASIBLE, "hairpin_fit",
                   "%d bars need %.3f mm of height, the slot leaves %.3f mm inside its liner; nearest: %d conductors per slot, or a bar "
                   "height of %.3f mm",
                   n, n * pitch * MM, room * MM, fit, below_mm(room / n - 2.0 * w->bar_insulation_m));
}

enum status machine_check_bars(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    const struct stator *s = &m->stator;
    if (!(w->bar_height_m > 0.0 && w->bar_width_m > 0.0 && w->bar_insulation_m >= 0.0 && w->liner_m >= 0.0))
        return err_set(e, ST_INFEASIBLE, "hairpin_fit",
                       "bars of %.3f x %.3f mm with %.3f mm of insulation in a liner of %.3f mm: sizes must be above 0; nearest: a thinner "
                       "liner or insulation, or fewer conductors per slot than %d",
                       w->bar_height_m * MM, w->bar_width_m * MM, w->bar_insulation_m * MM, w->liner_m * MM, w->n_conductor_per_slot);
    if (s->bottom != SLOT_FLAT)
        return err_set(e, ST_INFEASIBLE, "hairpin_fit", "bars need a slot with a flat bottom; nearest: slot_bottom: flat");
    if (w->n_conductor_per_slot > MACHINE_MAX_BAR)
        return err_set(e, ST_INFEASIBLE, "hairpin_fit", "%d bars in a slot; nearest: %d", w->n_conductor_per_slot, MACHINE_MAX_BAR);
    double side = 2.0 * (w->bar_insulation_m + w->liner_m), room = fmin(s->b1_m, s->b2_m) - side;
    if (w->bar_width_m > room + ROUNDING_M)
        return err_set(
            e, ST_INFEASIBLE, "hairpin_fit",
            "bars %.3f mm wide with insulation and liner need %.3f mm, the slot is %.3f mm wide at its narrowest; nearest: a bar "
            "width of %.3f mm",
            w->bar_width_m * MM, (w->bar_width_m + side) * MM, fmin(s->b1_m, s->b2_m) * MM, below_mm(room));
    return check_height(m, e);
}

void machine_set_bar_fill(struct machine *m)
{
    struct winding *w = &m->winding;
    w->copper_fill_pu = w->n_conductor_per_slot * w->bar_height_m * w->bar_width_m / machine_get_slot_area_m2(m);
}

void machine_set_bar_size(struct machine *m)
{
    struct winding *w = &m->winding;
    w->bar_width_m = fmin(m->stator.b1_m, m->stator.b2_m) - 2.0 * (w->bar_insulation_m + w->liner_m);
    w->bar_height_m = (m->stator.h2_m - 2.0 * w->liner_m) / w->n_conductor_per_slot - 2.0 * w->bar_insulation_m;
    machine_set_bar_fill(m);
}
