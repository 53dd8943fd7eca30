/* iron_slope.c - life cycle, and the derivatives to a variable as sums of products. Method: iron_slope.h. */
#include "models/loss/iron_slope_impl.h"

#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/banned.h"

static int get_class(const struct mesh *ms, int t)
{
    switch (ms->region[t]) {
    case REGION_STATOR_YOKE: return SLOPE_YOKE;
    case REGION_STATOR_TOOTH: return SLOPE_TOOTH;
    case REGION_SLOT: return SLOPE_SLOT;
    case REGION_ROTOR_IRON: return SLOPE_ROTOR;
    default: return -1;
    }
}

/* ---- life cycle ---- */

static void part_new(struct iron_slope_part *p, int n_column, int n_row, int *ok)
{
    const size_t n = (size_t)n_column;
    p->n_column = n_column;
    p->n_row = n_row;
    for (int k = 0; k < SLOPE_N_KIND; k++) {
        p->to_T[k] = mem_take(2 * n * (size_t)n_row, sizeof(double), ok);
        p->per_mass[k] = mem_take(n, sizeof(double), ok);
        p->weight[k] = mem_take(n, sizeof(double), ok);
    }
}

static void part_drop(struct iron_slope_part *p)
{
    for (int k = 0; k < SLOPE_N_KIND; k++) {
        mem_free(p->to_T[k]);
        mem_free(p->per_mass[k]);
        mem_free(p->weight[k]);
    }
}

static int list_runs(const struct mesh *ms, struct iron_slope_run *run)
{
    int n = 0;
    for (int t = 0; t < ms->n_tri; t++) {
        const int class = get_class(ms, t);
        if (class < 0)
            continue;
        if (n > 0 && run && run[n - 1].class == class && run[n - 1].last == t) {
            run[n - 1].last++;
            continue;
        }
        if (run)
            run[n] = (struct iron_slope_run){class, t, t + 1};
        n++;
    }
    return n;
}

static void list_areas(struct iron_slope *s, const struct iron_ws *ws)
{
    int n = 0;
    for (int l = 0; l < ws->n_stator / ws->q; l++) {
        s->area_tri[n] = ws->local_tri[l];
        s->area_class[n++] = l < ws->n_local[0] ? SLOPE_YOKE : l < ws->n_local[0] + ws->n_local[1] ? SLOPE_TOOTH : SLOPE_SLOT;
    }
    for (int i = 0; i < ws->n_rotor; i++) {
        s->area_tri[n] = ws->rotor_tri[i];
        s->area_class[n++] = SLOPE_ROTOR;
    }
}

enum status iron_slope_new(const struct iron_ws *ws, const struct mesh *ms, struct iron_slope **out, struct err *e)
{
    int ok = 1;
    *out = NULL;
    struct iron_slope *s = mem_new(1, sizeof *s);
    if (!s)
        return err_set(e, ST_NO_MEMORY, "iron_slope", "no memory for the workspace");
    s->n_tri = ms->n_tri;
    s->max_position = ws->max_position;
    s->n_area = ws->n_stator / ws->q + ws->n_rotor;
    part_new(&s->stator, ws->n_stator, IRON_N_BELT * ws->max_position, &ok);
    part_new(&s->rotor, ws->n_rotor, ws->n_window * ws->max_position, &ok);
    for (int k = 0; k < SLOPE_N_KIND; k++) {
        s->to_area[k] = mem_take((size_t)s->n_area, sizeof(double), &ok);
        s->to_B[k] = mem_take((size_t)s->max_position * 2 * (size_t)s->n_tri, sizeof(double), &ok);
    }
    ok &= (s->run = mem_new((size_t)ms->n_tri, sizeof *s->run)) != NULL;
    ok &= (s->area_tri = mem_new((size_t)s->n_area + 1, sizeof(int))) != NULL;
    ok &= (s->area_class = mem_new((size_t)s->n_area + 1, sizeof(int))) != NULL;
    if (!ok) {
        iron_slope_free(s);
        return err_set(e, ST_NO_MEMORY, "iron_slope", "no memory for %d elements at %d positions", ms->n_tri, ws->max_position);
    }
    s->n_run = list_runs(ms, s->run);
    list_areas(s, ws);
    *out = s;
    return ST_OK;
}

void iron_slope_free(struct iron_slope *s)
{
    if (!s)
        return;
    part_drop(&s->stator);
    part_drop(&s->rotor);
    for (int k = 0; k < SLOPE_N_KIND; k++) {
        mem_free(s->to_area[k]);
        mem_free(s->to_B[k]);
    }
    mem_free(s->run);
    mem_free(s->area_tri);
    mem_free(s->area_class);
    mem_free(s);
}

/* ---- a variable ---- */

static double dot(size_t n, const double *a, const double *b)
{
    double even = 0.0, odd = 0.0; /* of an even number */
    for (size_t i = 0; i < n; i += 2) {
        even += a[i] * b[i];
        odd += a[i + 1] * b[i + 1];
    }
    return even + odd;
}

static void add_fields(const struct iron_slope *s, const struct iron_motion *o, double sum[SLOPE_N_CLASS][SLOPE_N_KIND])
{
    for (int k = 0; k < s->n_position; k++)
        for (int r = 0; r < s->n_run; r++) {
            const struct iron_slope_run *run = &s->run[r];
            const size_t at = 2 * ((size_t)k * (size_t)s->n_tri + (size_t)run->first), n = 2 * (size_t)(run->last - run->first);
            const double *dB_T = o->dB_T + (size_t)k * o->stride + 2 * (size_t)run->first;
            for (int kind = 0; kind < (run->class == SLOPE_SLOT ? 1 : SLOPE_N_KIND); kind++)
                sum[run->class][kind] += dot(n, s->to_B[kind] + at, dB_T);
        }
}

static void add_areas(const struct iron_slope *s, const struct iron_motion *o, double sum[SLOPE_N_CLASS][SLOPE_N_KIND])
{
    const double *x = s->mesh->x_m, *y = s->mesh->y_m, *vx = o->x_m, *vy = o->y_m;
    for (int i = 0; i < s->n_area; i++) {
        const int *v = s->mesh->tri + 3 * s->area_tri[i], class = s->area_class[i];
        const double d_m2 = 0.5 * ((vx[v[1]] - vx[v[0]]) * (y[v[2]] - y[v[0]]) + (x[v[1]] - x[v[0]]) * (vy[v[2]] - vy[v[0]]) -
                                   (vx[v[2]] - vx[v[0]]) * (y[v[1]] - y[v[0]]) - (x[v[2]] - x[v[0]]) * (vy[v[1]] - vy[v[0]]));
        for (int kind = 0; kind < (class == SLOPE_SLOT ? 1 : SLOPE_N_KIND); kind++)
            sum[class][kind] += s->to_area[kind][i] * d_m2;
    }
}

void iron_slope_eval(const struct iron_slope *s, const struct iron_motion *o, struct iron_coef *out)
{
    static const struct { int class; enum loss_region region; } part[] = {
        {SLOPE_YOKE, LOSS_STATOR_YOKE}, {SLOPE_TOOTH, LOSS_STATOR_TOOTH}, {SLOPE_ROTOR, LOSS_ROTOR_IRON}};
    double sum[SLOPE_N_CLASS][SLOPE_N_KIND] = {{0.0}};
    add_fields(s, o, sum);
    if (o->x_m)
        add_areas(s, o, sum);
    memset(out, 0, sizeof *out);
    for (int i = 0; i < ARRAY_LEN(part); i++) {
        const enum loss_region r = part[i].region;
        const double *d = sum[part[i].class], stretch = o->stack_m / s->stack_m;
        out->hyst_W_per_Hz[r] = d[SLOPE_HYST] + stretch * s->value.hyst_W_per_Hz[r];
        out->eddy_W_per_Hz2[r] = d[SLOPE_EDDY] + stretch * s->value.eddy_W_per_Hz2[r];
        out->excess_W_per_Hz15[r] = d[SLOPE_EXCESS] + stretch * s->value.excess_W_per_Hz15[r];
    }
    out->slot_Bt2_T2 = sum[SLOPE_SLOT][SLOPE_HYST];
}
