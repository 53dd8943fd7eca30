/* stator_grid.c - one slot pitch: columns tooth | slot | slot | tooth (mirrored), rows ring of the gap, opening, taper, trapezoid,
 * slot bottom, yoke. The bottom row holds the quarter of the round slot bottom as one cell: its corners are the centre of the arc, the two
 * ends of the quarter arc and the point at 45 degrees, through which the first row line of the yoke passes. A flat bottom uses the last
 * part of the trapezoid instead, so that both have the same topology. */
#include "models/mesh/mesh_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

enum { COL_SLOT, COL_TOOTH, N_COL };
/* With fewer slots the chord from slot side to tooth axis would cut deep below its circle, into the row of the opening. */
#define WIDE_PITCH_SLOTS 24
#define WIDE_SLOT_COLUMNS 4 /* of half a slot, whose opening is a small part of such a pitch */

double mesh_get_r_band_in_m(const struct machine *m) { return m->R_ro_m + (m->stator.R_bore_m - m->R_ro_m) / 3.0; }
double mesh_get_r_band_out_m(const struct machine *m) { return m->stator.R_bore_m - (m->stator.R_bore_m - m->R_ro_m) / 3.0; }

static void set_divisions(const struct machine *m, struct template_grid *g)
{
    static const int div_row[STATOR_N_ROW] = {1, 2, 1, 5, 2, 4}; /* the field falls into the opening by half every quarter of its width */
    double per_pitch = STATOR_COLUMN_PER_POLE * 2 * m->p / m->stator.n_slot;
    int slot = (int)lround(per_pitch / 6.0), tooth = (int)lround(per_pitch / 3.0);
    if (m->stator.n_slot < WIDE_PITCH_SLOTS && slot > WIDE_SLOT_COLUMNS) {
        tooth += slot - WIDE_SLOT_COLUMNS;
        slot = WIDE_SLOT_COLUMNS;
    }
    for (int i = 0; i < STATOR_N_ROW; i++)
        g->div_row[i] = div_row[i];
    g->div_col[COL_SLOT] = slot > 1 ? slot : 1;
    g->div_col[COL_TOOTH] = tooth > 3 ? tooth : 3;
    g->grade_row[STATOR_ROW_YOKE] = -0.2;
}

static void set_regions(struct template_grid *g)
{
    static const unsigned char slot[STATOR_N_ROW] = {REGION_GAP,  REGION_SLOT_OPENING, REGION_SLOT_OPENING,
                                              REGION_SLOT, REGION_SLOT,         REGION_STATOR_YOKE};
    static const unsigned char tooth[STATOR_N_ROW] = {REGION_GAP,          REGION_STATOR_TOOTH, REGION_STATOR_TOOTH,
                                               REGION_STATOR_TOOTH, REGION_STATOR_TOOTH, REGION_STATOR_YOKE};
    for (int i = 0; i < STATOR_N_ROW; i++) {
        g->region[i][COL_SLOT] = slot[i];
        g->region[i][COL_TOOTH] = tooth[i];
    }
}

void stator_set_tooth_line(const struct machine *m, int j, const double r_m[STATOR_N_ROW + 1], struct template_grid *g)
{
    const double half_pitch = PI / m->stator.n_slot;
    double x_m[STATOR_N_ROW + 1], y_m[STATOR_N_ROW + 1];
    for (int i = 0; i <= STATOR_N_ROW; i++) {
        x_m[i] = r_m[i] * cos(half_pitch);
        y_m[i] = r_m[i] * sin(half_pitch);
    }
    template_set_column_line(g, j, x_m, y_m);
}

static void set_slot_lines(const struct machine *m, struct template_grid *g)
{
    const struct stator *s = &m->stator;
    double R = s->R_bore_m, x2 = R + s->h0_m + s->h1_m, x3 = x2 + s->h2_m, r_band = mesh_get_r_band_out_m(m), a0 = asin(0.5 * s->b0_m / R);
    int is_round = s->bottom == SLOT_ROUND;
    double radius = 0.5 * s->b2_m, share = is_round ? 0.0 : STATOR_FLAT_BOTTOM_SHARE;
    double x_low = x3 - share * s->h2_m, y_low = radius - 0.5 * share * (s->b2_m - s->b1_m);
    double x_high = is_round ? x3 + radius : x3, x_knee = is_round ? x3 + radius * sqrt(0.5) : x3,
           y_knee = is_round ? radius * sqrt(0.5) : radius;
    double axis_x[STATOR_N_ROW + 1] = {r_band, R, R + s->h0_m, x2, x_low, x_high, s->R_out_m},
                                 axis_y[STATOR_N_ROW + 1] = {0, 0, 0, 0, 0, 0, 0};
    double a_yoke = 0.5 * (atan2(y_knee, x_knee) + PI / s->n_slot / 3.0);
    double side_x[STATOR_N_ROW + 1] = {r_band * cos(a0), R * cos(a0), R + s->h0_m, x2, x_low, x_knee, s->R_out_m * cos(a_yoke)};
    double side_y[STATOR_N_ROW + 1] = {r_band * sin(a0), R * sin(a0), 0.5 * s->b0_m, 0.5 * s->b1_m, y_low, y_knee,
                                       s->R_out_m * sin(a_yoke)};
    double r_knee = hypot(x_knee, y_knee);
    double tooth_r[STATOR_N_ROW + 1] = {r_band, R, R + s->h0_m, x2, x_low, r_knee, s->R_out_m};
    template_set_column_line(g, 0, axis_x, axis_y);
    template_set_column_line(g, 1, side_x, side_y);
    stator_set_tooth_line(m, 2, tooth_r, g);
    g->centre_x_m = x3;
    if (is_round)
        g->edge_row[STATOR_ROW_YOKE][COL_SLOT] = g->edge_col[STATOR_ROW_BOTTOM][1] = EDGE_ARC_CENTRE;
}

static void set_slotless_grid(const struct machine *m, struct template_grid *half)
{
    const struct stator *s = &m->stator;
    double r[3] = {mesh_get_r_band_out_m(m), s->R_bore_m, s->R_out_m}, half_pitch = PI / s->n_slot;
    template_init(half, 2, 1);
    half->div_row[0] = 1;
    half->div_row[1] = 8;
    half->div_col[0] = (int)lround(STATOR_COLUMN_PER_POLE * m->p / s->n_slot);
    half->grade_row[1] = -0.4;
    half->region[0][0] = REGION_GAP;
    half->region[1][0] = REGION_STATOR_YOKE;
    for (int i = 0; i < 3; i++) {
        half->x_m[i][0] = r[i];
        half->x_m[i][1] = r[i] * cos(half_pitch);
        half->y_m[i][1] = r[i] * sin(half_pitch);
        half->edge_row[i][0] = EDGE_ARC_ORIGIN;
    }
}

void stator_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole)
{
    if (m->stator.is_slotless) {
        set_slotless_grid(m, half);
    } else if (stator_has_tip(m)) {
        stator_tip_set_grid(m, half);
    } else {
        template_init(half, STATOR_N_ROW, N_COL);
        set_divisions(m, half);
        set_regions(half);
        set_slot_lines(m, half);
        for (int j = 0; j < N_COL; j++)
            half->edge_row[STATOR_ROW_GAP][j] = half->edge_row[STATOR_ROW_OPENING][j] = half->edge_row[STATOR_N_ROW][j] = EDGE_ARC_ORIGIN;
        if (m->stator.n_slot < WIDE_PITCH_SLOTS)
            for (int i = STATOR_ROW_TAPER; i < STATOR_N_ROW; i++)
                half->edge_row[i][COL_TOOTH] = EDGE_ARC_ORIGIN;
        half->diagonal[STATOR_ROW_TAPER][COL_SLOT] = half->diagonal[STATOR_ROW_TAPER][COL_TOOTH] =
            half->diagonal[STATOR_ROW_SLOT][COL_SLOT] = 1;
    }
    template_set_mirror(half, whole);
}
