/* copper.h - loss in the windings: dc at temperature, ac by slot leakage, and excitation.
 *   dc      P = 3/2 R (i_d^2 + i_q^2)                                        amplitude-invariant dq, peak amperes
 *   ac, round strands, d below about two skin depths, field B across the wire uniform (peak):
 *           P/V = omega^2 B^2 d^2 / (32 rho)                                 = pi omega^2 B^2 d^4/(128 rho) per metre of wire
 *           [LAMMERANER1966 ch. 4]
 *           V = copper in the slots; B^2 = mean of the squared slot leakage field from the field model.
 *   ac, bars (hairpin) as drawn: layer by layer, layers.h
 *   ac, bars from the fill, n layers of one phase in a slot, each of height h on the share s of the slot width [DOWELL1966; PYRHONEN2014
 * ch. 5.2]:   R_ac/R_dc = phi(xi) + (n^2 - 1)/3 psi(xi),  xi = h sqrt(omega mu0 s/(2 rho)),  phi and psi as in layers.h field   P = (R_f
 * i_f^2 + drop |i_f|)/efficiency of the exciter Not modelled: ac loss of end turns (their leakage field is an order smaller), circulating
 * currents between parallel strands or paths, and inverter ripple; ac loss is a lower bound in that sense. */
#ifndef MODELS_LOSS_COPPER_H
#define MODELS_LOSS_COPPER_H
#include "models/loss/layers.h"

struct copper_exciter {           /* input data of the wound rotor; ignored without field winding */
    double efficiency_pu;         /* (0, 1] */
    double drop_V;                /* both brushes together; 0 for a rotary transformer whose efficiency includes its rectifier */
};

struct copper {                   /* one machine at one temperature */
    double R_ohm;                 /* phase, dc, at temperature */
    double R_f_ohm;               /* whole field circuit; 0 without */
    double rho_ohm_m;             /* stator conductor */
    double slot_volume_m3, slot_share_pu; /* copper in the slots; its share of the phase resistance */
    int is_hairpin, n_layer, is_drawn; /* is_drawn: bars as given, in `layers` */
    struct layers layers;
    double strand_m;              /* strand diameter, or bar height h */
    double bar_share_pu;          /* s */
    struct copper_exciter exciter;
};

struct copper_loss { double dc_W, ac_W, field_W /* R_f i_f^2 */, exciter_W /* brushes and exciter */, strand_to_skin_pu; };

/* copper_init - temperatures of stator winding and field winding. Bars not drawn: insulation takes the same share of height and width, so
 * that h = sqrt(fill) depth/n and s = sqrt(fill), with n = n_conductor_per_slot. Status: ST_INFEASIBLE: a winding that cannot be; ST_RANGE
 * with a non-positive temperature, resistance or strand, or exciter efficiency outside (0, 1] (wound rotor). */
enum status copper_init(struct copper *c, const struct machine *m, const struct winding_geometry *g, double T_winding_K, double T_field_K,
                        const struct copper_exciter *exciter, struct err *e) MUST_CHECK;
/* copper_eval - loss at peak dq currents, field current, electrical frequency and squared slot leakage field. */
void copper_eval(const struct copper *c, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz, double slot_Bt2_T2,
                 struct copper_loss *out);
/* copper_eval_ac_factors - ac loss = dc_factor * dc loss + Bt2_factor * slot_Bt2 at a frequency (one of them 0): for inner loops. */
void copper_eval_ac_factors(const struct copper *c, double f_el_Hz, double *dc_factor_pu, double *Bt2_factor_W_per_T2);

double copper_eval_round_W_per_m3(double omega_rad_per_s, double B_T, double d_m, double rho_ohm_m);
double copper_eval_dowell_pu(double omega_rad_per_s, double h_m, double share_pu, int n_layer, double rho_ohm_m); /* R_ac/R_dc */
double copper_eval_skin_m(double omega_rad_per_s, double rho_ohm_m);

#endif
