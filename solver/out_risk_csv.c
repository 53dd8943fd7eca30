/* out_risk_csv.c - a line for every motor, scenario and strategy. Contract: out_risk.h. */
#include "solver/out_risk.h"
#include <math.h>
#include "materials/base/banned.h"

static void add_name(struct text *t, const char *s)
{
    text_add(t, "\"");
    for (; *s; s++)
        text_add(t, *s == '"' ? "\"\"" : "%c", *s);
    text_add(t, "\"");
}

static void add_real(struct text *t, double v)
{
    if (isfinite(v))
        text_add(t, ",%.17g", v);
    else
        text_add(t, ",");
}

static void add_row(struct text *t, const struct risk_run *r, int i, int k, int b)
{
    const struct risk_study *s = r->study;
    const struct risk_result *c = risk_run_get_cell(r, i, k, b);
    const struct risk_figure *f[] = {&c->risk_cost, &c->drift, &c->holding, &c->shortage, &c->tail, &c->mean, &c->cvar};
    add_name(t, s->bill[b].name);
    text_add(t, ",%s,%s,%s,%d", technology_get_key(s->bill[b].technology), s->scenario[i]->name, s->sourcing[k]->name, r->best[i][b] == k);
    add_real(t, s->bill[b].processing_USD + c->today_USD);
    add_real(t, risk_run_eval_cost_USD(r, i, k, b));
    for (int q = 0; q < ARRAY_LEN(f); q++) {
        add_real(t, f[q]->value_USD);
        add_real(t, f[q]->standard_error_USD);
    }
    add_real(t, c->var_USD);
    add_real(t, c->unbuilt_mean_pu);
    add_real(t, c->capacity_use_pu);
    text_add(t, "\n");
}

enum status out_risk_write_csv(const struct risk_run *r, const char *path, struct err *e)
{
    static const char *const FIGURE[] = {"risk_cost", "drift", "holding", "shortage", "tail", "mean", "cvar"};
    const struct risk_study *s = r->study;
    struct text t = {0};
    text_add(&t, "motor,technology,scenario,strategy,cheapest_strategy,cost_today_USD,cost_with_risk_USD");
    for (int q = 0; q < ARRAY_LEN(FIGURE); q++)
        text_add(&t, ",%s_USD,%s_standard_error_USD", FIGURE[q], FIGURE[q]);
    text_add(&t, ",var_USD,unbuilt_mean_pu,capacity_use_pu\n");
    for (int i = 0; i < s->n_scenario; i++)
        for (int k = 0; k < s->n_sourcing; k++)
            for (int b = 0; b < s->n_bill && !r->left_out[k][0]; b++)
                add_row(&t, r, i, k, b);
    const enum status st = t.failed ? err_set(e, ST_NO_MEMORY, path, "CSV text") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}
