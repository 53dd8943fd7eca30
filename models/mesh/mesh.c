/* mesh.c - life cycle of a mesh and the placing of its nodes. */
#include "models/mesh/mesh_impl.h"
#include "models/mesh/free.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define FREE_HALF_STEP 36 /* ring of a contour rotor over half a pole, coarse: as the stator's columns */

static struct mesh_key key_get(const struct machine *m, enum mesh_level level)
{
    struct machine_sector s;
    machine_get_sector(m, &s);
    struct mesh_key k = {.rotor_type = m->rotor_type, .centre = CENTRE_NONE, .n_slot = m->stator.n_slot, .p = m->p, .n_pole = s.n_pole,
                         .is_slotless = m->stator.is_slotless, .has_tip = stator_has_tip(m), .level = level};
    if (m->rotor_type == ROTOR_CONTOUR) {
        k.contour = m->contour;
        k.R_ro_m = m->R_ro_m, k.R_ri_m = m->R_ri_m, k.r_band_m = mesh_get_r_band_in_m(m);
    }
    if (m->rotor_type == ROTOR_V) {
        k.centre = m->v.centre;
        k.has_ledge = rotor_v_has_ledge(m);
    }
    return k;
}

int mesh_is_same_topology(const struct mesh *ms, const struct machine *m, enum mesh_level level)
{
    struct mesh_key a = ms->impl->key, b = key_get(m, level);
    return a.rotor_type == b.rotor_type && a.centre == b.centre && a.has_ledge == b.has_ledge && a.has_tip == b.has_tip &&
           a.n_slot == b.n_slot && a.p == b.p && a.n_pole == b.n_pole && a.is_slotless == b.is_slotless && a.level == b.level &&
           a.contour == b.contour && a.R_ro_m == b.R_ro_m && a.R_ri_m == b.R_ri_m && a.r_band_m == b.r_band_m;
}

typedef void set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole);
static set_grid *const ROTOR_SET_GRID[ROTOR_TYPE_COUNT] = {
    [ROTOR_V] = rotor_v_set_grid,
    [ROTOR_SALIENT] = rotor_salient_set_grid,
    [ROTOR_SURFACE] = rotor_surface_set_grid,
    [ROTOR_SPOKE] = rotor_spoke_set_grid,
    [ROTOR_BREAD_LOAF] = rotor_loaf_set_grid,
    [ROTOR_DOUBLE_V] = rotor_double_v_set_grid,
    [ROTOR_DELTA] = rotor_double_v_set_grid,
};

static void set_magnet_axes(struct mesh *ms, const struct machine *m)
{
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    int n = machine_get_magnet_blocks(m, block);
    for (int k = 0; k < ms->n_pole * ms->n_part_per_pole; k++) {
        int pole = k / ms->n_part_per_pole, b = k % ms->n_part_per_pole;
        double d_axis = (pole + 0.5) * PI / m->p + (pole % 2 == 0 ? 0.0 : PI);
        ms->magnet_axis_rad[k] = b < n ? d_axis + block[b].axis_rad : (double)NAN;
    }
}

static void set_grids(struct mesh_impl *im, const struct machine *m)
{
    int factor = 1 << im->key.level;
    stator_set_grid(m, &im->half, &im->stator);
    template_set_level(&im->stator, factor);
    if (m->rotor_type == ROTOR_CONTOUR)
        return;
    ROTOR_SET_GRID[m->rotor_type](m, &im->half, &im->rotor);
    template_set_level(&im->rotor, factor);
}

static double area_get(const struct mesh *ms, int t)
{
    int a = ms->tri[3 * t], b = ms->tri[3 * t + 1], c = ms->tri[3 * t + 2];
    return 0.5 * ((ms->x_m[b] - ms->x_m[a]) * (ms->y_m[c] - ms->y_m[a]) - (ms->x_m[c] - ms->x_m[a]) * (ms->y_m[b] - ms->y_m[a]));
}

static const char *region_get_text(int region)
{
    static const char *const TEXT[REGION_COUNT] = {"void", "air", "air gap", "stator yoke", "stator tooth", "slot", "slot opening",
                                                   "rotor iron", "magnet", "rotor pocket", "field coil", "shaft"};
    return TEXT[region];
}

static enum status check_areas(const struct mesh *ms, int first, int last, struct err *e)
{
    for (int t = first; t < last; t++) {
        if (!(area_get(ms, t) > 0.0)) {
            int a = ms->tri[3 * t];
            return err_set(e, ST_INFEASIBLE, "mesh_inverted",
                           "an element of the %s turns over at radius %.3f mm, %.2f degrees from the sector edge",
                           region_get_text(ms->region[t]), 1e3 * hypot(ms->x_m[a], ms->y_m[a]), atan2(ms->y_m[a], ms->x_m[a]) * 180 / PI);
        }
    }
    return ST_OK;
}

/* Whether the nodes of a part must be placed: its grid is another than last time. */
static int is_elsewhere(struct mesh_place *at, const struct template_grid *g)
{
    if (at->is_set && memcmp(&at->grid, g, sizeof *g) == 0)
        return 0;
    memcpy(&at->grid, g, sizeof *g);
    at->is_set = 1;
    at->is_sound = 0;
    return 1;
}

enum status mesh_set_machine(struct mesh *ms, const struct machine *m, struct err *e)
{
    struct mesh_impl *im = ms->impl;
    set_grids(im, m);
    ms->r_band_in_m = mesh_get_r_band_in_m(m);
    ms->r_band_out_m = mesh_get_r_band_out_m(m);
    set_magnet_axes(ms, m);
    if (is_elsewhere(&im->stator_at, &im->stator))
        template_eval_nodes(&im->stator, im->n_pitch, 2 * PI / m->stator.n_slot, im->node_stator, ms->x_m, ms->y_m);
    if (im->free)
        free_connect_places(im->free, ms);
    else if (is_elsewhere(&im->rotor_at, &im->rotor))
        template_eval_nodes(&im->rotor, im->n_pole, PI / m->p, im->node_rotor, ms->x_m, ms->y_m);
    if (!im->stator_at.is_sound)
        TRY(check_areas(ms, 0, ms->n_tri_stator, e));
    im->stator_at.is_sound = 1;
    if (!im->rotor_at.is_sound)
        TRY(check_areas(ms, ms->n_tri_stator, ms->n_tri, e));
    im->rotor_at.is_sound = 1;
    return ST_OK;
}

static void set_sector(struct mesh *ms, const struct machine *m, int times)
{
    struct machine_sector s;
    machine_get_sector(m, &s);
    ms->n_slot = ms->impl->n_pitch = times * s.n_slot;
    ms->n_pole = ms->impl->n_pole = times * s.n_pole;
    ms->n_part_per_pole = MACHINE_MAX_BLOCK;
    ms->tau_rad = PI / m->p;
    ms->sector_rad = ms->n_pole * ms->tau_rad;
    ms->periodic_sign = ms->n_pole % 2 == 0 ? 1.0 : -1.0;
}

enum status mesh_new_sector(const struct machine *m, enum mesh_level level, int times, struct mesh **out, struct err *e)
{
    *out = NULL;
    TRY(machine_check_balance(m, e));
    struct mesh *ms = mem_new(1, sizeof *ms);
    if (!ms)
        return err_set(e, ST_NO_MEMORY, "mesh", "no memory");
    ms->impl = mem_new(1, sizeof *ms->impl);
    enum status st = ms->impl ? ST_OK : err_set(e, ST_NO_MEMORY, "mesh", "no memory");
    if (st == ST_OK) {
        ms->level = level;
        ms->impl->key = key_get(m, level);
        set_sector(ms, m, times);
        if (ms->n_pole < 1 || times < 1 || 2 * m->p % ms->n_pole != 0)
            st = err_set(e, ST_RANGE, "sector", "%d sectors of %d poles do not divide %d poles", times, ms->n_pole, 2 * m->p);
    }
    if (st == ST_OK) {
        set_grids(ms->impl, m);
        if (m->rotor_type == ROTOR_CONTOUR)
            st = free_mesh_new(m, level, FREE_HALF_STEP, &ms->impl->free, e);
    }
    if (st == ST_OK)
        st = mesh_connect(ms, e);
    if (st == ST_OK)
        st = mesh_set_machine(ms, m, e);
    if (st != ST_OK) {
        mesh_free(ms);
        return st;
    }
    *out = ms;
    return ST_OK;
}

enum status mesh_new(const struct machine *m, enum mesh_level level, struct mesh **out, struct err *e)
{
    return mesh_new_sector(m, level, 1, out, e);
}

void mesh_free(struct mesh *ms)
{
    if (!ms)
        return;
    if (ms->impl) {
        mem_free(ms->impl->node_stator);
        mem_free(ms->impl->node_rotor);
        free_mesh_free(ms->impl->free);
        mem_free(ms->impl);
    }
    mem_free(ms->x_m);
    mem_free(ms->y_m);
    mem_free(ms->dof);
    mem_free(ms->sign);
    mem_free(ms->tri);
    mem_free(ms->region);
    mem_free(ms->part);
    mem_free(ms->ring_stator);
    mem_free(ms->ring_rotor);
    mem_free(ms->magnet_axis_rad);
    mem_free(ms);
}

static double min_angle_get(const struct mesh *ms, int t)
{
    double best = PI;
    for (int k = 0; k < 3; k++) {
        int a = ms->tri[3 * t + k], b = ms->tri[3 * t + (k + 1) % 3], c = ms->tri[3 * t + (k + 2) % 3];
        double ux = ms->x_m[b] - ms->x_m[a], uy = ms->y_m[b] - ms->y_m[a], vx = ms->x_m[c] - ms->x_m[a], vy = ms->y_m[c] - ms->y_m[a];
        best = fmin(best, atan2(ux * vy - uy * vx, ux * vx + uy * vy));
    }
    return best;
}

void mesh_eval_quality(const struct mesh *ms, struct mesh_quality *out)
{
    memset(out, 0, sizeof *out);
    out->min_angle_rad = PI;
    out->min_area_m2 = HUGE_VAL;
    for (int t = 0; t < ms->n_tri; t++) {
        double area = area_get(ms, t), angle = min_angle_get(ms, t);
        out->area_by_region_m2[ms->region[t]] += area;
        out->min_area_m2 = fmin(out->min_area_m2, area);
        if (angle < out->min_angle_rad) {
            out->min_angle_rad = angle;
            out->worst_tri = t;
        }
    }
}
