/* iron_sample.c - B of every element at one position -> rows of samples of the unique elements. */
#include "models/loss/iron_impl.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static void set_stator_sample(struct iron_ws *ws, int k, int n_position, const double *B_T)
{
    for (int j = 0; j < IRON_N_BELT * ws->q; j++) {
        const struct iron_place *at = &ws->place[j];
        double c = at->sign * cos(at->turn_rad), s = at->sign * sin(at->turn_rad);
        double *row = ws->stator_T + (size_t)(at->window * n_position + k) * 2 * (size_t)ws->n_stator;
        const double *B = B_T + (size_t)j * 2 * (size_t)ws->n_tri_per_pitch;
        for (int cls = 0, l0 = 0; cls < 3; l0 += ws->n_local[cls], cls++) {
            int column = iron_get_first_column(ws, cls) + at->own * ws->n_local[cls];
            for (int l = 0; l < ws->n_local[cls]; l++) {
                const double *b = B + 2 * ws->local_tri[l0 + l];
                row[column + l] = c * b[0] - s * b[1];
                row[ws->n_stator + column + l] = s * b[0] + c * b[1];
            }
        }
    }
}

struct iron_turn { double c, s; };

static struct iron_turn get_turn(const struct iron_ws *ws, int pole)
{
    double sign = pole % 2 == 0 ? 1.0 : -1.0;
    return (struct iron_turn){sign * cos(pole * PI / ws->p), sign * sin(pole * PI / ws->p)};
}

/* Row of the rotor: what the first pole has at window i stands now in pole j, turned by j poles and with the sign of that pole. */
static void set_rotor_sample(struct iron_ws *ws, int row_at, int pole, const double *B_T)
{
    const struct iron_turn at = get_turn(ws, pole);
    double *row = ws->rotor_T + (size_t)row_at * 2 * (size_t)ws->n_rotor;
    const double *B = B_T + 2 * (size_t)pole * (size_t)ws->n_tri_per_pole;
    for (int i = 0; i < ws->n_rotor; i++) {
        const double *b = B + 2 * ws->rotor_tri[i];
        row[i] = at.c * b[0] + at.s * b[1];
        row[ws->n_rotor + i] = at.c * b[1] - at.s * b[0];
    }
}

static void set_moments(struct iron_ws *ws, int row_at, int pole, const double *B_T)
{
    const struct iron_turn at = get_turn(ws, pole);
    const double *B = B_T + 2 * (size_t)pole * (size_t)ws->n_tri_per_pole;
    for (int b = 0; b < ws->n_block; b++)
        memset(ws->magnet[b].moment_T + row_at * MAGNET_EDDY_N_MOMENT, 0, MAGNET_EDDY_N_MOMENT * sizeof(double));
    for (int i = 0; i < ws->n_magnet; i++) {
        const double *b = B + 2 * ws->magnet_tri[i], *w = ws->magnet_weight + i * MAGNET_EDDY_N_MOMENT, *axis = ws->magnet_axis + 2 * i;
        double along = (at.c * b[0] + at.s * b[1]) * axis[0] + (at.c * b[1] - at.s * b[0]) * axis[1];
        double *moment = ws->magnet[ws->magnet_block[i]].moment_T + row_at * MAGNET_EDDY_N_MOMENT;
        for (int r = 0; r < MAGNET_EDDY_N_MOMENT; r++)
            moment[r] += w[r] * along;
    }
}

void iron_set_magnet_sample(struct iron_ws *ws, int k, int n_position, double theta_el_rad, const double *B_T)
{
    ws->theta_el_rad[k] = theta_el_rad;
    for (int i = 0; i < ws->n_window; i++)
        set_moments(ws, i * n_position + k, ws->window_pole[i], B_T);
}

static int moments_per_magnet(const struct iron_ws *ws, int n_position) { return ws->n_window * n_position * MAGNET_EDDY_N_MOMENT; }

int iron_get_moment_count(const struct iron_ws *ws, int n_position) { return ws->n_block * moments_per_magnet(ws, n_position); }

void iron_get_moments_T(const struct iron_ws *ws, int n_position, double *out_T)
{
    const int n = moments_per_magnet(ws, n_position);
    for (int b = 0; b < ws->n_block; b++)
        memcpy(out_T + b * n, ws->magnet[b].moment_T, (size_t)n * sizeof *out_T);
}

void iron_set_moments_T(struct iron_ws *ws, int n_position, const double *moment_T)
{
    const int n = moments_per_magnet(ws, n_position);
    for (int b = 0; b < ws->n_block; b++)
        memcpy(ws->magnet[b].moment_T, moment_T + b * n, (size_t)n * sizeof *moment_T);
}

void iron_set_sample(struct iron_ws *ws, int k, int n_position, double theta_el_rad, const double *B_T)
{
    assert(k >= 0 && k < n_position && n_position <= ws->max_position);
    set_stator_sample(ws, k, n_position, B_T);
    for (int i = 0; i < ws->n_window; i++)
        set_rotor_sample(ws, i * n_position + k, ws->window_pole[i], B_T);
    iron_set_magnet_sample(ws, k, n_position, theta_el_rad, B_T);
    iron_forget_sleeve_sample(ws, k, n_position);
}
