/* thermal_balance.c - where losses arise, and the balance of the nodes as a function of temperatures and losses. Contract: thermal.h. */
#include "models/thermal/thermal_impl.h"

#include <assert.h>
#include "materials/base/banned.h"

static const double AC_SHARE[THERMAL_N_LAYER] = {19.0 / 27.0, 7.0 / 27.0, 1.0 / 27.0};

void thermal_set_losses(const struct thermal_kinds *k, struct thermal_losses *out)
{
    *out = (struct thermal_losses){.copper_slot_W = k->copper_dc_W * (1.0 - k->end_share_pu),
                                   .copper_end_W = k->copper_dc_W * k->end_share_pu,
                                   .yoke_W = k->yoke_W,
                                   .tooth_W = k->tooth_W,
                                   .rotor_iron_W = k->rotor_iron_W,
                                   .magnet_W = k->magnet_W - k->magnet_gap_W,
                                   .magnet_gap_W = k->magnet_gap_W,
                                   .field_W = k->field_W,
                                   .sleeve_W = k->sleeve_W,
                                   .windage_gap_W = k->windage_W,
                                   .bearing_W = k->bearing_W};
    for (int j = 0; j < THERMAL_N_LAYER; j++)
        out->copper_slot_extra_W[j] = k->copper_ac_W * AC_SHARE[j];
}

enum status thermal_eval_balance(struct thermal *t, double speed_rad_per_s, thermal_loss_fn *fn, void *ctx, struct thermal_state *s,
                                 double *balance_W, struct err *e)
{
    assert(t->is_set);
    double P_W[THERMAL_NODE_COUNT] = {0.0};
    struct thermal_losses loss;
    TRY(thermal_set_films(t, speed_rad_per_s, s->T_K, e));
    thermal_set_state(t, P_W, s); /* means and hot spots, which the losses ask for, do not depend on the sources */
    TRY(fn(ctx, s, &loss, e));
    thermal_set_sources(t, &loss, P_W);
    thermal_set_state(t, P_W, s);
    net_eval_balance_W(&t->net, P_W, s->T_K, balance_W);
    return ST_OK;
}
