/* stress_impl.h - internals of models/mech. Half a pole (u >= 0, between the d axis and the sector edge at tau) is solved: the rotor is its
 * own mirror image about the d axis. Every node has its unknowns in its own polar frame: radial 2 i, tangential 2 i + 1, so that symmetry
 * and bore supports are single unknowns. */
#ifndef MODELS_MECH_STRESS_IMPL_H
#define MODELS_MECH_STRESS_IMPL_H
#include "models/mech/stress.h"
#include "models/num/frontal.h"

#define STRESS_MAX_BLOCK 8

enum stress_support { STRESS_FREE = 0, STRESS_ON_D_AXIS = 1, STRESS_ON_Q_AXIS = 2, STRESS_ON_BORE = 4 };

struct stress_edge { int a, b, mid; int block; }; /* iron on the left of a -> b; block in touch or -1 */
struct stress_block { enum region region; int part; };

struct stress_ws {
    int n_elem, n_corner, n_node, n_mesh_node;
    int *elem;              /* [6 n_elem] corners 0 1 2, midsides 01 12 20 */
    int *mesh_node;         /* [n_corner] */
    int *mid_end;           /* [2 (n_node - n_corner)] corners at the ends of a midside node */
    unsigned char *support; /* [n_node] enum stress_support bits */
    int *place;             /* [n_node] position in the order of elimination */
    int n_edge;
    struct stress_edge *edge; /* outline of the iron */
    int n_block;
    struct stress_block block[STRESS_MAX_BLOCK];
    int n_load;
    int *load_tri, *load_block;     /* [n_load] mesh triangles that are mass without stiffness, and their block */
    int n_loose_free, n_loose_held; /* pieces of iron that nothing holds, with the bore free and held */
    double *x_m, *y_m;              /* [n_node] */
    double *frame;                  /* [2 n_node] unit vector outwards */
    double axis_x, axis_y;          /* of the d axis */
    struct frontal factor;          /* stiffness and its factor, unknown 2 place + part */
    struct frontal_plan plan;
    long *entry_place;           /* [78 n_elem] entries of an element on and below its diagonal, column by column */
    double *u, *f;               /* [2 n_node] displacement and load, place order */
    double *nodal;               /* [4 n_corner] area-weighted stress sums and area */
    double *gauss_Pa, *gauss_m2; /* [3 n_elem] von Mises and area at the integration points */
    unsigned char *in_zone;      /* [3 n_elem] scratch of the figures */
    double *von_mises_Pa;        /* [n_mesh_node] of the last stress_eval; NAN outside the half u >= 0 of the rotor iron */
};

/* Plane-stress six-node triangle; xy = corners x0 y0 x1 y1 x2 y2. Gradients of the area coordinates, slopes of the shape functions at L. */
struct stress_gradient { double area_m2, x[3], y[3]; };
struct stress_gradient stress_get_gradient(const double xy[6]);
void stress_set_shape_slopes(const struct stress_gradient *g, const double L[3], double dx[6], double dy[6]);
struct stress_material { double young_Pa, poisson, density_kg_per_m3; };
/* K[12*12], Cartesian, symmetric; 3-point rule, exact for straight sides. Returns the area. */
double stress_eval_stiffness(const double xy[6], const struct stress_material *mat, double *K);
/* Centrifugal load omega^2 rho r, consistent and exact: f[12]. */
void stress_eval_centrifugal(const double xy[6], const struct stress_material *mat, double omega_rad_per_s, double *f);
/* Stress xx, yy, xy at area coordinates L. */
void stress_eval_stress(const double xy[6], const struct stress_material *mat, const double u[12], const double L[3], double stress_Pa[3]);
double stress_eval_von_mises_Pa(const double stress_Pa[3]);
extern const double stress_gauss_L[3][3];

/* Internal force int B^T sigma dA of an element: f[12], Cartesian. */
void stress_eval_internal(const double xy[6], const struct stress_material *mat, const double u[12], double *f);

/* stress.c: nodes from a mesh; corners and Cartesian displacement of element k; unknown of a node (-1: held); its polar frame. */
void stress_set_nodes(struct stress_ws *ws, const struct mesh *ms);
void stress_get_corners(const struct stress_ws *ws, int k, double xy[6]);
void stress_get_displacement(const struct stress_ws *ws, int k, double u[12]);
int stress_get_unknown(const struct stress_ws *ws, const struct stress_opts *opts, int node, int part);
void stress_get_frame(const struct stress_ws *ws, int node, double *c, double *s);
/* All loads to ws->f (polar, place order); ws->u is scratch. */
void stress_set_load(struct stress_ws *ws, const struct mesh *ms, const struct machine *m, const struct stress_material *mat,
                     double omega_rad_per_s, const struct stress_opts *opts, struct stress_result *out);

/* stress_figures.c: place of an integration point in the pole's frame (|u|, v). */
struct stress_place { double u_m, v_m; };
struct stress_place stress_get_gauss_place(const struct stress_ws *ws, int k);

/* Loads of magnets and coils into f (Cartesian, [2 n_node] node order); radial sum per metre and half pole. */
double stress_add_payload(const struct stress_ws *ws, const struct mesh *ms, const struct machine *m, double omega_rad_per_s, double *f);
/* Derivative of psi . f (psi Cartesian, [2 n_node] node order) to the places of the mesh nodes, added to to_node[2 n_mesh_node]. */
void stress_add_payload_slope(const struct stress_ws *ws, const struct mesh *ms, const struct machine *m, double omega_rad_per_s,
                              const double *psi, double *to_node);

/* Figures from gauss_Pa, gauss_m2, nodal von Mises. */
void stress_eval_figures(struct stress_ws *ws, const struct machine *m, struct stress_result *out);

#endif
