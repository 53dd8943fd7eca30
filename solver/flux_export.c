/* flux_export.c - the grid, its values, and the inverse of the map. */
#include "solver/flux_export.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <stddef.h>
#include "materials/base/banned.h"

#define ITERATIONS 60
#define LINKAGE_RTOL 1e-10 /* of the largest linkage */

#define COLUMN(key, unit, member, doc) {key, unit, doc, offsetof(struct flux_row, member), 0}
#define WOUND(key, unit, member, doc) {key, unit, doc, offsetof(struct flux_row, member), 1}
static const struct flux_column COLUMNS[] = {
    COLUMN("i_d_A", "A", i_d_A, "d current, peak"),
    COLUMN("i_q_A", "A", i_q_A, "q current, peak"),
    WOUND("i_f_A", "A", i_f_A, "field current, dc"),
    COLUMN("lambda_d_Wb", "Wb", lambda_d_Wb, "d flux linkage, peak, mean over rotor positions"),
    COLUMN("lambda_q_Wb", "Wb", lambda_q_Wb, "q flux linkage, peak, mean over rotor positions"),
    WOUND("lambda_f_Wb", "Wb", lambda_f_Wb, "flux linkage of the whole field circuit"),
    COLUMN("torque_Nm", "Nm", torque_Nm, "air-gap torque, 3/2 p (lambda_d i_q - lambda_q i_d)"),
    COLUMN("torque_stress_Nm", "Nm", torque_stress_Nm, "air-gap torque by the stress in the gap, mean over rotor positions"),
    COLUMN("ripple_Nm", "Nm", ripple_Nm, "peak-to-peak torque over the positions solved: low when they are few"),
    COLUMN("L_d_H", "H", L_d_H, "apparent inductance (lambda_d - lambda_d at i_d = 0)/i_d"),
    COLUMN("L_q_H", "H", L_q_H, "apparent inductance lambda_q/i_q"),
    COLUMN("L_dd_H", "H", L_dd_H, "incremental, d lambda_d/d i_d"),
    COLUMN("L_dq_H", "H", L_dq_H, "incremental, d lambda_d/d i_q"),
    COLUMN("L_qd_H", "H", L_qd_H, "incremental, d lambda_q/d i_d"),
    COLUMN("L_qq_H", "H", L_qq_H, "incremental, d lambda_q/d i_q"),
    WOUND("L_df_H", "H", L_df_H, "incremental, d lambda_d/d i_f"),
    WOUND("L_qf_H", "H", L_qf_H, "incremental, d lambda_q/d i_f"),
    WOUND("L_fd_H", "H", L_fd_H, "incremental, d lambda_f/d i_d"),
    WOUND("L_fq_H", "H", L_fq_H, "incremental, d lambda_f/d i_q"),
    WOUND("L_ff_H", "H", L_ff_H, "incremental, d lambda_f/d i_f"),
    COLUMN("yoke_hyst_W_per_Hz", "W/Hz", iron.hyst_W_per_Hz[LOSS_STATOR_YOKE], "stator yoke: loss = hyst f + eddy f^2 + excess f^1.5"),
    COLUMN("yoke_eddy_W_per_Hz2", "W/Hz^2", iron.eddy_W_per_Hz2[LOSS_STATOR_YOKE],
           "f: electrical frequency; material data, no build factor"),
    COLUMN("yoke_excess_W_per_Hz15", "W/Hz^1.5", iron.excess_W_per_Hz15[LOSS_STATOR_YOKE], ""),
    COLUMN("tooth_hyst_W_per_Hz", "W/Hz", iron.hyst_W_per_Hz[LOSS_STATOR_TOOTH], "stator teeth"),
    COLUMN("tooth_eddy_W_per_Hz2", "W/Hz^2", iron.eddy_W_per_Hz2[LOSS_STATOR_TOOTH], ""),
    COLUMN("tooth_excess_W_per_Hz15", "W/Hz^1.5", iron.excess_W_per_Hz15[LOSS_STATOR_TOOTH], ""),
    COLUMN("rotor_hyst_W_per_Hz", "W/Hz", iron.hyst_W_per_Hz[LOSS_ROTOR_IRON], "rotor iron"),
    COLUMN("rotor_eddy_W_per_Hz2", "W/Hz^2", iron.eddy_W_per_Hz2[LOSS_ROTOR_IRON], ""),
    COLUMN("rotor_excess_W_per_Hz15", "W/Hz^1.5", iron.excess_W_per_Hz15[LOSS_ROTOR_IRON], ""),
    COLUMN("magnet_eddy_W_per_Hz2", "W/Hz^2", iron.eddy_W_per_Hz2[LOSS_MAGNET], "magnets"),
    COLUMN("sleeve_eddy_W_per_Hz2", "W/Hz^2", iron.sleeve_W_per_Hz2, "conducting sleeve of surface magnets"),
    COLUMN("slot_B2_T2", "T^2", iron.slot_Bt2_T2, "mean square of the slot leakage field: drives ac loss of round strands"),
    COLUMN("is_inside", "1", is_inside, "1: within the currents solved; 0: continued beyond them"),
};

static const struct flux_column INVERSE[] = {
    {"lambda_d_Wb", "Wb", "d flux linkage", offsetof(struct flux_inverse_row, lambda_d_Wb), 0},
    {"lambda_q_Wb", "Wb", "q flux linkage", offsetof(struct flux_inverse_row, lambda_q_Wb), 0},
    {"i_f_A", "A", "field current", offsetof(struct flux_inverse_row, i_f_A), 1},
    {"i_d_A", "A", "d current", offsetof(struct flux_inverse_row, i_d_A), 0},
    {"i_q_A", "A", "q current", offsetof(struct flux_inverse_row, i_q_A), 0},
    {"torque_Nm", "Nm", "air-gap torque", offsetof(struct flux_inverse_row, torque_Nm), 0},
    {"is_inside", "1", "1: within the currents solved; 0: continued beyond them", offsetof(struct flux_inverse_row, is_inside), 0},
};

const char *const flux_export_conventions[][2] = {
    {"axes", "d on the magnet or field-winding north axis, q leads d by 90 electrical degrees anticlockwise"},
    {"transform", "amplitude-invariant Park; T = 3/2 p (lambda_d i_q - lambda_q i_d)"},
    {"currents", "A peak phase, terminal quantities; i_f A dc"},
    {"signs", "motor convention; field weakening is i_d < 0"},
    {"linkages", "Wb peak, whole machine, 2-D: end-winding leakage L_end_H is not contained"},
    {"inductances", "H; L_d, L_q apparent; L_xy = d lambda_x / d i_y"},
    {"loss", "W of the whole machine = hyst f + eddy f^2 + excess f^1.5, f electrical frequency in Hz"},
    {"order", "i_d fastest, then i_q, then i_f: arrays n_d x n_q x n_f (ndgrid); Id Iq Fd Fq T dTpp: meshgrid, rows i_q, columns i_d"},
    {NULL, NULL},
};

const struct flux_column *flux_export_get_columns(int *n) { return *n = ARRAY_LEN(COLUMNS), COLUMNS; }
const struct flux_column *flux_export_get_inverse_columns(int *n) { return *n = ARRAY_LEN(INVERSE), INVERSE; }
double flux_export_get_value(const struct flux_column *c, const void *row) { return *(const double *)((const char *)row + c->offset); }

/* Points that flux_map_solve solved or interpolates: on the axes' ranges and within the circle beyond which corners are continued. */
static double is_inside(const struct flux_map_opts *o, double i_d_A, double i_q_A)
{
    double low_A, high_A, tiny_A = 1e-9 * o->i_q_A[o->n_q - 1];
    flux_map_get_i_d_range(o, &low_A, &high_A);
    return i_d_A >= low_A - tiny_A && i_d_A <= high_A + tiny_A && fabs(i_q_A) <= o->i_q_A[o->n_q - 1] + tiny_A &&
           hypot(i_d_A, i_q_A) <= o->corner_A;
}

static void set_row(const struct flux_map *fm, double i_d_A, double i_q_A, double i_f_A, struct flux_row *r)
{
    struct flux_point f, axis;
    flux_map_eval(fm, i_d_A, i_q_A, i_f_A, &f);
    flux_map_eval(fm, 0.0, i_q_A, i_f_A, &axis);
    *r = (struct flux_row){.i_d_A = i_d_A, .i_q_A = i_q_A, .i_f_A = i_f_A, .lambda_d_Wb = f.lambda_d_Wb, .lambda_q_Wb = f.lambda_q_Wb,
                           .lambda_f_Wb = f.lambda_f_Wb, .torque_Nm = f.torque_Nm,
                           .torque_stress_Nm = flux_map_eval_torque_Nm(fm, i_d_A, i_q_A, i_f_A),
                           .ripple_Nm = flux_map_eval_ripple_Nm(fm, i_d_A, i_q_A, i_f_A),
                           .L_d_H = i_d_A != 0.0 ? (f.lambda_d_Wb - axis.lambda_d_Wb) / i_d_A : f.dld_did,
                           .L_q_H = i_q_A != 0.0 ? f.lambda_q_Wb / i_q_A : f.dlq_diq,
                           .L_dd_H = f.dld_did, .L_dq_H = f.dld_diq, .L_qd_H = f.dlq_did, .L_qq_H = f.dlq_diq, .L_df_H = f.dld_dif,
                           .L_qf_H = f.dlq_dif, .L_fd_H = f.dlf_did, .L_fq_H = f.dlf_diq, .L_ff_H = f.dlf_dif,
                           .is_inside = is_inside(&fm->opts, i_d_A, i_q_A)};
    flux_map_eval_coef(fm, i_d_A, i_q_A, i_f_A, &r->iron);
}

/* Newton on the map, from the currents given; the last iterate is kept. 0: not found. */
static int find_currents(const struct flux_map *fm, struct flux_inverse_row *r, double scale_Wb, double I_A)
{
    for (int it = 0; it < ITERATIONS; it++) {
        struct flux_point f;
        flux_map_eval(fm, r->i_d_A, r->i_q_A, r->i_f_A, &f);
        double d = r->lambda_d_Wb - f.lambda_d_Wb, q = r->lambda_q_Wb - f.lambda_q_Wb;
        r->torque_Nm = f.torque_Nm;
        if (hypot(d, q) < LINKAGE_RTOL * scale_Wb)
            return 1;
        double det = f.dld_did * f.dlq_diq - f.dld_diq * f.dlq_did;
        double step_d = (f.dlq_diq * d - f.dld_diq * q) / det, step_q = (f.dld_did * q - f.dlq_did * d) / det;
        double size = hypot(step_d, step_q), limit = 0.25 * I_A, shrink = size > limit ? limit / size : 1.0;
        if (!isfinite(size))
            return 0;
        r->i_d_A += shrink * step_d;
        r->i_q_A += shrink * step_q;
    }
    return 0;
}

static void set_inverse(struct flux_export *x, const struct flux_map *fm)
{
    double low = HUGE_VAL, high = -HUGE_VAL, most = 0.0, I_A = x->meta.current_max_A;
    int n = FLUX_EXPORT_LINKAGES, layer = x->n_d * x->n_q;
    for (int k = 0; k < x->n; k++)
        if (x->row[k].is_inside > 0.0) {
            low = fmin(low, x->row[k].lambda_d_Wb);
            high = fmax(high, x->row[k].lambda_d_Wb);
            most = fmax(most, fabs(x->row[k].lambda_q_Wb));
        }
    for (int f = 0; f < x->n_f; f++)
        for (int q = 0; q < n; q++)
            for (int d = 0; d < n; d++) {
                struct flux_inverse_row *r = &x->inverse[(f * n + q) * n + d], *left = d > 0 ? r - 1 : q > 0 ? r - n : NULL;
                *r = (struct flux_inverse_row){.lambda_d_Wb = low + (high - low) * d / (n - 1),
                                               .lambda_q_Wb = most * (2.0 * q / (n - 1) - 1.0),
                                               .i_f_A = x->row[f * layer].i_f_A};
                if (left && isfinite(left->i_d_A)) { /* a neighbour is a near start */
                    r->i_d_A = left->i_d_A;
                    r->i_q_A = left->i_q_A;
                }
                if (find_currents(fm, r, fmax(most, high - low), I_A))
                    r->is_inside = is_inside(&fm->opts, r->i_d_A, r->i_q_A);
                else
                    r->i_d_A = r->i_q_A = r->torque_Nm = (double)NAN;
            }
}

static void set_rows(struct flux_export *x, const struct flux_map *fm)
{
    const struct flux_map_opts *o = &fm->opts;
    double step_A = x->meta.current_max_A / FLUX_EXPORT_STEPS;
    for (int f = 0; f < x->n_f; f++) {
        double i_f_A = x->n_f > 1 ? o->i_f_A[0] + (o->i_f_A[o->n_f - 1] - o->i_f_A[0]) * f / (x->n_f - 1) : o->i_f_A[0];
        for (int q = 0; q < x->n_q; q++)
            for (int d = 0; d < x->n_d; d++)
                set_row(fm, (d - FLUX_EXPORT_STEPS) * step_A, (q - FLUX_EXPORT_STEPS) * step_A, i_f_A,
                        &x->row[(f * x->n_q + q) * x->n_d + d]);
    }
}

enum status flux_export_new(const struct flux_map *map, const struct flux_export_meta *meta, struct flux_export **out, struct err *e)
{
    const struct flux_map_opts *o = &map->opts;
    double low_A, high_A, I_A = meta->current_max_A;
    *out = NULL;
    flux_map_get_i_d_range(o, &low_A, &high_A);
    if (!(I_A > 0.0) || low_A > -I_A * (1.0 - 1e-9) || high_A < 0.0 || o->i_q_A[o->n_q - 1] < I_A * (1.0 - 1e-9))
        return err_set(e, ST_RANGE, "current_max_A", "%g A is not within the flux map", I_A);
    struct flux_export *x = mem_new(1, sizeof *x);
    if (!x)
        return err_set(e, ST_NO_MEMORY, "flux_export", "no memory");
    x->meta = *meta;
    x->p = map->p;
    x->n_position = o->n_position;
    x->n_d = FLUX_EXPORT_STEPS + 1 + (int)floor(high_A / I_A * FLUX_EXPORT_STEPS + 1e-9);
    x->n_q = 2 * FLUX_EXPORT_STEPS + 1;
    x->n_f = o->n_f > 1 ? 2 * o->n_f - 1 : 1;
    x->n = x->n_d * x->n_q * x->n_f;
    x->n_inverse = FLUX_EXPORT_LINKAGES * FLUX_EXPORT_LINKAGES * x->n_f;
    x->row = mem_new((size_t)x->n, sizeof *x->row);
    x->inverse = mem_new((size_t)x->n_inverse, sizeof *x->inverse);
    if (!x->row || !x->inverse) {
        enum status st = err_set(e, ST_NO_MEMORY, "flux_export", "no memory for %d points", x->n);
        flux_export_free(x);
        return st;
    }
    struct flux_map at_rest = *map; /* at the temperature it was solved at, whatever the last evaluation shifted it to */
    at_rest.i_d_shift_A = 0.0;
    set_rows(x, &at_rest);
    set_inverse(x, &at_rest);
    *out = x;
    return ST_OK;
}

void flux_export_free(struct flux_export *x)
{
    if (!x)
        return;
    mem_free(x->row);
    mem_free(x->inverse);
    mem_free(x);
}
