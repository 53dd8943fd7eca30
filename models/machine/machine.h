/* machine.h - one motor: main dimensions, stator, winding, rotor, materials. Pure data with SI units; every other model reads it.
 * Symbols: p pole pairs, m = 3 phases, q slots per pole and phase. Angles mechanical unless _el.
 * Slot k is centred at (k + 1/2) slot pitches from the sector edge at angle 0; the first pole spans 0..pi/p.
 * Rotor frame: v along the d axis, u tangential (anticlockwise positive). Rotor angle 0: d axis of the first pole at pi/(2p).
 * Dimensions as in the stator and rotor sketches of machine/README-style comments below; all lengths m. */
#ifndef MODELS_MACHINE_MACHINE_H
#define MODELS_MACHINE_MACHINE_H
#include "materials/matlib.h"

enum rotor_type { ROTOR_V, ROTOR_SALIENT, ROTOR_SURFACE, ROTOR_SPOKE, ROTOR_BREAD_LOAF, ROTOR_DOUBLE_V, ROTOR_DELTA, ROTOR_CONTOUR,
                  ROTOR_TYPE_COUNT };
enum slot_bottom { SLOT_FLAT, SLOT_ROUND };

/* Semi-closed slot in a frame whose x axis is the slot axis; heights start at x = R_bore (the opening corner lies on the bore):
 * opening b0 x h0, straight taper of height h1 from b0 to b1, trapezoid of height h2 from b1 to b2, then flat bottom or semicircle
 * of diameter b2. Parallel teeth follow when b1, b2 grow with the slot pitch (machine_set_parallel_teeth). */
struct stator {
    int n_slot;
    double R_out_m, R_bore_m;
    double b0_m, h0_m, h1_m, b1_m, h2_m, b2_m;
    enum slot_bottom bottom;
    int is_slotless;             /* closed-form checks only: no slots, currents as none */
};

struct winding {                 /* three phases, whole or fractional q; what can be wound: sector.h */
    int n_conductor_per_slot;    /* in series per slot (of one path) */
    int n_path;
    int n_layer;                 /* 1 or 2 */
    int coil_span_slots;
    double copper_fill_pu;       /* net copper / slot area */
    double strand_diameter_m;    /* bare */
    int is_hairpin;              /* strands are bars: AC loss by layers */
    double end_turn_factor;      /* end-turn length of one coil side pair / (coil span chord * pi/2); assumed, sourced in YAML */
    /* hairpin bars as drawn (bars.h): bare size, insulation on each side of a bar, liner on each side of the slot; 0: from the fill */
    double bar_height_m, bar_width_m, bar_insulation_m, liner_m;
};

/* Single-layer V, per pole, two legs mirrored about the d axis. Leg frame: origin at the apex (0, r_apex); e_s = (cos beta, sin beta)
 * in (u, v); e_n = (-sin beta, cos beta) towards the gap. Magnet: s in [s0, s0 + w_m], n in [-t_m, 0], magnetised along +e_n.
 * beta = 0 and centre = CENTRE_NONE, s0 = 0: flat bar. Outer pocket (air): polyline vertices (s - s0 - w_m, n) top: T0=(0,0), T1, T2;
 * bottom: B0=(0,nB0) on the magnet's end face, B1, B2; end edge T2-B2. */
enum rotor_centre { CENTRE_POST /* iron post of width post_m, air pocket to the magnets */, CENTRE_TRIANGLE /* air triangle, s0 = 0 */,
                    CENTRE_NONE /* magnets meet (flat bar) */ };
struct rotor_v {
    double r_apex_m, beta_rad, s0_m, w_m_m, t_m_m;
    enum rotor_centre centre;
    double post_m;                        /* full width of the iron centre post */
    double pocket_top_m[2][2];            /* T1, T2 as (ds, n) */
    double pocket_bottom_m[3][2];         /* B0, B1, B2 as (ds, n) */
};
/* Salient wound pole: shoe arc on R_ro over +-shoe_half_rad; shoe side straight down (parallel to v) by shoe_tip, then straight to the body
 * at v = R_ro - shoe_root; body half width body_w/2 down to the yoke circle R_yoke; coil rectangle from |u| = body_w/2 + coil_gap, width
 * coil_w, top at v = R_ro - shoe_root - coil_top_gap, height coil_h. All poles in series; +z on the u > 0 side. */
struct rotor_salient {
    double shoe_half_rad, shoe_tip_m, shoe_root_m, body_w_m, R_yoke_m, coil_w_m, coil_gap_m, coil_h_m, coil_top_gap_m;
};
/* Field winding of ROTOR_SALIENT, and of ROTOR_CONTOUR with field coils; its shape: machine_get_field_coil. */
struct machine_field {
    int n_turns;                          /* per pole */
    double fill_pu;                       /* net copper / coil area */
};
/* Surface magnet: annulus R_mi..R_ro over arc_rad, radial magnetisation; the rest of the annulus is air. A non-magnetic sleeve may hold the
 * magnets (models/mech/sleeve.h): it lies in the air gap, which stays R_bore - R_ro for the field. */
struct rotor_surface {
    double R_mi_m, arc_rad;
    double sleeve_m, sleeve_interference_m; /* thickness, radial interference; 0: no sleeve */
    const struct structural *sleeve;        /* its material; NULL without one */
};
/* Spoke: magnets stand on the sector edges (half of one in each of two neighbouring poles), thickness t_m (whole), from rm_in to rm_out
 * along the edge, magnetised across it towards the d axis of a north pole. Pole iron from the circle R_hub outwards, its flanks parallel
 * to the edges at t_m/2; iron lips cover the magnet from rm_out to the surface down to the distance lip_half from the edge, the rest is an
 * air slot; below R_hub and below the magnets nothing is magnetic (hub of the shaft's material). */
struct rotor_spoke { double R_hub_m, t_m_m, rm_in_m, rm_out_m, lip_half_m; };
/* Bread loaf: magnet on a flat seat (v = seat, |u| <= width/2), sides parallel to the d axis, magnetised along it; its top is an arc of
 * radius R_top about the d axis that touches R_ro there (R_top < R_ro: the gap widens to the sides). Beside the seat the iron is a circle
 * about the axis through the seat's corners; the rest up to the gap is air. */
struct rotor_loaf { double seat_m, width_m, R_top_m; };

struct contour;

struct machine {
    char name[96];
    int p;
    double stack_m, stacking_factor_pu;
    double R_ro_m, R_ri_m;                /* rotor outer (on the d axis); rotor inner circle (A = 0) */
    double pole_offset_m;                 /* iron poles (buried magnets, salient): the surface of each pole is an arc about a point on its
                                             d axis, this far from the rotor axis, radius R_ro - pole_offset (pole shaping); 0: round */
    struct stator stator;
    struct winding winding;
    enum rotor_type rotor_type;
    struct rotor_v v;                     /* ROTOR_DOUBLE_V, ROTOR_DELTA: the layer at the shaft */
    struct rotor_v v_gap;                 /* the layer at the gap: a V (ROTOR_DOUBLE_V), a bar across the d axis (ROTOR_DELTA) */
    struct rotor_salient salient;
    struct machine_field field;
    struct rotor_surface surface;
    int n_skew_slice;                     /* stepped skew of the rotor (skew.h); 0 or 1: none */
    double skew_rad;                      /* mechanical, over the stack */
    struct rotor_spoke spoke;
    struct rotor_loaf loaf;
    const struct contour *contour;        /* ROTOR_CONTOUR: contour.h; of machine_yaml_read, ended by machine_yaml_done */
    int n_magnet_segment_axial;           /* for magnet eddy loss, >= 1 */
    int n_magnet_segment_width;           /* pieces of a magnet side by side across its width, >= 1 (0 counts as 1) */
    int gbd_face[4];                      /* diffused faces of each magnet block: +n (gap side), -n, inner end, outer end */
    double gbd_left_out_pu;               /* of the grade's amount of Dy or Tb at each of them, 0 <= .. < 1; 0: as published. Whoever
                                             evaluates the machine sees to it (machine_get_dosed_magnet) */
    const struct steel *stator_steel, *rotor_steel;
    const struct magnet *magnet;          /* NULL with a field winding */
    const struct conductor *stator_conductor, *field_conductor;
    const struct insulation *insulation;
    const struct structural *shaft, *housing;
    double bridge_min_m;                  /* smallest iron bridge that may be punched; checked by machine_check */
};

/* What every model but the templates asks of magnets. A block is the part of a magnet in one half of a pole: block 2 k lies at u > 0,
 * block 2 k + 1 mirrors it at u < 0. Blocks with the same `body` are one piece for eddy currents: halves of a bar or an arc that meet on
 * the d axis. The halves of a spoke magnet in two neighbouring poles meet back to back. */
#define MACHINE_MAX_BLOCK 8
#define MACHINE_MAX_MAGNET_LAYER 2
/* the side magnetised outwards (+n), the opposite, the ends */
enum machine_face { FACE_GAP, FACE_BACK, FACE_INNER, FACE_OUTER, MACHINE_FACE_COUNT };
enum machine_magnet_shape { MAGNET_BAR, MAGNET_ARC, MAGNET_LOAF };
struct machine_magnet_block {
    enum machine_magnet_shape shape;
    double width_m, thickness_m;          /* across and along the magnetisation; arc: width at the mean radius */
    double axis_rad;                      /* magnetisation, anticlockwise from the d axis; NAN: radial */
    double area_m2;
    int body;                             /* 0, 1, .. within the pole */
    int layer;                            /* 0; the layer at the gap of two: 1 */
    double face_m[MACHINE_FACE_COUNT];    /* length of the face in the cross-section; NAN: not a face, the body goes on */
    double u_m, v_m, s_u_pu, s_v_pu; /* bar: gap-side corner at the inner end, and the unit vector from there to the outer end */
    double R_gap_m, R_back_m, half_rad;   /* arc: about the axis, from the d axis to half_rad; loaf: top of radius R_gap about (0, v), seat
                                             at v = R_back */
};
/* machine_get_magnet_blocks - blocks of one pole, returns how many (0: no magnets). */
int machine_get_magnet_blocks(const struct machine *m, struct machine_magnet_block out[MACHINE_MAX_BLOCK]);
/* machine_get_face_depths - distance of a point (rotor frame) inside a block from its faces; NAN where face_m is. */
void machine_get_face_depths(const struct machine_magnet_block *b, double u_m, double v_m, double depth_m[MACHINE_FACE_COUNT]);

/* Iron between a pocket and the rotor surface, half pole u > 0: from the radius of the pocket's outermost point to the surface, between two
 * angles from the d axis. */
#define MACHINE_MAX_BRIDGE 4
struct machine_bridge { double r_in_m, angle_low_rad, angle_high_rad; };
int machine_get_bridges(const struct machine *m, struct machine_bridge out[MACHINE_MAX_BRIDGE]);
/* What every model but the templates asks of a field winding: one coil side, at u > 0; the other mirrors it. +z on the u > 0 side. */
struct machine_field_coil {
    double body_w_m;                      /* iron between the coil sides */
    double offset_m;                      /* from the body's side to the middle of the coil side */
    double width_m, height_m, area_m2;    /* height: along the d axis; width: across it, area / height */
    double R_yoke_m, shoe_half_rad;       /* foot of the pole body; half angle of the shoe over the coil */
    double iron_m2;                       /* rotor iron, all poles */
};
/* machine_has_field_winding - whether the rotor is excited by a current. */
int machine_has_field_winding(const struct machine *m);
/* machine_get_field_coil - 0, and `out` untouched: no field winding. */
int machine_get_field_coil(const struct machine *m, struct machine_field_coil *out);
/* machine_is_in_post - whether a point of the half pole u >= 0 lies in a centre post, or in the body of a wound pole. */
int machine_is_in_post(const struct machine *m, double u_m, double v_m);
/* machine_get_surface_m - radius of the rotor surface at an angle from the d axis, |angle| <= half a pole pitch. */
double machine_get_surface_m(const struct machine *m, double angle_rad);
/* machine_get_pole_offset_m - the offset that lowers the surface by drop_m at the sector edge. */
double machine_get_pole_offset_m(int p, double R_ro_m, double drop_m);
/* What a report says of a rotor. Lengths in m, angles in rad. */
#define MACHINE_MAX_DIMENSION 12
struct machine_dimension { const char *key, *label; double value; int is_angle; };
int machine_get_dimensions(const struct machine *m, struct machine_dimension out[MACHINE_MAX_DIMENSION]);
/* machine_get_dosed_magnet - the grade with the machine's own amount diffused (magnet_set_dose), in `store` or the library's own when
 * nothing is left out. `store` must live as long as it is used. */
const struct magnet *machine_get_dosed_magnet(const struct machine *m, struct magnet *store);
/* machine_write_diffusion - "gap, back 60 %": diffused faces and share of the grade's amount; "" when nothing is diffused. */
void machine_write_diffusion(const struct machine *m, char *out, size_t n);
/* machine_get_clearance_m - radial clearance between rotor and stator: the air gap less a sleeve. */
double machine_get_clearance_m(const struct machine *m);
/* machine_get_rotor_key - "v", "salient", "surface", ...: name in files and outputs. */
const char *machine_get_rotor_key(enum rotor_type t);

/* machine_check - first violated rule, in words and millimetres.
 * Status: ST_INFEASIBLE with e->where = rule name ("airgap", "slot_overlap", "tooth_width", "magnet_fit", "bridge", "pocket", "coil_fit",
 * "shoe", "winding_slots", ...) and e->message with the figures and the nearest feasible value. */
enum status machine_check(const struct machine *m, struct err *e) MUST_CHECK;
/* machine_set_parallel_teeth - b1, b2 from a constant tooth width and total slot depth. */
void machine_set_parallel_teeth(struct stator *s, double tooth_width_m, double slot_depth_m);

double machine_get_slot_area_m2(const struct machine *m);        /* conductor area of one slot: trapezoid (+ semicircle) */
double machine_get_tooth_width_m(const struct machine *m);       /* at the middle of the slot */
double machine_get_yoke_m(const struct machine *m);              /* radial height behind the slot */
double machine_get_magnet_area_m2(const struct machine *m);      /* cross-section per pole */
double machine_get_bridge_m(const struct machine *m);            /* smallest distance pocket to rotor surface; NAN if none */

#endif
