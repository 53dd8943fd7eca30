/* layers.c - see the header for the formula and its sources. */
#include "models/loss/layers.h"
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

void layers_eval_phi_psi(double xi, double *phi, double *psi)
{
    if (xi < 0.05) { /* next terms are below 1e-10 */
        double x4 = xi * xi * xi * xi;
        *phi = 1.0 + 4.0 * x4 / 45.0;
        *psi = x4 / 3.0;
        return;
    }
    *phi = xi * (sinh(2.0 * xi) + sin(2.0 * xi)) / (cosh(2.0 * xi) - cos(2.0 * xi));
    *psi = 2.0 * xi * (sinh(xi) - sin(xi)) / (cosh(xi) + cos(xi));
}

/* Adds the term of one slot: bars from the bottom, n/n_layer of each coil side. */
static void add_slot(struct layers *l, const struct machine *m, int slot)
{
    double re = 0.0, im = 0.0; /* current below, in units of one bar's */
    for (int k = 0; k < l->n; k++) {
        int phase, layer = m->winding.n_layer == 2 && k < l->n / 2 ? 1 : 0, sign = winding_get_side(m, slot, layer, &phase);
        double c = sign * cos(2.0 * PI * phase / 3.0), s = sign * sin(2.0 * PI * phase / 3.0);
        l->below_pu[k] += re * re + im * im + re * c + im * s;
        re += c;
        im += s;
    }
}

enum status layers_init(struct layers *out, const struct machine *m, struct err *e)
{
    struct machine_bar bar[MACHINE_MAX_BAR];
    struct winding_layout layout;
    memset(out, 0, sizeof *out);
    out->n = machine_get_bars(m, bar);
    if (out->n == 0)
        return err_set(e, ST_RANGE, "bars", "the winding has no bars, or more than %d in a slot", MACHINE_MAX_BAR);
    TRY(winding_set_layout(m, &layout, e));
    for (int k = 0; k < layout.n_slot; k++)
        add_slot(out, m, k);
    for (int k = 0; k < out->n; k++) {
        out->h_m[k] = bar[k].h_m;
        out->share_pu[k] = bar[k].w_m / bar[k].slot_w_m;
        out->below_pu[k] /= layout.n_slot;
    }
    return ST_OK;
}

double layers_eval_factor(const struct layers *l, int layer, double omega_rad_per_s, double rho_ohm_m)
{
    double phi, psi;
    layers_eval_phi_psi(l->h_m[layer] * sqrt(omega_rad_per_s * MU0_H_PER_M * l->share_pu[layer] / (2.0 * rho_ohm_m)), &phi, &psi);
    return phi + psi * l->below_pu[layer];
}

double layers_eval_mean(const struct layers *l, double omega_rad_per_s, double rho_ohm_m)
{
    double sum = 0.0;
    for (int k = 0; k < l->n; k++)
        sum += layers_eval_factor(l, k, omega_rad_per_s, rho_ohm_m);
    return sum / l->n;
}
