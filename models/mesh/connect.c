/* connect.c - from filled grids to nodes, triangles and unknowns: pure counting, no coordinates. */
#include "models/mesh/mesh_impl.h"
#include "models/mesh/free.h"
#include "materials/base/mem.h"
#include "materials/base/banned.h"

/* Fine cell -> macro-cell: index of the macro interval that holds fine interval k. */
static int macro_get(const int *div, int n, int k)
{
    int i = 0;
    while (i < n - 1 && k >= div[i])
        k -= div[i++];
    return i;
}

static int is_void(const struct template_grid *g, int fine_row, int fine_col)
{
    if (fine_row < 0 || fine_row >= template_get_rows(g))
        return 0;
    return g->region[macro_get(g->div_row, g->n_row, fine_row)][macro_get(g->div_col, g->n_col, fine_col)] == REGION_VOID;
}

/* Number the nodes of `copies` grids side by side, column by column; collapsed places share the node on their clockwise side. */
static int number_nodes(const struct template_grid *g, int copies, int first, int *node)
{
    int rows = template_get_rows(g), cols = template_get_cols(g), n = first;
    for (int c = 0; c <= copies * cols; c++) {
        for (int r = 0; r <= rows; r++) {
            int left = (c - 1) % cols;
            int is_shared = c > 0 && (is_void(g, r, left) || is_void(g, r - 1, left));
            node[c * (rows + 1) + r] = is_shared ? node[(c - 1) * (rows + 1) + r] : n++;
        }
    }
    return n;
}

static int count_triangles(const struct template_grid *g)
{
    int n = 0, rows = template_get_rows(g), cols = template_get_cols(g);
    for (int c = 0; c < cols; c++)
        for (int r = 0; r < rows; r++)
            if (!is_void(g, r, c))
                n += is_void(g, r + 1, c) || is_void(g, r - 1, c) ? 1 : 2;
    return n;
}

static int add_triangle(struct mesh *ms, int at, int a, int b, int c)
{
    if (a == b || b == c || c == a)
        return at;
    ms->tri[3 * at] = a;
    ms->tri[3 * at + 1] = b;
    ms->tri[3 * at + 2] = c;
    return at + 1;
}

/* Triangles of one copy of a grid whose first fine column is `col0`. Parts of the stator: the slot pitch `pitch` >= 0; of the rotor
 * (pitch < 0): those of the template, after those of the earlier poles. */
static int add_grid(struct mesh *ms, const struct template_grid *g, const int *node, int col0, int pitch, int pole, int at)
{
    int rows = template_get_rows(g), cols = template_get_cols(g), line = rows + 1;
    for (int c = 0; c < cols; c++) {
        int mj = macro_get(g->div_col, g->n_col, c);
        for (int r = 0; r < rows; r++) {
            int mi = macro_get(g->div_row, g->n_row, r), region = g->region[mi][mj], start = at;
            if (region == REGION_VOID)
                continue;
            int a = node[(col0 + c) * line + r], b = node[(col0 + c) * line + r + 1];     /* clockwise side: inner, outer */
            int d = node[(col0 + c + 1) * line + r], f = node[(col0 + c + 1) * line + r + 1];
            if (g->diagonal[mi][mj]) {
                at = add_triangle(ms, at, a, b, d);
                at = add_triangle(ms, at, b, f, d);
            } else {
                at = add_triangle(ms, at, a, b, f);
                at = add_triangle(ms, at, a, f, d);
            }
            int part = g->part[mi][mj] < 0 ? -1 : g->part[mi][mj] + ms->n_part_per_pole * pole;
            int is_pitch = region == REGION_SLOT || region == REGION_STATOR_YOKE || region == REGION_STATOR_TOOTH;
            for (int k = start; k < at; k++) {
                ms->region[k] = (unsigned char)region;
                ms->part[k] = (short)(pitch >= 0 && is_pitch ? pitch : part);
            }
        }
    }
    return at;
}

static enum status allocate(struct mesh *ms, struct err *e)
{
    size_t nn = (size_t)ms->n_node, nt = (size_t)ms->n_tri;
    ms->x_m = mem_new(nn, sizeof *ms->x_m);
    ms->y_m = mem_new(nn, sizeof *ms->y_m);
    ms->dof = mem_new(nn, sizeof *ms->dof);
    ms->sign = mem_new(nn, sizeof *ms->sign);
    ms->tri = mem_new(3 * nt, sizeof *ms->tri);
    ms->region = mem_new(nt, sizeof *ms->region);
    ms->part = mem_new(nt, sizeof *ms->part);
    ms->ring_stator = mem_new((size_t)ms->n_ring_stator, sizeof *ms->ring_stator);
    ms->ring_rotor = mem_new((size_t)ms->n_ring_rotor, sizeof *ms->ring_rotor);
    ms->magnet_axis_rad = mem_new((size_t)(ms->n_part_per_pole * ms->n_pole), sizeof *ms->magnet_axis_rad);
    if (!ms->x_m || !ms->y_m || !ms->dof || !ms->sign || !ms->tri || !ms->region || !ms->part || !ms->ring_stator || !ms->ring_rotor ||
        !ms->magnet_axis_rad)
        return err_set(e, ST_NO_MEMORY, "mesh", "no memory for a mesh of %d nodes", ms->n_node);
    return ST_OK;
}

/* A grid place on the last fine column shares the unknown of the first column; `fixed_row` carries A = 0. */
static void set_unknowns(struct mesh *ms, const int *node, int n_col, int rows, int fixed_row)
{
    for (int c = 0; c < n_col; c++) {
        for (int r = 0; r <= rows; r++) {
            int k = node[c * (rows + 1) + r];
            if (r == fixed_row) {
                ms->dof[k] = -1;
                ms->sign[k] = 1;
            } else if (ms->sign[k] == 0) {
                ms->dof[k] = ms->n_dof++;
                ms->sign[k] = 1;
            }
        }
    }
    for (int r = 0; r <= rows; r++) {
        int k = node[n_col * (rows + 1) + r];
        ms->dof[k] = r == fixed_row ? -1 : ms->dof[node[r]];
        ms->sign[k] = (signed char)(r == fixed_row ? 1 : ms->periodic_sign);
    }
}

static int set_ring(const int *node, int n_col, int rows, int row, int *ring)
{
    int n = 0;
    for (int c = 0; c <= n_col; c++) {
        int k = node[c * (rows + 1) + row];
        if (n == 0 || k != ring[n - 1])
            ring[n++] = k;
    }
    return n;
}

static int count_ring(const struct template_grid *g, int row)
{
    int n = 1, cols = template_get_cols(g);
    for (int c = 0; c < cols; c++)
        n += !is_void(g, row - 1, c) && !is_void(g, row, c);
    return n;
}

static enum status number_rotor(struct mesh *ms, struct err *e)
{
    struct mesh_impl *im = ms->impl;
    const struct free_mesh *f = im->free;
    int rows = f ? 0 : template_get_rows(&im->rotor);
    im->n_line_rotor = rows + 1;
    im->n_col_pole = f ? 0 : template_get_cols(&im->rotor);
    int n_place = f ? im->n_pole * f->n_node : (im->n_pole * im->n_col_pole + 1) * (rows + 1);
    im->node_rotor = mem_new((size_t)n_place, sizeof *im->node_rotor);
    if (!im->node_rotor)
        return err_set(e, ST_NO_MEMORY, "mesh", "no memory for the mesh of the rotor");
    if (f) {
        ms->n_node = ms->n_node_stator + free_connect_count(f, im->n_pole);
        free_connect_nodes(f, im->n_pole, ms->n_node_stator, im->node_rotor);
    } else {
        ms->n_node = number_nodes(&im->rotor, im->n_pole, ms->n_node_stator, im->node_rotor);
    }
    ms->n_tri_per_pole = f ? f->n_tri : count_triangles(&im->rotor);
    ms->n_ring_rotor = im->n_pole * (f ? f->n_ring - 1 : count_ring(&im->rotor, rows) - 1) + 1;
    return ST_OK;
}

/* Triangles from `at` on, unknowns, ring. Returns the number of triangles of the mesh. */
static int connect_rotor(struct mesh *ms, int at)
{
    struct mesh_impl *im = ms->impl;
    if (im->free) {
        free_connect_triangles(im->free, ms, at);
        free_connect_unknowns(im->free, ms);
        free_connect_ring(im->free, ms, ms->ring_rotor);
        return at + im->n_pole * im->free->n_tri;
    }
    int rows = template_get_rows(&im->rotor), cols = im->n_pole * im->n_col_pole;
    for (int j = 0; j < im->n_pole; j++)
        at = add_grid(ms, &im->rotor, im->node_rotor, j * im->n_col_pole, -1, j, at);
    set_unknowns(ms, im->node_rotor, cols, rows, 0);
    set_ring(im->node_rotor, cols, rows, rows, ms->ring_rotor);
    return at;
}

enum status mesh_connect(struct mesh *ms, struct err *e)
{
    struct mesh_impl *im = ms->impl;
    int rows = template_get_rows(&im->stator);
    im->n_col_pitch = template_get_cols(&im->stator);
    im->n_line_stator = rows + 1;
    int cols = im->n_pitch * im->n_col_pitch;
    im->node_stator = mem_new((size_t)((cols + 1) * (rows + 1)), sizeof *im->node_stator);
    if (!im->node_stator)
        return err_set(e, ST_NO_MEMORY, "mesh", "no memory for the mesh template");
    ms->n_node_stator = number_nodes(&im->stator, im->n_pitch, 0, im->node_stator);
    ms->n_tri_per_pitch = count_triangles(&im->stator);
    ms->n_tri_stator = im->n_pitch * ms->n_tri_per_pitch;
    ms->n_ring_stator = im->n_pitch * (count_ring(&im->stator, 0) - 1) + 1;
    TRY(number_rotor(ms, e));
    ms->n_tri = ms->n_tri_stator + im->n_pole * ms->n_tri_per_pole;
    TRY(allocate(ms, e));
    int at = 0;
    for (int k = 0; k < im->n_pitch; k++)
        at = add_grid(ms, &im->stator, im->node_stator, k * im->n_col_pitch, k, 0, at);
    set_unknowns(ms, im->node_stator, cols, rows, rows);
    set_ring(im->node_stator, cols, rows, 0, ms->ring_stator);
    at = connect_rotor(ms, at);
    if (at != ms->n_tri)
        return err_set(e, ST_INFEASIBLE, "mesh_template", "template gave %d triangles where %d were counted", at, ms->n_tri);
    return ST_OK;
}
