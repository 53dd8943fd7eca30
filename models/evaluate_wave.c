/* evaluate_wave.c - what depends on the rotor position or happens without control: ripple, back-EMF, cogging, uncontrolled generation.
 * Open circuit and generation are judged with magnets and windings at ambient temperature, where remanence is highest and resistance
 * lowest: a motor that has just been started and runs at its highest speed. */
#include "models/evaluate_impl.h"
#include <stdio.h>
#include "materials/base/banned.h"

#define POSITIONS_LOAD 12         /* of 60 deg el: ripple within 3 % of 48 (tests/verify/test_waveform.c) */
#define POSITIONS_NOLOAD 12       /* of a slot-ripple period: line peak within 1 % of 24, cogging 8 % */
#define POSITIONS_NOLOAD_SEARCH 6 /* line peak and THD within 1.5 % of 24; cogging of a salient rotor within a third only */

static const char *const LOSS_KEYS[EVAL_LOSS_COUNT] = {"copper_dc_W",  "copper_ac_W", "field_W",  "exciter_W", "stator_yoke_W",
                                                       "stator_tooth_W", "rotor_iron_W", "magnet_W", "sleeve_W", "windage_W", "bearing_W"};

const char *eval_get_loss_key(enum eval_loss l) { return LOSS_KEYS[l]; }

double eval_get_balance_pu(const struct eval_cell *c)
{
    double rest_W = c->P_electric_W - c->P_mech_W;
    for (int k = 0; k < EVAL_LOSS_COUNT; k++)
        rest_W -= c->loss_W[k];
    return fabs(rest_W / c->P_electric_W);
}

void evaluate_wave_set_cell(const struct operate_point *p, struct eval_cell *out)
{
    double *v = (double *)out;
    for (size_t k = 0; !p && k < sizeof *out / sizeof *v; k++)
        v[k] = (double)NAN;
    if (!p)
        return;
    const struct operate_loss *l = &p->loss;
    *out = (struct eval_cell){p->i_d_A, p->i_q_A, p->i_f_A, p->v_V, p->P_electric_W, p->P_mech_W,
                              {[EVAL_LOSS_COPPER_DC] = l->copper_dc_W,
                               [EVAL_LOSS_COPPER_AC] = l->copper_ac_W,
                               [EVAL_LOSS_FIELD] = l->field_W,
                               [EVAL_LOSS_EXCITER] = l->exciter_W,
                               [EVAL_LOSS_STATOR_YOKE] = l->iron_W[LOSS_STATOR_YOKE],
                               [EVAL_LOSS_STATOR_TOOTH] = l->iron_W[LOSS_STATOR_TOOTH],
                               [EVAL_LOSS_ROTOR_IRON] = l->iron_W[LOSS_ROTOR_IRON],
                               [EVAL_LOSS_MAGNET] = l->iron_W[LOSS_MAGNET],
                               [EVAL_LOSS_SLEEVE] = l->sleeve_W,
                               [EVAL_LOSS_WINDAGE] = l->windage_W,
                               [EVAL_LOSS_BEARING] = l->bearing_W}};
}

static double set_magnet_K(struct evaluator *ev, double T_K)
{
    if (!ev->machine.magnet)
        return (double)NAN;
    field_set_magnet_T(ev->field, T_K);
    return T_K;
}

/* What the flux map makes of the same currents and temperatures: it is interpolated, these positions are solved. */
static enum status check_map(struct evaluator *ev, const struct operate_point *p, double magnet_K, const struct waveform_load *w,
                             struct result *r, struct err *e)
{
    const double T_K = ev->setup->cooling.ambient_K;
    struct flux_point at;
    TRY(evaluate_map_set_temperature(ev, T_K, T_K, ev->machine.magnet ? magnet_K : T_K, e));
    flux_map_eval(ev->map, p->i_d_A, p->i_q_A, p->i_f_A, &at);
    r->map_error_pu = fabs(at.torque_Nm / w->torque_linkage_Nm - 1.0);
    return evaluate_map_set_temperature(ev, T_K, T_K, T_K, e);
}

int evaluate_is_map_wide(const struct result *r)
{
    return r->map_error_pu > EVAL_MAP_ERROR_TOLD_PU || r->electric_loading_rms_A_per_m > EVAL_LOADING_TOLD_A_PER_M;
}

void evaluate_get_map_words(const struct requirement *q, const struct result *r, char *out, size_t n)
{
    const int used = snprintf(out, n, "current_max_A = %.4g A, up to which the flux map reaches, is an electric loading of %.0f kA/m, rms",
                              q->current_max_A, 1e-3 * r->electric_loading_rms_A_per_m);
    if (r->map_error_pu > 0.0 && used > 0 && (size_t)used < n)
        snprintf(out + used, n - (size_t)used, "; the map misses the torque of the peak point by %.1f %%", 100.0 * r->map_error_pu);
}

/* Torque ripple at the peak point, with the magnets as warm as they are at its end. */
static enum status solve_peak_wave(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    const struct operate_point *p = &d->point_peak;
    if (!p->is_feasible)
        return ST_OK;
    d->peak_wave_magnet_K = set_magnet_K(ev, d->heat_peak.magnet_mean_K);
    TRY(waveform_solve_load(ev->field, &ev->machine, p->i_d_A, p->i_q_A, p->i_f_A, POSITIONS_LOAD, NULL, &d->peak_wave, e));
    r->n_field_solve += (double)d->peak_wave.n_solve;
    r->torque_ripple_pu = d->peak_wave.ripple_Nm / d->peak_wave.torque_mean_Nm;
    return check_map(ev, p, d->peak_wave_magnet_K, &d->peak_wave, r, e);
}

static enum status solve_generation(struct evaluator *ev, struct result *r, struct operate_generation *g, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    double T_K = ev->setup->cooling.ambient_K;
    TRY(evaluate_map_set_temperature(ev, T_K, T_K, T_K, e));
    enum status st =
        operate_eval_generation(ev->operate, q->speed_max_rad_per_s, q->field_current_max_A, q->dc_voltage_V, g, &ev->stage_err);
    if (st == ST_NO_CONVERGE) { /* the path of loads left what the maps can continue: the figures stay unknown, which no limit accepts */
        g->V_dc_max_V = (double)NAN;
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    r->uncontrolled_dc_V = fmax(r->backemf_line_peak_V, g->V_dc_max_V);
    r->uncontrolled_current_A = g->i_A;
    return ST_OK;
}

enum status evaluate_wave_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    const struct requirement *q = &ev->setup->requirement;
    struct waveform_noload w;
    struct waveform_emf emf;
    struct operate_generation g;
    double T_K = set_magnet_K(ev, ev->setup->cooling.ambient_K), i_f_A = ev->machine.magnet ? 0.0 : q->field_current_max_A;
    TRY(waveform_solve_noload(ev->field, &ev->machine, i_f_A, ev->level.is_search ? POSITIONS_NOLOAD_SEARCH : POSITIONS_NOLOAD, &w, e));
    r->n_field_solve += (double)w.n_solve;
    waveform_eval_emf(&w, ev->machine.p * q->speed_max_rad_per_s, &emf);
    r->backemf_line_peak_V = emf.line_peak_V;
    r->backemf_thd_pu = emf.line_thd_pu;
    r->cogging_Nm = w.cogging_Nm;
    TRY(solve_generation(ev, r, &g, e));
    if (d) {
        d->noload = w;
        d->noload_magnet_K = T_K;
        d->emf = emf;
        d->generation = g;
        d->peak_wave_magnet_K = (double)NAN;
        TRY(solve_peak_wave(ev, r, d, e));
    }
    set_magnet_K(ev, ev->setup->map_magnet_T_K);
    return ST_OK;
}
