/* rotor_v_grid.c - half a pole of a single-layer V. Columns from the d axis: [half post | pocket beside it] or [half triangle] or nothing;
 * magnet; outer pocket in two parts; iron to the q axis. Rows from inside: yoke up to the magnet's lower face; ledge (lower part of the
 * magnet, its end face on iron); upper part of the magnet, beside the pocket; pole iron and bridge; ring of the gap. A pocket that covers
 * the whole end face has no ledge row. Row lines inside iron are free: they are chosen so that the cells stay convex over the design space.
 */
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define LEDGE_MIN_PU 0.02        /* of the magnet thickness: a thinner ledge counts as none */
#define SURFACE_UNIFORM_PU 0.2   /* weight of even spacing against the radial lines through the corners below */
#define SHAFT_UNIFORM_PU 0.8

struct point { double x_m, y_m; };
struct leg { double x_apex_m, cos_b, sin_b; };

static struct point leg_get(const struct leg *l, double s_m, double n_m)
{
    struct point p = {l->x_apex_m + s_m * l->sin_b + n_m * l->cos_b, s_m * l->cos_b - n_m * l->sin_b};
    return p;
}

/* Point of the leg's line n = n_m at the tangential coordinate y_m. */
static struct point leg_get_at_y(const struct leg *l, double n_m, double y_m)
{
    return leg_get(l, (y_m + n_m * l->sin_b) / l->cos_b, n_m);
}

static struct point polar_get(double r_m, double angle_rad)
{
    struct point p = {r_m * cos(angle_rad), r_m * sin(angle_rad)};
    return p;
}

static double radius(struct point p) { return hypot(p.x_m, p.y_m); }
static double angle(struct point p) { return atan2(p.y_m, p.x_m); }

int rotor_v_has_ledge(const struct machine *m)
{
    return m->v.pocket_bottom_m[0][1] > -(1.0 - LEDGE_MIN_PU) * m->v.t_m_m;
}

/* A column line between the shaft and the surface: points on the magnet's lower face, the pocket's lower level, the upper face. */
struct spine { struct point low, ledge, high; };

/* Smooth minimum of two positive angles, never above either. */
static double smooth_min(double a, double b)
{
    double ratio = a < b ? a / b : b / a;
    return fmin(a, b) * pow(1.0 + pow(ratio, 8.0), -1.0 / 8.0);
}

/* What is left of the distance d to the q axis after a step towards it: a share of d, but no more than `most`. */
static double approach_get(double d, double share, double most) { return d - share * d / (1.0 + share * d / most); }

/* Points in iron under the pocket, C1 below B1 and C2 below B2: each beyond what the wall C0 B1 B2 reaches towards the q axis, at heights
 * between those of its neighbours, so that the row line from the magnet's lower corner C0 climbs along the wall however steep the leg is.
 */
static void set_under_pocket(const struct machine *m, struct point c0, struct spine *mid, struct spine *end)
{
    double q = PI / (2 * m->p);
    double scale = m->v.t_m_m / radius(c0), d_mid = approach_get(smooth_min(q - angle(c0), q - angle(mid->ledge)), 0.2, 0.6 * scale);
    double d_end = approach_get(smooth_min(d_mid, q - angle(end->ledge)), 0.3, 0.9 * scale);
    mid->low = polar_get(0.5 * (radius(c0) + radius(mid->ledge)), q - d_mid);
    end->low = polar_get(0.5 * (radius(mid->low) + radius(end->ledge)), q - d_end);
}

static void set_pocket_spines(const struct machine *m, const struct leg *l, struct spine *mid, struct spine *end)
{
    const struct rotor_v *v = &m->v;
    double s1 = v->s0_m + v->w_m_m;
    mid->high = leg_get(l, s1 + v->pocket_top_m[0][0], v->pocket_top_m[0][1]);
    end->high = leg_get(l, s1 + v->pocket_top_m[1][0], v->pocket_top_m[1][1]);
    mid->ledge = leg_get(l, s1 + v->pocket_bottom_m[1][0], v->pocket_bottom_m[1][1]);
    end->ledge = leg_get(l, s1 + v->pocket_bottom_m[2][0], v->pocket_bottom_m[2][1]);
    set_under_pocket(m, leg_get(l, s1, -v->t_m_m), mid, end);
}

static struct spine leg_spine(const struct rotor_v *v, const struct leg *l, double s_m)
{
    struct spine k = {leg_get(l, s_m, -v->t_m_m), leg_get(l, s_m, v->pocket_bottom_m[0][1]), leg_get(l, s_m, 0.0)};
    return k;
}

/* Points straight across from `from` at y_m (the axis or the post's side). */
static struct spine spine_at_y(const struct spine *from, double y_m)
{
    struct spine k = {{from->low.x_m, y_m}, {from->ledge.x_m, y_m}, {from->high.x_m, y_m}};
    return k;
}

/* q axis: the row lines arrive a little below the heights of the pocket's end. */
static struct spine spine_at_q(const struct machine *m, const struct spine *end)
{
    double q = PI / (2 * m->p), low = radius(end->low), ledge = radius(end->ledge), high = radius(end->high);
    struct spine k = {polar_get(low, q), polar_get(ledge - 0.25 * (ledge - low), q), polar_get(high - 0.25 * (high - ledge), q)};
    return k;
}

static int set_spines(const struct machine *m, struct spine *k)
{
    const struct rotor_v *v = &m->v;
    struct leg l = {v->r_apex_m, cos(v->beta_rad), sin(v->beta_rad)};
    int n = 0;
    struct spine inner = leg_spine(v, &l, v->s0_m);
    if (v->centre == CENTRE_POST) {
        double y = 0.5 * v->post_m;
        struct spine side = {leg_get_at_y(&l, -v->t_m_m, y), leg_get_at_y(&l, v->pocket_bottom_m[0][1], y), leg_get_at_y(&l, 0.0, y)};
        k[n++] = spine_at_y(&side, 0.0);
        k[n++] = side;
    } else if (v->centre == CENTRE_TRIANGLE) {
        k[n++] = spine_at_y(&inner, 0.0);
    }
    k[n++] = inner;
    k[n++] = leg_spine(v, &l, v->s0_m + v->w_m_m);
    set_pocket_spines(m, &l, &k[n], &k[n + 1]);
    k[n + 2] = spine_at_q(m, &k[n + 1]);
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

static void set_column(const struct machine *m, struct template_grid *g, int j, const struct spine *k, double even_pu, int has_ledge)
{
    double tau_half = PI / (2 * m->p), x[N_LAYER + 1], y[N_LAYER + 1];
    double low = angle(has_ledge ? k->low : k->ledge), high = angle(k->high);
    int is_collapsed = j < g->n_col && g->region[g->n_row - 1][j] == REGION_VOID;
    if (j > 0 && g->region[g->n_row - 1][j - 1] == REGION_VOID)
        is_collapsed = 1;
    double a_shaft = (1 - SHAFT_UNIFORM_PU) * low + SHAFT_UNIFORM_PU * even_pu * tau_half;
    double a_surface = is_collapsed ? 0.0 : (1 - SURFACE_UNIFORM_PU) * high + SURFACE_UNIFORM_PU * even_pu * tau_half;
    struct point line[N_LAYER + 1];
    int n = 0;
    line[n++] = polar_get(m->R_ri_m, a_shaft);
    if (has_ledge)
        line[n++] = k->low;
    line[n++] = k->ledge;
    line[n++] = k->high;
    line[n++] = polar_get(m->R_ro_m, a_surface);
    line[n++] = polar_get(mesh_get_r_band_in_m(m), a_surface);
    for (int i = 0; i < n; i++) {
        x[i] = line[i].x_m;
        y[i] = line[i].y_m;
    }
    template_set_column_line(g, j, x, y);
}

void rotor_v_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    struct spine k[8];
    int has_ledge = set_plan(m, half), n = set_spines(m, k), done = 0, total = 0;
    for (int j = 0; j < n; j++)
        total += half->div_col[j];
    for (int j = 0; j <= n; j++) {
        set_column(m, half, j, &k[j], (double)done / total, has_ledge);
        if (j < n)
            done += half->div_col[j];
    }
    for (int j = 0; j < n; j++) {
        half->edge_row[0][j] = half->edge_row[half->n_row - 1][j] = half->edge_row[half->n_row][j] = EDGE_ARC_ORIGIN;
        for (int i = 0; i < half->n_row; i++) /* the diagonal that keeps the widest angle small over the design space */
            half->diagonal[i][j] = i == 0 || i == half->n_row - 2 || j == n - 2 || half->region[i][j] == REGION_POCKET;
        half->diagonal[half->n_row - 3][n - 3] = 0;
    }
    template_set_mirror(half, whole);
}
