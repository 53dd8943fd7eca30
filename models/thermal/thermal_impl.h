/* thermal_impl.h - inside of struct thermal; for models/thermal only. */
#ifndef MODELS_THERMAL_THERMAL_IMPL_H
#define MODELS_THERMAL_THERMAL_IMPL_H
#include "models/thermal/net.h"
#include "models/thermal/slot.h"
#include "models/thermal/thermal.h"

/* what machine_net.c leaves for the films: areas, radii and series resistances on the solid side of each film */
struct thermal_film_geometry {
    double R_ro_m, R_bore_m, R_shaft_m, housing_R_m;
    double gap_stator_m2, gap_rotor_m2, gap_active_m2;      /* rotor side: iron (or pole) face, active part's face */
    double tip_K_per_W;                                     /* tooth tips, in series with the gap film */
    double sleeve_rotor_K_per_W, sleeve_active_K_per_W;     /* so a sleeve over the two faces of the rotor; 0 without */
    double end_winding_m2, end_shield_m2, yoke_end_m2, rotor_end_m2, shaft_end_m2, active_end_m2;
    double yoke_end_K_per_W, rotor_end_K_per_W;             /* axial conduction to the end faces, both ends */
    double housing_out_m2;
    double duct_length_m;                                   /* of one stream */
    double duct_plain_m2, duct_rib_side_m2, duct_wall_K_per_W, rib_k_W_per_m_K;
};
/* for the hot spots and means */
struct thermal_spot_geometry {
    struct slot_net slot;
    double tooth_share[THERMAL_N_LAYER];
    double end_across_K_per_W, end_along_K_per_W; /* thickness half slab; half end turn along the conductors, all of them */
    double slot_volume_m3, end_volume_m3;        /* copper */
    double magnet_share_pu[MACHINE_MAX_MAGNET_LAYER]; /* of the magnets' volume; zeros without magnets, 1 and 0 with one layer */
    int is_shell;                                /* surface magnet: ACTIVE_OUT is on the gap */
};

struct thermal {
    struct thermal_opts o;
    int is_set, has_magnet;
    struct net conduction;              /* without films */
    struct net net;                     /* with films at the last state */
    struct net_factor step;
    double coolant_G_W_per_K, spray_G_W_per_K, ambient_G_W_per_K; /* boundary links of the last films */
    int film_outside[FILM_COUNT];
    struct thermal_film_geometry film;
    struct thermal_spot_geometry spot;
};

_Static_assert(THERMAL_N_LAYER == SLOT_N_LAYER, "layers of the slot are nodes of the network");

/* machine_film.c: net = conduction + films at the temperatures T_K */
enum status thermal_set_films(struct thermal *t, double speed_rad_per_s, const double *T_K, struct err *e) MUST_CHECK;
/* thermal.c */
void thermal_set_sources(const struct thermal *t, const struct thermal_losses *loss, double *P_W);
int thermal_get_hottest(const double *T_K);
/* all that follows from the node temperatures in s, the sources and the films in t->net */
void thermal_set_state(const struct thermal *t, const double *P_W, struct thermal_state *s);
/* thermal_couple.c: a loop of losses and temperatures that runs away, named. ST_INFEASIBLE, where = "thermal runaway". */
#define THERMAL_GROWTH_MAX 3 /* growing, same-signed changes in a row that count as run away */
struct thermal_loop { int n_iteration; double gain; int node; /* the hottest */ };
enum status thermal_fail_runaway(const struct thermal_losses *first, const struct thermal_losses *last, double T_K,
                                 const struct thermal_loop *loop, struct err *e) MUST_CHECK;

#endif
