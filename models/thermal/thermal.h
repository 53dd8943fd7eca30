/* thermal.h - temperatures of one motor: a network of 27 nodes built from the machine's dimensions (machine_net.c), films that follow the
 * temperatures (machine_film.c), steady and transient solves, and the guarded fixed point with losses that depend on temperature.
 *
 * Heat paths: slot copper (three radial layers; across: strands in resin, liner, tooth) - teeth (three layers) - yoke - contact gap -
 * housing - duct walls - coolant; copper along the conductors into the end windings, these to the end-space air and, when sprayed, to the
 * oil; rotor iron to the air gap, to the shaft and bearings, and over its end faces to the end-space air; housing to ambient by free
 * convection, radiation and flange. Magnets or field coils are the "active" node of the rotor; of two magnet layers it is the one at the
 * shaft, and the one at the gap has a node of its own, which leans on the pole cap. A sleeve of surface magnets stands in front of the
 * gap's film with its thickness; its capacity and its own loss are at the outer face of the magnets. Distributed generation is exact in the
 * mean (net.h); hot spots are closed forms on top of the node temperatures. Left out: axial flow in the air gap, conduction through the
 * slot opening, free convection at a standing rotor, capacity of insulation. Units SI, temperatures K. Losses W of the whole machine. Not
 * thread safe per object; one object per thread. */
#ifndef MODELS_THERMAL_THERMAL_H
#define MODELS_THERMAL_THERMAL_H
#include "materials/base/schema.h"
#include "models/machine/machine.h"
#include "models/thermal/film.h"

enum thermal_cooling {
    THERMAL_JACKET,      /* liquid through ducts in the housing */
    THERMAL_OIL_SPRAY,   /* the jacket, and oil sprayed on both end windings */
    THERMAL_FORCED_AIR,  /* air at inlet_K through the ducts (closed fin channels) of the housing */
    THERMAL_NATURAL,     /* no coolant: housing to ambient and flange only */
    THERMAL_COOLING_COUNT
};

/* How the motor is built in and cooled. Read by thermal_get_schema from the study; the four pointers are set by the reader of the study
 * from the names. Coefficients that nobody can derive from the drawing are data with range and source. */
struct thermal_opts {
    int cooling;                           /* enum thermal_cooling */
    char coolant_name[SCHEMA_TEXT_SIZE], spray_name[SCHEMA_TEXT_SIZE];
    const struct coolant *coolant, *spray; /* coolant: JACKET, OIL_SPRAY; spray: OIL_SPRAY; else NULL */
    double ambient_K, inlet_K, flow_m3_per_s;
    double duct_width_m, duct_height_m, duct_rib_m, duct_wall_m, jacket_overhang_m; /* width along the wall; wall: yoke side */
    int n_duct_parallel;                   /* equal streams: 1 = one spiral, or axial ducts in a row; else ducts side by side */
    double housing_thickness_m;            /* stator outer radius to housing outer radius */
    double end_clearance_m;                /* end winding to end shield, each end */
    double spray_inlet_K, spray_flow_m3_per_s;
    struct datum spray_film, spray_wetted;                         /* W/(m2 K); share of the end-winding surface */
    struct datum housing_contact, shaft_contact, magnet_contact;   /* m2 K/W */
    struct datum liner_gap, impregnation_fill, stack_axial_conductivity; /* m; share of voids filled; W/(m K) */
    struct datum end_film_a, end_film_b, end_film_c;               /* h = a (1 + b v^c), W/(m2 K), v in m/s */
    struct datum bearing_conductance, flange_conductance;          /* one bearing; housing to what it is bolted to, at ambient: W/K */
    struct datum emissivity;
};
const struct schema_row *thermal_get_schema(int *n);
/* thermal_check_opts - what the table cannot say: materials and rows that the chosen cooling needs, inlets inside the fluids' tables.
 * Status: ST_CONFIG, where = key. */
enum status thermal_check_opts(const struct thermal_opts *o, struct err *e) MUST_CHECK;

/* From winding_eval_geometry: numbers only. field_mean_turn_m is read for wound rotors only. */
struct thermal_winding { double slot_area_m2, copper_area_per_slot_m2, end_turn_m, field_mean_turn_m; };

#define THERMAL_N_LAYER 3
enum thermal_node {
    THERMAL_COOLANT, THERMAL_HOUSING, THERMAL_YOKE, THERMAL_YOKE_FACE /* inner */, THERMAL_TOOTH /* layer 0, at the bore */,
    THERMAL_TOOTH_END = THERMAL_TOOTH + THERMAL_N_LAYER - 1, THERMAL_TOOTH_TIP, THERMAL_TOOTH_01, THERMAL_TOOTH_12,
    THERMAL_SLOT /* layer 0, at the opening */, THERMAL_SLOT_END = THERMAL_SLOT + THERMAL_N_LAYER - 1, THERMAL_END, THERMAL_END_FACE,
    THERMAL_END_AIR, THERMAL_GAP, THERMAL_ROTOR_FACE, THERMAL_ROTOR, THERMAL_ACTIVE /* magnets or field coils */, THERMAL_ACTIVE_IN,
    THERMAL_ACTIVE_OUT, THERMAL_SHAFT, THERMAL_SPRAY, THERMAL_LAYER2 /* magnets of the layer at the gap, of two */, THERMAL_LAYER2_IN,
    THERMAL_LAYER2_OUT, THERMAL_NODE_COUNT
};
const char *thermal_get_node_name(enum thermal_node node); /* "end winding", ... */

struct thermal_losses {
    double copper_slot_W;                        /* even over the slot copper (dc) */
    double copper_slot_extra_W[THERMAL_N_LAYER]; /* on top, by layer, 0 at the opening (ac); zeros where unknown */
    double copper_end_W, yoke_W, tooth_W, rotor_iron_W, magnet_W, magnet_gap_W, field_W; /* magnet_gap: the layer at the gap of
                                                                                            two, the other then being magnet_W */
    double sleeve_W;                             /* around surface magnets: at their outer face */
    double windage_gap_W, windage_end_W, bearing_W; /* bearing: half into the shaft, half into the housing */
};

/* The same losses by what makes them, whole machine. */
struct thermal_kinds {
    double copper_dc_W, copper_ac_W /* in the slots */, end_share_pu /* of the copper, in the end windings */;
    double yoke_W, tooth_W, rotor_iron_W, magnet_W /* all magnets */, magnet_gap_W /* of these, the layer at the gap of two */, field_W,
        sleeve_W;
    double windage_W /* in the gap */, bearing_W;
};
/* thermal_set_losses - where they arise. Ac loss falls with the square of the leakage field, which grows linearly from slot bottom to
 * opening: thirds carry 1/27, 7/27, 19/27. */
void thermal_set_losses(const struct thermal_kinds *k, struct thermal_losses *out);

struct thermal_state {
    double T_K[THERMAL_NODE_COUNT];   /* nodes that the machine lacks hold the ambient temperature */
    double copper_mean_K;             /* slot and end winding by copper volume: for R(T) */
    double copper_hot_K;              /* hot spot of the stator winding: max of the next two */
    double slot_hot_K, end_hot_K;
    double magnet_mean_K, magnet_hot_K; /* mean by volume, hottest of the layers; NAN for a wound rotor */
    double magnet_layer_mean_K[MACHINE_MAX_MAGNET_LAYER], magnet_layer_hot_K[MACHINE_MAX_MAGNET_LAYER]; /* 1: at the gap; NAN: not there */
    double field_mean_K, field_hot_K;   /* NAN without field winding */
    double coolant_out_K, spray_out_K;  /* NAN where not used */
    double coolant_W, spray_W, ambient_W; /* heat leaving; their sum = losses in the steady state */
    double stored_W;                    /* losses - heat leaving */
    int film_outside[FILM_COUNT];       /* 1: that correlation was used outside its range */
    int n_film_outside;
};

struct thermal;
/* thermal_new - copies o (materials by pointer stay the caller's). Status: ST_CONFIG (thermal_check_opts), ST_NO_MEMORY. */
enum status thermal_new(const struct thermal_opts *o, struct thermal **out, struct err *e) MUST_CHECK;
void thermal_free(struct thermal *t); /* NULL is legal */
/* thermal_set_opts - the same object built in otherwise; thermal_set_machine must follow. Status: as thermal_new. */
enum status thermal_set_opts(struct thermal *t, const struct thermal_opts *o, struct err *e) MUST_CHECK;
/* thermal_set_machine - conduction, capacities and areas; no allocation. m must stay alive (materials are read here only).
 * Status: ST_INFEASIBLE, where = "slotless", "slot_fill" (copper + liner do not fit), "jacket", "geometry". */
enum status thermal_set_machine(struct thermal *t, const struct machine *m, const struct thermal_winding *w, struct err *e) MUST_CHECK;
/* thermal_init_state - all nodes at T_K (a cold start, or a first guess); coolant nodes at their inlets. */
void thermal_init_state(const struct thermal *t, double T_K, struct thermal_state *s);

/* thermal_solve_steady - films and temperatures consistent to 1e-6 K by accelerated Picard passes that start from the given state.
 * Status: ST_INFEASIBLE, where = "coolant temperature": heated out of its tables; ST_RANGE: a temperature (or loss) is not finite
 *         or not positive; ST_NO_CONVERGE; ST_SINGULAR. Memory: none. */
enum status thermal_solve_steady(struct thermal *t, double speed_rad_per_s, const struct thermal_losses *loss,
                                 struct thermal_state *s, struct err *e) MUST_CHECK;

/* Transient, second order and unconditionally stable (net.h). thermal_set_step fixes the films at the given state and factors once;
 * then any number of thermal_solve_step, whose losses the caller may renew before each; a new thermal_set_step renews the films. */
enum status thermal_set_step(struct thermal *t, double speed_rad_per_s, double dt_s, const struct thermal_state *s,
                             struct err *e) MUST_CHECK;
void thermal_solve_step(struct thermal *t, const struct thermal_losses *loss, struct thermal_state *s);
/* thermal_solve_transient - constant losses over duration_s: n_segment equal parts (films renewed, one factorisation each) of n_step steps.
 */
enum status thermal_solve_transient(struct thermal *t, double speed_rad_per_s, const struct thermal_losses *loss, double duration_s,
                                    int n_segment, int n_step, struct thermal_state *s, struct err *e) MUST_CHECK;

/* Fixed point of losses and temperatures. fn may leave with any status but ST_OK, which is passed on. */
typedef enum status thermal_loss_fn(void *ctx, const struct thermal_state *s, struct thermal_losses *out, struct err *e);
struct thermal_couple {
    double tol_K;         /* estimated distance from the fixed point, > 0 */
    double damping;       /* first step factor, 0 < damping <= 1; halved when the iteration swings */
    int n_max;
    double T_runaway_K;   /* a node beyond this counts as run away; above every temperature that could still be of interest */
};
struct thermal_couple_info { int n_iteration; double change_K, contraction, damping; };
/* thermal_solve_coupled - Returned: s (last iterate, also on failure), info.
 * Status: ST_INFEASIBLE, where = "thermal runaway", message names the node, the loss that grew most and the loop gain: the undamped
 *         change keeps its direction and grows three times in a row, or a node passes T_runaway_K; ST_NO_CONVERGE; those of the solve. */
enum status thermal_solve_coupled(struct thermal *t, double speed_rad_per_s, thermal_loss_fn *fn, void *ctx,
                                  const struct thermal_couple *o, struct thermal_state *s, struct thermal_couple_info *info,
                                  struct err *e) MUST_CHECK;

/* thermal_eval_balance - heat that every node keeps at the temperatures s->T_K with the losses that fn gives for them: zero in the steady
 * state. A smooth function of temperatures, dimensions and losses (but for the joints of film correlations): what gradients differentiate.
 * Returned: balance_W[THERMAL_NODE_COUNT]; s: all that follows from its T_K. Status: of fn; of the films, as thermal_solve_steady.
 * Memory: none. */
enum status thermal_eval_balance(struct thermal *t, double speed_rad_per_s, thermal_loss_fn *fn, void *ctx, struct thermal_state *s,
                                 double *balance_W, struct err *e) MUST_CHECK;

/* A drive cycle, repeated for ever: intervals of constant speed and of losses that fn gives for the state at the interval's start. */
struct thermal_interval { double duration_s, speed_rad_per_s; int n_step; };
typedef enum status thermal_interval_fn(void *ctx, int interval, const struct thermal_state *s, struct thermal_losses *out, struct err *e);
struct thermal_cycle { double tol_K /* distance from the periodic state */; int n_max; double T_runaway_K; };
struct thermal_cycle_info {
    int n_pass;                                   /* passes over the cycle */
    double distance_K, contraction;               /* of the last pass */
    double copper_hot_K, magnet_hot_K, field_hot_K; /* hottest of the last pass, at the ends of intervals; NAN where there is none */
    struct thermal_losses mean_losses;
};
/* thermal_solve_cycle - the state that the cycle reproduces. s: a guess of the state at the cycle's start (best: the steady state of the
 * mean losses); returned: the state at its end. A pass changes the start T by r = Phi(T) - T. The next start is T + r + Km^-1 C r / t, Km
 * the time mean of the network over the cycle, t its duration. For constant films the error of a mode that decays with rate a per cycle is
 * multiplied by 1 - (1 - exp(-a)) (1 + 1/a), from 0 (slow) through -0.30 at most (a = 1.8) to 0 (fast): the iteration converges whatever
 * the network and the cycle. Losses that grow with temperature and films that move add their own gain, so it is watched:
 * Status: ST_INFEASIBLE, where = "thermal runaway", as thermal_solve_coupled; ST_NO_CONVERGE, where = "drive cycle"; those of fn and of the
 *         transient. Memory: none. */
enum status thermal_solve_cycle(struct thermal *t, int n, const struct thermal_interval *interval, thermal_interval_fn *fn, void *ctx,
                                const struct thermal_cycle *o, struct thermal_state *s, struct thermal_cycle_info *info,
                                struct err *e) MUST_CHECK;

#endif
