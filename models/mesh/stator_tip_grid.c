/* stator_tip_grid.c - one slot pitch of few wide slots, whose tooth tips reach far over the slot: columns tooth | tip | opening | opening |
 * tip | tooth (mirrored). The tip has columns and rows of its own, since it saturates along its length: the row of the opening ends on the
 * underside of the tip, from the opening's edge up to REACH of it, and the row of the taper closes the wedge below. Rows beyond are those
 * of stator_grid.c; the line between opening and tip columns runs on through the slot. */
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

enum { COL_OPENING, COL_TIP, COL_TOOTH, N_COL };
#define WIDE_PITCH_COLUMNS 10 /* coarse columns of half a pitch from which on a tip has its own: up to 3.6 slots per pole */
#define WIDE_OPENINGS 2.0   /* of a slot over its opening */
#define REACH 0.93           /* of the underside: the rest of it is a side of the tooth's column */
#define OPENING_COLUMNS 4   /* at most */
#define SLOT_SHARE 0.2      /* of the slot's half width beyond the opening's: where the line between the columns runs */
#define GRADE_TIP -0.4      /* towards the opening, where the field is largest */
#define GRADE_SLOT -0.8

static int get_half_pitch(const struct machine *m) { return (int)lround(STATOR_COLUMN_PER_POLE * m->p / m->stator.n_slot); }

int stator_has_tip(const struct machine *m)
{
    return !m->stator.is_slotless && get_half_pitch(m) >= WIDE_PITCH_COLUMNS && m->stator.b1_m > WIDE_OPENINGS * m->stator.b0_m;
}

static void set_divisions(const struct machine *m, struct template_grid *g)
{
    static const int div_row[STATOR_N_ROW] = {1, 3, 1, 5, 2, 4};
    const int half_pitch = get_half_pitch(m), open = half_pitch / 6 < OPENING_COLUMNS ? half_pitch / 6 : OPENING_COLUMNS,
              left = half_pitch - open;
    for (int i = 0; i < STATOR_N_ROW; i++)
        g->div_row[i] = div_row[i];
    g->div_col[COL_OPENING] = open;
    g->div_col[COL_TIP] = left / 2;
    g->div_col[COL_TOOTH] = left - left / 2;
    g->grade_col[COL_TIP] = GRADE_TIP;
    g->grade_row[STATOR_ROW_SLOT] = GRADE_SLOT;
    g->grade_row[STATOR_ROW_YOKE] = -0.2;
}

static void set_regions(struct template_grid *g)
{
    static const unsigned char region[STATOR_N_ROW][N_COL] = {
        {REGION_GAP, REGION_GAP, REGION_GAP},
        {REGION_SLOT_OPENING, REGION_STATOR_TOOTH, REGION_STATOR_TOOTH},
        {REGION_SLOT_OPENING, REGION_SLOT_OPENING, REGION_STATOR_TOOTH},
        {REGION_SLOT, REGION_SLOT, REGION_STATOR_TOOTH},
        {REGION_SLOT, REGION_SLOT, REGION_STATOR_TOOTH},
        {REGION_STATOR_YOKE, REGION_STATOR_YOKE, REGION_STATOR_YOKE}};
    for (int i = 0; i < STATOR_N_ROW; i++)
        for (int j = 0; j < N_COL; j++)
            g->region[i][j] = region[i][j];
}

/* Slot bottom: the quarter of a round one, or the last part of a flat one; (x, y) at a share of the half width, side at 1. */
static void get_bottom(const struct stator *s, double x3, double share, double *x_m, double *y_m)
{
    const double radius = 0.5 * s->b2_m, a = share * PI / 4.0;
    const int is_round = s->bottom == SLOT_ROUND;
    *x_m = is_round ? x3 + radius * cos(a) : x3;
    *y_m = is_round ? radius * sin(a) : share * radius;
}

static void set_lines(const struct machine *m, struct template_grid *g)
{
    const struct stator *s = &m->stator;
    const int is_round = s->bottom == SLOT_ROUND;
    const double R = s->R_bore_m, r_band = mesh_get_r_band_out_m(m), x1 = R + s->h0_m, x2 = x1 + s->h1_m, x3 = x2 + s->h2_m;
    const double half0 = 0.5 * s->b0_m, half1 = 0.5 * s->b1_m, radius = 0.5 * s->b2_m, half_pitch = PI / s->n_slot;
    const double flat = is_round ? 0.0 : STATOR_FLAT_BOTTOM_SHARE, x_low = x3 - flat * s->h2_m, y_low = radius - flat * (radius - half1);
    const double a0 = asin(half0 / R), a2 = atan2(half1, x2);
    const double y1 = half0 + SLOT_SHARE * (half1 - half0), share = y1 / half1, y1_low = share * y_low;
    double top_x, top_y, knee_x, knee_y, mid_x, mid_y;
    get_bottom(s, x3, 0.0, &top_x, &top_y);
    get_bottom(s, x3, share, &mid_x, &mid_y);
    get_bottom(s, x3, 1.0, &knee_x, &knee_y);
    const double a_yoke = 0.5 * (atan2(knee_y, knee_x) + half_pitch / 3.0);
    const double axis_x[] = {r_band, R, x1, x2, x_low, top_x, s->R_out_m}, axis_y[STATOR_N_ROW + 1] = {0};
    const double edge_x[] = {r_band * cos(a0), R * cos(a0), x1, x2, x_low, mid_x, s->R_out_m * cos(share * a_yoke)};
    const double edge_y[] = {r_band * sin(a0), R * sin(a0), half0, y1, y1_low, mid_y, s->R_out_m * sin(share * a_yoke)};
    const double under_x = x1 + REACH * s->h1_m, under_y = half0 + REACH * (half1 - half0);
    const double side_x[] = {r_band * cos(a2), R * cos(a2), under_x, x2, x_low, knee_x, s->R_out_m * cos(a_yoke)};
    const double side_y[] = {r_band * sin(a2), R * sin(a2), under_y, half1, y_low, knee_y, s->R_out_m * sin(a_yoke)};
    const double r_knee = hypot(knee_x, knee_y), tooth_r[] = {r_band, R, x1, hypot(x2, half1), x_low, r_knee, s->R_out_m};
    template_set_column_line(g, 0, axis_x, axis_y);
    template_set_column_line(g, 1, edge_x, edge_y);
    template_set_column_line(g, 2, side_x, side_y);
    stator_set_tooth_line(m, 3, tooth_r, g);
    g->centre_x_m = x3;
    if (is_round)
        g->edge_row[STATOR_ROW_YOKE][COL_OPENING] = g->edge_row[STATOR_ROW_YOKE][COL_TIP] = g->edge_col[STATOR_ROW_BOTTOM][COL_TOOTH] =
            EDGE_ARC_CENTRE;
}

void stator_tip_set_grid(const struct machine *m, struct template_grid *half)
{
    template_init(half, STATOR_N_ROW, N_COL);
    set_divisions(m, half);
    set_regions(half);
    set_lines(m, half);
    for (int j = 0; j < N_COL; j++)
        half->edge_row[STATOR_ROW_GAP][j] = half->edge_row[STATOR_ROW_OPENING][j] = half->edge_row[STATOR_N_ROW][j] = EDGE_ARC_ORIGIN;
    for (int i = STATOR_ROW_TAPER; i < STATOR_N_ROW; i++)
        half->edge_row[i][COL_TOOTH] = EDGE_ARC_ORIGIN;
    for (int j = 0; j < N_COL; j++)
        half->diagonal[STATOR_ROW_TAPER][j] = 1; /* the underside is straight at its end, and the tooth leans after it */
    half->diagonal[STATOR_ROW_SLOT][COL_OPENING] = half->diagonal[STATOR_ROW_SLOT][COL_TIP] = 1;
}
