/* flux_eval.c - evaluation of a flux map: tensor Hermite contraction over a cell, four channels at a time. */
#include "models/operate/flux_map_impl.h"
#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

/* Contract the four nodes of a d-q cell for one group of channels. node[0..3]: (d0,q0), (d1,q0), (d0,q1), (d1,q1), at the wanted first
 * derivative index;
 * der_stride: distance from one derivative to the next (order none, d, q, dq). Written out, so that all twelve sums stay in registers. */
static inline void contract(const double *const node[4], int der_stride, const struct flux_basis *bd, const struct flux_basis *bq,
                            double *restrict v, double *restrict v_d, double *restrict v_q)
{
    double a0 = 0.0, a1 = 0.0, a2 = 0.0, a3 = 0.0, d0 = 0.0, d1 = 0.0, d2 = 0.0, d3 = 0.0, q0 = 0.0, q1 = 0.0, q2 = 0.0, q3 = 0.0;
    for (int k = 0; k < 4; k++)
        for (int der = 0; der < DER_F; der++) {
            int id = 2 * (k & 1) + (der & 1), iq = 2 * (k >> 1) + (der >> 1);
            double w = bd->w[id] * bq->w[iq], w_d = bd->dw[id] * bq->w[iq], w_q = bd->w[id] * bq->dw[iq];
            const double *x = node[k] + der * der_stride;
            a0 += w * x[0];
            a1 += w * x[1];
            a2 += w * x[2];
            a3 += w * x[3];
            d0 += w_d * x[0];
            d1 += w_d * x[1];
            d2 += w_d * x[2];
            d3 += w_d * x[3];
            q0 += w_q * x[0];
            q1 += w_q * x[1];
            q2 += w_q * x[2];
            q3 += w_q * x[3];
        }
    v[0] = a0, v[1] = a1, v[2] = a2, v[3] = a3;
    v_d[0] = d0, v_d[1] = d1, v_d[2] = d2, v_d[3] = d3;
    v_q[0] = q0, v_q[1] = q1, v_q[2] = q2, v_q[3] = q3;
}

struct cell { struct flux_basis d, q, f; double sign; int is_tail; /* from the tail to the end of the map */ };

/* Place on the map's axis of i_d. */
static double get_along_d_A(const struct flux_map *fm, double i_d_A, double i_f_A)
{
    return i_d_A + fm->i_d_shift_A + fm->opts.shear_pu * i_f_A;
}

static void set_cell(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct cell *c)
{
    const struct flux_map_opts *o = &fm->opts;
    c->sign = i_q_A < 0.0 ? -1.0 : 1.0;
    c->is_tail = 0;
    flux_spline_set_basis(o->n_d, o->i_d_A, get_along_d_A(fm, i_d_A, i_f_A), &c->d);
    flux_spline_set_basis(o->n_q, o->i_q_A, fabs(i_q_A), &c->q);
    flux_spline_set_basis(o->n_f, o->i_f_A, i_f_A, &c->f);
}

static double hold(int n, const double *x, double at)
{
    return at < x[0] ? x[0] : at > x[n - 1] ? x[n - 1] : at;
}

/* For what is never below zero: beyond the grid its end, where a tangent would go below. */
static void set_held_cell(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct cell *c)
{
    const struct flux_map_opts *o = &fm->opts;
    c->is_tail = 0;
    flux_spline_set_basis(o->n_d, o->i_d_A, hold(o->n_d, o->i_d_A, get_along_d_A(fm, i_d_A, i_f_A)), &c->d);
    flux_spline_set_basis(o->n_q, o->i_q_A, hold(o->n_q, o->i_q_A, fabs(i_q_A)), &c->q);
    flux_spline_set_basis(o->n_f, o->i_f_A, hold(o->n_f, o->i_f_A, i_f_A), &c->f);
}

/* Below the axis, for linkages alone: the cell that begins at the tail. */
static void move_to_tail(const struct flux_map *fm, double along_d_A, struct cell *c)
{
    const double x_A[2] = {fm->opts.tail_A, fm->opts.i_d_A[0]};
    flux_spline_set_basis(2, x_A, along_d_A, &c->d);
    c->d.high = 0; /* of the map */
    c->is_tail = 1;
}

/* Corners of the d-q cell on field layer `layer`, derivative der, channel ch. */
static void set_corners(const struct flux_map *fm, const struct cell *c, int layer, int der, int ch, const double *node[4])
{
    int nd = fm->opts.n_d, base = layer * fm->opts.n_q;
    for (int k = 0; k < 4; k++) {
        int d = k & 1 ? c->d.high : c->d.low, q = k & 2 ? c->q.high : c->q.low;
        node[k] = c->is_tail && !(k & 1) ? fm->nodes->tail[q][der] + ch
                                         : fm->nodes->data + ((size_t)((base + q) * nd + d) * DER_COUNT + (size_t)der) * CH_COUNT + ch;
    }
}

/* One group of channels, from ch on: values and slopes. */
static void eval_group(const struct flux_map *fm, const struct cell *c, int ch, double v[CH_GROUP], double v_d[CH_GROUP],
                       double v_q[CH_GROUP], double v_f[CH_GROUP])
{
    const double *node[4];
    set_corners(fm, c, c->f.low, DER_NONE, ch, node);
    contract(node, CH_COUNT, &c->d, &c->q, v, v_d, v_q);
    for (int k = 0; k < CH_GROUP; k++)
        v_f[k] = 0.0;
    if (fm->opts.n_f == 1)
        return;
    for (int k = 0; k < CH_GROUP; k++) {
        v_f[k] = c->f.dw[0] * v[k];
        v[k] *= c->f.w[0];
        v_d[k] *= c->f.w[0];
        v_q[k] *= c->f.w[0];
    }
    for (int part = 1; part < 4; part++) {
        double t[CH_GROUP], t_d[CH_GROUP], t_q[CH_GROUP], w = c->f.w[part], dw = c->f.dw[part];
        set_corners(fm, c, part < 2 ? c->f.low : c->f.high, part & 1 ? DER_F : DER_NONE, ch, node);
        contract(node, CH_COUNT, &c->d, &c->q, t, t_d, t_q);
        for (int k = 0; k < CH_GROUP; k++) {
            v[k] += w * t[k];
            v_d[k] += w * t_d[k];
            v_q[k] += w * t_q[k];
            v_f[k] += dw * t[k];
        }
    }
    for (int k = 0; k < CH_GROUP; k++)
        v_f[k] += fm->opts.shear_pu * v_d[k]; /* at i_d held */
}

/* By how much a current exceeds an axis; 0 inside. */
static double get_excess_A(int n, const double *x, double at) { return fmax(0.0, at - x[n - 1]); }

/* Beyond the ends of a map for faults: the linkage of the current that is beyond rises by the least inductance known there, others stay.
 * (Tangents of both would cross: linkages that fall over their own current, where a fault cannot be followed.) */
static void add_excess(const struct flux_map *fm, double d_A, double q_A, double sign, struct flux_point *out)
{
    if (d_A > 0.0) {
        out->lambda_d_Wb += d_A * fm->tail.beyond_d_H;
        out->dld_did = fm->tail.beyond_d_H;
        out->dlq_did = 0.0;
    }
    if (q_A > 0.0) {
        out->lambda_q_Wb += sign * q_A * fm->tail.beyond_q_H;
        out->dlq_diq = fm->tail.beyond_q_H;
        out->dld_diq = 0.0;
    }
}

void flux_map_eval(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct flux_point *out)
{
    const struct flux_map_opts *o = &fm->opts;
    const int has_tail = o->tail_A < 0.0;
    const double along_d_A = get_along_d_A(fm, i_d_A, i_f_A), over_d_A = has_tail ? get_excess_A(o->n_d, o->i_d_A, along_d_A) : 0.0,
                 over_q_A = has_tail ? get_excess_A(o->n_q, o->i_q_A, fabs(i_q_A)) : 0.0;
    struct cell c;
    double v[CH_GROUP], v_d[CH_GROUP], v_q[CH_GROUP], v_f[CH_GROUP];
    set_cell(fm, i_d_A - over_d_A, i_q_A - copysign(over_q_A, i_q_A), i_f_A, &c);
    if (has_tail && along_d_A < o->i_d_A[0])
        move_to_tail(fm, along_d_A, &c);
    eval_group(fm, &c, CH_LD, v, v_d, v_q, v_f);
    out->lambda_d_Wb = v[CH_LD];
    out->lambda_q_Wb = c.sign * v[CH_LQ];
    out->lambda_f_Wb = v[CH_LF];
    out->dld_did = v_d[CH_LD];
    out->dld_diq = c.sign * v_q[CH_LD];
    out->dlq_did = c.sign * v_d[CH_LQ];
    out->dlq_diq = v_q[CH_LQ];
    out->dld_dif = v_f[CH_LD];
    out->dlq_dif = c.sign * v_f[CH_LQ];
    out->dlf_did = v_d[CH_LF];
    out->dlf_diq = c.sign * v_q[CH_LF];
    out->dlf_dif = v_f[CH_LF];
    add_excess(fm, over_d_A, over_q_A, c.sign, out);
    out->torque_Nm = 1.5 * fm->p * (out->lambda_d_Wb * i_q_A - out->lambda_q_Wb * i_d_A);
}

static double eval_one(const struct flux_map *fm, int ch, double i_d_A, double i_q_A, double i_f_A, double *sign)
{
    struct cell c;
    double v[CH_GROUP], v_d[CH_GROUP], v_q[CH_GROUP], v_f[CH_GROUP];
    set_cell(fm, i_d_A, i_q_A, i_f_A, &c);
    eval_group(fm, &c, ch - ch % CH_GROUP, v, v_d, v_q, v_f);
    *sign = c.sign;
    return v[ch % CH_GROUP];
}

/* One that is never below zero; what rounding leaves below is 0, NAN (not known) stays NAN. */
static double at_least_zero(double x)
{
    return x < 0.0 ? 0.0 : x;
}

static double eval_bound(const struct flux_map *fm, int ch, double i_d_A, double i_q_A, double i_f_A)
{
    struct cell c;
    double v[CH_GROUP], v_d[CH_GROUP], v_q[CH_GROUP], v_f[CH_GROUP];
    set_held_cell(fm, i_d_A, i_q_A, i_f_A, &c);
    eval_group(fm, &c, ch - ch % CH_GROUP, v, v_d, v_q, v_f);
    return at_least_zero(v[ch % CH_GROUP]);
}

double flux_map_eval_torque_Nm(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A)
{
    /* lambda_q times the shift: the torque of the map at its own i_d, taken to the i_d asked for. */
    double sign, v = eval_one(fm, CH_TORQUE, i_d_A, i_q_A, i_f_A, &sign);
    if (fm->i_d_shift_A != 0.0)
        v += 1.5 * fm->p * fm->i_d_shift_A * eval_one(fm, CH_LQ, i_d_A, i_q_A, i_f_A, &sign);
    return sign * v;
}

double flux_map_eval_ripple_Nm(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A)
{
    return eval_bound(fm, CH_RIPPLE, i_d_A, i_q_A, i_f_A);
}

double flux_map_eval_magnet_gap_W(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz)
{
    return f_el_Hz * f_el_Hz * eval_bound(fm, CH_MAGNET_GAP, i_d_A, i_q_A, i_f_A);
}

double flux_map_eval_sleeve_W(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz)
{
    return f_el_Hz * f_el_Hz * eval_bound(fm, CH_SLEEVE, i_d_A, i_q_A, i_f_A);
}

double flux_map_get_sleeve_reaction_pu(const struct flux_map *fm, double f_el_Hz)
{
    return fm->sleeve_all_W_per_Hz2 > 0.0 ? f_el_Hz * sqrt(fm->sleeve_reaction2_W_per_Hz4 / fm->sleeve_all_W_per_Hz2) : 0.0;
}

double flux_map_eval_slot_Bt2_T2(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A)
{
    return eval_bound(fm, CH_BT2, i_d_A, i_q_A, i_f_A);
}

void flux_map_eval_coef(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct iron_coef *out)
{
    struct cell c;
    double v[3][CH_GROUP], v_d[CH_GROUP], v_q[CH_GROUP], v_f[CH_GROUP];
    set_held_cell(fm, i_d_A, i_q_A, i_f_A, &c);
    eval_group(fm, &c, CH_HYST, v[0], v_d, v_q, v_f);
    eval_group(fm, &c, CH_EDDY, v[1], v_d, v_q, v_f);
    eval_group(fm, &c, CH_EXCESS, v[2], v_d, v_q, v_f);
    for (int r = 0; r < LOSS_REGION_COUNT; r++) {
        out->hyst_W_per_Hz[r] = at_least_zero(v[0][r]);
        out->eddy_W_per_Hz2[r] = at_least_zero(v[1][r]);
        out->excess_W_per_Hz15[r] = at_least_zero(v[2][r]);
    }
    out->slot_Bt2_T2 = flux_map_eval_slot_Bt2_T2(fm, i_d_A, i_q_A, i_f_A);
    out->magnet_gap_W_per_Hz2 = eval_bound(fm, CH_MAGNET_GAP, i_d_A, i_q_A, i_f_A);
    out->sleeve_W_per_Hz2 = eval_bound(fm, CH_SLEEVE, i_d_A, i_q_A, i_f_A);
}

void flux_map_eval_iron_W(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz,
                          double out[LOSS_REGION_COUNT])
{
    struct iron_coef k;
    const double f = fabs(f_el_Hz);
    flux_map_eval_coef(fm, i_d_A, i_q_A, i_f_A, &k);
    for (int r = 0; r < LOSS_REGION_COUNT; r++)
        out[r] = k.hyst_W_per_Hz[r] * f + k.eddy_W_per_Hz2[r] * f * f + k.excess_W_per_Hz15[r] * f * sqrt(f);
}

void flux_map_set_layers(const struct flux_map *fm, const struct flux_weights *w, struct flux_slice *out)
{
    out->map = fm;
    for (int k = 0; k < fm->n; k++)
        for (int der = 0; der < DER_COUNT; der++) {
            const double *v = fm->nodes->data + ((size_t)k * DER_COUNT + (size_t)der) * CH_COUNT;
            double *to = out->layer[k][der], drag_Nm = w->eddy_Nm * v[CH_SLEEVE];
            for (int r = 0; r < LOSS_REGION_COUNT; r++) {
                double sum = w->hyst_Nm * v[CH_HYST + r] + w->eddy_Nm * v[CH_EDDY + r] + w->excess_Nm * v[CH_EXCESS + r];
                drag_Nm += (r == LOSS_MAGNET ? 1.0 : w->build_factor_pu) * sum;
            }
            to[FLUX_SLICE_LD] = v[CH_LD];
            to[FLUX_SLICE_LQ] = v[CH_LQ];
            to[FLUX_SLICE_DRAG] = drag_Nm;
            to[FLUX_SLICE_EXTRA] = w->Bt2_W * v[CH_BT2];
        }
}

void flux_map_set_slice(struct flux_slice *s, double i_f_A)
{
    const struct flux_map_opts *o = &s->map->opts;
    struct flux_basis b;
    int n = o->n_d * o->n_q;
    flux_spline_set_basis(o->n_f, o->i_f_A, i_f_A, &b);
    s->i_f_A = i_f_A;
    for (int k = 0; k < n; k++) {
        const double *low = s->layer[b.low * n + k][DER_NONE], *low_f = s->layer[b.low * n + k][DER_F];
        const double *high = s->layer[b.high * n + k][DER_NONE], *high_f = s->layer[b.high * n + k][DER_F];
        double *to = s->node[k][DER_NONE];
        for (int j = 0; j < DER_F * FLUX_SLICE_CHANNELS; j++)
            to[j] = b.w[0] * low[j] + b.w[1] * low_f[j] + b.w[2] * high[j] + b.w[3] * high_f[j];
    }
}

void flux_map_eval_slice(const struct flux_slice *s, double i_d_A, double i_q_A, struct flux_slice_point *out)
{
    const struct flux_map_opts *o = &s->map->opts;
    struct flux_basis bd, bq;
    const double sign = i_q_A < 0.0 ? -1.0 : 1.0, d_A = get_along_d_A(s->map, i_d_A, s->i_f_A), q_A = fabs(i_q_A);
    double v[FLUX_SLICE_CHANNELS], v_d[FLUX_SLICE_CHANNELS], v_q[FLUX_SLICE_CHANNELS];
    flux_spline_set_basis(o->n_d, o->i_d_A, d_A, &bd);
    flux_spline_set_basis(o->n_q, o->i_q_A, q_A, &bq);
    const double *node[4] = {s->node[bq.low * o->n_d + bd.low][0], s->node[bq.low * o->n_d + bd.high][0],
                             s->node[bq.high * o->n_d + bd.low][0], s->node[bq.high * o->n_d + bd.high][0]};
    contract(node, FLUX_SLICE_CHANNELS, &bd, &bq, v, v_d, v_q);
    out->lambda_d_Wb = v[FLUX_SLICE_LD];
    out->lambda_q_Wb = sign * v[FLUX_SLICE_LQ];
    out->dld_diq = sign * v_q[FLUX_SLICE_LD];
    out->dlq_diq = v_q[FLUX_SLICE_LQ];
    const int is_q_beyond = bq.is_beyond;
    if (bd.is_beyond || is_q_beyond) { /* held; the corners are the same */
        flux_spline_set_basis(o->n_d, o->i_d_A, hold(o->n_d, o->i_d_A, d_A), &bd);
        flux_spline_set_basis(o->n_q, o->i_q_A, hold(o->n_q, o->i_q_A, q_A), &bq);
        contract(node, FLUX_SLICE_CHANNELS, &bd, &bq, v, v_d, v_q);
    }
    out->drag_Nm = v[FLUX_SLICE_DRAG];
    out->ddrag_diq = is_q_beyond ? 0.0 : sign * v_q[FLUX_SLICE_DRAG];
    out->extra_W = v[FLUX_SLICE_EXTRA];
}
