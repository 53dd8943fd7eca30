/* bars.h - hairpin bars in a slot: one column of rectangular conductors, each with its insulation, inside a liner.
 * Slot frame of machine.h: x along the slot axis from the machine's centre. Layer 0 lies at the slot bottom, on the liner; the next ones
 * follow towards the opening; what height is left stays free under the wedge. Each bar is one conductor in series (n_conductor_per_slot
 * of them). The slot needs a flat bottom; parallel sides (b1 = b2) fit best, and b0 = b1 makes it an open slot.
 * A winding has bars when bar_height_m > 0; otherwise a hairpin winding (is_hairpin) takes its bars from the copper fill. */
#ifndef MODELS_MACHINE_BARS_H
#define MODELS_MACHINE_BARS_H
#include "models/machine/machine.h"

#define MACHINE_MAX_BAR 32

struct machine_bar {
    double x_m;                 /* middle of the bar */
    double h_m, w_m;            /* bare height (along the slot) and width */
    double slot_w_m;            /* width of the slot at x_m */
};

int machine_has_bars(const struct machine *m);
/* machine_get_bars - bars of one slot from the bottom; returns how many (0: no bars given, or more than MACHINE_MAX_BAR). */
int machine_get_bars(const struct machine *m, struct machine_bar out[MACHINE_MAX_BAR]);
/* machine_check_bars - ST_INFEASIBLE ("hairpin_fit") when they do not fit the slot, with the nearest number and size that do. */
enum status machine_check_bars(const struct machine *m, struct err *e) MUST_CHECK;
/* machine_set_bar_fill - copper_fill_pu from the bars. */
void machine_set_bar_fill(struct machine *m);
/* machine_set_bar_size - the largest bars that the slot holds with the insulation and liner given; sizes may come out negative (see
 * machine_check_bars). Sets the fill too. */
void machine_set_bar_size(struct machine *m);

#endif
