/* stress.h - rotor core at overspeed: plane-stress finite elements (six-node triangles on the rotor part of the field mesh), linear
 * elasticity.
 *
 * Body: the rotor iron. Load: centrifugal force rho omega^2 r of the iron; magnets and field coils are load only (mass without stiffness:
 * glue and impregnation are not counted on). A magnet's whole centrifugal force is spread over the iron edges that it touches and pushes
 * against, in proportion to the edge length times the cosine between the push and the direction into the iron; a field coil's over the iron
 * edges that lie outward of it within its width (the underside of the shoe). Coil mass: copper at net fill plus insulation in the rest. Per
 * metre of stack: lamination fill scales steel mass and steel stiffness alike, so that steel properties are used as they are and the mass
 * of magnets and coils is divided by the stacking factor (they fill the stack, the steel does not).
 * Supports: sector edges are planes of mirror symmetry (no displacement across them); the bore R_ri is free (a loose fit: no help and no
 * pressure from the shaft, the worst case for the hoop) or held radially (STRESS_BORE_HELD, a stiff press fit).
 * Not modelled: end turns of field coils, contact opening, plasticity, temperature, press-fit pressure, axial effects, fatigue.
 *
 * Half a pole is solved (the rotor is its own mirror image about the d axis).
 *
 * Result: von Mises stress. At a re-entrant corner that is sharp in the drawing the elastic stress has no limit as the mesh is refined; a
 * real corner has a radius. Hence the largest nodal value is given, but it follows the mesh; what settles is a percentile by area: p99.5 of
 * all rotor iron, p95 of the outer bridge, p95 of the centre post (pole body of a salient pole). The governing stress is the largest of the
 * three unless use_nodal_max asks for the nodal maximum. The corner radius is the user's to judge. Accuracy (V rotor with sharp pocket
 * corners, coarse against fine mesh): p99.5 and post 1 %, bridge p95 3 to 10 %, growth 1 %; the nodal maximum doubles. Smooth bodies:
 * second order in the element size (asserted on the rotating ring). */
#ifndef MODELS_MECH_STRESS_H
#define MODELS_MECH_STRESS_H
#include "models/mesh/mesh.h"

enum stress_bore { STRESS_BORE_FREE, STRESS_BORE_HELD };

struct stress_opts {
    enum stress_bore bore;        /* STRESS_BORE_FREE */
    int use_nodal_max;            /* 0; 1: safety from the nodal maximum */
};
struct stress_opts stress_opts_default(void);

struct stress_result {
    double von_mises_max_Pa, max_x_m, max_y_m;  /* area-weighted nodal average, rotor frame, half u >= 0 */
    double von_mises_p995_Pa;                   /* by area of the rotor iron */
    double bridge_mean_Pa, bridge_p95_Pa;       /* outer bridge, by area; NAN without one */
    double post_mean_Pa, post_p95_Pa;           /* centre post or pole body; NAN without one */
    double governing_Pa, yield_Pa, safety;      /* yield / governing */
    double radial_growth_m;                     /* at the same speed: largest outward displacement of the rotor surface: eats the air gap */
    double force_payload_N_per_m, force_iron_N_per_m; /* radial sums over one pole, per metre of stack; payload: magnets or coils */
    double residual_rel;                        /* |K u - f| / |f| recomputed from the elements */
    long n_unknown, n_factor;                   /* entries of the factor */
    long n_solve;                               /* linear solutions spent */
};

struct stress_ws;
/* stress_new - numbering, ordering and memory for the rotor part of a mesh. Status: ST_NO_MEMORY; ST_INFEASIBLE: no rotor iron. */
enum status stress_new(const struct mesh *ms, struct stress_ws **out, struct err *e) MUST_CHECK;
void stress_free(struct stress_ws *ws);
/* stress_eval - stress at omega (rad/s, mechanical; the caller includes the overspeed factor) of machine m whose nodes ms holds (same
 * topology as at stress_new). The stress scales with omega^2. Status: ST_OK; ST_SINGULAR: a piece of iron is not held (no bridge);
 * ST_CONFIG: Young's modulus, Poisson ratio, density or yield of the rotor steel unknown (NAN). Allocates nothing: one factor, one solve.
 */
enum status stress_eval(struct stress_ws *ws, const struct mesh *ms, const struct machine *m, double omega_rad_per_s,
                        const struct stress_opts *opts, struct stress_result *out, struct err *e) MUST_CHECK;

#endif
