/* iron.c - life cycle of the core-loss workspace, its masses and magnets; samples: iron_sample.c, sums: iron_eval.c. */
#include "models/loss/iron_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define IRON_COPY_RTOL 1e-6 /* areas of copies of an element may differ by rounding only */

static int local_class(unsigned char region)
{
    return region == REGION_STATOR_YOKE ? 0 : region == REGION_STATOR_TOOTH ? 1 : region == REGION_SLOT ? 2 : -1;
}

double iron_get_area_m2(const struct mesh *ms, int t)
{
    const int *v = ms->tri + 3 * t;
    double ax = ms->x_m[v[1]] - ms->x_m[v[0]], ay = ms->y_m[v[1]] - ms->y_m[v[0]];
    double bx = ms->x_m[v[2]] - ms->x_m[v[0]], by = ms->y_m[v[2]] - ms->y_m[v[0]];
    return 0.5 * (ax * by - ay * bx);
}

static enum status check_copies(const struct mesh *ms, const struct machine *m, struct err *e)
{
    struct machine_sector sector;
    TRY(machine_check_balance(m, e));
    machine_get_sector(m, &sector);
    int np = ms->n_tri_per_pitch, n_rotor = ms->n_tri - ms->n_tri_stator;
    if (np < 1 || np * sector.n_slot > ms->n_tri)
        return err_set(e, ST_INFEASIBLE, "iron_symmetry", "%d triangles per slot pitch do not fit %d triangles", np, ms->n_tri);
    if (ms->n_pole < sector.n_pole || n_rotor % ms->n_pole != 0)
        return err_set(e, ST_INFEASIBLE, "iron_symmetry", "%d rotor triangles for %d poles", n_rotor, ms->n_pole);
    for (int t = np; t < np * sector.n_slot; t++) {
        double first = iron_get_area_m2(ms, t % np), a = iron_get_area_m2(ms, t);
        if (ms->region[t] != ms->region[t % np] || fabs(a - first) > IRON_COPY_RTOL * first)
            return err_set(e, ST_INFEASIBLE, "iron_symmetry", "triangle %d is no copy of triangle %d of the first slot pitch", t, t % np);
    }
    for (int t = ms->n_tri_stator + n_rotor / ms->n_pole; t < ms->n_tri; t++)
        if (ms->region[t] != ms->region[t - n_rotor / ms->n_pole])
            return err_set(e, ST_INFEASIBLE, "iron_symmetry", "rotor triangle %d is no copy of one of the pole before", t);
    return ST_OK;
}

/* Own pitches are the last of each orbit of the shift; pitch k of the sector holds own pitch K0 at window i when K0 - i s = k + w n_slot.
 */
static void set_places(struct iron_ws *ws, const struct machine_sector *c)
{
    int N = c->n_slot, own = 0;
    for (int k0 = 0; k0 < N; k0++) {
        int is_last = 1;
        for (int i = 1; i < IRON_N_BELT; i++)
            is_last &= (k0 + i * c->shift_slot) % N < k0;
        for (int i = 0; is_last && i < IRON_N_BELT; i++) {
            int at = k0 - i * c->shift_slot, w = at >= 0 ? at / N : -((N - 1 - at) / N), poles = w * c->n_pole;
            int thirds = i * (1 + 3 * c->shift_pole) + 3 * poles; /* of a pole, from pitch k up to K0 */
            ws->place[at - w * N] = (struct iron_place){own, i, (i * c->shift_pole + poles) % 2 == 0 ? 1 : -1, thirds * PI / (3.0 * ws->p)};
        }
        own += is_last;
    }
    assert(own == ws->q);
    for (int i = 0; i < ws->n_window; i++) /* pole -i r */
        ws->window_pole[i] = ((-i * c->shift_pole) % ws->n_window + ws->n_window) % ws->n_window;
}

static void count_elements(struct iron_ws *ws, const struct mesh *ms)
{
    for (int t = 0; t < ws->n_tri_per_pitch; t++)
        if (local_class(ms->region[t]) >= 0)
            ws->n_local[local_class(ms->region[t])]++;
    for (int t = ws->first_rotor; t < ws->first_rotor + ws->n_tri_per_pole; t++) {
        ws->n_rotor += ms->region[t] == REGION_ROTOR_IRON;
        ws->n_magnet += ms->region[t] == REGION_MAGNET;
    }
    ws->n_stator = ws->q * (ws->n_local[0] + ws->n_local[1] + ws->n_local[2]);
}

static int allocate(struct iron_ws *ws, const struct machine *m)
{
    size_t mp = (size_t)ws->max_position, ns = (size_t)ws->n_stator, nr = (size_t)ws->n_rotor, nm = (size_t)ws->n_magnet;
    size_t column = ns > nr ? ns : nr, nw = (size_t)ws->n_window;
    int ok = 1;
    ok &= (ws->place = mem_new(IRON_N_BELT * (size_t)ws->q, sizeof *ws->place)) != NULL;
    ok &= (ws->window_pole = mem_new(nw, sizeof(int))) != NULL;
    ok &= (ws->local_tri = mem_new(ns / (size_t)ws->q + 1, sizeof(int))) != NULL;
    ok &= (ws->rotor_tri = mem_new(nr + 1, sizeof(int))) != NULL;
    ok &= (ws->magnet_tri = mem_new(nm + 1, sizeof(int))) != NULL;
    ok &= (ws->magnet_axis = mem_new(2 * nm + 1, sizeof(double))) != NULL;
    ok &= (ws->magnet_middle_m = mem_new(nm + 1, sizeof(double))) != NULL;
    ok &= (ws->magnet_weight = mem_new(nm * MAGNET_EDDY_N_MOMENT + 1, sizeof(double))) != NULL;
    ok &= (ws->magnet_block = mem_new(nm + 1, 1)) != NULL;
    ok &= (ws->stator_kg = mem_new(ns + 1, sizeof(double))) != NULL;
    ok &= (ws->rotor_kg = mem_new(nr + 1, sizeof(double))) != NULL;
    ok &= (ws->stator_T = mem_new(IRON_N_BELT * mp * 2 * ns + 1, sizeof(double))) != NULL;
    ok &= (ws->rotor_T = mem_new(nw * mp * 2 * nr + 1, sizeof(double))) != NULL;
    ok &= (ws->theta_el_rad = mem_new(mp, sizeof(double))) != NULL;
    ok &= (ws->fit_theta_el_rad = mem_new(mp, sizeof(double))) != NULL;
    ok &= (ws->phase_rad = mem_new((nw > IRON_N_BELT ? nw : IRON_N_BELT) * mp, sizeof(double))) != NULL;
    ok &= (ws->amplitude = mem_new(4 * column + 1, sizeof(double))) != NULL;
    if (m->rotor_type == ROTOR_SURFACE)
        ok &= (ws->sleeve.A_Wb_per_m = mem_new(nw * mp * 2 * IRON_MAX_WAVE, sizeof(double))) != NULL;
    for (int b = 0; b < MACHINE_MAX_BLOCK; b++)
        ok &= (ws->magnet[b].moment_T = mem_new(nw * mp * MAGNET_EDDY_N_MOMENT, sizeof(double))) != NULL;
    return ok;
}

static void list_elements(struct iron_ws *ws, const struct mesh *ms)
{
    int n = 0, r = 0, g = 0;
    for (int c = 0; c < 3; c++)
        for (int t = 0; t < ws->n_tri_per_pitch; t++)
            if (local_class(ms->region[t]) == c)
                ws->local_tri[n++] = t;
    for (int t = ws->first_rotor; t < ws->first_rotor + ws->n_tri_per_pole; t++) {
        if (ms->region[t] == REGION_ROTOR_IRON)
            ws->rotor_tri[r++] = t;
        if (ms->region[t] == REGION_MAGNET)
            ws->magnet_tri[g++] = t;
    }
}

enum status iron_new(const struct mesh *ms, const struct machine *m, int max_position, struct iron_ws **out, struct err *e)
{
    assert(max_position >= 1);
    *out = NULL;
    TRY(check_copies(ms, m, e));
    struct iron_ws *ws = mem_new(1, sizeof *ws);
    if (!ws)
        return err_set(e, ST_NO_MEMORY, "iron_new", "no memory for the workspace");
    ws->max_position = max_position;
    ws->p = m->p;
    struct machine_sector sector;
    machine_get_sector(m, &sector);
    ws->q = sector.n_slot / IRON_N_BELT;
    ws->is_whole_q = machine_is_whole_q(m);
    ws->n_window = sector.n_pole;
    ws->first_rotor = ms->n_tri_stator;
    ws->n_tri_per_pole = (ms->n_tri - ms->n_tri_stator) / ms->n_pole;
    ws->n_tri = ms->n_tri;
    ws->n_tri_per_pitch = ms->n_tri_per_pitch;
    count_elements(ws, ms);
    enum status s = ST_OK;
    if (!allocate(ws, m))
        s = err_set(e, ST_NO_MEMORY, "iron_new", "no memory for %d stator and %d rotor elements", ws->n_stator, ws->n_rotor);
    if (s == ST_OK)
        s = harmonic_fit_init(&ws->stator_fit, IRON_N_BELT * max_position, e);
    if (s == ST_OK)
        s = harmonic_fit_init(&ws->rotor_fit, ws->n_window * max_position, e);
    if (s != ST_OK) {
        iron_free(ws);
        return s;
    }
    set_places(ws, &sector);
    list_elements(ws, ms);
    iron_set_machine(ws, ms, m);
    *out = ws;
    return ST_OK;
}

void iron_free(struct iron_ws *ws)
{
    if (!ws)
        return;
    void *owned[] = {ws->place,         ws->window_pole,      ws->local_tri, ws->rotor_tri, ws->magnet_tri, ws->magnet_axis,
                     ws->magnet_weight, ws->magnet_block,     ws->stator_kg, ws->rotor_kg,  ws->stator_T,   ws->rotor_T,
                     ws->theta_el_rad,  ws->fit_theta_el_rad, ws->phase_rad, ws->amplitude, ws->magnet_middle_m,
                     ws->sleeve.A_Wb_per_m};
    for (int i = 0; i < ARRAY_LEN(owned); i++)
        mem_free(owned[i]);
    for (int b = 0; b < MACHINE_MAX_BLOCK; b++)
        mem_free(ws->magnet[b].moment_T);
    harmonic_fit_done(&ws->stator_fit);
    harmonic_fit_done(&ws->rotor_fit);
    mem_free(ws);
}

int iron_get_first_column(const struct iron_ws *ws, int c)
{
    int n = 0;
    for (int i = 0; i < c; i++)
        n += ws->q * ws->n_local[i];
    return n;
}

/* Steel sees B/k of an element of lamination fill k: p ~ B^2 takes 1/k^2, the excess part 1/k^1.5. */
static void fold_fill(const struct steel *s, double fill_pu, double out[3])
{
    out[0] = s->k_h / (fill_pu * fill_pu);
    out[1] = s->k_c / (fill_pu * fill_pu);
    out[2] = s->k_e / pow(fill_pu, 1.5);
}

static void set_masses(struct iron_ws *ws, const struct mesh *ms, const struct machine *m)
{
    double per_m2 = m->stack_m * m->stacking_factor_pu * 2.0 * m->p; /* all poles; a stator pitch stands for 2 p/n_window sectors */
    double stator_kg_per_m2 = per_m2 / ws->n_window * m->stator_steel->base.density_kg_per_m3.value, slot_m2 = 0.0;
    for (int c = 0, l0 = 0; c < 3; l0 += ws->n_local[c], c++)
        for (int j = 0; j < ws->q; j++)
            for (int l = 0; l < ws->n_local[c]; l++) {
                int column = iron_get_first_column(ws, c) + j * ws->n_local[c] + l;
                double a = iron_get_area_m2(ms, ws->local_tri[l0 + l]);
                ws->stator_kg[column] = c < 2 ? IRON_N_BELT * a * stator_kg_per_m2 : a;
                slot_m2 += c < 2 ? 0.0 : a;
            }
    for (int column = iron_get_first_column(ws, 2); column < ws->n_stator; column++)
        ws->stator_kg[column] /= slot_m2;
    for (int i = 0; i < ws->n_rotor; i++)
        ws->rotor_kg[i] = iron_get_area_m2(ms, ws->rotor_tri[i]) * per_m2 * m->rotor_steel->base.density_kg_per_m3.value;
}

/* Coordinate of the corners of a magnet element across the width of its block, easy axis (ax, ay). A radial magnet has the direction of
 * the element's centre as axis, and the arc length at its mean radius as coordinate. */
static void set_radial_frame(const struct mesh *ms, int t, double axis[2], double width_m[3])
{
    const int *v = ms->tri + 3 * t;
    const double cx = (ms->x_m[v[0]] + ms->x_m[v[1]] + ms->x_m[v[2]]) / 3.0, cy = (ms->y_m[v[0]] + ms->y_m[v[1]] + ms->y_m[v[2]]) / 3.0;
    const double r_m = hypot(cx, cy);
    axis[0] = cx / r_m;
    axis[1] = cy / r_m;
    for (int i = 0; i < 3; i++)
        width_m[i] = r_m * atan2(ms->y_m[v[i]], ms->x_m[v[i]]);
}

static void set_frame(const struct mesh *ms, int t, const double axis[2], double width_m[3])
{
    for (int i = 0; i < 3; i++) {
        const int v = ms->tri[3 * t + i];
        width_m[i] = ms->y_m[v] * axis[0] - ms->x_m[v] * axis[1];
    }
}

static void set_magnet_sizes(struct iron_ws *ws, const struct machine *m, const double *width_m, const double *area_m2)
{
    for (int b = 0; b < ws->n_block; b++) {
        ws->magnet[b].area_m2 = area_m2[b];
        ws->magnet[b].w_m = width_m[b];
        ws->magnet[b].l_m = m->stack_m / (m->n_skew_slice > m->n_magnet_segment_axial ? m->n_skew_slice : m->n_magnet_segment_axial);
        ws->magnet[b].volume_m3 = area_m2[b] * m->stack_m * 2.0 * m->p;
        ws->magnet[b].rho_ohm_m = m->magnet->resistivity_ohm_m.value;
        ws->magnet[b].n_width = m->n_magnet_segment_width > 1 ? m->n_magnet_segment_width : 1;
    }
}

/* Blocks of one piece are taken together: eddy currents cross from one to the other. */
static void set_magnets(struct iron_ws *ws, const struct mesh *ms, const struct machine *m)
{
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    double low[MACHINE_MAX_BLOCK], high[MACHINE_MAX_BLOCK], area[MACHINE_MAX_BLOCK] = {0.0}, wide[MACHINE_MAX_BLOCK], width[3];
    const int n_part = machine_get_magnet_blocks(m, block);
    ws->n_block = 0;
    for (int k = 0; k < n_part; k++) {
        ws->n_block = block[k].body + 1 > ws->n_block ? block[k].body + 1 : ws->n_block;
        ws->magnet[block[k].body].layer = block[k].layer;
    }
    for (int b = 0; b < ws->n_block; b++) {
        low[b] = (double)INFINITY;
        high[b] = -(double)INFINITY;
    }
    double axis[MACHINE_MAX_BLOCK][2] = {{0.0}};
    for (int k = 0; k < n_part; k++)
        if (!isnan(ms->magnet_axis_rad[k])) {
            axis[k][0] = cos(ms->magnet_axis_rad[k]);
            axis[k][1] = sin(ms->magnet_axis_rad[k]);
        }
    for (int i = 0; i < ws->n_magnet; i++) {
        int t = ws->magnet_tri[i], part = ms->part[t], b = block[part].body;
        assert(part >= 0 && part < n_part);
        ws->magnet_block[i] = (unsigned char)b;
        memcpy(ws->magnet_axis + 2 * i, axis[part], sizeof axis[part]);
        if (isnan(ms->magnet_axis_rad[part]))
            set_radial_frame(ms, t, ws->magnet_axis + 2 * i, width);
        else
            set_frame(ms, t, axis[part], width);
        for (int k = 0; k < 3; k++) {
            low[b] = width[k] < low[b] ? width[k] : low[b];
            high[b] = width[k] > high[b] ? width[k] : high[b];
        }
        ws->magnet_middle_m[i] = (width[0] + width[1] + width[2]) / 3.0;
        area[b] += iron_get_area_m2(ms, t);
    }
    for (int i = 0; i < ws->n_magnet; i++) {
        const int b = ws->magnet_block[i];
        wide[b] = high[b] - low[b];
        double *w = ws->magnet_weight + i * MAGNET_EDDY_N_MOMENT;
        magnet_eddy_eval_basis(2.0 * (ws->magnet_middle_m[i] - low[b]) / wide[b] - 1.0, w);
        for (int k = 0; k < MAGNET_EDDY_N_MOMENT; k++)
            w[k] *= (2 * k + 1) * iron_get_area_m2(ms, ws->magnet_tri[i]) / area[b];
    }
    if (ws->n_magnet > 0)
        set_magnet_sizes(ws, m, wide, area);
}

void iron_set_magnet_machine(struct iron_ws *ws, const struct mesh *ms, const struct machine *m) { set_magnets(ws, ms, m); }

void iron_set_machine(struct iron_ws *ws, const struct mesh *ms, const struct machine *m)
{
    assert(ms->n_tri == ws->n_tri && ms->n_tri_per_pitch == ws->n_tri_per_pitch && m->p == ws->p);
    fold_fill(m->stator_steel, m->stacking_factor_pu, ws->k_stator);
    fold_fill(m->rotor_steel, m->stacking_factor_pu, ws->k_rotor);
    set_masses(ws, ms, m);
    set_magnets(ws, ms, m);
    iron_set_sleeve(ws, ms, m);
}

double iron_get_position_el_rad(const struct machine *m, int k, int n_position)
{
    struct machine_sector s;
    machine_get_sector(m, &s);
    if (machine_is_whole_q(m))
        return n_position == 2 ? k * PI / (6.0 * s.n_ripple) : k * PI / (3.0 * n_position);
    double spread = n_position > 1 && s.n_ripple % n_position == 0 ? 1.0 + 1.0 / s.n_ripple : 1.0;
    return k * spread * PI / (3.0 * n_position);
}
