/* skew.c - angles of the slices. */
#include "models/machine/skew.h"
#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define DEG (180.0 / PI)

enum status machine_check_skew(const struct machine *m, struct err *e)
{
    int n = m->n_skew_slice, nearest = n < 0 ? 1 : MACHINE_MAX_SLICE;
    double most_rad = PI / m->p;
    if (n < 0 || n > MACHINE_MAX_SLICE) /* 0: none given */
        return err_set(e, ST_INFEASIBLE, "skew", "%d slices; nearest: %d", n, nearest);
    if (!(m->skew_rad >= 0.0 && m->skew_rad <= most_rad))
        return err_set(e, ST_INFEASIBLE, "skew", "a skew of %.3f degrees; it must lie between 0 and the pole pitch; nearest: %.3f",
                       m->skew_rad * DEG, (m->skew_rad < 0.0 ? 0.0 : most_rad) * DEG);
    return ST_OK;
}

int machine_get_slices(const struct machine *m, double ahead_el_rad[MACHINE_MAX_SLICE])
{
    int n = m->n_skew_slice > 1 && m->skew_rad != 0.0 ? m->n_skew_slice : 1;
    for (int k = 0; k < n; k++)
        ahead_el_rad[k] = n == 1 ? 0.0 : m->p * m->skew_rad / n * (k - 0.5 * (n - 1));
    return n;
}

double machine_eval_skew_factor(const struct machine *m, int harmonic)
{
    double ahead[MACHINE_MAX_SLICE], sum = 0.0;
    int n = machine_get_slices(m, ahead);
    for (int k = 0; k < n; k++)
        sum += cos(harmonic * ahead[k]);
    return sum / n;
}
