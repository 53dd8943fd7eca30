#include "tests/support/plateau.h"

#include <math.h>

struct plateau plateau_get(int n_step, int n_figure, const double *d, int i)
{
    struct plateau best = {(double)NAN, HUGE_VAL};
    for (int s = 1; s < n_step; s++) {
        const double here = d[s * n_figure + i], gap = fabs(here - d[(s - 1) * n_figure + i]);
        if (gap <= best.gap)
            best = (struct plateau){here, gap};
    }
    return best;
}

int plateau_is_flat(int n_step, int n_figure, const double *d, const double *scale, double rtol)
{
    if (n_step < 2)
        return 0;
    for (int i = 0; i < n_figure; i++) {
        const double here = d[(n_step - 1) * n_figure + i], gap = fabs(here - d[(n_step - 2) * n_figure + i]);
        if (gap > rtol * fmax(fabs(here), scale[i]))
            return 0;
    }
    return 1;
}
