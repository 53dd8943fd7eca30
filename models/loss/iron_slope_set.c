/* iron_slope_set.c - derivatives of the coefficients to every sample and mass, and from there to B and area of the elements. Formulae:
 * iron_slope.h. */
#include "models/loss/iron_slope_impl.h"

#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

/* ---- derivatives to samples and masses ---- */

/* Adds a harmonic of the columns first .. last-1 whose coefficients are factor[kind] times b2 (excess: b2^0.75). */
static void add_columns(struct iron_slope_part *p, const double *amplitude, const double *mass, int first, int last,
                        const double factor[SLOPE_N_KIND], const struct iron_harmonic *h)
{
    const int n = p->n_column;
    const double *ax = amplitude, *ay = ax + n, *bx = ay + n, *by = bx + n;
    for (int c = first; c < last; c++) {
        const double b2 = ax[c] * ax[c] + ay[c] * ay[c] + bx[c] * bx[c] + by[c] * by[c], root = sqrt(sqrt(b2));
        p->per_mass[SLOPE_HYST][c] += factor[SLOPE_HYST] * b2;
        p->per_mass[SLOPE_EDDY][c] += factor[SLOPE_EDDY] * b2;
        p->per_mass[SLOPE_EXCESS][c] += factor[SLOPE_EXCESS] * root * root * root;
        p->weight[SLOPE_HYST][c] = 2.0 * factor[SLOPE_HYST] * mass[c];
        p->weight[SLOPE_EDDY][c] = 2.0 * factor[SLOPE_EDDY] * mass[c];
        p->weight[SLOPE_EXCESS][c] = root > 0.0 ? 1.5 * factor[SLOPE_EXCESS] * mass[c] / root : 0.0;
    }
    for (int m = 0; m < h->n_sample; m++) {
        const double wc = h->weight_cos[m], ws = h->weight_sin[m];
        for (int k = 0; k < SLOPE_N_KIND && factor[k] != 0.0; k++) {
            double *to = p->to_T[k] + (size_t)m * 2 * (size_t)n;
            const double *weight = p->weight[k];
            for (int c = first; c < last; c++) {
                to[c] += weight[c] * (wc * ax[c] + ws * bx[c]);
                to[n + c] += weight[c] * (wc * ay[c] + ws * by[c]);
            }
        }
    }
}

static void get_factors(double order, const double k[SLOPE_N_KIND], double factor[SLOPE_N_KIND])
{
    factor[SLOPE_HYST] = k[0] * order;
    factor[SLOPE_EDDY] = k[1] * order * order;
    factor[SLOPE_EXCESS] = k[2] * order * sqrt(order);
}

static void add_stator(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    struct iron_slope_part *p = ctx;
    const int n_iron = iron_get_first_column(ws, 2);
    const double square[SLOPE_N_KIND] = {1.0, 0.0, 0.0};
    double factor[SLOPE_N_KIND];
    get_factors(h->order, ws->k_stator, factor);
    iron_set_amplitude(ws, ws->stator_T, ws->n_stator, h);
    add_columns(p, ws->amplitude, ws->stator_kg, 0, n_iron, factor, h);
    if (h->order == 1.0)
        add_columns(p, ws->amplitude, ws->stator_kg, n_iron, ws->n_stator, square, h);
}

static void add_rotor(struct iron_ws *ws, const struct iron_harmonic *h, void *ctx)
{
    double factor[SLOPE_N_KIND];
    get_factors(h->order, ws->k_rotor, factor);
    iron_set_amplitude(ws, ws->rotor_T, ws->n_rotor, h);
    add_columns(ctx, ws->amplitude, ws->rotor_kg, 0, ws->n_rotor, factor, h);
}

/* Not a number in every derivative of a part whose harmonics the positions do not resolve. */
static void part_clear(struct iron_slope_part *p, double value)
{
    for (int k = 0; k < SLOPE_N_KIND; k++) {
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
            for (int kind = 0; kind < (class == SLOPE_SLOT ? 1 : SLOPE_N_KIND); kind++) {
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
        for (int kind = 0; kind < SLOPE_N_KIND; kind++) {
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
            for (int kind = 0; kind < SLOPE_N_KIND; kind++) {
                s->to_area[kind][i] = 0.0;
                for (int j = 0; j < ws->q; j++) {
                    const int column = iron_get_first_column(ws, class) + j * ws->n_local[class] + l;
                    const double per_m2 = ws->stator_kg[column] / iron_get_area_m2(s->mesh, s->area_tri[i]);
                    s->to_area[kind][i] += per_m2 * (s->stator.per_mass[kind][column] - (class == SLOPE_SLOT ? mean : 0.0));
                }
            }
    for (int r = 0, i = ws->n_stator / ws->q; r < ws->n_rotor; r++, i++)
        for (int kind = 0; kind < SLOPE_N_KIND; kind++)
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
