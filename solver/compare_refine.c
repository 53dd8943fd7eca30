/* compare_refine.c - the best designs by score, led to the optimum near them. Contract: compare_impl.h. */
#include "solver/compare_impl.h"
#include "solver/figure_label.h"
#include "solver/optimise/refine.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define RADIUS          0.15 /* of the first box */
#define MAX_OTHER_START (REFINE_MAX_START - STUDY_MAX_REFINE_START)

int compare_refine_get_max(const struct study *s, int technology)
{
    const struct study_search *q = &s->search;
    return refine_get_max(study_get_space(s, technology), REFINE_MAX_START, q->n_refine_step);
}

/* The score falls as this sum of objectives (minimised) rises. */
static void set_weights(const struct study *s, const struct comparison *c, double *weight)
{
    for (int k = 0; k < s->search.n_objective; k++) {
        double span = c->objective_high[k] - c->objective_low[k];
        weight[k] = span > 0.0 ? s->search.weight_pu[k] / span : 0.0;
    }
}

/* Alike in every choice and integer: the same optimum is likely near both. */
static int is_same_kind(const struct job_set *s, const double *a, const double *b)
{
    for (int v = 0; v < s->n_x; v++) {
        int n = study_get_levels(s->study, s->technology, v);
        if (n > 1 && explore_get_part(a[v], n) != explore_get_part(b[v], n))
            return 0;
    }
    return 1;
}

/* The best design of the front whose kind is not among the n starts so far; -1: none is left. */
static int get_start(const struct job_set *s, const double *start_x, int n)
{
    const struct compare_technology *t = &s->out->tech[s->technology];
    int best = -1;
    for (int q = 0; q < t->n_front; q++) {
        int is_better = best < 0 || t->front[q].score > t->front[best].score;
        for (int k = 0; k < n; k++)
            is_better &= !is_same_kind(s, t->front[q].x, start_x + k * s->n_x);
        best = is_better ? q : best;
    }
    return best;
}

/* The best of the front, each of another kind. */
static int set_own_starts(const struct job_set *s, double *start_x)
{
    const struct compare_technology *t = &s->out->tech[s->technology];
    int n = 0, best;
    for (; n < s->study->search.n_refine_start && (best = get_start(s, start_x, n)) >= 0; n++)
        memcpy(start_x + n * s->n_x, t->front[best].x, sizeof *start_x * (size_t)s->n_x);
    return n;
}

/* The refined shape of the last technology with the same rotor, once with each magnet of this one. */
static int set_other_starts(const struct job_set *s, double *start_x)
{
    const struct study_technology *own = &s->study->technology[s->technology];
    int from = s->technology - 1, n_var;
    while (from >= 0 && (s->study->technology[from].rotor_type != own->rotor_type || s->out->tech[from].optimum.n_start == 0))
        from--;
    if (from < 0)
        return 0;
    space_get_vars(own->rotor_type, &n_var); /* the grade follows them */
    const int n = own->n_grade < MAX_OTHER_START ? own->n_grade : MAX_OTHER_START;
    for (int k = 0; k < n; k++) {
        double *x = start_x + k * s->n_x;
        study_set_start(s->study, from, s->out->tech[from].optimum.x, s->technology, x);
        if (own->n_grade > 1)
            x[n_var] = (k + 0.5) / own->n_grade;
    }
    return n;
}

static void set_optimum(const struct job_set *s, const struct refine_result *r, int n_known, const double *weight,
                        struct compare_optimum *out)
{
    const struct refine_path *best = &r->path[r->best_path];
    const double first = r->path[0].f_start; /* the best design of the search */
    double per_USD = 0.0;
    *out = (struct compare_optimum){.n_start = r->n_path, .n_evaluated = r->n - n_known, .score_gained_pu = first - best->f_best,
                                    .score_left_pu = best->f_left};
    memcpy(out->x, r->x + best->best * r->n_x, sizeof *out->x * (size_t)r->n_x);
    for (int k = 0; k < r->n_path; k++)
        out->n_step += r->path[k].n_step;
    out->id = best->best < n_known ? -1 : s->found.n + best->best - n_known;
    for (int k = 0; k < s->n_objective; k++)
        if (strcmp(figure_label_get_unit(s->objective[k]->key), "USD") == 0)
            per_USD += weight[k];
    out->score_worth_USD = per_USD > 0.0 ? 1.0 / per_USD : (double)NAN;
    for (int c = 0; c < compare_get_constraint_count(s->study); c++)
        out->multiplier_pu[c] = best->multiplier[c];
}

/* What was evaluated on the way joins the search's designs; the first n_known are among them already. */
static enum status add_points(struct job_set *s, const struct refine_result *r, int n_known, struct err *e)
{
    const int first = s->found.n, n = r->n - n_known;
    memmove(s->result + first, s->result + first + n_known, sizeof *s->result * (size_t)n);
    s->out->n_evaluation -= n_known;
    s->out->n_reused -= n_known;
    s->n_result = first + n;
    return explore_add(&s->found, n, r->x + n_known * r->n_x, r->obj + n_known * r->n_obj, r->con + n_known * r->n_con, e);
}

enum status compare_refine(struct job_set *s, struct err *e)
{
    double weight[STUDY_MAX_OBJECTIVE], start_x[REFINE_MAX_START * SPACE_MAX_VAR];
    int n_level[SPACE_MAX_VAR];
    struct explore_problem p;
    struct refine_result r;
    const int n_known = set_own_starts(s, start_x);
    if (n_known == 0)
        return ST_OK;
    const int n_start = n_known + set_other_starts(s, start_x + n_known * s->n_x);
    set_weights(s->study, s->out, weight);
    compare_set_problem(s, n_level, &p);
    const struct refine_opts o = {weight, s->study->search.n_refine_step, RADIUS, n_known};
    s->n_result = s->found.n;
    TRY(refine_solve(&p, &o, n_start, start_x, &r, e));
    if (!r.stopped)
        set_optimum(s, &r, n_known, weight, &s->out->tech[s->technology].optimum);
    enum status st = r.stopped ? err_set(e, ST_INTERRUPTED, "search", "stopped after %ld designs; `--resume` goes on from study.db",
                                         s->out->n_evaluation)
                               : add_points(s, &r, n_known, e);
    refine_done(&r);
    return st;
}
