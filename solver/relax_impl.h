/* relax_impl.h - a trial of relax.c, and the numbers of relax_number.c that it changes. */
#ifndef SOLVER_RELAX_IMPL_H
#define SOLVER_RELAX_IMPL_H
#include "solver/relax.h"

/* The study with one number changed, and the design that comes of the same point of the box. */
struct relax_trial {
    struct study study;
    struct machine machine;
};

struct relax_row {
    const char *key, *label, *unit;
    int mends; /* bits of the constraints that it can mend */
    double (*get)(const struct relax_trial *t); /* in the unit of the key */
    void (*set)(struct relax_trial *t, double share);
    void (*fit)(struct relax_trial *t); /* of the design, which is made anew for the changed study; NULL: nothing more */
};
const struct relax_row *relax_get_row(int k); /* 0 <= k < COMPARE_N_RELAX */

#endif
