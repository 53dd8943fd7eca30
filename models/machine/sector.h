/* sector.h - what slots and poles alone decide: whether a three-phase winding can be balanced, and the smallest part of the machine whose
 * field repeats. Whole numbers only; the winding itself is laid out in models/winding.
 *
 * Symbols: Q slots, p pole pairs, y coil span in slots, n_star coils of the star of slots: Q with two layers, Q/2 with one (every second
 * slot starts a coil; with whole q, one layer is full pitch and lies in belts instead), t = gcd(n_star, p).
 * Balance: n_star/t must be a multiple of three. Alike groups of coils, which bound the parallel paths: 2 t when n_star/t is even, else t.
 * [BIANCHI_DAIPRE2006]
 * Sector: 2p/g poles and Q/g slots, g = gcd(Q, 2p), anti-periodic when 2p/g is odd; twice that for one layer when Q/g is odd, because its
 * coils start at every second slot. Rotor poles are taken as alike.
 * 60 degrees: turning stator pattern and rotor together by shift_slot slots carries the machine over into itself 60 deg el later with
 * sign (-1)^shift_pole, since shift_slot slots are shift_pole + 1/3 poles. With whole q: q slots, 0 poles. */
#ifndef MODELS_MACHINE_SECTOR_H
#define MODELS_MACHINE_SECTOR_H
#include "models/machine/machine.h"

struct machine_sector {
    int n_sector;                 /* alike sectors around the machine */
    int n_slot, n_pole;           /* in one of them */
    int sign;                     /* -1: neighbours carry the opposite field */
    int shift_slot, shift_pole;   /* see above */
    int n_ripple;                 /* slot-ripple periods in 60 deg el: the period is 360 p/lcm(Q, 2p) = 60/n_ripple deg el */
};

/* machine_check_balance - slots and poles only. Status: ST_INFEASIBLE ("winding_slots") with the nearest number of slots that will do. */
enum status machine_check_balance(const struct machine *m, struct err *e) MUST_CHECK;
/* machine_check_winding - the whole winding: balance; layers and conductors ("winding_turns"); coil span ("winding_span": two layers 1 to
 * the next whole number of Q/2p, one layer full pitch with whole q, otherwise odd); parallel paths ("winding_paths"); fill
 * ("winding_fill": round strands at most hexagonal packing). Each with the nearest feasible value. */
enum status machine_check_winding(const struct machine *m, struct err *e) MUST_CHECK;
/* machine_get_sector - for a winding that can be balanced; otherwise n_slot = Q, n_pole = 2p and no shift. */
void machine_get_sector(const struct machine *m, struct machine_sector *out);
int machine_is_whole_q(const struct machine *m);   /* Q a multiple of 6p */

#endif
