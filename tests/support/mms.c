#include "tests/support/mms.h"

#include <math.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"

#define SHIFT_PU 0.03

static int mesh_allocate(struct mesh *ms)
{
    size_t n = (size_t)ms->n_node, t = (size_t)ms->n_tri;
    ms->x_m = mem_new(n, sizeof *ms->x_m);
    ms->y_m = mem_new(n, sizeof *ms->y_m);
    ms->dof = mem_new(n, sizeof *ms->dof);
    ms->sign = mem_new(n, sizeof *ms->sign);
    ms->tri = mem_new(3 * t, sizeof *ms->tri);
    ms->region = mem_new(t, sizeof *ms->region);
    ms->part = mem_new(t, sizeof *ms->part);
    return ms->x_m && ms->y_m && ms->dof && ms->sign && ms->tri && ms->region && ms->part;
}

static void set_nodes(struct mesh *ms, int n, double width_m, double height_m)
{
    for (int j = 0; j <= n; j++) {
        for (int i = 0; i <= n; i++) {
            int k = j * (n + 1) + i;
            double s = (double)i / n, t = (double)j / n, bump = SHIFT_PU * sin(2.0 * PI * s) * sin(2.0 * PI * t);
            ms->x_m[k] = width_m * (s + bump);
            ms->y_m[k] = height_m * (t - bump);
            ms->sign[k] = 1;
            ms->dof[k] = i == 0 || j == 0 || i == n || j == n ? -1 : ms->n_dof++;
        }
    }
}

struct mesh *mms_new_mesh(int n, double width_m, double height_m)
{
    struct mesh *ms = mem_new(1, sizeof *ms);
    if (!ms)
        return NULL;
    ms->n_node = ms->n_node_stator = (n + 1) * (n + 1);
    ms->n_tri = ms->n_tri_stator = 2 * n * n;
    ms->n_ring_stator = ms->n_ring_rotor = 1; /* a band of no triangles */
    ms->tau_rad = ms->sector_rad = PI;
    ms->n_pole = 1;
    ms->periodic_sign = -1.0;
    if (!mesh_allocate(ms)) {
        mesh_free(ms);
        return NULL;
    }
    set_nodes(ms, n, width_m, height_m);
    int t = 0;
    for (int j = 0; j < n; j++) {
        for (int i = 0; i < n; i++) {
            int a = j * (n + 1) + i, b = a + 1, c = a + n + 1, d = c + 1;
            int corner[6] = {a, b, d, a, d, c};
            for (int k = 0; k < 6; k++)
                ms->tri[3 * t + k] = corner[k];
            for (int k = 0; k < 2; k++, t++) {
                ms->region[t] = REGION_STATOR_YOKE;
                ms->part[t] = -1;
            }
        }
    }
    return ms;
}

double mms_eval_order(double error_coarse, double error_fine, double ratio) { return log(error_coarse / error_fine) / log(ratio); }
