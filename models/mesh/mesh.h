/* mesh.h - triangles of the smallest periodic sector (one pole, or several), made from macro-grids of fixed topology.
 *
 * A part (stator or rotor) is a logically rectangular grid of macro-cells: corner points P[row][col] from the machine's dimensions, edges
 * that are straight or arcs about the axis, a region tag per macro-cell, and a number of divisions per row and column that depends on the
 * level only. Nodes follow by transfinite interpolation, so that they are smooth in every dimension; a macro-cell tagged REGION_VOID is
 * collapsed (its nodes across the column are one). The connectivity depends on (topology, level) only.
 *
 * Air gap: one ring of rotor cells (R_ro .. r1), one moving band of triangles (r1 .. r2), one ring of stator cells (r2 .. R_bore). The band
 * joins the two rings of nodes by a Delaunay strip, whose stiffness is continuous in the rotor angle and in the dimensions (the weight of
 * a diagonal vanishes where it flips). Rotor nodes are kept in the rotor frame: turning the rotor changes the band only.
 *
 * Sector: the slots and poles of machine_get_sector. Slot pitches are copies of one grid, poles of another; odd poles (counted from the
 * sector edge) are south. Periodicity: A on the last edge = periodic_sign A on the first, expressed by dof[] and sign[]. */
#ifndef MODELS_MESH_MESH_H
#define MODELS_MESH_MESH_H
#include "models/machine/sector.h"

enum mesh_level { MESH_COARSE, MESH_MEDIUM, MESH_FINE, MESH_LEVEL_COUNT }; /* about 2,000 / 8,000 / 32,000 unknowns: divisions x1, x2, x4 */

enum region {
    REGION_VOID,
    REGION_AIR,
    REGION_GAP,
    REGION_STATOR_YOKE,
    REGION_STATOR_TOOTH,
    REGION_SLOT /* conductor */,
    REGION_SLOT_OPENING /* air */,
    REGION_ROTOR_IRON,
    REGION_MAGNET,
    REGION_POCKET /* air in the rotor */,
    REGION_FIELD_COIL,
    REGION_SHAFT,
    REGION_COUNT
};

struct mesh {
    enum mesh_level level;
    double tau_rad;               /* pole pitch, pi/p */
    double sector_rad;            /* n_pole pole pitches */
    int n_slot, n_pole;           /* in the sector */
    double periodic_sign;         /* -1 anti-periodic (odd n_pole), +1 periodic */
    int n_node, n_tri;            /* n_tri without the moving band */
    int n_tri_stator, n_tri_per_pitch; /* stator elements come first, slot pitch by slot pitch in the same local order: elements k and
                                     k + n_tri_per_pitch (both < n_tri_stator) are copies turned by one slot pitch anticlockwise; rotor
                                     elements follow pole by pole in the same way, n_tri_per_pole each */
    int n_tri_per_pole;
    int n_part_per_pole; /* magnet blocks or coil sides of one pole */
    int n_node_stator; /* nodes 0..n_node_stator-1 are stator (fixed frame), the rest rotor (rotor frame, d axis of the first pole at tau/2)
                        */
    double *x_m, *y_m;            /* [n_node] in the node's own frame */
    int *tri;                     /* [3*n_tri] node indices, anticlockwise */
    unsigned char *region;        /* [n_tri] enum region */
    short *part; /* [n_tri] slot number 0.. for REGION_SLOT and its tooth/yoke pitch for stator iron; magnet block 0.. of
                    machine_get_magnet_blocks plus n_part_per_pole times the pole for REGION_MAGNET; coil side 0 (u > 0) / 1 (u < 0) plus
                    the same for REGION_FIELD_COIL; -1 elsewhere */
    int n_dof;                    /* unknowns */
    int *dof;                     /* [n_node] unknown of a node, -1 where A = 0 */
    signed char *sign;            /* [n_node] +1 or periodic_sign */
    int n_ring_stator, n_ring_rotor; /* nodes of the two rings of the band, both sector edges included */
    int *ring_stator, *ring_rotor;   /* node indices by increasing angle; angles follow from the nodes */
    double r_band_in_m, r_band_out_m;
    /* [n_part_per_pole n_pole] easy axis by magnet block, rotor frame, south poles reversed; NAN: radial, outwards (south: inwards) */
    double *magnet_axis_rad;
    struct mesh_impl *impl;       /* templates; private to models/mesh */
};

struct mesh_quality { double min_angle_rad, min_area_m2; int worst_tri; double area_by_region_m2[REGION_COUNT]; };

/* mesh_new - allocate for the topology of m (rotor type, centre, slots and poles, level) and build.
 * Status: ST_INFEASIBLE when the template does not cover the machine (names the rule), ST_NO_MEMORY. */
enum status mesh_new(const struct machine *m, enum mesh_level level, struct mesh **out, struct err *e) MUST_CHECK;
/* mesh_new_sector - the same with `times` smallest sectors in one mesh (a check: results must not depend on it). */
enum status mesh_new_sector(const struct machine *m, enum mesh_level level, int times, struct mesh **out, struct err *e) MUST_CHECK;
/* mesh_set_machine - move the nodes to another machine of the same topology; allocates nothing. ST_INFEASIBLE (rule "mesh_inverted", with
 * the place) if an element turns over. */
enum status mesh_set_machine(struct mesh *ms, const struct machine *m, struct err *e) MUST_CHECK;
/* mesh_is_same_topology - whether mesh_set_machine may be used instead of a new mesh. */
int mesh_is_same_topology(const struct mesh *ms, const struct machine *m, enum mesh_level level);
void mesh_free(struct mesh *ms);
void mesh_eval_quality(const struct mesh *ms, struct mesh_quality *out);

/* mesh_set_band - Delaunay strip between the rings at rotor angle theta (mechanical rad, any value; reduced modulo the sector with its
 * sign). band_tri[3*k]: first the ring node (mesh node index), band_sign[3*k]: sign that multiplies that node's dof value (periodic wrap
 * included); band_x_m, band_y_m[3*k]: coordinates in the stator frame (sector copies turned as needed). n = n_ring_stator + n_ring_rotor -
 * 2 triangles, always. Caller's arrays, each 3*n long. */
void mesh_set_band(const struct mesh *ms, double theta_rad, int *band_tri, signed char *band_sign, double *band_x_m, double *band_y_m);
int mesh_get_band_size(const struct mesh *ms);

/* mesh_write_vtk - legacy VTK text (ParaView) at rotor angle theta; cell data region, optional B_T[2*n] and point data Az (may be NULL). */
enum status mesh_write_vtk(const struct mesh *ms, double theta_rad, const double *Az_Wb_per_m, const double *B_T, const char *path,
                           struct err *e) MUST_CHECK;

#endif
