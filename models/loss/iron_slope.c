/* iron_slope.c - see the header for the method. */
#include "models/loss/iron_slope.h"

#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/loss/iron_impl.h"
#include "materials/base/banned.h"

enum { HYST, EDDY, EXCESS, N_KIND }; /* of the slots: the squared field alone, in the place of the first */
enum { YOKE, TOOTH, SLOT, ROTOR, N_CLASS };

struct part {                   /* the columns of the stator or the rotor (iron_impl.h) */
    int n_column, n_row;
    double *to_T[N_KIND];       /* [n_row][2 n_column] coefficient to a sample */
    double *per_mass[N_KIND];   /* [n_column] coefficient to the mass, of slots to the area share */
    double *weight[N_KIND];     /* [n_column] work */
};

struct run { int class, first, last; }; /* triangles of one class that follow each other */

struct iron_slope {
    const struct mesh *mesh;
    int n_tri, max_position, n_position, n_run, n_area;
    double stack_m;
    struct part stator, rotor;
    struct run *run;
    int *area_tri, *area_class; /* [n_area] elements of the first pitch and pole, whose areas make the masses */
    double *to_area[N_KIND];    /* [n_area] */
    double *to_B[N_KIND];       /* [max_position][2 n_tri] */
    struct iron_coef value;
};

static int get_class(const struct mesh *ms, int t)
{
    switch (ms->region[t]) {
    case REGION_STATOR_YOKE: return YOKE;
    case REGION_STATOR_TOOTH: return TOOTH;
    case REGION_SLOT: return SLOT;
    case REGION_ROTOR_IRON: return ROTOR;
    default: return -1;
    }
}

/* ---- life cycle ---- */

static double *take(size_t n, int *ok)
{
    double *p = mem_new(n > 0 ? n : 1, sizeof *p);
    *ok &= p != NULL;
    return p;
}

static void part_new(struct part *p, int n_column, int n_row, int *ok)
{
    const size_t n = (size_t)n_column;
    p->n_column = n_column;
    p->n_row = n_row;
    for (int k = 0; k < N_KIND; k++) {
        p->to_T[k] = take(2 * n * (size_t)n_row, ok);
        p->per_mass[k] = take(n, ok);
        p->weight[k] = take(n, ok);
    }
}

static void part_drop(struct part *p)
{
    for (int k = 0; k < N_KIND; k++) {
        mem_free(p->to_T[k]);
        mem_free(p->per_mass[k]);
        mem_free(p->weight[k]);
    }
}

static int list_runs(const struct mesh *ms, struct run *run)
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
            run[n] = (struct run){class, t, t + 1};
        n++;
    }
    return n;
}

static void list_areas(struct iron_slope *s, const struct iron_ws *ws)
{
    int n = 0;
    for (int l = 0; l < ws->n_stator / ws->q; l++) {
        s->area_tri[n] = ws->local_tri[l];
        s->area_class[n++] = l < ws->n_local[0] ? YOKE : l < ws->n_local[0] + ws->n_local[1] ? TOOTH : SLOT;
    }
    for (int i = 0; i < ws->n_rotor; i++) {
        s->area_tri[n] = ws->rotor_tri[i];
        s->area_class[n++] = ROTOR;
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
    for (int k = 0; k < N_KIND; k++) {
        s->to_area[k] = take((size_t)s->n_area, &ok);
        s->to_B[k] = take((size_t)s->max_position * 2 * (size_t)s->n_tri, &ok);
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
    for (int k = 0; k < N_KIND; k++) {
        mem_free(s->to_area[k]);
        mem_free(s->to_B[k]);
    }
    mem_free(s->run);
    mem_free(s->area_tri);
    mem_free(s->area_class);
    mem_free(s);
}

/* ---- derivatives to samples and masses ---- */

/* Adds a harmonic of the columns first .. last-1 whose coefficients are factor[kind] times b2 (excess: b2^0.75). */
static void add_columns(struct part *p, const double *amplitude, const double *mass, int first, int last, const double factor[N_KIND],
                        const struct iron_harmonic *h)
{
    const int n = p->n_column;
    const double *ax = amplitude, *ay = ax + n, *bx = ay + n, *by = bx + n;
    for (int c = first; c < last; c++) {
        const double b2 = ax[c] * ax[c] + ay[c] * ay[c] + bx[c] * bx[c] + by[c] * by[c], root = sqrt(sqrt(b2));
        p->per_mass[HYST][c] += factor[HYST] * b2;
        p->per_mass[EDDY][c] += factor[EDDY] * b2;
        p->per_mass[EXCESS][c] += factor[EXCESS] * root * root * root;
        p->weight[HYST][c] = 2.0 * factor[HYST] * mass[c];
        p->weight[EDDY][c] = 2.0 * factor[EDDY] * mass[c];
        p->weight[EXCESS][c] = root > 0.0 ? 1.5 * factor[EXCESS] * mass[c] / root : 0.0;
    }
    for (int m = 0; m < h->n_sample; m++) {
        const double wc = h->weight_cos[m], ws = h->weight_sin[m];
        for (int k = 0; k < N_KIND && factor[k] != 0.0; k++) {
            double *to = p->to_T[k] + (size_t)m * 2 * (size_t)n;
            const double *weight = p->weight[k];
            for (int c = first; c < last; c++) {
                to[c] += weight[c] * (wc * ax[c] + ws * bx[c]);
                to[n + c] += weight[c] * (wc * ay[c] + ws * by[c]);
            }
        }
    }
}

static void get_factors(double order, const double k[N_KIND], double factor[N_KIND])
{
    factor[HYST] = k[0] * order;
    factor[EDDY] = k[1] * order * order;
    factor[EXCESS] = k[2] * order * sqrt(order);
}

static void add_stator(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    struct part *p = ctx;
    const int n_iron = iron_get_first_column(ws, 2);
    const double square[N_KIND] = {1.0, 0.0, 0.0};
    double factor[N_KIND];
    get_factors(h->order, ws->k_stator, factor);
    iron_set_amplitude(ws, ws->stator_T, ws->n_stator, h);
    add_columns(p, ws->amplitude, ws->stator_kg, 0, n_iron, factor, h);
    if (h->order == 1.0)
        add_columns(p, ws->amplitude, ws->stator_kg, n_iron, ws->n_stator, square, h);
}

static void add_rotor(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    double factor[N_KIND];
    get_factors(h->order, ws->k_rotor, factor);
    iron_set_amplitude(ws, ws->rotor_T, ws->n_rotor, h);
    add_columns(ctx, ws->amplitude, ws->rotor_kg, 0, ws->n_rotor, factor, h);
}

/* Not a number in every derivative of a part whose harmonics the positions do not resolve. */
static void part_clear(struct part *p, double value)
{
    for (int k = 0; k < N_KIND; k++) {
        for (size_t i = 0; i < 2 * (size_t)p->n_column * (size_t)p->n_row; i++)
            p->to_T[k][i] = value;
        for (int c = 0; c < p->n_column; c++)
            p->per_mass[k][c] = value;
    }
}

/* ---- back to the elements ---- */

/* The transpose of set_stator_sample: what a row of samples took from the elements of position k. */
static void stator_set_B(struct iron_slope *s, const struct iron_ws *ws, int k, int n_position)
{
    const int n = ws->n_stator;
    for (int j = 0; j < IRON_N_BELT * ws->q; j++) {
        const struct iron_place *at = &ws->place[j];
        const double c = at->sign * cos(at->turn_rad), sn = at->sign * sin(at->turn_rad);
        const size_t row_at = (size_t)(at->window * n_position + k) * 2 * (size_t)n;
        for (int class = 0, l0 = 0; class < 3; l0 += ws->n_local[class], class++)
            for (int kind = 0; kind < (class == SLOT ? 1 : N_KIND); kind++) {
                const double *row = s->stator.to_T[kind] + row_at + iron_get_first_column(ws, class) + at->own * ws->n_local[class];
                double *to = s->to_B[kind] + 2 * ((size_t)k * (size_t)s->n_tri + (size_t)j * (size_t)ws->n_tri_per_pitch);
                for (int l = 0; l < ws->n_local[class]; l++) {
                    to[2 * ws->local_tri[l0 + l]] = c * row[l] + sn * row[n + l];
                    to[2 * ws->local_tri[l0 + l] + 1] = c * row[n + l] - sn * row[l];
                }
            }
    }
}

/* The transpose of set_rotor_sample. */
static void rotor_set_B(struct iron_slope *s, const struct iron_ws *ws, int k, int n_position)
{
    const int n = ws->n_rotor;
    for (int i = 0; i < ws->n_window; i++) {
        const int pole = ws->window_pole[i];
        const double sign = pole % 2 == 0 ? 1.0 : -1.0, c = sign * cos(pole * PI / ws->p), sn = sign * sin(pole * PI / ws->p);
        for (int kind = 0; kind < N_KIND; kind++) {
            const double *row = s->rotor.to_T[kind] + (size_t)(i * n_position + k) * 2 * (size_t)n;
            double *to = s->to_B[kind] + 2 * ((size_t)k * (size_t)s->n_tri + (size_t)pole * (size_t)ws->n_tri_per_pole);
            for (int r = 0; r < n; r++) {
                to[2 * ws->rotor_tri[r]] = c * row[r] - sn * row[n + r];
                to[2 * ws->rotor_tri[r] + 1] = sn * row[r] + c * row[n + r];
            }
        }
    }
}

/* A mass is its area times a constant; a slot's share of the area is that over their sum, which grows with it. */
static void areas_set(struct iron_slope *s, const struct iron_ws *ws)
{
    const double mean = s->value.slot_Bt2_T2;
    for (int class = 0, i = 0; class < 3; class++)
        for (int l = 0; l < ws->n_local[class]; l++, i++)
            for (int kind = 0; kind < N_KIND; kind++) {
                s->to_area[kind][i] = 0.0;
                for (int j = 0; j < ws->q; j++) {
                    const int column = iron_get_first_column(ws, class) + j * ws->n_local[class] + l;
                    const double per_m2 = ws->stator_kg[column] / iron_get_area_m2(s->mesh, s->area_tri[i]);
                    s->to_area[kind][i] += per_m2 * (s->stator.per_mass[kind][column] - (class == SLOT ? mean : 0.0));
                }
            }
    for (int r = 0, i = ws->n_stator / ws->q; r < ws->n_rotor; r++, i++)
        for (int kind = 0; kind < N_KIND; kind++)
            s->to_area[kind][i] = s->rotor.per_mass[kind][r] * ws->rotor_kg[r] / iron_get_area_m2(s->mesh, s->area_tri[i]);
}

void iron_slope_set(struct iron_slope *s, struct iron_ws *ws, const struct mesh *ms, const struct machine *m, int n_position)
{
    s->mesh = ms;
    s->stack_m = m->stack_m;
    s->n_position = n_position;
    iron_eval(ws, n_position, &s->value);
    part_clear(&s->stator, 0.0);
    part_clear(&s->rotor, 0.0);
    if (!iron_visit_stator(ws, n_position, add_stator, &s->stator))
        part_clear(&s->stator, (double)NAN);
    if (!iron_visit_rotor(ws, n_position, add_rotor, &s->rotor))
        part_clear(&s->rotor, (double)NAN);
    for (int k = 0; k < n_position; k++) {
        stator_set_B(s, ws, k, n_position);
        rotor_set_B(s, ws, k, n_position);
    }
    areas_set(s, ws);
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

static void add_fields(const struct iron_slope *s, const struct iron_motion *o, double sum[N_CLASS][N_KIND])
{
    for (int k = 0; k < s->n_position; k++)
        for (int r = 0; r < s->n_run; r++) {
            const struct run *run = &s->run[r];
            const size_t at = 2 * ((size_t)k * (size_t)s->n_tri + (size_t)run->first), n = 2 * (size_t)(run->last - run->first);
            const double *dB_T = o->dB_T + (size_t)k * o->stride + 2 * (size_t)run->first;
            for (int kind = 0; kind < (run->class == SLOT ? 1 : N_KIND); kind++)
                sum[run->class][kind] += dot(n, s->to_B[kind] + at, dB_T);
        }
}

static void add_areas(const struct iron_slope *s, const struct iron_motion *o, double sum[N_CLASS][N_KIND])
{
    const double *x = s->mesh->x_m, *y = s->mesh->y_m, *vx = o->x_m, *vy = o->y_m;
    for (int i = 0; i < s->n_area; i++) {
        const int *v = s->mesh->tri + 3 * s->area_tri[i], class = s->area_class[i];
        const double d_m2 = 0.5 * ((vx[v[1]] - vx[v[0]]) * (y[v[2]] - y[v[0]]) + (x[v[1]] - x[v[0]]) * (vy[v[2]] - vy[v[0]]) -
                                   (vx[v[2]] - vx[v[0]]) * (y[v[1]] - y[v[0]]) - (x[v[2]] - x[v[0]]) * (vy[v[1]] - vy[v[0]]));
        for (int kind = 0; kind < (class == SLOT ? 1 : N_KIND); kind++)
            sum[class][kind] += s->to_area[kind][i] * d_m2;
    }
}

void iron_slope_eval(const struct iron_slope *s, const struct iron_motion *o, struct iron_coef *out)
{
    static const struct { int class; enum loss_region region; } part[] = {
        {YOKE, LOSS_STATOR_YOKE}, {TOOTH, LOSS_STATOR_TOOTH}, {ROTOR, LOSS_ROTOR_IRON}};
    double sum[N_CLASS][N_KIND] = {{0.0}};
    add_fields(s, o, sum);
    if (o->x_m)
        add_areas(s, o, sum);
    memset(out, 0, sizeof *out);
    for (int i = 0; i < ARRAY_LEN(part); i++) {
        const enum loss_region r = part[i].region;
        const double *d = sum[part[i].class], stretch = o->stack_m / s->stack_m;
        out->hyst_W_per_Hz[r] = d[HYST] + stretch * s->value.hyst_W_per_Hz[r];
        out->eddy_W_per_Hz2[r] = d[EDDY] + stretch * s->value.eddy_W_per_Hz2[r];
        out->excess_W_per_Hz15[r] = d[EXCESS] + stretch * s->value.excess_W_per_Hz15[r];
    }
    out->slot_Bt2_T2 = sum[SLOT][HYST];
}
