/* compare_report.c - scores over the joint front, and the chosen designs at report level. */
#include "solver/compare_impl.h"
#include "materials/base/mem.h"
#include "solver/optimise/pareto.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define REPORT_TRIALS 4 /* designs tried at report level, in order of score, until one keeps every requirement there */

static double get_objective(const struct study *s, const struct compare_design *d, int k)
{
    return figure_eval(s->search.objective[k], &d->r);
}

/* Scale every objective over all fronts: 0 = worst, 1 = best. */
static void set_scales(const struct study *s, struct comparison *c)
{
    for (int k = 0; k < s->search.n_objective; k++) {
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (int t = 0; t < s->n_technology; t++)
            for (int q = 0; q < c->tech[t].n_front; q++) {
                double v = get_objective(s, &c->tech[t].front[q], k);
                low = fmin(low, v);
                high = fmax(high, v);
            }
        c->objective_low[k] = low;
        c->objective_high[k] = high;
    }
}

double compare_eval_score(const struct study *s, const struct comparison *c, const double *y)
{
    double score = 0.0;
    for (int k = 0; k < s->search.n_objective; k++) {
        double span = c->objective_high[k] - c->objective_low[k];
        double u = span > 0.0 ? (y[k] - c->objective_low[k]) / span : 0.5;
        score += s->search.weight_pu[k] * (s->search.objective[k]->better == FIGURE_LOWER ? 1.0 - u : u);
    }
    return score;
}

static double eval_design_score(const struct study *s, const struct comparison *c, const struct compare_design *d)
{
    double y[STUDY_MAX_OBJECTIVE];
    for (int k = 0; k < s->search.n_objective; k++)
        y[k] = get_objective(s, d, k);
    return compare_eval_score(s, c, y);
}

/* On the joint front: dominated by no design of any technology. */
static void set_joint_front(const struct study *s, struct comparison *c)
{
    double a[STUDY_MAX_OBJECTIVE], b[STUDY_MAX_OBJECTIVE], con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    c->n_joint = 0;
    for (int t = 0; t < s->n_technology; t++)
        for (int q = 0; q < c->tech[t].n_front; q++) {
            struct compare_design *d = &c->tech[t].front[q];
            compare_eval_responses(s, &d->r, a, con);
            d->on_joint_front = 1;
            for (int u = 0; u < s->n_technology && d->on_joint_front; u++)
                for (int v = 0; v < c->tech[u].n_front && d->on_joint_front; v++) {
                    compare_eval_responses(s, &c->tech[u].front[v].r, b, con);
                    d->on_joint_front = !pareto_is_dominated(s->search.n_objective, a, 0.0, b, 0.0);
                }
            c->n_joint += d->on_joint_front;
        }
}

void compare_set_scores(const struct study *s, struct comparison *c)
{
    set_scales(s, c);
    set_joint_front(s, c);
    c->winner = -1;
    for (int t = 0; t < s->n_technology; t++) {
        struct compare_technology *x = &c->tech[t];
        x->best = -1;
        for (int q = 0; q < x->n_front; q++) {
            x->front[q].score = eval_design_score(s, c, &x->front[q]);
            if (x->best < 0 || x->front[q].score > x->front[x->best].score)
                x->best = q;
        }
        if (x->best >= 0 && (c->winner < 0 || x->front[x->best].score > c->tech[c->winner].front[c->tech[c->winner].best].score))
            c->winner = t;
    }
}

struct report_ctx { const struct study *study; struct comparison *c; int order[TECH_COUNT]; };

/* q-th best design of a technology by score; -1 when there are fewer. */
static int get_ranked(const struct compare_technology *t, int q)
{
    int taken[REPORT_TRIALS];
    for (int k = 0; k <= q; k++) {
        taken[k] = -1;
        for (int f = 0; f < t->n_front; f++) {
            int used = 0;
            for (int l = 0; l < k; l++)
                used |= taken[l] == f;
            if (!used && (taken[k] < 0 || t->front[f].score > t->front[taken[k]].score))
                taken[k] = f;
        }
    }
    return taken[q];
}

int compare_is_failed(enum status st) { return st == ST_NO_CONVERGE || st == ST_SINGULAR || st == ST_RANGE; }

/* Evaluate in order of score until a design is feasible at report level too; none: the best one stays, with a warning. */
static enum status report_one(void *ctx, int worker, int job, struct err *e)
{
    struct report_ctx *rc = ctx;
    (void)worker;
    int k = rc->order[job], chosen = -1;
    struct compare_technology *t = &rc->c->tech[k];
    struct eval_level level = eval_level_report();
    struct evaluator *ev = NULL;
    enum status st = ST_OK;
    for (int q = 0; q < REPORT_TRIALS && st == ST_OK; q++) {
        int f = get_ranked(t, q), grade;
        if (f < 0)
            break;
        struct compare_design d = t->front[f];
        struct machine m;
        struct eval_detail *detail = mem_new(1, sizeof *detail);
        study_set_machine(rc->study, k, d.x, &m, &grade);
        st = detail ? ST_OK : err_set(e, ST_NO_MEMORY, "report", "detail");
        if (st == ST_OK && !ev)
            st = evaluator_new(&rc->study->setup, &level, &m, &ev, e);
        if (st == ST_OK)
            st = evaluate_machine(ev, &m, &d.r, detail, e);
        int failed = compare_is_failed(st);
        if (failed)
            st = ST_OK; /* this candidate is left out; the next is tried */
        if (st == ST_OK && !failed && (chosen < 0 || d.r.violation <= 0.0)) {
            t->report = d;
            t->machine = m;
            t->detail = *detail;
            chosen = f;
        }
        mem_free(detail);
        if (chosen == f && d.r.violation <= 0.0)
            break;
    }
    evaluator_free(ev);
    if (st == ST_OK && chosen < 0)
        return err_set(e, ST_NO_CONVERGE, technology_get_key(rc->study->technology[k].technology),
                       "none of the %d best designs could be evaluated at report level", REPORT_TRIALS);
    if (st == ST_OK)
        t->best = chosen;
    return st;
}

/* The search works on a coarser mesh; what it let pass by a hair may miss on the finer one. */
static void warn_missed(const struct study *s, struct comparison *c, int technology)
{
    const struct result *r = &c->tech[technology].report.r;
    enum constraint binding = compare_get_binding(r);
    compare_warn(c, "%s: on the finer mesh none of the %d best designs keeps every requirement; the one shown misses %s by %.1f %%",
                 technology_get_label(s->technology[technology].technology), REPORT_TRIALS, constraint_get_doc(binding),
                 100.0 * r->g[binding]);
}

static void warn_of_map(const struct study *s, struct comparison *c, int technology)
{
    char words[200];
    evaluate_get_map_words(&s->setup.requirement, &c->tech[technology].report.r, words, sizeof words);
    compare_warn(c, "%s: %s", technology_get_label(s->technology[technology].technology), words);
}

enum status compare_report_solve(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    struct report_ctx rc = {.study = s, .c = c};
    int n = 0;
    for (int k = 0; k < s->n_technology; k++)
        if (c->tech[k].best >= 0)
            rc.order[n++] = k;
    log_send(&o->log, LOG_PROGRESS, "report level: %d chosen designs on the medium mesh", n);
    TRY(pool_solve(o->jobs, n, report_one, &rc, e));
    c->winner = -1;
    for (int q = 0; q < n; q++) {
        struct compare_technology *t = &c->tech[rc.order[q]];
        const struct result *search = &t->front[t->best].r, *report = &t->report.r;
        t->mesh_error_pu = fabs(search->base_torque_Nm - report->base_torque_Nm) / report->base_torque_Nm;
        c->n_field_solve += (long)report->n_field_solve;
        if (evaluate_is_map_wide(report))
            warn_of_map(s, c, rc.order[q]);
        if (report->violation > 0.0)
            warn_missed(s, c, rc.order[q]);
        if (c->winner < 0 || t->front[t->best].score > c->tech[c->winner].front[c->tech[c->winner].best].score)
            c->winner = rc.order[q];
    }
    return ST_OK;
}
