/* sens_heat.c - balance of the nodes on both sides of a design, Newton's method on it, and the implicit derivatives. */
#include "models/sens/sens_heat.h"

#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/num/dense.h"
#include "models/sens/sens_impl.h"
#include "materials/base/banned.h"

#define N_NODE THERMAL_NODE_COUNT
#define N_FIGURE ((int)(sizeof(struct sens_heat) / sizeof(double)))
#define T_STEP_K 1e-3       /* of the balance's differences in T: smooth on the scale of 100 K, to rounding 1e-13 W/K */
#define I_STEP_PU 1e-5      /* of the differences in the currents, of the largest of them */
#define START_TOL_K 1e-2    /* of the guarded iteration before Newton's */
#define NEWTON_MAX 12
#define NEWTON_TOL_K 1e-9
#define RUNAWAY_K 900.0     /* far above every insulation class */

enum { BELOW, ABOVE, AT, N_PLACE }; /* a variable's sides, and the design itself */

/* One design with the losses of one point: what a balance is evaluated with. */
struct model {
    struct thermal *thermal;
    const struct sens_heat_opts *opts;
    const struct machine *machine;
    struct winding_geometry geometry;
    struct mech_loss_spec mech;
    struct iron_coef coef;           /* at magnet_T_K */
    const struct iron_coef *by_Br;
    double magnet_T_K, i_A[FIELD_CURRENT_COUNT], speed_rad_per_s;
    double exciter_W;                /* of the last losses: leaves no heat in the motor */
};

struct sens_heat_ws {
    struct sens_heat_opts opts;
    struct thermal *thermal[N_PLACE];
    struct sens_heat_point point;    /* of the last evaluation */
    double dlnBr_per_K;              /* at its magnets */
    double lu[N_NODE * N_NODE];      /* R_T */
    int pivot[N_NODE];
};

enum status sens_heat_new(const struct sens_heat_opts *opts, struct sens_heat_ws **out, struct err *e)
{
    *out = NULL;
    struct sens_heat_ws *h = mem_new(1, sizeof *h);
    if (!h)
        return err_set(e, ST_NO_MEMORY, "sens_heat", "no memory");
    h->opts = *opts;
    enum status st = ST_OK;
    for (int k = 0; k < N_PLACE && st == ST_OK; k++)
        st = thermal_new(&opts->cooling, &h->thermal[k], e);
    if (st != ST_OK)
        sens_heat_free(h);
    else
        *out = h;
    return st;
}

void sens_heat_free(struct sens_heat_ws *h)
{
    if (!h)
        return;
    for (int k = 0; k < N_PLACE; k++)
        thermal_free(h->thermal[k]);
    mem_free(h);
}

/* ---- losses ---- */

static void coef_add(struct iron_coef *to, const struct iron_coef *d, double step)
{
    double *a = (double *)to;
    const double *b = (const double *)d;
    for (size_t k = 0; k < sizeof *to / sizeof *a; k++)
        a[k] += step * b[k];
}

static double core_get_W(const struct iron_coef *c, enum loss_region r, double f_Hz)
{
    return (c->hyst_W_per_Hz[r] + c->eddy_W_per_Hz2[r] * f_Hz + c->excess_W_per_Hz15[r] * sqrt(f_Hz)) * f_Hz;
}

static double magnet_get_K(const struct model *m, const struct thermal_state *s)
{
    return machine_has_field_winding(m->machine) ? m->magnet_T_K : s->magnet_mean_K;
}

/* Coefficients with the remanence that the magnets have when so hot. */
static struct iron_coef coef_get(const struct model *m, const struct thermal_state *s)
{
    struct iron_coef c = m->coef;
    const double T_K = magnet_get_K(m, s);
    if (T_K != m->magnet_T_K)
        coef_add(&c, m->by_Br, magnet_eval_Br_T(m->machine->magnet, T_K) / magnet_eval_Br_T(m->machine->magnet, m->magnet_T_K) - 1.0);
    return c;
}

static enum status losses_eval(void *ctx, const struct thermal_state *s, struct thermal_losses *out, struct err *e)
{
    struct model *m = ctx;
    const double f_Hz = m->machine->p * m->speed_rad_per_s / (2.0 * PI), build = m->opts->build_factor_pu;
    const double field_K = machine_has_field_winding(m->machine) ? s->field_mean_K : s->copper_mean_K;
    const struct iron_coef c = coef_get(m, s);
    struct copper copper;
    struct copper_loss cu;
    TRY(copper_init(&copper, m->machine, &m->geometry, s->copper_mean_K, field_K, &m->opts->exciter, e));
    copper_eval(&copper, m->i_A[FIELD_I_D], m->i_A[FIELD_I_Q], m->i_A[FIELD_I_F], f_Hz, c.slot_Bt2_T2, &cu);
    m->exciter_W = cu.exciter_W;
    const struct thermal_kinds k = {.copper_dc_W = cu.dc_W,
                                    .copper_ac_W = cu.ac_W,
                                    .end_share_pu = m->geometry.end_volume_m3 / m->geometry.copper_volume_m3,
                                    .yoke_W = build * core_get_W(&c, LOSS_STATOR_YOKE, f_Hz),
                                    .tooth_W = build * core_get_W(&c, LOSS_STATOR_TOOTH, f_Hz),
                                    .rotor_iron_W = build * core_get_W(&c, LOSS_ROTOR_IRON, f_Hz),
                                    .magnet_W = core_get_W(&c, LOSS_MAGNET, f_Hz),
                                    .magnet_gap_W = c.magnet_gap_W_per_Hz2 * f_Hz * f_Hz,
                                    .field_W = cu.field_W,
                                    .sleeve_W = c.sleeve_W_per_Hz2 * f_Hz * f_Hz,
                                    .windage_W = mech_loss_eval_windage_W(&m->mech, m->speed_rad_per_s),
                                    .bearing_W = mech_loss_eval_bearing_W(&m->mech, m->speed_rad_per_s)};
    thermal_set_losses(&k, out);
    return ST_OK;
}

/* ---- balance ---- */

static enum status model_set(struct sens_heat_ws *h, const struct sens_ws *ws, int place, const struct machine *machine, struct model *m,
                             struct err *e)
{
    struct winding_layout layout; /* of integers only */
    const struct sens_heat_opts *o = &h->opts;
    m->thermal = h->thermal[place];
    m->opts = o;
    m->machine = machine;
    TRY(winding_set_layout(&ws->machine, &layout, e));
    TRY(winding_eval_geometry(machine, &layout, &m->geometry, e));
    TRY(mech_loss_init(&m->mech, machine, o->gas, o->gas_T_K, o->bearing_Nm, o->windage_factor_pu, e));
    const struct thermal_winding w = {m->geometry.slot_area_m2, m->geometry.copper_area_per_slot_m2, m->geometry.end_turn_m,
                                      m->geometry.field_mean_turn_m};
    return thermal_set_machine(m->thermal, machine, &w, e);
}

/* Balance and figures at the temperatures T_K. */
static enum status balance_eval(struct model *m, const double *T_K, double *balance_W, struct sens_heat *out, struct err *e)
{
    struct thermal_state s;
    memcpy(s.T_K, T_K, sizeof s.T_K);
    TRY(thermal_eval_balance(m->thermal, m->speed_rad_per_s, losses_eval, m, &s, balance_W, e));
    *out = (struct sens_heat){s.copper_hot_K, s.copper_mean_K, s.magnet_hot_K,  s.magnet_mean_K,
                              s.field_hot_K,  s.field_mean_K,  s.coolant_out_K, m->exciter_W};
    out->loss_W += s.coolant_W + s.spray_W + s.ambient_W + s.stored_W;
    return ST_OK;
}

/* R_T, factored. */
static enum status slopes_set(struct sens_heat_ws *h, struct model *m, const double *T_K, struct err *e)
{
    double R_W[2][N_NODE];
    struct sens_heat f;
    for (int j = 0; j < N_NODE; j++) {
        for (int side = 0; side < 2; side++) {
            double moved_K[N_NODE];
            memcpy(moved_K, T_K, sizeof moved_K);
            moved_K[j] += side ? T_STEP_K : -T_STEP_K;
            TRY(balance_eval(m, moved_K, R_W[side], &f, e));
        }
        for (int i = 0; i < N_NODE; i++)
            h->lu[j * N_NODE + i] = (R_W[1][i] - R_W[0][i]) / (2.0 * T_STEP_K);
    }
    return dense_set_lu(N_NODE, h->lu, h->pivot, e);
}

/* The root: guarded iteration first, which tells a motor that runs away, then Newton's method to rounding. Leaves R_T there. */
static enum status state_solve(struct sens_heat_ws *h, struct model *m, double *T_K, struct sens_heat *value, struct err *e)
{
    const struct thermal_couple o = {.tol_K = START_TOL_K, .damping = 1.0, .n_max = 60, .T_runaway_K = RUNAWAY_K};
    struct thermal_couple_info info;
    struct thermal_state s;
    double R_W[N_NODE], change_K = HUGE_VAL;
    thermal_init_state(m->thermal, m->magnet_T_K, &s);
    TRY(thermal_solve_coupled(m->thermal, m->speed_rad_per_s, losses_eval, m, &o, &s, &info, e));
    memcpy(T_K, s.T_K, sizeof s.T_K);
    for (int k = 0; k < NEWTON_MAX && change_K > NEWTON_TOL_K; k++) {
        TRY(balance_eval(m, T_K, R_W, value, e));
        TRY(slopes_set(h, m, T_K, e));
        dense_solve_lu(N_NODE, h->lu, h->pivot, 1, R_W);
        change_K = 0.0;
        for (int i = 0; i < N_NODE; i++) {
            T_K[i] -= R_W[i];
            change_K = fmax(change_K, fabs(R_W[i]));
        }
    }
    if (!(change_K <= NEWTON_TOL_K))
        return err_set(e, ST_NO_CONVERGE, "sens_heat", "temperatures still change by %.3g K after %d steps", change_K, NEWTON_MAX);
    return balance_eval(m, T_K, R_W, value, e);
}

/* ---- derivatives ---- */

/* Total derivatives of the figures between two models, changes step[0] < step[1] of one variable about T_K: the balance at the same
 * temperatures gives dT/dx, and the figures are differenced along (x, T), as they can bend within millikelvins of a single node. */
static enum status total_eval(const struct sens_heat_ws *h, struct model m[2], const double step[2], const double *T_K,
                              struct sens_heat *out, struct err *e)
{
    const double width = step[1] - step[0];
    double R_W[2][N_NODE], dT[N_NODE];
    struct sens_heat f[2];
    for (int side = 0; side < 2; side++)
        TRY(balance_eval(&m[side], T_K, R_W[side], &f[side], e));
    for (int i = 0; i < N_NODE; i++)
        dT[i] = -(R_W[1][i] - R_W[0][i]) / width;
    dense_solve_lu(N_NODE, h->lu, h->pivot, 1, dT);
    for (int side = 0; side < 2; side++) {
        double moved_K[N_NODE];
        for (int i = 0; i < N_NODE; i++)
            moved_K[i] = T_K[i] + step[side] * dT[i];
        TRY(balance_eval(&m[side], moved_K, R_W[side], &f[side], e));
    }
    for (int k = 0; k < N_FIGURE; k++)
        ((double *)out)[k] = (((double *)&f[1])[k] - ((double *)&f[0])[k]) / width;
    return ST_OK;
}

static enum status variable_eval(struct sens_heat_ws *h, const struct sens_ws *ws, int k, const struct model *at,
                                 const struct iron_coef *slope, const double *T_K, struct sens_heat *out, struct err *e)
{
    struct model m[2] = {*at, *at};
    double step[2];
    for (int side = BELOW; side <= ABOVE; side++) {
        step[side] = ws->side[k][side].step;
        coef_add(&m[side].coef, slope, step[side]);
        TRY(model_set(h, ws, side, &ws->side[k][side].machine, &m[side], e));
    }
    return total_eval(h, m, step, T_K, out, e);
}

static enum status current_eval(struct sens_heat_ws *h, int j, const struct model *at, const struct iron_coef *slope, const double *T_K,
                                struct sens_heat *out, struct err *e)
{
    const double scale_A = j == FIELD_I_F ? fabs(at->i_A[j]) : hypot(at->i_A[FIELD_I_D], at->i_A[FIELD_I_Q]);
    const double step_A = I_STEP_PU * fmax(scale_A, 1.0), step[2] = {-step_A, step_A};
    struct model m[2] = {*at, *at};
    for (int side = 0; side < 2; side++) {
        m[side].i_A[j] += step[side];
        coef_add(&m[side].coef, slope, step[side]);
    }
    return total_eval(h, m, step, T_K, out, e);
}

/* dlnBr/dT of the magnets; 0 without. */
static double remanence_get_slope_per_K(const struct machine *m, double T_K)
{
    if (machine_has_field_winding(m))
        return 0.0;
    return (magnet_eval_Br_T(m->magnet, T_K + T_STEP_K) / magnet_eval_Br_T(m->magnet, T_K - T_STEP_K) - 1.0) / (2.0 * T_STEP_K);
}

enum status sens_heat_eval(struct sens_heat_ws *h, struct sens_ws *ws, const struct sens_heat_point *point,
                           const struct sens_heat_iron *iron, struct sens_heat *value, struct sens_heat *out,
                           struct sens_heat by_current[FIELD_CURRENT_COUNT], struct err *e)
{
    struct model m = {.coef = *iron->value,
                      .by_Br = &iron->by_source[FIELD_BR],
                      .magnet_T_K = iron->magnet_T_K,
                      .i_A = {point->i_d_A, point->i_q_A, point->i_f_A},
                      .speed_rad_per_s = point->speed_rad_per_s};
    double T_K[N_NODE];
    h->point = *point;
    TRY(model_set(h, ws, AT, &ws->machine, &m, e));
    TRY(state_solve(h, &m, T_K, value, e));
    h->dlnBr_per_K = remanence_get_slope_per_K(m.machine, value->magnet_mean_K);
    for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
        TRY(current_eval(h, j, &m, &iron->by_source[j], T_K, &by_current[j], e));
    for (int k = 0; k < ws->space->n; k++)
        TRY(variable_eval(h, ws, k, &m, &iron->gradient[k], T_K, &out[k], e));
    return ST_OK;
}

static double hotter_magnet_get_Nm(const struct sens_heat_ws *h, const struct sens_heat_torque *torque, const struct sens_heat *d)
{
    return h->dlnBr_per_K == 0.0 ? 0.0 : torque->by_Br_Nm * h->dlnBr_per_K * d->magnet_mean_K;
}

enum status sens_heat_eval_at_torque(const struct sens_heat_ws *h, const struct sens_heat_torque *torque,
                                     const struct sens_heat by_current[FIELD_CURRENT_COUNT], int n_var, struct sens_heat *out,
                                     struct err *e)
{
    const double i_A[FIELD_CURRENT_COUNT] = {h->point.i_d_A, h->point.i_q_A, h->point.i_f_A};
    double along[N_FIGURE] = {0.0}, along_Nm = 0.0; /* per relative change of all currents */
    for (int j = 0; j < FIELD_CURRENT_COUNT; j++) {
        along_Nm += i_A[j] * (torque->by_current_Nm_per_A[j] + hotter_magnet_get_Nm(h, torque, &by_current[j]));
        for (int i = 0; i < N_FIGURE; i++)
            along[i] += i_A[j] * ((const double *)&by_current[j])[i];
    }
    if (!(fabs(along_Nm) > 0.0))
        return err_set(e, ST_SINGULAR, "sens_heat", "torque changes by %g N m per relative change of the currents", along_Nm);
    for (int k = 0; k < n_var; k++) {
        const double s = -(torque->by_x_Nm[k] + hotter_magnet_get_Nm(h, torque, &out[k])) / along_Nm;
        for (int i = 0; i < N_FIGURE; i++)
            ((double *)&out[k])[i] += s * along[i];
    }
    return ST_OK;
}
