/* The fixed point of losses and temperatures: damped, watched for swinging and for running away. */
#include "models/thermal/thermal_impl.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include "materials/base/banned.h"

struct loop_name { const char *name; size_t offset; };
static const struct loop_name loop_name[] = {
    {"slot copper loss", offsetof(struct thermal_losses, copper_slot_W)},
    {"slot copper ac loss, opening", offsetof(struct thermal_losses, copper_slot_extra_W)},
    {"slot copper ac loss, middle", offsetof(struct thermal_losses, copper_slot_extra_W) + sizeof(double)},
    {"slot copper ac loss, bottom", offsetof(struct thermal_losses, copper_slot_extra_W) + 2 * sizeof(double)},
    {"end-winding copper loss", offsetof(struct thermal_losses, copper_end_W)},
    {"yoke loss", offsetof(struct thermal_losses, yoke_W)},
    {"tooth loss", offsetof(struct thermal_losses, tooth_W)},
    {"rotor iron loss", offsetof(struct thermal_losses, rotor_iron_W)},
    {"magnet loss", offsetof(struct thermal_losses, magnet_W)},
    {"loss of the magnets at the gap", offsetof(struct thermal_losses, magnet_gap_W)},
    {"sleeve loss", offsetof(struct thermal_losses, sleeve_W)},
    {"field winding loss", offsetof(struct thermal_losses, field_W)},
    {"gap windage", offsetof(struct thermal_losses, windage_gap_W)},
    {"end-space windage", offsetof(struct thermal_losses, windage_end_W)},
    {"bearing loss", offsetof(struct thermal_losses, bearing_W)},
};

static double loss_of(const struct thermal_losses *l, int k)
{
    return *(const double *)((const char *)l + loop_name[k].offset);
}

enum status thermal_fail_runaway(const struct thermal_losses *first, const struct thermal_losses *last, double T_K,
                                 const struct thermal_loop *loop, struct err *e)
{
    int k_max = 0;
    for (int k = 1; k < ARRAY_LEN(loop_name); k++)
        if (loss_of(last, k) - loss_of(first, k) > loss_of(last, k_max) - loss_of(first, k_max))
            k_max = k;
    char gain[64] = "too hot before a gain could be told";
    if (isfinite(loop->gain))
        snprintf(gain, sizeof gain, "gain of the loop %.3f", loop->gain);
    return err_set(e, ST_INFEASIBLE, "thermal runaway",
                   "%s rose from %.4g W to %.4g W and the hottest part, %s, to %.1f K after %d rounds; %s", loop_name[k_max].name,
                   loss_of(first, k_max), loss_of(last, k_max), thermal_get_node_name((enum thermal_node)loop->node), T_K,
                   loop->n_iteration, gain);
}

/* change of the fixed-point map: largest entry, its node, and whether it points the way of the one before */
static double eval_change(const double *from_K, const double *to_K, double *delta_K, int *node, double *along)
{
    double max_K = 0.0;
    *node = 0;
    *along = 0.0;
    for (int i = 0; i < THERMAL_NODE_COUNT; i++) {
        double d = to_K[i] - from_K[i];
        *along += d * delta_K[i];
        delta_K[i] = d;
        if (fabs(d) > max_K) {
            max_K = fabs(d);
            *node = i;
        }
    }
    return max_K;
}

int thermal_get_hottest(const double *T_K)
{
    int k = 0;
    for (int i = 1; i < THERMAL_NODE_COUNT; i++)
        k = T_K[i] > T_K[k] ? i : k;
    return k;
}

/* An undamped change c leaves the distance c/(1-gain) to the fixed point; damped by d the changes shrink by r = 1 - d + d gain. */
static double eval_distance_K(double change_K, double contraction, double damping)
{
    return contraction < 1.0 ? change_K * damping / (1.0 - contraction) : (double)INFINITY;
}

static void set_damped(const struct thermal *t, const struct thermal_losses *loss, const double *from_K, const double *delta_K,
                       double damping, struct thermal_state *s)
{
    double P_W[THERMAL_NODE_COUNT];
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        s->T_K[i] = from_K[i] + damping * delta_K[i];
    thermal_set_sources(t, loss, P_W);
    thermal_set_state(t, P_W, s);
}

enum status thermal_solve_coupled(struct thermal *t, double speed_rad_per_s, thermal_loss_fn *fn, void *ctx,
                                  const struct thermal_couple *o, struct thermal_state *s, struct thermal_couple_info *info,
                                  struct err *e)
{
    assert(o->tol_K > 0.0 && o->damping > 0.0 && o->damping <= 1.0 && o->n_max > 0);
    struct thermal_losses first, loss;
    double delta_K[THERMAL_NODE_COUNT] = {0}, along, last_K = (double)NAN;
    int n_growth = 0;
    *info = (struct thermal_couple_info){.change_K = (double)NAN, .contraction = (double)NAN, .damping = o->damping};
    for (info->n_iteration = 1; info->n_iteration <= o->n_max; info->n_iteration++) {
        double from_K[THERMAL_NODE_COUNT];
        int node;
        for (int i = 0; i < THERMAL_NODE_COUNT; i++)
            from_K[i] = s->T_K[i];
        TRY(fn(ctx, s, &loss, e));
        if (info->n_iteration == 1)
            first = loss;
        TRY(thermal_solve_steady(t, speed_rad_per_s, &loss, s, e));
        info->change_K = eval_change(from_K, s->T_K, delta_K, &node, &along);
        info->contraction = info->change_K / last_K; /* NAN in the first round */
        struct thermal_loop loop = {info->n_iteration, info->contraction, thermal_get_hottest(s->T_K)};
        n_growth = info->contraction >= 1.0 && along > 0.0 && info->change_K > o->tol_K ? n_growth + 1 : 0;
        if (n_growth >= THERMAL_GROWTH_MAX || s->T_K[loop.node] > o->T_runaway_K)
            return thermal_fail_runaway(&first, &loss, s->T_K[loop.node], &loop, e);
        if (info->n_iteration > 1 && eval_distance_K(info->change_K, info->contraction, info->damping) <= o->tol_K)
            return ST_OK;
        if (info->change_K == 0.0)
            return ST_OK;
        if (info->n_iteration > 1 && along < 0.0)
            info->damping *= 0.5;
        set_damped(t, &loss, from_K, delta_K, info->damping, s);
        last_K = info->change_K;
    }
    info->n_iteration = o->n_max;
    return err_set(e, ST_NO_CONVERGE, "thermal coupling", "last change %.3g K after %d iterations, contraction %.3f, damping %.3g",
                   info->change_K, o->n_max, info->contraction, info->damping);
}
