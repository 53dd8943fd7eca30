/* sleeve.h - retaining sleeve of surface magnets: two elastic rings and what lies between them, in closed form (plane stress).
 * Sleeve: ring R_ro .. R_ro + sleeve_m, shrunk on with the radial interference sleeve_interference_m. Core: ring R_ri .. R_mi of rotor
 * steel, free at the bore. Magnets: segments that carry no hoop and are rigid along the radius (their compression is below 1 % of the
 * sleeve's stretch); they pass the pressure on, less their own centrifugal force, spread over the whole circle: the arc's share of it.
 * Rotating ring and thick ring under pressure [TIMOSHENKO_GOODIER1970, art. 28, 32]. With p the sleeve's pressure, a, b its radii, c, d
 * outer and inner radius of the core, q its outer pressure:
 *     u_s = p a/E_s ((b2 + a2)/(b2 - a2) + nu_s) + rho_s w2 a/(4 E_s) ((3 + nu_s) b2 + (1 - nu_s) a2)
 *     u_c = -q c/E_c ((c2 + d2)/(c2 - d2) - nu_c) + rho_c w2 c/(4 E_c) ((3 + nu_c) d2 + (1 - nu_c) c2)
 *     q c = p a - share rho_m w2 (a3 - c3)/3,     u_s - u_c = interference
 * q < 0: the magnets lift off the core (a glue line would be in tension); q is the figure that the interference is chosen for.
 * Not modelled: bending of the sleeve over the gaps between magnets, temperature (an interference changes with it); laminations
 * count as solid in the core's stiffness (as in stress.h). Eddy loss: models/loss/sleeve_eddy.h. */
#ifndef MODELS_MECH_SLEEVE_H
#define MODELS_MECH_SLEEVE_H
#include "models/machine/machine.h"

struct sleeve_result {
    double pressure_Pa;           /* sleeve on magnets */
    double contact_Pa;            /* q: magnets on core; negative: lifted off, what glue would have to hold */
    double hoop_Pa, von_mises_Pa; /* of the sleeve's inner surface, where both are largest */
    double safety;                /* yield of the sleeve over von Mises */
    double retention_pu;          /* inward pull of the sleeve on the magnets over their centrifugal force; below 1: lifted off; HUGE_VAL at
                                     rest */
};

int sleeve_is_used(const struct machine *m);
/* sleeve_eval - at a speed (0: at rest). Status: ST_OK; ST_CONFIG: modulus, Poisson's ratio, density or yield of sleeve or core unknown. */
enum status sleeve_eval(const struct machine *m, double omega_rad_per_s, struct sleeve_result *out, struct err *e) MUST_CHECK;

#endif
