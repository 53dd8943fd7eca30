/* bridge_sweep.c - the chosen designs again with other bridges. Contract: bridge_sweep.h. */
#include "solver/bridge_sweep.h"
#include "solver/compare_impl.h"
#include "solver/out_json.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static const char *const FIGURE_KEY[] = {"bridge_mm",          "yield_safety",       "fatigue_safety", "stress_max_MPa", "noload_flux_Wb",
                                         "base_torque_Nm", "power_max_speed_kW", "rotor_margin_K"};

struct sweep_ctx { const struct study *study; struct comparison *c; };

/* Place of the bridge among the variables of a rotor; -1: it has none. */
static int get_variable(enum rotor_type t)
{
    int n;
    const struct space_var *v = space_get_vars(t, &n);
    for (int k = 0; k < n; k++)
        if (strcmp(v[k].key, "bridge_ratio") == 0)
            return k;
    return -1;
}

static enum status sweep_one(void *ctx, int worker, int job, struct err *e)
{
    struct sweep_ctx *sc = ctx;
    struct compare_technology *t = &sc->c->tech[job];
    const int variable = get_variable(sc->study->technology[job].rotor_type), n = sc->study->search.n_bridge_point;
    (void)worker;
    if (t->best < 0 || variable < 0)
        return ST_OK;
    struct eval_level level = eval_level_search();
    level.is_search = 0; /* every stage, also of a motor that a thick bridge has made hopeless */
    struct evaluator *ev = NULL;
    enum status st = ST_OK;
    for (int k = 0; k < n && st == ST_OK; k++) {
        double x[SPACE_MAX_VAR];
        struct machine m;
        int grade;
        memcpy(x, t->report.x, sizeof x);
        x[variable] = k / (n - 1.0);
        study_set_machine(sc->study, job, x, &m, &grade);
        if (!ev)
            st = evaluator_new(&sc->study->setup, &level, &m, &ev, e);
        if (st == ST_OK)
            st = evaluate_machine(ev, &m, &t->sweep.r[t->sweep.n], NULL, e);
        t->sweep.n += st == ST_OK;
        if (compare_is_failed(st))
            st = ST_OK; /* this point is left out */
    }
    evaluator_free(ev);
    return st;
}

enum status bridge_sweep_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    struct sweep_ctx sc = {s, c};
    if (s->search.n_bridge_point == 0)
        return ST_OK;
    log_send(&o->log, LOG_PROGRESS, "bridge thickness against flux and safety");
    TRY(pool_solve(o->jobs, s->n_technology, sweep_one, &sc, e));
    for (int t = 0; t < s->n_technology; t++)
        for (int k = 0; k < c->tech[t].sweep.n; k++)
            c->n_field_solve += (long)c->tech[t].sweep.r[k].n_field_solve;
    return ST_OK;
}

static json_t *get_point(const struct result *r)
{
    json_t *o = json_object();
    for (int k = 0; k < ARRAY_LEN(FIGURE_KEY); k++)
        json_object_set_new(o, FIGURE_KEY[k], out_json_get_real(figure_eval(result_get_figure(FIGURE_KEY[k]), r)));
    json_object_set_new(o, "feasible", json_boolean(r->violation <= 0.0));
    return o;
}

json_t *bridge_sweep_get_json(const struct comparison *c)
{
    if (c->study->search.n_bridge_point == 0)
        return NULL;
    json_t *list = json_array();
    for (int t = 0; t < c->study->n_technology; t++) {
        const struct compare_sweep *w = &c->tech[t].sweep;
        if (w->n == 0)
            continue;
        json_t *points = json_array();
        for (int k = 0; k < w->n; k++)
            json_array_append_new(points, get_point(&w->r[k]));
        const char *key = technology_get_key(c->study->technology[t].technology);
        json_array_append_new(list, json_pack("{s:s, s:o}", "key", key, "points", points));
    }
    return json_pack("{s:s, s:o}", "reading", "the chosen design with nothing changed but its bridge, search level", "technologies", list);
}
