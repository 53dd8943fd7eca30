/* field_impl.h - what the files of this folder share.
 *
 * Storage. Every element keeps its three unknowns idx[3t] (n_dof for a fixed node: A[n_dof] is 0 and whatever is added there is dropped)
 * and the signed gradients of its shape functions gx[3t], gy[3t] (1/m): the sign of an anti-periodic copy is folded in, so that grad A =
 * sum g_i A_i,   B = (dA/dy, -dA/dx),   K_ij = nu area g_i . g_j need no further sign. Matrix values stand in a list: slot i < n_dof is the
 * diagonal entry i, then one slot per edge of the mesh; slot n_val takes what belongs to fixed nodes. The list does not depend on the rotor
 * angle (each part is assembled in its own frame); the moving band is kept apart. place[k] is the entry of slot placed[k] in the
 * sparse factor under the order of elimination of the present angle. */
#ifndef MODELS_FIELD_FIELD_IMPL_H
#define MODELS_FIELD_FIELD_IMPL_H
#include "models/field/field.h"
#include "models/num/frontal.h"

#define FIELD_MAX_PROBE (WINDING_MAX_SLOT + 240) /* slots and field coil sides of a sector */

#define FIELD_CHUNK 128    /* elements that a vectorised loop works on at a time */
#define FIELD_MAX_PATCH 16 /* iron elements about an unknown, a multiple of 4; one with more is not relaxed */

enum { FIELD_STATOR, FIELD_ROTOR, FIELD_PART_COUNT };

struct field_tri {             /* elements of the mesh or of the band */
    int n;
    int *idx;                  /* [3n] */
    double *gx, *gy, *area_m2; /* [3n], [3n], [n] */
};

struct field_iron {            /* non-linear elements: stator 0 .. n_stator-1, then rotor; state of the last residual */
    int n, n_stator;
    int *tri;                  /* [n] */
    double *nu, *dnu;          /* [n] reluctivity (m/H) and its derivative to B^2 */
    double *hx, *hy;           /* [n] grad A (T) */
};

struct field_iron_shape {      /* the same elements for iron.c: corners, gradients, areas, each [n] */
    int *dof[3];
    double *gx[3], *gy[3], *area_m2;
};

struct field_corner {          /* corners of iron elements, those of an unknown side by side; FIELD_MAX_PATCH more than there are */
    int *element, *other[2];   /* element; unknowns of its other corners */
    double *gx[3], *gy[3], *area_m2; /* gradients of this corner and the others; set with the machine */
};

struct field_gather {          /* rows of entries of iron_entry, each of which belongs to one matrix value (tangent.c) */
    int n;
    int *value, *entry;        /* [n], [n width] */
};

struct field_probe { /* functionals of A: means over slots 0 .. n_slot-1 and over the two field coil sides of each pole; also the load of
                        one ampere */
    int n;
    int *start, *tri;          /* [n+1], element lists */
    double *area_m2;           /* [n] as meshed */
};

struct field_nu {              /* B-H of one part at its lamination fill */
    struct steel_nu table;
    double *w_J_per_m3;        /* [n] int_0^B H dB at the knots */
    double *cubic;             /* [4 n] coefficients of H by cell, see iron_impl.h */
    float *knot_A_per_m;       /* [n] H at the knots, to find a cell by */
    const struct steel *steel; /* owner of the data, to notice a change */
    double fill_pu;
};

struct field_turned {          /* what depends on the rotor angle, kept for those last met; the pointers in use stand in field_ws too */
    int is_set;
    double theta_el_rad;
    long last_use;
    struct field_tri gap;
    int *gap_node;
    signed char *gap_sign;
    double *gap_x_m, *gap_y_m, *gap_val;
    long *place, *gap_place;
    int *placed, *rank, *by_rank;
    struct frontal_plan plan;
    int is_kept;
    double *kept;              /* [n_dof + 1] last solution at this angle, if there was one since the last cold start */
};

struct field_order {           /* lists for ordering.c; angles in the node's own frame, 0 .. tau */
    double *angle_rad, *radius_m;          /* [n_dof] */
    int n[FIELD_PART_COUNT], *by_angle[FIELD_PART_COUNT], *by_radius; /* sorted, made once per machine */
    int *by_radius_cut, *work;             /* [n_dof], what dissect.h asks for */
    struct dissect_tree tree;
};

struct field_ws {
    struct machine machine;
    struct winding_layout layout;
    struct field_opts opts;
    struct mesh *mesh;
    struct field_nu nu[FIELD_PART_COUNT];
    /* elements */
    struct field_tri tri, gap;         /* mesh; moving band at the present angle */
    struct field_iron iron;
    struct field_iron_shape iron_shape;
    struct field_gather node_gather, edge_gather;
    double *iron_entry;                /* of the elements' matrices, see tangent.c; the last is 0 */
    struct field_iron iron_point;      /* state of the last residual while `iron` holds points of linearisation (newton.c) */
    struct field_probe probe;
    int n_magnet;
    struct field_magnet_elem *magnet;  /* [n_magnet] */
    double *Br_T, magnet_T_K;          /* [n_magnet]; uniform temperature, NAN before it is set */
    int is_remanence_set;
    /* linear algebra */
    int n_dof, n_val;
    int *slot;                         /* [6*tri.n] entries 00 11 22 01 12 20 */
    int *slot_row, *slot_col;          /* [n_val] */
    int n_linear, *linear;             /* slots of edges that a linear element has */
    int *placed;                       /* [n_val] slots front by front, and */
    long *place, *gap_place;           /* [n_val] their places; [6*gap.n] */
    double *k_lin, *k_val, *gap_val;   /* [n_val + 1] linear elements; with iron; [6*gap.n] */
    double *load_magnet, *load;        /* [n_dof + 1] */
    double *ampere_load, *ampere_A;    /* [3 (n_dof + 1)] of inductance.c: loads of an ampere of i_d, i_q, i_f, and what they change A by */
    double *A, *A_try, *R, *R_try, *step, *rhs; /* [n_dof + 1] */
    struct frontal factor;
    double *load_solved, solved_J_per_m; /* [n_dof + 1] load and W of the last solution: A, R and iron state are still those */
    int has_factor;                    /* it holds the factor of a Newton matrix of the present angle */
    int is_factor_final;               /* ... of the one at the last solution */
    /* relaxation: unknowns with iron about them and off the moving band; their corners of iron elements, 3 element + corner */
    int n_relax, *relax, *relax_start, *relax_corner; /* [n_dof], [n_dof + 1], [3 iron.n] */
    struct field_corner corner;        /* in the order of relax_corner */
    /* ordering */
    struct field_order order;
    struct order_graph graph;
    int *graph_start, *graph_next, *graph_fixed_next, *graph_fixed_start, *graph_fixed_slot, *rank, *by_rank;
    int n_turned;
    struct field_turned *turned, *now; /* [n_turned]; the one in use */
    long n_turn;
    double *node_angle_rad;            /* [n_node] in the node's own frame */
    /* moving band, as mesh_set_band gives it */
    int *gap_node;
    signed char *gap_sign;
    double *gap_x_m, *gap_y_m;
    /* state */
    double theta_el_rad;
    int is_angle_set, is_solved;
    int is_at_solution;                /* is_solved, and neither angle nor machine changed since */
    double i_dqf_A[3];                 /* of the last solve */
    long n_solve;
    double *Az, *B;                    /* [n_node], [2*tri.n] for queries */
};

/* field_get_linkage_factor - of a linkage, over d(coenergy)/d(its current): lambda_d, lambda_q (amplitude-invariant), lambda_f. */
static inline double field_get_linkage_factor(int current) { return current == FIELD_I_F ? 1.0 : 2.0 / 3.0; }

static inline double field_eval_dot(const double *a, const double *b, int n)
{
    double s = 0.0;
    for (int i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

/* field.c - workspace on a given mesh, which it owns from then on (also when it fails). */
enum status field_new_on_mesh(const struct machine *m, struct mesh *mesh, const struct field_opts *opts, struct field_ws **out,
                              struct err *e) MUST_CHECK;

/* field.c - make a kept angle the present one: `now` and the pointers of the workspace. */
void field_use_turned(struct field_ws *ws, struct field_turned *t);

/* layout.c - allocation and everything that depends on the connectivity of ws->mesh only. */
enum status field_build(struct field_ws *ws, struct err *e) MUST_CHECK;
void field_drop(struct field_ws *ws);

/* element.c - element gradients, linear matrix, loads. */
void field_set_node_angles(struct field_ws *ws);
void field_set_elements(struct field_ws *ws);
void field_set_gap_elements(struct field_ws *ws);
void field_set_magnet_load(struct field_ws *ws);
/* field_eval_ampere_turns - of every probe, [probe.n]; field_set_load - the load that they and the magnets make. */
void field_eval_ampere_turns(const struct field_ws *ws, const double i_abc_A[3], double i_f_A, double *ampere_turns);
void field_set_load(struct field_ws *ws, const double i_abc_A[3], double i_f_A);
/* field_add_current_load - adds to load[n_dof + 1] what the currents make. */
void field_add_current_load(const struct field_ws *ws, const double i_abc_A[3], double i_f_A, double *load);
/* field_eval_energy_J_per_m3 - int_0^B H dB of iron. */
double field_eval_energy_J_per_m3(const struct field_nu *f, double B2_T2);
/* field_eval_residual - R = K(A) A - F over n_dof + 1 entries, iron state, and the functional W(A) in J/m of one sector. */
double field_eval_residual(struct field_ws *ws, const double *A, double *R);

/* tangent.c - lists of the mesh (0 without memory); Newton matrix in `factor` from the iron state of the last residual. */
int field_new_gathers(struct field_ws *ws);
void field_drop_gathers(struct field_ws *ws);
void field_assemble_tangent(struct field_ws *ws);

/* iron.c - tables; shapes, after field_set_elements; parts of the residual. field_set_points moves the points of linearisation, in
 * `iron`, after the linear solution A (newton.c); field_add_point_load adds what they put on the right-hand side of the linear problem,
 * sum area (D_e B_e - H_e) . g with D_e B_e - H_e = 2 dnu B_e^2 B_e. */
void field_set_cubics(struct field_nu *f);
void field_set_iron_shape(struct field_ws *ws);
double field_add_iron_residual(struct field_ws *ws, const double *A, double *R);
/* field_eval_energy_J_per_m - W(A) from A, its residual and the iron state that belongs to it, without another pass over A. */
double field_eval_energy_J_per_m(const struct field_ws *ws, const double *A, const double *R);
void field_set_points(struct field_ws *ws, const double *A);
/* field_set_moved_points - elements with a corner at which A and B differ are linearised at their own field, which iron_point holds. */
void field_set_moved_points(struct field_ws *ws, const double *A, const double *B);
void field_add_point_load(const struct field_ws *ws, double *rhs);

/* ordering.c - sorted lists, after a change of the mesh's nodes; rank of the unknowns and places in the factor for the present angle. */
void field_set_sorted(struct field_ws *ws);
void field_set_order(struct field_ws *ws);

/* relax.c - lowers the residual R of A where it stands out, in n_sweep passes; A, R and the iron state stay together. */
void field_set_corner_shape(struct field_ws *ws); /* after field_set_iron_shape */
void field_relax(struct field_ws *ws, int n_sweep, double *A, double *R);

/* newton.c */
enum status field_newton(struct field_ws *ws, int cold, struct field_info *info, struct err *e) MUST_CHECK;
/* field_set_factor - tangent of the present iron state, factored. */
enum status field_set_factor(struct field_ws *ws, struct err *e) MUST_CHECK;

/* post.c */
/* field_get_whole_m - length by which figures of the sector per metre become those of the whole machine. */
double field_get_whole_m(const struct field_ws *ws);
void field_eval_result(struct field_ws *ws, double W_J_per_m, struct field_result *out);

#endif
