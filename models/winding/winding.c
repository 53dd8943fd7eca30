/* winding.c - layout of a three-phase winding, its factors, and the dq transforms.
 * Winding factors: projection of the slot phasors on the phase axis (any text on a.c. windings, e.g. Pyrhonen, Jokinen, Hrabovcova, Design
 * of Rotating Electrical Machines, 2nd ed., ch. 2). Star of slots: see sector.c. */
#include "models/winding/winding.h"

#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

/* Phase and sign of slot k of the endless belt -A +C -B +A -C +B, q slots each; the sector begins in the middle of -A (q even). */
static int belt_get(int k, int q, int *phase)
{
    static const int PHASE[3] = {0, 2, 1}, SIGN[3] = {-1, 1, -1};
    int belt = k / q;
    *phase = PHASE[belt % 3];
    return belt / 3 % 2 == 0 ? SIGN[belt % 3] : -SIGN[belt % 3];
}

/* Phase and sign of coil k of the star: its angle is 2 pi k p/Q, in units of 1/(6 Q) of a turn; a belt of 60 degrees has Q of them, and
 * takes the coil on its lower edge. */
static int star_get(const struct machine *m, int k, int *phase)
{
    static const int PHASE[6] = {0, 2, 1, 0, 2, 1}, SIGN[6] = {1, -1, 1, -1, 1, -1};
    int Q = m->stator.n_slot, belt = (int)(6LL * k * m->p % (6LL * Q)) / Q;
    *phase = PHASE[belt];
    return SIGN[belt];
}

int winding_get_side(const struct machine *m, int k, int layer, int *phase)
{
    const struct winding *w = &m->winding;
    int Q = m->stator.n_slot;
    if (machine_is_whole_q(m)) {
        int per_pole = Q / (2 * m->p), q = per_pole / 3;
        return belt_get(k + q / 2 + (layer == 1 ? per_pole - w->coil_span_slots : 0), q, phase);
    }
    int is_back = w->n_layer == 1 ? k % 2 : layer;
    return is_back ? star_get(m, ((k - w->coil_span_slots) % Q + Q) % Q, phase) : -star_get(m, k, phase);
}

/* Coil sides of the star, slot by slot of the whole machine, kept for the first sector. */
static void set_star(const struct machine *m, struct winding_layout *out)
{
    const struct winding *w = &m->winding;
    int Q = m->stator.n_slot, step = w->n_layer == 1 ? 2 : 1;
    double turns = (double)w->n_conductor_per_slot / w->n_layer;
    for (int k = 0; k < Q; k += step) {
        int phase, sign = star_get(m, k, &phase), go = k, back = (k + w->coil_span_slots) % Q;
        if (go < out->n_slot)
            out->turns[phase][go] -= sign * turns;
        if (back < out->n_slot)
            out->turns[phase][back] += sign * turns;
    }
    double re = 0.0, im = 0.0;
    for (int k = 0; k < out->n_slot; k++) {
        double angle = (k + 0.5) * PI * out->n_pole / out->n_slot;
        re += out->turns[0][k] * cos(angle);
        im += out->turns[0][k] * sin(angle);
    }
    /* the + side is a quarter period ahead of the axis, the first pole's centre a quarter period ahead of the edge */
    out->axis_el_rad = remainder(atan2(im, re) - PI, 2.0 * PI);
}

/* Groups of phase A: neighbouring coils of one sign, around the machine. */
static enum status set_star_groups(const struct machine *m, struct winding_layout *out, struct err *e)
{
    int step = m->winding.n_layer == 1 ? 2 : 1, n = m->stator.n_slot / step, length = 0, start = 0, phase, before;
    while (start < n && star_get(m, start * step, &phase) == star_get(m, (start + n - 1) % n * step, &before) && phase == before)
        start++;
    for (int j = 0; j <= n; j++) { /* the last turn closes the last group */
        int sign = star_get(m, (start + j) % n * step, &phase), sign_before = star_get(m, (start + j + n - 1) % n * step, &before);
        int is_new = phase != before || sign != sign_before;
        if (is_new && length > 0) {
            out->n_group[length]++;
            length = 0;
        }
        if (j < n && phase == 0 && ++length >= WINDING_MAX_GROUP)
            return err_set(e, ST_INFEASIBLE, "winding_slots", "%d or more coils side by side in one group; at most %d", length,
                           WINDING_MAX_GROUP - 1);
    }
    return ST_OK;
}

/* Whole q: belts of one pole. */
static enum status set_belts(const struct machine *m, struct winding_layout *out, struct err *e)
{
    const struct winding *w = &m->winding;
    int per_pole = out->n_slot, q = per_pole / 3, shortening = per_pole - w->coil_span_slots;
    double n_layer_turns = (double)w->n_conductor_per_slot / w->n_layer;
    if (q >= WINDING_MAX_GROUP)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "%d coils side by side in one group; at most %d", q, WINDING_MAX_GROUP - 1);
    for (int k = 0; k < per_pole; k++) {
        for (int layer = 0; layer < w->n_layer; layer++) {
            int phase, sign = belt_get(k + q / 2 + (layer == 1 ? shortening : 0), q, &phase);
            out->turns[phase][k] += sign * n_layer_turns;
        }
    }
    out->axis_el_rad = 0.5 * (q % 2 - shortening) * PI / per_pole;
    out->n_group[q] = w->n_layer * m->p;
    return ST_OK;
}

enum status winding_set_layout(const struct machine *m, struct winding_layout *out, struct err *e)
{
    struct machine_sector s;
    memset(out, 0, sizeof *out);
    TRY(machine_check_winding(m, e));
    machine_get_sector(m, &s);
    out->n_slot = s.n_slot;
    out->n_pole = s.n_pole;
    out->n_sector = s.n_sector;
    out->sign = s.sign;
    out->n_conductor = s.n_slot * m->winding.n_conductor_per_slot / 3;
    out->n_series_turns_per_phase = m->stator.n_slot * m->winding.n_conductor_per_slot / (6 * m->winding.n_path);
    if (machine_is_whole_q(m)) {
        TRY(set_belts(m, out, e));
    } else {
        set_star(m, out);
        TRY(set_star_groups(m, out, e));
    }
    out->kw1 = winding_eval_factor(out, 1);
    return ST_OK;
}

double winding_get_turns(const struct winding_layout *l, int phase, int k)
{
    double turns = l->turns[phase][k % l->n_slot];
    return l->sign < 0 && k / l->n_slot % 2 != 0 ? -turns : turns;
}

double winding_eval_factor(const struct winding_layout *l, int harmonic)
{
    double sum = 0.0;
    if (harmonic % 2 == 0 && l->sign < 0) /* no wave of the sector */
        return 0.0;
    for (int k = 0; k < l->n_slot; k++) {
        double angle = (k + 0.5) * PI * l->n_pole / l->n_slot - 0.5 * PI - l->axis_el_rad;
        sum += l->turns[0][k] * sin(harmonic * angle);
    }
    return sum * (harmonic % 2 == 0 ? 1.0 : sin(0.5 * harmonic * PI)) / l->n_conductor;
}

double winding_eval_wave(const struct winding_layout *l, int wave)
{
    /* waves of a sector: whole ones, or halves when it is anti-periodic */
    if (l->sign > 0 ? wave % l->n_sector != 0 : 2 * wave % l->n_sector != 0 || 2 * wave / l->n_sector % 2 == 0)
        return 0.0;
    double re = 0.0, im = 0.0;
    for (int k = 0; k < l->n_slot; k++) {
        double angle = 2.0 * PI * wave * (k + 0.5) / (l->n_slot * l->n_sector);
        re += l->turns[0][k] * cos(angle);
        im += l->turns[0][k] * sin(angle);
    }
    return hypot(re, im) / l->n_conductor;
}

void winding_eval_abc(double i_d_A, double i_q_A, double theta_el_rad, double i_A[3])
{
    for (int n = 0; n < 3; n++) {
        double a = theta_el_rad - 2.0 * PI * n / 3.0;
        i_A[n] = i_d_A * cos(a) - i_q_A * sin(a);
    }
}

void winding_eval_dq(const double x_abc[3], double theta_el_rad, double *x_d, double *x_q)
{
    double d = 0.0, q = 0.0;
    for (int n = 0; n < 3; n++) {
        double a = theta_el_rad - 2.0 * PI * n / 3.0;
        d += x_abc[n] * cos(a);
        q -= x_abc[n] * sin(a);
    }
    *x_d = 2.0 / 3.0 * d;
    *x_q = 2.0 / 3.0 * q;
}
