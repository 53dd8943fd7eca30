/* steel.c - B-H of a lamination stack on a uniform grid, and core loss. Contract: steel.h. */
#include "materials/matlib_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

#define STEEL_N_KNOT ((int)(STEEL_B_END_T / STEEL_DB_T + 0.5) + 1)
#define MONOTONE_SLOPE 3.0 /* a cubic Hermite piece rises throughout when its end slopes are at most 3 secants (Fritsch and Carlson 1980) */

struct point { double H_A_per_m, dHdB; };

/* H of the solid sheet: the table, then air. */
static struct point sheet_eval(const struct steel *s, double B_T)
{
    const struct curve *c = &s->H_of_B;
    const double B_last_T = c->x[c->n - 1];
    if (B_T < B_last_T)
        return (struct point){curve_eval(c, B_T), curve_eval_slope(c, B_T)};
    return (struct point){c->y[c->n - 1] + (B_T - B_last_T) / MU0_H_PER_M, 1.0 / MU0_H_PER_M};
}

/* H of the stack: find the flux density Bs of the sheet with k Bs + (1 - k) mu0 H(Bs) = B. The left side rises with Bs, 0 <= Bs <= B/k:
 * bracketed Newton. Then dB/dH = k / H'(Bs) + (1 - k) mu0. */
static struct point stack_eval(const struct steel *s, double fill_pu, double B_T)
{
    const double air = (1.0 - fill_pu) * MU0_H_PER_M;
    double low = 0.0, high = B_T / fill_pu, Bs_T = fmin(B_T, high);
    struct point p = sheet_eval(s, Bs_T);
    for (int i = 0; i < 200 && air > 0.0; i++) {
        const double f = fill_pu * Bs_T + air * p.H_A_per_m - B_T;
        double next = Bs_T - f / (fill_pu + air * p.dHdB);
        if (f > 0.0)
            high = Bs_T;
        else
            low = Bs_T;
        if (!(next > low && next < high))
            next = 0.5 * (low + high);
        if (f == 0.0 || next == Bs_T || high - low <= 1e-15 * B_T)
            break;
        Bs_T = next;
        p = sheet_eval(s, Bs_T);
    }
    p.dHdB /= fill_pu + air * p.dHdB;
    return p;
}

/* Slopes that would let a piece turn are cut back; the first piece becomes a B + c B^3, see steel.h. */
static enum status finish_slopes(struct steel_nu *nu, const char *name, struct err *e)
{
    double *m = nu->dHdB_A_per_m_T;
    for (int i = 0; i + 1 < nu->n; i++) {
        const double secant = (nu->H_A_per_m[i + 1] - nu->H_A_per_m[i]) * nu->inv_dB_per_T;
        m[i] = fmin(m[i], MONOTONE_SLOPE * secant);
        m[i + 1] = fmin(m[i + 1], MONOTONE_SLOPE * secant);
        if (!(secant > 0.0 && m[i] > 0.0 && m[i + 1] > 0.0))
            return err_set(e, ST_CONFIG, name, "H(B) does not rise between %.2f and %.2f T", i * STEEL_DB_T, (i + 1) * STEEL_DB_T);
    }
    m[0] = 1.5 * nu->H_A_per_m[1] * nu->inv_dB_per_T - 0.5 * m[1];
    if (!(m[0] > 0.0))
        return err_set(e, ST_CONFIG, name, "H(B) bends too sharply below %.2f T: no positive slope at 0", STEEL_DB_T);
    return ST_OK;
}

enum status steel_nu_init(struct steel_nu *nu, const struct steel *s, double fill_pu, struct err *e)
{
    *nu = (struct steel_nu){0};
    if (!(fill_pu > 0.0 && fill_pu <= 1.0))
        return err_set(e, ST_RANGE, s->base.name, "lamination fill %g is outside (0, 1]", fill_pu);
    nu->n = STEEL_N_KNOT;
    nu->inv_dB_per_T = 1.0 / STEEL_DB_T;
    nu->H_A_per_m = mem_new((size_t)nu->n, sizeof *nu->H_A_per_m);
    nu->dHdB_A_per_m_T = mem_new((size_t)nu->n, sizeof *nu->dHdB_A_per_m_T);
    if (!nu->H_A_per_m || !nu->dHdB_A_per_m_T) {
        steel_nu_done(nu);
        return err_set(e, ST_NO_MEMORY, s->base.name, "no memory for the reluctivity table");
    }
    for (int i = 0; i < nu->n; i++) {
        const struct point p = stack_eval(s, fill_pu, i * STEEL_DB_T);
        nu->H_A_per_m[i] = p.H_A_per_m;
        nu->dHdB_A_per_m_T[i] = p.dHdB;
    }
    const enum status status = finish_slopes(nu, s->base.name, e);
    if (status != ST_OK)
        steel_nu_done(nu);
    return status;
}

void steel_nu_done(struct steel_nu *nu)
{
    mem_free(nu->H_A_per_m);
    mem_free(nu->dHdB_A_per_m_T);
    *nu = (struct steel_nu){0};
}

double steel_eval_loss_W_per_kg(const struct steel *s, double f_Hz, double B_peak_T)
{
    const double fB = f_Hz * B_peak_T; /* [BERTOTTI1988]: hysteresis, classical eddy, excess */
    return s->k_h * f_Hz * B_peak_T * B_peak_T + s->k_c * fB * fB + s->k_e * fB * sqrt(fB);
}
