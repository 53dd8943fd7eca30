/* field_case.h - what the field model says of a motor of which no duty, cooling or price is known: open circuit, flux maps, load points.
 * For reference cases and for motors that somebody else has drawn. Nothing that needs more than the cross-section, the winding, the
 * materials and the currents is computed here; the readers of the result name what is absent and why.
 *
 * Open circuit: no-load linkage, back-EMF and cogging over the electrical period (waveform.h), and the radial flux density at mid gap by
 * harmonics, rotor at electrical angle 0, straight slice. A slotless stator carries no winding in the model: gap harmonics only.
 * Map: means over rotor positions on a grid of currents (flux_map.h). Points: torque and linkages over 60 deg el at given currents
 * (waveform.h); with a map its interpolated torque beside them, and with a speed the iron loss.
 * SI, peak amperes, whole machine; magnets at one uniform temperature. */
#ifndef MODELS_CASE_FIELD_CASE_H
#define MODELS_CASE_FIELD_CASE_H
#include "materials/base/yaml.h"
#include "models/operate/flux_map.h"
#include "models/waveform/waveform.h"

#define FIELD_CASE_MAX_POINT 12
#define FIELD_CASE_AXIS_MIN 4         /* values of i_d and of i_q: fewer make no cubic */
#define FIELD_CASE_FIELD_AXIS_MIN 3   /* values of i_f */
#define FIELD_CASE_GAP_ORDERS 25      /* orders 1 .. 25 of the pole pair */

struct field_case_point { double i_d_A, i_q_A, i_f_A; };
struct field_case {                   /* what to solve */
    enum mesh_level mesh;
    double magnet_K;                  /* NAN without magnets */
    double speed_rad_per_s;           /* mechanical, of back-EMF and iron loss; NAN: neither */
    int n_noload;                     /* positions of a slot-ripple period; 0: open circuit is not wanted */
    double noload_i_f_A;              /* 0 with magnets */
    struct flux_map_opts map;         /* n_d = 0: no map */
    int n_load;                       /* positions of 60 deg el behind each point */
    int n_point;
    struct field_case_point point[FIELD_CASE_MAX_POINT];
};

struct field_case_load {
    struct waveform_load wave;
    double map_torque_Nm;             /* of the map at these currents, by linkages; NAN without a map */
    double iron_W[LOSS_REGION_COUNT]; /* of the material, no build factor; NAN without map or speed */
};
struct field_case_result {
    struct winding_geometry winding;  /* resistance and end leakage: estimates beside the field */
    long n_unknown, n_solve;
    struct mesh_quality quality;
    double gap_d_T[FIELD_CASE_GAP_ORDERS + 1], gap_q_T[FIELD_CASE_GAP_ORDERS + 1]; /* [order]; NAN when open circuit is not wanted */
    struct waveform_noload noload;    /* n_position = 0: not solved */
    double noload_flux_Wb;            /* mean d linkage over the rotor positions */
    struct waveform_emf emf;          /* NAN without a speed */
    struct field_case_load load[FIELD_CASE_MAX_POINT];
};

/* field_case_read - `field` of a design file. Status: ST_CONFIG with the place: unknown or missing key, currents or magnets that this rotor
 * does not have, axes that do not ascend, a point beyond the map, nothing to solve. */
enum status field_case_read(const struct yaml_node *map, const struct machine *m, struct field_case *out, struct err *e) MUST_CHECK;
/* field_case_get_sections - its tables, for the schema command: path below `field` ("" itself), what it is, rows. */
struct field_case_section { const char *path, *doc; const struct schema_row *rows; int n_row; };
const struct field_case_section *field_case_get_sections(int *n);

struct field_case_ws;
/* field_case_new - workspaces for this machine and case; both are copied. Status: those of field_new and flux_map_new. */
enum status field_case_new(const struct machine *m, const struct field_case *c, struct field_case_ws **out, struct err *e) MUST_CHECK;
void field_case_free(struct field_case_ws *ws);
/* field_case_solve - Status: those of waveform_solve_load, waveform_solve_noload and flux_map_solve. */
enum status field_case_solve(struct field_case_ws *ws, struct field_case_result *out, struct err *e) MUST_CHECK;
struct field_ws *field_case_get_field(struct field_case_ws *ws);
/* NULL when no map is wanted. */
const struct flux_map *field_case_get_map(const struct field_case_ws *ws);

#endif
