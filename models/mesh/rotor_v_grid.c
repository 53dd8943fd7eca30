/* rotor_v_grid.c - half a pole of a single-layer V. Columns from the d axis: [half post | pocket beside it] or [half triangle] or nothing;
 * magnet; outer pocket in two parts; iron to the q axis. Rows from inside: yoke up to the magnet's lower face; ledge (lower part of the
 * magnet, its end face on iron); upper part of the magnet, beside the pocket; pole iron and bridge; ring of the gap. A pocket that covers
 * the whole end face has no ledge row. Row lines inside iron are free: they are chosen so that the cells stay convex over the design space.
 */
#include "models/mesh/leg.h"
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define LEDGE_MIN_PU 0.02        /* of the magnet thickness: a thinner ledge counts as none */
#define SURFACE_UNIFORM_PU 0.2   /* weight of even spacing against the radial lines through the corners below */
#define SHAFT_UNIFORM_PU 0.8

int rotor_v_has_ledge(const struct machine *m)
{
    return m->v.pocket_bottom_m[0][1] > -(1.0 - LEDGE_MIN_PU) * m->v.t_m_m;
}

static int set_spines(const struct machine *m, struct leg_spine *k)
{
    const struct rotor_v *v = &m->v;
    int n = 0;
    struct leg_spine inner = leg_get_spine(v, v->s0_m);
    if (v->centre == CENTRE_POST) {
        struct leg_spine side = leg_get_spine_at_y(v, 0.5 * v->post_m);
        k[n++] = leg_set_y(side, 0.0);
        k[n++] = side;
    } else if (v->centre == CENTRE_TRIANGLE) {
        k[n++] = leg_set_y(inner, 0.0);
    }
    k[n++] = inner;
    k[n++] = leg_get_spine(v, v->s0_m + v->w_m_m);
    leg_set_pocket_spines(m, v, &k[n], &k[n + 1]);
    k[n + 2] = leg_get_spine_at_q(m, &k[n + 1]);
    return n + 2; /* macro-columns */
}

enum { REGION_COL_POST, REGION_COL_TRIANGLE, REGION_COL_CENTRE_AIR, REGION_COL_MAGNET, REGION_COL_POCKET, REGION_COL_IRON, N_REGION_COL };
enum { LAYER_YOKE, LAYER_LEDGE, LAYER_MAGNET, LAYER_POLE, LAYER_GAP, N_LAYER };

static const unsigned char COLUMN_REGION[N_REGION_COL][N_LAYER] = {
    [REGION_COL_POST] = {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_GAP},
    [REGION_COL_TRIANGLE] = {REGION_ROTOR_IRON, REGION_POCKET, REGION_POCKET, REGION_VOID, REGION_VOID},
    [REGION_COL_CENTRE_AIR] = {REGION_ROTOR_IRON, REGION_POCKET, REGION_POCKET, REGION_ROTOR_IRON, REGION_GAP},
    [REGION_COL_MAGNET] = {REGION_ROTOR_IRON, REGION_MAGNET, REGION_MAGNET, REGION_ROTOR_IRON, REGION_GAP},
    [REGION_COL_POCKET] = {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_POCKET, REGION_ROTOR_IRON, REGION_GAP},
    [REGION_COL_IRON] = {REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_ROTOR_IRON, REGION_GAP},
};

/* Kinds and divisions of the columns for each centre. */
struct column_plan { int n, kind[6], div[6]; };
static const struct column_plan PLAN[] = {
    [CENTRE_POST] = {6,
                     {REGION_COL_POST, REGION_COL_CENTRE_AIR, REGION_COL_MAGNET, REGION_COL_POCKET, REGION_COL_POCKET, REGION_COL_IRON},
                     {1, 2, 13, 3, 3, 5}},
    [CENTRE_TRIANGLE] = {5,
                         {REGION_COL_TRIANGLE, REGION_COL_MAGNET, REGION_COL_POCKET, REGION_COL_POCKET, REGION_COL_IRON},
                         {1, 15, 3, 3, 5}},
    [CENTRE_NONE] = {4, {REGION_COL_MAGNET, REGION_COL_POCKET, REGION_COL_POCKET, REGION_COL_IRON}, {16, 3, 3, 5}},
};

static int set_plan(const struct machine *m, struct template_grid *g)
{
    static const int div[N_LAYER] = {6, 2, 3, 4, 1}, div_no_ledge[N_LAYER] = {6, 0, 5, 4, 1};
    const struct column_plan *plan = &PLAN[m->v.centre];
    int has_ledge = rotor_v_has_ledge(m), row = 0;
    template_init(g, N_LAYER - !has_ledge, plan->n);
    for (int layer = 0; layer < N_LAYER; layer++) {
        if (layer == LAYER_LEDGE && !has_ledge)
            continue;
        g->div_row[row] = has_ledge ? div[layer] : div_no_ledge[layer];
        for (int j = 0; j < plan->n; j++) {
            g->region[row][j] = COLUMN_REGION[plan->kind[j]][layer];
            if (g->region[row][j] == REGION_MAGNET)
                g->part[row][j] = 0;
        }
        row++;
    }
    for (int j = 0; j < plan->n; j++)
        g->div_col[j] = plan->div[j];
    g->grade_row[0] = 0.3;
    return has_ledge;
}

static void set_column(const struct machine *m, struct template_grid *g, int j, const struct leg_spine *k, double even_pu, int has_ledge)
{
    double tau_half = PI / (2 * m->p), x[N_LAYER + 1], y[N_LAYER + 1];
    double low = leg_get_angle(has_ledge ? k->low : k->ledge), high = leg_get_angle(k->high);
    int is_collapsed = j < g->n_col && g->region[g->n_row - 1][j] == REGION_VOID;
    if (j > 0 && g->region[g->n_row - 1][j - 1] == REGION_VOID)
        is_collapsed = 1;
    double a_shaft = (1 - SHAFT_UNIFORM_PU) * low + SHAFT_UNIFORM_PU * even_pu * tau_half;
    double a_surface = is_collapsed ? 0.0 : (1 - SURFACE_UNIFORM_PU) * high + SURFACE_UNIFORM_PU * even_pu * tau_half;
    struct leg_point line[N_LAYER + 1];
    int n = 0;
    line[n++] = leg_get_polar(m->R_ri_m, a_shaft);
    if (has_ledge)
        line[n++] = k->low;
    line[n++] = k->ledge;
    line[n++] = k->high;
    line[n++] = leg_get_polar(machine_get_surface_m(m, a_surface), a_surface);
    line[n++] = leg_get_polar(mesh_get_r_band_in_m(m), a_surface);
    for (int i = 0; i < n; i++) {
        x[i] = line[i].x_m;
        y[i] = line[i].y_m;
    }
    template_set_column_line(g, j, x, y);
}

void rotor_v_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    struct leg_spine k[8];
    int has_ledge = set_plan(m, half), n = set_spines(m, k), done = 0, total = 0;
    for (int j = 0; j < n; j++)
        total += half->div_col[j];
    for (int j = 0; j <= n; j++) {
        set_column(m, half, j, &k[j], (double)done / total, has_ledge);
        if (j < n)
            done += half->div_col[j];
    }
    half->centre_x_m = m->pole_offset_m;
    for (int j = 0; j < n; j++) {
        half->edge_row[0][j] = half->edge_row[half->n_row][j] = EDGE_ARC_ORIGIN;
        half->edge_row[half->n_row - 1][j] = EDGE_ARC_CENTRE;
        for (int i = 0; i < half->n_row; i++) /* the diagonal that keeps the widest angle small over the design space */
            half->diagonal[i][j] = i == 0 || i == half->n_row - 2 || j == n - 2 || half->region[i][j] == REGION_POCKET;
        half->diagonal[half->n_row - 3][n - 3] = 0;
    }
    template_set_mirror(half, whole);
}
