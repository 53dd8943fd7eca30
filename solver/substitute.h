/* substitute.h - can a finished rotor take another magnet the day its own stops coming, and what is that worth? Each chosen design is
 * evaluated again, at search level, with every other magnet of the study's technologies and of search.substitutes: same geometry, winding
 * and requirement, other magnet. Where it keeps every requirement and limit, the option to build with it in the months in which the own
 * magnet falls short is valued by models/risk/option.h under the study's scenario and sourcing. */
#ifndef SOLVER_SUBSTITUTE_H
#define SOLVER_SUBSTITUTE_H
#include "models/risk/option.h"
#include "solver/study.h"

struct compare_opts;
struct comparison;

struct substitution {
    int technology;               /* index in study->technology: whose chosen design */
    const struct magnet *magnet;
    int is_own;                   /* the design's own magnet, at search level too, to compare with */
    int is_feasible;
    char reason[96];              /* which requirement or limit fails, in words; "" when feasible */
    struct result r;              /* search level, risk by the reported simulation; beyond the stage that failed: NAN */
    int has_option;               /* feasible, and the study reckons risk */
    struct risk_option option;
};

/* substitute_solve - fills c->substitution. Status: ST_NO_MEMORY, ST_CONFIG. A candidate that fails numerically is told as such. */
enum status substitute_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e) MUST_CHECK;

#endif
