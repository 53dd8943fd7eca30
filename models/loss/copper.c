/* copper.c - see the header for the formulae and their sources. */
#include "models/loss/copper.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

double copper_eval_skin_m(double omega_rad_per_s, double rho_ohm_m)
{
    return sqrt(2.0 * rho_ohm_m / (omega_rad_per_s * MU0_H_PER_M));
}

double copper_eval_round_W_per_m3(double omega_rad_per_s, double B_T, double d_m, double rho_ohm_m)
{
    double e = omega_rad_per_s * B_T * d_m;
    return e * e / (32.0 * rho_ohm_m);
}

double copper_eval_dowell_pu(double omega_rad_per_s, double h_m, double share_pu, int n_layer, double rho_ohm_m)
{
    double xi = h_m * sqrt(omega_rad_per_s * MU0_H_PER_M * share_pu / (2.0 * rho_ohm_m)), phi, psi;
    layers_eval_phi_psi(xi, &phi, &psi);
    return phi + ((double)n_layer * n_layer - 1.0) / 3.0 * psi;
}

static enum status set_strands(struct copper *c, const struct machine *m, struct err *e)
{
    c->is_hairpin = m->winding.is_hairpin;
    c->n_layer = m->winding.n_conductor_per_slot;
    c->strand_m = m->winding.strand_diameter_m;
    if (machine_has_bars(m)) {
        c->is_drawn = 1;
        c->strand_m = m->winding.bar_height_m;
        return layers_init(&c->layers, m, e);
    }
    if (c->is_hairpin) {
        double root = sqrt(m->winding.copper_fill_pu);
        double depth_m = m->stator.h2_m + (m->stator.bottom == SLOT_ROUND ? 0.5 * m->stator.b2_m : 0.0);
        c->bar_share_pu = root;
        c->strand_m = root * depth_m / c->n_layer;
    }
    if (!(c->strand_m > 0.0))
        return err_set(e, ST_RANGE, "strand_diameter_m", "strand of %g m: must be above 0", c->strand_m);
    return ST_OK;
}

static enum status set_field(struct copper *c, const struct machine *m, const struct winding_geometry *g, double T_field_K,
                             const struct copper_exciter *exciter, struct err *e)
{
    if (!machine_has_field_winding(m))
        return ST_OK;
    if (!exciter || !(exciter->efficiency_pu > 0.0 && exciter->efficiency_pu <= 1.0) || !(exciter->drop_V >= 0.0))
        return err_set(e, ST_RANGE, "exciter", "a wound rotor needs an exciter with efficiency in (0, 1] and drop_V >= 0, got %g and %g",
                       exciter ? exciter->efficiency_pu : (double)NAN, exciter ? exciter->drop_V : (double)NAN);
    double at_20 = conductor_eval_resistivity_ohm_m(m->field_conductor, KELVIN_OFFSET_K + 20.0);
    c->R_f_ohm = g->field_R20_ohm * conductor_eval_resistivity_ohm_m(m->field_conductor, T_field_K) / at_20;
    c->exciter = *exciter;
    if (!(T_field_K > 0.0) || !(c->R_f_ohm > 0.0))
        return err_set(e, ST_RANGE, "field_winding", "R_f = %g ohm at %g K: must be above 0", c->R_f_ohm, T_field_K);
    return ST_OK;
}

enum status copper_init(struct copper *c, const struct machine *m, const struct winding_geometry *g, double T_winding_K, double T_field_K,
                        const struct copper_exciter *exciter, struct err *e)
{
    memset(c, 0, sizeof *c);
    c->exciter.efficiency_pu = 1.0; /* of no field winding; set_field overwrites it */
    double at_20 = conductor_eval_resistivity_ohm_m(m->stator_conductor, KELVIN_OFFSET_K + 20.0);
    c->rho_ohm_m = conductor_eval_resistivity_ohm_m(m->stator_conductor, T_winding_K);
    c->R_ohm = g->R20_ohm * c->rho_ohm_m / at_20;
    c->slot_volume_m3 = g->copper_area_per_slot_m2 * m->stack_m * m->stator.n_slot;
    c->slot_share_pu = 2.0 * m->stack_m / g->mean_turn_m;
    if (!(T_winding_K > 0.0) || !(c->R_ohm > 0.0) || !(c->slot_volume_m3 > 0.0))
        return err_set(e, ST_RANGE, "winding", "R = %g ohm, slot copper %g m3 at %g K: all must be above 0", c->R_ohm, c->slot_volume_m3,
                       T_winding_K);
    TRY(set_strands(c, m, e));
    return set_field(c, m, g, T_field_K, exciter, e);
}

void copper_eval_ac_factors(const struct copper *c, double f_el_Hz, double *dc_factor_pu, double *Bt2_factor_W_per_T2)
{
    double omega = 2.0 * PI * fabs(f_el_Hz);
    *dc_factor_pu = *Bt2_factor_W_per_T2 = 0.0;
    if (c->is_drawn)
        *dc_factor_pu = c->slot_share_pu * (layers_eval_mean(&c->layers, omega, c->rho_ohm_m) - 1.0);
    else if (c->is_hairpin)
        *dc_factor_pu = c->slot_share_pu * (copper_eval_dowell_pu(omega, c->strand_m, c->bar_share_pu, c->n_layer, c->rho_ohm_m) - 1.0);
    else
        *Bt2_factor_W_per_T2 = c->slot_volume_m3 * copper_eval_round_W_per_m3(omega, 1.0, c->strand_m, c->rho_ohm_m);
}

void copper_eval(const struct copper *c, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz, double slot_Bt2_T2,
                 struct copper_loss *out)
{
    double dc_factor, Bt2_factor, omega = 2.0 * PI * fabs(f_el_Hz);
    copper_eval_ac_factors(c, f_el_Hz, &dc_factor, &Bt2_factor);
    out->dc_W = 1.5 * c->R_ohm * (i_d_A * i_d_A + i_q_A * i_q_A);
    out->ac_W = dc_factor * out->dc_W + Bt2_factor * slot_Bt2_T2;
    out->field_W = c->R_f_ohm * i_f_A * i_f_A;
    out->exciter_W = (out->field_W + c->exciter.drop_V * fabs(i_f_A)) / c->exciter.efficiency_pu - out->field_W;
    out->strand_to_skin_pu = omega > 0.0 ? c->strand_m / copper_eval_skin_m(omega, c->rho_ohm_m) : 0.0;
}
