/* picture.h - cross-section of one pole at one load, as compact integers for drawing: triangles with |B|, flux lines, outlines of
 * materials. The field is solved on the coarse mesh. Rotor at electrical angle 0, turned so that the d axis points up; lengths in units of
 * 10 um, B in 10 mT. */
#ifndef SOLVER_PICTURE_H
#define SOLVER_PICTURE_H
#include "models/demag/demag.h"
#include "models/field/field.h"

#define PICTURE_UNIT_M 1e-5
#define PICTURE_UNIT_T 1e-2
#define PICTURE_UNIT_LOST 1e-3
#define PICTURE_N_CONTOUR 24

enum picture_edge { PICTURE_EDGE_IRON, PICTURE_EDGE_MAGNET, PICTURE_EDGE_COPPER, PICTURE_EDGE_COUNT };

struct picture_load {
    double i_d_A, i_q_A, i_f_A, magnet_T_K; /* peak, terminal; magnet_T_K is ignored without magnets */
    const struct demag_event *damage;       /* NULL, or an event whose damage is drawn */
};

struct picture {
    int n_node, n_tri;
    int *x, *y;               /* [n_node] */
    int *tri;                 /* [3*n_tri] */
    int *B;                   /* [n_tri] magnitude */
    int *lost;                /* [n_tri] remanence lost in the event, in PICTURE_UNIT_LOST; -1 outside the magnets; NULL without an event */
    unsigned char *region;    /* [n_tri] enum region; the moving band is REGION_GAP */
    int n_line;
    int *line;                /* [4*n_line] flux lines as segments x0 y0 x1 y1; equal flux between neighbouring lines */
    int n_edge;
    int *edge;                /* [3*n_edge] two nodes, enum picture_edge */
    double B_max_T, flux_step_Wb_per_m;
};

/* picture_new - solve and draw. Status: those of field_new, field_solve and demag_solve_event (remanences that have not settled are drawn
 * as they are); ST_NO_MEMORY. */
enum status picture_new(const struct machine *m, const struct picture_load *load, struct picture **out, struct err *e) MUST_CHECK;
void picture_free(struct picture *p); /* NULL is legal */

#endif
