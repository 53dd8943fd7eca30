/* fan.c - outages and price quantiles by month. Contract: fan.h. */
#include "models/risk/fan.h"
#include "models/risk/analytic.h"
#include "models/risk/risk_impl.h"
#include <math.h>
#include "materials/base/banned.h"

#define MONTHS_PER_YEAR 12.0
#define WIDE 12.0 /* standard deviations around both modes that hold every quantile asked for */
enum { BISECTIONS = 60 };

int fan_get_n_month(const struct risk *r) { return r->plan.n_month; }

void fan_eval_down(const struct risk *r, unsigned node_mask, double *down_pu)
{
    const size_t S = (size_t)r->opts.n_scenario;
    for (int t = 0; t < r->plan.n_month; t++) {
        const uint16_t *bits = r->state + (size_t)t * S;
        double n = 0.0;
        for (size_t s = 0; s < S; s++)
            n += bits[s] & node_mask ? risk_get_weight(r, (int)s) : 0.0;
        down_pu[t] = n / (double)S;
    }
}

void fan_eval_regime(const struct risk *r, int element, double *on_pu)
{
    fan_eval_down(r, r->plan.chain[r->market->element[element].chain].price_mask, on_pu);
}

static double eval_normal(double x) { return 0.5 * erfc(-x / sqrt(2.0)); }

/* Two normals of one width: weight `on` at b, the rest at a. */
struct mixture { double a, b, sd, on; };

static double eval_level(const struct mixture *m, double x)
{
    return (1.0 - m->on) * eval_normal((x - m->a) / m->sd) + m->on * eval_normal((x - m->b) / m->sd);
}

static double solve_quantile(const struct mixture *m, double level)
{
    double low = fmin(m->a, m->b) - WIDE * m->sd, high = fmax(m->a, m->b) + WIDE * m->sd;
    if (!(m->sd > 0.0)) /* no volatility: two points */
        return (m->a <= m->b ? level <= 1.0 - m->on : level > m->on) ? m->a : m->b;
    for (int k = 0; k < BISECTIONS; k++) {
        const double mid = 0.5 * (low + high);
        if (eval_level(m, mid) < level)
            low = mid;
        else
            high = mid;
    }
    return 0.5 * (low + high);
}

/* Log multipliers over today's price off and on, as the routes of that side are priced; routes elsewhere damp the jump. */
static void set_sides(const struct risk *r, int element, enum fan_side side, int month, double *off, double *on)
{
    const double scale = r->plan.chain[r->market->element[element].chain].jump_scale[month];
    const double ratio = side == FAN_OUTSIDE ? r->market->element[element].outside_ratio.value : 1.0;
    const double jump = scale * log(side == FAN_OUTSIDE ? r->jump[element] : r->jump_inside[element]);
    *off = log(ratio);
    *on = side == FAN_OUTSIDE ? fmax(jump, *off) : jump;
}

enum status fan_eval_price(const struct risk *r, int element, enum fan_side side, int n_level, const double *level_pu,
                           double *price_USD_per_kg, struct err *e)
{
    const int T = r->plan.n_month;
    const struct market_element *el = &r->market->element[element];
    const double kappa = el->kappa_per_year.value, sigma = el->sigma_pu.value;
    double regime[RISK_MAX_MONTH], off, on;
    for (int k = 0; k < n_level; k++)
        if (!(level_pu[k] > 0.0 && level_pu[k] < 1.0))
            return err_set(e, ST_CONFIG, "level_pu", "%g is outside 0..1", level_pu[k]);
    if (r->opts.has_spikes && r->market->spikes[el->chain].rate_per_year.value > 0.0)
        return err_set(e, ST_CONFIG, "spikes", "quantiles of the price of %s are known without spikes only", el->symbol);
    fan_eval_regime(r, element, regime);
    for (int t = 0; t < T; t++) {
        const double years = (t + 1) / MONTHS_PER_YEAR, mean = r->theta_log[element] * -expm1(-kappa * years);
        set_sides(r, element, side, t, &off, &on);
        const struct mixture m = {mean + off, mean + on, sqrt(analytic_eval_ou_variance(sigma, kappa, years)), regime[t]};
        for (int k = 0; k < n_level; k++)
            price_USD_per_kg[k * T + t] = r->market->price_USD_per_kg[element] * exp(solve_quantile(&m, level_pu[k]));
    }
    return ST_OK;
}
