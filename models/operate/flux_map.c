/* flux_map.c - the map's grid, its life cycle, and filling it from the field model. */
#include "models/operate/flux_map_impl.h"
#include "materials/base/mem.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static double **table_of(struct flux_map *fm, int channel)
{
    double **single[CH_TABLE_SINGLE] = {&fm->lambda_d_Wb, &fm->lambda_q_Wb, &fm->lambda_f_Wb,
                                        &fm->torque_Nm,   &fm->ripple_Nm,   &fm->slot_Bt2_T2, &fm->magnet_gap_W_per_Hz2,
                                        &fm->sleeve_W_per_Hz2};
    if (channel < CH_TABLE_SINGLE)
        return single[channel];
    if (channel < CH_EDDY)
        return &fm->hyst_W_per_Hz[channel - CH_HYST];
    if (channel < CH_EXCESS)
        return &fm->eddy_W_per_Hz2[channel - CH_EDDY];
    return &fm->excess_W_per_Hz15[channel - CH_EXCESS];
}

enum status flux_map_new(int max_points, struct flux_map **out, struct err *e)
{
    assert(max_points >= 1);
    *out = NULL;
    struct flux_map *fm = mem_new(1, sizeof *fm);
    int ok = fm != NULL && (fm->nodes = mem_new(1, sizeof *fm->nodes)) != NULL;
    ok = ok && (fm->nodes->data = mem_new((size_t)max_points * DER_COUNT * CH_COUNT, sizeof(double))) != NULL;
    ok = ok && (fm->nodes->inductance = mem_new((size_t)max_points, sizeof *fm->nodes->inductance)) != NULL;
    for (int c = 0; ok && c < CH_COUNT; c++)
        ok = (*table_of(fm, c) = mem_new((size_t)max_points, sizeof(double))) != NULL;
    if (!ok) {
        flux_map_free(fm);
        return err_set(e, ST_NO_MEMORY, "flux_map_new", "no memory for a map of %d points", max_points);
    }
    fm->max_points = max_points;
    *out = fm;
    return ST_OK;
}

void flux_map_free(struct flux_map *fm)
{
    if (!fm)
        return;
    for (int c = 0; c < CH_COUNT; c++)
        mem_free(*table_of(fm, c));
    if (fm->nodes) {
        iron_free(fm->nodes->iron);
        mem_free(fm->nodes->B_T);
        mem_free(fm->nodes->moment.v_T);
        mem_free(fm->nodes->data);
        mem_free(fm->nodes->inductance);
    }
    mem_free(fm->nodes);
    mem_free(fm);
}

static enum status check_axis(const char *name, int n, int max, const double *x_A, struct err *e)
{
    if (n < 1 || n > max)
        return err_set(e, ST_RANGE, name, "%d values: between 1 and %d", n, max);
    for (int i = 0; i < n; i++)
        if (!isfinite(x_A[i]) || (i > 0 && !(x_A[i] > x_A[i - 1])))
            return err_set(e, ST_RANGE, name, "value %d (%g A) must be finite and above the one before it", i, x_A[i]);
    return ST_OK;
}

enum status flux_map_set_grid(struct flux_map *fm, int p, const struct flux_map_opts *opts, struct err *e)
{
    TRY(check_axis("i_d_A", opts->n_d, FLUX_MAP_MAX_AXIS, opts->i_d_A, e));
    TRY(check_axis("i_q_A", opts->n_q, FLUX_MAP_MAX_AXIS, opts->i_q_A, e));
    TRY(check_axis("i_f_A", opts->n_f, FLUX_MAP_MAX_FIELD, opts->i_f_A, e));
    int n = opts->n_d * opts->n_q * opts->n_f;
    if (opts->i_q_A[0] != 0.0)
        return err_set(e, ST_RANGE, "i_q_A", "the first value is %g A: the axis starts at 0", opts->i_q_A[0]);
    if (opts->tail_A > 0.0 || (opts->tail_A < 0.0 && opts->tail_A >= opts->i_d_A[0]))
        return err_set(e, ST_RANGE, "tail_A", "%g A: below the axis, which begins at %g A, or 0", opts->tail_A, opts->i_d_A[0]);
    if (n > fm->max_points)
        return err_set(e, ST_RANGE, "flux_map", "%d points: this map was made for %d", n, fm->max_points);
    if (p < 1)
        return err_set(e, ST_RANGE, "p", "%d pole pairs", p);
    fm->opts = *opts;
    fm->n = n;
    fm->p = p;
    fm->tail = (struct flux_tail){0};
    memset(fm->nodes->tail, 0, sizeof fm->nodes->tail);
    fm->i_d_shift_A = fm->sleeve_all_W_per_Hz2 = fm->sleeve_reaction2_W_per_Hz4 = 0.0;
    fm->nodes->moment.is_used = fm->nodes->has_inductance = 0;
    memset(fm->nodes->inductance, 0, (size_t)n * sizeof *fm->nodes->inductance);
    for (int c = 0; c < CH_COUNT; c++)
        memset(*table_of(fm, c), 0, (size_t)n * sizeof(double));
    return ST_OK;
}

static int channel_parity(int c)
{
    return c == CH_LQ || c == CH_TORQUE ? -1 : 1;
}

/* Mixed derivative `from` of every line of channel c along one axis -> derivative `to`, by the slope operator of the axis. */
static void derive_axis(struct flux_nodes *nd, int c, int from, int to, int n_axis, const double *slope, int stride, int n_outer,
                        int outer_stride, int n_inner, int inner_stride)
{
    for (int o = 0; o < n_outer; o++)
        for (int i = 0; i < n_inner; i++) {
            int base = o * outer_stride + i * inner_stride;
            for (int a = 0; a < n_axis; a++)
                nd->column[a] = nd->data[((base + a * stride) * DER_COUNT + from) * CH_COUNT + c];
            for (int a = 0; a < n_axis; a++) {
                double s = 0.0;
                for (int b = 0; b < n_axis; b++)
                    s += slope[a * n_axis + b] * nd->column[b];
                nd->data[((base + a * stride) * DER_COUNT + to) * CH_COUNT + c] = s;
            }
        }
}

/* Slope y' at a point where the secants below and above (NAN: none) are zero or more: 0 .. 3 times each of them, so that the cubics on
 * both sides do not fall [FRITSCH1980]. */
static double hold_slope(double slope, double below, double above)
{
    double most = fmin(isnan(below) ? HUGE_VAL : below, isnan(above) ? HUGE_VAL : above);
    return most >= 0.0 && most < HUGE_VAL ? fmin(fmax(slope, 0.0), 3.0 * most) : slope;
}

/* A linkage never falls over its own current, because the coenergy is convex: the slopes `der` of channel c along the axis x are held so
 * that it does not on the grid lines, wherever it does not at the points. is_mirrored: the secant before the first point is the first. */
static void hold_rising(struct flux_nodes *nd, int c, int der, int n_axis, const double *x, int is_mirrored, int stride, int n_outer,
                        int outer_stride, int n_inner, int inner_stride)
{
    for (int o = 0; o < n_outer; o++)
        for (int i = 0; i < n_inner; i++) {
            double *at = nd->data + (size_t)(o * outer_stride + i * inner_stride) * DER_COUNT * CH_COUNT + c;
            const size_t step = (size_t)stride * DER_COUNT * CH_COUNT;
            for (int a = 0; a < n_axis; a++, at += step) {
                double above = a + 1 < n_axis ? (at[step] - at[0]) / (x[a + 1] - x[a]) : (double)NAN;
                double below = a > 0 ? (at[0] - at[-(ptrdiff_t)step]) / (x[a] - x[a - 1]) : is_mirrored ? above : (double)NAN;
                at[der * CH_COUNT] = hold_slope(at[der * CH_COUNT], below, above);
            }
        }
}

/* Thirds of the widths of the cells on either side of index k. mirrored: the cell before the first point is the image of the first. */
static void set_thirds(int n, const double *x, int k, int is_mirrored, double third[2])
{
    third[0] = k > 0 ? (x[k] - x[k - 1]) / 3.0 : 0.0;
    third[1] = k < n - 1 ? (x[k + 1] - x[k]) / 3.0 : 0.0;
    if (k == 0 && is_mirrored)
        third[0] = third[1];
}

/* What cannot be negative, made so between the points too. */
static void bound_nodes(struct flux_map *fm)
{
    const struct flux_map_opts *o = &fm->opts;
    double third[2 * 3], x[DER_COUNT];
    for (int k = 0; k < fm->n; k++) {
        double *point = fm->nodes->data + (size_t)k * DER_COUNT * CH_COUNT;
        set_thirds(o->n_d, o->i_d_A, k % o->n_d, 0, third);
        set_thirds(o->n_q, o->i_q_A, k / o->n_d % o->n_q, 1, third + 2);
        set_thirds(o->n_f, o->i_f_A, k / (o->n_d * o->n_q), 0, third + 4);
        for (int c = CH_BOUND; c < CH_COUNT; c++) {
            for (int der = 0; der < DER_COUNT; der++)
                x[der] = point[der * CH_COUNT + c];
            flux_bound_point(x, third);
            for (int der = 0; der < DER_COUNT; der++)
                point[der * CH_COUNT + c] = x[der];
        }
    }
}

_Static_assert(CH_LD == (int)FIELD_I_D && CH_LQ == (int)FIELD_I_Q && CH_LF == (int)FIELD_I_F, "a linkage and its current have one number");

/* A linkage's derivatives `der` along the axis of a current are its inductances, where the field model gave them; along a sheared axis of
 * i_f, i_d falls. */
static void take_inductances(struct flux_map *fm, int c, enum field_current axis, int der)
{
    const double shear = axis == FIELD_I_F ? fm->opts.shear_pu : 0.0;
    if (c > CH_LF || !fm->nodes->has_inductance || (axis == FIELD_I_F && fm->opts.n_f == 1))
        return;
    for (int k = 0; k < fm->n; k++) {
        const double *L_H = fm->nodes->inductance[k].H[c];
        fm->nodes->data[(k * DER_COUNT + der) * CH_COUNT + c] = L_H[axis] - shear * L_H[FIELD_I_D];
    }
}

void flux_map_set_nodes(struct flux_map *fm)
{
    const struct flux_map_opts *o = &fm->opts;
    int nd = o->n_d, nq = o->n_q, nf = o->n_f;
    double slope_d[FLUX_MAP_MAX_AXIS * FLUX_MAP_MAX_AXIS], slope_f[FLUX_MAP_MAX_FIELD * FLUX_MAP_MAX_FIELD];
    double slope_q[2][FLUX_MAP_MAX_AXIS * FLUX_MAP_MAX_AXIS];
    flux_spline_set_slopes(nd, o->i_d_A, 0, slope_d);
    flux_spline_set_slopes(nf, o->i_f_A, 0, slope_f);
    flux_spline_set_slopes(nq, o->i_q_A, 1, slope_q[0]);
    flux_spline_set_slopes(nq, o->i_q_A, -1, slope_q[1]);
    for (int c = 0; c < CH_COUNT; c++) {
        const double *table = *table_of(fm, c), *sq = slope_q[channel_parity(c) < 0];
        for (int k = 0; k < fm->n; k++)
            fm->nodes->data[k * DER_COUNT * CH_COUNT + c] = table[k];
        derive_axis(fm->nodes, c, DER_NONE, DER_D, nd, slope_d, 1, nf, nd * nq, nq, nd);
        take_inductances(fm, c, FIELD_I_D, DER_D);
        if (c == CH_LD)
            hold_rising(fm->nodes, c, DER_D, nd, o->i_d_A, 0, 1, nf, nd * nq, nq, nd);
        for (int from = 0; from < DER_Q; from++)
            derive_axis(fm->nodes, c, from, from | DER_Q, nq, sq, nd, nf, nd * nq, nd, 1);
        take_inductances(fm, c, FIELD_I_Q, DER_Q);
        if (c == CH_LQ)
            hold_rising(fm->nodes, c, DER_Q, nq, o->i_q_A, 1, nd, nf, nd * nq, nd, 1);
        for (int from = 0; from < DER_F; from++)
            derive_axis(fm->nodes, c, from, from | DER_F, nf, slope_f, nd * nq, 1, 0, nd * nq, 1);
        take_inductances(fm, c, FIELD_I_F, DER_F);
        if (c == CH_LF && !(o->shear_pu > 0.0)) /* else a line of the grid changes i_d too */
            hold_rising(fm->nodes, c, DER_F, nf, o->i_f_A, 0, nd * nq, 1, 0, nd * nq, 1);
    }
    if (o->tail_A < 0.0)
        flux_tail_set_beyond(fm);
    flux_moment_set_slopes(fm);
    bound_nodes(fm);
}

void flux_map_set_shift(struct flux_map *fm, double shift_A)
{
    assert(isfinite(shift_A));
    fm->i_d_shift_A = shift_A;
}

/* The column of smallest |i_d| and the row i_q = 0 are always solved: every skipped point has three inner neighbours. */
static int axis_column(const struct flux_map_opts *o, int f)
{
    int best = 0;
    for (int d = 1; d < o->n_d; d++)
        if (fabs(flux_map_get_i_d_A(o, d, f)) < fabs(flux_map_get_i_d_A(o, best, f)))
            best = d;
    return best;
}

/* Least |i_d| of the point and its neighbours along i_f: in a sheared map they stand at other i_d, and cells reach from one to the next. */
static double get_least_i_d_A(const struct flux_map_opts *o, int d, int f)
{
    const double low_A = flux_map_get_i_d_A(o, d, f + 1 < o->n_f ? f + 1 : f), high_A = flux_map_get_i_d_A(o, d, f > 0 ? f - 1 : f);
    return fmax(0.0, fmax(low_A, -high_A));
}

static int is_skipped(const struct flux_map_opts *o, int d, int q, int f)
{
    return q > 0 && d != axis_column(o, f) && hypot(get_least_i_d_A(o, d, f), o->i_q_A[q]) > o->corner_A;
}

/* Torque is continued as identity plus remainder, because the product of currents and linkages has a mixed difference. */
static double torque_identity_Nm(const struct flux_map *fm, int k, int d, int q, int f)
{
    return 1.5 * fm->p * (fm->lambda_d_Wb[k] * fm->opts.i_q_A[q] - fm->lambda_q_Wb[k] * flux_map_get_i_d_A(&fm->opts, d, f));
}

static void fill_corner_point(struct flux_map *fm, int d, int dn, int q, int f)
{
    int nd = fm->opts.n_d, row = (f * fm->opts.n_q + q) * nd;
    int k = row + d, a = row + dn, b = row - nd + d, c = row - nd + dn;
    for (int ch = 0; ch < CH_COUNT; ch++) {
        double *t = *table_of(fm, ch);
        if (ch != CH_TORQUE)
            t[k] = t[a] + t[b] - t[c];
        if (ch >= CH_BOUND && t[k] < 0.0)
            t[k] = 0.0;
    }
    struct field_inductance *L = fm->nodes->inductance;
    for (int j = 0; j < FIELD_CURRENT_COUNT; j++)
        for (int i = 0; i < FIELD_CURRENT_COUNT; i++)
            L[k].H[j][i] = L[a].H[j][i] + L[b].H[j][i] - L[c].H[j][i];
    if (fm->opts.tail_A < 0.0 && d < dn)
        flux_tail_set_corner(fm, d, dn, q);
    double rest = fm->torque_Nm[a] - torque_identity_Nm(fm, a, dn, q, f) + fm->torque_Nm[b] - torque_identity_Nm(fm, b, d, q - 1, f) -
                  (fm->torque_Nm[c] - torque_identity_Nm(fm, c, dn, q - 1, f));
    fm->torque_Nm[k] = torque_identity_Nm(fm, k, d, q, f) + rest;
    flux_moment_set_corner(fm, k, a, b, c);
}

static void fill_corners(struct flux_map *fm)
{
    const struct flux_map_opts *o = &fm->opts;
    for (int f = 0; f < o->n_f; f++)
        for (int q = 1; q < o->n_q; q++) {
            const int axis = axis_column(o, f);
            for (int d = axis - 1; d >= 0; d--)
                if (is_skipped(o, d, q, f))
                    fill_corner_point(fm, d, d + 1, q, f);
            for (int d = axis + 1; d < o->n_d; d++)
                if (is_skipped(o, d, q, f))
                    fill_corner_point(fm, d, d - 1, q, f);
        }
}

enum status flux_map_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, const struct flux_map_opts *opts,
                           struct err *e)
{
    if (opts->n_position < 1 || opts->n_position > FLUX_MAP_MAX_POSITION)
        return err_set(e, ST_RANGE, "n_position", "%d rotor positions: between 1 and %d", opts->n_position, FLUX_MAP_MAX_POSITION);
    if (!(opts->corner_A > 0.0))
        return err_set(e, ST_RANGE, "corner_A", "%g A: above 0, or INFINITY to solve all points", opts->corner_A);
    if (m->magnet && !(opts->magnet_T_K > 0.0))
        return err_set(e, ST_RANGE, "magnet_T_K", "%g K: the magnet temperature must be given", opts->magnet_T_K);
    TRY(flux_map_set_grid(fm, m->p, opts, e));
    TRY(flux_block_set_machine(fm, field_get_mesh(ws), m, e));
    TRY(flux_moment_set_machine(fm, m, e));
    if (m->magnet)
        field_set_magnet_T(ws, opts->magnet_T_K);
    fm->n_solve = 0;
    struct flux_block block = {0};
    int is_d_back = 0, is_q_back = 0;
    for (int f = 0; f < opts->n_f; f++, is_q_back = !is_q_back)
        for (int jq = 0; jq < opts->n_q; jq++, is_d_back = !is_d_back) {
            block.f = f;
            block.q = is_q_back ? opts->n_q - 1 - jq : jq;
            for (int jd = 0; jd < opts->n_d; jd++) {
                const int d = is_d_back ? opts->n_d - 1 - jd : jd;
                if (!is_skipped(opts, d, block.q, f))
                    block.d[block.n++] = d;
                if (block.n == FLUX_BLOCK_MAX || (jd == opts->n_d - 1 && block.n > 0))
                    TRY(flux_block_solve(fm, ws, m, &block, e));
            }
        }
    if (opts->tail_A < 0.0)
        TRY(flux_tail_solve(fm, ws, m, e));
    fill_corners(fm);
    fm->nodes->has_inductance = 1;
    flux_map_set_nodes(fm);
    return ST_OK;
}
