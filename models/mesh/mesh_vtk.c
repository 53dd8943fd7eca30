/* mesh_vtk.c - legacy VTK text of the whole sector, rotor turned, band included: every triangle brings its own three points, so that no
 * sector edge has to be matched. */
#include "models/mesh/mesh_impl.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include <math.h>
#include "materials/base/banned.h"

struct vtk_band { int *tri; signed char *sign; double *x_m, *y_m; };

static void add_points(struct text *t, const struct mesh *ms, double theta_rad, const struct vtk_band *b, int n_band)
{
    double c = cos(theta_rad), s = sin(theta_rad);
    text_add(t, "POINTS %d double\n", 3 * (ms->n_tri + n_band));
    for (int k = 0; k < 3 * ms->n_tri; k++) {
        int n = ms->tri[k], is_rotor = n >= ms->n_node_stator;
        double x = ms->x_m[n], y = ms->y_m[n];
        text_add(t, "%.9g %.9g 0\n", is_rotor ? c * x - s * y : x, is_rotor ? s * x + c * y : y);
    }
    for (int k = 0; k < 3 * n_band; k++)
        text_add(t, "%.9g %.9g 0\n", b->x_m[k], b->y_m[k]);
}

static void add_cells(struct text *t, const struct mesh *ms, int n_band)
{
    int n = ms->n_tri + n_band;
    text_add(t, "CELLS %d %d\n", n, 4 * n);
    for (int k = 0; k < n; k++)
        text_add(t, "3 %d %d %d\n", 3 * k, 3 * k + 1, 3 * k + 2);
    text_add(t, "CELL_TYPES %d\n", n);
    for (int k = 0; k < n; k++)
        text_add(t, "5\n");
    text_add(t, "CELL_DATA %d\nSCALARS region int 1\nLOOKUP_TABLE default\n", n);
    for (int k = 0; k < n; k++)
        text_add(t, "%d\n", k < ms->n_tri ? ms->region[k] : REGION_GAP);
}

/* The band has no B of its own in B_T; its cells get zero. Rotor vectors are turned into the stator frame. */
static void add_field(struct text *t, const struct mesh *ms, double theta_rad, const double *B_T, int n_band)
{
    double c = cos(theta_rad), s = sin(theta_rad);
    text_add(t, "VECTORS B_T double\n");
    for (int k = 0; k < ms->n_tri; k++) {
        double bx = B_T[2 * k], by = B_T[2 * k + 1];
        if (k < ms->n_tri_stator)
            text_add(t, "%.9g %.9g 0\n", bx, by);
        else
            text_add(t, "%.9g %.9g 0\n", c * bx - s * by, s * bx + c * by);
    }
    for (int k = 0; k < n_band; k++)
        text_add(t, "0 0 0\n");
}

static void add_potential(struct text *t, const struct mesh *ms, const double *Az, const struct vtk_band *b, int n_band)
{
    text_add(t, "POINT_DATA %d\nSCALARS Az_Wb_per_m double 1\nLOOKUP_TABLE default\n", 3 * (ms->n_tri + n_band));
    for (int k = 0; k < 3 * ms->n_tri; k++)
        text_add(t, "%.9g\n", Az[ms->tri[k]]);
    for (int k = 0; k < 3 * n_band; k++) {
        int n = b->tri[k];
        text_add(t, "%.9g\n", Az[n] * b->sign[k] * ms->sign[n]); /* Az holds the node's own sign already */
    }
}

enum status mesh_write_vtk(const struct mesh *ms, double theta_rad, const double *Az_Wb_per_m, const double *B_T, const char *path,
                           struct err *e)
{
    int n_band = mesh_get_band_size(ms);
    size_t n = 3 * (size_t)n_band;
    struct vtk_band b = {mem_new(n, sizeof *b.tri), mem_new(n, sizeof *b.sign), mem_new(n, sizeof *b.x_m), mem_new(n, sizeof *b.y_m)};
    struct text t = {NULL, 0, 0, 0};
    enum status st = ST_OK;
    if (!b.tri || !b.sign || !b.x_m || !b.y_m) {
        st = err_set(e, ST_NO_MEMORY, "mesh_write_vtk", "no memory");
    } else {
        mesh_set_band(ms, theta_rad, b.tri, b.sign, b.x_m, b.y_m);
        text_add(&t, "# vtk DataFile Version 3.0\nmotrade mesh\nASCII\nDATASET UNSTRUCTURED_GRID\n");
        add_points(&t, ms, theta_rad, &b, n_band);
        add_cells(&t, ms, n_band);
        if (B_T)
            add_field(&t, ms, theta_rad, B_T, n_band);
        if (Az_Wb_per_m)
            add_potential(&t, ms, Az_Wb_per_m, &b, n_band);
        st = t.failed ? err_set(e, ST_NO_MEMORY, "mesh_write_vtk", "no memory for the text") : text_write_file(path, t.s, t.n, e);
    }
    text_done(&t);
    mem_free(b.tri);
    mem_free(b.sign);
    mem_free(b.x_m);
    mem_free(b.y_m);
    return st;
}
