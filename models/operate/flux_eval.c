/* flux_eval.c - evaluation of a flux map: tensor Hermite contraction over a cell, channels innermost so that the compiler can use vector registers. */
#include "models/operate/flux_map_impl.h"
#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

/* Contract the four nodes of a d-q cell for nc channels. node[0..3]: (d0,q0), (d1,q0), (d0,q1), (d1,q1), at the wanted first derivative index;
 * der_stride: distance from one derivative to the next (order none, d, q, dq). Inlined with a constant nc. */
static inline void contract(const double *const node[4], int der_stride, int nc, const struct flux_basis *bd, const struct flux_basis *bq, double *v,
                            double *v_d, double *v_q)
{
    for (int c = 0; c < nc; c++) {
        double row[4], row_d[4]; /* value and q slope on the low, then the high q line */
        for (int r = 0; r < 2; r++)
            for (int s = 0; s < 2; s++) {
                const double *n0 = node[2 * r] + 2 * s * der_stride + c, *n1 = node[2 * r + 1] + 2 * s * der_stride + c;
                row[2 * r + s] = bd->w[0] * n0[0] + bd->w[1] * n0[der_stride] + bd->w[2] * n1[0] + bd->w[3] * n1[der_stride];
                row_d[2 * r + s] = bd->dw[0] * n0[0] + bd->dw[1] * n0[der_stride] + bd->dw[2] * n1[0] + bd->dw[3] * n1[der_stride];
            }
        v[c] = bq->w[0] * row[0] + bq->w[1] * row[1] + bq->w[2] * row[2] + bq->w[3] * row[3];
        v_d[c] = bq->w[0] * row_d[0] + bq->w[1] * row_d[1] + bq->w[2] * row_d[2] + bq->w[3] * row_d[3];
        v_q[c] = bq->dw[0] * row[0] + bq->dw[1] * row[1] + bq->dw[2] * row[2] + bq->dw[3] * row[3];
    }
}

struct cell { struct flux_basis d, q, f; double sign; };

static void set_cell(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct cell *c)
{
    const struct flux_map_opts *o = &fm->opts;
    c->sign = i_q_A < 0.0 ? -1.0 : 1.0;
    flux_spline_set_basis(o->n_d, o->i_d_A, i_d_A + fm->i_d_shift_A, &c->d);
    flux_spline_set_basis(o->n_q, o->i_q_A, fabs(i_q_A), &c->q);
    flux_spline_set_basis(o->n_f, o->i_f_A, i_f_A, &c->f);
}

/* Corners of the d-q cell on field layer `layer`, derivative der, channel ch. */
static void set_corners(const struct flux_map *fm, const struct cell *c, int layer, int der, int ch, const double *node[4])
{
    int nd = fm->opts.n_d, base = layer * fm->opts.n_q;
    for (int k = 0; k < 4; k++) {
        int d = k & 1 ? c->d.high : c->d.low, q = k & 2 ? c->q.high : c->q.low;
        node[k] = fm->nodes->data + ((size_t)((base + q) * nd + d) * DER_COUNT + (size_t)der) * CH_COUNT + ch;
    }
}

/* nc channels from ch on; v_f may hold anything with one field value. */
static inline void eval_channels(const struct flux_map *fm, const struct cell *c, int ch, int nc, double *v, double *v_d, double *v_q, double *v_f)
{
    const double *node[4];
    set_corners(fm, c, c->f.low, DER_NONE, ch, node);
    contract(node, CH_COUNT, nc, &c->d, &c->q, v, v_d, v_q);
    for (int k = 0; k < nc; k++)
        v_f[k] = 0.0;
    if (fm->opts.n_f == 1)
        return;
    for (int k = 0; k < nc; k++) {
        v_f[k] = c->f.dw[0] * v[k];
        v[k] *= c->f.w[0];
        v_d[k] *= c->f.w[0];
        v_q[k] *= c->f.w[0];
    }
    for (int part = 1; part < 4; part++) {
        double t[CH_COUNT], t_d[CH_COUNT], t_q[CH_COUNT], w = c->f.w[part], dw = c->f.dw[part];
        set_corners(fm, c, part < 2 ? c->f.low : c->f.high, part & 1 ? DER_F : DER_NONE, ch, node);
        contract(node, CH_COUNT, nc, &c->d, &c->q, t, t_d, t_q);
        for (int k = 0; k < nc; k++) {
            v[k] += w * t[k];
            v_d[k] += w * t_d[k];
            v_q[k] += w * t_q[k];
            v_f[k] += dw * t[k];
        }
    }
}

void flux_map_eval(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct flux_point *out)
{
    struct cell c;
    double v[3], v_d[3], v_q[3], v_f[3];
    set_cell(fm, i_d_A, i_q_A, i_f_A, &c);
    eval_channels(fm, &c, CH_LD, 3, v, v_d, v_q, v_f);
    out->lambda_d_Wb = v[CH_LD];
    out->lambda_q_Wb = c.sign * v[CH_LQ];
    out->lambda_f_Wb = v[CH_LF];
    out->torque_Nm = 1.5 * fm->p * (out->lambda_d_Wb * i_q_A - out->lambda_q_Wb * i_d_A);
    out->dld_did = v_d[CH_LD];
    out->dld_diq = c.sign * v_q[CH_LD];
    out->dlq_did = c.sign * v_d[CH_LQ];
    out->dlq_diq = v_q[CH_LQ];
    out->dld_dif = v_f[CH_LD];
    out->dlq_dif = c.sign * v_f[CH_LQ];
    out->dlf_did = v_d[CH_LF];
    out->dlf_diq = c.sign * v_q[CH_LF];
    out->dlf_dif = v_f[CH_LF];
}

static double eval_one(const struct flux_map *fm, int ch, double i_d_A, double i_q_A, double i_f_A, double *sign)
{
    struct cell c;
    double v, v_d, v_q, v_f;
    set_cell(fm, i_d_A, i_q_A, i_f_A, &c);
    eval_channels(fm, &c, ch, 1, &v, &v_d, &v_q, &v_f);
    *sign = c.sign;
    return v;
}

/* Not below 0; NAN (not known) stays NAN. */
static double at_least_zero(double x)
{
    return x < 0.0 ? 0.0 : x;
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
    double sign;
    return at_least_zero(eval_one(fm, CH_RIPPLE, i_d_A, i_q_A, i_f_A, &sign));
}

double flux_map_eval_slot_Bt2_T2(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A)
{
    double sign;
    return at_least_zero(eval_one(fm, CH_BT2, i_d_A, i_q_A, i_f_A, &sign));
}

void flux_map_eval_iron_W(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, double f_el_Hz, double out[LOSS_REGION_COUNT])
{
    enum { N = 3 * LOSS_REGION_COUNT };
    struct cell c;
    double v[N], v_d[N], v_q[N], v_f[N], f = fabs(f_el_Hz);
    set_cell(fm, i_d_A, i_q_A, i_f_A, &c);
    eval_channels(fm, &c, CH_HYST, N, v, v_d, v_q, v_f);
    for (int r = 0; r < LOSS_REGION_COUNT; r++)
        out[r] = at_least_zero(v[r]) * f + at_least_zero(v[CH_EDDY - CH_HYST + r]) * f * f +
                 at_least_zero(v[CH_EXCESS - CH_HYST + r]) * f * sqrt(f);
}

/* Channels of a slice. */
enum { SL_LD, SL_LQ, SL_LF, SL_BT2, SL_HYST, SL_EDDY, SL_EXCESS, SL_SPARE };

void flux_map_set_slice(const struct flux_map *fm, double i_f_A, double build_factor_pu, struct flux_slice *out)
{
    struct flux_basis b;
    int n = fm->opts.n_d * fm->opts.n_q;
    flux_spline_set_basis(fm->opts.n_f, fm->opts.i_f_A, i_f_A, &b);
    out->map = fm;
    out->i_f_A = i_f_A;
    for (int k = 0; k < n; k++)
        for (int der = 0; der < DER_F; der++) {
            const double *low = fm->nodes->data + ((size_t)(b.low * n + k) * DER_COUNT + (size_t)der) * CH_COUNT;
            const double *high = fm->nodes->data + ((size_t)(b.high * n + k) * DER_COUNT + (size_t)der) * CH_COUNT;
            double v[CH_COUNT], *to = out->node[k][der];
            for (int c = 0; c < CH_COUNT; c++)
                v[c] = b.w[0] * low[c] + b.w[1] * low[DER_F * CH_COUNT + c] + b.w[2] * high[c] + b.w[3] * high[DER_F * CH_COUNT + c];
            to[SL_LD] = v[CH_LD];
            to[SL_LQ] = v[CH_LQ];
            to[SL_LF] = v[CH_LF];
            to[SL_BT2] = v[CH_BT2];
            to[SL_HYST] = to[SL_EDDY] = to[SL_EXCESS] = to[SL_SPARE] = 0.0;
            for (int r = 0; r < LOSS_REGION_COUNT; r++) {
                double build = r == LOSS_MAGNET ? 1.0 : build_factor_pu;
                to[SL_HYST] += build * v[CH_HYST + r];
                to[SL_EDDY] += build * v[CH_EDDY + r];
                to[SL_EXCESS] += build * v[CH_EXCESS + r];
            }
        }
}

void flux_map_eval_slice(const struct flux_slice *s, double i_d_A, double i_q_A, struct flux_slice_point *out)
{
    const struct flux_map_opts *o = &s->map->opts;
    struct flux_basis bd, bq;
    double sign = i_q_A < 0.0 ? -1.0 : 1.0;
    double v[FLUX_SLICE_CHANNELS], v_d[FLUX_SLICE_CHANNELS], v_q[FLUX_SLICE_CHANNELS];
    flux_spline_set_basis(o->n_d, o->i_d_A, i_d_A + s->map->i_d_shift_A, &bd);
    flux_spline_set_basis(o->n_q, o->i_q_A, fabs(i_q_A), &bq);
    const double *node[4] = {s->node[bq.low * o->n_d + bd.low][0], s->node[bq.low * o->n_d + bd.high][0], s->node[bq.high * o->n_d + bd.low][0],
                             s->node[bq.high * o->n_d + bd.high][0]};
    contract(node, FLUX_SLICE_CHANNELS, FLUX_SLICE_CHANNELS, &bd, &bq, v, v_d, v_q);
    out->lambda_d_Wb = v[SL_LD];
    out->lambda_q_Wb = sign * v[SL_LQ];
    out->lambda_f_Wb = v[SL_LF];
    out->lambda_f_Wb = v[SL_LF];
    out->dld_did = v_d[SL_LD];
    out->dld_diq = sign * v_q[SL_LD];
    out->dlq_did = sign * v_d[SL_LQ];
    out->dlq_diq = v_q[SL_LQ];
    out->slot_Bt2_T2 = at_least_zero(v[SL_BT2]);
    out->hyst_W_per_Hz = at_least_zero(v[SL_HYST]);
    out->eddy_W_per_Hz2 = at_least_zero(v[SL_EDDY]);
    out->excess_W_per_Hz15 = at_least_zero(v[SL_EXCESS]);
    out->dhyst_diq = v[SL_HYST] < 0.0 ? 0.0 : sign * v_q[SL_HYST];
    out->deddy_diq = v[SL_EDDY] < 0.0 ? 0.0 : sign * v_q[SL_EDDY];
    out->dexcess_diq = v[SL_EXCESS] < 0.0 ? 0.0 : sign * v_q[SL_EXCESS];
}
