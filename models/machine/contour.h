/* contour.h - one pole of a rotor as closed contours: what a drawing gives of a motor that fits no template.
 *
 * Region: a closed chain of straight edges and circular arcs, of one kind of material. Vertex k has the edge to vertex k + 1 (the last one
 * back to the first); `bulge` = tan(sweep/4) of that edge, positive anticlockwise, 0 straight (the convention of DXF). Regions may stand
 * side by side with shared edges, and inside of each other in iron or air (the inner one counts there); they may not cut each other. What
 * no region covers between R_ri and R_ro is `background`.
 *
 * Pole frame, m: x along the d axis (north outwards), y anticlockwise; the pole spans +-pi/(2p) from it. Files are in mm in a frame of
 * their own, whose direction of the d axis the reader is told. Points nearer to each other than join_m are the same point.
 *
 * CSV: lines that begin with # are left out; then one line of column names, then one vertex a line, vertices of a region in their order
 * (either way round), commas between fields. Columns: region, kind (iron, magnet, air, field_coil, shaft), x_mm, y_mm; optional bulge, or
 * edge_to_next (line, arc) with arc_cx_mm, arc_cy_mm, arc_dir (ccw, cw); optional magnetisation_deg: direction of a magnet in the file's
 * frame, the same in all lines of a region, or `radial` (outwards; read,
 * but refused by machine_check).
 * DXF (text, mm): LINE, ARC, CIRCLE, LWPOLYLINE of the ENTITIES section. Every layer that has any is named in the YAML with its kind and
 * magnetisation; its edges, in any order, must join to closed loops: each loop is a region. */
#ifndef MODELS_MACHINE_CONTOUR_H
#define MODELS_MACHINE_CONTOUR_H
#include "materials/base/status.h"
#include <stddef.h>

/* IGNORE: a layer of a DXF that is no part of the rotor. Shaft: not magnetic. */
enum contour_kind { CONTOUR_IRON, CONTOUR_MAGNET, CONTOUR_AIR, CONTOUR_FIELD_COIL, CONTOUR_SHAFT, CONTOUR_IGNORE, CONTOUR_KIND_COUNT };
#define CONTOUR_NAME_SIZE 48
#define CONTOUR_MAX_LAYER 64

struct contour_vertex { double x_m, y_m, bulge_pu; };
struct contour_region {
    char name[CONTOUR_NAME_SIZE];
    enum contour_kind kind;
    int first, n;               /* vertices first .. first + n - 1, anticlockwise */
    double axis_rad;            /* magnet: direction from the d axis, anticlockwise; NAN: radial, outwards. Others: NAN */
    double area_m2;
    int line;                   /* of the file, where it begins */
};
struct contour {
    char file[256];
    int n_region, n_vertex;
    struct contour_region *region;
    struct contour_vertex *vertex;
    double join_m;
    enum contour_kind background; /* CONTOUR_IRON or CONTOUR_AIR */
};

struct contour_layer {
    char name[CONTOUR_NAME_SIZE];
    enum contour_kind kind;
    double axis_rad;            /* in the file's frame */
    int is_magnetised, is_used;
};
struct contour_opts {
    double d_axis_rad;          /* direction of the d axis in the file's frame */
    double join_m;
    enum contour_kind background;
    int n_layer;                /* DXF only */
    struct contour_layer *layer;
};

/* contour_new_csv, contour_new_dxf - from a file.
 * Status: ST_IO; ST_CONFIG with file and line: column, number or kind that cannot be read, arc whose ends differ in radius, region in two
 * places, magnet without direction, layer without a kind, edges that do not close (gap and place); ST_NO_MEMORY. */
enum status contour_new_csv(const char *path, const struct contour_opts *o, struct contour **out, struct err *e) MUST_CHECK;
enum status contour_new_dxf(const char *path, const struct contour_opts *o, struct contour **out, struct err *e) MUST_CHECK;
void contour_free(struct contour *c);
/* contour_get_kind - by name; CONTOUR_KIND_COUNT when there is none. */
enum contour_kind contour_get_kind(const char *name);
const char *contour_get_kind_name(enum contour_kind k);

/* One edge, t = 0..1 along it. Arc: angle a0 + t sweep about (cx, cy). */
struct contour_edge { double x0_m, y0_m, x1_m, y1_m; int is_arc; double cx_m, cy_m, r_m, a0_rad, sweep_rad; };
struct contour_edge contour_get_edge(const struct contour *c, const struct contour_region *g, int k);
struct contour_edge contour_get_chord(double x0_m, double y0_m, double x1_m, double y1_m, double bulge_pu);
void contour_eval_point(const struct contour_edge *edge, double t_pu, double *x_m, double *y_m);
double contour_eval_length_m(const struct contour_edge *edge);
/* contour_eval_distance_m - from a point to the nearest of the edge, at *t_pu. */
double contour_eval_distance_m(const struct contour_edge *edge, double x_m, double y_m, double *t_pu);
/* The same for a whole region's outline. */
double contour_eval_outline_m(const struct contour *c, const struct contour_region *g, double x_m, double y_m);
/* contour_is_inside - exact for arcs; undecided within rounding of the outline. */
int contour_is_inside(const struct contour *c, const struct contour_region *g, double x_m, double y_m);
/* contour_get_region_at - the innermost region that holds the point, -1: none. */
int contour_get_region_at(const struct contour *c, double x_m, double y_m);
/* Extent of a region along the direction (cx, cy); least y_m that counts: -HUGE_VAL, or 0 for the part in the half pole y >= 0. */
void contour_eval_extent_m(const struct contour *c, const struct contour_region *g, double cx_pu, double cy_pu, double y_least_m,
                           double *low_m, double *high_m);
/* contour_get_side - of the d axis: +1 at y >= 0, -1 at y <= 0, 0 across it. */
int contour_get_side(const struct contour *c, const struct contour_region *g);
/* contour_eval_iron_m2 - iron of the pole between two radii, regions inside of others taken out of them; exact for a checked contour. */
double contour_eval_iron_m2(const struct contour *c, double tau_rad, double R_ri_m, double R_ro_m);
/* contour_get_block - block of machine_get_magnet_blocks that magnet region k is: 2 i for the i-th magnet at y > 0 or across the d axis
 * (its part there), 2 i + 1 for what mirrors it (is_behind: the part at y < 0 of a magnet across). The pole must be mirrored. */
int contour_get_block(const struct contour *c, int k, int is_behind);
/* contour_get_mirror - the region that is the mirror image of region k, -1: none. */
int contour_get_mirror(const struct contour *c, int k);

#endif
