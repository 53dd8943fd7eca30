/* rotor_grid.c - half poles of the salient wound rotor and of the surface-magnet rotor.
 * Salient: columns body | gap beside the coil | coil | to the q axis; rows yoke | up to the coil's bottom | coil | up to the shoe | shoe | ring of
 * the gap. The column line at the coil's outer side runs on through the shoe tip's two corners.
 * Surface: columns magnet | interpolar air; rows rotor iron, magnet, ring of the gap. */
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

enum { ROW_YOKE, ROW_FOOT, ROW_COIL, ROW_NECK, ROW_SHOE, ROW_GAP, N_ROW };
enum { COL_BODY, COL_CLEARANCE, COL_COIL, COL_OUTER, N_COL };

#define FOOT_SHARE 0.65 /* of the yoke circle between coil side and q axis that lies below the coil */

static const unsigned char SALIENT_REGION[N_ROW][N_COL] = {
    {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON},
    {REGION_ROTOR_IRON, REGION_POCKET, REGION_POCKET, REGION_POCKET},
    {REGION_ROTOR_IRON, REGION_POCKET, REGION_FIELD_COIL, REGION_POCKET},
    {REGION_ROTOR_IRON, REGION_POCKET, REGION_POCKET, REGION_POCKET},
    {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_POCKET},
    {REGION_GAP, REGION_GAP, REGION_GAP, REGION_GAP},
};

static void salient_set_plan(struct template_grid *g)
{
    static const int div_row[N_ROW] = {5, 2, 6, 1, 3, 1}, div_col[N_COL] = {9, 1, 5, 5};
    template_init(g, N_ROW, N_COL);
    for (int i = 0; i < N_ROW; i++) {
        g->div_row[i] = div_row[i];
        for (int j = 0; j < N_COL; j++) {
            g->region[i][j] = SALIENT_REGION[i][j];
            if (g->region[i][j] == REGION_FIELD_COIL)
                g->part[i][j] = 0;
        }
    }
    for (int j = 0; j < N_COL; j++)
        g->div_col[j] = div_col[j];
    g->grade_row[ROW_YOKE] = 0.3;
    for (int j = 0; j < N_COL; j++)
        g->edge_row[0][j] = g->edge_row[1][j] = g->edge_row[N_ROW - 1][j] = g->edge_row[N_ROW][j] = EDGE_ARC_ORIGIN;
}

/* Column line through body or coil sides at the tangential coordinate y; under the shoe at x_shoe; angles at shaft and surface are free. */
static void salient_set_line(const struct machine *m, struct template_grid *g, int j, double y, double x_shoe, double a_shaft, double a_surface)
{
    const struct rotor_salient *s = &m->salient;
    double x_top = m->R_ro_m - s->shoe_root_m - s->coil_top_gap_m, x_bottom = x_top - s->coil_h_m, r_band = mesh_get_r_band_in_m(m);
    double a_yoke = asin(y / s->R_yoke_m);
    double x[N_ROW + 1] = {m->R_ri_m * cos(a_shaft), s->R_yoke_m * cos(a_yoke), x_bottom, x_top, x_shoe, m->R_ro_m * cos(a_surface), r_band * cos(a_surface)};
    double yy[N_ROW + 1] = {m->R_ri_m * sin(a_shaft), y, y, y, y, m->R_ro_m * sin(a_surface), r_band * sin(a_surface)};
    template_set_column_line(g, j, x, yy);
}

void rotor_salient_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    const struct rotor_salient *s = &m->salient;
    double q = PI / (2 * m->p), x_root = m->R_ro_m - s->shoe_root_m, y_body = 0.5 * s->body_w_m, y_gap = y_body + s->coil_gap_m, y_coil = y_gap + s->coil_w_m;
    double x_tip = m->R_ro_m * cos(s->shoe_half_rad) - s->shoe_tip_m, y_tip = m->R_ro_m * sin(s->shoe_half_rad);
    double x_bottom = x_root - s->coil_top_gap_m - s->coil_h_m, r_bottom = hypot(x_bottom, y_coil), r_top = hypot(x_bottom + s->coil_h_m, y_coil);
    double x_gap = x_root + (x_tip - x_root) * s->coil_gap_m / (y_tip - y_body);
    salient_set_plan(half);
    double n = half->div_col[0] + half->div_col[1] + half->div_col[2], n_all = n + half->div_col[3];
    double surface_body = s->shoe_half_rad * half->div_col[0] / n, surface_gap = s->shoe_half_rad * (half->div_col[0] + half->div_col[1]) / n;
    double a_gap = asin(y_gap / s->R_yoke_m);
    double even_body = q * half->div_col[0] / n_all, even_gap = q * (half->div_col[0] + half->div_col[1]) / n_all, even_coil = q * n / n_all;
    salient_set_line(m, half, 0, 0.0, x_root, 0.0, 0.0);
    salient_set_line(m, half, 1, y_body, x_root, 0.5 * (asin(y_body / s->R_yoke_m) + even_body), 0.5 * (surface_body + atan2(y_body, x_root)));
    salient_set_line(m, half, 2, y_gap, x_gap, 0.5 * (a_gap + even_gap), 0.5 * (surface_gap + atan2(y_gap, x_gap)));
    salient_set_line(m, half, 3, y_coil, x_tip, even_coil, s->shoe_half_rad);
    half->y_m[ROW_SHOE][3] = y_tip;
    /* the yoke circle may be too small for a plumb line from the coil's corner */
    double a_foot = a_gap + FOOT_SHARE * (q - a_gap);
    half->x_m[1][3] = s->R_yoke_m * cos(a_foot);
    half->y_m[1][3] = s->R_yoke_m * sin(a_foot);
    double r_tip = hypot(x_tip, y_tip), r_q[N_ROW + 1] = {m->R_ri_m, s->R_yoke_m, r_bottom, r_top, r_tip, m->R_ro_m, mesh_get_r_band_in_m(m)};
    double xq[N_ROW + 1], yq[N_ROW + 1];
    for (int i = 0; i <= N_ROW; i++) {
        xq[i] = r_q[i] * cos(q);
        yq[i] = r_q[i] * sin(q);
    }
    template_set_column_line(half, N_COL, xq, yq);
    template_set_mirror(half, whole);
}

void rotor_surface_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    double q = PI / (2 * m->p), a[3] = {0.0, 0.5 * m->surface.arc_rad, q};
    double r[4] = {m->R_ri_m, m->surface.R_mi_m, m->R_ro_m, mesh_get_r_band_in_m(m)};
    static const int div_row[3] = {6, 5, 1}, div_col[2] = {22, 5};
    static const unsigned char region[3][2] = {{REGION_ROTOR_IRON, REGION_ROTOR_IRON}, {REGION_MAGNET, REGION_POCKET}, {REGION_GAP, REGION_GAP}};
    template_init(half, 3, 2);
    half->grade_row[0] = 0.4;
    half->part[1][0] = 0;
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 3; j++) {
            half->x_m[i][j] = r[i] * cos(a[j]);
            half->y_m[i][j] = r[i] * sin(a[j]);
            if (j < 2)
                half->edge_row[i][j] = EDGE_ARC_ORIGIN;
            if (i < 3 && j < 2)
                half->region[i][j] = region[i][j];
        }
    }
    for (int i = 0; i < 3; i++)
        half->div_row[i] = div_row[i];
    for (int j = 0; j < 2; j++)
        half->div_col[j] = div_col[j];
    template_set_mirror(half, whole);
}
