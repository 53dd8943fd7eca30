/* flux_block.c - neighbouring points of a flux map, position by position. Contract: flux_map_impl.h. */
#include "models/operate/flux_map_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static enum status set_iron(struct flux_map *fm, const struct mesh *ms, const struct machine *m, int *is_new, struct err *e)
{
    struct flux_nodes *nd = fm->nodes;
    int key[6] = {ms->n_tri, ms->n_tri_per_pitch, m->p, m->stator.n_slot, (int)m->rotor_type, (int)m->v.centre};
    *is_new = !nd->iron || memcmp(key, nd->iron_key, sizeof key) != 0;
    if (!*is_new) {
        iron_set_machine(nd->iron, ms, m);
        return ST_OK;
    }
    iron_free(nd->iron);
    nd->iron = NULL;
    TRY(iron_new(ms, m, FLUX_MAP_MAX_POSITION, &nd->iron, e));
    memcpy(nd->iron_key, key, sizeof key);
    return ST_OK;
}

enum status flux_block_set_machine(struct flux_map *fm, const struct mesh *ms, const struct machine *m, struct err *e)
{
    struct flux_nodes *nd = fm->nodes;
    int is_new;
    TRY(set_iron(fm, ms, m, &is_new, e));
    if (!is_new && fm->opts.n_position <= nd->n_B_position)
        return ST_OK;
    mem_free(nd->B_T);
    nd->n_B_position = fm->opts.n_position;
    nd->B_T = mem_new((size_t)FLUX_BLOCK_MAX * (size_t)nd->n_B_position * 2 * (size_t)ms->n_tri, sizeof *nd->B_T);
    if (nd->B_T)
        return ST_OK;
    nd->n_B_position = 0;
    return err_set(e, ST_NO_MEMORY, "flux_map", "no memory for the fields of %d points", FLUX_BLOCK_MAX);
}

static double *field_get(const struct flux_map *fm, const struct field_ws *ws, int i, int pos)
{
    const size_t line = 2 * (size_t)field_get_mesh(ws)->n_tri;
    return fm->nodes->B_T + ((size_t)i * (size_t)fm->opts.n_position + (size_t)pos) * line;
}

static double *sleeve_get(const struct flux_map *fm, int i, int pos)
{
    return fm->nodes->sleeve_Wb_per_m + ((size_t)i * FLUX_MAP_MAX_POSITION + (size_t)pos) * 2 * FIELD_MAX_GAP_WAVE;
}

static int point_get(const struct flux_map *fm, const struct flux_block *b, int i)
{
    return (b->f * fm->opts.n_q + b->q) * fm->opts.n_d + b->d[i];
}

/* What is summed over the slices of a point. */
struct sums { struct field_result at[FLUX_BLOCK_MAX][FLUX_MAP_MAX_POSITION]; };

enum status flux_slice_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, const struct flux_current *i, int pos,
                             double ahead_el_rad, int n_slice, struct field_result *out, struct field_inductance *sum, struct err *e)
{
    const int n = fm->opts.n_position;
    const struct field_slice s = field_get_slice(iron_get_position_el_rad(m, pos, n), i->i_d_A, i->i_q_A, ahead_el_rad);
    struct field_info info;
    struct field_inductance L;
    field_set_angle(ws, s.theta_el_rad);
    TRY(field_solve(ws, s.i_d_A, s.i_q_A, i->i_f_A, fm->n_solve == 0, out, &info, e));
    fm->n_solve++;
    TRY(field_eval_inductance(ws, FIELD_FACTOR_LAST, &L, e));
    field_add_slice_inductance(sum, &L, ahead_el_rad, n_slice * n);
    return ST_OK;
}

static enum status solve_one(struct flux_map *fm, struct field_ws *ws, const struct machine *m, const struct flux_block *b, int i, int pos,
                             double ahead_el_rad, int n_slice, struct sums *sum, struct err *e)
{
    const struct flux_map_opts *o = &fm->opts;
    const struct flux_current at = {flux_map_get_i_d_A(o, b->d[i], b->f), o->i_q_A[b->q], o->i_f_A[b->f]};
    struct field_result r;
    TRY(flux_slice_solve(fm, ws, m, &at, pos, ahead_el_rad, n_slice, &r, &fm->nodes->inductance[point_get(fm, b, i)], e));
    field_add_slice(&sum->at[i][pos], &r, ahead_el_rad, n_slice);
    memcpy(field_get(fm, ws, i, pos), field_eval_B_T(ws), 2 * (size_t)field_get_mesh(ws)->n_tri * sizeof(double));
    iron_eval_sleeve_field(fm->nodes->iron, ws, sleeve_get(fm, i, pos));
    return ST_OK;
}

/* Losses of one slice of point i, mean over n_slice of them. */
static void add_losses(struct flux_map *fm, const struct field_ws *ws, const struct machine *m, const struct flux_block *b, int i,
                       int slice, double ahead_el_rad, int n_slice)
{
    const int k = point_get(fm, b, i), n = fm->opts.n_position;
    struct iron_coef coef;
    for (int pos = 0; pos < n; pos++) {
        const double start_el_rad = iron_get_position_el_rad(m, pos, n);
        iron_set_sample(fm->nodes->iron, pos, n, field_get_slice(start_el_rad, 0.0, 0.0, ahead_el_rad).theta_el_rad,
                        field_get(fm, ws, i, pos));
        iron_set_sleeve_sample(fm->nodes->iron, pos, n, sleeve_get(fm, i, pos));
    }
    iron_eval(fm->nodes->iron, n, &coef);
    flux_moment_set_point(fm, k, slice);
    for (int r = 0; r < LOSS_REGION_COUNT; r++) {
        fm->hyst_W_per_Hz[r][k] += coef.hyst_W_per_Hz[r] / n_slice;
        fm->eddy_W_per_Hz2[r][k] += coef.eddy_W_per_Hz2[r] / n_slice;
        fm->excess_W_per_Hz15[r][k] += coef.excess_W_per_Hz15[r] / n_slice;
    }
    fm->slot_Bt2_T2[k] += coef.slot_Bt2_T2 / n_slice;
    fm->magnet_gap_W_per_Hz2[k] += coef.magnet_gap_W_per_Hz2 / n_slice;
    fm->sleeve_W_per_Hz2[k] += coef.sleeve_W_per_Hz2 / n_slice;
    fm->sleeve_all_W_per_Hz2 += coef.sleeve_W_per_Hz2 / n_slice;
    fm->sleeve_reaction2_W_per_Hz4 += coef.sleeve_reaction2_W_per_Hz4 / n_slice;
}

/* One slice: two successive solves differ by one step of one thing only. */
static enum status solve_slice(struct flux_map *fm, struct field_ws *ws, const struct machine *m, struct flux_block *b,
                               int slice, double ahead_el_rad, int n_slice, struct sums *sum, struct err *e)
{
    const int n = fm->opts.n_position;
    for (int step = 0; step < n; step++, b->is_point_back = !b->is_point_back)
        for (int i = 0; i < b->n; i++)
            TRY(solve_one(fm, ws, m, b, b->is_point_back ? b->n - 1 - i : i, b->is_position_back ? n - 1 - step : step, ahead_el_rad,
                          n_slice, sum, e));
    b->is_position_back = !b->is_position_back;
    for (int i = 0; i < b->n; i++)
        add_losses(fm, ws, m, b, i, slice, ahead_el_rad, n_slice);
    return ST_OK;
}

/* On the d axis what couples the axes is zero (flux_map.h). */
static void uncouple(struct field_inductance *L)
{
    L->H[FIELD_I_D][FIELD_I_Q] = L->H[FIELD_I_Q][FIELD_I_D] = L->H[FIELD_I_F][FIELD_I_Q] = L->H[FIELD_I_Q][FIELD_I_F] = 0.0;
}

static void set_point(struct flux_map *fm, const struct flux_block *b, int i, const struct field_result *at)
{
    const int k = point_get(fm, b, i), n = fm->opts.n_position;
    double sum[4] = {0.0, 0.0, 0.0, 0.0}, low = (double)INFINITY, high = -(double)INFINITY;
    for (int pos = 0; pos < n; pos++) {
        sum[0] += at[pos].lambda_d_Wb;
        sum[1] += at[pos].lambda_q_Wb;
        sum[2] += at[pos].lambda_f_Wb;
        sum[3] += at[pos].torque_Nm;
        low = fmin(low, at[pos].torque_Nm);
        high = fmax(high, at[pos].torque_Nm);
    }
    fm->lambda_d_Wb[k] = sum[0] / n;
    fm->lambda_q_Wb[k] = b->q == 0 ? 0.0 : sum[1] / n;
    fm->lambda_f_Wb[k] = sum[2] / n;
    fm->torque_Nm[k] = b->q == 0 ? 0.0 : sum[3] / n;
    fm->ripple_Nm[k] = high - low;
    if (b->q == 0)
        uncouple(&fm->nodes->inductance[k]);
}

enum status flux_block_solve(struct flux_map *fm, struct field_ws *ws, const struct machine *m, struct flux_block *b, struct err *e)
{
    double ahead[MACHINE_MAX_SLICE];
    const int n_slice = machine_get_slices(m, ahead);
    struct sums sum;
    memset(&sum, 0, sizeof sum);
    for (int j = 0; j < n_slice; j++)
        TRY(solve_slice(fm, ws, m, b, j, ahead[j], n_slice, &sum, e));
    for (int i = 0; i < b->n; i++)
        set_point(fm, b, i, sum.at[i]);
    b->n = 0;
    return ST_OK;
}
