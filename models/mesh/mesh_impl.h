/* mesh_impl.h - what the files of this folder share. */
#ifndef MODELS_MESH_MESH_IMPL_H
#define MODELS_MESH_MESH_IMPL_H
#include "models/mesh/mesh.h"
#include "models/mesh/template.h"

/* what decides the connectivity */
struct mesh_key {
    const struct contour *contour;               /* ROTOR_CONTOUR: the rotor's mesh holds for one contour and its radii */
    double R_ro_m, R_ri_m, r_band_m;
    enum rotor_type rotor_type;
    enum rotor_centre centre;
    int has_ledge, has_tip, n_slot, p, n_pole, is_slotless;
    enum mesh_level level;
};

/* Where the nodes of a part stand already. */
struct mesh_place {
    int is_set, is_sound;                        /* no element turned over */
    struct template_grid grid;
};

struct mesh_impl {
    struct mesh_key key;
    int n_pitch, n_pole;                         /* slot pitches and poles of the mesh */
    int n_line_stator, n_line_rotor;             /* nodes of one fine column, collapsed ones counted */
    int n_col_pitch, n_col_pole;                 /* fine columns of one slot pitch, of one pole */
    int *node_stator, *node_rotor;               /* grid place (fine column * n_line + fine row) -> mesh node */
    struct template_grid stator, half, rotor;    /* one slot pitch; half a pole; a pole */
    struct mesh_place stator_at, rotor_at;
    struct free_mesh *free;                      /* a pole of ROTOR_CONTOUR, NULL else; node_rotor: pole * n_node + node -> mesh node */
};

/* Air-gap rings: thirds of the gap. */
double mesh_get_r_band_in_m(const struct machine *m);
double mesh_get_r_band_out_m(const struct machine *m);

/* Rows of a slot pitch, from the gap outwards, in stator_grid.c and stator_tip_grid.c. */
enum { STATOR_ROW_GAP, STATOR_ROW_OPENING, STATOR_ROW_TAPER, STATOR_ROW_SLOT, STATOR_ROW_BOTTOM, STATOR_ROW_YOKE, STATOR_N_ROW };
#define STATOR_COLUMN_PER_POLE 72.0 /* coarse columns aimed at; 12 per slot pitch at 6 slots per pole */
#define STATOR_FLAT_BOTTOM_SHARE 0.12 /* of the trapezoid that serves as bottom row of a flat slot */
/* stator_set_tooth_line - column line j on the tooth axis, at radii r_m. */
void stator_set_tooth_line(const struct machine *m, int j, const double r_m[STATOR_N_ROW + 1], struct template_grid *g);

/* Template makers: `half` is scratch, `whole` the mirrored result, with the divisions of the coarse level. */
void stator_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole);
/* stator_tip_grid.c - the half pitch of few wide slots; stator_has_tip: whether it is this one. */
int stator_has_tip(const struct machine *m);
void stator_tip_set_grid(const struct machine *m, struct template_grid *half);
void rotor_v_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole);
void rotor_salient_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole);
void rotor_surface_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole);
void rotor_loaf_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole);
void rotor_spoke_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole);
void rotor_double_v_set_grid(const struct machine *m, struct template_grid *half, struct template_grid *whole); /* and delta */

/* rotor_v_has_ledge - the pocket leaves a part of the magnet's end face to the iron (B0 above the lower corner). */
int rotor_v_has_ledge(const struct machine *m);

/* free_connect.c - poles of a free mesh in a mesh: number of nodes; numbers from `first` on; triangles from `at` on; unknowns; ring;
 * places. */
struct free_mesh;
int free_connect_count(const struct free_mesh *f, int n_pole);
void free_connect_nodes(const struct free_mesh *f, int n_pole, int first, int *node);
void free_connect_triangles(const struct free_mesh *f, struct mesh *ms, int at);
void free_connect_unknowns(const struct free_mesh *f, struct mesh *ms);
void free_connect_ring(const struct free_mesh *f, const struct mesh *ms, int *ring);
void free_connect_places(const struct free_mesh *f, struct mesh *ms);

/* connect.c - nodes, triangles, unknowns from filled grids; allocates everything of ms. */
enum status mesh_connect(struct mesh *ms, struct err *e) MUST_CHECK;

#endif
