/* evaluate.h - one design, judged: field maps, operation, heat, demagnetisation, strength, bill, risk. The only model that knows all
 * others.
 *
 * Order and the reason of it: geometry -> field maps (saturation and cross-saturation) -> envelope and duty points -> losses and
 * temperatures as a fixed point (the magnet's Br(T) enters the maps as an equivalent shift of i_d, copper by rho(T)) -> 30 s peak from the
 * continuous state -> drive cycle -> demagnetisation at the hottest magnet of the duty in the worst event -> strength at overspeed -> bill
 * -> risk. A design that misses a requirement is data, not an error: g > 0 in struct result. One evaluator per thread; results depend on
 * the design only. */
#ifndef MODELS_EVALUATE_H
#define MODELS_EVALUATE_H
#include "models/bom/bom.h"
#include "models/demag/demag.h"
#include "models/machine/space.h"
#include "models/operate/operate.h"
#include "models/requirement.h"
#include "models/result.h"
#include "models/risk/risk.h"
#include "models/thermal/thermal.h"
#include "models/waveform/waveform.h"

struct eval_level {          /* fidelity: one knob for the mesh, one for the grid of the maps */
    enum mesh_level mesh;
    int n_d, n_q, n_f;
    int n_d_wound, n_q_wound; /* points of a wound rotor, which saturates along i_d at another place for every i_f */
    int n_position, n_position_wound; /* rotor positions of the maps; two would miss the mean torque of a wound rotor by up to 15 % */
    int confirm_demag;
    int is_search;           /* risk by the smaller simulation */
    double map_over_pu;      /* the i_d axis of the maps ends at this share of the current limit on the positive side */
    double wound_low_pu, wound_high_pu; /* of a wound rotor's i_d axis; its high end is the greater of the two */
};
struct eval_level eval_level_search(void);
struct eval_level eval_level_report(void);

struct eval_setup {          /* shared by all designs of a study; read only */
    struct requirement requirement;
    struct duty duty;
    struct demag_rule demag;
    struct thermal_opts cooling;
    struct bom_elements elements;
    const double *price_USD_per_kg;      /* by elements; NULL: no cost */
    const struct risk *risk, *risk_search; /* NULL: no risk cost; search level uses the smaller simulation */
    int n_risk_other;                    /* search level only: other sourcing strategies; a design costs what the cheapest leaves */
    const struct risk *const *risk_other;
    double gbd_buy_to_fly;               /* Dy or Tb bought / brought into the magnet by diffusion, >= 1 */
    double blank_web_m;                  /* sheet left between punched blanks */
    double map_magnet_T_K;               /* temperature at which the maps are solved */
    double shaft_kg, housing_kg;
    const struct coolant *gas;           /* in the air gap, for windage */
};

#define EVAL_NOT_REACHED 3.0 /* g of a requirement whose stage was not run: worse than almost any that could, finite for a surrogate */
#define EVAL_JUDGED_MOST (0.97 * EVAL_NOT_REACHED) /* g at most of what was judged, however far off */
/* eval_get_clearance_m - between what turns, a sleeve included, and the stator bore. */
double eval_get_clearance_m(const struct machine *m);
/* eval_get_room - dimensions that the requirement limits: over_pu > 0 by how much of the limit they break it. */
enum eval_room_kind { EVAL_ROOM_DIAMETER, EVAL_ROOM_STACK, EVAL_ROOM_GAP, EVAL_ROOM_COUNT };
struct eval_room { double reached_m, wanted_m, over_pu; };
void eval_get_room(const struct requirement *q, const struct machine *m, struct eval_room out[EVAL_ROOM_COUNT]);
#define EVAL_NO_EXCITER "requirement.exciter_USD is not given: slip rings or transformer and field supply are not in the cost"
#define EVAL_MAP_ERROR_TOLD_PU 0.02 /* map_error_pu from which tables say so; the maps of the proof stay below 0.011 */
#define EVAL_LOADING_TOLD_A_PER_M 4e5 /* electric loading likewise; the 2004 Prius has 1.5e5 at its limit */
#define EVAL_MAP_OVER_PU 0.10
#define EVAL_MAX_SPEED 48
#define EVAL_MAP_TORQUE 24
#define EVAL_MAX_DEMAG_CURVE 12

enum eval_loss { EVAL_LOSS_COPPER_DC, EVAL_LOSS_COPPER_AC, EVAL_LOSS_FIELD, EVAL_LOSS_EXCITER, EVAL_LOSS_STATOR_YOKE,
                 EVAL_LOSS_STATOR_TOOTH, EVAL_LOSS_ROTOR_IRON, EVAL_LOSS_MAGNET, EVAL_LOSS_SLEEVE, EVAL_LOSS_WINDAGE,
                 EVAL_LOSS_BEARING, EVAL_LOSS_COUNT };
const char *eval_get_loss_key(enum eval_loss l); /* "copper_dc_W" .. */

/* One cell of the efficiency map; everything NAN outside the envelope. */
struct eval_cell {
    double i_d_A, i_q_A, i_f_A, v_V, P_electric_W, P_mech_W;
    double loss_W[EVAL_LOSS_COUNT];
};
/* eval_get_balance_pu - energy that a cell does not account for: |P_electric - P_mech - all losses| / |P_electric|. */
double eval_get_balance_pu(const struct eval_cell *c);

/* Demagnetising events of one design. `_pu` losses are of the no-load flux of whole magnets at the same temperature. */
enum eval_event_kind { EVAL_EVENT_PEAK_CURRENT, EVAL_EVENT_SHORT_CIRCUIT, EVAL_EVENT_TWO_PHASE, EVAL_EVENT_LOSS_OF_CONTROL,
                       EVAL_EVENT_COLD_START, EVAL_EVENT_COUNT };
const char *eval_get_event_key(enum eval_event_kind k);  /* "peak_current" .. */
const char *eval_get_event_text(enum eval_event_kind k); /* "peak current along -d" .. */
struct eval_event {
    enum eval_event_kind kind, cold_kind;      /* cold_kind: which of the others is worst at the cold start; = kind otherwise */
    double T_K, i_d_A, i_q_A, theta_el_rad;    /* magnet; currents at their worst; rotor angle, NAN where any may be */
    int has_prefault;
    struct operate_prefault_point prefault;    /* where the fault starts */
    int is_extrapolated;                       /* currents beyond the flux maps: their continuation */
    double flux_lost_pu, T_margin_K, current_factor;
    enum demag_limit T_limit_by;
    int is_confirmed;                          /* those three by self-consistent events; else flux_lost_pu at report level only */
    double T_margin_low_K, T_margin_high_K;    /* with coercivity at the ends of its data (magnet_set_band) */
                                               /* all three NAN: a cold start that no cold within the data harms */
    double flux_lost_at_margin_pu;             /* at the temperature that the study's margin asks for */
    double area_beyond_knee_pu, B_p1_T;
    double torque_lost_pu, backemf_left_V;     /* peak point's currents; highest speed, phase, peak. NAN below report level */
};
/* A torque that the heat (or the drive) allows at a speed, what binds it, and the hot spots there. */
enum eval_limit { EVAL_LIMIT_NONE, EVAL_LIMIT_WINDING, EVAL_LIMIT_MAGNET, EVAL_LIMIT_FIELD_WINDING, EVAL_LIMIT_CURRENT, EVAL_LIMIT_VOLTAGE,
                  EVAL_LIMIT_FIELD_CURRENT, EVAL_LIMIT_MAP /* largest torque lies inside all limits */, EVAL_LIMIT_COUNT };
const char *eval_get_limit_key(enum eval_limit l); /* "winding", "magnet", .. */
struct eval_rating { double torque_Nm, winding_K, rotor_K; enum eval_limit bind; }; /* torque NAN: not solved */
#define EVAL_HOLD_MAX_S 3600.0
/* A thermal coefficient with a range (SI), and how far its ends move the hot spots of the continuous point; [0] low, [1] high. */
#define EVAL_MAX_SPREAD 24
struct eval_spread { char key[48]; double value, low, high, winding_K[2], rotor_K[2]; };

/* What the report draws of one design. */
struct eval_detail {
    int n_speed;
    double speed_rad_per_s[EVAL_MAX_SPEED];
    double torque_max_Nm[EVAL_MAX_SPEED], current_A[EVAL_MAX_SPEED], i_d_A[EVAL_MAX_SPEED], i_q_A[EVAL_MAX_SPEED],
        voltage_V[EVAL_MAX_SPEED];                  /* largest torque at each speed, its currents and its phase voltage (peak) */
    struct eval_rating continuous[EVAL_MAX_SPEED], timed[EVAL_MAX_SPEED]; /* for ever; for the peak time from the continuous state */
    double winding_limit_K, rotor_limit_K;          /* behind them; NAN: not solved */
    int n_map_torque;
    double map_torque_Nm[EVAL_MAP_TORQUE];
    double efficiency_pu[EVAL_MAP_TORQUE * EVAL_MAX_SPEED]; /* [t * n_speed + s]; NAN outside the envelope */
    struct eval_cell cell[EVAL_MAP_TORQUE * EVAL_MAX_SPEED]; /* the same cells: currents and the split of the losses */
    struct waveform_noload noload;                  /* with field_current_max_A, magnets at ambient temperature */
    struct waveform_emf emf;                        /* of it, at the highest speed */
    struct waveform_load peak_wave;                 /* at the peak point's currents and magnet temperature; n = 0 when it is not reached */
    struct operate_generation generation;           /* highest speed, onto the study's dc link */
    double noload_magnet_K, peak_wave_magnet_K;     /* NAN without magnets */
    struct operate_point point_continuous, point_peak;
    struct thermal_state heat_continuous, heat_peak, heat_cycle_start; /* the last: only with a cycle in time */
    int cycle_passes;                               /* over the cycle until it repeated itself; 0: no cycle in time */
    int n_spread;                                   /* what the coefficients that no drawing gives are worth */
    struct eval_spread spread[EVAL_MAX_SPREAD];
    char heat_failure[600];                         /* the loop that ran away, "" when none did */
    struct bom bom;
    struct bom_cost cost;
    double exciter_USD;             /* beside the parts; NAN: none, or not given */
    int n_event, worst_event;                       /* -1: none */
    struct eval_event event[EVAL_EVENT_COUNT];
    double flux_lost_sequence_pu;                   /* after all events one after the other, until a round changes nothing more; NAN below
                                                       report level */
    int n_sequence_round;
    int n_demag;                                    /* flux lost in the worst event against magnet temperature */
    double demag_T_K[EVAL_MAX_DEMAG_CURVE], demag_flux_lost_pu[EVAL_MAX_DEMAG_CURVE];
};

/* evaluate_is_map_wide - whether the current limit is so high that the points of the maps lie too far apart; the words say so. */
int evaluate_is_map_wide(const struct result *r);
void evaluate_get_map_words(const struct requirement *q, const struct result *r, char *out, size_t n);
/* eval_get_demag_event - an event of a rotor without skew as the demagnetisation model takes it, at the rotor angles of the report. */
void eval_get_demag_event(const struct eval_event *x, struct demag_event *out);
/* evaluate_get_demag_words - what a reader must know of a result's demagnetisation, one sentence: a magnet that cannot hold itself at
 * rest, else the worst event with its figures. "" without magnets or figures. d may be NULL. */
void evaluate_get_demag_words(const struct demag_rule *rule, const struct result *r, const struct eval_detail *d, char *out, size_t n);

struct evaluator;
/* evaluator_new - all workspaces for one rotor topology (of m) at a level. */
enum status evaluator_new(const struct eval_setup *setup, const struct eval_level *level, const struct machine *m, struct evaluator **out,
                          struct err *e) MUST_CHECK;
void evaluator_free(struct evaluator *ev);
/* evaluate_machine - Status: ST_OK (also for infeasible designs: see g, and `out` is NAN beyond the stage that failed); ST_NO_CONVERGE,
 * ST_SINGULAR: numerical failure of this design (out->g[CON_GEOMETRY] = NAN); ST_CONFIG: inputs. detail may be NULL. Allocates nothing for
 * the topology given. */
enum status evaluate_machine(struct evaluator *ev, const struct machine *m, struct result *out, struct eval_detail *detail,
                             struct err *e) MUST_CHECK;
/* evaluate_set_risk - the risk figures of a design from a simulation (also for re-pricing a design that is otherwise known). */
void evaluate_set_risk(const struct risk_result *x, struct result *r);
/* The field workspace after evaluate_machine with detail: solved at the peak point (for pictures and VTK). */
struct field_ws *evaluator_get_field(struct evaluator *ev);
const struct flux_map *evaluator_get_map(const struct evaluator *ev);

#endif
