#include "models/thermal/thermal_impl.h"

#include <assert.h>
#include <math.h>
#include "materials/base/mem.h"
#include "materials/base/banned.h"

#define FILM_TOL_K 1.0e-6
#define FILM_PASS_MAX 60
#define THETA_MAX 2.0

static const char *const node_name[THERMAL_NODE_COUNT] = {
    "coolant", "housing", "yoke", "yoke bore", "tooth at the gap", "tooth middle", "tooth at the yoke", "tooth tip", "tooth 1/3",
    "tooth 2/3", "slot copper at the opening", "slot copper middle", "slot copper at the bottom", "end winding", "end-winding surface",
    "end-space air", "air gap", "rotor surface", "rotor iron", "magnet or field winding", "inner face of magnet or field winding",
    "outer face of magnet or field winding", "shaft", "spray oil", "magnet layer at the gap", "inner face of the magnet layer at the gap",
    "outer face of the magnet layer at the gap"};

const char *thermal_get_node_name(enum thermal_node node)
{
    return node_name[node];
}

enum status thermal_new(const struct thermal_opts *o, struct thermal **out, struct err *e)
{
    *out = NULL;
    TRY(thermal_check_opts(o, e));
    struct thermal *t = mem_new(1, sizeof *t);
    if (!t)
        return err_set(e, ST_NO_MEMORY, "thermal network", "%zu bytes", sizeof *t);
    t->o = *o;
    *out = t;
    return ST_OK;
}

enum status thermal_set_opts(struct thermal *t, const struct thermal_opts *o, struct err *e)
{
    TRY(thermal_check_opts(o, e));
    t->o = *o;
    t->is_set = 0;
    return ST_OK;
}

void thermal_free(struct thermal *t)
{
    mem_free(t);
}

void thermal_init_state(const struct thermal *t, double T_K, struct thermal_state *s)
{
    *s = (struct thermal_state){.coolant_out_K = (double)NAN, .spray_out_K = (double)NAN};
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        s->T_K[i] = T_K;
    s->T_K[THERMAL_COOLANT] = t->o.cooling == THERMAL_NATURAL ? t->o.ambient_K : t->o.inlet_K;
    s->T_K[THERMAL_SPRAY] = t->o.cooling == THERMAL_OIL_SPRAY ? t->o.spray_inlet_K : t->o.ambient_K;
    s->copper_mean_K = s->copper_hot_K = s->slot_hot_K = s->end_hot_K = T_K;
    s->magnet_mean_K = s->magnet_hot_K = t->has_magnet ? T_K : (double)NAN;
    for (int k = 0; k < MACHINE_MAX_MAGNET_LAYER; k++)
        s->magnet_layer_mean_K[k] = s->magnet_layer_hot_K[k] = t->spot.magnet_share_pu[k] > 0.0 ? T_K : (double)NAN;
    s->field_mean_K = s->field_hot_K = t->has_magnet ? (double)NAN : T_K;
}

void thermal_set_sources(const struct thermal *t, const struct thermal_losses *loss, double *P_W)
{
    assert(t->has_magnet ? loss->field_W == 0.0 : loss->magnet_W == 0.0);
    assert(t->spot.magnet_share_pu[1] > 0.0 || loss->magnet_gap_W == 0.0);
    assert(t->spot.is_shell || loss->sleeve_W == 0.0);
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        P_W[i] = 0.0;
    for (int j = 0; j < THERMAL_N_LAYER; j++) {
        P_W[THERMAL_SLOT + j] = loss->copper_slot_W * t->spot.slot.share_pu[j] + loss->copper_slot_extra_W[j];
        P_W[THERMAL_TOOTH + j] = loss->tooth_W * t->spot.tooth_share[j];
    }
    P_W[THERMAL_END] = loss->copper_end_W;
    P_W[THERMAL_YOKE] = loss->yoke_W;
    P_W[THERMAL_ROTOR] = loss->rotor_iron_W;
    P_W[THERMAL_ACTIVE] = loss->magnet_W + loss->field_W;
    P_W[THERMAL_ACTIVE_OUT] = loss->sleeve_W;
    P_W[THERMAL_LAYER2] = loss->magnet_gap_W;
    P_W[THERMAL_GAP] = loss->windage_gap_W;
    P_W[THERMAL_END_AIR] = loss->windage_end_W;
    P_W[THERMAL_SHAFT] = P_W[THERMAL_HOUSING] = 0.5 * loss->bearing_W;
}

static enum status check_sources(const double *P_W, struct err *e)
{
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        if (!isfinite(P_W[i]))
            return err_set(e, ST_RANGE, "thermal losses", "%g W in the node '%s'", P_W[i], node_name[i]);
    return ST_OK;
}

static void set_copper(const struct thermal *t, struct thermal_state *s)
{
    const struct thermal_spot_geometry *g = &t->spot;
    const double *T = s->T_K;
    const double iron_K[SLOT_N_IRON] = {T[THERMAL_TOOTH], T[THERMAL_TOOTH + 1], T[THERMAL_TOOTH_END], T[THERMAL_YOKE_FACE]};
    double slot_mean_K = 0.0;
    s->slot_hot_K = slot_net_eval_hot_K(&g->slot, &T[THERMAL_SLOT], iron_K);
    for (int j = 0; j < THERMAL_N_LAYER; j++)
        slot_mean_K += g->slot.share_pu[j] * T[THERMAL_SLOT + j];
    double across_W = 3.0 * (T[THERMAL_END] - T[THERMAL_END_FACE]) / g->end_across_K_per_W, along_W = 0.0;
    for (int j = 0; j < THERMAL_N_LAYER; j++)
        along_W -= t->conduction.K_W_per_K[(THERMAL_SLOT + j) * THERMAL_NODE_COUNT + THERMAL_END] * (T[THERMAL_END] - T[THERMAL_SLOT + j]);
    s->end_hot_K = T[THERMAL_END] + slot_eval_half_slab_rise_K(across_W, g->end_across_K_per_W) +
                   slot_eval_half_slab_rise_K(along_W, g->end_along_K_per_W);
    s->copper_hot_K = fmax(s->slot_hot_K, s->end_hot_K);
    s->copper_mean_K = (g->slot_volume_m3 * slot_mean_K + g->end_volume_m3 * T[THERMAL_END]) / (g->slot_volume_m3 + g->end_volume_m3);
}

static void set_magnets(const struct thermal *t, double hot_K, struct thermal_state *s)
{
    const double *T = s->T_K, *share = t->spot.magnet_share_pu;
    double hot2_K = net_eval_slab_max_K(T[THERMAL_LAYER2_IN], T[THERMAL_LAYER2_OUT], T[THERMAL_LAYER2]);
    const double mean_K[MACHINE_MAX_MAGNET_LAYER] = {T[THERMAL_ACTIVE], T[THERMAL_LAYER2]};
    const double layer_hot_K[MACHINE_MAX_MAGNET_LAYER] = {hot_K, hot2_K};
    s->magnet_mean_K = t->has_magnet ? 0.0 : (double)NAN;
    s->magnet_hot_K = (double)NAN;
    for (int k = 0; k < MACHINE_MAX_MAGNET_LAYER; k++) {
        int is_there = share[k] > 0.0;
        s->magnet_layer_mean_K[k] = is_there ? mean_K[k] : (double)NAN;
        s->magnet_layer_hot_K[k] = is_there ? layer_hot_K[k] : (double)NAN;
        s->magnet_mean_K += share[k] * mean_K[k];
        s->magnet_hot_K = fmax(s->magnet_hot_K, s->magnet_layer_hot_K[k]); /* fmax passes over NAN */
    }
}

void thermal_set_state(const struct thermal *t, const double *P_W, struct thermal_state *s)
{
    const double *T = s->T_K;
    set_copper(t, s);
    double hot_K = net_eval_slab_max_K(T[THERMAL_ACTIVE_IN], T[THERMAL_ACTIVE_OUT], T[THERMAL_ACTIVE]);
    s->field_mean_K = t->has_magnet ? (double)NAN : T[THERMAL_ACTIVE];
    s->field_hot_K = t->has_magnet ? (double)NAN : hot_K;
    set_magnets(t, hot_K, s);
    s->coolant_W = t->coolant_G_W_per_K * (T[THERMAL_COOLANT] - t->o.inlet_K);
    s->coolant_out_K = t->o.cooling == THERMAL_NATURAL ? (double)NAN : 2.0 * T[THERMAL_COOLANT] - t->o.inlet_K;
    int has_spray = t->o.cooling == THERMAL_OIL_SPRAY;
    s->spray_W = has_spray ? t->spray_G_W_per_K * (T[THERMAL_SPRAY] - t->o.spray_inlet_K) : 0.0;
    s->spray_out_K = has_spray ? 2.0 * T[THERMAL_SPRAY] - t->o.spray_inlet_K : (double)NAN;
    s->ambient_W = t->ambient_G_W_per_K * (T[THERMAL_HOUSING] - t->o.ambient_K);
    double total_W = 0.0;
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        total_W += P_W[i];
    s->stored_W = total_W - s->coolant_W - s->spray_W - s->ambient_W;
    s->n_film_outside = 0;
    for (int k = 0; k < FILM_COUNT; k++) {
        s->film_outside[k] = t->film_outside[k];
        s->n_film_outside += t->film_outside[k];
    }
}

/* Picard map g(T) = network solved with the films at T, accelerated by Anderson mixing of depth one (key ANDERSON1965): the next
 * T is g - theta (g - g_last), theta minimising the mixed residual. Returned is g itself, which balances its own films exactly. */
struct film_pass { double g_K[THERMAL_NODE_COUNT], residual_K[THERMAL_NODE_COUNT]; };

static double film_pass_theta(const struct film_pass *now, const struct film_pass *last)
{
    double along = 0.0, square = 0.0;
    for (int i = 0; i < THERMAL_NODE_COUNT; i++) {
        double d = now->residual_K[i] - last->residual_K[i];
        along += now->residual_K[i] * d;
        square += d * d;
    }
    return square > 0.0 ? along / square : 0.0;
}

enum status thermal_solve_steady(struct thermal *t, double speed_rad_per_s, const struct thermal_losses *loss,
                                 struct thermal_state *s, struct err *e)
{
    assert(t->is_set);
    double P_W[THERMAL_NODE_COUNT], change_K = 0.0;
    struct film_pass pass[2];
    thermal_set_sources(t, loss, P_W);
    TRY(check_sources(P_W, e));
    for (int k = 0; k < FILM_PASS_MAX; k++) {
        struct film_pass *now = &pass[k % 2];
        const struct film_pass *last = &pass[(k + 1) % 2];
        TRY(thermal_set_films(t, speed_rad_per_s, s->T_K, e));
        TRY(net_solve_steady(&t->net, P_W, now->g_K, e));
        change_K = 0.0;
        for (int i = 0; i < THERMAL_NODE_COUNT; i++) {
            now->residual_K[i] = now->g_K[i] - s->T_K[i];
            change_K = fmax(change_K, fabs(now->residual_K[i]));
            s->T_K[i] = now->g_K[i];
        }
        if (change_K <= FILM_TOL_K) {
            thermal_set_state(t, P_W, s);
            return ST_OK;
        }
        double theta = k > 0 ? film_pass_theta(now, last) : 0.0;
        if (fabs(theta) <= THETA_MAX) /* a wilder step than this is no improvement on plain Picard */
            for (int i = 0; k > 0 && i < THERMAL_NODE_COUNT; i++)
                s->T_K[i] -= theta * (now->g_K[i] - last->g_K[i]);
    }
    return err_set(e, ST_NO_CONVERGE, "thermal films", "last change %.3g K after %d passes", change_K, FILM_PASS_MAX);
}

enum status thermal_set_step(struct thermal *t, double speed_rad_per_s, double dt_s, const struct thermal_state *s, struct err *e)
{
    assert(t->is_set);
    if (!(dt_s > 0.0 && isfinite(dt_s)))
        return err_set(e, ST_RANGE, "thermal step", "time step %g s must be positive", dt_s);
    TRY(thermal_set_films(t, speed_rad_per_s, s->T_K, e));
    return net_set_step(&t->net, dt_s, &t->step, e);
}

void thermal_solve_step(struct thermal *t, const struct thermal_losses *loss, struct thermal_state *s)
{
    double P_W[THERMAL_NODE_COUNT];
    thermal_set_sources(t, loss, P_W);
    net_solve_step(&t->net, &t->step, P_W, s->T_K);
    thermal_set_state(t, P_W, s);
}

enum status thermal_solve_transient(struct thermal *t, double speed_rad_per_s, const struct thermal_losses *loss, double duration_s,
                                    int n_segment, int n_step, struct thermal_state *s, struct err *e)
{
    assert(n_segment > 0 && n_step > 0);
    double P_W[THERMAL_NODE_COUNT];
    thermal_set_sources(t, loss, P_W);
    TRY(check_sources(P_W, e));
    for (int k = 0; k < n_segment; k++) {
        TRY(thermal_set_step(t, speed_rad_per_s, duration_s / ((double)n_segment * n_step), s, e));
        for (int i = 0; i < n_step; i++)
            thermal_solve_step(t, loss, s);
    }
    return ST_OK;
}
