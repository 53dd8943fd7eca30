/* flux_moment.c - slopes of the magnets' eddy loss from those of the field behind it. Contract: flux_map_impl.h.
 * The loss falls by decades towards weak currents, while the moments v of the flux density that pulsates in the magnets, in which it is a
 * quadratic form P = Q(v, v), cross zero there smoothly. With the derivatives of the splines through v,
 *     P_d = 2 Q(v, v_d),   P_q = 2 Q(v, v_q),   P_dq = 2 [Q(v_d, v_q) + Q(v, v_dq)],   4 Q(a, b) = P(a + b) - P(a - b),
 * and by symmetry P_q = P_dq = 0 at i_q = 0. An axis of four points is one polynomial, which swings more through v than through P: there
 * the loss keeps its own slopes. Maps without field winding only. */
#include "models/operate/flux_map_impl.h"
#include "materials/base/mem.h"
#include <string.h>
#include "materials/base/banned.h"

enum { MOMENT_LEAST_AXIS = 5, MOMENT_DER_COUNT = DER_F };

enum status flux_moment_set_machine(struct flux_map *fm, const struct machine *m, struct err *e)
{
    const struct flux_map_opts *o = &fm->opts;
    struct flux_moment *t = &fm->nodes->moment;
    double ahead[MACHINE_MAX_SLICE];
    t->n_slice = machine_get_slices(m, ahead);
    t->n_position = o->n_position;
    t->n = t->n_slice * iron_get_moment_count(fm->nodes->iron, o->n_position);
    t->is_used = t->n > 0 && o->n_d >= MOMENT_LEAST_AXIS && o->n_q >= MOMENT_LEAST_AXIS && o->n_f == 1 && o->n_position > 1;
    const int need = t->n * (fm->max_points * MOMENT_DER_COUNT + 1);
    if (!t->is_used || need <= t->capacity)
        return ST_OK;
    mem_free(t->v_T);
    t->capacity = need;
    t->v_T = mem_new((size_t)need, sizeof *t->v_T);
    if (t->v_T)
        return ST_OK;
    t->is_used = t->capacity = 0;
    return err_set(e, ST_NO_MEMORY, "flux_map", "no memory for %d moments of the field in the magnets", need);
}

static double *moment_get(const struct flux_map *fm, int k, int der)
{
    const struct flux_moment *t = &fm->nodes->moment;
    return t->v_T + ((size_t)k * MOMENT_DER_COUNT + (size_t)der) * (size_t)t->n;
}

void flux_moment_set_point(struct flux_map *fm, int k, int slice)
{
    const struct flux_moment *t = &fm->nodes->moment;
    if (t->is_used)
        iron_get_moments_T(fm->nodes->iron, t->n_position, moment_get(fm, k, DER_NONE) + slice * (t->n / t->n_slice));
}

struct loss { double all_W_per_Hz2, gap_W_per_Hz2; };

/* P of moments, mean over the slices. */
static struct loss eval_loss(const struct flux_map *fm, const double *v_T)
{
    const struct flux_moment *t = &fm->nodes->moment;
    struct loss sum = {0.0, 0.0};
    for (int j = 0; j < t->n_slice; j++) {
        struct iron_coef c;
        iron_set_moments_T(fm->nodes->iron, t->n_position, v_T + j * (t->n / t->n_slice));
        iron_eval_magnet(fm->nodes->iron, t->n_position, &c);
        sum.all_W_per_Hz2 += c.eddy_W_per_Hz2[LOSS_MAGNET] / t->n_slice;
        sum.gap_W_per_Hz2 += c.magnet_gap_W_per_Hz2 / t->n_slice;
    }
    return sum;
}

/* P(a + sign b) */
static struct loss eval_sum(const struct flux_map *fm, const double *a_T, double sign, const double *b_T)
{
    const struct flux_moment *t = &fm->nodes->moment;
    double *pair_T = t->v_T + (size_t)fm->max_points * MOMENT_DER_COUNT * (size_t)t->n;
    for (int i = 0; i < t->n; i++)
        pair_T[i] = a_T[i] + sign * b_T[i];
    return eval_loss(fm, pair_T);
}

/* Adds 2 Q(a, b) to a derivative of both losses of point k. */
static void add_product(const struct flux_map *fm, int k, int der, const double *a_T, const double *b_T)
{
    const struct loss sum = eval_sum(fm, a_T, 1.0, b_T), difference = eval_sum(fm, a_T, -1.0, b_T);
    double *x = fm->nodes->data + ((size_t)k * DER_COUNT + (size_t)der) * CH_COUNT;
    x[CH_EDDY + LOSS_MAGNET] += 0.5 * (sum.all_W_per_Hz2 - difference.all_W_per_Hz2);
    x[CH_MAGNET_GAP] += 0.5 * (sum.gap_W_per_Hz2 - difference.gap_W_per_Hz2);
}

void flux_moment_set_corner(struct flux_map *fm, int k, int a, int b, int c)
{
    const struct flux_moment *t = &fm->nodes->moment;
    if (!t->is_used)
        return;
    double *v_T = moment_get(fm, k, DER_NONE);
    const double *a_T = moment_get(fm, a, DER_NONE), *b_T = moment_get(fm, b, DER_NONE), *c_T = moment_get(fm, c, DER_NONE);
    for (int i = 0; i < t->n; i++)
        v_T[i] = a_T[i] + b_T[i] - c_T[i];
    const struct loss P = eval_loss(fm, v_T);
    fm->eddy_W_per_Hz2[LOSS_MAGNET][k] = P.all_W_per_Hz2;
    fm->magnet_gap_W_per_Hz2[k] = P.gap_W_per_Hz2;
}

/* Derivative `from` of the moments along a line of n points `step` apart -> derivative `to`, by the slope operator of the axis. */
static void derive_line(const struct flux_map *fm, int first, int step, int n, const double *slope, int from, int to)
{
    for (int a = 0; a < n; a++) {
        double *out_T = moment_get(fm, first + a * step, to);
        memset(out_T, 0, (size_t)fm->nodes->moment.n * sizeof *out_T);
        for (int b = 0; b < n; b++) {
            const double w = slope[a * n + b], *v_T = moment_get(fm, first + b * step, from);
            for (int i = 0; i < fm->nodes->moment.n; i++)
                out_T[i] += w * v_T[i];
        }
    }
}

static void derive(const struct flux_map *fm)
{
    const struct flux_map_opts *o = &fm->opts;
    double slope[FLUX_MAP_MAX_AXIS * FLUX_MAP_MAX_AXIS];
    flux_spline_set_slopes(o->n_d, o->i_d_A, 0, slope);
    for (int q = 0; q < o->n_q; q++)
        derive_line(fm, q * o->n_d, 1, o->n_d, slope, DER_NONE, DER_D);
    flux_spline_set_slopes(o->n_q, o->i_q_A, 0, slope);
    for (int d = 0; d < o->n_d; d++)
        for (int from = DER_NONE; from <= DER_D; from++)
            derive_line(fm, d, o->n_d, o->n_q, slope, from, from | DER_Q);
}

void flux_moment_set_slopes(struct flux_map *fm)
{
    if (!fm->nodes->moment.is_used)
        return;
    derive(fm);
    for (int k = 0; k < fm->n; k++) {
        const double *v_T = moment_get(fm, k, DER_NONE), *v_d_T = moment_get(fm, k, DER_D), *v_q_T = moment_get(fm, k, DER_Q);
        for (int der = DER_D; der < DER_F; der++) {
            double *x = fm->nodes->data + ((size_t)k * DER_COUNT + (size_t)der) * CH_COUNT;
            x[CH_EDDY + LOSS_MAGNET] = x[CH_MAGNET_GAP] = 0.0;
        }
        add_product(fm, k, DER_D, v_T, v_d_T);
        if (k < fm->opts.n_d)
            continue;
        add_product(fm, k, DER_Q, v_T, v_q_T);
        add_product(fm, k, DER_D | DER_Q, v_d_T, v_q_T);
        add_product(fm, k, DER_D | DER_Q, v_T, moment_get(fm, k, DER_D | DER_Q));
    }
}
