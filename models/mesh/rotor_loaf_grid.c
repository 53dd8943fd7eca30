/* rotor_loaf_grid.c - half a pole of a bread-loaf rotor. Columns: magnet | air beside it. Rows: rotor iron up to the seat; magnet; gap up
 * to the band, thin on the d axis and thick beside the magnet. */
#include "models/machine/rotor.h"
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

enum { ROW_IRON, ROW_MAGNET, ROW_GAP, N_ROW };
enum { COL_MAGNET, COL_AIR, N_COL };

static const unsigned char REGION[N_ROW][N_COL] = {
    {REGION_ROTOR_IRON, REGION_ROTOR_IRON}, {REGION_MAGNET, REGION_POCKET}, {REGION_GAP, REGION_GAP}};

static void set_plan(struct template_grid *g)
{
    static const int div_row[N_ROW] = {6, 5, 2}, div_col[N_COL] = {22, 6};
    template_init(g, N_ROW, N_COL);
    for (int i = 0; i < N_ROW; i++) {
        g->div_row[i] = div_row[i];
        for (int j = 0; j < N_COL; j++) {
            g->region[i][j] = REGION[i][j];
            g->diagonal[i][j] = i == ROW_IRON;
        }
    }
    for (int j = 0; j < N_COL; j++) {
        g->div_col[j] = div_col[j];
        g->edge_row[0][j] = g->edge_row[N_ROW][j] = EDGE_ARC_ORIGIN;
    }
    g->part[ROW_MAGNET][COL_MAGNET] = 0;
    g->grade_row[ROW_IRON] = 0.4;
    g->edge_row[ROW_GAP][COL_MAGNET] = EDGE_ARC_CENTRE;
    g->edge_row[ROW_MAGNET][COL_AIR] = g->edge_row[ROW_GAP][COL_AIR] = EDGE_ARC_ORIGIN;
}

void rotor_loaf_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    const struct rotor_loaf *l = &m->loaf;
    const double q = PI / (2 * m->p), r_band = mesh_get_r_band_in_m(m), side_y = 0.5 * l->width_m;
    const double top_x = l->seat_m + rotor_loaf_get_side_m(m), a_seat = atan2(side_y, l->seat_m), a_top = atan2(side_y, top_x);
    const double r_q[N_ROW + 1] = {m->R_ri_m, hypot(l->seat_m, side_y), hypot(top_x, side_y), r_band};
    const double x_d[N_ROW + 1] = {m->R_ri_m, l->seat_m, m->R_ro_m, r_band}, y_d[N_ROW + 1] = {0};
    const double x_side[N_ROW + 1] = {m->R_ri_m * cos(a_seat), l->seat_m, top_x, r_band * cos(a_top)};
    const double y_side[N_ROW + 1] = {m->R_ri_m * sin(a_seat), side_y, side_y, r_band * sin(a_top)};
    double x_q[N_ROW + 1], y_q[N_ROW + 1];
    for (int i = 0; i <= N_ROW; i++) {
        x_q[i] = r_q[i] * cos(q);
        y_q[i] = r_q[i] * sin(q);
    }
    set_plan(half);
    half->centre_x_m = m->R_ro_m - l->R_top_m;
    template_set_column_line(half, COL_MAGNET, x_d, y_d);
    template_set_column_line(half, COL_AIR, x_side, y_side);
    template_set_column_line(half, N_COL, x_q, y_q);
    template_set_mirror(half, whole);
}
