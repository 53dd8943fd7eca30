/* free.h - triangles of one pole of a rotor that is given as contours (models/machine/contour.h): no template, a mesher fills it.
 *
 * Nodes on contours, sector edges and the ring are placed here: their distance follows the nearest other contour (thin bridges get small
 * elements), grows away from small ones, and is divided by 1, 2, 4 for the three levels, so that the nodes of a level are nodes
 * of the next.
 * The ring at the moving band has equal steps. The inside is filled by the program gmsh (C. Geuzaine, J.-F. Remacle, Int. J. Numer. Meth.
 * Eng. 79 (2009) 1309-1331) by its frontal Delaunay method; it is run once per mesh as a program of its own, in one thread, on a file of
 * points, so that the same contour gives the same mesh. Half a pole is meshed, d axis to sector edge, and mirrored (the pole must be
 * its own mirror image, rule of rotor_contour.c), so that the nodes of both sector edges match.
 * Pole frame as in contour.h; radii R_ri .. r_band. */
#ifndef MODELS_MESH_FREE_H
#define MODELS_MESH_FREE_H
#include "models/mesh/mesh.h"

struct free_mesh {
    int n_node, n_tri;
    double *x_m, *y_m;            /* [n_node] */
    int *tri;                     /* [3 n_tri] anticlockwise */
    unsigned char *region;        /* [n_tri] enum region */
    signed char *part;            /* [n_tri] magnet block; -1 elsewhere */
    int n_edge;                   /* nodes of one sector edge, shaft to ring */
    int *edge_low, *edge_high;    /* [n_edge] clockwise and anticlockwise edge, at the same radii */
    int n_ring;
    int *ring;                    /* [n_ring] by angle, from edge to edge */
    unsigned char *is_bore;       /* [n_node] on R_ri */
    double R_ro_m, R_ri_m, r_band_m; /* of the machine it was made for */
};

/* free_mesh_new - n_half_step: steps of the ring over half a pole at the coarse level.
 * Status: ST_INFEASIBLE (rule "mesher") when gmsh is not installed or cannot mesh the contour (its words); ST_IO; ST_NO_MEMORY. */
enum status free_mesh_new(const struct machine *m, enum mesh_level level, int n_half_step, struct free_mesh **out,
                          struct err *e) MUST_CHECK;
void free_mesh_free(struct free_mesh *f);

#endif
