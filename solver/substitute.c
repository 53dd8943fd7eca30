/* substitute.c - the substitution matrix. Contract: substitute.h. */
#include "solver/substitute.h"
#include "materials/base/mem.h"
#include "solver/compare_impl.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define MAX_MAGNET (TECH_COUNT * STUDY_MAX_GRADE + STUDY_MAX_SUBSTITUTE)

struct substitute_ctx { const struct study *s; struct comparison *c; };

/* Magnets of the study, each once, in the order in which it names them. */
static int get_magnets(const struct study *s, const struct magnet **out)
{
    int n = 0;
    for (int t = 0; t <= s->n_technology; t++) {
        const int is_extra = t == s->n_technology, n_here = is_extra ? s->search.n_substitute : s->technology[t].n_grade;
        for (int g = 0; g < n_here; g++) {
            const struct magnet *m = is_extra ? s->search.substitute[g] : s->technology[t].grade[g];
            int is_new = m != NULL;
            for (int k = 0; k < n; k++)
                is_new &= out[k] != m;
            if (is_new)
                out[n++] = m;
        }
    }
    return n;
}

/* A diffused grade is diffused where the study diffuses its technology, else from both broad faces. */
static void set_magnet(const struct study *s, const struct magnet *magnet, struct machine *m)
{
    static const int BROAD[4] = {1, 1, 0, 0};
    const int *face = BROAD;
    for (int t = 0; t < s->n_technology; t++)
        if (s->technology[t].technology == magnet->technology)
            face = s->technology[t].gbd_face;
    m->magnet = magnet;
    for (int k = 0; k < 4; k++)
        m->gbd_face[k] = magnet->is_diffused ? face[k] : 0;
}

static int is_failed(enum status st) { return st == ST_NO_CONVERGE || st == ST_SINGULAR || st == ST_RANGE || st == ST_INFEASIBLE; }

/* What fails first: the requirement missed most, else the first limit of the study. */
static void set_reason(const struct study *s, struct substitution *x)
{
    if (x->r.violation > 0.0) {
        snprintf(x->reason, sizeof x->reason, "%s", constraint_get_doc(compare_get_binding(&x->r)));
        return;
    }
    for (int k = 0; k < s->search.n_limit && !x->reason[0]; k++) {
        const struct study_limit *l = &s->search.limit[k];
        const double v = figure_eval(l->figure, &x->r);
        if (v < l->min || v > l->max)
            snprintf(x->reason, sizeof x->reason, "limit on %.64s", l->figure->key);
    }
    x->is_feasible = !x->reason[0];
}

static enum status evaluate_one(void *ctx, int worker, int job, struct err *e)
{
    const struct substitute_ctx *sc = ctx;
    struct substitution *x = &sc->c->substitution[job];
    struct machine m = sc->c->tech[x->technology].machine;
    const struct eval_level level = eval_level_search();
    struct evaluator *ev = NULL;
    (void)worker;
    set_magnet(sc->s, x->magnet, &m);
    result_init(&x->r);
    TRY(evaluator_new(&sc->s->setup, &level, &m, &ev, e));
    const enum status st = evaluate_machine(ev, &m, &x->r, NULL, e);
    evaluator_free(ev);
    if (is_failed(st))
        snprintf(x->reason, sizeof x->reason, "numerical failure of this case");
    else if (st != ST_OK)
        return st;
    else
        set_reason(sc->s, x);
    return ST_OK;
}

/* The reported simulation prices all of them in one pass. */
static enum status reprice(const struct study *s, struct comparison *c, struct err *e)
{
    const int n = c->n_substitution, n_el = s->setup.elements.n;
    double *q_kg = mem_new((size_t)n * (size_t)n_el + 1, sizeof *q_kg);
    struct risk_result *x = mem_new((size_t)n + 1, sizeof *x);
    struct risk_ws *ws = NULL;
    enum status st = q_kg && x ? risk_ws_new(compare_get_risk(s, c), n, &ws, e) : err_set(e, ST_NO_MEMORY, "substitution", "%d bills", n);
    for (int k = 0; k < n && st == ST_OK; k++)
        for (int i = 0; i < n_el; i++)
            q_kg[k * n_el + i] = isfinite(c->substitution[k].r.q_kg[i]) ? c->substitution[k].r.q_kg[i] : 0.0;
    if (st == ST_OK)
        st = risk_eval(compare_get_risk(s, c), ws, NULL, n, q_kg, x, e);
    for (int k = 0; k < n && st == ST_OK; k++)
        if (isfinite(c->substitution[k].r.cost_today_USD))
            evaluate_set_risk(&x[k], &c->substitution[k].r);
    risk_ws_free(ws);
    mem_free(x);
    mem_free(q_kg);
    return st;
}

static const struct substitution *get_own(const struct comparison *c, int technology)
{
    for (int k = 0; k < c->n_substitution; k++)
        if (c->substitution[k].technology == technology && c->substitution[k].is_own)
            return &c->substitution[k];
    return NULL;
}

static enum status value_one(void *ctx, int worker, int job, struct err *e)
{
    const struct substitute_ctx *sc = ctx;
    struct substitution *x = &sc->c->substitution[job];
    const struct substitution *own = get_own(sc->c, x->technology);
    (void)worker;
    if (x->is_own || !x->is_feasible || !own || !isfinite(own->r.processing_USD))
        return ST_OK;
    x->has_option = 1;
    return risk_eval_option(compare_get_risk(sc->s, sc->c), NULL, own->r.q_kg, x->r.q_kg, x->r.processing_USD - own->r.processing_USD,
                            &x->option, e);
}

enum status substitute_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    const struct magnet *magnet[MAX_MAGNET];
    const int n_magnet = get_magnets(s, magnet);
    struct substitute_ctx ctx = {s, c};
    c->substitution = mem_new((size_t)(s->n_technology * n_magnet) + 1, sizeof *c->substitution);
    if (!c->substitution)
        return err_set(e, ST_NO_MEMORY, "substitution", "%d magnets", n_magnet);
    for (int t = 0; t < s->n_technology; t++) {
        const struct magnet *own = c->tech[t].best >= 0 ? c->tech[t].machine.magnet : NULL;
        for (int k = 0; own && k < n_magnet; k++)
            c->substitution[c->n_substitution++] =
                (struct substitution){.technology = t, .magnet = magnet[k], .is_own = magnet[k] == own};
    }
    log_send(&o->log, LOG_PROGRESS, "substitution: %d rotors with other magnets", c->n_substitution);
    TRY(pool_solve(o->jobs, c->n_substitution, evaluate_one, &ctx, e));
    for (int k = 0; k < c->n_substitution; k++)
        c->n_field_solve += (long)c->substitution[k].r.n_field_solve;
    if (!s->setup.risk)
        return ST_OK;
    TRY(reprice(s, c, e));
    return pool_solve(o->jobs, c->n_substitution, value_one, &ctx, e);
}
