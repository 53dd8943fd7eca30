/* rotor_grid.c - half poles of the salient wound rotor and of the surface-magnet rotor.
 * Salient: columns body | gap beside the coil | coil | to the shoe's tip | to the q axis; rows yoke | up to the coil's bottom | coil | up
 * to the shoe | shoe | ring of the gap. Surface: columns magnet | interpolar air; rows rotor iron, magnet, ring of the gap. */
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

enum { ROW_YOKE, ROW_FOOT, ROW_COIL, ROW_NECK, ROW_SHOE, ROW_GAP, N_ROW };
enum { COL_BODY, COL_CLEARANCE, COL_COIL, COL_TIP, COL_OUTER, N_COL };

#define FOOT_SHARE 0.65 /* of the yoke circle between coil side and q axis that lies below the coil */

#define TIP_SHARE 0.4   /* of the space between coil and q axis that the column below the shoe's tip takes */
#define UNDER_SHARE 0.8 /* of the underside from the coil's inner side to the tip: the coil's column ends there at the latest */

static const unsigned char SALIENT_REGION[N_ROW][N_COL] = {
    {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON},
    {REGION_ROTOR_IRON, REGION_POCKET, REGION_POCKET, REGION_POCKET, REGION_POCKET},
    {REGION_ROTOR_IRON, REGION_POCKET, REGION_FIELD_COIL, REGION_POCKET, REGION_POCKET},
    {REGION_ROTOR_IRON, REGION_POCKET, REGION_POCKET, REGION_POCKET, REGION_POCKET},
    {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_POCKET},
    {REGION_GAP, REGION_GAP, REGION_GAP, REGION_GAP, REGION_GAP},
};
/* the diagonal that keeps the widest angle small over the design space */
static const unsigned char SALIENT_DIAGONAL[N_ROW][N_COL] = {
    {1, 1, 1, 1, 1}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, {1, 1, 1, 1, 0}, {0, 0, 0, 0, 0},
};

static void salient_set_plan(struct template_grid *g)
{
    static const int div_row[N_ROW] = {5, 2, 6, 1, 3, 1}, div_col[N_COL] = {12, 1, 6, 2, 6};
    template_init(g, N_ROW, N_COL);
    for (int i = 0; i < N_ROW; i++) {
        g->div_row[i] = div_row[i];
        for (int j = 0; j < N_COL; j++) {
            g->region[i][j] = SALIENT_REGION[i][j];
            g->diagonal[i][j] = SALIENT_DIAGONAL[i][j];
            if (g->region[i][j] == REGION_FIELD_COIL)
                g->part[i][j] = 0;
        }
    }
    for (int j = 0; j < N_COL; j++)
        g->div_col[j] = div_col[j];
    g->grade_row[ROW_YOKE] = 0.3;
    for (int j = 0; j < N_COL; j++) {
        g->edge_row[0][j] = g->edge_row[1][j] = g->edge_row[N_ROW][j] = EDGE_ARC_ORIGIN;
        g->edge_row[ROW_GAP][j] = j < COL_OUTER ? EDGE_ARC_CENTRE : EDGE_ARC_ORIGIN; /* beside the shoe: round, at its tip's radius */
    }
    g->edge_row[ROW_FOOT][COL_BODY] = EDGE_LINE; /* the chord under the body: the yoke's circle may rise above the coil's bottom there */
}

/* What the column lines need: salient dimensions in the pole's frame. */
struct salient_frame { double q_rad, R_tip, x_foot, x_root, x_top, x_bottom, x_tip, y_tip, y_body, y_gap, y_coil; };

static struct salient_frame salient_get_frame(const struct machine *m)
{
    const struct rotor_salient *s = &m->salient;
    struct salient_frame f;
    f.q_rad = PI / (2 * m->p);
    f.x_root = m->R_ro_m - s->shoe_root_m;
    f.x_top = f.x_root - s->coil_top_gap_m;
    f.x_bottom = f.x_top - s->coil_h_m;
    f.R_tip = machine_get_surface_m(m, s->shoe_half_rad);
    f.x_tip = f.R_tip * cos(s->shoe_half_rad) - s->shoe_tip_m;
    f.y_tip = f.R_tip * sin(s->shoe_half_rad);
    f.y_body = 0.5 * s->body_w_m;
    f.x_foot = sqrt(s->R_yoke_m * s->R_yoke_m - f.y_body * f.y_body);
    f.y_gap = f.y_body + s->coil_gap_m;
    f.y_coil = f.y_gap + s->coil_w_m;
    return f;
}

/* Column line j: at the tangential coordinate y along body and coil, at y_under on the shoe's underside; share = its place between the axis
 * and the q axis on the shaft, shoe_share = between the axis and the shoe's end on the surface. */
static void salient_set_line(const struct machine *m, struct template_grid *g, const struct salient_frame *f, int j, double y,
                             double y_under, double a_yoke, double share, double shoe_share)
{
    double a_shaft = 0.5 * (a_yoke + share * f->q_rad), r_band = mesh_get_r_band_in_m(m);
    double x_under = y_under <= f->y_body ? f->x_root : f->x_root + (f->x_tip - f->x_root) * (y_under - f->y_body) / (f->y_tip - f->y_body);
    double a_surface = 0.5 * (shoe_share * m->salient.shoe_half_rad + atan2(y_under, x_under));
    double r_surface = machine_get_surface_m(m, a_surface);
    double x_yoke = j == COL_BODY ? f->x_foot : m->salient.R_yoke_m * cos(a_yoke);
    double x[N_ROW + 1] = {
        m->R_ri_m * cos(a_shaft), x_yoke, f->x_bottom, f->x_top, x_under, r_surface * cos(a_surface),
        r_band * cos(a_surface)};
    double yy[N_ROW + 1] = {m->R_ri_m * sin(a_shaft), m->salient.R_yoke_m * sin(a_yoke), y, y, y_under, r_surface * sin(a_surface),
                            r_band * sin(a_surface)};
    template_set_column_line(g, j, x, yy);
}

/* q axis, and the line through the shoe's tip, which below the shoe runs between coil and q axis. */
static void salient_set_outer_lines(const struct machine *m, struct template_grid *g, const struct salient_frame *f)
{
    double a_tip = m->salient.shoe_half_rad, r_band = mesh_get_r_band_in_m(m);
    double r_q[N_ROW + 1] = {
        m->R_ri_m, m->salient.R_yoke_m, hypot(f->x_bottom, f->y_coil), hypot(f->x_top, f->y_coil), hypot(f->x_tip, f->y_tip), f->R_tip,
        r_band};
    double x[N_ROW + 1], y[N_ROW + 1];
    for (int i = 0; i <= N_ROW; i++) {
        x[i] = r_q[i] * cos(f->q_rad);
        y[i] = r_q[i] * sin(f->q_rad);
    }
    template_set_column_line(g, N_COL, x, y);
    for (int i = 0; i <= ROW_NECK; i++) {
        double r_coil = hypot(g->x_m[i][COL_TIP], g->y_m[i][COL_TIP]), a_coil = atan2(g->y_m[i][COL_TIP], g->x_m[i][COL_TIP]);
        double r = r_coil + TIP_SHARE * (r_q[i] - r_coil), a = a_coil + TIP_SHARE * (f->q_rad - a_coil);
        x[i] = r * cos(a);
        y[i] = r * sin(a);
    }
    x[ROW_SHOE] = f->x_tip;
    y[ROW_SHOE] = f->y_tip;
    x[ROW_GAP] = f->R_tip * cos(a_tip);
    y[ROW_GAP] = f->R_tip * sin(a_tip);
    x[N_ROW] = r_band * cos(a_tip);
    y[N_ROW] = r_band * sin(a_tip);
    template_set_column_line(g, COL_OUTER, x, y);
}

void rotor_salient_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    struct salient_frame f = salient_get_frame(m);
    salient_set_plan(half);
    half->centre_x_m = m->pole_offset_m;
    const int *div = half->div_col;
    double body = div[COL_BODY], gap = body + div[COL_CLEARANCE], coil = gap + div[COL_COIL], shoe = coil + div[COL_TIP],
           all = shoe + div[COL_OUTER];
    double a_gap = asin(f.y_gap / m->salient.R_yoke_m), a_foot = a_gap + FOOT_SHARE * (f.q_rad - a_gap),
           reach = UNDER_SHARE * (f.y_tip - f.y_gap);
    double ratio = (f.y_coil - f.y_gap) / reach,
           y_under = f.y_gap + (f.y_coil - f.y_gap) * pow(1 + pow(ratio, 8.0), -1.0 / 8.0); /* smooth minimum */
    salient_set_line(m, half, &f, COL_BODY, 0, 0, 0, 0, 0);
    salient_set_line(m, half, &f, COL_CLEARANCE, f.y_body, f.y_body, asin(f.y_body / m->salient.R_yoke_m), body / all, body / shoe);
    salient_set_line(m, half, &f, COL_COIL, f.y_gap, f.y_gap, a_gap, gap / all, gap / shoe);
    salient_set_line(m, half, &f, COL_TIP, f.y_coil, y_under, a_foot, coil / all, coil / shoe);
    salient_set_outer_lines(m, half, &f);
    template_set_mirror(half, whole);
}

void rotor_surface_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    double q = PI / (2 * m->p), a[3] = {0.0, 0.5 * m->surface.arc_rad, q};
    double r[4] = {m->R_ri_m, m->surface.R_mi_m, m->R_ro_m, mesh_get_r_band_in_m(m)};
    static const int div_row[3] = {6, 5, 1}, div_col[2] = {22, 5};
    static const unsigned char region[3][2] = {
        {REGION_ROTOR_IRON, REGION_ROTOR_IRON}, {REGION_MAGNET, REGION_POCKET}, {REGION_GAP, REGION_GAP}};
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
