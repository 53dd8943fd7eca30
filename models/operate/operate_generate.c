/* operate_generate.c - uncontrolled generation through idle diodes: the path of loads from open to short circuit. */
#include "models/operate/operate_impl.h"

#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

#define N_LOAD 97        /* loads per path, evenly in log k */
#define LOAD_DECADES 3.0 /* from 1000 times the reactance down to a thousandth of it */

struct load_point { double k_ohm, i_d_A, i_q_A, V_dc_V; };

/* Link voltage at load k, the currents of *pt as the start. */
static int eval_load(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A, double k_ohm, struct load_point *pt)
{
    pt->k_ohm = k_ohm;
    if (!operate_find_loaded(ws, speed_rad_per_s, ws->lim.copper.R_ohm + k_ohm, i_f_A, &pt->i_d_A, &pt->i_q_A))
        return 0;
    pt->V_dc_V = 0.5 * PI * k_ohm * hypot(pt->i_d_A, pt->i_q_A);
    return 1;
}

/* Golden section in log k between the neighbours of the best load. */
static int refine_max(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A, double low_ohm, double high_ohm,
                      struct load_point *best)
{
    const double RATIO = 0.6180339887498949;
    double a = log(low_ohm), b = log(high_ohm);
    for (int it = 0; it < 40; it++) {
        struct load_point x = *best, y = *best;
        double step = RATIO * (b - a);
        if (!eval_load(ws, speed_rad_per_s, i_f_A, exp(b - step), &x) || !eval_load(ws, speed_rad_per_s, i_f_A, exp(a + step), &y))
            return 0;
        if (x.V_dc_V > y.V_dc_V)
            b = a + step;
        else
            a = b - step;
        const struct load_point *better = x.V_dc_V > y.V_dc_V ? &x : &y;
        if (better->V_dc_V > best->V_dc_V)
            *best = *better;
    }
    return 1;
}

/* Bisection between a load above the link voltage and the next one below it. */
static int find_link(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A, double V_dc_V, struct load_point above,
                     struct load_point below, struct load_point *out)
{
    *out = above;
    for (int it = 0; it < 60; it++) {
        if (!eval_load(ws, speed_rad_per_s, i_f_A, sqrt(above.k_ohm * below.k_ohm), out))
            return 0;
        if (out->V_dc_V >= V_dc_V)
            above = *out;
        else
            below = *out;
    }
    return 1;
}

static void set_link(const struct operate_ws *ws, const struct load_point *link, double i_f_A, struct operate_generation *out)
{
    struct flux_point fp;
    flux_map_eval(ws->fm, link->i_d_A, link->i_q_A, i_f_A, &fp);
    out->is_sustained = 1;
    out->i_d_A = link->i_d_A;
    out->i_q_A = link->i_q_A;
    out->i_A = hypot(link->i_d_A, link->i_q_A);
    out->torque_Nm = fp.torque_Nm;
    out->P_dc_W = 1.5 * link->k_ohm * out->i_A * out->i_A;
    out->is_extrapolated |= operate_is_beyond(ws, link->i_d_A, link->i_q_A);
}

enum status operate_eval_generation(const struct operate_ws *ws, double speed_rad_per_s, double i_f_A, double V_dc_V,
                                    struct operate_generation *out, struct err *e)
{
    *out = (struct operate_generation){0};
    if (!(speed_rad_per_s > 0.0) || !isfinite(speed_rad_per_s) || !(V_dc_V > 0.0))
        return err_set(e, ST_RANGE, "speed_rad_per_s", "%g rad/s onto a link of %g V: both above 0", speed_rad_per_s, V_dc_V);
    struct flux_point fp;
    flux_map_eval(ws->fm, 0.0, 0.0, i_f_A, &fp);
    double X_ohm = ws->fm->p * speed_rad_per_s * (0.5 * (fp.dld_did + fp.dlq_diq) + ws->lim.L_end_H);
    struct load_point path[N_LOAD] = {{0}};
    int best = 0, last_above = -1;
    for (int n = 0; n < N_LOAD; n++) {
        if (n > 0)
            path[n] = path[n - 1];
        if (!eval_load(ws, speed_rad_per_s, i_f_A, X_ohm * pow(10.0, LOAD_DECADES * (1.0 - 2.0 * n / (N_LOAD - 1))), &path[n]))
            return err_set(e, ST_NO_CONVERGE, "generation", "no steady current into %g ohm at %g rad/s", path[n].k_ohm, speed_rad_per_s);
        if (path[n].V_dc_V > path[best].V_dc_V)
            best = n;
        if (path[n].V_dc_V >= V_dc_V)
            last_above = n;
    }
    struct load_point max = path[best], link;
    int low = best + 1 < N_LOAD ? best + 1 : best, high = best > 0 ? best - 1 : 0;
    int ok = refine_max(ws, speed_rad_per_s, i_f_A, path[low].k_ohm, path[high].k_ohm, &max);
    out->V_dc_max_V = max.V_dc_V;
    out->i_d_at_max_A = max.i_d_A;
    out->i_q_at_max_A = max.i_q_A;
    out->is_extrapolated = operate_is_beyond(ws, max.i_d_A, max.i_q_A);
    struct load_point above = last_above >= 0 ? path[last_above] : max; /* a flat top may lie between two loads of the path */
    int next = last_above >= 0 ? last_above + 1 : low;
    int is_sustained = ok && max.V_dc_V >= V_dc_V && next < N_LOAD;
    if (is_sustained)
        ok = find_link(ws, speed_rad_per_s, i_f_A, V_dc_V, above, path[next], &link);
    if (ok && is_sustained)
        set_link(ws, &link, i_f_A, out);
    return ok ? ST_OK : err_set(e, ST_NO_CONVERGE, "generation", "no steady current near the highest link voltage, %g V", max.V_dc_V);
}
