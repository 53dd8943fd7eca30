/* fatigue.c - Goodman's line for a pulsating stress. Contract: fatigue.h. */
#include "models/mech/fatigue.h"
#include "materials/base/banned.h"

double fatigue_eval_safety(const struct steel *s, double stress_max_Pa)
{
    const double compliance_per_Pa = 1.0 / s->fatigue_Pa.value + 1.0 / s->tensile_Pa.value; /* NAN passes through */
    return 2.0 / (stress_max_Pa * compliance_per_Pa);
}
