/* free.c - half a pole of contours, filled by the mesher and mirrored about the d axis. */
#include "models/mesh/free_impl.h"
#include "models/mesh/mesh_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

static enum region region_get(enum contour_kind k)
{
    static const enum region REGION[CONTOUR_KIND_COUNT] = {
        [CONTOUR_IRON] = REGION_ROTOR_IRON, [CONTOUR_MAGNET] = REGION_MAGNET,         [CONTOUR_AIR] = REGION_POCKET,
        [CONTOUR_SHAFT] = REGION_SHAFT,     [CONTOUR_FIELD_COIL] = REGION_FIELD_COIL, [CONTOUR_IGNORE] = REGION_POCKET};
    return REGION[k];
}

/* By the centroid: nodes stand on every contour, so that no element lies across one. Outside of the rotor circle: gap. */
static void set_region(struct free_mesh *f, const struct free_plan *p, int t)
{
    const int *tri = f->tri + 3 * t;
    double x = 0.0, y = 0.0, r_least = HUGE_VAL;
    for (int k = 0; k < 3; k++) {
        x += f->x_m[tri[k]] / 3.0;
        y += f->y_m[tri[k]] / 3.0;
        r_least = fmin(r_least, hypot(f->x_m[tri[k]], f->y_m[tri[k]]));
    }
    int k = contour_get_region_at(p->c, x, y);
    enum contour_kind kind = k >= 0 ? p->c->region[k].kind : p->c->background;
    int is_gap = r_least > p->R_ro_m - p->c->join_m;
    f->region[t] = (unsigned char)(is_gap ? REGION_GAP : region_get(kind));
    f->part[t] = -1;
    if (!is_gap && kind == CONTOUR_MAGNET)
        f->part[t] = (signed char)contour_get_block(p->c, k, 0);
    else if (!is_gap && kind == CONTOUR_FIELD_COIL)
        f->part[t] = 0; /* the coil side at u > 0; its image is side 1 */
}

static enum status allocate(struct free_mesh *f, struct err *e)
{
    f->x_m = mem_new((size_t)f->n_node, sizeof *f->x_m);
    f->y_m = mem_new((size_t)f->n_node, sizeof *f->y_m);
    f->is_bore = mem_new((size_t)f->n_node, sizeof *f->is_bore);
    f->tri = mem_new(3 * (size_t)f->n_tri, sizeof *f->tri);
    f->region = mem_new((size_t)f->n_tri, sizeof *f->region);
    f->part = mem_new((size_t)f->n_tri, sizeof *f->part);
    f->edge_low = mem_new((size_t)f->n_edge, sizeof *f->edge_low);
    f->edge_high = mem_new((size_t)f->n_edge, sizeof *f->edge_high);
    f->ring = mem_new((size_t)f->n_ring, sizeof *f->ring);
    if (!f->x_m || !f->y_m || !f->is_bore || !f->tri || !f->region || !f->part || !f->edge_low || !f->edge_high || !f->ring)
        return err_set(e, ST_NO_MEMORY, "mesh", "no memory for a rotor of %d nodes", f->n_node);
    return ST_OK;
}

/* Nodes of the half first, then the images of those off the d axis. image[k]: image of node k. */
static void set_nodes(struct free_mesh *f, const struct free_plan *p, const struct gmsh_result *half, int *image)
{
    int n = half->n_node;
    for (int k = 0; k < half->n_node; k++)
        image[k] = -1;
    for (int k = 0; k < p->n_ray; k++)
        image[p->loop[k]] = p->loop[k];
    for (int k = 0; k < half->n_node; k++) {
        image[k] = image[k] >= 0 ? k : n++;
        f->x_m[k] = f->x_m[image[k]] = half->x_m[k];
        f->y_m[image[k]] = -half->y_m[k];
        f->y_m[k] = image[k] == k ? 0.0 : half->y_m[k];
    }
    assert(n == f->n_node);
}

static void set_triangles(struct free_mesh *f, const struct free_plan *p, const struct gmsh_result *half, const int *image)
{
    for (int t = 0; t < half->n_tri; t++) {
        const int *tri = half->tri + 3 * t, u = half->n_tri + t;
        for (int k = 0; k < 3; k++) {
            f->tri[3 * t + k] = tri[k];
            f->tri[3 * u + k] = image[tri[2 - k]];
        }
        set_region(f, p, t);
        f->region[u] = f->region[t];
        f->part[u] = (signed char)(f->part[t] < 0 ? -1 : f->part[t] + 1);
    }
}

/* Order of the outline: free_plan.loop. */
static void set_edges(struct free_mesh *f, const struct free_plan *p, const int *image)
{
    const int *arc = p->loop + p->n_ray, *high = arc + p->n_arc - 2, *bore = high + p->n_ray;
    int half = p->n_arc - 1;
    for (int i = 0; i < p->n_ray; i++) {
        f->edge_high[i] = high[p->n_ray - 1 - i];
        f->edge_low[i] = image[f->edge_high[i]];
    }
    f->ring[half] = p->loop[p->n_ray - 1];
    for (int i = 1; i <= half; i++) {
        f->ring[half + i] = i < half ? arc[i - 1] : high[0];
        f->ring[half - i] = image[f->ring[half + i]];
    }
    f->is_bore[p->loop[0]] = 1;
    f->is_bore[high[p->n_ray - 1]] = f->is_bore[image[high[p->n_ray - 1]]] = 1;
    for (int i = 0; i < p->n_bore - 2; i++)
        f->is_bore[bore[i]] = f->is_bore[image[bore[i]]] = 1;
}

static enum status mirror(struct free_mesh *f, const struct free_plan *p, const struct gmsh_result *half, struct err *e)
{
    f->n_node = 2 * half->n_node - p->n_ray;
    f->n_tri = 2 * half->n_tri;
    f->n_edge = p->n_ray;
    f->n_ring = 2 * p->n_arc - 1;
    TRY(allocate(f, e));
    int *image = mem_new((size_t)half->n_node, sizeof *image);
    if (!image)
        return err_set(e, ST_NO_MEMORY, "mesh", "no memory for a rotor of %d nodes", f->n_node);
    set_nodes(f, p, half, image);
    set_triangles(f, p, half, image);
    set_edges(f, p, image);
    mem_free(image);
    return ST_OK;
}

enum status free_mesh_new(const struct machine *m, enum mesh_level level, int n_half_step, struct free_mesh **out, struct err *e)
{
    struct free_plan p = {.c = m->contour, .low_rad = 0.0, .high_rad = PI / (2 * m->p), .R_ri_m = m->R_ri_m, .R_ro_m = m->R_ro_m,
                          .r_band_m = mesh_get_r_band_in_m(m), .level_factor = 1 << level, .n_ring_step = n_half_step};
    struct gmsh_result half = {0};
    *out = NULL;
    struct free_mesh *f = mem_new(1, sizeof *f);
    if (!f)
        return err_set(e, ST_NO_MEMORY, "mesh", "no memory");
    f->R_ro_m = p.R_ro_m, f->R_ri_m = p.R_ri_m, f->r_band_m = p.r_band_m;
    enum status st = free_plan_init(&p, e);
    if (st == ST_OK)
        st = gmsh_run(&p, &half, e);
    if (st == ST_OK)
        st = mirror(f, &p, &half, e);
    mem_free(half.x_m);
    mem_free(half.y_m);
    mem_free(half.tri);
    free_plan_done(&p);
    if (st != ST_OK) {
        free_mesh_free(f);
        return st;
    }
    *out = f;
    return ST_OK;
}

void free_mesh_free(struct free_mesh *f)
{
    if (!f)
        return;
    mem_free(f->x_m);
    mem_free(f->y_m);
    mem_free(f->is_bore);
    mem_free(f->tri);
    mem_free(f->region);
    mem_free(f->part);
    mem_free(f->edge_low);
    mem_free(f->edge_high);
    mem_free(f->ring);
    mem_free(f);
}
