#include "tests/support/design.h"

#include "tests/support/machines.h"

struct space_envelope design_get_envelope(int p, int n_slot)
{
    struct space_envelope env = {.R_out_m = 0.1,
                                 .stack_max_m = 0.17,
                                 .airgap_m = 0.7e-3,
                                 .bridge_min_m = 1.2e-3,
                                 .post_min_m = 1.5e-3,
                                 .shaft_R_m = 0.023,
                                 .n_slot = n_slot,
                                 .p = p,
                                 .slot_opening_m = 2e-3,
                                 .tooth_tip_m = 0.9e-3,
                                 .taper_m = 0.6e-3,
                                 .speed_max_rad_per_s = 1088,
                                 .magnet_min_thickness_m = 3e-3,
                                 .n_conductor_min = 6,
                                 .n_conductor_max = 18,
                                 .field_fill_pu = 0.55,
                                 .n_field_turns = 120};
    const int is_whole = n_slot % (6 * p) == 0, span = n_slot / (2 * p);
    env.winding = (struct winding){.n_conductor_per_slot = 8,
                                   .n_path = 1,
                                   .n_layer = is_whole ? 1 : 2,
                                   .coil_span_slots = span > 1 ? span : 1,
                                   .copper_fill_pu = 0.42,
                                   .strand_diameter_m = 0.8e-3,
                                   .end_turn_factor = 1.2};
    return env;
}

enum status design_set_materials(enum rotor_type t, const struct matlib *lib, struct machine *m, struct err *e)
{
    return machines_read_case(t == ROTOR_SALIENT ? "C4" : "C1", lib, NULL, m, e);
}
