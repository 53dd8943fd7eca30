/* sector.c - greatest common divisors of slots and poles. Star of slots: N. Bianchi, M. Dai Pre, Use of the star of slots in designing
 * fractional-slot single-layer synchronous motors, IEE Proc. Electr. Power Appl. 153 (2006) 459-466 [BIANCHI_DAIPRE2006]. */
#include "models/machine/sector.h"
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define MAX_SECTOR_SLOT 120 /* room of the winding's table, = WINDING_MAX_SLOT */

static int gcd(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int is_whole_q(int n_slot, int p) { return n_slot > 0 && n_slot % (6 * p) == 0; }
int machine_is_whole_q(const struct machine *m) { return is_whole_q(m->stator.n_slot, m->p); }

/* Coils of the star, 0 where coils cannot be placed. */
static int star_get(int n_slot, int n_layer) { return n_layer == 1 ? (n_slot % 2 == 0 ? n_slot / 2 : 0) : n_slot; }

static int is_balanced(int n_slot, int p, int n_layer)
{
    int n = star_get(n_slot, n_layer);
    return n > 0 && (n / gcd(n, p)) % 3 == 0;
}

/* Slots and poles of the smallest sector. */
static void sector_get(int n_slot, int p, int n_layer, int *slots, int *poles)
{
    int g = gcd(n_slot, 2 * p), is_doubled = n_layer == 1 && !is_whole_q(n_slot, p) && n_slot / g % 2 != 0;
    *slots = n_slot / g * (is_doubled ? 2 : 1);
    *poles = 2 * p / g * (is_doubled ? 2 : 1);
}

void machine_get_sector(const struct machine *m, struct machine_sector *out)
{
    int Q = m->stator.n_slot, p = m->p, n_layer = m->winding.n_layer;
    memset(out, 0, sizeof *out);
    out->n_slot = Q;
    out->n_pole = 2 * p;
    if (is_balanced(Q, p, n_layer))
        sector_get(Q, p, n_layer, &out->n_slot, &out->n_pole);
    out->n_sector = Q / out->n_slot;
    out->sign = out->n_pole % 2 == 0 ? 1 : -1;
    out->n_ripple = Q / gcd(Q, 2 * p) / 3;
    if (!is_balanced(Q, p, n_layer))
        return;
    /* 6 p s = Q (1 + 3 r); s even where coils start at every second slot */
    int step = n_layer == 1 && !is_whole_q(Q, p) ? 2 : 1;
    for (int s = step; s <= Q && out->shift_slot == 0; s += step) {
        if (6 * p * s % Q == 0 && 6 * p * s / Q % 3 == 1) {
            out->shift_slot = s;
            out->shift_pole = (6 * p * s / Q - 1) / 3;
        }
    }
}

/* Nearest slot number that can be wound, preferring fewer. */
static int nearest_slots(int n_slot, int p, int n_layer)
{
    for (int d = 1; d < n_slot + 6 * p; d++) {
        if (is_balanced(n_slot - d, p, n_layer))
            return n_slot - d;
        if (is_balanced(n_slot + d, p, n_layer))
            return n_slot + d;
    }
    return 6 * p;
}

enum status machine_check_balance(const struct machine *m, struct err *e)
{
    int Q = m->stator.n_slot, p = m->p, n_layer = m->winding.n_layer, slots, poles;
    if (p < 1 || Q < 1)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "%d pole pairs and %d slots: both must be at least 1", p, Q);
    if (!is_balanced(Q, p, n_layer))
        return err_set(
            e, ST_INFEASIBLE, "winding_slots",
            "%d slots, %d poles, %d layer(s): no balanced three-phase winding, since the star of slots does not divide into "
            "three; nearest: %d slots",
            Q, 2 * p, n_layer, nearest_slots(Q, p, n_layer));
    sector_get(Q, p, n_layer, &slots, &poles);
    if (slots > MAX_SECTOR_SLOT)
        return err_set(e, ST_INFEASIBLE, "winding_slots",
                       "%d slots for %d poles: the field repeats after %d slots; at most %d are modelled", Q, 2 * p, slots,
                       MAX_SECTOR_SLOT);
    return ST_OK;
}

static enum status check_span(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    int Q = m->stator.n_slot, poles = 2 * m->p, most = (Q + poles - 1) / poles, y = w->coil_span_slots;
    if (w->n_layer == 1 && machine_is_whole_q(m)) {
        if (y != most)
            return err_set(e, ST_INFEASIBLE, "winding_span",
                           "coil span of %d slots: one layer with whole slots per pole and phase is full pitch; nearest: %d", y, most);
        return ST_OK;
    }
    if (y < 1 || y > most)
        return err_set(e, ST_INFEASIBLE, "winding_span", "coil span of %d slots: 1 to %d fit %d slots for %d poles; nearest: %d", y, most,
                       Q, poles,
                       w->n_layer == 1 && y > most && most % 2 == 0 ? most - 1
                       : y < 1                                      ? 1
                                                                    : most);
    if (w->n_layer == 1 && y % 2 == 0)
        return err_set(e, ST_INFEASIBLE, "winding_span",
                       "coil span of %d slots: in one layer coils start at every second slot, so the span must be odd; nearest: %d", y,
                       y - 1);
    return ST_OK;
}

static enum status check_paths(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    int n = star_get(m->stator.n_slot, w->n_layer), t = gcd(n, m->p), n_group = n / t % 2 == 0 ? 2 * t : t, nearest = 1;
    if (n_group % w->n_path == 0)
        return ST_OK;
    for (int a = 1; a <= n_group; a++)
        if (n_group % a == 0 && (a > w->n_path ? a - w->n_path : w->n_path - a) < (nearest > w->n_path ? nearest - w->n_path
                                                                                                      : w->n_path - nearest))
            nearest = a;
    return err_set(e, ST_INFEASIBLE, "winding_paths",
                   "%d parallel paths: a phase has %d alike coil groups, which they must share evenly; nearest: %d", w->n_path, n_group,
                   nearest);
}

enum status machine_check_winding(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    if (w->n_layer < 1 || w->n_layer > 2)
        return err_set(e, ST_INFEASIBLE, "winding_turns", "%d layers; nearest: %d", w->n_layer, w->n_layer < 1 ? 1 : 2);
    TRY(machine_check_balance(m, e));
    if (w->n_conductor_per_slot < 1 || w->n_path < 1)
        return err_set(e, ST_INFEASIBLE, "winding_turns", "%d conductors per slot in %d parallel paths: both at least 1",
                       w->n_conductor_per_slot, w->n_path);
    if (w->n_layer == 2 && w->n_conductor_per_slot % 2 != 0)
        return err_set(e, ST_INFEASIBLE, "winding_turns", "%d conductors per slot do not divide into two layers; nearest: %d",
                       w->n_conductor_per_slot, w->n_conductor_per_slot + 1);
    TRY(check_span(m, e));
    TRY(check_paths(m, e));
    const double most_pu = w->is_hairpin ? 1.0 : PI / (2.0 * sqrt(3.0)); /* round strands: hexagonal packing */
    if (!(w->copper_fill_pu > 0 && w->copper_fill_pu < most_pu))
        return err_set(e, ST_INFEASIBLE, "winding_fill", "copper fill %.3f; it must lie between 0 and %.3f", w->copper_fill_pu, most_pu);
    return ST_OK;
}
