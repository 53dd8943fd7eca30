/* influence.c - errors of differences. Contract: influence.h. */
#include "models/risk/influence.h"
#include "models/risk/risk_impl.h"
#include <math.h>
#include "materials/base/banned.h"

int risk_get_group(const struct risk *r) { return r->group; }

double risk_set_influence(const struct risk *r, double loading_pu, double *value_USD, double *scratch_USD)
{
    const int S = r->opts.n_scenario;
    const double v = risk_eval_var(r, value_USD, scratch_USD), scale = 1.0 / (1.0 - r->opts.tail_pu);
    double moved = 0.0; /* f - v: little is lost to cancellation */
    for (int s = 0; s < S; s++) {
        const double x = value_USD[s] - v;
        value_USD[s] = (1.0 - loading_pu) * x + loading_pu * (x > 0.0 ? scale * x : 0.0);
        moved += risk_get_weight(r, s) * value_USD[s] / S;
    }
    for (int s = 0; s < S; s++)
        value_USD[s] = risk_get_weight(r, s) * (value_USD[s] - moved);
    return v + moved;
}

double risk_eval_group_error(int n_scenario, int group, const double *value_USD)
{
    const int N = n_scenario / group;
    double sum2 = 0.0;
    for (int j = 0; j < N; j++) {
        double mean = 0.0;
        for (int k = j * group; k < (j + 1) * group; k++)
            mean += value_USD[k] / group;
        sum2 += mean * mean;
    }
    return N > 1 ? sqrt(sum2 / N / (N - 1)) : (double)NAN;
}
