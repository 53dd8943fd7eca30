/* rotor_spoke_grid.c - half a pole of a spoke rotor. Columns from the d axis: pole iron up to the flank | magnet under the lip | magnet
 * under the slot. Rows from inside: hub, up to the circle R_hub; foot of the pole iron, up to the magnet; magnet; lip; ring of the gap.
 * The flank is a column line, the ends of the magnet are row lines; in the pole iron these run on as arcs. */
#include "models/machine/rotor.h"
#include "models/mesh/leg.h"
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

enum { ROW_HUB, ROW_FOOT, ROW_MAGNET, ROW_LIP, ROW_GAP, N_ROW };
enum { COL_POLE, COL_LIP, COL_SLOT, N_COL };

#define SHAFT_UNIFORM_PU 0.5   /* weight of even spacing on the shaft against the angles on the hub */

static const unsigned char REGION[N_ROW][N_COL] = {
    {REGION_SHAFT, REGION_SHAFT, REGION_SHAFT},
    {REGION_ROTOR_IRON, REGION_SHAFT, REGION_SHAFT},
    {REGION_ROTOR_IRON, REGION_MAGNET, REGION_MAGNET},
    {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_POCKET},
    {REGION_GAP, REGION_GAP, REGION_GAP},
};

static void set_plan(struct template_grid *g)
{
    static const int div_row[N_ROW] = {2, 2, 9, 3, 1}, div_col[N_COL] = {14, 4, 4};
    template_init(g, N_ROW, N_COL);
    for (int i = 0; i < N_ROW; i++)
        g->div_row[i] = div_row[i];
    for (int j = 0; j < N_COL; j++) {
        g->div_col[j] = div_col[j];
        for (int i = 0; i < N_ROW; i++) {
            g->region[i][j] = REGION[i][j];
            g->diagonal[i][j] = i == ROW_HUB || i == ROW_FOOT || i == ROW_LIP;
        }
        g->part[ROW_MAGNET][j] = (signed char)(REGION[ROW_MAGNET][j] == REGION_MAGNET ? 0 : -1);
        g->edge_row[0][j] = g->edge_row[N_ROW][j] = EDGE_ARC_ORIGIN;
        g->edge_row[ROW_GAP][j] = EDGE_ARC_CENTRE;
    }
    for (int i = ROW_FOOT; i <= ROW_LIP; i++)
        g->edge_row[i][COL_POLE] = EDGE_ARC_ORIGIN;
    g->grade_col[COL_POLE] = 0.3; /* finer towards the flank */
}

/* Column line at distance h from the sector edge. */
static void set_line(const struct machine *m, struct template_grid *g, int j, double h_m, double share)
{
    const struct rotor_spoke *s = &m->spoke;
    const double q = PI / (2 * m->p), cq = cos(q), sq = sin(q);
    const double along[N_ROW + 1] = {0, rotor_spoke_get_hub_along_m(m), s->rm_in_m, s->rm_out_m, rotor_spoke_get_surface_along_m(m, h_m),
                                     0};
    double x[N_ROW + 1], y[N_ROW + 1];
    for (int i = 1; i < N_ROW; i++) {
        x[i] = along[i] * cq + h_m * sq;
        y[i] = along[i] * sq - h_m * cq;
    }
    const double a_shaft = (1 - SHAFT_UNIFORM_PU) * atan2(y[1], x[1]) + SHAFT_UNIFORM_PU * share * q;
    const double a_surface = atan2(y[ROW_GAP], x[ROW_GAP]);
    const struct leg_point shaft = leg_get_polar(m->R_ri_m, a_shaft), ring = leg_get_polar(mesh_get_r_band_in_m(m), a_surface);
    x[0] = shaft.x_m;
    y[0] = shaft.y_m;
    x[N_ROW] = ring.x_m;
    y[N_ROW] = ring.y_m;
    template_set_column_line(g, j, x, y);
}

void rotor_spoke_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    const struct rotor_spoke *s = &m->spoke;
    const double h = 0.5 * s->t_m_m;
    set_plan(half);
    half->centre_x_m = m->pole_offset_m;
    const double x[N_ROW + 1] = {m->R_ri_m, s->R_hub_m, hypot(s->rm_in_m, h), hypot(s->rm_out_m, h), m->R_ro_m, mesh_get_r_band_in_m(m)};
    const double y[N_ROW + 1] = {0};
    const double n_pole = half->div_col[COL_POLE], n_lip = n_pole + half->div_col[COL_LIP], n_all = n_lip + half->div_col[COL_SLOT];
    template_set_column_line(half, COL_POLE, x, y);
    set_line(m, half, COL_LIP, h, n_pole / n_all);
    set_line(m, half, COL_SLOT, s->lip_half_m, n_lip / n_all);
    set_line(m, half, N_COL, 0.0, 1.0);
    template_set_mirror(half, whole);
}
