/* compare.c - the search of every technology for its front, then report level and decision. Contract: compare.h, compare_impl.h. */
#include "solver/bridge_sweep.h"
#include "solver/compare_impl.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "solver/optimise/pareto.h"
#include "solver/relax.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "materials/base/banned.h"

#define MAX_SEED 24 /* start points taken over from another technology */

void compare_warn(struct comparison *c, const char *fmt, ...)
{
    if (c->n_warning == ARRAY_LEN(c->warning))
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(c->warning[c->n_warning++], sizeof c->warning[0], fmt, args);
    va_end(args);
}

/* ---- one technology ---- */

static int compare_designs(const void *a, const void *b)
{
    const struct compare_design *x = a, *y = b;
    double cx = x->r.cost_with_risk_USD, cy = y->r.cost_with_risk_USD;
    if (cx < cy || cx > cy)
        return cx < cy ? -1 : 1;
    return x->id - y->id;
}

static void set_feasible(const struct study *s, int id, const struct result *r, struct compare_feasible *out)
{
    *out = (struct compare_feasible){.id = id, .grade = (int)r->magnet_grade, .cost_today_USD = r->cost_today_USD};
    for (int k = 0; k < s->search.n_objective; k++)
        out->y[k] = figure_eval(s->search.objective[k], r);
    memcpy(out->q_kg, r->q_kg, sizeof out->q_kg);
    memcpy(out->m_kg, r->m_kg, sizeof out->m_kg);
}

static void front_done(struct compare_technology *t)
{
    mem_free(t->front);
    mem_free(t->feasible);
    mem_free(t->all_obj);
    mem_free(t->all_violation);
    t->front = NULL;
    t->feasible = NULL;
    t->all_obj = t->all_violation = NULL;
}

static enum status set_front(const struct job_set *s, const struct explore_result *x, struct compare_technology *t, struct err *e)
{
    front_done(t);
    t->n_evaluated = t->n_all = x->n;
    t->n_feasible = t->n_front = 0;
    t->best = -1;
    for (int k = 0; k < x->n; k++) {
        t->n_feasible += x->violation[k] <= 0.0;
        t->n_front += x->violation[k] <= 0.0 && x->rank[k] == 0;
    }
    size_t n_obj = (size_t)x->n_obj;
    t->front = mem_new((size_t)t->n_front + 1, sizeof *t->front);
    t->feasible = mem_new((size_t)t->n_feasible + 1, sizeof *t->feasible);
    t->all_obj = mem_new((size_t)x->n * n_obj, sizeof(double));
    t->all_violation = mem_new((size_t)x->n, sizeof(double));
    if (!t->front || !t->feasible || !t->all_obj || !t->all_violation)
        return err_set(e, ST_NO_MEMORY, "front", "%d designs", t->n_front);
    memcpy(t->all_obj, x->obj, (size_t)x->n * n_obj * sizeof(double));
    memcpy(t->all_violation, x->violation, (size_t)x->n * sizeof(double));
    int n = 0;
    for (int k = 0, q = 0; k < x->n; k++)
        if (x->violation[k] <= 0.0)
            set_feasible(s->study, k, &s->result[k], &t->feasible[q++]);
    for (int k = 0; k < x->n; k++) {
        if (x->violation[k] > 0.0 || x->rank[k] != 0)
            continue;
        struct compare_design *d = &t->front[n++];
        *d = (struct compare_design){.technology = s->technology, .id = k, .grade = (int)s->result[k].magnet_grade, .r = s->result[k]};
        memcpy(d->x, x->x + k * x->n_x, sizeof(double) * (size_t)x->n_x);
    }
    qsort(t->front, (size_t)t->n_front, sizeof *t->front, compare_designs);
    return ST_OK;
}

enum constraint compare_get_binding(const struct result *r)
{
    enum constraint binding = CON_GEOMETRY;
    for (int c = 1; c < CON_COUNT; c++)
        if (r->g[c] < EVAL_NOT_REACHED && (r->g[c] > r->g[binding] || isnan(r->g[binding])))
            binding = (enum constraint)c;
    return binding;
}

/* The first of the study's own limits that a motor breaks which meets its requirement; NULL: none. */
static const struct study_limit *get_broken_limit(const struct study *s, const struct result *r)
{
    for (int k = 0; k < s->search.n_limit && r->violation <= 0.0; k++) {
        const struct study_limit *l = &s->search.limit[k];
        const double v = figure_eval(l->figure, r);
        if (!(v >= l->min && v <= l->max))
            return l;
    }
    return NULL;
}

static void set_reason_of_limit(const struct study_limit *l, const struct result *r, int n, struct compare_technology *t)
{
    const double v = figure_eval(l->figure, r);
    t->binding_key = l->figure->key;
    snprintf(t->reason, sizeof t->reason, "no design of %d meets the study's limits; nearest one has %.64s = %.4g, limit %.4g", n,
             l->figure->key, v, v < l->min ? l->min : l->max);
}

/* Infeasible: which requirement binds, in words. */
static void set_reason(const struct job_set *s, const struct explore_result *x, struct compare_technology *t)
{
    int least = -1, judged = -1, count[CON_COUNT] = {0};
    for (int k = 0; k < x->n; k++) {
        for (int c = 0; c < CON_COUNT; c++)
            count[c] += !(s->result[k].g[c] <= 0.0);
        if (least < 0 || x->violation[k] < x->violation[least])
            least = k;
        if (isfinite(s->result[k].rotor_margin_K) && (judged < 0 || x->violation[k] < x->violation[judged]))
            judged = k; /* every stage was reached */
    }
    if (judged >= 0)
        least = judged;
    for (int c = 0; c < CON_COUNT; c++)
        t->binding_share[c] = (double)count[c] / (x->n > 0 ? x->n : 1);
    if (t->n_front > 0) {
        snprintf(t->reason, sizeof t->reason, "%d of %d designs meet every requirement", t->n_feasible, x->n);
        return;
    }
    const struct result *r = &s->result[least];
    const struct study_limit *limit = get_broken_limit(s->study, r);
    if (limit) {
        set_reason_of_limit(limit, r, x->n, t);
        return;
    }
    const enum constraint binding = compare_get_binding(r);
    t->binding_key = constraint_get_key(binding);
    int used = snprintf(t->reason, sizeof t->reason, "no design of %d meets the requirement; nearest one misses %s", x->n,
                        constraint_get_doc(binding));
    if (binding == CON_DEMAG)
        used += snprintf(t->reason + used, sizeof t->reason - (size_t)used,
                         ": %.0f K short of the flux-loss limit, %.0f %% of flux lost at the event",
                         s->study->setup.demag.margin_min_K - r->demag_margin_K, 100.0 * fmin(r->flux_loss_event_pu, 1.0));
    else if (binding == CON_PEAK_TORQUE)
        used += snprintf(t->reason + used, sizeof t->reason - (size_t)used, ": %.0f N m of %.0f N m at base speed", r->base_torque_Nm,
                         s->study->setup.requirement.peak_torque_Nm);
    else if (binding == CON_POWER_MAX_SPEED)
        used += snprintf(t->reason + used, sizeof t->reason - (size_t)used, ": %.0f kW of %.0f kW", r->power_max_speed_W / 1e3,
                         s->study->setup.requirement.peak_power_W / 1e3);
    else if (binding == CON_WINDING_TEMP || binding == CON_ROTOR_TEMP)
        used += snprintf(t->reason + used, sizeof t->reason - (size_t)used, ": winding at %.0f degC, rotor at %.0f degC",
                         fmax(r->winding_continuous_K, r->winding_peak_K) - KELVIN_OFFSET_K, r->rotor_hot_K - KELVIN_OFFSET_K);
    if (r->flux_loss_noload20_pu > s->study->setup.demag.flux_loss_limit_pu && used < (int)sizeof t->reason)
        snprintf(t->reason + used, sizeof t->reason - (size_t)used,
                 "; it demagnetises at no load: the magnet loses %.0f %% of its flux at rest at 20 degC", 100.0 * r->flux_loss_noload20_pu);
}

/* The search used the smaller simulation; every feasible design is priced again by the whole one, once, all new ones in one
 * pass, before the front is taken. */
static enum status reprice(struct job_set *s, struct explore_result *x, struct err *e)
{
    const struct eval_setup *setup = &s->study->setup;
    int n_el = setup->elements.n, n = 0, *feasible = mem_new((size_t)x->n, sizeof *feasible);
    double *q_kg = mem_new((size_t)x->n * (size_t)n_el, sizeof *q_kg), con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    struct risk_result *r = mem_new((size_t)x->n, sizeof *r);
    struct risk_ws *ws = NULL;
    enum status st = feasible && q_kg && r ? risk_ws_new(setup->risk, 32, &ws, e) : err_set(e, ST_NO_MEMORY, "pricing", "%d designs", x->n);
    for (int k = s->n_priced; k < x->n && st == ST_OK; k++)
        if (x->violation[k] <= 0.0) {
            memcpy(q_kg + n * n_el, s->result[k].q_kg, sizeof(double) * (size_t)n_el);
            feasible[n++] = k;
        }
    if (st == ST_OK && n > 0)
        st = compare_price(s->study, s->out, s->study->economics.scenario, setup->risk, ws, n, q_kg, r, e);
    for (int k = 0; k < n && st == ST_OK; k++) {
        struct result *d = &s->result[feasible[k]];
        evaluate_set_risk(&r[k], d);
        compare_eval_responses(s->study, d, x->obj + feasible[k] * x->n_obj, con);
    }
    s->n_priced = x->n;
    risk_ws_free(ws);
    mem_free(r);
    mem_free(q_kg);
    mem_free(feasible);
    return st;
}

/* Shapes that served another magnet technology of the study are good places to begin: the designs of the largest earlier front in the same
 * space. */
static int set_seeds(const struct job_set *s, double *x)
{
    int best = -1, n = 0;
    for (int t = 0; t < s->technology; t++)
        if (s->study->technology[t].rotor_type == s->study->technology[s->technology].rotor_type &&
            s->out->tech[t].n_front > 0 && (best < 0 || s->out->tech[t].n_front > s->out->tech[best].n_front))
            best = t;
    for (; best >= 0 && n < s->out->tech[best].n_front && n < MAX_SEED && n < s->study->search.n_start; n++)
        study_set_start(s->study, best, s->out->tech[best].front[n].x, s->technology, x + n * s->n_x);
    return n;
}

void compare_set_problem(struct job_set *s, int *n_level, struct explore_problem *out)
{
    for (int v = 0; v < s->n_x; v++)
        n_level[v] = study_get_levels(s->study, s->technology, v);
    *out = (struct explore_problem){
        s->n_x,  s->n_objective,  compare_get_constraint_count(s->study), compare_evaluate_batch, compare_report_step, s,
        n_level, EVAL_NOT_REACHED};
}

enum status compare_search(struct job_set *s, const struct explore_opts *o, struct explore_result *out, struct err *e)
{
    int n_level[SPACE_MAX_VAR];
    struct explore_problem p;
    compare_set_problem(s, n_level, &p);
    s->n_result = 0;
    TRY(explore_solve(&p, o, out, e));
    if (!out->stopped)
        return ST_OK;
    explore_done(out);
    return err_set(e, ST_INTERRUPTED, "search", "stopped after %ld designs; `--resume` goes on from study.db", s->out->n_evaluation);
}

static void warn_of_search(const struct job_set *s)
{
    const struct compare_technology *t = &s->out->tech[s->technology];
    const char *label = technology_get_label(s->study->technology[s->technology].technology);
    int n_failed = 0, n_wanted = s->study->search.n_front_min;
    for (int k = 0; k < s->found.n; k++)
        n_failed += isnan(s->result[k].g[CON_GEOMETRY]);
    if (n_failed > 0)
        compare_warn(s->out, "%s: %d of %d designs failed numerically and count as infeasible", label, n_failed, s->found.n);
    if (t->n_front > 0 && t->n_front < n_wanted)
        compare_warn(s->out, "%s: %d non-dominated designs, fewer than the %d wanted; raise search.generations_max", label, t->n_front,
                     n_wanted);
}

/* What the designs evaluated so far say of a technology. */
static enum status set_technology(struct job_set *s, struct err *e)
{
    struct compare_technology *t = &s->out->tech[s->technology];
    if (s->study->setup.risk)
        TRY(reprice(s, &s->found, e));
    TRY(explore_set_rank(&s->found, e));
    TRY(set_front(s, &s->found, t, e));
    set_reason(s, &s->found, t);
    return ST_OK;
}

static enum status search_technology(struct job_set *s, struct err *e)
{
    const struct study_search *q = &s->study->search;
    struct compare_technology *t = &s->out->tech[s->technology];
    s->n_x = study_get_space(s->study, s->technology);
    s->n_objective = q->n_objective;
    s->objective = q->objective;
    int n_generation = (q->n_generation_max > q->n_generation ? q->n_generation_max : q->n_generation) + q->curve.n_generation;
    int n_start = q->n_start + margin_curve_get_start_max(s->study, s->technology);
    int n_max = n_start + n_generation * q->n_population + compare_refine_get_max(s->study, s->technology);
    s->result = mem_new((size_t)n_max, sizeof *s->result);
    if (!s->result)
        return err_set(e, ST_NO_MEMORY, "search", "results");
    double seed_x[MAX_SEED * SPACE_MAX_VAR];
    int n_seed = set_seeds(s, seed_x);
    struct explore_opts o = {.seed = s->opts->seed * 1000003u + (uint64_t)s->study->technology[s->technology].technology,
                             .n_start = q->n_start,
                             .n_population = q->n_population,
                             .n_generation = q->n_generation,
                             .n_generation_max = q->n_generation_max,
                             .n_wanted = q->n_front_min,
                             .n_stall = q->n_stall,
                             .n_seed = n_seed,
                             .seed_x = seed_x,
                             .n_candidate_factor = q->n_candidate_factor};
    TRY(compare_search(s, &o, &s->found, e));
    TRY(set_technology(s, e));
    if (t->n_front == 0)
        TRY(relax_solve(s, &s->found, t, e));
    compare_evaluator_free(s);
    return ST_OK;
}

/* Search of every technology, then the best of each by the scores over all of them. */
static enum status search_all(const struct study *s, struct comparison *c, struct job_set *set, int *n_feasible, struct err *e)
{
    for (int k = 0; k < s->n_technology; k++) {
        TRY(search_technology(&set[k], e));
        *n_feasible += c->tech[k].n_front > 0;
    }
    if (*n_feasible > 0)
        compare_set_scores(s, c);
    for (int k = 0; k < s->n_technology; k++) {
        if (c->tech[k].n_front > 0) {
            TRY(compare_refine(&set[k], e));
            TRY(set_technology(&set[k], e));
        }
        warn_of_search(&set[k]);
        TRY(margin_curve_search(&set[k], e));
        compare_evaluator_free(&set[k]);
    }
    return ST_OK;
}

static void job_set_done(struct job_set *s)
{
    compare_evaluator_free(s);
    explore_done(&s->found);
    mem_free(s->result);
}

static double get_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static enum status solve_all(const struct study *s, const struct compare_opts *o, struct comparison *c, struct archive *a, struct err *e)
{
    for (int k = 0; s->setup.risk && k < risk_get_info(s->setup.risk)->n_note; k++)
        compare_warn(c, "%s", risk_get_info(s->setup.risk)->note[k]);
    for (int k = 0; k < s->n_technology; k++)
        if (s->technology[k].technology == TECH_WOUND_FIELD && isnan(s->setup.requirement.exciter_USD))
            compare_warn(c, "wound field: " EVAL_NO_EXCITER);
    int n_feasible = 0;
    struct job_set set[TECH_COUNT];
    for (int k = 0; k < s->n_technology; k++)
        set[k] = (struct job_set){
            .study = s, .opts = o, .out = c, .archive = a, .technology = k, .level = eval_level_search(), .n_worker = o->jobs};
    enum status found = search_all(s, c, set, &n_feasible, e);
    for (int k = 0; k < s->n_technology; k++)
        job_set_done(&set[k]);
    TRY(found);
    if (n_feasible == 0) {
        struct text why = {0};
        text_add(&why, "no technology meets the requirement.");
        for (int k = 0; k < s->n_technology; k++) {
            text_add(&why, " %s: %s", technology_get_key(s->technology[k].technology), c->tech[k].binding_key);
            relax_add_words(&c->tech[k], &why);
            text_add(&why, ".");
        }
        enum status st = err_set(e, ST_INFEASIBLE, "requirement", "%s", why.failed ? "no technology meets the requirement" : why.s);
        text_done(&why);
        return st;
    }
    compare_set_scores(s, c);
    TRY(compare_report_solve(s, o, c, e));
    TRY(compare_mix_report(s, c, e));
    TRY(substitute_solve(s, o, c, e));
    TRY(margin_curve_report(s, o, c, e));
    TRY(bridge_sweep_solve(s, o, c, e));
    return decide_solve(s, o, c, e);
}

enum status compare_solve(const struct study *s, const struct compare_opts *o, struct comparison *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    out->study = s;
    out->winner = -1;
    for (int k = 0; k < TECH_COUNT; k++)
        out->tech[k].best = -1;
    char path[1024];
    snprintf(path, sizeof path, "%s/study.db", o->out_dir);
    double start = get_seconds();
    struct archive *a = NULL;
    TRY(archive_new(path, o->resume, &a, e));
    enum status st = solve_all(s, o, out, a, e);
    archive_free(a);
    out->seconds = get_seconds() - start;
    return st;
}

void compare_done(struct comparison *c)
{
    for (int k = 0; k < TECH_COUNT; k++) {
        front_done(&c->tech[k]);
        margin_curve_done(&c->tech[k].curve);
    }
    mem_free(c->substitution);
    risk_free(c->mix_risk);
    memset(c, 0, sizeof *c);
}
