/* rotor_double_v_grid.c - half a pole of two buried layers. Rows from inside: yoke; shaft layer (ledge, magnet beside the pocket); iron
 * between the layers; gap layer (ledge, magnet); pole iron; ring of the gap. Columns from the d axis: post | pocket beside it | both
 * magnets | two columns of the gap layer's pocket over the magnet of the shaft layer | iron over that magnet | two columns of the shaft
 * layer's pocket | iron to the sector edge. In a delta the gap layer's magnet also covers the first two columns. Beyond its pocket the
 * rows of the gap layer run on through the iron, squeezed towards the bridge of the shaft layer. */
#include "models/mesh/leg.h"
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

enum { ROW_YOKE, ROW_LEDGE, ROW_MAGNET, ROW_BETWEEN, ROW_GAP_LEDGE, ROW_GAP_MAGNET, ROW_POLE, ROW_GAP, N_ROW };
enum { COL_POST, COL_AIR, COL_MAGNETS, COL_GAP_POCKET, COL_GAP_POCKET_END, COL_OVER, COL_POCKET, COL_POCKET_END, COL_IRON, N_COL };

#define SURFACE_UNIFORM_PU 0.05  /* weight of even spacing on the surface and the shaft, as in rotor_v_grid.c */
#define SHAFT_UNIFORM_PU 0.8
#define CLIMB_SHARE 0.3          /* of the climb of the pocket's lower wall that the row line under it takes part in */
#define UNDER_SHARE 0.5          /* of the height of the ledge on the magnet that the ledge row keeps under the gap layer's pocket */
#define REACH_MAX_PU 0.95        /* of the shaft layer's magnet that lies under the gap layer's magnet and pocket, at most */
#define BAR_MAX_PU 0.6           /* of half the bar over the shaft layer's post and centre pocket, at most */

#define IRON REGION_ROTOR_IRON
#define AIR REGION_POCKET
#define MAG REGION_MAGNET
static const unsigned char REGION[N_COL][N_ROW] = {
    [COL_POST] = {IRON, IRON, IRON, IRON, IRON, IRON, IRON, REGION_GAP},
    [COL_AIR] = {IRON, AIR, AIR, IRON, AIR, AIR, IRON, REGION_GAP},
    [COL_MAGNETS] = {IRON, MAG, MAG, IRON, MAG, MAG, IRON, REGION_GAP},
    [COL_GAP_POCKET] = {IRON, MAG, MAG, IRON, IRON, AIR, IRON, REGION_GAP},
    [COL_GAP_POCKET_END] = {IRON, MAG, MAG, IRON, IRON, AIR, IRON, REGION_GAP},
    [COL_OVER] = {IRON, MAG, MAG, IRON, IRON, IRON, IRON, REGION_GAP},
    [COL_POCKET] = {IRON, IRON, AIR, IRON, IRON, IRON, IRON, REGION_GAP},
    [COL_POCKET_END] = {IRON, IRON, AIR, IRON, IRON, IRON, IRON, REGION_GAP},
    [COL_IRON] = {IRON, IRON, IRON, IRON, IRON, IRON, IRON, REGION_GAP},
};
/* the diagonal that keeps the widest angle small over the design space */
static const unsigned char DIAGONAL[N_COL][N_ROW] = {
    {1, 1, 0, 0, 0, 0, 1, 0}, {1, 1, 1, 1, 1, 1, 1, 0}, {1, 0, 0, 1, 0, 0, 1, 0}, {1, 0, 0, 1, 1, 0, 1, 0}, {1, 0, 0, 1, 1, 1, 1, 0},
    {1, 0, 0, 1, 0, 0, 1, 0}, {1, 0, 0, 1, 1, 1, 0, 0}, {1, 1, 1, 1, 1, 1, 1, 0}, {1, 0, 0, 1, 1, 1, 1, 0},
};

static void set_plan(const struct machine *m, struct template_grid *g)
{
    static const int div_row[N_ROW] = {5, 2, 3, 3, 1, 3, 3, 1}, div_col[N_COL] = {1, 2, 8, 2, 2, 3, 3, 3, 4};
    template_init(g, N_ROW, N_COL);
    for (int j = 0; j < N_COL; j++) {
        g->div_col[j] = div_col[j];
        for (int i = 0; i < N_ROW; i++) {
            const int in_bar = m->rotor_type == ROTOR_DELTA && j < COL_MAGNETS && (i == ROW_GAP_LEDGE || i == ROW_GAP_MAGNET);
            g->region[i][j] = in_bar ? MAG : REGION[j][i];
            g->diagonal[i][j] = DIAGONAL[j][i];
            if (g->region[i][j] == MAG)
                g->part[i][j] = i < ROW_BETWEEN ? 0 : 2;
        }
        g->edge_row[0][j] = g->edge_row[N_ROW][j] = EDGE_ARC_ORIGIN;
        g->edge_row[ROW_GAP][j] = EDGE_ARC_CENTRE;
    }
    if (m->rotor_type == ROTOR_DELTA) /* the bar is flat over the rising leg */
        g->diagonal[ROW_BETWEEN][COL_MAGNETS] = 0;
    for (int i = 0; i < N_ROW; i++)
        g->div_row[i] = div_row[i];
    g->grade_row[ROW_YOKE] = 0.3;
}

/* x / (1 + x^8)^(1/8): x while it is small, never above 1. */
static double saturate(double x) { return x * pow(1.0 + pow(x, 8.0), -1.0 / 8.0); }

/* Shaft layer: lines under the gap layer's corners stand where these project on the leg. */
static void set_shaft_layer(const struct machine *m, struct leg_spine *k)
{
    const struct rotor_v *v = &m->v, *g = &m->v_gap;
    const double c = cos(v->beta_rad), s = sin(v->beta_rad), end = g->s0_m + g->w_m_m;
    const struct leg_point corner[3] = {leg_get(g, end, 0.0), leg_get(g, end + g->pocket_top_m[0][0], g->pocket_top_m[0][1]),
                                        leg_get(g, end + g->pocket_top_m[1][0], g->pocket_top_m[1][1])};
    double along[3];
    for (int i = 0; i < 3; i++)
        along[i] = corner[i].y_m * c + (corner[i].x_m - v->r_apex_m) * s - v->s0_m;
    const double reach = REACH_MAX_PU * v->w_m_m * saturate(along[2] / (REACH_MAX_PU * v->w_m_m));
    k[1] = leg_get_spine_at_y(v, 0.5 * v->post_m);
    k[0] = leg_set_y(k[1], 0.0);
    k[COL_MAGNETS] = leg_get_spine(v, v->s0_m);
    for (int i = 0; i < 3; i++)
        k[COL_GAP_POCKET + i] = leg_get_spine(v, v->s0_m + reach * along[i] / along[2]);
    k[COL_POCKET] = leg_get_spine(v, v->s0_m + v->w_m_m);
    leg_set_pocket_spines(m, v, &k[COL_POCKET_END], &k[COL_IRON]);
    k[N_COL] = leg_get_spine_at_q(m, &k[COL_IRON]);
}

/* Climb of the row line under a pocket wall that climbs by c: a share of it, but all of it when the wall falls; smooth over `scale`. */
static double get_climb(double c, double scale)
{
    return 0.5 * (1.0 + CLIMB_SHARE) * c - 0.5 * (1.0 - CLIMB_SHARE) * hypot(c, scale);
}

/* Gap layer up to the end of its pocket. */
static void set_gap_layer(const struct machine *m, const struct leg_spine *shaft, struct leg_spine *k)
{
    const struct rotor_v *g = &m->v_gap;
    const double end = g->s0_m + g->w_m_m, ledge_m = g->t_m_m + g->pocket_bottom_m[0][1];
    if (m->rotor_type == ROTOR_DELTA) {
        const double y2 = BAR_MAX_PU * g->w_m_m * saturate(shaft[COL_MAGNETS].high.y_m / (BAR_MAX_PU * g->w_m_m));
        k[0] = leg_get_spine_at_y(g, 0.0);
        k[1] = leg_get_spine_at_y(g, y2 * 0.5 * m->v.post_m / shaft[COL_MAGNETS].high.y_m);
        k[COL_MAGNETS] = leg_get_spine_at_y(g, y2);
    } else {
        k[1] = leg_get_spine_at_y(g, 0.5 * g->post_m);
        k[0] = leg_set_y(k[1], 0.0);
        k[COL_MAGNETS] = leg_get_spine(g, g->s0_m);
    }
    k[COL_GAP_POCKET] = leg_get_spine(g, end);
    for (int i = 0; i < 2; i++) {
        struct leg_spine *here = &k[COL_GAP_POCKET_END + i];
        here->high = leg_get(g, end + g->pocket_top_m[i][0], g->pocket_top_m[i][1]);
        here->ledge = leg_get(g, end + g->pocket_bottom_m[i + 1][0], g->pocket_bottom_m[i + 1][1]);
        const double n1 = g->pocket_bottom_m[1][1], climb = g->pocket_bottom_m[i + 1][1] - n1;
        here->low = leg_get(g, end + g->pocket_bottom_m[i + 1][0], n1 + get_climb(climb, 0.1 * ledge_m) - UNDER_SHARE * ledge_m);
    }
}

static void set_lines(const struct machine *m, struct template_grid *g, const struct leg_spine *shaft, struct leg_spine *gap)
{
    const double q = PI / (2 * m->p);
    double share[3], x[N_ROW + 1], y[N_ROW + 1];
    int done = 0, total = template_get_cols(g), high = 0, up = 0;
    for (int i = ROW_BETWEEN; i <= ROW_POLE; i++)
        high += g->div_row[i];
    for (int i = 0; i < 3; i++)
        share[i] = (double)(up += g->div_row[ROW_BETWEEN + i]) / high;
    for (int j = 0; j <= N_COL; j++) {
        const double even = (double)done / total * q;
        const double a_high = leg_get_angle(j <= COL_OVER ? gap[j].high : shaft[j].high);
        const double a_surface = (1 - SURFACE_UNIFORM_PU) * a_high + SURFACE_UNIFORM_PU * even;
        const double a_shaft = (1 - SHAFT_UNIFORM_PU) * leg_get_angle(shaft[j].low) + SHAFT_UNIFORM_PU * even;
        const struct leg_point surface = leg_get_polar(machine_get_surface_m(m, a_surface), a_surface);
        if (j > COL_OVER) {
            gap[j].low = leg_get_between(shaft[j].high, surface, share[0]);
            gap[j].ledge = leg_get_between(shaft[j].high, surface, share[1]);
            gap[j].high = leg_get_between(shaft[j].high, surface, share[2]);
        }
        const struct leg_point ring = leg_get_polar(mesh_get_r_band_in_m(m), a_surface);
        const struct leg_point line[N_ROW + 1] = {leg_get_polar(m->R_ri_m, a_shaft), shaft[j].low,  shaft[j].ledge,
                                                  shaft[j].high,                     gap[j].low,    gap[j].ledge,
                                                  gap[j].high,                       surface,       ring};
        for (int i = 0; i <= N_ROW; i++) {
            x[i] = line[i].x_m;
            y[i] = line[i].y_m;
        }
        template_set_column_line(g, j, x, y);
        done += j < N_COL ? g->div_col[j] : 0;
    }
}

void rotor_double_v_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    struct leg_spine shaft[N_COL + 1], gap[N_COL + 1];
    set_plan(m, half);
    half->centre_x_m = m->pole_offset_m;
    set_shaft_layer(m, shaft);
    set_gap_layer(m, shaft, gap);
    set_lines(m, half, shaft, gap);
    template_set_mirror(half, whole);
}
