/* free_impl.h - between the contour and the mesher. */
#ifndef MODELS_MESH_FREE_IMPL_H
#define MODELS_MESH_FREE_IMPL_H
#include "models/machine/contour.h"
#include "models/mesh/free.h"

/* What is to be meshed: a region between two rays, the bore and the ring, with edges that elements must keep to. */
struct free_plan {
    const struct contour *c;
    double low_rad, high_rad;     /* rays, from the d axis */
    double R_ri_m, R_ro_m, r_band_m;
    int level_factor, n_ring_step; /* steps of the ring over [low, high] at the coarse level */
    int n_node, n_segment, n_loop;
    double *x_m, *y_m;            /* [n_node] nodes that are given */
    int *segment;                 /* [2 n_segment] inner edges */
    int *loop;                    /* [n_loop] outline, anticlockwise: low ray outwards, ring, high ray inwards, bore */
    int n_ray, n_arc;             /* nodes of a ray, of the ring (both ends counted) */
    int n_bore;                   /* nodes of the bore, both ends counted */
};
enum status free_plan_init(struct free_plan *p, struct err *e) MUST_CHECK; /* fields up to n_ring_step set by the caller */
void free_plan_done(struct free_plan *p);

/* gmsh_run - triangles of the plan: the given nodes first, in their order, then new ones. Caller frees by mem_free. */
struct gmsh_result { int n_node, n_tri; double *x_m, *y_m; int *tri; };
enum status gmsh_run(const struct free_plan *p, struct gmsh_result *out, struct err *e) MUST_CHECK;

#endif
