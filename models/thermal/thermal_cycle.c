/* The periodic steady state of a drive cycle: a start state that the cycle reproduces. */
#include "models/thermal/thermal_impl.h"

#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

/* what one pass over the cycle leaves behind */
struct cycle_sum {
    double duration_s;
    struct net mean;              /* time mean of the network: its K only */
    struct thermal_losses losses; /* time mean */
};

static void add_time(struct cycle_sum *sum, const struct net *net, const struct thermal_losses *loss, double dt_s)
{
    double *to = (double *)&sum->losses;
    const double *from = (const double *)loss;
    for (int k = 0; k < net->n * net->n; k++)
        sum->mean.K_W_per_K[k] += dt_s * net->K_W_per_K[k];
    for (size_t k = 0; k < sizeof *loss / sizeof *from; k++)
        to[k] += dt_s * from[k];
    sum->duration_s += dt_s;
}

static void set_mean(struct cycle_sum *sum)
{
    double *l = (double *)&sum->losses;
    for (int k = 0; k < sum->mean.n * sum->mean.n; k++)
        sum->mean.K_W_per_K[k] /= sum->duration_s;
    for (size_t k = 0; k < sizeof sum->losses / sizeof *l; k++)
        l[k] /= sum->duration_s;
}

static void note_peaks(const struct thermal_state *s, struct thermal_cycle_info *info)
{
    info->copper_hot_K = fmax(info->copper_hot_K, s->copper_hot_K);
    info->magnet_hot_K = fmax(info->magnet_hot_K, s->magnet_hot_K); /* fmax passes over NAN */
    info->field_hot_K = fmax(info->field_hot_K, s->field_hot_K);
}

static enum status run_cycle(struct thermal *t, int n, const struct thermal_interval *interval, thermal_interval_fn *fn, void *ctx,
                             struct thermal_state *s, struct cycle_sum *sum, struct thermal_cycle_info *info, struct err *e)
{
    *sum = (struct cycle_sum){.duration_s = 0.0};
    net_init(&sum->mean, THERMAL_NODE_COUNT);
    info->copper_hot_K = info->magnet_hot_K = info->field_hot_K = (double)NAN;
    for (int k = 0; k < n; k++) {
        struct thermal_losses loss;
        TRY(fn(ctx, k, s, &loss, e));
        TRY(thermal_solve_transient(t, interval[k].speed_rad_per_s, &loss, interval[k].duration_s, 1, interval[k].n_step, s, e));
        add_time(sum, &t->net, &loss, interval[k].duration_s);
        note_peaks(s, info);
    }
    set_mean(sum);
    return ST_OK;
}

/* Estimated way to the periodic state, d = r + mean K^-1 C r / t with r what the pass changed: exact for a slow node (r is a fraction of
 * the way) and for a fast one (r is the way); in between at most 30 % too long. */
static enum status eval_way(const struct net *conduction, const struct cycle_sum *sum, const double *start_K, const double *end_K,
                            double *way_K, struct err *e)
{
    double stored_W[THERMAL_NODE_COUNT];
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        stored_W[i] = conduction->C_J_per_K[i] * (end_K[i] - start_K[i]) / sum->duration_s;
    TRY(net_solve_steady(&sum->mean, stored_W, way_K, e));
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        way_K[i] = conduction->C_J_per_K[i] > 0.0 ? way_K[i] + end_K[i] - start_K[i] : 0.0; /* massless nodes follow at once */
    return ST_OK;
}

/* longest way of a node, and whether the ways point where the last ones did */
static double get_longest(const double *way_K, const double *last_K, int *node, double *along)
{
    double max_K = 0.0;
    *along = 0.0;
    for (int i = 0; i < THERMAL_NODE_COUNT; i++) {
        *along += way_K[i] * last_K[i];
        if (fabs(way_K[i]) > max_K) {
            max_K = fabs(way_K[i]);
            *node = i;
        }
    }
    return max_K;
}

static void set_start(const struct thermal *t, const struct cycle_sum *sum, const double *start_K, const double *way_K,
                      struct thermal_state *s)
{
    double P_W[THERMAL_NODE_COUNT];
    for (int i = 0; i < THERMAL_NODE_COUNT; i++)
        s->T_K[i] = start_K[i] + way_K[i];
    thermal_set_sources(t, &sum->losses, P_W);
    thermal_set_state(t, P_W, s);
}

enum status thermal_solve_cycle(struct thermal *t, int n, const struct thermal_interval *interval, thermal_interval_fn *fn, void *ctx,
                                const struct thermal_cycle *o, struct thermal_state *s, struct thermal_cycle_info *info, struct err *e)
{
    assert(t->is_set && n > 0 && o->tol_K > 0.0 && o->n_max > 0);
    double way_K[2][THERMAL_NODE_COUNT] = {{0}}, along, last_K = (double)NAN;
    struct thermal_losses first = {0};
    struct cycle_sum sum;
    int n_growth = 0, node = 0;
    *info = (struct thermal_cycle_info){.distance_K = (double)NAN, .contraction = (double)NAN};
    for (info->n_pass = 1; info->n_pass <= o->n_max; info->n_pass++) {
        double start_K[THERMAL_NODE_COUNT], *way = way_K[info->n_pass % 2];
        for (int i = 0; i < THERMAL_NODE_COUNT; i++)
            start_K[i] = s->T_K[i];
        TRY(run_cycle(t, n, interval, fn, ctx, s, &sum, info, e));
        if (info->n_pass == 1)
            first = sum.losses;
        info->mean_losses = sum.losses;
        TRY(eval_way(&t->conduction, &sum, start_K, s->T_K, way, e));
        info->distance_K = get_longest(way, way_K[(info->n_pass + 1) % 2], &node, &along);
        info->contraction = info->distance_K / last_K; /* NAN in the first pass */
        n_growth = info->contraction >= 1.0 && along > 0.0 && info->distance_K > o->tol_K ? n_growth + 1 : 0;
        struct thermal_loop loop = {info->n_pass, info->contraction, thermal_get_hottest(s->T_K)};
        if (n_growth >= THERMAL_GROWTH_MAX || s->T_K[loop.node] > o->T_runaway_K)
            return thermal_fail_runaway(&first, &sum.losses, s->T_K[loop.node], &loop, e);
        if (info->distance_K <= o->tol_K)
            return ST_OK;
        set_start(t, &sum, start_K, way, s);
        last_K = info->distance_K;
    }
    info->n_pass = o->n_max;
    return err_set(e, ST_NO_CONVERGE, "drive cycle", "after %d passes '%s' is still about %.3g K from repeating itself, contraction %.3f",
                   o->n_max, thermal_get_node_name((enum thermal_node)node), info->distance_K, info->contraction);
}
