/* risk_eval.c - designs against the simulated record: one GEMM per group, exact order statistics, errors from pair means. Contract: risk.h.
 */
#include "models/risk/risk_impl.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- cost of every scenario ---- */

/* cost[n_row x n_design], leading dimension n_row: price part by GEMM, then shortage and what is the same in all scenarios. */
static void set_cost(const struct risk *r, const struct risk_terms *t, int n_design, const double *q_kg, int n_row, double *cost)
{
    const int n = r->plan.n_element, S = r->opts.n_scenario;
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n_row, n_design, n, 1.0, r->paid, S, q_kg, n, 0.0, cost, n_row);
    for (int d = 0; d < n_design; d++) {
        const double fixed = risk_get_fixed_USD(r, t, q_kg + d * n), L = t->lost_margin_USD_per_motor;
        const double *unbuilt = r->unbuilt + (size_t)risk_get_need(r, q_kg + d * n) * (size_t)S;
        double *c = cost + (size_t)d * (size_t)n_row;
        for (int s = 0; s < n_row; s++)
            c[s] += fixed + L * unbuilt[s];
    }
}

/* ---- figures of one design ---- */

/* Standard error of the mean of f(s) = a C_s + b (C_s - v)+, from the means F of independent groups; W the mean weight of a group. The
 * weights are scaled to mean 1, so a group moves the ratio sum F / sum W by F - mean W. */
static double get_error(const struct risk *r, const double *c, double a, double b, double v)
{
    const int width = r->group, N = r->opts.n_scenario / width;
    double F = 0.0, FF = 0.0, FW = 0.0, WW = 0.0;
    for (int j = 0; j < N; j++) {
        double f = 0.0, w = 0.0;
        for (int k = j * width; k < (j + 1) * width; k++) {
            const double x = c[k] - v, weight = risk_get_weight(r, k);
            f += weight * (a * x + (x > 0.0 ? b * x : 0.0));
            w += weight;
        }
        f /= width;
        w /= width;
        F += f;
        FF += f * f;
        FW += f * w;
        WW += w * w;
    }
    const double mean = F / N, spread = FF / N - 2.0 * mean * FW / N + mean * mean * WW / N;
    return N > 1 ? sqrt(fmax(0.0, spread) / (N - 1)) : (double)NAN;
}

double risk_eval_var(const struct risk *r, const double *c, double *scratch)
{
    const size_t S = (size_t)r->opts.n_scenario;
    double *w = r->weight ? scratch + S : NULL;
    memcpy(scratch, c, S * sizeof *c);
    if (w)
        memcpy(w, r->weight, S * sizeof *w);
    return select_eval_quantile(scratch, w, r->opts.n_scenario, r->opts.tail_pu * r->opts.n_scenario);
}

static double eval_quadratic(int n, const double *A, const double *q)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            sum += q[i] * A[i * n + j] * q[j];
    return sum;
}

/* CVaR by Rockafellar-Uryasev at the exact order statistic: v + E[(C - v)+] / (1 - a) is the same for any v between the neighbours. */
static void set_tail(const struct risk *r, const double *c, double *scratch, double loading, struct risk_result *out)
{
    const int S = r->opts.n_scenario;
    const double a = r->opts.tail_pu, scale = 1.0 / (1.0 - a), v = risk_eval_var(r, c, scratch);
    double above = 0.0, centred = 0.0;
    for (int s = 0; s < S; s++) {
        const double x = c[s] - v, w = risk_get_weight(r, s);
        above += x > 0.0 ? w * x : 0.0;
        centred += w * x;
    }
    out->var_USD = v;
    out->mean = (struct risk_figure){v + centred / S, get_error(r, c, 1.0, 0.0, v)};
    out->cvar = (struct risk_figure){v + scale * above / S, get_error(r, c, 0.0, scale, v)};
    out->tail = (struct risk_figure){loading * (scale * above - centred) / S, get_error(r, c, -loading, loading * scale, v)};
    out->risk_cost.standard_error_USD = get_error(r, c, 1.0 - loading, loading * scale, v);
}

static void set_parts(const struct risk *r, const struct risk_terms *t, const double *q_kg, struct risk_result *out)
{
    const int n = r->plan.n_element, N = r->opts.n_scenario / r->group;
    const unsigned need = risk_get_need(r, q_kg);
    out->today_USD = out->drift.value_USD = 0.0;
    out->holding.value_USD = risk_get_fixed_USD(r, t, q_kg);
    for (int i = 0; i < n; i++) {
        out->today_USD += q_kg[i] * r->market->price_USD_per_kg[i];
        out->drift.value_USD += q_kg[i] * (r->spot_mean[i] - r->market->price_USD_per_kg[i]);
        out->holding.value_USD += q_kg[i] * (r->paid_mean[i] - r->spot_mean[i]);
    }
    out->unbuilt_mean_pu = r->unbuilt_mean[need];
    out->shortage.value_USD = t->lost_margin_USD_per_motor * out->unbuilt_mean_pu;
    out->drift.standard_error_USD = sqrt(fmax(0.0, eval_quadratic(n, r->spot_cov, q_kg)) / N);
    out->holding.standard_error_USD = sqrt(fmax(0.0, eval_quadratic(n, r->extra_cov, q_kg)) / N);
    out->shortage.standard_error_USD = t->lost_margin_USD_per_motor * sqrt(r->unbuilt_var[need] / N);
    out->risk_cost.value_USD = out->drift.value_USD + out->holding.value_USD + out->shortage.value_USD + out->tail.value_USD;
}

/* A route's capacity is shared by all buyers; what the design takes of it in its busiest month. */
static void set_capacity(const struct risk *r, const struct risk_terms *t, const double *q_kg, struct risk_result *out)
{
    const struct plan *p = &r->plan;
    out->capacity_use_pu = (double)NAN;
    out->capacity_route = -1;
    for (int c = 0; c < p->n_chain; c++) {
        double demand_t_per_year = 0.0;
        for (int i = 0; i < p->n_element; i++)
            if (r->market->element[i].chain == c)
                demand_t_per_year += q_kg[i] * t->volume_motors_per_year / 1000.0;
        for (int k = 0; k < p->chain[c].n_route; k++) {
            const struct plan_route *route = &p->chain[c].route[k];
            double share = 0.0;
            for (int m = 0; m < p->n_month; m++)
                share = fmax(share, route->share_pu[m]);
            const double use = share * demand_t_per_year / r->market->routes.route[route->route].capacity_t_per_year.value;
            if (use > out->capacity_use_pu || (isnan(out->capacity_use_pu) && !isnan(use))) {
                out->capacity_use_pu = use;
                out->capacity_route = route->route;
            }
        }
    }
}

void risk_set_parts(const struct risk *r, const struct risk_terms *t, const double *q_kg, struct risk_result *out)
{
    set_parts(r, t, q_kg, out);
    set_capacity(r, t, q_kg, out);
}

enum status risk_eval(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, int n_design, const double *q_kg,
                      struct risk_result *out, struct err *e)
{
    const struct risk_terms *t = terms ? terms : &r->opts.terms;
    const int n = r->plan.n_element, S = r->opts.n_scenario;
    TRY(risk_check_design(r, t, n_design, q_kg, e));
    for (int first = 0; first < n_design; first += ws->n_design) {
        const int m = n_design - first < ws->n_design ? n_design - first : ws->n_design;
        set_cost(r, t, m, q_kg + first * n, S, ws->cost);
        for (int d = 0; d < m; d++) {
            set_tail(r, ws->cost + (size_t)d * (size_t)S, ws->scratch, t->loading_pu, &out[first + d]);
            risk_set_parts(r, t, q_kg + (first + d) * n, &out[first + d]);
        }
    }
    return ST_OK;
}

enum status risk_eval_cost_samples(const struct risk *r, const struct risk_terms *terms, int n_design, const double *q_kg, int n_sample,
                                   double *cost_USD, struct err *e)
{
    const struct risk_terms *t = terms ? terms : &r->opts.terms;
    TRY(risk_check_design(r, t, n_design, q_kg, e));
    if (n_sample < 1 || n_sample > r->opts.n_scenario)
        return err_set(e, ST_CONFIG, "n_sample", "%d samples of %d scenarios", n_sample, r->opts.n_scenario);
    set_cost(r, t, n_design, q_kg, n_sample, cost_USD);
    return ST_OK;
}

double risk_eval_error(const struct risk *r, const double *c, double a, double b, double v) { return get_error(r, c, a, b, v); }

void risk_eval_tail(const struct risk *r, const double *c, double *scratch, double loading, struct risk_result *out)
{
    set_tail(r, c, scratch, loading, out);
}
